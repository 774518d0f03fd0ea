"""Supply and blockade: numbers worked out by hand, the fuel balance, and agreement with the plain version."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, BLOCKADE, ESCORT, GOVERN, INSURGENT, PATROL, RAID
from sim.processes import supply
from sim.processes.shared import convoys
from sim.processes.shared.road_network import Along, Borders, Ways
from sim.settings.parameters.livelihood import Supply
from tests.reference import supply as reference
from tests.reference.agreement import assert_agreement
from tests.reference.plain import PlainModel, differences
from tests.reference.worlds import RESPONSES, World, few, fresh_model, worlds
from tests.views import view_of


def be_impatient(model) -> None:
    """Deals come often, so that they are compared."""
    model.p.supply.deal_rate = 5.0
    model.p.supply.deal_patience_days = 5.0
    model.p.supply.ban_worth = 5.0


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("supply", world)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_where_deals_are_common(world):
    assert_agreement("supply", world, be_impatient)


@few
@given(world=worlds)
def test_the_answer_of_before_agrees_with_its_plain_version(world):
    model = world.model()
    be_impatient(model)
    plain = PlainModel(model)
    supply.patient(model, model.dt)
    reference.step(plain, model.dt, reference.respond_patiently)
    found = differences(plain, model)
    assert not found, "\n".join(found)


# ---------------------------------------------------------------------------- by hand


def along(*edges) -> Along:
    """Cells along edges: for each, a dictionary of cells and the km in each."""
    start = np.cumsum([0, *(len(inside) for inside in edges)])
    cells, kms = zip(*[pair for inside in edges for pair in inside.items()], strict=True)
    return Along(start, np.array(cells), np.array(kms, dtype=float))


#: two edges, the second of them from one country to another
BORDERS = Borders(np.array([False, True]), np.array([0, 0]), np.array([0, 1]))


def test_goods_that_come_by_hand():
    """A fleet half as large again makes up for some losses, and carries less on a longer way."""
    goods = np.zeros(4)
    passing, hours, usual = np.array([1.0, 0.81, 0.25, 1.0]), np.array([24.0, 24.0, 24.0, 72.0]), np.full(4, 24.0)
    supply.bring_goods(passing, hours, usual, 1.5, 24.0, goods)
    assert goods.tolist() == pytest.approx([1.0, 1.0, 1.5 / 8, 0.75])


def test_prices_by_hand():
    """Lacking fuel or goods from outside, whichever is worse; a way of double length; tolls on half of what comes; a
    way four times as long, which counts as three times."""
    prices = view_of(
        supply.Prices,
        price=np.ones(4),
        hours=np.array([10.0, 20.0, 10.0, 40.0]),
        hours_usual=np.full(4, 10.0),
        served=np.array([0.8, 1.0, 1.0, 1.0]),
        goods=np.array([0.0, 1.0, 1.0, 1.0]),
        taxed=np.array([0.0, 0.0, 0.5, 0.0]),
    )
    p = Supply(elasticity=2.0, import_share=0.4, detour_price=0.15, toll_price=0.1, detour_most=2.0)
    supply.set_prices(prices, supply.PriceRules.of(p), 1.0)
    assert prices.price.tolist() == pytest.approx([1.8, 1.15, 1.05, 1.3])


def test_who_stands_on_the_roads_by_hand():
    """Two cells with a raider, two blockades (one that lets goods pass), one that governs, an escort, a patrol, a
    dead unit; an edge over both cells and one that only touches the second."""
    units = view_of(
        supply.RoadUnits,
        actor=np.array([0, 0, 0, 0, 1, 1, 0]),
        cell=np.array([0, 0, 1, 1, 1, 0, 1]),
        manpower=np.array([50, 60, 70, 80, 100, 200, 0]),
        posture=np.array([RAID, BLOCKADE, BLOCKADE, GOVERN, ESCORT, PATROL, BLOCKADE]),
    )
    fuel_only = np.array([[0.0, 0.0], [1.0, 0.0]])
    on_roads, rob_units, tax_units = convoys.count_on_roads(units, np.array([INSURGENT, ARMY]), fuel_only, 0.1)
    assert on_roads.stopping.tolist() == [65.0, 70.0]
    assert on_roads.stopping_goods.tolist() == [65.0, 0.0]
    assert on_roads.taxing.tolist() == [60.0, 150.0]
    assert on_roads.escorting.tolist() == [0.0, 100.0]
    assert on_roads.patrolling.tolist() == [200.0, 0.0]
    assert rob_units.tolist() == [0, 1, 2]
    assert tax_units.tolist() == [1, 2, 3]
    edges = supply.Edges(*(np.zeros(2) for _ in supply.Edges._fields))
    p = Supply(deal_effect=0.8, kappa=0.01, escort_half=100.0, patrol_weight=0.5, tax_half=105.0)
    cells, deal_days = along({0: 10, 1: 5}, {1: 0}), np.array([0.0, 30.0])
    convoys.assess_edges(cells, BORDERS, deal_days, on_roads, edges, convoys.HazardRules.of(p))
    assert (edges.blockers[0], edges.taxers[0], edges.escort[0]) == (135.0, 210.0, 100.0)
    # escorts halve it all along; patrols take another third of what escorts leave, where they are
    assert edges.hazard.tolist() == pytest.approx([1.0 - math.exp(-0.01 * (65.0 / 3.0 + 70.0 / 2.0)), 0.0])
    assert edges.hazard_goods.tolist() == pytest.approx([1.0 - math.exp(-0.01 * 65.0 / 3.0), 0.0])
    assert edges.taxed.tolist() == pytest.approx([95.0 / 200.0, 0.0])


def test_a_way_costs_hours_risk_and_the_wait_at_the_border():
    """Of two edges of an hour the first is safe inside a country; the second is dangerous and crosses a border, which
    is half open one way and a quarter the other, then closed but for smugglers."""
    trade = np.array([[1.0, 0.5], [0.25, 1.0]])
    hazard = np.array([0.0, 1.0 - math.exp(-1.0)])
    cost = convoys.weigh_edges(np.ones(2), BORDERS, trade, hazard, convoys.WayRules(2.0, 6.0, 0.02))
    assert cost[0].tolist() == pytest.approx([1.0, 3.0 + 12.0])
    assert cost[1].tolist() == pytest.approx([1.0, 3.0 + 24.0])
    trade[:] = 0.0
    cost = convoys.weigh_edges(np.ones(2), BORDERS, trade, hazard, convoys.WayRules(0.0, 6.0, 0.02))
    assert cost[0].tolist() == pytest.approx([1.0, 1.0 + 300.0])


NO_ROBBERS = {"hazard": np.zeros(2), "blockers": np.zeros(2)}
NO_TAXERS = {"taxed": np.zeros(2), "taxers": np.zeros(2)}


def test_tolls_by_hand():
    """Port 0 - 1 - 2: 10 m3 a day come to 1 and 30 to 2. Of the first stretch (cells 0, 1) half is taxed by 20
    fighters of actor 0 and 60 of actor 1, of the second (cell 2) a tenth by 10 of actor 1; the other units do not
    tax."""
    ways = Ways(np.arange(3.0), np.array([-1, 0, 1]), np.array([-1, 0, 1]), np.array([0, 1, 2]))
    edges = view_of(supply.Edges, taxed=np.array([0.5, 0.1]), taxers=np.array([80.0, 10.0]), **NO_ROBBERS)
    units = view_of(
        supply.RoadUnits,
        actor=np.array([0, 1, 1, 2, 0]),
        cell=np.array([0, 1, 2, 1, 1]),
        manpower=np.array([20, 60, 10, 99, 50]),
    )
    tolls = np.ones(3)
    came = np.array([0.0, 10.0, 30.0])
    cells, nothing, taken, none = along({0: 5, 1: 5}, {2: 5}), np.zeros(3), np.zeros((2, 3)), np.arange(0)
    supply.takings(ways, came, nothing, nothing, cells, edges, 2.0, 1.0, *taken)
    supply.share_takings(*taken, units, np.array([0, 1, 2]), none, 0.1, tolls, np.zeros(3))
    first, second = 2.0 * 0.5 * 40.0, 2.0 * 0.1 * 30.0
    assert tolls.tolist() == pytest.approx([first / 4, first * 3 / 4 + second, 0.0])


def test_loot_by_hand():
    """Port 0 - 1 - 2: 10 m3 are sent to 1 and 30 to 2. On the first stretch (cells 0, 1) a tenth of 40 is stopped, by
    60
    of actor 0 who blockade and 200 of actor 1 who raid; of the 27 that get to the second (cell 2) a third, by 10 of
    actor 1. Those of actor 2 blockade where nothing passes."""
    ways = Ways(np.arange(3.0), np.array([-1, 0, 1]), np.array([-1, 0, 1]), np.array([0, 1, 2]))
    edges = view_of(supply.Edges, hazard=np.array([0.1, 1.0 / 3.0]), blockers=np.array([80.0, 10.0]), **NO_TAXERS)
    units = view_of(
        supply.RoadUnits,
        actor=np.array([0, 1, 1, 2]),
        cell=np.array([0, 1, 2, 3]),
        manpower=np.array([60, 200, 10, 500]),
        posture=np.array([BLOCKADE, RAID, BLOCKADE, BLOCKADE]),
    )
    loot, sent_off, passing = np.array([5.0, 0.0, 0.0]), np.array([0.0, 10.0, 30.0]), np.array([1.0, 0.9, 0.6])
    cells, taken, none = along({0: 5, 1: 5}, {2: 5}), np.zeros((2, 4)), np.arange(0)
    supply.takings(ways, np.zeros(3), sent_off, passing, cells, edges, 1.0, 2.0, *taken)
    supply.share_takings(*taken, units, none, np.arange(4), 0.1, np.zeros(3), loot)
    first, second = 2.0 * 4.0, 2.0 * 9.0
    assert loot.tolist() == pytest.approx([5.0 + first * 60 / 80, first * 20 / 80 + second, 0.0])


def deliver(days, hours=24.0, usual=24.0, passing=1.0, stock=300.0, transit=100.0, port=False, seen_to=0.0, **changes):
    """One town that uses 100 m3 a day; returns the account after `days` days."""
    given = {"hours": hours, "hours_usual": usual, "passing": passing, "demand": 100.0, "capacity": 300.0}
    state = given | {"stock": stock, "transit": transit}
    stores = supply.Stores(*(np.array([state.get(name, 0.0)]) for name in supply.Stores._fields))
    numbers = {"refill_days": 4.0, "fleet": 1.5, "ration_days": 1.5, "handling_days": 0.0, "burnt_share": 0.7} | changes
    sent_off, came = np.zeros(1), np.zeros(1)
    p = supply.DeliveryRules.of(Supply(turnaround_hours=24.0, **numbers))
    supply.deliver(stores, np.array([port]), np.array([seen_to]), p, days, sent_off, came)
    account = {name: float(column[0]) for name, column in stores._asdict().items()}
    return account | {"sent_off": float(sent_off[0]), "came": float(came[0])}


def test_peace_lasts():
    """A full store and a day's use under way on a way of a day: nothing changes, as `fill_stores` supposes."""
    week = deliver(7.0)
    assert week["imported"] == pytest.approx(700.0)
    assert week["consumed"] == pytest.approx(700.0)
    assert (week["stock"], week["transit"]) == pytest.approx((300.0, 100.0))
    assert (week["served"], week["days_week"]) == pytest.approx((1.0, 3.0))


def test_a_day_by_hand():
    """Nothing under way yet: 100 m3 and a quarter of the 200 missing in the store and on the way set off, 1/e of them
    come."""
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
    assert day["imported"] == day["sent_off"] == pytest.approx(sent)
    assert day["came"] == pytest.approx(0.5 * sent)
    assert day["burnt"] == pytest.approx(0.35 * sent)
    assert day["robbed"] == pytest.approx(0.15 * sent)


def test_who_sees_to_it_orders_what_will_be_lost_as_far_as_lorries_go():
    """With a chance of 0.81 to come through, 100 m3 / 0.81^1.5 are ordered and 100 arrive; half of it seen to, half as
    much more. With 0.25 eight times as much would be needed: the fleet carries 150, and traders hold back by half."""
    for seen_to, ordered in ((1.0, 100.0 / 0.81**1.5), (0.5, 50.0 + 50.0 / 0.81**1.5), (0.0, 100.0)):
        day = deliver(1.0, passing=0.81, seen_to=seen_to)
        assert day["came"] == pytest.approx(ordered * 0.81**1.5)
    assert deliver(1.0, passing=0.25, seen_to=1.0)["imported"] == pytest.approx(75.0)


def test_the_fleet_carries_less_on_a_longer_way():
    # wanted 400; fleet 150 * (24 + 24) / (72 + 24)
    day = deliver(1.0, stock=0.0, transit=0.0, hours=72.0, refill_days=1.0)
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
    """Parts of half a day and of a sixteenth use within 1 % of what whole days use, and leave within 3 % of the
    store."""
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


def test_what_is_robbed_goes_to_those_who_stop_convoys_there():
    model = fresh_model(World(seed=2))
    supply.step(model, 7.0)
    model.step_index += 1
    row = model.rows["league"]
    for cell in np.flatnonzero(model.road_cells)[:10]:
        unit = model.make_unit(row, int(cell), 200)
        model.units.posture[unit] = BLOCKADE
    idle = model.make_unit(model.rows["banner"], int(np.flatnonzero(model.road_cells == 0.0)[0]), 5000)
    model.units.posture[idle] = BLOCKADE
    robbed = model.nodes.robbed.sum()
    supply.step(model, 7.0)
    taken = model.nodes.robbed.sum() - robbed
    assert taken > 0.0
    assert model.actors.loot[model.units.actor[idle]] == 0.0
    assert model.actors.loot[row] == pytest.approx(model.p.supply.loot_worth * taken)


@pytest.mark.parametrize("mode", RESPONSES)
def test_answers_to_a_short_capital(mode):
    """Escorts and deals come with the modes that know them, and with no other; by a scenario not before the delay,
    which counts from the beginning of the shortage; by the state's own choice at once, and a deal only under a ban."""
    model = fresh_model(World(seed=2, response=mode))
    be_impatient(model)
    g, delay = model.governments, model.settings.response.delay_days
    country = int(np.flatnonzero((model.capital_node >= 0) & g.theatre)[0])
    model.t = 300.0  # long after the lever's day
    assert delay == 14.0
    if mode == "endogenous":
        model.give_order(model.rows["league"], "blockade", ("Tessaro",), 1.0, "fuel", math.inf)
    for week in range(1, 11):
        model.nodes.days_week[:] = 0.0
        supply.respond(model, 7.0)
        model.step_index += 1
        model._streams = {}
        if 7.0 * week < delay:
            assert (g.escorts[country] > 0.0) == (mode == "endogenous")
            assert mode == "endogenous" or g.deal_days[country] == 0.0
    assert g.shortage[country] == pytest.approx(1.0 - math.exp(-70.0 / model.p.supply.shortage_lag_days))
    assert (g.escorts[country] > 0.5) == (mode in ("endogenous", "escorts", "both"))
    assert (g.deal_days[country] > 0.0) == (mode in ("endogenous", "deal", "both"))


def test_the_answer_of_before_waits_and_makes_deals_without_a_ban():
    model = fresh_model(World(seed=2))
    be_impatient(model)
    g, country = model.governments, int(np.flatnonzero((model.capital_node >= 0) & model.governments.theatre)[0])
    for week in range(1, 11):
        model.nodes.days_week[:] = 0.0
        supply.respond_patiently(model, 7.0)
        model.step_index += 1
        model._streams = {}
        assert week > 1 or g.escorts[country] == 0.0
        assert g.massed[country] == 0.0
    assert g.escorts[country] > 0.5
    assert g.deal_days[country] > 0.0


# ---------------------------------------------------------------------------- bans on fuel, bans on all goods


def blockaded(goods: str, kind: str = "blockade", weeks: int = 12, fighters: int = 3000):
    """The teaching region with all ways to its capital closed by order and held, and nobody to answer."""
    model = fresh_model(World(seed=2, response="none"))
    row = model.rows["league"]
    supply.step(model, 7.0)
    model.give_order(row, kind, ("Tessaro",), 1.0, goods, math.inf)
    for cell in model.orders[0].cells:
        unit = model.make_unit(row, int(cell), fighters // len(model.orders[0].cells))
        model.units.posture[unit] = BLOCKADE
    for _ in range(weeks):
        model.step_index += 1
        model._streams = {}
        supply.step(model, 7.0)
    return model, int(model.capital_node[np.flatnonzero(model.governments.theatre)[0]])


def test_a_ban_on_fuel_lets_other_goods_pass_and_a_ban_on_all_goods_does_not():
    fuel, capital = blockaded("fuel")
    everything, _ = blockaded("all")
    for model in (fuel, everything):
        assert model.nodes.passing[capital] < 0.2
        assert model.nodes.served[capital] < 0.3
    assert fuel.nodes.goods[capital] == 1.0
    assert everything.nodes.goods[capital] < 0.2
    there = np.flatnonzero(fuel.world.node_of_cell == capital)
    assert fuel.communities.goods[there] == pytest.approx(1.0)
    assert (everything.communities.goods[there] < 0.75).all()
    assert (fuel.communities.siege[there] == 0.0).all()  # a town that goods reach is not besieged


def test_of_two_orders_the_wider_one_holds():
    model, capital = blockaded("fuel")
    model.give_order(model.rows["league"], "blockade", ("Tessaro",), 1.0, "all", math.inf)
    model.step_index += 1
    supply.step(model, 7.0)
    assert model.nodes.goods[capital] < 0.2


def test_those_who_tax_do_not_stop():
    """Fighters who govern along the roads take tolls: prices rise, nothing is lost on the way."""
    model, capital = blockaded("all", weeks=0)
    model.orders.clear()
    mine = model.units.actor == model.rows["league"]
    model.units.posture[mine] = GOVERN
    model.step_index += 1
    supply.step(model, 7.0)
    assert model.nodes.passing[capital] == 1.0
    assert model.nodes.taxed[capital] > 0.5
    tolls = model.actors.tolls[model.rows["league"]]
    assert tolls == pytest.approx(model.actors.tolls.sum())
    assert 0.0 < tolls < 3 * model.p.supply.toll * model.nodes.demand.sum()
    assert model.nodes.price[capital] > 1.0
    model.p.supply.toll = 0.0
    supply.step(model, 7.0)
    assert model.actors.tolls.sum() == 0.0
