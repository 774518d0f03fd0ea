"""Quantities that several processes derive from the columns: surveillance from the air, presence of officials, and who
is present where."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY, GARRISON, LIE_LOW, MILITIA
from sim.core.conversions import THOUSAND
from sim.core.views import bundle, call

#: living units of each cell in compressed rows: those of cell c are unit[start[c] : start[c + 1]]
UnitsByCell = bundle("UnitsByCell", "start unit")
#: living units of each actor in compressed rows, likewise
UnitsByActor = bundle("UnitsByActor", "start unit")
#: how people are felt around where they stand, in compressed rows: the cells near each cell, and by what part
Felt = bundle("Felt", "start cell weight")
#: how people weigh in presence: those who lie low, and militias and auxiliaries, whose men stay at their work
Sight = bundle("Sight", "hidden part_time")
#: who is felt in each cell, and as how many persons, in compressed rows: the actors of cell c are
#: actor[start[c] : start[c + 1]], in order. Nine in ten entries of `cells.presence` are zero: nobody need look at them
Present = bundle("Present", "start actor persons")

ROOM = 4  # entries of `Present` for which there is room at first, by cell


@njit(cache=True)
def who_is_present(presence):
    """`Present` by the column of presence (N, A)."""
    start, count = np.zeros(presence.shape[0] + 1, dtype=np.int64), 0
    for c in range(presence.shape[0]):
        for a in range(presence.shape[1]):
            count += presence[c, a] > 0.0
        start[c + 1] = count
    actor, persons, k = np.empty(count, dtype=np.int64), np.empty(count), 0
    for c in range(presence.shape[0]):
        if start[c + 1] > start[c]:
            for a in range(presence.shape[1]):
                if presence[c, a] > 0.0:
                    actor[k], persons[k] = a, presence[c, a]
                    k += 1
    return Present(start, actor, persons)


def present_by(model, presence) -> Present:
    """`Present` by the column of presence (N, A) as it is now: as the process of control left it in this step or the
    one before, else made anew, once a step."""
    last, found = model._scratch.get("present", (-1, None))
    if last < model.step_index:
        found = Present(*call(who_is_present, presence))
        keep_present(model, found, model.step_index)
    return found


def keep_present(model, present, last: int) -> None:
    """Remember who is present, which is so up to the step number `last` (and in it until presence is written)."""
    model._scratch["present"] = last, present


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


@njit(cache=True, inline="always")
def visible(kind, manpower, posture, sight):
    """Manpower of a unit as it weighs in presence (see `Sight`)."""
    local = kind in (MILITIA, AUXILIARY)
    return manpower * (sight.hidden if posture == LIE_LOW else 1.0) * (sight.part_time if local else 1.0)


@njit(cache=True, inline="always")
def feel_itself(itself, felt, people, here, stays, times):
    """What a unit, which is felt as so many `people`, itself adds to the presence of its actor, `times` as much, into
    `itself` (N,) where it is felt: around its place `here`, or, of those who `stays`, in it alone."""
    if stays:
        itself[here] = times * people
    else:
        for j in range(felt.start[here], felt.start[here + 1]):
            itself[felt.cell[j]] = times * people * felt.weight[j]


@njit(cache=True, inline="always")
def stays(kind, posture):
    """Whether a unit holds no more than the place it is in: militias and auxiliaries, and garrisons."""
    return kind in (MILITIA, AUXILIARY) or (posture == GARRISON and kind >= ARMY)


@njit(cache=True)
def feel(own, units, kind, sight, spread, sums, places, field, met):
    """Where the units `own` of an actor are felt, and as how many persons, in `field` (N,); returns how many cells,
    which come first in `met` (N,).

    Many units share a place, so what is felt beyond it is summed there first and then spread once. `sums` (N,),
    `places` (N,) are to work in; `sums` and `field` are zero before, and `sums` after.
    """
    count, reached = 0, 0
    for u in own:
        if units.manpower[u] > 0 and not stays(kind, units.posture[u]):
            c, weight = units.cell[u], visible(kind, units.manpower[u], units.posture[u], sight)
            places[count] = c
            count += sums[c] == 0.0 and weight > 0.0
            sums[c] += weight
    for n in range(count):
        felt, sums[places[n]] = sums[places[n]], 0.0
        for j in range(spread.start[places[n]], spread.start[places[n] + 1]):
            d = spread.cell[j]
            met[reached] = d
            reached += field[d] == 0.0
            field[d] += felt * spread.weight[j]
    for u in own:
        if units.manpower[u] > 0 and stays(kind, units.posture[u]):
            c, weight = units.cell[u], visible(kind, units.manpower[u], units.posture[u], sight)
            met[reached] = c
            reached += field[c] == 0.0 and weight > 0.0
            field[c] += weight
    return reached


@njit(cache=True)
def project(units, by_actor, kind, sight, spread, presence):
    """Presence (N, A) of every actor as its units, which `by_actor` lists, are felt around them; returns `Present`."""
    n_cells, n_actors = presence.shape
    presence[:] = 0.0
    sums, places = np.zeros(n_cells), np.empty(n_cells + 1, dtype=np.int64)
    field, met = np.zeros(n_cells), np.empty(n_cells + 1, dtype=np.int64)
    cell, actor, persons = (
        np.empty(ROOM * n_cells, dtype=np.int64),
        np.empty(ROOM * n_cells, dtype=np.int64),
        np.empty(ROOM * n_cells),
    )
    count, start = 0, np.zeros(n_cells + 1, dtype=np.int64)
    for a in range(n_actors):
        own = by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]
        reached = feel(own, units, kind[a], sight, spread, sums, places, field, met)
        if count + reached > cell.shape[0]:
            more = np.empty(cell.shape[0] + n_cells, dtype=np.int64)
            cell, actor = np.concatenate((cell, more)), np.concatenate((actor, more))
            persons = np.concatenate((persons, np.empty(more.shape[0])))
        for c in met[:reached]:
            cell[count], actor[count], persons[count] = c, a, field[c]
            presence[c, a], field[c] = field[c], 0.0
            start[c + 1] += 1
            count += 1
    for c in range(n_cells):
        start[c + 1] += start[c]
    at = start[:-1].copy()
    of, felt = np.empty(count, dtype=np.int64), np.empty(count)
    for n in range(count):
        k = at[cell[n]]
        of[k], felt[k] = actor[n], persons[n]
        at[cell[n]] += 1
    return Present(start, of, felt)


@njit(cache=True)
def officials_of(administration, police, per_thousand, residents, cells):
    """Presence (N,) in persons that the whole of a state's services is worth in each cell.

    `per_thousand` (P,) is the number of police and officials per thousand residents, a fact of each country.
    """
    officials = np.full(cells, administration)
    for i in range(residents.shape[0]):
        officials[i] += police * per_thousand[i] / THOUSAND * residents[i]
    return officials
