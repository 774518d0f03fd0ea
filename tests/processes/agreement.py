"""What the tests of agreement share: one step of a process and of its plain version from the same random state."""

from __future__ import annotations

from tests.reference.plain import PlainModel, differences


def disagreements(model, process, plain_process) -> list[str]:
    """Where a process and its plain version end up apart after one step each. The model takes its step."""
    plain = PlainModel(model)
    plain_process.step(plain, model.dt)
    process.step(model, model.dt)
    return differences(plain, model)
