"""Rules of the map: numbers by which a region's files become travel times, reach and destinations.

They are part of the map, not of a run: what follows from them is worked out once and kept beside the files. A region
sets its own in `region.yaml`, under `rules:`, and the hash of its files then says so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.structure import par
from sim.world.grid import nearest_name
from sim.world.tables import RegionError


@dataclass(frozen=True)
class MapRules:
    """How fast ways are, how far units see, and which places the displaced may think of."""

    paved_kmh: float = par(
        50.0, "km/h", 20.0, 80.0, "speed on a paved road", "main roads of the region, order of size; judgement"
    )
    track_kmh: float = par(20.0, "km/h", 8.0, 40.0, "speed on a track")
    river_kmh: float = par(
        12.0, "km/h", 4.0, 20.0, "speed on a navigable river", "large pirogues on the Niger, order of size; judgement"
    )
    reach_cells: int = par(4, "cells", 2, 12, "radius of what units see and reach, whatever the resolution")
    places: int = par(32, "places", 8, 128, "places at most that the displaced of a place may think of")
    nearest_cells: int = par(8, "places", 0, 24, "nearest populated cells among them: most flee to the next safe place")
    camps: int = par(6, "places", 0, 20, "camps among them")
    camp_km: float = par(600.0, "km", 100.0, 1500.0, "distance from which on nobody thinks of a camp")
    border_countries: int = par(4, "places", 0, 8, "other countries of which the nearest populated cell is among them")
    border_km: float = par(500.0, "km", 100.0, 1000.0, "distance of such a cell from which on nobody thinks of it")
    seats: int = par(10, "places", 0, 30, "seats of regions of the own country among them, the nearest first")
    town_km: float = par(900.0, "km", 200.0, 2000.0, "distance from which on nobody thinks of a town")
    town_hours: float = par(
        2.0, "hours", 0.5, 8.0, "time added to travel where towns are weighed: near ones are then much alike"
    )

    @property
    def kind_kmh(self) -> np.ndarray:
        """Speed on edges by kind (3,): paved, track, river."""
        return np.array([self.paved_kmh, self.track_kmh, self.river_kmh])

    @classmethod
    def of(cls, said: Any, path: Path) -> MapRules:
        """The rules that a region's file says (None: the usual ones), each within its range."""
        if not isinstance(said or {}, dict):
            raise RegionError(f"{path}: rules is not a mapping of names to values")
        known = {field.name: field for field in fields(cls)}
        for name, value in (said or {}).items():
            if name not in known:
                raise RegionError(f"{path}: rules has no {name!r}{nearest_name(str(name), known)}")
            about, whole = known[name].metadata, isinstance(known[name].default, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                raise RegionError(f"{path}: rules.{name} is {value!r}, not a {'whole ' if whole else ''}number")
            if not about["low"] <= value <= about["high"]:
                raise RegionError(
                    f"{path}: rules.{name} is {value}, not between {about['low']} and {about['high']} {about['unit']}"
                )
        return cls(**(said or {}))
