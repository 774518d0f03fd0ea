"""Violence against civilians, one unit at a time."""

from __future__ import annotations

from sim.core.codes import (
    ARMY,
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


def step(plain, dt):
    """Oversight, then what the units in every community do to its people."""
    watch(plain)
    units = plain.units_by_cell()
    for community in plain.communities:
        community.order_days = max(0.0, community.order_days - dt)
        for unit in units[community.index]:
            act(plain, community, unit, dt)


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


def drive(plain, community, unit, actor) -> float:
    """Lethal events a day by a unit of an actor as abusive as the reference."""
    p, cell = plain.p.violence, plain.cells[community.index]
    insurgent_share = sum(cell.share[a.controller] for a in plain.actors if a.kind == INSURGENT)
    if actor.kind >= ARMY:
        restrained = 1.0 - p.oversight_restrains * cell.oversight
        readiness = (
            insurgent_share * (1.0 + p.revenge_weight * actor.revenge) * restrained * among_people(p, unit.posture)
        )
        return readiness * p.state_rate * unit.manpower / p.state_reference * occasions(p, community)
    share = cell.share[actor.controller]
    if actor.kind == INSURGENT:
        rate = p.insurgent_rate * (p.contest_floor + (1.0 - p.contest_floor) * 4.0 * share * (1.0 - share))
    else:
        rate = p.militia_rate * insurgent_share
    return rate * unit.manpower / p.irregular_reference * occasions(p, community)


def among_people(p, posture) -> float:
    """How much a posture of state forces brings them among people."""
    by_posture = {GARRISON: p.among_garrison, PATROL: 1.0, OFFENSIVE: p.among_offensive, ESCORT: p.among_escort}
    return by_posture.get(posture, 0.0)


def occasions(p, community) -> float:
    """Occasions for violence, which need people: a half of all where `people_half` live."""
    people = people_of(community)
    return people / (people + p.people_half)


def act(plain, community, unit, dt) -> None:
    """Lethal and other events by one unit in a week."""
    p, actor, cell = plain.p.violence, plain.actors[unit.actor], plain.cells[community.index]
    if people_of(community) <= 0 or unit.manpower < p.least_fighters or unit.posture == LIE_LOW:
        return
    rate = drive(plain, community, unit, actor)
    mean_lethal = dt * rate * (actor.abusiveness * actor.abusiveness_factor)
    mean_nonlethal = dt * rate * (actor.coercion * actor.coercion_factor) * p.nonlethal_ratio
    lethal_events = poisson(plain.draw("violence", unit.key, 0), mean_lethal)
    nonlethal_events = poisson(plain.draw("violence", unit.key, 1), mean_nonlethal)
    for n in range(1, lethal_events + 1):
        kill(plain, community, unit, actor, 8 * n)
    if nonlethal_events == 0:
        return
    cell.abuse_week += nonlethal_events
    cell.danger += p.abuse_danger * nonlethal_events
    community.exposure[actor.index] += p.nonlethal_harm * nonlethal_events
    spared = (1.0 - p.order_chance) ** nonlethal_events
    if actor.kind < ARMY and plain.draw("violence", unit.key, 2) < 1.0 - spared:
        community.order_days = max(community.order_days, p.order_days)


def kill(plain, community, unit, actor, k: int) -> None:
    """One lethal event: selective where the actor knows who is who, else indiscriminate."""
    p, cell = plain.p.violence, plain.cells[community.index]
    selectivity = min(1.0, max(0.0, actor.selectivity + actor.selectivity_added))
    selective = plain.draw("violence", unit.key, k) < selectivity * cell.information[actor.index]
    mean, tail = (p.selective_mean, p.selective_tail) if selective else (p.indiscriminate_mean, p.indiscriminate_tail)
    size = lomax(plain.draw("violence", unit.key, k + 1), mean, tail)
    people = people_of(community)
    dead = min(1 + stochastic_round(plain.draw("violence", unit.key, k + 2), size), int(p.largest_share * people))
    if dead <= 0:
        return
    hosted = community.hosted - community.hosted_dead
    from_hosted = binomial(plain.draw("violence", unit.key, k + 3), dead, hosted / people)
    from_hosted = min(max(from_hosted, dead - community.residents), hosted)  # no more than are still alive
    community.hosted_dead += from_hosted
    community.residents -= dead - from_hosted
    cell.civilians_week[{INSURGENT: INSURGENTS, MILITIA: MILITIAS}.get(actor.kind, STATE)] += dead
    cell.danger += dead
    community.exposure[actor.index] += p.selective_harm * dead if selective else dead
    kind = SELECTIVE if selective else INDISCRIMINATE
    plain.log.append((cell.index, ONE_SIDED, actor.index, actor.index, CIVILIANS, 0, 0, dead, kind))
