"""`sahel observed`: what it prints, writes and refuses."""

import subprocess
import sys

import pytest

from sim.cli.main import main
from tests.validation.downloads.hand_written import GED_ROWS, ged_text


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "downloads"
    place.mkdir()
    rows = [*GED_ROWS, *(GED_ROWS[0] | {"id": str(n), "best": "-1", "side_b": "[/x]"} for n in range(20, 23))]
    (place / "GEDEvent_v23_1.csv").write_text(ged_text(rows))
    (place / "[bold]odd\x1b[31m.csv").write_text("iso3,year\nMLI,2012\n")
    return place


def test_it_prints_what_is_read_left_out_and_skipped(folder, capsys):
    assert main(["observed", str(folder), "list=2"]) == 0
    out = capsys.readouterr().out
    assert "UCDP GED (events)" in out
    assert "3 negative dead" in out
    assert "GEDEvent_v23_1.csv, line 5: best must be a whole number that is not negative, not '-1'." in out
    assert "and 1 more rows left out" in out
    assert "[bold]odd?[31m.csv skipped: it is nearest to" in out
    assert "\x1b" not in out


def test_it_writes_a_folder(folder, tmp_path, capsys):
    assert main(["observed", str(folder), f"out={tmp_path / 'new'}"]) == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"observed.nc", "left_out.csv", "observed.json"}
    assert "observed.nc" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say which folder"),
        (["nowhere"], "There is no file or folder 'nowhere'"),
        (["{folder}", "{folder}"], "Say which folder"),
        (["{folder}", "ouut=x"], "the nearest is 'out'"),
        (["{folder}", "out="], "out must be given a value"),
        (["{folder}", "out={folder}"], "holds something else"),
        (["{folder}", "list=-1"], "list must be a whole number"),
        (["{folder}", "mapping=none.yaml"], "none.yaml cannot be read"),
    ],
)
def test_slips_get_a_sentence(folder, capsys, arguments, said):
    assert main(["observed", *(text.format(folder=folder) for text in arguments)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_folder_of_nothing_that_is_read(tmp_path, capsys):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert main(["observed", str(tmp_path)]) == 2
    caught = capsys.readouterr()
    assert "x.csv skipped" in caught.out
    assert "Nothing in" in caught.err


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom sim.cli.main import main\nmain(['observed', '--help'])\n"
        "assert not {'pandas', 'pandera', 'xarray', 'numpy', 'rich'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, timeout=120)
