"""The yardstick in the terminal: what holds, patterns, deaths by period, displaced people."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.validation import facts
from sim.validation.yardstick.report import (
    DISCLAIMER,
    number,
    of_section,
    pattern_numbers,
    patterns_table,
    summary,
    verdict,
)
from sim.validation.yardstick.rows import Row
from sim.validation.yardstick.table import Yardstick


def print_yardstick(found: Yardstick, paths: Iterable[Path] = (), console=None) -> None:
    """What the terminal shows: what holds, patterns, deaths by period, displaced people, and the worst misses."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = console or Console()
    plain = {"highlight": False, "soft_wrap": True}
    console.print(DISCLAIMER, highlight=False)

    def show(title: str, heads: list[str], lines: list[list[str]]) -> None:
        table = Table(box=None, pad_edge=False, title=None)
        for k, head in enumerate(heads):
            table.add_column(head, justify="left" if k == 0 else "right", overflow="fold")
        for line in lines:
            table.add_row(*map(Text, line))
        console.print(f"\n[b]{title}[/b]", highlight=False)
        console.print(table)

    lines = []
    for row in patterns_table(found).itertuples():
        median, band = pattern_numbers(found.patterns[row.id])
        if ";" in median:  # several figures: too wide for a terminal
            band = ""
        lines.append(
            [f"{row.id} {row.name} ({row[3]})", str(row.observed), median, band, verdict(found.patterns[row.id])]
        )
    show("Patterns", ["", "recorded", "median", "90 %", ""], lines)
    sections = (row.section.replace(" by year, ", " by period, ") for row in found.rows if is_printed(row))
    for section in dict.fromkeys(sections):
        here = [row for row in of_section(found.rows, section) if is_printed(row)]
        columns = list(dict.fromkeys(row.column for row in here))
        here.sort(key=lambda row: columns.index(row.column))
        shown = [
            [
                f"{row.column}, {row.label}",
                number(row.observed, row.unit),
                *medians(row),
                "" if row.inside is not False else "!",
            ]
            for row in here
        ]
        show(section, ["", "recorded", "median", "90 %", ""], shown)
    console.print("\n" + summary(found).replace("**", ""), markup=False, **plain)
    for path in paths:
        console.print(f"Written: {path}", markup=False, **plain)


def medians(row: Row) -> list[str]:
    """Median and 90 % of a row as text."""
    if row.status:
        return [row.status, ""]
    return [number(row.median, row.unit), f"{number(row.low, row.unit)} to {number(row.high, row.unit)}"]


def is_printed(row: Row) -> bool:
    """Whether a line is short enough a summary for the terminal: periods of all deaths and of perpetrators, cells,
    stocks, claims that sources dispute.
    """
    if row.id.startswith("deaths."):
        kinds = (".all", ".one_sided_government", ".one_sided_non_state")
        return row.label in set(facts.periods()["name"]) and row.id.endswith(kinds)
    return row.id.startswith(("cells.", "admin1_shares.", "outside.")) or (
        row.id.startswith(("idps.", "refugees."))
        and row.observed is not None
        and (row.column in ("IDPs at year end", "everywhere"))
    )
