"""What one table gave: its rows under the model's names, those left out and why, and what the summary says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sim.validation.downloads.kinds import Kind
from sim.validation.downloads.places import Places
from sim.validation.downloads.schemas import nothing_left_out

#: rows that are in order and of no use here, by why
ELSEWHERE = "outside the region"
AGAIN = "the same again"
SUMS = "sum of other rows"
OTHER = "no armed violence"
NO_FIGURE = "no figure"
NEWER = "in another file, too"


@dataclass
class Part:
    """A table that was read. `data` has the columns of its kind; `passed` counts rows that are of no use here."""

    kind: Kind
    file: str
    version: str
    data: pd.DataFrame
    left: pd.DataFrame = field(default_factory=nothing_left_out)
    passed: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Rows of the file that are in `data`."""
        return int(self.data["line"].nunique()) if len(self.data) else 0

    def reasons(self) -> dict[str, int]:
        """Rows left out by reason, the commonest first; rows passed over stand behind."""
        counts = {str(reason): int(n) for reason, n in self.left["reason"].value_counts().items()}
        return counts | {why: n for why, n in self.passed.items() if n}

    def period(self) -> str:
        """First and last day, month or year of the rows kept."""
        if self.data.empty:
            return ""
        if "date" in self.data:
            form = "%Y-%m" if self.kind.name == "country_month" else "%Y-%m-%d"
            return f"{self.data.date.min():{form}} to {self.data.date.max():{form}}"
        return f"{self.data.year.min()} to {self.data.year.max()}"

    def countries(self) -> list[str]:
        """Codes of the countries in the rows kept."""
        names = [name for name in ("country", "origin") if name in self.data]
        return sorted({value for name in names for value in self.data[name].dropna().unique() if len(value) == 3})


@dataclass(frozen=True)
class Reading:
    """What a reader of a kind is given: good rows as text, the file, and the region's places."""

    rows: pd.DataFrame
    file: str
    written: dict[str, str]
    places: Places

    def has(self, name: str) -> bool:
        """Whether the file has a column."""
        return name in self.rows

    def text(self, name: str, default: Any = None) -> pd.Series:
        """A column as text, or the default for each row where the file has none."""
        if name in self.rows:
            return self.rows[name]
        return pd.Series([default] * len(self.rows), index=self.rows.index, dtype=object)


def version_in(name: str) -> str:
    """A version such as 23.1 in a file's name (GEDEvent_v23_1.csv, ged231-csv.zip); empty where none is told."""
    found = re.search(r"(?<![0-9])v?([12][0-9])[_.]([0-9]{1,2})(?![0-9])", name, re.IGNORECASE)
    if not found:
        found = re.search(r"(?:ged|ucdp)[a-z-]*([12][0-9])([0-9])(?![0-9])", name, re.IGNORECASE)
    return f"{found[1]}.{found[2]}" if found else ""


def version_key(version: str) -> tuple[int, ...]:
    """Versions in their order, one that is not told before all others."""
    return tuple(int(number) for number in re.findall("[0-9]+", version))
