"""Finer grids: units multiply with the cells, and what is a number of persons in a cell shrinks with it."""

import numpy as np
import pytest

from sim.model.model import ConflictModel
from sim.settings.parameters.groups import Parameters, walk
from sim.world.region import load_region
from tests.example_runs import settings_of
from tools.scaling import PERSONS, multiplied


def test_units_multiply_with_the_cells():
    settings = settings_of()
    coarse = ConflictModel(settings, load_region("teaching"))
    fine = ConflictModel(multiplied(settings, 0.25), load_region("teaching", 0.25))
    assert len(fine.cells) == 4 * len(coarse.cells)
    assert fine.units.manpower.sum() == coarse.units.manpower.sum()
    assert len(fine.units) == pytest.approx(4 * len(coarse.units), rel=0.15)


def test_parameters_that_are_persons_in_a_cell_are_there():
    units = {f"{group}.{name}": meta["unit"] for group, name, _, meta in walk(Parameters())}
    for group, names in PERSONS.items():
        for name in names:
            assert units[f"{group}.{name}"] == "persons"


def test_profiles_keep_their_formations_on_a_finer_grid():
    coarse = ConflictModel(settings_of(), load_region("teaching"))
    fine = ConflictModel(settings_of("resolution=0.25"), load_region("teaching", 0.25))
    assert len(fine.units) == len(coarse.units)


@pytest.mark.parametrize("cells", [2, 4])
def test_reach_is_asked_for_in_cells(cells):
    world = load_region("teaching", 0.25, cells)
    assert world.rules.reach_cells == cells
    apart = np.abs(world.lat[world.reach_cell] - np.repeat(world.lat, np.diff(world.reach_start)))
    assert apart.max() == pytest.approx(0.25 * cells)
