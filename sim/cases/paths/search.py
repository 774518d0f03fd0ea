"""The search along open routes: from each origin outwards to the places worth a thought, and back along the ways taken.

A place has the weight attraction x felt, where a way of `cost` km is felt as

    felt = vehicle_share exp(-cost / reach_km) + (1 - vehicle_share) exp(-cost slowness / reach_km)

The search (Dijkstra 1959) ends where even the most attractive place would weigh less than `NEGLIGIBLE` times the best
found, or could not be among the best `MOST_DESTINATIONS`.
"""

from __future__ import annotations

import heapq
import math
from typing import NamedTuple

import numpy as np
from numba import njit

#: places that somebody thinks of, as in the region
MOST_DESTINATIONS = 32

#: places of less than this share of the weight of the best are not thought of, as in the choice itself
NEGLIGIBLE = 0.01


class Network(NamedTuple):
    """Routes as edges in both directions, in compressed rows by the place they leave from: P places, E edges."""

    start: np.ndarray  # (P + 1,)
    head: np.ndarray  # (E,) place they lead to
    km: np.ndarray  # (E,)


class RouteOfEdge(NamedTuple):
    """Which route an edge is, and in which direction: E edges."""

    tail: np.ndarray  # (E,) place they leave from
    route: np.ndarray  # (E,) row of the route
    side: np.ndarray  # (E,) 0 from a to b, 1 from b to a


class Reach(NamedTuple):
    """How far people go."""

    reach_km: float  # by vehicle
    slowness: float  # speed by vehicle / speed on foot
    vehicle_share: float  # 0 to 1


@njit(cache=True)
def felt_weight(cost, reach):
    """How a way of `cost` km is felt (0 to 1): people go `reach_km` by vehicle, that by `slowness` on foot."""
    on_foot = (1.0 - reach.vehicle_share) * math.exp(-cost * reach.slowness / reach.reach_km)
    return reach.vehicle_share * math.exp(-cost / reach.reach_km) + on_foot


@njit(cache=True)
def search(origins, network, usable, factor, attraction, reach, before):
    """From each origin outwards: (origins, places, cost km, true km) of at most `MOST_DESTINATIONS` places each.

    `usable` (E,) says which edges are open; `factor` (P,) lengthens the edges into a place; `attraction` (P,) is zero
    where nobody is taken in. `before` (O, P), or of no rows, receives the edge by which each place was reached.
    """
    start, head, km = network.start, network.head, network.km
    places = start.shape[0] - 1
    top = attraction.max() if places > 0 else 0.0
    cost, length = np.empty(places), np.empty(places)
    seen = np.full(places, -1, dtype=np.int64)
    done = np.full(places, -1, dtype=np.int64)
    out_origin = np.empty(origins.shape[0] * MOST_DESTINATIONS, dtype=np.int64)
    out_place = np.empty(origins.shape[0] * MOST_DESTINATIONS, dtype=np.int64)
    out_cost, out_km = np.empty(out_origin.shape[0]), np.empty(out_origin.shape[0])
    count = 0
    weights = np.empty(MOST_DESTINATIONS)
    for o in range(origins.shape[0]):
        origin = origins[o]
        first, best, worst = count, 0.0, 0.0
        cost[origin], length[origin], seen[origin] = 0.0, 0.0, o
        heap = [(0.0, origin)]
        while len(heap) > 0:
            here_cost, here = heapq.heappop(heap)
            if done[here] == o:
                continue
            done[here] = o
            felt = felt_weight(here_cost, reach)
            if top * felt < NEGLIGIBLE * best or top * felt <= worst:
                break
            weight = attraction[here] * felt
            if here != origin and weight > 0.0 and weight >= NEGLIGIBLE * best:
                best = max(best, weight)
                at = count
                if count - first < MOST_DESTINATIONS:
                    count += 1
                else:  # in the place of the least
                    at = first + weights.argmin()
                    if weights[at - first] >= weight:
                        at = -1
                if at >= 0:
                    weights[at - first] = weight
                    out_origin[at], out_place[at] = origin, here
                    out_cost[at], out_km[at] = here_cost, length[here]
                    if count - first == MOST_DESTINATIONS:
                        worst = weights.min()
            for e in range(start[here], start[here + 1]):
                there = head[e]
                if not usable[e] or done[there] == o:
                    continue
                new = here_cost + km[e] * factor[there]
                if seen[there] != o or new < cost[there]:
                    seen[there] = o
                    cost[there] = new
                    length[there] = length[here] + km[e]
                    if before.shape[0] > 0:
                        before[o, there] = e
                    heapq.heappush(heap, (new, there))
    return out_origin[:count], out_place[:count], out_cost[:count], out_km[:count]


@njit(cache=True)
def drain(pair_flows, rows, returning, out, home):
    """Pairs of places between which persons moved, counted into `out` and `home` (P, P); `pair_flows` is zero after.

    `pair_flows` (P, P, K) counts persons from place to place by kind, of which `returning` is the way home: (from the
    place, to the origin). Only `rows` of it are looked at. Returns the pairs (origin, place), each once.
    """
    origins, places = [0], [0]
    for r in range(rows.shape[0]):
        i = rows[r]
        for j in range(pair_flows.shape[1]):
            went = 0
            for kind in range(pair_flows.shape[2]):
                persons = pair_flows[i, j, kind]
                if persons == 0:
                    continue
                pair_flows[i, j, kind] = 0
                if kind == returning:
                    if out[j, i] + home[j, i] == 0:
                        origins.append(j)
                        places.append(i)
                    home[j, i] += persons
                else:
                    went += persons
            if went > 0:
                if out[i, j] + home[i, j] == 0:
                    origins.append(i)
                    places.append(j)
                out[i, j] += went
    return np.array(origins[1:]), np.array(places[1:])


@njit(cache=True)
def trace_flows(pairs, out, home, before, edges, flows):
    """Add who went out from origins to places, and home from there (P, P), to the routes between them (R, 2).

    `pairs` are (origin, place); `before` (P, P) holds the edge by which each place was reached from each origin, as
    from `search`; `edges` is a `RouteOfEdge`. What was counted of the pairs is zero after.
    """
    for k in range(pairs[0].shape[0]):
        origin, place = pairs[0][k], pairs[1][k]
        went, came = out[origin, place], home[origin, place]
        out[origin, place], home[origin, place] = 0, 0
        here = place
        while went + came > 0 and here != origin and before[origin, here] >= 0:
            e = before[origin, here]
            flows[edges.route[e], edges.side[e]] += went
            flows[edges.route[e], 1 - edges.side[e]] += came
            here = edges.tail[e]
