"""Odds: fighting strength of units, where it stands, and whom a post of an army has against it and for it.

    strength = people * firepower * arms * (floor + (1 - floor) * cohesion) * (1 + air)
    foe_ac    = sum over hostile irregulars: strength * hostility_ab * exp(-hours to c / reach)
    friend_ac = sum over the state's side at c or within `relief_hours` of it: strength * access * (1 + air)

What is felt of an actor in a cell is the same for all armies, so it is summed once for each actor, and armies with the
same foes have the same odds.

All are in persons of reference infantry. What can come in time is what covers the way at its `mobility`; auxiliaries
stay in their place. Processes of combat and movement use these kernels.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import ARMY
from sim.core.views import bundle, values
from sim.settings.parameters.fighting import Combat

OddsRules = values("OddsRules", Combat, only="cohesion_floor air_effect defender_air")
#: strength of each actor in each cell where it has units: (n,) each, by actor and cell; `start` of each actor (A + 1,)
Forces = bundle("Forces", "actor cell strength start")
#: strength of foes in reach of cells and of friends who are or can soon be there (A, N); of each army its row in them,
#: which it shares with those that are hostile to the same actors, -1 for all others (A,)
Odds = bundle("Odds", "foe friend of")
#: cells near each cell in compressed rows by loss of strength (`start` to `weight`), and those that help from there
#: reaches in time, for each of the distances that actors cover (`way_start` (K, N + 1), `way_cell`); which of these is
#: each actor's (A,)
Ways = bundle("Ways", "start cell weight way_start way_cell way_of")


@njit(cache=True)
def strength_of(engaged, firepower, arms, cohesion, air, p):
    """Fighting strength of `engaged` people (see the module's formula)."""
    holds = p.cohesion_floor + (1.0 - p.cohesion_floor) * cohesion
    return engaged * firepower * arms * holds * (1.0 + air)


@njit(cache=True)
def forces_of(by_actor, garrisons, firepower, cells, strength_of_unit, p):
    """`Forces` of all units, which `by_actor` lists, in so many cells; that of each into `strength_of_unit` (U,)."""
    n, actors = by_actor.unit.shape[0], firepower.shape[0]
    actor, cell, strength = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n)
    start, count = np.zeros(actors + 1, dtype=np.int64), 0
    seen_by, there, places = np.full(cells, -1, dtype=np.int16), np.empty(cells), np.empty(cells, dtype=np.int64)
    for a in range(actors):
        found = 0
        for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
            if garrisons.manpower[u] <= 0:  # it fell since the list was made
                strength_of_unit[u] = 0.0
                continue
            own = strength_of(garrisons.manpower[u], firepower[a], garrisons.arms[u], garrisons.cohesion[u], 0.0, p)
            strength_of_unit[u], c = own, garrisons.cell[u]
            if seen_by[c] != a:
                seen_by[c], there[c], places[found] = a, 0.0, c
                found += 1
            there[c] += own
        for c in np.sort(places[:found]):
            actor[count], cell[count], strength[count] = a, c, there[c]
            count += 1
        start[a + 1] = count
    return Forces(actor[:count], cell[:count], strength[:count], start)


@njit(cache=True)
def ways_within(start, cell, km, most):
    """Of the cells near each in compressed rows those at most `most` (K,) km away, and itself, for each of these
    distances: (start (K, N + 1), cell)."""
    near, kept = (
        np.zeros((most.shape[0], start.shape[0]), dtype=np.int64),
        np.empty(most.shape[0] * cell.shape[0], dtype=np.int64),
    )
    count = 0
    for k in range(most.shape[0]):
        for d in range(start.shape[0] - 1):
            near[k, d] = count
            for i in range(start[d], start[d + 1]):
                kept[count] = cell[i]
                count += cell[i] == d or km[i] <= most[k]
        near[k, -1] = count
    return near, kept[:count].copy()


@njit(cache=True)
def come_to_help(b, forces, access, air, country, ways, reached, there):
    """Strength that actor `b` with `access` (C,) can soon have in each cell, added to `there` (N,), which is zero
    elsewhere. Returns how many cells are `reached` (N,), the first of which it lists."""
    count, start = 0, ways.way_start[ways.way_of[b]]
    for j in range(forces.start[b], forces.start[b + 1]):
        d, own = forces.cell[j], forces.strength[j]
        for i in range(start[d], start[d + 1]):
            c = ways.way_cell[i]
            helping = own * access[country[c]] * (1.0 + air[country[c]])
            reached[count] = c
            count += there[c] == 0.0 and helping > 0.0
            there[c] += helping
    return count


@njit(cache=True)
def felt_strength(forces, sides, fights, everywhere, air, country, ways, felt, common):
    """Strength of each actor as it counts for or against a post in each cell, into `felt` (A, N), and the sum of it
    over those who help everywhere, into `common` (N,), instead.

    That of irregulars falls with travel; that of those who would come to help a post, `fights` (A,), is what can be
    there in time; `air` (C,) is what support from the air adds to their strength. `everywhere` (A,) is as
    of :func:`helps_all`. Rows of `felt` for which nobody stands anywhere are as they were.
    """
    common[:] = 0.0
    there, reached = np.zeros(common.shape[0]), np.empty(common.shape[0] + 1, dtype=np.int64)
    for b in range(sides.kind.shape[0]):
        first, last = forces.start[b], forces.start[b + 1]
        if first == last:
            continue
        if sides.kind[b] < ARMY:
            felt[b] = 0.0
            for j in range(first, last):
                for i in range(ways.start[forces.cell[j]], ways.start[forces.cell[j] + 1]):
                    felt[b, ways.cell[i]] += forces.strength[j] * ways.weight[i]
        elif fights[b]:
            count = come_to_help(b, forces, sides.access[b], air, country, ways, reached, there)
            if not everywhere[b]:
                felt[b] = there
            for c in reached[:count]:
                if everywhere[b]:
                    common[c] += there[c]
                there[c] = 0.0


@njit(cache=True)
def helps_all(sides, fights):
    """Who helps the post of any army (A,): those who would come and are hostile to none."""
    found = fights.copy()
    for a in range(sides.kind.shape[0]):
        if sides.kind[a] == ARMY and sides.persons[a] > 0:
            for b in range(found.shape[0]):
                found[b] &= sides.hostility[a, b] <= 0.0
    return found


@njit(cache=True)
def odds_of(a, sides, fights, everywhere, start, felt, common, foe, friend):
    """Whom army `a` has against it and for it in every cell, into `foe` and `friend` (N,).

    `felt` (A, N) and `common` (N,) are as of :func:`felt_strength`, where those of whom `everywhere` (A,) is true are
    in `common`, and rows of actors that stand nowhere by `start` (A + 1,) hold nothing; `fights` (A,) are those who
    would come to help.
    """
    foe[:] = 0.0
    friend[:] = common
    for b in range(sides.kind.shape[0]):
        hostility = sides.hostility[a, b]
        if sides.persons[b] <= 0 or start[b] == start[b + 1]:
            continue
        if sides.kind[b] < ARMY:
            if hostility > 0.0:
                for c in range(foe.shape[0]):
                    foe[c] += hostility * felt[b, c]
        elif fights[b] and not everywhere[b] and hostility <= 0.0:
            for c in range(foe.shape[0]):
                friend[c] += felt[b, c]


@njit(cache=True)
def odds_of_armies(sides, fights, everywhere, start, felt, common, odds):
    """Odds of all armies, each like :func:`odds_of`; those that are hostile to the same actors have the same odds."""
    for a in range(sides.kind.shape[0]):
        odds.of[a] = -1
        if sides.kind[a] != ARMY or sides.persons[a] <= 0:
            continue
        for b in range(a):
            if odds.of[b] == b and (sides.hostility[a] == sides.hostility[b]).all():
                odds.of[a] = b
                break
        if odds.of[a] < 0:
            odds.of[a] = a
            odds_of(a, sides, fights, everywhere, start, felt, common, odds.foe[a], odds.friend[a])
