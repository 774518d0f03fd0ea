"""The finished replicates of a comparison, one file each."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from sim.core.files import FolderError, read_json, read_run
from sim.core.provenance import configuration_hash
from sim.recording import reduced_record
from sim.recording.run_record import RunRecord, Totals
from sim.results.integrity.contents import check_run


def replicate_file(folder: Path, scenario: str, replicate: int) -> Path:
    """Where the finished replicate of a scenario lies."""
    return Path(folder) / "parts" / scenario / f"{replicate:04d}.npz"


def replicate_hash(run: dict, scenario: str, replicate: int) -> str:
    """A hash of all that a replicate is a function of."""
    hashes = {item["name"]: item["hash"] for item in run["scenarios"]}
    return configuration_hash(hashes[scenario], run["data_hash"], replicate)


def remove_replicate_files(folder: Path) -> None:
    """Remove the finished replicates of a complete folder; tables and figures stay."""
    if read_run(folder).get("status") != "complete":
        raise FolderError(f"{folder} is not complete: its parts are kept.")
    shutil.rmtree(Path(folder) / "parts", ignore_errors=True)


@dataclass
class ReplicateFiles:
    """The finished replicates of a folder."""

    folder: Path
    run: dict
    map: dict
    replicates: list[int]  # those finished in every scenario

    @property
    def scenarios(self) -> list[str]:
        """Names, in the order they were given."""
        return [item["name"] for item in self.run["scenarios"]]

    @property
    def retention(self) -> str:
        """What is kept of a run (`sim.recording.reduced_record`)."""
        return self.run.get("retention", "full")

    @property
    def end(self) -> str:
        """Last day of the period."""
        return self.run["period"]["end"]

    def load(self, scenario: str, replicate: int, *only: str) -> RunRecord:
        """Read some keys of one part: no more than the comparison keeps, whatever the part holds."""
        path = replicate_file(self.folder, scenario, replicate)
        record = RunRecord.load(path, only=only)
        if self.retention == "full":
            return record
        lists = replicate < reduced_record.LISTS
        if record.meta.get("retention") == "summary":
            return record if lists else replace(record, events={}, flows={})
        if any(key.startswith("series/") for key in only):  # what is kept of a series goes by another name
            record = RunRecord.load(path, only=("series",))
        settings = self.run["configuration"][scenario]
        capital = self.run.get("capital")
        theatre = settings.get("region_info", {}).get("theatre", [])
        return reduced_record.summary(record, theatre, capital, lists, self.end)

    def totals(self, scenario: str, replicate: int) -> dict[str, Totals]:
        """Everything that one part has, summed up over periods."""
        record = self.load(scenario, replicate, "totals")
        if record.totals:
            return record.totals
        record = RunRecord.load(replicate_file(self.folder, scenario, replicate), only=("series",))
        return {name: reduced_record.sum_up(name, series, self.end) for name, series in record.series.items()}


def find_replicate_files(folder: Path) -> ReplicateFiles:
    """List what is finished; a sentence where nothing can be compared yet."""
    run = read_run(folder)
    check_run(folder, run)
    map_data = read_json(folder / "map.json")
    finished = [
        replicate
        for replicate in run["seeds"]["replicates"]
        if all(replicate_file(folder, item["name"], replicate).exists() for item in run["scenarios"])
    ]
    if not finished:
        raise FolderError(f"In {folder} no replicate is finished in every scenario yet.")
    return ReplicateFiles(folder, run, map_data, finished)


def _describe_records(parts: ReplicateFiles) -> None:
    """Note in run.json what the records say of themselves."""
    metas = {name: parts.load(name, parts.replicates[0], "nothing").meta for name in parts.scenarios}
    first = metas[parts.run["baseline"]]
    controllers: list[str] = []
    for meta in metas.values():
        controllers += [name for name in meta.get("controllers", []) if name not in controllers]
    parts.run["projection_from"] = first.get("projection_from")
    parts.run["controllers"] = controllers
    parts.run["marks"] = {name: meta.get("marks", []) for name, meta in metas.items()}
    lists = parts.replicates if parts.retention == "full" else [r for r in parts.replicates if r < reduced_record.LISTS]
    parts.run["lists_of_replicates"] = len(lists)


def _differ(scenario: str, key: str) -> FolderError:
    return FolderError(f"Replicates of scenario '{scenario}' do not hold the same outcomes ({key}).")
