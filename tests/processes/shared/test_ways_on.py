"""Going on out of the region: by hand, by law, and conserved."""

import numpy as np
import pytest

from sim.processes import displacement
from tests.reference.worlds import World, fresh_model


def away(model, host: str, persons: int = 1000) -> int:
    """Put people of every origin into their cohorts in a country; how many there are."""
    w, co, com = model.world, model.cohorts, model.communities
    rows = w.country[co.place] == w.countries.index(host)
    co.persons[rows] = persons
    com.hosted[:] = np.bincount(co.place, co.persons, w.n_communities)
    com.displaced_from[:] = np.bincount(co.origin, co.persons, w.n_communities)
    return int(co.persons.sum())


def a_year(model, passage=1.0, rate=0.5) -> np.ndarray:
    """Who went on in a year of displacement alone, by country of origin and where to."""
    model.governments.passage[:] = passage
    model.p.displacement.ways_on_rate, model.p.displacement.return_rate = rate, 0.0
    for _ in range(52):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    return model.governments.gone_on.copy()


def test_people_go_on_at_the_rate_where_ways_lead_and_are_counted():
    model = fresh_model(World(seed=1))
    there = away(model, "XCO")
    model.ways_on[:] = False
    model.ways_on[model.world.countries.index("XCO"), :2] = True
    gone = a_year(model)
    assert gone[:, 2:].sum() == 0
    assert gone.sum() == model.ledger["departed"]
    assert gone.sum() / there == pytest.approx(1.0 - np.exp(-0.5 * 364 / 365.25), rel=0.05)
    assert gone[:, 0].sum() / gone.sum() == pytest.approx(0.5, abs=0.1)


def test_a_law_narrows_a_way_and_a_closed_one_is_not_taken():
    half, none = fresh_model(World(seed=1)), fresh_model(World(seed=1))
    for model in (half, none):
        away(model, "XCO")
        model.ways_on[:] = False
        model.ways_on[model.world.countries.index("XCO"), 0] = True
    there = int(half.cohorts.persons.sum())
    assert a_year(half, 0.4).sum() / there == pytest.approx(1.0 - np.exp(-0.2 * 364 / 365.25), rel=0.05)
    assert a_year(none, 0.0).sum() == 0


def test_nobody_goes_on_without_a_way_or_a_rate():
    model = fresh_model(World(seed=1))
    away(model, "XCO")
    assert not model.ways_on.any()  # the made-up region names none
    assert a_year(model).sum() == 0
    model.ways_on[model.world.countries.index("XCO"), 0] = True
    assert a_year(model, rate=0.0).sum() == 0
    assert a_year(model).sum() > 0
