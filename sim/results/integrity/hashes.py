"""Hashes of the tables of a folder, written into run.json, and checked before a table is read.

A small file is hashed whole before its first use. A large one would take longer to hash than to read a series of: of it
the size, the last bytes (in Parquet the list of row groups) and whatever is read are checked, since pages of Parquet
carry checksums of their own and chunks of netCDF a Fletcher-32. `sahel check` hashes all of every file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.core.errors import UserError
from sim.core.files import FolderError, open_regular

#: the key of run.json
FILES = "files"
#: bytes up to which a file is hashed whole before it is read: half a second or so
WHOLE = 256_000_000
#: bytes at the end of a file that are hashed apart, or as many as there are
END = 4_000_000
BLOCK = 1 << 20
#: tables of a comparison, if they are there; figures and replicate files are not among them
TABLES = (
    "map.json",
    "outcomes.parquet",
    "comparison.csv",
    "events.parquet",
    "flows.parquet",
    "parameters.parquet",
    "control.parquet",
    "cells.nc",
    "player.nc",
    "uncertainty.csv",
    "precision.csv",
    "towns.csv",
    "towns_below_half.csv",
    "caseload.csv",
)


def sha256_of(path: Path, last: int | None = None) -> str:
    """The sha256 (hex) of a file, or of its last so many bytes."""
    digest = hashlib.sha256()
    with open_regular(path) as file:
        if last is not None:
            file.seek(max(0, file.seek(0, 2) - last))
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def hashes_of(folder: Path, names: Iterable[str] = TABLES) -> dict[str, dict[str, Any]]:
    """Size and hashes of those of the files that are there, by name."""
    found = {}
    for name in names:
        path = Path(folder) / name
        if path.is_file() and not path.is_symlink():
            size = path.stat().st_size
            found[name] = {"bytes": size, "sha256": sha256_of(path)}
            if size > WHOLE:
                found[name]["end"] = sha256_of(path, END)
    return found


def problem_with(path: Path, known: Any, whole: bool = True) -> str | None:
    """What is wrong with a file whose size and hashes are known, in a few words; None where nothing is."""
    if not isinstance(known, dict) or not isinstance(known.get("bytes"), int):
        return "has no readable hash in run.json"
    if path.is_symlink():
        return "is a link"
    if not path.exists():
        return "is missing"
    size = path.stat().st_size
    if size != known["bytes"]:
        return f"has {size:,} bytes instead of {known['bytes']:,}"
    if whole or size <= WHOLE:
        return None if sha256_of(path) == known.get("sha256") else "is damaged: its content does not match its hash"
    return None if sha256_of(path, END) == known.get("end") else "is damaged: its end does not match its hash"


def check_tables(folder: Path, run: dict[str, Any]) -> dict[str, str]:
    """What is wrong with each table that run.json has a hash of, all of it read; empty where nothing is."""
    files = run.get(FILES)
    if not isinstance(files, dict):
        return {}
    found = {name: problem_with(Path(folder) / name, known) for name, known in sorted(files.items()) if _is_ours(name)}
    return {name: problem for name, problem in found.items() if problem is not None}


def _is_ours(name: Any) -> bool:
    """Whether a name in run.json is that of a table; anything else, as a path out of the folder, is not looked at."""
    return name in TABLES or (isinstance(name, str) and name.endswith(".csv") and "/" not in name)


def verify(path: Path, run: dict[str, Any]) -> None:
    """Refuse a table that is not as run.json says; one that it says nothing of was written by an older version.

    Raises `FolderError`.
    """
    files = run.get(FILES)
    path = Path(path)
    if path.is_symlink():
        raise FolderError(f"{path} is a link; a table lies in its folder.")
    if not isinstance(files, dict) or path.name not in files:
        if path.exists():
            open_regular(path).close()  # at least a file, no pipe and no device
        return
    status = path.stat() if path.exists() else None
    changed = (status.st_mtime_ns, status.st_size, status.st_ino) if status else None
    known = files[path.name]
    plain = tuple(sorted(known.items())) if isinstance(known, dict) else None
    problem = _problem(path, plain, changed)
    if problem is not None:
        raise FolderError(f"{path} {problem}; {HEAL.format(folder=path.parent)}.")


HEAL = "'sahel check {folder}' says what is damaged and what makes it anew"


@lru_cache(maxsize=256)
def _problem(path: Path, known: tuple | None, _changed: tuple | None) -> str | None:
    """The same as `problem_with`, once for a file that has not changed since."""
    return problem_with(path, None if known is None else dict(known), whole=False)


@contextmanager
def reading(folder: Path):
    """Whatever a folder's files make go wrong comes out as one sentence: they may be damaged, or a stranger's.

    Pages of a table whose checksums fail, missing keys, columns of another kind.
    """
    try:
        yield
    except (UserError, BrokenPipeError):  # the latter of whoever reads what is printed
        raise
    except RecursionError:
        raise FolderError(f"{folder} cannot be read: what is in it is nested too deeply.") from None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, EOFError, OSError) as error:
        what = " ".join(str(error).split())
        raise FolderError(
            f"{folder} cannot be read: its run.json, map.json or a table in it is not as this program writes them "
            f"({type(error).__name__}: {what[:200]}); 'sahel check {folder}' says which."
        ) from error
