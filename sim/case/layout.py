"""Where places are drawn: on the map, or laid out by the lengths of routes where a case has no positions."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

#: above this number of places the layout by routes, which is cubic in it, gives way to a circle
MOST_PLACES = 1500


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
    """Classical scaling (Torgerson 1952) of the distances along routes to two dimensions, in km."""
    if count > MOST_PLACES:
        angle = 2 * np.pi * np.arange(count) / count
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)
    routes = coo_array((km, (a, b)), shape=(count, count)).tocsr()
    apart = dijkstra(routes, directed=False)
    apart[~np.isfinite(apart)] = 1.3 * apart[np.isfinite(apart)].max()  # what no route joins lies outside
    centre = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * centre @ apart**2 @ centre)
    return vectors[:, -2:][:, ::-1] * np.sqrt(np.maximum(values[-2:][::-1], 0.0))
