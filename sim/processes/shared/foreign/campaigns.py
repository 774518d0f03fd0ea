"""Harm of which people come to know, and whom they are told to blame: propaganda of insurgents, campaigns against
foreign forces.

Campaigns move blame from insurgents, the state's own forces and its partner to foreign forces that stand there and are
not its partner:

    told_ia  = (1 - campaign_shift campaign_c) blame_ia
    told_is += campaign_shift campaign_c blame_ia scapegoat_cs,   scapegoat_cs = persons_s / persons of all such in c
    blame_i  = 1 - product over a on the state's side of (1 - answers_ca harm_ia)
    answers_ca = 1 - campaign_distance campaign_c for foreign forces who are not its partner, else 1

A government that campaigns against a force answers less for it (Africa Center for Strategic Studies 2024 and EU
DisinfoLab 2021 on campaigns in the Sahel).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.core.codes import ARMY, INSURGENT
from sim.core.conversions import PER_10_000
from sim.core.views import bundle

#: by country and actor (C, A): part of the blame on an actor that campaigns move, part of what is moved that falls on
#: it, and how far the government does not answer for it
Campaigns = bundle("Campaigns", "moved onto distant")


@njit(cache=True)
def campaign(actors, governments, outsider, p, campaigns):
    """What campaigns do to blame, into `campaigns`; `outsider` (A,) are foreign forces that may be campaigned against.

    Rows of countries without a campaign are 0; `onto` is left as it is there, for nothing is moved.
    """
    for c in range(governments.campaign.shape[0]):
        size, partner = governments.campaign[c], governments.partner[c]
        campaigns.moved[c] = 0.0
        campaigns.distant[c] = 0.0
        if size <= 0.0:
            continue
        everybody = 0.0
        for a in range(outsider.shape[0]):
            foreign = outsider[a] and a != partner
            there = actors.access[a, c] * actors.persons[a] if foreign else 0.0
            campaigns.onto[c, a] = there
            everybody += there
            if foreign:
                campaigns.distant[c, a] = p.campaign_distance * size
        if everybody <= 0.0:
            continue
        for a in range(outsider.shape[0]):
            campaigns.onto[c, a] /= everybody
            own = actors.kind[a] == INSURGENT or (actors.kind[a] >= ARMY and actors.state[a] == c)
            if own or a == partner:
                campaigns.moved[c, a] = p.campaign_shift * size


@njit(cache=True)
def spread_news(communities, governments, place, insurgent, campaigns, p, known, reached):
    """Harm of which each community comes to know: its own, and its neighbours' as far as media let it; blame shifted.

    Fills the rows of `known` (P, A; in units of the scale of shocks) of those whom any harm reaches, and `reached` (P,)
    with who they are; then the week's exposure is forgotten.
    """
    populated, actors = communities.exposure.shape
    hit = np.zeros(populated, dtype=np.bool_)
    reached[:] = False
    for i in range(populated):
        harmed = False
        for a in range(actors):
            harmed |= communities.exposure[i, a] > 0.0
        hit[i] = harmed
        if harmed:
            reached[i] = True
            for j in range(place.near_start[i], place.near_start[i + 1]):
                if place.near_cell[j] < populated:
                    reached[place.near_cell[j]] = True
    for i in np.flatnonzero(reached):
        known[i] = 0.0
    for i in np.flatnonzero(hit):
        country = place.country[i]
        army = place.army[country]
        people = max(p.least_people, communities.residents[i] + communities.hosted[i])
        for a in range(actors):
            x = communities.exposure[i, a]
            if x <= 0.0:
                continue
            blame, moved, lied = x, 0.0, campaigns.moved[country, a]
            if insurgent[a] and army >= 0:  # their propaganda: the state is blamed for a part of it
                moved = p.blame_shift * governments.propaganda[country] * x
                blame -= moved
                moved *= 1.0 - lied
                known[i, army] += moved / p.shock_scale * PER_10_000 / people
            blame *= 1.0 - lied
            known[i, a] += blame / p.shock_scale * PER_10_000 / people
            lied *= x
            if lied > 0.0:
                for s in range(actors):
                    known[i, s] += lied * campaigns.onto[country, s] / p.shock_scale * PER_10_000 / people
            for j in range(place.near_start[i], place.near_start[i + 1]):
                n = place.near_cell[j]
                if n < populated:
                    told = p.neighbour_weight * governments.media[country] / p.shock_scale * PER_10_000
                    told /= max(p.least_people, communities.residents[n] + communities.hosted[n])
                    known[n, a] += told * blame
                    if moved > 0.0:
                        known[n, army] += told * moved
                    if lied > 0.0:
                        for s in range(actors):
                            known[n, s] += told * lied * campaigns.onto[country, s]
            communities.exposure[i, a] = 0.0
