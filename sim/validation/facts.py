"""What was observed, as shipped with the project: plain facts in small tables, each row with its source.

The files are in `sim/validation/observed/`; `docs/data_sources.md` says where each comes from and under which licence.

Every table is read once, checked column by column and returned as a DataFrame that is shared: copy it before
changing it. Dates are datetime64 (NaT where there is none), whole numbers int64, other numbers float64 (NaN), texts
str (""). A figure that is missing is missing: no table fills it with nought. `place` is a name of the model's map
(`World.cells_of`): a country (MLI), an admin-1 (MLI.Gao), or several joined with "+", whose cells are added up.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from sim.validation import observations
from sim.validation.observations import OBSERVED

CLASSES = ("emergent", "input-driven", "held-out", "seen")

#: what has to be so for a pattern to hold: the words of patterns.csv -> a short name for programs
RULES = {
    "median in band": "band",
    "true in at least half of the replicates": "half",
    "true in at least 80 % of the replicates": "most",
    "medians strictly rising": "rising",
    "both medians in their bands and the second above the first": "bands_rising",
    "median in band, and at least two cells in the base window at the median": "band_two_cells",
    "observed within the 5 to 99 % quantiles of the simulated, the 99 % quantile below five times the observed": "tail",
    "first below half of the second and third below 0.6 of the second, at the medians": "wait_then_saturate",
}

#: how a figure came about
CONFIDENCE = (
    "exact",  # as the source prints it
    "rounded",
    "about",  # of dates: worked out, or of the month at best
    "at least",
    "share of total",  # a printed share times a printed total, both in the note
    "derived",  # added or taken away, as the note says
    "secondary",  # a source that cites another
    "claim",  # by a party to the conflict
    "target",  # wanted or asked for, not there
    "disputed",  # another source, or another edition, has another figure: see the note
    "not comparable",
)

#: outcomes of the record that are counted from `start` to `date`; the other measures are stocks on `date`
FLOWS = ("newly_displaced", "returned_idps", "returned_refugees")

STOCKS = ("idps", "refugees_hosted", "refugees_abroad", "idps_and_refugees")

#: kinds of values as they stand after the colon below, and as a message names them; text where none stands
KINDS = {"text": "a text", "whole": "a whole number", "number": "a number", "date": "a date"}

#: columns of the tables in their order; a question mark where a value may be missing
COLUMNS = {
    "patterns": "id name class definition statistic observed low? high? unit start:date end:date base_start:date? "
    "base_end:date? holds source note? mechanism? timing_event?",
    "periods": "name start:date end:date?",
    "deaths": "country year:whole state_based:whole non_state:whole one_sided:whole one_sided_government:whole "
    "one_sided_non_state:whole low:whole high:whole source",
    "deaths_admin1": "country place period start:date end:date state_based:whole non_state:whole one_sided:whole "
    "deaths:whole events:whole source",
    "active_cells": "place period start:date end:date cells:whole cells_by_event:whole source",
    "displaced": "series measure origin place year:whole persons:whole note? source",
    "displaced_admin1": "country admin1 place start:date? date:date precision measure origin? persons:whole register "
    "coverage? covered:number? confidence note? source",
    "displaced_totals": "country? place start:date? date:date precision measure origin? persons:whole register "
    "confidence note? source",
    "context": "id kind subject place start:date? date:date precision value:number? low:number? high:number? unit? "
    "source confidence note?",
}

#: columns that take only these values
ALLOWED = {
    "class": CLASSES,
    "holds": tuple(RULES),
    "confidence": CONFIDENCE,
    "precision": ("day", "month", "year"),
}


# ---------------------------------------------------------------------------- the tables


@cache
def patterns() -> pd.DataFrame:
    """Patterns of the record, one row each, in the order of the file, which `id` names.

    `observed`: True for a question of yes or no, else a tuple of one or two numbers in `unit`; `low` and `high`:
    tuples of the bounds of the band, one for each number observed, empty where the rule has none. `start` and `end`
    are the days the pattern is about; a ratio is to the days from `base_start` to `base_end` (of P10 these are the
    first of two windows). `holds` is the rule in words and `rule` its short name. `mechanism` is the process that
    should bring a pattern about and how, `timing_event` the event of the schedule that times it: with the process
    off, or the event moved, the pattern has to go or to move before it counts as evidence.
    """
    table = _read("patterns")
    for name in ("observed", "low", "high"):
        table[name] = pd.Series([_numbers(text) for text in table[name]], index=table.index, dtype=object)
    table["rule"] = table["holds"].map(RULES)
    return table


@cache
def periods() -> pd.DataFrame:
    """Periods to add up over: name, start, end; the last has no end (NaT) and is for data later than those shipped."""
    return _read("periods")


@cache
def deaths() -> pd.DataFrame:
    """Deaths by country and year (UCDP v25.1, best estimates): ten countries, 1989 to 2022, every year.

    One-sided deaths are those by governments and those by other groups, which add up to them. `low` and `high` bound
    the sum of the three types.
    """
    return _checked(observations.deaths(), "deaths")


@cache
def deaths_admin1() -> pd.DataFrame:
    """Deaths and events known to the place by admin-1 of the map and period, 1989 to 2018 (`tools.observed_sums`).

    Nought means that no event is known to the place, which is not that nobody died: some 20 % of deaths have no such
    place.
    """
    return _read("deaths_admin1")


@cache
def active_cells() -> pd.DataFrame:
    """Cells with a recorded death by state and period, of events known to the place: at least so many."""
    return _read("active_cells")


@cache
def displaced() -> pd.DataFrame:
    """Displacement by country and year: measure, origin, place, persons.

    `idps`, `refugees` (with asylum-seekers) and `others_of_concern` (where UNHCR counted people as neither) are stocks
    at the end of the year, `newly_displaced` is of the year. "elsewhere" is all countries of asylum off the map.
    """
    return _checked(observations.displaced(), "displaced")


@cache
def displaced_admin1() -> pd.DataFrame:
    """Displacement by admin-1 and date; compare levels within one `register` only, and never a missing place as nought.

    `measure` is one of `STOCKS`, on `date`, or of `FLOWS`, from `start` (NaT where unknown) to `date`. Where
    `precision` is "month", `date` is the last day of the month. `admin1` is the region as the source has it and `place`
    the same people on the model's map: Gao before 2016 is Gao and Menaka, Tombouctou always with Taoudenit.
    `coverage`: regions with a figure on that date, of how many; `covered`: their share of the country's total.
    """
    return _read("displaced_admin1")


@cache
def displaced_totals() -> pd.DataFrame:
    """Displacement of whole countries by month, as `displaced_admin1`; sums of countries have no `country`."""
    return _read("displaced_totals")


@cache
def context() -> pd.DataFrame:
    """Figures to see outcomes beside: territory, strengths, sieges and blockades, schools closed, by place and date.

    `strength_input` are armed forces whose size the model takes as a target, the other kinds are outcomes. A figure
    over a time has `start` (else NaT); an event has no `value`.
    """
    return _read("context")


# ---------------------------------------------------------------------------- reading and checking


def _read(name: str) -> pd.DataFrame:
    """A table of the folder, all checked."""
    return _checked(pd.read_csv(OBSERVED / f"{name}.csv", dtype=str, keep_default_na=False), name)


def columns_of(name: str) -> dict[str, tuple[str, bool]]:
    """Columns of a table: name -> kind, and whether a value may be missing."""
    found = {}
    for part in COLUMNS[name].split():
        column, _, kind = part.rstrip("?").partition(":")
        found[column] = (kind or "text", part.endswith("?"))
    return found


def _checked(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with its columns in their types; ValueError names file, line and column of the first wrong value."""
    wanted = columns_of(name)
    if list(table.columns) != list(wanted):
        raise ValueError(f"{name}.csv has the columns {', '.join(table.columns)}, not {', '.join(wanted)}.")
    out = pd.DataFrame(index=table.index)
    for column, (kind, optional) in wanted.items():
        text = table[column].astype(str)
        empty = (text.str.strip() == "").to_numpy()
        values, wrong = _typed(text, kind)
        wrong = wrong & ~empty if optional else wrong | empty
        expected = KINDS[kind] + " or nothing" * optional
        if column in ALLOWED and not wrong.any():
            wrong = ~text.isin(ALLOWED[column]).to_numpy()
            expected = "one of " + ", ".join(ALLOWED[column])
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise ValueError(f"{name}.csv, line {at + 2}: {column} must be {expected}, not '{text.iloc[at]}'.")
        out[column] = values.astype(np.int64) if kind == "whole" else values
    return out


def _typed(text: pd.Series, kind: str) -> tuple[pd.Series, np.ndarray]:
    """A column of texts as what it should be, and where it is not."""
    if kind == "text":
        return text, np.zeros(len(text), bool)
    if kind == "date":
        values = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
        return values, values.isna().to_numpy()
    values = pd.to_numeric(text.replace("", "nan"), errors="coerce").astype(float)
    if kind == "whole":
        return values, (values.isna() | (values % 1 != 0) | (values < 0)).to_numpy()
    return values, values.isna().to_numpy()


def _numbers(text: str) -> bool | tuple[float, ...]:
    """`true` as True, else the numbers between semicolons."""
    return True if text == "true" else tuple(float(part) for part in text.split(";") if part)
