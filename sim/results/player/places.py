"""What the player draws of the country: cells on their grid, borders, names of areas, towns in order of their rank."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.results.figures.maps import rank_of_town
from sim.results.player.packing import pack_integers

#: of a degree: borders are kept to about a kilometre
FINE = 100
#: countries with fewer cells have no name on the map
NAMED = 12


def places(data: dict[str, Any]) -> dict[str, Any]:
    """map.json as the page has it: indices packed, degrees in hundredths, names as they are.

    Cells are in the order of map.json; `first_lat`, `first_lon` (degrees) are the centre of row 0 and column 0 of a
    grid of `step` degrees.
    """
    lat, lon = np.array(data["lat"], dtype=float), np.array(data["lon"], dtype=float)
    step = float(data["resolution"])
    rows, columns = (np.rint((x - x.min()) / step).astype(int) for x in (lat, lon))
    country = np.array(data["country"], dtype=int)
    towns = data.get("towns") or {}
    names = [str(name) for name in towns.get("name", [])]
    order = sorted(range(len(names)), key=lambda at: rank_of_town(towns, at))
    return {
        "step": step,
        "first_lat": float(lat.min()),
        "first_lon": float(lon.min()),
        "rows": pack_integers(rows),
        "columns": pack_integers(columns),
        "gid": pack_integers(data["gid"]),
        "country": pack_integers(country),
        "admin1": pack_integers(data["admin1"]),
        "inhabited": int(data.get("inhabited", len(lat))),
        "countries": _names(data, "countries"),
        "country_names": _names(data, "country_names"),
        "country_at": [_middle(lat, lon, country == code) for code in range(len(data["countries"]))],
        "theatre": [bool(inside) for inside in data.get("theatre", [])],
        "admin1_names": _names(data, "admin1_names"),
        "borders": [_line(line) for _, line in data["outlines"]],
        "towns": [
            [
                names[at],
                round(FINE * float(towns["lon"][at])),
                round(FINE * float(towns["lat"][at])),
                rank_of_town(towns, at)[0],
            ]
            for at in order
        ],
    }


def _names(data: dict[str, Any], key: str) -> list[str]:
    return [str(name) for name in data.get(key, [])]


def _line(points: Iterable) -> dict[str, Any]:
    """A border as hundredths of degrees: longitudes, then latitudes; points that fall together once."""
    fine = np.rint(FINE * np.array(list(points), dtype=float)).astype(int)
    fine = fine[np.append(True, (np.diff(fine, axis=0) != 0).any(axis=1))]
    return pack_integers(np.concatenate([fine[:, 0], fine[:, 1]]))


def _middle(lat: np.ndarray, lon: np.ndarray, own: np.ndarray) -> list[float] | None:
    """Where the name of a country stands: its cell nearest to the middle; None for a small one."""
    if own.sum() < NAMED:
        return None
    far = (lat[own] - lat[own].mean()) ** 2 + (lon[own] - lon[own].mean()) ** 2
    at = int(far.argmin())
    return [float(lon[own][at]), float(lat[own][at])]
