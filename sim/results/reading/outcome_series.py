"""One or a few series out of `outcomes.parquet`, and what the table holds, without going through the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import xarray as xr

LABELS = ("scenario", "place", "outcome")


@dataclass(frozen=True)
class Contents:
    """A series of the table: weekly outcomes, those of towns, monthly ones, and so on.

    series     its name in the records
    scenarios  those that have it, places its places
    units      outcome -> unit
    dates      number of dates
    """

    series: str
    scenarios: tuple[str, ...]
    places: tuple[str, ...]
    units: dict[str, str]
    dates: int = 0


def contents_of(path: Path) -> list[Contents]:
    """What the table at `path` holds, from its metadata; an older version's from the labels of its rows."""
    with pq.ParquetFile(path, read_dictionary=[*LABELS, "unit"], page_checksum_verification=True) as file:
        told = (file.metadata.metadata or {}).get(b"contents")
        if told is None:
            return _contents_of_rows(file)
    return [
        Contents(x["series"], tuple(x["scenarios"]), tuple(x["places"]), x["units"], x["dates"])
        for x in json.loads(told)
    ]


def _contents_of_rows(file: pq.ParquetFile) -> list[Contents]:
    """The same from labels, values are not read; places with the same outcomes go together."""
    found: dict[tuple[str, str], dict[str, str]] = {}  # (scenario, place) -> units
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=[*LABELS, "unit"])
        texts = [table[x].combine_chunks().dictionary.to_pylist() for x in (*LABELS, "unit")]
        codes = np.stack([np.asarray(table[x].combine_chunks().indices) for x in (*LABELS, "unit")])
        starts = np.flatnonzero(np.append(True, (np.diff(codes) != 0).any(axis=0)))
        for row in codes[:, starts].T:
            scenario, place, outcome, unit = (names[code] for names, code in zip(texts, row))
            found.setdefault((scenario, place), {})[outcome] = unit
    together: dict[tuple, list[tuple[str, str]]] = {}
    for key, units in found.items():
        together.setdefault(tuple(sorted(units.items())), []).append(key)
    return [
        Contents("", tuple(dict.fromkeys(a for a, _ in keys)), tuple(dict.fromkeys(b for _, b in keys)), dict(units))
        for units, keys in together.items()
    ]


def read_series(
    path: Path, wanted: set[tuple[str, str]], scenarios: Iterable[str]
) -> dict[tuple[str, str], pd.DataFrame]:
    """Some (place, outcome) of outcomes.parquet: index date, columns (scenario, replicate), float32.

    Goes through the list of row groups and passes over those whose range of names holds none of them:
    a table of half a billion rows gives what is shown of it in seconds and little memory.
    """
    scenarios = set(scenarios)
    pieces: dict[tuple[str, str], dict[str, list[tuple]]] = {}
    with pq.ParquetFile(path, read_dictionary=list(LABELS), page_checksum_verification=True) as file:
        columns = [file.schema_arrow.names.index(x) for x in LABELS]
        for number in range(file.num_row_groups):
            here = _held(file.metadata.row_group(number), columns, wanted, scenarios)
            if not here:
                continue
            table = file.read_row_group(number, columns=[*LABELS, "replicate", "date", "value"])
            codes = {x: table[x].combine_chunks() for x in LABELS}
            texts = {x: array.dictionary.to_pylist() for x, array in codes.items()}
            rows = np.stack([np.asarray(codes[x].indices, dtype=np.int64) for x in LABELS])
            replicate, date, value = (table[x].to_numpy() for x in ("replicate", "date", "value"))
            # Rows of one scenario, place and outcome lie together.
            starts = np.flatnonzero(np.append(True, (np.diff(rows) != 0).any(axis=0)))
            for start, stop in zip(starts, [*starts[1:], rows.shape[1]]):
                scenario, place, outcome = (texts[x][code] for x, code in zip(LABELS, rows[:, start]))
                if (place, outcome) in here and scenario in scenarios:
                    piece = tuple(column[start:stop].copy() for column in (replicate, date, value))
                    pieces.setdefault((place, outcome), {}).setdefault(scenario, []).append(piece)
    return {pair: _wide(found) for pair, found in pieces.items()}


def _held(
    group: pq.RowGroupMetaData, columns: list[int], wanted: set[tuple[str, str]], scenarios: set[str]
) -> set[tuple[str, str]]:
    """Those of the (place, outcome) wanted that a row group may hold.

    Looks at one column after the other, since there are many groups.
    """
    scenario, *pair = columns
    for at, column in enumerate(pair):
        low, high = _names_in(group.column(column))
        wanted = {item for item in wanted if low <= item[at] <= high}
        if not wanted:
            return wanted
    low, high = _names_in(group.column(scenario))
    return wanted if any(low <= name <= high for name in scenarios) else set()


def _names_in(column: pq.ColumnChunkMetaData) -> tuple[str, str]:
    """The first and the last name in a column of a row group."""
    known = column.statistics
    return (known.min, known.max) if known is not None and known.has_min_max else ("", "\U0010ffff")


def _wide(found: dict[str, list[tuple]]) -> pd.DataFrame:
    """Rows in order of replicate, then date, by scenario -> index date, columns (scenario, replicate)."""
    names, numbers, days, values = [], [], [], []
    for scenario, pieces in found.items():
        replicate, date, value = (np.concatenate(column) for column in zip(*pieces))
        shape = (len(np.unique(replicate)), -1)
        names += [scenario] * shape[0]
        numbers.append(replicate.reshape(shape)[:, 0])
        days.append(date.reshape(shape)[0])
        values.append(value.reshape(shape).T)
    if all(np.array_equal(own, days[0]) for own in days[1:]):
        columns = pd.MultiIndex.from_arrays([names, np.concatenate(numbers)], names=["scenario", "replicate"])
        return pd.DataFrame(np.concatenate(values, axis=1), pd.Index(days[0], name="date"), columns)
    frames = []
    for scenario, replicate, date, value in zip(found, numbers, days, values):
        frames.append(pd.DataFrame(value, date, pd.MultiIndex.from_product([[scenario], replicate])))
    return pd.concat(frames, axis=1).rename_axis("date").rename_axis(["scenario", "replicate"], axis=1)


def labelled(wide: pd.DataFrame, scenarios: list[str], name: str, attributes: dict[str, str]) -> xr.DataArray:
    """A series of `read_series` as an array (scenario, replicate, date); NaN where a scenario does not have it."""
    replicates = wide.columns.unique("replicate")
    columns = pd.MultiIndex.from_product([scenarios, replicates])
    values = wide.reindex(columns=columns).to_numpy().T.reshape(len(scenarios), len(replicates), len(wide))
    dates = wide.index.to_numpy().astype("datetime64[ns]")
    coordinates = {"scenario": scenarios, "replicate": replicates.to_numpy(), "date": dates}
    return xr.DataArray(values, coordinates, ("scenario", "replicate", "date"), name=name, attrs=attributes)
