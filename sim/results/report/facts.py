"""What all sections of the page stand on: a folder, its judged differences, and names of things in the page's language.

An area is an admin-1 area of a state of the theatre, by its name in the tables (`MLI.Gao`).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.core.files import NotRecorded
from sim.core.perpetrators import GROUPS
from sim.recording.aggregation import inside
from sim.results.figures.style import BAND
from sim.results.intervals import FEWEST, LEVEL
from sim.results.reading.headlines import TOWNS, Headline, is_primary, rows_of, when
from sim.results.reading.judged import Judged, judge
from sim.results.reading.outcome_series import read_series
from sim.results.reading.scenario_colours import colours_of
from sim.results.report.html import Html, two_lines
from sim.results.report.svg import DASHES
from sim.results.report.words import Words
from sim.results.result_folder import Folder
from sim.results.translation.texts import country

#: outcomes of areas that the page tells
BY_AREA = ("displaced_from", "displaced_hosted", "residents", "civilians_killed")

#: labels of outcomes, by the outcome's stem and how it is summed up
LABELS = {
    ("displaced", "end"): "label_displaced",
    ("civilians_killed", "sum"): "label_killed",
    ("inhabited_area_share", "mean"): "label_area",
    ("people_share", "mean"): "label_people",
    ("fuel_days", "last year"): "label_fuel_last_year",
    ("fuel_days", "lowest"): "label_fuel_lowest",
    ("without_supply", "worst month"): "label_without_supply",
    ("besieged", "worst month"): "label_besieged",
    ("served", "towns below a half"): "label_towns",
}


STARS = {0: "", 1: "\u00a0*", 2: "\u00a0**"}


def mean_and_band(values: np.ndarray) -> tuple[float, float, float]:
    """Of replicates (R,) the low end of nine tenths of them, their mean, the high end."""
    low, high = np.nanquantile(values, BAND)
    return float(low), float(np.nanmean(values)), float(high)


class Facts:
    """A folder as the page tells it."""

    def __init__(self, folder: Folder, words: Words) -> None:
        self.folder, self.words = folder, words
        self.run, self.map = folder.run, folder.map
        self.baseline, self.scenarios = folder.baseline, folder.scenarios
        self.others = self.scenarios[1:]
        self.n = folder.replicates
        self.colours = colours_of(self.run)

    @property
    def listed(self) -> list[int]:
        """Replicates that have events and flows, also those in which there were none."""
        known = list(self.run.get("finished_replicates", []))
        return known[: int(self.run.get("lists_of_replicates", len(known)))]

    @property
    def few(self) -> bool:
        """Whether there are too few replicates to call anything a difference."""
        return self.n < FEWEST

    @cached_property
    def judged(self) -> dict[tuple[Headline, str], Judged]:
        """Every headline and scenario that has a difference."""
        return judge(self.folder, self.folder.headlines, self.others)

    def item(self, outcome: str, kind: str | None = None) -> Headline | None:
        """The headline of an outcome of the region, if it is there."""
        for item in self.folder.headlines:
            if item.outcome == outcome and (kind is None or item.kind == kind):
                return item
        return None

    def preload(self) -> None:
        """Read what the sections show of outcomes.parquet in one pass, since each goes through all its pieces."""
        wanted = {("region", f"civilians_killed_by.{group}") for group in GROUPS}
        wanted |= {(state, outcome) for state in self.theatre for outcome in ("idps", "deaths_ucdp")}
        wanted |= {(state, outcome) for state in self.map["countries"] for outcome in ("idps", "refugees_hosted")}
        self.folder.load(self.folder.shown() | wanted | {("region", "deaths")})

    def level(self, item: Headline) -> float:
        """The baseline's mean."""
        totals = self.folder.totals(item)
        return float(totals[self.baseline].mean()) if self.baseline in totals else float("nan")

    # ------------------------------------------------------------------------ names

    def title(self, scenario: str) -> str:
        """A scenario's title, as its author has it, or in the page's language where it ships with one."""
        return self.words.translated(self.folder.title(scenario))

    def colour(self, scenario: str) -> str:
        """A scenario's colour."""
        return self.colours[scenario]["colour"]

    def dashes(self, scenario: str) -> str | None:
        """A scenario's line style."""
        return DASHES.get(self.colours[scenario]["line"])

    def configuration(self, scenario: str) -> dict[str, Any]:
        """All that a scenario's runs are a function of."""
        return self.run.get("configuration", {}).get(scenario) or {}

    def levers(self, scenario: str) -> list[str]:
        """Levers that a scenario sets otherwise than the baseline."""
        mine, theirs = (self.configuration(name).get("levers") or {} for name in (scenario, self.baseline))
        return [name for name in mine if mine[name] != theirs.get(name)]

    @cached_property
    def region(self) -> str:
        """The region's name."""
        info = self.configuration(self.baseline).get("region_info") or {}
        name = str(self.map.get("name", ""))
        return self.words.translated(str(info.get("title") or name))

    def who(self, controller: str) -> str:
        """A controller's name."""
        return self.words.or_else(f"who_{controller}", self.words.translated(self.folder.controller_label(controller)))

    def label(self, item: Headline) -> str:
        """What a row shows."""
        stem, _, rest = item.outcome.partition(".")
        key = LABELS.get((stem, item.kind))
        usual = item.place in ("region", TOWNS) or stem == "fuel_days"
        if key is None or not usual or (stem == "fuel_days" and item.place != self.run.get("capital")):
            return item.label
        whole = f"{key}_{rest}"
        if self.words.has(whole):
            return self.words.say(whole)
        return self.words.say(key, who=self.who(rest) if rest else "", place=item.place)

    def window(self, item: Headline) -> str:
        """How a row is summed up, and when."""
        how, words = item.kind, self.words
        if how == "towns below a half":
            return words.say("way_towns")
        table = self.folder.over_time(item.outcome, item.place)
        monthly = self.folder.is_monthly(item.place)
        table = rows_of(table, item.window, monthly)
        if not len(table):
            return how
        last = table.index[-1] - pd.Timedelta(days=1)
        if how == "end":
            return words.say("way_end", day=words.day(last))
        if how in ("lowest", "worst month", "peak") and self.baseline in table:
            return words.say(f"way_{how.replace(' ', '_')}", date=words.month(when(table[self.baseline], how, monthly)))
        return words.say(f"way_{how.replace(' ', '_')}", day=words.day(last))

    def is_primary(self, item: Headline) -> bool:
        """Whether a row was named before the runs."""
        return is_primary(self.folder, item)

    # ------------------------------------------------------------------------ places

    @cached_property
    def theatre(self) -> list[str]:
        """Codes of the states that the scenarios are about."""
        return [code for code, inside in zip(self.map["countries"], self.map["theatre"]) if inside]

    def country(self, code: str) -> str:
        """A state's name."""
        names = dict(zip(self.map["countries"], self.map.get("country_names") or self.map["countries"]))
        return country(code, self.words.language) or str(names.get(code, code))

    @cached_property
    def states(self) -> str:
        """The states of the theatre by name, in a row."""
        return self.words.names([self.country(code) for code in self.theatre])

    def area(self, name: str) -> str:
        """An area with its state: `Gao (Mali)`."""
        code, _, rest = name.partition(".")
        return f"{rest} ({self.country(code)})" if rest else self.country(code)

    @cached_property
    def areas(self) -> list[str]:
        """Areas of the theatre that were recorded."""
        recorded = set(self.folder.places())
        return [x for x in self.map.get("admin1_names", []) if x.partition(".")[0] in self.theatre and x in recorded]

    @cached_property
    def _of_areas(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Series of the baseline by area and outcome, read in one pass: index month, a column each replicate."""
        wanted = {(area, outcome) for area in self.areas for outcome in BY_AREA}
        found = read_series(self.folder.table("outcomes.parquet"), wanted, [self.baseline]) if wanted else {}
        end = self.run["period"]["end"]
        return {
            key: table[self.baseline].iloc[: inside(table.index.to_numpy(), end, True)].astype(float)
            for key, table in found.items()
        }

    def by_area(self, outcome: str, how: str) -> pd.DataFrame:
        """Values of an outcome in the baseline: a row each replicate, a column each area; `how` end or sum.

        Raises `NotRecorded` where areas were not.
        """
        tables = {area: self._of_areas[area, outcome] for area in self.areas if (area, outcome) in self._of_areas}
        if not tables:
            raise NotRecorded(f"{outcome} by admin-1 area is not recorded")
        return pd.DataFrame({area: x.iloc[-1] if how == "end" else x.sum() for area, x in tables.items()})

    @cached_property
    def by_place(self) -> pd.DataFrame:
        """Rows of comparison.csv over the whole period, by scenario, place and outcome."""
        table = self.folder.comparison
        table = table[(table["period"] == "all") & table["baseline"].eq(self.baseline)]
        return table.set_index(["scenario", "place", "outcome"]).sort_index()

    def difference_at(self, scenario: str, place: str, outcome: str) -> pd.Series | None:
        """The row of comparison.csv of a place, over the whole period."""
        key = (scenario, place, outcome)
        if key not in self.by_place.index:
            return None
        found = self.by_place.loc[key]
        return found.iloc[0] if isinstance(found, pd.DataFrame) else found

    # ------------------------------------------------------------------------ numbers in words

    def cell(self, row: Any, unit: str, level: float | None, stars: int) -> Html:
        """A cell of a table of differences: `−340 k (−12 %) *` and its interval below."""
        low, high = row["low"], row["high"]
        if row["difference"] == 0 and not (np.isfinite(low) and high > low):
            return two_lines(self.words.say("no_difference"), shade="unclear")
        text = self.words.number(row["difference"], unit, signed=True)
        if level and np.isfinite(level):
            text += f" ({self.words.relative(row['difference'] / abs(level))})"
        interval = self.interval(low, high, unit) if np.isfinite(low) else ""
        return two_lines(text + STARS[stars], interval, "clear" if stars else "unclear")

    def spread_cell(self, values: np.ndarray, unit: str) -> Html:
        """A cell of a table of levels: the mean, and nine tenths of the replicates below."""
        low, middle, high = (self.words.number(x, unit) for x in mean_and_band(values))
        return two_lines(middle, self.words.say("low_to_high", low=low, high=high) if len(values) > 1 else "")

    def spread(self, values: np.ndarray, unit: str) -> str:
        """The mean of replicates and nine tenths of them: `340 k (mean; 90 % of replicates: 310 k to 370 k)`."""
        low, middle, high = mean_and_band(values)
        shown = [self.words.number(value, unit) for value in (middle, low, high)]
        if len(values) < 2:
            return shown[0]
        return self.words.say("spread", middle=shown[0], low=shown[1], high=shown[2])

    def interval(self, low: float, high: float, unit: str) -> str:
        """`−400 k to −280 k`, without the unit said twice."""
        points = f"\u00a0{self.words.say('points')}"
        shown = [self.words.number(value, unit, signed=True) for value in (low, high)]
        return self.words.say("low_to_high", low=shown[0].removesuffix(points), high=shown[1])

    def difference(self, row: Any, unit: str, level: float | None = None) -> str:
        """`−340 k (−12 %; 95 % interval −400 k to −280 k)`."""
        text = self.words.number(row["difference"], unit, signed=True)
        parts = []
        if level and np.isfinite(level):
            parts.append(self.words.relative(row["difference"] / abs(level)))
        if np.isfinite(row["low"]):
            interval = self.interval(row["low"], row["high"], unit)
            parts.append(self.words.say("with_interval", percent=round(100 * LEVEL), interval=interval))
        return f"{text} ({self.words.say('semicolon').join(parts)})" if parts else text
