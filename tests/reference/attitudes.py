"""Attitudes, one community at a time."""

from __future__ import annotations

import math

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INSURGENT, MILITIA
from sim.core.conversions import PER_10_000

FEW_SUPPORT, NO_SUPPORT, NO_HARM = 1e-4, 1e-6, 1e-9


def step(plain, dt):
    """People come to know of the week's exposure, remember, fear and take sides; then the exposure is forgotten."""
    known = [[0.0] * len(plain.actors) for _ in plain.communities]
    for community in plain.communities:
        for actor in plain.actors:
            if community.exposure[actor.index] > 0.0:
                spread_news(plain, community, actor, known)
    blockading = [persons > 0 for persons in plain.blockading_fighters()]
    for community in plain.communities:
        blame_and_fear(plain, community, known[community.index], dt)
        take_sides(plain, community, blockading, dt)
    for community in plain.communities:
        community.exposure = [0.0] * len(plain.actors)


def irregular(actor) -> bool:
    return actor.kind in (INSURGENT, MILITIA)


def on_the_same_side(actor, other) -> bool:
    """The forces of the state's side are known as one; every group for itself."""
    return actor.controller == 0 and other.controller == 0


def shock(plain, community, exposure: float) -> float:
    """Exposure per 10,000 people, in units of the scale; small places count as `least_people`."""
    people = max(plain.p.attitudes.least_people, community.residents + community.hosted)
    return exposure * PER_10_000 / people / plain.p.attitudes.shock_scale


def spread_news(plain, community, actor, known) -> None:
    """Where harm was done it is known, its doer not always; neighbours come to know of it as far as media let them."""
    p, government = plain.p.attitudes, plain.governments[community.country]
    exposure = community.exposure[actor.index]
    blamed, shifted, blame = exposure, 0.0, {}
    if actor.kind == INSURGENT and government.army >= 0:
        shifted = p.blame_shift * government.propaganda * exposure
        blamed -= shifted
    others = scapegoats(plain, community.country)
    believed = 1.0
    if others and spared(actor, community.country, government):
        believed -= p.campaign_shift * government.campaign
    blame = {row: (1.0 - believed) * exposure * part for row, part in others.items()}
    for row, part in ((actor.index, blamed), (government.army, shifted)):
        if part > 0.0:
            blame[row] = blame.get(row, 0.0) + believed * part
    for row, part in blame.items():
        known[community.index][row] += shock(plain, community, part)
        for near in plain.cells[community.index].neighbours:
            if near < len(plain.communities):
                reaching = p.neighbour_weight * government.media
                known[near][row] += shock(plain, plain.communities[near], reaching * part)


def outsider(plain, actor, government) -> bool:
    """A foreign force that is neither the government's partner nor a joint force of the states here."""
    joint = "joint_force" in plain.settings.actors[actor.name].roles
    return actor.kind == FOREIGN and actor.index != government.partner and not joint


def scapegoats(plain, country) -> dict[int, float]:
    """Who is made to answer for others in a country, and for what part of it: by people and freedom to act there."""
    there = {
        actor.index: actor.persons * actor.access[country]
        for actor in plain.actors
        if outsider(plain, actor, plain.governments[country])
    }
    everybody = sum(there.values())
    return {row: persons / everybody for row, persons in there.items() if persons > 0.0}


def spared(actor, country, government) -> bool:
    """Whether campaigns of the country find somebody else to blame for what the actor did."""
    if actor.kind in (ARMY, AUXILIARY):
        return actor.state == country
    return actor.kind == INSURGENT or actor.index == government.partner


def blame_and_fear(plain, community, known, dt) -> None:
    """Harm held against each actor, and fear: both fade, and rise with the shock of what becomes known."""
    p = plain.p.attitudes
    shocks = [1.0 - math.exp(-x) for x in known]
    for actor, blow in enumerate(shocks):
        kept = community.harm[actor] * math.exp(-dt / p.forget_days)
        kept += (1.0 - kept) * blow
        community.harm[actor] = kept if kept > NO_HARM else 0.0
    government = plain.governments[community.country]
    answers = 1.0 - p.campaign_distance * government.campaign
    state_side = [
        community.harm[actor.index] * (answers if outsider(plain, actor, government) else 1.0)
        for actor in plain.actors
        if not irregular(actor)
    ]
    community.blame = 1.0 - math.prod(1.0 - harm for harm in state_side)
    calm = community.fear * math.exp(-dt / p.calm_days)
    community.fear = calm + p.fear_gain * (1.0 - calm) * min(1.0, sum(shocks))


def take_sides(plain, community, blockading, dt) -> None:
    """Support goes to those who are known and appeal, or to nobody."""
    p, cell = plain.p.attitudes, plain.cells[community.index]
    weights = []
    for actor in plain.actors:
        considered = cell.presence[actor.index] > 0.0 or community.support[actor.index] >= FEW_SUPPORT
        side = [other for other in plain.actors if other is actor or on_the_same_side(actor, other)]
        around = sum(cell.presence[other.index] for other in side)
        known = 1.0 if actor.kind == MILITIA else cell.presence[actor.index] / (around + p.familiar)
        weights.append(known * math.exp(appeal(plain, community, actor, blockading)) if considered else 0.0)
    total = p.none_weight + sum(weights)
    fade = math.exp(-dt / p.support_days)
    for actor, weight in enumerate(weights):
        end = weight / total
        support = end + (community.support[actor] - end) * fade
        community.support[actor] = support if support >= NO_SUPPORT else 0.0


def appeal(plain, community, actor, blockading) -> float:
    """How an actor appeals to a community: what it gives, what it did, what its enemies did, and how hard life is."""
    p = plain.p.attitudes
    cell = plain.cells[community.index]
    share, services = cell.share[actor.controller], cell.services[actor.index]
    found = (p.services_weight * services + p.protection_weight) * share
    found -= p.harm_weight * community.harm[actor.index]
    by_enemies = sum(h * hostility for h, hostility in zip(community.harm, actor.hostility, strict=True))
    found += p.backlash * min(p.grievance_most, by_enemies)
    if actor.kind == INSURGENT:
        found += p.hardship_weight * community.hardship
    if irregular(actor) and blockading[actor.index]:
        found -= p.blockade_blame * community.blockade_hardship
    if actor.controller == 0:
        standing = plain.governments[community.country].legitimacy
        found += p.legitimacy_weight * (standing - p.legitimacy_neutral) + community.benefits
    return found
