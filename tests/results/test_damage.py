"""Damaged, forged and strangers' folders: nothing wrong is shown, nothing outside is read or written, one sentence."""

import contextlib
import fcntl
import io
import os
import shutil

import h5py
import numpy as np
import pytest
from matplotlib.figure import Figure

from sim.cli.comparison_table import print_table
from sim.cli.main import main
from sim.core import provenance
from sim.core.files import FolderError, is_half_written, read_json, write_json
from sim.results.figures.draw import draw_all
from sim.results.figures.style import save
from sim.results.integrity import hashes
from sim.results.integrity.check import findings
from sim.results.replicate_files import replicate_file
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]


@pytest.fixture(autouse=True, scope="module")
def _one_version():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        yield


def made(path, **more):
    """The comparison, made or gone on with, with its tables; figures take most of the time and are left out."""
    run_plan(fake_settings(NAMES), 2, 1, path, 7, **FAKE, **more)
    write_all(path)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = made(tmp_path_factory.mktemp("whole") / "comparison")
    save(Figure(), path / "figures" / "differences.png")
    return path


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "copy")


def flip(path, share=0.5, bit=4):
    """Turn over one bit of a file."""
    content = bytearray(path.read_bytes())
    content[int(share * (len(content) - 1))] ^= 1 << bit
    path.write_bytes(content)


def shown(folder) -> str:
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        print_table(folder, width=100)
    return text.getvalue()


def read_all(folder, maps=True):
    """Everything that a table of the folder can give."""
    found = Folder(folder)
    shown(folder)
    found.events(), found.flows(), found.parameters(), found.control()
    for data in (found.cells(), found.player()) if maps else ():
        with data:
            data.load()


TABLES = ["outcomes.parquet", "comparison.csv", "events.parquet", "flows.parquet", "parameters.parquet", "cells.nc"]
TABLES += ["control.parquet", "player.nc", "map.json", "run.json", "towns.csv", "towns_below_half.csv"]


def test_one_bit_is_noticed_in_every_table(folder):
    read_all(folder)
    for name in TABLES:
        content = (folder / name).read_bytes()
        for share in (0.02, 0.5, 0.98):
            flip(folder / name, share)
            with pytest.raises(FolderError, match=r"damaged|cannot be read"):
                read_all(folder, maps=name.endswith(".nc"))
        assert name in [item.file for item in findings(folder).damaged]
        (folder / name).write_bytes(content)
    read_all(folder)


@pytest.mark.parametrize("name", ["outcomes.parquet", "cells.nc"])
def test_what_is_read_of_a_large_table_has_checksums_of_its_own(folder, name, monkeypatch):
    """A table too large to be hashed before it is read: its pages and chunks are checked as they are read."""
    monkeypatch.setattr(hashes, "WHOLE", 0)
    monkeypatch.setattr(hashes, "END", 10)
    hashes._problem.cache_clear()
    run = read_json(folder / "run.json")
    run["files"] = hashes.hashes_of(folder)
    write_json(folder / "run.json", run)
    read_all(folder)
    refused = 0
    original = (folder / name).read_bytes()
    for share in np.linspace(0.1, 0.8, 8):
        flip(folder / name, share)
        try:
            read_all(folder, maps=name == "cells.nc")
        except (FolderError, OSError):  # maps are read by whoever asks for them, from the library
            refused += 1
        (folder / name).write_bytes(original)
    assert refused >= 6  # the others hit what nothing is read from
    hashes._problem.cache_clear()


def test_a_number_changed_in_run_json_is_noticed(folder):
    text = (folder / "run.json").read_text()
    assert '"seed": 7' in text
    (folder / "run.json").write_text(text.replace('"seed": 7', '"seed": 8'))
    with pytest.raises(FolderError, match="does not match its seal"):
        Folder(folder)


@pytest.mark.parametrize("missing", ["baseline", "scenarios", "seeds", "period", "configuration", "time", "status"])
def test_a_run_json_that_lacks_something_gives_a_sentence(folder, missing, capsys):
    run = read_json(folder / "run.json")
    for value in ([], 3, None, {"a": []}, "x"):
        if type(value) is type(run[missing]):
            continue
        write_json(folder / "run.json", run | {missing: value})
        for command in ("show", "variance", "check"):
            assert main([command, str(folder)]) in (1, 2)
            assert "Traceback" not in "".join(capsys.readouterr())


# ---------------------------------------------------------------------------- healing


def test_damaged_replicates_are_made_anew(whole, folder):
    parts = [replicate_file(folder, name, replicate) for name in NAMES for replicate in range(2)]
    content = parts[0].read_bytes()
    flip(parts[0], 0.6)
    for path, damaged in zip(parts[1:], (content[: len(content) // 2], b"", b"no zip"), strict=True):
        path.write_bytes(damaged)
    found = findings(folder)
    assert [item.file for item in found.damaged] == sorted(path.relative_to(folder).as_posix() for path in parts)
    assert "makes 4 runs anew" in found.cure()
    made(folder)
    for path in parts:
        assert path.read_bytes() == (whole / path.relative_to(folder)).read_bytes()
    assert (folder / "outcomes.parquet").read_bytes() == (whole / "outcomes.parquet").read_bytes()
    assert not findings(folder).damaged


def test_a_damaged_run_json_is_made_anew_from_replicates_of_the_same_run(folder, tmp_path):
    flip(folder / "run.json", 0.3)
    made(folder)
    assert Folder(folder).run["status"] == "complete"
    flip(folder / "run.json", 0.3)
    with pytest.raises(FolderError, match=r"run\.json"):
        run_plan(fake_settings(NAMES), 2, 1, folder, 8, **FAKE)  # another seed


def test_folded_tables_that_are_damaged_are_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.results.figures.draw.draw_all", lambda found: [])
    plan = (fake_settings(NAMES), 2, 1, tmp_path / "folded", 7)
    folder = run_plan(*plan, finish=True, retention="tables", **FAKE)
    assert read_json(folder / "run.json")["folded"]
    table = (folder / "outcomes.parquet").read_bytes()
    flip(folder / "outcomes.parquet")
    assert "makes all runs anew" in findings(folder).cure()
    run_plan(*plan, finish=True, retention="tables", **FAKE)
    assert (folder / "outcomes.parquet").read_bytes() == table


def test_check_tells_what_heals(whole, folder, capsys):
    assert main(["check", str(whole)]) == 0
    assert "is whole" in capsys.readouterr().out
    flip(folder / "figures" / "differences.png")
    flip(folder / "events.parquet")
    (folder / "letter.txt").write_text("mine")
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "events.parquet: is damaged" in said
    assert "figures/differences.png: is damaged" in said
    assert "letter.txt is no file of this program" in said
    assert "no run is repeated" in said
    assert main(["check", str(folder / "letter.txt")]) == 2
    assert "is no folder of results" in capsys.readouterr().err


# ---------------------------------------------------------------------------- strangers


@pytest.mark.parametrize("name", ["run.json", "map.json", "outcomes.parquet", "comparison.csv", "cells.nc"])
def test_pipes_and_devices_are_refused_at_once(folder, name, capsys):
    for odd in (os.mkfifo, lambda path: os.symlink("/dev/zero", path)):
        (folder / name).unlink()
        odd(folder / name)
        assert main(["show", str(folder), "figures=true"]) == 2
        assert main(["check", str(folder)]) == 1
        capsys.readouterr()


def test_external_links_of_hdf5_are_not_followed(folder, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.arange(3)
    run = read_json(folder / "run.json")
    with h5py.File(folder / "cells.nc", "a") as file:
        file["stolen"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/x")
    write_json(folder / "run.json", run | {"files": hashes.hashes_of(folder)})  # as a stranger would
    with pytest.raises(FolderError, match="points to data elsewhere"):
        Folder(folder).cells()


def test_a_reader_that_has_seen_enough_is_no_damage(folder):
    with pytest.raises(BrokenPipeError), hashes.reading(folder):
        raise BrokenPipeError


def test_nothing_is_written_through_links(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.rmtree(folder / "figures")
    (folder / "figures").symlink_to(outside)
    with pytest.raises(FolderError, match="is a link to another place"):
        draw_all(Folder(folder))
    with pytest.raises(FolderError, match="is a link to another place"):
        made(folder)
    assert list(outside.iterdir()) == []


def test_temporary_names_cannot_be_guessed_and_are_made_anew(tmp_path):
    from sim.core.files import atomic_path

    with atomic_path(tmp_path / "x.png") as one, atomic_path(tmp_path / "x.png") as other:
        assert one != other
        assert str(os.getpid()) not in one.name.split(".")
        assert is_half_written(one)
        assert not one.is_symlink()
        one.write_bytes(b"1")
        other.write_bytes(b"2")


def test_two_commands_in_one_folder(folder, capsys):
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(FolderError, match="Another command is at work"):
            made(folder)
        assert main(["show", str(folder), "figures=true"]) == 2
        assert "Another command is at work" in capsys.readouterr().err
    finally:
        os.close(handle)
    shown(folder)


def test_names_are_printed_and_drawn_as_they_are(folder, tmp_path, monkeypatch):
    """Brackets and dollars are no markup, escape sequences do not reach the terminal, no matplotlibrc is obeyed."""
    import matplotlib as mpl

    run = read_json(folder / "run.json")
    title = "[/x] $\\frac{a$ [red]b[/red] \x1b[31mred"
    for item in run["scenarios"]:
        item["title"] = title
    actors = run["configuration"]["history"].setdefault("actors", {})
    actors["jnim"] = {"names": [{"name": "[/y] $\\bad$"}]}
    write_json(folder / "run.json", run)
    monkeypatch.setitem(mpl.rcParams, "text.usetex", True)
    text = shown(folder)
    assert "[/x] $\\frac{a$ [red]b[/red] \\x1b[31mred" in text.replace("\n", " ")
    assert "\x1b[31m" not in text
    assert draw_all(Folder(folder))
