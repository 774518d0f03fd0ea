"""Random numbers: uniform, unrelated across keys and steps, inverted without error, the same without a compiler."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from sim.core.draws import (
    FEW,
    HANDFUL,
    PROCESS_IDS,
    binomial,
    key_of_name,
    lomax,
    poisson,
    row_of,
    split,
    split_below,
    stochastic_round,
    stream_of,
    uniform,
)

STREAM = stream_of(1, 0, "combat", 10)
DRAWS = 20_000


@njit
def many(stream, keys, ks):
    out = np.empty(keys.shape[0])
    for i in range(keys.shape[0]):
        out[i] = uniform(stream, keys[i], ks[i])
    return out


def draws(stream=STREAM, first=0, k=0, count=DRAWS):
    return many(stream, np.arange(first, first + count, dtype=np.uint64), np.full(count, k))


# -- uniformity and independence


@pytest.mark.parametrize("kind", ["keys", "ks", "unit keys", "steps"])
def test_uniform(kind):
    n = DRAWS
    if kind == "keys":
        found = draws()
    elif kind == "ks":
        found = many(STREAM, np.full(n, 7, dtype=np.uint64), np.arange(n))
    elif kind == "unit keys":
        group = np.uint64(key_of_name("a group")) << np.uint64(32)
        found = many(STREAM, group | np.arange(n, dtype=np.uint64), np.zeros(n))
    else:
        found = np.array([uniform(stream_of(1, 0, "combat", step), 5, 0) for step in range(3000)])
    assert found.min() > 0.0
    assert found.max() < 1.0
    assert stats.kstest(found, "uniform").pvalue > 1e-3
    counts = np.bincount((found * 64).astype(int), minlength=64)
    assert stats.chisquare(counts).pvalue > 1e-3


def pairs():
    """Neighbouring draws that must have nothing to do with one another."""
    base = draws()
    yield "next key", base[:-1], base[1:]
    yield "key of a cell one row north", base[:-720], base[720:]
    yield "next k", base, draws(k=1)
    yield "k of the next engagement", base, draws(k=16)
    yield "next step", base, draws(stream_of(1, 0, "combat", 11))
    yield "next seed", base, draws(stream_of(2, 0, "combat", 10))
    yield "next replicate", base, draws(stream_of(1, 1, "combat", 10))
    yield "another process", base, draws(stream_of(1, 0, "violence", 10))
    yield "key and k exchanged", base, many(STREAM, np.zeros(DRAWS, dtype=np.uint64), np.arange(DRAWS))


@pytest.mark.parametrize(("name", "x", "y"), [pytest.param(*pair, id=pair[0]) for pair in pairs()])
def test_no_correlation(name, x, y):
    assert abs(np.corrcoef(x, y)[0, 1]) < 4.5 / np.sqrt(len(x))
    grid = np.histogram2d(x, y, bins=12, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(grid.ravel()).pvalue > 1e-4


def test_streams_differ():
    found = {int(stream_of(s, r, p, t)) for s in range(5) for r in range(5) for p in PROCESS_IDS for t in range(20)}
    assert len(found) == 5 * 5 * len(PROCESS_IDS) * 20


def test_process_numbers_stay():
    """Results of old runs depend on them."""
    assert list(PROCESS_IDS.values()) == list(range(1, len(PROCESS_IDS) + 1))
    assert int(STREAM) == 16290478915220685194
    assert uniform(STREAM, 5, 3) == float.fromhex("0x1.29fe14dd403d8p-1")


# -- counts by inversion

us = st.floats(1e-12, 1.0 - 1e-12)


def near_a_step(u, cdf_here) -> bool:
    """Whether `u` lies so close to a value of the distribution function that either count is right."""
    return bool(np.any(np.abs(cdf_here - u) < 1e-9))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(u=us, mean=st.floats(1e-6, 5e4))
def test_poisson_is_the_inverse(u, mean):
    n, expected = poisson(u, mean), int(stats.poisson.ppf(u, mean))
    assert n == expected or near_a_step(u, stats.poisson.cdf([expected - 1, expected, n], mean))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(u=us, trials=st.integers(0, 2_000_000), chance=st.floats(0.0, 1.0))
def test_binomial_is_the_inverse(u, trials, chance):
    n, expected = binomial(u, trials, chance), int(stats.binom.ppf(u, trials, chance))
    assert 0 <= n <= trials
    if chance > 0.5:  # failures are counted with the uniform turned round
        expected = trials - int(stats.binom.ppf(1.0 - u, trials, 1.0 - chance))
    steps = stats.binom.cdf([n - 1, n], trials, chance)
    assert n == expected or near_a_step(u, steps) or steps[0] < u < steps[1]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(u=us, v=us, mean=st.floats(0.0, 1e4), trials=st.integers(0, 10**6), chance=st.floats(0.0, 1.0))
def test_counts_do_not_fall_as_the_uniform_rises(u, v, mean, trials, chance):
    u, v = min(u, v), max(u, v)
    assert poisson(u, mean) <= poisson(v, mean)
    assert binomial(u, trials, chance) <= binomial(v, trials, chance)
    assert stochastic_round(u, mean) <= stochastic_round(v, mean)


def test_limits():
    assert poisson(0.5, 0.0) == 0
    assert binomial(0.5, 0, 0.3) == binomial(0.5, 10, 0.0) == binomial(0.5, 10, -0.1) == 0
    assert binomial(0.5, 10, 1.0) == binomial(0.5, 10, 1.5) == 10
    assert [stochastic_round(0.3, 2.0), stochastic_round(0.3, 2.6), stochastic_round(0.3, 2.8)] == [2, 2, 3]


def test_lomax_has_its_mean_and_tail():
    found = np.array([lomax(u, 5.0, 3.0) for u in draws(count=20_000)])
    assert stats.kstest(found, stats.lomax(3.0, scale=10.0).cdf).pvalue > 1e-3
    assert lomax(0.5, 5.0, 3.0) == pytest.approx(10.0 * (2.0 ** (1.0 / 3.0) - 1.0))


# -- splitting


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    persons=st.integers(0, 10**6), key=st.integers(0, 2**63),
    weights=st.lists(st.one_of(st.just(0.0), st.floats(1e-9, 1e9)), min_size=1, max_size=32),
)  # fmt: skip
def test_split_conserves_persons(persons, key, weights):
    weights = np.array(weights)
    out = np.full(len(weights), -1, dtype=np.int64)
    left = split(STREAM, np.uint64(key), 0, persons, weights, out)
    assert out.min() >= 0
    assert out.sum() + left == persons
    assert np.all(out[weights == 0.0] == 0)
    assert left == (0 if weights.any() else persons)


def test_split_is_multinomial():
    weights, persons, times = np.array([0.5, 0.0, 0.3, 0.2]), 20, 4000
    found = np.empty((times, 4), dtype=np.int64)
    for i in range(times):
        split(STREAM, np.uint64(i), 0, persons, weights, found[i])
    assert stats.chisquare(found.sum(0)[[0, 2, 3]], persons * times * weights[[0, 2, 3]]).pvalue > 1e-3
    for j in (0, 2, 3):  # each count is binomial
        expected = times * stats.binom.pmf(np.arange(persons + 1), persons, weights[j])
        middle = expected > 5
        counts = np.bincount(found[:, j], minlength=persons + 1)[middle]
        rest = [times - counts.sum()], [times - expected[middle].sum()]
        assert stats.chisquare(np.append(counts, rest[0]), np.append(expected[middle], rest[1])).pvalue > 1e-3
    covariance = np.cov(found[:, [0, 2, 3]].T)
    shares = weights[[0, 2, 3]]
    assert covariance == pytest.approx(persons * (np.diag(shares) - np.outer(shares, shares)), abs=0.35)


@pytest.mark.parametrize("persons", [HANDFUL, HANDFUL + 1, FEW, FEW + 1])
def test_all_ways_of_splitting_are_multinomial(persons):
    """Everybody alone, counted by category, category after category: means and covariances of the multinomial."""
    weights, times = np.array([0.0, 4.0, 0.0, 1.0, 3.0, 2.0, 0.0]), 3000
    found = np.zeros((times, 7), dtype=np.int64)
    for i in range(times):
        assert split(STREAM, np.uint64(i), 0, persons, weights, found[i]) == 0
    assert (found.sum(1) == persons).all()
    share = weights / weights.sum()
    spread = persons * (np.diag(share) - np.outer(share, share))
    error = np.sqrt(np.diag(spread) / times)
    assert np.all(np.abs(found.mean(0) - persons * share) <= 4.5 * error)
    # the standard error of a covariance is at most the square root of (v_i v_j + c_ij^2) / n
    error = np.sqrt((np.outer(np.diag(spread), np.diag(spread)) + spread**2) / times)
    assert np.all(np.abs(np.cov(found.T) - spread) <= 4.5 * error)


@pytest.mark.parametrize("left_out", [(0, 2), (2, 4), (4, 6), (0, 0), (0, 6)])
@pytest.mark.parametrize("persons", [HANDFUL, FEW, FEW + 100])
def test_split_leaves_categories_out(persons, left_out):
    """As if their weights were zero: nobody in them, nobody lost, the rest as multinomial; with nothing else, all stay."""
    weights, times = np.array([2.0, 1.0, 0.5, 3.0, 0.0, 1.5]), 1000
    but, until = left_out
    others = weights.copy()
    others[but:until] = 0.0
    found, room = np.zeros((times, 6), dtype=np.int64), np.zeros(FEW)
    for i in range(times):
        row = np.uint64(row_of(STREAM, np.uint64(i)))
        left = split_below(row, 0, persons, weights.cumsum(), but, until, found[i], room)
        assert left + found[i].sum() == persons
        assert left == (0 if others.any() else persons)
    assert (found[:, others == 0.0] == 0).all()
    if others.any():
        share = others / others.sum()
        error = np.sqrt(persons * share * (1.0 - share) / times)
        assert np.all(np.abs(found.mean(0) - persons * share) <= 4.5 * error)


def test_split_without_categories_places_nobody():
    nothing = np.zeros(0)
    for persons in (HANDFUL, FEW, FEW + 1):
        assert split(STREAM, np.uint64(1), 0, persons, nothing, np.zeros(0, dtype=np.int64)) == persons


def test_few_are_split_as_they_would_choose_one_by_one():
    """Looking for one's category and counting in every category are the same; one person more changes no choice."""
    weights = np.array([0.3, 0.0, 2.0, 1.0, 0.7])
    found = np.zeros((FEW + 1, 5), dtype=np.int64)
    for persons in range(1, FEW + 1):
        split(STREAM, np.uint64(8), 0, persons, weights, found[persons])
    chosen = np.diff(found, axis=0)
    assert (chosen >= 0).all()
    assert (chosen.sum(1) == 1).all()
    numbers = [uniform(STREAM, np.uint64(8), person) for person in range(FEW)]
    expected = np.searchsorted(weights.cumsum(), np.array(numbers) * weights.sum())
    np.testing.assert_array_equal(chosen.argmax(1), expected)


def test_a_change_of_one_weight_moves_few_others():
    weights, out, other = np.array([0.2, 0.3, 0.1, 0.4]), np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64)
    split(STREAM, np.uint64(3), 0, 10_000, weights, out)
    split(STREAM, np.uint64(3), 0, 10_000, weights * [1.0, 1.0, 1.001, 1.0], other)
    assert np.abs(out - other).max() <= 10


# -- without a compiler

PROBE = """
import numpy as np
from sim.core.draws import *
s = stream_of(3, 2, "violence", 77)
u = [float(uniform(s, np.uint64(k), j)) for k in (0, 5, 2**63 + 9, 2**64 - 1) for j in (0, 1, 400)]
out = np.zeros(5, dtype=np.int64)
left = split(s, np.uint64(9), 16, 1234, np.array([1.0, 0.0, 2.5, 1e-9, 4.0]), out)
counts = [int(f) for x in u for f in (poisson(x, 3.3), poisson(x, 333.0), binomial(x, 5000, 0.02), binomial(x, 99, 0.9),
          stochastic_round(x, 2.5))]
print([x.hex() for x in u], counts, out.tolist(), int(left), [round(float(lomax(x, 2.0, 2.2)), 9) for x in u])
"""


def test_same_without_a_compiler():
    root = Path(__file__).resolve().parents[2]
    found = [
        subprocess.run(
            [sys.executable, "-c", PROBE], cwd=root, check=True, capture_output=True, text=True,
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled, "PYTHONPATH": str(root)},
        ).stdout
        for disabled in ("0", "1")
    ]  # fmt: skip
    assert found[0] == found[1]
