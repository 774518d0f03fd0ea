"""The year of a region: in which part of each month it rains at a latitude, and which months are the lean season.

Climatology, the same every year, from what a region's file says (`scenarios/region/sahel.yaml`):

    rains: [{latitude: 9.5, first: "05-01", last: "10-31"}, ..., {latitude: 18.0}]
    lean_season: {pastoral_from: 15.5, pastoral: [4, 5, 6], farming: [6, 7, 8, 9]}

Days of the first and the last rain lie on straight lines between the latitudes, south of the first and north of the
last as there. A last latitude without days has no rains, nor has what lies north of it; up to there the part of the
days falls to none. A region that says neither has no seasons. `N` places.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np

from sim.core.errors import UserError

MONTHS = 12
COMMON_YEAR = 2001  # any year without a leap day
FIRSTS = np.array([date(COMMON_YEAR, m + 1, 1).timetuple().tm_yday - 1.0 for m in range(MONTHS)])
DAYS = np.diff(FIRSTS, append=365.0)


def rains_by_month(latitude: np.ndarray, said: Any, where: str = "rains") -> np.ndarray:
    """Part of the days of each month between the first and the last rain (12, N), at each `latitude` (N,), degrees."""
    rows = read_rains(said, where)
    if not rows:
        return np.zeros((MONTHS, len(latitude)))
    known = [row for row in rows if len(row) > 1]
    north, first, last = np.array(known).T
    begin, end = np.interp(latitude, north, first), np.interp(latitude, north, last) + 1.0
    months = FIRSTS[:, None]
    days = np.minimum(end, months + DAYS[:, None]) - np.maximum(begin, months)
    part = np.maximum(0.0, days) / DAYS[:, None]
    if len(known) < len(rows):
        part *= np.clip((rows[-1][0] - latitude) / (rows[-1][0] - north[-1]), 0.0, 1.0)
    return part


def lean_by_month(latitude: np.ndarray, said: Any, where: str = "lean_season") -> np.ndarray:
    """1 in the months of the lean season, else 0 (12, N), at each `latitude` (N,) in degrees."""
    lean = np.zeros((MONTHS, len(latitude)))
    if said:
        north, pastoral, farming = read_lean(said, where)
        lean[np.ix_(pastoral, latitude >= north)] = 1.0
        lean[np.ix_(farming, latitude < north)] = 1.0
    return lean


def read_rains(said: Any, where: str) -> list[tuple[float, ...]]:
    """Latitude, first and last day (from 0) of each row from south to north; the last may be a latitude alone."""
    if not isinstance(said or [], list):
        raise UserError(f"{where} is {said!r}, not a list of latitudes with a first and a last day.")
    rows: list[tuple[float, ...]] = []
    for i, row in enumerate(said or []):
        place = f"{where}[{i}]"
        if not isinstance(row, dict) or not set(row) <= {"latitude", "first", "last"} or not is_number(row, "latitude"):
            raise UserError(f"{place} is {row!r}, not a latitude with a first and a last day.")
        if rows and not row["latitude"] > rows[-1][0]:
            raise UserError(f"{place}.latitude is {row['latitude']}, not north of the one before it.")
        if "first" in row or "last" in row:
            days = [day_of(row.get(name), f"{place}.{name}") for name in ("first", "last")]
            if days[1] < days[0]:
                raise UserError(f"{place}.last is {row['last']!r}, a day before {place}.first.")
            rows.append((float(row["latitude"]), *days))
        elif i == 0 or i + 1 < len(said):
            raise UserError(f"{place} has no first and last day, which only the last of several latitudes may lack.")
        else:
            rows.append((float(row["latitude"]),))
    return rows


def read_lean(said: Any, where: str) -> tuple[float, list[int], list[int]]:
    """Latitude from which on people live of herds, and the months (from 0) of both lean seasons."""
    if not isinstance(said, dict) or set(said) != {"pastoral_from", "pastoral", "farming"}:
        raise UserError(f"{where} is {said!r}, not a mapping of pastoral_from, pastoral and farming.")
    if not is_number(said, "pastoral_from"):
        raise UserError(f"{where}.pastoral_from is {said['pastoral_from']!r}, not a latitude in degrees.")
    for name in ("pastoral", "farming"):
        months = said[name]
        if not isinstance(months, list) or not all(type(m) is int and 1 <= m <= MONTHS for m in months):
            raise UserError(f"{where}.{name} is {months!r}, not a list of months from 1 to {MONTHS}.")
    return float(said["pastoral_from"]), *([m - 1 for m in said[name]] for name in ("pastoral", "farming"))


def is_number(row: dict, name: str) -> bool:
    """Whether a row has this number."""
    return isinstance(row.get(name), (int, float)) and not isinstance(row[name], bool)


def day_of(text: Any, where: str) -> float:
    """Day of the year, from 0, of a month and a day as "MM-DD"."""
    found = re.fullmatch(r"(\d\d)-(\d\d)", str(text))
    try:
        return date(COMMON_YEAR, int(found[1]), int(found[2])).timetuple().tm_yday - 1.0
    except (TypeError, ValueError):
        raise UserError(f'{where} is {text!r}, not a day of the year as "MM-DD".') from None
