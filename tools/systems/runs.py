"""Runs of the systems: one history per replicate, from which every lever branches on the day it begins to act.

Each row of the list compares two pairs of runs of the same random numbers: the lever against what it is compared with
(mostly history), and the same two with the mechanism off. All go on from one state of the replicate's history, taken in
the week before anything differs. So *off* means off from that day on, after a past in which the mechanism was at work;
a mechanism that is a parameter or a variant of a process holds from the first week of the branch.

A branch is written down as soon as it is done (`replicates/0003/<key>.json`), and what is there is not run again. The
key holds what the branch is and what is measured of it, so that a changed list makes anew what changed and no more.
"""

from __future__ import annotations

import copy
import gc
import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sim.core.errors import UserError
from sim.core.files import atomic_write
from sim.model.model import ConflictModel
from sim.recording.recorder import Recorder
from sim.recording.run_record import RunRecord
from sim.runs.snapshot import put_state, take_state
from sim.runs.workers import LOAD_WORLD, _count_part, describe_map, world_for
from sim.settings.compose import settings_for
from sim.settings.divergence import first_difference
from sim.settings.settings import Settings, steps_of
from sim.validation.yardstick.pattern_rule import Pattern, pattern
from sim.validation.yardstick.record_ensemble import RecordEnsemble
from tools.systems.listing import Row
from tools.systems.measures import LIVE, in_week, kind_of, look, read_off

#: what all runs of a region are composed of; other regions run their own period
PERIODS = {"sahel": ("period.start=2019-01-01", "period.end=2025-12-31")}
UNRECORDED = ("record.cells=false", "record.flows=false", "record.admin1=false")

#: the four runs of a row
ARMS = ("base", "lever", "off base", "off lever")


def base_words(region: str, seed: int) -> tuple[str, ...]:
    """Overrides that compose history."""
    return (f"region={region}", *PERIODS.get(region, ()), *UNRECORDED, f"seed={seed}")


def arms_of(row: Row) -> dict[str, tuple[str, ...]]:
    """Overrides beside those of history of each of the four runs of a row."""
    return {
        "base": row.against,
        "lever": row.lever,
        "off base": (*row.against, *row.off),
        "off lever": (*row.lever, *(word for word in row.off if word not in row.lever)),
    }


@cache
def composed(words: tuple[str, ...]) -> Settings:
    """Settings of overrides."""
    return settings_for(list(words))


@dataclass
class Branch:
    """One run that goes on from history before `step` (0: history itself), and the measures that are taken of it."""

    words: tuple[str, ...]
    step: int
    measures: dict[str, Row] = field(default_factory=dict)  # by the id of a row

    @property
    def last(self) -> date:
        """The last day that is measured."""
        return max(row.window[1] for row in self.measures.values())

    @property
    def key(self) -> str:
        """What the branch is and what is measured of it, as a short name."""
        measured = [[name, row.measure, [day.isoformat() for day in row.window]] for name, row in self.measures.items()]
        text = json.dumps([self.words, self.step, sorted(measured, key=lambda item: item[0])], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Plan:
    """All branches that rows need: `branches[0]` is history; `of` says which branch an arm of a row is."""

    branches: list[Branch]
    of: dict[tuple[str, str], int]


def make_plan(rows: list[Row], region: str, seed: int) -> Plan:
    """Branches of rows, what several share once; `UserError` where a lever begins too late or never."""
    base = base_words(region, seed)
    history = composed(base)
    plan = Plan([Branch((), 0)], {})
    place: dict[tuple[tuple[str, ...], int], int] = {((), 0): 0}
    for row in rows:
        arms = arms_of(row)
        days = {arm: dated_difference(history, composed((*base, *words)), row) for arm, words in arms.items()}
        if days["lever"] is None:
            raise UserError(f"Row {row.id}: its lever changes nothing of history in region {region}.")
        begins = min(day for day in days.values() if day is not None)
        if row.window[0] < begins - timedelta(days=history.step_days):
            raise UserError(f"Row {row.id}: its window begins on {row.window[0]}, before what differs ({begins}).")
        for arm, words in arms.items():
            day = begins if arm.startswith("off") else days[arm]  # what is off is off from the first day that matters
            step = 0 if not words else int((day - history.region_info.start).days / history.step_days)
            if words and step == 0:
                raise UserError(f"Row {row.id}: its {arm} differs from the first day on; nothing can be shared.")
            where = place.setdefault((words, step), len(plan.branches))
            if where == len(plan.branches):
                plan.branches.append(Branch(words, step))
            plan.branches[where].measures[row.id] = row
            plan.of[row.id, arm] = where
    return plan


def dated_difference(history: Settings, other: Settings, row: Row) -> date | None:
    """First day on which settings differ from history, parameters and switches of processes left aside."""
    for name in ("start", "end", "record", "seed", "region", "step_days"):
        if getattr(history, name) != getattr(other, name):
            raise UserError(f"Row {row.id}: overrides must not change {name}.")
    same = replace(other, parameters=history.parameters, processes=history.processes, given=history.given)
    return first_difference(history, same)


# ---------------------------------------------------------------------------- in a worker


@dataclass
class Finished:
    """A run as measures read it."""

    model: ConflictModel
    record: RunRecord
    map: dict[str, Any]
    _ensemble: RecordEnsemble | None = None

    def ensemble(self) -> RecordEnsemble:
        """The run as the yardstick reads it."""
        if self._ensemble is None:
            self._ensemble = RecordEnsemble([self.record], self.model.settings, self.map)
        return self._ensemble

    @staticmethod
    def pattern(number: str) -> Pattern:
        """The pattern of a number."""
        return pattern(number)


class Lookout:
    """Collects what is looked at week by week for the rows of a branch."""

    def __init__(self, branch: Branch) -> None:
        self.rows = [row for row in branch.measures.values() if kind_of(row.measure) in LIVE]
        self.seen: dict[str, list[float]] = {row.id: [] for row in self.rows}

    def observe(self, model: ConflictModel) -> None:
        """Look at the week that was just done."""
        for row in self.rows:
            if in_week(row.window, model):
                self.seen[row.id].append(look(row.measure, model))

    def value(self, row: Row) -> float:
        """Mean of the weeks (or their sum) in which there was anything to see; NaN without any."""
        seen = [value for value in self.seen[row.id] if value == value]
        if not seen:
            return float("nan")
        return sum(seen) / (1 if row.measure.get("how") == "sum" else len(seen))


@dataclass(frozen=True)
class Job:
    """A replicate of a plan: where its results go, and whether runs with a mechanism off are asked for."""

    replicate: int
    plan: Plan
    region: str
    seed: int
    folder: Path
    off: bool = True


def run_replicate(job: Job) -> int:
    """Run what is not there yet of a replicate; returns how many branches were run."""
    folder = folder_of(job.folder, job.replicate)
    todo = [branch for branch in wanted(job.plan, job.off) if not (folder / f"{branch.key}.json").is_file()]
    if not todo:
        return 0
    base = base_words(job.region, job.seed)
    history = composed(base).with_replicate(job.replicate)
    world = world_for(LOAD_WORLD, history)
    about = describe_map(world)
    first = next((branch for branch in todo if branch.step == 0 and not branch.words), None)
    last = max((branch.step for branch in todo), default=0)
    model = ConflictModel(history, world)
    recorder, lookout = Recorder(model), Lookout(first or job.plan.branches[0])
    total = step_after(first.last, history) if first else last + 1
    for step in range(total):
        due = [branch for branch in todo if branch.words and branch.step == step]
        state = take_state(model) if due else None
        for branch in due:
            settings = composed((*base, *branch.words)).with_replicate(job.replicate)
            write(folder, branch, run_branch(branch, settings, world, state, recorder, about))
            _count_part(1.0 / len(todo))
        if step + 1 == total and not first:
            break
        model.step()
        recorder.observe(model)
        if first:
            lookout.observe(model)
    if first:
        write(folder, first, measure(first, lookout, Finished(model, recorder.record(model, 0.0), about)))
        _count_part(1.0 / len(todo))
    return len(todo)


def run_branch(
    branch: Branch, settings: Settings, world: Any, state: dict[str, Any], past: Recorder, about: dict[str, Any]
) -> dict[str, float]:
    """One branch from the state of history to its last measured day."""
    model = ConflictModel(settings, world)
    put_state(model, state)
    recorder, lookout = copy.deepcopy(past), Lookout(branch)
    for _ in range(branch.step, step_after(branch.last, settings)):
        model.step()
        recorder.observe(model)
        lookout.observe(model)
    found = measure(branch, lookout, Finished(model, recorder.record(model, 0.0), about))
    del model, recorder  # a model and its agents hold one another
    gc.collect()
    return found


def step_after(day: date, settings: Settings) -> int:
    """Steps from the start of the region's history until the week of a day, and the one after, are done."""
    return min(steps_of(settings), int((day - settings.region_info.start).days / settings.step_days) + 2)


def measure(branch: Branch, lookout: Lookout, run: Finished) -> dict[str, float]:
    """The figure of each row of a branch."""
    return {
        name: lookout.value(row) if name in lookout.seen else read_off(row.measure, row.window, run)
        for name, row in branch.measures.items()
    }


def wanted(plan: Plan, off: bool) -> list[Branch]:
    """Branches of a replicate; those with a mechanism off only where they are asked for."""
    numbers = {number for (_, arm), number in plan.of.items() if off or not arm.startswith("off")}
    return [plan.branches[number] for number in sorted(numbers)]


# ---------------------------------------------------------------------------- files


def folder_of(folder: Path, replicate: int) -> Path:
    """Where the results of a replicate lie."""
    return folder / "replicates" / f"{replicate:04d}"


def write(folder: Path, branch: Branch, values: dict[str, float]) -> None:
    """Write the figures of a branch, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"words": branch.words, "step": branch.step, "values": values}, indent=1)
    atomic_write(folder / f"{branch.key}.json", lambda file: file.write(text.encode()))


def read_values(folder: Path, plan: Plan, row: Row, replicates: int) -> dict[str, list[float]]:
    """Figures of each arm of a row by replicate; NaN where a run is not there."""
    found: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for replicate in range(replicates):
        for arm in ARMS:
            path = folder_of(folder, replicate) / f"{plan.branches[plan.of[row.id, arm]].key}.json"
            value = float("nan")
            if path.is_file():
                value = float(json.loads(path.read_text(encoding="utf-8"))["values"][row.id])
            found[arm].append(value)
    return found
