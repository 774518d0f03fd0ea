"""The readable mapping of ACLED's types and actors onto the model's (`acled_mapping.yaml`, or the user's own)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from sim.core.errors import UserError, unknown
from sim.core.files import path_named
from sim.core.safe_yaml import read_yaml

SHIPPED = Path(__file__).parent / "acled_mapping.yaml"

MEANINGS = ("fight", "civilians", "by_target", "none")

GROUPS = ("inter", "government", "civilians", "events", "where_prec", "actors")


@dataclass(frozen=True)
class Actor:
    """A pattern of names, the model's actor ("" for none), whether it counts as a government (None: by its code)."""

    pattern: re.Pattern[str]
    actor: str
    government: bool | None


@dataclass(frozen=True)
class EventRule:
    """A pattern of a type and of a sub-type, and what such events are."""

    kind: re.Pattern[str]
    sub: re.Pattern[str]
    meaning: str


@dataclass(frozen=True)
class Mapping:
    """What the file says, ready to be asked."""

    inter: dict[str, str]
    government: frozenset[str]
    civilians: frozenset[str]
    events: tuple[EventRule, ...]
    where_prec: dict[int, int]
    by_record: dict[str, tuple[Actor, ...]]

    def meaning(self, kind: str, sub: str) -> str:
        """What an event is, one of `MEANINGS`; empty where no rule fits."""
        return next((r.meaning for r in self.events if r.kind.match(kind) and r.sub.match(sub)), "")

    def inter_of(self, code: str) -> str:
        """An actor's type in ACLED's present words, from a number or words; empty where there is none."""
        return self.inter.get(_inter_key(code), "")

    def actor(self, record: str, name: str) -> Actor | None:
        """The first pattern of a record's names that fits."""
        return next((item for item in self.by_record.get(record, ()) if item.pattern.match(name)), None)

    def actors(self, record: str, names: pd.Series) -> pd.Series:
        """The model's actors by name; empty where the model has none."""
        found = {name: self.actor(record, name) for name in names.unique()}
        texts = [found[name].actor if found[name] else "" for name in names]
        return pd.Series(texts, index=names.index, dtype=object)


def mapping(path: str | Path | None = None) -> Mapping:
    """Return the mapping of a file, by default the one that is shipped. Raises UserError naming what is wrong."""
    return _mapping(path_named(path) if path is not None else SHIPPED)


@lru_cache(maxsize=4)
def _mapping(path: Path) -> Mapping:
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise UserError(f"{path} is no mapping of ACLED's words: it holds no names.")
    for key in data:
        if key not in GROUPS:
            raise unknown("group", key, GROUPS, f"in {path}")
    for key in GROUPS:
        if key not in data:
            raise UserError(f"{path} lacks the group '{key}'.")
    try:
        inter = {str(code): str(word) for code, word in data["inter"].items()}
        codes = {_inter_key(code): word for code, word in inter.items()}
        codes |= {_inter_key(word): word for word in inter.values()}
        return Mapping(
            inter=codes,
            government=frozenset(_known(data["government"], inter, path)),
            civilians=frozenset(_known(data["civilians"], inter, path)),
            events=tuple(_event_rule(item, path) for item in data["events"]),
            where_prec={int(code): int(value) for code, value in data["where_prec"].items()},
            by_record={str(record): tuple(map(_actor, items)) for record, items in data["actors"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{path} is no mapping of ACLED's words ({type(error).__name__}: {error}).") from None


def _known(words: list[Any], inter: dict[str, str], path: Path) -> list[str]:
    for word in words:
        if word not in inter.values():
            raise unknown("type of actor", word, inter.values(), f"in {path}")
    return words


def _event_rule(item: dict[str, Any], path: Path) -> EventRule:
    if item["is"] not in MEANINGS:
        raise unknown("meaning", item["is"], MEANINGS, f"in {path}")
    return EventRule(_pattern(item["event_type"]), _pattern(item["sub_event_type"]), item["is"])


def _actor(item: dict[str, Any]) -> Actor:
    actor = "" if item["actor"] in (None, "none") else str(item["actor"])
    government = item.get("government")
    if government not in (None, True, False):
        raise ValueError(f"government must be true or false, not {government}")
    return Actor(_pattern(item["name"]), actor, government)


def _pattern(text: Any) -> re.Pattern[str]:
    return re.compile(translate(str(text)), re.IGNORECASE)


def _inter_key(code: str) -> str:
    """`1`, `1.0`, `State forces` and `State Forces` as one key; a plural s does not count."""
    text = str(code).strip().lower()
    return re.sub(r"\.0$", "", text) if text[:1].isdigit() else re.sub(r"s\b", "", text)
