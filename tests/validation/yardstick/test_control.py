"""Fighters and control by year, and disputed claims about territory."""

import pandas as pd
import pytest

from sim.validation import facts
from sim.validation.yardstick.control import claimed, control_rows, fighter_rows, outside_rows, when, window
from sim.validation.yardstick.report import cell
from tests.validation.yardstick.hand_made import hand, stock

NAN = float("nan")
#: id, kind, subject, place, start, date, precision, value, low, high
CONTEXT = [
    ("C1", "strength", "JNIM", "", "2013-01-01", "2014-12-31", "year", 6000, 5000, 7000, "One 2013, page 1"),
    ("C2", "strength", "JNIM", "", None, "2013-06-30", "day", 2000, NAN, NAN, "Two"),
    ("C3", "strength_input", "army and guard of Niger", "NER", None, "2014-12-31", "year", 500, NAN, NAN, "Three"),
    ("C4", "territory", "area outside state control", "BFA", None, "2013-03-31", "month", 40, NAN, NAN, "Four, web"),
    (
        "C5",
        "territory",
        "area under state control (government claim)",
        "BFA",
        None,
        "2013-03-31",
        "month",
        69,
        NAN,
        NAN,
        "Five",
    ),
    ("C6", "territory", "area outside state control", "BFA", "2013-01-01", "2014-12-31", "year", NAN, 40, 50, "Six"),
    ("C7", "territory", "area outside state control", "BFA", None, "2013-06-18", "day", 30, NAN, NAN, "Seven"),
    ("C8", "territory", "area outside state control", "BFA", None, "2019-06-18", "day", 30, NAN, NAN, "Eight"),
    ("C9", "siege", "area outside state control", "BFA", None, "2013-06-18", "day", 30, NAN, NAN, "Nine"),
]


@pytest.fixture(autouse=True)
def context(monkeypatch):
    names = ["id", "kind", "subject", "place", "start", "date", "precision", "value", "low", "high", "source"]
    table = pd.DataFrame(CONTEXT, columns=names)
    for name in ("start", "date"):
        table[name] = pd.to_datetime(table[name])
    monkeypatch.setattr(facts, "context", lambda: table)
    return table


def by_id(rows):
    return {row.id: row for row in rows}


def test_people_under_arms_beside_what_sources_have():
    series = {
        ("region", "fighters.jnim"): stock({"2012-01-01": 10, "2013-01-01": [3000, 5000]}),
        ("region", "fighters.issp"): stock({"2012-01-01": 19}),
        ("region", "fighters.niger_army"): stock({"2012-01-01": 1}),
    }
    rows = by_id(fighter_rows(hand(series=series, end="2014-12-31")))
    assert rows["fighters.jnim.2013"].simulated == pytest.approx([3000, 5000])
    assert rows["fighters.jnim.2013"].observed == 4000  # the mean of two sources
    assert rows["fighters.jnim.2013"].observed_text == "6,000 (5,000 to 7,000); 2,000"
    assert rows["fighters.jnim.2014"].observed == 6000
    assert rows["fighters.jnim.2012"].observed is None
    target = rows["fighters.niger_army.2014"]
    assert target.note == "500 (a target that the model is given)"
    assert target.given
    assert target.inside is None
    assert cell(target) == "given 500 / 1 (1 to 1)"
    assert not rows["fighters.jnim.2013"].given
    assert not any("issp" in name for name in rows)  # never twenty at the median, and no figure


def test_a_folder_without_fighters_or_control_says_so():
    e = hand(end="2014-12-31")
    assert [row.status for row in fighter_rows(e)] == ["not recorded"]
    rows = by_id(control_rows(e))
    assert len(rows) == 9 + 4
    assert {row.status for row in rows.values()} == {"not recorded"}
    assert rows["outside.BFA.C4"].observed == 0.4


def test_shares_by_controller_and_year():
    series = {
        ("MLI", "area_share.government"): stock({"2012-01-01": [0.5, 0.7], "2013-01-01": 0.4}),
        ("MLI", "area_share.issp"): stock({"2012-01-01": 0.001}),
        ("MLI", "people_share.government"): stock({"2012-01-01": 0.9}),
    }
    rows = by_id(control_rows(hand(series=series, end="2014-12-31")))
    assert rows["control.MLI.2012.area_share.government"].simulated == pytest.approx([0.5, 0.7])
    assert rows["control.MLI.2013.area_share.government"].simulated == pytest.approx([0.4, 0.4])
    assert rows["control.MLI.2014.people_share.government"].median == pytest.approx(0.9)
    assert not any("issp" in name for name in rows)  # never half a percent
    assert rows["control.MLI.inhabited_area_share"].status == "not recorded"


def test_claims_beside_the_area_outside_control_in_their_own_time():
    """The government holds 0.6 but in March 2013, when it holds 0.7 or 0.8."""
    given = {"2012-01-01": 0.6, "2013-02-27": [0.7, 0.8], "2013-04-01": 0.6}
    rows = by_id(outside_rows(hand(series={("BFA", "area_share.government"): stock(given)}, end="2014-12-31")))
    assert rows["outside.BFA.C4"].simulated == pytest.approx([0.3, 0.2])
    assert (rows["outside.BFA.C4"].observed, rows["outside.BFA.C4"].label) == (0.4, "2013-03, Four")
    assert rows["outside.BFA.C5"].observed == pytest.approx(0.31)
    assert rows["outside.BFA.C5"].label == "2013-03, the government's claim"
    assert (rows["outside.BFA.C6"].observed, rows["outside.BFA.C6"].label) == (0.45, "2013 to 2014, Six")
    assert rows["outside.BFA.C7"].simulated == pytest.approx([0.4, 0.4])
    assert set(rows) == {f"outside.BFA.C{n}" for n in (4, 5, 6, 7)}  # one is later, one is no territory


def test_the_time_of_a_claim(context):
    items = {item.id: item for item in context.itertuples()}
    assert window(items["C4"]) == ("2013-03-01", "2013-03-31")
    assert window(items["C3"]) == ("2014-01-01", "2014-12-31")
    assert window(items["C6"]) == ("2013-01-01", "2014-12-31")
    assert window(items["C7"]) == ("2013-05-19", "2013-06-18")
    assert [when(items[name]) for name in ("C3", "C4", "C6", "C7")] == ["2014", "2013-03", "2013 to 2014", "2013-06-18"]
    assert (claimed(items["C1"]), claimed(items["C2"])) == ("6,000 (5,000 to 7,000)", "2,000")
