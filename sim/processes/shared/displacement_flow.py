"""How displaced people move: one engine for any graph of places, in the region by weeks and in a case by days.

    push_i = violence x_i / (x_i + half) + fear_push fear_i^2 + hardship (h_i - h0)+ + siege + order to leave,
             less who is trapped
    departures ~ Binomial(movable residents, 1 - exp(-push dt)),   x_i = recent dead per 10,000 people
    places, and whether one is there by the end of the step ~ Multinomial(weights)
    weight_ij = pull_ij (1 + kin_ij) safety_j border_ij room_j
    arrivals of those under way, onward moves and returns ~ Binomial with rates per day

Places of less than a hundredth of the best weight are not considered.

People who are alike in origin, place and way form a cohort: one row per origin `i` and candidate place, in compressed
rows (`start`, `place`), with those who are there (`persons`) and those on their way (`transit`). Within a step the
members of a cohort choose independently and with equal chances. How many of n such people do a thing of chance p is
binomial, and how they divide over several things is multinomial; drawing these counts therefore has the same distribution
as letting them choose one by one, and the state of the next step depends on the choices only through the counts. So whole
histories have the same distribution too (`tests/processes/test_displacement.py` compares the two). Counts are drawn by
inversion of the distribution function; persons are whole and conserved.

Steps of any length: all chances come from rates in continuous time, 1 - exp(-rate dt). Who sets out within a step has done
so at a moment spread evenly over it, so the chance of having arrived at its end, with travel of mean T days, is
1 - (1 - exp(-a)) / a, a = dt / T (`arrival_chances`); weeks and days then give the same people in the same places at the
end of a week, but for what changes within it (weights are those at the beginning of a step; who arrives moves on or
returns from the next step on).

The push saturates in violence, so that displaced per death fall as violence grows; threat and the wish to stay follow
Schmeidl (1997) and Davenport, Moore and Poe (2003), attraction over distance the gravity rule of migration, routes taken
by kin the network effect, as in Flee (Suleimenova, Bell and Groen 2017).

The acts of `move` are compiled into it (`inline="always"`): a call for every origin would cost as much as the act.
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.conversions import PER_10_000
from sim.core.draws import FEW, binomial, row_of, split_below, uniform_of
from sim.core.views import columns, values
from sim.settings.parameters.people import Displacement

Communities = columns(
    "communities",
    reads="fear hardship siege order_days",
    writes="residents hosted displaced_from departed_week returned",
)
Cohorts = columns("cohorts", reads="place", writes="persons transit")
DisplacementParameters = values("DisplacementParameters", Displacement)

#: of places (P,): key of their draws, country, group by which flows are counted; cohorts of each origin (P + 1,), and
#: how each cohort's place draws its origin (D,)
Graph = namedtuple("Graph", "key country group start pull")
#: as a step begins (P,): recent dead per 10,000, appeal to the displaced, how many could leave
Conditions = namedtuple("Conditions", "violence appeal movable")
#: of leaving home in a step, of moving on from a place and of returning home when it is a cohort's turn (P,)
Chances = namedtuple("Chances", "leave onward home")
#: chances of arriving in a step for those under way and for those who set out within it (D,)
Travel = namedtuple("Travel", "arrive at_once")
#: of one origin: weights of its n places, their sums as `split_below` takes them (2 n,), persons who set out (2 n,) in all
#: and from one place, who return and who move on from each (n,), and room for `FEW` numbers
Choices = namedtuple("Choices", "weights below fresh parts back gone chosen")

IDP, REFUGEE, ONWARD, RETURN = range(4)
#: numbers of draws of an origin; those of a cohort are these plus the key of its place, so that they do not depend on
#: which other places are thought of
LEAVE, CHOICE, CAME, BACK, GONE, ONWARD_CHOICE = 0, 16, 1 << 50, 2 << 50, 3 << 50, 4 << 50

WAYS = 1 << 13  # more than twice the places that anybody thinks of
#: how often those who are away weigh going home or moving on (days); cohorts take turns, see `review_cycle`
REVIEW_DAYS = 28.0
CONSIDERED = 0.01  # places that draw people less than this part of the best are not thought of


def review_cycle(dt: float) -> int:
    """Number of steps of `dt` days in which every cohort once weighs going home or moving on.

    Both go by rates of at most a few per cent a week. Each cohort therefore decides once in `REVIEW_DAYS`, with the chance
    that belongs to so many days, and cohorts take turns: a fraction of the draws, the same people in the long run.
    """
    return max(1, round(REVIEW_DAYS / dt))


@njit(cache=True)
def arrival_chances(dt, days):
    """Chances of arriving (`Travel`) in a step of `dt` days on ways that take `days` (D,), the mean time of travel.

    The second chance is the mean of the first over the moments of the step.
    """
    travel = Travel(np.empty(days.shape[0]), np.empty(days.shape[0]))
    for d in range(days.shape[0]):
        a = dt / days[d]
        travel.arrive[d] = -math.expm1(-a)
        travel.at_once[d] = 1.0 - travel.arrive[d] / a
    return travel


# ---------------------------------------------------------------------------- as a step begins


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
    times the onward factor.
    """
    for i in range(violence.shape[0]):
        dead, fear, siege = violence[i], communities.fear[i], communities.siege[i]
        ordered = communities.order_days[i]
        push = push_of(dead, fear, communities.hardship[i], siege, ordered, p)
        chances.leave[i] = 1.0 - math.exp(-push * dt) if push > 0.0 else 0.0
        push = push_of(dead, fear, 0.0, siege, ordered, p)
        chances.onward[i] = 1.0 - math.exp(-p.onward * push * dt * turns) if push > 0.0 else 0.0
        rate = home_rate(dead, fear, siege, ordered, p)
        chances.home[i] = 1.0 - math.exp(-rate * dt * turns) if rate > 0.0 else 0.0


@njit(cache=True)
def draw_departures(stream, key, movable, leave, departures):
    """How many decide to leave each place in the step (P,), into `departures`."""
    for i in range(movable.shape[0]):
        departures[i] = (
            binomial(uniform_of(row_of(stream, key[i]), LEAVE), movable[i], leave[i]) if leave[i] > 0.0 else 0
        )


# ---------------------------------------------------------------------------- where to


@njit(cache=True)
def openness(passage, border_weight):
    """How freely people of each country go to each (G, G): across a border by how much it is open, how little liked."""
    found = border_weight * passage
    for c in range(passage.shape[0]):
        found[c, c] = 1.0
    return found


@njit(cache=True, inline="always")
def weigh_places(i, graph, cohorts, openly, appeal, p, weights):
    """Weights of the candidate places of origin `i` into `weights` (n,). `appeal` (P,) is safety times room.

    `openly` (G, G) as from `openness`. Places worth less than `CONSIDERED` of the best get none.
    """
    first, n = graph.start[i], graph.start[i + 1] - graph.start[i]
    away = 0
    for j in range(n):
        away += cohorts.persons[first + j]
    kin = p.kin_weight / (away + p.kin_half)
    to = openly[graph.country[i]]
    best = 0.0
    for j in range(n):
        d = first + j
        there = cohorts.place[d]
        weights[j] = graph.pull[d] * appeal[there] * to[graph.country[there]] * (1.0 + kin * cohorts.persons[d])
        best = max(best, weights[j])
    for j in range(n):
        weights[j] = weights[j] if weights[j] >= CONSIDERED * best else 0.0


@njit(cache=True, inline="always")
def add_up(weights, at_once, first, n, below):
    """Sums of the weights of `n` places for `split_below`, each in two (2 n,): who arrives in the step, who does not.

    So one split says where people go and whether they are there by the end of the step.
    """
    total = 0.0
    for j in range(n):
        below[2 * j] = total + weights[j] * at_once[first + j]
        total += weights[j]
        below[2 * j + 1] = total


@njit(cache=True)
def room_for_choices(start):
    """Room for the choices of any one origin, of the places in compressed rows from `start` (P + 1,)."""
    most = 0
    for i in range(start.shape[0] - 1):
        most = max(most, start[i + 1] - start[i])
    return Choices(
        weights=np.zeros(most),
        below=np.zeros(2 * most),
        fresh=np.zeros(2 * most, dtype=np.int64),
        parts=np.zeros(2 * most, dtype=np.int64),
        back=np.zeros(most, dtype=np.int64),
        gone=np.zeros(most, dtype=np.int64),
        chosen=np.zeros(FEW),
    )


# ---------------------------------------------------------------------------- the acts of an origin


@njit(cache=True, inline="always")
def set_out(i, row, leaving, graph, communities, cohorts, choices, flows):
    """Of those who are `leaving` home each chooses a place, into `choices.fresh`; who finds none stays."""
    first, n = graph.start[i], graph.start[i + 1] - graph.start[i]
    fresh = choices.fresh
    left = leaving - split_below(row, CHOICE, leaving, choices.below[: 2 * n], 0, 0, fresh, choices.chosen)
    communities.residents[i] -= left
    communities.displaced_from[i] += left
    communities.departed_week[i] += left
    for j in range(n):
        went = fresh[2 * j] + fresh[2 * j + 1]
        if went > 0:
            there = cohorts.place[first + j]
            kind = IDP if graph.country[there] == graph.country[i] else REFUGEE
            flows[graph.group[i], graph.group[there], kind] += went


@njit(cache=True, inline="always")
def weigh_home_and_onward(i, row, turn, turns, graph, cohorts, chances, choices):
    """Cohorts whose turn it is: who returns and who wants to move on, into `choices.back` and `gone`.

    Returns how many want to move on.
    """
    first, n = graph.start[i], graph.start[i + 1] - graph.start[i]
    movers = 0
    for j in range(turn, n, turns):
        d = first + j
        choices.back[j] = choices.gone[j] = 0
        if cohorts.persons[d] > 0:
            there = cohorts.place[d]
            key = np.int64(graph.key[there])
            choices.back[j] = binomial(uniform_of(row, BACK + key), cohorts.persons[d], chances.home[i])
            if chances.onward[there] > 0.0:
                stay = cohorts.persons[d] - choices.back[j]
                choices.gone[j] = binomial(uniform_of(row, GONE + key), stay, chances.onward[there])
                movers += choices.gone[j]
    return movers


@njit(cache=True, inline="always")
def go_home_and_onward(i, row, turn, turns, graph, communities, cohorts, choices, flows):
    """Who has decided so (`choices.back`, `gone`) goes: home at once, onward as those who set out."""
    first, n = graph.start[i], graph.start[i + 1] - graph.start[i]
    below, fresh, parts, back, gone = choices.below[: 2 * n], choices.fresh, choices.parts, choices.back, choices.gone
    for j in range(turn, n, turns):
        d = first + j
        here = cohorts.place[d]
        if gone[j] > 0:
            k = ONWARD_CHOICE + WAYS * np.int64(graph.key[here])
            # not where they are
            gone[j] -= split_below(row, k, gone[j], below, 2 * j, 2 * j + 2, parts, choices.chosen)
            for way in range(2 * n):
                fresh[way] += parts[way]
            for m in range(n):
                went = parts[2 * m] + parts[2 * m + 1]
                if went > 0:
                    flows[graph.group[here], graph.group[cohorts.place[first + m]], ONWARD] += went
        if back[j] > 0:
            communities.residents[i] += back[j]
            communities.returned[i] += back[j]
            communities.displaced_from[i] -= back[j]
            flows[graph.group[here], graph.group[i], RETURN] += back[j]
        cohorts.persons[d] -= back[j] + gone[j]
        communities.hosted[here] -= back[j] + gone[j]


@njit(cache=True, inline="always")
def arrive(i, row, graph, communities, cohorts, chance):
    """Some of those who were under way as the step began arrive; `chance` (D,) as in `Travel.arrive`."""
    for d in range(graph.start[i], graph.start[i + 1]):
        if cohorts.transit[d] > 0:
            there = cohorts.place[d]
            came = binomial(uniform_of(row, CAME + np.int64(graph.key[there])), cohorts.transit[d], chance[d])
            cohorts.transit[d] -= came
            cohorts.persons[d] += came
            communities.hosted[there] += came


@njit(cache=True, inline="always")
def add_fresh(i, graph, communities, cohorts, fresh):
    """Those who set out in the step, at home or from a place, join the cohorts there or under way."""
    first = graph.start[i]
    for j in range(graph.start[i + 1] - first):
        d = first + j
        cohorts.persons[d] += fresh[2 * j]
        communities.hosted[cohorts.place[d]] += fresh[2 * j]
        cohorts.transit[d] += fresh[2 * j + 1]


@njit(cache=True)
def move(stream, step, turns, graph, communities, cohorts, departures, chances, travel, passage, appeal, p, flows):
    """Setting out, arriving, moving on and returning in the step number `step`, in place.

    Who finds no place to go stays. `departures` (P,) as from `draw_departures`; `flows` (G, G, 4) counts persons by the
    groups of the places from and to, and by kind.
    """
    choices, openly, turn = room_for_choices(graph.start), openness(passage, p.border_weight), step % turns
    for i in range(graph.start.shape[0] - 1):
        leaving, were_away = departures[i], communities.displaced_from[i] > 0
        if leaving == 0 and not were_away:
            continue
        first, n, row = graph.start[i], graph.start[i + 1] - graph.start[i], row_of(stream, graph.key[i])
        anybody = leaving > 0
        if anybody:
            weigh_places(i, graph, cohorts, openly, appeal, p, choices.weights)
            add_up(choices.weights, travel.at_once, first, n, choices.below)
            set_out(i, row, leaving, graph, communities, cohorts, choices, flows)
        if were_away:
            movers = weigh_home_and_onward(i, row, turn, turns, graph, cohorts, chances, choices)
            if movers > 0 and not anybody:
                weigh_places(i, graph, cohorts, openly, appeal, p, choices.weights)
                add_up(choices.weights, travel.at_once, first, n, choices.below)
                choices.fresh[: 2 * n] = 0
                anybody = True
            go_home_and_onward(i, row, turn, turns, graph, communities, cohorts, choices, flows)
            arrive(i, row, graph, communities, cohorts, travel.arrive)
        if anybody:
            add_fresh(i, graph, communities, cohorts, choices.fresh)
