"""Supply before the first week: ports, capitals on the road graph, fuel use, stores as in peace."""

from __future__ import annotations

import numpy as np

from sim.processes.shared import road_network


def supply_tables(model) -> None:
    """Ports, capitals on the road graph, fuel use per person, and towns along roads."""
    w, p = model.world, model.p.supply
    nodes, edges = w.nodes, w.edges
    model.is_port = nodes.kind == 1
    urban = np.bincount(w.node_of_cell, w.population[: w.P] * w.urban[: w.P], len(nodes))
    people = np.bincount(w.node_of_cell, w.population[: w.P], len(nodes))
    share = np.divide(urban, people, out=np.zeros(len(nodes)), where=people > 0)
    model.fuel_need = (share * p.fuel_urban + (1.0 - share) * p.fuel_rural) / 1000.0  # m3 per person and day
    model.capital_node = np.full(len(w.countries), -1, dtype=np.int64)
    for c, cell in enumerate(model.capital_cell):
        at = np.flatnonzero((nodes.cell == cell) & (nodes.kind != 1))
        if len(at) == 0 and cell < w.P:
            at = [w.node_of_cell[cell]]
        if len(at):
            model.capital_node[c] = at[np.argmax(nodes.population[at])]
    on_road = np.repeat(np.arange(len(edges)), np.diff(edges.edge_start))
    model.road_cells = np.zeros(w.N)
    model.road_cells[edges.edge_cell] = 1.0
    # pairs (cell on an edge, cell of a town at one of its ends)
    pairs = np.unique(
        np.concatenate([
            np.stack([edges.edge_cell, nodes.cell[edges.u[on_road]]], 1),
            np.stack([edges.edge_cell, nodes.cell[edges.v[on_road]]], 1),
        ]),
        axis=0,
    )  # fmt: skip
    model.road_cell, model.road_town = pairs[:, 0], pairs[:, 1]
    model.days_usual = np.full(len(nodes), p.reserve_days)
    model.edge_countries = w.country[nodes.cell[edges.u]], w.country[nodes.cell[edges.v]]
    model.edge_order = road_network.order_from_ports(w)
    model.road_use = road_network.road_use(w)
    model.siege_near = np.exp(-w.node_hours / p.siege_hours)


def fill_stores(model) -> None:
    """Stores as in peace: full, with what is usually under way."""
    nodes, p = model.nodes, model.p.supply
    reached = np.isfinite(nodes.hours)
    nodes.stock[:] = np.where(reached, nodes.capacity, 0.0)
    way = p.handling_days + np.where(reached, nodes.hours, 0.0) / 24.0
    nodes.transit[:] = np.where(reached, nodes.demand * way, 0.0)
    nodes.imported[:] = nodes.stock + nodes.transit
    nodes.days[:] = np.divide(
        nodes.stock, nodes.demand, out=np.full(len(nodes), p.reserve_days), where=nodes.demand > 0
    )
    nodes.days_week[:] = nodes.days
