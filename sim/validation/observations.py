"""What was observed: deaths by country and year, displaced people, and event files in UCDP GED's format.

The figures in `sim/validation/observed/` are plain facts, each row with its source:

- `deaths.csv`: best estimates of deaths by country, year and type, of UCDP v25.1 (CC BY 4.0; Sundberg and Melander
  2013; Davies, Pettersson, Sollenberg and Öberg 2025), and the bounds of their sum. One-sided deaths are split by
  perpetrator.
- `displaced.csv`: IDPs at the end of the year and newly displaced (IDMC), refugees and asylum-seekers by origin and
  country of asylum at the end of the year (UNHCR). Notes say where a figure is provisional or covers another conflict
  too.

Events are not part of the project: `sim.validation.downloads` reads a folder of the user's own downloads, and
`read_events` takes the events in GED's format from it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.core.errors import UserError
from sim.core.files import path_named

if TYPE_CHECKING:
    from sim.validation.downloads.files import Table

OBSERVED = Path(__file__).parent / "observed"

THEATRE = ("MLI", "BFA", "NER")

YEARS = range(2012, 2023)

TYPES = ("state_based", "non_state", "one_sided")


@cache
def deaths() -> pd.DataFrame:
    """Observed deaths: country, year, state_based, non_state, one_sided and its parts by perpetrator."""
    return pd.read_csv(OBSERVED / "deaths.csv")


@cache
def displaced() -> pd.DataFrame:
    """Observed displacement: measure (idps, refugees, newly_displaced), origin, place, year, persons."""
    return pd.read_csv(OBSERVED / "displaced.csv", keep_default_na=False, dtype={"year": int, "persons": int})


def deaths_of(country: str, kind: str, years=YEARS) -> int:
    """Observed deaths of a kind in a country, added up over years; "all" adds the three types."""
    table = deaths()
    rows = table[(table.country == country) & table.year.isin(list(years))]
    return int(rows[list(TYPES)].to_numpy().sum() if kind == "all" else rows[kind].sum())


def persons(measure: str, place: str, year: int, origin: str | None = None) -> int | None:
    """An observed number of displaced people, or None where there is none."""
    table = displaced()
    rows = table[(table.measure == measure) & (table.place == place) & (table.year == year)]
    if origin is not None:
        rows = rows[rows.origin == origin]
    return int(rows.persons.iloc[0]) if len(rows) else None


# ---------------------------------------------------------------------------- events


def read_events(path: str | Path) -> pd.DataFrame:
    """Events in GED's format from a file, or from all files of a folder that hold such events, wherever they are.

    Returns one row per event: id, gid, month (datetime64, its first day), type (1 state-based, 2 non-state,
    3 one-sided), deaths (best estimate), country, side_a, side_b (as the file has them), civilians, where_precision.
    An event is counted in the month it began. Where files overlap, the last by name wins.
    The first faulty row is refused; `sim.validation.downloads.read_observed` leaves faulty rows out and tells them, and
    reads other kinds of files, too.
    """
    from sim.validation.downloads.kinds import recognise
    from sim.validation.downloads.part import Reading
    from sim.validation.downloads.places import places_of
    from sim.validation.downloads.read import sorted_rows
    from sim.validation.downloads.schemas import fault
    from sim.validation.downloads.sources import ged

    path = path_named(path)
    found = []
    for table in _tables(path):
        header = recognise(table.header, [ged.KIND])
        if not header.known:
            if path.is_file():
                lacks = header.lacking[0]
                raise UserError(f"{path} is not a file of events in UCDP GED's format: it lacks the column '{lacks}'.")
            continue
        rows, left, written = sorted_rows(table, ged.KIND, header.positions)
        if len(left):
            first = left.sort_values("line").iloc[0]
            raise UserError(fault(str(path), first.line, first.column, first.value, first.told))
        found.append(ged.events_of(Reading(rows, table.label, written, places_of())))
    if not found:
        wanted = "id, type_of_violence, date_start, priogrid_gid, best"
        raise UserError(f"No CSV file in '{path}' holds events in UCDP GED's format (columns {wanted}).")
    events = pd.concat(found, ignore_index=True).drop_duplicates("id", keep="last")
    events["month"] = events["date"].dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    names = {"deaths_best": "deaths", "where_prec": "where_precision"}
    events = events.rename(columns=names).assign(type=events["type"].map({name: n for n, name in enumerate(TYPES, 1)}))
    events["gid"] = events["gid"].astype("int64")
    order = ["id", "gid", "month", "type", "deaths", "country", "side_a", "side_b", "civilians", "where_precision"]
    return events[order].sort_values(["month", "id"], ignore_index=True)


def _tables(path: Path) -> list[Table]:
    """Tables of a file, or of all files of a folder that can be read."""
    from sim.validation.downloads.files import Unreadable, is_readable, tables_of

    if path.is_file():
        try:
            return list(tables_of(path))
        except Unreadable as error:
            raise UserError(f"{path} {error}.") from None
    if not path.is_dir():
        raise UserError(f"There is no file or folder '{path}' to read events from.")
    tables = []
    for file in sorted(item for item in path.iterdir() if is_readable(item) and not item.is_dir()):
        with suppress(Unreadable):
            tables += tables_of(file)
    return tables


def recorded_events(folder: Path) -> pd.DataFrame | None:
    """UCDP's events of a folder: date, gid, deaths, and where_prec where it is known; None where there are none."""
    from sim.validation.downloads import read_observed

    events = read_observed(folder).events
    if events is None or not len(events):
        return None
    events = events[events["source"].str.startswith("UCDP")]
    return events.rename(columns={"deaths_best": "deaths"}) if len(events) else None
