"""Runs of the teaching region for the tests that guard the whole model."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

import sim
from sim.core.codes import INSURGENT
from sim.model.model import ConflictModel
from sim.settings.compose import settings_for
from sim.world.region import load_region

SCENARIOS = sorted(path.stem for path in (Path(sim.__file__).parents[1] / "scenarios" / "scenario").glob("*.yaml"))


@cache
def settings_of(*words: str, region: str = "teaching"):
    """Settings of the teaching region (or another) that words say."""
    return settings_for([f"region={region}", *words])


@cache
def world_of(region: str = "teaching"):
    """Its map."""
    return load_region(region)


def with_parameters(settings, **changes: float):
    """The same settings with parameters `group__name=value`, and none drawn."""
    parameters = deepcopy(settings.parameters)
    for name, value in changes.items():
        group, key = name.split("__")
        setattr(getattr(parameters, group), key, value)
    return replace(settings, parameters=parameters, draw="none")


def model_of(settings, replicate: int = 0, **changes) -> ConflictModel:
    """A model on its first day; `changes` go into the settings."""
    return ConflictModel(replace(settings, replicate=replicate, **changes), world_of(settings.region))


def state_of(model) -> dict[str, np.ndarray]:
    """Everything that happened and is: all columns, the account of persons, the week's log, flows."""
    state = {}
    for name, rows in model.tables.items():
        state |= {f"{name}.{column}": values for column, values in rows.snapshot().items()}
    state["ledger"] = np.array(list(model.ledger.values()))
    state["log"] = model.log[: model.logged].copy()
    state["flows"] = model.flows.copy()
    return state


def fingerprint(model) -> str:
    """Hash of all bits of `state_of`."""
    found = hashlib.sha256()
    for name, values in sorted(state_of(model).items()):
        found.update(name.encode())
        found.update(np.ascontiguousarray(values).tobytes())
    return found.hexdigest()


class RunTotals:
    """Outcomes of a run that the tests compare, taken after each step."""

    def __init__(self, model):
        self.model = model
        kinds = model.actors.kind
        self.insurgents = [model.controllers.index(n) for n, row in model.rows.items() if kinds[row] == INSURGENT]
        self.weeks, self.civilians, self.battles = [], 0, 0

    def take(self) -> None:
        """Add the step that has just been done."""
        m, w = self.model, self.model.world
        self.civilians += int(m.cells.civilians_week.sum())
        self.battles += int((m.log["type"][: m.logged] < 3).sum())
        theirs = np.isin(m.cells.controller, self.insurgents) & w.theatre[w.country]
        home, residents = w.theatre[w.country[: w.n_communities]], m.communities.residents
        capital = m.capital_node[np.flatnonzero(w.theatre)[0]]
        insurgents = m.actors.kind == INSURGENT
        self.weeks.append(
            {
                "displaced": float(m.communities.displaced_from.sum()),
                "area": float(w.area_km2[theirs].sum() / w.area_km2[w.theatre[w.country]].sum()),
                "people": float(residents[theirs[: w.n_communities]].sum() / residents[home].sum()),
                "fighters": float(m.actors.persons[insurgents].sum()),
                "fuel": float(m.nodes.days_week[capital]),
                "legitimacy": float(m.governments.legitimacy[w.theatre].mean()),
                "fear": float(np.average(m.communities.fear[home], weights=np.maximum(1, residents[home]))),
            }
        )

    def outcomes(self, first: int = 0) -> dict[str, float]:
        """Totals of the run and means of its steps from `first` on."""
        means = {name: float(np.mean([week[name] for week in self.weeks[first:]])) for name in self.weeks[0]}
        return {"civilians": float(self.civilians), "battles": float(self.battles), **means}


def run(model, steps: int) -> RunTotals:
    """Step a model and keep its totals."""
    totals = RunTotals(model)
    for _ in range(steps):
        model.step()
        totals.take()
    return totals
