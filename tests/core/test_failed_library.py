"""A disk that is full while a library of its own writes: one sentence, and no crash as the process ends."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from sim.core import files
from sim.core.files import FolderError, atomic_path

ROOT = Path(__file__).parents[2]

SCRIPT = """
import resource, signal, sys
from pathlib import Path
import numpy as np, xarray as xr
from sim.cli import main as program
from sim.core.files import atomic_path

def write(argv):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
    with atomic_path(Path(sys.argv[1]) / "cells.nc") as temporary:
        for k in range(9):
            values = np.random.default_rng(k).normal(size=10_000)
            data = xr.Dataset({f"x{k}": ("n", values)})
            data.to_netcdf(temporary, mode="a" if k else "w", engine="h5netcdf")

program.dispatch = write
sys.exit(program.entry())
"""


@pytest.mark.parametrize("most", [100_000, 150_000])
def test_a_full_disk_under_hdf5_is_a_sentence(tmp_path, most):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "folder"), str(most)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    told = f"sahel: {tmp_path / 'folder' / 'cells.nc'} cannot be written: File too large."
    assert done.stderr.strip() == told
    assert list((tmp_path / "folder").iterdir()) == []


def test_words_of_the_system_for_what_a_library_said(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FAILED_LIBRARY", [])
    message = f"cannot decrement (file write failed: errno = {errno.ENOSPC}, buf = 0x1)"
    told = r"x\.nc cannot be written: No space left on device"
    with pytest.raises(FolderError, match=told), atomic_path(tmp_path / "x.nc"):
        raise RuntimeError(message)
    assert files.FAILED_LIBRARY
    with pytest.raises(RuntimeError, match="a mistake"), atomic_path(tmp_path / "x.nc"):
        raise RuntimeError("a mistake")
    assert not list(tmp_path.iterdir())


def test_what_a_library_puts_in_place_of_the_words_of_the_system(tmp_path, monkeypatch):
    """h5py gives OSErrors of its own, with a number and a page of text for the words that go with it."""
    monkeypatch.setattr(files, "FAILED_LIBRARY", [])
    text = "Unable to extend file properly (file write failed: filename = 'x.nc', errno = 27, total write size = 158)"
    told = r"x\.nc cannot be written: File too large\.$"
    with pytest.raises(FolderError, match=told), atomic_path(tmp_path / "x.nc"):
        raise OSError(errno.EFBIG, text)
    assert files.FAILED_LIBRARY


LAST_WORD = """
import sys
from sim.cli import main as program

class Handle:
    def __del__(self):
        raise OSError(27, "Write failed (file write failed: errno = 27)")

def use(argv):
    handle = Handle()
    del handle
    print("done")
    return 0

program.dispatch = use
sys.exit(program.entry())
"""


def test_a_library_has_no_last_word():
    done = subprocess.run([sys.executable, "-c", LAST_WORD], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
