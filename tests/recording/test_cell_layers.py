"""Layers of cells week by week and at the end of a month, from small worlds by hand and from a run."""

from __future__ import annotations

import copy
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.codes import CONTESTED, INSURGENT, NOBODY
from sim.model.model import ConflictModel
from sim.recording import cell_layers
from sim.recording.cell_layers import WEEKLY, WeeklyCells
from sim.recording.recorder import NEAR_CAPITAL_KM, Recorder, near_capitals
from sim.recording.reduced_record import LISTS, retained
from sim.recording.run_record import RunRecord
from tests.example_runs import settings_of
from tests.reference.worlds import teaching_world

WEEKS = 40


@pytest.fixture(scope="module")
def run():
    """Forty recorded weeks of the teaching region: (model, recorder, cells as they were in the last week)."""
    settings = settings_of("region=teaching")
    model = ConflictModel(settings, teaching_world())
    recorder = Recorder(model)
    while len(recorder.dates) < WEEKS:
        model.step()
        recorder.observe(model)
    return model, recorder


def test_bytes_of_cells_by_hand():
    share = np.array([[0.704, 0.296, 0.0], [0.5, 0.41, 0.09], [0.9, 0.1, 0.0], [0.2, 0.0, 0.8]])
    controller = np.array([0, CONTESTED, NOBODY, 2], dtype=np.int16)
    support = np.array([[0.2, 0.25, 0.1, 0.3], [0.0, 0.0, 0.0, 1.0]])
    rebels, states = np.array([0, 1]), np.array([3])
    found = [np.empty(n, dtype=np.uint8) for n in (4, 2, 2, 2)]
    cell_layers.layers(share, controller, support, np.array([2.96, 40.0]), rebels, states, *found)
    assert [layer.tolist() for layer in found] == [[70, 50, 0, 80], [30, 255], [45, 0], [30, 100]]


def test_dead_of_a_week_by_hand():
    dead = np.full(2, 9, dtype=np.int32)
    cell_layers.dead_of(np.array([[1, 2, 3], [0, 0, 0]]), np.array([4, 0]), dead)
    assert dead.tolist() == [10, 0]


def test_refugees_by_place_by_hand():
    """Cohorts 0 and 1 are of place 0, cohort 2 of place 1; 1 and 2 are abroad. Nobody of place 1 is displaced."""
    refugees = np.zeros(3, dtype=np.int64)
    place, persons = np.array([1, 2, 0]), np.array([5, 7, 11])
    cell_layers.refugees_at(np.array([12, 0, 0]), np.array([0, 1, 2, 2]), np.array([1, 2]), place, persons, refugees)
    assert refugees.tolist() == [0, 0, 7]


def test_near_a_capital_by_hand():
    """On the equator a degree is 111 km: half a degree is near, one is not; each country has its own."""
    world = SimpleNamespace(lat=np.zeros(4), lon=np.array([0.0, 0.5, 1.0, 1.5]), capital_cell=np.array([0, 3]))
    assert NEAR_CAPITAL_KM == 100.0
    assert near_capitals(world).tolist() == [[True, True, False, False], [False, False, True, True]]


def test_weeks_and_months_agree_with_the_model(run):
    model, recorder = run
    record = copy.deepcopy(recorder).record(model, 0.0)
    weekly, n, p = record.weekly_cells, model.world.n_cells, model.world.n_communities
    assert set(weekly) == {"weeks", "controller", *WEEKLY}
    assert len(weekly["weeks"]) == WEEKS
    np.testing.assert_array_equal(weekly["controller"][-1], model.cells.controller)
    hosted = model.communities.hosted
    assert (np.abs(weekly["displaced_hosted"][-1] - hosted) <= 0.025 * hosted + 0.5).all()
    assert hosted.any()
    killed = model.cells.civilians_week.sum(axis=1) + model.cells.fighters_week
    np.testing.assert_array_equal(weekly["dead"][-1], killed)
    insurgents = model.communities.support[:, model.actors.kind == INSURGENT].sum(axis=1)
    assert np.abs(weekly["support_insurgents"][-1] / 100.0 - insurgents).max() <= 0.005001
    assert np.abs(weekly["fuel_days"][-1] / 10.0 - np.minimum(25.5, model.communities.fuel_days)).max() <= 0.0501
    shapes = {name: record.cells[name].shape[1] for name in cell_layers.MONTHLY}
    assert shapes == {"control_share": n, "fuel_days": p, "support_insurgents": p, "support_government": p}
    # the dead of the months are those of their weeks
    assert weekly["dead"].sum() == record.cells["dead"].sum() > 0
    # a month's last week is the month
    month = (weekly["weeks"] - np.timedelta64(1, "D")).astype("datetime64[M]")
    last = np.flatnonzero(np.append(np.diff(month).astype(int) > 0, True))
    for name in ("control_share", "fuel_days", "support_insurgents", "controller"):
        np.testing.assert_array_equal(weekly[name][last], record.cells[name])


def test_hosted_people_by_where_they_come_from(run):
    model, recorder = run
    admin = copy.deepcopy(recorder).record(model, 0.0).series["admin1"]
    columns = {name: admin.values[:, :, admin.outcomes.index(name)] for name in admin.outcomes}
    np.testing.assert_allclose(columns["idps_hosted"] + columns["refugees_hosted"], columns["displaced_hosted"])
    assert columns["refugees_hosted"].any()
    assert columns["idps_hosted"].any()
    w, expected = model.world, np.zeros(len(model.world.admin1_names))
    cohorts = model.cohorts
    for origin, place, persons in zip(cohorts.origin, cohorts.place, cohorts.persons, strict=True):
        if w.country[origin] != w.country[place]:
            expected[w.admin1[place]] += persons
    np.testing.assert_array_equal(columns["refugees_hosted"][-1], expected)


def test_later_replicates_keep_controllers_only():
    settings = replace(settings_of("region=teaching"), replicate=LISTS)
    recorder = Recorder(ConflictModel(settings, teaching_world()))
    assert list(recorder.weekly_cells.kept) == ["controller"]


def test_a_record_without_maps_has_no_weeks_of_them(run):
    settings = run[0].settings
    settings = replace(settings, record=replace(settings.record, cells=False))
    model = ConflictModel(settings, teaching_world())
    recorder = Recorder(model)
    for _ in range(recorder.first + 3):
        model.step()
        recorder.observe(model)
    record = recorder.record(model, 0.0)
    assert record.weekly_cells == {}
    assert list(record.cells) == ["months"]


def test_a_copy_goes_on_by_itself():
    cells = WeeklyCells(all_layers=True)
    cells.kept["controller"].append(np.zeros(3, dtype=np.int16))
    other = copy.deepcopy(cells)
    other.kept["controller"].append(np.ones(3, dtype=np.int16))
    assert len(cells.kept["controller"]) == 1
    assert other.kept["controller"][0] is cells.kept["controller"][0]  # closed weeks are shared


@pytest.mark.parametrize("retention", ["full", "summary"])
def test_layers_survive_their_file(run, retention, tmp_path):
    model, recorder = run
    record = copy.deepcopy(recorder).record(model, 0.0)
    retained(record, retention, model.settings).save(tmp_path / "x.npz")
    again = RunRecord.load(tmp_path / "x.npz")
    for name, values in record.weekly_cells.items():
        np.testing.assert_array_equal(again.weekly_cells[name], values)
        assert again.weekly_cells[name].dtype == values.dtype
    for name in cell_layers.MONTHLY:
        off = np.abs(again.cells[name].astype(int) - record.cells[name])
        assert off.max() <= (1 if retention == "summary" and name != "fuel_days" else 0)


def test_what_does_not_fit_is_not_gone_on_from(run):
    model, recorder = run
    sizes = (WEEKS, model.world.n_cells, model.world.n_communities, len(model.controllers))
    arrays = recorder.weekly_cells.arrays()
    fresh = WeeklyCells(all_layers=True)
    fresh.resume(arrays, *sizes)
    assert {name: len(weeks) for name, weeks in fresh.kept.items()} == dict.fromkeys(arrays, WEEKS)
    with pytest.raises(ValueError, match="not those that this run keeps"):
        WeeklyCells(all_layers=False).resume(arrays, *sizes)
    with pytest.raises(ValueError, match="weekly dead has another type or shape"):
        WeeklyCells(all_layers=True).resume(arrays | {"dead": arrays["dead"][1:]}, *sizes)
    with pytest.raises(ValueError, match="somebody who does not exist"):
        WeeklyCells(all_layers=True).resume(arrays | {"controller": arrays["controller"] + 90}, *sizes)
