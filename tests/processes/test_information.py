"""Information: numbers worked out by hand, and agreement with the plain version."""

import math

import numpy as np
import pytest
from hypothesis import given

from sim.core.codes import ARMY, FOREIGN
from sim.processes import information
from sim.processes.shared.derived import surveillance
from sim.settings.parameters.movement import Information
from tests.reference.agreement import assert_agreement
from tests.reference.worlds import World, few, fresh_model, worlds
from tests.views import view_of


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("information", world)


def learn(
    presence=(50.0, 30.0),
    share=(0.5, 0.5),
    support=(0.2, 0.4),
    fear=0.4,
    skill=(0.6, 0.9),
    air=0.5,
    cover=0.5,
    gain=1.0,
    known=(0.0, 0.0),
    populated=True,
):
    """One cell with an army and insurgents: what they know, and who collaborates."""
    found, collaboration = np.array([known], dtype=float), np.ones((1 if populated else 0, 2))
    people = slice(None) if populated else slice(0, 0)
    actors = view_of(information.Actors, controller=np.array([0, 1]))
    cells = view_of(information.Cells, presence=np.array([presence]), share=np.array([share]), information=found)
    communities = view_of(
        information.Communities,
        support=np.array([support])[people],
        fear=np.array([fear])[people],
        collaboration=collaboration,
    )
    means = information.Means(np.array(skill), np.array([True, False]), np.array([air]))
    place = information.Place(np.array([0]), np.array([cover]))
    rules = information.InformationRules.of(Information())._replace(
        desert_collaboration=0.1, cover_blinds=0.8, bare_collaboration=0.5
    )
    information.collaborate(actors, cells, communities, rules)
    information.learn(actors, cells, communities, means, place, gain, rules)
    return found[0].tolist(), collaboration.tolist()


def test_by_hand():
    known, collaboration = learn()
    # with bare = 1/2: collaboration = share (1/2 + support / 2) (1 - fear (1 - share) / 2)
    army, insurgents = 0.5 * 0.6 * 0.9, 0.5 * 0.7 * 0.9
    assert collaboration == [pytest.approx([army, insurgents])]
    seen = 0.5 * (1.0 - 0.8 * 0.5)  # from the air, under cover
    assert known == pytest.approx([1.0 - (1.0 - 0.6 * army) * (1.0 - seen), 0.9 * insurgents])


def test_who_knows_goes_by_the_column_of_collaboration():
    """What communities tell is said once, in `communities.collaboration`: information reads it."""
    actors = view_of(information.Actors, controller=np.array([0]))
    cells = view_of(
        information.Cells, presence=np.array([[9.0]]), share=np.array([[1.0]]), information=np.zeros((1, 1))
    )
    communities = view_of(information.Communities, collaboration=np.array([[0.3]]))
    means, place = (
        information.Means(np.array([0.5]), np.array([False]), np.zeros(1)),
        information.Place(np.zeros(1, int), np.zeros(1)),
    )
    rules = information.InformationRules.of(Information())
    information.learn(actors, cells, communities, means, place, 1.0, rules)
    assert cells.information[0, 0] == pytest.approx(0.15)


def test_it_takes_time():
    assert learn(gain=0.25, known=(0.0, 0.4))[0] == pytest.approx(
        [0.25 * learn()[0][0], 0.4 + 0.25 * (learn()[0][1] - 0.4)]
    )


def test_nobody_near_learns_and_what_was_known_fades():
    known, collaboration = learn(presence=(0.0, 0.0), known=(0.8, 0.8), gain=0.25)
    assert known == pytest.approx([0.6, 0.6])
    assert collaboration == [[0.0, 0.0]]


def test_in_the_desert_a_share_of_control_tells_little():
    assert learn(populated=False)[0][1] == pytest.approx(0.9 * 0.1 * 0.5)


def test_air_support_adds_up_and_goes_with_its_supplier():
    model = fresh_model()
    a = model.actors
    a.air[:] = 0.0
    assert air_of(a).tolist() == [0.0] * len(model.governments)
    army, force = int(np.flatnonzero(a.kind == ARMY)[0]), int(np.flatnonzero(a.kind == FOREIGN)[0])
    c = int(a.state[army])
    a.air[[army, force]] = 0.5, 0.4
    a.access[:] = 0.0
    a.access[army, c] = a.access[force, c] = 1.0
    a.persons[[army, force]] = 100
    a.mandate_factor[force] = 0.5
    assert air_of(a)[c] == pytest.approx(1.0 - 0.5 * 0.8)
    a.persons[force] = 0
    assert air_of(a)[c] == pytest.approx(0.5)


def test_half_a_step_twice_is_a_step():
    """What was learnt after a week does not depend on how it was cut."""
    whole, halves = World(seed=4, weeks=3).model(), World(seed=4, weeks=3).model()
    information.step(whole, 7.0)
    for _ in range(2):
        information.step(halves, 3.5)
    assert np.allclose(whole.cells.information, halves.cells.information, atol=1e-12)
    assert math.isclose(whole.communities.collaboration.sum(), halves.communities.collaboration.sum())


def air_of(a):
    """Surveillance over each country with the usual limit."""
    return surveillance(a.kind, a.persons, a.air, a.mandate_factor, a.access, Information().air_most)
