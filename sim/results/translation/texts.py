"""Texts that a folder brings along (titles, decisions, names of states and actors) in the language of a page.

`texts.yaml` beside this file has them all. A text without an entry stays as it is: a user's own title.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from sim.settings.words.schedule_changes import Change

DAY = r"\d{4}-\d{2}-\d{2}"
#: parts of what `sim.settings.words.ban` says, and the form that each has
ASSUMED = (
    ("open", re.compile(rf"(?P<title>.*) \((?P<first>{DAY}), no end ordered: whether it eases is an outcome\)")),
    ("spell_times", re.compile(rf"(?P<title>.*) \((?P<first>{DAY}) to (?P<last>{DAY}), (?P<n>\d+) times\)")),
    ("spell", re.compile(rf"(?P<title>.*) \((?P<first>{DAY}) to (?P<last>{DAY})\)")),
    ("since", re.compile(rf"(?P<title>.*) \((?P<first>{DAY})\)")),
)
STANDS = "stands as ordered: "
SEMICOLON = {"en": "; ", "fr": "\u00a0; "}


@cache
def texts() -> dict[str, Any]:
    """What texts.yaml holds."""
    text = resources.files("sim.results.translation").joinpath("texts.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def translated(text: str, language: str) -> str:
    """A text of the settings in a language; itself where it has none."""
    return str(texts()["french"].get(text, text)) if language == "fr" else text


def country(code: str, language: str) -> str | None:
    """A state's name by its ISO code; None for one that is not known."""
    found = texts()["countries"].get(code)
    return None if found is None else str(found[language])


def day_words(day: object, language: str) -> str:
    """30 June 2026; in French the first of a month is the 1er."""
    year, month, number = str(np.datetime64(str(day)[:10], "D")).split("-")
    first = "er" if language == "fr" and number == "01" else ""
    return f"{int(number)}{first} {texts()['months'][language][int(month) - 1]} {year}"


def month_words(day: object, language: str) -> str:
    """June 2026."""
    year, month = str(day)[:7].split("-")
    return f"{texts()['months'][language][int(month) - 1]} {year}"


def form(key: str, language: str, **values: object) -> str:
    """What is put together around a title."""
    return str(texts()["forms"][key][language]).format(**values)


def change_words(change: Change, language: str, sign: bool = True) -> str:
    """A decision in which a schedule differs, in words; without what says that it falls away where `sign` is false."""
    parts = change.parts
    text = translated(parts.title, language) if parts.title else _untitled(parts.effect, parts.about, language)
    if parts.moved is not None:
        text += form("moved", language, day=day_words(parts.moved, language))
    if parts.fields:
        said = (form("field", language, name=name, mine=a, theirs=b) for name, a, b in parts.fields)
        text += f" ({'; '.join(said)})"
    if parts.times > 1:
        text += form("times", language, n=parts.times, day=day_words(parts.last, language))
    if parts.until is not None:
        text += form("until", language, day=day_words(parts.until, language))
    return form("gone", language, title=text) if parts.gone and sign else text


def _untitled(effect: str, about: tuple[str, ...], language: str) -> str:
    """`conduct: army, wagner` in words."""
    if language == "fr":
        effect = str(texts()["effects"].get(effect, effect))
        about = tuple(str(texts()["subjects"].get(name, name)) for name in about)
    said = ", ".join(name.replace("_", " ") for name in about)
    sign = " : " if language == "fr" else ": "
    return f"{effect}{sign}{said}" if said else effect


def decision_words(text: str, language: str) -> str:
    """The title of a decision, or that it ends, or that scenarios differ from here on."""
    ends, differ = (str(texts()["forms"][key]["en"]) for key in ("ends", "differ"))
    before = ends.format(title="")
    if text.startswith(before):
        return form("ends", language, title=translated(text.removeprefix(before), language))
    return form("differ", language) if text == differ else translated(text, language)


def assumption(text: str, language: str) -> str:
    """What is assumed of orders to blockade beyond the known facts (`sim.settings.words.ban`)."""
    return SEMICOLON[language].join(_assumed(part, language) for part in text.split("; "))


def _assumed(text: str, language: str) -> str:
    rest = text.removeprefix(STANDS)
    for key, pattern in ASSUMED:
        found = pattern.fullmatch(rest)
        if found:
            values = found.groupdict()
            days = {name: day_words(values[name], language) for name in ("first", "last") if name in values}
            rest = form(key, language, **(values | days | {"title": translated(values["title"], language)}))
            break
    else:
        rest = translated(rest, language)
    return form("stands", language, rest=rest) if text.startswith(STANDS) else rest
