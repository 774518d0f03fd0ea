"""`sahel observed`: a person's own downloads, read onto the model's names, with what was left out and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.arguments import CommandLine
from sim.core.errors import UserError, unknown
from sim.core.files import path_named

if TYPE_CHECKING:
    from sim.validation.downloads import Observed

KEYS = ("out", "mapping", "list")

PIPE_WIDTH = 140  # a file or pipe has no width
LISTED = 10  # faulty rows that are printed; all of them are in left_out.csv
COUNTRIES = 8  # that are named; of more, how many there are


def observed(line: CommandLine) -> int:
    """Read a folder of downloads, print what is in it, and write it where `out=` says."""
    folder, values = arguments(line)
    listed = number_of(values.get("list", str(LISTED)))
    from sim.validation.downloads import read_observed
    from sim.validation.downloads.observed import check_output

    out = path_named(values["out"]) if "out" in values else None
    if out is not None:
        check_output(out)
    found = read_observed(folder, values.get("mapping"))
    tell(found, listed)
    if not found.parts:
        raise UserError(f"Nothing in '{folder}' is a file that sahel observed reads; see docs/observed.md.")
    if out is not None:
        try:
            written = found.write(out)
        except OSError as error:
            raise UserError(f"{out} cannot be written: {error.strerror or error}.") from None
        print("written: " + ", ".join(map(str, written)))
    return 0


def arguments(line: CommandLine) -> tuple[str, dict[str, str]]:
    """The folder to read and the values of the keys. They are names of files: nothing of Hydra's grammar is in them."""
    if line.folder or line.flags:
        raise UserError("sahel observed takes a folder, such as sahel observed some/downloads out=some/folder.")
    folders = [text for text in line.overrides if text.partition("=")[0] not in KEYS and not is_key(text)]
    if len(folders) != 1:
        raise UserError("Say which folder: sahel observed some/downloads.")
    values = {}
    for text in line.overrides:
        key, equals, value = text.partition("=")
        if text == folders[0]:
            continue
        if key not in KEYS:
            raise unknown("key", key, KEYS, "of sahel observed")
        if not equals or not value.strip():
            raise UserError(f"{key} must be given a value: {key}=....")
        values[key] = value
    return folders[0], values


def is_key(text: str) -> bool:
    """Whether an argument is a key with a value, rather than the name of a folder with `=` in it."""
    return "=" in text and not path_named(text).exists()


def number_of(text: str) -> int:
    """How many faulty rows to print."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UserError(f"list must be a whole number of rows to print, not '{text[:40]}'.")
    return int(text)


def tell(found: Observed, listed: int) -> None:
    """Print the table of files, the first faulty rows, and the files that were skipped."""
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
    if found.parts:
        console.print(summary_table(found))
    left = found.left_out
    from sim.validation.downloads.schemas import fault

    for row in left.head(listed).itertuples():
        console.print(Text(plain(fault(row.file, row.line, row.column, row.value, row.told))), soft_wrap=True)
    if len(left) > listed:
        console.print(Text(f"... and {len(left) - listed:,} more rows left out (out=FOLDER writes them all)."))
    for item in found.skipped:
        console.print(Text(plain(f"{item.file} {item.why}")), soft_wrap=True)


def summary_table(found: Observed) -> Table:
    """A row for each file."""
    theatre = set(found.region_countries)
    table = Table(title=Text("Downloads"), show_lines=True)
    for name in ("file", "what it is"):
        table.add_column(name, overflow="fold")
    table.add_column("version", no_wrap=True)
    table.add_column("rows kept", justify="right")
    table.add_column("left out", overflow="fold")
    table.add_column("period", overflow="fold")
    table.add_column("countries", overflow="fold")
    for row in found.summary().itertuples():
        reasons = "\n".join(f"{number:,} {reason}" for reason, number in row.reasons.items())
        named = [code for code in row.countries if code in theatre]
        others = len(row.countries) - len(named)
        where = " ".join(named[:COUNTRIES]) + (f" and {len(named) - COUNTRIES} more" if len(named) > COUNTRIES else "")
        where += f"; {others} beyond the region" if others else ""
        cells = (row.file, row.kind, row.version or "not said", f"{row.rows:,}", reasons or "-", row.period, where)
        table.add_row(*(Text("\n".join(map(plain, cell.split("\n")))) for cell in cells))
    return table


def plain(text: str) -> str:
    """Text of a file as it may be printed: no control characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
