"""Broken files give one sentence that names the file and the line."""

import shutil

import pytest

from sim.world.region import DATA, load_region
from sim.world.tables import FILES, RegionError


@pytest.fixture
def folder(tmp_path):
    for file in FILES:
        shutil.copy(DATA / "teaching" / file, tmp_path / file)
    return tmp_path


def edit(folder, file, line, old, new):
    lines = (folder / file).read_text().splitlines()
    if old not in lines[line - 1]:
        raise ValueError(f"line {line} of {file} has no {old!r}")
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    (folder / file).write_text("\n".join(lines) + "\n")


def line_with(folder, file, text):
    lines = (folder / file).read_text().splitlines()
    return next(i for i, line in enumerate(lines, start=1) if text in line)


def test_a_copied_folder_loads(folder):
    world = load_region(folder)
    assert world.n_cells == load_region("teaching").n_cells
    assert world.data_hash == load_region("teaching").data_hash


def test_unknown_region_gives_the_nearest_name():
    with pytest.raises(RegionError, match="nearest name is 'sahel'"):
        load_region("sahle")


@pytest.mark.parametrize(
    ("file", "text", "old", "new", "message"),
    [
        ("cells.csv", "XAR.North", "XAR.North", "XAR.Norht", "nearest name is 'XAR.North'"),
        ("cells.csv", "XAR.North", "XAR,", "XXX,", "country 'XXX' is unknown"),
        ("towns.csv", "Tessaro", "1400000", "many", "population is 'many'"),
        ("towns.csv", "Tessaro", "1400000", "-5", "less than zero"),
        ("towns.csv", "Halem", "3.25", "93.25", "lat is 93.25, not between"),
        ("edges.csv", "Ledra,Halem", "Ledra", "Ledar", "nearest name is 'Ledra'"),
        ("edges.csv", "Ledra,Halem", "paved", "gravel", "not one of paved"),
        ("sites.csv", "Nadir camp", "2012-03-01", "2012-13-01", "opened is '2012-13-01'"),
        ("towns.csv", "Halem", "Halem", "Tessaro", "is already on line"),
        ("countries.csv", "Arun", "0.03", "3", "growth is 3, not between"),
    ],
)
def test_broken_rows(folder, file, text, old, new, message):
    line = line_with(folder, file, text)
    edit(folder, file, line, old, new)
    with pytest.raises(RegionError, match=f"{file} line {line}: .*") as caught:
        load_region(folder)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_files(folder):
    (folder / "towns.csv").write_text((folder / "towns.csv").read_text().replace("lat", "latt", 1))
    with pytest.raises(RegionError, match="line 1: no column 'lat'"):
        load_region(folder)
    (folder / "towns.csv").unlink()
    with pytest.raises(RegionError, match=r"no file towns\.csv"):
        load_region(folder)


def test_broken_meta(folder):
    path = folder / "region.yaml"
    text = path.read_text()
    path.write_text(text.replace("2012-01-02", "soon"))
    with pytest.raises(RegionError, match="start is 'soon', not a date"):
        load_region(folder)
    path.write_text("title: [")
    with pytest.raises(RegionError, match="not valid YAML"):
        load_region(folder)
