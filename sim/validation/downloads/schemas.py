"""What the values of a file must be, as pandera schemas, and the sorting of rows into good ones and those left out.

The schema of a file is made of the columns that it has. Its checks look at the text as it stands in the file, so that a
row that is left out can be shown as it is. Each check has a short name (what is counted) and half a sentence
(what is told).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.core.errors import UserError
from sim.validation.downloads.files import HOW_TO_INSTALL
from sim.validation.downloads.kinds import Kind
from sim.validation.downloads.values import FIRST_YEAR, LAST_YEAR, dates, is_empty, numbers

if TYPE_CHECKING:
    from types import ModuleType

MOST_DEAD = 10_000_000  # in one event, month or year of a country
MOST_PERSONS = 1_000_000_000
CELLS = 259_200  # of PRIO-GRID
SHOWN = 60  # characters of a value that are told

#: columns of the table of what was left out
LEFT_OUT = ("file", "line", "column", "value", "reason", "told")


@dataclass(frozen=True)
class Rule:
    """A check of a column of texts: what is counted, what is told, and which values pass."""

    reason: str
    told: str
    passes: Callable[[pd.Series], pd.Series]


def _number(values: pd.Series) -> pd.Series:
    return numbers(values).notna()


def _optional(rule: Callable[[pd.Series], pd.Series]) -> Callable[[pd.Series], pd.Series]:
    return lambda values: is_empty(values) | rule(values)


def _within(low: float, high: float) -> Callable[[pd.Series], pd.Series]:
    """Numbers from `low` to `high`; what is no number is for another rule to tell."""
    return lambda values: numbers(values).between(low, high) | numbers(values).isna()


def _whole(values: pd.Series) -> pd.Series:
    found = numbers(values)
    return (found % 1 == 0) | found.isna()


def _at_least_zero(values: pd.Series) -> pd.Series:
    return ~(numbers(values) < 0)


NEGATIVE = Rule("negative dead", "must be a whole number that is not negative", _at_least_zero)
DEAD = (
    NEGATIVE,
    Rule("not a whole number", "must be a whole number", _whole),
    Rule("too many dead", f"is more than {MOST_DEAD:,}", lambda values: ~(numbers(values) > MOST_DEAD)),
)
PERSONS = (
    Rule("negative persons", "is less than zero", _at_least_zero),
    Rule("too many persons", f"is more than {MOST_PERSONS:,}", lambda values: ~(numbers(values) > MOST_PERSONS)),
)
MUST = Rule("not a number", "must be a whole number", _number)
MAY = Rule("not a number", "is neither a number nor left empty", _optional(_number))
OFF = "coordinate off the map"


def _code(*codes: int) -> Callable[[pd.Series], pd.Series]:
    return lambda values: is_empty(values) | numbers(values).isin(codes)


#: by name, what the values of a column must be
CHECKS: dict[str, tuple[Rule, ...]] = {
    "text": (),
    "id": (Rule("no id", "is empty", lambda values: ~is_empty(values)),),
    "day": (Rule("bad date", "is not a date", lambda values: dates(values, slashes=False).notna()),),
    "day_or_slashes": (Rule("bad date", "is not a date", lambda values: dates(values).notna()),),
    "violence": (Rule("unknown type", "must be 1, 2 or 3", lambda values: numbers(values).isin((1, 2, 3))),),
    "dead": (MUST, *DEAD),
    "dead_or_none": (MAY, *DEAD),
    "persons": (MAY, *PERSONS),
    "latitude": (Rule(OFF, "is no latitude", lambda values: _number(values) & _within(-90, 90)(values)),),
    "longitude": (Rule(OFF, "is no longitude", lambda values: _number(values) & _within(-180, 180)(values)),),
    "gid": (
        Rule("no cell", "must be a whole number", _number),
        Rule(OFF, "is no cell of PRIO-GRID", lambda values: _within(1, CELLS)(values) & _whole(values)),
    ),
    "where_prec": (Rule("unknown precision", "must be 1 to 7", _code(1, 2, 3, 4, 5, 6, 7)),),
    "geo_precision": (Rule("unknown precision", "must be 1, 2 or 3", _code(1, 2, 3)),),
    "year": (
        Rule(
            "bad date",
            "is not a year",
            lambda values: _number(values) & _within(FIRST_YEAR, LAST_YEAR)(values) & _whole(values),
        ),
    ),
    "month": (Rule("bad date", "is not a month", lambda values: numbers(values).isin(range(1, 13))),),
    "country": (Rule("no country", "is empty", lambda values: ~is_empty(values)),),
}


def pandera() -> ModuleType:
    """Return pandera for tables of pandas, or say how to come by it."""
    try:
        import pandera.pandas
    except ImportError:
        raise UserError(f"Reading downloads needs pandera, which is not there: {HOW_TO_INSTALL}.") from None
    return pandera.pandas


def schema_of(kind: Kind, names: list[str]) -> Any:
    """The pandera schema of a file of a kind that has the columns `names`; every check bears its rule's reason."""
    pa = pandera()
    columns = {}
    for column in kind.columns:
        if column.name in names:
            checks = [pa.Check(rule.passes, error=rule.reason, name=rule.told) for rule in CHECKS[column.check]]
            columns[column.name] = pa.Column(checks=checks, required=True)
    return pa.DataFrameSchema(columns, name=kind.name, strict=False)


def sort_rows(table: pd.DataFrame, kind: Kind, written: dict[str, str], file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that meet the schema, and one row of `LEFT_OUT` for each that does not.

    `written` gives the name that the file has for a column. A row with several faults is told with the first.
    """
    pa = pandera()
    names = [column.name for column in kind.columns if column.name in table]
    if table.empty:
        return table, nothing_left_out()
    try:
        schema_of(kind, names).validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        faults = errors.failure_cases
    else:
        return table, nothing_left_out()
    told = {(c.name, rule.reason): rule.told for c in kind.columns for rule in reversed(CHECKS[c.check])}
    faults = faults.assign(order=faults["column"].map({name: i for i, name in enumerate(names)}))
    first = faults.sort_values(["index", "order"], kind="stable").drop_duplicates("index")
    left = pd.DataFrame(
        {
            "file": file,
            "line": table["line"].loc[first["index"]].to_numpy(),
            "column": [written[name] for name in first["column"]],
            "value": [str(value)[:SHOWN] for value in first["failure_case"]],
            "reason": first["check"].to_numpy(),
            "told": [told[key] for key in zip(first["column"], first["check"])],
        }
    )
    return table.drop(index=first["index"]), left


def left_out(rows: pd.DataFrame, file: str, column: str, values: Any, reason: str, told: str) -> pd.DataFrame:
    """Rows of `LEFT_OUT` for rows that another rule than a schema's leaves out."""
    found = pd.DataFrame({"file": file, "line": rows["line"].to_numpy(), "column": column})
    texts = [str(value)[:SHOWN] for value in values] if not isinstance(values, str) else values
    return found.assign(value=texts, reason=reason, told=told)[list(LEFT_OUT)]


def fault(file: str, line: int, column: str, value: str, told: str) -> str:
    """Where a faulty row stands and what is wrong with it, in a sentence."""
    if not column:
        return f"{file}, line {line}: {told}."
    shown = f", not '{value}'" if told.startswith("must be") else f": '{value}'"
    return f"{file}, line {line}: {column} {told}{shown}."


def nothing_left_out() -> pd.DataFrame:
    """An empty table of `LEFT_OUT`."""
    return pd.DataFrame({name: pd.Series(dtype="int64" if name == "line" else object) for name in LEFT_OUT})
