"""The one check that every process goes through: it does what its plain version does."""

from __future__ import annotations

from importlib import import_module

from tests.reference.plain import PlainModel, differences
from tests.reference.worlds import World


def assert_agreement(process: str, world: World, change=None) -> None:
    """One step of a process on a random world, vectorised and plain: the same whole numbers, fractions to 1e-9.

    `change(model)` may make happen often what is rare.
    """
    model = world.model()
    if change is not None:
        change(model)
    plain = PlainModel(model)
    import_module(f"sim.processes.{process}").step(model, model.dt)
    import_module(f"tests.reference.{process}").step(plain, model.dt)
    found = differences(plain, model)
    assert not found, "\n".join(found)
