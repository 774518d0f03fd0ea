"""Information: each side learns about the other from communities that collaborate with it and from the air.

    collaboration_ia = share_i,q(a) (bare + (1 - bare) support_ia) (1 - fear_i (1 - share_i,q(a)) / 2)
    ground_ca = understanding_a * passed_on * collaboration_ca   (where nobody lives: desert_collaboration share_ca)
    information_ca -> 1 - (1 - ground_ca)(1 - air_c),  with a lag of lag_days

Collaboration follows control (Kalyvas 2006, ch. 5), support adds to it and fear of the rival takes from it. Local
understanding belongs to the actor, so it is lost when one partner hands over to another. Air surveillance serves all
forces on the side of the state in the countries where its supplier may operate, and sees less under cover.
"""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.codes import ARMY
from sim.core.views import call, columns, values
from sim.processes.shared.derived import surveillance
from sim.settings.parameters.movement import Information

Actors = columns("actors", reads="understanding mandate_factor air access persons controller kind")
Cells = columns("cells", reads="presence share", writes="information")
Communities = columns("communities", reads="support fear", writes="collaboration")
InformationRules = values("InformationRules", Information)
#: by actor (A,): what it makes of what it is told, whether the air serves it; by country (C,): surveillance
Means = namedtuple("Means", "skill state_side air")
Place = namedtuple("Place", "country cover")  # of each cell (N,)


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


@njit(cache=True)
def learn(actors, cells, communities, means, place, gain, p):
    """Information (N, A) in place, from collaboration where people live: those armed who are near learn, others forget.

    `gain` is the part of the way to what could be known that is gone in the step.
    """
    presence, information = cells.presence, cells.information
    n_cells, n_actors = presence.shape
    populated = communities.collaboration.shape[0]
    near, known = np.empty(n_actors, dtype=np.int64), np.empty(n_actors)
    for c in range(n_cells):
        here = 0
        for a in range(n_actors):
            if presence[c, a] > 0.0:
                near[here] = a
                here += 1
        seen = means.air[place.country[c]] * (1.0 - p.cover_blinds * place.cover[c])
        for n in range(here):  # what those who are near know in the end, and begin to learn
            a = near[n]
            if c < populated:
                together = communities.collaboration[c, a]
            else:
                together = p.desert_collaboration * cells.share[c, actors.controller[a]]
            end = 1.0 - (1.0 - means.skill[a] * together) * (1.0 - (seen if means.state_side[a] else 0.0))
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
    )
    place = Place(model.world.country, model.world.cover)
    gain = 1.0 - math.exp(-dt / p.lag_days)
    cells, communities = Cells.of(model), Communities.of(model)
    call(collaborate, actors, cells, communities, p)
    call(learn, actors, cells, communities, means, place, gain, p)
