"""Views of tables, parameters kept between weeks, and kernels called straight at their compiled function."""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest
from numba import njit

from sim.core import views

Pair = namedtuple("Pair", "left right")


@njit
def weighted(values, pair, scale):
    """Sum of values times the left of a pair, plus the right."""
    total = 0.0
    for i in range(len(values)):
        total += values[i] * pair.left[i]
    return scale * total + pair.right


def test_call_gives_what_the_kernel_gives_when_kinds_change():
    pair = Pair(np.array([1.0, 2.0, 3.0]), 0.5)
    given = [
        (np.array([1.0, 2.0, 3.0]), pair, 2.0),
        (np.array([4.0, 5.0, 6.0]), pair, 3.0),  # as before: the compiled function
        (np.array([1, 2, 3]), pair, 2.0),  # whole numbers of the same width
        (np.arange(6.0)[::2], pair, 2.0),  # not in one piece
        (np.array([1.0, 2.0, 3.0], dtype=np.float32), pair, 2),
        (np.array([1.0, 2.0, 3.0]), pair, 2.0),
    ]
    for arguments in given:
        assert views.call(weighted, *arguments) == weighted(*arguments)


def test_call_goes_straight_to_the_compiled_function():
    class Counting:
        """A kernel that counts how often its types were looked up."""

        def __init__(self):
            self.looked_up = 0

        def __call__(self, *arguments):
            self.looked_up += 1
            return weighted(*arguments)

        def get_overload(self, types):
            return weighted.get_overload(types)

    kernel = Counting()
    pair = Pair(np.array([1.0, 2.0]), 0.0)
    for k in range(5):
        assert views.call(kernel, np.array([1.0, k]), pair, 1.0) == 1.0 + 2.0 * k
    assert kernel.looked_up == 1
    views.call(kernel, np.array([1, 2]), pair, 1.0)
    assert kernel.looked_up == 2


def test_call_says_what_is_wrong_with_arguments():
    with pytest.raises(TypeError):
        views.call(weighted, np.ones(2), Pair(np.ones(2), 0.0), 1.0, 1.0)


@dataclass
class Rates:
    """Two rates."""

    rise: float = 1.0
    fall: float = 2.0


RatesView = views.values("RatesView", Rates)


def test_values_follow_a_changed_parameter():
    rates = Rates()
    first = RatesView.of(rates)
    assert first == (1.0, 2.0)
    assert RatesView.of(rates) is first
    rates.fall = 3.0
    assert RatesView.of(rates) == (1.0, 3.0)
    assert RatesView.of(Rates()) == (1.0, 2.0)
