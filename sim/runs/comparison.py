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
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from sim.core.errors import unknown
from sim.core.files import FolderError, check_folder, read_run, write_json
from sim.recording.run_record import RunRecord
from sim.results.integrity.folder_lock import locked
from sim.results.replicate_files import remove_replicate_files, replicate_file, replicate_hash
from sim.runs import estimate
from sim.runs.job_queue import RunStatistics, run_jobs
from sim.runs.plan import ComparisonPlan
from sim.runs.pool import Here, Pool
from sim.runs.progress import run_bar, status, tell_analysis, tell_estimate, tell_reuse, week_bar
from sim.runs.run_folder import (
    describe,
    is_finished,
    is_folded,
    made,
    open_folder,
)
from sim.runs.stopping import StoppingMonitor
from sim.runs.workers import (
    LOAD_WORLD,
    SIMULATE,
    Job,
    compile_kernels,
    describe_map,
    function_named,
    kernels_ready,
    map_data,
    one_thread,
    world_for,
)
from sim.settings.settings import Settings


def run_comparison(plan: ComparisonPlan, progress: bool = False, finish: bool = True) -> Path:
    """Do what the plan says and return the folder; with `finish`, make tables, figures and the report too.

    An existing folder is continued if it holds the same comparison (more replicates may be asked for), and refused
    otherwise, or where another command is at work in it.
    """
    check_folder(plan.output)
    new = not plan.output.exists()
    try:
        with locked(made(plan.output)):
            return _run_comparison(plan, progress, finish)
    except BaseException:
        if new:
            with suppress(OSError):  # not empty: what was done stays
                plan.output.rmdir()
        raise


def _run_comparison(plan: ComparisonPlan, progress: bool, finish: bool) -> Path:
    """The same in a folder that is there and held."""
    output, functions = plan.output, (plan.simulate, plan.load_world)
    run = describe(plan.settings, plan.first_replicates, plan.seed, plan.baseline, plan.command)
    run["retention"] = plan.kept
    if plan.telling:
        run["telling"] = plan.telling
    if plan.checkpoint is not None:
        run["from"] = plan.checkpoint.start
        run["states"] = [str(folder.relative_to(output)) for _, _, folder in plan.checkpoint.save]
    if is_folded(output, run):
        return output
    started, statistics = time.perf_counter(), RunStatistics()
    with one_thread(), open_pool(plan.compute, plan.workers, plan.address, progress) as pool:
        with status(progress, "Loading the map"):
            pool.get_ready(*functions, plan.first)
            map_facts = pool.call(map_data, *functions, plan.first)
        run["data_hash"] = map_facts.pop("data_hash")
        open_folder(output, run)
        try:
            write_json(output / "map.json", map_facts)
            run_replicates(plan, run, pool, statistics, progress)
        except BaseException as problem:
            interrupted = isinstance(problem, KeyboardInterrupt)
            run["status"] = "interrupted" if interrupted else "failed"
            with suppress(FolderError):  # on a full disk there is no room for this either
                write_json(output / "run.json", run)
            raise
    run["status"] = "simulated"
    run["time"] |= dataclasses.asdict(statistics)
    run["time"]["total_seconds"] = time.perf_counter() - started
    write_json(output / "run.json", run)
    if finish:
        _finish(output, progress, started)
    return output


def run_replicates(plan: ComparisonPlan, run: dict, pool: Pool, statistics: RunStatistics, progress: bool) -> None:
    """Run what is missing of the replicates wanted, until the stopping rule, if there is one, wants no more."""
    total, done = plan.first_replicates, 0
    monitor = None
    if plan.rule is not None:
        monitor = StoppingMonitor(plan.rule, plan.output, list(plan.settings), run["baseline"], plan.first.end)
    _tell_estimate(plan, pool, run, progress)
    while done < total:
        jobs = _jobs(plan, run, range(done, total))
        missing = [job for job in jobs if not is_finished(job)]
        tell_reuse(progress, len(jobs) - len(missing), len(jobs))
        if missing and "kernels_seconds" not in run["time"]:
            run["time"]["kernels_seconds"] = _compile(pool, plan.simulate, progress)
        clock = time.perf_counter()
        with run_bar(progress, len(missing)) as tell:
            run_jobs(pool, missing, tell, statistics, monitor and monitor.check)
        run["time"]["simulation_seconds"] = run["time"].get("simulation_seconds", 0.0) + time.perf_counter() - clock
        done = total
        if monitor is not None:
            total = monitor.interim_analysis(total)
            run["stopping"] = monitor.plain()
            tell_analysis(progress, monitor)
            run["seeds"]["replicates"] = sorted({*run["seeds"]["replicates"], *range(total)})
            write_json(plan.output / "run.json", run)


def _tell_estimate(plan: ComparisonPlan, pool: Pool, run: dict, progress: bool) -> None:
    """Say what a large job takes; one of more than a day, or than the disk has free, must have been agreed to.

    Runs that lie in the folder already are taken as made; whether they are is looked at later.
    """
    there = sum(1 for _ in (plan.output / "parts").glob("*/*.npz"))
    runs = max(0, plan.first_replicates * len(plan.settings) - there)
    if not estimate.is_ours(plan.simulate) or not estimate.worth_saying(plan.first, runs):
        return
    run["time"]["kernels_seconds"] = _compile(pool, plan.simulate, progress)
    with status(progress, "Timing some weeks"):
        found = estimate.estimate(pool, plan.first, runs, max(1, pool.size()), plan.kept, plan.output)
    tell_estimate(progress, found.text())
    found.check(plan.agreed)


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
    with ExitStack() as stack:
        if output is not None:
            check_folder(Path(output))
            stack.enter_context(locked(made(Path(output))))
        return _run_one(settings, output, progress, simulate, load_world, function, about)


def _run_one(
    settings: Settings,
    output: Path | None,
    progress: bool,
    simulate: str,
    load_world: str,
    function: Callable | None,
    about: dict | None,
) -> RunRecord:
    """The same with the folder held."""
    started = time.perf_counter()
    name = settings.scenario.name
    run = describe({name: settings}, 1, settings.seed) | (about or {})
    run["seeds"]["replicates"] = [settings.replicate]
    if output is not None:
        output = Path(output)
    world = world_for(load_world, settings)
    run["data_hash"] = str(getattr(world, "data_hash", ""))
    if output is not None:
        open_folder(output, run)
        write_json(output / "map.json", describe_map(world))
    run["time"]["kernels_seconds"] = _compile(Here(), simulate, progress)
    clock = time.perf_counter()
    with week_bar(progress, name) as advance:
        record = (function or function_named(simulate))(settings, world=world, progress=advance)
    run["time"]["simulation_seconds"] = time.perf_counter() - clock
    if output is not None:
        record.meta |= {"scenario": name, "hash": replicate_hash(run, name, settings.replicate)}
        seconds = record.meta.pop("seconds", None)  # the time taken is no part of what is kept
        record.save(replicate_file(output, name, settings.replicate))
        record.meta["seconds"] = seconds
        run["status"] = "simulated"
        write_json(output / "run.json", run)
        _finish(output, progress, started)
    return record


def _jobs(plan: ComparisonPlan, run: dict, replicates: Iterable[int]) -> list[Job]:
    """The jobs of some replicates, replicate by replicate; the first scenario leaves the states that are asked for."""
    jobs = []
    first, of_first = next(iter(plan.settings)), plan.checkpoint
    of_others = of_first and dataclasses.replace(of_first, save=())
    for replicate in replicates:
        for name, item in plan.settings.items():
            path = replicate_file(plan.output, name, replicate)
            item = dataclasses.replace(item, seed=plan.seed, replicate=replicate)
            about = (plan.simulate, plan.load_world, run["data_hash"], run["retention"])
            jobs.append(
                Job(
                    name,
                    item,
                    path,
                    replicate_hash(run, name, replicate),
                    *about,
                    of_first if name == first else of_others,
                )
            )
    return jobs


def _finish(output: Path, progress: bool, started: float) -> None:
    """Make tables, figures and, of a comparison, the report, and note the time taken."""
    from sim.results.figures.draw import draw_all
    from sim.results.report.page import write_report
    from sim.results.write_tables import write_all

    clock = time.perf_counter()
    with status(progress, "Writing tables"):
        found = write_all(output)
    tables = time.perf_counter() - clock
    with status(progress, "Drawing figures"):
        draw_all(found)
    figures = time.perf_counter() - clock - tables
    if found.scenarios[1:]:
        with status(progress, "Writing the report"):
            write_report(found)
    run = read_run(output)
    run["time"] |= {
        "tables_seconds": tables,
        "figures_seconds": figures,
        "report_seconds": time.perf_counter() - clock - tables - figures,
        "total_seconds": time.perf_counter() - started,
    }
    run["folded"] = run.get("retention") == "tables" and run["status"] == "complete"
    write_json(output / "run.json", run)
    if run["folded"]:
        remove_replicate_files(output)


def _compile(pool: Any, simulate: str, progress: bool) -> float:
    """Compile kernels once, in one process, before all others need them; seconds taken."""
    clock = time.perf_counter()
    if not all(pool.call_everywhere(kernels_ready, simulate)):
        text = "Compiling the kernels (once after installation, up to a minute or two)"
        with status(progress, text):
            pool.call_everywhere(compile_kernels, simulate)
    return time.perf_counter() - clock
