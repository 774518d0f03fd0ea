"""Patterns that are read off series and control of cells, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from sim.validation import facts
from sim.validation.yardstick.pattern_rule import pattern, single, words
from sim.validation.yardstick.patterns import PATTERNS, judge
from tests.validation.yardstick.hand_made import flow, hand, in_states, stock, write_spells

#: a register that holds everybody at once
AT_ONCE = {"register_coverage": 1.0, "register_days": 1e-3}


def outcome(number, series, **more):
    return judge(hand(series=series, **more), number)


def test_every_pattern_of_the_table_has_a_function():
    assert list(facts.patterns()["id"]) == list(PATTERNS)


def test_days_and_band_of_a_pattern_are_those_of_the_table(monkeypatch):
    table = facts.patterns().set_index("id", drop=False)
    for number in PATTERNS:
        found, row = pattern(number), table.loc[number]
        assert found.window == (str(row["start"])[:10], str(row["end"])[:10])
        assert (found.base is None) == (row["base_start"] is pd.NaT)
    assert pattern("P08").first == "2023-02-01"
    table.loc["P11", ["start", "end"]] = pd.Timestamp("2022-07-01"), pd.Timestamp("2022-07-31")
    monkeypatch.setattr(facts, "patterns", lambda: table.reset_index(drop=True))
    series = {("MLI", "idps"): stock({"2022-05-10": [300_000] * 2, "2022-06-28": [400_000] * 2})}
    assert outcome("P11", series, observation=AT_ONCE).values.tolist() == [400_000] * 2


def test_p01_medians_have_to_rise_every_year():
    """Three replicates; medians of 2017 to 2021 are 20, 21, 30, 40 and 50."""
    years = {
        "2017-07-01": [10, 20, 30],
        "2018-07-01": [40, 21, 11],
        "2019-07-01": [30, 25, 90],
        "2020-07-01": [40] * 3,
        "2021-12-29": [50] * 3,
    }
    other = {"2016-07-01": 900, "2022-07-01": 900}
    found = outcome("P01", in_states("deaths_ucdp", 3, MLI=years, BFA=other), replicates=3)
    assert found.values.tolist()[0] == [10, 40, 30, 40, 50]
    assert found.holds
    series = in_states("deaths_ucdp", 3, MLI=years | {"2018-07-01": [40, 19, 11]}, NER=years)
    found = outcome("P01", series, replicates=3)
    assert found.values[0].tolist() == [20, 80, 60, 80, 100]
    assert found.holds is False  # 40, then 38


def test_p02a_civilians_killed_by_the_state_over_those_killed_by_insurgents():
    states = in_states(
        "civilians_killed_by.government_acled",
        MLI={"2022-01-10": [20, 60]},
        BFA={"2025-12-20": [30, 40], "2021-06-01": 999},
        NER={"2023-06-01": 999},
    )
    others = in_states(
        "civilians_killed_by.insurgents_acled", MLI={"2024-01-10": [100, 60]}, BFA={"2024-01-10": [0, 40]}
    )
    found = outcome("P02a", states | others)
    assert found.values.tolist() == [0.5, 1.0]
    assert found.holds
    assert (
        outcome(
            "P02a", states | others | in_states("civilians_killed_by.insurgents_acled", MLI={"2024-01-10": 200})
        ).holds
        is False
    )


def test_p02b_counts_all_who_are_no_government():
    series = in_states("civilians_killed_by.government_ucdp", MLI={"2021-01-10": [10, 40]}, BFA={"2022-12-20": [10, 0]})
    series |= in_states("civilians_killed_by.insurgents_ucdp", MLI={"2021-06-10": 60, "2023-06-10": 999})
    series |= in_states("civilians_killed_by.militias_ucdp", BFA={"2022-06-10": 20})
    found = outcome("P02b", series)
    assert found.values.tolist() == [0.25, 0.5]
    assert found.holds
    assert (
        outcome("P02b", series | in_states("civilians_killed_by.militias_ucdp", BFA={"2022-06-10": 900})).holds is False
    )


def test_p06_area_outside_government_control():
    names = ("area_share", "inhabited_area_share", "people_share")
    series = {("BFA", f"{n}.government"): stock({"2012-01-01": 0.9, "2025-01-01": [0.5, 0.4]}) for n in names}
    series["BFA", "people_share.government"] = stock({"2025-01-01": [0.75, 0.5]})
    found = outcome("P06", series)
    assert found.values == pytest.approx([0.5, 0.6])
    assert found.more["of people"] == pytest.approx([0.25, 0.5])
    assert found.holds
    # the half year from July on at 0.9: 26 of 52 weeks
    half = series | {("BFA", "area_share.government"): stock({"2025-01-01": 0.5, "2025-07-03": 0.9})}
    found = outcome("P06", half)
    assert found.values == pytest.approx([0.3, 0.3], abs=0.005)
    assert found.holds is False


def area_of_issp(before, after):
    return {("MLI", "area_share.issp"): stock({"2022-08-01": before, "2022-09-05": 0.9, "2023-08-01": after})}


def test_p07_area_of_issp_where_control_of_cells_was_not_recorded():
    """The map has five cells in Mali: half of its area are two and a half."""
    found = outcome("P07", area_of_issp([0.5, 0.4], [0.9, 0.8]))
    assert found.values == pytest.approx([1.8, 2.0])
    assert found.more["cells in August 2022"] == pytest.approx([2.5, 2.0])
    assert found.holds
    few = outcome("P07", area_of_issp([0.2, 0.2], [0.4, 0.4]))
    assert few.values == pytest.approx([2.0, 2.0])
    assert few.holds is False  # one cell


def test_p07_counts_cells_where_control_was_recorded(tmp_path):
    """Two cells in all weeks of August 2022 in the first replicate; in the second one cell in three weeks of five."""
    rows = [(0, gid, "issp", "2022-01-02", "2023-01-01") for gid in (3, 4)]
    rows += [(0, 5, "issp", "2022-01-02", "2023-01-01"), (1, 3, "issp", "2022-08-21", "2023-01-01")]  # 5: Burkina Faso
    write_spells(tmp_path, rows)
    found = outcome("P07", area_of_issp([0.33, 0.33], [0.66, 0.66]), path=tmp_path)
    assert found.more["cells in August 2022"] == pytest.approx([2.0, 0.6])
    assert found.holds is False


def test_p11_displaced_in_may_2022():
    series = {("MLI", "idps"): stock({"2022-05-01": [300_000, 350_000], "2022-06-03": 0})}
    found = outcome("P11", series, observation=AT_ONCE)
    assert found.values.tolist() == [300_000, 350_000]
    assert found.holds
    steady = {("MLI", "idps"): stock({"2012-01-01": 500_000})}
    assert outcome("P11", steady, observation=AT_ONCE).holds is False
    found = outcome("P11", steady)  # as a register holds them
    assert found.values == pytest.approx([0.8 * 500_000] * 2)
    assert found.holds


def spells(tmp_path, rows):
    """Kidal's cell is 1; the other inhabited cells of Kidal and Menaka are 2 and 3, and 9 has no people."""
    write_spells(tmp_path, [(0, *row) for row in rows])
    return outcome("P14", {}, replicates=1, path=tmp_path)


TAKEN = (1, "government", "2023-11-19", "2024-01-07")


def test_p14_kidal_taken_and_the_north_not_held(tmp_path):
    found = spells(tmp_path, [TAKEN, (9, "government", "2012-01-08", "2026-01-04")])
    assert found.values.tolist() == [1.0]
    assert found.holds
    assert found.more["share of the other cells held"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("rows", "taken"),
    [
        ([(1, "government", "2012-01-08", "2026-01-04")], 0),  # held all along: it was not taken
        ([(1, "government", "2023-10-01", "2026-01-04")], 0),  # taken in the week of 24 to 30 September
        ([(1, "government", "2023-10-08", "2026-01-04")], 1),
        ([(1, "government", "2024-03-31", "2024-04-28")], 1),  # the week of 24 to 30 March and three more
        ([(1, "government", "2024-04-07", "2026-01-04")], 0),  # taken in April
        ([(1, "government", "2023-11-19", "2023-12-10")], 0),  # three weeks
        ([TAKEN, (2, "government", "2024-02-04", "2024-02-11")], 0),  # half of the others for a week
        ([TAKEN, (2, "government", "2024-06-02", "2025-01-05")], 1),  # later than 26 weeks
    ],
)
def test_p14_what_is_no_such_pattern(tmp_path, rows, taken):
    found = spells(tmp_path, rows)
    assert found.values.tolist() == [taken]
    assert found.holds is bool(taken)


def test_p14_needs_control_and_half_a_year_more(tmp_path):
    assert outcome("P14", {}).status.startswith("not recorded")
    write_spells(tmp_path, [(0, *TAKEN)])
    assert outcome("P14", {}, path=tmp_path, end="2024-06-30").status == "not covered"


FUEL = {"2025-01-01": 30, "2025-07-31": 20, "2025-09-04": 15, "2025-10-09": 6, "2025-10-30": 12, "2025-12-20": 1}


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({}, True),
        ({"2025-10-09": 7.1}, False),  # 35 % of 20 is 7
        ({"2025-10-30": 10.9}, False),  # five more than 6 are asked
        ({"2025-11-20": 5, "2025-11-27": 12}, False),  # the lowest comes later than 15 November
        ({"2025-09-11": 5, "2025-09-18": 15}, False),  # and here before October
    ],
)
def test_p16_fuel_of_bamako(change, holds):
    found = outcome("P16", {("Bamako", "fuel_days"): stock(FUEL | change)})
    assert found.holds is holds
    assert found.values.tolist() == [float(holds)] * 2


def test_p16_asks_half_of_the_replicates():
    series = {("Bamako", "fuel_days"): stock(FUEL | {"2025-10-09": [6, 8]})}
    found = outcome("P16", series)
    assert found.values.tolist() == [1.0, 0.0]
    assert found.holds
    assert found.more["low enough"].tolist() == [1.0, 0.0]
    assert found.more["lowest, days"].tolist() == [6.0, 8.0]


def test_p18_abuse_in_2022_over_the_mean_of_three_years():
    series = in_states(
        "civilians_killed_by.government_ucdp",
        MLI={"2019-05-01": [10, 30], "2020-05-01": 20, "2022-05-01": [30, 20], "2023-05-01": 900},
    )
    found = outcome("P18", series)
    assert found.values == pytest.approx([3.0, 1.2])
    assert found.holds  # 2.1
    none = in_states("civilians_killed_by.government_ucdp", MLI={"2019-05-01": 30, "2022-05-01": 10})
    assert outcome("P18", none).holds is False


def test_p20_share_of_the_army_near_the_capital():
    """3 of 10 thousand before; 6 of 12 and 3 of 12 after."""
    near = stock({"2012-01-01": 3_000, "2023-08-03": [6_000, 3_000], "2024-01-02": 0})
    army = stock({"2012-01-01": 10_000, "2023-08-03": 12_000})
    found = outcome("P20", {("NER", "army_near_capital"): near, ("NER", "army"): army})
    assert found.values == pytest.approx([0.5 / 0.3, 0.25 / 0.3])
    assert found.more["share before"] == pytest.approx([0.3, 0.3])
    assert found.holds  # 1.25
    same = {("NER", "army_near_capital"): stock({"2012-01-01": 3_000}), ("NER", "army"): army}
    assert outcome("P20", same).holds is False


def test_p21_coups_where_politics_is_endogenous():
    calm = hand(series=in_states("coups"))
    found = judge(calm, "P21")
    assert found.status == "not run with politics=endogenous"
    given = {
        "MLI": {"2020-08-18": 1, "2021-05-24": 1},
        "BFA": {"2022-01-24": [1, 0], "2024-01-24": 9},
        "NER": {"2019-07-26": 9},
    }
    found = judge(calm, "P21", hand(series=in_states("coups", **given)))
    assert found.values.tolist() == [3, 2]
    assert found.holds
    assert judge(calm, "P21", calm).holds is False


def displacement(second=440, third=160):
    """Deaths of Burkina Faso are 10 a year, none in 2016, and 20 in 2017."""
    stocks = {"2014-06-01": 100, "2016-06-01": 150, "2017-06-01": 1150}
    moved = {f"{y}-06-01": 10 * second for y in (2019, 2020, 2021)} | {"2022-06-01": 10 * third, "2017-06-01": 9999}
    deaths = {"2017-06-01": 20} | {f"{y}-06-01": 10 for y in range(2018, 2023)}
    series = {("BFA", "idps"): stock(stocks), ("BFA", "newly_displaced"): flow(moved)}
    return series | in_states("deaths_ucdp", BFA=deaths)


def test_p23_displacement_waits_then_saturates():
    """2016: 50 more for no death, taken as one; 2017: 1,000 for 20. The mean of 50 and 50 is 50."""
    found = outcome("P23", displacement(), observation=AT_ONCE)
    assert found.values.tolist() == [[50, 440, 160]] * 2
    assert found.holds
    assert outcome("P23", displacement(third=264), observation=AT_ONCE).holds is False  # not below 0.6 of 440
    assert outcome("P23", displacement(second=100, third=10), observation=AT_ONCE).holds is False  # 50 of 100
    late = outcome("P23", displacement()).values  # a register is late: the flood of 2017 comes in part in 2018
    assert (late[:, 0] < 50).all()
    assert (late[:, 1:] == [440, 160]).all()


def test_figures_of_the_table_as_words_and_numbers():
    assert (single(True), single(()), single((3.0,)), single((1.0, 2.0))) == (None, None, 3.0, (1.0, 2.0))
    assert (words(True), words((10400.0,)), words((0.08, 0.2)), words(())) == ("yes", "10,400", "0.08; 0.2", "")


def test_stock_and_flow_of_the_helpers():
    """The week of 1 to 7 January 2012 has the date 8 January."""
    table = flow({"2012-01-07": 5, "2012-01-08": [1, 2]})
    assert table.iloc[:3].to_numpy().tolist() == [[5, 5], [1, 2], [0, 0]]
    assert table.index[0] == pd.Timestamp("2012-01-08")
    assert np.unique(stock({"2012-01-08": 4}).iloc[1:]).tolist() == [4]
