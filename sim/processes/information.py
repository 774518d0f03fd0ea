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

import numpy as np
from numba import njit

from sim.core.codes import ARMY
from sim.processes.shared.derived import air_by_country

READS = (
    "actors.understanding", "actors.mandate_factor", "actors.air", "actors.access", "actors.persons",
    "actors.controller", "actors.kind", "cells.presence", "cells.share", "communities.support", "communities.fear",
)  # fmt: skip

WRITES = ("cells.information", "communities.collaboration")


@njit(cache=True)
def learn(presence, share, controller_of, state_side, support, fear, ground_skill, air, country, cover, desert,
          blind, bare, gain, information, collaboration):  # fmt: skip
    """Collaboration (P, A) and information (N, A) in place, only where somebody armed is near.

    `air` (C,) is the surveillance of each country's side of the state; `blind` what full cover takes from it;
    `bare` is the collaboration under full control without any support, `desert` what a share of influence brings where nobody
    lives.
    """
    cells, actors = presence.shape
    populated = support.shape[0]
    near, known, helped = np.empty(actors, dtype=np.int64), np.empty(actors), np.empty(actors)
    for c in range(cells):
        here = 0
        for a in range(actors):
            if presence[c, a] > 0.5:
                near[here] = a
                here += 1
        seen = air[country[c]] * (1.0 - blind * cover[c])
        for n in range(here):  # what those who are near know in the end, and begin to learn
            a = near[n]
            s = share[c, controller_of[a]]
            together = desert * s
            if c < populated:
                together = s * (bare + (1.0 - bare) * support[c, a]) * (1.0 - 0.5 * fear[c] * (1.0 - s))
            end = 1.0 - (1.0 - ground_skill[a] * together) * (1.0 - (seen if state_side[a] else 0.0))
            known[n] = information[c, a] + (end - information[c, a]) * gain
            helped[n] = together
        for a in range(actors):  # all others forget
            information[c, a] -= information[c, a] * gain
        if c < populated:
            collaboration[c] = 0.0
        for n in range(here):
            information[c, near[n]] = known[n]
            if c < populated:
                collaboration[c, near[n]] = helped[n]


def step(model, dt):
    """What every actor knows of its enemies in each cell."""
    p, a = model.p.information, model.actors
    learn(
        model.cells.presence, model.cells.share, a.controller, a.kind >= ARMY, model.communities.support,
        model.communities.fear, p.passed_on * a.understanding * a.mandate_factor, air_by_country(a), model.world.country,
        model.world.cover, p.desert_collaboration, p.cover_blinds,
        p.bare_collaboration, 1.0 - math.exp(-dt / p.lag_days),
        model.cells.information, model.communities.collaboration,
    )  # fmt: skip
