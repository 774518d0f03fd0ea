"""Assumptions, the parameters that matter, and how the spread over replicates is shared out."""

from __future__ import annotations

import pandas as pd

from sim.results.report.facts import Facts
from sim.results.report.findings_more import shares
from sim.results.report.html import Html, bullets, joined, paragraph, table, tag
from sim.results.report.sections.scenarios import about
from sim.results.translation.texts import assumption

#: rows of shares that are shown
MOST = 24


def uncertainty(facts: Facts) -> Html:
    """The section."""
    words = facts.words
    parts = [tag("h3", words.say("assumptions")), bullets(assumptions(facts))]
    parts.append(tag("h3", words.say("parameters")))
    parts += [part if isinstance(part, Html) else paragraph(part) for part in drawn(facts)]
    parts.append(tag("h3", words.say("shares")))
    found = shares(facts)
    parts.append(of_shares(facts, found) if len(found) else paragraph(words.say("shares_none", n=facts.n)))
    return joined(parts)


def assumptions(facts: Facts) -> list[str]:
    """What is assumed, and what an interval does not cover."""
    words = facts.words
    found = [words.say("assume_levers"), words.say("assume_interval")]
    if facts.folder.projection_from is not None:
        found.append(words.say("assume_projection", day=words.day(facts.folder.projection_from)))
    together: dict[str, list[str]] = {}
    for name in facts.scenarios:
        text = about(facts, name).get("assumption")
        if text:
            together.setdefault(str(text), []).append(facts.title(name))
    for text, titles in together.items():
        found.append(
            words.say("assume_ban", scenarios=words.names(titles), assumption=assumption(text, words.language))
        )
    politics = {str(facts.configuration(name).get("politics")) for name in facts.scenarios}
    if "as_happened" in politics:
        found.append(words.say("assume_coups"))
    if facts.map.get("fictional"):
        found.append(words.say("assume_fictional"))
    return found


def drawn(facts: Facts) -> list[object]:
    """Which parameters were drawn anew in each replicate, and over what range."""
    words = facts.words
    draw = str(facts.run.get("draw") or facts.configuration(facts.baseline).get("draw") or "")
    found: list[object] = [words.say(f"draw_{draw}")] if words.has(f"draw_{draw}") else []
    if not (facts.folder.path / "parameters.parquet").exists():
        return [*found, words.say("parameters_missing")]
    values = facts.folder.parameters(facts.baseline)
    names = values["parameter"].astype(str)
    varied = values.groupby(names, observed=True)["value"].agg(["min", "max", "nunique"])
    varied = varied[varied["nunique"] > 1]
    if not len(varied):
        return [*found, words.say("parameters_none")]
    rows = [[name, words.plain(row["min"]), words.plain(row["max"])] for name, row in varied.head(MOST).iterrows()]
    head = [words.say("head_parameter"), words.say("head_least"), words.say("head_most")]
    if len(varied) > MOST:
        found.append(words.say("parameters_more", count=len(varied) - MOST))
    return [*found, table(words.say("parameters_table"), head, rows)]


def of_shares(facts: Facts, found: pd.DataFrame) -> Html:
    """How much of each headline's spread is chance, how much goes with the draws, and which counts most."""
    words = facts.words
    labels = {item.label: facts.label(item) for item in facts.folder.headlines}
    rows = []
    for row in found.head(MOST).itertuples():
        what = words.say(
            "shares_level" if row.what == "level" else "shares_difference", scenario=facts.title(row.scenario)
        )
        unit = str(row.unit)
        rows.append(
            [
                joined([labels.get(row.outcome, str(row.outcome)), tag("span", what, class_="how")]),
                words.number(row.deviation, unit),
                words.percent(row.share_chance),
                words.say(
                    "shares_range",
                    share=words.percent(row.share_draws),
                    low=words.percent(row.low),
                    high=words.percent(row.high),
                ),
                row.strongest,
                words.number(row.effect, unit, signed=True),
            ]
        )
    heads = ("outcome", "deviation", "chance", "draws", "strongest", "effect")
    caption = words.say("shares_table") + (
        words.say("shares_more", count=len(found) - MOST) if len(found) > MOST else ""
    )
    return joined(
        [paragraph(words.say("shares_how")), table(caption, [words.say(f"head_{key}") for key in heads], rows)]
    )
