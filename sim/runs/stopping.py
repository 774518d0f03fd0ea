"""How many replicates are enough: run until the interval of a difference is narrow enough.

The half width of Student's interval of the mean paired difference, h = t(n - 1) * s / sqrt(n), is held
against what was asked for: `precision`, a share of the mean of the BASELINE (not of the difference, which
may well be near zero), or `within`, in the outcome's own unit. The widest of all scenarios decides.
The first look comes at `at_least` replicates. If that is too wide, the next number is what the spread
seen so far calls for, (1.96 s / target)^2 (Chow and Robbins 1965), at most twice as many as before: a
comparison is looked at some two to six times, and in what order runs finish plays no part.

What looking more than once does to an interval: the rule sees how wide it is, never where it lies, so
that no star can be waited for. Stopping when the spread happens to look small still costs a little.
Coverage of intervals of nominally 95 %, from draws (tests/runs/test_stopping.py measures it again):

    differences     20 replicates at least    a fixed number of replicates
    normal          93.5 to 95 %              95 %
    exponential     90.5 to 93 %              91 to 94.5 %     (skewness 2)
    log-normal      83.5 to 87 %              84 to 92 %       (skewness 6)

From 12 replicates on, exponential differences would be covered by 89 %, log-normal ones by 78 %: hence 20.
Where the differences are skewed, what is told says so. Nothing here knows a live model.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.core.errors import UserError, unknown
from sim.core.files import atomic_write, read_run
from sim.recording.aggregation import aggregate, aggregate_kind, is_monthly, periods
from sim.recording.run_record import RunRecord
from sim.results.intervals import FEWEST
from sim.results.replicate_files import replicate_file

LEVEL = 0.95

GROWTH = 2.0  # a look asks for at most so many times the replicates there are

STEP = 4  # and for at least so many more

SKEWED = 1.0  # skewness of differences beyond which an interval covers noticeably less than it says


@dataclass(frozen=True)
class Rule:
    """When to stop: the outcome and place looked at, how narrow, fewest and most replicates."""

    outcome: str = "displaced"
    place: str = "region"
    precision: float | None = 0.05  # half width, as a share of the baseline's mean
    within: float | None = None  # half width, in the outcome's unit; instead of `precision`
    at_least: int = 20
    at_most: int = 400

    def __post_init__(self) -> None:
        """Check the numbers."""
        if (self.precision is None) == (self.within is None):
            raise UserError(
                "Say how narrow with precision= (a share of the baseline's mean) or with within= "
                "(in the outcome's unit), one of the two."
            )
        name, asked = ("precision", self.precision) if self.within is None else ("within", self.within)
        if not (math.isfinite(asked) and asked > 0.0):
            raise UserError(f"{name} must be above zero, not {asked:g}.")
        if self.at_least < FEWEST:
            raise UserError(f"at_least must be {FEWEST} or more, not {self.at_least}: fewer tell nothing.")
        if self.at_most < self.at_least:
            raise UserError(f"at_most ({self.at_most}) is below at_least ({self.at_least}).")


@dataclass
class StoppingMonitor:
    """What the rule has seen of a comparison: a value per scenario and replicate, and every interim analysis.

    `end` is the last day of the period.
    """

    rule: Rule
    folder: Path
    scenarios: list[str]
    baseline: str
    end: Any = None
    unit: str = ""
    values: dict[str, list[float]] = field(default_factory=dict)
    analyses: list[dict[str, Any]] = field(default_factory=list)

    def check(self, job: Any) -> None:
        """Refuse an outcome or place that is not recorded, as soon as the first record (of a `Job`) is there."""
        if not self.unit:
            record = RunRecord.load(job.path, only=("series", "totals"))
            _, self.unit = over_period(record, self.rule.outcome, self.rule.place, self.end)

    def interim_analysis(self, replicates: int) -> int:
        """Look at the first `replicates`; return how many are wanted: the same number if they are enough."""
        for name in self.scenarios:
            known = self.values.setdefault(name, [])
            for replicate in range(len(known), replicates):
                record = RunRecord.load(replicate_file(self.folder, name, replicate), only=("series", "totals"))
                value, self.unit = over_period(record, self.rule.outcome, self.rule.place, self.end)
                known.append(value)
        table = self.table()
        now = table[table["replicates"] == replicates]
        if not len(now):
            raise UserError("A stopping rule needs two scenarios at least, since it looks at differences.")
        widest = now.loc[(now["half_width"] / now["target"]).idxmax()]
        enough = bool((now["half_width"] <= now["target"]).all())
        wanted = replicates
        if not enough:
            wanted = wanted_next(replicates, float(widest["half_width"]), float(widest["target"]), self.rule.at_most)
        self.analyses.append(
            {
                "replicates": replicates,
                "widest": widest["scenario"],
                "half_width": float(widest["half_width"]),
                "target": float(widest["target"]),
                "skewness": skewness(self.differences(str(widest["scenario"]))),
                "enough": enough,
                "wanted": wanted,
            }
        )
        atomic_write(self.folder / "precision.csv", lambda file: table.to_csv(file, index=False))
        return wanted

    def differences(self, scenario: str) -> np.ndarray:
        """Paired differences of a scenario to the baseline, (R,)."""
        return np.array(self.values[scenario]) - np.array(self.values[self.baseline])

    def table(self) -> pd.DataFrame:
        """How the interval narrowed: a row for each scenario and number of replicates from 2 on."""
        target = targets(self.rule, np.array(self.values[self.baseline]))
        frames = [
            pd.DataFrame({"scenario": name, **narrowing(self.differences(name)), "target": target[1:]})
            for name in self.scenarios
            if name != self.baseline
        ]
        columns = ["scenario", "replicates", "difference", "half_width", "target"]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def plain(self) -> dict[str, Any]:
        """For run.json."""
        last = self.analyses[-1]
        return asdict(self.rule) | {
            "level": LEVEL,
            "unit": self.unit,
            "reached": last["enough"],
            "replicates": last["replicates"],
            "interim_analyses": self.analyses,
        }

    def report(self) -> str:
        """The last interim analysis in a sentence or two."""
        return report(self.plain())


# ---------------------------------------------------------------------------- the numbers


def over_period(record: RunRecord, outcome: str, place: str, end: Any = None) -> tuple[float, str]:
    """An outcome of one replicate over the whole period, as comparison.csv sums it up, and its unit.

    `end` is the last day of the period.

    A record of which only the headlines are kept holds the sums of all that was recorded.
    """
    outcomes, places = set(), set()
    for name, found in (record.totals or record.series).items():
        if outcome in found.outcomes and place in found.places:
            unit = found.units[outcome]
            row, column = found.places.index(place), found.outcomes.index(outcome)
            if record.totals:
                return float(found.values[0, row, column]), unit.split("/")[0]
            values = found.values[:, row : row + 1, column : column + 1]
            whole = periods(found.dates, yearly=False, end=end, monthly=is_monthly(name))
            total = aggregate(values, whole, [aggregate_kind(outcome, unit)])
            return float(total.squeeze()), unit.split("/")[0]
        outcomes |= set(found.outcomes)
        places |= set(found.places) if outcome in found.outcomes else set()
    if outcome not in outcomes:
        raise unknown("outcome", outcome, outcomes)
    raise unknown("place", place, places, f"with the outcome '{outcome}'")


def narrowing(differences: np.ndarray) -> dict[str, np.ndarray]:
    """Mean and half width of Student's interval of the first 2, 3, ... R differences: arrays (R - 1,)."""
    from scipy.stats import t

    n = np.arange(1, len(differences) + 1)
    mean = np.cumsum(differences) / n
    # sums of squares about a running mean (Welford 1962): no cancellation where the mean is large
    steps = (differences[1:] - mean[:-1]) * (differences[1:] - mean[1:])
    spread = np.sqrt(np.maximum(np.cumsum(steps), 0.0) / (n[1:] - 1))
    half = t.ppf((1 + LEVEL) / 2, n[1:] - 1) * spread / np.sqrt(n[1:])
    return {"replicates": n[1:], "difference": mean[1:], "half_width": half}


def targets(rule: Rule, baseline: np.ndarray) -> np.ndarray:
    """The half width asked for, after each of the baseline's values (R,): its mean so far counts."""
    if rule.within is not None:
        return np.full(len(baseline), rule.within)
    mean = np.abs(np.cumsum(baseline) / np.arange(1, len(baseline) + 1))
    if mean[-1] == 0.0:
        raise UserError(
            f"'{rule.outcome}' at '{rule.place}' is zero in every replicate of the baseline, and no share of that "
            "can be asked for; say within= in its own unit instead of precision=."
        )
    return rule.precision * mean


def wanted_next(replicates: int, half_width: float, target: float, at_most: int) -> int:
    """Replicates that would narrow the half width to the target, within the bounds of one step, at most `at_most`."""
    called_for = replicates * (half_width / target) ** 2
    called_for = min(GROWTH * replicates, max(called_for, replicates + STEP))
    return min(at_most, 2 * math.ceil(called_for / 2))


def skewness(values: np.ndarray) -> float:
    """The third standardised moment; 0 where nothing varies."""
    apart = values - values.mean()
    spread = np.sqrt(np.mean(apart**2))
    return float(np.mean(apart**3) / spread**3) if spread > 0.0 else 0.0


# ---------------------------------------------------------------------------- in words


def analyses_of(stopping: dict[str, Any]) -> list[dict[str, Any]]:
    """The interim analyses that run.json holds; folders of 0.2.0 and before call them looks."""
    return stopping.get("interim_analyses") or stopping["looks"]


def report(stopping: dict[str, Any]) -> str:
    """What run.json holds of a stopping rule, in a sentence or two."""
    last = analyses_of(stopping)[-1]
    n, half, target = last["replicates"], last["half_width"], last["target"]
    what = f"{stopping['outcome']} ({stopping['place']})"
    if half == 0.0:
        text = f"{n} replicates: {what} does not differ in any of them"
        return f"{text}; a difference in fewer than one of {n // 3} could have been missed."
    if stopping["within"] is None:
        share = stopping["precision"] * half / target
        width = f"± {100 * share:.2g} % of the baseline's mean (asked for: {100 * stopping['precision']:g} %)"
    else:
        width = f"± {half:.3g} {stopping['unit']} (asked for: {stopping['within']:g})"
    text = f"{n} replicates: the difference in {what} is known to {width}; '{last['widest']}' is the widest."
    if not last["enough"]:
        if last["wanted"] > n:
            text += f" On to {last['wanted']}."
        else:
            rough = math.ceil(n * (half / target) ** 2)
            text += f" Not as narrow as asked for, but at_most={stopping['at_most']}; about {rough} would do."
    if abs(last["skewness"]) > SKEWED:
        text += f" The differences are skewed ({last['skewness']:+.1f}): the interval covers less than 95 %."
    return text


def print_report(folder: Path) -> None:
    """Print what the stopping rule of a folder found, if it had one."""
    stopping = read_run(folder).get("stopping")
    if stopping:
        print(f"Stopping rule: {report(stopping)} (figures/precision.png, precision.csv)")
