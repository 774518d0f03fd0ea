"""Sums, means and ends of weekly outcomes over the whole period and over calendar years."""

from dataclasses import dataclass

import numpy as np

# Persons in a passing state: their mean over the period says more than the last week.
MEAN_PERSONS = ("without_supply", "besieged")


@dataclass(frozen=True)
class Period:
    """A stretch of recorded dates: `first` to `last` (datetime64[D]), rows `start` to `stop`."""

    name: str
    first: np.datetime64
    last: np.datetime64
    start: int
    stop: int


def periods(dates: np.ndarray, yearly: bool = True) -> list[Period]:
    """The whole period ("all") and, if asked, each calendar year in `dates` (sorted, (t,))."""
    found = [Period("all", dates[0], dates[-1], 0, len(dates))]
    if yearly:
        years = dates.astype("datetime64[Y]")
        for year in np.unique(years):
            start, stop = np.searchsorted(years, [year, year + 1])
            found.append(Period(str(year), dates[start], dates[stop - 1], int(start), int(stop)))
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
