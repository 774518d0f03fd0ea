"""Why displaced people leave, move on and return: conditions of places and chances, for any graph of places.

    push_i = violence x_i / (x_i + half) + fear_push fear_i^2 + hardship (h_i - h0)+ + siege + order to leave,
             less who is trapped
    departures ~ Binomial(movable residents, 1 - exp(-push dt)),   x_i = recent dead per 10,000 people
    home_i = return_rate calm_i^2 (1 - fear_i) (1 - siege_i), calm_i = 1 / (1 + x_i / return_half); none under an order

Rates are per day, and all chances come from rates in continuous time, so that steps may have any length. The push
saturates in violence, so that displaced per death fall as violence grows; threat and the wish to stay follow Schmeidl
(1997) and Davenport, Moore and Poe (2003).
"""

from __future__ import annotations

import math
from collections import namedtuple

from numba import njit

from sim.core.conversions import PER_10_000
from sim.core.draws import binomial, row_of, uniform_of
from sim.core.views import columns, values
from sim.settings.parameters.people import Displacement

Communities = columns(
    "communities",
    reads="fear hardship siege order_days",
    writes="residents hosted displaced_from departed_week returned",
)
DisplacementParameters = values(
    "DisplacementParameters",
    Displacement,
    unread="town_power camp_bonus travel_hours road_km_h foot_km_h vehicle_share risk_weight conflict_dead"
    " rural_attraction least_attraction camp_room departure_days review_days",
)

#: as a step begins (P,): recent dead per 10,000, appeal to the displaced, how many could leave
Conditions = namedtuple("Conditions", "violence appeal movable")
#: of leaving home in a step, of moving on from a place and of returning home when it is a cohort's turn (P,)
Chances = namedtuple("Chances", "leave onward home")

LEAVE = 0  # number of the draw of a place by which its people leave


def review_cycle(dt: float, review_days: float) -> int:
    """Number of steps of `dt` days in which every cohort once weighs going home or moving on.

    Both go by rates of at most a few per cent a week. Each cohort therefore decides once in `review_days`, with the
    chance that belongs to so many days, and cohorts take turns: a fraction of the draws, the same people in the long
    run.
    """
    return max(1, round(review_days / dt))


@njit(cache=True)
def update_conditions(danger, communities, residents_peace, camp_capacity, p, conditions):
    """What communities are like as the step begins, into `conditions`, from recent dead (P,) and people there."""
    for i in range(communities.residents.shape[0]):
        hosted = communities.hosted[i]
        people = max(p.least_people, communities.residents[i] + hosted)
        violence = danger[i] * PER_10_000 / people
        safety = 1.0 / (1.0 + violence / p.safety_half)
        crowding = hosted / (p.crowd_share * people + camp_capacity[i])
        conditions.violence[i] = violence
        conditions.appeal[i] = safety / (1.0 + crowding)
        conditions.movable[i] = max(0, communities.residents[i] - int(p.stay_share * residents_peace[i]))


@njit(cache=True)
def push_of(violence, fear, hardship, siege, ordered, p):
    """Rate (1/day) at which people leave, from recent dead per 10,000 and the other reasons."""
    push = p.violence_rate * violence / (violence + p.violence_half) + p.fear_rate * fear * fear
    push += p.hardship_rate * max(0.0, hardship - p.hardship_threshold) + p.siege_rate * siege
    if ordered > 0.0:
        push += p.order_rate
    return push * (1.0 - p.trapped * siege)


@njit(cache=True)
def home_rate(violence, fear, siege, ordered, p):
    """Rate of return (1/day) to a home that is as safe as this."""
    if ordered > 0.0:
        return 0.0
    calm = 1.0 / (1.0 + violence / p.return_half)
    return p.return_rate * calm * calm * (1.0 - fear) * (1.0 - siege)


@njit(cache=True)
def update_chances(violence, communities, p, dt, turns, chances):
    """Chances of leaving home in a step, and, in `turns` steps, of moving on and of returning, into `chances`.

    Those who stay with others do not feel the place's own hardship as a reason to go, else they leave as residents do,
    times the onward factor. Where there is nobody to move on or to return, these chances are 0.
    """
    for i in range(violence.shape[0]):
        dead, fear, siege = violence[i], communities.fear[i], communities.siege[i]
        ordered = communities.order_days[i]
        push = push_of(dead, fear, communities.hardship[i], siege, ordered, p)
        chances.leave[i] = 1.0 - math.exp(-push * dt) if push > 0.0 else 0.0
        push = push_of(dead, fear, 0.0, siege, ordered, p) if communities.hosted[i] > 0 else 0.0
        chances.onward[i] = 1.0 - math.exp(-p.onward * push * dt * turns) if push > 0.0 else 0.0
        rate = home_rate(dead, fear, siege, ordered, p) if communities.displaced_from[i] > 0 else 0.0
        chances.home[i] = 1.0 - math.exp(-rate * dt * turns) if rate > 0.0 else 0.0


@njit(cache=True)
def draw_departures(stream, key, movable, leave, departures):
    """How many decide to leave each place in the step (P,), into `departures`."""
    for i in range(movable.shape[0]):
        departures[i] = (
            binomial(uniform_of(row_of(stream, key[i]), LEAVE), movable[i], leave[i]) if leave[i] > 0.0 else 0
        )
