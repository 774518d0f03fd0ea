"""Ensemble Kalman inversion (Iglesias, Law and Stuart 2013) towards bands.

A member has unbounded parameters u_j (K,) and lines g_j (M,), on the scale of distances. One round:

    u_j <- u_j + C_ug (C_gg + a G)^-1 (y_j - g_j + sqrt(a) e_j),     e_j ~ N(0, G)

C_ug, C_gg: covariances over the members; G: covariance of replicates at one point, since a member is one replicate, and
the tolerance of the bands (their width as four standard deviations). What is observed is a band, not a number: y_j is
the member's own value moved into the middle half of the band, so that a member is pulled only as far as the band asks,
and those inside are not drawn to its middle. 1 / a is the step, chosen as Iglesias and Yang (2021) do from the misfits
F_j = |G^(-1/2) (y_j - g_j)|^2 / 2:

    1 / a = min(max(M / (2 mean F), sqrt(M / (2 var F))), 1 - t),    t: sum of the steps taken

but at least 1 - t over the rounds left: else, where lines cannot be reached, no number of rounds is enough. With equal
steps this is the schedule of Emerick and Reynolds (2013). When t reaches 1 the members stand for what is compatible
with the bands and the noise (their mean is what a default may be taken from). Rounds after that go on with full steps:
they no longer sample, they look for a hit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MIDDLE = 0.5  # part of a band, in its middle, into which members are moved
LEAST_NOISE = 1e-3  # least standard deviation of replicates, on the scale of distances
WIDTHS = 4.0  # standard deviations that a band is wide
SHRINK = 0.3  # of the correlations of noise towards none: some twenty replicates say little of many lines' correlations


@dataclass(frozen=True)
class Step:
    """What a round did: the members after it (J, K), the time t after it, the step 1 / a, the mean misfit before."""

    members: np.ndarray
    time: float
    length: float
    misfit: float


def into_band(lines: np.ndarray, low: np.ndarray, high: np.ndarray, part: float = MIDDLE) -> np.ndarray:
    """Lines (J, M) moved into the middle part of their bands (M,)."""
    centre, half = (low + high) / 2.0, part * (high - low) / 2.0
    return np.clip(lines, centre - half, centre + half)


def noise_of(replicates: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """G (M, M): covariance of lines over replicates (R, M) of one point, and the tolerance of the bands (M,).

    Correlations are shrunk by `SHRINK`; with fewer than three replicates they are left out. Each standard deviation is
    at least `LEAST_NOISE`.
    """
    replicates = np.asarray(replicates, dtype=float)
    spread = np.maximum(replicates.std(axis=0, ddof=1) if len(replicates) > 1 else LEAST_NOISE, LEAST_NOISE)
    spread = np.broadcast_to(spread, replicates.shape[1:])
    covariance = np.diag(spread**2)
    if len(replicates) > 2:
        away = replicates - replicates.mean(axis=0)
        raw = away.T @ away / (len(replicates) - 1)
        covariance = np.where(np.eye(len(spread), dtype=bool), covariance, (1.0 - SHRINK) * raw)
    return covariance + np.diag(((high - low) / WIDTHS) ** 2)


def step(
    members: np.ndarray,
    lines: np.ndarray,
    band: tuple[np.ndarray, np.ndarray],
    noise: np.ndarray,
    time: float,
    left: int,
    random: np.random.Generator,
) -> Step:
    """One round of `left` rounds with it: members (J, K), their lines (J, M), low and high of bands (M,), G, time t.

    Members with a line that is no number say nothing and are drawn anew around the others.
    """
    good = np.isfinite(lines).all(axis=1)
    if good.sum() < 2:
        raise ValueError("fewer than two members have lines")
    u, g = members[good], lines[good]
    away_u, away_g = u - u.mean(axis=0), g - g.mean(axis=0)
    c_ug, c_gg = away_u.T @ away_g / (len(u) - 1), away_g.T @ away_g / (len(u) - 1)
    residual = into_band(g, *band) - g
    misfit = 0.5 * np.einsum("jm,jm->j", residual, np.linalg.solve(noise, residual.T).T)
    length = step_length(misfit, g.shape[1], time, left)
    a = 1.0 / length
    disturbed = residual + np.sqrt(a) * random.multivariate_normal(np.zeros(len(noise)), noise, size=len(g))
    moved = u + np.linalg.solve(c_gg + a * noise, disturbed.T).T @ c_ug.T
    new = np.empty_like(members)
    new[good] = moved
    if not good.all():
        chosen = random.integers(len(moved), size=(~good).sum())
        new[~good] = moved[chosen] + random.normal(size=(len(chosen), members.shape[1])) * moved.std(axis=0)
    return Step(new, time + length, length, float(misfit.mean()))


def step_length(misfit: np.ndarray, lines: int, time: float, left: int) -> float:
    """1 / a by misfits (J,) of so many lines: at most what is left up to t = 1; a full step beyond it."""
    if time >= 1.0 - 1e-9:
        return 1.0
    mean, variance = float(np.mean(misfit)), float(np.var(misfit))
    by_mean = lines / (2.0 * mean) if mean > 0 else np.inf
    by_spread = np.sqrt(lines / (2.0 * variance)) if variance > 0 else np.inf
    return float(min(max(by_mean, by_spread, (1.0 - time) / left), 1.0 - time))
