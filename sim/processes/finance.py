"""Livelihood and finance: what armed groups live on, what states can pay, and what people lose.

    income_a (in upkeep of one fighter per day) = sum over c: share_c,q(a) residents_c livelihood_c tax (people_a + herders_a arid_c)
                                                 + sum over c: share_c,q(a) extraction_c mine_a + ransom_a + loot
    funding_a -> (income + treasury spent) / upkeep, smoothed, at most 1.5
    livelihood_i -> (1 - k fear)(1 - k shortage)(1 - k missing goods)(1 - mines attacked)(1 + mission jobs), with a lag
    hardship_i = weights on lost livelihood, missing fuel and goods and crowding by the displaced, less aid

Insurgents tax what they rule (zakat, herders first), mines, hostages and captured goods; a mission that leaves takes its
jobs along. The state's treasury is the taxed part of its people, weighted by livelihood, and aid.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.tables import ARMY, FOREIGN

READS = (
    "actors.controller", "actors.taxes", "actors.persons", "actors.mandate", "actors.kind",
    "cells.share", "cells.presence", "cells.state_services", "cells.attack_memory", "communities.residents",
    "communities.hosted", "communities.fear", "communities.goods", "communities.siege", "governments.aid",
    "governments.aid_protected", "nodes.served", "nodes.price",
)  # fmt: skip
WRITES = (
    "actors.treasury", "actors.funding", "actors.loot", "communities.livelihood", "communities.hardship",
    "communities.blockade_hardship", "communities.benefits", "governments.treasury",
)  # fmt: skip


@njit(cache=True)
def taxed(share, controller, residents, livelihood, arid, extraction, people_rate, herder_rate, mine_rate):
    """Income per day of a controller from people and mines in all cells (upkeep of one fighter per day)."""
    total = 0.0
    for c in range(share.shape[0]):
        s = share[c, controller]
        if s > 0.0:
            if c < residents.shape[0]:
                total += s * residents[c] * livelihood[c] * (people_rate + herder_rate * arid[c])
            total += s * extraction[c] * mine_rate
    return total


@njit(cache=True)
def fare(node, served, price, goods, siege, fear, residents, hosted, jobs, mines_hit, aid, weights, gain, livelihood,
         hardship, blockade_hardship):  # fmt: skip
    """Livelihood and hardship of every community (P,), in place.

    `weights` = (fear, shortage, goods, mines) on livelihood and (livelihood, shortage, goods, price, crowding, aid) on
    hardship.
    """
    for i in range(residents.shape[0]):
        short = 1.0 - served[node[i]]
        dear = max(0.0, price[node[i]] - 1.0)
        rest = (1.0 - weights[0] * fear[i]) * (1.0 - weights[1] * short) * (1.0 - weights[2] * (1.0 - goods[i]))
        rest *= 1.0 - weights[3] * min(1.0, mines_hit[i])
        end = min(1.0, max(0.0, rest * (1.0 + jobs[i])))
        livelihood[i] += (end - livelihood[i]) * gain
        blocked = weights[5] * short + weights[6] * (1.0 - goods[i]) * siege[i] + weights[7] * min(1.0, dear)
        crowd = hosted[i] / (residents[i] + hosted[i] + 1.0)
        total = weights[4] * (1.0 - livelihood[i]) + blocked + weights[6] * (1.0 - goods[i]) * (1.0 - siege[i])
        total += weights[8] * crowd
        blockade_hardship[i] = min(1.0, blocked)
        hardship[i] = min(1.0, max(0.0, total * (1.0 - weights[9] * aid[i])))


def step(model, dt):
    """Income and treasuries of armed groups, of states, and people's livelihood and hardship."""
    p, a, cells, com, g, w = (
        model.p.finance,
        model.actors,
        model.cells,
        model.communities,
        model.governments,
        model.world,
    )
    lag = 1.0 - math.exp(-dt / p.funding_days)
    for row in np.flatnonzero((a.kind < ARMY) & (a.persons > 0)):
        people, herders, extraction, ransom = a.taxes[row]
        income = taxed(
            cells.share, a.controller[row], com.residents, com.livelihood, w.aridity, w.extraction,
            p.people_tax * people, p.herder_tax * herders, p.mine_tax * extraction,
        ) + p.ransom * ransom  # fmt: skip
        a.treasury[row] = max(0.0, a.treasury[row] + a.loot[row] + (income - a.persons[row]) * dt)
        a.treasury[row] = min(a.treasury[row], p.reserve_days * a.persons[row])
        ratio = (income + a.treasury[row] / p.spending_days) / a.persons[row]
        a.funding[row] += (min(1.5, ratio) - a.funding[row]) * lag
    a.loot[:] = 0.0
    # jobs that missions bring; mines whose neighbourhood is attacked
    rows = np.flatnonzero((a.kind == FOREIGN) & (a.mandate[:, 1] + a.mandate[:, 3] > 0.5))
    near = cells.presence[: w.P, rows].sum(1)
    jobs = p.mission_jobs * near / (near + p.jobs_half)
    mines_hit = w.extraction[: w.P] * cells.attack_memory[: w.P] / p.mine_attacks
    country = w.country[: w.P]
    safe = np.where(g.aid_protected[country], 1.0, 1.0 - com.fear)
    aid = (1.0 - np.prod(1.0 - g.aid, axis=1))[country] * safe  # kinds of aid add to one another
    com.benefits[:] = np.clip(0.5 * cells.share[: w.P, 0] * cells.state_services[: w.P] + 0.5 * aid, 0.0, 1.0)
    weights = np.array([
        p.fear_costs, p.fuel_costs, p.goods_costs, p.mines_cost, p.hard_livelihood, p.hard_fuel, p.hard_goods,
        p.hard_price, p.hard_crowding, p.aid_relief,
    ])  # fmt: skip
    fare(
        w.node_of_cell, model.nodes.served, model.nodes.price, com.goods, com.siege, com.fear, com.residents, com.hosted,
        jobs, mines_hit, aid, weights, 1.0 - math.exp(-dt / p.livelihood_days), com.livelihood, com.hardship,
        com.blockade_hardship,
    )  # fmt: skip
    paying = np.bincount(country, com.residents * cells.share[: w.P, 0] * com.livelihood, len(g))
    everyone = np.maximum(1.0, np.bincount(country, com.residents, len(g)))
    g.treasury[:] += (paying / everyone + p.aid_budget * g.aid.sum(1) - g.treasury) * (
        1.0 - math.exp(-dt / p.treasury_days)
    )
