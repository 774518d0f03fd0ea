"""Admin-1 areas of most concern: where most displaced people are in a scenario, and where it changes most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.results.brief.codes import AreaCode, area_name, code_of, country_of, theatre_of
from sim.results.brief.windows import Window
from sim.results.integrity.hashes import reading
from sim.results.intervals import BAND, stars
from sim.results.paired_differences import summarise
from sim.results.reading.outcome_series import read_series
from sim.results.result_folder import Folder

OUTCOME = "displaced_hosted"
#: an area with fewer people in either scenario is not ranked
FEWEST_PEOPLE = 100


@dataclass(frozen=True)
class Concern:
    """An area of a state (its code) as a window ends: people there, its rank among all areas, what is additional.

    `low`, `high` and the range of the rank are those of 90 % of the replicates (NaN and the rank itself for one);
    `additional` is the mean paired difference with the interval of that mean. `stars`: 1 where that interval excludes
    zero, above the least effect; 2 where it also holds with those of all areas (Holm).
    """

    area: str
    name: str
    country: str
    code: AreaCode
    people: float
    low: float
    high: float
    rank: int
    rank_low: int
    rank_high: int
    additional: float
    additional_low: float
    additional_high: float
    stars: int


def concerns(found: Folder, scenario: str, window: Window) -> list[Concern]:
    """Areas of the states that the scenarios are about, with people in them, those with most first; none where nothing
    was recorded by area."""
    labels, ours, theirs = _values(found, scenario, window)
    if not labels:
        return []
    replicates = ours.shape[0]
    mean = ours.mean(axis=0)
    low, high = np.quantile(ours, BAND, axis=0) if replicates > 1 else np.full((2, len(labels)), np.nan)
    ranks = 1 + (-ours).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    best, worst = (np.quantile(ranks, share, axis=0, method="nearest") for share in BAND)
    found_difference = summarise(ours, theirs)
    count = _stars(found, scenario, found_difference, theirs.mean(axis=0), replicates)
    order = sorted(range(len(labels)), key=lambda at: (-mean[at], labels[at]))
    return [
        Concern(
            labels[at],
            area_name(labels[at]),
            country_of(labels[at]),
            code_of(labels[at], found.map),
            float(mean[at]),
            float(low[at]),
            float(high[at]),
            number,
            int(best[at]),
            int(worst[at]),
            float(found_difference["difference"][at]),
            float(found_difference["low"][at]),
            float(found_difference["high"][at]),
            int(count[at]),
        )
        for number, at in enumerate(order, 1)
    ]


def changed_most(areas: list[Concern], most: int) -> list[Concern]:
    """The areas with the largest differences, clear ones first."""
    other = [area for area in areas if np.isfinite(area.additional) and abs(area.additional) >= 0.5]
    return sorted(other, key=lambda area: (area.stars == 0, -abs(area.additional)))[:most]


def _stars(found: Folder, scenario: str, result: dict, level: np.ndarray, replicates: int) -> np.ndarray:
    together = np.zeros(len(level), int)
    if scenario == found.baseline:
        return together
    return stars(result, level, replicates, found.least_effect, together)


def _values(found: Folder, scenario: str, window: Window) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Labels of the areas with people in either scenario, and the values (R, areas) of the scenario, the baseline."""
    inside = theatre_of(found)
    labels = [str(name) for name in found.map.get("admin1_names", []) if country_of(str(name)) in inside]
    with reading(found.path):
        tables = read_series(
            found.table("outcomes.parquet"), {(name, OUTCOME) for name in labels}, {scenario, found.baseline}
        )
    kept, ours, theirs = [], [], []
    for label in labels:
        table = tables.get((label, OUTCOME))
        if table is None or scenario not in table or found.baseline not in table:
            continue
        months = table.index.to_numpy().astype("datetime64[M]")
        at = int(np.searchsorted(months, window.last_month, side="right")) - 1
        if at < 0:
            continue
        own, base = (table[name].to_numpy(dtype=float)[at] for name in (scenario, found.baseline))
        if max(own.mean(), base.mean()) >= FEWEST_PEOPLE:
            kept.append(label)
            ours.append(own)
            theirs.append(base)
    return kept, np.array(ours).T, np.array(theirs).T
