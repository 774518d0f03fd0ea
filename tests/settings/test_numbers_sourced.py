"""Numbers of actor profiles that differ from the default carry a source of their own; those without are listed.

A source is a comment on the line: a fact's id, a citation, "public record", "as ..." another actor. The list
(`numbers_without_source.txt`, one `region/actor.key` a line) is a debt: it may shrink and not grow.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from sim.core.safe_yaml import read_yaml
from sim.settings.actor_profiles import ActorProfile

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "actors"
LISTED = Path(__file__).with_name("numbers_without_source.txt")
DATED = {"entry", "strength", "offer"}  # facts, whose sources stand in `sources` and `note`


def defaults() -> dict[str, object]:
    """Default of every number of a profile; of a table of numbers (strategy, taxes) all of its defaults."""
    found = {}
    for part in dataclasses.fields(ActorProfile):
        value = part.default if part.default is not dataclasses.MISSING else None
        if part.default_factory is not dataclasses.MISSING:
            made = part.default_factory()
            value = dataclasses.asdict(made) if dataclasses.is_dataclass(made) else None
        if value is not None and part.name not in DATED and not isinstance(value, str):
            found[part.name] = value
    return found


def without_source(text: str, profile: dict) -> list[str]:
    """Keys of the numbers in a profile that are not the default and whose line has no comment."""
    missing = []
    for key, usual in defaults().items():
        given = profile.get(key)
        if isinstance(usual, dict):
            other = isinstance(given, dict) and any(usual[name] != value for name, value in given.items())
        else:
            other = given is not None and given != usual
        line = re.search(rf"^{key}:.*$", text, re.MULTILINE)
        if other and line and "#" not in line[0]:
            missing.append(key)
    return missing


def all_without() -> set[str]:
    """`region/actor.key` of every number without a source."""
    found = set()
    for path in sorted(FOLDER.glob("*/*.yaml")):
        name = f"{path.parent.name}/{path.stem}"
        found |= {f"{name}.{key}" for key in without_source(path.read_text(), read_yaml(path))}
    return found


def test_a_number_other_than_the_default_has_a_source_or_is_listed():
    listed = set(LISTED.read_text().split())
    new = sorted(all_without() - listed)
    assert not new, f"give each a comment with its source: {new}"


def test_what_is_listed_is_still_without_a_source():
    gone = sorted(set(LISTED.read_text().split()) - all_without())
    assert not gone, f"they have a source now, or are the default: take them off the list: {gone}"


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("mobility: 50", ["mobility"]),
        ("mobility: 50  # by road on motorcycles (A17)", []),
        ("mobility: 40", []),
        ("taxes: {people: 1.0, ransom: 0.9}", ["taxes"]),
        ("taxes: {people: 1.0, ransom: 0.3}", []),
    ],
)
def test_what_counts_as_without_a_source(tmp_path, line, missing):
    path = tmp_path / "somebody.yaml"
    path.write_text(f"kind: insurgent\n{line}\n")
    assert without_source(path.read_text(), read_yaml(path)) == missing
