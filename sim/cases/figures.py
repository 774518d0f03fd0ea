"""Figures of a case, drawn from the tables of its folder alone: camps, errors, and a map of flows.

Colours are Okabe and Ito's (`sim.results.figures.timelines`); recorded points are black, simulations blue with a band.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import Bbox

from sim.cases.layout import positions
from sim.cases.outputs import Results, read_results
from sim.core.numbers import tick_label
from sim.results.figures.style import own_style, save
from sim.results.integrity.hashes import reading

RECORDED, SIMULATED, OTHER = "#000000", "#0072B2", "#D55E00"

HALO = [patheffects.withStroke(linewidth=2.2, foreground="white")]

MOST_PANELS = 12

MOST_LABELS = 28

MOST_ARROWS = 120

WIDEST = 9.0  # points: the route that most people took
#: type of place: marker, colour, name
MARKS = {
    "conflict": ("X", "#D55E00", "conflict at some time"),
    "town": ("o", "#999999", "town"),
    "camp": ("s", "#0072B2", "camp"),
    "idpcamp": ("D", "#009E73", "camp inside the country"),
    "hub": ("^", "#E69F00", "forwarding hub"),
    "marker": (".", "#999999", "crossing"),
    "flood": ("v", "#56B4E9", "flood zone"),
}


def draw_all(folder: Path) -> list[Path]:
    """Draw all figures of a folder; return their paths."""
    found = read_results(folder)
    with own_style(), reading(folder):
        figures = {"camps": camps(found), "errors": errors(found), "map": flows(found)}
        return [save(figure, folder / "figures" / f"{name}.png") for name, figure in figures.items()]


def _title(found: Results) -> str:
    settings = found.run["settings"]
    source = "arrivals as recorded" if settings["arrivals"] == "given" else "arrivals by conflict alone"
    return f"{found.run['case']['name']}: {settings['replicates']} replicates, {source}"


def _band_note(found: Results) -> str:
    why = "chance and parameters drawn anew" if found.run["settings"]["draw"] != "none" else "chance alone"
    return f"Bands hold nine of ten replicates, which differ by {why}."


def _time_axis(ax: Axes, dates: pd.Series) -> None:
    ax.set_xlim(dates.iloc[0], dates.iloc[-1] + pd.Timedelta(hours=12 if len(dates) == 1 else 0))
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=3, maxticks=7))
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
    ax.grid(axis="y", color="#dddddd", linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)


def _persons(ax: Axes) -> None:
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: tick_label(y, "persons")))


def _band(ax: Axes, table: pd.DataFrame, name: str, colour: str, style: str = "-", label: str | None = None) -> None:
    dates = table["date"]
    ax.fill_between(dates, table[f"{name}_low"], table[f"{name}_high"], color=colour, alpha=0.25, linewidth=0)
    ax.plot(dates, table[f"{name}_mean"], color=colour, linestyle=style, linewidth=1.7, label=label)


# ---------------------------------------------------------------------------- camps


def camps(found: Results) -> Figure:
    """Each camp over time: simulated mean and band, recorded points; the largest camps first."""
    table, points = found.tables["camps"], found.tables["observations"]
    sizes = table.groupby("camp")["observed"].mean().sort_values(ascending=False)
    shown = list(sizes.index[:MOST_PANELS])
    columns = 2 if len(shown) == 4 else min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(max(4.2 * columns, 8.4), 2.7 * rows + 1.1), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    main = found.tables["camp_errors"]
    relative = main[main["arrivals"] == main["arrivals"].iloc[0]].set_index("camp")["relative_error"]
    for ax, camp in zip(axes.ravel(), shown):
        own, recorded = table[table["camp"] == camp], points[points["camp"] == camp]
        _band(ax, own, "simulated", SIMULATED, label="simulated")
        ax.plot(
            own["date"], own["observed"], color=RECORDED, linewidth=0.7, linestyle=":", label="recorded, between dates"
        )
        ax.plot(recorded["date"], recorded["persons"], "o", color=RECORDED, markersize=3.2, label="recorded")
        off = relative[camp]
        ax.set_title(str(camp), fontsize=10, loc="left")
        ax.set_title("" if np.isnan(off) else f"mean error {100 * off:.0f} %", fontsize=8, loc="right", color="#444444")
        ax.set_ylabel("persons")
        _persons(ax)
        _time_axis(ax, own["date"])
    for ax in axes.ravel()[len(shown) :]:
        ax.set_visible(False)
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.suptitle(_title(found), fontsize=11, x=0.01, ha="left")
    figure.legend(handles, labels, loc="outside upper right", ncols=3, frameon=False)
    more = f" The {len(shown)} largest of {len(sizes)} camps." if len(sizes) > len(shown) else ""
    note = f"{_band_note(found)} The error is the mean over days, as a share of the camp's mean.{more}"
    figure.supxlabel(note, fontsize=8, x=0.01, ha="left")
    return figure


# ---------------------------------------------------------------------------- errors


def errors(found: Results) -> Figure:
    """The total error over time, and the people in camps and away from home."""
    table = found.tables["errors"]
    figure = Figure(figsize=(10.6, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    summary = found.run["summary"][found.run["settings"]["arrivals"]]
    for name, colour, style in (("raw", OTHER, "-"), ("rescaled", SIMULATED, "--")):
        _band(left, table, name, colour, style, f"{name}, mean over days {summary[f'ard_{name}']['mean']:.3f}")
    # Where hardly anybody is recorded yet, the error is a share of next to nothing.
    top = np.quantile(table["raw_high"], 0.98) if len(table) > 20 else table["raw_high"].max()
    left.set_ylim(0, max(1.15 * min(top, table["raw_high"].max()), 0.05))
    left.set_ylabel("share of the people recorded in camps")
    left.set_title("Error of all camps on each day", fontsize=10, loc="left")
    _band(right, table, "displaced", "#009E73", "--", "simulated, away from home")
    _band(right, table, "in_camps", SIMULATED, "-", "simulated, in camps")
    right.plot(
        table["date"], table["observed"], color=RECORDED, linewidth=1.2, linestyle=":", label="recorded in camps"
    )
    right.set_ylabel("persons")
    right.set_title("All compared camps together", fontsize=10, loc="left")
    _persons(right)
    for ax in (left, right):
        _time_axis(ax, table["date"])
        ax.legend(frameon=False, fontsize=8)
    figure.suptitle(_title(found), fontsize=11, x=0.01, ha="left")
    figure.supxlabel(_band_note(found), fontsize=8, x=0.01, ha="left")
    return figure


# ---------------------------------------------------------------------------- map


def flows(found: Results) -> Figure:
    """Places and routes; the width of a route is the number of persons who took it."""
    places, table = found.tables["places"], found.tables["flows"]
    row_of = {name: row for row, name in enumerate(places["place"])}
    half = len(table) // 2
    forth, back = table["persons_mean"].to_numpy()[:half], table["persons_mean"].to_numpy()[half:]
    a = table["from"].iloc[:half].map(row_of).to_numpy()
    b = table["to"].iloc[:half].map(row_of).to_numpy()
    where, drawn_from = positions(places["longitude"], places["latitude"], a, b, table["km"].to_numpy()[:half])
    figure = Figure(figsize=(9.2, 8.2), layout="constrained")
    ax = figure.subplots()
    ax.set_aspect(1 / np.cos(np.radians(where[:, 1].mean())) if drawn_from == "map" else "equal")
    both = forth + back
    most = max(float(both.max()), 1.0)
    widest = WIDEST * min(1.0, np.sqrt(80 / half))  # points; many routes are drawn thinner
    width = np.where(both > 0, 0.6 + widest * np.sqrt(both / most), 0.0)
    segments = np.stack([where[a], where[b]], axis=1)
    ax.add_collection(LineCollection(segments, colors="#bbbbbb", linewidths=0.6, zorder=1))
    ax.add_collection(
        LineCollection(segments, colors="#CC79A7", alpha=0.65, linewidths=width, capstyle="round", zorder=2)
    )
    _arrows(ax, where, a, b, forth, back, most)
    _places(ax, where, places)
    _limits(ax, where)
    _axes_of_map(ax, drawn_from)
    _key(ax, places, most, widest)
    source = "arrivals as recorded" if found.run["settings"]["arrivals"] == "given" else "arrivals by conflict alone"
    what = "who took which route" if both.any() else "places and routes (flows are not counted in so large a case)"
    ax.set_title(f"{found.run['case']['name']}: {what}, {source}", loc="left", fontsize=11)
    _labels(ax, where, places, a, b, both)
    return figure


def _limits(ax: Axes, where: np.ndarray) -> None:
    """Room around all places, also where they stand in one line or on one spot."""
    middle, span = (where.max(axis=0) + where.min(axis=0)) / 2, np.ptp(where, axis=0)
    half = 0.59 * np.maximum(span, 0.55 * max(span.max(), 1e-3))
    ax.set_xlim(middle[0] - half[0], middle[0] + half[0])
    ax.set_ylim(middle[1] - half[1], middle[1] + half[1])


def _arrows(
    ax: Axes, where: np.ndarray, a: np.ndarray, b: np.ndarray, forth: np.ndarray, back: np.ndarray, most: float
) -> None:
    """An arrow at the middle of each route that matters, along the larger of its two flows."""
    larger = np.maximum(forth, back)
    order = np.argsort(-larger, kind="stable")[:MOST_ARROWS]
    for route in order[larger[order] > 0.01 * most]:
        start, end = (a[route], b[route]) if forth[route] >= back[route] else (b[route], a[route])
        begin, tip = where[start] + 0.45 * (where[end] - where[start]), where[start] + 0.6 * (where[end] - where[start])
        arrow = {"arrowstyle": "-|>", "color": "#7a3b5e", "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", tip, begin, arrowprops=arrow, zorder=3)


def _places(ax: Axes, where: np.ndarray, places: pd.DataFrame) -> None:
    persons = places["persons_mean"].to_numpy()
    most = max(float(persons.max()), 1.0)
    crowded = len(places) > 300
    for kind, (mark, colour, _) in MARKS.items():
        here = (places["type"] == kind).to_numpy()
        least = 4.0 if crowded else 30.0
        size = least + (40 if crowded else 330) * persons[here] / most
        ax.scatter(*where[here].T, s=size, marker=mark, color=colour, edgecolor="white", linewidth=0.6, zorder=4)


def _labels(ax: Axes, where: np.ndarray, places: pd.DataFrame, a: np.ndarray, b: np.ndarray, both: np.ndarray) -> None:
    """Name camps, then the places that most people pass; a name that finds no room beside its place is left out."""
    passing = np.bincount(a, both, len(places)) + np.bincount(b, both, len(places))
    persons = places["persons_mean"].to_numpy()
    camp = places["type"].isin(["camp", "idpcamp"]).to_numpy()
    reach = 4 + 9 * np.sqrt(persons / max(float(persons.max()), 1.0))  # points from the middle of a sign to its edge
    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()  # fixes the limits of the axes, which the extents of texts depend on
    middles, edge = ax.transData.transform(where), reach * ax.figure.dpi / 72 - 2
    signs = {
        row: Bbox.from_extents(*(middles[row] - edge[row]), *(middles[row] + edge[row])) for row in np.flatnonzero(camp)
    }
    taken: list = []
    for row in np.argsort(-(passing + persons + 1e12 * camp), kind="stable")[:MOST_LABELS]:
        if places["type"].iloc[row] == "marker":
            continue
        text = str(places["place"].iloc[row]) + (f"\n{persons[row]:,.0f}" if camp[row] else "")
        for right, up in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            label = ax.annotate(
                text,
                where[row],
                xytext=(reach[row] * right, reach[row] * up),
                textcoords="offset points",
                ha=("right", "center", "left")[right + 1],
                va=("top", "center", "bottom")[up + 1],
                fontsize=7.5,
                zorder=5,
                path_effects=HALO,
            )
            extent = label.get_window_extent(canvas.get_renderer())
            others = [*taken, *(sign for place, sign in signs.items() if place != row)]
            if not any(extent.overlaps(other) for other in others):
                taken.append(extent)
                break
            label.remove()


def _axes_of_map(ax: Axes, drawn_from: str) -> None:
    if drawn_from == "map":
        ax.set_xlabel("longitude, degrees east")
        ax.set_ylabel("latitude, degrees north")
    else:
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_xlabel(
            "The case gives no positions: places are laid out by the lengths of routes, in no direction of the compass."
        )


def _key(ax: Axes, places: pd.DataFrame, most: float, widest: float) -> None:
    handles = []
    for kind, (mark, colour, label) in MARKS.items():
        if (places["type"] == kind).any():
            handles.append(Line2D([], [], marker=mark, color=colour, linestyle="", markersize=7, label=label))
    for share in (1.0, 0.1):
        text = f"{most * share:,.0f} persons on a route"
        handles.append(Line2D([], [], color="#CC79A7", linewidth=0.6 + widest * np.sqrt(share), alpha=0.65, label=text))
    title = "Area of a sign: displaced people there at the end (numbers beside camps)"
    where = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.07), "ncols": 4}
    ax.legend(handles=handles, title=title, title_fontsize=8, fontsize=8, frameon=False, **where)
