"""Sums, means and stocks of an ensemble on small tables, and the days that weeks belong to."""

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import UserError
from sim.core.files import NotRecorded
from sim.validation.yardstick.ensemble import Ensemble
from tests.validation.yardstick.hand_made import HandFolder, event, hand, write_spells

#: rows are the first days after weeks: 25-31 December 2012, 1-7 and 8-14 January 2013, then 27 December to 2 January
WEEKS = pd.DatetimeIndex(["2013-01-01", "2013-01-08", "2013-01-15"])


def one(index, values, start="2012-01-01", end="2013-12-31"):
    table = pd.DataFrame(np.array(values, dtype=float), index=pd.DatetimeIndex(index))
    return hand(start=start, end=end, series={("MLI", "x"): table})


def test_a_total_counts_whole_weeks_of_each_replicate():
    e = one(WEEKS, [[1, 10], [2, 20], [4, 40]])
    assert e.total("x", "MLI", "2012-01-01", "2012-12-31").tolist() == [1, 10]
    assert e.total("x", "MLI", "2013-01-01", "2013-12-31").tolist() == [6, 60]
    assert e.mean("x", "MLI", "2013-01-01", "2013-12-31").tolist() == [3, 30]


@pytest.mark.parametrize(("date", "year"), [("2013-01-04", 2012), ("2013-01-05", 2013), ("2013-01-01", 2012)])
def test_a_week_that_spans_new_year_counts_where_its_middle_lies(date, year):
    """The week before 4 January is 28 December to 3 January, its middle the 31st; a day later it is the 1st."""
    days = [np.datetime64(date) + 7 * k for k in (-1, 0, 1)]
    e = one(days, [[0, 0], [5, 5], [0, 0]])
    assert e.total("x", "MLI", f"{year}-01-01", f"{year}-12-31").tolist() == [5, 5]
    other = e.total("x", "MLI", f"{4025 - year}-01-01", f"{4025 - year}-12-31")
    assert other.tolist() == [0, 0]


def test_months_are_of_their_first_day():
    e = one(["2012-12-01", "2013-01-01", "2013-02-01"], [[1, 1], [2, 2], [4, 4]])
    assert e.total("x", "MLI", "2013-01-01", "2013-01-31").tolist() == [2, 2]
    assert e.days("x", "MLI").astype(str).tolist() == ["2012-12-01", "2013-01-01", "2013-02-01"]


def test_a_stock_on_a_day_is_the_last_value_up_to_then():
    e = one(WEEKS, [[1, 10], [2, 20], [4, 40]])
    assert e.at("x", "MLI", "2012-12-31").tolist() == [1, 10]  # the week that ends on that day
    assert e.at("x", "MLI", "2013-01-06").tolist() == [1, 10]
    assert e.at("x", "MLI", "2013-01-07").tolist() == [2, 20]
    assert e.at("x", "MLI", "2013-02-27").tolist() == [4, 40]
    for day in ("2012-12-30", "2013-06-30"):  # before the first value, and long after the last
        with pytest.raises(NotRecorded, match=f"not recorded on {day}"):
            e.at("x", "MLI", day)


def test_a_month_holds_its_end():
    e = one(["2012-11-01", "2012-12-01", "2013-01-01"], [[1, 1], [2, 2], [4, 4]])
    assert e.at("x", "MLI", "2012-12-30").tolist() == [1, 1]
    assert e.at("x", "MLI", "2012-12-31").tolist() == [2, 2]
    assert e.at("x", "MLI", "2013-01-31").tolist() == [4, 4]


def test_no_week_in_a_window_is_not_recorded():
    e = one(WEEKS, [[1, 1], [2, 2], [4, 4]])
    with pytest.raises(NotRecorded, match="between 2014-01-01 and 2014-12-31"):
        e.total("x", "MLI", "2014-01-01", "2014-12-31")
    with pytest.raises(NotRecorded):
        e.mean("x", "BFA", "2012-01-01", "2012-12-31")
    assert e.has("x", "MLI")
    assert not e.has("y", "MLI")


def test_years_may_lack_a_week_at_either_end():
    assert hand(start="2012-01-05", end="2014-12-26").years() == [2012, 2013, 2014]
    assert hand(start="2012-01-09", end="2014-12-23").years() == [2013]
    e = hand(start="2012-01-05", end="2014-12-26")
    assert e.covers("2012-01-01", "2014-12-31")
    assert not e.covers("2011-12-28", "2012-12-31")
    assert not e.covers("2012-01-01", "2015-01-03")


def test_a_scenario_that_is_a_slip_gets_the_nearest():
    folder = HandFolder("nowhere", "2012-01-01", "2013-12-31", 1, None, [(1, 1.0, 1.0, "MLI", "MLI.Gao")])
    with pytest.raises(UserError, match="nearest is 'history'"):
        Ensemble(folder, "histry")


def test_events_lie_in_the_middle_of_their_week_and_in_a_country():
    e = hand(events=[event("2020-01-01", "jnim", gid=5, civilians=3), event("2020-01-02", "issp", "jnim", gid=6)])
    assert e.events["day"].astype(str).tolist() == ["2020-01-01", "2020-01-02"]
    assert e.events["country"].tolist() == ["BFA", "NER"]
    assert len(e.between(e.events, "2020-01-01", "2020-01-01")) == 1
    assert len(e.between(e.events, "2019-12-31", "2020-01-02")) == 2


def test_sums_of_events_by_replicate_hold_replicates_without_any():
    rows = [event("2020-01-01", "jnim", civilians=n, replicate=1) for n in (3, 8)]
    e = hand(events=rows, replicates=3)
    assert e.by_replicate(e.events).tolist() == [0, 2, 0]
    assert e.by_replicate(e.events, "civilians").tolist() == [0, 11, 0]
    assert e.by_replicate(e.events, "civilians", "max").tolist() == [0, 8, 0]
    e.folder.run["lists_of_replicates"] = 2  # of a large folder the first have events
    assert e.by_replicate(e.events).tolist() == [0, 2]


def test_four_fifths_of_events_are_known_to_the_place_and_the_draw_is_that_of_the_replicate():
    rows = [event("2020-01-01", "jnim", replicate=r) for r in (0, 1) for _ in range(5000)]
    first, again = hand(events=rows).events, hand(events=rows).events
    assert first.groupby("replicate")["known"].mean().to_numpy() == pytest.approx([0.8, 0.8], abs=0.02)
    assert (first["known"] == again["known"]).all()
    assert (first["known"][:5000].to_numpy() != first["known"][5000:].to_numpy()).any()


def test_cells_and_the_one_nearest_to_a_point():
    e = hand()
    assert e.cell_at(18.44, 1.41) == 1
    assert not e.cells["inhabited"][9]
    assert e.cells["inhabited"].sum() == 8
    assert e.cells.loc[3, ["country", "admin1"]].tolist() == ["MLI", "MLI.Menaka"]
    older = hand()
    del older.folder.map["admin1"]
    with pytest.raises(NotRecorded):
        _ = older.cells


def test_weeks_have_the_dates_of_a_run_and_lie_where_their_middle_does():
    """A run from a Sunday on: 27 September to 3 October 2015, with its middle on 30 September, is left out."""
    weeks = hand().weeks("2015-10-01", "2015-10-31").astype(str).tolist()
    assert weeks == ["2015-10-11", "2015-10-18", "2015-10-25", "2015-11-01"]


def test_who_holds_cells_from_spells(tmp_path):
    rows = [(0, 1, "government", "2020-01-05", "2020-01-19"), (0, 1, "jnim", "2020-01-19", "2020-02-02")]
    write_spells(tmp_path, [*rows, (1, 2, "government", "2020-01-12", "2020-01-26")])
    e = hand(path=tmp_path)
    weeks = np.array(["2020-01-05", "2020-01-12", "2020-01-19"], dtype="datetime64[D]")
    held = e.held([1, 2], "government", weeks)
    assert held.tolist() == [[[True, True, False], [False] * 3], [[False] * 3, [False, True, True]]]
    assert e.held([1], "jnim", weeks)[0, 0].tolist() == [False, False, True]
    with pytest.raises(NotRecorded):
        hand(path=tmp_path / "elsewhere").held([1], "jnim", weeks)
