"""Units that break in combat: who deserts, is captured or changes sides, what becomes of arms, where survivors gather.

Rules and sources stand in `sim.processes.combat`, whose views these kernels take.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import ARMY, FOREIGN, GARRISON, INSURGENT
from sim.core.draws import binomial, uniform
from sim.processes.shared.deployment import flat_distance_km

DESERTERS, CAPTURED, TURNED = 13, 15, 16  # numbers of draws of an engagement; the others are combat's


@njit(cache=True)
def break_unit(draws, k, u, v, part, units, actors, communities, place, p):
    """Unit `v`, which is the `part` of those who fought together, breaks before unit `u`: deserters go home, arms are
    lost, survivors set out for another place. Of an army beaten by insurgents some are captured and let go without
    arms, some join those who beat them."""
    c, a = units.cell[v], units.actor[u]
    key, lived_in = units.key[u] ^ units.key[v], c < communities.residents.shape[0]
    surrenders = actors.kind[units.actor[v]] == ARMY and actors.kind[a] == INSURGENT
    if actors.kind[units.actor[v]] != FOREIGN and lived_in:
        gone = binomial(uniform(draws, key, k + DESERTERS), units.manpower[v], p.desertion)
        if surrenders:
            gone += binomial(uniform(draws, key, k + CAPTURED), units.manpower[v] - gone, p.captured)
        units.manpower[v] -= gone
        communities.residents[c] += gone
    if surrenders and units.manpower[u] > 0:
        turned = binomial(uniform(draws, key, k + TURNED), units.manpower[v], p.defection)
        units.manpower[v] -= turned
        units.manpower[u] += turned
    taken = p.capture * units.arms[v]
    units.arms[v] -= taken
    if units.manpower[u] > 0:
        units.arms[u] = min(p.arms_most, units.arms[u] + part * taken * p.arms_taken)
    actors.loot[a] += p.loot_worth * taken * max(1, units.manpower[v])
    units.cohesion[v] = max(p.least_cohesion, units.cohesion[v] * p.broken_cohesion)
    goal = gathering_place(v, units, actors, place)
    if goal >= 0:
        straight = flat_distance_km(place.lat[c], place.lon[c], place.lat[goal], place.lon[goal])
        units.target[v] = goal
        units.km_left[v] = straight * place.detour


@njit(cache=True)
def gathering_place(v, units, actors, place):
    """Cell where the broken unit `v` gathers: its home; if it broke there or has none, the nearest unit of its own that
    is not on the way, for forces of the state the nearest garrison of their side that they may reach, or else the
    capital of the country. -1 for none: irregulars who have nobody else hide where they are."""
    b, c = units.actor[v], units.cell[v]
    if units.home[v] >= 0 and units.home[v] != c:
        return units.home[v]
    state = actors.kind[b] >= ARMY
    nearest, least = -1, np.inf
    for w in range(units.cell.shape[0]):
        o, d = units.actor[w], units.cell[w]
        if d == c or units.manpower[w] <= 0 or units.target[w] >= 0:
            continue
        friend = o == b or (state and actors.kind[o] >= ARMY and actors.hostility[b, o] <= 0.0)
        if not friend or (state and units.posture[w] != GARRISON) or actors.access[b, place.country[d]] <= 0.0:
            continue
        straight = flat_distance_km(place.lat[c], place.lon[c], place.lat[d], place.lon[d])
        if straight < least:
            nearest, least = d, straight
    if nearest < 0 and state and place.capital[place.country[c]] != c:
        return place.capital[place.country[c]]
    return nearest
