"""Views and bundles always come in one form: `call` tells them by their type alone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core import views
from tests.reference.worlds import POLITICS, RESPONSES, STEPS, World


class Recorder(dict):
    """Stands in for the kinds that `call` remembers, and keeps every form of every view that it was given."""

    def __init__(self, known: set[type]):
        super().__init__()
        self.known, self.forms = known, {}

    def __setitem__(self, kernel, value):
        for kind in value[0]:
            self.keep(kind)
        super().__setitem__(kernel, value)

    def keep(self, kind) -> None:
        if kind.__class__ is tuple and isinstance(kind[0], type):  # of an array the first is a dtype
            parts = tuple(float if part is np.float64 else part for part in kind[1:])
            if kind[0] in self.known:
                self.forms.setdefault(kind[0], set()).add(parts)
            for part in parts:
                self.keep(part)


@pytest.fixture
def recorder(monkeypatch) -> Recorder:
    """What `call` was given, which for once looks into views and bundles."""
    found = Recorder(set(views._views))
    monkeypatch.setattr(views, "_views", set())
    monkeypatch.setattr(views, "_compiled", found)
    return found


def in_several_forms(forms) -> list[str]:
    return sorted(f"{kind.__module__}.{kind.__name__}" for kind, of in forms.items() if len(of) > 1)


def test_every_view_and_bundle_has_one_form(recorder):
    for n in range(10):
        world = World(20 + n, 2 * n, RESPONSES[n % len(RESPONSES)], POLITICS[n % 2], STEPS[n % len(STEPS)])
        model = world.model()
        for _ in range(2):
            model.step()
    assert len(recorder.forms) > 100
    assert in_several_forms(recorder.forms) == []


def test_two_forms_are_told(recorder):
    pair = views.bundle("Pair", "left")
    recorder.known.add(pair)
    views._views.discard(pair)

    def kernel(given):
        return given.left[0]

    for column in (np.ones(2), np.ones(2, dtype=np.int32), np.ones(3)):
        views.call(kernel, pair(column))
        recorder[kernel] = (views.kind_of(pair(column)),), kernel
    assert recorder.forms[pair] == {((np.dtype(float), 1, True),), ((np.dtype(np.int32), 1, True),)}
    assert in_several_forms(recorder.forms) == [f"{__name__}.Pair"]
