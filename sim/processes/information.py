"""Information: each side learns about the other from communities that collaborate with it and from the air.

    collaboration_ia = share_i,q(a) (bare + (1 - bare) support_ia) (1 - fear_i (1 - share_i,q(a)) / 2)
    ground_ca = understanding_a * reach_a * collaboration_ca
    information_ca -> 1 - (1 - ground_ca)(1 - air_c),  with a lag of lag_days

Collaboration follows control (Kalyvas 2006, ch. 5), support adds to it and fear of the rival takes from it. Local
understanding belongs to the actor, so it is lost when one partner hands over to another. Air surveillance serves all
forces on the side of the state in the countries where its supplier may operate, and sees less under cover.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.tables import ARMY

READS = (
    "actors.understanding", "actors.mandate_factor", "actors.air", "actors.permit", "actors.persons",
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
    for c in range(cells):
        seen = air[country[c]] * (1.0 - blind * cover[c])
        for a in range(actors):
            if presence[c, a] <= 0.5:
                information[c, a] -= information[c, a] * gain
                if c < populated:
                    collaboration[c, a] = 0.0
                continue
            s = share[c, controller_of[a]]
            if c < populated:
                together = s * (bare + (1.0 - bare) * support[c, a]) * (1.0 - 0.5 * fear[c] * (1.0 - s))
                collaboration[c, a] = together
            else:
                together = desert * s
            known = 1.0 - (1.0 - ground_skill[a] * together) * (1.0 - (seen if state_side[a] else 0.0))
            information[c, a] += (known - information[c, a]) * gain


def air_by_country(actors) -> np.ndarray:
    """Surveillance from the air over each country (C,): one minus the product of what every supplier misses."""
    active = (actors.persons > 0) & (actors.kind >= ARMY)
    supply = np.where(active, actors.air * actors.mandate_factor, 0.0)
    return 1.0 - np.prod(1.0 - np.clip(supply[:, None] * actors.permit, 0.0, 0.95), axis=0)


def step(model, dt):
    """What every actor knows of its enemies in each cell."""
    p, a = model.p.information, model.actors
    learn(
        model.cells.presence, model.cells.share, a.controller, a.kind >= ARMY, model.communities.support,
        model.communities.fear, a.understanding * a.mandate_factor, air_by_country(a), model.world.country,
        model.world.cover, p.desert_collaboration, p.cover_blinds,
        p.bare_collaboration, 1.0 - math.exp(-dt / p.lag_days),
        model.cells.information, model.communities.collaboration,
    )  # fmt: skip
