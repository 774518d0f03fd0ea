"""The readable table of a comparison, printed from its folder alone."""

import textwrap
from pathlib import Path

from sim.cli.tables.layout import Row, laid_out, screen_width
from sim.cli.tables.notes import notes_below
from sim.core.numbers import outcome_number, relative_number
from sim.results.integrity.hashes import reading
from sim.results.reading.headlines import Headline, is_primary, window_text
from sim.results.reading.judged import Judged, judge
from sim.results.reading.verdicts import failing
from sim.results.reading.what_was_run import what_was_run
from sim.results.result_folder import Folder

STARS = {0: "  ", 1: "* ", 2: "**"}


def print_table(folder: Path, width: int | None = None) -> Folder:
    """Print the differences to the baseline with intervals; return the folder as it was read."""
    make_tables(Path(folder))
    found = Folder(folder)
    with reading(folder):
        print_items(found, None, width)
    return found


def print_items(
    found: Folder,
    items: list[Headline] | None,
    width: int | None = None,
    least: float | None = None,
    scenarios: list[str] | None = None,
) -> None:
    """Print a table of some rows (the headlines where none are named), and the notes below it."""
    width = width or screen_width()
    items = found.headlines if items is None else items
    others = found.scenarios[1:] if scenarios is None else scenarios
    judged = judge(found, items, others, least)
    print()
    for line in heading(found):
        print("\n".join(textwrap.wrap(line, width)))
    title = "Outcome (theatre)" if all(item.place in _of_theatre(found) for item in items) else "Outcome"
    heads = [found.title(name) for name in others]
    for line in laid_out(title, found.title(found.baseline), heads, rows_of_table(found, items, others, judged), width):
        print(line)
    for note in notes_below(found, items, judged, least):
        print("\n".join(textwrap.wrap(note, width)))
    print(f"Folder: {found.path}")


def _of_theatre(found: Folder) -> tuple:
    return ("region", "towns", found.run.get("capital"))


def heading(found: Folder) -> list[str]:
    """Period, region, number of replicates and the baseline; what was drawn, assumed and how titles are called."""
    period = found.run["period"]
    count = found.replicates
    runs = f"{count} replicate" + ("s" if count != 1 else "")
    what = f"compared with {found.title(found.baseline)}" if found.scenarios[1:] else found.title(found.baseline)
    first = f"{period['start']} to {period['end']}, {found.map.get('name', '')}, {runs}, {what}"
    return [first, *what_was_run(found.run)]


def rows_of_table(
    found: Folder, items: list[Headline], others: list[str], judged: dict[tuple[Headline, str], Judged]
) -> list[Row]:
    """A row for each item: its label and window, the baseline's mean, and the difference of each scenario."""
    rows: list[Row] = []
    previous = None
    for item in items:
        group = (item.place, item.outcome.partition(".")[0])
        primary = is_primary(found, item)
        label = [f"{item.label} (primary)" if primary else item.label, f"  {window_text(found, item)}"]
        totals = found.totals(item)
        level = outcome_number(totals[found.baseline].mean(), item.unit) if found.baseline in totals else "-"
        level += " !" if failing(found, item) else "  "
        cells = [cell(judged.get((item, name)), item.unit) for name in others]
        rows.append(Row(label, level, cells, section=previous not in (None, group)))
        previous = group
    return rows


def cell(row: Judged | None, unit: str) -> list[str]:
    """`-340 k (-12 %) *` and its interval on a second line; stars mark what stands out of the noise."""
    if row is None:
        return ["-  "]
    text = outcome_number(row.difference, unit, signed=True)
    if row.relative == row.relative:
        text += f" ({relative_number(row.relative)})"
    if row.low != row.low:  # one replicate: no interval
        return [f"{text}   "]
    low, high = (outcome_number(value, unit, signed=True).removesuffix(" pts") for value in (row.low, row.high))
    return [f"{text} {STARS[row.stars]}", f"{low} to {high}   "]


def make_tables(folder: Path) -> None:
    """Make the tables of a comparison that was interrupted from what is finished."""
    if (folder / "run.json").exists() and not (folder / "outcomes.parquet").exists():
        from sim.results.write_tables import write_all

        write_all(folder)
