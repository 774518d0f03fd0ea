"""Supply and blockade: fuel and goods flow on roads and rivers from ports to towns; armed groups stop, rob or tax them.

Each week: the hazard of every edge, routes, and the state's answer. Each day (or part of one): orders, arrivals, use.

    hazard_e of an edge: how likely those who stand on it stop a convoy (shared/convoys); for goods without those who
        stop fuel only
    route to a town: least of hours (1 + aversion * -log(1 - hazard)) from any port (Bellman-Ford on the road graph);
        hours of tracks by the season (`sim.world.season_factors`), of the usual way by the mean of the year
    sent = min(order, fleet * usual use * speed) * sqrt(passing);   order = use + refill of the store and of what is
        usually on the way, more where a state reckons with losses (shared/fuel/deliveries)
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
sends its capital's fuel by the best corridor with escorts, in convoys as rare as its stores allow, and bargains with
who gave the ban over what it costs both. In the variant `patient` escorts follow the shortage in the capital with a
delay and stand along all ways, and a deal gets likelier the longer the shortage lasts; in `unmassed` the state foresees
and bargains, but lorries go by themselves. Nothing of fuel is lost from the account: imported = consumed + robbed +
burnt + in store + under way.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.conversions import DAY_HOURS
from sim.core.views import call, columns, values
from sim.processes.shared.convoys import Edges, HazardRules, RoadUnits, WayRules, assess_roads, choose_ways
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
from sim.processes.shared.fuel.deliveries import DeliveryRules, Stores, deliver, estimate_needs, fill_stores
from sim.processes.shared.fuel.massing import (
    MassingRules,
    Need,
    follow_corridor,
    mark_corridor,
    mass_convoys,
    wait_for_convoys,
)
from sim.processes.shared.fuel.takings import share_takings, takings
from sim.processes.shared.road_network import Ways, close_roads, mark_corridors, pass_unharmed, room_for_ways
from sim.settings.parameters.livelihood import Supply

Actors = columns("actors", reads="kind blockading", writes="loot tolls")
Cells = columns("cells", writes="corridor order_bonus")
Communities = columns("communities", reads="residents hosted", writes="siege goods fuel_days")
Nodes = columns("nodes", writes="hours hours_usual passing goods through through_edge besieged taxed")
Prices = columns("nodes", reads="hours hours_usual served goods taxed", writes="price", name="Prices")
PriceRules = values("PriceRules", Supply, "elasticity import_share detour_price detour_most toll_price")


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


def network_now(model):
    """The roads with the hours of the season; in the first week, which finds the usual ways, those of the year's
    mean."""
    network = model.road_network
    return network._replace(hours=model.season().ways) if model.step_index > 0 else network


def mass(model, edges, on_roads):
    """Fuel that states see to, on a corridor to each capital, in place: hazards of `edges` where it goes in convoys.
    Returns hours of wait for a convoy (E,), for each of these capitals its corridors and the one chosen, and the part
    of each node's fuel that is seen to (T,)."""
    governments, stores, p = Governments.of(model), Stores.of(model), MassingRules.of(model.p.supply)
    wait, chosen, seen_to = np.zeros(len(edges.hazard)), [], np.zeros(len(stores.demand))
    for c in np.flatnonzero(governments.massed > 0.0).tolist():
        n, corridors = model.capital_node[c], model.corridors(c)
        if n < 0 or len(corridors.start) < 2:
            governments.massed[c] = 0.0  # no way leads there that convoys could take
            continue
        roads = network_now(model), model.edge_cells, model.edge_borders, governments.trade, governments.deal_days
        order = ordered(stores, n, model.p.supply)
        need = Need(*map(float, (order, stores.demand[n], stores.hours_usual[n], governments.massed[c])))
        best, governments.gather_days[c] = call(mass_convoys, corridors, *roads, on_roads, need, edges, wait, p)
        seen_to[n] = governments.massed[c]
        chosen.append((corridors, best))
    return wait, chosen, seen_to


def ordered(stores, n: int, p) -> float:
    """What a town orders in a day (m3/day): its use, and what lacks in its store and on the way."""
    way = p.handling_days + stores.hours_usual[n] / DAY_HOURS
    lacks = stores.capacity[n] + stores.demand[n] * way - stores.stock[n] - stores.transit[n]
    return stores.demand[n] + max(0.0, lacks) / p.refill_days


def find_ways(model, edges, trade, fuel_alone: bool, wait, chosen) -> Ways:
    """Ways of fuel and the hazards along them, and the goods that come; where some stop `fuel_alone`, goods have their
    own way. Convoys go on corridors `chosen`, as of `mass`, for which lorries `wait` (E,) hours. Returns the ways of
    fuel."""
    p, nodes = model.p.supply, Nodes.of(model)
    network = network_now(model)
    graph, rules = (network, model.is_port, model.edge_borders, trade), WayRules.of(p)
    ways = Ways(nodes.hours, nodes.through, nodes.through_edge, np.empty(len(nodes.hours), dtype=np.int64))
    call(choose_ways, *graph, edges.hazard, rules, ways, nodes.passing)
    if model.step_index == 0:
        nodes.hours_usual[:] = nodes.hours
    for corridors, best in chosen:
        call(follow_corridor, best, corridors, network, ways)
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
    wait, chosen, seen_to = None, [], np.zeros(len(nodes.hours))
    if governments.massed.any():
        wait, chosen, seen_to = mass(model, edges, on_roads)
    ways = find_ways(model, edges, governments.trade, fuel_alone, wait, chosen)
    delivery = DeliveryRules.of(p)
    if model.step_index == 0:
        fill_stores(stores, delivery)
    sent_off, came = np.empty((2, len(nodes.hours)))
    call(deliver, stores, model.is_port, seen_to, delivery, dt, sent_off, came)
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
