"""Imports point one way, package by package. The syntax trees are walked: an import inside a function counts."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SIM = ROOT / "sim"

#: a package imports from itself and from those above it in this list
PACKAGES = (
    "core",
    "world",
    "settings",
    "processes",
    "recording",
    "model",
    "results",
    "runs",
    "validation",
    "cases",
    "cli",
)
#: packages that work on datasets and never see a live model, although it stands above them
BLIND = {"results": ("model", "processes"), "cases": ("model", "recording", "validation")}
#: of a folder without its subfolders, each of which is a package with a sentence of its own ("Size of packages" in
#: docs/design.md)
MOST_FILES, MOST_LINES = 14, 3500


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> set[str]:
    """Names of the modules of the project that a file imports, at its head, for types or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path} has a relative import")
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                place = ROOT / Path(*inner.split("."))
                found.add(inner if place.with_suffix(".py").exists() or place.is_dir() else node.module)
    return {name for name in found if name.split(".")[0] in ("sim", "tests", "tools")}


def package(module: str) -> str:
    """The package of `sim` to which a module belongs ("" for `sim` itself)."""
    return module.split(".")[1] if "." in module else ""


FILES = sorted(path for path in SIM.rglob("*.py") if "_scenarios" not in path.parts)
MODULES = {module_of(path): imports_of(path) for path in FILES}


def folders() -> list[Path]:
    return sorted({path.parent for path in FILES} - {SIM})


def test_every_module_lies_in_a_package():
    assert {package(module) for module in MODULES} - {""} == set(PACKAGES)
    assert [path.name for path in FILES if path.parent == SIM] == ["__init__.py"]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_one_way(module):
    here = package(module)
    above = ("core",) if here == "" else PACKAGES[: PACKAGES.index(here) + 1]
    for name in MODULES[module]:
        assert name.startswith("sim."), f"{module} imports {name}"
        assert package(name) in above, f"{module} imports {name}, which stands below it"
        assert package(name) not in BLIND.get(here, ()), f"{module} imports {name}"


def test_processes_never_import_one_another():
    for module, names in MODULES.items():
        if module.startswith("sim.processes."):
            others = {name for name in names if name.startswith("sim.processes.")}
            others -= {name for name in others if name.startswith("sim.processes.shared.")}
            assert not others, f"{module} imports {sorted(others)}"


def test_no_circle_of_files():
    """Whatever a file imports, directly or not, does not import it."""
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, f"a circle: {' -> '.join((*way[way.index(module) :], module))}"
        if module not in done:
            for name in sorted(MODULES.get(module, ())):
                visit(name, (*way, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


def test_core_knows_no_word_of_the_domain():
    for module, names in MODULES.items():
        if package(module) == "core":
            assert {package(name) for name in names} <= {"core"}, module
    assert MODULES["sim.core.draws"] == set()


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: module_of(folder / "__init__.py"))
def test_packages_are_of_a_size_to_be_known(folder):
    files = sorted(folder.glob("*.py"))
    assert len([path for path in files if path.name != "__init__.py"]) <= MOST_FILES
    assert sum(len(path.read_text().splitlines()) for path in files) <= MOST_LINES
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text())), "a package says what it is in a sentence"


def test_tests_mirror_the_packages():
    assert {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} >= set(PACKAGES)
