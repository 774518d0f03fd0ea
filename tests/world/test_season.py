"""Months of rain and of the lean season from what a region says."""

import numpy as np
import pytest

from sim.core.errors import UserError
from sim.settings.compose import settings_for
from sim.settings.region import read_region
from sim.world.season import lean_by_month, rains_by_month

RAINS = [
    {"latitude": 10.0, "first": "05-01", "last": "10-31"},
    {"latitude": 14.0, "first": "06-30", "last": "09-01"},
    {"latitude": 18.0},
]
LEAN = {"pastoral_from": 15.0, "pastoral": [4, 5, 6], "farming": [6, 7, 8, 9]}


def test_months_of_rain_by_hand():
    wet = rains_by_month(np.array([5.0, 10.0, 12.0, 14.0, 16.0, 18.0, 25.0]), RAINS)
    assert wet.shape == (12, 7)
    full = np.isin(np.arange(12), np.arange(4, 10)).astype(float)
    assert wet[:, 0] == pytest.approx(full)  # south of the first latitude as there
    assert wet[:, 1] == pytest.approx(full)
    # half way the first day is half way from 1 May to 30 June: 31 May; the last is 1 October
    assert wet[:, 2] == pytest.approx([0, 0, 0, 0, 1 / 31, 1, 1, 1, 1, 1 / 31, 0, 0])
    assert wet[:, 3] == pytest.approx([0, 0, 0, 0, 0, 1 / 30, 1, 1, 1 / 30, 0, 0, 0])
    assert wet[:, 4] == pytest.approx(0.5 * wet[:, 3])  # half way to where it does not rain
    assert (wet[:, 5:] == 0.0).all()


def test_months_of_the_lean_season():
    lean = lean_by_month(np.array([14.9, 15.0]), LEAN)
    assert np.flatnonzero(lean[:, 0]).tolist() == [5, 6, 7, 8]
    assert np.flatnonzero(lean[:, 1]).tolist() == [3, 4, 5]


def test_a_region_that_says_nothing_has_no_seasons():
    assert not rains_by_month(np.array([12.0]), None).any()
    assert not lean_by_month(np.array([12.0]), None).any()
    said = settings_for(["region=teaching"]).region_info.extra
    assert "rains" not in said
    assert "lean_season" not in said


def test_the_rains_of_the_sahel_come_later_and_end_sooner_the_further_north():
    said = settings_for(["region=sahel"]).region_info.extra
    wet = rains_by_month(np.arange(9.5, 18.5, 0.5), said["rains"])
    assert (np.diff(wet.sum(0)) < 0.0).all()
    assert wet[:, -1].sum() == 0.0
    assert (wet[6:9, :9] == 1.0).all()  # July to September up to 13.5 N
    assert lean_by_month(np.array([13.0]), said["lean_season"])[5:9].all()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"rains": 3}, "rains is 3, not a list of latitudes"),
        ({"rains": ["wet"]}, r"rains\[0\] is 'wet', not a latitude"),
        ({"rains": [{"latitude": 9.0, "begin": "05-01"}]}, r"rains\[0\] is .*, not a latitude"),
        ({"rains": [{"latitude": 9.0}]}, r"rains\[0\] has no first and last day"),
        ({"rains": [{"latitude": 9.0, "first": "05-41", "last": "10-31"}]}, r"rains\[0\].first is '05-41', not a day"),
        ({"rains": [{"latitude": 9.0, "first": "05-01"}]}, r"rains\[0\].last is None, not a day"),
        (
            {"rains": [{"latitude": 9.0, "first": "11-01", "last": "03-01"}]},
            r"rains\[0\].last is '03-01', a day before",
        ),
        ({"rains": [RAINS[1], RAINS[0]]}, r"rains\[1\].latitude is 10.0, not north of"),
        ({"lean_season": [6, 7]}, r"lean_season is \[6, 7\], not a mapping"),
        ({"lean_season": LEAN | {"farming": [6, 13]}}, r"lean_season.farming is \[6, 13\], not a list of months"),
        ({"lean_season": LEAN | {"pastoral_from": "north"}}, "lean_season.pastoral_from is 'north', not a latitude"),
    ],
)
def test_wrong_facts_are_told_in_one_sentence(said, told):
    with pytest.raises(UserError, match=f"region=sahel {told}"):
        read_region(said, "sahel")
