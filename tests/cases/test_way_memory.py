"""What is remembered of ways is what a search would find, day after day; nobody is lost where conflict moves daily."""

import sys
from pathlib import Path

import numpy as np
import pytest

from sim.cases import graph
from sim.cases.paths.memory import WayMemory
from sim.cases.run import simulate_case
from sim.cases.ways import closures_on, edges_of, find_ways
from sim.settings.parameters.groups import Parameters

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from made_case import made_case

P = Parameters().displacement


def moving_case(places: int, routes: int, days: int, changes: float, people: int = 500_000):
    """A made-up case in which each place at home falls into conflict or out of it with a chance of `changes` a day."""
    case = made_case(places, people, days, seed=3)
    rng = np.random.default_rng(5)
    kept = np.sort(rng.choice(len(case.routes.km), routes, replace=False))
    case.routes = graph.Routes(*(getattr(case.routes, name)[kept] for name in ("a", "b", "km", "forced")))
    on = (np.cumsum(rng.random((days, places)) < changes, axis=0) % 2).astype(bool)
    on &= (np.array(case.places.country) == "Home") & ~graph.is_camp(case.places.kind)
    case.intensity = np.where(on, rng.uniform(0.2, 1.0, (days, places)), 0.0)
    case.intensity[0, 0] = 1.0
    return case


def ways_as_rows(found) -> np.ndarray:
    return np.array(sorted(zip(*(x.tolist() for x in found), strict=True)))


@pytest.mark.parametrize("changes", [0.002, 0.2])
def test_remembered_ways_are_those_of_a_search(changes):
    case = moving_case(150, 280, 80, changes)
    edges, memory = edges_of(case), WayMemory(150)
    rng = np.random.default_rng(1)
    attraction = rng.uniform(0.1, 3.0, 150)
    none, searched = np.zeros((0, 150), dtype=np.int64), 0
    for day in range(case.days):  # borders close on the way, too
        origins = np.flatnonzero(rng.random(150) < 0.6)
        now = (attraction, case.intensity[day] > 0, closures_on(case, day))
        before = np.full((len(origins), 150), -1, dtype=np.int64)
        plain = find_ways(case, P, edges, origins, *now, before)
        known = memory.known.copy()
        found = find_ways(case, P, edges, origins, *now, none, memory)
        np.testing.assert_array_equal(ways_as_rows(found), ways_as_rows(plain))
        kept = known[origins] & memory.known[origins]
        searched += int(kept.sum())
        for origin, place in zip(found[0].tolist(), found[1].tolist(), strict=True):  # the same edges on the way back
            row, here = int(np.searchsorted(origins, origin)), place
            while here != origin:
                edge = memory.before[origin, here]
                assert edge == before[row, here]
                here = edges.routes.tail[edge]
    assert searched > 0


@pytest.mark.long
def test_a_year_of_conflict_that_moves_daily():
    """780 places, 1,489 routes: nobody is lost, and flows along routes are those that a plain search would trace."""
    case = moving_case(780, 1489, 40, 0.01, people=5_000_000)
    changed = (np.diff((case.intensity > 0).astype(int), axis=0) != 0).any(axis=1)
    assert changed.mean() > 0.9
    run = simulate_case(case, 1, 0, Parameters())
    assert run.arrivals.sum() > 0
    left = run.persons[-1].sum() + run.travelling[-1] + run.returned.sum()
    assert left == case.initial.sum() + run.arrivals.sum()
    assert run.flows.sum() >= run.arrivals.sum()  # one route at least to wherever they went
