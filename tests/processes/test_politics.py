"""Politics: hazards and goals worked out by hand, coups and pacts, and agreement with the plain version."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, FOREIGN
from sim.model.model import ConflictModel
from sim.processes import borders, decisions, politics
from sim.settings.parameters.politics import Politics
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, teaching_settings, teaching_world, worlds
from tests.views import view_of


def be_restless(model) -> None:
    """Coups and expulsions happen every other week."""
    p = model.p.politics
    p.coup_rate, p.expulsion_rate, p.invitation_rate = 0.02, 0.1, 0.1
    model.governments.theatre[:] = True
    model.t += 3000.0  # everybody who is ever on offer is


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("politics", world)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_where_coups_are_common(world):
    assert_agreement("politics", replace(world, politics="endogenous"), be_restless)


# ---------------------------------------------------------------------------- by hand


def test_known_abuse_by_hand():
    """Two countries; in the first 100 of 400 people are three in four to blame the army or its partner."""
    abuse, held = np.zeros(2), np.zeros(2)
    reached = np.full(2, 9.0)
    blame, fear = np.array([0.75, 0.0, 0.2]), np.array([0.8, 0.4, 0.3])
    communities = view_of(politics.Communities, blame=blame, fear=fear, residents=np.array([100, 300, 50]))
    protected = np.array([False, True])
    media = np.array([0.4, 1.0])
    governments = view_of(politics.Governments, media=media, known_abuse=abuse, aid_protected=protected)
    politics.opinion(communities, np.array([0, 0, 1]), np.array([0, -1, 1]), governments, held, reached)
    assert reached.tolist() == pytest.approx([(100 * 0.2 + 300 * 0.6) / 400, 1.0])
    assert abuse.tolist() == pytest.approx([0.4 * 100 * 0.75 / 400, 0.2])
    assert held.tolist() == pytest.approx([0.25, 0.0])


RULES = politics.PoliticsRules.of(Politics())


def legitimacy(losses=0.0, shortage=0.0, abuse=0.0, lost=0.0, victory=0.0, aid=0.0) -> float:
    rules = RULES._replace(
        base=0.6,
        loss_weight=0.3,
        shortage_weight=0.2,
        abuse_weight=0.5,
        territory_weight=0.4,
        victory_weight=0.1,
        aid_weight=0.05,
    )
    return float(politics.legitimacy_goal(rules, losses, shortage, abuse, lost, victory, aid))


def test_each_cause_of_legitimacy_by_hand():
    assert legitimacy() == pytest.approx(0.6)
    assert legitimacy(losses=0.5) == pytest.approx(0.45)
    assert legitimacy(losses=7.0) == pytest.approx(0.3)  # more than heavy is not worse
    assert legitimacy(shortage=1.0) == pytest.approx(0.4)
    assert legitimacy(abuse=0.4) == pytest.approx(0.4)
    assert legitimacy(lost=1.0) == pytest.approx(0.2)
    assert legitimacy(victory=1.0, aid=1.0) == pytest.approx(0.75)
    assert legitimacy(losses=1.0, shortage=1.0, abuse=1.0, lost=1.0) == 0.05


def test_the_hazard_of_a_coup_by_hand():
    p = Politics(coup_rate=0.001, coup_legitimacy=4.0, coup_safety=2.0, coup_trap=3.0, trap_days=100.0)
    long_ago = 1e6
    assert politics.coup_hazard(p, 0.5, 0.5, long_ago) == pytest.approx(0.001)
    assert politics.coup_hazard(p, 0.25, 0.5, long_ago) == pytest.approx(0.001 * math.e)
    assert politics.coup_hazard(p, 0.5, 0.0, long_ago) == pytest.approx(0.001 * math.e)
    assert politics.coup_hazard(p, 0.75, 0.0, long_ago) == pytest.approx(0.001)
    assert politics.coup_hazard(p, 0.5, 0.5, 0.0) == pytest.approx(0.004)
    assert politics.coup_hazard(p, 0.5, 0.5, 100.0) == pytest.approx(0.001 * (1.0 + 3.0 / math.e))


def frayed(truce, mediator):
    """Truces after half of the way to what two actors, the first a mediator with 0.4 of what it takes, can keep."""
    truce, hostility = truce.copy(), np.zeros((2, 2))
    actors = view_of(
        politics.Actors,
        enmity=np.full((2, 2), 0.5),
        mediator=mediator,
        persons=np.array([1200, 0]),
        mandate_mediate=np.array([1.0, 0.0]),
        mandate_factor=np.array([0.5, 1.0]),
        truce=truce,
        hostility=hostility,
    )
    half_way = RULES._replace(mediator_full=3000.0, mediator_need=0.5, fray_days=7.0 / math.log(2.0))
    politics.decay_truces(actors, half_way, 7.0)
    np.testing.assert_allclose(hostility, 0.5 * (1.0 - truce))
    return truce


def test_pacts_fray_by_hand():
    truce = np.array([[0.0, 1.0], [1.0, 0.0]])
    nobody, first = np.full((2, 2), -1), np.array([[-1, 0], [0, -1]])
    np.testing.assert_array_equal(frayed(truce, nobody), truce)
    np.testing.assert_allclose(frayed(truce, first), 0.7 * truce)
    np.testing.assert_allclose(frayed(0.3 * truce, first), 0.3 * truce)  # it does not mend


def test_a_rally_by_hand():
    """The more the fewer stood behind the government, never beyond the margin; it fades, what is under it goes on."""
    model = fresh_model(World(seed=1))
    g, p = model.governments, model.p.politics
    p.rally_size, p.base, p.standing_margin = 0.1, 0.6, 0.05
    g.legitimacy[:2] = 0.2, 0.9
    politics.rally(model, 0)
    politics.rally(model, 1)
    assert g.rally[:2].tolist() == pytest.approx([0.1 * 0.8 / 0.4, 0.025])
    assert g.legitimacy[:2].tolist() == pytest.approx([0.4, 0.925])
    twin = fresh_model(World(seed=1))
    twin.governments.legitimacy[:2] = 0.2, 0.9
    vars(twin.p.politics).update(vars(p))
    for either in (model, twin):
        politics.step(either, 7.0)
    faded = np.array([0.2, 0.025]) * math.exp(-7.0 / p.rally_days)
    np.testing.assert_allclose(g.rally[:2], faded)
    np.testing.assert_allclose(g.legitimacy[:2] - twin.governments.legitimacy[:2], faded)
    politics.coup(model, 0)  # it was behind those who are gone
    politics.coup(twin, 0)
    assert g.rally[0] == 0.0
    assert g.legitimacy[0] == pytest.approx(twin.governments.legitimacy[0])


def test_people_rally_when_their_government_asks_a_force_to_leave():
    """By an event that says whose demand it was, in that week, and no other country's people; and by an expulsion."""
    model = fresh_model(World(seed=1))
    g, row = model.governments, model.rows["intervention_force"]
    event = {"actor": "intervention_force", "weeks": 13.0, "handover": "army"}
    decisions._exit(model, event | {"at_demand_of": None})
    politics.step(model, 7.0)
    assert not g.rally.any()
    decisions._exit(model, event | {"at_demand_of": model.world.countries[1]})
    politics.step(model, 7.0)
    assert (g.rally > 0.0).tolist() == [c == 1 for c in range(len(g))]
    politics.step(model, 7.0)
    assert g.rally[1] < model.p.politics.rally_size * 2.0
    model.actors.entered[row] = True
    politics.send_away(model, row, 0, model.p.politics)
    assert g.rally[0] > 0.0
    model = fresh_model(World(seed=1))
    model.p.politics.rally_size = 0.0
    politics.rally(model, 0)
    assert not model.governments.rally.any()


def test_a_coup_by_hand():
    model = fresh_model(World(seed=1))
    g, p = model.governments, model.p.politics
    country = int(np.flatnonzero(g.theatre)[0])
    army = (model.actors.kind == ARMY) & (model.actors.state == country)
    cohesion = model.units.cohesion.copy()
    g.legitimacy[:], g.regime_security[:] = 0.4, 0.6
    politics.coup(model, country)
    assert (g.coups[country], g.coup_week[country], g.days_since_coup[country]) == (1, 1, 0.0)
    assert g.regime_security[country] == pytest.approx(0.6 * (1.0 - p.coup_insecurity))
    assert g.legitimacy[country] == pytest.approx(0.4 + p.honeymoon)
    hit = army[model.units.actor]
    np.testing.assert_allclose(model.units.cohesion[hit], cohesion[hit] * (1.0 - p.coup_disarray))
    np.testing.assert_array_equal(model.units.cohesion[~hit], cohesion[~hit])


def test_coups_come_as_often_as_their_hazard_says():
    """Over many draws the share of weeks with a coup is that of the hazard."""
    model = fresh_model(World(seed=1, politics="endogenous"))
    g, p = model.governments, model.p.politics
    country = int(np.flatnonzero(g.theatre)[0])
    p.coup_rate = 0.01
    weeks, coups, expected = 600, 0, 0.0
    for _ in range(weeks):
        g.days_since_coup[:] = 5000.0
        politics.step(model, 7.0)
        coups += int(g.coup_week[country])
        if not g.coup_week[country]:
            hazard = politics.coup_hazard(p, g.legitimacy[country], g.regime_security[country], 5007.0)
            expected += 1.0 - math.exp(-7.0 * hazard)
            last = 1.0 - math.exp(-7.0 * hazard)
        else:
            expected += last
        model.step_index += 1
        model._streams = {}
    assert coups == pytest.approx(expected, abs=4.0 * math.sqrt(expected))
    assert coups > 5


def test_coups_are_input_unless_endogenous():
    model = fresh_model(World(seed=1))
    model.p.politics.coup_rate = 1000.0
    politics.step(model, 7.0)
    assert not model.governments.coups.any()
    model.coups_due = [0]
    politics.step(model, 7.0)
    assert model.governments.coups.tolist()[0] == 1
    assert model.coups_due == []


def test_a_victory_is_counted_when_a_symbol_is_taken_back():
    model = fresh_model(World(seed=1))
    cell = int(model.symbol_cells[0])
    country = int(model.world.country[cell])
    model.step_index = 3
    model.cells.controller[cell], model.cells.state_held[cell] = 1, True
    politics.step(model, 7.0)
    assert model.governments.victory[country] == 0.0
    assert not model.cells.state_held[cell]
    model.cells.controller[cell] = 0
    politics.step(model, 7.0)
    assert model.governments.victory[country] == pytest.approx(1.0)
    politics.step(model, 7.0)
    assert model.governments.victory[country] == pytest.approx(math.exp(-7.0 / model.p.politics.victory_days))


def test_expelled_partners_leave():
    """A force whose strength its profile gives leaves too, once a new regime has sent it away."""
    settings = teaching_settings()
    name = next(
        n for n, profile in settings.actors.items() if profile.kind == "foreign" and profile.mandate.strike > 0.5
    )
    start = settings.region_info.start
    point = type(next(c.strength[0] for c in settings.actors.values() if c.strength))
    profile = replace(settings.actors[name], strength=[point(date=start, persons=300.0)])
    settings = replace(settings, actors=settings.actors | {name: profile}, schedule={}, politics="endogenous")
    model = ConflictModel(settings, teaching_world())
    row = model.rows[name]
    model.actors.entered[row] = True
    model.t = 7.0
    decisions.follow_targets(model, 7.0)
    model.count_persons()
    assert model.actors.persons[row] == 300
    assert model.actors.kind[row] == FOREIGN
    model.p.politics.expulsion_rate = 100.0
    model.governments.coups[:], model.governments.days_since_coup[:] = 1, 0.0
    politics.change_partners(model, 7.0, model.p.politics)
    assert model.actors.leaving[row]
    for _ in range(40):
        model.t += 7.0
        decisions.follow_targets(model, 7.0)
        model.count_persons()
    assert model.actors.persons[row] == 0


def test_a_force_that_one_country_sends_away_stays_in_the_others():
    model = fresh_model()
    a, w = model.actors, model.world
    row = model.rows["intervention_force"]
    first, second = 0, 1
    cells = [int(np.flatnonzero(w.country == c)[0]) for c in (first, second)]
    size = int(a.unit_size[row])
    theirs = np.array([model.make_unit(row, cells[i % 2], size, home=cells[i % 2]) for i in range(6)])
    a.entered[row], a.countries[row], a.target[row] = True, True, 6.0 * size
    model.places_of[row] = {w.countries[first]: 0.5, w.countries[second]: 0.5}
    model.count_persons()
    politics.send_away(model, row, first, model.p.politics)
    assert not a.leaving[row]
    assert a.countries[row].tolist() == [c != first for c in range(len(w.countries))]
    assert list(model.places_of[row]) == [w.countries[second]]
    for _ in range(40):
        decisions.follow_targets(model, 7.0)
        model.count_persons()
    manpower, home = model.units.manpower[theirs], model.units.home[theirs]
    assert manpower[home == cells[0]].tolist() == [0, 0, 0]
    assert manpower[home == cells[1]].tolist() == [size] * 3
    borders.step(model, 7.0)
    assert a.access[row, first] == 0.0
    assert a.access[row, second] == 1.0
    politics.send_away(model, row, second, model.p.politics)  # based nowhere else: it leaves altogether
    assert a.leaving[row]
    assert a.target_goal[row] == 0.0


def after_a_coup(**changes):
    """The teaching region just after a coup, in the year 2018, with nobody in its state's service."""
    settings = replace(teaching_settings(), schedule={}, politics="endogenous", **changes)
    model = ConflictModel(settings, teaching_world())
    model.t = 6.0 * 365.0
    country = int(np.flatnonzero(model.governments.theatre)[0])
    model.governments.coups[country], model.governments.days_since_coup[country] = 1, 0.0
    return model, country


def follow(model, weeks: int) -> None:
    for _ in range(weeks):
        model.t += 7.0
        model.step_index += 1
        model._streams = {}
        decisions.follow_targets(model, 7.0)
        model.count_persons()


def test_a_new_regime_calls_in_the_partner_on_offer():
    """It comes in the strength and to the places that its profile names, and is not expelled by those who called it."""
    model, country = after_a_coup()
    a, g = model.actors, model.governments
    model.p.politics.invitation_rate = 1000.0
    politics.change_partners(model, 7.0, model.p.politics)
    row = int(g.partner[country])
    offer = model.profile_of(row).offer
    assert model.actor_names[row] == "hired_partner"  # the training corps is on offer from 2019 on
    follow(model, 60)
    assert a.persons[row] == pytest.approx(offer.persons, abs=a.unit_size[row] / 3)
    bases = {int(cell) for place in offer.places for cell in model.cells_at(place)}
    mine = (model.units.actor == row) & (model.units.manpower > 0)
    assert set(model.units.home[mine].tolist()) <= bases
    model.p.politics.expulsion_rate = 1000.0
    politics.change_partners(model, 7.0, model.p.politics)
    assert not a.leaving[row]
    assert g.partner[country] == row


def test_nobody_is_called_in_before_it_is_on_offer_without_a_coup_or_by_the_schedule():
    for change in ("too early", "no coup", "as happened"):
        model, country = after_a_coup()
        model.p.politics.invitation_rate = 1000.0
        if change == "too early":
            model.t = 30.0
        elif change == "no coup":
            model.governments.coups[country] = 0
            model.p.politics.coup_rate = 0.0
        else:
            model.settings = replace(model.settings, politics="as_happened")
        politics.step(model, 7.0)
        assert model.governments.partner[country] == -1, change


def test_a_partner_already_in_service_elsewhere_comes_in_addition():
    model, country = after_a_coup()
    a = model.actors
    model.p.politics.invitation_rate = 1000.0
    politics.change_partners(model, 7.0, model.p.politics)
    row = int(model.governments.partner[country])
    follow(model, 40)
    before = int(a.persons[row])
    other = (country + 1) % len(model.governments)
    a.countries[row, other] = True
    politics.invite(model, other, 7.0, model.p.politics)
    follow(model, 40)
    assert a.persons[row] == pytest.approx(2 * before, abs=2 * a.unit_size[row] / 3)
    mine = (model.units.actor == row) & (model.units.manpower > 0)
    there = model.world.country[model.units.home[mine]] == other
    assert there.any()
    assert not there.all()


def test_standing_is_felt_in_the_means_of_the_state():
    """A state that nobody holds legitimate collects less, and so pays and recruits less."""
    from sim.processes import finance

    means = []
    for legitimacy in (0.2, 0.6):
        model = fresh_model(World(seed=1))
        model.governments.legitimacy[:] = legitimacy
        for _ in range(60):
            finance.step(model, 7.0)
        means.append(model.governments.treasury[model.governments.theatre].mean())
    assert means[0] < 0.85 * means[1]


def test_an_army_is_in_disarray_for_half_a_year_after_a_coup():
    """It holds together by at most 1 less the parameter, however much it recovers in between; others are untouched."""
    model = fresh_model(World(seed=3))
    army = model.rows["arun_army"]
    mine = model.units.actor == army
    model.units.cohesion[:] = 0.8
    model.coups_due.append(int(model.actors.state[army]))
    politics.step(model, 7.0)
    p = model.p.politics
    assert model.units.cohesion[mine] == pytest.approx(0.8 * (1.0 - p.coup_disarray))
    for _ in range(int(p.disarray_days / 7.0) - 1):
        model.units.cohesion[:] = 0.8
        politics.step(model, 7.0)
        assert model.units.cohesion[mine] == pytest.approx(1.0 - p.coup_disarray)
    for _ in range(3):
        model.units.cohesion[:] = 0.8
        politics.step(model, 7.0)
    assert (model.units.cohesion == 0.8).all()
