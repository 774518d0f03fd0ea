"""Tables and figures at scale without simulating: `python tools/scale_tables.py FOLDER NEW replicates=1000`.

Takes a small finished comparison that kept everything (`retention=full`) and makes up a large one: each new
replicate is one of the old ones, its persons and deaths scaled by a factor of its own and its shares moved a
little, so that sizes, spread and compression are those of real records. With `then=show`, or without
`then=parts`, the tables are written and the figures drawn from them, with the time and memory of each step.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from sim.core.files import read_json, write_json
from sim.recording import reduced_record
from sim.recording.run_record import RunRecord
from sim.results.replicate_files import replicate_file


def made_up(record: RunRecord, replicate: int) -> RunRecord:
    """A record like another, with numbers of its own."""
    rng = np.random.default_rng(replicate)
    factor = float(np.exp(rng.normal(0.0, 0.2)))
    found = RunRecord(meta=record.meta | {"replicate": replicate}, events=record.events, flows=record.flows)
    for name, series in record.series.items():
        values = series.values.copy()
        for column, outcome in enumerate(series.outcomes):
            unit = series.units[outcome]
            noise = factor * np.exp(rng.normal(0.0, 0.02, size=values.shape[:2]))
            here = values[:, :, column]
            values[:, :, column] = np.rint(here * noise) if unit.startswith("persons") else here * noise
            if unit == "0..1":
                values[:, :, column] = np.minimum(values[:, :, column], 1.0)
        found.series[name] = replace(series, values=values)
    for name, values in record.cells.items():
        whole = name in ("months", "controller")
        found.cells[name] = values if whole else np.rint(values * factor).astype(values.dtype)
    return found


def make_parts(old: Path, new: Path, replicates: int, retention: str) -> None:
    """Write the folder with its made-up parts."""
    run = read_json(old / "run.json")
    if run.get("retention", "full") != "full":
        raise SystemExit(f"{old} did not keep everything; make it with retention=full.")
    sources = run["finished_replicates"]
    names = [item["name"] for item in run["scenarios"]]
    run["seeds"]["replicates"] = list(range(replicates))
    run["status"], run["retention"] = "simulated", retention
    capital, theatre = run["capital"], run["configuration"][names[0]]["region_info"]["theatre"]
    clock, size = time.process_time(), 0
    for name in names:
        records = [RunRecord.load(replicate_file(old, name, source)) for source in sources]
        for replicate in range(replicates):
            record = made_up(records[replicate % len(records)], replicate)
            if retention != "full":
                record = reduced_record.summary(record, theatre, capital, replicate < reduced_record.LISTS)
            path = replicate_file(new, name, replicate)
            record.save(path)
            size += path.stat().st_size
    write_json(new / "map.json", read_json(old / "map.json"))
    write_json(new / "run.json", run)
    count = replicates * len(names)
    print(f"{count} parts of {size / count / 1e3:.0f} kB: {size / 1e6:,.0f} MB, {time.process_time() - clock:.0f} s")


def main() -> int:
    """Make parts, tables and figures, and print what each took."""
    words = dict(word.split("=", 1) for word in sys.argv[3:] if "=" in word)
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    old, new = Path(sys.argv[1]), Path(sys.argv[2])
    replicates, then = int(words.get("replicates", 1000)), words.get("then", "tables")
    if not (new / "run.json").exists():
        make_parts(old, new, replicates, words.get("retention", "tables"))
    if then == "parts":
        return 0
    from sim.cli import comparison_table
    from sim.results import write_tables
    from sim.results.figures.draw import draw_all
    from sim.results.result_folder import Folder

    steps = {"tables": lambda: write_tables.write_all(new)} if then == "tables" else {}
    steps |= {"table of differences": lambda: comparison_table.print_table(new)}
    steps |= {"figures": lambda: draw_all(Folder(new))}
    if then == "tables":
        write_tables.FEW_RUNS = 10**9  # one after the other, for each to be timed
        for name in ("outcomes", "comparison", "cells", "events", "flows"):
            function = getattr(write_tables, f"write_{name}")
            setattr(write_tables, f"write_{name}", timed(name, function))
    for name, step in steps.items():
        timed(name, step)()
    for path in sorted(path for path in new.iterdir() if path.is_file()):
        print(f"  {path.name:<20}{path.stat().st_size / 1e6:10,.1f} MB")
    return 0


def timed(name, function):
    """A function that says what it took."""

    def with_clock(*words):
        wall, used = time.perf_counter(), time.process_time()
        result = function(*words)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        wall, used = time.perf_counter() - wall, time.process_time() - used
        print(f"{name}: {wall:.0f} s, {used:.0f} s of processor, peak so far {peak:,.0f} MB", flush=True)
        return result

    return with_clock


if __name__ == "__main__":
    sys.exit(main())
