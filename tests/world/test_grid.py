"""Cell identifiers, distances, areas and sharing out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.world.grid import cell_area_km2, centre_of, gid_of, great_circle_km, largest_remainder, name_key, nearest_name


@pytest.mark.parametrize(
    ("lat", "lon", "gid"),
    [
        (-89.75, -179.75, 1),
        (12.65, -8.0, 147945),  # Bamako
        (18.44, 1.41, 155883),  # Kidal
        (14.10, -1.63, 150117),  # Djibo
        (13.51, 2.11, 149405),  # Niamey
        (89.75, 179.75, 259200),
    ],
)
def test_gid_is_that_of_prio_grid(lat, lon, gid):
    assert gid_of(lat, lon) == gid


@pytest.mark.parametrize("resolution", [1.0, 0.5, 0.25, 0.1])
def test_centre_and_gid_are_inverse(resolution):
    gid = np.arange(1, round(180 / resolution) * round(360 / resolution), 997)
    assert (gid_of(*centre_of(gid, resolution), resolution) == gid).all()


def test_distance_and_area():
    assert great_circle_km(0, 0, 0, 1) == pytest.approx(111.195, abs=0.01)
    assert great_circle_km(12.65, -8.0, 13.51, 2.11) == pytest.approx(1100, rel=0.01)
    assert cell_area_km2(0.25) == pytest.approx(3091, rel=0.001)
    assert cell_area_km2(24.75) < cell_area_km2(4.25)


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda x: sum(x) > 0),
    st.integers(0, 10**7),
)
def test_largest_remainder_adds_up_and_stays_close(weights, total):
    shares = largest_remainder(weights, total)
    assert shares.sum() == total
    exact = np.array(weights) / np.sum(weights) * total
    assert (np.abs(shares - exact) < 1 + 1e-6).all()


def test_names_are_compared_without_accents():
    assert name_key("Ségou") == name_key("SEGOU")
    assert "'Kidal'" in nearest_name("Kidall", ["Gao", "Kidal"])
    assert nearest_name("xyzzy", ["Gao"]) == ""
