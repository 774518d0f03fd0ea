"""Facts of a region that scenarios refer to (`scenarios/region/<name>.yaml`)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sim.core.structure import key_of, structure
from sim.world import place_names, season

HORIZON = date(2035, 12, 31)


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


def read_region(data: dict[str, Any], name: str) -> RegionInfo:
    """Read a region's facts; what the map says stands in for start and known_until."""
    facts = place_names.map_facts(str(data.get("folder") or name))
    known = {key_of(field) for field in dataclasses.fields(RegionInfo)} - {"extra", "name"}
    given = {key: value for key, value in data.items() if key in known}
    for key, fallback in (("start", None), ("known_until", None), ("horizon", HORIZON)):
        given.setdefault(key, facts.get(key, fallback))
    given["roles"] = {
        role: names if isinstance(names, list) else [names] for role, names in (given.get("roles") or {}).items()
    }
    given["folder"] = given.get("folder") or name
    extra = {key: value for key, value in data.items() if key not in known}
    season.read_rains(extra.get("rains"), f"region={name} rains")
    if extra.get("lean_season"):
        season.read_lean(extra["lean_season"], f"region={name} lean_season")
    return structure(RegionInfo, {"name": name, **given, "extra": extra}, f"region={name}")
