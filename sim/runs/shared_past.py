"""Scenarios that share a past run it once: a model's state is taken where the first of them diverges, and put into a
model of each.

The state is the columns of every table and the few things beside them (clock, schedule position, orders, ramps, the
account of persons). A model that goes on from a state gives the same bits as one that ran from the beginning; a test
holds it to that.
"""

from __future__ import annotations

import copy
import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

from sim.model.model import ConflictModel
from sim.recording.recorder import Recorder
from sim.runs.snapshot import put_state, take_state
from sim.settings.divergence import first_difference
from sim.settings.settings import steps_of


def branch_step(base, other) -> int | None:
    """Steps that two settings share from the start; None when they never part, 0 when nothing can be shared."""
    if (base.start, base.end, base.record) != (other.start, other.end, other.record):
        return 0
    day = first_difference(base, other)
    if day is None:
        return None
    return max(0, int((day - base.region_info.start).days / base.step_days))


def simulate_shared_past(
    settings: list[Any],
    world: Any,
    progress: Callable[[float], None] | None = None,
    start: Any = None,
    between: Callable[[int, ConflictModel, Recorder], None] | None = None,
) -> Iterator[tuple[int, Any]]:
    """Run several settings of one replicate, sharing pasts; yields (index, RunRecord) as each is finished.

    `progress(part)` is told the share of one run that was just done (or spared). `start` is a saved state from which
    all go on (`start.put(model)` gives the recorder); `between(step, model, recorder)` is called before each step of
    the first.
    """
    base = settings[0]
    total = steps_of(base)
    tell = progress or (lambda part: None)
    parts_at = {i: branch_step(base, other) for i, other in enumerate(settings) if i > 0}
    wanted = {step for step in parts_at.values() if step}
    states: dict[int, tuple[dict, Recorder]] = {}
    began = time.perf_counter()
    model = ConflictModel(base, world)
    recorder = Recorder(model) if start is None else start.put(model)
    tell(model.step_index / total)
    for step in range(model.step_index, total):
        if step in wanted:
            states[step] = (take_state(model), copy.deepcopy(recorder))
        if between is not None:
            between(step, model, recorder)
        model.step()
        recorder.observe(model)
        tell(1.0 / total)
    last = recorder.record(model, seconds=time.perf_counter() - began)
    del model  # a model and its agents hold one another: free them before the next is built
    gc.collect()
    yield 0, last
    for i, other in enumerate(settings[1:], start=1):
        began = time.perf_counter()
        step = parts_at[i]
        if step is None:  # the same in all but its name
            record = copy.deepcopy(last)
            record.meta["seconds"] = 0.0
            tell(1.0)
            yield i, record
            continue
        model = ConflictModel(other, world)
        if step in states:
            state, past = states[step]
            put_state(model, state)
            recorder = copy.deepcopy(past)
        else:
            recorder = Recorder(model) if start is None else start.put(model)
            step = model.step_index
        tell(step / total)
        for _ in range(step, steps_of(other)):
            model.step()
            recorder.observe(model)
            tell(1.0 / total)
        record = recorder.record(model, seconds=time.perf_counter() - began)
        del model
        gc.collect()
        yield i, record
