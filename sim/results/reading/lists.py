"""Some rows and columns of a folder's lists: events, flows, drawn parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.core.errors import unknown
from sim.core.files import FolderError, NotRecorded

#: records that may have caught an event -> the column that says so
RECORDS = {"ucdp": "recorded_ucdp", "acled": "recorded_acled"}

#: columns of lists that a later format brought, and the format
LATER = dict.fromkeys(("active_year", "where_prec", "country_id", "region", "event_clarity", "date_prec", "gwnoa"), 3)


def read_list(
    path: Path,
    columns: Sequence[str] | None = None,
    scenarios: Iterable[str] | None = None,
    replicates: Iterable[int] | None = None,
    recorded: str | None = None,
) -> pd.DataFrame:
    """Rows of a list in the order of the file; texts that repeat as categories.

    A row group holds one scenario and replicate or more; those whose statistics hold none that are asked for are
    passed over. Raises `NotRecorded` where there is no such file or column in this folder, `UserError` for a column
    that does not exist.
    """
    if not path.exists():
        raise NotRecorded(f"'{path.stem}' is not recorded in {path.parent} (there is no {path.name} in it).")
    mark = None
    if recorded is not None:
        if recorded not in RECORDS:
            raise unknown("record", recorded, RECORDS)
        mark = RECORDS[recorded]
    with pq.ParquetFile(path) as plain:
        schema = plain.schema_arrow
    texts = [field.name for field in schema if not _is_number(field.type) and field.name != "id"]
    chosen = list(columns) if columns is not None else list(schema.names)
    for name in chosen:
        if name in schema.names:
            continue
        if name in LATER:
            raise NotRecorded(f"'{name}' is not recorded in {path} (format {LATER[name]} has it).")
        raise unknown("column", name, schema.names, f"in {path.name}")
    wanted = {
        "scenario": None if scenarios is None else set(scenarios),
        "replicate": None if replicates is None else {int(number) for number in replicates},
    }
    needed = [*chosen, *(name for name in (*wanted, mark) if name is not None and name not in chosen)]
    pieces = []
    with pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True) as file:
        empty = file.schema_arrow.empty_table().select(needed)
        for number in range(file.num_row_groups):
            if _may_hold(file, number, wanted):
                pieces.append(_rows(file.read_row_group(number, columns=needed), wanted, mark))
    table = pa.concat_tables([empty, *pieces], promote_options="permissive").unify_dictionaries()
    return table.select(chosen).to_pandas()


def _is_number(kind: pa.DataType) -> bool:
    """Whether a column holds numbers, dates or yes and no."""
    return pa.types.is_primitive(kind)


def _may_hold(file: pq.ParquetFile, number: int, wanted: dict[str, set | None]) -> bool:
    """Whether a row group may hold rows that are wanted, by its statistics."""
    group = file.metadata.row_group(number)
    for name, values in wanted.items():
        known = group.column(file.schema_arrow.names.index(name)).statistics
        if values is None or known is None or not known.has_min_max:
            continue
        if not any(known.min <= value <= known.max for value in values):
            return False
    return True


def _rows(table: pa.Table, wanted: dict[str, set | None], mark: str | None) -> pa.Table:
    """The rows that are wanted."""
    keep = None if mark is None else table[mark]
    for name, values in wanted.items():
        if values is not None:
            column = table[name]
            column = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
            here = pc.is_in(column, value_set=pa.array(sorted(values), column.type))
            keep = here if keep is None else pc.and_(keep, here)
    return table if keep is None else table.filter(keep)


def check_replicates(replicates: Iterable[int] | None, finished: Sequence[int], folder: Path) -> None:
    """Refuse a replicate that the folder does not have."""
    for number in replicates or ():
        if number not in finished:
            raise FolderError(f"{folder} has no replicate {number}; it has {len(finished)}, counted from 0.")
