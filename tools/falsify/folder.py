"""What a folder of a search says of itself, and whether a search may go on in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.core.errors import UserError
from sim.core.files import holds_something, read_json, write_json
from sim.core.provenance import PACKAGE, configuration_hash, meaning_of, source_hash
from sim.settings.settings import Settings
from tools.falsify.search import Plan
from tools.falsify.space import Space
from tools.falsify.targets import Target

FILE, RUNS = "falsify.json", "runs.jsonl"
FORMAT = 1

#: files that decide which figures are made of a run, beside those that decide the run
MEASURING = (
    *(PACKAGE / "validation" / "yardstick").glob("*.py"),
    PACKAGE / "results" / "event_tables.py",
    PACKAGE / "results" / "ged_columns.py",
    PACKAGE / "results" / "maps" / "control_spells.py",
    Path(__file__).with_name("lines.py"),
    Path(__file__).with_name("runs.py"),
)
#: what must be the same for runs to be used again: key -> words for it
SAME = {
    "mechanism": "another mechanism",
    "targets": "other targets",
    "parameters": "other parameters or ranges",
    "settings": "other settings",
    "source": "another version of the model",
    "measuring": "another version of the statistics",
    "data": "another map",
}


def measuring_hash() -> str:
    """A sha256 (hex) of what the files that make figures of a run mean."""
    digest = hashlib.sha256()
    for path in sorted(MEASURING):
        digest.update(f"{path.name} {meaning_of(path.read_bytes())}\n".encode())
    return digest.hexdigest()


def identity(
    mechanism: str, targets: Sequence[Target], space: Space, settings: Settings, data_hash: str
) -> dict[str, Any]:
    """What a search is about; sizes may change, and runs that fit are used again."""
    return {
        "mechanism": mechanism,
        "targets": [target.plain() for target in targets],
        "parameters": [[p.name, p.low, p.high] for p in space.parameters],
        "settings": configuration_hash(settings),
        "source": source_hash(),
        "measuring": measuring_hash(),
        "data": data_hash,
    }


def open_folder(folder: Path, about: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Make the folder, or check that it holds the same search; returns what its file says now."""
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file; name a folder for the output.")
    if (folder / FILE).exists():
        told = read_json(folder / FILE)
        if told.get("format") != FORMAT:
            raise UserError(f"{folder} was written by another version of the falsifier; name another folder.")
        other = [words for key, words in SAME.items() if told.get(key) != about[key]]
        if other:
            raise UserError(
                f"The runs in {folder} are of {' and of '.join(other)}; name another folder (output=...), or remove it "
                "to begin anew."
            )
    elif folder.exists() and holds_something(folder):
        raise UserError(f"The folder {folder} exists and holds something else; name another.")
    else:
        told = {"format": FORMAT, "sessions": []} | about
    told["plan"] = dict(vars(plan))
    write_json(folder / FILE, told)
    return told


def add_session(folder: Path, told: dict[str, Any], seconds: float, runs: int) -> None:
    """Note how long a call took and how many runs it made."""
    day = datetime.now(UTC).isoformat(timespec="seconds")
    told["sessions"].append({"ended": day, "seconds": round(seconds, 1), "runs": runs})
    write_json(Path(folder) / FILE, told)


def note_later(folder: Path, told: dict[str, Any], point: str) -> None:
    """Note that the later lines have been printed, and of which point; what they said is not kept."""
    told["later"] = {"printed": datetime.now(UTC).isoformat(timespec="seconds"), "point": point}
    write_json(Path(folder) / FILE, told)
