"""Events under the model's names, whatever record they come from, and their place on the model's map."""

from __future__ import annotations

import pandas as pd

from sim.validation.downloads.part import ELSEWHERE, Reading
from sim.validation.downloads.places import cell_of, far_apart
from sim.validation.downloads.schemas import OFF, left_out, nothing_left_out

TYPES = ("state_based", "non_state", "one_sided")

GOVERNMENT, OTHER_PERPETRATOR = "government", "other"

#: the columns of events, in order
EVENTS = (
    "source",
    "id",
    "date",
    "gid",
    "latitude",
    "longitude",
    "country",
    "admin1",
    "type",
    "perpetrator",
    "side_a",
    "side_b",
    "actor_a",
    "actor_b",
    "deaths_best",
    "deaths_low",
    "deaths_high",
    "civilians",
    "where_prec",
    "file",
    "line",
)

#: up to this code of GED's precision an event is known to the place: the very place, or within some 25 km of it
TO_PLACE = 2


def place_events(events: pd.DataFrame, reading: Reading) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Give events their country, cell and admin-1 unit.

    `events` has `line`, `latitude` and `longitude` (degrees, missing where the file has none), `gid` (missing where
    the file has none), `country` (as in the file) and `unit` (likewise). Returns the events on the map, what was left
    out (`LEFT_OUT`), and how many events lie outside the region.

    A file's cell is kept if it is that of the coordinate or beside it, as a point on an edge may be. An event of a
    state of the theatre, all of which is on the map, must lie in or beside a cell of that state; other states are on
    the map in part, so that an event of theirs beyond it is in order, but outside. Where the country has no name that
    is known, the cell tells it.
    """
    places, left = reading.places, []
    has_point = events["latitude"].notna() & events["longitude"].notna()
    computed = pd.Series(pd.NA, index=events.index, dtype="Int64")
    if has_point.any():
        computed[has_point] = cell_of(events.latitude[has_point], events.longitude[has_point]).astype("Int64")
    given = events["gid"].astype("Int64")
    odd = (given.notna() & computed.notna() & far_apart(given, computed)).fillna(False).astype(bool)
    if odd.any():
        told = "is not the cell of the coordinate"
        gid = given[odd]
        left.append(
            left_out(events[odd], reading.file, reading.written["gid"], gid, "cell and coordinate differ", told)
        )
    events = events.assign(gid=given.fillna(computed))[~odd]
    country = places.iso3(events["country"].fillna("").astype(str))
    unknown = country.isna()
    country[unknown] = [places.country_of.get(gid) for gid in events.gid[unknown]]
    events = events.assign(country=country)
    on_map = places.near(country, events.gid)
    off = ~on_map & country.isin(places.theatre)
    if off.any():
        column = "latitude, longitude" if reading.has("latitude") else reading.written["gid"]
        points = [_point(*row) for row in zip(events.latitude[off], events.longitude[off], events.gid[off])]
        rows = events[off]
        for iso3 in sorted(set(rows.country)):
            of = (rows.country == iso3).to_numpy()
            shown = [point for point, here in zip(points, of) if here]
            left.append(left_out(rows[of], reading.file, column, shown, OFF, f"is no place of {iso3} on the map"))
    outside = ~on_map & ~off
    events = events[on_map]
    units = places.admin1(events.country, events["unit"].fillna("").astype(str))
    events = events.assign(admin1=units, gid=events.gid.astype("int64")).drop(columns="unit")
    return events, pd.concat(left, ignore_index=True) if left else nothing_left_out(), int(outside.sum())


def known_to_place(events: pd.DataFrame, unsaid: bool = False) -> pd.DataFrame:
    """Events that are known to the place (`where_prec` 1 or 2).

    `unsaid` tells what to do with events of a file that does not say: a subset of precise events has no such column.
    """
    return events[(events["where_prec"] <= TO_PLACE).fillna(unsaid)]


def passed_outside(number: int) -> dict[str, int]:
    """The count of events outside the region, as a part tells it."""
    return {ELSEWHERE: number} if number else {}


def _point(latitude: float, longitude: float, gid: int) -> str:
    return f"cell {gid}" if pd.isna(latitude) else f"{latitude:g} {longitude:g}"
