"""player.nc: the replicate nearest to the median by hand, and its weeks as its record has them."""

import numpy as np
import pytest
import xarray as xr

from sim.core import provenance
from sim.core.codes import CONTESTED, NOBODY
from sim.core.files import read_json
from sim.recording.run_record import RunRecord, Series
from sim.results.maps import nearest_replicate
from sim.results.maps.nearest_replicate import distances, nearest, over_dates
from sim.results.maps.player_layers import player_of
from sim.results.replicate_files import find_replicate_files, replicate_file
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import CONTROLLERS, fake_settings

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two scenarios of five replicates, with all tables."""
    path = tmp_path_factory.mktemp("player") / "comparison"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan(fake_settings(NAMES), 5, 1, path, 7, **FAKE)
        write_all(path)
    return path


def test_distance_of_three_replicates_by_hand():
    """Values 0, 2, 6: median 2, quartiles 1 and 4. Values 1, 5, 9 of the second week: median 5, quartiles 3 and 7."""
    first = np.array([[0.0, 1.0], [2.0, 5.0], [6.0, 9.0]])
    assert distances([first]) == pytest.approx([(2 / 3 + 4 / 4) / 2, 0.0, (4 / 3 + 4 / 4) / 2])
    # a second outcome in which the first replicate is the median; its second week tells nobody apart
    second = np.array([[10.0, 3.0], [30.0, 3.0], [8.0, 3.0]])
    expected = np.array([5 / 6 + 0.0, 0.0 + 20 / 11, 7 / 6 + 2 / 11])
    assert distances([first, second]) == pytest.approx(expected)
    assert distances([second[:, 1:]]).tolist() == [0.0, 0.0, 0.0]


class ThreeByHand:
    """Stands for the files of three replicates whose stock is 1, 5 and 6."""

    replicates = (0, 1, 2)

    def load(self, scenario, replicate, key):
        days = np.array(["2020-12-27", "2021-01-03"], dtype="datetime64[D]")
        values = np.full((2, 1, 1), (1.0, 5.0, 6.0)[replicate])
        return RunRecord(series={"weekly": Series(days, ["region"], ["displaced"], values, {"displaced": "persons"})})


def test_the_nearest_is_chosen_among_those_that_may_be():
    parts = ThreeByHand()
    assert nearest(parts, "history", [0, 1, 2]) == (1, 0.0)
    assert nearest(parts, "history", [0, 2]) == (2, pytest.approx(1 / 2.5))


def test_killed_are_summed_up_over_years():
    days = np.array(["2019-12-24", "2019-12-31", "2020-01-07"], dtype="datetime64[D]")
    units = {"civilians_killed": "persons/week", "displaced": "persons"}
    series = Series(days, ["region"], list(units), np.array([[[1, 7]], [[2, 8]], [[4, 9]]]), units)
    assert over_dates(series, "civilians_killed").tolist() == [3.0, 4.0]
    assert over_dates(series, "displaced").tolist() == [7.0, 8.0, 9.0]


def test_weeks_of_the_chosen_replicate(folder):
    parts, place = find_replicate_files(folder), read_json(folder / "map.json")
    with player_of(folder) as player:
        assert player["controller"].dims == ("scenario", "time", "lat", "lon")
        assert player.attrs["rule"] == nearest_replicate.RULE
        assert "displaced" in player.attrs["rule"]
        assert player.attrs["history"]
        for scenario in NAMES:
            chosen, far = nearest(parts, scenario, parts.replicates)
            here = player.sel(scenario=scenario)
            assert int(here["replicate"]) == chosen
            assert float(here["distance"]) == pytest.approx(far)
            assert f"{scenario}: {chosen}" in player.attrs["replicates"]
            record = RunRecord.load(replicate_file(folder, scenario, chosen))
            np.testing.assert_array_equal(here["time"].values.astype("datetime64[D]"), record.weekly_cells["weeks"])
            at = {"lat": xr.DataArray(place["lat"]), "lon": xr.DataArray(place["lon"])}
            for name, factor in (
                ("controller", 1),
                ("control_share", 1),
                ("displaced_hosted", 1),
                ("dead", 1),
                ("fuel_days", 0.1),
            ):
                stored = record.weekly_cells[name] * factor
                found = here[name].sel(at).values
                np.testing.assert_allclose(found[:, : stored.shape[1]], stored, rtol=1e-6)
                assert np.isnan(found[:, stored.shape[1] :]).all()  # nobody lives there
        assert np.isnan(player["controller"].values[..., player["gid"].values < 0]).all()
        meanings = dict(
            zip(player["controller"].attrs["flag_values"], player["controller"].attrs["flag_meanings"].split())
        )
        assert meanings == {CONTESTED: "contested", NOBODY: "none", **dict(enumerate(CONTROLLERS))}


def test_only_replicates_with_weekly_layers_may_be_chosen(folder, monkeypatch, tmp_path):
    from sim.results.maps import player_layers

    monkeypatch.setattr(player_layers, "LISTS", 1)
    player_layers.write_player(find_replicate_files(folder))
    with player_of(folder) as player:
        assert player["replicate"].values.tolist() == [0, 0]
    assert player_of(tmp_path) is None


def test_monthly_layers_of_the_ensemble(folder):
    """cells.nc has quantiles and means of control's share, fuel and support, in fractions and days."""
    place = read_json(folder / "map.json")
    at = {"lat": xr.DataArray(place["lat"]), "lon": xr.DataArray(place["lon"])}
    with xr.open_dataset(folder / "cells.nc") as cells:
        for name, factor in (
            ("control_share", 0.01),
            ("fuel_days", 0.1),
            ("support_insurgents", 0.01),
            ("support_government", 0.01),
        ):
            records = [RunRecord.load(replicate_file(folder, "restraint", r)).cells[name] for r in range(5)]
            values = np.stack(records) * factor
            here = cells.sel(scenario="restraint").sel(at)
            width = values.shape[-1]
            np.testing.assert_allclose(here[f"{name}_mean"].values[:, :width], values.mean(axis=0), atol=factor / 19)
            for share in (0.05, 0.5, 0.95):
                found = here[name].sel(quantile=share).values
                np.testing.assert_allclose(found[:, :width], np.quantile(values, share, axis=0), atol=factor / 19)
                assert np.isnan(found[:, width:]).all()
            assert cells[name].attrs["units"] == ("day" if name == "fuel_days" else "1")
