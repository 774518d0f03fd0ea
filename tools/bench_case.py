"""How fast displacement cases run: `make bench`.

Times one replicate of a case after compiling, and the same case person by person (tests/reference/case_persons.py);
then a year of a made case of 10,000 places and 50 million people, with the memory of a process that does only that.
The case is Mali 2012 where SAHEL_DATA names its folder, else the one that is shipped. Targets, for Mali 2012: at
most 0.9 s, at least 100 times less than person by person; for the made case, under a minute and under 2 GB.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SECONDS, RATIO, YEAR, MEGABYTES = 0.9, 100.0, 60.0, 2048.0


def parse(arguments=None) -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=int, default=10_000, help="places of the made case")
    parser.add_argument("--people", type=int, default=50_000_000, help="people of the made case")
    parser.add_argument("--made-only", action="store_true", help="only the made case, in this process")
    parser.add_argument("--given", action="store_true", help="the made case with given arrivals")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    return parser.parse_args(arguments)


def replicate_and_persons() -> tuple[str, int, float, float]:
    """Name of the case, people, CPU seconds of a replicate and of the same person by person."""
    from sim.cases.reader import read_case
    from sim.cases.run import simulate_case
    from sim.settings.parameters.groups import Parameters
    from tests.reference.case_persons import PersonCase

    data = os.environ.get("SAHEL_DATA")
    case = read_case(Path(data) / "flee_mali2012" if data else "small")
    parameters = Parameters()
    simulate_case(case, 1, 0, parameters)
    times = []
    for replicate in range(5):
        began = time.process_time()
        simulate_case(case, 1, replicate, parameters)
        times.append(time.process_time() - began)
    began = time.process_time()
    PersonCase(case, parameters.displacement, random.Random(1)).run()
    people = int(case.initial.sum() + case.arrivals.sum())
    return f"{case.name}, {case.days} days", people, min(times), time.process_time() - began


def made(options) -> None:
    """Run a year of the made case and print seconds and megabytes."""
    from sim.cases.run import compile_kernels, simulate_case
    from sim.settings.parameters.groups import Parameters
    from tools.made_case import made_case

    case = made_case(options.places, options.people)
    compile_kernels()
    began = time.process_time()
    run = simulate_case(case, 1, 0, Parameters(), given_arrivals=options.given)
    seconds = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(f"{seconds:.2f} {memory:.0f} {run.arrivals.sum()}")


def main(arguments=None) -> int:
    """Measure and print; 1 if a target is missed and `--check` asks."""
    options = parse(arguments)
    if options.made_only:
        made(options)
        return 0
    name, people, fast, slow = replicate_and_persons()
    print(f"Displacement case {name}, {people:,} people, CPU time after compiling:")
    print(f"  one replicate                                   {fast:8.3f} s   at most {SECONDS} s")
    print(f"  the same person by person                       {slow:8.2f} s")
    print(f"  person by person over cohorts                   {slow / fast:8.0f}     at least {RATIO:.0f}")
    missed = fast > SECONDS or slow / fast < RATIO
    for label, extra in (("its own arrivals", []), ("given arrivals", ["--given"])):
        command = [
            sys.executable,
            __file__,
            "--made-only",
            f"--places={options.places}",
            f"--people={options.people}",
            *extra,
        ]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        seconds, memory, left = float(out[0]), float(out[1]), int(out[2])
        print(
            f"A year of a made case of {options.places:,} places and {options.people:,} people, {label} "
            f"({left:,} left home):"
        )
        print(f"  time                                            {seconds:8.2f} s   under {YEAR:.0f} s")
        print(f"  peak memory                                     {memory:8.0f} MB  under {MEGABYTES:.0f} MB")
        missed = missed or seconds > YEAR or memory > MEGABYTES
    print("All targets are met." if not missed else "A target is missed.")
    return int(missed and options.check)


if __name__ == "__main__":
    sys.exit(main())
