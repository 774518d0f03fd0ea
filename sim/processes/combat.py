"""Combat: engagements between hostile units within reach of one another, initiated by one of them.

    attacks by unit u ~ Poisson(dt * rate_side * manpower_u / reference * ready_posture(u) * (1 - k + k information)
                                * aim / (aim + half) * alert * season_c)
    aim = sum over hostile units v in reach: manpower_v exposed_posture(v) hostility exp(-hours to v / reach_hours)
          * pursuit into v's country
    (operations of the state's side also scale with mobility over `mobility_reference`)
    alert_c = A_c / (A_c + alert_half) for armies and auxiliaries, 1 for all others and at the objective of their army
    A_c = sum over d: recent attacks on the state_d exp(-hours to c / reach_hours)
    season_c: raids of irregulars, sweeps of all others (`sim.world.season_factors`)
    attacker wins with chance A / (A + B / surprise)
    A, B = engaged * firepower * arms * cohesion (* air for the state)
    loser's dead ~ Lomax(mean lethality * sqrt(winner's strength * loser's engaged)), winner's likewise, times `spared`

Irregulars go through with an attack with the chance that they win (they choose their fights). Who hides is hit by
aimed fire only as far as he is known: losses inflicted on insurgents scale with area + (1 - area) * information, losses
inflicted by an ambush are aimed (Deitchman 1962). The square root mixes Lanchester's square law (losses by the enemy's
strength) and linear law (by both), as losses in real battles do (Helmbold 1965). Sizes have a heavy tail (Bohorquez et
al. 2009). A unit that loses much of its people at once breaks: some desert, arms are captured, the survivors leave
for their home or the nearest of their own. Of a unit of an army that breaks before insurgents some are captured and let
go without arms, and some go over to those who beat it.
States answer attacks rather than hunt who has not attacked (Berman, Shapiro and Felter 2011): an army at peace sweeps
little. Operations that find nobody, or cost dead, are counted by place and actor, for what violence makes of them
(`sim.processes.violence`).

In a massed attack all units of the attacker in the cell take part and share its losses in proportion to their people.
Units of an army (platoons) in one place that do the same stand together, on either side, as far as they make a company
(`state_reference`); it wins, loses and breaks as one.
That gives loss exchanges with two humps (Inata, Inates, Indelimane: many on one side or many on the other).

The count of attacks has no bound but the end of the Poisson numbers (`sim.core.draws`), 12 standard deviations and
more above their mean: it shapes nothing. A unit stops when too few of its people are left.

In the log the side of the state is side A of a state-based event, whoever attacks, as in UCDP's GED (Sundberg and
Melander 2013); the attacker is its initiator.

Units act in the order of cells and then of rows; who acts first in a week has a small advantage, which the suite
measures by reversing the order.
"""

from __future__ import annotations

import math
from functools import lru_cache

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
    NON_STATE,
    OFFENSIVE,
    OVERRUN,
    PATROL,
    POSTURES,
    RAID,
    STATE_BASED,
    SWEEP,
)
from sim.core.draws import binomial, lomax, poisson, stochastic_round, uniform
from sim.core.perpetrators import perpetrator_group
from sim.core.views import bundle, call, columns, values
from sim.processes.shared.breaking import break_unit
from sim.processes.shared.derived import surveillance
from sim.processes.shared.event_log import with_room
from sim.processes.shared.odds import strength_of
from sim.settings.parameters.fighting import Combat

Units = columns(
    "units",
    reads="key actor cell home posture",
    writes="manpower arms cohesion rest_days target km_left",
)
Actors = columns(
    "actors",
    reads="kind parent controller firepower mobility hostility access air mandate_strike mandate_factor persons"
    " objective",
    writes="losses_week lost_to loot revenge",
)
Cells = columns(
    "cells",
    reads="information presence",
    writes="attack_memory danger fighters_week civilians_week post_lost_days post_lost_by comrades_lost"
    " sweeps_answered",
)
Communities = columns("communities", reads="hosted", writes="residents hosted_dead exposure")
CombatRules = values("CombatRules", Combat, unread="memory_days danger_days revenge_days")
Reach = bundle("Reach", "start cell weight")  # cells near each cell in compressed rows, by loss of strength
#: country and centre of each cell (N,), cell of each capital (C,), way by road over straight distance, people (P,) who
#: can be hit
Place = bundle("Place", "country lat lon capital detour people")
#: who attacks at all (A,), how freely in each country (A, C), air support by country (C,); by posture: readiness to
#: attack of irregulars and of the state's side (2, postures), part of a unit that is exposed (postures,); how far
#: armies answer attacks in each cell (N,); what the season makes of attacks of irregulars and of others there (N,)
Side = bundle("Side", "strikes pursuit air ready exposed alert raids sweeps")

# numbers of draws: the first by unit, the others by engagement, ENGAGEMENT_DRAWS apart
ATTACKS = 0
ENGAGEMENT_DRAWS = 17
TARGET, BOMB_CHOICE, SIZE, MASSED, FOUND, WINNER = 1, 2, 3, 4, 5, 6
DEFENDER_DEAD, DEFENDER_ROUND, ATTACKER_DEAD, ATTACKER_ROUND = 7, 8, 9, 10
CROSSFIRE, CROSSFIRE_HOSTED, GO_THROUGH = 11, 12, 14  # others: `sim.processes.shared.breaking`

BY_POSTURE = range(len(POSTURES))
SLACK = 1e-9  # rounding of a chance that is compared before it is whole
NO_STRENGTH = 1e-9  # nobody against nobody


@njit(cache=True)
def aim_of(a, c, units, actors, side, reach, here, country, left):
    """Hostile manpower within reach of cell `c` as targets of actor `a`; with `left` >= 0 also the unit at which the
    running sum passes `left`, else -1. Returns (sum, unit)."""
    aim, last = 0.0, -1
    for j in range(reach.start[c], reach.start[c + 1]):
        d = reach.cell[j]
        may = side.pursuit[a, country[d]]
        if may <= 0.0:
            continue
        for i in range(here.start[d], here.start[d + 1]):
            v = here.unit[i]
            h = actors.hostility[a, units.actor[v]]
            if h > 0.0 and units.manpower[v] > 0:
                aim += units.manpower[v] * h * side.exposed[units.posture[v]] * reach.weight[j] * may
                last = v
                if 0.0 <= left <= aim:
                    return aim, v
    return aim, last


@njit(cache=True)
def pace_of(kind, mobility, manpower, ready, p):
    """Attacks a day of a unit where targets abound and are known; `ready` is what its posture makes of it."""
    if kind < ARMY:
        rate = p.insurgent_rate if kind == INSURGENT else p.militia_rate
        return rate * manpower / p.irregular_reference * ready
    return p.state_rate * manpower / p.state_reference * ready * mobility / p.mobility_reference


@njit(cache=True)
def enemy_seen(hostility, presence):
    """Whether anybody whom an actor fights (`hostility`, (A,)) is about (`presence`, (A,))."""
    for b in range(hostility.shape[0]):  # noqa: SIM110 (kernels know no generators)
        if hostility[b] > 0.0 and presence[b] > 0.0:
            return True
    return False


@njit(cache=True, inline="always")
def objective_of(a, actors):
    """The cell that an army is after, for its auxiliaries too, or -1."""
    return actors.objective[actors.parent[a] if actors.parent[a] >= 0 else a]


@njit(cache=True)
def alert_of(attack_memory, reach, half):
    """How far armies answer attacks in each cell (N,), 0-1, by those remembered (N,) within travel (see the module)."""
    alert = np.zeros(attack_memory.shape[0])
    for d in range(attack_memory.shape[0]):
        if attack_memory[d] > 0.0:
            for j in range(reach.start[d], reach.start[d + 1]):
                alert[reach.cell[j]] += attack_memory[d] * reach.weight[j]
    for c in range(alert.shape[0]):
        alert[c] = alert[c] / (alert[c] + half) if half > 0.0 else 1.0
    return alert


@njit(cache=True)
def standing_together(u, massed, here, units, kind, company):
    """Rows of the units that fight beside unit `u`, and how many persons they are.

    In a `massed` attack these are all of its actor's in the cell who are not lying low; of an army (`kind` of actors)
    it and those after it in the cell (then from the first on) in the same posture, up to a `company` in persons.
    """
    a, c = units.actor[u], units.cell[u]
    first, n = here.start[c], here.start[c + 1] - here.start[c]
    rows = np.empty(n if massed or kind[a] == ARMY else 1, dtype=np.int64)
    rows[0], count, people = u, 1, units.manpower[u]
    if not massed and kind[a] != ARMY:
        return rows, people
    at = 0
    while here.unit[first + at] != u:
        at += 1
    for j in range(1, n):
        w = here.unit[first + (at + j) % n]
        if units.actor[w] != a or units.manpower[w] <= 0:
            continue
        if massed:
            joins = units.posture[w] != LIE_LOW
        else:
            joins = units.posture[w] == units.posture[u] and people + units.manpower[w] <= company
        if joins:
            rows[count] = w
            count += 1
            people += units.manpower[w]
    return rows[:count], people


@njit(cache=True)
def fight(draws, here, reach, units, actors, cells, communities, side, place, p, dt, events, logged):
    """All engagements of the week, unit by unit; returns `events`, as long as it had to be, and how many are filled."""
    looked, in_reach, changed = (-1, -1), 0.0, True
    for c in range(here.start.shape[0] - 1):
        quiet = side.alert[c] <= 0.0
        for i in range(here.start[c], here.start[c + 1]):
            u = here.unit[i]
            a = units.actor[u]
            answers = actors.kind[a] >= ARMY and actors.kind[a] != FOREIGN and objective_of(a, actors) != c
            if (quiet and answers) or units.manpower[u] < p.least_fighters or not side.strikes[a]:
                continue
            ready = side.ready[0 if actors.kind[a] < ARMY else 1, units.posture[u]]
            pace = pace_of(actors.kind[a], actors.mobility[a], units.manpower[u], ready, p)
            pace *= side.raids[c] if actors.kind[a] < ARMY else side.sweeps[c]
            if answers:
                pace *= side.alert[c]
            if pace <= 0.0:
                continue
            willing = 1.0 - p.information_weight + p.information_weight * cells.information[c, a]
            draw = uniform(draws, units.key[u], ATTACKS)
            if draw <= 1.0 - pace * willing * dt - SLACK:
                continue  # the draw says no attack, whatever there is to aim at: so it is for most units
            if not enemy_seen(actors.hostility[a], cells.presence[c]):
                continue
            if changed or a != looked[0] or c != looked[1]:  # units of an actor in one place see the same
                in_reach, _ = aim_of(a, c, units, actors, side, reach, here, place.country, -1.0)
                looked, changed = (a, c), False
            aim = in_reach
            if aim <= 0.0:
                continue
            pace *= willing * aim / (aim + p.target_half)
            count = poisson(draw, pace * dt)
            for n in range(count):
                k = ENGAGEMENT_DRAWS * (n + 1)
                if units.manpower[u] < p.least_fighters:
                    break
                if changed:  # by an attack before this one
                    aim, _ = aim_of(a, c, units, actors, side, reach, here, place.country, -1.0)
                    if aim <= 0.0:
                        break
                left = uniform(draws, units.key[u], k + TARGET) * aim
                _, v = aim_of(a, c, units, actors, side, reach, here, place.country, left)
                happened, events, logged = engage(
                    draws, k, u, v, here, units, actors, cells, communities, side, place, p, events, logged
                )
                changed = changed or happened
    return events, logged


@njit(cache=True)
def engage(draws, k, u, v, here, units, actors, cells, communities, side, place, p, events, logged):
    """Unit `u` attacks unit `v`; returns whether it came to a fight, `events`, and how many of its rows are filled."""
    a, b, d = units.actor[u], units.actor[v], units.cell[v]
    irregular, against_state = actors.kind[a] < ARMY, actors.controller[b] == 0
    key, guarded = units.key[u], units.posture[v] == GARRISON
    bomb = irregular and against_state and not guarded and uniform(draws, key, k + BOMB_CHOICE) < p.bomb_share
    size = p.least_engaged + (1.0 - p.least_engaged) * uniform(draws, key, k + SIZE)
    massed = irregular and not bomb and uniform(draws, key, k + MASSED) < p.mass_chance
    mates, people_a = standing_together(u, massed, here, units, actors.kind, p.state_reference)
    others, people_b = standing_together(v, False, here, units, actors.kind, p.state_reference)
    engaged_a = people_a * (1.0 if massed else size)
    engaged_b = people_b * (1.0 if massed else min(1.0, side.exposed[units.posture[v]] * size))
    air = side.air[place.country[d]]
    ours = strength_of(engaged_a, actors.firepower[a], units.arms[u], units.cohesion[u], 0.0 if irregular else air, p)
    helped = p.defender_air * air if against_state else 0.0
    theirs = strength_of(engaged_b, actors.firepower[b], units.arms[v], units.cohesion[v], helped, p)
    if irregular:
        edge = p.surprise * (1.0 - p.warned * cells.information[d, b])
    else:  # state forces find irregulars only as far as they know where they are
        knows = cells.information[d, a]
        hidden = actors.kind[b] < ARMY
        if hidden and uniform(draws, key, k + FOUND) > knows + (1.0 - knows) * p.area_fire:
            cells.sweeps_answered[d, a] += 1
            return False, events, logged
        edge = p.search_edge + knows
    odds = ours * edge / (ours * edge + theirs + NO_STRENGTH)
    if irregular and not bomb and uniform(draws, key, k + GO_THROUGH) > odds:
        return False, events, logged  # irregulars choose their fights: the worse the odds, the likelier they let it be
    wins = bomb or uniform(draws, key, k + WINNER) < odds
    hit_b = p.lethality * math.sqrt(ours * engaged_b) * (1.0 if wins else p.spared)
    hit_a = p.lethality * math.sqrt(theirs * engaged_a) * (p.spared if wins else 1.0)
    if irregular:  # attackers melt away, the better the less they are known
        hit_a *= p.area_fire + (1.0 - p.area_fire) * cells.information[d, b]
    if bomb:
        hit_a, hit_b = 0.0, p.bomb_effect * p.lethality * p.irregular_reference
    top_b = people_b if massed else min(people_b, int(engaged_b) + 1)
    dead_b = min(top_b, dead_of(draws, key, k + DEFENDER_DEAD, k + DEFENDER_ROUND, hit_b, p.tail))
    dead_a = min(people_a, dead_of(draws, key, k + ATTACKER_DEAD, k + ATTACKER_ROUND, hit_a, p.tail))
    share_b = dead_b / people_b
    kind = CLASH
    if actors.controller[a] == 0:
        kind = SWEEP
    elif against_state:
        kind = BOMB if bomb else (BASE_ATTACK if guarded else AMBUSH)
    share_losses(mates, dead_a, people_a, b, units, actors, p)
    share_losses(others, dead_b, people_b, a, units, actors, p)
    if not bomb and wins and (share_b >= p.break_share or (massed and ours > p.rout_odds * theirs)):
        if guarded and against_state:
            kind = OVERRUN
        for w in others:
            part = units.manpower[w] / max(1, people_b - dead_b)
            break_unit(draws, k, u, w, part, units, actors, communities, place, p)
        if guarded and actors.kind[b] == ARMY and not still_held(b, d, here, units):
            cells.post_lost_days[d], cells.post_lost_by[d] = 0.0, b
    cells.fighters_week[d] += dead_a + dead_b
    if actors.controller[a] == 0:
        cells.comrades_lost[d] += dead_a
        cells.sweeps_answered[d, a] += dead_a > 0
    elif against_state:
        cells.comrades_lost[d] += dead_b
    caught = catch_civilians(draws, k, key, a, b, d, dead_a + dead_b, actors, cells, communities, place, p)
    cells.danger[d] += dead_a + dead_b + caught
    if irregular and against_state:
        cells.attack_memory[d] += 1.0
    events = with_room(events, logged)
    event = events[logged]
    event.cell, event.kind = d, kind
    event.type = STATE_BASED if (against_state or actors.controller[a] == 0) else NON_STATE
    event.initiator, event.civilians = a, caught
    if against_state and actors.controller[a] != 0:  # the state's side is side A, whoever attacks
        event.side_a, event.side_b, event.deaths_a, event.deaths_b = b, a, dead_b, dead_a
    else:
        event.side_a, event.side_b, event.deaths_a, event.deaths_b = a, b, dead_a, dead_b
    return True, events, logged + 1


@njit(cache=True)
def still_held(a, c, here, units):
    """Whether any units of actor `a` are left in cell `c` that are not on the way."""
    for i in range(here.start[c], here.start[c + 1]):
        v = here.unit[i]
        if units.actor[v] == a and units.manpower[v] > 0 and units.target[v] < 0:
            return True
    return False


@njit(cache=True)
def dead_of(draws, key, size_draw, round_draw, mean, tail):
    """A heavy-tailed number of dead with this mean, in whole persons."""
    return stochastic_round(uniform(draws, key, round_draw), lomax(uniform(draws, key, size_draw), mean, tail))


@njit(cache=True)
def share_losses(rows, dead, engaged, enemy, units, actors, p):
    """The `dead` of the units `rows`, which fought together, `engaged` persons, against `enemy`: in proportion to their
    people, in whole persons."""
    actors.lost_to[units.actor[rows[0]], enemy] += dead
    people, fallen = 0, 0
    for w in rows:
        people += units.manpower[w]
        so_far = dead * people // engaged
        take_losses(w, so_far - fallen, units, actors, p)
        fallen = so_far


@njit(cache=True)
def take_losses(u, dead, units, actors, p):
    """Remove the dead of unit `u`, which has people: it holds together less, irregulars lie low after losses ("hide and
    bite"), every actor is angry over its dead."""
    a, share = units.actor[u], dead / units.manpower[u]
    units.manpower[u] -= dead
    units.cohesion[u] = max(p.least_cohesion, units.cohesion[u] * (1.0 - p.cohesion_loss * share))
    if actors.kind[a] < ARMY and share > p.hide_share:
        units.rest_days[u] = max(units.rest_days[u], p.rest_days * min(p.rest_most, share / p.rest_share))
    actors.losses_week[a] += dead
    anger = actors.revenge[a] + dead / max(p.revenge_dead, p.revenge_share * actors.persons[a])
    actors.revenge[a] = min(1.0, anger)


@njit(cache=True)
def catch_civilians(draws, k, key, a, b, d, dead, actors, cells, communities, place, p):
    """Civilians caught in the crossfire of actors `a` and `b` in cell `d`; returns how many were killed."""
    if d >= communities.residents.shape[0] or place.people[d] <= 0:
        return 0
    people, hosted = place.people[d], communities.hosted[d]
    most = int(p.crossfire_most * people)
    caught = min(most, stochastic_round(uniform(draws, key, k + CROSSFIRE), p.crossfire * dead))
    displaced = binomial(uniform(draws, key, k + CROSSFIRE_HOSTED), caught, hosted / people)
    displaced = max(0, min(hosted - communities.hosted_dead[d], displaced))
    caught = displaced + min(caught - displaced, communities.residents[d])
    communities.hosted_dead[d] += displaced
    communities.residents[d] -= caught - displaced
    cells.civilians_week[d, perpetrator_group(actors.kind[a])] += caught
    communities.exposure[d, a] += p.crossfire_blame * caught
    communities.exposure[d, b] += (1.0 - p.crossfire_blame) * caught
    return caught


@lru_cache(maxsize=1)
def readiness(p) -> np.ndarray:
    """What posture makes of the readiness to attack: irregulars, state forces (2, postures)."""
    irregular = {LIE_LOW: 0.0, GOVERN: p.ready_govern, BLOCKADE: p.ready_blockade}
    state = {
        GARRISON: p.ready_garrison,
        PATROL: p.ready_patrol,
        OFFENSIVE: p.ready_offensive,
        ESCORT: p.ready_escort,
    }
    ready = [irregular.get(posture, 1.0) for posture in BY_POSTURE], [state.get(posture, 0.0) for posture in BY_POSTURE]
    return np.array(ready)


@lru_cache(maxsize=1)
def exposure_of(p) -> np.ndarray:
    """How much of a unit stands in the way of an attack, by posture (postures,)."""
    exposed = {
        PATROL: p.exposed_patrol,
        OFFENSIVE: p.exposed_offensive,
        ESCORT: p.exposed_escort,
        RAID: p.exposed_raid,
        BLOCKADE: p.exposed_blockade,
        GOVERN: p.exposed_govern,
        LIE_LOW: p.exposed_hidden,
    }
    return np.array([exposed.get(posture, 1.0) for posture in BY_POSTURE])


def step(model, dt):
    """All engagements of the week."""
    actors, communities, p = Actors.of(model), Communities.of(model), CombatRules.of(model.p.combat)
    cells, reach = Cells.of(model), Reach(*model.projection)
    seen = call(
        surveillance,
        actors.kind,
        actors.persons,
        actors.air,
        actors.mandate_factor,
        actors.access,
        model.p.information.air_most,
    )
    able = actors.mandate_strike * actors.mandate_factor > p.strike_mandate
    season = model.season()
    side = Side(
        strikes=(actors.kind < FOREIGN) | able,
        pursuit=np.where(actors.kind[:, None] < ARMY, 1.0, actors.access),  # irregulars know no borders
        air=p.air_effect * seen,
        ready=readiness(p),
        exposed=exposure_of(p),
        alert=call(alert_of, cells.attack_memory, reach, p.alert_half),
        raids=season.raids,
        sweeps=season.sweeps,
    )
    people = communities.residents + communities.hosted
    w = model.world
    place = Place(w.country, w.lat, w.lon, model.capital_cell, model.p.movement.detour, people)
    model.log, model.logged = call(
        fight,
        model.stream("combat"),
        model.units_by_cell(),
        reach,
        Units.of(model),
        actors,
        cells,
        communities,
        side,
        place,
        p,
        dt,
        model.log,
        model.logged,
    )
