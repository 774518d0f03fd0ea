"""Information: each side learns about the other from communities that collaborate with it and from the air.

    collaboration_ia = share_i,q(a) (bare + (1 - bare) support_ia) (1 - fear_i (1 - share_i,q(a)) / 2)
    ground_ca = understanding_a * passed_on * collaboration_ca
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

NEARBY = 0.5  # persons: presence from which on an actor learns


@njit(cache=True)
def learn(actors, cells, communities, means, place, gain, p):
    """Collaboration (P, A) and information (N, A) in place, only where somebody armed is near.

    `gain` is the part of the way to what could be known that is gone in the step.
    """
    presence, information = cells.presence, cells.information
    n_cells, n_actors = presence.shape
    populated = communities.support.shape[0]
    near, known, helped = np.empty(n_actors, dtype=np.int64), np.empty(n_actors), np.empty(n_actors)
    for c in range(n_cells):
        here = 0
        for a in range(n_actors):
            if presence[c, a] > NEARBY:
                near[here] = a
                here += 1
        seen = means.air[place.country[c]] * (1.0 - p.cover_blinds * place.cover[c])
        for n in range(here):  # what those who are near know in the end, and begin to learn
            a = near[n]
            s = cells.share[c, actors.controller[a]]
            together = p.desert_collaboration * s
            if c < populated:
                willing = p.bare_collaboration + (1.0 - p.bare_collaboration) * communities.support[c, a]
                together = s * willing * (1.0 - p.fear_silences * communities.fear[c] * (1.0 - s))
            end = 1.0 - (1.0 - means.skill[a] * together) * (1.0 - (seen if means.state_side[a] else 0.0))
            known[n] = information[c, a] + (end - information[c, a]) * gain
            helped[n] = together
        for a in range(n_actors):  # all others forget
            information[c, a] -= information[c, a] * gain
        if c < populated:
            communities.collaboration[c] = 0.0
        for n in range(here):
            information[c, near[n]] = known[n]
            if c < populated:
                communities.collaboration[c, near[n]] = helped[n]


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
    call(learn, actors, Cells.of(model), Communities.of(model), means, place, gain, p)
