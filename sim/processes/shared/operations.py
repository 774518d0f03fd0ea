"""Killing at operations, partners that embolden, missions that protect and oversee: what stands between a sweep and a
massacre.

    chance of an indiscriminate event after a sweep of a in d that found nobody, or that cost dead
        = retaliation * abusiveness_ad * i_d * (1 - information_da) * (1 + anger_weight R_d)
          * (1 - oversight_restrains oversight_d) * (1 - protects_d)                              at most 1
    R_d = L_d / (L_d + anger_half);   L_d = sum over d and its neighbours of recent dead of the state's side
                                            * exp(-km / anger_km)                                 dead
    abusiveness_ac = own (1 + emboldens max over partners f of (abusiveness_f - 1)+
                             * presence_cf / (presence_cf + presence_ca))                         of armies, auxiliaries
    protects_c = protects near_c / (near_c + protect_half);   near_c: presence with a mandate to protect, in persons

`i_d` is the share of insurgents in the influence over the cell: guilt by zone. An army that finds nobody where it takes
people for collaborators, or has just lost comrades there, kills whom it meets (Downes 2007; Lyall 2009 on reprisals;
Condra and Shapiro 2012 on losses that are answered locally). Troops of the UN lower killing by all sides where they are
(Hultman, Kathman and Shannon 2013).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, FOREIGN
from sim.core.views import bundle

#: share of insurgents and part of violence that missions prevent in each cell (N,); partners of the state's side that
#: are more abusive than the reference army (n,), and by how much each actor is (A,); what the season makes of
#: the violence of irregulars (N,)
Zone = bundle("Zone", "insurgents protected partners excess raids")
Around = bundle("Around", "start cell km")  # neighbours of each cell in compressed rows


def partners_of(actors) -> tuple[np.ndarray, np.ndarray]:
    """Rows of foreign forces at war beside a state that are more abusive than the reference army, and by how much each
    actor is (A,)."""
    excess = np.maximum(0.0, actors.abusiveness * actors.abusiveness_factor - 1.0)
    beside = (actors.kind == FOREIGN) & (actors.persons > 0) & (actors.mandate_strike * actors.mandate_factor > 0.0)
    return np.flatnonzero(beside & (excess > 0.0)), excess


@njit(cache=True)
def emboldened(a, c, kind, presence, zone, weight):
    """What the company of partners makes of the abusiveness of actor `a` in cell `c`, 1 or more; only armies and
    auxiliaries take it on."""
    most = 0.0
    if kind[a] >= ARMY and kind[a] != FOREIGN:
        for f in zone.partners:
            there = presence[c, f]
            if there > 0.0:
                most = max(most, zone.excess[f] * there / (there + presence[c, a]))
    return 1.0 + weight * most


@njit(cache=True)
def protection(effort, present, most, half):
    """Part of the violence in each cell that missions prevent (N,); `effort` (A,) is each actor's mandate to protect as
    far as it can deliver it, `present` as of `sim.processes.shared.derived.who_is_present`."""
    prevented = np.zeros(present.start.shape[0] - 1)
    for c in range(prevented.shape[0]):
        for k in range(present.start[c], present.start[c + 1]):
            if effort[present.actor[k]] > 0.0:
                prevented[c] += effort[present.actor[k]] * present.persons[k]
        prevented[c] *= most / (prevented[c] + half)
    return prevented


@njit(cache=True)
def anger_at(d, comrades_lost, around, p):
    """Anger of the state's side in cell `d` over comrades who fell there or next to it, 0-1."""
    lost = comrades_lost[d]
    for j in range(around.start[d], around.start[d + 1]):
        lost += comrades_lost[around.cell[j]] * math.exp(-around.km[j] / p.anger_km)
    return lost / (lost + p.anger_half) if lost > 0.0 else 0.0


@njit(cache=True)
def chance_of_retaliation(abusiveness, guilt, information, anger, oversight, protected, p):
    """Chance that an operation that found nobody, or cost dead, ends in a killing of whoever is near."""
    chance = p.retaliation * abusiveness * guilt * (1.0 - information) * (1.0 + p.anger_weight * anger)
    return min(1.0, chance * (1.0 - p.oversight_restrains * oversight) * (1.0 - protected))


@njit(cache=True)
def watch_over(kind, watch, access, monitoring, present, country, p, oversight):
    """Oversight in every cell, into `oversight` (N,): missions that oversee, by their presence; the rest of the country
    a mission is in, through its offices and human rights staff, less well; and monitoring without troops (C,).

    `watch` (A,) is each actor's mandate to oversee as far as it can deliver it; `present` as in `protection`.
    """
    wide = np.ones(access.shape[1])
    for a in np.flatnonzero(watch > 0.0):
        if kind[a] == FOREIGN:
            wide *= 1.0 - p.oversight_offices * watch[a] * access[a]
    wide = np.maximum(monitoring, 1.0 - wide)
    for c in range(oversight.shape[0]):
        near = 0.0
        for k in range(present.start[c], present.start[c + 1]):
            if watch[present.actor[k]] > 0.0:
                near += present.persons[k] * watch[present.actor[k]]
        oversight[c] = 1.0 - (1.0 - near / (near + p.oversight_half)) * (1.0 - wide[country[c]])


@njit(cache=True)
def insurgent_share(share, insurgents):
    """Share of insurgents (controllers `insurgents`) in the influence over each cell (N,): guilt by zone."""
    found = np.zeros(share.shape[0])
    for c in range(share.shape[0]):
        for q in insurgents:
            found[c] += share[c, q]
    return found


@njit(cache=True)
def look_over(actors, efforts, present, cells, monitoring, country, insurgents, p):
    """Oversight of every cell, in place; returns guilt and protection of each (see `insurgent_share`, `protection`).

    `efforts` (2, A) are each actor's mandates to oversee and to protect as far as it can deliver them, `monitoring`
    (C,) that without troops, `insurgents` controllers.
    """
    watch_over(actors.kind, efforts[0], actors.access, monitoring, present, country, p, cells.oversight)
    return insurgent_share(cells.share, insurgents), protection(efforts[1], present, p.protects, p.protect_half)
