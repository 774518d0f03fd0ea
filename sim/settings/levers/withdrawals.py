"""The lever of withdrawals: when and how foreign forces leave, and whether others come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sim.core.codes import HANDOVERS
from sim.core.errors import unknown
from sim.core.structure import structure
from sim.settings.actor_profiles import ActorProfile, Strength
from sim.settings.events import Event
from sim.settings.levers.lever import Lever, mapping
from sim.settings.schedule import NEVER, strength_at

DEPARTURES = ("exit", "vacate", "hamper", "handover")

ARRIVALS = ("arrive", "strength", "found", *DEPARTURES)


class Withdrawals(Lever):
    """Exits and arrivals of the actors with a role."""

    def apply(self, data: dict[str, Any]) -> None:
        """Apply the option's own keys."""
        self.arrivals(data.get("arrivals"))
        self.exits(data.get("exits"))

    def exits(self, exits: Any) -> None:
        """Cancel, move or shape the departure of every actor with a role."""
        for role, change in mapping(exits, f"{self.origin}: exits").items():
            for actor in self.with_role(role):
                self.exit(actor, mapping(change, f"{self.origin}: exits.{role}"))

    def exit(self, actor: str, change: dict[str, Any]) -> None:
        """Change the departure of one actor."""
        where = f"{self.origin}: exits.{actor}"
        mine = self.departures(actor)
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
        weeks = structure(float, change.get("shift_weeks") or 0, f"{where}.shift_weeks")
        leaves = [e.date for e in mine if e.effect in ("exit", "vacate")] or [first]
        shift = timedelta(days=round(7 * weeks))
        if "date" in change:
            wanted = self.day(change["date"], f"{actor}.date")
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

    def departures(self, actor: str) -> list[Event]:
        """Events by which an actor leaves; what hampered it before that is not among them."""
        mine = self.open_events(DEPARTURES, lambda e: e["actor"] == actor)
        first = min((e.date for e in mine if e.effect != "hamper"), default=date.max)
        return [e for e in mine if e.date >= first]

    def shape(self, actor: str, change: dict[str, Any], where: str) -> None:
        """Set the weeks and the handover of an actor's departure."""
        handover = change.get("handover")
        if handover is not None and handover not in HANDOVERS:
            raise unknown("handover", handover, HANDOVERS, f"({where})")
        for event in self.open_events(("exit", "vacate"), lambda e: e["actor"] == actor):
            if handover:
                event.fields = event.fields | {"handover": handover}
            if event.effect == "exit" and change.get("weeks") is not None:
                weeks = structure(float, change["weeks"], f"{where}.weeks", {"at_least": 0.0})
                event.fields = event.fields | {"weeks": weeks}

    def hold_strength(self, actor: str, left: date | None) -> None:
        """Hold the strength on an actor's profile from before its departure on."""
        profile = self.context.actors[actor]
        if left is None or not any(point.date >= left for point in profile.strength):
            return
        kept = [point for point in profile.strength if point.date < left]
        if kept and kept[-1].date < self.start:
            kept.append(Strength(self.start, strength_at(profile.strength, self.start)))
        self.context.actors[actor] = replace(profile, strength=kept)

    def replace_by(self, leaver: str, role: str) -> None:
        """Bring the replacement in when the leaver goes."""
        leaving = self.open_events(("exit",), lambda e: e["actor"] == leaver)
        if not leaving:
            return
        day = leaving[0].date
        for actor in self.with_role(role):
            arrivals = self.open_events(("arrive",), lambda e, actor=actor: e["actor"] == actor)
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

    def strength_of(self, actor: str) -> float:
        """The largest strength an actor is given anywhere."""
        profile: ActorProfile = self.context.actors[actor]
        given = [e["persons"] for e in self.draft.events.values() if _strengthens(e, actor)]
        given += [point.persons for point in profile.strength]
        given += [profile.entry.persons] if profile.entry else []
        return max(given, default=0.0)

    def arrivals(self, arrivals: Any) -> None:
        """Cancel, move or resize the arrival of every actor with a role."""
        for role, change in mapping(arrivals, f"{self.origin}: arrivals").items():
            change = mapping(change, f"{self.origin}: arrivals.{role}")
            for actor in self.with_role(role):
                self.arrival(actor, change)

    def arrival(self, actor: str, change: dict[str, Any]) -> None:
        """Change the arrival of one actor."""
        where = f"{self.origin}: arrivals.{actor}"
        if self.present(actor):
            self.context.note(f"{actor} had arrived by {self.start}; {self.origin} leaves it so.")
            return
        profile = self.context.actors[actor]
        arriving = self.open_events(("arrive",), lambda e: e["actor"] == actor)
        if change.get("date") == NEVER:
            for event in self.open_events((*ARRIVALS, "handover"), lambda e: actor in (e["actor"], e.get("to"))):
                self.draft.drop(event.name)
            never = replace(profile.entry, date=None) if profile.entry else None
            kept = [point for point in profile.strength if point.date < self.start]
            self.context.actors[actor] = replace(profile, entry=never, strength=kept)
            return
        weeks = structure(float, change.get("shift_weeks") or 0, f"{where}.shift_weeks")
        for event in arriving:
            day = event.date + timedelta(days=round(7 * weeks))
            if "date" in change:
                day = self.day(change["date"], f"{actor}.date")
            self.draft.move(event.name, max(day, self.start))
            for key in ("persons", "weeks"):
                if key in change:
                    value = structure(float, change[key], f"{where}.{key}", {"at_least": 0.0})
                    changed = self.draft.events[event.name]
                    changed.fields = changed.fields | {key: value}


def _strengthens(event: Event, actor: str) -> bool:
    return event.effect in ("arrive", "strength") and event["actor"] == actor
