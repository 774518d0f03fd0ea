"""Replicates of a case over worker processes, each cut down to what its tables and figures need.

A replicate is a function of (case, parameters, seed, replicate): the same on one worker or many.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim.cases.reader import Case
from sim.core.errors import UserError
from sim.runs.workers import one_thread
from sim.settings.parameters.groups import Parameters, draw_parameters

#: seconds of work left below which starting worker processes does not pay (a worker takes some two to start)
LEAST_WORK = 6.0


@dataclass
class Outcome:
    """What is kept of a replicate: T days, P places, R routes, C camps."""

    camps: np.ndarray  # (T, C) persons in the compared camps at the end of each day
    displaced: np.ndarray  # (T,) persons away from home, those on the way among them
    places: np.ndarray  # (P,) persons at each place at the end
    flows: np.ndarray  # (R, 2) persons who set out from a to b, and from b to a
    arrivals: np.ndarray  # (T,) persons who became displaced on each day
    seconds: float  # taken, compiling apart


def one_replicate(
    case: Case, parameters: Parameters, seed: int, draw: str, given: bool, kept: frozenset[str], replicate: int
) -> Outcome:
    """Simulate one replicate; with `draw`, on parameters of displacement drawn anew within their ranges.

    Those in `kept` (displacement.<name>) were set by the user and are not drawn.
    """
    from sim.cases.run import simulate_case

    for name, value in draw_parameters(parameters, seed, replicate, draw).items():
        group, _, field = name.partition(".")
        if group == "displacement" and name not in kept:
            parameters = replace(parameters, displacement=replace(parameters.displacement, **{field: value}))
    run = simulate_case(case, seed, replicate, parameters, given_arrivals=given)
    return Outcome(
        camps=run.persons[:, case.camps],
        displaced=run.persons.sum(axis=1) + run.travelling,
        places=run.persons[-1].copy(),
        flows=run.flows,
        arrivals=run.arrivals,
        seconds=run.seconds,
    )


def run_replicates(
    case: Case,
    parameters: Parameters,
    seed: int,
    replicates: int,
    workers: int = 1,
    draw: str = "none",
    given: bool = True,
    tell: Callable[[int], None] = lambda done: None,
    kept: frozenset[str] = frozenset(),
) -> list[Outcome]:
    """Simulate all replicates, over workers where that pays; `tell` hears how many are done."""
    one = partial(one_replicate, case, parameters, seed, draw, given, kept)
    found = [one(0)]  # compiles for the workers, too
    tell(1)
    if replicates > 1:
        begun = time.perf_counter()
        found.append(one(1))
        tell(2)
        left = (time.perf_counter() - begun) * (replicates - 2)
        rest = range(2, replicates)
        several = workers > 1 and left > LEAST_WORK
        for outcome in over_workers(one, rest, workers) if several else map(one, rest):
            found.append(outcome)
            tell(len(found))
    return found


def over_workers(one: Callable[[int], Outcome], replicates: range, workers: int) -> Iterator[Outcome]:
    """Simulate replicates in worker processes; they come in order."""
    context = multiprocessing.get_context("spawn")
    with one_thread(), ProcessPoolExecutor(workers, context, _start_worker, (one,)) as pool:
        waiting = {pool.submit(_in_worker, replicate): replicate for replicate in replicates}
        done: dict[int, Outcome] = {}
        upcoming = replicates.start
        try:
            for future in as_completed(waiting):
                done[waiting[future]] = future.result()
                while upcoming in done:
                    yield done.pop(upcoming)
                    upcoming += 1
        except BrokenProcessPool:
            raise UserError("A worker process died, perhaps for want of memory; try workers=1.") from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_one: Callable[[int], Outcome]  # of a worker: the case travels once and not with every replicate


def _start_worker(one: Callable[[int], Outcome]) -> None:
    """Keep what a replicate is made of; leave Ctrl-C to the parent, which stops the workers."""
    global _one
    _one = one
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_worker(replicate: int) -> Outcome:
    return _one(replicate)
