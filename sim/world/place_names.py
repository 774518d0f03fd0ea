"""Names of places of a region, read from its tables without building the map.

Scenario files are checked against these names at load; the map itself (`sim.world`) finds the cells.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.core.errors import UserError, nearest
from sim.core.safe_yaml import read_yaml


def region_folder(region: str) -> Path:
    """Return the folder with a region's tables."""
    return Path(__file__).resolve().parent / "data" / region


@lru_cache(maxsize=8)
def map_facts(region: str) -> dict[str, Any]:
    """Return what `region.yaml` of the map says (start, known_until, ...); empty without a map."""
    path = region_folder(region) / "region.yaml"
    return read_yaml(path) if path.exists() else {}


@lru_cache(maxsize=8)
def countries(region: str) -> tuple[str, ...]:
    """Return the ISO3 codes of a region's countries; empty without a map."""
    return tuple(row["iso3"] for row in _rows(region, "countries"))


@lru_cache(maxsize=8)
def place_names(region: str) -> tuple[str, ...]:
    """Return every name that places of a region go by; empty without a map."""
    names: list[str] = []
    for row in _rows(region, "towns"):
        names += [row["name"], *filter(None, (row.get("aliases") or "").split(";"))]
    names += [row["name"] for row in _rows(region, "sites")]
    for row in _rows(region, "admin1"):
        names += [row["label"], row["label"].split(".", 1)[-1]]
    for row in _rows(region, "countries"):
        names += [row["iso3"], row["name"]]
    return tuple(dict.fromkeys(names))


def place_check(region: str) -> Callable[[str], str | None] | None:
    """Return a function that says what is wrong with a place's name; None without a map."""
    names = place_names(region)
    if not names:
        return None
    from sim.world.grid import name_key

    known = {name_key(name) for name in names}

    def check(place: str) -> str | None:
        for part in place.split("+"):
            if name_key(part) not in known:
                best = nearest(part.strip(), names)
                hint = f"; the nearest is '{best}'" if best else ""
                return f"There is no place '{part.strip()}' in the region {region}{hint}."
        return None

    return check


def _rows(region: str, table: str) -> list[dict[str, str]]:
    path = region_folder(region) / f"{table}.csv"
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, csv.Error) as error:
        raise UserError(f"{path} cannot be read: {error}.") from None
