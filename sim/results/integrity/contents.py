"""Whether run.json has what is read from it, of the kinds that it should have: a folder may be a stranger's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.errors import printable
from sim.core.files import FolderError

#: what every folder of runs says of itself, and the kind of each
KINDS: dict[str, type | tuple[type, ...]] = {
    "status": str,
    "scenarios": list,
    "baseline": str,
    "seeds": dict,
    "period": dict,
    "configuration": dict,
    "time": dict,
}
#: what is read of a finished one besides
FINISHED: dict[str, type | tuple[type, ...]] = {"finished_replicates": list, "controllers": list}
#: lists and mappings within one another
DEEPEST = 50


def check_run(folder: Path, run: dict[str, Any]) -> None:
    """Refuse a run.json that lacks something or has it of another kind. Raises `FolderError`."""
    _check_kinds(folder, run, KINDS)
    names = [item.get("name") if isinstance(item, dict) else None for item in run["scenarios"]]
    problem = None
    if not names or not all(isinstance(name, str) and is_plain_name(name) for name in names):
        problem = "its scenarios have no names that can be those of folders"
    elif len(set(names)) < len(names):
        problem = "it names a scenario twice"
    elif run["baseline"] not in names:
        problem = f"its baseline '{printable(run['baseline'], 100)}' is not among its scenarios"
    elif not _are_numbers(run["seeds"].get("replicates")) or not isinstance(run["seeds"].get("seed"), int):
        problem = "its seeds are no numbers"
    elif not all(isinstance(run["period"].get(key), str) for key in ("start", "end")):
        problem = "its period has no dates"
    elif not all(isinstance(item, dict) for item in run["configuration"].values()):
        problem = "its configuration is none"
    if problem is not None:
        raise FolderError(f"{folder / 'run.json'} cannot be read: {problem}.")


def check_finished(folder: Path, run: dict[str, Any]) -> None:
    """Refuse what cannot be read of a folder that has tables. Raises `FolderError`."""
    _check_kinds(folder, run, {key: kind for key, kind in FINISHED.items() if key in run})
    if not _are_numbers(run.get("finished_replicates", [])):
        raise FolderError(f"{folder / 'run.json'} cannot be read: its finished replicates are no numbers.")


def is_plain_name(name: str) -> bool:
    """Whether a name stays within its folder: replicate files lie in `parts/<name>`."""
    return name not in ("", ".", "..") and "/" not in name and "\\" not in name and "\0" not in name


def _check_kinds(folder: Path, run: dict[str, Any], kinds: dict[str, Any]) -> None:
    for key, kind in kinds.items():
        if not isinstance(run.get(key), kind):
            raise FolderError(f"{folder / 'run.json'} cannot be read: its '{key}' is missing or of another kind.")


def _are_numbers(values: Any) -> bool:
    """Whether it is a list of whole numbers from 0 on."""
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)


def printable_values(data: Any, depth: int = 0) -> Any:
    """Plain data whose texts a terminal may have (`sim.core.errors.printable`); numbers as they are."""
    if isinstance(data, str):
        return data if data.isprintable() else printable(data, len(data))
    if isinstance(data, dict) and depth < DEEPEST:
        return {printable_values(key): printable_values(value, depth + 1) for key, value in data.items()}
    if isinstance(data, list) and depth < DEEPEST:
        if data and type(data[0]) in (int, float):  # thousands of cells; of other kinds inside, none is printed
            return data
        return [printable_values(value, depth + 1) for value in data]
    return data
