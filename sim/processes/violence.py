"""Violence against civilians: selective where information is good, indiscriminate where it is poor.

    events by unit u ~ Poisson(dt * rate_side * manpower_u / reference * abusiveness_a * factor_a * drive_cu)
    drive of insurgents        = (floor + (1 - floor) 4 s (1 - s)) people / (people + half),  s their share of influence
    drive of militias          = share of insurgents in the influence over the cell, people as above
    drive of the state's side      = guilt_c * (1 + revenge_weight revenge_a) * (1 - restrain oversight_c) * posture_u people / (people + half)
    an event is selective with chance (selectivity_a + added) * information_ca, else indiscriminate; dead ~ Lomax

Violence against civilians peaks where control is contested and is selective where collaborators denounce (Kalyvas 2006, ch.
6-9). Guilt by zone, `guilt_c`, is the share of insurgents in the influence over the cell: where armies know little they take
people in influenced areas for collaborators. Oversight by missions and observers holds the state's side down; anger over
recent losses drives it (Lyall 2009 on reprisals). Non-lethal abuse (detention, torture, burnt villages, looting, sexual
violence) is a count of affected communities without detail. Insurgents punish collaborators with the state and order villages to empty.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import (
    ARMY,
    ESCORT,
    FOREIGN,
    GARRISON,
    INDISCRIMINATE,
    INSURGENT,
    LIE_LOW,
    OFFENSIVE,
    PATROL,
    SELECTIVE,
    stacked,
)
from sim.core.draws import binomial, lomax, poisson, stochastic_round, uniform
from sim.core.perpetrators import perpetrator_group

READS = (
    "units.key", "units.actor", "units.cell", "units.manpower", "units.posture", "actors.kind", "actors.controller",
    "actors.abusiveness", "actors.abuse_factor", "actors.selectivity", "actors.selectivity_added", "actors.coercion",
    "actors.coercion_factor", "actors.revenge", "actors.mandate_*", "actors.mandate_factor", "actors.access",
    "actors.persons", "cells.share", "cells.information", "cells.presence", "communities.hosted",
    "governments.monitoring",
)  # fmt: skip

WRITES = (
    "cells.oversight", "cells.danger", "cells.civilians_week", "cells.abuse_week", "communities.residents",
    "communities.hosted_dead", "communities.exposure", "communities.order_days",
)  # fmt: skip

# readiness for operations among civilians, by posture, of state forces
AMONG_PEOPLE = np.zeros(8)

AMONG_PEOPLE[[GARRISON, PATROL, OFFENSIVE, ESCORT]] = (0.25, 1.0, 1.6, 0.4)


@njit(cache=True)
def abuse(stream, start, order, key, actor, manpower, posture, kind, controller_of, lethal, selectivity, coercion,
          revenge, share, guilt, information, oversight, among, rates, sizes, rules, dt, hosted, danger,
          civilians_week, abuse_week, residents, hosted_dead, exposure, order_days, log, logged):  # fmt: skip
    """All violence against civilians of the week. Returns the number of rows in `log`.

    `rates` = (events per day of a reference unit: insurgents, militias, state; reference manpower of irregulars, state;
    non-lethal per lethal event); `sizes` = (mean and tail of selective, of indiscriminate events); `rules` =
    (floor of drive, weight of revenge, restraint by oversight, chance of an order to leave, its days, danger and harm
    of a non-lethal event, people among whom half of the occasions arise).
    """
    for c in range(min(start.shape[0] - 1, residents.shape[0])):
        for i in range(start[c], start[c + 1]):
            u = order[i]
            a = actor[u]
            people = residents[c] + hosted[c] - hosted_dead[c]
            if people <= 0 or manpower[u] < 3 or posture[u] == LIE_LOW:
                continue
            if kind[a] < ARMY:
                s = share[c, controller_of[a]]
                if kind[a] == INSURGENT:
                    drive = (rules[0] + (1.0 - rules[0]) * 4.0 * s * (1.0 - s)) * rates[0]
                else:
                    drive = guilt[c] * rates[1]
                drive *= manpower[u] / rates[3] * people / (people + rules[7])
            else:
                drive = guilt[c] * (1.0 + rules[1] * revenge[a]) * (1.0 - rules[2] * oversight[c]) * among[posture[u]]
                drive *= rates[2] * manpower[u] / rates[4] * people / (people + rules[7])
            fatal = poisson(uniform(stream, key[u], 0), dt * drive * lethal[a])
            harsh = poisson(uniform(stream, key[u], 1), dt * drive * coercion[a] * rates[5])
            for n in range(min(fatal, 8)):
                k = 8 * (n + 1)
                picked = uniform(stream, key[u], k) < selectivity[a] * information[c, a]
                m = 0 if picked else 2
                size = lomax(uniform(stream, key[u], k + 1), sizes[m], sizes[m + 1])
                people = residents[c] + hosted[c] - hosted_dead[c]
                dead = min(1 + stochastic_round(uniform(stream, key[u], k + 2), size), people // 4)
                if dead <= 0:
                    continue
                from_hosted = binomial(uniform(stream, key[u], k + 3), dead, (hosted[c] - hosted_dead[c]) / people)
                from_hosted = min(max(from_hosted, dead - residents[c]), hosted[c] - hosted_dead[c])
                hosted_dead[c] += from_hosted
                residents[c] -= dead - from_hosted
                civilians_week[c, perpetrator_group(kind[a])] += dead
                danger[c] += dead
                exposure[c, a] += 0.4 * dead if picked else dead
                if logged < log.shape[0]:
                    log[logged, 0] = c
                    log[logged, 1] = 3
                    log[logged, 2] = a
                    log[logged, 3] = a
                    log[logged, 4] = -1
                    log[logged, 5] = 0
                    log[logged, 6] = 0
                    log[logged, 7] = dead
                    log[logged, 8] = SELECTIVE if picked else INDISCRIMINATE
                    logged += 1
            if harsh > 0:
                abuse_week[c] += harsh
                danger[c] += rules[5] * harsh
                exposure[c, a] += rules[6] * harsh
                if kind[a] < ARMY and uniform(stream, key[u], 2) < 1.0 - (1.0 - rules[3]) ** harsh:
                    order_days[c] = max(order_days[c], rules[4])
    return logged


@njit(cache=True)
def watch_over(kind, persons, mandate, mandate_factor, access, monitoring, presence, country, half, oversight):
    """Oversight in every cell, into `oversight` (N,): missions that oversee, by their presence; the rest of the country
    a mission is in, through its offices and human rights staff, half as well; and monitoring without troops (C,)."""
    watch = mandate[:, 3] * mandate_factor * (persons > 0)
    rows = np.flatnonzero(watch > 0.0)
    wide = np.ones(access.shape[1])
    for a in rows:
        if kind[a] == FOREIGN:
            wide *= 1.0 - 0.5 * watch[a] * access[a]
    wide = np.maximum(monitoring, 1.0 - wide)
    for c in range(oversight.shape[0]):
        near = 0.0
        for a in rows:
            near += presence[c, a] * watch[a]
        oversight[c] = 1.0 - (1.0 - near / (near + half)) * (1.0 - wide[country[c]])


def oversight_of(model, half: float) -> np.ndarray:
    """Oversight in every cell (N,), see :func:`watch_over`."""
    a, oversight = model.actors, np.empty(model.world.N)
    watch_over(
        a.kind, a.persons, stacked(a, "mandate"), a.mandate_factor, a.access, model.governments.monitoring, model.cells.presence,
        model.world.country, half, oversight,
    )  # fmt: skip
    return oversight


@njit(cache=True)
def guilt_by_zone(share, insurgents):
    """Share of insurgents (controllers `insurgents`) in the influence over each cell (N,)."""
    guilt = np.zeros(share.shape[0])
    for c in range(share.shape[0]):
        for q in insurgents:
            guilt[c] += share[c, q]
    return guilt


def step(model, dt):
    """Oversight, killing and other abuse of the week."""
    p, a, u, cells, com = model.p.violence, model.actors, model.units, model.cells, model.communities
    cells.oversight[:] = oversight_of(model, p.oversight_half)
    start, order = model.units_by_cell()
    rates = np.array([
        p.insurgent_rate, p.militia_rate, p.state_rate, p.irregular_reference, p.state_reference, p.nonlethal_ratio,
    ])  # fmt: skip
    sizes = np.array([p.selective_mean, p.selective_tail, p.indiscriminate_mean, p.indiscriminate_tail])
    rules = np.array([
        p.contest_floor, p.revenge_weight, p.oversight_restrains, p.order_chance, p.order_days, p.abuse_danger, p.nonlethal_harm,
        p.people_half,
    ])  # fmt: skip
    np.maximum(0.0, com.order_days - dt, out=com.order_days)
    selectivity = np.minimum(1.0, np.maximum(0.0, a.selectivity + a.selectivity_added))
    guilt = guilt_by_zone(cells.share, model.insurgent_controllers)
    model.logged = abuse(
        model.stream("violence"), start, order, u.key, u.actor, u.manpower, u.posture, a.kind, a.controller,
        a.abusiveness * a.abuse_factor, selectivity, a.coercion * a.coercion_factor, a.revenge, cells.share,
        guilt, cells.information, cells.oversight, AMONG_PEOPLE, rates, sizes, rules, dt, com.hosted,
        cells.danger, cells.civilians_week, cells.abuse_week, com.residents, com.hosted_dead, com.exposure, com.order_days,
        model.log.view(np.int64).reshape(len(model.log), -1), model.logged,
    )  # fmt: skip
