"""Figures of a comparison, drawn from its folder alone (never from a live model).

`draw_all` writes into `figures/`: maps of control and displacement by scenario and their difference
to the baseline (`sim.results.figures.maps`), of towns (`sim.results.figures.towns`), timelines with medians and bands,
and a chart of the main differences. Colours: Okabe and Ito's eight, cividis, and PuOr for differences, which people
with colour-blindness can tell apart.
"""

from pathlib import Path

from sim.results.figures.differences import differences
from sim.results.figures.record_marks import mark_record
from sim.results.figures.style import own_style, save
from sim.results.figures.timelines import timelines
from sim.results.integrity.hashes import reading
from sim.results.result_folder import Folder


def draw_all(found: Folder) -> list[Path]:
    """Draw all figures that the folder's data allow; return their paths."""
    from sim.results.figures import maps, stopping, towns

    with own_style(), reading(found.path):
        figures = timelines(found)
        if found.scenarios[1:]:
            figures["differences"] = differences(found)
        figures |= stopping.narrowing(found) | maps.maps(found) | towns.towns_map(found)
        mark_record(found, figures)
        return [save(figure, found.path / "figures" / f"{name}.png") for name, figure in figures.items()]
