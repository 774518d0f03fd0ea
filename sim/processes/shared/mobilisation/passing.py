"""Passing over: fighters leave an insurgent group for another one in the same place that appeals more.

    from b to a in place i ~ each of F_ib with chance 1 - exp(-dt * passing_rate * max(0, appeal_ia - appeal_ib))
    appeal_ia = pay_weight * min(1, funding_ua)
                + (1 - pay_weight) * support_ia / (sum over insurgent groups g: support_ig)             without unit

Fighters who share a base follow the group that pays and that people back (Staniland 2012 on rebels who change sides;
Fjelde and Nilsson 2012 on rivalry over a shared base; Nsaibia and Weiss 2020 on JNIM's men who went over to ISGS). They
take their arms with them. Whom a group loses so makes enemies (`sim.processes.shared.rivalry`).
"""

from __future__ import annotations

import math

from numba import njit

from sim.core.codes import INSURGENT
from sim.core.draws import binomial, uniform
from sim.processes.shared.mobilisation.joining import KEY_BITS, fighters_of_first, pay_of

PASS = 8  # number of the draw, by unit and actor to whom it passes


@njit(cache=True, inline="always")
def appeal_of(a, support, kind, pay, pay_weight):
    """How a group appeals to fighters, by the `pay` of its unit, where communities support actors by `support` (A,)."""
    backed = 0.0
    for b in range(support.shape[0]):
        if kind[b] == INSURGENT:
            backed += support[b]
    rooted = support[a] / backed if backed > 0.0 else 0.0
    return pay_weight * pay + (1.0 - pay_weight) * rooted


@njit(cache=True)
def pass_over(draws, here, units, actors, support, p, dt):
    """Fighters pass over to the first unit of a group that appeals more to them, in place; returns how many."""
    total = 0
    for c in range(support.shape[0]):
        first, end = here.start[c], here.start[c + 1]
        several = False
        for i in range(first + 1, end):
            several |= units.actor[here.unit[i]] != units.actor[here.unit[first]]
        if not several:
            continue
        for i in range(first, end):
            u = here.unit[i]
            b = units.actor[u]
            if actors.kind[b] != INSURGENT:
                continue
            for j in range(first, end):
                w = here.unit[j]
                a = units.actor[w]
                if a == b or actors.kind[a] != INSURGENT or min(units.manpower[u], units.manpower[w]) <= 0:
                    continue
                if fighters_of_first(j, c, here, units) == 0:
                    continue
                more = appeal_of(a, support[c], actors.kind, pay_of(w, units, actors), p.pay_weight)
                more -= appeal_of(b, support[c], actors.kind, pay_of(u, units, actors), p.pay_weight)
                if more <= 0.0:
                    continue
                draw = uniform(draws, units.key[u] ^ actors.key[a] << KEY_BITS, PASS)
                gone = binomial(draw, units.manpower[u], 1.0 - math.exp(-dt * p.passing_rate * more))
                both = units.arms[w] * units.manpower[w] + units.arms[u] * gone
                units.manpower[u] -= gone
                units.manpower[w] += gone
                units.arms[w] = both / units.manpower[w]
                actors.lost_to[b, a] += gone
                total += gone
    return total
