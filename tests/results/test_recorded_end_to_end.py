"""From a run of the teaching region to its tables: control, weekly maps and outcomes say the same."""

import numpy as np
import pandas as pd
import pytest

from sim.core import provenance
from sim.results.control_spells import control_of
from sim.results.player_layers import player_of
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.example_runs import settings_of, world_of

WORDS = ("period.start=2015-01-01", "period.end=2015-12-31")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A year of `history`, two replicates, with all tables."""
    path = tmp_path_factory.mktemp("teaching") / "comparison"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "source_hash", lambda: "same")
        run_plan({"history": settings_of(*WORDS)}, 2, 1, path, 1)
    write_all(path)
    return path


def test_outcomes_controls_and_maps_agree(folder):
    world = world_of()
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    region = outcomes[outcomes["place"] == "region"].pivot(
        index=["replicate", "date"], columns="outcome", values="value"
    )
    area = pd.Series(world.area_km2, index=world.gid)
    inside = world.gid[world.theatre[world.country]]
    with player_of(folder) as player:
        chosen = int(player["replicate"].item())
        weekly = player.isel(scenario=0)
        spells = control_of(folder, replicate=chosen, controller="government")
        for date in region.loc[chosen].index[::13]:
            week = region.loc[chosen, date]
            held = spells[(spells["start"] <= date) & (date < spells["end"])]["gid"]
            ours = held[held.isin(inside)]
            assert area[ours].sum() / area[inside].sum() == pytest.approx(week["area_share.government"], rel=1e-5)
            here = weekly.sel(time=date)
            on_map = here["gid"].values[here["controller"].values == 0]
            assert set(on_map) == set(held)
            dead = np.nansum(here["dead"].values[np.isin(here["gid"].values, inside)])
            assert dead >= week["civilians_killed"]
        assert np.nansum(weekly["dead"].values) > 0
    assert (region["army_near_capital"] <= region["army"]).all()
    assert (region["army_near_capital"] > 0).all()
    of_theatre = [name for name in region if name.startswith("refugees_hosted_from.")]
    assert len(of_theatre) == world.theatre.sum()
    every = outcomes.pivot_table(index=["replicate", "date", "place"], columns="outcome", values="value", observed=True)
    weekly_places = every[every["refugees_hosted"].notna() & every["army"].notna()]
    assert (weekly_places[of_theatre].sum(axis=1) <= weekly_places["refugees_hosted"] + 0.5).all()
    assert weekly_places[of_theatre].to_numpy().any()
    monthly = every[every["idps_hosted"].notna()]
    np.testing.assert_allclose(monthly["idps_hosted"] + monthly["refugees_hosted"], monthly["displaced_hosted"])
