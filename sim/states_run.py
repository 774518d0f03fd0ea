"""Runs that go on from saved states, and runs that leave some."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sim.branching import simulate_together
from sim.config import Settings
from sim.model import ConflictModel
from sim.observe import Recorder
from sim.setup import steps_of
from sim.states import SavedState, load_state, save_state


def simulate(
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
    """Run several settings of one replicate as `simulate_together` does, from the state in the file `start` if one is named.

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

    yield from simulate_together(settings, world, progress, state, between)
