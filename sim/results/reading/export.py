"""Tidy rows of a folder as CSV or as a sheet of Excel, piece by piece, so that memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pandas as pd

from sim.core.errors import UserError
from sim.core.files import atomic_path
from sim.results.result_folder import Folder

#: rows of a sheet, the row of names among them (the format's limit)
SHEET_ROWS = 1_048_576

COLUMNS = ("scenario", "replicate", "date", "place", "outcome", "value", "unit")


def series_rows(folder: Folder, outcomes: list[str], places: list[str], scenario: str | None) -> int:
    """How many rows `tidy_series` will give; refuses names that are not there. No value is read."""
    rows = 0
    for place in places:
        for outcome in outcomes:
            folder.unit(outcome, place)
            dates = next(x.dates for x in folder.contents if outcome in x.units and place in x.places)
            rows += dates * folder.replicates * (1 if scenario else len(folder.scenarios))
    return rows


def tidy_series(folder: Folder, outcomes: list[str], places: list[str], scenario: str | None) -> Iterator[pd.DataFrame]:
    """Rows of some outcomes at some places, one series at a time, with the columns of outcomes.parquet."""
    for place in places:
        for outcome in outcomes:
            series = folder.outcome(outcome, place, scenario)
            table = series.to_series().rename("value").reset_index()
            if scenario is not None:
                table["scenario"] = scenario
            table = table.assign(place=place, outcome=outcome, unit=series.attrs["units"])
            yield table[list(COLUMNS)].dropna(subset="value")


def write_csv(pieces: Iterator[pd.DataFrame], file: IO[str]) -> int:
    """Write the pieces as one CSV with one row of names; days as 2024-01-31. Returns how many rows."""
    rows = 0
    for number, piece in enumerate(pieces):
        rows += len(piece)
        piece.to_csv(file, index=False, header=number == 0, date_format="%Y-%m-%d", lineterminator="\n")
    return rows


def write_csv_file(pieces: Iterator[pd.DataFrame], path: Path) -> int:
    """Write a CSV file, in full or not at all. Returns how many rows."""
    with atomic_path(path) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
        return write_csv(pieces, file)


def check_sheet(rows: int) -> None:
    """Refuse what does not fit into a sheet, and Excel files where the package for them is missing."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise UserError(
            "Excel files need the package openpyxl: pip install 'sahel-scenarios[xlsx]', or say format=csv."
        ) from None
    if rows >= SHEET_ROWS:
        raise UserError(
            f"{rows:,} rows do not fit into a sheet, which holds {SHEET_ROWS - 1:,}: "
            "name fewer outcomes, places or one scenario, or say format=csv."
        )


def write_xlsx_file(pieces: Iterator[pd.DataFrame], path: Path) -> int:
    """Write one sheet, in full or not at all. Returns how many rows; `UserError` for more than a sheet holds."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.freeze_panes = "A2"
    rows = 0
    for number, piece in enumerate(pieces):
        rows += len(piece)
        check_sheet(rows)
        if number == 0:
            sheet.append(list(piece.columns))
        columns = [_plain(piece[name]) for name in piece.columns]
        for row in zip(*columns):
            sheet.append(row)
    with atomic_path(path) as temporary:
        book.save(temporary)
    return rows


def _plain(column: pd.Series) -> list:
    """Values of a column as a sheet takes them: days as dates, nothing for what is missing, 0.1 as 0.1 in float32."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return [None if day is pd.NaT else day.date() for day in column]
    if column.dtype == "float32":
        return [None if text == "nan" else float(text) for text in column.to_numpy().astype(str)]
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna())]
