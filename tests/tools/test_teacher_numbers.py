"""docs/teacher.md: its exercises are the notebook's, its numbers the tool's, and what its prose leans on stands in them."""

import re
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from sim.core import provenance
from sim.core.errors import UserError
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import FakeRegionInfo, fake_settings
from tools.teacher_numbers import exercises
from tools.teacher_numbers.__main__ import PAGE, main, parse, texts
from tools.teacher_numbers.ensembles import ENSEMBLES
from tools.teacher_numbers.page import blocks, cells_of, filled, table, without_blocks
from tools.teacher_numbers.reading import change, first_differences, in_words, number
from tools.teacher_numbers.unit_story import Story

ROOT = Path(__file__).resolve().parents[2]
TEXT = PAGE.read_text(encoding="utf-8")
NUMBERS = [f"exercise {number}" for number in range(1, 9)]
FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
#: `+1.8 pts (+0.6 to +2.9) \*`, `-451 k, -36 % (-581 k to -321 k) \*`
SIZE = r"[+-]?[\d,.]+(?: [kM%])?"
DIFFERENCE = re.compile(rf"{SIZE}(?: pts)?(?:, [+-]?[\d,.]+ %)? \({SIZE} to {SIZE}\)(?: \\\*)?")


def exercises_of_notebook() -> list[tuple[int, str]]:
    """Number and title of every exercise."""
    notebook = nbformat.read(ROOT / "notebooks" / "01_first_comparison.ipynb", as_version=4)
    last = notebook.cells[-1].source
    assert_exercises(last)
    return [(int(row), title.rstrip(".")) for row, title in re.findall(r"^(\d+)\. \*\*(.+?)\*\*", last, flags=re.M)]


def assert_exercises(cell: str) -> None:
    assert "## Exercises" in cell


# -- the page


def test_exercises_are_those_of_the_notebook():
    headings = re.findall(r"^## (\d+)\. (.+)$", TEXT, flags=re.M)
    assert [(int(row), title.rstrip(".")) for row, title in headings] == exercises_of_notebook()


def test_every_exercise_has_its_numbers_below_its_heading():
    assert list(blocks(TEXT)) == NUMBERS
    for row, part in enumerate(re.split(r"^## \d+\. .+$", TEXT, flags=re.M)[1:], start=1):
        assert list(blocks(part)) == [f"exercise {row}"]


@pytest.mark.parametrize("name", NUMBERS)
def test_tables_of_the_page_parse(name):
    tables = cells_of(blocks(TEXT)[name])
    assert tables, "run python -m tools.teacher_numbers"
    for rows in tables:
        assert len(rows) > 2
        for row in rows[1:]:
            assert row[0]
            for cell in row[1:]:
                if "(" in cell and " to " in cell:
                    assert DIFFERENCE.fullmatch(cell), cell


def test_prose_holds_no_numbers():
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|notebooks/\w+", "", without_blocks(TEXT), flags=re.S)
    lines = [line for line in prose.splitlines() if not line.startswith(("#", "|"))]
    assert [line for line in lines if re.search(r"\d", line)] == []


def test_commands_of_the_page_are_those_of_the_runs():
    shown = [line for name in NUMBERS for line in blocks(TEXT)[name].splitlines() if line.startswith("sahel compare")]
    known = {ensemble.command for ensemble in ENSEMBLES.values()}
    assert shown
    assert set(shown) <= known
