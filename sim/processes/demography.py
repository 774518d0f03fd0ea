"""Births and other deaths: natural growth of residents, so that a decade of history has the right number of people.

Whole numbers with the right expectation; counted in the account of persons. Not one of the mechanisms under study.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.conversions import YEAR_DAYS
from sim.core.draws import stochastic_round, uniform
from sim.core.views import call, columns

GrowingCommunities = columns("communities", writes="residents", name="GrowingCommunities")

BIRTHS, DEATHS = 0, 1  # numbers of draws, by community


@njit(cache=True)
def grow(draws, draw_key, growing_communities, country, birth_rate, death_rate, dt):
    """Births and other deaths of one step, in place; returns their totals.

    `country` (N,) is that of each cell, the rates (C,) are per person and day; `draw_key` (N,) names cells in draws.
    """
    residents = growing_communities.residents
    births = 0
    deaths = 0
    for i in range(residents.shape[0]):
        expected = residents[i] * birth_rate[country[i]] * dt
        born = stochastic_round(uniform(draws, draw_key[i], BIRTHS), expected)
        expected = residents[i] * death_rate[country[i]] * dt
        died = min(stochastic_round(uniform(draws, draw_key[i], DEATHS), expected), residents[i])
        residents[i] += born - died
        births += born
        deaths += died
    return births, deaths


def step(model, dt):
    """Natural growth of residents (the displaced are taken to keep their number)."""
    w, draws = model.world, model.stream("population")
    death_rate = np.full(len(w.countries), model.p.demography.death_rate / YEAR_DAYS)
    birth_rate = death_rate + w.growth / YEAR_DAYS
    births, deaths = call(grow, draws, w.draw_key, GrowingCommunities.of(model), w.country, birth_rate, death_rate, dt)
    model.ledger["births"] += births
    model.ledger["other_deaths"] += deaths
