"""Run folders: atomic writes, plain copies of configurations, hashes and provenance.

Everything is first written under a temporary name beside its place, flushed to the disk and then
renamed, so that a file is there in full or not at all. A comparison's folder:

    run.json                     provenance: configuration, seeds, versions, hashes, time taken
    map.json                     what figures need of the map: cells, borders, towns
    parts/<scenario>/0000.npz    finished replicates
    outcomes.parquet, comparison.csv, cells.nc, flows.parquet, events.parquet, figures/
"""

import dataclasses
import datetime
import enum
import hashlib
import json
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from sim.errors import UserError

PACKAGES = ("numpy", "scipy", "numba", "mesa", "pandas", "pyarrow", "xarray", "matplotlib")
# Modules that only treat finished runs: changing them does not change what a run gives.
AFTERWARDS = {
    "app.py",
    "cli.py",
    "compare.py",
    "report.py",
    "stopping.py",
    "storage.py",
    "pairing.py",
}


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


def atomic_write(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Write a file through `write(binary_file)`, so that it is there in full or not at all."""
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        write(file)


def write_json(path: Path, data: Any) -> None:
    """Write plain data as indented JSON, atomically."""
    text = json.dumps(to_plain(data), indent=1, ensure_ascii=False) + "\n"
    atomic_write(path, lambda file: file.write(text.encode()))


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or broken one gives a sentence."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FolderError(f"{path} is missing.") from None
    except (OSError, ValueError) as error:
        raise FolderError(f"{path} cannot be read: {error}") from None


def to_plain(value: Any) -> Any:
    """Copy dataclasses, dates, paths and NumPy values into what JSON can hold."""
    if hasattr(value, "to_plain"):
        return value.to_plain()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, enum.Enum):
        return to_plain(value.value)
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if type(value).__module__ == "numpy":
        if value.dtype.kind in "mM":
            return value.astype("U").tolist()
        return value.tolist()
    return value


def configuration_hash(*parts: Any) -> str:
    """A sha256 (hex) of plain data, independent of the order of keys."""
    text = json.dumps(to_plain(parts), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def source_hash() -> str:
    """A sha256 (hex) of the program's files that decide what a run gives."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        if path.name in AFTERWARDS or path.name.startswith(("ensemble", "figures", "outputs")):
            continue
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def provenance() -> dict:
    """Versions and machine, for run.json."""
    versions = {}
    for name in ("sahel-scenarios", *PACKAGES):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "versions": versions,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": platform.processor(),
        "source_hash": source_hash(),
    }


def part_path(folder: Path, scenario: str, replicate: int) -> Path:
    """Where the finished replicate of a scenario lies."""
    return Path(folder) / "parts" / scenario / f"{replicate:04d}.npz"


def remove_parts(folder: Path) -> None:
    """Remove the finished replicates of a complete folder; tables and figures stay."""
    if read_json(Path(folder) / "run.json").get("status") != "complete":
        raise FolderError(f"{folder} is not complete: its parts are kept.")
    shutil.rmtree(Path(folder) / "parts", ignore_errors=True)


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
