"""Displacement: people leave, choose a place, travel, move on and return; the engine of `sim.processes.shared.displacement_flow` on the cells.

    leavers ~ Binomial(movable residents, 1 - exp(-push dt)),  places ~ Multinomial(weights)
    room_j = 1 / (1 + crowding_j),  safety_j = 1 / (1 + x_j / half),  x = recent dead per 10,000 people

Nodes are cells, edges the travel graph: attraction over distance is worked out once (`sim.model.map_tables.displacement_tables`). Equations and
sources are in `sim.processes.shared.displacement_flow`; a case of named places and routes (`sim.cases.run`) moves its people by the same functions.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.draws import binomial, uniform
from sim.processes.shared.displacement_flow import (
    arrival_chances,
    chances,
    conditions,
    habits_of,
    leavers_of,
    move,
    turns_of,
)

READS = (
    "cells.danger", "communities.fear", "communities.hardship", "communities.siege", "communities.order_days",
    "cohorts.origin", "cohorts.place", "governments.passage",
)  # fmt: skip

WRITES = (
    "communities.residents", "communities.hosted", "communities.displaced_from", "communities.hosted_dead", "communities.departed_week",
    "communities.returned", "cohorts.persons", "cohorts.transit",
)  # fmt: skip


@njit(cache=True)
def bury(stream, draw_key, place_start, place_rows, hosted, hosted_dead, displaced_from, origin, persons):
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
                else binomial(uniform(stream, draw_key[c], 10_000 + j - place_start[c]), left, persons[d] / there)
            )
            n = min(n, persons[d])
            there -= persons[d]
            persons[d] -= n
            displaced_from[origin[d]] -= n
            left -= n
        for j in range(
            place_start[c], place_start[c + 1]
        ):  # rounding of chances can leave a few: take them where people are
            d = place_rows[j]
            n = min(left, persons[d])
            persons[d] -= n
            displaced_from[origin[d]] -= n
            left -= n
        hosted[c] -= hosted_dead[c] - left
        hosted_dead[c] = 0


def step(model, dt):
    """Burials among the displaced, then setting out, arriving, moving on and returning."""
    com, co, w = model.communities, model.cohorts, model.world
    stream, habits = model.stream("displacement"), habits_of(model.p.displacement)
    bury(
        stream, w.draw_key, model.place_start, model.place_rows, com.hosted, com.hosted_dead, com.displaced_from, co.origin,
        co.persons,
    )  # fmt: skip
    violence, appeal, leave, onward, home = model.scratch("displacement", (5, w.P))
    movable, leavers = np.empty((2, w.P), dtype=np.int64)
    conditions(
        model.cells.danger, com.residents, com.hosted, model.residents_peace, model.camp_capacity, habits, violence,
        appeal, movable,
    )  # fmt: skip
    turns = turns_of(dt)
    chances(violence, com.fear, com.hardship, com.siege, com.order_days, habits, dt, turns, leave, onward, home)
    leavers_of(stream, w.draw_key, movable, leave, leavers)
    travel = model.arrival_chance if dt == model.dt else arrival_chances(dt, model.days_on_way)
    com.departed_week[:] = 0
    com.returned[:] = 0
    move(
        stream, model.step_index, turns, w.draw_key, w.dest_start, co.place, leavers, onward, home, travel, model.dest_pull,
        w.country, model.governments.passage, appeal, habits, com.residents, com.hosted, com.displaced_from, com.departed_week,
        com.returned, co.persons, co.transit, w.admin1, model.flows,
    )  # fmt: skip
