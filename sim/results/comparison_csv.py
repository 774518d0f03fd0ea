"""`comparison.csv`: paired differences to the baseline, over the whole period and by year."""

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.core.files import FolderError, atomic_path
from sim.recording import reduced_record
from sim.recording.aggregation import aggregate_kind
from sim.recording.run_record import Totals
from sim.results.paired_differences import summarise
from sim.results.replicate_files import ReplicateFiles, _differ

COMPARISON = ["scenario", "baseline", "date", "place", "outcome", "unit"]

COMPARISON += ["difference", "low", "high", "share_larger"]
# Further columns: which stretch the row sums up (`start` to `date`) and how, the two levels that are compared, the
# difference as a share of the baseline's, and the p of its test.
COMPARISON += ["start", "period", "aggregate", "scenario_mean", "baseline_mean", "replicates"]

COMPARISON += ["projection", "relative", "p"]


# ---------------------------------------------------------------------------- comparison.csv


def write_comparison(parts: ReplicateFiles) -> None:
    """Write comparison.csv: paired differences to the baseline with intervals."""
    baseline = parts.run["baseline"]
    others = [name for name in parts.scenarios if name != baseline]
    theirs = _totals(parts, baseline) if others else {}
    with atomic_path(parts.folder / "comparison.csv") as temporary:
        pd.DataFrame(columns=COMPARISON).to_csv(temporary, index=False)
        for name in others:
            ours = _totals(parts, name)
            for key in ours:
                if key in theirs:
                    for table in _compare_series(parts.run, name, key, ours[key], theirs[key]):
                        table = table.dropna(subset=["difference"]).assign(replicates=len(parts.replicates))
                        table = table.assign(baseline=baseline)[COMPARISON]
                        table.to_csv(temporary, mode="a", header=False, index=False, float_format="%.6g")


def _totals(parts: ReplicateFiles, scenario: str) -> dict[str, Totals]:
    """Totals of one scenario, replicates first: values (R, period, place, outcome)."""
    found: dict[str, Totals] = {}
    for row, replicate in enumerate(parts.replicates):
        for key, item in parts.totals(scenario, replicate).items():
            if key not in found:
                room = np.empty((len(parts.replicates), *item.values.shape))
                found[key] = replace(item, values=room)
            first = found[key]
            same = (first.places, first.outcomes) == (item.places, item.outcomes)
            if not same or not np.array_equal(first.dates, item.dates):
                raise _differ(scenario, key)
            first.values[row] = item.values
    return found


def _compare_series(run: dict, scenario: str, key: str, found: Totals, base: Totals) -> list[pd.DataFrame]:
    """A table per period, with a row for every place and outcome that both scenarios have."""
    spans = reduced_record.spans_of(key, found.dates, run["period"]["end"])
    spans = spans[: found.values.shape[1]]  # sums of earlier versions have the whole period only, where it comes first
    if not np.array_equal(found.dates[[0, -1]], base.dates[[0, -1]]):
        raise FolderError(
            f"Scenario '{scenario}' and the baseline do not cover the same dates; "
            "a comparison needs one period for all."
        )
    places = [x for x in found.places if x in base.places]
    outcomes = [x for x in found.outcomes if x in base.outcomes]
    kinds = [aggregate_kind(x, found.units[x]) for x in outcomes]
    units = [_unit(found.units[x]) for x in outcomes]
    known = run.get("projection_from")
    tables = []
    for row, span in enumerate(spans):
        ours, theirs = (_pick(item, row, places, outcomes) for item in (found, base))
        result = summarise(ours, theirs)
        level = theirs.mean(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            result["relative"] = np.where(level != 0, result["difference"] / np.abs(level), np.nan)
        columns = {
            "scenario": scenario,
            "date": str(span.last),
            "place": np.repeat(np.array(places, dtype=object), len(outcomes)),
            "outcome": np.tile(np.array(outcomes, dtype=object), len(places)),
            "unit": np.tile(np.array(units, dtype=object), len(places)),
            **{name: values.ravel() for name, values in result.items()},
            "start": str(span.first),
            "period": span.name,
            "aggregate": np.tile(np.array(kinds, dtype=object), len(places)),
            "scenario_mean": ours.mean(axis=0).ravel(),
            "baseline_mean": level.ravel(),
            "projection": known is not None and str(span.last) >= known,
        }
        tables.append(pd.DataFrame(columns))
    return tables


def _pick(totals: Totals, span: int, places: list[str], outcomes: list[str]) -> np.ndarray:
    """Values of one period: (R, place, outcome)."""
    rows = [totals.places.index(x) for x in places]
    columns = [totals.outcomes.index(x) for x in outcomes]
    return totals.values[:, span][:, rows][..., columns]


def _unit(unit: str) -> str:
    """The unit of a sum over a period: persons/week become persons."""
    return unit.split("/")[0]
