"""Escorts of massed convoys: units that an army sends to the corridor at once.

Where convoys to a capital are massed on a corridor, its army wants `massed escort_force persons` escorts there. As long
as it has fewer on the corridor or on the way there, free units elsewhere set out, each with chance
(lack / people elsewhere) (1 - exp(-dt / redeploy_escort_days)), for a cell of it by how dangerous it is; of those who
stand there wanted / standing escort. They leave as posts are reconsidered (`sim.processes.shared.deployment`).
`C` countries, `N` cells, `U` units, `A` actors.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY
from sim.core.draws import uniform
from sim.core.views import columns, values
from sim.processes.shared.deployment import flat_distance_km
from sim.settings.parameters.movement import Movement

Guards = columns("units", reads="key cell manpower", writes="target km_left", name="Guards")
Armies = columns("actors", reads="kind persons access", name="Armies")
EscortRules = values("EscortRules", Movement, only="redeploy_escort_days escort_force detour")

ESCORTS, ESCORT_POST = 6, 7  # numbers of draws, by unit


@njit(cache=True)
def guard_corridors(draws, dt, guards, by_actor, rear, armies, host, massed, corridor, land, p):
    """Armies send escorts to the corridors of massed convoys, in place. Returns the part of those there who escort
    (C,).

    `rear` (U,) are units that stay in the rear, `host` (A,) the country of each army, `massed` (C,) the part of a
    capital's fuel that goes so, `corridor` (N,) how dangerous the cells of the corridors are.
    """
    guarding, may = np.zeros(massed.shape[0]), np.empty(corridor.shape[0], dtype=np.bool_)
    for a in range(armies.kind.shape[0]):
        if armies.kind[a] != ARMY or massed[host[a]] <= 0.0:
            continue
        own = by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]
        for c in range(corridor.shape[0]):
            may[c] = armies.access[a, land.country[c]] > 0.0 and land.operating_area[a, c]
        wanted = massed[host[a]] * p.escort_force * armies.persons[a]
        guarding[host[a]] = send_escorts(draws, dt, own, guards, rear, corridor, may, wanted, land.lat, land.lon, p)
    return guarding


@njit(cache=True)
def send_escorts(draws, dt, own, guards, rear, corridor, may, wanted, lat, lon, p):
    """Free units `own` of an army set out for the corridor of its massed convoys, where `wanted` persons should be.

    `corridor` (N,) is how dangerous its cells are, `may` (N,) where the army may go. Returns the part of those who
    stand there or are on the way who escort.
    """
    goals, running = np.empty(corridor.shape[0], dtype=np.int64), np.empty(corridor.shape[0])
    count, total, standing, elsewhere = 0, 0.0, 0.0, 0.0
    for c in range(corridor.shape[0]):
        if corridor[c] > 0.0 and may[c]:
            total += corridor[c]
            goals[count], running[count] = c, total
            count += 1
    if count == 0:
        return 0.0
    for u in own:
        if guards.manpower[u] > 0 and not rear[u]:
            at = guards.target[u] if guards.target[u] >= 0 else guards.cell[u]
            if corridor[at] > 0.0 and may[at]:
                standing += guards.manpower[u]
            elif guards.target[u] < 0:
                elsewhere += guards.manpower[u]
    lack = wanted - standing
    if lack > 0.0 and elsewhere > 0.0:
        chance = min(1.0, lack / elsewhere) * (1.0 - math.exp(-dt / p.redeploy_escort_days))
        for u in own:
            here = guards.cell[u]
            free = guards.manpower[u] > 0 and not rear[u] and guards.target[u] < 0
            if not free or (corridor[here] > 0.0 and may[here]) or uniform(draws, guards.key[u], ESCORTS) >= chance:
                continue
            at = np.searchsorted(running[:count], uniform(draws, guards.key[u], ESCORT_POST) * total)
            goal = goals[min(count - 1, at)]
            guards.target[u] = goal
            guards.km_left[u] = flat_distance_km(lat[here], lon[here], lat[goal], lon[goal]) * p.detour
            standing += guards.manpower[u]
    return min(1.0, wanted / standing) if standing > 0.0 else 0.0
