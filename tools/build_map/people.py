"""Where people live: weights for the sample points, towns, and sharing out of the totals."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.spatial import cKDTree

from sim.core.conversions import KM_PER_DEGREE
from sim.world.grid import gid_of, largest_remainder

URBAN_CAP = 0.8  # at most this share of a unit lives in its listed towns,
CITY_CAP = 0.93  # or this, where they have a million people together
DESERT_MINIMUM = 20  # cells with fewer people are taken as empty


def rain_mm(lat, lon):
    """Rough annual rain (mm): a logistic fall from south to north; belts slope with longitude.

    The isohyets lie some 0.06 degree of latitude further south per degree towards the east.
    """
    return 1400 / (1 + np.exp((lat + 0.06 * (lon + 4) - 13.2) / 1.8))


def river_points(rows, spacing=0.05):
    """Points (lat, lon) along the rivers of ``rivers.csv``."""
    points = []
    for a, b in itertools.pairwise(rows):
        if a["river"] == b["river"]:
            start = np.array([float(a["lat"]), float(a["lon"])])
            end = np.array([float(b["lat"]), float(b["lon"])])
            n = int(np.abs(end - start).max() / spacing) + 1
            points.append(start + (end - start) * np.linspace(0, 1, n)[:, None])
    return np.concatenate(points)


def near_km(lat, lon, points):
    """Km (flat, good enough here) from each place to the nearest of ``points``."""
    shrink = np.cos(np.radians(14.0))
    tree = cKDTree(points * [1, shrink])
    return tree.query(np.stack([lat, lon * shrink], 1))[0] * KM_PER_DEGREE


def aridity(lat, lon, river_km):
    """0 humid .. 1 hyper-arid: one minus rain over 1,200 mm, less along the rivers."""
    dry = 1 - np.minimum(rain_mm(lat, lon), 1200) / 1200
    return np.clip(dry - 0.25 * np.exp(-((river_km / 30) ** 2)) * dry, 0, 1)


def rural_weight(lat, lon, river_km, road_km, town_km):
    """Relative rural density: rain-fed farming, rivers in dry land, roads and towns nearby.

    Below some 250 mm only herders live away from water. In the desert proper (below 50 mm)
    people live within some 30 km of a town or track and nowhere else.
    """
    rain = rain_mm(lat, lon)
    farming = np.where(rain < 200, 0.0, 1 / (1 + np.exp(-(rain - 420) / 75)))
    herding = 0.04 / (1 + np.exp(-(rain - 130) / 30))
    river = np.clip(1.2 - rain / 700, 0, 1) * np.exp(-((river_km / 18) ** 2)) * 0.9
    oasis = 0.02 * np.exp(-((np.minimum(town_km, road_km + 15) / 25) ** 2))
    weight = farming + np.where(rain < 50, 0.0, herding) + river + oasis
    weight = weight * (1 + 0.4 * np.exp(-road_km / 15) + 0.5 * np.exp(-town_km / 20))
    return np.where(weight < 1e-5, 0.0, weight)


def share_out(units, weights, label, cell, town_rows, totals):
    """People (len(cells),) float of each admin-1 cell from its units' rural and town weights.

    ``units`` (points,) are ids of the smallest areas with a known count in ``totals``;
    ``label`` is the admin-1 of each point, ``cell`` the cell each point counts for (-1: outside
    the region). ``town_rows`` are ``(unit, cell, people)``. Returns people by cell and the
    share of each unit that lies inside the region.
    """
    n = cell.max() + 1
    people = np.zeros(n)
    inside = {}
    by_unit: dict[int, list] = {}
    for unit, at, size in town_rows:
        by_unit.setdefault(unit, []).append((at, size))
    order = np.argsort(units, kind="stable")
    bounds = np.searchsorted(units[order], np.arange(len(totals) + 1))
    for unit, total in enumerate(totals):
        points = order[bounds[unit] : bounds[unit + 1]]
        towns = by_unit.get(unit, [])
        in_towns = sum(size for _, size in towns)
        cap = CITY_CAP if in_towns > 1e6 else URBAN_CAP
        scale = min(1.0, cap * total / in_towns) if in_towns else 0.0
        rural = total - in_towns * scale
        weight = weights[points]
        if not len(points) or weight.sum() == 0:
            scale, rural = (total / in_towns if in_towns else 0.0), 0.0
        counted = 0.0
        for at, size in towns:
            if at >= 0:
                people[at] += size * scale
                counted += size * scale
        if rural:
            part = weight / weight.sum() * rural
            here = cell[points] >= 0
            np.add.at(people, cell[points][here], part[here])
            counted += part[here].sum()
        inside[unit] = counted / total if total else 0.0
    return people, inside


def whole_numbers(people, admin1, totals, keep):
    """Whole people by cell that add up exactly to ``totals`` by admin-1.

    Cells with fewer than ``DESERT_MINIMUM`` people are emptied unless in ``keep`` (places with
    a town or camp, which get at least that many).
    """
    people = np.where(keep, np.maximum(people, DESERT_MINIMUM), people)
    people = np.where(people < DESERT_MINIMUM, 0.0, people)
    whole = np.zeros(len(people), np.int64)
    for index, total in enumerate(totals):
        rows = np.flatnonzero(admin1 == index)
        if total:
            whole[rows] = largest_remainder(people[rows], int(total))
    return whole


def cell_index(lat, lon, gids, resolution=0.5):
    """Row of the cell that holds each point, -1 if it is not among ``gids`` (sorted)."""
    wanted = gid_of(lat, lon, resolution)
    slot = np.minimum(np.searchsorted(gids, wanted), len(gids) - 1)
    return np.where(gids[slot] == wanted, slot, -1)
