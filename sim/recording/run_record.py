"""What comes out of one replicate: labelled arrays, and their file (.npz without pickle).

The model's observer fills a `RunRecord` during a run; everything afterwards (comparison, figures,
scores) works on records or on the tables made of them, never on a live model.

File: a zip of .npy arrays named by `/`-joined keys (`series/weekly/values`, `cells/displaced_hosted`,
`events/date`, ...) and `meta`, the metadata as JSON in bytes. Labels (places, outcomes, units) are
in the metadata. Values of series lie in the file with time last, which packs better. A record that keeps
only what the tables of a large comparison need (`sim/recording/reduced_record.py`) holds its maps packed, and sums over
periods beside its series. The same record gives the same bytes.
"""

import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.core.files import FolderError, atomic_write, open_regular
from sim.core.structure import unstructure
from sim.recording.record_file import BYTES, is_wanted, pack_map, plain_array, unpack_map, weekly_step, write_npz

FORMAT = 4
#: what the libraries below make of a damaged or forged file
DAMAGE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    MemoryError,
    OverflowError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
HEAL = "the same command makes it anew"
#: those that can be read: 3 had no weekly maps and fewer monthly ones
FORMATS = (3, 4)


@dataclass
class Series:
    """Outcomes over time at places.

    dates    datetime64[D] (t,)
    places   (place,) names: "region", ISO3, admin-1 labels or towns
    outcomes (outcome,) names
    values   float32 (t, place, outcome)
    units    outcome -> unit ("persons", "persons/week", "0..1", ...)
    """

    dates: np.ndarray
    places: list[str]
    outcomes: list[str]
    values: np.ndarray
    units: dict[str, str]

    def __post_init__(self) -> None:
        """Check shapes and bring dates and values to their types."""
        self.dates = np.asarray(self.dates, dtype="datetime64[D]")
        self.values = np.asarray(self.values, dtype=np.float32)
        shape = (len(self.dates), len(self.places), len(self.outcomes))
        if self.values.shape != shape:
            raise ValueError(f"values have shape {self.values.shape}, labels say {shape}")
        missing = [name for name in self.outcomes if name not in self.units]
        if missing:
            raise ValueError(f"outcomes without a unit: {', '.join(missing)}")

    def get(self, outcome: str, place: str) -> np.ndarray:
        """One outcome at one place: float32 (t,)."""
        return self.values[:, self.places.index(place), self.outcomes.index(outcome)]


@dataclass
class Totals:
    """Outcomes of a series summed up over periods.

    values   float64 (period, place, outcome), or with replicates before them; periods and ways of summing up
             as `sim.results.paired_differences` has them for the dates and units
    dates, places, outcomes, units   those of the series
    """

    dates: np.ndarray
    places: list[str]
    outcomes: list[str]
    units: dict[str, str]
    values: np.ndarray


@dataclass
class RunRecord:
    """One replicate of one scenario.

    series  name -> Series: "weekly" (region, ISO3), "admin1" (monthly), "towns" (weekly)
    cells   "months" datetime64[D] (m,); "controller" int16 (m, N), "displaced_hosted", "displaced_from",
            "civilians_killed", "dead" int32 (m, N): rows of cells as in the world; "control_share" uint8 (m, N) in
            percent; "fuel_days" (tenths of days), "support_insurgents", "support_government" (percent) uint8 (m, P)
    weekly_cells   "weeks" datetime64[D] (t,), "controller" int16 (t, N); of the first replicates also "control_share",
            "fuel_days", "support_insurgents" as above, "displaced_hosted" int32 (t, P), "dead" int32 (t, N)
            (`sim.recording.cell_layers`). In the file they are packed: persons in steps of 5 %, the dead of 1 %
    events  equal-length arrays: date, cell, type (1 state-based, 2 non-state, 3 one-sided),
            initiator, side_a, side_b, deaths_a, deaths_b, civilians, kind, recorded_ucdp,
            recorded_acled, admin1, country. Actors and kinds are names, or integers into
            meta["actors"] and meta["kinds"]; admin1 and country are names, or integers into
            meta["admin1"] and meta["countries"]; -1 stands for none.
    flows   equal-length arrays: month (datetime64[D], or row of cells["months"]), origin and
            destination (admin-1 index or name; -1 outside), kind (0 idp, 1 refugee, 2 onward,
            3 return), persons
    meta    plain data: scenario, replicate, seed, parameters, seconds, projection_from (ISO date or
            None), controllers (names by index), marks (list of {date, title}), ledger, admin1,
            countries, actors, kinds; retention: "summary" where only that was kept (absent: full)
    totals  name of series -> Totals of all that the run had, where only the summary was kept
    """

    series: dict[str, Series] = field(default_factory=dict)
    cells: dict[str, np.ndarray] = field(default_factory=dict)
    weekly_cells: dict[str, np.ndarray] = field(default_factory=dict)
    events: dict[str, np.ndarray] = field(default_factory=dict)
    flows: dict[str, np.ndarray] = field(default_factory=dict)
    meta: dict = field(default_factory=dict)
    totals: dict[str, Totals] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the record to `path` (.npz), atomically and without pickle."""
        atomic_write(Path(path), lambda file: write_npz(file, self._arrays()))

    def to_bytes(self) -> bytes:
        """What `save` would write: the bytes of the file."""
        file = io.BytesIO()
        write_npz(file, self._arrays())
        return file.getvalue()

    def _arrays(self) -> dict[str, np.ndarray]:
        """All arrays by key, the metadata among them as bytes."""
        arrays: dict[str, np.ndarray] = {}
        labels: dict[str, dict] = {"series": {}, "totals": {}}
        for group, found in labels.items():
            for name, item in getattr(self, group).items():
                arrays[f"{group}/{name}/dates"] = item.dates
                arrays[f"{group}/{name}/values"] = np.moveaxis(item.values, 0, -1)
                found[name] = {"places": list(item.places), "outcomes": list(item.outcomes), "units": dict(item.units)}
        for group in ("cells", "weekly_cells", "events", "flows"):
            for name, array in getattr(self, group).items():
                array = plain_array(array, f"{group}/{name}")
                if self._is_packed(group, name):
                    array = pack_map(array, name, *_step(group, name))
                arrays[f"{group}/{name}"] = array
        meta = {"format": FORMAT, **labels, "meta": unstructure(self.meta)}
        text = json.dumps(meta, ensure_ascii=False, allow_nan=True)
        return arrays | {"meta": np.frombuffer(text.encode(), dtype=np.uint8)}

    def _is_packed(self, group: str, name: str) -> bool:
        """Whether an array lies packed in the file: all weekly maps; monthly ones in a summary, or of bytes."""
        if group == "cells":
            return name in BYTES or (name != "months" and self.meta.get("retention") == "summary")
        return group == "weekly_cells" and name != "weeks"

    @classmethod
    def load(cls, path: Path, only: tuple[str, ...] | None = None) -> "RunRecord":
        """Read a record; `only` names the keys to read, such as ("series", "cells/displaced_hosted").

        The metadata are always read. Arrays left out cost neither time nor memory.
        """
        try:
            with open_regular(path) as content, np.load(content, allow_pickle=False) as file:
                return cls._from_file(file, only)
        except FolderError:
            raise
        except DAMAGE as error:
            what = " ".join(str(error).split())[:200]
            raise FolderError(f"{path} is not a readable record ({what}); {HEAL}.") from None

    @staticmethod
    def is_whole(path: Path) -> bool:
        """Whether the file is a zip that can be read to its end, each array as its checksum says."""
        try:
            with open_regular(path) as content, zipfile.ZipFile(content) as archive:
                return archive.testzip() is None
        except (FolderError, *DAMAGE):
            return False

    @classmethod
    def _from_file(cls, file: np.lib.npyio.NpzFile, only: tuple[str, ...] | None) -> "RunRecord":
        head = json.loads(file["meta"].tobytes().decode())
        if head["format"] not in FORMATS:
            raise ValueError(f"its format is {head['format']}, this program reads {FORMAT}")
        record = cls(meta=head["meta"])
        for key in file.files:
            group, _, name = key.partition("/")
            if group in ("cells", "weekly_cells", "events", "flows") and is_wanted(key, only):
                array = file[key]
                if record._is_packed(group, name):
                    array = unpack_map(array, name, *_step(group, name))
                getattr(record, group)[name] = array
        for group, kind in (("series", Series), ("totals", Totals)):
            for name, labels in head[group].items():
                if is_wanted(f"{group}/{name}", only):
                    dates, values = file[f"{group}/{name}/dates"], file[f"{group}/{name}/values"]
                    getattr(record, group)[name] = kind(dates=dates, values=np.moveaxis(values, -1, 0), **labels)
        return record


def _step(group: str, name: str) -> tuple[float, ...]:
    """The step of a packed map where it is not the usual one."""
    return (weekly_step(name),) if group == "weekly_cells" else ()
