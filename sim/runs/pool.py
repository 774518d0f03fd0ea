"""Worker processes on this machine."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from sim.core.files import FolderError
from sim.runs.workers import _start_worker, map_data


class Pool:
    """Worker processes on this machine. `submit`, `call`, `size` and `counter` are all that is used of a pool."""

    versions: dict[str, str] | None = None  # workers here run the same files: nothing to check

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.workers = workers
        self.counter = context.Value("d", 0.0)
        self.executor: Executor = ProcessPoolExecutor(
            workers, mp_context=context, initializer=_start_worker, initargs=(self.counter,)
        )

    def size(self) -> int:
        """Workers there are now."""
        return self.workers

    def submit(self, function: Callable, *arguments: Any) -> Future:
        """Send work; where a worker has just been stopped, its future says so, like those already in the air."""
        try:
            return self.executor.submit(function, *arguments)
        except BrokenProcessPool as error:
            lost: Future = Future()
            lost.set_exception(error)
            return lost

    def call(self, function: Callable, *arguments: Any) -> Any:
        """Run a function in a worker and wait for it."""
        try:
            return self.submit(function, *arguments).result()
        except BrokenProcessPool:
            raise FolderError(
                "A worker process stopped before it could begin; a script that starts a "
                "comparison needs its call under `if __name__ == '__main__':`."
            ) from None

    def call_everywhere(self, function: Callable, *arguments: Any) -> list[Any]:
        """Run a function once on every machine that has workers, and wait for all."""
        return [self.call(function, *arguments)]

    def get_ready(self, *of_run: Any) -> None:
        """Let all workers but one start, and load what a run needs, while that one is asked something else."""
        for _ in range(self.workers - 1):
            self.submit(map_data, *of_run)  # an error is told by the one that is waited for

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is not None:  # do not wait for runs in the air
            for process in list((self.executor._processes or {}).values()):
                process.kill()
        self.executor.shutdown(wait=True, cancel_futures=True)


class Here:
    """Stands for the pool where one run is made in this process."""

    def call_everywhere(self, function: Callable, *arguments: Any) -> list[Any]:
        return [function(*arguments)]

    def call(self, function: Callable, *arguments: Any) -> Any:
        return function(*arguments)
