"""The schedule: dated decisions of principals, changed by scenario, user and levers, and compiled.

A schedule is a mapping of event names, so that one date can be moved without touching the rest.
`compile_schedule` takes the region's events, the changes of a scenario and of the user, and the
levers, and returns what happens, in order. Decisions that depended on a fallen one
(`conditional_on`) fall with it in the coherent variant, and stay in the ceteris-paribus variant.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sim.core.errors import UserError, unknown
from sim.settings.events import After, Context, Event, as_list, parse_events, with_present_names
from sim.settings.words.effects import new_event_needs

NEVER = "never"

Raw = dict[str, dict[str, Any]]


@dataclass
class Draft:
    """A schedule in the making."""

    events: dict[str, Event]
    fallen: set[str] = field(default_factory=set)  # removed: dependents may fall too
    explicit: set[str] = field(default_factory=set)  # dated by the scenario or the user: levers yield
    original: dict[str, date] = field(default_factory=dict)  # dates before anything was moved

    def drop(self, name: str) -> None:
        """Take an event out."""
        self.events.pop(name, None)
        self.fallen.add(name)

    def move(self, name: str, day: date) -> None:
        """Give an event another date."""
        self.events[name] = replace(self.events[name], date=day)


def merge(base: Raw, changes: Any, origin: str, dated: set[str], may_add: bool = True) -> set[str]:
    """Merge changes into a raw schedule, in place; returns the names of new events.

    An event that is not there may be added with all its fields (`effect` included), else its
    name is taken for a slip. `dated` collects the events given a date here.
    """
    added: set[str] = set()
    if not isinstance(changes, dict):
        raise UserError(f"schedule ({origin}) must be a mapping of event names, not '{changes}'.")
    for name, change in changes.items():
        if name not in base:
            if not (may_add and isinstance(change, dict) and "effect" in change):
                slip = str(unknown("event", name, base, f"({origin})" if origin else "")).removesuffix(".")
                raise UserError(f"{slip}; {new_event_needs(base, name)}.")
            base[name] = copy.deepcopy(change)
            added.add(name)
            continue
        if not isinstance(change, dict):
            raise UserError(f"schedule.{name} must be a mapping such as {{date: 2024-06-30}}.")
        if "date" in change or "after" in change:
            dated.add(name)
            if "after" not in change:
                base[name].pop("after", None)
        base[name].update(copy.deepcopy(change))
    return added


def draft_schedule(raw: Raw, dated: set[str], origins: dict[str, str], context: Context) -> Draft:
    """Parse all events; those dated `never` fall."""
    draft = Draft(events={}, explicit=set())
    aliases: dict[str, list[str]] = {}
    for name, entry in raw.items():
        origin = origins.get(name, "history")
        if isinstance(entry, dict) and entry.get("date") == NEVER:
            draft.fallen.add(name)
            parse_events(name, entry | {"date": "2000-01-01"}, context, origin)
            continue
        events = parse_events(name, entry, context, origin)
        aliases[name] = [event.name for event in events]
        for event in events:
            draft.events[event.name] = event
            if name in dated:
                draft.explicit.add(event.name)
    _check_references(draft, raw)
    for event in draft.events.values():  # an event for each of several names stands for all
        event.conditional_on = [alias for parent in event.conditional_on for alias in aliases.get(parent) or [parent]]
    _date_followers(draft, aliases)
    draft.original = {name: event.date for name, event in draft.events.items()}
    return draft


def _check_references(draft: Draft, raw: Raw) -> None:
    for event in draft.events.values():
        base = event.name.split("__")[0]
        parents = [("conditional_on", parent) for parent in event.conditional_on]
        if event.after:
            parents.append(("after", event.after.event))
        for key, parent in parents:
            if parent not in raw:
                raise unknown("event", parent, raw, f"(schedule.{base}.{key})")
    links = {name: _parents(entry) for name, entry in raw.items()}
    done: set[str] = set()
    for name in links:
        _walk(name, links, [], done)


def _parents(entry: dict[str, Any]) -> list[str]:
    after = entry.get("after")
    follows = [after["event"]] if isinstance(after, dict) and "event" in after else []
    return [*as_list(entry.get("conditional_on")), *follows]


def _walk(name: str, links: dict[str, list[str]], path: list[str], done: set[str]) -> None:
    if name in path:
        circle = " -> ".join([*path[path.index(name) :], name])
        raise UserError(f"Events depend on one another in a circle: {circle}.")
    if name in done:
        return
    for parent in links.get(name, []):
        _walk(parent, links, [*path, name], done)
    done.add(name)


def _date_followers(draft: Draft, aliases: dict[str, list[str]]) -> None:
    """Date the events that have only `after`; those with a date of their own keep it."""
    waiting = [event for event in draft.events.values() if event.after]
    for _ in range(len(waiting) + 1):
        for event in waiting:
            parent = (aliases.get(event.after.event) or [event.after.event])[0]
            event.after = After(parent, event.after.weeks)
            known = draft.events.get(parent)
            if event.date == date.max and known and known.date != date.max:
                event.date = known.date + timedelta(days=round(7 * event.after.weeks))
    for event in [event for event in waiting if event.date == date.max]:
        draft.drop(event.name)  # what it follows does not happen


def finish(draft: Draft, context: Context) -> dict[str, Event]:
    """Move followers, let dependents fall, check dates; returns the events by date and name."""
    _move_followers(draft, context)
    if context.variant == "coherent":
        _let_fall(draft, context)
    region = context.region
    for name, event in list(draft.events.items()):
        if region.start <= event.date <= region.horizon:
            continue
        if event.date > region.horizon and name not in draft.explicit:
            context.note(f"{name} would fall after {region.horizon} and is left out.")
            draft.events.pop(name)
            continue
        raise UserError(
            f"schedule.{name}.date is {event.date}, outside the region's range {region.start} to {region.horizon}."
        )
    _check_order(draft, context)
    ordered = sorted(draft.events.values(), key=lambda event: (event.date, event.name))
    return {event.name: event for event in ordered}


def _check_order(draft: Draft, context: Context) -> None:
    """Refuse a departure that the user or the scenario dates before the arrival."""
    for name in sorted(draft.explicit & set(draft.events)):
        event = draft.events[name]
        if event.effect not in ("exit", "vacate", "handover"):
            continue
        actor = event["actor"]
        profile = context.actors[actor]
        arrivals = [e.date for e in draft.events.values() if _arrives(e, actor)]
        arrivals += [point.date for point in profile.strength]
        arrivals += [profile.entry.date] if profile.entry and profile.entry.date else []
        if arrivals and event.date < min(arrivals):
            raise UserError(f"schedule.{name}.date is {event.date}, before {actor} arrives ({min(arrivals)}).")


def _arrives(event: Event, actor: str) -> bool:
    return (event.effect in ("arrive", "strength") and event["actor"] == actor) or (
        event.effect == "handover" and event["to"] == actor
    )


def _move_followers(draft: Draft, context: Context) -> None:
    followers = [e.name for e in draft.events.values() if e.after and e.name not in draft.explicit]
    for _ in followers:
        for name in followers:
            if name not in draft.events:
                continue
            event = draft.events[name]
            parent = draft.events.get(event.after.event)
            if parent is None or name not in draft.original:
                continue
            moved = parent.date - draft.original.get(parent.name, parent.date)
            day = draft.original[name] + moved
            if moved and day != event.date and event.date == draft.original[name]:
                draft.move(name, max(day, min(context.levers_from, event.date)))


def _let_fall(draft: Draft, context: Context) -> None:
    """Drop, again and again, the events whose reasons have all fallen."""
    fell: dict[str, str] = {}
    while True:
        falling = [
            event
            for event in draft.events.values()
            if event.name not in draft.explicit
            and (
                (event.conditional_on and all(p in draft.fallen for p in event.conditional_on))
                or (event.after and event.after.event in draft.fallen)
            )
        ]
        if not falling:
            break
        for event in falling:
            reasons = event.conditional_on or [event.after.event]
            fell[event.name.split("__")[0]] = ", ".join(dict.fromkeys(reason.split("__")[0] for reason in reasons))
            draft.drop(event.name)
    if fell:
        listed = "; ".join(f"{name} (with {reason})" for name, reason in fell.items())
        context.note(f"Fall away with what they hung on: {listed}.")


def compile_schedule(
    raw: Raw,
    context: Context,
    changes: Sequence[tuple[str, dict[str, Any]]] = (),
    levers: Callable[[Draft, Context], None] | None = None,
) -> list[Event]:
    """Return the events of a run by date.

    `changes` are (origin, patch) of the scenario and the user, the later winning; `levers` is
    called with the draft and the context before dependents fall (see `sim.settings.levers.kinds.apply`).
    """
    raw = _with_present_names(copy.deepcopy(raw), {}, context)
    dated: set[str] = set()
    origins: dict[str, str] = {}
    for origin, patch in changes:
        may_add = origin != "the command line"
        for name in merge(raw, _with_present_names(patch, raw, context), origin, dated, may_add):
            origins[name] = origin
            dated.add(name)
    draft = draft_schedule(raw, dated, origins, context)
    if levers is not None:
        levers(draft, context)
    return list(finish(draft, context).values())


def _with_present_names(patch: Any, raw: Raw, context: Context) -> Any:
    """A patch of `raw` (or a schedule) with the fields of its events under their present names."""
    if not isinstance(patch, dict):
        return patch  # which `merge` refuses
    renamed = {}
    for name, entry in patch.items():
        if isinstance(entry, dict):
            effect = entry.get("effect", (raw.get(name) or {}).get("effect"))
            entry = with_present_names(entry, effect, f"schedule.{name}", context)
        renamed[name] = entry
    return renamed


def strength_at(points: Sequence[Any], day: date) -> float:
    """Return the target strength on a day: linear between points, constant beyond them."""
    points = sorted(points, key=lambda point: point.date)
    if not points or day < points[0].date:
        return 0.0
    for left, right in itertools.pairwise(points):
        if day < right.date:
            part = (day - left.date).days / (right.date - left.date).days
            return left.persons + part * (right.persons - left.persons)
    return points[-1].persons
