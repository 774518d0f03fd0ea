"""Overrides, what a user says on the command line: `abuses=restraint`, `period.end=2026-12-31`, in Hydra's grammar.

Overrides are parsed by Hydra's own parser and checked here against what there is, so that a slip is
answered with the nearest right name, also behind `+` and `++`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.core.errors import LONGEST_WORD, UserError, printable, unknown
from sim.settings.library import GROUPS, LEVERS
from sim.settings.parameters.declaration import GONE

#: signs of an override: more are no word of anybody's, and Hydra's parser takes their square in time
LONGEST_OVERRIDE = 20_000

OPEN = ("schedule", "actors", *LEVERS)  # below these, names are checked when they are read


@dataclass
class Overrides:
    """Overrides as parsed: options of groups, and values of keys, in order."""

    groups: dict[str, str]
    values: dict[str, Any]
    texts: dict[str, str]  # as typed, by key

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value or the option given for a key."""
        return self.values.get(key, self.groups.get(key, default))


def key_of(override: str) -> str:
    """The key that an override sets."""
    return override.lstrip("+~").partition("=")[0].replace("/", ".")


def parse_overrides(overrides: list[str], keys: list[str] | None = None) -> Overrides:
    """Parse overrides; `keys` are the known dotted keys, to answer slips with the nearest."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    parser = OverridesParser.create()
    parsed = Overrides({}, {}, {})
    for text in overrides:
        if len(text) > LONGEST_OVERRIDE:
            raise UserError(f"'{printable(text, 60)}' is too long ({len(text):,} signs).")
        if "=" not in text.lstrip("+~") and not text.startswith("~"):
            raise UserError(f"'{text}' is not understood; say key=value, such as {_example(text)}.")
        if "${" in text:
            raise UserError(f"'{text}': resolvers (${{...}}) are not used here; write the value.")
        try:
            override = parser.parse_override(_quoted(text))
        except RecursionError:
            raise UserError(f"'{printable(text, LONGEST_WORD)}' is nested too deeply to be read.") from None
        except (HydraException, ValueError, OverflowError) as error:
            reason = str(error).splitlines()[0]
            text = printable(text, LONGEST_WORD)
            raise UserError(
                f"'{text}' cannot be read ({reason}); put quotes around a value with special "
                "signs, such as \"output='a=b'\"."
            ) from None
        key = override.key_or_group.replace("/", ".")
        if override.is_delete():
            raise UserError(f"'{text}': nothing can be deleted; to cancel an event say schedule.<event>.date=never.")
        if override.package is not None:
            raise UserError(f"'{text}': packages ('@') are not used here.")
        if override.is_sweep_override():
            raise UserError(
                f"'{text}' gives several values for {key}; add --multirun, or cross the options "
                "of levers with: sahel compare factorial.<lever>=[one,another]."
            )
        value = override.value()
        parsed.texts[key] = text
        if key in GROUPS:
            parsed.groups[key] = _option(key, value)
        else:
            parsed.values[key] = _plain(value)
    if keys is not None:
        for key in parsed.values:
            check_key(key, keys)
    return parsed


def _quoted(text: str) -> str:
    """Put quotes around the name of a crossed scenario, which holds signs of Hydra's grammar."""
    key, _, value = text.partition("=")
    if key == "baseline" and ("=" in value or "," in value) and "'" not in value:
        return f"{key}='{value}'"
    return text


def _option(group: str, value: Any) -> str:
    if isinstance(value, (list, dict)):
        names = ",".join(map(str, value))
        cross = f"; to cross options say: sahel compare factorial.{group}=[{names}]"
        raise UserError(f"{group} takes one option, not {value}{cross if group in LEVERS else ''}.")
    if value is None or isinstance(value, bool) or str(value).strip() == "":
        got = "nothing" if value in (None, "") else str(value).lower()
        raise UserError(f"{group} needs the name of an option, not {got}.")
    return str(value)


def _plain(value: Any) -> Any:
    from hydra.core.override_parser.types import QuotedString

    if isinstance(value, QuotedString):
        return value.text
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    return value


def refuse_gone(key: str, where: str = "") -> None:
    """Refuse a parameter of an earlier version that is gone, and say why."""
    if key in GONE:
        raise UserError(f"'{key}'{where} is gone: {GONE[key]}; leave it out.")


def check_key(key: str, keys: list[str]) -> None:
    """Refuse a key that is not known; below the open ones names are checked later."""
    head, _, rest = key.partition(".")
    if key in keys or (head in OPEN and rest):
        return
    if any(known.startswith(key + ".") for known in keys):
        below = sorted({k for k in keys if k.startswith(key + ".")})[:3]
        raise UserError(f"'{key}' holds several values; say one, such as {below[0]}=...")
    refuse_gone(key)
    near = keys + [group for group in GROUPS if "." not in key]
    raise unknown("key", key, near)


def _example(text: str) -> str:
    return f"scenario={text}" if text.isidentifier() else "scenario=history"


def put(tree: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted key in nested dicts, making those in between."""
    *path, last = key.split(".")
    for part in path:
        below = tree.get(part)
        if not isinstance(below, dict):
            below = tree[part] = {}
        tree = below
    tree[last] = value


def dotted(tree: dict[str, Any], prefix: str = "") -> list[str]:
    """Return all dotted keys of nested dicts (an empty dict counts as a key)."""
    keys: list[str] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        keys += dotted(value, f"{key}.") if isinstance(value, dict) and value else [key]
    return keys
