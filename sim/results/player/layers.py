"""What the player shows, as codes: of one replicate by week (player.nc), of the ensemble by month (cells.nc).

    control      who controls each cell; by month who most likely does
    share        the controller's share of influence (week), or of replicates (month), percent
    displaced    displaced persons hosted; by month the median over replicates
    dead         killed in the week; by month the mean over replicates, per month
    fuel         days of fuel; by month the median
    support      people who support some insurgent group, percent; by month the median

The dead of a month are a mean: in most cells the median is nobody, and medians of cells would leave out a third of the
dead of the region.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from sim.core.codes import CONTESTED, NOBODY
from sim.results.player.packing import STEP, held, nearest_level, pack_changes, persons_levels
from sim.results.result_folder import Folder

NAMES = ("control", "share", "displaced", "dead", "fuel", "support")

#: levels of each layer of numbers, by kind of step
PERSONS = persons_levels()
LEVELS: dict[str, dict[str, np.ndarray]] = {
    "share": {"week": np.arange(0.0, 101, 10), "month": np.arange(0.0, 101, 5)},
    "displaced": {"week": PERSONS, "month": PERSONS},
    "dead": {"week": PERSONS, "month": persons_levels((0.1, 0.2, 0.3, 0.5, 0.7))},
    "fuel": {"week": np.arange(0, 60.5, 0.5), "month": np.arange(0, 60.5, 0.5)},
    "support": {"week": np.arange(0.0, 101, 5), "month": np.arange(0.0, 101, 5)},
}

WEEKLY = {"share": "control_share", "displaced": "displaced_hosted", "dead": "dead", "fuel": "fuel_days"}
WEEKLY |= {"support": "support_insurgents"}
#: variable of cells.nc, what of it (None: its mean over replicates), factor
MONTHLY = {"displaced": ("displaced_hosted", 0.5, 1), "dead": ("dead", None, 1), "fuel": ("fuel_days", 0.5, 1)}
MONTHLY |= {"support": ("support_insurgents", 0.5, 100)}

AGREE = 0.9  # share of paired replicates that must agree on the sign


@dataclass(frozen=True)
class Detail:
    """How closely layers are kept: every how many weeks, and how many levels a cell may be off before it changes."""

    every: int = 1
    slack: int = 0

    @property
    def within(self) -> int:
        """How far a number of persons may be off, percent."""
        return round(100 * STEP * (self.slack + 0.5))


#: from fine to coarse; a page with many scenarios takes the first that fits
DETAILS = (Detail(), Detail(slack=1), Detail(2, 1), Detail(4, 2), Detail(8, 3), Detail(13, 4))


def land(dataset: xr.Dataset, gids: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns, in a dataset on the grid, of the cells of map.json in their order."""
    grid = dataset["gid"].to_numpy()
    place = {int(gid): at for at, gid in np.ndenumerate(grid) if gid >= 0}
    at = np.array([place[int(gid)] for gid in gids])
    return at[:, 0], at[:, 1]


def codes_of_weeks(player: xr.Dataset, scenario: str, where: tuple, controllers: list[str]) -> dict[str, np.ndarray]:
    """Codes (weeks, N) of every layer of a scenario's replicate; `controllers` gives the codes of control, from 1."""
    here = player.sel(scenario=scenario)
    flags = here["controller"].attrs
    meaning = dict(zip(np.asarray(flags["flag_values"]).tolist(), str(flags["flag_meanings"]).split()))
    code = np.array([controllers.index(meaning[flag]) + 1 for flag in range(len(meaning) - 2)], dtype=np.uint8)
    own = here["controller"].to_numpy()[:, *where]
    number = np.nan_to_num(own, nan=NOBODY).astype(int)
    control = np.where(number >= 0, code[np.maximum(number, 0)], 0)
    control[number == CONTESTED] = controllers.index("contested") + 1
    control[number == NOBODY] = controllers.index("none") + 1
    found = {"control": np.where(np.isnan(own), 0, control).astype(np.uint8)}
    for name, variable in WEEKLY.items():
        found[name] = nearest_level(here[variable].to_numpy()[:, *where], LEVELS[name]["week"])
    return found


def codes_of_months(cells: xr.Dataset, scenario: str, where: tuple, baseline: str) -> dict[str, np.ndarray]:
    """Codes (months, N) of every layer of the ensemble that cells.nc has.

    `agree` of a scenario that is not the baseline: 2 where nine of ten paired replicates agree on whether it has more
    displaced persons, else 1.
    """
    here = cells.sel(scenario=scenario)
    found: dict[str, np.ndarray] = {}
    if "control" in here:
        chance = here["control"].to_numpy()[:, :, *where]
        nothing = np.isnan(chance[0])
        best = np.nan_to_num(chance).argmax(axis=0)
        found["control"] = np.where(nothing, 0, best + 1).astype(np.uint8)
        found["share"] = nearest_level(100 * chance.max(axis=0), LEVELS["share"]["month"])
    for name, (variable, quantile, factor) in MONTHLY.items():
        if variable in here:
            values = here[f"{variable}_mean"] if quantile is None else here[variable].sel(quantile=quantile)
            found[name] = nearest_level(factor * values.to_numpy()[:, *where], LEVELS[name]["month"])
    if "displaced_hosted_larger" in here and scenario != baseline:
        larger = here["displaced_hosted_larger"].to_numpy()[:, *where]
        sure = (larger >= AGREE) | (larger <= 1 - AGREE)
        found["agree"] = np.where(np.isnan(larger), 0, 1 + sure).astype(np.uint8)
    return found


def packed(codes: dict[str, np.ndarray], detail: Detail) -> dict[str, Any]:
    """Layers as changes; numbers are held within the detail's slack, controllers never."""
    exact = ("control", "agree")
    return {name: pack_changes(held(code, 0 if name in exact else detail.slack)) for name, code in codes.items()}


def most(codes: dict[str, np.ndarray], name: str, kind: str) -> float:
    """The largest value of a layer."""
    code = int(codes[name].max()) if name in codes else 0
    return float(LEVELS[name][kind][code - 1]) if code else 0.0


def controllers_shown(folder: Folder, codes: list[dict[str, np.ndarray]]) -> list[int]:
    """Codes of the controllers that hold some cell in some step, in the order of the folder."""
    seen = set().union(*(np.unique(item["control"]).tolist() for item in codes if "control" in item))
    return [code for code in range(1, len(folder.controllers) + 1) if code in seen]
