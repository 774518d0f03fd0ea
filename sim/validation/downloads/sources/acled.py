"""ACLED's export of events (Raleigh, Linke, Hegre and Karlsen 2010), through the mapping in `acled_mapping.yaml`.

ACLED gives one number of dead for an event, without a range and without a split by side: low and high are missing, and
civilians are known only where the event is violence against them.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.validation.downloads.events import EVENTS, GOVERNMENT, OTHER_PERPETRATOR, passed_outside, place_events
from sim.validation.downloads.kinds import Column, Kind, one
from sim.validation.downloads.part import AGAIN, OTHER, Part, Reading
from sim.validation.downloads.schemas import left_out
from sim.validation.downloads.sources.acled_mapping import Mapping, mapping
from sim.validation.downloads.values import dates, numbers

SOURCE = "ACLED"

KIND = Kind(
    "acled",
    "ACLED (events)",
    (
        Column("id", ("event_id_cnty",), "id"),
        Column("date", ("event_date",), "day_or_slashes"),
        Column("event_type", ("event_type",)),
        Column("sub_event_type", ("sub_event_type",)),
        Column("actor1", ("actor1",)),
        Column("actor2", ("actor2",)),
        Column("inter1", ("inter1",)),
        Column("inter2", ("inter2",)),
        Column("civilian_targeting", ("civilian_targeting",)),
        Column("country", ("country",)),
        Column("unit", ("admin1",)),
        Column("latitude", ("latitude",), "latitude"),
        Column("longitude", ("longitude",), "longitude"),
        Column("precision", ("geo_precision",), "geo_precision"),
        Column("dead", ("fatalities",), "dead"),
        Column("changed", ("timestamp",)),
    ),
    one(
        "id",
        "date",
        "event_type",
        "sub_event_type",
        "actor1",
        "inter1",
        "inter2",
        "country",
        "latitude",
        "longitude",
        "dead",
    ),
    gives="events",
)


def read(reading: Reading, mapping_file: str | Path | None = None) -> Part:
    """Return the events of armed violence of an export that lie in the region."""
    words = mapping(mapping_file)
    rows = reading.rows
    kinds = list(zip(rows["event_type"], reading.text("sub_event_type", "")))
    known = {pair: words.meaning(*pair) for pair in set(kinds)}
    meaning = pd.Series([known[pair] for pair in kinds], index=rows.index, dtype=object)
    strange = meaning == ""
    told = "is no type of event that the mapping knows"
    left = left_out(
        rows[strange], reading.file, reading.written["event_type"], rows["event_type"][strange], "unknown type", told
    )
    other = int((meaning == "none").sum())
    armed = ~strange & (meaning != "none")
    events = _events(Reading(rows[armed], reading.file, reading.written, reading.places), meaning[armed], words)
    events, off, outside = place_events(events, reading)
    once = events.drop_duplicates("id", keep="last")
    passed = passed_outside(outside) | {OTHER: other, AGAIN: len(events) - len(once)}
    left = pd.concat([left, off], ignore_index=True)
    return Part(KIND, reading.file, _version(rows), once[list(EVENTS)], left, passed)


def _version(rows: pd.DataFrame) -> str:
    """The day of the last change to any event (`timestamp`, seconds since 1970), since ACLED numbers no versions."""
    changed = numbers(rows["changed"]) if "changed" in rows else pd.Series(dtype="float64")
    changed = changed[changed.between(0, 4e9)]
    return f"{pd.Timestamp(int(changed.max()), unit='s'):%Y-%m-%d}" if len(changed) else ""


def _events(reading: Reading, meaning: pd.Series, words: Mapping) -> pd.DataFrame:
    """Events under the model's names; of one-sided violence the perpetrator is side_a and the civilians are side_b."""
    rows = reading.rows
    names = {side: reading.text(f"actor{side}", "").fillna("") for side in (1, 2)}
    inter = {side: reading.text(f"inter{side}", "").fillna("").map(words.inter_of) for side in (1, 2)}
    victims = {side: inter[side].isin(words.civilians) for side in (1, 2)}
    state = {side: _is_government(names[side], inter[side], words) for side in (1, 2)}
    targeted = reading.text("civilian_targeting", "").fillna("").str.strip() != ""
    on_civilians = victims[1] | victims[2] | targeted
    one_sided = (meaning == "civilians") | ((meaning == "by_target") & on_civilians)
    swap = one_sided & victims[1] & ~victims[2]
    a, b = names[1].where(~swap, names[2]), names[2].where(~swap, names[1])
    a_is_state = state[1].where(~swap, state[2])
    kind = pd.Series("non_state", index=rows.index, dtype=object)
    kind[state[1] | state[2]] = "state_based"
    kind[one_sided] = "one_sided"
    perpetrator = a_is_state.map({True: GOVERNMENT, False: OTHER_PERPETRATOR}).astype(object)
    perpetrator[~one_sided | (a == "")] = ""
    dead = numbers(rows["dead"]).astype("int64")
    missing = pd.Series(float("nan"), index=rows.index)
    precision = numbers(reading.text("precision", "")).map(words.where_prec)
    return pd.DataFrame(
        {
            "line": rows["line"],
            "file": reading.file,
            "source": SOURCE,
            "id": rows["id"],
            "date": dates(rows["date"]),
            "gid": pd.Series(pd.NA, index=rows.index, dtype="Int64"),
            "latitude": numbers(rows["latitude"]),
            "longitude": numbers(rows["longitude"]),
            "country": rows["country"],
            "unit": reading.text("unit", ""),
            "type": kind,
            "perpetrator": perpetrator,
            "side_a": a,
            "side_b": b,
            "actor_a": words.actors("acled", a),
            "actor_b": words.actors("acled", b),
            "deaths_best": dead,
            "deaths_low": missing,
            "deaths_high": missing,
            "civilians": dead.where(one_sided).astype("float64"),
            "where_prec": precision.astype("Int64"),
        }
    )


def _is_government(names: pd.Series, inter: pd.Series, words: Mapping) -> pd.Series:
    """Whether each actor counts as a government, by its name where the mapping says so, else by its type."""
    by_name = {}
    for name in names.unique():
        actor = words.actor("acled", name)
        by_name[name] = actor.government if actor is not None else None
    by_type = inter.isin(words.government)
    return pd.Series(
        [by_name[name] if by_name[name] is not None else kind for name, kind in zip(names, by_type)],
        index=names.index,
        dtype=bool,
    )
