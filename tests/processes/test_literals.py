"""No number that shapes outcomes stands in the code of a process: it is a parameter, or named at its file's head."""

import ast
from pathlib import Path

import pytest

import sim.processes

FOLDER = Path(sim.processes.__file__).parent
FILES = sorted(path for path in FOLDER.rglob("*.py") if path.name != "__init__.py")
#: numbers that need no name: nothing, one, two, half
PLAIN = {0, 1, 2, 0.5}


def number_of(node: ast.AST) -> float | None:
    """The number that a node of the syntax tree is, or None; a truth value is none."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def literals(path: Path) -> list[str]:
    """Numbers inside the functions of a file other than the plain ones, as `line: number`."""
    found = set()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, (ast.FunctionDef, ast.Lambda)):
            for node in ast.walk(function):
                number = number_of(node)
                if number is not None and abs(number) not in PLAIN:
                    found.add((node.lineno, number))
    return [f"{line}: {number}" for line, number in sorted(found)]


def unnamed(path: Path) -> list[str]:
    """Numbers at the head of a file that stand in an assignment to anything but a name in capitals."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            numbers = [
                n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, (int, float))
            ]
            if any(abs(n) not in PLAIN for n in numbers) and not all(name.isupper() for name in names):
                found.append(f"{node.lineno}: {', '.join(names)}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_numbers_have_names(path):
    assert literals(path) == [], "a parameter with unit, range and source, or a constant with a name"
    assert unnamed(path) == []


def test_the_test_sees_a_number(tmp_path):
    file = tmp_path / "one.py"
    file.write_text("SLACK = 1e-9\nweights = [0.3]\ndef f(x):\n    return x[3] * 1.0 + 0.4 * SLACK - 2\n")
    assert literals(file) == ["4: 0.4", "4: 3"]
    assert unnamed(file) == ["2: weights"]
