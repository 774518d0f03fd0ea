"""UNHCR's population figures by origin and country of asylum at the end of the year (Refugee Data Finder and its kin).

A table has a column for each group of persons, or one for the group and one for the number. `-` and `*` (too few to be
told) are missing. Rows that add up all origins or all countries of asylum are passed over.
"""

from __future__ import annotations

import pandas as pd

from sim.validation.downloads.kinds import Column, Kind, one
from sim.validation.downloads.part import AGAIN, ELSEWHERE, SUMS, Part, Reading, version_in
from sim.validation.downloads.values import is_empty, numbers
from sim.world.grid import name_key

SOURCE = "UNHCR"

#: groups of persons, and what versions call them; the last of each is the code of the long form
GROUPS = {
    "refugees": ("refugees", "Refugees under UNHCR's mandate", "Refugees (incl. refugee-like situations)", "REF"),
    "asylum_seekers": ("asylum_seekers", "Asylum-seekers", "Asylum-seekers (pending cases)", "ASY"),
    "others_in_need": (
        "oip",
        "Other people in need of international protection",
        "Venezuelans displaced abroad",
        "OIP",
    ),
    "returned_refugees": ("returned_refugees", "Returned refugees", "Returned refugees (returnees)", "RET"),
    "idps": (
        "idps",
        "IDPs of concern to UNHCR",
        "Internally displaced persons",
        "IDPs protected/assisted by UNHCR",
        "IDP",
    ),
    "returned_idps": ("returned_idps", "Returned IDPs", "Returned IDPss", "RDP"),
}

#: measures of the dataset of refugees; idps and returned_idps stay in the country
ABROAD = ("refugees", "asylum_seekers", "others_in_need", "returned_refugees")

PAIR = (
    Column("year", ("year",), "year"),
    Column("origin", ("coo_iso", "Country of origin (ISO)", "Country of Origin Code", "origin_iso3")),
    Column("origin_name", ("coo_name", "Country of origin", "Country of Origin Name", "Origin")),
    Column("asylum", ("coa_iso", "Country of asylum (ISO)", "Country of Asylum Code", "asylum_iso3")),
    Column(
        "asylum_name",
        ("coa_name", "Country of asylum", "Country of Asylum Name", "Country / territory of asylum/residence"),
    ),
)
PAIRS = (*one("year"), (("origin",), ("origin_name",)), (("asylum",), ("asylum_name",)))

WIDE = Kind(
    "unhcr",
    "UNHCR population by origin and asylum",
    (*PAIR, *(Column(name, there, "persons") for name, there in GROUPS.items())),
    (*PAIRS, (("refugees",), ("asylum_seekers",), ("idps",))),
    gives="refugees",
)

LONG = Kind(
    "unhcr_long",
    "UNHCR population by origin, asylum and group",
    (
        *PAIR,
        Column("group", ("Population Type", "population_type")),
        Column("persons", ("Population", "persons", "value"), "persons"),
    ),
    (*PAIRS, *one("group", "persons")),
    gives="refugees",
)


def read_wide(reading: Reading) -> Part:
    """Return persons by origin, country, year and group, from a table with a column for each group."""
    origin, asylum, year, sums, inside = _pairs(reading)
    keep = inside & ~sums
    parts = [
        pd.DataFrame(
            {
                "line": reading.rows["line"][keep],
                "origin": origin[keep],
                "country": asylum[keep],
                "year": year[keep],
                "measure": group,
                "persons": numbers(reading.rows[group][keep]),
            }
        )
        for group in GROUPS
        if reading.has(group)
    ]
    return _part(WIDE, reading, pd.concat(parts, ignore_index=True), sums, inside)


def read_long(reading: Reading) -> Part:
    """The same from a table with a row for each group; groups that are not asked for here are passed over."""
    origin, asylum, year, sums, inside = _pairs(reading)
    names = {name_key(word): group for group, there in GROUPS.items() for word in there}
    measure = reading.rows["group"].map({word: names.get(name_key(word)) for word in reading.rows["group"].unique()})
    inside &= measure.notna()
    keep = inside & ~sums
    data = pd.DataFrame(
        {
            "line": reading.rows["line"][keep],
            "origin": origin[keep],
            "country": asylum[keep],
            "year": year[keep],
            "measure": measure[keep],
            "persons": numbers(reading.rows["persons"][keep]),
        }
    )
    return _part(LONG, reading, data, sums, inside)


def _part(kind: Kind, reading: Reading, data: pd.DataFrame, sums: pd.Series, inside: pd.Series) -> Part:
    once = data.drop_duplicates(["origin", "country", "year", "measure"], keep="last").reset_index(drop=True)
    again = data["line"].nunique() - once["line"].nunique()
    passed = {ELSEWHERE: int((~inside & ~sums).sum()), SUMS: int(sums.sum()), AGAIN: again}
    return Part(kind, reading.file, version_in(reading.file), once, passed=passed)


def _pairs(reading: Reading) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series, pd.Series]:
    """Origin, country of asylum, year, whether a row is a sum over either, whether either lies in the region."""
    places = reading.places
    codes = []
    for side in ("origin", "asylum"):
        code = reading.text(side, "").fillna("").astype(str)
        name = reading.text(f"{side}_name", "").fillna("").astype(str)
        said = code.where(~is_empty(code), name)
        known = places.iso3(said)
        codes.append(known.where(known.notna(), said))
    origin, asylum = codes
    sums = is_empty(origin) | is_empty(asylum)
    inside = origin.isin(places.countries) | asylum.isin(places.countries)
    return origin, asylum, numbers(reading.rows["year"]).astype("int64"), sums, inside
