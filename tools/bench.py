"""How fast a run is, and why: `make bench`.

Times years of the default region with all shipped actors on one core, recording of the default outcomes included; the
same processes written plainly agent by agent (tests/reference); the floor, copying every column once a week; the time
by process; building a model; and peak memory. All times are of the processor and not of the clock on the wall, so
that what else runs on the machine disturbs them less. Targets: at most 0.15 s a year and at least 80 times less than
the plain version; at first 0.3 s and 25 times.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

WEEKS = 52
SECONDS_A_YEAR, RATIO, MEGABYTES = 0.15, 80.0, 500.0
AT_FIRST = (0.3, 25.0)  # seconds a year and ratio that were asked for first
clock = time.process_time


def parse(arguments=None) -> argparse.Namespace:
    """Words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--region", default="sahel", help="region to time (default: sahel)")
    parser.add_argument("--lead-in", type=float, default=8.0, help="years from the start of history before timing")
    parser.add_argument("--years", type=int, default=3, help="years timed of the model")
    parser.add_argument("--plain-weeks", type=int, default=4, help="weeks timed of the plain version")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    return parser.parse_args(arguments)


def ready_model(region: str, lead_in: float):
    """A model some years into its history, with its recorder, and its kernels compiled."""
    from sim.model.model import ConflictModel
    from sim.recording.recorder import Recorder
    from sim.settings.compose import settings_for

    model = ConflictModel(settings_for([f"region={region}"]))
    recorder = Recorder(model)
    for _ in range(max(2, round(lead_in * WEEKS))):
        model.step()
        recorder.observe(model)
    return model, recorder


def time_years(model, recorder, years: int) -> tuple[list[float], dict[str, float]]:
    """Seconds of each year, and seconds a year by process with the recorder and the frame of the week among them."""
    seconds, spent = [], defaultdict(float)
    for _ in range(years):
        began = clock()
        for _ in range(WEEKS):
            model.step()
            recorder.observe(model)
        seconds.append(clock() - began)
    for _ in range(WEEKS):  # once more, with a clock between the processes
        began = clock()
        model.begin_week()
        spent["frame of the week"] += clock() - began
        for name, process, switch in model.week:
            began = clock()
            if switch.on:
                process(model, model.dt * switch.scale)
            spent[name] += clock() - began
        began = clock()
        model.end_week()
        spent["frame of the week"] += clock() - began
        began = clock()
        recorder.observe(model)
        spent["recording"] += clock() - began
    return seconds, dict(spent)


def time_plain(model, weeks: int) -> float:
    """Seconds a year of the plain version from the model's present state, its copying not counted."""
    from tests.reference import week
    from tests.reference.plain import PlainModel

    plain = PlainModel(model)
    began = clock()
    for _ in range(weeks):
        week.step(plain)
    return (clock() - began) / weeks * WEEKS


def time_floor(model) -> float:
    """Seconds a year for copying every column once a week."""
    columns = [getattr(table, name) for table in model.tables.values() for name in table.columns]
    copies = [column.copy() for column in columns]
    began = clock()
    for _ in range(WEEKS):
        for copy, column in zip(copies, columns, strict=True):
            np.copyto(copy, column)
    return clock() - began


def time_building(model, times: int = 3) -> float:
    """Seconds to build a model anew from its settings and map, as every continuation of a shared past does."""
    from sim.model.model import ConflictModel

    seconds = []
    for _ in range(times):
        began = clock()
        ConflictModel(model.settings, model.world)
        seconds.append(clock() - began)
    return min(seconds)


def main(arguments=None) -> int:
    """Measure and print; 1 if a target is missed and `--check` asks."""
    words = parse(arguments)
    model, recorder = ready_model(words.region, words.lead_in)
    print(
        f"Region {words.region}: {len(model.cells)} cells, {len(model.communities)} communities, "
        f"{len(model.actors)} actors, {int((model.units.manpower > 0).sum())} units; from {model.date}."
    )
    plain = time_plain(model, words.plain_weeks)
    floor = time_floor(model)
    seconds, spent = time_years(model, recorder, words.years)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    year = float(np.median(seconds))
    steps = sum(spent.values()) - spent["recording"]
    rows = [
        (
            "a year of the model, recording included",
            f"{year:.3f} s",
            f"at most {SECONDS_A_YEAR} s (at first {AT_FIRST[0]} s)",
        ),
        ("a year of the plain version, nothing recorded", f"{plain:.1f} s", ""),
        (
            "plain over model with recording",
            f"{plain / year:.0f}",
            f"at least {RATIO:.0f} (at first {AT_FIRST[1]:.0f})",
        ),
        ("plain over model without recording", f"{plain / steps:.0f}", ""),
        ("floor: every column copied once a week", f"{floor:.4f} s", ""),
        ("building a model", f"{time_building(model):.3f} s", ""),
        ("peak memory, plain copy included", f"{memory:.0f} MB", f"at most {MEGABYTES:.0f} MB"),
    ]
    for label, value, target in rows:
        print(f"  {label:<48}{value:>10}   {target}".rstrip())
    print("  Seconds a year by process:")
    for name, value in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"    {name:<20}{value:8.4f}  {value / sum(spent.values()):5.0%}")
    missed = year > SECONDS_A_YEAR or plain / year < RATIO or memory > MEGABYTES
    print("All targets are met." if not missed else "A target is missed.")
    return int(missed and words.check)


if __name__ == "__main__":
    sys.exit(main())
