"""Differences between scenarios: paired by replicate, with intervals that say how sure they are.

Replicate r of every scenario uses the same random numbers, so that differences are taken replicate
by replicate: d_r = y_r(scenario) - y_r(baseline). The mean of d has Student's interval over replicates
(`sim.results.intervals`). Nothing here knows a live model.

Arrays have replicates first: (R, ...).
"""

from itertools import combinations, product

import numpy as np
import pandas as pd

from sim.results.intervals import p_value, student_interval


def share_larger(differences: np.ndarray) -> np.ndarray:
    """Share of replicates in which the difference (R, ...) is above zero; ties count half.

    It says how often a scenario comes out larger, not how probable it is that its mean is.
    """
    larger = (differences > 0).mean(axis=0) + 0.5 * (differences == 0).mean(axis=0)
    return np.where(np.isnan(differences).any(axis=0), np.nan, larger)


def share_larger_of(values: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """`share_larger(values - baseline)` for whole numbers, replicate by replicate, in little memory."""
    twice = np.zeros(values.shape[1:], dtype=np.int32)
    for ours, theirs in zip(values, baseline, strict=True):
        twice += (ours > theirs).astype(np.int8) + (ours >= theirs)
    return twice / (2.0 * len(values))


def summarise(values: np.ndarray, baseline: np.ndarray) -> dict[str, np.ndarray]:
    """Mean paired difference of (R, ...), its interval, the p of its test, and the share of replicates that are larger.

    Rows of R; everything else keeps its shape.
    """
    differences = np.asarray(values, dtype=float) - baseline
    low, high = student_interval(differences)
    return {
        "difference": differences.mean(axis=0),
        "low": low,
        "high": high,
        "p": p_value(differences),
        "share_larger": share_larger(differences),
    }


def factorial_effects(design: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Main effects, simple effects and two-way interactions of a full factorial design.

    design  index scenario, one column per factor, cells are names of levels; the first row holds
            the reference level of each factor
    values  index replicate, one column per scenario

    A main effect is y(level) - y(reference), averaged over all settings of the other factors. A simple
    effect is the same where another factor has one level (averaged over the rest): "what does restraint
    do where the mission stays?". An interaction is the difference of two simple effects: that of level a
    where b is set, minus where b is at its reference ("does restraint still help once the mission has
    left?"). All are taken replicate by replicate. Returns effect ("main", "simple", "interaction"),
    factor, level, with_factor, with_level ("" for main effects), reference (the mean that a main or simple
    effect is a difference to), difference, low, high, p, share_larger.
    """
    _check_full_factorial(design)
    reference = design.iloc[0]
    rows = []

    def mean_where(where: dict[str, str]) -> np.ndarray:
        chosen = np.logical_and.reduce([design[key] == level for key, level in where.items()])
        return values[design.index[chosen]].to_numpy(dtype=float).mean(axis=1)

    def add(kind: str, where: dict[str, str], with_it: np.ndarray, without: np.ndarray, base: np.ndarray) -> None:
        (factor, level), *rest = where.items()
        other = rest[0] if rest else ("", "")
        found = {key: float(x) for key, x in summarise(with_it, without).items()}
        labels = {"effect": kind, "factor": factor, "level": level, "with_factor": other[0], "with_level": other[1]}
        rows.append(labels | {"reference": float(base.mean())} | found)

    levels = {key: [x for x in design[key].unique() if x != reference[key]] for key in design}
    for a in design:
        for x in levels[a]:
            without = mean_where({a: reference[a]})
            add("main", {a: x}, mean_where({a: x}), without, without)
    for a, b in product(design, design):
        for x, y in product(levels[a], design[b].unique() if a != b else ()):
            without = mean_where({a: reference[a], b: y})
            add("simple", {a: x, b: y}, mean_where({a: x, b: y}), without, without)
    for a, b in combinations(design, 2):
        for x, y in product(levels[a], levels[b]):
            with_b = mean_where({a: x, b: y}) - mean_where({a: reference[a], b: y})
            apart = mean_where({a: reference[a], b: reference[b]})
            add("interaction", {a: x, b: y}, with_b, mean_where({a: x, b: reference[b]}) - apart, apart)
    order = ["effect", "factor", "level", "with_factor", "with_level", "reference"]
    return pd.DataFrame(rows, columns=[*order, "difference", "low", "high", "p", "share_larger"])


def _check_full_factorial(design: pd.DataFrame) -> None:
    expected = int(np.prod([design[key].nunique() for key in design]))
    if design.duplicated().any() or len(design) != expected:
        raise ValueError(f"the design has {len(design)} runs; a full crossing of its levels has {expected}")
