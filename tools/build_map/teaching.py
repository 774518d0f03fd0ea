"""Build the made-up teaching region. Run from the project: ``python tools/build_map/teaching.py``.

Three countries on 16 by 12 cells: landlocked Arun with its capital Tessaro, and Belmar and
Corvane on the sea, each with a port. Three corridors lead to Tessaro: the west road and the
river from Port Belmar, and the east road from Corva. The north is dry and far.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import datetime

import numpy as np

from sim.world.build import build_world, write_cache
from sim.world.grid import gid_of, great_circle_km, largest_remainder
from sim.world.region import tables_of
from tools.build_map import common

FOLDER = common.DATA / "teaching"
SOURCE = "made up"

COUNTRIES = [
    ("XAR", "Arun", 1, 0.03, "Tessaro"),
    ("XBE", "Belmar", 0, 0.025, "Port Belmar"),
    ("XCO", "Corvane", 0, 0.025, "Corva"),
]
ADMIN1 = [
    ("XAR.Centre", "Tessaro", 3_200_000),
    ("XAR.West", "Halem", 1_100_000),
    ("XAR.East", "Dovan", 1_000_000),
    ("XAR.North", "Kel Adar", 420_000),
    ("XBE.Coast", "Port Belmar", 2_400_000),
    ("XBE.Inland", "Ledra", 900_000),
    ("XCO.Coast", "Corva", 2_000_000),
    ("XCO.Inland", "Mirel", 800_000),
]
# name, lat, lon, country, population, capital, node
TOWNS = [
    ("Tessaro", 3.25, 4.25, "XAR", 1_400_000, 1, "town"),
    ("Halem", 3.25, 2.25, "XAR", 120_000, 0, "town"),
    ("Sarro", 3.25, 3.25, "XAR", 60_000, 0, "town"),
    ("Dovan", 3.25, 6.25, "XAR", 110_000, 0, "town"),
    ("Merat", 3.25, 5.25, "XAR", 50_000, 0, "town"),
    ("Senno", 2.25, 3.75, "XAR", 80_000, 0, "town"),
    ("Oulan", 4.25, 4.25, "XAR", 90_000, 0, "town"),
    ("Kel Adar", 5.25, 3.25, "XAR", 40_000, 0, "town"),
    ("Tamrit", 5.25, 5.25, "XAR", 25_000, 0, "town"),
    ("Goldra", 4.75, 5.75, "XAR", 30_000, 0, "town"),
    ("Ifren", 4.25, 2.25, "XAR", 35_000, 0, "town"),
    ("Port Belmar", 1.25, 1.75, "XBE", 900_000, 1, "port"),
    ("Ledra", 2.25, 1.25, "XBE", 130_000, 0, "town"),
    ("Delt", 1.75, 2.75, "XBE", 70_000, 0, "town"),
    ("Corva", 1.25, 6.75, "XCO", 800_000, 1, "port"),
    ("Mirel", 2.25, 7.25, "XCO", 110_000, 0, "town"),
    ("Nadir", 4.75, 7.25, "XCO", 20_000, 0, "town"),
]
EDGES = [
    ("Port Belmar", "Ledra", 130, "paved"),
    ("Ledra", "Halem", 165, "paved"),
    ("Halem", "Sarro", 118, "paved"),
    ("Sarro", "Tessaro", 118, "paved"),
    ("Port Belmar", "Delt", 140, "river"),
    ("Delt", "Senno", 140, "river"),
    ("Senno", "Tessaro", 140, "river"),
    ("Tessaro", "Oulan", 125, "river"),
    ("Corva", "Mirel", 130, "paved"),
    ("Mirel", "Dovan", 165, "paved"),
    ("Dovan", "Merat", 118, "paved"),
    ("Merat", "Tessaro", 118, "paved"),
    ("Tessaro", "Oulan", 130, "paved"),
    ("Oulan", "Kel Adar", 180, "track"),
    ("Oulan", "Goldra", 200, "track"),
    ("Goldra", "Tamrit", 85, "track"),
    ("Kel Adar", "Tamrit", 260, "track"),
    ("Halem", "Ifren", 130, "track"),
    ("Ifren", "Kel Adar", 180, "track"),
    ("Goldra", "Nadir", 195, "track"),
    ("Mirel", "Nadir", 300, "track"),
]
# kind, name, lat, lon, country, value, capacity, opened
SITES = [
    ("port", "Port Belmar", 1.25, 1.75, "XBE", 1, 0, "1960-01-01"),
    ("port", "Corva", 1.25, 6.75, "XCO", 1, 0, "1960-01-01"),
    ("mine", "Goldra mine", 4.75, 5.75, "XAR", 1, 0, "2005-01-01"),
    ("camp", "Nadir camp", 4.75, 7.25, "XCO", 1, 60_000, "2012-03-01"),
    ("base", "Kel Adar garrison", 5.25, 3.25, "XAR", 600, 0, "1990-01-01"),
    ("base", "Tamrit mission camp", 5.25, 5.25, "XAR", 400, 0, "2013-07-01"),
    ("airport", "Tessaro airport", 3.25, 4.25, "XAR", 1, 0, "1960-01-01"),
    ("airport", "Kel Adar airstrip", 5.25, 3.25, "XAR", 0.3, 0, "1975-01-01"),
    ("crossing", "Halem west", 3.25, 1.75, "XAR", 1, 0, "1960-01-01"),
    ("crossing", "Dovan east", 3.25, 6.25, "XAR", 1, 0, "1960-01-01"),
    ("crossing", "Senno south", 2.25, 3.75, "XAR", 1, 0, "1960-01-01"),
    ("crossing", "Goldra east", 4.75, 6.25, "XAR", 0.3, 0, "1960-01-01"),
]
RIVER = [(1.25, 1.75), (1.75, 2.75), (2.25, 3.75), (3.25, 4.25), (4.25, 4.25), (5.25, 4.75)]


def label_of(row: int, col: int) -> str | None:
    """Admin-1 of the cell at this row (0 is the south) and column, None for sea."""
    if row < 2 or (row == 2 and 4 <= col <= 11) or (row == 11 and col in (0, 15)):
        return None
    arun = row >= 4 and 3 <= col <= 12
    if not arun:
        country = "XBE" if col <= 2 or (row < 4 and col <= 7) else "XCO"
        return f"{country}.{'Coast' if row <= 3 else 'Inland'}"
    if row >= 9:
        return "XAR.North"
    return "XAR.West" if col <= 5 else "XAR.Centre" if col <= 9 else "XAR.East"


def cells() -> list[dict]:
    """Rows of ``cells.csv``."""
    rows = []
    for row in range(12):
        for col in range(16):
            label = label_of(row, col)
            if label is None:
                continue
            lat, lon = row * 0.5 + 0.25, col * 0.5 + 0.25
            river_km = min(great_circle_km(lat, lon, a, b) for a, b in RIVER)
            aridity = np.clip((lat - 1.5) / 4.5 - 0.2 * np.exp(-river_km / 40), 0, 1)
            hills = np.exp(-(((lat - 5.25) / 0.7) ** 2 + ((lon - 1.75) / 0.7) ** 2))
            forest = np.exp(-(((lat - 2.6) / 0.5) ** 2 + ((lon - 5.7) / 0.6) ** 2))
            rows.append(
                {
                    "gid": gid_of(lat, lon),
                    "lat": lat,
                    "lon": lon,
                    "country": label[:3],
                    "admin1": label,
                    "land_share": 1.0,
                    "aridity": round(float(aridity), 3),
                    "extraction": 0.0,
                    "cover": round(float(np.clip(0.1 + 0.2 * aridity + hills + forest, 0, 1)), 3),
                    "ground_kmh": 8.0 if aridity > 0.75 else 12.0,
                    "river_km": river_km,
                }
            )
    return rows


def populate(rows: list[dict]) -> None:
    """Share the people of each admin-1 out over its cells; the driest stay empty."""
    in_town = {}
    for name, lat, lon, _, people, *_ in TOWNS:
        in_town[gid_of(lat, lon)] = in_town.get(gid_of(lat, lon), 0) + people
        assert name
    for label, _, total in ADMIN1:
        own = [r for r in rows if r["admin1"] == label]
        town = np.array([in_town.get(r["gid"], 0) for r in own], float)
        rural = np.array([(1.02 - r["aridity"]) ** 2 * (1 + np.exp(-r["river_km"] / 60)) for r in own])
        empty = np.array([r["aridity"] > 0.93 for r in own]) & (town == 0)
        rural[empty] = 0
        people = largest_remainder(town + rural / rural.sum() * (total - town.sum()), total)
        for r, n, t in zip(own, people, town):
            r["population"] = int(n)
            r["urban"] = round(min(t / n, 1.0), 3) if n else 0.0
    by_gid = {r["gid"]: r for r in rows}
    by_gid[gid_of(4.75, 5.75)]["extraction"] = 1.0
    by_gid[gid_of(5.25, 2.25)]["extraction"] = 0.4


def outlines(rows: list[dict]) -> list[dict]:
    """Country borders: the outer edges of the cells of each, joined into rings."""
    points = []
    for iso3, *_ in COUNTRIES:
        edges = {}
        own = {(r["lat"], r["lon"]) for r in rows if r["country"] == iso3}
        for lat, lon in own:
            s, n, w, e = lat - 0.25, lat + 0.25, lon - 0.25, lon + 0.25
            for there, a, b in (
                ((lat - 0.5, lon), (w, s), (e, s)),
                ((lat, lon + 0.5), (e, s), (e, n)),
                ((lat + 0.5, lon), (e, n), (w, n)),
                ((lat, lon - 0.5), (w, n), (w, s)),
            ):
                if there not in own:
                    edges[a] = b
        ring = 0
        while edges:
            start = min(edges)
            line = [start]
            while line[-1] in edges:
                line.append(edges.pop(line[-1]))
            points += [{"iso3": iso3, "ring": ring, "lon": x, "lat": y} for x, y in line]
            ring += 1
    return points


def main() -> None:
    """Write all files of the region and its cache."""
    rows = sorted(cells(), key=lambda r: r["gid"])
    populate(rows)
    common.write_csv(FOLDER / "cells.csv", common.CELLS, rows)
    keys = ("name", "lat", "lon", "country", "population", "capital", "node")
    towns = [dict(zip(keys, t), aliases="", source=SOURCE) for t in TOWNS]
    common.write_csv(FOLDER / "towns.csv", common.TOWNS, towns)
    edges = [dict(zip(("from", "to", "km", "kind"), e), source=SOURCE) for e in EDGES]
    common.write_csv(FOLDER / "edges.csv", common.EDGES, edges)
    sites = [dict(zip(common.SITES, (*s, SOURCE))) for s in SITES]
    common.write_csv(FOLDER / "sites.csv", common.SITES, sites)
    admin1 = [dict(zip(common.ADMIN1, (a, a[:3], seat, total, total, 2012, 1.0, SOURCE))) for a, seat, total in ADMIN1]
    common.write_csv(FOLDER / "admin1.csv", common.ADMIN1, admin1)
    countries = [dict(zip(common.COUNTRIES, (*c, SOURCE))) for c in COUNTRIES]
    common.write_csv(FOLDER / "countries.csv", common.COUNTRIES, countries)
    common.write_csv(FOLDER / "outlines.csv", common.OUTLINES, outlines(rows))
    common.write_meta(
        FOLDER / "region.yaml",
        {
            "title": "Teaching region (made up)",
            "fictional": True,
            "resolution": 0.5,
            "population_year": 2012,
            "start": datetime.date(2012, 1, 2),
            "known_until": datetime.date(2026, 6, 30),
        },
    )
    (FOLDER / "LICENCES.md").write_text(
        "# Teaching region\n\nEverything here is made up for teaching by the project and comes "
        "under the project's own licence. Any likeness to real places is unintended.\n"
    )
    write_cache(build_world(tables_of(FOLDER), use_cache=False))


if __name__ == "__main__":
    main()
