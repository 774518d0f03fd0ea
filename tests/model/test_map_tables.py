"""What is made of the map: numbers worked out by hand, and parameters that reach it."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.codes import FLOW_KINDS
from sim.model.model import ConflictModel
from tests.reference.worlds import fresh_model, teaching_settings, teaching_world


def test_what_draws_armed_actors_to_a_cell():
    model = fresh_model()
    w, p = model.world, model.p.movement
    full = w.population >= p.resource_people
    assert model.resources[full] == pytest.approx(1.0 + 0.5 * w.extraction[full])
    assert (model.resources[~full] < 1.0 + 0.5 * w.extraction[~full]).all()
    assert model.centre[model.capital_cell] == pytest.approx(np.exp(-w.capital_hours[model.capital_cell] / 12.0))
    villages = (w.town_size == 0) & (w.population > 5000)
    assert model.town_pull[villages] == pytest.approx(0.02)
    assert model.town_pull[(w.town_size == 0) & (w.population <= 5000)] == pytest.approx(0.0)


def test_services_in_peace_have_a_floor_and_none_where_nobody_lives():
    model = fresh_model()
    w = model.world
    assert (model.services_peace[w.n_communities :] == 0.0).all()
    assert model.services_peace[: w.n_communities].min() >= 0.1
    assert model.services_peace.max() <= 1.0


def test_presence_reaches_as_far_as_it_is_felt():
    model = fresh_model()
    start, _cell, weight = model.projection
    assert len(start) == model.world.n_cells + 1
    assert weight.min() >= 0.05
    assert weight.max() == 1.0  # where the unit is


def test_flows_are_counted_by_kind():
    provinces = len(teaching_world().admin1_names)
    assert fresh_model().flows.shape == (provinces, provinces, len(FLOW_KINDS))


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("movement.resource_people", "resources"),
        ("movement.centre_hours", "centre"),
        ("movement.town_power", "town_pull"),
        ("control.peace_hours", "services_peace"),
        ("displacement.departure_days", "days_on_way"),
        ("displacement.rural_attraction", "dest_pull"),
    ],
)
def test_drawn_parameters_reach_the_map(name, table):
    group, key = name.split(".")
    settings = teaching_settings()
    parameters = settings.parameters
    changed = replace(getattr(parameters, group), **{key: 1.1 * getattr(getattr(parameters, group), key)})
    other = ConflictModel(replace(settings, parameters=replace(parameters, **{group: changed})), teaching_world())
    assert not np.array_equal(getattr(other, table), getattr(fresh_model(), table))
