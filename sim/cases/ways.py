"""Ways through a case: from every place people may flee from, the places worth a thought and how to get there.

People choose where to go on the whole graph of routes that are open that day, not from one place to the next:

    pull_ij = attraction_j sum over modes of share exp(-hours_ij / reach)        modes: by vehicle, on foot
    hours_ij along the way of least cost, a route counting (1 + risk) times its length where it leads into a place in conflict
    days_ij = 0.5 + hours / hours of travel in a day, the mean over the modes that people of this way use

The search goes from the origin outwards (Dijkstra) and ends where even the most attractive place would be worth less than
a hundredth of the best found, or could not be among the best 32. A closed border or route is not used, nobody enters a closed place or camp, and who is in
one may leave it. From a place with a forced redirection only that route goes on, and nobody stays there; hubs and markers
are passed through.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from sim.cases import graph

MOST = 32  # places that somebody thinks of, as in the region

START_DAYS = 0.5


@dataclass
class Edges:
    """Routes as edges in both directions, in compressed rows by the place they leave from."""

    start: np.ndarray  # (P + 1,)
    head: np.ndarray  # (E,) place they lead to
    km: np.ndarray  # (E,)
    route: np.ndarray  # (E,) row of the route
    side: np.ndarray  # (E,) 0 from a to b, 1 from b to a


@dataclass
class Ways:
    """Candidate places of every origin, in compressed rows by origin: W ways."""

    start: np.ndarray  # (P + 1,)
    place: np.ndarray  # (W,)
    pull: np.ndarray  # (W,) zero where the way is closed now
    days: np.ndarray  # (W,) mean time of travel

    @property
    def origin(self) -> np.ndarray:
        """Row of the origin of each way, (W,)."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


def edges_of(case) -> Edges:
    """Both directions of every route."""
    r, places = case.routes, len(case.places.names)
    tail = np.concatenate([r.a, r.b])
    order = np.argsort(tail, kind="stable")
    rows = len(r.km)
    return Edges(
        start=np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=places))]),
        head=np.concatenate([r.b, r.a])[order],
        km=np.concatenate([r.km, r.km])[order],
        route=np.concatenate([np.arange(rows), np.arange(rows)])[order],
        side=np.repeat([0, 1], rows)[order],
    )


def closures_on(case, day: int) -> list:
    """Closures in force on a day."""
    return [c for c in case.closures if c.first <= day and (c.last < 0 or day < c.last)]


def open_on(case, edges: Edges, closures) -> tuple[np.ndarray, np.ndarray]:
    """Which edges may be used (E,) and which places may take people in (P,) under these closures."""
    tail = np.repeat(np.arange(len(edges.start) - 1), np.diff(edges.start))
    country = np.array(case.places.country, dtype=object)
    usable = np.ones(len(edges.head), dtype=bool)
    kind = case.places.kind
    enter = (kind != graph.HUB) & (kind != graph.MARKER)
    forced = case.routes.forced.copy()
    for c in closures:
        if c.kind == "country":
            here, there = country[tail], country[edges.head]
            usable &= ~(((here == c.a) & (there == c.b)) | ((here == c.b) & (there == c.a)))
        elif c.kind == "location":
            usable &= edges.head != c.a
            enter[c.a] = False
        elif c.kind in ("camp", "idpcamp"):
            enter[c.a] = False
        else:
            between = ((tail == c.a) & (edges.head == c.b)) | ((tail == c.b) & (edges.head == c.a))
            if c.kind == "link":
                usable &= ~between
            else:
                forced[edges.route[between]] = 0
    # 1: who is at b must go on to a; 2: who is at a must go on to b
    onward = np.where(edges.side == 0, forced[edges.route] == 2, forced[edges.route] == 1)
    sends_on = np.zeros(len(enter), dtype=bool)
    sends_on[tail[onward & usable]] = True
    usable &= onward | ~sends_on[tail]
    return usable, enter & ~sends_on


@njit(cache=True)
def worth(cost, reach, slow, vehicle):
    """How a way of `cost` km by vehicle-hours is felt: by vehicle it reaches `reach` km, on foot `reach / slow`."""
    return vehicle * math.exp(-cost / reach) + (1.0 - vehicle) * math.exp(-cost * slow / reach)


@njit(cache=True)
def search(origins, start, head, km, usable, factor, attraction, reach, slow, vehicle, most, least, before):
    """From each origin outwards: (origins found, places, cost km, true km) of at most `most` places each.

    `factor` (P,) lengthens the edges into a place; `attraction` (P,) is zero where nobody is taken in. `before` (O, P), or of no
    rows, receives the edge by which each place was reached.
    """
    places = start.shape[0] - 1
    top = attraction.max() if places > 0 else 0.0
    cost, length = np.empty(places), np.empty(places)
    seen = np.full(places, -1, dtype=np.int64)
    done = np.full(places, -1, dtype=np.int64)
    out_origin = np.empty(origins.shape[0] * most, dtype=np.int64)
    out_place = np.empty(origins.shape[0] * most, dtype=np.int64)
    out_cost, out_km = np.empty(out_origin.shape[0]), np.empty(out_origin.shape[0])
    count = 0
    values = np.empty(most)
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
            near = worth(here_cost, reach, slow, vehicle)
            if top * near < least * best or top * near <= worst:
                break
            value = attraction[here] * near
            if here != origin and value > 0.0 and value >= least * best:
                best = max(best, value)
                at = count
                if count - first < most:
                    count += 1
                else:  # in the place of the least
                    at = first + values.argmin()
                    if values[at - first] >= value:
                        at = -1
                if at >= 0:
                    values[at - first] = value
                    out_origin[at], out_place[at] = origin, here
                    out_cost[at], out_km[at] = here_cost, length[here]
                    if count - first == most:
                        worst = values.min()
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


def find_ways(case, p, edges: Edges, origins, attraction, in_conflict, closures, before) -> tuple[np.ndarray, ...]:
    """Origin, place, pull and days of every way that is open under these closures."""
    usable, enter = open_on(case, edges, closures)
    factor = 1.0 + p.risk_weight * in_conflict
    reach, slow = p.reach_hours * p.road_km_h, p.road_km_h / p.foot_km_h
    attraction = np.where(enter, attraction, 0.0)
    origin, place, cost, km = search(
        origins, edges.start, edges.head, edges.km, usable, factor, attraction, reach, slow, p.vehicle_share, MOST,
        0.01, before,
    )  # fmt: skip
    by_vehicle = p.vehicle_share * np.exp(-cost / reach)
    on_foot = (1.0 - p.vehicle_share) * np.exp(-cost * slow / reach)
    felt = by_vehicle + on_foot
    hours = (by_vehicle * km / p.road_km_h + on_foot * km / p.foot_km_h) / np.maximum(felt, 1e-300)
    return origin, place, attraction[place] * felt, START_DAYS + hours / p.travel_hours


def with_cohorts(found, places: int, old: Ways, persons, transit) -> tuple[Ways, np.ndarray, np.ndarray]:
    """Rows for the ways `found` now and for those on which there still are people; persons and transit moved to them."""
    origin, place, pull, days = found
    peopled = np.flatnonzero((persons > 0) | (transit > 0))
    code_old = old.origin[peopled] * places + old.place[peopled]
    code_new = origin * places + place
    codes = np.unique(np.concatenate([code_new, code_old]))
    ways = Ways(
        start=np.searchsorted(codes, np.arange(places + 1) * places),
        place=codes % places,
        pull=np.zeros(len(codes)),
        days=np.ones(len(codes)),
    )
    at = np.searchsorted(codes, code_old)
    ways.days[at] = old.days[peopled]
    moved = np.zeros((2, len(codes)), dtype=np.int64)
    moved[0, at], moved[1, at] = persons[peopled], transit[peopled]
    at = np.searchsorted(codes, code_new)
    ways.pull[at], ways.days[at] = pull, days
    return ways, moved[0], moved[1]
