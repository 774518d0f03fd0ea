"""Maps of a comparison: control and displacement by scenario, and their difference to the baseline.

Each figure has one map per scenario and, in the last panel, the people concerned: civilians killed
beside control, total displaced beside displacement. Country borders and the larger towns are drawn.
"""

import textwrap

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm, ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.core.numbers import tick_label
from sim.results.figures.cartography import NO_POSITION, SOURCES, draw_rivers, equal_area, hatch, scale_bar
from sim.results.figures.differences import totals_panel
from sim.results.result_folder import Folder, Headline

GOVERNMENT, CONTESTED, NOBODY = "#56B4E9", "#9a9a9a", "#f1f1ee"

#: the governments of states that the war is not about: a paler and greyer blue than the theatre's
NEIGHBOUR, NEIGHBOUR_LABEL = "#c3d6e2", "neighbouring government"

# Okabe and Ito, and two more, so that eight actors differ
ACTORS = ["#D55E00", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#7A4E2D", "#5D3A9B"]

EMPTY = "#f1f1ee"

DECADES = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000]

AGREE = 0.9  # share of replicates that must agree on the sign for a full colour

TOWNS = 24

HALO = [patheffects.withStroke(linewidth=1.8, foreground="white")]


def maps(found: Folder) -> dict[str, Figure]:
    """All maps that cells.nc allows, as figures by name."""
    cells = found.cells()
    if cells is None:
        return {}
    with cells:
        figures = {}
        if "control" in cells:
            figures["map_control"] = control(found, cells)
        if "displaced_hosted" in cells:
            figures["map_displacement"] = displacement(found, cells)
        if found.scenarios[1:]:
            if "control" in cells:
                figures["map_control_difference"] = control_difference(found, cells)
            if "displaced_hosted" in cells:
                figures["map_displacement_difference"] = displacement_difference(found, cells)
        return figures


def control(found: Folder, cells: xr.Dataset) -> Figure:
    """The most likely controller of each cell at the end; pale where replicates disagree."""
    figure, axes, last = _panels(found, found.scenarios)
    names = [str(name) for name in cells["controller"].values]
    best_of = {scenario: _most_likely(cells, scenario) for scenario in found.scenarios}
    held = {names[code] for _, best in best_of.values() for code in np.unique(best[best >= 0])}
    shades = controller_colours(names, held)
    seen: dict[str, None] = {}
    abroad = _abroad(found, cells)
    for ax, scenario in zip(axes, found.scenarios):
        share, best = best_of[scenario]
        image = np.ones((*best.shape, 4))
        image[..., 3] = 0
        for code in np.unique(best[best >= 0]):
            name = names[code]
            for here, shade, label in _shaded(best == code, abroad, name, shades[name]):
                seen[label] = None
                # From half pale (bare plurality) to the full colour (all replicates agree).
                weight = 0.35 + 0.65 * np.clip((share[code][here] - 0.4) / 0.6, 0, 1)[:, None]
                image[here, :3] = 1 - weight * (1 - np.array(to_rgb(shade)))
                image[here, 3] = 1
        _image(ax, cells, image)
        if "contested" in names:
            hatch(ax, cells["lon"].to_numpy(), cells["lat"].to_numpy(), best == names.index("contested"))
        _decorate(found, ax, found.title(scenario))
    shades[NEIGHBOUR_LABEL] = NEIGHBOUR
    order = [name for name in (names[0], NEIGHBOUR_LABEL, *names[1:]) if name in seen]
    handles = [
        Patch(facecolor=shades[x], edgecolor="#666666", linewidth=0.5, hatch="////" if x == "contested" else None)
        for x in order
    ]
    labels = [_sentence(x if x == NEIGHBOUR_LABEL else found.controller_label(x)) for x in order]
    note = "Paler: fewer replicates agree"
    _finish(found, figure, f"Most likely controller, {_month(cells)}", note, (handles, labels))
    _people(found, last, "civilians_killed", False)
    return figure


def _most_likely(cells: xr.Dataset, scenario: str) -> tuple[np.ndarray, np.ndarray]:
    """Probability of each controller (C, lat, lon) at the end, and the row of the likeliest (lat, lon), -1 for sea."""
    share = cells["control"].sel(scenario=scenario).isel(time=-1).to_numpy()
    return share, np.where(np.isfinite(share[0]), np.nan_to_num(share).argmax(axis=0), -1)


def _shaded(here: np.ndarray, abroad: np.ndarray, name: str, shade: str) -> list[tuple[np.ndarray, str, str]]:
    """Where (lat, lon) a controller stands, its colour, its entry in the legend; governments abroad by themselves."""
    if name != "government":
        return [(here, shade, name)]
    parts = [(here & ~abroad, shade, name), (here & abroad, NEIGHBOUR, NEIGHBOUR_LABEL)]
    return [part for part in parts if part[0].any()]


def _abroad(found: Folder, cells: xr.Dataset) -> np.ndarray:
    """True (lat, lon) in cells of states that the war is not about."""
    lat, lon = cells["lat"].to_numpy(), cells["lon"].to_numpy()
    result = np.zeros((len(lat), len(lon)), dtype=bool)
    row, column = _rows_and_columns(found, lat, lon)
    theatre = np.array(found.map["theatre"], dtype=bool)
    result[row, column] = ~theatre[np.array(found.map["country"])]
    return result


def _rows_and_columns(found: Folder, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and column (N,) of each cell of the map on a grid of these latitudes and longitudes."""
    place = found.map
    row = np.abs(lat[:, None] - np.array(place["lat"])).argmin(axis=0)
    return row, np.abs(lon[:, None] - np.array(place["lon"])).argmin(axis=0)


def control_difference(found: Folder, cells: xr.Dataset) -> Figure:
    """Change of the probability that the government controls a cell, at the end."""
    others = found.scenarios[1:]
    figure, axes, last = _panels(found, others)
    share = cells["control"].sel(controller="government").isel(time=-1)
    baseline = share.sel(scenario=found.baseline)
    bounds = np.array([-100, -75, -50, -25, -5, 5, 25, 50, 75, 100])
    scale = _diverging(bounds)
    for ax, scenario in zip(axes, others):
        change = 100 * (share.sel(scenario=scenario) - baseline)
        picture = _mesh(ax, cells, change.to_numpy(), *scale)
        _decorate(found, ax, found.title(scenario))
    _colour_bar(figure, axes, picture, bounds, "government control: change in probability, percentage points")
    title = f"Government control, {_month(cells)}: difference to {found.title(found.baseline)}"
    _finish(found, figure, title, "purple: more government control, orange: less")
    _people(found, last, "civilians_killed", True)
    return figure


def displacement(found: Folder, cells: xr.Dataset) -> Figure:
    """Median number of displaced people living in each cell at the end."""
    figure, axes, last = _panels(found, found.scenarios)
    values = cells["displaced_hosted"].sel(quantile=0.5).isel(time=-1)
    top = float(values.max())
    bounds = [x for x in DECADES if x < top] or DECADES[:1]
    bounds = [*bounds, next((x for x in DECADES if x >= top and x > bounds[-1]), top + 1)]  # nobody displaced: one step
    shades = ListedColormap(mpl.colormaps["cividis_r"](np.linspace(0, 1, len(bounds) - 1)))
    shades = shades.with_extremes(under=EMPTY)
    norm = BoundaryNorm(bounds, shades.N)
    for ax, scenario in zip(axes, found.scenarios):
        picture = _mesh(ax, cells, values.sel(scenario=scenario).to_numpy(), shades, norm)
        _decorate(found, ax, found.title(scenario))
    _colour_bar(figure, axes, picture, bounds, "displaced persons in the cell (median over replicates)", "min")
    _finish(found, figure, f"Displaced people, {_month(cells)}", "")
    _people(found, last, "displaced", False)
    return figure


def displacement_difference(found: Folder, cells: xr.Dataset) -> Figure:
    """Mean paired difference of displaced people; pale where replicates disagree on its sign."""
    others = found.scenarios[1:]
    figure, axes, last = _panels(found, others)
    mean = cells["displaced_hosted_mean"].isel(time=-1)
    change = mean - mean.sel(scenario=found.baseline)
    size = np.abs(change.to_numpy())
    size = size[size > DECADES[0]]
    top = np.quantile(size, 0.99) if len(size) else 0
    steps = [x for x in DECADES if x < top][-5:] or DECADES[:1]
    bounds = np.array([-x for x in steps[::-1]] + steps)
    scale = _diverging(bounds, extend="both")
    for ax, scenario in zip(axes, others):
        values = change.sel(scenario=scenario).to_numpy()
        larger = cells["displaced_hosted_larger"].isel(time=-1).sel(scenario=scenario).to_numpy()
        unsure = (larger < AGREE) & (larger > 1 - AGREE)
        picture = _mesh(ax, cells, values, *scale)
        veil = np.zeros((*values.shape, 4))
        veil[unsure & np.isfinite(values)] = (*to_rgb(EMPTY), 0.65)
        _image(ax, cells, veil)
        _decorate(found, ax, found.title(scenario))
    _colour_bar(figure, axes, picture, bounds, "displaced persons in the cell: mean difference", "both")
    title = f"Displaced people, {_month(cells)}: difference to {found.title(found.baseline)}"
    note = "orange: more displaced, purple: fewer; pale: fewer than nine of ten replicates agree"
    _finish(found, figure, title, note)
    _people(found, last, "displaced", True)
    return figure


# ---------------------------------------------------------------------------- parts of a map


def _panels(found: Folder, scenarios: list[str]) -> tuple[Figure, list[Axes], Axes]:
    """Axes for one map per scenario and one more panel."""
    lat, lon = np.array(found.map["lat"]), np.array(found.map["lon"])
    shape = (np.ptp(lon) + 1) * np.cos(np.radians(lat.mean())) / (np.ptp(lat) + 1)
    count = len(scenarios) + 1
    columns = 2 if count in (1, 2, 4) else 3
    rows = -(-count // columns)
    width = 4.7 if columns == 3 else 5.6
    figure = Figure(figsize=(width * columns, (width / shape + 0.35) * rows + 1.3), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes[count:]:
        ax.set_visible(False)
    return figure, list(axes[: count - 1]), axes[count - 1]


def _people(found: Folder, ax: Axes, outcome: str, versus_baseline: bool) -> None:
    """The panel of people: civilians killed, or all displaced."""
    items = [item for item in found.headlines if item.outcome == outcome]
    if not items:
        ax.set_visible(False)
        return
    item = items[0]
    if outcome == "civilians_killed":
        label = "Civilians killed, whole period" + (": difference" if versus_baseline else "")
        item = Headline(item.place, item.outcome, label, item.unit)
    totals_panel(found, ax, item, versus_baseline)
    ax.set_box_aspect(0.55)


def _mesh(ax: Axes, cells: xr.Dataset, values: np.ndarray, shades: ListedColormap, norm: BoundaryNorm):
    lon, lat = cells["lon"].to_numpy(), cells["lat"].to_numpy()
    return ax.pcolormesh(lon, lat, values, cmap=shades, norm=norm, shading="nearest", rasterized=True)


def _colour_bar(figure: Figure, axes: list[Axes], picture, bounds, label: str, extend: str = "neither") -> None:
    """One bar below all maps, with a tick at each step."""
    shrink = 0.95 if len(axes) == 1 else 0.55
    place = {"location": "bottom", "shrink": shrink, "aspect": 70 * shrink}
    bar = figure.colorbar(picture, ax=list(axes), ticks=bounds, extend=extend, **place)
    bar.ax.set_xticklabels([tick_label(x, "persons") for x in bounds], fontsize=8)
    bar.set_label(label, fontsize=9)


def _image(ax: Axes, cells: xr.Dataset, image: np.ndarray) -> None:
    """An (lat, lon, RGBA) image on the cells."""
    lon, lat = cells["lon"].to_numpy(), cells["lat"].to_numpy()
    ax.pcolormesh(lon, lat, image, shading="nearest", rasterized=True, zorder=1.5)


def _decorate(found: Folder, ax: Axes, title: str) -> None:
    """Borders of states and of the theatre's admin-1 areas, towns, degrees, and a box that holds the region."""
    place = found.map
    lat, lon, half = np.array(place["lat"]), np.array(place["lon"]), place["resolution"] / 2
    for _, border in place["outlines"]:
        border = np.array(border)
        ax.plot(border[:, 0], border[:, 1], color="#444444", linewidth=0.5, zorder=2)
    if lines := admin1_borders(place):
        ax.add_collection(LineCollection(lines, colors="#444444", linewidths=0.5, linestyles=(0, (3, 1.5)), zorder=1.9))
    ax.set_xlim(lon.min() - half, lon.max() + half)
    equal_area(ax, lat.min() - half, lat.max() + half)
    draw_rivers(ax, place)
    scale_bar(ax)
    _towns(ax, place["towns"])
    ax.set_title(textwrap.fill(title, 48), fontsize=10)
    ax.xaxis.set_major_formatter(lambda x, _: f"{abs(x):g}°{'W' if x < 0 else 'E' if x else ''}")
    ax.yaxis.set_major_formatter(lambda y, _: f"{abs(y):g}°{'S' if y < 0 else 'N' if y else ''}")
    ax.locator_params(nbins=5)
    ax.tick_params(labelsize=7, length=2, color="#888888", labelcolor="#555555")
    for spine in ax.spines.values():
        spine.set_color("#888888")


def admin1_borders(place: dict) -> list[list[tuple[float, float]]]:
    """Edges of cells (lon, lat) between admin-1 areas of one state of the theatre; what map.json holds is enough."""
    half = place["resolution"] / 2
    theatre, country, area = place.get("theatre"), place.get("country"), place.get("admin1")
    if not (theatre and country and area):
        return []
    at = {(round(x / half), round(y / half)): i for i, (x, y) in enumerate(zip(place["lon"], place["lat"]))}
    lines = []
    for (column, row), i in at.items():
        x, y = place["lon"][i], place["lat"][i]
        sides = {
            (column + 2, row): [(x + half, y - half), (x + half, y + half)],
            (column, row + 2): [(x - half, y + half), (x + half, y + half)],
        }
        for beside, line in sides.items():
            j = at.get(beside)
            if j is not None and country[i] == country[j] and theatre[country[i]] and area[i] != area[j]:
                lines.append(line)
    return lines


def _towns(ax: Axes, towns: dict) -> None:
    """Names of capitals and large towns that do not cover one another."""
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    # Room that a name takes, in degrees: some 1.5 % of the map's width a letter.
    letter, height = 0.0155 * (east - west), 0.042 * (north - south)
    order = sorted(range(len(towns["name"])), key=lambda i: rank_of_town(towns, i))
    boxes: list[tuple[float, float, float, float]] = []
    for i in order:
        if len(boxes) == TOWNS:
            break
        x, y, name = towns["lon"][i], towns["lat"][i], towns["name"][i]
        length = letter * len(name)
        right = x + 0.6 * letter + length < east
        left_edge = x if right else x - length - 0.6 * letter
        box = (left_edge, left_edge + length + 0.6 * letter, y - height / 2, y + height / 2)
        inside = box[0] > west and box[1] < east and box[2] > south and box[3] < north
        if not inside or any(_overlap(box, other) for other in boxes):
            continue
        boxes.append(box)
        capital = towns["capital"][i]
        ax.plot(x, y, "s" if capital else "o", color="black", markersize=3.2 if capital else 2, zorder=3)
        ax.annotate(
            name,
            (x, y),
            xytext=(3 if right else -3, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=6.5,
            path_effects=HALO,
            zorder=4,
        )


def rank_of_town(towns: dict, i: int) -> tuple[int, int]:
    """Capitals and seats of the theatre come first, then capitals abroad, then by size."""
    capital, seat, here = (towns[key][i] for key in ("capital", "regional", "theatre"))
    group = 0 if capital and here else 1 if seat and here else 2 if capital else 3
    return group, -towns["population"][i]


def _overlap(a: tuple, b: tuple) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def controller_colours(names: list[str], held: set[str]) -> dict[str, str]:
    """A colour for each controller by its place in the list; no two that hold a cell (`held`) have the same."""
    fixed = {"government": GOVERNMENT, "contested": CONTESTED, "none": NOBODY}
    actors = [name for name in names if name not in fixed]
    found = {name: ACTORS[i % len(ACTORS)] for i, name in enumerate(actors)}
    taken: set[str] = set()
    for name in (name for name in actors if name in held):
        if found[name] in taken:
            found[name] = next((shade for shade in ACTORS if shade not in taken), found[name])
        taken.add(found[name])
    return fixed | found


def _diverging(bounds: np.ndarray, extend: str = "neither") -> tuple[ListedColormap, BoundaryNorm]:
    """PuOr in steps; the middle step, about zero, in the colour of empty land."""
    steps = len(bounds) - 1 + (2 if extend == "both" else 0)
    shades = mpl.colormaps["PuOr" if extend == "neither" else "PuOr_r"](np.linspace(0.08, 0.92, steps))
    shades[steps // 2] = mpl.colors.to_rgba(EMPTY)
    return ListedColormap(shades), BoundaryNorm(bounds, steps, extend=extend)


def _finish(found: Folder, figure: Figure, title: str, note: str, legend: tuple | None = None) -> None:
    """Title, and below the maps a note, with the legend if there is one."""
    beyond = found.projection_from is not None
    figure.suptitle(title + (" (projection)" if beyond else ""), fontsize=13)
    parts = [note, f"{found.replicates} replicates" if found.replicates > 1 else "one replicate"]
    parts += ["a made-up country"] if found.map.get("fictional") else []
    parts += ["squares: capitals", "cylindrical equal-area projection"]
    parts += [] if found.map.get("fictional") else [SOURCES, NO_POSITION]
    parts += ["compares scenarios, does not predict events"]
    text = "; ".join(part for part in parts if part)
    width = 75 * (2 if figure.get_figwidth() < 12 else 3)
    text = "\n".join(textwrap.wrap(_sentence(text) + ".", width))
    if legend is None:
        figure.supxlabel(text, fontsize=8, color="#333333")
    else:
        where = {"loc": "outside lower center", "ncols": min(7, len(legend[1])), "frameon": False}
        figure.legend(*legend, title=text, title_fontsize=8, **where)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _month(cells: xr.Dataset) -> str:
    return str(cells["time"].to_numpy()[-1].astype("datetime64[M]"))
