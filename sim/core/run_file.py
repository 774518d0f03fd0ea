"""`run.json`, the file by which a folder of results says what it holds, and the format of such folders."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

from sim.core.files import FolderError, read_json

#: raised when what a folder holds, or where, changes so that an older program or a newer one would misread it
FOLDER_FORMAT = 2
NAME = "run.json"


def has_run(folder: Path) -> bool:
    """Whether a folder says that it holds results."""
    return (Path(folder) / NAME).exists()


def read_run(folder: Path) -> dict[str, Any]:
    """What a folder says of itself. Raises `FolderError` with one sentence where it is missing, broken or of another format."""
    run = read_json(Path(folder) / NAME)
    if not isinstance(run, dict):
        raise FolderError(f"{Path(folder) / NAME} cannot be read: it holds no mapping of names to values.")
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
