"""Units: lists of them by cell and by actor, making new ones, and Mesa's roll of those that live."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import ARMY
from sim.core.views import call
from sim.model.agents import Unit
from sim.processes.shared.derived import UnitsByActor, UnitsByCell


@njit(cache=True)
def sort_living(by, manpower, groups):
    """Living units by cell or actor (`by`, below `groups`), in compressed rows: start (groups + 1,), order; rows keep
    their order within a group."""
    living, alive = np.empty(by.shape[0] + 1, dtype=np.int64), 0
    for u in range(by.shape[0]):
        living[alive] = u  # units that are no more lie scattered: going on by a sum, not by a branch, is quick
        alive += manpower[u] > 0
    start = np.zeros(groups + 1, dtype=np.int64)
    for u in living[:alive]:
        start[by[u] + 1] += 1
    for g in range(groups):
        start[g + 1] += start[g]
    at = start[:-1].copy()
    order = np.empty(alive, dtype=np.int64)
    for u in living[:alive]:
        order[at[by[u]]] = u
        at[by[u]] += 1
    return start, order


@njit(cache=True)
def places_of_living(cell, manpower):
    """Where units are (U,), -1 for those that are no more."""
    there = np.empty(cell.shape[0], dtype=cell.dtype)
    for u in range(cell.shape[0]):
        there[u] = cell[u] if manpower[u] > 0 else -1
    return there


@njit(cache=True)
def still_there(cell_then, cell, manpower):
    """Whether all living units are where they were `cell_then` (U,)."""
    if cell_then.shape[0] != cell.shape[0]:
        return False
    moved = False
    for u in range(cell.shape[0]):
        moved |= manpower[u] > 0 and cell[u] != cell_then[u]
    return not moved


@njit(cache=True)
def only_kinds_below(start, order, actor, kind, limit):
    """A list in compressed rows (start, order) without the units of actors whose `kind` (A,) is `limit` or more."""
    kept, unit = np.zeros(start.shape[0], dtype=np.int64), np.empty(order.shape[0], dtype=np.int64)
    count = 0
    for g in range(start.shape[0] - 1):
        for i in range(start[g], start[g + 1]):
            unit[count] = order[i]
            count += kind[actor[order[i]]] < limit
        kept[g + 1] = count
    return kept, unit[:count].copy()


@njit(cache=True)
def number_units(actor, actor_key, units_made):
    """Keys (n,) of new units of the actors `actor` (n,): the actor's key and a serial number, which goes on."""
    keys = np.empty(actor.shape[0], dtype=np.uint64)
    for i in range(actor.shape[0]):
        keys[i] = actor_key[actor[i]] << np.uint64(32) | np.uint64(units_made[actor[i]])
        units_made[actor[i]] += 1
    return keys


@njit(cache=True)
def changes_of_roll(manpower, enrolled):
    """Rows whose place on the roll (U,) is no longer right, which is put right."""
    changed = np.empty(manpower.shape[0], dtype=np.int64)
    count = 0
    for u in range(manpower.shape[0]):
        if (manpower[u] > 0) != enrolled[u]:
            enrolled[u] = not enrolled[u]
            changed[count] = u
            count += 1
    return changed[:count]


@njit(cache=True)
def sum_persons(actor, manpower, persons):
    """People in the units of each actor, into `persons` (A,)."""
    persons[:] = 0
    for u in range(actor.shape[0]):
        persons[actor[u]] += manpower[u]


class UnitLists:
    """What `ConflictModel` can do with its units; a part of `ModelState`."""

    def units_by_cell(self) -> UnitsByCell:
        """Living units by cell, in the order of rows, sorted anew when units have moved or come. Those who fell since
        are still listed, without people."""
        views = self.units._views  # the model's own look, no process's
        cell, manpower = views["cell"], views["manpower"]
        if self._by_cell is None or not call(still_there, self._cell_then, cell, manpower):
            self._by_cell = UnitsByCell(*call(sort_living, cell, manpower, self.world.n_cells))
            self._cell_then = call(places_of_living, cell, manpower)
        return self._by_cell

    def irregulars_by_cell(self) -> UnitsByCell:
        """As :meth:`units_by_cell`, of insurgents and militias only."""
        whole = self.units_by_cell()
        if self._irregulars is None or self._irregulars[0] is not whole:
            actor, kind = self.units._views["actor"], self.actors._views["kind"]
            self._irregulars = whole, UnitsByCell(*call(only_kinds_below, *whole, actor, kind, ARMY))
        return self._irregulars[1]

    def units_by_actor(self) -> UnitsByActor:
        """Living units by actor, in the order of rows, sorted anew when units have come. Those who fell since are still
        listed, without people; who has none gets none again."""
        rows = len(self.units)
        if self._by_actor is None or self._by_actor[0] != rows:
            actor, manpower = self.units._views["actor"], self.units._views["manpower"]
            self._by_actor = rows, UnitsByActor(*call(sort_living, actor, manpower, len(self.actor_names)))
        return self._by_actor[1]

    def make_unit(self, actor: int, cell: int, manpower: int, home: int = -1, cohesion: float | None = None) -> int:
        """Append a unit; returns its row."""
        values = {} if cohesion is None else {"cohesion": cohesion}
        return int(self.make_units(np.array([actor]), cell=cell, manpower=manpower, home=home, **values)[0])

    def make_units(self, actor, **values) -> np.ndarray:
        """Append units of the actors `actor` (n,) with the given columns, each (n,) or one for all; their rows.

        They are armed as equipped unless `arms` are given."""
        actor = np.ascontiguousarray(actor, dtype=np.int64)
        keys = call(number_units, actor, self.actors._views["key"], self.actors._views["units_made"])
        return self.units.append(len(keys), key=keys, actor=actor, **{"arms": 1.0, **values})

    def count_persons(self) -> None:
        """Bring `actors.persons` up to date."""
        units = self.units._views
        call(sum_persons, units["actor"], units["manpower"], self.actors._views["persons"])

    def persons_of(self, actor: int) -> int:
        """People in the units of an actor."""
        return int(self.units.manpower[self.units.actor == actor].sum())

    # -- Mesa's roll of agents: called when somebody looks, for steps work on columns

    @property
    def agents(self):
        """All agents, as in Mesa."""
        self.call_roll()
        return super().agents

    @property
    def agents_by_type(self):
        """Agents by their class, as in Mesa."""
        self.call_roll()
        return super().agents_by_type

    @property
    def agent_types(self):
        """The classes of agents there are, as in Mesa."""
        self.call_roll()
        return super().agent_types

    @property
    def unit_agents(self) -> dict[int, Unit]:
        """The Mesa agents of the living units, by row."""
        self.call_roll()
        return self._unit_agents

    def call_roll(self) -> None:
        """Units that were made enter Mesa's roll as agents, those without people leave it."""
        rows = len(self.units)
        if len(self._enrolled) < rows:
            self._enrolled = np.concatenate([self._enrolled, np.zeros(rows - len(self._enrolled), dtype=bool)])
        for row in changes_of_roll(self.units.manpower, self._enrolled).tolist():
            if self._enrolled[row]:
                self._unit_agents[row] = Unit(self, self.units, row)
            else:
                self._unit_agents.pop(row).remove()
