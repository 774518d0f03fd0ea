"""`sahel events`: every decision of a region's schedule with its date, title and fields; every effect with its own."""

from __future__ import annotations

from typing import Any

from sim.cli.arguments import CommandLine
from sim.core.errors import UserError, unknown
from sim.settings.compose import settings_for
from sim.settings.event_types import EFFECTS
from sim.settings.events import Event
from sim.settings.settings import Settings
from sim.settings.words.effects import MEANINGS, event_words, example_event, fields_words, new_event_needs

INDENT = " " * 12


def events(line: CommandLine) -> int:
    """List decisions, and the effects that a new one can have; some words pick events by name, effect or tag."""
    picks = [word for word in line.overrides if "=" not in word]
    settings = settings_for([word for word in line.overrides if "=" in word], line.folder)
    gathered = by_name(settings)
    chosen = picked(gathered, picks)
    print(f"Decisions of {settings.region_info.title} in {settings.scenario.title}, {len(chosen)}:")
    for name in chosen:
        print("\n".join(event_lines(name, gathered[name])))
    effects = [word for word in picks if word in EFFECTS] if picks else list(EFFECTS)
    if effects:
        print("\nEffects, and the fields of each (those with = have a default):")
        for effect in effects:
            print(f"  {effect:<12}{MEANINGS[effect]}\n{INDENT}  {fields_words(effect)}")
    print("\nMove one: schedule.NAME.date=2025-06-30; cancel it: date=never. A new one stands in a scenario's file:")
    print(f"  schedule:\n    {example_event(schedule_as_written(settings))}")
    print("sahel new scenario NAME writes such a file, sahel check FILE says what it means.")
    return 0


def by_name(settings: Settings) -> dict[str, list[Event]]:
    """Events by the name in the schedule; one entry about several actors or countries is several events."""
    found: dict[str, list[Event]] = {}
    for event in settings.events:
        found.setdefault(event.name.split("__")[0], []).append(event)
    return found


def picked(gathered: dict[str, list[Event]], picks: list[str]) -> list[str]:
    """The names that are asked for, by name, effect or tag; all where nothing is."""
    if not picks:
        return list(gathered)
    chosen: dict[str, None] = {}
    for word in picks:
        hits = [name for name, some in gathered.items() if word in (name, some[0].effect, *some[0].tags)]
        if not hits and word not in EFFECTS:
            first = next(iter(gathered.values()))[0]
            known = [*gathered, *EFFECTS, *(tag for some in gathered.values() for tag in some[0].tags)]
            slip = str(unknown("event, effect or tag", word, known)).removesuffix(".")
            raise UserError(f"{slip}; {new_event_needs({first.name: {}}, word)}.")
        chosen |= dict.fromkeys(hits)
    return sorted(chosen, key=lambda name: (gathered[name][0].date, name))


def event_lines(name: str, some: list[Event]) -> list[str]:
    """Date, name and title of an entry, and below them its effect and fields."""
    first = some[0]
    lines = [f"  {first.date}  {name}" + (f": {first.title}" if first.title else "")]
    fields: dict[str, Any] = dict(first.fields)
    for key, value in first.fields.items():
        values = [event.fields[key] for event in some]
        if any(other != value for other in values):
            fields[key] = list(dict.fromkeys(map(str, values)))
    lines.append(f"{INDENT}  {event_words(first.effect, fields)}")
    parents = list(dict.fromkeys(parent.split("__")[0] for parent in first.conditional_on))
    more = [f"falls with {', '.join(parents)}"] if parents else []
    more += [f"follows {first.after.event}"] if first.after else []
    more += [f"tags {', '.join(first.tags)}"] if first.tags else []
    more += [f"from {first.origin}"] if first.origin != "history" else []
    return [*lines, f"{INDENT}  {'; '.join(more)}"] if more else lines


def schedule_as_written(settings: Settings) -> dict[str, dict[str, Any]]:
    """Events as a schedule's file has them, as far as an example needs them."""
    return {event.name: {"effect": event.effect, **event.fields} for event in settings.events}
