"""Politics, one government, one force and one pact at a time."""

from __future__ import annotations

import math

from sim.core.codes import ARMY, FOREIGN, INSURGENT


def step(plain, dt):
    """Standing and safety of each government, coups, partners, pacts."""
    for country, government in enumerate(plain.governments):
        update_legitimacy(plain, country, government, dt)
        guard(plain, country, government, dt)
        government.coup_week = 0
        government.days_since_coup += dt
    if plain.settings.politics == "endogenous" and plain.date >= plain.settings.levers_from:
        for country, government in enumerate(plain.governments):
            if government.theatre and happens(
                plain, government.country_key, 0, hazard_of_coup(plain.p.politics, government), dt
            ):
                coup(plain, country)
        for country, government in enumerate(plain.governments):
            new = government.coups > 0 and government.days_since_coup < plain.p.politics.partner_window_days
            if government.theatre and new:
                expel_partners(plain, country, government, dt)
                partner = plain.actors[government.partner] if government.partner >= 0 else None
                if partner is None or partner.leaving or not partner.entered:
                    call_in(plain, country, government, dt)
    for country in plain.coups_due:
        coup(plain, country)
    for country in plain.rallies_due:
        rally(plain, country)
    plain.coups_due, plain.rallies_due = [], []
    for unit in plain.living():
        army = plain.actors[unit.actor]
        if army.kind == ARMY and plain.governments[army.state].days_since_coup < plain.p.politics.disarray_days:
            unit.cohesion = min(unit.cohesion, 1.0 - plain.p.politics.coup_disarray)
    for actor in plain.actors:
        for other in plain.actors[: actor.index]:
            become_enemies(plain, actor, other, dt)
    for actor in plain.actors:
        for other in range(len(plain.actors)):
            decay_truce(plain, actor, other, dt)


def happens(plain, key, k, rate, dt) -> bool:
    return plain.draw("politics", key, k) < 1.0 - math.exp(-rate * dt)


def people_of(plain, country):
    return [c for c in plain.communities if c.country == country]


def army_of(plain, country):
    """Armies of the state that have people (there is at most one by design of the profiles)."""
    return [a for a in plain.actors if a.kind == ARMY and a.state == country and a.persons > 0]


def update_legitimacy(plain, country, government, dt) -> None:
    """Legitimacy goes to what losses, shortage, known abuse, lost places, victories and aid make of it."""
    p = plain.p.politics
    government.army_losses *= math.exp(-dt / p.losses_days)
    for army in army_of(plain, country):
        government.army_losses += army.losses_week / army.persons
    people = people_of(plain, country)
    everyone = max(1, sum(c.residents for c in people))
    blame = sum(c.residents * c.blame for c in people)
    government.known_abuse = government.media * blame / everyone
    held = sum(c.residents for c in people if plain.cells[c.index].controller == 0) / everyone
    government.victory *= math.exp(-dt / p.victory_days)
    for index in plain.symbol_cells:
        cell = plain.cells[index]
        if cell.country == country:
            if plain.step_index > 0 and cell.controller == 0 and not cell.state_held:
                government.victory += cell.symbol
            cell.state_held = cell.controller == 0
    government.victory = min(1.0, government.victory)
    goal = p.base - p.loss_weight * min(1.0, p.loss_scale * government.army_losses)
    goal -= p.shortage_weight * government.shortage + p.abuse_weight * government.known_abuse
    goal -= p.territory_weight * (1.0 - held)
    reached = 1.0 if government.aid_protected else sum(c.residents * (1.0 - c.fear) for c in people) / everyone
    goal += p.victory_weight * government.victory + p.aid_weight * government.aid_political * reached
    standing = follow(government.legitimacy - government.rally, clip(goal, p), dt, p.legitimacy_days)
    government.rally = follow(government.rally, 0.0, dt, p.rally_days)
    government.rally = max(0.0, min(government.rally, 1.0 - p.standing_margin - standing))
    government.legitimacy = standing + government.rally


def rally(plain, country) -> None:
    """People rally behind who sent a foreign force away, the more the fewer were behind it."""
    p, government = plain.p.politics, plain.governments[country]
    against = 1.0 - government.legitimacy
    more = max(0.0, min(against - p.standing_margin, p.rally_size * against / (1.0 - p.base)))
    government.rally += more
    government.legitimacy += more


def guard(plain, country, government, dt) -> None:
    """Safety of the regime: its standing, a partner's guards, troops in the capital, turmoil after a coup."""
    p = plain.p.politics
    guards = 0.0
    for actor in plain.actors:
        if actor.kind == FOREIGN:
            guards += (
                actor.mandate_guard_regime
                * actor.mandate_factor
                * min(1.0, actor.persons / p.guards_full)
                * actor.access[country]
            )
    at_home = 0.0
    for army in army_of(plain, country):
        there = sum(u.manpower for u in plain.living(army.index) if u.cell == government.capital_cell)
        at_home = there / army.persons
    goal = p.safety_base + p.safety_legitimacy * government.legitimacy + p.safety_guard * min(1.0, guards)
    goal += p.safety_troops * at_home - p.safety_turmoil * math.exp(-government.days_since_coup / p.turmoil_days)
    government.regime_security = follow(government.regime_security, clip(goal, p), dt, p.safety_days)


def hazard_of_coup(p, government) -> float:
    """Coups per day."""
    trap = 1.0 + p.coup_trap * math.exp(-government.days_since_coup / p.trap_days)
    weakness = p.coup_legitimacy * (0.5 - government.legitimacy) + p.coup_safety * (0.5 - government.regime_security)
    return p.coup_rate * trap * math.exp(weakness)


def coup(plain, country) -> None:
    """A coup: unsafe at first, a honeymoon, an army in disarray."""
    p, government = plain.p.politics, plain.governments[country]
    government.coups += 1
    government.coup_week = 1
    government.days_since_coup = 0.0
    government.regime_security *= 1.0 - p.coup_insecurity
    government.legitimacy = min(1.0 - p.standing_margin, government.legitimacy - government.rally + p.honeymoon)
    government.rally = 0.0
    for unit in plain.units:
        owner = plain.actors[unit.actor]
        if owner.kind == ARMY and owner.state == country:
            unit.cohesion *= 1.0 - p.coup_disarray


def expel_partners(plain, country, government, dt) -> None:
    """A new regime may send home each foreign force but its own partner, the sooner the more harm it is blamed for."""
    p = plain.p.politics
    for actor in plain.actors:
        if actor.kind != FOREIGN or actor.access[country] <= 0.0 or actor.persons <= 0 or actor.leaving:
            continue
        if actor.index == government.partner:
            continue
        people = people_of(plain, country)
        everyone = max(1, sum(c.residents for c in people))
        anger = sum(c.harm[actor.index] * c.residents for c in people) / everyone
        rate = p.expulsion_rate * (1.0 + p.expulsion_anger * anger) * (1.5 - government.legitimacy)
        if happens(plain, actor.key, 1000 + country, rate, dt):
            send_away(plain, actor, country)


def send_away(plain, actor, country) -> None:
    """A foreign force leaves a country, and the region if it is based in no other where it may be; people rally."""
    rally(plain, country)
    here = elsewhere = 0
    for unit in plain.living(actor.index):
        base = plain.cells[unit.cell if unit.home < 0 else unit.home].country
        if base == country:
            here += unit.manpower
        elif actor.countries[base]:
            elsewhere += unit.manpower
    meant = actor.target_goal if actor.index in plain.ramped else actor.target
    if elsewhere > 0:
        actor.countries[country] = False
        places = plain.places_of.get(actor.index, {})
        for name in [name for name in places if plain.cells[plain.cells_of(name)[0]].country == country]:
            del places[name]
    else:
        actor.leaving, here, meant = True, actor.persons, 0.0
    actor.target_goal = max(0.0, meant - here)
    actor.target_rate = here / plain.p.politics.expulsion_days
    plain.ramped.add(actor.index)


def call_in(plain, country, government, dt) -> None:
    """A new regime without a partner may call in one whose profile offers it, the sooner the less safe it is."""
    p = plain.p.politics
    for actor in plain.actors:
        offer = plain.settings.actors[actor.name].offer
        if offer is None or not actor.countries[country] or actor.leaving:
            continue
        if (offer.start - plain.settings.region_info.start).days > plain.t:
            continue
        if happens(plain, actor.key, 2000 + country, p.invitation_rate * (1.5 - government.regime_security), dt):
            promised = actor.target_goal if actor.entered and actor.index in plain.ramped else 0.0
            actor.entered = True
            actor.target_goal = promised + offer.persons
            actor.target_rate = offer.persons / max(7.0 * offer.weeks, 0.1)
            actor.target_most += offer.persons
            plain.ramped.add(actor.index)
            government.partner = actor.index
            take_bases(plain, actor, country, offer.places)
            return


def take_bases(plain, actor, country, places) -> None:
    """The bases it is offered in the country, or the capital, beside those it has elsewhere."""
    here = {place: part for place, part in places.items() if plain.cells[plain.cells_of(place)[0]].country == country}
    if not here:
        towns = plain.world.towns
        capital = plain.governments[country].capital_cell
        names = [name for name, cell in zip(towns.name, towns.cell, strict=True) if cell == capital]
        here = {(names or [plain.governments[country].name])[0]: 1.0}
    before = plain.places_of.get(actor.index, {}) if actor.persons > 0 else {}
    plain.places_of[actor.index] = {**before, **here}


def become_enemies(plain, actor, other, dt) -> None:
    """Two insurgent groups without a kept pact are the more enemies the more they just lost to one another."""
    p, smaller = plain.p.politics, min(actor.persons, other.persons)
    if actor.kind != INSURGENT or other.kind != INSURGENT or smaller <= 0 or actor.mediator[other.index] != -1:
        return
    enmity = actor.enmity[other.index] * (1.0 - actor.truce[other.index])
    lost = actor.lost_to[other.index] + other.lost_to[actor.index]
    peace = (1.0 - enmity * math.exp(-dt / p.cooling_days)) * math.exp(-lost / (p.rivalry_share * smaller))
    enmity = 1.0 - peace
    for one, two in ((actor, other), (other, actor)):
        one.enmity[two.index] = enmity if enmity >= 1e-6 else 0.0
        one.truce[two.index] = 0.0


def decay_truce(plain, actor, other, dt) -> None:
    """A pact weakens to what its mediator can keep; a pact without one stays as it is."""
    p = plain.p.politics
    if actor.mediator[other] >= 0:
        mediator = plain.actors[actor.mediator[other]]
        able = min(1.0, mediator.persons / p.mediator_full) * mediator.mandate_mediate * mediator.mandate_factor
        kept = min(1.0, able / p.mediator_need)
        if kept < actor.truce[other]:
            actor.truce[other] = follow(actor.truce[other], kept, dt, p.fray_days)
    actor.hostility[other] = actor.enmity[other] * (1.0 - actor.truce[other])


def follow(now: float, goal: float, dt: float, days: float) -> float:
    """Value after `dt` days of going from `now` to `goal` with time constant `days`."""
    return goal + (now - goal) * math.exp(-dt / days)


def clip(x: float, p) -> float:
    return min(1.0 - p.standing_margin, max(p.standing_margin, x))
