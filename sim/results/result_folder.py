"""Reads a finished folder back: what tables and figures show, and the words and numbers for it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import xarray as xr

from sim.core.files import FolderError, read_json, read_run
from sim.recording.aggregation import aggregate_kind
from sim.results.paired_differences import summarise

SHARES = ("inhabited_area_share", "people_share")

#: variables of cells.nc that had another name in folders that are still read: name then, name now
FORMER = {f"displaced{end}": f"displaced_hosted{end}" for end in ("", "_mean", "_larger")}

SHOWN_SHARE = 0.01  # controllers that never reach this share are left out of tables and charts


@dataclass(frozen=True)
class Headline:
    """An outcome that tables and charts show."""

    place: str
    outcome: str
    label: str
    unit: str
    way: str = ""  # "lowest" week or "last year" instead of what is usual for the outcome

    @property
    def kind(self) -> str:
        """How it is summed up over the period: "end", "sum" or "mean", or its own way."""
        return self.way or aggregate_kind(self.outcome, self.unit)


class Folder:
    """A folder of results. Everything is read from its files, when first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        if not self.path.is_dir():
            raise FolderError(f"There is no folder {self.path}.")
        self.run = read_run(self.path)
        self.map = read_json(self.path / "map.json")
        self._series: dict[tuple[str, str], pd.DataFrame] = {}
        self._totals: dict[tuple[str, str, str], pd.DataFrame] = {}
        if not (self.path / "outcomes.parquet").exists():
            raise FolderError(f"{self.path} holds no finished tables (outcomes.parquet is missing).")

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
        return pd.read_csv(self.path / "comparison.csv", dtype=texts)

    def cells(self) -> xr.Dataset | None:
        """cells.nc, opened but not read, its variables by the names of today; None where there is none."""
        path = self.path / "cells.nc"
        if not path.exists():
            return None
        cells = xr.open_dataset(path)
        return cells.rename({old: new for old, new in FORMER.items() if old in cells})

    @property
    def controllers(self) -> list[str]:
        """Actors that can control a cell, then contested and none."""
        return [*self.run.get("controllers", []), "contested", "none"]

    def over_time(self, outcome: str, place: str = "region") -> pd.DataFrame:
        """One outcome: index date, columns (scenario, replicate); empty where it was not recorded."""
        if (place, outcome) not in self._series:
            # All that is shown is read in one pass; anything else when it is asked for.
            wanted = {(place, outcome)} | (set() if self._series else self._shown())
            found = read_series(self.path / "outcomes.parquet", wanted, self.scenarios)
            self._series |= {pair: found.get(pair, pd.DataFrame()) for pair in wanted}
        return self._series[place, outcome]

    def _shown(self) -> set[tuple[str, str]]:
        """Place and outcome of whatever tables and figures may show."""
        outcomes = ["displaced", "civilians_killed", *(f"{share}.{x}" for share in SHARES for x in self.controllers)]
        capital = self.run.get("capital")
        return {("region", name) for name in outcomes} | ({(capital, "fuel_days")} if capital else set())

    def totals(self, item: Headline) -> pd.DataFrame:
        """One headline over the whole period: index replicate, columns scenario."""
        key = (item.place, item.outcome, item.kind)
        if key not in self._totals:
            table = self.over_time(item.outcome, item.place).astype(float)
            how = {
                "end": lambda: table.tail(1).mean(),
                "sum": table.sum,
                "mean": table.mean,
                "lowest": table.min,
                "last year": table.tail(self._weeks_of_a_year(table.index)).mean,
            }
            self._totals[key] = how[item.kind]().unstack("scenario")[self.scenarios] if len(table) else pd.DataFrame()
        return self._totals[key]

    @staticmethod
    def _weeks_of_a_year(dates: pd.Index) -> int:
        """Rows of the last 365 days."""
        return int((dates > dates[-1] - pd.Timedelta(days=365)).sum()) if len(dates) else 0

    @cached_property
    def headlines(self) -> list[Headline]:
        """What the table and the chart of differences show, in order."""
        capital = self.run.get("capital")
        found = [Headline("region", "displaced", "Displaced people, at the end", "persons")]
        found += [Headline("region", "civilians_killed", "Civilians killed", "persons/week")]
        words = {"inhabited_area_share": "Inhabited area: ", "people_share": "People: "}
        for share in SHARES:
            for name in self.controllers:
                label = words[share] + self.controller_label(name)
                found.append(Headline("region", f"{share}.{name}", label, "0..1"))
        if capital:
            # A blockade of months is lost in the mean over years: what counts is how bad it gets, and of late.
            label = f"Days of fuel in {capital}, last year"
            found.append(Headline(capital, "fuel_days", label, "days", "last year"))
            found.append(Headline(capital, "fuel_days", f"Days of fuel in {capital}, lowest", "days", "lowest"))
        return [item for item in found if len(self.totals(item)) and not self._negligible(item)]

    def _negligible(self, item: Headline) -> bool:
        return item.unit == "0..1" and self.totals(item).mean().max() < SHOWN_SHARE

    def difference(self, item: Headline, scenario: str) -> pd.Series | None:
        """Mean paired difference over the whole period, with its interval: the row of comparison.csv, or None."""
        if item.way:
            if scenario not in self.totals(item):
                return None
            values, baseline = (self.totals(item)[name].to_numpy() for name in (scenario, self.baseline))
            result = summarise(values, baseline, seed=int(self.run["seeds"]["seed"]) % 2**32)
            return pd.Series({key: float(value) for key, value in result.items()})
        found = self._whole_period.get((scenario, item.place, item.outcome))
        return None if found is None else self.comparison.loc[found]

    @cached_property
    def _whole_period(self) -> dict[tuple[str, str, str], int]:
        """Row of comparison.csv by scenario, place and outcome, for the whole period."""
        table = self.comparison
        places = ["region", self.run.get("capital")]
        table = table[(table["period"] == "all") & table["place"].isin(places)]
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


def read_series(path: Path, wanted: set[tuple[str, str]], scenarios: list[str]) -> dict[tuple[str, str], pd.DataFrame]:
    """Some (place, outcome) of outcomes.parquet: index date, columns (scenario, replicate), float32.

    Goes through the row groups one by one and passes over those whose range of names holds none of them:
    a table of half a billion rows gives what is shown of it in seconds and little memory.
    """
    labels = ["scenario", "place", "outcome"]
    pieces: dict[tuple[str, str], dict[str, list[tuple]]] = {}
    with pq.ParquetFile(path, read_dictionary=labels) as file:
        names = file.schema_arrow.names
        for group in range(file.num_row_groups):
            spans = [_names_in(file.metadata.row_group(group).column(names.index(x))) for x in labels]
            here = {pair for pair in wanted if all(a <= x <= b for x, (a, b) in zip(pair, spans[1:]))}
            if not here or not any(spans[0][0] <= name <= spans[0][1] for name in scenarios):
                continue
            table = file.read_row_group(group, columns=[*labels, "replicate", "date", "value"])
            codes = {x: table[x].combine_chunks() for x in labels}
            texts = {x: array.dictionary.to_pylist() for x, array in codes.items()}
            rows = np.stack([np.asarray(codes[x].indices, dtype=np.int64) for x in labels])
            replicate, date, value = (table[x].to_numpy() for x in ("replicate", "date", "value"))
            # Rows of one scenario, place and outcome lie together.
            starts = np.flatnonzero(np.append(True, (np.diff(rows) != 0).any(axis=0)))
            for start, stop in zip(starts, [*starts[1:], rows.shape[1]]):
                scenario, place, outcome = (texts[x][code] for x, code in zip(labels, rows[:, start]))
                if (place, outcome) in here and scenario in scenarios:
                    piece = tuple(column[start:stop].copy() for column in (replicate, date, value))
                    pieces.setdefault((place, outcome), {}).setdefault(scenario, []).append(piece)
    return {pair: _wide(found) for pair, found in pieces.items()}


def _names_in(column: pq.ColumnChunkMetaData) -> tuple[str, str]:
    """The first and the last name in a column of a row group."""
    known = column.statistics
    return (known.min, known.max) if known is not None and known.has_min_max else ("", "\U0010ffff")


def _wide(found: dict[str, list[tuple]]) -> pd.DataFrame:
    """Rows in order of replicate, then date, by scenario -> index date, columns (scenario, replicate)."""
    frames = []
    for scenario, pieces in found.items():
        replicate, date, value = (np.concatenate(column) for column in zip(*pieces))
        shape = (len(np.unique(replicate)), -1)
        columns = pd.MultiIndex.from_product([[scenario], replicate.reshape(shape)[:, 0]])
        frames.append(pd.DataFrame(value.reshape(shape).T, date.reshape(shape)[0], columns))
    return pd.concat(frames, axis=1).rename_axis("date").rename_axis(["scenario", "replicate"], axis=1)
