"""When a scenario's lever begins, and the stretches of time that planners look at: first months, years, all of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.results.figures.decisions import schedule_of
from sim.results.result_folder import Folder
from sim.settings.words.schedule_changes import Change, schedule_changes

#: names of the stretches after the lever's first day, and how many months they have
FIRST_MONTHS = {"first_3_months": 3, "first_12_months": 12}
WHOLE = "all"

#: parts of a configuration that act from the day of the levers on
UNDATED = ("parameters", "actors", "processes", "politics", "no_blockades_from")

#: a lever that begins later in a month than this has its first month in the next one
MID_MONTH = 15


@dataclass(frozen=True)
class Window:
    """A stretch of time: its name, first and last day, and whether the period ends before it should."""

    name: str
    first: np.datetime64
    last: np.datetime64
    cut: bool = False

    @property
    def days(self) -> tuple[str, str]:
        """First and last day as text."""
        return str(self.first), str(self.last)

    @property
    def first_month(self) -> np.datetime64:
        """Its first month as months are counted: the next one where it begins late in a month."""
        return self.first.astype("datetime64[M]") + int(self.first.item().day > MID_MONTH)

    @property
    def last_month(self) -> np.datetime64:
        """Its last month, of which the values as the month ends are those of the window's end."""
        return self.last.astype("datetime64[M]")


def changes_of(found: Folder, scenario: str) -> list[Change]:
    """The decisions in which a scenario differs from the baseline, by day."""
    return schedule_changes(schedule_of(found, scenario), schedule_of(found, found.baseline))


def lever_begins(found: Folder, scenario: str) -> np.datetime64 | None:
    """The first day on which a scenario does anything otherwise than the baseline; None where it does not.

    The first decision that differs, the day of the state's answer to blockades where that differs, and the day of the
    levers where something without a date of its own does; never before the period.
    """
    configurations = found.run.get("configuration", {})
    ours, theirs = configurations.get(scenario, {}), configurations.get(found.baseline, {})
    period = found.run["period"]
    from_levers = str(ours.get("levers_from") or period.get("levers_from") or period["start"])
    days = [change.day.isoformat() for change in changes_of(found, scenario)]
    if ours.get("response") != theirs.get("response"):
        response = ours.get("response")
        dated = response.get("from") if isinstance(response, dict) else None
        days.append(str(dated or from_levers))
    if any(ours.get(key) != theirs.get(key) for key in UNDATED):
        days.append(from_levers)
    if not days:
        return None
    return max(np.datetime64(min(days), "D"), np.datetime64(period["start"], "D"))


def first_months(found: Folder, scenario: str) -> list[Window]:
    """The first three and the first twelve months after the scenario's lever begins, as far as the period goes."""
    begins = lever_begins(found, scenario)
    end = np.datetime64(found.run["period"]["end"], "D")
    if begins is None or begins > end:
        return []
    windows = []
    for name, months in FIRST_MONTHS.items():
        last = (Window(name, begins, end).first_month + months).astype("datetime64[D]") - 1
        windows.append(Window(name, begins, min(last, end), bool(last > end)))
    return windows


def whole(found: Folder) -> Window:
    """The whole period."""
    period = found.run["period"]
    return Window(WHOLE, np.datetime64(period["start"], "D"), np.datetime64(period["end"], "D"))


def years(found: Folder) -> list[Window]:
    """The calendar years of the period, cut at its ends."""
    every = whole(found)
    first, last = (int(str(day)[:4]) for day in every.days)
    return [
        Window(
            str(year),
            max(every.first, np.datetime64(f"{year}-01-01")),
            min(every.last, np.datetime64(f"{year}-12-31")),
        )
        for year in range(first, last + 1)
    ]
