"""Units by cell and by actor: lists in compressed rows, keys, counts."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def sort_living(by, manpower, groups):
    """Living units by cell or actor (`by`, below `groups`), in compressed rows: start (groups + 1,), order; rows keep their
    order within a group."""
    living, alive = np.empty(by.shape[0] + 1, dtype=np.int64), 0
    for u in range(by.shape[0]):
        living[alive] = u  # units that are no more lie scattered: going on by a sum, not by a branch, is quick
        alive += manpower[u] > 0
    start = np.zeros(groups + 1, dtype=np.int64)
    for u in living[:alive]:
        start[by[u] + 1] += 1
    for g in range(groups):
        start[g + 1] += start[g]
    at = start[:-1].copy()
    order = np.empty(alive, dtype=np.int64)
    for u in living[:alive]:
        order[at[by[u]]] = u
        at[by[u]] += 1
    return start, order


@njit(cache=True)
def still_there(cell_then, cell, manpower):
    """Whether all living units are where they were `cell_then` (U,)."""
    if cell_then.shape[0] != cell.shape[0]:
        return False
    moved = False
    for u in range(cell.shape[0]):
        moved |= manpower[u] > 0 and cell[u] != cell_then[u]
    return not moved


@njit(cache=True)
def number_units(actor, actor_key, units_made):
    """Keys (n,) of new units of the actors `actor` (n,): the actor's key and a serial number, which goes on."""
    keys = np.empty(actor.shape[0], dtype=np.uint64)
    for i in range(actor.shape[0]):
        keys[i] = actor_key[actor[i]] << np.uint64(32) | np.uint64(units_made[actor[i]])
        units_made[actor[i]] += 1
    return keys


@njit(cache=True)
def changes_of_roll(manpower, enrolled):
    """Rows whose place on the roll (U,) is no longer right, which is put right."""
    changed = np.empty(manpower.shape[0], dtype=np.int64)
    count = 0
    for u in range(manpower.shape[0]):
        if (manpower[u] > 0) != enrolled[u]:
            enrolled[u] = not enrolled[u]
            changed[count] = u
            count += 1
    return changed[:count]


@njit(cache=True)
def sum_persons(actor, manpower, persons):
    """People in the units of each actor, into `persons` (A,)."""
    persons[:] = 0
    for u in range(actor.shape[0]):
        persons[actor[u]] += manpower[u]


@njit(cache=True)
def persons_in_posture(actor, manpower, posture, wanted, actors):
    """People in the units of each actor that are in a posture (A,)."""
    persons = np.zeros(actors)
    for u in range(actor.shape[0]):
        if posture[u] == wanted:
            persons[actor[u]] += manpower[u]
    return persons
