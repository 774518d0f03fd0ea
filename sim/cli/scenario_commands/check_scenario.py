"""`sahel check FILE`: what a scenario's file means, in words, and how long it will take."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from sim.cli.comparison_options import DEFAULT_REPLICATES
from sim.core.errors import UserError
from sim.runs.time_needed import kernels_words, seconds_needed, time_words
from sim.settings.compose import settings_for
from sim.settings.library import Library, WithScenario
from sim.settings.overrides import key_of
from sim.settings.words.scenario import scenario_words


def check_scenario(path: Path, overrides: list[str], folder: str | None = None) -> int:
    """Print what the scenario in a file means with these overrides, and how long it takes; raises `UserError`."""
    if not path.is_file():
        raise UserError(f"There is no file or folder {path}.")
    if path.suffix != ".yaml":
        raise UserError(f"{path} is no folder of results, and must end in .yaml to be a scenario's file.")
    path = path.resolve()
    library = library_of(path, folder)
    name = path.stem
    settings = settings_for([f"scenario={name}", *overrides], library=library)
    plain = [word for word in overrides if not key_of(word).startswith("blockade")]
    history = settings_for(["scenario=history", *plain], library=library)
    print("\n".join(scenario_words(settings, history, library)))
    print("How long:")
    workers = os.cpu_count() or 1
    one, compared = seconds_needed([settings], 1, 1), seconds_needed([history, settings], DEFAULT_REPLICATES, workers)
    print(f"  one replicate: {time_words(one)}")
    print(
        f"  beside history, {DEFAULT_REPLICATES} replicates, {workers} workers: {time_words(compared)}{kernels_words()}"
    )
    print(f"Run it: {command(path, name, overrides)}")
    return 0


def library_of(path: Path, folder: str | None) -> Library:
    """The options beside which a file is read: its own folder's, where it lies in one, or those of `folder=`."""
    if folder is None and path.parent.name == "scenario":
        shipped = Library()
        if shipped.is_shipped(path):
            return shipped
        own = Library(path.parent.parent)
        own.find("scenario", path.stem)
        return own
    return WithScenario(path, folder)


def command(path: Path, name: str, overrides: list[str]) -> str:
    """How to compare the scenario with history."""
    if path.parent.name != "scenario":
        return (
            f"put the file into a folder called scenario, such as my_scenarios/scenario/{path.name}, then "
            f"sahel compare folder=my_scenarios scenarios=[history,{name}]"
        )
    folder = [] if Library().is_shipped(path) else [f"folder={path.parent.parent}"]
    return shlex.join(["sahel", "compare", *folder, f"scenarios=[history,{name}]", *overrides])
