"""(a) Deaths beside UCDP's count: by country, year, period, type and perpetrator, and the cells in which they fell.

What is judged is the simulated UCDP-like record; what happened stands beside it. Cells are compared with events whose
place is
known, some four fifths of all dead, to which the simulated record is thinned (`Ensemble.events`, column `known`).
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from sim.core.files import NotRecorded
from sim.validation import facts
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.rows import NOT_RECORDED, Row, measured, recorded

STATES = ("MLI", "BFA", "NER")
NAMES = {"MLI": "Mali", "BFA": "Burkina Faso", "NER": "Niger", "three": "the three states"}
TYPES = {
    "all": "all deaths",
    "state_based": "state-based",
    "non_state": "non-state",
    "one_sided": "one-sided",
    "one_sided_government": "one-sided, by governments",
    "one_sided_non_state": "one-sided, by others",
}
SOURCE = "UCDP v25.1"

ACTIVE = "cells"
HELD = 0.4  # of the dead of a year that a record must have to count as one of that year
WORST = 40  # cells with most dead that are compared
RESAMPLED = 200  # times that replicates are drawn with replacement for the spread of a figure of the whole ensemble


def pairs() -> set[tuple[str, str]]:
    """(place, outcome) that the rows of deaths read."""
    outcomes = {"deaths", "deaths_state_based", "deaths_non_state", "deaths_one_sided"}
    outcomes |= {f"{name}_ucdp" for name in outcomes}
    outcomes |= {
        f"civilians_killed_by.{group}{s}" for group in ("government", "insurgents", "militias") for s in ("", "_ucdp")
    }
    return {(country, outcome) for country in STATES for outcome in outcomes}


def counted(e: Ensemble, country: str, kind: str, start: str, end: str, record: str = "_ucdp") -> np.ndarray:
    """Deaths of a type in a country (or "three" states) from `start` to `end` as a record has them: (R,).

    `record` is "_ucdp", "_acled" or "" for what happened. One-sided deaths by others are those by insurgents and
    militias.
    """
    if country == "three":
        return sum(counted(e, state, kind, start, end, record) for state in STATES)
    groups = {"one_sided_government": ("government",), "one_sided_non_state": ("insurgents", "militias")}
    if kind in groups:
        return sum(e.total(f"civilians_killed_by.{g}{record}", country, start, end) for g in groups[kind])
    return e.total(f"deaths{record}" if kind == "all" else f"deaths_{kind}{record}", country, start, end)


def observed(country: str, kind: str, years: list[int]) -> float | None:
    """UCDP's count of these years; None where a year lies outside it."""
    table = facts.deaths()
    countries = STATES if country == "three" else (country,)
    rows = table[table["country"].isin(countries) & table["year"].isin(years)]
    if len(rows) < len(years) * len(countries):
        return None
    columns = ["state_based", "non_state", "one_sided"] if kind == "all" else [kind]
    return float(rows[columns].to_numpy().sum())


def death_rows(e: Ensemble) -> list[Row]:
    """Deaths by country, by year and by period, by type and perpetrator."""
    e.load(pairs())
    rows = []
    spans = [(str(year), f"{year}-01-01", f"{year}-12-31") for year in e.years()]
    spans += [span for span in spans_of_periods(e) if span[1][:4] != span[2][:4]]
    for country in (*STATES, "three"):
        for kind, label in TYPES.items():
            for name, start, end in spans:
                if not e.covers(start, end):
                    continue
                years = list(range(int(start[:4]), int(end[:4]) + 1))
                seen, true = (partial(counted, e, country, kind, start, end, record) for record in ("_ucdp", ""))
                figure = observed(country, kind, years)
                by = "period" if len(years) > 1 else "year"
                section = f"Deaths by {by}, {NAMES[country]}"
                note = f"{len(years)} years" if len(years) > 1 else ""
                about = (f"deaths.{country}.{name}.{kind}", section, label, name, "persons", figure)
                rows.append(measured(seen, *about, source=SOURCE, true=recorded(true), note=note))
    return rows


def spans_of_periods(e: Ensemble) -> list[tuple[str, str, str]]:
    """Name, first and last day of each period; the one without an end goes on to the end of the run."""
    ends = [e.span[1] if p.end is pd.NaT else p.end for p in facts.periods().itertuples()]
    spans = [(p.name, str(p.start)[:10], str(end)[:10]) for p, end in zip(facts.periods().itertuples(), ends)]
    return [(name, start, end) for name, start, end in spans if start < end]


def cell_periods(e: Ensemble) -> list[tuple[str, str, str]]:
    """Name, first and last day of the stretches over which cells are compared."""
    return [*spans_of_periods(e), ("2012-16", "2012-01-01", "2016-12-31"), ("2017-18", "2017-01-01", "2018-12-31")]


def dead_by_cell(e: Ensemble, start: str, end: str) -> pd.DataFrame:
    """Dead as recorded in events with a known place: index gid of the states' cells, a column for each replicate."""
    events = e.between(e.events, start, end)
    events = events[events["recorded_ucdp"] & events["known"] & (events["best"] > 0)]
    table = events.pivot_table(index="gid", columns="replicate", values="best", aggfunc="sum", fill_value=0)
    cells = e.cells
    gids = cells.index[cells["country"].isin(STATES)]
    return table.reindex(index=gids, columns=e.event_replicates, fill_value=0).fillna(0)


def cell_rows(e: Ensemble, events: pd.DataFrame | None = None) -> list[Row]:
    """How many cells had a death, and whether they are the right ones.

    `events`: recorded events with columns date, gid, deaths, where_prec if there is one; without them only the number
    of
    active cells can be compared, whose sums are shipped.
    """
    rows = []
    shipped = facts.active_cells()
    for name, start, end in cell_periods(e):
        if not e.covers(start, end):
            continue
        section = "Cells of the three states with a death, by period"
        try:
            simulated = dead_by_cell(e, start, end)
        except NotRecorded:
            rows.append(Row(f"cells.{name}.active", section, ACTIVE, name, "cells", status=NOT_RECORDED))
            continue
        record = cells_of_record(events, start, end) if events is not None else None
        known = shipped[(shipped["period"] == name) & (shipped["place"] == "+".join(STATES))]["cells"]
        figure = float(known.sum()) if len(known) else None
        if record is not None:
            inside = record.index.isin(simulated.index)
            figure, record = float((record[inside] > 0).sum()), record[inside].reindex(simulated.index, fill_value=0)
        active = (simulated.to_numpy() > 0).sum(axis=0).astype(float)
        source = "UCDP GED v21.1, events known to the place" if figure is not None else ""
        rows.append(Row(f"cells.{name}.active", section, ACTIVE, name, "cells", figure, active, source))
        if record is not None:
            rows += likeness_rows(name, section, simulated.to_numpy(), record.to_numpy(), source)
    return rows


def cells_of_record(events: pd.DataFrame, start: str, end: str) -> pd.Series | None:
    """Recorded dead by gid in a period, of events known to the place; None where the record does not hold its years.

    It holds a year if its events have at least `HELD` of the dead that UCDP counts in the states.
    """
    day = events["date"]
    for year in range(int(start[:4]), int(end[:4]) + 1):
        dead = events["deaths"][(day.dt.year == year) & events["country"].isin(STATES)].sum()
        counted_then = observed("three", "all", [year])
        if counted_then is None or dead < HELD * counted_then:
            return None
    here = events[(day >= np.datetime64(start)) & (day <= np.datetime64(end))]
    if "where_prec" in here:
        here = here[
            ~(here["where_prec"] > 2).fillna(False).astype(bool)
        ]  # no code: a file of events known to the place
    return here.groupby("gid")["deaths"].sum()


def likeness_rows(period: str, section: str, simulated: np.ndarray, record: np.ndarray, source: str) -> list[Row]:
    """Rank correlation and shared worst cells of the ensemble's mean (cells, R) against the record (cells,).

    The spread is that of means over replicates drawn with replacement.
    """
    draw = np.random.default_rng(7)
    replicates = simulated.shape[1]
    means = [simulated[:, draw.integers(replicates, size=replicates)].mean(axis=1) for _ in range(RESAMPLED)]
    note = "of the ensemble's mean; spread by drawing replicates anew"
    rows = []
    for name, column, unit, likeness in (
        ("rank", "rank correlation of dead by cell", "1", rank_correlation),
        ("worst", f"of the {WORST} worst shared", "cells", shared_worst),
    ):
        spread = np.array([likeness(mean, record) for mean in means], dtype=float)
        found = Row(f"cells.{period}.{name}", section, column, period, unit, None, spread, source, note=note)
        found.whole = float(likeness(simulated.mean(axis=1), record))
        rows.append(found)
    return rows


def rank_correlation(simulated: np.ndarray, record: np.ndarray) -> float:
    """Spearman's coefficient over cells with a death recorded or simulated; NaN where there are fewer than three."""
    some = (simulated > 0) | (record > 0)
    if some.sum() < 3 or np.ptp(simulated[some]) == 0 or np.ptp(record[some]) == 0:
        return float("nan")
    return float(spearmanr(simulated[some], record[some]).statistic)


def shared_worst(simulated: np.ndarray, record: np.ndarray, worst: int = WORST) -> int:
    """How many of the cells with most dead are the same in both; ties go by place, cells without dead do not count."""
    first, second = (
        set(np.argsort(-x, kind="stable")[:worst][np.sort(-x, kind="stable")[:worst] < 0]) for x in (simulated, record)
    )
    return len(first & second)
