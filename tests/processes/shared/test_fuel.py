"""Fuel under a ban: foresight, deals, convoys on one corridor, escorts, whom an order calls, works."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.core.codes import BLOCKADE
from sim.model.blockade_orders import corridors_to
from sim.processes import finance, movement, supply
from sim.processes.shared.convoys import OnRoads
from sim.processes.shared.fuel import answers, bans, escorts, massing
from sim.processes.shared.road_network import Along, Borders, Network, Ways, room_for_ways
from sim.settings.parameters.livelihood import Supply
from sim.settings.parameters.movement import Movement
from tests.reference.worlds import World, fresh_model
from tests.views import view_of


def foresight(**changes):
    """Rules of foresight with plain numbers."""
    numbers = {
        "fleet": 1.5,
        "turnaround_hours": 24.0,
        "foresight_days": 20.0,
        "deal_shortest": 7.0,
        "deal_longest": 56.0,
    }
    return answers.ForesightRules.of(Supply(**numbers | changes))


# ---------------------------------------------------------------------------- what is foreseen


def test_days_until_empty_by_hand():
    """Of 100 m3 a day a fleet half as large again brings 1.5 * 0.25^1.5 = 3/16; 325 m3 last 4 days at 81.25 a day."""
    empty, lacking = answers.foresee(100.0, 325.0, 24.0, 24.0, 0.25, foresight())
    assert empty == pytest.approx(4.0)
    assert lacking == pytest.approx(13.0 / 16.0 * 0.8)


@pytest.mark.parametrize(("held", "feared", "days"), [(325.0, 1.0, 20.0), (2000.0, 0.25, 20.0), (325.0, 0.25, 0.0)])
def test_nothing_is_foreseen_where_enough_comes_or_is_there_or_nobody_looks(held, feared, days):
    assert answers.foresee(100.0, held, 24.0, 24.0, feared, foresight(foresight_days=days))[1] == 0.0


def banned(mode: str = "endogenous", fighters: int = 3000):
    """The teaching region on its first day with fighters on all ways to its capital, who have just banned fuel."""
    model = fresh_model(World(seed=2, response=mode))
    supply.step(model, 7.0)
    row = model.rows["league"]
    model.give_order(row, "blockade", ("Tessaro",), 1.0, "fuel", math.inf)
    cells = model.orders[0].cells
    for cell in cells:
        unit = model.make_unit(row, int(cell), fighters // len(cells), home=int(cell))
        model.units.posture[unit] = BLOCKADE
    model.count_persons()
    country = int(np.flatnonzero(model.governments.theatre)[0])
    return model, country, int(model.capital_node[country])


def go_on(model, weeks: int, step=supply.step) -> None:
    """Weeks of supply alone."""
    for _ in range(weeks):
        model.step_index += 1
        model._streams = {}
        step(model, 7.0)


def test_a_ban_is_answered_while_stores_are_full():
    """No convoy is lost and no store is short yet: the ban itself is enough, unless the state does not believe it, or
    waits as it did before."""
    for credence, step, acts in ((1.0, supply.respond, True), (0.0, supply.respond, False)):
        model, country, node = banned()
        model.p.supply.ban_credence = credence
        assert model.nodes.passing[node] == 1.0
        step(model, 7.0)
        assert model.governments.shortage[country] == 0.0
        assert (model.governments.foreseen[country] > 0.0) == acts
        assert (model.governments.escorts[country] > 0.0) == acts
    model, country, _ = banned()
    supply.respond_patiently(model, 7.0)
    assert model.governments.escorts[country] == 0.0


# ---------------------------------------------------------------------------- deals


def test_who_suffers_more_gets_less():
    rules = foresight()
    assert answers.agreed_days(1.0, 0.0, rules) == pytest.approx(7.0)
    assert answers.agreed_days(1.0, -0.5, rules) == pytest.approx(7.0)
    assert answers.agreed_days(0.0, 1.0, rules) == pytest.approx(56.0)
    assert answers.agreed_days(0.4, 0.4, rules) == pytest.approx(math.sqrt(7.0 * 56.0))


def deals(worth: float, cost: float, weeks: int = 1) -> float:
    """Part of a thousand capitals without fuel that agree on a deal within so many weeks."""
    n = 1000
    governments = view_of(
        answers.Governments,
        **{name: np.zeros(n) for name in ("shortage_days", "foreseen", "escorts", "deal_days", "treasury")},
        **{name: np.zeros(n) for name in ("massed", "gather_days")},
        shortage=np.ones(n),
    )
    outlook = view_of(answers.Outlook, **{name: np.zeros(n) for name in answers.Outlook._fields})
    capitals = answers.Capitals(np.arange(n, dtype=np.uint64), np.arange(n), np.full(n, 3.0))
    given = answers.Bans(np.ones(n, dtype=bool), np.zeros(n), np.full(n, cost))
    p = Supply(escort_means=0.0, ban_worth=worth)
    rules = answers.ShortageRules.of(p), answers.ForesightRules.of(p)
    agreed = np.zeros(n, dtype=bool)
    for week in range(weeks):
        governments.deal_days[:] = 0.0
        mode = 14.0, True, False, False
        answers.answer_ban(np.uint64(5 + week), governments, capitals, outlook, given, mode, *rules, 7.0)
        agreed |= governments.deal_days > 0.0
    return float(agreed.mean())


def test_a_deal_gets_likelier_with_the_costs_of_both_and_as_they_add_up():
    """Costs a day of the state 1 and of the group 0.4, 35 days at stake: of a thousand quarrels exp(-1.4 * 7 / 35) go
    on after a week. A group that profits from its ban hastens nothing, and one that bleeds ends it by itself."""
    assert deals(35.0, 0.4) == pytest.approx(1.0 - math.exp(-0.28), abs=0.04)
    assert deals(35.0, -0.4) == deals(35.0, 0.0) == pytest.approx(1.0 - math.exp(-0.2), abs=0.04)
    assert deals(35.0, 4.0) == pytest.approx(1.0 - math.exp(-1.0), abs=0.04)
    assert deals(1e12, 4.0) == 0.0
    assert deals(35.0, 0.4, weeks=4) == pytest.approx(1.0 - math.exp(-4 * 0.28), abs=0.04)


def test_what_a_ban_costs_by_hand():
    """A tenth of a group killed in the week by the army costs 10 * 0.1; supporters in want count by the contested
    blame, on both sides of zero; deaths by others do not count."""
    model, country, node = banned()
    row, army = model.rows["league"], int(model.army_of[country])
    model.nodes.passing[node], model.nodes.served[node], model.p.attitudes.blockade_blame = 1.0, 1.0, 0.0
    model.communities.blockade_hardship[:], model.communities.support[:, row] = 0.4, 0.5
    views = bans.BanActors.of(model), bans.Hit.of(model), bans.Lacking.of(model)

    def cost() -> float:
        return bans.cost_of(model, row, country, 7.0, *views)

    assert cost() == 0.0
    model.actors.lost_to[row, row] = 50
    assert cost() == 0.0
    model.actors.lost_to[row, army] = 0.1 * model.actors.persons[row]
    assert cost() == pytest.approx(0.1 * model.p.supply.loss_cost, rel=1e-2)
    before = cost()
    for blame in (-0.5, 0.5):
        model.p.attitudes.blockade_blame = blame
        assert cost() - before == pytest.approx(0.4 * blame)
    model.nodes.served[node] = 0.5
    tolls = 0.5 * model.nodes.demand[node] * model.p.supply.toll / model.actors.persons[row]
    assert cost() - before == pytest.approx(0.2 + model.p.supply.toll_cost * tolls)


# ---------------------------------------------------------------------------- convoys


def rules(**changes):
    """Rules of convoys with plain numbers."""
    numbers = {"kappa": 0.01, "escort_half": 100.0, "lorries_per_fighter": 0.2, "convoy_days": 2.0, "lorry_m3": 50.0}
    return massing.MassingRules.of(Supply(**numbers | changes))


def test_the_part_lost_falls_with_size_and_escorts():
    """100 fighters destroy 20 lorries: all of 10, half of 40, a quarter of 80; a hundred escorts halve it."""
    met = 1.0 - math.exp(-1.0)
    for size, guard, lost in ((10.0, 0.0, 1.0), (40.0, 0.0, 0.5), (80.0, 0.0, 0.25), (80.0, 100.0, 0.125)):
        assert massing.hazard_in_convoy(100.0, size, guard, 1.0, rules()) == pytest.approx(met * lost)
    assert massing.hazard_in_convoy(100.0, 80.0, 0.0, 0.5, rules()) == pytest.approx(met * (0.5 + 0.125))
    assert massing.hazard_in_convoy(100.0, 80.0, 0.0, 0.0, rules()) == pytest.approx(met)


def choose(on_escort, fighters=(100.0, 100.0, 0.0, 0.0), order=1000.0, alone=0.9, **changes):
    """Two corridors of two stretches from ports 0 and 1 by 2 and 3 to the capital, 4; one cell to a stretch. The
    capital uses 1,000 m3 a day; lorries by themselves are lost with chance `alone` on a stretch with fighters."""
    network = Network(np.arange(4), np.array([0, 4, 1, 3]), np.array([2, 2, 3, 4]), np.array([10.0, 10.0, 12.0, 12.0]))
    along = Along(np.arange(5), np.arange(4), np.ones(4))
    borders = Borders(np.zeros(4, dtype=bool), np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64))
    found = np.array([0, 2, 4]), np.array([0, 1, 2, 3]), np.array([True, False, True, True])
    corridors = massing.Corridors(*found, np.array([0, 2, 4]), np.arange(4))
    stopping = np.array(fighters)
    on_roads = OnRoads(stopping, stopping.copy(), np.zeros(4), np.array(on_escort), np.zeros(4))
    by_themselves = np.where(stopping > 0.0, alone, 0.0)
    edges = view_of(supply.Edges, hazard=by_themselves.copy(), hazard_goods=by_themselves.copy())
    wait, trade, no_deal = np.zeros(4), np.ones((1, 1)), np.zeros(1)
    roads, need = (network, along, borders, trade, no_deal), massing.Need(order, 1000.0, 20.0, 1.0)
    said = rules(**{"handling_days": 0.0, "fleet": 1.5, "turnaround_hours": 24.0} | changes)
    best, gather = massing.mass_convoys(corridors, *roads, on_roads, need, edges, wait, said)
    return best, gather, edges, wait, corridors, network


NOBODY = (0.0, 0.0, 0.0, 0.0)


def test_lorries_go_by_themselves_where_the_road_is_open():
    """Nobody on the second corridor: a wait brings nothing, and what is ordered comes at once."""
    best, gather, edges, wait, _, _ = choose(NOBODY)
    assert (best, gather) == (1, 0.0)
    assert edges.hazard.tolist() == [0.9, 0.9, 0.0, 0.0]
    assert wait.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_they_go_by_themselves_where_waiting_costs_more_than_it_saves():
    """With a chance of 1 in 100 to be lost alone no convoy brings more of an order beyond the fleet; with 9 in 10 one
    does."""
    few = (5.0, 0.0, 5.0, 0.0)
    assert choose(NOBODY, few, order=3000.0, alone=0.01)[1] == 0.0
    assert choose(NOBODY, (100.0, 0.0, 100.0, 0.0), order=3000.0)[1] > 0.0


def test_convoys_are_rare_while_stores_are_full_and_frequent_once_they_empty():
    """Where a little is wanted, lorries gather as long as they may, since large convoys lose least; where more is
    wanted than the fleet can carry, for less long. What is chosen brings most of all that can be."""
    met = (60.0, 0.0, 60.0, 60.0)
    full, gather_full = choose(NOBODY, met, order=600.0)[:2]
    empty, gather_empty = choose(NOBODY, met, order=3000.0)[:2]
    assert full == empty == 0
    assert gather_full == 2.0
    assert 0.0 < gather_empty < 2.0

    def brings(gather: float) -> float:
        """By hand: 20 hours of a way, 24 at its ends and the wait; 60 fighters on one of two stretches."""
        speed = 44.0 / (44.0 + 12.0 * gather)
        size = max(1.0, gather * 1500.0 * speed / 50.0)
        lost = (1.0 - math.exp(-0.6)) * min(1.0, 12.0 / size) if gather > 0.0 else 0.9
        return 1500.0 * speed * (1.0 - lost) ** 1.5

    assert gather_empty == max((0.25 * j for j in range(9)), key=brings)


def test_a_corridor_with_escorts_is_kept_until_another_is_better_without():
    """100 fighters on each stretch of the first, 40 on one of the second: escorts on the first make it the best."""
    threatened = (100.0, 100.0, 40.0, 0.0)
    assert choose(NOBODY, threatened)[0] == 1
    best, gather, edges, wait, _, _ = choose([2000.0, 0.0, 0.0, 0.0], threatened)
    assert best == 0
    assert gather > 0.0
    size = gather * 1000.0 / 50.0  # all that is ordered
    guard = 2000.0 / max(1.0, 2.0 * 20.0 / 24.0 / gather)
    lost = min(1.0, 20.0 / size) / (1.0 + guard / 100.0)
    assert edges.hazard[0] == pytest.approx((1.0 - math.exp(-1.0)) * lost)
    assert wait.tolist() == pytest.approx([12.0 * gather, 12.0 * gather, 0.0, 0.0])


def test_fuel_goes_on_the_corridor_that_was_chosen():
    """Ways were by the first corridor; with convoys on the second all its nodes are supplied by it, with the wait."""
    best, _, _, _, corridors, network = choose(NOBODY)
    wait = np.array([0.0, 0.0, 24.0, 24.0])
    ways = Ways(
        np.array([0.0, 0.0, 10.0, 32.0, 20.0]),
        np.array([-1, -1, 0, 4, 2]),
        np.array([-1, -1, 0, 3, 1]),
        *[np.arange(5)],
    )
    massing.follow_corridor(best, corridors, network, ways)
    assert ways.through.tolist() == [-1, -1, 0, 1, 3]
    assert ways.hours.tolist() == [0.0, 0.0, 10.0, 12.0, 24.0]
    assert sorted(ways.sequence.tolist()) == [0, 1, 2, 3, 4]
    massing.wait_for_convoys(ways, wait)
    assert ways.hours.tolist() == [0.0, 0.0, 10.0, 36.0, 48.0]
    assert len(room_for_ways(3).hours) == 3


def test_massed_convoys_bring_more_than_lorries_by_themselves():
    """The same ban, the same fighters: with convoys more fuel is in the capital after twelve weeks than without, and
    nothing of it is lost from the account."""
    left = {}
    for name, step in (("massed", supply.step), ("unmassed", supply.unmassed)):
        model, country, node = banned(fighters=300)
        model.p.supply.ban_worth = 1e12  # no deal helps
        go_on(model, 12, step)
        n = model.nodes
        balance = n.imported - n.consumed - n.robbed - n.burnt - n.stock - n.transit
        assert np.abs(balance).max() < 1e-6 * n.imported.max()
        assert (model.governments.massed[country] > 0.5) == (name == "massed")
        left[name] = n.served[node]
        corridor = np.flatnonzero(model.cells.corridor)
        if name == "massed":
            on = {cell for _, way in corridors_to(model, node) for cell in cells_of(model, way)}
            assert set(corridor.tolist()) <= on
            assert any(set(corridor.tolist()) == set(cells_of(model, way)) for _, way in corridors_to(model, node))
    assert left["massed"] > left["unmassed"] + 0.1, left


def cells_of(model, way) -> list[int]:
    """Cells along the edges of a corridor."""
    along, found = model.edge_cells, []
    for e in way:
        on = slice(along.start[e], along.start[e + 1])
        found += along.cell[on][along.km[on] > 0.0].tolist()
    return found


# ---------------------------------------------------------------------------- escorts


def test_escorts_set_out_within_days():
    """Ten platoons of 30 in cell 0 and nobody in 1 and 2, the corridor: 90 are wanted, a third of them sets out at
    once, and later all, of whom all escort."""
    units = view_of(
        escorts.Guards,
        key=np.arange(10, dtype=np.uint64),
        cell=np.zeros(10, dtype=np.int64),
        manpower=np.full(10, 30),
        target=np.full(10, -1),
        km_left=np.zeros(10),
    )
    corridor, may, own = np.array([0.0, 0.5, 0.5]), np.ones(3, dtype=bool), np.arange(10)
    rear = np.zeros(10, dtype=bool)
    rear[0] = True
    p = escorts.EscortRules.of(Movement(redeploy_escort_days=2.0))
    sent = []
    for week in range(12):
        guard = escorts.send_escorts(
            np.uint64(week), 7.0, own, units, rear, corridor, may, 90.0, np.zeros(3), np.arange(3.0), p
        )
        sent.append(int((units.target >= 0).sum()))
    assert sent[0] >= 1
    assert 3 <= sent[-1] <= 5  # until 90 are there; chance sends one too many now and then
    assert guard == pytest.approx(90.0 / (30.0 * sent[-1]))
    assert units.target[0] == -1  # the rear stays
    assert set(units.target[units.target >= 0].tolist()) <= {1, 2}


# ---------------------------------------------------------------------------- whom an order calls


def test_an_order_calls_the_nearest_as_many_as_its_roads_are_worth():
    """Units are called by the distance of their bases from each road, until as many are as it is worth; others of the
    group are not, nor those of other groups, and a deal with the state of the capital suspends the order."""
    model, country, _ = banned()
    model.p.movement.call_fighters = 100.0
    row, w, order = model.rows["league"], model.world, model.orders[0]
    roads = model.nearest_points(order)
    far = int(np.argmax(np.min([km for km, _, _ in roads], axis=0)))
    lost = model.make_unit(row, far, 5000, home=far)
    strange = model.make_unit(model.rows["banner"], int(order.cells[0]), 50, home=int(order.cells[0]))
    u, blockading, none = model.units, model.actors.blockading, np.zeros(len(model.governments))
    zone = model.called_units(u, blockading, none)
    called = zone >= 0
    assert not called[lost]
    assert not called[strange]
    assert called.any()
    assert set(zone[called].tolist()) <= set(order.cells.tolist())
    km, point, worth = roads[0]
    base = np.where(u.home < 0, u.cell, u.home)
    nearest = np.flatnonzero((u.actor == row) & (u.manpower > 0))
    nearest = nearest[np.argsort(km[base[nearest]], kind="stable")]
    first = nearest[np.cumsum(u.manpower[nearest]) - u.manpower[nearest] < 100.0 * worth]
    assert worth == 1.0
    assert zone[first].tolist() == point[base[first]].tolist()
    wanted, largest = 100.0 * sum(worth for _, _, worth in roads), u.manpower[called].max()
    assert wanted <= u.manpower[called].sum() < wanted + largest * len(roads)
    dealt = none.copy()
    dealt[country] = 30.0
    assert (model.called_units(u, blockading, dealt) < 0).all()
    blockading[row] = False
    assert (model.called_units(u, blockading, none) < 0).all()
    assert w.n_cells > len(order.cells)


def test_roads_of_an_order_share_no_part_twice():
    """A corridor counts for what no quicker one has: the parts of all of them add up to the cells of the order."""
    model, _, node = banned()
    order, ways = model.orders[0], corridors_to(model, node)
    roads = model.nearest_points(order)
    cells = [point[km == 0.0] for km, point, _ in roads]
    assert sorted(np.concatenate(cells).tolist()) == order.cells.tolist()
    assert roads[0][2] == 1.0
    assert all(worth <= 1.0 for _, _, worth in roads)
    assert len(roads) <= len(ways)


@pytest.mark.parametrize(("step", "moves"), [(movement.step, False), (movement.all_called, True)])
def test_who_is_not_called_does_not_notice(step, moves):
    """A ban at the other end of the map moves no unit that is not called: they stand, go and do as without it."""
    found = []
    for ban in (False, True):
        model = World(seed=4, weeks=3, scrambled=False).model()
        model.p.movement.call_fighters, model.p.movement.order_days = 1.0, 1.0
        row = model.rows["league"]
        if ban:
            model.give_order(row, "blockade", ("Tessaro",), 1.0, "fuel", math.inf)
            model.cells.order_bonus[model.orders[0].cells, row] = 5.0
            model.orders_stood = True
        called = model.called_units(model.units, model.actors.blockading, np.zeros(len(model.governments))) >= 0
        step(model, 7.0)
        found.append(np.stack([model.units.target, model.units.cell, model.units.posture]))
    others = (model.units.actor == row) & ~called
    assert called.any()
    assert others.any()
    assert (found[0][:, others] != found[1][:, others]).any() == moves


def test_who_is_called_goes_to_the_road():
    """Units based far from the only road of an order leave their zone for it, and blockade there."""
    model, _, _ = banned()
    row, order = model.rows["league"], model.orders[0]
    model.p.movement.call_fighters, model.p.movement.order_days = 1e9, 0.1
    km = np.min([km for km, _, _ in model.nearest_points(order)], axis=0)
    far = int(np.argmax(np.where(np.arange(len(km)) < model.world.n_communities, km, 0.0)))
    unit = model.make_unit(row, far, 50, home=far)
    model.cells.order_bonus[order.cells, row] = 50.0
    model.orders_stood = True
    movement.step(model, 7.0)
    there = [int(c) for c in (model.units.target[unit], model.units.cell[unit]) if c >= 0]
    assert km[there[0]] < km[far]


# ---------------------------------------------------------------------------- works around a capital


def test_attacks_on_works_lower_income_and_jobs():
    """All works around the capital stand still: taxes tend to be lower by `works_income`, livelihood around by
    `works_jobs`; with both 0, and far away, nothing changes."""
    means, work = {}, {}
    for name, income, jobs, attacks in (("calm", 0.25, 0.1, 0.0), ("hit", 0.25, 0.1, 1e9), ("off", 0.0, 0.0, 1e9)):
        model = fresh_model(World(seed=2))
        p = model.p.finance
        p.works_income, p.works_jobs, p.mines_cost, p.treasury_days, p.livelihood_days = income, jobs, 0.0, 1e-9, 1e-9
        cells, _, _, near = model.works
        assert 0 < near.sum() < len(near)
        model.cells.attack_memory[cells] = attacks
        finance.step(model, 7.0)
        means[name], work[name] = model.governments.treasury.copy(), model.communities.livelihood.copy()
    first = fresh_model(World(seed=2))
    countries = np.unique(first.works[1])
    assert means["off"] == pytest.approx(means["calm"])
    lost = means["hit"][countries] / means["calm"][countries]
    assert (lost <= 0.75 + 1e-9).all()  # taxes lack a quarter, and those who pay earn less
    assert work["hit"][near] == pytest.approx(0.9 * work["calm"][near])
    assert work["hit"][~near] == pytest.approx(work["calm"][~near])
    assert work["off"] == pytest.approx(work["calm"])
