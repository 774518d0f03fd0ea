"""Reads CSV files, those in ZIP archives, and sheets of workbooks as text, row by row with their line in the file.

Nothing is guessed here: every value stays the text that stands in the file. Rows of another length than the header are
left out and told. Only ordinary files are opened, and an archive that would unpack to more than `LARGEST` bytes is not.
"""

from __future__ import annotations

import csv
import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

LARGEST = 4_000_000_000  # bytes; the largest real file, all events of ACLED, has some 1.5 GB
SNIFFED = 65_536  # bytes that tell the encoding
TEXT = (".csv", ".tsv", ".txt")
BOOK = (".xlsx", ".xlsm")
DELIMITERS = ",;\t"

#: what reading of a damaged, locked or odd file raises
BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Unreadable(Exception):
    """A file that cannot be read; the message says why, to stand behind its name."""


@dataclass
class Table:
    """A table of a file: its label, its header, and where it lies (`member` of an archive, `sheet` of a workbook)."""

    path: Path
    member: str | None
    sheet: str | None
    header: list[str]

    @property
    def label(self) -> str:
        """The name to show: file, and what is read in it."""
        return "/".join(part for part in (self.path.name, self.member, self.sheet) if part)

    def read(self, positions: dict[str, int]) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
        """Return the columns as text with `line` (that of the file, from 1), and the lines of rows that are no rows."""
        columns: dict[str, list[str]] = {name: [] for name in positions}
        same: dict[str, str] = {}  # texts that recur are kept once
        lines: list[int] = []
        wrong: list[tuple[int, str]] = []
        width = len(self.header)
        with _rows(self.path, self.member, self.sheet) as rows:
            begun = False
            for line, row in rows:
                if isinstance(row, str):
                    wrong.append((line, row))
                    continue
                if not any(row):
                    continue
                if not begun:  # the header
                    begun = True
                    continue
                if _is_tags(row):
                    continue
                if (len(row) != width and any(row[width:])) or len(row) < width:
                    wrong.append((line, f"{len(row)} values where the header has {width}"))
                    continue
                lines.append(line)
                for name, position in positions.items():
                    value = row[position]
                    columns[name].append(same.setdefault(value, value))
        table = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})
        table.insert(0, "line", pd.Series(lines, dtype="int64"))
        return table, wrong


def tables_of(path: Path) -> Iterator[Table]:
    """Tables of a file, one for each file in an archive and each sheet of a workbook. Raises `Unreadable`."""
    _check(path)
    ending = path.suffix.lower()
    try:
        if ending in BOOK:
            yield from _sheets(path, None)
        elif ending == ".zip":
            yield from _members(path)
        else:
            yield Table(path, None, None, _header(path, None, None))
    except BROKEN as error:
        raise Unreadable(f"cannot be read ({_short(error)})") from None


def is_readable(path: Path) -> bool:
    """Whether a name's ending says that it may hold a table."""
    return path.suffix.lower() in (*TEXT, *BOOK, ".zip") and not path.name.startswith((".", "~$"))


def _check(path: Path) -> None:
    try:
        found = path.stat()
    except OSError as error:
        raise Unreadable(f"cannot be read ({_short(error)})") from None
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("is not an ordinary file")
    if found.st_size > LARGEST:
        raise Unreadable(f"is larger than {LARGEST:,} bytes")
    if found.st_size == 0:
        raise Unreadable("is empty")


def _members(path: Path) -> Iterator[Table]:
    """Tables of a ZIP archive."""
    with zipfile.ZipFile(path) as archive:
        names = [item for item in archive.infolist() if _is_table(item.filename)]
    if not names:
        raise Unreadable("holds no CSV file and no workbook")
    if sum(item.file_size for item in names) > LARGEST:
        raise Unreadable(f"would unpack to more than {LARGEST:,} bytes")
    for item in names:
        if Path(item.filename).suffix.lower() in BOOK:
            yield from _sheets(path, item.filename)
        else:
            yield Table(path, item.filename, None, _header(path, item.filename, None))


def _is_table(name: str) -> bool:
    path = Path(name)
    ending = path.suffix.lower() in (*TEXT, *BOOK)
    return ending and not path.name.startswith((".", "~$")) and "__MACOSX" not in path.parts


def _sheets(path: Path, member: str | None) -> Iterator[Table]:
    """Tables of a workbook; sheets without two filled cells in a row have none."""
    with _book(path, member) as book:
        names = list(book.sheetnames)
    for name in names:
        header = _header(path, member, name)
        if sum(1 for value in header if value) > 1:
            yield Table(path, member, name, header)


def _header(path: Path, member: str | None, sheet: str | None) -> list[str]:
    with _rows(path, member, sheet) as rows:
        for _, row in rows:
            if isinstance(row, str):
                raise Unreadable(f"cannot be read ({row})")
            if any(row):
                return row
    if sheet is not None:
        return []
    raise Unreadable("is empty")


@contextmanager
def _rows(path: Path, member: str | None, sheet: str | None) -> Iterator[Iterable[tuple[int, Any]]]:
    """Rows with their line, each a list of texts without blanks around them, or a text that says why it is no row."""
    try:
        if sheet is not None:
            with _book(path, member) as book:
                yield _sheet_rows(book[sheet])
        elif member is not None:
            with zipfile.ZipFile(path) as archive, archive.open(member) as file:
                first = file.read(SNIFFED)
                with archive.open(member) as again:
                    yield _csv_rows(again, first)
        else:
            with path.open("rb") as file:
                first = file.read(SNIFFED)
                file.seek(0)
                yield _csv_rows(file, first)
    except BROKEN as error:
        raise Unreadable(f"cannot be read ({_short(error)})") from None


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    try:
        for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_cell(value) for value in row]
    except (KeyError, ValueError, TypeError, IndexError, SyntaxError) as error:
        raise Unreadable(f"cannot be read as a workbook ({_short(error)})") from None


def _csv_rows(file: Any, first: bytes) -> Iterator[tuple[int, Any]]:
    encoding = _encoding(first)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    head = first.decode(encoding, errors="replace").lstrip("\r\n").splitlines()[:1]
    delimiter = max(DELIMITERS, key=lambda mark: head[0].count(mark)) if head else ","
    reader = csv.reader(text, delimiter=delimiter)
    line = 0
    while True:
        begins = line + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = max(reader.line_num, begins)
            yield begins, f"no row of a table: {_short(error)}"
            continue
        line = reader.line_num
        yield begins, [value.strip() for value in row]


def _encoding(first: bytes) -> str:
    """UTF-8 or UTF-16 where the bytes say so, else what Windows writes in the west."""
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(first) - 3:  # a character cut in two at the end is none that is wrong
            return "cp1252"
    return "utf-8-sig"


@contextmanager
def _book(path: Path, member: str | None) -> Iterator[Any]:
    """A workbook, opened to be read row by row."""
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError:
        raise Unreadable(f"is a workbook, and openpyxl, which reads it, is missing: {HOW_TO_INSTALL}") from None
    import warnings

    data: Any = path
    if member is not None:
        with zipfile.ZipFile(path) as archive:
            data = io.BytesIO(archive.read(member))
    with zipfile.ZipFile(data) as parts:
        if sum(item.file_size for item in parts.infolist()) > LARGEST:
            raise Unreadable(f"would unpack to more than {LARGEST:,} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(data, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise Unreadable(f"cannot be read as a workbook ({_short(error)})") from None
    try:
        yield book
    finally:
        book.close()


#: how to come by what these readers need
HOW_TO_INSTALL = 'pip install "sahel-scenarios[observed]"'


def _cell(value: Any) -> str:
    """A cell's value as a CSV file would have it."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return str(value).strip()


def _is_tags(row: list[str]) -> bool:
    """Whether a row holds the tags that the Humanitarian Data Exchange puts under a header."""
    filled = [value for value in row if value]
    return bool(filled) and all(value.startswith("#") and value[1:2].isalpha() for value in filled)


def _short(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:120]
