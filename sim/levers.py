"""Levers: what each option changes in the schedule, from `levers.from` on.

Everything a lever does is dated on or after `levers.from`: what had happened by then stays as it
was, so that scenarios share their past. An event that the scenario or the user dated themselves
is left alone. A role that no actor of the region has does nothing, and a note says so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sim import plain
from sim.config import After, Card, Event, ResponseSettings, Strength
from sim.effects import HANDOVERS
from sim.errors import UserError, unknown
from sim.events import Context, as_list, parse_events
from sim.reading import LEVERS
from sim.schedule import NEVER, Draft, strength_at

DEPARTURES = ("exit", "vacate", "hamper", "handover")
ARRIVALS = ("arrive", "strength", "found", *DEPARTURES)
CONDUCT_KINDS = {
    "army": "army",
    "armies": "army",
    "auxiliaries": "auxiliary",
    "auxiliary": "auxiliary",
    "insurgents": "insurgent",
    "insurgent": "insurgent",
    "militia": "militia",
    "militias": "militia",
}
CONDUCT_ROLES = {"partner": ("partner", "successor")}
_COMMON = ("title", "summary", "schedule", "change", "drop")
KEYS = {
    "abuses": ("conduct", "oversight", *_COMMON),
    "withdrawals": ("exits", "arrivals", *_COMMON),
    "blockades": ("orders", "add", "posture", *_COMMON),
    "response": ("mode", "delay_days", "from", *_COMMON),
    "politics": ("mode", *_COMMON),
}
EXIT_KEYS = ("date", "shift_weeks", "weeks", "handover", "replacement")
ARRIVAL_KEYS = ("date", "shift_weeks", "persons", "weeks")
CONDUCT_KEYS = ("abuse", "selectivity", "coercion")
POLITICS = ("as_happened", "none", "endogenous")
Options = dict[str, dict[str, Any]]


def check_option(group: str, option: str, data: dict[str, Any]) -> None:
    """Refuse an option's file with a key that its group does not have."""
    keys = KEYS.get(group, ("mode", *_COMMON))
    for key in data:
        if key not in keys:
            raise unknown("key", key, keys, f"in {group}={option}")
    for part, allowed in (
        ("exits", EXIT_KEYS),
        ("arrivals", ARRIVAL_KEYS),
        ("conduct", CONDUCT_KEYS),
    ):
        for name, entry in _mapping(data.get(part), f"{group}={option}: {part}").items():
            for key in _mapping(entry, f"{group}={option}: {part}.{name}"):
                if key not in allowed:
                    raise unknown("key", key, allowed, f"in {group}={option}, {part}.{name}")


def apply(draft: Draft, context: Context, options: Options, chosen: dict[str, str]) -> None:
    """Apply every lever's option to the schedule in the making, and to cards' strength."""
    for group in LEVERS:
        data = options.get(group) or {}
        check_option(group, chosen.get(group, "?"), data)
        lever = _Lever(draft, context, f"{group}={chosen.get(group, '?')}")
        lever.drop(data.get("drop"))
        lever.change(data.get("change"))
        for name, entry in _mapping(data.get("schedule"), f"{lever.origin}: schedule").items():
            lever.add(name, entry)
        if group == "withdrawals":
            lever.arrivals(data.get("arrivals"))
            lever.exits(data.get("exits"))
        elif group == "abuses":
            lever.conduct(data.get("conduct"))
            lever.oversight(data.get("oversight"))
        elif group == "blockades":
            lever.orders(data.get("orders", "keep"), data.get("add"), data.get("posture", True))
        elif group == "politics" and politics_mode(data) != "as_happened":
            lever.drop({"effect": ["coup"]}, quiet=True)


def politics_mode(data: dict[str, Any]) -> str:
    """Return as_happened, none or endogenous."""
    mode = data.get("mode", "as_happened")
    if mode not in POLITICS:
        raise unknown("mode", mode, POLITICS, "of politics")
    return mode


def response_settings(data: dict[str, Any], levers_from: date) -> ResponseSettings:
    """Return how states answer blockades, from `levers.from` unless the option says later."""
    keys = {key: data[key] for key in ("mode", "delay_days", "from") if key in data}
    if isinstance(keys.get("from"), str) and keys["from"].startswith("levers_from"):
        keys["from"] = _relative(keys["from"], levers_from)
    response = plain.decode(ResponseSettings, keys, "response")
    start = max(response.start or levers_from, levers_from)
    return replace(response, start=start)


class _Lever:
    """One option of one lever at work on a draft."""

    def __init__(self, draft: Draft, context: Context, origin: str):
        self.draft, self.context, self.origin = draft, context, origin
        self.start = context.levers_from

    # ---- any lever: drop events, patch the schedule

    def open_events(self, effects: tuple[str, ...] | None = None) -> list[Event]:
        """Events the lever may touch: not past by `levers.from`, not dated by the user."""
        found = []
        for event in sorted(self.draft.events.values(), key=lambda e: (e.date, e.name)):
            if effects and event.effect not in effects:
                continue
            if event.date < self.start:
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
        rule = _mapping(rule, f"{self.origin}: drop")
        for key in rule:
            if key not in ("effect", "tag", "event"):
                raise unknown("key", key, ("effect", "tag", "event"), f"in {self.origin}, drop")
        effects, tags = set(as_list(rule.get("effect"))), set(as_list(rule.get("tag")))
        names = set(as_list(rule.get("event")))

        def hit(event: Event) -> bool:
            named = {event.name, event.name.split("__")[0]}
            return bool(event.effect in effects or tags & set(event.tags) or names & named)

        for event in filter(hit, self.open_events()):
            self.draft.drop(event.name)
        past = [e for e in self.draft.events.values() if e.date < self.start and hit(e)]
        if self.origin.startswith("cooperation="):
            self.dissolve(past)
        elif past and not quiet:
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
        for name, change in _mapping(patch, f"{self.origin}: change").items():
            change = _mapping(change, f"{self.origin}: change.{name}")
            mine = [e for e in self.draft.events.values() if e.name.split("__")[0] == name]
            if not mine:
                self.context.note(f"{self.origin}: no event {name} in this region; left out.")
            for event in (e for e in self.open_events() if e in mine):
                if change.get("date") == NEVER:
                    self.draft.drop(event.name)
                    continue
                entry = event.fields | {k: v for k, v in change.items() if k != "date"}
                entry |= {"effect": event.effect, "date": event.date}
                event.fields = parse_events(name, entry, self.context, self.origin)[0].fields
                if "date" in change:
                    self.draft.move(event.name, self.day(change["date"], f"change.{name}.date"))

    def add(self, name: str, entry: Any) -> list[Event]:
        """Add an event of the lever's own, dated `levers.from` unless it says otherwise.

        `after` dates it by another event (where that was before any lever dropped it).
        """
        entry = dict(_mapping(entry, f"{self.origin}: {name}"))
        where = f"{self.origin}: {name}.date"
        follows = entry.pop("after", None)
        if follows is not None:
            follows = plain.decode(After, follows, f"{self.origin}: {name}.after")
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
        """Read a date of a lever: ISO, `never`, `levers_from` or `levers_from+26w`."""
        if text == NEVER:
            return None
        if isinstance(text, str) and text.startswith("levers_from"):
            day = _relative(text, self.start)
        else:
            day = plain.read_date(text, where)
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

    # ---- withdrawals

    def exits(self, exits: Any) -> None:
        """Cancel, move or shape the departure of every actor with a role."""
        for role, change in _mapping(exits, f"{self.origin}: exits").items():
            for actor in self.with_role(role):
                self.exit(actor, _mapping(change, f"{self.origin}: exits.{role}"))

    def exit(self, actor: str, change: dict[str, Any]) -> None:
        """Change the departure of one actor."""
        where = f"{self.origin}: exits.{actor}"
        mine = [e for e in self.open_events(DEPARTURES) if e["actor"] == actor]
        if self.gone(actor):
            self.context.note(f"{actor} had left by {self.start}; {self.origin} leaves it so.")
            return
        if not mine and (change.get("date", NEVER) == NEVER or change.get("shift_weeks")):
            return
        first = min((e.date for e in mine), default=None)
        if change.get("date") == NEVER:
            for event in mine:
                self.draft.drop(event.name)
            self.hold_strength(actor, first)
            return
        weeks = plain.decode(float, change.get("shift_weeks") or 0, f"{where}.shift_weeks")
        leaves = [e.date for e in mine if e.effect in ("exit", "vacate")] or [first]
        shift = timedelta(days=round(7 * weeks))
        if "date" in change:
            wanted = self.day(change["date"], f"{where}.date")
            shift = wanted - leaves[0] if leaves[0] else timedelta(0)
        for event in mine:
            self.draft.move(event.name, max(event.date + shift, self.start))
        if first and shift > timedelta(0):
            self.hold_strength(actor, first)
        if not any(e.effect == "exit" for e in mine) and "date" in change:
            self.add(f"{actor}_exit", {"effect": "exit", "actor": actor, "date": wanted})
        self.shape(actor, change, where)
        if change.get("replacement"):
            self.replace_by(actor, change["replacement"])

    def shape(self, actor: str, change: dict[str, Any], where: str) -> None:
        """Set the weeks and the handover of an actor's departure."""
        handover = change.get("handover")
        if handover is not None and handover not in HANDOVERS:
            raise unknown("handover", handover, HANDOVERS, f"({where})")
        for event in self.open_events(("exit", "vacate")):
            if event["actor"] != actor:
                continue
            if handover:
                event.fields = event.fields | {"handover": handover}
            if event.effect == "exit" and change.get("weeks") is not None:
                weeks = plain.decode(float, change["weeks"], f"{where}.weeks", {"at_least": 0.0})
                event.fields = event.fields | {"weeks": weeks}

    def gone(self, actor: str) -> bool:
        """Whether an actor's exit lies before the levers, and it has not come back."""
        past = [
            event
            for event in self.draft.events.values()
            if event.date < self.start and event.effect in ("exit", "arrive") and event["actor"] == actor
        ]
        return bool(past) and max(past, key=lambda e: e.date).effect == "exit"

    def hold_strength(self, actor: str, left: date | None) -> None:
        """Hold the strength on an actor's card from before its departure on."""
        card = self.context.actors[actor]
        if left is None or not any(point.date >= left for point in card.strength):
            return
        kept = [point for point in card.strength if point.date < left]
        if kept and kept[-1].date < self.start:
            kept.append(Strength(self.start, strength_at(card.strength, self.start)))
        self.context.actors[actor] = replace(card, strength=kept)

    def replace_by(self, leaver: str, role: str) -> None:
        """Bring the replacement in when the leaver goes."""
        leaving = [e for e in self.open_events(("exit",)) if e["actor"] == leaver]
        if not leaving:
            return
        day = leaving[0].date
        for actor in self.with_role(role):
            arrivals = [e for e in self.open_events(("arrive",)) if e["actor"] == actor]
            if arrivals:
                self.draft.move(arrivals[0].name, day)
            elif not self.present(actor):
                persons = self.strength_of(actor) or self.strength_of(leaver)
                entry = self.context.actors[actor].entry
                places = dict(entry.places) if entry else {}
                self.add(
                    f"{actor}_replaces_{leaver}",
                    {"effect": "arrive", "actor": actor, "persons": persons, "places": places} | {"date": day},
                )

    def present(self, actor: str) -> bool:
        """Whether an actor has entered by `levers.from` and not left."""
        card = self.context.actors[actor]
        entered = bool(card.entry and card.entry.date and card.entry.date < self.start)
        arrived = any(
            e.effect == "arrive" and e["actor"] == actor and e.date < self.start for e in self.draft.events.values()
        )
        return (entered or arrived) and not self.gone(actor)

    def strength_of(self, actor: str) -> float:
        """The largest strength an actor is given anywhere."""
        card: Card = self.context.actors[actor]
        given = [e["persons"] for e in self.draft.events.values() if _strengthens(e, actor)]
        given += [point.persons for point in card.strength]
        given += [card.entry.persons] if card.entry else []
        return max(given, default=0.0)

    def arrivals(self, arrivals: Any) -> None:
        """Cancel, move or resize the arrival of every actor with a role."""
        for role, change in _mapping(arrivals, f"{self.origin}: arrivals").items():
            change = _mapping(change, f"{self.origin}: arrivals.{role}")
            for actor in self.with_role(role):
                self.arrival(actor, change)

    def arrival(self, actor: str, change: dict[str, Any]) -> None:
        """Change the arrival of one actor."""
        where = f"{self.origin}: arrivals.{actor}"
        if self.present(actor):
            self.context.note(f"{actor} had arrived by {self.start}; {self.origin} leaves it so.")
            return
        card = self.context.actors[actor]
        arriving = [e for e in self.open_events(("arrive",)) if e["actor"] == actor]
        if change.get("date") == NEVER:
            for event in self.open_events():
                if (event.effect in ARRIVALS and event["actor"] == actor) or (
                    event.effect == "handover" and event["to"] == actor
                ):
                    self.draft.drop(event.name)
            never = replace(card.entry, date=None) if card.entry else None
            kept = [point for point in card.strength if point.date < self.start]
            self.context.actors[actor] = replace(card, entry=never, strength=kept)
            return
        weeks = plain.decode(float, change.get("shift_weeks") or 0, f"{where}.shift_weeks")
        for event in arriving:
            day = event.date + timedelta(days=round(7 * weeks))
            if "date" in change:
                day = self.day(change["date"], f"{where}.date")
            self.draft.move(event.name, max(day, self.start))
            for key in ("persons", "weeks"):
                if key in change:
                    value = plain.decode(float, change[key], f"{where}.{key}", {"at_least": 0.0})
                    changed = self.draft.events[event.name]
                    changed.fields = changed.fields | {key: value}

    # ---- abuses

    def conduct(self, conduct: Any) -> None:
        """Change conduct towards civilians; restraint also cancels later turns for the worse."""
        for who, change in _mapping(conduct, f"{self.origin}: conduct").items():
            entry: dict[str, Any] = {"effect": "conduct", **change}
            if who in CONDUCT_KINDS:
                kind = CONDUCT_KINDS[who]
                entry["kind"] = kind
                actors = [n for n, card in self.context.actors.items() if card.kind == kind]
            else:
                roles = CONDUCT_ROLES.get(who, (who,))
                actors = [n for role in roles for n in self.context.actors_with(role)]
                entry["actor"] = list(dict.fromkeys(actors))
            if not actors:
                self.context.note(f"{self.origin}: no actor of this region is {who}.")
                continue
            if plain.decode(float, change.get("abuse", 1.0), f"{self.origin}: {who}.abuse") < 1:
                for event in self.open_events(("conduct",)):
                    hit = event["actor"] in actors or event["kind"] == entry.get("kind", "-")
                    if hit and event["abuse"] > 1 and event.origin == "history":
                        self.draft.drop(event.name)
            self.add(f"conduct_{who}", entry)

    def oversight(self, value: Any) -> None:
        """Monitor without troops, in the states of the theatre."""
        if value is None:
            return
        self.add("oversight", {"effect": "oversight", "country": "role:theatre", "value": value})

    # ---- blockades

    def orders(self, orders: Any, added: Any, posture: bool) -> None:
        """Keep all, none or some of the dated orders, add others; `posture: false` forbids all."""
        if orders != "keep":
            wanted = set() if orders == "none" else set(as_list(orders))
            for event in self.open_events(("order",)):
                if not wanted & {event.name, event.name.split("__")[0], *event.tags}:
                    self.draft.drop(event.name)
        if orders == "none":
            self.lift_standing()
        if not plain.decode(bool, posture, f"{self.origin}: posture"):
            self.add("no_blockades", {"effect": "posture", "kind": "insurgent", "allowed": False})
        for name, entry in _mapping(added, f"{self.origin}: add").items():
            entry = _mapping(entry, f"{self.origin}: add.{name}")
            actor = entry.get("actor")
            if isinstance(actor, str) and actor not in self.context.actors:
                role = actor.removeprefix("role:")
                entry = entry | {"actor": f"role:{role}"}
            roles = self.context.region.roles
            places = [
                f"role:{place}" if isinstance(place, str) and place in roles else place
                for place in as_list(entry.get("places"))
            ]
            self.add(name, {"effect": "order", **entry, "places": places})

    def lift_standing(self) -> None:
        """Lift the blockades and sieges that were ordered before the levers act."""
        for event in list(self.draft.events.values()):
            if event.effect == "order" and event.date < self.start:
                self.add(
                    f"lift_{event.name}",
                    {"effect": "lift", "actor": event["actor"], "places": event["places"]},
                )


def _strengthens(event: Event, actor: str) -> bool:
    return event.effect in ("arrive", "strength") and event["actor"] == actor


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UserError(f"{where} must be a mapping of names to values, not '{value}'.")
    return value


def _relative(text: str, start: date) -> date:
    """Read `levers_from`, `levers_from+26w`."""
    match = re.fullmatch(r"levers_from(?:\s*\+\s*(\d+)\s*w)?", text.strip())
    if not match:
        raise UserError(f"'{text}' is not a date; write levers_from or levers_from+26w.")
    return start + timedelta(weeks=int(match.group(1) or 0))
