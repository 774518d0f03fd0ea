"""Births and other deaths, one community at a time."""

from __future__ import annotations

from sim.core.conversions import YEAR_DAYS
from sim.core.draws import stochastic_round

BIRTHS, DEATHS = 0, 1  # numbers of draws


def step(plain, dt):
    """Natural growth of residents, in whole numbers."""
    dying = plain.p.demography.death_rate / YEAR_DAYS
    for community in plain.communities:
        birth = dying + plain.governments[community.country].growth / YEAR_DAYS
        born = stochastic_round(plain.draw("population", community.draw_key, BIRTHS), community.residents * birth * dt)
        died = stochastic_round(plain.draw("population", community.draw_key, DEATHS), community.residents * dying * dt)
        died = min(died, community.residents)
        community.residents += born - died
        plain.ledger["births"] += born
        plain.ledger["other_deaths"] += died
