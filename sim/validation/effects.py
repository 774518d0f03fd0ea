"""What came of the trials of processes: paired differences, their size, and tables of them in Markdown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.core.numbers import short_number
from sim.results.paired_differences import summarise
from sim.validation.process_effects import OUTCOMES, Change

#: least size, in standard deviations between replicates of the unchanged model, that counts as an effect of substance
SUBSTANCE = 0.5


@dataclass(frozen=True)
class Effect:
    """The paired difference that a change makes to an outcome."""

    change: Change
    outcome: str
    base: float
    difference: float
    low: float
    high: float
    size: float  # in standard deviations between replicates of the unchanged model
    share_larger: float  # share of replicates in which it is larger

    @property
    def told_apart(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def passes(self) -> bool:
        """Whether it is told apart and of substance."""
        return self.told_apart and abs(self.size) >= SUBSTANCE


def effect(change: Change, outcome: str, changed: np.ndarray, base: np.ndarray) -> Effect:
    """Paired difference of one outcome (R,), its interval and its size."""
    found = summarise(changed, base)
    spread = float(np.std(base, ddof=1))
    difference = float(found["difference"])
    size = difference / spread if spread > 0 else (0.0 if difference == 0.0 else float(np.copysign(np.inf, difference)))
    low, high, larger = (float(found[key]) for key in ("low", "high", "share_larger"))
    return Effect(change, outcome, float(base.mean()), difference, low, high, size, larger)


def effects(todo: list[Change], results: dict) -> dict[Change, dict[str, Effect]]:
    """Effects of every change on every outcome."""
    found = {}
    for change in todo:
        changed, base = results[change, change.overrides], results[None, change.overrides]
        found[change] = {name: effect(change, name, changed[name], base[name]) for name in OUTCOMES}
    return found


def table_of_processes(found: dict[Change, dict[str, Effect]]) -> list[str]:
    """Markdown: the outcome named beforehand for each change, and whether it moved."""
    lines = [
        "| process | change | outcome | unchanged | difference | 95 % interval | size (sd) | moves it |",
        "|---|---|---|---:|---:|---:|---:|---|",
    ]
    for change, row in found.items():
        e = row[change.outcome]
        verdict = "yes" if e.passes else ("told apart, small" if e.told_apart else "no")
        label = f"{change.label} (beside)" if change.beside else change.label
        lines.append(
            f"| {change.process} | {label} | {e.outcome} | {short_number(e.base)} | {short_number(e.difference)} "
            f"| {short_number(e.low)} to {short_number(e.high)} | {e.size:+.2f} | {verdict} |"
        )
    return lines


def table_of_sizes(found: dict[Change, dict[str, Effect]]) -> list[str]:
    """Markdown: standardised size of every change for every outcome; a dash where the interval holds zero."""
    lines = ["| change | " + " | ".join(OUTCOMES) + " |", "|---|" + "---:|" * len(OUTCOMES)]
    for change, row in found.items():
        label = change.label if change.swap else f"{change.process}: {change.label}"
        sizes = [f"{row[name].size:+.1f}" if row[name].told_apart else "-" for name in OUTCOMES]
        lines.append(f"| {label} | " + " | ".join(sizes) + " |")
    return lines


def failures(found: dict[Change, dict[str, Effect]]) -> list[Effect]:
    """Changes of a process that do not move the outcome named for them."""
    asked = [change for change in found if change.process != "none" and not change.swap and not change.beside]
    return [found[change][change.outcome] for change in asked if not found[change][change.outcome].passes]
