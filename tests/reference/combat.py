"""Combat, one attack at a time."""

from __future__ import annotations

import math

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
    MILITIA,
    OFFENSIVE,
    OVERRUN,
    PATROL,
    SWEEP,
)
from sim.core.draws import binomial, lomax, poisson, whole
from tests.reference.information import air_by_country

IRREGULAR_READY = {LIE_LOW: 0.0, GOVERN: 0.4, BLOCKADE: 0.8}  # else 1
STATE_READY = {GARRISON: 0.15, PATROL: 0.7, OFFENSIVE: 1.6, ESCORT: 0.2}  # else 0
EXPOSED = (1.0, 0.45, 0.7, 0.6, 0.8, 0.8, 0.8, 0.25)  # by posture
STATE, INSURGENTS, MILITIAS = range(3)  # groups of killers


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
        self.air = [plain.p.combat.air_effect * x for x in air_by_country(plain)]


def on_states_side(actor) -> bool:
    return actor.controller == 0


def irregular(actor) -> bool:
    return actor.kind < ARMY


def strikes(actor) -> bool:
    """Foreign forces attack only with a mandate to strike."""
    return actor.kind != FOREIGN or actor.mandate_strike * actor.mandate_factor > 0.2


def pace_of(p, actor, unit) -> float:
    """Attacks a day where targets abound and are known."""
    if irregular(actor):
        rate = p.insurgent_rate if actor.kind == INSURGENT else p.militia_rate
        return rate * unit.manpower / p.irregular_reference * IRREGULAR_READY.get(unit.posture, 1.0)
    ready = STATE_READY.get(unit.posture, 0.0)
    return p.state_rate * unit.manpower / p.state_reference * ready * actor.mobility / 40.0


def targets(week, unit, actor):
    """Hostile units within reach and how much each counts as a target."""
    for index, decay in week.plain.cells[unit.cell].projection:
        pursuit = 1.0 if irregular(actor) else actor.access[week.plain.cells[index].country]
        if pursuit <= 0.0:
            continue
        for other in week.units[index]:
            hostility = actor.hostility[other.actor]
            if hostility > 0.0 and other.manpower > 0:
                yield other, other.manpower * hostility * EXPOSED[other.posture] * decay * pursuit


def enemies_present(cell, actor) -> bool:
    """Whether anybody whom the actor fights was seen about the cell."""
    return any(h > 0.0 and x > 0.1 for h, x in zip(actor.hostility, cell.presence, strict=True))


def attack(week, unit, dt) -> None:
    """All attacks of one unit."""
    plain, p = week.plain, week.plain.p.combat
    actor, cell = plain.actors[unit.actor], plain.cells[unit.cell]
    if unit.manpower < 3 or not strikes(actor):
        return
    pace = pace_of(p, actor, unit)
    if pace <= 0.0 or not enemies_present(cell, actor):
        return
    aim = sum(weight for _, weight in targets(week, unit, actor))
    if aim <= 0.0:
        return
    known = 1.0 - p.information_weight + p.information_weight * cell.information[actor.index]
    mean = dt * (pace * known * aim / (aim + p.target_half))
    for n in range(1, min(8, poisson(plain.draw("combat", unit.key, 0), mean)) + 1):
        victim = choose(week, unit, actor, 16 * n) if unit.manpower >= 3 else None
        if victim is None:
            return
        engage(week, unit, actor, victim, 16 * n)


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


def strength_of(engaged, firepower, unit, air) -> float:
    return engaged * firepower * unit.arms * (0.4 + 0.6 * unit.cohesion) * (1.0 + air)


def engage(week, unit, actor, victim, k: int) -> None:
    """One attack by `unit` on `victim`, in the victim's cell."""
    plain, p = week.plain, week.plain.p.combat
    enemy, cell = plain.actors[victim.actor], plain.cells[victim.cell]
    air = week.air[cell.country]

    def draw(number: int) -> float:
        return plain.draw("combat", unit.key, k + number)

    against_state = on_states_side(enemy)
    bomb = irregular(actor) and against_state and victim.posture != GARRISON and draw(2) < p.bomb_share
    size = 0.3 + 0.7 * draw(3)
    massed = irregular(actor) and not bomb and draw(4) < p.mass_chance
    if massed:
        mates = [u for u in week.units[unit.cell] if u.actor == unit.actor and u.posture != LIE_LOW]
        engaged_a, engaged_b = float(sum(u.manpower for u in mates)), float(victim.manpower)
    else:
        engaged_a, engaged_b = unit.manpower * size, victim.manpower * min(1.0, EXPOSED[victim.posture] * size)
    ours = strength_of(engaged_a, actor.firepower, unit, 0.0 if irregular(actor) else air)
    theirs = strength_of(engaged_b, enemy.firepower, victim, 0.5 * air if against_state else 0.0)
    if irregular(actor):
        edge = p.surprise * (1.0 - 0.5 * cell.information[enemy.index])
    else:
        knows = cell.information[actor.index]
        if irregular(enemy) and draw(5) > knows + (1.0 - knows) * p.area_fire:
            return  # not found
        edge = 0.5 + knows
    odds = ours * edge / (ours * edge + theirs + 1e-9)
    if irregular(actor) and not bomb and draw(14) > odds:
        return  # let it be
    wins = bomb or draw(6) < odds
    hit_b = p.lethality * math.sqrt(ours * engaged_b) * (1.0 if wins else p.spared)
    hit_a = p.lethality * math.sqrt(theirs * engaged_a) * (p.spared if wins else 1.0)
    if irregular(actor):
        hit_a *= p.area_fire + (1.0 - p.area_fire) * cell.information[enemy.index]
    if bomb:
        hit_a, hit_b = 0.0, 0.5 * p.lethality * p.irregular_reference
    most = victim.manpower if massed else min(victim.manpower, int(engaged_b) + 1)
    dead_b = min(most, whole(draw(8), lomax(draw(7), hit_b, p.tail)))
    dead_a = min(unit.manpower, whole(draw(10), lomax(draw(9), hit_a, p.tail)))
    part_a, part_b = dead_a / unit.manpower, dead_b / victim.manpower
    code = CLASH
    if on_states_side(actor):
        code = SWEEP
    elif against_state:
        code = BOMB if bomb else BASE_ATTACK if victim.posture == GARRISON else AMBUSH
    lose(p, unit, actor, dead_a, part_a)
    lose(p, victim, enemy, dead_b, part_b)
    if wins and not bomb and (part_b >= p.break_share or (massed and ours > 2.0 * theirs)):
        if against_state and victim.posture == GARRISON:
            code = OVERRUN
        scatter(plain, unit, actor, victim, cell, draw(13))
    cell.fighters_week += dead_a + dead_b
    caught = crossfire(week, cell, actor, enemy, dead_a + dead_b, draw(11), draw(12))
    cell.danger += dead_a + dead_b + caught
    if irregular(actor) and against_state:
        cell.attack_memory += 1.0
    type_of = 1 if against_state or on_states_side(actor) else 2
    plain.log.append((cell.index, type_of, actor.index, actor.index, enemy.index, dead_a, dead_b, caught, code))


def lose(p, unit, actor, dead: int, part: float) -> None:
    """A unit's dead: it holds together less, irregulars lie low, its organisation is angry."""
    unit.manpower -= dead
    unit.cohesion = max(0.05, unit.cohesion * (1.0 - 0.5 * part))
    if irregular(actor) and part > 0.08:
        unit.rest_days = max(unit.rest_days, p.rest_days * min(2.0, part / 0.15))
    actor.losses_week += dead
    actor.revenge += dead / max(50.0, 0.02 * actor.persons)


def scatter(plain, unit, actor, victim, cell, luck: float) -> None:
    """A unit breaks: some go home, arms change hands, the rest sets out for its base or the capital."""
    p = plain.p.combat
    if cell.index < len(plain.communities) and plain.actors[victim.actor].kind != FOREIGN:
        gone = binomial(luck, victim.manpower, p.desertion)
        victim.manpower -= gone
        plain.communities[cell.index].residents += gone
    taken = p.capture * victim.arms
    victim.arms -= taken
    if unit.manpower > 0:
        unit.arms = min(1.6, unit.arms + 0.3 * taken)
    actor.loot += 20.0 * taken * max(1, victim.manpower)
    victim.cohesion = max(0.05, 0.7 * victim.cohesion)
    base = victim.home
    if base < 0 or base == cell.index:
        base = plain.governments[cell.country].capital_cell
    if base >= 0 and base != cell.index:
        victim.target = base
        victim.km_left = min(cell.km_to_capital, 200.0)


def crossfire(week, cell, actor, enemy, dead: int, luck: float, share_luck: float) -> int:
    """Civilians killed between the lines, at most a tenth of those who were there."""
    plain = week.plain
    if cell.index >= len(plain.communities) or week.people[cell.index] <= 0:
        return 0
    community, people = plain.communities[cell.index], week.people[cell.index]
    caught = min(int(0.1 * people), whole(luck, plain.p.combat.crossfire * dead))
    hosted = binomial(share_luck, caught, community.hosted / people)
    hosted = max(0, min(hosted, community.hosted - community.hosted_dead))
    at_home = min(caught - hosted, community.residents)
    community.hosted_dead += hosted
    community.residents -= at_home
    cell.civilians_week[{INSURGENT: INSURGENTS, MILITIA: MILITIAS}.get(actor.kind, STATE)] += hosted + at_home
    for side in (actor, enemy):
        community.exposure[side.index] += 0.5 * (hosted + at_home)
    return hosted + at_home
