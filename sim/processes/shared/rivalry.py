"""Rivalry: insurgent groups become enemies by what they lose to one another, and make peace when that ends.

    hostility_ab -> hostility_ab exp(-dt / cooling_days), then
                    hostility_ab + (1 - hostility_ab) (1 - exp(-(lost_ab + lost_ba) / (rivalry_share * fighters of the
                    smaller)))
    lost_ab: people of a killed by b or gone over to b in the week

Groups that draw on one base win fighters from one another and fight over it (Fjelde and Nilsson 2012); alliances among
rebels hold as long as neither loses by them, and end and are made anew in the course of a war (Christia 2012; Bapat and
Bond 2012). A truce between two groups on which nobody watches is no more than that: what is left of it follows the same
rule. One that has a mediator, or that an event says is kept, does not (`sim.processes.politics`).
"""

from __future__ import annotations

import math

from numba import njit

from sim.core.codes import INSURGENT, NOBODY_MEDIATES

NO_ENMITY = 1e-6  # below it there is none


@njit(cache=True)
def update_rivalry(actors, dt, p):
    """Enmity of every pair of insurgent groups that both have fighters and no kept pact, in place; a truce without a
    mediator becomes the want of enmity that it is."""
    cooled = math.exp(-dt / p.cooling_days)
    for a in range(actors.kind.shape[0]):
        for b in range(a):
            smaller = min(actors.persons[a], actors.persons[b])
            if actors.kind[a] != INSURGENT or actors.kind[b] != INSURGENT or smaller <= 0:
                continue
            if actors.mediator[a, b] != NOBODY_MEDIATES:
                continue
            hostile = actors.enmity[a, b] * (1.0 - actors.truce[a, b]) * cooled
            lost = actors.lost_to[a, b] + actors.lost_to[b, a]
            hostile += (1.0 - hostile) * (1.0 - math.exp(-lost / (p.rivalry_share * smaller)))
            actors.enmity[a, b] = actors.enmity[b, a] = hostile if hostile >= NO_ENMITY else 0.0
            actors.truce[a, b] = actors.truce[b, a] = 0.0


@njit(cache=True)
def decay_truces(actors, p, dt):
    """Truces (A, A) move towards what their mediator can still do; those without one stay. Hostility follows, in place.

    A mediator of `mediator_full` persons can do all of its mandate; `mediator_need` of that keeps a pact whole.
    """
    truce, lag = actors.truce, 1.0 - math.exp(-dt / p.fray_days)
    for a in range(truce.shape[0]):
        for b in range(truce.shape[0]):
            m = actors.mediator[a, b]
            if m >= 0 and truce[a, b] > 0.0:
                present = min(1.0, actors.persons[m] / p.mediator_full)
                able = present * actors.mandate_mediate[m] * actors.mandate_factor[m]
                kept = min(1.0, able / p.mediator_need)
                if kept < truce[a, b]:
                    truce[a, b] += (kept - truce[a, b]) * lag
            actors.hostility[a, b] = actors.enmity[a, b] * (1.0 - truce[a, b])
