"""Load a region by name or folder and derive what a run needs from its files."""

from __future__ import annotations

from pathlib import Path

from sim.world.build import build_world
from sim.world.grid import nearest_name
from sim.world.tables import RegionError, RegionTables, read_tables
from sim.world.world import World

DATA = Path(__file__).parent / "data"


def region_names() -> list[str]:
    """Names of the shipped regions."""
    return sorted(p.name for p in DATA.iterdir() if (p / "region.yaml").is_file())


def load_region(name_or_folder: str | Path, resolution: float | None = None, reach_cells: int | None = None) -> World:
    """The world of a shipped region (by name) or of a folder with the same files.

    ``resolution`` in degrees asks for another grid than that of the files (``sim.world.regrid``), ``reach_cells`` for
    another reach than the region's rules. A wrong name or file raises ``RegionError`` with one sentence.
    """
    tables = tables_of(name_or_folder)
    own = float(tables.meta["resolution"])
    if resolution is None or abs(resolution - own) < 1e-9:
        return build_world(tables, reach_cells=reach_cells)
    from sim.world.regrid import regridded

    return build_world(regridded(tables, resolution), use_cache=False, reach_cells=reach_cells)


def tables_of(name_or_folder: str | Path) -> RegionTables:
    """The checked tables of a region."""
    name = str(name_or_folder)
    if name in region_names():
        return read_tables(name, DATA / name)
    folder = Path(name_or_folder)
    if folder.is_dir():
        return read_tables(folder.resolve().name, folder)
    raise RegionError(f"no region or folder called {name!r}{nearest_name(name, region_names())}")
