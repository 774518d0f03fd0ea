"""Comparison statistics against cases worked out in closed form."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.recording.aggregation import aggregate, aggregate_kind, periods
from sim.results.paired_differences import (
    bootstrap_interval,
    distinguishable,
    factorial_effects,
    probability_larger,
    summarise,
)


def test_known_mean_difference_and_its_interval():
    rng = np.random.default_rng(3)
    baseline = rng.normal(100, 20, size=(400, 2))
    difference = rng.normal([2.0, 0.0], 1.0, size=(400, 2))
    found = summarise(baseline + difference, baseline)
    np.testing.assert_allclose(found["difference"], difference.mean(0))
    # The half-width of a 95 % interval of a mean is 1.96 s / sqrt(n).
    half = (found["high"] - found["low"]) / 2
    np.testing.assert_allclose(half, 1.96 * difference.std(0) / 20, rtol=0.1)
    assert distinguishable(found["low"], found["high"], 400).tolist() == [True, False]


def test_interval_is_the_same_for_an_outcome_whatever_else_is_compared():
    rng = np.random.default_rng(1)
    many = rng.normal(size=(12, 9000))
    low, high = bootstrap_interval(many, seed=5)
    one_low, one_high = bootstrap_interval(many[:, [8500]], seed=5)
    np.testing.assert_allclose([one_low[0], one_high[0]], [low[8500], high[8500]], rtol=1e-12)
    again = bootstrap_interval(many, seed=5)
    assert np.array_equal(low, again[0])
    assert np.array_equal(high, again[1])


def test_interval_agrees_with_a_plain_bootstrap():
    data = np.random.default_rng(2).exponential(size=15)
    rng = np.random.default_rng(9)
    means = rng.choice(data, size=(40_000, 15)).mean(axis=1)
    plain = np.quantile(means, [0.025, 0.975])
    fast = bootstrap_interval(data, draws=40_000)
    np.testing.assert_allclose(np.ravel(fast), plain, rtol=0.02)


@pytest.mark.parametrize(("replicates", "expected"), [(12, 0.915), (60, 0.945)])
def test_coverage_of_the_interval(replicates, expected):
    truth = 1.5
    data = np.random.default_rng(7).normal(truth, 3.0, size=(replicates, 4000))
    low, high = bootstrap_interval(data)
    covered = ((low <= truth) & (truth <= high)).mean()
    assert covered == pytest.approx(expected, abs=0.02)


def test_one_replicate_has_no_interval_and_nan_stays_nan():
    low, high = bootstrap_interval(np.ones((1, 3)))
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    data = np.ones((4, 2))
    data[1, 0] = np.nan
    low, _ = bootstrap_interval(data)
    assert np.isnan(low[0])
    assert low[1] == pytest.approx(1)
    assert np.isnan(probability_larger(data)[0])


def test_probability_larger_counts_ties_half():
    differences = np.array([[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
    assert probability_larger(differences).tolist() == [0.625, 0.5]


def test_equal_runs_cannot_be_told_apart():
    values = np.random.default_rng(0).normal(size=(6, 3))
    found = summarise(values, values)
    assert (found["difference"] == 0).all()
    assert not distinguishable(found["low"], found["high"], 6).any()


def test_too_few_replicates_are_never_called_distinguishable():
    data = np.array([[1.0], [2.0], [3.0], [1.5], [2.5], [1.2]])
    for replicates in range(2, 7):
        low, high = bootstrap_interval(data[:replicates])
        assert low[0] > 0
        assert distinguishable(low, high, replicates)[0] == (replicates >= 6)


def test_factorial_effects_of_a_linear_model():
    rng = np.random.default_rng(4)
    design = pd.DataFrame(
        [(a, b, c) for a in ("as", "restraint") for b in ("stay", "go") for c in ("x", "y", "z")],
        columns=["abuses", "withdrawals", "blockades"],
    )
    design.index = [f"run{i}" for i in range(len(design))]
    first = (design["abuses"] == "restraint").to_numpy(float)
    second = (design["withdrawals"] == "go").to_numpy(float)
    third = design["blockades"].map({"x": 0.0, "y": 5.0, "z": -1.0}).to_numpy()
    mean = 100 - 10 * first + 4 * second + 6 * first * second + third
    noise = rng.normal(0, 30, size=(40, 1)) + rng.normal(0, 0.1, size=(40, len(design)))
    values = pd.DataFrame(mean + noise, columns=design.index)
    effects = factorial_effects(design, values).set_index(["factor", "level", "with_level"])
    known = {
        ("abuses", "restraint", ""): -10 + 6 / 2,
        ("withdrawals", "go", ""): 4 + 6 / 2,
        ("blockades", "y", ""): 5,
        ("blockades", "z", ""): -1,
        ("abuses", "restraint", "go"): 6,
        ("abuses", "restraint", "y"): 0,
        ("withdrawals", "go", "z"): 0,
    }
    for key, effect in known.items():
        assert effects.loc[key, "effect"] == pytest.approx(effect, abs=0.06), key
        assert effects.loc[key, "low"] <= effects.loc[key, "effect"] <= effects.loc[key, "high"]
    assert len(effects) == 1 + 1 + 2 + 1 + 2 + 2


def test_factorial_needs_a_full_crossing():
    design = pd.DataFrame({"a": ["x", "y", "x"], "b": ["p", "p", "q"]}, index=["r", "s", "t"])
    values = pd.DataFrame(np.zeros((2, 3)), columns=design.index)
    with pytest.raises(ValueError, match="full crossing of its levels has 4"):
        factorial_effects(design, values)


def test_periods_and_aggregates_by_kind():
    dates = np.arange("2020-12-01", "2022-01-15", 7, dtype="datetime64[D]")
    spans = periods(dates)
    assert [span.name for span in spans] == ["all", "2020", "2021", "2022"]
    assert spans[1].last < np.datetime64("2021-01-01") <= spans[2].first
    assert sum(span.stop - span.start for span in spans[1:]) == len(dates)
    units = {"idps": "persons", "deaths": "persons/week", "area_share.x": "0..1"}
    units["besieged"] = "persons"
    kinds = [aggregate_kind(name, unit) for name, unit in units.items()]
    assert kinds == ["end", "sum", "mean", "mean"]
    values = np.random.default_rng(0).random((3, len(dates), 2, 4)).astype("f4")
    found = aggregate(values, spans, kinds)
    assert found.shape == (3, 4, 2, 4)
    year = values[:, spans[2].start : spans[2].stop]
    np.testing.assert_allclose(found[:, 2, :, 0], year[:, -1, :, 0])
    np.testing.assert_allclose(found[:, 2, :, 1], year[..., 1].sum(1), rtol=1e-6)
    np.testing.assert_allclose(found[:, 2, :, 2], year[..., 2].mean(1), rtol=1e-6)
    np.testing.assert_allclose(found[:, 0, :, 1], found[:, 1:, :, 1].sum(1), rtol=1e-9)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_interval_lies_within_the_data(numbers):
    data = np.array(numbers)
    low, high = bootstrap_interval(data, draws=200)
    slack = 1e-9 * (1 + np.abs(data).max())
    assert data.min() - slack <= low <= high <= data.max() + slack
