"""Orders to blockade or besiege: those that stand, and which roads an order is about: the corridors to a place, the
roads at it, or those of a country."""

from __future__ import annotations

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from sim.processes.shared.fuel.massing import Corridors
from sim.processes.shared.road_network import PORT
from sim.settings.settings import ResponseSettings
from sim.world.grid import great_circle_km

CORRIDORS_KEPT = 64  # places of a map whose corridors are remembered
ORDERS_KEPT = 256  # orders of a map whose surroundings are remembered
KM_DIGITS = 6  # to which distances are compared
SLACK = 1e-9  # of a corridor, by which a share may pass a whole number of them

#: how states answer blockades where no scenario says
USUAL_RESPONSE = ResponseSettings()


@dataclass
class Order:
    """A standing order to blockade or besiege: whose, what, which goods ("fuel" or "all"), until which day, and
    where: cells on the roads (M,) and how much each matters (M,), 0..1."""

    actor: int
    kind: str
    places: tuple[str, ...]
    goods: str
    until: float
    cells: np.ndarray
    weight: np.ndarray


class BlockadeOrders:
    """What `ConflictModel` can do with standing orders, and how states answer them; a part of `ModelState`."""

    def give_order(self, row: int, kind: str, places, share: float, goods: str, until: float) -> None:
        """Add a standing order; its cells are found on the supply graph."""
        cells, weight = order_cells(self, kind, places, share)
        self.orders.append(Order(row, kind, tuple(places), goods, until, cells, weight))

    def apply_orders(self, blockading, deal_days, pull: float, effect: float, bonus) -> tuple[np.ndarray, bool]:
        """Pull of standing orders on the cells along the ordered roads, into `bonus` (N, A).

        An actor's orders stand as long as it is `blockading` (A,); a deal in the country, `deal_days` (C,), takes
        `effect` from their pull. Returns where the orders of an actor stop fuel only (N, A), and whether any do;
        where another of its orders stops all goods, they do.
        """
        fuel_only = self.scratch("fuel only", bonus.shape)
        standing = self.standing_orders(blockading)
        if self.orders_stood:  # else there is nothing of last week's to take away
            bonus[:] = 0.0
            fuel_only[:] = 0.0
        self.orders_stood = bool(standing)
        for order in sorted(standing, key=lambda order: order.goods == "all"):
            dealt = deal_days[self.world.country[order.cells]] > 0.0
            here = bonus[order.cells, order.actor]
            bonus[order.cells, order.actor] = np.maximum(here, pull * order.weight * (1.0 - effect * dealt))
            fuel_only[order.cells, order.actor] = order.goods == "fuel"
        return fuel_only, any(order.goods == "fuel" for order in standing)

    def standing_orders(self, blockading) -> list[Order]:
        """Orders of those who are `blockading` (A,)."""
        return [order for order in self.orders if blockading[order.actor]]

    def capitals_of(self, order: Order) -> list[int]:
        """Countries whose capital an order is about."""
        known = _about.setdefault(self.world, {})
        if order.places not in known:
            cells = np.concatenate([self.cells_at(place) for place in order.places])
            there = (self.capital_node >= 0) & np.isin(self.capital_cell, cells)
            known[order.places] = np.flatnonzero(there).tolist()
        return known[order.places]

    def suspended(self, order: Order, deal_days) -> bool:
        """Whether deals, `deal_days` (C,), suspend an order: that of the state whose capital it is about, else those of
        all states on whose roads it is."""
        countries = self.capitals_of(order) or self.world.country[order.cells]
        return len(order.cells) == 0 or bool(np.min(deal_days[countries]) > 0.0)

    def call(self, order: Order, actor: np.ndarray, manpower: np.ndarray, base: np.ndarray, zone: np.ndarray) -> None:
        """Call the nearest units of a group by their bases, as many as each road is worth, whom no order has called:
        the point of the road that is nearest to their base into `zone` (U,), -1 for those not called. Whose they are,
        how many people they have and the cells of their bases are (U,), too."""
        free = np.flatnonzero((actor == order.actor) & (manpower > 0) & (zone < 0))
        for km, point, worth in self.nearest_points(order):
            free = free[zone[free] < 0]
            free = free[np.argsort(km[base[free]], kind="stable")]
            before = np.cumsum(manpower[free]) - manpower[free]
            called = free[before < self.p.movement.call_fighters * worth]
            zone[called] = point[base[called]]
            free.sort()

    def nearest_points(self, order: Order) -> list[tuple[np.ndarray, np.ndarray, float]]:
        """Of each road of an order: km to it (N,), its nearest point (N,), and how much it matters: as a corridor does,
        times the part that no quicker road of the order shares."""
        w, known = self.world, _about.setdefault(self.world, {})
        p = self.p.supply
        asked = (order.kind, order.places, order.cells.tobytes(), p.siege_km, p.corridor_power, p.border_hours)
        if asked not in known:
            if len(known) >= ORDERS_KEPT:  # parameters drawn anew in every replicate
                known.clear()
            found, seen = [], set()
            for cells, matters in roads_of(self, order):
                new = [cell for cell in cells if cell not in seen]
                seen |= set(cells)
                if new:
                    at = np.array(sorted(new), dtype=np.int64)
                    km = great_circle_km(w.lat[:, None], w.lon[:, None], w.lat[at], w.lon[at]).round(KM_DIGITS)
                    found.append((km.min(1), at[km.argmin(1)], matters * len(new) / len(cells)))
            known[asked] = found
        return known[asked]

    def called_units(self, units, blockading, deal_days) -> np.ndarray:
        """Where orders call units to (U,): a cell at the road that is nearest to their base; -1 for who is not
        called."""
        zone = np.full(len(units.actor), -1, dtype=np.int64)
        base = np.where(units.home < 0, units.cell, units.home)
        for order in self.standing_orders(blockading):
            if not self.suspended(order, deal_days):
                self.call(order, units.actor, units.manpower, base, zone)
        return zone

    def ways_to(self, country: int) -> list[tuple[float, list[int]]]:
        """Corridors to the capital of a country, as in `corridors_to`."""
        node = int(self.capital_node[country])
        return corridors_to(self, node) if node >= 0 else []

    def corridors(self, country: int) -> Corridors:
        """The same as convoys need them."""
        known = _about.setdefault(self.world, {})
        asked = (country, self.p.supply.border_hours, self.p.supply.corridor_detour)
        if asked not in known:
            known[asked] = as_rows(self.world, int(self.capital_node[country]), self.ways_to(country))
        return known[asked]

    def response_now(self) -> ResponseSettings:
        """How states answer blockades now: as the scenario says from its day on, by their own choice before."""
        return self.settings.response if self.t >= self.response_from else USUAL_RESPONSE


#: what was found of places and orders so far, by map
_about: WeakKeyDictionary = WeakKeyDictionary()
#: corridors found so far, by map, then by place and the parameters that they depend on
_known: WeakKeyDictionary = WeakKeyDictionary()


def order_cells(model, kind: str, places, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Cells on the roads that an order is about (M,), and how much each matters (M,), 0..1.

    A blockade of a place is about the given share of its corridors (the ways from the ports, the quickest first), in
    the countries of the theatre; of a country, all its roads; a siege, the roads within `siege_km` of the place. A
    corridor matters as the hours of the quickest over its own, to the power `corridor_power`: what goes that way
    instead takes longer and needs more lorries, and those who close roads know which ones live of them.
    """
    w = model.world
    nodes, edges = w.nodes, w.edges
    weight: dict[int, float] = {}
    for place in places:
        cells = w.cells_of(place)
        at = np.flatnonzero(np.isin(nodes.cell, cells))
        if len(cells) > model.p.supply.order_cells or (kind == "blockade" and place in w.countries):
            inside = np.isin(edges.edge_cell, cells)
            weight |= dict.fromkeys(edges.edge_cell[inside].tolist(), 1.0)
            continue
        if len(at) == 0:
            at = w.node_of_cell[cells[cells < w.n_communities]][:1]
        for node in at:
            if kind == "besiege":
                weight |= dict.fromkeys(siege_cells(w, int(node), model.p.supply.siege_km), 1.0)
            else:
                for cell, matters in corridor_cells(model, int(node), share).items():
                    weight[cell] = max(weight.get(cell, 0.0), matters)
    found = sorted(cell for cell in weight if w.theatre[w.country[cell]])
    return np.array(found, dtype=np.int64), np.array([weight[cell] for cell in found])


def roads_of(model, order) -> list[tuple[list[int], float]]:
    """Roads of an order, each as its cells and how much it matters (0..1): corridors to the place, the quickest first,
    of a siege each road at the place, of a country each road inside."""
    w, about = model.world, set(map(int, order.cells))
    e, found = w.edges, []

    def along(edge: int) -> list[int]:
        return e.edge_cell[e.edge_start[edge] : e.edge_start[edge + 1]].tolist()

    def add(cells, matters: float) -> None:
        """A road whose cells in the theatre the order is about."""
        inside = sorted({cell for cell in cells if w.theatre[w.country[cell]]})
        if inside and about.issuperset(inside):
            found.append((inside, matters))

    for place in order.places:
        cells = w.cells_of(place)
        at = np.flatnonzero(np.isin(w.nodes.cell, cells))
        if len(cells) > model.p.supply.order_cells or (order.kind == "blockade" and place in w.countries):
            for edge in range(len(e)):
                add(along(edge), 1.0)
            continue
        if len(at) == 0:
            at = w.node_of_cell[cells[cells < w.n_communities]][:1]
        for node in map(int, at):
            if order.kind == "besiege":
                for edge in np.flatnonzero((e.u == node) | (e.v == node)):
                    add(siege_way(w, node, int(edge), model.p.supply.siege_km), 1.0)
                continue
            ways = corridors_to(model, node)
            for hours, way in ways:
                cells_on = [cell for edge in way for cell in along(edge)]
                add(cells_on, (ways[0][0] / hours) ** model.p.supply.corridor_power)
    return found


def siege_way(w, node: int, e: int, most_km: float) -> list[int]:
    """Cells along an edge at a node, within so many km of it."""
    on = slice(w.edges.edge_start[e], w.edges.edge_start[e + 1])
    km = np.cumsum(w.edges.edge_cell_km[on] if w.edges.u[e] == node else w.edges.edge_cell_km[on][::-1])
    path = w.edges.edge_cell[on] if w.edges.u[e] == node else w.edges.edge_cell[on][::-1]
    return path[km <= most_km].tolist()


def siege_cells(w, node: int, most_km: float) -> list[int]:
    """Cells along the edges at a node, within so many km of it."""
    cells = []
    for e in np.flatnonzero((w.edges.u == node) | (w.edges.v == node)):
        cells += siege_way(w, node, int(e), most_km)
    return cells


def corridors_to(model, node: int) -> list[tuple[float, list[int]]]:
    """Corridors (hours, list of edges) from the ports to a node, the quickest first: one for each edge that enters
    its country.

    A corridor is the quickest way from any port outside the country to the edge, and from there inside the country to
    the node; those that take more than `corridor_detour` times as long as the quickest do not count. In a country
    with ports of its own the quickest way from each of them is a corridor.
    """
    known = _known.setdefault(model.world, {})
    asked = (node, model.p.supply.border_hours, model.p.supply.corridor_detour)
    if asked not in known:
        if len(known) >= CORRIDORS_KEPT:  # parameters drawn anew in every replicate
            known.clear()
        known[asked] = find_corridors(model.world, *asked)
    return known[asked]


def find_corridors(w, node: int, border_hours: float, detour: float) -> list[tuple[float, list[int]]]:
    """As `corridors_to`; a border costs `border_hours`, and no corridor takes more than `detour` times the quickest."""
    e, n = w.edges, len(w.nodes)
    hours = e.hours + border_hours * e.crosses
    is_port = w.nodes.kind == PORT
    home = w.country[w.nodes.cell] == w.country[w.nodes.cell[node]]
    inside, outside = home[e.u] & home[e.v], ~home[e.u] & ~home[e.v]
    to_node, ahead, edge_in = quickest(e, hours, inside, n, [node])
    found = [
        (to_node[port], follow_back(port, ahead, edge_in))
        for port in np.flatnonzero(is_port & home & np.isfinite(to_node)).tolist()
    ]
    ports = np.flatnonzero(is_port & ~home)
    if len(ports):
        from_port, behind, edge_out = quickest(e, hours, outside, n, ports)
        for i in np.flatnonzero(~inside & ~outside).tolist():
            gate, entry = (int(e.u[i]), int(e.v[i])) if home[e.v[i]] else (int(e.v[i]), int(e.u[i]))
            total = from_port[gate] + hours[i] + to_node[entry]
            if np.isfinite(total):
                way = [*follow_back(gate, behind, edge_out)[::-1], i, *follow_back(entry, ahead, edge_in)]
                found.append((float(total), way))
    found = sorted((way for way in found if way[1]), key=lambda way: way[0])  # a port has no way to itself
    return [way for way in found if way[0] <= detour * found[0][0]]


def quickest(e, hours, used, nodes: int, sources):
    """Hours (T,) from the nearest of `sources` over the edges `used` (E,), the node before each on the way, and the
    edge between the two."""
    edge_of: dict[tuple[int, int], int] = {}
    for i in np.flatnonzero(used).tolist():
        u, v = int(e.u[i]), int(e.v[i])
        for pair in ((u, v), (v, u)):
            if pair not in edge_of or hours[i] < hours[edge_of[pair]]:
                edge_of[pair] = i
    pairs = np.array(list(edge_of), dtype=np.int64).reshape(-1, 2)
    graph = coo_matrix((hours[list(edge_of.values())], (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes)).tocsr()
    distance, before, _ = dijkstra(graph, indices=sources, min_only=True, return_predecessors=True)
    return distance, before, edge_of


def follow_back(node: int, before, edge_of) -> list[int]:
    """Edges from `node` back to the source of a search."""
    way = []
    while before[node] >= 0:
        way.append(edge_of[(int(before[node]), node)])
        node = int(before[node])
    return way


def as_rows(w, node: int, ways) -> Corridors:
    """Corridors to a node in compressed rows, from the port on; each edge with the direction of travel, and the cells
    along each corridor once."""
    e, edges, forth, cells = w.edges, [], [], []
    for _, way in ways:
        at, turns = node, []
        for edge in reversed(way):
            turns.append(int(e.v[edge]) == at)
            at = int(e.u[edge]) if turns[-1] else int(e.v[edge])
        edges += way
        forth += reversed(turns)
        along = [np.arange(e.edge_start[edge], e.edge_start[edge + 1]) for edge in way]
        on = np.concatenate(along)
        cells.append(np.unique(e.edge_cell[on[e.edge_cell_km[on] > 0.0]]).astype(np.int64))
    start = np.cumsum([0, *(len(way) for _, way in ways)])
    cell_start = np.cumsum([0, *map(len, cells)])
    cell = np.concatenate(cells) if cells else np.zeros(0, dtype=np.int64)
    return Corridors(start, np.array(edges, dtype=np.int64), np.array(forth, dtype=bool), cell_start, cell)


def corridor_cells(model, node: int, share: float) -> dict[int, float]:
    """Cells along the first `share` of the corridors to a node, and how much they matter (see `order_cells`)."""
    ways = corridors_to(model, node)
    count = math.ceil(share * len(ways) - SLACK)
    e = model.world.edges
    weight: dict[int, float] = {}
    for hours, way in ways[:count]:
        matters = (ways[0][0] / hours) ** model.p.supply.corridor_power
        for edge in way:
            for cell in e.edge_cell[e.edge_start[edge] : e.edge_start[edge + 1]].tolist():
                weight[cell] = max(weight.get(cell, 0.0), matters)
    return weight
