"""Ways on: some of the displaced leave the region by the ways that lead out of the country where they are.

    gone ~ Binomial(persons, 1 - exp(-rate share of ways open)),   to country k in proportion to passage_ck

c is the country where they are, k one of those to which ways lead from it (the region's `ways_on`); passage is that of
the laws of the day, so that a law against smuggling narrows a way and its repeal opens it. A country that leads to
itself has a way out of the region. Who goes on is out of the model and counted by country of origin and where to
(`gone_on`); they do not come back. Cohorts take turns, each once in a year of `ROUND_DAYS`.

Movements by Agadez to Algeria and Libya and what the law of 2015 did to them: Molenaar 2017; Brachet 2018.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.draws import binomial, row_of, uniform_of

ROUND_DAYS = 364.0
GOES, WHERE = 5 << 50, 6 << 50  # numbers of the draws of a cohort, with the key of its place


@njit(cache=True)
def go_on(stream, step, rounds, years, graph, origin, communities, cohorts, passage, ways, gone_on):
    """Cohorts whose turn it is in step number `step` of `rounds`: who goes on; returns how many left the region.

    `years` is the rate times the years of a round, `ways` (C, C) which countries ways lead to from each, `origin` (D,)
    of cohorts; `gone_on` (C, C) counts them by country of origin and where to.
    """
    left, persons, place = 0, cohorts.persons, cohorts.place
    opened, chance = np.zeros(ways.shape[0]), np.zeros(ways.shape[0])
    for c in range(ways.shape[0]):
        number = 0
        for k in range(ways.shape[1]):
            if ways[c, k]:
                number += 1
                opened[c] += passage[c, k]
        if number > 0:
            chance[c] = -math.expm1(-years * opened[c] / number)
    for d in range(step % rounds, persons.shape[0], rounds):
        i, here = origin[d], place[d]
        c = graph.country[here]
        if persons[d] == 0 or chance[c] <= 0.0:
            continue
        row = row_of(stream, graph.key[i])
        key = graph.key[here]
        gone = binomial(uniform_of(row, GOES + key), persons[d], chance[c])
        if gone == 0:
            continue
        u = uniform_of(row, WHERE + key) * opened[c]  # all of a cohort's turn go one way
        to = -1
        for k in range(ways.shape[1]):
            if ways[c, k] and (to < 0 or u > 0.0):
                to = k
                u -= passage[c, k]
        persons[d] -= gone
        communities.hosted[here] -= gone
        communities.displaced_from[i] -= gone
        gone_on[graph.country[i], to] += gone
        left += gone
    return left
