"""Deaths by type and perpetrator, and likeness of cells, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from sim.validation import facts
from sim.validation.yardstick.deaths import (
    cell_rows,
    cells_of_record,
    counted,
    dead_by_cell,
    death_rows,
    likeness_rows,
    observed,
    rank_correlation,
    shared_worst,
    spans_of_periods,
)
from tests.validation.yardstick.hand_made import event, hand, in_states


@pytest.fixture
def record(monkeypatch):
    """A record of the three states in 2017 to 2019: 1, 2 and 4 by type in Mali, a hundred times that in Niger."""
    rows = [
        {"country": c, "year": y, "state_based": n, "non_state": 2 * n, "one_sided": 4 * n}
        | {"one_sided_government": n, "one_sided_non_state": 3 * n}
        for c, n in (("MLI", 1), ("BFA", 0), ("NER", 100))
        for y in (2017, 2018, 2019)
    ]
    table = pd.DataFrame(rows)
    monkeypatch.setattr(facts, "deaths", lambda: table)


def test_what_was_observed_is_none_where_a_year_is_not_in_the_record(record):
    assert observed("MLI", "all", [2017, 2018]) == 14
    assert observed("MLI", "one_sided_non_state", [2018]) == 3
    assert observed("three", "non_state", [2017, 2018, 2019]) == 3 * 202
    assert observed("BFA", "all", [2017]) == 0
    assert observed("MLI", "all", [2016, 2017]) is None
    assert observed("three", "all", [2020]) is None


def deaths_of_2017_to_2019():
    series = {}
    for record, times in (("", 10), ("_ucdp", 1)):
        for kind, n in (("deaths", 8), ("deaths_state_based", 5), ("deaths_non_state", 2), ("deaths_one_sided", 1)):
            days = {f"{y}-06-01": [times * n, 2 * times * n] for y in (2017, 2018, 2019)}
            series |= in_states(f"{kind}{record}", MLI=days, NER={"2018-06-01": times})
        for group, n in (("government", 3), ("insurgents", 4), ("militias", 7)):
            series |= in_states(f"civilians_killed_by.{group}{record}", MLI={"2018-06-01": times * n})
    return hand(series=series, start="2017-01-01", end="2020-06-30")


def test_deaths_by_type_and_perpetrator():
    e, year = deaths_of_2017_to_2019(), ("2018-01-01", "2018-12-31")
    assert counted(e, "MLI", "all", *year).tolist() == [8, 16]
    assert counted(e, "MLI", "state_based", *year).tolist() == [5, 10]
    assert counted(e, "MLI", "one_sided_government", *year).tolist() == [3, 3]
    assert counted(e, "MLI", "one_sided_non_state", *year).tolist() == [11, 11]
    assert counted(e, "three", "all", *year).tolist() == [9, 17]
    assert counted(e, "three", "all", *year, "").tolist() == [90, 170]


def test_rows_by_year_and_period(record):
    rows = {row.id: row for row in death_rows(deaths_of_2017_to_2019())}
    assert {name.split(".")[2] for name in rows} == {"2017", "2018", "2019", "2017-19"}  # 2020 is not whole
    period = rows["deaths.MLI.2017-19.all"]
    assert period.simulated.tolist() == [24, 48]
    assert period.true.tolist() == [240, 480]
    assert (period.observed, period.section, period.note) == (21, "Deaths by period, Mali", "3 years")
    assert rows["deaths.three.2018.state_based"].observed == 101
    assert rows["deaths.three.2018.state_based"].simulated.tolist() == [6, 11]
    assert rows["deaths.BFA.2017.all"].inside


def test_what_was_not_recorded_is_said(record):
    e = deaths_of_2017_to_2019()
    del e._series["MLI", "deaths_ucdp"], e._series["MLI", "deaths_non_state"]
    rows = {row.id: row for row in death_rows(e)}
    assert {row.status for name, row in rows.items() if ".MLI." in name and name.endswith(".all")} == {"not recorded"}
    assert rows["deaths.three.2018.all"].status == "not recorded"
    assert rows["deaths.MLI.2018.non_state"].true is None
    assert rows["deaths.MLI.2018.non_state"].simulated.tolist() == [2, 4]


def test_the_last_period_goes_on_to_the_end_of_the_run():
    assert spans_of_periods(hand(end="2025-12-31"))[-1] == ("later", "2023-01-01", "2025-12-31")
    assert spans_of_periods(hand(end="2022-12-31"))[-1] == ("2021-22", "2021-01-01", "2022-12-31")


def test_dead_by_cell_are_those_on_record_in_the_states():
    events = [
        event("2020-01-10", "jnim", gid=4, civilians=3),
        event("2020-12-20", "jnim", gid=4, civilians=4, replicate=1),
        event("2020-02-10", "jnim", gid=5, civilians=0),
        event("2020-02-10", "jnim", gid=6, civilians=9, ucdp=False),
        event("2020-02-10", "jnim", gid=7, civilians=9),  # Benin
        event("2021-02-10", "jnim", gid=5, civilians=9),
    ]
    e = hand(events=events, replicates=3)
    e.events["known"] = True
    found = dead_by_cell(e, "2020-01-01", "2020-12-31")
    assert sorted(found.index) == [1, 2, 3, 4, 5, 6, 9]
    assert found.loc[4].tolist() == [3, 4, 0]
    assert found.to_numpy().sum() == 7
    e.events["known"] = False
    assert dead_by_cell(e, "2020-01-01", "2020-12-31").to_numpy().sum() == 0


def downloads(**columns):
    rows = {
        "date": pd.to_datetime(["2017-03-01", "2018-03-01", "2019-03-01", "2019-04-01", "2019-05-01"]),
        "gid": [4, 4, 5, 6, 7],
        "deaths": [300, 300, 200, 90, 500],
        "country": ["MLI", "MLI", "BFA", "NER", "BEN"],
    }
    return pd.DataFrame(rows | columns)


def test_a_record_of_cells_needs_two_fifths_of_the_dead_of_each_year(record):
    """707 died in each year: 300 are 42 %, 290 are 41 %, and 200 with 82 are less than 40 %."""
    found = cells_of_record(downloads(), "2017-01-01", "2019-12-31")
    assert found.to_dict() == {4: 600, 5: 200, 6: 90, 7: 500}
    assert cells_of_record(downloads(), "2019-01-01", "2019-04-15").to_dict() == {5: 200, 6: 90}
    few = downloads(deaths=[300, 300, 200, 82, 500])
    assert cells_of_record(few, "2017-01-01", "2018-12-31").to_dict() == {4: 600}
    assert cells_of_record(few, "2017-01-01", "2019-12-31") is None
    assert cells_of_record(downloads(), "2019-01-01", "2020-12-31") is None  # 2020 has no count


def test_events_known_to_a_district_at_best_have_no_cell(record):
    """They count among the dead whom the record holds."""
    codes = downloads(where_prec=pd.array([1, 2, 3, None, 6], dtype="Int64"))
    assert cells_of_record(codes, "2017-01-01", "2019-12-31").to_dict() == {4: 600, 6: 90}


def test_rank_correlation_is_over_cells_with_a_death_in_either():
    """Ranks 1, 2, 3, 4 and 1, 2, 4, 3: 1 - 6 (0 + 0 + 1 + 1) / (4 (16 - 1)) = 0.8."""
    assert rank_correlation(np.array([1, 2, 3, 4, 0, 0]), np.array([10, 20, 40, 30, 0, 0])) == pytest.approx(0.8)
    # nought in one of them counts: ranks 1, 2, 3 and 3, 2, 1
    assert rank_correlation(np.array([0, 2, 3, 0]), np.array([9, 4, 0, 0])) == pytest.approx(-1.0)
    assert np.isnan(rank_correlation(np.array([1, 2, 0]), np.array([1, 2, 0])))
    assert np.isnan(rank_correlation(np.array([5, 5, 5]), np.array([1, 2, 3])))


def test_the_worst_cells_shared():
    assert shared_worst(np.array([9, 8, 7, 0]), np.array([0, 3, 9, 8]), worst=2) == 0
    assert shared_worst(np.array([9, 8, 7, 0]), np.array([0, 3, 9, 8]), worst=3) == 2
    assert shared_worst(np.array([9, 0, 0]), np.array([1, 0, 0]), worst=3) == 1  # cells without dead do not count
    assert shared_worst(np.array([5, 5, 1]), np.array([0, 5, 5]), worst=1) == 0  # of equals the first in place


def test_likeness_is_that_of_the_mean_and_its_spread_that_of_replicates_drawn_anew():
    simulated, record = np.array([[8, 0], [0, 6], [2, 2], [0, 0]]), np.array([4, 3, 2, 0])
    rank, worst = likeness_rows("2020", "section", simulated, record, "S")
    assert rank.median == pytest.approx(1.0)  # means 4, 3 and 2; either replicate alone is no such order
    assert (rank.low, rank.high) == pytest.approx((-0.5, 1.0))
    assert worst.median == 3
    assert (worst.low, worst.high) == (2, 3)
    assert [row.id for row in (rank, worst)] == ["cells.2020.rank", "cells.2020.worst"]


def test_rows_of_cells_with_and_without_downloads(record, monkeypatch):
    places = ["MLI", "BFA", "MLI+BFA+NER"]
    shipped = pd.DataFrame({"place": places, "period": ["2017-18"] * 3, "cells": [3, 4, 7]})
    monkeypatch.setattr(facts, "active_cells", lambda: shipped)
    events = [
        event(f"{y}-02-10", "jnim", gid=g, civilians=1, replicate=0) for y in (2017, 2018, 2019) for g in (4, 5, 7)
    ]
    e = hand(events=[*events, event("2018-03-10", "jnim", gid=4, civilians=1, replicate=1)], start="2017-01-01")
    e.events["known"] = True
    rows = {row.id: row for row in cell_rows(e)}
    assert rows["cells.2017-18.active"].simulated.tolist() == [2, 1]
    assert rows["cells.2017-18.active"].observed == 7
    assert rows["cells.2017-19.active"].observed is None
    assert not [name for name in rows if name.endswith((".rank", ".worst"))]
    rows = {row.id: row for row in cell_rows(e, downloads())}
    assert rows["cells.2017-18.active"].observed == 1  # the cell of Benin is no cell of the three states
    assert rows["cells.2017-19.active"].observed == 3
    assert rows["cells.2017-19.worst"].median == 2
    assert rows["cells.2020.active"].observed is None
    assert {row.status for row in cell_rows(hand(events=None), downloads())} == {"not recorded"}
