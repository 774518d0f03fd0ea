"""The effects an event can have, and the fields each needs: the schema of the schedule.

A field's `type` is one of: actor, actor? (may be absent), country, places (list of places), shares
(place -> share of strength), number, share (0..1), factor (0 or more), weeks, weeks? (or null),
bool, text, or a tuple of allowed words. REQUIRED marks a field without a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.core.codes import AID, DOCTRINE, HANDOVERS, STRATEGY, TAXES

REQUIRED: Any = object()


@dataclass(frozen=True)
class EffectField:
    """One field of an effect: its type and what it is where the event does not say."""

    type: str | tuple[str, ...]
    default: Any = REQUIRED


def _f(type_: str | tuple[str, ...], default: Any = REQUIRED) -> EffectField:
    return EffectField(type_, default)


EFFECTS: dict[str, dict[str, EffectField]] = {
    "arrive": {
        "actor": _f("actor"),
        "persons": _f("factor"),
        "weeks": _f("weeks", 4.0),
        "places": _f("shares", {}),
    },
    "strength": {"actor": _f("actor"), "persons": _f("factor"), "weeks": _f("weeks", 26.0)},
    "exit": {
        "actor": _f("actor"),
        "weeks": _f("weeks", 13.0),
        "handover": _f(tuple(HANDOVERS), "army"),
        "at_demand_of": _f("country", None),  # its people rally behind those in power
    },
    "vacate": {"actor": _f("actor"), "places": _f("places"), "handover": _f(tuple(HANDOVERS), "army")},
    "handover": {
        "actor": _f("actor"),
        "to": _f("actor"),
        "share": _f("share", 1.0),
        "understanding": _f("share", 0.5),
    },
    "hamper": {"actor": _f("actor"), "factor": _f("factor")},
    "air": {"actor": _f("actor"), "value": _f("share")},
    "coup": {"country": _f("country")},
    "relation": {
        "a": _f("actor"),
        "b": _f("actor"),
        "state": _f(("hostile", "truce", "neutral", "allied")),
        "mediator": _f("actor?", None),
        "kept": _f("bool", False),  # the two keep a truce whatever they lose to one another
    },
    "found": {"actor": _f("actor"), "cohesion": _f("share", 0.2)},
    "doctrine": {"actor": _f("actor")} | {key: _f("number", None) for key in (*STRATEGY, *DOCTRINE)},
    "taxes": {"actor": _f("actor")} | {key: _f("factor", None) for key in TAXES},
    "conduct": {
        "actor": _f("actor?", None),
        "kind": _f(("insurgent", "militia", "army", "auxiliary", "foreign"), None),
        "abusiveness": _f("factor", 1.0),
        "selectivity": _f("number", 0.0),
        "coercion": _f("factor", 1.0),
    },
    "oversight": {"country": _f("country"), "value": _f("share")},
    "order": {
        "actor": _f("actor"),
        "order": _f(("blockade", "besiege")),
        "places": _f("places"),
        "share": _f("share", 1.0),
        "goods": _f(("fuel", "all"), "all"),
        "weeks": _f("weeks?", None),
    },
    "lift": {"actor": _f("actor"), "places": _f("places")},
    "border": {
        "a": _f("country"),
        "b": _f("country"),
        "kind": _f(("pursuit", "refuge", "trade", "passage")),
        "value": _f("share"),
        "one_way": _f("bool", False),
    },
    "bloc": {"bloc": _f("text"), "country": _f("country"), "member": _f("bool", True)},
    "auxiliaries": {
        "actor": _f("actor"),
        "persons": _f("factor"),
        "weeks": _f("weeks", 52.0),
    },
    "information": {
        "country": _f("country"),
        "media": _f("share", None),
        "propaganda": _f("share", None),
        "campaign": _f("share", None),  # against foreign forces who are not the government's partner
    },
    "aid": {
        "country": _f("country"),
        "kind": _f(AID),
        "value": _f("share"),
        "protected": _f("bool", False),
    },
    "stance": {"country": _f("country"), "partner": _f("actor?", None)},
}

#: fields by effect that have another name now: former -> present
FORMER_FIELDS = {"conduct": {"abuse": "abusiveness"}}
