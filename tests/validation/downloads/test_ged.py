"""GED's events come out under the model's names; every faulty row is told with its line and why."""

import zipfile

import numpy as np
import pandas as pd
import pytest

from sim.validation.downloads import read_observed
from sim.validation.downloads.events import known_to_place
from tests.validation.downloads.hand_written import GED_COLUMNS, GED_ROWS, ged_text, text_of


def test_events_have_the_models_names(tmp_path):
    (tmp_path / "GEDEvent_v23_1.csv").write_text(ged_text())
    found = read_observed(tmp_path)
    events = found.events.set_index("id")
    assert list(events.index) == ["11", "12", "13"]
    assert list(events.gid) == [150112, 150112, 150119]
    assert list(events.country) == ["MLI", "MLI", "BFA"]
    assert list(events.admin1) == ["MLI.Mopti", "MLI.Mopti", "BFA.Sahel"]
    assert list(events.type) == ["state_based", "one_sided", "non_state"]
    assert list(events.perpetrator) == ["", "government", ""]
    assert list(events.actor_a) == ["mali_army", "mali_army", "jnim"]
    assert list(events.actor_b) == ["jnim", "", ""]  # IS is one side to UCDP, here and at Lake Chad
    assert list(events.deaths_best) == [3, 7, 4]
    assert list(events.deaths_low) == [2, 7, 4]
    assert list(events.deaths_high) == [5, 9, 4]
    assert list(events.civilians) == [0, 7, 2]
    assert events.date["11"] == pd.Timestamp("2020-01-31")
    assert list(known_to_place(found.events).id) == ["11", "13"]
    summary = found.summary().iloc[0]
    assert (summary.version, summary.rows, summary.left_out, summary.reasons) == ("23.1", 3, 0, {})
    assert (summary.period, summary.countries) == ("2020-01-31 to 2020-02-20", ["BFA", "MLI"])


def test_cells_and_months_add_up(tmp_path):
    (tmp_path / "ged.csv").write_text(ged_text())
    data = read_observed(tmp_path).cell_month.sel(record="UCDP GED")
    assert dict(data.sizes) == {"type": 3, "gid": 2, "month": 2}
    assert data.deaths.sum() == 14
    assert data.deaths.sel(type="one_sided", gid=150112, month="2020-02-01") == 7
    assert data.deaths.sel(type="one_sided", gid=150112, month="2020-01-01") == 0  # covered, and nothing happened
    assert data.deaths_to_place.sum() == 7
    assert data.events_to_place.sum() == 2
    assert data.deaths_one_sided_government.sum() == 7
    assert data.deaths_one_sided_other.sum() == 0
    assert float(data.latitude.sel(gid=150112)) == 14.25


@pytest.mark.parametrize(
    "renamed",
    [
        {},
        {"priogrid_gid": "priogrid"},
        {"best": "best_est", "low": "low_est", "high": "high_est"},
        {"best": "best_death", "low": "low_death", "high": "high_death", "type_of_violence": "type_of_violence_code"},
        {"id": "ID", "date_start": "Date_Start"},
    ],
)
def test_variants_of_columns_are_one(tmp_path, renamed):
    rows = [{renamed.get(name, name): value for name, value in row.items()} for row in GED_ROWS]
    (tmp_path / "any.csv").write_text(ged_text(rows, [renamed.get(name, name) for name in GED_COLUMNS]))
    events = read_observed(tmp_path).events
    assert list(events.gid) == [150112, 150112, 150119]
    assert list(events.deaths_best) == [3, 7, 4]
    assert list(events.deaths_high) == [5, 9, 4]


def test_a_file_with_numbers_and_words_for_the_type_takes_the_numbers(tmp_path):
    rows = [
        row | {"type_of_violence_code": row["type_of_violence"], "type_of_violence": "State-based violence"}
        for row in GED_ROWS
    ]
    (tmp_path / "any.csv").write_text(ged_text(rows, [*GED_COLUMNS, "type_of_violence_code"]))
    assert list(read_observed(tmp_path).events.type) == ["state_based", "one_sided", "non_state"]


def test_cells_follow_from_coordinates_where_the_file_has_none(tmp_path):
    columns = [name for name in GED_COLUMNS if name not in ("priogrid_gid", "deaths_civilians", "where_prec")]
    rows = [{name: row[name] for name in row if name in columns} for row in GED_ROWS]
    (tmp_path / "any.csv").write_text(text_of(columns, rows))
    found = read_observed(tmp_path)
    assert list(found.events.gid) == [150112, 150112, 150119]
    assert found.events.where_prec.isna().all()
    assert known_to_place(found.events).empty
    assert len(known_to_place(found.events, unsaid=True)) == 3
    # one-sided violence kills civilians by definition; of the others nothing is said
    assert found.events.civilians[1] == 7
    assert found.events.civilians[[0, 2]].isna().all()
    months = found.cell_month.sel(record="UCDP GED", gid=150112)
    assert np.isnan(months.civilians.sel(type="state_based", month="2020-01-01"))
    assert np.isnan(months.events_to_place.sel(type="state_based", month="2020-01-01"))


def test_the_zip_that_ucdp_ships_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "ged211-csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ged211.csv", "\ufeff" + ged_text())
        archive.writestr("readme.txt", "")
    found = read_observed(tmp_path)
    assert list(found.events.id) == ["11", "12", "13"]
    assert found.summary().version[0] == "21.1"
    assert found.events.file.unique() == ["ged211-csv.zip/ged211.csv"]


@pytest.mark.parametrize(
    ("column", "value", "reason", "told"),
    [
        ("date_start", "2020-13-45", "bad date", "is not a date"),
        ("date_start", "31.01.2020", "bad date", "is not a date"),
        ("date_start", "03/04/2020", "bad date", "is not a date"),  # March or April?
        ("latitude", "99", "coordinate off the map", "is no latitude"),
        ("longitude", "-181", "coordinate off the map", "is no longitude"),
        ("longitude", "abc", "coordinate off the map", "is no longitude"),
        ("priogrid_gid", "300000", "coordinate off the map", "is no cell of PRIO-GRID"),
        ("priogrid_gid", "150119", "cell and coordinate differ", "is not the cell of the coordinate"),
        ("best", "-1", "negative dead", "must be a whole number that is not negative"),
        ("low", "-3", "negative dead", "must be a whole number that is not negative"),
        ("best", "", "not a number", "must be a whole number"),
        ("best", "inf", "not a number", "must be a whole number"),
        ("best", "1e999", "not a number", "must be a whole number"),
        ("best", "2.5", "not a whole number", "must be a whole number"),
        ("best", "99999999", "too many dead", "is more than 10,000,000"),
        ("type_of_violence", "4", "unknown type", "must be 1, 2 or 3"),
        ("where_prec", "9", "unknown precision", "must be 1 to 7"),
        ("id", "", "no id", "is empty"),
    ],
)
def test_a_faulty_row_is_told_and_the_others_stay(tmp_path, column, value, reason, told):
    rows = [dict(row) for row in GED_ROWS]
    rows[1][column] = value
    (tmp_path / "ged.csv").write_text(ged_text(rows))
    found = read_observed(tmp_path)
    assert list(found.events.id) == ["11", "13"]
    assert found.left_out.to_dict("records") == [
        {"file": "ged.csv", "line": 3, "column": column, "value": value, "reason": reason, "told": told}
    ]
    assert found.summary().reasons[0] == {reason: 1}


def test_an_event_of_mali_must_lie_in_mali(tmp_path):
    rows = [dict(row) for row in GED_ROWS]
    rows[0] |= {"latitude": "0", "longitude": "0", "priogrid_gid": "129961"}
    (tmp_path / "ged.csv").write_text(ged_text(rows))
    found = read_observed(tmp_path)
    assert found.left_out.reason.tolist() == ["coordinate off the map"]
    assert found.left_out.told.tolist() == ["is no place of MLI on the map"]
    assert found.left_out.value.tolist() == ["0 0"]


def test_events_elsewhere_are_counted_and_are_no_fault(tmp_path):
    kabul = {"country": "Afghanistan", "latitude": "34.5", "longitude": "69.2", "priogrid_gid": "179059", "id": "14"}
    (tmp_path / "ged.csv").write_text(ged_text([*GED_ROWS, GED_ROWS[0] | kabul]))
    found = read_observed(tmp_path)
    assert len(found.events) == 3
    assert found.left_out.empty
    assert found.summary().reasons[0] == {"outside the region": 1}


def test_the_newer_version_of_an_event_counts(tmp_path):
    changed = [GED_ROWS[0] | {"best": "4"}]
    (tmp_path / "a_GEDEvent_v23_1.csv").write_text(ged_text(changed))
    (tmp_path / "b_GEDEvent_v21_1.csv").write_text(ged_text([*GED_ROWS, GED_ROWS[2]]))
    found = read_observed(tmp_path)
    assert found.events.set_index("id").deaths_best.to_dict() == {"11": 4, "12": 7, "13": 4}
    rows = found.summary().set_index("version")
    assert rows.reasons["21.1"] == {"the same again": 1, "in another file, too": 1}
    assert rows.rows.to_dict() == {"23.1": 1, "21.1": 2}
