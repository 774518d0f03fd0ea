"""What a map needs besides its values: an equal-area projection, rivers, a scale bar, hatching, the sources.

The projection is the cylindrical equal-area one that is true to shape at the middle latitude p: x = lon cos(p),
y = sin(lat) / cos(p). Longitudes and latitudes are drawn as they are; the axis of latitudes is scaled.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

RIVER, RIVER_WIDTH = "#14508c", 1.0
#: kilometres of a degree of a great circle
KM_A_DEGREE = 111.195
#: points that a curve has between two of a river
FINE = 8
#: share of the map's width that a scale bar takes at most
LONGEST_BAR = 0.25
SOURCES = (
    "Borders: Natural Earth; towns: GeoNames (CC BY 4.0); rivers: main points from general maps, courses approximate"
)
NO_POSITION = "borders and names take no position on the status of any territory"


def equal_area(ax: Axes, south: float, north: float) -> None:
    """Scale the axis of latitudes (degrees) so that equal areas are equal on the map."""
    cosine = np.cos(np.radians((south + north) / 2))

    def forward(lat: np.ndarray) -> np.ndarray:
        return np.degrees(np.sin(np.radians(np.clip(lat, -90, 90)))) / cosine

    def inverse(y: np.ndarray) -> np.ndarray:
        return np.degrees(np.arcsin(np.clip(np.radians(np.asarray(y) * cosine), -1, 1)))

    ax.set_yscale("function", functions=(forward, inverse))
    ax.set_ylim(south, north)
    ax.set_aspect(1 / cosine)


@cache
def rivers() -> dict[str, np.ndarray]:
    """Main points (N, 2) lon, lat of each river, from its spring on."""
    text = resources.files("sim.results.figures").joinpath("rivers.csv").read_text(encoding="utf-8")
    found: dict[str, list[tuple[float, float]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["river"], []).append((float(row["lon"]), float(row["lat"])))
    return {name: np.array(points) for name, points in found.items()}


def draw_rivers(ax: Axes, place: dict[str, Any]) -> None:
    """The rivers of the Sahel; none in a made-up country, nor on a map that is none of the Sahel."""
    if place.get("fictional") or place.get("name") != "sahel":
        return
    for points in rivers().values():
        line = curve(points)
        ax.plot(line[:, 0], line[:, 1], color=RIVER, linewidth=RIVER_WIDTH, zorder=1.8, solid_capstyle="round")


def curve(points: np.ndarray) -> np.ndarray:
    """A smooth line through points (N, 2) (Catmull and Rom's spline)."""
    padded = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, FINE, endpoint=False)[:, None]
    pieces = [
        b + 0.5 * t * ((c - a) + t * ((2 * a - 5 * b + 4 * c - d) + t * (3 * (b - c) + d - a)))
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:])
    ]
    return np.vstack([*pieces, points[-1:]])


def scale_bar(ax: Axes) -> None:
    """A bar of a round number of kilometres in the lower left corner, true at the middle latitude."""
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    a_degree = KM_A_DEGREE * np.cos(np.radians((south + north) / 2))
    most = LONGEST_BAR * (east - west) * a_degree
    km = max((size for size in (10, 20, 50, 100, 200, 500, 1000) if size <= most), default=10)
    x, y = west + 0.03 * (east - west), south + 0.035 * (north - south)
    ax.plot([x, x + km / a_degree], [y, y], color="black", linewidth=2.2, solid_capstyle="butt", zorder=5)
    ax.annotate(
        f"{km:,} km", (x, y), xytext=(0, 3), textcoords="offset points", fontsize=6.5, zorder=5, ha="left", va="bottom"
    )


def hatch(ax: Axes, lon: np.ndarray, lat: np.ndarray, here: np.ndarray) -> None:
    """Hatch the cells of a grid that are `here` (lat, lon)."""
    half_x, half_y = abs(lon[1] - lon[0]) / 2, abs(lat[1] - lat[0]) / 2
    corners = np.array([(-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y)])
    rows, columns = np.nonzero(here)
    if len(rows):
        cells = np.stack([lon[columns], lat[rows]], axis=-1)[:, None, :] + corners
        ax.add_collection(
            PolyCollection(cells, facecolors="none", edgecolors="#6e6e6e", linewidths=0, hatch="////", zorder=1.6)
        )
