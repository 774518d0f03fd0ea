"""The state of a model as ordinary Python objects, for the plain agent-by-agent versions of the processes.

Each row of a table becomes one object (`PlainUnit`, `PlainCell`, ...) with the columns as ordinary attributes: Python
integers and floats, lists for columns with more than one value a row. What the map and the cards give and nothing
changes is kept beside them on the same objects. `differences` says where a plain model and a `ConflictModel` disagree.
"""

from __future__ import annotations

import math
from copy import copy
from datetime import timedelta
from itertools import pairwise

import numpy as np

from sim.core.codes import BLOCKADE
from sim.core.columns import Table
from sim.core.draws import stream_of, uniform
from sim.model.schema import (
    COHORT_COLUMNS,
    EDGE_COLUMNS,
    NODE_COLUMNS,
    UNIT_COLUMNS,
    actor_columns,
    cell_columns,
    community_columns,
    government_columns,
)
from sim.settings.settings import ResponseSettings
from tests.reference.season import Seasons

TOLERANCE = 1e-9


class Row:
    """A row of a table: `index` and its columns. Two rows are the same if they are the same object."""

    __slots__ = ("index",)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.index})"


def row_class(name: str, columns, static: tuple[str, ...], doc: str) -> type:
    """A class with one attribute per column, and the static ones that map and cards give."""
    names = tuple(column.name for column in columns)
    return type(name, (Row,), {"__slots__": names + static, "__doc__": doc})


PlainActor = row_class(
    "PlainActor",
    actor_columns(1, 1),
    ("name", "operating_area"),
    "An organisation; `operating_area` says where it may be.",
)
PlainCell = row_class(
    "PlainCell",
    cell_columns(1, 1),
    (
        *("lat", "lon", "country", "admin1", "aridity", "extraction", "cover", "population", "draw_key"),
        "townspeople",
        *("resources", "centre", "town_pull", "symbol", "services_peace", "road_cells"),
        "neighbours",  # list of cells (indices)
        "neighbours_km",  # how far each is, centre to centre
        "reach",  # list of (cell, hours, km) within reach, itself included
        "felt",  # the same with weights that sum to 1
        "projection",  # list of (cell, decay) to which presence here reaches
    ),
    "A land cell.",
)
PlainCommunity = row_class(
    "PlainCommunity",
    community_columns(1, 1),
    (
        *("country", "admin1", "draw_key", "node", "node_hours", "residents_peace", "camp_capacity"),
        "police",  # police and officials per thousand residents
        "cohorts",  # those who come from here (PlainCohort, in the order of their rows)
        "guests",  # those who stay here or are coming (PlainCohort, in the order of `place_rows`)
    ),
    "The people of a populated cell; its index is the cell's.",
)
PlainUnit = row_class("PlainUnit", UNIT_COLUMNS, (), "A formation.")
PlainGovernment = row_class(
    "PlainGovernment",
    government_columns(1),
    ("name", "capital_cell", "capital_node", "country_key", "country_borders", "army", "growth"),
    "The government of a state; `army` is the row of its army or -1.",
)
PlainNode = row_class(
    "PlainNode",
    NODE_COLUMNS,
    (
        "cell",
        "country",
        "is_port",
        "fuel_need",
        "days_usual",
        "roads",  # list of (edge, its use by this node)
    ),
    "A place on the roads.",
)
PlainEdge = row_class(
    "PlainEdge",
    EDGE_COLUMNS,
    ("u", "v", "way_hours", "crosses", "cells"),
    "A stretch of road; `cells` is a list of (cell, km), `way_hours` the hours it takes in peace.",
)
PlainCohort = row_class("PlainCohort", COHORT_COLUMNS, ("days_on_way", "pull"), "People alike in origin and place.")

CLASSES = {
    "actors": PlainActor,
    "cells": PlainCell,
    "communities": PlainCommunity,
    "units": PlainUnit,
    "governments": PlainGovernment,
    "nodes": PlainNode,
    "edges": PlainEdge,
    "cohorts": PlainCohort,
}
#: attributes of the model that hold whole numbers, lists or mappings and are compared as they are
SIMPLE = ("t", "step_index", "ledger", "coups_due", "rallies_due", "ramped", "bloc_numbers", "next_event")


def rows_of(table: Table, row: type) -> list:
    """One object per row of `table`. Keys of draws stay 64-bit NumPy scalars, as the draw functions want them."""
    found = [row() for _ in range(len(table))]
    for name in table.columns:
        column = getattr(table, name)
        values = list(column) if column.dtype == np.uint64 else column.tolist()
        for one, value in zip(found, values, strict=True):
            setattr(one, name, value)
    for index, one in enumerate(found):
        one.index = index
    return found


def slices(start, *columns) -> list[list]:
    """Compressed rows as lists of tuples (of plain values, for one column)."""
    start = start.tolist()
    values = [column.tolist() for column in columns]
    items = values[0] if len(values) == 1 else list(zip(*values, strict=True))
    return [items[i:j] for i, j in pairwise(start)]


class PlainModel:
    """A copy of a `ConflictModel` in ordinary objects. What happens to it does not touch the model."""

    def __init__(self, model):
        w = model.world
        self.settings, self.p, self.world = model.settings, model.p, w
        self.dt, self.t, self.step_index = model.dt, model.t, model.step_index
        self.actor_names, self.names = model.actor_names, model.rows  # names of rows; rows by name
        self.controllers, self.actor_of_controller = model.controllers, model.actor_of_controller.tolist()
        self.ledger, self.coups_due = dict(model.ledger), list(model.coups_due)
        self.rallies_due = list(model.rallies_due)
        self.ramped, self.bloc_numbers = set(model.ramped), dict(model.bloc_numbers)
        self.orders = [copy(order) for order in model.orders]
        for order in self.orders:
            order.cells, order.weight = order.cells.tolist(), order.weight.tolist()
        self.places_of = {row: dict(places) for row, places in model.places_of.items()}
        self.next_event, self.event_list = model.next_event, model.event_list
        self.strength_days = [days.tolist() for days in model.strength_days]
        self.strength_persons = [persons.tolist() for persons in model.strength_persons]
        self.log = [tuple(row) for row in model.log[: model.logged].tolist()]
        self.flows = model.flows.tolist()
        self.ways_on = model.ways_on.tolist()
        self.symbol_cells = model.symbol_cells.tolist()
        self.road_pairs = list(zip(model.road_cell.tolist(), model.road_town.tolist(), strict=True))
        self.places = {}  # cells of a place by name, as asked for
        for name, row in CLASSES.items():
            setattr(self, name, rows_of(getattr(model, name), row))
        self._place(model, w)
        self.seasons = Seasons(model)
        self._streams = {}
        self.on_roads, self.waits, self.guard, self.called = {}, {}, [], {}  # of the week

    def _place(self, model, w) -> None:
        """What map and cards give, on the objects it belongs to."""
        for name in ("lat", "lon", "country", "admin1", "aridity", "extraction", "cover", "population"):
            spread(self.cells, name, getattr(w, name).tolist())
        spread(self.cells, "draw_key", list(w.draw_key))
        populated = np.arange(w.n_cells) < w.n_communities
        spread(self.cells, "townspeople", np.where(populated, w.population * w.urban, 0.0).tolist())
        for name in ("resources", "centre", "town_pull", "symbol", "services_peace", "road_cells"):
            spread(self.cells, name, getattr(model, name).tolist())
        spread(self.cells, "neighbours", slices(w.nb_start, w.nb_cell))
        spread(self.cells, "neighbours_km", slices(w.nb_start, w.nb_km))
        spread(self.cells, "reach", slices(w.reach_start, w.reach_cell, w.reach_hours, w.reach_km))
        spread(self.cells, "felt", slices(*model.felt))
        spread(self.cells, "projection", slices(*model.projection))
        spread(self.actors, "name", self.actor_names)
        spread(self.actors, "operating_area", model.operating_area.tolist())
        people = self.communities
        for name in ("country", "admin1", "draw_key"):
            spread(people, name, [getattr(cell, name) for cell in self.cells[: w.n_communities]])
        spread(people, "node", w.node_of_cell.tolist())
        spread(people, "police", model.police.tolist())
        spread(people, "node_hours", w.node_hours.tolist())
        spread(people, "residents_peace", model.residents_peace.tolist())
        spread(people, "camp_capacity", model.camp_capacity.tolist())
        spread(self.cohorts, "days_on_way", model.days_on_way.tolist())
        spread(self.cohorts, "pull", model.dest_pull.tolist())
        start = w.dest_start.tolist()
        spread(people, "cohorts", [self.cohorts[i:j] for i, j in pairwise(start)])
        guests = slices(model.place_start, model.place_rows)
        spread(people, "guests", [[self.cohorts[row] for row in rows] for rows in guests])
        spread(self.governments, "name", w.countries)
        spread(self.governments, "capital_cell", model.capital_cell.tolist())
        spread(self.governments, "capital_node", model.capital_node.tolist())
        spread(self.governments, "country_key", list(model.country_key))
        spread(self.governments, "country_borders", model.country_borders.tolist())
        spread(self.governments, "army", model.army_of.tolist())
        spread(self.governments, "growth", w.growth.tolist())
        spread(self.nodes, "cell", w.nodes.cell.tolist())
        spread(self.nodes, "country", w.country[w.nodes.cell].tolist())
        spread(self.nodes, "is_port", model.is_port.tolist())
        spread(self.nodes, "fuel_need", model.fuel_need.tolist())
        spread(self.nodes, "days_usual", model.days_usual.tolist())
        e = w.edges
        ends = list(zip((e.u, e.v), model.road_use, strict=True))
        roads = [[(i, use[i]) for end, use in ends for i in np.flatnonzero(end == n)] for n in range(len(self.nodes))]
        spread(self.nodes, "roads", roads)
        for name, values in (("u", e.u), ("v", e.v), ("way_hours", e.hours), ("crosses", e.crosses)):
            spread(self.edges, name, values.tolist())
        spread(self.edges, "cells", slices(e.edge_start, e.edge_cell, e.edge_cell_km))

    # -- random numbers and time

    def stream(self, process: str) -> np.uint64:
        """Stream of random numbers of a process in the present step."""
        key = (process, self.step_index)
        if key not in self._streams:
            self._streams = {k: v for k, v in self._streams.items() if k[1] == self.step_index}
            self._streams[key] = stream_of(self.settings.seed, self.settings.replicate, process, self.step_index)
        return self._streams[key]

    def draw(self, process: str, key, k: int) -> float:
        """The k-th uniform number of the row `key` in a process."""
        return uniform(self.stream(process), key, k)

    @property
    def date(self):
        """First day after the steps done so far."""
        return self.settings.region_info.start + timedelta(days=self.t)

    @property
    def month(self) -> int:
        """The month, from 1, of the middle of the present step."""
        return (self.settings.region_info.start + timedelta(days=math.floor(self.t + self.dt / 2))).month

    # -- units

    def living(self, actor: int | None = None) -> list:
        """Units with people in them, in the order of their rows; of one actor if it is named."""
        return [u for u in self.units if u.manpower > 0 and (actor is None or u.actor == actor)]

    def units_by_cell(self) -> list[list]:
        """Living units of each cell, in the order of their rows."""
        found = [[] for _ in self.cells]
        for unit in self.units:
            if unit.manpower > 0:
                found[unit.cell].append(unit)
        return found

    def make_unit(self, actor: int, cell: int, manpower: int, home: int = -1, cohesion=None, arms: float = 1.0):
        """A new unit."""
        owner = self.actors[actor]
        unit = PlainUnit()
        unit.index = len(self.units)
        for column in UNIT_COLUMNS:
            setattr(unit, column.name, column.default)
        unit.key = np.uint64((int(owner.key) << 32) | owner.units_made)
        unit.actor, unit.cell, unit.manpower, unit.home = actor, cell, manpower, home
        unit.arms = arms
        unit.rest_days, unit.km_left = 0.0, 0.0
        if cohesion is not None:
            unit.cohesion = cohesion
        owner.units_made += 1
        self.units.append(unit)
        return unit

    def count_persons(self) -> None:
        """Bring the persons of every actor up to date."""
        for actor in self.actors:
            actor.persons = 0
        for unit in self.units:
            self.actors[unit.actor].persons += unit.manpower

    def cells_of(self, place: str) -> list[int]:
        """Cells of a named place, country or province."""
        if place not in self.places:
            self.places[place] = self.world.cells_of(place).tolist()
        return self.places[place]

    def officials(self, cell) -> float:
        """Presence that the whole of the state's services is worth in a cell."""
        p = self.p.control
        if cell.index >= len(self.communities):
            return p.administration
        community = self.communities[cell.index]
        return p.administration + p.police * community.police / 1000.0 * community.residents

    def host_country(self, row: int) -> int:
        """Country in which a foreign force serves first: that of its first base, else the first it may be in."""
        for place in self.places_of.get(row) or {}:
            return self.cells[self.cells_of(place)[0]].country
        return next((c for c, may in enumerate(self.actors[row].countries) if may), 0)

    def place_persons(self, row: int, persons: int) -> None:
        """New units of `persons` in all, each where the actor lacks most against its shares of places."""
        actor = self.actors[row]
        size = max(1, int(actor.unit_size))
        places = self.places_of.get(row) or {self.governments[self.host_country(row)].name: 1.0}
        whole = sum(places.values())
        there = {}
        for place in places:
            cells = set(self.cells_of(place))
            there[place] = sum(u.manpower for u in self.living(row) if u.home in cells)
        while persons > 0:
            take = min(size, persons)
            everybody = sum(there.values()) + take
            lack = {place: places[place] / whole * everybody - there[place] for place in places}
            pick = max(lack, key=lack.get)  # the first of equals
            cells = self.cells_of(pick)
            cell = cells[int(self.draw("build", actor.key, actor.units_made) * len(cells))]
            self.make_unit(row, cell, take, home=cell)
            there[pick] += take
            persons -= take

    # -- orders and blockades

    def apply_orders(self, pull: float, effect: float) -> set:
        """Pull of standing orders on the cells along the ordered roads; a deal in the country takes `effect` from it.

        Returns the pairs (cell, actor) where orders stop fuel only.
        """
        fuel, everything = set(), set()
        for cell in self.cells:
            cell.order_bonus = [0.0] * len(self.actors)
        for order in self.orders:
            if self.actors[order.actor].blockading:
                for index, weight in zip(order.cells, order.weight, strict=True):
                    cell = self.cells[index]
                    dealt = self.governments[cell.country].deal_days > 0.0
                    here = pull * weight * (1.0 - effect if dealt else 1.0)
                    cell.order_bonus[order.actor] = max(cell.order_bonus[order.actor], here)
                    (fuel if order.goods == "fuel" else everything).add((index, order.actor))
        return fuel - everything

    def blockading_fighters(self) -> list[int]:
        """Blockading fighters of each actor."""
        found = [0] * len(self.actors)
        for unit in self.living():
            if unit.posture == BLOCKADE:
                found[unit.actor] += unit.manpower
        return found

    def response_now(self):
        """How states answer blockades now: as the scenario says from its day on, by their own choice before."""
        said = self.settings.response
        return said if self.date >= (said.start or self.settings.levers_from) else ResponseSettings()

    # -- the frame of a week

    def begin_week(self) -> None:
        """Set the week's tallies to zero; memory of attacks, danger and anger fade."""
        p = self.p.combat
        for cell in self.cells:
            cell.attack_memory *= math.exp(-self.dt / p.memory_days)
            cell.danger *= math.exp(-self.dt / p.danger_days)
            cell.comrades_lost *= math.exp(-self.dt / self.p.violence.anger_days)
            cell.sweeps_answered = [0] * len(self.actors)
            cell.civilians_week = [0, 0, 0]
            cell.fighters_week = cell.abuse_week = 0
        for actor in self.actors:
            actor.revenge *= math.exp(-self.dt / p.revenge_days)
            actor.losses_week = actor.withdrawals_week = 0
            actor.lost_to = [0] * len(self.actors)
        self.log = []

    def end_week(self) -> None:
        """Keep the account of persons and move the clock."""
        self.ledger["civilians_killed"] += sum(sum(cell.civilians_week) for cell in self.cells)
        self.ledger["fighters_killed"] += sum(cell.fighters_week for cell in self.cells)
        for unit in self.units:
            if unit.manpower <= 0:
                unit.target = -1
        self.step_index += 1
        self.t += self.dt


def spread(rows: list, name: str, values) -> None:
    """Give each row its value."""
    for row, value in zip(rows, values, strict=True):
        setattr(row, name, value)


def differences(plain: PlainModel, model) -> list[str]:
    """Sentences on every column in which the two differ: whole numbers exactly, fractions to 1e-9."""
    found = []
    for table_name, table in model.tables.items():
        rows = getattr(plain, table_name)
        if len(rows) != len(table):
            found.append(f"{table_name}: {len(rows)} plain rows, {len(table)} rows")
            continue
        for name, column in table.columns.items():
            theirs = getattr(table, name)
            ours = [getattr(row, name) for row in rows]
            if column.dtype.startswith("f"):
                ours = np.array(ours, dtype=float).reshape(theirs.shape)
                with np.errstate(invalid="ignore"):
                    near = np.abs(ours - theirs) <= TOLERANCE * np.maximum(1.0, np.abs(theirs))
                wrong = ~((ours == theirs) | near | (np.isnan(ours) & np.isnan(theirs)))
            else:
                if any(isinstance(value, float) for value in ours):
                    found.append(f"{table_name}.{name}: a fraction where whole numbers belong")
                ours = np.array(ours, dtype=column.dtype).reshape(theirs.shape)
                wrong = ours != theirs
            if wrong.any():
                at = tuple(int(i) for i in np.argwhere(wrong)[0])
                place = ", ".join(map(str, at))
                count = int(wrong.sum())
                found.append(
                    f"{table_name}.{name}[{place}]: plain {ours[at]}, vectorised {theirs[at]} ({count} differ)"
                )
    for name in SIMPLE:
        if getattr(plain, name) != getattr(model, name):
            found.append(f"{name}: plain {getattr(plain, name)}, vectorised {getattr(model, name)}")
    log = [tuple(row) for row in model.log[: model.logged].tolist()]
    if plain.log != log:
        found.append(f"log: plain {len(plain.log)} rows, vectorised {len(log)}; {first_apart(plain.log, log)}")
    if plain.flows != model.flows.tolist():
        found.append("flows differ")
    if plain.places_of != model.places_of:
        found.append(f"places_of: plain {plain.places_of}, vectorised {model.places_of}")
    ours = [(o.actor, o.kind, o.places, o.goods, o.until, list(o.cells)) for o in plain.orders]
    theirs = [(o.actor, o.kind, o.places, o.goods, o.until, o.cells.tolist()) for o in model.orders]
    if ours != theirs:
        found.append(f"orders: plain {ours}, vectorised {theirs}")
    return found


def first_apart(ours: list, theirs: list) -> str:
    """The first pair in which two lists differ."""
    for i, (a, b) in enumerate(zip(ours, theirs)):
        if a != b:
            return f"row {i}: plain {a}, vectorised {b}"
    return "one is the beginning of the other"
