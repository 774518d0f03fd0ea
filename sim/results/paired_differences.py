"""Differences between scenarios: paired by replicate, with intervals that say how sure they are.

Replicate r of every scenario uses the same random numbers, so that differences are taken replicate
by replicate: d_r = y_r(scenario) - y_r(baseline). The mean of d has a percentile bootstrap interval
(Efron 1979) over replicates. With few replicates such an interval is somewhat narrow: at 12, one of
nominally 95 % covers about 91 to 92 % (a test measures it). Nothing here knows a live model.

Arrays have replicates first: (R, ...).
"""

from itertools import combinations

import numpy as np
import pandas as pd

LEVEL = 0.95

DRAWS = 1000

FEWEST = 6  # replicates below which nothing is called distinguishable from noise


def bootstrap_interval(
    differences: np.ndarray, level: float = LEVEL, draws: int = DRAWS, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of the mean of (R, ...): two arrays (...); NaN with fewer than 2 rows.

    The same seed gives the same resamples for every outcome, so that intervals do not depend on
    what else is compared.
    """
    replicates = len(differences)
    flat = differences.reshape(replicates, -1)
    if replicates < 2:
        nothing = np.full(differences.shape[1:], np.nan)
        return nothing, nothing.copy()
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(replicates, np.full(replicates, 1 / replicates), size=draws)
    tails = [(1 - level) / 2, (1 + level) / 2]
    bounds = np.empty((2, flat.shape[1]))
    for start in range(0, flat.shape[1], 4096):  # in chunks, to bound memory
        columns = slice(start, start + 4096)
        means = (flat[:, columns].T @ weights.T) / replicates
        bounds[:, columns] = _quantiles_of_rows(means, tails)
    low, high = bounds.reshape(2, *differences.shape[1:])
    return low, np.maximum(low, high)  # interpolation rounds the last digit of either


def probability_larger(differences: np.ndarray) -> np.ndarray:
    """Share of replicates in which the difference (R, ...) is above zero; ties count half."""
    larger = (differences > 0).mean(axis=0) + 0.5 * (differences == 0).mean(axis=0)
    return np.where(np.isnan(differences).any(axis=0), np.nan, larger)


def probability_larger_of(values: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """`probability_larger(values - baseline)` for whole numbers, replicate by replicate, in little memory."""
    twice = np.zeros(values.shape[1:], dtype=np.int32)
    for ours, theirs in zip(values, baseline, strict=True):
        twice += (ours > theirs).astype(np.int8) + (ours >= theirs)
    return twice / (2.0 * len(values))


def distinguishable(low: np.ndarray, high: np.ndarray, replicates: int = FEWEST) -> np.ndarray:
    """True where the interval excludes zero and there are enough replicates to say so.

    A percentile interval excludes zero whenever all replicates lie on one side of it. By chance alone
    that happens in 2 * 0.5**R of cases, which is below 5 % only from 6 replicates on.
    """
    return (replicates >= FEWEST) & ((np.asarray(low) > 0) | (np.asarray(high) < 0))


def summarise(values: np.ndarray, baseline: np.ndarray, seed: int = 0) -> dict[str, np.ndarray]:
    """Mean paired difference (R, ...), its interval and the probability that it is above zero."""
    differences = np.asarray(values, dtype=float) - baseline
    low, high = bootstrap_interval(differences, seed=seed)
    return {
        "difference": differences.mean(axis=0),
        "low": low,
        "high": high,
        "probability": probability_larger(differences),
    }


def factorial_effects(design: pd.DataFrame, values: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Main effects and two-way interactions of a full factorial design.

    design  index scenario, one column per factor, cells are names of levels; the first row holds
            the reference level of each factor
    values  index replicate, one column per scenario

    A main effect is y(level) - y(reference), averaged over all settings of the other factors. An
    interaction is the difference of two such effects: that of level a where b is set, minus where b
    is at its reference ("does restraint still help once the mission has left?"). Both are taken
    replicate by replicate. Returns factor, level, with_factor, with_level ("" for main effects),
    effect, low, high, probability.
    """
    _check_full_factorial(design)
    reference = design.iloc[0]
    rows = []

    def mean_where(where: dict[str, str]) -> np.ndarray:
        chosen = np.logical_and.reduce([design[key] == level for key, level in where.items()])
        return values[design.index[chosen]].to_numpy(dtype=float).mean(axis=1)

    def add(where: dict[str, str], effect: np.ndarray) -> None:
        (factor, level), *rest = where.items()
        other = rest[0] if rest else ("", "")
        found = {key: float(x) for key, x in summarise(effect, np.zeros(1), seed).items()}
        found["effect"] = found.pop("difference")
        labels = {"factor": factor, "level": level, "with_factor": other[0]}
        rows.append(labels | {"with_level": other[1]} | found)

    levels = {key: [x for x in design[key].unique() if x != reference[key]] for key in design}
    for a in design:
        for x in levels[a]:
            add({a: x}, mean_where({a: x}) - mean_where({a: reference[a]}))
    for a, b in combinations(design, 2):
        for x in levels[a]:
            for y in levels[b]:
                with_b = mean_where({a: x, b: y}) - mean_where({a: reference[a], b: y})
                without_b = mean_where({a: x, b: reference[b]})
                without_b = without_b - mean_where({a: reference[a], b: reference[b]})
                add({a: x, b: y}, with_b - without_b)
    order = ["factor", "level", "with_factor", "with_level", "effect", "low", "high", "probability"]
    return pd.DataFrame(rows, columns=order)


def _check_full_factorial(design: pd.DataFrame) -> None:
    expected = int(np.prod([design[key].nunique() for key in design]))
    if design.duplicated().any() or len(design) != expected:
        raise ValueError(f"the design has {len(design)} runs; a full crossing of its levels has {expected}")


def _quantiles_of_rows(values: np.ndarray, shares: list[float]) -> np.ndarray:
    """Quantiles (linear) along the last axis of (n, draws): (share, n). Faster than np.quantile."""
    places = np.array(shares) * (values.shape[1] - 1)
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, values.shape[1] - 1)
    ordered = np.partition(values, sorted({*below.tolist(), *above.tolist()}), axis=1)
    # Partition puts NaN last; a row that holds one has no quantiles.
    lost = np.isnan(values).any(axis=1)
    found = [ordered[:, b] * (1 - (p - b)) + ordered[:, a] * (p - b) for p, b, a in zip(places, below, above)]
    return np.where(lost, np.nan, np.array(found))
