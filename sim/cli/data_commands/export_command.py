"""`sahel export`: rows of a finished folder as CSV or as a sheet of Excel."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.arguments import CommandLine
from sim.cli.terminal import say
from sim.core.errors import UserError, unknown
from sim.core.files import path_named
from sim.settings.overrides import Overrides, parse_overrides

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result_folder import Folder

KEYS = ("outcome", "place", "scenario", "format", "out", "overwrite", "table", "recorded", "columns", "replicates")

FORMATS = ("csv", "xlsx")

TABLES = ("outcomes", "contents", "comparison", "events", "flows", "parameters")

#: what only some tables take
ONLY_FOR = {
    "outcome": ("outcomes",),
    "place": ("outcomes", "contents"),
    "recorded": ("events",),
    "columns": ("events", "flows"),
    "replicates": ("events", "flows", "parameters"),
    "scenario": ("outcomes", "events", "flows", "parameters"),
}


def export(line: CommandLine) -> int:
    """Write what is asked for to a file, or as CSV to the terminal."""
    name, parsed = read_line(line)
    table = one_of(parsed, "table", TABLES)
    for key, tables in ONLY_FOR.items():
        if parsed.get(key) is not None and table not in tables:
            raise UserError(f"'{key}' is for table={' or '.join(tables)}, not for table={table}.")
    path, form = destination(parsed)
    from sim.results.reading import export as rows_of
    from sim.results.result_folder import open_folder

    folder = open_folder(name)
    pieces, at_most = chosen(folder, table, parsed)
    if path is None:
        rows_of.write_csv(pieces, sys.stdout)
        return 0
    if form == "xlsx":
        rows_of.check_sheet(at_most)
    rows = (rows_of.write_xlsx_file if form == "xlsx" else rows_of.write_csv_file)(pieces, path)
    say(f"{rows:,} rows: {path}")
    return 0


def read_line(line: CommandLine) -> tuple[Path, Overrides]:
    """The folder, which stands without a key, and the keys."""
    folders = [word for word in line.overrides if "=" not in word or path_named(word).is_dir()]
    if len(folders) != 1 or line.flags:
        raise UserError("Say which folder, and one only: sahel export some/folder outcome=displaced place=region.")
    parsed = parse_overrides([word for word in line.overrides if word not in folders])
    for key in (*parsed.groups, *parsed.values):
        if key not in KEYS:
            raise unknown("key", key, KEYS, "of sahel export")
    return path_named(folders[0]), parsed


def chosen(folder: Folder, table: str, parsed: Overrides) -> tuple[Iterator[pd.DataFrame], int]:
    """The rows that are asked for, in pieces, and how many they are at most."""
    from sim.results.reading import export as rows_of

    scenario = parsed.get("scenario")
    if table == "outcomes":
        outcomes, places = texts(parsed, "outcome"), texts(parsed, "place") or ["region"]
        if not outcomes:
            some = folder.outcomes_list()["outcome"].iloc[0]
            raise UserError(
                f"Say which outcome, such as outcome={some}; sahel export {folder.path} table=contents lists them."
            )
        folder.check_scenario(scenario)
        rows = rows_of.series_rows(folder, outcomes, places, scenario)
        return rows_of.tidy_series(folder, outcomes, places, scenario), rows
    if table == "contents":
        places = texts(parsed, "place")
        if len(places) > 1:
            raise UserError("table=contents takes one place, or none for all.")
        found = folder.outcomes_list(places[0] if places else None)
    elif table == "comparison":
        found = folder.comparison
    else:
        more: dict[str, Any] = {"replicates": numbers(parsed, "replicates")}
        if table != "parameters":
            more["columns"] = texts(parsed, "columns") or None
        if table == "events":
            more["recorded"] = parsed.get("recorded")
        found = getattr(folder, table)(scenario, **more)
    return iter([found]), len(found)


def destination(parsed: Overrides) -> tuple[Path | None, str]:
    """The file to write, None for the terminal, and its format."""
    out = parsed.get("out")
    if isinstance(out, (dict, list, bool)) or (out is not None and not str(out).strip()):
        raise UserError(f"out must be the name of a file, not {out}.")
    path = None if out is None else path_named(out)
    ending = path.suffix.lstrip(".").lower() if path is not None else ""
    form = parsed.get("format", ending if ending in FORMATS else "csv")
    if form not in FORMATS:
        raise unknown("format", form, FORMATS)
    if path is None and form == "xlsx":
        raise UserError("An Excel file needs a name: out=some/file.xlsx.")
    overwrite = parsed.get("overwrite", False)
    if not isinstance(overwrite, bool):
        raise UserError(f"overwrite must be true or false, not {overwrite}.")
    if path is not None and path.is_dir():
        raise UserError(f"{path} is a folder; name a file: out={path / f'rows.{form}'}.")
    if path is not None and path.exists() and not overwrite:
        raise UserError(f"{path} exists; say overwrite=true to replace it.")
    return path, form


def one_of(parsed: Overrides, key: str, options: tuple[str, ...]) -> str:
    """One of a few words; the first where none is given."""
    value = parsed.get(key, options[0])
    if value not in options:
        raise unknown(key, value, options)
    return value


def texts(parsed: Overrides, key: str) -> list[str]:
    """A name or a list of names."""
    value = parsed.get(key)
    values = value if isinstance(value, list) else [] if value is None else [value]
    if any(isinstance(item, (dict, list, bool)) or not str(item).strip() for item in values):
        raise UserError(f"{key} must be a name or a list of names, such as {key}=[one,another], not {value}.")
    return list(dict.fromkeys(str(item) for item in values))


def numbers(parsed: Overrides, key: str) -> list[int] | None:
    """A whole number or a list of them; None where none is given."""
    value = parsed.get(key)
    values = value if isinstance(value, list) else [value]
    if value is None:
        return None
    if any(isinstance(item, bool) or not isinstance(item, int) for item in values):
        raise UserError(f"{key} must be a whole number or a list of them, such as {key}=[0,1], not {value}.")
    return values
