"""Shares of the spread that go with drawn parameters: nothing by chance alone, all where the outcome is linear."""

import numpy as np
import pandas as pd
import pytest

from sim.results.uncertainty_shares import adjusted_share, draws_of, shares_of, shares_of_differences


def drawn(replicates, names=("a", "b"), seed=1):
    values = np.random.default_rng(seed).normal(size=(replicates, len(names)))
    return pd.DataFrame(values, columns=list(names))


def test_adjusted_r_squared_by_hand():
    """y = 0, 1, 1, 2 on x = 0, 0, 1, 1: fitted 0.5 and 1.5, unexplained 1 of 2; 1 - 0.5 * 3 / 2 = 0.25."""
    assert adjusted_share(np.array([0.0, 1, 1, 2]), np.array([[0.0], [0], [1], [1]])) == pytest.approx(0.25)
    # y = 0, 2, 1, 1: nothing explained, and 1 - 1 * 3 / 2 is cut at nought
    assert adjusted_share(np.array([0.0, 2, 1, 1]), np.array([[0.0], [0], [1], [1]])) == 0.0
    assert np.isnan(adjusted_share(np.ones(4), np.array([[0.0], [0], [1], [1]])))
    assert np.isnan(adjusted_share(np.arange(2.0), np.array([[0.0], [1]])))


def test_a_linear_outcome_goes_with_the_draws_altogether():
    draws = drawn(40)
    found = shares_of((3 * draws["a"] - draws["b"] + 7).to_numpy(), draws)
    assert (found.draws, found.chance) == (pytest.approx(1.0), pytest.approx(0.0))
    assert (found.low, found.high) == (pytest.approx(1.0), pytest.approx(1.0))
    assert found.strongest == "a"
    low, high = np.quantile(draws["a"], [0.05, 0.95])
    assert found.effect == pytest.approx(3 * (high - low))
    assert found.deviation == pytest.approx((3 * draws["a"] - draws["b"]).std())


def test_pure_chance_goes_with_nothing():
    draws = drawn(400)
    found = shares_of(np.random.default_rng(2).normal(size=400), draws)
    assert found.draws < 0.02
    assert found.chance > 0.98


def test_half_and_half():
    draws = drawn(2000, ["a"])
    found = shares_of(draws["a"].to_numpy() + np.random.default_rng(2).normal(size=2000), draws)
    assert found.draws == pytest.approx(0.5, abs=0.05)
    assert found.low < 0.5 < found.high


@pytest.mark.parametrize(
    ("values", "draws"),
    [
        (np.arange(40.0), drawn(40)[[]]),  # nothing was drawn
        (np.ones(40), drawn(40)),  # nothing varies
        (np.arange(9.0), drawn(9)),  # two parameters and eight replicates beyond are asked
        (np.append(np.arange(9.0), [np.inf, np.nan]), drawn(11)),
    ],
)
def test_what_cannot_be_told_is_none(values, draws):
    assert shares_of(values, draws) is None


def test_replicates_without_a_value_or_a_draw_are_left_out():
    draws = drawn(30)
    values = draws["a"].to_numpy().copy()
    values[0] = np.inf
    draws.loc[1] = np.nan
    draws.loc[0] = 99.0
    assert shares_of(values, draws).draws == pytest.approx(1.0)


def parameters(**drawn):
    rows = [
        {"scenario": "history", "replicate": r, "parameter": name, "value": value}
        for name, values in drawn.items()
        for r, value in enumerate(values)
    ]
    other = {"scenario": "other", "replicate": 0, "parameter": "a", "value": 99.0}
    return pd.DataFrame([*rows, other])


def test_draws_of_a_scenario_are_those_that_vary():
    table = draws_of(parameters(a=[1, 2, 3], same=[5, 5, 5]), "history", [2, 0])
    assert list(table.columns) == ["a"]
    assert table["a"].tolist() == [3, 1]
    assert draws_of(parameters(), "history", [0, 1]).shape == (2, 0)


class Item:
    """Stands for a headline."""

    label, place, unit = "Displaced", "region", "persons"


class FolderByHand:
    """Twenty replicates: the baseline is all draw, the difference of one scenario none, that of the other nothing."""

    baseline = "history"
    scenarios = ("history", "chance", "none")
    headlines = (Item(),)

    def __init__(self):
        self.a = np.random.default_rng(1).normal(size=20)

    def totals(self, item):
        other = self.a + np.random.default_rng(5).normal(size=20)
        return pd.DataFrame({"history": self.a, "chance": other, "none": self.a + 1.0})

    def parameters(self, scenario):
        return parameters(a=self.a)


def test_levels_and_differences_of_headlines():
    folder = FolderByHand()
    table = shares_of_differences(folder).set_index("scenario")
    assert list(table["what"]) == ["level", "difference"]  # of the scenario that differs by one always: nothing
    assert table.loc["history", "share_draws"] == pytest.approx(1.0)
    assert table.loc["history", "strongest"] == "a"
    assert table.loc["chance", "share_draws"] < 0.2
    assert table.loc["chance", "share_draws"] + table.loc["chance", "share_chance"] == pytest.approx(1.0)
    assert table.loc["chance", ["outcome", "place", "unit"]].tolist() == ["Displaced", "region", "persons"]
