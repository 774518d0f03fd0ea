"""How well several workers are used: `python tools/efficiency.py` (a machine with nothing else to do).

The same comparison is run with one worker and with two (or --workers), each into a folder of its own that is thrown
away, tables and figures left out. Efficiency is the time with one worker over so many times the time with several:

    whole          from the call to the last record on disk, the start of the workers included
    simulation     from the first run sent to the last record on disk

and what it is made of: the share of the time in which workers were at a run (the rest is waiting at the end), and
how much longer a run takes when others run beside it (memory and caches shared; on a machine with other work, that
work, too). `--compute dask` measures a cluster of one's own instead. Target: 90 % of the whole.

On a machine that is not quiet, wall-clock time says little; the line by processor time does not count what others
take: processor seconds of all processes with one worker, over those with several, times the share at work.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

TARGET = 0.9


def parse(arguments=None) -> argparse.Namespace:
    """Words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--replicates", type=int, default=10)
    parser.add_argument("--scenarios", default="history,restraint,un_stays,france_stays,bamako_prolonged")
    parser.add_argument("--region", default="sahel")
    parser.add_argument("--repeats", type=int, default=1, help="how often; the shortest of each counts")
    parser.add_argument("--compute", default="local", choices=("local", "dask"))
    parser.add_argument("--check", action="store_true", help="exit with 1 if the target is missed")
    return parser.parse_args(arguments)


def measured(settings: dict, replicates: int, workers: int, compute: str) -> dict[str, float]:
    """Seconds of one comparison, by what they went into."""
    from sim.core.files import read_json
    from sim.runs.comparison import run_comparison
    from sim.runs.plan import ComparisonPlan

    with tempfile.TemporaryDirectory(prefix="sahel-efficiency-") as folder:
        began, spent = time.perf_counter(), processor_seconds()
        run_comparison(ComparisonPlan(settings, replicates, Path(folder), 1, workers, compute=compute), finish=False)
        whole, spent = time.perf_counter() - began, processor_seconds() - spent
        taken = read_json(Path(folder) / "run.json")["time"]
    return {
        "whole": whole,
        "simulation": taken["simulation_seconds"],
        "a run": taken["busy_seconds"] / taken["runs"],
        "at work": taken["busy_seconds"] / taken["worker_seconds"],
        "processor": spent,
    }


def processor_seconds() -> float:
    """Processor time of this process and of all its children that have ended."""
    return sum(os.times()[:4])


def main(arguments=None) -> int:
    """Measure, print, and say whether the target is met."""
    from sim.cli.comparison_options import compared
    from sim.settings.overrides import parse_overrides

    said = parse(arguments)
    words = [f"region={said.region}", f"scenarios=[{said.scenarios}]"]
    settings = compared(words, parse_overrides(words), None)
    measured(settings, 1, 1, "local")  # kernels compiled, files in the system's memory
    best: dict[int, dict[str, float]] = {}
    for _ in range(said.repeats):
        for workers in (1, said.workers):
            found = measured(settings, said.replicates, workers, said.compute)
            # all numbers of the quickest run, so that they belong together
            if workers not in best or found["whole"] < best[workers]["whole"]:
                best[workers] = found
    one, more = best[1], best[said.workers]
    print(f"{len(settings)} scenarios x {said.replicates} replicates, compute={said.compute}, seconds:")
    print(f"{'workers':>8} {'whole':>8} {'simulation':>11} {'a run':>8} {'at work':>8} {'processor':>10}")
    for workers, row in best.items():
        print(
            f"{workers:>8} {row['whole']:>8.1f} {row['simulation']:>11.1f} {row['a run']:>8.3f}"
            f" {row['at work']:>8.1%} {row['processor']:>10.1f}"
        )
    for what in ("whole", "simulation"):
        print(f"efficiency of {what:<11} {one[what] / (said.workers * more[what]):6.1%}")
    print(f"by processor time         {one['processor'] / more['processor'] * more['at work']:6.1%}")
    print(f"a run beside others takes {more['a run'] / one['a run'] - 1:+.1%} longer")
    met = one["whole"] / (said.workers * more["whole"]) >= TARGET
    print(f"target of {TARGET:.0%}: {'met' if met else 'MISSED'}")
    return 0 if met or not said.check else 1


if __name__ == "__main__":
    sys.exit(main())
