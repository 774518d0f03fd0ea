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


# ---------------------------------------------------------------------------- camps


def camp_of(model) -> int:
    """The cell of the only camp of the made-up region, which opens on 1 March 2012 with room for 60,000."""
    (cell,) = model.world.camps.cell
    return int(cell)


def pulls(model, cell: int) -> tuple[np.ndarray, np.ndarray]:
    """Pull of a place over the way to it, of origins of its own country and of others."""
    w, co = model.world, model.cohorts
    rows = np.flatnonzero(co.place == cell)
    pull = model.dest_pull[rows] / np.exp(-w.dest_hours[rows] / model.p.displacement.reach_hours)
    own = w.country[co.origin[rows]] == w.country[cell]
    return pull[own], pull[~own]


def test_a_camp_draws_nobody_before_it_opens():
    model = fresh_model()
    cell = camp_of(model)
    foreign = pulls(model, cell)[1]
    assert model.camp_capacity[cell] == 0.0
    np.testing.assert_allclose(foreign, model.attraction[cell])
    model.t = 56.0  # the week of the first of March
    model.open_camps()
    assert model.camp_capacity[cell] == 60_000.0
    model.t = 0.0  # as when a state of an earlier week is put back
    model.open_camps()
    assert model.camp_capacity[cell] == 0.0


def test_a_camp_draws_those_from_abroad_by_its_room():
    model = fresh_model()
    cell, p = camp_of(model), model.p.displacement
    model.t = 56.0
    model.open_camps()
    own, foreign = pulls(model, cell)
    np.testing.assert_allclose(foreign, model.attraction[cell] + p.camp_bonus * 6.0**p.town_power)
    np.testing.assert_allclose(own, model.attraction[cell])


def test_a_camp_without_a_limit_is_never_crowded_and_draws_as_one_of_the_usual_size():
    world = teaching_world()
    model = ConflictModel(teaching_settings(), replace(world, camps=replace(world.camps, capacity=np.array([0]))))
    cell, p = camp_of(model), model.p.displacement
    model.t = 56.0
    model.open_camps()
    assert model.camp_capacity[cell] == np.inf
    np.testing.assert_allclose(
        pulls(model, cell)[1], model.attraction[cell] + p.camp_bonus * (p.camp_room / 1e4) ** p.town_power
    )


# ---------------------------------------------------------------------------- rule that people know


def test_the_state_and_groups_who_are_about_are_known_on_the_first_day():
    """Lake Chad groups are on their ground from the region's start; no other group is known anywhere."""
    from sim.settings.compose import settings_for

    model = ConflictModel(settings_for(["region=sahel"]))
    com, w = model.communities, model.world
    entries = {row: model.profile_of(row).entry for row in model.actor_of_controller[1:]}
    start = model.settings.region_info.start
    early = [e is not None and e.date is not None and e.date <= start for e in entries.values()]
    assert any(early)
    for q, known in enumerate(early, start=1):
        assert (com.known[:, q].max() > 0.0) == known
    lake = model.controllers.index("lake_chad")
    diffa = w.admin1[: w.n_communities] == w.admin1_names.index("NER.Diffa")
    assert (com.known[diffa, lake] == 1.0).all()
    assert com.known[:, 0].mean() > 0.9
    north = w.admin1[: w.n_communities] == w.admin1_names.index("MLI.Kidal")
    assert com.past_harm[north].min() > 0.2
