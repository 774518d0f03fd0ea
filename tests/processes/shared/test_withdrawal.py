"""Withdrawal of armies: odds, contagion, refuge and return worked out by hand; persons are kept."""

import math

import numpy as np
import pytest

from sim.core.codes import ARMY, INSURGENT
from sim.model import variants
from sim.processes import movement
from sim.processes.shared import odds, withdrawal
from sim.processes.shared.derived import UnitsByActor
from sim.settings.parameters.fighting import Combat
from sim.settings.parameters.movement import Movement
from tests.reference.worlds import World, fresh_model
from tests.views import view_of

RULES = withdrawal.WithdrawalRules.of(Movement())
KM = 111.195  # of a degree


def test_strength_for_and_against_a_post_by_hand():
    """Three cells in a row, 60 km apart. Army 0 has 100 in the first and 200 in the second, a group 80 in the third."""
    rules = odds.OddsRules.of(Combat())._replace(cohesion_floor=0.4)
    garrisons = view_of(
        withdrawal.Garrisons,
        actor=np.array([0, 0, 1]),
        cell=np.arange(3),
        manpower=np.array([100, 200, 80]),
        arms=np.ones(3),
        cohesion=np.array([1.0, 0.5, 1.0]),
    )
    sides = view_of(
        withdrawal.Sides,
        kind=np.array([ARMY, INSURGENT]),
        hostility=np.array([[0.0, 0.5], [0.5, 0.0]]),
        mobility=np.array([40.0, 40.0]),
        access=np.ones((2, 1)),
        persons=np.array([300, 80]),
    )
    by_actor = UnitsByActor(np.array([0, 2, 3]), np.arange(3))
    strength = np.zeros(3)
    forces = odds.forces_of(by_actor, garrisons, np.array([1.0, 0.5]), 3, strength, rules)
    assert strength == pytest.approx([100.0, 200.0 * 0.7, 40.0])
    assert forces.actor.tolist() == [0, 0, 1]
    assert (forces.cell.tolist(), forces.start.tolist()) == ([0, 1, 2], [0, 2, 3])
    near = np.array([0, 3, 6, 9]), np.tile(np.arange(3), 3)
    weight = np.array([1.0, 0.5, 0.2, 0.5, 1.0, 0.5, 0.2, 0.5, 1.0])
    km = np.array([0.0, 60.0, 120.0, 60.0, 0.0, 60.0, 120.0, 60.0, 0.0])
    near_and_far = odds.ways_within(*near, km, np.array([40.0, 80.0]))
    foe, friend, felt, common = np.empty(3), np.empty(3), np.empty((2, 3)), np.empty(3)
    fights, air, country = np.ones(2, dtype=bool), np.array([0.1]), np.zeros(3, dtype=np.int64)
    everywhere = odds.helps_all(sides, fights)
    assert everywhere.tolist() == [True, False]
    for of, helped in ((1, [1.1 * 240.0, 1.1 * 240.0, 1.1 * 140.0]), (0, [1.1 * 100.0, 1.1 * 140.0, 0.0])):
        ways = odds.Ways(*near, weight, *near_and_far, np.array([of, of]))  # with 80 km the next cell only
        for all_together in (everywhere, np.zeros(2, dtype=bool)):  # the same, one by one
            odds.felt_strength(forces, sides, fights, all_together, air, country, ways, felt, common)
            odds.odds_of(0, sides, fights, all_together, forces.start, felt, common, foe, friend)
            assert foe == pytest.approx([0.2 * 20.0, 0.5 * 20.0, 20.0])
            assert friend == pytest.approx(helped)


def test_armies_with_the_same_foes_have_the_same_odds():
    """Three armies, of which the second fights another group than the others; a fourth has no people."""
    hostility = np.zeros((6, 6))
    hostility[[0, 2, 3], 4], hostility[1, 5] = 1.0, 0.5
    sides = view_of(
        withdrawal.Sides,
        kind=np.array([ARMY] * 4 + [INSURGENT] * 2),
        hostility=hostility,
        persons=np.array([10, 10, 10, 0, 10, 10]),
    )
    felt, start = np.arange(12.0).reshape(6, 2), np.arange(7)
    found = odds.Odds(np.full((6, 2), -1.0), np.full((6, 2), -1.0), np.zeros(6, dtype=np.int64))
    fights = sides.kind == ARMY
    odds.odds_of_armies(sides, fights, fights, start, felt, np.array([3.0, 4.0]), found)
    assert found.of.tolist() == [0, 1, 0, -1, -1, -1]
    assert found.foe[:2].tolist() == [felt[4].tolist(), (0.5 * felt[5]).tolist()]
    assert found.friend[:2].tolist() == [[3.0, 4.0]] * 2
    start[5:] = 4  # the first group stands nowhere: what `felt` holds of it is of another week
    odds.odds_of_armies(sides, fights, fights, start, felt, np.array([3.0, 4.0]), found)
    assert found.foe[0].tolist() == [0.0, 0.0]


def ground_of(n: int) -> withdrawal.Ground:
    """Cells a degree apart in one country, all with towns."""
    country = np.zeros(n, dtype=np.int64)
    return withdrawal.Ground(np.arange(n).astype(np.uint64), np.zeros(n), np.arange(float(n)), country, np.arange(n))


def test_posts_lost_lately_and_nearby_count():
    lost = view_of(
        withdrawal.Lost,
        post_lost_days=np.array([3.0, 59.0, 61.0, 5.0, 5000.0]),
        post_lost_by=np.array([0, 0, 0, 1, -1]),
    )
    rules = RULES._replace(contagion_days=60.0, contagion_km=300.0)
    expected = 1.0 + math.exp(-KM / 300.0)
    assert withdrawal.losses_near(0, 0, lost, ground_of(5), rules) == pytest.approx(expected)
    assert withdrawal.losses_near(1, 3, lost, ground_of(5), rules) == pytest.approx(1.0)


def test_the_refuge_is_the_nearest_town_that_can_be_held():
    """The second town is another's, at the third the odds are too bad, at the fourth they are not."""
    lost = view_of(withdrawal.Lost, controller=np.array([0, 1, 0, 0, 0]))
    foe, friend = np.array([500.0, 0.0, 300.0, 90.0, 0.0]), np.array([50.0, 0.0, 200.0, 0.0, 100.0])
    rules = RULES._replace(withdraw_odds=2.0)
    assert withdrawal.refuge_from(0, 0, 100.0, foe, friend, 0, lost, ground_of(5), rules) == 3
    assert withdrawal.refuge_from(0, 0, 80.0, foe, friend, 0, lost, ground_of(5), rules) == 4
    foe[4] = 1000.0
    assert withdrawal.refuge_from(0, 0, 80.0, foe, friend, 0, lost, ground_of(5), rules) == -1


def outnumbered(fighters: int, seed: int = 1):
    """An army's platoon in a town far from others of its own, and a group's unit of so many beside it."""
    model = fresh_model(World(seed=seed))
    army, league = model.rows["arun_army"], model.rows["league"]
    model.actors.hostility[:] = 0.0
    model.actors.hostility[army, league] = model.actors.hostility[league, army] = 1.0
    units, capital = model.units, model.capital_cell[model.actors.state[army]]
    own = model.world.country[model.town_cells] == model.actors.state[army]
    town = int(model.town_cells[own][np.argmax(model.world.capital_hours[model.town_cells[own]])])
    units.manpower[:] = np.where(units.actor == army, units.manpower, 0)
    units.cell[units.actor == army] = capital
    post = model.make_unit(army, town, 400, home=town, cohesion=0.9)
    rebels = model.make_unit(league, town, fighters, home=town, cohesion=0.9)
    model.count_persons()
    model.p.movement.withdraw_days = 0.01
    return model, post, rebels, town


def test_a_post_against_the_odds_is_given_up_and_costs_men():
    model, post, rebels, town = outnumbered(4000)
    model.p.movement.withdrawal_desertion, model.p.movement.withdrawal_captured = 0.2, 0.1
    model.p.movement.withdrawal_defection = 0.25
    before, residents = model.persons_balance(), int(model.communities.residents[town])
    movement.withdraw_armies(model, 7.0, model.stream("movement"))
    units, refuge = model.units, int(model.units.target[post])
    assert refuge >= 0
    assert refuge != town
    assert model.world.town_size[refuge] > 0.0
    assert (units.home[post], units.post[post]) == (refuge, town)
    assert model.persons_balance() == before
    left = int(model.communities.residents[town]) - residents
    assert left == pytest.approx(0.28 * 400, abs=35)
    joined = int(units.manpower[rebels]) - 4000
    assert joined == pytest.approx(0.25 * 0.72 * 400, abs=30)
    assert units.manpower[post] == 400 - left - joined
    army = model.units.actor[post]
    assert model.actors.withdrawals_week[army] == 1
    assert (model.cells.post_lost_days[town], model.cells.post_lost_by[town]) == (0.0, army)


def test_a_post_that_can_be_held_is_held():
    model, post, _, town = outnumbered(300)
    movement.withdraw_armies(model, 7.0, model.stream("movement"))
    assert model.units.target[post] == -1
    assert model.units.home[post] == town
    assert model.actors.withdrawals_week.sum() == 0


def test_they_come_back_when_the_rebels_are_gone():
    model, post, rebels, town = outnumbered(4000)
    movement.withdraw_armies(model, 7.0, model.stream("movement"))
    units = model.units
    units.cell[post], units.target[post] = units.target[post], -1
    refuge = int(units.cell[post])
    movement.withdraw_armies(model, 7.0, model.stream("movement"))
    assert units.target[post] == -1  # the rebels are still there
    assert units.post[post] == town
    units.manpower[rebels] = 10
    movement.withdraw_armies(model, 7.0, model.stream("movement"))
    assert units.cell[post] == refuge
    assert (units.target[post], units.home[post], units.post[post]) == (town, town, -1)


def left(lost: int, step) -> int:
    """In how many of sixty replicates a post is given up in a week, where so many around it fell last week."""
    found = 0
    for seed in range(60):
        model, post, _, town = outnumbered(4000, seed)
        model.p.movement.withdraw_days = 60.0
        w = model.world
        near = np.argsort(np.abs(w.lat - w.lat[town]) + np.abs(w.lon - w.lon[town]))[1 : 1 + lost]
        model.cells.post_lost_days[near], model.cells.post_lost_by[near] = 1.0, model.units.actor[post]
        step(model, 7.0)
        found += int(model.actors.withdrawals_week[model.units.actor[post]])
    return found


def test_lost_posts_nearby_make_withdrawal_likelier():
    """Where five posts around fell last week more leave; not in the variant without contagion."""
    without = variants.step_of("movement", "no_contagion", movement.step)
    assert left(0, movement.step) == left(5, without)
    assert left(5, movement.step) > left(0, movement.step) + 15
