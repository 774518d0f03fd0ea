"""Convoys: who stands on the roads and what they do to those who pass, and what states do so that convoys come through.

    blockers_c = blockading fighters + raid_weight * raiding ones
    covered_c = 1 + (escorts_e + patrol_weight * patrols_c) / half
    hazard_e = 1 - exp(-kappa (sum over cells c of e: blockers_c / covered_c) (1 - deal))
    taxed_e = t / (t + tax_half),   t = sum over cells c of e: fighters who govern or blockade / covered_c
    cost_e = hours (1 + aversion * -log(1 - hazard)) + border_hours / openness of trade

Escorts follow the shortage in the capital with a delay, and a deal that lets convoys pass gets likelier the longer the
shortage lasts. `N` cells, `E` edges, `A` actors, `C` countries, `T` nodes, `U` units.
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GOVERN, PATROL, POSTURES, RAID
from sim.core.draws import uniform
from sim.core.views import columns, values
from sim.settings.parameters.livelihood import Supply

Units = columns("units", reads="actor cell manpower posture")
Governments = columns("governments", reads="trade treasury", writes="shortage shortage_days escorts deal_days")
Edges = columns("edges", writes="blockers taxers escort hazard hazard_goods taxed")
SupplyRules = values("SupplyRules", Supply)
#: persons in each cell (N,) who stop fuel, who stop other goods, who tax, who escort, who patrol; raiders count in part
OnRoads = namedtuple("OnRoads", "stopping stopping_goods taxing escorting patrolling")
#: by country (C,): key in draws and node of the capital (-1 for none); by node (T,): days of fuel in peace
Capitals = namedtuple("Capitals", "key node days_usual")
#: what states do about a blockade: by their own choice, or escorts or deals as a scenario says, so many days after
#: its beginning
Response = namedtuple("Response", "delay_days chooses escorts deals")

# number of the draw by country
DEAL = 0

#: postures that matter to convoys
MATTERS = np.zeros(len(POSTURES), dtype=np.bool_)

MATTERS[[BLOCKADE, RAID, GOVERN, ESCORT, PATROL]] = True

NO_DAYS = 1e-9  # instead of nothing, to divide by
NEVER = 1e-6  # least chance to pass, of which there is a logarithm


@njit(cache=True)
def answer_shortage(draws, governments, capitals, days_week, response, p, dt):
    """Shortage in each capital (C,), and escorts and deals against it, in place.

    `days_week` (T,) are days of fuel in store, in the mean of last week. The delay of the response counts from the
    beginning of the shortage; who chooses goes by need and means.
    """
    for c in range(capitals.node.shape[0]):
        short = 0.0
        if capitals.node[c] >= 0:
            n = capitals.node[c]
            short = min(1.0, max(0.0, 1.0 - days_week[n] / (p.short_below * max(NO_DAYS, capitals.days_usual[n]))))
        shortage = governments.shortage[c]
        shortage += (short - shortage) * (1.0 - math.exp(-dt / p.shortage_lag_days))
        governments.shortage[c] = shortage
        before = governments.shortage_days[c]
        days = before + dt if short > p.short_counts else max(0.0, before - dt)
        governments.shortage_days[c] = days
        governments.deal_days[c] = max(0.0, governments.deal_days[c] - dt)
        due, lasting = days >= response.delay_days, shortage > p.relief_below
        effort = 0.0
        if response.chooses and due:
            effort = min(1.0, p.escort_need * shortage) * min(1.0, governments.treasury[c] + p.escort_means)
        elif response.escorts:  # as long as there is a shortage; then they stay as they are
            effort = 1.0 if due and lasting else governments.escorts[c]
        governments.escorts[c] += (effort - governments.escorts[c]) * (1.0 - math.exp(-dt / p.escort_lag_days))
        if response.chooses and governments.deal_days[c] <= 0.0:
            urgency = min(p.deal_urgency_most, max(0.0, days / p.deal_patience_days - 1.0))
            rate = p.deal_rate * shortage * urgency
            if rate > 0.0 and uniform(draws, capitals.key[c], DEAL) < 1.0 - math.exp(-rate * dt):
                governments.deal_days[c] = p.deal_length_days
        elif response.deals and due and lasting:
            governments.deal_days[c] = p.deal_length_days


@njit(cache=True)
def count_on_roads(units, kind, fuel_only, raid_weight):
    """Who is on the roads: an `OnRoads`, blockading fighters by actor (A,), and the units that tax (rows).

    `kind` (A,) of actors; `fuel_only` (N, A) is where an actor's orders stop fuel and let other goods pass.
    """
    n_cells = fuel_only.shape[0]
    stopping, stopping_goods, taxing = np.zeros(n_cells), np.zeros(n_cells), np.zeros(n_cells)
    escorting, patrolling = np.zeros(n_cells), np.zeros(n_cells)
    blockading = np.zeros(kind.shape[0])
    tax_units, taxed_by = np.empty(units.actor.shape[0], dtype=np.int64), 0
    for u in range(units.actor.shape[0]):
        manpower, posture = units.manpower[u], units.posture[u]
        if manpower <= 0 or not MATTERS[posture]:
            continue
        a, c = units.actor[u], units.cell[u]
        if posture == BLOCKADE:
            blockading[a] += manpower
        if kind[a] < ARMY:
            if posture == BLOCKADE:
                stopping[c] += manpower
                if not fuel_only[c, a]:
                    stopping_goods[c] += manpower
            elif posture == RAID:
                stopping[c] += raid_weight * manpower
                stopping_goods[c] += raid_weight * manpower
            if posture in (BLOCKADE, GOVERN):
                taxing[c] += manpower
                tax_units[taxed_by] = u
                taxed_by += 1
        elif posture == ESCORT:
            escorting[c] += manpower
        elif posture == PATROL:
            patrolling[c] += manpower
    return OnRoads(stopping, stopping_goods, taxing, escorting, patrolling), blockading, tax_units[:taxed_by]


@njit(cache=True)
def assess_edges(network, governments, on_roads, edges, p):
    """Blockers, escorts, hazards of fuel and goods, and the taxed part of every edge (E,), in place.

    A fighter in any cell of an edge counts once: the sum over its cells, not the mean. Escorts go along with convoys
    and cover all of an edge, patrols the cell they are in.
    """
    cell, km = network.cell, network.km
    stopping, taxing = on_roads.stopping, on_roads.taxing
    for e in range(edges.blockers.shape[0]):
        first, last = network.start[e], network.start[e + 1]
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
        deal_days = governments.deal_days
        dealt = deal_days[network.from_country[e]] > 0.0 or deal_days[network.to_country[e]] > 0.0
        calm = 1.0 - p.deal_effect if dealt else 1.0
        edges.hazard[e] = 1.0 - math.exp(-p.kappa * met * calm) if met > 0.0 else 0.0
        edges.hazard_goods[e] = edges.hazard[e]
        if met_by_goods != met:
            edges.hazard_goods[e] = 1.0 - math.exp(-p.kappa * met_by_goods * calm)
        edges.taxed[e] = taxing_met / (taxing_met + p.tax_half)


@njit(cache=True)
def weigh_edges(network, governments, hazard, aversion, border_hours, smuggling):
    """Cost of every edge (E,) to those who choose a way, in hours: travel, risk and the wait at the border.

    `hazard` (E,) weighs by `aversion`; a closed border is as open as `smuggling` (0-1) keeps it.
    """
    cost = np.empty(hazard.shape[0])
    for e in range(hazard.shape[0]):
        cost[e] = network.hours[e]
        if hazard[e] > 0.0:
            cost[e] *= 1.0 + aversion * -math.log(max(NEVER, 1.0 - hazard[e]))
        if network.crosses[e]:
            openness = governments.trade[network.from_country[e], network.to_country[e]]
            cost[e] += border_hours / max(smuggling, openness)
    return cost
