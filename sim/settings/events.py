"""Events: one entry of a schedule read and checked, with roles put into names.

A role (`role:mission`, `role:capital`) or a list of names becomes one event for each, so that a
lever written for roles works in any region.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sim.core.errors import UserError, unknown
from sim.core.structure import read_date, structure
from sim.settings.actor_profiles import LARGEST_FORCE, ActorProfile, number
from sim.settings.event_types import EFFECTS, FORMER_FIELDS, REQUIRED, EffectField
from sim.settings.region import RegionInfo

# ---------------------------------------------------------------------------- events


@dataclass
class After:
    """An event that follows another by some weeks, and moves with it."""

    event: str
    weeks: float = number(0.0)


@dataclass
class Event:
    """A dated decision of a principal. `fields` holds what its effect needs, defaults filled in."""

    name: str
    date: date
    effect: str
    fields: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    source: str = ""
    conditional_on: list[str] = field(default_factory=list)
    after: After | None = None
    role_of: str | None = None
    tags: list[str] = field(default_factory=list)
    origin: str = "history"  # history | a lever such as "withdrawals=un_stays" | scenario | user

    def __getitem__(self, key: str) -> Any:
        return self.fields[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return one of the effect's fields."""
        return self.fields.get(key, default)


COMMON = ("date", "title", "effect", "source", "conditional_on", "after", "role_of", "tags", "tag")


@dataclass
class Context:
    """What names in events may refer to, and what is being compiled."""

    region: RegionInfo
    actors: dict[str, ActorProfile]
    countries: list[str]
    known_place: Callable[[str], str | None] | None = None  # what is wrong with a name; None: no map
    levers_from: date = date.min
    variant: str = "coherent"
    notes: list[str] = field(default_factory=list)

    def actors_with(self, role: str) -> list[str]:
        """Return the actors that have a role, in order of name."""
        return [name for name, profile in sorted(self.actors.items()) if role in profile.roles]

    def note(self, text: str) -> None:
        """Keep a remark for the user, once."""
        if text not in self.notes:
            self.notes.append(text)


def parse_events(name: str, raw: dict[str, Any], context: Context, origin: str) -> list[Event]:
    """Read one entry of a schedule; a role or a list of names becomes one event for each.

    Returns no event where a role has no actor in this region (with a note).
    """
    where = f"schedule.{name}"
    if not isinstance(raw, dict):
        raise UserError(f"{where} must be a mapping such as {{date: 2024-06-30}}, not '{raw}'.")
    effect = raw.get("effect")
    if effect is None:
        raise UserError(f"{where} lacks the key 'effect'.")
    if effect not in EFFECTS:
        raise unknown("effect", effect, EFFECTS, f"({where}.effect)")
    raw = with_present_names(raw, effect, where, context)
    schema = EFFECTS[effect]
    for key in raw:
        if key not in schema and key not in COMMON:
            raise unknown("key", key, [*schema, *COMMON], f"in {where} (effect {effect})")
    if "date" not in raw and not raw.get("after"):
        raise UserError(f"{where} lacks the key 'date'.")
    after = structure(After | None, raw.get("after"), f"{where}.after")
    day = read_date(raw["date"], f"{where}.date") if "date" in raw else date.max
    tags = raw.get("tags") or raw.get("tag") or []
    values = {key: _field(key, spec, raw, where, context) for key, spec in schema.items()}
    if effect == "conduct" and raw.get("actor") is None and raw.get("kind") is None:
        raise UserError(f"{where} needs an 'actor' or a 'kind' (effect conduct).")
    many = {key: value for key, value in values.items() if isinstance(value, _Many)}
    if any(not value.names for value in many.values()):
        roles = ", ".join(sorted(v.said for v in many.values() if not v.names))
        context.note(f"{name}: no actor or place of this region has {roles}; nothing happens.")
        return []
    events = []
    for choice in itertools.product(*(value.names for value in many.values())):
        chosen = values | dict(zip(many, choice))
        suffix = [c for c, value in zip(choice, many.values()) if len(value.names) > 1]
        events.append(
            Event(
                name="__".join([name, *suffix]),
                date=day,
                effect=effect,
                fields=chosen,
                title=structure(str, raw.get("title") or "", f"{where}.title"),
                source=_text(raw.get("source")),
                conditional_on=structure(list[str], as_list(raw.get("conditional_on")), f"{where}.conditional_on"),
                after=after,
                role_of=raw.get("role_of"),
                tags=[str(tag) for tag in as_list(tags)],
                origin=origin,
            )
        )
    return events


def with_present_names(entry: dict[str, Any], effect: Any, where: str, context: Context) -> dict[str, Any]:
    """The entry with its effect's fields under their present names; a former one is understood, and a note says so."""
    former = FORMER_FIELDS.get(effect, {}) if isinstance(effect, str) else {}
    return under_present_names(entry, former, where, context.note)


def under_present_names(
    data: dict[str, Any], former: dict[str, str], where: str, note: Callable[[str], None]
) -> dict[str, Any]:
    """The mapping with keys renamed (`former` name -> present one), each with a note; refused where it has both."""
    found = {old: new for old, new in former.items() if old in data}
    for old, new in found.items():
        if new in data:
            raise UserError(f"{where} has both '{old}' and '{new}', which is what it is called now; leave one out.")
        note(f"{where}.{old} is called {new} now.")
    return {found.get(key, key): value for key, value in data.items()}


@dataclass
class _Many:
    """Several names where the effect takes one: an event each."""

    names: list[str]
    said: str


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return ", ".join(str(part) for part in as_list(value))


def _field(key: str, spec: EffectField, raw: dict[str, Any], where: str, context: Context) -> Any:
    """Read one field of an effect."""
    at = f"{where}.{key}"
    if key not in raw or (raw[key] is None and spec.default is None):
        if spec.default is REQUIRED:
            raise UserError(f"{where} lacks the key '{key}' (effect {raw['effect']}).")
        return copy.copy(spec.default)
    value = raw[key]
    if isinstance(spec.type, tuple):
        if value not in spec.type or isinstance(value, bool):
            raise unknown("value", value, spec.type, f"for {at}")
        return value
    if spec.type in ("actor", "actor?"):
        return _names(value, at, context.actors_with, list(context.actors), "actor", context)
    if spec.type == "country":
        return _names(value, at, lambda role: _country_role(role, context), context.countries, "country", context)
    if spec.type == "places":
        return list(_places(dict.fromkeys(as_list(value), 1.0), at, context))
    if spec.type == "shares":
        if not isinstance(value, dict):
            value = dict.fromkeys(as_list(value), 1.0)
        return _places(value, at, context)
    if spec.type == "bool":
        return structure(bool, value, at)
    if spec.type == "text":
        return structure(str, value, at)
    limits = {
        "number": {},
        "share": {"at_least": 0.0, "at_most": 1.0},
        "factor": {"at_least": 0.0},
        "weeks": {"at_least": 0.0},
        "weeks?": {"at_least": 0.0},
    }[spec.type]
    if key == "persons":
        limits["at_most"] = LARGEST_FORCE
    return structure(float, value, at, limits)


def _country_role(role: str, context: Context) -> list[str]:
    if role == "theatre":
        return context.region.theatre or context.region.roles.get(role, [])
    return context.region.roles.get(role, [])


def _names(value: Any, at: str, by_role: Any, known: list[str], what: str, context: Context) -> str | _Many:
    """Resolve a name, a list of names, or a role (`role:mission`)."""
    names: list[str] = []
    for part in as_list(value):
        if isinstance(part, str) and part.startswith("role:"):
            names += [name for name in by_role(part[5:]) if name not in names]
        elif isinstance(part, str) and (part in known or not known):
            names.append(part)
        elif isinstance(part, str):
            raise unknown(what, part, known, f"({at})")
        else:
            raise UserError(f"{at} must be the name of a {what}, not {part}.")
    if len(names) == 1:
        return names[0]
    return _Many(names, _text(value))


def _places(value: dict[Any, Any], at: str, context: Context) -> dict[str, float]:
    """Resolve places and their shares; a role of places shares its part evenly."""
    found: dict[str, float] = {}
    for place, part in value.items():
        weight = structure(float, part, f"{at}.{place}", {"at_least": 0.0})
        if not isinstance(place, str):
            raise UserError(f"{at} must hold names of places, not {place}.")
        if place.startswith("role:"):
            names = context.region.roles.get(place[5:], [])
            if not names:
                context.note(f"No place of this region has {place}; {at} leaves it out.")
        else:
            names = [place]
        for name in names:
            problem = context.known_place(name) if context.known_place else None
            if problem:
                raise UserError(f"{at}: {problem}")
            found[name] = found.get(name, 0.0) + weight / len(names)
    return found
