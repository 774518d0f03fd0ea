"""Movement: units go where their actor's strategy values, within a travel budget of km a day.

Insurgents and militias weigh the places within reach every `relocate_days` or so (`order_days` while they have orders to
blockade) and choose by a logit:

    value_c = (w_weak K / (K + hostile presence_c + officials_c) + w_support support_c + w_resources) resources_c
              + w_centres centre_c + w_cover cover_c [all of it when lying low, else 0.3] + w_rivals rivals_c - crowding_c
              + ordered blockade_c;   chance ~ exp(sharpness value_c - hours_c / patience)

A weak state and support are worth as much as there is to rule and tax (resources: people and mines in the cell).
A pact with a country's army keeps a group from going there.

They lie low after losses ("hide and bite"), and spread because their own presence crowds a place. Armies and
foreign forces draw a new post every `redeploy_days` or so from weights set by doctrine or mandate (towns, recent
attacks, symbols, escorts, mines, the base, the capital) and accept it with the ratio of the weights there and here, at
most 1: a unit in a good place stays, and units gather where it is worth most (by the square of the weight). Offensives send many units to one symbolic objective at a time. State forces avoid cells that the enemy dominates; auxiliaries
stay in the place that raised them.

Weakness of the state, support and cover as attractors: Fearon and Laitin (2003), Kalyvas (2006); concentration on the
capital for the safety of the regime: Quinlivan (1999), Powell (2019). What a unit sees is last week's presence.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.tables import ARMY, AUXILIARY, BLOCKADE, ESCORT, FOREIGN, GARRISON, GOVERN, LIE_LOW, OFFENSIVE, PATROL, RAID
from sim.uniforms import uniform

READS = (
    "units.key", "units.actor", "units.home", "units.manpower", "actors.strategy", "actors.doctrine",
    "actors.mandate", "actors.mandate_factor", "actors.permit", "actors.hostility", "actors.truce", "actors.mobility",
    "actors.blockading", "actors.persons", "actors.kind", "actors.state", "actors.parent", "actors.controller",
    "actors.area", "actors.key", "cells.presence", "cells.share", "cells.influence", "cells.controller",
    "cells.attack_memory", "cells.order_bonus", "cells.corridor", "cells.state_services", "communities.residents",
    "communities.support", "governments.regime_security", "governments.escorts", "governments.theatre",
)  # fmt: skip
WRITES = (
    "units.cell", "units.target", "units.km_left", "units.rest_days", "units.posture", "actors.objective",
    "actors.objective_days",
)  # fmt: skip


@njit(cache=True)
def place_value(c, a, presence, share, controller_of, hostility, strategy, support, resources, centre, cover, order_bonus, officials,
                weak_half, crowd_half, crowding, own, resting):  # fmt: skip
    """Value of cell `c` to actor `a` (see the module's formula); `own` is the moving unit's manpower."""
    hostile = 0.0
    rivals = 0.0
    for b in range(presence.shape[1]):
        if presence[c, b] > 0.0 and hostility[a, b] > 0.0:
            if controller_of[b] == 0:
                hostile += presence[c, b] * hostility[a, b]
            else:
                rivals += presence[c, b] * hostility[a, b]
    mine = max(0.0, presence[c, a] - own)
    value = strategy[a, 0] * weak_half / (weak_half + hostile + officials[c]) + strategy[a, 2]
    if c < support.shape[0]:
        value += strategy[a, 1] * support[c, a]
    value *= resources[c]
    if not resting:
        value += strategy[a, 3] * centre[c]
    value += strategy[a, 4] * cover[c] * (1.0 if resting else 0.3)
    value += strategy[a, 5] * rivals / (rivals + crowd_half)
    value += order_bonus[c, a] - crowding * mine / (mine + crowd_half)
    return value


@njit(cache=True)
def relocate(stream, rows, key, actor, cell, manpower, resting, chance, permit, ground, country, army_of, truce, presence, share,
             controller_of, hostility, strategy, support, resources, centre, cover, order_bonus, officials, start, near, hours,
             km, weak_half, crowd_half, crowding, sharpness, patience, target, km_left):  # fmt: skip
    """Insurgent and militia units `rows` that are not under way choose a place; writes `target` and `km_left`.

    `chance` (A,) that a unit of an actor reconsiders in the step.
    """
    weight = np.zeros(1)
    for r in range(rows.shape[0]):
        u = rows[r]
        if target[u] >= 0 or uniform(stream, key[u], 0) >= chance[actor[u]]:
            continue
        a = actor[u]
        here = cell[u]
        first, last = start[here], start[here + 1]
        if weight.shape[0] < last - first:
            weight = np.zeros(last - first)
        total = 0.0
        for j in range(first, last):
            c = near[j]
            w = 0.0
            if permit[a, country[c]] > 0.0 and ground[a, c]:
                v = place_value(c, a, presence, share, controller_of, hostility, strategy, support, resources, centre,
                                cover, order_bonus, officials, weak_half, crowd_half, crowding, manpower[u], resting[u])  # fmt: skip
                w = math.exp(sharpness * v - hours[j] / patience)
                army = army_of[country[c]]
                if army >= 0 and country[c] != country[here]:  # a pact with its army keeps a group out of a country
                    w *= 1.0 - 0.95 * truce[a, army]
            weight[j - first] = w
            total += w
        if total <= 0.0:
            continue
        left = uniform(stream, key[u], 1) * total
        for j in range(first, last):
            left -= weight[j - first]
            if left <= 0.0:
                if near[j] != here:
                    target[u] = near[j]
                    km_left[u] = km[j]
                break


@njit(cache=True)
def post_weights(a, weights, permit, ground, country, town, attacks, symbol, mines, enemy_share, hostility_here, corridor,
                 escorts, avoid, fill):  # fmt: skip
    """Weight of every cell (N,) as a post for the state-side actor `a`, into `fill`; returns the sum.

    `weights` = (towns, attacks, symbols, mines, base level) of the actor; `enemy_share` the share of
    insurgents in each cell, `hostility_here` (N,) how far the actor fights those who hold it (a truce keeps it out).
    """
    total = 0.0
    for c in range(country.shape[0]):
        w = permit[a, country[c]]
        if w > 0.0 and ground[a, c]:
            pull = weights[0] * town[c] + weights[1] * attacks[c] + weights[2] * symbol[c] + weights[3] * mines[c]
            pull += weights[4] * escorts * corridor[c]
            w *= pull * (1.0 - avoid * enemy_share[c]) * hostility_here[c]
        else:
            w = 0.0
        fill[c] = w
        total += w
    return total


@njit(cache=True)
def redeploy(stream, rows, key, cell, home, posts, capital, capital_share, rear_share, chance, pull_home, lat, lon, km_detour,
             target, km_left):  # fmt: skip
    """State-side units `rows` of one actor choose a post from weights `posts` (N,); the capital gets its share.

    The part `rear_share` of units belongs in the capital; with chance `capital_share` the proposal of another is the capital, else a cell drawn from `posts`. A unit accepts the
    new post with chance min(1, weight there / weight here), `pull_home` multiplying the weight of its base.
    """
    cells = posts.shape[0]
    running = np.empty(cells)
    total = 0.0
    for c in range(cells):
        total += posts[c]
        running[c] = total
    if total <= 0.0:
        return
    for r in range(rows.shape[0]):
        u = rows[r]
        if target[u] >= 0 or uniform(stream, key[u], 0) >= chance:
            continue
        here = cell[u]
        # staff, depots and schools stay in the rear: the same units always
        rear = uniform(np.uint64(7), key[u], 0) < rear_share
        if capital >= 0 and (rear or uniform(stream, key[u], 1) < capital_share):
            goal = capital
        else:
            goal = min(cells - 1, np.searchsorted(running, uniform(stream, key[u], 2) * total))
            stay = posts[here]
            if here == home[u]:
                stay *= pull_home
            if goal == home[u]:
                stay /= pull_home
            if stay > 0.0 and uniform(stream, key[u], 3) * stay >= posts[goal]:
                goal = here
        if goal != here:
            target[u] = goal
            km_left[u] = distance_km(lat[here], lon[here], lat[goal], lon[goal]) * km_detour


@njit(cache=True)
def distance_km(lat1, lon1, lat2, lon2):
    """Distance in km on a sphere, equirectangular (good to 1 % at the region's size)."""
    x = (lon2 - lon1) * math.cos(0.5 * (lat1 + lat2) * math.pi / 180.0)
    y = lat2 - lat1
    return 111.195 * math.sqrt(x * x + y * y)


@njit(cache=True)
def travel(actor, mobility, dt, cell, target, km_left, rest_days):
    """Units under way use up their travel budget and arrive; days of lying low run down."""
    for u in range(cell.shape[0]):
        rest_days[u] = max(0.0, rest_days[u] - dt)
        if target[u] >= 0:
            km_left[u] -= mobility[actor[u]] * dt
            if km_left[u] <= 0.0:
                cell[u] = target[u]
                target[u] = -1
                km_left[u] = 0.0


@njit(cache=True)
def assign_postures(stream, key, actor, cell, manpower, rest_days, kind, controller_of, doctrine, blockading, share,
                    order_bonus, road, siege_pull, siege_share, govern_share, escorts, corridor, country, objective,
                    posture):  # fmt: skip
    """Posture of every living unit from where it is, in place."""
    for u in range(actor.shape[0]):
        if manpower[u] <= 0:
            continue
        a, c = actor[u], cell[u]
        own = share[c, controller_of[a]]
        draw = uniform(stream, key[u], 4)
        if kind[a] < ARMY:
            if rest_days[u] > 0.0:
                posture[u] = LIE_LOW
            elif (blockading[a] and order_bonus[c, a] > 0.0) or (
                blockading[a] and road[c] > 0.0 and draw < siege_share * own * siege_pull[c]
            ):
                posture[u] = BLOCKADE
            elif draw > 1.0 - govern_share * own:
                posture[u] = GOVERN
            else:
                posture[u] = RAID
        else:
            escort = escorts[country[c]] * corridor[c]
            if objective[a] == c or draw < doctrine[a, 3]:
                posture[u] = OFFENSIVE
            elif draw > 1.0 - 0.8 * escort:
                posture[u] = ESCORT
            elif draw < doctrine[a, 3] + 0.4:
                posture[u] = PATROL
            else:
                posture[u] = GARRISON


def choose_objectives(model, dt, p):
    """Armies with means and an offensive doctrine pick a symbolic place that an enemy holds as an objective."""
    a, g, cells = model.actors, model.governments, model.cells
    stream = model.stream("movement")
    a.objective_days[:] = np.maximum(0.0, a.objective_days - dt)
    a.objective[a.objective_days <= 0.0] = -1
    for row in np.flatnonzero((a.kind == ARMY) & (a.persons > 0) & (a.objective < 0)):
        if not g.theatre[a.state[row]]:
            continue
        held = 1.0 - cells.share[model.symbol_cells, 0]
        fights = model.fights_holder(row)[model.symbol_cells]
        value = (
            model.symbol[model.symbol_cells] * held * fights * a.permit[row, model.world.country[model.symbol_cells]]
        )
        if not len(value) or value.max() <= 0.0:
            continue
        strike = a.mandate[:, 0] * a.mandate_factor * (a.persons > 0) * a.permit[:, a.state[row]] * (a.kind == FOREIGN)
        drive = a.doctrine[row, 3] * (1.0 + p.partner_drive * min(1.0, strike.sum())) * value.max()
        if uniform(stream, a.key[row], 10) < 1.0 - math.exp(-dt * drive / p.offensive_days):
            a.objective[row] = model.symbol_cells[int(value.argmax())]
            a.objective_days[row] = p.offensive_length_days


def send_offensives(model, dt, p):
    """Units of an army on the offensive, and striking partners in its country, set out for the objective."""
    a, u, w = model.actors, model.units, model.world
    stream = model.stream("movement")
    for row in np.flatnonzero(a.objective >= 0):
        goal = int(a.objective[row])
        helps = (a.kind == FOREIGN) & (a.mandate[:, 0] * a.mandate_factor > 0.5) & (a.permit[:, w.country[goal]] > 0)
        sharing = helps | (np.arange(len(a)) == row) | (a.parent == row)
        for unit in np.flatnonzero(sharing[u.actor] & (u.manpower > 0) & (u.target < 0) & (u.cell != goal)):
            if uniform(stream, u.key[unit], 5) < 1.0 - (1.0 - p.offensive_share) ** (dt / 7.0):
                u.target[unit] = goal
                here = u.cell[unit]
                u.km_left[unit] = distance_km(w.lat[here], w.lon[here], w.lat[goal], w.lon[goal]) * p.detour


def step(model, dt):
    """Choices of place, travel and postures of all units."""
    p, a, u, cells, w, g = model.p.movement, model.actors, model.units, model.cells, model.world, model.governments
    stream = model.stream("movement")
    alive = u.manpower > 0
    irregular = np.flatnonzero(alive & (a.kind[u.actor] < ARMY))
    officials = model.officials() * cells.state_services
    ordered = cells.order_bonus.any(0)  # under orders units are quicker to reconsider
    days = np.where(ordered, np.minimum(p.order_days, p.relocate_days), p.relocate_days)
    relocate(
        stream, irregular, u.key, u.actor, u.cell, u.manpower, u.rest_days > 0.0,
        1.0 - np.exp(-dt / days),
        a.permit, model.ground, w.country, model.army_of, a.truce, cells.presence, cells.share, a.controller, a.hostility, a.strategy,
        model.communities.support, model.resources, model.centre, w.cover, cells.order_bonus, officials, w.reach_start,
        w.reach_cell, w.reach_hours, w.reach_km, p.weak_half, p.crowd_half, p.crowding, p.sharpness, p.patience_hours,
        u.target, u.km_left,
    )  # fmt: skip
    choose_objectives(model, dt, p)
    send_offensives(model, dt, p)
    enemy = np.where(cells.influence.sum(1) > 0.0, 1.0 - cells.share[:, 0], 0.0)
    posts = np.empty(w.N)
    chance = 1.0 - math.exp(-dt / p.redeploy_days)
    living = np.flatnonzero(alive)
    by_actor = living[np.argsort(u.actor[living], kind="stable")]
    bounds = np.searchsorted(u.actor[by_actor], np.arange(len(a) + 1))
    for row in np.flatnonzero((a.kind >= ARMY) & (a.kind != AUXILIARY) & (a.persons > 0)):
        rows = by_actor[bounds[row] : bounds[row + 1]]
        if not len(rows):
            continue
        host = int(a.state[row]) if a.state[row] >= 0 else model.host_country(row)
        mandate = a.mandate[row] * a.mandate_factor[row]
        own = a.kind[row] != FOREIGN
        weights = np.array([
            a.doctrine[row, 1] if own else mandate[1] + mandate[3] + 0.2,
            p.attack_pull * (a.doctrine[row, 2] if own else mandate[0] + mandate[1]),
            p.symbol_pull if own else 0.0,
            mandate[6],
            p.escort_pull if own else 0.0,
        ])  # fmt: skip
        post_weights(row, weights, a.permit, model.ground, w.country, model.town_pull, cells.attack_memory, model.symbol, w.extraction,
                     enemy, model.fights_holder(row), cells.corridor, g.escorts[host], p.avoid, posts)  # fmt: skip
        fear = 1.0 - g.regime_security[host]
        capital_share = min(0.9, (a.doctrine[row, 0] if own else mandate[5]) * (1.0 + p.regime_fear * fear))
        redeploy(stream, rows, u.key, u.cell, u.home, posts, model.capital_cell[host], capital_share, p.rear_share * own, chance, p.pull_home,
                 w.lat, w.lon, p.detour, u.target, u.km_left)  # fmt: skip
    travel(u.actor, a.mobility, dt, u.cell, u.target, u.km_left, u.rest_days)
    assign_postures(
        stream, u.key, u.actor, u.cell, u.manpower, u.rest_days, a.kind, a.controller, a.doctrine, a.blockading,
        cells.share, cells.order_bonus, model.road_cells, model.siege_pull(), p.siege_share, p.govern_share, g.escorts,
        cells.corridor, w.country, a.objective, u.posture,
    )  # fmt: skip
