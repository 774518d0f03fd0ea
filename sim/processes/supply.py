"""Supply and blockade: fuel and goods flow on roads and rivers from ports to towns; armed groups stop, rob or tax them.

Each week: the hazard of every edge, routes, and the state's answer. Each day (or part of one): orders, arrivals, use.

    blockers_c = blockading fighters + raid_weight * raiding ones;   covered_c = 1 + (escorts_e + patrol_weight * patrols_c) / half
    hazard_e = 1 - exp(-kappa (sum over cells c of e: blockers_c / covered_c) (1 - deal));   for goods without those who stop fuel only
    route to a town: least of hours (1 + aversion * -log(1 - hazard)) from any port (Bellman-Ford on the road graph)
    sent = min(use + refill of the store and of what is usually on the way, fleet * usual use * usual hours / hours) * sqrt(passing);   passing = prod (1 - hazard)
    arrivals after the hours of the way; use falls in proportion below `ration_days` of stock
    goods from outside that come = min(1, fleet * usual hours / hours * passing^(3/2)), by the goods' own route and hazards
    siege of a town = sum over its roads: use_e hazard_e / sum use_e;   use_e = people first reached by e, by nearness
    goods -> (1 - siege) (1 - imported (1 - goods from outside that come))
    taxed_e = t / (t + tax_half),   t = sum over cells c of e: fighters who govern or blockade / covered_c
    tolls of e = toll * taxed_e * fuel that comes through e, shared by those fighters;   they are income (process finance)
    price -> 1 + elasticity * what is lacking + dearth of the way + dearth of tolls

Reserves are a few days (fact E17), so daily sub-steps matter. Traders hold back when convoys are lost (square root of the
chance of passing). The store holds `reserve_days`. An order to blockade names fuel or all goods; who blockades by his own
choice stops all. Goods are not stored: a ban on them is felt by the part that comes from outside (`import_share`), a siege
by all of them. A siege is a matter of degree: the share of a town's roads that is closed, a road that leads to many people
nearby counting for more than one into the desert; a port is not besieged. Tolls are what is left of trade for those who do
not stop it (Schouten 2022 on roadblocks): fuel stands for the traffic of its road.

The state's answer, unless the scenario fixes it: escorts follow the shortage in the capital with a delay, and a deal that
lets convoys pass gets likelier the longer the shortage lasts. The delay counts from the beginning of the shortage.
Nothing of fuel is lost from the account: imported = consumed + robbed + burnt + in store + under way.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GOVERN, PATROL, RAID
from sim.core.draws import uniform
from sim.processes.shared.road_network import closed_roads, corridors, find_routes, ports_first, unharmed

READS = (
    "units.actor", "units.cell", "units.manpower", "units.posture", "actors.kind", "actors.blockading",
    "communities.residents", "communities.hosted", "governments.trade", "governments.treasury",
)  # fmt: skip

WRITES = (
    "actors.loot", "actors.tolls", "cells.corridor", "cells.order_bonus", "communities.fuel_days", "communities.goods",
    "communities.siege", "governments.escorts", "governments.deal_days", "governments.shortage",
    "governments.shortage_days", "nodes.demand", "nodes.capacity", "nodes.stock", "nodes.transit", "nodes.hours",
    "nodes.hours_usual", "nodes.passing", "nodes.goods", "nodes.through", "nodes.through_edge", "nodes.days",
    "nodes.days_week", "nodes.served", "nodes.price", "nodes.imported", "nodes.consumed", "nodes.robbed", "nodes.burnt",
    "nodes.besieged", "nodes.taxed", "edges.hazard", "edges.hazard_goods", "edges.blockers", "edges.taxers",
    "edges.escort", "edges.taxed",
)  # fmt: skip

#: postures that matter to convoys
ON_ROADS = np.zeros(8, dtype=bool)

ON_ROADS[[BLOCKADE, RAID, GOVERN, ESCORT, PATROL]] = True

STEADY = 0.05  # shortage, as those in power feel it, below which nothing is done about it


# ---------------------------------------------------------------------------- the answer of states


@njit(cache=True)
def answer(stream, key, capital, days_week, days_usual, treasury, numbers, delay, chooses, sends, deals, dt,
           shortage, shortage_days, escorts, deal_days):  # fmt: skip
    """Shortage in each capital (C,), and escorts and deals against it, in place.

    `numbers` = (short below, lag of shortage, lag of escorts, deal rate, deal patience, deal length). The state `chooses`
    by need and means, or a scenario has it send escorts (`sends`) or make deals (`deals`), `delay` days after the
    shortage began.
    """
    below, shortage_lag, escort_lag, rate, patience, length = numbers
    for c in range(capital.shape[0]):
        short = 0.0
        if capital[c] >= 0:
            n = capital[c]
            short = min(1.0, max(0.0, 1.0 - days_week[n] / (below * max(1e-9, days_usual[n]))))
        shortage[c] += (short - shortage[c]) * (1.0 - math.exp(-dt / shortage_lag))
        shortage_days[c] = shortage_days[c] + dt if short > 0.3 else max(0.0, shortage_days[c] - dt)
        deal_days[c] = max(0.0, deal_days[c] - dt)
        due = shortage_days[c] >= delay
        want = 0.0
        if chooses and due:
            want = min(1.0, 2.0 * shortage[c]) * min(1.0, treasury[c] + 0.3)
        elif sends:  # as long as there is a shortage; then they stay as they are
            want = 1.0 if due and shortage[c] > STEADY else escorts[c]
        escorts[c] += (want - escorts[c]) * (1.0 - math.exp(-dt / escort_lag))
        if chooses and deal_days[c] <= 0.0:
            chance = rate * shortage[c] * min(2.0, max(0.0, shortage_days[c] / patience - 1.0))
            if chance > 0.0 and uniform(stream, key[c], 0) < 1.0 - math.exp(-chance * dt):
                deal_days[c] = length
        elif deals and due and shortage[c] > STEADY:
            deal_days[c] = length


def respond(model, dt, p):
    """The answer of states to a shortage in the capital: escorts and deals, by the scenario's mode."""
    g, nodes, said = model.governments, model.nodes, model.response_now()
    answer(
        model.stream("supply"), model.country_key, model.capital_node, nodes.days_week, model.days_usual, g.treasury,
        (p.short_below, p.shortage_lag_days, p.escort_lag_days, p.deal_rate, p.deal_patience_days, p.deal_length_days),
        said.delay_days, said.mode == "endogenous", said.mode in ("escorts", "both"), said.mode in ("deal", "both"), dt,
        g.shortage, g.shortage_days, g.escorts, g.deal_days,
    )  # fmt: skip


# ---------------------------------------------------------------------------- roads and what stands on them


@njit(cache=True)
def on_the_roads(actor, cell, manpower, posture, on_roads, kind, raid_weight, fuel_only, stopping, stopping_goods, taxing, escorting,
                 patrolling, takers, tax_units):  # fmt: skip
    """Who stops, taxes, escorts and guards convoys in each cell (N,), and blockading fighters by actor (A,), from all units.

    `on_roads` are the postures that matter to convoys; `fuel_only` (N, A) is where an actor's orders stop fuel and let other
    goods pass. The units that tax are listed in `tax_units` (U,); returns how many they are.
    """
    taxed_by = 0
    stopping[:] = 0.0
    stopping_goods[:] = 0.0
    taxing[:] = 0.0
    escorting[:] = 0.0
    patrolling[:] = 0.0
    takers[:] = 0.0
    for u in range(actor.shape[0]):
        if manpower[u] <= 0 or not on_roads[posture[u]]:
            continue
        a, c = actor[u], cell[u]
        if posture[u] == BLOCKADE:
            takers[a] += manpower[u]
        if kind[a] < ARMY:
            if posture[u] == BLOCKADE:
                stopping[c] += manpower[u]
                if not fuel_only[c, a]:
                    stopping_goods[c] += manpower[u]
            elif posture[u] == RAID:
                stopping[c] += raid_weight * manpower[u]
                stopping_goods[c] += raid_weight * manpower[u]
            if posture[u] == BLOCKADE or posture[u] == GOVERN:
                taxing[c] += manpower[u]
                tax_units[taxed_by] = u
                taxed_by += 1
        elif posture[u] == ESCORT:
            escorting[c] += manpower[u]
        elif posture[u] == PATROL:
            patrolling[c] += manpower[u]
    return taxed_by


@njit(cache=True)
def assess(edge_start, edge_cell, edge_km, from_country, to_country, deal_days, numbers, stopping, stopping_goods, taxing,
           escorting, patrolling, blockers, taxers, escort, hazard, hazard_goods, taxed):  # fmt: skip
    """Blockers, escorts, hazards of fuel and goods, and the taxed part of every edge (E,), in place.

    `numbers` = (deal effect, kappa, escort half, patrol weight, tax half). A fighter in any cell of an edge counts once: the
    sum over its cells, not the mean. Escorts go along with convoys and cover all of an edge, patrols the cell they are in.
    """
    deal_effect, kappa, half, patrol_weight, tax_half = numbers
    for e in range(blockers.shape[0]):
        first, last = edge_start[e], edge_start[e + 1]
        blockers[e] = escort[e] = taxers[e] = 0.0
        for j in range(first, last):
            if edge_km[j] > 0.0:
                escort[e] += escorting[edge_cell[j]]
        met = met_by_goods = taxing_met = 0.0  # those that convoys have to do with, after those who cover them
        for j in range(first, last):
            c = edge_cell[j]
            if edge_km[j] > 0.0 and stopping[c] + taxing[c] > 0.0:
                covered = 1.0 + (escort[e] + patrol_weight * patrolling[c]) / half
                blockers[e] += stopping[c]
                taxers[e] += taxing[c]
                met += stopping[c] / covered
                met_by_goods += stopping_goods[c] / covered
                taxing_met += taxing[c] / covered
        dealt = deal_days[from_country[e]] > 0.0 or deal_days[to_country[e]] > 0.0
        calm = 1.0 - deal_effect if dealt else 1.0
        hazard[e] = 1.0 - math.exp(-kappa * met * calm) if met > 0.0 else 0.0
        hazard_goods[e] = hazard[e]
        if met_by_goods != met:
            hazard_goods[e] = 1.0 - math.exp(-kappa * met_by_goods * calm)
        taxed[e] = taxing_met / (taxing_met + tax_half)


@njit(cache=True)
def cost_of_edges(hours, crosses, from_country, to_country, trade, aversion, border_hours, hazard, cost):
    """Hours, risk and the wait at the border of every edge (E,), into `cost`."""
    for e in range(hours.shape[0]):
        cost[e] = hours[e]
        if hazard[e] > 0.0:
            cost[e] *= 1.0 + aversion * -math.log(max(1e-6, 1.0 - hazard[e]))
        if crosses[e]:
            cost[e] += border_hours / max(0.02, trade[from_country[e], to_country[e]])


# ---------------------------------------------------------------------------- deliveries


@njit(cache=True)
def deliver(days, port, hours, hours_usual, passing, demand, capacity, refill_days, fleet, ration_days, handling, burn,
            stock, transit, imported, consumed, robbed, burnt, stock_days, days_week, served, through):  # fmt: skip
    """Daily sending, arrival and use of fuel for `days` days (in equal parts of at most one), in place.

    `handling` days are added to each way; the share `burn` of what convoys lose is destroyed, the rest robbed. What comes
    through in a day goes into `through` (T,); returns what was robbed in all.
    """
    taken = 0.0
    parts = int(math.ceil(days - 1e-9))
    h = days / parts
    eating = 1.0 - math.exp(-h / ration_days)
    eaten, refill = 1.0 - ration_days / h * eating, h / refill_days
    for n in range(stock.shape[0]):
        use_full = demand[n] * h
        if use_full <= 0.0:
            served[n], days_week[n], through[n] = 1.0, stock_days[n], 0.0
            continue
        reached = port[n] or hours[n] < np.inf
        way = max(0.1, handling + (hours[n] / 24.0 if hours[n] < np.inf else 0.0))
        speed = 1.0 if hours[n] <= hours_usual[n] else (hours_usual[n] + 24.0) / (hours[n] + 24.0)
        most, daring, passes = fleet * use_full * speed, math.sqrt(passing[n]), passing[n]
        # arrival and use decay; both are solved exactly within the part, as if it were sent and came evenly
        arriving = 1.0 - math.exp(-h / way)
        at_once = 1.0 - way / h * arriving
        full = capacity[n] + demand[n] * way
        store, under_way, total_sent, total_used, total_store = stock[n], transit[n], 0.0, 0.0, 0.0
        for _ in range(parts):
            sent = 0.0
            if reached:  # ordered: the day's use and what is missing in the store and on the way to it
                sent = min(use_full + max(0.0, full - store - under_way) * refill, most) * daring
            safe = sent * passes
            came = under_way * arriving + safe * at_once
            under_way += safe - came
            used = min(use_full, store * eating + came * eaten)
            store += came - used
            total_sent += sent
            total_used += used
            total_store += store
        lost = total_sent * (1.0 - passes)
        imported[n] += total_sent
        burnt[n] += burn * lost
        robbed[n] += (1.0 - burn) * lost
        taken += (1.0 - burn) * lost
        through[n] = total_sent * passes / days
        consumed[n] += total_used
        stock[n], transit[n] = store, under_way
        served[n] = total_used / use_full / parts
        stock_days[n] = store / demand[n]
        days_week[n] = total_store / demand[n] / parts
    return taken


# ---------------------------------------------------------------------------- what comes of it


@njit(cache=True)
def needs(node, residents, hosted, need, reserve_days, demand, capacity):
    """Fuel used in a day with enough of it, and the store that holds `reserve_days` of it, at every node (T,)."""
    demand[:] = 0.0
    for i in range(node.shape[0]):
        demand[node[i]] += residents[i] + hosted[i]
    for n in range(demand.shape[0]):
        demand[n] *= need[n]
        capacity[n] = demand[n] * reserve_days


@njit(cache=True)
def goods_that_come(passing, hours, hours_usual, fleet, goods):
    """Part of the usual goods from outside that reach every node (T,), into `goods`; all where no road leads."""
    for n in range(goods.shape[0]):
        slower = 1.0 if hours[n] <= hours_usual[n] else (hours_usual[n] + 24.0) / (hours[n] + 24.0)
        goods[n] = min(1.0, fleet * slower * passing[n] * math.sqrt(passing[n]))


@njit(cache=True)
def set_prices(hours, hours_usual, served, goods, taxed, numbers, gain, price):
    """Prices (T,) follow what is lacking, the length of the way and tolls, in place.

    `numbers` = (elasticity, part of goods that comes from outside, rise by a doubled way, rise by a taxed way).
    """
    elasticity, outside, by_way, by_tolls = numbers
    for n in range(price.shape[0]):
        longer = 1.0
        if hours[n] < np.inf:
            longer = min(2.0, max(0.0, hours[n] / max(1.0, hours_usual[n]) - 1.0))
        lacking = max(1.0 - served[n], outside * (1.0 - goods[n]))
        goal = 1.0 + elasticity * lacking + by_way * longer + by_tolls * taxed[n]
        price[n] += (goal - price[n]) * gain


@njit(cache=True)
def tolls_of(sequence, through, through_edge, came, edge_start, edge_cell, edge_km, taxed, taxers, toll, tax_units, actor,
             cell, manpower, rate, load, tolls):  # fmt: skip
    """Tolls (A,) in upkeep of a fighter per day: `toll` for a m3 that comes through where all is taxed.

    What `came` (T,) to a node in a day has passed every edge of its way; the `tax_units` along an edge share by their
    manpower. `load` (T,) and `rate` (N,) are for working in.
    """
    load[:] = came
    rate[:] = 0.0
    tolls[:] = 0.0
    for i in range(sequence.shape[0] - 1, -1, -1):  # from the ends of the ways to the ports
        n = sequence[i]
        if through[n] < 0:
            continue
        load[through[n]] += load[n]
        e = through_edge[n]
        if taxers[e] > 0.0:
            for j in range(edge_start[e], edge_start[e + 1]):
                if edge_km[j] > 0.0:
                    rate[edge_cell[j]] += toll * taxed[e] * load[n] / taxers[e]
    for u in tax_units:
        tolls[actor[u]] += manpower[u] * rate[cell[u]]


@njit(cache=True)
def reach(node, near, besieged, arriving, days_week, outside, gain, siege, goods, fuel_days):
    """Siege, goods and days of fuel of every community (P,), in place; `near` (P,) is how far its town's siege is felt."""
    for i in range(node.shape[0]):
        n = node[i]
        siege[i] += (besieged[n] * near[i] - siege[i]) * gain
        goal = (1.0 - siege[i]) * (1.0 - outside * (1.0 - arriving[n]))
        goods[i] += (goal - goods[i]) * gain
        fuel_days[i] = days_week[n]


def roads(model, p):
    """Hazards, taxed parts and ways of fuel and goods.

    Returns blockading fighters by actor (A,), the units that tax, and the nodes in the order of their ways.
    """
    u, a, e, nodes, w, g = model.units, model.actors, model.edges, model.nodes, model.world, model.governments
    line, ends = w.edges, model.edge_countries
    fuel_only, some = model.apply_orders(p.order_pull, p.deal_effect)
    here = [model.scratch(f"on the roads {i}", (w.N,)) for i in range(5)]
    takers, cost = model.scratch("takers", (len(a),)), model.scratch("cost of edges", (len(e),))
    best = model.scratch("best", (len(nodes),))
    tax_units = np.empty(len(u), dtype=np.int64)
    taxed_by = on_the_roads(
        u.actor, u.cell, u.manpower, u.posture, ON_ROADS, a.kind, p.raid_weight, fuel_only, *here, takers, tax_units,
    )  # fmt: skip
    assess(
        line.edge_start, line.edge_cell, line.edge_cell_km, *ends, g.deal_days,
        (p.deal_effect, p.kappa, p.escort_half, p.patrol_weight, p.tax_half), *here, e.blockers, e.taxers, e.escort,
        e.hazard, e.hazard_goods, e.taxed,
    )  # fmt: skip

    def ways(hazard, hours, through, through_edge):
        sequence = np.empty(len(nodes), dtype=np.int64)
        cost_of_edges(line.hours, line.crosses, *ends, g.trade, p.aversion, p.border_hours, hazard, cost)
        find_routes(
            model.edge_order, line.u, line.v, line.hours, cost, model.is_port, best, hours, through, through_edge
        )
        ports_first(through, sequence)
        return sequence

    sequence = ways(e.hazard, nodes.hours, nodes.through, nodes.through_edge)
    unharmed(sequence, nodes.through, nodes.through_edge, e.hazard, nodes.passing)
    unharmed(sequence, nodes.through, nodes.through_edge, e.taxed, nodes.taxed)
    nodes.taxed[:] = 1.0 - nodes.taxed
    if model.step_index == 0:
        nodes.hours_usual[:] = nodes.hours
    passing, hours = nodes.passing, nodes.hours
    if some:  # some stop fuel alone: other goods have a way of their own
        passing, hours = np.empty(len(nodes)), np.empty(len(nodes))
        through, through_edge = np.empty_like(nodes.through), np.empty_like(nodes.through_edge)
        unharmed(ways(e.hazard_goods, hours, through, through_edge), through, through_edge, e.hazard_goods, passing)
    goods_that_come(passing, hours, nodes.hours_usual, p.fleet, nodes.goods)
    return takers, tax_units[:taxed_by], sequence


def step(model, dt):
    """Hazards, routes, deliveries, prices, tolls, and what reaches the communities."""
    p, nodes, edges, com, w = model.p.supply, model.nodes, model.edges, model.communities, model.world
    u, a, line = model.units, model.actors, model.world.edges
    needs(w.node_of_cell, com.residents, com.hosted, model.fuel_need, p.reserve_days, nodes.demand, nodes.capacity)
    respond(model, dt, p)
    takers, tax_units, sequence = roads(model, p)
    if model.step_index == 0:
        model.fill_stores()
    came = model.scratch("came", (len(nodes),))
    robbed = deliver(
        dt, model.is_port, nodes.hours, nodes.hours_usual, nodes.passing, nodes.demand, nodes.capacity, p.refill_days,
        p.fleet, p.ration_days, p.handling_days, p.burnt_share, nodes.stock, nodes.transit, nodes.imported,
        nodes.consumed, nodes.robbed, nodes.burnt, nodes.days, nodes.days_week, nodes.served, came,
    )  # fmt: skip
    tolls_of(
        sequence, nodes.through, nodes.through_edge, came, line.edge_start, line.edge_cell, line.edge_cell_km,
        edges.taxed, edges.taxers, p.toll, tax_units, u.actor, u.cell,
        u.manpower, model.scratch("toll per fighter", (w.N,)), model.scratch("load", (len(nodes),)), a.tolls,
    )  # fmt: skip
    closed_roads(line.u, line.v, *model.road_use, edges.hazard_goods, model.is_port, nodes.besieged)
    set_prices(
        nodes.hours, nodes.hours_usual, nodes.served, nodes.goods, nodes.taxed,
        (p.elasticity, p.import_share, p.detour_price, p.toll_price), 1.0 - math.exp(-dt / p.price_days), nodes.price,
    )  # fmt: skip
    corridors(
        model.capital_node, nodes.through, nodes.through_edge, edges.hazard, line.edge_start, line.edge_cell,
        model.cells.corridor,
    )  # fmt: skip
    reach(
        w.node_of_cell, model.siege_near, nodes.besieged, nodes.goods, nodes.days_week, p.import_share,
        1.0 - math.exp(-dt / p.goods_days), com.siege, com.goods, com.fuel_days,
    )  # fmt: skip
    blockaders = takers.sum()
    if blockaders > 0.0:
        a.loot[:] += p.loot_worth * robbed / blockaders * takers
