"""Closures of a case: borders, places, routes and camps that are shut for a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.cases.graph import NEVER, NOT_FORCED, Places, Routes
from sim.cases.rows import Names, Oddities, Row, data_rows, number, read_rows, refuse, whole_number
from sim.core.errors import nearest

CLOSURES = ("country", "location", "link", "camp", "idpcamp", "remove_forced_redirection")


@dataclass
class Closure:
    """Something closed on day t if first <= t and (last is NEVER or t < last)."""

    kind: str  # one of CLOSURES
    a: int | str  # row of a place; name of a country where the kind is `country`
    b: int | str | None  # the other end; None for location, camp, idpcamp
    first: int
    last: int


def read_closures(path: Path, places: Places, routes: Routes, days: int, oddities: Oddities) -> list[Closure]:
    """Read closures.csv: type, name, name, first day, day of reopening (-1: never)."""
    if not path.is_file():
        return []
    for row in read_rows(path, oddities):
        if row.comment and row.cells[0].lower().startswith("#closure") and row.cell(5).lower() in CLOSURES:
            oddities.add(f"{path.name}: a closure on the line of the header, a comment, not read", f"line {row.line}")
    found = []
    for row in data_rows(path, oddities, width=5, first_cell="closure_type"):
        kind = row.cells[0].lower()
        if kind not in CLOSURES:
            near = nearest(kind, CLOSURES)
            meant = f"; the nearest is '{near}'" if near else ""
            oddities.add(f"{path.name}: types that are not known, not read", f"'{kind}' (line {row.line}){meant}")
            continue
        names, first, last = _closure_days(row, kind, path, oddities)
        ends = _closure_ends(row, kind, names, places, path, oddities)
        if ends is None:
            continue
        if not _has_effect(Closure(kind, *ends, first, last), places, routes):
            oddities.add(
                f"{path.name}: closures of a route, border or redirection that there is not", f"line {row.line}"
            )
        elif first == last or first >= days:
            oddities.add(f"{path.name}: closures without a day in the period", f"line {row.line}")
        else:
            found.append(Closure(kind, *ends, max(first, 0), last))
    return found


def _closure_days(row: Row, kind: str, path: Path, oddities: Oddities) -> tuple[list[str], int, int]:
    """The names, the first day and the day of reopening; lines may lack name2 or the last column."""
    cells = row.cells
    names = cells[1:3]
    if len(cells) < 5:
        oddities.add(f"{path.name}: lines with fewer than five columns", f"line {row.line}")
        if len(cells) > 2 and number(cells[2]) is not None:  # no name2
            names, cells = cells[1:2], [*cells[:2], "", *cells[2:]]
    short = Row(row.line, cells, False)
    if short.cell(3) == "" or number(short.cell(3)) is None:
        raise refuse(path, row.line, f"the first day of the closure, '{short.cell(3)}', is not a number of days.")
    if short.cell(4) == "":
        oddities.add(f"{path.name}: closures without a last day, never reopened", f"line {row.line}")
    first = whole_number(short, 3, "first day", path, oddities)
    last = whole_number(short, 4, "last day", path, oddities, usual=NEVER)
    if first < 0:
        oddities.add(f"{path.name}: closures before the period, in force from day 0", f"line {row.line}")
    if last < first and last != NEVER:
        oddities.add(f"{path.name}: closures that end before they begin, never reopened", f"line {row.line}")
        last = NEVER
    return names, first, last


def _closure_ends(
    row: Row, kind: str, names: list[str], places: Places, path: Path, oddities: Oddities
) -> tuple[int | str, int | str | None] | None:
    """What is closed: rows of places or names of countries; None where a name is not known."""
    of_countries = kind == "country"
    known = Names(places.country) if of_countries else places.by_name
    wanted = 1 if kind in ("location", "camp", "idpcamp") else 2
    if len([name for name in names[:wanted] if name]) < wanted:
        raise refuse(
            path, row.line, f"a closure of the type '{kind}' needs {'a name' if wanted == 1 else 'two names'}."
        )
    if kind == "location" and len(names) > 1 and names[1] in places.by_name.rows:
        sentence = f"{path.name}: a closed location is closed altogether, the second name is not read"
        oddities.add(sentence, f"{names[0]} towards {names[1]} (line {row.line})")
    ends: list[int | str] = []
    for name in names[:wanted]:
        place = known.find(name, path, row.line, oddities)
        if place is None:
            what = "country" if of_countries else "location"
            sentence = f"{path.name}: no {what} has this name, the closure is not read"
            oddities.add(sentence, f"'{name}' (line {row.line}){known.suggestion(name)}")
            return None
        ends.append(known.names[place] if of_countries else place)
    return (ends[0], ends[1] if wanted == 2 else None)


def _has_effect(closure: Closure, places: Places, routes: Routes) -> bool:
    """Whether there is anything that the closure closes."""
    if closure.kind in ("location", "camp", "idpcamp"):
        return True
    if closure.kind == "country":
        country = np.array(places.country, dtype=object)
        ends = {frozenset(pair) for pair in zip(country[routes.a], country[routes.b])}
        return frozenset((closure.a, closure.b)) in ends
    along = (routes.a == closure.a) & (routes.b == closure.b)
    against = (routes.a == closure.b) & (routes.b == closure.a)
    if closure.kind == "link":
        return bool((along | against).any())
    return bool(((along | against) & (routes.forced != NOT_FORCED)).any())
