"""Births and other deaths, one community at a time."""

from __future__ import annotations

from sim.core.draws import stochastic_round


def step(plain, dt):
    """Natural growth of residents, in whole numbers."""
    dying = plain.p.demography.death_rate / 365.25
    for community in plain.communities:
        birth = dying + plain.governments[community.country].growth / 365.25
        born = stochastic_round(plain.draw("population", community.draw_key, 0), community.residents * birth * dt)
        died = stochastic_round(plain.draw("population", community.draw_key, 1), community.residents * dying * dt)
        died = min(died, community.residents)
        community.residents += born - died
        plain.ledger["births"] += born
        plain.ledger["other_deaths"] += died
