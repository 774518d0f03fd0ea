"""Worlds in which nothing should happen, and in which nothing does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.core.codes import BLOCKADE, CONTESTED
from sim.settings.settings import ProcessSwitch
from tests.example_runs import model_of, run, settings_of, state_of

ARMED = ("insurgent", "militia")


def without_insurgents():
    """Settings with neither insurgents nor militias, nor events about them."""
    settings = settings_of()
    left = {name: profile for name, profile in settings.actors.items() if profile.kind not in ARMED}
    gone = set(settings.actors) - set(left)
    schedule = {
        name: event
        for name, event in settings.schedule.items()
        if not gone & {str(value) for value in event.fields.values()}
    }
    return replace(settings, actors=left, schedule=schedule)


def test_without_insurgents_nobody_fights_and_nobody_is_killed():
    model = model_of(without_insurgents())
    totals = run(model, 400)
    assert totals.battles == 0
    assert totals.civilians == 0
    assert model.ledger["fighters_killed"] == 0
    assert model.cells.abuse_week.sum() == 0
    assert model.communities.harm.max() == 0.0
    assert (model.cells.controller != CONTESTED).all()  # nothing is contested
    assert model.nodes.robbed.sum() == model.nodes.burnt.sum() == 0.0
    np.testing.assert_allclose(model.nodes.served, 1.0)


def test_without_insurgents_nobody_is_displaced():
    model = model_of(without_insurgents())
    run(model, 400)
    assert model.cohorts.persons.sum() + model.cohorts.transit.sum() == 0


def test_without_violence_and_hardship_nobody_is_displaced():
    """Insurgents are there and govern, but nobody fights, kills or closes roads, or is alarmed at a change of rule."""
    settings = settings_of("scenario=no_blockade", "parameters.displacement.alarm_rate=0")
    off = {name: ProcessSwitch(on=False) for name in ("combat", "violence", "finance", "supply")}
    model = model_of(replace(settings, processes=off))
    totals = run(model, 300)
    assert model.actors.persons[model.rows["league"]] > 0
    assert totals.civilians == totals.battles == 0
    assert model.cohorts.persons.sum() + model.cohorts.transit.sum() == 0


def test_without_violence_against_civilians_only_crossfire_kills():
    settings = settings_of()
    model = model_of(replace(settings, processes={"violence": ProcessSwitch(on=False)}))
    one_sided = 0
    for _ in range(200):
        model.step()
        one_sided += int((model.log["type"][: model.logged] == 3).sum())
    assert one_sided == 0


def test_with_all_processes_off_only_the_clock_moves():
    settings = settings_of()
    names = [name for name, *_ in model_of(settings).week]
    model = model_of(replace(settings, processes={name: ProcessSwitch(on=False) for name in names}))
    before = state_of(model)
    run(model, 10)
    after = state_of(model)
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name], err_msg=name)


def test_without_blockades_no_unit_ever_closes_a_road():
    """The lever `blockades=none` takes the posture away from every group."""
    model = model_of(settings_of("scenario=no_blockade"))
    for _ in range(200):
        model.step()
        assert not ((model.units.posture == BLOCKADE) & (model.units.manpower > 0)).any()
