"""Pools of people from whom a group can draw: residents and its fighters there, projected by travel.

    Rp_i  = sum over j: residents_j exp(-hours_ji / reach_hours)                                persons
    Fp_ia = sum over units u of a: manpower_u exp(-hours(cell_u, i) / reach_hours)              persons
            + pool_rivalry * the same of all other insurgent groups, for an insurgent group

The weights fall with travel as those of presence do, but are not made to sum to one, for fighters and residents alike,
so that a group that has drawn the part `pool_share` of
the people everywhere around has filled the pool, wherever its fighters stand. Rivals compete for one base (Fjelde and
Nilsson 2012): who has joined one group cannot join another.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import ARMY, INSURGENT
from sim.core.views import bundle

#: fighters that fill the pool of each controller (N, Q) and residents (N,), both projected by travel, in persons; the
#: latter where somebody has asked, else negative: :func:`people_near` adds up `residents` (P,) by `back`, a `Spread`
Pools = bundle("Pools", "fighters people residents back")
#: weights of the projection in compressed rows, from cell c to the cells near[start[c] : start[c + 1]]
Spread = bundle("Spread", "start near decay")

NOBODY_NEAR = 1e-9  # persons: people of a place where nobody lives within reach


@njit(cache=True)
def turned_round(spread, places):
    """The same weights from the cells on which they fall, listing those of the first `places` cells only, in order."""
    cells = spread.start.shape[0] - 1
    start = np.zeros(cells + 1, dtype=np.int64)
    for j in range(spread.start[places]):
        start[spread.near[j] + 1] += 1
    for c in range(cells):
        start[c + 1] += start[c]
    at, near, decay = start[:-1].copy(), np.empty(start[-1], dtype=np.int64), np.empty(start[-1])
    for c in range(places):
        for j in range(spread.start[c], spread.start[c + 1]):
            k = at[spread.near[j]]
            near[k], decay[k] = c, spread.decay[j]
            at[spread.near[j]] += 1
    return Spread(start, near, decay)


@njit(cache=True)
def fill_pools(units, by_actor, kind, controller, residents, spread, rivalry, pools):
    """Project the fighters of every irregular actor, whose units `by_actor` lists, and take down who lives where, into
    `pools`; those of other insurgents count by the part `rivalry`."""
    fighters = pools.fighters
    fighters[:], pools.people[:] = 0.0, -1.0
    pools.residents[:] = residents
    for a in range(kind.shape[0]):
        if kind[a] >= ARMY:
            continue
        q = controller[a]
        for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
            c = units.cell[u]
            if units.manpower[u] > 0:
                for j in range(spread.start[c], spread.start[c + 1]):
                    fighters[spread.near[j], q] += units.manpower[u] * spread.decay[j]
    if rivalry > 0.0:
        insurgents = np.zeros(fighters.shape[1], dtype=np.bool_)
        insurgents[controller[kind == INSURGENT]] = True
        share_pools(np.flatnonzero(insurgents), rivalry, fighters)


@njit(cache=True)
def share_pools(rows, rivalry, fighters):
    """Let the fighters of the other controllers among `rows` fill the pool of each by the part `rivalry`, in place."""
    for c in range(fighters.shape[0]):
        total = 0.0
        for q in rows:
            total += fighters[c, q]
        if total > 0.0:
            for q in rows:
                fighters[c, q] += rivalry * (total - fighters[c, q])


@njit(cache=True, inline="always")
def people_near(c, pools):
    """Residents around cell `c`, projected by travel: added up when first asked for."""
    if pools.people[c] < 0.0:
        people = NOBODY_NEAR
        for j in range(pools.back.start[c], pools.back.start[c + 1]):
            people += pools.residents[pools.back.near[j]] * pools.back.decay[j]
        pools.people[c] = people
    return pools.people[c]


@njit(cache=True, inline="always")
def part_filled(c, q, pools, share):
    """Part of the pool around cell `c` that controller `q` has drawn, of the `share` of people that it can draw."""
    return pools.fighters[c, q] / (share * people_near(c, pools))
