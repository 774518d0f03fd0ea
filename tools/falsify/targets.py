"""What is aimed at, and with which parameters: `targets.csv`, `parameters.csv` and `later.csv` of this folder.

A mechanism is a letter; several letters together ("AEB") are all lines and parameters of each, and those lines that
stand under the whole word, which take the place of the same line of a single letter.

`targets.csv`   mechanism, line (see `lines.py`), low, high (of the median over replicates, both included), scale
                ("log": distances are those of log(1 + value); "linear": in widths of the band), weight in the
                distance, set and needed (lines of one set of which so many must hit; a line without one must hit),
                source.
`parameters.csv`   mechanism, parameter (group.name, as declared in `sim/settings/parameters`).
`later.csv`     mechanism, line: those printed with `later=true`.

Nothing may be aimed at that lies after 2020, for events by cell after 2016: the record since then is for judging.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.errors import UserError, unknown
from tools.falsify.lines import Line, line_of

HERE = Path(__file__).resolve().parent
TARGETS, PARAMETERS, LATER = (HERE / f"{name}.csv" for name in ("targets", "parameters", "later"))
COLUMNS = ("mechanism", "line", "low", "high", "scale", "weight", "set", "needed", "source")
SCALES = ("log", "linear")

#: last day of figures that may be aimed at; of events by cell
LAST_DAY, LAST_DAY_CELLS = "2020-12-31", "2016-12-31"


@dataclass(frozen=True)
class Target:
    """A line and the band in which the median over replicates must lie.

    low, high   both included, in the line's unit
    scale       "log" or "linear": how distances outside the band are counted
    weight      in the sum of distances
    set, needed   lines of one set of which `needed` must hit; "" and 1 where the line itself must
    """

    line: Line
    low: float
    high: float
    scale: str
    weight: float = 1.0
    set: str = ""
    needed: int = 1
    source: str = ""

    @property
    def id(self) -> str:
        return self.line.id

    def scaled(self, values: np.ndarray | float) -> np.ndarray:
        """Values on the scale of distances: log(1 + value), or widths of the band."""
        values = np.asarray(values, dtype=float)
        return np.log1p(np.maximum(values, 0.0)) if self.scale == "log" else values / (self.high - self.low)

    def bounds(self) -> tuple[float, float]:
        """The band on the scale of distances."""
        low, high = self.scaled(np.array([self.low, self.high]))
        return float(low), float(high)

    def hit(self, values: np.ndarray) -> bool:
        """Whether the median of replicates lies inside the band; not where one of them is no number."""
        return bool(self.low <= np.median(values) <= self.high)

    def plain(self) -> dict:
        """What a folder keeps of it."""
        return {
            name: getattr(self, name) for name in ("id", "low", "high", "scale", "weight", "set", "needed", "source")
        }


def read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """A table of texts with these columns."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.") from None
    if list(table.columns) != list(columns):
        raise UserError(f"{path} has the columns {', '.join(table.columns)}, not {', '.join(columns)}.")
    return table


def rows_of(table: pd.DataFrame, mechanism: str, path: Path) -> pd.DataFrame:
    """Rows of a mechanism: those of its letters, then those of the whole word."""
    known = dict.fromkeys(table["mechanism"])
    letters = [mechanism] if mechanism in known and len(mechanism) == 1 else list(mechanism)
    lacking = [letter for letter in letters if letter not in known]
    if lacking and mechanism not in known:
        raise unknown("mechanism", mechanism, known, f"in {path.name}")
    wanted = dict.fromkeys([*(letter for letter in letters if letter in known), mechanism])
    return pd.concat([table[table["mechanism"] == name] for name in wanted], ignore_index=True)


def read_targets(mechanism: str, path: Path | None = None) -> list[Target]:
    """The targets of a mechanism, each line once."""
    path = path or TARGETS
    found: dict[str, Target] = {}
    for row in rows_of(read_table(path, COLUMNS), mechanism, path).itertuples():
        found[row.line] = target_of(row, path)
    return list(found.values())


def target_of(row, path: Path) -> Target:
    """A row of the table as a target; late figures and crossed bands are refused."""
    where = f"({path.name}, line {row.line})"
    line = line_of(row.line)
    numbers = {}
    for name, default in (("low", None), ("high", None), ("weight", 1.0), ("needed", 1.0)):
        text = getattr(row, name)
        try:
            numbers[name] = float(text) if text or default is None else default
        except ValueError:
            raise UserError(f"{name} must be a number, not '{text}' {where}.") from None
    if not numbers["low"] < numbers["high"] < np.inf:
        raise UserError(f"low must lie below high, and high must be finite {where}.")
    if row.scale not in SCALES:
        raise unknown("scale", row.scale, SCALES, where)
    if row.scale == "log" and numbers["low"] < 0:
        raise UserError(f"A band on the log scale begins at 0 or above {where}.")
    if numbers["weight"] <= 0:
        raise UserError(f"weight must be above 0 {where}.")
    if not row.source:
        raise UserError(f"A target needs a source {where}.")
    last = LAST_DAY_CELLS if row.line.startswith("cells.") else LAST_DAY
    if line.end > last:
        what = "of events by cell nothing" if last == LAST_DAY_CELLS else "nothing"
        raise UserError(f"'{row.line}' ends on {line.end}; {what} after {last} may be aimed at {where}.")
    return Target(
        line, numbers["low"], numbers["high"], row.scale, numbers["weight"], row.set, int(numbers["needed"]), row.source
    )


def read_parameters(mechanism: str, path: Path | None = None) -> list[str]:
    """Names of the parameters that a mechanism may move, each once."""
    path = path or PARAMETERS
    return list(dict.fromkeys(rows_of(read_table(path, ("mechanism", "parameter")), mechanism, path)["parameter"]))


def read_later(mechanism: str, path: Path | None = None) -> list[Line]:
    """The lines of a mechanism that are printed with `later=true`, each once."""
    path = path or LATER
    names = dict.fromkeys(rows_of(read_table(path, ("mechanism", "line")), mechanism, path)["line"])
    return [line_of(name) for name in names]


def hits_all(targets: list[Target], hit: dict[str, bool]) -> bool:
    """Whether what must hit does: each line without a set, and of each set as many as are needed."""
    sets: dict[str, list[Target]] = {}
    for target in targets:
        sets.setdefault(target.set or f"line {target.id}", []).append(target)
    return all(sum(hit[t.id] for t in own) >= min(len(own), own[0].needed) for own in sets.values())
