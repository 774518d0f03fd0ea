"""Recruitment: supporters become fighters, by grievance, want of work or force; fighters desert; units split and merge.

    recruits_ia ~ Poisson(dt * min(rate * sqrt(supporters_ia fighters_ia) * motive_ia * min(1, funding_a)^2, absorb * fighters_ia))
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

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INSURGENT, stacked
from sim.core.draws import binomial, poisson, uniform

READS = (
    "actors.access",
    "actors.mandate_factor",
    "actors.mandate_*",
    "units.key", "actors.kind", "actors.appeal_*", "actors.hostility", "actors.controller",
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
                if harm[c, b] > 0.0:
                    enemies += harm[c, b] * hostility[a, b]
            motive = (
                (floor if kind[a] == INSURGENT else 0.0) + appeal[a, 0] * min(1.0, enemies) + appeal[a, 1] * hardship[c]
            )
            motive += appeal[a, 2] * share[c, controller_of[a]]
            wanted = rate * math.sqrt(residents[c] * support[c, a] * fighters) * motive * min(1.0, funding[a]) ** 2
            recruits = poisson(
                uniform(stream, draw_key[c] ^ actor_key[a] << np.uint64(32), 0), dt * min(wanted, absorb * fighters)
            )
            recruits = min(recruits, residents[c] // 10)
            residents[c] -= recruits
            manpower[u] += recruits
            total += recruits
    return total


@njit(cache=True)
def keep_spirits(dt, kind, state, treasury, legitimacy, funding, trained, training, unpaid_weight, bonus_days, recovery_days,
                 cohesion_bonus, morale, goal, unpaid):  # fmt: skip
    """Unity after a merger fades and morale follows pay, in place; fills `goal` (A,), the cohesion that units go to,
    and `unpaid` (A,), by how much want of pay multiplies desertion. `trained` (C,) is the training by partners."""
    for a in range(kind.shape[0]):
        cohesion_bonus[a] *= math.exp(-dt / bonus_days)
        home = max(0, state[a])
        pay, taught = funding[a], 0.0
        if kind[a] >= ARMY:
            pay = treasury[home] * legitimacy[home] * 1.6
            taught = training * trained[home]
        morale[a] += (min(1.0, max(0.2, pay)) - morale[a]) * (1.0 - math.exp(-dt / recovery_days))
        goal[a] = min(1.0, max(0.1, 0.4 + 0.5 * morale[a] + cohesion_bonus[a] + taught))
        lack = 0.0 if kind[a] >= ARMY else min(1.0, max(0.0, 1.0 - funding[a]))
        unpaid[a] = 1.0 + unpaid_weight * lack


@njit(cache=True)
def desert(
    stream, order, key, actor, cell, unpaid, cohesion, goal, local, rate, recover, dt, manpower, arms, residents
):
    """Deserters leave units for home; cohesion and arms recover toward `goal` (A,) and 1. `unpaid` (A,) multiplies.

    `order` lists the living units by cell: neighbours in the list share what is read of the place.
    """
    back = 1.0 - math.exp(-dt / recover)
    for u in order:
        if manpower[u] <= 0:
            continue
        a, c = actor[u], cell[u]
        if local[a] and c < residents.shape[0]:
            pull = dt * rate * unpaid[a] * (1.2 - cohesion[u])
            draw = uniform(stream, key[u], 1)
            # at most `pull` of the unit's people go, so most draws are nobody's: no need of the exact chance
            if draw > 1.0 - manpower[u] * pull - 1e-9:
                gone = binomial(draw, manpower[u], 1.0 - math.exp(-pull))
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


@njit(cache=True)
def training_by_country(kind, mandate, mandate_factor, persons, access):
    """Training by partners that a country's forces get (C,), 0..1; five hundred trainers give all they can."""
    effort = np.zeros(access.shape[1])
    for a in range(kind.shape[0]):
        if kind[a] == FOREIGN:
            effort += mandate[a, 2] * mandate_factor[a] * min(1.0, persons[a] / 500.0) * access[a]
    return np.minimum(1.0, effort)


@njit(cache=True)
def split_large(actor, manpower, kind, unit_size, split_at):
    """Irregular units that outgrow their size lose half of their people: (rows, people that leave each)."""
    rows = np.empty(actor.shape[0], dtype=np.int64)
    count = 0
    for u in range(actor.shape[0]):
        if kind[actor[u]] < ARMY and manpower[u] > split_at * unit_size[actor[u]]:
            rows[count] = u
            count += 1
    halves = manpower[rows[:count]] // 2
    manpower[rows[:count]] -= halves
    return rows[:count], halves


@njit(cache=True)
def merge_small(actor, cell, target, merge_below, cells, manpower):
    """Remnants that are not under way join the first other unit of their actor in the same cell."""
    first, following = np.full(cells, -1), np.empty(actor.shape[0], dtype=np.int64)
    for u in range(actor.shape[0] - 1, -1, -1):
        if manpower[u] > 0:
            following[u] = first[cell[u]]
            first[cell[u]] = u
    small = (manpower > 0) & (manpower < merge_below) & (target < 0)
    for u in np.flatnonzero(small):
        mate = first[cell[u]]
        while mate >= 0 and (mate == u or actor[mate] != actor[u] or manpower[mate] <= 0):
            mate = following[mate]
        if mate >= 0:
            manpower[mate] += manpower[u]
            manpower[u] = 0


def split_and_merge(model, p):
    """Units that outgrow their size split in two; remnants join another unit of their actor in the same cell."""
    u, a = model.units, model.actors
    rows, halves = split_large(u.actor, u.manpower, a.kind, a.unit_size, p.split_at)
    if len(rows):
        here = u.cell[rows]
        model.make_units(u.actor[rows], cell=here, manpower=halves, home=here, cohesion=u.cohesion[rows])
    merge_small(u.actor, u.cell, u.target, p.merge_below, model.world.N, u.manpower)


@njit(cache=True)
def call_up(stream, dt, key, kind, state, target, persons, treasury, lag_days):
    """How many each army or auxiliary force recruits (A,) on the way to its target strength."""
    wanted = np.zeros(kind.shape[0], dtype=np.int64)
    for a in range(kind.shape[0]):
        if kind[a] == ARMY or kind[a] == AUXILIARY:
            pace = lag_days / max(0.2, treasury[state[a]])
            count = int((target[a] - persons[a]) * (1.0 - math.exp(-dt / pace)) + uniform(stream, key[a], 0))
            wanted[a] = max(0, count)
    return wanted


@njit(cache=True)
def raise_recruits(stream, key, count, home, share, memory, local, residents):
    """Take up to `count` people from the communities `home` (n,) of a state: where it holds, and for auxiliaries
    (`local`) where attacks are remembered. At most half of a community goes. Returns how many went from each (n,)."""
    weights = np.empty(home.shape[0])
    for i in range(home.shape[0]):
        c = home[i]
        weights[i] = residents[c] * share[c, 0]
        if local:
            weights[i] *= memory[c]
    taken = np.zeros(home.shape[0], dtype=np.int64)
    places = np.empty(count, dtype=np.int64)
    if draw_places(stream, key, count, weights, places):
        for i in places:
            taken[i] += 1
    for i in range(home.shape[0]):
        taken[i] = min(taken[i], residents[home[i]] // 2)
        residents[home[i]] -= taken[i]
    return taken


@njit(cache=True)
def with_room(actor, manpower, kind, unit_size):
    """Rows of the living units that take recruits: all of auxiliaries, and those of armies that are below their size."""
    rows = np.empty(actor.shape[0], dtype=np.int64)
    count = 0
    for u in range(actor.shape[0]):
        a = actor[u]
        below = kind[a] == ARMY and manpower[u] < int(unit_size[a])
        if manpower[u] > 0 and (below or kind[a] == AUXILIARY):
            rows[count] = u
            count += 1
    return rows[:count]


@njit(cache=True)
def station(row, home, taken, rows, actor, cell, manpower):
    """Put auxiliaries of actor `row` who were raised in the communities `home` into their unit there, one of `rows`; those for
    whom there is none stay in `taken`."""
    for u in rows:
        if actor[u] == row:
            i = np.searchsorted(home, cell[u])
            if i < home.shape[0] and home[i] == cell[u]:
                manpower[u] += taken[i]
                taken[i] = 0


@njit(cache=True)
def top_up(row, size, persons, rows, actor, manpower):
    """Fill the units of actor `row` among `rows` up to `size`, in order; returns how many persons are left."""
    for u in rows:
        if persons == 0:
            break
        if actor[u] == row:
            add = min(persons, size - manpower[u])
            manpower[u] += add
            persons -= add
    return persons


@njit(cache=True)
def fill_armies(stream, dt, lag_days, key, kind, state, target, persons, unit_size, treasury, capital, people_start, people, share,
                memory, residents, actor, cell, manpower):  # fmt: skip
    """Armies and auxiliaries recruit toward their target strength out of the communities of their state (`people_start`,
    `people`). Recruits fill weak units first, auxiliaries serve where they were raised.

    Returns the new units to form, in rows of (actor, cell, persons): an army's in the capital.
    """
    wanted = call_up(stream, dt, key, kind, state, target, persons, treasury, lag_days)
    new = np.empty((wanted.sum(), 3), dtype=np.int64)
    formed = 0
    rows = with_room(actor, manpower, kind, unit_size)
    for a in np.flatnonzero(wanted):
        home, local = people[people_start[state[a]] : people_start[state[a] + 1]], kind[a] == AUXILIARY
        taken = raise_recruits(stream, key[a], wanted[a], home, share, memory, local, residents)
        if local:
            station(a, home, taken, rows, actor, cell, manpower)
            for i in np.flatnonzero(taken):
                new[formed] = a, home[i], taken[i]
                formed += 1
        else:
            size = int(unit_size[a])
            left = top_up(a, size, taken.sum(), rows, actor, manpower)
            while left > 0:
                new[formed] = a, capital[state[a]], min(size, left)
                formed += 1
                left -= size
    return new[:formed]


def step(model, dt):
    """Joining, desertion, armies' recruitment, splitting and merging; then the count of persons under arms."""
    p, a, com, g = model.p.recruitment, model.actors, model.communities, model.governments
    start, order = model.units_by_cell()
    stream = model.stream("recruitment")
    u = model.units
    join(
        stream, start, order, model.world.draw_key, a.key, u.actor, u.manpower, a.kind, a.controller, stacked(a, "appeal"), a.hostility,
        a.funding, model.cells.share, com.support, com.harm, com.hardship, p.floor, p.rate, p.absorb, dt, com.residents,
    )  # fmt: skip
    trained = training_by_country(a.kind, stacked(a, "mandate"), a.mandate_factor, a.persons, a.access)
    goal, unpaid = np.empty(len(a)), np.empty(len(a))
    keep_spirits(
        dt, a.kind, a.state, g.treasury, g.legitimacy, a.funding, trained, p.training, p.unpaid, p.bonus_days,
        p.recovery_days, a.cohesion_bonus, a.morale, goal, unpaid,
    )  # fmt: skip
    desert(
        stream, order, u.key, u.actor, u.cell, unpaid, u.cohesion, goal, a.kind <= AUXILIARY, p.desertion, p.recovery_days, dt,
        u.manpower, u.arms, com.residents,
    )  # fmt: skip
    model.count_persons()
    new = fill_armies(
        stream, dt, p.army_lag_days, a.key, a.kind, a.state, a.target, a.persons, a.unit_size, g.treasury, model.capital_cell,
        *model.people_of, model.cells.share, model.cells.attack_memory, com.residents, u.actor, u.cell, u.manpower,
    )  # fmt: skip
    if len(new):
        row, cell, persons = new.T
        model.make_units(row, cell=cell, manpower=persons, home=np.where(a.kind[row] == AUXILIARY, cell, -1))
    split_and_merge(model, p)
    model.count_persons()
