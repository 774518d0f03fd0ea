"""Layers of cells: who controls a place and how firmly, its fuel, whom its people support, whom it hosts.

Each week of every replicate keeps its controllers, from which `control.parquet` is made. The first replicates keep
what a player of maps shows besides (`WEEKLY`), and the end of every month what the maps of an ensemble show
(`MONTHLY`). Shares are kept in percent and days of fuel in tenths, a byte each.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import CONTESTED, INSURGENT
from sim.core.views import call, columns
from sim.recording.record_file import rounded, weekly_step

Actors = columns("actors", reads="kind controller")
Cells = columns("cells", reads="share controller civilians_week fighters_week")
Cohorts = columns("cohorts", reads="persons place")
Communities = columns("communities", reads="hosted displaced_from support fuel_days")

#: layers of the end of a month: of cells (N,) the first, of communities (P,) the others
MONTHLY = ("control_share", "fuel_days", "support_insurgents", "support_government")
#: what the first replicates keep of every week beside controllers, and the types in which it is kept
WEEKLY = {
    "control_share": np.uint8,
    "fuel_days": np.uint8,
    "support_insurgents": np.uint8,
    "displaced": np.int32,
    "dead": np.int32,
}

PERCENT = 100.0
FUEL_STEP = 0.1  # days of fuel that a step of a kept number stands for
MOST_STEPS = 255  # of a byte: 25.5 days of fuel and more


@njit(cache=True)
def layers(share, controller, support, fuel_days, rebels, states, control_share, fuel, insurgents, government):
    """Bytes of cells and communities, into the last four: (N,), (P,), (P,), (P,).

    `control_share` is the controller's share of influence in percent; where the cell is contested, the largest that
    anybody has; where nobody rules, 0. `fuel` is in tenths of days. `insurgents` and `government` are the shares of
    people, in percent, who support some insurgent group and who support some force on the side of a state; `rebels`
    and `states` are the rows of those actors.
    """
    for c in range(controller.shape[0]):
        held = 0.0
        if controller[c] >= 0:
            held = share[c, controller[c]]
        elif controller[c] == CONTESTED:
            for q in range(share.shape[1]):
                held = max(held, share[c, q])
        control_share[c] = int(PERCENT * held + 0.5)
    for i in range(fuel_days.shape[0]):
        fuel[i] = min(MOST_STEPS, int(fuel_days[i] / FUEL_STEP + 0.5))
        against, beside = 0.0, 0.0
        for a in rebels:
            against += support[i, a]
        for a in states:
            beside += support[i, a]
        insurgents[i], government[i] = int(PERCENT * against + 0.5), int(PERCENT * beside + 0.5)


@njit(cache=True)
def dead_of(civilians, fighters, dead):
    """Everybody killed in the week, into `dead` (N,)."""
    for c in range(fighters.shape[0]):
        dead[c] = fighters[c]
        for g in range(civilians.shape[1]):
            dead[c] += civilians[c, g]


@njit(cache=True)
def refugees_at(displaced_from, abroad_start, abroad, place, persons, refugees):
    """Displaced people of other countries who have arrived, added to `refugees` (P,) of the place that hosts them.

    `abroad` in compressed rows: the cohorts of each origin whose place is in another country.
    """
    for i in range(displaced_from.shape[0]):
        if displaced_from[i] > 0:
            for j in range(abroad_start[i], abroad_start[i + 1]):
                refugees[place[abroad[j]]] += persons[abroad[j]]


def layers_of(model, government: bool = True) -> dict[str, np.ndarray]:
    """The layers `MONTHLY` as they are now, uint8. Without `government` the last is zero: it is not kept weekly."""
    cells, communities, actors = (view.of(model) for view in (Cells, Communities, Actors))
    found = {"control_share": np.empty(len(cells.controller), dtype=np.uint8)}
    found |= {name: np.empty(len(communities.hosted), dtype=np.uint8) for name in MONTHLY[1:]}
    call(
        layers,
        cells.share,
        cells.controller,
        communities.support,
        communities.fuel_days,
        np.flatnonzero(actors.kind == INSURGENT),
        np.flatnonzero((actors.controller == 0) & government),
        *(found[name] for name in MONTHLY),
    )
    return found


def hosted_of(model, where) -> dict[str, np.ndarray]:
    """Internally displaced people and refugees whom communities host, int64 (P,); `where` is `weekly_sums.Map`."""
    communities, cohorts = Communities.of(model), Cohorts.of(model)
    refugees = np.zeros(len(communities.hosted), dtype=np.int64)
    start, abroad = where.abroad_start, where.abroad
    call(refugees_at, communities.displaced_from, start, abroad, cohorts.place, cohorts.persons, refugees)
    return {"idps_hosted": communities.hosted - refugees, "refugees_hosted": refugees}


class WeeklyCells:
    """Layers of cells week by week: `kept` holds for each a list of arrays, one a week and never written to again."""

    def __init__(self, all_layers: bool) -> None:
        """With `all_layers` those of `WEEKLY` beside the controllers."""
        self.kept: dict[str, list[np.ndarray]] = {"controller": []}
        if all_layers:
            self.kept |= {name: [] for name in WEEKLY}

    def __deepcopy__(self, memo) -> WeeklyCells:
        """One that goes on by itself; the weeks so far are shared."""
        other = WeeklyCells.__new__(WeeklyCells)
        other.kept = {name: list(weeks) for name, weeks in self.kept.items()}
        return other

    def observe(self, model) -> None:
        """Keep the week that was just simulated."""
        cells = Cells.of(model)
        self.kept["controller"].append(cells.controller.copy())
        if len(self.kept) == 1:
            return
        week = layers_of(model, government=False)
        week["displaced"] = Communities.of(model).hosted.astype(np.int32)
        week["dead"] = np.empty(len(cells.controller), dtype=np.int32)
        call(dead_of, cells.civilians_week, cells.fighters_week, week["dead"])
        for name in WEEKLY:
            self.kept[name].append(week[name])

    def arrays(self) -> dict[str, np.ndarray]:
        """The layers, (week, N) or (week, P); none where no week was kept."""
        return {name: np.stack(weeks) for name, weeks in self.kept.items() if weeks}

    def maps(self) -> dict[str, np.ndarray]:
        """The layers as a record has them: persons in the steps in which its file keeps them."""
        found = self.arrays()
        return found | {
            name: rounded(found[name], weekly_step(name)) for name in ("displaced", "dead") if name in found
        }

    def resume(self, arrays: dict[str, np.ndarray], weeks: int, cells: int, places: int, parties: int) -> None:
        """Go on from what `arrays` gave after so many weeks. Raises ValueError where it does not fit."""
        if set(arrays) != (set(self.kept) if weeks else set()):
            raise ValueError("the layers of cells are not those that this run keeps")
        for name, values in arrays.items():
            width = cells if name in ("controller", "control_share", "dead") else places
            if values.shape != (weeks, width) or values.dtype != (np.int16 if name == "controller" else WEEKLY[name]):
                raise ValueError(f"weekly {name} has another type or shape than this run's")
            if name == "controller" and not (values.min() >= CONTESTED and values.max() < parties):
                raise ValueError("cells are held by somebody who does not exist")
            self.kept[name] = list(values)
