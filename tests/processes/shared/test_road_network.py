"""Ways on the graph of roads: numbers worked out by hand."""

import math

import numpy as np
import pytest

from sim.processes.shared import road_network
from tests.reference.worlds import teaching_world


def network_of(edges) -> road_network.Network:
    """A graph of (u, v, hours)."""
    u, v, hours = (np.array(x) for x in zip(*edges, strict=True))
    return road_network.Network(np.arange(len(u)), u, v, hours.astype(float))


def routes(edges, ports, nodes, cost=None):
    """Routes on a graph of (u, v, hours); returns hours, next node and next edge of each node."""
    network, ways = network_of(edges), road_network.room_for_ways(nodes)
    cost = network.hours if cost is None else np.array(cost, dtype=float)
    cost = road_network.both_ways(cost) if cost.ndim == 1 else cost
    road_network.find_routes(network, np.isin(np.arange(nodes), ports), cost, ways)
    return ways.hours.tolist(), ways.through.tolist(), ways.through_edge.tolist()


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
    # what counts is the cost of going away from the port
    there, back = [20, 3, 3], [1, 3, 3]
    assert routes([(0, 1, 2), (0, 2, 3), (2, 1, 3)], [0], 3, cost=[there, back])[1][1] == 2
    assert routes([(0, 1, 2), (0, 2, 3), (2, 1, 3)], [0], 3, cost=[back, there])[1][1] == 0


def test_chances_multiply_along_the_way():
    """Node 2 hangs on 1 and 1 on 0; node 3 has no way."""
    through, through_edge = np.array([-1, 0, 1, -1]), np.array([-1, 0, 1, -1])
    ways, passing = road_network.Ways(np.zeros(4), through, through_edge, np.zeros(4, dtype=np.int64)), np.zeros(4)
    road_network.order_ports_first(through, ways.sequence)
    road_network.pass_unharmed(ways, np.array([0.5, 0.2]), passing)
    assert passing.tolist() == pytest.approx([1.0, 0.5, 0.4, 1.0])


def test_the_next_node_on_the_way_comes_before():
    through = np.array([3, 0, 0, -1, 6, -1, 5])
    sequence = np.zeros(7, dtype=np.int64)
    road_network.order_ports_first(through, sequence)
    at = {int(n): i for i, n in enumerate(sequence)}
    assert sorted(at) == list(range(7))
    assert all(at[n] > at[int(next_)] for n, next_ in enumerate(through) if next_ >= 0)


def test_a_town_is_closed_off_by_its_roads_as_far_as_it_uses_them():
    """Town 0 has roads to 1 (used for nine tenths) and 2; 3 is a port and has no road closed from the land."""
    besieged = np.zeros(4)
    use = np.array([[0.9, 0.1, 0.3, 0.5], [0.7, 1.0, 0.0, 1.0]])
    hazard = np.array([0.2, 0.8, 0.5, 1.0])
    network = network_of([(0, 1, 1), (0, 2, 1), (1, 2, 1), (1, 3, 1)])
    road_network.close_roads(network, np.array([False, False, False, True]), use, hazard, besieged)
    assert besieged.tolist() == pytest.approx([0.18 + 0.08, 0.14 + 0.15 + 0.5, 0.8, 0.0])


def test_a_road_is_used_by_the_people_it_leads_to():
    """Town 0 lies between a town of 999 people an hour away and one of 99 people two hours away, behind it one of 9."""
    network, use = network_of([(0, 1, 1), (0, 2, 2), (2, 3, 1)]), np.zeros((2, 3))
    people = np.array([0.0, 999.0, 99.0, 9.0])
    road_network.use_of_roads(network, people, 2.0, road_network.room_for_ways(4), use)
    near, far = 1000 * math.exp(-0.5), 100 * math.exp(-1.0) + 10 * math.exp(-1.5)
    assert use[0].tolist() == pytest.approx([near / (near + far), far / (near + far), use[0, 2]])
    assert use[1].tolist() == pytest.approx([1.0, use[1, 1], 1.0])
    assert use[1, 1] + use[0, 2] == pytest.approx(1.0)  # the two roads of node 2


def test_every_town_with_a_road_uses_it():
    world = teaching_world()
    use, ends = road_network.road_use(world, 24.0), world.edges
    of_node = np.bincount(ends.u, use[0], len(world.nodes)) + np.bincount(ends.v, use[1], len(world.nodes))
    touched = np.isin(np.arange(len(world.nodes)), np.concatenate([ends.u, ends.v]))
    assert of_node[touched] == pytest.approx(1.0)


def test_the_use_of_roads_is_kept_for_a_map_and_a_reach():
    """Far places count for more with a longer reach; what was found for one reach is not taken for another."""
    world = teaching_world()
    near, far = road_network.road_use(world, 24.0), road_network.road_use(world, 72.0)
    assert road_network.road_use(world, 24.0) is near
    assert not np.array_equal(near, far)


def test_dangerous_stretches_on_the_way_to_a_capital_need_escorts():
    """Port 0 - 1 - 2, the capital: a cell on both stretches needs as much as the worse; a hazard at the threshold,
    nothing."""
    network = network_of([(0, 1, 1), (1, 2, 1)])
    along = road_network.Along(np.array([0, 2, 4]), np.array([0, 1, 1, 2]), np.ones(4))
    ways, corridor = road_network.room_for_ways(3), np.ones(4)
    road_network.find_routes(network, np.array([True, False, False]), road_network.both_ways(network.hours), ways)
    road_network.mark_corridors(np.array([2, -1]), np.zeros(2), ways, along, np.array([0.3, 0.1]), 0.1, corridor)
    assert corridor.tolist() == [0.3, 0.3, 0.0, 0.0]
    road_network.mark_corridors(np.array([2, -1]), np.zeros(2), ways, along, np.array([0.3, 0.1]), 0.05, corridor)
    assert corridor.tolist() == [0.3, 0.3, 0.1, 0.0]
