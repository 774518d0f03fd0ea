"""Odds: fighting strength of units, where it stands, and whom a post of an army has against it and for it.

    strength = people * firepower * arms * (floor + (1 - floor) * cohesion) * (1 + air)
    foe_ac    = sum over hostile irregulars: strength * hostility_ab * exp(-hours to c / reach)
    friend_ac = sum over the state's side at c or within `relief_hours` of it: strength * access * (1 + air)

What is felt of an actor in a cell is the same for all armies, so it is summed once for each actor.

All are in persons of reference infantry. What can come in time is what covers the way at its `mobility`; auxiliaries
stay in their place. Processes of combat and movement use these kernels.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY
from sim.core.conversions import DAY_HOURS
from sim.core.views import values
from sim.settings.parameters.fighting import Combat

OddsRules = values("OddsRules", Combat, only="cohesion_floor air_effect defender_air")
#: strength of each actor in each cell where it has units: (n,) each, by cell
Forces = namedtuple("Forces", "actor cell strength")
#: strength of foes in reach of cells and of friends who are or can soon be there, by army: (A, N), zero for all others
Odds = namedtuple("Odds", "foe friend")
#: cells near each cell in compressed rows, by loss of strength (`start` to `weight`) and by km of the way
Ways = namedtuple("Ways", "start cell weight way_start way_cell km")


@njit(cache=True)
def strength_of(engaged, firepower, arms, cohesion, air, p):
    """Fighting strength of `engaged` people (see the module's formula)."""
    holds = p.cohesion_floor + (1.0 - p.cohesion_floor) * cohesion
    return engaged * firepower * arms * holds * (1.0 + air)


@njit(cache=True)
def forces_of(here, garrisons, firepower, strength_of_unit, p):
    """`Forces` of all units, which `here` lists by cell; that of each into `strength_of_unit` (U,)."""
    n = here.unit.shape[0]
    actor, cell = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    strength = np.empty(n)
    count = 0
    for c in range(here.start.shape[0] - 1):
        first = count
        for i in range(here.start[c], here.start[c + 1]):
            u = here.unit[i]
            a = garrisons.actor[u]
            if garrisons.manpower[u] <= 0:  # it fell since the list was made
                strength_of_unit[u] = 0.0
                continue
            own = strength_of(garrisons.manpower[u], firepower[a], garrisons.arms[u], garrisons.cohesion[u], 0.0, p)
            strength_of_unit[u] = own
            at = first
            while at < count and actor[at] != a:
                at += 1
            if at == count:
                actor[at], cell[at], strength[at] = a, c, 0.0
                count += 1
            strength[at] += own
    return Forces(actor[:count], cell[:count], strength[:count])


@njit(cache=True)
def felt_strength(forces, sides, fights, air, country, ways, relief_hours, felt):
    """Strength of each actor as it counts for or against a post in each cell, into `felt` (A, N).

    That of irregulars falls with travel; that of those who would come to help a post, `fights` (A,), is what can be
    there within `relief_hours`; `air` (C,) is what support from the air adds to their strength.
    """
    felt[:] = 0.0
    for j in range(forces.actor.shape[0]):
        b, d, own = forces.actor[j], forces.cell[j], forces.strength[j]
        if sides.kind[b] < ARMY:
            for i in range(ways.start[d], ways.start[d + 1]):
                felt[b, ways.cell[i]] += own * ways.weight[i]
        elif fights[b]:
            far = 0.0 if sides.kind[b] == AUXILIARY else sides.mobility[b] * relief_hours / DAY_HOURS
            for i in range(ways.way_start[d], ways.way_start[d + 1]):
                c = ways.way_cell[i]
                if c == d or ways.km[i] <= far:
                    felt[b, c] += own * sides.access[b, country[c]] * (1.0 + air[country[c]])


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
def odds_of(a, sides, fights, everywhere, felt, common, foe, friend):
    """Whom army `a` has against it and for it in every cell, into `foe` and `friend` (N,).

    `felt` (A, N) is as of :func:`felt_strength`, `common` (N,) the sum of it over those of whom `everywhere` (A,), as
    of :func:`helps_all`, is true; `fights` (A,) are those who would come to help.
    """
    foe[:] = 0.0
    friend[:] = common
    for b in range(sides.kind.shape[0]):
        hostility = sides.hostility[a, b]
        if sides.persons[b] <= 0:
            continue
        if sides.kind[b] < ARMY:
            if hostility > 0.0:
                foe += hostility * felt[b]
        elif fights[b] and not everywhere[b] and hostility <= 0.0:
            friend += felt[b]
