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

Campaigns move blame to foreign forces (`sim.processes.shared.foreign.campaigns`).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import BLOCKADE, INSURGENT, MILITIA
from sim.core.views import bundle, call, columns, values
from sim.processes.shared.derived import present_by
from sim.processes.shared.foreign.campaigns import Campaigns, campaign, spread_news
from sim.settings.parameters.people import Attitudes

Units = columns("units", reads="manpower posture")
Actors = columns("actors", reads="controller kind hostility state persons access")
Cells = columns("cells", reads="share presence services")
Communities = columns(
    "communities",
    reads="residents hosted hardship blockade_hardship benefits",
    writes="support harm blame fear exposure",
)
Governments = columns("governments", reads="media propaganda legitimacy campaign partner")
AttitudeRules = values("AttitudeRules", Attitudes, unread="army_support")
Place = bundle("Place", "country army near_start near_cell")  # of each cell; the army of each country; neighbours
#: by actor (A,): an insurgent, a militia (whose men are neighbours), blockading now; rows of militias
Side = bundle("Side", "insurgent neighbour blockading militias")
#: what of harm and fear is kept over the step, and how far support goes to where it tends
Fading = bundle("Fading", "harm fear support")

FEW_SUPPORT = 1e-4  # support below which neighbours and those who are gone are out of view
NO_SUPPORT, NO_HARM = 1e-6, 1e-9  # below it there is none


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


@njit(cache=True, inline="always")
def look_around(i, present, militias, support, in_view, persons):
    """Who is in view of community `i`: those who are here, and militias with support; into `in_view` (A,) in order, and
    their presence into `persons` (A,). Returns how many."""
    k, last, m, here = present.start[i], present.start[i + 1], 0, 0
    while k < last or m < militias.shape[0]:
        if m < militias.shape[0] and (k == last or militias[m] < present.actor[k]):
            in_view[here], persons[here] = militias[m], 0.0
            here += support[i, militias[m]] >= FEW_SUPPORT
            m += 1
        else:
            in_view[here], persons[here] = present.actor[k], present.persons[k]
            m += m < militias.shape[0] and militias[m] == present.actor[k]
            here += 1
            k += 1
    return here


@njit(cache=True)
def update_attitudes(
    known, reached, present, actors, cells, communities, governments, side, country, distant, fading, p
):
    """Harm (P, A), blame of the state's side (P,), fear (P,) and support (P, A) of every community, in place.

    `known` and `reached` are as `spread_news` leaves them, `present` as of
    `sim.processes.shared.derived.who_is_present`; `country` (P,) is that of each community; `distant` (C, A) is as in
    `Campaigns`.
    """
    harm, support = communities.harm, communities.support
    share, controller = cells.share, actors.controller
    populated, count = harm.shape
    weight, goal, persons = np.zeros(count), np.zeros(count), np.empty(count + 1)
    blamed, in_view = np.empty(count, dtype=np.int64), np.empty(count + 1, dtype=np.int64)
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
        here = look_around(i, present, side.militias, support, in_view, persons)
        total = p.none_weight
        state_side = 0.0
        for n in range(here):
            if controller[in_view[n]] == 0:
                state_side += persons[n]
        for n in range(here):
            a = in_view[n]
            weight[a] = 0.0
            if persons[n] <= 0.0 and support[i, a] < FEW_SUPPORT:
                continue
            # the state's side is known as one; its forces share what it wins by their presence
            around = state_side if controller[a] == 0 else persons[n]
            familiar = 1.0 if side.neighbour[a] else persons[n] / (around + p.familiar)
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
def who_blockades(units, by_actor, rows, actors):
    """Which of the actors `rows`, whose units `by_actor` lists, blockade (A,)."""
    found = np.zeros(actors, dtype=np.bool_)
    for a in rows:
        for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
            found[a] |= units.posture[u] == BLOCKADE and units.manpower[u] > 0
    return found


def step(model, dt):
    """Turn the week's exposure into harm, fear and support, then forget it."""
    actors, communities, governments, w = Actors.of(model), Communities.of(model), Governments.of(model), model.world
    p = AttitudeRules.of(model.p.attitudes)
    known, reached = model.scratch("known exposure", communities.harm.shape), np.empty(w.n_communities, dtype=bool)
    place = Place(w.country, model.army_of, w.nb_start, w.nb_cell)
    cells, militia = Cells.of(model), actors.kind == MILITIA
    blockading = call(who_blockades, Units.of(model), model.units_by_actor(), model.irregulars, len(actors.kind))
    side = Side(actors.kind == INSURGENT, militia, blockading, np.flatnonzero(militia))
    shape = len(Campaigns._fields), *actors.access.T.shape
    campaigns = Campaigns(*model.scratch("campaigns", shape))
    call(campaign, actors, governments, model.outsiders, p, campaigns)
    call(spread_news, communities, governments, place, side.insurgent, campaigns, p, known, reached)
    fading = Fading(math.exp(-dt / p.forget_days), math.exp(-dt / p.calm_days), 1.0 - math.exp(-dt / p.support_days))
    present = present_by(model, cells.presence)
    who, answers = (present, actors, cells), (w.country, campaigns.distant)
    call(update_attitudes, known, reached, *who, communities, governments, side, *answers, fading, p)
