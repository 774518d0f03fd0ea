"""Lines by their id: what each replicate of an ensemble gives, what has to be recorded for it, and when it ends.

    deaths.MLI.2013-16.one_sided_non_state    as recorded, of a country or "three"; a year, years, or a month (2012-03)
    fighters.jnim.2020                        mean of the year
    control.BFA.2020.area_share.government    mean of the year
    idps.MLI.2012                             stock at the end of the year
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
from sim.validation.yardstick.ensemble import Ensemble

NORTH = ("MLI.Tombouctou", "MLI.Gao", "MLI.Kidal")
TOWNS = {"Tombouctou": (16.77, -3.01), "Gao": (16.27, -0.04), "Kidal": patterns_of_series.KIDAL}  # latitude, longitude
PLACES = (*STATES, "three")
#: what a run has to record for a line beside its series
EVENTS, CELLS = "events", "cells"
MONTHS_OF_YEAR = 12


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
    outcome = id_.partition(".")[0]
    return Line(id_, lambda e: e.at(outcome, place, end), frozenset(), start, end)


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
    "idps": (2, _stock),
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
    "newly_displaced": "newly_displaced.MLI.2012",
    "returned": "returned.MLI.2014",
    "withdrawals": "withdrawals.three.2013-16",
    "cells": "cells.2012-16.active",
    "events": "events.base_overrun.MLI.2012",
    "north2012": "north2012.state_area",
    "north2013": "north2013.towns_held",
}
