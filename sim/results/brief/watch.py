"""What to watch: which recorded outcome, where, tells a scenario from the baseline first, tested out of sample.

Replicates are split in two halves, both scenarios of a replicate in the same one. On the first half a threshold is
learnt for every outcome that a record would show (deaths as UCDP or ACLED hold them, registered people, prices), every
place and every horizon: the one that takes fewest runs for the wrong scenario. The first horizon at which some outcome
is wrong in at most `LEARNT` of the first half and lies `APART` deviations apart is taken; the outcomes farthest apart
there are told, with the runs of the second half that their threshold takes for the wrong scenario. Since many outcomes
are looked at, the first half alone would flatter them.

People and other stocks count as their change since the lever began, events as their sum since then: what an observer
of one course of events can know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.recording.aggregation import days_of_rows
from sim.results.brief.windows import MID_MONTH, lever_begins
from sim.results.integrity.hashes import reading
from sim.results.reading.outcome_series import read_series
from sim.results.result_folder import Folder

HORIZONS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)  # months after the lever begins
#: replicates below which nothing is learnt: three to learn from and three to test
FEWEST = 6
LEARNT = 0.1
APART = 2.5
#: a threshold that takes more of the tested runs for the wrong scenario is not told as a sign
WRONG = 1 / 3

#: outcomes of the region and of states that somebody records; those ending in _ucdp or _acled besides
RECORDED = ("idps", "refugees_from", "refugees_hosted", "coups")
OF_TOWNS = ("price_index", "fuel_days")
OF_AREAS = ("idps_hosted", "refugees_hosted")
RECORDS = ("_ucdp", "_acled")

#: weeks whose mean is the level of what changes from week to week
WEEKS = 4
#: values read at a time
AT_ONCE = 20_000_000


@dataclass(frozen=True)
class Sign:
    """An outcome and a threshold that tell the scenario from the baseline.

    `above`: the scenario lies above the threshold; `flow`: a sum since the lever began, else a change since then.
    `wrong` of `tested` runs of the second half are taken for the wrong scenario; `apart` is in deviations of the first.
    """

    outcome: str
    place: str
    unit: str
    months: int
    threshold: float
    above: bool
    flow: bool
    wrong: int
    tested: int
    apart: float

    @property
    def share_wrong(self) -> float:
        """Share of tested runs that are taken for the wrong scenario."""
        return self.wrong / self.tested


@dataclass(frozen=True)
class Watch:
    """Signs at the first horizon at which there are any (at most those asked for), and how many outcomes were tried.

    `why` is empty, or says why there are none: "few" replicates, "same" outcomes, "none" apart in the first half.
    """

    signs: tuple[Sign, ...]
    tried: int
    learnt: int
    why: str = ""

    @property
    def reliable(self) -> bool:
        """Whether the first sign holds in the second half."""
        return bool(self.signs) and self.signs[0].share_wrong <= WRONG


def watch(found: Folder, scenario: str, most: int = 3) -> Watch:
    """What to watch to tell a scenario from the baseline; nothing of the baseline itself."""
    begins = lever_begins(found, scenario)
    if scenario == found.baseline or begins is None:
        return Watch((), 0, 0, "same")
    if found.replicates < FEWEST:
        return Watch((), 0, 0, "few")
    month = begins.astype("datetime64[M]") + int(begins.item().day > MID_MONTH)
    end = np.datetime64(found.run["period"]["end"], "D")
    last_days = {months: (month + months).astype("datetime64[D]") - 1 for months in HORIZONS}
    last_days = {months: day for months, day in last_days.items() if day <= end}
    best: dict[int, list[Sign]] = {months: [] for months in last_days}
    tried, differ = 0, False
    for place, outcome, unit, table in _candidates(found, scenario):
        tried += 1
        names = table.columns.get_level_values("scenario").to_numpy()
        values, monthly = table.to_numpy(dtype=float), found.is_monthly(place)
        days = days_of_rows(table.index.to_numpy(), monthly)
        for months, last in last_days.items():
            known = feature(values, days, begins, last, unit, monthly)
            if known is None:
                continue
            ours, theirs = known[names == scenario], known[names == found.baseline]
            differ = differ or not np.array_equal(ours, theirs)
            sign = learn(ours, theirs, outcome, place, unit, months)
            if sign is not None:
                best[months].append(sign)
    for months in best:
        if best[months]:
            signs = sorted(best[months], key=lambda sign: (-sign.apart, sign.outcome, sign.place))
            return Watch(tuple(_of_many(signs, most)), tried, learners(found.replicates))
    return Watch((), tried, learners(found.replicates), "none" if differ else "same")


def _of_many(signs: list[Sign], most: int) -> list[Sign]:
    """The first signs, one of each outcome: the same number in four places says little more than in one."""
    chosen: dict[str, Sign] = {}
    for sign in signs:
        stem = sign.outcome.removesuffix("_hosted").removesuffix(RECORDS[0]).removesuffix(RECORDS[1])
        chosen.setdefault(stem, sign)
    return list(chosen.values())[:most]


def learners(replicates: int) -> int:
    """How many replicates are in the first half, the larger one."""
    return -(-replicates // 2)


def feature(
    values: np.ndarray, days: tuple, begins: np.datetime64, last: np.datetime64, unit: str, monthly: bool
) -> np.ndarray | None:
    """What an observer knows of series (T, runs) by a day: (runs,); None where no row lies between.

    `days` are first, middle and last day of each row. A sum of events from the day the lever begins on; of anything
    else its level less that before the lever.
    """
    _, middle, end = days
    at = end if monthly else middle
    start, stop = np.searchsorted(at, [begins, last + np.timedelta64(1, "D")])
    if start >= stop:
        return None
    if "/" in unit:
        return values[start:stop].sum(axis=0)
    rows = 1 if monthly or unit == "persons" else WEEKS
    level = values[max(start, stop - rows) : stop].mean(axis=0)
    before = int(np.searchsorted(end, begins))
    return level - values[max(0, before - rows) : before].mean(axis=0) if before else level


def learn(ours: np.ndarray, theirs: np.ndarray, outcome: str, place: str, unit: str, months: int) -> Sign | None:
    """A threshold from the first half of the replicates (every other one), tested on the second.

    None where it takes more than `LEARNT` of the first half for the wrong scenario, or they are too near (`APART`).
    """
    a, b = theirs[0::2], ours[0::2]
    spread = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    gap = b.mean() - a.mean()
    if gap == 0 or not np.isfinite(gap):
        return None
    apart = abs(gap) / spread if spread > 0 else np.inf
    above = bool(gap > 0)
    threshold, error = best_threshold(a, b, above)
    if error > LEARNT or apart < APART:
        return None
    test_a, test_b = theirs[1::2], ours[1::2]
    wrong = int((taken_for_ours(test_a, threshold, above)).sum() + (~taken_for_ours(test_b, threshold, above)).sum())
    return Sign(
        outcome, place, unit, months, threshold, above, "/" in unit, wrong, len(test_a) + len(test_b), float(apart)
    )


def taken_for_ours(values: np.ndarray, threshold: float, above: bool) -> np.ndarray:
    """Which runs a threshold takes for the scenario's."""
    return values > threshold if above else values < threshold


def best_threshold(theirs: np.ndarray, ours: np.ndarray, above: bool) -> tuple[float, float]:
    """The threshold between two values that takes fewest runs for the wrong scenario, the one in the widest gap among
    equals; and the share of runs that it takes so."""
    values = np.unique(np.concatenate([theirs, ours]))
    middles, gaps = (values[1:] + values[:-1]) / 2, np.diff(values)
    wrong = np.array(
        [
            taken_for_ours(theirs, middle, above).sum() + (~taken_for_ours(ours, middle, above)).sum()
            for middle in middles
        ]
    )
    at = np.lexsort((-gaps, wrong))[0]
    return float(middles[at]), float(wrong[at]) / (len(theirs) + len(ours))


def _candidates(found: Folder, scenario: str) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Place, outcome, unit and series of all that somebody records, some at a time."""
    wanted = recorded_outcomes(found)
    dates = max((item.dates for item in found.contents), default=1)
    step = max(1, AT_ONCE // (2 * max(1, found.replicates) * max(1, dates)))
    pairs = list(wanted)
    for start in range(0, len(pairs), step):
        some = set(pairs[start : start + step])
        with reading(found.path):
            tables = read_series(found.table("outcomes.parquet"), some, {scenario, found.baseline})
        for pair in pairs[start : start + step]:
            table = tables.get(pair)
            if table is not None and {scenario, found.baseline} <= set(table.columns.get_level_values("scenario")):
                yield *pair, wanted[pair], table


def recorded_outcomes(found: Folder) -> dict[tuple[str, str], str]:
    """(place, outcome) -> unit of what somebody records: region, states, larger towns and areas of the theatre."""
    inside = {code for code, here in zip(found.map["countries"], found.map["theatre"]) if here}
    towns = found.map.get("towns", {})
    large = {
        name
        for name, capital, seat, here in zip(
            *(towns.get(key, []) for key in ("name", "capital", "regional", "theatre"))
        )
        if here and (capital or seat)
    }
    states = {"region", *found.map["countries"]}
    wanted = {}
    for item in found.contents:
        for outcome, unit in item.units.items():
            for place in item.places:
                if place in large:
                    kept = outcome in OF_TOWNS
                elif place in states:
                    kept = outcome in RECORDED or outcome.endswith(RECORDS)
                else:
                    kept = outcome in OF_AREAS and place.partition(".")[0] in inside
                if kept:
                    wanted[place, outcome] = unit
    return wanted
