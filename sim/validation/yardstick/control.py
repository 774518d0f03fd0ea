"""(d) Fighters by group and control by area, inhabited area and people, by country and year."""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.validation import facts
from sim.validation.yardstick.deaths import NAMES, STATES
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.rows import NOT_RECORDED, Row, measured

MEASURES = {"area_share": "area", "inhabited_area_share": "inhabited area", "people_share": "people"}
UNDER_ARMS = "Under arms, mean of the year"
LEAST_ARMED = 20  # actors that never have so many at the median, and on whom there is no figure, are left out
#: actors by the subject of a strength in `facts.context`
SUBJECTS = {
    "JNIM": "jnim",
    "ISSP": "issp",
    "ISGS": "issp",
    "MNLA and allied separatists": "separatists",
    "Ansar Dine, AQIM and MUJAO": "jnim",
    "Dan Na Ambassagou and dozo groups": "militia_mali",
    "army and gendarmerie of Burkina Faso": "burkina_army",
    "army of Burkina Faso": "burkina_army",
    "army and guard of Niger": "niger_army",
    "army, gendarmerie and guard of Mali": "mali_army",
}
LEAST_SHARE = 0.005  # controllers that never reach it at the median are left out


def pairs(e: Ensemble) -> set[tuple[str, str]]:
    """(place, outcome) that these rows read."""
    names = [*e.folder.run["controllers"], "contested", "none"]
    wanted = {(c, f"{m}.{name}") for c in STATES for m in MEASURES for name in names}
    return wanted | {("region", f"fighters.{name}") for name in e.kinds}


def fighter_rows(e: Ensemble) -> list[Row]:
    """People under arms by actor in the states of the theatre, mean of each year, with what sources have on its
    strength.
    """
    e.load(pairs(e))
    rows = []
    if not any(e.has(f"fighters.{name}", "region") for name in e.kinds):
        return [Row("fighters", UNDER_ARMS, "all actors", "all years", "persons", status=NOT_RECORDED)]
    for name in e.kinds:
        outcome = f"fighters.{name}"
        if not e.has(outcome, "region"):
            continue
        own = []
        for year in e.years():
            values = e.mean(outcome, "region", f"{year}-01-01", f"{year}-12-31")
            own.append(
                with_strength(
                    Row(f"fighters.{name}.{year}", UNDER_ARMS, name, str(year), "persons", None, values), name, year
                )
            )
        if any(row.median >= LEAST_ARMED or row.observed for row in own):
            rows += own
    return rows


def with_strength(row: Row, actor: str, year: int) -> Row:
    """The row with the figures that sources have for the actor in that year."""
    table = facts.context()
    table = table[table["kind"].isin(["strength", "strength_input"])]
    table = table[table["subject"].map(SUBJECTS) == actor]
    start = table["start"].fillna(table["date"]).dt.year
    table = table[(start <= year) & (table["date"].dt.year >= year) & table["value"].notna()]
    if len(table):
        row.observed = float(table["value"].mean())
        row.observed_text = "; ".join(claimed(item) for item in table.itertuples())
        row.source = "; ".join(dict.fromkeys(table["source"]))
        row.given = bool((table["kind"] == "strength_input").any())
        row.note = row.observed_text + (" (a target that the model is given)" if row.given else "")
    return row


def claimed(item) -> str:
    """A figure as its source gives it: 6,500 (6,000 to 7,000)."""
    span = f" ({item.low:,.0f} to {item.high:,.0f})" if item.low == item.low and item.high == item.high else ""
    return f"{item.value:,.0f}{span}"


def control_rows(e: Ensemble) -> list[Row]:
    """Shares of area, inhabited area and people by controller, mean of each year."""
    e.load(pairs(e))
    rows = []
    for country in STATES:
        for measure, words in MEASURES.items():
            section = f"Control of {NAMES[country]}, share of {words}, mean of the year"
            if not e.has(f"{measure}.government", country):
                key = f"control.{country}.{measure}"
                rows.append(Row(key, section, "government", "all years", "share", status=NOT_RECORDED))
                continue
            for name in [*e.folder.run["controllers"], "contested", "none"]:
                outcome = f"{measure}.{name}"
                if not e.has(outcome, country):
                    continue
                found = []
                for year in e.years():
                    values = e.mean(outcome, country, f"{year}-01-01", f"{year}-12-31")
                    key = f"control.{country}.{year}.{measure}.{name}"
                    found.append(Row(key, section, name, str(year), "share", None, values))
                if any(row.median >= LEAST_SHARE for row in found):
                    rows += found
    return rows + outside_rows(e)


def outside_rows(e: Ensemble) -> list[Row]:
    """Area outside state control on the dates of each claim, with all claims: sources dispute it."""
    rows = []
    table = facts.context()
    for item in table[table["kind"] == "territory"].itertuples():
        start, end = window(item)
        if item.place not in STATES or not e.covers(start, end):
            continue
        outside = item.value if item.value == item.value else (item.low + item.high) / 2.0
        claim = "under state control" in item.subject
        outside = (100.0 - outside if claim else outside) / 100.0
        who = "the government's claim" if claim else item.source.partition(",")[0]
        label = f"{when(item)}, {who}"
        section = f"Area of {NAMES[item.place]} outside state control, as each source has it"
        about = (f"outside.{item.place}.{item.id}", section, "outside", label, "share", outside)
        note = "sources dispute this figure"
        rows.append(measured(partial(outside_share, e, item.place, start, end), *about, source=item.source, note=note))
    return rows


def outside_share(e: Ensemble, country: str, start: str, end: str) -> np.ndarray:
    """Share of a country's area that its government does not control, mean from `start` to `end` (R,)."""
    return 1.0 - e.mean("area_share.government", country, start, end)


def window(item) -> tuple[str, str]:
    """First and last day of the time that a figure of `facts.context` is about: for a year's figure the year, for a
    month's the month, for a day's the 30 days before it and the day.
    """
    end = item.date
    if item.start == item.start:
        start = item.start
    elif item.precision == "day":
        start = end - np.timedelta64(30, "D")
    else:
        start = end.replace(day=1, month=1) if item.precision == "year" else end.replace(day=1)
    return str(start)[:10], str(end)[:10]


def when(item) -> str:
    """That time in as many words as its source has: 2022-06-18, 2023-02, 2024 to 2025."""
    digits = {"year": 4, "month": 7, "day": 10}[item.precision]
    start, end = (str(day)[:digits] for day in (item.start, item.date))
    return end if item.start != item.start or start == end else f"{start} to {end}"
