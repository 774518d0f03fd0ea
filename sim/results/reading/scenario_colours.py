"""Colours and line styles of scenarios: fixed for those that are shipped, free ones for others by the alphabet.

`run.json` keeps them (`colours`), so that a folder's figures look alike whoever draws them, and a shipped scenario
looks alike in all comparisons. The colours are Okabe and Ito's, which people with colour-blindness can tell apart; a
scenario's line style tells it from others of its colour.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

BLACK, RED, BLUE, GREEN, PINK, ORANGE, SKY, YELLOW = (
    *("#000000", "#D55E00", "#0072B2", "#009E73"),
    *("#CC79A7", "#E69F00", "#56B4E9", "#F0E442"),
)
COLOURS = [BLACK, RED, BLUE, GREEN, PINK, ORANGE, SKY, YELLOW]

#: line styles as matplotlib calls them, but for the last two
LINES = ["-", "--", "-.", ":", "wide dots", "short dashes"]
WIDE, SHORT = LINES[-2:]

#: by lever, so that those that are compared with one another differ in colour
SHIPPED: dict[str, tuple[str, str]] = {
    "history": (BLACK, "-"),
    # the main job, and what is assumed about the ban
    "restraint": (RED, "--"),
    "un_stays": (BLUE, "-."),
    "france_stays": (GREEN, ":"),
    "bamako_prolonged": (PINK, "-"),
    "ban_goes_on": (ORANGE, "--"),
    "ban_ended": (SKY, "-."),
    # abuses
    "escalation": (ORANGE, "-"),
    "monitored": (SKY, "-"),
    "restraint_partner": (YELLOW, "-"),
    "no_auxiliaries": (PINK, ":"),
    # withdrawals
    "all_stay": (RED, "-"),
    "air_support_stays": (SKY, ":"),
    "early_exit": (ORANGE, ":"),
    "late_exit": (PINK, "--"),
    "phased_handover": (YELLOW, "--"),
    "africa_corps_exits": (RED, ":"),
    "no_wagner": (ORANGE, "-."),
    "france_stays_only": (GREEN, "--"),
    "un_stays_only": (BLUE, "-"),
    "un_stays_unhampered": (BLUE, "--"),
    "un_stays_and_restraint": (BLUE, ":"),
    # blockades and the answer to them
    "bamako_prolonged_answered": (PINK, "-."),
    "no_blockade": (GREEN, "-"),
    "one_corridor": (YELLOW, "-."),
    "nationwide_blockade": (RED, "-."),
    "towns_besieged": (SKY, "--"),
    "own_blockade": (YELLOW, ":"),
    "escorts_not_deal": (BLUE, WIDE),
    "deal_not_escorts": (ORANGE, WIDE),
    # politics, diplomacy, aid
    "endogenous_politics": (GREEN, "-."),
    "national_deal": (GREEN, WIDE),
    "stabilisation": (SKY, WIDE),
    "stabilisation_and_restraint": (RED, WIDE),
    # lessons, of which each is compared within itself
    "lesson_restraint": (RED, SHORT),
    "lesson_escalation": (ORANGE, SHORT),
    "lesson_vacuum_early": (BLUE, SHORT),
    "lesson_vacuum_late": (PINK, SHORT),
    "lesson_vacuum_phased": (YELLOW, SHORT),
    "lesson_one_corridor": (SKY, SHORT),
    "lesson_three_corridors": (GREEN, SHORT),
    "lesson_escorts": (PINK, WIDE),
    "lesson_deal": (YELLOW, WIDE),
}


def scenario_colours(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Colour (hex) and line style of each scenario of a comparison.

    Those that are not shipped take, in alphabetical order, colours that no other has, the solid line; when there are
    none, a colour again with another line.
    """
    names = list(names)
    found = {name: SHIPPED[name] for name in names if name in SHIPPED}
    pairs = itertools.product(LINES, COLOURS)
    taken = {colour for colour, _ in found.values()}
    free = [(line, shade) for line, shade in pairs if (shade, line) not in found.values()]
    free.sort(key=lambda pair: (pair[0] != "-" or pair[1] in taken, LINES.index(pair[0])))  # stable: colours in order
    others = sorted(name for name in names if name not in SHIPPED)
    found |= dict(zip(others, ((shade, line) for line, shade in itertools.cycle(free))))
    return {name: {"colour": found[name][0], "line": found[name][1]} for name in names}


def colours_of(run: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Colours of the scenarios of a folder, by what its run.json says; made anew for a folder that says nothing."""
    names = [item["name"] for item in run.get("scenarios", [])]
    kept = run.get("colours") or {}
    return kept if set(names) <= set(kept) else scenario_colours(names)
