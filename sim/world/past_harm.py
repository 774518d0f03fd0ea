"""Wars before the first day: deaths by admin-1 and period, as a region's folder may hold them (`past_harm.csv`).

What people suffered from their own government they remember for decades: civilians whom it killed, and a part of the
dead of its battles. Other perpetrators of those years are other organisations by now, and their deaths are held
against nobody.
"""

from __future__ import annotations

import csv
import math

import numpy as np

from sim.world.tables import RegionError
from sim.world.world import World

FILE = "past_harm.csv"
COLUMNS = ("admin1", "first", "last", "by_government", "by_others", "battles", "between_others")


def read_past_harm(world: World) -> list[dict]:
    """Rows of the file with whole numbers; none where the region's folder has no such file."""
    path = world.tables.folder / FILE if world.tables is not None else None
    if path is None or not path.is_file():
        return []
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = len(rows) + 2
            try:
                found = {name: int(row[name]) for name in COLUMNS[1:]}
            except (KeyError, TypeError, ValueError):
                raise RegionError(f"{path} line {line}: needs whole numbers in {', '.join(COLUMNS[1:])}") from None
            if row["admin1"] not in world.admin1_names:
                raise RegionError(f"{path} line {line}: admin-1 {row['admin1']!r} is unknown")
            rows.append({"admin1": world.admin1_names.index(row["admin1"]), **found})
    return rows


def harm_by_government(world: World, battle_share: float, shock_scale: float, past_days: float) -> np.ndarray:
    """Harm (P,), 0..1, that communities hold on the first day against their own government for the years before.

    Each period's dead per 10,000 people of its middle (population of the map, less growth) shock as events do later,
    1 - exp(-dead / shock_scale), and fade from then on in `past_days`. Of the dead of battles `battle_share` count.
    """
    spared = np.ones(len(world.admin1_names))
    people = np.bincount(world.admin1, world.population, len(world.admin1_names))
    year = world.start.year
    for row in read_past_harm(world):
        i = row["admin1"]
        age = year - (row["first"] + row["last"] + 1) / 2.0
        then = max(1.0, people[i] * math.exp(-world.growth[world.admin1_country[i]] * age))
        dead = 1e4 * (row["by_government"] + battle_share * row["battles"]) / then
        spared[i] *= 1.0 - (1.0 - math.exp(-dead / shock_scale)) * math.exp(-365.25 * age / past_days)
    return (1.0 - spared)[world.admin1[: world.n_communities]]
