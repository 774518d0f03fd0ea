"""Strength of forces: targets that move along ramps, foreign forces that come and go to meet theirs, bases handed over.

    target_a -> goal_a at rate_a persons a day, where an event set a ramp;
                else as the profile of actor a says, linear between its dates;
                at most what is left since it gave up bases, until an event sets another strength
    lacking_a = target_a - persons_a: foreign forces make it up once it is a third of a unit (`reinforcement_parts`),
                send home by whole units what is too much

Armies and auxiliaries have to recruit toward their targets (process recruitment). The process of decisions calls this.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, FOREIGN, TO_ARMY
from sim.core.conversions import WEEK_DAYS
from sim.core.draws import uniform
from sim.core.views import bundle, call, columns

Forces = columns(
    "actors",
    reads="kind unit_size mobility countries",
    writes="persons entered leaving handover target target_goal target_rate target_most",
    name="Forces",
)
ForceUnits = columns("units", reads="key actor cell", writes="manpower home target km_left", name="ForceUnits")
#: strengths that profiles give: those of actor a are the rows start[a] to start[a + 1] - 1 of days and persons
Profiles = bundle("Profiles", "start days persons")

BASE_TAKER = 0  # number of the draw, by the unit that leaves, of the unit that takes over its base
LEAST_DAYS = 0.1  # no ramp is shorter


def ramp_days(weeks: float) -> float:
    """Length of a ramp of so many weeks in days; one of no weeks has some, too, to divide by."""
    return max(WEEK_DAYS * weeks, LEAST_DAYS)


def ramp(model, row: int, persons: float, days: float) -> None:
    """Let the target strength of actor `row` go to `persons` in `days`; its profile's strengths no longer count, nor
    that it gave up bases before."""
    forces = Forces.of(model)
    forces.target_most[row] = math.inf
    forces.target_goal[row] = persons
    forces.target_rate[row] = abs(persons - forces.target[row]) / days
    model.ramped.add(row)


@njit(cache=True)
def move_targets(forces, ramped, profiles, t, dt):
    """Target strengths of all but insurgents and militias (A,), in place.

    Those `ramped` (A,) go to their goal at their rate; the others follow their profiles, at the day `t`: linear between
    the dates there, nothing before the first. None goes above its `target_most`.
    """
    target, days, persons = forces.target, profiles.days, profiles.persons
    for a in range(target.shape[0]):
        if forces.kind[a] < ARMY:
            continue
        first, last = profiles.start[a], profiles.start[a + 1] - 1
        if ramped[a]:
            gap = forces.target_goal[a] - target[a]
            target[a] += math.copysign(min(abs(gap), forces.target_rate[a] * dt), gap)
        elif last < first or t + dt <= days[first]:
            target[a] = 0.0
        elif t <= days[first]:
            target[a] = persons[first]
        else:
            target[a] = persons[last]
            for i in range(first, last):
                if t < days[i + 1]:
                    slope = (persons[i + 1] - persons[i]) / (days[i + 1] - days[i])
                    target[a] = slope * (t - days[i]) + persons[i]
                    break
        target[a] = min(target[a], forces.target_most[a])


@njit(cache=True)
def who_moves(forces, parts):
    """Rows of irregulars still outside and of foreign forces that come or go to meet their target (n,), and how many
    persons each actor lacks (A,). A foreign force is reinforced once it lacks one of so many `parts` of a unit."""
    n_actors = forces.kind.shape[0]
    rows, lacking = np.empty(n_actors, dtype=np.int64), np.empty(n_actors, dtype=np.int64)
    count = 0
    for a in range(n_actors):
        lacking[a] = int(forces.target[a]) - forces.persons[a]
        moves = forces.kind[a] < ARMY and not forces.entered[a]
        if forces.kind[a] == FOREIGN:
            size, leaving = int(forces.unit_size[a]), forces.leaving[a]
            coming = forces.entered[a] and not leaving and lacking[a] >= max(1, int(size // parts))
            moves = coming or (lacking[a] < 0 and (leaving or -lacking[a] >= size))
        if moves:
            rows[count] = a
            count += 1
    return rows[:count], lacking


def follow_targets(model, dt) -> bool:
    """Foreign forces arrive and leave to meet their target strength; insurgents enter once, when their profiles say so.

    Returns whether anybody may have come or gone.
    """
    forces = Forces.of(model)
    ramped = np.zeros(len(forces.kind), dtype=bool)
    ramped[list(model.ramped)] = True
    call(move_targets, forces, ramped, Profiles(*model.strength_in_profiles), model.t, dt)
    rows, lacking = call(who_moves, forces, float(model.p.movement.reinforcement_parts))
    for row in rows.tolist():
        if forces.kind[row] == FOREIGN:
            come_or_go(model, row, int(lacking[row]))
        elif model.entry_due(row):
            forces.entered[row] = True
            enter(model, row, model.entry_persons(row))
    return len(rows) > 0


def enter(model, row: int, persons: int) -> None:
    """People of an actor come into the region."""
    model.place_persons(row, persons)
    model.ledger["arrived"] += persons


def come_or_go(model, row: int, lacking: int) -> None:
    """A foreign force makes up what it lacks, or sends home what is too much: first those who are based in a country
    where it may no longer be, then the last to come."""
    if lacking > 0:
        enter(model, row, lacking)
        return
    forces, force_units = Forces.of(model), ForceUnits.of(model)
    leaving, manpower = forces.leaving[row], force_units.manpower
    mine = np.flatnonzero((force_units.actor == row) & (manpower > 0))[::-1]
    base = np.where(force_units.home[mine] < 0, force_units.cell[mine], force_units.home[mine])
    welcome = forces.countries[row][model.world.country[base]]
    for unit in np.concatenate([mine[~welcome], mine[welcome]]):
        if lacking >= 0 or (not leaving and -lacking < manpower[unit]):
            break
        if leaving and forces.target[row] > 0.0 and -lacking < manpower[unit] // 2:
            break
        lacking += int(manpower[unit])
        depart(model, int(unit), int(forces.handover[row]))


def depart(model, unit: int, handover: int) -> None:
    """A foreign unit goes home; `handover` (`sim.core.codes.HANDOVERS`) is who gets its base.

    For the army it is taken over by a unit drawn from those that are not on the way anywhere; else it is left.
    """
    forces, force_units = Forces.of(model), ForceUnits.of(model)
    model.ledger["departed"] += int(force_units.manpower[unit])
    force_units.manpower[unit] = 0
    base = int(force_units.home[unit])
    if handover != TO_ARMY or base < 0:
        return
    army = model.army_of[model.world.country[base]]
    if army < 0:
        return
    free = (force_units.target < 0) & (force_units.cell != base)
    free = np.flatnonzero((force_units.actor == army) & (force_units.manpower > 0) & free)
    if len(free):
        draw = uniform(model.stream("decisions"), force_units.key[unit], BASE_TAKER)
        taker = free[int(draw * len(free))]
        force_units.target[taker] = base
        force_units.home[taker] = base
        force_units.km_left[taker] = forces.mobility[army] * model.p.movement.handover_days
