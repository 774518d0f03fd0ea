"""Reading and checking the files of a region. Every error is one sentence with file and line."""

from __future__ import annotations

import csv
import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from sim.core.errors import UserError
from sim.world.grid import gid_of, nearest_name

FILES = (
    "admin1.csv",
    "cells.csv",
    "countries.csv",
    "edges.csv",
    "outlines.csv",
    "region.yaml",
    "sites.csv",
    "towns.csv",
)

EDGE_KINDS = {"paved": 0, "track": 1, "river": 2}

NODE_KINDS = {"none": -1, "town": 0, "port": 1, "junction": 2}

SITE_KINDS = ("port", "mine", "camp", "base", "crossing", "airport")


class RegionError(UserError, ValueError):
    """A region cannot be loaded; the message is one sentence for the user."""


def _text(value: str) -> str:
    if not value:
        raise ValueError("is empty")
    return value


def _number(low: float, high: float):
    def convert(value: str) -> float:
        number = float(value)
        if not low <= number <= high:
            raise ValueError(f"is {value}, not between {low:g} and {high:g}")
        return number

    return convert


def _count(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(f"is {value}, less than zero")
    return number


def _flag(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError(f"is {value!r}, not 0 or 1")
    return value == "1"


def _one_of(names):
    def convert(value: str) -> str:
        if value not in names:
            raise ValueError(f"is {value!r}, not one of {', '.join(names)}")
        return value

    return convert


def _date(value: str) -> datetime.date:
    return datetime.date.fromisoformat(value)


LAT, LON, SHARE = _number(-90, 90), _number(-180, 180), _number(0, 1)

# What each file must have. Further columns (source, note) are for the reader.
COLUMNS = {
    "cells.csv": {
        "gid": _count,
        "lat": LAT,
        "lon": LON,
        "country": _text,
        "admin1": _text,
        "land_share": SHARE,
        "population": _count,
        "urban": SHARE,
        "aridity": SHARE,
        "extraction": SHARE,
        "cover": SHARE,
        "ground_kmh": _number(1, 200),
    },
    "towns.csv": {
        "name": _text,
        "aliases": str,
        "lat": LAT,
        "lon": LON,
        "country": _text,
        "population": _count,
        "capital": _flag,
        "node": _one_of(NODE_KINDS),
    },
    "edges.csv": {
        "from": _text,
        "to": _text,
        "km": _number(0.1, 5000),
        "kind": _one_of(EDGE_KINDS),
    },
    "sites.csv": {
        "kind": _one_of(SITE_KINDS),
        "name": _text,
        "lat": LAT,
        "lon": LON,
        "country": _text,
        "value": _number(0, 1e9),
        "capacity": _count,
        "opened": _date,
    },
    "admin1.csv": {"label": _text, "country": _text, "seat": _text, "population": _count},
    "countries.csv": {
        "iso3": _text,
        "name": _text,
        "theatre": _flag,
        "growth": _number(-0.1, 0.1),
        "capital": _text,
    },
    "outlines.csv": {"iso3": _text, "ring": _count, "lon": LON, "lat": LAT},
}

META = ("title", "resolution", "population_year", "start", "known_until")


@dataclass(frozen=True)
class RegionTables:
    """The files of a region as lists by column, checked; ``meta`` is ``region.yaml``."""

    name: str
    folder: Path
    meta: dict
    cells: dict[str, list]
    towns: dict[str, list]
    edges: dict[str, list]
    sites: dict[str, list]
    admin1: dict[str, list]
    countries: dict[str, list]
    outlines: dict[str, list]
    data_hash: str


def read_tables(name: str, folder: Path) -> RegionTables:
    """Read and check all files of the region in ``folder``."""
    for file in FILES:
        if not (folder / file).is_file():
            raise RegionError(f"region folder {folder} has no file {file}")
    tables = {file[:-4]: _read_csv(folder / file) for file in COLUMNS}
    meta = _read_meta(folder / "region.yaml")
    digest = hashlib.sha256()
    for file in FILES:
        digest.update(file.encode() + b"\0" + (folder / file).read_bytes())
    result = RegionTables(name, folder, meta, **tables, data_hash=digest.hexdigest())
    _check(result)
    return result


def _read_csv(path: Path) -> dict[str, list]:
    wanted = COLUMNS[path.name]
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        for column in wanted:
            if column not in header:
                raise RegionError(f"{path} line 1: no column {column!r}")
        rows = []
        for row in reader:
            if len(row) != len(header):
                raise RegionError(f"{path} line {reader.line_num}: {len(row)} values for {len(header)} columns")
            rows.append(row)
    if not rows and path.name in ("cells.csv", "towns.csv", "countries.csv", "admin1.csv"):
        raise RegionError(f"{path} has no rows")
    columns = {}
    for column, convert in wanted.items():
        index = header.index(column)
        values = []
        for line, row in enumerate(rows, start=2):
            try:
                values.append(convert(row[index]))
            except ValueError as error:
                reason = str(error)
                if not reason.startswith("is "):
                    reason = f"is {row[index]!r}, which cannot be read"
                raise RegionError(f"{path} line {line}: {column} {reason}") from None
        columns[column] = values
    return columns


def _read_meta(path: Path) -> dict:
    try:
        meta = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise RegionError(f"{path}{line}: not valid YAML") from None
    if not isinstance(meta, dict):
        raise RegionError(f"{path}: not a mapping of names to values")
    for key in META:
        if key not in meta:
            raise RegionError(f"{path}: {key} is missing")
    for key in ("start", "known_until"):
        if not isinstance(meta[key], datetime.date):
            raise RegionError(f"{path}: {key} is {meta[key]!r}, not a date like 2012-01-02")
    return meta


def _check(tables: RegionTables) -> None:
    """References between the files, identifiers and uniqueness."""
    folder = tables.folder

    def refer(file: str, column: str, known, what: str) -> None:
        known = set(known)
        for line, value in enumerate(getattr(tables, file)[column], start=2):
            if value not in known:
                raise RegionError(
                    f"{folder / file}.csv line {line}: {what} {value!r} is unknown{nearest_name(value, known)}"
                )

    def unique(file: str, column: str) -> None:
        seen: dict = {}
        for line, value in enumerate(getattr(tables, file)[column], start=2):
            if value in seen:
                raise RegionError(
                    f"{folder / file}.csv line {line}: {column} {value!r} is already on line {seen[value]}"
                )
            seen[value] = line

    for file, column in (
        ("cells", "gid"),
        ("towns", "name"),
        ("admin1", "label"),
        ("countries", "iso3"),
    ):
        unique(file, column)
    for file in ("cells", "towns", "sites", "admin1"):
        refer(file, "country", tables.countries["iso3"], "country")
    refer("cells", "admin1", tables.admin1["label"], "admin-1")
    refer("edges", "from", tables.towns["name"], "town")
    refer("edges", "to", tables.towns["name"], "town")
    refer("admin1", "seat", tables.towns["name"], "town")
    refer("countries", "capital", tables.towns["name"], "town")
    cells = tables.cells
    wrong = np.flatnonzero(gid_of(cells["lat"], cells["lon"], float(tables.meta["resolution"])) != cells["gid"])
    if len(wrong):
        raise RegionError(
            f"{folder / 'cells.csv'} line {wrong[0] + 2}: gid {cells['gid'][wrong[0]]} is not the "
            f"cell at {cells['lat'][wrong[0]]}, {cells['lon'][wrong[0]]}"
        )
