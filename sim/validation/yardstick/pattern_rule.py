"""A pattern as `observed/patterns.csv` defines it, with its days and its band, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.validation import facts

MALI_BURKINA = ("MLI", "BFA")


@dataclass(frozen=True)
class Pattern:
    """A row of the table.

    low, high   bounds of the band; several as a tuple, None where the rule has none
    observed    likewise; None for a question of yes or no
    window      the first and last day the pattern is about (ISO, both included)
    base        those that it is compared with; None without any
    """

    number: str
    low: float | tuple[float, ...] | None
    high: float | tuple[float, ...] | None
    observed: float | tuple[float, ...] | None
    window: tuple[str, str]
    base: tuple[str, str] | None

    @property
    def first(self) -> str:
        """The first day that it needs."""
        return min(self.window[0], self.base[0]) if self.base else self.window[0]

    def years(self) -> range:
        """The years of its window."""
        return range(int(self.window[0][:4]), int(self.window[1][:4]) + 1)


def pattern(number: str) -> Pattern:
    """The pattern of this number."""
    row = facts.patterns().set_index("id").loc[number]
    day = {name: str(row[name])[:10] for name in ("start", "end", "base_start", "base_end")}
    base = None if pd.isna(row["base_start"]) else (day["base_start"], day["base_end"])
    figures = (single(row[name]) for name in ("low", "high", "observed"))
    return Pattern(number, *figures, (day["start"], day["end"]), base)


def yearly(values: np.ndarray, days: tuple[str, str]) -> np.ndarray:
    """A sum over whole years, from one day to another, as a mean of these years."""
    return values / (int(days[1][:4]) - int(days[0][:4]) + 1)


@dataclass
class Outcome:
    """What a pattern comes to.

    values  by replicate (R,), or (R, k) where the statistic is k figures
    holds   the verdict; None where it could not be judged
    more    name -> values (R,) that are shown beside it
    status  "", or why there is nothing
    """

    values: np.ndarray = field(default_factory=lambda: np.zeros(0))
    holds: bool | None = None
    more: dict[str, np.ndarray] = field(default_factory=dict)
    status: str = ""


def single(figures) -> float | tuple[float, ...] | None:
    """A figure of the table of patterns; several as a tuple, none (and a yes or no) as None."""
    if figures is True or len(figures) == 0:
        return None
    return figures[0] if len(figures) == 1 else figures


def words(figures) -> str:
    """The same as text."""
    if figures is True:
        return "yes"
    return "; ".join(f"{figure:,.10g}" for figure in figures)
