"""`sahel check`: what a scenario's file means, or whether a folder of results is whole."""

from __future__ import annotations

from pathlib import Path

from sim.cli.arguments import CommandLine
from sim.core.errors import UserError, printable
from sim.core.files import path_named

DAMAGED = 1  # exit code


def check(line: CommandLine) -> int:
    """Check what is named: a folder of results, or a scenario's file."""
    named = [word for word in line.overrides if "=" not in word]
    if len(named) != 1 or line.flags:
        raise UserError(
            "Say which file or folder: sahel check my/folder/scenario/slow_exit.yaml, sahel check some/folder."
        )
    path = path_named(named[0])
    words = [word for word in line.overrides if "=" in word]
    if path.is_dir():
        if words:
            raise UserError(f"{words[0]} belongs to a scenario's file; of a folder, sahel check checks all.")
        return check_results(path)
    from sim.cli.scenario_commands.check_scenario import check_scenario
    from sim.settings.overrides import key_of

    return check_scenario(path, [word for word in words if key_of(word) != "folder"], line.folder)


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
