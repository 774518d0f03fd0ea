"""Ask whether any values of a mechanism's parameters, within their declared ranges, hit the lines that it must move.

    python -m tools.falsify MECHANISM [workers=2] [output=FOLDER] [points=300] [members=100] [rounds=8] [fresh=20]
                            [few=3] [lone=5] [targets=FILE] [parameters=FILE] [later=true] [KEY=VALUE of sahel ...]

docs/falsifier.md says how to use and read it. The search goes on where it was stopped.
"""

from __future__ import annotations

import dataclasses
import difflib
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import UserError
from sim.core.numbers import short_number
from sim.runs.pool import Pool
from sim.runs.progress import run_bar, status
from sim.runs.workers import LOAD_WORLD, SIMULATE, compile_kernels, kernels_ready, map_data, one_thread
from sim.settings.compose import settings_for
from sim.settings.settings import Settings
from sim.validation.yardstick.rows import quantile
from tools.falsify import folder as folders
from tools.falsify import report
from tools.falsify.lines import Line
from tools.falsify.runs import RunFile, Task, run_all
from tools.falsify.search import LATER, Found, Judged, Plan, search
from tools.falsify.space import Space, declared
from tools.falsify.targets import Target, read_later, read_parameters, read_targets

SIZES = tuple(field.name for field in dataclasses.fields(Plan) if field.name != "seed")
OWN = (*SIZES, "workers", "output", "targets", "parameters", "later")
PERIOD = {"period.start": "2012-01-01", "period.end": "2020-12-31"}
LAST = "2025-12-31"  # of the runs for later lines


@dataclasses.dataclass
class Asked:
    """What the command line says."""

    mechanism: str
    output: Path
    workers: int = 2
    sizes: dict[str, int] = dataclasses.field(default_factory=dict)
    files: dict[str, Path] = dataclasses.field(default_factory=dict)
    later: bool = False
    overrides: list[str] = dataclasses.field(default_factory=list)


def parse(words: Sequence[str]) -> Asked:
    """Words of the command line; those that are not of the tool are overrides of a run."""
    if not words or "=" in words[0]:
        raise UserError("Name a mechanism first, such as: python -m tools.falsify A workers=2")
    asked = Asked(words[0], Path("results") / f"falsify_{words[0]}")
    for word in words[1:]:
        key, sign, value = word.partition("=")
        if not sign:
            raise UserError(f"'{word}' is not understood; say key=value, such as points=300.")
        if key in SIZES or key == "workers":
            number = whole(key, value)
            if key == "workers":
                asked.workers = number
            else:
                asked.sizes[key] = number
        elif key == "output":
            asked.output = Path(value).expanduser()
        elif key in ("targets", "parameters"):
            asked.files[key] = Path(value).expanduser()
        elif key == "later":
            if value not in ("true", "false"):
                raise UserError(f"later must be true or false, not '{value}'.")
            asked.later = value == "true"
        elif slip := difflib.get_close_matches(key, OWN, n=1, cutoff=0.8):
            raise UserError(f"There is no option '{key}'; the nearest is '{slip[0]}'.")
        else:
            asked.overrides.append(word)
    if asked.workers < 1:
        raise UserError(f"workers must be at least 1, not {asked.workers}.")
    return asked


def whole(key: str, value: str) -> int:
    """A whole number, or a sentence."""
    if not value.isdigit():
        raise UserError(f"{key} must be a whole number, not '{value}'.")
    return int(value)


def settings_of(overrides: Sequence[str], **period: str) -> Settings:
    """Settings of the runs: history to the end of 2020, unless the overrides name another period."""
    own = {**PERIOD, **{key.replace("_", "."): value for key, value in period.items()}}
    named = {word.partition("=")[0] for word in overrides}
    words = [f"{key}={value}" for key, value in own.items() if key not in named]
    return settings_for([*words, *overrides])


def check_covered(lines: Sequence[Line], settings: Settings) -> None:
    """Refuse a line that lies outside the period of the runs; a week may lack at either end."""
    week = np.timedelta64(7, "D")
    first, last = np.datetime64(settings.start), np.datetime64(settings.end)
    for line in lines:
        if np.datetime64(line.start) + week < first or np.datetime64(line.end) > last + week:
            raise UserError(
                f"'{line.id}' is of {line.start} to {line.end}, which the runs from {settings.start} to {settings.end} "
                "do not cover."
            )


def falsify(asked: Asked) -> Found:
    """Search, or go on, and write the report."""
    targets = read_targets(asked.mechanism, asked.files.get("targets"))
    space = Space(declared(read_parameters(asked.mechanism, asked.files.get("parameters"))))
    settings = settings_of(asked.overrides)
    plan = Plan(**asked.sizes, seed=settings.seed)
    check_covered([target.line for target in targets], settings)
    later = read_later(asked.mechanism) if asked.later else []
    began = time.perf_counter()
    with one_thread(), Pool(asked.workers) as pool:
        data_hash = pool.call(map_data, SIMULATE, LOAD_WORLD, settings)["data_hash"]
        about = folders.identity(asked.mechanism, targets, space, settings, data_hash)
        told = folders.open_folder(asked.output, about, plan)
        if asked.later and "later" in told:
            raise UserError(
                f"The later lines were printed on {told['later']['printed'][:10]}; they are looked at once a mechanism."
            )
        if not pool.call(kernels_ready, SIMULATE):
            with status(True, "Compiling the kernels (once after a change, up to a minute or two)"):
                pool.call(compile_kernels, SIMULATE)
        file = RunFile(asked.output / folders.RUNS)
        before = len(file.runs)
        try:
            found = search(plan, space, targets, runner(pool, settings, file))
        finally:
            folders.add_session(asked.output, told, time.perf_counter() - began, len(file.runs) - before)
        page = report.write(asked.output, asked.mechanism, plan, space, targets, found, told)
        print("\n".join(page))
        if asked.later:
            show_later(pool, asked, plan, space, targets, found, later)
            folders.note_later(asked.output, told, report.in_order(found, targets)[0].name)
    return found


def runner(pool: Pool, settings: Settings, file: RunFile):
    """What runs the tasks of a stage, tells of it, and gives their lines."""

    def run(tasks: Sequence[Task], words: str) -> np.ndarray:
        missing = len(file.missing(tasks))
        if missing:
            kept = f", {len(tasks) - missing} are there already" if missing < len(tasks) else ""
            print(f"{words}{kept}", file=sys.stderr)
        with run_bar(missing > 0, missing) as tell:
            return run_all(pool, settings, tasks, file, lambda done, total: tell(done, done))

    return run


def show_later(
    pool: Pool,
    asked: Asked,
    plan: Plan,
    space: Space,
    targets: Sequence[Target],
    found: Found,
    later: Sequence[Line],
) -> None:
    """Run the best point to the end of 2025 and print the later lines. Their runs are not kept."""
    best: Judged = report.in_order(found, targets)[0]
    settings = settings_of([word for word in asked.overrides if not word.startswith("period.")], period_end=LAST)
    check_covered(later, settings)
    ids = tuple(line.id for line in later)
    values = space.named(best.place)
    with tempfile.TemporaryDirectory(prefix="falsify-later-") as place:
        tasks = [Task(f"later/{i:04d}", LATER + i, values, ids) for i in range(plan.fresh)]
        lines = runner(pool, settings, RunFile(Path(place) / folders.RUNS))(tasks, f"{plan.fresh} replicates to {LAST}")
    print(f"\nLater lines at {best.name}, medians and 5 to 95 % of {plan.fresh} replicates; looked at once, not kept:")
    for name, own in zip(ids, lines.T):
        low, middle, high = (short_number(quantile(own, share)) for share in (0.05, 0.5, 0.95))
        print(f"  {name:<45} {middle:>10}  ({low} to {high})")


def main(words: Sequence[str]) -> Any:
    """Exit code: 0, or 2 with a sentence."""
    if any(word in ("help", "-h", "--help") for word in words):
        print(__doc__)
        return 0
    try:
        falsify(parse(words))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
