"""The schedule: what is parsed, what falls, what moves, and when two scenarios begin to differ."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sim.core.errors import UserError
from sim.settings.actor_profiles import ActorProfile, Entry, Strength
from sim.settings.compose import settings_for
from sim.settings.divergence import differences, first_difference
from sim.settings.events import Context
from sim.settings.region import RegionInfo
from sim.settings.schedule import compile_schedule, strength_at

DAY = date(2013, 1, 1)


def make_context(variant="coherent", levers_from=date(2012, 1, 1)):
    region = RegionInfo(
        "small",
        start=date(2012, 1, 1),
        horizon=date(2035, 12, 31),
        known_until=date(2025, 12, 31),
        roles={"capital": ["Aba"], "towns": ["Aba", "Bor"], "pair": ["XAA", "XBB"]},
    )
    actors = {
        "mission": ActorProfile(kind="foreign", roles=["mission"], entry=Entry(None)),
        "partner": ActorProfile(kind="foreign", roles=["partner"], entry=Entry(None)),
        "army": ActorProfile(kind="army", roles=["army"], state="XAA"),
        "rebels": ActorProfile(kind="insurgent", roles=["insurgent_main"]),
        "others": ActorProfile(kind="insurgent", roles=["insurgent_rival"]),
    }
    known = {"Aba", "Bor"}
    return Context(
        region=region,
        actors=actors,
        countries=["XAA", "XBB"],
        known_place=lambda name: None if name in known else f"There is no place '{name}'.",
        levers_from=levers_from,
        variant=variant,
    )


def schedule():
    return {
        "arrives": {"date": "2013-01-01", "effect": "arrive", "actor": "mission", "persons": 100},
        "leaves": {"date": "2020-01-01", "effect": "exit", "actor": "mission"},
        "partner_comes": {
            "date": "2020-06-01",
            "effect": "arrive",
            "actor": "partner",
            "persons": 50,
            "conditional_on": ["leaves"],
        },
        "partner_strikes": {
            "date": "2021-01-01",
            "effect": "hamper",
            "actor": "partner",
            "factor": 0.5,
            "conditional_on": ["partner_comes"],
        },
        "last": {
            "effect": "stance",
            "country": "XAA",
            "after": {"event": "leaves", "weeks": 2},
        },
    }


def compiled(changes=(), context=None, raw=None):
    context = context or make_context()
    events = compile_schedule(raw or schedule(), context, [("the command line", c) for c in changes])
    return {event.name: event for event in events}


def test_events_come_by_date_with_defaults():
    events = compile_schedule(schedule(), make_context())
    assert [e.date for e in events] == sorted(e.date for e in events)
    assert compiled()["leaves"]["weeks"] == 13.0
    assert compiled()["last"].date == date(2020, 1, 15)


def test_never_fells_dependents_when_coherent_and_spares_them_otherwise():
    never = [{"leaves": {"date": "never"}}]
    assert set(compiled(never)) == {"arrives"}
    kept = compiled(never, make_context("ceteris-paribus"))
    assert {"partner_comes", "partner_strikes"} <= set(kept)
    assert "leaves" not in kept


def test_an_event_falls_only_when_all_its_reasons_have():
    raw = schedule()
    raw["partner_comes"]["conditional_on"] = ["leaves", "arrives"]
    assert "partner_comes" in compiled([{"leaves": {"date": "never"}}], raw=raw)
    gone = {"leaves": {"date": "never"}, "arrives": {"date": "never"}}
    assert "partner_comes" not in compiled([gone], raw=raw)


def test_a_moved_event_takes_its_followers_along():
    moved = compiled([{"leaves": {"date": "2021-01-01"}}])
    assert moved["last"].date == date(2021, 1, 15)
    assert compiled([{"last": {"date": "2022-01-01"}}])["last"].date == date(2022, 1, 1)


def test_roles_and_lists_become_one_event_each():
    raw = {
        "pact": {
            "date": "2014-01-01",
            "effect": "relation",
            "a": "role:insurgent_main",
            "b": ["army", "mission"],
            "state": "truce",
        },
        "aid": {
            "date": "2014-01-01",
            "effect": "aid",
            "country": "role:pair",
            "kind": "political",
            "value": 0.2,
        },
        "siege": {
            "date": "2014-01-01",
            "effect": "order",
            "actor": "rebels",
            "order": "besiege",
            "places": ["role:towns"],
        },
    }
    events = compiled(raw=raw)
    assert set(events) == {"pact__army", "pact__mission", "aid__XAA", "aid__XBB", "siege"}
    assert events["siege"]["places"] == ["Aba", "Bor"]


def test_a_role_nobody_has_does_nothing_with_a_note():
    context = make_context()
    raw = {"x": {"date": "2014-01-01", "effect": "exit", "actor": "role:surveillance"}}
    assert compiled(context=context, raw=raw) == {}
    assert "role:surveillance" in context.notes[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"leavess": {"date": "2020-01-01"}}, "nearest is 'leaves'"),
        ({"leaves": {"date": "2026-13-45"}}, "not a date of the calendar"),
        ({"leaves": {"date": "2045-01-01"}}, "outside the region's range"),
        ({"leaves": {"date": "2012-06-01"}}, "before mission arrives"),
        ({"leaves": {"wekes": 3}}, "nearest is 'weeks'"),
        ({"leaves": {"weeks": -3}}, "must not be negative"),
        ({"leaves": {"handover": "armie"}}, "nearest is 'army'"),
        ({"leaves": {"effect": "exitt"}}, "nearest is 'exit'"),
        ({"leaves": {"actor": "misson"}}, "nearest is 'mission'"),
        ({"leaves": {"conditional_on": ["arives"]}}, "nearest is 'arrives'"),
        ({"leaves": {"conditional_on": ["partner_strikes"]}}, "in a circle"),
        ({"arrives": {"places": {"Abba": 1}}}, "no place 'Abba'"),
        ({"last": {"country": "XAB"}}, "no country 'XAB'"),
        ({"last": {"after": {"event": "leave"}}}, "nearest is 'leaves'"),
        ({"leaves": 3}, "must be a mapping"),
        ({"new": {"date": "2020-01-01", "effect": "coup"}}, "no event 'new'"),
    ],
)
def test_slips_are_answered_in_a_sentence(change, said):
    with pytest.raises(UserError, match=said) as caught:
        compiled([change])
    assert "\n" not in str(caught.value)


def test_a_scenario_file_may_add_a_whole_event_but_not_half_of_one():
    new = {"new": {"date": "2022-01-01", "effect": "coup", "country": "XAA"}}
    events = compile_schedule(schedule(), make_context(), [("scenario mine", new)])
    assert "new" in {event.name for event in events}
    with pytest.raises(UserError, match="no event 'newer'"):
        compile_schedule(schedule(), make_context(), [("scenario mine", {"newer": {"date": "2022-01-01"}})])


def test_strength_is_linear_between_points():
    points = [Strength(DAY, 100.0), Strength(DAY + timedelta(days=10), 200.0)]
    assert strength_at(points, DAY + timedelta(days=5)) == 150.0
    assert strength_at(points, DAY - timedelta(days=1)) == 0.0
    assert strength_at(points, DAY + timedelta(days=50)) == 200.0


def test_first_difference_of_scenarios():
    history = settings_for(["region=teaching"])
    assert first_difference(history, settings_for(["region=teaching", "scenario=history"])) is None
    moved = settings_for(["region=teaching", "schedule.mission_exit.date=2019-01-01"])
    old = history.schedule["mission_exit"].date
    assert first_difference(history, moved) == min(old, date(2019, 1, 1))
    switched = settings_for(["region=teaching", "processes.combat.on=false"])
    assert first_difference(history, switched) == history.region_info.start
    later = settings_for(["region=teaching", "abuses=restraint", "levers.from=2016-01-04"])
    assert first_difference(history, later) == date(2016, 1, 4)


def test_first_difference_sees_actors_and_responses():
    history = settings_for(["region=teaching"])
    name = next(iter(history.actors))
    other = replace(history, actors={**history.actors})
    other.actors[name] = replace(history.actors[name], mobility=99.0)
    assert first_difference(history, other) == history.region_info.start
    deal = settings_for(["region=teaching", "response=deal", "levers.from=2016-01-04"])
    assert first_difference(history, deal) == date(2016, 1, 4)
    waits = settings_for(["region=teaching", "levers.from=2016-01-04"])
    assert first_difference(history, waits) is None


def test_differences_are_named_the_earliest_first():
    def said(*words):
        return settings_for(["region=teaching", *words])

    base = said()
    assert [found.what for found in differences(base, said("seed=2"))] == ["seed (1 and 2)"]
    found = differences(base, said("parameters.recruitment.rate=0.2"))
    assert found[0].what.startswith("parameters.recruitment.rate (")
    assert found[0].day == base.region_info.start
    found = differences(base, said("withdrawals=un_stays", "abuses=restraint", "levers.from=2015-01-05"))
    assert [item.day for item in found] == sorted(item.day for item in found)
    assert found[0].what == "the event conduct_army"
    assert found[0].day == date(2015, 1, 5)
    assert any(item.what == "the event mission_exit" for item in found)


def test_coups_by_hazard_differ_from_the_day_of_their_levers():
    one, two, usual = (
        settings_for(["region=teaching", f"politics={mode}", f"levers.from={day}"])
        for mode, day in (("endogenous", "2015-01-05"), ("endogenous", "2017-01-02"), ("as_happened", "2013-01-07"))
    )
    assert first_difference(one, two) <= date(2015, 1, 5)
    assert "politics (endogenous and endogenous)" in [found.what for found in differences(one, two)]
    assert [found.day for found in differences(usual, two) if "politics" in found.what] == [date(2017, 1, 2)]
