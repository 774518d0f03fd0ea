"""Recruitment: numbers worked out by hand, persons conserved, and agreement with the plain version."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INSURGENT, LIE_LOW, MILITIA
from sim.core.draws import stream_of
from sim.model.model import ConflictModel
from sim.processes import movement, recruitment
from sim.processes.shared.derived import UnitsByActor, UnitsByCell
from sim.processes.shared.mobilisation import call_up
from sim.processes.shared.mobilisation.pools import people_near
from sim.settings.actor_profiles import Entry
from sim.settings.parameters.ruling import Recruitment
from tests.reference import recruitment as plain_recruitment
from tests.reference.agreement import assert_agreement
from tests.reference.plain import PlainModel, differences
from tests.reference.worlds import World, few, fresh_model, teaching_settings, teaching_world, worlds
from tests.views import view_of

STREAM = stream_of(1, 0, "recruitment", 0)


def all_of_one(units: int) -> UnitsByActor:
    """A list of so many units, all of the first actor."""
    return UnitsByActor(np.array([0, units]), np.arange(units))


def be_busy(model) -> None:
    """Many join and desert, so that whole numbers are compared."""
    p = model.p.recruitment
    p.rate, p.absorb, p.desertion, p.army_lag_days = 0.05, 0.05, 0.02, 30.0
    p.contact_rate, p.pool_share, p.founding_rate = 0.3, 0.01, 0.5
    p.militia_rate, p.militia_life, p.enlistment, p.passing_rate = 2e-4, 60.0, 0.1, 0.05


def matching(model, dt):
    recruitment.recruit(model, dt, recruitment.match)


def assert_matching_agrees(world: World, change=None) -> None:
    model = world.model()
    if change is not None:
        change(model)
    plain = PlainModel(model)
    matching(model, model.dt)
    plain_recruitment.step(plain, model.dt, plain_recruitment.mean_by_matching)
    assert not differences(plain, model)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("recruitment", world)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_where_many_come_and_go(world):
    assert_agreement("recruitment", world, be_busy)


@few
@given(world=worlds)
def test_the_matching_form_agrees_with_its_plain_version(world):
    assert_matching_agrees(world, be_busy)


# ---------------------------------------------------------------------------- by hand


RULES = recruitment.RecruitmentRules.of(Recruitment())


def assert_recruits(
    residents,
    support,
    fighters,
    appeal=(0.0, 0.0, 0.0),
    harm=0.0,
    hardship=0.0,
    share=0.0,
    kind=INSURGENT,
    rate=0.01,
    absorb=1.0,
    floor=0.2,
    dt=7.0,
    funding=1.0,
    places=2000,
    pool=None,
    deterrence=0.0,
    included=0.0,
    surplus=0.0,
):
    """Mean number of recruits over many like communities, each with one unit of one group; by the matching form, or
    with `pool` (fighters, people around) out of pools."""
    people, manpower = np.full(places, residents), np.full(places, fighters)
    start = np.arange(places + 1)
    grievance, jobs, force = (np.full(2, weight, dtype=float) for weight in appeal)
    around = np.full((places, 2), 0.0 if pool is None else pool[0]), np.full(places, 1.0 if pool is None else pool[1])
    nobody = recruitment.Spread(start, start, np.zeros(0))
    more = () if pool is None else (recruitment.Pools(*around, people, nobody),)
    form = recruitment.join_matching if pool is None else recruitment.join_pools
    recruits = form(
        STREAM,
        UnitsByCell(start, start[:-1]),
        view_of(
            recruitment.Units,
            actor=np.zeros(places, dtype=np.int64),
            manpower=manpower,
            arms=np.ones(places),
            surplus=np.full(places, surplus),
        ),
        view_of(
            recruitment.Actors,
            key=np.array([5, 6], dtype=np.uint64),
            kind=np.array([kind, ARMY]),
            controller=np.array([1, 0]),
            hostility=np.array([[0.0, 1.0], [1.0, 0.0]]),
            funding=np.array([funding, 1.0]),
            appeal_grievance=grievance,
            appeal_jobs=jobs,
            appeal_force=force,
        ),
        view_of(recruitment.Cells, share=np.full((places, 2), share)),
        view_of(
            recruitment.Communities,
            support=np.full((places, 2), support),
            harm=np.full((places, 2), harm),
            hardship=np.full(places, hardship),
            included=np.full(places, included),
            residents=people,
        ),
        np.arange(places).astype(np.uint64),
        *more,
        RULES._replace(
            floor=floor,
            rate=rate,
            absorb=absorb,
            contact_rate=rate,
            pool_share=0.001,
            deterrence=deterrence,
            political_calms=0.4,
        ),
        dt,
    )
    assert recruits == manpower.sum() - places * fighters == places * residents - people.sum()
    return recruits / places


def test_pay_is_of_the_group_and_of_ones_own_ground():
    """More than full pay wins nobody, none at all wins none; the group's 0.6 and the ground's 0.2 are 0.8."""
    whole = assert_recruits(20_000, 0.5, 2000, pool=(0.0, 1e9))
    for funding, surplus, part in (
        (0.6, 0.0, 0.6),
        (0.6, 0.2, 0.8),
        (0.6, -0.4, 0.2),
        (0.6, 0.9, 1.0),
        (0.2, -0.9, 0.0),
    ):
        paid = assert_recruits(20_000, 0.5, 2000, pool=(0.0, 1e9), funding=funding, surplus=surplus)
        assert paid == pytest.approx(part * whole, rel=0.03, abs=1e-9)


def test_political_aid_takes_from_grievance_alone():
    """Half of the reach and 0.4 at most: a fifth of the grievance, nothing of want, force or the floor."""
    grieved = dict(appeal=(1.0, 0.0, 0.0), harm=0.5, floor=0.0)
    assert assert_recruits(20_000, 0.5, 25, **grieved) == pytest.approx(35.0 * 0.5, rel=0.05)
    assert assert_recruits(20_000, 0.5, 25, included=0.5, **grieved) == pytest.approx(35.0 * 0.5 * 0.8, rel=0.05)
    others = dict(appeal=(0.0, 0.5, 0.5), hardship=0.4, share=0.4)
    same = assert_recruits(20_000, 0.5, 25, included=1.0, **others)
    assert same == assert_recruits(20_000, 0.5, 25, **others)


def test_recruits_by_hand():
    # root of 10,000 supporters times 25 fighters is 500; 500 * 0.01 * 7 days * motive 0.2
    assert assert_recruits(20_000, 0.5, 25) == pytest.approx(7.0, rel=0.05)
    assert assert_recruits(20_000, 0.5, 25, funding=0.5) == pytest.approx(7.0 / 4, rel=0.12)
    assert assert_recruits(20_000, 0.5, 25, appeal=(1.0, 0.0, 0.0), harm=0.3) == pytest.approx(35.0 * 0.5, rel=0.05)
    assert assert_recruits(20_000, 0.5, 25, appeal=(1.0, 0.0, 0.0), harm=5.0) == pytest.approx(35.0 * 1.2, rel=0.05)
    assert assert_recruits(20_000, 0.5, 25, appeal=(0.0, 1.0, 0.0), hardship=0.8) == pytest.approx(35.0, rel=0.05)
    assert assert_recruits(20_000, 0.5, 25, appeal=(0.0, 0.0, 0.5), share=1.0) == pytest.approx(35.0 * 0.7, rel=0.05)


def test_harm_by_a_group_deters_from_joining_it():
    """Full harm by it at a deterrence of 0.75 leaves a quarter of those who would join; half of it 0.625."""
    full = dict(appeal=(0.0, 1.0, 0.0), hardship=0.8)
    assert assert_recruits(20_000, 0.5, 25, harm=1.0, deterrence=0.75, **full) == pytest.approx(35.0 / 4, rel=0.05)
    assert assert_recruits(20_000, 0.5, 25, harm=0.5, deterrence=0.75, **full) == pytest.approx(35.0 * 0.625, rel=0.05)
    assert assert_recruits(20_000, 0.5, 25, harm=9.0, deterrence=1.0, **full) == 0.0


def test_recruits_out_of_a_pool_by_hand():
    """25 fighters at 0.02 a day with a motive of 0.2 win 0.7 in a week; half of it where half of the pool is full."""
    assert assert_recruits(20_000, 0.0, 25, rate=0.02, pool=(0.0, 1e5)) == pytest.approx(0.7, rel=0.1)
    assert assert_recruits(20_000, 0.0, 50, rate=0.04, pool=(0.0, 1e5)) == pytest.approx(2.8, rel=0.05)
    assert assert_recruits(20_000, 0.0, 100, rate=0.04, pool=(50.0, 1e5)) == pytest.approx(2.8, rel=0.05)
    assert assert_recruits(20_000, 0.0, 100, rate=0.04, pool=(50.0, 1e5), funding=0.5) == pytest.approx(1.4, rel=0.1)
    assert assert_recruits(20_000, 0.0, 100, rate=0.04, pool=(50.0, 1e5), funding=3.0) == pytest.approx(2.8, rel=0.05)
    assert assert_recruits(20_000, 0.0, 100, rate=0.04, pool=(100.0, 1e5)) == 0.0
    assert assert_recruits(20_000, 0.0, 100, rate=0.04, pool=(300.0, 1e5)) == 0.0


def test_pools_are_felt_as_presence_is():
    """Each unit and each resident count around them by the weights of presence, whatever the posture."""
    model = World(seed=4, weeks=5).model()
    pools = recruitment.pools_of(model)
    start, near, decay = model.projection
    weights = np.zeros((model.world.n_cells, model.world.n_cells))
    weights[np.repeat(np.arange(model.world.n_cells), np.diff(start)), near] = decay
    people = weights[: model.world.n_communities].T @ model.communities.residents
    np.testing.assert_allclose([people_near(c, pools) for c in range(model.world.n_cells)], people, atol=1e-6)
    np.testing.assert_allclose(pools.people, people, atol=1e-6)  # kept
    model.communities.residents[:] += 1000
    assert people_near(int(np.argmax(people)), pools) == pytest.approx(people.max())  # as it was when they were filled
    assert people_near(int(np.argmax(people)), recruitment.pools_of(model)) > people.max() + 1000.0
    found, controller, kind = pools.fighters.copy(), model.actors.controller, model.actors.kind
    model.p.recruitment.pool_rivalry = 0.0
    pools = recruitment.pools_of(model)
    rebels = controller[kind == INSURGENT]
    others = pools.fighters[:, rebels].sum(1, keepdims=True) - pools.fighters[:, rebels]
    assert others.max() > 0.0
    np.testing.assert_allclose(found[:, rebels], pools.fighters[:, rebels] + 0.5 * others)  # rivals fill it in part
    militias = controller[kind == MILITIA]
    np.testing.assert_array_equal(found[:, militias], pools.fighters[:, militias])
    for row in model.irregulars:
        mine = model.units.actor == row
        there = np.bincount(model.units.cell[mine], model.units.manpower[mine], model.world.n_cells)
        np.testing.assert_allclose(pools.fighters[:, model.actors.controller[row]], there @ weights)
    assert pools.fighters[:, 0].max() == 0.0


def test_a_full_pool_bounds_a_group():
    """With the pool full everywhere nobody joins, though supporters and motives are there; by matching some do."""
    for joining, low, high in ((recruitment.step, 0, 0), (matching, 1, 10**6)):
        joined = 0
        for seed in range(9, 15):
            model = World(seed=seed).model()
            be_busy(model)
            model.p.recruitment.pool_share, model.p.recruitment.desertion = 1e-9, 0.0
            irregular = model.actors.kind <= MILITIA
            before = model.actors.persons[irregular].sum()
            joining(model, 7.0)
            joined += model.actors.persons[irregular].sum() - before
        assert low <= joined <= high


def founding(pool_share, **given):
    """A world with 200 fighters of a group in one unit, and those who left it in a step in which cadres surely leave:
    (model, unit, cadres)."""
    model = fresh_model(World(seed=1))
    p = model.p.recruitment
    p.founding_rate, p.pool_share, p.contact_rate, p.desertion, p.split_at = 1e3, pool_share, 0.0, 0.0, 1e3
    for name, value in given.items():
        setattr(p, name, value)
    cell = int(np.argmax(model.communities.residents))
    unit = model.make_unit(model.rows["league"], cell, 200, home=cell)
    model.units.arms[unit] = 1.4
    model.count_persons()
    before = len(model.units)
    recruitment.step(model, 7.0)
    mine = np.flatnonzero(model.units.actor == model.rows["league"])
    return model, unit, [row for row in mine if row >= before]


def pool_that_holds(fighters: float) -> float:
    """The part of residents at which the pool around the most populous place has room for so many."""
    model = fresh_model(World(seed=1))
    cell = int(np.argmax(model.communities.residents))
    return fighters / people_near(cell, recruitment.pools_of(model))


def test_cadres_leave_a_pool_that_is_nearly_full():
    share = pool_that_holds(210.0)
    model, unit, cadres = founding(share)
    (cadre,) = cadres
    u = model.units
    assert 10 <= u.manpower[cadre] <= 25
    assert u.manpower[unit] + u.manpower[cadre] == 200
    assert u.target[cadre] == u.home[cadre] != u.cell[cadre] == u.cell[unit]
    assert u.km_left[cadre] > 0.0
    assert u.arms[cadre] > 1.0  # they take their arms along
    assert not founding(share, founding_rate=0.0)[2]
    assert not founding(pool_that_holds(500.0))[2]  # the pool is less than half full
    assert founding(pool_that_holds(350.0))[2]


def test_cadres_and_what_splits_off_from_them_prepare_before_they_attack():
    model, unit, (cadre,) = founding(pool_that_holds(210.0), preparation_days=300.0)
    u = model.units
    assert u.rest_days[cadre] == 300.0
    assert u.rest_days[unit] == 0.0
    u.manpower[cadre], model.p.recruitment.split_at = 500, 2.0
    before = len(u)
    recruitment.split_and_merge(model, model.p.recruitment)
    u = model.units
    parts = [row for row in range(before, len(u)) if u.manpower[row] == 250]
    assert [u.rest_days[row] for row in parts] == [300.0]
    u.cell[cadre], u.target[cadre] = u.target[cadre], -1
    for week in range(44):
        assert u.rest_days[cadre] == pytest.approx(max(0.0, 300.0 - 7.0 * week))
        movement.travel(movement.Units.of(model), model.actors.mobility, model.season().hours, 7.0)
    movement.step(model, 7.0)
    assert model.units.posture[cadre] != LIE_LOW


def test_cadres_go_to_places_with_room_and_of_like_people():
    """None where no pool has room for them; with a strong taste for likeness the goal is as arid as the start."""
    assert not founding(1e-9)[2]
    model, unit, (cadre,) = founding(pool_that_holds(210.0), founding_aridity=1e-3, founding_hours=1e6)
    w, u = model.world, model.units
    near = w.reach_cell[w.reach_start[u.cell[unit]] : w.reach_start[u.cell[unit] + 1]]
    others = near[near != u.cell[unit]]
    pools = recruitment.pools_of(model)
    room = model.p.recruitment.pool_share * np.array([people_near(c, pools) for c in others]) > 60.0
    away = np.abs(w.aridity[others[room]] - w.aridity[u.cell[unit]])
    assert abs(w.aridity[u.target[cadre]] - w.aridity[u.cell[unit]]) <= away.min() + 5e-3


def test_a_group_takes_in_only_so_many():
    assert assert_recruits(20_000, 0.5, 25, absorb=0.004) == pytest.approx(
        0.004 * 25 * 7.0, rel=0.1
    )  # five standard deviations


def test_only_insurgents_win_people_by_contact():
    """Militias rise by themselves."""
    assert assert_recruits(20_000, 0.5, 25, kind=MILITIA, appeal=(1.0, 0.0, 0.0), harm=0.2) == 0.0
    assert assert_recruits(20_000, 0.5, 25, kind=MILITIA, pool=(0.0, 1e5)) == 0.0


def in_danger(dead_per_10_000: float, alarm: float = 0.0, state_share: float = 0.5, **given):
    """Who would take up arms in each community of the region, by danger, alarm, share of the state and parameters."""
    model = fresh_model(World(seed=1))
    residents, danger = model.communities.residents, np.zeros(model.world.n_cells)
    danger[: model.world.n_communities] = dead_per_10_000 * residents / 1e4
    arming = np.empty(model.world.n_communities)
    rules = RULES._replace(**given)
    run = model.stream_of_run("recruitment")
    alarm = np.full(model.world.n_communities, alarm)
    share = np.full((model.world.n_cells, 2), state_share)
    recruitment.who_would_arm(run, model.world.draw_key, danger, alarm, share, residents, rules, arming)
    return arming / residents


def test_an_alarm_over_others_than_the_state_arms_people():
    """By the alarm and the others' share of influence, beside those whose own were killed."""
    given = {"militia_rate": 1e-5, "militia_threshold": 1.0, "militia_alarm": 2e-4}
    assert in_danger(0.0, alarm=0.3, state_share=0.25, **given) == pytest.approx(2e-4 * 0.3 * 0.75)
    assert in_danger(2.001, alarm=0.3, state_share=0.25, **given) == pytest.approx(1e-5 + 2e-4 * 0.3 * 0.75)
    assert (in_danger(0.0, alarm=0.3, state_share=1.0, **given) == 0.0).all()
    assert (in_danger(0.0, alarm=0.3, **given | {"militia_alarm": 0.0}) == 0.0).all()


def test_each_village_bears_as_much_danger_as_it_does():
    """Thresholds are spread evenly from nothing to twice the mean, and are the same from week to week."""
    assert (in_danger(0.0, militia_rate=1e-5) == 0.0).all()
    some = in_danger(1.0, militia_rate=1e-5, militia_threshold=1.0)
    assert set(np.round(some, 12)) == {0.0, 1e-5}
    assert (some > 0.0).mean() == pytest.approx(0.5, abs=0.1)
    assert (in_danger(2.001, militia_rate=1e-5, militia_threshold=1.0) > 0.0).all()
    assert (in_danger(0.5, militia_rate=1e-5, militia_threshold=1.0) <= some).all()


def test_those_whom_insurgents_killed_are_remembered_and_nobody_else():
    killed, week = np.array([8.0, 0.0]), np.array([[5, 2, 7], [3, 4, 1]])
    recruitment.remember_killed(week, 0.5, killed)
    assert killed.tolist() == [6.0, 4.0]


def test_militias_rise_where_it_is_dangerous_and_soldiers_few():
    """A hundredth of 10,000 people where soldiers are one in four beside insurgents, none where they are alone; two
    militias
    that may be there share them. They go home again after their time of service."""
    n, rate, keys = 400, 0.01 / 7.0, np.arange(4).astype(np.uint64)
    start = np.zeros(n + 1, dtype=np.int64)
    presence = np.tile([10.0, 50.0, 0.0, 30.0], (n, 1))  # militiamen count on neither side
    presence[n // 2 :, 3] = 0.0
    residents = np.full(n, 10_000)
    of, at, persons = recruitment.rise(
        STREAM,
        UnitsByCell(start, np.zeros(0, dtype=np.int64)),
        view_of(recruitment.Units, manpower=np.zeros(0, dtype=np.int64)),
        view_of(recruitment.Actors, kind=np.array([ARMY, MILITIA, MILITIA, INSURGENT]), key=keys),
        presence,
        residents,
        np.full(n, rate * 10_000),
        np.ones(4, dtype=bool),
        np.ones((4, n), dtype=bool),
        np.arange(n).astype(np.uint64),
        0.1,
        7.0,
    )
    assert at.max() < n // 2
    assert persons.sum() + residents.sum() == n * 10_000
    assert [persons[of == a].mean() for a in (1, 2)] == pytest.approx([37.5, 37.5], rel=0.05)
    units = view_of(recruitment.Units, key=np.arange(len(of)).astype(np.uint64), actor=of, cell=at, manpower=persons)
    before = persons.sum()
    by_actor = UnitsByActor(np.searchsorted(np.sort(of), np.arange(4)), np.argsort(of, kind="stable"))
    recruitment.dissolve(STREAM, units, by_actor, np.array([ARMY, MILITIA, MILITIA]), residents, 7.0, 7.0)
    assert persons.sum() == pytest.approx(before * math.exp(-1.0), rel=0.05)
    assert persons.sum() + residents.sum() == n * 10_000


def test_nobody_joins_where_nobody_supports():
    assert assert_recruits(20_000, 0.0, 25) == 0.0


def test_deserters_go_home_by_hand():
    """A tenth of a unit of 1000 deserts in the mean; who is far from any community stays."""
    n = 200
    manpower, residents = np.full(2 * n, 1000), np.zeros(n, dtype=np.int64)
    cohesion, arms = np.full(2 * n, 0.2), np.full(2 * n, 0.5)
    cell = np.concatenate([np.arange(n), np.full(n, n)])
    rate = -math.log(0.9) / 7.0
    units = view_of(
        recruitment.Units,
        surplus=np.zeros(2 * n),
        key=np.arange(2 * n).astype(np.uint64),
        actor=np.zeros(2 * n, dtype=np.int64),
        cell=cell,
        manpower=manpower,
        arms=arms,
        cohesion=cohesion,
    )
    spirit = recruitment.Spirit(np.array([0.7]), np.ones(1), np.array([True]), np.zeros(1))
    rules = RULES._replace(desertion=rate, recovery_days=7.0)
    recruitment.desert(STREAM, all_of_one(2 * n), units, residents, spirit, rules, 7.0)
    assert residents.sum() + manpower.sum() == 2 * n * 1000
    assert residents.mean() == pytest.approx(100.0, abs=3.0)
    assert (manpower[n:] == 1000).all()
    back = 1.0 - math.exp(-1.0)
    np.testing.assert_allclose(cohesion, 0.2 + 0.5 * back)
    np.testing.assert_allclose(arms, 0.5 + 0.5 * back)


def arms_after(arms, manpower, days, kind=INSURGENT, half_life=1461.0):
    """Arms of the units of one actor after a step in which nobody deserts."""
    n = len(arms)
    units = view_of(
        recruitment.Units,
        surplus=np.zeros(n),
        key=np.arange(n).astype(np.uint64),
        actor=np.zeros(n, dtype=np.int64),
        cell=np.zeros(n, dtype=np.int64),
        manpower=np.array(manpower),
        arms=np.array(arms),
        cohesion=np.ones(n),
    )
    stock = np.empty(1)
    recruitment.share_arms(units, all_of_one(n), np.array([kind]), stock)
    spirit = recruitment.Spirit(np.ones(1), np.ones(1), np.array([False]), stock)
    rules = RULES._replace(arms_half_life=half_life, recovery_days=120.0)
    recruitment.desert(STREAM, all_of_one(n), units, np.zeros(1, dtype=np.int64), spirit, rules, days)
    return units.arms


def test_captured_arms_stay_with_the_organisation_and_wear_out_over_years():
    """10 of 40 people hold half more than they were equipped with: 1.125 a head, which all have after a while."""
    shared = arms_after([1.5, 1.0], [10, 30], 1461.0)
    assert shared == pytest.approx([1.0625, 1.0625], abs=1e-5)
    after_week = arms_after([1.5, 1.0], [10, 30], 7.0)
    total = 10 * (after_week[0] - 1.0) + 30 * (after_week[1] - 1.0)
    assert total == pytest.approx(5.0 * 0.5 ** (7.0 / 1461.0))  # shared, not forgotten
    assert 1.0 < after_week[1] < after_week[0] < 1.5
    # the arms of an army are a state's business, and what was lost is made up as quickly by all
    assert arms_after([1.5, 1.0], [10, 30], 1200.0, kind=ARMY) == pytest.approx([1.0, 1.0], abs=1e-4)
    assert arms_after([0.5], [10], 120.0) == pytest.approx([1.0 - 0.5 * math.exp(-1.0)])
    # the old form: forgotten in 120 days
    assert arms_after([1.5], [10], 120.0, half_life=120.0 * math.log(2.0)) == pytest.approx([1.0 + 0.5 * math.exp(-1)])


def test_who_joins_splits_off_or_merges_shares_the_arms():
    model = fresh_model(World(seed=1))
    row, u = model.rows["league"], None
    size = int(model.actors.unit_size[row])
    large = model.make_unit(row, 7, 3 * size)
    model.units.arms[large] = 1.4
    recruitment.split_and_merge(model, model.p.recruitment)
    u = model.units
    assert u.arms[-1] == u.arms[large] == 1.4
    u.manpower[-1], u.arms[-1] = 5, 1.0
    u.manpower[large] = 45
    recruitment.split_and_merge(model, model.p.recruitment)
    assert u.arms[large] == pytest.approx((45 * 1.4 + 5) / 50)


def morale_of(kind, state, treasury, funding=1.0, trained=(0.0, 0.0)):
    """Morale, and the cohesion that its units go to, of one actor that adapts to its pay at once."""
    actors = view_of(
        recruitment.Actors,
        kind=np.array([kind]),
        state=np.array([state]),
        funding=np.array([funding]),
        morale=np.array([0.5]),
        cohesion_bonus=np.zeros(1),
    )
    governments = view_of(recruitment.Governments, treasury=np.array(treasury))
    rules = RULES._replace(army_pay=1.0, morale_floor=0.2, cohesion_base=0.4, cohesion_morale=0.5, training=0.1)
    rules = rules._replace(recovery_days=1e-9)
    goal = np.empty(1)
    recruitment.update_morale(7.0, actors, governments, np.array(trained), rules, goal, np.empty(1))
    return actors.morale[0], goal[0]


def test_an_army_is_paid_out_of_the_means_of_its_state():
    """Standing counts in the means already (finance); pay reads nothing else, and there is a floor and a ceiling."""
    assert morale_of(ARMY, 1, (0.3, 0.6)) == pytest.approx((0.6, 0.7))
    assert morale_of(AUXILIARY, 0, (0.3, 0.6)) == pytest.approx((0.3, 0.55))
    assert [morale_of(ARMY, 0, (means, 0.0))[0] for means in (0.1, 1.5)] == pytest.approx([0.2, 1.0])
    assert "legitimacy" not in recruitment.Governments._fields


def test_partners_train_the_forces_of_their_state_alone():
    assert morale_of(ARMY, 1, (1.0, 1.0), trained=(0.0, 0.5)) == pytest.approx((1.0, 0.95))
    assert morale_of(AUXILIARY, 0, (1.0, 1.0), trained=(0.0, 0.5)) == pytest.approx((1.0, 0.9))


def test_foreign_forces_are_paid_and_trained_at_home():
    """They have no state in the region: what the first country of the map can pay and is taught is not theirs."""
    assert morale_of(FOREIGN, -1, (0.3, 0.6), trained=(1.0, 0.0)) == pytest.approx((1.0, 0.9))


def test_places_are_drawn_in_proportion():
    places = np.zeros(4000, dtype=np.int64)
    assert call_up.draw_places(STREAM, np.uint64(3), 4000, np.array([0.0, 1.0, 0.0, 3.0]), places)
    count = np.bincount(places, minlength=4)
    assert count[0] == count[2] == 0
    assert count[1] == pytest.approx(1000, abs=110)  # four standard deviations
    assert not call_up.draw_places(STREAM, np.uint64(3), 5, np.zeros(4), places)


def test_large_units_split_and_remnants_merge():
    model = fresh_model(World(seed=1))
    row = model.rows["league"]
    size = int(model.actors.unit_size[row])
    large = model.make_unit(row, 7, 3 * size + 1, cohesion=0.4)
    recruitment.split_and_merge(model, model.p.recruitment)
    u = model.units
    new = len(u) - 1
    assert (u.manpower[large], u.manpower[new]) == (3 * size + 1 - (3 * size + 1) // 2, (3 * size + 1) // 2)
    assert (u.cell[new], u.cohesion[new]) == (7, 0.4)
    u.manpower[new] = 3
    recruitment.split_and_merge(model, model.p.recruitment)
    assert (u.manpower[new], u.manpower[large]) == (0, 3 * size + 1 - (3 * size + 1) // 2 + 3)


# ---------------------------------------------------------------------------- the account of fighters


@few
@given(world=worlds)
def test_what_residents_lose_units_gain(world):
    model = world.model()
    be_busy(model)
    for _ in range(4):
        residents, fighters = model.communities.residents.sum(), model.units.manpower.sum()
        recruitment.step(model, model.dt)
        model.step_index += 1
        model._streams = {}
        assert model.communities.residents.sum() + model.units.manpower.sum() == residents + fighters
        assert model.communities.residents.min() >= 0
        assert model.units.manpower.min() >= 0
        np.testing.assert_array_equal(
            model.actors.persons, np.bincount(model.units.actor, model.units.manpower, len(model.actors))
        )


@few
@given(world=worlds)
def test_foreign_forces_neither_recruit_nor_desert(world):
    model = world.model()
    be_busy(model)
    before = model.actors.persons.copy()
    recruitment.step(model, model.dt)
    foreign = model.actors.kind == FOREIGN
    np.testing.assert_array_equal(model.actors.persons[foreign], before[foreign])


def test_an_army_fills_up_to_its_target_and_not_beyond():
    model = fresh_model(World(seed=1))
    model.p.recruitment.desertion = 0.0
    rows = np.flatnonzero(model.actors.kind == ARMY)
    model.actors.target[rows] = model.actors.persons[rows] + 700
    target = model.actors.target[rows].copy()
    for _ in range(150):
        recruitment.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
        assert (model.actors.persons[rows] <= target + 1).all()
    np.testing.assert_allclose(model.actors.persons[rows], target, atol=2)


def auxiliaries_after(killed, enlistment=0.0, militia_rate=2e-4, target=500.0):
    """Cells of the auxiliaries, and how many they are, a week after so many were killed in one place."""
    model = fresh_model(World(seed=1))
    row = int(np.flatnonzero(model.actors.kind == AUXILIARY)[0])
    own = np.flatnonzero(model.world.country[: model.world.n_communities] == model.actors.state[row])
    model.p.recruitment.militia_rate, model.p.recruitment.enlistment = militia_rate, enlistment
    model.p.recruitment.army_lag_days = 1.0
    model.cells.share[:, 0] = 1.0
    model.cells.killed_lately[own[3]] = killed
    model.actors.target[row] = target
    recruitment.step(model, 7.0)
    mine = (model.units.actor == row) & (model.units.manpower > 0)
    offered = 7.0 * militia_rate * model.communities.residents[own[3]]
    return set(model.units.cell[mine]) - {own[3]}, int(model.units.manpower[mine].sum()), offered


def test_volunteers_bound_the_call_up_of_auxiliaries():
    elsewhere, persons, offered = auxiliaries_after(1e4)
    assert not elsewhere
    assert 0.0 < offered < 490.0
    assert persons == pytest.approx(offered, abs=2.0)
    assert auxiliaries_after(0.0)[1] == 0
    assert auxiliaries_after(1e4, militia_rate=0.0)[1] == 0
    assert auxiliaries_after(1e4, enlistment=1.0)[1] == pytest.approx(500, abs=3)
    assert auxiliaries_after(1e4, target=10.0)[1] == pytest.approx(10, abs=1)


# ---------------------------------------------------------------------------- passing over


def assert_passing(
    rate=0.01, support=(0.3, 0.1), funding=(1.0, 1.0), pay_weight=0.5, kind=INSURGENT, places=500, dt=7.0
):
    """Fighters of two groups, 100 each in every one of many places, after a step in which only passing over acts:
    (of the first, of the second, arms of the first, lost to one another)."""
    start, units = np.arange(0, 2 * places + 1, 2), 2 * places
    manpower, arms = np.full(units, 100), np.tile([1.0, 2.0], places)
    lost = np.zeros((2, 2), dtype=np.int64)
    gone = recruitment.pass_over(
        STREAM,
        UnitsByCell(start, np.arange(units)),
        view_of(
            recruitment.Units,
            surplus=np.zeros(units),
            key=np.arange(units).astype(np.uint64),
            actor=np.tile([0, 1], places),
            manpower=manpower,
            arms=arms,
        ),
        view_of(
            recruitment.Actors,
            key=np.array([5, 6], dtype=np.uint64),
            kind=np.array([INSURGENT, kind]),
            funding=np.array(funding),
            lost_to=lost,
        ),
        np.tile(np.array(support), (places, 1)),
        RULES._replace(passing_rate=rate, pay_weight=pay_weight),
        dt,
    )
    assert manpower.sum() == 200 * places
    assert gone == lost.sum()
    return manpower[::2].mean(), manpower[1::2].mean(), arms[::2].mean(), lost / places


def test_fighters_pass_over_to_the_group_that_appeals_more_by_hand():
    """Three quarters of the support against one, weighed by half: a quarter more appeal; 100 (1 - exp(-0.0175)) go."""
    gone = 100.0 * -math.expm1(-7.0 * 0.01 * 0.25)
    first, second, arms, lost = assert_passing()
    assert second == pytest.approx(100.0 - gone, abs=0.2)
    assert first == pytest.approx(100.0 + gone, abs=0.2)
    assert arms == pytest.approx((100.0 + 2.0 * gone) / (100.0 + gone), abs=0.01)  # they take theirs with them
    assert lost.tolist() == [[0.0, 0.0], [pytest.approx(gone, abs=0.2), 0.0]]
    # the other way by pay, of which what is above full counts for nothing
    first, second, _, _ = assert_passing(support=(0.0, 0.0), funding=(0.2, 3.0))
    assert first == pytest.approx(100.0 * math.exp(-7.0 * 0.01 * 0.4), abs=0.25)
    assert assert_passing(support=(0.0, 0.0), funding=(2.0, 1.0))[0] == 100.0
    assert assert_passing(pay_weight=1.0)[0] == 100.0
    assert assert_passing(rate=0.0)[0] == 100.0
    assert assert_passing(kind=MILITIA)[0] == 100.0


def test_a_militia_with_a_date_does_not_rise_before_it():
    """With a date in its profile it waits for the schedule; without one, or once it has entered, it rises."""
    for dated, entered, rises in ((True, False, False), (True, True, True), (False, False, True)):
        settings = teaching_settings()
        some = next(iter(settings.actors.values()))
        entry = Entry(date=date(2030, 1, 1), persons=10.0) if dated else None
        guards = replace(
            some, kind="militia", state=None, parent=None, entry=entry, roles=[], relations={}, area=[], offer=None
        )
        guards = replace(guards, strength=[])
        model = ConflictModel(replace(settings, actors={**settings.actors, "zz_guards": guards}), teaching_world())
        row = model.rows["zz_guards"]
        model.actors.entered[row] = entered
        model.p.recruitment.militia_rate = 0.01
        model.cells.killed_lately[:] = 1e6
        model.cells.share[:, 0] = 0.0
        recruitment.step(model, 7.0)
        assert (model.persons_of(row) > 0) == rises
