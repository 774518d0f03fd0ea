"""Doses and responses on the Sahel region: paired replicates, another dose, both signs of what is contested.

The same questions as in `test_dose_response`, where runs are longer and effects smaller beside chance: some minutes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.perpetrators import GROUPS
from tests.example_runs import model_of, settings_of, with_parameters
from tests.model.test_dose_response import assert_rise, both_signs

pytestmark = pytest.mark.slow
GOVERNMENT, INSURGENTS = GROUPS.index("government"), GROUPS.index("insurgents")
REPLICATES = 20
NEAR = 5.0  # persons of the mission who are felt


def settings_from(*words: str):
    return settings_of("scenario=history", *words, region="sahel")


@both_signs
def test_killing_by_every_side_falls_near_the_un_mission(signs):
    """Doses are the part of violence that the mission prevents where it is strong; counted is who was killed, by whom,
    within its reach from its arrival (July 2013) to the end of 2016."""
    base = settings_from("period.start=2012-01-01", "period.end=2016-12-31")
    found = np.array(
        [
            [
                killed_near(with_parameters(base, violence__protects=dose, **signs), r, "minusma")
                for r in range(REPLICATES)
            ]
            for dose in (0.0, 0.3, 0.6)
        ]
    )
    for side in (GOVERNMENT, INSURGENTS):
        assert found[0, :, side].sum() > 100
        assert_rise(-found[[0, 2], :, side])
    assert_rise(-found.sum(2))


def killed_near(settings, replicate: int, mission: str) -> np.ndarray:
    """Civilians killed by each side (3,) where a mission is felt."""
    model, killed = model_of(settings, replicate=replicate), np.zeros(3)
    row = model.rows[mission]
    while model.date < model.settings.end:
        model.step()
        near = model.cells.presence[:, row] > NEAR
        if near.any():
            killed += model.cells.civilians_week[near].sum(0)
    return killed


@both_signs
def test_more_abusive_armies_kill_and_displace_more(signs):
    """The state's armies and auxiliaries at a quarter, once and four times their abusiveness, 2012 to 2016."""
    base = settings_from("period.start=2012-01-01", "period.end=2016-12-31")
    found = []
    for factor in (0.25, 1.0, 4.0):
        profiles = {
            name: replace(one, abusiveness=factor * one.abusiveness) if one.kind in ("army", "auxiliary") else one
            for name, one in base.actors.items()
        }
        dosed = with_parameters(replace(base, actors=profiles), **signs)
        found.append([killed_and_displaced(dosed, r) for r in range(REPLICATES)])
    found = np.array(found)
    assert_rise(found[:, :, 0])
    assert_rise(found[:, :, 1])


def killed_and_displaced(settings, replicate: int) -> tuple[float, float]:
    """Civilians killed by the state's side, and the mean number of displaced people."""
    model, killed, away = model_of(settings, replicate=replicate), 0, []
    while model.date < model.settings.end:
        model.step()
        killed += int(model.cells.civilians_week[:, GOVERNMENT].sum())
        away.append(int(model.communities.displaced_from.sum()))
    return killed, float(np.mean(away))
