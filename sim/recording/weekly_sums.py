"""Sums over a week by country: the passes over columns behind the weekly outcomes of `sim.recording.recorder`.

Each kernel adds to rows of a table (1 + C, k): row 0 is kept for the region as a whole, row 1 + c is country c. `week` calls
them all: between the processes, which go through far more than a processor keeps at hand, one long call is quicker than many.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, CONTESTED, ONE_SIDED
from sim.core.draws import uniform
from sim.core.perpetrators import perpetrator_group


@njit(cache=True)
def week(places, theatre, country, area, residents, hosted, displaced_from, departed_week, returned, fuel_days, siege, abroad_start, abroad, place,
         persons, transit, node_of_cell, price, served, civilians, abuse, controller, log, kind, ucdp, acled, cell, actor, manpower,
         standing, sums):  # fmt: skip
    """Weekly outcomes of the region and of every country, into `sums` (1 + C, K), which is zero.

    `places` are the columns where each group of outcomes begins (attacks by actor end where fighters by actor begin), the
    eighth of them the number of parties that shares are taken of; `theatre` the countries whose sum is the region;
    `standing` (C, 3) the legitimacy, regime security and coups of the governments.
    """
    everybody = np.zeros(sums.shape[0])
    idps, moves, fuel, killed, abused, dead, shares, parties, attacks, fighting, stand = places
    displaced_people(abroad_start, abroad, place, displaced_from, persons, transit, country, sums[:, idps : idps + 4])
    people(country, residents, hosted, departed_week, returned, sums[:, moves : moves + 3], everybody)
    supply(country, residents, hosted, fuel_days, siege, node_of_cell, price, served, sums[:, fuel : fuel + 4])
    violence(country, civilians, abuse, sums[:, killed : killed + 4], sums[:, abused])
    deaths(log, country, kind, ucdp, acled, sums[:, dead : dead + 18], sums[:, attacks:fighting])
    control(country, controller, area, residents, hosted, sums[:, shares : shares + 3 * parties])
    fighters(country, cell, actor, manpower, sums[:, fighting:])
    sums[1:, stand : stand + 3] = standing
    for c in theatre:
        sums[0] += sums[1 + c]
        everybody[0] += everybody[1 + c]
    # what is no sum: shares of a whole, means over persons, means over the states of the theatre
    for first in range(shares, shares + 3 * parties, parties):
        to_shares(sums[:, first : first + parties])
    for row in range(sums.shape[0]):
        sums[row, fuel : fuel + 2] /= max(1.0, everybody[row])
    sums[0, stand : stand + 2] /= theatre.shape[0]


@njit(cache=True)
def displaced_people(abroad_start, abroad, place, displaced_from, persons, transit, country, sums):
    """(.., 4): internally displaced, refugees from, refugees hosted, displaced from.

    `abroad_start` (P + 1,), `abroad` list the cohorts of each origin whose place is in another country; all others of those
    `away` are internally displaced.
    """
    for i in range(displaced_from.shape[0]):
        if displaced_from[i] == 0:
            continue
        gone = 0
        for j in range(abroad_start[i], abroad_start[i + 1]):
            d = abroad[j]
            gone += persons[d] + transit[d]
            sums[1 + country[place[d]], 2] += persons[d]
        home = 1 + country[i]
        sums[home, 0] += displaced_from[i] - gone
        sums[home, 1] += gone
        sums[home, 3] += displaced_from[i]


@njit(cache=True)
def people(country, residents, hosted, departed_week, returned, moves, everybody):
    """`moves` (.., 3): who left home this week, who came home, residents; `everybody` (1 + C,): with the displaced hosted."""
    for i in range(residents.shape[0]):
        c = 1 + country[i]
        moves[c, 0] += departed_week[i]
        moves[c, 1] += returned[i]
        moves[c, 2] += residents[i]
        everybody[c] += residents[i] + hosted[i]


@njit(cache=True)
def supply(country, residents, hosted, fuel_days, siege, node_of_cell, price, served, sums):
    """(.., 4): person-days of fuel, prices times persons, persons without supply, persons besieged."""
    for i in range(residents.shape[0]):
        c, here = 1 + country[i], residents[i] + hosted[i]
        sums[c, 0] += here * fuel_days[i]
        sums[c, 1] += here * price[node_of_cell[i]]
        sums[c, 2] += here * (1.0 - served[node_of_cell[i]])
        if siege[i] > 0.5:
            sums[c, 3] += here


@njit(cache=True)
def violence(country, civilians, abuse, killed, nonlethal):
    """`killed` (.., 4): civilians killed, in all and by group of killers; `nonlethal` (1 + C,): communities abused."""
    for c in range(country.shape[0]):
        row = 1 + country[c]
        nonlethal[row] += abuse[c]
        for g in range(civilians.shape[1]):
            killed[row, 0] += civilians[c, g]
            killed[row, 1 + g] += civilians[c, g]


@njit(cache=True)
def control(country, controller, area, residents, hosted, sums):
    """(.., 3 q): area, inhabited area and people by controller; the last two of the q are contested and nobody's."""
    q = sums.shape[1] // 3
    for c in range(country.shape[0]):
        row = 1 + country[c]
        who = controller[c] if controller[c] >= 0 else (q - 2 if controller[c] == CONTESTED else q - 1)
        sums[row, who] += area[c]
        if c < residents.shape[0]:
            sums[row, q + who] += area[c]
            sums[row, 2 * q + who] += residents[c] + hosted[c]


@njit(cache=True)
def fighters(country, cell, actor, manpower, sums):
    """(.., A): people under arms by actor."""
    for u in range(cell.shape[0]):
        if manpower[u] > 0:
            sums[1 + country[cell[u]], actor[u]] += manpower[u]


@njit(cache=True)
def deaths(log, country, kind, ucdp, acled, dead, attacks):
    """`dead` (.., 18): deaths by type and in all as they happened; then for each of the two records the same and those
    in one-sided violence by group of killers. `attacks` (.., A) counts events by initiator."""
    for e in range(log.shape[0]):
        row, form, initiator = 1 + country[log[e].cell], log[e].type, log[e].initiator
        fell = log[e].deaths_a + log[e].deaths_b + log[e].civilians
        attacks[row, initiator] += 1
        for first, seen in ((0, True), (4, ucdp[e]), (11, acled[e])):
            if not seen:
                continue
            dead[row, first + form - 1] += fell
            dead[row, first + 3] += fell
            if first > 0 and form == ONE_SIDED:
                dead[row, first + 4 + perpetrator_group(kind[initiator])] += fell


@njit(cache=True)
def to_shares(sums):
    """Each row's parts (n, k) in its whole, in place; all zero where there is nothing."""
    for row in range(sums.shape[0]):
        whole = 0.0
        for k in range(sums.shape[1]):
            whole += sums[row, k]
        for k in range(sums.shape[1]):
            sums[row, k] /= max(1e-9, whole)


@njit(cache=True)
def enter_records(stream, log, draw_key, country, kind, media, remote, oversight, numbers, ucdp, acled):
    """Which events (n,) enter the UCDP-like and the ACLED-like record, into `ucdp` and `acled`.

    `numbers` = (log-odds of a record of an event without dead: UCDP, ACLED; what log dead + 1 adds to each; weight of
    media, of remoteness, of oversight where the state's side abuses, what UCDP misses of that). UCDP takes fatal events only.
    """
    earlier = np.zeros(country.shape[0], dtype=np.int64)  # events in the cell before this one: the k of its draw
    for e in range(log.shape[0]):
        c = log[e].cell
        fell = log[e].deaths_a + log[e].deaths_b + log[e].civilians
        size = math.log(fell + 1.0)
        common = numbers[4] * (media[country[c]] - 0.5) - numbers[5] * remote[c]
        missed = 0.0
        if log[e].type == ONE_SIDED and kind[log[e].initiator] >= ARMY:
            common += numbers[6] * oversight[c]
            missed = numbers[7]
        u = uniform(stream, draw_key[c], earlier[c])
        earlier[c] += 1
        ucdp[e] = fell > 0 and u < 1.0 / (1.0 + math.exp(-(numbers[0] + numbers[2] * size + common - missed)))
        acled[e] = u < 1.0 / (1.0 + math.exp(-(numbers[1] + numbers[3] * size + common)))


@njit(cache=True)
def add_week(civilians_week, fighters_week, departed_week, returned, log, kind, civilians, dead, newly, back, attacks):
    """Add a week to its month, by cell: civilians killed, all dead, newly displaced, returned, attacks by irregulars."""
    for c in range(civilians.shape[0]):
        killed = 0
        for g in range(civilians_week.shape[1]):
            killed += civilians_week[c, g]
        civilians[c] += killed
        dead[c] += killed + fighters_week[c]
    for i in range(departed_week.shape[0]):
        newly[i] += departed_week[i]
        back[i] += returned[i]
    for e in range(log.shape[0]):
        if kind[log[e].initiator] < ARMY:
            attacks[log[e].cell] += 1


@njit(cache=True)
def take_flows(flows):
    """Where anybody moved (n, 3) and how many persons (n,) of the flows (R, R, kinds), which are set to zero."""
    flat = flows.reshape(-1)
    some = 0
    for i in range(flat.shape[0]):
        some += flat[i] > 0
    used = np.empty(some + 1, dtype=np.int32)
    count = 0
    for i in range(flat.shape[0]):  # few are: going on by a sum and not by a branch makes the pass quick
        used[count] = i
        count += flat[i] > 0
    at, persons = np.empty((count, 3), dtype=np.int64), np.empty(count, dtype=np.int64)
    goals, kinds = flows.shape[1], flows.shape[2]
    for j in range(count):
        i = used[j]
        at[j] = i // (goals * kinds), i // kinds % goals, i % kinds
        persons[j] = flat[i]
        flat[i] = 0
    return at, persons
