"""Helpers of a running model that processes share: streams, lists of units by cell, making units, orders, accounts."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
from numba import njit

from sim.core.draws import stream_of_run, streams_of
from sim.core.views import bundle, call, columns
from sim.model.bases import ForeignBases
from sim.model.blockade_orders import BlockadeOrders
from sim.model.cell_space import Grid
from sim.model.map_tables import open_camps
from sim.model.units import UnitLists
from sim.processes.shared.derived import officials_of

WeekCells = columns(
    "cells",
    writes="attack_memory danger comrades_lost civilians_week fighters_week abuse_week sweeps_answered",
    name="WeekCells",
)
WeekActors = columns("actors", writes="revenge losses_week withdrawals_week lost_to", name="WeekActors")
#: parts that are kept over a week of the memory of attacks, of danger, of revenge, of anger over comrades
KeptOfWeek = bundle("KeptOfWeek", "memory danger revenge anger")


@njit(cache=True)
def open_week(cells, actors, kept):
    """Memory of attacks, danger and anger fade to the parts kept of them; the week's tallies are set to zero."""
    for c in range(cells.danger.shape[0]):
        cells.attack_memory[c] *= kept.memory
        cells.danger[c] *= kept.danger
        cells.comrades_lost[c] *= kept.anger
        cells.fighters_week[c] = 0
        cells.abuse_week[c] = 0
        answered = False  # hardly anywhere: most of a large column need not be written
        for a in range(cells.sweeps_answered.shape[1]):
            answered |= cells.sweeps_answered[c, a] != 0
        if answered:
            cells.sweeps_answered[c] = 0
    for a in range(actors.revenge.shape[0]):
        actors.revenge[a] *= kept.revenge
        actors.losses_week[a] = 0
        actors.withdrawals_week[a] = 0
    cells.civilians_week[:] = 0
    actors.lost_to[:] = 0


@njit(cache=True)
def close_week(civilians, fighters, manpower, target):
    """Units without people are going nowhere. Returns the week's dead: (civilians, fighters)."""
    for u in range(manpower.shape[0]):
        if manpower[u] <= 0:
            target[u] = -1
    return civilians.sum(), fighters.sum()


class ModelState(UnitLists, ForeignBases, BlockadeOrders):
    """What `ConflictModel` keeps besides its columns. All attributes are set in `sim.model.initial_state.build`."""

    # -- random numbers, scratch

    def stream(self, process: str) -> np.uint64:
        """Stream of random numbers of a process in the present step."""
        if not self._streams:
            self._streams = streams_of(self.settings.seed, self.settings.replicate, self.step_index)
        return self._streams[process]

    def stream_of_run(self, process: str) -> np.uint64:
        """Stream of random numbers of a process for what is drawn once for a run: the same in every step of it."""
        return stream_of_run(self.settings.seed, self.settings.replicate, process)

    def scratch(self, name: str, shape) -> np.ndarray:
        """An array to work in, kept between steps; its content is not state."""
        found = self._scratch.get(name)
        if found is None or found.shape != tuple(shape):
            found = self._scratch[name] = np.zeros(shape)
        return found

    def look_anew(self) -> None:
        """Forget what was kept of columns (lists of units, who is present): somebody has set columns by hand."""
        self._streams, self._by_cell, self._irregulars, self._by_actor = {}, None, None, None
        self._scratch.clear()

    @property
    def space(self) -> Grid:
        """Mesa's cell space, made when somebody first looks at it: steps work on columns."""
        if self._space is None:
            self._space = Grid(self)
        return self._space

    # -- what map and actor profiles say

    def officials(self, residents: np.ndarray) -> np.ndarray:
        """Presence of police and officials at full services (N,), where so many residents live (P,)."""
        p = self.p.control
        return officials_of(p.administration, p.police, self.police, residents, self.world.n_cells)

    def cells_at(self, place: str) -> np.ndarray:
        """Cells of a named place, looked up once."""
        found = self._places.get(place)
        if found is None:
            found = self._places[place] = self.world.cells_of(place)
        return found

    def profile_of(self, row: int):
        """The profile of an actor."""
        return self.settings.actors[self.actor_names[row]]

    def profile_persons(self, row: int) -> int:
        """The highest strength that a profile names (0 without any)."""
        profile = self.profile_of(row)
        return int(max((s.persons for s in profile.strength), default=0))

    def entry_due(self, row: int) -> bool:
        """Whether an insurgent group's entry has come."""
        entry = self.profile_of(row).entry
        return entry is not None and entry.date is not None and self.day_of(entry.date) < self.t + self.dt

    def entry_persons(self, row: int) -> int:
        """Strength at entry."""
        return int(self.profile_of(row).entry.persons)

    def open_camps(self) -> None:
        """Camps whose day has come take people in."""
        open_camps(self)

    def day_of(self, date) -> float:
        """Days from the start of the region's history to a date."""
        return float((date - self.settings.region_info.start).days)

    def season(self):
        """Factors of the month in which the middle of the step lies (`sim.world.season_factors.Season`)."""
        middle = self.settings.region_info.start + timedelta(days=self.t + 0.5 * self.dt)
        return self.seasons[middle.month - 1]

    def bloc_number(self, name: str) -> int:
        """Number of an alliance (a bit in `governments.blocs`)."""
        return self.bloc_numbers.setdefault(name, len(self.bloc_numbers))

    # -- schedule

    def events_due(self, dt: float):
        """Events whose day lies in this step, in order; each comes once."""
        due = []
        while self.next_event < len(self.event_list):
            day, event = self.event_list[self.next_event]
            if day >= self.t + dt:
                break
            due.append(event)
            self.next_event += 1
        return due

    # -- the frame of a week

    def begin_week(self) -> None:
        """Set the week's tallies to zero; memory of attacks, danger and anger fade, whatever processes are on."""
        p = self.p.combat
        memories = p.memory_days, p.danger_days, p.revenge_days, self.p.violence.anger_days
        kept = KeptOfWeek(*(math.exp(-self.dt / days) for days in memories))
        call(open_week, WeekCells.of(self), WeekActors.of(self), kept)
        self.logged = 0

    def end_week(self) -> None:
        """Keep the account of persons, move the clock."""
        cells, units = self.cells, self.units
        civilians, fighters = call(close_week, cells.civilians_week, cells.fighters_week, units.manpower, units.target)
        self.ledger["civilians_killed"] += civilians
        self.ledger["fighters_killed"] += fighters
        self.step_index += 1
        self._streams = {}
        self.t += self.dt

    def persons(self) -> dict[str, int]:
        """The account of persons: where everybody is. Their sum plus what left less what came is constant."""
        return {
            "residents": int(self.communities.residents.sum()),
            "displaced": int(self.cohorts.persons.sum()),
            "in_transit": int(self.cohorts.transit.sum()),
            "under_arms": int(self.units.manpower.sum()),
            **self.ledger,
        }

    def persons_balance(self) -> int:
        """Persons here and dead and gone, less born and come: constant over a run."""
        p = self.persons()
        here = p["residents"] + p["displaced"] + p["in_transit"] + p["under_arms"]
        gone = p["other_deaths"] + p["civilians_killed"] + p["fighters_killed"] + p["departed"]
        return here + gone - p["births"] - p["arrived"]
