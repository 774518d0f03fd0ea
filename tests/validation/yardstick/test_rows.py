"""Statistics of a row, worked out by hand."""

import numpy as np
import pytest

from sim.core.files import NotRecorded
from sim.validation.yardstick.rows import Row, in_band, in_tail, measured, quantile, ratio, share_true
from sim.validation.yardstick.table import misses_first, selected

NAN, INF = float("nan"), float("inf")


def test_a_ratio_of_nothing_is_missing_and_of_something_to_nothing_infinite():
    assert ratio([6, 0, 5, 0], [3, 2, 0, 0]).tolist()[:3] == [2.0, 0.0, INF]
    assert np.isnan(ratio([0], [0])).all()
    assert ratio(6, [2, 3]).tolist() == [3.0, 2.0]


def test_quantiles_leave_out_what_is_missing():
    assert quantile([1, NAN, 3, 2], 0.5) == 2.0
    assert quantile([0, 10], 0.05) == pytest.approx(0.5)
    assert np.isnan(quantile([NAN, NAN], 0.5))
    assert np.isnan(quantile([], 0.5))


def test_quantiles_count_infinite_values_as_large():
    assert quantile([1, 2, INF], 0.5) == 2.0
    assert quantile([1, INF, INF], 0.5) == INF
    assert quantile([1, 2, INF], 0.05) == pytest.approx(1.1)
    assert quantile([1, 2, INF], 0.95) == INF
    assert quantile([1, INF], 0.5) == INF
    assert quantile([1, NAN, INF, 4], 0.95) == INF


def test_bands_include_their_ends_and_ask_the_median():
    assert in_band([1, 2, 9], 2, 3)
    assert in_band([1, 3, 9], 2, 3)
    assert not in_band([1, 3.01, 9], 2, 3)
    assert not in_band([NAN, NAN], 0, 1)
    assert not in_band([1, INF, INF], 0, 5)


def test_the_tail_asks_both_quantiles_and_a_limit():
    maxima = np.arange(101.0)  # 5 % is 5, 99 % is 99
    assert in_tail(5.0, maxima, most=25)
    assert not in_tail(4.9, maxima, most=25)
    assert in_tail(99.0, maxima)
    assert not in_tail(99.1, maxima)
    assert not in_tail(19.8, maxima)  # 99 is not below five times 19.8
    assert in_tail(19.9, maxima)
    assert not in_tail(84.0, np.zeros(4))


def test_half_of_the_replicates_is_enough():
    assert share_true([1, 0])
    assert not share_true([1, 0, 0])
    assert share_true([True] * 4 + [False], 0.8)
    assert not share_true([True] * 3 + [False], 0.8)


def row(observed, simulated, **more):
    return Row("a", "section", "column", "2019", "persons", observed, np.array(simulated, dtype=float), **more)


def test_a_row_lies_within_the_middle_ninety_percent():
    found = row(5.0, np.arange(101))
    assert (found.low, found.median, found.high) == (5.0, 50.0, 95.0)
    assert found.inside
    assert found.ratio == 10.0
    assert row(4.9, np.arange(101)).inside is False
    assert row(95.0, np.arange(101)).inside
    assert row(95.1, np.arange(101)).inside is False
    assert row(None, [1, 2]).inside is None
    assert row(3.0, []).inside is None
    assert row(0.0, [0, 0]).inside
    assert row(0.0, [0, 0]).ratio is None


def test_a_figure_of_the_whole_ensemble_stands_for_the_median():
    found = row(None, [0.1, 0.2, 0.9], whole=0.7)
    assert found.median == 0.7
    assert found.plain()["replicates"] is None
    assert row(None, [0.1, 0.2, 0.9]).plain()["replicates"] == 3


def test_what_a_folder_lacks_is_not_recorded():
    def missing():
        raise NotRecorded("no such thing")

    about = ("a", "section", "column", "2019", "persons", 5.0)
    lacks, has = measured(missing, *about, source="S"), measured(lambda: np.array([4.0, 6.0]), *about, source="S")
    assert (lacks.status, len(lacks.simulated), lacks.inside, lacks.source) == ("not recorded", 0, None, "S")
    assert (has.status, has.median, has.observed) == ("", 5.0, 5.0)


def test_misses_come_by_their_ratio_within_a_section():
    """A twentieth of the largest figure, 50, is added to both: (50+10)/(50+1000) is further off than (50+1)/(50+0)."""
    rows = [row(1.0, [0, 0]), row(1000.0, [10, 10]), row(7.0, [6, 8]), row(None, [1, 1])]
    assert misses_first(rows) == [rows[1], rows[0]]
    assert selected(rows) == rows[:3]
    assert selected([row(1.0, [1], holds=True), *rows], judged=True)[0].holds
