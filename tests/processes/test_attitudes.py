"""Attitudes: numbers worked out by hand, the contested signs, and agreement with the plain version."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import BLOCKADE
from sim.processes import attitudes
from tests.reference.agreement import check
from tests.reference.worlds import World, few, fresh_model, worlds


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    check("attitudes", world)


def test_what_is_heard_by_hand():
    """Two neighbours; actor 0 an insurgent, actor 1 the army. Six dead among 20,000 people, scale 3 per 10,000."""
    heard = np.zeros((2, 2))
    attitudes.hear(
        np.array([[6.0, 0.0], [0.0, 0.0]]), np.array([15_000, 40_000]), np.array([5_000, 0]), np.array([0, 1, 2]),
        np.array([1, 0]), np.array([0, 1]), np.array([0.5, 1.0]), np.array([0.25, 0.0]), np.array([1, 1]), np.array([True, False]), 0.4, 3.0, 0.8, heard,
        np.empty(2, dtype=bool),
    )  # fmt: skip
    # a fifth (0.8 * 0.25) of the blame is moved to the state; neighbours hear a fifth (0.4 * 0.5) of the true blame
    assert heard[0].tolist() == pytest.approx([0.8, 0.2])
    assert heard[1].tolist() == pytest.approx([0.8 * 0.2 / 2, 0.0])


def test_small_places_count_as_two_thousand():
    heard = np.zeros((1, 1))
    attitudes.hear(
        np.array([[1.0]]), np.array([10]), np.array([0]), np.array([0, 0]), np.array([0])[:0], np.array([0]), np.ones(1),
        np.zeros(1), np.array([-1]), np.array([True]), 0.4, 5.0, 0.8, heard, np.empty(1, dtype=bool),
    )  # fmt: skip
    assert heard[0, 0] == pytest.approx(1.0)


def judge_one(heard=(0.0, 0.0), share=(0.0, 1.0), presence=(100.0, 0.0), harm=(0.0, 0.0), hardship=0.0, blockade=0.0,
              blockader=False, legitimacy=0.5, benefits=0.0, support=(0.0, 0.0), gain=1.0, neighbour=False, **weights):  # fmt: skip
    """One community, actor 0 an insurgent (controller 1), actor 1 the army (controller 0), enemies; one step."""
    numbers = np.array([
        weights.get("keep_harm", 1.0), weights.get("keep_fear", 1.0), 0.5, gain, weights.get("services", 0.0),
        weights.get("protection", 0.0), weights.get("weight_of_harm", 0.0), weights.get("backlash", 0.0),
        weights.get("hardship", 0.0), weights.get("blame", 0.0), weights.get("legitimacy", 0.0), 1.0, 20.0,
    ])  # fmt: skip
    harm, support, fear = np.array([harm], dtype=float), np.array([support], dtype=float), np.array([0.2])
    blame = np.zeros(1)
    attitudes.judge(
        np.array([heard]), np.array([any(heard)]), np.array([share]), np.array([presence]), np.array([1, 0]), np.array([True, False]),
        np.array([neighbour, False]), np.array([0.5, 0.1]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([hardship]),
        np.array([blockade]),
        np.array([benefits]), np.array([0]), np.array([legitimacy]), np.array([blockader, False]), numbers, harm, blame, fear, support,
    )  # fmt: skip
    assert blame[0] == pytest.approx(harm[0, 1])  # the second actor alone is on the state's side
    return harm[0], fear[0], support[0]


def test_harm_and_fear_by_hand():
    harm, fear, _ = judge_one(heard=(math.log(2.0), 0.0), harm=(0.5, 0.4), keep_harm=0.5, keep_fear=0.5)
    assert harm.tolist() == pytest.approx([0.25 + 0.75 * 0.5, 0.2])
    assert fear == pytest.approx(0.1 + 0.5 * 0.9 * 0.5)


def test_support_by_hand():
    """100 fighters where 20 make a group half known; weights of the insurgent and of supporting nobody (1)."""
    known = 100.0 / 120.0
    _, _, support = judge_one()
    assert support.tolist() == pytest.approx([known / (1.0 + known), 0.0])
    _, _, support = judge_one(gain=0.5, support=(0.0, 0.4))
    assert support[1] == pytest.approx(0.2)  # the army is not there: what it had goes
    weight = known * math.exp(1.0 * 0.5 * 1.0 + 0.3 * 1.0)
    _, _, support = judge_one(services=1.0, protection=0.3)
    assert support[0] == pytest.approx(weight / (1.0 + weight))


def test_militiamen_are_known_to_their_neighbours():
    assert judge_one(presence=(1.0, 0.0), neighbour=True)[2][0] == pytest.approx(0.5)  # as much as supporting nobody
    assert judge_one(presence=(1.0, 0.0))[2][0] == pytest.approx((1.0 / 21.0) / (1.0 + 1.0 / 21.0))


@pytest.mark.parametrize("sign", [-1.0, 0.0, 1.0])
def test_backlash_moves_support_by_its_sign(sign):
    _, _, calm = judge_one(backlash=sign)
    _, _, hurt = judge_one(backlash=sign, harm=(0.0, 0.8))
    assert np.sign(hurt[0] - calm[0]) == sign


@pytest.mark.parametrize("sign", [-1.0, 0.0, 1.0])
def test_blockade_blame_moves_support_of_those_who_blockade_by_its_sign(sign):
    _, _, calm = judge_one(blame=sign, blockade=0.5)
    _, _, blamed = judge_one(blame=sign, blockade=0.5, blockader=True)
    assert np.sign(calm[0] - blamed[0]) == sign


def test_harm_by_an_actor_costs_it_support():
    known = 100.0 / 120.0
    _, _, support = judge_one(harm=(0.5, 0.0), weight_of_harm=2.0)
    weight = known * math.exp(-1.0)
    assert support[0] == pytest.approx(weight / (1.0 + weight))


def test_an_abuse_counts_once():
    """The week's suffering is forgotten when it has been judged."""
    model = fresh_model(World(seed=4))
    model.communities.exposure[3, 0] = 10.0
    attitudes.step(model, 7.0)
    assert model.communities.exposure.sum() == 0.0
    harm = model.communities.harm[3, 0]
    assert harm > 0.0
    attitudes.step(model, 7.0)
    assert model.communities.harm[3, 0] == pytest.approx(harm * math.exp(-7.0 / model.p.attitudes.forget_days))


def test_shares_of_support_never_exceed_the_whole():
    model = World(seed=7, weeks=5).model()
    for _ in range(20):
        attitudes.step(model, 7.0)
        assert model.communities.support.min() >= 0.0
        assert model.communities.support.sum(1).max() <= 1.0 + 1e-12


def test_only_those_who_blockade_are_blamed():
    model = fresh_model(World(seed=4))
    row = model.rows["league"]
    assert not model.blockader().any()
    unit = model.make_unit(row, 0, 10)
    model.units.posture[unit] = BLOCKADE
    assert model.blockader().tolist() == [r == row for r in range(len(model.actors))]
