"""Main effects and interactions of a crossing of levers, from the folder of its comparison.

A crossed scenario is named by its options, `abuses=restraint,withdrawals=un_stays`, so that the
folder alone says what was crossed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.files import atomic_write
from sim.core.numbers import outcome_number
from sim.results.paired_differences import distinguishable, factorial_effects
from sim.results.result_folder import Folder


def design_of(names: list[str]) -> Any | None:
    """Return the design as a table (index scenario, a column per lever), or None if not crossed."""
    import pandas as pd

    rows = [dict(part.split("=", 1) for part in name.split(",") if "=" in part) for name in names]
    if len(rows) < 2 or not rows[0] or any(list(row) != list(rows[0]) for row in rows):
        return None
    return pd.DataFrame(rows, index=names)


def effects(found: Folder) -> Any | None:
    """Return the effects on every headline outcome, one row each; None if nothing was crossed."""
    import pandas as pd

    design = design_of(found.scenarios)
    if design is None or found.replicates < 1:
        return None
    tables = []
    for item in found.headlines:
        values = found.totals(item).dropna()
        table = factorial_effects(design, values, seed=0)
        table.insert(0, "place", item.place)
        table.insert(1, "outcome", item.outcome)
        table.insert(2, "label", item.label)
        table.insert(3, "unit", item.unit)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else None


def print_effects(folder: Path) -> None:
    """Print main effects and interactions of a crossing and write them to `factorial.csv`."""
    folder_read = Folder(folder)
    table = effects(folder_read)
    if table is None:
        return
    text = table.drop(columns="label").to_csv(index=False).encode()
    atomic_write(Path(folder) / "factorial.csv", lambda file: file.write(text))
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns: dict[tuple[str, ...], str] = {}
    cells: dict[str, dict[tuple[str, ...], str]] = {}
    for row in table.itertuples():
        key = (row.factor, row.level, row.with_factor, row.with_level)
        one, other = f"{row.factor}={row.level}", f"{row.with_factor}={row.with_level}"
        columns[key] = one if not row.with_factor else f"{one} {other} beyond their sum"
        low, high = (outcome_number(value, row.unit, signed=True) for value in (row.low, row.high))
        star = " *" if distinguishable(row.low, row.high, folder_read.replicates) else "  "
        size = outcome_number(row.effect, row.unit, signed=True)
        cells.setdefault(row.label, {})[key] = f"{size}{star}\n[{low} to {high}]"
    shown = Table(title="Effects of each lever, and of both together", box=box.SIMPLE)
    shown.add_column("", max_width=30)
    for heading in columns.values():
        shown.add_column(Text(heading.replace("=", "=\n")), justify="right")
    for label, found in cells.items():
        shown.add_row(Text(label), *(Text(found[key]) for key in columns))
    Console().print(shown)
