"""Findings beyond the levers: for whom and where it is worst, what would change the answer, what is not told apart."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.core.files import NotRecorded
from sim.core.perpetrators import GROUPS
from sim.results.intervals import FEWEST, distinguishable
from sim.results.reading.verdicts import misses
from sim.results.report.facts import Facts
from sim.results.report.telling import Finding, Teller, between, ranked, topics

#: areas with fewer people than this are not called the worst off
PEOPLE = 20_000
#: replicates beyond which it is only said that they are more
MANY = 1_000
NAMED = 4
#: shares that would be shown as 0 %
LEAST_SHARE = 0.005


def leading(facts: Facts) -> str | None:
    """The scenario that changes displaced people most."""
    item = facts.item("displaced")
    order = ranked(facts, item) if item is not None and facts.others else []
    return order[0] if order else None


def for_whom(facts: Facts) -> Finding | None:
    """People of which area fare worst, and who kills civilians."""
    tell, base = Teller(facts, "whom"), facts.baseline
    try:
        away, home = (facts.by_area(name, "end") for name in ("displaced_from", "residents"))
        people = (away + home).mean()
        share = (away / (away + home)).mean().where(people >= min(PEOPLE, people.max()))
        worst = str(share.idxmax())
        number = tell.spread(away[worst].to_numpy(), "persons", outcome="displaced_from", place=worst, kind="end")
        part = float((away[worst] / (away + home)[worst]).mean())
        shown = tell.note(facts.words.percent(part), part, "share away", place=worst)
        tell.say("whom_worst", area=facts.area(worst), states=facts.states)
        tell.say("whom_number", number=number, share=shown, baseline=facts.title(base))
        first = leading(facts)
        row = None if first is None else facts.difference_at(first, worst, "displaced_from")
        if row is not None and row["difference"] != 0:
            there = {"scenario": first, "place": worst, "outcome": "displaced_from"}
            shown = tell.difference(row, "persons", None, "comparison.csv", **there)
            key = "whom_lever" if told(facts, row) else "whom_lever_unsure"
            tell.say(key, scenario=facts.title(first), difference=shown)
    except NotRecorded:
        pass
    killers(tell)
    return tell.finding if tell.finding.sentences else None


def killers(tell: Teller) -> None:
    """Whose hands civilians die by in the baseline."""
    facts, parts = tell.facts, {}
    for group in GROUPS:
        table = facts.folder.over_time(f"civilians_killed_by.{group}")
        if not len(table):
            return
        parts[group] = table[facts.baseline].astype(float).sum()
    every = pd.DataFrame(parts)
    whole = every.sum(axis=1)
    if not whole.sum():
        return
    share = (every.sum() / whole.sum()).sort_values(ascending=False)
    shown = [
        facts.words.say(
            "killer",
            who=facts.words.say(f"group_{group}"),
            share=tell.note(facts.words.percent(value), value, "killers", group=group),
        )
        for group, value in share.items()
        if value >= LEAST_SHARE
    ]
    tell.say("whom_killers", baseline=facts.title(facts.baseline), parts=facts.words.names(shown))


def where_worst(facts: Facts) -> Finding | None:
    """Areas with most displaced people and most civilians killed, and where the leading scenario matters most."""
    tell, base = Teller(facts, "where"), facts.baseline
    try:
        hosted = facts.by_area("displaced_hosted", "end")
        killed = facts.by_area("civilians_killed", "sum")
    except NotRecorded:
        return None
    most, deadly = str(hosted.mean().idxmax()), str(killed.mean().idxmax())
    tell.say("where_worst", hosting=facts.area(most), deadly=facts.area(deadly), states=facts.states)
    tell.say(
        "where_number",
        baseline=facts.title(base),
        hosted=tell.spread(hosted[most].to_numpy(), "persons", outcome="displaced_hosted", place=most, kind="end"),
        killed=tell.spread(killed[deadly].to_numpy(), "persons", outcome="civilians_killed", place=deadly, kind="sum"),
    )
    first = leading(facts)
    if first is not None:
        rows = {area: facts.difference_at(first, area, "displaced_hosted") for area in facts.areas}
        rows = {area: row for area, row in rows.items() if row is not None}
        rows = {area: row for area, row in rows.items() if row["difference"] != 0}
        sure = {area: row for area, row in rows.items() if told(facts, row)}
        if rows:
            chosen = sure or rows
            area = max(chosen, key=lambda name: abs(chosen[name]["difference"]))
            there = {"scenario": first, "place": area, "outcome": "displaced_hosted"}
            shown = tell.difference(chosen[area], "persons", None, "comparison.csv", **there)
            key = "where_lever" if sure else "where_lever_unsure"
            tell.say(key, scenario=facts.title(first), area=facts.area(area), difference=shown, states=facts.states)
    return tell.finding


def told(facts: Facts, row: pd.Series) -> bool:
    """Whether a row of comparison.csv is told from chance."""
    return bool(distinguishable(row["low"], row["high"], facts.n))


def what_would_change(facts: Facts) -> Finding:
    """Parameters that matter, more replicates, what the model gets wrong, and assumptions beyond the known facts."""
    tell = Teller(facts, "change")
    known = bool(len(shares(facts)))
    for make in (parameters, more_replicates) if known else (more_replicates, parameters):
        make(tell)
    item = facts.item("displaced")
    wrong = misses(facts.folder, item) if item is not None else ()
    if len(wrong):
        states = [facts.country(place) for place in dict.fromkeys(wrong["place"])]
        tell.say("change_record", states=facts.words.names(states))
    if facts.folder.projection_from is not None:
        tell.say("change_projection", day=facts.words.day(facts.folder.projection_from))
    tell.say("change_not_covered")
    return tell.finding


def parameters(tell: Teller) -> None:
    """The drawn parameter with the largest effect on the difference (or the level) of displaced people."""
    facts, item = tell.facts, tell.facts.item("displaced")
    table = shares(facts)
    if item is not None and len(table):
        table = table[table["outcome"] == item.label]
        wanted = leading(facts) or facts.baseline
        for scenario in (wanted, facts.baseline):
            own = table[table["scenario"] == scenario]
            if len(own):
                row = own.iloc[0]
                key = "change_parameter" if scenario != facts.baseline else "change_parameter_level"
                parts = {
                    name: tell.note(facts.words.percent(row[column]), row[column], "uncertainty.csv", scenario=scenario)
                    for name, column in (("share", "share_draws"), ("low", "low"), ("high", "high"))
                }
                if row["low"] < LEAST_SHARE:
                    tell.say("change_parameter_unclear", scenario=facts.title(scenario))
                    tell.say("change_parameter_unclear_share", **parts)
                    return
                effect = facts.words.number(row["effect"], item.unit, signed=True)
                tell.note(effect, row["effect"], "uncertainty.csv", scenario=scenario)
                tell.say(key, scenario=facts.title(scenario), parameter=row["strongest"])
                tell.say(f"{key}_share", effect=effect, **parts)
                return
    tell.say("change_no_shares", n=facts.n)


def shares(facts: Facts) -> pd.DataFrame:
    """uncertainty.csv, empty where there is none."""
    if not (facts.folder.path / "uncertainty.csv").exists():
        return pd.DataFrame(columns=["scenario", "outcome"])
    return pd.read_csv(facts.folder.table("uncertainty.csv"))


def more_replicates(tell: Teller) -> None:
    """How many replicates would tell the largest difference from chance that now is not told."""
    facts = tell.facts
    open_ones = []
    for _, item in topics(facts):
        for name in facts.others:
            row = facts.judged.get((item, name))
            if row is None or row.stars or not row.difference or not np.isfinite(row.low):
                continue
            if abs(row.difference) < facts.folder.least_effect * abs(row.level):
                continue
            needed = replicates_needed(row.difference, row.low, row.high, facts.n)
            open_ones.append((needed, item, name, row))
    if not open_ones:
        return
    needed, item, name, row = min(open_ones, key=lambda entry: entry[0])
    where = {"outcome": item.outcome, "place": item.place, "kind": item.kind}
    shown = tell.difference(row, item.unit, None, "difference", scenario=name, **where)
    count = facts.words.whole(min(needed, MANY))
    if needed <= MANY:
        tell.note(count, needed, "replicates needed", scenario=name, **where)
    about = {"scenario": facts.title(name), "label": facts.label(item), "difference": shown, "count": count}
    key = "change_replicates" if needed <= MANY else "change_replicates_many"
    tell.say(key, scenario=facts.title(name))
    tell.say(f"{key}_count", **about)


def replicates_needed(difference: float, low: float, high: float, replicates: int) -> int:
    """About how many replicates it takes until an interval as wide as this one shrinks to exclude zero.

    Its half-width falls with the root of the number; the Student's factor of few replicates is left as it is.
    """
    half = (high - low) / 2
    return max(FEWEST, replicates + 1, math.ceil(replicates * (half / abs(difference)) ** 2))


def not_apart(facts: Facts) -> Finding:
    """Scenarios that no headline tells from the baseline, pairs that displaced people and dead do not tell apart."""
    tell = Teller(facts, "apart")
    if facts.few:
        tell.say("apart_few", n=facts.n, fewest=FEWEST)
        return tell.finding
    items = {item for item, _ in facts.judged}
    rows = {name: [row for (_, own), row in facts.judged.items() if own == name] for name in facts.others}
    same = [
        name for name, own in rows.items() if own and all(row.low == row.high == row.difference == 0 for row in own)
    ]
    none = [name for name, own in rows.items() if name not in same and not any(row.stars for row in own)]
    count = len(items)
    base = facts.title(facts.baseline)
    if same:
        tell.say("apart_same", scenarios=facts.words.some([facts.title(name) for name in same], NAMED), baseline=base)
    if none:
        titles = facts.words.some([facts.title(name) for name in none], NAMED)
        key = "apart_none_one" if len(none) == 1 else "apart_none"
        tell.say(key, scenarios=titles, baseline=base, count=count)
    elif len(same) < len(facts.others):
        tell.say("apart_rest" if same else "apart_all", baseline=base, count=count)
    open_ones = sum(not row.stars for row in facts.judged.values())
    tell.note(facts.words.whole(open_ones), open_ones, "not starred")
    tell.say("apart_open", open=facts.words.whole(open_ones), count=len(facts.judged))
    pairs = alike_pairs(facts, [*none, *same])
    if pairs:
        titles = [facts.words.say("pair", a=facts.title(a), b=facts.title(b)) for a, b in pairs]
        tell.say("apart_pairs", pairs=facts.words.some(titles, NAMED))
    return tell.finding


def alike_pairs(facts: Facts, left_out: list[str]) -> list[tuple[str, str]]:
    """Pairs of scenarios that neither displaced people nor civilians killed tell apart."""
    items = [item for key, item in topics(facts) if key in ("displaced", "killed")]
    names = [name for name in facts.others if name not in left_out]
    found = []
    for at, a in enumerate(names):
        for b in names[at + 1 :]:
            rows = [between(facts, item, a, b) for item in items]
            if not any(distinguishable(row["low"], row["high"], facts.n) for row in rows):
                found.append((a, b))
    return found
