"""Actor profiles: what one YAML file in `scenarios/actors/` says of an armed actor.

That is an insurgent group, a militia, an army, an auxiliary or a foreign force.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sim.core.errors import UserError
from sim.core.structure import structure

Kind = Literal["insurgent", "militia", "army", "auxiliary", "foreign"]

Attitude = Literal["hostile", "truce", "neutral", "allied"]


#: persons of one force, and units that it makes at once, beyond which a profile is a slip: the largest army of the
#: region has some 40,000 persons, and units are looked at one by one
LARGEST_FORCE, MOST_UNITS = 1_000_000, 20_000


def number(default: float, at_least: float | None = 0.0, at_most: float | None = None) -> Any:
    """A number with limits that are checked when it is read."""
    return field(default=default, metadata={"at_least": at_least, "at_most": at_most})


def share(default: float) -> Any:
    """A number from 0 to 1."""
    return number(default, 0.0, 1.0)


def weight(default: float) -> Any:
    """A number of either sign."""
    return number(default, None)


# ---------------------------------------------------------------------------- actor profiles


@dataclass
class ActorName:
    """The name an actor goes by from a date on."""

    start: date = field(metadata={"key": "from"})
    name: str = ""


@dataclass
class Entry:
    """When, how strong and where an actor enters; `places` are shares of its strength.

    Without a date (`never`) the schedule brings it; the places are then where it starts.
    """

    date: date | None
    persons: float = number(0.0, at_most=LARGEST_FORCE)
    places: dict[str, float] = field(default_factory=dict, metadata={"at_least": 0.0})


@dataclass
class Offer:
    """From when, how strong and where a foreign force would come if a new regime called it in (politics=endogenous).

    `persons` to each country of its `area` that does; `places` are shares, those in that country count (none: its
    capital).
    """

    start: date = field(metadata={"key": "from"})
    persons: float = number(0.0, at_most=LARGEST_FORCE)
    weeks: float = number(26.0)
    places: dict[str, float] = field(default_factory=dict, metadata={"at_least": 0.0})


@dataclass
class Strength:
    """A point of the target strength over time; linear between points."""

    date: date
    persons: float = number(0.0, at_most=LARGEST_FORCE)


@dataclass
class Mandate:
    """What a foreign force came to do, 0..1 each."""

    strike: float = share(0.0)
    protect: float = share(0.0)
    train: float = share(0.0)
    oversee: float = share(0.0)
    mediate: float = share(0.0)
    guard_regime: float = share(0.0)
    seek_resources: float = share(0.0)


@dataclass
class Strategy:
    """Weights by which insurgents choose where to go."""

    weak_state: float = weight(1.0)
    support: float = weight(1.0)
    resources: float = weight(0.5)
    centres: float = weight(0.3)
    cover: float = weight(1.0)
    rivals: float = weight(-0.5)


@dataclass
class Doctrine:
    """How armies, and foreign forces, spread their strength."""

    capital_share: float = share(0.15)
    town_weight: float = weight(1.0)
    attack_weight: float = weight(1.0)
    offensive: float = share(0.2)


@dataclass
class Taxes:
    """What an insurgent actor lives on, as a multiple of the common rates."""

    people: float = number(1.0)
    herders: float = number(1.0)
    extraction: float = number(1.0)
    ransom: float = number(0.3)


@dataclass
class Appeal:
    """Why people join an insurgent actor, as weights."""

    grievance: float = number(1.0)
    jobs: float = number(1.0)
    force: float = number(0.1)


@dataclass
class ActorProfile:
    """An actor: one YAML file in `scenarios/actors/<region>/`. The file's name is the actor's."""

    kind: Kind
    title: str = ""
    name: str = ""
    state: str | None = None
    parent: str | None = None
    roles: list[str] = field(default_factory=list)
    names: list[ActorName] = field(default_factory=list)
    entry: Entry | None = None
    offer: Offer | None = None
    strength: list[Strength] = field(default_factory=list)
    area: list[str] = field(default_factory=list)
    unit_size: float = number(50.0, 1.0)
    mobility: float = number(40.0)
    firepower: float = number(1.0)
    air_support: float = share(0.0)
    abusiveness: float = number(1.0)
    selectivity: float = share(0.5)
    coercion: float = number(0.5)
    local_understanding: float = share(0.5)
    services: float = share(0.2)
    mandate: Mandate = field(default_factory=Mandate)
    strategy: Strategy = field(default_factory=Strategy)
    doctrine: Doctrine = field(default_factory=Doctrine)
    taxes: Taxes = field(default_factory=Taxes)
    appeal: Appeal = field(default_factory=Appeal)
    relations: dict[str, Attitude] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    note: str = ""

    def name_at(self, day: date) -> str:
        """Return the name the actor goes by on a day."""
        current = self.title or self.name
        for period in sorted(self.names, key=lambda p: p.start):
            if period.start <= day:
                current = period.name
        return current


def read_profile(name: str, data: dict[str, Any], where: str) -> ActorProfile:
    profile = structure(ActorProfile, data, where)
    profile.name = name
    if "kind" not in data:
        raise UserError(f"{where} lacks the key 'kind'.")
    parts = [("entry", profile.entry), ("offer", profile.offer), *(("strength", point) for point in profile.strength)]
    for key, part in parts:
        if part is not None and part.persons / profile.unit_size > MOST_UNITS:
            raise UserError(
                f"{where}.{key}: {part.persons:,.0f} persons in units of {profile.unit_size:g} are more than "
                f"{MOST_UNITS:,} units; say fewer persons or a larger unit_size."
            )
    return profile
