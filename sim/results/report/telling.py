"""What findings are made with: a question, sentences, and numbers that know where they stand; what levers are held to.

A scenario is said to change something where its difference has a star (`sim.results.intervals`): its own interval
excludes zero, with enough replicates, and it is no trifle.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sim.results.paired_differences import summarise
from sim.results.reading.headlines import Headline
from sim.results.report.facts import BAND, Facts, mean_and_band

#: what levers are looked at for: key of the phrases, outcomes of which the first that is there, how it is summed up
TOPICS = (
    ("displaced", ("displaced",), "end"),
    ("killed", ("civilians_killed",), "sum"),
    ("control", ("people_share.government", "inhabited_area_share.government"), "mean"),
    ("supply", ("without_supply", "fuel_days"), None),
)


@dataclass(frozen=True)
class Number:
    """A number as the sentence has it, and where it stands: a table, and what picks the row in it."""

    text: str
    value: float
    table: str
    where: dict[str, Any]


@dataclass
class Finding:
    """A question, its answer in one sentence or a few, and the numbers in it."""

    key: str
    question: str
    sentences: list[str] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The answer."""
        return " ".join(self.sentences)


class Teller:
    """Makes the sentences of one finding and keeps their numbers."""

    def __init__(self, facts: Facts, key: str) -> None:
        self.facts, self.words = facts, facts.words
        self.finding = Finding(key, facts.words.say(f"ask_{key}"))

    def say(self, key: str, **values: object) -> None:
        """Add a sentence."""
        self.finding.sentences.append(self.words.say(key, **values))

    def note(self, text: str, value: float, table: str, **where: object) -> str:
        """Keep where a number stands; the text of it."""
        self.finding.numbers.append(Number(text, float(value), table, where))
        return text

    def difference(self, row: Any, unit: str, level: float | None, table: str, **where: object) -> str:
        """A difference with its interval, and where it stands."""
        row = row if isinstance(row, dict | pd.Series) else asdict(row)
        for key in ("difference", "low", "high"):
            if np.isfinite(row[key]):
                text = self.words.number(row[key], unit, signed=True)
                self.note(text, row[key], table, column=key, unit=unit, **where)
        if level and np.isfinite(level):
            share = row["difference"] / abs(level)
            self.note(self.words.relative(share), share, table, column="relative", **where)
        return self.facts.difference(row, unit, level)

    def spread(self, values: np.ndarray, unit: str, **where: object) -> str:
        """A mean with nine tenths of the replicates, and where it stands."""
        for share, value in zip((BAND[0], "mean", BAND[1]), mean_and_band(values)):
            self.note(self.words.number(value, unit), value, "outcomes.parquet", quantile=share, unit=unit, **where)
        return self.facts.spread(values, unit)


def topics(facts: Facts) -> list[tuple[str, Headline]]:
    """What levers are looked at for, as far as it was recorded."""
    found = []
    for key, outcomes, kind in TOPICS:
        items = [item for name in outcomes if (item := facts.item(name, kind)) is not None]
        found += [(key, items[0])] if items else []
    return found


def ranked(facts: Facts, item: Headline) -> list[str]:
    """Scenarios by the size of their difference, those that are told from chance first."""
    known = [name for name in facts.others if (item, name) in facts.judged]
    return sorted(
        known, key=lambda name: (facts.judged[item, name].stars == 0, -abs(facts.judged[item, name].difference))
    )


def between(facts: Facts, item: Headline, first: str, other: str) -> dict[str, float]:
    """The paired difference of two scenarios, neither of them the baseline."""
    totals = facts.folder.totals(item)
    return {key: float(x) for key, x in summarise(*(totals[name].to_numpy(float) for name in (first, other))).items()}
