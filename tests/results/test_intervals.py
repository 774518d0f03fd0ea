"""Intervals of mean paired differences: what they cover, their test, and many of them together."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.results.intervals import (
    COVERAGE,
    FEWEST,
    coverage_at,
    distinguishable,
    holm,
    p_value,
    stars,
    student_interval,
)

#: paired differences of 200 replicates of the teaching region (tools/paired_differences.py says how they were made)
STORED = Path(__file__).parents[1] / "data" / "paired_differences.csv"


def test_interval_and_test_are_students():
    data = np.random.default_rng(2).normal(0.4, 1.0, size=(9, 3))
    low, high = student_interval(data)
    known = stats.ttest_1samp(data, 0.0)
    np.testing.assert_allclose([low, high], known.confidence_interval(0.95))
    np.testing.assert_allclose(p_value(data), known.pvalue)
    # the interval excludes zero where p is below 5 %
    np.testing.assert_array_equal((low > 0) | (high < 0), known.pvalue < 0.05)


@cache
def covered(replicates: int) -> pd.Series:
    """Share of intervals that hold the mean of all 200, by outcome, over 3,000 draws of so many replicates."""
    table = pd.read_csv(STORED)
    rng = np.random.default_rng(11)
    shares = {}
    for name in table:
        values = table[name].to_numpy()
        low, high = student_interval(values[rng.integers(len(values), size=(replicates, 3000))])
        shares[name] = ((low <= values.mean()) & (values.mean() <= high)).mean()
    return pd.Series(shares)


@pytest.mark.parametrize("told", COVERAGE, ids=lambda told: str(told.replicates))
def test_coverage_of_paired_differences_as_they_occur(told):
    shares = covered(told.replicates)
    assert len(pd.read_csv(STORED)) == 200
    assert shares.mean() >= 0.93
    assert (shares >= 0.93).mean() >= 0.85  # what the strongly skewed outcomes miss is told
    assert shares.mean() == pytest.approx(told.usual, abs=0.01)
    assert shares.min() == pytest.approx(told.least, abs=0.015)


def test_the_percentile_bootstrap_would_not_do():
    values = pd.read_csv(STORED)["displaced (end)"].to_numpy()
    rng = np.random.default_rng(3)
    held = []
    for _ in range(400):
        data = values[rng.integers(len(values), size=12)]
        means = data[rng.integers(12, size=(600, 12))].mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        held.append(low <= values.mean() <= high)
    assert np.mean(held) < 0.93


def test_coverage_is_told_of_the_largest_number_measured():
    assert coverage_at(FEWEST - 1) is None
    assert [coverage_at(n).replicates for n in (6, 11, 12, 29, 30, 500)] == [6, 6, 12, 12, 30, 30]


def test_few_replicates_and_nothing_that_varies():
    low, high = student_interval(np.ones((1, 3)))
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    assert np.isnan(p_value(np.ones((1, 3)))).all()
    same = np.repeat([[0.1, 0.0]], 7, axis=0)  # 0.1 summed up seven times is not 0.7
    low, high = student_interval(same)
    np.testing.assert_allclose([low, high], [[0.1, 0.0]] * 2)
    assert p_value(same).tolist() == [0.0, 1.0]
    data = np.ones((4, 2))
    data[1, 0] = np.nan
    assert np.isnan(student_interval(data)[0]).tolist() == [True, False]


def test_holm_by_hand():
    # 0.01 < 0.05/4, 0.015 < 0.05/3, 0.03 > 0.05/2: it and all after it fail
    assert holm(np.array([0.03, 0.01, 0.04, 0.015])).tolist() == [False, True, False, True]
    assert holm(np.array([0.01, np.nan, 0.04])).tolist() == [True, False, True]  # NaN is no test
    assert holm(np.zeros(0)).tolist() == []


def test_holm_keeps_the_chance_of_a_false_star():
    rng = np.random.default_rng(8)
    trials = [p_value(rng.normal(size=(12, 40))) for _ in range(600)]
    single = np.mean([(p < 0.05).any() for p in trials])
    held = np.mean([holm(p).any() for p in trials])
    assert single > 0.8
    assert held == pytest.approx(0.05, abs=0.03)


def test_stars_of_a_table():
    found = {
        "difference": np.array([-10.0, -10.0, -0.5, 3.0, 4.0]),
        "low": np.array([-12.0, -19.0, -0.6, -1.0, 3.0]),
        "high": np.array([-8.0, -1.0, -0.4, 7.0, 5.0]),
        "p": np.array([1e-6, 0.03, 1e-6, 0.2, 0.04]),
    }
    level = np.full(5, 100.0)
    together = np.array([1, 1, 1, 1, 0])  # the last is judged by itself
    assert stars(found, level, 12, 0.01, together).tolist() == [2, 1, 0, 0, 2]
    assert stars(found, level, 12, 0.0, together).tolist() == [2, 1, 2, 0, 2]
    assert stars(found, level, 12, 0.2, together).tolist() == [0, 0, 0, 0, 0]
    assert stars(found, level, FEWEST - 1, 0.01, together).tolist() == [0, 0, 0, 0, 0]


def test_distinguishable_needs_replicates():
    assert distinguishable(np.array([1.0, -1.0]), np.array([2.0, 2.0]), FEWEST).tolist() == [True, False]
    assert not distinguishable(1.0, 2.0, FEWEST - 1)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_interval_is_about_the_mean(numbers):
    data = np.array(numbers)
    low, high = student_interval(data)
    slack = 1e-9 * (1 + np.abs(data).max())
    assert low - slack <= data.mean() <= high + slack
    assert 0.0 <= p_value(data) <= 1.0
