"""What the record says of a figure: the last recorded figures beside the baseline's on timelines, and a mark on states
and outcomes that `sahel validate` finds off the record on timelines and maps.

Added to figures that are drawn already, so that each kind of figure is told alike.
"""

import textwrap

import numpy as np
from matplotlib import patheffects
from matplotlib.figure import Figure

from sim.results.reading.headlines import Headline
from sim.results.reading.recorded import beside_record
from sim.results.reading.verdicts import misses, told_of
from sim.results.result_folder import Folder

#: outcomes that a figure shows, by its name; those with several show the first's record
SHOWS = {
    "timeline_displacement": ("displaced",),
    "timeline_control": ("people_share.government", "civilians_killed"),
    "timeline_fuel": ("fuel_days",),
    "map_displacement": ("displaced",),
    "map_displacement_difference": ("displaced",),
    "map_control": ("area_share.government",),
    "map_control_difference": ("area_share.government",),
    "map_towns": ("fuel_days",),
}

#: figures below which recorded levels stand, and which of the two
LEVELS = {"timeline_displacement": "IDPs", "timeline_control": "Deaths"}

LETTERS_AN_INCH = 15.5  # of a caption

MARK = {"fontsize": 15, "fontweight": "bold", "color": "#B00020", "ha": "center", "va": "center", "zorder": 6}


def mark_record(found: Folder, figures: dict[str, Figure]) -> None:
    """Add captions and marks to the figures, in place; nothing to those of a made-up region."""
    levels = beside_record(found)
    for name, figure in figures.items():
        items = [Headline(_place(found, outcome), outcome, "", "") for outcome in SHOWS.get(name, ())]
        missed = list(dict.fromkeys(text for item in items for text in told_of(found, item)))
        lines = [line for line in levels if name in LEVELS and f": {LEVELS[name]}" in line]
        if missed:
            lines.append("! off the record (docs/validation.md): " + "; ".join(missed) + ".")
        if lines:
            _add_caption(figure, lines)
        if missed and name.startswith("map_"):
            _mark_places(found, figure, items[0])


def _place(found: Folder, outcome: str) -> str:
    return found.run.get("capital") if outcome == "fuel_days" else "region"


def _add_caption(figure: Figure, lines: list[str]) -> None:
    """Lines below the caption of a figure, or below the title of its legend where that is the caption."""
    width = int(LETTERS_AN_INCH * figure.get_figwidth())
    text = "\n".join(part for line in lines for part in textwrap.wrap(line, width))
    caption = next(
        (item for item in figure.texts if item.get_text() and item.get_text() == figure.get_supxlabel()), None
    )
    if caption is not None:
        caption.set_text(f"{caption.get_text()}\n{text}")
    elif figure.legends:
        title = figure.legends[0].get_title()
        title.set_text(f"{title.get_text()}\n{text}")


def _mark_places(found: Folder, figure: Figure, item: Headline) -> None:
    """A mark in the middle of each state, or at the town, that is off the record, on every map of the figure."""
    lon, lat, country = (np.array(found.map[key]) for key in ("lon", "lat", "country"))
    towns = found.map.get("towns", {})
    spots = []
    for place in dict.fromkeys(misses(found, item)["place"]):
        if place in found.map["countries"]:
            own = country == found.map["countries"].index(place)
            spots.append((lon[own].mean(), lat[own].mean()))
        elif place in towns.get("name", []):
            row = towns["name"].index(place)
            spots.append((towns["lon"][row], towns["lat"][row] + 0.7))
    titles = {found.title(name) for name in found.scenarios}
    for ax in figure.axes:
        if ax.get_title() in titles:
            for x, y in spots:
                ax.text(x, y, "!", path_effects=[patheffects.withStroke(linewidth=2.5, foreground="white")], **MARK)
