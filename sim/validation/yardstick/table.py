"""All lines of the yardstick of one run folder, and the patterns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.core.errors import UserError
from sim.core.files import NotRecorded
from sim.results.result_folder import Folder
from sim.results.uncertainty_shares import Shares, draws_of, shares_of
from sim.validation import facts
from sim.validation.yardstick import control, deaths, displacement, patterns
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.pattern_rule import Outcome
from sim.validation.yardstick.rows import Row


@dataclass
class Yardstick:
    """What the model gives beside the record.

    rows      lines by section, (a), (b) and (d)
    patterns  number -> what it comes to, (c)
    shares    id of a line or number of a pattern -> shares of its spread, where there is one
    ensemble  the replicates
    """

    rows: list[Row]
    patterns: dict[str, Outcome]
    shares: dict[str, Shares]
    ensemble: Ensemble


def measure(folder: Folder, scenario: str | None = None, events: pd.DataFrame | None = None) -> Yardstick:
    """The yardstick of a scenario of a folder; `events` are recorded ones (date, gid, deaths), where the user has
    them.
    """
    e = Ensemble(folder, scenario)
    if not set(deaths.STATES) <= set(e.map["countries"]):
        raise UserError(
            "sahel validate compares with what was observed in the Sahel; this region holds none of its states."
        )
    if not e.years():
        raise UserError(f"sahel validate compares whole years; the period {e.span[0]} to {e.span[1]} holds none.")
    rows = [
        *deaths.death_rows(e),
        *deaths.cell_rows(e, events),
        *displacement.displacement_rows(e),
        *displacement.admin_rows(e),
        *displacement.share_rows(e),
        *control.fighter_rows(e),
        *control.control_rows(e),
    ]
    endogenous = endogenous_of(folder)
    found = {number: patterns.judge(e, number, endogenous) for number in facts.patterns()["id"]}
    return Yardstick(rows, found, spread_shares(e, rows, found), e)


def endogenous_of(folder: Folder) -> Ensemble | None:
    """The scenario of a folder in which coups are outcomes, if it has one."""
    for name in folder.scenarios:
        if folder.run["configuration"][name].get("politics") == "endogenous":
            return Ensemble(folder, name)
    return None


def spread_shares(e: Ensemble, rows: list[Row], found: dict[str, Outcome]) -> dict[str, Shares]:
    """Shares of the spread of each line and pattern that has a value for each replicate."""
    replicates = [int(r) for r in e.replicates]
    try:
        draws = draws_of(e.folder.parameters(e.scenario), e.scenario, replicates)
    except NotRecorded:
        return {}
    values = {row.id: row.simulated for row in rows if row.whole is None}
    values |= {number: outcome.values for number, outcome in found.items() if outcome.values.ndim == 1}
    of_events = draws.reindex(e.event_replicates)  # of a large folder only some replicates have events
    shares = {}
    for name, items in values.items():
        own = next((table for table in (draws, of_events) if len(table) == len(items)), None)
        found_here = shares_of(items, own) if own is not None else None
        if found_here is not None:
            shares[name] = found_here
    return shares


def selected(rows: list[Row], *, judged: bool = False) -> list[Row]:
    """Lines that have a figure to be compared with; `judged`: those that are asked to hold."""
    return [row for row in rows if (row.holds is not None if judged else row.observed is not None)]


def misses_first(rows: list[Row]) -> list[Row]:
    """Lines with a figure outside the 90 % of the replicates, the worst first: by the ratio of median and figure.

    A twentieth of the largest figure of their section is added to both, so that small figures do not come first.
    """
    largest: dict[str, float] = {}
    for row in selected(rows):
        largest[row.section] = max(largest.get(row.section, 1e-9), abs(row.observed or 0.0))

    def distance(row: Row) -> float:
        base = 0.05 * largest[row.section]
        return abs(float(np.log((abs(row.median) + base) / (abs(row.observed or 0.0) + base))))

    return sorted((row for row in selected(rows) if row.inside is False), key=distance, reverse=True)
