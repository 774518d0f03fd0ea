"""brief.html: two printed pages a scenario, in one file that opens from disk without a network and runs no script."""

from __future__ import annotations

import html
import re
from importlib import resources
from pathlib import Path

from sim.core.files import atomic_write
from sim.results.brief.elements import Html, element, joined
from sim.results.brief.sheets import ScenarioBrief
from sim.results.brief.words import Words
from sim.results.result_folder import Folder

FILE = "brief.html"


def write_brief(found: Folder, language: str = "en") -> Path:
    """Write brief.html into the folder and return its path."""
    path = found.path / FILE
    text = brief_page(found, language)
    atomic_write(path, lambda file: file.write(text.encode("utf-8")))
    return path


def scenarios_told(found: Folder) -> list[str]:
    """Those that have a brief: all but the baseline, which they stand beside; alone it has one of its levels."""
    return found.scenarios[1:] or found.scenarios


def brief_page(found: Folder, language: str = "en") -> str:
    """The whole page as text."""
    words = Words(language)
    names = scenarios_told(found)
    titles = ", ".join(words.translated(found.title(name)) for name in names)
    briefs = [ScenarioBrief(found, name, words, f"brief-{at}") for at, name in enumerate(names, 1)]
    parts = {
        "LANGUAGE": language,
        "TITLE": html.escape(words("title", titles=titles)),
        "STYLE": asset("brief.css"),
        "BODY": joined([_opening(found, words, briefs), *(brief.html() for brief in briefs)]),
    }
    return re.sub(r"%([A-Z]+)%", lambda place: parts[place[1]], asset("brief.html"))


def _opening(found: Folder, words: Words, briefs: list[ScenarioBrief]) -> Html:
    """Head of the page and links to its scenarios; not printed, where each scenario stands on sheets of its own."""
    count = words("n_scenarios", n=len(briefs)) if len(briefs) > 1 else words("n_scenarios_one")
    links = [element("li", element("a", brief.title, href=f"#{brief.anchor}")) for brief in briefs]
    return element(
        "header",
        element("h1", words("page_head")),
        element("p", words("page_intro", scenarios=count, folder=found.path.resolve().name)),
        element("p", words("no_prediction"), cls="limit"),
        element("nav", element("ol", *links), aria_label=words("contents")) if len(briefs) > 1 else None,
        cls="opening",
    )


def asset(name: str) -> str:
    """A file that ships with the brief."""
    return resources.files("sim.results.brief").joinpath(name).read_text(encoding="utf-8")
