"""One replicate from its settings to its record: from the beginning, or from a saved state; runs that leave some."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sim.model.model import ConflictModel
from sim.recording.recorder import Recorder
from sim.runs.shared_past import simulate_shared_past
from sim.runs.states.saved_state import SavedState, load_state, save_state
from sim.settings.settings import Settings, steps_of


def simulate(settings, world=None, progress=None):
    """Run `settings` to the end and return its RunRecord. `progress(done, total)` is called after each step."""
    from sim.recording.recorder import Recorder

    began = time.perf_counter()
    model = ConflictModel(settings, world)
    recorder = Recorder(model)
    total = steps_of(settings)
    for done in range(1, total + 1):
        model.step()
        recorder.observe(model)
        if progress is not None:
            progress(done, total)
    return recorder.record(model, seconds=time.perf_counter() - began)


def warm_up() -> None:
    """Compile every kernel (kept on disk) by running a few weeks of the teaching region."""
    from sim.settings.compose import settings_for

    settings = settings_for(["region=teaching"])
    model = ConflictModel(settings)
    for _ in range(3):
        model.step()


def simulate_from_state(
    settings: Settings,
    world: Any,
    progress: Callable[[int, int], None] | None = None,
    state: SavedState | None = None,
    save: dict[int, tuple[Path, date]] | None = None,
) -> Any:
    """Run `settings` to the end, from a state if there is one, and save states before the steps that `save` names
    (the file and the day of each)."""
    began = time.perf_counter()
    model = ConflictModel(settings, world)
    recorder = Recorder(model) if state is None else state.put(model)
    total = steps_of(settings)
    for step in range(model.step_index, total):
        if save and step in save:
            save_state(save[step][0], model, recorder, save[step][1])
        model.step()
        recorder.observe(model)
        if progress is not None:
            progress(step + 1, total)
    return recorder.record(model, seconds=time.perf_counter() - began)


def simulate_some(
    settings: list[Settings],
    world: Any,
    progress: Callable[[float], None] | None = None,
    start: Path | None = None,
    save: dict[int, tuple[Path, date]] | None = None,
) -> Iterator[tuple[int, Any]]:
    """Run several settings of one replicate as `simulate_shared_past` does, from the state in the file `start` if any.

    States of the first of them are saved before the steps that `save` names.
    """
    state = None
    if start is not None:
        state = load_state(start)
        for item in settings:
            state.check(item)

    def between(step: int, model: Any, recorder: Recorder) -> None:
        if save and step in save:
            save_state(save[step][0], model, recorder, save[step][1])

    yield from simulate_shared_past(settings, world, progress, state, between)
