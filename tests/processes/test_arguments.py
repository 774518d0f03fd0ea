"""No kernel that Python calls takes more arguments than one can take in; those that only kernels call may."""

import ast
from pathlib import Path

import sim

MOST = 14
ROOT = Path(sim.__file__).parent


def is_kernel(node) -> bool:
    return any("njit" in ast.unparse(decorator) for decorator in node.decorator_list)


def functions(trees):
    """(function of the top level, whether it is a kernel), of methods too."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield node, is_kernel(node)


def called(node) -> set[str]:
    """Names that a function calls, by themselves or through `call(kernel, ...)`."""
    found = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            of = [inner.func, *inner.args[:1]] if getattr(inner.func, "id", "") == "call" else [inner.func]
            found |= {getattr(name, "id", getattr(name, "attr", "")) for name in of}
    return found


def too_long(trees) -> list[str]:
    """Kernels of more than `MOST` arguments that functions which are none call."""
    found = list(functions(trees))
    by_python = set().union(*(called(node) for node, kernel in found if not kernel))
    return sorted(
        node.name for node, kernel in found if kernel and len(node.args.args) > MOST and node.name in by_python
    )


def test_kernels_that_python_calls_take_fourteen_arguments_at_most():
    trees = [ast.parse(path.read_text()) for path in sorted(ROOT.rglob("*.py"))]
    assert sum(kernel for _, kernel in functions(trees)) > 100
    assert too_long(trees) == []


def test_one_more_is_told_and_of_inner_kernels_is_not():
    names = ", ".join(f"a{n}" for n in range(MOST + 1))
    kernels = f"@njit\ndef inner({names}):\n    pass\n@njit\ndef door({names}):\n    inner({names})\n"
    assert too_long([ast.parse(f"{kernels}def step(model):\n    call(door, *model)\n")]) == ["door"]
    assert too_long([ast.parse(f"{kernels}def step(model):\n    door(*model)\n")]) == ["door"]
    assert too_long([ast.parse(kernels)]) == []
