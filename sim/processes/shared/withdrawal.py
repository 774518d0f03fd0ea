"""Withdrawal: armies leave posts that they could not hold, the sooner the more of theirs fell, and come back later.

    w_c    = foe_c / friend_c                                (`sim.processes.shared.odds`)
    hazard = (1 / tau) [w_c > w0] (1 + g L_c)                per day and post
    L_c    = sum over posts that the army lost in the last `contagion_days`: exp(-km / contagion_km)

with w0 `withdraw_odds`, tau `withdraw_days` and g `contagion`.

All of an army's units in a cell, those under way apart, are a post. They fall back on the nearest town of their country
that the state controls and where w, with them, is below w0 / 2: it becomes their home. They set out for the old post
when w there, with all who belong there, is below w0 / 2. A post is lost when it is given up, or overrun in combat.

On the way out a part of each unit deserts, a part is captured and let go without arms, and a part goes over to the
strongest of the insurgents in reach; where nobody lives the first two stay. Of some 7,000 soldiers of Mali 400 were
captured and 1,000 to 1,600 went over in ten weeks of 2012, beside some 200 dead.

That mass surrender spreads from battle to battle, since soldiers take cues from what others did in their position, is
the finding of Lehmann and Zhukov (2019) on conventional battles of 1939 to 2011; that it fades with distance is added.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import INSURGENT
from sim.core.draws import binomial, uniform
from sim.core.views import bundle, columns, values
from sim.processes.shared.deployment import flat_distance_km
from sim.processes.shared.mobilisation.joining import KEY_BITS
from sim.processes.shared.odds import felt_strength, helps_all, odds_of_armies
from sim.settings.parameters.movement import Movement

Garrisons = columns(
    "units", reads="key actor cell arms cohesion", writes="manpower home target km_left post", name="Garrisons"
)
Sides = columns(
    "actors",
    reads="key kind state persons firepower mobility hostility access air mandate_strike mandate_factor",
    writes="withdrawals_week",
    name="Sides",
)
Lost = columns("cells", reads="controller", writes="post_lost_days post_lost_by", name="Lost")
WithdrawalRules = values(
    "WithdrawalRules",
    Movement,
    only="withdraw_odds withdraw_days contagion contagion_days contagion_km withdrawal_desertion"
    " withdrawal_captured withdrawal_defection detour",
)
#: keys of draws, centre and country of cells (N,), cells with a town (n,)
Ground = bundle("Ground", "draw_key lat lon country towns")

# numbers of draws: by post (cell and army), and by unit
LEAVE = 20
DESERTED, CAPTURED, TURNED = 6, 7, 8
NOBODY_LEFT = 1e-9  # strength


@njit(cache=True)
def losses_near(a, c, lost, ground, p):
    """Posts that army `a` lost lately, by their distance from cell `c` (see the module's formula)."""
    near = 0.0
    for d in range(lost.post_lost_days.shape[0]):
        if lost.post_lost_by[d] == a and lost.post_lost_days[d] < p.contagion_days:
            km = flat_distance_km(ground.lat[c], ground.lon[c], ground.lat[d], ground.lon[d])
            near += math.exp(-km / p.contagion_km)
    return near


@njit(cache=True)
def refuge_from(a, c, own, foe, friend, state, lost, ground, p):
    """The nearest town on which `own` strength of army `a` can fall back from cell `c`, or -1."""
    nearest, least = -1, np.inf
    for t in ground.towns:
        if t == c or ground.country[t] != state or lost.controller[t] != 0:
            continue
        if foe[t] >= 0.5 * p.withdraw_odds * (friend[t] + own):
            continue
        km = flat_distance_km(ground.lat[c], ground.lon[c], ground.lat[t], ground.lon[t])
        if km < least:
            nearest, least = t, km
    return nearest


@njit(cache=True)
def rebels_near(a, c, here, garrisons, sides, ways):
    """The unit of insurgents hostile to army `a` that is felt most in cell `c`, or -1."""
    best, most = -1, 0.0
    for i in range(ways.start[c], ways.start[c + 1]):
        d = ways.cell[i]
        for k in range(here.start[d], here.start[d + 1]):
            v = here.unit[k]
            b = garrisons.actor[v]
            if sides.kind[b] == INSURGENT:
                felt = garrisons.manpower[v] * sides.hostility[a, b] * ways.weight[i]
                if felt > most:
                    best, most = v, felt
    return best


@njit(cache=True)
def lose_some(draws, u, c, rebels, residents, garrisons, p):
    """Deserters, captured and those who change sides leave unit `u`, which leaves cell `c`."""
    key = garrisons.key[u]
    if c < residents.shape[0]:
        gone = binomial(uniform(draws, key, DESERTED), garrisons.manpower[u], p.withdrawal_desertion)
        gone += binomial(uniform(draws, key, CAPTURED), garrisons.manpower[u] - gone, p.withdrawal_captured)
        garrisons.manpower[u] -= gone
        residents[c] += gone
    if rebels >= 0:
        turned = binomial(uniform(draws, key, TURNED), garrisons.manpower[u], p.withdrawal_defection)
        garrisons.manpower[u] -= turned
        garrisons.manpower[rebels] += turned


@njit(cache=True)
def send(u, goal, garrisons, ground, detour):
    """Unit `u` sets out for cell `goal`, which is its home from now on."""
    c = garrisons.cell[u]
    straight = flat_distance_km(ground.lat[c], ground.lon[c], ground.lat[goal], ground.lon[goal])
    garrisons.home[u], garrisons.target[u] = goal, goal
    garrisons.km_left[u] = straight * detour


@njit(cache=True)
def outnumbered(forces, odds, p):
    """Rows of `forces` of armies where the odds are such that they withdraw, in order."""
    rows, count = np.empty(forces.actor.shape[0], dtype=np.int64), 0
    for j in range(forces.actor.shape[0]):
        c, row = forces.cell[j], odds.of[forces.actor[j]]
        if row >= 0 and odds.foe[row, c] > p.withdraw_odds * max(NOBODY_LEFT, odds.friend[row, c]):
            rows[count] = j
            count += 1
    return rows[:count]


@njit(cache=True)
def give_up_posts(draws, a, dt, rows, forces, here, garrisons, sides, lost, residents, foe, friend, ways, ground, p):
    """Posts of army `a` that are given up in the step, in the order of cells; `rows` are as of :func:`outnumbered`."""
    for j in rows:
        c = forces.cell[j]
        if forces.actor[j] != a:
            continue
        hazard = (1.0 + p.contagion * losses_near(a, c, lost, ground, p)) / p.withdraw_days
        if uniform(draws, ground.draw_key[c] ^ sides.key[a] << KEY_BITS, LEAVE) >= 1.0 - math.exp(-hazard * dt):
            continue
        refuge = refuge_from(a, c, forces.strength[j], foe, friend, sides.state[a], lost, ground, p)
        if refuge < 0:
            continue
        rebels, left = rebels_near(a, c, here, garrisons, sides, ways), False
        for i in range(here.start[c], here.start[c + 1]):
            u = here.unit[i]
            if garrisons.actor[u] != a or garrisons.target[u] >= 0 or garrisons.manpower[u] <= 0:
                continue
            left = True
            lose_some(draws, u, c, rebels, residents, garrisons, p)
            if garrisons.post[u] < 0 or garrisons.home[u] != c:  # else this was itself a refuge
                garrisons.post[u] = c
            send(u, refuge, garrisons, ground, p.detour)
        if left:
            lost.post_lost_days[c], lost.post_lost_by[c] = 0.0, a
            sides.withdrawals_week[a] += 1


@njit(cache=True, inline="always")
def belongs_elsewhere(u, a, garrisons):
    """Whether unit `u` is one of army `a` that has people, withdrew from a post and is not under way."""
    withdrew = garrisons.post[u] >= 0 and garrisons.target[u] < 0
    return garrisons.actor[u] == a and garrisons.manpower[u] > 0 and withdrew


@njit(cache=True)
def who_withdrew(garrisons):
    """Living units that belong to a post they withdrew from, by cell and row."""
    found, count = np.empty(garrisons.post.shape[0], dtype=np.int64), 0
    for u in range(found.shape[0]):
        found[count] = u
        count += garrisons.post[u] >= 0 and garrisons.manpower[u] > 0
    found = found[:count]
    return found[np.argsort(garrisons.cell[found], kind="mergesort")]


@njit(cache=True)
def come_back(a, strength, away, garrisons, foe, friend, back, ground, p):
    """Units of army `a` among those `away` set out for their old post where the odds there allow it.

    `strength` (U,) is that of units, `back` (N,) to work in.
    """
    count = 0
    for u in away:
        count += garrisons.actor[u] == a
    if count == 0:
        return
    for u in away:
        back[garrisons.post[u]] = 0.0
    for u in away:
        if belongs_elsewhere(u, a, garrisons):
            back[garrisons.post[u]] += strength[u]
    for u in away:
        c = garrisons.post[u]
        if belongs_elsewhere(u, a, garrisons):
            if garrisons.cell[u] == c:
                garrisons.post[u], garrisons.home[u] = -1, c
            elif foe[c] < 0.5 * p.withdraw_odds * (friend[c] + back[c]):
                garrisons.post[u] = -1
                send(u, c, garrisons, ground, p.detour)


@njit(cache=True)
def weigh_odds(forces, sides, fights, air, country, ways, felt, odds, p):
    """Odds of all armies in every cell, into `odds`; returns rows of `forces` that give up their posts sooner or later.

    `fights` (A,) says who would help a post, `air` (C,) what air support adds to strength; `felt` (A, N) is to work in.
    """
    everywhere, common = helps_all(sides, fights), np.empty(country.shape[0])
    felt_strength(forces, sides, fights, everywhere, air, country, ways, felt, common)
    odds_of_armies(sides, fights, everywhere, forces.start, felt, common, odds)
    return outnumbered(forces, odds, p)


@njit(cache=True)
def withdraw(draws, dt, rows, forces, here, garrisons, sides, lost, residents, ways, ground, odds, p):
    """Posts of all armies, in order, that are given up of those where they are outnumbered: `rows` of `forces`."""
    for a in range(sides.kind.shape[0]):
        if odds.of[a] >= 0:
            foe, friend = odds.foe[odds.of[a]], odds.friend[odds.of[a]]
            give_up_posts(
                draws, a, dt, rows, forces, here, garrisons, sides, lost, residents, foe, friend, ways, ground, p
            )


@njit(cache=True)
def go_back(away, strength, garrisons, ground, odds, p):
    """Those `away` from a post that they withdrew from come back where the odds allow it, army by army."""
    back = np.empty(ground.lat.shape[0])
    for a in range(odds.of.shape[0]):
        if odds.of[a] >= 0:
            foe, friend = odds.foe[odds.of[a]], odds.friend[odds.of[a]]
            come_back(a, strength, away, garrisons, foe, friend, back, ground, p)


@njit(cache=True)
def of_armies(garrisons, strength, by_actor, counts):
    """Strength of each actor, and the cohesion of its units by people: (A,) each; `strength` (U,) is that of units.

    Only of actors of whom `counts` (A,) is true; `by_actor` lists their units.
    """
    might, unity = np.zeros(counts.shape[0]), np.zeros(counts.shape[0])
    for a in np.flatnonzero(counts):
        people = 0.0
        for i in range(by_actor.start[a], by_actor.start[a + 1]):
            u = by_actor.unit[i]
            if garrisons.manpower[u] > 0:
                might[a] += strength[u]
                unity[a] += garrisons.manpower[u] * garrisons.cohesion[u]
                people += garrisons.manpower[u]
        unity[a] /= max(1.0, people)
    return might, unity
