"""All of a folder of results read to its end: what is damaged, and what it would take to heal it.

Tables are compared with their hashes in run.json; replicate files and saved states with the checksums in them and with
the hash of the settings that they should be of; figures with the checksums of their chunks. Of a folder written by a
version without hashes, the tables are read instead.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.core.files import RUN_FILE, FolderError, is_half_written, open_regular, read_json, read_run
from sim.recording.run_record import RunRecord
from sim.results.integrity.contents import check_run
from sim.results.integrity.hashes import FILES, TABLES, check_tables, reading
from sim.results.integrity.netcdf import open_netcdf
from sim.results.replicate_files import replicate_file, replicate_hash

PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_FIGURE = 200_000_000
#: names at the top of a folder that commands of this program write, besides tables
OTHERS = ("player.html", "report.html", "brief.html", "caseload.xlsx", "figures", "parts", "states")
OTHERS += ("multirun.yaml", ".hydra")
OTHER_SUFFIXES = (".csv", ".md", ".log")


@dataclass
class Damaged:
    """A file, by its path in the folder, and what is wrong with it in a few words."""

    file: str
    problem: str


@dataclass
class Findings:
    """What a folder was found to be: files looked at, damaged ones, what is worth knowing besides.

    `runs` are the replicates that must be made anew, `seconds` what one took; `kind` says what healing takes.
    """

    folder: Path
    looked_at: int = 0
    damaged: list[Damaged] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    runs: int = 0
    seconds: float | None = None
    folded: bool = False
    lost: bool = False  # run.json itself, and no replicates to know the run by

    def add(self, file: str, problem: str | None) -> None:
        """Count a file, and note what is wrong with it if anything is."""
        self.looked_at += 1
        if problem is not None:
            self.damaged.append(Damaged(file, problem))

    def cure(self) -> str:
        """What it takes to heal the folder, in a sentence."""
        if self.lost:
            return (
                "without run.json and replicates nothing says what the folder was; make it anew in another folder, "
                "with the same command."
            )
        again = f"the command that made the folder, with output={self.folder}"
        if self.folded:
            return f"{again}, makes all runs anew: their files were folded into the tables and removed."
        if not self.runs:
            return f"{again}, writes tables and figures anew from the replicates, which are whole; no run is repeated."
        took = "" if self.seconds is None else f", about {_time(self.runs * self.seconds)} of one core"
        plural = "s" if self.runs > 1 else ""
        return f"{again}, makes {self.runs:,} run{plural} anew{took}, and then tables and figures."


def _time(seconds: float) -> str:
    """So many seconds, minutes or hours."""
    for size, unit in ((3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(1.0, seconds):.0f} s"


def findings(folder: Path) -> Findings:
    """Check all of a folder that has a run.json."""
    folder = Path(folder)
    found = Findings(folder)
    run = _run_of(folder, found)
    if run is not None and run.get("kind") == "displacement":
        _check_tables(folder, run, found, ())
    elif run is not None:
        found.folded = bool(run.get("folded"))
        _check_runs(folder, run, found)
        _check_tables(folder, run, found, ("map.json", "outcomes.parquet", "comparison.csv"))
    _check_states(folder, found)
    _check_figures(folder, found)
    _check_others(folder, run or {}, found)
    found.folded = found.folded and any(item.file in (run or {}).get(FILES, {}) for item in found.damaged)
    return found


def _run_of(folder: Path, found: Findings) -> dict[str, Any] | None:
    """What run.json says, or None where it cannot be read."""
    try:
        run = read_run(folder)
        if run.get("kind") != "displacement":
            check_run(folder, run)
    except FolderError as error:
        found.add(RUN_FILE, str(error).removeprefix(f"{folder / RUN_FILE} ").rstrip("."))
        found.lost = not any((folder / "parts").glob("*/*.npz"))
        return None
    found.add(RUN_FILE, None)
    status = run.get("status")
    if status != "complete":
        found.notes.append(f"the run is not finished (status: {status}); the same command goes on from there.")
    return run


def _check_runs(folder: Path, run: dict[str, Any], found: Findings) -> None:
    """Every replicate file: there, whole, and of this run."""
    times = run["time"]
    if isinstance(times.get("runs"), int) and times["runs"] > 0:
        found.seconds = float(times.get("busy_seconds", 0.0)) / times["runs"]
    if run.get("folded"):
        return
    finished = set(run.get("finished_replicates", []))
    for item in run["scenarios"]:
        for replicate in run["seeds"]["replicates"]:
            path = replicate_file(folder, item["name"], replicate)
            name = path.relative_to(folder).as_posix()
            problem = _problem_of_part(path, replicate_hash(run, item["name"], replicate))
            if problem == MISSING and replicate not in finished:
                continue  # not run yet
            found.add(name, problem)
            found.runs += problem is not None


MISSING = "is missing"


def _problem_of_part(path: Path, wanted: str) -> str | None:
    """What is wrong with a replicate file."""
    if path.is_symlink():
        return "is a link"
    if not path.exists():
        return MISSING
    if not RunRecord.is_whole(path):
        return "is damaged: its content does not match its checksums"
    try:
        meta = RunRecord.load(path, only=()).meta
    except FolderError:
        return "is no readable record"
    return None if meta.get("hash") == wanted else "is of another run"


def _check_tables(folder: Path, run: dict[str, Any], found: Findings, needed: tuple[str, ...]) -> None:
    """Tables by their hashes; without hashes, by reading them."""
    known = run.get(FILES)
    if isinstance(known, dict):
        wrong = check_tables(folder, run)
        for name in known:
            found.add(name, wrong.get(name))
    elif run.get("status") == "complete":
        found.notes.append("an older version wrote no hashes: tables are read to their end, which finds less.")
    if run.get("status") != "complete":
        needed = ("map.json",) if needed else ()
    for name in TABLES:
        path = folder / name
        if isinstance(known, dict) and name in known:
            continue
        if path.exists():
            found.add(name, _problem_of_reading(path))
        elif name in needed:
            found.add(name, MISSING)


def _problem_of_reading(path: Path) -> str | None:
    """What goes wrong when a table is read to its end."""
    import pandas as pd
    import pyarrow.parquet as pq

    try:
        with reading(path.parent):
            if path.suffix == ".parquet":
                with open_regular(path) as file, pq.ParquetFile(file, page_checksum_verification=True) as table:
                    for number in range(table.num_row_groups):
                        table.read_row_group(number)
            elif path.suffix == ".nc":
                with open_netcdf(path, {}) as data:
                    for name in data.variables:
                        data.variables[name].to_numpy()
            elif path.suffix == ".csv":
                with open_regular(path) as file:
                    pd.read_csv(file)
            else:
                read_json(path)
    except FolderError:
        return "is damaged: it cannot be read to its end"
    return None


def _check_states(folder: Path, found: Findings) -> None:
    """Saved states: each a zip that can be read to its end."""
    for path in sorted((folder / "states").rglob("*.npz")):
        whole = not path.is_symlink() and RunRecord.is_whole(path)
        found.add(path.relative_to(folder).as_posix(), None if whole else "is damaged")
        found.runs += not whole


def _check_figures(folder: Path, found: Findings) -> None:
    """Figures: chunks of PNG by their checksums."""
    if (folder / "figures").is_symlink():
        found.add("figures", "is a link to another place")
        return
    for path in sorted((folder / "figures").glob("*.png")):
        found.add(path.relative_to(folder).as_posix(), None if is_whole_png(path) else "is damaged")


def is_whole_png(path: Path) -> bool:
    """Whether a PNG can be read to its last chunk, each as its checksum says."""
    try:
        with open_regular(path) as file:
            content = file.read(LARGEST_FIGURE)
    except FolderError:
        return False
    at = len(PNG)
    if content[:at] != PNG:
        return False
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + 8 + length
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            return False
        if content[at + 4 : at + 8] == b"IEND":
            return end + 4 == len(content)
        at = end + 4
    return False


def _check_others(folder: Path, run: dict[str, Any], found: Findings) -> None:
    """Links, and what lies in the folder that is none of this program's."""
    files = run.get(FILES)
    known = {RUN_FILE, *TABLES, *OTHERS, *(files if isinstance(files, dict) else ())}
    for path in sorted(folder.iterdir()):
        if is_half_written(path):
            found.notes.append(f"{path.name} was left half written by a command that was killed; the next removes it.")
        elif path.is_symlink():
            if path.name not in known:
                found.notes.append(f"{path.name} is a link; it is neither read nor written.")
        elif path.name not in known and path.suffix not in OTHER_SUFFIXES:
            found.notes.append(f"{path.name} is no file of this program.")
