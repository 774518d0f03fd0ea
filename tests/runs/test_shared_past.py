"""Going on from a state gives the same bits as running from the beginning."""

import numpy as np
import pytest

from sim.model.model import ConflictModel
from sim.runs.shared_past import branch_step, simulate_shared_past
from sim.runs.single_run import simulate
from sim.runs.snapshot import put_state, take_state
from sim.settings.compose import settings_for
from sim.world.region import load_region

WORDS = ["region=teaching", "period.start=2013-01-01", "period.end=2016-12-31", "seed=5"]


@pytest.fixture(scope="module")
def world():
    return load_region("teaching")


def same(one, two) -> bool:
    for name, series in one.series.items():
        if not np.array_equal(series.values, two.series[name].values, equal_nan=True):
            return False
    groups = [(one.cells, two.cells), (one.events, two.events), (one.flows, two.flows)]
    return all(a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a) for a, b in groups)


def test_branches_equal_whole_runs(world):
    names = ["history", "restraint", "un_stays", "no_blockade"]
    settings = [settings_for([*WORDS, f"scenario={name}"]) for name in names]
    assert any(branch_step(settings[0], other) for other in settings[1:])
    for index, record in simulate_shared_past(settings, world):
        assert same(record, simulate(settings[index], world)), names[index]


def test_a_state_goes_on_as_if_nothing_had_happened(world):
    settings = settings_for([*WORDS, "scenario=history"])
    whole = ConflictModel(settings, world)
    for _ in range(40):
        whole.step()
    state = take_state(whole)
    other = ConflictModel(settings, world)
    put_state(other, state)
    for _ in range(30):
        whole.step()
        other.step()
    for name, table in whole.tables.items():
        for column, values in table.snapshot().items():
            assert np.array_equal(values, other.tables[name].snapshot()[column], equal_nan=True), (name, column)
    assert whole.persons() == other.persons()


def test_a_state_of_another_region_is_refused(world):
    model = ConflictModel(settings_for([*WORDS, "scenario=history"]), world)
    state = take_state(model)
    state["tables"]["cells"] = {name: values[:-1] for name, values in state["tables"]["cells"].items()}
    with pytest.raises(ValueError, match="cells does not fit"):
        put_state(ConflictModel(settings_for([*WORDS, "scenario=history"]), world), state)
