"""Maps keep areas, have a true scale bar, rivers where they are, contested cells hatched, their sources named."""

import filecmp
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

import sim
from sim.results.figures import cartography

ROOT = Path(sim.__file__).parents[1]


@pytest.fixture
def ax():
    found = Figure(figsize=(6, 5)).subplots()
    found.set_xlim(-17.5, 16)
    cartography.equal_area(found, 4.0, 25.5)
    return found


def test_cells_of_the_map_have_equal_areas(ax):
    def area(lat):
        corners = ax.transData.transform([(0, lat - 0.25), (0.5, lat + 0.25)])
        return np.prod(corners[1] - corners[0])

    middle = 14.75
    for lat in (5.0, 10.0, 20.0, 25.0):
        true = np.cos(np.radians(lat)) / np.cos(np.radians(middle))
        assert area(lat) / area(middle) == pytest.approx(true, rel=1e-3)


def test_the_bar_is_as_long_as_it_says(ax):
    cartography.scale_bar(ax)
    (west, east), _ = ax.lines[-1].get_data()
    km = float(ax.texts[-1].get_text().removesuffix(" km"))
    assert (east - west) * 111.195 * np.cos(np.radians(14.75)) == pytest.approx(km)
    assert km == 500


def test_rivers_go_through_their_points_and_are_not_drawn_elsewhere(ax):
    assert filecmp.cmp(
        ROOT / "tools/build_map/facts/rivers.csv", ROOT / "sim/results/figures/rivers.csv", shallow=False
    )
    niger = cartography.rivers()["Niger"]
    line = cartography.curve(niger)
    assert all(np.abs(line - point).sum(axis=1).min() < 1e-9 for point in niger)
    assert len(line) > 5 * len(niger)
    cartography.draw_rivers(ax, {"name": "teaching", "fictional": True})
    assert not ax.lines
    cartography.draw_rivers(ax, {"name": "sahel"})
    assert len(ax.lines) == len(cartography.rivers())


def test_only_the_cells_that_are_named_are_hatched(ax):
    lon, lat = np.array([0.25, 0.75, 1.25]), np.array([10.25, 10.75])
    cartography.hatch(ax, lon, lat, np.array([[False, True, False], [False, False, True]]))
    (found,) = [item for item in ax.collections if isinstance(item, PolyCollection)]
    assert found.get_hatch()
    middles = sorted(tuple(path.vertices[:4].mean(axis=0).round(2)) for path in found.get_paths())
    assert middles == [(0.75, 10.25), (1.25, 10.75)]
