"""Information, one actor in one cell at a time."""

from __future__ import annotations

import math

from sim.core.codes import ARMY


def step(plain, dt):
    """What every actor learns from people and from the air, where it is present; elsewhere it forgets."""
    p = plain.p.information
    air = air_by_country(plain)
    keep = math.exp(-dt / p.lag_days)
    for cell in plain.cells:
        community = plain.communities[cell.index] if cell.index < len(plain.communities) else None
        seen = air[cell.country] * (1.0 - p.cover_blinds * cell.cover)
        for actor in plain.actors:
            a = actor.index
            near = cell.presence[a] > 0.0
            told = collaboration_of(cell, community, actor, p) if near else 0.0
            if community is not None:
                community.collaboration[a] = told
            ground = p.passed_on * actor.understanding * actor.mandate_factor * told
            known = 1.0 - (1.0 - ground) * (1.0 - (seen if actor.kind >= ARMY else 0.0)) if near else 0.0
            cell.information[a] = known + (cell.information[a] - known) * keep


def collaboration_of(cell, community, actor, p) -> float:
    """Readiness to inform an actor: follows its share of control, support adds and fear of rivals takes away."""
    share = cell.share[actor.controller]
    if community is None:
        return p.desert_collaboration * share
    bare = p.bare_collaboration
    silenced = 1.0 - p.fear_silences * community.fear * (1.0 - share)
    return share * (bare + (1.0 - bare) * community.support[actor.index]) * silenced


def air_by_country(plain) -> list[float]:
    """Surveillance from the air over each country: what not every supplier misses."""
    missed = [1.0] * len(plain.governments)
    for actor in plain.actors:
        if actor.persons <= 0 or actor.kind < ARMY:
            continue
        for c, access in enumerate(actor.access):
            missed[c] *= 1.0 - min(plain.p.information.air_most, actor.air * actor.mandate_factor * access)
    return [1.0 - x for x in missed]
