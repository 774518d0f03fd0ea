"""Tables of numbers for any width: names are folded, numbers never, and where nothing else helps there is a block for
each column instead."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field

#: width of a file or pipe, which has none; COLUMNS says otherwise
PIPE_WIDTH = 120

GAP = "  "
LABEL_MOST, LABEL_LEAST = 36, 24
#: a label is narrower than `LABEL_LEAST` only where one column would not fit otherwise
LABEL_FLOOR = 12
#: signs after which a name may be broken where it has no space, the better ones first: 0.5 stays whole if it can
BREAKS = (",_=", "-./")


@dataclass
class Row:
    """A row of a table: lines of its label, the level of the baseline, and lines of a cell for each column."""

    label: list[str]
    level: str
    cells: list[list[str]] = field(default_factory=list)
    section: bool = False  # a gap stands before it


def screen_width() -> int:
    """Width of the terminal; of a pipe what COLUMNS says, else 120."""
    try:
        return max(20, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        pass
    told = os.environ.get("COLUMNS", "")
    return max(20, int(told)) if told.isdigit() and int(told) else PIPE_WIDTH


def fold(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` letters, broken after a sign that parts words where there is one."""
    lines = []
    text = text.strip()
    while len(text) > width:
        at = text.rfind(" ", 0, width + 1) + 1  # between words, so that dates and numbers stay whole
        for signs in BREAKS:
            at = at or max(text.rfind(sign, 0, width) for sign in signs) + 1
        at = at or width
        lines.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*lines, text] if text or not lines else lines


def piece(name: str, most: int = 14) -> int:
    """Room that a heading wants: its longest part between signs that part words, up to `most`."""
    for sign in (" ", *BREAKS[0]):
        name = name.replace(sign, sign + "\n")
    return min(most, wide(name.split("\n")))


def folded(line: str, width: int) -> list[str]:
    """A line of a label in lines of at most `width`, all of which begin as far in as it does."""
    indent = line[: len(line) - len(line.lstrip())]
    return [indent + part for part in fold(line, max(4, width - len(indent)))]


def wide(lines: list[str]) -> int:
    """Letters of the longest line."""
    return max((len(line) for line in lines), default=0)


def laid_out(title: str, baseline: str, columns: list[str], rows: list[Row], width: int) -> list[str]:
    """Lines of the table: as many columns side by side as there is room for, the others below."""
    level = max([len(row.level) for row in rows] + [piece(baseline)])
    numbers = [wide([line for row in rows for line in row.cells[k]]) for k in range(len(columns))]
    room = width - level - len(GAP)
    label = min(LABEL_MOST, max([wide(row.label) for row in rows] + [len(title)]))
    cell = max([*numbers, *(piece(name) for name in columns)], default=0)
    if columns and room - cell - len(GAP) < LABEL_FLOOR:
        return blocks(baseline, columns, rows, width)
    fits = max(1, (room - min(label, LABEL_LEAST)) // (cell + len(GAP))) if columns else 0
    label = max(LABEL_FLOOR, min(label, room - min(fits, len(columns)) * (cell + len(GAP))))
    lines: list[str] = []
    for start in range(0, max(1, len(columns)), max(1, fits)):
        chosen = range(start, min(start + fits, len(columns)))
        part = side_by_side(title, baseline, [columns[k] for k in chosen], rows, chosen, (label, level, cell))
        lines += ([""] if lines else []) + part
    return lines


def side_by_side(title, baseline, columns, rows, chosen, widths) -> list[str]:
    """One table: labels left, the baseline's level, and the columns `chosen`, in widths for each of the three."""
    label, level, cell = widths
    base = [fold(baseline, level)] if level else []
    heads = [fold(title, label), *base, *(fold(name, cell) for name in columns)]
    sizes = [label, *([level] if level else []), *[cell] * len(columns)]
    lines = joined(heads, sizes, bottom=True)
    lines.append("─" * (sum(sizes) + len(GAP) * (len(sizes) - 1)))
    for row in rows:
        if row.section:
            lines.append("")
        text = [part for line in row.label for part in folded(line, label)]
        base = [[row.level]] if level else []
        lines += joined([text, *base, *(row.cells[k] for k in chosen)], sizes)
    return lines


def joined(parts: list[list[str]], sizes: list[int], bottom: bool = False) -> list[str]:
    """Columns of lines beside one another, the first to the left, the others to the right of their room."""
    height = max(len(part) for part in parts)
    filled = [[""] * (height - len(part)) + part if bottom else part + [""] * (height - len(part)) for part in parts]
    lines = []
    for texts in zip(*filled):
        first, *rest = (
            text.ljust(size) if k == 0 else text.rjust(size) for k, (text, size) in enumerate(zip(texts, sizes))
        )
        lines.append(GAP.join([first, *rest]).rstrip())
    return lines


def blocks(baseline: str, columns: list[str], rows: list[Row], width: int) -> list[str]:
    """A block for each column: its name, then for each row the label and below it the numbers, each on a line."""
    lines: list[str] = []
    for k, name in enumerate(columns):
        lines += ([""] if lines else []) + fold(name, width)
        lines.append("─" * min(width, max(len(name), 20)))
        for row in rows:
            for line in row.label:
                lines += folded(line, width)
            lines += [f"  {line.strip()}" for line in (row.level, *row.cells[k]) if line]
    return lines if columns else [line for row in rows for line in (*row.label, f"  {row.level}")]
