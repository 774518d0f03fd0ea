"""Displacement: people leave, choose a place, travel, move on and return, on the cells of the region.

    departures ~ Binomial(movable residents, 1 - exp(-push dt)),  places ~ Multinomial(weights)
    room_j = 1 / (1 + crowding_j),  safety_j = 1 / (1 + x_j / half),  x = recent dead per 10,000 people

Nodes are cells, edges the travel graph: attraction over distance is worked out once
(`sim.model.map_tables.displacement_tables`). Equations and sources are in `displacement_rates` and
`displacement_flow` (`sim.processes.shared`); a case of named places and routes (`sim.cases.run`) moves its people by
the same functions.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.draws import binomial, uniform
from sim.core.views import call, columns
from sim.processes.shared.displacement_flow import Cohorts, Graph, arrival_chances, move
from sim.processes.shared.displacement_rates import (
    Chances,
    Communities,
    Conditions,
    DisplacementParameters,
    draw_departures,
    review_cycle,
    update_chances,
    update_conditions,
)

Cells = columns("cells", reads="danger")
Governments = columns("governments", reads="passage")
Hosts = columns("communities", writes="hosted hosted_dead displaced_from", name="Hosts")
Guests = columns("cohorts", reads="origin", writes="persons", name="Guests")

#: numbers of draws by place, this and the number of the cohort there; far from those of its residents
#: (`displacement_flow.CHOICE` and so many persons or places)
BURIAL = 10_000


@njit(cache=True)
def bury(stream, draw_key, place_start, place_rows, hosts, guests):
    """Take the displaced who were killed this week off the cohorts at their place, by conditional binomials.

    `place_rows` (D,) lists the cohorts by place, in compressed rows from `place_start` (P + 1,).
    """
    for c in range(hosts.hosted.shape[0]):
        left = hosts.hosted_dead[c]
        if left <= 0:
            continue
        there = hosts.hosted[c]
        for j in range(place_start[c], place_start[c + 1]):
            d = place_rows[j]
            persons = guests.persons[d]
            if persons <= 0 or left <= 0:
                continue
            n = left
            if persons < there:
                n = binomial(uniform(stream, draw_key[c], BURIAL + j - place_start[c]), left, persons / there)
            n = min(n, persons)
            there -= persons
            guests.persons[d] -= n
            hosts.displaced_from[guests.origin[d]] -= n
            left -= n
        for j in range(place_start[c], place_start[c + 1]):
            d = place_rows[j]  # rounding of chances can leave a few: take them where people are
            n = min(left, guests.persons[d])
            guests.persons[d] -= n
            hosts.displaced_from[guests.origin[d]] -= n
            left -= n
        hosts.hosted[c] -= hosts.hosted_dead[c] - left
        hosts.hosted_dead[c] = 0


def step(model, dt):
    """Burials among the displaced, then setting out, arriving, moving on and returning."""
    w, stream, p = model.world, model.stream("displacement"), DisplacementParameters.of(model.p.displacement)
    communities, cohorts = Communities.of(model), Cohorts.of(model)
    cells, governments = Cells.of(model), Governments.of(model)
    call(bury, stream, w.draw_key, model.place_start, model.place_rows, Hosts.of(model), Guests.of(model))
    violence, appeal, *rates = np.empty((2 + len(Chances._fields), w.n_communities))
    movable, departures = np.empty((2, w.n_communities), dtype=np.int64)
    review_days = model.p.displacement.review_days
    conditions, chances, turns = Conditions(violence, appeal, movable), Chances(*rates), review_cycle(dt, review_days)
    call(update_conditions, cells.danger, communities, model.residents_peace, model.camp_capacity, p, conditions)
    call(update_chances, violence, communities, p, dt, turns, chances)
    call(draw_departures, stream, w.draw_key, movable, chances.leave, departures)
    communities.departed_week[:] = 0
    communities.returned[:] = 0
    graph = Graph(w.draw_key, w.country, w.admin1, w.dest_start, model.dest_pull)
    travel = model.arrival_chance if dt == model.dt else call(arrival_chances, dt, model.days_on_way)
    call(
        move,
        stream,
        model.step_index,
        turns,
        graph,
        communities,
        cohorts,
        departures,
        chances,
        travel,
        governments.passage,
        appeal,
        p,
        model.flows,
    )
