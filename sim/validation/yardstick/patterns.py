"""(c) The patterns of `observed/patterns.csv`: a function for each, and whether it holds.

Each function gives an `Outcome` of the `Ensemble`: what every replicate says, and the verdict by the pattern's own
rule. Events of a
record are those that such a record would have caught: ACLED's where the source counts as ACLED does, UCDP's where it
is UCDP's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.core.files import NotRecorded
from sim.validation import facts
from sim.validation.yardstick.deaths import STATES, counted
from sim.validation.yardstick.ensemble import ARMIES_AND_PARTNERS, Ensemble
from sim.validation.yardstick.rows import NOT_COVERED, NOT_RECORDED, in_band, in_tail, quantile, ratio, share_true

ISSP, JNIM = "issp", "jnim"
RUSSIANS = ("wagner", "africa_corps")
INSURGENTS = ("insurgent",)
ONE_SIDED = 3
MALI_BURKINA = ("MLI", "BFA")
MONTH_DAYS = 30.4375

KIDAL = (18.44, 1.41)  # latitude and longitude of the town


@dataclass
class Outcome:
    """What a pattern comes to.

    values  by replicate (R,), or (R, k) where the statistic is k figures
    holds   the verdict; None where it could not be judged
    more    name -> values (R,) that are shown beside it
    status  "", or why there is nothing
    """

    values: np.ndarray = field(default_factory=lambda: np.zeros(0))
    holds: bool | None = None
    more: dict[str, np.ndarray] = field(default_factory=dict)
    status: str = ""


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


def violence_rises(e: Ensemble, low, high) -> Outcome:
    """P01: deaths of the three states by year, 2017 to 2021, as UCDP would count them."""
    values = np.stack([counted(e, "three", "all", f"{y}-01-01", f"{y}-12-31") for y in range(2017, 2022)], axis=1)
    return Outcome(values, bool((np.diff(np.median(values, axis=0)) > 0).all()))


def who_kills_acled(e: Ensemble, low, high) -> Outcome:
    """P02a: civilians killed by armies, auxiliaries and partners over those killed by insurgents, ACLED-like."""
    span = ("2022-01-01", "2025-12-31")
    states = sum(e.total("civilians_killed_by.government_acled", c, *span) for c in MALI_BURKINA)
    values = ratio(states, sum(e.total("civilians_killed_by.insurgents_acled", c, *span) for c in MALI_BURKINA))
    return Outcome(values, in_band(values, low, high))


def who_kills_ucdp(e: Ensemble, low, high) -> Outcome:
    """P02b: the same of a UCDP-like record, whose other side is all who are no government."""
    span = ("2021-01-01", "2022-12-31")
    states = sum(counted(e, c, "one_sided_government", *span) for c in MALI_BURKINA)
    values = ratio(states, sum(counted(e, c, "one_sided_non_state", *span) for c in MALI_BURKINA))
    return Outcome(values, in_band(values, low, high))


def deaths_per_attack(e: Ensemble, low, high) -> Outcome:
    """P03: civilians killed by armies and partners over their attacks on civilians with a death, ACLED-like."""
    attacks = of(e.between(acled(e.events), "2022-01-01", "2025-12-31"), e.of_kind(*ARMIES_AND_PARTNERS))
    attacks = inside(attacks[(attacks["type"] == ONE_SIDED) & (attacks["civilians"] > 0)], *MALI_BURKINA)
    values = ratio(e.by_replicate(attacks, "civilians"), e.by_replicate(attacks))
    return Outcome(values, in_band(values, low, high))


def jnim_share(e: Ensemble, low, high) -> Outcome:
    """P04: deaths in events with JNIM over those with JNIM or ISSP, 2023-2025, ACLED-like."""
    events = inside(e.between(acled(e.events), "2023-01-01", "2025-12-31"), *STATES)
    values = ratio(
        e.by_replicate(with_any(events, [JNIM]), "best"), e.by_replicate(with_any(events, [JNIM, ISSP]), "best")
    )
    return Outcome(values, in_band(values, low, high))


def level_of_deaths(e: Ensemble, low, high) -> Outcome:
    """P05: deaths a year in events with JNIM or ISSP, mean of 2023-2025, ACLED-like; UCDP-like and all beside it."""
    events = with_any(inside(e.between(e.events, "2023-01-01", "2025-12-31"), *STATES), [JNIM, ISSP])
    values = e.by_replicate(acled(events), "best") / 3.0
    more = {
        "as UCDP would count": e.by_replicate(events[events["recorded_ucdp"]], "best") / 3.0,
        "all that happened": e.by_replicate(events, "best") / 3.0,
    }
    return Outcome(values, in_band(values, low, high), more)


def burkina_outside(e: Ensemble, low, high) -> Outcome:
    """P06: share of Burkina Faso's area that the government does not control, mean of 2025."""
    span = ("BFA", "2025-01-01", "2025-12-31")
    values = 1.0 - e.mean("area_share.government", *span)
    more = {
        "of the inhabited area": 1.0 - e.mean("inhabited_area_share.government", *span),
        "of people": 1.0 - e.mean("people_share.government", *span),
    }
    return Outcome(values, in_band(values, low, high), more)


def issp_area_doubles(e: Ensemble, low, high) -> Outcome:
    """P07: area of Mali that ISSP controls, August 2023 over August 2022; at least two cells in 2022 at the median."""
    before = e.mean(f"area_share.{ISSP}", "MLI", "2022-08-01", "2022-08-31")
    values = ratio(e.mean(f"area_share.{ISSP}", "MLI", "2023-08-01", "2023-08-31"), before)
    cells = cells_held(e, ISSP, "MLI", "2022-08-01", "2022-08-31", before)
    holds = in_band(values, low, high) and float(np.median(cells)) >= 2.0
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


def issp_after_coup(e: Ensemble, low, high) -> Outcome:
    """P08: attacks by ISSP a month in western Niger, August-November 2023 over February-July 2023, ACLED-like."""
    attacks = inside(of(acled(e.events), [ISSP]), "NER.Tillaberi", "NER.Tahoua", "NER.Dosso")
    before = a_month(e, attacks, "2023-02-01", "2023-07-31")
    values = ratio(a_month(e, attacks, "2023-08-01", "2023-11-30"), before)
    return Outcome(values, in_band(values, low, high), {"attacks a month before": before})


def attacks_double(e: Ensemble, low, high) -> Outcome:
    """P09: attacks by JNIM in Burkina Faso in the first half of 2025 over that of 2024, ACLED-like."""
    attacks = of(acled(e.events), [JNIM])

    def change(*areas: str) -> np.ndarray:
        here = inside(attacks, *areas)
        early, late = (e.by_replicate(e.between(here, f"{y}-01-01", f"{y}-06-30")) for y in (2024, 2025))
        return ratio(late, early)

    values = change("BFA")
    return Outcome(values, in_band(values, low, high), {"the three states": change(*STATES)})


def shift_to_south_west(e: Ensemble, low, high) -> Outcome:
    """P10: share of JNIM's attacks in Mali that fall in its west and south, 2024 and January-October 2025,
    ACLED-like.
    """
    attacks = inside(of(acled(e.events), [JNIM]), "MLI")
    south = inside(attacks, "MLI.Kayes", "MLI.Koulikoro", "MLI.Sikasso", "MLI.Bamako")

    def share(start: str, end: str) -> np.ndarray:
        return ratio(e.by_replicate(e.between(south, start, end)), e.by_replicate(e.between(attacks, start, end)))

    values = np.stack([share("2024-01-01", "2024-12-31"), share("2025-01-01", "2025-10-31")], axis=1)
    holds = all(in_band(values[:, k], low[k], high[k]) for k in range(2))
    return Outcome(values, bool(holds and quantile(values[:, 1], 0.5) > quantile(values[:, 0], 0.5)))


def displaced_in_may_2022(e: Ensemble, low, high) -> Outcome:
    """P11: IDPs in Mali, mean of May 2022."""
    values = e.mean("idps", "MLI", "2022-05-01", "2022-05-31")
    return Outcome(values, in_band(values, low, high))


def massacre_in_tail(e: Ensemble, low, high, observed: float) -> Outcome:
    """P12: largest number of civilians killed in one event by army or partner in Mopti and Segou in 2022."""
    killed = of(e.between(e.events, "2022-01-01", "2022-12-31"), e.of_kind(*ARMIES_AND_PARTNERS))
    killed = inside(killed[killed["type"] == ONE_SIDED], "MLI.Mopti", "MLI.Segou")
    values = e.by_replicate(killed, "civilians", "max")
    return Outcome(values, in_tail(observed, values))


def bases_overrun(e: Ensemble, low, high) -> Outcome:
    """P13: garrisons that insurgents destroyed or drove out in the north of Mali, September to December 2023."""
    north = inside(
        e.between(e.events, "2023-09-01", "2023-12-31"), "MLI.Tombouctou", "MLI.Gao", "MLI.Kidal", "MLI.Menaka"
    )
    fallen = of(north[north["kind"] == "base overrun"], e.of_kind(*INSURGENTS))
    values = e.by_replicate(fallen)
    return Outcome(values, in_band(values, low, high))


def kidal_taken(e: Ensemble, low, high) -> Outcome:
    """P14: Kidal's cell comes under the state between October 2023 and March 2024 and stays so for 4 weeks, and in
    each of the 26 weeks from then on the state holds less than half of the other inhabited cells of Kidal and Menaka.

    A cell that the state has held all along does not come under it.
    """
    if not e.covers("2023-10-01", "2024-09-29"):  # the end of 26 weeks from the last day of the window
        return Outcome(status=NOT_COVERED)
    weeks = e.weeks("2023-10-01", "2024-09-30")
    weeks = np.append(weeks[0] - 7, weeks)  # one more, to see who held the cell before
    cells, town = e.cells, e.cell_at(*KIDAL)
    others = cells.index[cells["inhabited"] & cells["admin1"].isin(["MLI.Kidal", "MLI.Menaka"]) & (cells.index != town)]
    held = e.held([town, *others], "government", weeks)
    kidal, share = held[:, 0], held[:, 1:].mean(axis=1)
    starts = 1 + len(e.weeks("2023-10-01", "2024-03-31"))
    taken, found, held_once = np.zeros((3, len(e.replicates)), dtype=bool)
    for start in range(1, starts):
        stays = kidal[:, start : start + 4].all(axis=1)
        begins = stays & ~kidal[:, start - 1]
        held_once |= stays
        taken |= begins
        found |= begins & (share[:, start : start + 26] < 0.5).all(axis=1)
    more = {
        "Kidal taken and held for 4 weeks": taken.astype(float),
        "held for 4 weeks, whenever taken": held_once.astype(float),
        "share of the other cells held": share[:, 1:].mean(axis=1),
    }
    return Outcome(found.astype(float), share_true(found), more)


def ambush_in_tail(e: Ensemble, low, high, observed: float) -> Outcome:
    """P15: largest loss of the Russian partner in one engagement in the north of Mali in 2024."""
    events = inside(e.between(e.events, "2024-01-01", "2024-12-31"), "MLI.Kidal", "MLI.Gao", "MLI.Menaka")
    events = with_any(events, RUSSIANS)
    lost = events["deaths_a"].where(events["side_a"].isin(RUSSIANS), events["deaths_b"])
    values = e.by_replicate(events.assign(lost=lost), "lost", "max")
    return Outcome(values, in_tail(observed, values))


def bamako_fuel(e: Ensemble, low, high) -> Outcome:
    """P16: days of fuel in Bamako: lowest between 1 October and 15 November and below 35 % of August's mean, and by
    15 December a
    quarter of August's mean above that. The lowest is that of the weeks from the ban to 15 December."""
    stock, days = e.values("fuel_days", "Bamako"), e.days("fuel_days", "Bamako")

    def between(start: str, end: str) -> np.ndarray:
        return (days >= np.datetime64(start)) & (days <= np.datetime64(end))

    august = stock[:, between("2025-08-01", "2025-08-31")].mean(axis=1)
    after = between("2025-09-03", "2025-12-15")
    least, when = stock[:, after].min(axis=1), days[after][stock[:, after].argmin(axis=1)]
    timed = (when >= np.datetime64("2025-10-01")) & (when <= np.datetime64("2025-11-15"))
    last = stock[:, after][:, -1]
    deep, relieved = least < 0.35 * august, last >= least + 0.25 * august
    values = timed & deep & relieved
    more = {"lowest in time": timed, "low enough": deep, "relieved in time": relieved, "lowest, days": least}
    return Outcome(values.astype(float), share_true(values), {k: np.asarray(v, dtype=float) for k, v in more.items()})


def border_attacks(e: Ensemble, low, high) -> Outcome:
    """P17: attacks by ISSP within 100 km of the border of Mali and Niger, March-June 2022 over the monthly mean of
    2021.
    """
    attacks = of(acled(e.events), [ISSP])
    attacks = attacks[attacks["gid"].isin(near_border(e.cells, "MLI", "NER", 100.0))]
    before = a_month(e, attacks, "2021-01-01", "2021-12-31")
    values = ratio(a_month(e, attacks, "2022-03-01", "2022-06-30"), before)
    return Outcome(values, in_band(values, low, high), {"attacks a month in 2021": before})


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
    north = (cells["lat"].to_numpy()[:, None] - lat) * 111.2
    east = (cells["lon"].to_numpy()[:, None] - lon) * 111.2 * middle
    return cells.index[(np.hypot(north, east) <= km).any(axis=1)].to_numpy()


def abuse_after_wagner(e: Ensemble, low, high) -> Outcome:
    """P18: civilians killed by army and partner in Mali in 2022 over the yearly mean of 2019-2021, UCDP-like."""
    before = counted(e, "MLI", "one_sided_government", "2019-01-01", "2021-12-31") / 3.0
    values = ratio(counted(e, "MLI", "one_sided_government", "2022-01-01", "2022-12-31"), before)
    return Outcome(values, in_band(values, low, high))


def littoral_spillover(e: Ensemble, low, high) -> Outcome:
    """P19: at least one attack by insurgents in each year of 2022-2025 in northern Benin, and in northern Togo."""
    attacks = of(e.events, e.of_kind(*INSURGENTS))
    counts = {
        area: np.stack(
            [e.by_replicate(e.between(inside(attacks, *names), f"{y}-01-01", f"{y}-12-31")) for y in range(2022, 2026)]
        )
        for area, names in {"Benin": ("BEN.Alibori", "BEN.Atacora"), "Togo": ("TGO.Savanes",)}.items()
    }
    values = np.logical_and(*((count > 0).all(axis=0) for count in counts.values()))
    more = {f"attacks a year in {area}": count.mean(axis=0) for area, count in counts.items()}
    return Outcome(values.astype(float), share_true(values, 0.8), more)


def army_to_capital(e: Ensemble, low, high) -> Outcome:
    """P20: share of Niger's army within 100 km of Niamey, August-December over February-July 2023."""

    def share(start: str, end: str) -> np.ndarray:
        near, army = (e.mean(name, "NER", start, end) for name in ("army_near_capital", "army"))
        return ratio(near, army)

    before = share("2023-02-01", "2023-07-31")
    values = ratio(share("2023-08-01", "2023-12-31"), before)
    return Outcome(values, in_band(values, low, high), {"share before": before})


def coups(e: Ensemble, low, high) -> Outcome:
    """P21: coups in the three states 2020-2023 where politics is endogenous."""
    values = sum(e.total("coups", c, "2020-01-01", "2023-12-31") for c in STATES)
    return Outcome(values, in_band(values, low, high))


def abuse_after_oversight(e: Ensemble, low, high) -> Outcome:
    """P22: civilian dead in events with the Russian partner in Mali, August 2023-July 2024 over the year before; both
    as it
    happened and ACLED-like."""
    events = with_any(inside(e.events, "MLI"), RUSSIANS)

    def change(rows: pd.DataFrame) -> np.ndarray:
        before, after = (e.between(rows, f"{y}-08-01", f"{y + 1}-07-31") for y in (2022, 2023))
        return ratio(e.by_replicate(after, "civilians"), e.by_replicate(before, "civilians"))

    values, true = change(acled(events)), change(events)
    return Outcome(values, in_band(values, low, high) and in_band(true, low, high), {"as it happened": true})


def displaced_per_death(e: Ensemble, low, high) -> Outcome:
    """P23: newly displaced in Burkina Faso (before 2019 the change in IDPs) for each death as UCDP would count them:
    mean of 2016
    and 2017, of 2019 to 2021, and 2022. Years without a recorded death count as one death."""

    def per_death(year: int) -> np.ndarray:
        if year < 2019:
            moved = e.at("idps", "BFA", f"{year}-12-31") - e.at("idps", "BFA", f"{year - 1}-12-31")
        else:
            moved = e.total("newly_displaced", "BFA", f"{year}-01-01", f"{year}-12-31")
        return moved / np.maximum(1.0, counted(e, "BFA", "all", f"{year}-01-01", f"{year}-12-31"))

    first = np.mean([per_death(y) for y in (2016, 2017)], axis=0)
    second = np.mean([per_death(y) for y in (2019, 2020, 2021)], axis=0)
    third = per_death(2022)
    more = {"waits": (first < 0.5 * second).astype(float), "saturates": (third < 0.6 * second).astype(float)}
    one, two, three = (quantile(values, 0.5) for values in (first, second, third))
    return Outcome(np.stack([first, second, third], axis=1), bool(one < 0.5 * two and three < 0.6 * two), more)


PATTERNS: dict[str, Callable[..., Outcome]] = {
    "P01": violence_rises,
    "P02a": who_kills_acled,
    "P02b": who_kills_ucdp,
    "P03": deaths_per_attack,
    "P04": jnim_share,
    "P05": level_of_deaths,
    "P06": burkina_outside,
    "P07": issp_area_doubles,
    "P08": issp_after_coup,
    "P09": attacks_double,
    "P10": shift_to_south_west,
    "P11": displaced_in_may_2022,
    "P12": massacre_in_tail,
    "P13": bases_overrun,
    "P14": kidal_taken,
    "P15": ambush_in_tail,
    "P16": bamako_fuel,
    "P17": border_attacks,
    "P18": abuse_after_wagner,
    "P19": littoral_spillover,
    "P20": army_to_capital,
    "P21": coups,
    "P22": abuse_after_oversight,
    "P23": displaced_per_death,
}
#: those of which the observed figure itself is part of the rule
BY_TAIL = ("P12", "P15")
#: the one that needs a run in which governments fall by themselves
ENDOGENOUS = "P21"


def judge(e: Ensemble, number: str, endogenous: Ensemble | None = None) -> Outcome:
    """A pattern of an ensemble; `endogenous` is one in which coups are outcomes."""
    row = facts.patterns().set_index("id").loc[number]
    if number == ENDOGENOUS:
        if endogenous is None:
            return Outcome(status="not run with politics=endogenous")
        e = endogenous
    first = row["start"] if row["base_start"] is pd.NaT else min(row["start"], row["base_start"])
    if not e.covers(str(first)[:10], str(row["end"])[:10]):
        return Outcome(status=NOT_COVERED)
    low, high = (single(row[name]) for name in ("low", "high"))
    given = (low, high, single(row["observed"])) if number in BY_TAIL else (low, high)
    try:
        return PATTERNS[number](e, *given)
    except NotRecorded as reason:
        return Outcome(status=f"{NOT_RECORDED}: {reason}")


def single(figures) -> float | tuple[float, ...] | None:
    """A figure of the table of patterns; several as a tuple, none (and a yes or no) as None."""
    if figures is True or len(figures) == 0:
        return None
    return figures[0] if len(figures) == 1 else figures


def words(figures) -> str:
    """The same as text."""
    if figures is True:
        return "yes"
    return "; ".join(f"{figure:,.10g}" for figure in figures)
