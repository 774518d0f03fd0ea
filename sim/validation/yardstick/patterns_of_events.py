"""Patterns that are read off lists of events, a function for each: what it comes to in an ensemble.

Each takes the `Ensemble` and the `Pattern` with its days and band. Events of a record are those that such a record
would have caught: ACLED's where the source counts as ACLED does, UCDP's where it is UCDP's.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sim.core.conversions import KM_PER_DEGREE
from sim.validation.yardstick.deaths import STATES
from sim.validation.yardstick.ensemble import ARMIES_AND_PARTNERS, Ensemble
from sim.validation.yardstick.pattern_rule import MALI_BURKINA, Outcome, Pattern, yearly
from sim.validation.yardstick.rows import in_band, in_tail, quantile, ratio, share_true

ISSP, JNIM = "issp", "jnim"
RUSSIANS = ("wagner", "africa_corps")
INSURGENTS = ("insurgent",)
ONE_SIDED = 3
MONTH_DAYS = 30.4375


# -- picking events


def of(events: pd.DataFrame, actors: Iterable[str]) -> pd.DataFrame:
    """Events that any of these actors began: their attacks."""
    return events[events["initiator"].isin(list(actors))]


def with_any(events: pd.DataFrame, actors: Iterable[str]) -> pd.DataFrame:
    """Events in which any of these actors was a side."""
    names = list(actors)
    return events[events["side_a"].isin(names) | events["side_b"].isin(names)]


def inside(events: pd.DataFrame, *areas: str) -> pd.DataFrame:
    """Events in countries (ISO3) or admin-1 areas (such as MLI.Kidal)."""
    return events[events["country"].isin(areas) | events["adm_1"].isin(areas)]


def acled(events: pd.DataFrame) -> pd.DataFrame:
    """Events that an ACLED-like record would hold."""
    return events[events["recorded_acled"]]


def a_month(e: Ensemble, events: pd.DataFrame, start: str, end: str) -> np.ndarray:
    """Events a month between two days, both included (R,)."""
    days = (np.datetime64(end) - np.datetime64(start)).astype(int) + 1
    months = days / MONTH_DAYS
    return e.by_replicate(e.between(events, start, end)) / months


# -- the patterns


def deaths_per_attack(e: Ensemble, p: Pattern) -> Outcome:
    """P03: civilians killed by armies and partners over their attacks on civilians with a death, ACLED-like."""
    attacks = of(e.between(acled(e.events), *p.window), e.of_kind(*ARMIES_AND_PARTNERS))
    attacks = inside(attacks[(attacks["type"] == ONE_SIDED) & (attacks["civilians"] > 0)], *MALI_BURKINA)
    values = ratio(e.by_replicate(attacks, "civilians"), e.by_replicate(attacks))
    return Outcome(values, in_band(values, p.low, p.high))


def jnim_share(e: Ensemble, p: Pattern) -> Outcome:
    """P04: deaths in events with JNIM over those with JNIM or ISSP, 2023-2025, ACLED-like."""
    events = inside(e.between(acled(e.events), *p.window), *STATES)
    values = ratio(
        e.by_replicate(with_any(events, [JNIM]), "best"), e.by_replicate(with_any(events, [JNIM, ISSP]), "best")
    )
    return Outcome(values, in_band(values, p.low, p.high))


def level_of_deaths(e: Ensemble, p: Pattern) -> Outcome:
    """P05: deaths a year in events with JNIM or ISSP, mean of 2023-2025, ACLED-like; UCDP-like and all beside it."""
    events = with_any(inside(e.between(e.events, *p.window), *STATES), [JNIM, ISSP])
    values = yearly(e.by_replicate(acled(events), "best"), p.window)
    more = {
        "as UCDP would count": yearly(e.by_replicate(events[events["recorded_ucdp"]], "best"), p.window),
        "all that happened": yearly(e.by_replicate(events, "best"), p.window),
    }
    return Outcome(values, in_band(values, p.low, p.high), more)


def issp_after_coup(e: Ensemble, p: Pattern) -> Outcome:
    """P08: attacks by ISSP a month in western Niger, August-November 2023 over February-July 2023, ACLED-like."""
    attacks = inside(of(acled(e.events), [ISSP]), "NER.Tillaberi", "NER.Tahoua", "NER.Dosso")
    before = a_month(e, attacks, *p.base)
    values = ratio(a_month(e, attacks, *p.window), before)
    return Outcome(values, in_band(values, p.low, p.high), {"attacks a month before": before})


def attacks_double(e: Ensemble, p: Pattern) -> Outcome:
    """P09: attacks by JNIM in Burkina Faso in the first half of 2025 over that of 2024, ACLED-like."""
    attacks = of(acled(e.events), [JNIM])

    def change(*areas: str) -> np.ndarray:
        here = inside(attacks, *areas)
        early, late = (e.by_replicate(e.between(here, *days)) for days in (p.base, p.window))
        return ratio(late, early)

    values = change("BFA")
    return Outcome(values, in_band(values, p.low, p.high), {"the three states": change(*STATES)})


def shift_to_south_west(e: Ensemble, p: Pattern) -> Outcome:
    """P10: share of JNIM's attacks in Mali that fall in its west and south, 2024 and January-October 2025,
    ACLED-like.
    """
    attacks = inside(of(acled(e.events), [JNIM]), "MLI")
    south = inside(attacks, "MLI.Kayes", "MLI.Koulikoro", "MLI.Sikasso", "MLI.Bamako")

    def share(start: str, end: str) -> np.ndarray:
        return ratio(e.by_replicate(e.between(south, start, end)), e.by_replicate(e.between(attacks, start, end)))

    values = np.stack([share(*p.base), share(*p.window)], axis=1)
    holds = all(in_band(values[:, k], p.low[k], p.high[k]) for k in range(2))
    return Outcome(values, bool(holds and quantile(values[:, 1], 0.5) > quantile(values[:, 0], 0.5)))


def massacre_in_tail(e: Ensemble, p: Pattern) -> Outcome:
    """P12: largest number of civilians killed in one event by army or partner in Mopti and Segou in 2022."""
    killed = of(e.between(e.events, *p.window), e.of_kind(*ARMIES_AND_PARTNERS))
    killed = inside(killed[killed["type"] == ONE_SIDED], "MLI.Mopti", "MLI.Segou")
    values = e.by_replicate(killed, "civilians", "max")
    return Outcome(values, in_tail(p.observed, values))


def bases_overrun(e: Ensemble, p: Pattern) -> Outcome:
    """P13: garrisons that insurgents destroyed or drove out in the north of Mali, September to December 2023."""
    north = inside(e.between(e.events, *p.window), "MLI.Tombouctou", "MLI.Gao", "MLI.Kidal", "MLI.Menaka")
    fallen = of(north[north["kind"] == "base overrun"], e.of_kind(*INSURGENTS))
    values = e.by_replicate(fallen)
    return Outcome(values, in_band(values, p.low, p.high))


def ambush_in_tail(e: Ensemble, p: Pattern) -> Outcome:
    """P15: largest loss of the Russian partner in one engagement in the north of Mali in 2024."""
    events = inside(e.between(e.events, *p.window), "MLI.Kidal", "MLI.Gao", "MLI.Menaka")
    events = with_any(events, RUSSIANS)
    lost = events["deaths_a"].where(events["side_a"].isin(RUSSIANS), events["deaths_b"])
    values = e.by_replicate(events.assign(lost=lost), "lost", "max")
    return Outcome(values, in_tail(p.observed, values))


def border_attacks(e: Ensemble, p: Pattern) -> Outcome:
    """P17: attacks by ISSP within 100 km of the border of Mali and Niger, March-June 2022 over the monthly mean of
    2021.
    """
    attacks = of(acled(e.events), [ISSP])
    attacks = attacks[attacks["gid"].isin(near_border(e.cells, "MLI", "NER", 100.0))]
    before = a_month(e, attacks, *p.base)
    values = ratio(a_month(e, attacks, *p.window), before)
    return Outcome(values, in_band(values, p.low, p.high), {"attacks a month in 2021": before})


def near_border(cells: pd.DataFrame, one: str, other: str, km: float) -> np.ndarray:
    """gids of cells whose middle lies within `km` of where cells of two countries touch.

    The border runs through the points halfway between the middles of neighbouring cells on its two sides.
    """
    a, b = cells[cells["country"] == one], cells[cells["country"] == other]
    step = np.diff(np.unique(cells["lat"])).min()
    near = np.abs(a["lat"].to_numpy()[:, None] - b["lat"].to_numpy()) <= 1.01 * step
    near &= np.abs(a["lon"].to_numpy()[:, None] - b["lon"].to_numpy()) <= 1.01 * step
    i, j = np.nonzero(near)
    lat = (a["lat"].to_numpy()[i] + b["lat"].to_numpy()[j]) / 2.0
    lon = (a["lon"].to_numpy()[i] + b["lon"].to_numpy()[j]) / 2.0
    middle = np.cos(np.radians(cells["lat"].to_numpy()))[:, None]
    north = (cells["lat"].to_numpy()[:, None] - lat) * KM_PER_DEGREE
    east = (cells["lon"].to_numpy()[:, None] - lon) * KM_PER_DEGREE * middle
    return cells.index[(np.hypot(north, east) <= km).any(axis=1)].to_numpy()


def littoral_spillover(e: Ensemble, p: Pattern) -> Outcome:
    """P19: at least one attack by insurgents in each year of 2022-2025 in northern Benin, and in northern Togo."""
    attacks = of(e.events, e.of_kind(*INSURGENTS))
    counts = {
        area: np.stack(
            [e.by_replicate(e.between(inside(attacks, *names), f"{y}-01-01", f"{y}-12-31")) for y in p.years()]
        )
        for area, names in {"Benin": ("BEN.Alibori", "BEN.Atacora"), "Togo": ("TGO.Savanes",)}.items()
    }
    values = np.logical_and(*((count > 0).all(axis=0) for count in counts.values()))
    more = {f"attacks a year in {area}": count.mean(axis=0) for area, count in counts.items()}
    return Outcome(values.astype(float), share_true(values, 0.8), more)


def abuse_after_oversight(e: Ensemble, p: Pattern) -> Outcome:
    """P22: civilian dead in events with the Russian partner in Mali, August 2023-July 2024 over the year before; both
    as it happened and ACLED-like."""
    events = with_any(inside(e.events, "MLI"), RUSSIANS)

    def change(rows: pd.DataFrame) -> np.ndarray:
        before, after = (e.between(rows, *days) for days in (p.base, p.window))
        return ratio(e.by_replicate(after, "civilians"), e.by_replicate(before, "civilians"))

    values, true = change(acled(events)), change(events)
    return Outcome(values, in_band(values, p.low, p.high) and in_band(true, p.low, p.high), {"as it happened": true})
