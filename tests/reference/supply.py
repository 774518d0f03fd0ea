"""Supply and blockade, one node, one stretch of road and one day at a time."""

from __future__ import annotations

import heapq
import math

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GOVERN, PATROL, RAID
from sim.core.conversions import DAY_HOURS, WEEK_DAYS
from sim.model.blockade_orders import corridors_to, roads_of
from tests.reference.withdrawal import sphere_km

DEAL = 0  # number of the draw by country
NEVER = 1e-6  # least chance to pass, of which there is a logarithm
LEAST_WAY = 0.1  # days
LEAST_PART = 1e-9  # of an order that comes
SAME = 1e-9  # part by which more must be brought
SLACK = 1e-9  # days


def step(plain, dt, answer=None):
    """Needs, the states' answers, hazards, ways, deliveries day by day, tolls, prices, and what reaches people."""
    p = plain.p.supply
    for node in plain.nodes:
        people = sum(c.residents + c.hosted for c in plain.communities if c.node == node.index)
        node.demand = people * node.fuel_need
        node.capacity = node.demand * p.reserve_days
    for government in plain.governments:
        (answer or respond)(plain, government, dt)
    fuel_only = plain.apply_orders(p.order_pull, p.deal_effect)
    assess_roads(plain, fuel_only)
    chosen = [mass(plain, government) for government in plain.governments if government.massed > 0.0]
    ways_of_goods = find_ways(plain, lambda edge: edge.hazard_goods)
    for node, way in zip(plain.nodes, find_ways(plain, lambda edge: edge.hazard), strict=True):
        node.hours, node.through, node.through_edge = way
        if plain.step_index == 0:
            node.hours_usual = node.hours
    for corridor in chosen:
        follow_corridor(plain, corridor)
    if chosen:
        wait_for_convoys(plain)
    for node in plain.nodes:
        node.passing = math.prod(1.0 - edge.hazard for edge in way_to(plain, node))
        node.taxed = 1.0 - math.prod(1.0 - edge.taxed for edge in way_to(plain, node))
        if plain.step_index == 0:
            fill_store(node, p)
        node.goods = goods_that_come(plain, node, ways_of_goods)
    for actor in plain.actors:
        actor.tolls = 0.0
    for node in plain.nodes:
        before = node.imported
        deliver(node, p, dt, plain.seen_to.get(node.index, 0.0))
        take_tolls(plain, node, (node.imported - before) / dt * node.passing)
        take_loot(plain, node, node.imported - before)
        set_price(plain, node, dt)
    need_escorts(plain)
    for corridor in chosen:
        mark_corridor(plain, corridor)
    for community in plain.communities:
        reach(plain, community, dt)


def respond(plain, government, dt) -> None:
    """A state's answer to want of fuel in its capital, felt or foreseen: escorted convoys, and a deal."""
    p, answer = plain.p.supply, plain.response_now()
    feel_shortage(plain, government, dt)
    bans = bans_on(plain, government)
    suspended = government.deal_days > 0.0
    government.foreseen = foreseen_by(plain, government, bans if not suspended else [])
    lasting = government.shortage_days >= answer.delay_days and government.shortage > p.relief_below
    effort = 0.0
    if answer.mode == "endogenous":
        need = min(1.0, p.escort_need * max(government.shortage, government.foreseen))
        effort = need * min(1.0, government.treasury + p.escort_means)
    elif answer.mode in ("escorts", "both"):
        effort = 1.0 if lasting else government.escorts
    government.escorts = follow(government.escorts, effort, dt, p.ready_days)
    government.gather_days = 0.0
    government.massed = government.escorts if government.escorts > p.relief_below else 0.0
    if government.massed > 0.0 and not ways_to(plain, government):
        government.massed = 0.0
    if answer.mode == "endogenous" and bans and not suspended:
        order, _ = max(bans, key=lambda ban: ban[1])  # the first of equals
        group = cost_of_ban(plain, plain.actors[order.actor], government, dt)
        state = government.shortage + p.escort_cost * government.escorts
        rate = (state + max(0.0, group)) / p.ban_worth
        if rate > 0.0 and plain.draw("supply", government.country_key, DEAL) < 1.0 - math.exp(-rate * dt):
            share = max(0.0, group) / (state + max(0.0, group)) if state + max(0.0, group) > 0.0 else 0.0
            government.deal_days = p.deal_shortest ** (1.0 - share) * p.deal_longest**share
    elif answer.mode in ("deal", "both") and lasting:
        government.deal_days = p.deal_length_days


def ways_to(plain, government) -> list:
    """Corridors to the capital: lists of edges from the port on."""
    node = government.capital_node
    return [[plain.edges[edge] for edge in way] for _, way in corridors_to(plain, node)] if node >= 0 else []


def bans_on(plain, government) -> list:
    """Orders about the capital that stand, each with the fighters whom it calls to a road that matters fully."""
    found = []
    for order in plain.orders:
        about = {cell for place in order.places for cell in plain.cells_of(place)}
        if plain.actors[order.actor].blockading and government.capital_node >= 0 and government.capital_cell in about:
            called, roads = call_nearest(plain, order, {}), max(1.0, sum(worth for _, worth in new_parts(plain, order)))
            found.append((order, sum(plain.units[index].manpower for index in called) / roads))
    return found


def new_parts(plain, order) -> list:
    """Cells of each road of an order that no quicker one has, and what it is worth with them."""
    found, seen = [], set()
    for cells, matters in roads_of(plain, order):
        new = [plain.cells[cell] for cell in sorted(set(cells) - seen)]
        seen |= set(cells)
        if new:
            found.append((new, matters * len(new) / len(cells)))
    return found


def call_nearest(plain, order, before: dict) -> dict:
    """Whom an order calls of those whom none called `before`: the nearest to each of its roads, as many as it is worth;
    the row of each unit with the point of the road to which it is called."""
    called = {}
    for new, worth in new_parts(plain, order):
        ways = []
        for row, unit in enumerate(plain.units):
            if unit.actor == order.actor and unit.manpower > 0 and row not in called and row not in before:
                base = plain.cells[unit.cell if unit.home < 0 else unit.home]
                far = [round(sphere_km(base, cell), 6) for cell in new]
                ways.append((min(far), row, new[far.index(min(far))].index))
        wanted = plain.p.movement.call_fighters * worth
        for _, row, point in sorted(ways):
            if wanted > 0.0:
                called[row] = point
            wanted -= plain.units[row].manpower
    return called


def foreseen_by(plain, government, bans) -> float:
    """Part of the fuel for the coming weeks that the capital will lack if the state does nothing."""
    p = plain.p.supply
    if government.capital_node < 0:
        return 0.0
    node = plain.nodes[government.capital_node]
    feared = node.passing
    if bans:
        called = sum(fighters for _, fighters in bans)
        feared = min(feared, 1.0 - p.ban_credence * (1.0 - math.exp(-p.kappa * called)))
    if node.demand <= 0.0 or p.foresight_days <= 0.0:
        return 0.0
    come = 0.0
    if node.hours < math.inf:
        come = min(1.0, p.fleet * speed_of(node.hours, node.hours_usual, p) * feared**1.5)
    return max(0.0, 1.0 - come - (node.stock + node.transit) / (node.demand * p.foresight_days))


def cost_of_ban(plain, actor, government, dt) -> float:
    """What a ban costs a day who gave it: dead, tolls forgone less loot, supporters in want."""
    p, node, persons = plain.p.supply, plain.nodes[government.capital_node], max(1, actor.persons)
    country, dead = plain.governments.index(government), 0
    for other in plain.actors:
        if other.kind >= ARMY:
            host = other.state if other.state >= 0 else plain.host_country(other.index)
            dead += actor.lost_to[other.index] if host == country else 0
    robbed = (1.0 - p.burnt_share) * (1.0 - node.passing) * math.sqrt(node.passing)
    forgone = node.demand * (p.toll * max(0.0, 1.0 - node.served) - p.loot_worth * robbed)
    cost = p.loss_cost * dead * WEEK_DAYS / dt / persons + p.toll_cost * forgone / persons
    followers = want = 0.0
    for community in plain.communities:
        if community.country == country:
            people = community.support[actor.index] * (community.residents + community.hosted)
            followers += people
            want += people * community.blockade_hardship
    return cost + plain.p.attitudes.blockade_blame * want / max(1.0, followers)


# ---- convoys on one corridor


def met_on(plain, edge, who: str) -> float:
    """Fighters who stop fuel, or goods, on a stretch, after patrols and deals."""
    p, met = plain.p.supply, 0.0
    for cell, km in edge.cells:
        if km > 0.0:
            met += plain.on_roads[who][cell] / (1.0 + p.patrol_weight * plain.on_roads["patrols"][cell] / p.escort_half)
    ends = [plain.governments[plain.nodes[end].country] for end in (edge.u, edge.v)]
    return met * (1.0 - p.deal_effect if any(g.deal_days > 0.0 for g in ends) else 1.0)


def in_convoy(plain, met: float, size: float, guard: float, part: float) -> float:
    """Chance that a lorry is lost where so many are met."""
    p = plain.p.supply
    lost = min(1.0, p.lorries_per_fighter * met / size) / (1.0 + guard / p.escort_half)
    return (1.0 - math.exp(-p.kappa * met)) * (part * lost + 1.0 - part)


def nodes_along(plain, way, node: int) -> list[int]:
    """Nodes of a corridor from its port to `node`."""
    found = [node]
    for edge in reversed(way):
        found.append(edge.u if edge.v == found[-1] else edge.v)
    return found[::-1]


def mass(plain, government) -> tuple:
    """Choose the corridor of the capital's fuel and how long convoys gather, and set what they meet there."""
    p, node, part = plain.p.supply, plain.nodes[government.capital_node], government.massed
    usual = p.handling_days + node.hours_usual / DAY_HOURS
    order = node.demand + max(0.0, node.capacity + node.demand * usual - node.stock - node.transit) / p.refill_days
    plain.seen_to[node.index], best = part, None
    for way in ways_to(plain, government):
        at, hours = nodes_along(plain, way, node.index), 0.0
        for edge, here, there in zip(way, at, at[1:], strict=False):
            hours += hours_of(plain, edge)
            if edge.crosses:
                trade = plain.governments[plain.nodes[here].country].trade[plain.nodes[there].country]
                hours += p.border_hours / max(p.smuggling, trade)
        cells = {cell for edge in way for cell, km in edge.cells if km > 0.0}
        escorts = sum(plain.on_roads["escorts"][cell] for cell in cells)
        for eighth in range(9):
            days = p.convoy_days * eighth / 8
            wait = 0.5 * part * days * DAY_HOURS
            most = p.fleet * node.demand * speed_of(hours + wait, node.hours_usual, p)
            lost = {edge.index: (edge.hazard, edge.hazard_goods) for edge in way}
            if days > 0.0:
                size = max(1.0, part * days * min(order, most) / p.lorry_m3)
                guard = escorts / max(1.0, (2.0 * hours / DAY_HOURS + p.handling_days) / days)
                for edge in way:
                    met = (met_on(plain, edge, "fuel"), met_on(plain, edge, "goods"))
                    lost[edge.index] = tuple(in_convoy(plain, fighters, size, guard, part) for fighters in met)
            passing = math.prod(1.0 - fuel for fuel, _ in lost.values())
            found = min(order, most * passing**1.5), passing, way, at, days, wait, lost
            more = best is None or found[0] > best[0] * (1.0 + SAME)
            if more or (found[0] > best[0] * (1.0 - SAME) and passing > best[1]):
                best = found
    _, _, way, at, government.gather_days, wait, lost = best
    for edge in way:
        edge.hazard, edge.hazard_goods = lost[edge.index]
        plain.waits[edge.index] = max(plain.waits.get(edge.index, 0.0), wait)
    return way, at


def follow_corridor(plain, corridor) -> None:
    """The ways of all nodes on a corridor are the corridor."""
    way, at = corridor
    plain.nodes[at[0]].through = plain.nodes[at[0]].through_edge = -1
    for edge, before, node in zip(way, at, at[1:], strict=False):
        plain.nodes[node].through, plain.nodes[node].through_edge = before, edge.index
    for node in plain.nodes:
        if node.hours < math.inf:
            node.hours = sum(hours_of(plain, edge) for edge in way_to(plain, node))


def wait_for_convoys(plain) -> None:
    """Ways take longer by the longest wait for a convoy on them."""
    for node in plain.nodes:
        node.hours += max((plain.waits.get(edge.index, 0.0) for edge in way_to(plain, node)), default=0.0)


def mark_corridor(plain, corridor) -> None:
    """Escorts are wanted on all of a corridor that convoys take."""
    p = plain.p.supply
    for edge in corridor[0]:
        danger = max(p.escort_hazard, 1.0 - math.exp(-p.kappa * met_on(plain, edge, "fuel")))
        for cell, km in edge.cells:
            if km > 0.0:
                plain.cells[cell].corridor = max(plain.cells[cell].corridor, danger)


# ---- the answer of before


def feel_shortage(plain, government, dt) -> None:
    """Shortage in the capital, how long it has lasted, and the days left of a deal."""
    p, short = plain.p.supply, 0.0
    if government.capital_node >= 0:
        node = plain.nodes[government.capital_node]
        short = min(1.0, max(0.0, 1.0 - node.days_week / (p.short_below * node.days_usual)))
    government.shortage = follow(government.shortage, short, dt, p.shortage_lag_days)
    government.shortage_days = max(0.0, government.shortage_days + (dt if short > p.short_counts else -dt))
    government.deal_days = max(0.0, government.deal_days - dt)


def respond_patiently(plain, government, dt) -> None:
    """The answer of before: escorts and, in the end, a deal."""
    p, answer = plain.p.supply, plain.response_now()
    feel_shortage(plain, government, dt)
    government.foreseen = government.massed = government.gather_days = 0.0
    due = government.shortage_days >= answer.delay_days
    lasting = due and government.shortage > p.relief_below
    effort = 0.0
    if answer.mode == "endogenous" and due:
        effort = min(1.0, p.escort_need * government.shortage) * min(1.0, government.treasury + p.escort_means)
    elif answer.mode in ("escorts", "both"):
        effort = 1.0 if lasting else government.escorts
    government.escorts = follow(government.escorts, effort, dt, p.escort_lag_days)
    if answer.mode == "endogenous":
        urgency = min(p.deal_urgency_most, max(0.0, government.shortage_days / p.deal_patience_days - 1.0))
        rate = p.deal_rate * government.shortage * urgency
        chance = 1.0 - math.exp(-rate * dt)
        if government.deal_days <= 0.0 and plain.draw("supply", government.country_key, DEAL) < chance:
            government.deal_days = p.deal_length_days
    elif answer.mode in ("deal", "both") and lasting:
        government.deal_days = p.deal_length_days


def assess_roads(plain, fuel_only: set) -> None:
    """Who blocks, taxes and escorts along each stretch, and the chance that a convoy is stopped there."""
    p = plain.p.supply
    cells = range(len(plain.cells))
    stopping, goods, taxing, escorting, patrolling = ([0.0 for _ in cells] for _ in range(5))
    for unit in plain.living():
        if plain.actors[unit.actor].kind < ARMY:
            weight = {BLOCKADE: 1.0, RAID: p.raid_weight}.get(unit.posture, 0.0)
            stopping[unit.cell] += unit.manpower * weight
            if unit.posture == RAID or (unit.cell, unit.actor) not in fuel_only:
                goods[unit.cell] += unit.manpower * weight
            if unit.posture in (BLOCKADE, GOVERN):
                taxing[unit.cell] += unit.manpower
        elif unit.posture == ESCORT:
            escorting[unit.cell] += unit.manpower
        elif unit.posture == PATROL:
            patrolling[unit.cell] += unit.manpower
    plain.on_roads = {"fuel": stopping, "goods": goods, "escorts": escorting, "patrols": patrolling}
    plain.waits, plain.seen_to = {}, {}
    for edge in plain.edges:
        on = [cell for cell, km in edge.cells if km > 0.0]
        edge.blockers = sum(stopping[cell] for cell in on)
        edge.escort = sum(escorting[cell] for cell in on)
        edge.taxers = sum(taxing[cell] for cell in on)
        ends = [plain.governments[plain.nodes[end].country] for end in (edge.u, edge.v)]
        calm = p.deal_effect if any(government.deal_days > 0.0 for government in ends) else 0.0
        covered = {cell: 1.0 + (edge.escort + p.patrol_weight * patrolling[cell]) / p.escort_half for cell in on}
        edge.hazard, edge.hazard_goods = (
            1.0 - math.exp(-p.kappa * sum(there[cell] / covered[cell] for cell in on) * (1.0 - calm))
            for there in (stopping, goods)
        )
        taxed = sum(taxing[cell] / covered[cell] for cell in on)
        edge.taxed = taxed / (taxed + p.tax_half)


def cost_of(plain, edge, start: int, end: int, hazard: float) -> float:
    """Hours, risk and the wait at the border, from one end of a stretch to the other."""
    p = plain.p.supply
    cost = hours_of(plain, edge) * (1.0 + p.aversion * -math.log(max(NEVER, 1.0 - hazard)))
    if edge.crosses:
        trade = plain.governments[plain.nodes[start].country].trade[plain.nodes[end].country]
        cost += p.border_hours / max(p.smuggling, trade)
    return cost


def find_ways(plain, hazard_of) -> list:
    """The best way from any port to every node, as (hours, next node, edge to it); Dijkstra from all ports at once."""
    ways = [[] for _ in plain.nodes]
    for edge in plain.edges:
        for start, end in ((edge.u, edge.v), (edge.v, edge.u)):
            ways[start].append((end, edge, cost_of(plain, edge, start, end, hazard_of(edge))))
    found = [(math.inf, -1, -1) for _ in plain.nodes]
    queue = [(0.0, node.index, 0.0, -1, -1) for node in plain.nodes if node.is_port]
    done = set()
    heapq.heapify(queue)
    while queue:
        cost, at, hours, before, edge = heapq.heappop(queue)
        if at in done:
            continue
        done.add(at)
        found[at] = (hours, before, edge)
        for to, road, more in ways[at]:
            if to not in done:
                heapq.heappush(queue, (cost + more, to, hours + hours_of(plain, road), at, road.index))
    return found


def hours_of(plain, edge) -> float:
    """Hours on a stretch in this month; in the first week those of the year's mean, which say what is usual."""
    return plain.seasons.way_hours(edge, plain.cells, plain.month) if plain.step_index > 0 else edge.way_hours


def way_to(plain, node):
    """The stretches between a node and its port."""
    while node.through >= 0:
        yield plain.edges[node.through_edge]
        node = plain.nodes[node.through]


def goods_that_come(plain, node, ways) -> float:
    """Part of the usual goods from outside that reach a node: by the goods' own way where some stop fuel only, else
    with the fuel."""
    if not any(order.goods == "fuel" and plain.actors[order.actor].blockading for order in plain.orders):
        speed = speed_of(node.hours, node.hours_usual, plain.p.supply)
        return min(1.0, plain.p.supply.fleet * speed * node.passing**1.5)
    hours, at, edge = ways[node.index]
    passing = 1.0
    while at >= 0:
        passing *= 1.0 - plain.edges[edge].hazard_goods
        _, at, edge = ways[at]
    return min(1.0, plain.p.supply.fleet * speed_of(hours, node.hours_usual, plain.p.supply) * passing**1.5)


def speed_of(hours: float, hours_usual: float, p) -> float:
    """Rounds of a lorry in a day, relative to those on the usual way."""
    return (hours_usual + p.turnaround_hours) / (hours + p.turnaround_hours) if hours > hours_usual else 1.0


def take_tolls(plain, node, came: float) -> None:
    """Those who tax a stretch share, by their number, the tolls on what came over it to a node (m3/day)."""
    p = plain.p.supply
    for edge in way_to(plain, node):
        on = {cell for cell, km in edge.cells if km > 0.0}
        for unit in plain.living():
            taxes = plain.actors[unit.actor].kind < ARMY and unit.posture in (BLOCKADE, GOVERN)
            if taxes and unit.cell in on and edge.taxers > 0.0:
                times = sum(cell == unit.cell and km > 0.0 for cell, km in edge.cells)
                part = times * unit.manpower / edge.taxers
                plain.actors[unit.actor].tolls += p.toll * edge.taxed * came * part


def take_loot(plain, node, sent: float) -> None:
    """Those who stop convoys on a stretch share what they rob there of what was sent to a node (m3), from the port
    on.
    """
    p = plain.p.supply
    coming = sent
    for edge in reversed(list(way_to(plain, node))):
        robbed = (1.0 - p.burnt_share) * edge.hazard * coming
        coming *= 1.0 - edge.hazard
        for unit in plain.living():
            weight = {BLOCKADE: 1.0, RAID: p.raid_weight}.get(unit.posture, 0.0)
            times = sum(cell == unit.cell and km > 0.0 for cell, km in edge.cells)
            if plain.actors[unit.actor].kind < ARMY and weight * times > 0.0:
                part = times * weight * unit.manpower / edge.blockers
                plain.actors[unit.actor].loot += p.loot_worth * robbed * part


def fill_store(node, p) -> None:
    """In the first week stores are full and the usual amount is under way."""
    reached = node.hours < math.inf
    node.stock = node.capacity if reached else 0.0
    node.transit = node.demand * (p.handling_days + node.hours / DAY_HOURS) if reached else 0.0
    node.imported = node.stock + node.transit
    node.days = node.stock / node.demand if node.demand > 0.0 else p.reserve_days
    node.days_week = node.days


def deliver(node, p, dt, seen_to: float) -> None:
    """Sending, arrival and use, day by day."""
    parts = math.ceil(dt - SLACK)
    days, served = [], []
    for _ in range(parts):
        served.append(a_day(node, p, dt / parts, seen_to))
        days.append(node.days)
    node.days_week = sum(days) / parts
    node.served = sum(served) / parts


def a_day(node, p, h, seen_to: float) -> float:
    """One day (or a part of it) of `h` days; returns the share of usual use that was met."""
    if node.demand <= 0.0:
        return 1.0
    usual = node.demand * h
    way = max(LEAST_WAY, p.handling_days + (node.hours / DAY_HOURS if node.hours < math.inf else 0.0))
    sent = 0.0
    if node.hours < math.inf:
        missing = max(0.0, node.capacity + node.demand * way - node.stock - node.transit)
        speed = speed_of(node.hours, node.hours_usual, p)
        order = (usual + missing * h / p.refill_days) * (1.0 - seen_to)
        if seen_to > 0.0:
            order += (usual + missing * h / p.refill_days) * seen_to / max(LEAST_PART, node.passing**1.5)
        sent = min(order, p.fleet * usual * speed) * math.sqrt(node.passing)
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
    node.besieged = 0.0
    if not node.is_port:
        node.besieged = sum(use * plain.edges[edge].hazard_goods for edge, use in node.roads)
    longer = 1.0
    if node.hours < math.inf:
        longer = min(p.detour_most, max(0.0, node.hours / max(1.0, node.hours_usual) - 1.0))
    lacking = max(1.0 - node.served, p.import_share * (1.0 - node.goods))
    goal = 1.0 + p.elasticity * lacking + p.detour_price * longer + p.toll_price * node.taxed
    node.price = follow(node.price, goal, dt, p.price_days)


def need_escorts(plain) -> None:
    """Cells on the ways to the capitals need escorts as far as the stretch through them is dangerous."""
    for cell in plain.cells:
        cell.corridor = 0.0
    for government in plain.governments:
        if government.capital_node >= 0 and government.massed == 0.0:
            for edge in way_to(plain, plain.nodes[government.capital_node]):
                if edge.hazard > plain.p.supply.escort_hazard:
                    for cell, _ in edge.cells:
                        plain.cells[cell].corridor = max(plain.cells[cell].corridor, edge.hazard)


def reach(plain, community, dt) -> None:
    """Siege, goods and fuel of one community."""
    p, node = plain.p.supply, plain.nodes[community.node]
    closed = node.besieged * math.exp(-community.node_hours / p.siege_hours)
    community.siege = follow(community.siege, closed, dt, p.goods_days)
    from_outside = 1.0 - p.import_share * (1.0 - node.goods)
    community.goods = follow(community.goods, (1.0 - community.siege) * from_outside, dt, p.goods_days)
    community.fuel_days = node.days_week


def follow(now: float, goal: float, dt: float, days: float) -> float:
    """Value after `dt` days of going from `now` to `goal` with time constant `days`."""
    return goal + (now - goal) * math.exp(-dt / days)
