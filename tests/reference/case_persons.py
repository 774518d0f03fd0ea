"""A case person by person: everybody is an object and decides alone, with random numbers of any generator.

The graph search is shared with the engine (`tests/cases/test_ways.py` checks it by hand and against SciPy); everything
that people do is written out again for one person at a time. The benchmark times it as the other side of its ratio.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter
from itertools import accumulate

import numpy as np

from sim.cases import graph
from sim.cases.ways import closures_on, edges_of, find_ways
from sim.core.conversions import PER_10_000

TURNS = 28  # days in which everybody once weighs going home or moving on
FULL, FILLING = 0.001, 0.1  # how little a full camp draws people, and the part of its room in which it gets so far


class Person:
    """One displaced person."""

    __slots__ = ("days", "going", "home", "place")

    def __init__(self, home: int, place: int, going: bool):
        self.home, self.place, self.going, self.days = home, place, going, 1.0


class PersonCase:
    """A case of persons; `persons[day, place]` after `run`."""

    def __init__(self, case, p, rng, given: bool = True):
        self.case, self.p, self.rng, self.given = case, p, rng, given
        places = case.places
        self.number = len(places.names)
        self.edges = edges_of(case)
        camp = graph.is_camp(places.kind)
        towns = np.maximum(places.population / 1e4, 0.02) ** p.town_power
        self.attraction = np.where(camp, p.camp_bonus, 0.0 if given else towns)
        self.camp = camp.tolist()
        self.residents = places.population.tolist()
        self.hosted = [0] * self.number
        self.displaced: list[Person] = []
        self.waiting = 0
        self.at_flight = [0.0] * self.number  # toll when those away left, in the mean
        self.settle()

    def settle(self) -> None:
        """Who is in camps at the beginning came from the places in conflict."""
        self.morning(0)
        weights = [leave * max(1, movable) for leave, movable in zip(self.leave, self.movable, strict=True)]
        for camp, persons in enumerate(self.case.initial.tolist()):
            for _ in range(persons):
                home = self.rng.choices(range(self.number), weights)[0]
                self.displaced.append(Person(home, camp, False))
                self.hosted[camp] += 1

    def morning(self, day: int) -> None:
        """What everybody knows at the beginning of a day."""
        p, case = self.p, self.case
        intensity = case.intensity[day].tolist()
        before = np.zeros((0, self.number), dtype=np.int64)
        found = find_ways(
            case,
            p,
            self.edges,
            np.arange(self.number),
            self.attraction,
            case.intensity[day] > 0,
            closures_on(case, day),
            before,
        )
        self.ways: list[list[tuple]] = [[] for _ in range(self.number)]
        for origin, place, pull, days in sorted(zip(*(x.tolist() for x in found), strict=True)):
            self.ways[origin].append((place, pull, days))
        self.leave, self.onward, self.back, self.appeal, self.movable, self.toll = [], [], [], [], [], []
        coming = Counter(person.place for person in self.displaced if person.going)
        for i, residents in enumerate(self.residents):
            people = max(p.least_people, residents + self.hosted[i])
            violence = p.conflict_dead * intensity[i] * PER_10_000 / people
            toll = p.conflict_dead * intensity[i] * PER_10_000 / max(p.least_people, int(case.places.population[i]))
            push = p.toll_rate * toll**p.toll_power / (toll**p.toll_power + p.toll_half**p.toll_power)
            self.leave.append(1.0 - math.exp(-push))
            self.onward.append(0.0 if self.given else 1.0 - math.exp(-p.onward * push * TURNS))
            self.toll.append(toll)
            dead = toll / (p.return_half + p.return_share * self.at_flight[i])
            home = 0.0 if self.given else p.return_rate / (1.0 + dead**2)
            self.back.append(tuple(1.0 - math.exp(-rate * TURNS) for rate in (home, home * p.return_abroad)))
            room = 1.0 if self.camp[i] else 1.0 / (1.0 + self.hosted[i] / (p.crowd_share * people))
            if case.places.capacity[i] > 0:
                full = (self.hosted[i] + coming[i]) / case.places.capacity[i]
                room *= min(1.0, max(FULL, (1.0 - full) / FILLING))
            self.appeal.append(room / (1.0 + violence / p.safety_half))
            self.movable.append(max(0, residents - int(p.stay_share * case.places.population[i])))
        self.kin: list[Counter] = [Counter() for _ in range(self.number)]
        for person in self.displaced:
            if not person.going:
                self.kin[person.home][person.place] += 1
        self.choices: dict[int, tuple] = {}

    def choice(self, home: int) -> tuple[list[float], list[float]]:
        """Weights of the ways from a home, and the same added up."""
        if home not in self.choices:
            p, kin = self.p, self.kin[home]
            known = sum(kin.values())
            country = self.case.places.country
            weights = []
            for place, pull, _ in self.ways[home]:
                weight = pull * self.appeal[place] * (1.0 + p.kin_weight * kin[place] / (known + p.kin_half))
                weights.append(weight * (p.case_border_weight if country[place] != country[home] else 1.0))
            least = p.considered * max(weights, default=0.0)
            weights = [weight if weight >= least else 0.0 for weight in weights]
            self.choices[home] = weights, list(accumulate(weights))
        return self.choices[home]

    def choose(self, home: int, but: int = -1) -> int | None:
        """A way from a home, not the one to `but`; None without any."""
        weights, added = self.choice(home)
        if but >= 0:
            weights = [0.0 if way[0] == but else w for way, w in zip(self.ways[home], weights, strict=True)]
            added = list(accumulate(weights))
        if not added or added[-1] <= 0.0:
            return None
        return bisect(added, self.rng.random() * added[-1])

    def set_out(self, person: Person, way: int) -> bool:
        """Put a person on the way at a moment of the day; whether they arrive before it ends."""
        person.place, _, person.days = self.ways[person.home][way]
        person.going = self.rng.random() >= 1.0 - math.exp(-self.rng.random() / person.days)
        return not person.going

    def day(self, day: int) -> None:
        """Leaving, then for everybody who was away arriving, or returning, or moving on."""
        self.morning(day)
        rng, came, fresh = self.rng, [], []
        leaving = list(self.departures(day))
        away = Counter(person.home for person in self.displaced)
        for home, persons in Counter(leaving).items():
            sums = self.at_flight[home] * away[home] + self.toll[home] * persons
            self.at_flight[home] = sums / (away[home] + persons)
        for home in leaving:
            way = self.choose(home)
            if way is None:
                continue
            person = Person(home, -1, True)
            fresh.append(person)
            self.residents[home] -= 1
            if self.set_out(person, way):
                came.append(person.place)
            self.waiting -= self.given
        at_home = []
        turn = day % TURNS
        for person in self.displaced:
            if person.going:
                if rng.random() < 1.0 - math.exp(-1.0 / person.days):
                    person.going = False
                    came.append(person.place)
                continue
            if self.given:
                continue
            number = next((n for n, way in enumerate(self.ways[person.home]) if way[0] == person.place), -1)
            if number % TURNS != turn:
                continue
            country = self.case.places.country
            abroad = country[person.place] != country[person.home]
            if rng.random() < self.back[person.home][abroad]:
                self.hosted[person.place] -= 1
                self.residents[person.home] += 1
                at_home.append(person)
            elif rng.random() < self.onward[person.place]:
                way = self.choose(person.home, but=person.place)
                if way is not None:
                    self.hosted[person.place] -= 1
                    if self.set_out(person, way):
                        came.append(person.place)
        for place in came:
            self.hosted[place] += 1
        gone = set(map(id, at_home))
        self.displaced = [person for person in self.displaced if id(person) not in gone] + fresh

    def departures(self, day: int):
        """Homes of those who leave today, one for each person."""
        if self.given:
            self.waiting += int(self.case.arrivals[day])
            weights = [leave * max(1, movable) for leave, movable in zip(self.leave, self.movable, strict=True)]
            if any(weights):
                return self.rng.choices(range(self.number), weights, k=self.waiting)
            return []
        return [
            home
            for home, (leave, movable) in enumerate(zip(self.leave, self.movable, strict=True))
            if leave > 0.0
            for _ in range(movable)
            if self.rng.random() < leave
        ]

    def run(self) -> np.ndarray:
        """Displaced persons at each place at the end of each day (T, P)."""
        found = []
        for day in range(self.case.days):
            self.day(day)
            found.append(list(self.hosted))
        return np.array(found)
