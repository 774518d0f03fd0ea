"""Random numbers as a pure function of (seed, process, step, key, k).

There is no generator to carry along: a number is hashed from where it is used, so two runs that share a
seed differ only where their worlds differ (common random numbers), only active rows draw, and rows that
are appended shift nobody else's draws. The mixing function is the finaliser of SplitMix64 (Steele, Lea and
Flood 2014, "Fast splittable pseudorandom number generators"), applied once per argument.

Counts are drawn by inverting the distribution function, so that they are monotone in the uniform: if a
scenario changes a rate a little, the count drawn from the same uniform changes little, which is what makes
paired differences narrow.
"""

from __future__ import annotations

import math
import zlib
from functools import lru_cache

import numba
import numpy as np
from numba import njit

#: numbers of the processes in the hash; never renumber, results of old runs depend on them
PROCESS_IDS = {
    "build": 1,
    "decisions": 2,
    "borders": 3,
    "information": 4,
    "movement": 5,
    "combat": 6,
    "violence": 7,
    "finance": 8,
    "supply": 9,
    "attitudes": 10,
    "recruitment": 11,
    "control": 12,
    "displacement": 13,
    "politics": 14,
    "observation": 15,
    "parameters": 16,
    "population": 17,
}

#: the step of what is drawn once for a run
NO_STEP = -1

_MASK = 0xFFFFFFFFFFFFFFFF

if numba.config.DISABLE_JIT:  # plain Python integers do not wrap, so the arithmetic is masked by hand

    def _mix(z):
        z = (int(z) + 0x9E3779B97F4A7C15) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def uniform(stream, key, k):
        return uniform_of(row_of(stream, key), k)

    def row_of(stream, key):
        return _mix(int(stream) ^ (int(key) & _MASK))

    def uniform_of(row, k):
        return ((_mix(int(row) ^ (int(k) & _MASK)) >> 11) + 0.5) * (1.0 / 9007199254740992.0)

else:

    @njit(cache=True, inline="always")
    def _mix(z):
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    @njit(cache=True, inline="always")
    def row_of(stream, key):
        """What the draws of one row have in common in this step; for rows that draw often, see `uniform_of`."""
        return _mix(np.uint64(stream) ^ np.uint64(key))

    @njit(cache=True, inline="always")
    def uniform_of(row, k):
        """The `k`-th uniform number of a row: `uniform(stream, key, k)` is `uniform_of(row_of(stream, key), k)`."""
        return (float(_mix(row ^ np.uint64(k)) >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)

    @njit(cache=True)
    def uniform(stream, key, k):
        """Uniform number strictly inside (0, 1) for the row `key` and its `k`-th draw of this step.

        `stream` comes from :func:`stream_of`; `key` is a cell's draw key or a unit's key.
        """
        return uniform_of(row_of(stream, key), k)


def stream_of(seed: int, replicate: int, process: str, step: int) -> np.uint64:
    """Stream shared by all draws of one process in one step (a 64-bit number)."""
    return streams_of(seed, replicate, step)[process]


@lru_cache(maxsize=256)
def stream_of_run(seed: int, replicate: int, process: str) -> np.uint64:
    """Stream of a process for what is drawn once for a run: the same in every step of it."""
    return stream_of(seed, replicate, process, NO_STEP)


def streams_of(seed: int, replicate: int, step: int) -> dict[str, np.uint64]:
    """Streams of all processes in one step."""
    starts = _stream_starts(seed, replicate)
    return dict(zip(PROCESS_IDS, _stir(starts, np.full(len(starts), int(step) & _MASK, dtype=np.uint64)), strict=True))


@lru_cache(maxsize=256)
def _stream_starts(seed: int, replicate: int) -> np.ndarray:
    """What all steps of each process have in common in the hash of their streams."""
    starts = np.zeros(len(PROCESS_IDS), dtype=np.uint64)
    for part in (seed, replicate, list(PROCESS_IDS.values())):
        wrapped = [int(x) & _MASK for x in (part if isinstance(part, list) else [part] * len(starts))]
        starts = _stir(starts, np.array(wrapped, dtype=np.uint64))
    return starts


@njit(cache=True)
def _stir(hashes, parts):
    """Mix one more number into each of some hashes."""
    out = np.empty_like(hashes)
    for i in range(hashes.shape[0]):
        out[i] = _mix(hashes[i] ^ parts[i])
    return out


def key_of_name(name: str) -> int:
    """Stable 32-bit key of a name (CRC-32), for actors and other things that are not cells."""
    return zlib.crc32(name.encode("utf-8"))


#: counts of a smaller mean than this are found by adding up from none, as far as the second number at most
SMALL, MOST_SMALL = 200.0, 511
#: 1 / n for the counts that matter most: dividing is slow
ONE_OVER = 1.0 / np.maximum(1.0, np.arange(4096))


@njit(cache=True, inline="always")
def _beyond_stirling(n):
    """The logarithm of n! less Stirling's formula, for n of 9 and more; below 1e-11 wrong."""
    x = 1.0 / n
    return x * (1.0 / 12.0 - x * x * (1.0 / 360.0 - x * x * (1.0 / 1260.0 - x * x / 1680.0)))


@njit(cache=True)
def _climb(u, most, odds, n, p, top):
    """The count, at most `top`, at which the sum of chances from that of `n`, which is `p`, reaches `u`.

    The chance of a count n is that of the one before times most / n - odds: odds (trials + 1) / n - odds of a binomial,
    mean / n of a Poisson count, with odds 0. Chances are added up four at a time; among the four where `u` is reached
    the right one is found by counting those before it, which needs no jumps.
    """
    cumulative = p
    while u > cumulative and n < top and n + 4 < ONE_OVER.shape[0]:
        one = most * ONE_OVER[n + 1] - odds
        two = one * (most * ONE_OVER[n + 2] - odds)
        three = two * (most * ONE_OVER[n + 3] - odds)
        four = three * (most * ONE_OVER[n + 4] - odds)
        to_two, to_three = one + two, (one + two) + three
        after = cumulative + p * (to_two + (three + four))
        if u <= after:
            n += 1 + (u > cumulative + p * one) + (u > cumulative + p * to_two) + (u > cumulative + p * to_three)
            return min(n, top)
        cumulative = after
        p *= four
        n += 4
    while u > cumulative and n < top:  # beyond the table of 1 / n
        n += 1
        p *= (most - odds * n) / n
        cumulative += p
    return min(n, top)


@njit(cache=True)
def poisson(u, mean):
    """Poisson count by inversion of the distribution function; `u` in (0, 1), `mean` >= 0."""
    if mean <= 0.0 or u <= 1.0 - mean:  # the chance of none is at least 1 - mean, so this is exact
        return 0
    if mean >= SMALL:
        return _poisson_large(u, mean)
    return _climb(u, mean, 0.0, 0, math.exp(-mean), MOST_SMALL)


@njit(cache=True)
def _poisson_large(u, mean):
    # start far in the lower tail (below it lies less than 1e-12), in Loader's form, which cancels little
    n = int(mean - 7.5 * math.sqrt(mean) - 4.0)
    p = math.exp(-_beyond_stirling(n) - n * math.log(n / mean) - mean + n) / math.sqrt(2.0 * math.pi * n)
    return _climb(u, mean, 0.0, n, p, int(mean + 12.0 * math.sqrt(mean) + 60.0))


@njit(cache=True)
def binomial(u, trials, chance):
    """Binomial count by inversion of the distribution function; `trials` >= 0, `chance` clipped to [0, 1]."""
    if trials <= 0 or chance <= 0.0:
        return 0
    if chance >= 1.0:
        return trials
    if chance > 0.5:  # count the failures, with the uniform turned round so that it stays monotone
        return trials - _binomial_low(1.0 - u, trials, 1.0 - chance)
    return _binomial_low(u, trials, chance)


@njit(cache=True)
def _binomial_low(u, trials, chance):
    mean = trials * chance
    if u <= 1.0 - mean:  # the chance of none is at least 1 - mean, so this is exact
        return 0
    if mean >= SMALL:
        return _binomial_large(u, trials, chance)
    odds = chance / (1.0 - chance)
    return _climb(u, odds * (trials + 1), odds, 0, _none_of(trials, chance), min(trials, MOST_SMALL))


@njit(cache=True, inline="always")
def _none_of(trials, chance):
    """(1 - chance) to the power `trials` by repeated squaring: quicker than by logarithms."""
    if trials > 1 << 20:  # so many factors would show how 1 - chance is rounded
        return math.exp(trials * math.log1p(-chance))
    none, miss = 1.0, 1.0 - chance
    while trials > 0:
        if trials & 1:
            none *= miss
        miss *= miss
        trials >>= 1
    return none


@njit(cache=True)
def _binomial_large(u, trials, chance):
    # start far in the lower tail (below it lies less than 1e-12), in Loader's form, which cancels little
    mean = trials * chance
    n = int(mean - 7.5 * math.sqrt(mean) - 4.0)
    rest = trials - n
    apart = n * math.log(n / mean) + rest * math.log(rest / (trials - mean))
    p = math.exp(_beyond_stirling(trials) - _beyond_stirling(n) - _beyond_stirling(rest) - apart)
    p *= math.sqrt(trials / (2.0 * math.pi * n * rest))
    odds = chance / (1.0 - chance)
    return _climb(u, odds * (trials + 1), odds, n, p, min(trials, int(mean + 12.0 * math.sqrt(mean) + 60.0)))


@njit(cache=True)
def lomax(u, mean, shape):
    """Lomax (Pareto II) number with the given mean and tail exponent `shape` > 1, by inversion."""
    return mean * (shape - 1.0) * ((1.0 - u) ** (-1.0 / shape) - 1.0)


@njit(cache=True)
def stochastic_round(u, x):
    """Whole number with expectation `x` >= 0: the floor of x, plus one with the chance of the rest."""
    return int(math.floor(x + u))


#: groups up to this size are split person by person: cheaper than a draw for every category, and the same distribution
FEW = 400
#: of so few, everybody looks for their category; of more, every category counts its persons, with the same result
HANDFUL = 20


@njit(cache=True)
def split(stream, key, k, persons, weights, out):
    """Multinomial split of `persons` over `weights` (not normalised), in `out`; the draws are `k` and up.

    Many are split by conditional binomials, category `j` by the draw k + j; of a few, person `j` chooses by the
    draw k + j. Either way a change of one weight moves the other categories little. Conserves persons exactly; zero
    weights get nobody. With all weights zero nobody is placed, and the number left over is returned (else 0).
    """
    below, total = np.empty(weights.shape[0]), 0.0
    for j in range(weights.shape[0]):
        total += weights[j]
        below[j] = total
    return split_below(row_of(stream, key), k, persons, below, 0, 0, out, np.empty(FEW))


@njit(cache=True)
def split_below(row, k, persons, below, but, until, out, chosen):
    """As `split`, given `below` (J,), the sums of the weights up to each category, so that many splits can share them.

    Categories `but` to `until` - 1 are left out (none with 0, 0): numbers beyond them are moved up by their weight.
    `row` is that of the draws, `chosen` room for `FEW` numbers.
    """
    categories = below.shape[0]
    before = below[but - 1] if but > 0 else 0.0
    omitted = below[until - 1] - before if until > but else 0.0
    total = below[-1] - omitted if categories > 0 else 0.0
    for j in range(categories):
        out[j] = 0
    if total <= 0.0:
        return persons
    if persons > FEW:
        _split_many(row, k, persons, below, but, until, total, out)
        return 0
    for person in range(persons):
        at = uniform_of(row, k + person) * total
        chosen[person] = min(at + omitted, below[-1]) if at > before else at
    if persons <= HANDFUL:
        for person in range(persons):
            j = 0
            for other in range(categories - 1):  # counting all of them is quicker than stopping at the right one
                j += chosen[person] > below[other]
            out[j] += 1
        return 0
    before, placed = 0.0, 0
    for j in range(categories):
        if below[j] == before:  # no weight, nobody
            continue
        before, up_to = below[j], 0
        for person in range(persons):
            up_to += chosen[person] <= before
        out[j] = up_to - placed
        placed = up_to
        if placed == persons:
            break
    return 0


@njit(cache=True)
def _split_many(row, k, persons, below, but, until, left_weight, out):
    """The part of `split_below` for many: category after category takes its binomial share of those who are left."""
    before, last = 0.0, 0
    for j in range(below.shape[0]):
        weight = below[j] - before
        before = below[j]
        if weight <= 0.0 or but <= j < until:
            continue
        last = j
        out[j] = binomial(uniform_of(row, k + j), persons, weight / left_weight)
        persons -= out[j]
        left_weight -= weight
        if persons == 0:
            return
    out[last] += persons  # the last chance should be one, but for rounding
