"""How displaced people move: one engine for any graph of places, in the region by weeks and in a case by days.

    places, and whether one is there by the end of the step ~ Multinomial(weights)
    weight_ij = pull_ij (1 + kin_ij) safety_j room_j border_ij product over q of (1 - harm_iq share_jq)
    border_ij = passage_ij b^(1 - phi_i) from one country to another, else 1
    arrivals of those under way, onward moves and returns ~ Binomial with rates per day

Places of less than a hundredth of the best weight are not considered. Who leaves, and at what rates people return and
move on, is in `sim.processes.shared.displacement_rates`.

People who are alike in origin, place and way form a cohort: one row per origin `i` and candidate place, in compressed
rows (`start`, `place`), with those who are there (`persons`) and those on their way (`transit`). Within a step the
members of a cohort choose independently and with equal chances. How many of n such people do a thing of chance p is
binomial, and how they divide over several things is multinomial; drawing these counts therefore has the same
distribution as letting them choose one by one, and the state of the next step depends on the choices only through the
counts. So whole histories have the same distribution too (`tests/processes/test_displacement.py` compares the two).
Counts are drawn by inversion of the distribution function; persons are whole and conserved.

Steps of any length: all chances come from rates in continuous time, 1 - exp(-rate dt). Who sets out within a step has
done so at a moment spread evenly over it, so the chance of having arrived at its end, with travel of mean T days, is
1 - (1 - exp(-a)) / a, a = dt / T (`arrival_chances`); weeks and days then give the same people in the same places at
the end of a week, but for what changes within it (weights are those at the beginning of a step; who arrives moves on or
returns from the next step on).

Attraction over distance is the gravity rule of migration, routes taken by kin the network effect, as in Flee
(Suleimenova, Bell and Groen 2017). People do not flee to those they flee (Moore and Shellman 2006): harm_iq is what
they hold against a ruler q, who has share_jq of the influence at the place. Who flees the own state crosses its border,
and who flees others stays near it (Davenport, Moore and Poe 2003): phi_i is the part of the harm that the state did.

The acts of `move` are compiled into it (`inline="always"`), as a call for every origin would cost as much as the act.
Where they draw in a loop they take columns out of tables before it, which spares counting references row by row.
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.draws import FEW, binomial, row_of, split_below, uniform_of
from sim.core.views import bundle, columns

Cohorts = columns("cohorts", reads="place", writes="persons transit")

#: of places (P,): key of their draws, country, group by which flows are counted; where the cohorts of each origin begin
#: (P + 1,), and how the place of each draws its origin (D,)
Graph = bundle("Graph", "key country group start pull")
#: chances of arriving in a step for those under way and for those who set out within it (D,)
Travel = bundle("Travel", "arrive at_once")
#: of where people may go: openness of borders (G, G); safety times room (P,); share of the influence by controller
#: (P, Q); of who leaves, harm held against each ruler (P, G + Q - 1; states, then controllers but for the government)
#: and the part of it that is the own state's (P,)
Outlook = bundle("Outlook", "passage appeal share dread blame")
#: of one origin with n places: weights (n,) and their sums as in `add_up` (2 n,); persons who set out, in all and from
#: one place (2 n,), as in `add_up`; who return from each place, and who move on (n,); controllers that are feared (Q,);
#: room for `FEW` numbers
Choices = namedtuple("Choices", "weights below fresh parts back gone feared chosen")

IDP, REFUGEE, ONWARD, RETURN = range(4)
#: numbers of draws of an origin; those of a cohort are these plus the key of its place, so that they do not depend on
#: which other places are thought of
CHOICE, CAME, BACK, GONE, ONWARD_CHOICE = 16, 1 << 50, 2 << 50, 3 << 50, 4 << 50

WAYS = 1 << 13  # more than twice the places that anybody thinks of
LITTLE = 0.001  # harm below which nobody is avoided


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


# ---------------------------------------------------------------------------- where to


@njit(cache=True, inline="always")
def weigh_places(i, graph, cohorts, outlook, p, feared, weights):
    """Weights of the candidate places of origin `i` into `weights` (n,). `feared` (Q,) is room to work in.

    Places worth less than the part `p.considered` of the best get none.
    """
    first, n, own = graph.start[i], graph.start[i + 1] - graph.start[i], graph.country[i]
    place, persons, country, pull = cohorts.place, cohorts.persons, graph.country, graph.pull
    appeal, share, dread, states = outlook.appeal, outlook.share, outlook.dread, outlook.passage.shape[0]
    displaced, fears = 0, 0
    for j in range(n):
        displaced += persons[first + j]
    for q in range(1, share.shape[1]):
        if dread[i, states - 1 + q] > LITTLE:
            feared[fears] = q
            fears += 1
    kin = p.kin_weight / (displaced + p.kin_half)
    border = p.border_weight ** (1.0 - outlook.blame[i])
    best = 0.0
    for j in range(n):
        d = first + j
        there = place[d]
        to = country[there]
        weight = pull[d] * appeal[there] * (1.0 + kin * persons[d]) * (1.0 - dread[i, to] * share[there, 0])
        for f in range(fears):
            weight *= 1.0 - dread[i, states - 1 + feared[f]] * share[there, feared[f]]
        if to != own:
            weight *= border * outlook.passage[own, to]
        weights[j] = weight
        best = max(best, weight)
    for j in range(n):
        weights[j] = weights[j] if weights[j] >= p.considered * best else 0.0


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
def room_for_choices(start, controllers):
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
        feared=np.zeros(controllers, dtype=np.int64),
        chosen=np.zeros(FEW),
    )


# ---------------------------------------------------------------------------- the acts of an origin


@njit(cache=True, inline="always")
def weigh_home_and_onward(i, row, turn, turns, graph, cohorts, chances, choices):
    """Cohorts whose turn it is: who returns and who wants to move on, into `choices.back` and `choices.gone`.

    Returns how many return, and how many want to move on.
    """
    first, n = graph.start[i], graph.start[i + 1] - graph.start[i]
    key, country, place, persons, onward = graph.key, graph.country, cohorts.place, cohorts.persons, chances.onward
    back, gone, own = choices.back, choices.gone, graph.country[i]
    home, abroad = chances.home[i], chances.home_abroad[i]
    returning, movers = 0, 0
    for j in range(turn, n, turns):
        d = first + j
        back[j] = gone[j] = 0
        if persons[d] > 0:
            here = place[d]
            k = np.int64(key[here])
            chance = home if country[here] == own else abroad
            back[j] = binomial(uniform_of(row, BACK + k), persons[d], chance)
            returning += back[j]
            if onward[here] > 0.0:
                gone[j] = binomial(uniform_of(row, GONE + k), persons[d] - back[j], onward[here])
                movers += gone[j]
    return returning, movers


@njit(cache=True, inline="always")
def set_out(i, row, leaving, graph, communities, cohorts, choices, flows):
    """Of those who are `leaving` home each chooses a place, into `choices.fresh`; who finds none stays."""
    first, n = graph.start[i], graph.start[i + 1] - graph.start[i]
    left = leaving - split_below(row, CHOICE, leaving, choices.below[: 2 * n], 0, 0, choices.fresh, choices.chosen)
    communities.residents[i] -= left
    communities.displaced_from[i] += left
    communities.departed_week[i] += left
    for j in range(n):
        went = choices.fresh[2 * j] + choices.fresh[2 * j + 1]
        if went > 0:
            there = cohorts.place[first + j]
            kind = IDP if graph.country[there] == graph.country[i] else REFUGEE
            flows[graph.group[i], graph.group[there], kind] += went


@njit(cache=True, inline="always")
def go_home(i, turn, turns, graph, communities, cohorts, back, flows):
    """Those who have decided to (`back`, by place) are home at once."""
    first = graph.start[i]
    for j in range(turn, graph.start[i + 1] - first, turns):
        if back[j] > 0:
            here = cohorts.place[first + j]
            communities.residents[i] += back[j]
            communities.returned[i] += back[j]
            communities.displaced_from[i] -= back[j]
            communities.hosted[here] -= back[j]
            cohorts.persons[first + j] -= back[j]
            flows[graph.group[here], graph.group[i], RETURN] += back[j]


@njit(cache=True, inline="always")
def move_on(i, row, turn, turns, graph, communities, cohorts, choices, flows):
    """Those who want to (`choices.gone`) choose another place, into `choices.fresh`; who finds none stays."""
    first, n = graph.start[i], graph.start[i + 1] - graph.start[i]
    key, group, place, persons, hosted = graph.key, graph.group, cohorts.place, cohorts.persons, communities.hosted
    below, gone, fresh, parts = choices.below[: 2 * n], choices.gone, choices.fresh, choices.parts
    for j in range(turn, n, turns):
        if gone[j] == 0:
            continue
        here = place[first + j]
        k = ONWARD_CHOICE + WAYS * np.int64(key[here])
        but, until = 2 * j, 2 * j + 2  # not where they are
        left = gone[j] - split_below(row, k, gone[j], below, but, until, parts, choices.chosen)
        persons[first + j] -= left
        hosted[here] -= left
        for m in range(n):
            went = parts[2 * m] + parts[2 * m + 1]
            if went > 0:
                fresh[2 * m] += parts[2 * m]
                fresh[2 * m + 1] += parts[2 * m + 1]
                flows[group[here], group[place[first + m]], ONWARD] += went


@njit(cache=True, inline="always")
def arrive(i, row, graph, communities, cohorts, chance):
    """Some of those who were under way as the step began arrive; `chance` (D,) as in `Travel.arrive`."""
    key, place, persons, transit, hosted = (
        graph.key,
        cohorts.place,
        cohorts.persons,
        cohorts.transit,
        communities.hosted,
    )
    for d in range(graph.start[i], graph.start[i + 1]):
        if transit[d] > 0:
            there = place[d]
            came = binomial(uniform_of(row, CAME + np.int64(key[there])), transit[d], chance[d])
            transit[d] -= came
            persons[d] += came
            hosted[there] += came


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
def move(stream, step, turns, graph, communities, cohorts, departures, chances, travel, outlook, p, flows):
    """Setting out, arriving, moving on and returning in the step number `step`, in place.

    Who finds no place to go stays. `departures` (P,) as from `draw_departures`; `flows` (G, G, 4) counts persons by the
    groups of the places from and to, and by kind.
    """
    choices, turn = room_for_choices(graph.start, outlook.share.shape[1]), step % turns
    for i in range(graph.start.shape[0] - 1):
        leaving, were_away = departures[i], communities.displaced_from[i] > 0
        if leaving == 0 and not were_away:
            continue
        first, n, row = graph.start[i], graph.start[i + 1] - graph.start[i], row_of(stream, graph.key[i])
        returning, movers = 0, 0
        if were_away:
            returning, movers = weigh_home_and_onward(i, row, turn, turns, graph, cohorts, chances, choices)
        if leaving + movers > 0:
            weigh_places(i, graph, cohorts, outlook, p, choices.feared, choices.weights)
            add_up(choices.weights, travel.at_once, first, n, choices.below)
            for way in range(2 * n):
                choices.fresh[way] = 0
        if leaving > 0:
            set_out(i, row, leaving, graph, communities, cohorts, choices, flows)
        if returning > 0:
            go_home(i, turn, turns, graph, communities, cohorts, choices.back, flows)
        if movers > 0:
            move_on(i, row, turn, turns, graph, communities, cohorts, choices, flows)
        if were_away:
            arrive(i, row, graph, communities, cohorts, travel.arrive)
        if leaving + movers > 0:
            add_fresh(i, graph, communities, cohorts, choices.fresh)
