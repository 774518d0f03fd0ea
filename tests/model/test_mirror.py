"""East and west exchanged, draw keys kept: labels change and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.model import ConflictModel
from sim.world.regrid import mirror
from tests.example_runs import fingerprint, settings_of, world_of


def test_the_mirror_image_is_another_map():
    world = world_of()
    other = mirror(world)
    assert (world.gid != other.gid).any()
    np.testing.assert_array_equal(mirror(other).gid, world.gid)


@pytest.mark.parametrize("scenario", ["history", "endogenous_politics"])
def test_the_same_happens_in_the_mirror(scenario):
    """Ten years, every week, to the last bit."""
    settings = settings_of(f"scenario={scenario}")
    model, other = ConflictModel(settings, world_of()), ConflictModel(settings, mirror(world_of()))
    for _ in range(520):
        model.step()
        other.step()
        assert fingerprint(model) == fingerprint(other), f"step {model.step_index}"
