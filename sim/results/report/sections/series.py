"""Series: displaced people, dead, control and fuel by month, and their differences to the baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.core.files import NotRecorded
from sim.results.figures.style import BAND
from sim.results.figures.timelines import BANDS
from sim.results.player.series import monthly
from sim.results.report import svg
from sim.results.report.facts import Facts
from sim.results.report.html import Html, figure, folded, joined, paragraph, table, tag
from sim.results.report.sections.scenarios import swatch

#: key of the phrases, outcome, whether of the capital, how weeks become a month, unit, whether added up since the start
SERIES = (
    ("displaced", "displaced", False, "last", "persons", False),
    ("killed", "civilians_killed", False, "last", "persons", True),
    ("control", "people_share.government", False, "last", "0..1", False),
    ("fuel", "fuel_days", True, "mean", "days", False),
    ("without_supply", "without_supply", False, "mean", "persons", False),
)
#: of a panel, in units of its view box
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 520, 254, 62, 508, 20, 220


@dataclass
class Panel:
    """Quantiles of some scenarios over months: lines (3, months) by scenario, the unit, and the range of all."""

    lines: dict[str, np.ndarray]
    months: np.ndarray
    unit: str
    span: tuple[float, float]
    signed: bool


def series(facts: Facts) -> Html:
    """The section."""
    parts = [paragraph(facts.words.say("series_how" if facts.n > 1 else "series_one", n=facts.n, bands=BANDS))]
    shown = [made for row in SERIES if (made := one(facts, *row)) is not None]
    if not shown:
        raise NotRecorded("series")
    return joined([*parts, *shown])


def table_of(facts: Facts, outcome: str, capital: bool, how: str, added: bool) -> pd.DataFrame | None:
    """Months by (scenario, replicate); None where it was not recorded."""
    place = facts.run.get("capital") if capital else "region"
    found = facts.folder.over_time(outcome, place) if place else pd.DataFrame()
    if not len(found):
        return None
    found = found.cumsum() if added else found
    month = (found.index.to_numpy().astype("datetime64[D]") - 1).astype("datetime64[M]")
    return monthly(found, np.unique(month), how)


def quantiles(values: pd.DataFrame) -> np.ndarray:
    """5 %, median, 95 % over replicates: (3, months)."""
    return np.nanquantile(values.to_numpy(float), [BAND[0], 0.5, BAND[1]], axis=1)


def one(facts: Facts, key: str, outcome: str, capital: bool, how: str, unit: str, added: bool) -> Html | None:
    """Panels of one outcome: levels, and differences beside them, a few scenarios at a time."""
    found = table_of(facts, outcome, capital, how, added)
    if found is None:
        return None
    words, base = facts.words, facts.baseline
    there = [name for name in facts.scenarios if name in found]
    levels = {name: quantiles(found[name]) for name in there}
    gaps = {name: quantiles(found[name] - found[base]) for name in there if name != base}
    months = found.index.to_numpy()
    title = words.say(f"series_{key}", place=facts.run.get("capital") or "")
    span = svg.range_of(list(levels.values()), zero=unit != "0..1")
    panels = [drawn(facts, title, there, [base], Panel(levels, months, unit, span, False))]
    if gaps:
        heading = words.say("series_difference", what=title, baseline=facts.title(base))
        span = svg.range_of(list(gaps.values()))
        panels.append(drawn(facts, heading, list(gaps), furthest(gaps), Panel(gaps, months, unit, span, True)))
    numbers = numbers_of(facts, title, levels, months, unit)
    legend = tag("p", *(tag("span", swatch(facts, name), class_="key") for name in there), class_="keys small")
    return tag("div", tag("h3", title), legend, tag("div", *panels, class_="panels"), numbers, class_="whole")


def furthest(gaps: dict[str, np.ndarray]) -> list[str]:
    """The scenarios that get bands: those whose median differs most at the end, no more than are readable."""
    ends = {name: abs(values[1, np.isfinite(values[1])][-1:].sum()) for name, values in gaps.items()}
    return sorted((name for name in ends if ends[name] > 0), key=lambda name: -ends[name])[:BANDS]


def drawn(facts: Facts, title: str, names: list[str], banded: list[str], panel: Panel) -> Html:
    """A panel with its caption: level or difference."""
    base = facts.title(facts.baseline)
    caption = facts.words.say("series_gap", baseline=base) if panel.signed else facts.words.say("series_level")
    return figure(picture(facts, title, names, banded, panel), caption)


def picture(facts: Facts, title: str, names: list[str], banded: list[str], panel: Panel) -> Html:
    """A panel: bands, lines, axes."""
    words, count = facts.words, len(panel.months)
    low, high = panel.span
    x = np.linspace(LEFT, RIGHT, count) if count > 1 else np.array([LEFT])
    parts = []
    start = facts.folder.projection_from
    if start is not None:
        at = np.searchsorted(panel.months, start.astype("datetime64[M]"))
        if at < count:
            parts.append(svg.box(x[at], TOP, RIGHT - x[at], BOTTOM - TOP, "#eeeeee"))
            anchor, edge = ("end", RIGHT) if at > count / 2 else ("start", x[at] + 3)
            parts.append(svg.words(edge, TOP - 5, words.say("projection"), anchor, svg.GREY))
    for tick in svg.ticks(low, high):
        y = height(tick, low, high)
        parts.append(svg.line(LEFT, y, RIGHT, y, "#999999" if tick == 0 else svg.PALE))
        parts.append(svg.words(LEFT - 6, y + 5, words.tick(tick, panel.unit, panel.signed), "end", svg.GREY))
    parts += [*month_ticks(facts, panel.months, x)]
    for name in banded if facts.n > 1 else ():
        lines = height(panel.lines[name], low, high)
        if lines.size:
            parts.append(svg.band(x, lines[0], lines[2], facts.colour(name)))
    for name in names:
        middle = height(panel.lines[name][1], low, high)
        parts.append(svg.curve(x, middle, facts.colour(name), facts.dashes(name)))
    return svg.picture(WIDTH, HEIGHT, spoken(facts, title, names, panel), *parts)


def height(values: np.ndarray | float, low: float, high: float) -> np.ndarray | float:
    """Where a value lies in a panel."""
    return BOTTOM - (BOTTOM - TOP) * (values - low) / (high - low)


def month_ticks(facts: Facts, months: np.ndarray, x: np.ndarray) -> list[str]:
    """Years below a panel, or months where it shows less than two years."""
    texts = [str(month.astype("datetime64[M]")) for month in months]
    januaries = [at for at, text in enumerate(texts) if text.endswith("-01")]
    if len(januaries) > 1:
        chosen = januaries[:: max(1, -(-len(januaries) // 8))]
        labels = [texts[at][:4] for at in chosen]
    else:
        chosen = list(range(0, len(texts), max(1, -(-len(texts) // 4))))
        labels = [facts.words.month(texts[at]) for at in chosen]
    parts = [svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, svg.GREY)]
    for at, label in zip(chosen, labels):
        anchor = "end" if x[at] > RIGHT - 24 else "middle"
        parts.append(svg.line(x[at], BOTTOM, x[at], BOTTOM + 5))
        parts.append(svg.words(x[at], BOTTOM + 22, label, anchor, svg.GREY))
    return parts


def spoken(facts: Facts, title: str, names: list[str], panel: Panel) -> str:
    """A panel in words: the values at its end."""
    parts = []
    for name in names:
        low, middle, high = (facts.words.number(v, panel.unit, panel.signed) for v in panel.lines[name][:, -1])
        value = facts.words.say("spread_short", middle=middle, low=low, high=high) if facts.n > 1 else middle
        parts.append(f"{facts.title(name)} {value}")
    return facts.words.say("chart_of", title=title, month=facts.words.month(panel.months[-1]), values="; ".join(parts))


def numbers_of(facts: Facts, title: str, levels: dict[str, np.ndarray], months: np.ndarray, unit: str) -> Html:
    """The numbers of a figure at the ends of years, folded."""
    ends = [at for at, month in enumerate(months) if str(month)[5:7] == "12" or at == len(months) - 1]
    rows = []
    for at in ends:
        row: list[object] = [facts.words.month(months[at])]
        for values in levels.values():
            low, middle, high = (facts.words.number(value, unit) for value in values[:, at])
            row.append(facts.words.say("spread_short", middle=middle, low=low, high=high) if facts.n > 1 else middle)
        rows.append(row)
    head = [facts.words.say("head_month"), *(facts.title(name) for name in levels)]
    return folded(facts.words.say("as_numbers"), table(title, head, rows))
