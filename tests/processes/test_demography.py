"""Births and other deaths: by hand, and agreement with the plain version."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from sim.core.draws import stream_of
from sim.processes import demography
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, worlds


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("demography", world)


def test_growth_has_the_right_mean_in_whole_numbers():
    residents = np.full(20_000, 1000)
    draws, key = stream_of(1, 0, "population", 0), np.arange(20_000).astype(np.uint64)
    births, deaths = demography.grow(
        draws,
        key,
        demography.GrowingCommunities(residents),
        country=np.zeros(20_000, dtype=np.int64),
        birth_rate=np.array([1e-4]),
        death_rate=np.array([3e-5]),
        dt=7.0,
    )
    assert births == pytest.approx(20_000 * 0.7, rel=0.03)
    assert deaths == pytest.approx(20_000 * 0.21, rel=0.06)
    assert residents.sum() == 20_000_000 + births - deaths


def test_a_year_grows_by_the_countrys_rate():
    model = fresh_model(World(seed=1))
    before = model.communities.residents.sum()
    for _ in range(52):
        demography.step(model, 365.25 / 52)
        model.step_index += 1
        model._streams = {}
    w = model.world
    expected = (w.population[: w.n_communities] * w.growth[w.country[: w.n_communities]]).sum()
    assert model.communities.residents.sum() - before == pytest.approx(expected, rel=0.05)
    assert model.ledger["births"] - model.ledger["other_deaths"] == model.communities.residents.sum() - before
