"""The same region on another grid, and its mirror image."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from sim.world.grid import COARSEST, FINEST, centre_of, gid_of, largest_remainder
from sim.world.tables import RegionError, RegionTables
from sim.world.world import World

MEANS = ("urban", "aridity", "cover", "ground_kmh")


def regridded(tables: RegionTables, resolution: float) -> RegionTables:
    """The tables of a region with its cells at ``resolution`` degrees, a whole fraction or multiple of their own.

    Finer: each cell becomes ``k * k`` cells of its country and land share; town dwellers stay in
    the cells of their towns and the rest is spread evenly. Coarser: ``k * k`` cells become one,
    of the country and admin-1 with the most people (or cells). Population is conserved to the
    last person; with finer cells also by country and admin-1.
    """
    own = float(tables.meta["resolution"])
    if not FINEST <= resolution <= COARSEST:
        raise RegionError(f"resolution {resolution} is not between {FINEST} and {COARSEST} degrees")
    ratio = own / resolution if resolution < own else resolution / own
    k = round(ratio)
    if abs(ratio - k) > 1e-6:
        raise RegionError(f"resolution {resolution} is no whole fraction or multiple of the region's {own}")
    if k == 1:
        return tables
    cells = {key: np.array(value) for key, value in tables.cells.items()}
    cells = _split(cells, tables.towns, own, resolution, k) if resolution < own else _merge(cells, resolution)
    meta = {**tables.meta, "resolution": resolution}
    return replace(tables, cells={key: value.tolist() for key, value in cells.items()}, meta=meta)


def _split(cells, towns, own, resolution, k):
    """Cells at the finer resolution, in the same columns."""
    south_west = SimpleNamespace(lat=cells["lat"] - own / 2, lon=cells["lon"] - own / 2)
    step = (np.arange(k) + 0.5) * resolution
    lat = (south_west.lat[:, None, None] + step[:, None] + 0 * step).reshape(-1)
    lon = (south_west.lon[:, None, None] + step + 0 * step[:, None]).reshape(-1)
    fine = {key: np.repeat(value, k * k) for key, value in cells.items()}
    fine["gid"] = gid_of(lat, lon, resolution)
    fine["lat"], fine["lon"] = centre_of(fine["gid"], resolution)

    row_of = {int(g): i for i, g in enumerate(cells["gid"])}
    fine_of = {int(g): i for i, g in enumerate(fine["gid"])}
    in_town = np.zeros(len(fine["gid"]))
    for lat, lon, country, size in zip(towns["lat"], towns["lon"], towns["country"], towns["population"]):
        row = row_of.get(gid_of(lat, lon, own))
        if row is not None and cells["country"][row] == country:
            in_town[fine_of[gid_of(lat, lon, resolution)]] += size
    in_town = in_town.reshape(-1, k * k)
    for row, people in enumerate(cells["population"]):
        total = in_town[row].sum()
        dwellers = min(total, cells["urban"][row] * people)
        weights = in_town[row] * (dwellers / total if total else 0.0)
        weights = weights + (people - dwellers) / (k * k)
        block = slice(row * k * k, (row + 1) * k * k)
        shared = largest_remainder(weights, int(people))
        fine["population"][block] = shared
        part = np.divide(in_town[row] * (dwellers / total if total else 0.0), weights + 1e-9)
        fine["urban"][block] = np.clip(part, 0.0, 1.0)
    return fine


def _merge(cells, resolution):
    """Cells at the coarser resolution, in the same columns."""
    gid, group = np.unique(gid_of(cells["lat"], cells["lon"], resolution), return_inverse=True)
    n = len(gid)
    per_group = (resolution / _spacing(cells)) ** 2
    land, people = cells["land_share"], cells["population"]
    merged = {"gid": gid}
    merged["lat"], merged["lon"] = centre_of(gid, resolution)
    merged["land_share"] = np.minimum(np.bincount(group, land, n) / per_group, 1.0)
    merged["population"] = np.zeros(n, np.int64)
    np.add.at(merged["population"], group, people)
    for key in MEANS:
        weight = people + 1e-6 if key == "urban" else land + 1e-6
        merged[key] = np.bincount(group, cells[key] * weight, n) / np.bincount(group, weight, n)
    merged["extraction"] = np.zeros(n)
    np.maximum.at(merged["extraction"], group, cells["extraction"])
    # The label with the most people; where none live, the one with the most land.
    best = np.lexsort((-land, -people, group))
    first = best[np.unique(group[best], return_index=True)[1]]
    merged["country"], merged["admin1"] = cells["country"][first], cells["admin1"][first]
    return {key: merged[key] for key in cells}


def _spacing(cells):
    lats = np.unique(cells["lat"])
    return float(np.diff(lats).min())


def mirror(world: World) -> World:
    """The world with east and west exchanged about the middle of the region.

    Rows, draw keys, distances and travel times stay; longitudes and gids (labels) change.
    """
    axis = round(float(world.lon.min() + world.lon.max()) / 2, 9)

    def flip(lon):
        return np.round(2 * axis - lon, 9)

    return replace(
        world,
        name=f"{world.name}-mirrored",
        lon=flip(world.lon),
        gid=gid_of(world.lat, flip(world.lon), world.resolution),
        towns=replace(world.towns, lon=flip(world.towns.lon)),
        camps=replace(world.camps, lon=flip(world.camps.lon)),
        sites=replace(world.sites, lon=flip(world.sites.lon)),
        nodes=replace(world.nodes, lon=flip(world.nodes.lon)),
        outlines=[(iso3, np.stack([2 * axis - line[:, 0], line[:, 1]], axis=1)) for iso3, line in world.outlines],
    )
