"""Ways through a case: from every place people may flee from, the places worth a thought and how to get there.

People choose where to go on the whole graph of routes that are open that day, not from one place to the next:

    pull_ij = attraction_j sum over modes of share exp(-hours_ij / reach)        modes: by vehicle, on foot
    hours_ij along the way of least cost, where a route into a place in conflict counts (1 + risk) times its length
    days_ij = departure_days + hours / hours of travel in a day, the mean over the modes that people of this way use

A closed border or route is not used, nobody enters a closed place or camp, and who is in one may leave it. From a
place with a forced redirection only that route goes on, and nobody stays there; hubs and markers are passed through.
The search itself is in `sim.cases.paths.search`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.cases import graph
from sim.cases.paths.memory import WayMemory
from sim.cases.paths.search import Network, Reach, RouteOfEdge, search

#: keeps the mean over modes a number where a way is so long that it is not felt at all
TINY = 1e-300


@dataclass
class Edges:
    """Routes as edges in both directions: as the search needs them, and which route each is."""

    network: Network
    routes: RouteOfEdge


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
    network = Network(
        start=np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=places))]),
        head=np.concatenate([r.b, r.a])[order],
        km=np.concatenate([r.km, r.km])[order],
    )
    routes = RouteOfEdge(
        tail=tail[order],
        route=np.concatenate([np.arange(rows), np.arange(rows)])[order],
        side=np.repeat([0, 1], rows)[order],
    )
    return Edges(network, routes)


def closures_on(case, day: int) -> list:
    """Closures in force on a day."""
    return [c for c in case.closures if c.first <= day and (c.last == graph.NEVER or day < c.last)]


def open_on(case, edges: Edges, closures) -> tuple[np.ndarray, np.ndarray]:
    """Which edges may be used (E,) and which places may take people in (P,) under these closures."""
    head, tail = edges.network.head, edges.routes.tail
    country = np.array(case.places.country, dtype=object)
    usable = np.ones(len(head), dtype=bool)
    kind = case.places.kind
    enter = (kind != graph.HUB) & (kind != graph.MARKER)
    forced = case.routes.forced.copy()
    for c in closures:
        if c.kind == "country":
            here, there = country[tail], country[head]
            usable &= ~(((here == c.a) & (there == c.b)) | ((here == c.b) & (there == c.a)))
        elif c.kind == "location":
            usable &= head != c.a
            enter[c.a] = False
        elif c.kind in ("camp", "idpcamp"):
            enter[c.a] = False
        else:
            between = ((tail == c.a) & (head == c.b)) | ((tail == c.b) & (head == c.a))
            if c.kind == "link":
                usable &= ~between
            else:
                forced[edges.routes.route[between]] = graph.NOT_FORCED
    wanted = np.where(edges.routes.side == 0, graph.FORCED_TO_B, graph.FORCED_TO_A)
    onward = forced[edges.routes.route] == wanted
    sends_on = np.zeros(len(enter), dtype=bool)
    sends_on[tail[onward & usable]] = True
    usable &= onward | ~sends_on[tail]
    return usable, enter & ~sends_on


def find_ways(
    case, p, edges: Edges, origins, attraction, in_conflict, closures, before, memory: WayMemory | None = None
) -> tuple[np.ndarray, ...]:
    """Origin, place, pull and days of every way that is open under these closures (W,).

    `p` are the parameters of displacement; `attraction` and `in_conflict` (P,); `before` as in `search`. With a
    `memory` only those are searched for whom something may have changed, and `before` is not used: the memory has it.
    """
    usable, enter = open_on(case, edges, closures)
    factor = 1.0 + p.risk_weight * in_conflict
    reach = Reach(float(p.reach_hours * p.road_km_h), float(p.road_km_h / p.foot_km_h), float(p.vehicle_share))
    attraction = np.where(enter, attraction, 0.0)
    now = (origins, edges.network, usable, factor, attraction, reach)
    origin, place, cost, km = search(*now, before) if memory is None else memory.search(*now)
    by_vehicle = p.vehicle_share * np.exp(-cost / reach.reach_km)
    on_foot = (1.0 - p.vehicle_share) * np.exp(-cost * reach.slowness / reach.reach_km)
    felt = by_vehicle + on_foot
    hours = (by_vehicle * km / p.road_km_h + on_foot * km / p.foot_km_h) / np.maximum(felt, TINY)
    return origin, place, attraction[place] * felt, p.departure_days + hours / p.travel_hours


def with_cohorts(found, places: int, old: Ways, persons, transit) -> tuple[Ways, np.ndarray, np.ndarray]:
    """Rows for the ways `found` now and for those on which there still are people, with persons and transit (W,)."""
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
