"""Armies stand in many places: small garrisons in small towns, larger ones in large towns."""

import numpy as np

from sim.core.codes import ARMY
from tests.example_runs import model_of, settings_of


def garrisons(model, row: int) -> dict[int, int]:
    """Soldiers of an army in each cell where it has any."""
    units, found = model.units, {}
    for u in np.flatnonzero((units.actor == row) & (units.manpower > 0)):
        found[int(units.cell[u])] = found.get(int(units.cell[u]), 0) + int(units.manpower[u])
    return found


def test_on_the_first_day_an_army_mans_more_places_than_its_profile_names():
    """None has less than half a platoon, all are at home, bases have most, and nobody is lost."""
    model = model_of(settings_of(region="sahel"))
    for name in ("mali_army", "burkina_army", "niger_army"):
        row = model.rows[name]
        entry, here = model.profile_of(row).entry, garrisons(model, row)
        assert len(here) > 3 * len(entry.places)
        assert sum(here.values()) == entry.persons
        assert min(here.values()) >= model.actors.unit_size[row] / 2
        small = [people for people in here.values() if 20 <= people <= 60]
        assert len(small) > len(here) / 3
        mine = model.units.actor == row
        assert np.array_equal(model.units.home[mine], model.units.cell[mine])
        assert (model.world.country[list(here)] == model.actors.state[row]).all()


def test_garrisons_follow_the_size_of_towns_and_last():
    """After two years without enemies the larger half of manned towns holds more than the smaller half, and an army
    still stands in as many places as on the first day."""
    model = model_of(settings_of())
    row = int(np.flatnonzero(model.actors.kind == ARMY)[0])
    first = len(garrisons(model, row))
    model.actors.enmity[:], model.actors.hostility[:] = 0.0, 0.0
    for _ in range(104):
        model.step()
        model.actors.hostility[:] = 0.0
    here = {c: n for c, n in garrisons(model, row).items() if c != model.capital_cell[model.actors.state[row]]}
    pull = model.town_pull[list(here)]
    people = np.array(list(here.values()))
    large = pull >= np.median(pull)
    assert people[large].mean() > 1.3 * people[~large].mean()
    assert len(here) + 1 >= 0.8 * first
