"""Scenarios x replicates over worker processes, into a folder of finished parts.

A run is a function of (settings, data, seed, replicate), so that the results are the same bits
whatever the number of workers and in whatever order they finish. Each finished replicate is a file
of its own; a comparison that was interrupted goes on from those whose configuration hash matches.

Workers are started with "spawn": what they get is pickled, and they import only what a run needs.
Replicates come in the order 0 of all scenarios, 1 of all scenarios, ..., so that whatever is
finished at any moment can be compared in pairs.
"""

import dataclasses
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.core.errors import unknown
from sim.core.files import FolderError, write_json
from sim.core.run_file import read_run
from sim.recording import reduced_record
from sim.recording.run_record import RunRecord
from sim.results.parts import part_path, remove_parts
from sim.runs.job_queue import Tally, run_jobs
from sim.runs.pool import Here, Pool
from sim.runs.progress import run_bar, status, tell_look, tell_reuse, week_bar
from sim.runs.run_folder import (
    _check_folder,
    _check_numbers,
    _describe,
    _finished,
    _first,
    _folded,
    _open_folder,
    _part_hash,
)
from sim.runs.stopping import Rule, Watch
from sim.runs.workers import (
    LOAD_WORLD,
    SIMULATE,
    Job,
    Past,
    compile_kernels,
    describe_map,
    function_named,
    kernels_ready,
    map_data,
    one_thread,
    world_for,
)
from sim.settings.settings import Settings


def run_comparison(
    settings_by_scenario: dict[str, "Settings"],
    replicates: int | Rule,
    workers: int,
    output: Path,
    seed: int,
    progress: bool,
    *,
    baseline: str | None = None,
    finish: bool = True,
    keep: str = "all",
    compute: str = "local",
    address: str | None = None,
    past: Past | None = None,
    simulate: str = SIMULATE,
    load_world: str = LOAD_WORLD,
) -> Path:
    """Run every scenario `replicates` times and return the folder.

    The first scenario is the baseline unless said otherwise. With a stopping rule (`sim/runs/stopping.py`)
    instead of a number, replicates are added until it is content. With `finish`, tables and figures are
    made too. An existing folder is continued if it holds the same comparison (more replicates may
    be asked for), and refused otherwise. `keep` says what is kept of each run (`sim/recording/reduced_record.py`).
    `compute` is "local" (worker processes) or "dask" (a cluster, at `address` or started here).
    `past` names saved states to go on from, and those that the first scenario leaves.
    `simulate` and `load_world` are "module:function" names.
    """
    rule = None if isinstance(replicates, int) else replicates
    total = replicates if rule is None else rule.at_least
    _check_numbers(settings_by_scenario, total, workers)
    output = Path(output)
    run = _describe(settings_by_scenario, total, seed, baseline)
    if rule is not None and keep == "auto":
        keep = "headline"  # how many there will be is not known, and parts stay, so that some can be added
    run["keep"] = reduced_record.chosen(keep, len(settings_by_scenario) * total)
    if past is not None:
        run["from"] = past.start
        run["states"] = [str(folder.relative_to(output)) for _, _, folder in past.save]
    _check_folder(output)
    if _folded(output, run):
        return output
    started, tally = time.perf_counter(), Tally()
    with one_thread(), open_pool(compute, workers, address, progress) as pool:
        with status(progress, "Loading the map"):
            first = _first(settings_by_scenario)
            pool.get_ready(simulate, load_world, first)
            map_facts = pool.call(map_data, simulate, load_world, first)
        run["data_hash"] = map_facts.pop("data_hash")
        _open_folder(output, run)
        try:
            write_json(output / "map.json", map_facts)
            watch = None if rule is None else Watch(rule, output, list(settings_by_scenario), run["baseline"])
            done = 0
            while done < total:
                jobs = _jobs(run, settings_by_scenario, range(done, total), output, (simulate, load_world), past)
                missing = [job for job in jobs if not _finished(job)]
                tell_reuse(progress, len(jobs) - len(missing), len(jobs))
                if missing and "kernels_seconds" not in run["time"]:
                    run["time"]["kernels_seconds"] = _compile(pool, simulate, progress)
                clock = time.perf_counter()
                with run_bar(progress, len(missing)) as tell:
                    run_jobs(pool, missing, tell, tally, watch and watch.check)
                run["time"]["simulation_seconds"] = (
                    run["time"].get("simulation_seconds", 0.0) + time.perf_counter() - clock
                )
                done = total
                if watch is not None:
                    total = watch.look(total)
                    run["stopping"] = watch.plain()
                    tell_look(progress, watch)
                    run["seeds"]["replicates"] = sorted({*run["seeds"]["replicates"], *range(total)})
                    write_json(output / "run.json", run)
        except BaseException as problem:
            interrupted = isinstance(problem, KeyboardInterrupt)
            run["status"] = "interrupted" if interrupted else "failed"
            with suppress(FolderError):  # on a full disk there is no room for this either
                write_json(output / "run.json", run)
            raise
    run["status"] = "simulated"
    run["time"] |= dataclasses.asdict(tally)
    run["time"]["total_seconds"] = time.perf_counter() - started
    write_json(output / "run.json", run)
    if finish:
        _finish(output, progress, started)
    return output


def open_pool(compute: str, workers: int, address: str | None, progress: bool) -> Pool:
    """The workers that the words `compute`, `workers` and `address` ask for."""
    if compute == "local":
        if address:
            raise FolderError("address names a Dask cluster; say compute=dask with it.")
        return Pool(workers)
    if compute != "dask":
        raise unknown("kind of workers", compute, ("local", "dask"), "(compute)")
    from sim.runs.dask_workers import DaskPool

    with status(progress, f"Joining the cluster at {address}" if address else "Starting a Dask cluster"):
        return DaskPool(workers, address)


def run_one(
    settings: "Settings",
    output: Path | None = None,
    progress: bool = False,
    *,
    simulate: str = SIMULATE,
    load_world: str = LOAD_WORLD,
    function: Callable | None = None,
    about: dict | None = None,
) -> RunRecord:
    """Run one replicate in this process; with `output`, write its folder, tables and figures.

    `function` takes the place of the one that `simulate` names; `about` is added to run.json.
    """
    started = time.perf_counter()
    name = settings.scenario.name
    run = _describe({name: settings}, 1, settings.seed, None) | (about or {})
    run["seeds"]["replicates"] = [settings.replicate]
    if output is not None:
        output = Path(output)
        _check_folder(output)
    world = world_for(load_world, settings)
    run["data_hash"] = str(getattr(world, "data_hash", ""))
    if output is not None:
        _open_folder(output, run)
        write_json(output / "map.json", describe_map(world))
    run["time"]["kernels_seconds"] = _compile(Here(), simulate, progress)
    clock = time.perf_counter()
    with week_bar(progress, name) as advance:
        record = (function or function_named(simulate))(settings, world=world, progress=advance)
    run["time"]["simulation_seconds"] = time.perf_counter() - clock
    if output is not None:
        record.meta |= {"scenario": name, "hash": _part_hash(run, name, settings.replicate)}
        seconds = record.meta.pop("seconds", None)  # the time taken is no part of what is kept
        record.save(part_path(output, name, settings.replicate))
        record.meta["seconds"] = seconds
        run["status"] = "simulated"
        write_json(output / "run.json", run)
        _finish(output, progress, started)
    return record


def _jobs(
    run: dict,
    settings: dict,
    replicates: Iterable[int],
    output: Path,
    functions: tuple[str, str],
    past: Past | None,
) -> list[Job]:
    """The jobs of some replicates, replicate by replicate; of the scenarios the first leaves the states that are asked for."""
    jobs = []
    first, of_others = next(iter(settings)), past and dataclasses.replace(past, save=())
    for replicate in replicates:
        for name, item in settings.items():
            path = part_path(output, name, replicate)
            item = dataclasses.replace(item, seed=run["seeds"]["seed"], replicate=replicate)
            about = (*functions, run["data_hash"], run["keep"], past if name == first else of_others)
            jobs.append(Job(name, item, path, _part_hash(run, name, replicate), *about))
    return jobs


def _finish(output: Path, progress: bool, started: float) -> None:
    """Make tables and figures, and note the time taken."""
    from sim.results.figures.draw import draw_all
    from sim.results.write_tables import write_all

    clock = time.perf_counter()
    with status(progress, "Writing tables"):
        write_all(output)
    tables = time.perf_counter() - clock
    with status(progress, "Drawing figures"):
        draw_all(output)
    run = read_run(output)
    run["time"] |= {
        "tables_seconds": tables,
        "figures_seconds": time.perf_counter() - clock - tables,
        "total_seconds": time.perf_counter() - started,
    }
    run["folded"] = run.get("keep") == "tables" and run["status"] == "complete"
    write_json(output / "run.json", run)
    if run["folded"]:
        remove_parts(output)


def _compile(pool: Any, simulate: str, progress: bool) -> float:
    """Compile kernels once, in one process, before all others need them; seconds taken."""
    clock = time.perf_counter()
    if not all(pool.call_everywhere(kernels_ready, simulate)):
        text = "Compiling the kernels (once after installation, up to a minute or two)"
        with status(progress, text):
            pool.call_everywhere(compile_kernels, simulate)
    return time.perf_counter() - clock
