"""How far lines lie from their bands, and which points are the best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.falsify.targets import Target


def scaled(lines: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Lines (..., M) in their units, on the scale of distances."""
    return np.stack([target.scaled(lines[..., k]) for k, target in enumerate(targets)], axis=-1)


def bands(targets: Sequence[Target]) -> tuple[np.ndarray, np.ndarray]:
    """Low and high of every target on the scale of distances, each (M,)."""
    low, high = zip(*(target.bounds() for target in targets))
    return np.array(low), np.array(high)


def outside(lines: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """How far lines (..., M) lie outside their bands, 0 inside; of what is no number, infinity."""
    values, (low, high) = scaled(lines, targets), bands(targets)
    found = np.maximum(np.maximum(low - values, values - high), 0.0)
    return np.where(np.isfinite(values), found, np.inf)


def distance(lines: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Weighted mean over the lines of how far they lie outside their bands: (..., M) -> (...)."""
    weights = np.array([target.weight for target in targets])
    return outside(lines, targets) @ weights / weights.sum()


def best(lines: np.ndarray, targets: Sequence[Target], count: int) -> np.ndarray:
    """Rows of the `count` least distances of lines (J, M), the least first, ties in their order."""
    return np.argsort(distance(lines, targets), kind="stable")[:count]
