"""Observed figures are what the sources say; event files are read or refused in one sentence."""

import os
from pathlib import Path

import pandas as pd
import pytest

from sim.core.errors import UserError
from sim.validation import observations

GED = """id,type_of_violence,side_a,side_b,date_start,country,priogrid_gid,where_prec,deaths_civilians,best
11.0,1.0,Government of Mali,JNIM,2018-01-31,Mali,150833.0,4.0,0.0,3.0
12,3,JNIM,Civilians,2018-02-02,Mali,150833,1,7,7
13,2,JNIM,IS,2018-02-20,Burkina Faso,149000,1,0,2
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "ged.csv").write_text(GED)
    (tmp_path / "other.csv").write_text("iso3,year,persons\nMLI,2012,5\n")
    return tmp_path


@pytest.mark.parametrize(
    ("country", "year", "figures"),
    [
        ("MLI", 2018, (521, 209, 551)), ("MLI", 2022, (1440, 755, 1461)), ("BFA", 2018, (98, 5, 92)),
        ("BFA", 2022, (2093, 44, 567)), ("NER", 2020, (537, 0, 283)), ("NER", 2021, (459, 105, 566)),
    ],
)  # fmt: skip
def test_deaths_are_those_of_ucdp(country, year, figures):
    assert tuple(observations.deaths_of(country, kind, [year]) for kind in observations.TYPES) == figures
    assert observations.deaths_of(country, "all", [year]) == sum(figures)


def test_every_country_has_every_year_and_a_source():
    table = observations.deaths()
    assert sorted(zip(table.country, table.year)) == sorted(
        (c, y) for c in observations.THEATRE for y in observations.YEARS
    )
    assert (table.source == "UCDP v25.1").all()
    assert (table.one_sided_government + table.one_sided_non_state <= table.one_sided).all()
    both = table[table.country.isin(["MLI", "BFA"]) & table.year.isin([2021, 2022])]
    assert (both.one_sided_government.sum(), both.one_sided_non_state.sum()) == (554, 2075)  # pattern P02b


def test_displaced_people_are_those_of_idmc_and_unhcr():
    assert observations.persons("idps", "MLI", 2012) == 230_000
    assert observations.persons("idps", "BFA", 2022) == 1_882_000
    assert observations.persons("refugees", "MRT", 2021, "MLI") == 76_000
    assert observations.persons("newly_displaced", "BFA", 2021) == 682_000
    assert observations.persons("idps", "BFA", 2013) is None
    assert set(observations.displaced().source) == {"IDMC", "UNHCR"}


def test_events_are_mapped(folder):
    events = observations.read_events(folder)
    assert list(events.id) == ["11", "12", "13"]
    assert list(events.gid) == [150833, 150833, 149000]
    assert list(events.type) == [1, 3, 2]
    assert list(events.month) == [pd.Timestamp("2018-01-01"), pd.Timestamp("2018-02-01"), pd.Timestamp("2018-02-01")]
    assert events.deaths.sum() == 12
    assert {"country", "side_a", "civilians"} <= set(events)


def test_one_event_in_two_files_counts_once(folder):
    (folder / "newer.csv").write_text(GED.replace(",7,7\n", ",8,8\n"))
    events = observations.read_events(folder)
    assert len(events) == 3
    assert events.deaths.sum() == 13  # the later file by name wins


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("priogrid_gid", "cell"), "lacks the column 'priogrid_gid'"),
        ((",best\n", ",dead\n"), "lacks the column 'best'"),
        (("2018-02-02", "2018-13-45"), "line 3: date_start is not a date"),
        (("13,2,", "13,9,"), "line 4: type_of_violence must be 1, 2 or 3, not 9"),
        ((",7,7\n", ",7,-7\n"), "line 3: best must be a whole number, not '-7.0'"),
        ((",150833.0,", ",,"), "line 2: priogrid_gid must be a whole number, not 'nan'"),
    ],
)
def test_bad_events_are_refused_in_one_sentence(folder, change, said):
    (folder / "ged.csv").write_text(GED.replace(*change))
    with pytest.raises(UserError) as error:
        observations.read_events(folder / "ged.csv")
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert str(error.value).endswith((".", ")"))


def test_a_folder_without_events_is_refused(tmp_path):
    (tmp_path / "other.csv").write_text("iso3,year\nMLI,2012\n")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(UserError, match="No CSV file in"):
        observations.read_events(tmp_path)
    with pytest.raises(UserError, match="There is no file or folder"):
        observations.read_events(tmp_path / "nowhere")


@pytest.mark.skipif("SAHEL_DATA" not in os.environ, reason="SAHEL_DATA names no folder of downloads")
def test_real_files_are_read():
    events = observations.read_events(os.environ["SAHEL_DATA"])
    assert len(events) > 0
    assert events.id.is_unique
    assert events.gid.between(1, 259_200).all()
    assert set(events.type) <= {1, 2, 3}
