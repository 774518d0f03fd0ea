"""What drives violence against civilians: denunciation and reprisal for insurgents, guilt by zone for all others.

Rates are events a day of a unit of the reference size and abusiveness 1, before it is asked how many people are about.
Formulas and citations stand in `sim.processes.violence`; kernels here know scalars and rows of columns.
"""

from __future__ import annotations

import math

from numba import njit

from sim.core.codes import ARMY, AUXILIARY, MILITIA, ONE_SIDED
from sim.core.draws import lomax

PARITY = 4.0  # makes s (1 - s) one where two sides have equal shares


@njit(cache=True)
def remember_local_attacks(events, logged, kind, kept, local_attacks):
    """Attacks by local armed people on each actor (N, A), in place: the part `kept` of those before, and this week's.

    Those are engagements in `events` (its first `logged` rows) that militias or auxiliaries began, where they were
    fought; `kind` (A,) says who they are. Violence against civilians is no attack on an actor, so that it is left out.
    """
    for c in range(local_attacks.shape[0]):
        remembered = False  # few places have seen any
        for a in range(local_attacks.shape[1]):
            remembered |= local_attacks[c, a] != 0.0
        if remembered:
            local_attacks[c] *= kept
    for e in range(logged):
        event = events[e]
        a = event.initiator
        if event.type == ONE_SIDED or (kind[a] != MILITIA and kind[a] != AUXILIARY):
            continue
        attacked = event.side_b if event.side_a == a else event.side_a
        local_attacks[event.cell, attacked] += 1.0


@njit(cache=True)
def worst_denounced(hostility, collaboration):
    """How far people could be denounced for helping an enemy, 0-1: the largest over actors of `hostility` (A,) times
    `collaboration` (A,) of the community with them.
    """
    most = 0.0
    for b in range(hostility.shape[0]):
        most = max(most, hostility[b] * collaboration[b])
    return most


@njit(cache=True)
def by_denunciation(share, denounced, information, attacks, selectivity, p):
    """Rate of insurgents with this `share` of the influence, and the part of their killings that is selective.

    `denounced` as of :func:`worst_denounced`, `attacks` those remembered here by local armed people on them;
    `selectivity` is how far they spare, in reprisals, those who are known to have taken no part.
    """
    selective = p.denunciation * share**p.denunciation_power * denounced
    reprisal = p.reprisal_rate * (1.0 - information) * attacks / (attacks + p.reprisal_half)
    rate = selective + reprisal
    aimed = p.denounced_hit * selective + selectivity * information * reprisal
    return rate, aimed / rate if rate > 0.0 else 0.0


@njit(cache=True)
def by_parity(share, p):
    """Rate of insurgents that is highest where control is contested (variant `parity`)."""
    return p.insurgent_rate * (p.contest_floor + (1.0 - p.contest_floor) * PARITY * share * (1.0 - share))


@njit(cache=True)
def by_zone(kind, insurgents, revenge, oversight, among, p):
    """Rate of militias and of the state's side, by the share of `insurgents` in the influence: guilt by zone.

    `among` is how much a posture of the state's side brings it among people.
    """
    if kind < ARMY:
        return insurgents * p.militia_rate
    restrained = 1.0 - p.oversight_restrains * oversight
    return insurgents * p.state_rate * (1.0 + p.revenge_weight * revenge) * restrained * among


@njit(cache=True)
def occasions(kind, manpower, people, p):
    """Reference units that `manpower` is worth, times the part of all occasions that so many people offer."""
    reference = p.state_reference if kind >= ARMY else p.irregular_reference
    return manpower / reference * people / (people + p.people_half)


@njit(cache=True)
def dead_beyond_first(size_draw, cut_draw, mean, tail, settlement):
    """Dead of an event beyond the first, not yet whole: Lomax, cut off exponentially at a settlement.

    The chance to be larger than x is that of the Lomax number times exp(-x / settlement): it is the smaller of the two.
    """
    return min(lomax(size_draw, mean, tail), -settlement * math.log(1.0 - cut_draw))
