"""The summary that `sahel run` prints: the first and the last value of the main outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.numbers import short_number
from sim.results.reading.what_was_run import draw_words
from sim.settings.settings import Settings
from sim.settings.words.ban import assumption_words

MAIN = (
    "displaced",
    "idps",
    "refugees_from",
    "civilians_killed",
    "deaths",
    "area_share.government",
    "inhabited_area_share.government",
    "people_share.government",
    "fuel_days",
    "without_supply",
    "legitimacy",
)

ADDED_UP = ("/week",)  # outcomes per week are added up over the period


def print_summary(settings: Settings, record: Any, output: Path | None) -> None:
    """Print what one replicate came to, in the states of the theatre together."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    weekly = record.series["weekly"]
    place = weekly.places.index("region")
    table = Table("outcome", "unit", "at the start", "at the end", "sum")
    for name in MAIN:
        if name not in weekly.outcomes:
            continue
        values = weekly.values[:, place, weekly.outcomes.index(name)]
        unit = weekly.units.get(name, "")
        summed = unit.endswith(ADDED_UP)
        total = short_number(values.sum()) if summed else ""
        table.add_row(name, unit, short_number(values[0]), short_number(values[-1]), total)
    info = settings.scenario
    console.print()
    console.print(Text(info.title or info.name, "bold"), end="")
    console.print(f": {settings.start} to {settings.end}, ", end="")
    console.print(f"seed {settings.seed}, replicate {settings.replicate}")
    if settings.end > settings.region_info.known_until:
        console.print(f"After {settings.region_info.known_until} this is a projection.")
        console.print(f"Blockades beyond it: {assumption_words(settings)}.", highlight=False, markup=False)
    console.print(draw_words(settings.draw), highlight=False, markup=False)
    console.print(table)
    if output is not None:
        console.print(f"Folder: {output}", highlight=False, markup=False, soft_wrap=True)
