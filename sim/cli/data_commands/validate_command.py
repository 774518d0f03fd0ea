"""`sahel validate`: the model beside the record, from a folder that exists or from a history that is run for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim.cli.arguments import CommandLine
from sim.cli.comparison_options import (
    OF_STOPPING,
    OF_TELLING,
    agreed,
    count,
    retention_of,
    where_to_compute,
    workers_of,
)
from sim.cli.terminal import guarded, output_folder, say, tell_notes
from sim.core.errors import UserError, unknown
from sim.core.files import path_named
from sim.core.structure import structure
from sim.settings.compose import settings_for
from sim.settings.overrides import Overrides, parse_overrides
from sim.settings.settings import Settings

DEFAULT_REPLICATES = 40
#: what of a folder that exists can be asked for
OF_READING = ("scenario", "observed", "output")
#: the scenario beside history in which coups are outcomes, from this day on
COUPS, COUPS_FROM = "coups_as_outcomes", "2020-01-01"


def validate(line: CommandLine) -> int:
    """Print the yardstick and write it into the folder."""
    if line.needs_hydra:
        raise UserError("sahel validate takes overrides only; use sahel run for Hydra's flags.")
    folders = [word for word in line.overrides if "=" not in word]
    if len(folders) > 1:
        raise UserError(f"Say one folder, not {len(folders)}: sahel validate some/folder.")
    overrides = [word for word in line.overrides if "=" in word]
    parsed = parse_overrides(overrides)
    if "observed" in parsed.values and not parsed.get("observed"):
        raise UserError("observed must be the name of a folder of downloads: observed=some/downloads.")
    events = observed_events(parsed.get("observed"))
    if folders:
        folder = path_named(folders[0])
        if not (folder / "run.json").exists():
            raise UserError(f"The folder '{folder}' holds no comparison (no run.json in it).")
        wrong = [name for name in (*parsed.values, *parsed.groups) if name.split(".")[0] not in OF_READING]
        if wrong:
            raise unknown("word", wrong[0], OF_READING, "for a folder that exists")
        scenario = parsed.groups.get("scenario")
    else:
        folder, scenario = run_history(overrides, parsed, line), "history"
    output = folder_for(parsed.get("output")) if folders and "output" in parsed.values else folder
    report(folder, scenario, events, output, "sahel validate " + " ".join(line.overrides))
    return 0


def folder_for(name: Any) -> Path:
    """Make the folder for the page and its tables, which may hold earlier ones."""
    if not name or not isinstance(name, (str, int, float)):
        raise UserError("output must be the name of a folder: output=some/folder.")
    folder = path_named(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UserError(f"{folder} is a file; name a folder for the output.") from None
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from None
    return folder


def run_history(overrides: list[str], parsed: Overrides, line: CommandLine) -> Path:
    """Run the history, and beside it the one whose coups are outcomes; the folder with its tables."""
    for key in (*OF_STOPPING, *OF_TELLING):
        if key in parsed.values:
            raise UserError(f"'{key}' belongs to sahel compare; sahel validate takes a number.")
    replicates = count(parsed, "replicates", DEFAULT_REPLICATES)
    workers = workers_of(parsed)
    compute, address = where_to_compute(parsed)
    check_region(parsed, line.folder)
    settings = histories(overrides, parsed, line.folder)
    first = next(iter(settings.values()))
    output = output_folder(parsed.get("output"))
    tell_notes(first)
    from sim.results.write_tables import write_all
    from sim.runs.comparison import run_comparison
    from sim.runs.plan import ComparisonPlan

    where = {"workers": workers, "compute": compute, "address": address, "agreed": agreed(parsed)}
    plan = ComparisonPlan(settings, replicates, output, first.seed, retention=retention_of(parsed), **where)
    guarded(output, lambda: run_comparison(plan, not line.quiet, finish=False))
    if not line.quiet:
        say("Writing tables.")
    guarded(output, lambda: write_all(output))
    return output


def check_region(parsed: Overrides, folder: str | None) -> None:
    """Refuse a region of which nothing was observed."""
    region = parsed.groups.get("region")
    if region is not None and "MLI" not in settings_for([f"region={region}"], folder).region_info.theatre:
        raise UserError(f"sahel validate compares with what was observed; region '{region}' is made up.")


def histories(overrides: list[str], parsed: Overrides, folder: str | None) -> dict[str, Settings]:
    """The settings of history, and unless `coups=false` of the same with coups as outcomes from 2020 on."""
    coups = True if parsed.get("coups") is None else structure(bool, parsed.get("coups"), "coups")
    own = ("coups=", "observed=", "replicates=", "workers=")
    overrides = [word for word in overrides if not word.startswith(own)]
    if "period" not in parsed.groups:
        overrides = ["period=record", *overrides]
    found = {"history": settings_for(overrides, folder)}
    if coups and "politics" not in parsed.groups and found["history"].end.isoformat() > COUPS_FROM:
        levers = [word for word in overrides if not word.startswith("levers.from=")]
        found[COUPS] = settings_for(["politics=endogenous", f"levers.from={COUPS_FROM}", *levers], folder)
    return found


def observed_events(folder: Any) -> Any:
    """Recorded events of the user's own downloads: from `observed=`, or the folder that SAHEL_DATA names."""
    folder = folder or os.environ.get("SAHEL_DATA")
    if not folder:
        return None
    from sim.validation.observations import recorded_events

    return recorded_events(path_named(folder))


def report(folder: Path, scenario: str | None, events: Any, output: Path, command: str) -> None:
    """Measure, print, write the files and draw the figures."""
    from sim.cli.data_commands.yardstick_summary import print_yardstick
    from sim.results.result_folder import open_folder
    from sim.validation.yardstick.figures import draw
    from sim.validation.yardstick.report import write
    from sim.validation.yardstick.table import measure

    output.mkdir(parents=True, exist_ok=True)
    found = measure(open_folder(folder), scenario, events)
    paths = [*write(found, output, command), *draw(found, output / "figures", events)]
    print_yardstick(found, paths)
