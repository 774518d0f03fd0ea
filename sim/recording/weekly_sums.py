"""Sums over a week by country: the passes over columns behind the weekly outcomes of `sim.recording.recorder`.

Each kernel adds to rows of a table (1 + C, k): row 0 is kept for the region as a whole, row 1 + c is country c. `week`
calls them all: between the processes, which go through far more than a processor keeps at hand, one long call is
quicker than many.
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.codes import ARMY, CONTESTED, ONE_SIDED
from sim.core.draws import uniform
from sim.core.perpetrators import GROUPS, perpetrator_group
from sim.core.views import columns, values
from sim.settings.parameters.politics import Observation

Units = columns("units", reads="actor cell manpower")
Actors = columns("actors", reads="kind state withdrawals_week")
Cells = columns("cells", reads="controller civilians_week abuse_week")
Communities = columns("communities", reads="residents hosted displaced_from departed_week returned fuel_days siege")
Cohorts = columns("cohorts", reads="persons transit place")
Governments = columns("governments", reads="legitimacy regime_security coup_week")
Nodes = columns("nodes", reads="price served")
ObservationParameters = values(
    "ObservationParameters", Observation, unread="remotest_hours register_coverage register_days"
)

#: of cells (N,): country and area; node of each community (P,); the countries of the theatre, whose sum is the region;
#: in compressed rows the cohorts of each origin whose place is in another country; the number of each country (C,) in
#: the theatre, or -1; which cells lie near the capital of which country (C, N)
Map = namedtuple("Map", "country area_km2 node_of_cell theatre abroad_start abroad number near_capital")
#: where groups of weekly outcomes begin; `hosted_from` end where `attacks` begin, and those where `fighters` begin
OutcomeColumns = namedtuple(
    "OutcomeColumns", "displaced moves supply killed abuse deaths shares standing armies hosted_from attacks fighters"
)
#: which events (n,) the UCDP-like and the ACLED-like record caught
Recorded = namedtuple("Recorded", "ucdp acled")
#: what there is of a month by cell (N,) or community (P,)
Month = namedtuple("Month", "civilians_killed dead newly_displaced returned attacks")

# numbers of outcomes of one kind
DISPLACED = 4  # internally displaced, refugees from, refugees hosted, displaced from
MOVES = 3  # who left home, who came home, residents
SUPPLY = 4  # days of fuel, prices, without supply, besieged
KILLED = 1 + len(GROUPS)
TYPES = 3  # of violence, as in UCDP
TRUE_DEATHS = TYPES + 1  # by type, and in all
RECORDED_DEATHS = TRUE_DEATHS + len(GROUPS)  # and in one-sided violence by perpetrators
DEATHS = TRUE_DEATHS + 2 * RECORDED_DEATHS
SHARES = 3  # of area, inhabited area and people
ARMIES = 4  # national army, its part near the capital, cells where it has soldiers, posts it gave up

MIDDLING_MEDIA = 0.5  # openness of media at which chances of recording are defined
CUT_OFF = 0.5  # siege from which on people count as besieged
TINY = 1e-9


@njit(cache=True)
def week(outcomes, place, communities, cohorts, nodes, cells, units, actors, governments, log, recorded, parties, sums):
    """Weekly outcomes of the region and of every country, into `sums` (1 + C, K), which is zero.

    `outcomes` are `OutcomeColumns`, `place` is the `Map`; `parties` is the number of those that shares are taken of.
    """
    country, o = place.country, outcomes
    everybody = np.zeros(sums.shape[0])
    displaced, hosted_from = sums[:, o.displaced : o.displaced + DISPLACED], sums[:, o.hosted_from : o.attacks]
    displaced_people(place, communities.displaced_from, cohorts, displaced, hosted_from)
    people(country, communities, sums[:, o.moves : o.moves + MOVES], everybody)
    supply(place, communities, nodes, sums[:, o.supply : o.supply + SUPPLY])
    violence(country, cells, sums[:, o.killed : o.killed + KILLED], sums[:, o.abuse])
    dead, attacks = sums[:, o.deaths : o.deaths + DEATHS], sums[:, o.attacks : o.fighters]
    deaths(log, country, actors.kind, recorded, dead, attacks)
    control(place, cells.controller, communities, sums[:, o.shares : o.shares + SHARES * parties])
    fighters(country, units, sums[:, o.fighters :])
    armies(place.near_capital, units, actors, sums[:, o.armies : o.armies + ARMIES])
    for c in range(governments.legitimacy.shape[0]):
        sums[1 + c, o.standing] = governments.legitimacy[c]
        sums[1 + c, o.standing + 1] = governments.regime_security[c]
        sums[1 + c, o.standing + 2] = governments.coup_week[c]
    for c in place.theatre:
        sums[0] += sums[1 + c]
        everybody[0] += everybody[1 + c]
    # what is no sum: shares of a whole, means over persons, means over the states of the theatre
    for first in range(o.shares, o.shares + SHARES * parties, parties):
        to_shares(sums[:, first : first + parties])
    for row in range(sums.shape[0]):
        sums[row, o.supply : o.supply + 2] /= max(1.0, everybody[row])
    sums[0, o.standing : o.standing + 2] /= place.theatre.shape[0]


@njit(cache=True)
def displaced_people(place, displaced_from, cohorts, sums, hosted_from):
    """(.., 4): internally displaced, refugees from, refugees hosted, displaced from.

    All those who are displaced from a place and not in a cohort abroad are internally displaced. `hosted_from`
    (.., states of the theatre): refugees hosted by where they come from.
    """
    country, start, abroad = place.country, place.abroad_start, place.abroad
    host, persons, transit = cohorts.place, cohorts.persons, cohorts.transit
    for i in range(displaced_from.shape[0]):
        if displaced_from[i] == 0:
            continue
        gone, number = 0, place.number[country[i]]
        for j in range(start[i], start[i + 1]):
            d = abroad[j]
            gone += persons[d] + transit[d]
            sums[1 + country[host[d]], 2] += persons[d]
            if number >= 0:
                hosted_from[1 + country[host[d]], number] += persons[d]
        home = 1 + country[i]
        sums[home, 0] += displaced_from[i] - gone
        sums[home, 1] += gone
        sums[home, 3] += displaced_from[i]


@njit(cache=True)
def people(country, communities, moves, everybody):
    """`moves` (.., 3): who left home this week, who came home, residents.

    `everybody` (1 + C,): residents and the displaced whom they host.
    """
    residents, hosted = communities.residents, communities.hosted
    departed, returned = communities.departed_week, communities.returned
    for i in range(residents.shape[0]):
        c = 1 + country[i]
        moves[c, 0] += departed[i]
        moves[c, 1] += returned[i]
        moves[c, 2] += residents[i]
        everybody[c] += residents[i] + hosted[i]


@njit(cache=True)
def supply(place, communities, nodes, sums):
    """(.., 4): person-days of fuel, prices times persons, persons without supply, persons besieged."""
    country, node_of_cell, price, served = place.country, place.node_of_cell, nodes.price, nodes.served
    residents, hosted = communities.residents, communities.hosted
    fuel_days, siege = communities.fuel_days, communities.siege
    for i in range(residents.shape[0]):
        c, here = 1 + country[i], residents[i] + hosted[i]
        sums[c, 0] += here * fuel_days[i]
        sums[c, 1] += here * price[node_of_cell[i]]
        sums[c, 2] += here * max(0.0, 1.0 - served[node_of_cell[i]])  # what is served can round to above 1
        if siege[i] > CUT_OFF:
            sums[c, 3] += here


@njit(cache=True)
def violence(country, cells, killed, nonlethal):
    """`killed` (.., 4): civilians killed, in all and by group of perpetrators.

    `nonlethal` (1 + C,): communities abused.
    """
    civilians, abuse = cells.civilians_week, cells.abuse_week
    for c in range(country.shape[0]):
        row = 1 + country[c]
        nonlethal[row] += abuse[c]
        for g in range(civilians.shape[1]):
            killed[row, 0] += civilians[c, g]
            killed[row, 1 + g] += civilians[c, g]


@njit(cache=True)
def control(place, controller, communities, sums):
    """(.., 3 q): area, inhabited area and people by controller; the last two of the q are contested and nobody's."""
    country, area, residents, hosted = place.country, place.area_km2, communities.residents, communities.hosted
    q = sums.shape[1] // SHARES
    for c in range(country.shape[0]):
        row = 1 + country[c]
        who = controller[c] if controller[c] >= 0 else (q - 2 if controller[c] == CONTESTED else q - 1)
        sums[row, who] += area[c]
        if c < residents.shape[0]:
            sums[row, q + who] += area[c]
            sums[row, 2 * q + who] += residents[c] + hosted[c]


@njit(cache=True)
def fighters(country, units, sums):
    """(.., A): people under arms by actor."""
    cell, actor, manpower = units.cell, units.actor, units.manpower
    for u in range(cell.shape[0]):
        if manpower[u] > 0:
            sums[1 + country[cell[u]], actor[u]] += manpower[u]


@njit(cache=True)
def armies(near_capital, units, actors, sums):
    """(.., 4): people in the national army of each country, wherever they are, and those of them near its capital;
    cells in which it has soldiers, and posts that it gave up in the week."""
    cell, actor, manpower = units.cell, units.actor, units.manpower
    manned = np.zeros(near_capital.shape, dtype=np.bool_)
    for u in range(cell.shape[0]):
        state = actors.state[actor[u]]
        if manpower[u] > 0 and actors.kind[actor[u]] == ARMY and state >= 0:
            sums[1 + state, 0] += manpower[u]
            if near_capital[state, cell[u]]:
                sums[1 + state, 1] += manpower[u]
            if not manned[state, cell[u]]:
                manned[state, cell[u]] = True
                sums[1 + state, 2] += 1
    for a in range(actors.kind.shape[0]):
        if actors.kind[a] == ARMY and actors.state[a] >= 0:
            sums[1 + actors.state[a], 3] += actors.withdrawals_week[a]


@njit(cache=True)
def deaths(log, country, kind, recorded, dead, attacks):
    """`dead` (.., 18): deaths by type and in all as they happened; then for each of the two records the same and those
    in one-sided violence by group of perpetrators. `attacks` (.., A) counts events by initiator."""
    ucdp, acled = recorded.ucdp, recorded.acled
    for e in range(log.shape[0]):
        row, form, initiator = 1 + country[log[e].cell], log[e].type, log[e].initiator
        fell = log[e].deaths_a + log[e].deaths_b + log[e].civilians
        attacks[row, initiator] += 1
        for first, seen in ((0, True), (TRUE_DEATHS, ucdp[e]), (TRUE_DEATHS + RECORDED_DEATHS, acled[e])):
            if not seen:
                continue
            dead[row, first + form - 1] += fell
            dead[row, first + TYPES] += fell
            if first > 0 and form == ONE_SIDED:
                dead[row, first + TRUE_DEATHS + perpetrator_group(kind[initiator])] += fell


@njit(cache=True)
def to_shares(sums):
    """Each row's parts (n, k) in its whole, in place; all zero where there is nothing."""
    for row in range(sums.shape[0]):
        whole = 0.0
        for k in range(sums.shape[1]):
            whole += sums[row, k]
        for k in range(sums.shape[1]):
            sums[row, k] /= max(TINY, whole)


@njit(cache=True)
def enter_records(stream, log, draw_key, country, remote, kind, media, oversight, ucdp_base, acled_base, p, recorded):
    """Which events (n,) enter the UCDP-like and the ACLED-like record, into `recorded`.

    `draw_key`, `country`, `remote`, `oversight` are of cells (N,), `kind` of actors (A,), openness of `media` of
    countries (C,). `ucdp_base` and `acled_base` are the log-odds of a record of an event without dead. UCDP takes fatal
    events only.
    """
    ucdp, acled = recorded
    earlier = np.zeros(country.shape[0], dtype=np.int64)  # events in the cell before this one: the number of its draw
    for e in range(log.shape[0]):
        c = log[e].cell
        fell = log[e].deaths_a + log[e].deaths_b + log[e].civilians
        size = math.log(fell + 1.0)
        common = p.media * (media[country[c]] - MIDDLING_MEDIA) - p.remote * remote[c]
        missed = 0.0
        if log[e].type == ONE_SIDED and kind[log[e].initiator] >= ARMY:
            common += p.oversight * oversight[c]
            missed = p.ucdp_state
        u = uniform(stream, draw_key[c], earlier[c])
        earlier[c] += 1
        seen = u < 1.0 / (1.0 + math.exp(-(ucdp_base + p.ucdp_size * size + common - missed)))
        ucdp[e] = fell > 0 and seen
        acled[e] = u < 1.0 / (1.0 + math.exp(-(acled_base + p.acled_size * size + common)))


@njit(cache=True)
def add_week(civilians_week, fighters_week, departed_week, returned, log, kind, month):
    """Add a week to its `Month`: civilians killed, all dead, newly displaced, returned, attacks by irregulars."""
    for c in range(civilians_week.shape[0]):
        killed = 0
        for g in range(civilians_week.shape[1]):
            killed += civilians_week[c, g]
        month.civilians_killed[c] += killed
        month.dead[c] += killed + fighters_week[c]
    for i in range(departed_week.shape[0]):
        month.newly_displaced[i] += departed_week[i]
        month.returned[i] += returned[i]
    for e in range(log.shape[0]):
        if kind[log[e].initiator] < ARMY:
            month.attacks[log[e].cell] += 1


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
