"""Does every process matter? Paired runs with a process off, its main parameter moved, or two neighbours swapped.

A process that does nothing that can be seen is dead weight, and an order of processes that decides the outcome would
be a hidden assumption. For each of the thirteen processes one outcome is named beforehand (`TRIALS`). Replicate r
with the change and replicate r without it share their random numbers; the mean of their differences has a 95 %
Student's interval. A change *passes* where that interval excludes zero and the difference is at least half a standard
deviation between replicates of the unchanged model: small effects that many replicates can tell apart are shown, and
said to be small.

Whole runs diverge once anything differs, so a trial without any change of substance comes first: another seed. What it
shows is what chance alone makes of the same number of replicates.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from sim.core.codes import ARMY, AUXILIARY, INSURGENT
from sim.model.model import ConflictModel
from sim.recording.recorder import Recorder
from sim.runs.comparison import _compile
from sim.runs.pool import Pool
from sim.runs.progress import run_bar, status
from sim.runs.workers import LOAD_WORLD, SIMULATE, _count_week, one_thread, world_for
from sim.settings.compose import settings_for
from sim.settings.parameters.groups import Parameters, walk
from sim.settings.settings import steps_of

#: outcomes of one run: name -> unit; taken in the theatre over the recorded period
OUTCOMES = {
    "displaced": "persons, mean",
    "refugees": "persons, mean",
    "civilians killed": "persons",
    "deaths in combat": "persons",
    "attacks by insurgents": "events",
    "insurgent fighters": "persons, mean",
    "area of the government": "share, mean",
    "people under the government": "share, mean",
    "fuel in the capital": "days, mean",
    "without supply": "persons, mean",
    "legitimacy": "0..1, mean",
    "safety of the regime": "0..1, mean",
    "coups": "events",
    "operations abroad": "events begun by armies outside their own country",
}


@dataclass(frozen=True)
class Change:
    """One change of the model. `overrides` compose the unchanged settings, `also` is added in the changed ones."""

    process: str
    label: str
    outcome: str
    overrides: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    event: str | None = None  # an event of the schedule that is moved by `days`
    days: int = 0
    seed: int = 0  # added to the seed
    swap: tuple[str, str] | None = None  # neighbours in the week to exchange
    beside: bool = False  # shown, not asked for


@dataclass(frozen=True)
class Trial:
    """What is tried of one process: the outcome that being off moves, and what stands for its main parameter.

    That is "group.name" of a parameter with the end of its range, a decision of the schedule ("event weeks"), or a
    value on the profile of the state's army ("profile.key value").
    """

    process: str
    outcome: str
    main: str
    outcome_moved: str | None = None  # where the main parameter is to move another one
    overrides: tuple[str, ...] = ()  # in which the mechanism is at work


TRIALS = (
    Trial("decisions", "area of the government", "event 208"),
    Trial("borders", "operations abroad", "borders.bloc_pursuit high"),
    Trial("information", "deaths in combat", "information.passed_on low", "civilians killed"),
    Trial("movement", "displaced", "movement.relocate_days low", "deaths in combat"),
    Trial("combat", "deaths in combat", "combat.insurgent_rate high", "insurgent fighters"),
    Trial("violence", "civilians killed", "violence.denunciation high"),
    Trial("finance", "insurgent fighters", "finance.people_tax high"),
    Trial("supply", "fuel in the capital", "supply.kappa high"),
    Trial("attitudes", "insurgent fighters", "attitudes.harm_weight high"),
    Trial("recruitment", "insurgent fighters", "recruitment.contact_rate high"),
    Trial("control", "people under the government", "control.reach_hours high"),
    Trial("displacement", "displaced", "displacement.toll_rate high"),
    Trial("politics", "legitimacy", "politics.coup_rate high", "coups", ("politics=endogenous",)),
)
#: by region: what composes it, a decision to be moved, and the state's army
REGIONS = {
    "teaching": (("region=teaching",), "mission_deploys", "arun_army"),
    "sahel": (("period=history",), "minusma_deploys", "mali_army"),
}
#: shown beside the main ones: a profile's value that the process reads, and a parameter for what it does not do
BESIDE = (
    Trial("information", "deaths in combat", "profile.local_understanding 1.0"),
    Trial("information", "deaths in combat", "information.lag_days high"),
    Trial("information", "civilians killed", "information.bare_collaboration low"),
)


def range_of(name: str) -> tuple[float, float, float]:
    """Default and both ends of the range of the parameter "group.name"."""
    for group, key, value, meta in walk(Parameters()):
        if f"{group}.{key}" == name:
            return float(value), float(meta["low"]), float(meta["high"])
    raise KeyError(name)


def overrides_of(region: str) -> tuple[str, ...]:
    """Words that compose the unchanged settings; another seed than those of the pilots that chose the trials."""
    return (*REGIONS[region][0], "seed=5")


def changes(region: str) -> list[Change]:
    """The trial without substance, and both changes of every process."""
    base = overrides_of(region)
    found = [Change("none", "another seed", "displaced", base, seed=1000)]
    for trial in TRIALS:
        off = (f"processes.{trial.process}.on=false",)
        found.append(Change(trial.process, "off", trial.outcome, base + trial.overrides, off))
        found.append(main_change(trial, region, base + trial.overrides))
    return found + [replace(main_change(trial, region, base), beside=True) for trial in BESIDE]


def main_change(trial: Trial, region: str, base: tuple[str, ...]) -> Change:
    """The change of what stands for the main parameter of a process."""
    _, event, army = REGIONS[region]
    outcome = trial.outcome_moved or trial.outcome
    name, value = trial.main.split(" ")
    if name == "event":
        return Change(trial.process, f"{event} {value} weeks later", outcome, base, event=event, days=7 * int(value))
    if name.startswith("profile."):
        key = f"actors.{army}.{name.removeprefix('profile.')}"
        return Change(trial.process, f"{key.removeprefix('actors.')} -> {value}", outcome, base, (f"{key}={value}",))
    default, low, high = range_of(name)
    end = low if value == "low" else high
    label = f"{name.partition('.')[2]} {default:g} -> {end:g}"
    return Change(trial.process, label, outcome, base, (f"parameters.{name}={end!r}",))


def swaps(region: str, names: list[str]) -> list[Change]:
    """Every pair of neighbours in the week, exchanged."""
    base = overrides_of(region)
    return [Change(a, f"{a} <-> {b}", "displaced", base, swap=(a, b)) for a, b in pairwise(names)]


# ---------------------------------------------------------------------------- runs


@cache
def _settings(overrides: tuple[str, ...]):
    return settings_for(list(overrides))


def settings_of(change: Change | None, overrides: tuple[str, ...], replicate: int):
    """Settings of one run: `change` applied, or (None) the unchanged model that the overrides compose."""
    also = change.also if change else ()
    settings = _settings(overrides + also).with_replicate(replicate)
    if change and change.seed:
        settings = replace(settings, seed=settings.seed + change.seed)
    if change and change.event:
        schedule = dict(settings.schedule)
        moved = {change.event} | {name for name, e in schedule.items() if e.after and e.after.event == change.event}
        for name in moved:
            event = copy.copy(schedule[name])
            event.date = date.fromordinal(event.date.toordinal() + change.days)
            schedule[name] = event
        settings = replace(settings, schedule=schedule)
    return settings


def outcomes_of(job: tuple[Change | None, tuple[str, ...], int]) -> dict[str, float]:
    """Run one replicate and return its outcomes (in a worker)."""
    change, overrides, replicate = job
    settings = settings_of(change, overrides, replicate)
    world = world_for(LOAD_WORLD, settings)
    model = ConflictModel(settings, world)
    if change and change.swap:
        model.week = swapped(model.week, *change.swap)
    recorder = Recorder(model)
    total = steps_of(settings)
    for done in range(1, total + 1):
        model.step()
        recorder.observe(model)
        _count_week(done, total)
    return measure(recorder.record(model, seconds=0.0), world, model.actors.kind, model.actors.state)


def swapped(week: list, first: str, second: str) -> list:
    """The week with two neighbours exchanged."""
    names = [item[0] for item in week]
    i, j = names.index(first), names.index(second)
    if abs(i - j) != 1:
        raise ValueError(f"{first} and {second} are not neighbours in the week")
    week = list(week)
    week[i], week[j] = week[j], week[i]
    return week


def measure(record, world, kinds, states) -> dict[str, float]:
    """The named outcomes of a finished run."""
    weekly, towns = record.series["weekly"], record.series["towns"]
    actors = record.meta["actors"]
    insurgents = [name for name, kind in zip(actors, kinds) if kind == INSURGENT]
    capital = max((n for n in towns.places), key=lambda n: _is_capital(world, n))

    def here(name: str) -> np.ndarray:
        return weekly.get(name, "region").astype(float)

    abroad = 0.0
    for name, kind, state in zip(actors, kinds, states):
        if kind in (ARMY, AUXILIARY):
            abroad += sum(weekly.get(f"attacks.{name}", c).sum() for i, c in enumerate(world.countries) if i != state)
    return {
        "displaced": here("displaced").mean(),
        "refugees": here("refugees_from").mean(),
        "civilians killed": here("civilians_killed").sum(),
        "deaths in combat": here("deaths_state_based").sum() + here("deaths_non_state").sum(),
        "attacks by insurgents": sum(here(f"attacks.{name}").sum() for name in insurgents),
        "insurgent fighters": sum(here(f"fighters.{name}").mean() for name in insurgents),
        "area of the government": here("area_share.government").mean(),
        "people under the government": here("people_share.government").mean(),
        "fuel in the capital": towns.get("fuel_days", capital).astype(float).mean(),
        "without supply": here("without_supply").mean(),
        "legitimacy": here("legitimacy").mean(),
        "safety of the regime": here("regime_security").mean(),
        "coups": here("coups").sum(),
        "operations abroad": float(abroad),
    }


def _is_capital(world: Any, name: str) -> tuple[bool, float]:
    """Order of towns: the largest capital of the theatre first."""
    towns = world.towns
    for row, town in enumerate(towns.name):
        if town == name:
            return bool(towns.capital[row]) and bool(world.theatre[towns.country[row]]), float(towns.population[row])
    return False, 0.0


def run_all(todo: list[Change], replicates: int, workers: int, progress: bool = True) -> dict:
    """Outcomes of every change and of what it is compared with: {(change or None, overrides): {outcome: (R,)}}."""
    cases: list[tuple[Change | None, tuple[str, ...]]] = []
    for change in todo:
        for case in ((None, change.overrides), (change, change.overrides)):
            if case not in cases:
                cases.append(case)
    jobs = [(change, overrides, r) for r in range(replicates) for change, overrides in cases]
    found = {}
    with one_thread(), Pool(workers) as pool:
        with status(progress, "Loading"):
            _compile(pool, SIMULATE, progress)
        futures = {job: pool.submit(outcomes_of, job) for job in jobs}
        with run_bar(progress, len(jobs)) as update:
            for finished, job in enumerate(jobs, start=1):
                found[job] = futures[job].result()
                update(max(pool.counter.value, finished), finished)
    return {
        (change, overrides): {
            name: np.array([found[change, overrides, r][name] for r in range(replicates)]) for name in OUTCOMES
        }
        for change, overrides in cases
    }
