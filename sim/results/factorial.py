"""Main effects, simple effects and interactions of a crossing, from the folder of its comparison.

A crossed scenario is named by its options, `abuses=restraint,withdrawals=un_stays`, so that the
folder alone says what was crossed; of a parameter, `recruitment.contact_rate=0.01`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.core.files import atomic_write
from sim.results.intervals import stars
from sim.results.paired_differences import factorial_effects
from sim.results.result_folder import Folder


def design_of(names: list[str]) -> Any | None:
    """Return the design as a table (index scenario, a column per factor), or None if not crossed."""
    import pandas as pd

    rows = [dict(part.split("=", 1) for part in name.split(",") if "=" in part) for name in names]
    if len(rows) < 2 or not rows[0] or any(list(row) != list(rows[0]) for row in rows):
        return None
    return pd.DataFrame(rows, index=names)


def effects(found: Folder) -> Any | None:
    """Return the effects on every headline outcome, one row each; None if nothing was crossed.

    `stars` judges them as the table of differences does: 1 by a row's own interval, 2 with all of the same kind
    together.
    """
    import pandas as pd

    design = design_of(found.scenarios)
    if design is None or found.replicates < 1:
        return None
    tables = []
    for item in found.headlines:
        table = factorial_effects(design, found.totals(item).dropna())
        table.insert(0, "place", item.place)
        table.insert(1, "outcome", item.outcome)
        table.insert(2, "aggregate", item.kind)
        table.insert(3, "label", item.label)
        table.insert(4, "unit", item.unit)
        tables.append(table)
    if not tables:
        return None
    table = pd.concat(tables, ignore_index=True)
    numbers = {key: table[key].to_numpy(float) for key in ("difference", "low", "high", "p")}
    families = np.unique(table["effect"], return_inverse=True)[1]
    level = table["reference"].to_numpy(float)
    table["stars"] = stars(numbers, level, found.replicates, found.least_effect, families)
    return table


def write_effects(found: Folder, table: Any) -> None:
    """Write factorial.csv."""
    text = table.drop(columns="label").to_csv(index=False).encode()
    atomic_write(Path(found.path) / "factorial.csv", lambda file: file.write(text))
