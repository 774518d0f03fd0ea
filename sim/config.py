"""What a run is a function of: `Settings` and the cards, events and switches inside it.

Everything here is plain data: it can be pickled, compared, and written to JSON and back
(`Settings.to_json`, `Settings.from_json`). `sim.compose` builds it from what a user says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from sim import plain
from sim.effects import EFFECTS

if TYPE_CHECKING:
    from sim.parameters import Parameters

PROCESSES = (
    "decisions",
    "borders",
    "information",
    "movement",
    "combat",
    "violence",
    "finance",
    "supply",
    "attitudes",
    "recruitment",
    "control",
    "displacement",
    "politics",
    "demography",
)
#: versions of processes beside the default one, with what each is; `sim.variants` holds what they do
VARIANTS = {
    "borders": {
        "open": "every state's forces may pursue into its neighbours",
        "closed": "no state's forces may pursue beyond its borders, unless an event rules so",
    },
    "information": {"perfect": "whoever is near an enemy knows all of it"},
    "movement": {"diffusion": "insurgents go to any place within reach, the nearer the likelier, without a strategy"},
    "combat": {"lanchester": "all fire is aimed, attackers have no surprise and need no information (Lanchester)"},
    "violence": {"indiscriminate": "no killing is aimed at those who collaborate with the enemy"},
    "finance": {"unlimited": "armed groups have as much as they can use, whatever they take in"},
    "supply": {"shortest_way": "convoys take the quickest way, whatever the risk"},
    "attitudes": {"own_deeds": "each side is judged by its own deeds only; hardship moves no support"},
    "recruitment": {
        "no_grievance": "harm by the other side moves nobody to join",
        "no_want": "want of work moves nobody to join",
    },
    "control": {"troops_only": "influence by armed presence only; the state's officials and police do not count"},
    "displacement": {
        "gravity": "people choose places by size and distance only: neither kin, nor safety, nor crowding"
    },
}
Kind = Literal["insurgent", "militia", "army", "auxiliary", "foreign"]
Attitude = Literal["hostile", "truce", "neutral", "allied"]
Variant = Literal["coherent", "ceteris-paribus"]


def number(default: float, at_least: float | None = 0.0, at_most: float | None = None) -> Any:
    """A number with limits that are checked when it is read."""
    return field(default=default, metadata={"at_least": at_least, "at_most": at_most})


def share(default: float) -> Any:
    """A number from 0 to 1."""
    return number(default, 0.0, 1.0)


def weight(default: float) -> Any:
    """A number of either sign."""
    return number(default, None)


# ---------------------------------------------------------------------------- actor cards


@dataclass
class CardName:
    """The name an actor goes by from a date on."""

    start: date = field(metadata={"key": "from"})
    name: str = ""


@dataclass
class Entry:
    """When, how strong and where an actor enters; `places` are shares of its strength.

    Without a date (`never`) the schedule brings it; the places are then where it starts.
    """

    date: date | None
    persons: float = number(0.0)
    places: dict[str, float] = field(default_factory=dict, metadata={"at_least": 0.0})


@dataclass
class Offer:
    """From when, how strong and where a foreign force would come if a new regime called it in (politics=endogenous).

    `persons` to each country of its `area` that does; `places` are shares, those in that country count (none: its capital).
    """

    start: date = field(metadata={"key": "from"})
    persons: float = number(0.0)
    weeks: float = number(26.0)
    places: dict[str, float] = field(default_factory=dict, metadata={"at_least": 0.0})


@dataclass
class Strength:
    """A point of the target strength over time; linear between points."""

    date: date
    persons: float = number(0.0)


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
class Card:
    """An actor: one YAML file in `scenarios/actors/<region>/`. The file's name is the actor's."""

    kind: Kind
    title: str = ""
    name: str = ""
    state: str | None = None
    parent: str | None = None
    roles: list[str] = field(default_factory=list)
    names: list[CardName] = field(default_factory=list)
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


def effect_fields(effect: str) -> dict[str, Any]:
    """Return the fields of an effect: name -> `sim.effects.EffectField`."""
    return EFFECTS[effect]


# ---------------------------------------------------------------------------- settings


@dataclass
class ScenarioInfo:
    """Which scenario this is, and whether dependent decisions fall away with their reason."""

    name: str
    title: str = ""
    summary: str = ""
    variant: Variant = "coherent"


@dataclass
class ResponseSettings:
    """How states answer a blockade from `start` on; before it they choose (these defaults)."""

    mode: Literal["endogenous", "none", "escorts", "deal", "both"] = "endogenous"
    delay_days: float = number(14.0)
    start: date | None = field(default=None, metadata={"key": "from"})


@dataclass
class ProcessSwitch:
    """Switch a process off, scale its rates, or take another variant of it (a name in `VARIANTS`)."""

    on: bool = True
    scale: float = number(1.0)
    variant: str = "default"


@dataclass
class RecordSettings:
    """What a run records besides the weekly outcomes of region and countries."""

    admin1: bool = True
    towns: bool = True
    cells: bool = True
    events: bool = True
    flows: bool = True


@dataclass
class RegionInfo:
    """Facts of a region that scenarios refer to (`scenarios/region/<name>.yaml`)."""

    name: str
    start: date
    horizon: date
    known_until: date
    title: str = ""
    summary: str = ""
    folder: str = ""  # of the map; the region's name where nothing is said
    theatre: list[str] = field(default_factory=list)  # ISO3 of the states the war is about
    period: str = ""  # the period taken where nothing is said
    roles: dict[str, list[str]] = field(default_factory=dict)
    symbolic: list[str] = field(default_factory=list)
    blocs: dict[str, list[str]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Settings:
    """All that a run is a function of, besides the data of its region."""

    region: str
    start: date
    end: date
    levers_from: date
    scenario: ScenarioInfo
    region_info: RegionInfo
    parameters: Parameters
    actors: dict[str, Card] = field(default_factory=dict)
    schedule: dict[str, Event] = field(default_factory=dict)
    levers: dict[str, str] = field(default_factory=dict)
    response: ResponseSettings = field(default_factory=ResponseSettings)
    no_blockades_from: date | None = None  # from then on no group can blockade or besiege
    processes: dict[str, ProcessSwitch] = field(default_factory=dict)
    politics: Literal["as_happened", "none", "endogenous"] = "as_happened"
    record: RecordSettings = field(default_factory=RecordSettings)
    resolution: float | None = None
    seed: int = 1
    replicate: int = 0
    draw: Literal["contested", "all", "none"] = "contested"
    step_days: float = field(default=7.0, metadata={"at_least": 0.5, "at_most": 28.0})
    notes: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        """The schedule sorted by date, then name."""
        return sorted(self.schedule.values(), key=lambda event: (event.date, event.name))

    def process(self, name: str) -> ProcessSwitch:
        """Return the switch of a process (on, scale 1 unless said otherwise)."""
        return self.processes.get(name, ProcessSwitch())

    def with_replicate(self, replicate: int, seed: int | None = None) -> Settings:
        """Return the same settings for another replicate (and seed)."""
        return replace(self, replicate=replicate, seed=self.seed if seed is None else seed)

    def to_plain(self) -> dict[str, Any]:
        """Return dicts, lists, numbers and text only."""
        return plain.encode(self)

    def to_json(self, indent: int | None = 1) -> str:
        """Write as JSON."""
        return json.dumps(self.to_plain(), indent=indent, ensure_ascii=False)

    @classmethod
    def from_plain(cls, data: dict[str, Any]) -> Settings:
        """Read what `to_plain` wrote."""
        rest = {key: value for key, value in data.items() if key != "parameters"}
        values = {
            f.name: plain.decode(_hint(f.name), rest[f.name], f.name, f.metadata) for f in fields(cls) if f.name in rest
        }
        return cls(parameters=read_parameters(data.get("parameters") or {}), **values)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """Read what `to_json` wrote."""
        return cls.from_plain(json.loads(text))


def _hint(name: str) -> Any:
    """Type of a field of Settings, without importing the parameters."""
    import typing

    if not _SETTINGS_HINTS:
        here = {**globals(), "Parameters": Any}
        _SETTINGS_HINTS.update(typing.get_type_hints(Settings, globalns=here))
    return _SETTINGS_HINTS[name]


_SETTINGS_HINTS: dict[str, Any] = {}


def read_parameters(changes: dict[str, Any]) -> Parameters:
    """Return the default parameters with `changes` (nested, by process) applied and checked."""
    try:
        from sim.parameters import Parameters
    except ModuleNotFoundError:
        return None

    return plain.decode(Parameters, changes, "parameters")
