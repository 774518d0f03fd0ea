"""Groups of perpetrators by which civilian dead are counted."""

from __future__ import annotations

from numba import njit

from sim.core.codes import INSURGENT, MILITIA

GROUPS = ("government", "insurgents", "militias")


@njit(cache=True)
def perpetrator_group(kind):
    """Group of an actor's kind: 0 the state's side, 1 insurgents, 2 militias."""
    if kind == INSURGENT:
        return 1
    return 2 if kind == MILITIA else 0
