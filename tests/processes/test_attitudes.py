"""Attitudes: numbers worked out by hand, the contested signs, and agreement with the plain version."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, BLOCKADE, FOREIGN, INSURGENT
from sim.processes import attitudes
from sim.processes.shared.derived import who_is_present
from sim.processes.shared.foreign import campaigns
from sim.settings.parameters.people import Attitudes
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("attitudes", world)


RULES = attitudes.AttitudeRules.of(Attitudes())


def no_campaigns(countries, actors):
    return campaigns.Campaigns(*np.zeros((3, countries, actors)))


def test_what_becomes_known_by_hand():
    """Two neighbours; actor 0 an insurgent, actor 1 the army. Six dead among 20,000 people, scale 3 per 10,000."""
    known, reached = np.zeros((2, 2)), np.empty(2, dtype=bool)
    exposure = np.array([[6.0, 0.0], [0.0, 0.0]])
    communities = view_of(
        attitudes.Communities,
        exposure=exposure,
        residents=np.array([15_000, 40_000]),
        hosted=np.array([5_000, 0]),
    )
    governments = view_of(attitudes.Governments, media=np.array([0.5, 1.0]), propaganda=np.array([0.25, 0.0]))
    place = attitudes.Place(np.array([0, 1]), np.array([1, 1]), np.array([0, 1, 2]), np.array([1, 0]))
    rules = RULES._replace(neighbour_weight=0.4, shock_scale=3.0, blame_shift=0.8)
    calm = no_campaigns(2, 2)
    campaigns.spread_news(communities, governments, place, np.array([True, False]), calm, rules, known, reached)
    # a fifth (0.8 * 0.25) of the blame is moved to the state; neighbours hear of a fifth (0.4 * 0.5), as it is told
    # there
    assert known[0].tolist() == pytest.approx([0.8, 0.2])
    assert known[1].tolist() == pytest.approx([0.8 * 0.2 / 2, 0.2 * 0.2 / 2])
    assert reached.all()
    assert not exposure.any()
    exposure[0, 0] = 6.0  # of a militia, which has no propaganda
    campaigns.spread_news(communities, governments, place, np.array([False, False]), calm, rules, known, reached)
    assert known[0].tolist() == pytest.approx([1.0, 0.0])
    assert known[1].tolist() == pytest.approx([0.2 / 2, 0.0])


def test_small_places_count_as_two_thousand():
    known = np.zeros((1, 1))
    communities = view_of(
        attitudes.Communities, exposure=np.array([[1.0]]), residents=np.array([10]), hosted=np.array([0])
    )
    governments = view_of(attitudes.Governments, media=np.ones(1), propaganda=np.zeros(1))
    place = attitudes.Place(np.array([0]), np.array([-1]), np.array([0, 0]), np.array([0])[:0])
    rules = RULES._replace(shock_scale=5.0)
    calm, reached = no_campaigns(1, 1), np.empty(1, dtype=bool)
    campaigns.spread_news(communities, governments, place, np.array([True]), calm, rules, known, reached)
    assert known[0, 0] == pytest.approx(1.0)


def test_campaigns_move_blame_by_hand():
    """Actors: insurgent, army, partner, two outsiders. Six dead among 20,000 people by the first, by full propaganda a
    half of it told of the army; a campaign moves half of either to the outsiders, three to one."""
    known, reached = np.zeros((2, 5)), np.empty(2, dtype=bool)
    communities = view_of(
        attitudes.Communities,
        exposure=np.array([[6.0, 0.0, 0.0, 0.0, 0.0], [0.0] * 5]),
        residents=np.array([20_000, 40_000]),
        hosted=np.array([0, 0]),
    )
    governments = view_of(attitudes.Governments, media=np.array([0.5, 1.0]), propaganda=np.array([1.0, 0.0]))
    place = attitudes.Place(np.array([0, 1]), np.array([1, -1]), np.array([0, 1, 2]), np.array([1, 0]))
    rules = RULES._replace(neighbour_weight=0.4, shock_scale=3.0, blame_shift=0.5)
    moved, onto = np.array([[0.5, 0.5, 0.5, 0.0, 0.0], [0.0] * 5]), np.array([[0.0, 0.0, 0.0, 0.75, 0.25], [0.0] * 5])
    told = campaigns.Campaigns(moved, onto, np.zeros((2, 5)))
    insurgent = np.array([True, False, False, False, False])
    campaigns.spread_news(communities, governments, place, insurgent, told, rules, known, reached)
    assert known[0].tolist() == pytest.approx([0.25, 0.25, 0.0, 0.375, 0.125])
    np.testing.assert_allclose(known[1], known[0] * 0.2 / 2)  # of the same harm, half of it per head
    assert known[0].sum() == pytest.approx(1.0)  # moved, neither made nor lost


def campaigns_of_three(campaign=0.8, partner=2, found=None, **changes):
    """Country 0 with an insurgent, its army, three foreign forces (200 and 600 and 50 men; the last a joint force) and
    the army of country 1."""
    columns = {
        "kind": np.array([INSURGENT, ARMY, FOREIGN, FOREIGN, FOREIGN, ARMY]),
        "state": np.array([-1, 0, -1, -1, -1, 1]),
        "persons": np.array([500, 900, 200, 600, 50, 900]),
        "access": np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [0.4, 1.0]]),
    }
    actors = view_of(attitudes.Actors, **columns | changes)
    governments = view_of(
        attitudes.Governments, campaign=np.array([campaign, 0.0]), partner=np.array([partner, -1], dtype=np.int16)
    )
    outsider = np.array([False, False, True, True, False, False])
    rules = RULES._replace(campaign_shift=0.5, campaign_distance=0.25)
    found = no_campaigns(2, 6) if found is None else found
    campaigns.campaign(actors, governments, outsider, rules, found)
    return found


def test_whom_campaigns_spare_and_whom_they_blame():
    found = campaigns_of_three()
    assert found.moved[0].tolist() == pytest.approx([0.4, 0.4, 0.4, 0.0, 0.0, 0.0])
    assert found.onto[0].tolist() == pytest.approx([0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    assert found.distant[0].tolist() == pytest.approx([0.0, 0.0, 0.0, 0.2, 0.0, 0.0])
    assert not found.moved[1].any()  # no campaign there
    found = campaigns_of_three(partner=-1)  # then the first foreign force is blamed as well, by its size
    assert found.moved[0].tolist() == pytest.approx([0.4, 0.4, 0.0, 0.0, 0.0, 0.0])
    assert found.onto[0].tolist() == pytest.approx([0.0, 0.0, 0.25, 0.75, 0.0, 0.0])
    nobody = campaigns_of_three(persons=np.array([500, 900, 200, 0, 50, 900]))
    assert not nobody.moved.any()  # there is nobody to blame; what they did is not the government's all the same
    assert nobody.distant[0, 3] == pytest.approx(0.2)
    over = campaigns_of_three(campaign=0.0, found=found)  # what was kept of the week before is gone with the campaign
    assert not over.moved.any()
    assert not over.distant.any()


def test_a_government_answers_less_for_those_it_campaigns_against():
    blame, distant = np.zeros(1), np.array([[0.0, 0.5]])
    attitudes_of_one(harm=(0.0, 0.4), blame=blame, distant=distant)
    assert blame[0] == pytest.approx(0.2)


def attitudes_of_one(
    known=(0.0, 0.0),
    share=(0.0, 1.0),
    presence=(100.0, 0.0),
    harm=(0.0, 0.0),
    hardship=0.0,
    blockade=0.0,
    blockading=False,
    legitimacy=0.5,
    benefits=0.0,
    support=(0.0, 0.0),
    gain=1.0,
    neighbour=False,
    insurgent=True,
    kept=(1.0, 1.0),
    blame=None,
    distant=None,
    **weights,
):
    """One community, actor 0 an insurgent (controller 1), actor 1 the army (controller 0), enemies; one step.

    All weights are 0 but those that are given; blame of the state's side goes into `blame` (1,)."""
    zero = dict.fromkeys(
        (
            "services_weight",
            "protection_weight",
            "harm_weight",
            "backlash",
            "hardship_weight",
            "blockade_blame",
            "legitimacy_weight",
        ),
        0.0,
    )
    rules = RULES._replace(**(zero | {"fear_gain": 0.5, "none_weight": 1.0, "familiar": 20.0} | weights))
    harm, support, fear = np.array([harm], dtype=float), np.array([support], dtype=float), np.array([0.2])
    blame = np.zeros(1) if blame is None else blame
    actors = view_of(
        attitudes.Actors,
        controller=np.array([1, 0]),
        hostility=np.array([[0.0, 1.0], [1.0, 0.0]]),
    )
    services = np.array([[0.5, 0.1]])
    cells, present = view_of(attitudes.Cells, share=np.array([share]), services=services), np.array([presence])
    communities = view_of(
        attitudes.Communities,
        hardship=np.array([hardship]),
        blockade_hardship=np.array([blockade]),
        benefits=np.array([benefits]),
        support=support,
        harm=harm,
        blame=blame,
        fear=fear,
    )
    militias = np.flatnonzero([neighbour, False])
    sides = ([insurgent, False], [neighbour, False], [blockading, False])
    side = attitudes.Side(*(np.array(of) for of in sides), militias)
    attitudes.update_attitudes(
        np.array([known]),
        np.array([any(known)]),
        who_is_present(present),
        actors,
        cells,
        communities,
        view_of(attitudes.Governments, legitimacy=np.array([legitimacy])),
        side,
        np.array([0]),
        np.zeros((1, 2)) if distant is None else distant,
        attitudes.Fading(*kept, gain),
        rules,
    )
    return harm[0], fear[0], support[0]


def test_harm_and_fear_by_hand():
    blame = np.zeros(1)
    harm, fear, _ = attitudes_of_one(known=(math.log(2.0), 0.0), harm=(0.5, 0.4), kept=(0.5, 0.5), blame=blame)
    assert blame[0] == pytest.approx(0.2)  # the second actor alone is on the state's side
    assert harm.tolist() == pytest.approx([0.25 + 0.75 * 0.5, 0.2])
    assert fear == pytest.approx(0.1 + 0.5 * 0.9 * 0.5)


def test_support_by_hand():
    """100 fighters where 20 make a group half known; weights of the insurgent and of supporting nobody (1)."""
    known = 100.0 / 120.0
    _, _, support = attitudes_of_one()
    assert support.tolist() == pytest.approx([known / (1.0 + known), 0.0])
    _, _, support = attitudes_of_one(gain=0.5, support=(0.0, 0.4))
    assert support[1] == pytest.approx(0.2)  # the army is not there: what it had goes
    weight = known * math.exp(1.0 * 0.5 * 1.0 + 0.3 * 1.0)
    _, _, support = attitudes_of_one(services_weight=1.0, protection_weight=0.3)
    assert support[0] == pytest.approx(weight / (1.0 + weight))


def test_hardship_makes_support_of_insurgents_not_of_militias():
    calm = attitudes_of_one(hardship_weight=1.0)[2][0]
    assert attitudes_of_one(hardship_weight=1.0, hardship=0.5)[2][0] > calm + 0.05
    assert attitudes_of_one(hardship_weight=1.0, hardship=0.5, insurgent=False)[2][0] == calm


def test_militiamen_are_known_to_their_neighbours():
    # as much as supporting nobody
    assert attitudes_of_one(presence=(1.0, 0.0), neighbour=True)[2][0] == pytest.approx(0.5)
    assert attitudes_of_one(presence=(1.0, 0.0))[2][0] == pytest.approx((1.0 / 21.0) / (1.0 + 1.0 / 21.0))


@pytest.mark.parametrize("sign", [-1.0, 0.0, 1.0])
def test_backlash_moves_support_by_its_sign(sign):
    _, _, calm = attitudes_of_one(backlash=sign)
    _, _, hurt = attitudes_of_one(backlash=sign, harm=(0.0, 0.8))
    assert np.sign(hurt[0] - calm[0]) == sign


@pytest.mark.parametrize("sign", [-1.0, 0.0, 1.0])
def test_blockade_blame_moves_support_of_those_who_blockade_by_its_sign(sign):
    _, _, calm = attitudes_of_one(blockade_blame=sign, blockade=0.5)
    _, _, blamed = attitudes_of_one(blockade_blame=sign, blockade=0.5, blockading=True)
    assert np.sign(calm[0] - blamed[0]) == sign


def test_harm_by_an_actor_costs_it_support():
    known = 100.0 / 120.0
    _, _, support = attitudes_of_one(harm=(0.5, 0.0), harm_weight=2.0)
    weight = known * math.exp(-1.0)
    assert support[0] == pytest.approx(weight / (1.0 + weight))


def test_an_abuse_counts_once():
    """The week's exposure is forgotten when it has moved attitudes."""
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


def blockading(model):
    units, by_actor = attitudes.Units.of(model), model.units_by_actor()
    return attitudes.who_blockades(units, by_actor, model.irregulars, len(model.actors))


def test_only_those_who_blockade_are_blamed():
    model = fresh_model(World(seed=4))
    row = model.rows["league"]
    assert not blockading(model).any()
    unit = model.make_unit(row, 0, 10)
    model.units.posture[unit] = BLOCKADE
    assert blockading(model).tolist() == [r == row for r in range(len(model.actors))]
