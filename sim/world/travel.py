"""Travel over the cells: neighbours, speeds, hours by the fastest way, cells within reach.

The cells form a graph in which each touches the (at most eight) land cells around it. A step
from cell a to cell b takes ``km / 2 * (1 / speed_a + 1 / speed_b)`` hours, with the speed of the
best way through each cell: of its roads, tracks and rivers, else the ground's own.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.world.grid import gid_of, great_circle_km

CHUNK = 64  # sources of one shortest-path call: bounds the memory


def edges_through_cells(gid, resolution, lat, lon, u, v, km):
    """The cells each edge runs through, in order, as CSR ``(start, cell, km inside)``.

    An edge is followed along the straight line between its ends ``u, v`` (rows of ``lat``,
    ``lon``), in steps of a tenth of a cell; points off the land cells are left out and the
    edge's ``km`` is spread over the rest, so that the parts add up to the whole.
    """
    order = np.argsort(gid)
    start, cells, lengths = [0], [], []
    for a, b, length in zip(u, v, km):
        gap = max(abs(lat[a] - lat[b]), abs(lon[a] - lon[b]))
        points = max(2, int(np.ceil(gap / resolution * 10)) + 1)
        along = (np.arange(points) + 0.5) / points
        ids = gid_of(lat[a] + (lat[b] - lat[a]) * along, lon[a] + (lon[b] - lon[a]) * along, resolution)
        slot = np.minimum(np.searchsorted(gid, ids, sorter=order), len(gid) - 1)
        found = order[slot][gid[order[slot]] == ids]
        if len(found):
            breaks = np.flatnonzero(np.diff(found, prepend=-1))
            counts = np.diff(np.append(breaks, len(found)))
            cells.append(found[breaks])
            lengths.append(length * counts / counts.sum())
        start.append(start[-1] + (len(cells[-1]) if len(found) else 0))
    flat_cells = np.concatenate(cells) if cells else np.empty(0)
    flat_km = np.concatenate(lengths) if lengths else np.empty(0)
    return np.array(start, np.int32), flat_cells.astype(np.int32), flat_km


def speed_of_cells(ground_kmh, edge_start, edge_cell, edge_kind, kind_kmh):
    """Speed (N,) km/h of the best way through each cell; `kind_kmh` of edges by kind (3,)."""
    speed = np.asarray(ground_kmh, dtype=float).copy()
    kind = np.repeat(edge_kind, np.diff(edge_start))
    np.maximum.at(speed, edge_cell, kind_kmh[kind])
    return speed


def neighbour_table(gid, resolution):
    """Dense table (N, 8) i4 of the land cells around each cell, -1 where there is none.

    Directions go row by row from the south-west to the north-east.
    """
    columns = round(360 / resolution)
    order = np.argsort(gid)
    table = np.full((len(gid), 8), -1, np.int32)
    for k, (dy, dx) in enumerate(DIRECTIONS):
        wanted = gid + dy * columns + dx
        slot = np.minimum(np.searchsorted(gid, wanted, sorter=order), len(gid) - 1)
        hit = gid[order[slot]] == wanted
        table[hit, k] = order[slot[hit]]
    return table


DIRECTIONS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx]


def step_costs(table, lat, lon, speed):
    """Kilometres and hours (N, 8) of the step to each neighbour; infinite where there is none."""
    there = np.where(table < 0, 0, table)
    km = great_circle_km(lat[:, None], lon[:, None], lat[there], lon[there])
    hours = km / 2 * (1 / speed[:, None] + 1 / speed[there])
    km[table < 0] = np.inf
    hours[table < 0] = np.inf
    return km, hours


def graph_of(table, hours):
    """The cell graph (N, N) as a sparse matrix of hours."""
    here, k = np.nonzero(table >= 0)
    return csr_matrix((hours[here, k], (here, table[here, k])), shape=(len(table),) * 2)


def reach(gid, resolution, table, km, hours, radius):
    """All cells within ``radius`` cells of each cell with the fastest way to them.

    Returns CSR ``(start, cell, hours, km)``, ordered by gid in each row, the own cell (0)
    included. Ways are looked for within a window two cells wider than the radius, by repeated
    relaxation over all cells at once, so that memory grows with N and not with its square.
    """
    width = radius + 2
    span = range(-width, width + 1)
    offsets = [(dy, dx) for dy in span for dx in span]
    slot = {offset: i for i, offset in enumerate(offsets)}
    best = np.full((len(offsets), len(table)), np.inf)
    length = np.full_like(best, np.inf)
    best[slot[0, 0]] = length[slot[0, 0]] = 0.0
    there = np.where(table < 0, 0, table)
    changed = {slot[0, 0]}
    while changed:
        again = set()
        for source in sorted(changed):
            for k, (dy, dx) in enumerate(DIRECTIONS):
                # From here one step in direction k, then on by the offset of ``source``.
                target = slot.get((offsets[source][0] + dy, offsets[source][1] + dx))
                if target is None:
                    continue
                trial = hours[:, k] + best[source][there[:, k]]
                better = trial < best[target] - 1e-12
                if better.any():
                    best[target][better] = trial[better]
                    longer = km[:, k] + length[source][there[:, k]]
                    length[target][better] = longer[better]
                    again.add(target)
        changed = again
    columns = round(360 / resolution)
    order = np.argsort(gid)
    parts = []
    for (dy, dx), i in slot.items():
        if dy * dy + dx * dx <= radius * radius:
            wanted = gid + dy * columns + dx
            at = order[np.minimum(np.searchsorted(gid, wanted, sorter=order), len(gid) - 1)]
            here = np.flatnonzero((gid[at] == wanted) & np.isfinite(best[i]))
            parts.append((here, at[here], best[i, here], length[i, here]))
    here, cell, time, way = (np.concatenate(column) for column in zip(*parts))
    rank = np.lexsort((gid[cell], here))
    return row_starts(here, len(gid)), cell[rank].astype(np.int32), time[rank], way[rank]


def row_starts(rows, n):
    """CSR starts (n+1,) i4 of entries that lie in ``rows``."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))]).astype(np.int32)


def hours_from(graph, sources):
    """Yield ``(source, hours (N,), predecessor (N,))`` for each source cell, in chunks."""
    for begin in range(0, len(sources), CHUNK):
        part = np.asarray(sources[begin : begin + CHUNK])
        hours, before = dijkstra(graph, indices=part, return_predecessors=True)
        for i, source in enumerate(part):
            yield int(source), hours[i], before[i]


def nearest_source(graph, sources):
    """Hours (N,) to the nearest of the source cells, which one (N,) i4, and predecessors."""
    hours, before, which = dijkstra(graph, indices=np.asarray(sources), min_only=True, return_predecessors=True)
    return hours, which.astype(np.int32), before
