"""docs/teacher.md: its exercises are the notebook's, its numbers the tool's; what its prose leans on stands in them."""

import dataclasses
import re
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from sim.core.errors import UserError
from sim.core.files import write_json
from sim.results.replicate_files import replicate_file, replicate_hash
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from sim.runs.run_folder import describe
from sim.runs.run_folder import open_folder as begin
from sim.runs.workers import describe_map
from tests.fake_records import FakeRegionInfo, fake_settings, fake_world, simulate
from tools.teacher_numbers import exercises
from tools.teacher_numbers.__main__ import PAGE, main, parse
from tools.teacher_numbers.ensembles import ENSEMBLES
from tools.teacher_numbers.page import blocks, cells_of, filled, table, without_blocks
from tools.teacher_numbers.reading import change, first_differences, in_words, number
from tools.teacher_numbers.unit_story import Story

ROOT = Path(__file__).resolve().parents[2]
TEXT = PAGE.read_text(encoding="utf-8")
NUMBERS = [f"exercise {number}" for number in range(1, 9)]
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


# -- what the prose leans on: a sign and a star, "none" where it says that nothing can be told


def row_of(name: str, number: int, begins: str) -> list[str]:
    """The cells of a row of a table of an exercise, without its label."""
    rows = [row for row in cells_of(blocks(TEXT)[name])[number] if row[0].startswith(begins)]
    assert_one(rows, begins)
    return rows[0][1:]


def assert_one(rows: list, begins: str) -> None:
    assert len(rows) == 1, f"rows that begin with {begins}: {len(rows)}"


CLAIMS = [
    ("exercise 1", 0, "civilians killed", [1, 3], "-"),
    ("exercise 1", 0, "of them by insurgents", [1, 3], "-"),
    ("exercise 1", 0, "displaced at the end", [1, 3], "-"),
    ("exercise 1", 0, "people under the government, mean", [1, 3], "+"),
    ("exercise 1", 0, "civilians killed", [4], "none"),
    ("exercise 1", 0, "people under the government, mean", [4], "none"),
    ("exercise 1", 0, "displaced at the end", [4], "none"),
    ("exercise 3", 0, "civilians killed", [1], "+"),
    ("exercise 3", 0, "displaced at the end", [1], "+"),
    ("exercise 3", 0, "civilians killed", [2], "none"),
    ("exercise 3", 0, "people under the government, mean", [2], "+"),
    ("exercise 3", 0, "displaced at the end", [2], "none"),
    ("exercise 3", 0, "civilians killed", [4], "none"),
    ("exercise 3", 0, "displaced at the end", [4], "none"),
    ("exercise 3", 0, "people under the government, mean", [4], "none"),
    ("exercise 3", 0, "Kel Adar, Oulan, Tamrit from 2016 on: government", [4], "+"),
    ("exercise 3", 0, "Kel Adar, Oulan, Tamrit from 2016 on: The League", [1], "none"),
    ("exercise 5", 1, "all corridors, escorts", [0, 1], "+"),
    ("exercise 5", 1, "all corridors, escorts", [2, 4], "none"),
    ("exercise 5", 1, "all corridors, escorts", [3], "-"),
    ("exercise 5", 1, "all corridors, a deal", [3], "-"),
    ("exercise 5", 1, "all corridors, a deal", [0, 1, 2], "+"),
    ("exercise 5", 1, "all corridors, as the state chooses", [0, 1, 2], "+"),
    ("exercise 5", 1, "the same, the ban renewed", [0], "+"),
    ("exercise 5", 1, "the same, the ban renewed", [2], "+"),
    ("exercise 5", 2, "demand of Tessaro", [4], "-"),
    ("exercise 5", 2, "people without fuel", [4], "+"),
    ("exercise 7", 0, "civilians killed", [1], "-"),
    ("exercise 7", 0, "displaced at the end", [1], "-"),
    ("exercise 7", 0, "fighters of The Banner", [1], "-"),
    ("exercise 7", 0, "fighters of The League", [1], "-"),
    ("exercise 7", 0, "people under the government, at the end", [1], "+"),
    ("exercise 8", 0, "insurgents less the state's side", [0, 2], "-"),
    ("exercise 8", 0, "insurgents less the state's side", [1], "none"),
]


@pytest.mark.parametrize(("name", "number", "begins", "columns", "sign"), CLAIMS)
def test_prose_says_what_the_tables_say(name, number, begins, columns, sign):
    cells = row_of(name, number, begins)
    found = [cells[column][0] if cells[column].endswith("\\*") else "none" for column in columns]
    assert found == [sign] * len(columns), f"read the prose of {name} again: {begins} is now {cells}"


def test_all_corridors_cost_more_than_three_times_one():
    times = [float(row[4]) for row in cells_of(blocks(TEXT)["exercise 5"])[2][1:]]
    assert all(factor > 3 for factor in times), "read the prose of exercise 5 again"


def test_a_deal_serves_the_towns_better_than_escorts():
    served = [row_of("exercise 5", 1, f"all corridors, {answer}")[2] for answer in ("escorts", "a deal")]
    low, high = float(served[1].split("(")[1].split(" to ")[0]), float(served[0].split(" to ")[1].split(")")[0])
    assert low > high, "read the prose of exercise 5 again"


def test_first_to_differ_is_the_mission():
    assert row_of("exercise 4", 0, "what differs in it") == ["`fighters.union_mission`"]


# -- the tool


def test_marks_and_texts_must_agree():
    page = "# A\n<!-- numbers: x -->\nold\n<!-- end -->\nprose\n"
    assert filled(page, {"x": "new\n"}) == "# A\n<!-- numbers: x -->\n\nnew\n\n<!-- end -->\nprose\n"
    assert filled(filled(page, {"x": "new"}), {"x": "new"}) == filled(page, {"x": "new"})
    with pytest.raises(UserError, match="no mark '<!-- numbers: y -->'"):
        filled(page, {"x": "", "y": ""})
    with pytest.raises(UserError, match="Nothing is made for the mark 'numbers: x'"):
        filled(page, {})
    with pytest.raises(UserError, match="twice"):
        blocks(page + page)


def test_a_table_is_read_as_it_was_written():
    rows = [["a", "1"], ["b", "2"]]
    assert cells_of(f"x\n{table(['', 'n'], rows)}\n\n{table(['', 'm'], rows)}") == [
        [["", "n"], *rows],
        [["", "m"], *rows],
    ]
    with pytest.raises(ValueError, match="2 cells"):
        table(["", "n"], [["a"]])
    with pytest.raises(ValueError, match="different lengths"):
        cells_of("| a | b |\n|---|---|\n| 1 |\n")


def test_differences_in_words():
    found = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) * 1e5
    assert in_words(found, "persons") == "+350 k (+154 k to +546 k) \\*"  # 2.5706 * 187,083 / sqrt(6) = 196,332
    assert in_words(found.iloc[:5], "persons") == "+300 k (+104 k to +496 k)"  # five are too few for a star
    assert in_words(found, "persons", 7e5).startswith("+350 k, +50 % (")
    assert in_words(found / 1e7, "0..1") == "+3.5 pts (+1.5 to +5.5) \\*"
    assert number(-0.001, "days", signed=True) == "0.00"
    assert number(-0.3, "persons", signed=True) == "0"
    ours, theirs = (pd.Series(x, index=i) for x, i in (([3.0, 5.0], [0, 1]), ([9.0, 1.0, 2.0], [2, 0, 1])))
    ours.attrs["unit"] = "days"
    assert change(ours, theirs).startswith("+2.50 (")  # paired by the number of the replicate


@pytest.mark.parametrize("words", [["outptu=x"], ["output"], ["replicates=3"], ["output="]])
def test_slips_are_refused(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_words_are_understood():
    assert parse(["output=some/folder"]) == (Path("some/folder"), PAGE)


# -- a tiny ensemble


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A comparison of the fake model, a month and six replicates, written without workers."""
    path = tmp_path_factory.mktemp("teacher") / "restraint"
    settings = fake_settings(["history", "lesson_restraint"], region_info=FakeRegionInfo(), end=date(2022, 2, 1))
    world = fake_world()
    run = describe(settings, 6, 7) | {"status": "simulated"}
    begin(path, run)
    write_json(path / "map.json", describe_map(world))
    for name, item in settings.items():
        for replicate in range(6):
            record = simulate(dataclasses.replace(item, seed=7, replicate=replicate), world)
            record.meta |= {"scenario": name, "hash": replicate_hash(run, name, replicate)}
            record.save(replicate_file(path, name, replicate))
    write_all(path)
    return Folder(path)


def test_a_tiny_ensemble_gives_tables_of_the_stated_form(small):
    tables = cells_of(exercises.exercise_2({"restraint": small}))
    assert [row[0] for row in tables[0][1:]] == ["4", "6"]
    ours, theirs = (small.over_time("displaced")[name].iloc[-1] for name in ("lesson_restraint", "history"))
    assert tables[0][2][1] == in_words((ours - theirs).astype(float), "persons")
    assert all(DIFFERENCE.fullmatch(row[1]) for row in tables[0][1:])
    assert float(tables[0][1][6]) == pytest.approx(3.182 / 2 / (2.571 / 6**0.5), abs=0.01)
    assert tables[1][0] == ["stars with so many replicates", "4", "6"]
    assert tables[1][-1][1] == "0"  # four are too few


def test_same_runs_never_differ(small):
    found = first_differences(small, small, place="region")
    assert "displaced" in set(found["outcome"])
    assert found["date"].isna().all()
    other = first_differences(small, small, "lesson_restraint", "region")
    assert set(other["place"]) == {"region"}
    assert len(other) == len(found)
    assert other["date"].iloc[0] == small.over_time("displaced").index[0]


def test_a_units_year_is_told():
    told = Story("The Group")
    for week, (cell, people, posture, far) in enumerate(
        [(1, 60, "raid", 0.0), (1, 61, "raid", 0.0), (2, 40, "raid", 55.0), (2, 40, "lie low", 55.0)]
    ):
        told.dates.append(date(2017, 1, 2 + 7 * week))
        told.cells.append(cell)
        told.people.append(people)
        told.postures.append(posture)
        told.distances.append(far)
    [rows] = cells_of(exercises.exercise_6(told))
    found = dict(rows[1:])
    assert found["moves to another cell"] == "1"
    assert found["farthest from the first of them"] == "55 km"
    assert found["weeks with people gained, lost, neither"] == "1, 1, 1"
    assert found["loss in the week before 2017-01-16"] == "from 61 to 40, the week after: lie low"
    assert np.array_equal(list(found)[-1:], ["loss in the week before 2017-01-16"])


def test_every_exercise_is_made():
    assert sorted([*exercises.ANSWERED, 6]) == list(range(1, 9))
