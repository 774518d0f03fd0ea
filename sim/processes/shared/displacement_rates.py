"""Why displaced people leave, move on and return: conditions of places and chances, for any graph of places.

    push_i = alarm_rate a_i^2 / (a_i^2 + alarm_half^2) + toll_rate x_i^n / (x_i^n + toll_half^n)
             + hardship (h_i - h0)+ + siege + order_people / people there, under an order;  less who is trapped
    departures ~ Binomial(movable residents, 1 - exp(-push dt))
    home_i = return_rate (1 - unease_i)^2 (1 - siege_i) / (1 + (x_i / (return_half + return_share x at flight_i))^2),
             across a border times return_abroad (1 - phi_i); none under an order

Alarm a, unease, the toll x (recent dead per 10,000 people of peace time) and phi (part of the harm that is the own
state's) are those of `sim.processes.shared.flight.alarm`; a case has a toll only. Rates are per day, and all chances
come from rates in continuous time, so that steps may have any length.

Low violence moves few and high violence many (Bohra-Mishra and Massey 2011; Melander and Oberg 2007), and the push
saturates, so that displaced per death first wait and then fall. Orders drive out people and not shares: a village is
emptied, however large the cell. Who fled returns when the ruler does not threaten and the dead are few beside those of
the time of flight; whoever fled the state across a border does not return under it. Threat and the wish to stay follow
Schmeidl (1997) and Davenport, Moore and Poe (2003).

Variant `by_deaths`, the form before: push = violence v / (v + half) + fear_rate fear^2 + ... + order_rate, v dead per
10,000 now there and fading in two months; one rate of return, from abroad as from the next town.
"""

from __future__ import annotations

import math

from numba import njit

from sim.core.conversions import PER_10_000
from sim.core.draws import binomial, row_of, uniform_of
from sim.core.views import bundle, columns, values
from sim.settings.parameters.people import Displacement

Communities = columns(
    "communities",
    reads="fear hardship siege order_days alarm",
    writes="toll_at_flight residents hosted displaced_from departed_week returned",
)
DisplacementParameters = values(
    "DisplacementParameters",
    Displacement,
    unread="town_power camp_bonus travel_hours road_km_h foot_km_h vehicle_share risk_weight conflict_dead"
    " rural_attraction least_attraction camp_room departure_days alarm_days known_days past_days toll_days"
    " case_border_weight ways_on_rate review_days",
)

#: as a step begins (P,): recent dead per 10,000 there, appeal to the displaced, how many could leave
Conditions = bundle("Conditions", "violence appeal movable")
#: of leaving home in a step, of moving on from a place and, when it is a cohort's turn, of returning home, from within
#: the country and from abroad (P,)
Chances = bundle("Chances", "leave onward home home_abroad")

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
def push_of(alarm, toll, siege, ordered, people, half_n, p):
    """Rate (1/day) at which people leave but for hardship and for who is trapped.

    `toll` recent dead per 10,000, `people` those now there, `half_n` toll_half to the power toll_power.
    """
    push = p.siege_rate * siege
    if alarm > 0.0:
        push += p.alarm_rate * alarm * alarm / (alarm * alarm + p.alarm_half * p.alarm_half)
    if toll > 0.0:
        t = toll**p.toll_power
        push += p.toll_rate * t / (t + half_n)
    if ordered > 0.0:
        push += p.order_people / max(1, people)
    return push


@njit(cache=True)
def home_rate(toll, at_flight, unease, siege, ordered, p):
    """Rate of return (1/day) to a home like this, from within the country."""
    if ordered > 0.0:
        return 0.0
    dead = toll / (p.return_half + p.return_share * at_flight)
    return p.return_rate * (1.0 - unease) * (1.0 - unease) * (1.0 - siege) / (1.0 + dead * dead)


@njit(cache=True)
def update_chances(felt, communities, p, dt, turns, chances):
    """Chances of leaving home in a step, and, in `turns` steps, of moving on and of returning, into `chances`.

    `felt` has toll, unease and blame as in `sim.processes.shared.flight.alarm.Felt`. Those who stay with others do not
    feel the place's own hardship as a reason to go, else they leave as residents do, times the onward factor. Where
    there is nobody to move on or to return, these chances are 0.
    """
    half_n = p.toll_half**p.toll_power
    for i in range(felt.toll.shape[0]):
        siege, ordered, hosted = communities.siege[i], communities.order_days[i], communities.hosted[i]
        free = 1.0 - p.trapped * siege
        people = communities.residents[i] + hosted
        push = push_of(communities.alarm[i], felt.toll[i], siege, ordered, people, half_n, p)
        hard = p.hardship_rate * max(0.0, communities.hardship[i] - p.hardship_threshold)
        set_chances(i, (push + hard) * free, push * free if hosted > 0 else 0.0, p.onward, dt, turns, chances)
        chances.home[i] = chances.home_abroad[i] = 0.0
        if communities.displaced_from[i] > 0:
            rate = home_rate(felt.toll[i], communities.toll_at_flight[i], felt.unease[i], siege, ordered, p)
            rate *= 1.0 - p.return_want * communities.hardship[i]
            chances.home[i] = -math.expm1(-rate * dt * turns)
            chances.home_abroad[i] = -math.expm1(-rate * p.return_abroad * (1.0 - felt.blame[i]) * dt * turns)


@njit(cache=True)
def set_chances(i, push, guests, onward, dt, turns, chances):
    """Chances of leaving and of moving on at the rates `push` of residents and `guests` of who stays there."""
    chances.leave[i] = 1.0 - math.exp(-push * dt) if push > 0.0 else 0.0
    chances.onward[i] = 1.0 - math.exp(-onward * guests * dt * turns) if guests > 0.0 else 0.0


@njit(cache=True)
def chances_by_deaths(violence, communities, p, dt, turns, chances):
    """The same by recent dead per 10,000 now there, fear and one rate of return (variant `by_deaths`)."""
    for i in range(violence.shape[0]):
        dead, fear, siege = violence[i], communities.fear[i], communities.siege[i]
        ordered, free = communities.order_days[i], 1.0 - p.trapped * communities.siege[i]
        push = p.violence_rate * dead / (dead + p.violence_half) + p.fear_rate * fear * fear + p.siege_rate * siege
        if ordered > 0.0:
            push += p.order_rate
        hard = p.hardship_rate * max(0.0, communities.hardship[i] - p.hardship_threshold)
        guests = push * free if communities.hosted[i] > 0 else 0.0
        set_chances(i, (push + hard) * free, guests, p.onward, dt, turns, chances)
        calm = 1.0 / (1.0 + dead / p.return_half)
        rate = p.return_rate * calm * calm * (1.0 - fear) * (1.0 - siege) if ordered <= 0.0 else 0.0
        away = communities.displaced_from[i] > 0
        chances.home[i] = chances.home_abroad[i] = 1.0 - math.exp(-rate * dt * turns) if away and rate > 0.0 else 0.0


@njit(cache=True)
def draw_departures(stream, key, movable, leave, departures):
    """How many decide to leave each place in the step (P,), into `departures`."""
    for i in range(movable.shape[0]):
        departures[i] = (
            binomial(uniform_of(row_of(stream, key[i]), LEAVE), movable[i], leave[i]) if leave[i] > 0.0 else 0
        )


@njit(cache=True)
def remember_flight(toll, departures, communities):
    """The toll (P,) at which those who are away left, in the mean, with those who leave now, in place."""
    for i in range(departures.shape[0]):
        if departures[i] > 0:
            away = communities.displaced_from[i]
            sums = communities.toll_at_flight[i] * away + toll[i] * departures[i]
            communities.toll_at_flight[i] = sums / (away + departures[i])


@njit(cache=True)
def decide(stream, key, danger, communities, room, felt, conditions, chances, by_deaths, turns, p, dt, departures):
    """What communities are like, chances of the step and how many leave each (P,), in place; `room` are people of peace
    time and places in camps (P,), `by_deaths` whether chances go by deaths and fear."""
    residents_peace, camp_capacity = room
    update_conditions(danger, communities, residents_peace, camp_capacity, p, conditions)
    if by_deaths:
        chances_by_deaths(conditions.violence, communities, p, dt, turns, chances)
    else:
        update_chances(felt, communities, p, dt, turns, chances)
    draw_departures(stream, key, conditions.movable, chances.leave, departures)
    remember_flight(felt.toll, departures, communities)
