"""Supply and blockade: fuel and goods flow on roads and rivers from ports to towns; armed groups stop, rob or tax them.

Each week: the hazard of every edge, routes, and the state's answer. Each day (or part of one): orders, arrivals, use.

    hazard_e of an edge: how likely those who stand on it stop a convoy (shared/convoys); for goods without those who
        stop fuel only
    route to a town: least of hours (1 + aversion * -log(1 - hazard)) from any port (Bellman-Ford on the road graph)
    sent = min(use + refill of the store and of what is usually on the way, fleet * usual use * speed) * sqrt(passing)
    passing = prod (1 - hazard);   speed = usual round / round, at most 1;   round = hours of the way + turnaround_hours
    arrivals after the hours of the way; use falls in proportion below `ration_days` of stock
    goods from outside that come = min(1, fleet * speed * passing^(3/2)), by the goods' own route and hazards
    siege of a town = sum over its roads: use_e hazard_e / sum use_e;   use_e = people first reached by e, by nearness
    goods -> (1 - siege) (1 - imported (1 - goods from outside that come))
    tolls of e = toll * taxed_e * fuel that comes through e, shared by those who tax it; they are income (finance)
    loot of e = worth of the fuel that is robbed at e, of what gets there; shared by those who stop convoys at e
    price -> 1 + elasticity * what is lacking + dearth of the way + dearth of tolls

Reserves are a few days (fact E17), so daily sub-steps matter. Traders hold back when convoys are lost (square root of
the chance of passing). The store holds `reserve_days`. An order to blockade names fuel or all goods; who blockades by
his own choice stops all. Goods are not stored: a ban on them is felt by the part that comes from outside
(`import_share`), a siege by all of them. A siege is a matter of degree: the share of a town's roads that is closed, a
road that leads to many people nearby counting for more than one into the desert; a port is not besieged. Tolls are
what is left of trade for those who do not stop it (Schouten 2022 on roadblocks): fuel stands for the traffic of its
road.

The state's answer (shared/fuel), unless the scenario fixes it: it foresees want from a ban and from what gets through,
masses convoys with escorts on the best corridor to its capital, and bargains with who gave the ban over what it costs
both. In the variant `patient` escorts follow the shortage in the capital with a delay and stand along all ways, and a
deal gets likelier the longer the shortage lasts; in `unmassed` the state foresees and bargains, but lorries go by
themselves. Nothing of fuel is lost from the account: imported = consumed + robbed + burnt + in store + under way.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.conversions import DAY_HOURS
from sim.core.views import call, columns, values
from sim.processes.shared.convoys import (
    Edges,
    HazardRules,
    RoadUnits,
    WayRules,
    assess_roads,
    choose_ways,
    stopping_weight,
)
from sim.processes.shared.fuel.answers import (
    Capitals,
    ForesightRules,
    Governments,
    Outlook,
    ShortageRules,
    answer_ban,
    answer_shortage,
    no_bans,
    speed_of,
)
from sim.processes.shared.fuel.bans import BanActors, BanUnits, Hit, Lacking, bans_now
from sim.processes.shared.fuel.massing import (
    MassingRules,
    follow_corridor,
    mark_corridor,
    mass_convoys,
    wait_for_convoys,
)
from sim.processes.shared.road_network import (
    Ways,
    close_roads,
    mark_corridors,
    pass_unharmed,
    room_for_ways,
)
from sim.settings.parameters.livelihood import Supply

Actors = columns("actors", reads="kind blockading", writes="loot tolls")
Cells = columns("cells", writes="corridor order_bonus")
Communities = columns("communities", reads="residents hosted", writes="siege goods fuel_days")
Nodes = columns("nodes", writes="hours hours_usual passing goods through through_edge besieged taxed")
Stores = columns(
    "nodes",
    reads="hours hours_usual passing",
    writes="demand capacity stock transit days days_week served imported consumed robbed burnt",
    name="Stores",
)
Prices = columns("nodes", reads="hours hours_usual served goods taxed", writes="price", name="Prices")
DeliveryRules = values(
    "DeliveryRules", Supply, "reserve_days ration_days refill_days fleet handling_days turnaround_hours burnt_share"
)
PriceRules = values("PriceRules", Supply, "elasticity import_share detour_price detour_most toll_price")

SLACK = 1e-9  # days by which a step may pass a whole number of them
LEAST_WAY = 0.1  # days; no way is shorter, so that nothing is divided by nothing


# ---------------------------------------------------------------------------- deliveries


@njit(cache=True)
def estimate_needs(node, communities, need, reserve_days, demand, capacity):
    """Fuel used in a day with enough of it (m3), and the store that holds `reserve_days` of it, at every node (T,).

    `node` (P,) supplies each community; `need` (T,) is use per person in m3/day.
    """
    demand[:] = 0.0
    for i in range(node.shape[0]):
        demand[node[i]] += communities.residents[i] + communities.hosted[i]
    for n in range(need.shape[0]):
        demand[n] *= need[n]
        capacity[n] = demand[n] * reserve_days


@njit(cache=True)
def deliver(stores, port, p, days, sent_off, came):
    """Daily sending, arrival and use of fuel for `days` days (in equal parts of at most one), in place.

    `port` (T,) are those that need no way. What is sent to each node goes into `sent_off` (T,), m3, what comes through
    in a day into `came` (T,), m3/day.
    """
    parts = int(math.ceil(days - SLACK))
    h = days / parts
    eating = 1.0 - math.exp(-h / p.ration_days)
    eaten, refill = 1.0 - p.ration_days / h * eating, h / p.refill_days
    for n in range(port.shape[0]):
        demand, hours, passes = stores.demand[n], stores.hours[n], stores.passing[n]
        use_full = demand * h
        if use_full <= 0.0:
            stores.served[n], stores.days_week[n], sent_off[n], came[n] = 1.0, stores.days[n], 0.0, 0.0
            continue
        reached = port[n] or hours < np.inf
        way = max(LEAST_WAY, p.handling_days + (hours / DAY_HOURS if hours < np.inf else 0.0))
        most = p.fleet * use_full * speed_of(hours, stores.hours_usual[n], p.turnaround_hours)
        daring = math.sqrt(passes)
        # arrival and use decay; both are solved exactly within the part, as if it were sent and came evenly
        arriving = 1.0 - math.exp(-h / way)
        at_once = 1.0 - way / h * arriving
        full = stores.capacity[n] + demand * way
        store, under_way, total_sent, total_used, total_store = stores.stock[n], stores.transit[n], 0.0, 0.0, 0.0
        for _ in range(parts):
            sent = 0.0
            if reached:  # ordered: the day's use and what is missing in the store and on the way to it
                sent = min(use_full + max(0.0, full - store - under_way) * refill, most) * daring
            safe = sent * passes
            arrived = under_way * arriving + safe * at_once
            under_way += safe - arrived
            used = min(use_full, store * eating + arrived * eaten)
            store += arrived - used
            total_sent += sent
            total_used += used
            total_store += store
        lost = total_sent * (1.0 - passes)
        stores.imported[n] += total_sent
        stores.burnt[n] += p.burnt_share * lost
        stores.robbed[n] += (1.0 - p.burnt_share) * lost
        sent_off[n], came[n] = total_sent, total_sent * passes / days
        stores.consumed[n] += total_used
        stores.stock[n], stores.transit[n] = store, under_way
        stores.served[n] = total_used / use_full / parts
        stores.days[n] = store / demand
        stores.days_week[n] = total_store / demand / parts


def fill_stores(stores, p) -> None:
    """Stores (T,) as in peace, in the first week: full, with what is usually under way."""
    reached = np.isfinite(stores.hours)
    stores.stock[:] = np.where(reached, stores.capacity, 0.0)
    way = p.handling_days + np.where(reached, stores.hours, 0.0) / DAY_HOURS
    stores.transit[:] = np.where(reached, stores.demand * way, 0.0)
    stores.imported[:] = stores.stock + stores.transit
    stores.days[:] = p.reserve_days
    np.divide(stores.stock, stores.demand, out=stores.days, where=stores.demand > 0)
    stores.days_week[:] = stores.days


# ---------------------------------------------------------------------------- what comes of it


@njit(cache=True)
def bring_goods(passing, hours, hours_usual, fleet, turnaround, goods):
    """Part of the usual goods from outside that reach every node (T,), into `goods`; all where no road leads."""
    for n in range(goods.shape[0]):
        speed = speed_of(hours[n], hours_usual[n], turnaround)
        goods[n] = min(1.0, fleet * speed * passing[n] * math.sqrt(passing[n]))


@njit(cache=True)
def set_prices(prices, p, gain):
    """Prices (T,) follow what is lacking, the length of the way and tolls, in place; `gain` is the part of the way
    they go."""
    for n in range(prices.price.shape[0]):
        longer = 1.0
        if prices.hours[n] < np.inf:
            longer = min(p.detour_most, max(0.0, prices.hours[n] / max(1.0, prices.hours_usual[n]) - 1.0))
        lacking = max(1.0 - prices.served[n], p.import_share * (1.0 - prices.goods[n]))
        goal = 1.0 + p.elasticity * lacking + p.detour_price * longer + p.toll_price * prices.taxed[n]
        prices.price[n] += (goal - prices.price[n]) * gain


@njit(cache=True)
def takings(ways, came, sent_off, passing, along, edges, toll, value, of_taxers, of_robbers):
    """What a fighter on the road takes in a day by cell (N,), in his upkeep: tolls into `of_taxers`, into `of_robbers`
    the loot of the step, both zero before.

    What `came` (T,) to a node in a day has passed every edge of its way, at `toll` for a m3 where all is taxed. Of what
    was `sent_off` (T,) to a node in the step, m3, each edge stops the part that its hazard says of what comes so far
    (`passing`, T,), worth `value` a m3.
    """
    taxed, robbed = came.copy(), sent_off.copy()
    for i in range(ways.sequence.shape[0] - 1, -1, -1):  # from the ends of the ways to the ports
        n = ways.sequence[i]
        before, e = ways.through[n], ways.through_edge[n]
        if before < 0:
            continue
        taxed[before] += taxed[n]
        robbed[before] += robbed[n]
        tolls = toll * edges.taxed[e] * taxed[n] / edges.taxers[e] if edges.taxers[e] > 0.0 else 0.0
        stopped = robbed[n] * passing[before] * edges.hazard[e]
        loot = value * stopped / edges.blockers[e] if edges.blockers[e] > 0.0 else 0.0
        if tolls > 0.0 or loot > 0.0:
            for j in range(along.start[e], along.start[e + 1]):
                if along.km[j] > 0.0:
                    of_taxers[along.cell[j]] += tolls
                    of_robbers[along.cell[j]] += loot


@njit(cache=True)
def share_takings(of_taxers, of_robbers, road_units, tax_units, rob_units, raid_weight, tolls, loot):
    """Tolls (A,) of the `tax_units` (rows) into `tolls`, loot (A,) of the `rob_units` added to `loot`: units along a
    road share by how many they are, and by how much they stop."""
    tolls[:] = 0.0
    for u in tax_units:
        tolls[road_units.actor[u]] += road_units.manpower[u] * of_taxers[road_units.cell[u]]
    for u in rob_units:
        stops = stopping_weight(road_units.posture[u], raid_weight) * road_units.manpower[u]
        loot[road_units.actor[u]] += stops * of_robbers[road_units.cell[u]]


@njit(cache=True)
def supply_communities(node, near, besieged, arriving, days_week, communities, outside, gain):
    """Siege, goods and days of fuel of every community (P,), in place.

    `near` (P,) is how far the siege of its town, `node` (P,), is felt. By node (T,): how far it is `besieged`, the
    part of goods from outside that is `arriving`, and days of fuel; `outside` is the part of goods that comes from
    outside.
    """
    for i in range(node.shape[0]):
        n = node[i]
        communities.siege[i] += (besieged[n] * near[i] - communities.siege[i]) * gain
        goal = (1.0 - communities.siege[i]) * (1.0 - outside * (1.0 - arriving[n]))
        communities.goods[i] += (goal - communities.goods[i]) * gain
        communities.fuel_days[i] = days_week[n]


# ---------------------------------------------------------------------------- the week


def respond(model, dt):
    """The answer of states to want of fuel in the capital, foreseen or felt: escorts and deals, by the scenario's
    mode."""
    said, p = model.response_now(), model.p.supply
    modes = said.mode == "endogenous", said.mode in ("escorts", "both"), said.mode in ("deal", "both")
    capitals = Capitals(model.country_key, model.capital_node, model.days_usual)
    bans = no_bans(len(model.capital_node))
    if model.orders:
        bans = bans_now(model, dt, BanActors.of(model), BanUnits.of(model), Hit.of(model), Lacking.of(model))
    governments, outlook, answer = Governments.of(model), Outlook.of(model), (said.delay_days, *modes)
    rules = ShortageRules.of(p), ForesightRules.of(p)
    call(answer_ban, model.stream("supply"), governments, capitals, outlook, bans, answer, *rules, dt)


def respond_alone(model, dt):
    """As `respond`, but convoys are not massed."""
    respond(model, dt)
    Governments.of(model).massed[:] = 0.0


def respond_patiently(model, dt):
    """The answer of states to a shortage in the capital that has lasted."""
    said, rules = model.response_now(), ShortageRules.of(model.p.supply)
    modes = said.mode == "endogenous", said.mode in ("escorts", "both"), said.mode in ("deal", "both")
    capitals = Capitals(model.country_key, model.capital_node, model.days_usual)
    governments, outlook, answer = Governments.of(model), Outlook.of(model), (said.delay_days, *modes)
    call(answer_shortage, model.stream("supply"), governments, capitals, outlook, answer, rules, dt)


def mass(model, edges, on_roads):
    """Convoys massed on a corridor to each capital that has them, in place: hazards of `edges`. Returns hours of wait
    for a convoy (E,), and for each of these capitals its corridors and the one chosen."""
    governments, stores, p = Governments.of(model), Stores.of(model), MassingRules.of(model.p.supply)
    wait, chosen = np.zeros(len(edges.hazard)), []
    for c in np.flatnonzero(governments.massed > 0.0).tolist():
        n, corridors = model.capital_node[c], model.corridors(c)
        if n < 0 or len(corridors.start) < 2:
            governments.massed[c] = 0.0  # no way leads there that convoys could take
            continue
        roads = model.road_network, model.edge_cells, model.edge_borders, governments.trade, governments.deal_days
        usual = stores.demand[n], stores.hours_usual[n], governments.massed[c]
        best = call(mass_convoys, corridors, *roads, on_roads, *usual, edges, wait, p)
        chosen.append((corridors, best))
    return wait, chosen


def find_ways(model, edges, trade, fuel_alone: bool, wait, chosen) -> Ways:
    """Ways of fuel and the hazards along them, and the goods that come; where some stop `fuel_alone`, goods have their
    own way. Convoys go on corridors `chosen`, as of `mass`, for which lorries `wait` (E,) hours. Returns the ways of
    fuel."""
    p, nodes = model.p.supply, Nodes.of(model)
    graph, rules = (model.road_network, model.is_port, model.edge_borders, trade), WayRules.of(p)
    ways = Ways(nodes.hours, nodes.through, nodes.through_edge, np.empty(len(nodes.hours), dtype=np.int64))
    call(choose_ways, *graph, edges.hazard, rules, ways, nodes.passing)
    if model.step_index == 0:
        nodes.hours_usual[:] = nodes.hours
    for corridors, best in chosen:
        call(follow_corridor, best, corridors, model.road_network, ways)
    if chosen:
        call(pass_unharmed, ways, edges.hazard, nodes.passing)
    call(pass_unharmed, ways, edges.taxed, nodes.taxed)
    nodes.taxed[:] = 1.0 - nodes.taxed
    passing, hours = nodes.passing, nodes.hours
    if fuel_alone:
        own, passing = room_for_ways(len(nodes.hours)), np.empty(len(nodes.hours))
        call(choose_ways, *graph, edges.hazard_goods, rules, own, passing)
        hours = own.hours
    if chosen:
        call(wait_for_convoys, ways, wait)
    call(bring_goods, passing, hours, nodes.hours_usual, p.fleet, p.turnaround_hours, nodes.goods)
    return ways


def step(model, dt):
    """Hazards, routes, deliveries, prices, tolls, and what reaches the communities."""
    supply(model, dt, respond)


def patient(model, dt):
    """The variant `patient`: states wait until a shortage has lasted, and spread escorts along all ways."""
    supply(model, dt, respond_patiently)


def unmassed(model, dt):
    """The variant `unmassed`: states foresee and bargain, but their convoys are not massed."""
    supply(model, dt, respond_alone)


def supply(model, dt, answer):
    """The step of the process, in which states `answer(model, dt)`."""
    actors, cells, communities = Actors.of(model), Cells.of(model), Communities.of(model)
    nodes, stores, edges, governments = Nodes.of(model), Stores.of(model), Edges.of(model), Governments.of(model)
    road_units = RoadUnits.of(model)
    p, node, along = model.p.supply, model.world.node_of_cell, model.edge_cells
    call(estimate_needs, node, communities, model.fuel_need, p.reserve_days, stores.demand, stores.capacity)
    answer(model, dt)
    fuel_only, fuel_alone = model.apply_orders(
        actors.blockading, governments.deal_days, p.order_pull, p.deal_effect, cells.order_bonus
    )
    roads = along, model.edge_borders, governments.deal_days
    found = call(assess_roads, road_units, actors.kind, fuel_only, *roads, edges, HazardRules.of(p))
    on_roads, rob_units, tax_units = found
    wait, chosen = mass(model, edges, on_roads) if governments.massed.any() else (None, [])
    ways = find_ways(model, edges, governments.trade, fuel_alone, wait, chosen)
    delivery = DeliveryRules.of(p)
    if model.step_index == 0:
        fill_stores(stores, delivery)
    sent_off, came = np.empty((2, len(nodes.hours)))
    call(deliver, stores, model.is_port, delivery, dt, sent_off, came)
    of_taxers, of_robbers = taken = np.zeros((2, model.world.n_cells))
    value = p.loot_worth * (1.0 - p.burnt_share)
    call(takings, ways, came, sent_off, nodes.passing, along, edges, p.toll, value, of_taxers, of_robbers)
    call(share_takings, *taken, road_units, tax_units, rob_units, p.raid_weight, actors.tolls, actors.loot)
    call(close_roads, model.road_network, model.is_port, model.road_use, edges.hazard_goods, nodes.besieged)
    call(set_prices, Prices.of(model), PriceRules.of(p), 1.0 - math.exp(-dt / p.price_days))
    capitals = model.capital_node, governments.massed
    call(mark_corridors, *capitals, ways, along, edges.hazard, p.escort_hazard, cells.corridor)
    for corridors, best in chosen:
        call(mark_corridor, best, corridors, *roads, on_roads, cells.corridor, MassingRules.of(p))
    gain = 1.0 - math.exp(-dt / p.goods_days)
    call(
        supply_communities,
        node,
        model.siege_near,
        nodes.besieged,
        nodes.goods,
        stores.days_week,
        communities,
        p.import_share,
        gain,
    )
