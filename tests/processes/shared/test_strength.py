"""Strength of forces: targets and who comes or goes, by hand. What events do with them is tested with the decisions."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.codes import ARMY, FOREIGN, INSURGENT, TO_ARMY, TO_NOBODY
from sim.processes.shared import strength
from tests.reference.worlds import World, fresh_model
from tests.views import view_of


def target_on(day: float, ramped: bool = False, kind: int = ARMY, dates=(10.0, 30.0, 40.0), most=np.inf) -> float:
    """Target after a week from `day` on, from 70: by a profile of 100, 300 and 200, or by a ramp of 2 a day to 100."""
    forces = view_of(
        strength.Forces,
        kind=np.array([kind]),
        target=np.array([70.0]),
        target_goal=np.array([100.0]),
        target_rate=np.array([2.0]),
        target_most=np.array([most]),
    )
    persons = np.array([100.0, 300.0, 200.0])[: len(dates)]
    profiles = strength.Profiles(np.array([0, len(dates)]), np.array(dates), persons)
    strength.move_targets(forces, np.array([ramped]), profiles, day, 7.0)
    return float(forces.target[0])


def test_targets_follow_profiles_and_ramps():
    days = (0.0, 3.0, 4.0, 10.0, 20.0, 30.0, 35.0, 90.0)
    assert [target_on(day) for day in days] == pytest.approx([0.0, 0.0, 100.0, 100.0, 200.0, 300.0, 250.0, 200.0])
    assert target_on(20.0, ramped=True) == pytest.approx(84.0)
    assert target_on(20.0, dates=()) == 0.0
    assert target_on(20.0, kind=INSURGENT) == 70.0  # their strength is the model's business
    assert target_on(20.0, most=150.0) == 150.0
    assert target_on(20.0, most=90.0, ramped=True) == 84.0


def moving(target: float, persons: int, leaving: bool = False) -> tuple[bool, int]:
    """Whether a foreign force with units of 90 persons sends or takes home anybody, and how many it lacks."""
    forces = strength.Forces(
        kind=np.array([FOREIGN]),
        unit_size=np.array([90.0]),
        mobility=np.zeros(1),
        countries=np.ones((1, 1), dtype=bool),
        persons=np.array([persons]),
        entered=np.array([True]),
        leaving=np.array([leaving]),
        handover=np.zeros(1),
        target=np.array([target]),
        target_goal=np.zeros(1),
        target_rate=np.zeros(1),
        target_most=np.zeros(1),
    )
    rows, lacking = strength.who_moves(forces, 3.0)
    return rows.tolist() == [0], int(lacking[0])


def test_forces_come_by_thirds_of_units_and_go_by_whole_ones():
    assert [moving(500.0 + lack, 500)[0] for lack in (0, 29, 30, 200)] == [False, False, True, True]
    assert [moving(500.0 - over, 500)[0] for over in (1, 89, 90, 400)] == [False, False, True, True]
    assert moving(499.0, 500, leaving=True) == (True, -1)
    assert moving(600.0, 500, leaving=True) == (False, 100)


def test_a_ramp_of_no_weeks_takes_some_time():
    assert strength.ramp_days(4.0) == 28.0
    assert strength.ramp_days(0.0) == strength.LEAST_DAYS


@pytest.mark.parametrize("handover", [TO_ARMY, TO_NOBODY])
def test_a_unit_of_the_army_sets_out_for_a_base_that_it_is_given(handover):
    model = fresh_model(World(seed=1))
    row, base = model.rows["union_mission"], int(model.cells_at("Oulan")[0])
    unit = model.make_unit(row, base, 100, home=base)
    model.p.movement.handover_days = 10.0
    strength.depart(model, unit, handover)
    assert model.units.manpower[unit] == 0
    assert model.ledger["departed"] == 100
    army = int(model.army_of[model.world.country[base]])
    takers = np.flatnonzero((model.units.actor == army) & (model.units.target == base))
    assert len(takers) == (1 if handover == TO_ARMY else 0)
    assert (model.units.home[takers] == base).all()
    assert model.units.km_left[takers] == pytest.approx(10.0 * model.actors.mobility[army])
