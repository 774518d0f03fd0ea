"""Levers: what each changes, from when on, and that the past stays as it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sim.core.errors import UserError
from sim.settings.actor_profiles import Strength
from sim.settings.compose import settings_for
from sim.settings.divergence import first_difference
from sim.settings.levers import kinds
from sim.settings.library import LEVERS, Library
from sim.settings.schedule import compile_schedule
from tests.settings.test_schedule import make_context, schedule

YEAR = timedelta(weeks=52)


def put_to_work(group, option, context=None, raw=None, changes=()):
    """Compile the small schedule with one lever's option."""
    context = context or make_context()
    events = compile_schedule(
        raw or schedule(),
        context,
        changes,
        lambda draft, ctx: kinds.apply(draft, ctx, {group: option}, {group: "tried"}),
    )
    return {event.name: event for event in events}


# ---- withdrawals


def test_an_exit_is_cancelled_and_what_hung_on_it_falls():
    events = put_to_work("withdrawals", {"exits": {"mission": {"date": "never"}}})
    assert set(events) == {"arrives"}


def test_an_exit_moves_by_weeks_or_to_a_date_and_takes_shape():
    moved = put_to_work("withdrawals", {"exits": {"mission": {"shift_weeks": 52}}})
    assert moved["leaves"].date == date(2020, 1, 1) + YEAR
    assert moved["last"].date == date(2020, 1, 15) + YEAR
    shaped = {"date": "2019-01-01", "weeks": 80, "handover": "nobody"}
    event = put_to_work("withdrawals", {"exits": {"mission": shaped}})["leaves"]
    assert (event.date, event["weeks"], event["handover"]) == (date(2019, 1, 1), 80.0, "nobody")


def test_an_exit_can_be_brought_about():
    option = {"exits": {"partner": {"date": "2024-01-01", "weeks": 5}}}
    event = put_to_work("withdrawals", option)["partner_exit"]
    assert (event.effect, event.date, event["weeks"]) == ("exit", date(2024, 1, 1), 5.0)


def test_an_exit_never_moves_before_the_levers_act():
    context = make_context(levers_from=date(2019, 7, 1))
    option = {"exits": {"mission": {"shift_weeks": -52}}}
    assert put_to_work("withdrawals", option, context)["leaves"].date == date(2019, 7, 1)


def test_what_has_happened_stays_and_is_said():
    context = make_context(levers_from=date(2022, 1, 1))
    events = put_to_work("withdrawals", {"exits": {"mission": {"date": "never"}}}, context)
    assert set(events) == set(schedule())
    assert "mission had left by 2022-01-01" in context.notes[0]


def test_a_stay_holds_the_strength_of_the_profile():
    context = make_context(levers_from=date(2019, 1, 1))
    profile = context.actors["mission"]
    points = [(2013, 100.0), (2018, 300.0), (2021, 0.0)]
    strength = [Strength(date(year, 1, 1), persons) for year, persons in points]
    context.actors["mission"] = replace(profile, strength=strength)
    put_to_work("withdrawals", {"exits": {"mission": {"date": "never"}}}, context)
    held = context.actors["mission"].strength
    assert [point.date.year for point in held] == [2013, 2018, 2019]
    assert held[-1].persons == pytest.approx(300 - 300 * 365 / 1096)


def test_an_arrival_is_cancelled_with_all_that_follows():
    context = make_context()
    events = put_to_work("withdrawals", {"arrivals": {"partner": {"date": "never"}}}, context)
    assert "partner_comes" not in events
    assert "partner_strikes" not in events


def test_a_replacement_comes_when_the_leaver_goes():
    option = {"exits": {"mission": {"shift_weeks": 10, "replacement": "partner"}}}
    events = put_to_work("withdrawals", option)
    assert events["partner_comes"].date == events["leaves"].date


def test_the_user_wins_over_a_lever():
    context = make_context()
    changes = [("the command line", {"leaves": {"date": "2023-01-01"}})]
    option = {"exits": {"mission": {"date": "never"}}}
    events = put_to_work("withdrawals", option, context, changes=changes)
    assert events["leaves"].date == date(2023, 1, 1)


def test_a_lever_yields_aloud_only_where_it_would_have_acted():
    changes = [("the command line", {"leaves": {"date": "2023-01-01"}})]
    everything = {"exits": {"partner": {"date": "never"}}, "drop": {"tag": "nothing_has_this"}}
    context = make_context()
    put_to_work("withdrawals", everything, context, changes=changes)
    put_to_work("abuses", {"conduct": {"army": {"abusiveness": 0.3}}}, context, changes=changes)
    put_to_work("blockades", {"orders": "none"}, context, changes=changes)
    assert not [note for note in context.notes if "yields" in note]
    put_to_work("withdrawals", {"exits": {"mission": {"date": "never"}}}, context, changes=changes)
    assert [note for note in context.notes if "leaves keeps the date it was given" in note]


def test_a_role_that_nobody_has_is_a_note():
    context = make_context()
    put_to_work("withdrawals", {"exits": {"surveillance": {"date": "never"}}}, context)
    assert any("has the role surveillance" in note for note in context.notes)


# ---- abuses, blockades, the others


def test_restraint_is_dated_and_cancels_later_escalation():
    raw = schedule() | {
        "worse": {"date": "2021-01-01", "effect": "conduct", "kind": "army", "abusiveness": 2},
        "better": {"date": "2021-01-01", "effect": "conduct", "kind": "army", "abusiveness": 0.5},
    }
    context = make_context(levers_from=date(2019, 1, 1))
    option = {"conduct": {"army": {"abusiveness": 0.3}, "partner": {"abusiveness": 0.3}}, "oversight": 0.5}
    context.region.theatre = ["XAA"]
    events = put_to_work("abuses", option, context, raw)
    assert events["conduct_army"].date == date(2019, 1, 1)
    assert events["conduct_army"]["kind"] == "army"
    assert events["conduct_partner"]["actor"] == "partner"
    assert events["oversight"]["value"] == 0.5
    assert "worse" not in events
    assert "better" in events


def ban(day="2020-01-01"):
    order = {"effect": "order", "actor": "rebels", "order": "blockade", "places": ["Aba"]}
    return {"ban": order | {"date": day, "tags": ["capital_ban"]}}


def test_orders_are_kept_picked_or_lifted():
    raw = schedule() | ban()
    assert "ban" in put_to_work("blockades", {"orders": "keep"}, raw=raw)
    assert "ban" in put_to_work("blockades", {"orders": ["capital_ban"]}, raw=raw)
    assert "ban" not in put_to_work("blockades", {"orders": ["other"]}, raw=raw)
    assert "ban" not in put_to_work("blockades", {"orders": "none"}, raw=raw)
    late = make_context(levers_from=date(2021, 1, 1))
    events = put_to_work("blockades", {"orders": "none"}, late, raw)
    assert events["lift_ban"].date == date(2021, 1, 1)


def test_orders_are_added_by_role_and_after_an_event_that_may_be_gone():
    add = {
        "effect": "order",
        "actor": "insurgent_main",
        "order": "blockade",
        "places": ["capital"],
        "after": {"event": "ban", "weeks": 1},
    }
    option = {"orders": [], "add": {"again": add}}
    event = put_to_work("blockades", option, raw=schedule() | ban())["again"]
    assert (event.date, event["actor"], event["places"]) == (date(2020, 1, 8), "rebels", ["Aba"])


def test_events_are_added_changed_and_dropped():
    option = {
        "schedule": {
            "pact": {
                "date": "levers_from+2w",
                "effect": "relation",
                "a": "role:insurgent_main",
                "b": "role:insurgent_rival",
                "state": "truce",
            }
        },
        "change": {"arrives": {"persons": 7}, "unheard_of": {"persons": 1}},
        "drop": ["partner_strikes"],
    }
    context = make_context(levers_from=date(2012, 6, 1))
    events = put_to_work("rivalry", option, context)
    assert events["pact"].date == date(2012, 6, 15)
    assert events["arrives"]["persons"] == 7
    assert "partner_strikes" not in events
    assert any("unheard_of" in note for note in context.notes)


def test_no_cooperation_ends_the_blocs_that_stand():
    member = {"date": "2014-01-01", "effect": "bloc", "bloc": "G", "country": "XAA"}
    raw = schedule() | {"joined": member | {"tags": ["cooperation"]}}
    late = make_context(levers_from=date(2021, 1, 1))
    events = put_to_work("cooperation", {"drop": ["cooperation"]}, late, raw)
    assert events["G_ends_XAA"]["member"] is False


def test_politics_drops_dated_coups():
    raw = schedule() | {"coup": {"date": "2020-01-01", "effect": "coup", "country": "XAA"}}
    assert "coup" not in put_to_work("politics", {"mode": "none"}, raw=raw)
    assert "coup" in put_to_work("politics", {"mode": "as_happened"}, raw=raw)


@pytest.mark.parametrize(
    ("group", "option", "said"),
    [
        ("abuses", {"conducts": {}}, "nearest is 'conduct'"),
        ("abuses", {"conduct": {"army": {"abus": 1}}}, "nearest is 'abusiveness'"),
        ("abuses", {"conduct": {"army": {"abusiveness": -1}}}, "must not be negative"),
        ("withdrawals", {"exits": {"mission": {"dates": "never"}}}, "nearest is 'date'"),
        ("withdrawals", {"exits": {"mission": {"handover": "armys"}}}, "nearest is 'army'"),
        ("withdrawals", {"exits": {"mission": {"date": "2026-13-45"}}}, "not a date"),
        ("politics", {"mode": "endogenus"}, "nearest is 'endogenous'"),
        ("rivalry", {"drop": {"tags": ["x"]}}, "nearest is 'tag'"),
        ("blockades", {"add": {"x": {"date": "levers_fro"}}}, "not a date"),
    ],
)
def test_slips_in_options_are_answered_in_a_sentence(group, option, said):
    with pytest.raises(UserError, match=said):
        put_to_work(group, option)


# ---- the shipped options


@pytest.mark.parametrize("group", LEVERS)
def test_every_shipped_option_composes_in_the_teaching_region(group):
    for option in Library().options(group):
        settings = settings_for(["region=teaching", f"{group}={option}"])
        assert settings.levers[group] == option


@pytest.mark.parametrize("region", ["sahel", "teaching"])
def test_shipped_scenarios_share_their_past_with_history(region):
    words = [f"region={region}", "levers.from=2019-01-07"]
    history = settings_for(["scenario=history", *words])
    few = ("un_stays", "france_stays", "bamako_prolonged", "all_stay", "endogenous_politics")
    for name in few if region == "sahel" else Library().options("scenario"):
        settings = settings_for([f"scenario={name}", *words])
        day = first_difference(history, settings)
        assert day is None or day >= date(2019, 1, 7), name
