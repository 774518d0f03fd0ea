"""Figures of the yardstick: deaths and displaced people by year, places, patterns."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from sim.core.files import NotRecorded
from sim.core.numbers import tick_label
from sim.results.figures.style import COLOURS, own_style, save
from sim.validation import facts
from sim.validation.yardstick.deaths import NAMES, STATES, TYPES, cell_periods, cells_of_record, dead_by_cell
from sim.validation.yardstick.pattern_rule import Outcome, single
from sim.validation.yardstick.rows import Row, quantile
from sim.validation.yardstick.table import Yardstick

RECORD, MODEL = COLOURS[1], COLOURS[2]
LEAST_RATIO = 0.02
TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
NOTE = "Bars: 5 to 95 % of replicates, dot: median. Compares; does not predict events."


def draw(found: Yardstick, folder: Path, events: pd.DataFrame | None = None) -> list[Path]:
    """Draw all figures into a folder; returns their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with own_style():
        figures = {
            "validation_deaths": deaths_figure(found),
            "validation_displaced": displaced_figure(found),
            "validation_patterns": patterns_figure(found),
        }
        places = places_figure(found, events) if events is not None else None
        if places is not None:
            figures["validation_places"] = places
        return [save(figure, folder / f"{name}.png") for name, figure in figures.items()]


def bars(ax: Axes, rows: list[Row], title: str) -> None:
    """Recorded figures and simulated ranges by label."""
    x = np.arange(len(rows))
    for k, row in enumerate(rows):
        if len(row.simulated):
            ax.vlines(k, row.low, row.high, color=MODEL, linewidth=3.5, alpha=0.45)
    ax.plot(x, [row.median for row in rows], "o", color=MODEL, markersize=4, label="simulated")
    seen = [np.nan if row.observed is None else row.observed for row in rows]
    ax.plot(x, seen, "_", color=RECORD, markersize=11, markeredgewidth=2.2, label="recorded", clip_on=False, zorder=3)
    if not any(row.simulated.size or row.observed is not None for row in rows):
        ax.text(0.5, 0.5, "not recorded", transform=ax.transAxes, ha="center", fontsize=8, color="#666666")
    ax.set_xticks(x, [row.label[2:] if row.label.isdigit() else row.label for row in rows], fontsize=7)
    ax.set_title(title, fontsize=9, loc="left")
    ax.set_ylim(0, largest(rows))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value, "persons")))
    ax.tick_params(labelsize=7)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def largest(rows: list[Row]) -> float:
    """Where the axis ends: a little above all, and at ten at least, so that nothing fills no axis of fractions."""
    values = [value for row in rows for value in (row.high, row.median, row.observed) if value is not None]
    return max(10.0, 1.06 * max((value for value in values if np.isfinite(value)), default=0.0))


def finish(figure: Figure, ax: Axes, title: str) -> Figure:
    """Title, legend and note of a figure."""
    handles, labels = ax.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False, fontsize=8)
    figure.suptitle(title, fontsize=11, x=0.01, ha="left")
    figure.supxlabel(NOTE, fontsize=7, x=0.01, ha="left")
    return figure


def by_id(found: Yardstick, head: str, tail: str = "") -> list[Row]:
    """Lines by the beginning and the end of their id."""
    return [row for row in found.rows if row.id.startswith(head) and row.id.endswith(tail) and not row.status]


def deaths_figure(found: Yardstick) -> Figure:
    """Deaths by year: a row for each state, a column for each type."""
    kinds = ("all", "state_based", "non_state", "one_sided_government", "one_sided_non_state")
    figure = Figure(figsize=(3.1 * len(kinds), 2.3 * len(STATES) + 0.6), layout="constrained")
    axes = figure.subplots(len(STATES), len(kinds), squeeze=False)
    for line, country in zip(axes, STATES):
        for ax, kind in zip(line, kinds):
            rows = [row for row in by_id(found, f"deaths.{country}.", f".{kind}") if row.label.isdigit()]
            bars(ax, rows, f"{NAMES[country]}: {TYPES[kind]}")
    return finish(figure, axes[0][0], "Deaths by year, as a UCDP-like record has them")


def displaced_figure(found: Yardstick) -> Figure:
    """IDPs and refugees at year ends, and those newly displaced: a row for each state."""
    heads = {
        "idps": "IDPs at year end",
        "newly_displaced": "newly displaced in the year",
        "refugees": "refugees at year end",
    }
    figure = Figure(figsize=(4.4 * len(heads), 2.4 * len(STATES) + 0.6), layout="constrained")
    axes = figure.subplots(len(STATES), len(heads), squeeze=False)
    for line, country in zip(axes, STATES):
        for ax, (head, words) in zip(line, heads.items()):
            tail = "all." if head == "refugees" else ""
            bars(ax, by_id(found, f"{head}.{country}.{tail}"), f"{NAMES[country]}: {words}")
    return finish(figure, axes[0][0], "Displaced people by year")


def patterns_figure(found: Yardstick) -> Figure:
    """Every pattern with a band: simulated range over the observed figure, on a scale of ratios."""
    table = facts.patterns().set_index("id")
    lines = []
    for id_, outcome in found.patterns.items():
        row = table.loc[id_]
        seen = single(row["observed"])
        if outcome.values.ndim == 1 and outcome.values.size and isinstance(seen, float) and seen > 0:
            lines.append((id_, row, outcome, seen))
    figure = Figure(figsize=(8.5, 0.34 * len(lines) + 1.6), layout="constrained")
    ax = figure.subplots()
    least, most = LEAST_RATIO, 1.0 / LEAST_RATIO
    for k, (_, row, outcome, seen) in enumerate(reversed(lines)):
        low, high = single(row["low"]), single(row["high"])
        if isinstance(low, float) and isinstance(high, float):
            ax.barh(k, high / seen - low / seen, left=low / seen, height=0.62, color=RECORD, alpha=0.25)
        low, middle, high = (quantile(outcome.values, share) / seen for share in (0.05, 0.5, 0.95))
        ax.plot(np.clip([low, high], least, most), [k, k], color=MODEL, linewidth=2.2)
        beyond = "<" if middle < least else (">" if middle > most else "o")
        fill = "full" if outcome.holds else "none"
        ax.plot(
            np.clip(middle, least, most), k, beyond, color=MODEL, markersize=6, fillstyle=fill, clip_on=False, zorder=3
        )
    ax.axvline(1.0, color=COLOURS[0], linewidth=0.8)
    ax.set_xscale("log")
    ax.set_xlim(least, most)
    ax.set_yticks(
        range(len(lines)), [f"{i} {row['name']} ({row['class']})" for i, row, _, _ in reversed(lines)], fontsize=7
    )
    ax.set_ylim(-0.7, len(lines) - 0.3)
    ax.set_xticks(TICKS, [f"{value:g}" for value in TICKS])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel(
        "simulated over observed (log scale); shaded: the band that is asked; filled: holds; triangle: beyond the axis",
        fontsize=8,
    )
    ax.tick_params(axis="x", labelsize=7)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    figure.suptitle("Patterns with a figure to be met", fontsize=11, x=0.01, ha="left")
    others = [i for i in found.patterns if i not in {line[0] for line in lines}]
    told = textwrap.fill(f"Not drawn: {', '.join(not_drawn(i, found.patterns[i]) for i in others)}.", 130)
    figure.supxlabel(f"{told}\n{NOTE}" if others else NOTE, fontsize=7, x=0.01, ha="left")
    return figure


def not_drawn(number: str, outcome: Outcome) -> str:
    """A pattern that has no ratio, and what it comes to."""
    if outcome.holds is None:
        return f"{number} ({outcome.status.partition(':')[0]})"
    return f"{number} ({'holds' if outcome.holds else 'misses'})"


def places_figure(found: Yardstick, events: pd.DataFrame) -> Figure | None:
    """Dead by cell, recorded above and simulated (mean of the replicates) below, by period."""
    e = found.ensemble
    pairs = []
    for name, start, end in cell_periods(e):
        record = cells_of_record(events, start, end)
        if record is None or not e.covers(start, end) or (name in ("2012-16", "2017-18") and len(pairs) > 3):
            continue
        try:
            pairs.append((name, record, dead_by_cell(e, start, end).mean(axis=1)))
        except NotRecorded:
            return None
    if not pairs:
        return None
    cells = e.cells[e.cells["country"].isin(STATES)]
    figure = Figure(figsize=(4.4 * len(pairs), 5.6), layout="constrained")
    axes = figure.subplots(2, len(pairs), squeeze=False, sharex=True, sharey=True)
    biggest = max(float(values.max()) for _, *both in pairs for values in both)
    size = 260.0 / max(1.0, np.sqrt(biggest))  # square points of the cell with most dead
    for column, (name, record, model) in zip(axes.T, pairs):
        for ax, values, who in zip(column, (record, model), ("recorded", "simulated, mean")):
            dead = values.reindex(cells.index, fill_value=0).to_numpy(dtype=float)
            ax.scatter(cells["lon"], cells["lat"], s=3, marker="s", color="#cccccc", linewidths=0)
            some = dead >= 0.5
            place = cells[some]
            colour = RECORD if who == "recorded" else MODEL
            ax.scatter(place["lon"], place["lat"], s=np.sqrt(dead[some]) * size, color=colour, alpha=0.6, linewidths=0)
            ax.set_title(f"{name}: {who} ({dead.sum():,.0f} dead in {int(some.sum())} cells)", fontsize=8, loc="left")
            ax.set_aspect("equal")
            ax.tick_params(labelsize=7)
            for side in ("top", "right"):
                ax.spines[side].set_visible(False)
    figure.suptitle("Where people died: events whose place is known", fontsize=11, x=0.01, ha="left")
    note = (
        "Area of a dot by the root of the dead; of the mean of the replicates, cells with half a dead person or more. "
        "Degrees east and north; grey: cells of the three states. Compares; does not predict events."
    )
    figure.supxlabel(note, fontsize=7, x=0.01, ha="left")
    return figure
