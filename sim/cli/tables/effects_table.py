"""The effects of a crossing: each lever alone, each given options of the others, and what both do beyond their sum."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from sim.cli.comparison_table import STARS
from sim.cli.tables.layout import Row, laid_out, screen_width
from sim.core.numbers import outcome_number, relative_number
from sim.results.factorial import effects, write_effects
from sim.results.result_folder import Folder

#: kinds of effects in the order they are printed, and what they are
KINDS = {
    "main": "Main effects: each option instead of the first of its kind, averaged over all options of the others",
    "simple": "Simple effects: each option instead of the first of its kind, where the other is as it says",
    "interaction": "Interactions: what both do beyond the sum of what each does alone",
}


def print_effects(folder: Path | Folder, width: int | None = None) -> None:
    """Print the effects of a crossing and write them to `factorial.csv`."""
    found = folder if isinstance(folder, Folder) else Folder(folder)
    table = effects(found)
    if table is None:
        return
    write_effects(found, table)
    width = width or screen_width()
    for kind, title in KINDS.items():
        rows = table[table["effect"] == kind]
        if len(rows):
            print("\n" + "\n".join(textwrap.wrap(title, width)) + "\n")
            for line in lines_of(rows, width):
                print(line)
    note = (
        "Mean paired differences with 95 % intervals (Student's t), as a share of the level without the option (not "
        "for "
        "interactions). * the interval excludes zero, ** it still does when all effects of a table are judged together "
        "(Holm). factorial.csv holds them all."
    )
    print("\n" + "\n".join(textwrap.wrap(note, width)))


def lines_of(table: Any, width: int) -> list[str]:
    """A row for each outcome, a column for each effect."""
    columns = list(dict.fromkeys(heading(row) for row in table.itertuples()))
    rows: dict[str, dict[str, list[str]]] = {}
    for row in table.itertuples():
        rows.setdefault(row.label, {})[heading(row)] = cell(row)
    shown = [Row([label], "", [found[name] for name in columns]) for label, found in rows.items()]
    return laid_out("Outcome (theatre)", "", columns, shown, width)


def heading(row: Any) -> str:
    """`abuses=restraint`, `abuses=restraint where withdrawals=un_stays`, `abuses=restraint with ...`."""
    one = f"{row.factor}={row.level}"
    word = {"simple": "where", "interaction": "with"}.get(row.effect)
    return f"{one} {word} {row.with_factor}={row.with_level}" if word else one


def cell(row: Any) -> list[str]:
    """An effect and its interval."""
    text = outcome_number(row.difference, row.unit, signed=True)
    if row.effect != "interaction" and row.reference:
        text += f" ({relative_number(row.difference / abs(row.reference))})"
    if row.low != row.low:
        return [f"{text}   "]
    low, high = (outcome_number(value, row.unit, signed=True).removesuffix(" pts") for value in (row.low, row.high))
    return [f"{text} {STARS[row.stars]}", f"{low} to {high}   "]
