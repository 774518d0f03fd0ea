"""Displacement: by hand, person by person, conserved to the last one, and agreement with the plain version."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from scipy.stats import chi2

from sim.core.draws import stream_of
from sim.processes import displacement
from sim.processes.shared import displacement_flow, displacement_rates
from sim.settings.parameters.people import Displacement
from tests.reference.agreement import assert_agreement
from tests.reference.displacement import person_by_person
from tests.reference.worlds import World, few, fresh_model, worlds
from tests.views import view_of


def be_restless(model) -> None:
    """Many leave, return and move on, so that whole numbers are compared."""
    p = model.p.displacement
    p.violence_rate, p.fear_rate, p.return_rate, p.onward = 0.05, 0.02, 0.05, 1.0


@few
@given(world=worlds)
def test_agrees_with_the_plain_version(world):
    assert_agreement("displacement", world)


@few
@given(world=worlds)
def test_agrees_with_the_plain_version_where_many_move(world):
    assert_agreement("displacement", world, be_restless)


# ---------------------------------------------------------------------------- by hand

RULES = displacement_rates.DisplacementParameters.of(Displacement())._replace(
    violence_rate=0.01,
    violence_half=2.0,
    fear_rate=0.004,
    hardship_rate=0.02,
    hardship_threshold=0.35,
    siege_rate=0.002,
    order_rate=0.03,
    trapped=0.6,
    stay_share=0.3,
    return_rate=0.005,
    return_half=0.5,
    onward=0.5,
    border_weight=0.5,
    kin_half=100.0,
    kin_weight=4.0,
    safety_half=1.0,
    crowd_share=0.3,
    least_people=2000.0,
)


def test_push_by_hand():
    push = displacement_rates.push_of
    assert push(0.0, 0.0, 0.0, 0.0, 0.0, RULES) == 0.0
    assert push(2.0, 0.0, 0.0, 0.0, 0.0, RULES) == pytest.approx(0.005)
    assert push(6.0, 0.0, 0.0, 0.0, 0.0, RULES) == pytest.approx(0.0075)  # thrice the dead, half as many more leave
    assert push(0.0, 0.5, 0.0, 0.0, 0.0, RULES) == pytest.approx(0.001)
    assert push(0.0, 0.0, 0.35, 0.0, 0.0, RULES) == 0.0
    assert push(0.0, 0.0, 0.85, 0.0, 0.0, RULES) == pytest.approx(0.01)
    assert push(0.0, 0.0, 0.0, 0.0, 3.0, RULES) == pytest.approx(0.03)
    assert push(2.0, 0.0, 0.0, 1.0, 0.0, RULES) == pytest.approx(0.007 * 0.4)  # a siege pushes, and holds


def test_return_by_hand():
    assert displacement_rates.home_rate(0.0, 0.0, 0.0, 0.0, RULES) == 0.005
    assert displacement_rates.home_rate(0.5, 0.2, 0.5, 0.0, RULES) == pytest.approx(0.005 * 0.25 * 0.8 * 0.5)
    assert displacement_rates.home_rate(0.0, 0.0, 0.0, 1.0, RULES) == 0.0


def test_conditions_by_hand():
    """A town of 3,000 with 1,000 guests, a hamlet that counts as 2,000, and a camp that nobody is left to leave."""
    communities = view_of(
        displacement_rates.Communities,
        residents=np.array([3000, 100, 30]),
        hosted=np.array([1000, 0, 600]),
    )
    now = displacement_rates.Conditions(np.zeros(3), np.zeros(3), np.zeros(3, dtype=np.int64))
    peace, camp = np.array([5000, 100, 200]), np.array([0.0, 0.0, 600.0])
    displacement_rates.update_conditions(np.array([0.4, 0.4, 0.0]), communities, peace, camp, RULES, now)
    assert now.violence == pytest.approx([1.0, 2.0, 0.0])
    assert now.appeal == pytest.approx([0.5 / (1.0 + 1000 / 1200), 1.0 / 3.0, 1.0 / 1.5])
    assert now.movable.tolist() == [1500, 70, 0]


def test_chances_by_hand():
    """Guests go without regard to hardship, half as readily; nobody returns or moves on where nobody is to."""
    communities = view_of(
        displacement_rates.Communities,
        fear=np.zeros(3),
        hardship=np.array([0.85, 0.85, 0.0]),
        siege=np.zeros(3),
        order_days=np.array([0.0, 0.0, 5.0]),
        hosted=np.array([10, 0, 10]),
        displaced_from=np.array([10, 0, 10]),
    )
    chances = displacement_rates.Chances(*np.zeros((3, 3)))
    displacement_rates.update_chances(np.array([2.0, 2.0, 0.0]), communities, RULES, 7.0, 4, chances)
    assert chances.leave == pytest.approx(1.0 - np.exp(-7.0 * np.array([0.015, 0.015, 0.03])))
    assert chances.onward == pytest.approx(1.0 - np.exp(-14.0 * np.array([0.005, 0.0, 0.03])))
    assert chances.home == pytest.approx(1.0 - np.exp(-28.0 * np.array([0.005 * 0.04, 0.0, 0.0])))


def test_weights_of_places_by_hand():
    """Origin 0 in country 0; places 1 and 2 there, 2 half as safe and half as roomy, place 3 abroad."""
    passage = np.array([[1.0, 0.5], [1.0, 1.0]])
    appeal = np.array([1.0, 1.0, 0.25, 1.0])
    cohorts = view_of(displacement_flow.Cohorts, place=np.array([1, 2, 3]), persons=np.array([100, 0, 0]))

    def weights(pull):
        country, start, out = np.array([0, 0, 0, 1]), np.array([0, 3]), np.zeros(4)
        graph = displacement_flow.Graph(np.zeros(4, dtype=np.uint64), country, np.zeros(4), start, np.array(pull))
        openly = displacement_flow.openness(passage, RULES.border_weight)
        displacement_flow.weigh_places(0, graph, cohorts, openly, appeal, RULES, out)
        return out[:3].tolist()

    # kin: 1 + 4 * 100 / 200; border half open and half liked
    assert weights([4.0, 4.0, 4.0]) == pytest.approx([12.0, 1.0, 1.0])
    assert weights([4.0, 4.0, 0.4]) == pytest.approx([12.0, 1.0, 0.0])  # a tenth is less than a hundredth of the best


def test_chances_of_arrival_by_hand():
    arrive, at_once = displacement_flow.arrival_chances(7.0, np.array([3.5, 7.0, 1e6]))
    assert arrive == pytest.approx([1.0 - math.exp(-2.0), 1.0 - math.exp(-1.0), 7e-6], rel=1e-5)
    assert at_once == pytest.approx([1.0 - (1.0 - math.exp(-2.0)) / 2.0, math.exp(-1.0), 3.5e-6], rel=1e-4)


# ---------------------------------------------------------------------------- cohorts and persons


def assert_cohorts(replicate: int, graph: dict, persons: int, steps: int, dt: float) -> Counter:
    """The engine on one origin (0) and its places (1, 2, ...), without kin and crowding; who ends where."""
    places = len(graph["weights"])
    n = places + 1
    start = np.array([0] + [places] * n)
    place = np.arange(1, n)
    rules = RULES._replace(kin_weight=0.0)
    turns = displacement_rates.review_cycle(dt, graph["review_days"])
    onward = 1.0 - np.exp(-np.array([0.0, *graph["onward"]]) * dt * turns)
    chances = displacement_rates.Chances(
        leave=np.array([1.0 - math.exp(-graph["leave"] * dt)] + [0.0] * places),
        onward=onward,
        home=np.full(n, 1.0 - math.exp(-graph["home"] * dt * turns)),
    )
    nobody = np.zeros((5, n), dtype=np.int64)
    communities = view_of(
        displacement_rates.Communities,
        residents=np.array([persons] + [0] * places),
        **dict(zip(("hosted", "displaced_from", "departed_week", "returned"), nobody, strict=False)),
    )
    departures, alike, flows = nobody[4], np.zeros(n, dtype=np.int64), np.zeros((1, 1, 4), dtype=np.int64)
    cohorts = displacement_flow.Cohorts(place, *np.zeros((2, places), dtype=np.int64))
    travel = displacement_flow.arrival_chances(dt, np.array(graph["days"]))
    key = np.arange(n).astype(np.uint64)
    ways = displacement_flow.Graph(key, alike, alike, start, np.array(graph["weights"]))
    for step in range(steps):
        stream = stream_of(7, replicate, "displacement", step)
        displacement_rates.draw_departures(stream, key, communities.residents, chances.leave, departures)
        displacement_flow.move(
            stream,
            step,
            turns,
            ways,
            communities,
            cohorts,
            departures,
            chances,
            travel,
            np.ones((1, 1)),
            np.ones(n),
            rules,
            flows,
        )
        away = cohorts.persons.sum() + cohorts.transit.sum()
        assert communities.residents[0] + away == persons
        assert communities.displaced_from[0] == away
        assert (communities.hosted[1:] == cohorts.persons).all()
    ends = {("home",): int(communities.residents[0])}
    ends |= {("under way", p): int(cohorts.transit[p]) for p in range(places)}
    ends |= {("at", p): int(cohorts.persons[p]) for p in range(places)}
    return Counter(ends)


GRAPH = {"leave": 0.03, "home": 0.02, "weights": [3.0, 1.0, 2.0], "days": [3.0, 9.0, 20.0], "onward": [0.01, 0.02, 0.0]}
GRAPH["review_days"] = 28.0


def test_cohorts_move_as_independent_persons_do():
    """Where 20,000 people of one place end after six weeks: cohorts against persons who decide one by one.

    Two samples of a multinomial over seven ends: the statistic of homogeneity is chi-squared with six degrees.
    """
    cohorts = sum((assert_cohorts(r, GRAPH, 1000, 6, 7.0) for r in range(20)), Counter())
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
    sample = [assert_cohorts(1000 + r, GRAPH, 200, 4, 7.0) for r in range(400)]
    for end in sample[0]:
        counts = np.array([one[end] for one in sample])
        chance = counts.mean() / 200
        variance = 200 * chance * (1.0 - chance)
        # the variance of a sample variance is about 2 variance^2 / n: five standard deviations are a third
        assert counts.var() == pytest.approx(variance, rel=0.36), end


def test_distribution_after_one_step_by_hand():
    """Of a million people, shares that one can compute: stay, arrive at once, still under way."""
    ends = assert_cohorts(3, GRAPH, 1_000_000, 1, 7.0)
    leave = 1.0 - math.exp(-0.03 * 7.0)
    for place, share in enumerate((3 / 6, 1 / 6, 2 / 6)):
        a = 7.0 / GRAPH["days"][place]
        arrive = 1.0 - (1.0 - math.exp(-a)) / a
        for end, chance in (("at", arrive), ("under way", 1.0 - arrive)):
            mean = 1e6 * leave * share * chance
            assert ends[end, place] == pytest.approx(mean, abs=5.0 * math.sqrt(mean))


def test_weeks_and_days_move_the_same_people():
    """Twelve weeks in steps of a week and of a day, and with all cohorts deciding at once or in turns: the same ends.

    What differs is only what happens within a week to who has just arrived; with a tenth going on or home in a month
    that is less than three per cent of any stock.
    """
    graph = GRAPH | {"home": 0.002, "onward": [0.001, 0.002, 0.0], "leave": 0.01}
    week, day = assert_cohorts(1, graph, 10_000_000, 12, 7.0), assert_cohorts(2, graph, 10_000_000, 84, 1.0)
    for end in week:
        assert day[end] == pytest.approx(week[end], rel=0.03), end


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
        np.testing.assert_array_equal(
            com.displaced_from, np.bincount(co.origin, co.persons + co.transit, len(com)).astype(int)
        )


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
    assert model.communities.departed_week.sum() == 0
    assert model.flows.sum() == 0


def test_everybody_comes_home_in_the_end():
    model = fresh_model(World(seed=1))
    model.communities.fear[:] = 0.9
    for _ in range(8):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    assert model.communities.displaced_from.sum() > 1000
    model.communities.fear[:] = 0.0
    model.p.displacement.return_rate = 0.05
    for _ in range(120):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    assert model.communities.displaced_from.sum() == 0
    np.testing.assert_array_equal(model.communities.residents, model.residents_peace)
