"""control.parquet: who held each cell for how long, in every replicate of every scenario.

A row is a spell: weeks on end in which one controller held one cell of one replicate. `start` is the date of the first
of them, `end` that of the first week after them (exclusive; one step after the last week, where the period ends first).
Dates are those of the weekly outcomes, so that `start <= date < end` finds the controller in the week of an outcome,
and days of a spell over those of a step are its weeks. Rows go by scenario, gid, replicate and start.

    weeks for which the state holds a cell:
        spells = control_of(folder, gid=158763, controller="government")
        weeks = (spells["end"] - spells["start"]).dt.days / 7
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.codes import CONTESTED, NOBODY
from sim.core.files import FolderError, atomic_path
from sim.results.integrity.hashes import reading, verify
from sim.results.replicate_files import ReplicateFiles

FILE = "control.parquet"
#: columns that are texts: plain strings to whoever reads the file, in which each stands once a row group
TEXTS = ("scenario", "country", "admin1", "controller")
SCHEMA = pa.schema(
    [
        ("scenario", pa.string()),
        ("replicate", pa.int32()),
        ("gid", pa.int32()),
        ("country", pa.string()),
        ("admin1", pa.string()),
        ("controller", pa.string()),
        ("start", pa.timestamp("ms")),
        ("end", pa.timestamp("ms")),
    ]
)
COMPRESSION = {"compression": "zstd", "compression_level": 6}
ROWS_PER_GROUP = 100_000
AT_ONCE = 20_000_000  # spells that are in memory at a time
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class Spells:
    """Spells as equal-length arrays: row of the cell, code of the controller, first week, week after the last."""

    cell: np.ndarray
    controller: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def __len__(self) -> int:
        return len(self.cell)


def spells_of(controller: np.ndarray) -> Spells:
    """The spells of controllers (t, N) by cell and time."""
    weeks, cells = controller.shape
    by_cell = np.ascontiguousarray(controller.T)
    begins = np.ones((cells, weeks), dtype=bool)
    begins[:, 1:] = by_cell[:, 1:] != by_cell[:, :-1]
    cell, start = np.nonzero(begins)
    end = np.append(start[1:], weeks)
    end[np.append(cell[1:] != cell[:-1], True)] = weeks
    return Spells(cell.astype(np.int32), by_cell[begins], start.astype(np.int32), end.astype(np.int32))


def ends_of(weeks: np.ndarray) -> np.ndarray:
    """Dates of all weeks and one step after the last, datetime64[D] (t + 1,)."""
    step = weeks[-1] - weeks[-2] if len(weeks) > 1 else np.timedelta64(DAYS_OF_A_WEEK, "D")
    return np.append(weeks, weeks[-1] + step)


def write_control(parts: ReplicateFiles) -> None:
    """Write control.parquet; nothing where the records hold no weekly controllers."""
    path = parts.folder / FILE
    path.unlink(missing_ok=True)
    first = parts.load(parts.scenarios[0], parts.replicates[0], "weekly_cells").weekly_cells
    if len(first.get("weeks", ())) == 0 or not parts.map.get("gid"):
        return
    with (
        atomic_path(path) as temporary,
        pq.ParquetWriter(
            temporary,
            SCHEMA,
            use_dictionary=[*TEXTS, "replicate", "gid"],
            **COMPRESSION,
            write_page_checksum=True,
        ) as writer,
    ):
        for scenario in sorted(parts.scenarios):
            for table in _tables(parts, scenario):
                writer.write_table(table, row_group_size=ROWS_PER_GROUP)


def _tables(parts: ReplicateFiles, scenario: str) -> Iterable[pa.Table]:
    """The rows of one scenario, as many cells at a time as fit into memory together."""
    order = np.argsort(np.array(parts.map["gid"]), kind="stable")
    record = parts.load(scenario, parts.replicates[0], "weekly_cells")
    weeks, meta = record.weekly_cells["weeks"], record.meta
    found = len(spells_of(record.weekly_cells["controller"])) * len(parts.replicates)
    for cells in np.array_split(order, max(1, -(-found // AT_ONCE))):
        pieces = []
        for replicate in parts.replicates:
            weekly = parts.load(scenario, replicate, "weekly_cells/controller", "weekly_cells/weeks").weekly_cells
            if not np.array_equal(weekly.get("weeks", ()), weeks):
                raise FolderError(f"Replicates of scenario '{scenario}' do not hold the same weeks of control.")
            pieces.append(spells_of(weekly["controller"][:, cells]))
        yield _table(parts, scenario, cells, pieces, ends_of(weeks), meta)


def _table(
    parts: ReplicateFiles, scenario: str, cells: np.ndarray, pieces: list[Spells], dates: np.ndarray, meta: dict
) -> pa.Table:
    """Rows of some cells, in the order of `cells`, from the spells of every replicate."""
    cell, code, start, end = (
        np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("cell", "controller", "start", "end")
    )
    replicate = np.repeat(np.array(parts.replicates, dtype=np.int32), [len(piece) for piece in pieces])
    order = np.argsort(cell, kind="stable")  # replicates and weeks are in order within a cell
    cell, code, start, end, replicate = (values[order] for values in (cell, code, start, end, replicate))
    place, here = parts.map, cells[cell]
    names = ["contested", "none", *meta["controllers"]]
    row = np.where(code == CONTESTED, 0, np.where(code == NOBODY, 1, code + 2))
    columns = {
        "scenario": np.full(len(cell), scenario, dtype=object),
        "replicate": replicate,
        "gid": np.array(place["gid"])[here],
        "country": np.array(place["countries"], dtype=object)[np.array(place["country"])[here]],
        "admin1": _admin1(place, here),
        "controller": np.array(names, dtype=object)[row],
        "start": dates[start].astype("datetime64[ms]"),
        "end": dates[end].astype("datetime64[ms]"),
    }
    return pa.Table.from_arrays([pa.array(columns[f.name], f.type) for f in SCHEMA], schema=SCHEMA)


def _admin1(place: dict, here: np.ndarray) -> np.ndarray:
    """Labels of the first-level divisions of cells; empty where the map does not say."""
    if "admin1" not in place:
        return np.full(len(here), "", dtype=object)
    return np.array(place["admin1_names"], dtype=object)[np.array(place["admin1"])[here]]


def control_of(
    folder: Path, run: dict | None = None, **wanted: str | int | Iterable[str] | Iterable[int]
) -> pd.DataFrame | None:
    """Spells of control of a folder, those only whose columns have the `wanted` value, or one of several.

    None where control was not recorded. An unknown column raises `FolderError`.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return None
    verify(path, run or {})
    filters = []
    for name, values in wanted.items():
        if name not in SCHEMA.names:
            raise FolderError(f"{FILE} has no column {name}; it has {', '.join(SCHEMA.names)}.")
        several = not isinstance(values, (str, int, np.integer))
        filters.append((name, "in" if several else "==", list(values) if several else values))
    with reading(folder):
        return pq.read_table(path, filters=filters or None, page_checksum_verification=True).to_pandas()
