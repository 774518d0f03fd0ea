"""Ways on the graph of roads: numbers worked out by hand."""

import math

import numpy as np
import pytest

from sim.processes.shared import road_network
from tests.reference.worlds import teaching_world


def routes(edges, ports, nodes, cost=None):
    """Routes on a graph of (u, v, hours); returns hours, next node and next edge of each node."""
    u, v, hours = (np.array(x) for x in zip(*edges, strict=True))
    hours = hours.astype(float)
    port = np.isin(np.arange(nodes), ports)
    best, way = np.empty(nodes), np.empty(nodes)
    through, through_edge = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    road_network.find_routes(
        np.arange(len(u)),
        u,
        v,
        hours,
        hours if cost is None else np.array(cost, dtype=float),
        port,
        best,
        way,
        through,
        through_edge,
    )
    return way.tolist(), through.tolist(), through_edge.tolist()


def test_fuel_takes_the_quickest_way_from_any_port():
    # port 0 - 1 - 2 - port 3, node 4 alone
    way, through, edge = routes([(0, 1, 10), (1, 2, 5), (3, 2, 4)], [0, 3], 5)
    assert way == [0.0, 9.0, 4.0, 0.0, math.inf]
    assert through == [-1, 2, 3, -1, -1]
    assert edge == [-1, 1, 2, -1, -1]


def test_a_dangerous_way_is_avoided_and_its_hours_are_what_they_are():
    way, through, _ = routes([(0, 1, 2), (0, 2, 3), (2, 1, 3)], [0], 3, cost=[20, 3, 3])
    assert way[1] == 6.0
    assert through[1] == 2


def test_chances_multiply_along_the_way():
    """Node 2 hangs on 1 and 1 on 0; node 3 has no way."""
    through, through_edge = np.array([-1, 0, 1, -1]), np.array([-1, 0, 1, -1])
    sequence, passing = np.zeros(4, dtype=np.int64), np.zeros(4)
    road_network.ports_first(through, sequence)
    road_network.unharmed(sequence, through, through_edge, np.array([0.5, 0.2]), passing)
    assert passing.tolist() == pytest.approx([1.0, 0.5, 0.4, 1.0])


def test_the_next_node_on_the_way_comes_before():
    through = np.array([3, 0, 0, -1, 6, -1, 5])
    sequence = np.zeros(7, dtype=np.int64)
    road_network.ports_first(through, sequence)
    at = {int(n): i for i, n in enumerate(sequence)}
    assert sorted(at) == list(range(7))
    assert all(at[n] > at[int(next_)] for n, next_ in enumerate(through) if next_ >= 0)


def test_a_town_is_closed_off_by_its_roads_as_far_as_it_uses_them():
    """Town 0 has roads to 1 (used for nine tenths) and 2; 3 is a port and has no road closed from the land."""
    besieged = np.zeros(4)
    use_u, use_v = np.array([0.9, 0.1, 0.3, 0.5]), np.array([0.7, 1.0, 0.0, 1.0])
    hazard = np.array([0.2, 0.8, 0.5, 1.0])
    port = np.array([False, False, False, True])
    road_network.closed_roads(np.array([0, 0, 1, 1]), np.array([1, 2, 2, 3]), use_u, use_v, hazard, port, besieged)
    assert besieged.tolist() == pytest.approx([0.18 + 0.08, 0.14 + 0.15 + 0.5, 0.8, 0.0])


def test_a_road_is_used_by_the_people_it_leads_to():
    """Town 0 lies between a town of 999 people an hour away and one of 99 people two hours away, behind it one of 9."""
    u, v, hours = np.array([0, 0, 2]), np.array([1, 2, 3]), np.array([1.0, 2.0, 1.0])
    use = np.zeros((2, 3))
    road_network.use_of_roads(np.arange(3), u, v, hours, np.array([0.0, 999.0, 99.0, 9.0]), 2.0, use)
    near, far = 1000 * math.exp(-0.5), 100 * math.exp(-1.0) + 10 * math.exp(-1.5)
    assert use[0].tolist() == pytest.approx([near / (near + far), far / (near + far), use[0, 2]])
    assert use[1].tolist() == pytest.approx([1.0, use[1, 1], 1.0])
    assert use[1, 1] + use[0, 2] == pytest.approx(1.0)  # the two roads of node 2


def test_every_town_with_a_road_uses_it():
    world = teaching_world()
    use, ends = road_network.road_use(world), world.edges
    of_node = np.bincount(ends.u, use[0], len(world.nodes)) + np.bincount(ends.v, use[1], len(world.nodes))
    touched = np.isin(np.arange(len(world.nodes)), np.concatenate([ends.u, ends.v]))
    assert of_node[touched] == pytest.approx(1.0)
