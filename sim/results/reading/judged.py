"""Rows of a table of differences, judged: each by its own interval, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.results.intervals import stars
from sim.results.reading.headlines import Headline, is_primary

if TYPE_CHECKING:
    from sim.results.result_folder import Folder

KEYS = ("difference", "low", "high", "p", "share_larger")


@dataclass(frozen=True)
class Judged:
    """A mean paired difference and what it may be taken for.

    level   the baseline's mean
    stars   0; 1: its own interval excludes zero; 2: it also holds with all others of the table (Holm)
    """

    difference: float
    low: float
    high: float
    p: float
    share_larger: float
    level: float
    stars: int

    @property
    def relative(self) -> float:
        """The difference as a share of the baseline's mean; NaN where that is zero."""
        return self.difference / abs(self.level) if self.level else float("nan")


def judge(
    found: Folder, items: list[Headline], scenarios: list[str], least: float | None = None
) -> dict[tuple[Headline, str], Judged]:
    """Every row and scenario that has a difference. A primary outcome is judged by itself, all others together."""
    keys, rows, levels, families = [], [], [], []
    for item in items:
        totals = found.totals(item)
        for name in scenarios:
            row = found.difference(item, name)
            if row is not None:
                keys.append((item, name))
                rows.append([float(row[key]) for key in KEYS])
                levels.append(float(totals[found.baseline].mean()))
                families.append(0 if is_primary(found, item) else 1)
    if not keys:
        return {}
    table, level = np.array(rows), np.array(levels)
    columns = dict(zip(KEYS, table.T))
    least = found.least_effect if least is None else least
    count = stars(columns, level, found.replicates, least, np.array(families))
    return {key: Judged(*row, base, int(n)) for key, row, base, n in zip(keys, table.tolist(), levels, count)}
