"""UCDP's organised violence by country and year (columns `sb_`, `ns_`, `os_`), and its deaths by country and month."""

from __future__ import annotations

import pandas as pd

from sim.validation.downloads.events import TYPES
from sim.validation.downloads.kinds import Column, Kind, one
from sim.validation.downloads.part import AGAIN, ELSEWHERE, Part, Reading, version_in
from sim.validation.downloads.values import numbers

#: kinds of deaths by country and year, as in the project's own table of deaths
KINDS = (*TYPES, "one_sided_government", "one_sided_non_state")

ESTIMATES = ("best", "low", "high")

#: how the file's columns begin, for each kind of deaths
STEMS = {
    "state_based": ("sb_total_deaths", "sb_deaths"),
    "non_state": ("ns_total_deaths", "ns_deaths"),
    "one_sided": ("os_total_deaths", "os_deaths"),
    "one_sided_government": ("os_any_govt_killings",),
    "one_sided_non_state": ("os_nsgroup_killings",),
}

YEAR = Kind(
    "country_year",
    "UCDP organised violence by country and year",
    (
        Column("year", ("year_cy", "year"), "year"),
        Column("iso3", ("iso3",)),
        Column("name", ("country_cy", "country", "country_name")),
        Column("version", ("version",)),
        *(
            Column(
                f"{kind}_{estimate}",
                tuple(f"{stem}_{estimate}{end}" for stem in stems for end in ("_cy", "")),
                "dead" if estimate == "best" else "dead_or_none",
            )
            for kind, stems in STEMS.items()
            for estimate in ESTIMATES
        ),
    ),
    (*one("year", *(f"{kind}_best" for kind in TYPES)), (("name",), ("iso3",))),
    gives="deaths_country_year",
)

MONTH = Kind(
    "country_month",
    "UCDP deaths by country and month",
    (
        Column("iso3", ("iso3",)),
        Column("name", ("country", "country_name")),
        Column("year", ("year",), "year"),
        Column("month", ("month",), "month"),
        Column("dead", ("fatalities", "deaths", "best"), "dead"),
    ),
    (*one("year", "month", "dead"), (("iso3",), ("name",))),
    never=("events", "admin1", "admin2", "event_type", "side_a", "sub_event_type"),
    gives="deaths_country_month",
)


def read_years(reading: Reading) -> Part:
    """Return deaths by country and year: country, year, kind, best, low, high."""
    rows, country, passed = _in_region(reading)
    again = pd.DataFrame({"country": country, "year": rows["year"]}).duplicated(keep="last")
    rows, country = rows[~again], country[~again]
    parts = []
    for kind in KINDS:
        if f"{kind}_best" not in rows:
            continue
        found = pd.DataFrame({"line": rows["line"], "country": country, "kind": kind})
        found["year"] = numbers(rows["year"]).astype("int64")
        for estimate in ESTIMATES:
            texts = rows.get(f"{kind}_{estimate}", pd.Series("", index=rows.index, dtype=object))
            found[estimate] = numbers(texts)
        parts.append(found)
    data = pd.concat(parts, ignore_index=True)
    versions = sorted({value for value in reading.text("version", "").dropna() if value})
    version = ", ".join(versions) or version_in(reading.file)
    return Part(YEAR, reading.file, version, data, passed=passed | {AGAIN: int(again.sum())})


def read_months(reading: Reading) -> Part:
    """Return deaths by country and month: country, date (the month's first day), deaths."""
    rows, country, passed = _in_region(reading)
    year, month = (numbers(rows[name]).astype("int64") for name in ("year", "month"))
    date = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": 1})).astype("datetime64[s]")
    data = pd.DataFrame({"line": rows["line"], "country": country, "date": date, "deaths": numbers(rows["dead"])})
    once = data.drop_duplicates(["country", "date"], keep="last")
    passed |= {AGAIN: len(data) - len(once)}
    return Part(MONTH, reading.file, version_in(reading.file), once.reset_index(drop=True), passed=passed)


def _in_region(reading: Reading) -> tuple[pd.DataFrame, pd.Series, dict[str, int]]:
    """Rows of the region's countries, their codes, and how many rows are of others."""
    country = country_of(reading, "iso3", "name")
    inside = country.notna()
    return reading.rows[inside], country[inside], {ELSEWHERE: int((~inside).sum())}


def country_of(reading: Reading, code: str, name: str) -> pd.Series:
    """Codes of the rows' countries, from a column of codes or else of names; missing outside the region."""
    found = reading.places.iso3(reading.text(code, "").fillna("").astype(str))
    by_name = reading.places.iso3(reading.text(name, "").fillna("").astype(str))
    return found.where(found.notna(), by_name)
