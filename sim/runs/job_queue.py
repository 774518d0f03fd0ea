"""Which runs go to a worker together, how many are in the air, and what is done with what comes back.

Scenarios of one replicate share their past, so that they go to one worker, which simulates it once.
Where the last replicates are too few to keep all workers busy, their scenarios are split among them.
Only a few pieces of work per worker are sent ahead: memory stays bounded whatever the number of
replicates, and workers that join or leave are reckoned with as it goes on.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from sim.core.errors import UserError
from sim.core.files import FolderError, atomic_write
from sim.runs.pool import Pool
from sim.runs.workers import SIMULATE, Job, work

AHEAD = 2  # pieces of work per worker, the one it is at among them

KEPT = "finished replicates are kept, and the same command goes on from them"


@dataclass
class RunStatistics:
    """What the runs took: how many, seconds of work, and seconds that all workers together were there."""

    runs: int = 0
    busy_seconds: float = 0.0
    worker_seconds: float = 0.0


def run_jobs(
    pool: Pool,
    jobs: list[Job],
    tell: Callable[[float, int], None],
    statistics: RunStatistics,
    kept: Callable[[Job], None] | None = None,
) -> None:
    """Run the jobs and keep their records; the first failure stops the rest and gives one sentence.

    `tell(runs, finished)` hears how much is done: runs with parts of those in the air, and finished ones;
    `kept(job)` is called when a record has been written.
    """
    size = pool.size()
    waiting = deque(share_out(together(jobs), size))
    in_air: dict[Future, list[Job]] = {}  # in the order they were sent
    before, finished, clock = pool.counter.value, 0, time.perf_counter()
    while waiting or in_air:
        while waiting and len(in_air) < AHEAD * size:
            group = waiting.popleft()
            in_air[pool.submit(work, group, pool.versions)] = group
        wait(in_air, timeout=0.5, return_when=FIRST_COMPLETED)
        problem = None
        for future in [item for item in in_air if item.done()]:
            try:
                finished += _keep(future, in_air.pop(future), statistics, kept)
            except UserError as error:
                problem = problem or error
        now = time.perf_counter()
        statistics.worker_seconds += size * (now - clock)
        clock = now
        if problem is not None:
            raise problem
        tell(max(pool.counter.value - before, finished), finished)
        size = pool.size()


def together(jobs: list[Job]) -> list[list[Job]]:
    """Jobs of the real model by replicate, which share their past; those of any other `simulate` one by one."""
    groups: dict[object, list[Job]] = {}
    for job in jobs:
        shared = job.simulate == SIMULATE
        groups.setdefault(job.settings.replicate if shared else job.path, []).append(job)
    return list(groups.values())


def share_out(groups: list[list[Job]], workers: int) -> list[list[Job]]:
    """The groups in their order, the last ones split where they would leave workers idle.

    Five groups on four workers: the last would keep one busy while three wait, so that its scenarios
    are given to all four. What is split simulates the shared past more than once.
    """
    left = len(groups) % workers
    pieces = workers // left if left else 1
    if pieces < 2:
        return groups
    whole, last = groups[: len(groups) - left], groups[len(groups) - left :]
    return whole + [part for group in last for part in _split(group, min(pieces, len(group)))]


def _split(group: list[Job], pieces: int) -> list[list[Job]]:
    """A group in so many runs of neighbours, as equal as can be."""
    bounds = [round(i * len(group) / pieces) for i in range(pieces + 1)]
    return [group[a:b] for a, b in itertools.pairwise(bounds)]


def _keep(future: Future, group: list[Job], statistics: RunStatistics, kept: Callable[[Job], None] | None) -> int:
    """Write the records that came back and return their number; a failure gives one sentence."""
    try:
        done = future.result()
    except BrokenProcessPool:
        raise FolderError(
            f"A worker process was stopped from outside (out of memory, perhaps) while {_which(group[0])} or "
            f"one beside it ran; {KEPT}."
        ) from None
    except CancelledError:
        raise FolderError(f"The connection to the workers was lost; {KEPT}.") from None
    except Exception as error:
        if type(error).__name__ == "KilledWorker":
            raise FolderError(
                f"Several workers stopped one after the other (out of memory, perhaps) while {_which(group[0])} "
                f"or one beside it ran; {KEPT}."
            ) from None
        raise _failed(group[0], type(error).__name__, " ".join(str(error).split())) from error
    statistics.runs += len(done.records)
    statistics.busy_seconds += done.seconds
    for record in done.records:
        keep_record(group[record.index], record.content)
        if kept is not None:
            kept(group[record.index])
    if done.failure is not None:
        raise _failed(group[done.failure.index], done.failure.kind, done.failure.text)
    return len(done.records)


def keep_record(job: Job, content: bytes) -> None:
    """Write a finished record to its place: there in full or not at all."""
    atomic_write(job.path, lambda file: file.write(content))


def _which(job: Job) -> str:
    return f"replicate {job.settings.replicate} of scenario '{job.scenario}'"


def _failed(job: Job, kind: str, text: str) -> FolderError:
    if not kind:
        return FolderError(f"The run of {_which(job)} could not go on: {text.rstrip('.')} ({KEPT}).")
    return FolderError(f"The run of {_which(job)} failed with {kind}: {text or 'no further reason given'} ({KEPT}).")
