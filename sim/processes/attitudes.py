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

from sim.core.codes import ARMY, MILITIA

READS = (
    "units.actor", "units.manpower", "units.posture", "actors.controller", "actors.kind", "actors.services",
    "actors.hostility", "cells.share", "cells.presence", "communities.residents", "communities.hosted",
    "communities.hardship", "communities.blockade_hardship", "communities.benefits", "governments.media",
    "governments.propaganda", "governments.legitimacy",
)  # fmt: skip

WRITES = (
    "communities.support", "communities.harm", "communities.blame", "communities.fear", "communities.exposure",
)  # fmt: skip


@njit(cache=True)
def hear(exposure, residents, hosted, start, near, country, media, propaganda, army_of, insurgent, neighbour_weight, shock_scale,
         shift, heard, reached):  # fmt: skip
    """Harm that each community hears of (P, A): its own, its neighbours' as far as it becomes known, with shifted blame.

    Fills the rows of `heard` of those whom any harm reaches, and `reached` (P,) with who they are; then `suffered` is
    forgotten.
    """
    populated, actors = exposure.shape
    hit = np.zeros(populated, dtype=np.bool_)
    reached[:] = False
    for i in range(populated):
        harmed = False
        for a in range(actors):
            harmed |= exposure[i, a] > 0.0
        hit[i] = harmed
        if harmed:
            reached[i] = True
            for j in range(start[i], start[i + 1]):
                if near[j] < populated:
                    reached[near[j]] = True
    for i in np.flatnonzero(reached):
        heard[i] = 0.0
    for i in np.flatnonzero(hit):
        army = army_of[country[i]]
        people = max(2000.0, residents[i] + hosted[i])
        for a in range(actors):
            x = exposure[i, a]
            if x <= 0.0:
                continue
            blame = x
            if insurgent[a] and army >= 0:  # propaganda: the state is blamed for a part of it
                moved = shift * propaganda[country[i]] * x
                blame -= moved
                heard[i, army] += moved / shock_scale * 1e4 / people
            heard[i, a] += blame / shock_scale * 1e4 / people
            for j in range(start[i], start[i + 1]):
                n = near[j]
                if n < populated:
                    known = neighbour_weight * media[country[i]] * blame
                    heard[n, a] += known / shock_scale * 1e4 / max(2000.0, residents[n] + hosted[n])
            exposure[i, a] = 0.0


@njit(cache=True, inline="always")
def remember(i, heard, reached, keep, harm):
    """Harm that community `i` holds against each actor fades, and grows by what it heard if anything `reached` it, in place;
    returns (shock of what was heard, whether it holds harm against anybody)."""
    shocks = 0.0
    held = reached[i]
    for a in range(harm.shape[1]):
        held |= harm[i, a] > 0.0
    if reached[i]:
        for a in range(harm.shape[1]):
            h = harm[i, a] * keep
            if heard[i, a] > 0.0:
                shock = 1.0 - math.exp(-heard[i, a])
                h += (1.0 - h) * shock
                shocks += shock
            harm[i, a] = h if h > 1e-9 else 0.0
    elif held:
        for a in range(harm.shape[1]):
            h = harm[i, a] * keep
            harm[i, a] = h if h > 1e-9 else 0.0
    return shocks, held


@njit(cache=True)
def judge(heard, reached, share, presence, controller_of, insurgent, neighbours, services, hostility, hardship,
          blockade_hardship, benefits, country, legitimacy, blockader, numbers, harm, blame, fear, support):  # fmt: skip
    """Harm, blame of the state's side, fear and support of every community, in place.

    `numbers` = (kept harm, kept fear, fear gain, lag of support, services, protection, harm weight, backlash,
    hardship, blockade blame, legitimacy, weight of none, presence at which an actor is half known). `kept` are exp(-dt / time constant).
    """
    populated, actors = harm.shape
    keep_harm, keep_fear, fear_gain, gain = numbers[0], numbers[1], numbers[2], numbers[3]
    weight, goal = np.zeros(actors), np.zeros(actors)
    blamed, in_view = np.empty(actors, dtype=np.int64), np.empty(actors, dtype=np.int64)
    for i in range(populated):
        shocks, held = remember(i, heard, reached, keep_harm, harm)
        fear[i] = fear[i] * keep_fear
        fear[i] += fear_gain * (1.0 - fear[i]) * min(1.0, shocks)
        enmities = 0
        innocent = 1.0
        if held:
            for b in range(actors):
                if harm[i, b] > 0.0:
                    blamed[enmities] = b
                    enmities += 1
                    if controller_of[b] == 0:
                        innocent *= 1.0 - harm[i, b]
        blame[i] = 1.0 - innocent
        here = 0  # those who are here, and neighbours with support
        for a in range(actors):
            if presence[i, a] > 0.0 or (neighbours[a] and support[i, a] >= 1e-4):
                in_view[here] = a
                here += 1
        total = numbers[11]
        state_side = 0.0
        for n in range(here):
            if controller_of[in_view[n]] == 0:
                state_side += presence[i, in_view[n]]
        for n in range(here):
            a = in_view[n]
            weight[a] = 0.0
            if presence[i, a] <= 0.5 and support[i, a] < 1e-4:
                continue
            # the state's side is known as one; its forces share what it wins by their presence
            around = state_side if controller_of[a] == 0 else presence[i, a]
            known = 1.0 if neighbours[a] else presence[i, a] / (around + numbers[12])
            s = share[i, controller_of[a]]
            enemies = 0.0
            for k in range(enmities):
                enemies += harm[i, blamed[k]] * hostility[a, blamed[k]]
            appeal = numbers[4] * services[a] * s + numbers[5] * s - numbers[6] * harm[i, a]
            appeal += numbers[7] * min(1.5, enemies)
            if insurgent[a]:
                appeal += numbers[8] * hardship[i]
                if blockader[a]:
                    appeal -= numbers[9] * blockade_hardship[i]
            elif controller_of[a] == 0:
                appeal += numbers[10] * (legitimacy[country[i]] - 0.5) + benefits[i]
            weight[a] = known * math.exp(appeal)
            total += weight[a]
        for n in range(here):
            goal[in_view[n]] = weight[in_view[n]] / total
        for a in range(actors):
            s = support[i, a] + (goal[a] - support[i, a]) * gain
            support[i, a] = s if s >= 1e-6 else 0.0
        for n in range(here):
            goal[in_view[n]] = 0.0


def step(model, dt):
    """Turn the week's suffering into harm, fear and support, then forget the week's count."""
    p, a, com, w, g = model.p.attitudes, model.actors, model.communities, model.world, model.governments
    heard, reached = model.scratch("heard", com.harm.shape), np.empty(w.P, dtype=bool)
    insurgent = a.kind < ARMY
    hear(
        com.exposure, com.residents, com.hosted, w.nb_start, w.nb_cell, w.country, g.media, g.propaganda, model.army_of, insurgent,
        p.neighbour_weight, p.shock_scale, p.blame_shift, heard, reached,
    )  # fmt: skip
    numbers = np.array([
        math.exp(-dt / p.forget_days), math.exp(-dt / p.calm_days), p.fear_gain, 1.0 - math.exp(-dt / p.support_days),
        p.services_weight, p.protection_weight, p.harm_weight, p.backlash, p.hardship_weight, p.blockade_blame,
        p.legitimacy_weight, p.none_weight, p.familiar,
    ])  # fmt: skip
    judge(
        heard, reached, model.cells.share, model.cells.presence, a.controller, insurgent, a.kind == MILITIA, a.services, a.hostility,
        com.hardship, com.blockade_hardship, com.benefits, w.country, g.legitimacy, model.blockader(), numbers, com.harm, com.blame,
        com.fear, com.support,
    )  # fmt: skip
