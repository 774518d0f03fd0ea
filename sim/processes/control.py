"""Control: armed presence, projected by travel time, becomes influence with inertia; the state's own
administration counts beside its troops and is driven out where others rule.

    presence_ca = sum over units u of a: manpower_u * visibility * exp(-hours(cell_u, c) / reach_hours)
                                         / sum over cells d: exp(-hours(cell_u, d) / reach_hours)
                  [garrisons, militias: own cell]
    d influence_cq / dt = (sum over a of q: presence_ca (1 + services_ca) embedded_a
                           + [q = state] (administration + police_c residents) services_c
                           - influence_cq) / inertia_days
    d services_c / dt = (peace_c - services_c) share_c,state / recovery_days
                        - services_c (1 - share_c,state + fled_c) / erosion_days
    fled_c = attacks_c / (attacks_c + attacks_half): officials, teachers and police leave where the state is attacked;
             1, and no recovery, in a region (admin-1) at whose seat others together have the influence that rules
    d services_ca / dt = (services_a [share_c,a >= rule_share] - services_ca) / governance_days    of irregulars

`services_a` is what an actor is capable of (its profile); the forces of states bring it with them. What armed groups
provide grows with their rule, over years, and fades where they do not rule: courts, taxes and councils come after
conquest (Mampilly 2011; Arjona 2016; Huang 2016).

A unit is in one place at a time: what it is felt as over all cells comes to its people, however many it can reach. In
the variant `unnormalised` it is felt in full wherever it reaches.

Presence that falls with the cost of reaching a place is the loss-of-strength gradient (Boulding 1962); rule as a mix of
force and services follows Kalyvas (2006) and Arjona (2016) on rebel governance. Who lives among people weighs more than
who lives in a base (`embedded`; Galula 1964 on force ratios), and a garrison, a militia or auxiliaries are not felt
beyond the place they guard. Support of the people does not enter here: it acts through information and recruitment
only, so that nothing counts twice.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import CONTESTED, MILITIA, NOBODY
from sim.core.views import bundle, call, columns, values
from sim.processes.shared.derived import Felt, Present, Sight, keep_present, project
from sim.settings.parameters.ruling import Control

Units = columns("units", reads="cell manpower posture")
Actors = columns("actors", reads="controller kind services")
Cells = columns("cells", reads="attack_memory", writes="presence influence share controller state_services services")
Communities = columns("communities", reads="residents")
Governments = columns("governments", reads="shortage")
ControlRules = values(
    "ControlRules",
    Control,
    unread="reach_least administration police peace_services peace_arid peace_hours peace_urban peace_floor"
    " police_usual",
)
#: of each cell (N,): services in peace as far as there is fuel, presence that the whole of them is worth, and whether
#: others rule the seat of its region
State = bundle("State", "peace officials seat_lost")
#: parts of the way that influence goes in the step, and that services would go up and down
Pace = bundle("Pace", "influence recovery erosion")
#: what irregulars (rows) provide: what each actor is capable of (A,), part of the way that it goes in the step
Provision = bundle("Provision", "rows capable built")

NO_INFLUENCE = 1e-6  # persons; below it there is none
NO_SERVICES = 1e-6


@njit(cache=True, inline="always")
def provide(c, cells, controller_of, provision, rule_share):
    """What the actors `provision.rows` provide in cell `c` grows toward what each is capable of where its controller
    has the share of influence that rules, and fades elsewhere, in place."""
    for a in provision.rows:
        end = provision.capable[a] if cells.share[c, controller_of[a]] >= rule_share else 0.0
        if end > 0.0 or cells.services[c, a] > 0.0:
            now = cells.services[c, a] + (end - cells.services[c, a]) * provision.built
            cells.services[c, a] = now if now >= NO_SERVICES else 0.0


@njit(cache=True)
def govern(cells, present, controller_of, weight, state, pace, provision, p):
    """One step of influence, shares, controllers and the state's services, then of what others provide, in place.

    `weight` (A,) is what a person present adds to influence, apart from services, `controller_of` (A,) for whom.
    """
    influence, share = cells.influence, cells.share
    n_cells, parties = influence.shape
    goal = np.zeros(parties)
    way, gone = 0.0, 0.0  # of services: the same in most places
    for c in range(n_cells):
        goal[:] = 0.0
        goal[0] = state.officials[c] * cells.state_services[c]
        for k in range(present.start[c], present.start[c + 1]):
            a = present.actor[k]
            goal[controller_of[a]] += present.persons[k] * (1.0 + cells.services[c, a]) * weight[a]
        total = 0.0
        for q in range(parties):
            influence[c, q] += (goal[q] - influence[c, q]) * pace.influence
            if influence[c, q] < NO_INFLUENCE:
                influence[c, q] = 0.0
            total += influence[c, q]
        best = 0
        for q in range(parties):
            share[c, q] = influence[c, q] / total if total > 0.0 else 0.0
            if share[c, q] > share[c, best]:
                best = q
        if total < p.floor:
            cells.controller[c] = NOBODY
        elif share[c, best] >= p.rule_share:
            cells.controller[c] = best
        else:
            cells.controller[c] = CONTESTED
        if state.peace[c] > 0.0:
            fled = cells.attack_memory[c] / (cells.attack_memory[c] + p.attacks_half)
            up = pace.recovery * share[c, 0]
            if state.seat_lost[c]:
                fled, up = 1.0, 0.0
            down = pace.erosion * (1.0 - share[c, 0] + fled) if total > 0.0 else 0.0
            if up + down > 0.0:
                end = state.peace[c] * up / (up + down)
                if up + down != way:
                    way, gone = up + down, 1.0 - math.exp(-(up + down))
                cells.state_services[c] += (end - cells.state_services[c]) * gone
        provide(c, cells, controller_of, provision, p.rule_share)


def weight_of(kind, embedded: float) -> np.ndarray:
    """What a person present adds to influence (A,), apart from services: `embedded` times if he lives among people."""
    return np.where(kind <= MILITIA, embedded, 1.0)


def feel_presence(model, felt, sight) -> Present:
    """Presence of every actor in every cell (`cells.presence`), as its units are felt around them: compressed rows."""
    units, by_actor, actors, cells = Units.of(model), model.units_by_actor(), Actors.of(model), Cells.of(model)
    present = call(project, units, by_actor, actors.kind, sight, Felt(*felt), cells.presence)
    keep_present(model, present, model.step_index + 1)
    return present


def step(model, dt):
    """Presence, influence, controllers and services after the week's movements and losses."""
    week_of(model, dt, model.felt)


def unnormalised(model, dt):
    """The variant in which a unit is felt in full wherever it reaches."""
    week_of(model, dt, model.projection)


def week_of(model, dt, felt) -> None:
    """One step; `felt` says in compressed rows how units are felt around where they stand."""
    actors, cells, communities, governments = (view.of(model) for view in (Actors, Cells, Communities, Governments))
    p = ControlRules.of(model.p.control)
    present = feel_presence(model, felt, Sight(p.hidden_weight, p.part_time))
    power = 1.0 - p.power_loss * governments.shortage
    lost = 1.0 - cells.share[model.seat_of, 0] >= p.rule_share
    state = State(model.services_peace * power[model.world.country], model.officials(communities.residents), lost)
    pace = Pace(1.0 - math.exp(-dt / p.inertia_days), dt / p.recovery_days, dt / p.erosion_days)
    provision = Provision(model.irregulars, actors.services, 1.0 - math.exp(-dt / p.governance_days))
    call(govern, cells, present, actors.controller, weight_of(actors.kind, p.embedded), state, pace, provision, p)
