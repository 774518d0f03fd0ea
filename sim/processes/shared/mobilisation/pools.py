"""Pools of people from whom a group can draw: residents and its fighters there, projected by travel.

    Rp_i  = sum over j: residents_j exp(-hours_ji / reach_hours)                                persons
    Fp_ia = sum over units u of a: manpower_u exp(-hours(cell_u, i) / reach_hours)              persons

The same weights as those of presence (`sim.processes.control`), so that a group that has drawn the part `pool_share` of
the people everywhere around has filled the pool, wherever its fighters stand.
"""

from __future__ import annotations

from collections import namedtuple

from numba import njit

from sim.core.codes import ARMY

#: fighters of each controller (N, Q) and residents (N,), both projected by travel, in persons
Pools = namedtuple("Pools", "fighters people")
#: weights of the projection in compressed rows, from cell c to the cells near[start[c] : start[c + 1]]
Spread = namedtuple("Spread", "start near decay")

NOBODY_NEAR = 1e-9  # persons: people of a place where nobody lives within reach


@njit(cache=True)
def fill_pools(units, kind, controller, residents, spread, pools):
    """Project residents and the fighters of every irregular actor, into `pools`."""
    fighters, people = pools.fighters, pools.people
    fighters[:] = 0.0
    people[:] = NOBODY_NEAR
    for c in range(residents.shape[0]):
        for j in range(spread.start[c], spread.start[c + 1]):
            people[spread.near[j]] += residents[c] * spread.decay[j]
    for u in range(units.actor.shape[0]):
        a = units.actor[u]
        if units.manpower[u] > 0 and kind[a] < ARMY:
            c, q = units.cell[u], controller[a]
            for j in range(spread.start[c], spread.start[c + 1]):
                fighters[spread.near[j], q] += units.manpower[u] * spread.decay[j]


@njit(cache=True)
def part_filled(c, q, pools, share):
    """Part of the pool around cell `c` that controller `q` has drawn, of the `share` of people that it can draw."""
    return pools.fighters[c, q] / (share * pools.people[c])
