"""Comparison statistics against cases worked out in closed form."""

import numpy as np
import pandas as pd
import pytest

from sim.recording.aggregation import aggregate, aggregate_kind, periods
from sim.results.intervals import distinguishable
from sim.results.paired_differences import factorial_effects, share_larger, summarise


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


def test_share_larger_counts_ties_half():
    differences = np.array([[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
    assert share_larger(differences).tolist() == [0.625, 0.5]


def test_equal_runs_cannot_be_told_apart():
    values = np.random.default_rng(0).normal(size=(6, 3))
    found = summarise(values, values)
    assert (found["difference"] == 0).all()
    assert not distinguishable(found["low"], found["high"], 6).any()


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
    table = factorial_effects(design, values)
    effects = table[table["effect"] != "simple"].set_index(["factor", "level", "with_level"])
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
        assert effects.loc[key, "difference"] == pytest.approx(effect, abs=0.06), key
        assert effects.loc[key, "low"] <= effects.loc[key, "difference"] <= effects.loc[key, "high"]
    assert len(effects) == 1 + 1 + 2 + 1 + 2 + 2


def test_simple_effects_are_those_where_the_other_factor_is_set():
    rng = np.random.default_rng(4)
    design = pd.DataFrame(
        [(a, b) for a in ("as", "restraint") for b in ("stay", "go")], columns=["abuses", "withdrawals"]
    )
    design.index = [f"run{i}" for i in range(4)]
    values = pd.DataFrame(rng.normal(0, 30, (10, 1)) + np.array([100.0, 104.0, 90.0, 100.0]), columns=design.index)
    table = factorial_effects(design, values)
    simple = table[table["effect"] == "simple"].set_index(["factor", "level", "with_factor", "with_level"])
    known = {
        ("abuses", "restraint", "withdrawals", "stay"): (-10, "run0"),
        ("abuses", "restraint", "withdrawals", "go"): (-4, "run1"),
        ("withdrawals", "go", "abuses", "as"): (4, "run0"),
        ("withdrawals", "go", "abuses", "restraint"): (10, "run2"),
    }
    assert set(simple.index) == set(known)
    for key, (effect, base) in known.items():
        row = simple.loc[key]
        np.testing.assert_allclose(row[["difference", "low", "high"]].to_numpy(float), effect, atol=1e-9)
        assert row["reference"] == pytest.approx(values[base].mean())
    both = table[table["effect"] == "interaction"].iloc[0]
    assert both["difference"] == pytest.approx(6)  # the simple effects less one another


def test_factorial_needs_a_full_crossing():
    design = pd.DataFrame({"a": ["x", "y", "x"], "b": ["p", "p", "q"]}, index=["r", "s", "t"])
    values = pd.DataFrame(np.zeros((2, 3)), columns=design.index)
    with pytest.raises(ValueError, match="full crossing of its levels has 4"):
        factorial_effects(design, values)


def test_periods_and_aggregates_by_kind():
    dates = np.arange("2020-12-01", "2022-01-15", 7, dtype="datetime64[D]")
    spans = periods(dates)
    assert [span.name for span in spans] == ["all", "2020", "2021", "2022"]
    assert spans[1].last <= np.datetime64("2021-01-03")
    assert spans[2].first == spans[1].last + 1
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


def test_a_week_beyond_the_period_is_left_out():
    dates = np.arange(
        "2027-12-08", "2028-01-06", 7, dtype="datetime64[D]"
    )  # the last is about 29 December to 4 January
    spans = periods(dates, end=np.datetime64("2027-12-31"))
    assert [(span.name, span.stop) for span in spans] == [("all", 4), ("2027", 4)]
    assert spans[0].last == np.datetime64("2027-12-28")
    assert [span.name for span in periods(dates)] == ["all", "2027", "2028"]
    assert periods(dates[:1], end=np.datetime64("2027-12-05"))[0].stop == 1  # something is always told
    months = np.array(["2027-11-01", "2027-12-01"], dtype="datetime64[D]")
    spans = periods(months, end=np.datetime64("2027-12-20"), monthly=True)
    assert [(span.name, str(span.first), str(span.last)) for span in spans] == [
        ("all", "2027-11-01", "2027-12-20"),
        ("2027", "2027-11-01", "2027-12-20"),
    ]
