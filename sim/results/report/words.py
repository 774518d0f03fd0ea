"""What the page says, in English or French, from phrases.yaml beside this file: sentences, numbers, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

import yaml

from sim.core.errors import unknown
from sim.core.numbers import outcome_number, relative_number, tick_label
from sim.results.translation.texts import day_words, month_words, translated

LANGUAGES = ("en", "fr")


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Phrase by language and key; `{name}` in a phrase stands for what the page puts there."""
    text = resources.files("sim.results.report").joinpath("phrases.yaml").read_text(encoding="utf-8")
    every = yaml.safe_load(text)
    return {language: {key: str(entry[language]) for key, entry in every.items()} for language in LANGUAGES}


def check_language(language: str) -> str:
    """The language, or a sentence with the nearest that is there."""
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    return language


class Words:
    """Phrases and numbers of one language."""

    def __init__(self, language: str = "en") -> None:
        self.language = check_language(language)
        self.phrases = phrases()[language]

    def say(self, key: str, **values: object) -> str:
        """A phrase as plain text."""
        text = self.phrases[key].format(**values).replace(" %", "\u00a0%")
        if self.language == "fr":
            for sign in ":;?!":
                text = text.replace(f" {sign}", f"\u00a0{sign}")
        return text

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in self.phrases

    def or_else(self, key: str, otherwise: str) -> str:
        """A phrase without places to fill, or what is there where it has none."""
        return self.phrases.get(key, otherwise)

    def translated(self, text: str) -> str:
        """A text of the settings (a title, a summary, an actor's name) in the page's language, where it has one."""
        return translated(text, self.language)

    def number(self, value: float, unit: str, signed: bool = False) -> str:
        """An outcome in its unit: 2.34 M, 340 k, 1,230, 12.3 %, 4.5; in French 2,34 M, 1 230."""
        text = outcome_number(float(value), unit, signed)
        return "0" if text in ("+0", "-0") else self._local(text)

    def relative(self, value: float) -> str:
        """A difference as a share of what it is a difference to."""
        return self._local(relative_number(float(value)))

    def percent(self, share: float) -> str:
        """A share as whole percent."""
        return f"{100 * share:.0f}\u00a0%"

    def whole(self, value: float) -> str:
        """A whole number."""
        return self._local(f"{value:,.0f}")

    def plain(self, value: float) -> str:
        """A number of up to four digits, as that of a parameter."""
        return self._local(f"{value:.4g}")

    def tick(self, value: float, unit: str, signed: bool = False) -> str:
        """A label of an axis."""
        if unit == "0..1":
            value, unit = round(100 * value, 6), "percent"
        return self._local(("+" if signed and value > 0 else "") + tick_label(value, unit))

    def day(self, day: object) -> str:
        """30 June 2026."""
        return day_words(day, self.language)

    def month(self, day: object) -> str:
        """June 2026."""
        return month_words(day, self.language)

    def figures(self, text: str) -> str:
        """Figures of the record as they ship (`454 to 1,577; yes`) in the page's language."""
        if self.language == "en":
            return text
        local = text.replace(",", "\u202f").replace(".", ",").replace("; ", "\u00a0; ")
        for english, french in ((" to ", " à "), ("yes", "oui"), ("no", "non"), ("inf", "∞")):
            local = re.sub(rf"(?<![a-z]){english}(?![a-z])", french, local)
        return local

    def names(self, items: Sequence[str]) -> str:
        """One, two and three."""
        items = list(items)
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.say('and')} {items[-1]}"

    def some(self, items: Sequence[str], most: int) -> str:
        """The first of a list, and how many more there are."""
        items = list(items)
        if len(items) <= most + 1:
            return self.names(items)
        return self.say("and_more", names=", ".join(items[:most]), count=self.whole(len(items) - most))

    def _local(self, text: str) -> str:
        text = text.replace("-", "\u2212").replace(" pts", f" {self.say('points')}")
        if self.language == "fr":
            text = text.replace(",", "\u202f").replace(".", ",")
        return text.replace(" ", "\u00a0")
