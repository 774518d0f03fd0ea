"""Phrases of pages for people, in English and French, from phrases.yaml beside this file."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from sim.core.errors import unknown

LANGUAGES = ("en", "fr")


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Phrase by language and key; `{name}` in a phrase stands for what the page puts there."""
    text = resources.files("sim.results.player").joinpath("phrases.yaml").read_text(encoding="utf-8")
    every = yaml.safe_load(text)
    return {language: {key: str(entry[language]) for key, entry in every.items()} for language in LANGUAGES}


def check_language(language: str) -> str:
    """The language, or a sentence with the nearest that is there."""
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    return language
