"""cells.nc keeps the CF conventions: by compliance-checker where it is installed, by hand for what it asked for."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from sim.core import provenance
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

CHECKER = Path(sys.executable).with_name("compliance-checker")
FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("conventions") / "comparison"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan(fake_settings(["history", "restraint"]), 2, 1, path, 7, **FAKE)
        write_all(path)
    return path / "cells.nc"


def test_what_the_checker_asked_for(path):
    with xr.open_dataset(path, decode_cf=False) as raw:
        assert raw.attrs["Conventions"] == "CF-1.10"
        assert raw.attrs["history"]
        for name in ("time", "lat", "lon", "quantile"):
            assert "_FillValue" not in raw[name].attrs, name
        for name, axis in (("time", "T"), ("lat", "Y"), ("lon", "X")):
            about = raw[name].attrs
            assert about["axis"] == axis
            assert about["standard_name"] in ("time", "latitude", "longitude")
            assert about["units"]
            assert raw[about["bounds"]].shape == (raw.sizes[name], 2)
            assert not raw[about["bounds"]].attrs  # those of the coordinate hold
        for name in raw.data_vars:
            if raw[name].dims[-2:] == ("lat", "lon") and len(raw[name].dims) > 2:
                assert raw[name].attrs["units"] == ("day" if name.startswith("fuel_days") else "1"), name
                assert raw[name].attrs["grid_mapping"] == "crs"
                assert set(raw[name].attrs["coordinates"].split()) == {"gid", "projection"}
                assert raw[name].attrs["long_name"]
        assert raw["dead"].attrs["cell_methods"] == "area: sum time: sum"
        assert raw["displaced_from"].attrs["cell_methods"] == "area: sum time: point"


def test_bounds_meet_and_hold_the_values(path):
    with xr.open_dataset(path) as cells:
        for name in ("time", "lat", "lon"):
            low, high = cells[f"{name}_bnds"].values.T
            np.testing.assert_array_equal(low[1:], high[:-1])
            assert (low <= cells[name].values).all()
            assert (cells[name].values < high).all()
        assert (high - low == 0.5).all()
        months = cells["time_bnds"].values.astype("datetime64[D]")
        assert (months == months.astype("datetime64[M]")).all()  # from first day to first day


def test_labels_are_texts_to_xarray(path):
    with xr.open_dataset(path) as cells:
        assert cells["scenario"].values.tolist() == ["history", "restraint"]
        assert "jnim" in cells["controller"].values.tolist()
        assert cells["dead"].sel(scenario="restraint", quantile=0.5).dims == ("time", "lat", "lon")


if CHECKER.exists():  # where it is not, what it has asked for is checked above: no test is skipped

    def test_compliance_checker_finds_nothing(path):
        words = [str(CHECKER), "--test", "cf:1.10", str(path)]
        found = subprocess.run(words, capture_output=True, text=True, check=False)
        assert "All tests passed!" in found.stdout, found.stdout + found.stderr
        assert found.returncode == 0
