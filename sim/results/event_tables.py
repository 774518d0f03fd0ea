"""events.parquet (UCDP GED's column names), flows.parquet and parameters.parquet, replicate by replicate.

Events are simulated: ids begin with SIM- and positions are cell centres, so that none can be taken
for a record of something that happened.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.codes import FLOW_KINDS
from sim.core.files import atomic_path
from sim.results import ged_columns
from sim.results.replicate_files import ReplicateFiles

COMPRESSION = {"compression": "zstd", "compression_level": 6}
# Ids share their beginning, numbers of persons are alike byte by byte: a fifth smaller so.
ENCODING = {"id": "DELTA_BYTE_ARRAY", "persons": "BYTE_STREAM_SPLIT"}

DATE = pa.timestamp("ms")  # pandas reads it as datetime64

TEXT = pa.dictionary(pa.int32(), pa.string())

EVENTS = pa.schema(
    [
        ("scenario", TEXT),
        ("replicate", pa.int32()),
        ("id", pa.string()),
        ("year", pa.int16()),
        ("active_year", pa.int8()),  # 1 where the dyad has 25 dead or more in the calendar year
        ("type_of_violence", pa.int8()),  # as in GED: 1 state-based, 2 non-state, 3 one-sided
        ("dyad_name", TEXT),
        ("side_a", TEXT),
        ("side_b", TEXT),
        ("where_prec", pa.int8()),
        ("where_description", TEXT),
        ("adm_1", TEXT),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("priogrid_gid", pa.int64()),
        ("country", TEXT),
        ("country_id", pa.int32()),
        ("region", TEXT),
        ("event_clarity", pa.int8()),
        ("date_prec", pa.int8()),
        ("date_start", DATE),  # the step in which it happened
        ("date_end", DATE),
        ("deaths_a", pa.int32()),
        ("deaths_b", pa.int32()),
        ("deaths_civilians", pa.int32()),
        ("deaths_unknown", pa.int32()),
        ("best", pa.int32()),
        ("high", pa.int32()),
        ("low", pa.int32()),
        ("gwnoa", pa.int32()),
        # Beyond GED: who began it, what it was, and which record would hold it.
        ("initiator", TEXT),
        ("kind", TEXT),
        ("recorded_ucdp", pa.bool_()),
        ("recorded_acled", pa.bool_()),
    ]
)

FLOWS = pa.schema(
    [
        ("scenario", TEXT),
        ("replicate", pa.int32()),
        ("origin", TEXT),
        ("destination", TEXT),
        ("date", DATE),
        ("persons", pa.int64()),
        ("kind", TEXT),
    ]
)


PARAMETERS = pa.schema(
    [
        ("scenario", TEXT),
        ("replicate", pa.int32()),
        ("parameter", TEXT),
        ("value", pa.float64()),
        ("unit", TEXT),
    ]
)


def write_events(parts: "ReplicateFiles") -> None:
    """Write events.parquet; an empty table where no events were recorded."""
    _write(parts, "events", EVENTS, event_columns)


def write_flows(parts: "ReplicateFiles") -> None:
    """Write flows.parquet: persons who moved between admin-1 units, by month and kind."""
    _write(parts, "flows", FLOWS, _flows)


def write_parameters(parts: "ReplicateFiles") -> None:
    """Write parameters.parquet: what was drawn anew in each replicate; an empty table with draw=none."""
    units = parameter_units()
    with _writer(parts, "parameters", PARAMETERS) as writer:
        for scenario in parts.scenarios:
            found = [(r, parts.load(scenario, r, "nothing").meta.get("parameters") or {}) for r in parts.replicates]
            rows = [(r, name, float(drawn[name])) for r, drawn in found for name in drawn]
            if not rows:
                continue
            replicate, name, value = zip(*rows)
            columns = {
                "scenario": constant(scenario, len(rows)),
                "replicate": pa.array(replicate, pa.int32()),
                "parameter": named(np.array(name), ()),
                "value": pa.array(value, pa.float64()),
                "unit": named(np.array([units.get(text, "") for text in name]), ()),
            }
            writer.write_table(pa.table(columns, schema=PARAMETERS))


def parameter_units() -> dict[str, str]:
    """The unit of each parameter, by its name "<process>.<name>"."""
    from sim.settings.parameters.groups import Parameters, walk

    return {f"{group}.{name}": str(about.get("unit", "")) for group, name, _, about in walk(Parameters())}


@contextmanager
def _writer(parts: "ReplicateFiles", name: str, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer of the list `name`; texts are plain to readers, see `sim.results.outcomes_table`."""
    own = {column: way for column, way in ENCODING.items() if column in schema.names}
    shown = {"use_dictionary": [column for column in schema.names if column not in own], "column_encoding": own}
    with (
        atomic_path(parts.folder / f"{name}.parquet") as temporary,
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
        yield writer


def _write(parts: "ReplicateFiles", name: str, schema: pa.Schema, build: Any) -> None:
    with _writer(parts, name, schema) as writer:
        for scenario in parts.scenarios:
            for replicate in parts.replicates:
                record = parts.load(scenario, replicate, name, "cells/months")
                columns = getattr(record, name)
                if columns and len(next(iter(columns.values()))):
                    found = build(parts, record, scenario, replicate)
                    writer.write_table(pa.table(found, schema=schema))


def event_columns(parts: Any, record: Any, scenario: str, replicate: int) -> dict[str, Any]:
    """Columns of one replicate's events. Of `parts` the map and the configuration of the scenario are read."""
    events, meta, place = record.events, record.meta, parts.map
    n = len(events["date"])
    day = events["date"].astype("datetime64[D]")
    cell = events["cell"]
    actors = meta.get("actors", [])
    settings = parts.run["configuration"][scenario]
    step_days = float(settings.get("step_days", 7.0))
    events = events | ged_columns.ordered_sides(events, actors, meta.get("actor_kinds", []))
    sides = {key: named(events[key], actors) for key in ("side_a", "side_b", "initiator")}
    sides["side_b"] = _replace_empty(sides["side_b"], "Civilians")
    best = events["deaths_a"] + events["deaths_b"] + events["civilians"]
    iso3 = place.get("countries") or meta.get("countries", [])
    countries = place.get("country_names") or iso3
    stem = f"SIM-{scenario}-{replicate}-"
    first, last = (pa.array(x.astype("datetime64[ms]")) for x in ged_columns.days_of_step(day, step_days))
    year = day.astype("datetime64[Y]").astype(int) + 1970
    states = ged_columns.states_of_actors(actors, settings.get("actors") or {})
    nothing = np.zeros(n, dtype=np.int32)
    return {
        "scenario": constant(scenario, n),
        "replicate": np.full(n, replicate, dtype=np.int32),
        "id": [stem + str(i) for i in range(n)],
        "year": year.astype(np.int16),
        "active_year": ged_columns.active_years(
            *(np.asarray(sides[x].indices) for x in ("side_a", "side_b")), year, best
        ),
        "type_of_violence": events["type"].astype(np.int8),
        "dyad_name": _dyads(sides["side_a"], sides["side_b"]),
        **sides,
        "where_prec": np.full(n, ged_columns.where_precision(float(place["resolution"])), np.int8),
        "where_description": constant("simulated; the position is the centre of a cell", n),
        "adm_1": named(events["admin1"], place.get("admin1_names", [])),
        "latitude": np.array(place["lat"])[cell],
        "longitude": np.array(place["lon"])[cell],
        "priogrid_gid": np.array(place["gid"])[cell],
        "country": named(events["country"], countries),
        "country_id": pa.array(ged_columns.numbers_of_states(events["country"], iso3)),
        "region": constant("" if place.get("fictional") else "Africa", n),
        "event_clarity": np.full(n, ged_columns.CLEAR, np.int8),
        "date_prec": np.full(n, ged_columns.date_precision(step_days), np.int8),
        "date_start": first,
        "date_end": last,
        "deaths_a": events["deaths_a"],
        "deaths_b": events["deaths_b"],
        "deaths_civilians": events["civilians"],
        "deaths_unknown": nothing,
        "best": best,
        "high": best,
        "low": best,
        "gwnoa": pa.array(ged_columns.government_numbers(events, states)),
        "kind": named(events["kind"], meta.get("kinds", [])),
        "recorded_ucdp": events["recorded_ucdp"].astype(bool),
        "recorded_acled": events["recorded_acled"].astype(bool),
    }


def _flows(parts: "ReplicateFiles", record: Any, scenario: str, replicate: int) -> dict[str, Any]:
    """Columns of one replicate's flows."""
    flows = record.flows
    n = len(flows["month"])
    month = flows["month"]
    if month.dtype.kind != "M":  # rows of cells["months"]
        month = record.cells["months"][month]
    units = record.meta.get("admin1") or parts.map.get("admin1_names", [])
    return {
        "scenario": constant(scenario, n),
        "replicate": np.full(n, replicate, dtype=np.int32),
        "origin": _replace_empty(named(flows["origin"], units), "outside"),
        "destination": _replace_empty(named(flows["destination"], units), "outside"),
        "date": pa.array(month.astype("datetime64[ms]")),
        "persons": flows["persons"].astype(np.int64),
        "kind": named(flows["kind"], FLOW_KINDS),
    }


def constant(text: str, n: int) -> pa.DictionaryArray:
    """The same text n times."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), pa.array([text]))


def named(values: np.ndarray, names: Sequence[str]) -> pa.DictionaryArray:
    """Texts of an array of names, or of indices into `names` (-1 and beyond: empty text)."""
    if values.dtype.kind == "U":
        texts, codes = np.unique(values, return_inverse=True)
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(texts.tolist(), pa.string()))
    known = [*names, ""]
    codes = np.where((values < 0) | (values >= len(names)), len(names), values)
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(known, pa.string()))


def _replace_empty(column: pa.DictionaryArray, text: str) -> pa.DictionaryArray:
    """The same texts with `text` for the empty one; no text stands twice in what is written (else bytes may vary)."""
    names = [name or text for name in column.dictionary.to_pylist()]
    once = list(dict.fromkeys(names))
    code = np.array([once.index(name) for name in names], dtype=np.int32)
    codes = code[np.asarray(column.indices)] if len(names) else np.zeros(0, np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(once, pa.string()))


def _dyads(side_a: pa.DictionaryArray, side_b: pa.DictionaryArray) -> pa.DictionaryArray:
    """`side_a - side_b`, as GED names a dyad."""
    first, second = side_a.dictionary.to_pylist(), side_b.dictionary.to_pylist()
    a, b = (np.asarray(side.indices, dtype=np.int64) for side in (side_a, side_b))
    pairs, codes = np.unique(a * len(second) + b, return_inverse=True)
    texts = [f"{first[p // len(second)]} - {second[p % len(second)]}" for p in pairs.tolist()]
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(texts, pa.string()))
