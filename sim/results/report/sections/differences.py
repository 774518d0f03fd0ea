"""All differences: the headlines of every scenario beside the baseline, then states and areas."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from sim.results.intervals import FEWEST, LEVEL, coverage_at, distinguishable
from sim.results.reading.headlines import Headline
from sim.results.reading.judged import Judged
from sim.results.reading.verdicts import failing
from sim.results.report.facts import Facts
from sim.results.report.html import Html, folded, joined, paragraph, table, tag, two_lines
from sim.results.report.sections.scenarios import swatch

#: scenarios side by side in a table
ACROSS = 4
#: of states and areas: outcome and unit
PLACES = (("displaced", "persons"), ("civilians_killed", "persons"), ("people_share.government", "0..1"))
AREAS = (("displaced_hosted", "persons"), ("displaced_from", "persons"), ("civilians_killed", "persons"))


def differences(facts: Facts) -> Html:
    """The section."""
    words = facts.words
    if not facts.others:
        return paragraph(words.say("differences_alone"))
    parts = [paragraph(note) for note in notes(facts)]
    for at in range(0, len(facts.others), ACROSS):
        parts.append(headlines(facts, facts.others[at : at + ACROSS]))
    states = of_places(facts, facts.theatre, PLACES)
    if states:
        parts.append(folded(words.say("differences_states"), *states))
    areas = of_places(facts, facts.areas, AREAS)
    if areas:
        parts.append(folded(words.say("differences_areas"), paragraph(words.say("differences_areas_how")), *areas))
    return joined(parts)


def notes(facts: Facts) -> list[str]:
    """How to read the table."""
    words, percent = facts.words, round(100 * LEVEL)
    found = [words.say("differences_how", baseline=facts.title(facts.baseline), percent=percent, n=facts.n)]
    if facts.few:
        return [*found, words.say("differences_few", fewest=FEWEST)]
    known = coverage_at(facts.n)
    least = words.plain(100 * facts.folder.least_effect)
    found.append(words.say("differences_stars", tests=len(facts.judged), least=least))
    if known is not None:
        usual, worst = words.percent(known.usual), words.percent(known.least)
        found.append(words.say("differences_coverage", n=known.replicates, usual=usual, least=worst))
    primary = [item for item in facts.folder.headlines if facts.is_primary(item)]
    if primary:
        found.append(words.say("differences_primary", label=facts.label(primary[0])))
    else:
        found.append(words.say("differences_no_primary"))
    return found


def headlines(facts: Facts, names: list[str]) -> Html:
    """A row for each headline, a column for each of some scenarios."""
    words, rows = facts.words, []
    for item in facts.folder.headlines:
        label = joined([facts.label(item), tag("span", facts.window(item), class_="how")])
        level = words.number(facts.level(item), item.unit) + (" !" if failing(facts.folder, item) else "")
        rows.append([label, level, *(cell(facts, item, facts.judged.get((item, name))) for name in names)])
    head = [words.say("head_outcome"), swatch(facts, facts.baseline), *(swatch(facts, name) for name in names)]
    caption = words.say("differences_table", scenarios=words.names([facts.title(name) for name in names]))
    return table(caption, head, rows)


def cell(facts: Facts, item: Headline, row: Judged | None) -> Html:
    """A difference, its share of the baseline, its stars, and its interval below."""
    return two_lines("–") if row is None else facts.cell(asdict(row), item.unit, row.level, row.stars)


def of_places(facts: Facts, places: list[str], outcomes: tuple) -> list[Html]:
    """A table for each outcome: a row for each place, a column for each scenario, out of comparison.csv."""
    words, made = facts.words, []
    for outcome, unit in outcomes:
        rows = []
        for place in places:
            found = [facts.difference_at(name, place, outcome) for name in facts.others]
            known = [row for row in found if row is not None]
            if not known or not any(row["difference"] for row in known):
                continue
            sure = [row is not None and bool(distinguishable(row["low"], row["high"], facts.n)) for row in found]
            cells = [
                two_lines("–") if row is None else facts.cell(row, unit, None, int(clear))
                for row, clear in zip(found, sure)
            ]
            level = known[0].get("baseline_mean", np.nan)
            shown_level = words.number(level, unit) if np.isfinite(level) else "–"
            rows.append([facts.area(place), shown_level, *cells])
        if rows:
            head = [
                words.say("head_place"),
                swatch(facts, facts.baseline),
                *(swatch(facts, name) for name in facts.others),
            ]
            made.append(table(words.say(f"places_{outcome.partition('.')[0]}"), head, rows))
    return made
