"""Bad input: one clear sentence with the nearest right name, exit code 2, nothing else."""

import pytest

from sim.cli.main import main

RUN, COMPARE, T = "run", "compare", "region=teaching"


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def unexpected(*_args, **_more):
        raise AssertionError("bad input must be refused before anything is simulated")

    monkeypatch.setattr("sim.runs.comparison.run_one", unexpected)
    monkeypatch.setattr("sim.runs.comparison.run_comparison", unexpected)


def assert_refused(argv, capsys) -> str:
    """Run a command that must be refused and return the sentence."""
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("sahel: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["rnu"], "nearest is 'run'"),
        (["scenario=history"], "say: sahel run scenario=history"),
        # keys, groups, options, events, actors
        ([RUN, "abuse=restraint"], "nearest is 'abuses'"),
        ([RUN, "abuses=restrant"], "nearest is 'restraint'"),
        ([RUN, "+abuse=restraint"], "nearest is 'abuses'"),
        ([RUN, "scenario=histroy"], "nearest is 'history'"),
        ([RUN, "region=teching"], "nearest is 'teaching'"),
        ([RUN, "levers.form=2020-01-01"], "nearest is 'levers.from'"),
        ([RUN, "+seeed=1"], "nearest is 'seed'"),
        ([RUN, "++parameters.movement.crowdin=1"], "nearest is 'parameters.movement.crowding'"),
        ([RUN, "schedule.minusma_exitt.date=2025-01-01"], "nearest is 'minusma_exit'"),
        ([RUN, "+schedule.minusma_exitt.date=2025-01-01"], "nearest is 'minusma_exit'"),
        ([RUN, "++schedule.minusma_exitt.date=2025-01-01"], "nearest is 'minusma_exit'"),
        ([RUN, "+schedule.new={date:2025-01-01}"], "belong in a scenario file"),
        ([RUN, "schedule.minusma_exit.dte=2025-01-01"], "nearest is 'date'"),
        ([RUN, "actors.jnimm.mobility=3"], "nearest is 'jnim'"),
        ([RUN, "++actors.jnim.mobilty=3"], "nearest is 'mobility'"),
        ([RUN, "processes.combta.on=false"], "nearest is 'processes.combat.on'"),
        ([RUN, "abuses.conducts.army.abusiveness=1"], "nearest is 'conduct'"),
        ([RUN, "--mutirun", "seed=1,2"], "nearest is '--multirun'"),
        ([RUN, "--cfg", "jbo"], "nearest is 'job'"),
        ([RUN, "--cfg"], "expected one argument; see sahel run --help"),
        (["help", "rnu"], "nearest is 'run'"),
        # dates
        ([RUN, "schedule.minusma_exit.date=2026-13-45"], "not a date of the calendar"),
        ([RUN, "schedule.minusma_exit.date=2045-01-01"], "outside the region's range"),
        ([RUN, "schedule.minusma_exit.date=2012-02-01"], "before minusma arrives"),
        ([RUN, "period.start=2020-02-30"], "not a date of the calendar"),
        ([RUN, "period.start=2020"], "must be a date"),
        ([RUN, "period.end=2018-01-01"], "must come after period.start"),
        ([RUN, "period.start=2001-01-01"], "outside the region's range"),
        ([RUN, "period.end=2040-01-01"], "outside the region's range"),
        ([RUN, "levers.from=2030-01-01"], "levers.from is 2030-01-01"),
        # numbers and types
        ([RUN, "parameters.movement.crowding=-1"], "must not be negative"),
        ([RUN, "parameters.movement.crowding=abc"], "must be a number"),
        ([RUN, "parameters.movement=1"], "holds several values"),
        ([RUN, "schedule.minusma_exit.weeks=-1"], "must not be negative"),
        ([RUN, "actors.jnim.selectivity=2"], "must not be above 1"),
        ([RUN, "processes.combat.on=maybe"], "must be true or false"),
        ([RUN, "seed=-1"], "must not be negative"),
        ([RUN, "seed=one"], "must be a whole number"),
        ([RUN, "step_days=0"], "step_days"),
        ([RUN, "draw=al"], "nearest is 'all'"),
        ([RUN, "scenario="], "needs the name of an option"),
        # grammar
        ([RUN, "history"], "say key=value"),
        ([RUN, "output=a=b"], "cannot be read"),
        ([RUN, "seed=[1"], "cannot be read"),
        ([RUN, "~schedule.minusma_exit"], "date=never"),
        ([RUN, "abuses=historical,restraint"], "add --multirun"),
        ([RUN, "abuses=[historical,restraint]"], "factorial.abuses=[historical,restraint]"),
        ([RUN, "seed=${oc.env:HOME}"], "resolvers"),
        ([RUN, "abuses@_global_=restraint"], "packages"),
        ([RUN, "-m", T, "scenario=history,histroy"], "nearest is 'history'"),
        ([RUN, "--cfg", "job", "schedule.minusma_exitt.date=never"], "nearest is 'minusma_exit'"),
        ([RUN, "hydra.verbos=true", T], "verbos"),
        # comparisons
        ([COMPARE, "scenarios=[]"], "scenarios is empty"),
        ([COMPARE, "scenarios=[history,restrant]"], "nearest is 'restraint'"),
        ([COMPARE, "scenarios=[history,history]"], "twice"),
        ([COMPARE, "scenarios={a:1}"], "must be a list"),
        ([COMPARE, "scenarios=history,restraint"], "scenarios"),
        ([COMPARE, "scenario=history"], "takes a list"),
        ([COMPARE, "replicates=0"], "at least 1"),
        ([COMPARE, "replicates=2.5"], "whole number"),
        ([COMPARE, "workers=0"], "at least 1"),
        ([COMPARE, T, "scenarios=[history,restraint]", "baseline=un_stays"], "baseline"),
        ([COMPARE, "scenarios=[history,restraint]", "abuses=escalation"], "would override"),
        ([COMPARE, "factorial.abuses=[historical]"], "two options or more"),
        ([COMPARE, "factorial.abuse=[historical,none]"], "nearest is 'abuses'"),
        ([COMPARE, "factorial.abuses=[historical,restrant]"], "nearest is 'restraint'"),
        ([COMPARE, "factorial.abuses=[none,historical]", "abuses=none"], "crossed already"),
        ([RUN, "replicates=3"], "belongs to sahel compare"),
        ([RUN, "--config-dir", "nowhere"], "does not exist"),
        (["show", "nowhere"], "does not exist"),
        (["show"], "which folder"),
        (["scenarios", "withdrawls"], "nearest is 'withdrawals'"),
        (["parameters", "ouput=x"], "nearest is 'output'"),
    ],
)
def test_slips_get_a_sentence(argv, said, capsys):
    assert said in assert_refused(argv, capsys)


def test_output_folders(tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    assert "holds something else" in assert_refused([RUN, T, "output=full"], capsys)
    assert "is a file" in assert_refused([RUN, T, "output=file"], capsys)
    assert "cannot be written" in assert_refused([RUN, T, "output=file/below"], capsys)
    assert "cannot be written" in assert_refused([RUN, T, "output=/proc/nothing"], capsys)
    assert "holds something else" in assert_refused([RUN, "-m", T, "seed=1,2", "output=full"], capsys)
    assert (tmp_path / "full" / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: x\nhydra:\n  callbacks: {}\n", "line 2"),
        ("title: x\nhydra/launcher: joblib\n", "line 2"),
        ("title: x\n_target_: os.system\n", "line 2"),
        ("schedule:\n  a:\n    _target_: os.system\n", "line 3"),
        ("# @package _global_\ntitle: x\n", "line 1: a package directive"),
        ("title: x\n\n  #@ package hydra\n", "line 3: a package directive"),
        ("title: x\nsummary: ${oc.env:HOME}\n", "line 2"),
        ('title: x\nsummary: "a ${now:%Y} b"\n', "line 2"),
        ("title: x\ndefaults:\n  - override hydra/launcher: x\n", "line 2"),
        ("title: !!python/object/apply:os.system [ls]\n", "line 1: the YAML tag"),
        ("title: x\nlevers: {abuses@hydra: none}\n", "line 2"),
        ("title: x\ntitle: y\n", "line 2: the key 'title' is there twice"),
        ("a: &x [1]\nb: *x\n", "alias"),
        ("title: x\nschedule:\n  mission_exit: {on: 2020-01-01}\n", "line 3: the key 'on' reads as true"),
        ("title: [x\n", "not readable YAML"),
        ("\ttitle: x\n", "not readable YAML"),
        ("- a\n- b\n", "must hold a mapping"),
        ("title: x\nlever: {abuses: none}\n", "nearest is 'levers'"),
        ("title: x\nlevers: {abuse: none}\n", "nearest is 'abuses'"),
        ("title: x\nlevers: {abuses: non}\n", "nearest is 'none'"),
        ("title: x\nlevers: [abuses]\n", "must be a mapping"),
        ("title: x\nvariant: coherrent\n", "nearest is 'coherent'"),
        ("title: x\nschedule: {mission_exti: {date: never}}\n", "nearest is 'mission_exit'"),
        ("title: x\nparameters: {movement: {crowdin: 1}}\n", "nearest is 'crowding'"),
        ("title: x\nparameters: {movement: {crowding: -1}}\n", "must not be negative"),
        ("title: 3\n", "must be a text"),
    ],
)
def test_scenario_files_are_data(text, said, tmp_path, capsys):
    path = tmp_path / "own" / "scenario" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    sentence = assert_refused([RUN, T, "scenario=mine", "folder=own"], capsys)
    assert said in sentence
    if "line" in said:
        assert "mine.yaml" in sentence
        assert_refused([RUN, T, "--config-dir", "own", "--cfg", "job"], capsys)  # nor by Hydra's own flag


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("actors/watch.yaml", "kind: militia\nmobilty: 3\n", "nearest is 'mobility'"),
        ("actors/watch.yaml", "title: x\n", "lacks the key 'kind'"),
        ("actors/watch.yaml", "kind: militia\nrelations: {army: hostil}\n", "nearest is 'hostile'"),
        ("actors/watch.yaml", "kind: militia\nrelations: {amry: hostile}\n", "nearest is 'army'"),
        ("actors/watch.yaml", "kind: militia\narea: [XAX]\n", "XAX"),
        ("actors/watch.yaml", "kind: auxiliary\nparent: nobody\n", "no actor 'nobody'"),
        (
            "actors/watch.yaml",
            "kind: militia\nentry: {date: 2012-02-01, persons: 5, places: {Tesaro: 1}}\n",
            "nearest is 'Tessaro'",
        ),
        (
            "actors/watch.yaml",
            "kind: army\nstrength: [{date: 2014-01-01, persons: 5}, {date: 2013-01-01, persons: 5}]\n",
            "out of order",
        ),
        ("actors/watch.yaml", "- kind\n", "must hold an actor profile"),
        ("scenarios/mine.yaml", "title: x\n", "nearest is 'scenario'"),
        ("mine.yaml", "title: x\n", "must lie in a folder"),
        ("scenario/mine.yml", "title: x\n", "must end in .yaml"),
        ("scenario/history.yaml", "title: x\n", "name of a shipped option"),
        ("abuses/mine.yaml", "conduct: {army: {abus: 1}}\n", None),
    ],
)
def test_users_folders(name, text, said, tmp_path, capsys):
    path = tmp_path / "own" / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    words = [RUN, T, "folder=own"] + (["abuses=mine"] if said is None else [])
    assert (said or "nearest is 'abusiveness'") in assert_refused(words, capsys)


def test_an_actor_profile_that_cannot_be_read(tmp_path, capsys):
    path = tmp_path / "own" / "actors" / "watch.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"kind: \xff\xfe\n")
    assert "not text in UTF-8" in assert_refused([RUN, T, "folder=own"], capsys)
