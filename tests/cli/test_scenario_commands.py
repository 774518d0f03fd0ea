"""Scenarios and events before a run: lists, a new file, what a file means; what a comparison adds and refuses."""

import json

import pytest

from sim.cli.comparison_options import DEFAULT_SCENARIOS, compared
from sim.cli.main import main
from sim.core.errors import UserError
from sim.settings.compose import settings_for
from sim.settings.event_types import EFFECTS
from sim.settings.library import Library
from sim.settings.overrides import parse_overrides
from sim.settings.words.effects import MEANINGS, TYPES


def compare(words, folder=None):
    return compared(words, parse_overrides(words), folder)


# ---------------------------------------------------------------------------- events


def test_events_lists_names_dates_titles_and_fields(capsys):
    assert main(["events", "region=teaching"]) == 0
    out = capsys.readouterr().out
    for event in settings_for(["region=teaching"]).events:
        assert f"{event.date}  {event.name.split('__')[0]}: {event.title}" in out
    assert "order: actor league, order blockade, places Tessaro, goods fuel" in out
    for effect, fields in EFFECTS.items():
        assert MEANINGS[effect] in out
        assert all(f"{name} (" in out or f"{name}=" in out for name in fields)
    types = {spec.type for fields in EFFECTS.values() for spec in fields.values() if isinstance(spec.type, str)}
    assert types <= TYPES.keys()


def test_events_can_be_picked_and_are_those_of_the_scenario(capsys):
    assert main(["events", "mission_exit", "region=teaching", "schedule.mission_exit.date=2020-09-07"]) == 0
    out = capsys.readouterr().out
    assert "2020-09-07  mission_exit" in out
    assert "changed: mission_exit on 2020-09-07, 1:" in out
    assert "home_guard" not in out
    assert main(["events", "mission_exti", "region=teaching"]) == 2
    told = capsys.readouterr().err
    assert "nearest is 'mission_exit'" in told
    assert "a new event needs" in told


# ---------------------------------------------------------------------------- new, check, scenarios


def test_a_new_scenario_is_a_file_that_runs(tmp_path, capsys):
    assert main(["new", "scenario", "slow_exit", f"folder={tmp_path}"]) == 0
    path = tmp_path / "scenario" / "slow_exit.yaml"
    assert str(path) in capsys.readouterr().out
    assert settings_for(["scenario=slow_exit"], tmp_path).levers["abuses"] == "restraint"
    # every example in its comments is right
    text = path.read_text()
    for line in [line for line in text.splitlines() if line.startswith("  # ") and "{" in line]:
        edited = text.replace(line, line.replace("  # ", "  ", 1))
        path.write_text(edited.replace("  # blockades: own", "  blockades: own").replace("# blockade:", "blockade:"))
        assert settings_for(["scenario=slow_exit"], tmp_path).levers["blockades"] == "own"
    path.write_text("mine")
    assert main(["new", "scenario", "slow_exit", f"folder={tmp_path}"]) == 2
    assert path.read_text() == "mine"
    assert "exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scenario"], "Say what to call it"),
        (["scenari", "x"], "nearest is 'scenario'"),
        (["scenario", "history"], "call yours something else"),
        (["scenario", "a-b"], "letters, digits and _"),
        (["scenario", "x", "regoin=teaching"], "nearest is 'region'"),
        (["scenario", "x", "region=teching"], "nearest is 'teaching'"),
    ],
)
def test_a_new_scenario_that_cannot_be(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", *words]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


MINE = """\
title: Mine
summary: Made up.
variant: ceteris-paribus
levers: {abuses: restraint, blockades: own, from: 2014-01-01}
blockade: {place: Tessaro, from: 2018-01-15, weeks: 26}
schedule:
  mission_exit: {date: 2020-09-07}
  coup_2016: {date: never}
parameters: {recruitment: {contact_rate: 5}}
processes: {politics: {"on": false}}
"""


@pytest.mark.parametrize("place", ["scenario", "elsewhere"])
def test_check_says_what_a_file_means(place, tmp_path, capsys):
    path = tmp_path / place / "mine.yaml"
    path.parent.mkdir()
    path.write_text(MINE)
    assert main(["check", str(path), "region=teaching"]) == 0
    out = capsys.readouterr().out
    for text in (
        "Mine (mine)",
        "every other decision stays on its date",
        "Levers, from 2014-01-01 on:",
        "abuses=restraint: Restraint of the state's side.",
        "2020-09-07  The mission is asked to leave (else 2018-09-03) (to 2021-03-08)",
        "2016-08-15  no more: Coup in Arun",
        "2018-01-15  Blockade of Tessaro (to 2018-07-16)",
        "side effect",
        "recruitment.contact_rate 5, else",
        "OUTSIDE IT",
        "politics: on False",
        "one replicate: about",
    ):
        assert text in out
    assert "minusma" not in out


def test_check_refuses_in_a_sentence(tmp_path, capsys):
    path = tmp_path / "mine.yaml"
    assert main(["check"]) == 2
    assert main(["check", str(path)]) == 2
    path.write_text("levers: {abuse: restraint}\n")
    assert main(["check", str(path)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert "Say which file" in told[0]
    assert "no file" in told[1]
    assert "nearest is 'abuses'" in told[2]
    path.write_text("title: x\n_target_: os.system\n")
    assert main(["check", str(path)]) == 2
    assert "not code" in capsys.readouterr().err


def test_check_of_a_shipped_file(capsys):
    library = Library()
    assert main(["check", str(library.find("scenario", "restraint"))]) == 0
    out = capsys.readouterr().out
    assert "Restraint (restraint)" in out
    assert "Run it: sahel compare 'scenarios=[history,restraint]'" in out


def test_a_file_that_changes_nothing_is_called_that(tmp_path, capsys):
    path = tmp_path / "mine.yaml"
    path.write_text("title: x\n")
    assert main(["check", str(path), "region=teaching"]) == 0
    assert "It changes nothing" in capsys.readouterr().out


def test_scenarios_shows_ones_own_with_levers_decisions_and_dates(tmp_path, capsys):
    path = tmp_path / "scenario" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(MINE)
    assert main(["scenarios", "scenario", f"folder={tmp_path}", "region=teaching"]) == 0
    lines = capsys.readouterr().out.splitlines()
    mine = next(i for i, line in enumerate(lines) if line.startswith("  mine "))
    assert "levers: abuses=restraint blockades=own" in lines[mine + 1]
    assert any("2018-01-15  Blockade of Tessaro (to 2018-07-16)" in line for line in lines[mine:])
    assert not any("(else " in line for line in lines[:mine])


# ---------------------------------------------------------------------------- comparisons


def test_what_blockades_is_compared_with_both_assumptions(capsys):
    found = compare(["scenarios=main"])
    assert list(found) == [*DEFAULT_SCENARIOS, "ban_goes_on", "ban_ended"]
    assert "ban_assumptions=false" in capsys.readouterr().err
    assert list(compare(["scenarios=main", "ban_assumptions=false"])) == DEFAULT_SCENARIOS
    assert list(compare(["scenarios=[history,restraint]"])) == ["history", "restraint"]
    assert list(compare(["scenarios=main", "period.end=2025-12-31"])) == DEFAULT_SCENARIOS
    assert list(compare(["scenarios=main", "region=teaching"])) == DEFAULT_SCENARIOS
    listed = compare(["scenarios=[ban_ended,bamako_prolonged]", "period=outlook"])
    assert list(listed) == ["ban_ended", "bamako_prolonged", "ban_goes_on"]


def test_words_about_a_blockade_go_to_the_scenario_that_has_one():
    words = ["scenarios=[history,own_blockade]", "blockade.place=Gao", "blockade.from=2026-02-01"]
    found = compare(words)
    assert found["own_blockade"].schedule["own_blockade"]["places"] == ["Gao"]
    assert "own_blockade" not in found["history"].schedule
    assert found["history"].scenario.title == "History"
    crossed = compare(["factorial.blockades=[historical,own]", "factorial.response=[endogenous,deal]", *words[1:]])
    assert [("own_blockade" in item.schedule) for item in crossed.values()] == [False, False, True, True]
    assert "blockade of Gao" in list(crossed.values())[2].scenario.title
    with pytest.raises(UserError, match="list own_blockade"):
        compare(["scenarios=[history,restraint]", "blockade.place=Gao"])


def test_levers_from_may_differ_by_scenario(tmp_path):
    from sim.runs.run_folder import describe

    for name, day in (("soon", "2014-01-01"), ("later", "2016-01-01")):
        path = tmp_path / "scenario" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"title: {name}\nlevers: {{abuses: restraint, from: {day}}}\n")
    words = ["region=teaching", "scenarios=[history,later,soon]", "levers.from=2013-01-01"]
    found = compare(words, tmp_path)
    assert [str(item.levers_from) for item in found.values()] == ["2013-01-01", "2016-01-01", "2014-01-01"]
    period = describe(found, 2, 1)["period"]
    assert (str(period["levers_from"]), str(period["differ_from"])) == ("2014-01-01", "2014-01-01")


@pytest.fixture
def plans(monkeypatch, tmp_path):
    """Plans and settings that commands hand over; nothing is simulated."""
    import sim.cli.run_summary
    import sim.runs.comparison

    found = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sim.runs.comparison, "run_comparison", lambda plan, progress: found.append(plan))
    monkeypatch.setattr(
        sim.runs.comparison, "run_one", lambda settings, output, progress, about: found.append((settings, about))
    )
    monkeypatch.setattr(sim.cli.run_summary, "print_summary", lambda *args: None)
    monkeypatch.setattr("sim.cli.commands.print_results", lambda folder: None)
    return found


def test_the_main_job_is_not_started_by_a_flag_alone(plans, capsys):
    for flag in ("-q", "--quiet"):
        assert main(["compare", flag]) == 2
        assert "scenarios=main" in capsys.readouterr().err
    assert plans == []
    assert main(["compare", "scenarios=main", "-q", "region=teaching"]) == 0
    assert list(plans[0].settings) == DEFAULT_SCENARIOS


def test_a_crossing_says_what_differs(plans):
    words = ["factorial.abuses=[historical,restraint]", "factorial.withdrawals=[historical,early]", "response=deal"]
    assert main(["compare", "region=teaching", *words]) == 0
    titles = {name: item.scenario.title for name, item in plans[0].settings.items()}
    name = "abuses=restraint,withdrawals=early"
    assert titles[name] == "abuses=restraint, withdrawals=early, changed: response=deal"


def test_the_command_is_kept(plans):
    assert main(["compare", "region=teaching", "scenarios=[history,restraint]", "replicates=2", "-q"]) == 0
    assert plans[0].command == "sahel compare region=teaching 'scenarios=[history,restraint]' replicates=2"
    assert main(["run", "region=teaching", "seed=3"]) == 0
    assert plans[1][1] == {"command": "sahel run region=teaching seed=3"}


def test_jobs_of_a_multirun_say_what_differs(plans):
    assert main(["run", "-m", "region=teaching", "abuses=historical,restraint", "seed=1,2", "politics=none"]) == 0
    titles = [settings.scenario.title for settings, _ in plans]
    assert len(set(titles)) == 4
    assert titles[0] == "History, changed: politics=none (abuses=historical; seed=1)"
    assert titles[-1] == "History, changed: abuses=restraint; politics=none (seed=2)"
    assert json.dumps(plans[-1][1]).count("abuses=restraint") == 1
