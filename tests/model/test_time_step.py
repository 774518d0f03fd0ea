"""A halved time step leaves the outcomes statistically unchanged: rates, lags and travel are in days."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.example_runs import model_of, run, settings_of, with_parameters
from tests.model.test_null_worlds import without_insurgents

REPLICATES = 30
DAYS = 728


def outcomes(step_days: float, first_replicate: int) -> dict[str, np.ndarray]:
    """Outcomes of the second of two years, by replicate."""
    settings, steps = with_parameters(settings_of()), int(DAYS / step_days)
    found = []
    for replicate in range(first_replicate, first_replicate + REPLICATES):
        model = model_of(settings, replicate=replicate, step_days=step_days)
        found.append(run(model, steps).outcomes(first=steps // 2))
    return {name: np.array([one[name] for one in found]) for name in found[0]}


@pytest.mark.slow
def test_half_the_step_gives_the_same_outcomes():
    """Two independent samples of thirty; no outcome differs by more than 3.3 standard errors (0.1 %)."""
    assert DAYS % 7 == 0  # so that both samples end on the same day
    week, half = outcomes(7.0, 0), outcomes(3.5, 1000)
    for name in week:
        noise = math.sqrt((week[name].var(ddof=1) + half[name].var(ddof=1)) / REPLICATES)
        apart = half[name].mean() - week[name].mean()
        assert abs(apart) < 3.3 * noise, f"{name}: {week[name].mean()} by weeks, {half[name].mean()} by half weeks"


def test_peace_is_the_same_whatever_the_step():
    """Without insurgents nothing is drawn that matters: standing and stores follow their lags."""
    ends = []
    for step_days in (7.0, 3.5, 1.75):
        model = model_of(without_insurgents(), step_days=step_days)
        model.governments.legitimacy[:] = 0.4
        run(model, round(70 / step_days))
        ends.append((model.governments.legitimacy.copy(), model.nodes.stock / model.nodes.demand.clip(1e-9)))
    for legitimacy, stock in ends[1:]:
        np.testing.assert_allclose(legitimacy, ends[0][0], atol=1e-3)
        np.testing.assert_allclose(stock, ends[0][1], atol=0.02)
