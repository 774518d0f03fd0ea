"""What blockades, beside history with each assumption about the fuel ban beyond the known facts."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Any

from sim.core.numbers import outcome_number
from sim.results.paired_differences import LEVEL, distinguishable, summarise
from sim.results.result_folder import Folder, Headline
from sim.settings.words.ban import AS_ORDERED, ASSUMPTIONS

PIPE_WIDTH = 120  # a file or pipe has no width

Row = tuple[Headline, str, str, dict[str, float]]


def blockading(run: dict[str, Any]) -> list[str]:
    """Scenarios of a folder that change who is blockaded, by their option of the lever."""
    levers = {name: item.get("levers") or {} for name, item in run.get("configuration", {}).items()}
    return [name for name, chosen in levers.items() if chosen.get("blockades", "historical") not in AS_ORDERED]


def differences_to_assumptions(found: Folder) -> list[Row]:
    """Mean paired differences of what blockades to each assumption: outcome, scenario, assumption, and the numbers.

    The numbers are those of `sim.results.paired_differences.summarise`, by name.
    """
    rows = []
    here = [name for name in ASSUMPTIONS if name in found.scenarios and name != found.baseline]
    for scenario in (name for name in blockading(found.run) if name in found.scenarios):
        for item in found.headlines:
            totals = found.totals(item)
            for assumption in here:
                values, beside = totals[scenario].to_numpy(), totals[assumption].to_numpy()
                result = summarise(values, beside, seed=int(found.run["seeds"]["seed"]) % 2**32)
                rows.append((item, scenario, assumption, {key: float(value) for key, value in result.items()}))
    return rows


def print_against_assumptions(folder: Path) -> None:
    """Print a table for each scenario that blockades, where both assumptions were run beside it."""
    if not (Path(folder) / "run.json").exists():
        return
    found = Folder(Path(folder))
    rows = differences_to_assumptions(found)
    if not rows:
        return
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
    for scenario in dict.fromkeys(row[1] for row in rows):
        mine = [row for row in rows if row[1] == scenario]
        others = list(dict.fromkeys(row[2] for row in mine))
        title = escape(found.title(scenario))
        heads = [f"beside\n{escape(found.title(name))}" for name in others]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column("Outcome (theatre)")
        for head in heads:
            table.add_column(head, justify="right")
        for item in dict.fromkeys(row[0] for row in mine):
            here = [row[3] for row in mine if row[0] == item]
            table.add_row(item.label, *(_text(item, numbers, found.replicates) for numbers in here))
        console.print(f"\n[b]{title}[/b], beside what is assumed of the ban beyond the known facts", soft_wrap=True)
        console.print(table)
    percent = round(100 * LEVEL)
    console.print(
        f"Mean paired difference and its {percent} % interval; * the interval excludes zero.", highlight=False
    )


def print_side_effects(folder: Path) -> None:
    """Say what orders to blockade move in countries that they are not about."""
    if not (Path(folder) / "run.json").exists():
        return
    from sim.results.reading.side_effects import side_effects

    for line in side_effects(Folder(Path(folder))):
        print(textwrap.fill(line, PIPE_WIDTH))


def _text(item: Headline, numbers: dict[str, float], replicates: int) -> str:
    text = outcome_number(numbers["difference"], item.unit, signed=True)
    low, high = (outcome_number(numbers[key], item.unit, signed=True).removesuffix(" pts") for key in ("low", "high"))
    star = " *" if distinguishable(numbers["low"], numbers["high"], replicates) else "  "
    return f"{text}{star}  ({low} to {high})" if numbers["low"] == numbers["low"] else text
