"""Files are recognised by their columns; what cannot be read is named and skipped in a sentence."""

import json
import os
import zipfile

import pandas as pd
import pytest
import xarray as xr

from sim.core.errors import UserError
from sim.core.files import FolderError
from sim.validation.downloads import read_observed
from tests.validation.downloads.hand_written import GED_COLUMNS, GED_ROWS, ged_text, text_of


def assert_skipped(folder) -> str:
    found = read_observed(folder)
    assert not found.parts
    assert len(found.skipped) == 1
    return found.skipped[0].why


def test_an_unknown_file_is_named_with_the_nearest_kind_and_what_it_lacks(tmp_path):
    columns = ["cell" if name == "priogrid_gid" else name for name in GED_COLUMNS if name not in ("latitude", "best")]
    (tmp_path / "mine.csv").write_text(text_of([*columns, "best_guess"], []))
    said = assert_skipped(tmp_path)
    assert said == (
        "skipped: it is nearest to UCDP GED (events), but lacks the columns 'best', 'priogrid_gid'"
        " (the nearest there is 'best_guess')."
    )


def test_a_name_tells_nothing(tmp_path):
    (tmp_path / "acled_export.csv").write_text(ged_text())
    assert read_observed(tmp_path).summary().kind.tolist() == ["UCDP GED (events)"]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiters_and_encodings(tmp_path, delimiter, encoding):
    rows = [GED_ROWS[0] | {"side_b": "Séparatistes"}]
    (tmp_path / "g.csv").write_bytes(text_of(GED_COLUMNS, rows, delimiter).encode(encoding))
    assert read_observed(tmp_path).events.side_b.tolist() == ["Séparatistes"]


def test_rows_of_another_length_are_told_with_their_line(tmp_path):
    lines = ged_text().splitlines()
    lines.insert(2, "99,too,short")
    lines[-1] += ",one,more"
    (tmp_path / "g.csv").write_text("\n".join(lines) + "\n\n")
    found = read_observed(tmp_path)
    assert found.events.id.tolist() == ["11", "12"]
    assert found.left_out.line.tolist() == [3, 5]
    assert found.left_out.told.tolist() == ["3 values where the header has 49", "51 values where the header has 49"]


def test_lines_are_those_of_the_file_where_a_value_has_breaks(tmp_path):
    rows = [GED_ROWS[0] | {"source_article": "one\ntwo\nthree"}, GED_ROWS[1] | {"best": "x"}]
    (tmp_path / "g.csv").write_text(ged_text(rows))
    assert read_observed(tmp_path).left_out.line.tolist() == [5]


def test_odd_files_are_skipped(tmp_path):
    (tmp_path / "good.csv").write_text(ged_text())
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "blank.csv").write_text("\n\n")
    (tmp_path / "nul.csv").write_bytes(b"\0\1\2\0" * 50)
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 no archive")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\3\4 no workbook")
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        archive.writestr("a.png", "x")
    with zipfile.ZipFile(tmp_path / "cut.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("g.csv", ged_text(GED_ROWS * 200))
    data = bytearray((tmp_path / "cut.zip").read_bytes())
    data[200:260] = bytes(60)
    (tmp_path / "cut.zip").write_bytes(bytes(data))
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "gone.csv")
    (tmp_path / "folder.csv").mkdir()
    found = read_observed(tmp_path)
    assert [part.file for part in found.parts] == ["good.csv"]
    named = {item.file.split("/")[0]: item.why for item in found.skipped}
    assert set(named) == {
        "empty.csv",
        "blank.csv",
        "nul.csv",
        "broken.zip",
        "broken.xlsx",
        "pictures.zip",
        "cut.zip",
        "pipe.csv",
        "nowhere.csv",
    }
    assert named["pipe.csv"] == "skipped: it is not an ordinary file."
    assert all(text.startswith("skipped: it") and text.endswith(".") for text in named.values())


def test_one_file_may_be_named(tmp_path):
    (tmp_path / "g.csv").write_text(ged_text())
    assert len(read_observed(tmp_path / "g.csv").events) == 3
    with pytest.raises(UserError, match="There is no file or folder"):
        read_observed(tmp_path / "h.csv")


def test_what_is_written_can_be_read_again(tmp_path):
    (tmp_path / "in").mkdir()
    rows = [*GED_ROWS, GED_ROWS[0] | {"id": "15", "best": "-1"}]
    (tmp_path / "in" / "g.csv").write_text(ged_text(rows))
    (tmp_path / "in" / "i.csv").write_text("year,iso3,country,idp_stock_conflict_end_year\n2021,MLI,Mali,326000\n")
    found = read_observed(tmp_path / "in")
    found.write(tmp_path / "out")
    found.write(tmp_path / "out")  # its own folder is written again
    with xr.open_dataset(tmp_path / "out" / "observed.nc", engine="h5netcdf") as data:
        assert data.deaths.sum() == 14
        assert data.idps.sel(register="IDMC", country="MLI", year=2021) == 326_000
        assert data.month.values[0] == pd.Timestamp("2020-01-01")
    left = pd.read_csv(tmp_path / "out" / "left_out.csv")
    assert left[["file", "line", "column", "value", "reason"]].to_numpy().tolist() == [
        ["g.csv", 5, "best", -1, "negative dead"]
    ]
    told = json.loads((tmp_path / "out" / "observed.json").read_text())
    assert [(item["file"], item["rows"]) for item in told["files"]] == [("g.csv", 3), ("i.csv", 1)]


def test_a_folder_of_something_else_is_not_written_into(tmp_path):
    (tmp_path / "g.csv").write_text(ged_text())
    found = read_observed(tmp_path)
    with pytest.raises(FolderError, match="holds something else"):
        found.write(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "observed.nc").write_text("mine")
    with pytest.raises(FolderError, match="holds something else"):
        found.write(tmp_path / "out")
    with pytest.raises(FolderError, match="is a file"):
        found.write(tmp_path / "g.csv")
    assert (tmp_path / "out" / "observed.nc").read_text() == "mine"


def test_without_pandera_one_sentence_says_how_to_install_it(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pandera", None)
    monkeypatch.setitem(sys.modules, "pandera.pandas", None)
    with pytest.raises(
        UserError, match=r'needs pandera, which is not there: pip install "sahel-scenarios\[observed\]"'
    ):
        read_observed(tmp_path)


def test_without_openpyxl_a_workbook_is_skipped(tmp_path, monkeypatch):
    import sys

    (tmp_path / "book.xlsx").write_bytes(b"PK")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert 'pip install "sahel-scenarios[observed]"' in assert_skipped(tmp_path)
