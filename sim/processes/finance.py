"""Livelihood and finance: what armed groups live on, what states can pay, and what people lose.

    income_a (in upkeep of one fighter per day)
             = sum over c: share_c,q(a) residents_c livelihood_c tax (people_a + herders_a arid_c)
             + sum over c: share_c,q(a) extraction_c mine_a + ransom_a + tolls_a + loot
    funding_a -> income / upkeep, smoothed; below 1 the treasury is spent on what lacks, in spending_days
    funding of a unit: that of its group, and what its own ground adds (`sim.processes.shared.mobilisation.own_ground`)
    livelihood_i -> (1 - k fear)(1 - k shortage)(1 - mines attacked)(1 + mission jobs), with a lag; what lacks to 1 is
                    smaller by aid_work developmental aid
    stopped_c = sum over works around the capital of c: weight min(1, attacks / mine_attacks)
    livelihood_i around it and taxes of the state are lower by the part of them that works bring, times stopped_c
    hardship_i = weights on lost livelihood, missing fuel and goods and crowding by the displaced, less humanitarian
                 aid; more in the lean season (`sim.world.season_factors`)
    means of a state -> taxes of the people it holds * (1 - c + c legitimacy / legitimacy in peace) + aid
                        - partner_pay / 1000 sum over c: presence of its partner_c (1 - gold_pays seeks extraction_c)

Funding is the capacity that income can sustain, over the fighters there are: joining scales with it up to 1, and those
who are not paid desert (recruitment), so that a group can grow no further than what it takes in (Weinstein 2007 on
endowments; Sanchez de la Sierra 2020 on taxes as what armed groups live of). A treasury bridges a gap; it does not make
a large group out of a poor one.

Militias live of what those give who support them (support in place of share), and cost little, since their men stay at
their work. Insurgents tax what they rule (zakat, herders first), mines, hostages, what passes on the roads (last week's
tolls) and captured goods; a mission that leaves, or cannot do its work, takes its jobs along. The state's means are the
taxed part of its people, weighted by livelihood, and aid; a part of taxes is paid only to a state that people hold
legitimate (Levi 1988; Ali, Fjeldstad and Sjursen 2014), so that standing is felt in pay, recruits and escorts. Fuel and
goods that are missing are so because roads are closed: that is the hardship of a blockade.

What each kind of aid does, and what a partner costs: `sim.processes.shared.foreign.aid`.
Works around a capital are its factories (by townspeople) and mines within `works_km`: attacks on them lower the jobs of
the capital's people and the taxes of the state (the economy around Bamako from July 2025 on: Calderazzi 2026).

Missing goods enter hardship once, directly. Livelihood is what people earn by their work; goods are what they would buy
with it, and high prices are how those that are missing are shared out, so neither adds to what is already counted
(what a longer way and tolls add to prices is small beside it). Want of fuel, at home, is counted in the same way; work
that stands still for it, in mills, at pumps and on the roads, is a loss of its own, of livelihood.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import MILITIA
from sim.core.views import bundle, call, columns, values
from sim.processes.shared.derived import Felt
from sim.processes.shared.foreign.aid import alike, instruments, partner_costs
from sim.processes.shared.mobilisation.own_ground import Ground, keep_part, raised_in
from sim.settings.parameters.livelihood import Finance

#: ransom, tolls, booty and the treasury are the group's; raised are the rest
Units = columns("units", reads="cell manpower", writes="surplus")
Actors = columns(
    "actors",
    reads="kind controller tolls persons mandate_factor taxes_people taxes_herders taxes_extraction taxes_ransom"
    " mandate_seek_resources",
    writes="treasury funding loot",
)
Cells = columns("cells", reads="share presence state_services attack_memory")
Communities = columns(
    "communities",
    reads="residents hosted support fear goods",
    writes="livelihood hardship blockade_hardship benefits included",
)
Governments = columns(
    "governments",
    reads="aid_political aid_developmental aid_humanitarian aid_protected legitimacy partner",
    writes="treasury",
)
Nodes = columns("nodes", reads="served")
FinanceRules = values("FinanceRules", Finance, unread="jobs_mandate works_km")
#: works around capitals: cells with any, their country and weight (sum 1 in a country), and who lives around (P,)
Works = bundle("Works", "cell country weight near")
#: of each cell; country, supply node and what the season makes of hardship of communities
Place = bundle("Place", "country node aridity extraction lean")
#: rows of armed groups; which of them live of gifts (A,), rows of missions that give work
Rows = bundle("Rows", "groups given missions")
#: days of the step, and part of the way to where it tends that each goes in it
Gains = bundle("Gains", "days funding livelihood treasury")
#: upkeep and income of actors (A,), income by actor and cell (A, N), and room to work in (N,)
Purse = bundle("Purse", "upkeep income raised field yields")


@njit(cache=True)
def incomes(rows, actors, cells, communities, place, p, income, raised):
    """Income per day of armed groups from people, herds, mines and hostages (upkeep of one fighter per day), into
    `income` (A,), and by cell, without hostages, into `raised` (A, N). Those who live of gifts have what they get from
    supporters, the others from those they rule."""
    for a in rows.groups:
        if actors.persons[a] <= 0:
            continue
        given = rows.given[a]
        total = 0.0
        for c in range(cells.share.shape[0]):
            people, mines = raised_in(c, a, given, actors, cells, communities, place, p)
            raised[a, c] = people + mines
            total += people
            total += mines
        income[a] = total + p.ransom * actors.taxes_ransom[a]


@njit(cache=True)
def update_treasuries(rows, upkeep, income, actors, p, gain, dt):
    """Treasuries of armed groups (days of upkeep of one fighter) and, with a lag, their funding, in place.

    `income` and `upkeep` (A,) are per day; captured goods are used up; `gain` is the part of the way gone in the step.
    """
    for a in rows.groups:
        if upkeep[a] <= 0.0:
            continue
        daily = income[a] + actors.tolls[a]
        saved = max(0.0, actors.treasury[a] + actors.loot[a] + (daily - upkeep[a]) * dt)
        actors.treasury[a] = min(saved, p.reserve_days * upkeep[a])
        helped = (daily + actors.treasury[a] / p.spending_days) / upkeep[a]
        actors.funding[a] += (max(daily / upkeep[a], min(1.0, helped)) - actors.funding[a]) * gain
    actors.loot[:] = 0.0


@njit(cache=True)
def works_stopped(works, attack_memory, countries, p):
    """Part of the works around each capital that attacks have stopped (C,)."""
    stopped = np.zeros(countries)
    for j in range(works.cell.shape[0]):
        stopped[works.country[j]] += works.weight[j] * min(1.0, attack_memory[works.cell[j]] / p.mine_attacks)
    return stopped


@njit(cache=True)
def update_livelihoods(rows, actors, cells, communities, nodes, place, near_works, stopped, aid, p, gain):
    """Livelihood, hardship, benefits and inclusion of every community (P,), in place.

    `near_works` (P,) are those around a capital, of whose works the part `stopped` (C,) stands still.
    `aid` does not reach those in fear unless it is protected.
    """
    for i in range(communities.residents.shape[0]):
        n, country, fear = place.node[i], place.country[i], communities.fear[i]
        short, missing = 1.0 - nodes.served[n], 1.0 - communities.goods[i]
        near = 0.0
        for a in rows.missions:
            near += actors.mandate_factor[a] * cells.presence[i, a]
        jobs = p.mission_jobs * near / (near + p.jobs_half)
        mines = min(1.0, place.extraction[i] * cells.attack_memory[i] / p.mine_attacks)
        left = (1.0 - p.fear_costs * fear) * (1.0 - p.fuel_costs * short) * (1.0 - p.mines_cost * mines) * (1.0 + jobs)
        if near_works[i]:
            left *= 1.0 - p.works_jobs * stopped[country]
        reach = 1.0 if aid.protected[country] else 1.0 - fear
        left = min(1.0, max(0.0, left))
        left += p.aid_work * aid.work[country] * reach * (1.0 - left)
        communities.livelihood[i] += (left - communities.livelihood[i]) * gain
        blocked = p.hard_fuel * short + p.hard_goods * missing
        crowd = communities.hosted[i] / (communities.residents[i] + communities.hosted[i] + 1.0)
        total = blocked + p.hard_livelihood * (1.0 - communities.livelihood[i]) + p.hard_crowding * crowd
        communities.blockade_hardship[i] = min(1.0, blocked)
        relieved = total * (1.0 - p.aid_relief * aid.relief[country] * reach)
        communities.hardship[i] = min(1.0, max(0.0, relieved * place.lean[i]))
        served = p.benefit_services * cells.share[i, 0] * cells.state_services[i]
        served += p.benefit_aid * aid.services[country] * reach
        communities.benefits[i] = min(1.0, max(0.0, served))
        communities.included[i] = aid.inclusion[country] * reach


@njit(cache=True)
def collect_taxes(country, communities, share, governments, stopped, cost, peace, p, gain):
    """Means of every state (C,), relative to peace, in place: taxes of those it holds, as far as they pay, and aid,
    less the `cost` (C,) of a partner.

    `share` (N, Q) as in cells; `stopped` (C,) is the part of works around the capital that stands still; `peace` is
    the legitimacy at which all pay.
    """
    treasury = governments.treasury
    paying, people = np.zeros(treasury.shape[0]), np.zeros(treasury.shape[0])
    for i in range(communities.residents.shape[0]):
        paying[country[i]] += communities.residents[i] * share[i, 0] * communities.livelihood[i]
        people[country[i]] += communities.residents[i]
    for c in range(treasury.shape[0]):
        willing = 1.0 - p.compliance + p.compliance * governments.legitimacy[c] / peace
        aid = governments.aid_political[c] + governments.aid_developmental[c] + governments.aid_humanitarian[c]
        taxes = willing * paying[c] / max(1.0, people[c]) * (1.0 - p.works_income * stopped[c])
        goal = max(0.0, taxes + p.aid_budget * aid - cost[c])
        treasury[c] += (goal - treasury[c]) * gain


@njit(cache=True)
def update_finance(
    rows, units, ground, actors, cells, communities, governments, nodes, where, aid, purse, peace, p, gains
):
    """Groups, then people, then states, in place: one door, since handing the tables over costs as much as the sums.

    `where` are a `Place` and the `Works`.
    """
    place, works = where
    incomes(rows, actors, cells, communities, place, p, purse.income, purse.raised)
    update_treasuries(rows, purse.upkeep, purse.income, actors, p, gains.funding, gains.days)
    if p.kept > 0.0:
        keep_part(rows, units, ground, purse.raised, p, gains.funding, purse.field, purse.yields)
    stopped = works_stopped(works, cells.attack_memory, governments.treasury.shape[0], p)
    around = place, works.near, stopped
    update_livelihoods(rows, actors, cells, communities, nodes, *around, aid, p, gains.livelihood)
    cost = partner_costs(actors, cells, governments, place, p)
    collect_taxes(place.country, communities, cells.share, governments, stopped, cost, peace, p, gains.treasury)


def step(model, dt):
    """Income and treasuries of armed groups, of states, and people's livelihood and hardship."""
    account(model, dt, instruments)


def aid_alike(model, dt):
    """The step in the variant of this name, in which the three kinds of aid do the same."""
    account(model, dt, alike)


def account(model, dt, instruments_of):
    """The step of the process; `instruments_of(governments)` is what aid does."""
    actors, cells, communities = Actors.of(model), Cells.of(model), Communities.of(model)
    governments, w = Governments.of(model), model.world
    p = FinanceRules.of(model.p.finance)
    place = Place(w.country, w.node_of_cell, w.aridity, w.extraction, model.season().lean)
    rows = Rows(model.irregulars, actors.kind == MILITIA, model.missions)
    upkeep = actors.persons * np.where(rows.given, p.militia_upkeep, 1.0)
    cells_and = len(actors.kind), len(cells.share)
    room = (model.scratch("income", cells_and[:1]), model.scratch("raised", cells_and), *np.empty((2, cells_and[1])))
    purse, ground = Purse(upkeep, *room), Ground(model.units_by_actor(), Felt(*model.felt))
    gains = Gains(dt, *(1.0 - math.exp(-dt / days) for days in (p.funding_days, p.livelihood_days, p.treasury_days)))
    aid, nodes, peace = instruments_of(governments), Nodes.of(model), model.p.politics.base
    call(
        update_finance,
        rows,
        Units.of(model),
        ground,
        actors,
        cells,
        communities,
        governments,
        nodes,
        (place, Works(*model.works)),
        aid,
        purse,
        peace,
        p,
        gains,
    )
