"""Other resolutions and the mirror image."""

import numpy as np
import pytest

from sim.world.grid import gid_of
from sim.world.region import load_region
from sim.world.regrid import mirror


@pytest.fixture(scope="module")
def teaching():
    return load_region("teaching")


@pytest.mark.parametrize("resolution", [1.0, 0.25, 0.1])
def test_regrid_conserves_people(teaching, resolution):
    world = load_region("teaching", resolution)
    assert world.population.sum() == teaching.population.sum()
    assert world.resolution == resolution
    assert (world.gid == gid_of(world.lat, world.lon, resolution)).all()
    assert np.isfinite(world.capital_hours).all()
    if resolution < 0.5:
        for fine, coarse in ((world.country, teaching.country), (world.admin1, teaching.admin1)):
            by = np.bincount(fine, world.population), np.bincount(coarse, teaching.population)
            assert (by[0] == by[1]).all()
        assert world.area_km2.sum() == pytest.approx(teaching.area_km2.sum(), rel=1e-3)


def test_regrid_keeps_countries_of_the_sahel():
    sahel = load_region("sahel")
    world = load_region("sahel", 1.0)
    assert world.population.sum() == sahel.population.sum()
    before = np.bincount(sahel.country, sahel.population, len(sahel.countries))
    after = np.bincount(world.country, world.population, len(sahel.countries))
    theatre = sahel.theatre
    assert after[theatre] == pytest.approx(before[theatre], rel=0.2)


@pytest.mark.slow
def test_a_tenth_of_a_degree():
    sahel = load_region("sahel")
    world = load_region("sahel", 0.1)
    assert world.n_cells == 25 * sahel.n_cells
    by = np.bincount(world.country, world.population), np.bincount(sahel.country, sahel.population)
    assert (by[0] == by[1]).all()


def test_resolutions_that_do_not_fit(teaching):
    with pytest.raises(ValueError, match="whole fraction"):
        load_region("teaching", 0.3)
    with pytest.raises(ValueError, match="not between"):
        load_region("teaching", 0)


def test_mirror_changes_labels_only(teaching):
    image = mirror(teaching)
    for key, value in vars(teaching).items():
        if isinstance(value, np.ndarray) and key not in ("lon", "gid"):
            np.testing.assert_array_equal(getattr(image, key), value)
    assert image.nb_km == pytest.approx(teaching.nb_km)
    assert (image.gid == gid_of(image.lat, image.lon)).all()
    assert sorted(image.lon) == pytest.approx(sorted(teaching.lon))
    back = mirror(image)
    assert (back.gid == teaching.gid).all()
    assert back.lon == pytest.approx(teaching.lon)
