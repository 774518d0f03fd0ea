"""Call-up: armies recruit toward their target in the places that their state holds, auxiliaries out of volunteers.

    recruits of an army = lacking (1 - exp(-dt / lag)),  lag = army_lag_days / means of the state            persons
    of auxiliaries      = the same, at most dt sum over communities of the state: volunteers_i
                          + enlistment * what lacks                                                          persons

Who volunteers is `sim.processes.shared.mobilisation.risings`. Forced enlistment is an option: in Burkina Faso it was
reported from 2023 on (decree on mobilisation of April 2023).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY
from sim.core.draws import uniform
from sim.core.views import bundle

#: communities of each country in compressed rows; its capital's cell
Homes = bundle("Homes", "start community capital")

CALL_UP, HOME = 0, 100  # numbers of draws, by actor; from HOME on one a recruit
NEW_UNIT = ("actor", "cell", "persons")  # columns of what `fill_armies` returns


@njit(cache=True)
def draw_places(draws, key, count, weights, place_of_draw):
    """Draw `count` places with chances in proportion to `weights` (n,); returns False when all weights are zero."""
    running = np.cumsum(weights)
    total = running[-1]
    if total <= 0.0:
        return False
    for r in range(count):
        at = np.searchsorted(running, uniform(draws, key, HOME + r) * total)
        place_of_draw[r] = min(at, weights.shape[0] - 1)
    return True


@njit(cache=True)
def call_up(draws, dt, actors, share, treasury, homes, arming, p):
    """How many each army or auxiliary force recruits (A,) on the way to its target strength; auxiliaries no more than
    volunteer, and those who are forced."""
    wanted = np.zeros(actors.kind.shape[0], dtype=np.int64)
    for a in range(actors.kind.shape[0]):
        if actors.kind[a] == ARMY or actors.kind[a] == AUXILIARY:
            pace = p.army_lag_days / max(p.means_floor, treasury[actors.state[a]])
            lacking = (actors.target[a] - actors.persons[a]) * (1.0 - math.exp(-dt / pace))
            if actors.kind[a] == AUXILIARY:
                offered = 0.0
                for c in homes.community[homes.start[actors.state[a]] : homes.start[actors.state[a] + 1]]:
                    offered += arming[c] * share[c, 0]
                lacking = min(lacking, dt * offered + p.enlistment * max(0.0, lacking))
            wanted[a] = max(0, int(lacking + uniform(draws, actors.key[a], CALL_UP)))
    return wanted


@njit(cache=True)
def raise_recruits(draws, key, count, home, cells, local, arming, residents):
    """Take up to `count` people from the communities `home` (n,) of a state: where it holds, in proportion to residents
    (P,) for armies, and for auxiliaries, which are `local`, to those who would take up arms, `arming` (P,).

    At most half of a community goes. Returns how many went from each (n,)."""
    weights = np.empty(home.shape[0])
    for i in range(home.shape[0]):
        c = home[i]
        weights[i] = (arming[c] if local else float(residents[c])) * cells.share[c, 0]
    taken = np.zeros(home.shape[0], dtype=np.int64)
    places = np.empty(count, dtype=np.int64)
    if draw_places(draws, key, count, weights, places):
        for i in places:
            taken[i] += 1
    for i in range(home.shape[0]):
        taken[i] = min(taken[i], residents[home[i]] // 2)
        residents[home[i]] -= taken[i]
    return taken


@njit(cache=True)
def station(home, taken, own, units):
    """Put auxiliaries who were raised in the communities `home` into their unit there, one of `own`; those for whom
    there is none stay in `taken`."""
    for u in own:
        if units.manpower[u] > 0:
            i = np.searchsorted(home, units.cell[u])
            if i < home.shape[0] and home[i] == units.cell[u]:
                units.manpower[u] += taken[i]
                taken[i] = 0


@njit(cache=True)
def top_up(size, persons, own, units):
    """Fill the living units among `own` up to `size`, in order; returns how many persons are left."""
    for u in own:
        if persons == 0:
            break
        if 0 < units.manpower[u] < size:
            add = min(persons, size - units.manpower[u])
            units.manpower[u] += add
            persons -= add
    return persons


@njit(cache=True)
def fill_armies(draws, dt, units, by_actor, actors, cells, residents, treasury, homes, arming, p):
    """Armies and auxiliaries recruit toward their target strength out of the communities of their state. Recruits fill
    weak units first, of those that `by_actor` lists; auxiliaries serve where they were raised.

    Returns the new units to form, in rows of (actor, cell, persons): an army's in the capital.
    """
    wanted = call_up(draws, dt, actors, cells.share, treasury, homes, arming, p)
    new = np.empty((wanted.sum(), len(NEW_UNIT)), dtype=np.int64)
    formed = 0
    for a in np.flatnonzero(wanted):
        state, local = actors.state[a], actors.kind[a] == AUXILIARY
        home = homes.community[homes.start[state] : homes.start[state + 1]]
        taken = raise_recruits(draws, actors.key[a], wanted[a], home, cells, local, arming, residents)
        own = by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]
        if local:
            station(home, taken, own, units)
            for i in np.flatnonzero(taken):
                new[formed] = a, home[i], taken[i]
                formed += 1
        else:
            size = int(actors.unit_size[a])
            left = top_up(size, taken.sum(), own, units)
            while left > 0:
                new[formed] = a, homes.capital[state], min(size, left)
                formed += 1
                left -= size
    return new[:formed]
