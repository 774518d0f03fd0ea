"""The page's tables, the terminal's lines, and shares of uncertainty of rows."""

import numpy as np
import pandas as pd
import pytest

from sim import open_folder
from sim.validation.yardstick.figures import deaths_figure, largest, patterns_figure
from sim.validation.yardstick.pattern_rule import Outcome
from sim.validation.yardstick.report import cell, number, pattern_numbers, patterns_table, pivot, summary
from sim.validation.yardstick.rows import Row
from sim.validation.yardstick.table import Yardstick, measure, spread_shares
from tests.validation.yardstick.hand_made import hand


def row(label, column, observed, *simulated, **more):
    return Row(f"{label}{column}", "S", column, label, "persons", observed, np.array(simulated, dtype=float), **more)


def test_a_cell_says_what_was_recorded_and_marks_a_miss():
    assert cell(row("2019", "all", 5, 1, 5, 9)) == "5 / 5 (1 to 9)"
    assert cell(row("2019", "all", 50, 1, 5, 9)) == "50 / 5 (1 to 9) **!**"
    assert cell(row("2019", "all", None, 1, 5, 9)) == "5 (1 to 9)"
    assert cell(row("2019", "all", 25_000, status="not recorded")) == "25 k / not recorded"
    assert [number(0.1234, unit) for unit in ("1", "points", "share")] == ["0.12", "0.1", "12 %"]
    assert (number(None, "persons"), number(float("nan"), "1"), number(float("inf"), "persons")) == ("-", "-", "inf")


def test_two_figures_of_one_place_and_time_both_stand():
    lines = pivot([row("2019", "a", 5, 5), row("2019", "a", 7, 5), row("2020", "b", None, 3)])
    assert lines == [
        "| | a | b |",
        "|---|---:|---:|",
        "| 2019 | 5 / 5 (5 to 5); 7 / 5 (5 to 5) **!** | - |",
        "| 2020 | - | 3 (3 to 3) |",
    ]


def test_numbers_of_a_pattern_of_several_figures():
    values = np.array([[0.1, 2000.0], [0.3, 4000.0]])
    assert pattern_numbers(Outcome(values)) == ("0.2; 3,000", "0.11 to 0.29; 2,100 to 3,900")
    assert pattern_numbers(Outcome(status="not covered")) == ("not covered", "")


@pytest.fixture(scope="module")
def found(history):
    return measure(open_folder(history))


def test_bounds_of_two_figures_are_paired_and_the_count_is_right(found):
    table = patterns_table(found).set_index("id")
    assert (table.loc["P10", "low"], table.loc["P10", "high"]) == ("0.04; 0.13", "0.13; 0.28")
    told = summary(found)
    held = {i for i, outcome in found.patterns.items() if outcome.holds}
    own = sum(c == "emergent" for i, c in table["class"].items() if i in held)
    assert f"{own} of 13 emergent" in told
    compared = [item for item in found.rows if item.inside is not None]
    assert f"**{sum(item.inside for item in compared)} of {len(compared)}**" in told


class Drawn:
    """Parameters of thirty replicates of which twenty have events."""

    def __init__(self):
        values = np.random.default_rng(1).normal(size=30)
        self.table = pd.DataFrame({"scenario": "history", "replicate": range(30), "parameter": "a", "value": values})

    def __call__(self, scenario):
        return self.table


def test_shares_of_rows_of_series_and_of_events():
    e = hand(replicates=30)
    e.folder.parameters = drawn = Drawn()
    e.folder.run["lists_of_replicates"] = 20
    a = drawn.table["value"].to_numpy()
    rows = [row("1", "series", None, *a), row("2", "events", None, *a[:20]), row("3", "few", None, *a[:7])]
    rows.append(row("4", "whole", None, *a, whole=1.0))
    shares = spread_shares(e, rows, {"P03": Outcome(3 * a[:20]), "P10": Outcome(np.stack([a, a], axis=1))})
    assert set(shares) == {"1series", "2events", "P03"}
    assert all(found.draws == pytest.approx(1.0) for found in shares.values())


def test_figures_without_data_say_so():
    empty = Yardstick([], {"P01": Outcome(status="not covered")}, {}, hand())
    assert {text.get_text() for ax in deaths_figure(empty).axes for text in ax.texts} == {"not recorded"}
    assert "P01 (not covered)" in patterns_figure(empty)._supxlabel.get_text()
    assert largest([]) == 10.0
    assert largest([row("1", "a", 300, 1, 2)]) == pytest.approx(318)
