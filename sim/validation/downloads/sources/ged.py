"""UCDP's Georeferenced Event Dataset, any version from 20.1, and subsets of it (Sundberg and Melander 2013).

Deaths of one-sided violence are those of civilians by definition; of other events the file says how many civilians
were among the dead (`deaths_civilians`), and where it does not, that is missing.
"""

from __future__ import annotations

import pandas as pd

from sim.validation.downloads.events import (
    EVENTS,
    GOVERNMENT,
    OTHER_PERPETRATOR,
    TYPES,
    passed_outside,
    place_events,
)
from sim.validation.downloads.kinds import Column, Kind, one
from sim.validation.downloads.part import AGAIN, Part, Reading, version_in
from sim.validation.downloads.sources.acled_mapping import mapping
from sim.validation.downloads.values import dates, is_empty, numbers

SOURCE = "UCDP GED"

KIND = Kind(
    "ged",
    "UCDP GED (events)",
    (
        Column("id", ("id",), "id"),
        Column("type", ("type_of_violence_code", "type_of_violence"), "violence"),
        Column("date", ("date_start",), "day"),
        Column("gid", ("priogrid_gid", "priogrid", "priogrid_id"), "gid"),
        Column("latitude", ("latitude", "lat"), "latitude"),
        Column("longitude", ("longitude", "lon"), "longitude"),
        Column("where_prec", ("where_prec",), "where_prec"),
        Column("best", ("best", "best_death", "best_est", "deaths_best"), "dead"),
        Column("low", ("low", "low_death", "low_est", "deaths_low"), "dead_or_none"),
        Column("high", ("high", "high_death", "high_est", "deaths_high"), "dead_or_none"),
        Column("civilians", ("deaths_civilians",), "dead_or_none"),
        Column("country", ("country", "country_name", "iso3")),
        Column("unit", ("adm_1", "adm1", "admin1")),
        Column("side_a", ("side_a",)),
        Column("side_b", ("side_b",)),
    ),
    (*one("id", "type", "date", "best"), (("gid",), ("latitude", "longitude"))),
    gives="events",
)


def read(reading: Reading) -> Part:
    """Return the events of a file of GED's kind that lie in the region."""
    events = events_of(reading)
    events, left, outside = place_events(events, reading)
    once = events.drop_duplicates("id", keep="last")
    passed = passed_outside(outside) | {AGAIN: len(events) - len(once)}
    return Part(KIND, reading.file, version_in(reading.file), once[list(EVENTS)], left, passed)


def events_of(reading: Reading) -> pd.DataFrame:
    """Return all events of a file under the model's names, wherever they are."""
    rows = reading.rows
    kind = numbers(rows["type"]).astype("int64")
    best = numbers(rows["best"])
    side_a, side_b = (reading.text(name, "").fillna("") for name in ("side_a", "side_b"))
    one_sided = kind == 3
    civilians = numbers(reading.text("civilians", ""))
    gid = numbers(reading.text("gid", "")).astype("Int64")
    ids = rows["id"].str.replace(r"\.0$", "", regex=True)  # 256789.0 and 256789 are one event
    perpetrator = side_a.str.startswith("Government of").map({True: GOVERNMENT, False: OTHER_PERPETRATOR})
    known = mapping()
    countries = reading.text("country", "")
    return pd.DataFrame(
        {
            "line": rows["line"],
            "file": reading.file,
            "source": SOURCE,
            "id": ids,
            "date": dates(rows["date"], slashes=False),
            "gid": gid,
            "latitude": numbers(reading.text("latitude", "")),
            "longitude": numbers(reading.text("longitude", "")),
            "country": countries,
            "unit": reading.text("unit", ""),
            "type": kind.map(dict(enumerate(TYPES, 1))).astype(object),
            "perpetrator": perpetrator.where(one_sided & ~is_empty(side_a), "").astype(object),
            "side_a": side_a,
            "side_b": side_b,
            "actor_a": known.actors("ucdp", side_a),
            "actor_b": known.actors("ucdp", side_b),
            "deaths_best": best.astype("int64"),
            "deaths_low": numbers(reading.text("low", "")),
            "deaths_high": numbers(reading.text("high", "")),
            "civilians": civilians.where(civilians.notna(), best.where(one_sided)),
            "where_prec": numbers(reading.text("where_prec", "")).astype("Int64"),
        }
    )
