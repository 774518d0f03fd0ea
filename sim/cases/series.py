"""The recorded series of a case's camps: read, summed, corrected for re-registrations, interpolated.

A series is two arrays: days since the start of the case (whole, may be negative) and persons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from sim.cases.rows import Names, Oddities, Row, cut_to, data_rows, number, read_rows, refuse
from sim.core.errors import nearest

LAYOUT = "data_layout.csv"

CORRECTIONS = "registration_corrections.csv"

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")


def as_date(text: str) -> date | None:
    """The day that a cell holds, written as year-month-day, or None."""
    found = _DATE.fullmatch(text.strip())
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


@dataclass
class Recorded:
    """The recorded series of one camp."""

    name: str
    days: np.ndarray  # (n,) int64, days since the start, ascending
    persons: np.ndarray  # (n,) float64
    files: list[Path] = field(default_factory=list)

    def on(self, days: np.ndarray) -> np.ndarray:
        """Persons on each of `days`: linear between dates, flat outside, cut to whole persons.

        On a date that occurs twice the later line counts from that day on.
        """
        after = np.searchsorted(self.days, days, side="right")  # the first date later than the day
        right = np.minimum(after, len(self.days) - 1)
        left = np.maximum(after - 1, 0)
        span = np.maximum(self.days[right] - self.days[left], 1)
        share = np.clip((days - self.days[left]) / span, 0.0, 1.0)
        return (self.persons[left] + share * (self.persons[right] - self.persons[left])).astype(np.int64)


def read_layout(folder: Path, start: date, oddities: Oddities) -> list[Recorded]:
    """Read all series that the layout names, without the total."""
    path = folder / LAYOUT
    entries = _layout_entries(path, oddities)
    if entries[0][0].cells[0].lower() != "total":
        oddities.add(f"{LAYOUT}: the first line is not the total; it is read as a camp")
    series: list[Recorded] = []
    named = {LAYOUT}
    for row, files in entries:
        name = row.cells[0]
        named.update(files)
        if name.lower() == "total":
            if not all((folder / file).is_file() for file in files):
                oddities.add(f"{LAYOUT}: the file of the total does not exist (it is not needed)", files[0])
            continue
        if any(name == other.name for other in series):
            oddities.add(f"{LAYOUT}: camps named twice; the first line counts", f"{name} (line {row.line})")
            continue
        parts = [read_series(_series_path(folder, file, row), start, oddities) for file in files]
        series.append(_sum(name, parts))
    _note_left_over(folder, named, oddities)
    if not series:
        raise refuse(path, None, "names no camp, so that there is nothing to compare with.")
    return series


def _layout_entries(path: Path, oddities: Oddities) -> list[tuple[Row, list[str]]]:
    """The lines of the layout with the files that each names."""
    entries = []
    for row in read_rows(path, oddities):
        if row.comment:
            continue
        files = [cell for cell in row.cells[1:] if cell]
        if len(row.cells) > 2 and row.cells[-1] == "":
            oddities.add(f"{LAYOUT}: lines ending in a comma", f"line {row.line}")
        if not files:
            oddities.add(f"{LAYOUT}: lines without a file, not read", f"'{row.cells[0]}' (line {row.line})")
        else:
            entries.append((row, files))
    if not entries:
        raise refuse(path, None, "names no file.")
    return entries


def _series_path(folder: Path, file: str, row: Row) -> Path:
    """The path of a series; only files of the validation folder itself can be meant."""
    path = folder / file
    if Path(file).is_absolute() or ".." in Path(file).parts:
        raise refuse(folder / LAYOUT, row.line, f"'{file}' lies outside the validation folder.")
    if not path.is_file():
        best = nearest(file, [other.name for other in folder.iterdir() if other.suffix == ".csv"])
        near = f"; the nearest is '{best}'" if best else ""
        raise refuse(folder / LAYOUT, row.line, f"the file '{file}' does not exist{near}.")
    return path


def _note_left_over(folder: Path, named: set[str], oddities: Oddities) -> None:
    for path in sorted(folder.iterdir()):
        if path.name.endswith("~"):
            oddities.add("files ending in '~' are left over from editing and not read", path.name)
        elif path.suffix == ".csv" and path.name not in named:
            oddities.add(f"{LAYOUT} does not name these files, so that they are not read", path.name)


def read_series(path: Path, start: date, oddities: Oddities) -> Recorded:
    """Read one series: date, persons."""
    days, persons = [], []
    rows = [row for row in read_rows(path, oddities) if not row.comment]
    for place, row in enumerate(rows):
        day = as_date(row.cells[0])
        if day is None:
            if place == 0 and number(row.cell(1)) is None:
                if row.cells[0].lower() not in ("date", "datetime"):
                    oddities.add(f"{path.name}: an unusual header", f"'{row.cells[0]}'")
                continue
            raise refuse(path, row.line, f"'{row.cells[0]}' is not a date; write it as 2012-02-29.")
        cut_to(row, 2, path, oddities)
        if row.cell(1) == "":
            oddities.add(f"{path.name}: dates without a number, not read", f"line {row.line}")
            continue
        value = number(row.cell(1))
        if value is None:
            raise refuse(path, row.line, f"'{row.cell(1)}' is not a number of persons.")
        if value < 0:
            oddities.add(f"{path.name}: fewer than no persons, read as none", f"line {row.line}")
        if not row.cell(1).isdigit() and value >= 0:
            oddities.add(f"{path.name}: persons not written as a whole number", f"line {row.line}")
        days.append((day - start).days)
        persons.append(float(max(int(value), 0)))
    if not days:
        raise refuse(path, None, f"holds no value; take it out of {LAYOUT} if there is none.")
    order = np.argsort(days, kind="stable")
    if any(order[1:] < order[:-1]):
        oddities.add(f"{path.name}: dates out of order, sorted")
    found = Recorded(path.stem, np.array(days, np.int64)[order], np.array(persons)[order], [path])
    if len(np.unique(found.days)) < len(days):
        oddities.add(f"{path.name}: dates that occur twice; from that day on the later line counts")
    return found


def _sum(name: str, parts: list[Recorded]) -> Recorded:
    """The sum of several series, on every date of any of them; between its dates each is linear."""
    files = [path for part in parts for path in part.files]
    if len(parts) == 1:
        return Recorded(name, parts[0].days, parts[0].persons, files)
    days = np.unique(np.concatenate([part.days for part in parts]))
    return Recorded(name, days, np.sum([part.on(days) for part in parts], axis=0).astype(float), files)


def correct(series: list[Recorded], path: Path, start: date, oddities: Oddities) -> None:
    """Apply re-registrations: values before the date are scaled by (value on the date / value before it).

    A first count is often a claim and the count after a re-registration the truth, so that the share
    by which it falls is taken to hold for all earlier counts, too.
    """
    if not path.is_file():
        return
    by_name = {found.name: found for found in series}
    names = Names(list(by_name))
    for row in data_rows(path, oddities, width=3):
        name, text = row.cells[0], row.cell(1)
        day = as_date(text)
        at = f"{name} on {text} (line {row.line})"
        if len(row.cells) > 2 and row.cells[2] not in ("", "normalize"):
            oddities.add(f"{path.name}: words in the third column are not read", f"'{row.cells[2]}'")
        if day is None:
            if row.line == 1:  # a header without '#'
                oddities.add(f"{path.name}: a header without '#'", "line 1")
                continue
            raise refuse(path, row.line, f"'{text}' is not a date; write it as 2012-02-29.")
        place = names.find(name, path, row.line, oddities)
        if place is None:
            oddities.add(f"{path.name}: no series has this name, not applied", f"{at}{names.suggestion(name)}")
            continue
        found = by_name[names.names[place]]
        (where,) = np.nonzero(found.days == (day - start).days)
        if len(where) == 0 or where[0] == 0:
            why = "the first date of the series" if len(where) else "no date of the series"
            oddities.add(f"{path.name}: corrections without effect", f"{at}, which is {why}")
            continue
        # On a date that occurs twice each of its lines would count, one after the other.
        for row_on_date in where:
            before = found.persons[row_on_date - 1]
            if before <= 0:
                oddities.add(f"{path.name}: corrections without effect", f"{at}, since nobody was there before")
                continue
            factor = found.persons[row_on_date] / before
            found.persons[:row_on_date] *= factor
            oddities.add(f"{path.name}: earlier values are scaled at a re-registration", f"{name} by {factor:.3f}")


def arrivals_of(total: np.ndarray) -> np.ndarray:
    """New people per day from the recorded sum, (T,) -> (T,); a fall is a debt against later arrivals.

    Nobody arrives on day 0: those recorded on the first day are there already.
    """
    arrivals = np.zeros(len(total), np.int64)
    debt = 0
    for day in range(1, len(total)):
        new = int(total[day] - total[day - 1]) - debt
        arrivals[day], debt = max(new, 0), max(-new, 0)
    return arrivals
