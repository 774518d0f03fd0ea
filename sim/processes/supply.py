"""Supply and blockade: fuel flows on roads and rivers from ports to towns; armed groups stop, rob or tax it.

Each week: the hazard of every edge, routes, and the state's answer. Each day (or part of one): orders, arrivals, use.

    blockers_e = sum over cells of e: blockading fighters * km share;   escorts_e the same with escorting troops
    hazard_e = 1 - exp(-kappa blockers_e / (1 + escorts_e / half) * (1 - deal))
    route to a town: least of hours (1 + aversion * -log(1 - hazard)) from any port (Bellman-Ford on the road graph)
    sent = min(use + refill of the store and of what is usually on the way, fleet * usual use * usual hours / hours) * sqrt(passing);   passing = prod (1 - hazard)
    arrivals after the hours of the way; use falls in proportion below `ration_days` of stock
    price -> 1 + elasticity * (1 - served) + dearth of the way

Reserves are a few days (fact E17), so daily sub-steps matter. Traders hold back when convoys are lost (square root of the
chance of passing). The store holds `reserve_days`. The state's answer, unless the scenario fixes it: escorts follow the shortage
in the capital with a delay, and a deal that lets convoys pass gets likelier the longer the shortage lasts.
Goods other than fuel reach a place unless it is besieged. Nothing is lost from the account: imported = consumed + robbed +
burnt + in store + under way.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.tables import ARMY, BLOCKADE, ESCORT, PATROL, RAID
from sim.uniforms import uniform

READS = (
    "units.actor", "units.cell", "units.manpower", "units.posture", "actors.kind", "actors.blockading",
    "communities.residents", "communities.hosted", "governments.trade", "governments.treasury",
)  # fmt: skip
WRITES = (
    "actors.loot", "cells.corridor", "cells.order_bonus", "communities.fuel_days", "communities.goods",
    "communities.siege", "governments.escorts", "governments.deal_days", "governments.shortage",
    "governments.shortage_days", "nodes.demand", "nodes.capacity", "nodes.stock", "nodes.transit", "nodes.hours",
    "nodes.hours_usual", "nodes.passing", "nodes.through", "nodes.through_edge", "nodes.days", "nodes.days_week",
    "nodes.served", "nodes.price", "nodes.imported", "nodes.consumed", "nodes.robbed", "nodes.burnt",
    "nodes.besieged", "edges.hazard", "edges.blockers", "edges.escort", "edges.taxed",
)  # fmt: skip


@njit(cache=True)
def along_edges(edge_start, edge_cell, edge_km, value, out):
    """Mean of the cells' `value` (N,) along each edge, weighted by km, times the edge's cells, into `out` (E,).

    A fighter in any cell of the edge counts once: the sum over its cells, not the mean.
    """
    for e in range(out.shape[0]):
        total = 0.0
        for j in range(edge_start[e], edge_start[e + 1]):
            if edge_km[j] > 0.0:
                total += value[edge_cell[j]]
        out[e] = total


@njit(cache=True)
def find_routes(u, v, hours, cost, port, best, way, through, through_edge):
    """Least-cost ways from any port to every node; `best` (T,) cost, `way` (T,) hours, next node and edge to the port."""
    best[:] = np.inf
    way[:] = np.inf
    through[:] = -1
    through_edge[:] = -1
    for n in range(best.shape[0]):
        if port[n]:
            best[n] = 0.0
            way[n] = 0.0
    changed = True
    while changed:
        changed = False
        for e in range(u.shape[0]):
            for turn in range(2):
                s, t = (u[e], v[e]) if turn == 0 else (v[e], u[e])
                if best[s] + cost[e] < best[t] - 1e-12:
                    best[t] = best[s] + cost[e]
                    way[t] = way[s] + hours[e]
                    through[t] = s
                    through_edge[t] = e
                    changed = True


@njit(cache=True)
def chance_of_passing(through, through_edge, hazard, passing):
    """Chance (T,) that a convoy comes through all edges of its route (1 where there is no way: nothing is sent)."""
    for n in range(passing.shape[0]):
        chance = 1.0
        at = n
        steps = 0
        while through[at] >= 0 and steps < passing.shape[0]:
            chance *= 1.0 - hazard[through_edge[at]]
            at = through[at]
            steps += 1
        passing[n] = chance


@njit(cache=True)
def deliver(days, port, hours, hours_usual, passing, demand, capacity, refill_days, fleet, ration_days, handling, burn,
            stock, transit, imported, consumed, robbed, burnt, stock_days, days_week, served):  # fmt: skip
    """Daily sending, arrival and use of fuel for `days` days (in equal parts of at most one), in place.

    `handling` days are added to each way; the share `burn` of what convoys lose is destroyed, the rest robbed.
    """
    parts = int(math.ceil(days - 1e-9))
    h = days / parts
    for n in range(stock.shape[0]):
        days_week[n] = 0.0
        served[n] = 0.0
    for _ in range(parts):
        for n in range(stock.shape[0]):
            use_full = demand[n] * h
            if use_full <= 0.0:
                served[n] += 1.0 / parts
                days_week[n] += stock_days[n] / parts
                continue
            way = max(0.1, handling + (hours[n] / 24.0 if hours[n] < np.inf else 0.0))
            if not port[n] and hours[n] == np.inf:
                sent = 0.0
            else:  # ordered: the day's use and what is missing in the store and on the way to it
                missing = capacity[n] + demand[n] * way - stock[n] - transit[n]
                wanted = use_full + max(0.0, missing) * h / refill_days
                speed = 1.0 if hours[n] <= hours_usual[n] else (hours_usual[n] + 24.0) / (hours[n] + 24.0)
                sent = min(wanted, fleet * use_full * speed) * math.sqrt(passing[n])
            lost = sent * (1.0 - passing[n])
            imported[n] += sent
            burnt[n] += burn * lost
            robbed[n] += (1.0 - burn) * lost
            # both decays are solved exactly within the part, as if it were sent and came evenly
            arriving = 1.0 - math.exp(-h / way)
            came = transit[n] * arriving + (sent - lost) * (1.0 - way / h * arriving)
            transit[n] += sent - lost - came
            eating = 1.0 - math.exp(-h / ration_days)
            used = min(use_full, stock[n] * eating + came * (1.0 - ration_days / h * eating))
            stock[n] += came - used
            consumed[n] += used
            served[n] += used / use_full / parts
            stock_days[n] = stock[n] / demand[n]
            days_week[n] += stock_days[n] / parts


@njit(cache=True)
def closed_roads(u, v, hazard, besieged):
    """How far all roads of each node are closed (T,): the least hazard of its edges, 0 for a node without any."""
    besieged[:] = 2.0
    for e in range(u.shape[0]):
        besieged[u[e]] = min(besieged[u[e]], hazard[e])
        besieged[v[e]] = min(besieged[v[e]], hazard[e])
    for n in range(besieged.shape[0]):
        if besieged[n] > 1.5:
            besieged[n] = 0.0


def respond(model, dt, p):
    """The answer of states to a shortage in the capital: escorts and deals, by the scenario's mode."""
    g, nodes, answer = model.governments, model.nodes, model.settings.response
    short = np.zeros(len(g))
    has = model.capital_node >= 0
    node = model.capital_node[has]
    usual = np.maximum(1e-9, model.days_usual[node])
    short[has] = np.clip(1.0 - nodes.days_week[node] / (p.short_below * usual), 0.0, 1.0)
    g.shortage[:] += (short - g.shortage) * (1.0 - math.exp(-dt / p.shortage_lag_days))
    g.shortage_days[:] = np.where(short > 0.3, g.shortage_days + dt, np.maximum(0.0, g.shortage_days - dt))
    g.deal_days[:] = np.maximum(0.0, g.deal_days - dt)
    mode = answer.mode if model.response_started() else "endogenous"  # what a scenario fixes begins on its day
    want = np.zeros(len(g))
    if mode == "endogenous":
        want = np.minimum(1.0, 2.0 * g.shortage) * np.minimum(1.0, g.treasury + 0.3)
    elif mode in ("escorts", "both"):
        want = np.where(g.shortage > 0.05, 1.0, g.escorts)
    g.escorts[:] += (want - g.escorts) * (1.0 - math.exp(-dt / p.escort_lag_days))
    if mode == "endogenous":
        rate = p.deal_rate * g.shortage * np.clip(g.shortage_days / p.deal_patience_days - 1.0, 0.0, 2.0)
        stream = model.stream("supply")
        for c in np.flatnonzero((rate > 0.0) & (g.deal_days <= 0.0)):
            if uniform(stream, model.country_key[c], 0) < 1.0 - math.exp(-rate[c] * dt):
                g.deal_days[c] = p.deal_length_days
    elif mode in ("deal", "both"):
        g.deal_days[g.shortage > 0.05] = p.deal_length_days


def edge_hazards(model, p):
    """Blockers, escorts, hazards and taxes of every edge, and the pull of ordered blockades on cells."""
    u, a, e, w, g = model.units, model.actors, model.edges, model.world, model.governments
    weight = np.where(u.posture == BLOCKADE, 1.0, np.where(u.posture == RAID, p.raid_weight, 0.0))
    irregular = (a.kind[u.actor] < ARMY) & (u.manpower > 0)
    stopping = np.bincount(u.cell[irregular], (u.manpower * weight)[irregular], w.N)
    guard = np.where(u.posture == ESCORT, 1.0, np.where(u.posture == PATROL, 0.2, 0.0))
    regular = (a.kind[u.actor] >= ARMY) & (u.manpower > 0)
    escorting = np.bincount(u.cell[regular], (u.manpower * guard)[regular], w.N)
    edges = w.edges
    along_edges(edges.edge_start, edges.edge_cell, edges.edge_cell_km, stopping, e.blockers)
    along_edges(edges.edge_start, edges.edge_cell, edges.edge_cell_km, escorting, e.escort)
    deal = p.deal_effect * (g.deal_days > 0.0)
    land = w.country[w.nodes.cell]
    calm = np.maximum(deal[land[edges.u]], deal[land[edges.v]])
    e.hazard[:] = 1.0 - np.exp(-p.kappa * e.blockers / (1.0 + e.escort / p.escort_half) * (1.0 - calm))
    e.taxed[:] = e.blockers / (e.blockers + p.tax_half)
    model.apply_orders(p.order_pull, deal)


def step(model, dt):
    """Hazards, routes, deliveries, prices, and what reaches the communities."""
    p, nodes, edges, com, w = model.p.supply, model.nodes, model.edges, model.communities, model.world
    people = np.bincount(w.node_of_cell, com.residents + com.hosted, len(nodes))
    nodes.demand[:] = people * model.fuel_need
    nodes.capacity[:] = nodes.demand * p.reserve_days
    respond(model, dt, p)
    edge_hazards(model, p)
    trade = model.governments.trade[w.country[w.nodes.cell[w.edges.u]], w.country[w.nodes.cell[w.edges.v]]]
    risk = -np.log(np.maximum(1e-6, 1.0 - edges.hazard))
    cost = w.edges.hours * (1.0 + p.aversion * risk) + p.border_hours * w.edges.crosses / np.maximum(0.02, trade)
    best = np.empty(len(nodes))
    find_routes(
        w.edges.u, w.edges.v, w.edges.hours, cost, model.is_port, best, nodes.hours, nodes.through, nodes.through_edge
    )
    if model.step_index == 0:
        nodes.hours_usual[:] = nodes.hours
        model.fill_stores()
    chance_of_passing(nodes.through, nodes.through_edge, edges.hazard, nodes.passing)
    robbed = nodes.robbed.sum()
    deliver(
        dt, model.is_port, nodes.hours, nodes.hours_usual, nodes.passing, nodes.demand, nodes.capacity, p.refill_days,
        p.fleet, p.ration_days, p.handling_days, p.burnt_share, nodes.stock, nodes.transit, nodes.imported, nodes.consumed,
        nodes.robbed, nodes.burnt, nodes.days, nodes.days_week, nodes.served,
    )  # fmt: skip
    closed_roads(w.edges.u, w.edges.v, edges.hazard, nodes.besieged)
    detour = np.where(np.isfinite(nodes.hours), nodes.hours / np.maximum(1.0, nodes.hours_usual) - 1.0, 1.0)
    goal = 1.0 + p.elasticity * (1.0 - nodes.served) + p.detour_price * np.clip(detour, 0.0, 2.0)
    nodes.price[:] += (goal - nodes.price) * (1.0 - math.exp(-dt / p.price_days))
    corridors(model)
    node, lag = w.node_of_cell, 1.0 - math.exp(-dt / p.goods_days)
    siege = nodes.besieged[node] * np.exp(-w.node_hours / p.siege_hours)
    com.siege[:] += (siege - com.siege) * lag
    com.goods[:] += ((1.0 - com.siege) - com.goods) * lag
    com.fuel_days[:] = nodes.days_week[node]
    takers = model.robbers()
    if takers.sum() > 0.0:
        model.actors.loot[:] += p.loot_worth * (nodes.robbed.sum() - robbed) * takers / takers.sum()


def corridors(model):
    """Cells on the routes to the capitals that need escorts: the hazard of the edge through them (N,)."""
    cells, nodes, edges, w = model.cells, model.nodes, model.edges, model.world
    cells.corridor[:] = 0.0
    for node in model.capital_node[model.capital_node >= 0]:
        at = int(node)
        while nodes.through[at] >= 0:
            e = int(nodes.through_edge[at])
            if edges.hazard[e] > 0.02:
                on = w.edges.edge_cell[w.edges.edge_start[e] : w.edges.edge_start[e + 1]]
                cells.corridor[on] = np.maximum(cells.corridor[on], edges.hazard[e])
            at = int(nodes.through[at])
