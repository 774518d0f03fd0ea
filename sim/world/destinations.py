"""Candidate destinations of the displaced and the supply node that serves each community.

From every populated cell at most `places` are worth a thought, in this order until full: the
own capital; the `nearest_cells` populated; up to `camps` within `camp_km`; the nearest populated
cell of up to `border_countries` within `border_km`; up to so many `seats` of regions of the own
country, the nearest first; then towns within `town_km`, by the square root of size over travel
time. How many and how far is said by `sim.world.rules.MapRules`, as `world["rules"]`.
"""

from __future__ import annotations

import numpy as np

from sim.world.grid import great_circle_km
from sim.world.travel import hours_from, nearest_source, row_starts

# places of each kind come before those of the next: ranks from here on, closer together than 100 places
NEAREST, CAMP, BORDER, SEAT, TOWN = 100.0, 200.0, 300.0, 400.0, 500.0

BLOCK = 2048  # origins looked at together: bounds the memory


def destinations(world: dict, graph):
    """CSR ``(start (P+1,), cell, hours)`` ordered by draw_key in each row."""
    n_communities = world["n_communities"]
    found = [_nearest_cells(world), *_from_places(world, graph), *_across_borders(world, graph)]
    origin, cell, hours, rank = (np.concatenate(column) for column in zip(*found))
    good = np.isfinite(hours) & (cell != origin) & (cell < n_communities)
    origin, cell, hours, rank = (x[good] for x in (origin, cell, hours, rank))
    # One entry per pair, the most important; then the most important of each origin.
    order = np.lexsort((rank, cell, origin))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(origin[order]) != 0) | (np.diff(cell[order]) != 0)
    order = order[first]
    order = order[np.lexsort((world["draw_key"][cell[order]], rank[order], origin[order]))]
    order = order[_place_in_row(origin[order]) < world["rules"].places]
    order = order[np.lexsort((world["draw_key"][cell[order]], origin[order]))]
    return (
        row_starts(origin[order], n_communities),
        cell[order].astype(np.int32),
        hours[order],
    )


def _place_in_row(sorted_rows):
    """Position of each entry within its row, for rows that come in blocks."""
    _, begin, counts = np.unique(sorted_rows, return_index=True, return_counts=True)
    return np.arange(len(sorted_rows)) - np.repeat(begin, counts)


def _nearest_cells(world):
    """The nearest populated cells within reach, rank NEAREST and up."""
    n_communities, start = world["n_communities"], world["reach_start"]
    origin = np.repeat(np.arange(n_communities), np.diff(start[: n_communities + 1]))
    cell = world["reach_cell"][: start[n_communities]]
    hours = world["reach_hours"][: start[n_communities]]
    keep = (cell < n_communities) & (cell != origin)
    origin, cell, hours = (x[keep] for x in (origin, cell, hours))
    order = np.lexsort((world["draw_key"][cell], hours, origin))
    place = _place_in_row(origin[order])
    few = place < world["rules"].nearest_cells
    order, place = order[few], place[few]
    return origin[order], cell[order], hours[order], NEAREST + place


def _from_places(world, graph):
    """Entries for capitals, camps, seats and towns: shortest paths from each place to all."""
    n_communities = world["n_communities"]
    towns, camps = world["towns"], world["camps"]
    seats, capitals = world["admin1_seat"], world["capital_cell"]
    places = np.unique(np.concatenate([towns.cell, camps.cell, seats, capitals]))
    places = places[places < n_communities]
    hours = np.empty((len(places), n_communities), np.float32)
    for i, (_, time, _) in enumerate(hours_from(graph, places)):
        hours[i] = time[:n_communities]
    entries = []
    for begin in range(0, n_communities, BLOCK):
        origins = np.arange(begin, min(begin + BLOCK, n_communities))
        entries += _best_places(world, places, origins, hours[:, origins])
    return entries


def _best_places(world, places, origins, hours):
    """Entries for some origins, with hours (places, origins)."""
    lat, lon, country, rules = world["lat"], world["lon"], world["country"], world["rules"]
    seats, capitals = world["admin1_seat"], world["capital_cell"]
    size = np.zeros(world["n_cells"])
    np.add.at(size, world["towns"].cell, world["towns"].population)
    is_seat, is_camp = np.zeros(world["n_cells"], bool), np.zeros(world["n_cells"], bool)
    is_seat[seats], is_camp[world["camps"].cell] = True, True
    far = great_circle_km(lat[places, None], lon[places, None], lat[origins], lon[origins])
    own = country[places, None] == country[origins]
    entries = []

    def nearest(allowed, badness, most, rank):
        """The ``most`` least bad allowed places of every origin, ranked upwards from ``rank``."""
        badness = np.where(allowed & np.isfinite(hours), badness, np.inf)
        order = np.argsort(badness, axis=0, kind="stable")[:most]
        for k, pick in enumerate(order):
            at = np.flatnonzero(np.isfinite(badness[pick, np.arange(len(origins))]))
            row = pick[at]
            ranks = np.full(len(at), rank + k, float)
            entries.append((origins[at], places[row], hours[row, at], ranks))

    nearest(places[:, None] == capitals[country[origins]], hours, 1, 0)
    nearest(is_camp[places, None] & (far <= rules.camp_km), hours, rules.camps, CAMP)
    nearest(own & is_seat[places, None], hours, rules.seats, SEAT)
    attraction = np.sqrt(np.maximum(size[places, None], 1.0)) / (hours + rules.town_hours)
    nearest((size[places, None] > 0) & (far <= rules.town_km), -attraction, rules.places, TOWN)
    return entries


def _across_borders(world, graph):
    """The nearest populated cell of each other country, rank BORDER and up by hours."""
    n_communities, lat, lon, country = world["n_communities"], world["lat"], world["lon"], world["country"]
    origins, cells, times = [], [], []
    for index in range(len(world["capital_cell"])):
        inside = np.flatnonzero(country[:n_communities] == index)
        if not len(inside):
            continue
        hours, which, _ = nearest_source(graph, inside)
        far = great_circle_km(lat, lon, lat[np.maximum(which, 0)], lon[np.maximum(which, 0)])
        near = (country != index) & np.isfinite(hours) & (far <= world["rules"].border_km)
        origin = np.flatnonzero(near[:n_communities])
        origins.append(origin)
        cells.append(which[origin])
        times.append(hours[origin])
    origin, cell, hours = (np.concatenate(x) for x in (origins, cells, times))
    order = np.lexsort((world["draw_key"][cell], hours, origin))
    place = _place_in_row(origin[order])
    few = place < world["rules"].border_countries
    order, place = order[few], place[few]
    return [(origin[order], cell[order], hours[order], BORDER + place)]


def serving_nodes(n_communities, country, graph, node_cell, node_country):
    """Supply node (P,) i4 nearest to each community in its own country, and the hours to it.

    A country without a node is served by the nearest node of all.
    """
    serving, hours = np.zeros(n_communities, np.int32), np.full(n_communities, np.inf)
    for index in np.unique(country[:n_communities]):
        rows = np.flatnonzero(country[:n_communities] == index)
        nodes = np.flatnonzero(node_country == index)
        if not len(nodes):
            nodes = np.arange(len(node_cell))
        # Of several nodes in one cell the first, which is the largest.
        cells, first = np.unique(node_cell[nodes], return_index=True)
        time, which, _ = nearest_source(graph, cells)
        serving[rows] = nodes[first][np.searchsorted(cells, which[rows])]
        hours[rows] = time[rows]
    return serving, hours
