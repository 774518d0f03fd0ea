"""How sure a mean difference is: Student's interval, its test, and many tests together.

Paired differences d of R replicates have the mean m and the standard error s / sqrt(R):

    interval = m -+ t(97.5 %, R - 1) s / sqrt(R);   p = 2 P(t(R - 1) > |m| sqrt(R) / s)

What it covers was measured on paired differences as they occur: of a stored comparison of 200 replicates (the teaching
region, history against restraint; tests/data/paired_differences.csv) R were drawn again and again, and the interval was
held against the mean of all 200. Student's does better there than the percentile bootstrap (0.85, 0.90 and 0.93 at 6,
12 and 30 replicates) and than the bootstrap-t (0.94), and is narrower than the latter at 6. What it misses are outcomes
whose differences are strongly skewed. tests/results/test_intervals.py measures all of this again.

Holm's (1979) step-down procedure says which of m tests hold together at one level: the smallest p against level / m,
the next against level / (m - 1), and so on until the first that fails.
"""

from dataclasses import dataclass

import numpy as np

LEVEL = 0.95

#: of replicates, between which nine in ten lie
BAND = (0.05, 0.95)

FEWEST = 6  # replicates below which nothing is called distinguishable from noise

#: a difference below this share of the baseline's mean is not called one, unless said otherwise
LEAST_EFFECT = 0.01


@dataclass(frozen=True)
class Coverage:
    """Share of intervals of nominally 95 % that held the truth: `usual` over outcomes, `least` of the most skewed."""

    replicates: int
    usual: float
    least: float


#: measured as the module's text says
COVERAGE = (Coverage(6, 0.95, 0.90), Coverage(12, 0.95, 0.92), Coverage(30, 0.95, 0.92))


def coverage_at(replicates: int) -> Coverage | None:
    """What was measured at the largest number of replicates up to this one; None below the smallest."""
    known = [found for found in COVERAGE if found.replicates <= replicates]
    return known[-1] if known else None


def student_interval(differences: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the mean of (R, ...): two arrays (...); NaN with fewer than 2 rows."""
    replicates = len(differences)
    mean, error = mean_and_error(differences)
    if replicates < 2:
        return error, error.copy()
    from scipy.special import stdtrit  # a quarter of a second, and workers never ask

    half = stdtrit(replicates - 1, (1 + level) / 2) * error
    return mean - half, mean + half


def p_value(differences: np.ndarray) -> np.ndarray:
    """Two-sided p of "the mean of (R, ...) is zero" by Student's t: (...); NaN with fewer than 2 rows.

    Where all replicates agree it is 0, or 1 where they agree on zero.
    """
    replicates = len(differences)
    mean, error = mean_and_error(differences)
    if replicates < 2:
        return error
    from scipy.special import stdtr

    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where((error == 0) & (mean == 0), 0.0, np.abs(mean) / error)
    return 2.0 * stdtr(replicates - 1, -ratio)


def mean_and_error(differences: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of (R, ...) and its standard error, two arrays (...); the error is NaN with fewer than 2 rows."""
    differences = np.asarray(differences, dtype=float)
    mean = differences.mean(axis=0)
    if len(differences) < 2:
        return mean, np.full(differences.shape[1:], np.nan)
    spread = differences.std(axis=0, ddof=1)
    # a spread that is only rounding is none: all replicates then differ by the same
    spread = np.where(np.ptp(differences, axis=0) == 0, 0.0, spread)
    return mean, spread / np.sqrt(len(differences))


def holm(p_values: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Which of the tests (m,) hold together, so that one false one or more comes in 1 - `level` of cases at most.

    Those without a p (NaN) are no tests.
    """
    p_values = np.asarray(p_values, dtype=float)
    held = np.zeros(p_values.shape, dtype=bool)
    order = np.argsort(p_values, kind="stable")  # NaN comes last
    order = order[np.isfinite(p_values[order])]
    for place, row in enumerate(order):
        if p_values[row] > (1 - level) / (len(order) - place):
            break
        held[row] = True
    return held


def distinguishable(low: np.ndarray, high: np.ndarray, replicates: int = FEWEST) -> np.ndarray:
    """True where the interval excludes zero and there are enough replicates to say so."""
    return (replicates >= FEWEST) & ((np.asarray(low) > 0) | (np.asarray(high) < 0))


def stars(found: dict[str, np.ndarray], level: np.ndarray, replicates: int, least: float, together: np.ndarray):
    """How many stars each of m differences gets, int (m,): 0, 1 (its own interval), 2 (it holds with all others).

    `found` has arrays (m,) difference, low, high, p; `level` (m,) is the baseline's mean, and below the share `least`
    of it nothing is starred; `together` (m,) numbers the families that are judged together by Holm's procedure.
    """
    own = distinguishable(found["low"], found["high"], replicates)
    own = own & (np.abs(found["difference"]) >= least * np.abs(np.nan_to_num(level)))
    held = np.zeros(own.shape, dtype=bool)
    for family in np.unique(together):
        rows = together == family
        held[rows] = holm(found["p"][rows])
    return own.astype(int) + (own & held)
