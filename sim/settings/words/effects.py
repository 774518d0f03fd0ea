"""The effects of events in words: which fields each takes, an example of a new event, and what an event says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sim.settings.event_types import EFFECTS, REQUIRED, EffectField

#: what each effect does, in a few words
MEANINGS = {
    "arrive": "a force comes, or grows to so many persons over some weeks",
    "strength": "a force goes to another strength",
    "exit": "a force leaves over some weeks, its bases to whom the handover says",
    "vacate": "a force leaves some of its bases now",
    "handover": "another force takes over a share of its people",
    "hamper": "a force delivers only a part of what it could",
    "air": "the air support that a force brings",
    "coup": "a coup on its day",
    "relation": "two actors become enemies, allies or neutral, or make a truce",
    "found": "groups merge: their units hold together better for a while",
    "doctrine": "an actor weighs places in another way",
    "taxes": "a group takes more or less from people, herders, mines or hostages",
    "conduct": "an actor, or all of a kind, treats civilians in another way",
    "oversight": "conduct is monitored without troops",
    "order": "a group is ordered to blockade or besiege places",
    "lift": "a group's orders about places end",
    "border": "a rule of pursuit, refuge, trade or passage between countries",
    "bloc": "a country joins or leaves an alliance",
    "auxiliaries": "auxiliaries are called up",
    "information": "freedom of the media, reach of propaganda and of campaigns against foreign forces",
    "aid": "programmes of aid in a country",
    "stance": "a state's partner of choice",
}

TYPES = {
    "actor": "an actor",
    "actor?": "an actor or null",
    "country": "a country such as MLI",
    "places": "a list of places",
    "shares": "places and shares such as {Gao: 0.6, Kidal: 0.4}",
    "number": "a number",
    "share": "0 to 1",
    "factor": "0 or more",
    "weeks": "weeks",
    "weeks?": "weeks, null without end",
    "bool": "true or false",
    "text": "a name",
}


def field_words(name: str, spec: EffectField) -> str:
    """A field, what it takes and what it is where nothing is said: `weeks=26 (weeks)`."""
    kind = " or ".join(map(str, spec.type)) if isinstance(spec.type, tuple) else TYPES[spec.type]
    if spec.default is REQUIRED:
        return f"{name} ({kind})"
    usual = {None: "null", True: "true", False: "false"}.get(spec.default) if _plain(spec.default) else spec.default
    shown = f"{usual:g}" if isinstance(usual, float) else usual
    return f"{name}={shown} ({kind})"


def _plain(value: Any) -> bool:
    """Whether a value is null, true or false."""
    return value is None or isinstance(value, bool)


def fields_words(effect: str) -> str:
    """The fields of an effect, those that must be said first."""
    schema = EFFECTS[effect]
    order = sorted(schema, key=lambda name: schema[name].default is not REQUIRED)
    return ", ".join(field_words(name, schema[name]) for name in order)


def needed_fields(effect: str) -> list[str]:
    """Fields without a default."""
    return [name for name, spec in EFFECTS[effect].items() if spec.default is REQUIRED]


def example_event(schedule: Mapping[str, Any], name: str = "new_blockade") -> str:
    """A new event as it is written in a scenario's file, with an actor and a place of the schedule's region."""
    orders = [entry for entry in schedule.values() if isinstance(entry, dict) and entry.get("effect") == "order"]
    actor, place = (orders[0].get("actor"), orders[0].get("places", ["Bamako"])[0]) if orders else ("jnim", "Bamako")
    return f"{name}: {{date: 2027-01-15, effect: order, actor: {actor}, order: blockade, places: [{place}], weeks: 26}}"


def new_event_needs(schedule: Mapping[str, Any], name: str) -> str:
    """What a new event needs, in one sentence with an example."""
    shown = name if isinstance(name, str) and name.isidentifier() else "new_blockade"
    return (
        "a new event needs date, effect and what its effect takes (order: " + ", ".join(needed_fields("order")) + "), "
        f"such as {example_event(schedule, shown)}; sahel events lists every effect with its fields"
    )


#: fields that say whom an event is about, the first that is there
SUBJECTS = ("actor", "kind", "country", "a", "bloc")


def event_words(effect: str, fields: Mapping[str, Any], title: str = "") -> str:
    """What an event does: its title, or its effect and what its fields say beyond their defaults."""
    if title:
        return title
    said = []
    for key, value in fields.items():
        usual = EFFECTS[effect][key].default
        if value is None or value in ([], {}) or (usual is not REQUIRED and value == usual):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, (list, dict)) else value
        said.append(f"{key} {shown:g}" if isinstance(shown, float) else f"{key} {shown}")
    return f"{effect}: {', '.join(said)}" if said else effect


def subject_of(fields: Mapping[str, Any]) -> str:
    """Whom an event is about."""
    return str(next((fields[key] for key in SUBJECTS if fields.get(key) is not None), ""))


def end_of(effect: str, day: date, fields: Mapping[str, Any]) -> date | None:
    """The day on which an order or a departure ends; None for what has no end."""
    weeks = fields.get("weeks")
    if effect not in ("order", "exit") or not weeks:
        return None
    return day + timedelta(days=round(7 * weeks))
