"""What run.json and the head of a table say was run; blockades beside both assumptions; side effects of orders."""

import json
from datetime import date

import pytest

from sim.cli.comparison_table import print_table
from sim.cli.scenario_commands.against_assumptions import (
    differences_to_assumptions,
    print_against_assumptions,
    print_side_effects,
)
from sim.core.files import read_run
from sim.results.reading.side_effects import countries_of, side_effects
from sim.results.reading.what_was_run import what_was_run
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from sim.runs.run_folder import describe
from sim.runs.time_needed import seconds_needed, time_words, week_seconds
from sim.settings.compose import settings_for
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "bamako_prolonged", "ban_goes_on", "ban_ended"]
BAN = {"effect": "order", "title": "A ban", "fields": {"actor": "jnim", "places": ["Bamako"], "weeks": None}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A comparison of a blockade with both assumptions; its run.json has levers and schedules."""
    path = tmp_path_factory.mktemp("told") / "x"
    run_plan(fake_settings(NAMES, large=True), 6, 1, path, 7, command="sahel compare x=1", **FAKE)
    write_all(path)
    run = read_run(path)
    for name in NAMES:
        run["configuration"][name] |= {"levers": {"blockades": "historical"}, "schedule": {}}
    run["configuration"]["bamako_prolonged"] |= {
        "levers": {"blockades": "bamako_prolonged"},
        "schedule": {"ban": {"date": "2022-09-03", **BAN}},
    }
    (path / "run.json").write_text(json.dumps(run))
    return path


def test_run_json_has_the_command_and_colours(folder):
    run = read_run(folder)
    assert run["command"] == "sahel compare x=1"
    assert set(run["colours"]) == set(NAMES)


def test_run_json_says_what_was_changed_and_assumed():
    words = ["schedule.minusma_exit.date=2025-06-30", "draw=none"]
    found = {name: settings_for([f"scenario={name}", *words]) for name in ("history", "ban_ended")}
    run = describe(found, 2, 1)
    history, ended = run["scenarios"]
    assert history["title"] == "History, changed: minusma_exit on 2025-06-30"
    assert history["changes"] == ["minusma_exit on 2025-06-30"]
    assert ended["assumption"] == "Assumption: the ban on fuel has ended (2026-01-01)"
    assert (run["draw"], run["period"]["differ_from"]) == ("none", date(2026, 1, 1))
    head = "\n".join(what_was_run(json.loads(json.dumps(run, default=str))))
    assert "draw=none: no parameter is drawn" in head
    assert "Blockades beyond 2025-12-31 in History, changed: minusma_exit on 2025-06-30: stands as ordered" in head
    assert "has ended (2026-01-01)" in head


def test_the_head_of_the_table_says_it(folder, capsys):
    run = read_run(folder)
    run["draw"], run["scenarios"][0]["title"] = "all", "History, changed: [x]"
    (folder / "run.json").write_text(json.dumps(run))
    print_table(folder)
    out = capsys.readouterr().out
    assert "draw=all: every parameter is drawn anew" in out
    heading = out.split("─")[0]
    for title in ("changed: [x]", "Bamako prolonged", "Ban goes on"):
        assert title.split()[-1] in heading


def test_what_blockades_stands_beside_both_assumptions(folder, capsys):
    found = Folder(folder)
    judged = differences_to_assumptions(found)
    assert {(scenario, beside) for scenario, _, beside in judged} == {
        ("bamako_prolonged", "ban_goes_on"),
        ("bamako_prolonged", "ban_ended"),
    }
    (scenario, item, beside), row = next(iter(judged.items()))
    totals = found.totals(item)
    assert row.difference == pytest.approx((totals[scenario] - totals[beside]).mean())
    assert row.level == pytest.approx(totals[beside].mean())
    assert row.low < row.difference < row.high
    print_against_assumptions(folder)
    out = capsys.readouterr().out
    assert "Bamako prolonged, beside what is assumed of the ban" in out
    assert "Ban ended" in out


def test_nothing_is_said_where_nothing_blockades(folder, capsys):
    found = Folder(folder)
    found.run["configuration"]["bamako_prolonged"] |= {"levers": {}, "schedule": {}}
    assert differences_to_assumptions(found) == {}
    assert side_effects(found) == []
    print_against_assumptions(folder.parent / "none")
    print_side_effects(folder.parent / "none")
    assert capsys.readouterr().out == ""


def test_side_effects_of_an_order_are_told(folder, capsys):
    found = Folder(folder)
    told = side_effects(found)
    assert len(told) == 1
    assert told[0].startswith("Side effects in Bamako prolonged: orders pull units of jnim")
    about = next(iter(countries_of(found.map, ["Bamako"])))
    for state in {"MLI", "BFA", "NER"} - {about}:
        table = found.over_time("displaced", state).tail(1).mean().unstack("scenario")
        difference = (table["bamako_prolonged"] - table["history"]).mean()
        assert f"{state} {difference / 1e3:+.0f} k" in told[0]
    assert f"{about} " not in told[0]
    print_side_effects(folder)
    assert "Side effects in Bamako prolonged" in capsys.readouterr().out


def test_countries_of_places():
    towns = {"name": ["A", "B"], "lat": [0.0, 10.0], "lon": [0.0, 10.0]}
    where = {"countries": ["XA", "XB"], "country": [0, 1], "lat": [0.2, 9.8], "lon": [0.1, 9.9], "towns": towns}
    assert countries_of(where, ["B"]) == {"XB"}
    assert countries_of(where, ["XA.North", "B", "nowhere"]) == {"XA", "XB"}


def test_time_needed_grows_with_weeks_cells_and_replicates():
    teaching, sahel = settings_for(["region=teaching"]), settings_for([])
    restraint = settings_for(["scenario=restraint"])
    assert week_seconds(sahel.region_info, None) > 2 * week_seconds(teaching.region_info, None)
    assert week_seconds(sahel.region_info, 0.25) > 2 * week_seconds(sahel.region_info, None)
    one, two = seconds_needed([sahel], 1, 1), seconds_needed([sahel, restraint], 1, 1)
    assert one < two < 2 * one  # the years before levers act are simulated once
    assert seconds_needed([sahel], 12, 2) == pytest.approx(one + 5 * (one - 8), rel=0.2)
    assert [time_words(x) for x in (1, 42, 300, 7200)] == [
        "about 5 seconds",
        "about 40 seconds",
        "about 5 minutes",
        "about 2.0 hours",
    ]
