"""Which outcomes the model misses, by state, from docs/validation.md: writes sim/results/reading/verdicts.csv, and
the summary of the page that reports show, sim/results/reading/record_summary.json.

    python tools/verdicts.py

The page holds a table for each section, whose cells read `recorded / median (90 %)`, with **!** where the recorded
figure
lies outside. An outcome misses where fewer than half of its recorded figures lie inside, or where its pattern does not
hold. Tables and maps of comparisons mark those (sim/results/reading/verdicts.py). The summary has the day on which the
page was written, that of its last commit, or today where it has been changed since.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation.md"
TABLE = ROOT / "sim" / "results" / "reading" / "verdicts.csv"
SUMMARY = ROOT / "sim" / "results" / "reading" / "record_summary.json"

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


def summary(page: str, made: str) -> dict[str, Any]:
    """The page in a few numbers: replicates, figures inside, patterns by class, and every pattern."""
    run = re.search(r"^(\d+) replicates of `(\w+)`, (\S+) to (\S+);", page, flags=re.M)
    inside = re.search(r"\*\*(\d+) of (\d+)\*\* recorded figures", page)
    held = re.search(r"Patterns that hold: ([^(]+)", page)
    if run is None or inside is None or held is None:
        raise KeyError("the head of the page is not as sahel validate writes it")
    classes = re.findall(r"(\d+) of (\d+) ([\w-]+)", held[1])
    rows = [cells_of(line) for line in page.split("## Patterns\n", 1)[1].split("\n## ", 1)[0].splitlines()]
    names = ("id", "name", "class", "recorded", "asked", "simulated", "range", "holds")
    patterns = [dict(zip(names, row)) for row in rows if re.match(r"P\d", row[0])]
    return {
        "made": made,
        "replicates": int(run[1]),
        "first": run[3],
        "last": run[4],
        "inside": int(inside[1]),
        "figures": int(inside[2]),
        "classes": [{"class": name, "held": int(a), "of": int(b)} for a, b, name in classes],
        "patterns": [row | {"holds": row["holds"] == "holds"} for row in patterns],
    }


def day_of_page() -> str:
    """The day of the page's last commit; today where it was changed since, or where there is no repository."""
    of_page = ["git", "-C", str(ROOT), "log", "-1", "--format=%cs", "--", str(PAGE)]
    changed = ["git", "-C", str(ROOT), "status", "--porcelain", "--", str(PAGE)]
    try:
        found, new = (subprocess.run(x, capture_output=True, text=True, check=True).stdout for x in (of_page, changed))
    except (OSError, subprocess.CalledProcessError):
        return date.today().isoformat()
    return date.today().isoformat() if new.strip() or not found.strip() else found.strip()


if __name__ == "__main__":
    told = PAGE.read_text(encoding="utf-8")
    TABLE.write_text(text(verdicts(told)), encoding="utf-8")
    content = json.dumps(summary(told, day_of_page()), indent=1, ensure_ascii=False)
    SUMMARY.write_text(content + "\n", encoding="utf-8")
    print(TABLE, SUMMARY, sep="\n")
