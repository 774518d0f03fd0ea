"""What a step costs as the grid gets finer: `make scaling`.

Times weeks of a region at several resolutions, radii in cells (reach of presence and of movement: four cells),
recording included. Units are multiplied with the cells: at half the spacing an actor profile's formation becomes
four, a quarter as strong each, and with it shrink the parameters that are numbers of persons in a cell or in a
formation (`PERSONS`), so that every cell has as many units to deal with as at the files' own resolution, which is the
hard case. (`resolution=0.1` alone leaves formations and parameters as the profiles have them: a katiba stays a
katiba, and the number of units is that of 0.5 degrees.)

Each resolution runs in a process of its own, so that its peak memory is its own. `--reach-km` keeps the reach in km
instead.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

RESOLUTIONS = (1.0, 0.5, 0.25, 0.1)
SECONDS_A_YEAR, MEGABYTES, EXPONENT = 15.0, 1500.0, 1.1
#: parameters that are persons in a cell or in a formation, by process
PERSONS = {
    "movement": ("weak_half", "crowd_half"),
    "combat": ("irregular_reference", "state_reference", "target_half"),
    "violence": ("irregular_reference", "state_reference", "oversight_half", "people_half"),
    "finance": ("jobs_half",),
    "attitudes": ("familiar",),
    "recruitment": ("merge_below",),
    "control": ("administration", "floor"),
}


def parse(arguments=None) -> argparse.Namespace:
    """Words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--region", default="sahel")
    parser.add_argument("--resolutions", type=float, nargs="+", default=list(RESOLUTIONS))
    parser.add_argument("--weeks", type=int, default=26, help="weeks timed (default: 26)")
    parser.add_argument("--lead-in", type=int, default=52, help="weeks before timing (default: 52)")
    parser.add_argument("--reach-km", type=float, default=None, help="reach in km instead of four cells, such as 220")
    parser.add_argument(
        "--units", choices=("cells", "profiles"), default="cells", help="multiplied with cells, or as in profiles"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def multiplied(settings, ratio: float):
    """Settings with formations, and the numbers of persons that go with them, `ratio` times as strong."""
    from copy import deepcopy

    profiles = {
        name: replace(profile, unit_size=max(1.0, profile.unit_size * ratio))
        for name, profile in settings.actors.items()
    }
    parameters = deepcopy(settings.parameters)
    for group, names in PERSONS.items():
        for name in names:
            part = getattr(parameters, group)
            setattr(part, name, getattr(part, name) * ratio)
    return replace(settings, actors=profiles, parameters=parameters, draw="none")


def measure(words) -> dict:
    """Build and run one resolution; seconds of processor time and megabytes."""
    from sim.core.conversions import KM_PER_DEGREE
    from sim.model.model import ConflictModel
    from sim.recording.recorder import Recorder
    from sim.settings.compose import settings_for
    from sim.world.region import load_region

    clock = time.process_time
    degrees = words.resolutions[0]
    own = load_region(words.region)
    before = clock()
    reach = None if words.reach_km is None else max(1, round(words.reach_km / (KM_PER_DEGREE * degrees)))
    world = load_region(words.region, degrees, reach)
    found = {
        "degrees": degrees,
        "cells": world.n_cells,
        "communities": world.n_communities,
        "reach": world.rules.reach_cells,
    }
    found["map"] = clock() - before
    settings = settings_for([f"region={words.region}", f"resolution={degrees}", "period.start=2012-01-01"])
    if words.units == "cells":
        settings = multiplied(settings, (degrees / own.resolution) ** 2)
    before = clock()
    model = ConflictModel(settings, world)
    found["build"] = clock() - before
    recorder = Recorder(model)
    seconds = []
    for _ in range(words.lead_in + words.weeks):
        before = clock()
        model.step()
        recorder.observe(model)
        seconds.append(clock() - before)
    found["year"] = 52 * sum(seconds[words.lead_in :]) / words.weeks
    found["units"] = int((model.units.manpower > 0).sum())
    found["rows"] = len(model.units)
    found["killed"] = int(model.ledger["civilians_killed"])
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return found


def in_own_process(words, degrees: float) -> dict:
    """Measure one resolution in a fresh process."""
    command = [sys.executable, __file__, "--one", "--resolutions", str(degrees), "--region", words.region]
    command += ["--weeks", str(words.weeks), "--lead-in", str(words.lead_in), "--units", words.units]
    command += ["--reach-km", str(words.reach_km)] if words.reach_km else []
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def main(arguments=None) -> int:
    """Measure and print; 1 if a target is missed and `--check` asks."""
    words = parse(arguments)
    if words.one:
        print(json.dumps(measure(words)))
        return 0
    import numpy as np

    rows = []
    heads = (
        "degrees",
        "cells",
        "communities",
        "units",
        "reach in cells",
        "s a year",
        "us a cell and week",
        "map s",
        "build s",
        "MB",
    )
    print("".join(f"{head:>{max(9, len(head) + 2)}}" for head in heads))
    for degrees in words.resolutions:
        row = in_own_process(words, degrees)
        rows.append(row)
        values = (
            f"{degrees:g}",
            f"{row['cells']:,}",
            f"{row['communities']:,}",
            f"{row['units']:,}",
            str(row["reach"]),
            f"{row['year']:.3f}",
            f"{row['year'] / 52 / row['cells'] * 1e6:.2f}",
            f"{row['map']:.1f}",
            f"{row['build']:.2f}",
            f"{row['memory']:.0f}",
        )
        print("".join(f"{v:>{max(9, len(h) + 2)}}" for v, h in zip(values, heads, strict=True)), flush=True)
    if len(rows) < 2:
        return 0
    cells, year = np.log([row["cells"] for row in rows]), np.log([row["year"] for row in rows])
    exponent = float(np.polyfit(cells, year, 1)[0])
    largest = (year[-1] - year[-2]) / (cells[-1] - cells[-2])
    print(
        f"Cost grows with cells to the {exponent:.2f} (all), {largest:.2f} (the last two); target at most {EXPONENT}."
    )
    last = rows[-1]
    print(
        f"The finest: {last['year']:.1f} s a year (at most {SECONDS_A_YEAR:g}), {last['memory']:.0f} MB "
        f"(at most {MEGABYTES:g})."
    )
    missed = max(exponent, largest) > EXPONENT or last["year"] > SECONDS_A_YEAR or last["memory"] > MEGABYTES
    print("A target is missed." if missed else "All targets are met.")
    return int(missed and words.check)


if __name__ == "__main__":
    sys.exit(main())
