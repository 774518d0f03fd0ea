"""Recruitment: people become fighters, by grievance, want of work or force; fighters desert; units split and merge.

Who joins insurgents, and why, is `sim.processes.shared.mobilisation.joining`: recruits out of a local pool of
residents, by contact with fighters who are there. Three motives after UNDP (2023): abuse by the state named as the
trigger by a third of voluntary recruits, want of work by a quarter; motive reads attitudes only, so an abuse counts
once. Fighters who are
not paid desert, and where groups share a place some pass over to the one that appeals more
(`sim.processes.shared.mobilisation.passing`).

    arms of unit u of irregulars -> mean arms per head of its organisation, in recovery_days, by sharing
    arms above 1 of irregulars   -> 1, with half-life arms_half_life; below 1, and of a state's forces, in recovery_days

Captured arms stay with the organisation: its units share them, men who join are armed as equipped and so share what is
there, and what is more than that wears out over years. Small arms last for decades; ammunition and vehicles do not.

Morale of a state's forces follows pay out of its means, in
which its standing counts already: fewer pay taxes to a state that is not held legitimate (finance). Armies recruit
toward their target in the places their state
holds; auxiliaries (VDP) out of volunteers, and militias rise by themselves (`sim.processes.shared.mobilisation`).
Training by partners holds units together. Deserters go home; persons are conserved: every fighter recruited here is
one resident less.

Comes after attitudes, so that this week's suffering moves this week's support, and before control, so that recruits
count in it; swapping it with attitudes moves displaced and fighters by 0.4 to 0.7, with control by 0.5 standard
deviations of replicates.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, AUXILIARY
from sim.core.draws import binomial, uniform
from sim.core.views import bundle, call, columns, values
from sim.processes.shared.foreign.aid import training_by_country
from sim.processes.shared.mobilisation.call_up import Homes, fill_armies
from sim.processes.shared.mobilisation.founding import Ground, found_cells
from sim.processes.shared.mobilisation.joining import join_matching, join_pools
from sim.processes.shared.mobilisation.passing import pass_over
from sim.processes.shared.mobilisation.pools import Pools, Spread, fill_pools, turned_round
from sim.processes.shared.mobilisation.risings import dissolve, remember_killed, rise, who_would_arm
from sim.settings.parameters.ruling import Recruitment

Units = columns("units", reads="key actor cell target rest_days", writes="manpower arms cohesion surplus")
Actors = columns(
    "actors",
    reads="key kind controller hostility funding unit_size target state access mandate_train mandate_factor"
    " appeal_grievance appeal_jobs appeal_force truce",
    writes="persons morale cohesion_bonus entered lost_to",
)
Cells = columns("cells", reads="share presence civilians_week", writes="killed_lately")
Communities = columns("communities", reads="support harm hardship alarm included", writes="residents")
Governments = columns("governments", reads="treasury")
RecruitmentRules = values("RecruitmentRules", Recruitment, unread="pool_rivalry")
MAKES_UNITS = True  # new units are appended, with all their columns
#: by actor (A,): cohesion that units go to, what funds them (endless: a state), whose people live here, arms
#: per head that units share with one another (0: they get theirs from a state)
Spirit = bundle("Spirit", "goal funding local stock")

DESERT = 1  # number of the draw, by unit; others stand in `sim.processes.shared.mobilisation`

SLACK = 1e-9  # rounding of a chance that is compared before it is whole


@njit(cache=True)
def update_morale(dt, actors, governments, trained, p, goal, funding):
    """Unity after a merger fades and morale follows pay, in place; fills `goal` and `funding` (A,) as in `Spirit`.

    `trained` (C,) is the training by partners. A foreign force has pay (its `funding`, which is full) and
    training from home, whatever the states here can give."""
    for a in range(actors.kind.shape[0]):
        actors.cohesion_bonus[a] *= math.exp(-dt / p.bonus_days)
        pay, taught = actors.funding[a], 0.0
        if actors.kind[a] == ARMY or actors.kind[a] == AUXILIARY:
            home = actors.state[a]
            pay = governments.treasury[home] * p.army_pay
            taught = p.training * trained[home]
        end = min(1.0, max(p.morale_floor, pay))
        actors.morale[a] += (end - actors.morale[a]) * (1.0 - math.exp(-dt / p.recovery_days))
        holds = p.cohesion_base + p.cohesion_morale * actors.morale[a] + actors.cohesion_bonus[a] + taught
        goal[a] = min(1.0, max(p.least_cohesion, holds))
        funding[a] = math.inf if actors.kind[a] >= ARMY else actors.funding[a]


@njit(cache=True)
def desert(draws, by_actor, units, residents, spirit, p, dt):
    """Deserters leave units, which `by_actor` lists, for home; cohesion recovers toward its goal, arms toward 1 or that
    of the organisation."""
    back, kept = 1.0 - math.exp(-dt / p.recovery_days), math.exp(-math.log(2.0) * dt / p.arms_half_life)
    for a in range(spirit.goal.shape[0]):
        goal, stock, local = spirit.goal[a], spirit.stock[a], spirit.local[a]
        for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
            if units.manpower[u] <= 0:
                continue
            lack = min(1.0, max(0.0, 1.0 - max(0.0, spirit.funding[a] + units.surplus[u])))
            pull = dt * p.desertion * (1.0 + p.unpaid * lack) * (p.loyal_at - units.cohesion[u])
            if local and pull > 0.0 and units.cell[u] < residents.shape[0]:
                draw = uniform(draws, units.key[u], DESERT)
                # at most `pull` of the unit's people go, so most draws are nobody's: no need of the exact chance
                if draw > 1.0 - units.manpower[u] * pull - SLACK:
                    gone = binomial(draw, units.manpower[u], 1.0 - math.exp(-pull))
                    units.manpower[u] -= gone
                    residents[units.cell[u]] += gone
            units.cohesion[u] += (goal - units.cohesion[u]) * back
            if stock > 0.0:
                shared = units.arms[u] + (stock - units.arms[u]) * back
                units.arms[u] = 1.0 + (shared - 1.0) * (kept if shared > 1.0 else 1.0 - back)
            else:
                units.arms[u] += (1.0 - units.arms[u]) * back


@njit(cache=True)
def share_arms(units, by_actor, kind, stock):
    """Arms per head of each organisation of irregulars, over all its units, which `by_actor` lists, into `stock` (A,);
    0 for the others."""
    for a in range(stock.shape[0]):
        stock[a], people = 0.0, 0.0
        if kind[a] >= ARMY:
            continue
        for u in by_actor.unit[by_actor.start[a] : by_actor.start[a + 1]]:
            if units.manpower[u] > 0:
                stock[a] += units.manpower[u] * units.arms[u]
                people += units.manpower[u]
        if people > 0.0:
            stock[a] /= people


@njit(cache=True)
def split_large(units, actors, split_at):
    """Irregular units that outgrow their size lose half of their people: (rows, people that leave each)."""
    rows = np.empty(units.actor.shape[0], dtype=np.int64)
    count = 0
    for u in range(units.actor.shape[0]):
        a = units.actor[u]
        if actors.kind[a] < ARMY and units.manpower[u] > split_at * actors.unit_size[a]:
            rows[count] = u
            count += 1
    halves = units.manpower[rows[:count]] // 2
    units.manpower[rows[:count]] -= halves
    return rows[:count], halves


@njit(cache=True)
def merge_small(units, merge_below, n_cells):
    """Remnants that are not under way join the first other unit of their actor in the same cell."""
    actor, cell, manpower = units.actor, units.cell, units.manpower
    small, count = np.empty(actor.shape[0], dtype=np.int64), 0
    for u in range(actor.shape[0]):
        small[count] = u
        count += (manpower[u] > 0) & (manpower[u] < merge_below) & (units.target[u] < 0)
    small, looked_at = small[:count], np.zeros(n_cells, dtype=np.bool_)
    for u in small:
        looked_at[cell[u]] = True
    beside, count = np.empty(actor.shape[0], dtype=np.int64), 0  # units in these cells
    for u in range(actor.shape[0]):
        if manpower[u] > 0 and looked_at[cell[u]]:
            beside[count] = u
            count += 1
    for u in small:
        mate = -1
        for w in beside[:count]:
            if cell[w] == cell[u] and actor[w] == actor[u] and w != u and manpower[w] > 0:
                mate = w
                break
        if mate >= 0:
            both = manpower[mate] * units.arms[mate] + manpower[u] * units.arms[u]
            funds = manpower[mate] * units.surplus[mate] + manpower[u] * units.surplus[u]
            manpower[mate] += manpower[u]
            units.arms[mate], units.surplus[mate] = both / manpower[mate], funds / manpower[mate]
            manpower[u] = 0


def split_and_merge(model, p):
    """Units that outgrow their size split in two; remnants join another unit of their actor in the same cell."""
    units = Units.of(model)
    rows, halves = call(split_large, units, Actors.of(model), p.split_at)
    if len(rows):
        here, rest = units.cell[rows], units.rest_days[rows]
        spirit = {"cohesion": units.cohesion[rows], "arms": units.arms[rows], "rest_days": rest}
        spirit["surplus"] = units.surplus[rows]
        model.make_units(units.actor[rows], cell=here, manpower=halves, home=here, **spirit)
    call(merge_small, Units.of(model), p.merge_below, model.world.n_cells)


def mobilise(model, here, p, dt):
    """People of the pool of each place join the insurgents there, and fighters pass over from one group to another; the
    pools as they were before."""
    units, actors, communities = Units.of(model), Actors.of(model), Communities.of(model)
    pools = pools_of(model)
    draws, keys = model.stream("recruitment"), model.world.draw_key
    call(join_pools, draws, here, units, actors, Cells.of(model), communities, keys, pools, p, dt)
    call(pass_over, draws, here, units, actors, communities.support, p, dt)
    return pools


def pools_of(model) -> Pools:
    """Residents and fighters who fill the pool of every irregular actor, projected by travel."""
    actors, share, spread = Actors.of(model), Cells.of(model).share, Spread(*model.projection)
    residents, by_actor = Communities.of(model).residents, model.units_by_actor()
    kept = model._scratch.get("pools")
    if kept is None:
        fields = np.empty(share.shape), np.empty(len(share)), np.empty_like(residents)
        kept = model._scratch["pools"] = Pools(*fields, turned_round(spread, len(residents)))
    rivalry = model.p.recruitment.pool_rivalry
    call(fill_pools, Units.of(model), by_actor, actors.kind, actors.controller, residents, spread, rivalry, kept)
    return kept


def send_cadres(model, here, pools, p, dt):
    """Cadres leave for places whose pool has room, as units of their own."""
    w, units = model.world, Units.of(model)
    ground = Ground(
        model.operating_area,
        w.country,
        w.aridity,
        model.army_of,
        w.reach_start,
        w.reach_cell,
        w.reach_hours,
        float(model.p.movement.pact_keeps_out),
    )
    residents, draws = Communities.of(model).residents, model.stream("recruitment")
    mothers, sizes, ways = call(
        found_cells, draws, here, units, Actors.of(model), w.draw_key, residents, pools, ground, p, dt
    )
    if len(mothers):
        goal, km = w.reach_cell[ways], w.reach_km[ways]
        spirit = {name: getattr(units, name)[mothers] for name in ("cohesion", "arms", "surplus")}
        model.make_units(
            units.actor[mothers],
            cell=units.cell[mothers],
            manpower=sizes,
            home=goal,
            target=goal,
            km_left=km,
            rest_days=p.preparation_days,
            **spirit,
        )


def militias_rise(model, here, by_actor, p, dt):
    """Militiamen go home, and people form militias where their own are killed, or rule changes, and soldiers are few;
    those who would take up arms in each community, a day (P,)."""
    units, actors, cells, w = Units.of(model), Actors.of(model), Cells.of(model), model.world
    communities, draws = Communities.of(model), model.stream("recruitment")
    residents, felt = communities.residents, (communities.alarm, cells.share)
    arming = np.empty(w.n_communities)
    kept, killed = math.exp(-dt / model.p.combat.danger_days), cells.killed_lately
    call(remember_killed, cells.civilians_week, kept, killed)
    call(who_would_arm, model.stream_of_run("recruitment"), w.draw_key, killed, *felt, residents, p, arming)
    call(dissolve, draws, units, by_actor, actors.kind, residents, p.militia_life, dt)
    where = ~awaited(model, actors), model.operating_area, w.draw_key, p.join_most, dt
    of, at, persons = call(rise, draws, here, units, actors, cells.presence, residents, arming, *where)
    if len(of):
        actors.entered[of] = True
        model.make_units(of, cell=at, manpower=persons, home=at)
    return arming


def awaited(model, actors):
    """Which actors enter on a date that has not come yet (A,): such a militia does not rise by itself before."""
    dated = model._scratch.get("dated")
    if dated is None:
        entries = [model.profile_of(row).entry for row in range(len(actors.kind))]
        dated = model._scratch["dated"] = np.array([e is not None and e.date is not None for e in entries])
    return dated & ~actors.entered


def match(model, here, p, dt):
    """Supporters meet fighters by the matching function: the variant `matching`, without pools."""
    units, actors, communities = Units.of(model), Actors.of(model), Communities.of(model)
    draws, keys = model.stream("recruitment"), model.world.draw_key
    call(join_matching, draws, here, units, actors, Cells.of(model), communities, keys, p, dt)


def step(model, dt):
    """Joining, desertion, armies' recruitment, splitting and merging; then the count of persons under arms."""
    recruit(model, dt, mobilise)


def recruit(model, dt, joining):
    """The step of the process; `joining(model, here, p, dt)` is how people come to irregulars, out of what pools."""
    p, draws = RecruitmentRules.of(model.p.recruitment), model.stream("recruitment")
    units, actors, cells = Units.of(model), Actors.of(model), Cells.of(model)
    communities, governments = Communities.of(model), Governments.of(model)
    # units that are made on the way are none of those whom the lists are asked for after it
    here, by_actor = model.irregulars_by_cell(), model.units_by_actor()
    pools = joining(model, here, p, dt)
    spirit = Spirit(*np.empty((2, len(actors.kind))), actors.kind <= AUXILIARY, np.empty(len(actors.kind)))
    call(share_arms, units, by_actor, actors.kind, spirit.stock)
    call(update_morale, dt, actors, governments, call(training_by_country, actors, p), p, spirit.goal, spirit.funding)
    call(desert, draws, by_actor, units, communities.residents, spirit, p, dt)
    arming = militias_rise(model, here, by_actor, p, dt)
    units = Units.of(model)  # rows may have been appended
    model.count_persons()
    homes = Homes(*model.people_of, model.capital_cell)
    residents, treasury = communities.residents, governments.treasury
    new = call(fill_armies, draws, dt, units, by_actor, actors, cells, residents, treasury, homes, arming, p)
    if len(new):
        row, cell, persons = new.T
        home = np.where(actors.kind[row] == AUXILIARY, cell, -1)
        model.make_units(row, cell=cell, manpower=persons, home=home)
    if pools is not None and p.founding_rate > 0.0:
        send_cadres(model, here, pools, p, dt)
    split_and_merge(model, p)
    model.count_persons()
