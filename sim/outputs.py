"""Tables of a comparison, made from its finished parts.

    outcomes.parquet  tidy: scenario, replicate, date, place, outcome, value, unit
    comparison.csv    paired differences to the baseline: whole period and years
    cells.nc          maps over time (`sim.outputs_cells`)
    events.parquet, flows.parquet (`sim.outputs_lists`)
    run.json          what the records say of themselves is added to it

Everything streams, so that memory does not grow with the number of replicates: some places of one
scenario's series, some months of one map, one replicate's events at a time. Of a large comparison a second process writes the maps.
"""

import multiprocessing
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim import compare, outputs_keep, storage
from sim.child import belong_to_parent
from sim.observe_record import RunRecord, Series, Totals
from sim.outputs_cells import write_cells
from sim.outputs_lists import write_events, write_flows
from sim.storage import FolderError

AT_ONCE = 400_000_000  # bytes of values that are in memory at a time
ROWS_PER_GROUP = 400_000
#: up to so many runs the maps are written in seconds, and a process of their own is not worth its start
FEW_RUNS = 200
COMPRESSION = {"compression": "zstd", "compression_level": 6}
COMPARISON = ["scenario", "baseline", "date", "place", "outcome", "unit"]
COMPARISON += ["difference", "low", "high", "probability"]
# Further columns: which stretch the row sums up and how, and the two levels that are compared.
COMPARISON += ["start", "period", "aggregate", "scenario_mean", "baseline_mean", "replicates"]
COMPARISON += ["projection"]


@dataclass
class Parts:
    """The finished replicates of a folder."""

    folder: Path
    run: dict
    map: dict
    replicates: list[int]  # those finished in every scenario

    @property
    def scenarios(self) -> list[str]:
        """Names, in the order they were given."""
        return [item["name"] for item in self.run["scenarios"]]

    @property
    def keep(self) -> str:
        """What is kept of a run (`sim.outputs_keep`)."""
        return self.run.get("keep", "all")

    def load(self, scenario: str, replicate: int, *only: str) -> RunRecord:
        """Read some keys of one part: no more than the comparison keeps, whatever the part holds."""
        path = storage.part_path(self.folder, scenario, replicate)
        record = RunRecord.load(path, only=only)
        if self.keep == "all":
            return record
        lists = replicate < outputs_keep.LISTS
        if record.meta.get("kept") == "headline":
            return record if lists else replace(record, events={}, flows={})
        if any(key.startswith("series/") for key in only):  # what is kept of a series goes by another name
            record = RunRecord.load(path, only=("series",))
        settings = self.run["configuration"][scenario]
        capital = self.run.get("capital")
        theatre = settings.get("region_info", {}).get("theatre", [])
        return outputs_keep.headline(record, theatre, capital, lists)

    def totals(self, scenario: str, replicate: int) -> dict[str, Totals]:
        """Everything that one part has, summed up over periods."""
        record = self.load(scenario, replicate, "totals")
        if record.totals:
            return record.totals
        record = RunRecord.load(storage.part_path(self.folder, scenario, replicate), only=("series",))
        return {name: outputs_keep.sum_up(name, series) for name, series in record.series.items()}


def write_all(folder: Path) -> None:
    """Write all tables of a folder from the replicates that every scenario has finished."""
    clock = time.perf_counter()
    parts = find_parts(Path(folder))
    _describe_records(parts)
    maps = _maps_beside(parts) if len(parts.replicates) * len(parts.scenarios) > FEW_RUNS else None
    try:
        write_outcomes(parts)
        write_comparison(parts)
        write_events(parts)
        write_flows(parts)
    except BaseException:
        if maps is not None:
            maps.terminate()
            maps.join()
        raise
    if maps is not None:
        maps.join()
    if maps is None or maps.exitcode != 0:  # what failed there is tried here, where it is told
        write_cells(parts)
    expected = parts.run["seeds"]["replicates"]
    if parts.replicates == expected:
        parts.run["status"] = "complete"
    parts.run["finished_replicates"] = parts.replicates
    parts.run["time"]["tables_seconds"] = time.perf_counter() - clock
    storage.write_json(parts.folder / "run.json", parts.run)


def _maps_beside(parts: Parts) -> multiprocessing.Process:
    """A process that writes the maps, which take longer than all else together, while this one writes the rest."""
    maps = multiprocessing.get_context("spawn").Process(target=_write_maps, args=(parts,), daemon=True)
    maps.start()
    return maps


def _write_maps(parts: Parts) -> None:
    """Write the maps in a process of their own; told to stop, it takes its unfinished file away. It ends with 1 if it fails."""
    belong_to_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        write_cells(parts)
    except Exception:
        sys.exit(1)


def find_parts(folder: Path) -> Parts:
    """List what is finished; a sentence where nothing can be compared yet."""
    run = storage.read_json(folder / "run.json")
    map_data = storage.read_json(folder / "map.json")
    finished = [
        replicate
        for replicate in run["seeds"]["replicates"]
        if all(storage.part_path(folder, item["name"], replicate).exists() for item in run["scenarios"])
    ]
    if not finished:
        raise FolderError(f"In {folder} no replicate is finished in every scenario yet.")
    return Parts(folder, run, map_data, finished)


def _describe_records(parts: Parts) -> None:
    """Note in run.json what the records say of themselves."""
    metas = {name: parts.load(name, parts.replicates[0], "nothing").meta for name in parts.scenarios}
    first = metas[parts.run["baseline"]]
    controllers: list[str] = []
    for meta in metas.values():
        controllers += [name for name in meta.get("controllers", []) if name not in controllers]
    parts.run["projection_from"] = first.get("projection_from")
    parts.run["controllers"] = controllers
    parts.run["marks"] = {name: meta.get("marks", []) for name, meta in metas.items()}
    lists = parts.replicates if parts.keep == "all" else [r for r in parts.replicates if r < outputs_keep.LISTS]
    parts.run["lists_of_replicates"] = len(lists)


# ---------------------------------------------------------------------------- outcomes.parquet


def write_outcomes(parts: Parts) -> None:
    """Write outcomes.parquet, scenario by scenario, series by series, some places at a time."""
    texts = _texts(parts)
    schema = _schema(parts)
    path = parts.folder / "outcomes.parquet"
    # Series of like numbers pack a fifth better byte by byte; dates that repeat, ten times better as steps.
    encoding = {"value": "BYTE_STREAM_SPLIT", "date": "DELTA_BINARY_PACKED"}
    shown = {"use_dictionary": [name for name in schema.names if name not in encoding], "column_encoding": encoding}
    with (
        storage.atomic_path(path) as temporary,
        pq.ParquetWriter(temporary, schema, **shown, **COMPRESSION) as writer,
    ):
        for name in parts.scenarios:
            first = parts.load(name, parts.replicates[0], "series")
            for key, series in first.series.items():
                one = series.values.nbytes // max(1, len(series.places)) * len(parts.replicates)
                step = max(1, AT_ONCE // max(1, one))
                for start in range(0, len(series.places), step):
                    chosen = slice(start, start + step)
                    values = _stack(parts, name, key, series, chosen)
                    _write_series(writer, schema, texts, (name, parts.replicates), series, chosen, values)


def _stack(parts: Parts, scenario: str, key: str, first: Series, places: slice) -> np.ndarray:
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


def _differ(scenario: str, key: str) -> FolderError:
    return FolderError(f"Replicates of scenario '{scenario}' do not hold the same outcomes ({key}).")


def _texts(parts: Parts) -> dict[str, list[str]]:
    """All texts of each column, so that every row group has the same dictionary."""
    texts: dict[str, dict[str, None]] = {"place": {}, "outcome": {}, "unit": {}}
    for name in parts.scenarios:
        for series in parts.load(name, parts.replicates[0], "series").series.values():
            texts["place"] |= dict.fromkeys(series.places)
            texts["outcome"] |= dict.fromkeys(series.outcomes)
            texts["unit"] |= dict.fromkeys(series.units.values())
    return {"scenario": parts.scenarios} | {key: list(found) for key, found in texts.items()}


def _schema(parts: Parts) -> pa.Schema:
    text = pa.dictionary(pa.int16(), pa.string())
    about = {"projection_from": str(parts.run.get("projection_from")), "kept": parts.keep}
    if parts.keep != "all":
        about["value"] = f"{outputs_keep.BITS} significant bits"
    return pa.schema(
        [
            ("scenario", text),
            ("replicate", pa.int32()),
            ("date", pa.timestamp("ms")),
            ("place", text),
            ("outcome", text),
            ("value", pa.float32()),
            ("unit", text),
        ],
        metadata=about,
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
    """Write row groups ordered by place, outcome, replicate, date.

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
    at_once = max(1, ROWS_PER_GROUP // block)
    replicate = np.repeat(np.array(replicates, np.int32), n_time)
    date = np.tile(series.dates.astype("datetime64[ms]"), n_rep)
    for start in range(0, len(pairs), at_once):
        some = pairs[start : start + at_once]
        labels = np.repeat(np.array(some, dtype=np.int16), block, axis=0)
        columns = {
            "scenario": np.full(len(labels), code["scenario"][name], dtype=np.int16),
            "replicate": np.tile(replicate, len(some)),
            "date": np.tile(date, len(some)),
            "place": labels[:, 0],
            "outcome": labels[:, 1],
            "value": flat[start : start + at_once].ravel(),
            "unit": labels[:, 2],
        }
        arrays = [_arrow(columns[f.name], f, texts.get(f.name)) for f in schema]
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=ROWS_PER_GROUP)


def _arrow(array: np.ndarray, field: pa.Field, texts: list[str] | None) -> pa.Array:
    if texts is not None:
        return pa.DictionaryArray.from_arrays(pa.array(np.ascontiguousarray(array)), pa.array(texts, pa.string()))
    return pa.array(array, field.type)


# ---------------------------------------------------------------------------- comparison.csv


def write_comparison(parts: Parts) -> None:
    """Write comparison.csv: paired differences to the baseline with intervals."""
    baseline = parts.run["baseline"]
    others = [name for name in parts.scenarios if name != baseline]
    theirs = _totals(parts, baseline) if others else {}
    with storage.atomic_path(parts.folder / "comparison.csv") as temporary:
        pd.DataFrame(columns=COMPARISON).to_csv(temporary, index=False)
        for name in others:
            ours = _totals(parts, name)
            for key in ours:
                if key in theirs:
                    for table in _compare_series(parts.run, name, key, ours[key], theirs[key]):
                        table = table.dropna(subset=["difference"]).assign(replicates=len(parts.replicates))
                        table = table.assign(baseline=baseline)[COMPARISON]
                        table.to_csv(temporary, mode="a", header=False, index=False, float_format="%.6g")


def _totals(parts: Parts, scenario: str) -> dict[str, Totals]:
    """Totals of one scenario, replicates first: values (R, period, place, outcome)."""
    found: dict[str, Totals] = {}
    for row, replicate in enumerate(parts.replicates):
        for key, item in parts.totals(scenario, replicate).items():
            if key not in found:
                room = np.empty((len(parts.replicates), *item.values.shape))
                found[key] = replace(item, values=room)
            first = found[key]
            same = (first.places, first.outcomes) == (item.places, item.outcomes)
            if not same or not np.array_equal(first.dates, item.dates):
                raise _differ(scenario, key)
            first.values[row] = item.values
    return found


def _compare_series(run: dict, scenario: str, key: str, found: Totals, base: Totals) -> list[pd.DataFrame]:
    """A table per period, with a row for every place and outcome that both scenarios have."""
    spans = outputs_keep.spans_of(key, found.dates)
    if not np.array_equal(found.dates[[0, -1]], base.dates[[0, -1]]):
        raise FolderError(
            f"Scenario '{scenario}' and the baseline do not cover the same dates; "
            "a comparison needs one period for all."
        )
    places = [x for x in found.places if x in base.places]
    outcomes = [x for x in found.outcomes if x in base.outcomes]
    kinds = [compare.aggregate_kind(x, found.units[x]) for x in outcomes]
    units = [_unit(found.units[x]) for x in outcomes]
    known = run.get("projection_from")
    tables = []
    for row, span in enumerate(spans):
        ours, theirs = (_pick(item, row, places, outcomes) for item in (found, base))
        result = compare.summarise(ours, theirs, seed=int(run["seeds"]["seed"]) % 2**32)
        columns = {
            "scenario": scenario,
            "date": str(span.last),
            "place": np.repeat(np.array(places, dtype=object), len(outcomes)),
            "outcome": np.tile(np.array(outcomes, dtype=object), len(places)),
            "unit": np.tile(np.array(units, dtype=object), len(places)),
            **{name: values.ravel() for name, values in result.items()},
            "start": str(span.first),
            "period": span.name,
            "aggregate": np.tile(np.array(kinds, dtype=object), len(places)),
            "scenario_mean": ours.mean(axis=0).ravel(),
            "baseline_mean": theirs.mean(axis=0).ravel(),
            "projection": known is not None and str(span.last) >= known,
        }
        tables.append(pd.DataFrame(columns))
    return tables


def _pick(totals: Totals, span: int, places: list[str], outcomes: list[str]) -> np.ndarray:
    """Values of one period: (R, place, outcome)."""
    rows = [totals.places.index(x) for x in places]
    columns = [totals.outcomes.index(x) for x in outcomes]
    return totals.values[:, span][:, rows][..., columns]


def _unit(unit: str) -> str:
    """The unit of a sum over a period: persons/week become persons."""
    return unit.split("/")[0]
