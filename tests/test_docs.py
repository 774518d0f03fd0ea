"""What pages and docstrings name is there: files by their path, functions by the file that has them."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
SOURCES = sorted(path for folder in ("sim", "tests", "tools") for path in (ROOT / folder).rglob("*.py"))
#: `sim/core/draws.py`, in a page or a docstring; a path that goes on from another folder is none
PATH = re.compile(r"(?<![\w./])(?:sim|tests|tools|docs|scenarios|notebooks)/[A-Za-z0-9_/]+(?:\.[a-z]+\b|(?<=/))")
#: `processes/combat.py:fight`
FUNCTION = re.compile(r"`(?:sim/)?([a-z_/]+\.py):([A-Za-z_]\w*)")
#: files that a user would have, and those of other people's programs
MADE_UP = {"scenarios/mine.yaml"}
#: what the last test makes up
NOT_THERE = {"sim/core/none.py", "docs/none.md", "sim/none/"}


def paths_in(text: str) -> set[str]:
    return set(PATH.findall(text)) - MADE_UP


@cache
def names_in(path: Path) -> set[str]:
    """Names of functions, classes and variables of a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


@pytest.mark.parametrize("path", [*PAGES, *SOURCES], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_are_named_are_there(path):
    named = paths_in(path.read_text(encoding="utf-8")) - (NOT_THERE if path == Path(__file__).resolve() else set())
    missing = [name for name in sorted(named) if not (ROOT / name).exists()]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_functions_that_are_named_are_there(path):
    missing = []
    for file, name in FUNCTION.findall(path.read_text(encoding="utf-8")):
        place = ROOT / "sim" / file if (ROOT / "sim" / file).exists() else ROOT / file
        if not place.exists() or name not in names_in(place):
            missing.append(f"{file}:{name}")
    assert missing == []


def test_the_test_sees_a_path():
    assert paths_in("see `sim/core/none.py`, (docs/none.md) and sim/none/; not my/sim/core/none.py") == NOT_THERE
