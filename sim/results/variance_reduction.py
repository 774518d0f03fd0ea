"""What common random numbers save: `sahel variance FOLDER`, from a finished comparison.

Replicate r of two scenarios shares its random numbers and its draw of parameters. For every scenario and headline
outcome

    factor = (var a + var b) / var (a - b)        a, b: outcomes of the scenario and of the baseline over replicates

is the number of independent replicates that one paired replicate is worth: the numerator is the variance of a
difference between runs that share nothing (their replicates differ, and no run is needed for it), the denominator
that of the paired one. The interval comes from the jackknife of the factor's logarithm with Student's t; nominally
95 %, it covers 88 to 95 % at 12 to 20 replicates and heavy tails (a test measures it).

Two runs start alike and diverge. `over_weeks` follows the factor from the last day on which all was alike: near it,
it is large wherever draws stay in step; it falls to 1 when they have nothing in common but their statistics.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from sim.core.files import FolderError, atomic_path, refuse_linked
from sim.core.numbers import factor_number
from sim.results.integrity.folder_lock import locked
from sim.results.integrity.hashes import reading
from sim.results.result_folder import Folder, Headline

#: what is written into the folder of the comparison
CSV, FIGURE = "variance_reduction.csv", "figures/variance_reduction.png"

LEVEL = 0.95

FEWEST = 6  # replicates below which nothing is said

ACROSS = 4  # scenarios side by side in print

WEEKS = (1, 4, 13, 26, 52, 104, 156, 208, 260)


def factor_of(values: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Variance of independent differences over that of paired ones, (R, ...) each -> (...).

    Infinite where all paired differences are equal, NaN where nothing varies.
    """
    independent = np.var(values, axis=0, ddof=1) + np.var(baseline, axis=0, ddof=1)
    paired = np.var(values - baseline, axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(independent > 0, independent / paired, np.nan)


def interval_of(values: np.ndarray, baseline: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Interval of the factor of (R,) values: the jackknife of its logarithm."""
    count = len(values)
    whole = factor_of(values, baseline)
    if count < 3 or not np.isfinite(whole) or whole <= 0:
        return float("nan"), float("nan")
    without = np.array([factor_of(np.delete(values, r), np.delete(baseline, r)) for r in range(count)])
    if not (np.isfinite(without).all() and (without > 0).all()):
        return float("nan"), float("nan")
    pseudo = count * np.log(whole) - (count - 1) * np.log(without)
    half = student.ppf((1 + level) / 2, count - 1) * pseudo.std(ddof=1) / np.sqrt(count)
    return float(whole * np.exp(-half)), float(whole * np.exp(half))


def table_of(folder: Folder) -> pd.DataFrame:
    """One row for every scenario and headline outcome: factor, its interval, and the two standard deviations.

    `alike` is the share of replicates in which scenario and baseline came to the same number.
    """
    if folder.replicates < FEWEST:
        raise FolderError(
            f"{folder.path} has {folder.replicates} replicates; at least {FEWEST} are needed for variances."
        )
    rows = []
    for item in folder.headlines:
        totals = folder.totals(item).dropna()
        baseline = totals[folder.baseline].to_numpy(float)
        for scenario in folder.scenarios[1:]:
            values = totals[scenario].to_numpy(float)
            low, high = interval_of(values, baseline)
            rows.append(
                {
                    "scenario": scenario,
                    "place": item.place,
                    "outcome": item.outcome,
                    "label": item.label,
                    "replicates": len(totals),
                    "sd_paired": np.std(values - baseline, ddof=1),
                    "sd_independent": np.sqrt(np.var(values, ddof=1) + np.var(baseline, ddof=1)),
                    "factor": float(factor_of(values, baseline)),
                    "low": low,
                    "high": high,
                    "alike": float(np.mean(values == baseline)),
                }
            )
    return pd.DataFrame(rows)


def last_shared(folder: Folder, items: list[Headline]) -> dict[str, np.datetime64]:
    """Last recorded day on which every replicate of a scenario was still that of the baseline in all `items`.

    A lever may lie idle for years: escorts need a blockade. Scenarios that never part are left out.
    """
    shared: dict[str, np.datetime64] = {}
    for item in items:
        table = folder.over_time(item.outcome, item.place)
        dates = table.index.to_numpy()
        for scenario in folder.scenarios[1:]:
            common = table[folder.baseline].columns.intersection(table[scenario].columns)
            apart = (table[scenario][common].to_numpy() != table[folder.baseline][common].to_numpy()).any(axis=1)
            if apart.any():
                first = int(np.argmax(apart))
                day = dates[first - 1] if first else dates[0] - np.timedelta64(7, "D")
                shared[scenario] = min(day, shared.get(scenario, day))
    return shared


def over_weeks(folder: Folder, item: Headline, since: dict[str, np.datetime64]) -> pd.DataFrame:
    """The factor week by week: index weeks since divergence, a column for each scenario.

    Stocks and shares as they are in the week; flows summed over the four weeks up to it.
    """
    table = folder.over_time(item.outcome, item.place).astype(float)
    if item.kind == "sum":
        table = table.rolling(4, min_periods=1).sum()
    found = {}
    for scenario, day in since.items():
        common = table[folder.baseline].columns.intersection(table[scenario].columns)
        after = table.index.to_numpy() > day
        values, baseline = (table[name][common].to_numpy()[after].T for name in (scenario, folder.baseline))
        weeks = np.ceil((table.index.to_numpy()[after] - day) / np.timedelta64(7, "D")).astype(int)
        found[scenario] = pd.Series(factor_of(values, baseline), index=weeks)
    return pd.DataFrame(found).rename_axis("weeks")


def draw_weeks(folder: Folder, items: list[Headline], path: Path) -> None:
    """A chart for each outcome: the factor against weeks since the branch, a line for each scenario."""
    from sim.results.figures.style import own_style

    with own_style():
        _draw_weeks(folder, items, path)


def _draw_weeks(folder: Folder, items: list[Headline], path: Path) -> None:
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, NullFormatter

    from sim.core.numbers import short_number

    since = last_shared(folder, items)
    figure = Figure(figsize=(10, 6.5), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True)
    for axis, item in zip(axes.flat, items, strict=False):
        curves = over_weeks(folder, item, since)
        for scenario in curves:
            curve = np.exp(np.log(curves[scenario].replace([np.inf, 0.0], np.nan)).rolling(4, min_periods=1).mean())
            axis.plot(curve.index, curve, label=folder.title(scenario), linewidth=1.3)
        axis.axhline(1.0, color="0.4", linewidth=0.8)
        axis.set(yscale="log", title=item.label.split(",")[0])
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))
        axis.yaxis.set_minor_formatter(NullFormatter())
        axis.grid(alpha=0.25, linewidth=0.5)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[-1]:
        axis.set_xlabel("weeks since divergence")
    for axis in axes[:, 0]:
        axis.set_ylabel("replicates saved (factor)")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=min(4, max(1, len(labels))), frameon=False, fontsize=8
    )
    refuse_linked(path.parent)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=110)


def shown_items(folder: Folder) -> list[Headline]:
    """The outcomes of the chart: displaced, civilians killed, area of the government, fuel of the capital."""
    wanted = ("displaced", "civilians_killed", "inhabited_area_share.government", "fuel_days")
    return [item for name in wanted for item in folder.headlines if item.outcome == name][:4]


def variance_reduction(path: Path) -> pd.DataFrame:
    """Print the table and the factor by weeks; write `CSV` and `FIGURE` into the folder."""
    folder = Folder(path)
    with locked(path), reading(path):
        return _variance_reduction(folder)


def _variance_reduction(folder: Folder) -> pd.DataFrame:
    if len(folder.scenarios) < 2:
        raise FolderError(f"{folder.path} holds one scenario; differences need two.")
    table = table_of(folder)
    items = shown_items(folder)
    with atomic_path(folder.path / CSV) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g")
    draw_weeks(folder, items, folder.path / FIGURE)
    print_variance_reduction(folder, table, items)
    return table


def print_variance_reduction(folder: Folder, table: pd.DataFrame, items: list[Headline]) -> None:
    """The table of factors, and how they fall with the weeks."""
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    console = Console(width=max(110, Console().width))
    console.print(
        f"\nWhat common random numbers save: {folder.replicates} replicates, against {folder.title(folder.baseline)}. "
        "A factor of 10 means: as good as ten times as many independent replicates.",
        soft_wrap=True,
        markup=False,
    )
    for first in range(1, len(folder.scenarios), ACROSS):
        names = folder.scenarios[first : first + ACROSS]
        shown = Table("factor (95 % interval)", *(Column(Text(name)) for name in names))
        for label, rows in table.groupby("label", sort=False):
            of = {row.scenario: row for row in rows.itertuples()}
            shown.add_row(Text(label), *(entry(of[name]) for name in names))
        console.print(shown)
    weeks = Table("weeks since divergence", *map(str, WEEKS))
    since = last_shared(folder, items)
    for item in items:
        curves = over_weeks(folder, item, since)
        weeks.add_row(Text(item.label.split(",")[0]), *(factor_number(typical(curves, week)) for week in WEEKS))
    console.print(weeks)
    console.print("Factor by weeks: flows over four weeks, stocks in the week; geometric mean over scenarios.")
    console.print(f"Folder: {folder.path} ({CSV}, {FIGURE})", highlight=False, markup=False, soft_wrap=True)


def entry(row: Any) -> str:
    """A factor and its interval."""
    return factor_number(row.factor) + (
        f" ({factor_number(row.low)} to {factor_number(row.high)})" if np.isfinite(row.low) else ""
    )


def typical(curves: pd.DataFrame, week: int) -> float:
    """Geometric mean over scenarios of the factor in a week; a scenario that has not diverged at all is left out."""
    if week not in curves.index:
        return float("nan")
    values = curves.loc[week].to_numpy(float)
    values = values[np.isfinite(values) & (values > 0)]
    return float(np.exp(np.log(values).mean())) if len(values) else float("inf")
