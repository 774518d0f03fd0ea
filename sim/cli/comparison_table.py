"""The readable table of a comparison, printed from its folder alone."""

import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sim.core.numbers import outcome_number
from sim.results.integrity.hashes import reading
from sim.results.paired_differences import FEWEST, LEVEL, distinguishable
from sim.results.result_folder import Folder, Headline

LABEL_WIDTH, LEVEL_WIDTH, DIFFERENCE_WIDTH = 29, 8, 18

DISCLAIMER = (
    "This compares scenarios, at the scale of cells and organised actors. It does not predict events "
    "and gives no guidance for operations."
)


def print_table(folder: Path, console: "Console | None" = None) -> None:
    """Print the differences to the baseline with intervals, and what they may be taken for."""

    _make_tables(Path(folder))
    found = Folder(folder)
    with reading(folder):
        _print_table(found, console)


def _print_table(found: Folder, console: "Console | None") -> None:
    console = console or Console(width=None if sys.stdout.isatty() else 120)  # a file or pipe has no width
    others = found.scenarios[1:]
    console.print(_heading(found), highlight=False, soft_wrap=True)
    room = console.width - LABEL_WIDTH - LEVEL_WIDTH - 2
    at_once = max(1, room // (DIFFERENCE_WIDTH + 5))  # padding counts too
    for start in range(0, max(1, len(others)), at_once):
        console.print(_table(found, others[start : start + at_once]))
    for line in _notes(found):
        console.print(line, highlight=False, markup=False)
    console.print(f"Folder: {found.path}", highlight=False, markup=False, soft_wrap=True)


def difference_text(found: Folder, item: Headline, scenario: str) -> str:
    """`-340 k *` and its interval on a second line; the star marks what stands out of the noise."""
    row = found.difference(item, scenario)
    if row is None:
        return "-"
    text = outcome_number(row["difference"], item.unit, signed=True)
    if row["low"] != row["low"]:  # one replicate: no interval
        return text
    star = " *" if distinguishable(row["low"], row["high"], found.replicates) else "  "
    low, high = (outcome_number(row[key], item.unit, signed=True).removesuffix(" pts") for key in ("low", "high"))
    return f"{text}{star}\n{low} to {high}  "


def _heading(found: Folder) -> Text:
    period = found.run["period"]
    count = found.replicates
    runs = f"{count} replicate" + ("s" if count != 1 else "")
    title = found.title(found.baseline)
    return Text.assemble(
        "\n",
        (f"{period['start']} to {period['end']}", "bold"),
        f", {found.map.get('name', '')}, {runs}, ",
        *(["compared with ", (title, "bold")] if found.scenarios[1:] else [title]),
    )


def _table(found: Folder, others: list[str]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    table.add_column("Outcome (theatre)", min_width=LABEL_WIDTH)
    table.add_column(Text(found.baseline), justify="right", min_width=LEVEL_WIDTH)
    for name in others:
        table.add_column(Text(name), justify="right", min_width=DIFFERENCE_WIDTH)
    previous = None
    for item in found.headlines:
        group = item.outcome.partition(".")[0]
        if previous is not None and group != previous:
            table.add_section()
        previous = group
        level = outcome_number(found.totals(item)[found.baseline].mean(), item.unit)
        texts = [difference_text(found, item, name) for name in others]
        table.add_row(Text(item.label), level, *texts)
    return table


def _notes(found: Folder) -> list[str]:
    lines = []
    if found.scenarios[1:]:
        percent = round(100 * LEVEL)
        lines.append(
            f"First column: mean of the baseline. Others: mean difference to it and its {percent} % interval over "
            f"{found.replicates} paired replicates. * the interval excludes zero; no star: cannot be told from noise "
            "with this many replicates."
        )
        if found.replicates < 2:
            lines.append("One replicate gives no interval: nothing can be told from noise.")
        elif found.replicates < FEWEST:
            few = f"With fewer than {FEWEST} replicates nothing is marked"
            lines.append(few + ": chance alone puts all of them on one side of zero too often.")
    lines.append(
        "Displaced people are those at the end; civilians killed are summed; shares are means; fuel is in days."
    )
    if found.projection_from is not None:
        lines.append(f"Projection: decisions from {found.projection_from} on are assumptions, not records.")
    expected = len(found.run["seeds"]["replicates"])
    if found.replicates < expected:
        lines.append(
            f"Unfinished: {found.replicates} of {expected} replicates so far; the same command goes on from here."
        )
    lines.append(DISCLAIMER)
    return lines


def _make_tables(folder: Path) -> None:
    """Make the tables of a comparison that was interrupted from what is finished."""
    if (folder / "run.json").exists() and not (folder / "outcomes.parquet").exists():
        from sim.results.write_tables import write_all

        write_all(folder)
