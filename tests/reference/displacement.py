"""Displacement, one cohort at a time with the model's uniforms; at the end, one person at a time with any others."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from sim.core.codes import ARMY, AUXILIARY
from sim.core.conversions import PER_10_000
from sim.core.draws import binomial, split

IDP, REFUGEE, ONWARD, RETURN = range(4)
LEAVE, CHOICE, BURIAL, WAYS = 0, 16, 10_000, 8192
CAME, BACK, GONE, ONWARD_CHOICE, GOES, WHERE = (what << 50 for what in range(1, 7))
ROUND_DAYS = 364.0  # in which everybody who is away once thinks of going on out of the region
VISIT, LITTLE = 0.1, 0.001  # share that rules nobody, harm for which nobody is avoided


def step(plain, dt):
    """Burials, then what people feel; leaving, return, moving on and arriving, origin by origin; going on."""
    open_camps(plain)
    for community in plain.communities:
        bury(plain, community)
    p = plain.p.displacement
    for community in plain.communities:
        community.toll *= math.exp(-dt / p.toll_days)
        cell = plain.cells[community.index]
        community.toll += sum(cell.civilians_week) + p.toll_fighters * cell.fighters_week
    places = [Place(plain, community, p, dt) for community in plain.communities]
    leaving = [departures(plain, community, places, dt) for community in plain.communities]
    for community in plain.communities:
        community.departed_week = community.returned = 0
    for community, persons in zip(plain.communities, leaving, strict=True):
        fresh = [[0, 0] for _ in community.cohorts]  # who sets out in this step: there in time, or not
        leave(plain, community, places, persons, dt, fresh)
        weigh(plain, community, places, dt, fresh)
    go_on(plain, dt)


def open_camps(plain) -> None:
    """Camps whose day has come draw people from abroad, as towns of as many people as they have room for, and more."""
    w, p = plain.world, plain.p.displacement
    for community in plain.communities:
        community.camp_capacity = 0.0
    drawn = [0.0] * len(plain.communities)
    for cell, room, opened in zip(w.camps.cell.tolist(), w.camps.capacity.tolist(), w.camps.opened, strict=True):
        if cell < len(plain.communities) and (opened - plain.settings.region_info.start).days < plain.t + plain.dt:
            drawn[cell] += p.camp_bonus * ((room or p.camp_room) / 1e4) ** p.town_power
            plain.communities[cell].camp_capacity += room or math.inf
    for number, cohort in enumerate(plain.cohorts):
        place, cell = plain.communities[cohort.place], cohort.place
        size = max(float(w.town_size[cell]), p.rural_attraction * float(w.population[cell])) / 1e4
        pull = max(size, p.least_attraction) ** p.town_power
        if place.country != plain.communities[cohort.origin].country:
            pull += drawn[cell]
        cohort.pull = pull * math.exp(-float(w.dest_hours[number]) / p.reach_hours)


def bury(plain, community) -> None:
    """Those killed among the displaced are drawn from the guests, cohort after cohort."""
    dead, there = community.hosted_dead, community.hosted
    for number, guests in enumerate(community.guests):
        if guests.persons <= 0 or dead <= 0:
            continue
        taken = dead
        if guests.persons < there:
            u = plain.draw("displacement", community.draw_key, BURIAL + number)
            taken = binomial(u, dead, guests.persons / there)
        there -= guests.persons
        dead -= lay_to_rest(plain, community, guests, min(taken, guests.persons))
    for guests in community.guests:
        dead -= lay_to_rest(plain, community, guests, min(dead, guests.persons))
    community.hosted_dead = 0


def lay_to_rest(plain, community, guests, persons: int) -> int:
    guests.persons -= persons
    community.hosted -= persons
    plain.communities[guests.origin].displaced_from -= persons
    return persons


class Place:
    """What a place is like at the beginning of the week for those who think of leaving or coming."""

    def __init__(self, plain, community, p, dt):
        here = community.residents + community.hosted
        people = max(p.least_people, here)
        self.violence = plain.cells[community.index].danger * PER_10_000 / people
        self.safety = 1.0 / (1.0 + self.violence / p.safety_half)
        self.crowding = community.hosted / (p.crowd_share * people + community.camp_capacity)
        self.movable = max(0, community.residents - int(p.stay_share * community.residents_peace))
        self.share = plain.cells[community.index].share
        self.toll = toll_around(plain, community, p)
        self.harm, self.blame = held_against(plain, community, p, dt)
        self.unease = feel_rule(plain, community, self, p, dt)
        siege, ordered = community.siege, community.order_days > 0.0
        push = p.siege_rate * siege + (p.order_people / max(1, here) if ordered else 0.0)
        push += p.alarm_rate * hill(community.alarm, p.alarm_half, 2.0) + p.toll_rate * hill(
            self.toll, p.toll_half, p.toll_power
        )
        hard = p.hardship_rate * max(0.0, community.hardship - p.hardship_threshold)
        free = 1.0 - p.trapped * siege
        self.push = (push + hard) * free
        self.push_of_guests = p.onward * push * free
        dead = self.toll / (p.return_half + p.return_share * community.toll_at_flight)
        self.home = p.return_rate * (1.0 - self.unease) ** 2 * (1.0 - siege) / (1.0 + dead**2)
        self.home *= 1.0 - p.return_want * community.hardship
        if ordered:
            self.home = 0.0
        self.home_abroad = self.home * p.return_abroad * (1.0 - self.blame)


def hill(x: float, half: float, n: float) -> float:
    """0 at 0, a half at `half`, towards 1."""
    return x**n / (x**n + half**n) if x > 0.0 else 0.0


def inside(plain, cell) -> list:
    """Communities next to a cell."""
    return [plain.communities[n] for n in cell.neighbours if n < len(plain.communities)]


def toll_around(plain, community, p) -> float:
    """Recent dead per 10,000 people of peace time, here and, with less weight, next door."""
    near = inside(plain, plain.cells[community.index])
    dead = community.toll + p.toll_near * sum(other.toll for other in near)
    people = community.residents_peace + p.toll_near * sum(other.residents_peace for other in near)
    return PER_10_000 * dead / max(p.least_people, people)


def ruler_of(plain, community, actor) -> str:
    """Whose side an actor is on, as people see it: a state, or itself."""
    if actor.controller > 0:
        return actor.name
    if actor.kind in (ARMY, AUXILIARY):
        return plain.governments[actor.state].name
    return plain.governments[community.country].name


def held_against(plain, community, p, dt) -> tuple[dict[str, float], float]:
    """Harm by each ruler, and the part of it that is the own state's."""
    own = plain.governments[community.country].name
    community.past_harm *= math.exp(-dt / p.past_days)
    spared = {own: 1.0 - community.past_harm}
    for actor in plain.actors:
        who = ruler_of(plain, community, actor)
        spared[who] = spared.get(who, 1.0) * (1.0 - community.harm[actor.index])
    harm = {who: 1.0 - rest for who, rest in spared.items()}
    return harm, harm[own] / (sum(harm.values()) + p.threat_base) if any(harm.values()) else 0.0


def feel_rule(plain, community, place, p, dt) -> float:
    """Alarm over new rule and what people know by now; returns the sum of threats by those who rule here."""
    own = plain.governments[community.country]
    kept = math.exp(-dt / plain.p.attitudes.forget_days)
    army = community.support[own.army] if own.army >= 0 else 0.0
    community.loyalty = max(community.loyalty * kept, army)
    community.alarm *= math.exp(-dt / p.alarm_days)
    unease = 0.0
    for q, share in enumerate(place.share):
        rule = hill(share, p.rule_half, p.rule_power) * (1.0 + p.rule_half**p.rule_power) if share >= VISIT else 0.0
        if q == 0:
            mine = [a for a in plain.actors if ruler_of(plain, community, a) == own.name]
            support = min(1.0, max(community.loyalty, sum(community.support[a.index] for a in mine)))
            harm = place.harm[own.name]
        else:
            actor = plain.actors[plain.actor_of_controller[q]]
            support, harm = community.support[actor.index], place.harm[actor.name]
        threat = min(1.0, (1.0 - support) * (p.threat_base + harm))
        unease += share * threat
        community.alarm += threat * max(0.0, rule - community.known[q])
        community.known[q] = max(rule, community.known[q] * math.exp(-dt / p.known_days))
    return unease


def weights(plain, community, places) -> list[float]:
    """How each candidate place draws those who come from a community."""
    p, origin = plain.p.displacement, places[community.index]
    known = sum(cohort.persons for cohort in community.cohorts)
    found = []
    for cohort in community.cohorts:
        there, place = plain.communities[cohort.place], places[cohort.place]
        weight = cohort.pull * place.safety / (1.0 + place.crowding)
        weight *= 1.0 - origin.harm.get(plain.governments[there.country].name, 0.0) * place.share[0]
        for q, row in enumerate(plain.actor_of_controller[1:], start=1):
            harm = origin.harm[plain.actors[row].name]
            weight *= 1.0 - harm * place.share[q] if harm > LITTLE else 1.0
        if there.country != community.country:
            open_border = plain.governments[community.country].passage[there.country]
            weight *= p.border_weight ** (1.0 - origin.blame) * open_border
        kin = p.kin_weight * cohort.persons / (known + p.kin_half)
        found.append(weight * (1.0 + kin))
    least = p.considered * max(found, default=0.0)
    return [weight if weight >= least else 0.0 for weight in found]


def send(plain, community, persons, weight, k, dt) -> tuple[int, list[list[int]]]:
    """Where people choose to go: how many find no place, and how many go where, there in time and not."""
    halves = []
    for cohort, one in zip(community.cohorts, weight, strict=True):
        there = one * soon(dt, cohort.days_on_way)
        halves += [there, one - there]
    parts = np.zeros(len(halves), dtype=np.int64)
    stay = split(plain.stream("displacement"), community.draw_key, k, persons, np.array(halves), parts)
    return stay, parts.reshape(-1, 2).tolist()


def departures(plain, community, places, dt) -> int:
    """How many decide to leave home; the toll at which they do is remembered."""
    place = places[community.index]
    chance = 1.0 - math.exp(-place.push * dt)
    found = binomial(plain.draw("displacement", community.draw_key, LEAVE), place.movable, chance)
    if found > 0:
        away = community.displaced_from
        community.toll_at_flight = (community.toll_at_flight * away + place.toll * found) / (away + found)
    return found


def leave(plain, community, places, departures, dt, fresh) -> None:
    """People leave home for the places that draw them."""
    if departures == 0:
        return
    stay, parts = send(plain, community, departures, weights(plain, community, places), CHOICE, dt)
    community.residents -= departures - stay
    community.displaced_from += departures - stay
    community.departed_week += departures - stay
    for number, (cohort, part) in enumerate(zip(community.cohorts, parts, strict=True)):
        there = plain.communities[cohort.place]
        kind = IDP if there.country == community.country else REFUGEE
        plain.flows[community.admin1][there.admin1][kind] += sum(part)
        add(fresh[number], part)


def weigh(plain, community, places, dt, fresh) -> None:
    """Those whose turn it is weigh going home or moving on, by what they know at first; then people arrive."""
    turns = max(1, round(plain.p.displacement.review_days / dt))
    days = dt * turns
    key, left = community.draw_key, []
    for number, cohort in enumerate(community.cohorts):
        host, back, gone, there = places[cohort.place], 0, 0, plain.communities[cohort.place].draw_key
        if number % turns == plain.step_index % turns and cohort.persons > 0:
            home = places[community.index]
            inland = plain.communities[cohort.place].country == community.country
            chance = 1.0 - math.exp(-(home.home if inland else home.home_abroad) * days)
            back = binomial(plain.draw("displacement", key, BACK + there), cohort.persons, chance)
            chance = 1.0 - math.exp(-host.push_of_guests * days)
            gone = binomial(plain.draw("displacement", key, GONE + there), cohort.persons - back, chance)
        left.append((back, gone))
    weight = weights(plain, community, places) if any(gone for _, gone in left) else []
    for cohort, (back, gone) in zip(community.cohorts, left, strict=True):
        host = plain.communities[cohort.place]
        if gone > 0:
            others = [0.0 if other is cohort else w for other, w in zip(community.cohorts, weight, strict=True)]
            stay, parts = send(plain, community, gone, others, ONWARD_CHOICE + WAYS * int(host.draw_key), dt)
            cohort.persons -= gone - stay
            host.hosted -= gone - stay
            for other, part in enumerate(parts):
                add(fresh[other], part)
                there = plain.communities[community.cohorts[other].place]
                plain.flows[host.admin1][there.admin1][ONWARD] += sum(part)
        cohort.persons -= back
        host.hosted -= back
        community.displaced_from -= back
        community.residents += back
        community.returned += back
        plain.flows[host.admin1][community.admin1][RETURN] += back
    for number, cohort in enumerate(community.cohorts):
        arrive(plain, community, cohort, fresh[number], dt)


def add(fresh: list[int], part: list[int]) -> None:
    """More who set out: those who arrive in the step, and those who do not."""
    fresh[0] += part[0]
    fresh[1] += part[1]


def arrive(plain, community, cohort, fresh, dt) -> None:
    """Those under way arrive by a rate; of those who set out, some are there and the others under way."""
    key, host = community.draw_key, plain.communities[cohort.place]
    chance = 1.0 - math.exp(-dt / cohort.days_on_way)
    came = binomial(plain.draw("displacement", key, CAME + host.draw_key), cohort.transit, chance)
    cohort.transit += fresh[1] - came
    cohort.persons += fresh[0] + came
    host.hosted += fresh[0] + came


def go_on(plain, dt) -> None:
    """In turns through the year some of those who are away go on out of the region, where laws leave a way open."""
    rounds = max(1, round(ROUND_DAYS / dt))
    years = plain.p.displacement.ways_on_rate * rounds * dt / 365.25
    for number, cohort in enumerate(plain.cohorts):
        if number % rounds != plain.step_index % rounds or cohort.persons == 0:
            continue
        host, home = plain.communities[cohort.place], plain.communities[cohort.origin]
        passage = plain.governments[host.country].passage
        ways = [k for k, leads in enumerate(plain.ways_on[host.country]) if leads]
        opened = sum(passage[k] for k in ways)
        if opened <= 0.0:
            continue
        chance = 1.0 - math.exp(-years * opened / len(ways))
        gone = binomial(plain.draw("displacement", home.draw_key, GOES + host.draw_key), cohort.persons, chance)
        if gone == 0:
            continue
        u = plain.draw("displacement", home.draw_key, WHERE + host.draw_key) * opened
        to = ways[0]
        u -= passage[to]
        for k in ways[1:]:
            if u > 0.0:
                to = k
                u -= passage[k]
        cohort.persons -= gone
        host.hosted -= gone
        home.displaced_from -= gone
        plain.governments[home.country].gone_on[to] += gone
        plain.ledger["departed"] += gone


def soon(dt: float, days: float) -> float:
    """Chance of arriving by the end of a step for who sets out within it: the mean over the moments of setting out."""
    return 1.0 - (1.0 - math.exp(-dt / days)) * days / dt


# ---------------------------------------------------------------------------- person by person


def person_by_person(rng, graph, persons: int, steps: int, dt: float) -> Counter:
    """Everybody of one origin decides alone, with random numbers `rng`; returns how many end where.

    `graph` gives `leave` (rate of leaving home), `home` (rate of return), and lists by place: `weights`, `days` (of
    travel), `onward` (rates). No choice depends on where others are, so persons are independent. Ends: ("home",),
    ("under way", place), ("at", place).
    """
    return Counter(life(rng, graph, steps, dt) for _ in range(persons))


def life(rng, graph, steps: int, dt: float) -> tuple:
    """The way of one person."""
    state = ("home",)
    for number in range(steps):
        state = one_step(rng, graph, state, number, dt)
    return state


def one_step(rng, graph, state: tuple, number: int, dt: float) -> tuple:
    """Step `number` of one person: at home, leaving; under way, arriving; at a place, if it is its turn, home or
    onward.

    Who sets out within the step does so at any moment of it, and may arrive in what is left of the step.
    """
    if state[0] == "under way":
        arrives = rng.random() < 1.0 - math.exp(-dt / graph["days"][state[1]])
        return ("at", state[1]) if arrives else state
    if state[0] == "home":
        if rng.random() >= 1.0 - math.exp(-graph["leave"] * dt):
            return state
        place = choose(rng, graph["weights"])
    else:
        at, turns = state[1], max(1, round(graph["review_days"] / dt))
        if at % turns != number % turns:
            return state
        if rng.random() < 1.0 - math.exp(-graph["home"] * dt * turns):
            return ("home",)
        if rng.random() >= 1.0 - math.exp(-graph["onward"][at] * dt * turns):
            return state
        place = choose(rng, [0.0 if other == at else w for other, w in enumerate(graph["weights"])])
    left_of_step = dt * rng.random()
    arrives = rng.random() < 1.0 - math.exp(-left_of_step / graph["days"][place])
    return ("at" if arrives else "under way", place)


def choose(rng, weights) -> int:
    """A place drawn in proportion to its weight."""
    left = rng.random() * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if weight > 0.0 and left < 0.0:
            return place
    return max(place for place, weight in enumerate(weights) if weight > 0.0)
