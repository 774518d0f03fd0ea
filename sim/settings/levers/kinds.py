"""Levers: what each option changes in the schedule, from `levers.from` on.

Everything a lever does is dated on or after `levers.from`: what had happened by then stays as it
was, so that scenarios share their past. An event that the scenario or the user dated themselves
is left alone. A role that no actor of the region has does nothing, and a note says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from sim.core.errors import UserError, unknown
from sim.core.structure import structure
from sim.settings.event_types import FORMER_FIELDS
from sim.settings.events import Context, Event, as_list, under_present_names
from sim.settings.levers.lever import Lever, first_unknown_day, mapping, relative_day
from sim.settings.levers.withdrawals import Withdrawals
from sim.settings.library import LEVERS
from sim.settings.schedule import Draft
from sim.settings.settings import ResponseSettings

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
    "blockades": ("orders", "add", "own", *_COMMON),
    "response": ("mode", "delay_days", "from", *_COMMON),
    "politics": ("mode", *_COMMON),
}

EXIT_KEYS = ("date", "shift_weeks", "weeks", "handover", "replacement")

ARRIVAL_KEYS = ("date", "shift_weeks", "persons", "weeks")

CONDUCT_KEYS = ("abusiveness", "selectivity", "coercion")

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
        for name, entry in mapping(data.get(part), f"{group}={option}: {part}").items():
            for key in mapping(entry, f"{group}={option}: {part}.{name}"):
                if key not in allowed:
                    raise unknown("key", key, allowed, f"in {group}={option}, {part}.{name}")


def with_present_names(options: dict[str, Any], note: Callable[[str], None]) -> dict[str, Any]:
    """What an option of the lever `abuses` says, with conduct under its present names; notes tell of former ones."""
    conduct = options.get("conduct")
    if not isinstance(conduct, dict):
        return options
    former = FORMER_FIELDS["conduct"]
    renamed = {
        who: under_present_names(change, former, f"abuses.conduct.{who}", note) if isinstance(change, dict) else change
        for who, change in conduct.items()
    }
    return options | {"conduct": renamed}


def present_key(key: str, note: Callable[[str], None] = lambda text: None) -> str:
    """The key of an override as it is called now; a note tells of a former one."""
    head, _, last = key.rpartition(".")
    now = FORMER_FIELDS["conduct"].get(last)
    if now is None or not head.startswith("abuses.conduct."):
        return key
    note(f"{key} is called {now} now.")
    return f"{head}.{now}"


def apply(draft: Draft, context: Context, options: Options, chosen: dict[str, str]) -> None:
    """Apply every lever's option to the schedule in the making, and to profiles' strength."""
    for group in LEVERS:
        data = options.get(group) or {}
        check_option(group, chosen.get(group, "?"), data)
        lever = KINDS.get(group, Lever)(draft, context, f"{group}={chosen.get(group, '?')}")
        lever.drop(data.get("drop"))
        lever.change(data.get("change"))
        lever.add_all(data.get("schedule"))
        lever.apply(data)


def politics_mode(data: dict[str, Any]) -> str:
    """Return as_happened, none or endogenous."""
    mode = data.get("mode", "as_happened")
    if mode not in POLITICS:
        raise unknown("mode", mode, POLITICS, "of politics")
    return mode


def blockades_end(data: dict[str, Any], levers_from: date) -> date | None:
    """Return from when no group can blockade or besiege at all, by order or of itself."""
    return levers_from if data.get("orders") == "none" else None


def response_settings(data: dict[str, Any], levers_from: date) -> ResponseSettings:
    """Return how states answer blockades, from `levers.from` unless the option says later."""
    keys = {key: data[key] for key in ("mode", "delay_days", "from") if key in data}
    if isinstance(keys.get("from"), str) and keys["from"].startswith("levers_from"):
        keys["from"] = relative_day(keys["from"], levers_from)
    response = structure(ResponseSettings, keys, "response")
    start = max(response.start or levers_from, levers_from)
    return replace(response, start=start)


class Abuses(Lever):
    """Conduct towards civilians, and who watches it."""

    def apply(self, data: dict[str, Any]) -> None:
        """Apply the option's own keys."""
        self.conduct(data.get("conduct"))
        self.oversight(data.get("oversight"))

    def conduct(self, conduct: Any) -> None:
        """Change conduct towards civilians; restraint also cancels later turns for the worse."""
        for who, change in mapping(conduct, f"{self.origin}: conduct").items():
            entry: dict[str, Any] = {"effect": "conduct", **change}
            if who in CONDUCT_KINDS:
                kind = CONDUCT_KINDS[who]
                entry["kind"] = kind
                actors = [n for n, profile in self.context.actors.items() if profile.kind == kind]
            else:
                roles = CONDUCT_ROLES.get(who, (who,))
                actors = [n for role in roles for n in self.context.actors_with(role)]
                entry["actor"] = list(dict.fromkeys(actors))
            if not actors:
                self.context.note(f"{self.origin}: no actor of this region is {who}.")
                continue
            if structure(float, change.get("abusiveness", 1.0), f"{self.origin}: {who}.abusiveness") < 1:
                for event in self.open_events(("conduct",), partial(_worse, actors, entry.get("kind", "-"))):
                    if event.origin == "history":
                        self.draft.drop(event.name)
            self.add(f"conduct_{who}", entry)

    def oversight(self, value: Any) -> None:
        """Monitor without troops, in the states of the theatre."""
        if value is None:
            return
        self.add("oversight", {"effect": "oversight", "country": "role:theatre", "value": value})


def _worse(actors: list[str], kind: str, event: Event) -> bool:
    """Whether an event makes the conduct of one of the actors, or of their kind, worse."""
    return event["abusiveness"] > 1 and (event["actor"] in actors or event["kind"] == kind)


class Blockades(Lever):
    """Orders to blockade and besiege."""

    def apply(self, data: dict[str, Any]) -> None:
        """Apply the option's own keys."""
        self.orders(data.get("orders", "keep"), data.get("add"))
        self.own(data.get("own"))

    def orders(self, orders: Any, added: Any) -> None:
        """Keep all, none or some of the dated orders, and add others."""
        if orders != "keep":
            wanted = set() if orders == "none" else set(as_list(orders))
            for event in self.open_events(
                ("order",), lambda event: not wanted & {event.name, event.name.split("__")[0], *event.tags}
            ):
                self.draft.drop(event.name)
        if orders == "none":
            self.lift_standing()
        for name, entry in mapping(added, f"{self.origin}: add").items():
            entry = mapping(entry, f"{self.origin}: add.{name}")
            actor = entry.get("actor")
            if isinstance(actor, str) and actor not in self.context.actors:
                role = actor.removeprefix("role:")
                entry = entry | {"actor": f"role:{role}"}
            self.add(name, {"effect": "order", **entry, "places": self.places(entry.get("places"))})

    def places(self, names: Any) -> list[Any]:
        """Names of places, those that are a role of this region marked as such."""
        roles = self.context.region.roles
        return [f"role:{name}" if isinstance(name, str) and name in roles else name for name in as_list(names)]

    def own(self, said: Any) -> None:
        """Give the order of the user's own; one about the same places that stands beyond the known facts has ended."""
        if said is None:
            return
        said = mapping(said, f"{self.origin}: own")
        places = self.places(said["place"])
        for place in places:
            problem = self.known_place(place)
            if problem:
                raise UserError(f"blockade.place: {problem}")
        day = self.day(said["from"], "blockade.from")
        if day is None:
            return
        entry = {"actor": said["actor"], "order": said["order"], "places": places, "date": day}
        entry |= {key: said[key] for key in ("share", "goods", "weeks")}
        named = ", ".join(str(place).removeprefix("role:").replace("_", " ") for place in places)
        about = {"title": f"Blockade of {named}", "source": "assumption of the user", "tags": ["assumption"]}
        events = self.add("own_blockade", {"effect": "order", **entry, **about})
        unknown_from = first_unknown_day(self.context.region)
        if said["earlier"] == "ended" and day > unknown_from:
            self.end_earlier(events, unknown_from)

    def known_place(self, place: Any) -> str | None:
        """What is wrong with the name of a place, if anything; a role is right where the region has it."""
        if not isinstance(place, str):
            return f"{place} is not the name of a place."
        if place.startswith("role:"):
            return None
        return self.context.known_place(place) if self.context.known_place else None

    def end_earlier(self, events: list[Event], day: date) -> None:
        """Lift on `day` what orders about the places of `events` still stand then."""
        places = {place for event in events for place in event["places"]}
        for event in list(self.draft.events.values()):
            stands = event.effect == "order" and event.date < day and places & set(event["places"])
            if not stands or (event["weeks"] is not None and event.date + timedelta(weeks=event["weeks"]) <= day):
                continue
            lift = {"effect": "lift", "actor": event["actor"], "places": sorted(places & set(event["places"]))}
            title = "Assumption: the ban before has ended"
            self.add(f"end_of_{event.name}", {**lift, "date": day, "title": title, "tags": ["assumption"]})

    def lift_standing(self) -> None:
        """Lift the blockades and sieges that were ordered before the levers act."""
        for event in list(self.draft.events.values()):
            if event.effect == "order" and event.date < self.start:
                self.add(
                    f"lift_{event.name}",
                    {"effect": "lift", "actor": event["actor"], "places": event["places"]},
                )


class Politics(Lever):
    """Coups on their dates, by hazard, or none."""

    def apply(self, data: dict[str, Any]) -> None:
        """Drop the dated coups where they are not wanted."""
        if politics_mode(data) != "as_happened":
            self.drop({"effect": ["coup"]}, quiet=True)


KINDS = {
    "abuses": Abuses,
    "withdrawals": Withdrawals,
    "blockades": Blockades,
    "politics": Politics,
}
