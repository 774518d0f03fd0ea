"""Attitudes: what people hold against, fear from and expect of every armed actor moves their support.

    shock_ia = 1 - exp(-known_ia / shock_scale)
    known = exposure in dead per 10,000 people, own and (as far as it becomes known) neighbours'
    harm_ia += (1 - harm_ia) shock_ia (blame shares),  fading with forget_days           (Bennett 2008 for the form)
    fear_i  += fear_gain (1 - fear_i) (total shock),   fading with calm_days             (Bennett 2008)
    appeal_ia = services_ia share_ia + protect share_ia + grievance * (enemies' harm) * backlash - harm_weight harm_ia
                + hardship terms of insurgents
    support_ia -> weight_ia / (weight of none + sum of weights),   weight = familiar * exp(appeal)
    familiar = presence / (presence + persons that make an actor half known), forces on the side of the state taken
                together; militiamen, who are neighbours, 1

Violence is counted once, here: recruitment and legitimacy read attitudes, never violence. Two signs are contested and
are parameters on both sides of zero: `backlash`, what harm by one side does to the support of its enemy (Condra and
Shapiro 2012 and Kocher, Pepinsky and Kalyvas 2011 find that it helps the enemy, Lyall 2009 that it can deter), and
`blockade_blame`, whether a blockade turns people against those who blockade or against the state that cannot lift it.
Insurgents alone win by hardship, and their propaganda moves blame for harm that they did to the state, where it was
done and where it is heard of; closed media make less of it known to neighbours.

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

import math
from collections import namedtuple

import numpy as np
from numba import njit

from sim.core.codes import ARMY, BLOCKADE, INSURGENT, MILITIA
from sim.core.conversions import PER_10_000
from sim.core.views import call, columns, values
from sim.settings.parameters.people import Attitudes

Units = columns("units", reads="actor manpower posture")
Actors = columns("actors", reads="controller kind hostility state persons access")
Cells = columns("cells", reads="share presence services")
Communities = columns(
    "communities",
    reads="residents hosted hardship blockade_hardship benefits",
    writes="support harm blame fear exposure",
)
Governments = columns("governments", reads="media propaganda legitimacy campaign partner")
AttitudeRules = values("AttitudeRules", Attitudes, unread="army_support")
Place = namedtuple("Place", "country army near_start near_cell")  # of each cell; the army of each country; neighbours
#: by actor (A,): an insurgent, a militia (whose men are neighbours), blockading now
Side = namedtuple("Side", "insurgent neighbour blockading")
#: by country and actor (C, A): part of the blame on an actor that campaigns move, part of what is moved that falls on
#: it, and how far the government does not answer for it
Campaigns = namedtuple("Campaigns", "moved onto distant")
#: what of harm and fear is kept over the step, and how far support goes to where it tends
Fading = namedtuple("Fading", "harm fear support")

FEW_SUPPORT = 1e-4  # support below which neighbours and those who are gone are out of view
NO_SUPPORT, NO_HARM = 1e-6, 1e-9  # below it there is none


def campaigns_of(actors, governments, outsider, p):
    """What campaigns do to blame, as `Campaigns`; `outsider` (A,) are foreign forces that may be campaigned against."""
    countries = np.arange(len(governments.campaign))
    partner = countries[governments.partner >= 0], governments.partner[governments.partner >= 0]
    own = (actors.kind == INSURGENT) | ((actors.state == countries[:, None]) & (actors.kind >= ARMY))
    own[partner] = True
    foreign = np.broadcast_to(outsider, own.shape).copy()
    foreign[partner] = False
    there = actors.access.T * actors.persons * foreign
    everybody = there.sum(1, keepdims=True)
    onto = np.divide(there, everybody, out=np.zeros(there.shape), where=everybody > 0.0)
    campaign = governments.campaign[:, None]
    return Campaigns(
        moved=p.campaign_shift * campaign * (own & (everybody > 0.0)),
        onto=onto,
        distant=p.campaign_distance * campaign * foreign,
    )


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


@njit(cache=True, inline="always")
def remember(i, known, reached, keep, harm):
    """Harm that community `i` holds against each actor fades, and grows by what it came to know if anything `reached`
    it, in place; returns (shock, whether it holds harm against anybody)."""
    shocks = 0.0
    held = reached[i]
    for a in range(harm.shape[1]):
        held |= harm[i, a] > 0.0
    if reached[i]:
        for a in range(harm.shape[1]):
            h = harm[i, a] * keep
            if known[i, a] > 0.0:
                shock = 1.0 - math.exp(-known[i, a])
                h += (1.0 - h) * shock
                shocks += shock
            harm[i, a] = h if h > NO_HARM else 0.0
    elif held:
        for a in range(harm.shape[1]):
            h = harm[i, a] * keep
            harm[i, a] = h if h > NO_HARM else 0.0
    return shocks, held


@njit(cache=True)
def update_attitudes(known, reached, actors, cells, communities, governments, side, country, distant, fading, p):
    """Harm (P, A), blame of the state's side (P,), fear (P,) and support (P, A) of every community, in place.

    `known` and `reached` are as `spread_news` leaves them; `country` (P,) is that of each community; `distant` (C, A)
    is as in `Campaigns`.
    """
    harm, support = communities.harm, communities.support
    presence, share, controller = cells.presence, cells.share, actors.controller
    populated, count = harm.shape
    weight, goal = np.zeros(count), np.zeros(count)
    blamed, in_view = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for i in range(populated):
        shocks, held = remember(i, known, reached, fading.harm, harm)
        fear = communities.fear[i] * fading.fear
        communities.fear[i] = fear + p.fear_gain * (1.0 - fear) * min(1.0, shocks)
        enmities = 0
        innocent = 1.0
        if held:
            for b in range(count):
                if harm[i, b] > 0.0:
                    blamed[enmities] = b
                    enmities += 1
                    if controller[b] == 0:
                        innocent *= 1.0 - (1.0 - distant[country[i], b]) * harm[i, b]
        communities.blame[i] = 1.0 - innocent
        here = 0  # those who are here, and neighbours with support
        for a in range(count):
            if presence[i, a] > 0.0 or (side.neighbour[a] and support[i, a] >= FEW_SUPPORT):
                in_view[here] = a
                here += 1
        total = p.none_weight
        state_side = 0.0
        for n in range(here):
            if controller[in_view[n]] == 0:
                state_side += presence[i, in_view[n]]
        for n in range(here):
            a = in_view[n]
            weight[a] = 0.0
            if presence[i, a] <= 0.0 and support[i, a] < FEW_SUPPORT:
                continue
            # the state's side is known as one; its forces share what it wins by their presence
            around = state_side if controller[a] == 0 else presence[i, a]
            familiar = 1.0 if side.neighbour[a] else presence[i, a] / (around + p.familiar)
            s = share[i, controller[a]]
            enemies = 0.0
            for k in range(enmities):
                enemies += harm[i, blamed[k]] * actors.hostility[a, blamed[k]]
            appeal = p.services_weight * cells.services[i, a] * s + p.protection_weight * s - p.harm_weight * harm[i, a]
            appeal += p.backlash * min(p.grievance_most, enemies)
            if side.insurgent[a]:
                appeal += p.hardship_weight * communities.hardship[i]
            if controller[a] == 0:
                standing = governments.legitimacy[country[i]] - p.legitimacy_neutral
                appeal += p.legitimacy_weight * standing + communities.benefits[i]
            elif side.blockading[a]:
                appeal -= p.blockade_blame * communities.blockade_hardship[i]
            weight[a] = familiar * math.exp(appeal)
            total += weight[a]
        for n in range(here):
            goal[in_view[n]] = weight[in_view[n]] / total
        for a in range(count):
            s = support[i, a] + (goal[a] - support[i, a]) * fading.support
            support[i, a] = s if s >= NO_SUPPORT else 0.0
        for n in range(here):
            goal[in_view[n]] = 0.0


@njit(cache=True)
def who_blockades(units, actors):
    """Which actors blockade (A,)."""
    found = np.zeros(actors, dtype=np.bool_)
    for u in range(units.actor.shape[0]):
        found[units.actor[u]] |= units.posture[u] == BLOCKADE and units.manpower[u] > 0
    return found


def step(model, dt):
    """Turn the week's exposure into harm, fear and support, then forget it."""
    actors, communities, governments, w = Actors.of(model), Communities.of(model), Governments.of(model), model.world
    p = AttitudeRules.of(model.p.attitudes)
    known, reached = model.scratch("known exposure", communities.harm.shape), np.empty(w.n_communities, dtype=bool)
    place = Place(w.country, model.army_of, w.nb_start, w.nb_cell)
    blockading = call(who_blockades, Units.of(model), len(actors.kind))
    side = Side(actors.kind == INSURGENT, actors.kind == MILITIA, blockading)
    campaigns = campaigns_of(actors, governments, model.outsiders, p)
    call(spread_news, communities, governments, place, side.insurgent, campaigns, p, known, reached)
    fading = Fading(math.exp(-dt / p.forget_days), math.exp(-dt / p.calm_days), 1.0 - math.exp(-dt / p.support_days))
    cells, distant = Cells.of(model), campaigns.distant
    call(update_attitudes, known, reached, actors, cells, communities, governments, side, w.country, distant, fading, p)
