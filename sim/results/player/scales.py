"""Classes and colours of the player's numbers, the same for all scenarios and steps of a page.

Sequential scales run from light to dark with what is bad; differences are purple where that is better and orange where
it is worse, as in the figures. All are readable in print and by people with colour-blindness.
"""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex

from sim.results.figures.maps import DECADES, EMPTY

#: name of matplotlib's colours, the part of them that is used, and whether more is worse
COLOURS = {
    "displaced": ("cividis_r", 0.0, 1.0, True),
    "dead": ("OrRd", 0.25, 1.0, True),
    "fuel": ("GnBu_r", 0.05, 0.85, False),
    "support": ("BuPu", 0.15, 1.0, True),
}

FEW = [1, 3, 10, 30, 100, 300, 1000]


def scale(layer: str, kind: str, top: float) -> dict[str, Any]:
    """Bounds between classes, colours of the classes, and the same of differences.

    One colour more than bounds: below the first, between two, from the last on. `top`: the largest value shown.
    """
    bounds = _bounds(layer, kind, top)
    steps = _steps(layer, kind, top)
    name, low, high, bad = COLOURS[layer]
    shades = [to_hex(shade) for shade in mpl.colormaps[name](np.linspace(low, high, len(bounds) + (layer == "fuel")))]
    if layer != "fuel":
        shades = [EMPTY, *shades]
    signed = [*(-step for step in reversed(steps)), *steps]
    both = mpl.colormaps["PuOr_r" if bad else "PuOr"](np.linspace(0.06, 0.94, len(signed) + 1))
    changes = [to_hex(shade) for shade in both]
    changes[len(steps)] = EMPTY
    return {"bounds": bounds, "colours": shades, "change_bounds": signed, "change_colours": changes}


def _bounds(layer: str, kind: str, top: float) -> list[float]:
    if layer == "displaced":
        return _below(DECADES, top)
    if layer == "dead":
        return _below([0.3, *FEW] if kind == "month" else FEW, top)
    if layer == "fuel":
        return [0.5, 1, 1.5, 2, 2.5, 3] if top <= 5 else [1, 2, 4, 7, 14, 30]
    return [5, 10, 25, 50, 75]


def _steps(layer: str, kind: str, top: float) -> list[float]:
    """Bounds of differences to one side of nothing."""
    if layer == "displaced":
        return _below(DECADES, top / 3)[-5:]
    if layer == "dead":
        return _below([0.3, *FEW] if kind == "month" else FEW, top)[:4]
    if layer == "fuel":
        return [0.5, 1, 2] if top <= 5 else [1, 4, 14]
    return [5, 15, 30, 50]


def _below(bounds: list[float], top: float) -> list[float]:
    """Bounds that something lies above; the first three at least."""
    return [bound for at, bound in enumerate(bounds) if bound < top or at < 3]
