"""Units live off their ground: a part of what a unit raises from people, herds and mines around it stays with it.

    raised_u  = sum over c near unit u of a: income_ca felt_uc / (sum over units v of a: manpower_v felt_vc)
    surplus_u -> kept (raised_u - mean of raised over the fighters of a) / upkeep of one of them, over funding_days
    funding of u = max(0, funding_a + surplus_u)                                                      without unit

Incomes are in upkeep of one fighter a day. `felt_uc` is how a unit is felt in a cell
(`sim.processes.shared.derived`); a militia is felt in its own alone. Ransom, tolls, booty and the treasury are the
whole group's. Nothing is added: over the fighters of a group surplus comes to nought, but for its lag. Katibas raise
their own means where they are and pass on a part (Thurston 2020; Nsaibia, Beevor and Berger 2023).
"""

from __future__ import annotations

from numba import njit

from sim.core.views import bundle

#: units by actor, in compressed rows; how a unit is felt around it, likewise by cell
Ground = bundle("Ground", "by_actor felt")


@njit(cache=True, inline="always")
def raised_in(c, a, given, actors, cells, communities, place, p):
    """What a group takes in a day from people and herds, and from mines, of a cell (upkeep of one fighter per day)."""
    populated = communities.residents.shape[0]
    if given:
        s = communities.support[c, a] if c < populated else 0.0
    else:
        s = cells.share[c, actors.controller[a]]
    people, mines = 0.0, 0.0
    if s > 0.0:
        if c < populated:
            living = s * communities.residents[c] * communities.livelihood[c]
            resident, herder = p.people_tax * actors.taxes_people[a], p.herder_tax * actors.taxes_herders[a]
            people = living * (resident + herder * place.aridity[c])
        if place.extraction[c] > 0.0:
            mines = s * place.extraction[c] * p.mine_tax * actors.taxes_extraction[a]
    return people, mines


@njit(cache=True)
def keep_part(rows, units, ground, raised, p, gain, field, yields):
    """What their own ground adds to the funding of units, or takes from it (`surplus`), with a lag, in place.

    `raised` (A, N) is income by group and cell. What a place gives is shared out by the persons as whom units are felt
    there; a militia is felt only where it is. `field` and `yields` (N,) are to work in.
    """
    by_actor, felt = ground.by_actor, ground.felt
    for a in rows.groups:
        own, given = by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]], rows.given[a]
        upkeep = p.militia_upkeep if given else 1.0
        field[:], people, all_raised = 0.0, 0.0, 0.0
        for u in own:
            c = units.cell[u]
            if given:
                field[c] += units.manpower[u]
            elif units.manpower[u] > 0:
                for j in range(felt.start[c], felt.start[c + 1]):
                    field[felt.cell[j]] += units.manpower[u] * felt.weight[j]
            people += units.manpower[u]
        if people <= 0.0:
            continue
        for c in range(field.shape[0]):
            yields[c] = raised[a, c] / field[c] if field[c] > 0.0 else 0.0
            all_raised += yields[c] * field[c]
        for u in own:
            if units.manpower[u] <= 0:
                continue
            c = units.cell[u]
            here = yields[c]
            if not given:
                here = 0.0
                for j in range(felt.start[c], felt.start[c + 1]):
                    here += yields[felt.cell[j]] * felt.weight[j]
            goal = p.kept * (here - all_raised / people) / upkeep
            units.surplus[u] += (goal - units.surplus[u]) * gain
