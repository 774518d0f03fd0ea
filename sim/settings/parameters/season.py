"""Parameters: what the rains and the lean season do."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.structure import par


@dataclass
class Season:
    """Without rains and a lean season in a region's file they do nothing (docs/seasons.md)."""

    slow: float = par(
        0.33,
        "0-1",
        0.2,
        0.6,
        "part of the pace off the main roads that the rains take away; 0: none",
        "Blanford and others 2012, table 2: 2 for 3 and 1 for 1.5 km/h in Niger; range: judgement",
    )
    raids: float = par(
        0.5,
        "1",
        0.0,
        1.0,
        "power of the pace off the roads by which irregulars attack; 0: they attack as in dry months",
        "judgement: from attacks that hang on no travel to as many as ground is covered; default: middle",
    )
    lean: float = par(
        0.42,
        "1",
        0.2,
        1.0,
        "part by which hardship is higher in the lean season than in other months; 0: none",
        "Cadre Harmonise: people in phase 3 and above in June-August over the season before, 1.41 to 1.44 (2016, 2022, "
        "2023); range: judgement",
    )
