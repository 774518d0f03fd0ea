"""Livelihood and finance: numbers worked out by hand, and agreement with the plain version."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from sim.processes import finance
from tests.reference.agreement import check
from tests.reference.worlds import World, few, fresh_model, worlds


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    check("finance", world)


def test_groups_tax_people_herds_and_mines():
    share = np.array([[0.5, 0.5], [0.0, 1.0], [0.8, 0.2]])
    income = finance.taxed(
        share, 1, np.array([1000, 2000]), np.array([1.0, 0.5]), np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 0.5]),
        0.001, 0.002, 100.0,
    )  # fmt: skip
    # 500 people at 0.001; 2000 people, half their living, at 0.003; a fifth of half a mine at 100
    assert income == pytest.approx(0.5 + 3.0 + 10.0)


def fare_of_one(
    served=1.0, price=1.0, goods=1.0, siege=0.0, fear=0.0, hosted=0, jobs=0.0, mines=0.0, aid=0.0, gain=1.0
):
    """Livelihood, hardship and blockade hardship of one community of 999 people with round weights."""
    weights = np.array([0.5, 0.4, 0.4, 0.2, 0.5, 0.3, 0.6, 0.1, 0.8, 0.5])
    livelihood, hardship, blockade = np.ones(1), np.zeros(1), np.zeros(1)
    finance.fare(
        np.zeros(1, dtype=np.int64), np.array([served]), np.array([price]), np.array([goods]), np.array([siege]),
        np.array([fear]), np.array([999 - hosted]), np.array([hosted]), np.array([jobs]), np.array([mines]),
        np.array([aid]), weights, gain, livelihood, hardship, blockade,
    )  # fmt: skip
    return livelihood[0], hardship[0], blockade[0]


def test_in_peace_nobody_is_in_want():
    assert fare_of_one() == (1.0, 0.0, 0.0)


def test_each_want_by_hand():
    assert fare_of_one(fear=1.0) == pytest.approx((0.5, 0.25, 0.0))
    assert fare_of_one(served=0.0) == pytest.approx((0.6, 0.3 + 0.5 * 0.4, 0.3))
    assert fare_of_one(goods=0.5) == pytest.approx((0.8, 0.6 * 0.5 + 0.5 * 0.2, 0.0))  # bad roads, not a siege
    assert fare_of_one(goods=0.5, siege=1.0) == pytest.approx((0.8, 0.6 * 0.5 + 0.5 * 0.2, 0.3))
    assert fare_of_one(price=1.5) == pytest.approx((1.0, 0.05, 0.05))
    assert fare_of_one(price=9.0) == pytest.approx((1.0, 0.1, 0.1))  # doubled prices are the worst that counts
    assert fare_of_one(mines=3.0) == pytest.approx((0.8, 0.1, 0.0))
    assert fare_of_one(hosted=500) == pytest.approx((1.0, 0.8 * 0.5, 0.0))


def test_jobs_aid_and_lag():
    assert fare_of_one(fear=0.4, jobs=0.25) == pytest.approx((1.0, 0.0, 0.0))  # 0.8 * 1.25
    assert fare_of_one(jobs=0.5)[0] == 1.0
    assert fare_of_one(fear=1.0, aid=1.0) == pytest.approx((0.5, 0.125, 0.0))
    assert fare_of_one(fear=1.0, gain=0.5)[0] == pytest.approx(0.75)


def test_two_half_steps_are_one_step():
    """The lags are exact: what does not depend on the order of processes does not depend on the step."""
    one, two = fresh_model(World(seed=3, weeks=0)), fresh_model(World(seed=3, weeks=0))
    for model in (one, two):
        model.communities.fear[:] = 0.5
    finance.step(one, 7.0)
    finance.step(two, 3.5)
    finance.step(two, 3.5)
    np.testing.assert_allclose(one.communities.livelihood, two.communities.livelihood, rtol=1e-12)


def test_a_group_without_income_runs_out_of_money():
    model = fresh_model(World(seed=1))
    row = model.rows["league"]
    a = model.actors
    model.make_unit(row, 0, 100)
    model.count_persons()
    a.taxes[row] = 0.0
    a.treasury[row] = 1400.0
    for _ in range(2):
        finance.step(model, 7.0)
    assert a.treasury[row] == 0.0
    before = a.funding[row]
    finance.step(model, 7.0)
    assert a.funding[row] == pytest.approx(before * np.exp(-7.0 / model.p.finance.funding_days))
