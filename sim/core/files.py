"""Run folders: atomic writes, plain copies of configurations, hashes and provenance.

Everything is first written under a temporary name beside its place, flushed to the disk and then
renamed, so that a file is there in full or not at all. A comparison's folder:

    run.json                     provenance: configuration, seeds, versions, hashes, time taken
    map.json                     what figures need of the map: cells, borders, towns
    parts/<scenario>/0000.npz    finished replicates
    outcomes.parquet, comparison.csv, cells.nc, flows.parquet, events.parquet, figures/
    control.parquet, player.nc   where weekly maps were recorded
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from sim.core.errors import UserError
from sim.core.structure import unstructure

#: raised when what a folder holds, or where, changes so that an older program or a newer one would misread it
FOLDER_FORMAT = 2
RUN_FILE = "run.json"


class FolderError(UserError):
    """A folder that cannot be used, or a run that failed: one sentence for the user."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success flush it to disk and rename it to `path`."""
    path = Path(path)
    # The suffix is kept, since some writers choose their format by it.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FolderError(f"{path} cannot be written: {reason}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def is_half_written(path: Path) -> bool:
    """True for the temporary name of `atomic_path`: what stays of it was left by a process that was killed."""
    return re.fullmatch(r"\..*\.\d+\.tmp(\.\w+)?", path.name) is not None


def holds_something(folder: Path) -> bool:
    """True where a folder holds anything but what a killed process left half written."""
    return not all(is_half_written(path) for path in folder.iterdir())


def check_folder(folder: Path) -> None:
    """Refuse a folder for results that is a file, or holds anything but earlier results."""
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} is a file; name a folder for the output.")
    if folder.exists() and not has_run(folder) and holds_something(folder):
        raise FolderError(f"The folder {folder} exists and holds something else; name another.")


def atomic_write(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Write a file through `write(binary_file)`, so that it is there in full or not at all."""
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        write(file)


def write_json(path: Path, data: Any) -> None:
    """Write plain data as indented JSON, atomically."""
    text = json.dumps(unstructure(data), indent=1, ensure_ascii=False) + "\n"
    atomic_write(path, lambda file: file.write(text.encode()))


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or broken one gives a sentence."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FolderError(f"{path} is missing.") from None
    except (OSError, ValueError) as error:
        raise FolderError(f"{path} cannot be read: {error}") from None


def has_run(folder: Path) -> bool:
    """Whether a folder says that it holds results."""
    return (Path(folder) / RUN_FILE).exists()


def read_run(folder: Path) -> dict[str, Any]:
    """What a folder says of itself. Raises `FolderError` with one sentence where it is missing, broken or of another format."""
    run = read_json(Path(folder) / RUN_FILE)
    if not isinstance(run, dict):
        raise FolderError(f"{Path(folder) / RUN_FILE} cannot be read: it holds no mapping of names to values.")
    found = run.get("format")
    if found != FOLDER_FORMAT:
        versions = run.get("provenance")
        versions = versions.get("versions") if isinstance(versions, dict) else None
        by = versions.get("sahel-scenarios") if isinstance(versions, dict) else None
        own = metadata.version("sahel-scenarios")
        raise FolderError(
            f"The folder {folder} has format {found if found is not None else 'unknown'}"
            f"{f' (written by version {by})' if by else ''}, and this version ({own}) reads format {FOLDER_FORMAT}: "
            "make it anew in another folder, or read it with the version that wrote it."
        )
    return run


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # some systems do not open folders
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
