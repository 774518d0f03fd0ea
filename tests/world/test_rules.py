"""Rules of the map: what a region sets of its own counts, and a slip gives one sentence."""

import shutil
from dataclasses import fields

import numpy as np
import pytest

from sim.world.region import DATA, load_region
from sim.world.rules import MapRules
from sim.world.tables import FILES, RegionError


def with_rules(folder, text: str):
    """The teaching region in a folder of its own, with these rules in its file."""
    for file in FILES:
        shutil.copy(DATA / "teaching" / file, folder / file)
    with (folder / "region.yaml").open("a") as file:
        file.write(text)
    return folder


def test_usual_rules_lie_in_their_ranges():
    for field in fields(MapRules):
        assert field.metadata["low"] <= field.default <= field.metadata["high"], field.name
        assert field.metadata["unit"], field.name
        assert field.metadata["doc"], field.name


def test_a_region_sets_rules_of_its_own(tmp_path):
    usual = load_region("teaching")
    rules = "rules:\n  places: 12\n  nearest_cells: 0\n  paved_kmh: 25\n  reach_cells: 2\n"
    world = load_region(with_rules(tmp_path, rules))
    assert np.diff(world.dest_start).max() == 12
    assert world.reach_start[-1] < usual.reach_start[-1]
    paved = world.edges.kind == 0
    assert world.edges.hours[paved] == pytest.approx(2 * usual.edges.hours[paved])
    assert (world.edges.hours[~paved] == usual.edges.hours[~paved]).all()
    assert (world.rules.seats, usual.rules) == (MapRules().seats, MapRules())


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("rules: 3", "rules is not a mapping"),
        ("rules: {camp_kms: 300}", "rules has no 'camp_kms'; the nearest name is 'camp_km'"),
        ("rules: {camp_km: far}", "rules.camp_km is 'far', not a number"),
        ("rules: {seats: 2.5}", "rules.seats is 2.5, not a whole number"),
        ("rules: {town_km: 20}", "rules.town_km is 20, not between 200.0 and 2000.0 km"),
    ],
)
def test_a_slip_is_named(tmp_path, rules, message):
    with pytest.raises(RegionError, match=r"region\.yaml: ") as caught:
        load_region(with_rules(tmp_path, rules))
    assert message in str(caught.value)
