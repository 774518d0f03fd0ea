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


@dataclass(frozen=True)
class Parts:
    """What the text of a change is put together from, for other languages.

    `about` is who an entry without a title is about; `moved` the day in the other schedule, `fields` name, value and
    value in the other; `times` entries of the same words, the last on `last`; `until` the day on which it ends.
    """

    title: str
    effect: str
    about: tuple[str, ...] = ()
    gone: bool = False
    moved: str | None = None
    fields: tuple[tuple[str, str, str], ...] = ()
    times: int = 1
    last: str = ""
    until: date | None = None


@dataclass
class Change:
    """A decision, or several of the same words, in which a schedule differs from another."""

    day: date
    effect: str
    text: str
    parts: Parts


def schedule_of(settings: Settings) -> Schedule:
    """The events of settings as plain data, by name."""
    return {name: unstructure(event) for name, event in settings.schedule.items()}


def end_of_event(event: Mapping[str, Any]) -> date | None:
    """The day on which an order or a departure ends, of an event as plain data."""
    return end_of(event["effect"], date.fromisoformat(event["date"]), event.get("fields") or {})


def schedule_changes(mine: Schedule, theirs: Schedule) -> list[Change]:
    """What `mine` does otherwise than `theirs`, by day; entries of the same words together."""
    gathered: dict[tuple, list[Mapping[str, Any]]] = {}
    for name in sorted({*mine, *theirs}, key=lambda name: ((mine.get(name) or theirs[name])["date"], name)):
        event, other = mine.get(name), theirs.get(name)
        if event is not None and other is not None and _content(event) == _content(other):
            continue
        shown = event or other
        assert shown is not None
        gone = event is None
        moved = other["date"] if event and other and event["date"] != other["date"] else None
        changed = _fields_changed(event, other) if event and other else ()
        title = shown.get("title") or ""
        key = (gone, title, moved, changed) if title else (gone, "", shown["effect"], shown["date"])
        gathered.setdefault(key, []).append(shown)
    found = [_change(key[0], *(key[2:] if key[1] else (None, ())), x) for key, x in gathered.items()]
    return sorted(found, key=lambda change: change.day)


def _change(gone: bool, moved: str | None, fields: tuple, entries: list[Mapping[str, Any]]) -> Change:
    """Events of the same words as one change."""
    first, sign = entries[0], "no more: " if gone else ""
    title, effect, about = first.get("title") or "", first["effect"], ()
    times, last, end = 1, "", None
    if title:
        if len({e["date"] for e in entries}) > 1:
            times, last = len(entries), entries[-1]["date"]
        end = end_of_event(first) if not gone and times == 1 else None
        text = f"{sign}{title}" + (f" (else {moved})" if moved else "")
        text += f" ({'; '.join(f'{name} {a}, else {b}' for name, a, b in fields)})" if fields else ""
        text += (f" ({times} times, to {last})" if times > 1 else "") + (f" (to {end})" if end else "")
    else:
        about = tuple(filter(None, dict.fromkeys(subject_of(entry.get("fields") or {}) for entry in entries)))
        if len(dict.fromkeys(subject_of(entry.get("fields") or {}) for entry in entries)) == 1:
            text = sign + event_words(effect, first.get("fields") or {})
        else:
            text = f"{sign}{effect}: {', '.join(about)}"
    parts = Parts(title, effect, about, gone, moved, fields, times, last, end)
    return Change(date.fromisoformat(first["date"]), effect, text, parts)


def _content(event: Mapping[str, Any]) -> tuple[Any, ...]:
    return event["date"], event["effect"], event.get("fields")


def _fields_changed(event: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Fields with another value: name, value, value in the other."""
    mine, theirs = event.get("fields") or {}, other.get("fields") or {}
    changed = [key for key in mine if mine[key] != theirs.get(key)]
    return tuple((key, _short(mine[key]), _short(theirs.get(key))) for key in changed)


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
