"""Random numbers belong to where they are used: same seed, same bits; a change moves only what it causes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.model.model import ConflictModel
from sim.settings.divergence import first_difference
from tests.example_runs import SCENARIOS, fingerprint, model_of, settings_of, state_of

WEEKS = 520


@cache
def history() -> tuple[list[str], list[float]]:
    """Fingerprint and day after every step of ten years of history."""
    model = model_of(settings_of())
    marks, days = [], []
    for _ in range(WEEKS):
        model.step()
        marks.append(fingerprint(model))
        days.append(model.t)
    return marks, days


def test_the_same_seed_gives_the_same_bits():
    model = model_of(settings_of())
    for mark in history()[0]:
        model.step()
        assert fingerprint(model) == mark


def test_another_replicate_or_seed_gives_another_run():
    for changes in ({"replicate": 1}, {"seed": 2}):
        model = model_of(settings_of(), **changes)
        for _ in range(20):
            model.step()
        assert fingerprint(model) != history()[0][19]


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "history"])
def test_before_the_first_difference_two_scenarios_are_identical(scenario):
    """To the last bit, in every step that ends before the first day on which they may differ."""
    settings = settings_of(f"scenario={scenario}")
    day = first_difference(settings_of(), settings)
    model = model_of(settings)
    marks, days = history()
    until = np.inf if day is None else model.day_of(day)
    for mark, end in zip(marks, days, strict=True):
        if end > until:
            break
        model.step()
        assert fingerprint(model) == mark, f"day {end}, before {day}"


@pytest.mark.parametrize("scenario", ["restraint", "un_stays", "no_blockade", "all_stay", "lesson_three_corridors"])
def test_after_the_first_difference_they_do_differ(scenario):
    settings = settings_of(f"scenario={scenario}")
    assert first_difference(settings_of(), settings) is not None
    model = model_of(settings)
    for _ in range(WEEKS):
        model.step()
    assert fingerprint(model) != history()[0][-1]


# ---------------------------------------------------------------------------- an inert agent


def with_inert_agent(settings, name: str, kind: str):
    """The same settings and one actor more, who has no people, no money and never comes."""
    model_profile = next(profile for profile in settings.actors.values() if profile.kind == kind)
    profile = replace(model_profile, entry=None, strength=[], roles=[], relations={}, title="Nobody")
    if kind == "auxiliary":
        profile = replace(profile, parent=model_profile.parent)
    actors = {**settings.actors, name: profile}
    return replace(settings, actors=dict(sorted(actors.items())))


def without(model, name: str) -> dict[str, np.ndarray]:
    """State of a model without the rows and columns of one actor and its controller."""
    row, count = model.rows[name], len(model.actors)
    controller = int(model.actors.controller[row])
    state = state_of(model)
    for column in list(state):
        table, _, part = column.partition(".")
        values = state[column]
        if table == "actors":
            values = np.delete(values, row, axis=0)
        if values.ndim == 2 and part in ("influence", "share", "known"):
            if controller > 0:
                values = np.delete(values, controller, axis=1)
        elif values.ndim == 2 and values.shape[1] == count:
            values = np.delete(values, row, axis=1)
        if part in ("actor", "parent", "mediator", "partner", "post_lost_by"):
            values = np.where(values > row, values - 1, values)
        if part == "controller" and controller > 0:
            values = np.where(values > controller, values - 1, values)
        if column == "log":
            values = values.copy()
            for field in ("initiator", "side_a", "side_b"):
                values[field] = np.where(values[field] > row, values[field] - 1, values[field])
        state[column] = values
    return state


@pytest.mark.parametrize("kind", ["insurgent", "foreign", "auxiliary"])
@pytest.mark.parametrize("name", ["aaa_nobody", "home_zzz_nobody"])
def test_an_inert_agent_leaves_everybody_else_as_they_were(kind, name):
    """Before all others or in their midst; eight years, to the last bit."""
    settings = settings_of()
    model, more = model_of(settings), model_of(with_inert_agent(settings, name, kind))
    assert len(more.actors) == len(model.actors) + 1
    for _ in range(400):
        model.step()
        more.step()
    ours, theirs = state_of(model), without(more, name)
    assert more.actors.persons[more.rows[name]] == 0
    for column, values in ours.items():
        np.testing.assert_array_equal(values, theirs[column], err_msg=column)


def test_an_inert_unit_leaves_everybody_else_as_they_were():
    """A unit without people gets a row and no draws."""
    model, more = (ConflictModel(settings_of(), model_of(settings_of()).world) for _ in range(2))
    for one in (model, more):
        for _ in range(150):
            one.step()
    row = more.make_unit(more.rows["league"], 3, 0)
    more.actors.units_made[more.rows["league"]] -= 1
    for one in (model, more):
        for _ in range(100):
            one.step()
    ours, theirs = state_of(model), state_of(more)
    for column, values in ours.items():
        if column.startswith("units."):
            theirs[column] = np.delete(theirs[column], row, axis=0)
        np.testing.assert_array_equal(values, theirs[column], err_msg=column)
