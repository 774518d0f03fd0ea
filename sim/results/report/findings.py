"""Findings: five to eight sentences made from the numbers of a folder, each number with where it stands.

Four are about levers (displaced people, civilians killed, control, supply), then for whom and where it is worst, what
would change the answer, and what cannot be told apart. A scenario is said to change something where its difference has
a star (`sim.results.intervals`): its own interval excludes zero, with enough replicates, and it is no trifle.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sim.results.intervals import FEWEST, distinguishable
from sim.results.paired_differences import summarise
from sim.results.reading.headlines import Headline
from sim.results.report.facts import Facts

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
        """A median with nine tenths of the replicates, and where it stands."""
        for share in (0.5, 0.05, 0.95):
            value = float(np.nanquantile(values, share))
            self.note(self.words.number(value, unit), value, "outcomes.parquet", quantile=share, unit=unit, **where)
        return self.facts.spread(values, unit)


def findings(facts: Facts) -> list[Finding]:
    """All findings of a folder, in the order in which they stand on the page."""
    from sim.results.report.findings_more import for_whom, not_apart, what_would_change, where_worst

    found = []
    if facts.others:
        found += [lever(facts, key, item) for key, item in topics(facts)]
    else:
        found += [level(facts, key, item) for key, item in topics(facts)]
    found += [made for make in (for_whom, where_worst, what_would_change) if (made := make(facts)) is not None]
    return found + ([not_apart(facts)] if facts.others else [])


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


def lever(facts: Facts, key: str, item: Headline) -> Finding:
    """Which scenario changes an outcome most, and whether the next can be told from it."""
    tell, label, base = Teller(facts, key), facts.label(item), facts.title(facts.baseline)
    order = ranked(facts, item)
    where = {"outcome": item.outcome, "place": item.place, "kind": item.kind}
    level = facts.level(item)
    shown = tell.note(facts.words.number(level, item.unit), level, "level", unit=item.unit, **where)
    about = {"label": label, "baseline": base, "level": shown, "window": facts.window(item)}
    if not order:
        tell.say("lever_level", **about)
        return tell.finding
    first = facts.judged[item, order[0]]
    rows = [facts.judged[item, name] for name in order]
    if all(row.difference == 0 for row in rows):
        tell.say("lever_same", baseline=base)
        tell.say("lever_level", **about)
        return tell.finding
    named = tell.difference(first, item.unit, first.level, "difference", scenario=order[0], **where)
    title = named_with_levers(facts, order[0])
    if facts.few:
        tell.say("lever_unclear")
        tell.say("lever_few", n=facts.n, fewest=FEWEST, scenario=title)
        tell.say("lever_number", difference=named, **about)
    elif not first.stars:
        tell.say("lever_unclear")
        small = bool(distinguishable(first.low, first.high, facts.n))
        least = facts.words.plain(100 * facts.folder.least_effect)
        tell.say("lever_trifle" if small else "lever_none", scenario=title, least=least)
        tell.say("lever_number", difference=named, **about)
    else:
        tell.say("lever_most", scenario=title)
        tell.say("lever_number", difference=named, **about)
        tell.say("lever_holds" if first.stars > 1 else "lever_alone", count=len(facts.judged))
        clear = [name for name in order[1:] if facts.judged[item, name].stars]
        if clear:
            second(tell, item, order[0], clear[0], where)
        elif order[1:]:
            tell.say("lever_only")
    return tell.finding


def second(tell: Teller, item: Headline, first: str, next_one: str, where: dict[str, Any]) -> None:
    """The next of the scenarios, and whether the two can be told apart."""
    facts, own = tell.facts, tell.facts.judged[item, next_one]
    shown = tell.difference(own, item.unit, own.level, "difference", scenario=next_one, **where)
    apart = between(facts, item, first, next_one)
    told = bool(distinguishable(apart["low"], apart["high"], facts.n))
    if apart["low"] == apart["high"] == 0:
        tell.say("lever_next_equal", scenario=named_with_levers(facts, next_one), difference=shown)
        return
    gap = tell.difference(apart, item.unit, None, "between", scenario=first, other=next_one, **where)
    tell.say(
        "lever_next_apart" if told else "lever_next_same",
        scenario=named_with_levers(facts, next_one),
        difference=shown,
        first=facts.title(first),
        gap=gap,
    )


def between(facts: Facts, item: Headline, first: str, other: str) -> dict[str, float]:
    """The paired difference of two scenarios, neither of them the baseline."""
    totals = facts.folder.totals(item)
    return {key: float(x) for key, x in summarise(*(totals[name].to_numpy(float) for name in (first, other))).items()}


def named_with_levers(facts: Facts, scenario: str) -> str:
    """A scenario's title and the levers that it moves: `Restraint (lever: abuses)`."""
    levers = [facts.words.or_else(f"lever_name_{name}", name) for name in facts.levers(scenario)]
    if not levers:
        return facts.title(scenario)
    return facts.words.say("with_lever", title=facts.title(scenario), levers=", ".join(levers))


def level(facts: Facts, key: str, item: Headline) -> Finding:
    """Of a folder with one scenario: how much there is of an outcome."""
    tell = Teller(facts, key)
    values = facts.folder.totals(item)[facts.baseline].to_numpy(float)
    shown = tell.spread(values, item.unit, outcome=item.outcome, place=item.place, kind=item.kind)
    tell.say("level_alone", label=facts.label(item), level=shown, window=facts.window(item))
    return tell.finding
