"""player.nc: maps of every week of one replicate a scenario, for a player.

    controller                      flags: row in `controllers`, or contested, or none     (scenario, time, lat, lon)
    control_share                   share of influence of the controller, percent
    displaced_hosted                displaced persons hosted, in steps of 5 %
    dead                            killed in the week
    fuel_days                       days of fuel, to a tenth
    support_insurgents              share of people who support insurgents, percent
    replicate, distance             of each scenario: whose weeks these are, how far from the median (scenario)

The replicate is chosen by `sim.results.maps.nearest_replicate`. CF conventions, on the grid of cells.nc; compressed
netCDF-4
where h5py is installed, otherwise netCDF-3.
"""

from __future__ import annotations

from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from sim.core.codes import CONTESTED, NOBODY
from sim.core.files import atomic_path
from sim.recording.reduced_record import LISTS
from sim.results.integrity.netcdf import open_netcdf
from sim.results.maps.cell_maps import DISCLAIMER, Grid, _crs
from sim.results.maps.control_spells import ends_of
from sim.results.maps.nearest_replicate import RULE, nearest
from sim.results.replicate_files import ReplicateFiles

FILE = "player.nc"
NO_DATA = -1  # of numbers
NO_CONTROLLER = -128  # where there is no land

#: name -> type in the file, and attributes
LAYERS: dict[str, tuple[str, dict[str, Any]]] = {
    "control_share": ("i1", {"units": "percent", "long_name": "share of influence of the controller"}),
    "displaced_hosted": ("i4", {"units": "1", "long_name": "displaced persons hosted, in steps of 5 %"}),
    "dead": ("i2", {"units": "1", "long_name": "persons killed in the week", "cell_methods": "time: sum"}),
    "fuel_days": ("i2", {"units": "day", "scale_factor": 0.1, "long_name": "days of fuel"}),
    "support_insurgents": ("i1", {"units": "percent", "long_name": "people who support some insurgent group"}),
}


def write_player(parts: ReplicateFiles) -> None:
    """Write player.nc, one layer in memory at a time; nothing where no weekly layers are kept."""
    path = parts.folder / FILE
    path.unlink(missing_ok=True)
    candidates = [replicate for replicate in parts.replicates if replicate < LISTS]
    first = parts.load(parts.scenarios[0], candidates[0], "weekly_cells").weekly_cells if candidates else {}
    if "control_share" not in first or not parts.map.get("gid"):
        return
    chosen = {name: nearest(parts, name, candidates) for name in parts.scenarios}
    grid = Grid(parts.map, len(first["weeks"]))
    engine = "h5netcdf" if find_spec("h5py") else "scipy"
    with atomic_path(path) as temporary:
        head = _head(parts, grid, first["weeks"], chosen)
        time = {"units": "days since 1970-01-01", "calendar": "proleptic_gregorian", "dtype": "int32"}
        plain = {name: {"_FillValue": None} for name in ("lat", "lon", "lat_bnds", "lon_bnds", "distance")}
        plain["scenario"] = {"dtype": "S1", "char_dim_name": "scenario_letters"}
        for variable in head.variables.values():
            variable.encoding["coordinates"] = None  # labels of others, not of these
        head.to_netcdf(temporary, engine=engine, encoding={**plain, "time": time, "time_bnds": time})
        _append(temporary, engine, head, "controller", _controllers(parts, grid, chosen), _about_controllers(parts))
        for name, (kind, attributes) in LAYERS.items():
            values = np.full((len(chosen), grid.months, len(grid.lat), len(grid.lon)), NO_DATA, dtype=kind)
            for row, (scenario, (replicate, _)) in enumerate(chosen.items()):
                weekly = parts.load(scenario, replicate, f"weekly_cells/{name}").weekly_cells[name]
                values[row] = grid.spread(weekly, NO_DATA, kind)
            _append(temporary, engine, head, name, values, {"_FillValue": NO_DATA, **attributes})


def player_of(folder: Path, run: dict | None = None) -> xr.Dataset | None:
    """player.nc of a folder, opened but not read; None where weekly layers were not recorded.

    `run` is what run.json says, hashes among it.
    """
    path = Path(folder) / FILE
    return open_netcdf(path, run or {}) if path.exists() else None


def _controllers(parts: ReplicateFiles, grid: Grid, chosen: dict[str, tuple[int, float]]) -> np.ndarray:
    """Controllers of every week by their number among those of the comparison: int8 (scenario, t, lat, lon)."""
    values = np.empty((len(chosen), grid.months, len(grid.lat), len(grid.lon)), dtype=np.int8)
    names = parts.run["controllers"]
    for row, (scenario, (replicate, _)) in enumerate(chosen.items()):
        record = parts.load(scenario, replicate, "weekly_cells/controller")
        number = np.array([names.index(name) for name in record.meta["controllers"]])
        code = record.weekly_cells["controller"]
        values[row] = grid.spread(np.where(code >= 0, number[np.maximum(code, 0)], code), NO_CONTROLLER, np.int8)
    return values


def _about_controllers(parts: ReplicateFiles) -> dict[str, Any]:
    """Attributes of the layer of controllers: what its numbers mean (CF flags)."""
    names = parts.run["controllers"]
    return {
        "_FillValue": NO_CONTROLLER,
        "long_name": "controller of the cell",
        "flag_values": np.array([CONTESTED, NOBODY, *range(len(names))], dtype=np.int8),
        "flag_meanings": " ".join(["contested", "none", *names]),
        "comment": "control: a share of influence of at least 0.6; none: hardly any presence; otherwise contested",
    }


def _head(parts: ReplicateFiles, grid: Grid, weeks: np.ndarray, chosen: dict[str, tuple[int, float]]) -> xr.Dataset:
    """Coordinates, and which replicate it is of each scenario."""
    number = np.array([replicate for replicate, _ in chosen.values()], dtype=np.int32)
    distance = np.array([far for _, far in chosen.values()])
    lat = {"standard_name": "latitude", "units": "degrees_north", "axis": "Y", "bounds": "lat_bnds"}
    lon = {"standard_name": "longitude", "units": "degrees_east", "axis": "X", "bounds": "lon_bnds"}
    space = {
        "lat": ("lat", grid.lat, lat | {"long_name": "latitude of the centre"}),
        "lon": ("lon", grid.lon, lon | {"long_name": "longitude of the centre"}),
        "gid": (("lat", "lon"), grid.gid, {"long_name": "PRIO-GRID cell id (label at this resolution); -1: not land"}),
    }
    time = {"standard_name": "time", "long_name": "day after the week", "axis": "T", "bounds": "time_bnds"}
    dates, half = ends_of(weeks), float(parts.map["resolution"]) / 2.0
    starts = weeks - (dates[-1] - dates[-2])
    return xr.Dataset(
        {
            "crs": ((), np.int32(0), _crs()),
            "replicate": ("scenario", number, {"long_name": "replicate whose weeks these are", "comment": RULE}),
            "distance": ("scenario", distance, {"units": "1", "long_name": "distance of the replicate to the median"}),
            "time_bnds": (("time", "bound"), np.column_stack([starts, weeks]).astype("datetime64[ns]")),
            "lat_bnds": (("lat", "bound"), np.round(np.column_stack([grid.lat - half, grid.lat + half]), 6)),
            "lon_bnds": (("lon", "bound"), np.round(np.column_stack([grid.lon - half, grid.lon + half]), 6)),
        },
        coords={
            "scenario": ("scenario", np.array(parts.scenarios), {"long_name": "scenario"}),
            "time": ("time", weeks.astype("datetime64[ns]"), time),
            **space,
        },
        attrs={
            "Conventions": "CF-1.10",
            "title": "One replicate a scenario, week by week: " + ", ".join(parts.scenarios),
            "source": "agent-based simulation",
            "history": f"written by sahel-scenarios {metadata.version('sahel-scenarios')}",  # no time, as in cells.nc
            "comment": DISCLAIMER,
            "replicates": ", ".join(f"{name}: {replicate}" for name, (replicate, _) in chosen.items()),
            "rule": RULE,
        },
    )


def _append(path: Path, engine: str, head: xr.Dataset, name: str, values: np.ndarray, attributes: dict) -> None:
    """Add one layer to the file: numbers as they are stored, their scale and fill value among the attributes."""
    packed = {"zlib": True, "complevel": 4, "shuffle": True} if engine == "h5netcdf" else {}
    if packed:
        packed["chunksizes"] = (1, min(26, values.shape[1]), *values.shape[2:])  # half a year of one scenario
    about = {key: values.dtype.type(value) if key == "_FillValue" else value for key, value in attributes.items()}
    about |= {"grid_mapping": "crs", "coordinates": "gid"}
    data = xr.Dataset({name: (("scenario", "time", "lat", "lon"), values, about)}).assign_attrs(head.attrs)
    data.to_netcdf(path, mode="a", engine=engine, encoding={name: packed})
