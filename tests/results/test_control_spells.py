"""control.parquet: spells from small tables of controllers by hand, and a folder's by cell."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.core import provenance
from sim.core.codes import CONTESTED, NOBODY
from sim.core.files import FolderError, read_json
from sim.recording.run_record import RunRecord
from sim.results import control_spells
from sim.results.control_spells import control_of, ends_of, spells_of, write_control
from sim.results.replicate_files import find_replicate_files, replicate_file
from tests.comparisons import run_plan
from tests.fake_records import CONTROLLERS, fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two scenarios of three replicates, their control written."""
    path = tmp_path_factory.mktemp("control") / "comparison"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan(fake_settings(["history", "restraint"]), 3, 1, path, 7, **FAKE)
    write_control(find_replicate_files(path))
    return path


def test_spells_by_hand():
    """Cell 0 is the state's, a group's, the state's again; cell 1 is never held; cell 2 changes at the end."""
    controller = np.array([[0, NOBODY, 0], [1, NOBODY, 0], [1, NOBODY, 0], [0, NOBODY, CONTESTED]], dtype=np.int16)
    spells = spells_of(controller)
    rows = [tuple(int(x) for x in row) for row in zip(spells.cell, spells.controller, spells.start, spells.end)]
    assert rows == [(0, 0, 0, 1), (0, 1, 1, 3), (0, 0, 3, 4), (1, NOBODY, 0, 4), (2, 0, 0, 3), (2, CONTESTED, 3, 4)]


def test_a_single_week_and_neighbours_that_are_alike():
    spells = spells_of(np.array([[2, 2]], dtype=np.int16))
    assert (spells.cell.tolist(), spells.start.tolist(), spells.end.tolist()) == ([0, 1], [0, 0], [1, 1])
    days = np.array(["2020-01-08"], dtype="datetime64[D]")
    assert ends_of(days).astype(str).tolist() == ["2020-01-08", "2020-01-15"]
    days = np.array(["2020-01-08", "2020-01-22"], dtype="datetime64[D]")
    assert ends_of(days)[-1] == np.datetime64("2020-02-05")  # steps of a fortnight


def test_every_week_of_every_cell_is_there_once(folder):
    table = control_of(folder)
    for scenario in ("history", "restraint"):
        for replicate in range(3):
            record = RunRecord.load(replicate_file(folder, scenario, replicate))
            weeks, controller = record.weekly_cells["weeks"], record.weekly_cells["controller"]
            names = {**dict(enumerate(CONTROLLERS)), CONTESTED: "contested", NOBODY: "none"}
            ours = table[(table["scenario"] == scenario) & (table["replicate"] == replicate)]
            dates = weeks.astype("datetime64[ns]")
            for cell in (0, 500, 777):
                here = ours[ours["gid"] == read_json(folder / "map.json")["gid"][cell]]
                found = [here["controller"][(here["start"] <= day) & (day < here["end"])].item() for day in dates]
                assert found == [names[int(code)] for code in controller[:, cell]]
            assert (ours["end"] - ours["start"]).dt.days.sum() == 7 * controller.size


def test_rows_are_in_order_and_texts_are_plain(folder):
    table = control_of(folder)
    labels = ["scenario", "gid", "replicate", "start"]
    pd.testing.assert_frame_equal(table[labels], table[labels].sort_values(labels, kind="stable"))
    file = pq.ParquetFile(folder / "control.parquet")
    assert [str(file.schema_arrow.field(name).type) for name in control_spells.TEXTS] == ["string"] * 4
    where = file.schema_arrow.names.index("controller")
    assert any("DICTIONARY" in way for way in file.metadata.row_group(0).column(where).encodings)
    place = read_json(folder / "map.json")
    cell = place["gid"].index(int(table["gid"].iloc[-1]))
    assert table["country"].iloc[-1] == place["countries"][place["country"][cell]]
    assert table["admin1"].iloc[-1] == place["admin1_names"][place["admin1"][cell]]


def test_weeks_that_somebody_holds_a_cell_are_a_filter(folder):
    gid = read_json(folder / "map.json")["gid"][777]
    spells = control_of(folder, gid=gid, controller="government", scenario="history", replicate=[0, 2])
    assert set(spells["replicate"]) <= {0, 2}
    for replicate in (0, 2):
        record = RunRecord.load(replicate_file(folder, "history", replicate), only=("weekly_cells/controller",))
        mine = spells[spells["replicate"] == replicate]
        weeks = (mine["end"] - mine["start"]).dt.days.sum() / 7
        assert weeks == (record.weekly_cells["controller"][:, 777] == 0).sum()
    with pytest.raises(FolderError, match=r"no column place; it has scenario, replicate, gid"):
        control_of(folder, place="Kidal")


def test_some_cells_at_a_time_give_the_same_rows(folder, monkeypatch):
    before = control_of(folder)
    monkeypatch.setattr(control_spells, "AT_ONCE", len(before) // 20)
    write_control(find_replicate_files(folder))
    assert pq.ParquetFile(folder / "control.parquet").num_row_groups > 2
    pd.testing.assert_frame_equal(control_of(folder), before)


def test_without_weekly_maps_there_is_no_table(folder, tmp_path):
    assert control_of(tmp_path) is None
