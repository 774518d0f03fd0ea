"""Lists of units by cell and by actor: who is on them, in what order, and when they are made anew."""

import itertools

import numpy as np

from sim.core.codes import ARMY
from sim.processes import recruitment
from sim.runs.snapshot import put_state, take_state
from tests.reference.worlds import World, fresh_model


def in_groups(start, order) -> list[list[int]]:
    """Compressed rows as lists."""
    return [order[first:last].tolist() for first, last in itertools.pairwise(start)]


def living(model, column: str, groups: int) -> list[list[int]]:
    """Rows of the living by a column, in order."""
    units = model.units
    alive = np.flatnonzero(units.manpower > 0)
    return [alive[getattr(units, column)[alive] == g].tolist() for g in range(groups)]


def test_lists_hold_the_living_in_order():
    model = World(seed=3, weeks=12).model()
    model.units.manpower[::7] = 0
    model.begin_week()
    model.look_anew()  # lists by actor are good until units come
    cells, actors = model.world.n_cells, len(model.actor_names)
    assert in_groups(*model.units_by_cell()) == living(model, "cell", cells)
    assert in_groups(*model.units_by_actor()) == living(model, "actor", actors)
    irregular = model.actors.kind[model.units.actor] < ARMY
    expected = [[row for row in rows if irregular[row]] for rows in living(model, "cell", cells)]
    assert in_groups(*model.irregulars_by_cell()) == expected
    assert sum(map(len, expected)) > 0


def test_lists_are_made_anew_when_units_come_or_go_elsewhere():
    model = fresh_model(World(seed=1))
    league, cells, actors = model.rows["league"], model.world.n_cells, len(model.actor_names)
    by_actor, irregulars = model.units_by_actor(), model.irregulars_by_cell()
    assert model.units_by_actor() is by_actor
    assert model.irregulars_by_cell() is irregulars
    unit = model.make_unit(league, 0, 50)
    assert in_groups(*model.units_by_actor()) == living(model, "actor", actors)
    assert unit in in_groups(*model.irregulars_by_cell())[0]
    model.units.cell[unit] = cells - 1
    assert unit in in_groups(*model.irregulars_by_cell())[cells - 1]


def test_lists_are_forgotten_when_a_state_is_put_back():
    """Two models whose units stand in the same cells but belong to other actors."""
    model, other = (fresh_model(World(seed=1)) for _ in range(2))
    for each, name in ((model, "league"), (other, "banner")):
        each.make_unit(each.rows[name], 0, 50)
        each.units_by_actor(), each.irregulars_by_cell()
    put_state(model, take_state(other))
    assert in_groups(*model.units_by_actor()) == living(model, "actor", len(model.actor_names))
    assert model.unit_agents.keys() == other.unit_agents.keys()


def test_remnants_join_the_first_of_their_own_beside_them():
    model = fresh_model(World(seed=1))
    league, banner = model.rows["league"], model.rows["banner"]
    model.units.manpower[:] = 0
    large, small, foreign, away = (
        model.make_unit(actor, cell, persons)
        for actor, cell, persons in ((league, 3, 40), (league, 3, 5), (banner, 3, 5), (league, 4, 5))
    )
    least = model.make_unit(league, 3, 4)
    model.p.recruitment.merge_below = 12.0
    recruitment.split_and_merge(model, recruitment.RecruitmentRules.of(model.p.recruitment))
    people = model.units.manpower
    assert [people[row] for row in (large, small, foreign, away, least)] == [49, 0, 5, 5, 0]
