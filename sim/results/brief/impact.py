"""What a scenario does beside the baseline, over the first months and the whole period: people, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.results.brief.windows import Window, first_months, whole
from sim.results.paired_differences import summarise
from sim.results.reading.headlines import Headline
from sim.results.reading.judged import Judged, judge
from sim.results.result_folder import Folder

#: outcome of the region, unit, how it is summed up over a window
ROWS = (
    ("displaced", "persons", "end"),
    ("without_supply", "persons", "worst month"),
    ("besieged", "persons", "worst month"),
    ("civilians_killed", "persons/week", "sum"),
)

#: outcome of a state, unit: how many of each group it hosts at the end
GROUPS = (("idps", "persons"), ("refugees_hosted", "persons"))


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
    def clear(self) -> bool:
        """Whether the difference holds with all others of its table (Holm), above the least effect."""
        return self.judged is not None and self.judged.stars == 2


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
    """IDPs in each state of the theatre, refugees in every state that hosts any, as a window ends."""
    theatre = [code for code, inside in zip(found.map["countries"], found.map["theatre"]) if inside]
    others = [code for code in found.map["countries"] if code not in theatre]
    wanted = [(code, *GROUPS[0]) for code in theatre]
    wanted += [(code, *GROUPS[1]) for code in [*theatre, *others]]
    recorded = {(place, outcome) for item in found.contents for outcome in item.units for place in item.places}
    wanted = [(place, outcome, unit) for place, outcome, unit in wanted if (place, outcome) in recorded]
    found.load({(place, outcome) for place, outcome, _ in wanted})
    items = [(Headline(place, outcome, outcome, unit, "end", window.days), window) for place, outcome, unit in wanted]
    return [effect for effect in _judged(found, scenario, items) if max(effect.level, effect.baseline) >= 1]


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
    from sim.results.reading.headlines import rows_of

    table = found.over_time(item.outcome, item.place)
    return len(table) > 0 and len(rows_of(table, item.window, found.is_monthly(item.place))) > 0


def mean_interval(values: np.ndarray, baseline: np.ndarray) -> tuple[float, float, float]:
    """Mean paired difference of (R,) and the interval of that mean."""
    result = summarise(values, baseline)
    return float(result["difference"]), float(result["low"]), float(result["high"])
