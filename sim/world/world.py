"""The map as the model sees it: one record of arrays, none of which changes during a run.

``N`` cells, ``P`` populated cells (they come first: community ``i`` lives in cell ``i``),
``T`` supply nodes, ``E`` supply edges. Lists of neighbours, reachable cells, destinations and
cells along an edge are held in compressed rows (CSR): row ``i`` of ``x`` is
``x[start[i]:start[i + 1]]``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import numpy as np

from sim.world.grid import name_key, nearest_name
from sim.world.rules import MapRules


@dataclass(frozen=True)
class Towns:
    """Places of interest, the largest first. All arrays have one entry per town."""

    name: list[str]
    cell: np.ndarray  # i4, index of the cell
    lat: np.ndarray  # f8, degrees
    lon: np.ndarray
    population: np.ndarray  # i8, persons
    capital: np.ndarray  # bool, capital of its country
    regional: np.ndarray  # bool, seat of its admin-1
    country: np.ndarray  # i2, index into World.countries
    size_rank: np.ndarray  # i4, 0 for the largest

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Sites:
    """Rows of ``sites.csv``: ports, mines, camps, bases, crossings, airports."""

    kind: list[str]
    name: list[str]
    cell: np.ndarray  # i4
    lat: np.ndarray  # f8, degrees
    lon: np.ndarray
    country: np.ndarray  # i2
    value: np.ndarray  # f8, size by kind (mine: 0..1; base: troops; else 1)
    capacity: np.ndarray  # i8, persons; 0 is unlimited (camps)
    opened: list[datetime.date]  # first day in use

    def __len__(self) -> int:
        return len(self.name)

    def of_kind(self, kind: str) -> Sites:
        """The rows of one kind."""
        rows = np.array([i for i, k in enumerate(self.kind) if k == kind], dtype=np.intp)
        columns = {}
        for key, value in vars(self).items():
            columns[key] = [value[i] for i in rows] if isinstance(value, list) else value[rows]
        return Sites(**columns)


@dataclass(frozen=True)
class Nodes:
    """Supply nodes: towns (kind 0), ports (1) and junctions (2)."""

    name: list[str]
    cell: np.ndarray  # i4
    lat: np.ndarray  # f8, degrees
    lon: np.ndarray
    kind: np.ndarray  # i1
    population: np.ndarray  # i8, residents of the communities served
    country: np.ndarray  # i2

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True)
class Edges:
    """Supply edges between nodes; each may be travelled both ways."""

    u: np.ndarray  # i4, node
    v: np.ndarray  # i4, node
    km: np.ndarray  # f8
    hours: np.ndarray  # f8
    kind: np.ndarray  # i1: 0 paved, 1 track, 2 river
    crosses: np.ndarray  # bool, its ends lie in two countries
    edge_start: np.ndarray  # i4 (E+1,)
    edge_cell: np.ndarray  # i4, cells in order from u to v
    edge_cell_km: np.ndarray  # f8, km inside that cell; sums to km along an edge

    def __len__(self) -> int:
        return len(self.u)


@dataclass(frozen=True, eq=False)
class World:
    """Everything static about a region. See docs/design.md, section 1, for each attribute."""

    name: str
    resolution: float  # degrees
    n_cells: int
    n_communities: int
    gid: np.ndarray  # (N,) i8
    draw_key: np.ndarray  # (N,) u8
    lat: np.ndarray  # (N,) degrees
    lon: np.ndarray
    area_km2: np.ndarray  # (N,) land
    country: np.ndarray  # (N,) i2
    admin1: np.ndarray  # (N,) i2
    land_share: np.ndarray  # (N,) 0..1
    population: np.ndarray  # (N,) i8, persons
    aridity: np.ndarray  # (N,) 0 humid .. 1 hyper-arid
    extraction: np.ndarray  # (N,) 0 none .. 1 large
    cover: np.ndarray  # (N,) 0..1 refuge terrain
    road: np.ndarray  # (N,) km/h by the best way
    capital_hours: np.ndarray  # (N,) hours to the own capital
    town_size: np.ndarray  # (N,) i8, persons in named towns
    urban: np.ndarray  # (N,) 0..1
    countries: list[str]
    country_names: list[str]
    theatre: np.ndarray  # (countries,) bool
    growth: np.ndarray  # (countries,) natural growth per year
    capital_cell: np.ndarray  # (countries,) i4, cell of the capital or of the largest town
    admin1_names: list[str]
    admin1_country: np.ndarray  # (admin1,) i2
    admin1_seat: np.ndarray  # (admin1,) i4, cell of the seat
    nb_start: np.ndarray
    nb_cell: np.ndarray
    nb_km: np.ndarray
    nb_hours: np.ndarray
    reach_start: np.ndarray
    reach_cell: np.ndarray
    reach_hours: np.ndarray
    reach_km: np.ndarray
    dest_start: np.ndarray
    dest_cell: np.ndarray
    dest_hours: np.ndarray
    towns: Towns
    camps: Sites
    sites: Sites
    nodes: Nodes
    edges: Edges
    node_of_cell: np.ndarray  # (P,) i4
    node_hours: np.ndarray  # (P,) hours
    places: dict[str, int]
    outlines: list[tuple[str, np.ndarray]]
    population_year: int
    start: datetime.date
    known_until: datetime.date
    data_hash: str
    title: str = ""
    fictional: bool = False
    tables: object = field(default=None, repr=False)
    rules: MapRules = field(default_factory=MapRules)  # with the radius of ``reach``

    def row(self, start: np.ndarray, i: int) -> slice:
        """The slice of row ``i`` of a compressed table that begins at ``start``."""
        return slice(int(start[i]), int(start[i + 1]))

    def neighbours_of(self, cell: int) -> np.ndarray:
        """Cells (i4) that touch ``cell``."""
        return self.nb_cell[self.row(self.nb_start, cell)]

    def cells_of(self, place: str) -> np.ndarray:
        """Cells (i4) of a town, site, admin-1 (label or name), or country (ISO3 or name).

        Case and accents do not matter. Where a town and its region share a name, the bare
        name is the town and the label (``MLI.Gao``) the region; several may be joined with
        ``+``. An unknown name raises a ValueError that offers the nearest one.
        """
        if "+" in place:
            parts = [self.cells_of(part.strip()) for part in place.split("+")]
            return np.unique(np.concatenate(parts)).astype(np.int32)
        key = name_key(place)
        for index, label in enumerate(self.admin1_names):
            if key == name_key(label):
                return np.flatnonzero(self.admin1 == index).astype(np.int32)
        for name, cell in self.places.items():
            if key == name_key(name):
                return np.array([cell], dtype=np.int32)
        for index, (iso3, name) in enumerate(zip(self.countries, self.country_names)):
            if key in (name_key(iso3), name_key(name)):
                return np.flatnonzero(self.country == index).astype(np.int32)
        for index, label in enumerate(self.admin1_names):
            if key == name_key(label.split(".", 1)[1]):
                return np.flatnonzero(self.admin1 == index).astype(np.int32)
        known = [*self.places, *self.admin1_names, *self.countries, *self.country_names]
        raise ValueError(f"no place called {place!r} in region {self.name!r}{nearest_name(place, known)}")
