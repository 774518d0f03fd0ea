"""What is told beside the numbers: the record, what validate misses, towns, definitions of outcomes."""

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli import comparison_table
from sim.cli.main import main
from sim.core import provenance
from sim.core.files import FolderError, read_run, write_json
from sim.recording.definitions import AREAS, TOWNS, defined, page
from sim.recording.outcomes import ADMIN_UNITS, TOWN_UNITS, outcome_units
from sim.results.figures.draw import draw_all
from sim.results.figures.record_marks import mark_record
from sim.results.figures.timelines import timelines
from sim.results.integrity.hashes import hashes_of
from sim.results.reading.headlines import Headline, by_month, window_text
from sim.results.reading.judged import judge
from sim.results.reading.recorded import figures, levels_beside_record
from sim.results.reading.verdicts import failing, verdicts
from sim.results.result_folder import Folder
from sim.results.towns_table import count_towns
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import TOWNS as FAKE_TOWNS
from tests.fake_records import FakeRegionInfo, fake_settings
from tools import verdicts as of_page

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
ROOT = Path(__file__).resolve().parents[2]
REGION = FakeRegionInfo(theatre=("MLI", "BFA", "NER"))


@pytest.fixture(autouse=True)
def _one_version(monkeypatch):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("telling") / "comparison"
    settings = fake_settings(["history", "restraint"], region_info=REGION, large=True, end=date(2023, 1, 1))
    run_plan(settings, 6, 1, path, 7, telling={"outcome": "deaths", "place": "MLI"}, **FAKE)
    write_all(path)
    return path


# -- the primary outcome


def test_primary_outcome_comes_first_and_is_judged_by_itself(folder, capsys):
    found = Folder(folder)
    assert (found.headlines[0].outcome, found.headlines[0].place) == ("deaths", "MLI")
    comparison_table.print_table(folder, 120)
    shown = " ".join(capsys.readouterr().out.split())
    assert "Primary outcome, named before the runs: Deaths, MLI." in shown
    count = len(judge(found, found.headlines, found.scenarios[1:]))
    assert f"the {count - 1} differences of this table are judged together" in shown


def test_a_primary_outcome_is_named_before_the_runs(tmp_path):
    settings = fake_settings(["history", "restraint"], end=date(2022, 4, 1))
    deaths, displaced = ({"outcome": name, "place": "region"} for name in ("deaths", "displaced"))
    run_plan(settings, 2, 1, tmp_path / "x", 7, telling=deaths, **FAKE)
    with pytest.raises(FolderError, match="one is named before the runs; leave out outcome=displaced"):
        run_plan(settings, 2, 1, tmp_path / "x", 7, telling=displaced, **FAKE)
    run_plan(settings, 3, 1, tmp_path / "x", 7, **FAKE)  # said once, it stays
    assert read_run(tmp_path / "x")["telling"] == deaths
    run_plan(settings, 2, 1, tmp_path / "y", 7, **FAKE)
    with pytest.raises(FolderError, match="was begun with no primary outcome"):
        run_plan(settings, 2, 1, tmp_path / "y", 7, telling=displaced, **FAKE)


# -- the record


def test_last_recorded_figures_stand_beside_the_baseline(folder, capsys):
    found = Folder(folder)
    rows = {(row.outcome, row.place): row for row in levels_beside_record(found)}
    assert {place for outcome, place in rows if outcome == "idps"} == {"MLI", "BFA", "NER"}
    known = pd.read_csv(ROOT / "sim/validation/observed/displaced.csv")
    known = known[(known["measure"] == "idps") & (known["place"] == "MLI") & (known["year"] == 2022)]
    mali = rows["idps", "MLI"]
    assert mali.figure == known["persons"].iloc[0]
    table = pd.read_parquet(folder / "outcomes.parquet")
    table = table[(table["place"] == "MLI") & (table["outcome"] == "idps") & (table["scenario"] == "history")]
    last = table[table["date"] == table["date"].max()]["value"].astype(float).mean()
    assert mali.simulated == pytest.approx(last, rel=1e-5)
    assert mali.factor == pytest.approx(last / known["persons"].iloc[0], rel=1e-5)
    comparison_table.print_table(folder, 120)
    shown = " ".join(capsys.readouterr().out.split())
    assert "Level beside the record: IDPs: MLI" in shown
    assert f"380 k recorded ({mali.factor:.1f} times; end of 2022)" in shown
    figure = timelines(found)
    mark_record(found, figure)
    assert "380 k recorded" in " ".join(figure["timeline_displacement"].get_supxlabel().split())


def test_what_is_recorded_comes_from_shipped_facts_alone():
    table = figures()
    assert set(table["outcome"]) == {"idps", "deaths_ucdp"}
    assert len(table) > 100


def test_verdicts_are_those_of_the_page():
    text = (ROOT / "docs/validation.md").read_text(encoding="utf-8")
    assert of_page.TABLE.read_text(encoding="utf-8") == of_page.text(of_page.verdicts(text)), "run tools/verdicts.py"
    table = verdicts().set_index(["outcome", "place"])
    row = table.loc["idps", "BFA"]
    assert (row["misses"], 0 < row["inside"] < row["figures"] / 2) == (1, True)


def test_factor_in_readme_is_that_of_the_page():
    text = (ROOT / "docs/validation.md").read_text(encoding="utf-8")
    held = of_page.column_of(text, "Displaced people, Mali", "IDPs at year end")[-1]
    lived = of_page.column_of(text, "Displaced people, Mali", "IDPs, registered or not")[-1]
    recorded, simulated = (float(cell.split(" k")[0].replace(",", "")) for cell in (held, lived))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"the model has {simulated / recorded:.1f} times the recorded IDPs of Mali" in readme


def test_what_validate_fails_is_marked_in_tables_and_on_maps(folder, capsys):
    found = Folder(folder)
    assert failing(found, Headline("region", "displaced", "", "persons"))
    assert failing(found, Headline("BFA", "idps", "", "persons"))
    assert not failing(found, Headline("NER", "idps", "", "persons"))
    assert not failing(found, Headline("BFA", "civilians_killed", "", "persons/week"))
    comparison_table.print_table(folder, 120)
    text = capsys.readouterr().out
    assert any(line.startswith("Displaced people") and " ! " in line for line in text.splitlines())
    assert "! sahel validate misses the record here" in text
    assert "IDPs at year end of Burkina Faso" in " ".join(text.split())
    from sim.results.figures.maps import maps

    drawn = maps(found)
    mark_record(found, drawn)
    figure = drawn["map_displacement"]
    marks = [
        [text.get_text() for text in ax.texts].count("!")
        for ax in figure.axes
        if ax.get_title() in ("History", "Restraint")
    ]
    states = verdicts().query("misses == 1 and outcome in ('idps', 'refugees_from')")["place"].nunique()
    assert marks == [states, states]
    assert "off the record" in figure.get_supxlabel()


def test_a_made_up_region_has_no_record(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("parts"))
    place = Folder(copy).map | {"fictional": True}
    write_json(copy / "map.json", place)
    write_json(copy / "run.json", read_run(copy) | {"files": hashes_of(copy)})
    found = Folder(copy)
    assert levels_beside_record(found) == []
    assert not failing(found, found.headlines[0])


# -- supply


def test_towns_are_named_and_counted(folder):
    table = pd.read_csv(folder / "towns.csv")
    assert set(table["town"]) == set(FAKE_TOWNS)
    raw = pd.read_parquet(folder / "outcomes.parquet")
    raw = raw[raw["outcome"] == "served"]
    month = (raw["date"] - pd.Timedelta(days=4)).dt.to_period("M")
    groups = raw.assign(month=month, value=raw["value"].astype(float)).groupby(
        ["scenario", "place", "replicate", "month"]
    )
    means, counts = groups["value"].mean(), groups["value"].size()
    worst = means[counts >= 3].groupby(["scenario", "place", "replicate"]).min()
    below = worst < 0.5
    assert 0 < below.sum() < len(below)
    share = below.groupby(["scenario", "place"]).mean()
    for row in table.itertuples():
        assert row.share_below_half == pytest.approx(share[row.scenario, row.town], abs=1e-3)
        assert row.served_worst_month == pytest.approx(worst[row.scenario, row.town].mean(), rel=1e-3)
        assert row.arrives_worst_month <= row.served_worst_month + 1e-9  # as this fake makes them
    item = next(item for item in Folder(folder).headlines if item.place == "towns")
    totals = Folder(folder).totals(item)
    expected = below.groupby(["replicate", "scenario"]).sum().unstack("scenario")
    np.testing.assert_array_equal(totals[["history", "restraint"]], expected[["history", "restraint"]])
    counted = count_towns(Folder(folder)).unstack("scenario")  # as where no such file is
    np.testing.assert_array_equal(counted[["history", "restraint"]], expected[["history", "restraint"]])


def test_supply_rows_are_the_worst_month(folder):
    found = Folder(folder)
    rows = {item.outcome: item for item in found.headlines if item.way == "worst month"}
    assert set(rows) == {"without_supply", "besieged"}
    series = found.over_time("besieged").astype(float)
    month = (series.index - pd.Timedelta(days=4)).to_period("M")
    worst = series.groupby(month).mean()[series.groupby(month).size() >= 3].max().unstack("scenario")
    np.testing.assert_allclose(found.totals(rows["besieged"])[["history"]], worst[["history"]])


def test_months_that_the_period_cuts_short_are_no_worst_month():
    dates = pd.date_range("2022-01-30", periods=9, freq="7D")  # one week of January, four of February and of March
    table = pd.DataFrame({"x": [9.0] + [1.0] * 4 + [2.0] * 4}, dates)
    assert by_month(table)["x"].tolist() == [1.0, 2.0]


def test_figures_hold_a_map_of_towns(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("parts"))
    names = {path.name for path in draw_all(Folder(copy))}
    assert "map_towns.png" in names
    (copy / "towns.csv").unlink()  # of an earlier version
    from sim.results.figures.towns import towns_map

    assert towns_map(Folder(copy)) == {}


# -- draws


def test_draw_all_is_told_in_the_table(folder, tmp_path, capsys):
    copy = shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("parts"))
    comparison_table.print_table(copy, 120)
    assert "draw=all" not in capsys.readouterr().out
    run = read_run(copy)
    for settings in run["configuration"].values():
        settings["draw"] = "all"
    write_json(copy / "run.json", run)
    comparison_table.print_table(copy, 120)
    assert "draw=all: every parameter was drawn independently" in capsys.readouterr().out


# -- definitions


def test_every_outcome_is_defined_once():
    weekly = outcome_units(["government", "jnim"], ["fama", "jnim"], ["MLI"])
    names = {"weekly": weekly, "towns": TOWN_UNITS, "areas": {**ADMIN_UNITS, "area_share.jnim": "0..1"}}
    where = {"weekly": "region, states; weekly", "towns": "towns; weekly", "areas": "admin-1 areas; monthly"}
    for kind, units in names.items():
        for name, unit in units.items():
            own = [item for item in defined(name) if item.where == where[kind]]
            assert len(own) == 1, name
            assert own[0].unit == unit, name
            assert len(own[0].meaning) > 10
    assert set(TOWNS) == set(TOWN_UNITS)
    assert {*AREAS} - {"area_share.<controller>"} == set(ADMIN_UNITS)


def test_the_page_is_as_generated():
    shown = (ROOT / "docs/outcomes.md").read_text(encoding="utf-8")
    assert shown == page(), "run: sahel outcomes output=docs/outcomes.md"


def test_a_definition_is_found_by_any_name():
    assert [item.name for item in defined("attacks.jnim")] == ["attacks.<actor>"]
    assert [item.name for item in defined("civilians_killed_by.insurgents_ucdp")] == [
        "civilians_killed_by.<group>_ucdp"
    ]
    assert [item.where for item in defined("fuel_days")] == ["region, states; weekly", "towns; weekly"]


def test_the_last_year_is_not_longer_than_the_period(tmp_path, capsys):
    """Half a year is told as such, though the row is of the last year."""
    words = ["region=teaching", "period.end=2012-06-30", "scenarios=[history,lesson_restraint]", "replicates=2"]
    assert main(["compare", "-q", *words, "workers=1", f"output={tmp_path / 'x'}"]) == 0
    capsys.readouterr()
    found = Folder(tmp_path / "x")
    item = next(item for item in found.headlines if item.way == "last year")
    assert window_text(found, item).startswith("mean, 2012-01-0")
