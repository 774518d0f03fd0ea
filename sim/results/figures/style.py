"""Colours, line styles and labels that all figures share.

The eight colours are Okabe and Ito's, which people with colour-blindness can tell apart.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from sim.core.files import atomic_path, refuse_linked
from sim.results.intervals import BAND as BAND
from sim.results.reading.scenario_colours import COLOURS as COLOURS
from sim.results.reading.scenario_colours import SHORT, WIDE, colours_of
from sim.results.result_folder import Folder

#: line styles that matplotlib has no name for
LINE_STYLES = {WIDE: (0, (1, 3)), SHORT: (0, (2, 1))}

#: what stands beside maps: no controller has this colour, nor does any step of a map's scale
INK = "#352a27"

DPI = 130

#: settings that say where figures are shown, which is not touched
KEPT = ("backend", "backend_fallback", "interactive", "toolbar")


@contextmanager
def own_style() -> Iterator[None]:
    """Matplotlib's defaults whatever the user's or the folder's matplotlibrc says; `$` in a name is a sign like others.

    With `text.usetex` on, names of scenarios would be handed to TeX; taken for mathematics, they may fail to be drawn.
    """
    usual = {key: value for key, value in mpl.rcParamsDefault.items() if key not in KEPT}
    with warnings.catch_warnings(), mpl.rc_context():
        warnings.simplefilter("ignore", mpl.MatplotlibDeprecationWarning)
        mpl.rcParams.update(usual | {"text.parse_math": False, "text.usetex": False})
        yield


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, atomically, with nothing cut off; not into a folder that is a link to another place."""
    refuse_linked(path.parent)
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
