"""Fits a few parameters of displacement to the first part of a case and judges them on the rest.

    python tools/fit_case.py some/case --days 150

Shows whether the mechanisms carry over in time: the averaged relative difference on the days fitted, on those after
them, and on all, with the parameters that ship, with those fitted on the first part, and for scale with constant
shares of the camps fitted on the first part and on all days (the answer itself). The search draws parameters within
their ranges (in `docs/parameters.md`) and then closes in on the best; it uses a seed of its own. Nothing that it
finds is shipped.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

FITTED = ("reach_hours", "risk_weight", "kin_weight", "kin_half", "conflict_dead", "vehicle_share", "travel_hours")

SEARCH_SEED, FIT_SEED, FIT_REPLICATES = 1, 1000, 3  # of the search, and of the runs by which it judges a set

JUDGE_SEED = 1  # of the runs by which what was found is judged

WIDTH = 0.3  # standard deviation of the steps around the best, at first, as a share of a range


def parse(arguments=None) -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", help="folder of the case, or the name of a shipped one")
    parser.add_argument("--days", type=int, default=150, help="days of the first part (default: 150)")
    parser.add_argument("--tries", type=int, default=300, help="parameter sets tried")
    parser.add_argument("--replicates", type=int, default=20, help="replicates by which sets are judged")
    return parser.parse_args(arguments)


def parameters_with(values: dict[str, float]):
    """Parameters with some of displacement replaced."""
    from sim.settings.parameters.groups import Parameters

    found = Parameters()
    for name, value in values.items():
        setattr(found.displacement, name, float(value))
    return found


def simulated(case, values: dict[str, float], seed: int, replicates: int) -> list[np.ndarray]:
    """People in the camps (T, C) of each replicate."""
    from sim.cases.run import simulate_case

    p = parameters_with(values)
    return [simulate_case(case, seed, replicate, p).persons[:, case.camps] for replicate in range(replicates)]


def scores(case, runs, days: slice) -> tuple[float, float]:
    """Raw and rescaled averaged relative difference on some days, as means over runs."""
    from sim.cases.score import averaged_relative_difference as difference

    recorded = case.observed[days]
    raw = np.mean([difference(run[days], recorded) for run in runs])
    return float(raw), float(np.mean([difference(run[days], recorded, rescaled=True) for run in runs]))


def limits() -> dict[str, tuple[float, float]]:
    """Range of each fitted parameter, as documented."""
    from sim.settings.parameters.people import Displacement

    fields = Displacement.__dataclass_fields__
    return {name: (fields[name].metadata["low"], fields[name].metadata["high"]) for name in FITTED}


def fit(case, days: slice, tries: int) -> dict[str, float]:
    """The set with the least sum of raw and rescaled difference on these days, over the same few replicates each.

    The first half of the tries is drawn within the ranges, the second around the best so far, ever nearer.
    """
    rng = np.random.default_rng(SEARCH_SEED)
    low, high = np.array(list(limits().values())).T
    best, least = None, np.inf
    for number in range(tries):
        if number < tries // 2 or best is None:
            point = low + rng.random(len(low)) * (high - low)
        else:
            width = WIDTH * (1.0 - number / tries) * (high - low)
            point = np.clip(best + rng.normal(0.0, 1.0, len(low)) * width, low, high)
        found = sum(
            scores(case, simulated(case, dict(zip(FITTED, point, strict=True)), FIT_SEED, FIT_REPLICATES), days)
        )
        if found < least:
            best, least = point, found
    return dict(zip(FITTED, best.tolist(), strict=True))


def constant_shares(case, days: slice) -> np.ndarray:
    """People in camps (T, C) if each camp held, of the recorded sum, its median share of these days."""
    recorded = case.observed
    total = recorded.sum(1, keepdims=True)
    share = np.median(recorded[days] / np.maximum(1, total[days]), axis=0)
    return total * share / share.sum()


def main(arguments=None) -> None:
    """Fit, judge, print."""
    from sim.cases.reader import read_case

    options = parse(arguments)
    case = read_case(options.case)
    first, last, all_days = slice(0, options.days), slice(options.days, case.days), slice(0, case.days)
    fitted = fit(case, first, options.tries)
    rows = {
        "parameters that ship": simulated(case, {}, JUDGE_SEED, options.replicates),
        f"fitted on the first {options.days} days": simulated(case, fitted, JUDGE_SEED, options.replicates),
        "constant shares of those days": [constant_shares(case, first)],
        "constant shares of all days": [constant_shares(case, all_days)],
    }
    print(f"{case.name}: averaged relative difference raw / rescaled, mean of {options.replicates} replicates")
    print(f"  {'':<32}{'first ' + str(options.days) + ' days':>18}{'the rest':>18}{'all days':>18}")
    for label, runs in rows.items():
        cells = ["{:.3f} / {:.3f}".format(*scores(case, runs, part)) for part in (first, last, all_days)]
        print(f"  {label:<32}" + "".join(f"{cell:>18}" for cell in cells))
    print("  fitted: " + ", ".join(f"{name} {value:.3g}" for name, value in fitted.items()))


if __name__ == "__main__":
    main()
