"""The words `from=` and `save_at=`: what a run takes over from a saved state, and where it leaves states of its own."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sim.core.errors import UserError
from sim.core.structure import read_date
from sim.runs.comparison import run_one
from sim.runs.saved_state import SavedState, StateError, load_state, state_path, step_of
from sim.runs.single_run import simulate_from_state as simulate
from sim.runs.workers import Past
from sim.settings.compose import settings_for
from sim.settings.overrides import Words, parse_words
from sim.settings.settings import Settings

_NAME = re.compile(r"[\w-]+")


def key_of(word: str) -> str:
    """The key that a word sets."""
    return word.lstrip("+~").partition("=")[0].replace("/", ".")


def state_said(words: list[str]) -> SavedState | None:
    """Read the state that `from=` names, if one is named."""
    named = [word for word in words if key_of(word) == "from"]
    said = parse_words(named).get("from")
    if said is None:
        return None
    if not isinstance(said, str) or not said.strip():
        raise UserError("from must be the file of a saved state, such as from=some/folder/states/2025-09-01.npz.")
    return load_state(said)


def completed(words: list[str], state: SavedState) -> list[str]:
    """The words, and those that a state decides where they were not said: its region, seed, replicate, period and so on."""
    said = {key_of(word) for word in words}
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
    if "period" not in said:
        usual |= {"period.start": saved.start, "period.end": saved.end}
    for key, value in usual.items():
        if key not in said and value is not None and (not isinstance(value, str) or _NAME.fullmatch(value)):
            words = [*words, f"{key}={value}"]
    return words


def future_settings(words: list[str], folder: str | None, state: SavedState | None) -> tuple[Settings, list[str]]:
    """Settings of a future of `state`, checked against it, and notes for the user.

    Where nothing is said of it, levers act from the state's day on; but where the saved run's levers go on, from its own.
    """
    if state is None:
        return settings_for(words, folder), []
    words = completed(words, state)
    if any(key_of(word) == "levers.from" for word in words):
        settings = settings_for(words, folder)
        return settings, state.check(settings)
    problem = None
    for day in (state.day, state.settings.levers_from):
        try:
            settings = settings_for([*words, f"levers.from={day}"], folder)
            return settings, state.check(settings)
        except UserError as error:
            problem = problem or error
    raise problem


def save_steps(said: Any, settings: Settings, state: SavedState | None = None) -> dict[int, date]:
    """Steps before which to save a state, and the days said; `said` is what stands behind `save_at=`."""
    found = {}
    for item in [] if said is None else said if isinstance(said, list) else [said]:
        day = read_date(str(item), "save_at")
        step = step_of(settings, day)
        if not settings.region_info.start <= day < settings.end:
            raise UserError(f"save_at is {day}, outside the run, {settings.region_info.start} to {settings.end}.")
        if state is not None and step < state.step:
            raise UserError(f"save_at is {day}, before the day of the state from which the run goes on ({state.day}).")
        found[step] = day
    return found


def run_future(
    settings: Settings, output: Path, progress: bool, state: SavedState | None, save: dict[int, date]
) -> Any:
    """Run one replicate from a state, or to one, into a folder; its run.json tells of the states."""
    about: dict[str, Any] = {}
    if state is not None:
        about["from"] = {"file": str(state.path), "day": state.day, "step": state.step, "sha256": state.sha256}
    files = {step: (state_path(output, day), day) for step, day in save.items()}
    if files:
        about["states"] = [str(path.relative_to(output)) for path, _ in files.values()]
    return run_one(settings, output, progress, function=partial(simulate, state=state, save=files), about=about)


def past_of_comparison(
    words: list[str], said: Words, replicates: Any, output: Path, settings: dict[str, Settings]
) -> Past | None:
    """What a comparison goes on from and what its first scenario leaves, as `from=` and `save_at=` say; each scenario is checked."""
    state = first_state(words)
    if state is not None:
        for name, item in settings.items():
            try:
                state.check(item.with_replicate(state.settings.replicate))
            except StateError as error:
                raise StateError(f"{name}: {error}") from None
        for replicate in range(replicates) if isinstance(replicates, int) else ():
            if not (state.path.parent / f"{replicate:04d}.npz").is_file():
                raise StateError(f"There is no state of replicate {replicate} in {state.path.parent}.")
    save = save_steps(said.get("save_at"), next(iter(settings.values())), state)
    if state is None and not save:
        return None
    places = tuple((step, day, output / "states" / day.isoformat()) for step, day in save.items())
    return Past(None if state is None else state.path.parent.resolve(), places)


def first_state(words: list[str]) -> SavedState | None:
    """The state of replicate 0 in the folder that `from=` names to a comparison."""
    said = parse_words([word for word in words if key_of(word) == "from"]).get("from")
    if said is None:
        return None
    folder = Path(str(said)).expanduser()
    if not (folder / "0000.npz").is_file():
        raise UserError(
            f"from={said} names no states of a comparison; it must be a folder such as some/folder/states/2025-09-01, "
            "with a state for each replicate (0000.npz, 0001.npz, ...)."
        )
    return load_state(folder / "0000.npz")


def completed_for_comparison(words: list[str]) -> list[str]:
    """The words of a comparison, and those that its saved states decide; levers act from their day on."""
    state = first_state(words)
    if state is None:
        return words
    said = {key_of(word) for word in words}
    own = [word for word in completed(words, state) if word in words or key_of(word) not in ("scenario", "replicate")]
    return own if "levers.from" in said else [*own, f"levers.from={state.day}"]
