"""What a job will take: runs, hours by a first timing, disk and memory; a very long one has to be asked for."""

from __future__ import annotations

import math
import os
import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.files import FolderError
from sim.runs.time_needed import time_words
from sim.runs.workers import SIMULATE, compile_kernels, kernels_ready, world_for
from sim.settings.settings import Settings, steps_of

#: beyond so many hours, or the free disk, a job is begun only with yes=true
LONGEST_HOURS = 24.0
#: runs up to which a job on an ordinary map is begun without a word, and degrees of the finest ordinary map
FEW_RUNS, ORDINARY = 60, 0.25
#: seconds of the first timing, its steps at least and at most, and how much slower later weeks are, with more units
TIMING, FEWEST_STEPS, MOST_STEPS, LATER = 3.0, 7, 60, 1.3
#: bytes of a replicate file a step and cell, by what is kept, and what tables add to it (measured on 14 years of the
#: Sahel at half a degree; docs/scale.md)
BYTES = {"full": 2.5, "summary": 0.25, "tables": 0.25}
TABLES = 1.6
#: bytes of a process before it has a map, and of each cell of the map in it
PROCESS, CELL = 350e6, 60e3


@dataclass(frozen=True)
class Estimate:
    """Runs to be made, hours that they take on so many workers, bytes on disk at most and in memory."""

    runs: int
    hours: float
    workers: int
    disk: float
    memory: float
    free_disk: float
    free_memory: float

    def text(self) -> str:
        """What is told before the job begins."""
        return (
            f"{self.runs:,} runs on {self.workers} worker{'s' if self.workers > 1 else ''}: "
            f"{time_words(3600 * self.hours)}, {size(self.disk)} of disk ({size(self.free_disk)} free) and "
            f"{size(self.memory)} of memory."
        )

    def check(self, agreed: bool) -> None:
        """Refuse a very long or large job unless it was asked for. Raises `FolderError`."""
        if agreed:
            return
        reason = None
        if self.hours > LONGEST_HOURS:
            reason = "that is more than a day"
        elif self.disk > self.free_disk:
            reason = "that is more than the disk has free"
        elif self.memory > self.free_memory:
            reason = "that is more memory than is free; fewer workers take less"
        if reason is not None:
            raise FolderError(f"{self.text()[:-1]}; {reason}. Say yes=true to begin all the same.")


def size(amount: float) -> str:
    """So many megabytes or gigabytes."""
    return f"{amount / 1e9:,.1f} GB" if amount >= 1e9 else f"{max(1.0, amount / 1e6):,.0f} MB"


def worth_saying(settings: Settings, runs: int) -> bool:
    """Whether a job is large enough for an estimate; runs of other models than ours have none."""
    return runs > FEW_RUNS or (settings.resolution is not None and settings.resolution < ORDINARY)


def estimate(pool: Any, settings: Settings, runs: int, workers: int, retention: str, folder: Path) -> Estimate:
    """The estimate for so many runs like these settings, after some weeks of one were timed in a worker."""
    seconds, cells = pool.call(timed, settings)
    steps = steps_of(settings)
    a_file = BYTES[retention] * steps * cells
    return Estimate(
        runs,
        seconds * steps * math.ceil(runs / workers) / 3600,
        workers,
        a_file * TABLES * runs,
        (workers + 1) * (PROCESS + CELL * cells),
        float(shutil.disk_usage(folder).free),
        free_memory(),
    )


def timed(settings: Settings) -> tuple[float, int]:
    """Seconds that a step takes, by the first of a run, and cells of the map; the run is thrown away.

    The median, once kernels are compiled: those that load late make single steps a thousand times as long.
    """
    from sim.model.model import ConflictModel
    from sim.recording.recorder import Recorder

    if not kernels_ready(SIMULATE):
        compile_kernels(SIMULATE)
    world = world_for("sim.world.region:load_region", settings)
    model = ConflictModel(settings, world)
    recorder = Recorder(model)
    taken: list[float] = []
    while len(taken) < FEWEST_STEPS or (len(taken) < MOST_STEPS and sum(taken) < TIMING):
        began = time.perf_counter()
        model.step()
        recorder.observe(model)
        taken.append(time.perf_counter() - began)
    return LATER * statistics.median(taken), int(world.n_cells)


def free_memory() -> float:
    """Bytes of memory that a program may take; endless where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return 1024.0 * float(line.split()[1])
    except (OSError, ValueError):
        pass
    return math.inf


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_ours(simulate: str) -> bool:
    """Whether it is this model that is run."""
    return simulate == SIMULATE
