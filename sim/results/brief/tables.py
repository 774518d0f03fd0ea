"""Tables of the brief as HTML, from its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.results.brief.areas import Concern
from sim.results.brief.arrivals import Arrivals
from sim.results.brief.elements import Html, element, joined, lines, table
from sim.results.brief.impact import EVERYWHERE, GROUPS, Effect
from sim.results.brief.windows import Window
from sim.results.brief.words import Words

#: one: the difference's own interval excludes zero; two: it also holds with all others of its table
STARS = {1: "\u00a0*", 2: "\u00a0**"}


def change(words: Words, middle: float, low: float, high: float, stars: int) -> Html:
    """A difference with its interval; bold with one star or two where it is clear."""
    if np.isfinite(low):
        interval = {"low": words.people(low, signed=True), "high": words.people(high, signed=True)}
        said = words("change", n=words.people(middle, signed=True), **interval)
    else:
        said = words("change_one", n=words.people(middle, signed=True))
    return element("b", f"{said}{STARS[stars]}") if stars else joined([said])


def impact_table(words: Words, effects: list[Effect], window_words: Callable[[Window], str]) -> Html:
    """Rows of people, a column for each window: the level (the baseline's), the difference."""
    windows = list(dict.fromkeys(effect.window for effect in effects))
    cells = {(effect.outcome, effect.window): _impact(words, effect) for effect in effects}
    rows: list[list[object]] = [
        [words(f"what_{outcome}"), *(cells.get((outcome, window), "") for window in windows)]
        for outcome in dict.fromkeys(effect.outcome for effect in effects)
    ]
    return table([words("people_head"), *(window_words(window) for window in windows)], rows)


def _impact(words: Words, effect: Effect) -> Html:
    own = words.people(effect.level)
    found = effect.judged
    if found is None:
        return joined([own])
    level = words("level", own=own, base=words.people(effect.baseline))
    return lines(level, change(words, found.difference, found.low, found.high, effect.stars))


def area_name_code(area: Concern) -> str:
    """`Mopti (ML05)`."""
    return f"{area.name} ({area.code.code})" if area.code.code else area.name


def areas_table(words: Words, areas: list[Concern], alone: bool, place: dict[str, Any]) -> Html:
    """A row each area: its rank and the range of it, name and code, people, what is additional."""
    rows: list[list[object]] = []
    for area in areas:
        span = "" if area.rank_low == area.rank_high else f" ({area.rank_low}\u2013{area.rank_high})"
        name = joined([f"{area_name_code(area)}, ", element("span", words.country(area.country, place), cls="faint")])
        spread = words("spread", low=words.people(area.low), high=words.people(area.high))
        people = f"{words.people(area.people)} ({spread})" if np.isfinite(area.low) else words.people(area.people)
        row: list[object] = [f"{area.rank}{span}", name, people]
        if not alone:
            row.append(change(words, area.additional, area.additional_low, area.additional_high, area.stars))
        rows.append(row)
    head = [words("rank"), words("area"), words("people")]
    return table(head if alone else [*head, words("additional")], rows)


def states_table(words: Words, rows: list[Effect], place: dict[str, Any], most: int) -> Html:
    """A row each state: displaced people inside it, refugees that it hosts; the fullest first, the sum of all last."""
    states = list(dict.fromkeys(effect.place for effect in rows if effect.place != EVERYWHERE))
    by_state = {(effect.place, effect.outcome): effect for effect in rows}
    full = {state: sum(max(x.level, x.baseline) for x in rows if x.place == state) for state in states}
    states.sort(key=lambda state: -full[state])
    shown = [(state, words.country(state, place)) for state in states[:most]]
    if len(states) > 1:
        shown.append((EVERYWHERE, words("everywhere", n=len(states))))
    cells = [
        [
            name,
            *(
                _impact_short(words, by_state[state, outcome]) if (state, outcome) in by_state else "\u2013"
                for outcome in GROUPS
            ),
        ]
        for state, name in shown
    ]
    return table([words("state"), words("idps"), words("refugees")], cells)


def _impact_short(words: Words, effect: Effect) -> Html:
    own, found = words.people(effect.level), effect.judged
    if found is None:
        return joined([own])
    return lines(own, change(words, found.difference, found.low, found.high, effect.stars))


def arrivals_table(words: Words, rows: list[Arrivals], title: str, alone: bool, place: dict[str, Any]) -> Html:
    """A row each place: arrivals a day in its worst month, their band, months in each band."""
    if not rows:
        return joined([element("p", f"{title}: {words('arrivals_nobody')}.")])
    cells: list[list[object]] = []
    for item in rows:
        shown = words.country(item.place, place) if item.code is None else item.name
        name = f"{shown} ({item.code.code})" if item.code is not None and item.code.code else shown
        peak = words.people(item.peak)
        if np.isfinite(item.low):
            peak += f" ({words('spread', low=words.people(item.low), high=words.people(item.high))})"
        months = dict(zip("abc", (words.number(value, 1) for value in item.months)))
        months |= dict(zip("def", (words.number(value, 1) for value in item.before)))
        band = words(f"band_{item.band}") if item.peak > 0 else words("band_none")
        cells.append([name, peak, band, words("band_months" if alone else "band_months_beside", **months)])
    head = [words("place"), words("worst_month"), words("band"), words("months_in_bands")]
    return table(head, cells, title)
