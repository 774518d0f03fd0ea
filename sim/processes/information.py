"""Information: each side learns about the other from communities that collaborate with it and from the air.

    collaboration_ia = share_i,q(a) (bare + (1 - bare) support_ia) (1 - fear_i (1 - share_i,q(a)) / 2)
    ground_ca = understanding_a * passed_on * collaboration_ca   (where nobody lives: desert_collaboration share_ca)
    ground_ca >= bloc_information * ground_c,army(c)   for forces of states in a bloc with that country; joint forces
    information_ca -> 1 - (1 - ground_ca)(1 - air_c),  with a lag of lag_days

Across a border nobody tells an army anything: a bloc opens the border (borders), and its members pass on a part of what
their own armies know there (ICG 2017 on the G5, 2020 on the Lake Chad force).

Collaboration follows control (Kalyvas 2006, ch. 5), support adds to it and fear of the rival takes from it. Local
understanding belongs to the actor, so it is lost when one partner hands over to another. Air surveillance serves all
forces on the side of the state in the countries where its supplier may operate, and sees less under cover.
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY
from sim.core.views import call, columns, values
from sim.processes.shared.derived import surveillance
from sim.settings.parameters.movement import Information

Actors = columns("actors", reads="understanding mandate_factor air access persons controller kind state")
Governments = columns("governments", reads="blocs")
Cells = columns("cells", reads="presence share", writes="information")
Communities = columns("communities", reads="support fear", writes="collaboration")
InformationRules = values("InformationRules", Information)
#: by actor (A,): what it makes of what it is told, whether the air serves it; by country (C,): surveillance; by both
#: (A, C): part of what the country's army knows that is passed on to it
Means = namedtuple("Means", "skill state_side air passed")
Place = namedtuple("Place", "country cover army")  # of each cell (N,); the army of each country (C,)


@njit(cache=True)
def collaborate(actors, cells, communities, p):
    """Collaboration (P, A) with those armed who are near, in place; nobody collaborates with others."""
    for c in range(communities.support.shape[0]):
        for a in range(communities.support.shape[1]):
            together = 0.0
            if cells.presence[c, a] > 0.0:
                s = cells.share[c, actors.controller[a]]
                willing = p.bare_collaboration + (1.0 - p.bare_collaboration) * communities.support[c, a]
                together = s * willing * (1.0 - p.fear_silences * communities.fear[c] * (1.0 - s))
            communities.collaboration[c, a] = together


def told_by_hosts(actors, governments, joint_force, p):
    """Part of what the army of each country knows on the ground that it tells each actor (A, C): forces of other
    members of a bloc, and joint forces (A,) where these may act."""
    of_state = (actors.kind == ARMY) | (actors.kind == AUXILIARY)
    bloc = np.where(of_state, governments.blocs[actors.state], 0)
    abroad = actors.state[:, None] != np.arange(len(governments.blocs))
    allied = ((bloc[:, None] & governments.blocs) != 0) & abroad
    return p.bloc_information * (allied | (joint_force[:, None] & (actors.access > 0.0)))


@njit(cache=True, inline="always")
def ground_of(c, a, actors, cells, communities, means, p):
    """What actor `a` knows from the ground in cell `c` where it is near."""
    if c < communities.collaboration.shape[0]:
        return means.skill[a] * communities.collaboration[c, a]
    return means.skill[a] * p.desert_collaboration * cells.share[c, actors.controller[a]]


@njit(cache=True)
def learn(actors, cells, communities, means, place, gain, p):
    """Information (N, A) in place, from collaboration where people live: those armed who are near learn, others forget.

    `gain` is the part of the way to what could be known that is gone in the step.
    """
    presence, information = cells.presence, cells.information
    n_cells, n_actors = presence.shape
    near, known = np.empty(n_actors, dtype=np.int64), np.empty(n_actors)
    for c in range(n_cells):
        here = 0
        for a in range(n_actors):
            if presence[c, a] > 0.0:
                near[here] = a
                here += 1
        country = place.country[c]
        seen, host, heard = means.air[country] * (1.0 - p.cover_blinds * place.cover[c]), place.army[country], 0.0
        if host >= 0 and presence[c, host] > 0.0:
            heard = ground_of(c, host, actors, cells, communities, means, p)
        for n in range(here):  # what those who are near know in the end, and begin to learn
            a = near[n]
            ground = ground_of(c, a, actors, cells, communities, means, p)
            ground = max(ground, means.passed[a, country] * heard)
            end = 1.0 - (1.0 - ground) * (1.0 - (seen if means.state_side[a] else 0.0))
            known[n] = information[c, a] + (end - information[c, a]) * gain
        for a in range(n_actors):  # all others forget
            information[c, a] -= information[c, a] * gain
        for n in range(here):
            information[c, near[n]] = known[n]


def step(model, dt):
    """What every actor knows of its enemies in each cell."""
    actors, p = Actors.of(model), InformationRules.of(model.p.information)
    means = Means(
        skill=p.passed_on * actors.understanding * actors.mandate_factor,
        state_side=actors.kind >= ARMY,
        air=call(
            surveillance, actors.kind, actors.persons, actors.air, actors.mandate_factor, actors.access, p.air_most
        ),
        passed=told_by_hosts(actors, Governments.of(model), model.joint_forces, p),
    )
    place = Place(model.world.country, model.world.cover, model.army_of)
    gain = 1.0 - math.exp(-dt / p.lag_days)
    cells, communities = Cells.of(model), Communities.of(model)
    call(collaborate, actors, cells, communities, p)
    call(learn, actors, cells, communities, means, place, gain, p)
