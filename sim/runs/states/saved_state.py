"""Saved states: a model and its record between two steps in one file, from which continuations start.

    sahel run scenario=history save_at=2025-09-01 output=some/folder
    sahel run from=some/folder/states/2025-09-01.npz withdrawals=un_stays period.end=2027-12-31

A continuation has the same bits as a run of its settings from the beginning. So what it starts from must be what such
a run would have come to: the same map, actor profiles, parameters, step, seed and replicate, and no decision that
differs before the state's day. `SavedState.check` holds it to that, in a sentence.

File: a zip of .npy arrays without pickle (`tables/units/cell`, `kept/flows`, `recorder/values`, ...) and `meta`, JSON
in bytes. A file may come from a stranger. Sizes are bounded before anything is read, only numbers, dates and short
texts are taken, and every number that a kernel uses as an index is checked against this run's own tables
(`sim.runs.states.checks`), since kernels do not look.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.codes import LOG
from sim.core.errors import UserError
from sim.core.files import atomic_write, path_named
from sim.core.provenance import PACKAGES, provenance
from sim.core.structure import unstructure
from sim.recording.record_file import write_npz
from sim.recording.recorder import Recorder, in_one_piece
from sim.runs.snapshot import KEPT, put_state, take_state
from sim.runs.states.checks import CHECKS, FIXED, whole_below, wrong_values
from sim.runs.states.state_file import pack, read_arrays, unpack
from sim.settings.divergence import differences
from sim.settings.settings import Settings

FORMAT = 3
#: what a recorder has gathered so far; all else in it follows from settings and map
RECORDED = ("values", "towns", "dates", "months", "month_data", "month", "events", "flow_list", "sums", "last")
RECORDED += ("weekly_cells",)


class StateError(UserError):
    """A saved state that cannot be used: one sentence for the user."""


def state_path(folder: Path, day: date) -> Path:
    """Where the state of a day lies in a folder of results."""
    return Path(folder) / "states" / f"{day.isoformat()}.npz"


def step_of(settings: Settings, day: date) -> int:
    """Number of steps that lie wholly before a day."""
    return int((day - settings.region_info.start).days / settings.step_days)


# ---------------------------------------------------------------------------- writing


def save_state(path: Path, model: Any, recorder: Recorder, day: date | None = None) -> None:
    """Write the state of a model and its recorder between two steps, atomically; `day` lies in the step to come."""
    state = take_state(model)
    arrays: dict[str, np.ndarray] = {
        f"tables/{table}/{name}": column
        for table, columns in state["tables"].items()
        for name, column in columns.items()
    }
    meta = {
        "format": FORMAT,
        "date": (day or model.date).isoformat(),
        "step": model.step_index,
        "settings": unstructure(model.settings),
        "drawn": model.drawn,
        "data_hash": model.world.data_hash,
        "resolution": model.world.resolution,
        "provenance": provenance(),
        "kept": {name: pack(value, f"kept/{name}", arrays) for name, value in state["kept"].items()},
        "recorder": {name: pack(value, f"recorder/{name}", arrays) for name, value in recorded(recorder).items()},
    }
    text = json.dumps(unstructure(meta), ensure_ascii=False)
    arrays["meta"] = np.frombuffer(text.encode(), dtype=np.uint8)
    atomic_write(path, lambda file: write_npz(file, arrays))


def recorded(recorder: Recorder) -> dict[str, Any]:
    """What a recorder has gathered: weeks done only, and the events of all weeks in one piece."""
    found = {name: getattr(recorder, name) for name in RECORDED if hasattr(recorder, name)}
    for name in ("values", "towns"):
        found[name] = found[name][: len(recorder.dates)]
    found["weekly_cells"] = recorder.weekly_cells.arrays()
    if found["events"]:
        found["events"] = [in_one_piece(found["events"])]
    return found


# ---------------------------------------------------------------------------- reading


@dataclass
class SavedState:
    """A state that was read: its file, facts and arrays. Nothing of it is trusted before `put` has checked it."""

    path: Path
    meta: dict[str, Any]
    arrays: dict[str, np.ndarray]
    settings: Settings
    day: date  # as said when it was saved; it lies in the step that comes next
    step: int  # steps done
    sha256: str = ""  # of the file

    def refuse(self, why: str) -> StateError:
        """The error for a state that does not fit."""
        return StateError(f"The state {self.path} does not fit: {readable(why)}.")

    def broken(self, why: str) -> StateError:
        """The error for a state that is no state."""
        return unusable(self.path, why)

    def check(self, settings: Settings) -> list[str]:
        """Refuse a continuation whose past this state cannot be; returns notes on what only may matter."""
        about, here = self.meta["provenance"], provenance()
        if about.get("source_hash") != here["source_hash"]:
            made = about.get("versions", {}).get("sahel-scenarios", "?")
            raise self.refuse(f"it was made by another version of this program (its number is {made}); make it anew")
        if settings.end <= self.day:
            raise self.refuse(f"its day is {self.day}, and period.end is {settings.end}")
        for found in differences(self.settings, settings):
            if found.day == settings.region_info.start:
                raise self.refuse(f"{found.what} is not as in the saved run")
            if step_of(settings, found.day) < self.step:
                raise self.refuse(
                    f"{found.what} parts from the saved run on {found.day}, before the state's day; "
                    f"what differs must begin on {self.day} or later (levers.from={self.day})"
                )
        if unstructure(self.settings.region_info) != unstructure(settings.region_info):
            raise self.refuse(f"the facts of the region {settings.region} have changed since")
        begun = (settings.start - settings.region_info.start).days < self.step * settings.step_days
        if begun and not self.keeps_record(settings):
            raise self.refuse(
                f"the period starts on {settings.start}; say period.start={self.settings.start}, as in the saved run, "
                f"or {self.day} or later"
            )
        same = all(about.get("versions", {}).get(name) == here["versions"].get(name) for name in PACKAGES)
        if same and about.get("machine") == here["machine"] and about.get("processor") == here["processor"]:
            return []
        return [f"{self.path} was made on another machine or with other packages; the last bits may differ."]

    def keeps_record(self, settings: Settings) -> bool:
        """Whether the record of the continuation goes on from that of the saved run, or begins anew."""
        return (settings.start, settings.record) == (self.settings.start, self.settings.record)

    def put(self, model: Any) -> Recorder:
        """Let a freshly built model go on from here; returns its recorder."""
        if self.meta["data_hash"] != model.world.data_hash or self.meta["resolution"] != model.world.resolution:
            raise self.refuse(f"it was made on another map than that of {model.world.name}")
        if self.meta["drawn"] != model.drawn:
            raise self.refuse("other values of the uncertain parameters were drawn for it")
        state = {"tables": self.tables(model), "kept": self.kept(model)}
        recorder = Recorder(model)
        put_state(model, state)
        if self.keeps_record(model.settings):
            self.resume(recorder, model)
        else:
            model.flows[:] = 0  # moves before the first recorded day are not kept
        return recorder

    # -- tables

    def tables(self, model: Any) -> dict[str, dict[str, np.ndarray]]:
        """The columns of all tables, each checked against those of a fresh model."""
        found = {}
        for table, fresh in model.tables.items():
            names = [f"tables/{table}/{name}" for name in fresh.columns]
            missing = [name for name in names if name not in self.arrays]
            if missing:
                raise self.broken(f"{missing[0]} is missing")
            rows = len(fresh) if table != "units" else len(self.arrays[names[0]])
            found[table] = {}
            for name, column in fresh.columns.items():
                values = self.arrays[f"tables/{table}/{name}"]
                if values.dtype != np.dtype(column.dtype) or values.shape != (rows, *column.shape):
                    raise self.broken(f"{table}.{name} has another type or shape than this run's")
                if name in FIXED.get(table, ()) and not np.array_equal(values, getattr(fresh, name)):
                    raise self.refuse(f"its actor profiles or its map are not those of this run ({table}.{name})")
                if wrong := wrong_values(values, column, model):
                    raise self.broken(f"{table}.{name} {wrong}")
                found[table][name] = values
        units = found["units"]
        alive = units["manpower"] > 0
        if (units["actor"] < 0).any() or (units["cell"][alive] < 0).any():
            raise self.broken("a unit stands nowhere")
        return found

    # -- what is kept beside the tables

    def kept(self, model: Any) -> dict[str, Any]:
        """Clock, account, orders and the rest, checked."""
        if set(self.meta["kept"]) != set(KEPT):
            raise self.broken("what is kept beside the tables is not what this version keeps")
        kept = {}
        for name in KEPT:
            try:
                value = kept[name] = unpack(self.meta["kept"][name], self.arrays)
                fresh = getattr(model, name)
                good = type(value) is type(fresh)
                if good and isinstance(fresh, np.ndarray):
                    good = (value.dtype, value.shape) == (fresh.dtype, fresh.shape)
                good = good and CHECKS[name](value, model)
            except (TypeError, ValueError, IndexError, AttributeError, RecursionError):
                good = False
            if not good:
                raise self.broken(f"{name} is not what it should be")
        if kept["step_index"] != self.step or abs(kept["t"] - self.step * model.dt) > 1e-6 * max(1.0, kept["t"]):
            raise self.broken("its clock does not agree with its day")
        return kept

    def resume(self, recorder: Recorder, model: Any) -> None:
        """Put into a fresh recorder what was recorded so far."""
        try:
            past = {name: unpack(value, self.arrays) for name, value in self.meta["recorder"].items()}
            done = len(past["dates"])
            kept_weeks = done if model.settings.record.cells else 0
            if done != max(0, self.step - recorder.first) or set(past) - set(RECORDED):
                raise ValueError("the weeks recorded are not those up to its day")
            for name in ("values", "towns"):
                whole = getattr(recorder, name)
                if past[name].shape != (done, *whole.shape[1:]) or past[name].dtype != whole.dtype:
                    raise ValueError(f"{name} has another type or shape than this run's")
                whole[:done] = past.pop(name)
            for month in (*past["month_data"], past.get("sums", {}), past.get("last", {})):
                if any(v.shape not in ((model.world.n_cells,), (model.world.n_communities,)) for v in month.values()):
                    raise ValueError("a month has another shape than this run's")
            for days, rows, *caught in past["events"]:
                if rows.shape != (len(days), len(LOG)) or [c.shape for c in caught] != [days.shape] * 2:
                    raise ValueError("events have another shape than this run's")
                if (days.dtype, rows.dtype) != ("M8[D]", "i4") or any(c.dtype != bool for c in caught):
                    raise ValueError("events are of another type than this run's")
                if np.any((rows[:, 0] < 0) | (rows[:, 0] >= model.world.n_cells)):
                    raise ValueError("events lie in cells that the map does not have")
            sizes = (kept_weeks, model.world.n_cells, model.world.n_communities, len(model.controllers))
            recorder.weekly_cells.resume(past.pop("weekly_cells"), *sizes)
            vars(recorder).update(past)
            probe = Recorder.__new__(Recorder)  # a record made of it must come out whole
            vars(probe).update(vars(recorder), months=list(recorder.months), month_data=list(recorder.month_data))
            probe.flow_list, flows = list(recorder.flow_list), model.flows.copy()
            probe.record(model, seconds=0.0)
            model.flows[:] = flows
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
            raise self.broken(f"what was recorded cannot be read ({error})") from None


#: what reading a file that is no state, or a broken one, can end in
UNREADABLE = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error),
    *(ValueError, KeyError, TypeError, AttributeError),
    *(RecursionError, OverflowError, MemoryError, NotImplementedError),
)


def load_state(path: str | Path) -> SavedState:
    """Read a state's file; whatever is wrong with it gives one sentence."""
    path = path_named(path)
    if not path.is_file():
        raise StateError(f"There is no state {path}.")
    try:
        arrays = read_arrays(path)
        meta = json.loads(arrays.pop("meta").tobytes())
        if not isinstance(meta, dict) or "format" not in meta:
            raise ValueError("it has no format")
        if meta["format"] != FORMAT:
            raise ValueError(f"its format is {meta['format']}, this program reads {FORMAT}")
        for key, kind in (
            ("kept", dict),
            ("recorder", dict),
            ("drawn", dict),
            ("provenance", dict),
            ("data_hash", str),
        ):
            if not isinstance(meta.get(key), kind):
                raise ValueError(f"{key} is missing")
        if not isinstance(meta["provenance"].get("versions"), dict):
            raise ValueError("its versions are missing")
        settings = Settings.from_data(meta["settings"])
        day = date.fromisoformat(meta["date"])
        step = meta["step"]
        if not whole_below(step, 10**6):
            raise ValueError("its step is no number of steps")
        if step_of(settings, day) != step:
            raise ValueError("its day does not lie in its step")
        return SavedState(path, meta, arrays, settings, day, step, hashlib.sha256(path.read_bytes()).hexdigest())
    except UserError as error:
        raise unusable(path, error) from None
    except UNREADABLE as error:
        raise unusable(path, error) from None


def unusable(path: Path, why: object) -> StateError:
    """The error for a file that is no state."""
    return StateError(f"{path} is not a state that can be used: {readable(why) or 'it cannot be read'}.")


def readable(text: object) -> str:
    """A text as one line of at most 300 signs that can be shown: what a file says may hold anything."""
    line = " ".join(str(text).split())[:300].rstrip(".")
    return "".join(sign if sign.isprintable() else "?" for sign in line)
