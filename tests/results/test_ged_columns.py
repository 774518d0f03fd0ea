"""What is worked out for GED's columns, on small tables worked by hand."""

import numpy as np

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INSURGENT, MILITIA
from sim.results import ged_columns

ACTORS = ["mali_army", "vdp", "mission", "jnim", "issp", "dozo"]
KINDS = [ARMY, AUXILIARY, FOREIGN, INSURGENT, INSURGENT, MILITIA]


def some_events():
    """State-based begun by either side; between armed groups both ways; against civilians by army and insurgents."""
    return {
        "type": np.array([1, 1, 2, 2, 3, 3]),
        "side_a": np.array([3, 0, 4, 3, 0, 3]),
        "side_b": np.array([0, 3, 3, 4, -1, -1]),
        "deaths_a": np.array([1, 2, 3, 4, 0, 0]),
        "deaths_b": np.array([10, 20, 30, 40, 0, 0]),
    }


def test_the_states_side_comes_first_and_a_dyad_has_one_name():
    found = ged_columns.ordered_sides(some_events(), ACTORS, KINDS)
    assert found["side_a"].tolist() == [0, 0, 4, 4, 0, 3]  # issp before jnim
    assert found["side_b"].tolist() == [3, 3, 3, 3, -1, -1]
    assert found["deaths_a"].tolist() == [10, 2, 3, 40, 0, 0]  # the dead go with their side
    assert found["deaths_b"].tolist() == [1, 20, 30, 4, 0, 0]


def test_without_kinds_sides_stay_as_they_are():
    events = some_events()
    found = ged_columns.ordered_sides(events, ACTORS, [])
    assert all(found[name] is events[name] for name in found)


def test_a_dyad_is_active_from_25_dead_in_a_calendar_year():
    side_a = np.array([0, 0, 0, 0, 1])
    side_b = np.array([3, 3, 3, 4, 3])
    year = np.array([2020, 2020, 2021, 2020, 2020])
    best = np.array([20, 5, 24, 24, 25])
    assert ged_columns.active_years(side_a, side_b, year, best).tolist() == [1, 1, 0, 0, 1]
    assert len(ged_columns.active_years(*np.zeros((4, 0), int))) == 0


def test_numbers_of_states():
    found = ged_columns.numbers_of_states(np.array([0, 1, 2, -1]), ["MLI", "BFA", "XAR"])
    assert found.filled(-9).tolist() == [432, 439, -9, -9]


def test_only_a_government_has_a_number_as_side_a():
    profiles = {"mali_army": {"state": "MLI"}, "vdp": {"state": "BFA"}, "mission": {"state": None}}
    states = ged_columns.states_of_actors(ACTORS, profiles)
    assert states == ["MLI", "BFA", "", "", "", ""]
    events = {"type": np.array([1, 3, 3, 2, 1, 3]), "side_a": np.array([0, 1, 3, 0, 2, -1])}
    assert ged_columns.government_numbers(events, states).filled(-9).tolist() == [432, 439, -9, -9, -9, -9]


def test_a_day_stands_for_its_step():
    middle = np.array(["2020-01-05"], "datetime64[D]")
    first, last = ged_columns.days_of_step(
        middle, 7.0
    )  # as the recorder has it: four days before the day after the last
    assert (str(first[0]), str(last[0])) == ("2020-01-02", "2020-01-08")
    first, last = ged_columns.days_of_step(middle, 28.0)
    assert (str(first[0]), str(last[0])) == ("2019-12-22", "2020-01-18")
    assert [ged_columns.date_precision(days) for days in (1, 7, 28)] == [3, 3, 4]
    assert [ged_columns.where_precision(degrees) for degrees in (0.1, 0.5, 1.0)] == [2, 2, 4]
