"""The replicate that stands for an ensemble: the one nearest to its median.

Of each headline outcome k of the region and each date t, x_rkt is what replicate r has. Its distance is

    d_r = sum over k of: mean over t of |x_rkt - median_kt| / (third quartile_kt - first quartile_kt)

Stocks and shares are taken week by week; the killed, whose weeks are mostly chance, are summed up over calendar years.
Dates on which the quartiles are equal say nothing of who is far, and are left out. The replicate with the smallest
distance is chosen, the first of several.
"""

from __future__ import annotations

import numpy as np

from sim.recording.aggregation import aggregate_kind
from sim.recording.run_record import Series
from sim.results.replicate_files import ReplicateFiles

#: what a replicate is measured by
OUTCOMES = ("displaced", "civilians_killed", "inhabited_area_share.government", "people_share.government")
PLACE = "region"
QUARTILES = (0.25, 0.5, 0.75)
RULE = (
    "the replicate nearest to the ensemble's median among those whose weekly layers are kept: smallest sum over "
    f"{', '.join(OUTCOMES)} of the mean over weeks (of those killed: over calendar years) of |value - median| / "
    "interquartile range"
)


def distances(outcomes: list[np.ndarray]) -> np.ndarray:
    """Distance of each replicate to the median; every outcome is (R, t)."""
    found = np.zeros(len(outcomes[0]))
    for values in outcomes:
        low, median, high = np.quantile(values, QUARTILES, axis=0)
        differs = high > low
        if differs.any():
            found += (np.abs(values - median)[:, differs] / (high - low)[differs]).mean(axis=1)
    return found


def over_dates(series: Series, outcome: str) -> np.ndarray:
    """One outcome of the region by week, or summed up over calendar years if it is counted by the week."""
    values = series.get(outcome, PLACE).astype(np.float64)
    if aggregate_kind(outcome, series.units[outcome]) != "sum":
        return values
    years = series.dates.astype("datetime64[Y]").astype(int)
    return np.bincount(years - years.min(), values)


def nearest(parts: ReplicateFiles, scenario: str, candidates: list[int]) -> tuple[int, float]:
    """The candidate that is nearest to the median of all replicates of a scenario, and its distance."""
    rows = []
    for replicate in parts.replicates:
        series = parts.load(scenario, replicate, "series/weekly").series["weekly"]
        rows.append([over_dates(series, name) for name in OUTCOMES if name in series.outcomes])
    found = distances([np.stack(values) for values in zip(*rows, strict=True)])
    at = {replicate: row for row, replicate in enumerate(parts.replicates)}
    chosen = min(candidates, key=lambda replicate: (found[at[replicate]], replicate))
    return chosen, float(found[at[chosen]])
