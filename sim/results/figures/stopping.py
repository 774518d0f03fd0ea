"""How the interval of the chosen outcome narrowed with the replicates, where a stopping rule was used."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.core.numbers import tick_label
from sim.results.figures.style import colour, line
from sim.results.integrity.hashes import reading
from sim.results.result_folder import Folder


def narrowing(found: Folder) -> dict[str, Figure]:
    """The figure by name; none where the comparison had a fixed number of replicates."""
    rule = found.run.get("stopping")
    if rule is None or not (found.path / "precision.csv").exists():
        return {}
    with reading(found.path):
        table = pd.read_csv(found.table("precision.csv"), dtype={"scenario": str})
    analyses = rule.get("interim_analyses") or rule["looks"]  # as folders of 0.2.0 and before call them
    looked_at = [analysis["replicates"] for analysis in analyses]
    figure = Figure(figsize=(11.0, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, rows in table.groupby("scenario", sort=False):
        n, mean, half = (rows[key].to_numpy() for key in ("replicates", "difference", "half_width"))
        shown = n >= 5  # the first few are too wide to draw
        style = {"color": colour(found, name), "linestyle": line(found, name)}
        left.plot(n[shown], half[shown], linewidth=1.6, label=found.title(name), **style)
        at = np.isin(n, looked_at)
        left.plot(n[at], half[at], "o", color=style["color"], markersize=4)
        right.fill_between(n[shown], (mean - half)[shown], (mean + half)[shown], color=style["color"], alpha=0.13)
        right.plot(n[shown], mean[shown], linewidth=1.6, **style)
    first = table[table["scenario"] == table["scenario"].iloc[0]]
    left.plot(first["replicates"], first["target"], color="#555555", linewidth=1.0, label="asked for")
    left.set_ylim(bottom=0.0)
    right.axhline(0.0, color="#000000", linewidth=0.8)
    what = f"{rule['outcome'].replace('_', ' ')} ({rule['place']})"
    left.set_title(f"Half width of the 95 % interval: {what}", fontsize=10, loc="left")
    right.set_title(f"Difference to {found.title(found.baseline)}, with its interval", fontsize=10, loc="left")
    for ax in (left, right):
        ax.set_xlabel("replicates")
        ax.set_ylabel("percentage points" if rule["unit"] == "0..1" else rule["unit"])
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: _tick(y, rule["unit"])))
        ax.set_xlim(5, 1.02 * max(6, table["replicates"].max()))
        ax.grid(axis="y", color="#dddddd", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(5, len(labels)), frameon=False)
    figure.supxlabel(
        "Dots: where the rule looked. The widest scenario decides; what is asked for "
        + ("is a share of the baseline's mean." if rule["within"] is None else "was said in the outcome's unit."),
        fontsize=8,
        x=0.01,
        ha="left",
    )
    return {"precision": figure}


def _tick(value: float, unit: str) -> str:
    return f"{100 * value:g}" if unit == "0..1" else tick_label(value, unit)
