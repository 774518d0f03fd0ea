"""Politics: legitimacy, safety of the regime, coups, partners, and the fraying of pacts.

    legitimacy -> base - losses - shortage - known abuse - territory lost + symbolic victories + political aid
    safety     -> base + weight legitimacy + guards (partner, troops in the capital) - turmoil after a coup
    coup hazard = rate * exp(-a (legitimacy - 1/2) - b (safety - 1/2)), higher soon after a coup    (politics=endogenous)
    truce_ab   -> its mediator's presence;  hostility = enmity (1 - truce)

The safety of those in power is not the safety of the public (Quinlivan 1999; Powell 2012 on coups); a recent coup makes the next
likelier (Londregan and Poole 1990). Abuse enters through the attitudes it leaves and only as far as it becomes known. A pact that a
mission mediates frays when the mission goes. With politics=endogenous a new regime may expel the partners of the old one; with as_happened the schedule does. Whom it calls
in is left to the schedule in both.
"""

from __future__ import annotations

import math

import numpy as np

from sim.tables import ARMY, FOREIGN
from sim.uniforms import uniform

READS = (
    "units.actor", "units.cell", "units.manpower", "actors.kind", "actors.state", "actors.persons",
    "actors.losses_week", "actors.mandate", "actors.mandate_factor", "actors.permit", "actors.enmity",
    "actors.mediator", "actors.key", "cells.controller", "communities.residents", "communities.harm",
    "governments.media", "governments.shortage", "governments.aid", "governments.theatre", "governments.partner",
)  # fmt: skip
WRITES = (
    "units.cohesion", "actors.truce", "actors.hostility", "actors.leaving", "actors.target_goal",
    "actors.target_rate", "cells.state_held", "governments.legitimacy", "governments.regime_security",
    "governments.coups", "governments.coup_week", "governments.days_since_coup", "governments.victory",
    "governments.known_abuse", "governments.army_losses",
)  # fmt: skip


def known_abuse(harm, residents, country, state_side, media) -> np.ndarray:
    """Share of people (C,) who hold abuse against the state's side, as far as it is known: residents-weighted harm."""
    blame = 1.0 - np.prod(1.0 - harm[:, state_side], axis=1)
    countries = len(media)
    people = np.maximum(1.0, np.bincount(country, residents, countries))
    return media * np.bincount(country, residents * blame, countries) / people


def legitimacy_goal(p, losses, shortage, abuse, lost, victory, aid):
    """Legitimacy (C,) to which the present state of affairs leads."""
    goal = p.base - p.loss_weight * np.minimum(1.0, losses) - p.shortage_weight * shortage
    goal = goal - p.abuse_weight * abuse - p.territory_weight * lost + p.victory_weight * victory + p.aid_weight * aid
    return np.clip(goal, 0.05, 0.95)


def coup_hazard(p, legitimacy, safety, days_since):
    """Hazard of a coup (1/day)."""
    again = 1.0 + p.coup_trap * np.exp(-days_since / p.trap_days)
    return p.coup_rate * again * np.exp(-p.coup_legitimacy * (legitimacy - 0.5) - p.coup_safety * (safety - 0.5))


def coup(model, country: int) -> None:
    """A coup as it works in the model: safety and unity of the army fall, a short honeymoon of legitimacy begins."""
    p, g, a, u = model.p.politics, model.governments, model.actors, model.units
    g.coups[country] += 1
    g.coup_week[country] = 1
    g.days_since_coup[country] = 0.0
    g.regime_security[country] *= 1.0 - p.coup_insecurity
    g.legitimacy[country] = min(0.95, g.legitimacy[country] + p.honeymoon)
    army = (a.kind == ARMY) & (a.state == country)
    hit = army[u.actor]
    u.cohesion[hit] *= 1.0 - p.coup_disarray


def fray(truce, mediator, able, lag):
    """Truces (A, A) move towards what their mediator can still do; those without a mediator stay as they are."""
    kept = np.where(mediator >= 0, able[np.maximum(0, mediator)], np.where(truce > 0.0, truce, 0.0))
    slower = np.where(mediator >= 0, np.where(kept < truce, lag, 0.0), 0.0)
    return truce + (kept - truce) * slower


def change_partners(model, dt, p):
    """A new regime expels the partners of the old one (politics=endogenous only)."""
    a, g = model.actors, model.governments
    stream = model.stream("politics")
    for c in np.flatnonzero(g.theatre & (g.coups > 0) & (g.days_since_coup < p.partner_window_days)):
        here = (a.kind == FOREIGN) & (a.permit[:, c] > 0.0) & (a.persons > 0) & ~a.leaving
        for row in np.flatnonzero(here & (np.arange(len(a)) != g.partner[c])):
            people = model.communities.residents * (model.world.country[: model.world.P] == c)
            anger = float((model.communities.harm[:, row] * people).sum() / max(1.0, people.sum()))
            rate = p.expulsion_rate * (1.0 + 5.0 * anger) * (1.5 - g.legitimacy[c])
            if uniform(stream, a.key[row], 20 + c) < 1.0 - math.exp(-rate * dt):
                a.leaving[row] = True
                a.target_goal[row] = 0.0
                a.target_rate[row] = a.persons[row] / p.expulsion_days
                model.ramped.add(int(row))  # from now on the ramp counts, not the strength on its card


def step(model, dt):
    """Standing and safety of each government, coups, pacts."""
    p, g, a, u, com, w = model.p.politics, model.governments, model.actors, model.units, model.communities, model.world
    country = w.country[: w.P]
    # losses of the own army, as a share of it a year, smoothed
    fade = math.exp(-dt / p.losses_days)
    g.army_losses[:] *= fade
    own = np.flatnonzero((a.kind == ARMY) & (a.persons > 0))
    np.add.at(g.army_losses, a.state[own], a.losses_week[own] / a.persons[own])
    side = a.kind >= ARMY
    g.known_abuse[:] = known_abuse(com.harm, com.residents, country, side, g.media)
    people = np.maximum(1.0, np.bincount(country, com.residents, len(g)))
    held = np.bincount(country, com.residents * (model.cells.controller[: w.P] == 0), len(g)) / people
    symbol = model.symbol_cells
    now = model.cells.controller[symbol] == 0
    taken = symbol[now & ~model.cells.state_held[symbol]]
    g.victory[:] *= math.exp(-dt / p.victory_days)
    if model.step_index > 0:
        np.add.at(g.victory, w.country[taken], model.symbol[taken])
    model.cells.state_held[symbol] = now
    np.minimum(g.victory, 1.0, out=g.victory)
    goal = legitimacy_goal(
        p, p.loss_scale * g.army_losses, g.shortage, g.known_abuse, 1.0 - held, g.victory, g.aid[:, 0]
    )
    g.legitimacy[:] += (goal - g.legitimacy) * (1.0 - math.exp(-dt / p.legitimacy_days))
    guards = a.mandate[:, 5] * a.mandate_factor * np.minimum(1.0, a.persons / 500.0) * (a.kind == FOREIGN)
    guarded = np.minimum(1.0, (guards[:, None] * a.permit).sum(0))
    at_home = np.zeros(len(g))
    for row in own:
        mine = u.actor == row
        at_home[a.state[row]] = u.manpower[mine & (u.cell == model.capital_cell[a.state[row]])].sum() / a.persons[row]
    turmoil = np.exp(-g.days_since_coup / p.turmoil_days)
    safety = p.safety_base + p.safety_legitimacy * g.legitimacy + p.safety_guard * guarded
    safety = np.clip(safety + p.safety_troops * at_home - p.safety_turmoil * turmoil, 0.05, 0.95)
    g.regime_security[:] += (safety - g.regime_security) * (1.0 - math.exp(-dt / p.safety_days))
    g.coup_week[:] = 0
    g.days_since_coup[:] += dt
    if model.settings.politics == "endogenous" and model.date >= model.settings.levers_from:
        hazard = coup_hazard(p, g.legitimacy, g.regime_security, g.days_since_coup)
        stream = model.stream("politics")
        for c in np.flatnonzero(g.theatre):
            if uniform(stream, model.country_key[c], 0) < 1.0 - math.exp(-hazard[c] * dt):
                coup(model, int(c))
        change_partners(model, dt, p)
    for c in model.coups_due:
        coup(model, c)
    model.coups_due = []
    able = np.minimum(1.0, a.persons / p.mediator_full) * a.mandate[:, 4] * a.mandate_factor
    a.truce[:] = fray(a.truce, a.mediator, np.minimum(1.0, able / p.mediator_need), 1.0 - math.exp(-dt / p.fray_days))
    a.hostility[:] = a.enmity * (1.0 - a.truce)
