"""Runs of points: in worker processes, each kept as one line of a file the moment it is done.

A worker makes the run, works out the lines from its record and sends back the figures only. `runs.jsonl` gets a line
for each run; whatever is there already is not run again, so that a search that was killed goes on where it was. A line
that a kill left half written is dropped.
"""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import UserError
from sim.core.files import FolderError
from sim.runs.pool import Pool
from sim.runs.workers import LOAD_WORLD, SIMULATE, describe_map, function_named, world_for
from sim.settings.settings import RecordSettings, Settings
from tools.falsify.lines import CELLS, EVENTS, line_of
from tools.falsify.space import settings_at

AHEAD = 2  # runs sent ahead for each worker


@dataclasses.dataclass(frozen=True)
class Task:
    """One run: its name in the search, number of its replicate, values of parameters, ids of lines. It travels."""

    key: str
    replicate: int
    values: dict[str, float]
    lines: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Run:
    """What came of a task: a figure for each line (NaN where there is none), and seconds taken."""

    key: str
    replicate: int
    values: dict[str, float]
    lines: dict[str, float]
    seconds: float

    def is_of(self, task: Task) -> bool:
        """Whether it is the run that a task asks for."""
        same = self.replicate == task.replicate and self.values == task.values
        return same and set(task.lines) <= set(self.lines)


_maps: dict[int, dict] = {}  # one per world of this process


def settings_for_lines(settings: Settings, lines: Sequence[str]) -> Settings:
    """Settings that record what the lines need, and nothing else."""
    needs = set().union(*(line_of(name).needs for name in lines))
    record = RecordSettings(cells=CELLS in needs, events=EVENTS in needs, flows=False)
    return dataclasses.replace(settings, record=record)


def run_task(settings: Settings, task: Task, simulate: str = SIMULATE, load_world: str = LOAD_WORLD) -> Run | str:
    """Make a run and work out its lines; words where it fails, since an exception need not survive the journey."""
    from sim.validation.yardstick.record_ensemble import RecordEnsemble

    began = time.perf_counter()
    try:
        own = settings_at(settings_for_lines(settings, task.lines), task.values)
        own = dataclasses.replace(own, replicate=task.replicate)
        world = world_for(load_world, own)
        if id(world) not in _maps:
            _maps.clear()
            _maps[id(world)] = describe_map(world)
        record = function_named(simulate)(own, world=world)
        e = RecordEnsemble([record], own, _maps[id(world)])
        found = {name: float(line_of(name).values(e)[0]) for name in task.lines}
    except UserError as error:
        return f"The run {task.key} could not go on: {error}"
    except Exception as error:
        return f"The run {task.key} failed with {type(error).__name__}: {' '.join(str(error).split())}"
    return Run(task.key, task.replicate, task.values, found, time.perf_counter() - began)


class RunFile:
    """The runs of a folder: read when opened, appended one by one."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.runs: dict[str, Run] = {}
        good = 0
        if self.path.exists():
            for text in self.path.read_bytes().splitlines(keepends=True):
                try:
                    if not text.endswith(b"\n"):
                        raise ValueError
                    run = Run(**json.loads(text))
                except (ValueError, TypeError):
                    break
                self.runs[run.key] = run
                good += len(text)
            os.truncate(self.path, good)

    def append(self, run: Run) -> None:
        """Keep a run, on the disk before anything else happens."""
        self.runs[run.key] = run
        with open(self.path, "ab") as file:
            file.write(json.dumps(dataclasses.asdict(run)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def missing(self, tasks: Sequence[Task]) -> list[Task]:
        """Tasks that have not been run with these values."""
        return [task for task in tasks if not (task.key in self.runs and self.runs[task.key].is_of(task))]

    def lines(self, tasks: Sequence[Task]) -> np.ndarray:
        """Figures of tasks that have been run: (tasks, lines)."""
        return np.array([[self.runs[task.key].lines[name] for name in task.lines] for task in tasks])


def run_all(
    pool: Pool,
    settings: Settings,
    tasks: Sequence[Task],
    file: RunFile,
    tell: Callable[[int, int], None] | None = None,
    **functions: Any,
) -> np.ndarray:
    """Run what is missing of the tasks and return the figures of all, (tasks, lines); `tell(done, total)`."""
    missing = deque(file.missing(tasks))
    total, in_air = len(missing), set()
    while missing or in_air:
        while missing and len(in_air) < AHEAD * pool.size():
            in_air.add(pool.submit(_travelling, settings, missing.popleft(), functions))
        done, in_air = wait(in_air, return_when=FIRST_COMPLETED)
        for future in done:
            file.append(_result(future))
        if tell is not None:
            tell(total - len(missing) - len(in_air), total)
    return file.lines(tasks)


def _travelling(settings: Settings, task: Task, functions: dict[str, str]) -> Run | str:
    return run_task(settings, task, **functions)


def _result(future: Future) -> Run:
    """The run of a future; a failure gives a sentence."""
    try:
        found = future.result()
    except BrokenProcessPool:
        raise FolderError(
            "A worker process was stopped from outside (out of memory, perhaps); finished runs are kept, and the same "
            "command goes on from them."
        ) from None
    if isinstance(found, str):
        raise FolderError(f"{found.rstrip('.')} (finished runs are kept, and the same command goes on from them).")
    return found
