"""From which day on two settings differ, and in what: what saved states and shared pasts may be continued by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sim.settings.events import Event
from sim.settings.schedule import strength_at
from sim.settings.settings import ResponseSettings, Settings

# ---------------------------------------------------------------------------- comparing

_LABELS = ("title", "source", "origin", "tags", "role_of", "conditional_on", "after")

_WHOLE = ("region", "resolution", "step_days", "parameters", "processes", "draw", "given", "seed", "replicate")


@dataclass(frozen=True)
class Difference:
    """Something in which two settings differ, and the first day on which it can matter."""

    day: date
    what: str


def first_difference(a: Settings, b: Settings) -> date | None:
    """Return the first day on which two settings can differ in what happens, or None.

    Before it, two runs with one seed and replicate are identical. A difference that is not dated
    (a parameter, an actor profile) counts from the start of the simulation.
    """
    return min((found.day for found in differences(a, b)), default=None)


def differences(a: Settings, b: Settings) -> list[Difference]:
    """Return all in which two settings differ, the earliest first, in words such as 'seed (1 and 5)'."""
    start = min(a.region_info.start, b.region_info.start)
    found = [Difference(start, what) for name in _WHOLE for what in _whole_difference(a, b, name)]
    if found:
        return found
    for name in sorted(set(a.schedule) | set(b.schedule)):
        one, two = a.schedule.get(name), b.schedule.get(name)
        if one is None or two is None or _content(one) != _content(two):
            days = [event.date for event in (one, two) if event is not None]
            found.append(Difference(min(days), f"the event {name}"))
    for name in sorted(set(a.actors) | set(b.actors)):
        days = _profile_difference(a.actors.get(name), b.actors.get(name), start)
        found += [Difference(min(days), f"the actor profile of {name}")] if days else []
    # coups by hazard begin with the levers; the other modes differ in events only
    days = [s.levers_from for s in (a, b) if s.politics == "endogenous"]
    if len(set(days)) > 1 or len(days) == 1:
        found.append(Difference(min(days), f"politics ({a.politics} and {b.politics})"))
    days = _response_difference(a, b)
    found += [Difference(min(days), f"response ({a.response.mode} and {b.response.mode})")] if days else []
    if a.no_blockades_from != b.no_blockades_from:
        days = [day for day in (a.no_blockades_from, b.no_blockades_from) if day is not None]
        found.append(Difference(min(days), "blockades=none"))
    found = [replace(item, day=max(item.day, start)) for item in found]
    return sorted(found, key=lambda item: item.day)


def _whole_difference(a: Settings, b: Settings, name: str) -> list[str]:
    """What of a value that holds from the start differs, in words; parameters and switches one by one."""
    one, two = getattr(a, name), getattr(b, name)
    if one == two:
        return []
    if name == "given":  # what is set is not drawn: it matters where one draws it and the other does not
        drawn = [set(s.drawn_parameters()) for s in (a, b)]
        return [f"parameters.{key} (set and drawn)" for key in sorted(drawn[0] ^ drawn[1])]
    if name == "processes":
        pairs = {key: (a.process(key), b.process(key)) for key in sorted(set(one) | set(two))}
        return [f"processes.{key}" for key, (x, y) in pairs.items() if x != y]
    if name == "parameters":
        groups = [(key, vars(getattr(one, key)), vars(getattr(two, key))) for key in vars(one)]
        return [
            f"parameters.{group}.{key} ({x[key]} and {y[key]})"
            for group, x, y in groups
            for key in x
            if x[key] != y[key]
        ]
    return [f"{name} ({one} and {two})"]


def _response_difference(a: Settings, b: Settings) -> list[date]:
    """Before its start a response is the default one, so only what departs from that counts."""
    usual = ResponseSettings()
    said = [
        (s.response.mode, s.response.delay_days, s.response.start or s.levers_from)
        for s in (a, b)
        if (s.response.mode, s.response.delay_days) != (usual.mode, usual.delay_days)
    ]
    return [start for *_, start in said] if len(said) == 1 or len(set(said)) > 1 else []


def _content(event: Event) -> dict[str, Any]:
    return {key: value for key, value in vars(event).items() if key not in _LABELS}


def _profile_difference(one: Any, two: Any, start: date) -> list[date]:
    if one is None or two is None:
        return [start]
    if one == two:
        return []
    dated = {"strength", "entry"}
    if any(value != getattr(two, key) for key, value in vars(one).items() if key not in dated):
        return [start]
    days = []
    if one.entry != two.entry:
        days += [profile.entry.date for profile in (one, two) if profile.entry and profile.entry.date]
    if one.strength != two.strength:
        days.append(_strength_difference(one.strength, two.strength) or start)
    return days


def _strength_difference(one: list[Any], two: list[Any]) -> date | None:
    """Return from when two targets differ: the last day on which both lines still agree."""
    days = sorted({point.date for point in [*one, *two]})
    same = None
    for day in days:
        if strength_at(one, day) != strength_at(two, day):
            return same
        same = day
    return same
