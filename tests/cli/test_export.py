"""`sahel export`: tidy rows as CSV and Excel, and a sentence for every slip."""

import builtins
import io

import numpy as np
import pandas as pd
import pytest

from sim import open_folder
from sim.cli.main import main
from sim.core import provenance
from sim.results.reading import export as export_rows
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("exported") / "comparison"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan(fake_settings(["history", "restraint"]), 2, 1, path, 7, **FAKE)
        write_all(path)
    return path


def test_several_outcomes_and_places_as_rows_on_the_terminal(folder, capsys):
    assert main(["export", str(folder), "outcome=[displaced,idps]", "place=[MLI,BFA]", "scenario=restraint"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out), parse_dates=["date"])
    assert list(table) == ["scenario", "replicate", "date", "place", "outcome", "value", "unit"]
    source = pd.read_parquet(folder / "outcomes.parquet")
    source = source[(source["scenario"] == "restraint") & source["place"].isin(["MLI", "BFA"])]
    source = source[source["outcome"].isin(["displaced", "idps"])]
    keys = ["place", "outcome", "replicate", "date"]
    ours, theirs = (x.sort_values(keys).reset_index(drop=True)[[*keys, "unit", "value"]] for x in (table, source))
    for column in (*keys, "unit"):
        np.testing.assert_array_equal(ours[column], theirs[column])
    np.testing.assert_array_equal(ours["value"].astype(np.float32), theirs["value"])


def test_an_excel_sheet_holds_the_same_rows(folder, tmp_path, capsys):
    csv, sheet = tmp_path / "rows.csv", tmp_path / "rows.xlsx"
    for path in (csv, sheet):  # the ending says the format
        assert main(["export", str(folder), "outcome=civilians_killed", f"out={path}"]) == 0
        assert f"416 rows: {path}" in capsys.readouterr().err
    one, other = pd.read_csv(csv, parse_dates=["date"]), pd.read_excel(sheet)
    pd.testing.assert_frame_equal(one, other, check_dtype=False)
    assert set(one["scenario"]) == {"history", "restraint"}


def test_what_exists_is_not_replaced_unless_told(folder, tmp_path, capsys):
    path = tmp_path / "rows.csv"
    path.write_text("mine")
    words = ["export", str(folder), "outcome=displaced", f"out={path}"]
    assert main(words) == 2
    assert "exists; say overwrite=true" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert main([*words, "overwrite=true"]) == 0
    assert path.read_text().startswith("scenario,")


def test_recorded_events_alone(folder, capsys):
    words = ["export", str(folder), "table=events", "recorded=ucdp", "scenario=history", "replicates=[1]"]
    assert main(words) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    everything = open_folder(folder).events("history", replicates=[1])
    assert table["id"].tolist() == everything["id"][everything["recorded_ucdp"]].tolist()
    assert table["recorded_ucdp"].all()
    assert 0 < len(table) < len(everything)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("contents", ["outcome", "unit", "series", "places", "dates"]),
        ("parameters", ["scenario", "replicate", "parameter", "value", "unit"]),
        ("flows", ["scenario", "replicate", "origin", "destination", "date", "persons", "kind"]),
    ],
)
def test_other_tables(folder, capsys, table, columns):
    assert main(["export", str(folder), f"table={table}"]) == 0
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert list(found) == columns
    assert len(found)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["outcome=displcaed"], "the nearest is 'displaced'"),
        (["outcome=displaced", "place=BAF"], "the nearest is 'BFA'"),
        (["outcome=displaced", "scenario=restrain"], "the nearest is 'restraint'"),
        (["outcome=displaced", "plase=BFA"], "no key 'plase' of sahel export; the nearest is 'place'"),
        (["outcome=displaced", "format=xslx"], "no format 'xslx'; the nearest is 'xlsx'"),
        (["outcome=displaced", "format=xlsx"], "needs a name: out="),
        (["outcome=regime_security"], "not recorded"),
        (["table=evnts"], "no table 'evnts'; the nearest is 'events'"),
        (["table=events", "outcome=displaced"], "'outcome' is for table=outcomes"),
        (["outcome=displaced", "recorded=ucdp"], "'recorded' is for table=events"),
        (["table=events", "recorded=upcd"], "the nearest is 'ucdp'"),
        (["table=events", "replicates=[a]"], "replicates must be a whole number"),
        (["outcome=displaced", "overwrite=perhaps"], "overwrite must be true or false"),
        ([], "Say which outcome"),
    ],
)
def test_a_slip_gets_one_sentence(folder, capsys, words, said):
    assert main(["export", str(folder), *words]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert not shown.out


def test_a_folder_must_be_named(capsys):
    assert main(["export", "outcome=displaced"]) == 2
    assert "Say which folder" in capsys.readouterr().err
    assert main(["export", "no/such/folder", "outcome=displaced"]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_more_rows_than_a_sheet_holds_are_refused_before_any_is_read(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(export_rows, "SHEET_ROWS", 417)
    path = tmp_path / "rows.xlsx"
    assert main(["export", str(folder), "outcome=displaced", f"out={path}"]) == 0  # 416 and the row of names
    monkeypatch.setattr(export_rows, "tidy_series", lambda *words: iter(()))
    assert main(["export", str(folder), "outcome=[displaced,idps]", f"out={path}", "overwrite=true"]) == 2
    assert "832 rows do not fit into a sheet, which holds 416" in capsys.readouterr().err


def test_without_the_package_for_excel_there_is_a_sentence(folder, tmp_path, capsys, monkeypatch):
    usual = builtins.__import__

    def missing(name, *words, **more):
        if name.startswith("openpyxl"):
            raise ImportError(name)
        return usual(name, *words, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert main(["export", str(folder), "outcome=displaced", f"out={tmp_path / 'rows.xlsx'}"]) == 2
    assert "pip install 'sahel-scenarios[xlsx]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
