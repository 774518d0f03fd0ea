"""A case day by day: people leave places in conflict, choose where to go, travel, stay, move on and return.

The functions that move them are those of the regional model (`displacement_rates` and `displacement_flow` in
`sim.processes.shared`), with the same parameters (`displacement`): nodes are the places of the case, ways the routes
between them (`sim.cases.ways`). Conflict of intensity c at a place stands for `conflict_dead` c recent dead there, so
that deaths per head, and with them the share of people who leave, are smaller in a large town. A camp that has a limit
takes people in up to 90 % of it and ever fewer up to 100 %, as in Flee; those on their way to it are counted; where all
camps are full people go to them all the same. A camp that is closed is emptied: its people move on.

With given arrivals the numbers of each day are those recorded, and they are people who came to be counted in camps:
they are drawn from the places in conflict in proportion to who would leave them, choose among camps only, and, as the
numbers are net of those who went home, stay. Who finds no open way waits at home and tries again the next day. With
arrivals of its own (`given_arrivals=False`) the engine decides who leaves, goes to towns or camps, moves on and
returns.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.cases import graph
from sim.cases.paths.memory import MOST_PLACES, WayMemory
from sim.cases.paths.search import drain, trace_flows
from sim.cases.ways import Ways, closures_on, edges_of, find_ways, with_cohorts
from sim.core.conversions import PER_10_000
from sim.core.draws import split, stream_of
from sim.processes.shared.displacement_flow import RETURN, Cohorts, Graph, Outlook, arrival_chances, move
from sim.processes.shared.displacement_rates import (
    Chances,
    Communities,
    Conditions,
    DisplacementParameters,
    draw_departures,
    remember_flight,
    review_cycle,
    update_chances,
    update_conditions,
)
from sim.processes.shared.flight.alarm import Felt

#: days of a step
DAY = 1.0

#: population of a town of attraction 1 (as in the region)
TOWN_PEOPLE = 1e4

#: the last part of a camp's limit, in which it takes in ever fewer (as in Flee: from 90 % on)
NEARLY_FULL = 0.1

#: how little a full camp draws people while another has room (judgement)
FULL = 0.001

#: rate at which people leave a camp that has been closed (1/day), within days (judgement)
EMPTYING = 0.1


@dataclass
class CaseRun:
    """What happened in a run of T days: P places, R routes."""

    persons: np.ndarray  # (T, P) int64 displaced persons at each place at the end of each day
    travelling: np.ndarray  # (T,) int64 persons on their way
    arrivals: np.ndarray  # (T,) int64 persons who left home
    returned: np.ndarray  # (T,) int64 persons who went home
    waiting: np.ndarray  # (T,) int64 of given arrivals, persons who found no open way yet
    flows: np.ndarray  # (R, 2) int64 persons along each route from a to b, and from b to a
    seconds: float


class Crowd:
    """People of a case and where they are; the arrays that the engine works on."""

    def __init__(self, case, p, given: bool):
        places, n_places = case.places, len(case.places.names)
        self.case, self.p, self.given, self.n_places = case, p, given, n_places
        self.turns = review_cycle(DAY, p.review_days)
        self.rules = DisplacementParameters.of(p)._replace(border_weight=float(p.case_border_weight))
        self.key = np.arange(1, n_places + 1).astype(np.uint64)
        names = sorted(set(places.country))
        self.country = np.array([names.index(name) for name in places.country])
        self.passage = np.ones((len(names), len(names)))
        self.residents_peace = places.population.astype(np.int64)
        hosted, displaced_from, departed_week, returned, self.departures, movable = np.zeros((6, n_places), np.int64)
        none = np.zeros(n_places)  # of fear, hardship, siege, orders to leave and alarm
        residents = self.residents_peace.copy()
        self.communities = Communities(
            none, none, none, none, none, np.zeros(n_places), residents, hosted, displaced_from, departed_week, returned
        )
        #: nobody knows who rules and whom people flee: one ruler whom nobody holds harm against
        self.felt = Felt(np.zeros(n_places), none, none, np.zeros((n_places, len(names))))
        self.outlook = Outlook(
            self.passage, np.zeros(n_places), np.ones((n_places, 1)), self.felt.dread, self.felt.blame
        )
        self.now = Conditions(np.zeros(n_places), self.outlook.appeal, movable)
        self.chances = Chances(*np.zeros((4, n_places)))
        self.capacity = np.where(places.capacity > 0, places.capacity.astype(float), np.inf)
        camp = graph.is_camp(places.kind)
        #: what a place can take besides guests of residents: camps as many as their limit says, see `update_conditions`
        self.shelter = np.where(camp, np.inf, 0.0)
        towns = np.maximum(places.population / TOWN_PEOPLE, p.least_attraction) ** p.town_power
        self.attraction = np.where(camp, p.camp_bonus, 0.0 if given else towns)
        self.edges = edges_of(case)
        self.detailed = n_places <= MOST_PLACES
        self.group = np.arange(n_places) if self.detailed else np.zeros(n_places, dtype=np.int64)
        self.pair_flows = np.zeros((int(self.group.max()) + 1,) * 2 + (4,), dtype=np.int64)
        #: persons out and home by pair of places, since roads last changed; zero but within `count_flows`
        self.out, self.home = np.zeros((2, len(self.pair_flows), len(self.pair_flows)), dtype=np.int64)
        self.stirred = np.zeros(n_places, dtype=bool)  # places from which somebody may have set out since then
        self.memory = WayMemory(n_places) if n_places <= MOST_PLACES else None
        self.flows = np.zeros((len(case.routes.km), 2), dtype=np.int64)
        self.ways = Ways(np.zeros(n_places + 1, dtype=np.int64), *np.zeros((3, 0)))
        self.ways.place = self.ways.place.astype(np.int64)
        self.cohorts = Cohorts(self.ways.place, *np.zeros((2, 0), dtype=np.int64))
        self.state_of_roads = None
        self.waiting = 0

    def ways_from(self, origins):
        """Ways from these origins as roads and conflict are now."""
        before = np.zeros((0, self.n_places), dtype=np.int64)
        now = (self.attraction, *self.roads, before, self.memory)
        return find_ways(self.case, self.p, self.edges, origins, *now)

    def update_conditions(self, day: int) -> None:
        """Recent dead, appeal of places and who could leave on this day; ways anew when roads or conflict changed."""
        intensity = self.case.intensity[day]
        closures = closures_on(self.case, day)
        state = ([id(c) for c in closures], (intensity > 0).tobytes())
        if state != self.state_of_roads:
            self.state_of_roads = state
            self.closed_camps = np.array([c.a for c in closures if c.kind in ("camp", "idpcamp")], dtype=np.int64)
            self.count_flows()
            self.roads = (intensity > 0, closures)
            found = self.ways_from(np.flatnonzero((intensity > 0) | (self.communities.displaced_from > 0)))
            cohorts = self.cohorts
            self.ways, persons, transit = with_cohorts(
                found, self.n_places, self.ways, cohorts.persons, cohorts.transit
            )
            self.cohorts = Cohorts(self.ways.place, persons, transit)
            self.graph = Graph(self.key, self.country, self.group, self.ways.start, self.ways.pull)
            self.travel = arrival_chances(DAY, self.ways.days)
        communities, now, rules = self.communities, self.now, self.rules
        dead = self.p.conflict_dead * intensity
        update_conditions(dead, communities, self.residents_peace, self.shelter, rules, now)
        coming = np.bincount(self.cohorts.place, self.cohorts.transit, self.n_places)
        now.appeal[:] *= np.clip((1.0 - (communities.hosted + coming) / self.capacity) / NEARLY_FULL, FULL, 1.0)
        self.felt.toll[:] = PER_10_000 * dead / np.maximum(rules.least_people, self.residents_peace)
        update_chances(self.felt, communities, rules, DAY, self.turns, self.chances)

    def origin_weights(self) -> np.ndarray:
        """Weights of places as origins of given arrivals (P,): who would leave them; the last few are never gone."""
        return self.chances.leave * np.maximum(self.now.movable, 1)

    def place_first(self, stream, day: int) -> None:
        """People who are in camps on the first day came from the places in conflict, in proportion to who leaves."""
        self.update_conditions(day)
        weights = self.origin_weights()
        if not weights.any():
            weights = np.maximum(self.residents_peace, 1).astype(float)
        origin, place, persons = [], [], []
        for camp in np.flatnonzero(self.case.initial):
            parts = np.zeros(self.n_places, dtype=np.int64)
            split(stream, self.key[camp], 0, int(self.case.initial[camp]), weights, parts)
            who = np.flatnonzero(parts)
            origin.append(who)
            place.append(np.full(len(who), camp))
            persons.append(parts[who])
            self.communities.hosted[camp] += parts.sum()
            self.communities.displaced_from[:] += parts
        if origin:
            origin, place, persons = (np.concatenate(x) for x in (origin, place, persons))
            order = np.lexsort((place, origin))
            counts = np.bincount(origin, minlength=self.n_places)
            start = np.concatenate([[0], np.cumsum(counts)])
            ones = np.ones(len(order))
            self.ways = Ways(start, place[order], 0.0 * ones, ones)
            self.cohorts = Cohorts(place[order], persons[order], np.zeros(len(order), dtype=np.int64))
        self.state_of_roads = None

    def draw_departures(self, stream, day: int) -> None:
        """How many leave each place today, into `departures`."""
        onward, closed = self.chances.onward, self.closed_camps
        moves_on = 1.0 - np.exp(-EMPTYING * self.turns)
        if not self.given:
            onward[closed] = np.maximum(onward[closed], moves_on)
            draw_departures(stream, self.key, self.now.movable, self.chances.leave, self.departures)
            return
        onward[:], self.departures[:] = 0.0, 0
        self.chances.home[:], self.chances.home_abroad[:] = 0.0, 0.0
        onward[closed] = moves_on
        people = int(self.case.arrivals[day]) + self.waiting
        weights = self.origin_weights()
        if people > 0 and weights.any():
            split(stream, np.uint64(0), 0, people, weights, self.departures)
            residents = self.communities.residents
            residents[:] = np.maximum(residents, self.departures)  # more than the census knew of
        self.waiting = people

    def step(self, stream, day: int) -> None:
        """One day."""
        self.update_conditions(day)
        self.draw_departures(stream, day)
        communities = self.communities
        remember_flight(self.felt.toll, self.departures, communities)
        communities.departed_week[:], communities.returned[:] = 0, 0  # of the day
        self.stirred |= (self.departures > 0) | (communities.displaced_from > 0) | (communities.hosted > 0)
        move(
            stream,
            day,
            self.turns,
            self.graph,
            communities,
            self.cohorts,
            self.departures,
            self.chances,
            self.travel,
            self.outlook,
            self.rules,
            self.pair_flows,
        )
        if self.given:
            self.waiting -= int(communities.departed_week.sum())

    def count_flows(self) -> None:
        """Put those who set out since roads last changed on the routes they took."""
        if not self.detailed:
            return
        pairs = drain(self.pair_flows, np.flatnonzero(self.stirred), RETURN, self.out, self.home)
        self.stirred[:] = False
        if len(pairs[0]):
            self.ways_from(np.unique(pairs[0]))  # remembered, but for who set out from where nobody had
            trace_flows(pairs, self.out, self.home, self.memory.before, self.edges.routes, self.flows)


def simulate_case(case, seed: int, replicate: int, parameters, given_arrivals: bool = True) -> CaseRun:
    """One replicate of a case; a pure function of its arguments."""
    compile_kernels()
    began = time.perf_counter()
    crowd = Crowd(case, parameters.displacement, given_arrivals)
    crowd.place_first(stream_of(seed, replicate, "build", 0), 0)
    days = case.days
    persons = np.zeros((days, crowd.n_places), dtype=np.int64)
    travelling, arrivals, returned, waiting = np.zeros((4, days), dtype=np.int64)
    for day in range(days):
        crowd.step(stream_of(seed, replicate, "displacement", day), day)
        communities = crowd.communities
        persons[day], travelling[day] = communities.hosted, crowd.cohorts.transit.sum()
        arrivals[day], returned[day] = communities.departed_week.sum(), communities.returned.sum()
        waiting[day] = crowd.waiting
    crowd.count_flows()
    return CaseRun(persons, travelling, arrivals, returned, waiting, crowd.flows, time.perf_counter() - began)


@cache
def compile_kernels() -> None:
    """Compile what a case needs (kept on disk), on three places and two days."""
    from types import SimpleNamespace

    from sim.settings.parameters.groups import Parameters

    places = SimpleNamespace(
        names=["a", "b", "c"],
        country=["x", "x", "y"],
        kind=np.array([graph.CONFLICT, graph.TOWN, graph.CAMP]),
        population=np.array([900, 0, 0]),
        capacity=np.array([0, 0, 500]),
    )
    routes = SimpleNamespace(
        a=np.array([0, 1]), b=np.array([1, 2]), km=np.array([9.0, 9.0]), forced=np.zeros(2, dtype=np.int8)
    )
    case = SimpleNamespace(
        places=places,
        routes=routes,
        intensity=np.array([[1.0, 0.0, 0.0]] * 2),
        closures=[],
        days=2,
        initial=np.array([0, 0, 50]),
        arrivals=np.array([0, 90]),
    )
    for given in (True, False):
        crowd = Crowd(case, Parameters().displacement, given)
        crowd.place_first(stream_of(1, 0, "build", 0), 0)
        for day in range(2):
            crowd.step(stream_of(1, 0, "displacement", day), day)
        crowd.count_flows()
