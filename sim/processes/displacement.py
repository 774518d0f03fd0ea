"""Displacement: people leave, choose a place, travel, move on and return. One engine for any graph of places.

    push_i = violence x_i / (x_i + half) + fear_push fear_i^2 + hardship (h_i - h0)+ + siege + order to leave, less who is trapped
    leavers ~ Binomial(movable residents, 1 - exp(-push dt)),   x_i = recent dead per 10,000 people
    places  ~ Multinomial(weights),  weight_ij = attraction_j exp(-hours_ij / reach) (1 + kin_ij) safety_j border_ij / (1 + crowding_j)
    (places worth less than a hundredth of the best are not considered)
    arrivals, onward moves and returns ~ Binomial with rates per day

People who are alike in origin and place form a cohort (one row per origin and candidate place); splitting a cohort by
conditional binomials has the same distribution as letting its members choose one by one, because independent choices with
equal chances are multinomial. The push saturates in violence, so that displaced per death fall as violence grows; threat
and the wish to stay follow Schmeidl (1997) and Davenport, Moore and Poe (2003), attraction over distance the gravity rule of
migration, routes taken by kin the network effect, as in Flee (Suleimenova, Bell and Groen 2017). Persons are whole and conserved.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.uniforms import binomial, split, uniform

READS = (
    "cells.danger", "communities.fear", "communities.hardship", "communities.siege", "communities.order_days",
    "cohorts.origin", "cohorts.place", "governments.passage",
)  # fmt: skip
WRITES = (
    "communities.residents", "communities.hosted", "communities.away", "communities.hosted_dead", "communities.emptied",
    "communities.returned", "cohorts.persons", "cohorts.transit",
)  # fmt: skip

IDP, REFUGEE, ONWARD, RETURN = range(4)


@njit(cache=True)
def bury(stream, draw_key, place_start, place_rows, hosted, hosted_dead, away, origin, persons):
    """Take the displaced who were killed this week off the cohorts at their place, by conditional binomials."""
    for c in range(hosted.shape[0]):
        left = hosted_dead[c]
        if left <= 0:
            continue
        there = hosted[c]
        for j in range(place_start[c], place_start[c + 1]):
            d = place_rows[j]
            if persons[d] <= 0 or left <= 0:
                continue
            n = (
                left
                if persons[d] >= there
                else binomial(uniform(stream, draw_key[c], 1000 + j - place_start[c]), left, persons[d] / there)
            )
            n = min(n, persons[d])
            there -= persons[d]
            persons[d] -= n
            away[origin[d]] -= n
            left -= n
        for j in range(
            place_start[c], place_start[c + 1]
        ):  # rounding of chances can leave a few: take them where people are
            d = place_rows[j]
            n = min(left, persons[d])
            persons[d] -= n
            away[origin[d]] -= n
            left -= n
        hosted[c] -= hosted_dead[c] - left
        hosted_dead[c] = 0


@njit(cache=True)
def push_of(violence, fear, hardship, siege, ordered, rates):
    """Rate (1/day) at which people leave, from recent dead per 10,000 and the other reasons; `rates` as in `move`."""
    push = rates[0] * violence / (violence + rates[1]) + rates[2] * fear * fear
    push += rates[3] * max(0.0, hardship - rates[4]) + rates[5] * siege
    if ordered > 0.0:
        push += rates[6]
    return push * (1.0 - rates[7] * siege)


@njit(cache=True)
def leaving_chances(violence, fear, hardship, siege, ordered, rates, dt, leave, onward):
    """Chance of leaving home in a step (P,), and of moving on from each place (P,), into `leave` and `onward`.

    Those who stay with others do not feel the place's own hardship as a reason to go, else they leave as residents do,
    times the onward factor.
    """
    for i in range(violence.shape[0]):
        push = push_of(violence[i], fear[i], hardship[i], siege[i], ordered[i], rates)
        leave[i] = 1.0 - math.exp(-push * dt)
        push = push_of(violence[i], fear[i], 0.0, siege[i], ordered[i], rates)
        onward[i] = 1.0 - math.exp(-rates[10] * push * dt)


@njit(cache=True)
def choice_weights(
    i, skip, start, place, pull, country, passage, border, kin, kin_weight, safety, crowding, persons, out
):
    """Weights (up to 32) of the candidate places of origin `i`, without row `skip`, into `out`; returns how many.

    Places worth less than a hundredth of the best are not considered.
    """
    n = start[i + 1] - start[i]
    best = 0.0
    known = 0.0
    for j in range(n):
        known += persons[start[i] + j]
    for j in range(n):
        d = start[i] + j
        if d == skip:
            out[j] = 0.0
            continue
        p = place[d]
        w = pull[d] * safety[p] / (1.0 + crowding[p])
        if country[p] != country[i]:
            w *= border * passage[country[i], country[p]]
        out[j] = w * (1.0 + kin_weight * persons[d] / (known + kin))
        best = max(best, out[j])
    for j in range(n):
        if out[j] < 0.01 * best:
            out[j] = 0.0
    return n


@njit(cache=True)
def move(stream, draw_key, start, place, leave, onward, arrive, pull, country, admin1, passage, violence, fear, siege, ordered, movable, safety, crowding, rates, choice, dt, residents, hosted, away, emptied, returned, persons, transit,
         flows):  # fmt: skip
    """Leaving, arriving, moving on and returning in one step of `dt` days, in place.

    `leave`, `onward` (P,) and `arrive` (D,) are chances in the step; `rates` = (violence per day, its half, fear, hardship,
    its threshold, siege, order, trapped, return per day, its half, onward factor); `choice` = (border weight, kin half, kin weight). `flows` (R, R, 4) counts persons by admin-1.
    """
    weights = np.zeros(64)
    parts = np.zeros(64, dtype=np.int64)
    for i in range(start.shape[0] - 1):
        leavers = binomial(uniform(stream, draw_key[i], 0), movable[i], leave[i])
        if leavers > 0:
            n = choice_weights(i, -1, start, place, pull, country, passage, choice[0], choice[1], choice[2], safety,
                               crowding, persons, weights)  # fmt: skip
            stay = split(stream, draw_key[i], 16, leavers, weights[:n], parts[:n])
            residents[i] -= leavers - stay
            away[i] += leavers - stay
            emptied[i] += leavers - stay
            for j in range(n):
                if parts[j] > 0:
                    d = start[i] + j
                    transit[d] += parts[j]
                    kind = IDP if country[place[d]] == country[i] else REFUGEE
                    flows[admin1[i], admin1[place[d]], kind] += parts[j]
        if away[i] <= 0:
            continue
        # how safe home is now: chance of return per day
        calm = 1.0 / (1.0 + violence[i] / rates[9])
        home = rates[8] * calm * calm * (1.0 - fear[i]) * (1.0 - siege[i]) if ordered[i] <= 0.0 else 0.0
        home = 1.0 - math.exp(-home * dt)
        for d in range(start[i], start[i + 1]):
            j = d - start[i]
            p = place[d]
            came = 0
            if transit[d] > 0:
                came = binomial(uniform(stream, draw_key[i], 200 + j), transit[d], arrive[d])
                transit[d] -= came
            if persons[d] > 0:
                back = binomial(uniform(stream, draw_key[i], 300 + j), persons[d], home)
                persons[d] -= back
                hosted[p] -= back
                away[i] -= back
                residents[i] += back
                returned[i] += back
                if back > 0:
                    flows[admin1[p], admin1[i], RETURN] += back
                if onward[p] > 0.0 and persons[d] > 0:
                    gone = binomial(uniform(stream, draw_key[i], 400 + j), persons[d], onward[p])
                    if gone > 0:
                        n = choice_weights(i, d, start, place, pull, country, passage, choice[0], choice[1], choice[2],
                                           safety, crowding, persons, weights)  # fmt: skip
                        stay = split(stream, draw_key[i], 1000 + 64 * j, gone, weights[:n], parts[:n])
                        persons[d] -= gone - stay
                        hosted[p] -= gone - stay
                        for m in range(n):
                            if parts[m] > 0:
                                transit[start[i] + m] += parts[m]
                                flows[admin1[p], admin1[place[start[i] + m]], ONWARD] += parts[m]
            persons[d] += came
            hosted[p] += came


def step(model, dt):
    """Burials among the displaced, then leaving, arriving, moving on and returning."""
    p, com, co, w = model.p.displacement, model.communities, model.cohorts, model.world
    stream = model.stream("displacement")
    bury(
        stream,
        w.draw_key,
        model.place_start,
        model.place_rows,
        com.hosted,
        com.hosted_dead,
        com.away,
        co.origin,
        co.persons,
    )
    people = np.maximum(2000.0, com.residents + com.hosted)
    violence = model.cells.danger[: w.P] * 1e4 / people
    rates = np.array([
        p.violence_rate, p.violence_half, p.fear_rate, p.hardship_rate, p.hardship_threshold, p.siege_rate, p.order_rate,
        p.trapped, p.return_rate, p.return_half, p.onward,
    ])  # fmt: skip
    safety = 1.0 / (1.0 + violence / p.safety_half)
    crowding = com.hosted / (p.crowd_share * people + model.camp_capacity)
    movable = np.maximum(0, com.residents - (p.stay_share * model.residents_peace).astype(np.int64))
    leave, onward = model.scratch("leave", (w.P,)), model.scratch("onward", (w.P,))
    leaving_chances(violence, com.fear, com.hardship, com.siege, com.order_days, rates, dt, leave, onward)
    arrive = model.arrival_chance if dt == model.dt else 1.0 - np.exp(-dt / model.days_on_way)
    com.emptied[:] = 0
    com.returned[:] = 0
    move(
        stream, w.draw_key, w.dest_start, co.place, leave, onward, arrive, model.dest_pull, w.country, w.admin1,
        model.governments.passage, violence, com.fear, com.siege, com.order_days, movable, safety, crowding,
        rates, np.array([p.border_weight, p.kin_half, p.kin_weight]), dt, com.residents, com.hosted, com.away, com.emptied,
        com.returned, co.persons, co.transit, model.flows,
    )  # fmt: skip
