"""Records in memory as the statistics of the yardstick need them: what `Ensemble` reads from a folder, without one.

For searches that make thousands of runs and keep only figures of each. Series, events and control go through the
functions that write and read a folder's tables, so that every statistic gives the same figures either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.core.files import NotRecorded
from sim.core.structure import unstructure
from sim.recording.run_record import RunRecord, Series
from sim.results.event_tables import EVENTS, event_columns
from sim.results.maps.control_spells import ends_of, spells_of
from sim.settings.settings import Settings
from sim.validation.yardstick.ensemble import EVENT_COLUMNS, Ensemble


@dataclass(frozen=True)
class InMemory:
    """What stands for a folder: its `run.json` as far as statistics read it, and its map."""

    run: dict[str, Any]
    map: dict[str, Any]


class RecordEnsemble(Ensemble):
    """Replicates of one scenario, from their records.

    records    of one scenario and period, one or several
    settings   of the scenario
    map_data   what `sim.runs.workers.describe_map` gives of its world
    """

    def __init__(self, records: Sequence[RunRecord], settings: Settings, map_data: dict[str, Any]) -> None:
        self.records = list(records)
        self.scenario = settings.scenario.name
        self.map = map_data
        self.replicates = np.array([int(record.meta["replicate"]) for record in self.records])
        run = {
            "configuration": {
                self.scenario: unstructure(
                    {
                        "actors": settings.actors,
                        "step_days": settings.step_days,
                        "parameters": {"observation": settings.parameters.observation},
                    }
                )
            },
            "period": {"start": settings.start, "end": settings.end},
            "controllers": list(self.records[0].meta["controllers"]),
            "finished_replicates": self.replicates.tolist(),
        }
        self.folder = InMemory(run, map_data)
        self._series: dict[tuple[str, str], pd.DataFrame] = {}

    @cached_property
    def drawn(self) -> dict[tuple[int, str], float]:
        """Nothing: whoever holds records in memory sets parameters instead of drawing them."""
        return {}

    # -- series

    def load(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Nothing is read ahead: everything is in memory."""

    def table(self, outcome: str, place: str) -> pd.DataFrame:
        """One series: index date, a column for each replicate, float32."""
        if (place, outcome) not in self._series:
            found = [self._series_of(record, outcome, place) for record in self.records]
            values = np.stack([series.get(outcome, place) for series in found], axis=1)
            self._series[place, outcome] = pd.DataFrame(values, index=pd.Index(found[0].dates), columns=self.replicates)
        return self._series[place, outcome]

    def _series_of(self, record: RunRecord, outcome: str, place: str) -> Series:
        """The series of a record that holds an outcome of a place."""
        for series in record.series.values():
            if outcome in series.outcomes and place in series.places:
                return series
        raise NotRecorded(f"'{outcome}' of '{place}' is not recorded.")

    # -- events and control

    def event_rows(self) -> pd.DataFrame:
        """The columns of `EVENT_COLUMNS` as `events.parquet` has them, replicate by replicate."""
        if not any(record.events for record in self.records):
            raise NotRecorded("Events are not recorded.")
        pieces = [EVENTS.empty_table().select(EVENT_COLUMNS)]
        for replicate, record in zip(self.replicates, self.records):
            if record.events and len(record.events["date"]):
                columns = event_columns(self.folder, record, self.scenario, int(replicate))
                pieces.append(pa.table(columns, schema=EVENTS).select(EVENT_COLUMNS))
        return pa.concat_tables(pieces).unify_dictionaries().to_pandas()

    @cached_property
    def _rows(self) -> dict[int, int]:
        """Row of each cell of the map by its gid."""
        return {int(gid): row for row, gid in enumerate(self.map["gid"])}

    def spells(self, gids: list[int], controller: str) -> pd.DataFrame:
        """Spells of a controller in some cells: replicate, gid, start, end (exclusive)."""
        pieces = []
        for replicate, record in zip(self.replicates, self.records):
            weekly = record.weekly_cells
            if len(weekly.get("weeks", ())) == 0:
                raise NotRecorded("Weekly control of cells is not recorded.")
            names = ["contested", "none", *record.meta["controllers"]]  # -2, -1, 0, ...
            found = spells_of(weekly["controller"][:, [self._rows[int(gid)] for gid in gids]])
            dates = ends_of(weekly["weeks"])
            mine = np.flatnonzero(np.array(names)[found.controller + 2] == controller)
            columns = {
                "replicate": np.full(len(mine), replicate),
                "gid": np.array(gids)[found.cell[mine]],
                "start": dates[found.start[mine]].astype("datetime64[ms]"),
                "end": dates[found.end[mine]].astype("datetime64[ms]"),
            }
            pieces.append(pd.DataFrame(columns))
        return pd.concat(pieces, ignore_index=True)
