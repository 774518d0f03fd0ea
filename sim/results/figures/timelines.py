"""Levels and paired differences over time, with medians, bands and dated decisions."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.core.numbers import tick_label
from sim.results.figures.style import BAND, COLOURS, colour, line
from sim.results.result_folder import Folder

MAX_MARKS = 14

FUEL_WEEKS = 104
#: which kinds of decision are marked first where there are too many
WEIGHT_OF_MARKS = {"order": 0, "exit": 1, "coup": 1, "arrive": 2, "handover": 2, "relation": 3, "auxiliaries": 3}

CONTROL_SHARE = "people_share.government"


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
    marks = event_marks(found, tables[0][1].index)
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
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: tick_label(y, unit)))
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


def event_marks(found: Folder, days: pd.Index) -> list[dict]:
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
