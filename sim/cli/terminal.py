"""What every command says to the user: notes, the folder of the results, what stays when it is stopped."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import UserError
from sim.core.files import check_folder, path_named

if TYPE_CHECKING:
    from sim.settings.settings import Settings  # what prints a folder does without


def say(text: str) -> None:
    """Tell the user something beside the results."""
    print(text, file=sys.stderr)


def tell_notes(settings: Settings, name: str = "") -> None:
    """Say what a user should know about what the overrides came to."""
    for note in settings.notes:
        say(f"note{f' ({name})' if name else ''}: {note}")


def output_folder(name: Any) -> Path:
    """Make the folder for results, refusing what cannot be one."""
    if name is None:
        base = Path("results") / time.strftime("%Y-%m-%d_%H-%M-%S")
        folder, count = base, 1
        while folder.exists():
            folder, count = Path(f"{base}_{count}"), count + 1
    elif isinstance(name, (dict, list, bool)) or str(name).strip() == "":
        raise UserError(f"output must be the name of a folder, not {name}.")
    else:
        folder = path_named(str(name))
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from None
    if not os.access(folder, os.W_OK):
        raise UserError(f"{folder} cannot be written: no permission.")
    return folder


def guarded(output: Path, work: Any) -> Any:
    """Do the work; on Ctrl-C say what stays, on a full or failing disk say so in a sentence."""
    try:
        return work()
    except KeyboardInterrupt:
        if output.exists():
            say(
                f"\nStopped. What was finished stays in {output}; the same command with "
                f"output={output} goes on from there."
            )
        raise
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror or error}.") from error


def print_results(folder: Path) -> None:
    """Print the table of differences, the effects of a crossing, and what a stopping rule found."""
    from sim.cli.comparison_table import print_table
    from sim.cli.scenario_commands.against_assumptions import print_against_assumptions, print_side_effects
    from sim.cli.tables.effects_table import print_effects

    found = print_table(folder)
    print_against_assumptions(found or folder)
    print_side_effects(found or folder)
    print_effects(found or folder)
    if found is None or found.run.get("stopping"):  # the runs' package takes long to import
        from sim.runs.stopping import print_report

        print_report(folder)
    if (folder / "report.html").exists():
        print(f"Report: {folder / 'report.html'}")
