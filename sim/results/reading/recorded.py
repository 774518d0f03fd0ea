"""The last recorded figures beside the level of a baseline: IDPs at the end of a year, deaths in a year.

The figures are those of the record that is shipped as data (`sim/validation/observed/`, each row with its source);
nothing else is read. A made-up region has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.core.numbers import outcome_number
from sim.recording.aggregation import days_of_rows

if TYPE_CHECKING:
    from sim.results.result_folder import Folder

TYPES = ["state_based", "non_state", "one_sided"]


@dataclass(frozen=True)
class Recorded:
    """One recorded figure and what the baseline has there.

    day        the last day it is about
    simulated  mean of the baseline over replicates, on `at` (the same day, or the nearest that was recorded)
    """

    place: str
    name: str
    outcome: str
    day: np.datetime64
    figure: float
    simulated: float
    at: np.datetime64

    @property
    def factor(self) -> float:
        """Simulated over recorded."""
        return self.simulated / self.figure if self.figure else float("inf")


@cache
def figures() -> pd.DataFrame:
    """Recorded figures: place, outcome, year, figure, note."""
    folder = Path(__file__).parents[2] / "validation" / "observed"
    people = pd.read_csv(folder / "displaced.csv", keep_default_na=False)
    people = people[people["measure"] == "idps"].assign(outcome="idps", figure=lambda t: t["persons"])
    dead = pd.read_csv(folder / "deaths.csv")
    dead = dead.assign(place=dead["country"], outcome="deaths_ucdp", figure=dead[TYPES].sum(axis=1), note="")
    columns = ["place", "outcome", "year", "figure", "note"]
    return pd.concat([people[columns], dead[columns]], ignore_index=True)


def levels_beside_record(found: Folder) -> list[Recorded]:
    """For each state of the theatre the last recorded figure of IDPs up to the end of the period, and of deaths."""
    if found.map.get("fictional"):
        return []
    names = dict(zip(found.map.get("countries", []), found.map.get("country_names") or found.map.get("countries", [])))
    configuration = found.run.get("configuration", {}).get(found.baseline, {})
    theatre = (configuration.get("region_info") or {}).get("theatre") or []
    found.load({(place, outcome) for place in theatre for outcome in ("idps", "deaths_ucdp")})
    rows = []
    for outcome in ("idps", "deaths_ucdp"):
        for place in theatre:
            table = found.over_time(outcome, place)
            if len(table) and found.baseline in table:
                row = _beside(outcome, place, names.get(place, place), table[found.baseline])
                rows += [row] if row is not None else []
    return rows


def _beside(outcome: str, place: str, name: str, table: pd.DataFrame) -> Recorded | None:
    """The last figure that can be set beside a series (index date, a column for each replicate)."""
    known = figures()
    known = known[(known["outcome"] == outcome) & (known["place"] == place)].sort_values("year")
    if not len(known):
        return None
    first, middle, last = days_of_rows(table.index.to_numpy())
    if outcome == "idps":
        ends = np.array([f"{year}-12-31" for year in known["year"]], dtype="datetime64[D]")
        within = known[ends <= last[-1] + 6]  # a last week may be left out
        if not len(within):
            return None
        figure = within.iloc[-1]
        day = np.datetime64(f"{figure['year']}-12-31")
        row = min(int(np.searchsorted(last, day)), len(last) - 1)  # a period may begin later: its first week
        return Recorded(place, name, outcome, day, figure["figure"], float(table.iloc[row].mean()), last[row])
    year = middle.astype("datetime64[Y]").astype(int) + 1970
    for figure in known.iloc[::-1].itertuples():
        day = np.datetime64(f"{figure.year}-12-31")
        whole = first[0] <= np.datetime64(f"{figure.year}-01-07") and last[-1] >= day - 6
        if whole and (year == figure.year).any():
            total = table[year == figure.year].sum().mean()
            return Recorded(place, name, outcome, day, figure.figure, float(total), day)
    return None


def beside_record(found: Folder) -> list[str]:
    """The same in words, a line for each outcome: `Mali 1.95 M simulated, 409 k recorded (4.8 times)`."""
    lines = []
    rows = levels_beside_record(found)
    for outcome, words in (("idps", "IDPs"), ("deaths_ucdp", "Deaths that a record like UCDP's would hold")):
        own = [row for row in rows if row.outcome == outcome]
        parts = []
        for row in own:
            when = str(row.day)[:4]
            late = f", simulated {row.at}" if abs((row.at - row.day).astype(int)) > 7 else ""
            at = f"end of {when}{late}" if outcome == "idps" else when
            figure, simulated = (outcome_number(value, "persons") for value in (row.figure, row.simulated))
            parts.append(f"{row.name} {simulated} simulated, {figure} recorded ({times(row.factor)}; {at})")
        if parts:
            lines.append(f"Level beside the record: {words}: {'; '.join(parts)}.")
    return lines


def times(factor: float) -> str:
    """A factor in words: 4.8 times, 0.31 times."""
    if not np.isfinite(factor):
        return "none recorded"
    return f"{factor:.1f} times" if factor >= 0.95 else f"{factor:.2f} times"
