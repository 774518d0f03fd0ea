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
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import ensemble_workers as workers_side
from sim import outputs_keep, storage
from sim.ensemble_progress import run_bar, status, tell_look, tell_reuse, week_bar
from sim.ensemble_queue import Tally, run_jobs
from sim.ensemble_workers import LOAD_WORLD, SIMULATE, Here, Job, Past, Pool
from sim.errors import unknown
from sim.observe_record import RunRecord
from sim.stopping import Rule, Watch
from sim.storage import FolderError

if TYPE_CHECKING:
    from sim.config import Settings


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

    The first scenario is the baseline unless said otherwise. With a stopping rule (`sim/stopping.py`)
    instead of a number, replicates are added until it is content. With `finish`, tables and figures are
    made too. An existing folder is continued if it holds the same comparison (more replicates may
    be asked for), and refused otherwise. `keep` says what is kept of each run (`sim/outputs_keep.py`).
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
    run["keep"] = outputs_keep.chosen(keep, len(settings_by_scenario) * total)
    if past is not None:
        run["from"] = past.start
        run["states"] = [str(folder.relative_to(output)) for _, _, folder in past.save]
    _check_folder(output)
    if _folded(output, run):
        return output
    started, tally = time.perf_counter(), Tally()
    with workers_side.one_thread(), open_pool(compute, workers, address, progress) as pool:
        with status(progress, "Loading the map"):
            first = _first(settings_by_scenario)
            pool.get_ready(simulate, load_world, first)
            map_data = pool.call(workers_side.map_data, simulate, load_world, first)
        run["data_hash"] = map_data.pop("data_hash")
        _open_folder(output, run)
        try:
            storage.write_json(output / "map.json", map_data)
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
                    storage.write_json(output / "run.json", run)
        except BaseException as problem:
            interrupted = isinstance(problem, KeyboardInterrupt)
            run["status"] = "interrupted" if interrupted else "failed"
            with suppress(FolderError):  # on a full disk there is no room for this either
                storage.write_json(output / "run.json", run)
            raise
    run["status"] = "simulated"
    run["time"] |= dataclasses.asdict(tally)
    run["time"]["total_seconds"] = time.perf_counter() - started
    storage.write_json(output / "run.json", run)
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
    from sim.ensemble_dask import DaskPool

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
    world = workers_side.world_for(load_world, settings)
    run["data_hash"] = str(getattr(world, "data_hash", ""))
    if output is not None:
        _open_folder(output, run)
        storage.write_json(output / "map.json", workers_side.describe_map(world))
    run["time"]["kernels_seconds"] = _compile(Here(), simulate, progress)
    clock = time.perf_counter()
    with week_bar(progress, name) as advance:
        record = (function or workers_side.function_named(simulate))(settings, world=world, progress=advance)
    run["time"]["simulation_seconds"] = time.perf_counter() - clock
    if output is not None:
        record.meta |= {"scenario": name, "hash": _part_hash(run, name, settings.replicate)}
        seconds = record.meta.pop("seconds", None)  # the time taken is no part of what is kept
        record.save(storage.part_path(output, name, settings.replicate))
        record.meta["seconds"] = seconds
        run["status"] = "simulated"
        storage.write_json(output / "run.json", run)
        _finish(output, progress, started)
    return record


# ---------------------------------------------------------------------------- the folder


def _check_numbers(settings: dict, replicates: int, workers: int) -> None:
    if not settings:
        raise FolderError("A comparison needs at least one scenario; the list is empty.")
    if replicates < 1:
        raise FolderError(f"replicates must be at least 1, not {replicates}.")
    if workers < 1:
        raise FolderError(f"workers must be at least 1, not {workers}.")
    grids = {(item.region, item.resolution) for item in settings.values()}
    if len(grids) > 1:
        shown = " and ".join(sorted(f"{region} at {res or 'its own'}" for region, res in grids))
        raise FolderError(f"Scenarios are compared on one map, but these use {shown} resolution.")


def _first(settings: dict[str, Any]) -> Any:
    return next(iter(settings.values()))


def _describe(settings: dict, replicates: int, seed: int, baseline: str | None) -> dict:
    """Provenance: all that run.json holds before the first replicate."""
    first = _first(settings)
    baseline = baseline or next(iter(settings))
    if baseline not in settings:
        raise FolderError(f"The baseline '{baseline}' is not among the compared scenarios.")
    about = storage.provenance()
    scenarios = []
    for name, item in settings.items():
        same = dataclasses.replace(item, seed=seed, replicate=0)
        scenarios.append(
            {
                "name": name,
                "title": item.scenario.title or name,
                "summary": item.scenario.summary,
                "variant": item.scenario.variant,
                "hash": storage.configuration_hash(same, about["source_hash"]),
            }
        )
    roles = getattr(first.region_info, "roles", {})
    capital = roles.get("capital")
    return {
        "format": 1,
        "status": "running",
        "scenarios": scenarios,
        "baseline": baseline,
        "seeds": {"seed": seed, "replicates": list(range(replicates))},
        "region": first.region,
        "resolution": first.resolution,
        "period": {"start": first.start, "end": first.end, "levers_from": first.levers_from},
        "known_until": first.region_info.known_until,
        "capital": capital[0] if isinstance(capital, list) and capital else capital,
        "data_hash": "",
        "provenance": about,
        "time": {"started": datetime.now(UTC).isoformat(timespec="seconds")},
        "configuration": {name: storage.to_plain(item) for name, item in settings.items()},
    }


def _check_folder(output: Path) -> None:
    """Refuse a folder that holds anything but an earlier comparison."""
    if output.exists() and not output.is_dir():
        raise FolderError(f"{output} is a file; name a folder for the output.")
    if output.exists() and not (output / "run.json").exists() and storage.holds_something(output):
        raise FolderError(f"The folder {output} exists and holds something else; name another.")


def _open_folder(output: Path, run: dict) -> None:
    """Make the folder, or check that it holds the same comparison, begun earlier."""
    if (output / "run.json").exists():
        _check_same(output, storage.read_json(output / "run.json"), run)
    for path in output.rglob(".*"):  # of a run that was killed while writing
        if storage.is_half_written(path):
            path.unlink(missing_ok=True)
    storage.write_json(output / "run.json", run)


def _check_same(output: Path, old: dict, new: dict) -> None:
    reason = None
    if old.get("provenance", {}).get("source_hash") != new["provenance"]["source_hash"]:
        reason = "made by another version of this program"
    elif old.get("data_hash") != new["data_hash"]:
        reason = "made with other map data"
    elif [s["hash"] for s in old["scenarios"]] != [s["hash"] for s in new["scenarios"]]:
        reason = "with other scenarios, settings or another seed"
    if reason:
        raise FolderError(f"The folder {output} holds another comparison, {reason}; name another folder.")
    kept = set(old["seeds"]["replicates"]) | set(new["seeds"]["replicates"])
    new["seeds"]["replicates"] = sorted(kept)


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
            path = storage.part_path(output, name, replicate)
            item = dataclasses.replace(item, seed=run["seeds"]["seed"], replicate=replicate)
            about = (*functions, run["data_hash"], run["keep"], past if name == first else of_others)
            jobs.append(Job(name, item, path, _part_hash(run, name, replicate), *about))
    return jobs


def _part_hash(run: dict, scenario: str, replicate: int) -> str:
    """A hash of all that a replicate is a function of."""
    hashes = {item["name"]: item["hash"] for item in run["scenarios"]}
    return storage.configuration_hash(hashes[scenario], run["data_hash"], replicate)


def _finished(job: Job) -> bool:
    """True where the part exists, can be read, was made with the same configuration, and holds what is to be kept."""
    states = job.past.saved_by(job.settings.replicate).values() if job.past else ()
    if not all(path.exists() for path in (job.path, *(path for path, _ in states))):
        return False
    try:
        meta = RunRecord.load(job.path, only=()).meta
    except FolderError:
        return False
    return meta.get("hash") == job.hash and (job.keep != "all" or "kept" not in meta)


def _folded(output: Path, run: dict) -> bool:
    """True where the folder holds this comparison, finished, its parts folded into its tables and removed."""
    old = storage.read_json(output / "run.json") if (output / "run.json").exists() else {}
    if not old.get("folded"):
        return False
    wanted = list(run["seeds"]["replicates"])
    _check_same(output, old, run | {"data_hash": old["data_hash"], "seeds": dict(run["seeds"])})
    if not set(wanted) <= set(old["finished_replicates"]):
        raise FolderError(
            f"The folder {output} holds {len(old['finished_replicates'])} finished replicates whose parts were folded "
            "into its tables, so that none can be added; name another folder, with keep=headline if you mean to add some."
        )
    storage.remove_parts(output)  # a kill may have come between
    return True


def _finish(output: Path, progress: bool, started: float) -> None:
    """Make tables and figures, and note the time taken."""
    from sim import figures, outputs

    clock = time.perf_counter()
    with status(progress, "Writing tables"):
        outputs.write_all(output)
    tables = time.perf_counter() - clock
    with status(progress, "Drawing figures"):
        figures.draw_all(output)
    run = storage.read_json(output / "run.json")
    run["time"] |= {
        "tables_seconds": tables,
        "figures_seconds": time.perf_counter() - clock - tables,
        "total_seconds": time.perf_counter() - started,
    }
    run["folded"] = run.get("keep") == "tables" and run["status"] == "complete"
    storage.write_json(output / "run.json", run)
    if run["folded"]:
        storage.remove_parts(output)


def _compile(pool: Any, simulate: str, progress: bool) -> float:
    """Compile kernels once, in one process, before all others need them; seconds taken."""
    clock = time.perf_counter()
    if not all(pool.call_everywhere(workers_side.kernels_ready, simulate)):
        text = "Compiling the kernels (once after installation, up to a minute or two)"
        with status(progress, text):
            pool.call_everywhere(workers_side.compile_kernels, simulate)
    return time.perf_counter() - clock
