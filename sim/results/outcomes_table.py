"""`outcomes.parquet`: every weekly outcome in tidy form, sorted so that one series is read without the rest.

Rows lie in order of scenario, series (weekly, towns, monthly), place, outcome, replicate, date, so that one outcome of
one place in one scenario is a block of rows that lie together. A row group is made of whole blocks, as few as make up
`ROWS_WANTED`, and its statistics name them: a reader that is asked for one series (PyArrow, pandas, DuckDB, R) passes
over all other row groups. Texts are plain strings to every reader, though they are kept as codes: PyArrow does not look
at the statistics of a column that the file declares as a dictionary, and went through all of it. The metadata of the
file say what is in it (`contents`).
"""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.files import atomic_path
from sim.recording import reduced_record
from sim.recording.run_record import Series
from sim.results.replicate_files import ReplicateFiles, _differ

AT_ONCE = 400_000_000  # bytes of values that are in memory at a time

#: rows of a group, about: more are read in vain with each series, fewer make the list of groups long, read first
ROWS_WANTED = 120_000

ROWS_PER_GROUP = 400_000  # at most, where one block holds more

COMPRESSION = {"compression": "zstd", "compression_level": 6}


# ---------------------------------------------------------------------------- outcomes.parquet


def write_outcomes(parts: ReplicateFiles) -> None:
    """Write outcomes.parquet, scenario by scenario, series by series, some places at a time."""
    texts = _texts(parts)
    schema = _schema()
    path = parts.folder / "outcomes.parquet"
    # Series of like numbers pack a fifth better byte by byte; dates that repeat, ten times better as steps.
    encoding = {"value": "BYTE_STREAM_SPLIT", "date": "DELTA_BINARY_PACKED"}
    shown = {"use_dictionary": [name for name in schema.names if name not in encoding], "column_encoding": encoding}
    with (
        atomic_path(path) as temporary,
        # without its own schema in the file PyArrow takes texts as texts, and their statistics count
        pq.ParquetWriter(
            temporary,
            schema,
            **shown,
            **COMPRESSION,
            store_schema=False,
            write_page_index=True,
            write_page_checksum=True,
        ) as writer,
    ):
        writer.add_key_value_metadata(_about(parts))
        for name in parts.scenarios:
            first = parts.load(name, parts.replicates[0], "series")
            for key, series in first.series.items():
                one = series.values.nbytes // max(1, len(series.places)) * len(parts.replicates)
                together = _places_together(series, len(parts.replicates))
                step = max(1, AT_ONCE // max(1, one * together)) * together
                for start in range(0, len(series.places), step):
                    chosen = slice(start, start + step)
                    values = _stack(parts, name, key, series, chosen)
                    _write_series(writer, schema, texts, (name, parts.replicates), series, chosen, values)


def _places_together(series: Series, replicates: int) -> int:
    """How many places share a row group: one, unless all that is recorded there makes no group by itself."""
    rows = len(series.outcomes) * len(series.dates) * replicates
    return max(1, ROWS_WANTED // max(1, rows))


def _stack(parts: ReplicateFiles, scenario: str, key: str, first: Series, places: slice) -> np.ndarray:
    """Values of some places of a series in all replicates: float32 (place, outcome, R, t)."""
    shape = (len(first.places[places]), len(first.outcomes), len(parts.replicates), len(first.dates))
    values = np.empty(shape, dtype=np.float32)
    for row, replicate in enumerate(parts.replicates):
        other = parts.load(scenario, replicate, f"series/{key}").series.get(key)
        same = other is not None and (first.places, first.outcomes) == (other.places, other.outcomes)
        if not same or not np.array_equal(first.dates, other.dates):
            raise _differ(scenario, key)
        values[:, :, row] = other.values[:, places].transpose(1, 2, 0)
    return values


def _texts(parts: ReplicateFiles) -> dict[str, list[str]]:
    """All texts of each column, by which rows are told while they are sorted."""
    texts: dict[str, dict[str, None]] = {"place": {}, "outcome": {}, "unit": {}}
    for name in parts.scenarios:
        for series in parts.load(name, parts.replicates[0], "series").series.values():
            texts["place"] |= dict.fromkeys(series.places)
            texts["outcome"] |= dict.fromkeys(series.outcomes)
            texts["unit"] |= dict.fromkeys(series.units.values())
    return {"scenario": parts.scenarios} | {key: list(found) for key, found in texts.items()}


def _contents(parts: ReplicateFiles) -> list[dict]:
    """What the table holds, for its metadata: for each series its scenarios, places, and the unit of each outcome."""
    found: list[dict] = []
    for name in parts.scenarios:
        for key, series in parts.load(name, parts.replicates[0], "series").series.items():
            units = {outcome: series.units[outcome] for outcome in series.outcomes}
            item = {"series": key, "places": list(series.places), "units": units, "dates": len(series.dates)}
            same = next((other for other in found if {**other, "scenarios": None} == {**item, "scenarios": None}), None)
            if same is None:
                found.append({**item, "scenarios": [name]})
            else:
                same["scenarios"].append(name)
    return found


def _about(parts: ReplicateFiles) -> dict[str, str]:
    """Metadata of the file."""
    about = {"projection_from": str(parts.run.get("projection_from")), "retention": parts.retention}
    about["contents"] = json.dumps(_contents(parts), ensure_ascii=False)
    if parts.retention != "full":
        about["value"] = f"{reduced_record.BITS} significant bits"
    return about


def _schema() -> pa.Schema:
    text = pa.dictionary(pa.int16(), pa.string())
    return pa.schema(
        [
            ("scenario", text),
            ("replicate", pa.int32()),
            ("date", pa.timestamp("ms")),
            ("place", text),
            ("outcome", text),
            ("value", pa.float32()),
            ("unit", text),
        ]
    )


def _write_series(
    writer: pq.ParquetWriter,
    schema: pa.Schema,
    texts: dict[str, list[str]],
    scenario: tuple[str, list[int]],
    series: Series,
    places: slice,
    values: np.ndarray,
) -> None:
    """Write row groups ordered by place, outcome, replicate, date: whole blocks, and of one place if it fills a group.

    Sorted so, labels are long runs that take no room, and one outcome of one place is read without the rest.
    """
    name, replicates = scenario
    n_rep, n_time = values.shape[2:]
    block = n_rep * n_time
    code = {key: {text: i for i, text in enumerate(found)} for key, found in texts.items()}
    pairs = [
        (code["place"][place], code["outcome"][outcome], code["unit"][series.units[outcome]])
        for place in series.places[places]
        for outcome in sorted(series.outcomes)  # so that the range of names in a row group is narrow
    ]
    order = np.argsort(np.array(series.outcomes), kind="stable")
    flat = values.reshape(-1, len(order), block)[:, order].reshape(-1, block)
    together = _places_together(series, n_rep)
    groups = _groups(len(pairs), len(order) * together, max(1, ROWS_WANTED // block))
    replicate = np.repeat(np.array(replicates, np.int32), n_time)
    date = np.tile(series.dates.astype("datetime64[ms]"), n_rep)
    for start, stop in groups:
        some = pairs[start:stop]
        labels = np.repeat(np.array(some, dtype=np.int16), block, axis=0)
        columns = {
            "scenario": np.full(len(labels), code["scenario"][name], dtype=np.int16),
            "replicate": np.tile(replicate, len(some)),
            "date": np.tile(date, len(some)),
            "place": labels[:, 0],
            "outcome": labels[:, 1],
            "value": flat[start:stop].ravel(),
            "unit": labels[:, 2],
        }
        arrays = [_arrow(columns[f.name], f, texts.get(f.name)) for f in schema]
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=ROWS_PER_GROUP)


def _groups(pairs: int, apart: int, at_once: int) -> list[tuple[int, int]]:
    """Ranges of pairs that are a row group each: `at_once` of them, and none that goes beyond a multiple of `apart`."""
    found = []
    for first in range(0, pairs, apart):
        last = min(first + apart, pairs)
        found += [(start, min(start + at_once, last)) for start in range(first, last, at_once)]
    return found


def _arrow(array: np.ndarray, field: pa.Field, texts: list[str] | None) -> pa.Array:
    if texts is not None:  # each row group keeps the texts of its own: all of them were a fifth of a small table
        used = np.flatnonzero(np.bincount(array))
        place = np.zeros(len(texts), np.int16)
        place[used] = np.arange(len(used))
        return pa.DictionaryArray.from_arrays(pa.array(place[array]), pa.array([texts[i] for i in used], pa.string()))
    return pa.array(array, field.type)
