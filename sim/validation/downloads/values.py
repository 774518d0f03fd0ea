"""Turns the text of files into dates and numbers. What cannot be turned comes out as missing; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps

import numpy as np
import pandas as pd

#: how files say that there is no value
EMPTY = frozenset({"", "-", "*", ".", "na", "n/a", "nan", "null", "none", "#n/a"})

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
THOUSANDS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"

#: forms of dates and how they are read; a day with slashes is day, month, year, as in ACLED's codebook
DATES = (
    (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", "%Y-%m-%d"),
    (r"[0-9]{1,2} [A-Za-z]{4,} [0-9]{4}", "%d %B %Y"),
    (r"[0-9]{1,2} [A-Za-z]{3} [0-9]{4}", "%d %b %Y"),
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", "%d/%m/%Y"),
)
FIRST_YEAR, LAST_YEAR = 1900, 2100


def distinct(change: Callable[[pd.Series], pd.Series]) -> Callable[[pd.Series], pd.Series]:
    """Let a change of texts look at each distinct text once: few of a million dates and counts differ."""

    @wraps(change)
    def each_once(values: pd.Series) -> pd.Series:
        codes, texts = pd.factorize(values.fillna("").astype(object))
        changed = change(pd.Series(texts, dtype=object))
        return pd.Series(changed.to_numpy()[codes], index=values.index, dtype=changed.dtype)

    return each_once


@distinct
def is_empty(values: pd.Series) -> pd.Series:
    """Whether each text says that there is no value."""
    return values.str.lower().isin(EMPTY)


@distinct
def numbers(values: pd.Series) -> pd.Series:
    """Texts as numbers (float64); missing where a text is no finite number. `1,234` is 1234."""
    grouped = values.str.fullmatch(THOUSANDS)
    plain = values.where(~grouped, values.str.replace(",", ""))
    plain = plain.where(plain.str.fullmatch(NUMBER), None)
    found = pd.to_numeric(plain, errors="coerce").astype("float64")
    return found.where(np.isfinite(found))


def dates(values: pd.Series, slashes: bool = True) -> pd.Series:
    """Texts as days (datetime64[s]); missing where a text is no date of the forms known. A time of day is left off.

    With `slashes=False` 03/04/2018 is none, since nothing says whether it is in March or in April.
    """
    return _dates_with_slashes(values) if slashes else _dates(values)


def _days(values: pd.Series, forms: tuple[tuple[str, str], ...]) -> pd.Series:
    day = values.str.replace(r"[T ][0-9]{1,2}:[0-9]{2}.*$", "", regex=True)
    day = day.str.replace(r"^([0-9]{1,2})-([A-Za-z]{3,})-([0-9]{4})$", r"\1 \2 \3", regex=True)
    found = pd.Series(pd.NaT, index=values.index, dtype="datetime64[s]")
    for form, written in forms:
        fits = day.str.fullmatch(form)
        if fits.any():
            found[fits] = pd.to_datetime(day[fits], format=written, errors="coerce").astype("datetime64[s]")
    return found.where(found.dt.year.between(FIRST_YEAR, LAST_YEAR))


_dates = distinct(partial(_days, forms=DATES[:-1]))
_dates_with_slashes = distinct(partial(_days, forms=DATES))
