"""`caseload.csv`: displaced people by admin-1 area, scenario, group and stretch of time, with codes and HXL tags.

Columns are named as in HDX HAPI where it has them; the second row holds tags of the Humanitarian Exchange Language (HXL
1.1). Simulated, and each row says so. A row is the number of people as its reference period ends:

    population                      mean over replicates
    population_low, population_high 5 and 95 % of the replicates: what a single course may come to
    additional, _low, _high         mean paired difference to the baseline, and the interval of that mean
    idps, refugees                  the population again, in the column that is of its group alone
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.files import atomic_path
from sim.results.brief.codes import area_name, code_of, country_name, country_of
from sim.results.brief.windows import Window, first_months, whole, years
from sim.results.integrity.hashes import reading
from sim.results.intervals import BAND
from sim.results.paired_differences import summarise
from sim.results.reading.export import check_sheet
from sim.results.reading.outcome_series import read_series
from sim.results.result_folder import Folder

FILE, SHEET = "caseload.csv", "caseload.xlsx"

#: column -> tag
TAGS = {
    "scenario": "#meta+scenario+code",
    "scenario_title": "#meta+scenario+name",
    "location_code": "#country+code",
    "location_name": "#country+name",
    "admin1_code": "#adm1+code",
    "admin1_code_system": "#meta+adm1_code_system",
    "admin1_name": "#adm1+name",
    "population_group": "#meta+population_group",
    "reference_period": "#meta+reference_period",
    "reference_period_start": "#date+start",
    "reference_period_end": "#date+end",
    "population": "#affected+displaced+mean",
    "population_low": "#affected+displaced+low",
    "population_high": "#affected+displaced+high",
    "idps": "#affected+idps",
    "refugees": "#affected+refugees",
    "additional": "#affected+additional+mean",
    "additional_low": "#affected+additional+low",
    "additional_high": "#affected+additional+high",
    "replicates": "#meta+replicates",
    "projection": "#meta+projection",
    "source": "#meta+source",
}
COLUMNS = tuple(TAGS)

#: monthly outcome of admin-1 areas -> population group as UNHCR and HAPI abbreviate it; "all": both together
GROUPS = {"idps_hosted": "IDP", "refugees_hosted": "REF", "displaced_hosted": "all"}
#: the column that is of one group alone
OWN_COLUMN = {"IDP": "idps", "REF": "refugees"}

NUMBERS = [f"{name}{end}" for name in ("population", "additional") for end in ("", "_low", "_high")]

SOURCE = "sahel-scenarios: simulated, compares scenarios, does not predict events"

#: with what a text begins that spreadsheets take for a formula
FORMULA = ("=", "+", "-", "@", "\t", "\r")

#: values read at a time
AT_ONCE = 40_000_000
#: persons below which an area outside the theatre has no row
SOMEBODY = 0.5


def caseload(found: Folder) -> pd.DataFrame:
    """The table, without the row of tags; no row where nothing was recorded by area."""
    pieces = [table for tables in _series(found) for table in _rows(found, tables)]
    if not pieces:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(pieces, ignore_index=True)
    for column in NUMBERS:  # whole persons, nothing where there is no number
        table[column] = pd.array(np.rint(table[column].to_numpy(dtype=float)), dtype="Float64").astype("Int64")
    for group, column in OWN_COLUMN.items():
        table[column] = table["population"].where(table["population_group"] == group)
    order = {name: at for at, name in enumerate(found.scenarios)}
    areas = {name: at for at, name in enumerate(_areas(found))}
    table = table.assign(first=table["scenario"].map(order), second=table["area"].map(areas))
    table = table.sort_values(["first", "second"], kind="stable")
    return table[list(COLUMNS)].reset_index(drop=True)


def _areas(found: Folder) -> list[str]:
    """Areas of which any of the groups was recorded, in the map's order."""
    recorded = {area for item in found.contents if GROUPS.keys() & item.units.keys() for area in item.places}
    return [str(name) for name in found.map.get("admin1_names", []) if name in recorded]


def _series(found: Folder) -> Iterator[dict[tuple[str, str], pd.DataFrame]]:
    """Series by (area, outcome), some areas at a time, so that memory does not grow with the replicates."""
    areas = _areas(found)
    dates = max((item.dates for item in found.contents if "displaced_hosted" in item.units), default=1)
    each = len(GROUPS) * len(found.scenarios) * max(1, found.replicates) * max(1, dates)
    step = max(1, AT_ONCE // each)
    for start in range(0, len(areas), step):
        wanted = {(area, outcome) for area in areas[start : start + step] for outcome in GROUPS}
        with reading(found.path):
            yield read_series(found.table("outcomes.parquet"), wanted, found.scenarios)


def _rows(found: Folder, tables: dict[tuple[str, str], pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Rows of the series of some areas: all areas of one outcome and the same dates at a time."""
    theatre = {code for code, inside in zip(found.map["countries"], found.map["theatre"]) if inside}
    together: dict[tuple, list[str]] = {}
    for (area, outcome), series in tables.items():
        if country_of(area) in theatre or float(series.to_numpy().max(initial=0.0)) >= SOMEBODY:
            about = (outcome, tuple(series.index), tuple(series.columns))
            together.setdefault(about, []).append(area)
    order = list(GROUPS)
    for (outcome, dates, columns), areas in sorted(together.items(), key=lambda item: order.index(item[0][0])):
        months = np.array(dates, dtype="datetime64[M]")
        every = np.stack([tables[area, outcome].to_numpy(dtype=float) for area in areas], axis=-1)  # (T, S R, areas)
        names = np.array([str(scenario) for scenario, _ in columns])
        values = {name: every[:, names == name] for name in found.scenarios if name in names}
        for scenario in values:
            yield _of_scenario(found, values, months, scenario, areas).assign(population_group=GROUPS[outcome])


def windows_of(found: Folder, scenario: str) -> list[Window]:
    """The reference periods of a scenario; the first months after its lever begins are not the baseline's."""
    first = first_months(found, scenario) if scenario != found.baseline else []
    return [*years(found), *first, whole(found)]


def _about(found: Folder, area: str) -> dict[str, str]:
    code, country = code_of(area, found.map), country_of(area)
    return {
        "location_code": country,
        "location_name": country_name(country, found.map),
        "admin1_code": code.code,
        "admin1_code_system": code.system,
        "admin1_name": area_name(area),
        "source": SOURCE,
    }


def _of_scenario(
    found: Folder, values: dict[str, np.ndarray], months: np.ndarray, scenario: str, areas: list[str]
) -> pd.DataFrame:
    """Numbers of areas in a scenario as each of its windows ends: `values` (T, R, areas) by scenario, `months` (T,).

    A window of which no month was recorded has no row.
    """
    windows = windows_of(found, scenario)
    at = np.searchsorted(months, [window.last_month for window in windows], side="right") - 1
    inside = [row >= 0 and months[row] >= window.first.astype("datetime64[M]") for row, window in zip(at, windows)]
    windows, at = [window for window, here in zip(windows, inside) if here], at[inside]
    own = np.moveaxis(values[scenario][at], 1, 0)  # (R, windows, areas)
    low, high = np.quantile(own, BAND, axis=0) if len(own) > 1 else np.full((2, *own.shape[1:]), np.nan)
    result = dict.fromkeys(("difference", "low", "high"), np.full(own.shape[1:], np.nan))
    if scenario != found.baseline and found.baseline in values:
        result = summarise(own, np.moveaxis(values[found.baseline][at], 1, 0))
    beyond = found.projection_from
    each, count = len(windows), len(areas)
    numbers = {"population": own.mean(axis=0), "population_low": low, "population_high": high}
    numbers |= {"additional": result["difference"], "additional_low": result["low"], "additional_high": result["high"]}
    about = pd.DataFrame([_about(found, area) for area in areas]).loc[np.repeat(np.arange(count), each)]
    table = pd.DataFrame({name: grid.T.ravel() for name, grid in numbers.items()})
    table = table.assign(**{name: about[name].to_numpy() for name in about}, area=np.repeat(areas, each))
    return table.assign(
        scenario=scenario,
        scenario_title=found.title(scenario),
        reference_period=np.tile([window.name for window in windows], count),
        reference_period_start=np.tile([str(window.first) for window in windows], count),
        reference_period_end=np.tile([str(window.last) for window in windows], count),
        projection=np.tile(
            ["yes" if beyond is not None and window.last >= beyond else "no" for window in windows], count
        ),
        replicates=len(own),
    )


# ---------------------------------------------------------------------------- files


def write_caseload(found: Folder) -> Path:
    """Write caseload.csv into the folder: names of columns, tags, rows."""
    path = found.path / FILE
    with atomic_path(path) as temporary:
        table = tagged(caseload(found))
        table["scenario_title"] = [plain_text(title) for title in table["scenario_title"]]
        table.to_csv(temporary, index=False, lineterminator="\n")
    return path


def plain_text(title: str) -> str:
    """A title that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it."""
    return f"'{title}" if title.startswith(FORMULA) else title


def tagged(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the row of tags first; numbers as whole numbers, nothing for what is missing."""
    plain = table.astype(object).where(table.notna(), "")
    return pd.concat([pd.DataFrame([TAGS]), plain], ignore_index=True)


def write_sheet(found: Folder) -> Path:
    """Write the same as a sheet of Excel; `UserError` with one sentence where the package for it is missing."""
    table = caseload(found)
    check_sheet(len(table) + 1)
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("caseload")
    sheet.freeze_panes = "A3"
    sheet.append(list(COLUMNS))
    for row in tagged(table).itertuples(index=False):
        cells = [WriteOnlyCell(sheet, None if value == "" else value) for value in row]
        for cell in cells:
            if cell.data_type == "f":  # a title that begins with "="
                cell.data_type = "s"
        sheet.append(cells)
    with atomic_path(found.path / SHEET) as temporary:
        book.save(temporary)
    return found.path / SHEET
