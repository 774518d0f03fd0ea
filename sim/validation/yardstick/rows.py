"""Lines of the yardstick: what was recorded, what the replicates gave, and whether that holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.core.files import NotRecorded

BAND = (0.05, 0.95)

#: what stands where a folder, or the record, has nothing
NOT_RECORDED, NOT_COVERED = "not recorded", "not covered"


@dataclass
class Row:
    """One line.

    id         unique, such as deaths.BFA.2019.all
    section    heading under which it is printed
    column     of the section's table, such as "one-sided, by governments"; its line there is `label`, such as "2019"
    unit       of the values
    observed   the figure of the record, or None where there is none; `observed_text` where sources dispute it
    source     of the figure
    simulated  what each replicate gave, matching the record where there is one (R,); empty where it was not recorded
    true       what happened in each replicate, where `simulated` is what was recorded of it (R,)
    band       low and high of what is asked, where something is
    holds      whether the row holds, where something is asked
    status     "", or why there are no values
    given      whether the observed figure is a target that the run was given, so that there is nothing to compare
    whole      the figure of the ensemble as a whole, where it has but one; `simulated` is then what ensembles whose
               replicates are drawn anew would have
    """

    id: str
    section: str
    column: str
    label: str
    unit: str
    observed: float | None = None
    simulated: np.ndarray = field(default_factory=lambda: np.zeros(0))
    source: str = ""
    true: np.ndarray | None = None
    band: tuple[float, float] | None = None
    holds: bool | None = None
    status: str = ""
    note: str = ""
    observed_text: str = ""
    given: bool = False
    whole: float | None = None

    @property
    def median(self) -> float:
        """Median over the replicates, or the figure of the whole ensemble; NaN where there are no values."""
        return quantile(self.simulated, 0.5) if self.whole is None else self.whole

    @property
    def low(self) -> float:
        """5 % of the replicates lie below."""
        return quantile(self.simulated, BAND[0])

    @property
    def high(self) -> float:
        """5 % of the replicates lie above."""
        return quantile(self.simulated, BAND[1])

    @property
    def ratio(self) -> float | None:
        """Median over what was observed."""
        return self.median / self.observed if self.observed and len(self.simulated) else None

    @property
    def inside(self) -> bool | None:
        """Whether the observed figure lies within the 90 % of the replicates; None where there is nothing to
        compare.
        """
        if self.observed is None or self.given or not np.isfinite(self.median):
            return None
        return bool(self.low <= self.observed <= self.high)

    def plain(self) -> dict[str, Any]:
        """The row as it goes into a CSV file."""
        true = None if self.true is None else quantile(self.true, 0.5)
        low, high = self.band or (None, None)
        return {
            "id": self.id,
            "section": self.section,
            "column": self.column,
            "row": self.label,
            "unit": self.unit,
            "observed": self.observed,
            "median": self.median,
            "q05": self.low,
            "q95": self.high,
            "ratio": self.ratio,
            "median_true": true,
            "asked_low": low,
            "asked_high": high,
            "holds": self.holds,
            "inside_90": self.inside,
            "replicates": len(self.simulated) if self.whole is None else None,
            "status": self.status,
            "source": self.source,
            "note": self.note,
        }


def measured(read: Callable[[], np.ndarray], *about: Any, **more: Any) -> Row:
    """A row of what `read` gives for each replicate; "not recorded" where the folder does not hold it.

    `about` are the row's fields up to `observed`, `more` its others.
    """
    simulated = recorded(read)
    if simulated is None:
        return Row(*about, **more, status=NOT_RECORDED)
    return Row(*about, simulated, **more)


def recorded(read: Callable[[], np.ndarray]) -> np.ndarray | None:
    """What `read` gives; None where the folder does not hold it."""
    try:
        return read()
    except NotRecorded:
        return None


def quantile(values: np.ndarray, share: float) -> float:
    """A quantile of the values that are not NaN (infinite ones count as large); NaN where there are none."""
    values = np.asarray(values, dtype=float)
    values = np.sort(values[~np.isnan(values)])
    if not len(values):
        return float("nan")
    if np.isfinite(values).all():
        return float(np.quantile(values, share))
    at = share * (len(values) - 1)
    below, above = values[int(np.floor(at))], values[int(np.ceil(at))]
    return float(below if below == above else below + (at % 1.0) * (above - below))


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotient by replicate: NaN where both are zero, inf where only the divisor is."""
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    found = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return np.where((below == 0) & (above > 0), np.inf, found)


def in_band(values: np.ndarray, low: float, high: float) -> bool:
    """Whether the median over replicates lies between `low` and `high`, both included."""
    return bool(low <= quantile(values, 0.5) <= high)


def in_tail(observed: float, maxima: np.ndarray, low: float = 0.05, high: float = 0.99, most: float = 5.0) -> bool:
    """Whether `observed` lies between two quantiles of simulated maxima, the upper of them below `most` times it."""
    below, above = quantile(maxima, low), quantile(maxima, high)
    return bool(below <= observed <= above < most * observed)


def share_true(values: np.ndarray, least: float = 0.5) -> bool:
    """Whether at least this share of the replicates is true."""
    return bool(np.mean(np.asarray(values, dtype=float)) >= least)
