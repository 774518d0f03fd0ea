"""Killing at operations, partners and protection: numbers worked out by hand, and what each does in a week."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INDISCRIMINATE, INSURGENT, MILITIA, RAID
from sim.processes import violence
from sim.processes.shared import operations
from sim.processes.shared.derived import who_is_present
from sim.settings.parameters.fighting import Violence
from tests.processes.test_violence import alone, dead, held

RULES = violence.ViolenceRules.of(Violence())


def test_anger_by_hand():
    """9.5 dead here are half of all anger; of ten next door, 50 km away, 1 / e counts."""
    lost = np.array([9.5, 10.0, 0.0])
    around = operations.Around(np.array([0, 1, 2, 2]), np.array([1, 0]), np.full(2, 50.0))
    near = 9.5 + 10.0 / math.e
    assert operations.anger_at(0, lost, around, RULES) == pytest.approx(near / (near + 9.5))
    assert operations.anger_at(2, lost, around, RULES) == 0.0
    lost[1] = 0.0
    assert operations.anger_at(0, lost, around, RULES) == pytest.approx(0.5)


def test_chance_of_retaliation_by_hand():
    chance = operations.chance_of_retaliation(1.5, 0.8, 0.25, 0.5, 0.5, 0.2, RULES)
    assert chance == pytest.approx(0.12 * 1.5 * 0.8 * 0.75 * (1.0 + 2.5 * 0.5) * (1.0 - 0.6 * 0.5) * 0.8)
    assert operations.chance_of_retaliation(1e3, 1.0, 0.0, 1.0, 0.0, 0.0, RULES) == 1.0
    assert operations.chance_of_retaliation(1.0, 0.0, 0.0, 1.0, 0.0, 0.0, RULES) == 0.0  # nobody is taken for guilty
    assert operations.chance_of_retaliation(1.0, 1.0, 1.0, 1.0, 0.0, 0.0, RULES) == 0.0  # who knows finds whom he seeks


def test_partners_embolden_armies_and_auxiliaries_by_their_part_in_who_is_there():
    kind = np.array([ARMY, AUXILIARY, FOREIGN, FOREIGN, INSURGENT, MILITIA])
    actors = SimpleNamespace(
        kind=kind,
        abusiveness=np.array([1.0, 1.0, 3.0, 4.0, 5.0, 5.0]),
        abusiveness_factor=np.array([1.0, 1.0, 1.0, 2.0, 1.0, 1.0]),
        persons=np.array([1, 1, 100, 100, 1, 1]),
        mandate_strike=np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]),  # the fourth trains and does not fight
        mandate_factor=np.ones(6),
    )
    partners, excess = operations.partners_of(actors)
    assert partners.tolist() == [2]
    assert excess[2] == pytest.approx(2.0)
    presence = np.array([[30.0, 0.0, 10.0, 500.0, 20.0, 0.0]])
    zone = operations.Zone(np.ones(1), np.zeros(1), partners, excess, np.ones(1))
    found = [operations.emboldened(a, 0, kind, presence, zone, 0.5) for a in range(6)]
    assert found == pytest.approx([1.0 + 0.5 * 2.0 * 0.25, 2.0, 1.0, 1.0, 1.0, 1.0])
    actors.persons[2] = 0
    assert operations.partners_of(actors)[0].tolist() == []


def test_protection_by_hand():
    presence = np.array([[100.0, 0.0], [0.0, 300.0]])
    found = operations.protection(np.array([0.5, 0.0]), who_is_present(presence), 0.3, 110.0)
    assert found == pytest.approx([0.3 * 50.0 / 160.0, 0.0])


def swept(times: int, lost: float = 0.0):
    """So many operations of the army here found nobody; so many comrades fell. Nobody kills without one."""

    def change(model):
        army = model.rows["arun_army"]
        place = int(model.capital_cell[model.actors.state[army]])
        model.p.violence.state_rate, model.p.violence.retaliation = 0.0, 0.2
        model.cells.information[:] = 0.0
        model.cells.sweeps_answered[place, army] = times
        model.cells.comrades_lost[place] = lost

    return change


def test_operations_that_find_nobody_end_in_killing_the_angrier_the_likelier():
    """Ten operations a week at half guilt: 0.1 each, with anger to 0.35."""
    none, calm, angry = (dead("arun_army", change) for change in (swept(0), swept(10), swept(10, lost=1e6)))
    assert none == 0
    assert calm > 0
    assert angry > 2 * calm


def test_killing_at_operations_is_indiscriminate_and_can_be_switched_off():
    model = alone("arun_army")
    swept(400)(model)
    violence.step(model, 7.0)
    log = model.log[: model.logged]
    assert len(log) > 10
    assert set(log["kind"]) == {INDISCRIMINATE}
    assert set(log["initiator"]) == {model.rows["arun_army"]}

    def off(model):
        swept(400)(model)
        model.p.violence.retaliation = 0.0

    assert dead("arun_army", off) == 0


@pytest.mark.parametrize(("name", "kind"), [("arun_army", "army"), ("league", "insurgents")])
def test_missions_protect_against_all_sides(name, kind):
    """Where a mission with the mandate is present in strength, each side kills a third and more less."""

    def guarded(protects):
        def change(model):
            mission = model.rows["union_mission"]
            model.actors.persons[mission] = 1000
            model.actors.mandate_protect[mission] = model.actors.mandate_factor[mission] = 1.0
            model.actors.mandate_oversee[:] = 0.0
            model.cells.presence[:, mission] = 1e6
            model.p.violence.protects = protects
            held(0.5)(model)

        return change

    posture = {} if kind == "army" else {"posture": RAID}
    assert 0 < dead(name, guarded(0.6), seeds=90, **posture) < 0.67 * dead(name, guarded(0.0), seeds=90, **posture)
