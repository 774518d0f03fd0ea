"""The grid: cell identifiers, distances and areas on the sphere, and keys for names.

Cells follow PRIO-GRID (Tollefsen, Strand and Buhaug 2012): at 0.5 degree
``gid = (row - 1) * 720 + col`` with rows from 90 S and columns from 180 W, both from 1.
At another resolution the same formula holds with ``360 / resolution`` columns.
"""

from __future__ import annotations

import difflib
import unicodedata
from functools import lru_cache

import numpy as np

#: degrees of the finest and of the coarsest grid
FINEST, COARSEST = 0.05, 5.0

EARTH_RADIUS_KM = 6371.0088


def gid_of(lat, lon, resolution: float = 0.5):
    """Identifier (int64) of the cell that holds each point (degrees); scalar in, scalar out."""
    per_degree = round(1.0 / resolution, 9)
    columns = round(360.0 / resolution)
    # The tiny shift keeps points on an edge (0.1 degree is no binary fraction) in their own cell.
    row = np.floor((np.asarray(lat, dtype=float) + 90.0) * per_degree + 1e-9).astype(np.int64)
    col = np.floor((np.asarray(lon, dtype=float) + 180.0) * per_degree + 1e-9).astype(np.int64)
    gid = row * columns + col + 1
    return int(gid) if gid.ndim == 0 else gid


def centre_of(gid, resolution: float = 0.5):
    """Latitude and longitude (degrees) of the centres of cells ``gid``."""
    columns = round(360.0 / resolution)
    zero_based = np.asarray(gid, dtype=np.int64) - 1
    lat = -90.0 + (zero_based // columns + 0.5) * resolution
    lon = -180.0 + (zero_based % columns + 0.5) * resolution
    return np.round(lat, 9), np.round(lon, 9)


def great_circle_km(lat1, lon1, lat2, lon2):
    """Great-circle distance in km between points in degrees; arrays broadcast."""
    lat1, lon1, lat2, lon2 = (np.radians(np.asarray(x, float)) for x in (lat1, lon1, lat2, lon2))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def cell_area_km2(lat, resolution: float = 0.5):
    """Area in km2 of a whole cell centred on ``lat`` (degrees), land and water."""
    lat = np.asarray(lat, dtype=float)
    north, south = np.radians(lat + resolution / 2), np.radians(lat - resolution / 2)
    return EARTH_RADIUS_KM**2 * np.radians(resolution) * (np.sin(north) - np.sin(south))


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """The name without accents, case, spaces or punctuation, to compare names by."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain.casefold() if c.isalnum())


def nearest_name(name: str, known) -> str:
    """``"; the nearest name is ..."`` for an error message, or an empty string."""
    by_key = {name_key(k): k for k in known}
    close = difflib.get_close_matches(name_key(name), by_key, n=1, cutoff=0.5)
    return f"; the nearest name is {by_key[close[0]]!r}" if close else ""


def largest_remainder(weights, total: int):
    """Whole numbers (int64) in proportion to ``weights`` that add up exactly to ``total``.

    Ties in the remainder go to the earlier entry.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.sum() <= 0:
        if total:
            raise ValueError(f"cannot share out {total} by weights that are all zero")
        return np.zeros(len(weights), dtype=np.int64)
    share = weights / weights.sum() * total
    whole = np.floor(share).astype(np.int64)
    left = int(total - whole.sum())
    if left > 0:
        whole[np.argsort(-(share - whole), kind="stable")[:left]] += 1
    return whole
