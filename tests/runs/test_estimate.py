"""The estimate before a long job: steps that load something do not count as what a step takes."""

import time
from types import SimpleNamespace

import pytest

from sim.runs import estimate
from tests.example_runs import settings_of


@pytest.mark.parametrize("slow", [1, 3])
def test_steps_that_compile_do_not_count(monkeypatch, slow):
    class Model:
        steps = 0

        def __init__(self, *_):
            pass

        def step(self):
            Model.steps += 1
            clock[0] += 5.0 if Model.steps <= slow else 0.01

    clock = [0.0]
    monkeypatch.setattr("sim.model.model.ConflictModel", Model)
    monkeypatch.setattr("sim.recording.recorder.Recorder", lambda model: SimpleNamespace(observe=lambda model: None))
    monkeypatch.setattr(estimate, "world_for", lambda *_: SimpleNamespace(n_cells=7))
    monkeypatch.setattr(estimate, "kernels_ready", lambda *_: True)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    seconds, cells = estimate.timed(settings_of())
    assert seconds == pytest.approx(estimate.LATER * 0.01)
    assert cells == 7


def test_kernels_are_compiled_before_the_clock_runs(monkeypatch):
    order = []
    monkeypatch.setattr(estimate, "kernels_ready", lambda *_: False)
    monkeypatch.setattr(estimate, "compile_kernels", lambda *_: order.append("compiled"))
    monkeypatch.setattr(estimate, "world_for", lambda *_: order.append("map") or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        estimate.timed(settings_of())
    assert order == ["compiled", "map"]
