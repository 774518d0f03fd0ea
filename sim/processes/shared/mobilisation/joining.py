"""Who joins insurgents, and why: the motive of a place, recruits out of its pool, and the older matching form.

    recruits_ia ~ Poisson(dt * contact_rate * fighters_ia * max(0, 1 - Fp_ia / (pool_share * Rp_i)) * motive_ia
                          * min(1, funding_ua))                                             persons
    recruits_ia ~ Poisson(dt * min(rate * sqrt(supporters_ia fighters_ia) * motive_ia * min(1, funding_ua)^2,
                                   absorb * fighters_ia))                                   persons (variant `matching`)
    funding_ua = max(0, funding_a + surplus_u), of the unit u that they join; own_ground.py says what is in it
    motive_ia = (floor + grievance_a * min(1, harm from a's enemies) * (1 - political_calms * included_i)
                 + jobs_a * hardship_i + force_a * share_ia)
                * (1 - deterrence * harm from a)                                          without unit

Nobody joins those who massacred his own: abuse costs a group support and recruits (Kalyvas 2006, ch. 5; Weinstein
2007).

Political aid that lets in who was kept out takes from grievance as a reason to join (Cederman, Gleditsch and
Wucherpfennig 2017).

Fp and Rp are fighters and residents in persons as `sim.processes.shared.mobilisation.pools` projects them. Joining by
contact with those who have joined, bounded by a pool, is logistic growth, as in diffusion by contact (Bass 1969, his
coefficient of imitation). The pool is one of *residents*: support follows presence, so that a pool of supporters would
grow with the fighters it is to bound.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import INSURGENT
from sim.core.draws import poisson, uniform
from sim.processes.shared.mobilisation.pools import part_filled

JOIN = 0  # number of the draw, by community and actor
KEY_BITS = np.uint64(32)  # keys of names are so long


@njit(cache=True, inline="always")
def fighters_of_first(i, c, here, units):
    """Fighters of the actor of the `i`-th listed unit in cell `c`, if that is its first unit with people there; else
    0."""
    u = here.unit[i]
    a, fighters = units.actor[u], 0
    for j in range(here.start[c], here.start[c + 1]):
        w = here.unit[j]
        if units.actor[w] == a and units.manpower[w] > 0:
            if j < i:
                return 0
            fighters += units.manpower[w]
    return fighters


@njit(cache=True, inline="always")
def pay_of(u, units, actors):
    """Funding of a unit, at most 1: that of its group, and what its own ground adds or takes."""
    return min(1.0, max(0.0, actors.funding[units.actor[u]] + units.surplus[u]))


@njit(cache=True, inline="always")
def motive_of(c, a, actors, cells, communities, p):
    """What moves people of community `c` to join the insurgents `a` (without unit)."""
    enemies = 0.0
    for b in range(communities.harm.shape[1]):
        if communities.harm[c, b] > 0.0:
            enemies += communities.harm[c, b] * actors.hostility[a, b]
    motive = p.floor
    motive += actors.appeal_grievance[a] * min(1.0, enemies) * (1.0 - p.political_calms * communities.included[c])
    motive += actors.appeal_jobs[a] * communities.hardship[c]
    motive += actors.appeal_force[a] * cells.share[c, actors.controller[a]]
    return motive * (1.0 - p.deterrence * min(1.0, communities.harm[c, a]))


@njit(cache=True, inline="always")
def enlist(draws, c, u, mean, join_most, units, actors, residents, draw_key):
    """A Poisson number of people with this `mean`, at most the part `join_most` of residents, leaves community `c` for
    unit `u`; returns how many. They come armed as equipped, and share what the unit has."""
    draw = uniform(draws, draw_key[c] ^ actors.key[units.actor[u]] << KEY_BITS, JOIN)
    recruits = min(poisson(draw, mean), int(join_most * residents[c]))
    residents[c] -= recruits
    if recruits > 0:
        units.arms[u] = 1.0 + (units.arms[u] - 1.0) * units.manpower[u] / (units.manpower[u] + recruits)
        units.manpower[u] += recruits
    return recruits


@njit(cache=True)
def join_pools(draws, here, units, actors, cells, communities, draw_key, pools, p, dt):
    """People of the pool of each place join the insurgents there; returns the number of recruits."""
    total = 0
    for c in range(communities.residents.shape[0]):
        for i in range(here.start[c], here.start[c + 1]):
            u = here.unit[i]
            a = units.actor[u]
            if actors.kind[a] != INSURGENT or units.manpower[u] <= 0:
                continue
            room = 1.0 - part_filled(c, actors.controller[a], pools, p.pool_share)
            fighters = fighters_of_first(i, c, here, units) if room > 0.0 else 0
            if fighters == 0:
                continue
            wanted = p.contact_rate * fighters * room * pay_of(u, units, actors)
            wanted *= motive_of(c, a, actors, cells, communities, p)
            total += enlist(draws, c, u, dt * wanted, p.join_most, units, actors, communities.residents, draw_key)
    return total


@njit(cache=True)
def join_matching(draws, here, units, actors, cells, communities, draw_key, p, dt):
    """Supporters join the insurgents in their cell by the matching function of labour economics (Petrongolo and
    Pissarides 2001); returns the number of recruits."""
    total = 0
    for c in range(communities.residents.shape[0]):
        for i in range(here.start[c], here.start[c + 1]):
            u = here.unit[i]
            a = units.actor[u]
            if actors.kind[a] != INSURGENT or units.manpower[u] <= 0:
                continue
            fighters = fighters_of_first(i, c, here, units)
            if fighters == 0:
                continue
            met = math.sqrt(communities.residents[c] * communities.support[c, a] * fighters)
            wanted = p.rate * met * motive_of(c, a, actors, cells, communities, p)
            wanted = min(wanted * pay_of(u, units, actors) ** 2, p.absorb * fighters)
            total += enlist(draws, c, u, dt * wanted, p.join_most, units, actors, communities.residents, draw_key)
    return total
