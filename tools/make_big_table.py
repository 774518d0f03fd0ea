"""A folder with an outcomes.parquet as large as a real one, to time readers on: `python tools/make_big_table.py
FOLDER`.

Values are made up (persons as random walks, deaths as counts, shares between 0 and 1), written by the program's own
writer: the schema, the order of rows and the row groups are those of a real folder. Words: scenarios=5 replicates=40
weeks=726 places=14 outcomes=62, which are 126 million rows. `time=true` then times readers on it, each in a process of
its own: `open_folder`, pandas, and DuckDB where it is installed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from sim.core.files import FOLDER_FORMAT, write_json
from sim.recording.run_record import RunRecord, Series
from sim.results.outcomes_table import write_outcomes

PLACES = ["region", "MLI", "BFA", "NER", "BEN", "CIV", "DZA", "GHA", "GIN", "MRT", "NGA", "SEN", "TCD", "TGO"]
OUTCOMES = {"displaced": "persons", "civilians_killed": "persons/week", "people_share.government": "0..1"}
SIZES = {"persons": 4e5, "persons/week": 40.0, "0..1": 0.5}


#: one series of one scenario by each reader: what is imported beforehand, and the call
READERS = {
    "open_folder": ("from sim import open_folder", "open_folder({folder!r}).outcome('displaced', 'BFA', 'scenario_1')"),
    "pandas": (
        "import pandas as pd, pyarrow.dataset",
        "pd.read_parquet({path!r}, filters=[('scenario', '==', 'scenario_1'), ('place', '==', 'BFA'), "
        "('outcome', '==', 'displaced')], columns=['replicate', 'date', 'value'])",
    ),
    "DuckDB": (
        "import duckdb, pandas",
        "duckdb.sql(\"SELECT replicate, date, value FROM {path!r} WHERE scenario = 'scenario_1' AND place = 'BFA' \"\n"
        "\"AND outcome = 'displaced'\").df()",
    ),
}
TIMED = """
import re, time
begun = time.perf_counter()
{before}
called, used = time.perf_counter(), time.process_time()
found = {call}
ended, used = time.perf_counter(), time.process_time() - used
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1)) / 1024  # Linux
took = "%.2f s (%.2f s of processor), imports %.2f s, %.0f MB at most"
print(took % (ended - called, used, called - begun, peak))
"""


@dataclass
class MadeUp:
    """Stands for `ReplicateFiles`: records made up as they are asked for."""

    folder: Path
    scenarios: list[str]
    replicates: list[int]
    weeks: int
    places: list[str]
    units: dict[str, str]
    run: dict = field(default_factory=dict)
    retention: str = "full"

    def load(self, scenario: str, replicate: int, *only: str) -> RunRecord:
        """A record with one series, "weekly"."""
        rng = np.random.default_rng([replicate, *scenario.encode()])
        values = np.empty((self.weeks, len(self.places), len(self.units)), np.float32)
        for column, unit in enumerate(self.units.values()):
            size, shape = SIZES[unit], values.shape[:2]
            walk = size * np.exp(np.cumsum(rng.normal(0.0, 0.02, shape), axis=0))
            values[:, :, column] = (
                rng.poisson(walk) if unit == "persons/week" else np.rint(walk) if unit == "persons" else walk.clip(0, 1)
            )
        dates = np.datetime64("2012-01-07") + 7 * np.arange(self.weeks)
        return RunRecord(series={"weekly": Series(dates, self.places, list(self.units), values, self.units)})


def make(folder: Path, words: dict[str, str]) -> MadeUp:
    """Write the folder and return what it was made of."""
    count = {"scenarios": 5, "replicates": 40, "weeks": 726, "places": 14, "outcomes": 62}
    count |= {key: int(value) for key, value in words.items()}
    names = [f"scenario_{i}" for i in range(count["scenarios"])]
    units = dict(OUTCOMES)
    for i in range(count["outcomes"] - len(units)):
        unit = list(SIZES)[i % 3]
        units[f"{'shares' if unit == '0..1' else unit.replace('/', '_')}.{i:02d}"] = unit
    places = [*PLACES, *(f"place_{i}" for i in range(len(PLACES), count["places"]))][: count["places"]]
    parts = MadeUp(folder, names, list(range(count["replicates"])), count["weeks"], places, units)
    parts.run = {
        "format": FOLDER_FORMAT,
        "status": "complete",
        "scenarios": [{"name": name} for name in names],
        "baseline": names[0],
        "seeds": {"seed": 1, "replicates": parts.replicates},
        "finished_replicates": parts.replicates,
        "period": {"start": "2012-01-01", "end": "2025-12-31"},
        "configuration": {},
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "run.json", parts.run)
    write_json(folder / "map.json", {"countries": places[1:], "admin1_names": [], "towns": {"name": []}})
    clock = time.perf_counter()
    write_outcomes(parts)
    size = (folder / "outcomes.parquet").stat().st_size
    rows = len(names) * len(parts.replicates) * parts.weeks * len(places) * len(units)
    print(f"{rows / 1e6:,.1f} million rows, {size / 1e6:,.1f} MB, {time.perf_counter() - clock:.0f} s")
    return parts


def time_readers(folder: Path) -> None:
    """Read one series with each reader, in a process of its own, and print time and memory."""
    for name, (before, call) in READERS.items():
        call = call.format(folder=str(folder), path=str(folder / "outcomes.parquet"))
        code = TIMED.format(before=before, call=call)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        print(f"{name}: {done.stdout.strip() or done.stderr.strip().splitlines()[-1]}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__)
        sys.exit(2)
    given = dict(word.split("=", 1) for word in sys.argv[2:])
    timed = given.pop("time", "") == "true"
    if not (Path(sys.argv[1]) / "outcomes.parquet").exists():
        make(Path(sys.argv[1]), given)
    if timed:
        time_readers(Path(sys.argv[1]))
