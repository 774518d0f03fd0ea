"""Supply and blockade, one node, one stretch of road and one day at a time."""

from __future__ import annotations

import heapq
import math

from sim.tables import ARMY, BLOCKADE, ESCORT, PATROL, RAID


def step(plain, dt):
    """Needs, the states' answers, hazards, ways, deliveries day by day, prices, and what reaches people."""
    p = plain.p.supply
    for node in plain.nodes:
        people = sum(c.residents + c.hosted for c in plain.communities if c.node == node.index)
        node.demand = people * node.fuel_need
        node.capacity = node.demand * p.reserve_days
    for government in plain.governments:
        respond(plain, government, dt)
    assess_roads(plain)
    find_ways(plain)
    for node in plain.nodes:
        node.passing = chance_of_passing(plain, node)
        if plain.step_index == 0:
            fill_store(node, p)
    robbed = sum(node.robbed for node in plain.nodes)
    for node in plain.nodes:
        deliver(node, p, dt)
        set_price(plain, node, dt)
    need_escorts(plain)
    for community in plain.communities:
        reach(plain, community, dt)
    takers = plain.robbers()
    if sum(takers) > 0:
        worth = p.loot_worth * (sum(node.robbed for node in plain.nodes) - robbed)
        for actor, persons in zip(plain.actors, takers, strict=True):
            actor.loot += worth * persons / sum(takers)


def respond(plain, government, dt) -> None:
    """A state's answer to want of fuel in its capital: escorts and, in the end, a deal."""
    p, mode = plain.p.supply, plain.settings.response.mode
    if not plain.response_started():  # what a scenario fixes begins on its day
        mode = "endogenous"
    short = 0.0
    if government.capital_node >= 0:
        node = plain.nodes[government.capital_node]
        short = min(1.0, max(0.0, 1.0 - node.days_week / (p.short_below * node.days_usual)))
    government.shortage = follow(government.shortage, short, dt, p.shortage_lag_days)
    government.shortage_days = max(0.0, government.shortage_days + (dt if short > 0.3 else -dt))
    government.deal_days = max(0.0, government.deal_days - dt)
    effort = 0.0
    if mode == "endogenous":
        effort = min(1.0, 2.0 * government.shortage) * min(1.0, government.treasury + 0.3)
    elif mode in ("escorts", "both"):
        effort = 1.0 if government.shortage > 0.05 else government.escorts
    government.escorts = follow(government.escorts, effort, dt, p.escort_lag_days)
    if mode == "endogenous":
        patience = min(2.0, max(0.0, government.shortage_days / p.deal_patience_days - 1.0))
        rate = p.deal_rate * government.shortage * patience
        chance = 1.0 - math.exp(-rate * dt)
        if government.deal_days <= 0.0 and plain.draw("supply", government.country_key, 0) < chance:
            government.deal_days = p.deal_length_days
    elif mode in ("deal", "both") and government.shortage > 0.05:
        government.deal_days = p.deal_length_days


def assess_roads(plain) -> None:
    """Who blocks and who escorts along each stretch, and the chance that a convoy is stopped there."""
    p = plain.p.supply
    deals = [p.deal_effect if government.deal_days > 0.0 else 0.0 for government in plain.governments]
    stopping, escorting = [0.0] * len(plain.cells), [0.0] * len(plain.cells)
    for unit in plain.living():
        if plain.actors[unit.actor].kind < ARMY:
            stopping[unit.cell] += unit.manpower * {BLOCKADE: 1.0, RAID: p.raid_weight}.get(unit.posture, 0.0)
        else:
            escorting[unit.cell] += unit.manpower * {ESCORT: 1.0, PATROL: 0.2}.get(unit.posture, 0.0)
    for edge in plain.edges:
        on = [cell for cell, km in edge.cells if km > 0.0]
        edge.blockers = sum(stopping[cell] for cell in on)
        edge.escort = sum(escorting[cell] for cell in on)
        calm = max(deals[plain.nodes[edge.u].country], deals[plain.nodes[edge.v].country])
        stopped = p.kappa * edge.blockers / (1.0 + edge.escort / p.escort_half) * (1.0 - calm)
        edge.hazard = 1.0 - math.exp(-stopped)
        edge.taxed = edge.blockers / (edge.blockers + p.tax_half)
    plain.apply_orders(p.order_pull, deals)


def cost_of(plain, edge) -> float:
    """Hours, risk and the wait at the border."""
    p = plain.p.supply
    cost = edge.way_hours * (1.0 + p.aversion * -math.log(max(1e-6, 1.0 - edge.hazard)))
    if edge.crosses:
        trade = plain.governments[plain.nodes[edge.u].country].trade[plain.nodes[edge.v].country]
        cost += p.border_hours / max(0.02, trade)
    return cost


def find_ways(plain) -> None:
    """The best way from any port to every node (Dijkstra, starting from all ports at once)."""
    roads = [[] for _ in plain.nodes]
    for edge in plain.edges:
        cost = cost_of(plain, edge)
        roads[edge.u].append((edge.v, edge, cost))
        roads[edge.v].append((edge.u, edge, cost))
    for node in plain.nodes:
        node.hours, node.through, node.through_edge = math.inf, -1, -1
    queue = [(0.0, node.index, 0.0, -1, -1) for node in plain.nodes if node.is_port]
    done = set()
    heapq.heapify(queue)
    while queue:
        cost, at, hours, before, edge = heapq.heappop(queue)
        if at in done:
            continue
        done.add(at)
        node = plain.nodes[at]
        node.hours, node.through, node.through_edge = hours, before, edge
        for to, road, more in roads[at]:
            if to not in done:
                heapq.heappush(queue, (cost + more, to, hours + road.way_hours, at, road.index))


def way_to(plain, node):
    """The stretches between a node and its port."""
    while node.through >= 0:
        yield plain.edges[node.through_edge]
        node = plain.nodes[node.through]


def chance_of_passing(plain, node) -> float:
    return math.prod(1.0 - edge.hazard for edge in way_to(plain, node))


def fill_store(node, p) -> None:
    """In the first week stores are full and the usual amount is under way."""
    node.hours_usual = node.hours
    reached = node.hours < math.inf
    node.stock = node.capacity if reached else 0.0
    node.transit = node.demand * (p.handling_days + node.hours / 24.0) if reached else 0.0
    node.imported = node.stock + node.transit
    node.days = node.stock / node.demand if node.demand > 0.0 else p.reserve_days
    node.days_week = node.days


def deliver(node, p, dt) -> None:
    """Sending, arrival and use, day by day."""
    parts = math.ceil(dt - 1e-9)
    days, served = [], []
    for _ in range(parts):
        served.append(a_day(node, p, dt / parts))
        days.append(node.days)
    node.days_week = sum(days) / parts
    node.served = sum(served) / parts


def a_day(node, p, h) -> float:
    """One day (or a part of it) of `h` days; returns the share of usual use that was met."""
    if node.demand <= 0.0:
        return 1.0
    usual = node.demand * h
    way = max(0.1, p.handling_days + (node.hours / 24.0 if node.hours < math.inf else 0.0))
    sent = 0.0
    if node.hours < math.inf:
        missing = max(0.0, node.capacity + node.demand * way - node.stock - node.transit)
        slower = 1.0
        if node.hours > node.hours_usual:
            slower = (node.hours_usual + 24.0) / (node.hours + 24.0)
        sent = min(usual + missing * h / p.refill_days, p.fleet * usual * slower) * math.sqrt(node.passing)
    lost = sent * (1.0 - node.passing)
    node.imported += sent
    node.burnt += p.burnt_share * lost
    node.robbed += (1.0 - p.burnt_share) * lost
    # over the part, convoys set off evenly and arrive after an exponential time: this is how many of them come
    still_under_way = node.transit * math.exp(-h / way) + (sent - lost) * way / h * (1.0 - math.exp(-h / way))
    came = node.transit + sent - lost - still_under_way
    node.transit = still_under_way
    # below the ration stock, use is in proportion to what is in store: the store decays toward what comes in
    left = node.stock * math.exp(-h / p.ration_days) + came * p.ration_days / h * (1.0 - math.exp(-h / p.ration_days))
    used = min(usual, node.stock + came - left)
    node.stock += came - used
    node.consumed += used
    node.days = node.stock / node.demand
    return used / usual


def set_price(plain, node, dt) -> None:
    """How far a node is closed off, and its prices."""
    p = plain.p.supply
    roads = [edge.hazard for edge in plain.edges if node.index in (edge.u, edge.v)]
    node.besieged = min(roads, default=0.0)
    longer = 1.0
    if node.hours < math.inf:
        longer = min(2.0, max(0.0, node.hours / max(1.0, node.hours_usual) - 1.0))
    goal = 1.0 + p.elasticity * (1.0 - node.served) + p.detour_price * longer
    node.price = follow(node.price, goal, dt, p.price_days)


def need_escorts(plain) -> None:
    """Cells on the ways to the capitals need escorts as far as the stretch through them is dangerous."""
    for cell in plain.cells:
        cell.corridor = 0.0
    for government in plain.governments:
        if government.capital_node >= 0:
            for edge in way_to(plain, plain.nodes[government.capital_node]):
                if edge.hazard > 0.02:
                    for cell, _ in edge.cells:
                        plain.cells[cell].corridor = max(plain.cells[cell].corridor, edge.hazard)


def reach(plain, community, dt) -> None:
    """Siege, goods and fuel of one community."""
    p, node = plain.p.supply, plain.nodes[community.node]
    closed = node.besieged * math.exp(-community.node_hours / p.siege_hours)
    community.siege = follow(community.siege, closed, dt, p.goods_days)
    community.goods = follow(community.goods, 1.0 - community.siege, dt, p.goods_days)
    community.fuel_days = node.days_week


def follow(now: float, goal: float, dt: float, days: float) -> float:
    """Value after `dt` days of going from `now` to `goal` with time constant `days`."""
    return goal + (now - goal) * math.exp(-dt / days)
