"""Where places are drawn: on the map, or laid out by the lengths of routes where a case has no positions.

The layouts are NetworkX's, with a fixed seed: the same case is always drawn the same way.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

SEED = 1

#: places up to which distances along routes are kept to; the time this takes grows with the square and more
MOST_BY_DISTANCE = 300

#: places up to which routes pull their ends together; beyond it, places stand in a circle
MOST_BY_SPRINGS = 1500

#: places that no route joins are drawn this share of the longest way apart
APART = 0.7


def positions(lon: np.ndarray, lat: np.ndarray, a: np.ndarray, b: np.ndarray, km: np.ndarray) -> tuple[np.ndarray, str]:
    """Return (P, 2) positions and whether they are those of the "map" or made from "routes".

    A few places without a position are put amid their neighbours; where more than half lack one, all
    are laid out by the lengths of routes.
    """
    where = np.stack([np.asarray(lon, float), np.asarray(lat, float)], axis=1)
    known = np.isfinite(where).all(axis=1)
    if known.sum() * 2 <= len(where):
        return _by_routes(len(where), a, b, km), "routes"
    return _amid_neighbours(where, known, a, b), "map"


def _amid_neighbours(where: np.ndarray, known: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give each place without a position the mean of its neighbours', from place to place."""
    where, known = where.copy(), known.copy()
    middle = where[known].mean(axis=0)
    while not known.all():
        near = [(x, y) for x, y in (*zip(a, b), *zip(b, a)) if not known[x] and known[y]]
        if not near:
            where[~known] = middle
            break
        for place in {x for x, _ in near}:
            where[place] = np.mean([where[y] for x, y in near if x == place], axis=0)
        known[[x for x, _ in near]] = True
    return where


def _by_routes(count: int, a: np.ndarray, b: np.ndarray, km: np.ndarray) -> np.ndarray:
    """Positions (P, 2) without a unit, whose distances are as near as may be to those along routes, near ones first.

    Kamada and Kawai (1989), from a start by springs, which are the stiffer the shorter a route is (Fruchterman and
    Reingold 1991). The start keeps places apart that have the same distances to all others.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    for start, end, length in zip(a.tolist(), b.tolist(), km.tolist()):
        graph.add_edge(start, end, km=length, stiffness=float(km.mean()) / length)
    if count > MOST_BY_SPRINGS:
        return _rows(nx.circular_layout(graph))
    springs = nx.spring_layout(graph, seed=SEED, weight="stiffness", method="energy")
    if count > MOST_BY_DISTANCE:
        return _lengthwise(_rows(springs))
    return _lengthwise(_rows(nx.kamada_kawai_layout(graph, dist=_along_routes(graph), pos=springs)))


def _along_routes(graph: nx.Graph) -> dict[int, dict[int, float]]:
    """Length of the shortest way between any two places, as a share of the mean of all."""
    found = dict(nx.all_pairs_dijkstra_path_length(graph, weight="km"))
    lengths = [km for from_here in found.values() for km in from_here.values()]
    unit, unjoined = sum(lengths) / len(lengths) or 1.0, APART * max(lengths)
    return {i: {j: found[i].get(j, unjoined) / unit for j in graph} for i in graph}


def _rows(layout: dict[int, np.ndarray]) -> np.ndarray:
    """Positions by place as an array (P, 2)."""
    return np.array([layout[place] for place in range(len(layout))])


def _lengthwise(where: np.ndarray) -> np.ndarray:
    """Positions turned so that they spread most from left to right (P, 2)."""
    centred = where - where.mean(axis=0)
    return centred @ np.linalg.svd(centred, full_matrices=False)[2].T
