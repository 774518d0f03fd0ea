"""Recruitment: supporters become fighters, by grievance, want of work or force; fighters desert; units split and merge.

    recruits_ia ~ Poisson(dt * min(rate * sqrt(supporters_ia fighters_ia) * motive_ia * funding_a^2, absorb * fighters_ia))
    motive_ia = floor (insurgents only) + grievance_a * min(1, harm from a's enemies) + jobs_a * hardship_i + force_a * share_ia

Three motives after UNDP (2023): abuse by the state named as the trigger by a third of voluntary recruits, want of work by a
quarter; motive reads attitudes only, so an abuse counts once. A group can take in only so many a week for those it has
(absorb). Recruits need both recruiters and supporters: the square root of their product is the matching function of labour
economics (Petrongolo and Pissarides 2001), so that a small group among many supporters grows and a large one among few
does not. Fighters who are not paid desert. Armies recruit toward their target in the places their state holds; auxiliaries (VDP) are raised where insurgents
attack. Training by partners holds
units together. Deserters go home; persons are conserved: every fighter recruited here is one resident less.

Comes after attitudes, so that this week's suffering moves this week's support, and before control, so that recruits count in it;
swapping it with attitudes moves displaced and fighters by 0.4 to 0.7, with control by 0.5 standard deviations of replicates.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.tables import ARMY, AUXILIARY, FOREIGN, INSURGENT
from sim.uniforms import binomial, poisson, uniform

READS = (
    "actors.permit",
    "actors.mandate_factor",
    "actors.mandate",
    "units.key", "actors.kind", "actors.appeal", "actors.hostility", "actors.controller",
    "actors.funding", "actors.unit_size", "actors.target", "actors.state", "actors.key", "cells.share",
    "cells.attack_memory", "communities.support", "communities.harm", "communities.hardship", "governments.treasury",
    "governments.legitimacy",
)  # fmt: skip
WRITES = (
    "units.*", "actors.units_made", "actors.persons", "actors.morale", "actors.cohesion_bonus", "communities.residents",
)  # fmt: skip


@njit(cache=True)
def join(stream, start, order, draw_key, actor_key, actor, manpower, kind, controller_of, appeal, hostility, funding, share,
         support, harm, hardship, floor, rate, absorb, dt, residents):  # fmt: skip
    """Supporters join the irregular units in their cell; returns the number of recruits."""
    total = 0
    for c in range(residents.shape[0]):
        for i in range(start[c], start[c + 1]):
            u = order[i]
            a = actor[u]
            if kind[a] >= ARMY or manpower[u] <= 0:
                continue
            first = True
            fighters = 0
            for j in range(start[c], start[c + 1]):
                w = order[j]
                if actor[w] == a and manpower[w] > 0:
                    if j < i:
                        first = False
                    fighters += manpower[w]
            if not first:
                continue
            enemies = 0.0
            for b in range(harm.shape[1]):
                enemies += harm[c, b] * hostility[a, b]
            motive = (
                (floor if kind[a] == INSURGENT else 0.0) + appeal[a, 0] * min(1.0, enemies) + appeal[a, 1] * hardship[c]
            )
            motive += appeal[a, 2] * share[c, controller_of[a]]
            wanted = rate * math.sqrt(residents[c] * support[c, a] * fighters) * motive * funding[a] * funding[a]
            recruits = poisson(
                uniform(stream, draw_key[c] ^ actor_key[a] << np.uint64(32), 0), dt * min(wanted, absorb * fighters)
            )
            recruits = min(recruits, residents[c] // 10)
            residents[c] -= recruits
            manpower[u] += recruits
            total += recruits
    return total


@njit(cache=True)
def desert(stream, key, actor, cell, unpaid, cohesion, goal, local, rate, recover, dt, manpower, arms, residents):
    """Deserters leave units for home; cohesion and arms recover toward `goal` (A,) and 1. `unpaid` (A,) multiplies."""
    back = 1.0 - math.exp(-dt / recover)
    for u in range(actor.shape[0]):
        if manpower[u] <= 0:
            continue
        a, c = actor[u], cell[u]
        if local[a] and c < residents.shape[0]:
            gone = binomial(
                uniform(stream, key[u], 1), manpower[u], 1.0 - math.exp(-dt * rate * unpaid[a] * (1.2 - cohesion[u]))
            )
            manpower[u] -= gone
            residents[c] += gone
        cohesion[u] += (goal[a] - cohesion[u]) * back
        arms[u] += (1.0 - arms[u]) * back


@njit(cache=True)
def draw_places(stream, key, count, weights, cell_of_draw):
    """Draw `count` cells with chances in proportion to `weights` (n,); returns False when all weights are zero."""
    running = np.cumsum(weights)
    total = running[-1]
    if total <= 0.0:
        return False
    for r in range(count):
        at = np.searchsorted(running, uniform(stream, key, 100 + r) * total)
        cell_of_draw[r] = min(at, weights.shape[0] - 1)
    return True


def training_by_country(actors) -> np.ndarray:
    """Training by partners that a country's forces get (C,), 0..1; five hundred trainers give all they can."""
    effort = actors.mandate[:, 2] * actors.mandate_factor * np.minimum(1.0, actors.persons / 500.0)
    effort = np.where(actors.kind == FOREIGN, effort, 0.0)
    return np.minimum(1.0, (effort[:, None] * actors.permit).sum(0))


def split_and_merge(model, p):
    """Units that outgrow their size split in two; remnants join another unit of their actor in the same cell."""
    u, a = model.units, model.actors
    large = np.flatnonzero((u.manpower > p.split_at * a.unit_size[u.actor]) & (a.kind[u.actor] < ARMY))
    for row in large:
        half = int(u.manpower[row]) // 2
        model.units.manpower[row] -= half
        model.make_unit(u.actor[row], u.cell[row], half, home=u.cell[row], cohesion=float(u.cohesion[row]))
        u = model.units
    small = np.flatnonzero((u.manpower > 0) & (u.manpower < p.merge_below) & (u.target < 0))
    if not len(small):
        return
    start, order = model.units_by_cell()
    for row in small:
        here = order[start[u.cell[row]] : start[u.cell[row] + 1]]
        mates = here[(u.actor[here] == u.actor[row]) & (here != row) & (u.manpower[here] > 0)]
        if len(mates):
            u.manpower[mates[0]] += u.manpower[row]
            u.manpower[row] = 0


def fill_armies(model, dt, p):
    """Armies and auxiliaries recruit toward their target strength out of communities."""
    a, com, w = model.actors, model.communities, model.world
    stream = model.stream("recruitment")
    share = model.cells.share[: w.P, 0]
    for row in np.flatnonzero((a.kind == ARMY) | (a.kind == AUXILIARY)):
        lacking = a.target[row] - a.persons[row]
        pace = p.army_lag_days / max(0.2, model.governments.treasury[a.state[row]])
        count = int(lacking * (1.0 - math.exp(-dt / pace)) + uniform(stream, a.key[row], 0))
        if count <= 0:
            continue
        home = model.people_of[a.state[row]]
        weights = com.residents[home] * share[home]
        local = a.kind[row] == AUXILIARY
        if local:
            weights = weights * model.cells.attack_memory[home]
        places = np.zeros(count, dtype=np.int64)
        if not draw_places(stream, a.key[row], count, weights, places):
            continue
        taken = np.minimum(np.bincount(places, minlength=len(home)), com.residents[home] // 2)
        com.residents[home] -= taken
        if local:
            for i in np.flatnonzero(taken):
                station(model, row, int(home[i]), int(taken[i]))
        else:
            reinforce(model, row, int(taken.sum()))


def station(model, row, cell, persons):
    """Put auxiliaries into their unit in the cell, or into a new one."""
    u = model.units
    mine = np.flatnonzero((u.actor == row) & (u.cell == cell) & (u.manpower > 0))
    if len(mine):
        u.manpower[mine[0]] += persons
    else:
        model.make_unit(row, cell, persons, home=cell)


@njit(cache=True)
def top_up(row, size, persons, actor, manpower):
    """Fill the understrength units of actor `row` up to `size`, in order; returns how many persons are left."""
    for u in range(actor.shape[0]):
        if persons == 0:
            break
        if actor[u] == row and 0 < manpower[u] < size:
            add = min(persons, size - manpower[u])
            manpower[u] += add
            persons -= add
    return persons


def reinforce(model, row, persons):
    """Fill an army's understrength units first; what is left over forms new units in the capital."""
    a, u = model.actors, model.units
    size = int(a.unit_size[row])
    persons = int(top_up(row, size, persons, u.actor, u.manpower))
    while persons > 0:
        model.make_unit(row, int(model.capital_cell[a.state[row]]), min(size, persons), home=-1)
        persons -= min(size, persons)


def step(model, dt):
    """Joining, desertion, armies' recruitment, splitting and merging; then the count of persons under arms."""
    p, a, com = model.p.recruitment, model.actors, model.communities
    start, order = model.units_by_cell()
    stream = model.stream("recruitment")
    u = model.units
    join(
        stream, start, order, model.world.draw_key, a.key, u.actor, u.manpower, a.kind, a.controller, a.appeal, a.hostility,
        a.funding, model.cells.share, com.support, com.harm, com.hardship, p.floor, p.rate, p.absorb, dt, com.residents,
    )  # fmt: skip
    a.cohesion_bonus[:] *= math.exp(-dt / p.bonus_days)
    state = np.maximum(0, a.state)
    pay = np.where(
        a.kind >= ARMY, model.governments.treasury[state] * model.governments.legitimacy[state] * 1.6, a.funding
    )
    a.morale[:] += (np.clip(pay, 0.2, 1.0) - a.morale) * (1.0 - math.exp(-dt / p.recovery_days))
    trained = np.where(a.kind >= ARMY, p.training * training_by_country(a)[state], 0.0)
    goal = np.clip(0.4 + 0.5 * a.morale + a.cohesion_bonus + trained, 0.1, 1.0)
    unpaid = 1.0 + p.unpaid * np.clip(1.0 - np.where(a.kind >= ARMY, 1.0, a.funding), 0.0, 1.0)
    desert(
        stream, u.key, u.actor, u.cell, unpaid, u.cohesion, goal, a.kind <= AUXILIARY, p.desertion, p.recovery_days, dt,
        u.manpower, u.arms, com.residents,
    )  # fmt: skip
    model.count_persons()
    fill_armies(model, dt, p)
    split_and_merge(model, p)
    model.count_persons()
