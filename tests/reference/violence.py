"""Violence against civilians, one unit at a time."""

from __future__ import annotations

import math

from sim.core.codes import (
    ARMY,
    AUXILIARY,
    ESCORT,
    FOREIGN,
    GARRISON,
    INDISCRIMINATE,
    INSURGENT,
    LIE_LOW,
    MILITIA,
    OFFENSIVE,
    ONE_SIDED,
    PATROL,
    SELECTIVE,
)
from sim.core.draws import binomial, lomax, poisson, stochastic_round

STATE, INSURGENTS, MILITIAS = range(3)  # groups of perpetrators
CIVILIANS = -1


def step(plain, dt, parity: bool = False):
    """Oversight and memory of attacks, then what the units in every community do to its people.

    `parity`: insurgents go by parity of control, as in the variant of that name.
    """
    watch(plain)
    remember(plain, dt)
    units = plain.units_by_cell()
    for community in plain.communities:
        community.order_days = max(0.0, community.order_days - dt)
        for unit in units[community.index]:
            act(plain, community, unit, dt, parity)
    for community in plain.communities:
        retaliate(plain, community)


def remember(plain, dt) -> None:
    """Attacks of militias and auxiliaries on every actor: those before fade, this week's are added where they were."""
    for cell in plain.cells:
        cell.local_attacks = [math.exp(-dt / plain.p.violence.reprisal_days) * n for n in cell.local_attacks]
    for cell, kind, initiator, side_a, side_b, *_ in plain.log:
        local = plain.actors[initiator].kind in (MILITIA, AUXILIARY)
        if local and kind != ONE_SIDED:
            (attacked,) = {side_a, side_b} - {initiator}
            plain.cells[cell].local_attacks[attacked] += 1.0


def watch(plain) -> None:
    """Oversight of each cell by missions that are near, by their offices in the country, and by monitoring."""
    p = plain.p.violence
    half = p.oversight_half
    watching = [(a, a.mandate_oversee * a.mandate_factor) for a in plain.actors if a.persons > 0]
    for cell in plain.cells:
        near, missed = 0.0, 1.0
        for actor, effort in watching:
            near += cell.presence[actor.index] * effort
            if actor.kind == FOREIGN:
                missed *= 1.0 - p.oversight_offices * effort * actor.access[cell.country]
        country = max(plain.governments[cell.country].monitoring, 1.0 - missed)
        cell.oversight = 1.0 - half / (near + half) * (1.0 - country)


def people_of(community) -> int:
    """Who can be hit: residents and hosted people who are alive."""
    return community.residents + community.hosted - community.hosted_dead


def drive(plain, community, unit, actor, parity) -> tuple[float, float]:
    """Lethal events a day by a unit of an actor as abusive as the reference, and how far they could be aimed."""
    p, cell = plain.p.violence, plain.cells[community.index]
    known = cell.information[actor.index]
    aimed = selectivity_of(actor) * known
    if actor.kind == INSURGENT:
        if parity:
            share = cell.share[actor.controller]
            rate = p.insurgent_rate * (p.contest_floor + (1.0 - p.contest_floor) * 4.0 * share * (1.0 - share))
        else:
            denounced, answered = denunciations(plain, community, actor), reprisals(plain, community, actor)
            rate = denounced + answered
            spared = selectivity_of(actor) * known * answered
            aimed = (p.denounced_hit * denounced + spared) / rate if rate > 0.0 else 0.0
            return rate * unit.manpower / p.irregular_reference * occasions(p, community), aimed
        return rate * unit.manpower / p.irregular_reference * occasions(p, community), aimed
    insurgent_share = sum(cell.share[a.controller] for a in plain.actors if a.kind == INSURGENT)
    if actor.kind >= ARMY:
        restrained = 1.0 - p.oversight_restrains * cell.oversight
        readiness = (
            insurgent_share * (1.0 + p.revenge_weight * actor.revenge) * restrained * among_people(p, unit.posture)
        )
        return readiness * p.state_rate * unit.manpower / p.state_reference * occasions(p, community), aimed
    return insurgent_share * p.militia_rate * unit.manpower / p.irregular_reference * occasions(p, community), aimed


def selectivity_of(actor) -> float:
    return min(1.0, max(0.0, actor.selectivity + actor.selectivity_added))


def denunciations(plain, community, actor) -> float:
    """Events a day of a reference unit of insurgents by denunciation of those who help the enemy they fight most."""
    p, cell = plain.p.violence, plain.cells[community.index]
    helped = [actor.hostility[b.index] * community.collaboration[b.index] for b in plain.actors]
    return p.denunciation * cell.share[actor.controller] ** p.denunciation_power * max(0.0, *helped)


def reprisals(plain, community, actor) -> float:
    """Events a day of a reference unit of insurgents in answer to attacks by local armed people."""
    p, cell = plain.p.violence, plain.cells[community.index]
    attacks = cell.local_attacks[actor.index]
    return p.reprisal_rate * (1.0 - cell.information[actor.index]) * attacks / (attacks + p.reprisal_half)


def among_people(p, posture) -> float:
    """How much a posture of state forces brings them among people."""
    by_posture = {GARRISON: p.among_garrison, PATROL: 1.0, OFFENSIVE: p.among_offensive, ESCORT: p.among_escort}
    return by_posture.get(posture, 0.0)


def occasions(p, community) -> float:
    """Occasions for violence, which need people: a half of all where `people_half` live."""
    people = people_of(community)
    return people / (people + p.people_half)


def act(plain, community, unit, dt, parity) -> None:
    """Lethal and other events by one unit in a week."""
    p, actor, cell = plain.p.violence, plain.actors[unit.actor], plain.cells[community.index]
    if people_of(community) <= 0 or unit.manpower < p.least_fighters or unit.posture == LIE_LOW:
        return
    rate, aimed = drive(plain, community, unit, actor, parity)
    rate *= 1.0 - protection(plain, cell)
    if actor.kind < ARMY:
        rate *= plain.seasons.raids(cell, plain.month)
    mean_lethal = dt * rate * (actor.abusiveness * actor.abusiveness_factor) * emboldened(plain, actor, cell)
    mean_nonlethal = dt * rate * (actor.coercion * actor.coercion_factor) * p.nonlethal_ratio
    lethal_events = poisson(plain.draw("violence", unit.key, 0), mean_lethal)
    nonlethal_events = poisson(plain.draw("violence", unit.key, 1), mean_nonlethal)
    for n in range(1, lethal_events + 1):
        kill(plain, community, unit.key, actor, aimed, 8 * n)
    if nonlethal_events == 0:
        return
    cell.abuse_week += nonlethal_events
    cell.danger += p.abuse_danger * nonlethal_events
    community.exposure[actor.index] += p.nonlethal_harm * nonlethal_events
    spared = (1.0 - p.order_chance) ** nonlethal_events
    if actor.kind < ARMY and plain.draw("violence", unit.key, 2) < 1.0 - spared:
        community.order_days = max(community.order_days, p.order_days)


def protection(plain, cell) -> float:
    """Part of the violence here that missions prevent which are to protect."""
    p = plain.p.violence
    near = sum(a.mandate_protect * a.mandate_factor * cell.presence[a.index] for a in plain.actors if a.persons > 0)
    return p.protects * near / (near + p.protect_half)


def emboldened(plain, actor, cell) -> float:
    """How much more an army dares beside a partner that is worse than the reference army."""
    most = 0.0
    for other in plain.actors if actor.kind in (ARMY, AUXILIARY) else ():
        there = cell.presence[other.index]
        at_war = other.kind == FOREIGN and other.persons > 0 and other.mandate_strike * other.mandate_factor > 0.0
        if at_war and there > 0.0:
            excess = max(0.0, other.abusiveness * other.abusiveness_factor - 1.0)
            most = max(most, excess * there / (there + cell.presence[actor.index]))
    return 1.0 + plain.p.violence.emboldens * most


def retaliate(plain, community) -> None:
    """What follows operations that found nobody, or cost dead: the angrier over comrades lost near by the likelier."""
    p, cell = plain.p.violence, plain.cells[community.index]
    lost = cell.comrades_lost
    for index, km in zip(cell.neighbours, cell.neighbours_km, strict=True):
        lost += plain.cells[index].comrades_lost * math.exp(-km / p.anger_km)
    anger = lost / (lost + p.anger_half)
    guilt = sum(cell.share[a.controller] for a in plain.actors if a.kind == INSURGENT)
    for actor in plain.actors:
        chance = p.retaliation * actor.abusiveness * actor.abusiveness_factor * emboldened(plain, actor, cell) * guilt
        chance *= (1.0 - cell.information[actor.index]) * (1.0 + p.anger_weight * anger)
        chance *= (1.0 - p.oversight_restrains * cell.oversight) * (1.0 - protection(plain, cell))
        key = community.draw_key ^ (actor.key << 32)
        for n in range(1, cell.sweeps_answered[actor.index] + 1):
            if plain.draw("violence", key, 8 * n + 5) < min(1.0, chance):
                kill(plain, community, key, actor, 0.0, 8 * n)


def kill(plain, community, key, actor, aimed: float, k: int) -> None:
    """One lethal event: selective with chance `aimed`, else indiscriminate."""
    p, cell = plain.p.violence, plain.cells[community.index]
    selective = plain.draw("violence", key, k) < aimed
    mean, tail = (p.selective_mean, p.selective_tail) if selective else (p.indiscriminate_mean, p.indiscriminate_tail)
    size = lomax(plain.draw("violence", key, k + 1), mean, tail)
    size = min(size, -p.settlement * math.log(1.0 - plain.draw("violence", key, k + 4)))  # cut at a settlement
    people = people_of(community)
    dead = min(1 + stochastic_round(plain.draw("violence", key, k + 2), size), people)
    if dead <= 0:
        return
    hosted = community.hosted - community.hosted_dead
    from_hosted = binomial(plain.draw("violence", key, k + 3), dead, hosted / people)
    from_hosted = min(max(from_hosted, dead - community.residents), hosted)  # no more than are still alive
    community.hosted_dead += from_hosted
    community.residents -= dead - from_hosted
    cell.civilians_week[{INSURGENT: INSURGENTS, MILITIA: MILITIAS}.get(actor.kind, STATE)] += dead
    cell.danger += dead
    community.exposure[actor.index] += p.selective_harm * dead if selective else dead
    kind = SELECTIVE if selective else INDISCRIMINATE
    plain.log.append((cell.index, ONE_SIDED, actor.index, actor.index, CIVILIANS, 0, 0, dead, kind))
