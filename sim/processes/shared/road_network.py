"""Ways on the graph of roads and rivers: the quickest from any port, what lies along them, and how much a road is used.

`T` nodes, `E` edges; each edge may be travelled both ways.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit

USE_HOURS = 24.0  # a place a day's drive away counts for a third of one on the spot in the use of a road


@njit(cache=True)
def find_routes(order, u, v, hours, cost, port, best, way, through, through_edge):
    """Least-cost ways from any port to every node; `best` (T,) cost, `way` (T,) hours, next node and edge to the port.

    Edges are tried in `order` (E,) again and again until nothing changes (Bellman-Ford); with those near ports first
    two or three rounds do.
    """
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
        for e in order:
            for turn in range(2):
                s, t = (u[e], v[e]) if turn == 0 else (v[e], u[e])
                if best[s] + cost[e] < best[t] - 1e-12:
                    best[t] = best[s] + cost[e]
                    way[t] = way[s] + hours[e]
                    through[t] = s
                    through_edge[t] = e
                    changed = True


@njit(cache=True)
def ports_first(through, sequence):
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
def unharmed(sequence, through, through_edge, harm, chance):
    """Chance (T,) to come through all edges of the way without `harm` (E,), into `chance`; 1 where there is no way."""
    for n in sequence:
        chance[n] = chance[through[n]] * (1.0 - harm[through_edge[n]]) if through[n] >= 0 else 1.0


@njit(cache=True)
def closed_roads(u, v, use_u, use_v, hazard, port, besieged):
    """How far the roads of each node are closed (T,): the mean hazard of its edges, weighted by their use."""
    besieged[:] = 0.0
    for e in range(u.shape[0]):
        besieged[u[e]] += use_u[e] * hazard[e]
        besieged[v[e]] += use_v[e] * hazard[e]
    for n in range(besieged.shape[0]):
        if port[n]:
            besieged[n] = 0.0


@njit(cache=True)
def corridors(capital, through, through_edge, hazard, edge_start, edge_cell, corridor):
    """Cells on the routes to the capitals that need escorts: the hazard of the edge through them (N,)."""
    corridor[:] = 0.0
    for n in capital:
        at = n
        while at >= 0 and through[at] >= 0:
            e = through_edge[at]
            if hazard[e] > 0.02:
                for j in range(edge_start[e], edge_start[e + 1]):
                    corridor[edge_cell[j]] = max(corridor[edge_cell[j]], hazard[e])
            at = through[at]


@njit(cache=True)
def use_of_roads(order, u, v, hours, population, reach, use):
    """Use of each edge by the node at its one end and at its other (2, E): shares that sum to 1 over a node's edges.

    Every place is reached from the node by the quickest way and counts its people, less by a factor e per `reach` hours, for
    the edge that the way begins with.
    """
    nodes = population.shape[0]
    best, way = np.empty(nodes), np.empty(nodes)
    through, through_edge = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    sequence = np.empty(nodes, dtype=np.int64)
    first = np.empty(nodes, dtype=np.int64)
    home = np.zeros(nodes, dtype=np.bool_)
    for n in range(nodes):
        home[:] = False
        home[n] = True
        find_routes(order, u, v, hours, hours, home, best, way, through, through_edge)
        ports_first(through, sequence)
        total = 0.0
        for m in sequence:
            if through[m] >= 0:
                e = through_edge[m] if through[m] == n else first[through[m]]
                first[m] = e
                worth = (population[m] + 1.0) * np.exp(-way[m] / reach)
                use[0 if u[e] == n else 1, e] += worth
                total += worth
        for e in range(u.shape[0]):
            if u[e] == n and total > 0.0:
                use[0, e] /= total
            if v[e] == n and total > 0.0:
                use[1, e] /= total


@lru_cache(maxsize=4)
def road_use(world) -> np.ndarray:
    """Use of every edge of a map by the nodes at its two ends (2, E); see `use_of_roads`. Found once for a map."""
    e = world.edges
    use = np.zeros((2, len(e)))
    order = np.argsort(e.hours, kind="stable")
    use_of_roads(order, e.u, e.v, e.hours, world.nodes.population.astype(float), USE_HOURS, use)
    return use


@lru_cache(maxsize=4)
def order_from_ports(world) -> np.ndarray:
    """Edges of a map, those nearest to a port in peace first (E,)."""
    e, nodes = world.edges, world.nodes
    best, way = np.empty(len(nodes)), np.empty(len(nodes))
    through, through_edge = np.empty(len(nodes), dtype=np.int64), np.empty(len(nodes), dtype=np.int64)
    find_routes(np.arange(len(e)), e.u, e.v, e.hours, e.hours, nodes.kind == 1, best, way, through, through_edge)
    return np.argsort(np.minimum(best[e.u], best[e.v]), kind="stable")
