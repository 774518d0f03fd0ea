"""Where places are drawn: on the map, or laid out by the lengths of routes where a case has no positions."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

#: above this number of places the layout by routes, which is cubic in it, gives way to a circle
MOST_PLACES = 800

ROUNDS = 120  # of majorization


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
    """Positions in km whose distances are as near as may be to those along routes, near ones first.

    Classical scaling (Torgerson 1952) as a start, then stress majorization with weights 1 / distance^2
    (Kamada and Kawai 1989; Gansner, Koren and North 2004).
    """
    if count > MOST_PLACES:
        angle = 2 * np.pi * np.arange(count) / count
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)
    routes = coo_array((km, (a, b)), shape=(count, count)).tocsr()
    apart = dijkstra(routes, directed=False)
    joined = np.isfinite(apart)
    apart[~joined] = 0.7 * apart[joined].max()  # what no route joins lies at the edge
    weight = 1 / np.maximum(apart, 1e-9) ** 2
    weight[~joined] *= 0.1
    np.fill_diagonal(weight, 0.0)
    centre = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * centre @ apart**2 @ centre)
    where = vectors[:, -2:][:, ::-1] * np.sqrt(np.maximum(values[-2:][::-1], 0.0))
    laplacian = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    for _ in range(ROUNDS):
        step = where[:, None] - where[None]
        length = np.maximum(np.linalg.norm(step, axis=2), 1e-9)
        where = laplacian @ (step * (weight * apart / length)[..., None]).sum(axis=1)
    return where
