"""The graph of a case: locations, routes, and conflict on them (see docs/displacement_case.md)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.cases.rows import Names, Oddities, Row, cut_to, data_rows, number, read_rows, refuse, whole_number
from sim.core.errors import nearest

CONFLICT, TOWN, CAMP, IDPCAMP, HUB, MARKER, FLOOD = range(7)
#: a type is known by a part of its name, looked for in this order, as Flee does
KINDS = (
    ("idp", IDPCAMP),
    ("camp", CAMP),
    ("conflict", CONFLICT),
    ("forward", HUB),
    ("marker", MARKER),
    ("flood", FLOOD),
    ("town", TOWN),
    ("default", TOWN),
)

TYPES = {"conflict_zone": CONFLICT, "town": TOWN, "camp": CAMP, "idpcamp": IDPCAMP, "forwarding_hub": HUB}

NEVER = -1

#: forced redirections: whoever is at b must go on to a, whoever is at a must go on to b (as in routes.csv)
NOT_FORCED, FORCED_TO_A, FORCED_TO_B = range(3)

#: length of a route that is given as 0
LEAST_KM = 1.0


@dataclass
class Places:
    """The locations of a case, P of them."""

    names: list[str]
    country: list[str]
    region: list[str]
    kind: np.ndarray  # (P,) int8: CONFLICT .. FLOOD, as in locations.csv
    lat: np.ndarray  # (P,) degrees, NaN where not given
    lon: np.ndarray  # (P,)
    population: np.ndarray  # (P,) int64 persons; camps: 0
    capacity: np.ndarray  # (P,) int64 persons; 0: unlimited
    conflict_day: np.ndarray  # (P,) int64 day from which a conflict zone is one; NEVER: not a conflict zone

    def __post_init__(self) -> None:
        self.by_name = Names(self.names)

    def find(self, name: str, path: Path, line: int, oddities: Oddities) -> int | None:
        """The row of a location."""
        return self.by_name.find(name, path, line, oddities)


@dataclass
class Routes:
    """The routes of a case, R of them, each open in both directions."""

    a: np.ndarray  # (R,) int64 rows of places
    b: np.ndarray  # (R,)
    km: np.ndarray  # (R,) above 0
    forced: np.ndarray  # (R,) int8: FORCED_TO_A, FORCED_TO_B or NOT_FORCED


def is_camp(kind: np.ndarray | int) -> np.ndarray | bool:
    """Whether a kind of place takes displaced people in and is counted."""
    return (kind == CAMP) | (kind == IDPCAMP)


# ---------------------------------------------------------------------------- locations


def read_places(path: Path, oddities: Oddities) -> Places:
    """Read locations.csv: name, region, country, lat, lon, type, conflict date, population or capacity."""
    rows = data_rows(path, oddities, width=8, first_cell="name", numeric=3)
    if not rows:
        raise refuse(path, None, "holds no location.")
    lines: dict[str, int] = {}
    columns: dict[str, list] = {key: [] for key in Places.__dataclass_fields__}
    for row in rows:
        name = row.cells[0]
        if name == "" or len(row.cells) < 6:
            raise refuse(path, row.line, "a location needs a name, region, country, latitude, longitude and type.")
        if name in lines:
            oddities.add(f"{path.name}: names given twice; the first line counts", f"{name} (line {row.line})")
            continue
        lines[name] = row.line
        kind = _kind(row, path, oddities)
        amount = _amount(row, kind, path, oddities)
        values = (
            name,
            row.cell(2) or "unknown",
            row.cell(1) or "unknown",
            kind,
            _degrees(row, 3, 90, path, oddities),
            _degrees(row, 4, 180, path, oddities),
            0 if is_camp(kind) else amount,
            amount if is_camp(kind) else 0,
            _conflict_day(row, path, oddities) if kind == CONFLICT else NEVER,
        )
        for key, value in zip(columns, values):
            columns[key].append(value)
    types = {"kind": np.int8, "lat": float, "lon": float}
    texts = ("names", "country", "region")
    return Places(**{k: v if k in texts else np.array(v, types.get(k, np.int64)) for k, v in columns.items()})


def _kind(row: Row, path: Path, oddities: Oddities) -> int:
    text = row.cell(5).lower()
    for part, kind in KINDS:
        if part in text:
            return kind
    meant = nearest(text, TYPES) if text else None
    what = f"'{row.cell(5)}' of {row.cells[0]} (line {row.line}) read as {meant or 'town'}"
    oddities.add(f"{path.name}: types that are not known", what)
    return TYPES[meant] if meant else TOWN


def _amount(row: Row, kind: int, path: Path, oddities: Oddities) -> int:
    """Persons who live in a place, or for whom a camp has room (0: no limit)."""
    amount = whole_number(row, 7, "population or capacity", path, oddities, usual=0)
    if is_camp(kind) and amount < 1:
        oddities.add(f"{path.name}: camps without a limit (capacity empty or below 1)", row.cells[0])
    elif amount < 0:
        oddities.add(f"{path.name}: populations below 0, read as 0", row.cells[0])
    elif amount == 0 and kind == CONFLICT:
        oddities.add(f"{path.name}: conflict zones without a population", row.cells[0])
    return max(amount, 0)


def _degrees(row: Row, column: int, most: int, path: Path, oddities: Oddities) -> float:
    text = row.cell(column)
    if text == "":
        oddities.add(f"{path.name}: locations without a position", row.cells[0])
        return np.nan
    value = number(text)
    if value is None:
        what = "latitude" if column == 3 else "longitude"
        raise refuse(path, row.line, f"the {what} '{text}' is not a number.")
    if abs(value) > most:
        oddities.add(f"{path.name}: positions off the globe, not drawn", row.cells[0])
        return np.nan
    return value


def _conflict_day(row: Row, path: Path, oddities: Oddities) -> int:
    if row.cell(6) == "":
        oddities.add(f"{path.name}: conflict zones without a date, in conflict from day 0", row.cells[0])
    return max(whole_number(row, 6, "conflict date", path, oddities, usual=0), 0)


# ---------------------------------------------------------------------------- routes


def read_routes(path: Path, places: Places, oddities: Oddities) -> Routes:
    """Read routes.csv: name, name, km, forced redirection."""
    found: dict[tuple[int, int], tuple[float, int]] = {}
    for row in data_rows(path, oddities, width=4, first_cell="name1", numeric=2):
        if len(row.cells) < 3:
            raise refuse(path, row.line, "a route needs two names and its length in km.")
        ends = []
        for name in row.cells[:2]:
            place = places.find(name, path, row.line, oddities)
            if place is None:
                raise refuse(path, row.line, f"no location is named '{name}'{places.by_name.suggestion(name)}.")
            ends.append(place)
        km = _km(row, path, oddities)
        forced = _forced(row, path, oddities)
        a, b = ends
        what = f"{row.cells[0]} - {row.cells[1]} (line {row.line})"
        if a == b:
            oddities.add(f"{path.name}: routes from a place to itself, not read", what)
            continue
        if (b, a) in found:
            a, b, forced = b, a, {FORCED_TO_A: FORCED_TO_B, FORCED_TO_B: FORCED_TO_A}.get(forced, NOT_FORCED)
        if (a, b) in found:
            oddities.add(f"{path.name}: routes given twice; the shorter length counts", what)
            km, forced = min(km, found[a, b][0]), forced or found[a, b][1]
        found[a, b] = km, forced
    if not found:
        raise refuse(path, None, "holds no route, so that nobody can go anywhere.")
    a, b = np.array(list(found), np.int64).T
    km, forced = zip(*found.values())
    return Routes(a, b, np.array(km, float), np.array(forced, np.int8))


def _km(row: Row, path: Path, oddities: Oddities) -> float:
    km = number(row.cell(2))
    if km is None or km < 0:
        raise refuse(path, row.line, f"the length '{row.cell(2)}' is not a number of km.")
    if km == 0:
        oddities.add(f"{path.name}: routes of no length, read as 1 km", f"line {row.line}")
    return km or LEAST_KM


def _forced(row: Row, path: Path, oddities: Oddities) -> int:
    value = number(row.cell(3) or "0")
    if value not in (NOT_FORCED, FORCED_TO_A, FORCED_TO_B):
        oddities.add(f"{path.name}: forced redirections other than 0, 1, 2, read as 0", f"line {row.line}")
        return NOT_FORCED
    return int(value)


def connected(count: int, routes: Routes) -> np.ndarray:
    """A number for each place, (P,), the same where routes join places."""
    joined = coo_array((np.ones(len(routes.a)), (routes.a, routes.b)), shape=(count, count))
    return connected_components(joined, directed=False)[1]


# ---------------------------------------------------------------------------- conflict


def read_intensity(path: Path, places: Places, days: int, oddities: Oddities) -> np.ndarray:
    """Intensity of conflict, (days, P), 0..1, from conflicts.csv or else from the dates in locations.csv."""
    from_dates = (places.conflict_day >= 0) & (np.arange(days)[:, None] >= places.conflict_day)
    if not path.is_file():
        oddities.add("there is no conflicts.csv; conflict begins on the dates of locations.csv and lasts")
        return from_dates.astype(float)
    rows = read_rows(path, oddities)
    while len(rows) > 1 and rows[0].comment and len(rows[0].cells) == 1:  # a remark above the header
        rows = rows[1:]
    if not rows:
        raise refuse(path, None, "is empty.")
    columns = _conflict_columns(path, rows[0], places, oddities)
    intensity = np.zeros((days, len(places.names)))
    lines = [row for row in rows[1:] if not row.comment]
    for day, row in enumerate(lines[:days]):
        label = number(row.cell(0))
        if label is not None and label != day:
            oddities.add(f"{path.name}: days not numbered 0, 1, 2, ...; the order of lines counts", f"line {row.line}")
        intensity[day, list(columns.values())] = _intensities(row, list(columns), path, oddities)
        cut_to(row, len(rows[0].cells), path, oddities)
    if not lines:
        raise refuse(path, None, "holds no day.")
    if len(lines) < days:
        oddities.add(f"{path.name}: only {len(lines)} of {days} days; the last goes on")
        intensity[len(lines) :] = intensity[len(lines) - 1]
    # As Flee has it: a conflict zone from day 0 is one until its column first speaks.
    for place in np.flatnonzero(places.conflict_day == 0):
        if intensity[0, place] == 0:
            speaks = np.flatnonzero(intensity[:, place])
            intensity[: speaks[0] if len(speaks) else days, place] = 1.0
            oddities.add(f"{path.name}: in conflict from day 0 by locations.csv alone", places.names[place])
    for place in np.flatnonzero(places.conflict_day > 0):
        if not intensity[:, place].any() and places.conflict_day[place] < days:
            oddities.add(
                f"{path.name}: conflict zones of locations.csv that are never in conflict", places.names[place]
            )
    return intensity


def _conflict_columns(path: Path, header: Row, places: Places, oddities: Oddities) -> dict[int, int]:
    """Which column holds which place."""
    if header.cells[-1] == "":
        oddities.add(f"{path.name}: lines ending in a comma", f"line {header.line}")
    if not header.comment and number(header.cell(0)) is not None:
        raise refuse(path, header.line, "the first line must name the locations.")
    columns: dict[int, int] = {}
    taken: set[int] = set()
    for column, name in enumerate(header.cells[1:], start=1):
        place = places.find(name, path, header.line, oddities) if name else None
        if place in taken:
            oddities.add(f"{path.name}: columns given twice; the first counts", name)
        elif place is not None:
            columns[column] = place
            taken.add(place)
        elif name:
            suggestion = places.by_name.suggestion(name)
            oddities.add(f"{path.name}: no location has this name, not read", f"'{name}'{suggestion}")
    if not columns:
        raise refuse(path, header.line, "names no location.")
    return columns


def _intensities(row: Row, columns: list[int], path: Path, oddities: Oddities) -> np.ndarray:
    """The intensities of one day, one for each column."""
    cells = [row.cell(column) for column in columns]
    if "" in cells:
        oddities.add(f"{path.name}: intensities that are missing, read as 0", f"line {row.line}")
        cells = [cell or "0" for cell in cells]
    try:
        values = np.array(cells, dtype=float)
    except ValueError:
        wrong = next(cell for cell in cells if number(cell) is None)
        raise refuse(path, row.line, f"the intensity '{wrong}' is not a number.") from None
    within = np.clip(np.nan_to_num(values, nan=0.0), 0.0, 1.0)
    if (within != values).any():
        oddities.add(f"{path.name}: intensities outside 0 to 1, cut to it", f"line {row.line}")
    return within
