"""What every lever can do: drop, change and add events from `levers.from` on.

What had happened by then stays as it was, so that scenarios share their past. An event that the
scenario or the user dated themselves is left alone. A role that no actor of the region has does
nothing, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sim.core.errors import UserError, unknown
from sim.core.structure import read_date, structure
from sim.settings.events import After, Context, Event, as_list, parse_events, with_present_names
from sim.settings.region import RegionInfo
from sim.settings.schedule import NEVER, Draft


class Lever:
    """One option of one lever at work on a draft."""

    def __init__(self, draft: Draft, context: Context, origin: str):
        self.draft, self.context, self.origin = draft, context, origin
        self.start = context.levers_from

    def apply(self, data: dict[str, Any]) -> None:
        """Apply the keys that only this lever's options have."""

    def add_all(self, entries: Any) -> None:
        """Add the events an option brings."""
        for name, entry in mapping(entries, f"{self.origin}: schedule").items():
            self.add(name, entry)

    def open_events(
        self, effects: tuple[str, ...] | None = None, hit: Callable[[Event], Any] = lambda event: True
    ) -> list[Event]:
        """Events of some `effects` that `hit` picks and the lever may touch: not past by `levers.from`, not dated by
        the user.

        A note says where it leaves alone one that it would have touched.
        """
        found = []
        for event in sorted(self.draft.events.values(), key=lambda e: (e.date, e.name)):
            if effects and event.effect not in effects:
                continue
            if event.date < self.start or not hit(event):
                continue
            if event.name in self.draft.explicit:
                if event.origin == "history":
                    self.context.note(f"{event.name} keeps the date it was given; {self.origin} yields.")
                continue
            found.append(event)
        return found

    def drop(self, rule: Any, quiet: bool = False) -> None:
        """Drop the open events named by tag or event name (a list), or by effect, tag, event.

        A bloc that already stood is dissolved and its joint force leaves; what else lies before
        `levers.from` stays, with a note.
        """
        if isinstance(rule, list):
            rule = {"tag": rule, "event": rule}
        rule = mapping(rule, f"{self.origin}: drop")
        for key in rule:
            if key not in ("effect", "tag", "event"):
                raise unknown("key", key, ("effect", "tag", "event"), f"in {self.origin}, drop")
        effects, tags = set(as_list(rule.get("effect"))), set(as_list(rule.get("tag")))
        names = set(as_list(rule.get("event")))

        def hit(event: Event) -> bool:
            named = {event.name, event.name.split("__")[0]}
            return bool(event.effect in effects or tags & set(event.tags) or names & named)

        open_ = self.open_events(hit=hit)
        for event in open_:
            self.draft.drop(event.name)
        past = [e for e in self.draft.events.values() if e.date < self.start and hit(e)]
        if self.origin.startswith("cooperation="):
            self.dissolve(past)
        elif past and not open_ and not quiet:
            stays = ", ".join(sorted(event.name for event in past))
            self.context.note(f"{self.origin}: {stays} had happened by {self.start} and stays.")

    def dissolve(self, past: list[Event]) -> None:
        """End the memberships in force, and send home the joint forces that came with them."""
        last: dict[tuple[str, str], Event] = {}
        for event in sorted(past, key=lambda e: e.date):
            if event.effect == "bloc":
                last[event["bloc"], event["country"]] = event
            elif event.effect == "arrive" and self.present(event["actor"]):
                exit_ = {"effect": "exit", "actor": event["actor"], "handover": "nobody"}
                self.add(f"{event['actor']}_dissolved", exit_)
        for (bloc, country), event in last.items():
            if event["member"]:
                leave = {"effect": "bloc", "bloc": bloc, "country": country, "member": False}
                self.add(f"{bloc}_ends_{country}", leave)

    def change(self, patch: Any) -> None:
        """Change fields or the date of events that are there."""
        for name, change in mapping(patch, f"{self.origin}: change").items():
            change = mapping(change, f"{self.origin}: change.{name}")
            mine = [e for e in self.draft.events.values() if e.name.split("__")[0] == name]
            if not mine:
                self.context.note(f"{self.origin}: no event {name} in this region; left out.")
            for event in self.open_events(hit=lambda e, mine=mine: e in mine):
                if change.get("date") == NEVER:
                    self.draft.drop(event.name)
                    continue
                changed = with_present_names(change, event.effect, f"{self.origin}: change.{name}", self.context)
                entry = event.fields | {k: v for k, v in changed.items() if k != "date"}
                entry |= {"effect": event.effect, "date": event.date}
                event.fields = parse_events(name, entry, self.context, self.origin)[0].fields
                if "date" in change:
                    self.draft.move(event.name, self.day(change["date"], f"change.{name}.date"))

    def add(self, name: str, entry: Any) -> list[Event]:
        """Add an event of the lever's own, dated `levers.from` unless it says otherwise.

        `after` dates it by another event (where that was before any lever dropped it).
        """
        entry = dict(mapping(entry, f"{self.origin}: {name}"))
        where = f"{name}.date"
        follows = entry.pop("after", None)
        if follows is not None:
            follows = structure(After, follows, f"{self.origin}: {name}.after")
            parent = self.draft.events.get(follows.event)
            day = parent.date if parent else self.draft.original.get(follows.event)
            if day is None:
                self.context.note(
                    f"{self.origin}: {name} would follow {follows.event}, which this region's "
                    "schedule does not have; left out."
                )
                return []
            day = self.day(day + timedelta(days=round(7 * follows.weeks)), where)
        else:
            day = self.day(entry.get("date", "levers_from"), where)
        if day is None:
            return []
        if name in self.draft.events:
            name = f"{name}__{self.origin.replace('=', '_')}"
        events = parse_events(name, entry | {"date": day}, self.context, self.origin)
        for event in events:
            self.draft.events[event.name] = event
        return events

    def day(self, text: Any, where: str) -> date | None:
        """Read a date of a lever: ISO, `never`, `levers_from`, `levers_from+26w`, or `known_until`.

        The last is the day after the last known fact.
        """
        if text == NEVER:
            return None
        if isinstance(text, str) and text.startswith("levers_from"):
            day = relative_day(text, self.start)
        elif text == "known_until":
            day = first_unknown_day(self.context.region)
        else:
            day = read_date(text, f"{self.origin}: {where}")
        if day < self.start:
            self.context.note(f"{self.origin}: {where} is {day}, before the levers act; {self.start} is taken.")
        return max(day, self.start)

    def with_role(self, role: str) -> list[str]:
        """Return the actors with a role, or the actor of that name; a note where there is none."""
        role = role.removeprefix("role:")
        names = [role] if role in self.context.actors else self.context.actors_with(role)
        if not names:
            self.context.note(f"{self.origin}: no actor of this region has the role {role}.")
        return names

    def gone(self, actor: str) -> bool:
        """Whether an actor's exit lies before the levers, and it has not come back."""
        past = [
            event
            for event in self.draft.events.values()
            if event.date < self.start and event.effect in ("exit", "arrive") and event["actor"] == actor
        ]
        return bool(past) and max(past, key=lambda e: e.date).effect == "exit"

    def present(self, actor: str) -> bool:
        """Whether an actor has entered by `levers.from` and not left."""
        profile = self.context.actors[actor]
        entered = bool(profile.entry and profile.entry.date and profile.entry.date < self.start)
        arrived = any(
            e.effect == "arrive" and e["actor"] == actor and e.date < self.start for e in self.draft.events.values()
        )
        return (entered or arrived) and not self.gone(actor)


def mapping(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UserError(f"{where} must be a mapping of names to values, not '{value}'.")
    return value


def first_unknown_day(region: RegionInfo) -> date:
    """The day after the last known fact: from it on decisions are assumptions."""
    return region.known_until + timedelta(days=1)


def relative_day(text: str, start: date) -> date:
    """Read `levers_from`, `levers_from+26w`."""
    match = re.fullmatch(r"levers_from(?:\s*\+\s*(\d+)\s*w)?", text.strip())
    if not match:
        raise UserError(f"'{text}' is not a date; write levers_from or levers_from+26w.")
    return start + timedelta(weeks=int(match.group(1) or 0))
