"""Combat: engagements between hostile units within reach of one another, initiated by one of them.

    attacks by unit u ~ Poisson(dt * rate_side * manpower_u / reference * posture_u * (1 - k + k information) * aim / (aim + half))
    aim = sum over hostile units v in reach: manpower_v exposed_v hostility exp(-hours to v / reach_hours) pursuit into v's country
    (operations of the state's side also scale with mobility over 40 km a day)
    attacker wins with chance A / (A + B / surprise);    A, B = engaged * firepower * arms * cohesion (* air for the state)
    loser's dead ~ Lomax(mean lethality * sqrt(winner's strength * loser's engaged)), winner's likewise, times `spared`

Irregulars go through with an attack with the chance that they win (they choose their fights). Who hides is hit by aimed fire only as far as he is known: losses inflicted on insurgents scale with
area + (1 - area) * information, losses inflicted by an ambush are aimed (Deitchman 1962). The square root mixes Lanchester's
square law (losses by the enemy's strength) and linear law (by both), as losses in real battles do (Helmbold 1965). Sizes have a heavy tail (Bohorquez et al. 2009). A unit that loses much of its people at once breaks:
some desert, arms are captured, the survivors leave. That gives loss exchanges with two humps (Inata,
Inates, Indelimane: many on one side or many on the other).

Units act in the order of cells and then of rows; who acts first in a week has a small advantage, which the suite
measures by reversing the order.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import (
    AMBUSH,
    ARMY,
    BASE_ATTACK,
    BLOCKADE,
    BOMB,
    CLASH,
    ESCORT,
    FOREIGN,
    GARRISON,
    GOVERN,
    INSURGENT,
    LIE_LOW,
    OFFENSIVE,
    OVERRUN,
    PATROL,
    SWEEP,
)
from sim.core.draws import binomial, lomax, poisson, uniform, whole
from sim.core.perpetrators import group_of

READS = (
    "units.key", "units.actor", "units.cell", "units.home", "units.posture", "actors.kind", "actors.controller",
    "actors.firepower", "actors.mobility", "actors.hostility", "actors.access", "actors.air", "actors.mandate_*",
    "actors.mandate_factor", "actors.persons", "cells.information", "cells.presence", "communities.hosted",
)  # fmt: skip

WRITES = (
    "units.manpower", "units.arms", "units.cohesion", "units.rest_days", "units.target", "units.km_left",
    "actors.losses_week", "actors.loot", "actors.revenge", "cells.attack_memory", "cells.danger", "cells.fighters_week",
    "cells.civilians_week", "communities.residents", "communities.hosted_dead", "communities.exposure",
)  # fmt: skip

# what posture makes of the readiness to attack (rows of `READY`: irregulars, state forces)
READY = np.zeros((2, 8))

READY[0, :] = 1.0

READY[0, LIE_LOW] = 0.0

READY[0, GOVERN] = 0.4

READY[0, BLOCKADE] = 0.8

READY[1, [GARRISON, PATROL, OFFENSIVE, ESCORT]] = (0.15, 0.7, 1.6, 0.2)
# how much of a unit stands in the way of an attack, by posture
EXPOSED = np.array([1.0, 0.45, 0.7, 0.6, 0.8, 0.8, 0.8, 0.25])


@njit(cache=True)
def strength_of(engaged, firepower, arms, cohesion, air):
    """Fighting strength of `engaged` people (see the module's formula)."""
    return engaged * firepower * arms * (0.4 + 0.6 * cohesion) * (1.0 + air)


@njit(cache=True)
def aim_at(a, c, near_start, near_cell, near_weight, start, order, actor, manpower, hostility, country, pursuit, posture, exposed,
           left):  # fmt: skip
    """Hostile manpower within reach of cell `c` as targets of actor `a`; with `left` >= 0 also the unit at which the
    running sum passes `left`, else -1. Returns (sum, unit). `pursuit` (A, C) is how freely an actor attacks in a country."""
    aim = 0.0
    last = -1
    for j in range(near_start[c], near_start[c + 1]):
        d = near_cell[j]
        may = pursuit[a, country[d]]
        if may <= 0.0:
            continue
        for i in range(start[d], start[d + 1]):
            v = order[i]
            h = hostility[a, actor[v]]
            if h > 0.0 and manpower[v] > 0:
                aim += manpower[v] * h * exposed[posture[v]] * near_weight[j] * may
                last = v
                if 0.0 <= left <= aim:
                    return aim, v
    return aim, last


@njit(cache=True)
def fight(stream, start, order, near_start, near_cell, near_weight, key, actor, cell, home, posture, kind, controller_of,
          firepower, mobility, hostility, pursuit, strikes, air_help, presence, information, country, capital, km_home, ready, exposed,
          rates, rules, dt, hosted, people, manpower, arms, cohesion, rest_days, target, km_left, losses, loot, revenge, persons,
          attack_memory, danger, fighters_week, civilians_week, residents, hosted_dead, exposure, log, logged):  # fmt: skip
    """All engagements of the week. `start` (N+1,), `order` (U,) list the units by cell; `near_*` the cells within reach.

    `rates` = (attacks per day of a reference unit of insurgents, of militias, of state forces, reference manpower of
    irregulars, of state forces); `rules` = (weight of information, surprise, lethality, tail, spared, area fire, break
    share, desertion, capture, crossfire, rest days, mass chance, target half, share of bombs). `people` (P,) counts who can
    be hit. Returns the number of rows in `log`.
    """
    know, surprise, lethality, tail, spared, area = rules[0], rules[1], rules[2], rules[3], rules[4], rules[5]
    break_share, desert, capture, crossfire, rest = rules[6], rules[7], rules[8], rules[9], rules[10]
    mass_chance, target_half, bombs = rules[11], rules[12], rules[13]
    actors = hostility.shape[0]
    looked, in_reach, changed = (-1, -1), 0.0, True
    for i in range(start[start.shape[0] - 1]):
        u = order[i]
        a = actor[u]
        c = cell[u]
        irregular = kind[a] < ARMY
        if manpower[u] < 3 or not strikes[a]:
            continue
        if irregular:
            pace = rates[0 if kind[a] == INSURGENT else 1] * manpower[u] / rates[3] * ready[0, posture[u]]
        else:
            pace = rates[2] * manpower[u] / rates[4] * ready[1, posture[u]] * mobility[a] / 40.0
        willing = 1.0 - know + know * information[c, a]
        draw = uniform(stream, key[u], 0)
        if pace <= 0.0 or draw <= 1.0 - pace * willing * dt - 1e-9:
            continue  # the draw says no attack, whatever there is to aim at: so it is for most units
        near_enemy = False
        for b in range(actors):
            if hostility[a, b] > 0.0 and presence[c, b] > 0.1:
                near_enemy = True
                break
        if not near_enemy:
            continue
        if changed or a != looked[0] or c != looked[1]:  # units of an actor in one place see the same
            in_reach, _ = aim_at(
                a, c, near_start, near_cell, near_weight, start, order,
                actor, manpower, hostility, country, pursuit, posture, exposed, -1.0,
            )  # fmt: skip
            looked = (a, c)
            changed = False
        aim = in_reach
        if aim <= 0.0:
            continue
        pace *= willing * aim / (aim + target_half)
        count = poisson(draw, pace * dt)
        for n in range(min(count, 8)):
            k = 16 * (n + 1)
            if manpower[u] < 3:
                break
            # target: a unit drawn by its exposed manpower within reach
            if changed:  # by an attack before this one
                aim, _ = aim_at(
                    a, c, near_start, near_cell, near_weight, start, order,
                    actor, manpower, hostility, country, pursuit, posture, exposed, -1.0,
                )  # fmt: skip
                if aim <= 0.0:
                    break
            left = uniform(stream, key[u], k + 1) * aim
            _, v = aim_at(
                a, c, near_start, near_cell, near_weight, start, order,
                actor, manpower, hostility, country, pursuit, posture, exposed, left,
            )  # fmt: skip
            b = actor[v]
            d = cell[v]
            against_state = controller_of[b] == 0
            bomb = irregular and against_state and posture[v] != GARRISON and uniform(stream, key[u], k + 2) < bombs
            # who is engaged
            size = 0.3 + 0.7 * uniform(stream, key[u], k + 3)
            engaged_a = manpower[u] * size
            massed = irregular and not bomb and uniform(stream, key[u], k + 4) < mass_chance
            if massed:
                engaged_a = 0.0
                for j in range(start[c], start[c + 1]):
                    w = order[j]
                    if actor[w] == a and posture[w] != LIE_LOW:
                        engaged_a += manpower[w]
            engaged_b = manpower[v] * (1.0 if massed else min(1.0, exposed[posture[v]] * size))
            A = strength_of(engaged_a, firepower[a], arms[u], cohesion[u], 0.0 if irregular else air_help[country[d]])
            B = strength_of(
                engaged_b, firepower[b], arms[v], cohesion[v], 0.5 * air_help[country[d]] if against_state else 0.0
            )
            if irregular:
                edge = surprise * (1.0 - 0.5 * information[d, b])
            else:  # state forces find irregulars only as far as they know where they are
                knows = information[d, a]
                if kind[b] < ARMY and uniform(stream, key[u], k + 5) > knows + (1.0 - knows) * area:
                    continue
                edge = 0.5 + knows
            odds = A * edge / (A * edge + B + 1e-9)
            if irregular and not bomb and uniform(stream, key[u], k + 14) > odds:
                continue  # irregulars choose their fights: the worse the odds, the likelier they let it be
            wins = bomb or uniform(stream, key[u], k + 6) < odds
            hit_b = lethality * math.sqrt(A * engaged_b) * (1.0 if wins else spared)
            hit_a = lethality * math.sqrt(B * engaged_a) * (spared if wins else 1.0)
            if irregular:  # attackers melt away, the better the less they are known
                hit_a *= area + (1.0 - area) * information[d, b]
            if bomb:
                hit_a = 0.0
                hit_b = 0.5 * lethality * rates[3]
            top_b = manpower[v] if massed else min(manpower[v], int(engaged_b) + 1)
            dead_b = min(
                top_b, whole(uniform(stream, key[u], k + 8), lomax(uniform(stream, key[u], k + 7), hit_b, tail))
            )
            dead_a = min(
                manpower[u], whole(uniform(stream, key[u], k + 10), lomax(uniform(stream, key[u], k + 9), hit_a, tail))
            )
            share_b = dead_b / manpower[v]
            share_a = dead_a / manpower[u]
            code = CLASH
            if controller_of[a] == 0:
                code = SWEEP
            elif against_state:
                code = BOMB if bomb else (BASE_ATTACK if posture[v] == GARRISON else AMBUSH)
            changed = True
            take_losses(u, dead_a, share_a, manpower, cohesion)
            take_losses(v, dead_b, share_b, manpower, cohesion)
            if not bomb and wins and (share_b >= break_share or (massed and A > 2.0 * B)):
                if posture[v] == GARRISON and against_state:
                    code = OVERRUN
                break_unit(stream, key[u], k, u, v, kind[b] != FOREIGN, desert, capture, d, home, capital[country[d]], km_home, arms, cohesion,
                           manpower, target, km_left, loot, a, residents)  # fmt: skip
            for w, part in ((u, share_a), (v, share_b)):
                if kind[actor[w]] < ARMY and part > 0.08:
                    rest_days[w] = max(rest_days[w], rest * min(2.0, part / 0.15))
            losses[a] += dead_a
            losses[b] += dead_b
            revenge[a] += dead_a / max(50.0, 0.02 * persons[a])
            revenge[b] += dead_b / max(50.0, 0.02 * persons[b])
            dead = dead_a + dead_b
            fighters_week[d] += dead
            caught = 0
            if d < residents.shape[0] and people[d] > 0:
                caught = min(int(0.1 * people[d]), whole(uniform(stream, key[u], k + 11), crossfire * dead))
                from_hosted = min(
                    hosted[d] - hosted_dead[d], binomial(uniform(stream, key[u], k + 12), caught, hosted[d] / people[d])
                )
                from_hosted = max(0, from_hosted)
                caught = from_hosted + min(caught - from_hosted, residents[d])
                hosted_dead[d] += from_hosted
                residents[d] -= caught - from_hosted
                civilians_week[d, group_of(kind[a])] += caught
                exposure[d, a] += 0.5 * caught
                exposure[d, b] += 0.5 * caught
            danger[d] += dead + caught
            if irregular and against_state:
                attack_memory[d] += 1.0
            if logged < log.shape[0]:
                log[logged, 0] = d
                log[logged, 1] = 1 if (against_state or controller_of[a] == 0) else 2
                log[logged, 2] = a
                log[logged, 3] = a
                log[logged, 4] = b
                log[logged, 5] = dead_a
                log[logged, 6] = dead_b
                log[logged, 7] = caught
                log[logged, 8] = code
                logged += 1
    return logged


@njit(cache=True)
def take_losses(u, dead, share, manpower, cohesion):
    """Remove the dead and lower cohesion by what was lost."""
    manpower[u] -= dead
    cohesion[u] = max(0.05, cohesion[u] * (1.0 - 0.5 * share))


@njit(cache=True)
def break_unit(stream, key, k, u, v, local, desert, capture, c, home, capital, km_home, arms, cohesion, manpower, target,
               km_left, loot, a, residents):  # fmt: skip
    """Unit `v` breaks before unit `u` of actor `a`: deserters go home (if they are `local`), arms are lost, survivors set out for another place."""
    if local and c < residents.shape[0]:
        gone = binomial(uniform(stream, key, k + 13), manpower[v], desert)
        manpower[v] -= gone
        residents[c] += gone
    taken = capture * arms[v]
    arms[v] -= taken
    if manpower[u] > 0:
        arms[u] = min(1.6, arms[u] + taken * 0.3)
    loot[a] += 20.0 * taken * max(1, manpower[v])
    cohesion[v] = max(0.05, cohesion[v] * 0.7)
    goal = home[v] if home[v] != c and home[v] >= 0 else capital
    if goal >= 0 and goal != c:
        target[v] = goal
        km_left[v] = min(km_home[c], 200.0)


def step(model, dt):
    """All engagements of the week."""
    p, a, u, cells, com = model.p.combat, model.actors, model.units, model.cells, model.communities
    start, order = model.units_by_cell()
    rates = np.array([p.insurgent_rate, p.militia_rate, p.state_rate, p.irregular_reference, p.state_reference])
    rules = np.array([
        p.information_weight, p.surprise, p.lethality, p.tail, p.spared, p.area_fire, p.break_share, p.desertion,
        p.capture, p.crossfire, p.rest_days, p.mass_chance, p.target_half, p.bomb_share,
    ])  # fmt: skip
    pursuit = np.where(a.kind[:, None] < ARMY, 1.0, a.access)  # irregulars know no borders
    strikes = (a.kind < FOREIGN) | (a.mandate_strike * a.mandate_factor > 0.2)
    model.logged = fight(
        model.stream("combat"), start, order, *model.projection, u.key, u.actor, u.cell, u.home, u.posture, a.kind, a.controller,
        a.firepower, a.mobility, a.hostility, pursuit, strikes, p.air_effect * model.air_by_country(), cells.presence, cells.information, model.world.country,
        model.capital_cell, model.km_to_capital, READY, EXPOSED, rates, rules, dt, com.hosted,
        com.residents + com.hosted, u.manpower, u.arms, u.cohesion, u.rest_days, u.target, u.km_left, a.losses_week, a.loot,
        a.revenge, a.persons, cells.attack_memory, cells.danger, cells.fighters_week, cells.civilians_week, com.residents,
        com.hosted_dead, com.exposure, model.log.view(np.int64).reshape(len(model.log), -1), model.logged,
    )  # fmt: skip
