"""The file that `sahel new scenario NAME` writes: a scenario to edit, every key with a comment."""

from __future__ import annotations

from sim.settings.library import LEVERS, Library
from sim.settings.words.effects import example_event

TEMPLATE = """\
# {name}: say here in a line or two what is other than in history, with dates and amounts.
title: {title}
summary: Say in one sentence what this scenario changes.

# coherent: decisions that hung on one that falls away fall with it; ceteris-paribus: every other decision stays.
variant: ceteris-paribus

# One option of each lever that is not as in history; sahel scenarios lists and explains them all. The levers:
# {levers}.
levers:
  abuses: restraint
  # from: 2022-01-01          # the day from which the levers act; without it, the period's start
  # blockades: own            # a blockade of your own, which the next key describes

# blockade: {{place: {place}, from: 2027-01-15, weeks: 26, goods: fuel}}

# Decisions: move one, cancel it, change a field, or add a new one with its effect and fields.
# sahel events lists every decision and every effect.
schedule:
  # {event}: {{date: 2025-06-30}}        # moved
  # {event}: {{date: never}}             # cancelled
  # {new}

# Parameters: sahel parameters writes the table of all, with ranges and sources.
parameters:
  # recruitment: {{contact_rate: 0.01}}
"""


def scenario_template(name: str, region: str, library: Library) -> str:
    """The text of a new scenario's file, its examples from the schedule and the places of a region."""
    schedule = library.read("schedule", region)
    exits = [key for key, entry in schedule.items() if entry.get("effect") == "exit"]
    place = (library.read("region", region).get("roles") or {}).get("capital", ["Bamako"])
    return TEMPLATE.format(
        name=name,
        title=name.replace("_", " ").capitalize(),
        levers=", ".join(LEVERS),
        place=place[0] if isinstance(place, list) else place,
        event="minusma_exit" if "minusma_exit" in exits else exits[0],
        new=example_event(schedule),
    )
