"""Borders: numbers worked out by hand, and agreement with the plain version."""

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INSURGENT, OFFENSIVE, RAID
from sim.processes import borders, combat, movement
from sim.settings.parameters.movement import Borders
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import few, fresh_model, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("borders", world)


def pursuit_of(rule, blocs, base, gain):
    governments = view_of(borders.Governments, pursuit_rule=rule, blocs=blocs, pursuit=np.zeros(rule.shape))
    rules = borders.BorderRules.of(Borders())._replace(pursuit_base=base, bloc_pursuit=gain)
    borders.pursuits(governments, rules)
    return governments.pursuit


def test_pursuit_follows_rules_then_alliances():
    rule = np.full((3, 3), -1.0)
    rule[0, 2] = 0.9
    blocs = np.array([0b01, 0b11, 0b10])
    pursuit = pursuit_of(rule, blocs, base=0.1, gain=0.5)
    assert pursuit == pytest.approx(np.array([[1.0, 0.6, 0.9], [0.6, 1.0, 0.6], [0.1, 0.6, 1.0]]))
    assert pursuit_of(rule, blocs, base=0.8, gain=0.5).max() == 1.0


def test_access_by_kind():
    """Of three countries in a row an army acts in its own and next door; others where their profiles say."""
    area = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1], [1, 0, 0]], dtype=bool)
    actors = borders.Actors(
        countries=area,
        kind=np.array([INSURGENT, ARMY, FOREIGN, AUXILIARY]),
        state=np.array([-1, 0, -1, 0]),
        leaving=np.zeros(4, dtype=bool),
        persons=np.zeros(4, dtype=np.int64),
        access=np.full((4, 3), -1.0),
    )
    pursuit = np.array([[1.0, 0.3, 0.7], [0.2, 1.0, 0.2], [0.7, 0.2, 1.0]])
    touching = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    borders.access_by_country(actors, pursuit, touching, 0.5)
    assert actors.access.tolist() == [[0.0, 0.0, 1.0], [1.0, 0.3, 0.0], [0.0, 1.0, 1.0], [1.0, 0.3, 0.0]]
    area[1, 2], actors.leaving[2] = True, True  # invited into the third; gone home
    borders.access_by_country(actors, pursuit, touching, 0.5)
    assert actors.access[1:3].tolist() == [[1.0, 0.3, 0.5], [0.0, 0.0, 0.0]]


def test_refuge_is_the_contrary_of_pursuit_across_the_border():
    """Whom the first country's forces may follow into the second with 0.3 is there safe from them with 0.7."""
    pursuit = np.array([[1.0, 0.3, 0.7], [0.2, 1.0, 0.2], [0.7, 0.2, 1.0]])
    touching = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    governments = view_of(borders.Governments, pursuit=pursuit, refuge=np.full((3, 3), -1.0))
    borders.refuges(governments, touching)
    assert governments.refuge == pytest.approx(np.array([[0.0, 0.8, 0.0], [0.7, 0.0, 0.8], [0.0, 0.8, 0.0]]))


def test_a_force_that_has_left_may_act_nowhere():
    model = fresh_model()
    a = model.actors
    row = int(np.flatnonzero(a.kind == FOREIGN)[0])
    borders.step(model, 7.0)
    assert a.access[row].any()
    a.leaving[row], a.persons[row] = True, 0
    borders.step(model, 7.0)
    assert not a.access[row].any()


def across_the_border(rule: float):
    """A model with `rule` of pursuit between all countries, and two cells that touch across a border."""
    model = fresh_model()
    model.governments.pursuit_rule[:] = rule
    borders.step(model, 7.0)
    w = model.world
    here = np.repeat(np.arange(w.n_cells), np.diff(w.nb_start))
    state = int(np.flatnonzero(w.theatre)[0])
    pair = np.flatnonzero((w.country[here] == state) & (w.country[w.nb_cell] != state))[0]
    return model, int(here[pair]), int(w.nb_cell[pair])


def losers_abroad(rule: float) -> int:
    """Of 400 insurgent units that lie low beside a border, how many set out into the other country in some months."""
    model, cell, _ = across_the_border(rule)
    row = model.rows["league"]
    model.actors.access[row] = 1.0
    for _ in range(400):
        model.make_unit(row, cell, 40)
    mine = model.units.actor == row
    model.units.rest_days[mine] = 1000.0
    gone = np.zeros(len(model.units), dtype=bool)
    for week in range(12):
        model.step_index, model._streams = week, {}
        movement.step(model, 7.0)
        u = model.units
        set_out = mine & (u.target >= 0)
        gone |= set_out & (model.world.country[np.maximum(0, u.target)] != model.world.country[cell])
        gone |= mine & (model.world.country[u.cell] != model.world.country[cell])
    return int(gone.sum())


def test_those_who_lie_low_seek_refuge_where_they_are_not_followed():
    closed, open_ = losers_abroad(0.0), losers_abroad(1.0)
    assert closed > 1.5 * open_ > 0


def attacks_across(rule: float) -> int:
    """Attacks in some weeks of soldiers beside a border on insurgents beyond it whom they know well."""
    model, cell, beyond = across_the_border(rule)
    army = int(model.army_of[model.world.country[cell]])
    model.units.manpower[:] = 0
    for _ in range(40):
        soldiers = model.make_unit(army, cell, 150)
        model.units.posture[soldiers] = OFFENSIVE
        fighters = model.make_unit(model.rows["league"], beyond, 40)
        model.units.posture[fighters] = RAID
    model.cells.information[:] = 1.0
    model.cells.presence[:] = 10.0
    before = model.units.manpower.copy()
    found = 0
    for week in range(10):
        model.step_index, model._streams, model.logged = week, {}, 0
        combat.step(model, 7.0)
        found += int((model.log["initiator"][: model.logged] == army).sum())
        model.units.manpower[:] = before
    return found


def test_forces_attack_across_a_border_as_far_as_they_may_pursue():
    assert attacks_across(0.0) == 0
    assert 0 < attacks_across(0.1) < attacks_across(1.0)
