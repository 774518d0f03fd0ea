"""Rivalry: enmity between insurgent groups by what they lose to one another, by hand and in the model."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.core.codes import ARMY, INSURGENT, NOBODY_MEDIATES, PARTIES_KEEP
from sim.model.variants import STEPS
from sim.processes import decisions, politics
from sim.processes.shared.rivalry import update_rivalry
from sim.settings.events import Event
from sim.settings.parameters.politics import Politics
from tests.reference.worlds import World, fresh_model
from tests.views import view_of

RULES = politics.PoliticsRules.of(Politics())._replace(rivalry_share=0.1, cooling_days=100.0)


def hostility_of_two(
    enmity, truce=0.0, lost=(0, 0), persons=(400, 50), mediator=NOBODY_MEDIATES, kind=INSURGENT, dt=7.0
):
    """Enmity and truce, both ways, of two groups after a step in which they lost so many to one another."""

    def both(value):
        return np.array([[0.0, value], [value, 0.0]])

    actors = view_of(
        politics.Actors,
        kind=np.array([INSURGENT, kind]),
        persons=np.array(persons),
        enmity=both(enmity),
        truce=both(truce),
        mediator=np.full((2, 2), mediator),
        lost_to=np.array([[0, lost[0]], [lost[1], 0]]),
    )
    update_rivalry(actors, dt, RULES)
    return (actors.enmity[0, 1], actors.truce[0, 1]) if (actors.enmity == actors.enmity.T).all() else None


def test_enmity_by_hand():
    kept = math.exp(-0.07)
    assert hostility_of_two(1.0) == pytest.approx((kept, 0.0))
    assert hostility_of_two(0.0) == (0.0, 0.0)
    # a tenth of the smaller, who has 50, lost to one another: 1 - 1/e of the way to enmity
    assert hostility_of_two(0.0, lost=(2, 3))[0] == pytest.approx(1.0 - math.exp(-1.0))
    assert hostility_of_two(0.5, lost=(5, 0))[0] == pytest.approx(1.0 - (1.0 - 0.5 * kept) * math.exp(-1.0))
    # under a truce on which nobody watches there is none, and it begins in the same way
    assert hostility_of_two(1.0, truce=1.0) == (0.0, 0.0)
    assert hostility_of_two(1.0, truce=1.0, lost=(2, 3))[0] == pytest.approx(1.0 - math.exp(-1.0))


def test_kept_pacts_others_and_those_who_are_not_there_stay_as_they_were():
    for given in ({"mediator": PARTIES_KEEP}, {"mediator": 1}, {"kind": ARMY}, {"persons": (400, 0)}):
        assert hostility_of_two(0.8, truce=0.6, lost=(30, 30), **given) == (0.8, 0.6)


def two_groups(step, weeks=30, lost=0, **event):
    """Hostility of two groups of the teaching region after so many weeks of `step`, from an event on."""
    model = fresh_model(World(seed=1))
    league, banner = model.rows["league"], model.rows["banner"]
    for row in (league, banner):
        model.make_unit(row, 3, 200)
    model.count_persons()
    fields = {"a": "league", "b": "banner", "mediator": None, "kept": False} | event
    decisions.apply(model, Event("x", model.settings.region_info.start, "relation", fields))
    for _ in range(weeks):
        model.actors.lost_to[league, banner] = lost
        step(model, 7.0)
    return model.actors.hostility[league, banner]


def test_enmity_fades_in_peace_and_grows_by_losses_but_not_in_the_variant_nor_under_a_kept_truce():
    dated = STEPS["politics"]["dated_enmity"]
    assert two_groups(politics.step, state="hostile") < 0.75
    assert two_groups(dated, state="hostile") == pytest.approx(1.0)
    assert two_groups(politics.step, state="truce", lost=2) > 0.5
    assert two_groups(dated, state="truce", lost=2) == pytest.approx(0.0, abs=1e-6)
    assert two_groups(politics.step, state="truce", lost=2, kept=True) == 0.0
    assert two_groups(politics.step, state="neutral", lost=2) > 0.5
