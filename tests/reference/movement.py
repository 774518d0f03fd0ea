"""Movement, one unit at a time."""

from __future__ import annotations

import math

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
    OFFENSIVE,
    PATROL,
    RAID,
)
from sim.core.conversions import KM_PER_DEGREE, WEEK_DAYS
from sim.core.draws import NO_STEP, stream_of, uniform
from tests.reference.control import stays, visible
from tests.reference.supply import call_nearest
from tests.reference.withdrawal import km_between, withdraw

# numbers of draws, by unit but for the objective, which is by actor
RECONSIDER, PLACE, TO_CAPITAL, POST, STAY, POSTURE, SET_OUT, ESCORTS, ESCORT_POST = 0, 1, 1, 2, 3, 4, 5, 6, 7
OBJECTIVE = 10
REAR = 0


def step(plain, dt):
    """Choices of place, offensives, posts, travel, postures."""
    plain.called = called_by_orders(plain)
    for unit in plain.living():
        if plain.actors[unit.actor].kind < ARMY:
            relocate(plain, unit, dt)
    field = withdraw(plain, dt)
    plain.guard = [0.0 for _ in plain.governments]
    for actor in plain.actors:
        if actor.kind == ARMY and plain.governments[actor.state].massed > 0.0:
            send_escorts(plain, actor, dt)
    for actor in plain.actors:
        choose_objective(plain, field, actor, dt)
    for actor in plain.actors:
        if actor.objective >= 0:
            send_offensive(plain, actor, dt)
    for actor in plain.actors:
        if actor.kind >= ARMY and actor.kind != AUXILIARY and actor.persons > 0:
            deploy(plain, field, actor, dt)
    for unit in plain.units:
        travel(plain, unit, dt)
    pull = siege_pull(plain)
    for unit in plain.living():
        unit.posture = posture_of(plain, unit, pull)


# -- insurgents and militias


def relocate(plain, unit, dt) -> None:
    """A unit that is not under way now and then weighs the places within reach and sets out for one."""
    p, actor = plain.p.movement, plain.actors[unit.actor]
    called = unit.index in plain.called
    days = min(p.order_days, p.relocate_days) if called else p.relocate_days
    if unit.target >= 0 or plain.draw("movement", unit.key, RECONSIDER) >= 1.0 - math.exp(-dt / days):
        return
    base = plain.called.get(unit.index, unit.cell if unit.home < 0 else unit.home)
    choices = []
    for index, hours, km in plain.cells[base].reach:
        place = plain.cells[index]
        if base != unit.cell:
            km = km_between(plain.cells[unit.cell], place) * p.detour
        if actor.access[place.country] > 0.0 and actor.operating_area[index]:
            value = value_of(plain, place, actor, unit, called)
            if unit.rest_days > 0.0:  # drawn to where those it fled may not follow
                here = plain.cells[unit.cell].country
                value += p.refuge_pull * plain.governments[place.country].refuge[here]
            hours *= season_of(plain, plain.cells[base], place)
            weight = math.exp(p.sharpness * value - hours / p.patience_hours)
            weight *= 1.0 - kept_out(plain, actor, plain.cells[unit.cell], place)
            choices.append((weight, index, km))
    total = sum(weight for weight, _, _ in choices)
    if total <= 0.0:
        return
    left = plain.draw("movement", unit.key, PLACE) * total
    for weight, index, km in choices:
        left -= weight
        if left <= 0.0:
            if index != unit.cell:
                unit.target, unit.km_left = index, km
            return


def season_of(plain, here, there) -> float:
    """What the season makes of the hours of a way: the mean of both ends."""
    return sum(plain.seasons.hours(cell, plain.month) for cell in (here, there)) / 2.0


def kept_out(plain, actor, here, place) -> float:
    """How far a pact with the army of another country keeps an actor out of it."""
    army = plain.governments[place.country].army
    return plain.p.movement.pact_keeps_out * actor.truce[army] if army >= 0 and place.country != here.country else 0.0


def called_by_orders(plain) -> dict:
    """Units that orders to blockade call, unless deals suspend them, and the point of a road to which each goes."""
    called = {}
    for order in plain.orders:
        about = {cell for place in order.places for cell in plain.cells_of(place)}
        states = [g for g in plain.governments if g.capital_node >= 0 and g.capital_cell in about]
        states = states or [plain.governments[plain.cells[cell].country] for cell in order.cells]
        free = any(government.deal_days <= 0.0 for government in states)
        if len(order.cells) and free and plain.actors[order.actor].blockading:
            called |= call_nearest(plain, order, called)
    return called


def value_of(plain, place, actor, unit, called: bool) -> float:
    """What a cell is worth to a unit of an irregular actor, which an order may have `called`."""
    p, resting = plain.p.movement, unit.rest_days > 0.0
    weak_state, support, resources = actor.strategy_weak_state, actor.strategy_support, actor.strategy_resources
    centres, cover, rivalry = actor.strategy_centres, actor.strategy_cover, actor.strategy_rivals
    hostile = rivals = sharing = 0.0
    for other in plain.actors:
        seen = place.presence[other.index] * actor.hostility[other.index]
        if other is not actor and actor.kind == other.kind == INSURGENT:
            sharing += place.presence[other.index]
        elif other.controller == 0:
            hostile += seen
        else:
            rivals += seen
    officials = plain.officials(place) * place.state_services
    mine = max(0.0, place.presence[actor.index] - felt_of(plain, unit, place))
    weight = weak_state + resources
    if place.index < len(plain.communities):
        weight += support * plain.communities[place.index].support[actor.index]
    value = weight * place.resources * p.weak_half / (p.weak_half + hostile + officials)
    value *= 1.0 - p.shared_base * sharing / (sharing + p.crowd_half)
    value += cover * place.cover * (1.0 if resting else p.cover_active)
    value += 0.0 if resting else centres * place.centre
    value += rivalry * rivals / (rivals + p.crowd_half)
    ordered = place.order_bonus[actor.index] if called else 0.0
    return value + ordered - p.crowding * mine / (mine + p.crowd_half)


def felt_of(plain, unit, place) -> float:
    """What a unit itself adds to the presence of its actor in a cell: nobody is crowded by himself."""
    if stays(plain, unit):
        return visible(plain, unit) if place.index == unit.cell else 0.0
    return visible(plain, unit) * dict(plain.cells[unit.cell].felt).get(place.index, 0.0)


# -- the state's side


def fights_holder(plain, actor, cell) -> float:
    """How far an actor would fight those who hold a cell: less where it has a pact with them."""
    return 1.0 - sum(
        cell.share[q] * actor.truce[holder] for q, holder in enumerate(plain.actor_of_controller) if holder >= 0
    )


def held_by_enemies(plain, actor, cell) -> float:
    """Share in a cell of those whom an actor fights."""
    return sum(
        cell.share[q] * actor.hostility[holder] for q, holder in enumerate(plain.actor_of_controller) if holder >= 0
    )


def choose_objective(plain, field, actor, dt) -> None:
    """An army with an offensive doctrine that holds together sooner or later goes for the best symbolic place that an
    enemy holds, weighed by the chance to win it."""
    p = plain.p.movement
    actor.objective_days = max(0.0, actor.objective_days - dt)
    if actor.objective_days <= 0.0:
        actor.objective = -1
    if actor.kind != ARMY or actor.persons <= 0 or actor.objective >= 0 or not plain.governments[actor.state].theatre:
        return
    army = plain.living(actor.index)
    if sum(u.manpower * u.cohesion for u in army) < p.objective_cohesion * max(1, sum(u.manpower for u in army)):
        return
    help_, ours = 0.0, field.of(army)
    for other in plain.actors:
        if other.kind == FOREIGN and other.persons > 0:
            able = other.mandate_strike * other.mandate_factor
            help_ += able * other.access[actor.state]
            if able > p.joint_mandate:
                ours += field.of(plain.living(other.index)) * other.access[actor.state]
    ours *= 1.0 - (1.0 - p.offensive_share) ** (p.offensive_length_days / WEEK_DAYS)
    best, most = None, 0.0
    for index in plain.symbol_cells:
        cell = plain.cells[index]
        win = ours / max(1.0, ours + field.foe[actor.index][index])
        value = cell.symbol * held_by_enemies(plain, actor, cell) * actor.access[cell.country]
        value *= 1.0 - p.objective_odds + p.objective_odds * win
        if value > most:
            best, most = index, value
    if best is None:
        return
    drive = actor.doctrine_offensive * (1.0 + p.partner_drive * min(1.0, help_)) * most
    if plain.draw("movement", actor.key, OBJECTIVE) < 1.0 - math.exp(-dt * drive / p.offensive_days):
        actor.objective, actor.objective_days = best, p.offensive_length_days


def send_offensive(plain, army, dt) -> None:
    """Units of an army, its auxiliaries and striking partners set out for the objective."""
    p, goal = plain.p.movement, plain.cells[army.objective]
    for unit in plain.living():
        actor = plain.actors[unit.actor]
        strikes = actor.kind == FOREIGN and actor.mandate_strike * actor.mandate_factor > p.joint_mandate
        partner = strikes and actor.access[goal.country] > 0.0
        if not (actor is army or actor.parent == army.index or partner):
            continue
        if unit.target >= 0 or unit.cell == goal.index:
            continue
        if plain.draw("movement", unit.key, SET_OUT) < 1.0 - (1.0 - p.offensive_share) ** (dt / WEEK_DAYS):
            set_out(plain, unit, goal.index)


def set_out(plain, unit, goal: int) -> None:
    """Towards a cell, by roads that are longer than the straight line."""
    here, there = plain.cells[unit.cell], plain.cells[goal]
    x = (there.lon - here.lon) * math.cos(math.radians(0.5 * (here.lat + there.lat)))
    y = there.lat - here.lat
    unit.target = goal
    unit.km_left = KM_PER_DEGREE * math.hypot(x, y) * plain.p.movement.detour


def deployment_weights(plain, actor, host) -> list[float]:
    """Weight of every cell as a post."""
    p = plain.p.movement
    if actor.kind == FOREIGN:
        strike, protect = actor.mandate_strike * actor.mandate_factor, actor.mandate_protect * actor.mandate_factor
        oversee, seek = (
            actor.mandate_oversee * actor.mandate_factor,
            actor.mandate_seek_resources * actor.mandate_factor,
        )
        towns, attacks, symbols, mines, roads = protect + oversee + p.mission_towns, strike + protect, 0.0, seek, 0.0
    else:
        towns, attacks = actor.doctrine_town_weight, actor.doctrine_attack_weight
        symbols, mines, roads = p.symbol_pull, actor.mandate_seek_resources * actor.mandate_factor, p.escort_pull
    found = []
    for cell in plain.cells:
        if actor.access[cell.country] <= 0.0 or not actor.operating_area[cell.index]:
            found.append(0.0)
            continue
        enemy = held_by_enemies(plain, actor, cell)
        pull = towns * cell.town_pull + p.attack_pull * attacks * cell.attack_memory + symbols * cell.symbol
        pull += mines * cell.extraction
        pull += roads * host.escorts * cell.corridor if host.massed == 0.0 else 0.0
        pull *= actor.access[cell.country] * (1.0 - p.avoid * enemy)
        found.append(pull * fights_holder(plain, actor, cell))
    return found


def deploy(plain, field, actor, dt) -> None:
    """Units of an army or foreign force now and then weigh their post. Some go to the capital for good or for the
    safety of the regime; those of an army leave posts with too many for those with too few; those of a foreign force
    are offered another and take it if it is better, or with a chance in proportion to how good it is."""
    p, own = plain.p.movement, actor.kind != FOREIGN
    host = plain.governments[actor.state if actor.state >= 0 else plain.host_country(actor.index)]
    posts = deployment_weights(plain, actor, host)
    guard = actor.doctrine_capital_share if own else actor.mandate_guard_regime * actor.mandate_factor
    capital_share = min(p.capital_most, guard * (1.0 + p.regime_fear * (1.0 - host.regime_security)))
    chance = 1.0 - math.exp(-dt / p.redeploy_days)
    ready = [
        u for u in plain.living(actor.index) if u.target < 0 and plain.draw("movement", u.key, RECONSIDER) < chance
    ]
    if own:
        foe, friend, unit = field.foe[actor.index], field.friend[actor.index], actor.unit_size * actor.firepower
        posts = [
            0.0 if against > p.withdraw_odds / 2 * (with_us + unit) else w
            for w, against, with_us in zip(posts, foe, friend, strict=True)
        ]
        man_posts(plain, actor, ready, posts, host.capital_cell, capital_share)
        return
    total = sum(posts)
    for unit in ready if total > 0.0 else []:
        if host.capital_cell >= 0 and plain.draw("movement", unit.key, TO_CAPITAL) < capital_share:
            goal = host.capital_cell
        else:
            goal = drawn(posts, plain.draw("movement", unit.key, POST))
            here, there = posts[unit.cell], posts[goal]
            if unit.cell == unit.home:
                here *= p.pull_home
            if goal == unit.home:
                there *= p.pull_home
            if here > 0.0 and plain.draw("movement", unit.key, STAY) >= there / here:
                continue
        if goal != unit.cell:
            set_out(plain, unit, goal)


def send_escorts(plain, army, dt) -> None:
    """An army sends units to the corridor of its convoys until as many as it wants are there or on the way."""
    p, government = plain.p.movement, plain.governments[army.state]
    danger = [
        cell.corridor if army.access[cell.country] > 0.0 and army.operating_area[cell.index] else 0.0
        for cell in plain.cells
    ]
    if not any(danger):
        return
    field = [unit for unit in plain.living(army.index) if not stays_in_rear(plain, unit)]
    there = [u for u in field if danger[u.target if u.target >= 0 else u.cell] > 0.0]
    free = [u for u in field if u not in there and u.target < 0]
    wanted = government.massed * p.escort_force * army.persons
    standing, elsewhere = sum(u.manpower for u in there), sum(u.manpower for u in free)
    if wanted > standing and elsewhere > 0:
        chance = min(1.0, (wanted - standing) / elsewhere) * (1.0 - math.exp(-dt / p.redeploy_escort_days))
        for unit in free:
            if plain.draw("movement", unit.key, ESCORTS) < chance:
                set_out(plain, unit, drawn(danger, plain.draw("movement", unit.key, ESCORT_POST)))
                standing += unit.manpower
    plain.guard[army.state] = min(1.0, wanted / standing) if standing > 0 else 0.0


def drawn(weights, draw: float) -> int:
    """An index drawn in proportion to the weights."""
    left, running = draw * sum(weights), 0.0
    for index, weight in enumerate(weights):
        running += weight
        if weight > 0.0 and running >= left:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0.0)


def man_posts(plain, army, ready, posts, capital, capital_share) -> None:
    """Garrisons in proportion to what posts are worth: who has too many sends to where half a unit or more lacks."""
    field = [unit for unit in plain.living(army.index) if not stays_in_rear(plain, unit)]
    homes = {unit.home for unit in field if unit.home >= 0}
    worth = [w * plain.p.movement.pull_home if c in homes else w for c, w in enumerate(posts)]
    people, total = sum(unit.manpower for unit in field), sum(worth)
    wanted = [people * w / total for w in worth] if total > 0.0 else [0.0 for _ in worth]
    standing = [0 for _ in posts]
    for unit in field:
        standing[unit.target if unit.target >= 0 else unit.cell] += unit.manpower
    for unit in ready:
        here, rear = unit.cell, stays_in_rear(plain, unit)
        if capital >= 0 and (rear or plain.draw("movement", unit.key, TO_CAPITAL) < capital_share):
            goal = capital
        else:
            over = standing[here] - wanted[here]
            if over <= 0.0 or plain.draw("movement", unit.key, STAY) >= over / standing[here]:
                continue
            short = [g - n if w > 0.0 else 0.0 for g, n, w in zip(wanted, standing, posts, strict=True)]
            lack = [x if x >= army.unit_size / 2 else 0.0 for x in short]
            if sum(lack) <= 0.0:
                continue
            goal = drawn(lack, plain.draw("movement", unit.key, POST))
        if goal != here:
            if not rear:
                standing[here] -= unit.manpower
                standing[goal] += unit.manpower
            set_out(plain, unit, goal)


def stays_in_rear(plain, unit) -> bool:
    """Whether a unit is one of staff, depots and schools: drawn once for a run."""
    once = stream_of(plain.settings.seed, plain.settings.replicate, "movement", NO_STEP)
    return uniform(once, unit.key, REAR) < plain.p.movement.rear_share


# -- everybody


def travel(plain, unit, dt) -> None:
    """Use up the travel budget of the step; arrive when no way is left. Days of lying low run down."""
    unit.rest_days = max(0.0, unit.rest_days - dt)
    if unit.target < 0:
        return
    slower = season_of(plain, plain.cells[unit.cell], plain.cells[unit.target])
    unit.km_left -= plain.actors[unit.actor].mobility * dt / slower
    if unit.km_left <= 0.0:
        unit.cell, unit.target, unit.km_left = unit.target, -1, 0.0


def siege_pull(plain) -> set[int]:
    """Cells on a road to a town that the government holds."""
    return {road for road, town in plain.road_pairs if plain.cells[town].controller == 0}


def posture_of(plain, unit, on_siege_roads: set[int]) -> int:
    """What a unit does where it is."""
    p, actor, cell = plain.p.movement, plain.actors[unit.actor], plain.cells[unit.cell]
    share, draw = cell.share[actor.controller], plain.draw("movement", unit.key, POSTURE)
    if actor.kind >= ARMY:
        if actor.objective == unit.cell:
            return OFFENSIVE
        if actor.kind == ARMY and stays_in_rear(plain, unit):
            return GARRISON
        if draw < actor.doctrine_offensive:
            return OFFENSIVE
        government = plain.governments[cell.country]
        escort = p.escort_share * government.escorts * cell.corridor
        if government.massed > 0.0:
            escort = plain.guard[cell.country] if cell.corridor > 0.0 else 0.0
        if draw > 1.0 - escort:
            return ESCORT
        patrols = p.patrol_share / (1.0 + cell.attack_memory / p.patrol_half)
        return PATROL if draw < actor.doctrine_offensive + patrols else GARRISON
    if unit.rest_days > 0.0:
        return LIE_LOW
    besieges = cell.road_cells > 0.0 and cell.index in on_siege_roads and draw < p.siege_share * share
    ordered = unit.index in plain.called and cell.order_bonus[actor.index] > 0.0
    if actor.blockading and (ordered or besieges):
        return BLOCKADE
    return GOVERN if draw > 1.0 - p.govern_share * share else RAID
