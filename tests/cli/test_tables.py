"""Tables on the screen: whatever the width and the names, every number is whole."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.cli import comparison_table
from sim.cli.main import main
from sim.cli.tables import layout
from sim.cli.tables.effects_table import print_effects
from sim.cli.tables.layout import Row, fold, laid_out
from sim.core import provenance
from sim.core.numbers import outcome_number, relative_number
from sim.results.factorial import effects
from sim.results.reading.judged import judge
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
WIDTHS = (60, 80, 120)

CASES = {
    "main": ["history", "restraint", "un_stays", "france_stays", "bamako_prolonged"],
    "crossing": [
        f"abuses={a},withdrawals={w}" for a, w in product(("historical", "restraint"), ("historical", "un_stays"))
    ],
    "lessons": ["lesson_one_corridor", "lesson_three_corridors", "lesson_escorts", "lesson_deal"],
    # forty letters, alike in the first thirty-nine, and some without a sign at which they could be folded
    "long": [
        *("x" * 39 + end for end in "ab"),
        *(f"a_scenario_with_a_very_long_name_of_part_{n}"[-40:] for n in (1, 2)),
    ],
}


@pytest.fixture(autouse=True)
def _one_version(monkeypatch):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A comparison of each case, made when it is first asked for."""
    made: dict[str, Path] = {}

    def of(case: str) -> Path:
        if case not in made:
            made[case] = tmp_path_factory.mktemp("tables") / case
            settings = fake_settings(CASES[case], end=date(2022, 6, 30))
            run_plan(settings, 6, 1, made[case], 7, **FAKE)
            write_all(made[case])
        return made[case]

    return of


def numbers_of(found: Folder) -> list[str]:
    """Every number that the table must show: differences with their share and stars, intervals, levels."""
    judged = judge(found, found.headlines, found.scenarios[1:])
    texts = []
    for (item, _), row in judged.items():
        texts.append(f"{outcome_number(row.difference, item.unit, True)} ({relative_number(row.relative)})")
        low, high = (outcome_number(x, item.unit, True).removesuffix(" pts") for x in (row.low, row.high))
        texts.append(f"{low} to {high}")
        texts.append(outcome_number(row.level, item.unit))
    return texts


def missing(texts: list[str], shown: str) -> list[str]:
    """Texts that do not stand whole in a line, as often as they should."""
    lines = shown.splitlines()
    found = []
    for text in set(texts):
        whole = re.compile(rf"(?<![\d.+,-]){re.escape(text)}(?![\w.,])")
        if not any(whole.search(line) for line in lines):
            found.append(text)
    return found


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("terminal", [True, False])
def test_every_number_is_whole(folders, case, width, terminal, monkeypatch, capsys):
    folder = folders(case)
    if terminal:
        monkeypatch.setattr(os, "get_terminal_size", lambda fd: os.terminal_size((width, 40)))
        monkeypatch.setattr(sys.stdout, "fileno", lambda: 1, raising=False)
    else:
        monkeypatch.setenv("COLUMNS", str(width))
    assert main(["show", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert missing(numbers_of(Folder(folder)), shown) == []
    too_long = [line for line in shown.splitlines() if len(line) > width and not line.startswith("Folder: ")]
    assert too_long == []
    # stars and intervals of each scenario stand once for every row
    found = Folder(folder)
    rows = len(judge(found, found.headlines, found.scenarios[1:]))
    assert len(re.findall(r"\S to [+-]?\d", shown.split("First column")[0])) >= rows


def test_a_cut_number_would_be_found():
    assert missing(["-1.43 M (-12 %)"], "x  -1 (-12 %)") == ["-1.43 M (-12 %)"]
    assert missing(["-618 k"], "-618 k *") == []
    assert missing(["18 k"], "-618 k *") == ["18 k"]


def test_names_are_told_apart_though_they_differ_in_the_last_letter(folders, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    main(["show", str(folders("long"))])
    lines = capsys.readouterr().out.splitlines()
    text = "".join("".join(line.split()) for line in lines)
    assert "xb" in text  # the end of the second name is on the screen


def test_a_real_terminal_is_filled_to_its_width(folders):
    folder = folders("main")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
    code = f"from sim.cli.comparison_table import print_table; print_table({str(folder)!r})"
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen([sys.executable, "-c", code], stdout=theirs, cwd=root) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert process.returncode == 0
    text = shown.decode().replace("\r\n", "\n")
    assert missing(numbers_of(Folder(folder)), text) == []
    widest = max(len(line) for line in text.splitlines() if not line.startswith("Folder: "))
    assert 50 < widest <= 60


@pytest.mark.parametrize("width", WIDTHS)
def test_effects_of_a_crossing_are_whole(folders, width, capsys):
    found = Folder(folders("crossing"))
    print_effects(found, width)
    shown = capsys.readouterr().out
    table = effects(found)
    assert set(table["effect"]) == {"main", "simple", "interaction"}
    texts = []
    for row in table.itertuples():
        low, high = (outcome_number(x, row.unit, True).removesuffix(" pts") for x in (row.low, row.high))
        texts += [outcome_number(row.difference, row.unit, True), f"{low} to {high}"]
    assert missing(texts, shown) == []
    assert max(len(line) for line in shown.splitlines()) <= width
    for words in ("Main effects", "Simple effects", "Interactions"):
        assert words in shown
    assert (found.path / "factorial.csv").exists()


def test_where_nothing_else_helps_there_is_a_block_for_each_scenario():
    rows = [Row(["Displaced people"], "1.43 M", [["-1.43 M (-100 %) **", "-1.50 M to -1.30 M"]] * 2)]
    lines = laid_out("Outcome", "history", ["first", "second"], rows, 24)
    assert max(map(len, lines)) <= 24
    assert [line for line in lines if "-1.43 M (-100 %) **" in line] == ["  -1.43 M (-100 %) **"] * 2
    assert lines.index("first") < lines.index("second")


@given(st.text("ab_=, ", min_size=0, max_size=60), st.integers(4, 30))
def test_folding_loses_no_letter(text, width):
    lines = fold(text, width)
    assert max(map(len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_width_of_a_pipe(monkeypatch):
    monkeypatch.setattr(os, "get_terminal_size", lambda fd: (_ for _ in ()).throw(OSError()))
    monkeypatch.delenv("COLUMNS", raising=False)
    assert layout.screen_width() == layout.PIPE_WIDTH
    monkeypatch.setenv("COLUMNS", "72")
    assert layout.screen_width() == 72
    monkeypatch.setenv("COLUMNS", "wide")
    assert layout.screen_width() == layout.PIPE_WIDTH


def test_foot_names_method_coverage_and_least_effect(folders, capsys):
    comparison_table.print_table(folders("main"), 120)
    shown = " ".join(capsys.readouterr().out.split())
    assert "interval (Student's t) over 6 paired replicates" in shown
    assert "Measured at 6 replicates, such an interval held the truth in 95 % of trials (90 % for" in shown
    assert "are judged together (Holm)" in shown
    assert "Nothing below 1 % of the baseline's mean is starred" in shown
    assert "No primary outcome was named" in shown
    assert "**" in shown
