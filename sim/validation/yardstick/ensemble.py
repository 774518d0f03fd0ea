"""One scenario of a run folder as statistics need it: series by week and month, events, control of cells, and the map.

Everything is read from the folder's tables when it is first asked for; what a folder did not record raises
`NotRecorded`.
A week belongs to the day in its middle, so that one that spans New Year counts where most of it lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.files import NotRecorded
from sim.results.reading.outcome_series import read_series
from sim.results.result_folder import Folder
from sim.settings.parameters.politics import Observation

#: kinds of actors on the side of a state, and those of them that are called armies and partners
STATE_SIDE = ("army", "auxiliary", "foreign")
ARMIES_AND_PARTNERS = ("army", "foreign")

EVENT_COLUMNS = (
    "replicate",
    "date_start",
    "date_end",
    "priogrid_gid",
    "adm_1",
    "type_of_violence",
    "initiator",
    "side_a",
    "side_b",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "best",
    "kind",
    "recorded_ucdp",
    "recorded_acled",
)

WEEK = 7  # days

#: share of dead in events whose place is known, in the record that cells are compared with
KNOWN_PLACE = 0.8


class Ensemble:
    """Replicates of one scenario of a folder.

    folder     a `Folder`
    scenario   its name; the baseline where none is said, `UserError` with the nearest for a slip
    replicates numbers of the replicates (R,)
    """

    def __init__(self, folder: Folder, scenario: str | None = None) -> None:
        folder.check_scenario(scenario)
        self.folder = folder
        self.scenario = scenario or folder.baseline
        self.map = folder.map
        self.replicates = np.array(folder.run["finished_replicates"])
        self._series: dict[tuple[str, str], pd.DataFrame] = {}

    # -- series

    def load(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Read several (place, outcome) in one pass; those that are not there are left out."""
        wanted = set(pairs) - set(self._series)
        if wanted:
            found = read_series(Path(self.folder.path) / "outcomes.parquet", wanted, [self.scenario])
            for pair, table in found.items():
                self._series[pair] = table[self.scenario]

    def table(self, outcome: str, place: str) -> pd.DataFrame:
        """One series: index date, a column for each replicate."""
        if (place, outcome) not in self._series:
            self.folder.unit(outcome, place)  # a slip, or what was not recorded
            self.load([(place, outcome)])
        if (place, outcome) not in self._series:
            raise NotRecorded(f"'{outcome}' of '{place}' is not recorded for scenario '{self.scenario}'.")
        return self._series[place, outcome]

    def has(self, outcome: str, place: str) -> bool:
        """Whether the folder has this series."""
        try:
            self.table(outcome, place)
        except NotRecorded:
            return False
        return True

    def values(self, outcome: str, place: str) -> np.ndarray:
        """One series: float64 (R, T)."""
        return self.table(outcome, place).to_numpy(dtype=float).T

    def days(self, outcome: str, place: str) -> np.ndarray:
        """The day to which each row of a series belongs, datetime64[D] (T,): of a week its middle, of a month its
        first.
        """
        dates = self.table(outcome, place).index.to_numpy().astype("datetime64[D]")
        step = self._step(dates)
        return dates - step // 2 - 1 if step <= 8 else dates

    @staticmethod
    def _step(dates: np.ndarray) -> int:
        """Days between rows."""
        return int(np.median(np.diff(dates).astype(int))) if len(dates) > 1 else 7

    @cached_property
    def span(self) -> tuple[np.datetime64, np.datetime64]:
        """First and last day that the run covers."""
        period = self.folder.run["period"]
        return np.datetime64(str(period["start"])[:10]), np.datetime64(str(period["end"])[:10])

    def covers(self, start: str, end: str) -> bool:
        """Whether the run covers these days; a week may lack at either end."""
        week = np.timedelta64(7, "D")
        return self.span[0] - week <= np.datetime64(start) and np.datetime64(end) <= self.span[1] + week

    def total(self, outcome: str, place: str, start: str, end: str) -> np.ndarray:
        """Sum of a weekly flow from `start` to `end`, both included: (R,)."""
        return self.values(outcome, place)[:, self.within(outcome, place, start, end)].sum(axis=1)

    def mean(self, outcome: str, place: str, start: str, end: str) -> np.ndarray:
        """Mean over the rows from `start` to `end`, both included: (R,)."""
        return self.values(outcome, place)[:, self.within(outcome, place, start, end)].mean(axis=1)

    def within(self, outcome: str, place: str, start: str, end: str) -> np.ndarray:
        """Whether each row of a series lies from `start` to `end`, both included: bool (T,)."""
        days = self.days(outcome, place)
        chosen = (days >= np.datetime64(start)) & (days <= np.datetime64(end))
        if not chosen.any():
            raise NotRecorded(f"'{outcome}' of '{place}' is not recorded between {start} and {end}.")
        return chosen

    def at(self, outcome: str, place: str, day: str) -> np.ndarray:
        """A stock on a day: the last value that was recorded up to then (R,)."""
        return self.table(outcome, place).to_numpy(dtype=float)[self.row_at(outcome, place, day)]

    def step_of(self, table: pd.DataFrame) -> int:
        """Days between the rows of a series."""
        return self._step(table.index.to_numpy().astype("datetime64[D]"))

    def observation(self, name: str) -> np.ndarray:
        """A parameter of what gets recorded, as each replicate had it (R,)."""
        settings = self.folder.run["configuration"].get(self.scenario, {})
        given = (settings.get("parameters") or {}).get("observation") or {}
        usual = float(given.get(name, getattr(Observation(), name)))
        return np.array([self.drawn.get((int(r), f"observation.{name}"), usual) for r in self.replicates])

    @cached_property
    def drawn(self) -> dict[tuple[int, str], float]:
        """Parameters that were drawn anew, by replicate and name: empty with draw=none."""
        if not (Path(self.folder.path) / "parameters.parquet").exists():
            return {}
        table = self.folder.parameters(self.scenario)
        return {(int(row.replicate), str(row.parameter)): float(row.value) for row in table.itertuples()}

    def row_at(self, outcome: str, place: str, day: str) -> int:
        """The row of a series that holds a stock on a day."""
        dates = self.table(outcome, place).index.to_numpy().astype("datetime64[D]")
        if self._step(dates) > 8:  # what a month's row holds is its end
            dates = (dates.astype("datetime64[M]") + 1).astype("datetime64[D]")
        # dates are the first day after a step
        row = int(np.searchsorted(dates, np.datetime64(day) + 1, side="right")) - 1
        # the last week of a run may end some days before the day
        if row < 0 or np.datetime64(day) - dates[row] > np.timedelta64(45, "D"):
            raise NotRecorded(f"'{outcome}' of '{place}' is not recorded on {day}.")
        return row

    def years(self) -> list[int]:
        """Calendar years that are covered entirely, but for a week."""
        first, last = (int(str(day)[:4]) for day in self.span)
        return [year for year in range(first, last + 1) if self.covers(f"{year}-01-01", f"{year}-12-31")]

    # -- actors

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kind of each actor."""
        profiles = self.folder.run["configuration"][self.scenario]["actors"]
        return {name: str(profile["kind"]) for name, profile in profiles.items()}

    def of_kind(self, *kinds: str) -> list[str]:
        """Actors of these kinds."""
        return [name for name, kind in self.kinds.items() if kind in kinds]

    # -- events

    @cached_property
    def events(self) -> pd.DataFrame:
        """Simulated events: the columns of `EVENT_COLUMNS` with `day`, `country` (ISO3), `gid`, `civilians` and
        `known`.

        `known`: whether the place would be known (a share `KNOWN_PLACE` of events, drawn by the number of the
        replicate).
        """
        found = self.event_rows().rename(
            columns={
                "priogrid_gid": "gid",
                "deaths_civilians": "civilians",
                "type_of_violence": "type",
            }
        )
        start, end = (found.pop(name) for name in ("date_start", "date_end"))
        found["day"] = start + ((end - start) // pd.Timedelta(days=2)) * pd.Timedelta(days=1)  # the middle of the step
        for name in ("adm_1", "initiator", "side_a", "side_b", "kind"):
            found[name] = found[name].astype("category")
        names = found["adm_1"].cat.categories
        found["country"] = found["adm_1"].cat.codes.map(dict(enumerate(name[:3] for name in names))).astype("category")
        known = np.empty(len(found), dtype=bool)
        replicate = found["replicate"].to_numpy()
        for number in np.unique(replicate):
            rows = np.flatnonzero(replicate == number)
            known[rows] = np.random.default_rng([20, int(number)]).random(len(rows)) < KNOWN_PLACE
        found["known"] = known
        return found

    def event_rows(self) -> pd.DataFrame:
        """The columns of `EVENT_COLUMNS` as `events.parquet` has them, replicate by replicate."""
        return self.folder.events(self.scenario, columns=EVENT_COLUMNS)

    @property
    def event_replicates(self) -> np.ndarray:
        """Replicates whose events were kept."""
        kept = int(self.folder.run.get("lists_of_replicates", len(self.replicates)))
        return self.replicates[:kept]

    def by_replicate(self, rows: pd.DataFrame, column: str | None = None, how: str = "sum") -> np.ndarray:
        """Sum (or "max") of a column over the events of each replicate, or how many there are: float64 (R,)."""
        grouped = rows.groupby("replicate", observed=True)
        found = grouped.size() if column is None else getattr(grouped[column], how)()
        return found.reindex(self.event_replicates, fill_value=0).to_numpy(dtype=float)

    def between(self, rows: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
        """Events from `start` to `end`, both included."""
        return rows[(rows["day"] >= np.datetime64(start)) & (rows["day"] <= np.datetime64(end))]

    # -- cells

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The map's cells: gid (index), lat, lon, country (ISO3), admin1, inhabited."""
        m = self.map
        if "admin1" not in m:
            raise NotRecorded("The admin-1 area of cells is not recorded in this folder.")
        table = pd.DataFrame({"gid": m["gid"], "lat": m["lat"], "lon": m["lon"]})
        table["country"] = np.array(m["countries"])[m["country"]]
        table["admin1"] = np.array(m["admin1_names"])[m["admin1"]]
        table["inhabited"] = np.arange(len(table)) < int(m["inhabited"])
        return table.set_index("gid")

    def cell_at(self, lat: float, lon: float) -> int:
        """gid of the cell nearest to a point."""
        cells = self.cells
        return int(cells.index[np.argmin((cells["lat"] - lat) ** 2 + (cells["lon"] - lon) ** 2)])

    def weeks(self, start: str, end: str) -> np.ndarray:
        """Dates of the weeks, as control of cells has them (the first day after each), whose middle lies from `start`
        to `end`: datetime64[D].
        """
        dates = np.arange(self.span[0] + WEEK, self.span[1] + 2 * WEEK, WEEK)
        middles = dates - WEEK // 2 - 1
        return dates[(middles >= np.datetime64(start)) & (middles <= np.datetime64(end))]

    def spells(self, gids: list[int], controller: str) -> pd.DataFrame:
        """Spells of a controller in some cells: replicate, gid, start, end (exclusive)."""
        return self.folder.control(self.scenario, gid=gids, controller=controller)

    def held(self, gids: Iterable[int], controller: str, weeks: np.ndarray) -> np.ndarray:
        """Whether a controller holds each cell in the week of each date: bool (R, cells, weeks)."""
        gids = list(gids)
        spells = self.spells(gids, controller)
        row = {int(r): i for i, r in enumerate(self.replicates)}
        column = {gid: i for i, gid in enumerate(gids)}
        found = np.zeros((len(self.replicates), len(gids), len(weeks)), dtype=bool)
        starts = spells["start"].to_numpy().astype("datetime64[D]")
        ends = spells["end"].to_numpy().astype("datetime64[D]")
        for r, gid, start, end in zip(spells["replicate"], spells["gid"], starts, ends):
            found[row[r], column[gid]] |= (weeks >= start) & (weeks < end)
        return found
