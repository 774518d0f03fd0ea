"""Colours, line styles and labels that all figures share.

The eight colours are Okabe and Ito's, which people with colour-blindness can tell apart.
"""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.core.files import atomic_path
from sim.results.reading.scenario_colours import COLOURS as COLOURS
from sim.results.reading.scenario_colours import SHORT, WIDE, colours_of
from sim.results.result_folder import Folder

#: line styles that matplotlib has no name for
LINE_STYLES = {WIDE: (0, (1, 3)), SHORT: (0, (2, 1))}

#: what stands beside maps: no controller has this colour, nor does any step of a map's scale
INK = "#3a2f2b"

BAND = (0.05, 0.95)

DPI = 130


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, atomically, with nothing cut off."""
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=DPI, bbox_inches="tight", pad_inches=0.15, facecolor="white")
    return path


def colour(found: Folder, scenario: str) -> str:
    """The scenario's colour, the same in all figures and, of a shipped scenario, in all comparisons."""
    return colours_of(found.run)[scenario]["colour"]


def line(found: Folder, scenario: str) -> Any:
    """The scenario's line style, for those who cannot go by colour."""
    style = colours_of(found.run)[scenario]["line"]
    return LINE_STYLES.get(style, style)
