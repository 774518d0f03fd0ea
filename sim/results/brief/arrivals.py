"""Arrivals a day, in the bands of UNHCR's Preparedness Package for Refugee Emergencies: up to 500, up to 1,000, more.

Of each month the people who came to a state from another, or to an admin-1 area from another, by the days of the month;
people who come home are not among them. Counted is who comes to a state that the scenarios are about, or from one. Only
replicates that kept their flows count (20 of a large comparison). A mean of a month hides days with more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.results.brief.codes import AreaCode, area_name, code_of, country_name, country_of, theatre_of
from sim.results.brief.windows import Window
from sim.results.intervals import BAND
from sim.results.result_folder import Folder

#: upper bounds of the bands, persons a day
BANDS = (500.0, 1000.0)
ARRIVING = ("idp", "refugee", "onward")
COLUMNS = ["scenario", "replicate", "date", "origin", "destination", "persons", "kind"]


@dataclass(frozen=True)
class Arrivals:
    """Arrivals at one place, persons a day.

    peak      the worst month, mean over replicates, and 90 % of them (`low`, `high`; NaN for one)
    baseline  the same of the baseline, mean
    months    months in each band, mean over replicates; `before` the baseline's
    """

    place: str
    name: str
    code: AreaCode | None
    peak: float
    low: float
    high: float
    baseline: float
    months: tuple[float, ...]
    before: tuple[float, ...]

    @property
    def band(self) -> int:
        """The band of the worst month: 0 up to 500, 1 up to 1,000, 2 more."""
        return int(np.searchsorted(BANDS, self.peak, side="left"))


def arrivals(found: Folder, scenario: str, window: Window, most: int) -> tuple[list[Arrivals], list[Arrivals], int]:
    """States that people flee to from others, admin-1 areas that people come to, the fullest first; and how many
    replicates are counted."""
    tables = {name: _flows(found, name, window) for name in dict.fromkeys((scenario, found.baseline))}
    replicates = sorted(set.intersection(*(set(_replicates(found, name)) for name in tables)) if tables else set())
    if not replicates:
        return [], [], 0
    months = np.arange(window.first_month, window.last_month + 1)
    states, areas = [], []
    for place, kind in (("state", states), ("area", areas)):
        ours, theirs = (_a_day(tables[name], place, replicates, months) for name in (scenario, found.baseline))
        for label in sorted(set(ours) | set(theirs)):
            nothing = np.zeros((len(replicates), len(months)))
            kind.append(_summary(found, label, place, ours.get(label, nothing), theirs.get(label, nothing)))
        kind.sort(key=lambda item: (-max(item.peak, item.baseline), item.place))
    return states[:most], areas[:most], len(replicates)


def _replicates(found: Folder, scenario: str) -> list[int]:
    """The replicates whose flows were kept."""
    finished = [int(number) for number in found.run.get("finished_replicates", [])]
    kept = set(found.flows(scenario, columns=["replicate"])["replicate"].unique().tolist())
    return [number for number in finished if number in kept]


def _flows(found: Folder, scenario: str, window: Window) -> pd.DataFrame:
    """Arrivals of a scenario in the months of a window, into states of the theatre or out of them."""
    table = found.flows(scenario, columns=COLUMNS[1:])
    month = table["date"].to_numpy().astype("datetime64[M]")
    inside = (month >= window.first_month) & (month <= window.last_month)
    inside &= table["kind"].astype(str).isin(ARRIVING).to_numpy()
    table = table.loc[inside].assign(month=month[inside])
    table = table.assign(**{name: table[name].astype(str) for name in ("origin", "destination")})
    theatre = theatre_of(found)
    of_theatre = [
        country_of(a) in theatre or country_of(b) in theatre for a, b in zip(table["origin"], table["destination"])
    ]
    return table.loc[np.array(of_theatre, dtype=bool)]


def _a_day(table: pd.DataFrame, place: str, replicates: list[int], months: np.ndarray) -> dict[str, np.ndarray]:
    """Arrivals a day (R, months) by state or area; within an area or a state nobody arrives in it."""
    table = table[(table["destination"] != "outside") & table["replicate"].isin(replicates)]
    if place == "state":
        table = table.assign(
            origin=[country_of(name) for name in table["origin"]],
            destination=[country_of(name) for name in table["destination"]],
        )
    table = table[table["origin"] != table["destination"]]
    days = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(float)
    found = {}
    for label, own in table.groupby("destination", sort=True):
        values = np.zeros((len(replicates), len(months)))
        rows = np.searchsorted(replicates, own["replicate"].to_numpy())
        columns = np.searchsorted(months, own["month"].to_numpy().astype("datetime64[M]"))
        np.add.at(values, (rows, columns), own["persons"].to_numpy(dtype=float))
        found[str(label)] = values / days
    return found


def _summary(found: Folder, label: str, place: str, ours: np.ndarray, theirs: np.ndarray) -> Arrivals:
    peak = ours.max(axis=1)
    low, high = np.quantile(peak, BAND) if len(peak) > 1 else (np.nan, np.nan)
    state = place == "state"
    return Arrivals(
        label,
        country_name(label, found.map) if state else area_name(label),
        None if state else code_of(label, found.map),
        float(peak.mean()),
        float(low),
        float(high),
        float(theirs.max(axis=1).mean()),
        in_bands(ours),
        in_bands(theirs),
    )


def in_bands(values: np.ndarray) -> tuple[float, ...]:
    """Months in each band, mean over replicates, of arrivals a day (R, months); months without anybody are in none."""
    band = np.searchsorted(BANDS, values, side="left")
    return tuple(float(((band == at) & (values > 0)).sum(axis=1).mean()) for at in range(len(BANDS) + 1))
