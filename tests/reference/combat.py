"""Combat, one attack at a time."""

from __future__ import annotations

import math
from itertools import pairwise

from sim.core.codes import (
    AMBUSH,
    ARMY,
    AUXILIARY,
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
    MILITIA,
    NON_STATE,
    OFFENSIVE,
    OVERRUN,
    PATROL,
    RAID,
    STATE_BASED,
    SWEEP,
)
from sim.core.conversions import KM_PER_DEGREE
from sim.core.draws import binomial, lomax, poisson, stochastic_round
from tests.reference.information import air_by_country


def ready_of(p, actor, posture) -> float:
    """What posture makes of the readiness to attack."""
    if irregular(actor):
        return {LIE_LOW: 0.0, GOVERN: p.ready_govern, BLOCKADE: p.ready_blockade}.get(posture, 1.0)
    by_posture = {
        GARRISON: p.ready_garrison,
        PATROL: p.ready_patrol,
        OFFENSIVE: p.ready_offensive,
        ESCORT: p.ready_escort,
    }
    return by_posture.get(posture, 0.0)


def exposed_of(p, posture) -> float:
    """How much of a unit stands in the way of an attack."""
    return {
        GARRISON: 1.0,
        PATROL: p.exposed_patrol,
        OFFENSIVE: p.exposed_offensive,
        ESCORT: p.exposed_escort,
        RAID: p.exposed_raid,
        BLOCKADE: p.exposed_blockade,
        GOVERN: p.exposed_govern,
        LIE_LOW: p.exposed_hidden,
    }[posture]


STATE, INSURGENTS, MILITIAS = range(3)  # groups of perpetrators


def step(plain, dt):
    """Every unit makes its attacks, in the order of cells and rows."""
    week = Week(plain)
    for here in week.units:
        for unit in here:
            attack(week, unit, dt)


class Week:
    """What does not change during the week's fighting: who stood where, who could be hit, who helps from the air."""

    def __init__(self, plain):
        self.plain = plain
        self.units = plain.units_by_cell()
        self.people = [community.residents + community.hosted for community in plain.communities]
        self.alert = [alert_of(plain, cell) for cell in plain.cells]
        self.air = [plain.p.combat.air_effect * x for x in air_by_country(plain)]


def alert_of(plain, cell) -> float:
    """How far armies answer attacks here, by those that are remembered within travel."""
    half = plain.p.combat.alert_half
    near = sum(other.attack_memory * dict(other.projection).get(cell.index, 0.0) for other in plain.cells)
    return near / (near + half) if half > 0.0 else 1.0


def on_states_side(actor) -> bool:
    return actor.controller == 0


def irregular(actor) -> bool:
    return actor.kind < ARMY


def strikes(p, actor) -> bool:
    """Foreign forces attack only with a mandate to strike."""
    return actor.kind != FOREIGN or actor.mandate_strike * actor.mandate_factor > p.strike_mandate


def pace_of(p, actor, unit) -> float:
    """Attacks a day where targets abound and are known."""
    if irregular(actor):
        rate = p.insurgent_rate if actor.kind == INSURGENT else p.militia_rate
        return rate * unit.manpower / p.irregular_reference * ready_of(p, actor, unit.posture)
    ready = ready_of(p, actor, unit.posture)
    return p.state_rate * unit.manpower / p.state_reference * ready * actor.mobility / p.mobility_reference


def targets(week, unit, actor):
    """Hostile units within reach and how much each counts as a target."""
    for index, decay in week.plain.cells[unit.cell].projection:
        pursuit = 1.0 if irregular(actor) else actor.access[week.plain.cells[index].country]
        if pursuit <= 0.0:
            continue
        for other in week.units[index]:
            hostility = actor.hostility[other.actor]
            if hostility > 0.0 and other.manpower > 0:
                yield (
                    other,
                    other.manpower * hostility * exposed_of(week.plain.p.combat, other.posture) * decay * pursuit,
                )


def enemies_present(cell, actor) -> bool:
    """Whether anybody whom the actor fights was seen about the cell."""
    return any(h > 0.0 and x > 0.1 for h, x in zip(actor.hostility, cell.presence, strict=True))


def attack(week, unit, dt) -> None:
    """All attacks of one unit."""
    plain, p = week.plain, week.plain.p.combat
    actor, cell = plain.actors[unit.actor], plain.cells[unit.cell]
    if unit.manpower < p.least_fighters or not strikes(p, actor):
        return
    pace = pace_of(p, actor, unit)
    season = plain.seasons.raids if irregular(actor) else plain.seasons.sweeps
    pace *= season(cell, plain.month)
    leads = week.plain.actors[actor.parent] if actor.parent >= 0 else actor
    if actor.kind in (ARMY, AUXILIARY) and leads.objective != cell.index:
        pace *= week.alert[cell.index]
    if pace <= 0.0 or not enemies_present(cell, actor):
        return
    aim = sum(weight for _, weight in targets(week, unit, actor))
    if aim <= 0.0:
        return
    known = 1.0 - p.information_weight + p.information_weight * cell.information[actor.index]
    mean = dt * (pace * known * aim / (aim + p.target_half))
    for n in range(1, poisson(plain.draw("combat", unit.key, 0), mean) + 1):
        victim = choose(week, unit, actor, 17 * n) if unit.manpower >= p.least_fighters else None
        if victim is None:
            return
        engage(week, unit, actor, victim, 17 * n)


def choose(week, unit, actor, k: int):
    """A target drawn by its exposed manpower, or nobody."""
    found = list(targets(week, unit, actor))
    left = week.plain.draw("combat", unit.key, k + 1) * sum(weight for _, weight in found)
    running = 0.0
    for other, weight in found:
        running += weight
        if left <= running:
            return other
    return found[-1][0] if found else None


def strength_of(p, engaged, firepower, unit, air) -> float:
    holds = p.cohesion_floor + (1.0 - p.cohesion_floor) * unit.cohesion
    return engaged * firepower * unit.arms * holds * (1.0 + air)


def engage(week, unit, actor, victim, k: int) -> None:
    """One attack by `unit` on `victim`, in the victim's cell."""
    plain, p = week.plain, week.plain.p.combat
    enemy, cell = plain.actors[victim.actor], plain.cells[victim.cell]
    air = week.air[cell.country]

    def draw(number: int) -> float:
        return plain.draw("combat", unit.key, k + number)

    against_state = on_states_side(enemy)
    bomb = irregular(actor) and against_state and victim.posture != GARRISON and draw(2) < p.bomb_share
    size = p.least_engaged + (1.0 - p.least_engaged) * draw(3)
    massed = irregular(actor) and not bomb and draw(4) < p.mass_chance
    mates, others = together(week, unit, massed), together(week, victim, False)
    people_a, people_b = people_in(mates), people_in(others)
    if massed:
        engaged_a, engaged_b = float(people_a), float(people_b)
    else:
        engaged_a, engaged_b = people_a * size, people_b * min(1.0, exposed_of(p, victim.posture) * size)
    ours = strength_of(p, engaged_a, actor.firepower, unit, 0.0 if irregular(actor) else air)
    theirs = strength_of(p, engaged_b, enemy.firepower, victim, p.defender_air * air if against_state else 0.0)
    if irregular(actor):
        edge = p.surprise * (1.0 - p.warned * cell.information[enemy.index])
    else:
        knows = cell.information[actor.index]
        if irregular(enemy) and draw(5) > knows + (1.0 - knows) * p.area_fire:
            cell.sweeps_answered[actor.index] += 1
            return  # not found
        edge = p.search_edge + knows
    odds = ours * edge / (ours * edge + theirs + 1e-9)
    if irregular(actor) and not bomb and draw(14) > odds:
        return  # let it be
    wins = bomb or draw(6) < odds
    hit_b = p.lethality * math.sqrt(ours * engaged_b) * (1.0 if wins else p.spared)
    hit_a = p.lethality * math.sqrt(theirs * engaged_a) * (p.spared if wins else 1.0)
    if irregular(actor):
        hit_a *= p.area_fire + (1.0 - p.area_fire) * cell.information[enemy.index]
    if bomb:
        hit_a, hit_b = 0.0, p.bomb_effect * p.lethality * p.irregular_reference
    most = people_b if massed else min(people_b, int(engaged_b) + 1)
    dead_b = min(most, stochastic_round(draw(8), lomax(draw(7), hit_b, p.tail)))
    dead_a = min(people_a, stochastic_round(draw(10), lomax(draw(9), hit_a, p.tail)))
    part_b = dead_b / people_b
    code = CLASH
    if on_states_side(actor):
        code = SWEEP
    elif against_state:
        code = BOMB if bomb else BASE_ATTACK if victim.posture == GARRISON else AMBUSH
    for mate, fallen in zip(mates, apportion(dead_a, [u.manpower for u in mates]), strict=True):
        lose(p, mate, actor, fallen)
        actor.lost_to[enemy.index] += fallen
    for other, fallen in zip(others, apportion(dead_b, [u.manpower for u in others]), strict=True):
        lose(p, other, enemy, fallen)
        enemy.lost_to[actor.index] += fallen
    if wins and not bomb and (part_b >= p.break_share or (massed and ours > p.rout_odds * theirs)):
        if against_state and victim.posture == GARRISON:
            code = OVERRUN
        for other in others:
            luck = [plain.draw("combat", unit.key ^ other.key, k + number) for number in (13, 15, 16)]
            scatter(plain, unit, actor, other, cell, luck, other.manpower / max(1, people_b - dead_b))
        stand = [u for u in week.units[cell.index] if u.actor == enemy.index and u.manpower > 0 and u.target < 0]
        if enemy.kind == ARMY and victim.posture == GARRISON and not stand:
            cell.post_lost_days, cell.post_lost_by = 0.0, enemy.index
    cell.fighters_week += dead_a + dead_b
    cell.comrades_lost += (dead_a if on_states_side(actor) else 0) + (dead_b if against_state else 0)
    cell.sweeps_answered[actor.index] += 1 if on_states_side(actor) and dead_a > 0 else 0
    caught = crossfire(week, cell, actor, enemy, dead_a + dead_b, draw(11), draw(12))
    cell.danger += dead_a + dead_b + caught
    if irregular(actor) and against_state:
        cell.attack_memory += 1.0
    type_of = STATE_BASED if against_state or on_states_side(actor) else NON_STATE
    sides = [(actor.index, dead_a), (enemy.index, dead_b)]
    if against_state and not on_states_side(actor):
        sides.reverse()
    (side_a, deaths_a), (side_b, deaths_b) = sides
    plain.log.append((cell.index, type_of, actor.index, side_a, side_b, deaths_a, deaths_b, caught, code))


def people_in(units) -> int:
    return sum(unit.manpower for unit in units)


def together(week, unit, massed: bool) -> list:
    """Who fights beside a unit: all of its actor in a massed attack, of an army those that make a company with it."""
    here = week.units[unit.cell]
    at = here.index(unit)
    after = [u for u in here[at + 1 :] + here[:at] if u.actor == unit.actor and u.manpower > 0]
    if massed:
        return [unit] + [u for u in after if u.posture != LIE_LOW]
    found = [unit]
    if week.plain.actors[unit.actor].kind == ARMY:
        for other in after:
            company = people_in(found) + other.manpower
            if other.posture == unit.posture and company <= week.plain.p.combat.state_reference:
                found.append(other)
    return found


def apportion(dead: int, people: list[int]) -> list[int]:
    """Dead of several units in proportion to their people, in whole persons: the running sums are rounded down."""
    so_far = [dead * sum(people[:i]) // sum(people) for i in range(len(people) + 1)]
    return [after - before for before, after in pairwise(so_far)]


def lose(p, unit, actor, dead: int) -> None:
    """A unit's dead: it holds together less, irregulars lie low, its organisation is angry."""
    if unit.manpower <= 0:
        return
    part = dead / unit.manpower
    unit.manpower -= dead
    unit.cohesion = max(p.least_cohesion, unit.cohesion * (1.0 - p.cohesion_loss * part))
    if irregular(actor) and part > p.hide_share:
        unit.rest_days = max(unit.rest_days, p.rest_days * min(p.rest_most, part / p.rest_share))
    actor.losses_week += dead
    actor.revenge = min(1.0, actor.revenge + dead / max(p.revenge_dead, p.revenge_share * actor.persons))


def scatter(plain, unit, actor, victim, cell, luck: list[float], part: float) -> None:
    """A unit, a part of those who fought, breaks: some go home, arms change hands, the rest sets out for its base or
    another shelter. Of an army, some are captured and let go by insurgents, or join them."""
    p, surrenders = plain.p.combat, plain.actors[victim.actor].kind == ARMY and actor.kind == INSURGENT
    if cell.index < len(plain.communities) and plain.actors[victim.actor].kind != FOREIGN:
        for draw, share in ((luck[0], p.desertion), (luck[1], p.captured if surrenders else 0.0)):
            gone = binomial(draw, victim.manpower, share)
            victim.manpower -= gone
            plain.communities[cell.index].residents += gone
    if surrenders and unit.manpower > 0:
        turned = binomial(luck[2], victim.manpower, p.defection)
        victim.manpower -= turned
        unit.manpower += turned
    taken = p.capture * victim.arms
    victim.arms -= taken
    if unit.manpower > 0:
        unit.arms = min(p.arms_most, unit.arms + part * p.arms_taken * taken)
    actor.loot += p.loot_worth * taken * max(1, victim.manpower)
    victim.cohesion = max(p.least_cohesion, p.broken_cohesion * victim.cohesion)
    base = victim.home if victim.home not in (-1, cell.index) else shelter(plain, victim)
    if base is not None:
        victim.target = base
        victim.km_left = straight_km(cell, plain.cells[base]) * plain.p.movement.detour


def shelter(plain, victim) -> int | None:
    """Where those go who break at home: to the nearest of their own, forces of the state to a garrison of their side or
    to the capital."""
    owner, cell, state = plain.actors[victim.actor], plain.cells[victim.cell], not irregular(plain.actors[victim.actor])
    found = []
    for unit in plain.living():
        other, place = plain.actors[unit.actor], plain.cells[unit.cell]
        friends = other is owner or (state and not irregular(other) and owner.hostility[other.index] == 0.0)
        stands = unit.target < 0 and place is not cell and (unit.posture == GARRISON or not state)
        if friends and stands and owner.access[place.country] > 0.0:
            found.append((straight_km(cell, place), unit.index, place.index))
    capital = plain.governments[cell.country].capital_cell
    if found:
        return min(found)[2]
    return capital if state and capital != cell.index else None


def straight_km(here, there) -> float:
    x = (there.lon - here.lon) * math.cos(math.radians(0.5 * (here.lat + there.lat)))
    return KM_PER_DEGREE * math.hypot(x, there.lat - here.lat)


def crossfire(week, cell, actor, enemy, dead: int, luck: float, share_luck: float) -> int:
    """Civilians killed between the lines, at most a part of those who were there."""
    plain = week.plain
    if cell.index >= len(plain.communities) or week.people[cell.index] <= 0:
        return 0
    p = plain.p.combat
    community, people = plain.communities[cell.index], week.people[cell.index]
    caught = min(int(p.crossfire_most * people), stochastic_round(luck, p.crossfire * dead))
    hosted = binomial(share_luck, caught, community.hosted / people)
    hosted = max(0, min(hosted, community.hosted - community.hosted_dead))
    at_home = min(caught - hosted, community.residents)
    community.hosted_dead += hosted
    community.residents -= at_home
    cell.civilians_week[{INSURGENT: INSURGENTS, MILITIA: MILITIAS}.get(actor.kind, STATE)] += hosted + at_home
    community.exposure[actor.index] += p.crossfire_blame * (hosted + at_home)
    community.exposure[enemy.index] += (1.0 - p.crossfire_blame) * (hosted + at_home)
    return hosted + at_home
