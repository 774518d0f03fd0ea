"""What was observed: deaths by country and year, displaced people, and event files in UCDP GED's format.

The figures in `sim/observed/` are plain facts, each row with its source:

- `deaths.csv`: best estimates of deaths by country, year and type, of UCDP v25.1 (CC BY 4.0; Sundberg and Melander 2013;
  Davies, Pettersson, Sollenberg and Öberg 2025). One-sided deaths are split by perpetrator; those of unknown perpetrators
  are in the total only.
- `displaced.csv`: IDPs at the end of the year and newly displaced (IDMC), refugees and asylum-seekers by origin and
  country of asylum at the end of the year (UNHCR). Notes say where a figure is provisional or covers another conflict too.

Events are not part of the project: `read_events` reads a folder of the user's own downloads.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.errors import UserError

OBSERVED = Path(__file__).parent / "observed"

THEATRE = ("MLI", "BFA", "NER")

YEARS = range(2012, 2023)

TYPES = ("state_based", "non_state", "one_sided")

#: what a column of events is called in GED's versions: name here -> names there, the first that is present counts
GED_COLUMNS = {
    "id": ("id",),
    "type": ("type_of_violence_code", "type_of_violence"),
    "date": ("date_start",),
    "gid": ("priogrid_gid",),
    "deaths": ("best", "best_death", "best_est"),
}

GED_OPTIONAL = {
    "country": ("country", "iso3"),
    "side_a": ("side_a",),
    "side_b": ("side_b",),
    "civilians": ("deaths_civilians",),
    "where_precision": ("where_prec",),
}


@cache
def deaths() -> pd.DataFrame:
    """Observed deaths: country, year, state_based, non_state, one_sided and its parts by perpetrator."""
    return pd.read_csv(OBSERVED / "deaths.csv")


@cache
def displaced() -> pd.DataFrame:
    """Observed displacement: measure (idps, refugees, newly_displaced), origin, place, year, persons."""
    return pd.read_csv(OBSERVED / "displaced.csv", keep_default_na=False, dtype={"year": int, "persons": int})


def deaths_of(country: str, kind: str, years=YEARS) -> int:
    """Observed deaths of a kind in a country, added up over years; "all" adds the three types."""
    table = deaths()
    rows = table[(table.country == country) & table.year.isin(list(years))]
    return int(rows[list(TYPES)].to_numpy().sum() if kind == "all" else rows[kind].sum())


def persons(measure: str, place: str, year: int, origin: str | None = None) -> int | None:
    """An observed number of displaced people, or None where there is none."""
    table = displaced()
    rows = table[(table.measure == measure) & (table.place == place) & (table.year == year)]
    if origin is not None:
        rows = rows[rows.origin == origin]
    return int(rows.persons.iloc[0]) if len(rows) else None


# ---------------------------------------------------------------------------- events


def read_events(path: str | Path) -> pd.DataFrame:
    """Events in GED's format from a CSV file, or from all CSV files of a folder that hold such events.

    Returns one row per event: id, gid, month (datetime64, its first day), type (1 state-based, 2 non-state,
    3 one-sided), deaths (best estimate), and what else is there of country, side_a, side_b, civilians, where_precision.
    An event is counted in the month it began. Where files overlap, the last by name wins.
    """
    path = Path(path).expanduser()
    if path.is_file():
        return _tidy(_read(path), path)
    if not path.is_dir():
        raise UserError(f"There is no file or folder '{path}' to read events from.")
    found = [_tidy(_read(file), file) for file in sorted(path.glob("*.csv")) if not _missing(_header(file))]
    if not found:
        wanted = ", ".join(names[0] for names in GED_COLUMNS.values())
        raise UserError(f"No CSV file in '{path}' holds events in UCDP GED's format (columns {wanted}).")
    events = pd.concat(found, ignore_index=True).drop_duplicates("id", keep="last")
    return events.sort_values(["month", "id"], ignore_index=True)


def _header(file: Path) -> list[str]:
    try:
        return list(pd.read_csv(file, nrows=0, encoding="utf-8").columns)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        return []


def _missing(header: list[str]) -> list[str]:
    """Columns (as GED calls them) that a file lacks."""
    return [names[0] for names in GED_COLUMNS.values() if not set(names) & set(header)]


def _read(file: Path) -> pd.DataFrame:
    missing = _missing(_header(file))
    if missing:
        raise UserError(f"{file} is not a file of events in UCDP GED's format: it lacks the column '{missing[0]}'.")
    try:
        return pd.read_csv(file, encoding="utf-8", low_memory=False)
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read as a table: {' '.join(str(error).split())}.") from None


def _tidy(table: pd.DataFrame, file: Path) -> pd.DataFrame:
    """GED's columns under their names here, checked."""
    names = {here: next(n for n in there if n in table) for here, there in GED_COLUMNS.items()}
    names |= {here: n for here, there in GED_OPTIONAL.items() for n in there if n in table}
    out = pd.DataFrame({"id": [_text_id(value) for value in table[names["id"]]]})
    for key in ("gid", "type", "deaths"):
        out[key] = _whole(table[names[key]], names[key], file)
    wrong = ~out["type"].isin([1, 2, 3])
    if wrong.any():
        raise UserError(f"{_line(file, wrong)}: {names['type']} must be 1, 2 or 3, not {out['type'][wrong].iloc[0]}.")
    dates = pd.to_datetime(table[names["date"]], errors="coerce", format="mixed")
    if dates.isna().any():
        raise UserError(f"{_line(file, dates.isna())}: {names['date']} is not a date.")
    out["month"] = dates.dt.to_period("M").dt.to_timestamp().astype("datetime64[s]")
    for key in set(names) - set(GED_COLUMNS):
        out[key] = table[names[key]].to_numpy()
    order = ["id", "gid", "month", "type", "deaths", *(key for key in GED_OPTIONAL if key in names)]
    return out[order]


def _text_id(value) -> str:
    """An event's id as text; 256789.0 and 256789 are one."""
    text = str(value)
    return text[:-2] if text.endswith(".0") else text


def _whole(values: pd.Series, name: str, file: Path) -> np.ndarray:
    """A column as whole numbers that are not negative."""
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = numbers.isna() | (numbers < 0) | (numbers % 1 != 0)
    if wrong.any():
        raise UserError(f"{_line(file, wrong)}: {name} must be a whole number, not '{values[wrong].iloc[0]}'.")
    return numbers.to_numpy(dtype=np.int64)


def _line(file: Path, wrong: pd.Series) -> str:
    """Where the first wrong row of a file is."""
    return f"{file}, line {int(np.flatnonzero(wrong.to_numpy())[0]) + 2}"
