"""Displacement, one cohort at a time with the model's uniforms; at the end, one person at a time with any others."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from sim.core.conversions import PER_10_000
from sim.core.draws import binomial, split

IDP, REFUGEE, ONWARD, RETURN = range(4)
LEAVE, CHOICE, BURIAL, WAYS = 0, 16, 10_000, 8192
CAME, BACK, GONE, ONWARD_CHOICE = (what << 50 for what in range(1, 5))


def step(plain, dt):
    """Burials, then leaving, return, moving on and arriving, origin by origin."""
    for community in plain.communities:
        bury(plain, community)
    p = plain.p.displacement
    places = [Place(plain, community, p) for community in plain.communities]
    for community in plain.communities:
        community.departed_week = community.returned = 0
    for community in plain.communities:
        fresh = [[0, 0] for _ in community.cohorts]  # who sets out in this step: there in time, or not
        leave(plain, community, places, dt, fresh)
        weigh(plain, community, places, dt, fresh)


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

    def __init__(self, plain, community, p):
        people = max(p.least_people, community.residents + community.hosted)
        self.violence = plain.cells[community.index].danger * PER_10_000 / people
        self.safety = 1.0 / (1.0 + self.violence / p.safety_half)
        self.crowding = community.hosted / (p.crowd_share * people + community.camp_capacity)
        self.movable = max(0, community.residents - int(p.stay_share * community.residents_peace))
        calm = 1.0 / (1.0 + self.violence / p.return_half)
        self.home = p.return_rate * calm**2 * (1.0 - community.fear) * (1.0 - community.siege)
        if community.order_days > 0.0:
            self.home = 0.0
        self.push = push(p, self.violence, community, community.hardship)
        self.push_of_guests = p.onward * push(p, self.violence, community, 0.0)


def push(p, violence, community, hardship) -> float:
    """Rate per day of leaving."""
    rate = p.violence_rate * violence / (violence + p.violence_half)
    rate += p.fear_rate * community.fear**2
    rate += p.hardship_rate * max(0.0, hardship - p.hardship_threshold)
    rate += p.siege_rate * community.siege
    rate += p.order_rate if community.order_days > 0.0 else 0.0
    return rate * (1.0 - p.trapped * community.siege)


def weights(plain, community, places) -> list[float]:
    """How each candidate place draws those who come from a community."""
    p = plain.p.displacement
    known = sum(cohort.persons for cohort in community.cohorts)
    found = []
    for cohort in community.cohorts:
        there, place = plain.communities[cohort.place], places[cohort.place]
        weight = cohort.pull * place.safety / (1.0 + place.crowding)
        if there.country != community.country:
            open_border = plain.governments[community.country].passage[there.country]
            weight *= p.border_weight * open_border
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


def leave(plain, community, places, dt, fresh) -> None:
    """People leave home for the places that draw them."""
    place = places[community.index]
    chance = 1.0 - math.exp(-place.push * dt)
    departures = binomial(plain.draw("displacement", community.draw_key, LEAVE), place.movable, chance)
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
            chance = 1.0 - math.exp(-places[community.index].home * days)
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
