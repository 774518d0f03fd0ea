"""Movement: units go where their actor's strategy values, within a travel budget of km a day.

Insurgents and militias weigh the places within reach every `relocate_days` or so (`order_days` while they have orders to
blockade) and choose by a logit:

    value_c = (w_weak + w_support support_c + w_resources) resources_c K / (K + hostile presence_c + officials_c)
              + w_centres centre_c + w_cover cover_c [all of it when lying low, else 0.3] + w_rivals rivals_c - crowding_c
              + ordered blockade_c;   chance ~ exp(sharpness value_c - hours_c / patience)

A place is worth what there is to rule and tax (resources: people and mines in the cell), the more with support, as far as the
state's side is weak there: where it is strong nothing can be ruled or taxed.
A pact with a country's army keeps a group from going there. A unit that lies low is drawn across the border by the refuge
there: where the forces of the country it is in may not follow (`refuge_pull`).

They lie low after losses ("hide and bite"), and spread because their own presence crowds a place. Armies and
foreign forces draw a new post every `redeploy_days` or so from weights set by doctrine or mandate (towns, recent
attacks, symbols, escorts, mines, the base, the capital) and accept it with the ratio of the weights there and here, at
most 1: a unit in a good place stays, and units gather where it is worth most (by the square of the weight). Offensives
send many units to one symbolic objective at a time. State forces avoid cells that the enemy dominates; auxiliaries stay
in the place that raised them.

Weakness of the state, support and cover as attractors: Fearon and Laitin (2003), Kalyvas (2006); concentration on the
capital for the safety of the regime: Quinlivan (1999), Powell (2019). What a unit sees is last week's presence.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GARRISON, GOVERN, LIE_LOW, OFFENSIVE, PATROL, RAID, stacked
from sim.core.draws import uniform
from sim.processes.shared.deployment import choose_objectives, deploy, send_offensives

READS = (
    "units.key", "units.actor", "units.home", "units.manpower", "actors.strategy_*", "actors.doctrine_*",
    "actors.mandate_*", "actors.mandate_factor", "actors.access", "actors.hostility", "actors.truce", "actors.mobility",
    "actors.blockading", "actors.persons", "actors.kind", "actors.state", "actors.parent", "actors.controller",
    "actors.countries", "actors.key", "cells.presence", "cells.share", "cells.influence", "cells.controller",
    "cells.attack_memory", "cells.order_bonus", "cells.corridor", "cells.state_services", "communities.residents",
    "communities.support", "governments.regime_security", "governments.escorts", "governments.theatre", "governments.refuge",
)  # fmt: skip

WRITES = (
    "units.cell", "units.target", "units.km_left", "units.rest_days", "units.posture", "actors.objective",
    "actors.objective_days",
)  # fmt: skip


@njit(cache=True, inline="always")
def place_value(c, a, enemies, presence, controller_of, hostility, strategy, support, resources, centre, cover,
                order_bonus, officials, weak_half, crowd_half, crowding, own, resting):  # fmt: skip
    """Value of cell `c` to actor `a` (see the module's formula); `enemies` are the rows of the actors it fights, `own`
    is the moving unit's manpower."""
    hostile = 0.0
    rivals = 0.0
    for b in enemies:
        if presence[c, b] > 0.0:
            if controller_of[b] == 0:
                hostile += presence[c, b] * hostility[a, b]
            else:
                rivals += presence[c, b] * hostility[a, b]
    mine = max(0.0, presence[c, a] - own)
    value = strategy[a, 0] + strategy[a, 2]
    if c < support.shape[0]:
        value += strategy[a, 1] * support[c, a]
    value *= resources[c] * weak_half / (weak_half + hostile + officials[c])
    if not resting:
        value += strategy[a, 3] * centre[c]
    value += strategy[a, 4] * cover[c] * (1.0 if resting else 0.3)
    value += strategy[a, 5] * rivals / (rivals + crowd_half)
    value += order_bonus[c, a] - crowding * mine / (mine + crowd_half)
    return value


@njit(cache=True)
def under_orders(order_bonus):
    """Which actors have a blockade to keep up somewhere (A,)."""
    cells, actors = order_bonus.shape
    ordered = np.zeros(actors, dtype=np.bool_)
    for c in range(cells):
        anybody = False
        for a in range(actors):
            anybody |= order_bonus[c, a] != 0.0
        if anybody:
            ordered |= order_bonus[c] != 0.0
    return ordered


@njit(cache=True)
def relocate(stream, key, actor, cell, manpower, rest_days, kind, chance, access, operating_area, country, army_of, truce, presence,
             controller_of, hostility, strategy, support, resources, centre, cover, order_bonus, officials, refuge, start, near,
             hours, km, weak_half, crowd_half, crowding, refuge_pull, sharpness, patience, target, km_left):  # fmt: skip
    """Insurgent and militia units that are not under way choose a place; writes `target` and `km_left`.

    `chance` (A,) that a unit of an actor reconsiders in the step; `refuge` (C, C) how safe each country is for those who
    fight in another.
    """
    weight = np.zeros(1)
    enemies = np.zeros(0, dtype=np.int64)
    enemies_of = -1
    for u in range(actor.shape[0]):
        a = actor[u]
        if manpower[u] <= 0 or kind[a] >= ARMY or target[u] >= 0 or uniform(stream, key[u], 0) >= chance[a]:
            continue
        if a != enemies_of:
            enemies = np.flatnonzero(hostility[a])
            enemies_of = a
        here = cell[u]
        first, last = start[here], start[here + 1]
        if weight.shape[0] < last - first:
            weight = np.zeros(last - first)
        total = 0.0
        for j in range(first, last):
            c = near[j]
            w = 0.0
            if access[a, country[c]] > 0.0 and operating_area[a, c]:
                v = place_value(c, a, enemies, presence, controller_of, hostility, strategy, support, resources, centre, cover,
                                order_bonus, officials, weak_half, crowd_half, crowding, manpower[u], rest_days[u] > 0.0)  # fmt: skip
                if rest_days[u] > 0.0:
                    v += refuge_pull * refuge[country[c], country[here]]
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
def assign_postures(stream, order, key, actor, cell, manpower, rest_days, kind, controller_of, doctrine, blockading, share,
                    order_bonus, road, siege_pull, siege_share, govern_share, escorts, corridor, country, objective,
                    posture):  # fmt: skip
    """Posture of every living unit, listed in `order` by cell, from where it is, in place."""
    for u in order:
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
            # from the least pressing to the most; chosen without branches, which draws would send either way
            does = PATROL if draw < doctrine[a, 3] + 0.4 else GARRISON
            does = ESCORT if draw > 1.0 - 0.8 * escort else does
            posture[u] = OFFENSIVE if (objective[a] == c) | (draw < doctrine[a, 3]) else does


@njit(cache=True)
def siege_pull(road_cell, road_town, controller, cells):
    """1 in cells on a road to a place that the government holds, else 0 (N,); the pairs are (cell on a road, town)."""
    pull = np.zeros(cells)
    for j in range(road_cell.shape[0]):
        if controller[road_town[j]] == 0:
            pull[road_cell[j]] = 1.0
    return pull


def step(model, dt):
    """Choices of place, travel and postures of all units."""
    p, a, u, cells, w, g = model.p.movement, model.actors, model.units, model.cells, model.world, model.governments
    stream = model.stream("movement")
    days = np.full(len(a), p.relocate_days)
    if model.orders_stood:  # under orders units are quicker to reconsider
        days[under_orders(cells.order_bonus)] = min(p.order_days, p.relocate_days)
    relocate(
        stream, u.key, u.actor, u.cell, u.manpower, u.rest_days, a.kind, 1.0 - np.exp(-dt / days), a.access, model.operating_area,
        w.country, model.army_of, a.truce, cells.presence, a.controller, a.hostility, stacked(a, "strategy"), model.communities.support,
        model.resources, model.centre, w.cover, cells.order_bonus, model.officials() * cells.state_services, g.refuge,
        w.reach_start, w.reach_cell, w.reach_hours, w.reach_km, p.weak_half, p.crowd_half, p.crowding, p.refuge_pull,
        p.sharpness, p.patience_hours, u.target, u.km_left,
    )  # fmt: skip
    choose_objectives(
        stream, dt, a.key, a.kind, a.state, a.persons, stacked(a, "doctrine"), stacked(a, "mandate"), a.mandate_factor, a.truce, a.access, g.theatre,
        model.symbol_cells, model.symbol, cells.share, model.actor_of_controller, w.country, p.partner_drive,
        p.offensive_days, p.offensive_length_days, a.objective, a.objective_days,
    )  # fmt: skip
    send_offensives(
        stream, 1.0 - (1.0 - p.offensive_share) ** (dt / 7.0), u.key, u.actor, u.manpower, u.cell, a.kind, a.parent, stacked(a, "mandate"),
        a.mandate_factor, a.access, a.objective, w.country, w.lat, w.lon, p.detour, u.target, u.km_left,
    )  # fmt: skip
    rules = np.array([
        1.0 - math.exp(-dt / p.redeploy_days), p.attack_pull, p.symbol_pull, p.escort_pull, p.avoid, p.regime_fear,
        p.rear_share, p.pull_home, p.detour,
    ])  # fmt: skip
    deploy(
        stream, u.key, u.actor, u.cell, u.home, u.manpower, a.kind, model.hosts(), stacked(a, "doctrine"), stacked(a, "mandate"), a.mandate_factor, a.truce,
        a.access, model.operating_area, w.country, model.town_pull, cells.attack_memory, model.symbol, w.extraction, cells.share,
        cells.influence, model.actor_of_controller, cells.corridor, g.escorts, g.regime_security, model.capital_cell, w.lat,
        w.lon, rules, u.target, u.km_left,
    )  # fmt: skip
    travel(u.actor, a.mobility, dt, u.cell, u.target, u.km_left, u.rest_days)
    _, order = model.units_by_cell()  # where they are now; combat and violence read the same list
    assign_postures(
        stream, order, u.key, u.actor, u.cell, u.manpower, u.rest_days, a.kind, a.controller, stacked(a, "doctrine"), a.blockading,
        cells.share, cells.order_bonus, model.road_cells, siege_pull(model.road_cell, model.road_town, cells.controller, w.N),
        p.siege_share, p.govern_share, g.escorts, cells.corridor, w.country, a.objective, u.posture,
    )  # fmt: skip
