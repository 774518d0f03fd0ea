"""What each process of the week reads and writes, by its own declarations (views of `sim.core.views` in its file)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType


def views_of(module: ModuleType) -> dict[str, type]:
    """The views that a module declares, or takes from a shared one: name -> NamedTuple of columns."""
    return {
        name: found
        for name, found in vars(module).items()
        if isinstance(found, type) and hasattr(found, "table") and hasattr(found, "reads")
    }


def declared_by(process: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a process reads and what it writes, as `table.column`; what it writes it may read, too."""
    module = import_module(f"sim.processes.{process}")
    reads: list[str] = []
    writes: list[str] = []
    for view in views_of(module).values():
        reads += [f"{view.table}.{column}" for column in view.reads]
        writes += [f"{view.table}.{column}" for column in view.writes]
    if getattr(module, "MAKES_UNITS", False):  # appended rows have all columns of units, and a key of their actor
        reads.append("actors.key")
        writes += ["units.*", "actors.units_made"]
    written = dict.fromkeys(writes)
    return tuple(column for column in dict.fromkeys(reads) if column not in written), tuple(written)


def meaning_of(process: str) -> str:
    """What a process is, in the first sentence of its file."""
    head = (import_module(f"sim.processes.{process}").__doc__ or "").partition("\n\n")[0]
    return re.split(r"\.(?:\s|$)", " ".join(head.split()))[0].replace("`", "")


def columns_by_table(columns: Iterable[str]) -> dict[str, list[str]]:
    """Names such as `units.cell` by table, in order; patterns (`units.*`) stay as they are."""
    found: dict[str, list[str]] = {}
    for name in columns:
        table, _, column = name.partition(".")
        found.setdefault(table, []).append(column)
    return found
