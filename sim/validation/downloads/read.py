"""Reads a folder of downloads: recognises each table, sorts its rows, and puts together what several files say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from sim.core.errors import UserError
from sim.core.files import path_named
from sim.validation.downloads.files import Table, Unreadable, is_readable, tables_of
from sim.validation.downloads.kinds import Kind, recognise
from sim.validation.downloads.observed import Observed, Skipped
from sim.validation.downloads.part import NEWER, Part, Reading, version_key
from sim.validation.downloads.places import Places, places_of
from sim.validation.downloads.schemas import left_out, pandera, sort_rows
from sim.validation.downloads.sources import acled, country_year, ged, idmc, unhcr
from sim.validation.downloads.sources.acled_mapping import mapping

#: the kinds of files, and who reads them
READERS: dict[str, tuple[Kind, Callable[..., Part]]] = {
    kind.name: (kind, read)
    for kind, read in (
        (ged.KIND, ged.read),
        (country_year.YEAR, country_year.read_years),
        (country_year.MONTH, country_year.read_months),
        (acled.KIND, acled.read),
        (idmc.KIND, idmc.read),
        (unhcr.WIDE, unhcr.read_wide),
        (unhcr.LONG, unhcr.read_long),
    )
}
KINDS = [kind for kind, _ in READERS.values()]

#: by what a kind gives, the columns that tell one fact from another
SAME = {
    "events": ["source", "id"],
    "deaths_country_year": ["country", "year", "kind"],
    "deaths_country_month": ["country", "date"],
    "idps": ["country", "year", "measure"],
    "refugees": ["origin", "country", "year", "measure"],
}


def read_observed(folder: str | Path, mapping_file: str | Path | None = None, region: str = "sahel") -> Observed:
    """Read a folder of downloads, or one file, onto the model's names.

    Files are recognised by their columns; folders within the folder are not looked into. Faulty rows are left out, and
    told in `Observed.left_out`; a file that is none of the kinds is told in `Observed.skipped`. Where two files hold
    the same event or figure, the newer version wins, or the later file by name. `mapping_file` is read in place of the
    shipped `acled_mapping.yaml`. Raises UserError where there is no such folder, or pandera is not installed.
    """
    folder = path_named(folder)
    pandera()
    mapping(mapping_file)  # a wrong one is told before anything is read
    paths = _paths(folder)
    places = places_of(region)
    parts: list[Part] = []
    skipped: list[Skipped] = []
    for path in paths:
        try:
            for table in tables_of(path):
                found = _read(table, places, mapping_file)
                if isinstance(found, Part):
                    parts.append(found)
                else:
                    skipped.append(found)
        except Unreadable as error:
            skipped.append(Skipped(path.name, f"skipped: it {error}."))
    return Observed(folder, parts, _put_together(parts), skipped, places.countries)


def sorted_rows(
    table: Table, kind: Kind, positions: dict[str, int]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Return a table's good rows as text, those left out, and the names that the file gives to the columns."""
    written = {name: table.header[position] for name, position in positions.items()}
    rows, wrong = table.read(positions)
    good, left = sort_rows(rows, kind, written, table.label)
    if wrong:
        lines = pd.DataFrame({"line": [line for line, _ in wrong]})
        told = left_out(lines, table.label, "", "", "no whole row", "").assign(told=[reason for _, reason in wrong])
        left = pd.concat([left, told], ignore_index=True)
    return good, left, written


def _paths(folder: Path) -> list[Path]:
    if folder.is_dir():
        try:
            return sorted(path for path in folder.iterdir() if is_readable(path) and not path.is_dir())
        except OSError as error:
            raise UserError(f"The folder '{folder}' cannot be read: {error.strerror or error}.") from None
    if folder.exists():
        return [folder]
    raise UserError(f"There is no file or folder '{folder}' to read downloads from.")


def _read(table: Table, places: Places, mapping_file: str | Path | None) -> Part | Skipped:
    """Read one table, or say why it is skipped."""
    found = recognise(table.header, KINDS)
    if not found.known:
        return Skipped(table.label, found.sentence())
    good, left, written = sorted_rows(table, found.kind, found.positions)
    _, read = READERS[found.kind.name]
    if read is acled.read:
        read = partial(read, mapping_file=mapping_file)
    part = read(Reading(good, table.label, written, places))
    part.left = pd.concat([left, part.left], ignore_index=True).sort_values("line", kind="stable", ignore_index=True)
    return part


def _put_together(parts: list[Part]) -> dict[str, pd.DataFrame]:
    """By what is given, the rows of all parts; of a fact in several the newest version's. The others count it."""
    tables = {}
    for gives, same in SAME.items():
        of = sorted(
            (part for part in parts if part.kind.gives == gives),
            key=lambda part: (version_key(part.version), part.file),
        )
        filled = [part.data.assign(part=number) for number, part in enumerate(of) if len(part.data)]
        if not filled:
            tables[gives] = of[0].data if of else pd.DataFrame()
            continue
        rows = pd.concat(filled, ignore_index=True)
        once = rows.drop_duplicates(same, keep="last")
        for number, part in enumerate(of):
            before = part.kept
            part.data = once[once["part"] == number].drop(columns="part").reset_index(drop=True)
            part.passed[NEWER] = before - part.kept
        tables[gives] = once.drop(columns="part").sort_values(same, kind="stable", ignore_index=True)
    return tables
