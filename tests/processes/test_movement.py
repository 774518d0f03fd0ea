"""Movement: numbers worked out by hand, travel budgets, and agreement with the plain version."""

import math

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GARRISON, GOVERN, INSURGENT, LIE_LOW, OFFENSIVE, PATROL, RAID
from sim.core.draws import uniform
from sim.processes import movement
from sim.processes.shared import deployment
from tests.reference.agreement import check
from tests.reference.worlds import World, few, worlds


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    check("movement", world)


def test_distance():
    """A degree of latitude is 111 km; of longitude at 60 N half of it."""
    assert deployment.distance_km(10.0, 3.0, 11.0, 3.0) == pytest.approx(111.195)
    assert deployment.distance_km(60.0, 3.0, 60.0, 4.0) == pytest.approx(111.195 / 2.0)
    assert deployment.distance_km(10.0, 3.0, 12.0, 1.0) == deployment.distance_km(12.0, 1.0, 10.0, 3.0)


def value(presence=(0.0, 0.0, 0.0), strategy=(0.0,) * 6, support=0.0, own=0, resting=False, **more):
    """Value of one cell to the second of an army, a group and its rival."""
    p = {"resources": 1.0, "centre": 0.0, "cover": 0.0, "bonus": 0.0, "officials": 0.0, "crowding": 0.0} | more
    return movement.place_value(
        0, 1, np.array([0, 2]), np.array([presence]), np.array([0, 1, 2]),
        np.array([[0.0, 1.0, 1.0], [0.5, 0.0, 1.0], [1.0, 1.0, 0.0]]), np.array([strategy] * 3),
        np.array([[0.0, support, 0.0]]), np.array([p["resources"]]), np.array([p["centre"]]), np.array([p["cover"]]),
        np.array([[0.0, p["bonus"], 0.0]]), np.array([p["officials"]]), 100.0, 50.0, p["crowding"], own, resting,
    )  # fmt: skip


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
    cell, target, km, rest = (
        np.array([0, 0, 0]),
        np.array([1, 1, -1]),
        np.array([100.0, 50.0, 0.0]),
        np.array([3.0, 9.0, 0.0]),
    )
    movement.travel(np.array([0, 0, 0]), np.array([10.0]), 7.0, cell, target, km, rest)
    assert cell.tolist() == [0, 1, 0]
    assert target.tolist() == [1, -1, -1]
    assert km.tolist() == [30.0, 0.0, 0.0]
    assert rest.tolist() == [0.0, 2.0, 0.0]


def test_a_way_takes_as_long_with_any_step():
    for dt in (1.0, 3.5, 7.0):
        cell, target, km, rest = np.array([0]), np.array([1]), np.array([350.0]), np.zeros(1)
        days = 0.0
        while target[0] >= 0:
            movement.travel(np.array([0]), np.array([25.0]), dt, cell, target, km, rest)
            days += dt
        assert days == 14.0


def test_posts_by_hand():
    fill = np.empty(2)
    truce, share, holders = np.array([0.0, 0.8]), np.array([[1.0, 0.0], [0.375, 0.625]]), np.array([-1, 1])
    good = np.zeros(2, dtype=np.int64)
    found = deployment.post_weights(
        0, np.array([2.0, 0.5, 1.0, 3.0, 4.0]), np.array([[0.5]]), np.array([[True, True]]), np.array([0, 0]),
        np.array([1.0, 0.0]), np.array([2.0, 0.0]), np.array([0.0, 1.0]), np.array([0.0, 0.2]), np.array([0.5, 0.0]),
        truce, share, holders, np.array([0.0, 0.3]), 0.5, 0.6, fill, good,
    )  # fmt: skip
    first = 0.5 * (2.0 + 1.0) * (1.0 - 0.6 * 0.5)
    second = 0.5 * (1.0 + 0.6 + 4.0 * 0.5 * 0.3) * 0.5  # a pact with those who hold most of it takes half
    assert fill == pytest.approx([first, second])
    assert good[:found].tolist() == [0, 1]
    found = deployment.post_weights(
        0, np.ones(5), np.array([[0.5]]), np.array([[False, True]]), np.array([0, 0]), *[np.ones(2)] * 4, np.zeros(2),
        0.0 * truce, share, holders, np.ones(2), 0.0, 0.0, fill, good,
    )  # fmt: skip
    assert fill[0] == 0.0  # ground where its profile does not let it be
    assert fill[1] == pytest.approx(0.5 * 4.0)
    assert good[:found].tolist() == [1]


def test_units_settle_by_the_square_of_the_weights():
    """Once by the draw of the place and once by its acceptance: in the long run the best posts hold most units."""
    weights, n = np.array([1.0, 2.0, 5.0]), 4000
    cell, target, km = np.zeros(n, dtype=np.int64), np.full(n, -1), np.zeros(n)
    keys, lat, lon = np.arange(n).astype(np.uint64), np.zeros(3), np.arange(3.0)
    for step in range(40):
        deployment.redeploy(
            np.uint64(step * 7919 + 1), np.arange(n), keys, cell, np.full(n, -1), weights, np.arange(3), -1, 0.0, 0.0, 0.5, 1.0, lat,
            lon, 1.0, target, km,
        )  # fmt: skip
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
