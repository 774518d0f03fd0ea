"""Militias and volunteers that rise by themselves where people are killed, and go home when they have served.

    arming_i      = R_i (mu [killed_i > theta_i] + nu alarm_i (1 - s_i))          persons a day
    M_i'          = arming_i (1 - guarded_i) - M_i / life                         persons a day, of militias
    volunteers_i  = arming_i s_i                                                  persons a day, of auxiliaries
    killed_i: civilians whom insurgents killed here lately (fading in `combat.danger_days`), per 10,000 residents
    guarded_i: the state's forces, over them and insurgents, as they are felt here; 0 where nobody is
    s_i: share of the state's side in the influence; mu militia_rate, nu militia_alarm
    alarm_i: over a change of rule (`sim.processes.shared.flight.alarm`), that to the state's side left out by 1 - s_i
    theta_i = 2 theta u_i, u_i uniform in (0, 1), one for each community and run

People arm to protect themselves where no soldiers do (offices protect nobody), once more of their own were killed than
they bear, not where soldiers and fighters fall near by; how much that is differs between villages (thresholds of
communities: Petersen 2001; militias as a local answer: Jentzsch, Kalyvas and Schubiger 2015). A new ruler who threatens
them arms them as well (Jentzsch and Steele 2023; Barter 2013). Where the state is there
they volunteer for its auxiliaries, if it raises any: that bounds its call-up.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, INSURGENT, MILITIA
from sim.core.conversions import PER_10_000
from sim.core.draws import binomial, poisson, uniform
from sim.core.perpetrators import GROUPS
from sim.processes.shared.mobilisation.joining import KEY_BITS

INSURGENTS = GROUPS.index("insurgents")
RISE, THRESHOLD = 5, 6  # numbers of draws, by community and actor; by community, once for a run
DISSOLVE = 7  # by unit


@njit(cache=True)
def remember_killed(civilians_week, kept, killed_lately):
    """Civilians killed by insurgents in each cell (N,), in place: the part `kept` of those before, and this week's."""
    for c in range(killed_lately.shape[0]):
        killed_lately[c] = kept * killed_lately[c] + civilians_week[c, INSURGENTS]


@njit(cache=True)
def who_would_arm(run_draws, draw_key, killed, alarm, share, residents, p, arming):
    """People a day who would take up arms in each community (P,), for a militia or the state's auxiliaries; `killed`
    (N,) as of :func:`remember_killed`, `alarm` (P,) over a change of rule, `share` (N, Q) of the influence."""
    for i in range(residents.shape[0]):
        arming[i] = p.militia_alarm * alarm[i] * (1.0 - share[i, 0]) * residents[i]
        if killed[i] > 0.0 and residents[i] > 0:
            bears = 2.0 * p.militia_threshold * uniform(run_draws, draw_key[i], THRESHOLD)
            if killed[i] * PER_10_000 > bears * residents[i]:
                arming[i] += p.militia_rate * residents[i]


@njit(cache=True)
def rise(draws, here, units, actors, presence, residents, arming, may, operating_area, draw_key, join_most, dt):
    """People form militias where soldiers are few beside insurgents, in place where there is a unit of theirs.

    Returns the new units to form: (actor, cell, persons), each (n,). Of several militias that `may` (A,) rise in a
    place, each takes its part, at most the part `join_most` of residents.
    """
    rows = np.flatnonzero((actors.kind == MILITIA) & may)
    most = rows.shape[0] * residents.shape[0]
    of, at = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    persons, count = np.empty(most, dtype=np.int64), 0
    for i in np.flatnonzero(arming):
        there, unguarded = 0, 1.0 - guarded(presence[i], actors.kind)
        for a in rows:
            there += operating_area[a, i]
        for a in rows:
            if not operating_area[a, i]:
                continue
            draw = uniform(draws, draw_key[i] ^ actors.key[a] << KEY_BITS, RISE)
            risen = min(poisson(draw, dt * arming[i] * unguarded / there), int(join_most * residents[i]))
            if risen == 0:
                continue
            residents[i] -= risen
            unit = first_unit_of(a, i, here, units)
            if unit >= 0:
                units.manpower[unit] += risen
            else:
                of[count], at[count], persons[count] = a, i, risen
                count += 1
    return of[:count], at[:count], persons[:count]


@njit(cache=True)
def guarded(presence, kind):
    """The state's forces over them and insurgents in a place, by the `presence` (A,) of actors there; 0 for nobody."""
    soldiers, insurgents = 0.0, 0.0
    for a in range(kind.shape[0]):
        if kind[a] >= ARMY:
            soldiers += presence[a]
        elif kind[a] == INSURGENT:
            insurgents += presence[a]
    return soldiers / (soldiers + insurgents) if soldiers > 0.0 else 0.0


@njit(cache=True, inline="always")
def first_unit_of(a, c, here, units):
    """The first unit of actor `a` with people in cell `c`, or -1."""
    for j in range(here.start[c], here.start[c + 1]):
        u = here.unit[j]
        if units.actor[u] == a and units.manpower[u] > 0:
            return u
    return -1


@njit(cache=True)
def dissolve(draws, units, by_actor, kind, residents, life, dt):
    """Militiamen go back to their work after `life` days in the mean, in place; `by_actor` lists units."""
    chance = 1.0 - math.exp(-dt / life)
    for a in np.flatnonzero(kind == MILITIA):
        for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
            c = units.cell[u]
            if units.manpower[u] > 0 and c < residents.shape[0]:
                gone = binomial(uniform(draws, units.key[u], DISSOLVE), units.manpower[u], chance)
                units.manpower[u] -= gone
                residents[c] += gone
