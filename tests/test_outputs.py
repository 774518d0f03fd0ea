"""The files of a comparison folder: columns, conventions, and agreement with the records."""

import io

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from rich.console import Console

from sim import ensemble, outputs, report, storage
from sim.observe_record import RunRecord
from sim.outputs_read import Folder, number
from sim.storage import FolderError
from tests.fake_records import CONTROLLERS, fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint", "bamako_prolonged"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small finished comparison, without figures."""
    path = tmp_path_factory.mktemp("outputs") / "comparison"
    ensemble.run_comparison(fake_settings(NAMES), 4, 2, path, 7, False, finish=False, **FAKE)
    outputs.write_all(path)
    return path


def record(folder, name, replicate):
    return RunRecord.load(storage.part_path(folder, name, replicate))


def test_folder_is_complete(folder):
    run = storage.read_json(folder / "run.json")
    assert run["status"] == "complete"
    assert run["finished_replicates"] == [0, 1, 2, 3]
    assert run["controllers"] == CONTROLLERS
    names = {path.name for path in folder.iterdir()}
    tables = {"outcomes.parquet", "comparison.csv", "cells.nc", "flows.parquet", "events.parquet"}
    assert names == tables | {"run.json", "map.json", "parts"}


def test_outcomes_hold_every_number_once(folder):
    table = pd.read_parquet(folder / "outcomes.parquet")
    assert list(table) == ["scenario", "replicate", "date", "place", "outcome", "value", "unit"]
    assert table["value"].dtype == np.float32
    assert isinstance(table["place"].dtype, pd.CategoricalDtype)
    size = sum(series.values.size for series in record(folder, "history", 0).series.values())
    assert len(table) == size * len(NAMES) * 4
    labels = ["scenario", "replicate", "date", "place", "outcome"]
    assert not table.duplicated(labels).any()
    for name, replicate, series, place, outcome in [
        ("restraint", 2, "weekly", "BFA", "idps"),
        ("history", 3, "towns", "Gao", "fuel_days"),
        ("bamako_prolonged", 0, "weekly", "region", "civilians_killed"),
    ]:
        here = table[(table["scenario"] == name) & (table["replicate"] == replicate)]
        here = here[(here["place"] == place) & (here["outcome"] == outcome)].sort_values("date")
        source = record(folder, name, replicate).series[series]
        np.testing.assert_array_equal(here["value"], source.get(outcome, place))
        np.testing.assert_array_equal(here["date"].to_numpy().astype("datetime64[D]"), source.dates)
        assert set(here["unit"]) == {source.units[outcome]}


def test_comparison_is_paired_by_replicate(folder):
    table = pd.read_csv(folder / "comparison.csv")
    first = ["scenario", "baseline", "date", "place", "outcome", "unit", "difference", "low", "high", "probability"]
    assert list(table)[:10] == first
    assert set(table["scenario"]) == {"restraint", "bamako_prolonged"}
    assert set(table["period"].astype(str)) == {"all", "2022", "2023"}
    row = table[
        (table["scenario"] == "restraint")
        & (table["place"] == "region")
        & (table["outcome"] == "civilians_killed")
        & (table["period"] == "2023")
    ].iloc[0]
    pairs = []
    for replicate in range(4):
        sums = []
        for name in ("restraint", "history"):
            series = record(folder, name, replicate).series["weekly"]
            year = series.dates >= np.datetime64("2023-01-01")
            sums.append(series.get("civilians_killed", "region")[year].sum(dtype=float))
        pairs.append(sums[0] - sums[1])
    assert row["difference"] == pytest.approx(np.mean(pairs), rel=1e-5)
    assert row["low"] <= row["difference"] <= row["high"]
    assert row["probability"] == np.mean(np.array(pairs) > 0)
    assert row["unit"] == "persons"
    assert row["aggregate"] == "sum"
    assert not row["projection"]


def test_cells_follow_conventions_and_agree_with_records(folder):
    with xr.open_dataset(folder / "cells.nc") as cells:
        assert cells.attrs["Conventions"].startswith("CF-")
        assert cells["displaced"].dims == ("scenario", "quantile", "time", "lat", "lon")
        assert cells["control"].dims == ("scenario", "controller", "time", "lat", "lon")
        assert cells["gid"].dims == ("lat", "lon")
        assert cells["lat"].attrs["units"] == "degrees_north"
        assert cells["quantile"].values.tolist() == [0.05, 0.5, 0.95]
        land = cells["gid"].values > 0
        lon, lat = np.meshgrid(cells["lon"], cells["lat"])
        expected = np.floor((lat + 90) * 2) * 720 + np.floor((lon + 180) * 2) + 1
        np.testing.assert_array_equal(cells["gid"].values[land], expected[land])
        total = cells["control"].sum("controller", skipna=False).values
        np.testing.assert_allclose(total[:, :, land], 1, atol=1e-5)
        assert np.isnan(total[:, :, ~land]).all()
        stacked = np.stack([record(folder, "restraint", r).cells["displaced"] for r in range(4)])
        gid = np.array(storage.read_json(folder / "map.json")["gid"])
        here = cells.sel(scenario="restraint")
        order = np.argsort(gid)  # lat, then lon: the order of the grid
        for share in (0.05, 0.5, 0.95):
            found = here["displaced"].sel(quantile=share).values[:, land]
            np.testing.assert_allclose(found, np.quantile(stacked, share, axis=0)[:, order], rtol=1e-5)
        np.testing.assert_allclose(here["displaced_mean"].values[:, land], stacked.mean(0)[:, order], rtol=1e-5)
        assert (cells["displaced_larger"].sel(scenario="history").values[:, land] == 0.5).all()


def test_events_look_like_ged_and_cannot_be_taken_for_records(folder):
    events = pd.read_parquet(folder / "events.parquet")
    ged = {"id", "year", "type_of_violence", "side_a", "side_b", "adm_1", "latitude", "longitude", "priogrid_gid"}
    ged |= {"country", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "best", "high", "low"}
    assert ged <= set(events)
    assert events["id"].str.startswith("SIM-").all()
    assert events["id"].is_unique
    assert ((events["latitude"] / 0.25) % 2 == 1).all()  # centres of half-degree cells
    deaths = events[["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"]].sum(axis=1)
    assert (deaths == events["best"]).all()
    source = record(folder, "restraint", 1).events
    ours = events[(events["scenario"] == "restraint") & (events["replicate"] == 1)]
    np.testing.assert_array_equal(ours["deaths_civilians"], source["civilians"])
    assert ours["date_start"].dt.year.equals(ours["year"].astype("int32"))


def test_flows_conserve_persons(folder):
    flows = pd.read_parquet(folder / "flows.parquet")
    assert list(flows) == ["scenario", "replicate", "origin", "destination", "date", "persons", "kind"]
    assert set(flows["kind"]) == {"idp", "refugee", "onward", "return"}
    source = record(folder, "history", 2).flows
    ours = flows[(flows["scenario"] == "history") & (flows["replicate"] == 2)]
    assert ours["persons"].sum() == source["persons"].sum()
    assert (ours["destination"] == "outside").sum() == (source["destination"] == -1).sum()


def test_table_is_readable_and_marks_noise(folder):
    text = io.StringIO()
    report.print_table(folder, Console(file=text, width=100))
    shown = text.getvalue()
    for words in ("Displaced people", "Civilians killed", "Inhabited area: government", "People: JNIM"):
        assert words in shown
    assert "Days of fuel in Bamako" in shown
    assert "does not predict events" in shown
    assert str(folder) in shown
    assert "cannot be told from noise" in shown
    assert max(len(line) for line in shown.splitlines() if str(folder) not in line) <= 100


def test_unfinished_folder_shows_what_is_there(folder, tmp_path):
    path = tmp_path / "x"
    ensemble.run_comparison(fake_settings(NAMES[:2]), 2, 1, path, 7, False, finish=False, **FAKE)
    storage.part_path(path, "restraint", 1).unlink()
    text = io.StringIO()
    report.print_table(path, Console(file=text, width=80))
    assert "Unfinished: 1 of 2 replicates" in text.getvalue()
    assert "One replicate gives no interval" in text.getvalue()
    storage.part_path(path, "restraint", 0).unlink()
    with pytest.raises(FolderError, match="no replicate is finished"):
        outputs.write_all(path)


def test_one_run_has_a_folder_too(tmp_path):
    settings = fake_settings(["history"])["history"]
    ensemble.run_one(settings, tmp_path / "one", **FAKE)
    text = io.StringIO()
    report.print_table(tmp_path / "one", Console(file=text, width=80))
    assert "1 replicate" in text.getvalue()
    assert (tmp_path / "one" / "figures" / "map_control.png").exists()
    with pytest.raises(FolderError, match="There is no folder"):
        Folder(tmp_path / "two")


@pytest.mark.parametrize(
    ("value", "unit", "signed", "text"),
    [
        (2_345_678, "persons", False, "2.35 M"),
        (-340_400, "persons", True, "-340 k"),
        (1230.4, "persons/week", True, "+1,230"),
        (0.1234, "0..1", False, "12.3 %"),
        (-0.02, "0..1", True, "-2.0 pts"),
        (4.46, "days", True, "+4.5"),
        (float("nan"), "days", True, "?"),
    ],
)
def test_numbers_for_people(value, unit, signed, text):
    assert number(value, unit, signed) == text
