"""Ways on the graph of roads and rivers: the quickest from any port, what lies along them, and how much a road is used.

`T` nodes, `E` edges, `N` cells; each edge may be travelled both ways. Least-cost ways are found by Bellman-Ford.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit

from sim.core.views import bundle

#: a map's supply graph, by edge (E,): the order in which edges are tried, the nodes `u` and `v` at its ends, hours
Network = bundle("Network", "order u v hours")
#: cells along each edge, in compressed rows, and the km of it in each
Along = bundle("Along", "start cell km")
#: whether each edge crosses a border, and the countries of its ends (E,)
Borders = bundle("Borders", "crosses from_country to_country")
#: ways from ports (T,): hours, next node and edge towards the port (-1 at a port and where there is no way); and all
#: nodes in an order in which the next node on the way to the port comes before
Ways = bundle("Ways", "hours through through_edge sequence")

PORT = 1  # kind of node
GAIN = 1e-12  # hours by which a way must be better than the one known, so that rounding starts no circle
MAPS_KEPT = 4


@njit(cache=True)
def find_routes(network, port, cost, ways):
    """Least-cost ways from any `port` (T,) to every node, by the `cost` (2, E) of edges, into `ways`.

    The first row of `cost` is that of going from `u` to `v`, the second that of the way back; convoys leave the port.

    Edges are tried in the order of the network again and again until nothing changes (Bellman-Ford); with those near
    ports first two or three rounds do.
    """
    u, v = network.u, network.v
    best = np.full(port.shape[0], np.inf)
    ways.hours[:] = np.inf
    ways.through[:] = -1
    ways.through_edge[:] = -1
    for n in range(port.shape[0]):
        if port[n]:
            best[n] = 0.0
            ways.hours[n] = 0.0
    changed = True
    while changed:
        changed = False
        for e in network.order:
            for turn in range(2):
                s, t = (u[e], v[e]) if turn == 0 else (v[e], u[e])
                if best[s] + cost[turn, e] < best[t] - GAIN:
                    best[t] = best[s] + cost[turn, e]
                    ways.hours[t] = ways.hours[s] + network.hours[e]
                    ways.through[t] = s
                    ways.through_edge[t] = e
                    changed = True
    order_ports_first(ways.through, ways.sequence)


@njit(cache=True)
def both_ways(hours):
    """The `hours` (E,) of edges as the cost of travel in either direction (2, E)."""
    cost = np.empty((2, hours.shape[0]))
    cost[0], cost[1] = hours, hours
    return cost


@njit(cache=True)
def order_ports_first(through, sequence):
    """Nodes (T,) in an order in which the next node on the way to the port always comes before, into `sequence`."""
    done = np.zeros(through.shape[0], dtype=np.bool_)
    waiting = np.empty(through.shape[0], dtype=np.int64)
    found = 0
    for n in range(through.shape[0]):
        depth = 0
        at = n
        while at >= 0 and not done[at]:
            waiting[depth] = at
            done[at] = True
            depth += 1
            at = through[at]
        for i in range(depth - 1, -1, -1):
            sequence[found] = waiting[i]
            found += 1


@njit(cache=True)
def pass_unharmed(ways, harm, chance):
    """Chance (T,) to come through all edges of the way without `harm` (E,), into `chance`; 1 where there is no way."""
    through, through_edge = ways.through, ways.through_edge
    for n in ways.sequence:
        chance[n] = chance[through[n]] * (1.0 - harm[through_edge[n]]) if through[n] >= 0 else 1.0


@njit(cache=True)
def close_roads(network, port, use, hazard, besieged):
    """How far the roads of each node are closed (T,): the mean hazard of its edges, weighted by their `use` (2, E).

    A `port` (T,) is not besieged.
    """
    besieged[:] = 0.0
    for e in range(network.u.shape[0]):
        besieged[network.u[e]] += use[0, e] * hazard[e]
        besieged[network.v[e]] += use[1, e] * hazard[e]
    for n in range(besieged.shape[0]):
        if port[n]:
            besieged[n] = 0.0


@njit(cache=True)
def mark_corridors(capital, massed, ways, along, hazard, least, corridor):
    """Cells on the routes to the `capital` nodes (C,) that need escorts: the hazard of the edge through them, into
    `corridor` (N,).

    Edges of a hazard up to `least` need none; capitals whose convoys are `massed` (C,) on a corridor are left out.
    """
    corridor[:] = 0.0
    for c in range(capital.shape[0]):
        at = capital[c] if massed[c] == 0.0 else -1
        while at >= 0 and ways.through[at] >= 0:
            e = ways.through_edge[at]
            if hazard[e] > least:
                for j in range(along.start[e], along.start[e + 1]):
                    corridor[along.cell[j]] = max(corridor[along.cell[j]], hazard[e])
            at = ways.through[at]


# ---------------------------------------------------------------------------- what the map gives


@njit(cache=True)
def use_of_roads(network, population, reach, ways, use):
    """Use of each edge by the node at its one end and at its other, into `use` (2, E): shares that sum to 1 over a
    node's edges.

    Every place is reached from the node by the quickest way and counts its people, `population` (T,), less by a
    factor e per `reach` hours, for the edge that the way begins with. `ways` is to work in.
    """
    nodes = population.shape[0]
    first = np.empty(nodes, dtype=np.int64)
    home = np.zeros(nodes, dtype=np.bool_)
    cost = both_ways(network.hours)
    for n in range(nodes):
        home[:] = False
        home[n] = True
        find_routes(network, home, cost, ways)
        total = 0.0
        for m in ways.sequence:
            if ways.through[m] >= 0:
                e = ways.through_edge[m] if ways.through[m] == n else first[ways.through[m]]
                first[m] = e
                weight = (population[m] + 1.0) * np.exp(-ways.hours[m] / reach)
                use[0 if network.u[e] == n else 1, e] += weight
                total += weight
        for e in range(network.u.shape[0]):
            if network.u[e] == n and total > 0.0:
                use[0, e] /= total
            if network.v[e] == n and total > 0.0:
                use[1, e] /= total


def room_for_ways(nodes: int) -> Ways:
    """Arrays for the ways to so many nodes, to be filled; of the form that the columns of nodes have."""
    through, through_edge = np.empty((2, nodes), dtype=np.int32)
    return Ways(np.empty(nodes), through, through_edge, np.empty(nodes, dtype=np.int64))


@lru_cache(maxsize=MAPS_KEPT)
def network_of(world) -> Network:
    """The supply graph of a map, edges in order of their nearness to a port in peace. Found once for a map."""
    e, nodes = world.edges, world.nodes
    network, ways = Network(np.arange(len(e)), e.u, e.v, e.hours), room_for_ways(len(nodes))
    find_routes(network, nodes.kind == PORT, both_ways(network.hours), ways)
    near = np.minimum(ways.hours[e.u], ways.hours[e.v])
    return network._replace(order=np.argsort(near, kind="stable"))


@lru_cache(maxsize=MAPS_KEPT)
def road_use(world, reach_hours: float) -> np.ndarray:
    """Use of every edge of a map by the nodes at its two ends (2, E); see `use_of_roads`. Found once for a map and a
    reach."""
    network = network_of(world)
    use = np.zeros((2, len(network.u)))
    by_hours = network._replace(order=np.argsort(network.hours, kind="stable"))
    people = world.nodes.population.astype(float)
    use_of_roads(by_hours, people, reach_hours, room_for_ways(len(people)), use)
    return use
