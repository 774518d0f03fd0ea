"""Dated decisions for timelines: the baseline's and their ends by number, what a scenario does otherwise by letter."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from sim.results.result_folder import Folder
from sim.settings.words.effects import event_words
from sim.settings.words.schedule_changes import Schedule, end_of_event, schedule_changes

MAX_MARKS = 14

#: of one scenario
MAX_OWN = 3

#: which kinds of decision are marked first where there are too many
WEIGHT_OF_MARKS = {"order": 0, "lift": 0, "exit": 1, "coup": 1, "arrive": 2, "handover": 2, "relation": 3}
WEIGHT_OF_MARKS |= {"conduct": 2, "auxiliaries": 3}

LIGHTEST = 9

#: so long before the first record a decision is marked all the same
BEFORE = pd.Timedelta(days=14)

#: marks nearer to one another than this share of the axis have one label
ROOM = 0.035


@dataclass
class Mark:
    """A day on the axis: the label there, the key and the text in the caption, and whose it is ("" the baseline's)."""

    day: pd.Timestamp
    text: str
    key: str = ""
    label: str = ""
    scenario: str = ""


def schedule_of(found: Folder, scenario: str) -> Schedule:
    """Events of a scenario by name, as run.json has them, to the end of the period."""
    schedule = found.run.get("configuration", {}).get(scenario, {}).get("schedule") or {}
    end = str(found.run["period"]["end"])
    return {name: event for name, event in schedule.items() if str(event["date"]) <= end}


def baseline_marks(found: Folder, days: pd.Index) -> list[Mark]:
    """Decisions of the baseline within the period and the ends of those that last, numbered."""
    weight: dict[tuple[pd.Timestamp, str], tuple[int, int]] = {}
    for day, text, heavy in _decisions(found, found.baseline):
        if days[0] < day <= days[-1]:
            old = weight.get((day, text), (LIGHTEST, 0))
            weight[day, text] = (min(old[0], heavy), old[1] - 1)
    # Where there are too many: orders, exits, coups first, then those that are several entries.
    chosen = sorted(weight, key=lambda key: (*weight[key], key))[:MAX_MARKS]
    marks = [Mark(day, text) for day, text in chosen]
    period = found.run["period"]
    differ = period.get("differ_from") or period.get("levers_from")
    if found.scenarios[1:] and differ and days[0] < pd.Timestamp(differ) <= days[-1]:
        marks.append(Mark(pd.Timestamp(differ), "scenarios may differ from here"))
    return labelled(marks, map(str, itertools.count(1)), days)


def _decisions(found: Folder, scenario: str) -> Iterator[tuple[pd.Timestamp, str, int]]:
    """Day, text and weight of the decisions of a scenario and of their ends."""
    schedule = schedule_of(found, scenario)
    for mark in found.run.get("marks", {}).get(scenario, []):
        event = schedule.get(mark.get("name", ""), {})
        text = mark["title"] or event_words(mark.get("effect", ""), event.get("fields", {}))
        yield pd.Timestamp(mark["date"]), text, WEIGHT_OF_MARKS.get(mark.get("effect", ""), LIGHTEST)
    for event in schedule.values():
        end = end_of_event(event)
        if end is not None and event.get("title"):
            yield pd.Timestamp(end), f"end of: {event['title']}", WEIGHT_OF_MARKS[event["effect"]] + 1


def own_marks(found: Folder, scenarios: Iterable[str], days: pd.Index) -> list[Mark]:
    """What scenarios do otherwise than the baseline, by letter, at most `MAX_OWN` days each."""
    letters = _letters()
    marks: list[Mark] = []
    for scenario in scenarios:
        # what a scenario does from the period's first day on lies a week before the first record
        own = [mark for mark in own_decisions(found, scenario) if days[0] - BEFORE <= mark.day <= days[-1]]
        marks += labelled(own[:MAX_OWN], letters, days)
    return marks


def own_decisions(found: Folder, scenario: str) -> list[Mark]:
    """Decisions in which a scenario differs from the baseline, the weightiest first."""
    changes = schedule_changes(schedule_of(found, scenario), schedule_of(found, found.baseline))
    changes.sort(key=lambda change: (WEIGHT_OF_MARKS.get(change.effect, LIGHTEST), change.day))
    title = found.title(scenario)
    return [Mark(pd.Timestamp(change.day), f"{title}: {change.text}", scenario=scenario) for change in changes]


def labelled(marks: list[Mark], keys: Iterator[str], days: pd.Index) -> list[Mark]:
    """The marks by day, each with a key; those close together share a label on the axis."""
    marks.sort(key=lambda mark: mark.day)
    room = (days[-1] - days[0]) * ROOM
    group: list[Mark] = []
    for mark in marks:
        mark.key = mark.label = next(keys)
        if group and mark.day - group[-1].day < room:
            group[0].label = f"{group[0].key}-{mark.key}"
            mark.label = ""
            group.append(mark)
        else:
            group = [mark]
    return marks


def _letters() -> Iterator[str]:
    """a, b, ..., z, aa, ab, ..."""
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            yield "".join(letters)
