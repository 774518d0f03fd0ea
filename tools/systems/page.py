"""docs/systems.md: the systems with file, option and effect, made of the list and of a table of results."""

from __future__ import annotations

import math

from sim.core.numbers import short_number
from tools.systems.listing import Row
from tools.systems.table import MOVES, NOTHING, SUBSTANCE, VANISHES, Result

FULL = 40  # replicates below which the page calls itself a pilot

PILOT = "**A pilot with {replicates} replicates: read it as direction, not as size.** "
HEAD = """# Seventeen systems, each with mechanism, lever and effect

{pilot}Made by `{command}` (program version {program}); run it again after every change of a mechanism or a default.
This page is what the tool writes from `tools/systems/results.csv`; the rows stand in `tools/systems/list/`, where their
directions were written and committed before any run.

{replicates} replicates of the region, seed {seed} (runs with a mechanism off: {off_replicates}). All runs of a
replicate share one history up to the week before anything differs, and the same random numbers after it. *Effect* is
the mean paired difference in standard deviations between replicates of what the lever is compared with (history, unless
*against* says otherwise), its 95 % interval in brackets. A lever *moves* its outcome where the effect is at least
{least} in the direction written beforehand and the interval excludes zero. *Off* is the same effect with the mechanism
switched off in both runs of the pair, from the day on which anything differs and after a past in which it was at work;
it *vanishes* where it is below {least} and below half of the effect, is *weaker* where it is below half, and else
*stays*. By chance one interval in forty excludes zero on the side that was written.

**{moved} of {rows} rows move as written, {gone} of them vanish without their mechanism; {shown} of {systems} systems
have at least one row of which both hold.** Rows that fail are shown as they are.
"""
#: what no row can show, since the model does not have it
LACKING = """
## What has no mechanism

- Separatists and jihadists do not ally because an enemy is brutal to both: fighters pass over, groups do not join.
- A joint force acts wherever its profile says; what its members' borders allow binds armies only.
- What a partner takes in gold is not taken from anybody: it stands for a part of its pay.
- People do not know who would protect them; a group protects by being there, and by the harm that its enemies did.
- Coups by hazard (P21) have no lever of their own; their causes are rows of systems 4, 12 and 16.
"""


def write_page(rows: list[Row], results: list[Result], about: dict[str, str]) -> str:
    """The page in Markdown; rows without a result are listed as not run."""
    found = {result.id: result for result in results}
    there = [row for row in rows if row.id in found]
    moved = [row for row in there if found[row.id].verdict(row) == MOVES]
    gone = [row for row in moved if found[row.id].off_verdict(row) == VANISHES]
    systems = {row.number for row in rows}
    shown = {row.number for row in gone}
    words = about | {
        "pilot": PILOT.format(**about) if int(about["replicates"]) < FULL else "",
        "least": f"{SUBSTANCE:g}",
        "rows": str(len(there)),
        "moved": str(len(moved)),
        "gone": str(len(gone)),
        "shown": str(len(shown)),
        "systems": str(len(systems)),
    }
    lines = [*HEAD.format(**words).split("\n"), "| system | rows | move | of them vanish |", "|---|---:|---:|---:|"]
    names = {row.number: row.system for row in rows}
    for number, name in names.items():
        counts = (sum(row.number == number for row in part) for part in (there, moved, gone))
        lines.append(f"| {number}. {name} | " + " | ".join(str(count) for count in counts) + " |")
    for number, name in names.items():
        mine = [row for row in rows if row.number == number]
        lines += ["", f"## {number}. {name}", ""]
        lines += [
            "| part | lever | outcome and window | should go | before | effect | verdict | off by | off | verdict |",
            "|---|---|---|---|---:|---|---|---|---|---|",
        ]
        lines += [line_of(row, found.get(row.id)) for row in mine]
        lines += ["", *(f"- *{row.part}*: {about_row(row)}" for row in mine)]
    return "\n".join(lines) + "\n" + LACKING


def line_of(row: Row, result: Result | None) -> str:
    """A row of a system's table."""
    against = f", against {code(row.against)}" if row.against else ""
    span = f"{row.window[0]} to {row.window[1]}"
    cells = [row.part, code(row.lever) + against, f"{row.outcome}; {span}", row.direction]
    if result is None:
        cells += ["", "not run", "", code(row.off), "", ""]
    else:
        effect = size_of(result.size, result.low, result.high)
        off = size_of(result.off_size, result.off_low, result.off_high)
        verdict, without = result.verdict(row), result.off_verdict(row)
        cells += [number_of(result.base), effect, strong(verdict, MOVES), code(row.off), off, strong(without, VANISHES)]
    return "| " + " | ".join(cells) + " |"


def about_row(row: Row) -> str:
    """Mechanism and yardstick of a row."""
    files = ", ".join(f"`{name}`" for name in row.files)
    record = f"yardstick {row.yardstick}" if row.yardstick else f"*no record*; direction by {row.source}"
    changed = f" Changed after a look: {row.changed}." if row.changed else ""
    return f"{files}; {record}.{changed}"


def code(words: tuple[str, ...]) -> str:
    """Overrides as one piece of code."""
    return f"`{' '.join(words)}`"


def strong(verdict: str, good: str) -> str:
    """A verdict, in bold where it is the one that is asked for."""
    return f"**{verdict}**" if verdict == good else verdict


def number_of(value: float) -> str:
    """A figure in few digits."""
    return "" if math.isnan(value) else short_number(value)


def size_of(size: float, low: float, high: float) -> str:
    """An effect with its interval, in standard deviations."""
    if math.isnan(size):
        return NOTHING
    if math.isinf(size):
        return "up from no spread" if size > 0 else "down from no spread"
    size, low, high = (f"{x:+,.0f}" if abs(x) >= 99.5 else f"{x:+.2f}" for x in (size, low, high))
    return f"{size} ({low} to {high})"
