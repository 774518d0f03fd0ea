"""report.html: all that a finished comparison says, in one file that opens from disk without a network.

Sections whose tables a folder does not have say so in a sentence. Texts of a folder are put into the page as text,
never as markup, and the page's own policy forbids every request.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import metadata, resources
from pathlib import Path

from sim.core.files import FOLDER_FORMAT, FolderError, NotRecorded, atomic_write
from sim.results.brief.impact import everyone_displaced
from sim.results.brief.windows import whole
from sim.results.figures.style import own_style
from sim.results.integrity.hashes import reading
from sim.results.player import page as player
from sim.results.report.facts import Facts
from sim.results.report.findings import findings
from sim.results.report.html import Html, bullets, escaped, joined, paragraph, tag
from sim.results.report.sections.differences import differences
from sim.results.report.sections.displacement import displacement
from sim.results.report.sections.killed import killed
from sim.results.report.sections.record import record
from sim.results.report.sections.reproduce import reproduce
from sim.results.report.sections.scenarios import scenarios, swatch
from sim.results.report.sections.series import series
from sim.results.report.sections.supply import supply
from sim.results.report.sections.uncertainty import uncertainty
from sim.results.report.words import Words
from sim.results.result_folder import Folder

FILE = "report.html"

#: bytes of the whole page; layers of the player become coarser to stay below
LIMIT = 3_000_000
#: of them the player's program, map, phrases and series, which are always there
PLAYER_REST = 330_000

#: in the order in which they stand on the page
SECTIONS: tuple[tuple[str, Callable[[Facts], Html]], ...] = (
    ("scenarios", scenarios),
    ("player", lambda facts: Html("")),
    ("displacement", displacement),
    ("series", series),
    ("supply", supply),
    ("killed", killed),
    ("differences", differences),
    ("record", record),
    ("uncertainty", uncertainty),
    ("reproduce", reproduce),
)


def write_report(folder: Folder, language: str = "en") -> Path:
    """Write report.html into the folder and return its path."""
    text = report_page(folder, language)
    path = folder.path / FILE
    atomic_write(path, lambda file: file.write(text.encode("utf-8")))
    return path


def report_page(folder: Folder, language: str = "en", limit: int = LIMIT) -> str:
    """The whole page as text. Raises `FolderError` with one sentence for a folder of an older format."""
    words = Words(language)
    if folder.run["format"] < FOLDER_FORMAT:
        raise FolderError(
            f"{folder.path} has format {folder.run['format']}, and a report needs format {FOLDER_FORMAT}: "
            "make the comparison anew with this version."
        )
    facts = Facts(folder, words)
    with own_style(), reading(folder.path):
        facts.preload()
        made = {key: body_of(facts, key, build) for key, build in SECTIONS if key != "player"}
        first = told(facts)
        rest = sum(len(text.encode("utf-8")) for text in (*made.values(), first))
        made["player"] = playing(facts, limit - rest - PLAYER_REST)
    body = joined(
        tag("section", tag("h2", words.say(f"section_{key}")), made[key], id=key, class_=f"section {key}")
        for key, _ in SECTIONS
    )
    parts = {
        "LANGUAGE": language,
        "TITLE": escaped(f"{words.say('page_title')}: {', '.join(facts.title(name) for name in facts.scenarios)}"),
        "STYLE": asset("report.css"),
        "SKIP": escaped(words.say("skip")),
        "HEAD": heading(facts),
        "CONTENTS": contents(facts),
        "FINDINGS": tag("section", tag("h2", words.say("section_findings")), first, id="findings", class_="section"),
        "BODY": body,
        "FOOT": foot(facts),
    }
    # in one pass, so that a title that looks like a place to fill is none
    return re.sub(r"%([A-Z]+)%", lambda place: parts[place[1]], asset("report.html"))


def asset(name: str) -> str:
    """A file that ships with the report."""
    return resources.files("sim.results.report").joinpath(name).read_text(encoding="utf-8")


def body_of(facts: Facts, key: str, build: Callable[[Facts], Html]) -> Html:
    """A section, or the sentence that says what it misses."""
    try:
        return build(facts)
    except NotRecorded:
        return paragraph(facts.words.say("not_recorded", section=facts.words.say(f"section_{key}")), class_="missing")


def told(facts: Facts) -> Html:
    """The findings."""
    items = [
        joined(
            [tag("h3", item.question), paragraph(tag("strong", item.sentences[0]), " ", " ".join(item.sentences[1:]))]
        )
        for item in findings(facts)
    ]
    return tag("ol", *(tag("li", item) for item in items), class_="findings")


def playing(facts: Facts, room: int) -> Html:
    """The player, or the sentence that says what it misses; a damaged table is refused, as everywhere."""
    if not all((facts.folder.path / name).exists() for name in ("player.nc", "cells.nc")):
        return paragraph(facts.words.say("not_recorded", section=facts.words.say("section_player")), class_="missing")
    block = player.player_block(facts.folder, facts.words.language, max(1, min(player.LIMIT, room)))
    return joined([paragraph(facts.words.say("player_how")), Html(block)])


def heading(facts: Facts) -> Html:
    """What the page is about, and that it does not predict."""
    words, period = facts.words, facts.run["period"]
    about = words.say(
        "about" if facts.others else "about_one",
        count=len(facts.scenarios),
        baseline=facts.title(facts.baseline),
        region=facts.region,
        first=words.day(period["start"]),
        last=words.day(period["end"]),
        n=facts.n,
    )
    parts = [tag("p", words.say("page_title"), class_="kicker")]
    parts.append(tag("h1", headline(facts)))
    parts.append(paragraph(about, class_="about"))
    if len(facts.others) > 1:
        keys = [tag("span", swatch(facts, name), class_="key") for name in facts.scenarios]
        parts.append(paragraph(*keys, class_="keys"))
    if facts.folder.projection_from is not None:
        parts.append(paragraph(words.say("about_projection", day=words.day(facts.folder.projection_from))))
    parts.append(paragraph(scope(facts), class_="small"))
    if facts.map.get("fictional"):
        parts.append(paragraph(words.say("assume_fictional")))
    expected = len((facts.run.get("seeds") or {}).get("replicates", []))
    if facts.n < expected:
        parts.append(paragraph(words.say("unfinished", n=facts.n, expected=expected)))
    warning = joined([tag("strong", words.say("no_prediction")), " ", words.say("no_prediction_more")])
    parts.append(tag("p", warning, class_="warning"))
    return joined(parts)


def scope(facts: Facts) -> str:
    """Of whom the numbers are, and how those of caseload.csv, which covers the whole map, go with them."""
    words, found = facts.words, facts.folder
    text = words.say("scope", states=facts.states)
    every, own = everyone_displaced(found, whole(found)), facts.item("displaced")
    if own is not None and every > 1.01 * facts.level(own):
        shown = {"every": words.number(every, "persons"), "own": words.number(facts.level(own), "persons")}
        base = facts.title(facts.baseline)
        text += " " + words.say("scope_caseload", states=facts.states, baseline=base, **shown)
    return text


def headline(facts: Facts) -> str:
    """What is compared with what."""
    base, others = facts.title(facts.baseline), facts.others
    if not others:
        return base
    if len(others) > 1:
        return facts.words.say("headline_many", count=len(others), baseline=base)
    return facts.words.say("headline_two", title=facts.title(others[0]), baseline=base)


def contents(facts: Facts) -> Html:
    """The table of contents."""
    keys = ["findings", *(key for key, _ in SECTIONS)]
    links = [tag("a", facts.words.say(f"section_{key}"), href=f"#{key}") for key in keys]
    return tag(
        "nav", tag("h2", facts.words.say("contents")), bullets(links, "ol"), aria_label=facts.words.say("contents")
    )


def foot(facts: Facts) -> Html:
    """Who made it, and that it is simulated."""
    versions = (facts.run.get("provenance") or {}).get("versions") or {}
    version = str(versions.get("sahel-scenarios", metadata.version("sahel-scenarios")))
    seed = (facts.run.get("seeds") or {}).get("seed", "")
    return paragraph(facts.words.say("foot", version=version, seed=seed), " ", facts.words.say("no_prediction"))
