"""Attitudes: what people hold against, fear from and expect of every armed actor moves their support.

    shock_ia = 1 - exp(-heard_ia / (shock_scale)),   heard = suffered per 10,000 people, own and (what is known of) neighbours'
    harm_ia += (1 - harm_ia) shock_ia (blame shares),  fading with forget_days           (Bennett 2008 for the form)
    fear_i  += fear_gain (1 - fear_i) (total shock),   fading with calm_days             (Bennett 2008)
    appeal_ia = services_a share_ia + protect share_ia + grievance * (enemies' harm) * backlash - harm_weight harm_ia
                + hardship terms;   support_ia -> weight_ia / (weight of none + sum of weights),  weight = known * exp(appeal),
    known = presence / (presence + familiar), forces on the side of the state taken together; militiamen, who are neighbours, 1

Violence is counted once, here: recruitment and legitimacy read attitudes, never violence. Two signs are contested and are
parameters on both sides of zero: `backlash`, what harm by one side does to the support of its enemy (Condra and Shapiro 2012
and Kocher, Pepinsky and Kalyvas 2011 find that it helps the enemy, Lyall 2009 that it can deter), and `blockade_blame`,
whether a blockade turns people against those who blockade or against the state that cannot lift it.
Propaganda moves blame for harm by insurgents to the state; closed media make less of it known to neighbours.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.tables import ARMY, MILITIA

READS = (
    "units.actor", "units.manpower", "units.posture", "actors.controller", "actors.kind", "actors.services",
    "actors.hostility", "cells.share", "cells.presence", "communities.residents", "communities.hosted",
    "communities.hardship", "communities.blockade_hardship", "communities.benefits", "governments.media",
    "governments.propaganda", "governments.legitimacy",
)  # fmt: skip
WRITES = ("communities.support", "communities.harm", "communities.fear", "communities.suffered")


@njit(cache=True)
def hear(suffered, people, start, near, media, propaganda, state_army, insurgent, neighbour_weight, shock_scale, shift,
         heard):  # fmt: skip
    """Harm that each community hears of (P, A): its own, its neighbours' as far as it becomes known, with shifted blame."""
    populated, actors = suffered.shape
    heard[:] = 0.0
    for i in range(populated):
        for a in range(actors):
            x = suffered[i, a]
            if x <= 0.0:
                continue
            blame = x
            if insurgent[a] and state_army[i] >= 0:  # propaganda: the state is blamed for a part of it
                moved = shift * propaganda[i] * x
                blame -= moved
                heard[i, state_army[i]] += moved / shock_scale * 1e4 / max(2000.0, people[i])
            heard[i, a] += blame / shock_scale * 1e4 / max(2000.0, people[i])
            for j in range(start[i], start[i + 1]):
                n = near[j]
                if n < populated:
                    heard[n, a] += neighbour_weight * media[i] * blame / shock_scale * 1e4 / max(2000.0, people[n])


@njit(cache=True)
def judge(heard, share, presence, controller_of, insurgent, neighbours, services, hostility, hardship, blockade_hardship, benefits,
          legitimacy, blockader, numbers, harm, fear, support):  # fmt: skip
    """Harm, fear and support of every community, in place.

    `numbers` = (kept harm, kept fear, fear gain, lag of support, services, protection, harm weight, backlash,
    hardship, blockade blame, legitimacy, weight of none, presence at which an actor is half known). `kept` are exp(-dt / time constant).
    """
    populated, actors = harm.shape
    keep_harm, keep_fear, fear_gain, gain = numbers[0], numbers[1], numbers[2], numbers[3]
    weight = np.zeros(actors)
    for i in range(populated):
        total_shock = 0.0
        for a in range(actors):
            h = harm[i, a] * keep_harm
            if heard[i, a] > 0.0:
                shock = 1.0 - math.exp(-heard[i, a])
                h += (1.0 - h) * shock
                total_shock += shock
            harm[i, a] = h if h > 1e-9 else 0.0
        fear[i] = fear[i] * keep_fear
        fear[i] += fear_gain * (1.0 - fear[i]) * min(1.0, total_shock)
        total = numbers[11]
        state_side = 0.0
        for a in range(actors):
            if controller_of[a] == 0:
                state_side += presence[i, a]
        for a in range(actors):
            weight[a] = 0.0
            if presence[i, a] <= 0.5 and support[i, a] < 1e-4:
                continue
            if (
                controller_of[a] == 0
            ):  # the state's side is known as one; its forces share what it wins by their presence
                known = presence[i, a] / (state_side + numbers[12])
            else:
                known = 1.0 if neighbours[a] else presence[i, a] / (presence[i, a] + numbers[12])
            s = share[i, controller_of[a]]
            enemies = 0.0
            for b in range(actors):
                if harm[i, b] > 0.0:
                    enemies += harm[i, b] * hostility[a, b]
            appeal = numbers[4] * services[a] * s + numbers[5] * s - numbers[6] * harm[i, a]
            appeal += numbers[7] * min(1.5, enemies)
            if insurgent[a]:
                appeal += numbers[8] * hardship[i]
                if blockader[a]:
                    appeal -= numbers[9] * blockade_hardship[i]
            elif controller_of[a] == 0:
                appeal += numbers[10] * (legitimacy[i] - 0.5) + benefits[i]
            weight[a] = known * math.exp(appeal)
            total += weight[a]
        for a in range(actors):
            if weight[a] > 0.0 or support[i, a] > 0.0:
                support[i, a] += (weight[a] / total - support[i, a]) * gain
                if support[i, a] < 1e-6:
                    support[i, a] = 0.0


def step(model, dt):
    """Turn the week's suffering into harm, fear and support, then forget the week's count."""
    p, a, com, w, g = model.p.attitudes, model.actors, model.communities, model.world, model.governments
    country = w.country[: w.P]
    people = com.residents + com.hosted
    heard = model.scratch("heard", com.harm.shape)
    insurgent = a.kind < ARMY
    hear(
        com.suffered, people, w.nb_start, w.nb_cell, g.media[country], g.propaganda[country], model.army_of[country],
        insurgent, p.neighbour_weight, p.shock_scale, p.blame_shift, heard,
    )  # fmt: skip
    numbers = np.array([
        math.exp(-dt / p.forget_days), math.exp(-dt / p.calm_days), p.fear_gain, 1.0 - math.exp(-dt / p.support_days),
        p.services_weight, p.protection_weight, p.harm_weight, p.backlash, p.hardship_weight, p.blockade_blame,
        p.legitimacy_weight, p.none_weight, p.familiar,
    ])  # fmt: skip
    judge(
        heard, model.cells.share, model.cells.presence, a.controller, insurgent, a.kind == MILITIA, a.services, a.hostility, com.hardship,
        com.blockade_hardship, com.benefits, g.legitimacy[country], model.blockader(), numbers, com.harm, com.fear,
        com.support,
    )  # fmt: skip
    com.suffered[:] = 0.0
