"""Supply in the capital and in towns: how long fuel lasts, who is without, which towns are cut off, by name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.results.report import svg
from sim.results.report.facts import Facts
from sim.results.report.html import Html, bullets, folded, joined, paragraph, table, tag, two_lines
from sim.results.report.sections.scenarios import swatch
from sim.results.towns_table import TOWNS

#: towns in the picture, and towns named at most in a sentence
SHOWN, NAMED = 16, 12
#: share of replicates in which a town is badly served to be called so
HALF = 0.5


def supply(facts: Facts) -> Html:
    """The section."""
    words = facts.words
    parts = [paragraph(words.say("supply_how"))]
    rows = [
        item for item in facts.folder.headlines if item.outcome in ("fuel_days", "without_supply", "besieged", "served")
    ]
    if rows:
        parts.append(levels(facts, rows))
    if not (facts.folder.path / TOWNS).exists():
        return joined([*parts, paragraph(words.say("supply_no_towns"))])
    towns = read(facts)
    if not len(towns):
        return joined([*parts, paragraph(words.say("supply_no_towns"))])
    parts.append(tag("h3", words.say("supply_towns")))
    parts.append(bullets(sentences(facts, towns)))
    if (towns["share_below_half"] > 0).any():
        parts.append(heat(facts, towns))
    return joined(parts)


def levels(facts: Facts, rows: list) -> Html:
    """A table of the levels of supply (`rows`, headlines) by scenario: the mean over replicates, and 90 % of them."""
    body = []
    for item in rows:
        totals = facts.folder.totals(item)
        label = joined([facts.label(item), tag("span", facts.window(item), class_="how")])
        values = [totals[name].to_numpy(float) if name in totals else None for name in facts.scenarios]
        cells = [two_lines("–") if own is None else facts.spread_cell(own, item.unit) for own in values]
        body.append([label, *cells])
    head = [facts.words.say("head_outcome"), *(swatch(facts, name) for name in facts.scenarios)]
    return table(facts.words.say("supply_table"), head, body)


def worst(towns: pd.DataFrame) -> list[str]:
    """Towns that are served below a half in some replicate, the worst first: by the weeks below a half, mean over the
    scenarios, among equals by the share of replicates, then by how little arrives in the worst month."""
    means = towns.groupby("town")[["share_below_half", "weeks_below_half", "served_worst_month"]].mean()
    means = means[means["share_below_half"] > 0].reset_index()
    by = ["weeks_below_half", "share_below_half", "served_worst_month", "town"]
    return means.sort_values(by, ascending=[False, False, True, True])["town"].tolist()


def read(facts: Facts) -> pd.DataFrame:
    """towns.csv."""
    texts = {"scenario": str, "town": str, "country": str, "worst_month": str}
    table = pd.read_csv(facts.folder.table(TOWNS), dtype=texts, keep_default_na=False)
    numbers = [name for name in table if name not in texts]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    return table[table["scenario"].isin(facts.scenarios)]


def badly_served(towns: pd.DataFrame, scenario: str) -> list[str]:
    """Towns served below a half in at least half of the replicates, the largest first."""
    own = towns[(towns["scenario"] == scenario) & (towns["share_below_half"] >= HALF)]
    return own.sort_values(["people", "town"], ascending=[False, True])["town"].tolist()


def sentences(facts: Facts, towns: pd.DataFrame) -> list[str]:
    """The towns without supply of each scenario by name; of others than the baseline what they have more and less."""
    words, base = facts.words, badly_served(towns, facts.baseline)
    key = "supply_towns_none" if not base else "supply_towns_base"
    found = [words.say(key, scenario=facts.title(facts.baseline), count=len(base), towns=words.some(base, NAMED))]
    for name in facts.others:
        own = badly_served(towns, name)
        more, less = [town for town in own if town not in base], [town for town in base if town not in own]
        parts = [
            words.say(key, towns=words.some(changed, NAMED))
            for key, changed in (("supply_also", more), ("supply_not", less))
            if changed
        ]
        told = words.say("supply_same") if not parts else words.say("semicolon").join(parts)
        found.append(words.say("supply_towns_other", scenario=facts.title(name), told=told))
    return found


def heat(facts: Facts, towns: pd.DataFrame) -> Html:
    """Weeks in which a town is served below a half, mean over replicates, by scenario, shaded."""
    words = facts.words
    wide = towns.pivot_table(index="town", columns="scenario", values="weeks_below_half").reindex(
        columns=facts.scenarios
    )
    order = worst(towns)
    chosen = order[:SHOWN]
    most = float(np.nanmax(wide.loc[chosen].to_numpy()))
    rows = [[town, *(shaded(facts, float(wide.loc[town, name]), most) for name in facts.scenarios)] for town in chosen]
    head = [words.say("head_town"), *(swatch(facts, name) for name in facts.scenarios)]
    caption = words.say("towns_caption", shown=len(chosen), count=len(order))
    return joined([table(caption, head, rows), every_town(facts, towns)])


def shaded(facts: Facts, weeks: float, most: float) -> Html:
    """A cell of the table of towns, the darker the more weeks; `most` is the darkest."""
    if not np.isfinite(weeks):
        return tag("td", "–", class_="n")
    share = weeks / most if most > 0 else 0.0
    ink = "#ffffff" if share > 0.55 else svg.INK
    style = f"background:{shade(share)};color:{ink}"
    return tag("td", facts.words.whole(weeks), class_="n shaded", style=style)


def shade(share: float) -> str:
    """From white to dark red-brown: readable in print, dark is bad."""
    light, dark = np.array([255, 255, 255]), np.array([127, 39, 4])
    mixed = light + (dark - light) * min(max(share, 0.0), 1.0)
    return "#" + "".join(f"{int(round(value)):02x}" for value in mixed)


def every_town(facts: Facts, towns: pd.DataFrame) -> Html:
    """The towns that are badly served somewhere as numbers, folded."""
    words = facts.words
    bad = towns[towns["share_below_half"] >= HALF]
    by = ["share_below_half", "weeks_below_half", "served_worst_month"]
    bad = bad.sort_values(by, ascending=[False, False, True], kind="stable")
    rows = [
        [
            row.town,
            facts.country(row.country) if row.country else "",
            facts.title(row.scenario),
            words.percent(row.share_below_half),
            words.percent(row.served_worst_month),
            words.month(row.worst_month),
            words.whole(row.weeks_below_half),
        ]
        for row in bad.head(200).itertuples()
    ]
    heads = ("town", "country", "scenario", "share_below", "served", "worst_month", "weeks_below")
    head = [words.say(f"head_{key}") for key in heads]
    return folded(words.say("as_numbers"), table(words.say("towns_table", count=len(bad)), head, rows, left=3))
