"""Each process can be switched off, and moving its main parameter moves an outcome."""

import functools
from copy import deepcopy

import numpy as np
import pytest

from sim.core.codes import ARMY, FOREIGN, INSURGENT
from sim.settings.settings import ProcessSwitch
from tests.reference.worlds import World, fresh_model, teaching_settings

WEEKS = 120


def outcomes_of(model) -> dict[str, float]:
    """A few outcomes over a run of two years and more."""
    tallies = {"fighters killed": 0.0, "civilians killed": 0.0, "knowledge": 0.0, "moves": 0.0}
    for _ in range(WEEKS):
        before = model.units.cell.copy()
        model.step()
        tallies["fighters killed"] += model.cells.fighters_week.sum()
        tallies["civilians killed"] += model.cells.civilians_week.sum()
        tallies["knowledge"] += model.cells.information[:, model.actors.kind == ARMY].mean() / WEEKS
        tallies["moves"] += np.count_nonzero(model.units.cell[: len(before)] != before)
    a = model.actors
    tallies["foreign troops"] = a.persons[a.kind == FOREIGN].sum()
    tallies["insurgents"] = a.persons[a.kind == INSURGENT].sum()
    tallies["refuge"] = model.governments.refuge.mean()
    return {name: float(value) for name, value in tallies.items()}


@functools.cache
def run(off: str = "", group: str = "", parameter: str = "", factor: float = 1.0) -> dict[str, float]:
    """Outcomes with a process off, or with a parameter times a factor."""
    parameters = deepcopy(teaching_settings().parameters)
    if parameter:
        part = getattr(parameters, group)
        setattr(part, parameter, getattr(part, parameter) * factor)
    switches = {off: ProcessSwitch(on=False)} if off else {}
    return outcomes_of(fresh_model(World(seed=11), parameters=parameters, processes=switches))


@pytest.mark.parametrize(
    ("process", "outcome"),
    [
        ("decisions", "foreign troops"),
        ("borders", "refuge"),
        ("information", "knowledge"),
        ("movement", "moves"),
        ("combat", "fighters killed"),
        ("violence", "civilians killed"),
    ],
)
def test_without_it_the_outcome_is_gone(process, outcome):
    with_it, without = run(), run(off=process)
    if process == "borders":  # what the first day decided stays
        assert without[outcome] == fresh_model().governments.refuge.mean()
    elif process == "violence":  # some are still caught between the lines
        assert without[outcome] < 0.7 * with_it[outcome]
    else:
        assert with_it[outcome] > 0.0
        assert without[outcome] == 0.0


@pytest.mark.parametrize(
    ("group", "parameter", "factor", "outcome"),
    [
        ("borders", "pursuit_base", 5.0, "refuge"),
        ("information", "lag_days", 6.0, "knowledge"),
        ("movement", "redeploy_days", 0.3, "moves"),
        ("movement", "relocate_days", 0.3, "moves"),
        ("combat", "insurgent_rate", 4.0, "fighters killed"),
        ("combat", "lethality", 3.0, "fighters killed"),
        ("violence", "denunciation", 4.0, "civilians killed"),
        ("violence", "indiscriminate_mean", 4.0, "civilians killed"),
    ],
)
def test_its_main_parameter_moves_the_outcome(group, parameter, factor, outcome):
    base, moved = run()[outcome], run(group=group, parameter=parameter, factor=factor)[outcome]
    assert base > 0.0
    falls = parameter in ("lag_days", "pursuit_base")
    assert moved < 0.98 * base if falls else moved > 1.1 * base, (base, moved)
