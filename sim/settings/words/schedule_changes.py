"""In which decisions two schedules differ, in words: what comes in, what falls away, what is moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.core.structure import unstructure
from sim.settings.settings import Settings
from sim.settings.words.effects import end_of, event_words, subject_of

#: an event as run.json has it, by its name
Schedule = Mapping[str, Mapping[str, Any]]


@dataclass
class Change:
    """A decision, or several of the same words, in which a schedule differs from another."""

    day: date
    effect: str
    text: str


def schedule_of(settings: Settings) -> Schedule:
    """The events of settings as plain data, by name."""
    return {name: unstructure(event) for name, event in settings.schedule.items()}


def end_of_event(event: Mapping[str, Any]) -> date | None:
    """The day on which an order or a departure ends, of an event as plain data."""
    return end_of(event["effect"], date.fromisoformat(event["date"]), event.get("fields") or {})


def schedule_changes(mine: Schedule, theirs: Schedule) -> list[Change]:
    """What `mine` does otherwise than `theirs`, by day; entries of the same words together."""
    gathered: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for name in sorted({*mine, *theirs}, key=lambda name: ((mine.get(name) or theirs[name])["date"], name)):
        event, other = mine.get(name), theirs.get(name)
        if event is not None and other is not None and _content(event) == _content(other):
            continue
        shown = event or other
        assert shown is not None
        sign = "no more: " if event is None else ""
        moved = f" (else {other['date']})" if event and other and event["date"] != other["date"] else ""
        changed = _fields_changed(event, other) if event and other else ""
        title = shown.get("title") or ""
        key = (sign, title, moved + changed) if title else (sign, "", shown["effect"], shown["date"])
        gathered.setdefault(key, []).append(shown)
    found = [_change(key[0], "" if len(key) > 3 else key[2], entries) for key, entries in gathered.items()]
    return sorted(found, key=lambda change: change.day)


def _change(sign: str, how: str, entries: list[Mapping[str, Any]]) -> Change:
    """Events of the same words as one change."""
    first = entries[0]
    if first.get("title"):
        times = f" ({len(entries)} times, to {entries[-1]['date']})" if len({e["date"] for e in entries}) > 1 else ""
        end = end_of_event(first) if not sign and not times else None
        text = f"{sign}{first['title']}{how}{times}" + (f" (to {end})" if end else "")
    else:
        about = dict.fromkeys(subject_of(entry.get("fields") or {}) for entry in entries)
        if len(about) == 1:
            text = sign + event_words(first["effect"], first.get("fields") or {})
        else:
            text = f"{sign}{first['effect']}: {', '.join(filter(None, about))}"
    return Change(date.fromisoformat(first["date"]), first["effect"], text)


def _content(event: Mapping[str, Any]) -> tuple[Any, ...]:
    return event["date"], event["effect"], event.get("fields")


def _fields_changed(event: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """` (weeks 52, else 26)` for fields with another value."""
    mine, theirs = event.get("fields") or {}, other.get("fields") or {}
    changed = [key for key in mine if mine[key] != theirs.get(key)]
    parts = [f"{key} {_short(mine[key])}, else {_short(theirs.get(key))}" for key in changed]
    return f" ({'; '.join(parts)})" if parts else ""


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
