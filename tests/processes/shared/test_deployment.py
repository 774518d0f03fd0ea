"""Deployment of state forces: numbers worked out by hand, and where units settle in the long run."""

import math

import numpy as np
import pytest

from sim.core.codes import ARMY, FOREIGN, INSURGENT
from sim.processes import movement
from sim.processes.shared import deployment
from sim.processes.shared.odds import Odds
from sim.settings.parameters.movement import Movement
from sim.world.grid import great_circle_km
from tests.reference.worlds import World, fresh_model
from tests.views import view_of

RULES = deployment.DeploymentRules.of(Movement())


def test_distance():
    """A degree of latitude is 111 km; of longitude at 60 N half of it."""
    assert deployment.flat_distance_km(10.0, 3.0, 11.0, 3.0) == pytest.approx(111.195)
    assert deployment.flat_distance_km(60.0, 3.0, 60.0, 4.0) == pytest.approx(111.195 / 2.0)
    assert deployment.flat_distance_km(10.0, 3.0, 12.0, 1.0) == deployment.flat_distance_km(12.0, 1.0, 10.0, 3.0)


def test_the_flat_distance_is_good_to_a_percent():
    lat, lon = np.meshgrid(np.linspace(4.0, 24.0, 6), np.linspace(-17.0, 16.0, 6))
    for a, b, c, d in zip(lat.ravel(), lon.ravel(), lat.ravel()[::-1], lon.ravel()[::-1], strict=True):
        assert deployment.flat_distance_km(a, b, c, d) == pytest.approx(great_circle_km(a, b, c, d), rel=0.01)


def weigh(pulls, area, town, attacks, symbol, mines, hostility, truce, corridor, escorts, avoid):
    """Weights of two cells as posts of the one actor, who may act in half of what is there."""
    actors = view_of(
        deployment.Actors, access=np.array([[0.5]]), truce=np.array([truce]), hostility=np.array([hostility])
    )
    cells = view_of(
        deployment.Cells,
        share=np.array([[1.0, 0.0], [0.375, 0.625]]),
        attack_memory=np.array(attacks),
        corridor=np.array(corridor),
    )
    pull_of = deployment.DeploymentPull(np.array(town), np.array(symbol), np.array(mines), np.array([0]))
    land = deployment.Land(
        np.array([0, 0]), np.zeros(2), np.zeros(2), np.array([area]), np.array([-1]), np.array([-1, 1])
    )
    fill, good = np.zeros(2), np.zeros(2, dtype=np.int64)
    among = deployment.worth_something(pull_of, cells, land.country)
    enmity = deployment.enmity_to(actors.hostility[0], land.holders)
    held = np.array([deployment.held_by_enemies(enmity, cells.share, c) for c in among.cell])
    weighing = deployment.Weighing(np.zeros(len(among.cell)), held)
    given = actors, cells, escorts, land, avoid, among, weighing, fill, good
    found = deployment.deployment_weights(0, deployment.Pulls(*pulls), *given)
    return fill, good[:found].tolist()


def test_posts_by_hand():
    fill, good = weigh(
        (2.0, 0.5, 1.0, 3.0, 4.0),
        [True, True],
        [1.0, 0.0],
        [2.0, 0.0],
        [0.0, 1.0],
        [0.0, 0.2],
        [0.0, 0.4],
        [0.0, 0.8],
        [0.0, 0.3],
        0.5,
        0.6,
    )
    first = 0.5 * (2.0 + 1.0)
    second = 0.5 * (1.0 + 0.6 + 4.0 * 0.5 * 0.3) * (1.0 - 0.6 * 0.625 * 0.4)
    second *= 0.5  # a pact with those who hold most of it takes half
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
        ready = np.flatnonzero(np.random.default_rng(step).random(n) < 0.5)
        draws = np.uint64(step * 7919 + 1)
        deployment.choose_deployments(draws, ready, units, weights, np.arange(3), -1, 0.0, lat, lon, rules)
        moved = target >= 0
        cell[moved] = target[moved]
        target[:] = -1
    shares = np.bincount(cell, minlength=3) / n
    assert shares == pytest.approx(weights**2 / 30.0, abs=4.0 * math.sqrt(0.25 / n))


def army_of(people, cells: int, home: int = -1):
    """Units of the first actor of so many `people` each, all in the first of so many cells in a row."""
    n = len(people)
    places = {"cell": np.zeros(n, dtype=np.int64), "home": np.full(n, home), "target": np.full(n, -1)}
    known = {"key": np.arange(n).astype(np.uint64), "actor": np.zeros(n, dtype=np.int64)}
    return view_of(deployment.Units, **known, **places, manpower=np.array(people), km_left=np.zeros(n))


def test_who_stays_in_the_rear_is_drawn_once_for_a_run():
    """They go to the capital whatever garrisons lack; the others do not."""
    capital, n = 1, 400

    def sent_to_the_capital(model, week: int) -> list[int]:
        units = army_of([40] * n, 2)
        streams = deployment.Streams(np.uint64(week), model.stream_of_run("movement"))
        rear = deployment.in_the_rear(streams.run, units, np.array([ARMY]), 0.3, np.zeros(0, dtype=bool))
        standing, wanted, rows = np.array([1e6, 0.0]), np.array([1e6, 0.0]), np.arange(n)
        goals, lat, lon = np.array([0]), np.zeros(2), np.arange(2.0)
        deployment.man_posts(streams, rows, units, 40.0, standing, wanted, goals, rear, capital, 0.0, lat, lon, 1.0)
        return np.flatnonzero(units.target == capital).tolist()

    first, other = fresh_model(World(seed=1)), fresh_model(World(seed=2))
    rear = sent_to_the_capital(first, week=1)
    assert len(rear) == pytest.approx(0.3 * n, abs=40)
    assert sent_to_the_capital(first, week=2) == rear
    assert sent_to_the_capital(other, week=1) != rear


def test_who_stays_in_the_rear_is_kept_and_units_that_come_are_drawn_for():
    draws, kind, nobody = np.uint64(7919), np.array([ARMY]), np.zeros(0, dtype=bool)
    known = deployment.in_the_rear(draws, army_of([40] * 60, 2), kind, 0.3, nobody)
    assert 0 < known.sum() < 60
    more = army_of([40] * 80, 2)
    anew = deployment.in_the_rear(draws, more, kind, 0.3, nobody)
    assert deployment.in_the_rear(draws, more, kind, 0.3, known).tolist() == anew.tolist()
    assert deployment.in_the_rear(draws, more, kind, 0.3, ~known)[:60].tolist() == (~known).tolist()
    model = fresh_model(World(seed=1))
    units, of = deployment.Units.of(model), model.actors.kind
    kept = movement.rear_of(model, units, of, 0.3)
    assert movement.rear_of(model, units, of, 0.3) is kept
    assert movement.rear_of(model, units, of, 0.6).sum() > kept.sum()  # a variant with another share


def test_garrisons_are_meant_to_go_by_what_posts_are_worth():
    """Of 240 persons outside the rear a base of theirs that is worth 1, with pull 3, gets as much as one worth 3."""
    units = army_of([60, 60, 60, 60, 60], 4, home=0)
    units.target[3] = 2
    rear, weights = np.array([False, False, False, False, True]), np.array([1.0, 3.0, 0.0, 2.0])
    standing, wanted = np.empty(4), np.empty(4)
    good = np.flatnonzero(weights)
    deployment.wanted_garrisons(np.arange(5), units, rear, weights, good, 3.0, standing, wanted)
    assert standing.tolist() == [180.0, 0.0, 60.0, 0.0]
    assert wanted == pytest.approx([90.0, 90.0, 0.0, 60.0])


def test_platoons_spread_until_posts_have_what_they_are_meant_to_and_then_stay():
    """Places worth less than half a platoon get none; once garrisons are right to half a platoon nobody moves."""
    n, weights = 100, np.array([20.0, 50.0, 25.0, 5.0, 0.4])
    units, rear = army_of([40] * n, 5), np.zeros(n, dtype=bool)
    standing, wanted, moves = np.empty(5), np.empty(5), []
    for week in range(60):
        goals, lat, lon = np.arange(5), np.zeros(5), np.arange(5.0)
        rows = np.arange(n)
        deployment.wanted_garrisons(rows, units, rear, weights, goals, 1.0, standing, wanted)
        streams = deployment.Streams(np.uint64(week * 7919 + 1), np.uint64(0))
        deployment.man_posts(streams, rows, units, 40.0, standing, wanted, goals, rear, -1, 0.0, lat, lon, 1.0)
        moved = units.target >= 0
        moves.append(moved.sum())
        units.cell[moved] = units.target[moved]
        units.target[:] = -1
    there = 40 * np.bincount(units.cell, minlength=5)
    assert there[4] == 0
    assert np.abs(there - wanted).max() <= 40
    assert moves[0] > 50
    assert sum(moves[-10:]) <= 20


def test_only_those_whom_an_army_fights_are_its_enemies():
    """Of a cell the state holds 20 %, a militia that it lets be 50 %, a group 30 %."""
    share, holders = np.array([0.2, 0.5, 0.3]), np.array([-1, 2, 1])

    def held(hostility):
        return deployment.held_by_enemies(deployment.enmity_to(hostility, holders), share[None], 0)

    assert held(np.array([0.0, 1.0, 0.0])) == pytest.approx(0.3)
    assert held(np.array([0.0, 0.5, 1.0])) == pytest.approx(0.65)
    assert held(np.zeros(3)) == 0.0


def test_no_offensive_goes_against_those_whom_an_army_lets_be():
    model = fresh_model(World(seed=1))
    a, cells = model.actors, model.cells
    army, holder = model.rows["arun_army"], model.rows["league"]
    cells.share[:] = 0.0
    cells.share[:, a.controller[holder]] = 1.0
    model.governments.theatre[:] = True
    a.doctrine_offensive[:] = 1.0
    model.p.movement.offensive_days = 1e-9
    a.hostility[:] = 0.0
    movement.step(model, 7.0)
    assert a.objective[army] == -1
    a.hostility[army, holder] = 1.0
    movement.step(model, 7.0)
    assert a.objective[army] >= 0


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


def objectives_of(foe: float, cohesion: float = 0.8, partner: float = 0.0, **rules) -> float:
    """Share of 400 weeks in which an army of strength 1,000 begins an offensive against one symbolic place, which an
    enemy of strength `foe` holds; a partner with a mandate to strike has strength `partner`."""
    actors = view_of(
        deployment.Actors,
        key=np.arange(3).astype(np.uint64),
        kind=np.array([ARMY, INSURGENT, FOREIGN]),
        state=np.array([0, -1, -1]),
        persons=np.array([1000, 100, int(partner)]),
        hostility=np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),
        access=np.ones((3, 1)),
        objective=np.full(3, -1),
        objective_days=np.zeros(3),
    )
    tasks = view_of(
        deployment.Tasks,
        mandate_strike=np.array([0.0, 0.0, 1.0]),
        mandate_factor=np.ones(3),
        doctrine_offensive=np.array([1.0, 0.0, 0.0]),
    )
    odds = Odds(np.array([[foe], [0.0], [0.0]]), np.zeros((3, 1)), np.array([0, -1, -1]))
    means = deployment.Means(odds, np.array([1000.0, 100.0, partner]), np.array([cohesion, 1.0, 1.0]))
    nothing = np.zeros(1, dtype=np.int64)
    land = deployment.Land(nothing, np.zeros(1), np.zeros(1), np.ones((3, 1), dtype=bool), nothing, np.array([-1, 1]))
    p = RULES._replace(offensive_days=20.0, offensive_share=0.06, offensive_length_days=90.0, **rules)
    begun = 0
    for week in range(400):
        actors.objective[:], actors.objective_days[:] = -1, 0.0
        share, theatre, symbol = np.array([[0.0, 1.0]]), np.array([True]), np.ones(1)
        deployment.choose_objectives(
            np.uint64(week * 7919 + 1), 7.0, actors, tasks, share, theatre, nothing, symbol, means, land, p
        )
        begun += actors.objective[0] == 0
    return begun / 400.0


def test_an_offensive_goes_by_the_chance_to_win():
    """Of 1,000, 55 % set out in 90 days at 6 % a week: 549 against 549 is an even chance."""
    sent = 1000.0 * (1.0 - 0.94 ** (90.0 / 7.0))
    assert objectives_of(0.0) == pytest.approx(1.0 - math.exp(-7.0 / 20.0), abs=0.08)
    assert objectives_of(sent) == pytest.approx(1.0 - math.exp(-3.5 / 20.0), abs=0.06)
    assert objectives_of(19.0 * sent) < 0.05
    assert objectives_of(19.0 * sent, objective_odds=0.0) == objectives_of(0.0)
    assert objectives_of(sent, partner=2000.0, partner_drive=0.0) > objectives_of(sent) + 0.03


def test_an_army_that_does_not_hold_together_begins_no_offensive():
    assert objectives_of(0.0, cohesion=0.49) == 0.0
    assert objectives_of(0.0, cohesion=0.49, objective_cohesion=0.3) > 0.2
