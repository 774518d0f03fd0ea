"""Sums, means, ends and peaks of outcomes over the whole period, calendar years, and windows of a reader's own.

A week belongs to the day in its middle, so that one that spans New Year counts where most of it lies; a month belongs
to its own days. A last week that ends after the period is left out: what is told of a period lies inside it.
"""

from dataclasses import dataclass

import numpy as np

# Persons in a passing state: their mean over the period says more than the last week.
MEAN_PERSONS = ("without_supply", "besieged")

#: ways to sum up a series: its last value, mean, sum, highest and lowest value
AGGREGATES = ("end", "mean", "sum", "peak", "lowest")

HALF_A_MONTH = 14  # days from the first of a month to its middle
WEEK = 7


@dataclass(frozen=True)
class Period:
    """A stretch of recorded dates: its first and last day (datetime64[D]), rows `start` to `stop`."""

    name: str
    first: np.datetime64
    last: np.datetime64
    start: int
    stop: int


def is_monthly(series: str) -> bool:
    """Whether a series of a record (by its name) has a row each month, dated by its first day."""
    return series.startswith("admin1")


def days_of_rows(dates: np.ndarray, monthly: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First, middle and last day of what each row (t,) is about, datetime64[D].

    A week has the date of the day after it, a month that of its first day.
    """
    dates = dates.astype("datetime64[D]")
    if monthly:
        return dates, dates + HALF_A_MONTH, (dates.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    step = int(np.median(np.diff(dates).astype(int))) if len(dates) > 1 else WEEK
    return dates - step, dates - step // 2 - 1, dates - 1


def inside(dates: np.ndarray, end: np.datetime64 | None, monthly: bool = False) -> int:
    """How many of the rows (t,), from the first on, lie inside a period that ends on the day `end`; one at least."""
    if end is None or monthly:
        return len(dates)
    last = days_of_rows(dates)[2]
    return max(1, int(np.searchsorted(last, np.datetime64(end, "D"), side="right")))


def periods(
    dates: np.ndarray, yearly: bool = True, end: np.datetime64 | None = None, monthly: bool = False
) -> list[Period]:
    """The whole period ("all") and, if asked, each calendar year in `dates` (sorted, (t,)); none goes beyond `end`."""
    kept = inside(dates, end, monthly)
    first, middle, last = (days[:kept] for days in days_of_rows(dates, monthly))
    if end is not None:
        last = np.minimum(last, np.datetime64(end, "D"))
    found = [Period("all", first[0], last[-1], 0, kept)]
    if yearly:
        years = middle.astype("datetime64[Y]")
        for year in np.unique(years):
            start, stop = (int(row) for row in np.searchsorted(years, [year, year + 1]))
            found.append(Period(str(year), first[start], last[stop - 1], start, stop))
    return found


def aggregate_kind(outcome: str, unit: str) -> str:
    """How an outcome is summed up over a period: "end" (stock), "sum" (flow) or "mean" (share)."""
    if unit.endswith(("/week", "/month", "/step", "/day")):
        return "sum"
    if unit == "persons" and outcome not in MEAN_PERSONS:
        return "end"
    return "mean"


def aggregate(values: np.ndarray, spans: list[Period], kinds: list[str]) -> np.ndarray:
    """Sum up (..., t, place, outcome) to float64 (..., period, place, outcome)."""
    kinds = np.asarray(kinds)
    result = np.empty((*values.shape[:-3], len(spans), *values.shape[-2:]))
    for row, span in enumerate(spans):
        part = values[..., span.start : span.stop, :, :]
        result[..., row, :, :] = part[..., -1, :, :]
        for kind, function in (("sum", np.sum), ("mean", np.mean)):
            columns = np.flatnonzero(kinds == kind)
            if len(columns):
                summed = function(part[..., columns], axis=-3, dtype=np.float64)
                result[..., row, :, columns] = np.moveaxis(summed, -1, 0)
    return result
