"""One command at a time works in a folder: two would take each other's unfinished files away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.core.files import FolderError

try:
    import fcntl
except ImportError:  # a system without it takes no locks
    fcntl = None

_held: dict[tuple[int, int], int] = {}  # folders that this process holds already, by device and inode: how often


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder that exists; a second command gets one sentence.

    The lock is on the folder itself, so that no file is left behind, and ends with the process, however that ends. A
    file system without locks is gone without.
    """
    key = None
    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY)
        status = os.fstat(handle)
        key = (status.st_dev, status.st_ino)
        if fcntl is not None and not _held.get(key):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise FolderError(
            f"Another command is at work in {folder}; wait until it has ended, or name another folder."
        ) from None
    except OSError:  # no such folder, or no locks there
        key = None
    try:
        if key is not None:
            _held[key] = _held.get(key, 0) + 1
        yield
    finally:
        if key is not None:
            _held[key] -= 1
            if not _held[key]:
                del _held[key]
        if handle is not None:
            os.close(handle)
