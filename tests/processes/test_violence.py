"""Violence against civilians: numbers worked out by hand, conservation, and agreement with the plain version."""

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import INSURGENT, LIE_LOW, MANDATE, PATROL, RAID, SELECTIVE
from sim.processes import violence
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, worlds


def cruel(model) -> None:
    """Many events with many dead, in places where few are left."""
    p = model.p.violence
    p.insurgent_rate = p.militia_rate = p.state_rate = 1.0
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


def dead(name: str, change=None, seeds=30, **unit) -> int:
    """Civilian dead of as many weeks."""
    found = 0
    for seed in range(seeds):
        model = alone(name, seed, **unit)
        p = model.p.violence
        p.state_rate, p.insurgent_rate, p.indiscriminate_tail = 0.08, 0.15, 3.0
        if change:
            change(model)
        violence.step(model, 7.0)
        found += int(model.cells.civilians_week.sum())
    return found


def oversight_of(model):
    return violence.oversight_of(model, violence.ViolenceRules.of(model.p.violence))


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


def test_insurgents_are_most_violent_where_control_is_contested():
    def share(x):
        def change(model):
            a = model.actors
            model.cells.share[:] = 0.0
            model.cells.share[:, a.controller[model.rows["league"]]] = x

        return change

    contested, held = dead("league", share(0.5), posture=RAID), dead("league", share(1.0), posture=RAID)
    assert contested > 2 * held


def test_who_knows_selects():
    def known(model):
        model.actors.selectivity[:] = 1.0
        model.cells.information[:] = 1.0
        model.p.violence.state_rate = 1.0

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


def test_no_event_kills_more_than_a_quarter():
    model = alone("arun_army")
    model.p.violence.state_rate = 5.0
    model.p.violence.indiscriminate_mean = 1e9
    place = int(model.units.cell[-1])
    people = int(model.communities.residents[place])
    model.cells.information[:] = 0.0
    violence.step(model, 7.0)
    assert 0 < model.log[0]["civilians"] <= people // 4


def test_a_unit_may_kill_as_often_as_its_rate_says():
    model = alone("arun_army")
    model.p.violence.state_rate = 20.0
    model.p.violence.largest_share = 0.001
    violence.step(model, 7.0)
    assert model.logged > 20


def test_orders_to_leave_run_out():
    model = alone("arun_army")
    model.communities.order_days[:] = 10.0
    violence.step(model, 7.0)
    assert model.communities.order_days.tolist() == [3.0] * len(model.communities)
