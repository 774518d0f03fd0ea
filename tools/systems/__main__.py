"""Show the systems: pull every lever with its mechanism on and off, and write the table of docs/systems.md.

    python -m tools.systems replicates=40 output=FOLDER [systems=1,vdp_killing] [region=sahel] [workers=2] [seed=5]
                            [off_replicates=N] [list=FOLDER] [publish=no|yes]
    python -m tools.systems page=yes        the page anew from the list and tools/systems/results.csv

Results are written branch by branch, so that the same command goes on where it was stopped. FOLDER gets systems.csv and
systems.md; publish=yes writes tools/systems/results.csv and docs/systems.md as well.
"""

from __future__ import annotations

import sys
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from sim.core.errors import UserError, unknown
from sim.core.provenance import provenance
from sim.model.model import ConflictModel
from sim.recording.outcomes import outcome_units
from sim.runs.comparison import _compile
from sim.runs.pool import Pool
from sim.runs.progress import run_bar
from sim.runs.workers import LOAD_WORLD, SIMULATE, one_thread, world_for
from tools.systems.listing import LIST, Row, chosen, read_list
from tools.systems.measures import check
from tools.systems.page import write_page
from tools.systems.runs import Job, Plan, base_words, composed, make_plan, read_values, run_replicate
from tools.systems.table import Result, judge, read_csv, write_csv

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).resolve().parent / "results.csv"
PAGE = ROOT / "docs" / "systems.md"

OPTIONS = ("replicates", "output", "systems", "region", "workers", "seed", "off_replicates", "list", "publish", "page")
NUMBERS = {"replicates": 40, "workers": 2, "seed": 5, "off_replicates": 0}


@dataclass
class Asked:
    """What the command line says."""

    numbers: dict[str, int]
    output: Path | None = None
    systems: str | None = None
    region: str = "sahel"
    list: Path = LIST
    publish: bool = False
    page: bool = False

    @property
    def off_replicates(self) -> int:
        """Replicates of runs with a mechanism off; all unless fewer are asked for."""
        return min(self.numbers["off_replicates"] or self.numbers["replicates"], self.numbers["replicates"])


def parse(words: list[str]) -> Asked:
    """Read the command line; a slip is answered in one sentence."""
    asked = Asked(dict(NUMBERS))
    for word in words:
        key, sign, value = word.partition("=")
        if not sign:
            raise UserError(f"'{word}' is not understood; say key=value, such as replicates=40.")
        if key not in OPTIONS:
            raise unknown("option", key, OPTIONS)
        if key in NUMBERS:
            if not value.isdigit() or (int(value) < 1 and key != "seed"):
                raise UserError(f"{key} must be a whole number of at least 1, not '{value}'.")
            asked.numbers[key] = int(value)
        elif key in ("publish", "page"):
            if value not in ("yes", "no"):
                raise UserError(f"{key} must be yes or no, not '{value}'.")
            setattr(asked, key, value == "yes")
        elif key in ("output", "list"):
            setattr(asked, key, Path(value).expanduser())
        else:
            setattr(asked, key, value)
    if asked.output is None and not asked.page:
        raise UserError("Say where results go: output=FOLDER.")
    return asked


def check_names(rows: list[Row], region: str, seed: int) -> None:
    """Refuse a row whose files are not there, or whose measure names what the region does not have."""
    settings = composed(base_words(region, seed))
    model = ConflictModel(settings, world_for(LOAD_WORLD, settings))
    theatre = [name for name, there in zip(model.world.countries, model.world.theatre, strict=True) if there]
    outcomes = list(outcome_units(model.controllers, list(model.actor_names), theatre))
    for row in rows:
        for name in row.files:
            if not (ROOT / name).is_file():
                raise UserError(f"Row {row.id}: there is no file {name}.")
        check(row.measure, model, outcomes, f"row {row.id}")


def open_folder(asked: Asked) -> Path:
    """The folder of results; one that another version of the program or another seed made is refused."""
    folder = asked.output
    mine = [provenance()["source_hash"], asked.region, str(asked.numbers["seed"])]
    mark = folder / "made_with.txt"
    if mark.is_file():
        theirs = mark.read_text(encoding="utf-8").split()
        for what, here, there in zip(("version of this program", "region", "seed"), mine, theirs, strict=True):
            if here != there:
                raise UserError(f"{folder} was made with another {what}; give another output=FOLDER.")
    elif folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder} is not empty and no folder of this tool; give another output=FOLDER.")
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("\n".join(mine) + "\n", encoding="utf-8")
    return folder


def run_all(asked: Asked, plan: Plan, folder: Path) -> None:
    """Run all replicates that are not there yet."""
    seed, count = asked.numbers["seed"], asked.numbers["replicates"]
    jobs = [Job(r, plan, asked.region, seed, folder, r < asked.off_replicates) for r in range(count)]
    with one_thread(), Pool(asked.numbers["workers"]) as pool:
        _compile(pool, SIMULATE, True)
        futures: list[Future] = [pool.submit(run_replicate, job) for job in jobs]
        with run_bar(True, count) as update:
            for finished, future in enumerate(futures, start=1):
                future.result()
                update(max(pool.counter.value, finished), finished)


def tables(asked: Asked, rows: list[Row], plan: Plan, folder: Path) -> str:
    """Write the table and the page; returns the page."""
    count = asked.numbers["replicates"]
    results: list[Result] = [judge(row, read_values(folder, plan, row, count)) for row in rows]
    words = f"python -m tools.systems replicates={count} seed={asked.numbers['seed']}"
    if asked.off_replicates < count:
        words += f" off_replicates={asked.off_replicates}"
    about = {
        "replicates": str(count),
        "off_replicates": str(asked.off_replicates),
        "seed": str(asked.numbers["seed"]),
        "program": provenance()["source_hash"][:12],
        "command": words + " output=FOLDER publish=yes",
    }
    page = ""
    targets = [(folder / "systems.csv", folder / "systems.md")] + ([(RESULTS, PAGE)] if asked.publish else [])
    for table, text in targets:
        write_csv(table, results, about)
        page = write_page(rows, *read_csv(table))  # of the rounded figures that ship
        text.write_text(page, encoding="utf-8")
    return page


def main(words: list[str]) -> int:
    """Exit code: 0, or 2 with a sentence."""
    if any(word in ("help", "-h", "--help") for word in words):
        print(__doc__)
        return 0
    try:
        asked = parse(words)
        rows = read_list(asked.list)
        if asked.page:
            PAGE.write_text(write_page(rows, *read_csv(RESULTS)), encoding="utf-8")
            print(PAGE)
            return 0
        if asked.publish and asked.systems:
            raise UserError("publish=yes writes the whole page: leave systems=... out.")
        rows = chosen(rows, asked.systems)
        check_names(rows, asked.region, asked.numbers["seed"])
        plan = make_plan(rows, asked.region, asked.numbers["seed"])
        folder = open_folder(asked)
        run_all(asked, plan, folder)
        print(tables(asked, rows, plan, folder))
        print(folder)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
