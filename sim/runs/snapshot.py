"""A model's state between two weeks, taken and put back."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from sim.model.model import ConflictModel

#: what a state holds beside the tables; each is plain data that is copied
KEPT = ("t", "step_index", "ledger", "orders", "coups_due", "rallies_due", "ramped", "bloc_numbers", "places_of")
KEPT += ("flows",)


def take_state(model: ConflictModel) -> dict[str, Any]:
    """The state of a model between two steps: {"tables": {name: columns}, "kept": {...}}."""
    return {
        "tables": {name: table.snapshot() for name, table in model.tables.items()},
        "kept": {name: copy.deepcopy(getattr(model, name)) for name in KEPT},
    }


def put_state(model: ConflictModel, state: dict[str, Any]) -> None:
    """Let a freshly built model go on from a state taken from one with the same actor profiles, map and step.

    Raises ValueError where the tables do not fit.
    """
    for name, columns in state["tables"].items():
        table = model.tables[name]
        fixed = name != "units" and len(next(iter(columns.values()))) != len(table)
        if fixed or set(columns) != set(table.columns):
            raise ValueError(f"the state's table of {name} does not fit this model")
    for agent in list(model._unit_agents.values()):
        agent.remove()
    for name, columns in state["tables"].items():
        model.tables[name].restore(columns)
    for name, value in state["kept"].items():
        setattr(model, name, copy.deepcopy(value))
    model._unit_agents, model._enrolled = {}, np.zeros(0, dtype=bool)
    model.next_event = sum(day < model.t for day, _ in model.event_list)
    model.look_anew()  # units are others now
