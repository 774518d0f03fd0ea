"""How much of the spread over replicates comes from chance, and how much from the contested parameters that each
draws anew.

A replicate is a seed and a draw of the contested parameters. Over R replicates of one scenario an outcome y is
regressed on the k
drawn values; the share of its variance that goes with them is R-squared, less what k columns of noise would get
(Ezekiel 1930):

    share = 1 - (1 - R2) (R - 1) / (R - k - 1)

cut at 0 and 1. The rest is chance, and whatever the draws do that is not linear. Replicates drawn with replacement
give its spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

RESAMPLED = 400
#: replicates beyond the number of draws below which a share means nothing
LEAST_BEYOND = 8
ROUNDING = 1e-9  # of the largest value: a smaller spread is none


@dataclass(frozen=True)
class Shares:
    """Parts of the variance of one outcome.

    draws      share that goes with the drawn parameters; `low` and `high` its 5 and 95 %
    strongest  the parameter with the largest partial effect, and `effect`, the change of the outcome over its range's
    middle 90 %
    deviation  standard deviation over the replicates, in the outcome's unit
    """

    draws: float
    low: float
    high: float
    strongest: str
    effect: float
    deviation: float

    @property
    def chance(self) -> float:
        """Share that does not."""
        return 1.0 - self.draws


def adjusted_share(values: np.ndarray, draws: np.ndarray) -> float:
    """Adjusted R-squared of values (R,) on draws (R, k), between 0 and 1; NaN where nothing varies or replicates are
    too few.
    """
    replicates, k = draws.shape
    rank = k + 1
    if replicates - rank < 1 or np.ptp(values) == 0:
        return float("nan")
    design = np.column_stack([np.ones(replicates), draws])
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    unexplained = ((values - fitted) ** 2).sum() / ((values - values.mean()) ** 2).sum()
    return float(np.clip(1.0 - unexplained * (replicates - 1) / (replicates - rank), 0.0, 1.0))


def shares_of(values: np.ndarray, draws: pd.DataFrame, seed: int = 11) -> Shares | None:
    """Shares of an outcome (R,) with the draws of the same replicates (R rows, a column each parameter).

    None where there are no draws, too few replicates, or no spread. Replicates with a value or draw that is not finite
    are left out.
    """
    values = np.asarray(values, dtype=float)
    x = draws.to_numpy(dtype=float)
    kept = np.isfinite(values) & np.isfinite(x).all(axis=1)
    y, x = values[kept], x[kept]
    if x.shape[1] == 0 or len(y) < x.shape[1] + LEAST_BEYOND or np.ptp(y) <= ROUNDING * np.abs(y).max():
        return None
    x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    share = adjusted_share(y, x)
    draw = np.random.default_rng(seed)
    again = []
    for _ in range(RESAMPLED):
        rows = draw.integers(len(y), size=len(y))
        again.append(adjusted_share(y[rows], x[rows]))
    low, high = np.nanquantile(again, [0.05, 0.95])
    slope = np.linalg.lstsq(np.column_stack([np.ones(len(y)), x]), y, rcond=None)[0][1:]
    most = int(np.argmax(np.abs(slope)))
    width = float(np.subtract(*np.quantile(x[:, most], [0.95, 0.05])))
    return Shares(
        share, float(low), float(high), str(draws.columns[most]), float(slope[most] * width), float(y.std(ddof=1))
    )


def draws_of(parameters: pd.DataFrame, scenario: str, replicates: list[int]) -> pd.DataFrame:
    """Drawn values: a row each replicate, a column each parameter that varies."""
    own = parameters[(parameters["scenario"] == scenario) & parameters["replicate"].isin(replicates)]
    table = own.pivot(index="replicate", columns="parameter", values="value").reindex(replicates)
    return table.loc[:, table.nunique() > 1]


def shares_of_differences(folder) -> pd.DataFrame:
    """For each headline's paired difference to the baseline, and the baseline's own level, the shares of its spread.

    Columns: scenario, what ("level" or "difference"), outcome, place, unit, deviation, share_chance, share_draws,
    low, high,
    strongest, effect. `folder` is a `sim.results.result_folder.Folder`.
    """
    rows = []
    for item in folder.headlines:
        totals = folder.totals(item)
        replicates = [int(r) for r in totals.index]
        draws = draws_of(folder.parameters(folder.baseline), folder.baseline, replicates)
        for scenario in folder.scenarios:
            level = scenario == folder.baseline
            values = totals[scenario] if level else totals[scenario] - totals[folder.baseline]
            found = shares_of(values.to_numpy(), draws)
            about = (scenario, "level" if level else "difference", item.label, item.place, item.unit)
            if found is not None:
                numbers = (
                    found.deviation,
                    found.chance,
                    found.draws,
                    found.low,
                    found.high,
                    found.strongest,
                    found.effect,
                )
                rows.append((*about, *numbers))
    columns = [
        "scenario",
        "what",
        "outcome",
        "place",
        "unit",
        "deviation",
        "share_chance",
        "share_draws",
        "low",
        "high",
    ]
    return pd.DataFrame(rows, columns=[*columns, "strongest", "effect"])
