"""The folder of a comparison: what it says of itself, whether it may be gone on with, which replicates are finished."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.core.files import FOLDER_FORMAT, FolderError, has_run, is_half_written, read_run, refuse_linked, write_json
from sim.core.provenance import configuration_hash, provenance
from sim.core.structure import unstructure
from sim.recording.run_record import RunRecord
from sim.results.integrity.contents import check_run
from sim.results.integrity.hashes import check_tables
from sim.results.reading.scenario_colours import scenario_colours
from sim.results.replicate_files import remove_replicate_files, replicate_hash
from sim.runs.workers import Job
from sim.settings.divergence import first_difference
from sim.settings.settings import Settings
from sim.settings.words.ban import assumption_words


def describe(
    settings: dict[str, Any], replicates: int, seed: int, baseline: str | None = None, command: str | None = None
) -> dict:
    """Provenance: all that run.json holds before the first replicate; `command` is what the user typed."""
    first = next(iter(settings.values()))
    baseline = baseline or next(iter(settings))
    about = provenance()
    scenarios = []
    for name, item in settings.items():
        same = dataclasses.replace(item, seed=seed, replicate=0)
        scenarios.append(
            {
                "name": name,
                "title": item.scenario.title or name,
                "summary": item.scenario.summary,
                "variant": item.scenario.variant,
                "changes": list(getattr(item.scenario, "changes", [])),
                "levers_from": item.levers_from,
                "assumption": assumption_words(item) if isinstance(item, Settings) else None,
                "hash": configuration_hash(same, about["source_hash"]),
            }
        )
    roles = getattr(first.region_info, "roles", {})
    capital = roles.get("capital")
    return {
        "format": FOLDER_FORMAT,
        "status": "running",
        "command": command,
        "scenarios": scenarios,
        "baseline": baseline,
        "seeds": {"seed": seed, "replicates": list(range(replicates))},
        "region": first.region,
        "resolution": first.resolution,
        "draw": getattr(first, "draw", None),
        "period": {"start": first.start, "end": first.end, **_shared_past(settings, baseline)},
        "colours": scenario_colours([baseline, *(name for name in settings if name != baseline)]),
        "known_until": first.region_info.known_until,
        "capital": capital[0] if isinstance(capital, list) and capital else capital,
        "data_hash": "",
        "provenance": about,
        "time": {"started": datetime.now(UTC).isoformat(timespec="seconds")},
        "configuration": {name: unstructure(item) for name, item in settings.items()},
    }


def _shared_past(settings: dict[str, Any], baseline: str) -> dict[str, Any]:
    """The first day on which levers of a scenario act, and the first on which one differs from the baseline."""
    others = [item for name, item in settings.items() if name != baseline] or [settings[baseline]]
    found = {"levers_from": min(item.levers_from for item in others)}
    if len(settings) > 1 and all(isinstance(item, Settings) for item in settings.values()):
        days = [first_difference(settings[baseline], item) for item in others]
        found["differ_from"] = min((day for day in days if day is not None), default=None)
    return found


def open_folder(output: Path, run: dict) -> None:
    """Make the folder, or check that it holds the same comparison, begun earlier.

    A damaged run.json is made anew where the replicates that are there are those of this comparison.
    """
    for name in ("parts", "states", "figures"):
        refuse_linked(output / name)
    if has_run(output):
        try:
            old = read_run(output)
            check_run(output, old)
        except FolderError:
            if not _has_parts_of(output, run):
                raise
        else:
            _check_same(output, old, run)
    for path in output.rglob(".*"):  # of a run that was killed while writing
        if is_half_written(path):
            path.unlink(missing_ok=True)
    write_json(output / "run.json", run)


def made(output: Path) -> Path:
    """The folder, made if it is not there. Raises `FolderError` where it cannot be."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderError(f"{output} cannot be written: {error.strerror or error}.") from None
    return output


def _has_parts_of(output: Path, run: dict) -> bool:
    """Whether there are replicates in a folder, all that can be read of them those of this comparison."""
    found = 0
    for path in sorted((output / "parts").glob("*/*.npz")):
        try:
            meta = RunRecord.load(path, only=()).meta
        except FolderError:
            continue
        scenario = path.parent.name
        if scenario not in {item["name"] for item in run["scenarios"]} or not path.stem.isdecimal():
            return False
        if meta.get("hash") != replicate_hash(run, scenario, int(path.stem)):
            return False
        found += 1
    return found > 0


def _check_same(output: Path, old: dict, new: dict) -> None:
    reason = None
    if old.get("provenance", {}).get("source_hash") != new["provenance"]["source_hash"]:
        reason = "made by another version of this program"
    elif old.get("data_hash") != new["data_hash"]:
        reason = "made with other map data"
    elif [s["hash"] for s in old["scenarios"]] != [s["hash"] for s in new["scenarios"]]:
        reason = "with other scenarios, settings or another seed"
    named, now = (found.get("telling", {}).get("outcome") for found in (old, new))
    if reason is None and now is not None and now != named and any((output / "parts").rglob("*.npz")):
        raise FolderError(
            f"The folder {output} was begun with {f'outcome={named}' if named else 'no primary outcome'}, and one is "
            f"named "
            f"before the runs; leave out outcome={now}, and look at it with sahel show {output} outcome={now}."
        )
    if named is not None:
        new.setdefault("telling", old["telling"])
    if reason:
        raise FolderError(f"The folder {output} holds another comparison, {reason}; name another folder.")
    kept = set(old["seeds"]["replicates"]) | set(new["seeds"]["replicates"])
    new["seeds"]["replicates"] = sorted(kept)


def is_finished(job: Job) -> bool:
    """True where the part exists, is whole, was made with the same configuration, and holds what is to be kept.

    A damaged one is made anew; its states too.
    """
    states = job.checkpoint.saved_by(job.settings.replicate).values() if job.checkpoint else ()
    if not all(RunRecord.is_whole(path) for path in (job.path, *(path for path, _ in states))):
        return False
    try:
        meta = RunRecord.load(job.path, only=()).meta
    except FolderError:
        return False
    return meta.get("hash") == job.hash and (job.retention != "full" or "retention" not in meta)


def is_folded(output: Path, run: dict) -> bool:
    """True where the folder holds this comparison, finished, its parts folded into its tables and removed."""
    try:
        old = read_run(output) if has_run(output) else {}
    except FolderError:  # told by `open_folder`
        return False
    if not old.get("folded"):
        return False
    if check_tables(output, old):  # nothing to fold from any more: all is made anew
        return False
    wanted = list(run["seeds"]["replicates"])
    _check_same(output, old, run | {"data_hash": old["data_hash"], "seeds": dict(run["seeds"])})
    if not set(wanted) <= set(old["finished_replicates"]):
        raise FolderError(
            f"The folder {output} holds {len(old['finished_replicates'])} finished replicates whose parts were folded "
            "into its tables, so that none can be added; name another folder, with retention=summary if you mean to "
            "add some."
        )
    remove_replicate_files(output)  # a kill may have come between
    return True
