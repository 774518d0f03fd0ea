"""Supply of towns: `towns.csv`, how well each was supplied with fuel, and `towns_below_half.csv`, how many were badly.

A town is served below a half in a replicate where less than half of its use of fuel was met in its worst calendar month
of the period. What is called `found` here is a `Folder` of `sim.results.result_folder`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.core.files import atomic_path
from sim.results.reading.headlines import HALF, by_month, rows_of

#: replicate, and a column for each scenario
COUNTS = "towns_below_half.csv"

TOWNS = "towns.csv"

COLUMNS = ["scenario", "town", "country", "people", "share_below_half", "served_worst_month", "worst_month"]
COLUMNS += ["weeks_below_half", "arrives_worst_month", "arrives_mean", "replicates"]


def towns_below_half(found: Any, window: tuple[str, str] | None = None) -> pd.Series | None:
    """Number of towns served below a half in each replicate: index (scenario, replicate); None where not recorded.

    Over the whole period it was counted as the tables were made: hundreds of towns take a second to read.
    """
    if window is None and (found.path / COUNTS).exists():
        table = pd.read_csv(found.table(COUNTS), index_col="replicate", dtype=float)
        table.index = table.index.astype(int)
        return table.rename_axis(columns="scenario").stack().swaplevel()
    return count_towns(found, window)


def count_towns(found: Any, window: tuple[str, str] | None = None) -> pd.Series | None:
    """The same, counted."""
    found.load({(town, "served") for town in found.towns})
    count = None
    for town in found.towns:
        table = rows_of(found.over_time("served", town), window, monthly=False)
        if not len(table):
            return None
        below = (by_month(table).min() < HALF).astype(float)
        count = below if count is None else count + below
    return count


def pairs_of_towns(found: Any) -> set[tuple[str, str]]:
    """(place, outcome) that the table reads."""
    return {(town, outcome) for town in found.towns for outcome in ("served", "arrives")}


def towns_table(found: Any) -> pd.DataFrame:
    """A row for each scenario and town, the worst served first.

    people               that live there, as the map has them (0 where it does not say)
    share_below_half     share of replicates in which it was served below a half
    served_worst_month   share of its use that was met in its worst month, mean over replicates
    worst_month          that month, the middle one over replicates
    weeks_below_half     weeks in which less than half was met, mean over replicates
    arrives_worst_month  share of usual traffic that got through in its worst month, mean over replicates
    arrives_mean         the same over the whole period
    """
    found.load(pairs_of_towns(found))
    places = found.map.get("towns", {})
    about = dict(zip(places.get("name", []), zip(places.get("country", []), places.get("population", []))))
    names = found.map.get("countries", [])
    rows = []
    for town in found.towns:
        served, arrives = (found.over_time(outcome, town) for outcome in ("served", "arrives"))
        country, people = about.get(town, (None, 0))
        months = by_month(served)
        traffic = by_month(arrives) if len(arrives) else None
        for scenario in found.scenarios:
            if scenario not in served:
                continue
            own = months[scenario]
            at = own.index.to_numpy()[own.to_numpy().argmin(axis=0)]
            lowest = own.min()
            rows.append(
                {
                    "scenario": scenario,
                    "town": town,
                    "country": names[country] if country is not None else "",
                    "people": people,
                    "share_below_half": (lowest < HALF).mean(),
                    "served_worst_month": lowest.mean(),
                    "worst_month": str(np.sort(at)[len(at) // 2].astype("datetime64[M]")),
                    "weeks_below_half": (served[scenario] < HALF).sum().mean(),
                    "arrives_worst_month": np.nan if traffic is None else traffic[scenario].min().mean(),
                    "arrives_mean": np.nan if traffic is None else arrives[scenario].to_numpy(float).mean(),
                    "replicates": own.shape[1],
                }
            )
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = {name: row for row, name in enumerate(found.scenarios)}
    table["order"] = table["scenario"].map(order)
    by = ["order", "share_below_half", "served_worst_month", "town"]
    return table.sort_values(by, ascending=[True, False, True, True])[COLUMNS].reset_index(drop=True)


def write_towns(found: Any) -> None:
    """Write towns.csv and, where it was recorded how towns are served, towns_below_half.csv."""
    counts = count_towns(found)
    if counts is not None:
        with atomic_path(found.path / COUNTS) as temporary:
            counts.unstack("scenario").rename_axis("replicate").astype(int).to_csv(temporary)
    with atomic_path(found.path / TOWNS) as temporary:
        towns_table(found).to_csv(temporary, index=False, float_format="%.4g")
