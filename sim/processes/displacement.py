"""Displacement: people leave, choose a place, travel, move on and return, on the cells of the region.

    departures ~ Binomial(movable residents, 1 - exp(-push dt)),  places ~ Multinomial(weights)
    room_j = 1 / (1 + crowding_j),  safety_j = 1 / (1 + v_j / half),  v = recent dead per 10,000 people now there

Nodes are cells, edges the travel graph: attraction over distance is worked out once, and anew when a camp opens
(`sim.model.map_tables`). Equations and sources are in `flight.alarm` (who rules, whom people fear, the toll),
`displacement_rates` (why people leave and return), `displacement_flow` (where to) and `flight.ways_on` (out of the
region) in `sim.processes.shared`; a case of named places and routes (`sim.cases.run`) moves its people by
the same functions.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.conversions import YEAR_DAYS
from sim.core.draws import binomial, uniform
from sim.core.views import call, columns
from sim.processes.shared.displacement_flow import Cohorts, Graph, Outlook, arrival_chances, move
from sim.processes.shared.displacement_rates import (
    Chances,
    Communities,
    Conditions,
    DisplacementParameters,
    decide,
    review_cycle,
)
from sim.processes.shared.flight.alarm import (
    Around,
    Felt,
    Grounds,
    Kept,
    People,
    Rulers,
    feel_week,
)
from sim.processes.shared.flight.ways_on import ROUND_DAYS, go_on

Cells = columns("cells", reads="danger")
Governments = columns("governments", reads="passage", writes="gone_on")
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


def feel(model, dt, people, rules) -> Felt:
    """Toll, alarm and whom each community holds harm against, with the week's dead and rule."""
    w, p, grounds = model.world, model.p.displacement, Grounds.of(model)
    around = Around(w.country, model.pooled_peace, w.nb_start, w.nb_cell)
    rulers = Rulers(model.ruler_of, model.army_of, model.actor_of_controller)
    loyal = model.p.attitudes.forget_days
    days = (p.alarm_days, p.known_days, p.past_days, p.toll_days, loyal)
    kept = Kept(*(math.exp(-dt / d) for d in days))
    states = len(model.army_of)
    dread = model.scratch("dread", (w.n_communities, states + people.known.shape[1]))
    felt = Felt(*np.empty((len(Felt._fields) - 1, w.n_communities)), dread)
    call(feel_week, people, grounds, around, rulers, kept, rules, felt)
    return felt


def flee(model, dt, by_deaths=False, from_anybody=False):
    """Burials among the displaced, then setting out, arriving, moving on, returning and going on out of the region.

    `by_deaths`: by the push of chances_by_deaths; `from_anybody`: where people go does not depend on whom
    they flee.
    """
    w, stream, p = model.world, model.stream("displacement"), DisplacementParameters.of(model.p.displacement)
    communities, cohorts = Communities.of(model), Cohorts.of(model)
    cells, governments, guests = Cells.of(model), Governments.of(model), Guests.of(model)
    model.open_camps()
    call(bury, stream, w.draw_key, model.place_start, model.place_rows, Hosts.of(model), guests)
    felt = feel(model, dt, People.of(model), p)
    violence, appeal, *rates = np.empty((2 + len(Chances._fields), w.n_communities))
    movable, departures = np.empty((2, w.n_communities), dtype=np.int64)
    conditions, chances, turns = (
        Conditions(violence, appeal, movable),
        Chances(*rates),
        review_cycle(dt, model.p.displacement.review_days),
    )
    room = model.residents_peace, model.camp_capacity
    where = cells.danger, communities, room, felt, conditions, chances
    call(decide, stream, w.draw_key, *where, by_deaths, turns, p, dt, departures)
    communities.departed_week[:] = 0
    communities.returned[:] = 0
    if from_anybody:
        felt.blame[:], felt.dread[:] = 0.0, 0.0
    graph = Graph(w.draw_key, w.country, w.admin1, w.dest_start, model.dest_pull)
    outlook = Outlook(governments.passage, appeal, Grounds.of(model).share, felt.dread, felt.blame)
    travel = model.arrival_chance if dt == model.dt else call(arrival_chances, dt, model.days_on_way)
    step_now, flows = model.step_index, model.flows
    call(move, stream, step_now, turns, graph, communities, cohorts, departures, chances, travel, outlook, p, flows)
    rounds = max(1, round(ROUND_DAYS / dt))
    rate = model.p.displacement.ways_on_rate * rounds * dt / YEAR_DAYS
    passage, ways, gone = governments.passage, model.ways_on, governments.gone_on
    if rate > 0.0 and ways.any():
        left = call(
            go_on, stream, step_now, rounds, rate, graph, guests.origin, communities, cohorts, passage, ways, gone
        )
        model.ledger["departed"] += int(left)


def step(model, dt):
    """People flee violence, who comes to rule, hardship, sieges and orders, to where those they flee are not."""
    flee(model, dt)


def by_deaths(model, dt):
    """Variant: people flee the dead and fear, whoever rules, and return at one rate."""
    flee(model, dt, by_deaths=True)


def from_anybody(model, dt):
    """Variant: a border weighs the same and places are as good, whomever people flee."""
    flee(model, dt, from_anybody=True)
