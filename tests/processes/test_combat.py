"""Combat: numbers worked out by hand, conservation, limits, and agreement with the plain version."""

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, FOREIGN, GARRISON, INSURGENT, LIE_LOW, OFFENSIVE, PATROL, RAID, STATE_BASED
from sim.processes import combat
from sim.processes.shared import breaking
from sim.processes.shared.derived import UnitsByCell
from sim.settings.parameters.fighting import Combat
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("combat", world)


def fierce(model) -> None:
    """Many attacks, many losses, many broken units."""
    p = model.p.combat
    p.insurgent_rate = p.militia_rate = p.state_rate = 2.0
    p.lethality, p.break_share, p.mass_chance, p.tail = 0.3, 0.05, 0.5, 1.7


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_when_the_fighting_is_fierce(world):
    assert_agreement("combat", world, fierce)


@few
@given(world=worlds)
def test_no_event_is_left_out_of_the_log(world):
    def full(model):
        fierce(model)
        model.log = model.log[:2].copy()

    assert_agreement("combat", world, full)


@few
@given(world=worlds)
def test_persons_are_conserved(world):
    model = world.model()
    fierce(model)
    before, civilians = model.units.manpower.sum(), model.communities.residents.sum()
    hosted_dead = model.communities.hosted_dead.sum()
    combat.step(model, model.dt)
    com = model.communities
    assert model.units.manpower.min() >= 0
    assert com.residents.min() >= 0
    assert np.all(com.hosted_dead <= com.hosted)
    fighters, dead = model.cells.fighters_week.sum(), model.cells.civilians_week.sum()
    home = before - model.units.manpower.sum() - fighters  # deserters
    assert home >= 0
    assert com.residents.sum() == civilians + home - (dead - (com.hosted_dead.sum() - hosted_dead))
    log = model.log[: model.logged]
    assert (log["deaths_a"] + log["deaths_b"]).sum() == fighters == model.actors.losses_week.sum()
    assert log["civilians"].sum() == dead


RULES = combat.CombatRules.of(Combat())


def test_strength_by_hand():
    assert combat.strength_of(100.0, 1.5, 0.8, 0.5, 0.25, RULES) == pytest.approx(100.0 * 1.5 * 0.8 * 0.7 * 1.25)


def test_losses_by_hand():
    units = view_of(
        combat.Units,
        actor=np.array([0]),
        manpower=np.array([100]),
        cohesion=np.array([0.8]),
        rest_days=np.array([1.0]),
    )
    actors = view_of(
        combat.Actors,
        kind=np.array([INSURGENT]),
        persons=np.array([10_000]),
        losses_week=np.array([3]),
        revenge=np.array([0.5]),
    )
    combat.take_losses(0, 20, units, actors, RULES)
    assert units.manpower.tolist() == [80]
    assert units.cohesion == pytest.approx([0.72])
    assert units.rest_days == pytest.approx([30.0 * 0.2 / 0.15])
    assert actors.losses_week.tolist() == [23]
    assert actors.revenge == pytest.approx([0.5 + 20 / 200])


def test_those_who_mass_share_their_losses():
    """Five units of a group, of which one lies low and one has nobody left, and one of others, in a cell."""
    units = view_of(
        combat.Units,
        actor=np.array([0, 0, 0, 0, 1, 0]),
        cell=np.zeros(6, dtype=np.int64),
        posture=np.array([RAID, RAID, LIE_LOW, RAID, RAID, RAID]),
        manpower=np.array([60, 30, 50, 10, 80, 0]),
        cohesion=np.ones(6),
        rest_days=np.zeros(6),
    )
    actors = view_of(
        combat.Actors,
        kind=np.array([INSURGENT, INSURGENT]),
        persons=np.array([150, 80]),
        losses_week=np.zeros(2, dtype=np.int64),
        lost_to=np.zeros((2, 2), dtype=np.int64),
        revenge=np.zeros(2),
    )
    here = UnitsByCell(np.array([0, 6]), np.arange(6))
    rows, people = combat.standing_together(0, True, here, units, actors.kind, 150.0)
    assert rows.tolist() == [0, 1, 3]
    assert people == 100
    combat.share_losses(rows, 25, people, 1, units, actors, RULES)
    assert units.manpower.tolist() == [45, 23, 50, 7, 80, 0]
    assert actors.losses_week.tolist() == [25, 0]
    assert actors.lost_to.tolist() == [[0, 25], [0, 0]]
    combat.share_losses(rows, 75, 75, 1, units, actors, RULES)
    assert units.manpower.tolist() == [0, 0, 50, 0, 80, 0]


def test_platoons_in_one_place_and_posture_stand_together_as_a_company():
    """Six platoons of an army in a cell, one of them on patrol, one without people; a group's unit stands alone."""
    units = view_of(
        combat.Units,
        actor=np.array([0, 0, 0, 0, 1, 0, 0]),
        cell=np.zeros(7, dtype=np.int64),
        posture=np.array([GARRISON, PATROL, GARRISON, GARRISON, RAID, GARRISON, GARRISON]),
        manpower=np.array([40, 40, 40, 0, 50, 40, 40]),
    )
    here, kind = UnitsByCell(np.array([0, 7]), np.arange(7)), np.array([ARMY, INSURGENT])
    for u, company, rows in (
        (0, 150.0, [0, 2, 5]),
        (5, 150.0, [5, 6, 0]),
        (1, 150.0, [1]),
        (0, 79.0, [0]),
        (4, 150.0, [4]),
    ):
        found, people = combat.standing_together(u, False, here, units, kind, company)
        assert found.tolist() == rows
        assert people == units.manpower[rows].sum()


def test_aim_counts_exposed_enemies_within_reach():
    """Two cells: two enemies here, one a garrison; one further off, across a border where pursuit is halved; an own
    unit; one whose people are dead."""
    units = view_of(
        combat.Units,
        actor=np.array([0, 1, 1, 1, 1]),
        manpower=np.array([50, 100, 60, 80, 0]),
        posture=np.array([RAID, GARRISON, PATROL, OFFENSIVE, GARRISON]),
    )
    actors = view_of(combat.Actors, hostility=np.array([[0.0, 0.5], [0.5, 0.0]]))
    side = combat.Side(
        strikes=np.ones(2, dtype=bool),
        pursuit=np.array([[1.0, 0.5], [0.0, 0.0]]),
        air=np.zeros(2),
        ready=combat.readiness(combat.CombatRules.of(Combat())),
        exposed=combat.exposure_of(combat.CombatRules.of(Combat())),
        alert=np.ones(2),
        raids=np.ones(2),
        sweeps=np.ones(2),
    )
    reach = combat.Reach(np.array([0, 2, 2]), np.array([0, 1]), np.array([1.0, 0.5]))
    here = UnitsByCell(np.array([0, 4, 5]), np.array([0, 1, 2, 4, 3]))
    arguments = (0, 0, units, actors, side, reach, here, np.array([0, 1]))
    first, second, third = 100 * 0.5 * 1.0, 60 * 0.5 * 0.45, 80 * 0.5 * 0.7 * 0.5 * 0.5
    assert combat.aim_of(*arguments, -1.0) == (pytest.approx(first + second + third), 3)
    assert combat.aim_of(*arguments, first - 1.0)[1] == 1
    assert combat.aim_of(*arguments, first + 1.0)[1] == 2
    assert combat.aim_of(*arguments, first + second + 1.0)[1] == 3


def test_a_broken_unit_by_hand():
    units = view_of(
        combat.Units,
        posture=np.array([RAID, GARRISON]),
        key=np.array([2, 3], dtype=np.uint64),
        actor=np.array([0, 1]),
        cell=np.array([0, 0]),
        home=np.array([-1, 3]),
        manpower=np.array([40, 100]),
        arms=np.array([1.0, 0.8]),
        cohesion=np.array([0.7, 0.5]),
        target=np.array([-1, -1]),
        km_left=np.zeros(2),
    )
    actors = view_of(
        combat.Actors,
        kind=np.array([INSURGENT, ARMY]),
        loot=np.zeros(2),
        hostility=np.ones((2, 2)),
        access=np.ones((2, 1)),
    )
    communities = view_of(combat.Communities, residents=np.array([1000]))
    lat, lon = np.zeros(6), np.array([0.0, 0.1, 0.2, 1.0, 3.0, 4.0])
    place = combat.Place(np.zeros(6, dtype=np.int64), lat, lon, np.array([5]), 1.3, np.array([1000]))
    rules = RULES._replace(desertion=0.2, capture=0.5, captured=0.0, defection=0.0)
    combat.break_unit(np.uint64(1), 16, 0, 1, 0.5, units, actors, communities, place, rules)
    assert units.arms == pytest.approx([1.0 + 0.5 * 0.3 * 0.4, 0.4])  # it was half of those who fought
    assert units.cohesion[1] == pytest.approx(0.35)
    assert units.manpower[1] + communities.residents[0] == 1100
    assert 5 <= 100 - units.manpower[1] <= 40
    assert actors.loot[0] == pytest.approx(20.0 * 0.4 * units.manpower[1])
    assert units.target.tolist() == [-1, 3]
    assert units.km_left == pytest.approx([0.0, 1.3 * 111.195])


def broken(winner: int, loser: int, **shares) -> tuple[int, int, int]:
    """People of the winner, of the loser and at home after a unit of 1,000 of kind `loser` broke before one of 50."""
    units = view_of(
        combat.Units,
        posture=np.array([RAID, GARRISON]),
        key=np.array([2, 3], dtype=np.uint64),
        actor=np.array([0, 1]),
        cell=np.array([0, 0]),
        home=np.array([-1, 1]),
        manpower=np.array([50, 1000]),
        arms=np.ones(2),
        cohesion=np.ones(2),
        target=np.array([-1, -1]),
        km_left=np.zeros(2),
    )
    actors = view_of(combat.Actors, kind=np.array([winner, loser]), loot=np.zeros(2))
    actors = actors._replace(hostility=np.ones((2, 2)), access=np.ones((2, 1)))
    communities = view_of(combat.Communities, residents=np.array([100]))
    place = combat.Place(np.zeros(2, dtype=np.int64), np.zeros(2), np.arange(2.0), np.array([1]), 1.3, np.array([100]))
    rules = RULES._replace(**{"desertion": 0.0, "captured": 0.0, "defection": 0.0, **shares})
    combat.break_unit(np.uint64(1), 17, 0, 1, 1.0, units, actors, communities, place, rules)
    return *units.manpower.tolist(), int(communities.residents[0])


def test_of_an_army_that_breaks_before_insurgents_some_are_let_go_and_some_join_them():
    won, lost, home = broken(INSURGENT, ARMY, captured=0.1, defection=0.2)
    assert won + lost + home == 1150
    assert home - 100 == pytest.approx(100, abs=40)
    assert won - 50 == pytest.approx(180, abs=55)
    assert broken(INSURGENT, ARMY) == (50, 1000, 100)
    assert broken(INSURGENT, FOREIGN, captured=0.1, defection=0.2) == (50, 1000, 100)
    assert broken(ARMY, INSURGENT, captured=0.1, defection=0.2) == (50, 1000, 100)


def gathers(broken, others, home=0, countries=(0, 0, 0, 1), hostile=False) -> int:
    """Where a unit of the actor `broken` gathers that broke in the first of four cells, each a degree further off.

    `others` are (actor, cell, posture, target) of other units; actors 0 an army, 1 a foreign force, 2 a group. The
    capital lies in the third cell; all may be everywhere but in the fourth.
    """
    rows = [(broken, 0, GARRISON, -1), *others]
    units = view_of(
        combat.Units,
        actor=np.array([row[0] for row in rows]),
        cell=np.array([row[1] for row in rows]),
        posture=np.array([row[2] for row in rows]),
        target=np.array([row[3] for row in rows]),
        home=np.full(len(rows), home),
        manpower=np.full(len(rows), 50),
    )
    actors = view_of(
        combat.Actors,
        kind=np.array([ARMY, FOREIGN, INSURGENT]),
        hostility=np.full((3, 3), float(hostile)),
        access=np.array([[1.0, 0.0]] * 3),
    )
    country = np.array(countries)
    place = combat.Place(country, np.zeros(4), np.arange(4.0), np.array([2, 3]), 1.3, np.zeros(4))
    return breaking.gathering_place(0, units, actors, place)


def test_a_unit_that_breaks_at_home_gathers_at_the_nearest_garrison():
    assert gathers(0, [(0, 1, GARRISON, -1)], home=3) == 3
    for home in (-1, 0):
        assert gathers(0, [(0, 2, GARRISON, -1), (0, 1, GARRISON, -1)], home) == 1
    assert gathers(0, [(1, 1, GARRISON, -1)]) == 1  # of a partner
    assert gathers(0, [(1, 1, GARRISON, -1)], hostile=True) == 2
    for other in ((0, 1, PATROL, -1), (0, 1, GARRISON, 2), (0, 3, GARRISON, -1), (2, 1, GARRISON, -1)):
        assert gathers(0, [other]) == 2  # the capital: no garrison that stays and that they may reach
    assert gathers(2, [(2, 1, RAID, -1), (0, 1, GARRISON, -1)]) == 1
    assert gathers(2, [(0, 1, GARRISON, -1)]) == -1  # irregulars do not flee to the capital


def duel(seed: int):
    """A group and an army in one cell, nobody else anywhere."""
    model = fresh_model(World(seed=seed))
    model.units.manpower[:] = 0
    a, cells = model.actors, model.cells
    league, army = model.rows["league"], model.rows["arun_army"]
    place = int(model.capital_cell[model.actors.state[army]])
    ours, theirs = model.make_unit(league, place, 60), model.make_unit(army, place, 150)
    model.units.posture[[ours, theirs]] = RAID, GARRISON
    model.count_persons()
    cells.presence[:] = 0.0
    cells.presence[place, [league, army]] = 60.0, 150.0
    a.hostility[league, army] = a.hostility[army, league] = 1.0
    return model, ours, theirs


def total(change=None, seeds=40) -> dict[str, int]:
    """Engagements and dead of the group and of the army over many duels of a week."""
    found = {"engagements": 0, "group": 0, "army": 0}
    for seed in range(seeds):
        model, ours, theirs = duel(seed)
        model.p.combat.insurgent_rate = 0.5
        if change:
            change(model, ours, theirs)
        combat.step(model, 7.0)
        found["engagements"] += model.logged
        found["group"] += int(model.actors.losses_week[model.units.actor[ours]])
        found["army"] += int(model.actors.losses_week[model.units.actor[theirs]])
    return found


def test_nobody_fights_friends_or_the_distant_or_while_lying_low():
    def friends(model, ours, theirs):
        model.actors.hostility[:] = 0.0

    def unseen(model, ours, theirs):
        model.cells.presence[:] = 0.0

    def hiding(model, ours, theirs):
        model.units.posture[ours] = LIE_LOW
        model.p.combat.state_rate = 0.0

    assert total()["engagements"] > 0
    for peace in (friends, unseen, hiding):
        assert total(peace, seeds=10) == {"engagements": 0, "group": 0, "army": 0}


def test_more_lethal_fighting_kills_more():
    def lethal(model, ours, theirs):
        model.p.combat.lethality *= 4.0

    some, more = total(), total(lethal)
    assert more["army"] > 1.5 * some["army"]


def test_armies_answer_attacks():
    """Half of what they could where `alert_half` attacks are remembered in the place, less from afar."""
    reach = combat.Reach(np.array([0, 2, 3, 4]), np.array([0, 1, 1, 2]), np.array([1.0, 0.5, 1.0, 1.0]))
    assert combat.alert_of(np.array([3.0, 0.0, 0.0]), reach, 3.0) == pytest.approx([0.5, 1.5 / 4.5, 0.0])
    assert combat.alert_of(np.array([3.0, 0.0, 0.0]), reach, 0.0) == pytest.approx([1.0, 1.0, 1.0])  # off

    def sweeps(attacks, objective=False):
        found = 0
        for seed in range(40):
            model, _, theirs = duel(seed)
            model.p.combat.insurgent_rate, model.p.combat.state_rate = 0.0, 3.0
            model.cells.attack_memory[:] = attacks
            army, cell = model.units.actor[theirs], model.units.cell[theirs]
            model.actors.objective[army] = cell if objective else -1
            combat.step(model, 7.0)
            found += model.logged + int(model.cells.sweeps_answered.sum())
        return found

    assert sweeps(0.0) == 0 < sweeps(2.0) < sweeps(500.0)
    assert sweeps(0.0, objective=True) > 0


def test_sweeps_that_find_nobody_and_dead_of_the_state_are_kept_by_place():
    for found, seeds in ((False, range(10)), (True, range(60))):
        empty, costly, fallen = 0, 0, 0
        for seed in seeds:
            model, _, theirs = duel(seed)
            army, cell = model.units.actor[theirs], model.units.cell[theirs]
            model.p.combat.insurgent_rate, model.p.combat.state_rate = 0.0, 1.0
            model.p.combat.alert_half, model.p.combat.area_fire = 0.0, float(found)
            model.cells.information[:] = 0.0
            combat.step(model, 7.0)
            log = model.log[: model.logged]
            empty += int(model.cells.sweeps_answered[cell, army])
            costly += int((log["deaths_a"] > 0).sum())
            fallen += int(log["deaths_a"].sum())
            assert model.cells.comrades_lost.sum() == model.cells.comrades_lost[cell] == log["deaths_a"].sum()
        assert (fallen > 0) == found
        assert empty == costly if found else empty > 0


def test_the_state_is_side_a_whoever_attacks():
    initiators = set()
    for seed in range(40):
        model, ours, theirs = duel(seed)
        model.p.combat.insurgent_rate, model.p.combat.state_rate = 0.5, 3.0
        model.p.combat.alert_half = 0.0
        combat.step(model, 7.0)
        group, army = model.units.actor[[ours, theirs]]
        log = model.log[: model.logged]
        initiators |= set(log["initiator"])
        assert (log["type"] == STATE_BASED).all()
        assert (log["side_a"] == army).all()
        assert (log["side_b"] == group).all()
        assert log["deaths_a"].sum() == model.actors.losses_week[army]
        assert log["deaths_b"].sum() == model.actors.losses_week[group]
    assert initiators == {group, army}


def test_a_unit_may_attack_as_often_as_its_rate_says():
    def tireless(model, ours, theirs):
        model.p.combat.insurgent_rate, model.p.combat.state_rate = 100.0, 0.0
        model.p.combat.lethality = 1e-9

    assert total(tireless, seeds=1)["engagements"] > 20


def test_who_is_known_is_hit():
    """Aimed fire at the attackers falls with what is not known of them (Deitchman)."""

    def known(value):
        def change(model, ours, theirs):
            model.cells.information[:] = 0.0
            model.cells.information[:, model.units.actor[theirs]] = value
            model.p.combat.surprise, model.p.combat.lethality = 1.0, 0.5

        return change

    assert total(known(1.0))["group"] > total(known(0.0))["group"]


def test_anger_is_full_and_no_more_after_a_week_of_many_dead():
    """Violence reads it in the same week."""
    units = view_of(
        combat.Units, actor=np.array([0]), manpower=np.array([1000]), cohesion=np.ones(1), rest_days=np.zeros(1)
    )
    actors = view_of(
        combat.Actors,
        kind=np.array([ARMY]),
        persons=np.array([1000]),
        losses_week=np.zeros(1, dtype=np.int64),
        revenge=np.zeros(1),
    )
    rules = combat.CombatRules.of(Combat())._replace(revenge_dead=50.0, revenge_share=0.0)
    for expected in (0.6, 1.0, 1.0):
        combat.take_losses(0, 30, units, actors, rules)
        assert actors.revenge[0] == pytest.approx(expected)
    assert actors.losses_week[0] == 90


def test_memory_danger_and_anger_fade():
    model = World(seed=1).model()
    model.units.manpower[:] = 0
    danger, memory, revenge = model.cells.danger.copy(), model.cells.attack_memory.copy(), model.actors.revenge.copy()
    model.begin_week()
    p = model.p.combat
    assert model.cells.danger == pytest.approx(danger * np.exp(-7.0 / p.danger_days))
    assert model.cells.attack_memory == pytest.approx(memory * np.exp(-7.0 / p.memory_days))
    assert model.actors.revenge == pytest.approx(revenge * np.exp(-7.0 / p.revenge_days))
