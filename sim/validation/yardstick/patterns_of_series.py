"""Patterns that are read off weekly and monthly series, a function for each: what it comes to in an ensemble.

Each takes the `Ensemble` and the `Pattern` with its days and band.
"""

from __future__ import annotations

import numpy as np

from sim.core.files import NotRecorded
from sim.validation.yardstick.deaths import STATES, counted
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.pattern_rule import MALI_BURKINA, Outcome, Pattern, yearly
from sim.validation.yardstick.register import registered_change, registered_mean
from sim.validation.yardstick.rows import NOT_COVERED, in_band, quantile, ratio, share_true

ISSP = "issp"
KIDAL = (18.44, 1.41)  # latitude and longitude of the town
LOST_WEEKS = 26  # so long the state must not hold the rest of the north after it took Kidal
FLOWS_FROM = 2019  # in the record of displacement, new displacements are counted from this year on
IN_TIME = ("2025-10-01", "2025-11-15")  # days in which fuel in Bamako must be lowest


def violence_rises(e: Ensemble, p: Pattern) -> Outcome:
    """P01: deaths of the three states by year, 2017 to 2021, as UCDP would count them."""
    values = np.stack([counted(e, "three", "all", f"{y}-01-01", f"{y}-12-31") for y in p.years()], axis=1)
    return Outcome(values, bool((np.diff(np.median(values, axis=0)) > 0).all()))


def who_kills_acled(e: Ensemble, p: Pattern) -> Outcome:
    """P02a: civilians killed by armies, auxiliaries and partners over those killed by insurgents, ACLED-like."""
    states = sum(e.total("civilians_killed_by.government_acled", c, *p.window) for c in MALI_BURKINA)
    values = ratio(states, sum(e.total("civilians_killed_by.insurgents_acled", c, *p.window) for c in MALI_BURKINA))
    return Outcome(values, in_band(values, p.low, p.high))


def who_kills_ucdp(e: Ensemble, p: Pattern) -> Outcome:
    """P02b: the same of a UCDP-like record, whose other side is all who are no government."""
    states = sum(counted(e, c, "one_sided_government", *p.window) for c in MALI_BURKINA)
    values = ratio(states, sum(counted(e, c, "one_sided_non_state", *p.window) for c in MALI_BURKINA))
    return Outcome(values, in_band(values, p.low, p.high))


def burkina_outside(e: Ensemble, p: Pattern) -> Outcome:
    """P06: share of Burkina Faso's area that the government does not control, mean of 2025."""
    there = ("BFA", *p.window)
    values = 1.0 - e.mean("area_share.government", *there)
    more = {
        "of the inhabited area": 1.0 - e.mean("inhabited_area_share.government", *there),
        "of people": 1.0 - e.mean("people_share.government", *there),
    }
    return Outcome(values, in_band(values, p.low, p.high), more)


def issp_area_doubles(e: Ensemble, p: Pattern) -> Outcome:
    """P07: area of Mali that ISSP controls, August 2023 over August 2022; at least two cells in 2022 at the median."""
    before = e.mean(f"area_share.{ISSP}", "MLI", *p.base)
    values = ratio(e.mean(f"area_share.{ISSP}", "MLI", *p.window), before)
    cells = cells_held(e, ISSP, "MLI", *p.base, before)
    holds = in_band(values, p.low, p.high) and float(np.median(cells)) >= 2.0
    return Outcome(values, bool(holds), {"cells in August 2022": cells})


def cells_held(e: Ensemble, controller: str, country: str, start: str, end: str, share: np.ndarray) -> np.ndarray:
    """Cells of a country that a controller holds, mean over the weeks from `start` to `end` (R,).

    Where weekly control of cells is not recorded: `share` (R,) of the country's area as so many cells of mean size.
    """
    gids = e.cells.index[e.cells["country"] == country]
    try:
        return e.held(gids, controller, e.weeks(start, end)).sum(axis=1).mean(axis=1)
    except NotRecorded:
        return share * float(len(gids))


def displaced_in_may_2022(e: Ensemble, p: Pattern) -> Outcome:
    """P11: IDPs in Mali as a register would hold them, mean of May 2022."""
    values = registered_mean(e, "MLI", *p.window)
    return Outcome(values, in_band(values, p.low, p.high))


def kidal_taken(e: Ensemble, p: Pattern) -> Outcome:
    """P14: Kidal's cell comes under the state between October 2023 and March 2024 and stays so for 4 weeks, and in
    each of the 26 weeks from then on the state holds less than half of the other inhabited cells of Kidal and Menaka.

    A cell that the state has held all along does not come under it.
    """
    first, last = p.window
    lost_until = np.datetime64(last) + 7 * LOST_WEEKS
    if not e.covers(first, str(lost_until)):
        return Outcome(status=NOT_COVERED)
    weeks = e.weeks(first, str(lost_until + 1))
    weeks = np.append(weeks[0] - 7, weeks)  # one more, to see who held the cell before
    cells, town = e.cells, e.cell_at(*KIDAL)
    others = cells.index[cells["inhabited"] & cells["admin1"].isin(["MLI.Kidal", "MLI.Menaka"]) & (cells.index != town)]
    held = e.held([town, *others], "government", weeks)
    kidal, share = held[:, 0], held[:, 1:].mean(axis=1)
    starts = 1 + len(e.weeks(first, last))
    taken, found, held_once = np.zeros((3, len(e.replicates)), dtype=bool)
    for start in range(1, starts):
        stays = kidal[:, start : start + 4].all(axis=1)
        begins = stays & ~kidal[:, start - 1]
        held_once |= stays
        taken |= begins
        found |= begins & (share[:, start : start + LOST_WEEKS] < 0.5).all(axis=1)
    more = {
        "Kidal taken and held for 4 weeks": taken.astype(float),
        "held for 4 weeks, whenever taken": held_once.astype(float),
        "share of the other cells held": share[:, 1:].mean(axis=1),
    }
    return Outcome(found.astype(float), share_true(found), more)


def bamako_fuel(e: Ensemble, p: Pattern) -> Outcome:
    """P16: days of fuel in Bamako: lowest between 1 October and 15 November and below 35 % of August's mean, and by
    15 December a quarter of August's mean above that. The lowest is that of the weeks from the ban to 15 December."""
    stock, days = e.values("fuel_days", "Bamako"), e.days("fuel_days", "Bamako")

    def between(start: str, end: str) -> np.ndarray:
        return (days >= np.datetime64(start)) & (days <= np.datetime64(end))

    august = stock[:, between(*p.base)].mean(axis=1)
    after = between(*p.window)
    least, when = stock[:, after].min(axis=1), days[after][stock[:, after].argmin(axis=1)]
    timed = (when >= np.datetime64(IN_TIME[0])) & (when <= np.datetime64(IN_TIME[1]))
    last = stock[:, after][:, -1]
    deep, relieved = least < 0.35 * august, last >= least + 0.25 * august
    values = timed & deep & relieved
    more = {"lowest in time": timed, "low enough": deep, "relieved in time": relieved, "lowest, days": least}
    return Outcome(values.astype(float), share_true(values), {k: np.asarray(v, dtype=float) for k, v in more.items()})


def abuse_after_wagner(e: Ensemble, p: Pattern) -> Outcome:
    """P18: civilians killed by army and partner in Mali in 2022 over the yearly mean of 2019-2021, UCDP-like."""
    before = yearly(counted(e, "MLI", "one_sided_government", *p.base), p.base)
    values = ratio(yearly(counted(e, "MLI", "one_sided_government", *p.window), p.window), before)
    return Outcome(values, in_band(values, p.low, p.high))


def army_to_capital(e: Ensemble, p: Pattern) -> Outcome:
    """P20: share of Niger's army within 100 km of Niamey, August-December over February-July 2023."""

    def share(start: str, end: str) -> np.ndarray:
        near, army = (e.mean(name, "NER", start, end) for name in ("army_near_capital", "army"))
        return ratio(near, army)

    before = share(*p.base)
    values = ratio(share(*p.window), before)
    return Outcome(values, in_band(values, p.low, p.high), {"share before": before})


def coups(e: Ensemble, p: Pattern) -> Outcome:
    """P21: coups in the three states 2020-2023 where politics is endogenous."""
    values = sum(e.total("coups", c, *p.window) for c in STATES)
    return Outcome(values, in_band(values, p.low, p.high))


def displaced_per_death(e: Ensemble, p: Pattern) -> Outcome:
    """P23: newly displaced in Burkina Faso (before 2019 the change in registered IDPs) for each death as UCDP would
    count them: mean of 2016 and 2017, of 2019 to 2021, and 2022. Years without a recorded death count as one death."""

    def per_death(year: int) -> np.ndarray:
        if year < FLOWS_FROM:
            moved = registered_change(e, "BFA", year)
        else:
            moved = e.total("newly_displaced", "BFA", f"{year}-01-01", f"{year}-12-31")
        return moved / np.maximum(1.0, counted(e, "BFA", "all", f"{year}-01-01", f"{year}-12-31"))

    years = p.years()
    first, second = (np.mean([per_death(y) for y in part], axis=0) for part in (years[:2], years[3:6]))
    third = per_death(years[6])
    more = {"waits": (first < 0.5 * second).astype(float), "saturates": (third < 0.6 * second).astype(float)}
    one, two, three = (quantile(values, 0.5) for values in (first, second, third))
    return Outcome(np.stack([first, second, third], axis=1), bool(one < 0.5 * two and three < 0.6 * two), more)
