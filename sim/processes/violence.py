"""Violence against civilians: by denunciation, in reprisal and at operations, selective or not.

    events by unit u ~ Poisson(dt * rate * manpower_u / reference * abusiveness_a * people / (people + half)
                               * (1 - protects_c) * season_c)
    rate of insurgents (events/day) = selective_ia + reprisal_ia
      selective_ia = denunciation * s_ia^n * max over enemies b of (hostility_ab collaboration_ib)
      reprisal_ia  = reprisal_rate * (1 - information_ia) * H_ia / (H_ia + 1)
      H_ia' = (attacks of militias or auxiliaries on a in i, per day) - H_ia / reprisal_days
    rate of militias         = militia_rate * i_c
    rate of the state's side = state_rate * i_c * (1 + revenge_weight revenge_a) * (1 - restrain oversight_c)
                               * among_posture(u)
    dead ~ 1 + Lomax(mean, tail), cut off by exp(-dead / settlement)

`s_ia` is an actor's share of the influence over a cell (0-1), `i_c` that of all insurgents, `H_ia` in attacks, people
in persons, `n` the power `denunciation_power`. Kalyvas (2006, ch. 7) predicts selective violence highest where control
is dominant but incomplete: where control is full nobody is left to denounce, and at parity to denounce is too risky.
Collaboration with the enemy falls with one's own share, so that the product is highest at a share of n / (n + 1). It
is the largest enemy that counts, not their sum: a person is denounced once. Killings by denunciation are selective with
chance `denounced_hit`, for whoever denounces says whom; else they hit whoever is near.

Reprisals answer attacks by *local* armed people (militias, auxiliaries), whose neighbours are held to account; with
chance selectivity_a * information_ia they hit those who took part, else they are indiscriminate. Violence that excites
further violence in the same place, for weeks: Mohler and others (2011, JASA 106), Lewis and others (2012, Security
Journal 25: 37 to 50 % of violent events in Iraq followed from earlier ones, within two to six weeks at most).

Militias and the state's side go on by *guilt by zone*: where they know little they take people in areas under the
influence of insurgents for collaborators. For militias that is a simplification: they know their neighbours. Their
events are selective with chance selectivity_a * information_ca. Oversight by missions and observers holds the state's
side down; anger over recent losses drives it (Lyall 2009 on reprisals). An event is at a place and not in a cell, so
that it is cut off at the size of a settlement, whoever commits it. Non-lethal abuse (detention, torture, burnt
villages, looting, sexual violence) goes by the same rates and is a count of affected communities without detail.
Insurgents punish collaborators with the state and order villages to empty. The lever of abuses acts on `abusiveness`
through the factor that orders give (`actors.abusiveness_factor`).

Irregulars come less often in the rains (season_c, 1 for all others; `sim.world.season_factors`).

The state's side kills after operations, too, takes on the ways of partners, and missions protect against all sides
(`sim.processes.shared.operations`).

The variant `parity` drives insurgents by insurgent_rate (floor + (1 - floor) 4 s (1 - s)), highest at parity of
control, and lets their events be selective with chance selectivity_a * information_ca.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import (
    ARMY,
    ESCORT,
    GARRISON,
    INDISCRIMINATE,
    INSURGENT,
    LIE_LOW,
    OFFENSIVE,
    ONE_SIDED,
    PATROL,
    POSTURES,
    SELECTIVE,
)
from sim.core.draws import binomial, poisson, stochastic_round, uniform
from sim.core.perpetrators import perpetrator_group
from sim.core.views import bundle, call, columns, values
from sim.processes.shared.derived import present_by
from sim.processes.shared.event_log import with_room
from sim.processes.shared.mobilisation.joining import KEY_BITS
from sim.processes.shared.operations import (
    Around,
    Zone,
    anger_at,
    chance_of_retaliation,
    emboldened,
    look_over,
    partners_of,
)
from sim.processes.shared.violence_drives import (
    by_denunciation,
    by_parity,
    by_zone,
    dead_beyond_first,
    occasions,
    remember_local_attacks,
    worst_denounced,
)
from sim.settings.parameters.fighting import Violence

Units = columns("units", reads="key actor manpower posture")
Actors = columns(
    "actors",
    reads="key kind controller hostility abusiveness abusiveness_factor selectivity selectivity_added coercion"
    " coercion_factor revenge mandate_oversee mandate_protect mandate_strike mandate_factor access persons",
)
Cells = columns(
    "cells",
    reads="share information presence comrades_lost sweeps_answered",
    writes="local_attacks oversight danger civilians_week abuse_week",
)
Communities = columns("communities", reads="hosted collaboration", writes="residents hosted_dead exposure order_days")
Governments = columns("governments", reads="monitoring")
ViolenceRules = values("ViolenceRules", Violence, unread="anger_days")
#: by actor (A,): violence and coercion relative to the reference army, part of it aimed; by
#: posture (postures,): presence among people, relative to a patrol
Conduct = bundle("Conduct", "abusiveness coercion selectivity among")

# numbers of draws: by unit, and by event, EVENT_DRAWS apart
LETHAL, NONLETHAL, ORDER_TO_LEAVE = 0, 1, 2
EVENT_DRAWS = 8
SELECTED, DEAD, DEAD_ROUND, HOSTED_DEAD, CUT = 0, 1, 2, 3, 4
RETALIATES = 5  # by community, actor and operation

CIVILIANS = -1  # the other side in one-sided violence


@njit(cache=True)
def harm_civilians(draws, lists, units, actors, cells, communities, conduct, zone, parity, p, dt, events, logged):
    """All violence against civilians of the week but that at operations, by community and unit.

    `lists` are all units by cell, and those of irregulars; `parity` says whether insurgents go by parity of control,
    not by denunciation and reprisal. Returns `events`, as long as it had to be, and how many of its rows are filled.
    """
    beside = zone.partners.shape[0] > 0
    everybody, irregulars = lists
    for c in range(min(everybody.start.shape[0] - 1, communities.residents.shape[0])):
        guilt = zone.insurgents[c] > 0.0  # elsewhere nobody but insurgents harms anybody
        start, listed = (everybody.start, everybody.unit) if guilt else (irregulars.start, irregulars.unit)
        for i in range(start[c], start[c + 1]):
            u = listed[i]
            a, key = units.actor[u], units.key[u]
            people = communities.residents[c] + communities.hosted[c] - communities.hosted_dead[c]
            if people <= 0 or units.manpower[u] < p.least_fighters or units.posture[u] == LIE_LOW:
                continue
            kind, share, known = actors.kind[a], cells.share[c, actors.controller[a]], cells.information[c, a]
            aimed = conduct.selectivity[a] * known
            if kind != INSURGENT:
                among = conduct.among[units.posture[u]]
                rate = by_zone(kind, zone.insurgents[c], actors.revenge[a], cells.oversight[c], among, p)
            elif parity:
                rate = by_parity(share, p)
            else:
                denounced = worst_denounced(actors.hostility[a], communities.collaboration[c])
                attacks, spares = cells.local_attacks[c, a], conduct.selectivity[a]
                rate, aimed = by_denunciation(share, denounced, known, attacks, spares, p)
            drive = rate * occasions(kind, units.manpower[u], people, p) * (1.0 - zone.protected[c])
            if kind < ARMY:
                drive *= zone.raids[c]
            if drive <= 0.0:
                continue
            ways = conduct.abusiveness[a]
            if beside:  # handing over bundles of arrays costs more than all else here
                ways *= emboldened(a, c, actors.kind, cells.presence, zone, p.emboldens)
            lethal_events = poisson(uniform(draws, key, LETHAL), dt * drive * ways)
            nonlethal_rate = dt * drive * conduct.coercion[a] * p.nonlethal_ratio
            nonlethal_events = poisson(uniform(draws, key, NONLETHAL), nonlethal_rate)
            for n in range(lethal_events):
                k = EVENT_DRAWS * (n + 1)
                events, logged = kill(draws, key, k, c, a, aimed, actors, cells, communities, p, events, logged)
            if nonlethal_events > 0:
                cells.abuse_week[c] += nonlethal_events
                cells.danger[c] += p.abuse_danger * nonlethal_events
                communities.exposure[c, a] += p.nonlethal_harm * nonlethal_events
                ordered = 1.0 - (1.0 - p.order_chance) ** nonlethal_events
                if kind < ARMY and uniform(draws, key, ORDER_TO_LEAVE) < ordered:
                    communities.order_days[c] = max(communities.order_days[c], p.order_days)
    return events, logged


@njit(cache=True)
def retaliate(draws, draw_key, actors, cells, communities, conduct, zone, around, p, events, logged):
    """Killing at the week's operations that found nobody or cost dead (`cells.sweeps_answered`), by place and actor;
    returns `events`, as long as it had to be, and how many of its rows are filled."""
    for c in range(communities.residents.shape[0]):
        anybody = False  # hardly anywhere
        for a in range(actors.kind.shape[0]):
            anybody |= cells.sweeps_answered[c, a] != 0
        if not anybody:
            continue
        for a in range(actors.kind.shape[0]):
            sweeps = cells.sweeps_answered[c, a]
            if sweeps == 0:
                continue
            anger, known = anger_at(c, cells.comrades_lost, around, p), cells.information[c, a]
            ways = conduct.abusiveness[a] * emboldened(a, c, actors.kind, cells.presence, zone, p.emboldens)
            guilt, watched, safe = zone.insurgents[c], cells.oversight[c], zone.protected[c]
            chance = chance_of_retaliation(ways, guilt, known, anger, watched, safe, p)
            key = draw_key[c] ^ actors.key[a] << KEY_BITS
            for n in range(sweeps):
                k = EVENT_DRAWS * (n + 1)
                if uniform(draws, key, k + RETALIATES) < chance:
                    events, logged = kill(draws, key, k, c, a, 0.0, actors, cells, communities, p, events, logged)
    return events, logged


@njit(cache=True)
def kill(draws, key, k, c, a, aimed, actors, cells, communities, p, events, logged):
    """One lethal event of actor `a` in cell `c`, selective with chance `aimed`; returns `events` and how many there
    are.
    """
    selective = uniform(draws, key, k + SELECTED) < aimed
    mean = p.selective_mean if selective else p.indiscriminate_mean
    tail = p.selective_tail if selective else p.indiscriminate_tail
    size = dead_beyond_first(uniform(draws, key, k + DEAD), uniform(draws, key, k + CUT), mean, tail, p.settlement)
    hosted = communities.hosted[c] - communities.hosted_dead[c]
    people = communities.residents[c] + hosted
    dead = min(1 + stochastic_round(uniform(draws, key, k + DEAD_ROUND), size), people)
    if dead <= 0:
        return events, logged
    from_hosted = binomial(uniform(draws, key, k + HOSTED_DEAD), dead, hosted / people)
    from_hosted = min(max(from_hosted, dead - communities.residents[c]), hosted)
    communities.hosted_dead[c] += from_hosted
    communities.residents[c] -= dead - from_hosted
    cells.civilians_week[c, perpetrator_group(actors.kind[a])] += dead
    cells.danger[c] += dead
    communities.exposure[c, a] += p.selective_harm * dead if selective else dead
    events = with_room(events, logged)
    event = events[logged]
    event.cell, event.type, event.kind = c, ONE_SIDED, SELECTIVE if selective else INDISCRIMINATE
    event.initiator, event.side_a, event.side_b = a, a, CIVILIANS
    event.deaths_a, event.deaths_b, event.civilians = 0, 0, dead
    return events, logged + 1


def conduct_of(actors, p) -> Conduct:
    """How actors treat civilians, by profile and orders."""
    among = {GARRISON: p.among_garrison, PATROL: 1.0, OFFENSIVE: p.among_offensive, ESCORT: p.among_escort}
    return Conduct(
        abusiveness=actors.abusiveness * actors.abusiveness_factor,
        coercion=actors.coercion * actors.coercion_factor,
        selectivity=np.minimum(1.0, np.maximum(0.0, actors.selectivity + actors.selectivity_added)),
        among=np.array([among.get(posture, 0.0) for posture in range(len(POSTURES))]),
    )


def week_of(model, dt, parity: bool) -> None:
    """Oversight, attacks remembered, killing and other abuse of the week."""
    actors, cells, communities, w = Actors.of(model), Cells.of(model), Communities.of(model), model.world
    p = ViolenceRules.of(model.p.violence)
    kept = math.exp(-dt / p.reprisal_days)
    able = actors.mandate_factor * (actors.persons > 0)
    efforts = np.array([actors.mandate_oversee * able, actors.mandate_protect * able])
    governments, present = Governments.of(model), present_by(model, cells.presence)
    about = governments.monitoring, w.country, model.insurgent_controllers
    seen = call(look_over, actors, efforts, present, cells, *about, p)
    zone, conduct = Zone(*seen, *partners_of(actors), model.season().raids), conduct_of(actors, p)
    call(remember_local_attacks, model.log, model.logged, actors.kind, kept, cells.local_attacks)
    np.maximum(0.0, communities.order_days - dt, out=communities.order_days)
    model.log, model.logged = call(
        harm_civilians,
        model.stream("violence"),
        (model.units_by_cell(), model.irregulars_by_cell()),
        Units.of(model),
        actors,
        cells,
        communities,
        conduct,
        zone,
        parity,
        p,
        dt,
        model.log,
        model.logged,
    )
    model.log, model.logged = call(
        retaliate,
        model.stream("violence"),
        w.draw_key,
        actors,
        cells,
        communities,
        conduct,
        zone,
        Around(w.nb_start, w.nb_cell, w.nb_km),
        p,
        model.log,
        model.logged,
    )


def step(model, dt):
    """A week in which insurgents kill whom people denounce, and in reprisal."""
    week_of(model, dt, parity=False)


def parity(model, dt):
    """A week in which insurgents are most violent where control is contested."""
    week_of(model, dt, parity=True)
