"""Control: numbers worked out by hand, mirror image, and agreement with the plain version."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, AUXILIARY, CONTESTED, FOREIGN, GARRISON, INSURGENT, LIE_LOW, MILITIA, NOBODY, PATROL
from sim.model.declarations import declared_by
from sim.model.variants import STEPS
from sim.processes import control
from sim.processes.shared import derived
from sim.processes.shared.derived import UnitsByActor, present_by, who_is_present
from sim.settings.parameters.ruling import Control
from sim.world.regrid import mirror
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, random_model, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("control", world)


def test_presence_falls_with_travel_time():
    presence = np.ones((3, 2))
    units = view_of(
        control.Units,
        cell=np.array([0, 1, 1, 0]),
        manpower=np.array([100, 50, 0, 7]),
        posture=np.array([PATROL, PATROL, PATROL, GARRISON]),
    )
    by_actor = UnitsByActor(np.array([0, 1, 4]), np.arange(4))
    spread = control.Felt(np.array([0, 2, 3, 3]), np.array([0, 1, 2]), np.array([1.0, 0.5, 0.2]))
    kind = np.array([INSURGENT, ARMY])
    present = derived.project(units, by_actor, kind, control.Sight(1.0, 1.0), spread, presence)
    assert presence.tolist() == [
        [100.0, 7.0],
        [50.0, 0.0],
        [0.0, 10.0],
    ]  # the last unit holds no more than its own place
    assert [rows.tolist() for rows in present] == [[0, 2, 3, 4], [0, 1, 0, 1], [100.0, 7.0, 50.0, 10.0]]


def test_who_is_present_is_listed_as_the_column_has_it():
    """The list that control makes is that of the column, with more entries than it has room for at first, too."""
    model = fresh_model(World(seed=1))
    kind, cells = model.actors.kind, model.world.n_cells
    for a in range(derived.ROOM + 2):
        for c in range(cells):
            model.make_unit(a, c, 100)
    control.step(model, 7.0)
    presence = model.cells.presence
    listed, found = present_by(model, presence), who_is_present(presence)
    assert len(found.actor) > derived.ROOM * cells
    assert len(kind) > derived.ROOM + 2
    for mine, other in zip(listed, found, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_who_is_present_is_looked_at_anew_where_somebody_else_has_written_it():
    model = fresh_model(World(seed=1))
    model.cells.presence[:] = 0.0
    model.look_anew()
    assert len(present_by(model, model.cells.presence).actor) == 0
    model.cells.presence[0, 0] = 3.0  # as a process of one's own in the place of control would
    model.end_week()
    assert present_by(model, model.cells.presence).persons.tolist() == [3.0]


def test_units_are_felt_as_many_as_they_are():
    """However many cells they can reach, people count once in all; in the variant in full wherever they reach."""
    model = fresh_model(World(seed=1))
    model.units.posture[:] = PATROL
    units, kind = model.units, model.actors.kind
    far = (units.manpower > 0) & (kind[units.actor] >= ARMY) & (kind[units.actor] != AUXILIARY)
    soldiers = [int(units.manpower[far & (units.actor == a)].sum()) for a in range(len(kind))]
    sight = control.Sight(1.0, 1.0)
    control.feel_presence(model, model.felt, sight)
    armies = np.flatnonzero(soldiers)
    assert len(armies) > 0
    assert model.cells.presence[:, armies].sum(0) == pytest.approx([soldiers[a] for a in armies])
    control.feel_presence(model, model.projection, sight)
    assert (model.cells.presence[:, armies].sum(0) > 1.2 * np.array([soldiers[a] for a in armies])).all()


def test_garrisons_militias_and_auxiliaries_hold_no_more_than_their_place():
    kinds = (INSURGENT, MILITIA, ARMY, AUXILIARY, FOREIGN)
    assert [derived.stays(kind, GARRISON) for kind in kinds] == [False, True, True, True, True]
    assert [derived.stays(kind, PATROL) for kind in kinds] == [False, True, False, True, False]


def test_who_lives_among_people_weighs_more():
    model = fresh_model(World(seed=1))
    weight = control.weight_of(model.actors.kind, 2.5)
    assert set(weight[model.actors.kind <= MILITIA]) == {2.5}
    assert set(weight[model.actors.kind >= ARMY]) == {1.0}


def test_who_lies_low_is_seen_less():
    sight = control.Sight(hidden=0.3, part_time=0.5)
    assert derived.visible(INSURGENT, 100, LIE_LOW, sight) == pytest.approx(30.0)
    assert derived.visible(INSURGENT, 100, PATROL, sight) == derived.visible(ARMY, 100, GARRISON, sight) == 100.0
    assert derived.visible(MILITIA, 100, PATROL, sight) == derived.visible(AUXILIARY, 100, GARRISON, sight) == 50.0


def govern_one(
    presence,
    influence=(0.0, 0.0),
    services=0.5,
    peace=1.0,
    power=1.0,
    officials=40.0,
    fled=0.0,
    gain=1.0,
    recover=0.0,
    erode=0.0,
    seat_lost=False,
):
    """One cell with an army (services 0.25) and insurgents (services 0.5): influence, controller, services, share."""
    influence = np.array([influence], dtype=float)
    share, controller, state = np.zeros((1, 2)), np.zeros(1, dtype=np.int64), np.array([services])
    cells = view_of(
        control.Cells,
        influence=influence,
        share=share,
        controller=controller,
        state_services=state,
        services=np.array([[0.25, 0.5]]),
        attack_memory=np.array([4.0 * fled / (1.0 - fled)]),
    )
    rules = control.ControlRules.of(Control())._replace(attacks_half=4.0, floor=10.0, rule_share=0.6)
    means = control.State(np.array([peace * power]), np.array([officials]), np.array([seat_lost]))
    pace = control.Pace(gain, recover, erode)
    present = who_is_present(np.array([presence], dtype=float))
    nobody = control.Provision(np.zeros(0, dtype=np.int64), np.zeros(2), 0.0)
    control.govern(cells, present, np.array([0, 1]), np.ones(2), means, pace, nobody, rules)
    return influence[0].tolist(), int(controller[0]), state[0], share[0].tolist()


def test_influence_by_hand():
    influence, controller, _, share = govern_one((100.0, 30.0))
    assert influence == pytest.approx([125.0 + 20.0, 45.0])
    assert share == pytest.approx([145.0 / 190.0, 45.0 / 190.0])
    assert controller == 0
    assert govern_one((100.0, 30.0), influence=(45.0, 5.0), gain=0.5)[0] == pytest.approx([95.0, 25.0])


def test_the_three_verdicts():
    assert govern_one((0.0, 100.0))[1] == 1  # 150 against 20 of officials
    assert govern_one((80.0, 80.0))[1] == CONTESTED  # 120 against 120
    assert govern_one((5.0, 1.0), services=0.0)[1] == NOBODY  # less than a tenth of a garrison of 100
    assert govern_one((8.0, 0.0), services=0.0)[1] == 0  # 10 just suffice


def test_services_go_where_others_rule_and_come_back():
    *_, services, _ = govern_one((0.0, 100.0), officials=0.0, erode=0.1)
    assert services == pytest.approx(0.5 * math.exp(-0.1))
    *_, services, _ = govern_one((100.0, 0.0), erode=0.1, fled=0.5)  # under attack, though nobody else rules
    assert services == pytest.approx(0.5 * math.exp(-0.05))
    *_, services, _ = govern_one((100.0, 0.0), recover=0.2, peace=0.9, power=0.8)
    assert services == pytest.approx(0.72 + (0.5 - 0.72) * math.exp(-0.2))
    *_, services, _ = govern_one((80.0, 80.0), officials=0.0, influence=(0.0, 0.0), recover=0.2, erode=0.1, gain=1.0)
    up, down = 0.2 * 100.0 / 220.0, 0.1 * 120.0 / 220.0
    assert services == pytest.approx(up / (up + down) + (0.5 - up / (up + down)) * math.exp(-(up + down)))


def test_officials_leave_a_region_whose_seat_others_rule():
    """They go at the pace at which they leave a place under attack, and none come back, whoever rules the place."""
    *_, services, _ = govern_one((100.0, 0.0), recover=0.2, erode=0.1, seat_lost=True)
    assert services == pytest.approx(0.5 * math.exp(-0.1))
    model = fresh_model(World(seed=3))
    row = model.rows["league"]
    seat = int(model.seat_of[0])
    region = np.flatnonzero(model.seat_of == seat)
    others = np.flatnonzero((model.seat_of != seat) & (model.services_peace > 0.0))
    before = model.cells.state_services.copy()
    model.cells.share[seat] = 0.0
    model.cells.share[seat, model.actors.controller[row]] = 1.0
    control.step(model, 7.0)
    assert len(region) > 1
    assert (model.cells.state_services[region] < before[region]).all()
    assert model.cells.state_services[others].mean() > 0.99 * before[others].mean()


def test_what_groups_provide_follows_their_rule():
    """Of two groups who rules goes toward what it is capable of, elsewhere services fade; armies keep theirs."""
    services = np.array([[0.0, 0.2, 0.3], [0.1, 0.2, 0.3], [0.1, 0.2, 0.3]])
    share = np.array([[0.3, 0.7, 0.0], [0.3, 0.59, 0.11], [0.0, 0.0, 1.0]])  # by controller: the army, the groups
    capable = np.array([0.6, 0.4, 0.3])
    cells = view_of(control.Cells, services=services, share=share)
    for c in range(3):
        control.provide(c, cells, np.array([1, 2, 0]), control.Provision(np.array([0, 1]), capable, 0.5), 0.6)
    np.testing.assert_allclose(services, [[0.3, 0.1, 0.3], [0.05, 0.1, 0.3], [0.05, 0.3, 0.3]])


def test_services_are_built_up_in_years_and_the_variant_has_them_at_once():
    """A group that is alone in a place for its lag provides 1 - 1/e of what it is capable of, and less of it before."""
    for process, least, most in ((control.step, 0.3, 0.33), (STEPS["control"]["standing_services"], 0.5, 0.5)):
        model = fresh_model(World(seed=1))
        row, cell = model.rows["league"], int(np.argmax(model.communities.residents))
        model.actors.services[row], model.p.control.governance_days = 0.5, 140.0
        model.units.manpower[:] = 0
        model.make_unit(row, cell, 5000, home=cell)
        model.cells.influence[cell, model.actors.controller[row]] = 1e6
        for _ in range(20):
            process(model, 7.0)
        assert model.cells.share[cell, model.actors.controller[row]] > 0.6
        assert least <= model.cells.services[cell, row] <= most


def test_in_the_empty_desert_nothing_is_served():
    assert govern_one((100.0, 0.0), services=0.0, peace=0.0, recover=0.5)[2] == 0.0


@few
@given(world=worlds)
def test_the_mirror_image_has_the_same_control(world):
    """East and west exchanged, rows and keys kept: nothing in control knows the difference."""
    model, other = random_model(world), random_model(world)
    other.world = mirror(other.world)
    control.step(model, model.dt)
    control.step(other, other.dt)
    for name in declared_by("control")[1]:
        table, column = name.split(".")
        np.testing.assert_array_equal(getattr(getattr(model, table), column), getattr(getattr(other, table), column))


@few
@given(world=worlds)
def test_shares_are_shares(world):
    model = world.model()
    control.step(model, model.dt)
    total = model.cells.share.sum(1)
    assert ((np.abs(total - 1.0) < 1e-12) | (total == 0.0)).all()
    assert (model.cells.state_services <= np.maximum(model.services_peace, 1e-12) + 1e-12).all()
