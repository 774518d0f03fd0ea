"""The files of a comparison folder: columns, conventions, and agreement with the records."""

import shutil

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from sim.cli import comparison_table
from sim.core import provenance
from sim.core.files import FolderError, read_json, write_json
from sim.core.numbers import outcome_number
from sim.recording import reduced_record
from sim.recording.run_record import RunRecord
from sim.results import outcomes_table, result_folder, write_tables
from sim.results.figures.differences import differences
from sim.results.figures.maps import maps
from sim.results.figures.timelines import timelines
from sim.results.ged_columns import STATE_NUMBERS
from sim.results.maps import cell_maps
from sim.results.replicate_files import replicate_file
from sim.results.result_folder import Folder
from sim.results.write_tables import _maps_beside, write_all
from sim.runs.comparison import run_one
from tests.comparisons import run_plan
from tests.fake_records import CONTROLLERS, FakeRegionInfo, fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint", "bamako_prolonged"]


@pytest.fixture(autouse=True)
def _one_version(monkeypatch):
    """The program's files may change while tests run; that is not what is tested here."""
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small finished comparison, without figures."""
    path = tmp_path_factory.mktemp("outputs") / "comparison"
    run_plan(fake_settings(NAMES), 4, 2, path, 7, **FAKE)
    write_all(path)
    return path


def record(folder, name, replicate):
    return RunRecord.load(replicate_file(folder, name, replicate))


def test_folder_is_complete(folder):
    run = read_json(folder / "run.json")
    assert run["status"] == "complete"
    assert run["finished_replicates"] == [0, 1, 2, 3]
    assert run["controllers"] == CONTROLLERS
    names = {path.name for path in folder.iterdir()}
    tables = {"outcomes.parquet", "comparison.csv", "cells.nc", "flows.parquet", "events.parquet", "parameters.parquet"}
    tables |= {"control.parquet", "player.nc", "uncertainty.csv", "towns.csv", "towns_below_half.csv", "caseload.csv"}
    assert names == tables | {"run.json", "map.json", "parts"}


def test_outcomes_hold_every_number_once(folder):
    table = pd.read_parquet(folder / "outcomes.parquet")
    assert list(table) == ["scenario", "replicate", "date", "place", "outcome", "value", "unit"]
    assert table["value"].dtype == np.float32
    assert pd.api.types.is_string_dtype(
        table["place"].dtype
    )  # not a dictionary: readers look at statistics of texts only
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
    first = ["scenario", "baseline", "date", "place", "outcome", "unit", "difference", "low", "high", "share_larger"]
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
            # a week belongs to the day in its middle; the last ends inside the period
            year = (series.dates - 4 >= np.datetime64("2023-01-01")) & (series.dates - 1 <= np.datetime64("2023-12-31"))
            sums.append(series.get("civilians_killed", "region")[year].sum(dtype=float))
        pairs.append(sums[0] - sums[1])
    assert row["difference"] == pytest.approx(np.mean(pairs), rel=1e-5)
    assert row["low"] <= row["difference"] <= row["high"]
    assert row["share_larger"] == np.mean(np.array(pairs) > 0)
    assert row["unit"] == "persons"
    assert row["aggregate"] == "sum"
    assert not row["projection"]


def test_cells_follow_conventions_and_agree_with_records(folder):
    with xr.open_dataset(folder / "cells.nc") as cells:
        assert cells.attrs["Conventions"].startswith("CF-")
        assert cells["displaced_hosted"].dims == ("scenario", "quantile", "time", "lat", "lon")
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
        stacked = np.stack([record(folder, "restraint", r).cells["displaced_hosted"] for r in range(4)])
        gid = np.array(read_json(folder / "map.json")["gid"])
        here = cells.sel(scenario="restraint")
        order = np.argsort(gid)  # lat, then lon: the order of the grid
        for share in (0.05, 0.5, 0.95):
            found = here["displaced_hosted"].sel(quantile=share).values[:, land]
            np.testing.assert_allclose(found, np.quantile(stacked, share, axis=0)[:, order], rtol=1e-5)
        np.testing.assert_allclose(here["displaced_hosted_mean"].values[:, land], stacked.mean(0)[:, order], rtol=1e-5)
        assert (cells["displaced_hosted_larger"].sel(scenario="history").values[:, land] == 0.5).all()


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
    middle = ours["date_start"] + pd.Timedelta(days=3)
    assert middle.dt.year.equals(ours["year"].astype("int32"))
    np.testing.assert_array_equal(middle.to_numpy().astype("datetime64[D]"), source["date"])
    assert (ours["date_end"] - ours["date_start"] == pd.Timedelta(days=6)).all()
    assert set(events["region"]) == {"Africa"}
    assert (events["country_id"] == events["country"].astype(str).map(STATE_NUMBERS)).all()


def test_flows_conserve_persons(folder):
    flows = pd.read_parquet(folder / "flows.parquet")
    assert list(flows) == ["scenario", "replicate", "origin", "destination", "date", "persons", "kind"]
    assert set(flows["kind"]) == {"idp", "refugee", "onward", "return"}
    source = record(folder, "history", 2).flows
    ours = flows[(flows["scenario"] == "history") & (flows["replicate"] == 2)]
    assert ours["persons"].sum() == source["persons"].sum()
    assert (ours["destination"] == "outside").sum() == (source["destination"] == -1).sum()


def test_table_is_readable_and_marks_noise(folder, capsys):
    comparison_table.print_table(folder, 100)
    shown = capsys.readouterr().out
    for words in ("Displaced people", "Civilians killed", "Inhabited area: government", "People: JNIM"):
        assert words in shown
    assert "Days of fuel in Bamako" in shown
    assert "does not predict events" in shown
    assert str(folder) in shown
    assert "Towns served below a half" in shown
    assert "With fewer than 6 replicates nothing is starred" in shown
    assert max(len(line) for line in shown.splitlines() if str(folder) not in line) <= 100


def test_unfinished_folder_shows_what_is_there(folder, tmp_path, capsys):
    path = tmp_path / "x"
    run_plan(fake_settings(NAMES[:2]), 2, 1, path, 7, **FAKE)
    replicate_file(path, "restraint", 1).unlink()
    comparison_table.print_table(path, 80)
    text = capsys.readouterr().out
    assert "Unfinished: 1 of 2 replicates" in text
    assert "One replicate gives no interval" in text
    replicate_file(path, "restraint", 0).unlink()
    with pytest.raises(FolderError, match="no replicate is finished"):
        write_all(path)


def test_one_run_has_a_folder_too(tmp_path, capsys):
    settings = fake_settings(["history"])["history"]
    run_one(settings, tmp_path / "one", **FAKE)
    comparison_table.print_table(tmp_path / "one", 80)
    text = capsys.readouterr().out
    assert "1 replicate" in text
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
    assert outcome_number(value, unit, signed) == text


def test_series_are_read_once_for_tables_and_figures(folder, tmp_path, monkeypatch):
    calls, read = [], result_folder.read_series
    monkeypatch.setattr(result_folder, "read_series", lambda *given: calls.append(given) or read(*given))
    found = write_all(shutil.copytree(folder, tmp_path / "copy"))
    assert set(timelines(found)) | set(differences(found).axes)
    assert len(calls) == 1


def test_fuel_is_told_by_its_lowest_week_and_the_last_year(folder):
    found = Folder(folder)
    year, lowest = (item for item in found.headlines if item.outcome == "fuel_days")
    for name in NAMES:
        for replicate in range(4):
            series = record(folder, name, replicate).series["towns"]
            weeks = series.get("fuel_days", "Bamako").astype(float)
            last = weeks[series.dates > series.dates[-1] - np.timedelta64(365, "D")]
            assert found.totals(lowest).loc[replicate, name] == pytest.approx(weeks.min(), rel=1e-6)
            assert found.totals(year).loc[replicate, name] == pytest.approx(last.mean(), rel=1e-6)
    row = found.difference(lowest, "restraint")
    pairs = found.totals(lowest)["restraint"] - found.totals(lowest)["history"]
    assert row["difference"] == pytest.approx(pairs.mean())
    assert row["low"] <= row["difference"] <= row["high"]


# ---------------------------------------------------------------------------- what is kept


def reduced(tmp_path, keep, replicates=3, names=NAMES, **more):
    """A comparison that keeps less than everything, its tables written."""
    path = tmp_path / keep
    settings = fake_settings(names, region_info=FakeRegionInfo(theatre=("MLI", "BFA")), large=True, **more)
    run_plan(settings, replicates, 1, path, 7, retention=keep, **FAKE)
    write_all(path)
    return path


def test_comparison_is_the_same_whatever_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(reduced_record, "LISTS", 1)
    full, short = reduced(tmp_path, "full"), reduced(tmp_path, "summary")
    assert (full / "comparison.csv").read_bytes() == (short / "comparison.csv").read_bytes()
    everything = record(full, "history", 0)
    kept = reduced_record.summary(everything, ["MLI", "BFA"], "Bamako", False, "2023-12-31")
    assert len(kept.to_bytes()) < 0.4 * len(everything.to_bytes())
    one, other = pd.read_parquet(full / "outcomes.parquet"), pd.read_parquet(short / "outcomes.parquet")
    assert set(other["place"]) == {*one["place"]}
    assert set(other[other["place"] == "Gao"]["outcome"]) == {"served", "arrives"}
    assert set(other[other["place"] == "Bamako"]["outcome"]) == {"served", "arrives", "fuel_days"}
    keys = ["scenario", "replicate", "date", "place", "outcome"]
    both = one.astype({"value": float}).merge(other, on=keys, suffixes=("", "_short"))
    assert len(both) == len(other) < 0.5 * len(one)
    error = (both["value_short"] - both["value"]).abs() / both["value"].abs().clip(lower=1e-30)
    assert 0 < error.max() <= 2.0**-reduced_record.BITS
    small = (both["unit"].str.startswith("persons")) & (both["value"] <= 1024)
    assert (both["value_short"] == both["value"])[small].all()
    weekly = other[(other["place"] == "MLI") & (other["outcome"] == "displaced")]
    assert len(weekly) == len(one[(one["place"] == "MLI") & (one["outcome"] == "displaced")])
    for name, parts in (("events", 1), ("flows", 1)):
        table = pd.read_parquet(short / f"{name}.parquet")
        assert set(table["replicate"]) == set(range(parts))
        everything = pd.read_parquet(full / f"{name}.parquet")
        pd.testing.assert_frame_equal(table, everything[everything["replicate"] < parts].reset_index(drop=True))
    with xr.open_dataset(full / "cells.nc") as exact, xr.open_dataset(short / "cells.nc") as near:
        np.testing.assert_array_equal(exact["control"], near["control"])
        for variable in ("displaced_hosted", "dead"):
            median = {"quantile": 0.5}  # of three replicates: one of them, nothing between two
            np.testing.assert_allclose(near[variable].sel(median), exact[variable].sel(median), rtol=0.01)
            np.testing.assert_allclose(near[f"{variable}_mean"], exact[f"{variable}_mean"], rtol=0.01)


def test_a_part_that_holds_everything_serves_a_comparison_that_keeps_less(tmp_path):
    short = reduced(tmp_path, "summary")
    mixed = tmp_path / "mixed"
    settings = fake_settings(NAMES, region_info=FakeRegionInfo(theatre=("MLI", "BFA")), large=True)
    go = {"seed": 7, **FAKE}
    run_plan(settings, 2, 1, mixed, retention="full", **go)
    run_plan(settings, 3, 1, mixed, retention="summary", **go)
    kept = [record(mixed, "history", replicate).meta.get("retention") for replicate in range(3)]
    assert kept == [None, None, "summary"]
    write_all(mixed)
    for name in ("outcomes.parquet", "comparison.csv"):
        assert (mixed / name).read_bytes() == (short / name).read_bytes(), name
    before = replicate_file(mixed, "history", 0).stat().st_mtime_ns
    run_plan(settings, 3, 1, mixed, retention="full", **go)  # what is not there is run again
    assert replicate_file(mixed, "history", 0).stat().st_mtime_ns == before
    assert "retention" not in record(mixed, "history", 2).meta


def test_finished_tables_stand_without_parts_and_take_no_more_replicates(tmp_path, capsys):
    settings = fake_settings(NAMES[:2])
    path = tmp_path / "x"
    go = {"seed": 7, "retention": "tables", "finish": True, **FAKE}
    run_plan(settings, 2, 1, path, **go)
    assert not (path / "parts").exists()
    tables = {p.name: p.read_bytes() for p in path.glob("*.*") if p.is_file()}
    (path / "parts" / "history").mkdir(parents=True)  # as a kill between the last two steps would leave it
    assert run_plan(settings, 2, 1, path, **go) == path
    assert run_plan(settings, 1, 1, path, **go) == path
    assert {p.name: p.read_bytes() for p in path.glob("*.*") if p.is_file()} == tables
    assert not (path / "parts").exists()
    comparison_table.print_table(path, 100)
    text = capsys.readouterr().out
    assert "2 replicates" in text
    with pytest.raises(FolderError, match="none can be added"):
        run_plan(settings, 3, 1, path, **go)
    with pytest.raises(FolderError, match="another comparison"):
        run_plan(settings, 2, 1, path, **(go | {"seed": 8}))


@pytest.mark.parametrize("fails", [False, True])
def test_maps_written_beside_the_rest_are_the_same(folder, tmp_path, monkeypatch, fails):
    """As large comparisons do; if the process that writes them is stopped, this one writes them."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "cells.nc").unlink()
    monkeypatch.setattr(write_tables, "FEW_RUNS", 0)
    if fails:
        beside = _maps_beside

        def stopped(parts):
            maps = beside(parts)
            maps.kill()
            return maps

        monkeypatch.setattr(write_tables, "_maps_beside", stopped)
    write_all(copy)
    with xr.open_dataset(folder / "cells.nc") as first, xr.open_dataset(copy / "cells.nc") as second:
        assert first.identical(second)


def test_tables_made_in_slabs_are_the_same(folder, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    monkeypatch.setattr(outcomes_table, "AT_ONCE", 1)
    monkeypatch.setattr(cell_maps, "AT_ONCE", 1)
    monkeypatch.setattr(outcomes_table, "ROWS_PER_GROUP", 100)  # a series does not fit into one row group
    write_all(copy)
    one, other = (pd.read_parquet(x / "outcomes.parquet") for x in (folder, copy))
    pd.testing.assert_frame_equal(one, other)
    with xr.open_dataset(folder / "cells.nc") as first, xr.open_dataset(copy / "cells.nc") as second:
        xr.testing.assert_equal(first, second)
    found, again = Folder(folder), Folder(copy)
    pd.testing.assert_frame_equal(found.over_time("displaced"), again.over_time("displaced"))
    wide = found.over_time("idps", "BFA")
    table = one[(one["outcome"] == "idps") & (one["place"] == "BFA")].astype({"scenario": str})
    table = table.pivot(index="date", columns=["scenario", "replicate"], values="value")
    np.testing.assert_array_equal(wide[table.columns], table)
    assert not len(found.over_time("no_such_outcome"))


@pytest.mark.parametrize(
    ("keep", "runs", "found"),
    [("auto", 60, "full"), ("auto", 201, "summary"), ("auto", 4000, "tables"), ("full", 1e6, "full")],
)
def test_what_is_kept_goes_by_the_number_of_runs(keep, runs, found):
    assert reduced_record.chosen(keep, runs) == found


def test_maps_with_the_former_names_are_read(folder, tmp_path):
    """`displaced` of cells.nc is called `displaced_hosted` now; of an older folder all maps are drawn, too."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    names = {f"displaced_hosted{end}": f"displaced{end}" for end in ("", "_mean", "_larger")}
    with xr.open_dataset(folder / "cells.nc") as cells:
        cells.rename(names).to_netcdf(copy / "cells.nc", engine="h5netcdf")
    run = read_json(copy / "run.json")
    del run["files"]["cells.nc"]  # the hash is that of the file of today
    write_json(copy / "run.json", run)
    with Folder(folder).cells() as cells, Folder(copy).cells() as older:
        assert set(names) <= set(older)
        xr.testing.assert_equal(older, cells)
    drawn = maps(Folder(copy))
    assert set(drawn) == set(maps(Folder(folder))) >= {"map_displacement", "map_displacement_difference"}
