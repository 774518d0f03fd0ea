"""What came of the rows: paired differences in standard deviations between replicates, verdicts, and a table of both.

A lever *moves* its outcome where the mean paired difference is at least half a standard deviation between replicates of
what it is compared with, in the direction that was written beforehand, and its 95 % interval (Student's) excludes zero.
The mechanism off, the difference is taken between the two runs without it, in the same unit.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from sim.core.errors import UserError
from sim.results.intervals import student_interval
from tools.systems.listing import Row

#: least size, in standard deviations between replicates, that counts
SUBSTANCE = 0.5
#: fewest pairs from which anything is said
FEWEST = 3

MOVES, SMALL, NOISE, WRONG, NOTHING = "moves", "told apart, small", "not told apart", "wrong way", "too few pairs"
VANISHES, WEAKER, STAYS, NOT_ASKED = "vanishes", "weaker", "stays", "-"


@dataclass(frozen=True)
class Result:
    """A row's figures: as in systems.csv, where a figure that is not there is empty (NaN)."""

    id: str
    replicates: int  # pairs with both figures
    base: float  # mean of what the lever is compared with, in the outcome's own unit
    deviation: float  # standard deviation between replicates of that
    difference: float  # mean paired difference, in the same unit
    size: float  # the same in standard deviations
    low: float
    high: float
    off_replicates: int
    off_base: float
    off_difference: float
    off_size: float
    off_low: float
    off_high: float

    def verdict(self, row: Row) -> str:
        """Whether the lever moves the outcome as was written."""
        if self.replicates < FEWEST or math.isnan(self.size):
            return NOTHING
        # without any spread nothing that differs is noise
        apart = self.low > 0.0 or self.high < 0.0 or math.isinf(self.size)
        if not apart:
            return NOISE
        if self.size * row.sign < 0.0:
            return WRONG
        return MOVES if self.size * row.sign >= SUBSTANCE else SMALL

    def off_verdict(self, row: Row) -> str:
        """Whether what the lever moves goes with the mechanism; asked only where it moves anything."""
        if self.verdict(row) != MOVES:
            return NOT_ASKED
        if self.off_replicates < FEWEST or math.isnan(self.off_size):
            return NOTHING
        left = self.off_size * row.sign
        half = left < 0.5 * self.size * row.sign
        if left < SUBSTANCE and half:
            return VANISHES
        return WEAKER if half else STAYS


def judge(row: Row, values: dict[str, list[float]]) -> Result:
    """Figures of a row from those of its four arms by replicate."""
    base, lever = pairs(values["base"], values["lever"])
    off_base, off_lever = pairs(values["off base"], values["off lever"])
    deviation = float(np.std(base, ddof=1)) if len(base) > 1 else float("nan")
    found = compare(base, lever, deviation)
    without = compare(off_base, off_lever, deviation)
    mean, off_mean = (float(np.mean(part)) if len(part) else float("nan") for part in (base, off_base))
    return Result(row.id, len(base), mean, deviation, *found, len(off_base), off_mean, *without)


def pairs(one: list[float], other: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Figures of replicates that have both."""
    a, b = np.array(one, dtype=float), np.array(other, dtype=float)
    both = np.isfinite(a) & np.isfinite(b)
    return a[both], b[both]


def compare(base: np.ndarray, changed: np.ndarray, deviation: float) -> tuple[float, float, float, float]:
    """Mean difference, and it and its interval in standard deviations. Without any spread of the base a difference is
    endless, and none is nought."""
    if len(base) < 2:
        return (float("nan"),) * 4
    apart = changed - base
    difference, (low, high) = float(apart.mean()), student_interval(apart)
    if deviation > 0.0:
        return difference, difference / deviation, float(low) / deviation, float(high) / deviation
    return (
        difference,
        *(math.copysign(math.inf, x) if x != 0.0 else 0.0 for x in (difference, float(low), float(high))),
    )


# ---------------------------------------------------------------------------- files


def write_csv(path: Path, results: list[Result], about: dict[str, str]) -> None:
    """Write results, and what they were made with in the lines before (`# key: value`)."""
    names = [item.name for item in fields(Result)]
    with path.open("w", newline="", encoding="utf-8") as file:
        file.writelines(f"# {key}: {value}\n" for key, value in about.items())
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for result in results:
            writer.writerow([_text(getattr(result, name)) for name in names])


def _text(value: object) -> object:
    return (
        "" if isinstance(value, float) and math.isnan(value) else f"{value:.6g}" if isinstance(value, float) else value
    )


def read_csv(path: Path) -> tuple[list[Result], dict[str, str]]:
    """Results as `write_csv` left them, and what they were made with."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        about = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
        table = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        return [read_result(entry) for entry in table], about
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{path} is no table of results ({error}).") from None


def read_result(entry: dict[str, str]) -> Result:
    """A line of the table."""
    found: dict[str, object] = {"id": entry["id"]}
    for item in fields(Result)[1:]:
        text = entry[item.name]
        found[item.name] = int(text) if item.type == "int" else float(text) if text else float("nan")
    return Result(**found)  # type: ignore[arg-type]
