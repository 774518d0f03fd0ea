"""The tool that says where a ban is felt: its measure by hand, and what counts as near a capital."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.settings.events import Event
from tests.reference.worlds import World, fresh_model
from tools import ban_reach


def test_the_part_of_the_change_that_is_near():
    """People by place: 30 more and 10 fewer near, 10 fewer far; within one group changes near cancel."""
    change, near = np.array([30.0, -10.0, -10.0]), np.array([True, True, False])
    assert ban_reach.parts(change, near, np.arange(3)) == pytest.approx(40.0 / 50.0)
    assert ban_reach.parts(change, near, np.zeros(3, dtype=np.int64)) == pytest.approx(20.0 / 30.0)
    assert ban_reach.parts(np.zeros(3), near, np.arange(3)) == 0.0


def test_near_are_the_country_and_the_roads_to_its_capital():
    model = fresh_model(World(seed=2))
    w, country = model.world, int(np.flatnonzero(model.governments.theatre)[0])
    near = ban_reach.along_roads(model, int(model.capital_node[country]))
    assert near[w.country[: w.n_communities] == country].all()
    assert 0 < near.sum() < w.n_communities
    _, way = model.ways_to(country)[0]
    on = np.concatenate([model.edge_cells.cell[model.edge_cells.start[e] : model.edge_cells.start[e + 1]] for e in way])
    assert near[on[on < w.n_communities]].all()


def test_a_ban_is_the_order_to_blockade_the_capital():
    def event(effect: str, order: str, place: str) -> Event:
        return Event("it", date(2025, 9, 3), effect, {"order": order, "places": [place]})

    assert ban_reach.is_ban(event("order", "blockade", "Bamako"), "Bamako")
    assert not ban_reach.is_ban(event("order", "besiege", "Bamako"), "Bamako")
    assert not ban_reach.is_ban(event("order", "blockade", "Djibo"), "Bamako")
    assert not ban_reach.is_ban(event("lift", "blockade", "Bamako"), "Bamako")
