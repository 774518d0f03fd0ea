"""Ways through a case: by hand, and against SciPy's shortest paths."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from sim.cases.paths.search import MOST_DESTINATIONS, NEGLIGIBLE
from sim.cases.reader import read_case
from sim.cases.ways import Ways, closures_on, edges_of, find_ways, open_on, with_cohorts
from sim.settings.parameters.groups import Parameters
from tests.cases.cases import FILES, write_case

P = Parameters().displacement


def ways(case, day: int = 5, attraction=None, p=P) -> dict[tuple[str, str], tuple[float, float]]:
    """Pull and days of every way, by the names of its ends."""
    number = len(case.places.names)
    if attraction is None:
        attraction = np.ones(number)
    before = np.full((number, number), -1, dtype=np.int64)
    found = find_ways(
        case, p, edges_of(case), np.arange(number), attraction, case.intensity[day] > 0, closures_on(case, day), before
    )
    name = case.places.names
    return {(name[i], name[j]): (pull, days) for i, j, pull, days in zip(*(x.tolist() for x in found), strict=True)}


def felt(km: float) -> float:
    reach = P.reach_hours
    return P.vehicle_share * math.exp(-km / P.road_km_h / reach) + (1 - P.vehicle_share) * math.exp(
        -km / P.foot_km_h / reach
    )


def test_pull_and_time_by_hand(tmp_path):
    found = ways(read_case(write_case(tmp_path)))
    assert found["Ada", "Cora"][0] == pytest.approx(felt(130.0))
    vehicle = P.vehicle_share * math.exp(-130.0 / P.road_km_h / P.reach_hours)
    foot = felt(130.0) - vehicle
    hours = (vehicle * 130.0 / P.road_km_h + foot * 130.0 / P.foot_km_h) / felt(130.0)
    assert found["Ada", "Cora"][1] == pytest.approx(P.departure_days + hours / P.travel_hours)
    assert found["Cora", "Bru"][0] == pytest.approx(felt(80.0))
    # the way back leads into conflict: it is felt as longer and takes as long
    assert found["Bru", "Ada"][0] == pytest.approx(felt(50.0 * (1.0 + P.risk_weight)))


def test_days_before_people_set_out_are_the_regions(tmp_path):
    case = read_case(write_case(tmp_path))
    usual, later = ways(case), ways(case, p=replace(P, departure_days=P.departure_days + 1.5))
    for way, (pull, days) in usual.items():
        assert later[way] == pytest.approx((pull, days + 1.5))


def test_borders_and_places_close_and_open(tmp_path):
    closures = "country,Home,Away,0,3\nlocation,Dom,,4,5\ncamp,Cora,,6,-1\nlink,Ada,Bru,8,-1\n"
    case = read_case(write_case(tmp_path, closures=closures))
    assert {b for a, b in ways(case, 0) if a == "Ada"} == {"Bru"}
    assert {b for a, b in ways(case, 3) if a == "Ada"} == {"Bru", "Cora", "Dom"}
    assert {b for a, b in ways(case, 4) if a == "Ada"} == {"Bru", "Cora"}
    assert {b for a, b in ways(case, 4) if a == "Dom"} == {"Ada", "Bru", "Cora"}  # who is in it may leave
    assert {b for a, b in ways(case, 6) if a == "Ada"} == {"Bru", "Dom"}
    assert {b for a, b in ways(case, 8) if a == "Ada"} == {"Dom"}


def test_a_forced_redirection_leads_on(tmp_path):
    """Whoever is at Bru must go on to Cora: nobody stays there, nobody turns back, until it is lifted."""
    routes = FILES["input/routes.csv"].replace("Bru,Cora,80,0", "Bru,Cora,80,2")
    case = read_case(write_case(tmp_path, routes=routes, closures="remove_forced_redirection,Bru,Cora,6,-1\n"))
    found = ways(case, 5)
    assert {b for a, b in found if a == "Ada"} == {"Cora", "Dom"}
    assert {b for a, b in found if a == "Bru"} == {"Cora"}
    assert {b for a, b in ways(case, 6) if a == "Ada"} == {"Bru", "Cora", "Dom"}


def test_hubs_and_markers_are_passed_through(tmp_path):
    for kind in ("forwarding_hub", "marker"):
        text = FILES["input/locations.csv"].replace("town,,", f"{kind},,")
        found = ways(read_case(write_case(tmp_path / kind, locations=text)))
        assert {b for a, b in found if a == "Ada"} == {"Cora", "Dom"}


class Net:
    """A made case of many places on a lattice with roads of random length."""

    def __init__(self, seed: int, side: int = 12):
        from types import SimpleNamespace

        rng = np.random.default_rng(seed)
        at = np.arange(side * side).reshape(side, side)
        a = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
        b = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
        number = side * side
        self.places = SimpleNamespace(
            names=[str(i) for i in range(number)], country=["x"] * number, kind=np.ones(number, dtype=np.int8)
        )
        self.routes = SimpleNamespace(a=a, b=b, km=rng.uniform(5, 60, len(a)), forced=np.zeros(len(a), dtype=np.int8))
        self.closures = []
        self.number = number
        self.attraction = np.where(rng.random(number) < 0.15, rng.uniform(0.2, 4.0, number), 0.0)
        self.conflict = rng.random(number) < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_the_search_finds_what_scipy_finds(seed):
    """All places of at least a hundredth of the weight of the best, with the cost of the shortest way."""
    net = Net(seed)
    edges = edges_of(net)
    before = np.full((net.number, net.number), -1, dtype=np.int64)
    origin, place, pull, _days = find_ways(
        net, P, edges, np.arange(net.number), net.attraction, net.conflict, [], before
    )
    r = net.routes
    cost = np.concatenate([r.km, r.km]) * (1.0 + P.risk_weight * net.conflict[np.concatenate([r.b, r.a])])
    graph = coo_matrix((cost, (np.concatenate([r.a, r.b]), np.concatenate([r.b, r.a]))), shape=(net.number,) * 2)
    far = dijkstra(graph.tocsr())
    for i in range(net.number):
        weight = net.attraction * np.vectorize(felt)(far[i])
        weight[i] = 0.0
        mine = dict(zip(place[origin == i].tolist(), pull[origin == i].tolist(), strict=True))
        for j, value in mine.items():
            assert value == pytest.approx(weight[j])
        wanted = np.flatnonzero(weight >= NEGLIGIBLE * weight.max())
        assert set(wanted) <= set(mine) or len(mine) == MOST_DESTINATIONS
        for j in mine:  # the way, edge by edge, is as long as its cost
            total, here = 0.0, j
            while here != i:
                e = before[i, here]
                total += edges.network.km[e] * (1.0 + P.risk_weight * net.conflict[here])
                here = int(edges.routes.tail[e])
            assert total == pytest.approx(far[i, j])


def test_rows_follow_their_cohorts(tmp_path):
    """People on a way that is no longer thought of keep their row, without pull; others get new rows."""
    old = Ways(np.array([0, 2, 2, 2]), np.array([1, 2]), np.array([1.0, 1.0]), np.array([3.0, 4.0]))
    found = (np.array([0, 1]), np.array([1, 2]), np.array([0.5, 0.7]), np.array([5.0, 6.0]))
    new, persons, transit = with_cohorts(found, 3, old, np.array([0, 9]), np.array([0, 2]))
    assert new.start.tolist() == [0, 2, 3, 3]
    assert new.place.tolist() == [1, 2, 2]
    assert new.pull.tolist() == [0.5, 0.0, 0.7]
    assert new.days.tolist() == [5.0, 4.0, 6.0]
    assert persons.tolist() == [0, 9, 0]
    assert transit.tolist() == [0, 2, 0]


def test_open_on_without_closures_opens_all(tmp_path):
    case = read_case(write_case(tmp_path))
    usable, enter = open_on(case, edges_of(case), [])
    assert usable.all()
    assert enter.all()
