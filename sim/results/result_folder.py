"""Reads a finished folder back: any series, event or map, and what tables and figures show, in words and numbers.

from sim import open_folder
folder = open_folder("results/some_comparison")
folder.outcome("displaced", place="BFA")       # xarray: scenario, replicate, date
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.core.errors import unknown
from sim.core.files import FolderError, NotRecorded, path_named, read_json, read_run
from sim.recording.aggregation import inside, is_monthly
from sim.results.integrity.contents import check_finished, check_run, printable_values
from sim.results.integrity.hashes import reading, verify
from sim.results.integrity.netcdf import open_netcdf
from sim.results.intervals import LEAST_EFFECT
from sim.results.maps.control_spells import control_of
from sim.results.maps.player_layers import player_of
from sim.results.paired_differences import summarise
from sim.results.reading.headlines import SHARES, TOWNS_BELOW_HALF, Headline, headlines_of, rows_of, summed
from sim.results.reading.lists import check_replicates, read_list
from sim.results.reading.names import known_outcomes, known_places
from sim.results.reading.outcome_series import Contents, contents_of, labelled, read_series
from sim.results.towns_table import COUNTS, towns_below_half
from sim.results.uncertainty_shares import shares_of_differences

if TYPE_CHECKING:  # a table of numbers needs no maps: xarray is slow to load
    import xarray as xr

#: variables of cells.nc that had another name in folders that are still read: name then, name now
FORMER = {f"displaced{end}": f"displaced_hosted{end}" for end in ("", "_mean", "_larger")}


class Folder:
    """A folder of results. Everything is read from its files, when first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        if not self.path.is_dir():
            raise FolderError(f"There is no folder {self.path}.")
        self.run = printable_values(read_run(self.path))
        check_run(self.path, self.run)
        verify(self.path / "map.json", self.run)
        self.map = printable_values(read_json(self.path / "map.json"))
        if not isinstance(self.map, dict):
            raise FolderError(f"{self.path / 'map.json'} cannot be read: it holds no mapping of names to values.")
        self._series: dict[tuple[str, str], pd.DataFrame] = {}
        self._totals: dict[tuple, pd.DataFrame] = {}
        if not (self.path / "outcomes.parquet").exists():
            raise FolderError(f"{self.path} holds no finished tables (outcomes.parquet is missing).")
        check_finished(self.path, self.run)

    @property
    def baseline(self) -> str:
        """Name of the scenario the others are compared with."""
        return self.run["baseline"]

    @property
    def scenarios(self) -> list[str]:
        """Names, the baseline first."""
        names = [item["name"] for item in self.run["scenarios"]]
        return [self.baseline, *(name for name in names if name != self.baseline)]

    @property
    def replicates(self) -> int:
        """Number of replicates that every scenario has."""
        return len(self.run.get("finished_replicates", []))

    @property
    def projection_from(self) -> np.datetime64 | None:
        """First day on which decisions are assumptions, if the period reaches that far."""
        day = self.run.get("projection_from")
        day = np.datetime64(day) if day else None
        return day if day is not None and day <= np.datetime64(self.run["period"]["end"]) else None

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """comparison.csv."""
        texts = dict.fromkeys(("scenario", "baseline", "place", "outcome", "unit", "period"), str)
        with reading(self.path):
            return pd.read_csv(self.table("comparison.csv"), dtype=texts)

    def cells(self) -> xr.Dataset | None:
        """cells.nc, opened but not read, its variables by the names of today; None where there is none."""
        path = self.path / "cells.nc"
        if not path.exists():
            return None
        cells = open_netcdf(path, self.run)
        return cells.rename({old: new for old, new in FORMER.items() if old in cells})

    # ------------------------------------------------------------------------ series

    @cached_property
    def contents(self) -> list[Contents]:
        """What outcomes.parquet holds, from its metadata."""
        with reading(self.path):
            return contents_of(self.table("outcomes.parquet"))

    def table(self, name: str) -> Path:
        """The path of a table, once it is known to be whole. Raises `FolderError` where it is not."""
        path = self.path / name
        verify(path, self.run)
        return path

    def outcomes_list(self, place: str | None = None) -> pd.DataFrame:
        """What was recorded (of one place, if named): columns outcome, unit, series, places, dates.

        `places` and `dates` are how many there are. No value is read.
        """
        if place is not None:
            self._check_place(place)
        rows = [
            (outcome, unit, item.series, len(item.places), item.dates)
            for item in self.contents
            for outcome, unit in item.units.items()
            if place is None or place in item.places
        ]
        return pd.DataFrame(rows, columns=["outcome", "unit", "series", "places", "dates"])

    def places(self, outcome: str | None = None) -> list[str]:
        """Places of which something (or one outcome) was recorded: "region", states, admin-1 areas, towns."""
        if outcome is not None:
            self._check_outcome(outcome)
        here = [item for item in self.contents if outcome is None or outcome in item.units]
        return list(dict.fromkeys(place for item in here for place in item.places))

    def outcome(self, name: str, place: str = "region", scenario: str | None = None) -> xr.DataArray:
        """One outcome of one place over time, float32 (scenario, replicate, date); (replicate, date) of one scenario.

        `attrs["units"]` has its unit; a scenario that does not have it is NaN. Only its own rows are read.
        Raises `UserError` with the nearest right name for a slip, `NotRecorded` for what this folder did not keep.
        """
        scenarios = self.check_scenario(scenario) or self.scenarios
        unit = self.unit(name, place)
        with reading(self.path):
            table = read_series(self.table("outcomes.parquet"), {(place, name)}, scenarios).get((place, name))
        if table is None:
            raise NotRecorded(f"'{name}' of '{place}' is not recorded for scenario '{scenario}' in {self.path}.")
        found = labelled(table, scenarios, name, {"units": unit, "place": place})
        return found if scenario is None else found.sel(scenario=scenario)

    def unit(self, outcome: str, place: str) -> str:
        """The unit of an outcome at a place. Raises as `outcome` does where it is not there."""
        units = [x.units[outcome] for x in self.contents if outcome in x.units and place in x.places]
        if units:
            return units[0]
        self._check_outcome(outcome)
        self._check_place(place)
        here = self.places(outcome)
        some = ", ".join(here[:6]) + (", ..." if len(here) > 6 else "")
        raise NotRecorded(f"'{outcome}' of '{place}' is not recorded in {self.path}; it is for: {some}.")

    def _check_outcome(self, name: str) -> None:
        """Refuse an outcome that is a slip, or was not recorded."""
        recorded = {outcome for item in self.contents for outcome in item.units}
        if name not in recorded:
            known = known_outcomes(self.run)
            raise self._not_recorded(name) if name in known else unknown("outcome", name, recorded | known)

    def _check_place(self, name: str) -> None:
        """Refuse a place that is a slip, or of which nothing was recorded."""
        recorded = {place for item in self.contents for place in item.places}
        if name not in recorded:
            known = known_places(self.map)
            raise self._not_recorded(name) if name in known else unknown("place", name, recorded | known)

    def _not_recorded(self, what: str) -> NotRecorded:
        """The error for a right name that is not in this folder, and what was kept."""
        kept = f"retention={self.run.get('retention', 'full')}, format {self.run['format']}"
        return NotRecorded(f"'{what}' is not recorded in {self.path} ({kept}).")

    def check_scenario(self, name: str | None) -> list[str] | None:
        """A list of the scenario that is named; None for all. Raises `UserError` with the nearest for a slip."""
        if name is not None and name not in self.scenarios:
            raise unknown("scenario", name, self.scenarios, f"in {self.path}")
        return None if name is None else [name]

    # ------------------------------------------------------------------------ lists

    def events(
        self,
        scenario: str | None = None,
        recorded: str | None = None,
        columns: Sequence[str] | None = None,
        replicates: Iterable[int] | None = None,
    ) -> pd.DataFrame:
        """Simulated events in UCDP GED's columns (docs/outputs.md), in the order of the file.

        `recorded="ucdp"` or `"acled"`: only those that such a record would have caught. Of a large comparison
        the first 20 replicates have events.
        """
        return self._list("events", scenario, columns, replicates, recorded)

    def flows(
        self,
        scenario: str | None = None,
        columns: Sequence[str] | None = None,
        replicates: Iterable[int] | None = None,
    ) -> pd.DataFrame:
        """Persons who moved between admin-1 areas, by month and kind (docs/outputs.md)."""
        return self._list("flows", scenario, columns, replicates)

    def parameters(self, scenario: str | None = None, replicates: Iterable[int] | None = None) -> pd.DataFrame:
        """Parameters that were drawn anew in each replicate: scenario, replicate, parameter, value, unit."""
        return self._list("parameters", scenario, None, replicates)

    def control(self, scenario: str | None = None, **wanted: Any) -> pd.DataFrame:
        """Spells of control: scenario, replicate, gid, country, admin1, controller, start, end (exclusive).

        `wanted` picks rows by column, as `gid=155883` or `controller="government"`; several values as a list.
        """
        if scenario is not None:
            wanted["scenario"] = self.check_scenario(scenario)
        found = control_of(self.path, self.run, **wanted)
        if found is None:
            raise self._not_recorded("weekly control of cells")
        return found

    def player(self) -> xr.Dataset:
        """Weekly maps of one replicate a scenario, the one nearest to the median, opened but not read."""
        found = player_of(self.path, self.run)
        if found is None:
            raise self._not_recorded("weekly maps")
        return found

    def uncertainty_shares(self) -> pd.DataFrame:
        """How much of the spread over replicates comes from chance, and how much from the parameters drawn anew.

        For each headline the level of the baseline and the paired difference of every other scenario
        (`sim.results.uncertainty_shares`).
        """
        return shares_of_differences(self)

    def _list(
        self,
        name: str,
        scenario: str | None,
        columns: Sequence[str] | None,
        replicates: Iterable[int] | None,
        recorded: str | None = None,
    ) -> pd.DataFrame:
        """Rows of a list of this folder."""
        replicates = None if replicates is None else list(replicates)
        check_replicates(replicates, self.run.get("finished_replicates", []), self.path)
        with reading(self.path):
            path = self.table(f"{name}.parquet")
            return read_list(path, columns, self.check_scenario(scenario), replicates, recorded)

    # ------------------------------------------------------------------------ what tables and figures show

    @property
    def controllers(self) -> list[str]:
        """Actors that can control a cell, then contested and none."""
        return [*self.run.get("controllers", []), "contested", "none"]

    @property
    def telling(self) -> dict[str, Any]:
        """What was said before the runs on how to tell them: primary `outcome` and its `place`, `least_effect`."""
        return self.run.get("telling") or {}

    @property
    def least_effect(self) -> float:
        """The share of the baseline's mean below which a difference is not called one."""
        return float(self.telling.get("least_effect", LEAST_EFFECT))

    def is_monthly(self, place: str) -> bool:
        """Whether a place has one row a month: an admin-1 area."""
        return place in self._areas

    @cached_property
    def _areas(self) -> set[str]:
        recorded = {place for item in self.contents if is_monthly(item.series) for place in item.places}
        return recorded | set(self.map.get("admin1_names", []))

    def over_time(self, outcome: str, place: str = "region") -> pd.DataFrame:
        """One outcome: index date, columns (scenario, replicate); empty where it was not recorded.

        A last week that ends after the period is left out.
        """
        if (place, outcome) not in self._series:
            # All that is shown is read in one pass; anything else when it is asked for.
            self.load({(place, outcome)} | (set() if self._series else self.shown()))
        return self._series[place, outcome]

    def load(self, wanted: set[tuple[str, str]]) -> None:
        """Read several (place, outcome) in one pass, so that `over_time` has them."""
        wanted = wanted - set(self._series)
        if not wanted:
            return
        with reading(self.path):
            found = read_series(self.table("outcomes.parquet"), wanted, self.scenarios)
        for pair in wanted:
            table = found.get(pair, pd.DataFrame())
            if len(table):
                kept = inside(table.index.to_numpy(), self.run["period"]["end"], self.is_monthly(pair[0]))
                table = table.iloc[:kept]
            self._series[pair] = table

    def shown(self) -> set[tuple[str, str]]:
        """Place and outcome of whatever tables and figures may show."""
        outcomes = ["displaced", "civilians_killed", *(f"{share}.{x}" for share in SHARES for x in self.controllers)]
        outcomes += ["without_supply", "besieged"]
        capital = self.run.get("capital")
        shown = {("region", name) for name in outcomes} | ({(capital, "fuel_days")} if capital else set())
        # below the table: levels beside the record, and what orders do in other states
        states = [code for code, inside in zip(self.map.get("countries", []), self.map.get("theatre", [])) if inside]
        shown |= {(state, name) for state in states for name in ("displaced", "besieged", "idps", "deaths_ucdp")}
        return shown if (self.path / COUNTS).exists() else shown | {(town, "served") for town in self.towns}

    @cached_property
    def towns(self) -> list[str]:
        """Towns of which it was recorded how well they are served; none in folders that kept only the capital's."""
        return list(dict.fromkeys(place for item in self.contents if "served" in item.units for place in item.places))

    def totals(self, item: Headline) -> pd.DataFrame:
        """One headline over its window: index replicate, columns scenario; empty where it was not recorded."""
        key = (item.place, item.outcome, item.kind, item.window)
        if key not in self._totals:
            if item.kind == TOWNS_BELOW_HALF:
                values = towns_below_half(self, item.window)
            else:
                monthly = self.is_monthly(item.place)
                table = rows_of(self.over_time(item.outcome, item.place).astype(float), item.window, monthly)
                values = summed(table, item.kind, monthly) if len(table) else None
            known = values is not None
            self._totals[key] = values.unstack("scenario")[self._having(values)] if known else pd.DataFrame()
        return self._totals[key]

    def _having(self, values: pd.Series) -> list[str]:
        """The scenarios that have a value, the baseline first."""
        there = set(values.index.get_level_values("scenario"))
        return [name for name in self.scenarios if name in there]

    @cached_property
    def headlines(self) -> list[Headline]:
        """What the table and the chart of differences show, in order."""
        return headlines_of(self)

    def difference(self, item: Headline, scenario: str) -> pd.Series | None:
        """Mean paired difference over the item's window, with its interval and p; None where there is none.

        Over the whole period, summed up as usual, it is the row of comparison.csv.
        """
        found = self._whole_period.get((scenario, item.place, item.outcome)) if item.usual else None
        if found is not None:
            return self.comparison.loc[found]
        totals = self.totals(item)
        if scenario not in totals or self.baseline not in totals:
            return None
        result = summarise(*(totals[name].to_numpy() for name in (scenario, self.baseline)))
        return pd.Series({key: float(value) for key, value in result.items()})

    @cached_property
    def _whole_period(self) -> dict[tuple[str, str, str], int]:
        """Row of comparison.csv by scenario, place and outcome, for the whole period; none of folders whose intervals
        were made another way."""
        table = self.comparison
        if "p" not in table:
            return {}
        table = table[table["period"] == "all"]
        return dict(zip(zip(table["scenario"], table["place"], table["outcome"]), table.index))

    def title(self, scenario: str) -> str:
        """The scenario's title."""
        titles = {item["name"]: item.get("title") for item in self.run["scenarios"]}
        return titles.get(scenario) or scenario

    def controller_label(self, name: str) -> str:
        """A short readable name of a controller: that which it goes by at the end."""
        if name in ("contested", "none"):
            return {"contested": "contested", "none": "nobody"}[name]
        profile = self.run["configuration"].get(self.baseline, {}).get("actors", {}).get(name, {})
        names = [item.get("name") for item in profile.get("names") or []]
        if names and names[-1]:
            return names[-1]
        return name.upper() if len(name) <= 5 else name.replace("_", " ")


def open_folder(path: str | Path) -> Folder:
    """Open the folder of a finished run or comparison; nothing is read but what it says of itself.

    Raises `FolderError` with one sentence where there is none, or no finished tables in it.
    """
    return Folder(path_named(path))
