"""Titles that say what was changed: "History, changed: minusma_exit on 2025-06-30; abuses=restraint".

The same words stand in the table, in figures and in run.json (`scenarios`, `changes`). They come from what the command
line says beyond the scenario's file; a file without a title is called by what it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.settings.library import LEVERS
from sim.settings.overrides import Overrides
from sim.settings.schedule import NEVER

#: single values that change what happens; seed, replicate, period and draw are told elsewhere
VALUES = ("step_days", "resolution")

#: what is changed, in the order in which it is told
PARTS = ("blockade", "schedule", *LEVERS, "actors", "parameters", "processes", *VALUES)


def changes_said(parsed: Overrides, scenario: Mapping[str, Any], usual: Mapping[str, str]) -> list[str]:
    """What overrides change beyond the scenario, in words; `usual` has the option of each lever by default."""
    options = {**usual, **scenario["levers"]}
    found = [
        f"{group}={parsed.groups[group]}"
        for group in LEVERS
        if group in parsed.groups and parsed.groups[group] != options.get(group)
    ]
    own = {key.partition(".")[2]: value for key, value in parsed.values.items() if key.startswith("blockade.")}
    if own:
        found = [text for text in found if text != "blockades=own"]
        found.append(blockade_words({**(scenario.get("blockade") or {}), **own}))
    keys = sorted(parsed.values, key=lambda key: PARTS.index(head) if (head := key.split(".")[0]) in PARTS else 99)
    for key in keys:
        head = key.split(".")[0]
        if head in PARTS and head != "blockade":
            found.append(change_words(key, parsed.values[key]))
    return found


def change_words(key: str, value: Any) -> str:
    """One override in words: `minusma_exit on 2025-06-30`, `no minusma_exit`, `without combat`, `contact_rate=0.01`."""
    head, _, rest = key.partition(".")
    if head == "schedule":
        name, _, last = rest.partition(".")
        if last == "date":
            return f"no {name}" if value == NEVER else f"{name} on {value}"
        return f"{rest}={plain(value)}"
    if head == "processes":
        name, _, last = rest.partition(".")
        if last == "on":
            return f"with {name}" if value else f"without {name}"
        return f"{name}={value}" if last == "variant" else f"{rest}={plain(value)}"
    if head in ("parameters", "actors"):
        return f"{rest}={plain(value)}"
    return f"{key}={plain(value)}"


def blockade_words(said: Mapping[str, Any]) -> str:
    """A blockade of one's own in words: `blockade of Bamako from 2027-01-15 for 26 weeks`."""
    place = said.get("place")
    text = "blockade of " + ("the capital" if place is None else plain(place).removeprefix("role:").replace("_", " "))
    if said.get("from") not in (None, "levers_from"):
        text += f" from {said['from']}"
    if "weeks" in said:
        text += " without end" if said["weeks"] is None else f" for {said['weeks']:g} weeks"
    rest = [f"{key} {plain(said[key])}" for key in said if key not in ("place", "from", "weeks")]
    return ", ".join([text, *rest])


def plain(value: Any) -> str:
    """A value as it is typed, lists without brackets."""
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def changes_of_file(scenario: Mapping[str, Any]) -> list[str]:
    """What a scenario's file changes, in the same words."""
    found = [f"{group}={option}" for group, option in scenario["levers"].items()]
    if scenario.get("levers_from") is not None:
        found.append(f"levers from {scenario['levers_from']}")
    if scenario.get("blockade"):
        found = [text for text in found if text != "blockades=own"]
        found.append(blockade_words(scenario["blockade"]))
    for name, change in (scenario.get("schedule") or {}).items():
        if not isinstance(change, dict):
            continue
        if "effect" in change:
            found.append(f"{change.get('title') or name} on {change.get('date', 'a day after another event')}")
            continue
        found += [change_words(f"schedule.{name}.{key}", value) for key, value in change.items()]
    for key in ("parameters", "processes"):
        found += [change_words(key_, value) for key_, value in _leaves(scenario.get(key) or {}, key)]
    return found


def _leaves(data: Any, key: str) -> list[tuple[str, Any]]:
    """Dotted keys and values of nested mappings."""
    if not isinstance(data, dict):
        return [(key, data)]
    return [leaf for name, value in data.items() for leaf in _leaves(value, f"{key}.{name}")]


def title_of(scenario: Mapping[str, Any], changes: Iterable[str]) -> str:
    """The title of a run: that of the scenario's file (without one, its name and what it changes), and `changes`."""
    own = str(scenario.get("title") or "").strip()
    if not own:
        inside = "; ".join(changes_of_file(scenario))
        own = f"{scenario['name']}: {inside}" if inside else str(scenario["name"])
    said = "; ".join(changes)
    return f"{own}, changed: {said}" if said else own


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles by scenario, with the scenario's name behind those that are not the only ones of their words."""
    all_ = list(titles.values())
    return {name: f"{title} ({name})" if all_.count(title) > 1 else title for name, title in titles.items()}
