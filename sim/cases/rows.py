"""Rows of a case's CSV files: comments, quotes, blank lines and stray spaces, each oddity noted once.

Files of cases are written by hand and by many hands. What another program would stumble over or
pass in silence is noted here (`Oddities`) and told once; what cannot be read is refused with file,
line and reason (`refuse`).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from sim.core.errors import UserError, nearest

#: what people and programs write for an empty cell
EMPTY = {"", "nan", "na", "n/a", "none", "null", "-"}

MOST = 1e12  # beyond this a number is no count of anything here

SHOWN = 8  # items named in one line of oddities

_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")

_QUOTED_DATE = re.compile(r'"\s*\d{4}-\d{1,2}-\d{1,2}')


@dataclass
class Oddities:
    """What is odd about the files of a case: a sentence each, with the places where it occurs."""

    found: dict[str, dict[str, None]] = field(default_factory=dict)  # sentence -> its items, in order

    def add(self, sentence: str, item: object = None) -> None:
        """Note an oddity; the same sentence again only adds its item."""
        items = self.found.setdefault(sentence, {})
        if item is not None:
            items[str(item)] = None

    def sentences(self) -> list[str]:
        """One line for each oddity, the first few of its items named."""
        lines = []
        for sentence, items in self.found.items():
            shown = ", ".join(list(items)[:SHOWN])
            more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
            lines.append(f"{sentence}: {shown}{more}" if items else sentence)
        return lines


@dataclass
class Row:
    """One line of a file, cut into stripped cells."""

    line: int  # as an editor counts them, from 1
    cells: list[str]
    comment: bool  # begins with '#'

    def cell(self, column: int) -> str:
        """The cell of a column, empty where the line is shorter; the many words for nothing are empty, too."""
        text = self.cells[column] if column < len(self.cells) else ""
        return "" if text.lower() in EMPTY else text


def refuse(path: Path, line: int | None, reason: str) -> UserError:
    """Build the error for a file that cannot be used: which one, where in it, and why."""
    where = f"{path.parent.name}/{path.name}" + (f", line {line}" if line else "")
    return UserError(f"{where}: {reason}")


def read_rows(path: Path, oddities: Oddities) -> list[Row]:
    """Read the lines of a CSV file that are not blank, comments and headers among them."""
    text = _decoded(path, oddities)
    raw = text.splitlines()
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    rows: list[Row] = []
    last = 0
    try:
        for cells in reader:
            line, last = last + 1, reader.line_num
            if last > line:
                raise refuse(path, line, "a quotation mark is opened and not closed on the line.")
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                oddities.add(f"{path.name}: blank lines", f"line {line}")
                continue
            comment = cells[0].startswith("#")
            if not comment and _QUOTED_DATE.search(raw[line - 1]):
                oddities.add(f"{path.name}: dates in quotes", f"line {line}")
            if comment and any(not row.comment for row in rows):
                oddities.add(f"{path.name}: comments after the first line of data", f"line {line}")
            rows.append(Row(line, cells, comment))
    except csv.Error as error:
        raise refuse(path, reader.line_num, f"cannot be read as CSV ({error}).") from None
    return rows


def _decoded(path: Path, oddities: Oddities) -> str:
    """Read a text file: UTF-8, with or without a byte-order mark, or else Latin-1."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refuse(path, None, f"cannot be read ({error.strerror or error}).") from None
    if b"\0" in data:
        raise refuse(path, data[: data.index(b"\0")].count(b"\n") + 1, "holds a zero byte; save it as UTF-8 text.")
    if data.startswith(b"\xef\xbb\xbf"):
        oddities.add(f"{path.name}: begins with a byte-order mark")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        oddities.add(f"{path.name}: not UTF-8, read as Latin-1")
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def data_rows(
    path: Path, oddities: Oddities, width: int, first_cell: str = "", numeric: int | None = None
) -> list[Row]:
    """Read a file's rows of data, of which `width` columns have a meaning.

    A first line that is a header though it has no '#' is known by its first cell (`first_cell`, in any
    case) or by having no number in the column `numeric`.
    """
    rows = [row for row in read_rows(path, oddities) if not row.comment]
    if rows and first_cell and rows[0].cells[0].lower().replace(" ", "_") == first_cell:
        holds_number = numeric is not None and number(rows[0].cell(numeric)) is not None
        if not holds_number:
            oddities.add(f"{path.name}: a header without '#'", f"line {rows[0].line}")
            rows = rows[1:]
    for row in rows:
        cut_to(row, width, path, oddities)
    return rows


def cut_to(row: Row, width: int, path: Path, oddities: Oddities) -> None:
    """Drop the cells beyond the last column that has a meaning, saying so."""
    if len(row.cells) <= width:
        return
    if any(row.cells[width:]):
        oddities.add(f"{path.name}: columns after number {width} are not read", f"line {row.line}")
    else:
        oddities.add(f"{path.name}: lines ending in a comma", f"line {row.line}")
    del row.cells[width:]


def number(text: str) -> float | None:
    """The number that a cell holds (1,234 counts as one), or None."""
    if "," in text and _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) <= MOST else None  # not a number and infinity are none, either


def whole_number(row: Row, column: int, what: str, path: Path, oddities: Oddities, usual: int | None = None) -> int:
    """The whole number in a cell; `usual` stands for an empty one; a fraction is cut off, saying so."""
    text = row.cell(column)
    if text == "":
        if usual is None:
            raise refuse(path, row.line, f"the {what} is missing.")
        return usual
    value = number(text)
    if value is None:
        raise refuse(path, row.line, f"the {what} '{text}' is not a number.")
    if not text.lstrip("+-").isdigit():
        oddities.add(f"{path.name}: {what} not written as a whole number", f"'{text}' (line {row.line})")
    return int(value)


class Names:
    """Names of a kind (locations, countries) and the row of each; small slips in writing are forgiven."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.rows = {name: row for row, name in reversed(list(enumerate(names)))}
        self.alike: dict[str, str | None] = {}
        for name in self.rows:
            key = _loose(name)
            self.alike[key] = None if key in self.alike else name  # None: several are alike, so none is meant

    def find(self, name: str, path: Path, line: int, oddities: Oddities) -> int | None:
        """The row of a name; one that differs only in capitals, spaces, dashes is taken and noted."""
        if name in self.rows:
            return self.rows[name]
        meant = self.alike.get(_loose(name))
        if meant is None:
            return None
        oddities.add(
            f"{path.name}: names written otherwise than in locations.csv", f"'{name}' for '{meant}' (line {line})"
        )
        return self.rows[meant]

    def suggestion(self, name: str) -> str:
        """'; the nearest is ...' where one is near."""
        best = nearest(name, self.names)
        return f"; the nearest is '{best}'" if best else ""


def _loose(name: str) -> str:
    return re.sub(r"[\s_\-'’\"]+", "", name).casefold()
