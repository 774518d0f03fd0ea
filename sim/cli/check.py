"""`sahel check FOLDER`: whether a folder of results is whole."""

from __future__ import annotations

from pathlib import Path

from sim.cli.arguments import CommandLine
from sim.core.errors import UserError, printable
from sim.core.files import path_named

DAMAGED = 1  # exit code


def check(line: CommandLine) -> int:
    """Check what is named: a folder of results."""
    if len(line.overrides) != 1 or line.flags:
        raise UserError("Say which folder: sahel check some/folder.")
    path = path_named(line.overrides[0])
    if not path.exists():
        raise UserError(f"There is no folder '{path}'.")
    if not path.is_dir():
        raise UserError(f"'{path}' is not a folder; sahel check looks at folders of results.")
    return check_results(path)


def check_results(folder: Path) -> int:
    """Print what is wrong with a folder of results and what it takes to heal it; 0 where nothing is wrong."""
    from sim.results.integrity.check import findings
    from sim.results.integrity.folder_lock import locked

    if not (folder / "run.json").exists():
        raise UserError(f"The folder '{folder}' holds no results (no run.json in it).")
    with locked(folder):
        found = findings(folder)
    for item in found.damaged:
        print(printable(f"{item.file}: {item.problem}"))
    for note in found.notes:
        print(printable(f"note: {note}"))
    if not found.damaged:
        print(f"{folder} is whole: {found.looked_at:,} files.")
        return 0
    print(f"{len(found.damaged):,} of {found.looked_at:,} files are not as they should be.")
    print(printable(f"To heal it: {found.cure()}"))
    return DAMAGED
