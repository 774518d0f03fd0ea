"""Livelihood and finance: numbers worked out by hand, and agreement with the plain version."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import TAXES
from sim.processes import finance
from sim.processes.shared.foreign import aid
from sim.settings.parameters.livelihood import Finance
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("finance", world)


RULES = finance.FinanceRules.of(Finance())._replace(people_tax=0.002, herder_tax=0.001, mine_tax=100.0, ransom=30.0)


def assert_income_of(rows, taxes, share, support, aridity, extraction, persons=(7, 7)):
    """Income (A,) with round rates; `taxes` (A, 4) on people, herders, mines and hostages."""
    people, herders, mines, ransom = np.array(taxes, dtype=float).T
    actors = view_of(
        finance.Actors,
        controller=np.array([0, 1]),
        persons=np.array(persons),
        taxes_people=people,
        taxes_herders=herders,
        taxes_extraction=mines,
        taxes_ransom=ransom,
    )
    communities = view_of(
        finance.Communities,
        residents=np.array([1000, 2000]),
        livelihood=np.array([1.0, 0.5]),
        support=np.array(support),
    )
    place = finance.Place(np.zeros(3, int), np.zeros(3, int), np.array(aridity), np.array(extraction), np.ones(3))
    income = np.full(2, -1.0)
    cells, raised = view_of(finance.Cells, share=np.array(share)), np.zeros((2, 3))
    finance.incomes(rows, actors, cells, communities, place, RULES, income, raised)
    for a in rows.groups:
        assert raised[a].sum() + RULES.ransom * ransom[a] == pytest.approx(income[a])
    return income


def test_groups_tax_people_herds_and_mines():
    rows = finance.Rows(np.array([1]), np.array([False, False]), np.array([0]))
    income = assert_income_of(
        rows,
        [[9.0] * 4, [0.5, 2.0, 1.0, 0.1]],
        [[0.5, 0.5], [0.0, 1.0], [0.8, 0.2]],
        np.zeros((2, 2)),
        [0.0, 1.0, 1.0],
        [0.0, 0.0, 0.5],
    )
    # 500 people at 0.001; 2000 people, half their living, at 0.003; a fifth of half a mine at 100; a tenth of 30
    assert income.tolist() == pytest.approx([-1.0, 0.5 + 3.0 + 10.0 + 3.0])


def test_militias_get_what_supporters_give():
    rows = finance.Rows(np.array([1]), np.array([False, True]), np.array([0]))
    income = assert_income_of(
        rows,
        [[1.0] * 4, [1.0, 0.0, 0.0, 0.0]],
        [[0.5, 0.5], [0.9, 0.1]],
        [[0.0, 0.1], [0.0, 0.4]],
        np.zeros(3),
        np.zeros(3),
    )
    assert income[1] == pytest.approx(0.002 * (0.1 * 1000 + 0.4 * 2000 * 0.5))


def test_a_treasury_by_hand():
    """100 fighters with 40 a day from people, 20 from tolls: 7 days cost 280 more than comes in; 300 were captured."""
    actors = view_of(
        finance.Actors,
        tolls=np.array([20.0]),
        loot=np.array([300.0]),
        treasury=np.array([80.0]),
        funding=np.array([1.0]),
    )
    rows = finance.Rows(np.array([0]), np.array([False]), np.array([0]))
    rules = RULES._replace(reserve_days=720.0, spending_days=10.0)
    finance.update_treasuries(rows, np.array([100.0]), np.array([40.0]), actors, rules, 0.5, 7.0)
    assert (actors.loot[0], actors.treasury[0]) == (0.0, 100.0)
    assert actors.funding[0] == pytest.approx(1.0 + 0.5 * ((60.0 + 10.0) / 100.0 - 1.0))


def funding_of(income, treasury, upkeep=100.0):
    """Funding to which a group goes that takes in so much a day, once it has spent for a week."""
    actors = view_of(
        finance.Actors,
        tolls=np.zeros(1),
        loot=np.zeros(1),
        treasury=np.array([treasury + (upkeep - income) * 7.0]),
        funding=np.zeros(1),
    )
    rows = finance.Rows(np.array([0]), np.array([False]), np.array([0]))
    rules = RULES._replace(reserve_days=1e6, spending_days=100.0)
    finance.update_treasuries(rows, np.array([upkeep]), np.array([income]), actors, rules, 1.0, 7.0)
    return actors.funding[0]


def test_funding_is_what_income_sustains():
    """A full treasury bridges a gap, and no more: beyond its income a group is not funded, whatever it has saved."""
    assert funding_of(250.0, 0.0) == pytest.approx(2.5)
    assert funding_of(250.0, 1e5) == pytest.approx(2.5)
    assert funding_of(100.0, 1e5) == pytest.approx(1.0)
    assert funding_of(40.0, 1e5) == pytest.approx(1.0)
    assert funding_of(40.0, 3000.0) == pytest.approx(0.7)
    assert funding_of(40.0, 0.0) == pytest.approx(0.4)


def livelihood_of_one(
    served=1.0,
    goods=1.0,
    fear=0.0,
    hosted=0,
    near=0.0,
    able=1.0,
    mines=0.0,
    relief=0.0,
    work=0.0,
    services=0.0,
    inclusion=0.0,
    protected=True,
    gain=1.0,
    lean=1.0,
    all_columns=False,
):
    """Livelihood, hardship and blockade hardship (or all columns) of one community of 999 people with round weights."""
    rules = RULES._replace(
        fear_costs=0.5,
        fuel_costs=0.4,
        mines_cost=0.2,
        hard_livelihood=0.5,
        hard_fuel=0.3,
        hard_goods=0.6,
        hard_crowding=0.8,
        aid_relief=0.5,
        aid_work=0.4,
        benefit_aid=0.5,
        mission_jobs=0.5,
        jobs_half=100.0,
        mine_attacks=10.0,
    )
    one = np.zeros(1, dtype=np.int64)
    communities = view_of(
        finance.Communities,
        residents=np.array([999 - hosted]),
        hosted=np.array([hosted]),
        fear=np.array([fear]),
        goods=np.array([goods]),
        livelihood=np.ones(1),
        hardship=np.zeros(1),
        blockade_hardship=np.zeros(1),
        benefits=np.zeros(1),
        included=np.zeros(1),
    )
    cells = view_of(
        finance.Cells,
        share=np.zeros((1, 1)),
        presence=np.array([[near]]),
        state_services=np.zeros(1),
        attack_memory=np.array([10.0 * mines]),
    )
    finance.update_livelihoods(
        finance.Rows(one, np.array([False]), one),
        view_of(finance.Actors, mandate_factor=np.array([able])),
        cells,
        communities,
        view_of(finance.Nodes, served=np.array([served])),
        finance.Place(one, one, np.zeros(1), np.ones(1), np.array([lean])),
        np.array([False]),
        np.zeros(1),
        aid.Aid(*np.array([[relief], [work], [services], [inclusion]]), np.array([protected])),
        rules,
        gain,
    )
    if all_columns:
        return {
            name: float(getattr(communities, name)[0]) for name in ("livelihood", "hardship", "benefits", "included")
        }
    return communities.livelihood[0], communities.hardship[0], communities.blockade_hardship[0]


def test_in_peace_nobody_is_in_want():
    assert livelihood_of_one() == (1.0, 0.0, 0.0)


def test_each_want_by_hand():
    assert livelihood_of_one(fear=1.0) == pytest.approx((0.5, 0.25, 0.0))
    assert livelihood_of_one(served=0.0) == pytest.approx((0.6, 0.3 + 0.5 * 0.4, 0.3))
    assert livelihood_of_one(mines=3.0) == pytest.approx((0.8, 0.1, 0.0))
    assert livelihood_of_one(hosted=500) == pytest.approx((1.0, 0.8 * 0.5, 0.0))


def test_the_lean_season_raises_what_is_left_after_aid_and_not_what_a_blockade_is_blamed_for():
    assert livelihood_of_one(fear=1.0, lean=1.25) == pytest.approx((0.5, 0.25 * 1.25, 0.0))
    assert livelihood_of_one(served=0.0, relief=1.0, lean=1.25) == pytest.approx((0.6, 0.5 * 0.5 * 1.25, 0.3))
    assert livelihood_of_one(goods=0.0, served=0.0, lean=1.25)[1] == 1.0  # held to 1
    assert livelihood_of_one(lean=1.25) == (1.0, 0.0, 0.0)  # of nothing there is nothing more


def test_missing_goods_count_once():
    """Directly: neither in livelihood, which is what people earn, nor by prices."""
    assert livelihood_of_one(goods=0.5) == pytest.approx((1.0, 0.6 * 0.5, 0.3))
    assert "price" not in finance.Nodes._fields


def test_jobs_aid_and_lag():
    assert livelihood_of_one(fear=0.4, near=100.0) == pytest.approx((1.0, 0.0, 0.0))  # 0.8 * 1.25
    assert livelihood_of_one(fear=0.4, near=200.0, able=0.5) == pytest.approx((1.0, 0.0, 0.0))
    # a mission that does nothing employs nobody
    assert livelihood_of_one(fear=0.4, near=100.0, able=0.0)[0] == pytest.approx(0.8)
    assert livelihood_of_one(near=300.0)[0] == 1.0
    assert livelihood_of_one(fear=1.0, relief=1.0) == pytest.approx((0.5, 0.125, 0.0))
    assert livelihood_of_one(fear=1.0, relief=1.0, protected=False) == pytest.approx((0.5, 0.25, 0.0))
    assert livelihood_of_one(fear=1.0, gain=0.5)[0] == pytest.approx(0.75)


def with_aid(political, developmental, humanitarian, **more):
    kinds = {"aid_political": political, "aid_developmental": developmental, "aid_humanitarian": humanitarian}
    return view_of(finance.Governments, **{name: np.array(kind) for name, kind in kinds.items()}, **more)


def test_each_instrument_does_something_else():
    """Half of the fear keeps half of unprotected aid away; without aid half of the living is half lost."""
    calm = livelihood_of_one(fear=0.5, all_columns=True)
    assert calm == pytest.approx({"livelihood": 0.75, "hardship": 0.125, "benefits": 0.0, "included": 0.0})

    def changed(protected, **kind):
        now = livelihood_of_one(fear=0.5, all_columns=True, protected=protected, **kind)
        return {name: value - calm[name] for name, value in now.items() if value != calm[name]}

    for protected, reach in ((True, 1.0), (False, 0.5)):
        assert changed(protected, relief=0.6) == pytest.approx({"hardship": -0.125 * 0.5 * 0.6 * reach})
        won = 0.25 * 0.4 * 0.6 * reach
        assert changed(protected, work=0.6) == pytest.approx({"livelihood": won, "hardship": -0.5 * won})
        assert changed(protected, services=0.6) == pytest.approx({"benefits": 0.3 * reach})
        assert changed(protected, inclusion=0.6) == pytest.approx({"included": 0.6 * reach})


def test_kinds_of_aid_and_what_they_do():
    given = with_aid([0.5, 0.0], [0.0, 0.2], [0.5, 0.0], aid_protected=np.array([True, False]))
    differ, same = aid.instruments(given), aid.alike(given)
    assert [part.tolist() for part in differ[:4]] == [[0.5, 0.0], [0.0, 0.2], [0.0, 0.2], [0.5, 0.0]]
    assert same.relief.tolist() == pytest.approx([0.75, 0.2])  # they add to one another
    assert same.services.tolist() == pytest.approx([0.75, 0.2])
    assert not same.work.any()
    assert not same.inclusion.any()


def test_a_partner_costs_by_hand():
    """Country 0 has 500 men of actor 1, of whom 200 stand at a large mine; country 1 has no partner."""
    presence = np.array([[9.0, 300.0], [9.0, 200.0], [0.0, 400.0]])
    cost = aid.partner_costs(
        view_of(finance.Actors, mandate_seek_resources=np.array([0.0, 0.5])),
        view_of(finance.Cells, presence=presence),
        view_of(finance.Governments, partner=np.array([1, -1])),
        finance.Place(np.array([0, 0, 1]), np.zeros(0), np.zeros(0), np.array([0.0, 1.0, 0.0]), np.ones(3)),
        RULES._replace(partner_pay=0.1, gold_pays=0.8),
    )
    assert cost.tolist() == pytest.approx([0.1 * 0.3 + 0.1 * 0.2 * 0.6, 0.0])


def test_a_partner_is_paid_out_of_the_means_of_the_state():
    """And is free at a pay of nothing."""
    means = []
    for pay in (0.0, 0.2):
        model = fresh_model(World(seed=1))
        row, country = model.rows["hired_partner"], int(np.flatnonzero(model.governments.theatre)[0])
        model.cells.presence[np.flatnonzero(model.world.country == country)[0], row] = 1000.0
        model.governments.partner[country] = row
        model.p.finance.partner_pay, model.p.finance.treasury_days = pay, 1e-3
        finance.step(model, 7.0)
        means.append(model.governments.treasury.copy())
    paid = (means[0] - means[1]).tolist()
    assert paid == pytest.approx([0.2 if c == country else 0.0 for c in range(len(paid))])


def test_a_state_collects_what_it_holds_as_far_as_it_is_legitimate():
    """Of 1000 people 400 live under the state on half a living; half of peace's legitimacy costs a quarter of taxes."""
    communities = view_of(finance.Communities, residents=np.array([400, 600, 10]), livelihood=np.array([0.5, 1.0, 1.0]))
    governments = with_aid([0.0, 1.0], [0.0, 0.0], [0.0, 0.5], legitimacy=np.array([0.3, 0.6]), treasury=np.zeros(2))
    rules = RULES._replace(compliance=0.5, aid_budget=0.2)
    share = np.array([[1.0], [0.0], [1.0]])
    cost = np.array([0.05, 0.0])
    finance.collect_taxes(np.array([0, 0, 1]), communities, share, governments, np.zeros(2), cost, 0.6, rules, 1.0)
    assert governments.treasury.tolist() == pytest.approx([0.2 * 0.75 - 0.05, 1.0 + 0.3])
    # half of the first one's works stand still, which bring 0.4 of its taxes
    given = communities, share, governments, np.array([0.5, 0.0]), cost, 0.6, rules._replace(works_income=0.4), 1.0
    finance.collect_taxes(np.array([0, 0, 1]), *given)
    assert governments.treasury.tolist() == pytest.approx([0.2 * 0.75 * 0.8 - 0.05, 1.0 + 0.3])
    finance.collect_taxes(
        np.array([0, 0, 1]), communities, share, governments, np.zeros(2), cost + 9.0, 0.6, rules, 1.0
    )
    assert governments.treasury.tolist() == [0.0, 0.0]


def test_two_half_steps_are_one_step():
    """The lags are exact: what does not depend on the order of processes does not depend on the step."""
    one, two = fresh_model(World(seed=3, weeks=0)), fresh_model(World(seed=3, weeks=0))
    for model in (one, two):
        model.communities.fear[:] = 0.5
    finance.step(one, 7.0)
    finance.step(two, 3.5)
    finance.step(two, 3.5)
    np.testing.assert_allclose(one.communities.livelihood, two.communities.livelihood, rtol=1e-12)


def test_a_group_without_income_runs_out_of_money():
    model = fresh_model(World(seed=1))
    row = model.rows["league"]
    a = model.actors
    model.make_unit(row, 0, 100)
    model.count_persons()
    for key in TAXES:
        getattr(a, f"taxes_{key}")[row] = 0.0
    a.treasury[row] = 1400.0
    for _ in range(2):
        finance.step(model, 7.0)
    assert a.treasury[row] == 0.0
    before = a.funding[row]
    finance.step(model, 7.0)
    assert a.funding[row] == pytest.approx(before * np.exp(-7.0 / model.p.finance.funding_days))


def test_nothing_is_kept_where_all_is_shared():
    model = fresh_model(World(seed=3))
    model.p.finance.kept = 0.0
    before = model.units.surplus.copy()
    finance.step(model, 7.0)
    assert np.array_equal(model.units.surplus, before)
