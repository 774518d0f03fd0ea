"""Findings about levers: which scenario changes an outcome most, and whether the next can be told from it."""

from __future__ import annotations

from typing import Any

from sim.results.intervals import FEWEST, distinguishable
from sim.results.reading.headlines import Headline
from sim.results.report.facts import Facts
from sim.results.report.telling import Finding, Teller, between, ranked


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
