"""What a saved state may hold: values of columns, and what is kept beside them, checked against a fresh model."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.codes import CONTESTED
from sim.model.blockade_orders import Order

#: columns that actor profiles and map decide: a state must agree with them
FIXED = {"actors": ("key", "kind", "state", "parent", "controller"), "cohorts": ("origin", "place")}
#: columns whose values are rows of something, or codes: their unit says of what
INDICES = {"cell": "N", "community": "P", "actor": "A", "controller": "Q", "country": "C", "node": "T", "edge": "E"}

MOST_PERSONS = 10**11


def wrong_values(values: np.ndarray, column: Any, model: Any) -> str:
    """What is wrong with values of a column; empty where nothing is.

    A column holds no rows that do not exist, no less than no persons, and numbers only.
    """
    if values.size == 0:
        return ""
    if column.unit in INDICES or (column.unit == "code" and column.name == "posture"):
        most = len_of(model, INDICES[column.unit]) if column.unit in INDICES else 8
        least = {"controller": CONTESTED, "code": 0}.get(column.unit, -1)
        good, wrong = values.min() >= least and values.max() < most, f"names a {column.unit} that does not exist"
    elif column.name == "target_most":  # infinite where nothing caps a target
        good, wrong = values.min() >= 0, "holds an impossible number"
    elif column.unit.startswith("persons") or column.unit == "events":
        good, wrong = values.min() >= 0 and values.max() <= MOST_PERSONS, "holds an impossible number"
    elif values.dtype.kind == "f":
        low, high = float(values.min()), float(values.max())  # NaN if any is
        endless = column.name in ("hours", "hours_usual")  # of a place that no road reaches
        good, wrong = low >= -1e15 and (high <= 1e15 or endless), "holds an impossible number"
    else:
        return ""
    return "" if good else wrong


def len_of(model: Any, letter: str) -> int:
    """How many cells N, communities P, actors A, controllers Q, countries C, nodes T or edges E there are."""
    tables = {"N": "cells", "P": "communities", "A": "actors", "C": "governments", "T": "nodes", "E": "edges"}
    return len(model.controllers) if letter == "Q" else len(getattr(model, tables[letter]))


def whole_below(value: Any, most: int) -> bool:
    """Whether a value is a whole number from 0 to below `most`."""
    return type(value) is int and 0 <= value < most


def good_order(order: Any, model: Any) -> bool:
    """Whether an order names an actor, places and cells that exist, and says of each cell how much it matters."""
    cells, weight = (order.cells, order.weight) if isinstance(order, Order) else (None, None)
    return (
        isinstance(cells, np.ndarray)
        and cells.ndim == 1
        and cells.dtype.kind == "i"
        and (len(cells) == 0 or (cells.min() >= 0 and cells.max() < len(model.cells)))
        and isinstance(weight, np.ndarray)
        and weight.shape == cells.shape
        and weight.dtype.kind == "f"
        and bool(np.all((weight >= 0.0) & (weight <= 1.0)))
        and whole_below(order.actor, len(model.actors))
        and order.kind in ("blockade", "besiege")
        and isinstance(order.goods, str)
        and isinstance(order.places, tuple)
        and all(known_place(place, model) for place in order.places)
        and isinstance(order.until, (int, float))
        and not math.isnan(order.until)
    )


def known_place(place: Any, model: Any) -> bool:
    """Whether the map has a place of this name."""
    try:
        return isinstance(place, str) and len(model.cells_at(place)) > 0
    except ValueError:
        return False


def good_shares(shares: Any, model: Any) -> bool:
    """Whether a force's bases are places of the map with shares."""
    return isinstance(shares, dict) and all(
        known_place(place, model) and isinstance(share, (int, float)) and 0.0 <= share < math.inf
        for place, share in shares.items()
    )


#: what each thing kept beside the tables must look like
CHECKS = {
    "t": lambda value, model: 0.0 <= value < 1e6,
    "step_index": lambda value, model: whole_below(value, 10**6),
    "ledger": lambda value, model: (
        set(value) == set(model.ledger) and all(whole_below(n, 10**12) for n in value.values())
    ),
    "orders": lambda value, model: all(good_order(order, model) for order in value),
    "coups_due": lambda value, model: all(whole_below(c, len(model.governments)) for c in value),
    "rallies_due": lambda value, model: all(whole_below(c, len(model.governments)) for c in value),
    "ramped": lambda value, model: all(whole_below(row, len(model.actors)) for row in value),
    "bloc_numbers": lambda value, model: all(isinstance(k, str) and whole_below(n, 31) for k, n in value.items()),
    "places_of": lambda value, model: all(
        whole_below(row, len(model.actors)) and good_shares(shares, model) for row, shares in value.items()
    ),
    "flows": lambda value, model: value.size == 0 or bool(value.min() >= 0),
}
