"""Displacement, one cohort at a time with the model's uniforms; at the end, one person at a time with any others."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from sim.uniforms import binomial, split

IDP, REFUGEE, ONWARD, RETURN = range(4)


def step(plain, dt):
    """Burials, then leaving, arriving, return and moving on, origin by origin."""
    for community in plain.communities:
        bury(plain, community)
    p = plain.p.displacement
    places = [Place(plain, community, p) for community in plain.communities]
    for community in plain.communities:
        community.emptied = community.returned = 0
    for community in plain.communities:
        leave(plain, community, places, dt)
        for cohort in community.cohorts:
            go_on(plain, community, cohort, places, dt)


def bury(plain, community) -> None:
    """Those killed among the displaced are drawn from the guests, cohort after cohort."""
    dead, there = community.hosted_dead, community.hosted
    for number, guests in enumerate(community.guests):
        if guests.persons <= 0 or dead <= 0:
            continue
        taken = dead
        if guests.persons < there:
            u = plain.draw("displacement", community.draw_key, 1000 + number)
            taken = binomial(u, dead, guests.persons / there)
        there -= guests.persons
        dead -= lay_to_rest(plain, community, guests, min(taken, guests.persons))
    for guests in community.guests:
        dead -= lay_to_rest(plain, community, guests, min(dead, guests.persons))
    community.hosted_dead = 0


def lay_to_rest(plain, community, guests, persons: int) -> int:
    guests.persons -= persons
    community.hosted -= persons
    plain.communities[guests.origin].away -= persons
    return persons


class Place:
    """What a place is like at the beginning of the week for those who think of leaving or coming."""

    def __init__(self, plain, community, p):
        people = max(2000, community.residents + community.hosted)
        self.violence = plain.cells[community.index].danger * 1e4 / people
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


def weights(plain, community, places, but=None) -> list[float]:
    """How each candidate place draws those who come from a community; `but` is where they are already."""
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
        found.append(0.0 if cohort is but else weight * (1.0 + kin))
    least = 0.01 * max(found, default=0.0)  # nobody thinks of places that are worth so much less than the best
    return [weight if weight >= least else 0.0 for weight in found]


def send(plain, community, persons, weight, k) -> tuple[int, list[int]]:
    """Put people on their way; returns how many found no place to go, and how many go where."""
    parts = np.zeros(len(weight), dtype=np.int64)
    stream = plain.stream("displacement")
    stay = split(stream, community.draw_key, k, persons, np.array(weight), parts)
    for cohort, part in zip(community.cohorts, parts.tolist(), strict=True):
        cohort.transit += part
    return stay, parts.tolist()


def leave(plain, community, places, dt) -> None:
    """People leave home for the places that draw them."""
    place = places[community.index]
    chance = 1.0 - math.exp(-place.push * dt)
    leavers = binomial(plain.draw("displacement", community.draw_key, 0), place.movable, chance)
    if leavers == 0:
        return
    stay, parts = send(plain, community, leavers, weights(plain, community, places), 16)
    community.residents -= leavers - stay
    community.away += leavers - stay
    community.emptied += leavers - stay
    for cohort, part in zip(community.cohorts, parts, strict=True):
        there = plain.communities[cohort.place]
        kind = IDP if there.country == community.country else REFUGEE
        plain.flows[community.admin1][there.admin1][kind] += part


def go_on(plain, community, cohort, places, dt) -> None:
    """What becomes of one cohort this week: some arrive, and of those who were there some go home, some move on."""
    key, number, host = community.draw_key, community.cohorts.index(cohort), plain.communities[cohort.place]
    came = 0
    if cohort.transit > 0:
        chance = 1.0 - math.exp(-dt / cohort.days_on_way)
        came = binomial(plain.draw("displacement", key, 200 + number), cohort.transit, chance)
        cohort.transit -= came
    if cohort.persons > 0:
        chance = 1.0 - math.exp(-places[community.index].home * dt)
        back = binomial(plain.draw("displacement", key, 300 + number), cohort.persons, chance)
        cohort.persons -= back
        host.hosted -= back
        community.away -= back
        community.residents += back
        community.returned += back
        plain.flows[host.admin1][community.admin1][RETURN] += back
    onward = places[cohort.place].push_of_guests
    if cohort.persons > 0 and onward > 0.0:
        chance = 1.0 - math.exp(-onward * dt)
        gone = binomial(plain.draw("displacement", key, 400 + number), cohort.persons, chance)
        if gone > 0:
            weight = weights(plain, community, places, but=cohort)
            stay, parts = send(plain, community, gone, weight, 1000 + 64 * number)
            cohort.persons -= gone - stay
            host.hosted -= gone - stay
            for other, part in zip(community.cohorts, parts, strict=True):
                plain.flows[host.admin1][plain.communities[other.place].admin1][ONWARD] += part
    cohort.persons += came
    host.hosted += came


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
    for _ in range(steps):
        state = week(rng, graph, state, dt)
    return state


def week(rng, graph, state: tuple, dt: float) -> tuple:
    """One step of one person in the order of the model: leaving, arriving, and for those who were there return, onward.

    Who has just left may arrive in the same step; who moves on is under way to a place at least until the step after,
    unless that place comes later in the order of places.
    """
    if state[0] == "home":
        if rng.random() >= 1.0 - math.exp(-graph["leave"] * dt):
            return state
        state = ("under way", choose(rng, graph["weights"]))
    elif state[0] == "at":
        at = state[1]
        if rng.random() < 1.0 - math.exp(-graph["home"] * dt):
            return ("home",)
        if rng.random() >= 1.0 - math.exp(-graph["onward"][at] * dt):
            return state
        others = [0.0 if place == at else w for place, w in enumerate(graph["weights"])]
        state = ("under way", choose(rng, others))
        if state[1] < at:
            return state
    if rng.random() < 1.0 - math.exp(-dt / graph["days"][state[1]]):
        return ("at", state[1])
    return state


def choose(rng, weights) -> int:
    """A place drawn in proportion to its weight."""
    left = rng.random() * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if weight > 0.0 and left < 0.0:
            return place
    return max(place for place, weight in enumerate(weights) if weight > 0.0)
