"""Opens netCDF files of a folder: nothing that they point to outside of themselves is followed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.files import FolderError, open_regular
from sim.results.integrity.hashes import verify

if TYPE_CHECKING:
    import xarray as xr

HDF5 = b"\x89HDF\r\n\x1a\n"


def open_netcdf(path: Path, run: dict[str, Any]) -> xr.Dataset:
    """The file as a dataset, opened but not read. Raises `FolderError` for a damaged file or one with links."""
    import xarray as xr  # slow to load, and tables alone need it not

    verify(path, run)
    with open_regular(path) as file:
        is_hdf5 = file.read(len(HDF5)) == HDF5
    try:
        if is_hdf5:
            refuse_links(path)
        return xr.open_dataset(path, engine="h5netcdf" if is_hdf5 else "scipy")
    except FolderError:
        raise
    except Exception as error:  # whatever the libraries below make of odd bytes
        what = " ".join(str(error).split())[:200]
        raise FolderError(f"{path} cannot be read as netCDF ({type(error).__name__}: {what}).") from None


def refuse_links(path: Path) -> None:
    """Refuse an HDF5 file with links, or data that lie in other files: reading it would read those."""
    import h5py

    def look(group: Any) -> None:
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise FolderError(f"{path} points to data elsewhere ('{name}'), which is not followed.")
            item = group[name]
            if isinstance(item, h5py.Group):
                raise FolderError(f"{path} holds a group '{name}', which no file of this program does.")
            if isinstance(item, h5py.Dataset) and (item.external or item.is_virtual):
                raise FolderError(f"{path} points to data elsewhere ('{name}'), which is not followed.")

    with h5py.File(path, "r") as file:
        look(file)
