"""The measure, on numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.cases.score import averaged_relative_difference, camp_errors, daily_difference, rescale, total_difference

RECORDED = np.array([[100, 50], [200, 100]])
SIMULATED = np.array([[80, 60], [150, 150]])


def test_days_by_hand():
    # day 0: (20 + 10) / 150; day 1: (50 + 50) / 300
    assert daily_difference(SIMULATED, RECORDED) == pytest.approx([0.2, 1 / 3])
    assert averaged_relative_difference(SIMULATED, RECORDED) == pytest.approx((0.2 + 1 / 3) / 2)


def test_rescaled_by_hand():
    # day 0: 140 simulated for 150 recorded, so 80 and 60 become 85.714 and 64.286, each 14.286 off; day 1: sums agree
    assert rescale(SIMULATED, RECORDED)[0] == pytest.approx([600 / 7, 450 / 7])
    expected = (2 * (100 - 600 / 7) / 150 + 1 / 3) / 2
    assert averaged_relative_difference(SIMULATED, RECORDED, rescaled=True) == pytest.approx(expected)


def test_nobody_recorded_counts_as_one():
    assert daily_difference(np.array([[3, 0]]), np.array([[0, 0]])) == pytest.approx([3.0])


def test_nobody_simulated_stays_nobody_when_rescaled():
    assert averaged_relative_difference(np.array([[0, 0]]), RECORDED[:1], rescaled=True) == pytest.approx(1.0)


def test_errors_of_camps_and_total_by_hand():
    errors = camp_errors(SIMULATED, RECORDED)
    assert errors.absolute == pytest.approx([35, 30])
    assert errors.relative == pytest.approx([35 / 150, 30 / 75])
    assert errors.mean_simulated == pytest.approx([115, 105])
    assert total_difference(SIMULATED, RECORDED) == pytest.approx((10 / 150 + 0) / 2)
    assert total_difference(np.array([150, 270]), RECORDED) == pytest.approx((0 + 30 / 300) / 2)


def test_a_camp_never_recorded_has_no_relative_error():
    errors = camp_errors(np.array([[5], [7]]), np.array([[0], [0]]))
    assert errors.absolute == pytest.approx([6])
    assert np.isnan(errors.relative).all()


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="differ in shape"):
        daily_difference(SIMULATED, RECORDED[:1])


CAMPS = arrays(np.int64, (5, 3), elements=st.integers(1, 10_000))


@given(CAMPS, CAMPS, st.integers(2, 9))
def test_rescaling_forgets_the_number_of_people(simulated, recorded, factor):
    once = averaged_relative_difference(simulated, recorded, rescaled=True)
    assert averaged_relative_difference(factor * simulated, recorded, rescaled=True) == pytest.approx(once)
    assert averaged_relative_difference(recorded, recorded) == 0
    assert 0 <= once <= 2
