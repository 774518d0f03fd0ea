"""Run folders: atomic writes, plain copies of configurations, hashes and provenance.

Everything is first written under a temporary name beside its place, flushed to the disk and then
renamed, so that a file is there in full or not at all. A comparison's folder:

    run.json                     provenance: configuration, seeds, versions, hashes, time taken
    map.json                     what figures need of the map: cells, borders, towns
    parts/<scenario>/0000.npz    finished replicates
    outcomes.parquet, comparison.csv, cells.nc, flows.parquet, events.parquet, parameters.parquet, figures/
    control.parquet, player.nc   where weekly maps were recorded
"""

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from sim.core.errors import LONGEST_WORD, UserError, printable
from sim.core.structure import unstructure

#: raised when what a folder holds, or where, changes so that an older program or a newer one would misread it
FOLDER_FORMAT = 3
#: formats that are still read; what they lack is "not recorded"
READ_FORMATS = (2, FOLDER_FORMAT)
RUN_FILE = "run.json"
#: the key of run.json under which the hash of all else in it stands
SEAL = "seal"
#: bytes of a JSON file that are read
LARGEST_JSON = 1_000_000_000


def path_named(name: object) -> Path:
    """The path that a user names; `~` and `~user` stand for homes. Raises `UserError` for what can be none."""
    try:
        path = Path(str(name)).expanduser()
        path.exists()  # too long a name, or signs that none can have
    except (RuntimeError, ValueError, OSError) as error:
        what = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise UserError(f"'{printable(name, LONGEST_WORD)}' cannot be the name of a file or folder: {what}.") from None
    return path


class FolderError(UserError):
    """A folder that cannot be used, or a run that failed: one sentence for the user."""


class NotRecorded(FolderError):
    """What was asked for has a right name, but this folder did not record it."""


#: what libraries said that failed to write in this process
FAILED_LIBRARY: list[str] = []


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success flush it to disk and rename it to `path`.

    Its name cannot be guessed and it is made anew without following a link, so that nobody who may write into the
    folder can have another file written through it.
    """
    path = Path(path)
    # The suffix is kept, since some writers choose their format by it.
    temporary = path.with_name(f".{path.stem[:80]}.{secrets.token_hex(12)}.tmp{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666))
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise FolderError(f"{path} cannot be written: {told_by_library(error) or error.strerror or error}.") from error
    except RuntimeError as error:
        if not told_by_library(error):
            raise
        raise FolderError(f"{path} cannot be written: {told_by_library(error)}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def told_by_library(error: Exception) -> str:
    """Why a library below could not write, in the system's words by the number of the system's error; else nothing.

    HDF5 is then not to be trusted with its own end: what it holds of the file it tries to write once more as the
    process ends, and crashes (`FAILED_LIBRARY`; `sim.cli.main.entry`).
    """
    number = re.search(r"errno = (\d+)", str(error))
    if number is None:
        return ""
    FAILED_LIBRARY.append(str(error))
    return os.strerror(int(number[1]))


def is_half_written(path: Path) -> bool:
    """True for the temporary name of `atomic_path`: what stays of it was left by a process that was killed."""
    return re.fullmatch(r"\..*\.[0-9a-f]+\.tmp(\.\w+)?", path.name) is not None


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


def open_regular(path: Path) -> IO[bytes]:
    """Open a file to read, refusing what is no file: a pipe would hang for ever, a device never end."""
    path = Path(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise FolderError(f"{path} is missing.") from None
    except (OSError, ValueError) as error:
        raise FolderError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FolderError(f"{path} is not a file.")
    return open(handle, "rb")


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a file, at most so many: a larger one, and whatever is no file, is refused."""
    with open_regular(path) as file:
        try:
            content = file.read(most + 1)
        except OSError as error:
            raise FolderError(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(content) > most:
        raise FolderError(f"{path} is too large: more than {most:,} bytes.")
    return content


def refuse_linked(folder: Path) -> None:
    """Refuse a folder within a folder of results that is a link: what is written there would land somewhere else."""
    if Path(folder).is_symlink():
        raise FolderError(f"{folder} is a link to another place, where nothing is written; remove it.")


def seal_of(run: dict[str, Any]) -> str:
    """A sha256 (hex) of all that run.json holds but the seal itself."""
    plain = unstructure({key: value for key, value in run.items() if key != SEAL})
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_json(path: Path, data: Any) -> None:
    """Write plain data as indented JSON, atomically; run.json with its seal."""
    data = unstructure(data)
    if Path(path).name == RUN_FILE:
        data = {key: value for key, value in data.items() if key != SEAL} | {SEAL: seal_of(data)}
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    atomic_write(path, lambda file: file.write(text.encode()))


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or broken one gives a sentence."""
    try:
        return json.loads(read_regular(path, LARGEST_JSON).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FolderError(f"{path} cannot be read: {error}") from None


def has_run(folder: Path) -> bool:
    """Whether a folder says that it holds results."""
    return (Path(folder) / RUN_FILE).exists()


def read_run(folder: Path) -> dict[str, Any]:
    """What a folder says of itself.

    Raises `FolderError` with one sentence where it is missing, broken or of a format that is not read.
    """
    run = read_json(Path(folder) / RUN_FILE)
    if not isinstance(run, dict):
        raise FolderError(f"{Path(folder) / RUN_FILE} cannot be read: it holds no mapping of names to values.")
    found = run.get("format")
    if found not in READ_FORMATS:
        versions = run.get("provenance")
        versions = versions.get("versions") if isinstance(versions, dict) else None
        by = versions.get("sahel-scenarios") if isinstance(versions, dict) else None
        own = metadata.version("sahel-scenarios")
        known = " and ".join(str(number) for number in READ_FORMATS)
        raise FolderError(
            f"The folder {folder} has format {found if found is not None else 'unknown'}"
            f"{f' (written by version {by})' if by else ''}, and this version ({own}) reads format {known}: "
            "make it anew in another folder, or read it with the version that wrote it."
        )
    seal = run.pop(SEAL, None)
    if seal is not None and seal != seal_of(run):
        raise FolderError(
            f"{Path(folder) / RUN_FILE} is damaged, or was changed by hand: it does not match its seal; the command "
            "that made the folder makes it anew, where the replicates are there."
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
