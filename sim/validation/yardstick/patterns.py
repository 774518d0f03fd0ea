"""(c) The patterns of `observed/patterns.csv`: a function for each, and whether it holds.

Each function gives an `Outcome` of the `Ensemble`: what every replicate says, and the verdict by the pattern's own
rule.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.core.files import NotRecorded
from sim.validation.yardstick import patterns_of_events as of_events
from sim.validation.yardstick import patterns_of_series as of_series
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.pattern_rule import Outcome, Pattern, pattern
from sim.validation.yardstick.rows import NOT_COVERED, NOT_RECORDED

PATTERNS: dict[str, Callable[[Ensemble, Pattern], Outcome]] = {
    "P01": of_series.violence_rises,
    "P02a": of_series.who_kills_acled,
    "P02b": of_series.who_kills_ucdp,
    "P03": of_events.deaths_per_attack,
    "P04": of_events.jnim_share,
    "P05": of_events.level_of_deaths,
    "P06": of_series.burkina_outside,
    "P07": of_series.issp_area_doubles,
    "P08": of_events.issp_after_coup,
    "P09": of_events.attacks_double,
    "P10": of_events.shift_to_south_west,
    "P11": of_series.displaced_in_may_2022,
    "P12": of_events.massacre_in_tail,
    "P13": of_events.bases_overrun,
    "P14": of_series.kidal_taken,
    "P15": of_events.ambush_in_tail,
    "P16": of_series.bamako_fuel,
    "P17": of_events.border_attacks,
    "P18": of_series.abuse_after_wagner,
    "P19": of_events.littoral_spillover,
    "P20": of_series.army_to_capital,
    "P21": of_series.coups,
    "P22": of_events.abuse_after_oversight,
    "P23": of_series.displaced_per_death,
}
#: the one that needs a run in which governments fall by themselves
ENDOGENOUS = "P21"


def judge(e: Ensemble, number: str, endogenous: Ensemble | None = None) -> Outcome:
    """A pattern of an ensemble; `endogenous` is one in which coups are outcomes."""
    p = pattern(number)
    if number == ENDOGENOUS:
        if endogenous is None:
            return Outcome(status="not run with politics=endogenous")
        e = endogenous
    if not e.covers(p.first, p.window[1]):
        return Outcome(status=NOT_COVERED)
    try:
        return PATTERNS[number](e, p)
    except NotRecorded as reason:
        return Outcome(status=f"{NOT_RECORDED}: {reason}")
