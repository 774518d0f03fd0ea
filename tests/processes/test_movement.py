"""Movement: numbers worked out by hand, travel budgets, and agreement with the plain version."""

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import (
    ARMY,
    BLOCKADE,
    ESCORT,
    GARRISON,
    GOVERN,
    INSURGENT,
    LIE_LOW,
    MILITIA,
    OFFENSIVE,
    PATROL,
    RAID,
)
from sim.core.draws import uniform
from sim.processes import movement
from sim.processes.shared.deployment import POSTURE
from sim.settings.parameters.movement import Movement
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("movement", world)


RULES = movement.ChoiceRules.of(Movement())
NO_WEIGHTS = movement.Strategy(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def value(presence=(0.0, 0.0, 0.0), own=0, resting=False, crowding=0.0, weights=None, shared=None, **offered):
    """Value of a cell to the second of an army, a group and its rival; `weights` of its strategy are else 0. With
    `shared` (the parameter) the rival draws on the same base."""
    place = movement.Place(1.0, 0.0, 0.0, 0.0, 0.0, 0.0)._replace(**offered)
    hostility, controller = np.array([0.5, 0.0, 1.0]), np.array([0, 1, 2])
    shares = np.array([False, False, shared is not None])
    around = movement.armed_others(np.array([0, 2]), hostility, shares, np.array(presence), controller)
    mine = max(0.0, presence[1] - own)
    rules = RULES._replace(weak_half=100.0, crowd_half=50.0, crowding=crowding, shared_base=shared or 0.0)
    strategy = NO_WEIGHTS._replace(**(weights or {}))
    return movement.place_value(place, around, mine, resting, strategy, rules)


def test_value_of_a_place_by_hand():
    # weakness of the state: K / (K + hostile presence + officials), where there is something to rule
    weak = {"weak_state": 1.0}
    assert value(presence=(200.0, 0.0, 0.0), weights=weak) == pytest.approx(100.0 / 200.0)
    assert value(presence=(200.0, 0.0, 0.0), weights=weak, officials=50.0, resources=0.4) == pytest.approx(0.4 * 0.4)
    assert value(weights={"support": 1.0}, support=0.3, resources=0.5) == pytest.approx(0.15)
    assert value(weights={"resources": 1.0}, resources=0.5) == pytest.approx(0.5)
    assert value(weights={"centres": 1.0}, centre=0.6) == pytest.approx(0.6)
    assert value(weights={"centres": 1.0}, centre=0.6, resting=True) == 0.0
    assert value(weights={"cover": 1.0}, cover=0.5) == pytest.approx(0.15)
    assert value(weights={"cover": 1.0}, cover=0.5, resting=True) == pytest.approx(0.5)
    assert value(presence=(0.0, 0.0, 50.0), weights={"rivals": 1.0}) == pytest.approx(0.5)
    assert value(order=1.2) == pytest.approx(1.2)
    # who shares the base takes a part of what there is to rule, and is no rival to be kept away from
    there, wants = (0.0, 0.0, 50.0), {"resources": 1.0, "rivals": -1.0, "cover": 1.0}
    assert value(presence=there, weights=wants, resources=0.8, shared=0.5) == pytest.approx(0.8 * 0.75)
    assert value(presence=there, weights=wants, resources=0.8, shared=0.0) == pytest.approx(0.8)
    assert value(presence=there, weights=wants, resources=0.8) == pytest.approx(0.8 - 0.5)
    # its own people crowd a place, the unit itself does not
    assert value(presence=(0.0, 80.0, 0.0), own=30, crowding=2.0) == pytest.approx(-1.0)
    assert value(presence=(0.0, 80.0, 0.0), own=90, crowding=2.0) == 0.0


def test_groups_share_a_base_whatever_their_relations():
    """Insurgent groups share it with one another, nobody with militias, with armies or with itself."""
    kind = np.array([INSURGENT, ARMY, INSURGENT, MILITIA])
    shares = np.zeros((4, 4), dtype=bool)
    shares[0, 2] = shares[2, 0] = True
    assert (movement.who_shares(kind) == shares).all()


def test_a_rival_no_longer_keeps_a_group_away():
    """Units that choose between two like places, one full of rivals: none goes there by the taboo, some when shared."""
    gone = []
    for step in (movement.step, movement.avoided):
        model = fresh_model(World(seed=5))
        league, banner = model.rows["league"], model.rows["banner"]
        model.actors.enmity[league, banner] = model.actors.enmity[banner, league] = 1.0
        model.actors.truce[:] = 0.0
        model.actors.hostility[:] = model.actors.enmity
        model.p.movement.relocate_days = 1.0
        model.actors.strategy_rivals[league] = -20.0
        cell = int(np.argmax(model.communities.residents))
        model.cells.presence[:] = 0.0
        model.cells.presence[:, banner] = 1000.0
        model.cells.presence[cell, banner] = 0.0
        for _ in range(200):
            model.make_unit(league, cell, 10, home=cell)
        step(model, 7.0)
        mine = model.units.actor == league
        gone.append(int((model.units.target[mine] >= 0).sum() + (~np.isin(model.units.cell[mine], cell)).sum()))
    assert gone[0] > 5
    assert gone[1] == 0


def test_travel_uses_a_budget_of_km_a_day():
    units = under_way([0, 0, 0], [1, 1, -1], [100.0, 50.0, 0.0], [3.0, 9.0, 0.0])
    movement.travel(units, np.array([10.0]), np.ones(2), 7.0)
    assert units.cell.tolist() == [0, 1, 0]
    assert units.target.tolist() == [1, -1, -1]
    assert units.km_left.tolist() == [30.0, 0.0, 0.0]
    assert units.rest_days.tolist() == [0.0, 2.0, 0.0]


def test_travel_in_the_rains_takes_the_mean_of_what_they_make_of_both_ends():
    units = under_way([0, 0], [1, 2], [100.0, 100.0], [0.0, 0.0])
    movement.travel(units, np.array([10.0]), np.array([1.0, 1.5, 1.0]), 7.0)
    assert units.km_left == pytest.approx([100.0 - 70.0 / 1.25, 30.0])


def under_way(cell, target, km_left, rest_days):
    """Units of one actor."""
    return view_of(
        movement.Units,
        actor=np.zeros(len(cell), dtype=np.int64),
        cell=np.array(cell),
        target=np.array(target),
        km_left=np.array(km_left),
        rest_days=np.array(rest_days),
    )


def test_a_way_takes_as_long_with_any_step():
    for dt in (1.0, 3.5, 7.0):
        units, days = under_way([0], [1], [350.0], [0.0]), 0.0
        while units.target[0] >= 0:
            movement.travel(units, np.array([25.0]), np.ones(2), dt)
            days += dt
        assert days == 14.0


def posture_in(model, row) -> int:
    movement.step(model, 7.0)
    return int(model.units.posture[row])


def test_postures():
    model = World(seed=2, weeks=10, scrambled=False).model()
    u, a, cells = model.units, model.actors, model.cells
    row = int(np.flatnonzero((a.kind[u.actor] == INSURGENT) & (u.manpower > 0))[0])
    actor = int(u.actor[row])
    p = model.p.movement
    p.relocate_days = p.order_days = p.call_fighters = 1e12  # stay where you are, whoever calls all of you
    u.target[row] = -1
    here = int(u.cell[row])
    u.rest_days[row] = 20.0
    assert posture_in(model, row) == LIE_LOW
    u.rest_days[row] = 0.0
    cells.order_bonus[here, actor] = 1.0
    assert posture_in(model, row) != BLOCKADE  # nobody calls it
    model.give_order(actor, "blockade", ("Tessaro",), 1.0, "fuel", np.inf)
    assert posture_in(model, row) == BLOCKADE
    a.blockading[actor] = False
    cells.share[here] = 0.0
    assert posture_in(model, row) == RAID
    cells.share[here, a.controller[actor]] = 1.0
    p.govern_share = 1.0
    assert posture_in(model, row) == GOVERN
    guards = np.flatnonzero((a.kind[u.actor] == ARMY) & (u.manpower > 0) & (u.target < 0))
    luck = [uniform(model.stream("movement"), u.key[one], POSTURE) for one in guards]
    guard = int(next(one for one, x in zip(guards, luck, strict=True) if 0.5 * p.patrol_share < x < p.patrol_share))
    p.redeploy_days = 1e12
    army, draw = int(u.actor[guard]), uniform(model.stream("movement"), u.key[guard], POSTURE)
    model.governments.escorts[:] = 0.0
    a.doctrine_offensive[army] = 0.0
    a.objective[:] = -1
    model.governments.theatre[:] = False
    p.rear_share = 0.0
    cells.attack_memory[:] = 0.0
    assert posture_in(model, guard) == PATROL
    cells.attack_memory[:] = 1.1 * p.patrol_half * (p.patrol_share / draw - 1.0)  # a little more than this unit bears
    assert posture_in(model, guard) == GARRISON
    cells.attack_memory[:] = 0.5 * p.patrol_half * (p.patrol_share / draw - 1.0)
    assert posture_in(model, guard) == PATROL
    a.doctrine_offensive[army] = 1.0
    assert posture_in(model, guard) == OFFENSIVE
    p.rear_share = 1.0  # staff, depots and schools stay where they are, but for an objective
    assert posture_in(model, guard) == GARRISON
    a.objective[army], a.objective_days[army] = int(u.cell[guard]), 60.0
    assert posture_in(model, guard) == OFFENSIVE
    a.objective[army], p.rear_share = -1, 0.0
    a.doctrine_offensive[army] = -1.0
    model.governments.escorts[:] = 1.0
    cells.corridor[:] = 1.25
    assert posture_in(model, guard) == ESCORT
