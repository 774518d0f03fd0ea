"""Decisions: what each effect does, ramps and handovers, and agreement with the plain version on random schedules."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.codes import ARMY, FOREIGN
from sim.processes import decisions
from sim.settings.event_types import EFFECTS, REQUIRED
from sim.settings.events import Event
from tests.reference import decisions as plain_decisions
from tests.reference.agreement import assert_agreement
from tests.reference.plain import PlainModel, differences
from tests.reference.worlds import World, few, fresh_model, teaching_settings, teaching_world, worlds

ACTORS = list(teaching_settings().actors)
COUNTRIES = teaching_world().countries
PLACES = ["Tessaro", "Oulan", "Kel Adar", "Tamrit", "Halem", "Goldra"]


def values(kind) -> st.SearchStrategy:
    """Values of a field of an effect."""
    if isinstance(kind, tuple):
        return st.sampled_from(kind)
    word = kind.rstrip("?")
    found = {
        "actor": st.sampled_from(ACTORS),
        "country": st.one_of(st.sampled_from(COUNTRIES), st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=2)),
        "places": st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True),
        "shares": st.dictionaries(st.sampled_from(PLACES), st.floats(0.1, 1.0), min_size=1, max_size=3),
        "number": st.floats(-0.5, 2.0),
        "share": st.floats(0.0, 1.0),
        "factor": st.floats(0.0, 3.0),
        "weeks": st.floats(0.0, 30.0),
        "bool": st.booleans(),
        "text": st.sampled_from(("one", "two")),
    }[word]
    return st.one_of(st.none(), found) if kind.endswith("?") else found


@st.composite
def events(draw, effect=None):
    """An event of any effect, with all its fields."""
    effect = effect or draw(st.sampled_from(sorted(EFFECTS)))
    fields = {}
    for name, field in EFFECTS[effect].items():
        left_out = field.default is None and draw(st.booleans())
        fields[name] = None if left_out else draw(values(field.type))
    if effect in ("arrive", "strength", "auxiliaries"):
        fields["persons"] = float(draw(st.integers(0, 3000)))
    if effect in ("relation", "handover"):
        a, b = draw(st.lists(st.sampled_from(ACTORS), min_size=2, max_size=2, unique=True))
        fields.update({"a": a, "b": b} if effect == "relation" else {"actor": a, "to": b})
    if effect == "conduct" and fields["actor"] is None and fields["kind"] is None:
        fields["kind"] = "army"
    return event(effect, **fields)


def event(effect: str, **fields) -> Event:
    """An event on a day to be given; fields that are not named take their defaults."""
    defaults = {name: field.default for name, field in EFFECTS[effect].items() if field.default is not REQUIRED}
    return Event(name=effect, date=teaching_settings().start, effect=effect, fields={**defaults, **fields})


def happen(model, *due: Event) -> None:
    """Put events into the present week."""
    model.event_list, model.next_event = [(model.t, one) for one in due], 0


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("decisions", world)


@few
@given(world=worlds, due=st.lists(events(), min_size=1, max_size=6))
def test_agrees_with_the_plain_version_on_random_events(world, due):
    model = world.model()
    happen(model, *due)
    plain = PlainModel(model)
    plain_decisions.step(plain, model.dt)
    decisions.step(model, model.dt)
    assert differences(plain, model) == []


def test_every_effect_of_the_schema_has_its_function_and_no_other_does():
    assert decisions.EFFECTS.keys() == EFFECTS.keys()


def test_persons_who_come_and_go_are_accounted_for():
    for effect in ("arrive", "exit", "vacate", "handover"):
        for seed in range(5):
            model = World(seed=seed, weeks=3).model()
            before = model.persons_balance()
            fields = {"arrive": {"persons": 500.0}, "vacate": {"places": PLACES}, "handover": {"to": "training_corps"}}
            happen(model, event(effect, actor="union_mission", **fields.get(effect, {})))
            for _ in range(4):
                decisions.step(model, 7.0)
                model.t += 7.0
            assert model.persons_balance() == before


def mission(model) -> int:
    return model.rows["union_mission"]


def test_a_ramp_runs_over_its_weeks():
    model = fresh_model()
    a, row = model.actors, mission(model)
    happen(model, event("arrive", actor="union_mission", persons=1000.0, weeks=10.0, places={"Tessaro": 1.0}))
    targets = []
    for _ in range(12):
        decisions.step(model, 7.0)
        targets.append(a.target[row])
        model.t += 7.0
    assert targets == pytest.approx([100.0 * n for n in range(1, 11)] + [1000.0, 1000.0])
    assert a.persons[row] == 1000
    assert model.ledger["arrived"] == 1000 + model.persons_of(model.rows["league"])


def test_a_longer_step_makes_the_same_ramp():
    found = []
    for dt in (3.5, 7.0, 14.0):
        model = fresh_model(World(seed=1, step_days=dt))
        happen(model, event("arrive", actor="union_mission", persons=1000.0, weeks=10.0, places={"Tessaro": 1.0}))
        for _ in range(round(42.0 / dt)):
            decisions.step(model, dt)
            model.t += dt
        found.append(model.actors.target[mission(model)])
    assert found == pytest.approx([600.0] * 3)


def test_a_mission_that_is_to_leave_leaves():
    model = fresh_model()
    row = mission(model)
    happen(model, event("arrive", actor="union_mission", persons=900.0, weeks=0.0, places={"Oulan": 1.0}))
    decisions.step(model, 7.0)
    assert model.persons_of(row) == 900
    model.t += 7.0
    happen(model, event("exit", actor="union_mission", weeks=4.0, handover="army"))
    for _ in range(5):
        decisions.step(model, 7.0)
        model.t += 7.0
    assert model.persons_of(row) == 0
    assert model.ledger["departed"] == 900
    army = model.units.actor == model.rows["arun_army"]
    base = model.world.cells_of("Oulan")
    assert np.isin(model.units.target[army], base).any()  # somebody is on the way to take over


def test_a_handover_keeps_people_and_part_of_what_was_known():
    model = fresh_model()
    a, old, new = model.actors, model.rows["hired_partner"], model.rows["training_corps"]
    happen(model, event("arrive", actor="hired_partner", persons=400.0, weeks=0.0, places={"Halem": 1.0}))
    decisions.step(model, 7.0)
    known = a.understanding[old]
    happen(model, event("handover", actor="hired_partner", to="training_corps", share=0.75, understanding=0.4))
    before = model.persons_of(old)
    decisions.apply(model, model.event_list[0][1])
    assert model.persons_of(new) == pytest.approx(0.75 * before, abs=len(model.units))
    assert model.persons_of(new) + model.persons_of(old) == before
    assert a.understanding[new] == pytest.approx(0.4 * known)


def test_a_pact_binds_the_side_of_the_army():
    model = World(seed=3, scrambled=False).model()
    a = model.actors
    league, army, guard = (model.rows[name] for name in ("league", "arun_army", "home_guard"))
    happen(model, event("relation", a="league", b="arun_army", state="truce", mediator="union_mission"))
    decisions.step(model, 7.0)
    for other in (army, guard):
        assert a.truce[league, other] == a.truce[other, league] == 1.0
        assert a.hostility[league, other] == 0.0
        assert a.mediator[other, league] == mission(model)
    happen(model, event("relation", a="league", b="arun_army", state="hostile"))
    decisions.step(model, 7.0)
    assert a.hostility[league, army] == a.hostility[guard, league] == 1.0


def test_people_who_vacate_a_base_are_not_counted_twice():
    """The base given up in a week of the exit is part of the ramp, not added to it."""
    model = fresh_model()
    row, size = mission(model), int(model.actors.unit_size[mission(model)])
    happen(
        model,
        event("arrive", actor="union_mission", persons=8.0 * size, weeks=0.0, places={"Oulan": 0.5, "Tamrit": 0.5}),
    )
    decisions.step(model, 7.0)
    model.t += 7.0
    happen(
        model,
        event("exit", actor="union_mission", weeks=4.0, handover="nobody"),
        event("vacate", actor="union_mission", places=["Oulan"], handover="nobody"),
    )
    decisions.step(model, 7.0)
    assert model.persons_of(row) == 2 * size  # a quarter of eight by the ramp, four with the base


def based_in_two_places(n_units: int = 8):
    """A mission of as many units, half of them based in each of two places."""
    model = fresh_model()
    persons = n_units * model.actors.unit_size[mission(model)]
    places = {"Oulan": 0.5, "Tamrit": 0.5}
    happen(model, event("arrive", actor="union_mission", persons=persons, weeks=0.0, places=places))
    decisions.step(model, 7.0)
    model.t += 7.0
    return model


def test_those_who_are_based_in_a_place_leave_it_wherever_they_are():
    model = based_in_two_places()
    row, units = mission(model), model.units
    oulan, tamrit = model.cells_at("Oulan"), model.cells_at("Tamrit")
    mine = units.actor == row
    away = np.flatnonzero(mine & np.isin(units.home, oulan))
    guest = int(np.flatnonzero(mine & np.isin(units.home, tamrit))[0])
    units.cell[away[0]], units.cell[guest] = tamrit[0], oulan[0]
    happen(model, event("vacate", actor="union_mission", places=["Oulan"], handover="army"))
    decisions.step(model, 7.0)
    units = model.units
    assert (units.manpower[away] == 0).all()
    assert units.manpower[guest] > 0
    assert units.target[guest] == units.home[guest]  # it goes back to its own base, which nobody takes over
    takers = (units.actor == model.army_of[model.world.country[oulan[0]]]) & (units.target >= 0)
    assert np.isin(units.target[takers], oulan).all()
    assert takers.sum() == len(away)


@pytest.mark.parametrize("ramped", [True, False])
def test_a_force_that_gave_up_a_base_does_not_grow_again(ramped):
    model = based_in_two_places()
    row = mission(model)
    if not ramped:  # its profile says how strong it is
        model.ramped.discard(row)
        start = (np.arange(len(model.actors) + 1) > row).astype(np.int64)  # the only profile that says so
        model.strength_in_profiles = (start, np.zeros(1), np.array([float(model.persons_of(row))]))
    left = model.persons_of(row) // 2
    happen(model, event("vacate", actor="union_mission", places=["Oulan"], handover="nobody"))
    for _ in range(8):
        decisions.step(model, 7.0)
        model.t += 7.0
        assert model.persons_of(row) == left
    happen(model, event("strength", actor="union_mission", persons=3.0 * left, weeks=1.0))
    decisions.step(model, 7.0)
    assert model.persons_of(row) == 3 * left


def test_a_group_takes_what_an_event_of_taxes_says_and_the_rest_as_before():
    model = fresh_model()
    row, before = model.rows["league"], model.actors.taxes_herders.copy()
    model.actors.taxes_people[row] = 1.0
    decisions.apply(model, event("taxes", actor="league", people=0.25))
    assert model.actors.taxes_people[row] == 0.25
    assert np.array_equal(model.actors.taxes_herders, before)


def test_orders_end_and_blockades_can_be_banned():
    model = fresh_model()
    happen(model, event("order", actor="league", order="blockade", places=["Tessaro"], weeks=2.0))
    counts = []
    for _ in range(3):
        decisions.step(model, 7.0)
        counts.append(len(model.orders))
        model.t += 7.0
    assert counts == [1, 1, 0]
    banned = fresh_model(no_blockades_from=model.settings.start + timedelta(days=7))
    decisions.step(banned, 7.0)
    assert banned.actors.blockading.all()
    banned.t += 7.0
    decisions.step(banned, 7.0)
    assert not banned.actors.blockading.any()


@pytest.mark.parametrize(
    ("order", "blockading", "left"), [("blockade", True, 0.0), ("besiege", True, 50.0), ("blockade", False, 50.0)]
)
def test_a_ban_that_is_carried_out_ends_a_deal_in_its_country(order, blockading, left):
    model = fresh_model()
    country = model.world.country[model.cells_at("Tessaro")[0]]
    model.governments.deal_days[:] = 50.0
    model.actors.blockading[:] = blockading
    happen(model, event("order", actor="league", order=order, places=["Tessaro"]))
    decisions.step(model, 7.0)
    assert model.governments.deal_days[country] == left
    assert (np.delete(model.governments.deal_days, country) == 50.0).all()


def test_armies_and_missions_enter_as_their_profiles_say():
    model = fresh_model()
    a = model.actors
    assert a.persons[a.kind == ARMY].min() > 0
    assert not a.persons[a.kind == FOREIGN].any()
    assert model.persons_of(model.rows["league"]) == 0
    for _ in range(4):
        model.step()
    assert a.entered[model.rows["league"]]
    assert not a.entered[model.rows["banner"]]
