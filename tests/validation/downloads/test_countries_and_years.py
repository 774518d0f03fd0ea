"""Deaths by country and year or month, IDPs and refugees, in each of the forms in which they are published."""

import numpy as np
import pytest

from sim.validation.downloads import read_observed

YEARS = """country_id_cy,country_cy,year_cy,region_cy,sb_total_deaths_best_cy,\
sb_total_deaths_high_cy,sb_total_deaths_low_cy,ns_total_deaths_best_cy,os_any_govt_killings_best_cy,os_nsgroup_killings_best_cy,os_total_deaths_best_cy,version
432,Mali,2021,Africa,726,800,700,345,100,110,216,24.1
432,Mali,2022,Africa,-5,800,700,345,100,110,216,24.1
439,Burkina Faso,2021,Africa,991,1000,990,82,30,355,385,24.1
645,Iraq,2021,Middle East,1,1,1,1,1,1,1,24.1
"""


def test_country_years(tmp_path):
    (tmp_path / "organizedviolencecy.csv").write_text(YEARS)
    found = read_observed(tmp_path)
    deaths = found.deaths_country_year.deaths_by_year
    assert deaths.sel(country="MLI", year=2021).to_series().to_dict() == {
        "state_based": 726,
        "non_state": 345,
        "one_sided": 216,
        "one_sided_government": 100,
        "one_sided_non_state": 110,
    }
    assert found.deaths_country_year.deaths_by_year_high.sel(country="BFA", year=2021, kind="state_based") == 1000
    assert np.isnan(found.deaths_country_year.deaths_by_year_high.sel(country="BFA", year=2021, kind="non_state"))
    row = found.summary().iloc[0]
    assert (row.version, row.rows, row.reasons) == ("24.1", 2, {"negative dead": 1, "outside the region": 1})
    assert found.left_out.line.tolist() == [3]


def test_country_months(tmp_path):
    (tmp_path / "months.csv").write_text(
        "iso3,year,month,fatalities,population\nMLI,2021,1,5.0,9\nMLI,2021,3,7.0,9\nMLI,2021,13,1,9\nMLI,21,2,1,9\n"
    )
    found = read_observed(tmp_path)
    months = found.deaths_country_month.deaths_by_month.sel(country="MLI")
    assert months.sizes["month"] == 3
    assert months.sel(month="2021-03-01") == 7
    assert np.isnan(months.sel(month="2021-02-01"))  # missing is missing, not zero
    assert found.left_out.told.tolist() == ["is not a month", "is not a year"]


@pytest.mark.parametrize(
    "header",
    [
        "iso3,country_name,year,new_displacement,new_displacement_rounded,total_displacement,total_displacement_rounded",
        "ISO3,Country / Territory,Year,Conflict Internal Displacements raw,Conflict Internal Displacements,"
        "Conflict Total number of IDPs raw,Conflict Total number of IDPs",
        "ISO3,Name,Year,Conflict Internal Displacements (Raw),Conflict Internal Displacements,"
        "Conflict Stock Displacement (Raw),Conflict Stock Displacement",
    ],
)
def test_idmc(tmp_path, header):
    tags = "#country+code,#country+name,#date+year,#affected,#affected,#affected,#affected\n"
    rows = 'BFA,Burkina Faso,2022,437512,438000,1881907,"1,882,000"\nBFA,Burkina Faso,2021,,,1579976,1580000\n'
    rows += "BFA,Burkina Faso,2020,,,,\nAFG,Afghanistan,2021,1,1,1,1\nMLI,Mali,2021,-3,0,1,1\nMLI,Mali,2022,3,-1,1,1\n"
    (tmp_path / "idmc.csv").write_text(f"{header}\n{tags}{rows}")
    found = read_observed(tmp_path)
    idps = found.idps.sel(register="IDMC", country="BFA")
    assert idps.idps.to_series().to_dict() == {2021: 1_580_000, 2022: 1_882_000}  # the rounded, which IDMC publishes
    assert idps.newly_displaced.sel(year=2022) == 438_000
    assert np.isnan(idps.newly_displaced.sel(year=2021))
    reasons = found.summary().reasons[0]
    assert reasons == {"negative persons": 1, "outside the region": 1, "no figure": 1}
    assert found.left_out.line.tolist() == [8]


def test_idmc_stock_of_the_year_and_flow_may_lie_in_two_files(tmp_path):
    (tmp_path / "a.csv").write_text("year,iso3,country,idp_stock_conflict_end_year\n2021,MLI,Mali,326000\n")
    (tmp_path / "b.csv").write_text("iso3,year,new_displacement\nMLI,2021,249000\n")
    data = read_observed(tmp_path).idps.sel(register="IDMC", country="MLI", year=2021)
    assert (data.idps, data.newly_displaced) == (326_000, 249_000)


def test_idmc_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "README"
    book.active.append(["This sheet says what the figures are."])
    sheet = book.create_sheet("1_Displacement_data")
    sheet.append(["ISO3", "Name", "Year", "Conflict Stock Displacement", "Conflict Internal Displacements"])
    sheet.append(["MLI", "Mali", 2021, 326000, 249000])
    sheet.append(["MLI", "Mali", 2022, "many", 154000])
    book.save(tmp_path / "IDMC_Internal_Displacement.xlsx")
    found = read_observed(tmp_path)
    assert found.idps.idps.sel(register="IDMC", country="MLI", year=2021) == 326_000
    assert found.left_out[["line", "value"]].to_numpy().tolist() == [[3, "many"]]


def test_displaced_by_disasters_are_not_taken_for_displaced_by_conflict(tmp_path):
    (tmp_path / "d.csv").write_text(
        "iso3,country_name,year,event_name,new_displacement,total_displacement,hazard_type_name\nMLI,Mali,2021,f,1,1,Flood\n"
    )
    found = read_observed(tmp_path)
    assert not found.parts
    assert "never has the column 'hazard_type_name'" in found.skipped[0].why


UNHCR = {
    "api": "year,coo_iso,coo_name,coa_iso,coa_name,refugees,asylum_seekers,returned_refugees,idps,returned_idps,"
    "ooc,oip",
    "finder": "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    "Refugees under UNHCR's mandate,Asylum-seekers,Returned refugees,IDPs of concern to UNHCR,Returned IDPss,"
    "Others of concern,Other people in need of international protection",
}


def unhcr_row(form, origin, asylum, *values):
    names = {"MLI": "Mali", "NER": "Niger", "SYR": "Syrian Arab Rep.", "DEU": "Germany", "-": "-"}
    pairs = [(code, names[code]) if form == "api" else (names[code], code) for code in (origin, asylum)]
    return ",".join(["2021", *pairs[0], *pairs[1], *values])


@pytest.mark.parametrize("form", UNHCR)
def test_unhcr(tmp_path, form):
    rows = [
        unhcr_row(form, "MLI", "NER", "61490", "95", "122", "0", "0", "0", "-"),
        unhcr_row(form, "MLI", "MLI", "0", "0", "0", "350110", "76926", "0", "-"),
        unhcr_row(form, "SYR", "DEU", "1", "1", "0", "0", "0", "0", "-"),
        unhcr_row(form, "-", "NER", "1", "1", "0", "0", "0", "0", "-"),
        unhcr_row(form, "NER", "MLI", "-7", "*", "0", "0", "0", "0", "-"),
    ]
    (tmp_path / "population.csv").write_text("\n".join([UNHCR[form], *rows]) + "\n")
    found = read_observed(tmp_path)
    pair = found.refugees.sel(origin="MLI", country="NER", year=2021)
    assert (pair.refugees, pair.asylum_seekers, pair.returned_refugees) == (61_490, 95, 122)
    assert np.isnan(pair.others_in_need)
    assert found.idps.idps.sel(register="UNHCR", country="MLI", year=2021) == 350_110
    reasons = found.summary().reasons[0]
    assert reasons == {"negative persons": 1, "outside the region": 1, "sum of other rows": 1}


def test_unhcr_with_a_row_for_each_group(tmp_path):
    (tmp_path / "p.csv").write_text(
        "Year,Country of Origin Code,Country of Asylum Code,Country of Origin Name,Country of Asylum Name,"
        "Population Type,Population\n2021,MLI,NER,Mali,Niger,REF,61490\n2021,MLI,NER,Mali,Niger,ASY,95\n"
        "2021,MLI,NER,Mali,Niger,STA,4\n"
    )
    found = read_observed(tmp_path)
    pair = found.refugees.sel(origin="MLI", country="NER", year=2021)
    assert (pair.refugees, pair.asylum_seekers) == (61_490, 95)
    assert found.summary().rows[0] == 2
