"""How far lines lie from their bands, which points are the best, and what the points around one say of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.falsify.targets import Target

RIDGE = 1.0  # penalty of the smooth, in points, on terms of unit variance


def scaled(lines: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Lines (..., M) in their units, on the scale of distances."""
    return np.stack([target.scaled(lines[..., k]) for k, target in enumerate(targets)], axis=-1)


def bands(targets: Sequence[Target]) -> tuple[np.ndarray, np.ndarray]:
    """Low and high of every target on the scale of distances, each (M,)."""
    low, high = zip(*(target.bounds() for target in targets))
    return np.array(low), np.array(high)


def outside(lines: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """How far lines (..., M) lie outside their bands, 0 inside; of what is no number, infinity."""
    return _outside(scaled(lines, targets), targets)


def _outside(values: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """The same of lines that are on the scale of distances already."""
    low, high = bands(targets)
    found = np.maximum(np.maximum(low - values, values - high), 0.0)
    return np.where(np.isfinite(values), found, np.inf)


def distance(lines: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Weighted mean over the lines of how far they lie outside their bands: (..., M) -> (...)."""
    return distance_scaled(scaled(lines, targets), targets)


def distance_scaled(values: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """The same of lines that are on the scale of distances already."""
    weights = np.array([target.weight for target in targets])
    return _outside(values, targets) @ weights / weights.sum()


def best(lines: np.ndarray, targets: Sequence[Target], count: int) -> np.ndarray:
    """Rows of the `count` least distances of lines (J, M), the least first, ties in their order."""
    return np.argsort(distance(lines, targets), kind="stable")[:count]


def smoothed(unbounded: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Lines (J, M), on the scale of distances, as a ridge regression on parameters (J, K) and their squares has them.

    A replicate's chance is smoothed away, and so is what is bent more than a parabola. Lines that are no number do not
    count in the fit of their column.
    """
    x = np.column_stack([unbounded, unbounded**2])
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    found = np.full(values.shape, np.nan)
    for m, y in enumerate(values.T):
        good = np.isfinite(y)
        if good.any():
            own = x[good] - x[good].mean(axis=0)
            slope = np.linalg.solve(own.T @ own + RIDGE * np.eye(x.shape[1]), own.T @ (y[good] - y[good].mean()))
            found[:, m] = y[good].mean() + (x - x[good].mean(axis=0)) @ slope
    return found
