"""Side effects of orders: an order to blockade pulls a group's units to the roads, and what that moves elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from sim.core.numbers import outcome_number
from sim.results.paired_differences import summarise
from sim.results.result_folder import Folder
from sim.settings.words.schedule_changes import schedule_changes

#: what is looked at in the other countries: outcome, words, unit, how it is summed up from the order's day on
LOOKED_AT = (
    ("displaced", "displaced people at the end", "persons", "end"),
    ("besieged", "besieged people, mean", "persons", "mean"),
)


def side_effects(found: Folder) -> list[str]:
    """A line for each scenario whose orders are not the baseline's: what changes in countries that they are not about.

    Nothing for a folder with one scenario, without schedules or without outcomes by country.
    """
    lines = []
    schedules = {name: (item or {}).get("schedule") or {} for name, item in found.run.get("configuration", {}).items()}
    theirs = schedules.get(found.baseline, {})
    for scenario in found.scenarios[1:]:
        changes = schedule_changes(schedules.get(scenario, {}), theirs)
        orders = [change for change in changes if change.effect in ("order", "lift")]
        if not orders:
            continue
        names = {name for name in {*schedules[scenario], *theirs} if schedules[scenario].get(name) != theirs.get(name)}
        events = [plan[name] for plan in (schedules[scenario], theirs) for name in names if name in plan]
        events = [event for event in events if event["effect"] in ("order", "lift")]
        actors = sorted({str(event["fields"]["actor"]) for event in events})
        places = {str(place) for event in events for place in event["fields"].get("places") or []}
        told = elsewhere(found, scenario, countries_of(found.map, places), pd.Timestamp(orders[0].day))
        if told:
            lines.append(
                f"Side effects in {found.title(scenario)}: orders pull units of {', '.join(actors)} to the roads, and "
                f"elsewhere there are fewer of them. Beside {found.title(found.baseline)}, in countries that orders "
                f"are not about: {'; '.join(told)}."
            )
    return lines


def elsewhere(found: Folder, scenario: str, about: Iterable[str], day: pd.Timestamp) -> list[str]:
    """Mean differences to the baseline with 95 % intervals, in states of the theatre that the orders are not about."""
    told = []
    states = [code for code, inside in zip(found.map["countries"], found.map["theatre"]) if inside]
    for outcome, words, unit, how in LOOKED_AT:
        parts = []
        for state in (code for code in states if code not in set(about)):
            table = found.over_time(outcome, state)
            table = table[table.index >= day] if len(table) else table
            if not len(table):
                continue
            values = (table.tail(1) if how == "end" else table).mean().unstack("scenario")
            if np.array_equal(values[scenario], values[found.baseline]):
                continue
            result = summarise(values[scenario].to_numpy(), values[found.baseline].to_numpy())
            shown = [outcome_number(float(result[key]), unit, signed=True) for key in ("difference", "low", "high")]
            interval = f" ({shown[1]} to {shown[2]})" if np.isfinite(result["low"]) else ""
            parts.append(f"{state} {shown[0]}{interval}")
        if parts:
            told.append(f"{words}: {', '.join(parts)}")
    return told


def countries_of(map_data: dict[str, Any], places: Iterable[str]) -> set[str]:
    """The countries of towns, admin-1 areas (`MLI.Gao`) and countries, by map.json."""
    codes, towns = map_data["countries"], map_data["towns"]
    found = set()
    for place in places:
        if place in codes or place.partition(".")[0] in codes:
            found.add(place.partition(".")[0])
        elif place in towns["name"]:
            i = towns["name"].index(place)
            north, east = (np.array(map_data[key]) - towns[key][i] for key in ("lat", "lon"))
            found.add(codes[map_data["country"][int((north**2 + east**2).argmin())]])
    return found
