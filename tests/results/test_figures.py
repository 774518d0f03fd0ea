"""Figures are drawn from the folder alone, show something, and nothing in them is cut off."""

import shutil
from dataclasses import replace

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.text import Text

from sim.cli.main import main
from sim.core.files import read_run
from sim.results.figures import decisions, maps
from sim.results.figures.differences import differences
from sim.results.figures.draw import draw_all
from sim.results.figures.style import COLOURS, INK
from sim.results.figures.timelines import timelines
from sim.results.reading.judged import judge
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint", "bamako_prolonged"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The tables of a small comparison, without its parts."""
    path = tmp_path_factory.mktemp("figures") / "comparison"
    run_plan(fake_settings(NAMES), 3, 2, path, 7, **FAKE)
    write_all(path)
    shutil.rmtree(path / "parts")
    return path


@pytest.fixture(scope="module")
def drawn(folder):
    """All figures by name, laid out."""
    found = Folder(folder)
    result = timelines(found) | maps.maps(found)
    result["differences"] = differences(found)
    for figure in result.values():
        FigureCanvasAgg(figure).draw()
    return result


EXPECTED = ["timeline_displacement", "timeline_control", "timeline_fuel", "differences", "map_control"]
EXPECTED += ["map_displacement", "map_control_difference", "map_displacement_difference"]


def test_all_figures_are_written_and_not_blank(folder):
    paths = draw_all(Folder(folder))
    assert {path.stem for path in paths} == {*EXPECTED, "map_towns"}
    for path in paths:
        image = matplotlib.image.imread(path)[..., :3]
        assert image.shape[1] > 700
        # More than a tenth of a per cent of ink, in several colours.
        ink = image[(image < 0.97).any(axis=2)]
        assert len(ink) > 0.001 * image.shape[0] * image.shape[1]
        assert len(np.unique((ink * 15).astype(int), axis=0)) > 10
        # The margin is white: nothing runs over the edge.
        edge = [image[0], image[-1], image[:, 0], image[:, -1]]
        assert all((side > 0.97).all() for side in edge), path.stem


@pytest.mark.parametrize("name", EXPECTED)
def test_no_text_is_cut_off_or_covers_other_text(drawn, name):
    figure = drawn[name]
    renderer = figure.canvas.get_renderer()
    tight = figure.get_tightbbox(renderer)  # in inches
    dpi = figure.dpi
    for text in figure.findobj(Text):
        if not text.get_visible() or not text.get_text().strip() or text in _not_drawn(figure):
            continue
        box = text.get_window_extent(renderer)
        assert box.x0 / dpi >= tight.x0 - 0.02, text.get_text()
        assert box.x1 / dpi <= tight.x1 + 0.02, text.get_text()
    # Titles, captions and legends keep clear of one another.
    large = [t for t in (figure._suptitle, figure._supxlabel) if t is not None]
    large += [t for legend in figure.legends for t in legend.get_texts()]
    large += [ax.title for ax in figure.axes if ax.get_visible() and ax.title.get_text()]
    large += [ax._left_title for ax in figure.axes if ax.get_visible() and ax._left_title.get_text()]
    for i, a in enumerate(large):
        for b in large[i + 1 :]:
            one, other = a.get_window_extent(renderer), b.get_window_extent(renderer)
            assert not one.overlaps(other), (a.get_text(), b.get_text())


def _not_drawn(figure):
    """Tick labels beyond the limits of their axis, and all texts of hidden axes."""
    found = set()
    for ax in figure.axes:
        if not ax.get_visible():
            found |= set(ax.findobj(Text))
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.majorTicks, *axis.minorTicks]:
                if not low <= tick.get_loc() <= high:
                    found |= {tick.label1, tick.label2}
    return found


def test_axes_have_units(drawn):
    for name in ("timeline_displacement", "timeline_control", "timeline_fuel"):
        assert all(ax.get_ylabel() for ax in drawn[name].axes)
    assert all(ax.get_xlabel() for ax in drawn["differences"].axes if ax.get_visible())


def test_maps_show_borders_towns_and_the_civilian_dead(drawn):
    for name in ("map_control", "map_control_difference"):
        figure = drawn[name]
        texts = {text.get_text() for text in figure.findobj(Text)}
        assert {"Bamako", "Gao"} <= texts
        assert any(text.startswith("Civilians killed") for text in texts)
        assert len(figure.axes[0].lines) > 10
    assert any("does not predict" in text.get_text() for text in drawn["map_control"].findobj(Text))


SCHEDULE = {
    "barkhane": {"date": "2022-08-15", "effect": "exit", "title": "Barkhane leaves Mali", "fields": {"weeks": 26.0}},
    "ban": {
        "date": "2022-11-01",
        "effect": "order",
        "title": "A ban",
        "fields": {"actor": "jnim", "places": ["Bamako"], "weeks": 10.0},
    },
}
OTHER = {
    "ban": SCHEDULE["ban"] | {"date": "2022-12-01"},
    "conduct_army": {"date": "2022-06-01", "effect": "conduct", "title": "", "fields": {"actor": "fama"}},
    "renewed_1": SCHEDULE["ban"] | {"date": "2023-02-01", "title": "Once more"},
    "renewed_2": SCHEDULE["ban"] | {"date": "2023-03-01", "title": "Once more"},
}


@pytest.fixture
def scheduled(folder):
    """The folder with schedules: the second scenario has one of its own."""
    found = Folder(folder)
    for name in NAMES:
        found.run["configuration"][name]["schedule"] = SCHEDULE
        found.run["marks"][name] = [{"name": key, **event} for key, event in SCHEDULE.items()]
    found.run["configuration"]["restraint"]["schedule"] = OTHER
    return found


def texts_of(figure):
    return [text.get_text().replace("\u00a0", " ") for text in figure.findobj(Text)]


def test_ends_of_events_and_a_scenario_s_own_are_marked(scheduled):
    figure = timelines(scheduled)["timeline_displacement"]
    caption = " ".join(texts_of(figure))
    for text in (
        "2022-08-15 Barkhane leaves Mali",
        "2023-02-13 end of: Barkhane leaves Mali",
        "2023-01-10 end of: A ban",
        "2022-12-01 Restraint: A ban (else 2022-11-01) (to 2023-02-09)",
        "2022-08-15 Restraint: no more: Barkhane leaves Mali",
        "2023-02-01 Restraint: Once more (2 times, to 2023-03-01)",
    ):
        assert text in caption
    assert "Bamako prolonged: " not in caption  # it does what the baseline does
    shade = scheduled.run["colours"]["restraint"]["colour"]
    letters = [t for t in figure.findobj(Text) if t.get_color() == shade and t.get_text()]
    assert {"a", "b", "c"} & {text.get_text()[0] for text in letters}


def test_what_lies_before_the_axis_is_not_marked_on_it(scheduled):
    days = scheduled.over_time("displaced").index
    assert decisions.own_marks(scheduled, NAMES[1:], days[-20:]) == []
    assert str(decisions.own_marks(scheduled, NAMES[1:], days)[0].day.date()) == "2022-08-15"


def test_no_more_than_three_bands_overlap(tmp_path):
    names = ["history", "restraint", "un_stays", "france_stays", "bamako_prolonged", "mine"]
    run_plan(fake_settings(names), 2, 1, tmp_path / "x", 7, **FAKE)
    write_all(tmp_path / "x")
    figures = timelines(Folder(tmp_path / "x"))
    for figure in figures.values():
        shown = set()
        for ax in figure.axes:
            bands = [c for c in ax.collections if isinstance(c, PolyCollection) and c.get_alpha() == 0.13]
            assert 1 <= len(bands) <= 3
            shown |= {line.get_label() for line in ax.lines}
        assert {"History", "Restraint", "Mine"} <= shown
    levels = figures["timeline_displacement"].axes[::2]
    assert len(levels) == 3
    assert len({ax.get_ylim() for ax in levels}) == 1


def test_a_scenario_has_its_colour_in_every_comparison(tmp_path, folder):
    run_plan(fake_settings(["history", "bamako_prolonged"]), 1, 1, tmp_path / "x", 7, **FAKE)
    one, other = (read_run(path)["colours"] for path in (folder, tmp_path / "x"))
    assert one["bamako_prolonged"] == other["bamako_prolonged"]


def test_neighbours_are_paler_and_the_legend_holds_only_what_is_there(folder, drawn):
    legend = [text.get_text() for text in drawn["map_control"].legends[0].get_texts()]
    assert "Neighbouring government" in legend
    cells = Folder(folder).cells()
    with cells:
        names = [str(name) for name in cells["controller"].values]
        share = np.nan_to_num(cells["control"].isel(time=-1).to_numpy())
        land = np.isfinite(cells["control"].isel(time=-1, controller=0).to_numpy())
        held = {names[code] for code in np.unique(share.argmax(axis=1)[land])}
    found = Folder(folder)
    labels = {maps._sentence(found.controller_label(name)) for name in held}
    assert set(legend) - {"Neighbouring government"} == labels
    pale, full = (np.array(maps.to_rgb(shade)).sum() for shade in (maps.NEIGHBOUR, maps.GOVERNMENT))
    assert pale > full + 0.3


def test_bars_beside_maps_have_one_colour(drawn):
    for name in ("map_control", "map_displacement"):
        panel = next(ax for ax in drawn[name].axes if ax.patches and ax.get_visible() and len(ax.patches) == len(NAMES))
        assert {patch.get_edgecolor() for patch in panel.patches} == {maps.mpl.colors.to_rgba(INK)}


def test_admin1_borders_are_drawn_within_states_of_the_theatre_only():
    place = {
        "resolution": 1.0,
        "lon": [0.5, 1.5, 2.5, 3.5],
        "lat": [0.5] * 4,
        "country": [0, 0, 1, 1],
        "theatre": [True, False],
        "admin1": [0, 1, 2, 3],
    }
    assert maps.admin1_borders(place) == [[(1.0, 0.0), (1.0, 1.0)]]
    assert maps.admin1_borders({"resolution": 1.0, "lon": [], "lat": []}) == []  # an older folder


def test_projection_is_marked(tmp_path):
    from datetime import date

    settings = fake_settings(NAMES[:2], start=date(2025, 1, 1), end=date(2026, 6, 30), levers_from=date(2025, 3, 1))
    path = tmp_path / "x"
    run_plan(settings, 2, 1, path, 1, **FAKE)
    write_all(path)
    found = Folder(path)
    figure = timelines(found)["timeline_displacement"]
    texts = [text.get_text().replace("\u00a0", " ") for text in figure.findobj(Text)]
    assert "projection" in texts
    assert any("Fuel blockade of Bamako" in text for text in texts)
    title = maps.maps(found)["map_displacement"]._suptitle.get_text()
    assert title.endswith("(projection)")


def test_colours_are_told_apart_without_red_or_green():
    """Okabe-Ito: any two scenarios differ in lightness or along blue and yellow."""
    shades = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in COLOURS], dtype=float)
    light = shades @ [0.299, 0.587, 0.114]
    blue_yellow = shades[:, 2] - shades[:, :2].mean(axis=1)
    for i in range(len(shades)):
        for j in range(i):
            apart = np.hypot(light[i] - light[j], blue_yellow[i] - blue_yellow[j])
            assert apart > 15, (COLOURS[i], COLOURS[j])


def test_dots_of_the_chart_say_what_the_stars_of_the_table_say(folder, monkeypatch):
    """Hollow without a star, filled with one, filled and ringed with two."""
    found = Folder(folder)
    true = judge(found, found.headlines, found.scenarios[1:])
    starred = {key: replace(row, stars=place % 3) for place, (key, row) in enumerate(true.items())}
    monkeypatch.setattr("sim.results.figures.differences.judge", lambda *_: starred)
    axes = {ax._left_title.get_text(): ax for ax in differences(found).axes if ax.get_visible()}
    seen = set()
    for (item, name), row in starred.items():
        if item.label not in axes:
            continue
        place = found.scenarios.index(name) - 1
        dots = [line for line in axes[item.label].lines if line.get_marker() == "o" and line.get_ydata()[0] == place]
        faces = sorted(str(line.get_markerfacecolor()) for line in dots)
        shade = str(dots[0].get_color())
        assert faces == sorted({0: ["white"], 1: [shade], 2: [shade, "none"]}[row.stars])
        seen.add(row.stars)
    assert seen == {0, 1, 2}


def test_the_panel_beside_a_map_of_differences_has_a_dot_for_every_scenario(folder):
    found = Folder(folder)
    figure = maps.maps(found)["map_control_difference"]
    panel = next(ax for ax in figure.axes if "difference" in ax.get_title(loc="left"))
    dots = [line for line in panel.lines if line.get_marker() == "o"]
    assert {float(line.get_ydata()[0]) for line in dots} == set(range(len(found.scenarios) - 1))


def test_letters_of_two_scenarios_on_one_day_stand_above_one_another(scheduled):
    from matplotlib.figure import Figure

    from sim.results.figures.timelines import _style

    days = pd.date_range("2023-01-01", "2023-12-31", freq="7D")
    names = scheduled.scenarios[1:3]
    there = [
        decisions.Mark(pd.Timestamp(day), "", key, key, name)
        for key, day, name in (
            ("e", "2023-05-01", names[0]),
            ("f", "2023-05-03", names[-1]),
            ("g", "2023-10-01", names[0]),
        )
    ]
    ax = Figure().subplots()
    _style(scheduled, ax, "Fuel", "days", days, there)
    heights = {text.get_text(): text.xyann[1] for text in ax.texts if text.get_text() in "efg"}
    assert heights["f"] - heights["e"] >= 8
    assert heights["g"] == heights["e"]


def test_a_period_in_which_nobody_is_displaced_is_drawn(tmp_path, capsys):
    assert main(["run", "-q", "region=teaching", "period.end=2012-01-20", f"output={tmp_path / 'x'}"]) == 0
    assert (tmp_path / "x/figures/map_displacement.png").stat().st_size > 10_000
