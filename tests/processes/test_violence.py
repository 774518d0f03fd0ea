"""Violence against civilians: numbers worked out by hand, conservation, and agreement with the plain version."""

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import (
    AUXILIARY,
    INDISCRIMINATE,
    INSURGENT,
    LIE_LOW,
    MANDATE,
    MILITIA,
    NON_STATE,
    ONE_SIDED,
    PATROL,
    RAID,
    SELECTIVE,
)
from sim.processes import combat, violence
from sim.runs.snapshot import put_state, take_state
from tests.reference import violence as plain_violence
from tests.reference.agreement import assert_agreement
from tests.reference.plain import PlainModel, differences
from tests.reference.worlds import World, few, fresh_model, worlds


def cruel(model) -> None:
    """Many events with many dead, in places where few are left."""
    p = model.p.violence
    p.insurgent_rate = p.militia_rate = p.state_rate = p.reprisal_rate = 1.0
    p.denunciation, p.settlement = 20.0, 1e5
    p.indiscriminate_tail, p.order_chance = 1.3, 0.2


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("violence", world)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_when_it_is_cruel(world):
    assert_agreement("violence", world, cruel)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_after_fighting(world):
    """The week's log holds attacks by everybody on everybody, which are remembered."""

    def fought(model):
        p = model.p.combat
        p.insurgent_rate = p.militia_rate = p.state_rate = 2.0
        combat.step(model, model.dt)

    assert_agreement("violence", world, fought)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_by_parity(world):
    model = world.model()
    plain = PlainModel(model)
    violence.parity(model, model.dt)
    plain_violence.step(plain, plain.dt, parity=True)
    assert not differences(plain, model)


@few
@given(world=worlds)
def test_no_event_is_left_out_of_the_log(world):
    def full(model):
        cruel(model)
        model.log = model.log[:2].copy()

    assert_agreement("violence", world, full)


@few
@given(world=worlds)
def test_persons_are_conserved(world):
    model = world.model()
    cruel(model)
    com = model.communities
    before, hosted_dead = com.residents.sum(), com.hosted_dead.sum()
    violence.step(model, model.dt)
    dead = model.cells.civilians_week.sum()
    assert com.residents.min() >= 0
    assert np.all(com.hosted_dead <= com.hosted)
    assert before - com.residents.sum() + com.hosted_dead.sum() - hosted_dead == dead
    assert model.log["civilians"][: model.logged].sum() == dead


def alone(name: str, seed: int = 1, manpower: int = 100, posture: int = PATROL):
    """One unit of an actor in the capital, where insurgents have half of the influence; nobody watches."""
    model = fresh_model(World(seed=seed))
    model.units.manpower[:] = 0
    a, cells = model.actors, model.cells
    row, place = model.rows[name], int(model.capital_cell[a.state[model.rows["arun_army"]]])
    unit = model.make_unit(row, place, manpower)
    model.units.posture[unit] = posture
    cells.presence[:] = 0.0
    cells.share[:] = 0.0
    insurgents = a.controller[a.kind == INSURGENT]
    cells.share[:, 0] = cells.share[:, insurgents[0]] = 0.5
    model.governments.monitoring[:] = 0.0
    return model


def dead(name: str, change=None, seeds=30, step=violence.step, **unit) -> int:
    """Civilian dead of as many weeks."""
    found = 0
    for seed in range(seeds):
        model = alone(name, seed, **unit)
        p = model.p.violence
        p.state_rate, p.insurgent_rate, p.indiscriminate_tail = 0.08, 0.15, 3.0
        p.denunciation, p.reprisal_rate = 5.0, 0.3
        if change:
            change(model)
        model.look_anew()
        step(model, 7.0)
        found += int(model.cells.civilians_week.sum())
    return found


def oversight_of(model):
    """Oversight that a week of violence leaves in every cell."""
    model.look_anew()
    violence.step(model, 7.0)
    return model.cells.oversight


def test_oversight_by_hand():
    model = alone("arun_army")
    a, row = model.actors, model.rows["union_mission"]
    for key in MANDATE:
        getattr(a, f"mandate_{key}")[:] = 0.0
    a.persons[row], a.mandate_factor[row] = 500, 0.5
    a.mandate_oversee[row] = 0.8  # oversees
    a.access[row] = 0.0
    c = int(model.world.country[0])
    a.access[row, c] = 0.5
    model.cells.presence[0, row] = 150.0
    model.p.violence.oversight_half = 60.0
    found = oversight_of(model)
    near, wide = 150.0 * 0.4, 0.5 * 0.4 * 0.5
    assert found[0] == pytest.approx(1.0 - (1.0 - near / (near + 60.0)) * (1.0 - wide))
    model.governments.monitoring[c] = 0.9
    assert oversight_of(model)[0] == pytest.approx(1.0 - 0.5 * 0.1)
    a.persons[row] = 0
    model.governments.monitoring[c] = 0.0
    assert oversight_of(model)[0] == 0.0


def test_no_cause_no_violence():
    def governed(model):  # the army sees no guilt where insurgents have no influence
        model.cells.share[:] = 0.0
        model.cells.share[:, 0] = 1.0

    def restrained(model):
        model.actors.abusiveness_factor[:] = 0.0

    assert dead("arun_army") > 0
    assert dead("arun_army", governed) == 0
    assert dead("arun_army", restrained) == 0
    assert dead("league", posture=LIE_LOW) == 0
    assert dead("league", manpower=2, posture=RAID) == 0


def test_more_abusive_conduct_kills_more_and_oversight_holds_it_down():
    def factor(x):
        return lambda model: model.actors.abusiveness_factor.__imul__(x)

    def watched(model):
        model.governments.monitoring[:] = 1.0
        model.p.violence.oversight_restrains = 0.9

    base = dead("arun_army", factor(4.0))
    assert dead("arun_army", factor(1.0)) < 0.6 * base
    assert dead("arun_army", lambda m: (factor(4.0)(m), watched(m))) < 0.4 * base


def test_anger_raises_the_violence_of_the_state():
    def angry(model):
        model.actors.revenge[:] = 1.0

    assert dead("arun_army", angry) > 1.3 * dead("arun_army")


def held(share: float, attacks: float = 0.0):
    """The league has a share of the influence, the army the rest; each is helped as far, the army by half of those who
    could. Local armed people attacked the league as often as it is said."""

    def change(model):
        a, cells, com = model.actors, model.cells, model.communities
        league, army = model.rows["league"], model.rows["arun_army"]
        cells.share[:] = 0.0
        cells.share[:, 0], cells.share[:, a.controller[league]] = 1.0 - share, share
        com.collaboration[:] = 0.0
        com.collaboration[:, army], com.collaboration[:, league] = 0.5 * (1.0 - share), 0.5 * share
        cells.information[:] = 0.0
        cells.local_attacks[:] = 0.0
        cells.local_attacks[:, league] = attacks

    return change


def test_memory_of_attacks_is_in_saved_states_and_not_shared_by_copies():
    model, other = alone("league"), alone("league", seed=2)
    model.cells.local_attacks[3, model.rows["league"]] = 2.5
    kept = take_state(model)
    put_state(other, kept)
    model.cells.local_attacks[:] = 0.0
    assert other.cells.local_attacks[3, model.rows["league"]] == 2.5
    assert other.cells.local_attacks.sum() == 2.5
    violence.step(other, 7.0)
    put_state(model, kept)
    assert model.cells.local_attacks.sum() == 2.5


def test_people_denounce_where_control_is_dominant_but_incomplete():
    """Shares of 0.2, 0.5, 0.75 and 1 to the power of 2.5, times what the enemy has: as 0.12 to 0.73 to 1 to 0."""
    little, parity, dominant, full = (dead("league", held(s), posture=RAID) for s in (0.2, 0.5, 0.75, 1.0))
    assert little < 0.3 * parity
    assert dominant > 1.2 * parity > 0
    assert full == 0


def test_how_dominant_control_must_be_is_a_parameter():
    """At parity the power weighs most: 0.5 to the third power is half of what it is to the second."""

    def with_power(n):
        return lambda model: (held(0.5)(model), setattr(model.p.violence, "denunciation_power", n))

    assert dead("league", with_power(3.0), posture=RAID) < 0.7 * dead("league", with_power(2.0), posture=RAID)


def test_insurgents_are_most_violent_where_control_is_contested_by_parity():
    def found(share):
        return dead("league", held(share, attacks=5.0), step=violence.parity, posture=RAID)

    assert found(0.5) > 1.2 * found(0.8) > 2 * found(1.0) > 0


def test_nobody_is_denounced_for_helping_those_who_are_no_enemies():
    def at_peace(model):
        held(0.75)(model)
        model.actors.hostility[:] = 0.0

    assert dead("league", at_peace, posture=RAID) == 0


def test_a_person_is_denounced_once():
    """Two enemies who are helped alike make no more of it than one."""

    def two(model):
        held(0.75)(model)
        com, a = model.communities, model.actors
        league, army, banner = (model.rows[name] for name in ("league", "arun_army", "banner"))
        a.hostility[league, army] = a.hostility[league, banner] = 1.0
        com.collaboration[:, banner] = com.collaboration[:, army]

    assert dead("league", two, posture=RAID) == dead("league", held(0.75), posture=RAID)


def test_reprisals_follow_attacks_by_local_people():
    """Also under full control; they are indiscriminate, and fewer where the group knows who attacked."""

    def known(model):
        held(1.0, attacks=2.0)(model)
        model.cells.information[:] = 0.8

    ignorant = dead("league", held(1.0, attacks=2.0), posture=RAID)
    assert ignorant > 0
    assert dead("league", known, posture=RAID) < 0.5 * ignorant
    model = alone("league", posture=RAID)
    held(1.0, attacks=2.0)(model)
    model.p.violence.reprisal_rate = 20.0
    model.actors.selectivity[:] = 1.0
    violence.step(model, 7.0)
    assert model.logged > 5
    assert (model.log["kind"][: model.logged] == INDISCRIMINATE).all()


def test_off_switches():
    def without(model):
        held(0.75, attacks=3.0)(model)
        model.p.violence.denunciation = model.p.violence.reprisal_rate = 0.0

    assert dead("league", held(0.75, attacks=3.0), posture=RAID) > 0
    assert dead("league", without, posture=RAID) == 0


def fight(model, attacker: str, attacked: str, cell: int, type_: int = NON_STATE) -> None:
    """A row of the week's log."""
    event = model.log[model.logged]
    event["cell"], event["type"] = cell, type_
    event["initiator"] = event["side_a"] = model.rows[attacker]
    event["side_b"] = model.rows[attacked]
    model.logged += 1


def test_attacks_of_local_people_are_remembered_and_fade():
    model = alone("league", manpower=1)
    league, banner, guard = (model.rows[name] for name in ("league", "banner", "home_guard"))
    assert model.actors.kind[guard] == AUXILIARY
    model.actors.kind[banner] = MILITIA
    for attacker in ("home_guard", "home_guard", "banner", "hired_partner", "arun_army"):
        fight(model, attacker, "league", 3)
    fight(model, "home_guard", "league", 4)
    fight(model, "home_guard", "banner", 4)
    fight(model, "league", "home_guard", 5)  # nobody is held to account for being attacked
    fight(model, "home_guard", "league", 5, type_=ONE_SIDED)
    fight(model, "league", "home_guard", 6)  # the state's side is side A, whoever attacks
    row = model.log[model.logged - 1]
    row["side_a"], row["side_b"] = guard, league
    violence.step(model, 7.0)
    cells = model.cells
    assert np.argwhere(cells.local_attacks).tolist() == sorted([[3, league], [4, league], [4, banner]])
    assert (cells.local_attacks[3, league], cells.local_attacks[4, league]) == (3.0, 1.0)
    before = cells.local_attacks.copy()
    model.logged = 0
    violence.step(model, 14.0)
    assert cells.local_attacks == pytest.approx(before * np.exp(-14.0 / model.p.violence.reprisal_days))


def test_who_knows_selects():
    def known(model):
        model.actors.selectivity[:] = 1.0
        model.cells.information[:] = 1.0
        model.p.violence.state_rate = 5.0

    model = alone("arun_army")
    known(model)
    violence.step(model, 7.0)
    assert model.logged > 0
    log = model.log[: model.logged]
    assert (log["kind"] == SELECTIVE).all()
    assert (log["side_b"] == -1).all()
    exposure = model.communities.exposure[:, model.rows["arun_army"]].sum()
    nonlethal = model.cells.abuse_week.sum() * model.p.violence.nonlethal_harm
    assert exposure == pytest.approx(0.4 * log["civilians"].sum() + nonlethal)


def sizes(settlement: float, mean: float = 1e9) -> np.ndarray:
    """Dead of the many events of one week in which each would kill everybody, were it not for the settlement."""
    model = alone("arun_army")
    model.p.violence.state_rate = 40.0
    model.p.violence.indiscriminate_mean, model.p.violence.settlement = mean, settlement
    model.cells.information[:] = 0.0
    model.communities.residents[int(model.units.cell[-1])] = 10_000_000
    violence.step(model, 7.0)
    return model.log["civilians"][: model.logged]


def test_no_event_is_larger_than_a_settlement_but_by_chance():
    """Sizes fall exponentially: beyond the cut one of e events, beyond three times the cut one of 20, and so on."""
    found = sizes(300.0)
    n = len(found)
    assert n > 50
    for times in (1, 3, 6):
        chance = np.exp(-times)
        assert np.count_nonzero(found > 1 + 300 * times) <= n * chance + 4.0 * np.sqrt(n * chance) + 1
    assert np.median(found) == pytest.approx(300 * np.log(2.0), rel=0.4)
    usual, cut = sizes(1e12, mean=5.0), sizes(100.0, mean=5.0)  # drawn from the same numbers
    assert len(usual) == len(cut)
    assert (cut <= usual).all()
    assert (cut[usual < 10] == usual[usual < 10]).mean() > 0.8


def test_an_event_kills_no_more_than_there_are():
    model = alone("arun_army")
    model.p.violence.state_rate = 5.0
    model.p.violence.indiscriminate_mean = model.p.violence.settlement = 1e9
    model.cells.information[:] = 0.0
    place = int(model.units.cell[-1])
    people = int(model.communities.residents[place])
    violence.step(model, 7.0)
    assert model.log["civilians"][: model.logged].sum() == people
    assert model.communities.residents[place] == 0


def test_a_unit_may_kill_as_often_as_its_rate_says():
    model = alone("arun_army")
    model.p.violence.state_rate = 20.0
    model.p.violence.settlement = 5.0
    violence.step(model, 7.0)
    assert model.logged > 20


def test_orders_to_leave_run_out():
    model = alone("arun_army")
    model.communities.order_days[:] = 10.0
    violence.step(model, 7.0)
    assert model.communities.order_days.tolist() == [3.0] * len(model.communities)
