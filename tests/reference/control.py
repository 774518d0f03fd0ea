"""Control, one unit and one cell at a time."""

from __future__ import annotations

import math

from sim.tables import LIE_LOW

NONE, CONTESTED = -1, -2


def step(plain, dt):
    """Presence of units around them, then influence, controller and services of every cell."""
    for cell in plain.cells:
        cell.presence = [0.0] * len(plain.actors)
    for unit in plain.living():
        seen = unit.manpower * (plain.p.control.hidden_weight if unit.posture == LIE_LOW else 1.0)
        for index, decay in plain.cells[unit.cell].projection:
            plain.cells[index].presence[unit.actor] += seen * decay
    for cell in plain.cells:
        rule(plain, cell, dt)


def rule(plain, cell, dt) -> None:
    """Influence follows presence and services; the strongest share may control; services follow the state's share."""
    p = plain.p.control
    goal = [0.0] * len(plain.controllers)
    goal[0] = officials(plain, cell) * cell.state_services
    for actor in plain.actors:
        goal[actor.controller] += cell.presence[actor.index] * (1.0 + actor.services)
    fade = math.exp(-dt / p.inertia_days)
    influence = [end + (now - end) * fade for now, end in zip(cell.influence, goal, strict=True)]
    cell.influence = [0.0 if x < 1e-6 else x for x in influence]
    total = sum(cell.influence)
    cell.share = [x / total if total > 0.0 else 0.0 for x in cell.influence]
    if total < p.floor:
        cell.controller = NONE
    elif max(cell.share) >= p.rule_share:
        cell.controller = cell.share.index(max(cell.share))
    else:
        cell.controller = CONTESTED
    serve(plain, cell, p, total > 0.0, dt)


def officials(plain, cell) -> float:
    """Presence that the whole of the state's services is worth: officials, and police by the number of residents."""
    p = plain.p.control
    residents = plain.communities[cell.index].residents if cell.index < len(plain.communities) else 0
    per_thousand = plain.settings.region_info.extra.get("police_per_thousand", {})
    police = per_thousand.get(plain.governments[cell.country].name, 0.8) * residents / 1000.0
    return p.administration + p.police * police


def serve(plain, cell, p, anybody: bool, dt) -> None:
    """Services come back under the state's share and go under that of others; both at once have a balance."""
    if cell.services_peace <= 0.0:
        return
    up = cell.share[0] / p.recovery_days
    down = (1.0 - cell.share[0]) / p.erosion_days if anybody else 0.0
    if up + down <= 0.0:
        return
    most = cell.services_peace * (1.0 - p.power_loss * plain.governments[cell.country].shortage)
    balance = most * up / (up + down)
    cell.state_services = balance + (cell.state_services - balance) * math.exp(-(up + down) * dt)
