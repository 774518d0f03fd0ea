"""What the table and the chart of differences show, and how a series is summed up over a window.

A series is a table with a row for each date and a column for each scenario and replicate. Ways to sum it up: `end`,
`mean`, `sum`, `peak` and `lowest` (the value of one week, or month), `last year` (mean of the last 365 days) and `worst
month` (the calendar month with the highest mean). What is called `found` here is a `Folder` of
`sim.results.result_folder`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.core.errors import UserError
from sim.recording.aggregation import aggregate_kind, days_of_rows

SHARES = ("inhabited_area_share", "people_share")

SHOWN_SHARE = 0.01  # controllers that never reach this share are left out of tables and charts

#: a town is called badly served where less than this share of its use of fuel was met in its worst month
HALF = 0.5

#: the place of an outcome that counts towns, and the way it is summed up
TOWNS, TOWNS_BELOW_HALF = "towns", "towns below a half"

#: weeks that a calendar month must have to be called the worst one
WEEKS_OF_A_MONTH = 3

#: ways that tell a date
DATED = ("peak", "lowest", "worst month")


@dataclass(frozen=True)
class Headline:
    """An outcome that tables and charts show.

    place    a place of the folder; "towns" for what counts towns
    way      how it is summed up, where not as usual for the outcome
    window   first and last day (ISO) where not the whole period
    """

    place: str
    outcome: str
    label: str
    unit: str
    way: str = ""
    window: tuple[str, str] | None = None

    @property
    def kind(self) -> str:
        """How it is summed up over its window."""
        return self.way or aggregate_kind(self.outcome, self.unit)

    @property
    def usual(self) -> bool:
        """Whether it is summed up as comparison.csv does for the whole period."""
        return self.window is None and self.way in ("", aggregate_kind(self.outcome, self.unit))


def headlines_of(found: Any) -> list[Headline]:
    """What the table and the chart of differences show, in order; what a folder did not record is left out."""
    capital = found.run.get("capital")
    items = [Headline("region", "displaced", "Displaced people, at the end", "persons")]
    items += [Headline("region", "civilians_killed", "Civilians killed", "persons/week")]
    words = {"inhabited_area_share": "Inhabited area: ", "people_share": "People: "}
    for share in SHARES:
        for name in found.controllers:
            label = words[share] + found.controller_label(name)
            items.append(Headline("region", f"{share}.{name}", label, "0..1"))
    if capital:
        # A blockade of months is lost in the mean over years: what counts is how bad it gets, and of late.
        label = f"Days of fuel in {capital}, last year"
        items.append(Headline(capital, "fuel_days", label, "days", "last year"))
        items.append(Headline(capital, "fuel_days", f"Days of fuel in {capital}, lowest", "days", "lowest"))
    without = Headline("region", "without_supply", "People without fuel, worst month", "persons", "worst month")
    besieged = Headline("region", "besieged", "People besieged, worst month", "persons", "worst month")
    towns = Headline(TOWNS, "served", "Towns served below a half", "towns", TOWNS_BELOW_HALF)
    items += [without, towns, besieged]
    items = [item for item in items if len(found.totals(item)) and not _negligible(found, item)]
    primary = found.telling.get("outcome")
    return _with_primary(found, items, primary, found.telling.get("place", "region")) if primary else items


def _negligible(found: Any, item: Headline) -> bool:
    return item.unit == "0..1" and found.totals(item).mean().max() < SHOWN_SHARE


def _with_primary(found: Any, items: list[Headline], outcome: str, place: str) -> list[Headline]:
    """The primary outcome first, as it is summed up usually; a row is made for it where it has none."""
    own = [item for item in items if (item.outcome, item.place) == (outcome, place) and item.usual]
    if not own:
        try:
            own = [Headline(place, outcome, label_of(outcome, place), found.unit(outcome, place))]
        except UserError:  # not recorded; the notes of the table say so
            return items
    return [own[0], *(item for item in items if item != own[0])]


def label_of(outcome: str, place: str) -> str:
    """A label of any outcome: `Civilians killed by insurgents, BFA`."""
    stem, _, rest = outcome.partition(".")
    text = stem.replace("_", " ") + (f" {rest}" if rest else "")
    return text[:1].upper() + text[1:] + ("" if place == "region" else f", {place}")


def is_primary(found: Any, item: Headline) -> bool:
    """Whether a row is that of the outcome that was named before the runs."""
    wanted = found.telling
    named = (wanted.get("outcome"), wanted.get("place", "region"))
    return (item.outcome, item.place) == named and item.usual


# ---------------------------------------------------------------------------- sums over windows


def rows_of(table: pd.DataFrame, window: tuple[str, str] | None, monthly: bool) -> pd.DataFrame:
    """The rows whose middle lies in the window."""
    if window is None or not len(table):
        return table
    middle = days_of_rows(table.index.to_numpy(), monthly)[1]
    first, last = (np.datetime64(day, "D") for day in window)
    return table[(middle >= first) & (middle <= last)]


def summed(table: pd.DataFrame, how: str, monthly: bool = False) -> pd.Series:
    """Each column summed up: index (scenario, replicate)."""
    if how == "end":
        return table.iloc[-1]
    if how == "last year":
        dates = table.index
        return table[dates > dates[-1] - pd.Timedelta(days=365)].mean()
    if how == "worst month":
        return by_month(table, monthly).max()
    return {"sum": table.sum, "mean": table.mean, "peak": table.max, "lowest": table.min}[how]()


def by_month(table: pd.DataFrame, monthly: bool = False) -> pd.DataFrame:
    """Means of calendar months: index first day, the table's columns. Months cut short by the period are left out."""
    months = days_of_rows(table.index.to_numpy(), monthly)[1].astype("datetime64[M]")
    firsts, starts, counts = np.unique(months, return_index=True, return_counts=True)
    means = np.add.reduceat(table.to_numpy(float), starts, axis=0) / counts[:, None]
    enough = np.ones(len(counts), bool) if monthly else counts >= min(WEEKS_OF_A_MONTH, counts.max())
    return pd.DataFrame(means[enough], firsts[enough].astype("datetime64[D]"), table.columns)


def when(table: pd.DataFrame, how: str, monthly: bool = False) -> str:
    """When the columns (replicates) have their highest or lowest value: the middle one of all dates, as text."""
    if how == "worst month":
        table = by_month(table, monthly)
        at = table.index.to_numpy()[table.to_numpy().argmax(axis=0)]
        return str(np.sort(at)[len(at) // 2].astype("datetime64[M]"))
    values = table.to_numpy()
    at = values.argmax(axis=0) if how == "peak" else values.argmin(axis=0)
    days = days_of_rows(table.index.to_numpy(), monthly)[0 if monthly else 2][at]
    return str(np.sort(days)[len(days) // 2].astype("datetime64[M]" if monthly else "datetime64[D]"))


def window_text(found: Any, item: Headline) -> str:
    """In words how and over which days a row is summed up; a peak is told with its date in the baseline."""
    how = item.kind
    if how == TOWNS_BELOW_HALF:
        return "of their use in their worst month"
    table = rows_of(found.over_time(item.outcome, item.place), item.window, found.is_monthly(item.place))
    if not len(table):
        return how
    monthly = found.is_monthly(item.place)
    first, _, last = (days[[0, -1]] for days in days_of_rows(table.index.to_numpy(), monthly))
    if how == "last year":
        return f"mean, {max(first[0], last[1] - 364)} to {last[1]}"  # a period may be shorter than a year
    if how == "end":
        return f"on {last[1]}"
    words = {"peak": "highest week", "lowest": "lowest week", "worst month": "worst month"}
    text = words.get(how, how).replace("week", "month" if monthly else "week")
    if how in DATED:
        text += f" ({when(table[found.baseline], how, monthly)})"
    if item.window:
        return f"{text}, {first[0]} to {last[1]}"
    return text if how in DATED else f"{text}, whole period"


def with_window(item: Headline, window: tuple[str, str] | None) -> Headline:
    """The same row over other days; what is of the last year becomes a mean."""
    if window is None:
        return item
    if item.way == "last year":
        return replace(item, window=window, way="mean", label=item.label.removesuffix(", last year"))
    return replace(item, window=window)
