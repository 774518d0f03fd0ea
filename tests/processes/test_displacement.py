"""Displacement: by hand, person by person, conserved to the last one, and agreement with the plain version."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from scipy.stats import chi2

from sim.processes import displacement
from sim.uniforms import stream_of
from tests.reference.agreement import check
from tests.reference.displacement import person_by_person
from tests.reference.worlds import World, few, fresh_model, worlds


def be_restless(model) -> None:
    """Many leave, return and move on, so that whole numbers are compared."""
    p = model.p.displacement
    p.violence_rate, p.fear_rate, p.return_rate, p.onward = 0.05, 0.02, 0.05, 1.0


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    check("displacement", world)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_where_many_move(world):
    check("displacement", world, be_restless)


# ---------------------------------------------------------------------------- by hand

RATES = np.array([0.01, 2.0, 0.004, 0.02, 0.35, 0.002, 0.03, 0.6, 0.005, 0.5, 0.5])


def test_push_by_hand():
    push = displacement.push_of
    assert push(0.0, 0.0, 0.0, 0.0, 0.0, RATES) == 0.0
    assert push(2.0, 0.0, 0.0, 0.0, 0.0, RATES) == pytest.approx(0.005)
    assert push(6.0, 0.0, 0.0, 0.0, 0.0, RATES) == pytest.approx(0.0075)  # thrice the dead, half as many more leave
    assert push(0.0, 0.5, 0.0, 0.0, 0.0, RATES) == pytest.approx(0.001)
    assert push(0.0, 0.0, 0.35, 0.0, 0.0, RATES) == 0.0
    assert push(0.0, 0.0, 0.85, 0.0, 0.0, RATES) == pytest.approx(0.01)
    assert push(0.0, 0.0, 0.0, 0.0, 3.0, RATES) == pytest.approx(0.03)
    assert push(2.0, 0.0, 0.0, 1.0, 0.0, RATES) == pytest.approx(0.007 * 0.4)  # a siege pushes, and holds


def test_weights_of_places_by_hand():
    """Origin 0 in country 0; candidates: place 1 at home, place 2 at home and crowded, place 3 abroad."""
    out = np.zeros(4)
    n = displacement.choice_weights(
        0, -1, np.array([0, 3]), np.array([1, 2, 3]), np.array([4.0, 4.0, 4.0]), np.array([0, 0, 0, 1]),
        np.array([[1.0, 0.5], [1.0, 1.0]]), 0.5, 100.0, 4.0, np.array([1.0, 1.0, 0.5, 1.0]),
        np.array([0.0, 0.0, 1.0, 0.0]), np.array([100, 0, 0]), out,
    )  # fmt: skip
    assert n == 3
    # kin: 1 + 4 * 100 / 200; half as safe and half as roomy; border half open and half liked
    assert out[:3].tolist() == pytest.approx([12.0, 1.0, 1.0])
    displacement.choice_weights(
        0, 0, np.array([0, 3]), np.array([1, 2, 3]), np.array([4.0, 4.0, 4.0]), np.array([0, 0, 0, 1]),
        np.array([[1.0, 0.0], [1.0, 1.0]]), 0.5, 100.0, 4.0, np.ones(4), np.zeros(4), np.array([100, 0, 0]), out,
    )  # fmt: skip
    assert out[:3].tolist() == [0.0, 4.0, 0.0]


# ---------------------------------------------------------------------------- cohorts and persons


def run_cohorts(replicate: int, graph: dict, persons: int, steps: int, dt: float) -> Counter:
    """The engine on one origin (0) and its places (1, 2, ...), without kin and crowding; who ends where."""
    places = len(graph["weights"])
    n = places + 1
    start = np.array([0] + [places] * n)
    place = np.arange(1, n)
    # push of places is onward * violence rate * x / (x + half), so x is chosen for the rate wanted
    rates = np.array([graph["leave"] * 2.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, graph["home"] * 4.0, 1.0, 0.5])
    violence = np.ones(n)
    wanted = np.array(graph["onward"]) / (0.5 * graph["leave"] * 2.0)
    violence[1:] = wanted / (1.0 - wanted)
    residents = np.zeros(n, dtype=np.int64)
    residents[0] = persons
    hosted, away, emptied, returned = (np.zeros(n, dtype=np.int64) for _ in range(4))
    cohort, transit = np.zeros(places, dtype=np.int64), np.zeros(places, dtype=np.int64)
    flows = np.zeros((1, 1, 4), dtype=np.int64)
    zero = np.zeros(n)
    leave, onward = np.zeros(n), np.zeros(n)
    displacement.leaving_chances(violence, zero, zero, zero, zero, rates, dt, leave, onward)
    arrive = 1.0 - np.exp(-dt / np.array(graph["days"]))
    for step in range(steps):
        displacement.move(
            stream_of(7, replicate, "displacement", step), np.arange(n).astype(np.uint64), start, place,
            leave, onward, arrive, np.array(graph["weights"]), np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64), np.ones((1, 1)), violence, zero, zero, zero, residents.copy(),
            np.ones(n), zero, rates, np.array([1.0, 1.0, 0.0]), dt, residents, hosted, away, emptied, returned, cohort,
            transit, flows,
        )  # fmt: skip
        assert residents[0] + cohort.sum() + transit.sum() == persons
        assert away[0] == cohort.sum() + transit.sum()
        assert (hosted[1:] == cohort).all()
    ends = {("home",): int(residents[0])}
    ends |= {("under way", p): int(transit[p]) for p in range(places)}
    ends |= {("at", p): int(cohort[p]) for p in range(places)}
    return Counter(ends)


GRAPH = {"leave": 0.03, "home": 0.02, "weights": [3.0, 1.0, 2.0], "days": [3.0, 9.0, 20.0], "onward": [0.01, 0.02, 0.0]}


def test_cohorts_move_as_independent_persons_do():
    """Where 20,000 people of one place end after six weeks: cohorts against persons who decide one by one.

    Two samples of a multinomial over seven ends: the statistic of homogeneity is chi-squared with six degrees.
    """
    cohorts = sum((run_cohorts(r, GRAPH, 1000, 6, 7.0) for r in range(20)), Counter())
    persons = person_by_person(np.random.default_rng(5), GRAPH, 20_000, 6, 7.0)
    assert sum(cohorts.values()) == sum(persons.values()) == 20_000
    statistic = 0.0
    ends = [end for end in cohorts | persons if cohorts[end] + persons[end] > 0]
    for end in ends:
        mean = (cohorts[end] + persons[end]) / 2
        statistic += (cohorts[end] - mean) ** 2 / mean + (persons[end] - mean) ** 2 / mean
    assert statistic < chi2.ppf(0.999, len(ends) - 1)


def test_cohorts_vary_as_independent_persons_do():
    """Means and variances over 400 replicates of 200 people: those of a binomial for each end."""
    sample = [run_cohorts(1000 + r, GRAPH, 200, 4, 7.0) for r in range(400)]
    for end in sample[0]:
        counts = np.array([one[end] for one in sample])
        chance = counts.mean() / 200
        variance = 200 * chance * (1.0 - chance)
        # the variance of a sample variance is about 2 variance^2 / n: five standard deviations are a third
        assert counts.var() == pytest.approx(variance, rel=0.36), end


def test_distribution_after_one_step_by_hand():
    """Of a million people, shares that one can compute: stay, arrive at once, still under way."""
    ends = run_cohorts(3, GRAPH, 1_000_000, 1, 7.0)
    leave = 1.0 - math.exp(-0.03 * 7.0)
    for place, share in enumerate((3 / 6, 1 / 6, 2 / 6)):
        arrive = 1.0 - math.exp(-7.0 / GRAPH["days"][place])
        for end, chance in (("at", arrive), ("under way", 1.0 - arrive)):
            mean = 1e6 * leave * share * chance
            assert ends[end, place] == pytest.approx(mean, abs=5.0 * math.sqrt(mean))


# ---------------------------------------------------------------------------- conservation


def everybody(model) -> int:
    return int(model.communities.residents.sum() + model.cohorts.persons.sum() + model.cohorts.transit.sum())


@few
@given(world=worlds)
def test_persons_are_conserved_to_the_last_one(world):
    model = world.model()
    be_restless(model)
    com, co = model.communities, model.cohorts
    for _ in range(4):
        before, dead = everybody(model), int(com.hosted_dead.sum())
        displacement.step(model, model.dt)
        model.step_index += 1
        model._streams = {}
        assert everybody(model) == before - dead
        assert com.hosted_dead.sum() == 0
        assert min(com.residents.min(), co.persons.min(), co.transit.min()) >= 0
        np.testing.assert_array_equal(com.hosted, np.bincount(co.place, co.persons, len(com)).astype(int))
        np.testing.assert_array_equal(com.away, np.bincount(co.origin, co.persons + co.transit, len(com)).astype(int))


def test_some_stay_whatever_comes():
    model = fresh_model(World(seed=1))
    model.p.displacement.violence_rate = 10.0
    model.cells.danger[:] = 1e6
    for _ in range(3):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    stay = (model.p.displacement.stay_share * model.residents_peace).astype(np.int64)
    np.testing.assert_array_equal(model.communities.residents, stay)


def test_without_any_push_nobody_moves():
    model = fresh_model(World(seed=1))
    displacement.step(model, 7.0)
    assert model.communities.emptied.sum() == 0
    assert model.flows.sum() == 0


def test_everybody_comes_home_in_the_end():
    model = fresh_model(World(seed=1))
    model.communities.fear[:] = 0.9
    for _ in range(8):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    assert model.communities.away.sum() > 1000
    model.communities.fear[:] = 0.0
    model.p.displacement.return_rate = 0.05
    for _ in range(120):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    assert model.communities.away.sum() == 0
    np.testing.assert_array_equal(model.communities.residents, model.residents_peace)
