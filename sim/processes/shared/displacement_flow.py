"""How displaced people move: one engine for any graph of places, in the region by weeks and in a case by days.

    push_i = violence x_i / (x_i + half) + fear_push fear_i^2 + hardship (h_i - h0)+ + siege + order to leave, less who is trapped
    leavers ~ Binomial(movable residents, 1 - exp(-push dt)),   x_i = recent dead per 10,000 people
    places, and whether one is there by the end of the step ~ Multinomial(weights)
    weight_ij = pull_ij (1 + kin_ij) safety_j border_ij room_j   (places worth less than a hundredth of the best are not considered)
    arrivals of those under way, onward moves and returns ~ Binomial with rates per day

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

from sim.core.draws import FEW, binomial, row_of, split_below, uniform_of

IDP, REFUGEE, ONWARD, RETURN = range(4)
#: what a draw of an origin is about: numbers of draws of a cohort are these plus the key of its place, so that they do not
#: depend on which other places are thought of
CHOICE, CAME, BACK, GONE, ONWARD_CHOICE = 16, 1 << 50, 2 << 50, 3 << 50, 4 << 50

WAYS = 1 << 13  # more than twice the places that anybody thinks of
#: how often those who are away weigh going home or moving on (days); cohorts take turns, see `turns_of`
WEIGH_DAYS = 28.0

#: the parameters of displacement that the kernels read, by the names they have in `sim.settings.parameters.groups.Displacement`
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
    """Chances of arriving in a step of `dt` days for those under way and for those who set out within it; `days` (D,) -> two (D,).

    `days` is the mean time of travel. The second chance is the mean of the first over the moments of the step.
    """
    arrive, at_once = np.empty((2, days.shape[0]))
    for d in range(days.shape[0]):
        a = dt / days[d]
        arrive[d] = -math.expm1(-a)
        at_once[d] = 1.0 - arrive[d] / a
    return arrive, at_once


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
def openness(passage, border_weight):
    """How freely people of each country go to each (G, G): across a border by how much it is open and how little it is liked."""
    found = border_weight * passage
    for c in range(passage.shape[0]):
        found[c, c] = 1.0
    return found


@njit(cache=True)
def choice_weights(i, start, place, pull, country, openly, appeal, habits, persons, out):
    """Weights of the candidate places of origin `i` into `out`; returns how many. `appeal` (P,) is safety times room.

    `openly` (G, G) as from `openness`. Places worth less than a hundredth of the best are not considered.
    """
    first, n = start[i], start[i + 1] - start[i]
    away = 0
    for j in range(n):
        away += persons[first + j]
    kin = habits.kin_weight / (away + habits.kin_half)
    to = openly[country[i]]
    best = 0.0
    for j in range(n):
        d = first + j
        p = place[d]
        out[j] = pull[d] * appeal[p] * to[country[p]] * (1.0 + kin * persons[d])
        best = max(best, out[j])
    for j in range(n):
        out[j] = out[j] if out[j] >= 0.01 * best else 0.0
    return n


@njit(cache=True)
def ways_below(weights, at_once, first, n, below):
    """Sums for `split_below` of the weights of the `n` places, each in two (2 n,): those who arrive in the step, those who do not.

    So one split says where people go and whether they are there by the end of the step.
    """
    total = 0.0
    for j in range(n):
        below[2 * j] = total + weights[j] * at_once[first + j]
        total += weights[j]
        below[2 * j + 1] = total


@njit(cache=True)
def move(stream, step, turns, key, start, place, leavers, onward, home, travel, pull, country, passage, appeal, habits, residents, hosted, displaced_from, departed_week, returned, persons, transit, group,
         flows):  # fmt: skip
    """Setting out, arriving, moving on and returning in the step number `step`, in place; those who find no place to go stay.

    `leavers`, `onward`, `home` (P,) as in `chances`; `travel` is what `arrival_chances` gives. `flows` (G, G, 4) counts
    persons by the `group` (P,) of the places from and to, and by kind.
    """
    arrive, at_once = travel
    most = 0
    for i in range(start.shape[0] - 1):
        most = max(most, start[i + 1] - start[i])
    weights, below, chosen = np.zeros(most), np.zeros(2 * most), np.zeros(FEW)
    fresh, parts = np.zeros((2, 2 * most), dtype=np.int64)  # who set out, as in `ways_below`
    back, gone = np.zeros((2, most), dtype=np.int64)
    openly = openness(passage, habits.border_weight)
    for i in range(start.shape[0] - 1):
        if leavers[i] == 0 and displaced_from[i] == 0:
            continue
        first, n = start[i], start[i + 1] - start[i]
        ways = below[: 2 * n]
        row = row_of(stream, key[i])
        known = leavers[i] > 0  # whether the weights of this origin are known
        were_away = displaced_from[i]
        set_out = 0
        if known:
            choice_weights(i, start, place, pull, country, openly, appeal, habits, persons, weights)
            ways_below(weights, at_once, first, n, below)
            set_out = leavers[i] - split_below(row, CHOICE, leavers[i], ways, 0, 0, fresh, chosen)
            residents[i] -= set_out
            displaced_from[i] += set_out
            departed_week[i] += set_out
            for j in range(n):
                went = fresh[2 * j] + fresh[2 * j + 1]
                if went > 0:
                    p = place[first + j]
                    kind = IDP if country[p] == country[i] else REFUGEE
                    flows[group[i], group[p], kind] += went
        if were_away > 0:
            movers = 0
            for j in range(step % turns, n, turns):  # whose turn it is to weigh going home or on
                d = first + j
                back[j] = gone[j] = 0
                if persons[d] > 0:
                    p = place[d]
                    back[j] = binomial(uniform_of(row, BACK + np.int64(key[p])), persons[d], home[i])
                    if onward[p] > 0.0:
                        gone[j] = binomial(uniform_of(row, GONE + np.int64(key[p])), persons[d] - back[j], onward[p])
                        movers += gone[j]
            if movers > 0 and not known:
                choice_weights(i, start, place, pull, country, openly, appeal, habits, persons, weights)
                ways_below(weights, at_once, first, n, below)
                for j in range(2 * n):
                    fresh[j] = 0
            for j in range(step % turns, n, turns):
                d = first + j
                p = place[d]
                if gone[j] > 0:
                    k = ONWARD_CHOICE + WAYS * np.int64(key[p])
                    gone[j] -= split_below(row, k, gone[j], ways, 2 * j, 2 * j + 2, parts, chosen)  # not where they are
                    for way in range(2 * n):
                        fresh[way] += parts[way]
                    for m in range(n):
                        if parts[2 * m] + parts[2 * m + 1] > 0:
                            flows[group[p], group[place[first + m]], ONWARD] += parts[2 * m] + parts[2 * m + 1]
                if back[j] > 0:
                    residents[i] += back[j]
                    returned[i] += back[j]
                    displaced_from[i] -= back[j]
                    flows[group[p], group[i], RETURN] += back[j]
                persons[d] -= back[j] + gone[j]
                hosted[p] -= back[j] + gone[j]
            known = known or movers > 0
            for j in range(n):
                d = first + j
                if transit[d] > 0:
                    p = place[d]
                    came = binomial(uniform_of(row, CAME + np.int64(key[p])), transit[d], arrive[d])
                    transit[d] -= came
                    persons[d] += came
                    hosted[p] += came
        if known:
            for j in range(n):
                d = first + j
                persons[d] += fresh[2 * j]
                hosted[place[d]] += fresh[2 * j]
                transit[d] += fresh[2 * j + 1]
