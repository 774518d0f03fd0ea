"""Politics: legitimacy, safety of the regime, coups, partners, and the fraying of pacts.

    legitimacy -> base - losses - shortage - known abuse - territory lost + symbolic victories + political aid as far as
                  it reaches people;   and, on top of that, a rally that fades:
    rally += rally_size (1 - legitimacy) / (1 - base) when a foreign force is sent away, and goes with a coup
    safety     -> base + weight legitimacy + guards (partner, troops in the capital) - turmoil after a coup
    coup hazard = rate * exp(-a (legitimacy - 1/2) - b (safety - 1/2)), higher soon after a coup   (politics=endogenous)
    a new regime expels a foreign force from its country at a rate that grows with the anger at it and with its own
    want of standing,
    and, without a partner, calls in one whose profile offers it at a rate that grows with its want of safety
                                                                                                   (politics=endogenous)
    cohesion of the army -> (1 - disarray) of itself at a coup, and at most 1 - disarray for `disarray_days` after it
    enmity_ab  -> by losses to one another, of insurgent groups (`sim.processes.shared.rivalry`)
    truce_ab   -> its mediator's presence;  hostility = enmity (1 - truce)

The safety of those in power is not the safety of the public (Quinlivan 1999; Powell 2012 on coups); a recent coup makes
the next likelier (Londregan and Poole 1990). Abuse enters through the attitudes it leaves and only as far as it becomes
known. Standing is felt in the state's taxes (finance), by them in the pay and morale of its army (recruitment), and in
support for its forces, and by that in collaboration (attitudes). People rally behind those in power in a sudden and
dramatic confrontation with an outsider, for months, and the more the more room there is (Mueller 1970; Oneal and Bryan
1995; Baker and Oneal 2001). A pact that a mission mediates frays when the
mission goes. With
politics=as_happened coups, expulsions and arrivals are those of the schedule.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, FOREIGN
from sim.core.draws import uniform
from sim.core.views import call, columns, values
from sim.processes.shared.rivalry import decay_truces, update_rivalry
from sim.processes.shared.strength import ramp_days
from sim.settings.parameters.politics import Politics

Units = columns("units", reads="actor cell manpower", writes="cohesion")
#: where the people of a force are based
Based = columns("units", reads="actor cell home manpower", name="Based")
Actors = columns(
    "actors",
    reads="key kind state persons losses_week mandate_guard_regime mandate_mediate mandate_factor access target"
    " mediator lost_to",
    writes="countries enmity truce hostility entered leaving target_goal target_rate target_most",
)
Cells = columns("cells", reads="controller", writes="state_held")
Communities = columns("communities", reads="residents blame harm fear")
Governments = columns(
    "governments",
    reads="media shortage aid_political aid_protected theatre",
    writes="legitimacy rally regime_security coups coup_week days_since_coup victory known_abuse army_losses partner",
)
PoliticsRules = values("PoliticsRules", Politics)

# numbers of draws: by country; by actor, these and the number of the country
COUP = 0
EXPEL, INVITE = 1000, 2000

MIDDLING = 0.5  # standing and safety at which the rate of coups is defined
FROM_MIDDLING = 1.5  # makes a factor one at middling standing


# ---------------------------------------------------------------------------- standing


@njit(cache=True)
def opinion(communities, country, controller, governments, held, reached):
    """By country (C,): people who blame the state's side, as far as abuse is known, into `known_abuse`, people it
    governs, into `held`, and people whom aid reaches, into `reached`. All are shares of the country's residents."""
    residents, n_countries = communities.residents, held.shape[0]
    people, blaming, governed = np.zeros(n_countries), np.zeros(n_countries), np.zeros(n_countries)
    reached[:] = 0.0
    for i in range(residents.shape[0]):
        people[country[i]] += residents[i]
        blaming[country[i]] += residents[i] * communities.blame[i]
        reached[country[i]] += residents[i] * (1.0 - communities.fear[i])
        if controller[i] == 0:
            governed[country[i]] += residents[i]
    for c in range(n_countries):
        governments.known_abuse[c] = governments.media[c] * blaming[c] / max(1.0, people[c])
        held[c] = governed[c] / max(1.0, people[c])
        reached[c] = 1.0 if governments.aid_protected[c] else reached[c] / max(1.0, people[c])


@njit(cache=True)
def within_margin(standing, margin):
    """Legitimacy or safety kept off 0 and 1 by `margin`."""
    return min(1.0 - margin, max(margin, standing))


@njit(cache=True)
def legitimacy_goal(p, losses, shortage, abuse, lost, victory, aid):
    """Legitimacy to which the present state of affairs of a country leads; all arguments but `p` in 0..1."""
    goal = p.base - p.loss_weight * min(1.0, losses) - p.shortage_weight * shortage - p.abuse_weight * abuse
    goal += p.victory_weight * victory + p.aid_weight * aid - p.territory_weight * lost
    return within_margin(goal, p.standing_margin)


@njit(cache=True)
def update_memory(actors, cells, governments, symbols, symbol, country, first, dt, p):
    """Losses of the army, as a share of it, and victories fade (C,); the week's are added, in place.

    A victory is a symbolic cell (`symbols`) that the government holds and did not hold when politics last looked; none
    in the `first` week.
    """
    fade_losses, fade_victory = math.exp(-dt / p.losses_days), math.exp(-dt / p.victory_days)
    for c in range(governments.victory.shape[0]):
        governments.army_losses[c] *= fade_losses
        governments.victory[c] *= fade_victory
    for a in range(actors.kind.shape[0]):
        if actors.kind[a] == ARMY and actors.persons[a] > 0:
            governments.army_losses[actors.state[a]] += actors.losses_week[a] / actors.persons[a]
    for c in symbols:
        now = cells.controller[c] == 0
        if now and not cells.state_held[c] and not first:
            governments.victory[country[c]] += symbol[c]
        cells.state_held[c] = now
    for c in range(governments.victory.shape[0]):
        governments.victory[c] = min(1.0, governments.victory[c])


@njit(cache=True)
def troops_at_home(units, actors, capital, in_capital):
    """Share of each state's army that stands in its capital (C,); `in_capital` (N,) is where capitals lie."""
    there = np.zeros(capital.shape[0])
    for u in range(units.actor.shape[0]):
        c = units.cell[u]
        if in_capital[c]:
            a = units.actor[u]
            if actors.kind[a] == ARMY and actors.persons[a] > 0 and c == capital[actors.state[a]]:
                there[actors.state[a]] += units.manpower[u] / actors.persons[a]
    return there


@njit(cache=True)
def update_legitimacy(actors, governments, held, reached, at_home, dt, p):
    """Legitimacy and the regime's safety of every country (C,), and days since its last coup, in place.

    A rally comes on top of what legitimacy is without it. Guards are foreign forces with that mandate; `guards_full` of
    them do all they can.
    """
    fade_rally = math.exp(-dt / p.rally_days)
    for c in range(governments.legitimacy.shape[0]):
        losses, lost = p.loss_scale * governments.army_losses[c], 1.0 - held[c]
        goal = legitimacy_goal(
            p,
            losses,
            governments.shortage[c],
            governments.known_abuse[c],
            lost,
            governments.victory[c],
            governments.aid_political[c] * reached[c],
        )
        without = governments.legitimacy[c] - governments.rally[c]
        without += (goal - without) * (1.0 - math.exp(-dt / p.legitimacy_days))
        governments.rally[c] = max(0.0, min(governments.rally[c] * fade_rally, 1.0 - p.standing_margin - without))
        governments.legitimacy[c] = without + governments.rally[c]
        guards = 0.0
        for a in range(actors.kind.shape[0]):
            if actors.kind[a] == FOREIGN:
                able = actors.mandate_guard_regime[a] * actors.mandate_factor[a]
                guards += able * min(1.0, actors.persons[a] / p.guards_full) * actors.access[a, c]
        goal = p.safety_base + p.safety_legitimacy * governments.legitimacy[c] + p.safety_guard * min(1.0, guards)
        goal += p.safety_troops * at_home[c]
        turmoil = p.safety_turmoil * math.exp(-governments.days_since_coup[c] / p.turmoil_days)
        goal = within_margin(goal - turmoil, p.standing_margin)
        governments.regime_security[c] += (goal - governments.regime_security[c]) * (
            1.0 - math.exp(-dt / p.safety_days)
        )
        governments.days_since_coup[c] += dt


# ---------------------------------------------------------------------------- coups and partners


def coup_hazard(p, legitimacy, safety, days_since):
    """Hazard of a coup (1/day)."""
    again = 1.0 + p.coup_trap * np.exp(-days_since / p.trap_days)
    return (
        p.coup_rate * again * np.exp(-p.coup_legitimacy * (legitimacy - MIDDLING) - p.coup_safety * (safety - MIDDLING))
    )


@njit(cache=True)
def keep_in_disarray(units, kind, state, days_since_coup, cohesion, days):
    """Units of an army hold together by at most `cohesion` for so many `days` after a coup in their country."""
    for u in range(units.actor.shape[0]):
        a = units.actor[u]
        if kind[a] == ARMY and units.manpower[u] > 0 and days_since_coup[state[a]] < days:
            units.cohesion[u] = min(units.cohesion[u], cohesion)


def rally(model, country: int) -> None:
    """People rally behind a government that has sent a foreign force away, the more the more room there is."""
    p, governments = model.p.politics, Governments.of(model)
    room = 1.0 - p.standing_margin - governments.legitimacy[country]
    gained = max(0.0, min(room, p.rally_size * (1.0 - governments.legitimacy[country]) / (1.0 - p.base)))
    governments.rally[country] += gained
    governments.legitimacy[country] += gained


def coup(model, country: int) -> None:
    """A coup as it works in the model: safety and unity of the army fall, a short honeymoon of legitimacy begins.

    A rally was behind those who are gone.
    """
    p, governments, actors, units = model.p.politics, Governments.of(model), Actors.of(model), Units.of(model)
    governments.coups[country] += 1
    governments.coup_week[country] = 1
    governments.days_since_coup[country] = 0.0
    governments.regime_security[country] *= 1.0 - p.coup_insecurity
    most = 1.0 - p.standing_margin
    without = governments.legitimacy[country] - governments.rally[country]
    governments.legitimacy[country], governments.rally[country] = min(most, without + p.honeymoon), 0.0
    army = (actors.kind == ARMY) & (actors.state == country)
    hit = army[units.actor]
    units.cohesion[hit] *= 1.0 - p.coup_disarray


def change_partners(model, dt, p):
    """New regimes expel the partners of the old ones and call in others (politics=endogenous only)."""
    governments, actors = Governments.of(model), Actors.of(model)
    for c in np.flatnonzero(
        governments.theatre & (governments.coups > 0) & (governments.days_since_coup < p.partner_window_days)
    ):
        expel(model, int(c), dt, p)
        partner = governments.partner[c]
        if partner < 0 or not actors.entered[partner] or actors.leaving[partner]:
            invite(model, int(c), dt, p)


def expel(model, c: int, dt, p):
    """A new regime sends foreign forces away, but for its own partner, the sooner the more harm they are blamed for."""
    actors, governments, communities = Actors.of(model), Governments.of(model), Communities.of(model)
    here = (actors.kind == FOREIGN) & (actors.access[:, c] > 0.0) & (actors.persons > 0) & ~actors.leaving
    for row in np.flatnonzero(here & (np.arange(len(actors.kind)) != governments.partner[c])):
        people = communities.residents * (model.world.country[: model.world.n_communities] == c)
        anger = float((communities.harm[:, row] * people).sum() / max(1.0, people.sum()))
        rate = p.expulsion_rate * (1.0 + p.expulsion_anger * anger) * (FROM_MIDDLING - governments.legitimacy[c])
        if uniform(model.stream("politics"), actors.key[row], EXPEL + c) < 1.0 - math.exp(-rate * dt):
            send_away(model, int(row), c, p)


def send_away(model, row: int, c: int, p):
    """A foreign force leaves country `c` in `expulsion_days`: those who are based there go home, and it may no longer
    act there; where it is based in no other country it leaves altogether. People rally behind who sent it away."""
    rally(model, c)
    actors, based, country = Actors.of(model), Based.of(model), model.world.country
    mine = (based.actor == row) & (based.manpower > 0)
    base = country[np.where(based.home < 0, based.cell, based.home)]
    here = int(based.manpower[mine & (base == c)].sum())
    elsewhere = based.manpower[mine & (base != c) & actors.countries[row][base]].sum()
    if elsewhere == 0:
        actors.leaving[row] = True
        here, actors.target_goal[row] = actors.persons[row], 0.0
    else:
        actors.countries[row, c] = False
        model.drop_places(row, [name for name in model.places_of.get(row, {}) if country[model.cells_at(name)[0]] == c])
        meant = actors.target_goal[row] if row in model.ramped else actors.target[row]
        actors.target_goal[row] = max(0.0, meant - here)
    actors.target_rate[row] = here / p.expulsion_days
    model.ramped.add(row)  # from now on the ramp counts, not the strength in its profile


def invite(model, c: int, dt, p):
    """A new regime without a partner calls in the first whose profile offers it, the sooner the less safe it is."""
    actors, governments = Actors.of(model), Governments.of(model)
    for row, offer in model.offers:
        if not actors.countries[row, c] or actors.leaving[row] or model.day_of(offer.start) > model.t:
            continue
        rate = p.invitation_rate * (FROM_MIDDLING - governments.regime_security[c])
        if uniform(model.stream("politics"), actors.key[row], INVITE + c) < 1.0 - math.exp(-rate * dt):
            others = actors.target_goal[row] if row in model.ramped and actors.entered[row] else 0.0
            actors.entered[row] = True
            actors.target_goal[row] = others + offer.persons  # beside what it has promised to others
            actors.target_rate[row] = offer.persons / ramp_days(offer.weeks)
            actors.target_most[row] += offer.persons
            model.ramped.add(row)
            model.base_in(row, c, offer.places)
            governments.partner[c] = row
            return


def step(model, dt):
    """Standing and safety of each government, coups, partners, pacts."""
    p, rules = model.p.politics, PoliticsRules.of(model.p.politics)
    units, actors, cells = Units.of(model), Actors.of(model), Cells.of(model)
    governments, w = Governments.of(model), model.world
    held, reached = np.empty((2, len(governments.legitimacy)))
    call(opinion, Communities.of(model), w.country, cells.controller, governments, held, reached)
    first = model.step_index == 0
    call(update_memory, actors, cells, governments, model.symbol_cells, model.symbol, w.country, first, dt, rules)
    at_home = call(troops_at_home, units, actors, model.capital_cell, model.in_capital)
    call(update_legitimacy, actors, governments, held, reached, at_home, dt, rules)
    governments.coup_week[:] = 0
    if model.settings.politics == "endogenous" and model.date >= model.settings.levers_from:
        hazard = coup_hazard(p, governments.legitimacy, governments.regime_security, governments.days_since_coup)
        draws = model.stream("politics")
        for c in np.flatnonzero(governments.theatre):
            if uniform(draws, model.country_key[c], COUP) < 1.0 - math.exp(-hazard[c] * dt):
                coup(model, int(c))
        change_partners(model, dt, p)
    for c in model.coups_due:
        coup(model, c)
    for c in model.rallies_due:
        rally(model, c)
    model.coups_due, model.rallies_due = [], []
    since, most = governments.days_since_coup, 1.0 - p.coup_disarray
    call(keep_in_disarray, units, actors.kind, actors.state, since, most, p.disarray_days)
    call(update_rivalry, actors, dt, rules)
    call(decay_truces, actors, rules, dt)
