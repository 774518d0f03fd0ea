"""What happens in worker processes, and the pool that holds them on this machine.

Workers are started with "spawn": what they get is pickled, and they import only what a run needs.
Everything that travels is a module-level function or plain data, and a finished record travels back
as the bytes of its file: workers write nothing, so that they may as well be on machines that share no
disk with this one (`sim/runs/dask_workers.py`). Whatever goes wrong in a run comes back as words, not as
an exception, which need not survive the journey.
"""

import gc
import importlib
import multiprocessing
import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.core import kernel_cache, provenance
from sim.core.child_process import belong_to_parent
from sim.core.errors import UserError
from sim.core.files import FolderError
from sim.recording.reduced_record import retained

SIMULATE = "sim.runs.single_run:simulate"

LOAD_WORLD = "sim.world.region:load_region"

# Numerical libraries must not start threads of their own in each worker: it is slower, and sums
# split over threads may differ in the last bit.
ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
    )
}


@dataclass(frozen=True)
class Checkpoint:
    """Saved states (`sim/runs/states`): the folder of those to go on from, and those that a scenario leaves."""

    start: Path | None = None
    save: tuple[tuple[int, date, Path], ...] = ()  # before which step, of which day, in which folder

    def start_of(self, replicate: int) -> Path | None:
        """The file that a replicate goes on from."""
        return None if self.start is None else self.start / f"{replicate:04d}.npz"

    def saved_by(self, replicate: int) -> dict[int, tuple[Path, date]]:
        """The files that a replicate leaves, and their days, by step."""
        return {step: (folder / f"{replicate:04d}.npz", day) for step, day, folder in self.save}


@dataclass(frozen=True)
class Job:
    """One replicate of one scenario, and where its record goes. Plain data: it travels."""

    scenario: str
    settings: Any
    path: Path
    hash: str
    simulate: str
    load_world: str
    data_hash: str = ""
    retention: str = "full"
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True)
class Finished:
    """A record as it comes back: which of the jobs sent together, the bytes of its file, seconds taken."""

    index: int
    content: bytes
    seconds: float


@dataclass(frozen=True)
class Failure:
    """What stopped a run: which of the jobs, the kind of error ("" for a sentence to the user), its text."""

    index: int
    kind: str
    text: str


@dataclass(frozen=True)
class Done:
    """What a worker sends back: the records it finished, what stopped it, seconds from begin to end."""

    records: list[Finished]
    failure: Failure | None
    seconds: float


@contextmanager
def one_thread() -> Iterator[None]:
    """Let processes started inside use one thread each."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_worlds: dict[tuple, Any] = {}  # one world per process, loaded when first needed

_counter: Any = None  # runs done by all workers, parts of runs among them, for the progress bar

_versions: dict[str, str] = {}

_one_at_a_time = threading.Lock()  # a worker with several threads makes one run at a time all the same


def _start_worker(counter: Any) -> None:
    """Count what this worker has done in `counter`; see `belong_to_parent` for the rest."""
    global _counter
    _counter = counter
    belong_to_parent()


def work(jobs: list[Job], versions: dict[str, str] | None = None) -> Done:
    """Run the jobs, all of one replicate and one map, what they share simulated once.

    `versions`, where given, must be those of this worker (`versions_here`): another version of the
    program or of its libraries gives other bits.
    """
    began = time.perf_counter()
    found: list[Finished] = []
    failure = None
    with _one_at_a_time:
        try:
            _check_versions(versions)
            world = world_for(jobs[0].load_world, jobs[0].settings)
            _check_data(jobs[0], world)
            for index, record in _records(jobs, world):
                # the time taken is no part of a record: the same run gives the same bytes
                seconds = float(record.meta.pop("seconds", 0.0))
                record.meta |= {"scenario": jobs[index].scenario, "hash": jobs[index].hash}
                record = retained(record, jobs[index].retention, jobs[index].settings)
                found.append(Finished(index, record.to_bytes(), seconds))
        except UserError as error:
            failure = Failure(min(len(found), len(jobs) - 1), "", str(error))
        except Exception as error:
            failure = Failure(min(len(found), len(jobs) - 1), type(error).__name__, " ".join(str(error).split()))
    return Done(found, failure, time.perf_counter() - began)


def _records(jobs: list[Job], world: Any) -> Iterator[tuple[int, Any]]:
    """The record of each job, with its place in the list."""
    first, checkpoint = jobs[0].settings, jobs[0].checkpoint
    if checkpoint is not None:
        from sim.runs.single_run import simulate_some

        start, save = checkpoint.start_of(first.replicate), checkpoint.saved_by(first.replicate)
        yield from simulate_some([job.settings for job in jobs], world, _count_part, start, save)
        return
    if len(jobs) == 1:
        yield 0, function_named(jobs[0].simulate)(jobs[0].settings, world=world, progress=_count_week)
        return
    from sim.runs.shared_past import simulate_shared_past

    yield from simulate_shared_past([job.settings for job in jobs], world, _count_part)


def versions_here() -> dict[str, str]:
    """The versions on which the bits of a run depend."""
    found = {name: metadata.version(name) for name in ("numpy", "scipy", "numba", "mesa")}
    return {"program": provenance.source_hash(), "python": platform.python_version(), **found}


def versions_of_worker() -> dict[str, str]:
    """The same of the process that is asked, as they were when it was asked first: its files may change later."""
    if not _versions:
        _versions.update(versions_here())
    return _versions


def _check_versions(expected: dict[str, str] | None) -> None:
    if expected is None:
        return
    found = versions_of_worker()
    other = [name for name, version in expected.items() if found.get(name) != version]
    if other:
        names = ", ".join("this program" if name == "program" else name for name in other)
        raise FolderError(
            f"the worker on {platform.node()} has another version of {names}; install the same there as here"
        )


def _check_data(job: Job, world: Any) -> None:
    found = str(getattr(world, "data_hash", ""))
    if job.data_hash and found != job.data_hash:
        raise FolderError(f"the map of region '{job.settings.region}' on {platform.node()} is not the same as here")


def _count_part(part: float) -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += part


def _count_week(done: int, total: int) -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += 1 / total


def map_data(simulate: str, load_world: str, settings: Any) -> dict:
    """Check that the model can be imported; return what map.json holds, and the data's hash."""
    function_named(simulate)
    world = world_for(load_world, settings)
    return describe_map(world) | {"data_hash": str(getattr(world, "data_hash", ""))}


def world_for(load_world: str, settings: Any) -> Any:
    """The world of these settings, loaded once per process."""
    key = (load_world, settings.region, settings.resolution)
    if key not in _worlds:
        _worlds.clear()
        _worlds[key] = function_named(load_world)(settings.region, settings.resolution)
        if _counter is not None:  # a worker keeps what it has now: not to be looked through after every run
            gc.freeze()
    return _worlds[key]


def function_named(name: str) -> Callable:
    """The function that "module:function" names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def kernels_ready(simulate: str) -> bool:
    """True where the model has no kernels to compile, or this version's lie compiled on disk."""
    module = importlib.import_module(simulate.partition(":")[0])
    return not hasattr(module, "warm_up") or _kernel_mark().exists()


def compile_kernels(simulate: str) -> None:
    """Let the model compile its kernels to disk (`warm_up`), and leave a mark that it has.

    A worker has it done by a process of its own: the compiler leaves 150 MB behind, for as long as the
    process lives.
    """
    here = multiprocessing.current_process()
    if multiprocessing.parent_process() is None or here.daemon:  # a daemon may have no children
        _warm_up(simulate)
    else:
        other = multiprocessing.get_context("spawn").Process(target=_warm_up_beside, args=(simulate,), daemon=True)
        other.start()
        other.join()
        if other.exitcode != 0:
            _warm_up(simulate)  # to fail, or not, where it is told
    with suppress(OSError):  # without the mark, they are loaded once more next time
        _kernel_mark().parent.mkdir(parents=True, exist_ok=True)
        _kernel_mark().touch()


def _warm_up_beside(simulate: str) -> None:
    """In a process of its own. Where the disk is full nothing is kept; the run itself will say so in a sentence."""
    try:
        _warm_up(simulate)
    except OSError:
        sys.exit(1)


def _warm_up(simulate: str) -> None:
    kernel_cache.tidy()
    importlib.import_module(simulate.partition(":")[0]).warm_up()


def _kernel_mark() -> Path:
    """A file beside the compiled kernels, named after what they were compiled from and with."""
    folder = os.environ.get("NUMBA_CACHE_DIR") or kernel_cache.PACKAGE / "__pycache__"
    made_of = (provenance.source_hash(), metadata.version("numba"), platform.machine(), platform.node())
    return Path(folder) / f"kernels-{provenance.configuration_hash(made_of)[:16]}"


def describe_map(world: Any) -> dict:
    """What figures and tables need of the map, as plain data."""
    if world is None:
        return {}
    towns = world.towns
    return {
        "name": world.name,
        "resolution": world.resolution,
        "fictional": bool(getattr(world, "fictional", False)),
        "gid": world.gid.tolist(),
        "lat": world.lat.tolist(),
        "lon": world.lon.tolist(),
        "country": world.country.tolist(),
        "countries": list(world.countries),
        "country_names": list(world.country_names),
        "theatre": [bool(item) for item in world.theatre],
        "admin1": world.admin1.tolist(),
        "admin1_names": list(world.admin1_names),
        "inhabited": int(world.n_communities),  # so many cells, the first ones, have communities
        "outlines": [[iso3, line.round(3).tolist()] for iso3, line in world.outlines],
        "towns": {
            "name": list(towns.name),
            "lat": towns.lat.round(3).tolist(),
            "lon": towns.lon.round(3).tolist(),
            "population": towns.population.tolist(),
            "country": [int(item) for item in towns.country],
            "capital": [bool(item) for item in towns.capital],
            "regional": [bool(item) for item in towns.regional],
            "theatre": [bool(world.theatre[item]) for item in towns.country],
        },
    }
