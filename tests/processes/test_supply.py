"""Supply and blockade: numbers worked out by hand, the fuel balance, and agreement with the plain version."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from sim.processes import supply
from sim.tables import BLOCKADE
from tests.reference.agreement import check
from tests.reference.worlds import RESPONSES, World, few, fresh_model, worlds


def be_impatient(model) -> None:
    """Deals come often, so that they are compared."""
    model.p.supply.deal_rate = 5.0
    model.p.supply.deal_patience_days = 5.0


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    check("supply", world)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_where_deals_are_common(world):
    check("supply", world, be_impatient)


# ---------------------------------------------------------------------------- by hand


def routes(edges, ports, nodes, cost=None):
    """Routes on a graph of (u, v, hours); returns hours, next node and next edge of each node."""
    u, v, hours = (np.array(x) for x in zip(*edges, strict=True))
    hours = hours.astype(float)
    port = np.isin(np.arange(nodes), ports)
    best, way = np.empty(nodes), np.empty(nodes)
    through, through_edge = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    supply.find_routes(
        u, v, hours, hours if cost is None else np.array(cost, dtype=float), port, best, way, through, through_edge
    )
    return way.tolist(), through.tolist(), through_edge.tolist()


def test_fuel_takes_the_quickest_way_from_any_port():
    # port 0 - 1 - 2 - port 3, node 4 alone
    way, through, edge = routes([(0, 1, 10), (1, 2, 5), (3, 2, 4)], [0, 3], 5)
    assert way == [0.0, 9.0, 4.0, 0.0, math.inf]
    assert through == [-1, 2, 3, -1, -1]
    assert edge == [-1, 1, 2, -1, -1]


def test_a_dangerous_way_is_avoided_and_its_hours_are_what_they_are():
    way, through, _ = routes([(0, 1, 2), (0, 2, 3), (2, 1, 3)], [0], 3, cost=[20, 3, 3])
    assert way[1] == 6.0
    assert through[1] == 2


def test_chances_of_passing_multiply_along_the_way():
    passing = np.zeros(4)
    supply.chance_of_passing(np.array([-1, 0, 1, -1]), np.array([-1, 0, 1, -1]), np.array([0.5, 0.2]), passing)
    assert passing.tolist() == pytest.approx([1.0, 0.5, 0.4, 1.0])


def test_a_fighter_counts_once_on_every_stretch_through_its_cell():
    out = np.zeros(2)
    supply.along_edges(
        np.array([0, 2, 4]), np.array([0, 1, 1, 2]), np.array([10.0, 5.0, 0.0, 7.0]), np.array([3.0, 4.0, 5.0]), out
    )
    assert out.tolist() == [7.0, 5.0]  # the second stretch only touches cell 1


def test_a_town_is_closed_off_as_far_as_its_best_road():
    besieged = np.zeros(4)
    supply.closed_roads(np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0.2, 0.8, 0.5]), besieged)
    assert besieged.tolist() == [0.2, 0.2, 0.5, 0.0]


def deliver(days, hours=24.0, usual=24.0, passing=1.0, stock=300.0, transit=100.0, port=False, **changes):
    """One town that uses 100 m3 a day; returns the account after `days` days."""
    state = {name: np.zeros(1) for name in ("imported", "consumed", "robbed", "burnt", "days", "week", "served")}
    stock, transit = np.array([stock]), np.array([transit])
    numbers = {"refill": 4.0, "fleet": 1.5, "ration": 1.5, "handling": 0.0, "burn": 0.7} | changes
    supply.deliver(
        days, np.array([port]), np.array([hours]), np.array([usual]), np.array([passing]), np.array([100.0]),
        np.array([300.0]), numbers["refill"], numbers["fleet"], numbers["ration"], numbers["handling"], numbers["burn"],
        stock, transit, state["imported"], state["consumed"], state["robbed"], state["burnt"], state["days"],
        state["week"], state["served"],
    )  # fmt: skip
    return {name: float(x[0]) for name, x in (state | {"stock": stock, "transit": transit}).items()}


def test_peace_lasts():
    """A full store and a day's use under way on a way of a day: nothing changes, as `fill_stores` supposes."""
    week = deliver(7.0)
    assert week["imported"] == pytest.approx(700.0)
    assert week["consumed"] == pytest.approx(700.0)
    assert (week["stock"], week["transit"]) == pytest.approx((300.0, 100.0))
    assert (week["served"], week["week"]) == pytest.approx((1.0, 3.0))


def test_a_day_by_hand():
    """Nothing under way yet: 100 m3 and a quarter of the 200 missing in the store and on the way set off, 1/e of them come."""
    day = deliver(1.0, transit=0.0, stock=200.0)
    came = 150.0 * math.exp(-1.0)
    assert day["imported"] == pytest.approx(150.0)
    assert day["transit"] == pytest.approx(150.0 - came)
    assert day["consumed"] == pytest.approx(100.0)
    assert day["stock"] == pytest.approx(200.0 + came - 100.0)
    assert day["served"] == pytest.approx(1.0)
    assert day["days"] == pytest.approx(day["stock"] / 100.0)


def test_half_the_convoys_stopped():
    """Traders send root one half of what is wanted, and lose half of that: 70 % burnt, the rest robbed."""
    day = deliver(1.0, passing=0.5)
    sent = 100.0 * math.sqrt(0.5)
    assert day["imported"] == pytest.approx(sent)
    assert day["burnt"] == pytest.approx(0.35 * sent)
    assert day["robbed"] == pytest.approx(0.15 * sent)


def test_the_fleet_carries_less_on_a_longer_way():
    day = deliver(1.0, stock=0.0, transit=0.0, hours=72.0, refill=1.0)  # wanted 400; fleet 150 * (24 + 24) / (72 + 24)
    assert day["imported"] == pytest.approx(75.0)


def test_little_fuel_is_rationed():
    """Cut off with half of the ration stock: use falls with the store, which decays with the ration days."""
    day = deliver(1.0, hours=math.inf, stock=75.0, transit=0.0)
    assert day["imported"] == 0.0
    assert day["stock"] == pytest.approx(75.0 * math.exp(-1.0 / 1.5))
    assert day["consumed"] == pytest.approx(75.0 - day["stock"])


def test_a_town_cut_off_lives_on_its_store_for_days_not_weeks():
    week = deliver(7.0, hours=math.inf, transit=0.0)
    assert week["days"] < 0.5
    assert 0.3 < week["served"] < 0.7


@pytest.mark.parametrize("passing", [1.0, 0.6, 0.3])
@pytest.mark.parametrize("stock", [300.0, 50.0])
def test_halved_days_change_little(passing, stock):
    """Parts of half a day and of a sixteenth use within 1 % of what whole days use, and leave within 3 % of the store."""
    week = deliver(7.0, passing=passing, stock=stock)
    for parts in (2, 16):
        state, used = {"stock": stock, "transit": 100.0}, 0.0
        for _ in range(7 * parts):
            state = deliver(1.0 / parts, passing=passing, stock=state["stock"], transit=state["transit"])
            used += state["consumed"]
        assert used == pytest.approx(week["consumed"], rel=0.01)
        assert state["stock"] == pytest.approx(week["stock"], abs=9.0)
        assert state["transit"] == pytest.approx(week["transit"], abs=9.0)


# ---------------------------------------------------------------------------- the account of fuel


def balance(model) -> np.ndarray:
    """What came in less what became of it, by town."""
    n = model.nodes
    return n.imported - n.consumed - n.robbed - n.burnt - n.stock - n.transit


@few
@given(world=worlds)
def test_fuel_is_accounted_for(world):
    model = world.model()
    for _ in range(4):
        before = balance(model)
        supply.step(model, model.dt)
        if model.step_index > 0:
            np.testing.assert_allclose(balance(model), before, atol=1e-9 * (1.0 + model.nodes.imported.max()))
        else:
            assert np.abs(balance(model)).max() < 1e-9 * (1.0 + model.nodes.imported.max())
        assert model.nodes.stock.min() >= 0.0
        assert model.nodes.transit.min() >= 0.0
        model.step_index += 1


def test_what_is_robbed_goes_to_those_who_blockade():
    model = fresh_model(World(seed=2))
    supply.step(model, 7.0)
    model.step_index += 1
    row = model.rows["league"]
    for cell in np.flatnonzero(model.road_cells)[:10]:
        unit = model.make_unit(row, int(cell), 200)
        model.units.posture[unit] = BLOCKADE
    robbed = model.nodes.robbed.sum()
    supply.step(model, 7.0)
    taken = model.nodes.robbed.sum() - robbed
    assert taken > 0.0
    assert model.actors.loot[row] == pytest.approx(model.p.supply.loot_worth * taken)


@pytest.mark.parametrize("mode", RESPONSES)
def test_answers_to_a_short_capital(mode):
    """Escorts and deals come with the modes that know them, and with no other."""
    model = fresh_model(World(seed=2, response=mode))
    be_impatient(model)
    g = model.governments
    country = int(np.flatnonzero((model.capital_node >= 0) & g.theatre)[0])
    model.t = 30.0  # past the delay of a fixed answer
    for _ in range(10):
        model.nodes.days_week[:] = 0.0
        supply.respond(model, 7.0, model.p.supply)
        model.step_index += 1
        model._streams = {}
    assert g.shortage[country] == pytest.approx(1.0 - math.exp(-70.0 / model.p.supply.shortage_lag_days))
    assert (g.escorts[country] > 0.5) == (mode in ("endogenous", "escorts", "both"))
    assert (g.deal_days[country] > 0.0) == (mode in ("endogenous", "deal", "both"))
