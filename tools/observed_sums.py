"""Sums of recorded deaths by admin-1 and period, and cells with a recorded death, from a file of UCDP events.

    python -m tools.observed_sums FOLDER        # or without FOLDER where SAHEL_DATA names it

FOLDER holds `ucdp_ged_v21_1_precise_events.csv`: events of UCDP GED v21.1 (CC BY 4.0; Sundberg and Melander 2013) of
ten countries, 1989 to 2018, that are known to the place, some 80 % of all deaths. Rows of events do not belong to the
project; what is written, `deaths_admin1.csv` and `active_cells.csv` in `sim/validation/observed/`, are sums of them.

An event is counted in the cell of the model's map that has its PRIO-GRID number, and in the admin-1 and country of
that cell, so that a simulated event and a recorded one of the same cell are counted in the same place. A cell has one
country: near borders it may not be the one UCDP names. Events off the map, most of them in Chad, are left out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.errors import UserError
from sim.validation.facts import OBSERVED
from sim.validation.observations import THEATRE, TYPES, read_events
from sim.world.region import load_region
from sim.world.world import World

EVENTS = "ucdp_ged_v21_1_precise_events.csv"

SOURCE = "UCDP GED v21.1, events known to the place"

#: countries whose events the file holds; no other admin-1 has a row, since nothing is known of it
COVERED = ("MLI", "BFA", "NER", "BEN", "CIV", "GHA", "MRT", "NGA", "TCD", "TGO")

#: first and last year of the sums by admin-1: decades, so that no sum is an event
PERIODS = {
    "1989-1999": (1989, 1999),
    "2000-2011": (2000, 2011),
    "2012-2018": (2012, 2018),
}

#: first and last year of the counts of cells
CELL_PERIODS = {"2012": (2012, 2012), "2013-16": (2013, 2016), "2012-16": (2012, 2016), "2017-18": (2017, 2018)}

ALL = "+".join(THEATRE)


def on_the_map(events: pd.DataFrame, world: World) -> pd.DataFrame:
    """Events (of `read_events`) with their year and the index of their cell; those off the map are left out."""
    row = {int(gid): i for i, gid in enumerate(world.gid)}
    cell = events["gid"].map(row)
    found = events[cell.notna()].copy()
    found["cell"] = cell.dropna().astype(int)
    found["year"] = found["month"].dt.year
    return found


def deaths_by_admin1(events: pd.DataFrame, world: World) -> pd.DataFrame:
    """Deaths (best estimate) by type, their sum and the number of events, by admin-1 of the map and period.

    Every admin-1 of a covered country has a row in every period: nought means that no event is known to the place.
    """
    events = on_the_map(events, world)
    admin = world.admin1[events["cell"]]
    n = len(world.admin1_names)
    rows = []
    for name, (first, last) in PERIODS.items():
        inside = events["year"].between(first, last).to_numpy()
        kinds = [inside & (events["type"] == code).to_numpy() for code in range(1, len(TYPES) + 1)]
        sums = [np.bincount(admin[kind], events["deaths"][kind], n).astype(int) for kind in kinds]
        count = np.bincount(admin[inside], minlength=n)
        for i, place in enumerate(world.admin1_names):
            country = world.countries[world.admin1_country[i]]
            if country in COVERED:
                figures = [s[i] for s in sums]
                rows.append([country, place, name, *_days(first, last), *figures, sum(figures), count[i], SOURCE])
    columns = ["country", "place", "period", "start", "end", *TYPES, "deaths", "events", "source"]
    table = pd.DataFrame(rows, columns=columns)
    table["order"] = table["country"].map(COVERED.index)
    return table.sort_values(["order", "place", "start"], ignore_index=True).drop(columns="order")


def active_cells(events: pd.DataFrame, world: World) -> pd.DataFrame:
    """Number of cells with a recorded death by state of the theatre and period, and in all three.

    `cells` are cells of the map that lie in the state; `cells_by_event` are cells of events that UCDP puts into the
    state, wherever the cell lies. They differ at borders. A cell counts once, so the three may have less than their
    sum.
    """
    codes = dict(zip(world.country_names, world.countries))
    events = events.assign(own_country=events["country"].replace(codes))[events["deaths"] > 0]
    mapped = on_the_map(events, world)
    of_cell = np.array(world.countries)[world.country[mapped["cell"]]]
    rows = []
    for name, (first, last) in CELL_PERIODS.items():
        for place in (*THEATRE, ALL):
            states = list(THEATRE) if place == ALL else [place]
            here = mapped[np.isin(of_cell, states) & mapped["year"].between(first, last)]
            there = events[events["own_country"].isin(states) & events["month"].dt.year.between(first, last)]
            rows.append([place, name, *_days(first, last), here["cell"].nunique(), there["gid"].nunique(), SOURCE])
    return pd.DataFrame(rows, columns=["place", "period", "start", "end", "cells", "cells_by_event", "source"])


def _days(first: int, last: int) -> tuple[str, str]:
    """First and last day of a span of years."""
    return f"{first}-01-01", f"{last}-12-31"


def tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Both tables by the name of their file, from the events in a folder."""
    file = Path(folder).expanduser() / EVENTS
    if not file.is_file():
        raise UserError(f"There is no file '{EVENTS}' in '{folder}'.")
    events = read_events(file)
    world = load_region("sahel")
    return {"deaths_admin1": deaths_by_admin1(events, world), "active_cells": active_cells(events, world)}


def main() -> int:
    """Write both files."""
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SAHEL_DATA")
    try:
        if not folder:
            raise UserError("Name the folder of the events, or set SAHEL_DATA to it.")
        found = tables(folder)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    for name, table in found.items():
        table.to_csv(OBSERVED / f"{name}.csv", index=False, lineterminator="\n")
        print(f"{OBSERVED / name}.csv: {len(table)} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
