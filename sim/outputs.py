"""Tables of a comparison, made from its finished parts.

    outcomes.parquet  tidy: scenario, replicate, date, place, outcome, value, unit
    comparison.csv    paired differences to the baseline: whole period and years
    cells.nc          maps over time (`sim.outputs_cells`)
    events.parquet, flows.parquet (`sim.outputs_lists`)
    run.json          what the records say of themselves is added to it

Everything streams: one scenario's series, one variable's maps, one replicate's events at a time.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim import compare, storage
from sim.observe_record import RunRecord
from sim.outputs_cells import write_cells
from sim.outputs_lists import write_events, write_flows
from sim.storage import FolderError

ROWS_PER_GROUP = 400_000
COMPRESSION = {"compression": "zstd", "compression_level": 1}
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

    def load(self, scenario: str, replicate: int, *only: str) -> RunRecord:
        """Read some keys of one part."""
        path = storage.part_path(self.folder, scenario, replicate)
        return RunRecord.load(path, only=only)


def write_all(folder: Path) -> None:
    """Write all tables of a folder from the replicates that every scenario has finished."""
    clock = time.perf_counter()
    parts = find_parts(Path(folder))
    _describe_records(parts)
    totals = write_outcomes(parts)
    write_comparison(parts, totals)
    write_cells(parts)
    write_events(parts)
    write_flows(parts)
    expected = parts.run["seeds"]["replicates"]
    if parts.replicates == expected:
        parts.run["status"] = "complete"
    parts.run["finished_replicates"] = parts.replicates
    parts.run["time"]["tables_seconds"] = time.perf_counter() - clock
    storage.write_json(parts.folder / "run.json", parts.run)


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


# ---------------------------------------------------------------------------- outcomes.parquet


@dataclass
class Totals:
    """Outcomes of one scenario summed up over periods: values (R, period, place, outcome)."""

    spans: list[compare.Period]
    places: list[str]
    outcomes: list[str]
    units: dict[str, str]
    kinds: list[str]
    values: np.ndarray


def write_outcomes(parts: Parts) -> dict[str, dict[str, Totals]]:
    """Write outcomes.parquet scenario by scenario; return totals by scenario and series."""
    totals: dict[str, dict[str, Totals]] = {}
    texts = _texts(parts)
    schema = _schema(parts.run)
    path = parts.folder / "outcomes.parquet"
    with (
        storage.atomic_path(path) as temporary,
        pq.ParquetWriter(temporary, schema, use_dictionary=[*schema.names[:-2], "unit"], **COMPRESSION) as writer,
    ):
        for name in parts.scenarios:
            totals[name] = {}
            records = [parts.load(name, replicate, "series") for replicate in parts.replicates]
            for key, series in list(records[0].series.items()):
                values = _stack(name, key, records)
                _write_series(writer, schema, texts, (name, parts.replicates), series, values)
                totals[name][key] = _sum_up(key, series, values)
                for record in records:  # free as we go
                    record.series.pop(key)
    return totals


def _stack(scenario: str, key: str, records: list[RunRecord]) -> np.ndarray:
    """Values of one series in all replicates: float32 (R, t, place, outcome)."""
    first = records[0].series[key]
    for record in records:
        other = record.series[key]
        same = (first.places, first.outcomes) == (other.places, other.outcomes)
        if not same or not np.array_equal(first.dates, other.dates):
            raise FolderError(f"Replicates of scenario '{scenario}' do not hold the same outcomes ({key}).")
    return np.stack([record.series[key].values for record in records])


def _sum_up(key: str, series: Any, values: np.ndarray) -> Totals:
    # Years for the region and countries; towns and admin-1 only over the whole period.
    spans = compare.periods(series.dates, yearly=key == "weekly")
    kinds = [compare.aggregate_kind(name, series.units[name]) for name in series.outcomes]
    found = compare.aggregate(values, spans, kinds)
    return Totals(spans, series.places, series.outcomes, series.units, kinds, found)


def _texts(parts: Parts) -> dict[str, list[str]]:
    """All texts of each column, so that every row group has the same dictionary."""
    texts: dict[str, dict[str, None]] = {"place": {}, "outcome": {}, "unit": {}}
    for name in parts.scenarios:
        for series in parts.load(name, parts.replicates[0], "series").series.values():
            texts["place"] |= dict.fromkeys(series.places)
            texts["outcome"] |= dict.fromkeys(series.outcomes)
            texts["unit"] |= dict.fromkeys(series.units.values())
    return {"scenario": parts.scenarios} | {key: list(found) for key, found in texts.items()}


def _schema(run: dict) -> pa.Schema:
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
        ],
        metadata={"projection_from": str(run.get("projection_from"))},
    )


def _write_series(
    writer: pq.ParquetWriter,
    schema: pa.Schema,
    texts: dict[str, list[str]],
    scenario: tuple[str, list[int]],
    series: Any,
    values: np.ndarray,
) -> None:
    """Write row groups of whole places, ordered by place, outcome, replicate, date.

    Sorted so, labels are long runs that take no room, and one place can be read without the rest.
    """
    name, replicates = scenario
    n_rep, n_time, n_place, n_out = values.shape
    block = n_rep * n_time
    at_once = max(1, ROWS_PER_GROUP // (block * n_out))
    dates = series.dates.astype("datetime64[ms]")
    code = {key: {text: i for i, text in enumerate(found)} for key, found in texts.items()}
    outcomes = np.array([code["outcome"][x] for x in series.outcomes], dtype=np.int16)
    units = np.array([code["unit"][series.units[x]] for x in series.outcomes], dtype=np.int16)
    for start in range(0, n_place, at_once):
        part = values[:, :, start : start + at_once].transpose(2, 3, 0, 1)
        n = part.shape[0]
        places = [code["place"][x] for x in series.places[start : start + n]]
        rows = n * n_out * block
        columns = {
            "scenario": np.full(rows, code["scenario"][name], dtype=np.int16),
            "replicate": np.tile(np.repeat(np.array(replicates, np.int32), n_time), n * n_out),
            "date": np.tile(dates, n * n_out * n_rep),
            "place": np.repeat(np.array(places, dtype=np.int16), n_out * block),
            "outcome": np.tile(np.repeat(outcomes, block), n),
            "value": np.ascontiguousarray(part).ravel(),
            "unit": np.tile(np.repeat(units, block), n),
        }
        arrays = [_arrow(columns[f.name], f, texts.get(f.name)) for f in schema]
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=rows)


def _arrow(array: np.ndarray, field: pa.Field, texts: list[str] | None) -> pa.Array:
    if texts is not None:
        return pa.DictionaryArray.from_arrays(pa.array(array), pa.array(texts, pa.string()))
    return pa.array(array, field.type)


# ---------------------------------------------------------------------------- comparison.csv


def write_comparison(parts: Parts, totals: dict[str, dict[str, Totals]]) -> None:
    """Write comparison.csv: paired differences to the baseline with intervals."""
    baseline = parts.run["baseline"]
    frames = [
        _compare_series(parts.run, name, totals[name][key], totals[baseline][key])
        for name in parts.scenarios
        if name != baseline
        for key in totals[name]
        if key in totals[baseline]
    ]
    if frames:
        table = pd.concat(frames, ignore_index=True)
        table = table.dropna(subset=["difference"]).assign(replicates=len(parts.replicates))
        table = table.assign(baseline=baseline)[COMPARISON]
    else:
        table = pd.DataFrame(columns=COMPARISON)
    with storage.atomic_path(parts.folder / "comparison.csv") as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g")


def _compare_series(run: dict, scenario: str, found: Totals, base: Totals) -> pd.DataFrame:
    """One row per period, place and outcome that both scenarios have."""
    if [(s.first, s.last) for s in found.spans] != [(s.first, s.last) for s in base.spans]:
        raise FolderError(
            f"Scenario '{scenario}' and the baseline do not cover the same dates; "
            "a comparison needs one period for all."
        )
    places = [x for x in found.places if x in base.places]
    outcomes = [x for x in found.outcomes if x in base.outcomes]
    ours, theirs = (_pick(item, places, outcomes) for item in (found, base))
    result = compare.summarise(ours, theirs, seed=int(run["seeds"]["seed"]) % 2**32)
    shape = ours.shape[1:]
    index = np.indices(shape).reshape(3, -1)
    kinds = [found.kinds[found.outcomes.index(x)] for x in outcomes]
    spans = found.spans
    known = run.get("projection_from")
    beyond = [known is not None and str(s.last) >= known for s in spans]

    def label(values: list, axis: int) -> np.ndarray:
        return np.array(values, dtype=object)[index[axis]]

    return pd.DataFrame(
        {
            "scenario": scenario,
            "date": label([str(s.last) for s in spans], 0),
            "place": label(places, 1),
            "outcome": label(outcomes, 2),
            "unit": label([_unit(found.units[x]) for x in outcomes], 2),
            **{key: values.ravel() for key, values in result.items()},
            "start": label([str(s.first) for s in spans], 0),
            "period": label([s.name for s in spans], 0),
            "aggregate": label(kinds, 2),
            "scenario_mean": ours.mean(axis=0).ravel(),
            "baseline_mean": theirs.mean(axis=0).ravel(),
            "projection": label(beyond, 0),
        }
    )


def _pick(totals: Totals, places: list[str], outcomes: list[str]) -> np.ndarray:
    rows = [totals.places.index(x) for x in places]
    columns = [totals.outcomes.index(x) for x in outcomes]
    return totals.values[:, :, rows][..., columns]


def _unit(unit: str) -> str:
    """The unit of a sum over a period: persons/week become persons."""
    return unit.split("/")[0]
