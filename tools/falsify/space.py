"""The box that is searched: declared ranges of parameters, their places in it, and settings of a point.

A place is a number between 0 and 1: along the range, or along its logarithm where the range spans more than a factor of
5 and lies above 0. The inversion works on the logit of places, so that no step leaves the box.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from scipy.stats import qmc

from sim.core.errors import UserError, unknown
from sim.settings.parameters.groups import Parameters, walk
from sim.settings.settings import Settings

LOG_FROM = 5.0  # ranges that span more than this factor are searched on their logarithm
EDGE = 1e-6  # places nearer to a bound are taken as this near, so that their logit is finite


@dataclasses.dataclass(frozen=True)
class Parameter:
    """A parameter that may be moved: name (group.name), declared range and default, unit."""

    name: str
    low: float
    high: float
    default: float
    unit: str = ""

    @property
    def is_log(self) -> bool:
        """Whether places go along the logarithm."""
        return self.low > 0 and self.high / self.low > LOG_FROM

    def value(self, place: np.ndarray) -> np.ndarray:
        """Values at places."""
        if self.is_log:
            return np.clip(self.low * (self.high / self.low) ** place, self.low, self.high)
        return np.clip(self.low + (self.high - self.low) * place, self.low, self.high)

    def place(self, value: float) -> float:
        """The place of a value, at the bounds for one beyond them."""
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.is_log:
            return float(np.log(value / low) / np.log(high / low))
        return (value - low) / (high - low)

    def middle(self) -> float:
        """The middle of the range, of its logarithm where that is searched."""
        return float(self.value(np.array(0.5)))


def declared(names: Sequence[str]) -> list[Parameter]:
    """The parameters of these names with their declared ranges; slips and those without a range are refused."""
    known = {f"{group}.{name}": (value, about) for group, name, value, about in walk(Parameters())}
    found = []
    for name in names:
        if name not in known:
            raise unknown("parameter", name, known, "(of the falsifier)")
        value, about = known[name]
        if not about["low"] < about["high"]:
            raise UserError(f"The parameter {name} has no range ({about['low']:g} to {about['high']:g}).")
        found.append(Parameter(name, float(about["low"]), float(about["high"]), float(value), about.get("unit", "")))
    return found


class Space:
    """The box of some parameters (K)."""

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        if not parameters:
            raise UserError("There is no parameter to move.")
        self.parameters = list(parameters)

    @property
    def names(self) -> list[str]:
        """Names (K)."""
        return [parameter.name for parameter in self.parameters]

    def design(self, points: int, seed: int) -> np.ndarray:
        """Places of a scrambled Sobol design (Owen 1998), (points, K). A longer one begins with the same points."""
        sampler = qmc.Sobol(len(self.parameters), scramble=True, seed=seed)
        return sampler.random_base2(max(0, int(np.ceil(np.log2(max(1, points))))))[:points]

    def defaults(self) -> np.ndarray:
        """The place of the present defaults (K,)."""
        return np.array([p.place(p.default) for p in self.parameters])

    def values(self, places: np.ndarray) -> np.ndarray:
        """Values at places, both (..., K)."""
        return np.stack([p.value(places[..., k]) for k, p in enumerate(self.parameters)], axis=-1)

    def named(self, place: np.ndarray) -> dict[str, float]:
        """Values of one place (K,) by name."""
        return {name: float(value) for name, value in zip(self.names, self.values(np.asarray(place, dtype=float)))}

    def checked(self, values: dict[str, float]) -> dict[str, float]:
        """The values, refused where one lies outside its declared range or belongs to no parameter of the box."""
        own = {parameter.name: parameter for parameter in self.parameters}
        for name, value in values.items():
            if name not in own:
                raise unknown("parameter", name, own, "among those that are moved")
            p = own[name]
            if not p.low <= value <= p.high:
                raise UserError(f"{name}={value:g} lies outside its declared range {p.low:g} to {p.high:g}.")
        return values


def free(places: np.ndarray) -> np.ndarray:
    """Logit of places: unbounded."""
    inner = np.clip(places, EDGE, 1.0 - EDGE)
    return np.log(inner / (1.0 - inner))


def placed(unbounded: np.ndarray) -> np.ndarray:
    """Places of unbounded numbers."""
    return 1.0 / (1.0 + np.exp(-np.clip(unbounded, -40.0, 40.0)))


def settings_at(settings: Settings, values: dict[str, float]) -> Settings:
    """The settings with these values of parameters ("group.name")."""
    parameters = settings.parameters
    for name, value in values.items():
        group, _, own = name.partition(".")
        changed = dataclasses.replace(getattr(parameters, group), **{own: float(value)})
        parameters = dataclasses.replace(parameters, **{group: changed})
    return dataclasses.replace(settings, parameters=parameters)
