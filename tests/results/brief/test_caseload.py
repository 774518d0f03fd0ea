"""caseload.csv: its numbers are the outcomes', its codes those of the area, its tags are HXL."""

import csv
import re
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from sim.cli.main import main
from sim.core.errors import UserError
from sim.results.brief import caseload, codes
from tests.results.brief.folders import AREAS, TITLE


@pytest.fixture(scope="module")
def table(folder):
    return pd.read_csv(folder.path / caseload.FILE, skiprows=[1], keep_default_na=False, dtype=str)


def assert_one(table, **wanted):
    found = table
    for key, value in wanted.items():
        found = found[found[key] == value]
    assert len(found) == 1
    return found.iloc[0]


def test_numbers_are_those_of_the_outcomes(folder, table):
    own = folder.outcome("idps_hosted", "MLI.Mopti", "restraint").sel(date="2022-12-01").to_numpy()
    base = folder.outcome("idps_hosted", "MLI.Mopti", "history").sel(date="2022-12-01").to_numpy()
    row = assert_one(table, scenario="restraint", admin1_code="ML05", population_group="IDP", reference_period="2022")
    assert int(row["population"]) == np.rint(own.mean())
    spread = [int(row["population_low"]), int(row["population_high"])]
    assert spread == np.rint(np.quantile(own, [0.05, 0.95])).tolist()
    assert int(row["additional"]) == np.rint((own - base).mean())
    assert int(row["additional_low"]) < int(row["additional"]) < int(row["additional_high"])
    assert row["idps"] == row["population"]
    assert row["refugees"] == ""
    assert (row["reference_period_start"], row["reference_period_end"]) == ("2022-01-01", "2022-12-31")
    about = {"scenario": "restraint", "admin1_code": "ML05", "reference_period": "2022"}
    refugees, every = (
        int(assert_one(table, **about, population_group=group)["population"]) for group in ("REF", "all")
    )
    assert every == pytest.approx(int(row["population"]) + refugees, abs=1)


def test_codes_and_their_systems(table):
    about = table.set_index("admin1_name")[["admin1_code", "admin1_code_system"]].drop_duplicates().T
    assert about["Diffa"].tolist() == ["NE002", "P-code"]
    assert about["Taoudenit"].tolist() == ["ML-10", "ISO 3166-2"]  # no P-code in the edition of ten regions
    assert about["Upper East"].tolist() == ["GH-UE", "ISO 3166-2"]
    assert "Liberia" not in about  # nobody is there, and it is outside the theatre
    assert codes.code_of("LBR.Liberia", {}).system == codes.NO_CODE
    assert codes.code_of("MLI.Mopti", {"fictional": True}).code == ""  # a made-up country has none, whatever its names


def test_every_code_is_of_its_state_and_none_is_there_twice():
    every = codes.area_codes()
    assert len({item.code for item in every.values()}) == len(every)
    form = {"P-code": r"(ML|BF)\d\d|NE\d{3}", "ISO 3166-2": r"[A-Z]{2}-[A-Z0-9]{1,3}"}
    assert all(re.fullmatch(form[item.system], item.code) for item in every.values())
    assert sum(item.system == "P-code" for item in every.values()) == 31


def test_the_baseline_stands_beside_nothing(table):
    assert set(table.loc[table["scenario"] == "history", "additional"]) == {""}
    assert "first_3_months" not in set(table.loc[table["scenario"] == "history", "reference_period"])


def test_tags_are_those_of_the_standard():
    """A hashtag and attributes as HXL 1.1 forms them; hashtags of its core; a tag for every column, none twice."""
    core = {"#meta", "#country", "#adm1", "#date", "#affected"}
    for tag in caseload.TAGS.values():
        assert re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", tag)
        assert tag.split("+")[0] in core
    assert len(set(caseload.TAGS.values())) == len(caseload.COLUMNS)


if find_spec("hxl"):  # where libhxl is not installed its rules are checked above: no test is skipped

    def test_libhxl_reads_and_accepts_it(folder):
        import hxl

        options = hxl.InputOptions(allow_local=True)

        def data():
            return hxl.data(str(folder.path / caseload.FILE), options)

        assert data().headers == list(caseload.COLUMNS)
        assert data().display_tags == [column.display_tag for column in data().columns]
        assert [column.display_tag for column in data().columns] == list(caseload.TAGS.values())
        schema = [["#valid_tag", "#valid_required", "#valid_datatype"]]
        schema += [["#adm1+name", "true", ""], ["#date+start", "true", "date"], ["#date+end", "true", "date"]]
        schema += [["#affected+displaced+mean", "true", "number"], ["#affected+idps", "", "number"]]
        schema += [["#country+code", "true", ""]]
        problems = []
        assert hxl.schema(hxl.data(schema), callback=problems.append).validate(data())
        assert problems == []
        rows = list(data())
        idps = [row for row in rows if row.get("#affected+idps")]
        assert len(idps) == sum(row.get("#meta+population_group") == "IDP" for row in rows) > 0
        wrong = [list(caseload.TAGS.values()), ["x"] * len(caseload.TAGS)]  # the check can fail
        assert not hxl.schema(hxl.data(schema), callback=lambda _: None).validate(hxl.data(wrong))


def test_a_title_is_no_formula(folder):
    with open(folder.path / caseload.FILE, encoding="utf-8", newline="") as file:
        titles = {row["scenario_title"] for row in csv.DictReader(file)}
    assert f"'{TITLE}" in titles
    assert TITLE not in titles


def test_the_sheet_holds_the_same(folder, table):
    openpyxl = pytest.importorskip("openpyxl")
    assert main(["caseload", str(folder.path), "format=xlsx"]) == 0
    rows = list(openpyxl.load_workbook(folder.path / caseload.SHEET).active.iter_rows())
    assert [cell.value for cell in rows[0]] == list(caseload.COLUMNS)
    assert [cell.value for cell in rows[1]] == list(caseload.TAGS.values())
    assert len(rows) == len(table) + 2
    at = caseload.COLUMNS.index("population")
    assert [row[at].value for row in rows[2:]] == table["population"].astype(int).tolist()
    titles = {row[1].data_type for row in rows[2:] if row[1].value == TITLE}
    assert titles == {"s"}


def test_without_the_package_for_sheets_one_sentence(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(UserError, match="need the package openpyxl"):
        caseload.write_sheet(folder)


def test_the_command_writes_it_anew_and_the_folder_stays_whole(folder):
    path = folder.path / caseload.FILE
    before = path.read_bytes()
    path.write_bytes(b"")
    assert main(["caseload", str(folder.path)]) == 0
    assert path.read_bytes() == before
    assert main(["check", str(folder.path)]) == 0


def test_areas_of_the_test_are_in_the_map(folder):
    assert set(folder.map["admin1_names"]) == set(AREAS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["caseload"], "Say which folder"),
        (["caseload", "FOLDER", "format=ods"], "no format 'ods'"),
        (["brief", "FOLDER", "langage=fr"], "the nearest is 'language'"),
        (["brief", "FOLDER", "language=de"], "no language 'de'"),
    ],
)
def test_slips_get_one_sentence(folder, capsys, words, sentence):
    assert main([str(folder.path) if word == "FOLDER" else word for word in words]) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1
