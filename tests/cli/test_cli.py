"""The `sahel` command: dispatch, help, lists, Hydra's flags, what is handed to the parts."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import comparison_options
from sim.cli.command_table import COMMANDS
from sim.cli.main import main
from sim.settings.library import LEVERS, Library


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """Stand-ins for the parts that simulate; what they were handed is collected."""
    import sim.cli.comparison_table
    import sim.cli.run_summary
    import sim.cli.tables.effects_table
    import sim.runs.comparison
    import sim.runs.stopping

    found = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sim.runs.comparison, "run_one", lambda settings, output, progress, about: found.append((settings, output))
    )
    monkeypatch.setattr(
        sim.runs.comparison,
        "run_comparison",
        lambda plan, progress: found.append(plan),
    )
    monkeypatch.setattr(sim.cli.run_summary, "print_summary", lambda *args: None)
    monkeypatch.setattr(sim.cli.comparison_table, "print_table", lambda folder: None)
    monkeypatch.setattr(sim.cli.tables.effects_table, "print_effects", lambda folder: None)
    monkeypatch.setattr(sim.runs.stopping, "print_report", lambda folder: None)
    return found


def test_help_imports_nothing_heavy():
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sys; from sim.cli.main import main; main(['run', '--help']); "
        "print([m for m in ('mesa', 'numba', 'numpy', 'pandas', 'matplotlib', 'hydra', 'typing', 'inspect', 'hashlib')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("argv", [[], ["--help"], ["help"], ["-h"], *([c, "--help"] for c in COMMANDS)])
def test_help_anywhere(argv, capsys):
    assert main(argv) == 0
    assert "sahel" in capsys.readouterr().out


def test_scenarios_lists_every_option_with_its_meaning(capsys):
    assert main(["scenarios"]) == 0
    text = capsys.readouterr().out
    library = Library()
    for group in ("scenario", *LEVERS):
        for option in library.options(group):
            assert f"  {option} " in text
    assert "[ceteris-paribus]" in text
    assert main(["scenarios", "withdrawals"]) == 0
    assert "restraint" not in capsys.readouterr().out


def test_parameters_are_written_as_a_table(tmp_path, capsys):
    path = tmp_path / "deep" / "parameters.md"
    assert main(["parameters", f"output={path}"]) == 0
    assert "| crowding | 1 |" in path.read_text()
    assert str(path) in capsys.readouterr().out


def test_run(calls, capsys):
    assert main(["run", "region=teaching", "scenario=un_stays", "seed=3", "output=here"]) == 0
    settings, output = calls[0]
    assert (settings.seed, settings.levers["withdrawals"], str(output)) == (3, "un_stays", "here")
    assert "note:" not in capsys.readouterr().out  # notes go to standard error


def test_run_says_which_lever_won(calls, capsys):
    assert main(["run", "region=teaching", "scenario=un_stays", "withdrawals=early"]) == 0
    assert "wins over withdrawals=un_stays" in capsys.readouterr().err


def test_compare(calls):
    words = ["scenarios=[history,restraint]", "replicates=3", "workers=1", "output=x", "seed=5"]
    assert main(["compare", "region=teaching", *words, "baseline=restraint"]) == 0
    plan = calls[0]
    assert list(plan.settings) == ["history", "restraint"]
    assert (plan.replicates, plan.workers, str(plan.output), plan.seed, plan.baseline) == (3, 1, "x", 5, "restraint")
    assert (plan.compute, plan.address, plan.retention) == ("local", None, "auto")


def test_compare_with_a_stopping_rule_on_a_cluster(calls):
    words = ["replicates=auto", "within=2000", "outcome=refugees_from", "place=MLI", "at_least=30"]
    cluster = ["compute=dask", "address=tcp://10.0.0.7:8786"]
    assert main(["compare", "region=teaching", *words, *cluster]) == 0
    rule = calls[0].replicates
    assert (rule.outcome, rule.place, rule.precision, rule.within) == ("refugees_from", "MLI", None, 2000.0)
    assert (rule.at_least, rule.at_most) == (30, 400)
    assert (calls[0].compute, calls[0].address) == ("dask", "tcp://10.0.0.7:8786")
    assert main(["compare", "region=teaching", "replicates=auto"]) == 0
    assert (calls[1].replicates.outcome, calls[1].replicates.precision) == ("displaced", 0.05)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["replicates=many"], "replicates must be a number or auto, not 'many'"),
        (["precision=0.05"], "precision belongs to replicates=auto"),
        (["replicates=auto", "precision=0"], "precision must be above zero"),
        (["replicates=auto", "precision=much"], "precision"),
        (["replicates=auto", "precision=0.1", "within=3"], "one of the two"),
        (["replicates=auto", "at_least=2"], "at_least must be 6 or more"),
        (["retention=everything"], "There is no word 'everything' (retention)"),
        (["retention=sumary"], "the nearest is 'summary'"),
        (["keep=hedline"], "the nearest is 'headline'"),
        (["keep=all", "retention=full"], "keep is called retention now"),
        (["replicates=auto", "at_least=20", "at_most=10"], "at_most (10) is below at_least (20)"),
        (["replicates=auto", "scenarios=[history]"], "name two scenarios"),
        (["compute=dusk"], "the nearest is 'dask'"),
        (["address=tcp://x:1"], "say compute=dask with it"),
        (["compute=dask", "address=tcp://x:1", "workers=2"], "has its own workers"),
        (["outcome=displacd"], "the nearest is 'displaced'"),
        (["place=MLI"], "name it with outcome="),
        (["least_effect=1.5"], "least_effect is a share of the baseline's mean, 0 to 1"),
        (["factorial.recruitment.contact_rat=[0.1,0.2]"], "the nearest is 'recruitment.contact_rate'"),
        (["factorial.recruitment.contact_rate=[0.1]"], "must list two values or more"),
        (["factorial.recruitment.contact_rate=[0.1,0.1]"], "names a value twice"),
        (
            ["factorial.recruitment.contact_rate=[0.01,0.02]", "parameters.recruitment.contact_rate=0.1"],
            "is crossed already",
        ),
    ],
)
def test_what_cannot_be_asked_of_a_comparison(calls, capsys, words, message):
    assert main(["compare", "region=teaching", *words]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert calls == []


def test_compare_without_words_takes_the_five_scenarios(calls):
    assert main(["compare", "region=teaching"]) == 0
    assert list(calls[0].settings) == comparison_options.DEFAULT_SCENARIOS
    assert calls[0].replicates == 12
    assert calls[0].output.parent == Path("results")


def test_levers_can_be_crossed(calls):
    words = ["factorial.abuses=[historical,restraint]", "factorial.withdrawals=[historical,early]"]
    baseline = "baseline=abuses=restraint,withdrawals=early"
    assert main(["compare", "region=teaching", *words, baseline]) == 0
    settings = calls[0].settings
    assert len(settings) == 4
    name = "abuses=restraint,withdrawals=early"
    assert calls[0].baseline == name
    assert settings[name].scenario.name == name
    assert settings[name].levers["withdrawals"] == "early"


def test_parameters_can_be_crossed_as_levers_can(calls):
    words = ["factorial.abuses=[historical,restraint]", "factorial.attitudes.backlash=[-0.5,0.5]"]
    assert main(["compare", "region=teaching", *words]) == 0
    settings = calls[0].settings
    assert list(settings) == [
        f"abuses={lever},attitudes.backlash={value}" for lever in ("historical", "restraint") for value in (-0.5, 0.5)
    ]
    last = settings["abuses=restraint,attitudes.backlash=0.5"]
    assert last.parameters.attitudes.backlash == 0.5
    assert last.levers["abuses"] == "restraint"
    assert "attitudes.backlash" not in last.drawn_parameters()  # what is crossed is not drawn
    assert main(["compare", "region=teaching", "factorial.parameters.combat.captured=[0.5,0.6]"]) == 0
    assert list(calls[1].settings) == ["combat.captured=0.5", "combat.captured=0.6"]
    assert main(["compare", "region=teaching", "--cfg", "job", "factorial.attitudes.backlash=[-0.5,0.5]"]) == 0


def test_a_primary_outcome_and_a_least_effect_go_with_the_plan(calls):
    words = ["outcome=civilians_killed", "place=MLI", "least_effect=0.05"]
    assert main(["compare", "region=teaching", *words]) == 0
    assert calls[0].replicates == 12
    assert calls[0].telling == {"outcome": "civilians_killed", "place": "MLI", "least_effect": 0.05}
    assert main(["compare", "region=teaching"]) == 0
    assert calls[1].telling == {}


def test_outcomes_are_defined(calls, capsys, tmp_path):
    assert main(["outcomes", "served", "attacks.jnim"]) == 0
    shown = capsys.readouterr().out
    assert "Share of the town's demand for fuel that is met" in " ".join(shown.split())
    assert "attacks.<actor> (events/week; over a period: sum)" in shown
    assert main(["outcomes", "servd"]) == 2
    assert "the nearest is 'served'" in capsys.readouterr().err
    assert main(["outcomes", f"output={tmp_path / 'page.md'}"]) == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8").startswith("# Outcomes")


def test_a_lever_no_scenario_sets_may_be_said_for_all(calls):
    words = ["scenarios=[history,un_stays]", "abuses=escalation"]
    assert main(["compare", "region=teaching", *words]) == 0
    assert {s.levers["abuses"] for s in calls[0].settings.values()} == {"escalation"}


def test_multirun_gives_each_job_a_folder(calls, tmp_path):
    words = ["region=teaching", "abuses=historical,restraint", "output=many"]
    assert main(["run", "--multirun", *words]) == 0
    assert [str(output) for _, output in calls] == ["many/0", "many/1"]
    assert [s.levers["abuses"] for s, _ in calls] == ["historical", "restraint"]
    assert not (tmp_path / "outputs").exists()


def test_cfg_job_takes_a_key_that_an_own_profile_leaves_to_its_default(tmp_path, capsys):
    (tmp_path / "actors").mkdir()
    profile = "kind: insurgent\nentry: {date: 2013-01-07, persons: 100, places: {Tamrit: 1.0}}\n"
    (tmp_path / "actors" / "raiders.yaml").write_text(profile, encoding="utf-8")
    words = ["run", "region=teaching", f"folder={tmp_path}", "--cfg", "job"]
    assert main([*words, "actors.raiders.mobility=71"]) == 0
    assert "mobility: 71" in capsys.readouterr().out
    assert main([*words, "actors.raiders.mobilty=71"]) == 2
    assert "nearest is 'mobility'" in capsys.readouterr().err


def test_cfg_job_prints_what_the_scenario_chose(calls, capsys):
    assert main(["run", "region=teaching", "scenario=un_stays", "--cfg", "job"]) == 0
    text = capsys.readouterr().out
    assert "exits:" in text
    assert "crowding: 1.0" in text
    assert calls == []
    assert main(["compare", "--cfg", "job", "-p", "factorial", "factorial.abuses=[none,historical]"]) == 0
    assert "- none" in capsys.readouterr().out


def test_a_folder_of_ones_own_by_flag(calls, tmp_path):
    (tmp_path / "mine" / "scenario").mkdir(parents=True)
    path = tmp_path / "mine" / "scenario" / "calm.yaml"
    path.write_text("title: Calm\nsummary: All hold back.\nlevers: {abuses: none}\n")
    assert main(["run", "region=teaching", "scenario=calm", "--config-dir", "mine"]) == 0
    assert calls[0][0].levers["abuses"] == "none"
    assert main(["run", "-m", "region=teaching", "scenario=calm,history", "--config-dir=mine"]) == 0
    assert [s.scenario.name for s, _ in calls[1:]] == ["calm", "history"]


def test_show_needs_a_finished_comparison(tmp_path, capsys):
    assert main(["show", str(tmp_path)]) == 2
    assert "no run.json" in capsys.readouterr().err


def test_interrupt_says_where_to_go_on(calls, monkeypatch, capsys):
    def stopped(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.runs.comparison.run_comparison", stopped)
    assert main(["compare", "region=teaching", "output=half"]) == 130
    assert "output=half" in capsys.readouterr().err


def test_a_crossing_is_known_by_its_names():
    from sim.results.factorial import design_of

    names = [f"abuses={a},withdrawals={w}" for a in ("none", "restraint") for w in ("x", "y")]
    design = design_of(names)
    assert list(design.columns) == ["abuses", "withdrawals"]
    assert design.loc["abuses=none,withdrawals=y", "withdrawals"] == "y"
    assert design_of(["history", "restraint"]) is None


def test_history_takes_its_own_period(monkeypatch):
    found = []
    stand_in = type(sys)("sim.validation.history")
    stand_in.history_table = lambda *args, **more: found.append((args, more))
    monkeypatch.setitem(sys.modules, "sim.validation.history", stand_in)
    assert main(["history", "region=sahel", "replicates=2", "workers=1", "--quiet"]) == 0
    (settings, replicates, workers), more = found[0]
    assert (settings.start.year, settings.end.year, replicates, workers) == (2012, 2022, 2, 1)
    assert more == {"output": None, "progress": False, "compute": "local", "address": None}
    assert main(["history", "replicates=2", "compute=dask", "address=scheduler.json", "--quiet"]) == 0
    assert (found[1][1]["compute"], found[1][1]["address"]) == ("dask", "scheduler.json")
    assert main(["history", "precision=0.1"]) == 2
