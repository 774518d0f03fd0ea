"""`open_folder`: any series, event or drawn parameter of a folder, and what is said of what is not there."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import sim
from sim import open_folder
from sim.cli import comparison_table
from sim.core import provenance
from sim.core.errors import UserError
from sim.core.files import FolderError, NotRecorded, read_json, write_json
from sim.recording.run_record import RunRecord
from sim.results import outcomes_table
from sim.results.event_tables import parameter_units
from sim.results.reading.lists import LATER
from sim.results.replicate_files import replicate_file
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]


@pytest.fixture(autouse=True, scope="module")
def _one_version():
    """The program's files may change while tests run; that is not what is tested here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        yield


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A small finished comparison whose baseline is not the first that was named, in many row groups."""
    path = tmp_path_factory.mktemp("opened") / "comparison"
    run_plan(fake_settings(NAMES), 3, 1, path, 7, baseline="restraint", **FAKE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcomes_table, "ROWS_WANTED", 1000)  # three blocks of 3 x 104 rows
        write_all(path)
    return path


def record(path, name, replicate):
    return RunRecord.load(replicate_file(path, name, replicate))


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, sim\n"
        "heavy = {'pandas', 'xarray', 'pyarrow', 'numba', 'mesa'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert 'open_folder' in dir(sim)\n"
        "sim.open_folder\n"
        "assert {'pandas', 'xarray'} <= set(sys.modules) and not {'numba', 'mesa'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="has no attribute 'open_foldr'"):
        _ = sim.open_foldr


def test_a_series_is_that_of_the_records(path):
    found = open_folder(str(path)).outcome("idps", "BFA")
    assert found.dims == ("scenario", "replicate", "date")
    assert found.dtype == np.float32
    assert found.attrs["units"] == "persons"
    assert found["scenario"].values.tolist() == ["restraint", "history"]  # the baseline first
    for name in NAMES:
        for replicate in range(3):
            series = record(path, name, replicate).series["weekly"]
            ours = found.sel(scenario=name, replicate=replicate)
            np.testing.assert_array_equal(ours, series.get("idps", "BFA"))
            np.testing.assert_array_equal(ours["date"].values.astype("datetime64[D]"), series.dates)
    one = open_folder(path).outcome("idps", "BFA", "history")
    assert one.dims == ("replicate", "date")
    np.testing.assert_array_equal(one, found.sel(scenario="history"))
    assert open_folder(path).outcome("idps").attrs["place"] == "region"


def test_what_there_is_comes_from_metadata(path, monkeypatch):
    monkeypatch.setattr(pq.ParquetFile, "read_row_group", lambda *words, **more: pytest.fail("rows were read"))
    folder = open_folder(path)
    table = folder.outcomes_list()
    weekly, towns = (record(path, "history", 0).series[name] for name in ("weekly", "towns"))
    assert table["outcome"].tolist() == [*weekly.outcomes, *towns.outcomes]
    assert table["unit"].tolist() == [*weekly.units.values(), *towns.units.values()]
    assert set(table["dates"]) == {len(weekly.dates)}
    assert set(folder.outcomes_list("Gao")["outcome"]) == set(towns.outcomes)
    assert folder.places() == [*weekly.places, *towns.places]
    assert folder.places("fuel_days") == [*weekly.places, *towns.places]
    assert folder.places("idps") == weekly.places


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("displcaed",), "no outcome 'displcaed'; the nearest is 'displaced'"),
        (("displaced", "BAF"), "no place 'BAF'; the nearest is 'BFA'"),
        (("displaced", "BFA", "restrain"), "no scenario 'restrain' in .*; the nearest is 'restraint'"),
    ],
)
def test_a_slip_is_answered_with_the_nearest(path, words, said):
    with pytest.raises(UserError, match=said) as caught:
        open_folder(path).outcome(*words)
    assert not isinstance(caught.value, NotRecorded)


@pytest.mark.parametrize(
    "words",
    [
        ("regime_security",),  # the model records it, this folder did not
        ("displaced", "BEN"),  # on the map, not recorded
        ("displaced", "Gao"),  # both are there, but not together
    ],
)
def test_a_right_name_that_was_not_kept_is_not_recorded(path, words):
    with pytest.raises(NotRecorded, match="not recorded"):
        open_folder(path).outcome(*words)
    assert issubclass(NotRecorded, FolderError)


def test_no_folder_and_no_tables_get_a_sentence(path, tmp_path):
    with pytest.raises(FolderError, match="There is no folder"):
        open_folder(tmp_path / "none")
    shutil.copy(path / "run.json", tmp_path)
    shutil.copy(path / "map.json", tmp_path)
    with pytest.raises(FolderError, match="holds no finished tables"):
        open_folder(tmp_path)


# ---------------------------------------------------------------------------- row groups


def test_readers_pass_over_all_but_a_series_own_row_groups(path, monkeypatch):
    with pq.ParquetFile(path / "outcomes.parquet") as file:
        groups = file.num_row_groups
        for number in range(groups):
            group = file.metadata.row_group(number)
            names = file.schema_arrow.names
            assert all(group.column(i).is_stats_set for i in range(len(names)))
            for label in ("scenario", "place"):  # whole blocks of one place
                known = group.column(names.index(label)).statistics
                assert known.min == known.max
            assert group.num_rows % (3 * 104) == 0
    wanted = (pc.field("scenario") == "history") & (pc.field("place") == "BFA") & (pc.field("outcome") == "idps")
    (fragment,) = ds.dataset(path / "outcomes.parquet").get_fragments()
    assert groups > 20
    assert len(fragment.subset(wanted).row_groups) == 1
    read, usual = [], pq.ParquetFile.read_row_group
    monkeypatch.setattr(
        pq.ParquetFile,
        "read_row_group",
        lambda self, number, **more: read.append(number) or usual(self, number, **more),
    )
    folder = open_folder(path)
    folder.outcome("idps", "BFA", "history")
    assert len(read) == 1


def test_small_places_share_a_row_group(path, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(path, copy)
    write_all(copy)  # groups of the usual size
    with pq.ParquetFile(copy / "outcomes.parquet") as file:
        assert file.num_row_groups < 10
    one, other = (open_folder(x).outcome("idps", "NER") for x in (path, copy))
    assert one.identical(other)


def test_pandas_finds_the_same_with_filters(path):
    filters = [("scenario", "==", "restraint"), ("place", "==", "MLI"), ("outcome", "==", "displaced")]
    table = pd.read_parquet(path / "outcomes.parquet", filters=filters)
    ours = open_folder(path).outcome("displaced", "MLI", "restraint")
    wide = table.pivot(index="replicate", columns="date", values="value")
    np.testing.assert_array_equal(wide, ours)
    assert set(table["unit"]) == {ours.attrs["units"]}


def test_the_same_tables_are_the_same_bytes(path, tmp_path):
    copies = [tmp_path / "one", tmp_path / "two"]
    for copy in copies:
        shutil.copytree(path, copy)
        write_all(copy)
    names = ["outcomes.parquet", "events.parquet", "flows.parquet", "parameters.parquet", "comparison.csv"]
    for name in names:
        first, second = ((copy / name).read_bytes() for copy in copies)
        assert first == second, name


# ---------------------------------------------------------------------------- lists


def test_events_by_scenario_record_and_replicate(path):
    folder = open_folder(path)
    everything = pd.read_parquet(path / "events.parquet")
    for record_name in ("ucdp", "acled"):
        kept = folder.events("history", recorded=record_name, replicates=[0, 2], columns=["id", "best"])
        here = everything[(everything["scenario"] == "history") & everything["replicate"].isin([0, 2])]
        here = here[here[f"recorded_{record_name}"]]
        assert list(kept) == ["id", "best"]
        assert kept["id"].tolist() == here["id"].tolist()
        assert kept["best"].tolist() == here["best"].tolist()
    assert len(folder.events()) == len(everything)
    assert folder.events()["dyad_name"].astype(str).tolist() == everything["dyad_name"].tolist()
    with pytest.raises(UserError, match="no record 'upcd'; the nearest is 'ucdp'"):
        folder.events(recorded="upcd")
    with pytest.raises(UserError, match=r"no column 'bset' in events\.parquet; the nearest is 'best'"):
        folder.events(columns=["bset"])
    with pytest.raises(FolderError, match="has no replicate 3"):
        folder.events(replicates=[3])


def test_flows_by_scenario(path):
    flows = open_folder(path).flows("history", replicates=[1], columns=["persons", "kind"])
    source = record(path, "history", 1).flows
    assert flows["persons"].sum() == source["persons"].sum()
    assert len(flows) == len(source["persons"])


@pytest.mark.parametrize("retention", ["full", "summary", "tables"])
def test_drawn_parameters_are_a_table_whatever_is_kept(path, tmp_path, retention):
    folder = tmp_path / retention
    run_plan(fake_settings(NAMES), 3, 1, folder, 7, retention=retention, finish=True, **FAKE)
    table = open_folder(folder).parameters()
    assert list(table) == ["scenario", "replicate", "parameter", "value", "unit"]
    assert len(table) == 6
    for row in table.itertuples():
        drawn = record(path, row.scenario, row.replicate).meta["parameters"]
        assert row.value == drawn[row.parameter]
    assert open_folder(folder).parameters("history", [1])["replicate"].tolist() == [1]


def test_parameters_have_units():
    units = parameter_units()
    assert "attitudes.backlash" in units
    assert all(units.values())


def test_without_draws_the_table_is_empty(path, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(path, copy)
    for name in NAMES:
        for replicate in range(3):
            found = record(copy, name, replicate)
            found.meta["parameters"] = {}
            found.save(replicate_file(copy, name, replicate))
    write_all(copy)
    table = open_folder(copy).parameters()
    assert len(table) == 0
    assert list(table) == ["scenario", "replicate", "parameter", "value", "unit"]


# ---------------------------------------------------------------------------- format 2


@pytest.fixture(scope="module")
def former(path, tmp_path_factory):
    """The same comparison as format 2 had it: texts as dictionaries, nothing about contents, fewer columns and
    files.
    """
    old = tmp_path_factory.mktemp("former") / "comparison"
    shutil.copytree(path, old)
    (old / "parameters.parquet").unlink()
    table = pq.read_table(old / "outcomes.parquet").replace_schema_metadata(None)
    for number, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            table = table.set_column(number, field.name, table[field.name].dictionary_encode())
    pq.write_table(table, old / "outcomes.parquet", row_group_size=10_000)
    events = pq.read_table(old / "events.parquet")
    pq.write_table(events.drop_columns([name for name in LATER if name in events.column_names]), old / "events.parquet")
    run = read_json(old / "run.json")
    former = {key: value for key, value in run.items() if key != "files"}
    write_json(old / "run.json", former | {"format": 2})
    return old


def test_a_folder_of_format_2_is_read_where_it_can_be(path, former):
    new, old = open_folder(path), open_folder(former)
    assert new.outcome("idps", "BFA").identical(old.outcome("idps", "BFA"))
    assert new.outcome("fuel_days", "Gao").identical(old.outcome("fuel_days", "Gao"))
    assert set(old.places()) == set(new.places())
    columns = ["outcome", "unit"]
    ours, theirs = (x.outcomes_list("MLI")[columns].sort_values(columns).to_numpy().tolist() for x in (new, old))
    assert ours == theirs
    assert (
        old.events("history", recorded="ucdp")["id"].tolist() == new.events("history", recorded="ucdp")["id"].tolist()
    )
    with pytest.raises(UserError, match="the nearest is 'idps'"):
        old.outcome("idsp")


def test_the_table_of_a_folder_of_format_2_is_printed(former, capsys):
    comparison_table.print_table(former, 100)
    assert "Displaced people" in capsys.readouterr().out


def test_what_format_2_lacks_is_not_recorded(former):
    old = open_folder(former)
    with pytest.raises(NotRecorded, match="'parameters' is not recorded"):
        old.parameters()
    with pytest.raises(NotRecorded, match="'gwnoa' is not recorded"):
        old.events(columns=["id", "gwnoa"])
    with pytest.raises(NotRecorded, match=r"'regime_security' is not recorded .*format 2"):
        old.outcome("regime_security")


def test_a_format_that_is_not_read_is_refused(path, tmp_path):
    run = json.loads((path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(run | {"format": 1}))
    with pytest.raises(FolderError, match=r"has format 1 .* reads format 2 and 3"):
        open_folder(tmp_path)
