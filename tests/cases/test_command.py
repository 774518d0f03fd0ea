"""`sahel displacement` with a stand-in for the engine: words, tables, figures, folders; errors in a sentence."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.cases import score
from sim.cases.layout import positions
from sim.cases.outputs import read_results
from sim.cases.reader import read_case
from sim.cli.main import main
from tests.cases.cases import FILES, write_case
from tests.cases.fake_engine import simulate_case


@pytest.fixture(autouse=True)
def _fake(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sim.cases.run", SimpleNamespace(simulate_case=simulate_case))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def no_figures(monkeypatch):
    """Where figures are not what a test is about."""
    monkeypatch.setattr("sim.cases.figures.draw_all", lambda folder: [])


def displacement(*words: str) -> int:
    return main(["displacement", "--quiet", *words])


def assert_refused(capsys, *words: str) -> str:
    assert displacement(*words) == 2
    _, err = capsys.readouterr()
    assert err.startswith("sahel: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def test_tables_figures_and_report(tmp_path, capsys):
    write_case(tmp_path / "made", locations=FILES["input/locations.csv"].replace("Dom,", "NA,"),
               routes=FILES["input/routes.csv"].replace("Dom", "NA"),
               data_layout=FILES["validation/data_layout.csv"].replace("Dom,", "NA,"))  # fmt: skip
    assert displacement("case=made", "replicates=6", "seed=3", "output=out") == 0
    said = capsys.readouterr().out
    assert "camps without a limit (capacity empty or below 1): NA" in said
    assert "6 replicates, seed 3" in said
    out, case = tmp_path / "out", read_case(tmp_path / "made")
    runs = [simulate_case(case, 3, replicate, _parameters()).persons[:, case.camps] for replicate in range(6)]

    camps = pd.read_csv(out / "camps.csv", keep_default_na=False)
    assert list(camps.columns) == ["date", "camp", "simulated_mean", "simulated_low", "simulated_high", "observed"]
    assert len(camps) == case.days * 2
    first = camps[camps["camp"] == "NA"]
    assert first["date"].iloc[0] == "2012-02-29"
    assert first["date"].iloc[-1] == "2012-03-09"
    assert first["observed"].tolist() == case.observed[:, 1].tolist()
    assert first["simulated_mean"].to_numpy() == pytest.approx(np.mean([run[:, 1] for run in runs], axis=0))
    assert first["simulated_low"].to_numpy() == pytest.approx(np.quantile([run[:, 1] for run in runs], 0.05, axis=0))

    scores = pd.read_csv(out / "scores.csv")
    raw = [score.averaged_relative_difference(run, case.observed) for run in runs]
    assert scores["ard_raw"].to_numpy() == pytest.approx(raw)
    assert f"{np.mean(raw):.3f}" in said
    rescaled = np.mean([score.averaged_relative_difference(run, case.observed, rescaled=True) for run in runs])
    run = json.loads((out / "run.json").read_text())
    assert run["summary"]["given"]["ard_rescaled"]["mean"] == pytest.approx(rescaled)
    assert run["status"] == "complete"
    assert run["settings"]["seed"] == 3
    assert set(run["case"]["files"]) == set(case.files)
    assert run["provenance"]["versions"]
    assert run["oddities"] == case.oddities

    errors = pd.read_csv(out / "errors.csv")
    assert errors["raw_mean"].mean() == pytest.approx(np.mean(raw))
    assert errors["rescaled_mean"].mean() == pytest.approx(rescaled)
    found = pd.read_csv(out / "camp_errors.csv", keep_default_na=False)
    assert found["mean_error"][0] == pytest.approx(np.mean([np.abs(r - case.observed)[:, 0].mean() for r in runs]))
    flows = pd.read_csv(out / "flows.csv", keep_default_na=False)
    assert len(flows) == 2 * len(case.routes.km)
    assert (flows["from"][0], flows["to"][0]) == (flows["to"][3], flows["from"][3]) == ("Ada", "Bru")
    assert {path.name for path in (out / "figures").iterdir()} == {"camps.png", "errors.png", "map.png"}
    assert all(path.stat().st_size > 10_000 for path in (out / "figures").iterdir())
    assert not [path for path in out.rglob("*") if ".tmp" in path.name]
    assert read_results(out).tables["camps"]["camp"].tolist() == camps["camp"].tolist()


def _parameters():
    from sim.settings.parameters.groups import Parameters

    return Parameters()


def test_own_arrivals_stand_beside_the_given(tmp_path, capsys, no_figures):
    assert displacement("case=small", "replicates=2", "arrivals=own", "output=out") == 0
    said = capsys.readouterr().out
    assert "arrivals by conflict alone" in said
    assert "arrivals as recorded" in said
    scores = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert scores["arrivals"].tolist() == ["own", "own", "given", "given"]
    case = read_case("small")
    assert scores["displaced"].tolist()[1:3] == [561 + 7 * case.days, 561 + case.arrivals.sum()]
    own = simulate_case(case, 1, 0, _parameters(), given_arrivals=False).persons[:, case.camps]
    assert scores["total_error"][0] == pytest.approx(score.total_difference(own, case.observed))
    camps = pd.read_csv(tmp_path / "out" / "camp_errors.csv")
    assert camps.groupby("arrivals").size().to_dict() == {"given": 4, "own": 4}


def test_show_and_the_same_command_again(tmp_path, capsys):
    words = ("case=small", "replicates=2", "output=out")
    assert displacement(*words) == 0
    said = capsys.readouterr().out
    (tmp_path / "out" / "figures" / "map.png").unlink()
    assert main(["show", "out"]) == 0
    again = capsys.readouterr().out
    assert again.strip().splitlines()[0] == "2 replicates, seed 1; mean (nine of ten replicates)"
    assert again.strip() in said
    assert (tmp_path / "out" / "figures" / "map.png").exists()
    before = (tmp_path / "out" / "camps.csv").read_bytes()
    assert displacement(*words) == 0
    assert (tmp_path / "out" / "camps.csv").read_bytes() == before


def test_parameters_drawn_and_said(tmp_path, no_figures):
    words = ("case=small", "replicates=4", "days=30")
    assert displacement(*words, "output=plain") == 0
    assert displacement(*words, "draw=all", "output=drawn") == 0
    assert displacement(*words, "parameters.displacement.stay_share=0.6", "output=said") == 0
    bands = {}
    for name in ("plain", "drawn", "said"):
        camps = pd.read_csv(tmp_path / name / "camps.csv")
        assert camps["date"].max() == "2021-03-30"
        bands[name] = (camps["simulated_high"] - camps["simulated_low"]).mean()
    assert bands["drawn"] > bands["plain"] > bands["said"]
    run = json.loads((tmp_path / "said" / "run.json").read_text())
    assert run["settings"]["parameters"]["stay_share"] == 0.6


def test_workers_change_nothing(tmp_path, monkeypatch, no_figures):
    from sim.cases import ensemble

    assert displacement("case=small", "replicates=3", "workers=1", "output=one") == 0
    monkeypatch.setattr(ensemble, "_over_workers", lambda one, replicates, workers: map(one, replicates))
    monkeypatch.setattr(ensemble, "WORTH_WORKERS", -1.0)
    assert displacement("case=small", "replicates=3", "workers=2", "output=two") == 0
    assert (tmp_path / "one" / "camps.csv").read_bytes() == (tmp_path / "two" / "camps.csv").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Say which case"),
        (["small"], "say case=small"),
        (["case=smal"], "nearest is 'small'"),
        (["case=[a,b]"], "must be the name of a folder"),
        (["case=small", "replicate=3"], "nearest is 'replicates'"),
        (["case=small", "+replicate=3"], "nearest is 'replicates'"),
        (["case=small", "replicates=0"], "at least 1"),
        (["case=small", "seed=x"], "whole number"),
        (["case=small", "arrivals=onw"], "nearest is 'own'"),
        (["case=small", "arrivals=[own]"], "no value"),
        (["case=small", "draw=al"], "nearest is 'all'"),
        (["case=small", "days=121"], "days must be 1 to 120"),
        (["case=small", "validation=nowhere"], "There is no data_layout.csv in 'nowhere'"),
        (["case=small", "region=teaching"], "no key 'region' of sahel displacement"),
        (["case=small", "parameters.displacement.stay_shar=1"], "nearest is 'parameters.displacement.stay_share'"),
        (["case=small", "parameters.displacement.stay_share=9"], "must not be above"),
        (["case=small", "parameters.combat.tail=2"], "no key 'parameters.combat.tail'"),
        (["case=small", "output="], "name of a folder"),
        (["case=small", "--multirun"], "does not take Hydra's flag"),
        (["case=small", "--quite"], "nearest is '--quiet'"),
        (["case=${oc.env:HOME}"], "resolvers"),
    ],
)
def test_words_that_are_refused(words, said, capsys):
    assert said in assert_refused(capsys, *words)


def test_folders_that_hold_something_else(tmp_path, capsys, no_figures):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    assert "holds something else" in assert_refused(capsys, "case=small", "output=mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.json").write_text('{"format": 2, "status": "complete"}')
    assert "a run of another kind" in assert_refused(capsys, "case=small", "output=other")
    assert displacement("case=small", "replicates=1", "output=out") == 0
    capsys.readouterr()
    assert "other settings" in assert_refused(capsys, "case=small", "replicates=2", "output=out")


def test_a_stopped_run_is_made_anew(tmp_path, capsys, monkeypatch, no_figures):
    def stopped(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sim.cases.outputs.write_results", stopped)
        assert displacement("case=small", "replicates=1", "output=out") == 130
    assert "not finished" in capsys.readouterr().err
    assert main(["show", "out"]) == 2
    assert "is not finished" in capsys.readouterr().err
    assert displacement("case=small", "replicates=1", "output=out") == 0


def test_a_case_that_cannot_run_is_refused_before_anything_is_written(tmp_path, capsys):
    write_case(tmp_path / "made", routes="Ada,Corra,5\n")
    assert "input/routes.csv, line 1: no location is named 'Corra'; the nearest is 'Cora'" in assert_refused(
        capsys, "case=made", "output=out"
    )
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------------------- positions


def test_places_without_positions_are_laid_out_by_routes():
    nowhere = np.full(3, np.nan)
    a, b, km = np.array([0, 1]), np.array([1, 2]), np.array([30.0, 50.0])
    where, source = positions(nowhere, nowhere, a, b, km)
    assert source == "routes"
    apart = np.linalg.norm(where[:, None] - where[None], axis=2)
    assert apart[0, 1] == pytest.approx(30)
    assert apart[0, 2] == pytest.approx(80)


def test_a_few_places_without_positions_stand_amid_their_neighbours():
    lon = np.array([0.0, np.nan, 4.0, 9.0])
    lat = np.array([0.0, np.nan, 2.0, 9.0])
    where, source = positions(lon, lat, np.array([0, 1]), np.array([1, 2]), np.array([1.0, 1.0]))
    assert source == "map"
    assert where[1].tolist() == [2, 1]
    alone, _ = positions(lon, lat, np.array([0]), np.array([2]), np.array([1.0]))
    assert np.isfinite(alone).all()
