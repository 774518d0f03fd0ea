"""The search of `sim.cases.paths.search` for one origin after another, remembered as long as nothing near them changes.

Where conflict moves by the day, most origins find what they found the day before. A search ends at some cost, its
radius. A place that begins or ceases to be in conflict changes the length of the edges into it only, by a factor of at
least 1: where each way to it, at a factor of 1, is longer than the radius, no place is reached in another way, and the
search would be the same step by step. What opens or closes makes all be searched anew.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.cases.paths.search import MOST_DESTINATIONS, NEGLIGIBLE, Network, Reach, felt_weight

#: places up to which what was found is remembered: tables of all pairs of places are kept
MOST_PLACES = 1000


class WayMemory:
    """What was found from each of P places, and which places that hangs on."""

    def __init__(self, places: int) -> None:
        self.known = np.zeros(places, dtype=bool)
        self.near = np.zeros((places, places), dtype=bool)  # (origin, place): its factor may matter
        self.before = np.full((places, places), -1, dtype=np.int32)  # as in `search`, for every origin
        self.count = np.zeros(places, dtype=np.int64)
        self.place = np.zeros((places, MOST_DESTINATIONS), dtype=np.int64)
        self.cost, self.km = np.zeros((2, places, MOST_DESTINATIONS))
        self.usable = self.factor = self.attraction = None

    def search(
        self,
        origins: np.ndarray,
        network: Network,
        usable: np.ndarray,
        factor: np.ndarray,
        attraction: np.ndarray,
        reach: Reach,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The same as `sim.cases.paths.search.search`: origin, place, cost, km of each way."""
        same = self.usable is not None and np.array_equal(usable, self.usable)
        if same and np.array_equal(attraction, self.attraction):
            self.known &= ~self.near[:, factor != self.factor].any(axis=1)
        else:
            self.known[:] = False
        self.usable, self.factor, self.attraction = usable, factor, attraction
        missing = origins[~self.known[origins]]
        found = (self.count, self.place, self.cost, self.km)
        search_rows(missing, network, usable, factor, attraction, reach, found, self.before, self.near)
        self.known[missing] = True
        held = np.arange(MOST_DESTINATIONS) < self.count[origins, None]
        values = (table[origins][held] for table in (self.place, self.cost, self.km))
        return (np.repeat(origins, self.count[origins]), *values)


@njit(cache=True)
def push(costs, items, size, cost, item):
    """Put an item into a heap of so many; the least cost is first."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if costs[above] < cost or (costs[above] == cost and items[above] <= item):
            break
        costs[at], items[at] = costs[above], items[above]
        at = above
    costs[at], items[at] = cost, item


@njit(cache=True)
def pop(costs, items, size):
    """Take the first of a heap of so many; of equal costs the least item, as pairs are ordered."""
    first_cost, first = costs[0], items[0]
    last = size - 1
    cost, item = costs[last], items[last]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        other = below + 1
        if other < last and (
            costs[other] < costs[below] or (costs[other] == costs[below] and items[other] < items[below])
        ):
            below = other
        if cost < costs[below] or (cost == costs[below] and item <= items[below]):
            break
        costs[at], items[at] = costs[below], items[below]
        at = below
    costs[at], items[at] = cost, item
    return first_cost, first


@njit(cache=True)
def search_rows(origins, network, usable, factor, attraction, reach, found, before, near):
    """Search from each origin as `search` does, into its row of `found` (count, place, cost, km), `before` and `near`.

    Places are reached in the same order, from a heap in two arrays.
    """
    start, head, km = network.start, network.head, network.km
    count, out_place, out_cost, out_km = found
    places = start.shape[0] - 1
    top = attraction.max() if places > 0 else 0.0
    cost, length, lowest = np.empty(places), np.empty(places), np.empty(places)
    seen, done = np.full(places, -1, dtype=np.int64), np.full(places, -1, dtype=np.int64)
    touched = np.empty(places, dtype=np.int64)
    heap_cost, heap_place = np.empty(head.shape[0] + 1), np.empty(head.shape[0] + 1, dtype=np.int64)
    weights = np.empty(MOST_DESTINATIONS)
    for o in range(origins.shape[0]):
        origin = origins[o]
        n, best, worst, radius, reached = 0, 0.0, 0.0, np.inf, 0
        near[origin, :] = False
        before[origin, :] = -1
        cost[origin], length[origin], seen[origin] = 0.0, 0.0, o
        heap_cost[0], heap_place[0], size = 0.0, origin, 1
        while size > 0:
            here_cost, here = pop(heap_cost, heap_place, size)
            size -= 1
            if done[here] == o:
                continue
            done[here] = o
            felt = felt_weight(here_cost, reach)
            if top * felt < NEGLIGIBLE * best or top * felt <= worst:
                radius = here_cost
                break
            weight = attraction[here] * felt
            if here != origin and weight > 0.0 and weight >= NEGLIGIBLE * best:
                best = max(best, weight)
                at = n
                if n < MOST_DESTINATIONS:
                    n += 1
                else:  # in the place of the least
                    at = weights.argmin()
                    if weights[at] >= weight:
                        at = -1
                if at >= 0:
                    weights[at] = weight
                    out_place[origin, at] = here
                    out_cost[origin, at], out_km[origin, at] = here_cost, length[here]
                    if n == MOST_DESTINATIONS:
                        worst = weights.min()
            for e in range(start[here], start[here + 1]):
                there = head[e]
                if not usable[e] or done[there] == o:
                    continue
                shortest = here_cost + km[e]
                if seen[there] != o:
                    lowest[there] = shortest
                    touched[reached] = there
                    reached += 1
                elif shortest < lowest[there]:
                    lowest[there] = shortest
                new = here_cost + km[e] * factor[there]
                if seen[there] != o or new < cost[there]:
                    seen[there] = o
                    cost[there] = new
                    length[there] = length[here] + km[e]
                    before[origin, there] = e
                    push(heap_cost, heap_place, size, new, there)
                    size += 1
        count[origin] = n
        for k in range(reached):
            if lowest[touched[k]] <= radius:
                near[origin, touched[k]] = True
