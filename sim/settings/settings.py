"""What a run is a function of: `Settings` and the actor profiles, events and switches inside it.

Everything here is plain data: it can be pickled, compared, and written to JSON and back
(`sim.core.structure.unstructure`, `Settings.from_data`). `sim.settings.compose` builds it from what a user says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal

from sim.core.structure import hints, structure
from sim.settings.actor_profiles import ActorProfile, number
from sim.settings.events import Event
from sim.settings.parameters.groups import Parameters, draw_parameters
from sim.settings.region import RegionInfo

#: the week: its processes in order, each a mechanism in the file of that name in `sim/processes/`
PROCESSES = (
    "decisions",  # of principals, on their dates
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
    "demography",  # births and deaths
)
#: versions of processes beside the default one, with what each is; `sim.model.variants` holds what they do
VARIANTS = {
    "borders": {
        "open": "every state's forces may pursue into its neighbours",
        "closed": "no state's forces may pursue beyond its borders, unless an event rules so",
    },
    "information": {"perfect": "whoever is near an enemy knows all of it"},
    "movement": {
        "diffusion": "insurgents go to any place within reach, the nearer the likelier, without a strategy",
        "roaming": "units of insurgents and militias do not keep to a zone around their base",
        "all_called": "an order to blockade calls all units of a group, which leave their zones, wherever they are",
        "no_withdrawal": "armies give up no post, whatever the odds",
        "no_contagion": "armies give up a post no sooner where others of theirs fell",
        "rivals_avoided": "insurgent groups that are enemies keep away from one another instead of sharing a base",
    },
    "combat": {"lanchester": "all fire is aimed, attackers have no surprise and need no information (Lanchester)"},
    "violence": {
        "indiscriminate": "no killing is aimed at those who collaborate with the enemy",
        "parity": "insurgents are most violent where control is contested; nobody is denounced, no attack is answered",
    },
    "finance": {
        "unlimited": "armed groups have as much as they can use, whatever they take in",
        "aid_alike": "political, developmental and humanitarian aid relieve hardship and win support alike",
    },
    "supply": {
        "shortest_way": "convoys take the quickest way, whatever the risk",
        "patient": "states answer once a shortage lasts, with escorts along all ways; deals get likelier with time",
        "unmassed": "states foresee want and bargain, but lorries go by themselves and not in convoys on one corridor",
    },
    "attitudes": {"own_deeds": "each side is judged by its own deeds only; hardship moves no support"},
    "recruitment": {
        "matching": "supporters meet fighters as workers meet jobs, without local pools",
        "no_passing": "no fighter passes over from one insurgent group to another",
        "no_grievance": "harm by the other side moves nobody to join",
        "no_want": "want of work moves nobody to join",
    },
    "control": {
        "troops_only": "influence by armed presence only; the state's officials and police do not count",
        "standing_services": "what armed groups offer stands in their profiles from the first day, wherever they are",
        "unnormalised": "a unit that moves about is felt in full wherever it can reach, from the first step on",
    },
    "displacement": {
        "gravity": "people choose places by size and distance only: neither kin, nor safety, nor crowding",
        "by_deaths": "people flee the dead and fear, whoever rules, and return at one rate from everywhere",
        "from_anybody": "where people go has nothing to do with whom they flee: a border weighs the same for all",
        "no_past": "nothing is remembered of the wars before the first day",
    },
    "politics": {"dated_enmity": "enmity between insurgent groups begins and ends by event only"},
}

Variant = Literal["coherent", "ceteris-paribus"]


# ---------------------------------------------------------------------------- settings


@dataclass
class ScenarioInfo:
    """Which scenario this is, and whether dependent decisions fall away with their reason."""

    name: str
    title: str = ""
    summary: str = ""
    variant: Variant = "coherent"
    changes: list[str] = field(default_factory=list)  # what the command line changes beyond the scenario, in words


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
class Settings:
    """All that a run is a function of, besides the data of its region."""

    region: str
    start: date
    end: date
    levers_from: date
    scenario: ScenarioInfo
    region_info: RegionInfo
    parameters: Parameters
    actors: dict[str, ActorProfile] = field(default_factory=dict)
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
    given: list[str] = field(default_factory=list)  # parameters that a scenario or the user set: <process>.<name>

    @property
    def events(self) -> list[Event]:
        """The schedule sorted by date, then name."""
        return sorted(self.schedule.values(), key=lambda event: (event.date, event.name))

    def process(self, name: str) -> ProcessSwitch:
        """Return the switch of a process (on, scale 1 unless said otherwise)."""
        return self.processes.get(name, ProcessSwitch())

    def drawn_parameters(self) -> dict[str, float]:
        """Values drawn for the replicate, by <process>.<name>; what was set is left alone, even to the default."""
        drawn = draw_parameters(self.parameters, self.seed, self.replicate, self.draw)
        return {name: value for name, value in drawn.items() if name not in self.given}

    def with_replicate(self, replicate: int, seed: int | None = None) -> Settings:
        """Return the same settings for another replicate (and seed)."""
        return replace(self, replicate=replicate, seed=self.seed if seed is None else seed)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Settings:
        """Read plain data, as `sim.core.structure.unstructure` gives it."""
        data = {"parameters": {}, **data}
        types = hints(cls)
        return cls(
            **{
                f.name: structure(types[f.name], data[f.name], f.name, f.metadata)
                for f in fields(cls)
                if f.name in data
            }
        )


def read_parameters(changes: dict[str, Any]) -> Parameters:
    """Return the default parameters with `changes` (nested, by process) applied and checked."""
    return structure(Parameters, changes, "parameters")


def steps_of(settings) -> int:
    """Number of steps from the start of the region's history to the end of the period."""
    days = (settings.end - settings.region_info.start).days
    return max(1, math.ceil(days / settings.step_days - 1e-9))
