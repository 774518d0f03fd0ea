"""The world of a region from its checked tables: cells, towns, sites, the supply graph, travel times.

What takes long is kept in a file.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.world import travel
from sim.world.destinations import destinations, serving_nodes
from sim.world.grid import cell_area_km2, gid_of, great_circle_km
from sim.world.rules import MapRules
from sim.world.tables import EDGE_KINDS, NODE_KINDS, RegionError, RegionTables
from sim.world.world import Edges, Nodes, Sites, Towns, World

CACHE = "derived.npz"

CACHE_VERSION = 2  # raise when the derivation below or the usual rules of the map change

CACHED = (
    *("reach_start", "reach_cell", "reach_hours", "reach_km"),
    *("dest_start", "dest_cell", "dest_hours"),
    *("capital_hours", "node_of_cell", "node_hours"),
)


def build_world(tables: RegionTables, use_cache: bool = True, reach_cells: int | None = None) -> World:
    """Put the tables of a region together and derive travel times, reach and destinations."""
    meta = tables.meta
    rules = own = MapRules.of(meta.get("rules"), tables.folder / "region.yaml")
    if reach_cells is not None:
        rules = replace(own, reach_cells=reach_cells)
    resolution = float(meta["resolution"])
    cells = _ordered_cells(tables)
    columns = {"name": tables.name, "resolution": resolution, "tables": tables, "rules": rules, **cells}
    columns |= _labels(tables)
    gid, lat, lon, country = (columns[k] for k in ("gid", "lat", "lon", "country"))
    columns["admin1"] = _index(columns.pop("admin1_label"), columns["admin1_names"])
    find = _CellFinder(gid, lat, lon, country, columns["population"], resolution)

    towns = _towns(tables, columns["countries"], find)
    sites = _sites(tables, columns["countries"], find)
    columns |= {"towns": towns, "sites": sites, "camps": sites.of_kind("camp")}
    cell_of_town = dict(zip(towns.name, towns.cell))
    columns["admin1_seat"] = np.array([cell_of_town[s] for s in tables.admin1["seat"]], np.int32)
    columns["capital_cell"] = np.array([cell_of_town[s] for s in tables.countries["capital"]], np.int32)
    columns["town_size"] = np.zeros(columns["n_cells"], np.int64)
    np.add.at(columns["town_size"], towns.cell, towns.population)

    nodes, edges = _supply_graph(tables, towns, gid, resolution, rules.kind_kmh)
    ground = columns.pop("ground_kmh")
    speed = travel.speed_of_cells(ground, edges.edge_start, edges.edge_cell, edges.kind, rules.kind_kmh)
    table = travel.neighbour_table(gid, resolution)
    km, hours = travel.step_costs(table, lat, lon, speed)
    here, k = np.nonzero(table >= 0)
    columns |= {
        "road": speed,
        "nb_start": travel.row_starts(here, len(gid)),
        "nb_cell": table[here, k],
        "nb_km": km[here, k],
        "nb_hours": hours[here, k],
    }
    derived = _read_cache(tables) if use_cache and rules == own else None
    columns |= derived or _derive(columns, table, km, hours, nodes)

    served = np.bincount(
        columns["node_of_cell"],
        weights=columns["population"][: columns["n_communities"]],
        minlength=len(nodes),
    )
    nodes.population[:] = np.rint(served).astype(np.int64)
    columns |= {"nodes": nodes, "edges": edges, "places": _places(tables, towns, sites)}
    world = World(
        **columns,
        outlines=_outlines(tables),
        population_year=int(meta["population_year"]),
        start=meta["start"],
        known_until=meta["known_until"],
        data_hash=tables.data_hash,
        title=str(meta["title"]),
        fictional=bool(meta.get("fictional", False)),
    )
    for value in vars(world).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return world


def write_cache(world: World) -> None:
    """Keep the derived arrays beside the files of the region, tied to their hash."""
    arrays = {key: getattr(world, key) for key in CACHED}
    key = f"{CACHE_VERSION} {world.data_hash}"
    np.savez_compressed(world.tables.folder / CACHE, key=np.array(key), **arrays)


def _read_cache(tables: RegionTables) -> dict | None:
    path = tables.folder / CACHE
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["key"]) == f"{CACHE_VERSION} {tables.data_hash}":
                return {key: kept[key] for key in CACHED}
    except (OSError, ValueError, KeyError):
        pass
    return None


def _derive(columns, table, km, hours, nodes):
    """The arrays that need shortest paths; see ``World`` for each."""
    gid, country, n_communities = (columns[k] for k in ("gid", "country", "n_communities"))
    graph = travel.graph_of(table, hours)
    names = ("reach_start", "reach_cell", "reach_hours", "reach_km")
    derived = dict(zip(names, travel.reach(gid, columns["resolution"], table, km, hours, columns["rules"].reach_cells)))
    names = ("dest_start", "dest_cell", "dest_hours")
    derived |= zip(names, destinations({**columns, **derived}, graph))
    to_capital = np.full(len(gid), np.inf)
    for index, (_, time, _) in enumerate(travel.hours_from(graph, columns["capital_cell"])):
        to_capital[country == index] = time[country == index]
    derived["capital_hours"] = to_capital
    derived["node_of_cell"], derived["node_hours"] = serving_nodes(
        n_communities, country, graph, nodes.cell, nodes.country
    )
    return derived


def _ordered_cells(tables):
    """Columns of ``cells.csv`` as arrays, populated cells first, by gid within each block."""
    raw = {key: np.array(value) for key, value in tables.cells.items() if key != "admin1"}
    order = np.lexsort((raw["gid"], raw["population"] == 0))
    raw = {key: value[order] for key, value in raw.items()}
    gid, lat = raw["gid"].astype(np.int64), raw["lat"]
    population = raw["population"].astype(np.int64)
    resolution = float(tables.meta["resolution"])
    result = {
        "n_cells": len(gid),
        "n_communities": int((population > 0).sum()),
        "gid": gid,
        "draw_key": gid.astype(np.uint64),
        "area_km2": cell_area_km2(lat, resolution) * raw["land_share"],
        "country": _index(raw["country"], tables.countries["iso3"]),
        "population": population,
        "admin1_label": [tables.cells["admin1"][i] for i in order],
    }
    floats = ("lat", "lon", "land_share", "aridity", "extraction", "cover", "urban", "ground_kmh")
    return result | {key: raw[key].astype(float) for key in floats}


def _labels(tables):
    countries = tables.countries
    return {
        "countries": list(countries["iso3"]),
        "country_names": list(countries["name"]),
        "theatre": np.array(countries["theatre"], bool),
        "growth": np.array(countries["growth"], float),
        "admin1_names": list(tables.admin1["label"]),
        "admin1_country": _index(tables.admin1["country"], countries["iso3"]),
    }


def _index(values, known):
    position = {name: i for i, name in enumerate(known)}
    return np.array([position[str(v)] for v in values], np.int16)


class _CellFinder:
    """Finds the cell of a point: the one that holds it, if of its country, else the nearest."""

    def __init__(self, gid, lat, lon, country, population, resolution):
        self.row = {int(g): i for i, g in enumerate(gid)}
        self.lat, self.lon, self.country = lat, lon, country
        self.populated = population > 0
        self.resolution = resolution

    def __call__(self, lat, lon, country, populated):
        row = self.row.get(gid_of(lat, lon, self.resolution))
        if row is not None and self.country[row] == country and (self.populated[row] or not populated):
            return row
        allowed = self.country == country
        if populated:
            allowed &= self.populated
        if not allowed.any():
            raise RegionError(f"no cell of its country for the place at {lat}, {lon}")
        rows = np.flatnonzero(allowed)
        return int(rows[np.argmin(great_circle_km(lat, lon, self.lat[rows], self.lon[rows]))])


def _towns(tables, countries, find):
    raw = tables.towns
    order = np.argsort(-np.array(raw["population"]), kind="stable")
    pick = {key: [value[i] for i in order] for key, value in raw.items()}
    country = _index(pick["country"], countries)
    cell = [find(a, b, c, True) for a, b, c in zip(pick["lat"], pick["lon"], country)]
    seats = set(tables.admin1["seat"])
    return Towns(
        name=pick["name"],
        cell=np.array(cell, np.int32),
        lat=np.array(pick["lat"]),
        lon=np.array(pick["lon"]),
        population=np.array(pick["population"], np.int64),
        capital=np.array(pick["capital"], bool),
        regional=np.array([name in seats for name in pick["name"]], bool),
        country=country,
        size_rank=np.arange(len(cell), dtype=np.int32),
    )


def _sites(tables, countries, find):
    raw = tables.sites
    country = _index(raw["country"], countries)
    cell = [
        find(lat, lon, index, kind == "camp")
        for kind, lat, lon, index in zip(raw["kind"], raw["lat"], raw["lon"], country)
    ]
    return Sites(
        kind=list(raw["kind"]),
        name=list(raw["name"]),
        cell=np.array(cell, np.int32),
        lat=np.array(raw["lat"], float),
        lon=np.array(raw["lon"], float),
        country=country,
        value=np.array(raw["value"], float),
        capacity=np.array(raw["capacity"], np.int64),
        opened=list(raw["opened"]),
    )


def _supply_graph(tables, towns, gid, resolution, kind_kmh):
    """Supply nodes (towns with a node kind, in the order of the towns) and edges; `kind_kmh` as in `MapRules`."""
    kind_of = dict(zip(tables.towns["name"], tables.towns["node"]))
    kinds = np.array([NODE_KINDS[kind_of[name]] for name in towns.name], np.int8)
    rows = np.flatnonzero(kinds >= 0)
    nodes = Nodes(
        name=[towns.name[i] for i in rows],
        cell=towns.cell[rows],
        lat=towns.lat[rows],
        lon=towns.lon[rows],
        kind=kinds[rows],
        population=np.zeros(len(rows), np.int64),
        country=towns.country[rows],
    )
    position = {name: i for i, name in enumerate(nodes.name)}
    raw = tables.edges
    for line, ends in enumerate(zip(raw["from"], raw["to"]), start=2):
        for name in ends:
            if name not in position:
                raise RegionError(f"{tables.folder / 'edges.csv'} line {line}: town {name!r} is not a supply node")
    u = np.array([position[name] for name in raw["from"]], np.int32)
    v = np.array([position[name] for name in raw["to"]], np.int32)
    km = np.array(raw["km"], float)
    kind = np.array([EDGE_KINDS[name] for name in raw["kind"]], np.int8)
    start, cell, inside = travel.edges_through_cells(gid, resolution, nodes.lat, nodes.lon, u, v, km)
    edges = Edges(
        u=u,
        v=v,
        km=km,
        hours=km / kind_kmh[kind],
        kind=kind,
        crosses=nodes.country[u] != nodes.country[v],
        edge_start=start,
        edge_cell=cell,
        edge_cell_km=inside,
    )
    return nodes, edges


def _places(tables, towns, sites):
    """Name of town, alias or site -> cell; towns come before sites of the same name."""
    places = {name: int(cell) for name, cell in zip(towns.name, towns.cell)}
    cell_of = dict(places)
    for name, aliases in zip(tables.towns["name"], tables.towns["aliases"]):
        for alias in filter(None, aliases.split(";")):
            places.setdefault(alias, cell_of[name])
    for name, cell in zip(sites.name, sites.cell):
        places.setdefault(name, int(cell))
    return places


def _outlines(tables):
    raw = tables.outlines
    iso3, ring = np.array(raw["iso3"]), np.array(raw["ring"])
    points = np.stack([raw["lon"], raw["lat"]], axis=1)
    breaks = np.flatnonzero((iso3[1:] != iso3[:-1]) | (ring[1:] != ring[:-1])) + 1
    pieces = np.split(points, breaks)
    return [(str(iso3[at]), piece) for at, piece in zip([0, *breaks], pieces)]
