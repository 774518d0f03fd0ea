"""The search: a design over the whole box, an inversion from its best points, fresh replicates of what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.core.errors import UserError
from tools.falsify import distance, inversion
from tools.falsify.runs import Task
from tools.falsify.space import Space, free, placed
from tools.falsify.targets import Target

#: numbers of replicates by stage: no two runs of a search share their chance, but for the fresh ones of each point,
#: which are the same for all points. All lie beyond the replicates whose lists and maps a record keeps.
DESIGN, NOISE, ROUNDS, FRESH, LATER = 10_000, 100_000, 1_000_000, 200_000, 300_000
ROUND = 10_000  # numbers kept for a round

#: runs tasks and gives their lines (tasks, M); the text says what they are for
Runner = Callable[[Sequence[Task], str], np.ndarray]


@dataclass(frozen=True)
class Plan:
    """Sizes of a search: design points, members and rounds of the inversion, replicates of a point, points that are
    run with fresh replicates for all lines together (`few`) and for lines that nothing else hit (`lone`), seed."""

    points: int = 300
    members: int = 100
    rounds: int = 8
    fresh: int = 20
    few: int = 3
    lone: int = 5
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse sizes that make no search."""
        least = {"points": 4, "members": 4, "rounds": 1, "fresh": 2, "few": 1, "lone": 0, "seed": 0}
        for name, at_least in least.items():
            if getattr(self, name) < at_least:
                raise UserError(f"{name} must be at least {at_least}, not {getattr(self, name)}.")
        if self.members > self.points:
            raise UserError(f"members ({self.members}) cannot be more than points ({self.points}).")
        if self.members > ROUND:
            raise UserError(f"members must be at most {ROUND}.")


@dataclass
class Judged:
    """A point that was run with fresh replicates: its place (K,), its lines (R, M), where it came from."""

    name: str
    place: np.ndarray
    lines: np.ndarray

    @property
    def median(self) -> np.ndarray:
        """Median over replicates (M,)."""
        return np.median(self.lines, axis=0)


@dataclass
class Round:
    """A round of the inversion: members' places before it (J, K), their lines (J, M), time after it, mean misfit."""

    places: np.ndarray
    lines: np.ndarray
    time: float
    misfit: float


@dataclass
class Found:
    """What a search found.

    design     places (P, K) and `design_lines` (P, M) of the design
    rounds     what went into each round
    members    places of the last members (J, K), and their lines
    posterior  places (J, K) of the members when the time of the inversion reached 1
    reached    whether it has
    judged     points with fresh replicates, those for all lines first
    """

    design: np.ndarray
    design_lines: np.ndarray
    rounds: list[Round] = field(default_factory=list)
    members: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    members_lines: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    posterior: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    reached: bool = False
    judged: list[Judged] = field(default_factory=list)

    def all_runs(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Name, place and lines of every point that was run once: the design, then the members of each round."""
        names = [f"design/{i:04d}" for i in range(len(self.design))]
        places, lines = [self.design], [self.design_lines]
        later = [(item.places, item.lines) for item in self.rounds[1:]] + [(self.members, self.members_lines)]
        for number, (own, found) in enumerate(later, start=1):
            names += [f"round{number}/{j:04d}" for j in range(len(own))]
            places.append(own)
            lines.append(found)
        return names, np.concatenate(places), np.concatenate(lines)


def search(plan: Plan, space: Space, targets: Sequence[Target], run: Runner) -> Found:
    """Do the three stages. All that is drawn goes by `plan.seed`, so that the same runs give the same search."""
    ids = tuple(target.id for target in targets)

    def tasks(stage: str, places: np.ndarray, first: int) -> list[Task]:
        return [
            Task(f"{stage}/{i:04d}", first + i, space.checked(space.named(place)), ids)
            for i, place in enumerate(places)
        ]

    def replicates(name: str, place: np.ndarray, first: int) -> np.ndarray:
        return run(tasks(name, np.tile(place, (plan.fresh, 1)), first), f"{plan.fresh} replicates of {name}")

    design = space.design(plan.points, plan.seed)
    found = Found(design, run(tasks("design", design, DESIGN), f"{plan.points} points of the design"))
    order = distance.best(found.design_lines, targets, plan.members)
    noise_lines = replicates(f"noise/{order[0]:04d}", design[order[0]], NOISE)
    band = distance.bands(targets)
    noise = inversion.noise_of(distance.scaled(noise_lines, targets), *band)
    members, lines, time = free(design[order]), found.design_lines[order], 0.0
    for number in range(1, plan.rounds + 1):
        random = np.random.default_rng([plan.seed, number])
        left = plan.rounds - number + 1
        try:
            step = inversion.step(members, distance.scaled(lines, targets), band, noise, time, left, random)
        except ValueError as error:
            raise UserError(f"The inversion cannot go on in round {number}: {error}.") from None
        found.rounds.append(Round(placed(members), lines, step.time, step.misfit))
        members, time = step.members, step.time
        own = tasks(f"round{number}", placed(members), ROUNDS + number * ROUND)
        lines = run(own, f"{plan.members} members of round {number}")
        if not found.reached:
            found.posterior = placed(members)
            found.reached = time >= 1.0 - 1e-9
    found.members, found.members_lines = placed(members), lines
    judge(plan, space.defaults(), targets, found, replicates)
    return found


def from_middle(scaled: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """How far lines (J, M), on the scale of distances, lie from the middle part of their bands; infinity for NaN."""
    found = np.abs(inversion.into_band(scaled, *distance.bands(targets)) - scaled)
    return np.where(np.isfinite(found), found, np.inf)


def judge(plan: Plan, defaults: np.ndarray, targets: Sequence[Target], found: Found, replicates: Callable) -> None:
    """Run the best points with fresh replicates: for all lines together, then for each line that none of them hit.

    The means of the members and the present `defaults` (K,) are judged with them.

    A point is picked by its own run and by what runs around it say of it (`distance.smoothed`): of a thousand runs, the
    best one by itself would be one that was lucky.
    """
    names, places, lines = found.all_runs()
    own = distance.scaled(lines, targets)
    around = distance.smoothed(free(places), own)
    points = {"posterior mean": placed(free(found.posterior).mean(axis=0)), "defaults": defaults}
    if not np.array_equal(found.posterior, found.members):
        points["mean of the last round"] = placed(free(found.members).mean(axis=0))
    together = distance.distance(lines, targets) + distance.distance_scaled(around, targets)
    for row in np.argsort(together, kind="stable")[: plan.few]:
        points[names[row]] = places[row]
    for name, place in points.items():
        found.judged.append(Judged(name, place, replicates(f"fresh/{name}", place, FRESH)))
    away = from_middle(own, targets) + from_middle(around, targets)
    missed = [m for m, t in enumerate(targets) if not any(t.hit(item.lines[:, m]) for item in found.judged)]
    missed.sort(key=lambda m: min(distance.outside(item.median[None], targets)[0, m] for item in found.judged))
    for m in missed[: plan.lone]:
        nearest = np.flatnonzero(away[:, m] <= away[:, m].min())
        row = nearest[np.argmin(together[nearest])]
        if names[row] not in points:
            points[names[row]] = places[row]
            found.judged.append(Judged(names[row], places[row], replicates(f"fresh/{names[row]}", places[row], FRESH)))
