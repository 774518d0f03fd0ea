"""What to watch: which recorded outcome, where, tells a scenario from the baseline first, tested out of sample.

Replicates are split in two halves, both scenarios of a replicate in the same one. On the first half a threshold is
learnt for every outcome that a record would show (deaths as UCDP or ACLED hold them, registered people, prices), every
place and every horizon: the one that takes fewest runs for the wrong scenario. A sign is what is wrong in at most
`LEARNT` of that half and differs (Welch's t) also when all outcomes, places and horizons that were looked at are judged
together (Bonferroni), and at every later horizon, too: of hundreds some would look apart by chance.

The earliest signs, of one horizon the farthest apart, are then tested on the second half, each by itself: a replicate
is right where the threshold takes neither of its two runs for the wrong scenario, which a threshold that tells nothing
does in at most half of them. A sign is told only where so many replicates are right that this would come in less than
1 - `LEVEL` of cases; with six tested replicates it must be right in all six. That nothing is told of two scenarios that
are alike needs no more, since the halves are independent. What an error of none in six leaves open is told with a sign
(`most_wrong`).

People and other stocks count as their change since the lever began, events as their sum since then: what an observer
of one course of events can know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtrc, betaincinv, stdtr

from sim.recording.aggregation import days_of_rows
from sim.results.brief.codes import theatre_of
from sim.results.brief.windows import MID_MONTH, lever_begins
from sim.results.integrity.hashes import reading
from sim.results.intervals import LEVEL
from sim.results.reading.outcome_series import read_series
from sim.results.result_folder import Folder

HORIZONS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)  # months after the lever begins
#: replicates below which nothing is learnt: of fewer than five to test no sign could be told from a coin
FEWEST = 10
LEARNT = 0.1
#: signs tested at most
MOST_TESTED = 6

#: outcomes of the region and of states that somebody records; those ending in _ucdp or _acled besides
RECORDED = ("idps", "refugees_from", "refugees_hosted", "coups")
#: of states outside the theatre: refugees by the state that they are from
HOSTED_FROM = "refugees_hosted_from."
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
    `wrong` of `tested` runs of the second half are taken for the wrong scenario, in `right` of `replicates` neither of
    two; `apart` is in deviations of the first half, `p` that of its t test.
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
    right: int
    replicates: int
    apart: float
    p: float

    @property
    def chance(self) -> float:
        """How often a threshold that tells nothing would be right in as many tested replicates, or more."""
        return float(bdtrc(self.right - 1, self.replicates, 0.5)) if self.right else 1.0

    @property
    def most_wrong(self) -> float:
        """The upper end (Clopper and Pearson, one-sided, `LEVEL`) of the share of replicates with a wrong run."""
        wrong = self.replicates - self.right
        return 1.0 if wrong == self.replicates else float(betaincinv(wrong + 1, self.right, LEVEL))


@dataclass(frozen=True)
class Watch:
    """Signs that hold in the second half, by horizon; how many outcomes and places were tried, and signs `tested`.

    `why` is empty, or says why nothing was tested: "few" replicates, "same" outcomes, "none" apart in the first half.
    """

    signs: tuple[Sign, ...]
    tried: int
    learnt: int
    why: str = ""
    tested: int = 0


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
    tried, looked_at, differ = 0, 0, False
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
            looked_at += 1
            sign = learn(ours, theirs, outcome, place, unit, months)
            if sign is not None:
                best[months].append(sign)
    together = max(1, looked_at)
    best = {months: [sign for sign in signs if sign.p * together <= 1 - LEVEL] for months, signs in best.items()}
    signs = lasting(best)
    if not signs:
        return Watch((), tried, learners(found.replicates), "none" if differ else "same")
    held, tested = tested_signs(signs, most)
    return Watch(tuple(held), tried, learners(found.replicates), tested=tested)


def lasting(best: dict[int, list[Sign]]) -> list[Sign]:
    """Of the signs by horizon those that stay: the first of an outcome and place from which on it stands out at every
    later horizon, too. The earliest first, of one horizon the farthest apart.

    What stands out once and is lost again is more often luck than a trace of the lever.
    """
    found: list[Sign] = []
    stays: set[tuple[str, str]] | None = None
    for months in sorted(best, reverse=True):
        here = {(sign.outcome, sign.place): sign for sign in best[months]}
        stays = set(here) if stays is None else stays & set(here)
        found = [sign for sign in found if (sign.outcome, sign.place) not in stays] + [here[key] for key in stays]
    return sorted(found, key=lambda sign: (sign.months, -sign.apart, sign.outcome, sign.place))


def tested_signs(signs: list[Sign], most: int) -> tuple[list[Sign], int]:
    """Those of the first signs that hold in the tested half, at most `most`; and how many were tested.

    At most `MOST_TESTED` are tested: of each horizon one sign of an outcome, and none of one that held earlier, for the
    same number in four places says little more than in one.
    """
    chosen: dict[tuple[str, int], Sign] = {}
    held: list[Sign] = []
    for sign in signs:
        key = (stem(sign.outcome), sign.months)
        known = key in chosen or any(stem(other.outcome) == key[0] for other in held)
        if known or len(chosen) == MOST_TESTED or len(held) == most:
            continue
        chosen[key] = sign
        if sign.chance <= 1 - LEVEL:
            held.append(sign)
    return held, len(chosen)


def stem(outcome: str) -> str:
    """An outcome whoever records it, and wherever it is counted: `idps_hosted` is `idps`."""
    return outcome.partition(".")[0].removesuffix("_hosted").removesuffix(RECORDS[0]).removesuffix(RECORDS[1])


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

    None where it takes more than `LEARNT` of the first half for the wrong scenario.
    """
    a, b = theirs[0::2], ours[0::2]
    spread = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    gap = b.mean() - a.mean()
    if gap == 0 or not np.isfinite(gap):
        return None
    apart = abs(gap) / spread if spread > 0 else np.inf
    above = bool(gap > 0)
    threshold, error = best_threshold(a, b, above)
    if error > LEARNT:
        return None
    first, second = taken_for_ours(theirs[1::2], threshold, above), ~taken_for_ours(ours[1::2], threshold, above)
    return Sign(
        outcome=outcome,
        place=place,
        unit=unit,
        months=months,
        threshold=threshold,
        above=above,
        flow="/" in unit,
        wrong=int(first.sum() + second.sum()),
        tested=len(first) + len(second),
        right=int((~first & ~second).sum()),
        replicates=len(first),
        apart=float(apart),
        p=welch(a, b),
    )


def welch(a: np.ndarray, b: np.ndarray) -> float:
    """Two-sided p of Welch's t test of the means of two samples; 0 where neither varies and they differ."""
    parts = np.array([a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)])
    if not parts.sum() > 0:
        return float(a.mean() == b.mean())
    freedom = parts.sum() ** 2 / (parts**2 / [len(a) - 1, len(b) - 1]).sum()
    return float(2.0 * stdtr(freedom, -abs(b.mean() - a.mean()) / np.sqrt(parts.sum())))


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
    """(place, outcome) -> unit of what somebody records: region, states, larger towns and areas of the theatre; of
    other states their refugees from it."""
    inside = set(theatre_of(found))
    towns = found.map.get("towns", {})
    large = {
        name
        for name, capital, seat, here in zip(
            *(towns.get(key, []) for key in ("name", "capital", "regional", "theatre"))
        )
        if here and (capital or seat)
    }
    states = {"region", *inside}
    abroad = {str(code) for code in found.map["countries"]} - inside
    wanted = {}
    for item in found.contents:
        for outcome, unit in item.units.items():
            for place in item.places:
                if place in large:
                    kept = outcome in OF_TOWNS
                elif place in states:
                    kept = outcome in RECORDED or outcome.endswith(RECORDS)
                elif place in abroad:
                    kept = outcome.startswith(HOSTED_FROM)
                else:
                    kept = outcome in OF_AREAS and place.partition(".")[0] in inside
                if kept:
                    wanted[place, outcome] = unit
    return wanted
