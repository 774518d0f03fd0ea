"""Supply before the first week: ports, capitals on the road graph, fuel use, use of roads."""

from __future__ import annotations

import numpy as np

from sim.processes.shared import road_network
from sim.world.grid import great_circle_km


def works_tables(model) -> None:
    """Works around capitals: mines, and factories by townspeople, within `works_km` in the capital's country; cells,
    their country and weight (sum 1 in a country), and who lives around a capital (P,)."""
    w, most_km, n = model.world, model.p.finance.works_km, model.world.n_communities
    townspeople = np.zeros(w.n_cells)
    townspeople[:n] = w.population[:n] * w.urban[:n]
    cells, countries, weights, around = [], [], [], np.zeros(w.n_cells, dtype=bool)
    for c, capital in enumerate(model.capital_cell.tolist()):
        if capital < 0:
            continue
        far = great_circle_km(w.lat[capital], w.lon[capital], w.lat, w.lon)
        inside = (w.country == c) & (far <= most_km)
        around |= inside
        works = np.where(inside, w.extraction + townspeople / max(1.0, townspeople[capital]), 0.0)
        there = np.flatnonzero(works > 0.0)
        cells.append(there)
        countries.append(np.full(len(there), c))
        weights.append(works[there] / max(1e-9, works.sum()))
    lists = (np.concatenate([*found, np.zeros(0)]) for found in (cells, countries, weights))
    cell, country, weight = lists
    model.works = cell.astype(np.int64), country.astype(np.int64), weight, around[:n]


def supply_tables(model) -> None:
    """Ports, capitals on the road graph, fuel use per person, and towns along roads."""
    w, p = model.world, model.p.supply
    nodes, edges = w.nodes, w.edges
    model.road_network = road_network.network_of(w)
    model.road_use = road_network.road_use(w, p.road_use_hours)
    model.edge_cells = road_network.Along(edges.edge_start, edges.edge_cell, edges.edge_cell_km)
    ends = w.country[nodes.cell[edges.u]], w.country[nodes.cell[edges.v]]
    model.edge_borders = road_network.Borders(edges.crosses, *ends)
    model.is_port = nodes.kind == road_network.PORT
    urban = np.bincount(w.node_of_cell, w.population[: w.n_communities] * w.urban[: w.n_communities], len(nodes))
    people = np.bincount(w.node_of_cell, w.population[: w.n_communities], len(nodes))
    share = np.divide(urban, people, out=np.zeros(len(nodes)), where=people > 0)
    model.fuel_need = (share * p.fuel_urban + (1.0 - share) * p.fuel_rural) / 1000.0  # m3 per person and day
    model.capital_node = np.full(len(w.countries), -1, dtype=np.int64)
    for c, cell in enumerate(model.capital_cell):
        at = np.flatnonzero((nodes.cell == cell) & ~model.is_port)
        if len(at) == 0 and cell < w.n_communities:
            at = [w.node_of_cell[cell]]
        if len(at):
            model.capital_node[c] = at[np.argmax(nodes.population[at])]
    on_road = np.repeat(np.arange(len(edges)), np.diff(edges.edge_start))
    model.road_cells = np.zeros(w.n_cells)
    model.road_cells[edges.edge_cell] = 1.0
    # pairs (cell on an edge, cell of a town at one of its ends)
    ends = [np.stack([edges.edge_cell, nodes.cell[end[on_road]]], 1) for end in (edges.u, edges.v)]
    pairs = np.unique(np.concatenate(ends), axis=0)
    model.road_cell, model.road_town = pairs[:, 0], pairs[:, 1]
    model.days_usual = np.full(len(nodes), p.reserve_days)
    model.siege_near = np.exp(-w.node_hours / p.siege_hours)
