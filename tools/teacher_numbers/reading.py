"""Outcomes of finished folders, replicate by replicate, and their paired differences in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.core.numbers import outcome_number, relative_number
from sim.results.intervals import distinguishable
from sim.results.paired_differences import summarise
from sim.results.reading.headlines import Headline
from sim.results.result_folder import Folder


def values(
    found: Folder,
    outcome: str,
    scenario: str | None = None,
    way: str = "",
    place: str = "region",
    window: tuple[str, str] | None = None,
) -> pd.Series:
    """An outcome of a scenario (the baseline unless said) over a window: index replicate; the unit in `attrs`."""
    unit = found.unit(outcome, place)
    totals = found.totals(Headline(place, outcome, outcome, unit, way, window))
    series = totals[scenario or found.baseline].copy()
    series.attrs["unit"] = unit
    return series


def number(value: float, unit: str, signed: bool = False) -> str:
    """An outcome in its unit; days and prices with two decimals, a signed share without "pts"."""
    if unit in ("days", "1"):  # a zero has no sign
        text = f"{value:{'+' if signed else ''}.2f}"
        return text if float(text) else "0.00"
    text = outcome_number(value, unit, signed)
    if unit == "0..1" and signed:
        text = text.removesuffix(" pts")
    return "0" if text in ("-0", "+0") else text


def level(series: pd.Series) -> str:
    """A mean over replicates in words."""
    return number(float(series.mean()), series.attrs["unit"])


def change(ours: pd.Series, theirs: pd.Series, relative: bool = False) -> str:
    """Mean paired difference over the replicates that both have, its interval, and a star where that excludes zero.

    `-451 k (-581 k to -321 k) *`; with `relative` also as a share of the mean of `theirs`.
    """
    return in_words((ours - theirs).dropna(), ours.attrs["unit"], float(theirs.mean()) if relative else None)


def in_words(differences: pd.Series, unit: str, base: float | None = None) -> str:
    """Differences (replicate) as `change` says them."""
    count = len(differences)
    found = summarise(differences.to_numpy(float), np.zeros(count))
    mean, low, high = (float(found[key]) for key in ("difference", "low", "high"))
    text = number(mean, unit, signed=True) + (" pts" if unit == "0..1" else "")
    if base:
        text += f", {relative_number(mean / base)}"
    if count < 2:
        return text
    text += f" ({number(low, unit, signed=True)} to {number(high, unit, signed=True)})"
    return text + (" \\*" if distinguishable(low, high, count) else "")


def first_differences(
    ours: Folder, theirs: Folder, scenario: str | None = None, place: str | None = None
) -> pd.DataFrame:
    """Of every outcome (of one place, if named), the first date on which any replicate differs by any bit.

    `ours` has the scenario (its baseline unless said) and is held against the baseline of `theirs`. Columns outcome,
    place, series, date (NaT where they never differ); sorted by date.
    """
    scenario = scenario or ours.baseline
    series = {
        (where, outcome): item.series
        for item in ours.contents
        for outcome in item.units
        for where in item.places
        if place in (None, where)
    }
    ours.load(set(series))
    theirs.load(set(series))
    rows = []
    for where, outcome in series:
        now, then = ours.over_time(outcome, where)[scenario], theirs.over_time(outcome, where)[theirs.baseline]
        apart = ~((now == then) | (now.isna() & then.isna())).all(axis=1)
        rows.append((outcome, where, series[where, outcome], apart.idxmax() if apart.any() else pd.NaT))
    found = pd.DataFrame(rows, columns=["outcome", "place", "series", "date"])
    return found.sort_values("date", kind="stable").reset_index(drop=True)
