"""The columns of the state as a page, from what `sim.model.schema` says of each and what processes declare."""

from __future__ import annotations

import fnmatch

import numpy as np

from sim.core.columns import Column
from sim.model import schema
from sim.model.declarations import declared_by
from sim.settings.settings import PROCESSES

#: how many values a row holds, by letter, where it holds more than one
ACTORS, CONTROLLERS, COUNTRIES = "A", "Q", "C"

#: name, what a row is, columns
TABLES: tuple[tuple[str, str, list[Column]], ...] = (
    ("actors", "a row for each actor", schema.actor_columns(ACTORS, COUNTRIES)),
    ("cells", "a row for each cell of the grid", schema.cell_columns(ACTORS, CONTROLLERS)),
    ("communities", "a row for each populated cell", schema.community_columns(ACTORS, CONTROLLERS)),
    ("units", "a row for each unit, those that are no more included", schema.UNIT_COLUMNS),
    ("governments", "a row for each country of the region", schema.government_columns(COUNTRIES)),
    ("nodes", "a row for each node of the supply network", schema.NODE_COLUMNS),
    ("edges", "a row for each road, railway or river between two nodes", schema.EDGE_COLUMNS),
    ("cohorts", "a row for each pair of an origin and a place where its people may stay", schema.COHORT_COLUMNS),
)


def column_tables() -> str:
    """Return `docs/columns.md`: a section per table, a row per column."""
    lines = [
        "# Columns",
        "",
        "Written by `sahel columns` from `sim/model/schema.py` and the declarations of the processes in "
        "`sim/processes/`; change",
        "it there. Everything that changes while a model runs is in these tables. *Shape* says how many values a row "
        "holds where",
        f"it is not one: {ACTORS} one for each actor, {CONTROLLERS} one for each controller (the government, then "
        "each insurgent group and militia),",
        f"{COUNTRIES} one for each country. A process that writes a column may read it, too; those that no process",
        "reads are for the record. `sahel week` prints the same by process.",
        "",
    ]
    declared = {process: declared_by(process) for process in PROCESSES}
    for name, row, columns in TABLES:
        lines += [f"## {name}", "", f"{row[0].upper()}{row[1:]}.", ""]
        lines += ["| name | type | unit | default | shape | meaning | read by | written by |", "|---" * 8 + "|"]
        lines += [_row(name, column, declared) for column in columns]
        lines.append("")
    return "\n".join(lines)


def _row(table: str, column: Column, declared: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> str:
    shape = " x ".join(map(str, column.shape))
    by = [
        ", ".join(process for process, named in declared.items() if _names(named[part], f"{table}.{column.name}"))
        for part in (0, 1)
    ]
    cells = [column.name, np.dtype(column.dtype).name, column.unit, f"{column.default:g}", shape, column.doc, *by]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _names(patterns: tuple[str, ...], column: str) -> bool:
    return any(fnmatch.fnmatchcase(column, pattern) for pattern in patterns)
