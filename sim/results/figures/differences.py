"""The chart of the main differences, and the panel of totals beside the maps."""

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.core.numbers import outcome_number, tick_label
from sim.results.figures.style import BAND, INK, colour
from sim.results.intervals import FEWEST, LEVEL
from sim.results.reading.judged import Judged, judge
from sim.results.result_folder import Folder, Headline

# ---------------------------------------------------------------------------- main differences


def differences(found: Folder) -> Figure:
    """Mean paired difference of each headline outcome, with its interval, scenario by scenario."""
    items = [item for item in found.headlines if _in_chart(item)]
    others = found.scenarios[1:]
    columns = min(3, len(items))
    rows = -(-len(items) // columns)
    height = (0.9 + 0.28 * len(others)) * rows + 1.0
    figure = Figure(figsize=(4.1 * columns + 0.5, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    judged = judge(found, found.headlines, others)  # all rows of the table, whether they are drawn or not
    for ax, item in zip(axes, items):
        _intervals(found, ax, item, others, judged)
    for ax in axes[len(items) :]:
        ax.set_visible(False)
    axes[0].set_yticks(range(len(others)), [textwrap.fill(found.title(name), 34) for name in others], fontsize=9)
    axes[0].set_ylim(len(others) - 0.4, -0.6)
    percent = round(100 * LEVEL)
    figure.suptitle(f"Difference to {found.title(found.baseline)}, {_period(found)}", fontsize=12)
    note = f"Bars: {percent} % interval of the mean over {found.replicates} paired replicates. "
    note += f"Hollow: cannot be told from noise, or below {100 * found.least_effect:g} % of the baseline's mean; "
    note += "filled: its own interval excludes zero (one star in the table); "
    note += "ringed: holds with all others of the table as well (two stars)."
    if found.replicates < FEWEST:
        note = f"Bars: {percent} % interval of the mean over {found.replicates} paired replicates. "
        note += f"All hollow: below {FEWEST} replicates nothing is told from noise."
    if found.projection_from is not None:
        note += f" From {found.projection_from} on: projection."
    note += " Compares scenarios; does not predict events."
    figure.supxlabel("\n".join(textwrap.wrap(note, 48 * columns)), fontsize=8)
    return figure


def _in_chart(item: Headline) -> bool:
    """All headlines but area shares of single actors, which the share of people already shows."""
    share, _, controller = item.outcome.partition(".")
    return share != "inhabited_area_share" or controller == "government"


def _intervals(
    found: Folder,
    ax: Axes,
    item: Headline,
    others: list[str],
    judged: dict[tuple[Headline, str], Judged],
    ink: str | None = None,
) -> None:
    """Mean differences with intervals; in the scenarios' colours unless there is one ink for all.

    Dots say what the stars of the table say: none hollow, one filled, two filled with a ring around.
    """
    scale, unit = (100, "percentage points") if item.unit == "0..1" else (1, item.unit.split("/")[0])
    ax.axvline(0, color="#777777", linewidth=0.8)
    for place, name in enumerate(others):
        row = judged.get((item, name))
        if row is None:
            continue
        middle, low, high = scale * row.difference, scale * row.low, scale * row.high
        shade = ink or colour(found, name)
        if np.isfinite(low):
            ax.plot([low, high], [place, place], color=shade, linewidth=2, solid_capstyle="butt")
        if row.stars == 2:
            ax.plot(middle, place, "o", color=shade, markerfacecolor="none", markersize=10, markeredgewidth=1.1)
        face = shade if row.stars else "white"
        ax.plot(middle, place, "o", color=shade, markerfacecolor=face, markersize=6)
    ax.set_title(item.label, fontsize=9.5, loc="left")
    ax.set_xlabel(unit, fontsize=8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: tick_label(x, unit)))
    ax.locator_params(axis="x", nbins=5)
    ax.margins(x=0.12)
    ax.tick_params(labelsize=8)
    ax.grid(axis="x", color="#e5e5e5", linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)


def _period(found: Folder) -> str:
    period: dict[str, Any] = found.run["period"]
    return f"{period['start']} to {period['end']}"


def totals_panel(found: Folder, ax: Axes, item: Headline, versus_baseline: bool) -> None:
    """Bars of a headline by scenario, with 90 % of replicates, or differences with intervals.

    Scenarios' names stand above their bars, so that the panel is as wide as the maps beside it; all have one colour,
    which no controller and no step of a map's scale has.
    """
    names = found.scenarios[1:] if versus_baseline else found.scenarios
    if versus_baseline:
        # judged with all rows of the table, of which it is one under another label
        same = [item if (row.place, row.outcome) == (item.place, item.outcome) else row for row in found.headlines]
        _intervals(found, ax, item, names, judge(found, same if item in same else [*same, item], names), INK)
    else:
        _bars(found, ax, item)
    for place, name in enumerate(names):
        ax.annotate(
            textwrap.shorten(found.title(name), 70, placeholder=" ..."),
            (0, place - 0.22),
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="bottom",
            fontsize=8,
        )
    ax.set_yticks([])
    ax.set_ylim(len(names) - 0.5, -0.8)


def _bars(found: Folder, ax: Axes, item: Headline) -> None:
    table = found.totals(item)
    unit = item.unit.split("/")[0]
    for place, name in enumerate(found.scenarios):
        low, high = np.nanquantile(table[name], BAND)
        middle = float(np.nanmean(table[name]))  # as in the table
        ax.barh(place, middle, facecolor="white", edgecolor=INK, linewidth=0.9, height=0.32)
        if len(table) > 1:
            ax.plot([low, high], [place, place], color=INK, linewidth=1.8, solid_capstyle="butt")
        text = outcome_number(middle, item.unit)
        ax.annotate(text, (high, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    ax.set_xlim(0, 1.25 * np.nanmax(table.to_numpy()) or 1)
    ax.set_title(item.label, fontsize=9.5, loc="left")
    ax.set_xlabel(unit + (" (mean; line: 90 % of replicates)" if len(table) > 1 else ""), fontsize=8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: tick_label(x, unit)))
    ax.locator_params(axis="x", nbins=4)
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
