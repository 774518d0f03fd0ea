"""Phrases of the brief in a language, and numbers and days as its readers write them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from sim.results.brief.codes import country_name
from sim.results.translation.texts import country, day_words, translated

LANGUAGES = ("en", "fr")

#: sign between thousands, before decimals
SIGNS = {"en": (",", "."), "fr": ("\u202f", ",")}


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Phrase by language and key."""
    text = resources.files("sim.results.brief").joinpath("phrases.yaml").read_text(encoding="utf-8")
    every = yaml.safe_load(text)
    return {language: {key: str(entry[language]) for key, entry in every.items()} for language in LANGUAGES}


class Words:
    """Phrases in one language. What is put into a phrase stays as it is: escaping is the page's."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._phrases = phrases()[language]

    def __call__(self, key: str, **values: object) -> str:
        # in one pass, so that a title that looks like a place to fill is none
        return re.sub(r"\{(\w+)\}", lambda place: str(values[place[1]]), self._phrases[key])

    def translated(self, text: str) -> str:
        """A text of the settings (a title, a summary, a decision) in the page's language, where it ships with one."""
        return translated(text, self.language)

    def country(self, code: str, place: dict[str, Any]) -> str:
        """A state's name by its code; that of the folder's map where it has no other."""
        return country(code, self.language) or country_name(code, place)

    def names(self, items: Sequence[str]) -> str:
        """One, two and three."""
        items = list(items)
        return f"{', '.join(items[:-1])} {self._phrases['and']} {items[-1]}" if len(items) > 1 else "".join(items)

    def knows(self, key: str) -> bool:
        """Whether there is a phrase of that key."""
        return key in self._phrases

    def number(self, value: float, decimals: int = 0, signed: bool = False) -> str:
        """1,234.5 or 1 234,5; with a sign where asked for, none before a zero."""
        if not math.isfinite(value):
            return "?"
        thousands, point = SIGNS[self.language]
        text = f"{abs(value):,.{decimals}f}".translate({ord(","): thousands, ord("."): point})
        nothing = not any(sign in "123456789" for sign in text)
        sign = "" if nothing else "\u2212" if value < 0 else "+" if signed else ""
        return sign + text

    def people(self, value: float, signed: bool = False) -> str:
        """A number of persons to three digits: 1.23 M, 45,300, 812."""
        if not math.isfinite(value):
            return "?"
        size = abs(value)
        if size >= 999_500:
            return f"{self.number(value / 1e6, 2 if size < 9.995e6 else 1, signed)}\u00a0M"
        if size >= 1000:
            step = 10.0 ** (math.floor(math.log10(size)) - 2)
            value = round(value / step) * step
        return self.number(value, 0, signed)

    def short(self, value: float, signed: bool = False) -> str:
        """A number that is no count: three digits."""
        size = abs(value)
        return self.number(value, 0 if size >= 100 else 1 if size >= 10 else 2, signed)

    def day(self, day: np.datetime64 | str) -> str:
        """A day: 3 September 2025."""
        return day_words(day, self.language)
