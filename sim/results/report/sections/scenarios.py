"""Scenarios side by side: what each changes, and its dated decisions on a timeline."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import shorten

import numpy as np
import pandas as pd

from sim.results.figures.decisions import (
    LIGHTEST,
    ROOM,
    WEIGHT_OF_MARKS,
    baseline_marks,
    schedule_of,
)
from sim.results.report import svg
from sim.results.report.facts import Facts
from sim.results.report.html import Html, bullets, figure, joined, paragraph, table, tag
from sim.results.translation.texts import assumption, change_words, decision_words
from sim.settings.words.schedule_changes import end_of_event, schedule_changes

#: marks of a scenario on its line, and dated changes listed of it
MARKED, LISTED = 8, 12

LEFT, RIGHT, ROW, TOP = 8, 712, 50, 40


@dataclass
class Change:
    """A decision in which a scenario differs: day, what it says, whether it falls away, its key on the line."""

    day: pd.Timestamp
    text: str
    gone: bool
    weight: int
    key: str = ""


def scenarios(facts: Facts) -> Html:
    """The section."""
    words = facts.words
    rows = [
        [
            swatch(facts, name),
            summary(facts, name),
            words.say(f"kind_{kind}") if words.has(f"kind_{kind}") else kind,
            levers(facts, name),
        ]
        for name, kind in ((item, about(facts, item).get("variant", "").replace("-", "_")) for item in facts.scenarios)
    ]
    heads = [words.say(f"head_{key}") for key in ("scenario", "what", "kind", "levers")]
    beside = table(words.say("scenarios_table"), heads, rows, left=4)
    changes = {name: changes_of(facts, name) for name in facts.others}
    key_in(changes)
    parts = [paragraph(words.say("scenarios_how", baseline=facts.title(facts.baseline))), beside]
    parts.append(timeline(facts, changes))
    return joined(parts)


def about(facts: Facts, scenario: str) -> dict:
    """What run.json says of a scenario."""
    return next((item for item in facts.run["scenarios"] if item["name"] == scenario), {})


def swatch(facts: Facts, scenario: str) -> Html:
    """A scenario's line and its title."""
    mark = svg.line(0, 6, 30, 6, facts.colour(scenario), 3, facts.dashes(scenario))
    drawn = tag("svg", Html(mark), viewBox="0 0 30 12", class_="swatch", aria_hidden="true")
    return joined([drawn, " ", facts.title(scenario)])


def summary(facts: Facts, scenario: str) -> Html:
    """A scenario's summary, what the user changed, and what it assumes beyond the known facts."""
    item = about(facts, scenario)
    parts = [facts.words.translated(str(item.get("summary") or ""))]
    if item.get("changes"):
        parts.append(facts.words.say("scenario_changed", changes="; ".join(map(str, item["changes"]))))
    theirs = about(facts, facts.baseline).get("assumption")
    if item.get("assumption") and (scenario == facts.baseline or item["assumption"] != theirs):
        parts.append(
            facts.words.say("scenario_assumes", assumption=assumption(item["assumption"], facts.words.language))
        )
    return joined(tag("span", part, class_="part") for part in parts if part)


def levers(facts: Facts, scenario: str) -> str:
    """Levers that are moved and their options."""
    if scenario == facts.baseline:
        return facts.words.say("levers_baseline")
    options = facts.configuration(scenario).get("levers") or {}
    moved = facts.levers(scenario)
    named = [f"{facts.words.or_else(f'lever_name_{name}', name)} ({name}={options[name]})" for name in moved]
    return facts.words.say("semicolon").join(named) or facts.words.say("levers_none")


# ---------------------------------------------------------------------------- the timeline


def changes_of(facts: Facts, scenario: str) -> list[Change]:
    """Dated decisions in which a scenario differs from the baseline, by day."""
    _, end = period(facts)
    found = []
    for change in schedule_changes(schedule_of(facts.folder, scenario), schedule_of(facts.folder, facts.baseline)):
        gone, text = change.parts.gone, change_words(change, facts.words.language, sign=False)
        weight = WEIGHT_OF_MARKS.get(change.effect, LIGHTEST)
        found.append(Change(pd.Timestamp(change.day), text, gone, weight))
    return [item for item in sorted(found, key=lambda item: item.day) if item.day <= end]


def key_in(changes: dict[str, list[Change]]) -> None:
    """Give each listed change a letter, over all scenarios."""
    listed = [item for own in changes.values() for item in own[:LISTED]]
    for item, letters in zip(listed, _letters()):
        item.key = letters


def _letters() -> Iterator[str]:
    """a, b, ..., z, aa, ab, ..."""
    for length in itertools.count(1):
        yield from map("".join, itertools.product(string.ascii_lowercase, repeat=length))


def period(facts: Facts) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day."""
    said = facts.run["period"]
    return pd.Timestamp(said["start"]), pd.Timestamp(said["end"])


def timeline(facts: Facts, changes: dict[str, list[Change]]) -> Html:
    """The picture, and the decisions in words below it."""
    words, (start, end) = facts.words, period(facts)
    marks = baseline_marks(facts.folder, pd.DatetimeIndex([start, end]))
    height = TOP + ROW * len(facts.scenarios) + 6
    parts = [*years(facts, start, end, height)]
    base = facts.baseline
    for at, name in enumerate(facts.scenarios):
        middle = TOP + ROW * at + 36
        parts.append(
            svg.words(LEFT, middle - 16, shorten(facts.title(name), 88, placeholder=" …"), more=' font-weight="600"')
        )
        parts.append(svg.line(LEFT, middle, RIGHT, middle, facts.colour(name), 2.5, facts.dashes(name)))
        parts += bars(facts, name, start, end, middle)
        if name == base:
            parts += [
                pin(place(mark.day, start, end), middle, mark.label, facts.colour(name)) for mark in marks if mark.label
            ]
        else:
            parts += pins(changes[name], start, end, middle, facts.colour(name))
    label = words.say(
        "timeline_of",
        scenarios=words.names([facts.title(name) for name in facts.scenarios]),
        first=words.day(start),
        last=words.day(end),
    )
    colon = words.say("colon")
    told = [
        tag("p", facts.title(base), class_="listed"),
        bullets(
            [
                joined(
                    [tag("b", mark.key), f" {words.day(mark.day)}{colon}{decision_words(mark.text, words.language)}"]
                )
                for mark in marks
            ]
        ),
    ]
    for name in facts.others:
        told.append(tag("p", facts.title(name), class_="listed"))
        own = changes[name]
        items = [joined([tag("b", item.key), f" {change_text(facts, item, start)}"]) for item in own[:LISTED]]
        if len(own) > LISTED:
            items.append(escaped_more(facts, len(own) - LISTED))
        told.append(bullets(items) if items else paragraph(words.say("timeline_nothing")))
    picture = svg.picture(720, height, label, *parts)
    drawn = figure(picture, words.say("timeline_caption"), hint=words.say("scroll_hint"))
    return joined([drawn, tag("div", *told, class_="columns small")])


def change_text(facts: Facts, item: Change, start: pd.Timestamp) -> str:
    """A change in words, with its day."""
    text = facts.words.say("falls_away", text=item.text) if item.gone else item.text
    return f"{facts.words.day(item.day)}{facts.words.say('colon')}{text}"


def escaped_more(facts: Facts, count: int) -> Html:
    """That there are more changes."""
    return tag("span", facts.words.say("timeline_more", count=count))


def place(day: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Where a day lies on the line; what is before or after at its ends."""
    share = (pd.Timestamp(day) - start) / max(end - start, pd.Timedelta(days=1))
    return LEFT + (RIGHT - LEFT) * float(np.clip(share, 0, 1))


def years(facts: Facts, start: pd.Timestamp, end: pd.Timestamp, height: float) -> list[str]:
    """Lines at the beginnings of years, and what lies beyond the known facts in grey."""
    parts = []
    if facts.folder.projection_from is not None:
        x = place(pd.Timestamp(facts.folder.projection_from), start, end)
        parts.append(svg.box(x, TOP - 8, RIGHT - x, height - TOP + 8, "#eeeeee"))
        near = x > (LEFT + RIGHT) / 2
        parts.append(
            svg.words(RIGHT if near else x, 12, facts.words.say("projection"), "end" if near else "start", svg.GREY)
        )
    first, last = start.year + (start.day_of_year > 1), end.year
    step = max(1, -(-(last - first + 1) // 9))
    for year in range(first, last + 1, step):
        x = place(pd.Timestamp(f"{year}-01-01"), start, end)
        parts.append(svg.line(x, TOP - 4, x, height, svg.PALE))
        parts.append(svg.words(min(x, RIGHT - 30), TOP - 6, year, "start" if x < 30 else "middle", svg.GREY))
    if first > last:
        parts.append(svg.words(LEFT, TOP - 6, facts.words.month(start), fill=svg.GREY))
        parts.append(svg.words(RIGHT, TOP - 6, facts.words.month(end), "end", svg.GREY))
    return parts


def bars(facts: Facts, scenario: str, start: pd.Timestamp, end: pd.Timestamp, middle: float) -> list[str]:
    """Orders that last, as bars on the line, each to its end or to the day on which another decision replaces it."""
    parts = []
    events = sorted(schedule_of(facts.folder, scenario).values(), key=lambda event: event["date"])
    for at, event in enumerate(events):
        if event.get("effect") != "order":
            continue
        day, ends = pd.Timestamp(event["date"]), [end_of_event(event), replaced_on(event, events[at + 1 :])]
        until = min((pd.Timestamp(one) for one in ends if one is not None), default=None)
        if day > end or (until is not None and until < start):
            continue
        x = place(day, start, end)
        width = (RIGHT if until is None else place(until, start, end)) - x
        parts.append(svg.box(x, middle - 5, max(2, width), 10, facts.colour(scenario), more=' fill-opacity="0.3"'))
    return parts


def replaced_on(order: Mapping, later: Iterable[Mapping]) -> str | None:
    """The day on which an order about the same places by the same actor, or its lifting, replaces an order."""
    mine = order["fields"]
    for event in later:
        theirs = event.get("fields") or {}
        if event.get("effect") not in ("order", "lift") or theirs.get("actor") != mine.get("actor"):
            continue
        if set(mine.get("places") or ()) & set(theirs.get("places") or ()):
            return str(event["date"])
    return None


def pins(changes: list[Change], start: pd.Timestamp, end: pd.Timestamp, middle: float, colour: str) -> list[str]:
    """Marks of the weightiest changes, those close together under one label."""
    chosen = sorted(sorted(changes[:LISTED], key=lambda item: item.weight)[:MARKED], key=lambda item: item.day)
    parts, group = [], []
    for item in [*chosen, None]:
        x = place(item.day, start, end) if item else 0.0
        if group and (item is None or x - group[-1][0] > ROOM * (RIGHT - LEFT)):
            keys = [entry.key for _, entry in group]
            label = keys[0] if len(keys) == 1 else f"{keys[0]}–{keys[-1]}"
            parts.append(pin(group[0][0], middle, label, colour, all(entry.gone for _, entry in group)))
            group = []
        if item:
            group.append((x, item))
    return parts


def pin(x: float, middle: float, label: str, colour: str, hollow: bool = False) -> str:
    """A mark on a line with its label below; hollow where something falls away."""
    fill = "#ffffff" if hollow else colour
    circle = f'<circle cx="{x:.1f}" cy="{middle:g}" r="4.5" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
    anchor = "start" if x < LEFT + 10 else "end" if x > RIGHT - 10 else "middle"
    return circle + svg.words(x, middle + 18, label, anchor, more=' font-size="12"')
