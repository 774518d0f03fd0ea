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
from sim.processes.shared.flight import alarm
from sim.settings.parameters.people import Displacement
from tests.reference.agreement import assert_agreement
from tests.reference.displacement import person_by_person
from tests.reference.worlds import World, few, fresh_model, worlds
from tests.views import view_of


def be_restless(model) -> None:
    """Many leave, return and move on, so that whole numbers are compared."""
    p = model.p.displacement
    p.toll_rate, p.alarm_rate, p.return_rate, p.onward = 0.05, 0.05, 0.05, 1.0


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
    alarm_rate=0.04,
    alarm_half=0.2,
    threat_base=0.3,
    rule_half=0.6,
    rule_power=6.0,
    toll_rate=0.01,
    toll_half=2.0,
    toll_power=2.0,
    violence_rate=0.01,
    violence_half=2.0,
    fear_rate=0.004,
    hardship_rate=0.02,
    hardship_threshold=0.35,
    siege_rate=0.002,
    order_people=40.0,
    return_want=0.4,
    order_rate=0.03,
    trapped=0.6,
    stay_share=0.3,
    return_rate=0.005,
    return_half=0.5,
    return_share=0.25,
    return_abroad=0.4,
    onward=0.5,
    border_weight=0.5,
    kin_half=100.0,
    kin_weight=4.0,
    safety_half=1.0,
    crowd_share=0.3,
    least_people=2000.0,
)
HALF_N = 4.0  # toll_half to the power toll_power


def test_push_by_hand():
    def push(alarm=0.0, toll=0.0, siege=0.0, ordered=0.0, people=2000):
        return displacement_rates.push_of(alarm, toll, siege, ordered, people, HALF_N, RULES)

    assert push() == 0.0
    assert push(toll=2.0) == pytest.approx(0.005)
    assert push(toll=1.0) == pytest.approx(0.002)  # half the dead move two fifths of the people: flight waits
    assert push(toll=6.0) == pytest.approx(0.009)  # thrice the dead less than twice as many: and saturates
    assert push(alarm=0.2) == pytest.approx(0.02)
    assert push(alarm=0.1) == pytest.approx(0.008)
    assert push(siege=1.0) == pytest.approx(0.002)
    assert push(ordered=3.0) == pytest.approx(40 / 2000)  # persons, whatever the size of the place
    assert push(ordered=3.0, people=200_000) == pytest.approx(40 / 200_000)


def test_return_by_hand():
    home = displacement_rates.home_rate
    assert home(0.0, 0.0, 0.0, 0.0, 0.0, RULES) == 0.005
    assert home(0.5, 0.0, 0.2, 0.5, 0.0, RULES) == pytest.approx(0.005 * 0.64 * 0.5 / 2.0)
    assert home(1.0, 2.0, 0.0, 0.0, 0.0, RULES) == pytest.approx(0.005 / 2.0)  # worse was seen when they fled
    assert home(0.0, 0.0, 0.0, 0.0, 1.0, RULES) == 0.0


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


def three_places(**columns):
    """Three communities as the rates see them; columns that are not named are 0."""
    nothing = {name: np.zeros(3) for name in ("fear", "siege", "alarm", "toll_at_flight")}
    return view_of(displacement_rates.Communities, **{**nothing, **columns})


def test_chances_by_hand():
    """Guests go without regard to hardship, half as readily; nobody returns or moves on where nobody is to; those whom
    the state drove across a border return under it less."""
    communities = three_places(
        hardship=np.array([0.85, 0.85, 0.0]),
        order_days=np.array([0.0, 0.0, 5.0]),
        residents=np.array([5000, 5000, 1990]),
        hosted=np.array([10, 0, 10]),
        displaced_from=np.array([10, 0, 10]),
    )
    chances = displacement_rates.Chances(*np.zeros((4, 3)))
    felt = alarm.Felt(
        np.array([2.0, 2.0, 0.0]), np.array([0.1, 0.0, 0.0]), np.array([0.25, 0.0, 0.0]), np.zeros((3, 1))
    )
    displacement_rates.update_chances(felt, communities, RULES, 7.0, 4, chances)
    assert chances.leave == pytest.approx(1.0 - np.exp(-7.0 * np.array([0.015, 0.015, 0.02])))
    assert chances.onward == pytest.approx(1.0 - np.exp(-14.0 * np.array([0.005, 0.0, 0.02])))
    home = 0.005 * 0.81 / 17.0 * (1.0 - 0.4 * 0.85)  # to want fewer return
    assert chances.home == pytest.approx(1.0 - np.exp(-28.0 * np.array([home, 0.0, 0.0])))
    assert chances.home_abroad == pytest.approx(1.0 - np.exp(-28.0 * np.array([home * 0.4 * 0.75, 0.0, 0.0])))


def test_chances_by_deaths_by_hand():
    """The variant: a share leaves after an order, fear moves, and one rate of return holds from everywhere."""
    communities = three_places(
        fear=np.array([0.5, 0.0, 0.0]),
        hardship=np.zeros(3),
        order_days=np.array([0.0, 0.0, 5.0]),
        residents=np.array([5000, 5000, 5000]),
        hosted=np.array([10, 0, 10]),
        displaced_from=np.array([10, 0, 10]),
    )
    chances = displacement_rates.Chances(*np.zeros((4, 3)))
    displacement_rates.chances_by_deaths(np.array([2.0, 2.0, 0.0]), communities, RULES, 7.0, 4, chances)
    assert chances.leave == pytest.approx(1.0 - np.exp(-7.0 * np.array([0.006, 0.005, 0.03])))
    assert chances.onward == pytest.approx(1.0 - np.exp(-14.0 * np.array([0.006, 0.0, 0.03])))
    assert chances.home == pytest.approx(1.0 - np.exp(-28.0 * np.array([0.005 * 0.04 * 0.5, 0.0, 0.0])))
    np.testing.assert_array_equal(chances.home, chances.home_abroad)


def test_toll_at_flight_is_a_mean_over_those_away():
    communities = three_places(displaced_from=np.array([30, 0, 5]))
    communities.toll_at_flight[:] = [1.0, 9.0, 3.0]
    displacement_rates.remember_flight(np.array([5.0, 2.0, 7.0]), np.array([10, 4, 0]), communities)
    assert communities.toll_at_flight == pytest.approx([2.0, 2.0, 3.0])


def test_weights_of_places_by_hand():
    """Origin 0 in country 0; places 1 and 2 there, 2 half as safe and half as roomy, place 3 abroad."""
    passage = np.array([[1.0, 0.5], [1.0, 1.0]])
    appeal = np.array([1.0, 1.0, 0.25, 1.0])
    cohorts = view_of(displacement_flow.Cohorts, place=np.array([1, 2, 3]), persons=np.array([100, 0, 0]))
    share = np.array([[1.0, 0.0], [0.5, 0.5], [1.0, 0.0], [1.0, 0.0]])

    def weights(pull, harm=(0.0, 0.0, 0.0), blame=0.0):
        """Harm held against the own state, the other state and the group."""
        country, start, out = np.array([0, 0, 0, 1]), np.array([0, 3]), np.zeros(4)
        graph = displacement_flow.Graph(np.zeros(4, dtype=np.uint64), country, np.zeros(4), start, np.array(pull))
        dread, blamed = np.zeros((4, 3)), np.zeros(4)
        dread[0], blamed[0] = harm, blame
        outlook = displacement_flow.Outlook(passage, appeal, share, dread, blamed)
        displacement_flow.weigh_places(0, graph, cohorts, outlook, RULES, np.zeros(2, dtype=np.int64), out)
        return out[:3].tolist()

    # kin: 1 + 4 * 100 / 200; border half open and half liked
    assert weights([4.0, 4.0, 4.0]) == pytest.approx([12.0, 1.0, 1.0])
    assert weights([4.0, 4.0, 0.4]) == pytest.approx([12.0, 1.0, 0.0])  # a tenth is less than a hundredth of the best
    # the group holds half of place 1; the own state the other half and place 2; the other state place 3
    assert weights([4.0, 4.0, 4.0], harm=(0.0, 0.0, 0.8)) == pytest.approx([12.0 * 0.6, 1.0, 1.0])
    assert weights([4.0, 4.0, 4.0], harm=(0.4, 0.0, 0.0)) == pytest.approx([12.0 * 0.8, 0.6, 1.0])
    assert weights([4.0, 4.0, 4.0], harm=(0.0, 0.5, 0.0)) == pytest.approx([12.0, 1.0, 0.5])
    assert weights([4.0, 4.0, 4.0], blame=1.0) == pytest.approx([12.0, 1.0, 2.0])  # who flees the state crosses


# ---------------------------------------------------------------------------- rule and alarm by hand


def one_community(known, share, support=(0.0, 0.0), harm=(0.0, 0.0), past=0.0, loyalty=0.0, away=1):
    """A community of the only country with its army (row 0) and a group (row 1): what it feels after a step."""
    people = view_of(
        alarm.People,
        support=np.array([support]),
        harm=np.array([harm]),
        past_harm=np.array([past]),
        loyalty=np.array([loyalty]),
        known=np.array([known], dtype=float),
        alarm=np.zeros(1),
        displaced_from=np.array([away]),
    )
    rulers = alarm.Rulers(np.array([0, 1]), np.array([0]), np.array([-1, 1]))
    kept = alarm.Kept(alarm=0.9, known=0.8, past=1.0, toll=1.0, loyalty=0.5)
    felt = alarm.Felt(np.zeros(1), np.zeros(1), np.zeros(1), np.zeros((1, 3)))
    country = np.zeros(1, dtype=np.int64)
    alarm.blame_rulers(people, country, rulers, kept.past, RULES.threat_base, felt)
    alarm.feel_rule(people, np.array([share]), country, rulers, kept, RULES, felt)
    return people, felt


def test_a_change_of_rule_alarms_by_threat_and_only_what_is_new():
    people, felt = one_community(known=(1.0, 0.0), share=(0.0, 1.0), support=(0.0, 0.2), harm=(0.0, 0.5))
    threat = 0.8 * (0.3 + 0.5)
    assert people.alarm[0] == pytest.approx(threat)
    assert people.known[0] == pytest.approx([0.8, 1.0])  # the old rule fades, the new one is known
    assert felt.unease[0] == pytest.approx(threat)
    people, _ = one_community(known=(1.0, 1.0), share=(0.0, 1.0), harm=(0.0, 0.5))
    assert people.alarm[0] == 0.0  # they know it
    people, _ = one_community(known=(1.0, 0.0), share=(0.9, 0.1))
    assert people.alarm[0] < 1e-4  # a visit is no rule


def test_a_state_that_was_supported_does_not_threaten_when_it_comes_back():
    back, _ = one_community(known=(0.0, 1.0), share=(1.0, 0.0), loyalty=1.0)
    assert back.loyalty[0] == 0.5
    assert back.alarm[0] == pytest.approx(0.5 * 0.3)
    hated, felt = one_community(known=(0.0, 1.0), share=(1.0, 0.0), past=0.6)
    assert hated.alarm[0] == pytest.approx(0.9)
    assert felt.blame[0] == pytest.approx(0.6 / 0.9)


def test_harm_by_the_army_of_another_state_is_held_against_that_state():
    """Two countries; the army of the second has hurt a community of the first, and a foreign force its own state."""
    people = view_of(
        alarm.People,
        harm=np.array([[0.0, 0.4, 0.2]]),
        past_harm=np.zeros(1),
    )
    felt = alarm.Felt(np.zeros(1), np.zeros(1), np.zeros(1), np.zeros((1, 3)))
    rulers = alarm.Rulers(np.array([0, 1, -1]), np.array([0, 1]), np.array([-1]))
    alarm.blame_rulers(people, np.zeros(1, dtype=np.int64), rulers, 1.0, 0.3, felt)
    assert felt.dread[0] == pytest.approx([0.2, 0.4, 1.0])
    assert felt.blame[0] == pytest.approx(0.2 / 0.9)
    people.harm[:] = 0.0
    alarm.blame_rulers(people, np.zeros(1, dtype=np.int64), rulers, 1.0, 0.3, felt)
    assert felt.dread[0].tolist() == [0.0, 0.0, 0.0]
    assert felt.blame[0] == 0.0


def test_toll_counts_combatants_in_part_and_neighbours_by_people_in_peace():
    people = view_of(alarm.People, toll=np.array([10.0, 0.0, 0.0]))
    grounds = view_of(
        alarm.Grounds, civilians_week=np.array([[1, 0, 1], [0, 0, 0], [0, 0, 0]]), fighters_week=np.array([4, 0, 0])
    )
    around = alarm.Around(np.zeros(3), np.array([1e4, 2e4, 1e4]), np.array([0, 1, 2, 2]), np.array([1, 0]))
    toll = np.zeros(3)
    rules = RULES._replace(toll_near=0.5, toll_fighters=0.25)
    alarm.count_toll(people, grounds, around, rules, 0.7, toll)
    assert people.toll.tolist() == [10.0, 0.0, 0.0]
    assert toll == pytest.approx([10.0, 2.5, 0.0])


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
        home_abroad=np.zeros(n),
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
    outlook = displacement_flow.Outlook(np.ones((1, 1)), np.ones(n), np.ones((n, 1)), np.zeros((n, 1)), np.zeros(n))
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
            outlook,
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
    here = model.communities.residents.sum() + model.cohorts.persons.sum() + model.cohorts.transit.sum()
    return int(here) + model.ledger["departed"]


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
    model.p.displacement.toll_rate, model.p.displacement.return_rate = 10.0, 0.0
    model.communities.toll[:] = 1e6
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
    model.communities.alarm[:] = 0.9
    for _ in range(8):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    assert model.communities.displaced_from.sum() > 1000
    model.communities.alarm[:] = 0.0
    model.p.displacement.alarm_rate, model.p.displacement.return_rate = 0.0, 0.2
    for _ in range(200):
        displacement.step(model, 7.0)
        model.step_index += 1
        model._streams = {}
    assert model.communities.displaced_from.sum() == 0
    np.testing.assert_array_equal(model.communities.residents, model.residents_peace)
