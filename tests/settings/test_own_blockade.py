"""A blockade of one's own, and what is assumed about the fuel ban beyond the known facts."""

from datetime import date

import pytest

from sim.core.errors import UserError
from sim.settings.compose import settings_for
from sim.settings.words.ban import assumption_words, has_open_ban, is_about_blockades, standing_orders

OWN = ["blockades=own", "blockade.place=Bamako", "blockade.from=2027-01-15", "blockade.weeks=26", "period=outlook"]


def orders(settings):
    return {e.name: e for e in settings.events if e.effect in ("order", "lift")}


def test_a_blockade_has_place_start_and_weeks():
    event = orders(settings_for(OWN))["own_blockade"]
    assert (event.date, event["places"], event["weeks"]) == (date(2027, 1, 15), ["Bamako"], 26.0)
    assert (event["actor"], event["goods"], event["share"], event["order"]) == ("jnim", "fuel", 1.0, "blockade")
    assert event.title == "Blockade of Bamako"


def test_all_of_it_can_be_said():
    more = ["blockade.goods=all", "blockade.share=0.5", "blockade.actor=issp", "blockade.order=besiege"]
    event = orders(settings_for([*OWN, *more, "blockade.place=[Gao,Menaka]", "blockade.weeks=null"]))["own_blockade"]
    assert (event["places"], event["goods"], event["share"]) == (["Gao", "Menaka"], "all", 0.5)
    assert (event["actor"], event["order"], event["weeks"]) == ("issp", "besiege", None)


def test_in_any_region_it_has_a_default_place():
    event = orders(settings_for(["region=teaching", "blockades=own"]))["own_blockade"]
    assert (event["places"], event.date, event["weeks"]) == (["Tessaro"], date(2012, 1, 2), 26.0)


def test_the_ban_before_has_ended_unless_said_otherwise():
    assert orders(settings_for(OWN))["end_of_capital_fuel_ban"].date == date(2026, 1, 1)
    assert "end_of_capital_fuel_ban" not in orders(settings_for([*OWN, "blockade.earlier=goes_on"]))
    # one about another place is none of its business, nor is a blockade within the known facts
    assert "end_of_capital_fuel_ban" not in orders(settings_for([*OWN, "blockade.place=Gao"]))
    assert "end_of_capital_fuel_ban" not in orders(settings_for([*OWN[:2], "blockade.from=2024-01-15"]))


def test_a_scenario_s_file_can_hold_it(tmp_path):
    path = tmp_path / "scenario" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(
        "title: Mine\nlevers: {blockades: own}\nblockade: {place: Gao, from: 2024-05-01, weeks: 10}\n", encoding="utf-8"
    )
    event = orders(settings_for(["scenario=mine"], tmp_path))["own_blockade"]
    assert (event["places"], event.date, event["weeks"]) == (["Gao"], date(2024, 5, 1), 10.0)
    assert orders(settings_for(["scenario=mine", "blockade.weeks=4"], tmp_path))["own_blockade"]["weeks"] == 4.0
    path.write_text("title: Mine\nblockade: {place: Gao}\n", encoding="utf-8")
    with pytest.raises(UserError, match="needs 'blockades: own'"):
        settings_for(["scenario=mine"], tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["blockade.place=Gao"], "belongs to blockades=own, not to blockades=historical"),
        ([*OWN, "blockade.place=Bamaco"], "blockade.place: .*nearest is 'Bamako'"),
        ([*OWN, "blockade.place=3"], "not the name of a place"),
        ([*OWN, "blockade.plac=Gao"], "nearest is 'blockade.place'"),
        ([*OWN, "blockade.weeks=-1"], "must not be negative"),
        ([*OWN, "blockade.goods=food"], "no value 'food'"),
        ([*OWN, "blockade.from=2027-02-30"], "not a date of the calendar"),
        ([*OWN, "blockade.earlier=perhaps"], "no value 'perhaps' for blockade.earlier"),
    ],
)
def test_slips_are_told(words, said):
    with pytest.raises(UserError, match=said):
        settings_for(words)


# ---------------------------------------------------------------------------- the ban beyond the known facts


def test_history_keeps_its_ban_and_says_so():
    history = settings_for([])
    assert list(orders(history)) == ["capital_fuel_ban"]
    assert has_open_ban(history)
    assert "stands as ordered" in assumption_words(history)
    assert assumption_words(settings_for(["period.end=2025-12-31"])) is None


def test_both_assumptions_begin_after_the_last_known_fact():
    goes_on, ended = (settings_for([f"scenario={name}"]) for name in ("ban_goes_on", "ban_ended"))
    assert orders(goes_on)["capital_ban_goes_on"].date == date(2026, 1, 1)
    assert orders(ended)["capital_ban_ended"].date == date(2026, 1, 1)
    day = date(2026, 6, 1)
    assert [e.name for e in standing_orders(goes_on, day)] == ["capital_ban_goes_on"]
    assert standing_orders(ended, day) == []
    assert assumption_words(goes_on) == "Assumption: the ban on fuel goes on (2026-01-01)"
    assert assumption_words(ended) == "Assumption: the ban on fuel has ended (2026-01-01)"
    assert not is_about_blockades(goes_on)
    assert is_about_blockades(settings_for(["scenario=bamako_prolonged"]))


def test_within_the_known_facts_the_assumptions_change_nothing():
    """They are the same run up to the day, so that history stays as it is."""
    from sim.settings.divergence import first_difference

    history = settings_for([])
    for name in ("ban_goes_on", "ban_ended"):
        assert first_difference(history, settings_for([f"scenario={name}"])) == date(2026, 1, 1)
        teaching = settings_for(["region=teaching", f"scenario={name}"])
        assert first_difference(settings_for(["region=teaching"]), teaching) is None


def test_an_order_that_has_run_out_does_not_stand():
    settings = settings_for(["scenario=one_corridor"])
    assert [e.name for e in standing_orders(settings, date(2026, 3, 1))] == ["one_corridor_cut"]
    assert standing_orders(settings, date(2026, 9, 15)) == []


def test_a_blockade_lasts_some_time():
    words = ["region=teaching", "blockades=own", "blockade.weeks=0"]
    with pytest.raises(UserError, match=r"blockade\.weeks must be above 0, not 0"):
        settings_for(words)
