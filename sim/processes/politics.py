"""Politics: legitimacy, safety of the regime, coups, partners, and the fraying of pacts.

    legitimacy -> base - losses - shortage - known abuse - territory lost + symbolic victories + political aid
    safety     -> base + weight legitimacy + guards (partner, troops in the capital) - turmoil after a coup
    coup hazard = rate * exp(-a (legitimacy - 1/2) - b (safety - 1/2)), higher soon after a coup    (politics=endogenous)
    a new regime expels a foreign force at a rate that grows with the anger at it and with its own want of standing, and,
    without a partner, calls in one whose card offers it at a rate that grows with its want of safety    (politics=endogenous)
    truce_ab   -> its mediator's presence;  hostility = enmity (1 - truce)

The safety of those in power is not the safety of the public (Quinlivan 1999; Powell 2012 on coups); a recent coup makes the next
likelier (Londregan and Poole 1990). Abuse enters through the attitudes it leaves and only as far as it becomes known. Standing
is felt in the state's taxes (finance), in the morale of its army (recruitment) and in support for its forces, and by that in
collaboration (attitudes). A pact that a mission mediates frays when the mission goes. With politics=as_happened coups,
expulsions and arrivals are those of the schedule.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, FOREIGN, stacked
from sim.core.draws import uniform

READS = (
    "units.actor", "units.cell", "units.manpower", "actors.kind", "actors.state", "actors.persons",
    "actors.losses_week", "actors.mandate_*", "actors.mandate_factor", "actors.access", "actors.countries", "actors.enmity",
    "actors.mediator", "actors.key", "cells.controller", "communities.residents", "communities.blame", "communities.harm",
    "governments.media", "governments.shortage", "governments.aid_*", "governments.theatre",
)  # fmt: skip

WRITES = (
    "units.cohesion", "actors.truce", "actors.hostility", "actors.entered", "actors.leaving", "actors.target_goal",
    "actors.target_rate", "cells.state_held", "governments.legitimacy", "governments.regime_security",
    "governments.coups", "governments.coup_week", "governments.days_since_coup", "governments.victory",
    "governments.known_abuse", "governments.army_losses", "governments.partner",
)  # fmt: skip

EXPEL, INVITE = 1000, 2000  # draws of an actor: these and the number of the country


# ---------------------------------------------------------------------------- standing


@njit(cache=True)
def opinion(blame, residents, country, controller, media, known_abuse, held):
    """By country (C,): people who blame the state's side, as far as abuse is known, and people it governs.

    Both results are shares of the country's residents.
    """
    countries = media.shape[0]
    people, blaming, governed = np.zeros(countries), np.zeros(countries), np.zeros(countries)
    for i in range(residents.shape[0]):
        people[country[i]] += residents[i]
        blaming[country[i]] += residents[i] * blame[i]
        if controller[i] == 0:
            governed[country[i]] += residents[i]
    for c in range(countries):
        known_abuse[c] = media[c] * blaming[c] / max(1.0, people[c])
        held[c] = governed[c] / max(1.0, people[c])


@njit(cache=True)
def legitimacy_goal(weights, losses, shortage, abuse, lost, victory, aid):
    """Legitimacy to which the present state of affairs of a country leads.

    `weights` = (base, losses, shortage, abuse, territory, victory, aid).
    """
    goal = weights[0] - weights[1] * min(1.0, losses) - weights[2] * shortage - weights[3] * abuse
    goal += weights[5] * victory + weights[6] * aid - weights[4] * lost
    return min(0.95, max(0.05, goal))


@njit(cache=True)
def recall(kind, state, persons, losses_week, symbols, symbol, country, controller, first, fade_losses, fade_victory,
           army_losses, victory, state_held):  # fmt: skip
    """Losses of the army, as a share of it, and victories fade (C,); the week's are added, in place.

    A victory is a symbolic cell (`symbols`) that the government holds and did not hold when politics last looked; none in
    the `first` week.
    """
    for c in range(victory.shape[0]):
        army_losses[c] *= fade_losses
        victory[c] *= fade_victory
    for a in range(kind.shape[0]):
        if kind[a] == ARMY and persons[a] > 0:
            army_losses[state[a]] += losses_week[a] / persons[a]
    for c in symbols:
        now = controller[c] == 0
        if now and not state_held[c] and not first:
            victory[country[c]] += symbol[c]
        state_held[c] = now
    for c in range(victory.shape[0]):
        victory[c] = min(1.0, victory[c])


@njit(cache=True)
def troops_at_home(actor, cell, manpower, kind, state, persons, capital, in_capital):
    """Share of each state's army that stands in its capital (C,); `in_capital` (N,) is where capitals lie."""
    there = np.zeros(capital.shape[0])
    for u in range(actor.shape[0]):
        if in_capital[cell[u]]:
            a = actor[u]
            if kind[a] == ARMY and persons[a] > 0 and cell[u] == capital[state[a]]:
                there[state[a]] += manpower[u] / persons[a]
    return there


@njit(cache=True)
def judge(weights, loss_scale, safety, days, dt, army_losses, shortage, known_abuse, held, victory, aid, kind, mandate,
          mandate_factor, persons, access, at_home, days_since_coup, legitimacy, regime_security):  # fmt: skip
    """Legitimacy and the regime's safety of every country (C,), and days since its last coup, in place.

    `weights` as in `legitimacy_goal`; `safety` = (base, legitimacy, guards, troops, turmoil); `days` = (lag of legitimacy, of
    safety, how long turmoil lasts). Guards are foreign forces with that mandate; five hundred do all they can.
    """
    for c in range(legitimacy.shape[0]):
        goal = legitimacy_goal(
            weights, loss_scale * army_losses[c], shortage[c], known_abuse[c], 1.0 - held[c], victory[c], aid[c, 0]
        )
        legitimacy[c] += (goal - legitimacy[c]) * (1.0 - math.exp(-dt / days[0]))
        guards = 0.0
        for a in range(kind.shape[0]):
            if kind[a] == FOREIGN:
                guards += mandate[a, 5] * mandate_factor[a] * min(1.0, persons[a] / 500.0) * access[a, c]
        goal = safety[0] + safety[1] * legitimacy[c] + safety[2] * min(1.0, guards) + safety[3] * at_home[c]
        goal = min(0.95, max(0.05, goal - safety[4] * math.exp(-days_since_coup[c] / days[2])))
        regime_security[c] += (goal - regime_security[c]) * (1.0 - math.exp(-dt / days[1]))
        days_since_coup[c] += dt


@njit(cache=True)
def fray(enmity, mediator, persons, mandate, mandate_factor, full, need, lag, truce, hostility):
    """Truces (A, A) move towards what their mediator can still do; those without one stay. Hostility follows, in place.

    A mediator of `full` persons can do all of its mandate; `need` of that keeps a pact whole.
    """
    for a in range(truce.shape[0]):
        for b in range(truce.shape[0]):
            m = mediator[a, b]
            if m >= 0 and truce[a, b] > 0.0:
                able = min(1.0, persons[m] / full) * mandate[m, 4] * mandate_factor[m]
                kept = min(1.0, able / need)
                if kept < truce[a, b]:
                    truce[a, b] += (kept - truce[a, b]) * lag
            hostility[a, b] = enmity[a, b] * (1.0 - truce[a, b])


# ---------------------------------------------------------------------------- coups and partners


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


def change_partners(model, dt, p):
    """New regimes expel the partners of the old ones and call in others (politics=endogenous only)."""
    g = model.governments
    for c in np.flatnonzero(g.theatre & (g.coups > 0) & (g.days_since_coup < p.partner_window_days)):
        expel(model, int(c), dt, p)
        partner = g.partner[c]
        if partner < 0 or not model.actors.entered[partner] or model.actors.leaving[partner]:
            invite(model, int(c), dt, p)


def expel(model, c: int, dt, p):
    """A new regime sends foreign forces away, but for its own partner, the sooner the more harm they are blamed for."""
    a, g = model.actors, model.governments
    here = (a.kind == FOREIGN) & (a.access[:, c] > 0.0) & (a.persons > 0) & ~a.leaving
    for row in np.flatnonzero(here & (np.arange(len(a)) != g.partner[c])):
        people = model.communities.residents * (model.world.country[: model.world.P] == c)
        anger = float((model.communities.harm[:, row] * people).sum() / max(1.0, people.sum()))
        rate = p.expulsion_rate * (1.0 + 5.0 * anger) * (1.5 - g.legitimacy[c])
        if uniform(model.stream("politics"), a.key[row], EXPEL + c) < 1.0 - math.exp(-rate * dt):
            a.leaving[row] = True
            a.target_goal[row] = 0.0
            a.target_rate[row] = a.persons[row] / p.expulsion_days
            model.ramped.add(int(row))  # from now on the ramp counts, not the strength on its card


def invite(model, c: int, dt, p):
    """A new regime without a partner calls in the first to come of those whose cards offer it, the sooner the less safe it is."""
    a, g = model.actors, model.governments
    for row, offer in model.offers:
        if not a.countries[row, c] or a.leaving[row] or model.day_of(offer.start) > model.t:
            continue
        rate = p.invitation_rate * (1.5 - g.regime_security[c])
        if uniform(model.stream("politics"), a.key[row], INVITE + c) < 1.0 - math.exp(-rate * dt):
            others = a.target_goal[row] if row in model.ramped and a.entered[row] else 0.0
            a.entered[row] = True
            a.target_goal[row] = others + offer.persons  # beside what it has promised to others
            a.target_rate[row] = offer.persons / max(7.0 * offer.weeks, 0.1)
            model.ramped.add(row)
            model.base_in(row, c, offer.places)
            g.partner[c] = row
            return


def step(model, dt):
    """Standing and safety of each government, coups, partners, pacts."""
    p, g, a, u, com, w = model.p.politics, model.governments, model.actors, model.units, model.communities, model.world
    controller, held = model.cells.controller, np.empty(len(g))
    opinion(com.blame, com.residents, w.country, controller, g.media, g.known_abuse, held)
    recall(
        a.kind, a.state, a.persons, a.losses_week, model.symbol_cells, model.symbol, w.country, controller,
        model.step_index == 0, math.exp(-dt / p.losses_days), math.exp(-dt / p.victory_days), g.army_losses, g.victory,
        model.cells.state_held,
    )  # fmt: skip
    weights = (
        p.base, p.loss_weight, p.shortage_weight, p.abuse_weight, p.territory_weight, p.victory_weight, p.aid_weight,
    )  # fmt: skip
    safety = (p.safety_base, p.safety_legitimacy, p.safety_guard, p.safety_troops, p.safety_turmoil)
    capital = model.capital_cell
    at_home = troops_at_home(u.actor, u.cell, u.manpower, a.kind, a.state, a.persons, capital, model.in_capital)
    judge(
        weights, p.loss_scale, safety, (p.legitimacy_days, p.safety_days, p.turmoil_days), dt, g.army_losses, g.shortage,
        g.known_abuse, held, g.victory, stacked(g, "aid"), a.kind, stacked(a, "mandate"), a.mandate_factor, a.persons, a.access, at_home,
        g.days_since_coup, g.legitimacy, g.regime_security,
    )  # fmt: skip
    g.coup_week[:] = 0
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
    fray(
        a.enmity, a.mediator, a.persons, stacked(a, "mandate"), a.mandate_factor, p.mediator_full, p.mediator_need,
        1.0 - math.exp(-dt / p.fray_days), a.truce, a.hostility,
    )  # fmt: skip
