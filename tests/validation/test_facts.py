"""The shipped record: rows have sources, dates and types are right, places are on the map, sums agree."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.settings.compose import settings_for
from sim.settings.settings import PROCESSES
from sim.validation import criteria, facts, observations
from sim.world.region import load_region
from tools import observed_sums

DATA = os.environ.get("SAHEL_DATA")

needs_data = pytest.mark.skipif(DATA is None, reason="SAHEL_DATA names no folder of downloads")

TABLES = {name: getattr(facts, name) for name in facts.COLUMNS}

IDS = [f"P{i:02d}" for i in range(1, 24)]
IDS[1:2] = ["P02a", "P02b"]


@pytest.fixture(scope="module")
def world():
    return load_region("sahel")


# ---------------------------------------------------------------------------- all tables


@pytest.mark.parametrize("name", [n for n in TABLES if n != "periods"])
def test_every_row_has_a_source(name):
    table = TABLES[name]()
    assert len(table) > 0
    assert (table["source"].str.strip() != "").all()


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_their_types(name):
    table = TABLES[name]()
    types = {"date": "datetime64[s]", "whole": np.int64, "number": np.float64}
    for column, (kind, optional) in facts.columns_of(name).items():
        if name == "patterns" and column in ("observed", "low", "high"):
            continue
        if kind == "text":
            assert table[column].map(type).eq(str).all()
            assert optional or (table[column] != "").all()
        else:
            assert table[column].dtype == types[kind]
            assert optional or table[column].notna().all()


def test_every_file_has_a_table():
    assert {file.stem for file in observations.OBSERVED.glob("*.csv")} == set(TABLES)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("persons", "12.5", "displaced_admin1.csv, line 3: persons must be a whole number, not '12.5'."),
        ("persons", "-3", "persons must be a whole number, not '-3'"),
        ("persons", "", "persons must be a whole number, not ''"),
        ("date", "2020-13-01", "date must be a date, not '2020-13-01'"),
        ("date", "", "date must be a date, not ''"),
        ("source", " ", "source must be a text, not ' '"),
        ("covered", "most", "covered must be a number or nothing, not 'most'"),
        ("confidence", "sure", "confidence must be one of exact, rounded"),
        ("precision", "week", "precision must be one of day, month, year, not 'week'"),
    ],
)
def test_a_wrong_value_is_named(column, value, said):
    table = pd.read_csv(observations.OBSERVED / "displaced_admin1.csv", dtype=str, keep_default_na=False)
    assert len(facts._checked(table, "displaced_admin1")) == len(table)
    table.loc[1, column] = value
    with pytest.raises(ValueError, match="line 3") as error:
        facts._checked(table, "displaced_admin1")
    assert said in str(error.value)


def test_a_missing_column_is_named():
    table = pd.read_csv(observations.OBSERVED / "periods.csv", dtype=str, keep_default_na=False)
    with pytest.raises(ValueError, match="has the columns name, start, not name, start, end"):
        facts._checked(table.drop(columns="end"), "periods")


@pytest.mark.parametrize("name", [n for n in TABLES if "place" in facts.columns_of(n)])
def test_places_are_on_the_map(name, world):
    known = {*world.countries, *world.admin1_names}
    for place in TABLES[name]()["place"].unique():
        if (name, place) != ("displaced", "elsewhere"):
            parts = place.split("+")
            assert set(parts) <= known, place
            assert len(world.cells_of(place)) == sum(len(world.cells_of(part)) for part in parts), place  # none twice


@pytest.mark.parametrize("name", ["displaced_admin1", "displaced_totals", "context"])
def test_dates_follow_their_start_and_lie_in_the_past(name):
    table = TABLES[name]()
    timed = table[table["start"].notna()]
    assert (timed["start"] <= timed["date"]).all()
    assert table["date"].between("2012-01-01", "2025-12-31").all()
    months = table[table["precision"] == "month"]["date"]
    assert (months == months + pd.offsets.MonthEnd(0)).all()


# ---------------------------------------------------------------------------- patterns and periods


def test_patterns_are_all_there_once():
    table = facts.patterns()
    assert list(table["id"]) == IDS
    assert table["id"].is_unique
    assert table["name"].is_unique
    assert (table["start"] <= table["end"]).all()
    based = table["base_start"].notna()
    assert (based == table["base_end"].notna()).all()
    assert (table["base_end"] < table["start"])[based].all()


def test_bands_hold_what_was_observed():
    for row in facts.patterns().itertuples():
        if row.observed is True:
            assert (row.low, row.high, row.unit) == ((), (), "yes or no")
        elif row.rule == "tail":
            assert len(row.observed) == 1
            assert (row.low, row.high) == ((), ())
        else:
            assert len(row.observed) == len(row.low) == len(row.high) == (2 if row.rule == "bands_rising" else 1)
            assert all(a <= b <= c for a, b, c in zip(row.low, row.observed, row.high)), row.id
            assert row.rule in ("band", "band_two_cells", "bands_rising")
    two = facts.patterns().set_index("id").loc["P10"]
    assert (two.observed, two.low, two.high) == ((0.08, 0.20), (0.04, 0.13), (0.13, 0.28))


def test_patterns_name_processes_and_events():
    table = facts.patterns()
    events = {
        event.name.split("__")[0] for event in settings_for([]).events
    }  # an event of several actors has a part each
    emergent = table[table["class"] == "emergent"]
    assert (emergent["mechanism"] != "").all()
    assert {text.split(":")[0] for text in table["mechanism"] if text} <= set(PROCESSES)
    assert {name for name in table["timing_event"] if name} <= events
    forced = table[table["class"] == "input-driven"]
    assert (forced["timing_event"] != "").all()  # a dated switch is what makes it input-driven


def test_periods_follow_one_another():
    table = facts.periods()
    assert list(table["name"]) == ["2012", "2013-16", "2017-19", "2020", "2021-22", "later"]
    assert (table["start"].to_numpy()[1:] == (table["end"] + pd.Timedelta(days=1)).to_numpy()[:-1]).all()
    assert table["start"].iloc[0] == pd.Timestamp("2012-01-01")
    assert table["end"].isna().tolist() == [False] * 5 + [True]


def test_observed_figures_of_patterns_are_those_of_the_series():
    table, deaths = facts.patterns().set_index("id"), facts.deaths()
    both = deaths[deaths.country.isin(["MLI", "BFA"]) & deaths.year.isin([2021, 2022])]
    ratio = both.one_sided_government.sum() / both.one_sided_non_state.sum()
    assert round(ratio, 2) == table.observed["P02b"][0]
    mali = deaths[deaths.country == "MLI"].set_index("year").one_sided_government
    assert round(mali[2022] / mali[[2019, 2020, 2021]].mean(), 1) == table.observed["P18"][0]
    three = deaths[deaths.country.isin(observations.THEATRE) & deaths.year.between(2017, 2021)]
    yearly = three.groupby("year")[list(observations.TYPES)].sum().sum(axis=1)
    assert (yearly.diff().dropna() > 0).all()  # P01
    # P23: change of the stock before 2019, newly displaced later, over deaths of all types
    total = deaths[deaths.country == "BFA"].set_index("year")[list(observations.TYPES)].sum(axis=1)
    stock = {y: observations.persons("idps", "BFA", y) for y in (2016, 2017)} | {2015: 0}
    new = {y: observations.persons("newly_displaced", "BFA", y) for y in (2019, 2020, 2021, 2022)}
    first = np.mean([(stock[y] - stock[y - 1]) / total[y] for y in (2016, 2017)])
    second = np.mean([new[y] / total[y] for y in (2019, 2020, 2021)])
    third = new[2022] / total[2022]
    assert [round(x, -1) for x in (first, second)] == [50, 440]
    assert round(third) == 162
    assert first < 0.5 * second
    assert third < 0.6 * second


# ---------------------------------------------------------------------------- deaths


def test_deaths_are_whole_and_add_up():
    table = facts.deaths()
    assert sorted(set(table.country)) == sorted(observed_sums.COVERED)
    assert table.groupby("country").year.apply(list).map(lambda y: y == list(range(1989, 2023))).all()
    assert (table.one_sided_government + table.one_sided_non_state == table.one_sided).all()
    total = table[list(observations.TYPES)].sum(axis=1)
    assert (total <= table.high).all()
    assert (total >= table.low).mean() > 0.99  # in UCDP's file the lower bound of Mali in 1995 lies above


def test_deaths_by_admin1_are_below_those_of_the_country():
    table = facts.deaths_admin1()
    assert not table.duplicated(["place", "period"]).any()
    assert (table[list(observations.TYPES)].sum(axis=1) == table.deaths).all()
    assert ((table.events == 0) <= (table.deaths == 0)).all()
    assert table.groupby("place").size().eq(len(observed_sums.PERIODS)).all()
    yearly = facts.deaths()[facts.deaths().country.isin(observations.THEATRE)]
    known = table[table.country.isin(observations.THEATRE)]
    for first, last in observed_sums.PERIODS.values():
        of_all = yearly[yearly.year.between(first, last)][list(observations.TYPES)].to_numpy().sum()
        part = known[known.start.dt.year == first].deaths.sum()
        assert 0.4 * of_all < part < 1.2 * of_all  # another version, and cells at the border


def test_active_cells_are_consistent():
    table = facts.active_cells().set_index(["place", "period"])
    for column in ("cells", "cells_by_event"):
        for period in observed_sums.CELL_PERIODS:
            states = [table[column][state, period] for state in observations.THEATRE]
            assert max(states) <= table[column][observed_sums.ALL, period] <= sum(states)
        for place in (*observations.THEATRE, observed_sums.ALL):
            parts = [table[column][place, p] for p in ("2012", "2013-16")]
            assert max(parts) <= table[column][place, "2012-16"] <= sum(parts)


def test_sums_of_a_small_file(world):
    """Three events in Gao's cell, one off the map, one that UCDP puts into Mali and the map into Niger."""
    gao = int(world.gid[world.cells_of("Gao")[0]])
    tillaberi = int(world.gid[world.cells_of("NER.Tillaberi")[0]])
    rows = [
        ("a", gao, "1999-12-31", 1, 5, "MLI"),
        ("b", gao, "2012-05-01", 2, 7, "MLI"),
        ("c", gao, "2014-05-01", 3, 0, "MLI"),
        ("d", 1, "2012-05-01", 1, 99, "MLI"),
        ("e", tillaberi, "2012-06-01", 3, 2, "Mali"),
        ("f", gao, "2018-12-31", 1, 1, "MLI"),
    ]
    events = pd.DataFrame(rows, columns=["id", "gid", "month", "type", "deaths", "country"])
    events["month"] = pd.to_datetime(events["month"])
    table = observed_sums.deaths_by_admin1(events, world).set_index(["place", "period"])
    figures = ["state_based", "non_state", "one_sided", "deaths", "events"]
    assert table.loc[("MLI.Gao", "1989-1999"), figures].tolist() == [5, 0, 0, 5, 1]
    assert table.loc[("MLI.Gao", "2000-2011"), figures].tolist() == [0, 0, 0, 0, 0]
    assert table.loc[("MLI.Gao", "2012-2018"), figures].tolist() == [1, 7, 0, 8, 3]
    assert table.loc[("NER.Tillaberi", "2012-2018"), figures].tolist() == [0, 0, 2, 2, 1]
    assert table.deaths.sum() == 15
    assert "SEN" not in set(table.country)
    cells = observed_sums.active_cells(events, world).set_index(["place", "period"])
    assert cells.loc[("MLI", "2012"), ["cells", "cells_by_event"]].tolist() == [1, 3]
    assert cells.loc[("NER", "2012"), ["cells", "cells_by_event"]].tolist() == [1, 0]
    assert cells.loc[("MLI", "2013-16"), "cells"] == 0  # nobody died in that event
    assert cells.loc[(observed_sums.ALL, "2012-16"), ["cells", "cells_by_event"]].tolist() == [2, 3]


def test_the_tool_says_what_it_lacks(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["observed_sums", str(tmp_path)])
    assert observed_sums.main() == 2
    assert capsys.readouterr().err == f"There is no file '{observed_sums.EVENTS}' in '{tmp_path}'.\n"
    monkeypatch.setattr("sys.argv", ["observed_sums"])
    monkeypatch.delenv("SAHEL_DATA", raising=False)
    assert observed_sums.main() == 2
    assert "set SAHEL_DATA" in capsys.readouterr().err


@needs_data
def test_sums_of_events_are_made_again():
    for name, made in observed_sums.tables(DATA).items():
        shipped = pd.read_csv(observations.OBSERVED / f"{name}.csv", dtype={"period": str})
        pd.testing.assert_frame_equal(made, shipped, check_dtype=False)


@needs_data
def test_deaths_are_those_of_the_original():
    """Every figure of every country and year."""
    there = pd.read_csv(Path(DATA) / "ucdp_orgviolence_country_year_v25_1.csv").set_index(["iso3", "year_cy"])
    here = facts.deaths().set_index(["country", "year"])
    assert len(here) == len(there)
    names = {
        "state_based": "sb_total_deaths_best_cy",
        "non_state": "ns_total_deaths_best_cy",
        "one_sided": "os_total_deaths_best_cy",
        "one_sided_government": "os_any_govt_killings_best_cy",
        "one_sided_non_state": "os_nsgroup_killings_best_cy",
        "low": "cumulative_total_deaths_in_orgvio_low_cy",
        "high": "cumulative_total_deaths_in_orgvio_high_cy",
    }
    for ours, theirs in names.items():
        assert (here[ours] == there[theirs].reindex(here.index)).all(), ours


# ---------------------------------------------------------------------------- displacement and context


def test_displaced_is_one_figure_each():
    table = facts.displaced()
    assert not table.duplicated(["measure", "origin", "place", "year"]).any()
    assert not table.duplicated(["series", "year"]).any()
    assert (table.persons > 0).all()  # where nobody is counted there is no row
    assert set(table.origin) == set(observations.THEATRE)
    assert set(table.measure) == {"idps", "refugees", "others_of_concern", "newly_displaced"}


def test_history_still_compares_malians_in_mauritania_alone():
    years = list(range(2012, 2023))
    places = set(facts.displaced().place)
    runs = [criteria.Replicate(years, ends={("refugees_hosted", place): np.arange(11.0) for place in places})]
    rows = criteria.refugee_rows(runs, years)
    assert [row.label for row in rows] == [str(year) for year in years]
    assert {row.section for row in rows} == {"Refugees at the end of the year in Mauritania"}
    assert rows[0].observed == 54_034


@needs_data
def test_displaced_are_those_of_the_originals(world):
    table = facts.displaced().set_index(["measure", "origin", "place", "year"]).persons
    idmc = pd.read_csv(Path(DATA) / "idmc_idp_stock.csv")
    for row in idmc[idmc.iso3.isin(observations.THEATRE)].itertuples():
        assert table["idps", row.iso3, row.iso3, row.year] == row.idp_stock_conflict_end_year
    unhcr = pd.read_csv(Path(DATA) / "unhcr_population_sahel.csv", keep_default_na=False, na_values=[""])
    unhcr = unhcr[unhcr.coo_iso.isin(observations.THEATRE) & (unhcr.coo_iso != unhcr.coa_iso)]
    unhcr = unhcr.assign(persons=unhcr.refugees + unhcr.asylum_seekers)
    for row in unhcr[unhcr.coa_iso.isin(world.countries)].itertuples():
        key = ("refugees", row.coo_iso, row.coa_iso, row.year)
        assert table.get(key, 0) == row.persons, key
    ours = table["refugees"].groupby(level=["origin", "year"]).sum()
    theirs = unhcr.groupby(["coo_iso", "year"]).persons.sum()
    assert (ours.loc[:, 2011:2023] == theirs.to_numpy()).all()


def test_admin1_figures_name_a_place_that_joins_new_regions():
    table = facts.displaced_admin1()
    assert set(table.measure) <= {*facts.STOCKS, *facts.FLOWS}
    assert set(table[(table.admin1 == "Gao") & (table.date < "2016")].place) == {"MLI.Gao+MLI.Menaka"}
    assert set(table[(table.admin1 == "Gao") & (table.date > "2016")].place) == {"MLI.Gao"}
    assert set(table[table.admin1 == "Tombouctou"].place) == {"MLI.Tombouctou+MLI.Taoudenit"}
    for row in table.itertuples():
        assert row.place.split("+")[0] == f"{row.country}.{row.admin1}"
    for _, rows in table[table.measure == "idps"].groupby(["country", "date"]):
        parts = [p for place in rows.place.unique() for p in place.split("+")]
        assert len(parts) == len(set(parts))  # no region twice on one day


def test_whole_sets_add_up_to_the_total_of_their_day():
    table, totals = facts.displaced_admin1(), facts.displaced_totals()
    for country, date, n, total in (("BFA", "2020-09-06", 13, 1_034_609), ("MLI", "2013-10-31", 9, 283_726)):
        rows = table[(table.country == country) & (table.date == date) & (table.measure == "idps")]
        assert (len(rows), rows.persons.sum()) == (n, total)
        assert (rows.covered == 1.0).all()
        assert total in set(totals[(totals.country == country) & (totals.date == date)].persons)
    part = table[(table.covered < 1) & (table.measure == "idps") & (table.confidence != "disputed")]
    for (country, date), rows in part.groupby(["country", "date"]):
        day = totals[(totals.country == country) & (totals.date == date) & (totals.measure == "idps")]
        near = [abs(rows.persons.sum() / total - rows.covered.iloc[0]) for total in day.persons]
        same = table[(table.country == country) & (table.date == date) & (table.measure == "idps")]
        if near and len(same) == len(rows):
            assert min(near) < 0.015, (country, date)


@pytest.mark.parametrize("name", ["displaced_admin1", "displaced_totals"])
def test_one_register_has_one_figure_a_day(name):
    table = TABLES[name]()
    settled = table[table.confidence != "disputed"]
    assert not settled.duplicated(["place", "measure", "origin", "register", "start", "date"]).any()
    flows = table.measure.isin(facts.FLOWS)
    assert table.measure.isin([*facts.STOCKS, *facts.FLOWS]).all()
    assert table.start[~flows].isna().all()  # a stock has a day, no span
    assert not table.loc[table.date <= "2022-04-30", "register"].str.contains("after the re-count").any()
    recount = (table.country == "BFA") & (table.measure == "idps") & (table.date > "2022-04-30")
    assert set(table[recount].register) <= {"BFA CONASUR after the re-count"}


def test_parts_of_liptako_gourma_add_up():
    table = facts.displaced_totals()
    area = table[table.register == "DTM Liptako-Gourma"]
    both = area[area.measure == "idps_and_refugees"].set_index(["date", "place"]).persons
    admin1 = facts.displaced_admin1()
    mauritania = admin1[admin1.place == "MRT.Hodh Chargui"].set_index("date").persons
    for date, rows in area.groupby("date"):
        whole = rows[rows.country == ""].set_index("measure")
        assert whole.persons["idps"] + whole.persons["refugees_hosted"] == whole.persons["idps_and_refugees"]
        parts = sum(both[date, place] for place in ("MLI", "BFA", "NER.Tahoua+NER.Tillaberi"))
        rest = whole.persons["idps_and_refugees"] - parts
        assert (rest > 0) == ("MRT" in whole.place["idps"])  # the rest is Mauritania
        if rest and date in mauritania.index:
            assert abs(rest - mauritania[date]) <= 1


def test_context_shows_all_sides_on_territory():
    table = facts.context()
    assert table["id"].is_unique
    land = table[(table.kind == "territory") & (table.place == "BFA")]
    assert {"exact", "claim", "rounded"} <= set(land.confidence)
    assert land.subject.nunique() == 2
    events = table.kind.str.startswith(("blockade_", "taken"))
    assert table[events].value.isna().all()
    rest = table[~events]
    assert (rest.value.notna() | (rest.low.notna() & rest.high.notna())).all()
    banded = rest[rest.value.notna() & rest.low.notna() & rest.high.notna()]
    assert banded.value.between(banded.low, banded.high).all()
    assert (rest.unit != "").all()
