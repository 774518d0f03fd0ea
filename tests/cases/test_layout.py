"""Where places are drawn: on the map, amid their neighbours, or laid out by the lengths of routes, always alike."""

import numpy as np
import pytest

from sim.cases import layout
from sim.cases.layout import positions


def assert_laid_out(count: int, a: list[int], b: list[int], km: list[float]) -> np.ndarray:
    """Positions (P, 2) of places without any of their own."""
    nowhere = np.full(count, np.nan)
    where, source = positions(nowhere, nowhere, np.array(a), np.array(b), np.array(km))
    assert source == "routes"
    assert where.shape == (count, 2)
    assert np.isfinite(where).all()
    return where


def apart(where: np.ndarray) -> np.ndarray:
    """Distances between all places (P, P)."""
    return np.linalg.norm(where[:, None] - where[None], axis=2)


def test_places_without_positions_are_laid_out_by_routes():
    found = apart(assert_laid_out(3, [0, 1], [1, 2], [30.0, 50.0]))
    assert found[0, 2] / found[0, 1] == pytest.approx(80 / 30, rel=0.01)
    assert found[1, 2] / found[0, 1] == pytest.approx(50 / 30, rel=0.01)


def test_places_that_are_alike_do_not_stand_on_one_spot():
    found = apart(assert_laid_out(6, [0] * 5, [1, 2, 3, 4, 5], [10.0] * 5))
    assert found[np.triu_indices(6, 1)].min() > 0.3 * found.max()


def test_a_place_that_no_route_joins_stands_aside():
    found = apart(assert_laid_out(4, [0, 1], [1, 2], [30.0, 50.0]))
    assert found[3, :3].min() > 0.5 * found[0, 2]


def test_the_layout_is_wider_than_high_and_always_the_same():
    rng = np.random.default_rng(3)
    a, b = list(range(29)), [int(rng.integers(row + 1, min(row + 5, 30))) for row in range(29)]
    km = rng.uniform(10.0, 90.0, 29).tolist()
    first = assert_laid_out(30, a, b, km)
    assert np.ptp(first[:, 0]) >= np.ptp(first[:, 1])
    np.testing.assert_array_equal(first, assert_laid_out(30, a, b, km))


@pytest.mark.parametrize("limit", ["MOST_BY_DISTANCE", "MOST_BY_SPRINGS"])
def test_larger_cases_are_laid_out_in_a_simpler_way(limit, monkeypatch):
    monkeypatch.setattr(layout, limit, 2)
    found = apart(assert_laid_out(4, [0, 1, 2], [1, 2, 3], [10.0, 10.0, 10.0]))
    assert found[np.triu_indices(4, 1)].min() > 0.1 * found.max()


def test_a_few_places_without_positions_stand_amid_their_neighbours():
    lon = np.array([0.0, np.nan, 4.0, 9.0])
    lat = np.array([0.0, np.nan, 2.0, 9.0])
    where, source = positions(lon, lat, np.array([0, 1]), np.array([1, 2]), np.array([1.0, 1.0]))
    assert source == "map"
    assert where[1].tolist() == [2, 1]
    alone, _ = positions(lon, lat, np.array([0]), np.array([2]), np.array([1.0]))
    assert np.isfinite(alone).all()
