"""cells.nc: maps over time by scenario, CF conventions, on the grid of the region.

    displaced_hosted, displaced_from, dead, civilians_killed   quantiles over replicates
        (scenario, quantile, time, lat, lon), and <name>_mean (scenario, time, lat, lon)
    displaced_hosted_larger   share of paired replicates in which a scenario has more than the baseline
    control                   probability of each controller (scenario, controller, time, lat, lon)
    control_share, fuel_days, support_insurgents, support_government   as the month ends: quantiles, and <name>_mean

Persons are counts, which have the unit 1 there. Each cell and month has its bounds; what is said of the end of a
month stands at the upper bound of its time. Scenarios and controllers are dimensions with texts as labels.
Compressed netCDF-4 where h5py is installed, otherwise netCDF-3; both open with xarray.
"""

from importlib import metadata
from importlib.util import find_spec
from typing import Any

import numpy as np
import xarray as xr

from sim.core.codes import CONTESTED, NOBODY
from sim.core.files import atomic_path
from sim.results.paired_differences import share_larger_of
from sim.results.replicate_files import ReplicateFiles

QUANTILES = (0.05, 0.5, 0.95)

AT_ONCE = 600_000_000  # bytes of maps that are in memory at a time

VARIABLES = {
    "displaced_hosted": ("number of displaced persons hosted in the cell at the end of the month", "point"),
    "displaced_from": ("number of displaced persons who came from the cell, end of the month", "point"),
    "dead": ("number of persons killed in the month", "sum"),
    "civilians_killed": ("number of civilians killed in the month", "sum"),
}

#: the variable that scenarios are compared by, pair by pair
PAIRED = "displaced_hosted"
#: bytes of a record: text, unit, and what a step of them is worth; the file has them to a tenth of a step
LAYERS = {
    "control_share": (
        "share of influence of whoever controls the cell (contested: the largest share; none: 0)",
        "1",
        0.01,
    ),
    "fuel_days": ("days of fuel within reach of the people of the cell", "day", 0.1),
    "support_insurgents": ("share of people who support some insurgent group", "1", 0.01),
    "support_government": ("share of people who support some force on the side of the state", "1", 0.01),
}

STEPS = 10  # of the file in a step of the record, which keeps what lies between for quantiles and means
NO_STEPS = -1  # in a cell without people

DISCLAIMER = "Compares scenarios at the scale of cells; does not predict events."


def write_cells(parts: "ReplicateFiles") -> None:
    """Write cells.nc, one variable at a time; nothing where the records hold no maps."""
    first = parts.load(parts.scenarios[0], parts.replicates[0], "cells").cells
    if "months" not in first or not parts.map.get("gid"):
        return
    grid = Grid(parts.map, len(first["months"]))
    coords = _coordinates(parts, grid, first["months"])
    # netCDF-4 through h5netcdf needs h5py, which is not installed with it.
    engine = "h5netcdf" if find_spec("h5py") else "scipy"
    with atomic_path(parts.folder / "cells.nc") as temporary:
        head = xr.Dataset(coords=coords, attrs=_attributes(parts))
        head["crs"] = xr.DataArray(np.int32(0), attrs=_crs())
        head = head.assign(_bounds(grid, first["months"]))
        time = {"units": "days since 1970-01-01", "calendar": "proleptic_gregorian", "dtype": "int32"}
        plain = {name: {"_FillValue": None} for name in ("lat", "lon", "quantile", "lat_bnds", "lon_bnds")}
        # labels as characters: the conventions know coordinate variables of numbers only, whose order can be checked
        plain |= {name: {"dtype": "S1", "char_dim_name": f"{name}_letters"} for name in ("scenario", "controller")}
        for variable in head.variables.values():
            variable.encoding["coordinates"] = None  # labels of others, not of these
        head.to_netcdf(temporary, engine=engine, encoding={**plain, "time": time, "time_bnds": time})
        for name in VARIABLES:
            if name in first:
                _append(temporary, engine, _quantiles(parts, grid, name), head)
        if "controller" in first:
            _append(temporary, engine, _control(parts, grid), head)
        for name in LAYERS:
            if name in first:
                _append(temporary, engine, _layer(parts, grid, name), head)


class Grid:
    """The regular grid of latitudes and longitudes that the cells lie on, and the number of months and cells."""

    def __init__(self, map_data: dict, months: int) -> None:
        self.months, self.cells = months, len(map_data["gid"])
        lat, lon = np.array(map_data["lat"]), np.array(map_data["lon"])
        step = float(map_data["resolution"])
        self.rows = np.rint((lat - lat.min()) / step).astype(int)
        self.columns = np.rint((lon - lon.min()) / step).astype(int)
        self.step = step
        self.lat = np.round(lat.min() + step * np.arange(self.rows.max() + 1), 6)
        self.lon = np.round(lon.min() + step * np.arange(self.columns.max() + 1), 6)
        self.gid = self.spread(np.array(map_data["gid"]), -1, np.int32)

    def spread(self, values: np.ndarray, fill: Any = np.nan, dtype: Any = np.float32) -> np.ndarray:
        """Turn (..., N) into (..., lat, lon), or (..., P) of the first cells, where people live."""
        result = np.full((*values.shape[:-1], len(self.lat), len(self.lon)), fill, dtype=dtype)
        some = slice(0, values.shape[-1])
        result[..., self.rows[some], self.columns[some]] = values
        return result


def _quantiles(parts: "ReplicateFiles", grid: Grid, name: str) -> dict[str, tuple]:
    """Quantiles and mean of a variable over replicates, by scenario, and pairs against baseline."""
    paired = name == PAIRED
    shape = (len(parts.scenarios), grid.months, grid.cells)
    quantiles = np.empty((shape[0], len(QUANTILES), *shape[1:]), dtype=np.float32)
    means = np.empty(shape, dtype=np.float32)
    larger = np.empty(shape, dtype=np.float32)
    for months in _slabs(parts, grid, 2 if paired else 1):
        baseline = _stack(parts, parts.run["baseline"], name, months) if paired else None
        for row, scenario in enumerate(parts.scenarios):
            values = baseline
            if values is None or scenario != parts.run["baseline"]:
                values = _stack(parts, scenario, name, months)
            if paired:
                larger[row, months] = share_larger_of(values, baseline)
            quantiles[row, :, months], means[row, months] = _distribution(values)
    quantiles, means, larger = (grid.spread(item) for item in (quantiles, means, larger))
    text, method = VARIABLES[name]
    about = {"units": "1", "grid_mapping": "crs", "cell_methods": f"area: sum time: {method}"}
    if method == "point":
        about["comment"] = "as the month ends: at the upper bound of its time"
    long_name = {"long_name": text + ", quantiles over replicates"}
    mean_name = {"long_name": text + ", mean over replicates"}
    space = ("time", "lat", "lon")
    found = {
        name: (("scenario", "quantile", *space), quantiles, about | long_name),
        f"{name}_mean": (("scenario", *space), means, about | mean_name),
    }
    if paired:
        text = "share of paired replicates with more displaced persons than in the baseline"
        attrs = {"units": "1", "grid_mapping": "crs", "long_name": text}
        found[f"{name}_larger"] = (("scenario", *space), larger, attrs)
    return found


def _layer(parts: "ReplicateFiles", grid: Grid, name: str) -> dict[str, tuple]:
    """Quantiles and mean over replicates, by scenario, of a layer of bytes; cells without people have none."""
    text, unit, step = LAYERS[name]
    scenarios, quantiles, means = len(parts.scenarios), None, None
    for row, scenario in enumerate(parts.scenarios):
        for months in _slabs(parts, grid, 1):
            values = _stack(parts, scenario, name, months)
            if quantiles is None:
                quantiles = np.empty((scenarios, len(QUANTILES), grid.months, values.shape[-1]), dtype=np.float32)
                means = np.empty((scenarios, grid.months, values.shape[-1]), dtype=np.float32)
            quantiles[row, :, months], means[row, months] = _distribution(values)
    about = {
        "units": unit,
        "grid_mapping": "crs",
        "cell_methods": "time: point",
        "comment": "as the month ends: at the upper bound of its time",
    }
    found = {}
    for key, values, which in ((name, quantiles, "quantiles"), (f"{name}_mean", means, "mean")):
        dims = (
            ("scenario", "quantile", "time", "lat", "lon")
            if which == "quantiles"
            else ("scenario", "time", "lat", "lon")
        )
        found[key] = (
            dims,
            grid.spread(values * np.float32(step)),
            about | {"long_name": f"{text}, {which} over replicates"},
        )
    return found


def _control(parts: "ReplicateFiles", grid: Grid) -> dict[str, tuple]:
    """Probability of each controller, as the share of replicates."""
    names = controller_names(parts.run)
    result = np.empty((len(parts.scenarios), len(names), grid.months, grid.cells), dtype=np.float32)
    for row, scenario in enumerate(parts.scenarios):
        own = parts.load(scenario, parts.replicates[0], "nothing").meta.get("controllers", [])
        code = {"none": NOBODY, "contested": CONTESTED} | {name: i for i, name in enumerate(own)}
        for months in _slabs(parts, grid, 1):
            values = _stack(parts, scenario, "controller", months)
            for place, name in enumerate(names):
                result[row, place, months] = (values == code.get(name, -99)).mean(axis=0, dtype=np.float32)
    attrs = {
        "units": "1",
        "grid_mapping": "crs",
        "cell_methods": "time: point",
        "long_name": "probability that the actor controls the cell (share of replicates)",
        "comment": "at the upper bound of the month; control: a share of influence of at least 0.6; "
        "none: hardly any presence; otherwise contested",
    }
    return {"control": (("scenario", "controller", "time", "lat", "lon"), grid.spread(result), attrs)}


def controller_names(run: dict) -> list[str]:
    """Controllers as in cells.nc: actors, then contested and none."""
    return [*run.get("controllers", []), "contested", "none"]


def _slabs(parts: "ReplicateFiles", grid: Grid, maps: int) -> list[slice]:
    """Stretches of months of which so many variables of all replicates fit into memory together."""
    one = maps * len(parts.replicates) * grid.cells * 4
    step = max(1, AT_ONCE // one)
    return [slice(start, min(start + step, grid.months)) for start in range(0, grid.months, step)]


def _stack(parts: "ReplicateFiles", scenario: str, name: str, months: slice) -> np.ndarray:
    """Some months of one variable in all replicates: (R, m, N)."""
    found: np.ndarray | None = None
    for row, replicate in enumerate(parts.replicates):
        values = parts.load(scenario, replicate, f"cells/{name}").cells[name][months]
        if found is None:
            found = np.empty((len(parts.replicates), *values.shape), dtype=values.dtype)
        found[row] = values
    return found


def _distribution(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (share, m, N) and mean (m, N) over replicates of (R, m, N), as float32."""
    flat = values.reshape(len(values), -1)
    quantiles = np.zeros((len(QUANTILES), flat.shape[1]), dtype=np.float32)
    means = np.zeros(flat.shape[1], dtype=np.float32)
    somewhere = np.flatnonzero(flat.any(axis=0))  # most cells have no dead at all
    for start in range(0, len(somewhere), 8192):
        columns = somewhere[start : start + 8192]
        ordered = np.ascontiguousarray(flat[:, columns].T)
        ordered.sort(axis=1)
        quantiles[:, columns] = [_quantile(ordered, share) for share in QUANTILES]
        means[columns] = ordered.mean(axis=1)
    return quantiles.reshape(-1, *values.shape[1:]), means.reshape(values.shape[1:])


def _quantile(ordered: np.ndarray, share: float) -> np.ndarray:
    """Linear quantile of values sorted along the last axis, as float32."""
    place = share * (ordered.shape[-1] - 1)
    below = int(np.floor(place))
    above = min(below + 1, ordered.shape[-1] - 1)
    low = ordered[..., below].astype(np.float32)
    return low + np.float32(place - below) * (ordered[..., above] - ordered[..., below]).astype(np.float32)


def _append(path: Any, engine: str, variables: dict[str, tuple], head: xr.Dataset) -> None:
    """Add variables to the file. Coordinates are written once, with the head."""
    packed = {"zlib": True, "complevel": 1, "shuffle": True, "fletcher32": True} if engine == "h5netcdf" else {}
    encoding = {name: {**packed, **_stored(name)} for name in variables}
    dataset = xr.Dataset({name: xr.Variable(*item) for name, item in variables.items()})
    dataset = dataset.assign_attrs(head.attrs)
    for variable in dataset.variables.values():
        variable.attrs["coordinates"] = "gid projection"
    dataset.to_netcdf(path, mode="a", engine=engine, encoding=encoding)


def _stored(name: str) -> dict[str, Any]:
    """How the numbers of a variable lie in the file: as they are, or bytes as whole numbers of small steps."""
    layer = LAYERS.get(name.removesuffix("_mean"))
    if layer is None:
        return {"_FillValue": np.float32(np.nan)}
    return {"dtype": "int16", "scale_factor": layer[2] / STEPS, "_FillValue": np.int16(NO_STEPS)}


def _coordinates(parts: "ReplicateFiles", grid: Grid, months: np.ndarray) -> dict[str, tuple]:
    time = {"standard_name": "time", "long_name": "month", "axis": "T", "bounds": "time_bnds"}
    lat = {"standard_name": "latitude", "long_name": "latitude of the centre", "units": "degrees_north", "axis": "Y"}
    lon = {"standard_name": "longitude", "long_name": "longitude of the centre", "units": "degrees_east", "axis": "X"}
    lat, lon = lat | {"bounds": "lat_bnds"}, lon | {"bounds": "lon_bnds"}
    about_gid = {"long_name": "PRIO-GRID cell id (label at this resolution); -1: not land"}
    about_quantile = {"long_name": "share of replicates that lie below", "units": "1"}
    unknown = {"long_name": "whether decisions are not yet known", "flag_values": np.array([0, 1], np.int8)}
    unknown |= {"flag_meanings": "known projection"}
    known = parts.run.get("projection_from")
    beyond = np.zeros(len(months), dtype=np.int8)
    if known:
        beyond[:] = months >= np.datetime64(known)
    return {
        "scenario": ("scenario", np.array(parts.scenarios), {"long_name": "scenario"}),
        "quantile": ("quantile", np.array(QUANTILES), about_quantile),
        "controller": ("controller", np.array(controller_names(parts.run)), {"long_name": "who controls a cell"}),
        "time": ("time", months.astype("datetime64[ns]"), time),
        "lat": ("lat", grid.lat, lat),
        "lon": ("lon", grid.lon, lon),
        "gid": (("lat", "lon"), grid.gid, about_gid),
        "projection": ("time", beyond, unknown),
    }


def _bounds(grid: Grid, months: np.ndarray) -> dict[str, tuple]:
    """First day of each month and of the next, and the edges of rows and columns of cells: (n, 2) each."""
    start = months.astype("datetime64[M]")
    time = np.column_stack([start, start + 1]).astype("datetime64[ns]")
    half = grid.step / 2.0
    edges = {
        name: np.round(np.column_stack([x - half, x + half]), 6) for name, x in (("lat", grid.lat), ("lon", grid.lon))
    }
    found = {"time_bnds": (("time", "bound"), time)}
    return found | {f"{name}_bnds": ((name, "bound"), values) for name, values in edges.items()}


def _attributes(parts: "ReplicateFiles") -> dict[str, str]:
    return {
        "Conventions": "CF-1.10",
        "title": "Scenarios compared: " + ", ".join(parts.scenarios),
        "source": "agent-based simulation",
        "history": f"written by sahel-scenarios {metadata.version('sahel-scenarios')}",  # no time: same maps, same file
        "comment": DISCLAIMER,
        "baseline": parts.run["baseline"],
        "replicates": str(len(parts.replicates)),
    }


def _crs() -> dict[str, Any]:
    return {
        "grid_mapping_name": "latitude_longitude",
        "semi_major_axis": 6378137.0,
        "inverse_flattening": 298.257223563,
        "longitude_of_prime_meridian": 0.0,
    }
