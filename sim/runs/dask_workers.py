"""Workers on a Dask cluster: one that is running, by its address, or one started here.

The cluster sees what processes on this machine see: `work` with plain jobs, and bytes back. Its
scheduler notices workers that join, and hands the runs of workers that die to others; since a run is a
function of its settings and replicate, whoever makes it makes the same bits. Whoever can reach a
scheduler can run code as its user: a cluster started here listens on 127.0.0.1 only, encrypted, and
serves no dashboard; `docs/cluster.md` says how to keep others to oneself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from sim.core.files import FolderError, path_named, read_json
from sim.runs import workers as workers_side
from sim.runs.pool import Pool
from sim.runs.workers import versions_of_worker

CONNECT_SECONDS = 20  # to reach a scheduler

JOIN_SECONDS = 600  # for the first worker of a running cluster to join

RECKON_SECONDS = 2.0  # how often workers are counted


class DaskPool(Pool):
    """Workers of a Dask cluster, behind the same `submit`, `call`, `size` and `counter`."""

    def __init__(self, workers: int, address: str | None = None) -> None:
        distributed = _distributed()
        self.counter: Any = SimpleNamespace(value=0.0)  # progress is told by finished runs
        self.address, self.cluster, self.client = address, None, None
        self._size, self._counted = 0, -RECKON_SECONDS
        self.versions = None
        try:
            self.client = self._join(distributed, address) if address else self._start(distributed, workers)
            if address:
                self.versions = workers_side.versions_here()
                self._check_workers()
            self.executor = self.client.get_executor(pure=False)
        except BaseException:
            self._close()
            raise

    def _start(self, distributed: Any, workers: int) -> Any:
        """A cluster of this machine's processes, gone when this process is.

        It is bound to 127.0.0.1; since other users of this machine can reach that, too, all talk is
        encrypted with keys made for this run, without which nobody is let in. No pages are served.
        """
        import dask

        with dask.config.set({"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}):
            self.cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                memory_limit=0,  # a worker's memory is the model's; nothing is to be spilled or restarted for it
                silence_logs=logging.CRITICAL,
            )
        return distributed.Client(self.cluster, set_as_default=False)

    def _join(self, distributed: Any, address: str) -> Any:
        """A client of a running scheduler, given by address or by the file it wrote that down in."""
        if address.endswith(".json"):
            found = read_json(path_named(address))
            if not isinstance(found, dict) or not isinstance(found.get("address"), str):
                raise FolderError(f"{address} names no scheduler (it has no 'address').")
            address = found["address"]
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            asyncio.run(_knock(distributed, address))  # a client that finds nobody is slow to give up
            client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # TimeoutError is an OSError
            reason = " ".join(str(error).split()) or "no answer"
            raise FolderError(f"No Dask scheduler can be reached at {address}: {reason.rstrip('.')}.") from None
        try:
            client.wait_for_workers(1, timeout=JOIN_SECONDS)
        except TimeoutError:
            client.close()
            raise FolderError(
                f"No worker joined the cluster at {address} in {JOIN_SECONDS // 60} minutes; the same command goes on "
                "when there are some."
            ) from None
        return client

    def _check_workers(self) -> None:
        """Refuse a cluster whose workers do not have this program, or another version of it."""
        try:
            found = self.client.run(versions_of_worker)
        except Exception as error:
            reason = " ".join(str(error).split())
            raise FolderError(
                f"The workers at {self.address} cannot run this program ({type(error).__name__}: {reason}); install "
                "the same version there."
            ) from None
        for worker, versions in found.items():
            for name, version in self.versions.items():
                if versions.get(name) != version:
                    what = "this program" if name == "program" else name
                    raise FolderError(
                        f"The worker {worker} has another version of {what} than this machine; runs there would not "
                        "give the same bits. Install the same version there."
                    )

    def size(self) -> int:
        """Workers there are now, counted every few seconds; 1 while there is none."""
        if time.monotonic() - self._counted > RECKON_SECONDS:
            with suppress(OSError):  # a scheduler out of reach for a moment
                self._size = len(self.client.nthreads())
            self._counted = time.monotonic()
        return max(1, self._size)

    def call(self, function: Callable, *arguments: Any) -> Any:
        """Run a function in a worker and wait for it."""
        return self.submit(function, *arguments).result()

    def call_everywhere(self, function: Callable, *arguments: Any) -> list[Any]:
        """Run a function once on every machine that has workers, and wait for all."""
        hosts = {worker.rpartition(":")[0]: worker for worker in self.client.nthreads()}
        return list(self.client.run(function, *arguments, workers=list(hosts.values())).values())

    def get_ready(self, *of_run: Any) -> None:
        """Workers of a cluster are up already; each loads the map with its first run."""

    def __exit__(self, kind: type | None, *_: object) -> None:
        self.executor.shutdown(wait=kind is None)
        self._close()

    def _close(self) -> None:
        for item in (self.client, self.cluster):
            if item is not None:
                with suppress(Exception):  # what is being closed may be gone already
                    item.close()


async def _knock(distributed: Any, address: str) -> None:
    """Raise what goes wrong where an address is reached for."""
    how = distributed.Security().get_connection_args("client")
    comm = await distributed.core.connect(address, timeout=CONNECT_SECONDS, **how)
    await comm.close()


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise FolderError(
            "compute=dask needs the package 'distributed'; install the extra: pip install 'sahel-scenarios[cluster]'."
        ) from None
    return distributed
