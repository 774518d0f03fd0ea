"""Effects of changes, from what paired runs gave."""

from __future__ import annotations

import numpy as np
import pytest

from sim.validation import effects, process_effects
from sim.validation.process_effects import OUTCOMES


def given(value: float, count: int = 12) -> dict[str, np.ndarray]:
    """Every outcome of so many replicates: about a value, one apart from the next."""
    return {name: value + np.arange(count, dtype=float) for name in OUTCOMES}


def test_a_change_is_set_beside_the_runs_without_it_of_the_same_settings():
    """Each with the overrides in which it was made: a difference of 40 moves the outcome, none does not."""
    trials = process_effects.changes("teaching")
    results = {}
    for n, change in enumerate(trials):
        results[None, change.overrides] = given(100.0)
        results[change, change.overrides] = given(140.0 if n else 100.0)
    found = effects.effects(trials, results)
    assert list(found) == trials
    first, *others = (row[change.outcome] for change, row in found.items())
    assert first.difference == 0.0
    assert not first.passes
    assert all(e.difference == pytest.approx(40.0) and e.base == pytest.approx(105.5) and e.passes for e in others)
    table = effects.table_of_processes(found)
    assert len(table) == len(trials) + 2
    assert table[2].endswith("| no |")
    assert table[3].endswith("| yes |")
