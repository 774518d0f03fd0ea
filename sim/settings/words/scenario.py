"""What a scenario means, in words: its levers and what their options are, the decisions that differ, parameters."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sim.core.structure import unstructure
from sim.settings.library import Library
from sim.settings.settings import Settings
from sim.settings.words.ban import assumption_words, reaches_beyond
from sim.settings.words.schedule_changes import schedule_changes, schedule_of

VARIANTS = {
    "coherent": "coherent: decisions that hung on one that falls away fall with it",
    "ceteris-paribus": "ceteris-paribus: every other decision stays on its date",
}

#: what an order to blockade does beside what it is for
ORDERS_PULL = (
    "An order pulls units of the group to the roads: elsewhere there are fewer of them for as long, so that what is "
    "eased there is a side effect of the order."
)


def scenario_words(settings: Settings, history: Settings, library: Library) -> list[str]:
    """Lines that say what a scenario means beside `history`, settings of the same region and period."""
    info = settings.scenario
    lines = [info.title if info.title.startswith(info.name) else f"{info.title} ({info.name})"]
    lines += [f"  {info.summary}"] if info.summary else []
    lines.append(f"  {VARIANTS[info.variant]}")
    lines += changes_words(settings, history, library) or ["It changes nothing: it is history."]
    if reaches_beyond(settings):
        known = settings.region_info.known_until
        lines.append(f"Beyond {known} all is projection; blockades there: {assumption_words(settings)}.")
    lines += [f"note: {note}" for note in settings.notes]
    return lines


def changes_words(settings: Settings, history: Settings, library: Library) -> list[str]:
    """Lines that say what a scenario changes; none for history."""
    changes = levers_words(settings, history, library) + decisions_words(settings, history)
    return changes + parameters_words(settings, history) + processes_words(settings, history)


def levers_words(settings: Settings, history: Settings, library: Library) -> list[str]:
    """The levers that are not as in history, each with its option's meaning, and from when they act."""
    lines = []
    for group, option in settings.levers.items():
        if option == history.levers.get(group):
            continue
        data = library.read(group, option)
        lines.append(f"  {group}={option}: {data.get('title') or option}. {data.get('summary') or ''}".rstrip())
    return [f"Levers, from {settings.levers_from} on:", *lines] if lines else []


def decisions_words(settings: Settings, history: Settings) -> list[str]:
    """The decisions that differ from history, with their days."""
    changes = schedule_changes(schedule_of(settings), schedule_of(history))
    lines = [f"  {change.day}  {change.text}" for change in changes]
    lines = ["Decisions that differ from history:", *lines] if lines else []
    if any(change.effect == "order" and not change.text.startswith("no more") for change in changes):
        lines.append(f"  {ORDERS_PULL}")
    return lines


def parameters_words(settings: Settings, history: Settings) -> list[str]:
    """The parameters with another value, with that of history and the range."""
    lines = []
    for group in fields(settings.parameters):
        mine, theirs = getattr(settings.parameters, group.name), getattr(history.parameters, group.name)
        for field in fields(mine):
            value, usual = getattr(mine, field.name), getattr(theirs, field.name)
            if value != usual:
                about: Any = field.metadata
                kind = f"range {about['low']:g} to {about['high']:g}"
                kind += "" if about["low"] <= value <= about["high"] else "; OUTSIDE IT"
                lines.append(f"  {group.name}.{field.name} {value:g}, else {usual:g} ({kind}): {about['doc']}")
    return ["Parameters:", *lines] if lines else []


def processes_words(settings: Settings, history: Settings) -> list[str]:
    """The processes that are switched off, scaled or taken in another version."""
    names = [name for name in settings.processes if settings.process(name) != history.process(name)]
    lines = [
        f"  {name}: " + ", ".join(f"{key} {value}" for key, value in unstructure(settings.process(name)).items())
        for name in names
    ]
    return ["Processes:", *lines] if lines else []
