"""Levels and paired differences over time, with medians, bands and dated decisions."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.core.numbers import tick_label
from sim.results.figures.decisions import ROOM, Mark, baseline_marks, own_marks
from sim.results.figures.style import BAND, COLOURS, colour, line
from sim.results.result_folder import Folder

FUEL_WEEKS = 104

#: above the lines, as a share of a panel
HEADROOM = 0.1

#: bands that are laid over one another at most: the baseline's and those of two others
BANDS = 3

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
    """A row of panels for each outcome and each few scenarios, so that no more than three bands overlap."""
    columns = 2 if found.scenarios[1:] else 1
    groups = groups_of(found.scenarios[1:])
    rows = len(tables) * len(groups)
    days = tables[0][1].index
    marks, own = baseline_marks(found, days), own_marks(found, found.scenarios[1:], days)
    each = 3.4 if rows < 3 else 2.9
    figure = Figure(figsize=(6.4 * columns, each * rows + 0.8), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for i, ((_, _, label, unit, _), table) in enumerate(tables):
        for j, group in enumerate(groups):
            row = axes[i * len(groups) + j]
            here = [*marks, *(mark for mark in own if mark.scenario in group)]
            _levels(found, row[0], table, group)
            _style(found, row[0], label, unit, table.index, here)
            if columns == 2:
                _paired(found, row[1], table, group)
                names = ", ".join(found.title(name) for name in group)
                title = f"Difference to {found.title(found.baseline)}: {names}"
                _style(found, row[1], title, unit, table.index, here)
        for column in range(columns):
            _share_limits([axes[i * len(groups) + j][column] for j in range(len(groups))])
    handles, labels = _legend(axes)
    ncols = 5 if max(map(len, labels)) < 25 else 3
    labels = [textwrap.fill(text, 60) for text in labels]
    figure.legend(handles, labels, loc="outside upper center", ncols=min(ncols, len(labels)), frameon=False)
    figure.supxlabel(_caption(found, marks, own), fontsize=8, x=0.01, ha="left")
    return figure


def groups_of(others: list[str]) -> list[list[str]]:
    """The scenarios beside the baseline, so many at a time that with it there are no more than three bands."""
    size = BANDS - 1
    return [others[i : i + size] for i in range(0, len(others), size)] or [[]]


def _share_limits(axes: list[Axes]) -> None:
    """Let panels of one outcome have the same limits, with room for the word `projection` above the lines."""
    limits = [ax.get_ylim() for ax in axes]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    for ax in axes:
        ax.set_ylim(low, high + HEADROOM * (high - low))


def _legend(axes: np.ndarray) -> tuple[list, list[str]]:
    """Each scenario once."""
    found = {}
    for ax in axes[:, 0]:
        for handle, label in zip(*ax.get_legend_handles_labels()):
            found.setdefault(label, handle)
    return list(found.values()), list(found)


def _levels(found: Folder, ax: Axes, table: pd.DataFrame, group: list[str]) -> None:
    """Median over replicates and the band that holds nine of ten."""
    for name in (found.baseline, *group):
        _band(ax, table[name], colour(found, name), line(found, name), found.title(name))


def _paired(found: Folder, ax: Axes, table: pd.DataFrame, group: list[str]) -> None:
    ax.axhline(0, color=COLOURS[0], linewidth=0.8)
    for name in group:
        _band(ax, table[name] - table[found.baseline], colour(found, name), line(found, name), None)


def _band(ax: Axes, table: pd.DataFrame, shade: str, style: str, label: str | None) -> None:
    days = table.index.to_numpy()
    low, middle, high = np.quantile(table.to_numpy(), [BAND[0], 0.5, BAND[1]], axis=1)
    if table.shape[1] > 1:
        ax.fill_between(days, low, high, color=shade, alpha=0.13, linewidth=0)
    ax.plot(days, middle, color=shade, linestyle=style, linewidth=1.6, label=label)


def _style(found: Folder, ax: Axes, label: str, unit: str, days: pd.Index, marks: list[Mark]) -> None:
    ax.set_title(textwrap.fill(label, 76), fontsize=10, loc="left", pad=14 if marks else 6)
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
            (days[-1] if near_end else start, 0.98),
            xycoords=("data", "axes fraction"),
            ha="right" if near_end else "left",
            va="top",
            xytext=(-3 if near_end else 3, 0),
            textcoords="offset points",
            fontsize=8,
            color="#555555",
        )
    room, raised = (days[-1] - days[0]) * ROOM, []
    for mark in marks:
        shade = colour(found, mark.scenario) if mark.scenario else "#777777"
        day = max(mark.day, days[0])
        # labels of two scenarios on nearly the same day stand above one another
        level = sum(abs(other - day) < room for other in raised) if mark.scenario and mark.label else 0
        raised += [day] if mark.scenario and mark.label else []
        ax.axvline(day, color=shade, linewidth=1.0 if mark.scenario else 0.7, linestyle=":", zorder=1)
        ax.annotate(
            mark.label,
            (day, 0 if mark.scenario else 1),
            xycoords=("data", "axes fraction"),
            xytext=(2 if mark.scenario else 0, 2 + 9 * level),
            textcoords="offset points",
            ha="left" if mark.scenario else "center",
            fontsize=7,
            fontweight="bold" if mark.scenario else "normal",
            color=shade if mark.scenario else "#444444",
        )


def _caption(found: Folder, marks: list[Mark], own: list[Mark]) -> str:
    text = f"Lines: median of {found.replicates} replicates; bands: 90 % of them."
    if found.replicates == 1:
        text = "One replicate."
    text += " Differences are taken replicate by replicate." if found.scenarios[1:] else ""
    text += " Compares scenarios; does not predict events."
    width = 205 if found.scenarios[1:] else 100
    lines = textwrap.wrap(text, width)
    for some in (marks, own):
        # Spaces that do not break keep the entry of one event together, unless it is longer than a line.
        entries = [f"{mark.key}: {mark.day.date()} {mark.text}" for mark in some]
        entries = [entry.replace(" ", "\u00a0") if len(entry) < 0.8 * width else entry for entry in entries]
        lines += textwrap.wrap("  ".join(entries), width, break_on_hyphens=False)
    return "\n".join(lines)
