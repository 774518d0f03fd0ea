"""Plain data (dicts, lists, numbers, text) to dataclasses and back; errors name the place.

A dataclass is its own schema: type hints give the types, `metadata` gives the limits (`at_least`,
`at_most`; for parameters `low`, whose sign counts) and the spelling in files (`key`).
"""

from __future__ import annotations

import dataclasses
import enum
import math
import types
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from sim.core.errors import LONGEST_WORD, UserError, printable, unknown

#: no number of this model has a use beyond it
LARGEST = 1e12
#: how far beyond its range a parameter may be set
BEYOND_RANGE = 1000.0

JUDGED = "judgement"


def par(default, unit, low, high, doc, source=JUDGED, contested=False):
    """A field that is a parameter: default, unit, range [low, high], meaning, source."""
    about = {"unit": unit, "low": low, "high": high, "doc": doc, "source": source, "contested": contested}
    return dataclasses.field(default=default, metadata=about)


@cache
def hints(cls: type) -> dict[str, Any]:
    """Type hints of a dataclass, resolved once."""
    return get_type_hints(cls)


def key_of(field: dataclasses.Field) -> str:
    """Return how a field is spelt in files."""
    return field.metadata.get("key", field.name)


def unstructure(value: Any) -> Any:
    """Turn dataclasses, dates, paths and NumPy values into plain data that JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {key_of(f): unstructure(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): unstructure(item) for key, item in value.items()}
    if isinstance(value, enum.Enum):
        return unstructure(value.value)
    if isinstance(value, (list, tuple)):
        return [unstructure(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(unstructure(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if type(value).__module__ == "numpy":
        if value.dtype.kind in "mM":
            return value.astype("U").tolist()
        return value.tolist()
    return value


def structure(hint: Any, data: Any, where: str, metadata: Any = None) -> Any:
    """Turn plain data into a value of type `hint`, or say in one sentence why not.

    `where` names the place in the user's own words, such as `parameters.recruitment.rate`.
    """
    metadata = metadata or {}
    origin = get_origin(hint)
    if hint is Any:
        return data
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        optional = len(options) < len(get_args(hint))
        if optional and (data is None or (data == "never" and date in options)):
            return None
        return _first_fit(options, data, where, metadata)
    if origin is Literal:
        if data not in get_args(hint) or isinstance(data, bool):
            raise unknown("value", data, get_args(hint), f"for {where}")
        return data
    if origin in (list, tuple, set):
        if not isinstance(data, (list, tuple)):
            raise _wrong(where, "a list", data)
        item = get_args(hint)[0] if get_args(hint) else Any
        return origin(structure(item, part, f"{where}[{i}]", metadata) for i, part in enumerate(data))
    if origin is dict or hint is dict:
        if not isinstance(data, dict):
            raise _wrong(where, "a mapping of names to values", data)
        item = get_args(hint)[1] if get_args(hint) else Any
        return {k: structure(item, part, f"{where}.{k}", metadata) for k, part in data.items()}
    if dataclasses.is_dataclass(hint):
        return data if isinstance(data, hint) else _structure_dataclass(hint, data, where)
    return _structure_scalar(hint, data, where, metadata)


def _first_fit(options: list[Any], data: Any, where: str, metadata: Any) -> Any:
    first_error: UserError | None = None
    for option in options:
        try:
            return structure(option, data, where, metadata)
        except UserError as error:
            first_error = first_error or error
    raise first_error or _wrong(where, "a value", data)


def _structure_dataclass(cls: type, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise _wrong(where, "a mapping of names to values", data)
    fields = {key_of(f): f for f in dataclasses.fields(cls) if f.init}
    for key in data:
        if key not in fields:
            if key is True or key is False:
                raise UserError(
                    f"A key in {where} reads as {str(key).lower()} (YAML takes on, off, yes and no "
                    "for truth values); write 'date:' for a date, or put quotes around the key."
                )
            raise unknown("key", key, fields, f"in {where}")
    values = {}
    for key, field in fields.items():
        if key in data:
            values[field.name] = structure(hints(cls)[field.name], data[key], f"{where}.{key}", field.metadata)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise UserError(f"{where} lacks the key '{key}'.")
    return cls(**values)


def _structure_scalar(hint: Any, data: Any, where: str, metadata: Any) -> Any:
    if hint is bool:
        if not isinstance(data, bool):
            raise _wrong(where, "true or false", data)
        return data
    if hint is date:
        return read_date(data, where)
    if hint is str:
        if not isinstance(data, str):
            raise _wrong(where, "a text", data)
        return data
    if hint in (int, float):
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            raise _wrong(where, "a number" if hint is float else "a whole number", data)
        check_limits(data, where, metadata)
        if hint is int and data != int(data):
            raise _wrong(where, "a whole number", data)
        return hint(data)
    raise TypeError(f"no reading for {hint} at {where}")


def check_limits(value: float, where: str, metadata: Any) -> None:
    """Refuse a number outside its limits.

    A parameter is refused for a sign that its range does not have, and where it lies a thousand times beyond its range;
    whatever has no limit, beyond `LARGEST`.
    """
    if not is_finite(value):
        raise UserError(f"{where} must be a finite number, not {number_text(value)}.")
    low, high = metadata.get("at_least"), metadata.get("at_most")
    if low is None and metadata.get("low") is not None and metadata["low"] >= 0:
        low = 0
    if high is None and metadata.get("unit") in ("0-1", "share", "probability"):
        high = 1
    if low is not None and value < low:
        negative = "negative" if low == 0 else f"below {low:g}"
        raise UserError(f"{where} must not be {negative}: {number_text(value)}.")
    if high is not None and value > high:
        limit = f"{high:,}" if isinstance(high, int) else f"{high:g}"
        raise UserError(f"{where} must not be above {limit}: {number_text(value)}.")
    span = [abs(metadata[key]) for key in ("low", "high") if metadata.get(key) is not None]
    most = max(1.0, BEYOND_RANGE * max(span)) if span else LARGEST
    if high is None and abs(value) > most:
        known = f", a thousand times its range of {metadata['low']:g} to {metadata['high']:g}" if len(span) == 2 else ""
        raise UserError(f"{where} must not be beyond {most:g}{known}: {number_text(value)}.")


def is_finite(value: float) -> bool:
    """Whether a number is finite, and no whole number that is larger than any of those that are not whole."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def number_text(value: float) -> str:
    """A number in a sentence; of a whole number of very many digits, how many."""
    if isinstance(value, int) and abs(value) >= 10**15:
        return f"a number of some {round(value.bit_length() * math.log10(2)):,} digits"
    return f"{value:g}"


def read_date(data: Any, where: str) -> date:
    """Read an ISO date (2024-06-30); an impossible one is named as such."""
    if isinstance(data, datetime):
        return data.date()
    if isinstance(data, date):
        return data
    if not isinstance(data, str):
        raise _wrong(where, "a date such as 2024-06-30", data)
    try:
        return date.fromisoformat(data.strip())
    except ValueError:
        raise UserError(
            f"{where} is '{data}', which is not a date of the calendar (write year-month-day, such as 2024-06-30)."
        ) from None


def _wrong(where: str, wanted: str, data: Any) -> UserError:
    names = {dict: "a mapping", list: "a list", bool: str(data).lower(), type(None): "nothing"}
    got = names.get(type(data))
    if got is None:
        number = isinstance(data, int) and not isinstance(data, bool)
        got = f"'{printable(data, LONGEST_WORD)}'" if isinstance(data, str) else None
        got = got or (number_text(data) if number else printable(data, LONGEST_WORD))
    return UserError(f"{where} must be {wanted}, not {got}.")
