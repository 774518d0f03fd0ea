"""Posts of state forces: what draws armies and foreign forces to a place, whom they send there, and their offensives.

Compiled functions that the process of movement uses (`sim.processes.movement`, where the rules and their sources stand).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY, FOREIGN
from sim.core.draws import uniform


@njit(cache=True)
def distance_km(lat1, lon1, lat2, lon2):
    """Distance in km on a sphere, equirectangular (good to 1 % at the region's size)."""
    x = (lon2 - lon1) * math.cos(0.5 * (lat1 + lat2) * math.pi / 180.0)
    y = lat2 - lat1
    return 111.195 * math.sqrt(x * x + y * y)


@njit(cache=True)
def held_by_enemies(share, influence):
    """Share of those who are not the state in the influence over each cell (N,); none where nobody has any."""
    enemy = np.zeros(share.shape[0])
    for c in range(share.shape[0]):
        for q in range(share.shape[1]):
            if influence[c, q] > 0.0:
                enemy[c] = 1.0 - share[c, 0]
                break
    return enemy


@njit(cache=True)
def fights_holder(truce, share, holders):
    """How far an actor would fight those who hold a cell: 1 less its `truce` (A,) with each of them by their `share` (Q,).

    `holders` (Q,) are the actors behind the controllers, -1 for the government.
    """
    calm = 0.0
    for q in range(1, holders.shape[0]):
        calm += share[q] * truce[holders[q]]
    return 1.0 - calm


@njit(cache=True)
def post_pulls(own, doctrine, mandate, attack_pull, symbol_pull, escort_pull):
    """What draws a force to a post: (towns, attacks, symbols, mines, roads to escort). `own` tells the forces of a state
    from foreign ones, who go by their `mandate` (7,), as far as they can deliver it, and not by a `doctrine` (4,)."""
    if own:
        return np.array([doctrine[1], attack_pull * doctrine[2], symbol_pull, mandate[6], escort_pull])
    return np.array([mandate[1] + mandate[3] + 0.2, attack_pull * (mandate[0] + mandate[1]), 0.0, mandate[6], 0.0])


@njit(cache=True)
def post_weights(a, weights, access, operating_area, country, town, attacks, symbol, mines, enemy_share, truce, share, holders, corridor,
                 escorts, avoid, fill, good):  # fmt: skip
    """Weight of every cell (N,) as a post for the state-side actor `a`, into `fill`; those of any weight are listed in `good`.

    Returns how many they are. `weights` = (towns, attacks, symbols, mines, roads to escort) of the actor; `enemy_share` the
    share of insurgents in each cell; a `truce` (A,) with those who hold it keeps the actor out (see `fights_holder`).
    """
    to_towns, to_attacks, to_symbols, to_mines, to_roads = weights
    to_roads *= escorts
    pact, may = truce.any(), access[a]
    found = 0
    for c in range(country.shape[0]):
        fill[c] = 0.0
        allowed = may[country[c]] * operating_area[a, c]
        if allowed > 0.0:
            pull = to_towns * town[c] + to_attacks * attacks[c] + to_symbols * symbol[c] + to_mines * mines[c]
            pull += to_roads * corridor[c]
            fill[c] = pull * (1.0 - avoid * enemy_share[c]) * allowed
            if pact and fill[c] > 0.0:
                fill[c] *= fights_holder(truce, share[c], holders)
            good[found] = c
            found += fill[c] > 0.0
    return found


@njit(cache=True)
def redeploy(stream, rows, key, cell, home, posts, good, capital, capital_share, rear_share, chance, pull_home, lat, lon, km_detour,
             target, km_left):  # fmt: skip
    """State-side units `rows` of one actor choose a post; the capital gets its share.

    `posts` (N,) are the weights of cells, `good` lists those above 0. The part `rear_share` of units belongs in the capital;
    with chance `capital_share` the proposal of another is the capital, else a cell drawn from `posts`. A unit accepts the
    new post with chance min(1, weight there / weight here), `pull_home` multiplying the weight of its base.
    """
    if good.shape[0] == 0:
        return
    running = np.cumsum(posts[good])
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
            pick = np.searchsorted(running, uniform(stream, key[u], 2) * running[-1])
            goal = good[min(good.shape[0] - 1, pick)]
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
def who_reconsiders(stream, key, actor, manpower, kind, target, chance):
    """Rows of the units of armies and foreign forces that are free and draw to reconsider in this step, in order."""
    rows = np.empty(actor.shape[0], dtype=np.int64)
    count = 0
    for u in range(actor.shape[0]):
        posted = kind[actor[u]] >= ARMY and kind[actor[u]] != AUXILIARY
        if manpower[u] > 0 and posted and target[u] < 0 and uniform(stream, key[u], 0) < chance:
            rows[count] = u
            count += 1
    return rows[:count]


@njit(cache=True)
def deploy(stream, key, actor, cell, home, manpower, kind, host, doctrine, mandate, mandate_factor, truce, access, operating_area,
           country, town, attacks, symbol, mines, share, influence, holders, corridor, escorts, regime_security, capital, lat, lon,
           rules, target, km_left):  # fmt: skip
    """Armies and foreign forces that have units ready to reconsider their posts weigh all cells and redeploy them.

    `host` (A,) is the country each serves first; `rules` = (chance that a unit reconsiders, pulls of attacks, symbols and
    escorts, avoidance of enemies, fear of the regime, share in the rear, pull of the base, km by road over km in a straight line).
    """
    chance, avoid, regime_fear = rules[0], rules[4], rules[5]
    rear_share, pull_home, detour = rules[6], rules[7], rules[8]
    ready = who_reconsiders(stream, key, actor, manpower, kind, target, chance)
    of = actor[ready]
    cells = country.shape[0]
    posts, good, enemy = np.empty(cells), np.empty(cells, dtype=np.int64), held_by_enemies(share, influence)
    for a in range(kind.shape[0]):
        rows = ready[of == a]
        if rows.shape[0] == 0:
            continue
        own = kind[a] != FOREIGN
        able = mandate[a] * mandate_factor[a]
        pulls = post_pulls(own, doctrine[a], able, rules[1], rules[2], rules[3])
        found = post_weights(a, pulls, access, operating_area, country, town, attacks, symbol, mines, enemy, truce[a], share, holders,
                             corridor, escorts[host[a]], avoid, posts, good)  # fmt: skip
        guard = doctrine[a, 0] if own else able[5]
        capital_share = min(0.9, guard * (1.0 + regime_fear * (1.0 - regime_security[host[a]])))
        redeploy(stream, rows, key, cell, home, posts, good[:found], capital[host[a]], capital_share, rear_share if own else 0.0, chance,
                 pull_home, lat, lon, detour, target, km_left)  # fmt: skip


@njit(cache=True)
def choose_objectives(stream, dt, key, kind, state, persons, doctrine, mandate, mandate_factor, truce, access, theatre,
                      symbol_cells, symbol, share, holders, country, partner_drive, offensive_days, length_days, objective,
                      objective_days):  # fmt: skip
    """Armies with means and an offensive doctrine pick a symbolic place that an enemy holds as an objective."""
    for a in range(kind.shape[0]):
        objective_days[a] = max(0.0, objective_days[a] - dt)
        if objective_days[a] <= 0.0:
            objective[a] = -1
    for a in range(kind.shape[0]):
        if kind[a] != ARMY or persons[a] <= 0 or objective[a] >= 0 or not theatre[state[a]]:
            continue
        best = -1
        most = 0.0
        for c in symbol_cells:
            value = symbol[c] * (1.0 - share[c, 0]) * fights_holder(truce[a], share[c], holders) * access[a, country[c]]
            if value > most:
                best = c
                most = value
        if best < 0:
            continue
        strike = 0.0  # partners that strike drive the army on
        for f in range(kind.shape[0]):
            if kind[f] == FOREIGN and persons[f] > 0:
                strike += mandate[f, 0] * mandate_factor[f] * access[f, state[a]]
        drive = doctrine[a, 3] * (1.0 + partner_drive * min(1.0, strike)) * most
        if uniform(stream, key[a], 10) < 1.0 - math.exp(-dt * drive / offensive_days):
            objective[a] = best
            objective_days[a] = length_days


@njit(cache=True)
def send_offensives(stream, chance, key, actor, manpower, cell, kind, parent, mandate, mandate_factor, access, objective, country,
                    lat, lon, detour, target, km_left):  # fmt: skip
    """Units of an army on the offensive, its auxiliaries, and striking partners in its country set out for the objective."""
    for army in range(objective.shape[0]):
        goal = objective[army]
        if goal < 0:
            continue
        for u in range(actor.shape[0]):
            a = actor[u]
            strikes = kind[a] == FOREIGN and mandate[a, 0] * mandate_factor[a] > 0.5 and access[a, country[goal]] > 0.0
            if not (a == army or parent[a] == army or strikes):
                continue
            if manpower[u] > 0 and target[u] < 0 and cell[u] != goal and uniform(stream, key[u], 5) < chance:
                target[u] = goal
                here = cell[u]
                km_left[u] = distance_km(lat[here], lon[here], lat[goal], lon[goal]) * detour
