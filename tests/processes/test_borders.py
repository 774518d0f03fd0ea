"""Borders: numbers worked out by hand, and agreement with the plain version."""

import numpy as np
import pytest
from hypothesis import given

from sim.processes import borders
from sim.tables import ARMY, AUXILIARY, FOREIGN, INSURGENT
from tests.reference.agreement import check
from tests.reference.worlds import few, fresh_model, worlds


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    check("borders", world)


def test_pursuit_follows_rules_then_alliances():
    rule = np.full((3, 3), -1.0)
    rule[0, 2] = 0.9
    blocs = np.array([0b01, 0b11, 0b10])
    pursuit = borders.pursuit_matrix(rule, blocs, base=0.1, gain=0.5)
    assert pursuit == pytest.approx(np.array([[1.0, 0.6, 0.9], [0.6, 1.0, 0.6], [0.1, 0.6, 1.0]]))
    assert borders.pursuit_matrix(rule, blocs, base=0.8, gain=0.5).max() == 1.0


def test_permits_by_kind():
    """Of three countries in a row an army acts in its own and next door; others where their cards say."""
    area = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1], [1, 0, 0]], dtype=bool)
    kind = np.array([INSURGENT, ARMY, FOREIGN, AUXILIARY])
    state = np.array([-1, 0, -1, 0])
    pursuit = np.array([[1.0, 0.3, 0.7], [0.2, 1.0, 0.2], [0.7, 0.2, 1.0]])
    touching = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    permit = borders.permits(area, state, kind, pursuit, touching, invited=0.5)
    assert permit.tolist() == [[0.0, 0.0, 1.0], [1.0, 0.3, 0.0], [0.0, 1.0, 1.0], [1.0, 0.3, 0.0]]
    area[1, 2] = True  # invited into the third
    assert borders.permits(area, state, kind, pursuit, touching, invited=0.5)[1].tolist() == [1.0, 0.3, 0.5]


def test_a_force_that_has_left_may_act_nowhere():
    model = fresh_model()
    a = model.actors
    row = int(np.flatnonzero(a.kind == FOREIGN)[0])
    borders.step(model, 7.0)
    assert a.permit[row].any()
    a.leaving[row], a.persons[row] = True, 0
    borders.step(model, 7.0)
    assert not a.permit[row].any()


def test_refuge_is_the_contrary_of_the_neighbours_pursuit():
    model = fresh_model()
    g = model.governments
    g.pursuit_rule[:] = 0.25
    borders.step(model, 7.0)
    touches = model.country_borders.any(1)
    assert g.refuge[touches] == pytest.approx(0.75)
    assert g.refuge[~touches] == pytest.approx(0.0)
