"""Control, one unit and one cell at a time."""

from __future__ import annotations

import math

from sim.core.codes import ARMY, AUXILIARY, CONTESTED, GARRISON, INSURGENT, LIE_LOW, MILITIA, NOBODY


def step(plain, dt):
    """Presence of units around them, then influence, controller and services of every cell."""
    for cell in plain.cells:
        cell.presence = [0.0] * len(plain.actors)
    for unit in plain.living():
        seen = visible(plain, unit)
        if stays(plain, unit):
            plain.cells[unit.cell].presence[unit.actor] += seen
            continue
        for index, decay in plain.cells[unit.cell].felt:
            plain.cells[index].presence[unit.actor] += seen * decay
    rules = plain.p.control.rule_share
    lost = [1.0 - plain.cells[seat_of(plain.world, cell)].share[0] >= rules for cell in plain.cells]
    for cell, seat_lost in zip(plain.cells, lost, strict=True):
        rule(plain, cell, seat_lost, dt)


def seat_of(world, cell) -> int:
    """The cell of the seat of the region that a cell lies in."""
    return int(world.admin1_seat[cell.admin1]) if cell.admin1 >= 0 else cell.index


def visible(plain, unit) -> float:
    """People of a unit as they weigh: who lies low is seen less, militiamen and auxiliaries stay at their work."""
    p, seen = plain.p.control, float(unit.manpower)
    if unit.posture == LIE_LOW:
        seen *= p.hidden_weight
    if plain.actors[unit.actor].kind in (MILITIA, AUXILIARY):
        seen *= p.part_time
    return seen


def stays(plain, unit) -> bool:
    """Militiamen and auxiliaries guard their own place, garrisons hold their base: neither is felt beyond its cell."""
    kind = plain.actors[unit.actor].kind
    return kind in (MILITIA, AUXILIARY) or (kind >= ARMY and unit.posture == GARRISON)


def standing(plain, cell, actor) -> float:
    """What one of the actor's people adds to influence: services, and for irregulars that they live among people."""
    return (1.0 + cell.services[actor.index]) * (
        plain.p.control.embedded if actor.kind in (INSURGENT, MILITIA) else 1.0
    )


def rule(plain, cell, seat_lost: bool, dt) -> None:
    """Influence follows presence and services; the strongest share may control; services follow the state's share."""
    p = plain.p.control
    goal = [0.0] * len(plain.controllers)
    goal[0] = plain.officials(cell) * cell.state_services
    for actor in plain.actors:
        goal[actor.controller] += cell.presence[actor.index] * standing(plain, cell, actor)
    fade = math.exp(-dt / p.inertia_days)
    influence = [end + (now - end) * fade for now, end in zip(cell.influence, goal, strict=True)]
    cell.influence = [0.0 if x < 1e-6 else x for x in influence]
    total = sum(cell.influence)
    cell.share = [x / total if total > 0.0 else 0.0 for x in cell.influence]
    if total < p.floor:
        cell.controller = NOBODY
    elif max(cell.share) >= p.rule_share:
        cell.controller = cell.share.index(max(cell.share))
    else:
        cell.controller = CONTESTED
    serve(plain, cell, p, total > 0.0, seat_lost, dt)
    for actor in plain.actors:
        if actor.kind in (INSURGENT, MILITIA):
            provide(cell, actor, p, dt)


def provide(cell, actor, p, dt) -> None:
    """A group builds up courts and aid where it rules; elsewhere they come to an end."""
    end = actor.services if cell.share[actor.controller] >= p.rule_share else 0.0
    now = end + (cell.services[actor.index] - end) * math.exp(-dt / p.governance_days)
    cell.services[actor.index] = now if now >= 1e-6 else 0.0


def serve(plain, cell, p, anybody: bool, seat_lost: bool, dt) -> None:
    """Services come back under the state's share and go under that of others and where officials flee from attacks;
    both at once have a balance. All leave a region whose seat others rule."""
    if cell.services_peace <= 0.0:
        return
    up = cell.share[0] / p.recovery_days
    fled = cell.attack_memory / (cell.attack_memory + p.attacks_half)
    if seat_lost:
        fled, up = 1.0, 0.0
    down = (1.0 - cell.share[0] + fled) / p.erosion_days if anybody else 0.0
    if up + down <= 0.0:
        return
    most = cell.services_peace * (1.0 - p.power_loss * plain.governments[cell.country].shortage)
    balance = most * up / (up + down)
    cell.state_services = balance + (cell.state_services - balance) * math.exp(-(up + down) * dt)
