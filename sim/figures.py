"""Figures of a comparison, drawn from its folder alone (never from a live model).

`draw_all` writes into `figures/`: maps of control and displacement by scenario and their difference
to the baseline (`sim.figures_maps`), timelines with medians and bands, and a chart of the main
differences. Colours: Okabe and Ito's eight, cividis, and PuOr for differences, which people with
colour-blindness can tell apart.
"""

import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim import compare, storage
from sim.outputs_read import Folder, Headline, number

# Okabe and Ito: black for the baseline, then colours far apart.
COLOURS = ["#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442"]
LINES = ["-", "--", "-.", ":"]
BAND = (0.05, 0.95)
DPI = 130
MAX_MARKS = 14
FUEL_WEEKS = 104
#: which kinds of decision are marked first where there are too many
WEIGHT_OF_MARKS = {"order": 0, "exit": 1, "coup": 1, "arrive": 2, "handover": 2, "relation": 3, "auxiliaries": 3}
CONTROL_SHARE = "people_share.government"


def draw_all(folder: Path) -> list[Path]:
    """Draw all figures that the folder's data allow; return their paths."""
    from sim import figures_maps, figures_stopping

    found = Folder(folder)
    figures = timelines(found)
    if found.scenarios[1:]:
        figures["differences"] = differences(found)
    figures |= figures_stopping.narrowing(found) | figures_maps.maps(found)
    return [save(figure, found.path / "figures" / f"{name}.png") for name, figure in figures.items()]


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, atomically, with nothing cut off."""
    with storage.atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=DPI, bbox_inches="tight", pad_inches=0.15, facecolor="white")
    return path


def colour(found: Folder, scenario: str) -> str:
    """The scenario's colour, the same in all figures."""
    return COLOURS[found.scenarios.index(scenario) % len(COLOURS)]


def line(found: Folder, scenario: str) -> str:
    """The scenario's line style, for those who cannot go by colour."""
    return LINES[found.scenarios.index(scenario) % len(LINES)]


# ---------------------------------------------------------------------------- timelines


def timelines(found: Folder) -> dict[str, Figure]:
    """Levels (left) and paired differences to the baseline (right) over time."""
    killed = ("civilians_killed", "region", "Civilians killed since the start", "persons", True)
    rows = {
        "timeline_displacement": [("displaced", "region", "Displaced people", "persons", False)],
        "timeline_control": [
            (CONTROL_SHARE, "region", "People under government control", "0..1", False),
            killed,
        ],
    }
    capital = found.run.get("capital")
    if capital:
        row = ("fuel_days", capital, f"Fuel in {capital}, in days of its use", "days", False)
        rows["timeline_fuel"] = [row]
    figures = {}
    for name, wanted in rows.items():
        tables = [(row, found.over_time(row[0], row[1])) for row in wanted]
        tables = [(row, table.cumsum() if row[4] else table) for row, table in tables if len(table)]
        if name == "timeline_fuel":  # reserves are a few days: years do not show what a blockade does
            tables = [(row, table.tail(FUEL_WEEKS)) for row, table in tables]
        if tables:
            figures[name] = _timeline(found, tables)
    return figures


def _timeline(found: Folder, tables: list[tuple[tuple, pd.DataFrame]]) -> Figure:
    columns = 2 if found.scenarios[1:] else 1
    figure = Figure(figsize=(6.4 * columns, 3.4 * len(tables) + 0.8), layout="constrained")
    axes = figure.subplots(len(tables), columns, squeeze=False, sharex=True)
    marks = _marks(found, tables[0][1].index)
    for row, ((_, _, label, unit, _), table) in zip(axes, tables):
        _levels(found, row[0], table)
        _style(found, row[0], label, unit, table.index, marks)
        if columns == 2:
            _paired(found, row[1], table)
            _style(found, row[1], "Difference to " + found.title(found.baseline), unit, table.index, marks)
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(5, len(labels)), frameon=False)
    figure.supxlabel(_caption(found, marks), fontsize=8, x=0.01, ha="left")
    return figure


def _levels(found: Folder, ax: Axes, table: pd.DataFrame) -> None:
    """Median over replicates and the band that holds nine of ten."""
    for name in found.scenarios:
        _band(ax, table[name], colour(found, name), line(found, name), found.title(name))


def _paired(found: Folder, ax: Axes, table: pd.DataFrame) -> None:
    ax.axhline(0, color=COLOURS[0], linewidth=0.8)
    for name in found.scenarios[1:]:
        _band(ax, table[name] - table[found.baseline], colour(found, name), line(found, name), None)


def _band(ax: Axes, table: pd.DataFrame, shade: str, style: str, label: str | None) -> None:
    days = table.index.to_numpy()
    low, middle, high = np.quantile(table.to_numpy(), [BAND[0], 0.5, BAND[1]], axis=1)
    if table.shape[1] > 1:
        ax.fill_between(days, low, high, color=shade, alpha=0.13, linewidth=0)
    ax.plot(days, middle, color=shade, linestyle=style, linewidth=1.6, label=label)


def _style(found: Folder, ax: Axes, label: str, unit: str, days: pd.Index, marks: list[dict]) -> None:
    ax.set_title(label, fontsize=10, loc="left", pad=14 if marks else 6)
    difference = label.startswith("Difference")
    units = {"0..1": "percentage points" if difference else "% of people"}
    ax.set_ylabel(units.get(unit, unit))
    if unit == "0..1":
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:g}"))
    else:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: short(y, unit)))
    ax.set_xlim(days[0], days[-1])
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=3, maxticks=9))
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
    ax.tick_params(labelbottom=True)
    ax.grid(axis="y", color="#dddddd", linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    if found.projection_from is not None:
        start = max(found.projection_from, np.datetime64(days[0]))
        ax.axvspan(start, days[-1], color="#eeeeee", zorder=0)
        near_end = (days[-1] - pd.Timestamp(start)) < 0.2 * (days[-1] - days[0])
        ax.annotate(
            "projection",
            (days[-1] if near_end else start, 0.02),
            xycoords=("data", "axes fraction"),
            ha="right" if near_end else "left",
            xytext=(-3 if near_end else 3, 0),
            textcoords="offset points",
            fontsize=8,
            color="#555555",
        )
    for mark in marks:
        ax.axvline(mark["day"], color="#777777", linewidth=0.7, linestyle=":", zorder=1)
        ax.annotate(
            mark["number"],
            (mark["day"], 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            color="#444444",
        )


def _marks(found: Folder, days: pd.Index) -> list[dict]:
    """Dated events within the period, numbered; those close together share a label."""
    events: dict[tuple, int] = {}
    weight: dict[tuple, int] = {}
    for mark in found.run.get("marks", {}).get(found.baseline, []):
        key = (pd.Timestamp(mark["date"]), mark["title"])
        if days[0] < key[0] <= days[-1]:
            events[key] = events.get(key, 0) + 1
            weight[key] = min(weight.get(key, 9), WEIGHT_OF_MARKS.get(mark.get("effect", ""), 9))
    # Where there are too many: orders, exits, coups first, then those that are several entries.
    chosen = sorted(events, key=lambda key: (weight[key], -events[key], key))[:MAX_MARKS]
    marks: list[dict] = [{"day": day, "title": title} for day, title in chosen]
    levers = found.run["period"].get("levers_from")
    if found.scenarios[1:] and levers and days[0] < pd.Timestamp(levers) <= days[-1]:
        marks.append({"day": pd.Timestamp(levers), "title": "scenarios may differ from here"})
    marks.sort(key=lambda mark: mark["day"])
    room = (days[-1] - days[0]) * 0.035
    last, first = None, 0
    for i, mark in enumerate(marks):
        mark["count"] = i + 1
        mark["number"] = str(i + 1)
        if last is not None and mark["day"] - last < room:
            marks[first]["number"] = f"{first + 1}-{i + 1}"
            mark["number"] = ""
        else:
            last, first = mark["day"], i
    return marks


def _caption(found: Folder, marks: list[dict]) -> str:
    text = f"Lines: median of {found.replicates} replicates; bands: 90 % of them."
    if found.replicates == 1:
        text = "One replicate."
    text += " Differences are taken replicate by replicate." if found.scenarios[1:] else ""
    text += " Compares scenarios; does not predict events."
    # Spaces that do not break keep the entry of one event together.
    entries = [f"{m['count']}: {m['day'].date()} {m['title']}".replace(" ", "\u00a0") for m in marks]
    width = 205 if found.scenarios[1:] else 100
    lines = textwrap.wrap(text, width) + textwrap.wrap("  ".join(entries), width, break_on_hyphens=False)
    return "\n".join(lines)


def short(value: float, unit: str) -> str:
    """A tick label: 2.5 M, 300 k, 40."""
    if unit.split("/")[0] == "persons" and abs(value) >= 1e6:
        return f"{value / 1e6:g} M"
    if unit.split("/")[0] == "persons" and abs(value) >= 1e4:
        return f"{value / 1e3:g} k"
    return f"{value:,g}"


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
    for ax, item in zip(axes, items):
        _intervals(found, ax, item, others)
    for ax in axes[len(items) :]:
        ax.set_visible(False)
    axes[0].set_yticks(range(len(others)), [found.title(name) for name in others], fontsize=9)
    axes[0].set_ylim(len(others) - 0.4, -0.6)
    percent = round(100 * compare.LEVEL)
    figure.suptitle(f"Difference to {found.title(found.baseline)}, {_period(found)}", fontsize=12)
    note = f"Bars: {percent} % interval of the mean over {found.replicates} paired replicates. "
    note += "Filled: the interval excludes zero; hollow: cannot be told from noise."
    if found.replicates < compare.FEWEST:
        note = f"Bars: {percent} % interval of the mean over {found.replicates} paired replicates. "
        note += f"All hollow: below {compare.FEWEST} replicates nothing is told from noise."
    if found.projection_from is not None:
        note += f" From {found.projection_from} on: projection."
    note += " Compares scenarios; does not predict events."
    figure.supxlabel("\n".join(textwrap.wrap(note, 48 * columns)), fontsize=8)
    return figure


def _in_chart(item: Headline) -> bool:
    """All headlines but area shares of single actors, which the share of people already shows."""
    share, _, controller = item.outcome.partition(".")
    return share != "inhabited_area_share" or controller == "government"


def _intervals(found: Folder, ax: Axes, item: Headline, others: list[str]) -> None:
    scale, unit = (100, "percentage points") if item.unit == "0..1" else (1, item.unit.split("/")[0])
    ax.axvline(0, color="#777777", linewidth=0.8)
    for place, name in enumerate(others):
        row = found.difference(item, name)
        if row is None:
            continue
        middle, low, high = (scale * row[key] for key in ("difference", "low", "high"))
        shade = colour(found, name)
        sure = bool(compare.distinguishable(low, high, found.replicates))
        if np.isfinite(low):
            ax.plot([low, high], [place, place], color=shade, linewidth=2, solid_capstyle="butt")
        face = shade if sure else "white"
        ax.plot(middle, place, "o", color=shade, markerfacecolor=face, markersize=6)
    ax.set_title(item.label, fontsize=9.5, loc="left")
    ax.set_xlabel(unit, fontsize=8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: short(x, unit)))
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

    Scenarios' names stand above their bars, so that the panel is as wide as the maps beside it.
    """
    names = found.scenarios[1:] if versus_baseline else found.scenarios
    if versus_baseline:
        _intervals(found, ax, item, names)
    else:
        _bars(found, ax, item)
    for place, name in enumerate(names):
        ax.annotate(
            found.title(name),
            (0, place - 0.3),
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
        ax.barh(place, middle, color=colour(found, name), alpha=0.55, height=0.45)
        if len(table) > 1:
            ax.plot([low, high], [place, place], color="black", linewidth=1.5)
        text = number(middle, item.unit)
        ax.annotate(text, (high, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    ax.set_xlim(0, 1.25 * np.nanmax(table.to_numpy()) or 1)
    ax.set_title(item.label, fontsize=9.5, loc="left")
    ax.set_xlabel(unit + (" (mean; line: 90 % of replicates)" if len(table) > 1 else ""), fontsize=8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: short(x, unit)))
    ax.locator_params(axis="x", nbins=4)
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
