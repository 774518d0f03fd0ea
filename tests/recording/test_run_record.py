"""RunRecord and its file."""

import zipfile

import numpy as np
import pytest

from sim.core.files import FolderError
from sim.recording.record_file import rounded
from sim.recording.reduced_record import shorten, summary
from sim.recording.run_record import RunRecord, Series
from tests.fake_records import fake_settings, simulate


@pytest.fixture(scope="module")
def record():
    return simulate(fake_settings(["history"])["history"])


def same(a: RunRecord, b: RunRecord) -> bool:
    """Equal to the last bit, whatever the time taken."""
    for group in ("cells", "weekly_cells", "events", "flows"):
        one, other = getattr(a, group), getattr(b, group)
        if list(one) != list(other):
            return False
        if not all(np.array_equal(one[k], other[k]) and one[k].dtype == other[k].dtype for k in one):
            return False
    return list(a.series) == list(b.series) and all(
        x.places == y.places and x.outcomes == y.outcomes and x.values.tobytes() == y.values.tobytes()
        for x, y in zip(a.series.values(), b.series.values())
    )


def test_round_trip_keeps_every_bit(record, tmp_path):
    path = tmp_path / "parts" / "x.npz"
    record.save(path)
    again = RunRecord.load(path)
    assert same(record, again)
    assert again.meta == record.meta
    assert again.series["weekly"].units == record.series["weekly"].units
    assert [p.name for p in path.parent.iterdir()] == ["x.npz"]


def test_equal_records_are_equal_files_without_pickle(record, tmp_path):
    for name in ("a.npz", "b.npz"):
        record.save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        for name in archive.namelist():
            with archive.open(name) as entry:
                np.lib.format.read_array(entry, allow_pickle=False)


def test_reads_only_what_is_asked_for(record, tmp_path):
    record.save(tmp_path / "x.npz")
    part = RunRecord.load(tmp_path / "x.npz", only=("cells/displaced", "events"))
    assert list(part.cells) == ["displaced"]
    assert list(part.events) == list(record.events)
    assert not part.series
    assert part.meta["scenario"] == "history"


def test_text_columns_are_kept_and_objects_refused(tmp_path):
    RunRecord(events={"side_a": np.array(["JNIM", "Dan Na"], dtype=object)}).save(tmp_path / "x.npz")
    assert RunRecord.load(tmp_path / "x.npz").events["side_a"].tolist() == ["JNIM", "Dan Na"]
    with pytest.raises(TypeError, match="events/side_a holds Python objects"):
        RunRecord(events={"side_a": np.array([{}, 1], dtype=object)}).save(tmp_path / "y.npz")
    assert not (tmp_path / "y.npz").exists()


def test_a_cut_or_missing_file_gives_a_sentence(record, tmp_path):
    path = tmp_path / "x.npz"
    record.save(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(FolderError, match="not a readable record"):
        RunRecord.load(path)
    with pytest.raises(FolderError, match="is missing"):
        RunRecord.load(tmp_path / "none.npz")


def test_series_checks_labels_against_values(record):
    dates = np.array(["2020-01-01"], dtype="datetime64[D]")
    with pytest.raises(ValueError, match="labels say"):
        Series(dates, ["region"], ["idps"], np.zeros((2, 1, 1)), {"idps": "persons"})
    with pytest.raises(ValueError, match="without a unit: idps"):
        Series(dates, ["region"], ["idps"], np.zeros((1, 1, 1)), {})
    weekly = record.series["weekly"]
    assert weekly.get("idps", "MLI").shape == weekly.dates.shape


def test_what_is_kept_of_a_record_survives_its_file(record, tmp_path):
    kept = summary(record, ["MLI"], "Bamako", lists=False)
    kept.save(tmp_path / "x.npz")
    again = RunRecord.load(tmp_path / "x.npz")
    assert same(kept, again)
    assert list(again.totals) == list(record.series)
    for name, totals in again.totals.items():
        assert totals.values.tobytes() == kept.totals[name].values.tobytes()
    assert not again.events
    assert summary(again, [], None, lists=True) is again  # nothing more to leave out
    persons = record.cells["displaced"]
    near = again.cells["displaced"]
    assert near.dtype == np.int32
    assert (np.abs(near - persons) <= 0.01 * persons).all()
    assert (near == persons)[persons < 100].all()
    assert (rounded(near) == near).all()
    np.testing.assert_array_equal(again.cells["controller"], record.cells["controller"])


def test_shortened_values_keep_ten_bits():
    values = np.random.default_rng(2).lognormal(0, 5, 10_000).astype(np.float32) * np.float32([-1, 1])[:, None]
    short = shorten(values)
    assert (np.abs(short - values) <= np.abs(values) * 2.0**-10).all()
    assert (short.view(np.uint32) & 0x3FFF == 0).all()
    assert (shorten(short) == short).all()
    exact = np.float32([0.0, 1.0, 3.0, 1023.0, 1024.0, 0.5, np.inf])
    np.testing.assert_array_equal(shorten(exact), exact)
    assert np.isnan(shorten(np.float32([np.nan])))
