"""Seasons: factors of the months, and what each process makes of them."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.codes import ARMY
from sim.core.structure import unstructure
from sim.model.model import ConflictModel
from sim.processes import combat, finance, movement, supply, violence
from sim.settings.compose import settings_for
from sim.world.season import rains_by_month
from sim.world.season_factors import hours_factor, lean_factor, pace_factor
from tests.reference.worlds import SEASONS, World, fresh_model, teaching_settings, teaching_world, with_seasons

WET = np.array([[0.0, 1.0], [0.0, 0.5], *[[0.0, 0.0]] * 10])  # two places, twelve months
DRY, RAINY = 0, 6  # January and July, in which it rains everywhere but in the north of the teaching region


def test_factors_by_hand():
    hours = hours_factor(WET, 0.2)
    mean = (1.0 / 0.8 + 1.0 / 0.9 + 10.0) / 12.0
    assert hours[:3, 1] == pytest.approx([1.25 / mean, 1.0 / 0.9 / mean, 1.0 / mean])
    pace = pace_factor(WET, 0.2, 0.5)
    mean = (0.8**0.5 + 0.9**0.5 + 10.0) / 12.0
    assert pace[:3, 1] == pytest.approx([0.8**0.5 / mean, 0.9**0.5 / mean, 1.0 / mean])
    assert lean_factor(WET[:, 1:], 0.4)[0, 0] == pytest.approx(1.4 * 12.0 / (1.4 + 1.2 + 10.0))


def test_factors_are_1_on_the_mean_of_the_year_and_where_there_are_no_rains():
    for factor in (hours_factor(WET, 0.5), pace_factor(WET, 0.5, 1.0), lean_factor(WET, 1.0)):
        assert factor.mean(0) == pytest.approx(1.0)
        assert (factor[:, 0] == 1.0).all()


def in_month(month: int, world: World | None = None, **parameters) -> ConflictModel:
    """A model of the teaching region with seasons, all months of which are `month`, and parameters of the season."""
    settings = with_seasons(teaching_settings())
    season = replace(settings.parameters.season, **parameters)
    settings = replace(settings, parameters=replace(settings.parameters, season=season))
    model = ConflictModel(settings, teaching_world())
    model.seasons = [model.seasons[month]] * 12
    return model


def test_the_months_of_a_model():
    model = fresh_model(World(seed=1, seasons=True))
    w, wet = model.world, rains_by_month(teaching_world().lat, SEASONS["rains"])
    on_edge = np.repeat(np.arange(len(w.edges)), np.diff(w.edges.edge_start))
    paved = np.isin(np.arange(w.n_cells), w.edges.edge_cell[w.edges.kind[on_edge] == 0])
    assert paved.any()
    assert not paved.all()
    rainy, dry = model.seasons[RAINY], model.seasons[DRY]
    rains = wet[RAINY] > 0.5
    assert (rainy.hours[paved] == 1.0).all()
    assert (rainy.sweeps[paved] == 1.0).all()
    off = rains & ~paved
    assert off.any()
    assert (rainy.hours[off] > 1.1).all()
    assert (dry.hours[off] < 1.0).all()
    assert (rainy.sweeps[off] < 0.9).all()
    assert (rainy.raids[rains] < 0.95).all()  # irregulars leave the roads
    assert (rainy.raids > (1.0 - 0.33 * wet[RAINY]) ** 0.5)[rains].all()
    tracks = w.edges.kind == 1
    assert tracks.any()
    assert (rainy.ways[~tracks] == w.edges.hours[~tracks]).all()
    assert (rainy.ways[tracks] >= dry.ways[tracks]).all()
    assert (rainy.ways[tracks] > 1.1 * w.edges.hours[tracks]).any()
    assert np.mean([season.ways for season in model.seasons], 0) == pytest.approx(w.edges.hours)


@pytest.mark.parametrize(("days", "month"), [(0.0, 0), (25.0, 0), (26.0, 0), (28.0, 1), (358.0, 11), (364.0, 0)])
def test_the_month_is_that_of_the_middle_of_the_step(days, month):
    """The teaching region begins on 2 January 2012, a leap year; 28 days on the middle of the week is 2 February."""
    model = fresh_model(World(seed=1, seasons=True))
    model.t = days
    assert model.season() is model.seasons[month]


def test_without_seasons_a_year_is_what_it_was():
    """No facts, or facts and no effects: the same whole numbers and fractions, bit by bit."""
    without = fresh_model(World(seed=3))
    settings = with_seasons(without.settings)
    season = replace(settings.parameters.season, slow=0.0, lean=0.0)
    off = ConflictModel(replace(settings, parameters=replace(settings.parameters, season=season)), teaching_world())
    on = fresh_model(World(seed=3, seasons=True))
    for _ in range(53):
        for model in (without, off, on):
            model.step()
    same = [
        all(
            np.array_equal(getattr(rows, c), getattr(other.tables[t], c))
            for t, rows in without.tables.items()
            for c in rows.columns
        )
        for other in (off, on)
    ]
    assert same == [True, False]


def test_both_switches_are_parameters():
    words = ["region=sahel", "parameters.season.slow=0", "parameters.season.lean=0"]
    assert unstructure(settings_for(words).parameters.season) == {"slow": 0.0, "raids": 0.5, "lean": 0.0}


def stepped(process, month, weeks=4, **parameters) -> ConflictModel:
    """A model at war after one step of a process in a month; all else is the same whatever the month."""
    model = fresh_model(World(seed=6, seasons=True))
    model.seasons = [model.seasons[DRY]] * 12
    for _ in range(weeks):
        model.step()
    model.begin_week()
    model.seasons = [in_month(month, **parameters).seasons[0]] * 12
    process.step(model, model.dt)
    return model


def test_irregulars_stay_nearer_to_their_bases_in_the_rains():
    """Distance of chosen places, for many units of one group at a place without a paved road, in many draws."""
    hours = {}
    for month in (DRY, RAINY):
        model = in_month(month, slow=0.6)
        w, row = model.world, int(model.irregulars[0])
        bare = (model.seasons[0].hours != 1.0) & model.operating_area[row]
        base = int(np.flatnonzero(bare)[0])
        model.actors.access[row] = 1.0
        for _ in range(3000):
            model.make_unit(row, base, 30, home=base)
        model.p.movement.relocate_days = 1.0
        model.count_persons()
        movement.step(model, model.dt)
        mine = (model.units.actor == row) & (model.units.home == base)
        to = dict(
            zip(
                w.reach_cell[w.row(w.reach_start, base)].tolist(),
                w.reach_hours[w.row(w.reach_start, base)].tolist(),
                strict=True,
            )
        )
        at = np.where(model.units.target >= 0, model.units.target, model.units.cell)[mine]
        hours[month] = np.mean([to[c] for c in at.tolist()])
    assert hours[RAINY] < 0.95 * hours[DRY]


def begun_by(process, raids: float, sweeps: float) -> tuple[int, int]:
    """Events begun by irregulars and by others in a week of some random worlds, by factors of the season."""
    found = np.zeros(2, dtype=int)
    for seed in range(8):
        model = World(seed=40 + seed, weeks=20, seasons=True).model()
        ones = np.ones(model.world.n_cells)
        model.seasons = [model.seasons[0]._replace(raids=raids * ones, sweeps=sweeps * ones)] * 12
        model.p.combat.alert_half = 0.0
        model.cells.sweeps_answered[:] = 0  # no killing at operations
        model.logged = 0
        process.step(model, model.dt)
        irregular = model.actors.kind[model.log["initiator"][: model.logged]] < ARMY
        found += irregular.sum(), (~irregular).sum()
    return int(found[0]), int(found[1])


def test_irregulars_raid_less_in_the_rains_and_the_state_sweeps_less():
    usual, raids, sweeps = (begun_by(combat, *factors) for factors in ((1.0, 1.0), (0.3, 1.0), (1.0, 0.3)))
    assert raids[0] < 0.6 * usual[0]
    assert raids[1] > 0.75 * usual[1]
    assert sweeps[1] < 0.6 * usual[1]
    assert sweeps[0] > 0.75 * usual[0]


def test_irregulars_harm_fewer_civilians_in_the_rains_and_the_state_as_many():
    usual, raids, sweeps = (begun_by(violence, *factors) for factors in ((1.0, 1.0), (0.3, 1.0), (1.0, 0.3)))
    assert raids[0] < 0.6 * usual[0]
    assert raids[1] == pytest.approx(usual[1], rel=0.1)
    assert sweeps == usual


def test_convoys_are_longer_on_the_way_where_tracks_lead():
    dry, rainy = (stepped(supply, month, slow=0.6) for month in (DRY, RAINY))
    longer = rainy.nodes.hours > dry.nodes.hours
    assert longer.any()
    assert (rainy.nodes.hours >= dry.nodes.hours).all()
    assert (dry.nodes.hours_usual == rainy.nodes.hours_usual).all()
    assert (rainy.nodes.price[longer] >= dry.nodes.price[longer]).all()


def test_what_is_usual_is_the_mean_of_the_year():
    plain, season = fresh_model(World(seed=2)), fresh_model(World(seed=2, seasons=True))
    for model in (plain, season):
        model.step()
    assert (plain.nodes.hours_usual == season.nodes.hours_usual).all()


def test_hardship_is_higher_in_the_lean_season_by_the_factor():
    dry, lean = (stepped(finance, month, weeks=30) for month in (2, RAINY))  # March: nobody's; July: that of farming
    farming = dry.world.lat[: dry.world.n_communities] < SEASONS["lean_season"]["pastoral_from"]
    hurt = (dry.communities.hardship > 0.0) & (lean.communities.hardship < 1.0) & farming
    assert hurt.any()
    ratio = lean.communities.hardship[hurt] / dry.communities.hardship[hurt]
    assert ratio == pytest.approx(1.42)
    herding = (dry.communities.hardship > 0.0) & ~farming
    assert lean.communities.hardship[herding] == pytest.approx(dry.communities.hardship[herding])
