"""What a scenario does beside the baseline, over the first months and the whole period: people, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.results.brief.codes import theatre_of
from sim.results.brief.windows import Window, first_months, whole
from sim.results.intervals import stars
from sim.results.paired_differences import summarise
from sim.results.reading.headlines import Headline, rows_of
from sim.results.reading.judged import Judged, judge
from sim.results.result_folder import Folder

#: outcome of the region, unit, how it is summed up over a window
ROWS = (
    ("displaced", "persons", "end"),
    ("without_supply", "persons", "worst month"),
    ("besieged", "persons", "worst month"),
    ("civilians_killed", "persons/week", "sum"),
)

#: groups by state of stay
GROUPS = ("idps", "refugees")
#: the place of the sum over all states
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Effect:
    """A level of the scenario and of the baseline (means over replicates), and their difference, judged.

    `judged` is None for the baseline itself, which stands beside nothing.
    """

    outcome: str
    place: str
    window: Window
    level: float
    baseline: float
    judged: Judged | None

    @property
    def stars(self) -> int:
        """0; 1 where the difference's own interval excludes zero, above the least effect; 2 where it also holds with
        all others of its table (Holm)."""
        return 0 if self.judged is None else self.judged.stars


def windows_shown(found: Folder, scenario: str) -> list[Window]:
    """The first three and twelve months, where the lever begins in the period, and the whole of it."""
    return [*first_months(found, scenario), whole(found)]


def effects(found: Folder, scenario: str) -> list[Effect]:
    """Each row of `ROWS` that was recorded, over each window; all of them judged together."""
    windows = windows_shown(found, scenario)
    return _judged(
        found,
        scenario,
        [
            (Headline("region", outcome, outcome, unit, way, window.days), window)
            for outcome, unit, way in ROWS
            for window in windows
        ],
    )


def by_state(found: Folder, scenario: str, window: Window) -> list[Effect]:
    """People whose home is in a state of the theatre, by state of stay, as a window ends: IDPs in each of those states,
    refugees from them in every state that hosts any, and both summed up (`EVERYWHERE`); all judged together.

    Folders that did not keep where refugees are from have all refugees that the states of the theatre host.
    """
    names = ["idps", "refugees_hosted", *(f"refugees_hosted_from.{code}" for code in theatre_of(found))]
    found.load({(str(state), name) for state in found.map["countries"] for name in names})  # in one pass
    values = {}
    for group in GROUPS:
        own = {}
        for state in found.map["countries"]:
            table = staying(found, str(state), group, window)
            if table is not None and {scenario, found.baseline} <= set(table):
                own[str(state)] = table
        if len(own) > 1:
            own[EVERYWHERE] = sum(own.values())
        values |= {(place, group): table for place, table in own.items()}
    values = {key: x for key, x in values.items() if max(x[scenario].mean(), x[found.baseline].mean()) >= 1}
    results: list[dict[str, float]] = []
    for table in values.values() if scenario != found.baseline else ():
        known = summarise(table[scenario].to_numpy(float), table[found.baseline].to_numpy(float))
        results.append({key: float(value) for key, value in known.items()})
    level = np.array([float(table[found.baseline].mean()) for table in values.values()])
    count = np.zeros(len(values), int)
    if results:
        columns = {key: np.array([result[key] for result in results]) for key in results[0]}
        count = stars(columns, level, found.replicates, found.least_effect, np.zeros(len(results), int))
    return [
        Effect(
            group,
            place,
            window,
            float(table[scenario].mean()),
            float(level[at]),
            Judged(**results[at], level=float(level[at]), stars=int(count[at])) if results else None,
        )
        for at, ((place, group), table) in enumerate(values.items())
    ]


def staying(found: Folder, state: str, group: str, window: Window) -> pd.DataFrame | None:
    """People from the theatre who stay in a state as a window ends: index replicate, columns scenario; None where that
    was not recorded, or is nobody's: IDPs of a state outside the theatre."""
    theatre = theatre_of(found)
    if group == "idps":
        outcomes = ["idps"] if state in theatre else []
    else:
        outcomes = [f"refugees_hosted_from.{code}" for code in theatre if code != state]
        if not any(len(found.over_time(name, state)) for name in outcomes):
            outcomes = ["refugees_hosted"] if state in theatre else []
    found_rows = []
    for name in outcomes:
        table = rows_of(found.over_time(name, state), window.days, found.is_monthly(state))
        if len(table):
            found_rows.append(table.iloc[-1].astype(float).unstack("scenario"))
    return sum(found_rows) if found_rows else None


def everyone_displaced(found: Folder, window: Window) -> float:
    """Displaced people in all states of the map, whatever their home, in the baseline as a window ends: what the areas
    of caseload.csv come to; NaN where states were not recorded."""
    total, known = 0.0, False
    for state in map(str, found.map["countries"]):
        for name in ("idps", "refugees_hosted"):
            table = rows_of(found.over_time(name, state), window.days, found.is_monthly(state))
            if len(table):
                total, known = total + float(table[found.baseline].iloc[-1].mean()), True
    return total if known else float("nan")


def _judged(found: Folder, scenario: str, items: list[tuple[Headline, Window]]) -> list[Effect]:
    """The rows that have values in their window, with differences to the baseline judged together."""
    items = [(item, window) for item, window in items if _has_rows(found, item) and scenario in found.totals(item)]
    judged = judge(found, [item for item, _ in items], [scenario]) if scenario != found.baseline else {}
    return [
        Effect(
            item.outcome,
            item.place,
            window,
            float(found.totals(item)[scenario].mean()),
            float(found.totals(item)[found.baseline].mean()),
            judged.get((item, scenario)),
        )
        for item, window in items
    ]


def _has_rows(found: Folder, item: Headline) -> bool:
    """Whether anything of an outcome was recorded within its window."""
    table = found.over_time(item.outcome, item.place)
    return len(table) > 0 and len(rows_of(table, item.window, found.is_monthly(item.place))) > 0
