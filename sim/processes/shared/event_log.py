"""The week's log of events, which grows as far as a week needs it: no event is left out."""

from __future__ import annotations

import numpy as np
from numba import njit

GROWTH = 2  # a full log gets so many times as many rows


@njit(cache=True)
def with_room(events, logged):
    """The log `events`, of which the first `logged` rows are filled, with room for one more: itself, or a longer copy."""
    if logged < events.shape[0]:
        return events
    longer = np.zeros(GROWTH * max(1, logged), dtype=events.dtype)
    for e in range(logged):
        longer[e] = events[e]
    return longer
