"""Settings as plain data: to JSON and back, with types and limits checked."""

import json
import pickle
from datetime import date

import pytest

from sim.core.errors import UserError, nearest, unknown
from sim.core.structure import structure, unstructure
from sim.settings.actor_profiles import ActorProfile
from sim.settings.compose import settings_for
from sim.settings.divergence import differences
from sim.settings.settings import RecordSettings, ResponseSettings, Settings


@pytest.fixture(scope="module")
def settings() -> Settings:
    return settings_for(["region=teaching", "scenario=history"])


def test_settings_survive_json_and_pickle(settings):
    text = json.dumps(unstructure(settings))
    assert Settings.from_data(json.loads(text)) == settings
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert json.loads(text)["start"] == str(settings.start)


def test_profile_survives_plain_data():
    data = {
        "kind": "insurgent",
        "names": [{"from": "2012-01-01", "name": "Old"}, {"from": "2017-03-01", "name": "New"}],
        "entry": {"date": "2012-01-17", "persons": 3, "places": {"Kidal": 1}},
        "relations": {"issp": "truce"},
    }
    profile = structure(ActorProfile, data, "profile")
    assert structure(ActorProfile, unstructure(profile), "profile") == profile
    assert profile.name_at(date(2013, 1, 1)) == "Old"
    assert profile.name_at(date(2020, 1, 1)) == "New"


def test_entry_never_means_the_schedule_brings_it():
    profile = structure(ActorProfile, {"kind": "foreign", "entry": {"date": "never"}}, "profile")
    assert profile.entry.date is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "insurgent", "mobilty": 3}, "nearest is 'mobility'"),
        ({"kind": "insurgnt"}, "nearest is 'insurgent'"),
        ({"kind": "army", "mobility": -1}, "must not be negative"),
        ({"kind": "army", "selectivity": 1.5}, "must not be above 1"),
        ({"kind": "army", "mobility": "fast"}, "must be a number"),
        ({"kind": "army", "mobility": True}, "must be a number"),
        ({"kind": "army", "mobility": float("nan")}, "finite"),
        ({"kind": "army", "roles": "mission"}, "must be a list"),
        ({"kind": "army", "entry": {"persons": 3}}, "lacks the key 'date'"),
        ({"kind": "army", "strength": [{"date": "2026-13-45"}]}, "not a date of the calendar"),
        ({True: 1, "kind": "army"}, "reads as true"),
        ([], "must be a mapping"),
    ],
)
def test_bad_profiles_are_refused_in_a_sentence(data, said):
    with pytest.raises(UserError, match=said):
        structure(ActorProfile, data, "actors.x")


def test_parameters_keep_the_sign_of_their_range():
    settings_for(["region=teaching", "parameters.movement.crowding=100"])  # beyond its range: allowed
    with pytest.raises(UserError, match="must not be negative"):
        settings_for(["region=teaching", "parameters.movement.crowding=-1"])
    backlash = settings_for(["region=teaching", "parameters.attitudes.backlash=-0.5"])
    assert backlash.parameters.attitudes.backlash == -0.5


def test_scalars():
    assert structure(RecordSettings, {"towns": False}, "record").towns is False
    assert structure(ResponseSettings, {"from": "2020-01-01"}, "r").start == date(2020, 1, 1)
    assert structure(int, 3.0, "n") == 3
    with pytest.raises(UserError, match="whole number"):
        structure(int, 3.5, "n")


def test_nearest_names():
    assert nearest("minusma_exitt", ["minusma_exit", "niger_coup"]) == "minusma_exit"
    assert nearest("Restraint", ["restraint"]) == "restraint"
    assert nearest("xyz", ["restraint"]) is None
    assert "none is defined" in str(unknown("actor", "x", []))
    assert "known are: abc" in str(unknown("actor", "zzz", ["abc"]))


def test_what_is_set_is_never_drawn_also_where_it_is_the_default(settings):
    drawn = settings.drawn_parameters()
    assert set(drawn) == {"attitudes.backlash", "attitudes.blockade_blame"}
    usual = settings.parameters.attitudes.backlash
    same = settings_for(["region=teaching", "scenario=history", f"parameters.attitudes.backlash={usual}"])
    assert same.parameters == settings.parameters
    assert same.given == ["attitudes.backlash"]
    assert same.drawn_parameters() == {"attitudes.blockade_blame": drawn["attitudes.blockade_blame"]}
    everything = settings_for(["region=teaching", "draw=all", "parameters.combat.capture=0.5"]).drawn_parameters()
    assert "combat.capture" not in everything
    assert len(everything) > 100
    # runs that draw it and runs that do not are no continuation of one another
    assert [found.what for found in differences(settings, same)] == ["parameters.attitudes.backlash (set and drawn)"]


def test_what_a_scenario_sets_is_not_drawn(tmp_path):
    (tmp_path / "scenario").mkdir()
    text = "title: Own\nparameters: {attitudes: {blockade_blame: 0.0}}\n"
    (tmp_path / "scenario" / "own.yaml").write_text(text, encoding="utf-8")
    own = settings_for(["region=teaching", "scenario=own"], tmp_path)
    assert own.given == ["attitudes.blockade_blame"]
    assert set(own.drawn_parameters()) == {"attitudes.backlash"}


def test_draw_all_warns(settings):
    assert not any("draw=all" in note for note in settings.notes)
    assert any("levels are far off" in note for note in settings_for(["region=teaching", "draw=all"]).notes)
