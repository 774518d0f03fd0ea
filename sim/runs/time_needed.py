"""How long runs take, before they are begun: by weeks and cells, from what runs of both shipped regions took."""

from __future__ import annotations

from functools import cache

from sim.runs.shared_past import branch_step
from sim.runs.workers import SIMULATE, kernels_ready
from sim.settings.region import RegionInfo
from sim.settings.settings import Settings, steps_of
from sim.world.place_names import region_folder

#: seconds a week takes at all, and for each cell, on one core: runs of both shipped regions to 2020 and 2022
WEEK, CELL = 0.0024, 2.9e-6

#: seconds for the start of the program and the map, and for tables and figures of a run or of one more scenario
START, TABLES = 5.0, 3.0

#: degrees of the cells of a region's map as shipped
SHIPPED_DEGREES = 0.5


@cache
def cells_of(folder: str) -> int:
    """Cells of a shipped map."""
    path = region_folder(folder) / "cells.csv"
    with path.open(encoding="utf-8") as file:
        return sum(1 for _ in file) - 1


def week_seconds(region: RegionInfo, resolution: float | None) -> float:
    """Seconds that a week takes on one core."""
    finer = (SHIPPED_DEGREES / resolution) ** 2 if resolution else 1.0
    return WEEK + CELL * cells_of(region.folder) * finer


def seconds_needed(settings: list[Settings], replicates: int, workers: int) -> float:
    """Seconds for a comparison of these scenarios, the first the baseline; what they share is simulated once.

    Without the compiling of kernels, which is done once.
    """
    base = settings[0]
    steps = float(steps_of(base))
    for other in settings[1:]:
        shared = branch_step(base, other)
        steps += 0 if shared is None else steps_of(other) - shared
    one = steps * week_seconds(base.region_info, base.resolution)
    rounds = -(-replicates // max(1, workers))
    return START + one * rounds + TABLES * len(settings)


def time_words(seconds: float) -> str:
    """About how long: seconds to one and a half minutes, minutes to one and a half hours, hours to two days."""
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} seconds"
    if seconds < 5400:
        return f"about {round(seconds / 60)} minutes"
    if seconds < 48 * 3600:
        return f"about {seconds / 3600:.1f} hours"
    return f"about {seconds / 86400:,.0f} days"


def kernels_words() -> str:
    """What comes on top the first time."""
    return "" if kernels_ready(SIMULATE) else "; the first time, up to some minutes more for compiling"
