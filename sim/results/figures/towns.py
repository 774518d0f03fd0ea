"""Map of towns by the share of usual traffic that gets through to them in their worst month."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure

from sim.results.figures.maps import _decorate, _finish, _panels
from sim.results.result_folder import Folder

BOUNDS = np.array([0, 10, 25, 50, 75, 90, 100])  # percent

#: area of a dot in points^2, and the people of a town that has the largest
DOT, PEOPLE = 130.0, 1_000_000.0
LEAST_DOT = 12.0

MOST_NAMED = 8


def towns_map(found: Folder) -> dict[str, Figure]:
    """The map by name; none of a folder that did not record what arrives."""
    if not (found.path / "towns.csv").exists():
        return {}
    texts = {"scenario": str, "town": str, "country": str, "worst_month": str}
    table = pd.read_csv(
        found.table("towns.csv"), dtype=texts, keep_default_na=False, na_values={"arrives_worst_month": [""]}
    )
    table = table.dropna(subset=["arrives_worst_month"])
    places = found.map.get("towns", {})
    where = dict(zip(places.get("name", []), zip(places.get("lon", []), places.get("lat", []))))
    table = table[table["town"].isin(where)]
    if not len(table):
        return {}
    shades = ListedColormap(colormaps["cividis"](np.linspace(0.02, 0.98, len(BOUNDS) - 1)))
    norm = BoundaryNorm(BOUNDS, shades.N)
    figure, axes, last = _panels(found, found.scenarios)
    for ax, scenario in zip(axes, found.scenarios):
        own = table[table["scenario"] == scenario].sort_values("people", ascending=False)
        lon, lat = np.array([where[name] for name in own["town"]]).T
        size = np.maximum(LEAST_DOT, DOT * np.sqrt(np.minimum(1.0, own["people"] / PEOPLE)))
        share = 100 * own["arrives_worst_month"].clip(0, 1)
        picture = ax.scatter(
            lon, lat, s=size, c=share, cmap=shades, norm=norm, edgecolors="#333333", linewidths=0.5, zorder=3.5
        )
        _decorate(found, ax, found.title(scenario))
    bar = figure.colorbar(picture, ax=list(axes), ticks=BOUNDS, location="bottom", shrink=0.5, aspect=40)
    bar.set_label("usual traffic of fuel that arrives in the worst month, % (mean over replicates)", fontsize=9)
    bar.ax.tick_params(labelsize=8)
    _below_half(found, last, table)
    _finish(
        found,
        figure,
        "Towns: how much of the usual traffic arrives",
        "Dots: towns on the road network, larger with their people",
    )
    return {"map_towns": figure}


def _below_half(found: Folder, ax: Axes, table: pd.DataFrame) -> None:
    """In words, which towns are served below a half in at least half of the replicates."""
    lines = ["Towns served below a half in their worst month,", "in at least half of the replicates:", ""]
    for scenario in found.scenarios:
        own = table[(table["scenario"] == scenario) & (table["share_below_half"] >= 0.5)]
        names = own.sort_values("people", ascending=False)["town"].tolist()
        lines.append(f"{found.title(scenario)}: {len(names)} of {(table['scenario'] == scenario).sum()}")
        for start in range(0, min(len(names), MOST_NAMED), 4):
            lines.append("    " + ", ".join(names[start : min(start + 4, MOST_NAMED)]))
        if len(names) > MOST_NAMED:
            lines[-1] += ", ..."
    lines += ["", "towns.csv names all of them."]
    ax.set_axis_off()
    ax.text(0.0, 0.98, "\n".join(lines), transform=ax.transAxes, va="top", fontsize=8.5)
