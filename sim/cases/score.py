"""How far simulated camps are from the recorded ones: the averaged relative difference (ARD).

For each simulated day t, E(t) = sum over camps of |simulated - recorded| / max(1, sum over camps of
the recorded); the ARD is the mean of E over all simulated days, day 0 included. *Rescaled*, the
simulated camps are first multiplied by (sum of recorded / sum of simulated), so that only the shares
of the camps count and not the people still on the way. Source: D. Suleimenova, D. Bell and D. Groen,
A generalized simulation development approach for predicting refugee destinations, Scientific Reports
7, 13377 (2017), and the code of Flee that goes with it.

Shapes: T days, C camps; `simulated` and `recorded` are (T, C), in persons. Several replicates are
scored one by one and the scores averaged: the score of the mean would flatter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def rescale(simulated: np.ndarray, recorded: np.ndarray) -> np.ndarray:
    """Scale each day's camps to the recorded sum, (T, C); days with nobody in camps stay at zero."""
    inside = simulated.sum(axis=1, dtype=float)
    factor = np.divide(recorded.sum(axis=1, dtype=float), inside, out=np.zeros_like(inside), where=inside > 0)
    return simulated * factor[:, None]


def daily_difference(simulated: np.ndarray, recorded: np.ndarray) -> np.ndarray:
    """E(t) of each day, (T,), a share of the people recorded in camps."""
    if simulated.shape != recorded.shape:
        raise ValueError(f"simulated {simulated.shape} and recorded {recorded.shape} differ in shape")
    return np.abs(simulated - recorded).sum(axis=1) / np.maximum(1.0, recorded.sum(axis=1))


def averaged_relative_difference(simulated: np.ndarray, recorded: np.ndarray, rescaled: bool = False) -> float:
    """The ARD: mean of E(t) over all days; with `rescaled`, of the shares of the camps alone."""
    camps = rescale(simulated, recorded) if rescaled else simulated
    return float(daily_difference(camps, recorded).mean())


def total_difference(simulated: np.ndarray, recorded: np.ndarray) -> float:
    """Mean over days of |sum simulated - sum recorded| / max(1, sum recorded); `simulated` is (T,) or (T, C)."""
    total = simulated if simulated.ndim == 1 else simulated.sum(axis=1)
    expected = recorded.sum(axis=1)
    return float((np.abs(total - expected) / np.maximum(1.0, expected)).mean())


@dataclass
class CampErrors:
    """Errors of each camp over the whole period, each (C,)."""

    mean_recorded: np.ndarray  # persons
    mean_simulated: np.ndarray  # persons
    absolute: np.ndarray  # mean over days of |simulated - recorded|, persons
    relative: np.ndarray  # that, divided by the mean recorded; NaN where nobody is recorded


def camp_errors(simulated: np.ndarray, recorded: np.ndarray) -> CampErrors:
    """Return the mean error of each camp."""
    absolute = np.abs(simulated - recorded).mean(axis=0)
    known = recorded.mean(axis=0)
    relative = np.divide(absolute, known, out=np.full(len(known), np.nan), where=known > 0)
    return CampErrors(known, simulated.mean(axis=0), absolute, relative)
