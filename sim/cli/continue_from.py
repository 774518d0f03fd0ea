"""Continuations: what a run takes over from a saved state (`from=`), where it leaves states of its own (`save_at=`)."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sim.core.errors import UserError
from sim.core.files import path_named
from sim.core.structure import read_date
from sim.runs.comparison import run_one
from sim.runs.single_run import simulate_from_state as simulate
from sim.runs.states.saved_state import SavedState, StateError, load_state, state_path, step_of
from sim.runs.workers import Checkpoint
from sim.settings.compose import settings_for
from sim.settings.overrides import Overrides, key_of, parse_overrides
from sim.settings.settings import Settings

_NAME = re.compile(r"[\w-]+")


def read_state(overrides: list[str]) -> SavedState | None:
    """Read the state that `from=` names, if one is named."""
    named = [override for override in overrides if key_of(override) == "from"]
    file = parse_overrides(named).get("from")
    if file is None:
        return None
    if not isinstance(file, str) or not file.strip():
        raise UserError("from must be the file of a saved state, such as from=some/folder/states/2025-09-01.npz.")
    return load_state(file)


def completed(overrides: list[str], state: SavedState) -> list[str]:
    """The overrides, and those that a state decides where they do not name it: region, seed, replicate, period etc."""
    keys = {key_of(override) for override in overrides}
    saved = state.settings
    usual: dict[str, Any] = {
        "region": saved.region,
        "scenario": saved.scenario.name,
        "seed": saved.seed,
        "replicate": saved.replicate,
        "draw": saved.draw,
        "step_days": saved.step_days,
        "resolution": saved.resolution,
    }
    if "period" not in keys:
        usual |= {"period.start": saved.start, "period.end": saved.end}
    for key, value in usual.items():
        if key not in keys and value is not None and (not isinstance(value, str) or _NAME.fullmatch(value)):
            overrides = [*overrides, f"{key}={value}"]
    return overrides


def continuation_settings(
    overrides: list[str], folder: str | None, state: SavedState | None
) -> tuple[Settings, list[str]]:
    """Settings of a continuation of `state`, checked against it, and notes for the user.

    Unless an override says otherwise, levers act from the state's day on; but where the saved run's levers go on,
    from its own.
    """
    if state is None:
        return settings_for(overrides, folder), []
    overrides = completed(overrides, state)
    if any(key_of(override) == "levers.from" for override in overrides):
        settings = settings_for(overrides, folder)
        return settings, state.check(settings)
    problem = None
    for day in (state.day, state.settings.levers_from):
        try:
            settings = settings_for([*overrides, f"levers.from={day}"], folder)
            return settings, state.check(settings)
        except UserError as error:
            problem = problem or error
    raise problem


def save_steps(days: Any, settings: Settings, state: SavedState | None = None) -> dict[int, date]:
    """Steps before which to save a state, and their days; `days` is what stands behind `save_at=`."""
    found = {}
    for item in [] if days is None else days if isinstance(days, list) else [days]:
        day = read_date(str(item), "save_at")
        step = step_of(settings, day)
        if not settings.region_info.start <= day < settings.end:
            raise UserError(f"save_at is {day}, outside the run, {settings.region_info.start} to {settings.end}.")
        if state is not None and step < state.step:
            raise UserError(f"save_at is {day}, before the day of the state from which the run goes on ({state.day}).")
        found[step] = day
    return found


def run_continuation(
    settings: Settings,
    output: Path,
    progress: bool,
    state: SavedState | None,
    save: dict[int, date],
    command: str | None = None,
) -> Any:
    """Run one replicate from a state, or to one, into a folder; its run.json tells of the states."""
    about: dict[str, Any] = {"command": command}
    if state is not None:
        about["from"] = {"file": str(state.path), "day": state.day, "step": state.step, "sha256": state.sha256}
    files = {step: (state_path(output, day), day) for step, day in save.items()}
    if files:
        about["states"] = [str(path.relative_to(output)) for path, _ in files.values()]
    return run_one(settings, output, progress, function=partial(simulate, state=state, save=files), about=about)


def checkpoint_of_comparison(
    overrides: list[str], parsed: Overrides, replicates: Any, output: Path, settings: dict[str, Settings]
) -> Checkpoint | None:
    """What a comparison goes on from and what its first scenario leaves, as `from=` and `save_at=` say.

    Each scenario is checked.
    """
    state = first_state(overrides)
    if state is not None:
        for name, item in settings.items():
            try:
                state.check(item.with_replicate(state.settings.replicate))
            except StateError as error:
                raise StateError(f"{name}: {error}") from None
        for replicate in range(replicates) if isinstance(replicates, int) else ():
            if not (state.path.parent / f"{replicate:04d}.npz").is_file():
                raise StateError(f"There is no state of replicate {replicate} in {state.path.parent}.")
    save = save_steps(parsed.get("save_at"), next(iter(settings.values())), state)
    if state is None and not save:
        return None
    places = tuple((step, day, output / "states" / day.isoformat()) for step, day in save.items())
    return Checkpoint(None if state is None else state.path.parent.resolve(), places)


def first_state(overrides: list[str]) -> SavedState | None:
    """The state of replicate 0 in the folder that `from=` names to a comparison."""
    name = parse_overrides([override for override in overrides if key_of(override) == "from"]).get("from")
    if name is None:
        return None
    folder = path_named(name)
    if not (folder / "0000.npz").is_file():
        raise UserError(
            f"from={name} names no states of a comparison; it must be a folder such as some/folder/states/2025-09-01, "
            "with a state for each replicate (0000.npz, 0001.npz, ...)."
        )
    return load_state(folder / "0000.npz")


def completed_for_comparison(overrides: list[str]) -> list[str]:
    """The overrides of a comparison, and those that its saved states decide; levers act from their day on."""
    state = first_state(overrides)
    if state is None:
        return overrides
    keys = {key_of(override) for override in overrides}
    own = [
        override
        for override in completed(overrides, state)
        if override in overrides or key_of(override) not in ("scenario", "replicate")
    ]
    return own if "levers.from" in keys else [*own, f"levers.from={state.day}"]
