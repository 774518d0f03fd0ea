"""Births and other deaths: natural growth of residents, so that a decade of history has the right number of people.

Whole numbers with the right expectation; counted in the account of persons. Not one of the mechanisms under study.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.draws import stochastic_round, uniform

READS = ()

WRITES = ("communities.residents",)


@njit(cache=True)
def grow(stream, draw_key, country, births_rate, deaths_rate, dt, residents):
    """Births and deaths of one step, in place; returns their totals. Rates (C,) per day."""
    births = 0
    deaths = 0
    for i in range(residents.shape[0]):
        born = stochastic_round(uniform(stream, draw_key[i], 0), residents[i] * births_rate[country[i]] * dt)
        died = stochastic_round(uniform(stream, draw_key[i], 1), residents[i] * deaths_rate[country[i]] * dt)
        died = min(died, residents[i])
        residents[i] += born - died
        births += born
        deaths += died
    return births, deaths


def step(model, dt):
    """Natural growth of residents (the displaced are taken to keep their number)."""
    p, w = model.p.demography, model.world
    death_rate = np.full(len(w.countries), p.death_rate / 365.25)
    births, deaths = grow(
        model.stream("population"), w.draw_key, w.country, death_rate + w.growth / 365.25, death_rate, dt,
        model.communities.residents,
    )  # fmt: skip
    model.ledger["births"] += births
    model.ledger["other_deaths"] += deaths
