"""Convoys massed on one corridor: lorries for a capital gather and go under escort where most of them get through.

    order   = use + refill of the store and of what is usually on the way       m3/day
    T       in 0 (by themselves), 1/8, ... 1 of convoy_days                     days for which lorries gather
    size    = max(1, m T min(order, fleet use speed) / lorry_m3)                lorries in each; m the part that goes so
    at once = max(1, (2 hours / 24 + handling) / T)                             convoys on the corridor at a time
    guard   = escorts on the corridor / at once                                 persons with each
    met_e   = sum over cells of e: who stop / cover by patrols, less a deal
    lost_e  = min(1, lorries_per_fighter met_e / size) / (1 + guard / escort_half)    part of a convoy that is met
    hazard_e = (1 - exp(-kappa met_e)) (1 - m + m lost_e);  T = 0: that of the road, with the escorts on the edge
    hours of the corridor + m T 24 / 2
    brought = min(order, fleet use speed passing^(3/2))                         the most, over corridors and T

An attack destroys as many lorries as the attackers can, however large the convoy: the part lost falls with its size and
with the escorts that go with it (Sternhell and Thorndike 1946, Antisubmarine Warfare in World War II, chapter 10;
Morse and Kimball 1951; Blackett 1962). The price is the wait, in which lorries carry nothing. So convoys are large and
rare while stores are full and small and frequent once they empty; of those that bring all that is ordered the state
takes the one that loses least. Each corridor is weighed with the escorts that stand on it now, so that one with escorts
is kept until another is better without. Fuel for the capital goes on the corridor that was chosen, and that for the
towns on it comes along.

`K` corridors to a capital, `E` edges, `N` cells, `T` nodes.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.conversions import DAY_HOURS
from sim.core.views import bundle, values
from sim.processes.shared.fuel.answers import speed_of
from sim.processes.shared.road_network import order_ports_first
from sim.settings.parameters.livelihood import Supply

#: corridors to a capital in compressed rows: edges from the port on (`start` (K + 1,), `edge`), whether each is
#: travelled from its `u` to its `v` (`forth`); and the cells along each, once (`cell_start` (K + 1,), `cell`)
Corridors = bundle("Corridors", "start edge forth cell_start cell")
#: a capital's fuel: what is ordered a day and used (m3/day), hours of its way in peace, the part that goes in convoys
Need = bundle("Need", "order use usual part")
MassingRules = values(
    "MassingRules",
    Supply,
    "kappa patrol_weight escort_half deal_effect fleet turnaround_hours handling_days border_hours smuggling"
    " convoy_days lorry_m3 lorries_per_fighter escort_hazard",
)

INTERVALS = 8  # of the longest time for which lorries gather, that are weighed
SAME = 1e-9  # part of what is brought by which another way must bring more


@njit(cache=True)
def wait_of(m, gather):
    """Hours that lorries wait in the mean for convoys that gather for `gather` days, by which the part `m` goes."""
    return 0.5 * m * gather * DAY_HOURS


@njit(cache=True)
def met_along(e, along, stopping, on_roads, calm, p):
    """Fighters `stopping` (N,) convoys whom those meet on edge `e`, after patrols and a deal, which leaves `calm`."""
    met = 0.0
    for j in range(along.start[e], along.start[e + 1]):
        c = along.cell[j]
        if along.km[j] > 0.0 and stopping[c] > 0.0:
            met += stopping[c] / (1.0 + p.patrol_weight * on_roads.patrolling[c] / p.escort_half)
    return met * calm


@njit(cache=True)
def hazard_in_convoy(met, size, guard, m, p):
    """Chance that a lorry is lost on an edge where `met` fighters stop what they can, if the part `m` goes in convoys
    of `size` lorries with `guard` escorts each."""
    lost = min(1.0, p.lorries_per_fighter * met / size) / (1.0 + guard / p.escort_half)
    return (1.0 - math.exp(-p.kappa * met)) * (1.0 - m + m * lost)


@njit(cache=True)
def calm_of(e, borders, deal_days, p):
    """What a deal in a country at either end of an edge leaves of its dangers."""
    dealt = deal_days[borders.from_country[e]] > 0.0 or deal_days[borders.to_country[e]] > 0.0
    return 1.0 - p.deal_effect if dealt else 1.0


@njit(cache=True)
def hours_along(k, corridors, network, borders, trade, p):
    """Hours of a corridor with the waits at borders as they are open now."""
    hours = 0.0
    for i in range(corridors.start[k], corridors.start[k + 1]):
        e = corridors.edge[i]
        hours += network.hours[e]
        if borders.crosses[e]:
            here, there = borders.from_country[e], borders.to_country[e]
            openness = trade[here, there] if corridors.forth[i] else trade[there, here]
            hours += p.border_hours / max(p.smuggling, openness)
    return hours


@njit(cache=True)
def escorts_on(k, corridors, on_roads):
    """Persons who escort on a corridor."""
    escorts = 0.0
    for i in range(corridors.cell_start[k], corridors.cell_start[k + 1]):
        escorts += on_roads.escorting[corridors.cell[i]]
    return escorts


@njit(cache=True)
def convoy_of(need, gather, hours, escorts, p):
    """Lorries in a convoy that gathers for `gather` days, and the escorts with it, of `escorts` on a way of `hours`."""
    speed = speed_of(hours + wait_of(need.part, gather), need.usual, p.turnaround_hours)
    size = need.part * gather * min(need.order, p.fleet * need.use * speed) / p.lorry_m3
    return max(1.0, size), escorts / max(1.0, (2.0 * hours / DAY_HOURS + p.handling_days) / gather)


@njit(cache=True)
def brought_by(k, gather, corridors, hours, escorts, met, hazard, need, p):
    """What comes to the capital in a day by a corridor of so many `hours` (m3/day), and the chance to come through.

    `met` (E,) are the fighters on each edge, `hazard` (E,) what lorries meet there that go by themselves.
    """
    passing, size, guard = 1.0, 1.0, 0.0
    if gather > 0.0:
        size, guard = convoy_of(need, gather, hours, escorts, p)
    for i in range(corridors.start[k], corridors.start[k + 1]):
        e = corridors.edge[i]
        lost = hazard[e]
        if gather > 0.0:
            lost = hazard_in_convoy(met[e], size, guard, need.part, p)
        passing *= 1.0 - lost
    speed = speed_of(hours + wait_of(need.part, gather), need.usual, p.turnaround_hours)
    return min(need.order, p.fleet * need.use * speed * passing * math.sqrt(passing)), passing


@njit(cache=True)
def mass_convoys(corridors, network, along, borders, trade, deal_days, on_roads, need, edges, wait, p):
    """Choose the corridor of a capital and for how many days lorries gather, and set the hazards of convoys on it, in
    place: `edges`, and hours of `wait` (E,). Returns its number and the days; `need` is a `Need`."""
    best, gathers, most, safest = 0, 0.0, -1.0, 0.0
    met = np.zeros(edges.hazard.shape[0])
    for k in range(corridors.start.shape[0] - 1):
        hours, escorts = hours_along(k, corridors, network, borders, trade, p), escorts_on(k, corridors, on_roads)
        for i in range(corridors.start[k], corridors.start[k + 1]):
            e = corridors.edge[i]
            met[e] = met_along(e, along, on_roads.stopping, on_roads, calm_of(e, borders, deal_days, p), p)
        for j in range(INTERVALS + 1):
            gather = p.convoy_days * j / INTERVALS
            brought, passing = brought_by(k, gather, corridors, hours, escorts, met, edges.hazard, need, p)
            more, same = brought > most * (1.0 + SAME), brought > most * (1.0 - SAME)
            if most < 0.0 or more or (same and passing > safest):
                best, gathers, most, safest = k, gather, brought, passing
    if gathers > 0.0:
        hours = hours_along(best, corridors, network, borders, trade, p)
        size, guard = convoy_of(need, gathers, hours, escorts_on(best, corridors, on_roads), p)
        for i in range(corridors.start[best], corridors.start[best + 1]):
            e = corridors.edge[i]
            calm = calm_of(e, borders, deal_days, p)
            by_goods = met_along(e, along, on_roads.stopping_goods, on_roads, calm, p)
            edges.hazard[e] = hazard_in_convoy(met[e], size, guard, need.part, p)
            edges.hazard_goods[e] = edges.hazard[e]
            if by_goods != met[e]:
                edges.hazard_goods[e] = hazard_in_convoy(by_goods, size, guard, need.part, p)
            wait[e] = max(wait[e], wait_of(need.part, gathers))
    return best, gathers


@njit(cache=True)
def follow_corridor(k, corridors, network, ways):
    """Let the ways of all nodes on a corridor be the corridor, in place; hours and order of `ways` (T,) with it."""
    for i in range(corridors.start[k], corridors.start[k + 1]):
        e = corridors.edge[i]
        before, n = (network.u[e], network.v[e]) if corridors.forth[i] else (network.v[e], network.u[e])
        if i == corridors.start[k]:
            ways.through[before], ways.through_edge[before], ways.hours[before] = -1, -1, 0.0
        ways.through[n], ways.through_edge[n] = before, e
    order_ports_first(ways.through, ways.sequence)
    for n in ways.sequence:
        if ways.through[n] >= 0:
            ways.hours[n] = ways.hours[ways.through[n]] + network.hours[ways.through_edge[n]]


@njit(cache=True)
def wait_for_convoys(ways, wait):
    """Hours of all ways (T,) with the longest `wait` (E,) for a convoy on them, in place."""
    waits = np.zeros(ways.hours.shape[0])
    for n in ways.sequence:
        before = ways.through[n]
        if before >= 0:
            waits[n] = max(waits[before], wait[ways.through_edge[n]])
            ways.hours[n] += waits[n]


@njit(cache=True)
def mark_corridor(k, corridors, along, borders, deal_days, on_roads, corridor, p):
    """Cells of a corridor that convoys take, into `corridor` (N,): how dangerous the edge would be without them, at
    least `escort_hazard`, so that escorts are wanted on all of it."""
    for i in range(corridors.start[k], corridors.start[k + 1]):
        e = corridors.edge[i]
        met = met_along(e, along, on_roads.stopping, on_roads, calm_of(e, borders, deal_days, p), p)
        danger = max(p.escort_hazard, 1.0 - math.exp(-p.kappa * met))
        for j in range(along.start[e], along.start[e + 1]):
            if along.km[j] > 0.0:
                corridor[along.cell[j]] = max(corridor[along.cell[j]], danger)
