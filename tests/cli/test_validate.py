"""`sahel validate`: what it reads, writes, prints and refuses."""

import hashlib
import json
import shutil

import pandas as pd
import pytest

from sim.cli.main import main
from sim.core.files import write_json
from tests.validation.downloads.hand_written import GED_ROWS, ged_text
from tests.validation.yardstick.made_up_history import write_history

WRITTEN = {"validation.md", "validation.csv", "patterns.csv"}
FIGURES = {f"figures/validation_{name}.png" for name in ("deaths", "displaced", "patterns")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder of two replicates of the made-up history, and of the one with coups as outcomes."""
    return write_history(tmp_path_factory.mktemp("validate") / "whole", replicates=2)


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """One of format 2, without control of cells, drawn parameters and what came later."""
    folder = write_history(tmp_path_factory.mktemp("validate") / "older", replicates=2, older=True, coups=False)
    for name in ("control", "parameters"):
        (folder / f"{name}.parquet").unlink()
    run = json.loads((folder / "run.json").read_text())
    run["format"] = 2
    write_json(folder / "run.json", run)
    return folder


@pytest.fixture(autouse=True)
def no_downloads(monkeypatch):
    monkeypatch.delenv("SAHEL_DATA", raising=False)


@pytest.fixture
def downloads(tmp_path):
    """A person's own GED, with more dead in Mali in 2012 than were counted."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    row = GED_ROWS[0] | {"year": "2012", "date_start": "2012-04-05 00:00:00.000", "date_end": "2012-04-05 00:00:00.000"}
    row |= {"country": "Mali", "country_id": "432", "latitude": "16.27", "longitude": "-0.04", "where_prec": "1"}
    row |= {"deaths_a": "900", "deaths_b": "0", "deaths_civilians": "0", "deaths_unknown": "0"}
    row |= {"best": "900", "low": "900", "high": "900", "priogrid_gid": "153000"}
    (folder / "GEDEvent_v23_1.csv").write_text(ged_text([row]))
    return folder


def hashes(folder):
    """Hash of every file of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_it_writes_tables_and_figures_into_the_folder_and_changes_nothing_else(whole, tmp_path, capsys):
    folder = shutil.copytree(whole, tmp_path / "[b]copy")  # a name that reads like markup
    before = hashes(folder)
    assert main(["validate", str(folder)]) == 0
    after = hashes(folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == WRITTEN | FIGURES
    out = capsys.readouterr().out
    assert "does not predict events" in out
    deaths = out.split("Deaths by period, Niger")[1].split("Deaths by period")[0].splitlines()
    names = [line.split("  ")[0] for line in deaths if line.startswith("all deaths, ")]
    assert names == [f"all deaths, {name}" for name in ("2012", "2013-16", "2017-19", "2020", "2021-22", "later")]
    assert "outside, 2022-06-18, ECOWAS mediator" in out.replace("\n", " ")
    assert "P01 violence rises" in out
    assert f"Written: {folder / 'validation.md'}" in out
    assert " of 13 emergent" in out


def test_downloads_add_the_figure_of_places_and_likeness_of_cells(whole, downloads, tmp_path, capsys, monkeypatch):
    def places(folder):
        return (folder / "figures" / "validation_places.png").exists()

    def likeness(folder):
        table = pd.read_csv(folder / "validation.csv").set_index("id")
        return [name for name in table.index if name.endswith(".rank")]

    assert main(["validate", str(whole), f"output={tmp_path / 'a'}", f"observed={downloads}"]) == 0
    monkeypatch.setenv("SAHEL_DATA", str(downloads))
    assert main(["validate", str(whole), f"output={tmp_path / 'b'}"]) == 0
    for name in "ab":
        assert set(hashes(tmp_path / name)) == WRITTEN | FIGURES | {"figures/validation_places.png"}
        assert likeness(tmp_path / name) == ["cells.2012.rank"]
    assert not (whole / "validation.md").exists()


def test_the_tables_hold_every_pattern_and_row(whole, tmp_path, capsys):
    assert main(["validate", str(whole), f"output={tmp_path}", "scenario=coups_as_outcomes"]) == 0
    patterns = pd.read_csv(tmp_path / "patterns.csv").set_index("id")
    assert len(patterns) == 24
    assert patterns["status"].isna().all()
    assert patterns.loc["P21", "median"] == "2.5"  # two coups and three
    rows = pd.read_csv(tmp_path / "validation.csv")
    assert rows["id"].is_unique
    row = rows.set_index("id").loc["deaths.MLI.2012.state_based"]
    assert (row["median"], row["q05"], row["q95"], row["replicates"]) == (36, 24 + 1.2, 48 - 1.2, 2)
    page = (tmp_path / "validation.md").read_text()
    assert "2 replicates of `coups_as_outcomes`" in page
    assert "| 2012 | 218 / 36 (25 to 47) **!**" not in page  # all deaths come first
    assert " 218 / 36 (25 to 47) **!** |" in page
    for name, first in (("Deaths by period, Mali", ["2012", "2013-16"]), ("Refugees from Niger", ["2012", "2013"])):
        lines = page.split(f"### {name}")[1].split("##")[0].splitlines()
        labels = [line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| 2")]
        assert labels[:2] == first
        assert labels == sorted(labels)
    table = page.split("### Area of Burkina Faso")[1].split("##")[0]
    assert table.count("2024-12, the government's claim") == 1
    assert ";" in next(line for line in table.splitlines() if line.startswith("| 2024-12, the"))


def test_what_an_older_folder_lacks_is_said_and_the_rest_is_as_usual(older, whole, tmp_path, capsys):
    for folder, name in ((older, "old"), (whole, "new")):
        assert main(["validate", str(folder), f"output={tmp_path / name}"]) == 0
    old, new = (pd.read_csv(tmp_path / name / "validation.csv").set_index("id") for name in ("old", "new"))
    lacks = old.index[old["status"].notna()]
    heads = {".".join(name.split(".")[:1]) for name in lacks}
    assert heads == {"refugees", "returned", "admin1"}  # of areas: those from Burkina Faso alone
    assert old.loc["refugees.MLI.NER.2015", "status"] == "not recorded"
    same = old.index[old["status"].isna()]
    assert set(same) <= set(new.index)
    pd.testing.assert_frame_equal(old.loc[same].drop(columns="status"), new.loc[same].drop(columns="status"))
    patterns = [pd.read_csv(tmp_path / name / "patterns.csv").set_index("id") for name in ("old", "new")]
    status = patterns[0]["status"].dropna()
    assert set(status.index) == {"P14", "P20", "P21"}
    assert status["P14"].startswith("not recorded: 'weekly control of cells' is not recorded in")
    assert status["P20"].startswith("not recorded: 'army_near_capital'")
    assert status["P21"] == "not run with politics=endogenous"
    rest = [name for name in patterns[0].index if name not in status.index and name != "P07"]
    pd.testing.assert_frame_equal(*(table.loc[rest] for table in patterns), check_dtype=False)
    assert "not recorded" in (tmp_path / "old" / "validation.md").read_text()
    assert set(hashes(tmp_path / "old")) == WRITTEN | FIGURES


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["{folder}", "senario=history"],
            "There is no word 'senario' for a folder that exists; the nearest is 'scenario'.",
        ),
        (["{folder}", "scenario=histry"], "There is no scenario 'histry' in {folder}; the nearest is 'history'."),
        (["{folder}", "replicates=3"], "There is no word 'replicates' for a folder that exists"),
        (["{folder}", "observed=nowhere"], "There is no file or folder 'nowhere' to read downloads from."),
        (["{folder}", "{folder}"], "Say one folder, not 2"),
        (["{folder}", "output={folder}/run.json"], "run.json is a file; name a folder for the output."),
        (["{folder}", "output="], "output must be the name of a folder"),
        (["{folder}", "observed="], "observed must be the name of a folder of downloads"),
        (["nowhere"], "The folder 'nowhere' holds no comparison (no run.json in it)."),
        (["region=teaching"], "region 'teaching' is made up."),
        (["replicates=auto"], "replicates"),
        (["replicates=0"], "replicates"),
        (["coups=perhaps"], "coups"),
        (["period.strt=2013-01-01"], "the nearest is 'period.start'"),
    ],
)
def test_slips_get_one_sentence(whole, capsys, words, said):
    assert main(["validate", *(word.format(folder=whole) for word in words)]) == 2
    error = capsys.readouterr().err
    assert said.format(folder=whole) in error
    assert error.count("\n") == 1


def changed(folder, where, **changes):
    """A copy of a folder whose map or run says something else."""
    copy = shutil.copytree(folder, where)
    for file, values in changes.items():
        data = json.loads((copy / f"{file}.json").read_text()) | values
        write_json(copy / f"{file}.json", data)
    return copy


def test_a_folder_of_another_region_or_of_less_than_a_year_gets_one_sentence(whole, tmp_path, capsys):
    made_up = changed(whole, tmp_path / "made_up", map={"countries": [f"X{n:02d}" for n in range(21)]})
    short = changed(whole, tmp_path / "short", run={"period": {"start": "2022-03-01", "end": "2022-12-31"}})
    for folder, said in (
        (made_up, "this region holds none of its states"),
        (short, "2022-03-01 to 2022-12-31 holds none"),
    ):
        assert main(["validate", str(folder), f"output={tmp_path / 'out'}"]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
    assert not (tmp_path / "out" / "validation.md").exists()


@pytest.mark.slow
def test_a_run_of_its_own_from_end_to_end(tmp_path, capsys):
    """Two replicates of a year and a half, with coups beside them."""
    folder = tmp_path / "run"
    words = ["period.start=2022-07-01", "period.end=2023-12-31", "replicates=2", "workers=2", f"output={folder}"]
    assert main(["validate", *words]) == 0
    assert set(json.loads((folder / "run.json").read_text())["configuration"]) == {"history", "coups_as_outcomes"}
    assert {name for name in hashes(folder) if "/" not in name} >= WRITTEN | {"control.parquet", "outcomes.parquet"}
    rows = pd.read_csv(folder / "validation.csv").set_index("id")
    assert rows.loc["idps.MLI.2023", "replicates"] == 2
    assert rows.loc["deaths.three.2023.all", "median"] > 0
    patterns = pd.read_csv(folder / "patterns.csv").set_index("id")
    assert pd.isna(patterns.loc["P08", "status"])
    assert patterns.loc["P16", "status"] == "not covered"
    assert "Patterns that hold" in capsys.readouterr().out
