"""Series under the maps, medians by area for the table, and dated decisions.

Series of a scenario have a value for each month of cells.nc: the median over replicates, 5 and 95 %, and, where the
replicate that is shown by week has its own, that too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from sim.recording.reduced_record import LISTS
from sim.results.figures.decisions import baseline_marks
from sim.results.figures.style import BAND
from sim.results.figures.timelines import CONTROL_SHARE
from sim.results.integrity.hashes import reading
from sim.results.player.layers import LEVELS, land
from sim.results.player.packing import nearest_level, pack_integers
from sim.results.reading.outcome_series import read_series
from sim.results.result_folder import Folder

#: layer -> outcome, whether of the capital, how weeks become a month, parts of the unit that are kept
SERIES: dict[str, tuple[str, bool, str, int]] = {
    "control": (CONTROL_SHARE, False, "last", 10_000),
    "displaced": ("displaced", False, "last", 1),
    "dead": ("deaths", False, "mean", 10),
    "fuel": ("fuel_days", True, "mean", 100),
}
SUPPORT_PARTS = 10_000

#: layer of numbers -> monthly outcome of admin-1 areas
BY_AREA = {"displaced": "displaced_hosted", "dead": "deaths"}

NOTHING = -1  # a value that is not there; all others are 0 or more


def series(folder: Folder, cells: xr.Dataset, player: xr.Dataset) -> dict[str, Any]:
    """Series by layer: `place` (empty: the region), `parts`, and of each scenario low, middle, high, one."""
    months = cells["time"].to_numpy().astype("datetime64[M]")
    chosen = dict(zip([str(name) for name in player["scenario"].to_numpy()], player["replicate"].to_numpy().tolist()))
    capital = folder.run.get("capital")
    found = {}
    for layer, (outcome, of_capital, how, parts) in SERIES.items():
        place = capital if of_capital else "region"
        table = folder.over_time(outcome, place) if place else pd.DataFrame()
        if len(table):
            by_month = monthly(table, months, how)
            lines = {name: _lines(by_month[name], chosen.get(name), parts) for name in folder.scenarios}
            found[layer] = {"place": capital if of_capital else "", "parts": parts, "scenarios": lines}
    if "support_insurgents" in cells:
        lines = {name: _support(folder, cells, name) for name in folder.scenarios}
        found["support"] = {"place": "", "parts": SUPPORT_PARTS, "scenarios": lines}
    return found


def monthly(table: pd.DataFrame, months: np.ndarray, how: str) -> pd.DataFrame:
    """Weeks as months: the last value, or the mean; a week, dated by the day after, lies in the month of its last."""
    month = (table.index.to_numpy().astype("datetime64[D]") - 1).astype("datetime64[M]")
    grouped = table.astype(float).groupby(month)
    return (grouped.last() if how == "last" else grouped.mean()).reindex(months)


def _lines(table: pd.DataFrame, replicate: int | None, parts: int) -> dict[str, Any]:
    values = table.to_numpy()
    low, middle, high = np.nanquantile(values, [BAND[0], 0.5, BAND[1]], axis=1)
    found = {"middle": _whole(middle, parts)}
    if values.shape[1] > 1:
        found |= {"low": _whole(low, parts), "high": _whole(high, parts)}
    if replicate in table:
        found["one"] = _whole(table[replicate].to_numpy(), parts)
    return found


def _support(folder: Folder, cells: xr.Dataset, scenario: str) -> dict[str, Any]:
    """Mean over inhabited cells of the theatre of the cells' medians; no band, which maps by cell do not give."""
    inside = np.array(folder.map["theatre"])[np.array(folder.map["country"])]
    rows, columns = (axis[inside] for axis in land(cells, folder.map["gid"]))
    values = cells["support_insurgents"].sel(scenario=scenario, quantile=0.5).to_numpy()[:, rows, columns]
    return {"middle": _whole(np.nanmean(values, axis=1), SUPPORT_PARTS)}


def _whole(values: np.ndarray, parts: int) -> dict[str, Any]:
    """A series as whole numbers of parts of its unit."""
    return pack_integers(np.where(np.isnan(values), NOTHING, np.rint(np.nan_to_num(values) * parts)).astype(np.int64))


def by_area(folder: Folder, scenario: str, months: np.ndarray) -> dict[str, np.ndarray]:
    """Codes (months, areas) of the median, 5 and 95 % over replicates of each admin-1 area, where they were recorded.

    Names are <layer>.low, .middle, .high. Medians of areas are their own: those of their cells do not add up to them.
    """
    areas = [str(name) for name in folder.map["admin1_names"]]
    wanted = {(area, outcome) for area in areas for outcome in BY_AREA.values()}
    with reading(folder.path):
        tables = read_series(folder.table("outcomes.parquet"), wanted, [scenario])
    found = {}
    for layer, outcome in BY_AREA.items():
        values = np.full((3, len(months), len(areas)), np.nan)
        for column, area in enumerate(areas):
            table = tables.get((area, outcome))
            if table is not None:
                dates = table.index.to_numpy().astype("datetime64[M]")
                every = table.set_axis(dates).reindex(months.astype("datetime64[M]")).to_numpy(dtype=float)
                values[:, :, column] = np.quantile(every, [BAND[0], 0.5, BAND[1]], axis=1)
        if np.isfinite(values).any():
            names = (f"{layer}.low", f"{layer}.middle", f"{layer}.high")
            found |= {name: nearest_level(own, LEVELS[layer]["month"]) for name, own in zip(names, values)}
    return found


def marks(folder: Folder, days: np.ndarray) -> list[dict[str, Any]]:
    """Dated decisions of the baseline within the period: days since 1970, number, title, label (empty: see before)."""
    return [
        {
            "day": int(mark.day.to_datetime64().astype("datetime64[D]").astype(int)),
            "number": int(mark.key),
            "label": mark.label,
            "title": str(mark.text),
        }
        for mark in baseline_marks(folder, pd.DatetimeIndex(days))
    ]


def who_is_shown(folder: Folder, player: xr.Dataset) -> dict[str, Any]:
    """Which replicate is shown by week of each scenario, and among how many it was chosen."""
    chosen = {str(name): int(player["replicate"].sel(scenario=name)) for name in player["scenario"].to_numpy()}
    return {"replicate": chosen, "among": min(folder.replicates, LISTS)}
