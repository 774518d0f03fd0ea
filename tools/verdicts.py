"""Which outcomes the model misses, by state, from docs/validation.md: writes sim/results/reading/verdicts.csv.

    python tools/verdicts.py

The page holds a table for each section, whose cells read `recorded / median (90 %)`, with **!** where the recorded
figure
lies outside. An outcome misses where fewer than half of its recorded figures lie inside, or where its pattern does not
hold. Tables and maps of comparisons mark those (sim/results/reading/verdicts.py).
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation.md"
TABLE = ROOT / "sim" / "results" / "reading" / "verdicts.csv"

STATES = {"MLI": "Mali", "BFA": "Burkina Faso", "NER": "Niger"}

#: outcome, what it is called, section and column of the page
BY_YEAR = (
    ("idps", "IDPs at year end", "Displaced people, {}", "IDPs at year end"),
    ("refugees_from", "refugees", "Refugees from {} at the end of the year", "everywhere"),
    ("civilians_killed", "deaths in one-sided violence", "Deaths by year, {}", "one-sided"),
    ("deaths", "deaths", "Deaths by year, {}", "all deaths"),
)

#: outcome, place, what it is called, number of the pattern
BY_PATTERN = (
    ("control", "BFA", "control", "P06"),
    ("control", "MLI", "control of the north", "P14"),
    ("fuel_days", "Bamako", "fuel in the blockade", "P16"),
)

HEADER = ("outcome", "place", "what", "figures", "inside", "misses")


def cells_of(line: str) -> list[str]:
    """The cells of a line of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def column_of(page: str, section: str, column: str) -> list[str]:
    """The cells of a column of the first table below a heading; raises KeyError where it is not there."""
    text = page.split(f"### {section}\n", 1)
    if len(text) < 2:
        raise KeyError(section)
    lines = [line for line in text[1].split("\n##", 1)[0].splitlines() if line.startswith("|")]
    head = cells_of(lines[0])
    if column not in head:
        raise KeyError(f"{section}: {column}")
    return [cells_of(line)[head.index(column)] for line in lines[2:]]


def verdicts(page: str) -> list[tuple]:
    """Rows of the table."""
    rows = []
    for outcome, what, section, column in BY_YEAR:
        for code, name in STATES.items():
            known = [cell for cell in column_of(page, section.format(name), column) if " / " in cell]
            known = [cell for cell in known if not cell.startswith("given")]
            inside = sum("**!**" not in cell for cell in known)
            rows.append((outcome, code, f"{what} of {name}", len(known), inside, int(2 * inside < len(known))))
    patterns = {cells_of(line)[0]: cells_of(line) for line in page.splitlines() if line.startswith("| P")}
    for outcome, place, what, number in BY_PATTERN:
        holds = "MISSES" not in patterns[number]
        name = STATES.get(place, place)
        rows.append((outcome, place, f"{what}, {name} (pattern {number})", 1, int(holds), int(not holds)))
    return rows


def text(rows: list[tuple]) -> str:
    """The table as CSV."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
    return file.getvalue()


if __name__ == "__main__":
    TABLE.write_text(text(verdicts(PAGE.read_text(encoding="utf-8"))), encoding="utf-8")
    print(TABLE)
