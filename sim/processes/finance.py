"""Livelihood and finance: what armed groups live on, what states can pay, and what people lose.

    income_a (in upkeep of one fighter per day) = sum over c: share_c,q(a) residents_c livelihood_c tax (people_a + herders_a arid_c)
                                                 + sum over c: share_c,q(a) extraction_c mine_a + ransom_a + tolls_a + loot
    funding_a -> (income + treasury spent) / upkeep, smoothed, at most 1.5
    livelihood_i -> (1 - k fear)(1 - k shortage)(1 - k missing goods)(1 - mines attacked)(1 + mission jobs), with a lag
    hardship_i = weights on lost livelihood, missing fuel and goods and crowding by the displaced, less aid
    means of a state -> taxes of the people it holds * (1 - c + c legitimacy / legitimacy in peace) + aid

Militias live of what those give who support them (support in place of share), and cost little, since their men stay at their work.
Insurgents tax what they rule (zakat, herders first), mines, hostages, what passes on the roads (last week's tolls) and captured
goods; a mission that leaves, or cannot do its work, takes its jobs along. The state's means are the taxed part of its people,
weighted by livelihood, and aid; a part of taxes is paid only to a state that people hold legitimate (Levi 1988; Ali,
Fjeldstad and Sjursen 2014), so that standing is felt in pay, recruits and escorts. Fuel and goods that are missing are so
because roads are closed: that is the hardship of a blockade.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import MILITIA, stacked

READS = (
    "actors.controller", "actors.taxes_*", "actors.tolls", "actors.persons", "actors.mandate_factor",
    "actors.kind", "cells.share", "cells.presence", "cells.state_services", "cells.attack_memory",
    "communities.residents", "communities.hosted", "communities.support", "communities.fear", "communities.goods",
    "governments.aid_*", "governments.aid_protected", "governments.legitimacy", "nodes.served", "nodes.price",
)  # fmt: skip

WRITES = (
    "actors.treasury", "actors.funding", "actors.loot", "communities.livelihood", "communities.hardship",
    "communities.blockade_hardship", "communities.benefits", "governments.treasury",
)  # fmt: skip


@njit(cache=True)
def incomes(rows, persons, given, controller, taxes, share, support, residents, livelihood, arid, extraction, rates,
            income):  # fmt: skip
    """Income per day of the actors `rows` from people, herds, mines and hostages (upkeep of one fighter per day).

    `rates` = (a resident, a herder more in arid land, a large mine, hostages); `taxes` (A, 4) multiplies them by actor.
    Those `given` (A,) what they have get it from supporters, the others from those they rule.
    """
    populated = residents.shape[0]
    for a in rows:
        if persons[a] <= 0:
            continue
        total = 0.0
        resident, herder = rates[0] * taxes[a, 0], rates[1] * taxes[a, 1]
        for c in range(populated if given[a] else share.shape[0]):
            s = support[c, a] if given[a] else share[c, controller[a]]
            if s > 0.0:
                if c < populated:
                    total += s * residents[c] * livelihood[c] * (resident + herder * arid[c])
                if extraction[c] > 0.0:
                    total += s * extraction[c] * rates[2] * taxes[a, 2]
        income[a] = total + rates[3] * taxes[a, 3]


@njit(cache=True)
def keep_house(rows, upkeep, income, tolls, reserve_days, spending_days, gain, dt, loot, treasury, funding):
    """Treasuries of the actors `rows` and, with a lag, what they have for their `upkeep` (A,); captured goods are used up."""
    for a in rows:
        if upkeep[a] <= 0.0:
            continue
        daily = income[a] + tolls[a]
        treasury[a] = max(0.0, treasury[a] + loot[a] + (daily - upkeep[a]) * dt)
        treasury[a] = min(treasury[a], reserve_days * upkeep[a])
        ratio = (daily + treasury[a] / spending_days) / upkeep[a]
        funding[a] += (min(1.5, ratio) - funding[a]) * gain
    loot[:] = 0.0


@njit(cache=True)
def aid_in(aid, given):
    """Aid given in each country, (C,) in 0..1, into `given`: its kinds (C, 3) add to one another."""
    for c in range(given.shape[0]):
        missing = 1.0
        for kind in range(aid.shape[1]):
            missing *= 1.0 - aid[c, kind]
        given[c] = 1.0 - missing


@njit(cache=True)
def fare(node, country, served, price, goods, fear, residents, hosted, presence, missions, able, extraction, attacks, share,
         services, aid, protected, weights, gain, livelihood, hardship, blockade_hardship, benefits):  # fmt: skip
    """Livelihood, hardship and benefits of every community (P,), in place.

    `missions` are the rows of forces that give work, `able` (A,) what each can do of its mandate; `aid` (C,) is as `aid_in`
    has it, and does not reach those in fear unless it is `protected` (C,).
    `weights` = (fear, shortage, goods, mines) on livelihood, (livelihood, shortage, goods, price, crowding, aid) on hardship,
    (jobs of a large mission, presence that brings half of them, attacks that stop a mine).
    """
    for i in range(residents.shape[0]):
        n = node[i]
        short, missing, dear = 1.0 - served[n], 1.0 - goods[i], min(1.0, max(0.0, price[n] - 1.0))
        near = 0.0
        for a in missions:
            near += able[a] * presence[i, a]
        jobs = weights[10] * near / (near + weights[11])
        mines = min(1.0, extraction[i] * attacks[i] / weights[12])
        left = (1.0 - weights[0] * fear[i]) * (1.0 - weights[1] * short) * (1.0 - weights[2] * missing)
        left *= (1.0 - weights[3] * mines) * (1.0 + jobs)
        livelihood[i] += (min(1.0, max(0.0, left)) - livelihood[i]) * gain
        blocked = weights[5] * short + weights[6] * missing + weights[7] * dear
        crowd = hosted[i] / (residents[i] + hosted[i] + 1.0)
        total = blocked + weights[4] * (1.0 - livelihood[i]) + weights[8] * crowd
        helped = aid[country[i]] * (1.0 if protected[country[i]] else 1.0 - fear[i])
        blockade_hardship[i] = min(1.0, blocked)
        hardship[i] = min(1.0, max(0.0, total * (1.0 - weights[9] * helped)))
        benefits[i] = min(1.0, max(0.0, 0.5 * share[i, 0] * services[i] + 0.5 * helped))


@njit(cache=True)
def collect(country, residents, share, livelihood, legitimacy, peace, compliance, aid, aid_budget, gain, treasury):
    """Means of every state (C,), relative to peace, in place: taxes of those it holds, as far as they pay, and aid."""
    paying, people = np.zeros(treasury.shape[0]), np.zeros(treasury.shape[0])
    for i in range(residents.shape[0]):
        paying[country[i]] += residents[i] * share[i, 0] * livelihood[i]
        people[country[i]] += residents[i]
    for c in range(treasury.shape[0]):
        willing = 1.0 - compliance + compliance * legitimacy[c] / peace
        goal = willing * paying[c] / max(1.0, people[c]) + aid_budget * aid[c].sum()
        treasury[c] += (goal - treasury[c]) * gain


def step(model, dt):
    """Income and treasuries of armed groups, of states, and people's livelihood and hardship."""
    p, a, cells, com = model.p.finance, model.actors, model.cells, model.communities
    g, w, nodes = model.governments, model.world, model.nodes
    rows, given, income = model.irregulars, a.kind == MILITIA, model.scratch("income", (len(a),))
    incomes(
        rows, a.persons, given, a.controller, stacked(a, "taxes"), cells.share, com.support, com.residents, com.livelihood, w.aridity, w.extraction,
        (p.people_tax, p.herder_tax, p.mine_tax, p.ransom), income,
    )  # fmt: skip
    keep_house(
        rows, a.persons * np.where(given, p.militia_upkeep, 1.0), income, a.tolls, p.reserve_days, p.spending_days, 1.0 - math.exp(-dt / p.funding_days), dt, a.loot,
        a.treasury, a.funding,
    )  # fmt: skip
    aid = model.scratch("aid", (len(g),))
    aid_in(stacked(g, "aid"), aid)
    weights = (
        p.fear_costs, p.fuel_costs, p.goods_costs, p.mines_cost, p.hard_livelihood, p.hard_fuel, p.hard_goods,
        p.hard_price, p.hard_crowding, p.aid_relief, p.mission_jobs, p.jobs_half, p.mine_attacks,
    )  # fmt: skip
    fare(
        w.node_of_cell, w.country, nodes.served, nodes.price, com.goods, com.fear, com.residents, com.hosted, cells.presence,
        model.missions, a.mandate_factor, w.extraction, cells.attack_memory, cells.share, cells.state_services, aid,
        g.aid_protected, weights, 1.0 - math.exp(-dt / p.livelihood_days), com.livelihood, com.hardship,
        com.blockade_hardship, com.benefits,
    )  # fmt: skip
    collect(
        w.country, com.residents, cells.share, com.livelihood, g.legitimacy, model.p.politics.base, p.compliance, stacked(g, "aid"),
        p.aid_budget, 1.0 - math.exp(-dt / p.treasury_days), g.treasury,
    )  # fmt: skip
