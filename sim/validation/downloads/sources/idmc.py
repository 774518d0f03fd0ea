"""IDMC's internally displaced persons by country and year, from conflict: at the end of the year, and newly displaced.

Where a file has rounded figures beside raw ones, the rounded are taken: they are what IDMC publishes as its figure.
A year without a figure is missing, not zero.
"""

from __future__ import annotations

import pandas as pd

from sim.validation.downloads.kinds import Column, Kind, one
from sim.validation.downloads.part import AGAIN, ELSEWHERE, NO_FIGURE, Part, Reading, version_in
from sim.validation.downloads.sources.country_year import country_of
from sim.validation.downloads.values import numbers

SOURCE = "IDMC"

MEASURES = ("idps", "newly_displaced")

KIND = Kind(
    "idmc",
    "IDMC displaced by conflict",
    (
        Column("iso3", ("iso3",)),
        Column("name", ("country_name", "Country / Territory", "country", "name")),
        Column("year", ("year",), "year"),
        Column(
            "idps",
            (
                "Conflict Total number of IDPs",
                "Conflict Stock Displacement",
                "conflict_total_displacement_rounded",
                "total_displacement_rounded",
                "idp_stock_conflict_end_year",
                "conflict_stock_displacement",
                "conflict_total_displacement",
                "Conflict Total number of IDPs raw",
                "Conflict Stock Displacement (Raw)",
                "total_displacement",
            ),
            "persons",
        ),
        Column(
            "newly_displaced",
            (
                "Conflict Internal Displacements",
                "Conflict Internal Displacement",
                "Conflict New Displacements",
                "Conflict New Displacement",
                "conflict_new_displacement_rounded",
                "new_displacement_rounded",
                "conflict_new_displacements",
                "conflict_new_displacement",
                "Conflict Internal Displacements raw",
                "new_displacement",
            ),
            "persons",
        ),
    ),
    (*one("year"), (("iso3",), ("name",)), (("idps",), ("newly_displaced",))),
    never=("hazard_type_name", "hazard_type", "hazard_category", "hazard_category_name", "event_name"),
    gives="idps",
)


def read(reading: Reading) -> Part:
    """Return displaced persons: source, country, year, measure, persons. A row may give two measures."""
    country = country_of(reading, "iso3", "name")
    inside = country.notna()
    rows = reading.rows[inside]
    parts = [
        pd.DataFrame(
            {
                "line": rows["line"],
                "source": SOURCE,
                "country": country[inside],
                "year": numbers(rows["year"]).astype("int64"),
                "measure": measure,
                "persons": numbers(rows[measure]),
            }
        )
        for measure in MEASURES
        if measure in rows
    ]
    data = pd.concat(parts, ignore_index=True)
    said = data[data["persons"].notna()]
    once = said.drop_duplicates(["country", "year", "measure"], keep="last").reset_index(drop=True)
    passed = {
        ELSEWHERE: int((~inside).sum()),
        NO_FIGURE: data["line"].nunique() - said["line"].nunique(),
        AGAIN: said["line"].nunique() - once["line"].nunique(),
    }
    return Part(KIND, reading.file, version_in(reading.file), once, passed=passed)
