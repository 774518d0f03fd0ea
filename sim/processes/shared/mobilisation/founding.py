"""Founding: where a pool is nearly full, cadres leave for places of like people, along travel, whose pool has room.

    cadres of a from i ~ one with chance 1 - exp(-dt * founding_rate * fighters_ia / 50) in a step, where
                         Fp_ia > founding_at * pool_share * Rp_i
    place j with weight exp(-hours_ij / founding_hours - |aridity_i - aridity_j| / founding_aridity) * (1 - filled_ja)
                        * (1 - movement.pact_keeps_out * truce with the army of j's country), if its pool has room

Rebellions spread along roads by contact (Zhukov 2012), and wars by relocation as well as by escalation where they are
(Schutte and Weidmann 2011): a pool that fills in one place sends its surplus of organisers to the next. Aridity stands
for livelihood: herders of dry land are the kin and trading partners of herders. Cadres are fighters of a unit that
stays at half of its people at least; they set out as a unit of their own, whose base is the place they go to. There
they lie low for `preparation_days`, and organise and recruit before they attack (the pre-insurgent stage: Galula 1964,
ch. 4; Byman 2007 on proto-insurgencies).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import INSURGENT
from sim.core.draws import uniform
from sim.core.views import bundle
from sim.processes.shared.mobilisation.joining import KEY_BITS, fighters_of_first
from sim.processes.shared.mobilisation.pools import part_filled, people_near

#: where actors may be (A, N), country and aridity (N,), army of countries (C,), places within reach in compressed rows,
#: how far a pact with a country's army keeps a group out
Ground = bundle("Ground", "operating_area country aridity army start cell hours keeps_out")

LEAVE, SIZE, GOAL = 2, 3, 4  # numbers of draws, by community and actor
PER_FIGHTERS = 50.0  # fighters that the rate is for


@njit(cache=True)
def found_cells(draws, here, units, actors, draw_key, residents, pools, ground, p, dt):
    """Cadres leave units whose pool is nearly full, in place.

    Returns the units they left (n,), their numbers (n,), and the rows of the list of places within reach they go to
    (n,).
    """
    most = here.unit.shape[0]
    mothers, sizes = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    ways, count = np.empty(most, dtype=np.int64), 0
    for c in range(residents.shape[0]):
        for i in range(here.start[c], here.start[c + 1]):
            a = units.actor[here.unit[i]]
            if actors.kind[a] != INSURGENT or units.manpower[here.unit[i]] <= 0:
                continue
            if part_filled(c, actors.controller[a], pools, p.pool_share) <= p.founding_at:
                continue
            fighters = fighters_of_first(i, c, here, units)
            key = draw_key[c] ^ actors.key[a] << KEY_BITS
            often = dt * p.founding_rate * fighters / PER_FIGHTERS
            if uniform(draws, key, LEAVE) >= 1.0 - math.exp(-often):
                continue
            size = int(p.cadre_least + uniform(draws, key, SIZE) * (p.cadre_most - p.cadre_least + 1.0))
            mother = largest_at_rest(a, c, here, units)
            if mother < 0 or units.manpower[mother] < 2 * size:
                continue
            way = way_to(uniform(draws, key, GOAL), a, c, size, actors, pools, ground, p)
            if way >= 0:
                units.manpower[mother] -= size
                mothers[count], sizes[count], ways[count] = mother, size, way
                count += 1
    return mothers[:count], sizes[:count], ways[:count]


@njit(cache=True)
def largest_at_rest(a, c, here, units):
    """The largest unit of actor `a` in cell `c` that is not under way, the first of equals; -1 for none."""
    largest, most = -1, 0
    for i in range(here.start[c], here.start[c + 1]):
        u = here.unit[i]
        if units.actor[u] == a and units.target[u] < 0 and units.manpower[u] > most:
            largest, most = u, units.manpower[u]
    return largest


@njit(cache=True)
def way_to(draw, a, c, size, actors, pools, ground, p):
    """Row of the list of places within reach of cell `c` to which `size` fighters of actor `a` go, drawn by `draw` in
    (0, 1); -1 if none has room."""
    first, last = ground.start[c], ground.start[c + 1]
    weight = np.zeros(last - first)
    q, total = actors.controller[a], 0.0
    for j in range(first, last):
        d = ground.cell[j]
        country = ground.country[d]
        if d == c or not ground.operating_area[a, d] or actors.access[a, country] <= 0.0:
            continue
        if p.pool_share * people_near(d, pools) - pools.fighters[d, q] < size:
            continue
        unlike = abs(ground.aridity[c] - ground.aridity[d]) / p.founding_aridity
        w = math.exp(-ground.hours[j] / p.founding_hours - unlike)
        w *= 1.0 - part_filled(d, q, pools, p.pool_share)
        if country != ground.country[c] and ground.army[country] >= 0:
            w *= 1.0 - ground.keeps_out * actors.truce[a, ground.army[country]]
        weight[j - first] = w
        total += w
    left, chosen = draw * total, -1
    for j in range(first, last):
        if weight[j - first] > 0.0:
            chosen = j
            left -= weight[j - first]
            if left <= 0.0:
                break
    return chosen
