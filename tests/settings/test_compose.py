"""From words to settings: options, scenarios, the user's own folder, precedence."""

from datetime import date

import pytest

from sim.core.errors import UserError
from sim.settings.compose import known_keys, settings_for
from sim.world.place_names import countries, place_check

TEACHING = "region=teaching"

SCENARIO = """\
title: Mine
summary: The mission stays half a year longer, and armies hold back.
variant: ceteris-paribus
levers: {abuses: mild}
schedule:
  mission_exit: {date: 2019-06-03}
  my_truce:
    date: 2018-01-01
    effect: relation
    a: role:insurgent_main
    b: role:insurgent_rival
    state: truce
parameters:
  movement: {crowding: 1.5}
processes:
  combat: {scale: 0.5}
"""
MILD = "title: Mild\nsummary: A little restraint.\nconduct:\n  army: {abusiveness: 0.8}\n"
CARD = "title: Watch\nkind: militia\nroles: [militia]\nmobility: 12\nnote: 1e-3\n"


@pytest.fixture
def folder(tmp_path):
    files = {"scenario/mine": SCENARIO, "abuses/mild": MILD, "actors/watch": CARD}
    for name, text in files.items():
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("note: 1e-3\n", ""))
    return tmp_path


def test_defaults():
    settings = settings_for([])
    assert (settings.region, settings.scenario.name, settings.seed) == ("sahel", "history", 1)
    assert settings.levers_from == settings.start
    assert settings.levers["abuses"] == "historical"
    assert {"jnim", "minusma", "wagner"} <= set(settings.actors)
    assert settings.process("combat").on
    assert settings.events[0].date <= settings.events[-1].date


def test_the_teaching_region_has_its_own_period_actors_and_schedule():
    settings = settings_for([TEACHING])
    assert settings.start == settings.region_info.start
    assert "jnim" not in settings.actors
    assert settings.region_info.roles["capital"] == ["Tessaro"]


def test_values_in_words():
    words = ["seed=0", "period.end=2020-12-31", "levers.from=2016-01-04", "actors.{}.mobility=7"]
    name = next(iter(settings_for([TEACHING]).actors))
    words += ["parameters.movement.crowding=2", "processes.combat.on=false", "draw=none"]
    settings = settings_for([TEACHING, *(word.format(name) for word in words)])
    assert settings.seed == 0
    assert settings.end == date(2020, 12, 31)
    assert settings.levers_from == date(2016, 1, 4)
    assert settings.actors[name].mobility == 7
    assert settings.parameters.movement.crowding == 2
    assert not settings.process("combat").on
    assert settings.draw == "none"


def test_a_parameter_that_is_gone_is_refused_with_the_reason(tmp_path):
    with pytest.raises(UserError, match=r"finance\.goods_costs' is gone: goods that do not come"):
        settings_for([TEACHING, "parameters.finance.goods_costs=0.1"])
    (tmp_path / "scenario").mkdir()
    gone = SCENARIO.replace("movement: {crowding: 1.5}", "finance: {hard_price: 1.5}").replace("{abuses: mild}", "{}")
    (tmp_path / "scenario" / "mine.yaml").write_text(gone)
    with pytest.raises(UserError, match=r"finance\.hard_price' \(scenario mine\) is gone"):
        settings_for([TEACHING, "scenario=mine"], tmp_path)


def test_a_plus_before_a_known_key_is_taken_as_meant():
    assert settings_for([TEACHING, "++seed=4", "+abuses=restraint"]).seed == 4


def test_a_scenario_chooses_levers_and_words_win_over_it():
    assert settings_for(["scenario=un_stays"]).levers["withdrawals"] == "un_stays"
    settings = settings_for(["scenario=un_stays", "withdrawals=historical"])
    assert settings.levers["withdrawals"] == "historical"
    assert any("wins over withdrawals=un_stays" in note for note in settings.notes)


def test_events_in_words_win_over_levers():
    moved = settings_for(["scenario=un_stays", "schedule.minusma_exit.date=2025-06-30"])
    assert moved.schedule["minusma_exit"].date == date(2025, 6, 30)
    assert "minusma_exit" not in settings_for(["scenario=un_stays"]).schedule
    never = settings_for(["schedule.wagner_arrives.date=never"])
    assert "wagner_arrives" not in never.schedule
    assert "partner_handover" not in never.schedule


def test_the_variant_decides_whether_dependents_fall():
    words = ["schedule.wagner_arrives.date=never", "scenario.variant=ceteris-paribus"]
    assert "partner_handover" in settings_for(words).schedule


def test_a_folder_of_ones_own(folder):
    settings = settings_for([TEACHING, "scenario=mine"], folder)
    assert settings.scenario.title == "Mine"
    assert settings.levers["abuses"] == "mild"
    assert settings.schedule["conduct_army"]["abusiveness"] == 0.8
    assert settings.schedule["mission_exit"].date == date(2019, 6, 3)
    assert settings.schedule["my_truce"].effect == "relation"
    assert settings.actors["watch"].mobility == 12
    assert settings.parameters.movement.crowding == 1.5
    assert settings.process("combat").scale == 0.5
    assert settings_for([TEACHING, "scenario=mine", f"folder={folder}"]) == settings


def test_levers_can_be_tuned_in_words():
    settings = settings_for([TEACHING, "abuses=restraint", "abuses.conduct.army.abusiveness=0.1"])
    assert settings.schedule["conduct_army"]["abusiveness"] == 0.1


def test_a_former_name_is_understood_and_a_note_says_what_it_is_called_now(folder):
    (folder / "abuses" / "old.yaml").write_text(MILD.replace("abusiveness", "abuse"))
    event = "  hard: {date: 2018-01-01, effect: conduct, actor: watch, abuse: 3.0}\n"
    (folder / "scenario" / "mine.yaml").write_text(SCENARIO.replace("parameters:", event + "parameters:"))
    settings = settings_for([TEACHING, "scenario=mine", "abuses=old"], folder)
    assert settings.schedule["conduct_army"]["abusiveness"] == 0.8
    assert settings.schedule["hard"]["abusiveness"] == 3.0
    for place in ("abuses.conduct.army", "schedule.hard"):
        assert f"{place}.abuse is called abusiveness now." in settings.notes
    words = ["abuses=old", "abuses.conduct.army.abuse=0.1", "schedule.hard.abuse=2"]
    settings = settings_for([TEACHING, "scenario=mine", *words], folder)
    assert settings.schedule["conduct_army"]["abusiveness"] == 0.1
    assert settings.schedule["hard"]["abusiveness"] == 2.0
    settings = settings_for([TEACHING, "abuses=restraint", "abuses.conduct.army.abuse=0.1"])
    assert settings.schedule["conduct_army"]["abusiveness"] == 0.1
    (folder / "abuses" / "both.yaml").write_text(MILD.replace("{abus", "{abuse: 1, abus"))
    with pytest.raises(UserError, match="both 'abuse' and 'abusiveness'"):
        settings_for([TEACHING, "abuses=both"], folder)


def test_a_folder_cannot_hide_shipped_names(folder):
    (folder / "abuses" / "restraint.yaml").write_text(MILD)
    with pytest.raises(UserError, match="shipped option"):
        settings_for([TEACHING, "abuses=restraint"], folder)


def test_places_of_a_region():
    check = place_check("teaching")
    assert check("Tessaro") is None
    assert check("tessaro + Halem") is None
    assert "nearest is 'Tessaro'" in check("Tesaro")
    assert "XAR" in countries("teaching")
    assert place_check("no such region") is None


def test_known_keys_leave_out_what_is_not_for_words():
    keys = known_keys({"seed": 1, "scenario": {"title": "x", "schedule": {}}, "region": {"a": 1}})
    assert "seed" in keys
    assert not any(key.startswith(("region.", "scenario.schedule")) for key in keys)
