"""Lines by their id: what each replicate of an ensemble gives, what has to be recorded for it, and when it ends.

    deaths.MLI.2013-16.one_sided_non_state    as recorded, of a country or "three"; a year, years, or a month (2012-03)
    fighters.jnim.2020                        mean of the year
    control.BFA.2020.area_share.government    mean of the year
    idps.MLI.2012                             whom a register would hold at the end of the year (yardstick.register)
    idps_true.MLI.2012                        stock at the end of the year, registered or not
    refugees.MLI.MRT.2012                     refugees by origin and host at the end of the year; all: everywhere
    away.MLI.2012                             registered and refugees from it together; abroad: the part of refugees
    left_of_peak.MLI.2015                     away at the end of the year by the most of 2012 and 2013
    per_death.BFA.2016-17                     rise of the registered by recorded deaths, mean of the years
    hosts.MLI.2013                            1 where the first three hosts are in the order of the record
    shares.BFA.2020-09-06.error               IDPs by admin-1 on a day: mean absolute error of shares (points);
                                              first_two: 1 where the two largest are those of the count
    newly_displaced.MLI.2012                  persons in a span of time; returned as well, and posts (withdrawals)
    cells.2012-16.active                      cells of the three states with a death
    events.base_overrun.three.2013-16         events of a kind in a country or the three states
    north2012.state_area                      largest share of Tombouctou, Gao and Kidal that the state holds at the end
                                              of a month, June to December 2012
    north2013.towns_held                      1 where the state holds the cells of the three towns in all of the last
                                              four weeks of 2013
    P04                                       the statistic of a pattern, where it is one figure

Ids and statistics are those of `sim.validation.yardstick`; those of the north are made here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.core.codes import LOG_KINDS
from sim.core.errors import UserError, unknown
from sim.validation import facts
from sim.validation.yardstick import patterns, patterns_of_events, patterns_of_series
from sim.validation.yardstick.control import MEASURES
from sim.validation.yardstick.deaths import STATES, TYPES, counted, dead_by_cell
from sim.validation.yardstick.displacement import HOSTS, at_places, counts_by_area, share_error
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.register import registered, registered_change, registers

NORTH = ("MLI.Tombouctou", "MLI.Gao", "MLI.Kidal")
TOWNS = {"Tombouctou": (16.77, -3.01), "Gao": (16.27, -0.04), "Kidal": patterns_of_series.KIDAL}  # latitude, longitude
PLACES = (*STATES, "three")
#: what a run has to record for a line beside its series
EVENTS, CELLS = "events", "cells"
MONTHS_OF_YEAR = 12
#: first and last day between which the peak of a country's displacement is looked for
PEAK = ("2012-01-15", "2013-12-31")
FIRST_HOSTS = 3


@dataclass(frozen=True)
class Line:
    """A line: how it is counted, what has to be recorded for it, its first and last day (ISO)."""

    id: str
    values: Callable[[Ensemble], np.ndarray]
    needs: frozenset[str]
    start: str
    end: str


def span_of(text: str) -> tuple[str, str]:
    """First and last day of 2012, 2013-16 or the month 2012-03; years of a span come after the twelfth."""
    head, _, tail = text.partition("-")
    if not re.fullmatch(r"\d{4}(-\d{2})?", text):
        raise UserError(f"'{text}' is no span of time; say a year (2012), years (2013-16) or a month (2012-03).")
    if not tail:
        return f"{head}-01-01", f"{head}-12-31"
    number = int(tail)
    if 1 <= number <= MONTHS_OF_YEAR:
        return f"{head}-{tail}-01", f"{head}-{tail}-{calendar.monthrange(int(head), number)[1]:02d}"
    if number <= int(head[2:]):
        raise UserError(f"'{text}' is no span of time; its last year comes before its first.")
    return f"{head}-01-01", f"{head[:2]}{tail}-12-31"


def line_of(id_: str) -> Line:
    """The line of an id; a slip gives a sentence with the nearest right name."""
    head, *rest = id_.split(".")
    if head in facts.patterns()["id"].to_numpy() and not rest:
        return _pattern(head)
    if head not in KINDS:
        raise unknown("kind of line", head, [*KINDS, *facts.patterns()["id"]], f"({id_})")
    parts, make = KINDS[head]
    rest = id_.split(".", parts)[1:]
    if len(rest) != parts:
        raise UserError(f"The line '{id_}' has {len(rest) + 1} parts, not {parts + 1}, such as {EXAMPLES[head]}.")
    return make(id_, *rest)


def _one_of(what: str, name: str, known: tuple[str, ...] | dict, id_: str) -> None:
    if name not in known:
        raise unknown(what, name, known, f"(line {id_})")


def _deaths(id_: str, place: str, span: str, kind: str) -> Line:
    _one_of("place", place, PLACES, id_)
    _one_of("type of deaths", kind, TYPES, id_)
    start, end = span_of(span)
    return Line(id_, lambda e: counted(e, place, kind, start, end), frozenset(), start, end)


def _fighters(id_: str, actor: str, span: str) -> Line:
    start, end = span_of(span)
    return Line(id_, lambda e: e.mean(f"fighters.{actor}", "region", start, end), frozenset(), start, end)


def _control(id_: str, place: str, span: str, outcome: str) -> Line:
    _one_of("place", place, STATES, id_)
    _one_of("measure of control", outcome.partition(".")[0], MEASURES, id_)
    start, end = span_of(span)
    return Line(id_, lambda e: e.mean(outcome, place, start, end), frozenset(), start, end)


def _stock(id_: str, place: str, span: str) -> Line:
    _one_of("place", place, STATES, id_)
    start, end = span_of(span)
    outcome = "idps" if id_.startswith("idps_true.") else id_.partition(".")[0]
    return Line(id_, lambda e: e.at(outcome, place, end), frozenset(), start, end)


def _registered(id_: str, place: str, span: str) -> Line:
    _one_of("place", place, STATES, id_)
    start, end = span_of(span)
    return Line(id_, lambda e: registered(e, place, end), frozenset(), start, end)


def _refugees(id_: str, origin: str, host: str, span: str) -> Line:
    _one_of("origin", origin, STATES, id_)
    _one_of("host", host, ("all", *HOSTS), id_)
    start, end = span_of(span)
    if host == "all":
        return Line(id_, lambda e: e.at("refugees_from", origin, end), frozenset(), start, end)
    return Line(id_, lambda e: e.at(f"refugees_hosted_from.{origin}", host, end), frozenset(), start, end)


def _away(id_: str, place: str, span: str) -> Line:
    _one_of("place", place, STATES, id_)
    start, end = span_of(span)

    def values(e: Ensemble) -> np.ndarray:
        abroad = e.at("refugees_from", place, end)
        away = abroad + registered(e, place, end)
        return away if id_.startswith("away") else abroad / np.maximum(1.0, away)

    return Line(id_, values, frozenset(), start, end)


def _left_of_peak(id_: str, place: str, span: str) -> Line:
    _one_of("place", place, STATES, id_)
    _, end = span_of(span)

    def values(e: Ensemble) -> np.ndarray:
        away = registers(e, place) + e.table("refugees_from", place).to_numpy(dtype=float)
        first, last = (e.row_at("idps", place, day) for day in PEAK)
        return away[e.row_at("idps", place, end)] / np.maximum(1.0, away[first : last + 1].max(axis=0))

    return Line(id_, values, frozenset(), PEAK[0], end)


def _per_death(id_: str, place: str, span: str) -> Line:
    _one_of("place", place, STATES, id_)
    start, end = span_of(span)

    def values(e: Ensemble) -> np.ndarray:
        parts = []
        for year in range(int(start[:4]), int(end[:4]) + 1):
            dead = counted(e, place, "all", f"{year}-01-01", f"{year}-12-31")
            parts.append(registered_change(e, place, year) / np.maximum(1.0, dead))
        return np.mean(parts, axis=0)

    return Line(id_, values, frozenset(), f"{int(start[:4]) - 1}-12-25", end)


def _hosts(id_: str, origin: str, span: str) -> Line:
    _one_of("origin", origin, STATES, id_)
    start, end = span_of(span)
    table = facts.displaced()
    seen = table[(table["measure"] == "refugees") & (table["origin"] == origin) & (table["year"] == int(start[:4]))]
    hosts = seen[seen["place"].isin(HOSTS)].sort_values("persons", ascending=False)["place"].tolist()[:FIRST_HOSTS]

    def values(e: Ensemble) -> np.ndarray:
        persons = np.array([e.at(f"refugees_hosted_from.{origin}", host, end) for host in HOSTS if host != origin])
        names = np.array([host for host in HOSTS if host != origin])
        order = names[np.argsort(-persons, axis=0, kind="stable")][:FIRST_HOSTS]
        return (order == np.array(hosts)[:, None]).all(axis=0).astype(float)

    return Line(id_, values, frozenset(), start, end)


def _shares(id_: str, place: str, day: str, what: str) -> Line:
    _one_of("place", place, STATES, id_)
    _one_of("line", what, ("error", "first_two"), id_)
    counts = counts_by_area("idps")
    counts = counts[(counts["country"] == place) & (counts["day"] == day)].drop_duplicates("place")
    if counts.empty:
        raise UserError(f"No count by admin-1 of {place} is of the day {day} (line {id_}).")
    seen = counts["persons"].to_numpy(dtype=float)

    def values(e: Ensemble) -> np.ndarray:
        persons = np.array([at_places(e, "idps_hosted", parts, day) for parts in counts["parts"]])
        if what == "error":
            return share_error(persons, seen)
        first = np.argsort(-persons, axis=0, kind="stable")[:2]
        return (first == np.argsort(-seen, kind="stable")[:2, None]).all(axis=0).astype(float)

    return Line(id_, values, frozenset(), day, day)


def _flow(id_: str, place: str, span: str) -> Line:
    _one_of("place", place, PLACES, id_)
    start, end = span_of(span)
    outcome, places = id_.partition(".")[0], STATES if place == "three" else (place,)
    return Line(id_, lambda e: sum(e.total(outcome, name, start, end) for name in places), frozenset(), start, end)


def _cells(id_: str, span: str, what: str) -> Line:
    _one_of("count of cells", what, ("active",), id_)
    start, end = span_of(span)
    return Line(id_, lambda e: active_cells(e, start, end), frozenset({EVENTS}), start, end)


def active_cells(e: Ensemble, start: str, end: str) -> np.ndarray:
    """Cells of the three states with a death as recorded, of events known to the place (R,)."""
    return (dead_by_cell(e, start, end).to_numpy() > 0).sum(axis=0).astype(float)


def _events(id_: str, kind: str, place: str, span: str) -> Line:
    _one_of("place", place, PLACES, id_)
    kind = kind.replace("_", " ")
    _one_of("kind of event", kind, LOG_KINDS, id_)
    start, end = span_of(span)
    places = STATES if place == "three" else (place,)

    def values(e: Ensemble) -> np.ndarray:
        rows = patterns_of_events.inside(e.between(e.events, start, end), *places)
        return e.by_replicate(rows[rows["kind"] == kind])

    return Line(id_, values, frozenset({EVENTS}), start, end)


def _north_2012(id_: str, what: str) -> Line:
    _one_of("line", what, ("state_area",), id_)
    return Line(id_, state_area, frozenset(), "2012-06-01", "2012-12-31")


def state_area(e: Ensemble) -> np.ndarray:
    """Largest share of the area of the north that the state holds at the end of a month, June to December 2012 (R,).

    A region's area is taken as the sum over its cells of the cosine of their latitude.
    """
    cells = e.cells
    area = np.cos(np.radians(cells["lat"])).groupby(cells["admin1"]).sum()
    shares = []
    for place in NORTH:
        table = e.table("area_share.government", place)
        months = table.index.to_numpy().astype("datetime64[M]")
        shares.append(
            table.to_numpy(dtype=float)[(months >= np.datetime64("2012-06")) & (months <= np.datetime64("2012-12"))]
        )
    return np.average(shares, axis=0, weights=[area[place] for place in NORTH]).max(axis=0)


def _north_2013(id_: str, what: str) -> Line:
    _one_of("line", what, ("towns_held",), id_)
    return Line(id_, towns_held, frozenset({CELLS}), "2013-12-03", "2013-12-31")


def towns_held(e: Ensemble) -> np.ndarray:
    """1 where the state holds the cells of the three towns in each of the last four weeks of 2013, else 0 (R,)."""
    weeks = e.weeks("2013-11-25", "2013-12-31")[-4:]
    towns = [e.cell_at(*place) for place in TOWNS.values()]
    return e.held(towns, "government", weeks).all(axis=(1, 2)).astype(float)


def _pattern(id_: str) -> Line:
    row = facts.patterns().set_index("id").loc[id_]
    start = min(day for day in (row["start"], row["base_start"]) if day == day)

    def values(e: Ensemble) -> np.ndarray:
        outcome = patterns.judge(e, id_)
        if outcome.status or outcome.values.ndim != 1:
            raise UserError(
                f"The pattern {id_} is not one figure by replicate ({outcome.status or 'several figures'})."
            )
        return outcome.values

    return Line(id_, values, frozenset({EVENTS, CELLS}), str(start)[:10], str(row["end"])[:10])


#: kind of line -> parts after it, and what makes it
KINDS: dict[str, tuple[int, Callable[..., Line]]] = {
    "deaths": (3, _deaths),
    "fighters": (2, _fighters),
    "control": (3, _control),
    "idps": (2, _registered),
    "idps_true": (2, _stock),
    "refugees": (3, _refugees),
    "away": (2, _away),
    "abroad": (2, _away),
    "left_of_peak": (2, _left_of_peak),
    "per_death": (2, _per_death),
    "hosts": (2, _hosts),
    "shares": (3, _shares),
    "newly_displaced": (2, _flow),
    "returned": (2, _flow),
    "withdrawals": (2, _flow),
    "cells": (2, _cells),
    "events": (3, _events),
    "north2012": (1, _north_2012),
    "north2013": (1, _north_2013),
}
EXAMPLES = {
    "deaths": "deaths.MLI.2013-16.all",
    "fighters": "fighters.jnim.2020",
    "control": "control.BFA.2020.area_share.government",
    "idps": "idps.MLI.2012",
    "idps_true": "idps_true.MLI.2012",
    "refugees": "refugees.MLI.MRT.2012",
    "away": "away.MLI.2012",
    "abroad": "abroad.MLI.2012",
    "left_of_peak": "left_of_peak.MLI.2015",
    "per_death": "per_death.BFA.2016-17",
    "hosts": "hosts.MLI.2013",
    "shares": "shares.BFA.2020-09-06.error",
    "newly_displaced": "newly_displaced.MLI.2012",
    "returned": "returned.MLI.2014",
    "withdrawals": "withdrawals.three.2013-16",
    "cells": "cells.2012-16.active",
    "events": "events.base_overrun.MLI.2012",
    "north2012": "north2012.state_area",
    "north2013": "north2013.towns_held",
}
