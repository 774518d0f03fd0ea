"""Convoys: who stands on the roads, what they do to those who pass, and the ways that convoys choose.

    blockers_c = blockading fighters + raid_weight * raiding ones
    covered_c = 1 + (escorts_e + patrol_weight * patrols_c) / half
    hazard_e = 1 - exp(-kappa (sum over cells c of e: blockers_c / covered_c) (1 - deal))
    taxed_e = t / (t + tax_half),   t = sum over cells c of e: fighters who govern or blockade / covered_c
    cost_e = hours (1 + aversion * -log(1 - hazard)) + border_hours / openness of trade that way

What states do about it is in `sim.processes.shared.fuel`: escorts, deals, convoys massed on one corridor.
`N` cells, `E` edges, `A` actors, `C` countries, `T` nodes, `U` units.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GOVERN, PATROL, POSTURES, RAID
from sim.core.views import bundle, columns, values
from sim.processes.shared.road_network import find_routes, pass_unharmed
from sim.settings.parameters.livelihood import Supply

RoadUnits = columns("units", reads="actor cell manpower posture", name="RoadUnits")
Edges = columns("edges", writes="blockers taxers escort hazard hazard_goods taxed")
HazardRules = values("HazardRules", Supply, "raid_weight deal_effect kappa patrol_weight escort_half tax_half")
WayRules = values("WayRules", Supply, "aversion border_hours smuggling")
#: persons in each cell (N,) who stop fuel, who stop other goods, who tax, who escort, who patrol; raiders count in part
OnRoads = bundle("OnRoads", "stopping stopping_goods taxing escorting patrolling")

#: postures that matter to convoys
MATTERS = np.zeros(len(POSTURES), dtype=np.bool_)
MATTERS[[BLOCKADE, RAID, GOVERN, ESCORT, PATROL]] = True

NEVER = 1e-6  # least chance to pass, of which there is a logarithm


@njit(cache=True)
def stopping_weight(posture, raid_weight):
    """How much a fighter who blockades or raids counts as one who stops convoys."""
    return 1.0 if posture == BLOCKADE else raid_weight


@njit(cache=True)
def count_on_roads(road_units, kind, fuel_only, raid_weight):
    """Who is on the roads: an `OnRoads`, the units that stop convoys and those that tax (rows).

    `kind` (A,) of actors; `fuel_only` (N, A) is where an actor's orders stop fuel and let other goods pass.
    """
    n_cells = fuel_only.shape[0]
    stopping, stopping_goods, taxing = np.zeros(n_cells), np.zeros(n_cells), np.zeros(n_cells)
    escorting, patrolling = np.zeros(n_cells), np.zeros(n_cells)
    rob_units, robbed_by = np.empty(road_units.actor.shape[0], dtype=np.int64), 0
    tax_units, taxed_by = np.empty(road_units.actor.shape[0], dtype=np.int64), 0
    for u in range(road_units.actor.shape[0]):
        manpower, posture = road_units.manpower[u], road_units.posture[u]
        if manpower <= 0 or not MATTERS[posture]:
            continue
        a, c = road_units.actor[u], road_units.cell[u]
        if kind[a] < ARMY:
            if posture in (BLOCKADE, RAID):
                stops = stopping_weight(posture, raid_weight) * manpower
                stopping[c] += stops
                if posture == RAID or not fuel_only[c, a]:
                    stopping_goods[c] += stops
                rob_units[robbed_by] = u
                robbed_by += 1
            if posture in (BLOCKADE, GOVERN):
                taxing[c] += manpower
                tax_units[taxed_by] = u
                taxed_by += 1
        elif posture == ESCORT:
            escorting[c] += manpower
        elif posture == PATROL:
            patrolling[c] += manpower
    on_roads = OnRoads(stopping, stopping_goods, taxing, escorting, patrolling)
    return on_roads, rob_units[:robbed_by], tax_units[:taxed_by]


@njit(cache=True)
def assess_roads(road_units, kind, fuel_only, along, borders, deal_days, edges, p):
    """What convoys meet on every edge (E,), in place, from where units are; see `count_on_roads` and `assess_edges`.

    Returns who is on the roads, the units that stop convoys and those that tax (rows).
    """
    on_roads, rob_units, tax_units = count_on_roads(road_units, kind, fuel_only, p.raid_weight)
    assess_edges(along, borders, deal_days, on_roads, edges, p)
    return on_roads, rob_units, tax_units


@njit(cache=True)
def assess_edges(along, borders, deal_days, on_roads, edges, p):
    """Blockers, escorts, hazards of fuel and goods, and the taxed part of every edge (E,), in place.

    `deal_days` (C,) are days left of deals, which hold for all edges that begin or end in the country.
    A fighter in any cell of an edge counts once: the sum over its cells, not the mean. Escorts go along with convoys
    and cover all of an edge, patrols the cell they are in.
    """
    cell, km = along.cell, along.km
    stopping, taxing = on_roads.stopping, on_roads.taxing
    for e in range(edges.blockers.shape[0]):
        first, last = along.start[e], along.start[e + 1]
        blockers = escort = taxers = 0.0
        for j in range(first, last):
            if km[j] > 0.0:
                escort += on_roads.escorting[cell[j]]
        met = met_by_goods = taxing_met = 0.0  # those that convoys have to do with, after those who cover them
        for j in range(first, last):
            c = cell[j]
            if km[j] > 0.0 and stopping[c] + taxing[c] > 0.0:
                covered = 1.0 + (escort + p.patrol_weight * on_roads.patrolling[c]) / p.escort_half
                blockers += stopping[c]
                taxers += taxing[c]
                met += stopping[c] / covered
                met_by_goods += on_roads.stopping_goods[c] / covered
                taxing_met += taxing[c] / covered
        edges.blockers[e], edges.escort[e], edges.taxers[e] = blockers, escort, taxers
        dealt = deal_days[borders.from_country[e]] > 0.0 or deal_days[borders.to_country[e]] > 0.0
        calm = 1.0 - p.deal_effect if dealt else 1.0
        edges.hazard[e] = 1.0 - math.exp(-p.kappa * met * calm) if met > 0.0 else 0.0
        edges.hazard_goods[e] = edges.hazard[e]
        if met_by_goods != met:
            edges.hazard_goods[e] = 1.0 - math.exp(-p.kappa * met_by_goods * calm)
        edges.taxed[e] = taxing_met / (taxing_met + p.tax_half)


@njit(cache=True)
def choose_ways(network, port, borders, trade, hazard, p, ways, passing):
    """Ways of convoys from a `port` (T,), into `ways`, and the chance to come through their hazards, into `passing`
    (T,).

    They weigh hours, the `hazard` of edges (E,) and the waits at borders; see `weigh_edges`.
    """
    find_routes(network, port, weigh_edges(network.hours, borders, trade, hazard, p), ways)
    pass_unharmed(ways, hazard, passing)


@njit(cache=True)
def weigh_edges(hours, borders, trade, hazard, p):
    """Cost of every edge to those who choose a way (2, E), there and back, in hours: travel, risk and the wait at a
    border.

    `hours` (E,) are those of travel; `hazard` (E,) weighs by the aversion to it; `trade` (C, C) is the openness of
    borders to what goes from one country to another, of which smuggling keeps some.
    """
    cost = np.empty((2, hazard.shape[0]))
    for e in range(hazard.shape[0]):
        way = hours[e]
        if hazard[e] > 0.0:
            way *= 1.0 + p.aversion * -math.log(max(NEVER, 1.0 - hazard[e]))
        cost[0, e], cost[1, e] = way, way
        if borders.crosses[e]:
            here, there = borders.from_country[e], borders.to_country[e]
            cost[0, e] += p.border_hours / max(p.smuggling, trade[here, there])
            cost[1, e] += p.border_hours / max(p.smuggling, trade[there, here])
    return cost
