"""Movement: units go where their actor's strategy values, within a travel budget of km a day.

Insurgents and militias weigh the places within reach every `relocate_days` or so (`order_days` where an order to
blockade calls them) and choose by a logit:

    value_c = (w_weak + w_support support_c + w_resources) resources_c attainable_c K
              / (K + hostile presence_c + officials_c)
              + w_centres centre_c + w_cover cover_c [all of it when lying low, else `cover_active`] + w_rivals rivals_c
              - crowding_c + ordered blockade_c
    attainable_c = 1 - shared_base others_c / (others_c + crowd_half),   others_c: presence of other insurgent groups
    chance ~ exp(sharpness value_c - hours to c from the base of the unit / patience)
             hours times the mean of the season's where the way begins and ends, as for all who travel
             (`sim.world.season_factors`)

Counting travel from the base holds a unit in a zone around it: katibas roam about some hundred kilometres, and do not
drift across the region by steps. A group spreads where cadres found cells and where units split, whose base is where
they stand (relocation and escalation as different ways of spread: Schutte and Weidmann 2011). An order calls the units
that are nearest to its roads by their bases, as many as each road is worth (`sim.model.blockade_orders`): they count
travel from there and reconsider sooner; others feel nothing of it. In the variant `all_called` an order calls all units
of a group, and travel of these, and in the variant `roaming` of all, counts from where they stand.

A place is worth what there is to rule and tax (resources: people and mines in the cell), the more with support, as far
as the state's side is weak there: where it is strong nothing can be ruled or taxed. Insurgent groups share the base of
a place (attainable), so that rivals are drawn to the same places and meet there (Fjelde and Nilsson 2012); w_rivals
weighs militias that fight the group, and for a militia those whom it fights. A pact with a country's army keeps
a group from going there. A unit that lies low is drawn across the border by the refuge there: where the forces of the
country it is in may not follow (`refuge_pull`).

They lie low after losses ("hide and bite"), and spread because their own presence crowds a place. Armies and
foreign forces reconsider their posts every `redeploy_days` or so by weights set by doctrine or mandate (towns, recent
attacks, symbols, escorts, mines, the base, the capital); for convoys massed on a corridor an army sends escorts within
days. Staff, depots and schools are garrisons, and where attacks are
many fewer go on patrol: patrol_share / (1 + attacks / patrol_half). Armies man posts, with garrisons in proportion to
these weights (`sim.processes.shared.deployment`). A foreign force draws a post and accepts it with the ratio of the
weights there and here, at most 1: its few units gather where it is worth most (by the square of the weight). Offensives
send many units to one symbolic objective at a time, the likelier the better the odds. Before that armies give up posts
that they could not hold, and come back to them (`sim.processes.shared.withdrawal`). State forces avoid cells that their
enemies dominate, not friendly militias; auxiliaries stay in the place that raised them.

Weakness of the state, support and cover as attractors: Fearon and Laitin (2003), Kalyvas (2006); concentration on the
capital for the safety of the regime: Quinlivan (1999), Powell (2019). What a unit sees is last week's presence.
"""

from __future__ import annotations

import math
from collections import namedtuple
from functools import lru_cache

import numpy as np
from numba import njit

from sim.core.codes import (
    ARMY,
    AUXILIARY,
    BLOCKADE,
    ESCORT,
    FOREIGN,
    GARRISON,
    GOVERN,
    INSURGENT,
    LIE_LOW,
    MILITIA,
    OFFENSIVE,
    PATROL,
    RAID,
)
from sim.core.conversions import DAY_HOURS, WEEK_DAYS
from sim.core.draws import uniform
from sim.core.views import bundle, call, columns, values
from sim.processes.shared.deployment import (
    POSTURE,
    RECONSIDER,
    Actors,
    Cells,
    DeploymentPull,
    DeploymentRules,
    Governments,
    Land,
    Means,
    Streams,
    Tasks,
    Units,
    flat_distance_km,
    in_the_rear,
    move_forces,
)
from sim.processes.shared.derived import Felt, Sight, feel_itself, surveillance, visible
from sim.processes.shared.fuel.escorts import Armies, EscortRules, Guards, guard_corridors
from sim.processes.shared.odds import Odds, OddsRules, Ways, forces_of, ways_within
from sim.processes.shared.withdrawal import (
    Garrisons,
    Ground,
    Lost,
    Sides,
    WithdrawalRules,
    go_back,
    of_armies,
    weigh_odds,
    who_withdrew,
    withdraw,
)
from sim.settings.parameters.movement import Movement

#: insurgents and militias, and those whom they meet
Groups = columns(
    "actors",
    reads="kind controller access hostility truce blockading"
    " strategy_weak_state strategy_support strategy_resources strategy_centres strategy_cover strategy_rivals",
    name="Groups",
)
#: what decides about the posture of units
Stances = columns("actors", reads="kind controller blockading doctrine_offensive objective", name="Stances")
Communities = columns("communities", reads="support", writes="residents")
ChoiceRules = values(
    "ChoiceRules",
    Movement,
    only="weak_half crowd_half crowding shared_base cover_active sharpness patience_hours refuge_pull pact_keeps_out"
    " detour",
)
PostureRules = values("PostureRules", Movement, only="siege_share govern_share patrol_share patrol_half escort_share")

#: cells within reach of each in compressed rows, with hours and km of the way; hours of the season (N,)
Reach = bundle("Reach", "start cell hours km season")
#: what groups see: presence (N, A), orders (N, A), support (P, A), how safe each country is for whom (C, C)
Outlook = bundle("Outlook", "presence order_bonus support refuge")
#: what draws irregulars to a cell (N,): people and mines, nearness to a capital, cover; officials there keep them off
Lure = bundle("Lure", "resources centre cover officials")
#: what one cell offers to an actor, whose own support and orders there are among it
Place = namedtuple("Place", "resources centre cover officials support order")
#: presence of others in a cell, in persons: enemies on the state's side, other enemies, those who share the base
Around = namedtuple("Around", "hostile rivals sharing")
Strategy = namedtuple("Strategy", "weak_state support resources centres cover rivals")  # weights of one actor
#: roads in cells (N,), whether the government holds a place that a road through the cell leads to (N,)
Roads = bundle("Roads", "here pull")

PLACE = 1  # number of the draw by which an irregular unit chooses a place


@njit(cache=True)
def place_value(place, around, mine, resting, strategy, p):
    """Value of a cell to an actor (see the module's formula), of which a unit may be `resting`, that is lying low.

    `around` is the presence of others, `mine` its own.
    """
    return uncrowded_value(place, around, resting, strategy, p) + own_pull(place.order, mine, p)


@njit(cache=True, inline="always")
def own_pull(order, mine, p):
    """The part of the value of a cell that an actor itself makes: its order there less the crowd of its own."""
    return order - p.crowding * mine / (mine + p.crowd_half)


@njit(cache=True, inline="always")
def uncrowded_value(place, around, resting, strategy, p):
    """The value of a cell to an actor but for orders and its own presence there: the same for all its units, but that
    those `resting` see another."""
    weight = strategy.weak_state + strategy.resources
    weight += strategy.support * place.support
    value = weight * (place.resources * p.weak_half / (p.weak_half + around.hostile + place.officials))
    value *= 1.0 - p.shared_base * around.sharing / (around.sharing + p.crowd_half)
    if not resting:
        value += strategy.centres * place.centre
    value += strategy.cover * place.cover * (1.0 if resting else p.cover_active)
    value += strategy.rivals * around.rivals / (around.rivals + p.crowd_half)
    return value


@njit(cache=True, inline="always")
def armed_others(others, hostility, shares, presence, controller):
    """Presence of `others` (rows) who matter to an actor in a cell where that of all is `presence` (A,): enemies on the
    state's side and other enemies by its `hostility` (A,) to them, and those with whom it `shares` (A,) its base."""
    hostile = 0.0
    rivals = 0.0
    sharing = 0.0
    for b in others:
        if presence[b] > 0.0:
            if shares[b]:
                sharing += presence[b]
            elif controller[b] == 0:
                hostile += presence[b] * hostility[b]
            else:
                rivals += presence[b] * hostility[b]
    return Around(hostile, rivals, sharing)


@njit(cache=True)
def under_orders(order_bonus):
    """Which actors have a blockade to keep up somewhere (A,)."""
    n_cells, n_actors = order_bonus.shape
    ordered = np.zeros(n_actors, dtype=np.bool_)
    for c in range(n_cells):
        anybody = False
        for a in range(n_actors):
            anybody |= order_bonus[c, a] != 0.0
        if anybody:
            ordered |= order_bonus[c] != 0.0
    return ordered


@njit(cache=True)
def strategy_of(a, groups):
    """The weights of an actor's strategy."""
    return Strategy(
        groups.strategy_weak_state[a],
        groups.strategy_support[a],
        groups.strategy_resources[a],
        groups.strategy_centres[a],
        groups.strategy_cover[a],
        groups.strategy_rivals[a],
    )


@njit(cache=True)
def relocate(draws, units, by_actor, groups, shares, outlook, felt, called, chances, roams, land, reach, lure, p):
    """Insurgent and militia units that are not under way choose a place; writes `target` and `km_left` of units.

    `shares` (A, A) says who shares a base with whom; `felt` are a `Felt` and a `Sight`; `called` (U,) are the cells to
    which orders call units, -1 for those not called; `chances` are those of a unit to reconsider in the step, of one
    that no order calls and of one that is called. Units of actors of which `roams` (A,) is true choose by travel from
    where they stand, all others by travel from their base, which holds them in their zone, or from where they are
    called. Nobody is crowded by himself: what is `felt` of a unit is not among the presence of its own that it weighs.
    """
    presence, order_bonus, support, refuge = outlook.presence, outlook.order_bonus, outlook.support, outlook.refuge
    spread, sight = felt
    n_cells, widest = land.country.shape[0], 0
    for c in range(n_cells):
        widest = max(widest, reach.start[c + 1] - reach.start[c])
    weight, itself = np.empty(widest), np.zeros(n_cells)
    # what an actor sees in a cell is the same for all its units in the step, at rest or not: kept with the actor
    value, seen_by = np.empty((2, n_cells)), np.full((2, n_cells), -1, dtype=np.int16)
    for a in range(groups.kind.shape[0]):
        if groups.kind[a] >= ARMY or by_actor.start[a] == by_actor.start[a + 1]:
            continue
        others, strategy = np.flatnonzero((groups.hostility[a] > 0.0) | shares[a]), strategy_of(a, groups)
        for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
            if units.manpower[u] <= 0 or units.target[u] >= 0:
                continue
            if uniform(draws, units.key[u], RECONSIDER) >= chances[1 if called[u] >= 0 else 0]:
                continue
            here, resting = units.cell[u], units.rest_days[u] > 0.0
            from_country = land.country[here]
            people, alone = (
                visible(groups.kind[a], units.manpower[u], units.posture[u], sight),
                groups.kind[a] == MILITIA,
            )
            feel_itself(itself, spread, people, here, alone, 1.0)
            base = here if roams[a] or units.home[u] < 0 else units.home[u]
            if called[u] >= 0 and not roams[a]:
                base = called[u]
            first, last = reach.start[base], reach.start[base + 1]
            rests = int(resting)
            total = 0.0
            for j in range(first, last):
                c = reach.cell[j]
                country = land.country[c]
                w = 0.0
                if groups.access[a, country] > 0.0 and land.operating_area[a, c]:
                    if seen_by[rests, c] != a:
                        around = armed_others(others, groups.hostility[a], shares[a], presence[c], groups.controller)
                        there = support[c, a] if c < support.shape[0] else 0.0
                        offered = lure.resources[c], lure.centre[c], lure.cover[c], lure.officials[c]
                        place = Place(*offered, there, order_bonus[c, a])
                        value[rests, c] = uncrowded_value(place, around, resting, strategy, p)
                        seen_by[rests, c] = a
                    order = order_bonus[c, a] if called[u] >= 0 else 0.0
                    v = value[rests, c] + own_pull(order, max(0.0, presence[c, a] - itself[c]), p)
                    if resting:
                        v += p.refuge_pull * refuge[country, from_country]
                    hours = reach.hours[j] * on_the_way(reach.season, base, c)
                    w = math.exp(p.sharpness * v - hours / p.patience_hours)
                    army = land.army[country]
                    if army >= 0 and country != from_country:  # a pact with its army keeps a group out of a country
                        w *= 1.0 - p.pact_keeps_out * groups.truce[a, army]
                weight[j - first] = w
                total += w
            feel_itself(itself, spread, people, here, alone, 0.0)
            if total <= 0.0:
                continue
            left = uniform(draws, units.key[u], PLACE) * total
            for j in range(first, last):
                left -= weight[j - first]
                if left <= 0.0:
                    goal = reach.cell[j]
                    if goal != here:
                        units.target[u] = goal
                        straight = flat_distance_km(land.lat[here], land.lon[here], land.lat[goal], land.lon[goal])
                        units.km_left[u] = reach.km[j] if base == here else straight * p.detour
                    break


@njit(cache=True, inline="always")
def on_the_way(season, here, there):
    """What the season makes of the hours of a way, by its factor in each cell (N,): the mean of both ends."""
    return 0.5 * (season[here] + season[there])


@njit(cache=True)
def travel(units, mobility, season, dt):
    """Units under way use their budget of travel (`mobility` (A,), km a day, over the hours of the `season` (N,)) and
    arrive; days of lying low run down."""
    for u in range(units.cell.shape[0]):
        units.rest_days[u] = max(0.0, units.rest_days[u] - dt)
        if units.target[u] >= 0:
            units.km_left[u] -= mobility[units.actor[u]] * dt / on_the_way(season, units.cell[u], units.target[u])
            if units.km_left[u] <= 0.0:
                units.cell[u] = units.target[u]
                units.target[u] = -1
                units.km_left[u] = 0.0


@njit(cache=True, inline="always")
def posture_of_irregulars(draw, a, c, resting, ordered, stances, share, roads, p):
    """What a unit of irregulars does in cell `c`, whether or not an order to blockade holds for it there (`ordered`);
    arguments as in :func:`assign_postures`."""
    own = share[c, stances.controller[a]]
    besieging = roads.here[c] > 0.0 and draw < p.siege_share * own * roads.pull[c]
    if resting:
        return LIE_LOW
    if stances.blockading[a] and (ordered or besieging):
        return BLOCKADE
    return GOVERN if draw > 1.0 - p.govern_share * own else RAID


@njit(cache=True)
def assign_postures(draws, by_actor, apart, units, stances, cells, escorts, convoys, roads, country, p):
    """Posture of every living unit, which `by_actor` lists, from where it is, in place.

    `apart` are who belongs to the rear of an army (U,) and where orders call units to (U,), as in `relocate`; `escorts`
    (C,) is a column of governments; `convoys` are whether a country's convoys are massed (C,) and the part of those on
    their corridor who escort (C,); `country` (N,) of each cell.
    """
    (rear, called), (massed, guard) = apart, convoys
    on_patrol, on_escort = np.empty(country.shape[0]), np.empty(country.shape[0])
    for c in range(country.shape[0]):
        here = country[c]
        on_patrol[c] = p.patrol_share / (1.0 + cells.attack_memory[c] / p.patrol_half)
        on_escort[c] = 1.0 - p.escort_share * (escorts[here] * cells.corridor[c])
        if massed[here] > 0.0:
            on_escort[c] = 1.0 - guard[here] if cells.corridor[c] > 0.0 else 1.0
    for a in range(stances.kind.shape[0]):
        own = by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]
        if stances.kind[a] < ARMY:
            for u in own:
                if units.manpower[u] > 0:
                    draw, resting, c = uniform(draws, units.key[u], POSTURE), units.rest_days[u] > 0.0, units.cell[u]
                    ordered = called[u] >= 0 and cells.order_bonus[c, a] > 0.0
                    units.posture[u] = posture_of_irregulars(
                        draw, a, c, resting, ordered, stances, cells.share, roads, p
                    )
            continue
        offensive, objective = stances.doctrine_offensive[a], stances.objective[a]
        for u in own:
            if units.manpower[u] <= 0:
                continue
            c, draw = units.cell[u], uniform(draws, units.key[u], POSTURE)
            # from the least pressing to the most; chosen without branches, which draws would send either way
            does = PATROL if draw < offensive + on_patrol[c] else GARRISON
            does = ESCORT if draw > on_escort[c] else does
            does = OFFENSIVE if draw < offensive else does
            does = GARRISON if rear[u] else does
            units.posture[u] = OFFENSIVE if objective == c else does


@njit(cache=True)
def siege_pull(road_cell, road_town, controller, n_cells):
    """1 in cells on a road to a place that the government holds, else 0 (N,); the pairs are (cell on a road, town)."""
    pull = np.zeros(n_cells)
    for j in range(road_cell.shape[0]):
        if controller[road_town[j]] == 0:
            pull[road_cell[j]] = 1.0
    return pull


def who_shares(kind) -> np.ndarray:
    """Who draws on the same base as whom (A, A): insurgent groups of different name, by `kind` (A,) of the actors."""
    return _who_shares(tuple(kind.tolist()))


@lru_cache(maxsize=2)
def _who_shares(kinds: tuple[int, ...]) -> np.ndarray:
    insurgent = np.array(kinds) == INSURGENT
    return insurgent[:, None] & insurgent & ~np.eye(len(kinds), dtype=bool)


def step(model, dt):
    """Choices of place, travel and postures of all units."""
    move(model, dt, who_shares(model.actors.kind))


def avoided(model, dt):
    """The variant `rivals_avoided`: nobody shares a base; insurgents keep away from one another as from militias."""
    move(model, dt, np.zeros((len(model.actors.kind),) * 2, dtype=bool))


def all_called(model, dt):
    """The variant `all_called`: an order calls all units of a group, wherever they are."""
    move(model, dt, who_shares(model.actors.kind), everybody=True)


def roaming(model, dt):
    """The variant `roaming`: units of groups choose places by travel from where they stand, not from their bases."""
    move(model, dt, who_shares(model.actors.kind), zones=False)


def move(model, dt, shares, zones=True, everybody=False):
    """The step of the process; `shares` (A, A) is who shares a base with whom, `zones` whether groups keep to zones
    around their bases, and whether orders call `everybody` of a group."""
    units, actors, cells, governments = Units.of(model), Actors.of(model), Cells.of(model), Governments.of(model)
    w, draws = model.world, model.stream("movement")
    land = Land(w.country, w.lat, w.lon, model.operating_area, model.army_of, model.actor_of_controller)
    by_actor = model.units_by_actor()
    called = move_groups(model, dt, draws, units, by_actor, cells, governments, land, shares, zones, everybody)
    tasks, p, rules = Tasks.of(model), model.p.movement, DeploymentRules.of(model.p.movement)
    out = 1.0 - (1.0 - p.offensive_share) ** (dt / WEEK_DAYS)  # chance to set out for an objective
    again = 1.0 - math.exp(-dt / p.redeploy_days)  # chance to weigh its post again
    means = withdraw_armies(model, dt, draws)
    rear = rear_of(model, units, actors.kind, rules.rear_share)
    pull_of = DeploymentPull(model.town_pull, model.symbol, w.extraction, model.capital_cell)
    host, symbols = model.hosts(), model.symbol_cells
    goals = pull_of, symbols
    guard, convoys = np.zeros(len(governments.massed)), (governments.massed, cells.corridor, land, EscortRules.of(p))
    if governments.massed.any():
        guard = call(guard_corridors, draws, dt, Guards.of(model), by_actor, rear, Armies.of(model), host, *convoys)
    deployed = units, (by_actor, rear), actors, tasks, cells, governments, host, goals, means, land, rules
    call(move_forces, Streams(draws, model.stream_of_run("movement")), dt, (out, again), *deployed)
    call(travel, units, actors.mobility, model.season().hours, dt)
    roads = Roads(model.road_cells, call(siege_pull, model.road_cell, model.road_town, cells.controller, w.n_cells))
    stances, rules = Stances.of(model), PostureRules.of(p)
    where = cells, governments.escorts, (governments.massed, guard), roads, w.country, rules
    call(assign_postures, draws, by_actor, (rear, called), units, stances, *where)


def withdraw_armies(model, dt, draws) -> Means:
    """Armies give up posts against the odds and come back to them (see `sim.processes.shared.withdrawal`)."""
    garrisons, sides, lost, w = Garrisons.of(model), Sides.of(model), Lost.of(model), model.world
    p, rules, n_actors = model.p, OddsRules.of(model.p.combat), len(sides.kind)
    by_actor, strength = model.units_by_actor(), np.empty(len(garrisons.key))
    forces = call(forces_of, by_actor, garrisons, sides.firepower, w.n_cells, strength, rules)
    supply = sides.kind, sides.persons, sides.air, sides.mandate_factor, sides.access, p.information.air_most
    air = rules.air_effect * rules.defender_air * call(surveillance, *supply)
    able = sides.mandate_strike * sides.mandate_factor > p.combat.strike_mandate
    felt, *fields = (model.scratch(name, (n_actors, w.n_cells)) for name in ("felt", "foe", "friend"))
    fights = (sides.kind == ARMY) | (sides.kind == AUXILIARY) | ((sides.kind == FOREIGN) & able)
    odds = Odds(*fields, np.empty(n_actors, dtype=np.int64))
    far = np.where(sides.kind == AUXILIARY, 0.0, sides.mobility * p.movement.relief_hours / DAY_HOURS)
    ways = Ways(*model.projection, *ways_of_help(model, far))
    ground = Ground(w.draw_key, w.lat, w.lon, w.country, model.town_cells)
    residents, rules = Communities.of(model).residents, WithdrawalRules.of(p.movement)
    lost.post_lost_days[:] += dt
    away = call(who_withdrew, garrisons)
    rows = call(weigh_odds, forces, sides, fights, air, w.country, ways, felt, odds, rules)
    if len(rows):
        here, where = model.units_by_cell(), (residents, ways, ground, odds, rules)
        call(withdraw, draws, dt, rows, forces, here, garrisons, sides, lost, *where)
    if len(away):
        call(go_back, away, strength, garrisons, ground, odds, rules)
    at_war = (sides.kind == ARMY) & Governments.of(model).theatre[sides.state]  # those who may begin an offensive
    return Means(odds, *call(of_armies, garrisons, strength, by_actor, at_war | (sides.kind == FOREIGN)))


def ways_of_help(model, far):
    """Cells up to `far` (A,) km from each in compressed rows as in `Ways`: found once, for distances do not change."""
    kept = model._scratch.get("ways of help")
    if kept is None or not np.array_equal(kept[0], far):
        w, (most, of) = model.world, np.unique(far, return_inverse=True)
        found = *ways_within(w.reach_start, w.reach_cell, w.reach_km, most), of
        kept = model._scratch["ways of help"] = far, found
    return kept[1]


def rear_of(model, units, kind, share):
    """Which units stay in the rear (U,): see `in_the_rear`."""
    about, known = model._scratch.get("rear", (None, None))
    if about != share:
        known = np.zeros(0, dtype=bool)
    if about != share or len(known) != len(units.key):
        known = call(in_the_rear, model.stream_of_run("movement"), units, kind, share, known)
        model._scratch["rear"] = share, known
    return known


def called_by_orders(model, units, blockading, deal_days, everybody: bool, bonus) -> np.ndarray:
    """Where orders call units to (U,), -1 for those not called: the nearest, or, of `everybody`, all units of groups
    that have the pull of an order anywhere, `bonus` (N, A), wherever they are."""
    if not everybody and model.orders:
        return model.called_units(units, blockading, deal_days)
    if everybody and model.orders_stood:
        return np.where(call(under_orders, bonus)[units.actor], units.cell, -1).astype(np.int64)
    return np.full(len(units.key), -1, dtype=np.int64)


def move_groups(model, dt, draws, units, by_actor, cells, governments, land, shares, zones, everybody):
    """Insurgents and militias choose where to go (see `relocate`). Returns where orders call units to (U,)."""
    groups, communities = Groups.of(model), Communities.of(model)
    w, p = model.world, model.p.movement
    roams = np.full(len(groups.kind), not zones)
    called = called_by_orders(model, units, groups.blockading, governments.deal_days, everybody, cells.order_bonus)
    if everybody:  # all of a group under orders leave their zones
        roams[units.actor[called >= 0]] = True
    chances = tuple(1.0 - math.exp(-dt / days) for days in (p.relocate_days, min(p.order_days, p.relocate_days)))
    officials = model.officials(communities.residents) * cells.state_services
    lure = Lure(model.resources, model.centre, w.cover, officials)
    reach = Reach(w.reach_start, w.reach_cell, w.reach_hours, w.reach_km, model.season().hours)
    seen = Outlook(cells.presence, cells.order_bonus, communities.support, governments.refuge)
    sight = Sight(float(model.p.control.hidden_weight), float(model.p.control.part_time))
    felt, rules = (Felt(*model.felt), sight), ChoiceRules.of(p)
    call(relocate, draws, units, by_actor, groups, shares, seen, felt, called, chances, roams, land, reach, lure, rules)
    return called
