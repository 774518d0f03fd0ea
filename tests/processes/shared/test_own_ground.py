"""What units raise and keep: numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.processes import finance
from sim.processes.shared.derived import Felt, UnitsByActor
from sim.processes.shared.mobilisation.own_ground import Ground, keep_part
from sim.settings.parameters.livelihood import Finance
from tests.views import view_of

RULES = finance.FinanceRules.of(Finance())

#: two cells; who stands in the first is felt by 0.75 there and 0.25 in the second, who stands in the second only there
AROUND = Felt(np.array([0, 2, 3]), np.array([0, 1, 1]), np.array([0.75, 0.25, 1.0]))


def surplus_of(raised, cells, manpower, given=False, before=None, **rules):
    """What their own ground adds to the funding of the units of one group in these cells; half the way there."""
    n = len(cells)
    surplus = np.zeros(n) if before is None else np.array(before)
    units = view_of(finance.Units, cell=np.array(cells), manpower=np.array(manpower), surplus=surplus)
    rows = finance.Rows(np.array([0]), np.array([given]), np.array([], dtype=np.int64))
    ground = Ground(UnitsByActor(np.array([0, n]), np.arange(n)), AROUND)
    room = np.full((2, 2), -1.0)
    rules = RULES._replace(**({"kept": 0.5, "militia_upkeep": 0.2} | rules))
    keep_part(rows, units, ground, np.array([raised]), rules, 0.5, *room)
    return surplus


def test_units_keep_a_part_of_what_their_ground_gives():
    """Forty men in the first cell are felt as 30 there and as 10 in the second, beside twenty who stand in that."""
    surplus = surplus_of([30.0, 60.0], cells=[0, 1], manpower=[40, 20])
    first = 0.75 * 30.0 / 30.0 + 0.25 * 60.0 / 30.0  # a man felt by 0.75 among 30, and by 0.25 among 30
    second = 60.0 / 30.0
    mean = 90.0 / 60.0
    assert surplus.tolist() == pytest.approx([0.25 * (first - mean), 0.25 * (second - mean)])
    assert 40 * surplus[0] + 20 * surplus[1] == pytest.approx(0.0)  # nothing is added


def test_what_nobody_raises_is_shared_out_by_nobody():
    """A cell that is ruled from afar, where nobody is felt, pays the group and no unit."""
    assert surplus_of([0.0, 99.0], cells=[1, 1], manpower=[5, 15]).tolist() == pytest.approx([0.0, 0.0])
    alone = surplus_of([99.0, 0.0], cells=[1, 1], manpower=[5, 15])
    assert alone.tolist() == [0.0, 0.0]


def test_militias_live_of_their_own_place():
    """They are felt in it alone, and cost little: 3 and 1 a day for ten men each, of 0.2 a day."""
    surplus = surplus_of([30.0, 10.0], cells=[0, 1], manpower=[10, 10], given=True)
    assert surplus.tolist() == pytest.approx([0.25 * (3.0 - 2.0) / 0.2, -0.25 * (3.0 - 2.0) / 0.2])


def test_surplus_goes_with_a_lag_and_the_dead_keep_theirs():
    surplus = surplus_of([30.0, 60.0], cells=[0, 1, 1], manpower=[40, 20, 0], before=[0.4, 0.4, 0.4])
    assert surplus[0] == pytest.approx(0.5 * 0.4 + 0.5 * 0.5 * (1.25 - 1.5))
    assert surplus[2] == 0.4
