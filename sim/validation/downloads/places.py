"""The region's countries, cells and admin-1 units, and the names that the files give them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from sim.world.grid import gid_of, name_key
from sim.world.place_names import region_folder

ALIASES = Path(__file__).parent / "countries.csv"

COLUMNS = 720  # cells of PRIO-GRID around the globe

#: words that files put around the name of an admin-1 unit
UNIT_WORDS = ("region", "state", "district", "province", "department", "prefecture")


@dataclass(frozen=True)
class Places:
    """What events and totals are placed by: countries (iso3), the theatre's, cells by country, admin-1 labels."""

    countries: tuple[str, ...]
    theatre: tuple[str, ...]
    names: dict[str, str]  # key of a name -> iso3
    cells: dict[str, frozenset[int]]  # iso3 -> cells of it and the eight around each
    country_of: dict[int, str]  # cell -> iso3
    units: dict[str, str]  # iso3 + key of a name -> label

    def iso3(self, values: pd.Series) -> pd.Series:
        """Codes of countries by code or name; missing where the region has none of that name."""
        return _mapped(values, lambda value: self.names.get(name_key(value)))

    def admin1(self, countries: pd.Series, values: pd.Series) -> pd.Series:
        """Labels of admin-1 units such as `MLI.Mopti`; missing where the map has no unit of that name."""
        keys = _mapped(values, _unit_key)
        return pd.Series(
            [self.units.get(f"{country}.{key}") for country, key in zip(countries, keys)],
            index=values.index,
            dtype=object,
        )

    def near(self, countries: pd.Series, gid: pd.Series) -> pd.Series:
        """Whether each cell is one of the country's on the map, or beside one."""
        cells = self.cells
        return pd.Series([g in cells.get(c, ()) for c, g in zip(countries, gid)], index=gid.index, dtype=bool)


@lru_cache(maxsize=4)
def places_of(region: str = "sahel") -> Places:
    """Read the places of a region from its tables and from the names in `countries.csv`."""
    folder = region_folder(region)
    cells = pd.read_csv(folder / "cells.csv", usecols=["gid", "country"], keep_default_na=False)
    countries = pd.read_csv(folder / "countries.csv", usecols=["iso3", "name", "theatre"], keep_default_na=False)
    units = pd.read_csv(folder / "admin1.csv", usecols=["label", "country", "seat"], keep_default_na=False)
    known = set(countries.iso3)
    names = {name_key(name): iso3 for iso3, name in zip(countries.iso3, countries.name)}
    names |= {name_key(iso3): iso3 for iso3 in countries.iso3}
    aliases = pd.read_csv(ALIASES, keep_default_na=False, comment="#")
    names |= {name_key(name): iso3 for iso3, name in zip(aliases.iso3, aliases.name) if iso3 in known}
    return Places(
        countries=tuple(countries.iso3),
        theatre=tuple(countries.iso3[countries.theatre == 1]),
        names=names,
        cells={iso3: _with_neighbours(rows.gid) for iso3, rows in cells.groupby("country")},
        country_of=dict(zip(cells.gid.tolist(), cells.country)),
        units=_units(units),
    )


def cell_of(latitude: pd.Series, longitude: pd.Series) -> pd.Series:
    """Cells of PRIO-GRID of points in degrees; 90 north and 180 east count to the last cell."""
    gid = gid_of(np.minimum(latitude, 89.999), np.minimum(longitude, 179.999))
    return pd.Series(gid, index=latitude.index, dtype="int64")


def far_apart(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether cells are neither the same nor neighbours."""
    rows = (one - 1) // COLUMNS - (other - 1) // COLUMNS
    columns = (one - 1) % COLUMNS - (other - 1) % COLUMNS
    return (rows.abs() > 1) | (columns.abs() > 1)


def _with_neighbours(gid: pd.Series) -> frozenset[int]:
    steps = [row * COLUMNS + column for row in (-1, 0, 1) for column in (-1, 0, 1)]
    return frozenset((gid.to_numpy()[:, None] + np.array(steps)).ravel().tolist())


def _units(units: pd.DataFrame) -> dict[str, str]:
    """Names of admin-1 units and of their seats (Timbuktu for Tombouctou); a unit's own name wins."""
    found = {f"{c}.{name_key(seat)}": label for label, c, seat in zip(units.label, units.country, units.seat)}
    return found | {f"{c}.{name_key(label.split('.', 1)[-1])}": label for label, c in zip(units.label, units.country)}


def _unit_key(name: str) -> str:
    words = [word for word in name.split() if word.lower() not in UNIT_WORDS]
    return name_key(" ".join(words))


def _mapped(values: pd.Series, change) -> pd.Series:
    """Values changed one by one, each distinct one once."""
    known = {value: change(value) for value in values.unique()}
    return pd.Series([known[value] for value in values], index=values.index, dtype=object)
