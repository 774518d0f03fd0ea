"""Livelihood and finance, one group, community and government at a time."""

from __future__ import annotations

import math

from sim.core.codes import FOREIGN, INSURGENT, MILITIA
from tests.reference.withdrawal import sphere_km


def step(plain, dt):
    """Groups take in and spend, people fare as they can, states collect."""
    p = plain.p.finance
    for actor in plain.actors:
        if actor.kind in (INSURGENT, MILITIA) and actor.persons > 0:
            update_treasury(plain, actor, p, dt)
        actor.loot = 0.0
    for actor in plain.actors:
        if actor.kind in (INSURGENT, MILITIA) and p.kept > 0.0:
            keep_part(plain, actor, p, dt)
    stopped = [works_stopped(plain, government, p) for government in plain.governments]
    missions = [a for a in plain.actors if a.kind == FOREIGN and protects(a) + oversees(a) > p.jobs_mandate]
    for community in plain.communities:
        update_livelihood(plain, community, missions, stopped[community.country], p, dt)
    for country, government in enumerate(plain.governments):
        collect_taxes(plain, country, government, stopped[country], p, dt)


def around_capital(plain, cell) -> bool:
    """Whether a cell lies around the capital of its country."""
    capital = plain.governments[cell.country].capital_cell
    return capital >= 0 and sphere_km(cell, plain.cells[capital]) <= plain.p.finance.works_km


def works_stopped(plain, government, p) -> float:
    """Part of the mines and factories around a capital that attacks have stopped."""
    town = [plain.cells[government.capital_cell].townspeople if government.capital_cell >= 0 else 0.0][0]
    works = stopped = 0.0
    for cell in plain.cells:
        if plain.governments[cell.country] is government and around_capital(plain, cell):
            there = cell.extraction + cell.townspeople / max(1.0, town)
            works += there
            stopped += there * min(1.0, cell.attack_memory / p.mine_attacks)
    return stopped / works if works > 0.0 else 0.0


def aid_kinds(government) -> tuple[float, float, float]:
    return government.aid_political, government.aid_developmental, government.aid_humanitarian


def protects(actor) -> float:
    return actor.mandate_protect


def oversees(actor) -> float:
    return actor.mandate_oversee


def income_of(plain, actor, p) -> float:
    """Upkeep of fighters per day from people, herds, mines and hostages."""
    return p.ransom * actor.taxes_ransom + sum(raised_in(plain, actor, cell, p) for cell in plain.cells)


def raised_in(plain, actor, cell, p) -> float:
    """What a group takes in a day from the people, herds and mines of a cell."""
    peopled = cell.index < len(plain.communities)
    share = cell.share[actor.controller]
    if actor.kind == MILITIA:
        share = plain.communities[cell.index].support[actor.index] if peopled else 0.0
    raised = share * cell.extraction * p.mine_tax * actor.taxes_extraction
    if peopled:
        community = plain.communities[cell.index]
        each = p.people_tax * actor.taxes_people + p.herder_tax * actor.taxes_herders * cell.aridity
        raised += share * community.residents * community.livelihood * each
    return raised


def keep_part(plain, actor, p, dt) -> None:
    """What the ground of each unit adds to its funding: of what a cell gives each unit has the part that it is of the
    people of its group who are felt there, and keeps some of it."""
    units = plain.living(actor.index)
    around = {id(unit): [(unit.cell, 1.0)] if actor.kind == MILITIA else plain.cells[unit.cell].felt for unit in units}
    felt = {}
    for unit in units:
        for cell, weight in around[id(unit)]:
            felt[cell] = felt.get(cell, 0.0) + unit.manpower * weight
    each = {cell: raised_in(plain, actor, plain.cells[cell], p) / persons for cell, persons in felt.items()}
    people = sum(unit.manpower for unit in units)
    raised = {id(unit): sum(weight * each[cell] for cell, weight in around[id(unit)]) for unit in units}
    mean = sum(unit.manpower * raised[id(unit)] for unit in units) / people if people else 0.0
    upkeep = p.militia_upkeep if actor.kind == MILITIA else 1.0
    for unit in units:
        unit.surplus = follow(unit.surplus, p.kept * (raised[id(unit)] - mean) / upkeep, dt, p.funding_days)


def update_treasury(plain, actor, p, dt) -> None:
    """One group's treasury and, with a lag, what it has per fighter."""
    income = income_of(plain, actor, p) + actor.tolls
    upkeep = actor.persons * (p.militia_upkeep if actor.kind == MILITIA else 1.0)
    saved = actor.treasury + actor.loot + (income - upkeep) * dt
    actor.treasury = min(max(0.0, saved), p.reserve_days * upkeep)
    gap = max(0.0, upkeep - income)
    ratio = (income + min(gap, actor.treasury / p.spending_days)) / upkeep
    actor.funding = follow(actor.funding, ratio, dt, p.funding_days)


def update_livelihood(plain, community, missions, stopped, p, dt) -> None:
    """Livelihood, aid and hardship of one community."""
    cell, node = plain.cells[community.index], plain.nodes[community.node]
    government = plain.governments[community.country]
    near = sum(cell.presence[mission.index] * mission.mandate_factor for mission in missions)
    jobs = p.mission_jobs * near / (near + p.jobs_half)
    mines = min(1.0, cell.extraction * cell.attack_memory / p.mine_attacks)
    without_fuel, without_goods = 1.0 - node.served, 1.0 - community.goods
    left = 1.0 - p.fear_costs * community.fear
    left *= 1.0 - p.fuel_costs * without_fuel
    left *= 1.0 - p.mines_cost * mines
    if around_capital(plain, cell):
        left *= 1.0 - p.works_jobs * stopped
    reach = 1.0 if government.aid_protected else 1.0 - community.fear
    political, developmental, humanitarian = (reach * kind for kind in aid_kinds(government))
    lost = (1.0 - clip(left * (1.0 + jobs))) * (1.0 - p.aid_work * developmental)
    community.livelihood = follow(community.livelihood, 1.0 - lost, dt, p.livelihood_days)

    community.included = political
    community.benefits = clip(p.benefit_services * cell.share[0] * cell.state_services + p.benefit_aid * developmental)

    by_blockade = p.hard_fuel * without_fuel + p.hard_goods * without_goods
    community.blockade_hardship = min(1.0, by_blockade)
    hard = by_blockade + p.hard_livelihood * (1.0 - community.livelihood)
    hard += p.hard_crowding * community.hosted / (community.residents + community.hosted + 1.0)
    community.hardship = clip(hard * (1.0 - p.aid_relief * humanitarian) * plain.seasons.lean(cell, plain.month))


def collect_taxes(plain, country, government, stopped, p, dt) -> None:
    """The state's means: the part of its people that it can tax, by their livelihood, and aid."""
    everyone, paying = 0, 0.0
    for community in plain.communities:
        if community.country == country:
            everyone += community.residents
            paying += community.residents * plain.cells[community.index].share[0] * community.livelihood
    pays = 1.0 - p.compliance * (1.0 - government.legitimacy / plain.p.politics.base)
    taxes = pays * paying / max(1, everyone) * (1.0 - p.works_income * stopped)
    goal = taxes + p.aid_budget * sum(aid_kinds(government))
    goal = max(0.0, goal - pay_of_partner(plain, country, government, p))
    government.treasury = follow(government.treasury, goal, dt, p.treasury_days)


def pay_of_partner(plain, country, government, p) -> float:
    """What a partner is paid, man by man: less where gold pays them."""
    if government.partner < 0:
        return 0.0
    partner, pay = plain.actors[government.partner], 0.0
    for cell in plain.cells:
        if cell.country == country:
            gold = p.gold_pays * partner.mandate_seek_resources * min(1.0, cell.extraction)
            pay += cell.presence[partner.index] * p.partner_pay / 1000.0 * (1.0 - gold)
    return pay


def follow(now: float, goal: float, dt: float, days: float) -> float:
    """Value after `dt` days of going from `now` to `goal` with time constant `days`."""
    return goal + (now - goal) * math.exp(-dt / days)


def clip(x: float) -> float:
    return min(1.0, max(0.0, x))
