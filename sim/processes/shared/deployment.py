"""Deployment of state forces: what draws armies and foreign forces to a place, whom they send, and their offensives.

Compiled functions that the process of movement uses; rules and sources stand in `sim.processes.movement`.

Armies man posts, each with a garrison (persons) in proportion to what it is worth:

    g_c = F v_c / sum of v;   v_c = weight of c (`deployment_weights`), times `pull_home` where they have a base
    F = people of the army outside staff, depots and schools (`rear_share`)

A unit that reconsiders leaves an overmanned post with chance (n_c - g_c) / n_c, `n_c` being who stands there or is on
the way, for one that lacks half a unit or more, drawn in proportion to what it lacks. So large towns get large
garrisons and small ones those of a unit, down to places that are worth half of one; the size of a unit of an army is
that of a platoon, the smallest part that is sent anywhere by itself (FM 3-21.8, 2007).
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY, FOREIGN
from sim.core.conversions import KM_PER_DEGREE, WEEK_DAYS
from sim.core.draws import uniform
from sim.core.views import bundle, columns, values
from sim.settings.parameters.movement import Movement

Units = columns("units", reads="key actor home manpower", writes="cell target km_left rest_days posture")
Actors = columns(
    "actors",
    reads="key kind state parent persons unit_size mobility firepower access truce hostility",
    writes="objective objective_days",
)
#: what decides where the forces of a state and foreign ones go
Tasks = columns(
    "actors",
    reads="mandate_factor mandate_strike mandate_protect mandate_oversee mandate_guard_regime mandate_seek_resources"
    " doctrine_capital_share doctrine_town_weight doctrine_attack_weight doctrine_offensive",
    name="Tasks",
)
Cells = columns("cells", reads="presence share controller attack_memory order_bonus corridor state_services")
Governments = columns("governments", reads="regime_security escorts massed deal_days theatre refuge")
DeploymentRules = values(
    "DeploymentRules",
    Movement,
    only="attack_pull symbol_pull escort_pull mission_towns avoid pull_home rear_share regime_fear capital_most detour"
    " partner_drive offensive_days offensive_length_days offensive_share joint_mandate objective_odds"
    " objective_cohesion withdraw_odds",
)
#: country and centre of cells (N,), where actors may be (A, N), army of each country (C,), actor of controllers (Q,)
Land = bundle("Land", "country lat lon operating_area army holders")
#: pull of cells (N,) as posts; cell of each capital (C,)
DeploymentPull = bundle("DeploymentPull", "town symbol mines capital")
Streams = bundle("Streams", "week run")  # of draws: those of this step, those that are the same in every step
#: of armies: odds of cells (`Odds`), strength (A,), cohesion (A,)
Means = bundle("Means", "odds might unity")
#: cells among which to choose posts, their countries, and what draws forces there: (n,) each; which of them are
#: contested, that is where any but the government has influence (k,)
Among = namedtuple("Among", "cell country town attacks symbol mines roads contested")
#: of these: weight for one force, and how far its enemies hold the contested (n,) each; to work in
Weighing = namedtuple("Weighing", "weight held")
Pulls = namedtuple("Pulls", "towns attacks symbols mines roads")  # what draws one force

# numbers of draws, by unit but for the objective, which is by actor
RECONSIDER, TO_CAPITAL, POST, STAY, POSTURE, SET_OUT, OBJECTIVE = 0, 1, 2, 3, 4, 5, 10
REAR = 0  # who stays in the rear is drawn once for the whole run

DEGREES = 180.0  # of half a turn


@njit(cache=True)
def flat_distance_km(lat1, lon1, lat2, lon2):
    """Distance in km on a sphere, equirectangular (good to 1 % at the region's size): quick, for kernels."""
    x = (lon2 - lon1) * math.cos(0.5 * (lat1 + lat2) * math.pi / DEGREES)
    y = lat2 - lat1
    return KM_PER_DEGREE * math.sqrt(x * x + y * y)


@njit(cache=True)
def enmity_to(hostility, holders):
    """An actor's `hostility` (A,) by controller (Q,), none to the government; `holders` as in `fights_holder`."""
    enmity = np.zeros(holders.shape[0])
    for q in range(1, holders.shape[0]):
        enmity[q] = hostility[holders[q]]
    return enmity


@njit(cache=True, inline="always")
def held_by_enemies(enmity, share, c):
    """Share of an actor's enemies, by its `enmity` to controllers (Q,), in the influence `share` (N, Q) over cell
    `c`.
    """
    enemy = 0.0
    for q in range(1, enmity.shape[0]):
        enemy += share[c, q] * enmity[q]
    return enemy


@njit(cache=True, inline="always")
def fights_holder(truce, share, holders):
    """How far an actor would fight those who hold a cell: 1 less its `truce` (A,) with each by their `share` (Q,).

    `holders` (Q,) are the actors behind the controllers, -1 for the government.
    """
    calm = 0.0
    for q in range(1, holders.shape[0]):
        calm += share[q] * truce[holders[q]]
    return 1.0 - calm


@njit(cache=True)
def pulls_of(a, foreign, tasks, p):
    """What draws the forces of actor `a` to a post. Those of a state go by their doctrine, foreign ones by their
    mandate, as far as they can deliver it."""
    factor = tasks.mandate_factor[a]
    mines = tasks.mandate_seek_resources[a] * factor
    if not foreign:
        attacks = p.attack_pull * tasks.doctrine_attack_weight[a]
        return Pulls(tasks.doctrine_town_weight[a], attacks, p.symbol_pull, mines, p.escort_pull)
    strike, protect = tasks.mandate_strike[a] * factor, tasks.mandate_protect[a] * factor
    towns = protect + tasks.mandate_oversee[a] * factor + p.mission_towns
    return Pulls(towns, p.attack_pull * (strike + protect), 0.0, mines, 0.0)


@njit(cache=True)
def worth_something(pull_of, cells, country):
    """Cells where there is anything that may draw forces of a state, in order (see `Among`)."""
    found, count = np.empty(pull_of.town.shape[0], dtype=np.int64), 0
    for c in range(found.shape[0]):
        found[count] = c
        lasting = pull_of.town[c] > 0.0 or pull_of.symbol[c] > 0.0 or pull_of.mines[c] > 0.0
        count += lasting or cells.attack_memory[c] > 0.0 or cells.corridor[c] > 0.0
    contested, k = np.empty(count, dtype=np.int64), 0
    for i in range(count):
        others = False
        for q in range(1, cells.share.shape[1]):
            others |= cells.share[found[i], q] > 0.0
        contested[k] = i
        k += others
    rows = found[:count]
    lasting = pull_of.town[rows], cells.attack_memory[rows], pull_of.symbol[rows], pull_of.mines[rows]
    return Among(rows, country[rows], *lasting, cells.corridor[rows], contested[:k])


@njit(cache=True)
def deployment_weights(a, pulls, actors, cells, escorts, land, avoid, among, weighing, fill, good):
    """Weight of each cell of `among` as a post for the state-side actor `a`, into `fill` (N,); those above 0 listed in
    `good`.

    Returns how many they are. `escorts` is the effort put into escorting where it serves. The actor would `avoid` what
    its enemies hold, as `weighing` has it; a truce with those who hold it keeps it out (see `fights_holder`).
    """
    to_roads, weight = pulls.roads * escorts, weighing.weight
    truce, may, area = actors.truce[a], actors.access[a], land.operating_area[a]
    for i in range(weight.shape[0]):
        pull = pulls.towns * among.town[i] + pulls.attacks * among.attacks[i] + pulls.symbols * among.symbol[i]
        pull += pulls.mines * among.mines[i]
        pull += to_roads * among.roads[i]
        weight[i] = max(0.0, pull)
    for i in among.contested:
        weight[i] *= 1.0 - avoid * weighing.held[i]
    found = 0
    for i in range(weight.shape[0]):
        c = among.cell[i]
        fill[c] = weight[i] * may[among.country[i]] if area[c] else 0.0
        good[found] = c
        found += fill[c] > 0.0
    if not truce.any():
        return found
    for i in among.contested:
        if fill[among.cell[i]] > 0.0:
            fill[among.cell[i]] *= fights_holder(truce, cells.share[among.cell[i]], land.holders)
    left = 0
    for c in good[:found]:
        good[left] = c
        left += fill[c] > 0.0
    return left


@njit(cache=True)
def choose_deployments(draws, rows, units, weights, good, capital, capital_share, lat, lon, p):
    """Units `rows` of a foreign force, which reconsider, choose a post; the capital gets its share.

    `weights` (N,) are those of cells as posts, `good` lists those above 0. With chance `capital_share` the proposal is
    the capital, else a cell drawn by weight. A unit accepts the new post with chance min(1, weight there / weight
    here), `pull_home` multiplying the weight of its base.
    """
    if good.shape[0] == 0:
        return
    running = np.cumsum(weights[good])
    for r in range(rows.shape[0]):
        u = rows[r]
        key, here, home = units.key[u], units.cell[u], units.home[u]
        if capital >= 0 and uniform(draws, key, TO_CAPITAL) < capital_share:
            goal = capital
        else:
            pick = np.searchsorted(running, uniform(draws, key, POST) * running[-1])
            goal = good[min(good.shape[0] - 1, pick)]
            stay = weights[here]
            if here == home:
                stay *= p.pull_home
            if goal == home:
                stay /= p.pull_home
            if stay > 0.0 and uniform(draws, key, STAY) * stay >= weights[goal]:
                goal = here
        if goal != here:
            units.target[u] = goal
            units.km_left[u] = flat_distance_km(lat[here], lon[here], lat[goal], lon[goal]) * p.detour


@njit(cache=True)
def wanted_garrisons(own, units, rear, weights, good, pull_home, standing, wanted):
    """Persons of an army outside the rear who are in each cell or on the way there, into `standing` (N,), and who
    should be, into `wanted` (N,). The army's units are `own`, `rear` (U,) says who belongs to the rear, `weights` (N,)
    what posts are worth, of which `good` lists all above 0."""
    standing[:], wanted[:] = 0.0, 0.0
    for c in good:
        wanted[c] = weights[c]
    people = 0.0
    for u in own:
        if units.manpower[u] > 0 and not rear[u]:
            home = units.home[u]
            if home >= 0:
                wanted[home] = weights[home] * pull_home
            at = units.target[u] if units.target[u] >= 0 else units.cell[u]
            standing[at] += units.manpower[u]
            people += units.manpower[u]
    total = 0.0
    for c in good:
        total += wanted[c]
    for c in good:
        if total > 0.0:
            wanted[c] *= people / total


@njit(cache=True)
def who_lacks(standing, wanted, good, least, posts, running):
    """Of the cells `good` those that lack `least` persons or more, in order, into `posts`, and the running sum of what
    they lack into `running`; returns how many."""
    count, total = 0, 0.0
    for c in good:
        lack = wanted[c] - standing[c]
        if lack >= least:
            total += lack
            posts[count], running[count] = c, total
            count += 1
    return count


@njit(cache=True)
def man_posts(streams, rows, units, size, standing, wanted, good, rear, capital, capital_share, lat, lon, detour):
    """Units `rows` of an army, which reconsider, go where garrisons lack people (see the module's formula), in turn.

    `standing` (N,) is kept up to date, `good` lists the cells that are worth anything; `size` is that of a unit.
    """
    draws = streams.week
    posts, lacking = np.empty(good.shape[0], dtype=np.int64), np.empty(good.shape[0])
    known, found = False, 0  # who lacks how much: as it was for the last unit, if none has set out since
    for u in rows:
        here, key, people = units.cell[u], units.key[u], units.manpower[u]
        if capital >= 0 and (rear[u] or uniform(draws, key, TO_CAPITAL) < capital_share):
            goal = capital
        else:
            over = standing[here] - wanted[here]
            if over <= 0.0 or uniform(draws, key, STAY) * standing[here] >= over:
                continue
            if not known:
                found, known = who_lacks(standing, wanted, good, 0.5 * size, posts, lacking), True
            if found == 0 or lacking[found - 1] <= 0.0:
                continue
            at = np.searchsorted(lacking[:found], uniform(draws, key, POST) * lacking[found - 1])
            goal = posts[min(found - 1, at)]
        if goal == here:
            continue
        if not rear[u]:
            standing[here] -= people
            standing[goal] += people
            known = False
        units.target[u] = goal
        units.km_left[u] = flat_distance_km(lat[here], lon[here], lat[goal], lon[goal]) * detour


@njit(cache=True)
def in_the_rear(stream, units, kind, share, known):
    """Which units of armies are staff, depots and schools (U,): drawn once, the same throughout a run; `known` (n,) is
    what was drawn for the first n of them."""
    rear = np.empty(units.key.shape[0], dtype=np.bool_)
    rear[: known.shape[0]] = known
    for u in range(known.shape[0], rear.shape[0]):
        rear[u] = kind[units.actor[u]] == ARMY and uniform(stream, units.key[u], REAR) < share
    return rear


@njit(cache=True)
def who_reconsiders(draws, own, units, chance, rows):
    """Those of the units `own` of a force that are free and draw to reconsider in this step, in order, into `rows`;
    returns how many."""
    count = 0
    for u in own:
        free = units.manpower[u] > 0 and units.target[u] < 0
        if free and uniform(draws, units.key[u], RECONSIDER) < chance:
            rows[count] = u
            count += 1
    return count


@njit(cache=True)
def tenable(weights, good, foe, friend, unit, most):
    """Of the cells `good` (n,) those where foes are at most `most` times who would hold them, `unit` with them, into
    the first of `good`; the others get no weight. All are strengths, `foe` and `friend` (N,). Returns how many."""
    found = 0
    for c in good:
        if foe[c] > most * (friend[c] + unit):
            weights[c] = 0.0
        else:
            good[found] = c
            found += 1
    return found


@njit(cache=True)
def deploy(streams, chance, units, by_actor, rear, actors, tasks, cells, governments, host, pull_of, means, land, p):
    """Armies and foreign forces that have units ready to reconsider their posts weigh all cells and redeploy them.

    `host` (A,) is the country each serves first; `chance` that a unit reconsiders; `rear` (U,) says who stays in the
    rear. An army takes up no post from which it would withdraw again: where foes have half of those odds or more
    (`sim.processes.shared.withdrawal`).
    """
    n_cells = land.country.shape[0]
    weights, good = np.zeros(n_cells), np.empty(n_cells, dtype=np.int64)
    standing, wanted = np.empty(n_cells), np.empty(n_cells)
    ready, among = np.empty(by_actor.unit.shape[0], dtype=np.int64), worth_something(pull_of, cells, land.country)
    weighing = Weighing(np.empty(among.cell.shape[0]), np.empty(among.cell.shape[0]))
    enmity = np.full(land.holders.shape[0], -1.0)  # to those who hold places: the same for most forces
    lat, lon = land.lat, land.lon
    for a in range(actors.kind.shape[0]):
        if actors.kind[a] < ARMY or actors.kind[a] == AUXILIARY:
            continue
        own = by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]
        rows = ready[: who_reconsiders(streams.week, own, units, chance, ready)]
        if rows.shape[0] == 0:
            continue
        foreign, country = actors.kind[a] == FOREIGN, host[a]
        pulls, escorts = pulls_of(a, foreign, tasks, p), governments.escorts[country]
        if governments.massed[country] > 0.0:
            escorts = 0.0  # they have been sent
        own_enmity = enmity_to(actors.hostility[a], land.holders)
        if (own_enmity != enmity).any():
            enmity[:] = own_enmity
            for i in among.contested:
                weighing.held[i] = held_by_enemies(enmity, cells.share, among.cell[i])
        found = deployment_weights(a, pulls, actors, cells, escorts, land, p.avoid, among, weighing, weights, good)
        able = tasks.mandate_guard_regime[a] * tasks.mandate_factor[a]
        guard = able if foreign else tasks.doctrine_capital_share[a]
        threat = 1.0 + p.regime_fear * (1.0 - governments.regime_security[country])
        capital_share, goals, capital = min(p.capital_most, guard * threat), good[:found], pull_of.capital[country]
        if foreign:
            choose_deployments(streams.week, rows, units, weights, goals, capital, capital_share, lat, lon, p)
            continue
        size, odds = actors.unit_size[a], means.odds.of[a]
        if odds >= 0:
            foe, friend = means.odds.foe[odds], means.odds.friend[odds]
            goals = goals[: tenable(weights, goals, foe, friend, size * actors.firepower[a], 0.5 * p.withdraw_odds)]
        wanted_garrisons(own, units, rear, weights, goals, p.pull_home, standing, wanted)
        man_posts(streams, rows, units, size, standing, wanted, goals, rear, capital, capital_share, lat, lon, p.detour)


@njit(cache=True)
def choose_objectives(draws, dt, actors, tasks, share, theatre, symbol_cells, symbol, means, land, p):
    """Armies with means and an offensive doctrine pick a symbolic place that an enemy holds as an objective.

    `share` (N, Q) of controllers in the influence over each cell; `theatre` (C,) countries at war; `symbol_cells` are
    those where `symbol` (N,) is above 0. Value is weighed by the chance to win: strength of those who would set out in
    an offensive over that and the foes in reach. An army that does not hold together goes on no offensive.
    """
    sent = 1.0 - (1.0 - p.offensive_share) ** (p.offensive_length_days / WEEK_DAYS)
    for a in range(actors.kind.shape[0]):
        actors.objective_days[a] = max(0.0, actors.objective_days[a] - dt)
        if actors.objective_days[a] <= 0.0:
            actors.objective[a] = -1
    for a in range(actors.kind.shape[0]):
        if actors.kind[a] != ARMY or actors.persons[a] <= 0 or actors.objective[a] >= 0 or not theatre[actors.state[a]]:
            continue
        if means.unity[a] < p.objective_cohesion:
            continue
        strike, ours = 0.0, means.might[a]  # partners that strike drive the army on, and go with it
        for f in range(actors.kind.shape[0]):
            if actors.kind[f] == FOREIGN and actors.persons[f] > 0:
                able = tasks.mandate_strike[f] * tasks.mandate_factor[f]
                strike += able * actors.access[f, actors.state[a]]
                ours += means.might[f] * actors.access[f, actors.state[a]] if able > p.joint_mandate else 0.0
        best = -1
        most = 0.0
        enmity = enmity_to(actors.hostility[a], land.holders)
        for c in symbol_cells:
            lost = symbol[c] * held_by_enemies(enmity, share, c)
            foe = means.odds.foe[means.odds.of[a], c] if means.odds.of[a] >= 0 else 0.0
            win = sent * ours / max(1.0, sent * ours + foe)
            chance = 1.0 - p.objective_odds + p.objective_odds * win
            value = lost * actors.access[a, land.country[c]] * chance
            if value > most:
                best = c
                most = value
        if best < 0:
            continue
        drive = tasks.doctrine_offensive[a] * (1.0 + p.partner_drive * min(1.0, strike)) * most
        if uniform(draws, actors.key[a], OBJECTIVE) < 1.0 - math.exp(-dt * drive / p.offensive_days):
            actors.objective[a] = best
            actors.objective_days[a] = p.offensive_length_days


@njit(cache=True)
def send_offensives(draws, chance, units, by_actor, actors, tasks, land, p):
    """Units of an army on the offensive, of its auxiliaries and of partners that strike set out for the objective.

    `chance` that a unit sets out in the step.
    """
    for army in range(actors.objective.shape[0]):
        goal = actors.objective[army]
        if goal < 0:
            continue
        for a in range(actors.objective.shape[0]):
            able = actors.kind[a] == FOREIGN and tasks.mandate_strike[a] * tasks.mandate_factor[a] > p.joint_mandate
            strikes = able and actors.access[a, land.country[goal]] > 0.0
            if not (a == army or actors.parent[a] == army or strikes):
                continue
            for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
                free = units.manpower[u] > 0 and units.target[u] < 0 and units.cell[u] != goal
                if free and uniform(draws, units.key[u], SET_OUT) < chance:
                    here = units.cell[u]
                    units.target[u] = goal
                    straight = flat_distance_km(land.lat[here], land.lon[here], land.lat[goal], land.lon[goal])
                    units.km_left[u] = straight * p.detour


@njit(cache=True)
def move_forces(
    streams,
    dt,
    chances,
    units,
    whose,
    actors,
    tasks,
    cells,
    governments,
    host,
    goals,
    means,
    land,
    p,
):
    """Armies and foreign forces set out on offensives or for other posts; writes `target` and `km_left` of units.

    `chances` are that a unit sets out for its army's objective in the step, and that it weighs its post; `whose` are
    units by actor, and who is in the rear (U,), as of `in_the_rear`; `host` (A,) is the country that each force serves
    first; `goals` are a `DeploymentPull` and the cells with a `symbol`; `means` are of armies.
    """
    draws, theatre = streams.week, governments.theatre
    setting_out, reconsider = chances
    by_actor, rear = whose
    pull_of, symbol_cells = goals
    choose_objectives(draws, dt, actors, tasks, cells.share, theatre, symbol_cells, pull_of.symbol, means, land, p)
    send_offensives(draws, setting_out, units, by_actor, actors, tasks, land, p)
    deploy(streams, reconsider, units, by_actor, rear, actors, tasks, cells, governments, host, pull_of, means, land, p)
