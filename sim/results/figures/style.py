"""Colours, line styles and labels that all figures share.

The eight colours are Okabe and Ito's, which people with colour-blindness can tell apart.
"""

from pathlib import Path

from matplotlib.figure import Figure

from sim.core.files import atomic_path
from sim.results.result_folder import Folder

# Okabe and Ito: black for the baseline, then colours far apart.
COLOURS = ["#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442"]

LINES = ["-", "--", "-.", ":"]

BAND = (0.05, 0.95)

DPI = 130


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, atomically, with nothing cut off."""
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=DPI, bbox_inches="tight", pad_inches=0.15, facecolor="white")
    return path


def colour(found: Folder, scenario: str) -> str:
    """The scenario's colour, the same in all figures."""
    return COLOURS[found.scenarios.index(scenario) % len(COLOURS)]


def line(found: Folder, scenario: str) -> str:
    """The scenario's line style, for those who cannot go by colour."""
    return LINES[found.scenarios.index(scenario) % len(LINES)]
