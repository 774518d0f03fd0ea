"""Seasons: what the rains and the lean season make of travel, raids, convoys and hardship, by month.

    slow_cm   = 1 / (1 - slow w_cm)                        hours off the main roads by those of dry ground
    hours_cm  = slow_cm / mean over m of slow_cm           1 in cells with a paved road
    raids_cm  = (1 - slow w_cm)^raids / mean over m        attacks and violence of irregulars
    sweeps_cm = (1 - slow w_cm) / mean over m              operations of the state's side; 1 in cells with a paved road
    lean_im   = (1 + lean l_im) / mean over m              hardship

w_cm is the part of the days of month m in the rains, l_im 1 in the months of the lean season (`sim.world.season`). Each
factor has the mean 1 over the months, so that seasons move things within the year. Walking off the roads takes 1.5
times as long in Niger's wet season (Blanford and others 2012); rain on dirt tracks raises what it costs armed groups to
come (Rogall 2021); of people in phase 3 of the Cadre Harmonise there are 1.4 times as many in the lean season.
"""

from __future__ import annotations

import numpy as np

from sim.core.views import bundle

#: factors of a month: hours of travel, raids and sweeps in each cell (N,), hardship in each community (P,); and hours
#: on each edge of the roads (E,)
Season = bundle("Season", "hours raids sweeps lean ways")


def level(factor: np.ndarray) -> np.ndarray:
    """A factor by month (12, ...) over its mean of the months."""
    return factor / factor.mean(0)


def hours_factor(wet: np.ndarray, slow: float) -> np.ndarray:
    """Hours off the roads over the mean of the year (12, N); `wet` (12, N) is the part of days in the rains."""
    return level(1.0 / (1.0 - slow * wet))


def pace_factor(wet: np.ndarray, slow: float, power: float) -> np.ndarray:
    """What goes by the `power` of the pace off the roads, over the mean of the year (12, N)."""
    return level((1.0 - slow * wet) ** power)


def lean_factor(months: np.ndarray, more: float) -> np.ndarray:
    """Hardship over the mean of the year (12, P): `more` in the `months` (12, P) of the lean season."""
    return level(1.0 + more * months)
