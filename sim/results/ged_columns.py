"""What UCDP's Georeferenced Event Dataset (GED) says of an event beside place, day and dead, for simulated events.

Codes are those of its codebook: precision of place and of date, clarity, numbers of states, order of the sides,
active years.
docs/outputs.md says which of its columns are left out, and why.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, ONE_SIDED, STATE_BASED

#: numbers of states in the list of Gleditsch and Ward, which GED uses: iso3 -> number
STATE_NUMBERS = {
    "GNB": 404,
    "GMB": 420,
    "MLI": 432,
    "SEN": 433,
    "BEN": 434,
    "MRT": 435,
    "NER": 436,
    "CIV": 437,
    "GIN": 438,
    "BFA": 439,
    "LBR": 450,
    "SLE": 451,
    "GHA": 452,
    "TGO": 461,
    "CMR": 471,
    "NGA": 475,
    "TCD": 483,
    "MAR": 600,
    "DZA": 615,
    "TUN": 616,
    "LBY": 620,
    "SDN": 625,
}

#: dead in a calendar year from which on a dyad (or one who kills civilians) counts as active in it
ACTIVE_DEATHS = 25

#: degrees of a cell up to which its centre stands for "within some 25 km of a point" (2); beyond, for its admin-1 (4)
FINE_CELL, NEAR_POINT, ADMIN_1 = 0.5, 2, 4

#: precision of a date of which the week is known (3), or only the month (4)
WEEK, MONTH = 3, 4

CLEAR = 1  # clarity: an event of its own, not a summary of several

STATE_SIDE = (ARMY, AUXILIARY, FOREIGN)


def where_precision(resolution: float) -> int:
    """GED's `where_prec` of a position that is the centre of a cell of so many degrees."""
    return NEAR_POINT if resolution <= FINE_CELL else ADMIN_1


def date_precision(step_days: float) -> int:
    """GED's `date_prec` of an event that happened within a step of so many days."""
    return WEEK if step_days <= 7.0 else MONTH


def days_of_step(middle: np.ndarray, step_days: float) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of the steps with these middle days (datetime64[D], (E,)), as the recorder gives them."""
    after = middle + int(step_days / 2.0 + 0.5)  # the day after the last, see `sim.recording.recorder`
    return after - max(1, round(step_days)), after - 1


def ordered_sides(events: dict[str, np.ndarray], actors: list[str], kinds: list[int]) -> dict[str, np.ndarray]:
    """Sides and their dead as GED orders them: the state's side first, else by name; civilians last.

    So a dyad has one name. Takes and gives `side_a`, `side_b` (codes of actors, -1 none), `deaths_a`, `deaths_b`,
    each (E,).
    """
    a, b = events["side_a"], events["side_b"]
    found = {name: events[name] for name in ("side_a", "side_b", "deaths_a", "deaths_b")}
    if a.dtype.kind == "U" or len(kinds) != len(actors):
        return found
    by_name = np.argsort(np.argsort(np.array(actors, dtype=str)))
    state = np.isin(np.array(kinds), STATE_SIDE)
    first = np.append(np.where(state, 0, len(actors)) + by_name, 3 * len(actors))  # the last is that of -1
    swap = (events["type"] != ONE_SIDED) & (a >= 0) & (b >= 0) & (first[b] < first[a])
    for one, other in (("side_a", "side_b"), ("deaths_a", "deaths_b")):
        found[one], found[other] = (
            np.where(swap, events[other], events[one]),
            np.where(swap, events[one], events[other]),
        )
    return found


def active_years(side_a: np.ndarray, side_b: np.ndarray, year: np.ndarray, best: np.ndarray) -> np.ndarray:
    """1 where the dyad of an event has 25 dead or more in its calendar year, else 0, int8 (E,)."""
    if not len(best):
        return np.zeros(0, np.int8)
    _, dyad = np.unique(np.column_stack([side_a, side_b, year]), axis=0, return_inverse=True)
    dyad = dyad.ravel()
    return (np.bincount(dyad, best)[dyad] >= ACTIVE_DEATHS).astype(np.int8)


def numbers_of_states(codes: np.ndarray, countries: list[str]) -> np.ma.MaskedArray:
    """Number of each state, int32 (E,); masked where it has none (the states of a made-up region)."""
    numbers = np.array([STATE_NUMBERS.get(iso3, 0) for iso3 in countries] + [0], dtype=np.int32)
    found = numbers[np.where((codes < 0) | (codes >= len(countries)), len(countries), codes)]
    return np.ma.masked_equal(found, 0)


def states_of_actors(actors: list[str], profiles: dict[str, Any]) -> list[str]:
    """The state whose army or auxiliaries each actor is; "" for others."""
    return [str((profiles.get(name) or {}).get("state") or "") for name in actors]


def government_numbers(events: dict[str, np.ndarray], states: list[str]) -> np.ma.MaskedArray:
    """GED's `gwnoa`: the number of the state whose government is side a, int32 (E,); masked for all other sides.

    Fights between armed groups have no government, as in GED.
    """
    side = events["side_a"]
    if side.dtype.kind == "U":
        return np.ma.masked_all(len(side), np.int32)
    found = numbers_of_states(side, states)
    return np.ma.masked_where(~np.isin(events["type"], (STATE_BASED, ONE_SIDED)), found)
