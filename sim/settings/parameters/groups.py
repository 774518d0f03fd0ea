"""Every parameter of the model: unit, default, range, source and meaning, grouped by process.

Defaults come from the evidence named in `source`; where there is none, `source` says "judgement" and the range is
wide. `contested` marks effects whose sign the literature disputes: their range has both signs, and by default every
replicate draws them from it. `docs/parameters.md` is generated from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass

import numpy as np

from sim.core.draws import key_of_name, stream_of, uniform
from sim.settings.parameters.fighting import Combat, Violence
from sim.settings.parameters.livelihood import Finance, Supply
from sim.settings.parameters.movement import Borders, Information, Movement
from sim.settings.parameters.people import Attitudes, Demography, Displacement
from sim.settings.parameters.politics import Observation, Politics
from sim.settings.parameters.ruling import Control, Recruitment
from sim.settings.parameters.season import Season


@dataclass
class Parameters:
    """All parameters, by process."""

    borders: Borders = field(default_factory=Borders)
    information: Information = field(default_factory=Information)
    movement: Movement = field(default_factory=Movement)
    combat: Combat = field(default_factory=Combat)
    violence: Violence = field(default_factory=Violence)
    finance: Finance = field(default_factory=Finance)
    supply: Supply = field(default_factory=Supply)
    attitudes: Attitudes = field(default_factory=Attitudes)
    recruitment: Recruitment = field(default_factory=Recruitment)
    control: Control = field(default_factory=Control)
    displacement: Displacement = field(default_factory=Displacement)
    politics: Politics = field(default_factory=Politics)
    demography: Demography = field(default_factory=Demography)
    season: Season = field(default_factory=Season)
    observation: Observation = field(default_factory=Observation)


def walk(parameters: Parameters):
    """Yield (group, name, value, metadata) of every parameter."""
    for group in fields(parameters):
        values = getattr(parameters, group.name)
        if is_dataclass(values):
            for f in fields(values):
                yield group.name, f.name, getattr(values, f.name), f.metadata


def draw_parameters(parameters: Parameters, seed: int, replicate: int, draw: str) -> dict[str, float]:
    """Values drawn for a replicate: {"attitudes.backlash": ...}; none with draw="none".

    Uniform on [low, high]; a parameter whose value is not its default was set by the user and is left alone.
    The same seed and replicate draw the same values in every scenario.
    """
    drawn = {}
    if draw == "none":
        return drawn
    stream = stream_of(seed, replicate, "parameters", 0)
    for group, name, value, meta in walk(parameters):
        default = type(getattr(parameters, group)).__dataclass_fields__[name].default
        if value != default or meta["low"] == meta["high"] or not (meta["contested"] or draw == "all"):
            continue
        u = float(uniform(stream, np.uint64(key_of_name(f"{group}.{name}")), 0))
        drawn[f"{group}.{name}"] = meta["low"] + u * (meta["high"] - meta["low"])
    return drawn
