"""Stocks and flows of displaced people beside a record of a few figures."""

import numpy as np
import pandas as pd
import pytest

from sim.validation import facts
from sim.validation.yardstick.displacement import (
    admin_rows,
    at_places,
    counts_by_area,
    displacement_rows,
    flow_rows,
    idp_rows,
    refugee_rows,
    share_error,
    share_rows,
)
from sim.validation.yardstick.register import registered, registers
from tests.validation.yardstick.hand_made import flow, hand, stock

COUNTRY = [
    ("idps", "MLI", "MLI", 2012, 100, "provisional"),
    ("idps", "MLI", "MLI", 2014, 400, ""),
    ("idps", "MLI", "MLI", 2013, 300, ""),
    ("newly_displaced", "MLI", "MLI", 2013, 60, ""),
    ("refugees", "MLI", "NER", 2012, 7, ""),
    ("refugees", "MLI", "BFA", 2012, 5, ""),
    ("refugees", "MLI", "elsewhere", 2012, 3, ""),
    ("refugees", "MLI", "NER", 2013, 9, ""),
]
AREAS = [
    ("MLI", "Gao", "MLI.Gao+MLI.Menaka", "2013-06-30", "idps", "", 60, "A"),
    ("MLI", "Mopti", "MLI.Mopti", "2013-06-30", "idps", "", 20, "A"),
    ("MLI", "Segou", "MLI.Segou", "2013-06-30", "idps", "", 20, "A"),
    ("MLI", "Mopti", "MLI.Mopti", "2013-06-30", "newly_displaced", "", 20, "A"),
    ("NER", "Tillaberi", "NER.Tillaberi", "2013-06-30", "refugees_hosted", "MLI", 9, "U"),
    ("NER", "Tillaberi", "NER.Tillaberi", "2013-06-30", "refugees_hosted", "BFA", 1, "U"),
    ("MLI", "Mopti", "MLI.Mopti", "2016-06-30", "idps", "", 20, "A"),  # later than the run
]


@pytest.fixture
def record(monkeypatch):
    country = pd.DataFrame(COUNTRY, columns=["measure", "origin", "place", "year", "persons", "note"])
    names = ["country", "admin1", "place", "date", "measure", "origin", "persons", "register"]
    areas = pd.DataFrame(AREAS, columns=names).assign(source="S", note="")
    areas["date"] = pd.to_datetime(areas["date"])
    monkeypatch.setattr(facts, "displaced", lambda: country)
    monkeypatch.setattr(facts, "displaced_admin1", lambda: areas)


def people():
    """Two replicates of 2012 to 2014, the second with twice as many; monthly stocks of areas from May 2013 on."""
    series = {}
    for c, n in (("MLI", 100), ("BFA", 10), ("NER", 1)):
        given = {"2012-01-01": [n, 2 * n], "2013-06-01": [3 * n, 6 * n], "2014-12-24": [4 * n, 8 * n]}
        series |= {(c, name): stock(given) for name in ("idps", "refugees_from")}
        series |= {(c, name): flow({"2013-02-01": [n, 2 * n]}) for name in ("newly_displaced", "returned")}
    series["NER", "refugees_hosted_from.MLI"] = stock({"2012-06-01": [7, 8]})
    months = pd.DatetimeIndex(["2013-05-01", "2013-06-01", "2013-07-01"])
    for place, n in (("MLI.Gao", 10), ("MLI.Menaka", 30), ("MLI.Mopti", 60)):
        series[place, "idps_hosted"] = pd.DataFrame([[0, 0], [n, 2 * n], [9999, 9999]], index=months)
    series["NER.Tillaberi", "refugees_hosted"] = pd.DataFrame([[0, 0], [8, 10], [0, 0]], index=months)
    return hand(series=series, end="2014-12-31")


def by_id(rows):
    return {row.id: row for row in rows}


def test_stocks_at_year_ends_and_their_change(record):
    rows = by_id(idp_rows(people()))
    assert rows["idps.MLI.2012"].true.tolist() == [100, 200]
    held = registers(people(), "MLI")  # of a run that began with 100 and 200; rows lie far apart
    assert rows["idps.MLI.2012"].simulated.tolist() == held[0].tolist() == [80.0, 160.0]
    assert (rows["idps.MLI.2012"].observed, rows["idps.MLI.2012"].note) == (100, "provisional")
    assert rows["idps.MLI.2014"].true.tolist() == [400, 800]
    assert rows["idps_change.MLI.2013"].true.tolist() == [200, 400]
    at = [registered(people(), "MLI", f"{year}-12-31") for year in (2012, 2013)]
    assert rows["idps_change.MLI.2013"].simulated == pytest.approx(at[1] - at[0])
    assert 0.0 < at[1][0] - at[0][0] < 0.8 * 200  # late
    assert rows["idps_change.MLI.2013"].observed == 200
    assert rows["idps_change.MLI.2014"].observed == 100
    assert "idps_change.MLI.2012" not in rows  # there is no end of 2011
    assert rows["idps.NER.2013"].observed is None
    assert rows["idps_change.NER.2014"].true.tolist() == [1, 2]


def test_a_register_takes_in_a_part_and_late():
    """Weeks with 1,000 displaced from the eleventh on, in a run that began with none."""
    weeks = pd.date_range("2012-01-08", periods=60, freq="7D")
    stock = np.where(np.arange(60) >= 10, 1000.0, 0.0)
    e = hand(
        series={("MLI", "idps"): pd.DataFrame(np.stack([stock, 2 * stock], axis=1), index=weeks)}, end="2013-02-20"
    )
    held = registers(e, "MLI")
    assert held[9].tolist() == [0.0, 0.0]
    days = 7.0 * np.arange(1, 51)
    coverage, lag = (e.observation(name)[0] for name in ("register_coverage", "register_days"))
    wanted = coverage * 1000.0 * (1.0 - np.exp(-days / lag))
    np.testing.assert_allclose(held[10:], np.stack([wanted, 2 * wanted], axis=1))
    assert registered(e, "MLI", "2012-12-31") == pytest.approx(held[e.row_at("idps", "MLI", "2012-12-31")])


def test_each_replicate_has_the_register_that_was_drawn_for_it():
    e = hand(series={("MLI", "idps"): stock({"2012-01-01": 1000})})
    e.drawn = {(1, "observation.register_coverage"): 0.5, (1, "observation.other"): 9.0}
    assert registered(e, "MLI", "2013-12-31") == pytest.approx([800, 500])
    assert e.observation("register_days").tolist() == [228, 228]


def test_a_change_needs_both_years_on_record(record, monkeypatch):
    table = facts.displaced()
    table = table[(table["year"] != 2013) | (table["measure"] != "idps")]
    monkeypatch.setattr(facts, "displaced", lambda: table)
    rows = by_id(idp_rows(people()))
    assert rows["idps_change.MLI.2013"].observed is None
    assert rows["idps_change.MLI.2014"].observed is None


def test_flows_by_year(record):
    rows = by_id(flow_rows(people()))
    assert rows["newly_displaced.MLI.2013"].simulated.tolist() == [100, 200]
    assert rows["newly_displaced.MLI.2013"].observed == 60
    assert rows["newly_displaced.MLI.2012"].simulated.tolist() == [0, 0]
    assert rows["newly_displaced.MLI.2012"].observed is None
    assert rows["returned.BFA.2013"].simulated.tolist() == [10, 20]


def test_refugees_by_host_and_over_all_of_those_where_the_rest_is_known(record):
    rows = by_id(refugee_rows(people()))
    assert rows["refugees.MLI.NER.2012"].simulated.tolist() == [7, 8]
    assert rows["refugees.MLI.NER.2012"].observed == 7
    assert rows["refugees.MLI.BFA.2012"].status == "not recorded"
    assert rows["refugees.MLI.NER.2013"].observed == 9
    assert "refugees.MLI.BFA.2013" not in rows  # missing, not nought
    assert rows["refugees.MLI.all.2012"].observed == 15
    assert rows["refugees.MLI.all.2013"].observed is None  # no figure for countries off the map
    assert rows["refugees.MLI.all.2013"].simulated.tolist() == [300, 600]


def test_places_joined_are_added_up(record):
    e = people()
    assert at_places(e, "idps_hosted", ["MLI.Gao", "MLI.Menaka"], "2013-06-30").tolist() == [40, 80]
    assert counts_by_area("idps")["parts"].iloc[0] == ["MLI.Gao", "MLI.Menaka"]
    assert set(counts_by_area()["measure"]) == {"idps", "refugees_hosted"}


def test_counts_by_area(record):
    rows = by_id(admin_rows(people()))
    gao = rows["admin1.idps.MLI.Gao+MLI.Menaka.2013-06-30.0"]
    assert gao.simulated.tolist() == [40, 80]
    assert (gao.observed, gao.inside) == (60, True)
    assert rows["admin1.idps.MLI.Segou.2013-06-30.2"].status == "not recorded"
    assert len(rows) == 5  # neither the flow nor the later day
    assert not any("Kidal" in name for name in rows)  # an area that a register leaves out has no row


def test_refugees_of_one_origin_are_not_set_beside_all(record):
    rows = by_id(admin_rows(people()))
    malians = rows["admin1.refugees_hosted.NER.Tillaberi.2013-06-30.4"]
    assert (malians.simulated.tolist(), malians.note) == ([8, 10], "people from Mali alone")
    burkinabe = rows["admin1.refugees_hosted.NER.Tillaberi.2013-06-30.5"]
    assert (burkinabe.status, burkinabe.inside) == ("not recorded", None)


def test_error_of_shares_by_hand():
    """Shares 0.5, 0.3, 0.2 beside 0.6, 0.2, 0.2: off by 10, 10 and 0 points; all in the last by 60, 20 and 80."""
    simulated = np.array([[50, 0], [30, 0], [20, 7]], dtype=float)
    assert share_error(simulated, np.array([6.0, 2.0, 2.0])) == pytest.approx([20 / 3, 160 / 3])
    assert share_error(np.zeros((3, 1)), np.array([6.0, 2.0, 2.0])) == pytest.approx([100 / 3])


def test_shares_are_compared_where_a_register_has_five_areas(record, monkeypatch):
    assert share_rows(people()) == []
    monkeypatch.setattr("sim.validation.yardstick.displacement.FEWEST_AREAS", 2)
    found = share_rows(people())
    assert [(row.id, row.status) for row in found] == [("admin1_shares.MLI.2013-06-30.A", "not recorded")]  # Segou
    areas = facts.displaced_admin1().drop(index=2)
    monkeypatch.setattr(facts, "displaced_admin1", lambda: areas)
    (row,) = share_rows(people())
    assert row.simulated == pytest.approx([35, 35])  # 0.4 and 0.6 beside 0.75 and 0.25
    assert (row.observed, row.label) == (None, "Mali, 2013-06-30 (A)")


def test_a_folder_without_any_of_it(record):
    rows = displacement_rows(hand(end="2014-12-31"))
    assert {row.status for row in rows} == {"not recorded"}
    assert by_id(rows)["idps.MLI.2012"].observed == 100
