"""Movement: numbers worked out by hand, travel budgets, and agreement with the plain version."""

import math

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GARRISON, GOVERN, INSURGENT, LIE_LOW, OFFENSIVE, PATROL, RAID
from sim.core.draws import uniform
from sim.processes import movement
from sim.processes.shared import deployment
from sim.settings.parameters.movement import Movement
from tests.reference.agreement import check
from tests.reference.worlds import World, few, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    check("movement", world)


def test_distance():
    """A degree of latitude is 111 km; of longitude at 60 N half of it."""
    assert deployment.flat_distance_km(10.0, 3.0, 11.0, 3.0) == pytest.approx(111.195)
    assert deployment.flat_distance_km(60.0, 3.0, 60.0, 4.0) == pytest.approx(111.195 / 2.0)
    assert deployment.flat_distance_km(10.0, 3.0, 12.0, 1.0) == deployment.flat_distance_km(12.0, 1.0, 10.0, 3.0)


RULES = deployment.MovementRules.of(Movement())


def value(presence=(0.0, 0.0, 0.0), strategy=(0.0,) * 6, support=0.0, own=0, resting=False, **more):
    """Value of one cell to the second of an army, a group and its rival."""
    p = {"resources": 1.0, "centre": 0.0, "cover": 0.0, "bonus": 0.0, "officials": 0.0, "crowding": 0.0} | more
    actors = view_of(
        movement.Actors,
        controller=np.array([0, 1, 2]),
        hostility=np.array([[0.0, 1.0, 1.0], [0.5, 0.0, 1.0], [1.0, 1.0, 0.0]]),
    )
    cells = view_of(movement.Cells, presence=np.array([presence]), order_bonus=np.array([[0.0, p["bonus"], 0.0]]))
    lure = movement.Lure(*(np.array([p[name]]) for name in movement.Lure._fields))
    rules = RULES._replace(weak_half=100.0, crowd_half=50.0, crowding=p["crowding"])
    weights = movement.Strategy(*strategy)
    support = np.array([[0.0, support, 0.0]])
    return movement.place_value(0, 1, np.array([0, 2]), actors, cells, support, lure, weights, own, resting, rules)


def one(place: int) -> tuple[float, ...]:
    """A strategy that looks at one thing only."""
    return tuple(1.0 if i == place else 0.0 for i in range(6))


def test_value_of_a_place_by_hand():
    # weakness of the state: K / (K + hostile presence + officials), where there is something to rule
    assert value(presence=(200.0, 0.0, 0.0), strategy=one(0)) == pytest.approx(100.0 / 200.0)
    assert value(presence=(200.0, 0.0, 0.0), strategy=one(0), officials=50.0, resources=0.4) == pytest.approx(0.4 * 0.4)
    assert value(strategy=one(1), support=0.3, resources=0.5) == pytest.approx(0.15)
    assert value(strategy=one(2), resources=0.5) == pytest.approx(0.5)
    assert value(strategy=one(3), centre=0.6) == pytest.approx(0.6)
    assert value(strategy=one(3), centre=0.6, resting=True) == 0.0
    assert value(strategy=one(4), cover=0.5) == pytest.approx(0.15)
    assert value(strategy=one(4), cover=0.5, resting=True) == pytest.approx(0.5)
    assert value(presence=(0.0, 0.0, 50.0), strategy=one(5)) == pytest.approx(0.5)
    assert value(bonus=1.2) == pytest.approx(1.2)
    # its own people crowd a place, the unit itself does not
    assert value(presence=(0.0, 80.0, 0.0), own=30, crowding=2.0) == pytest.approx(-1.0)
    assert value(presence=(0.0, 80.0, 0.0), own=90, crowding=2.0) == 0.0


def test_travel_uses_a_budget_of_km_a_day():
    units = under_way([0, 0, 0], [1, 1, -1], [100.0, 50.0, 0.0], [3.0, 9.0, 0.0])
    movement.travel(units, np.array([10.0]), 7.0)
    assert units.cell.tolist() == [0, 1, 0]
    assert units.target.tolist() == [1, -1, -1]
    assert units.km_left.tolist() == [30.0, 0.0, 0.0]
    assert units.rest_days.tolist() == [0.0, 2.0, 0.0]


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
            movement.travel(units, np.array([25.0]), dt)
            days += dt
        assert days == 14.0


def weigh(pulls, area, town, attacks, symbol, mines, enemy, truce, corridor, escorts, avoid):
    """Weights of two cells as posts of the one actor, who may act in half of what is there."""
    actors = view_of(deployment.Actors, access=np.array([[0.5]]), truce=np.array([truce]))
    cells = view_of(
        deployment.Cells,
        share=np.array([[1.0, 0.0], [0.375, 0.625]]),
        attack_memory=np.array(attacks),
        corridor=np.array(corridor),
    )
    posts = deployment.Posts(np.array(town), np.array(symbol), np.array(mines), np.array([0]))
    land = deployment.Land(
        np.array([0, 0]), np.zeros(2), np.zeros(2), np.array([area]), np.array([-1]), np.array([-1, 1])
    )
    fill, good = np.empty(2), np.zeros(2, dtype=np.int64)
    found = deployment.post_weights(
        0, deployment.Pulls(*pulls), actors, cells, escorts, np.array(enemy), posts, land, avoid, fill, good
    )
    return fill, good[:found].tolist()


def test_posts_by_hand():
    fill, good = weigh(
        (2.0, 0.5, 1.0, 3.0, 4.0),
        [True, True],
        [1.0, 0.0],
        [2.0, 0.0],
        [0.0, 1.0],
        [0.0, 0.2],
        [0.5, 0.0],
        [0.0, 0.8],
        [0.0, 0.3],
        0.5,
        0.6,
    )
    first = 0.5 * (2.0 + 1.0) * (1.0 - 0.6 * 0.5)
    second = 0.5 * (1.0 + 0.6 + 4.0 * 0.5 * 0.3) * 0.5  # a pact with those who hold most of it takes half
    assert fill == pytest.approx([first, second])
    assert good == [0, 1]
    one = [1.0, 1.0]
    fill, good = weigh((1.0,) * 5, [False, True], one, one, one, one, [0.0, 0.0], [0.0, 0.0], one, 0.0, 0.0)
    assert fill[0] == 0.0  # ground where its profile does not let it be
    assert fill[1] == pytest.approx(0.5 * 4.0)
    assert good == [1]


def test_units_settle_by_the_square_of_the_weights():
    """Once by the draw of the place and once by its acceptance: in the long run the best posts hold most units."""
    weights, n = np.array([1.0, 2.0, 5.0]), 4000
    cell, target, km = np.zeros(n, dtype=np.int64), np.full(n, -1), np.zeros(n)
    keys, lat, lon = np.arange(n).astype(np.uint64), np.zeros(3), np.arange(3.0)
    units = view_of(deployment.Units, key=keys, cell=cell, home=np.full(n, -1), target=target, km_left=km)
    rules = RULES._replace(pull_home=1.0, detour=1.0)
    for step in range(40):
        draws = np.uint64(step * 7919 + 1)
        deployment.redeploy(draws, np.arange(n), units, weights, np.arange(3), -1, 0.0, 0.0, 0.5, lat, lon, rules)
        moved = target >= 0
        cell[moved] = target[moved]
        target[:] = -1
    shares = np.bincount(cell, minlength=3) / n
    assert shares == pytest.approx(weights**2 / 30.0, abs=4.0 * math.sqrt(0.25 / n))


def posture_in(model, row) -> int:
    movement.step(model, 7.0)
    return int(model.units.posture[row])


def test_postures():
    model = World(seed=2, weeks=10, scrambled=False).model()
    u, a, cells = model.units, model.actors, model.cells
    row = int(np.flatnonzero((a.kind[u.actor] == INSURGENT) & (u.manpower > 0))[0])
    actor = int(u.actor[row])
    p = model.p.movement
    p.relocate_days = 1e12  # stay where you are
    u.target[row] = -1
    here = int(u.cell[row])
    u.rest_days[row] = 20.0
    assert posture_in(model, row) == LIE_LOW
    u.rest_days[row] = 0.0
    cells.order_bonus[here, actor] = 1.0
    assert posture_in(model, row) == BLOCKADE
    a.blockading[actor] = False
    cells.share[here] = 0.0
    assert posture_in(model, row) == RAID
    cells.share[here, a.controller[actor]] = 1.0
    p.govern_share = 1.0
    assert posture_in(model, row) == GOVERN
    guard = int(np.flatnonzero((a.kind[u.actor] == ARMY) & (u.manpower > 0) & (u.target < 0))[0])
    p.redeploy_days = 1e12
    army, draw = int(u.actor[guard]), uniform(model.stream("movement"), u.key[guard], 4)
    model.governments.escorts[:] = 0.0
    a.doctrine_offensive[army] = 0.0
    a.objective[:] = -1
    model.governments.theatre[:] = False
    assert posture_in(model, guard) == (PATROL if draw < 0.4 else GARRISON)
    a.doctrine_offensive[army] = 1.0
    assert posture_in(model, guard) == OFFENSIVE
    a.doctrine_offensive[army] = -1.0
    model.governments.escorts[:] = 1.0
    cells.corridor[:] = 1.25
    assert posture_in(model, guard) == ESCORT


def test_a_pact_with_the_holder_keeps_an_army_out():
    truce, holders, share = np.zeros(3), np.array([-1, 2]), np.array([0.5, 0.5])
    assert deployment.fights_holder(truce, share, holders) == 1.0
    truce[2] = 0.8
    assert deployment.fights_holder(truce, share, holders) == pytest.approx(0.6)
    assert deployment.fights_holder(truce, np.array([1.0, 0.0]), holders) == 1.0


def test_an_offensive_goes_for_a_symbol_that_the_enemy_holds():
    model = World(seed=8, weeks=10, scrambled=False).model()
    a, cells = model.actors, model.cells
    army, league = model.rows["arun_army"], model.rows["league"]
    a.objective[:], a.objective_days[:] = -1, 0.0
    model.p.movement.offensive_days = 1e-9
    cells.share[:] = 0.0
    cells.share[:, 0] = 1.0
    movement.step(model, 7.0)
    assert a.objective[army] == -1  # everything is held already
    cells.share[:, 0] = 0.0
    cells.share[:, a.controller[league]] = 1.0
    a.doctrine_offensive[army] = 0.5
    movement.step(model, 7.0)
    assert a.objective[army] in model.symbol_cells
    assert a.objective_days[army] == model.p.movement.offensive_length_days
    assert (model.units.target[model.units.actor == army] == a.objective[army]).any()
