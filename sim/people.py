"""How displaced people move: one engine for any graph of places, in the region by weeks and in a case by days.

    push_i = violence x_i / (x_i + half) + fear_push fear_i^2 + hardship (h_i - h0)+ + siege + order to leave, less who is trapped
    leavers ~ Binomial(movable residents, 1 - exp(-push dt)),   x_i = recent dead per 10,000 people
    places  ~ Multinomial(weights),  weight_ij = pull_ij (1 + kin_ij) safety_j border_ij room_j
    (places worth less than a hundredth of the best are not considered)
    arrivals, onward moves and returns ~ Binomial with rates per day

People who are alike in origin, place and way form a cohort: one row per origin `i` and candidate place, in compressed rows
(`start`, `place`), with those who are there (`persons`) and those on their way (`transit`). Within a step the members of a
cohort choose independently and with equal chances. How many of n such people do a thing of chance p is binomial, and how
they divide over several things is multinomial; drawing these counts therefore has the same distribution as letting them
choose one by one, and the state of the next step depends on the choices only through the counts. So whole histories have the
same distribution too (`tests/processes/test_displacement.py` compares the two). Counts are drawn by inversion of the
distribution function; persons are whole and conserved.

Steps of any length: all chances come from rates in continuous time, 1 - exp(-rate dt). Who sets out within a step has done so at a
moment spread evenly over it, so the chance of having arrived at its end, with travel of mean T days, is 1 - (1 - exp(-a)) / a, a = dt / T
(`arrival_chances`); weeks and days then give the same people in the same places at the end of a week, but for what changes
within it (weights are those at the beginning of a step; who arrives moves on or returns from the next step on).

The push saturates in violence, so that displaced per death fall as violence grows; threat and the wish to stay follow Schmeidl
(1997) and Davenport, Moore and Poe (2003), attraction over distance the gravity rule of migration, routes taken by kin the
network effect, as in Flee (Suleimenova, Bell and Groen 2017).
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.uniforms import binomial, binomial_with, log_miss, row_of, split, uniform_of

IDP, REFUGEE, ONWARD, RETURN = range(4)
#: what a draw of an origin is about: numbers of draws of a cohort are these plus the key of its place, so that they do not
#: depend on which other places are thought of
CHOICE, CAME, SOON, BACK, GONE, ONWARD_CHOICE = 16, 1 << 50, 2 << 50, 3 << 50, 4 << 50, 5 << 50
WAYS = 1 << 12  # more than the places that anybody thinks of
#: how often those who are away weigh going home or moving on (days); cohorts take turns, see `turns_of`
WEIGH_DAYS = 28.0

#: the parameters of displacement that the kernels read, by the names they have in `sim.parameters.Displacement`
Habits = namedtuple(
    "Habits",
    "violence_rate violence_half fear_rate hardship_rate hardship_threshold siege_rate order_rate trapped stay_share "
    "return_rate return_half onward border_weight kin_half kin_weight safety_half crowd_share",
)


def habits_of(p) -> Habits:
    """Habits from the parameters of displacement."""
    return Habits(*(float(getattr(p, name)) for name in Habits._fields))


def turns_of(dt: float) -> int:
    """Number of steps of `dt` days in which every cohort once weighs going home or moving on.

    Both go by rates of at most a few per cent a week. Each cohort therefore decides once in `WEIGH_DAYS`, with the chance
    that belongs to so many days, and cohorts take turns: a fraction of the draws, the same people in the long run.
    """
    return max(1, round(WEIGH_DAYS / dt))


@njit(cache=True)
def arrival_chances(dt, days):
    """Chances of arriving in a step of `dt` days for those under way and for those who set out within it, each with its `log_miss`.

    `days` (D,) is the mean time of travel; four arrays (D,). The second chance is the mean of the first over the moments of the step.
    """
    arrive, log_arrive, at_once, log_once = np.empty((4, days.shape[0]))
    for d in range(days.shape[0]):
        a = dt / days[d]
        arrive[d] = -math.expm1(-a)
        at_once[d] = 1.0 - arrive[d] / a
        log_arrive[d], log_once[d] = log_miss(arrive[d]), log_miss(at_once[d])
    return arrive, log_arrive, at_once, log_once


@njit(cache=True)
def conditions(danger, residents, hosted, residents_peace, camp_capacity, habits, violence, appeal, movable):
    """What communities are like as the step begins (P,): recent dead per 10,000, appeal to the displaced, who may leave."""
    for i in range(residents.shape[0]):
        people = max(2000.0, residents[i] + hosted[i])
        violence[i] = danger[i] * 1e4 / people
        safety = 1.0 / (1.0 + violence[i] / habits.safety_half)
        crowding = hosted[i] / (habits.crowd_share * people + camp_capacity[i])
        appeal[i] = safety / (1.0 + crowding)
        movable[i] = max(0, residents[i] - int(habits.stay_share * residents_peace[i]))


@njit(cache=True)
def push_of(violence, fear, hardship, siege, ordered, habits):
    """Rate (1/day) at which people leave, from recent dead per 10,000 and the other reasons."""
    push = habits.violence_rate * violence / (violence + habits.violence_half) + habits.fear_rate * fear * fear
    push += habits.hardship_rate * max(0.0, hardship - habits.hardship_threshold) + habits.siege_rate * siege
    if ordered > 0.0:
        push += habits.order_rate
    return push * (1.0 - habits.trapped * siege)


@njit(cache=True)
def home_rate(violence, fear, siege, ordered, habits):
    """Rate of return (1/day) to a home that is as safe as this."""
    if ordered > 0.0:
        return 0.0
    calm = 1.0 / (1.0 + violence / habits.return_half)
    return habits.return_rate * calm * calm * (1.0 - fear) * (1.0 - siege)


@njit(cache=True)
def chances(violence, fear, hardship, siege, ordered, habits, dt, turns, leave, onward, home):
    """Chances (P,) of leaving home in a step, and, in `turns` steps, of moving on from each place and of returning home.

    Those who stay with others do not feel the place's own hardship as a reason to go, else they leave as residents do,
    times the onward factor.
    """
    for i in range(violence.shape[0]):
        push = push_of(violence[i], fear[i], hardship[i], siege[i], ordered[i], habits)
        leave[i] = 1.0 - math.exp(-push * dt) if push > 0.0 else 0.0
        push = push_of(violence[i], fear[i], 0.0, siege[i], ordered[i], habits)
        onward[i] = 1.0 - math.exp(-habits.onward * push * dt * turns) if push > 0.0 else 0.0
        rate = home_rate(violence[i], fear[i], siege[i], ordered[i], habits)
        home[i] = 1.0 - math.exp(-rate * dt * turns) if rate > 0.0 else 0.0


@njit(cache=True)
def leavers_of(stream, key, movable, leave, leavers):
    """How many decide to leave each place in the step (P,), into `leavers`."""
    for i in range(movable.shape[0]):
        leavers[i] = binomial(uniform_of(row_of(stream, key[i]), 0), movable[i], leave[i]) if leave[i] > 0.0 else 0


@njit(cache=True)
def choice_weights(i, start, place, pull, country, passage, appeal, habits, persons, out):
    """Weights of the candidate places of origin `i` into `out`; returns how many. `appeal` (P,) is safety times room.

    Places worth less than a hundredth of the best are not considered.
    """
    first, n = start[i], start[i + 1] - start[i]
    away = 0.0
    for j in range(n):
        away += persons[first + j]
    kin = habits.kin_weight / (away + habits.kin_half)
    best = 0.0
    for j in range(n):
        d = first + j
        p = place[d]
        w = pull[d] * appeal[p] * (1.0 + kin * persons[d])
        if country[p] != country[i]:
            w *= habits.border_weight * passage[country[i], country[p]]
        out[j] = w
        best = max(best, w)
    for j in range(n):
        if out[j] < 0.01 * best:
            out[j] = 0.0
    return n


@njit(cache=True)
def move(stream, step, turns, key, start, place, leavers, onward, home, travel, pull, country, passage, appeal, habits, residents, hosted, away, emptied, returned, persons, transit, group,
         flows):  # fmt: skip
    """Setting out, arriving, moving on and returning in the step number `step`, in place; those who find no place to go stay.

    `leavers`, `onward`, `home` (P,) as in `chances`; `travel` is what `arrival_chances` gives. `flows` (G, G, 4) counts persons by the `group` (P,) of the places from and to, and by kind.
    """
    arrive, log_arrive, at_once, log_once = travel
    most = 0
    for i in range(start.shape[0] - 1):
        most = max(most, start[i + 1] - start[i])
    weights = np.zeros(most)
    parts, back, gone, fresh = np.zeros((4, most), dtype=np.int64)
    log_onward = np.zeros(onward.shape[0])
    for i in range(onward.shape[0]):
        log_onward[i] = log_miss(onward[i])
    for i in range(start.shape[0] - 1):
        if leavers[i] == 0 and away[i] == 0:
            continue
        first, n = start[i], start[i + 1] - start[i]
        row = row_of(stream, key[i])
        chosen = False  # whether the weights of this origin are known
        fresh[:n] = 0
        if leavers[i] > 0:
            choice_weights(i, start, place, pull, country, passage, appeal, habits, persons, weights)
            chosen = True
            gone_now = leavers[i] - split(stream, key[i], CHOICE, leavers[i], weights[:n], fresh[:n])
            residents[i] -= gone_now
            away[i] += gone_now
            emptied[i] += gone_now
            for j in range(n):
                if fresh[j] > 0:
                    p = place[first + j]
                    kind = IDP if country[p] == country[i] else REFUGEE
                    flows[group[i], group[p], kind] += fresh[j]
        movers = 0
        back[:n] = 0
        gone[:n] = 0
        log_home = log_miss(home[i])
        for j in range(step % turns, n, turns):  # whose turn it is to weigh going home or on
            d = first + j
            if persons[d] > 0:
                p = place[d]
                back[j] = binomial_with(uniform_of(row, BACK + np.int64(key[p])), persons[d], home[i], log_home)
                if onward[p] > 0.0:
                    gone[j] = binomial_with(
                        uniform_of(row, GONE + np.int64(key[p])), persons[d] - back[j], onward[p], log_onward[p]
                    )
                    movers += gone[j]
        if movers > 0 and not chosen:
            choice_weights(i, start, place, pull, country, passage, appeal, habits, persons, weights)
        for j in range(n):
            if gone[j] > 0:
                here = weights[j]
                weights[j] = 0.0  # not where they are
                k = ONWARD_CHOICE + WAYS * np.int64(key[place[first + j]])
                gone[j] -= split(stream, key[i], k, gone[j], weights[:n], parts[:n])
                weights[j] = here
                for m in range(n):
                    if parts[m] > 0:
                        fresh[m] += parts[m]
                        flows[group[place[first + j]], group[place[first + m]], ONWARD] += parts[m]
        for j in range(n):
            d = first + j
            p = place[d]
            came = 0
            if transit[d] > 0:
                came = binomial_with(uniform_of(row, CAME + np.int64(key[p])), transit[d], arrive[d], log_arrive[d])
            if fresh[j] > 0:
                soon = binomial_with(uniform_of(row, SOON + np.int64(key[p])), fresh[j], at_once[d], log_once[d])
                transit[d] += fresh[j]
                came += soon
            if back[j] > 0:
                away[i] -= back[j]
                residents[i] += back[j]
                returned[i] += back[j]
                flows[group[p], group[i], RETURN] += back[j]
            transit[d] -= came
            persons[d] += came - back[j] - gone[j]
            hosted[p] += came - back[j] - gone[j]
