"""What a folder of downloads holds, under the model's names; its summary and its files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from sim.core.files import FolderError, atomic_path, atomic_write, holds_something, path_named, write_json
from sim.validation.downloads import datasets
from sim.validation.downloads.part import Part
from sim.validation.downloads.schemas import nothing_left_out

#: the files of an output folder; the last says that the folder is one
NETCDF, LEFT, OWN = "observed.nc", "left_out.csv", "observed.json"

SUMMARY = ("file", "kind", "version", "rows", "left_out", "reasons", "period", "countries")


@dataclass(frozen=True)
class Skipped:
    """A file that was not read, and a sentence that says why."""

    file: str
    why: str


@dataclass
class Observed:
    """What was read of a folder. A dataset has no variables where no file gave any.

    events                data frame, one row an event, in the columns of `events.EVENTS`
    cell_month            events and deaths by record, type, gid and month
    deaths_country_year   UCDP's deaths by kind, country and year
    deaths_country_month  UCDP's deaths by country and month
    idps                  IDPs by register, country and year
    refugees              refugees and asylum-seekers by origin, country of asylum and year
    left_out              data frame, one row a faulty row: file, line, column, value, reason, told
    skipped               files that were not read
    region_countries      codes of the countries of the model's map
    """

    folder: Path
    parts: list[Part]
    tables: dict[str, pd.DataFrame]
    skipped: list[Skipped] = field(default_factory=list)
    region_countries: tuple[str, ...] = ()

    @property
    def events(self) -> pd.DataFrame:
        """Events of all records; sum over one `source` only, since records hold the same events."""
        return self.tables["events"]

    @cached_property
    def cell_month(self) -> xr.Dataset:
        """Events and deaths by record, type, gid and month."""
        return datasets.by_cell_month(self.events)

    @cached_property
    def deaths_country_year(self) -> xr.Dataset:
        """Deaths by kind, country and year: deaths_by_year, deaths_by_year_low, deaths_by_year_high."""
        return datasets.deaths_by_country_year(self.tables["deaths_country_year"])

    @cached_property
    def deaths_country_month(self) -> xr.Dataset:
        """Deaths of all kinds by country and month: deaths_by_month."""
        return datasets.deaths_by_country_month(self.tables["deaths_country_month"])

    @cached_property
    def idps(self) -> xr.Dataset:
        """IDPs, newly displaced and returned by register, country and year."""
        return datasets.idps(self.tables["idps"], self.tables["refugees"])

    @cached_property
    def refugees(self) -> xr.Dataset:
        """Refugees and asylum-seekers by origin, country of asylum and year."""
        return datasets.refugees(self.tables["refugees"])

    @property
    def left_out(self) -> pd.DataFrame:
        """Faulty rows of all files, with line and reason."""
        left = [part.left for part in self.parts if len(part.left)]
        return pd.concat(left, ignore_index=True) if left else nothing_left_out()

    def summary(self) -> pd.DataFrame:
        """One row a file: its kind and version, rows kept, left out by reason, period and countries."""
        rows = [
            (
                part.file,
                part.kind.title,
                part.version,
                part.kept,
                len(part.left),
                part.reasons(),
                part.period(),
                part.countries(),
            )
            for part in self.parts
        ]
        return pd.DataFrame(rows, columns=list(SUMMARY))

    def dataset(self) -> xr.Dataset:
        """All datasets in one, as `observed.nc` holds them."""
        data = datasets.together(
            self.cell_month, self.deaths_country_year, self.deaths_country_month, self.idps, self.refugees
        )
        return data.assign_attrs(
            title="Observed events, deaths and displaced people under the model's names",
            source="; ".join(f"{part.kind.title} {part.version} ({part.file})" for part in self.parts),
            history=f"sahel observed, sahel-scenarios {metadata.version('sahel-scenarios')}",
            Conventions="CF-1.10",
        )

    def write(self, folder: str | Path) -> list[Path]:
        """Write observed.nc, left_out.csv and observed.json (what was read); return their paths."""
        folder = path_named(folder)
        check_output(folder)
        data = self.dataset()
        packed = {"zlib": True, "complevel": 1, "_FillValue": np.float32(np.nan), "dtype": "float32"}
        days = {"units": "days since 1970-01-01", "dtype": "int32"}
        encoding = {name: packed for name in data.data_vars} | ({"month": days} if "month" in data.coords else {})
        write_json(folder / OWN, self.record())
        with atomic_path(folder / NETCDF) as temporary:
            data.to_netcdf(temporary, engine="h5netcdf", encoding=encoding)
        text = self.left_out.to_csv(index=False)
        atomic_write(folder / LEFT, lambda file: file.write(text.encode("utf-8", errors="replace")))
        return [folder / name for name in (NETCDF, LEFT, OWN)]

    def record(self) -> dict:
        """What was read, as plain data."""
        return {
            "made_by": "sahel observed",
            "version": metadata.version("sahel-scenarios"),
            "files": [
                {**row, "rows": int(row["rows"]), "left_out": int(row["left_out"])}
                for row in self.summary().to_dict("records")
            ],
            "skipped": [{"file": item.file, "why": item.why} for item in self.skipped],
        }


def check_output(folder: Path) -> None:
    """Refuse a folder that is a file, or holds anything but what this command wrote before."""
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} is a file; name a folder for the output.")
    if not folder.exists() or not holds_something(folder):
        return
    names = {path.name for path in folder.iterdir()}
    if OWN not in names or not _is_own(folder / OWN) or names - {NETCDF, LEFT, OWN}:
        raise FolderError(f"The folder {folder} exists and holds something else; name another.")


def _is_own(path: Path) -> bool:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and data.get("made_by") == "sahel observed"
