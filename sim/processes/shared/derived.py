"""Quantities that several processes derive from the columns: surveillance from the air, presence of officials."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY, LIE_LOW, MILITIA
from sim.core.conversions import THOUSAND
from sim.core.views import bundle

#: living units of each cell in compressed rows: those of cell c are unit[start[c] : start[c + 1]]
UnitsByCell = bundle("UnitsByCell", "start unit")
#: living units of each actor in compressed rows, likewise
UnitsByActor = bundle("UnitsByActor", "start unit")
#: how people are felt around where they stand in compressed rows; what of each unit's people is (U,)
Felt = bundle("Felt", "start cell weight people")


@njit(cache=True)
def surveillance(kind, persons, air, mandate_factor, access, most):
    """Surveillance from the air over each country (C,), 0-1: one minus the product of what every supplier misses.

    The columns of actors are (A,), `access` (A, C); each supplier sees at most the part `most`.
    """
    missed = np.ones(access.shape[1])
    for a in range(kind.shape[0]):
        if persons[a] > 0 and kind[a] >= ARMY and air[a] > 0.0:
            for c in range(access.shape[1]):
                missed[c] *= 1.0 - min(most, air[a] * mandate_factor[a] * access[a, c])
    return 1.0 - missed


@njit(cache=True)
def visible_manpower(actor, manpower, posture, kind, hidden, part_time):
    """Manpower (U,) as it weighs in presence: units that lie low count for `hidden` of their people, militias and
    auxiliaries, whose men stay at their work, for `part_time`. `kind` (A,) of the actors."""
    weight = np.empty(actor.shape[0])
    for u in range(actor.shape[0]):
        local = kind[actor[u]] == MILITIA or kind[actor[u]] == AUXILIARY
        weight[u] = manpower[u] * (hidden if posture[u] == LIE_LOW else 1.0) * (part_time if local else 1.0)
    return weight


@njit(cache=True, inline="always")
def feel_itself(itself, felt, u, here, stays, times):
    """What a unit itself adds to the presence of its actor, `times` as much, into `itself` (N,) where it is felt:
    around its place `here`, or, of those who `stays`, in it alone."""
    if stays:
        itself[here] = times * felt.people[u]
    else:
        for j in range(felt.start[here], felt.start[here + 1]):
            itself[felt.cell[j]] = times * felt.people[u] * felt.weight[j]


@njit(cache=True)
def officials_of(administration, police, per_thousand, residents, cells):
    """Presence (N,) in persons that the whole of a state's services is worth in each cell.

    `per_thousand` (P,) is the number of police and officials per thousand residents, a fact of each country.
    """
    officials = np.full(cells, administration)
    for i in range(residents.shape[0]):
        officials[i] += police * per_thousand[i] / THOUSAND * residents[i]
    return officials
