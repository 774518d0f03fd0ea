"""The list of systems: rows of YAML files, read and checked, each slip answered in one sentence.

A file holds a list of systems, each with `system` (its name) and `rows`. A row has

    id          its short name, for systems=... and for the results
    part        which part of the system it is
    files       files of the mechanism
    lever       overrides of `sahel` that pull the lever; what they change begins on a day (levers.from)
    against     overrides that it is compared with (absent: history)
    outcome     what is measured, in words;   measure: the same for `tools.systems.measures`
    window      first and last day of the measure
    direction   up or down: where the lever should move it, written before any run
    yardstick   the pattern of `sahel validate` it belongs to; or
    source      where the direction comes from, since there is no record
    off         overrides that switch the mechanism off
    changed     what was changed after a look at results, and why (absent: nothing)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim.core.errors import UserError, unknown
from sim.core.safe_yaml import read_yaml
from sim.validation import facts

LIST = Path(__file__).resolve().parent / "list"

NEEDED = ("id", "part", "files", "lever", "outcome", "measure", "window", "direction", "off")
KEYS = (*NEEDED, "against", "yardstick", "source", "changed")
DIRECTIONS = {"up": 1, "down": -1}


@dataclass(frozen=True)
class Row:
    """One row of the list; `number` is that of its system, from 1."""

    number: int
    system: str
    id: str
    part: str
    files: tuple[str, ...]
    lever: tuple[str, ...]
    against: tuple[str, ...]
    outcome: str
    measure: dict[str, Any]
    window: tuple[date, date]
    direction: str
    yardstick: str
    source: str
    off: tuple[str, ...]
    changed: str

    @property
    def sign(self) -> int:
        """1 where the outcome should go up, -1 where down."""
        return DIRECTIONS[self.direction]


def read_list(folder: Path = LIST) -> list[Row]:
    """All rows of the files of a folder, in the order of their names; `UserError` for what is wrong in them."""
    files = sorted(Path(folder).glob("*.yaml"))
    if not files:
        raise UserError(f"There is no list of systems (*.yaml) in {folder}.")
    rows: list[Row] = []
    systems: list[str] = []
    for path in files:
        data = read_yaml(path)
        if not isinstance(data, list):
            raise UserError(f"{path} must be a list of systems, each with 'system' and 'rows'.")
        for entry in data:
            if not isinstance(entry, dict) or set(entry) != {"system", "rows"} or not isinstance(entry["rows"], list):
                raise UserError(f"{path}: an entry must have 'system' and 'rows', and nothing else.")
            systems.append(str(entry["system"]))
            rows += [read_row(row, len(systems), systems[-1], path) for row in entry["rows"]]
    ids = [row.id for row in rows]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise UserError(f"The list of systems in {folder} has two rows called {twice[0]}.")
    return rows


def read_row(data: Any, number: int, system: str, path: Path) -> Row:
    """One row, checked."""
    if not isinstance(data, dict) or "id" not in data:
        raise UserError(f"{path}, {system}: a row must be a mapping with an id.")
    where = f"{path}, row {data['id']}"
    for key in data:
        if key not in KEYS:
            raise unknown("key", key, KEYS, f"in {where}")
    missing = [key for key in NEEDED if key not in data]
    if missing:
        raise UserError(f"{where}: {missing[0]} is missing.")
    if data["direction"] not in DIRECTIONS:
        raise UserError(f"{where}: direction must be up or down, not {data['direction']}.")
    if ("yardstick" in data) == ("source" in data):
        raise UserError(f"{where}: say either yardstick (a pattern) or source (no record), one of the two.")
    if "yardstick" in data:
        known = list(facts.patterns()["id"])
        if data["yardstick"] not in known:
            raise unknown("pattern", data["yardstick"], known, f"in {where}")
    if not isinstance(data["measure"], dict):
        raise UserError(f"{where}: measure must be a mapping such as {{series: [displaced], place: region}}.")
    return Row(
        number,
        system,
        *(str(data[key]) for key in ("id", "part")),
        *(words(data.get(key, []), key, where) for key in ("files", "lever", "against")),
        str(data["outcome"]),
        data["measure"],
        window(data["window"], where),
        str(data["direction"]),
        str(data.get("yardstick", "")),
        str(data.get("source", "")),
        words(data["off"], "off", where),
        str(data.get("changed", "")),
    )


def words(value: Any, key: str, where: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UserError(f"{where}: {key} must be a list of texts.")
    return tuple(value)


def window(value: Any, where: str) -> tuple[date, date]:
    """First and last day."""
    wrong = UserError(f"{where}: window must be two days such as [2022-01-01, 2022-12-31].")
    if not isinstance(value, list) or len(value) != 2:
        raise wrong
    try:
        first, last = (date.fromisoformat(str(day)) for day in value)
    except ValueError:
        raise wrong from None
    if first > last:
        raise UserError(f"{where}: the window ends ({last}) before it begins ({first}).")
    return first, last


def chosen(rows: list[Row], names: str | None) -> list[Row]:
    """Rows that systems=... names, by id or by the number of their system; all where nothing is said."""
    if not names:
        return rows
    wanted = [name.strip() for name in names.strip("[]").split(",")]
    for name in wanted:
        if name not in {row.id for row in rows} | {str(row.number) for row in rows}:
            raise unknown("system or row", name, [*(row.id for row in rows), *(str(row.number) for row in rows)])
    return [row for row in rows if row.id in wanted or str(row.number) in wanted]
