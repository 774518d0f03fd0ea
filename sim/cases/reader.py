"""Reads a displacement case in Flee's format into arrays: places, routes, conflict, closures, camps.

The format and Flee's measure are described in docs/displacement_case.md. Where the files are odd, the
reader goes on where Flee goes on, notes it once (`Case.oddities`), and refuses what cannot be run
with file, line and reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from sim.cases import graph
from sim.cases.closures import Closure, read_closures
from sim.cases.graph import Places, Routes
from sim.cases.rows import Oddities, number, read_rows, refuse
from sim.cases.series import CORRECTIONS, LAYOUT, Recorded, arrivals_of, as_date, correct, read_layout
from sim.core.errors import UserError, nearest
from sim.core.files import path_named
from sim.settings.library import scenarios_folder

PERIODS = ("sim_period.csv", "conflict_period.csv")  # the second is the older name

INPUTS = ("input", "input_csv", ".")

VALIDATIONS = ("validation", "source_data", ".")
#: files of Flee's that say something which is not in this model
NOT_READ = (
    "major_routes.csv",
    "location_changes.csv",
    "agents.csv",
    "flood_level.csv",
    "demographics_*.csv",
    "region_attributes_*.csv",
    "location_attributes_*.csv",
)

MOST_DAYS = 20_000  # beyond it a length is a slip of the pen


@dataclass
class Case:
    """A case: P places, R routes, C camps with recorded series, days 0 .. `days` - 1."""

    name: str
    start: date
    days: int
    places: Places
    routes: Routes
    intensity: np.ndarray  # (days, P) of conflict, 0..1
    closures: list[Closure]
    camps: np.ndarray  # (C,) int64 rows of the places that are compared
    observed: np.ndarray  # (days, C) int64 persons, corrected, interpolated, cut to whole persons
    observed_points: list[tuple[np.ndarray, np.ndarray]]  # per camp: days, persons, after correction
    initial: np.ndarray  # (P,) int64 persons who are in the camps when the case begins
    arrivals: np.ndarray  # (days,) int64 persons who become displaced on each day; day 0 is zero
    oddities: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # what was read: name -> sha256

    @property
    def camp_names(self) -> list[str]:
        """Names of the camps that are compared."""
        return [self.places.names[row] for row in self.camps]


def read_case(folder: Path | str, validation: Path | str | None = None, days: int | None = None) -> Case:
    """Read a case from its folder, or from the folders of its input and of its validation.

    `days` cuts the period short.
    """
    inputs, recorded = find_folders(path_named(folder), validation)
    oddities = Oddities()
    start, length = read_period(inputs, oddities)
    if days is not None and not 0 < days <= length:
        raise UserError(f"days must be 1 to {length}, the length of the case, not {days}.")
    length = days or length
    places = graph.read_places(inputs / "locations.csv", oddities)
    routes = graph.read_routes(inputs / "routes.csv", places, oddities)
    intensity = graph.read_intensity(inputs / "conflicts.csv", places, length, oddities)
    closures = read_closures(inputs / "closures.csv", places, routes, length, oddities)
    series = read_layout(recorded, start, oddities)
    correct(series, inputs / CORRECTIONS, start, oddities)
    camps, compared = _camps(series, places, recorded / LAYOUT, oddities)
    each_day = np.arange(length)
    observed = np.stack([found.on(each_day) for found in compared], axis=1)
    total = np.sum([found.on(each_day) for found in series], axis=0)
    initial = np.zeros(len(places.names), np.int64)
    initial[camps] = observed[0]
    arrivals = arrivals_of(total)
    _note_what_cannot_flee(places, routes, intensity, arrivals, inputs, oddities)
    _note_unread(inputs, oddities)
    return Case(
        name=case_name(inputs),
        start=start,
        days=length,
        places=places,
        routes=routes,
        intensity=intensity,
        closures=closures,
        camps=camps,
        observed=observed,
        observed_points=[(found.days, found.persons) for found in compared],
        initial=initial,
        arrivals=arrivals,
        oddities=oddities.sentences(),
        files=_hashes(inputs, recorded, series),
    )


# ---------------------------------------------------------------------------- folders


def shipped_cases() -> dict[str, Path]:
    """Cases that come with the project, by name."""
    folder = scenarios_folder() / "cases"
    found = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    return {path.name: path for path in found}


def find_folders(folder: Path, validation: Path | str | None = None) -> tuple[Path, Path]:
    """Return the folder of the input and that of the recorded series; `folder` may name a shipped case."""
    if not folder.is_dir():
        shipped = shipped_cases()
        if str(folder) not in shipped:
            beside = [path.name for path in folder.parent.iterdir()] if folder.parent.is_dir() else []
            best = nearest(folder.name, [*beside, *shipped])
            near = f"; the nearest is '{best}'" if best else f"; shipped are: {', '.join(shipped)}"
            raise UserError(f"There is no case and no folder '{folder}'{near}.")
        folder = shipped[str(folder)]
    inputs = next((folder / name for name in INPUTS if (folder / name / "locations.csv").is_file()), None)
    if inputs is None:
        raise UserError(f"The folder '{folder}' holds no case: there is no locations.csv in it or in its input/.")
    if validation is not None:
        places = [path_named(validation) / name for name in (".", *VALIDATIONS)]
    else:
        places = [folder / name for name in VALIDATIONS] + [folder.parent / name for name in VALIDATIONS[:2]]
    recorded = next((place for place in places if (place / LAYOUT).is_file()), None)
    if recorded is None:
        where = f"'{validation}'" if validation is not None else f"'{folder}' or its validation/"
        raise UserError(f"There is no {LAYOUT} in {where}; name the folder with validation=some/folder.")
    return Path(inputs.resolve()), Path(recorded.resolve())


def case_name(inputs: Path) -> str:
    """The name of a case: that of its folder."""
    return inputs.parent.name if inputs.name in INPUTS else inputs.name


def read_period(inputs: Path, oddities: Oddities) -> tuple[date, int]:
    """Return the first day and the number of days."""
    path = next((inputs / name for name in PERIODS if (inputs / name).is_file()), None)
    if path is None:
        raise refuse(inputs / PERIODS[0], None, "is missing, so that nothing says when the case begins and ends.")
    if path.name != PERIODS[0]:
        oddities.add(f"{path.name} is read for {PERIODS[0]}, its newer name")
    said = {row.cells[0].lower().lstrip("#").strip(): row for row in read_rows(path, oddities)}
    if "startdate" not in said or "length" not in said:
        missing = "StartDate" if "startdate" not in said else "Length"
        raise refuse(path, None, f"has no line {missing}.")
    first = said["startdate"]
    start = as_date(first.cell(1))
    if start is None:
        raise refuse(path, first.line, f"the start '{first.cell(1)}' is not a date; write it as 2012-02-29.")
    row = said["length"]
    length = number(row.cell(1))
    if length is None or not 1 <= length <= MOST_DAYS:
        raise refuse(path, row.line, f"the length '{row.cell(1)}' is not a number of days from 1 to {MOST_DAYS:,}.")
    if length != int(length):
        oddities.add(f"{path.name}: the length is not a whole number of days and is cut", row.cell(1))
    return start, int(length)


# ---------------------------------------------------------------------------- camps


def _camps(series: list[Recorded], places: Places, path: Path, oddities: Oddities) -> tuple[np.ndarray, list[Recorded]]:
    """The camps that are compared, (C,) rows of places, and their series."""
    rows: list[int] = []
    compared = []
    for found in series:
        row = places.find(found.name, path, 0, oddities)
        if row is None:
            sentence = f"{LAYOUT}: no location has this name; it counts in the arrivals and is not compared"
            oddities.add(sentence, f"'{found.name}'{places.by_name.suggestion(found.name)}")
        elif not graph.is_camp(places.kind[row]):
            oddities.add(f"{LAYOUT}: not a camp; it counts in the arrivals and is not compared", found.name)
        elif row in rows:
            oddities.add(f"{LAYOUT}: camps named twice; the first line counts", found.name)
        else:
            rows.append(row)
            compared.append(found)
    if not rows:
        known = ", ".join(name for name, kind in zip(places.names, places.kind) if graph.is_camp(kind)) or "none"
        raise refuse(
            path, None, f"names none of the camps of locations.csv ({known}), so that nothing can be compared."
        )
    for row in np.flatnonzero(graph.is_camp(places.kind)):
        if row not in rows:
            oddities.add("camps without a series; they take people in and are not compared", places.names[row])
    return np.array(rows, np.int64), compared


def _note_what_cannot_flee(
    places: Places, routes: Routes, intensity: np.ndarray, arrivals: np.ndarray, inputs: Path, oddities: Oddities
) -> None:
    """Note people with nowhere to come from, and camps that nobody can reach."""
    at_war = intensity > 0
    if not at_war.any():
        raise refuse(inputs / "locations.csv", None, "no place is ever in conflict, so that nobody would flee.")
    peopled = at_war & (places.population > 0)
    if not peopled.any():
        oddities.add("no place in conflict has a population; all count alike as places that people come from")
    idle = int(((arrivals > 0) & ~at_war.any(axis=1)).sum())
    if idle:
        oddities.add(f"{idle} days have arrivals while no place is in conflict")
    part = graph.connected(len(places.names), routes)
    reached = np.isin(part, part[at_war.any(axis=0)])
    for row in np.flatnonzero(graph.is_camp(places.kind) & ~reached):
        oddities.add("camps that no route joins to a place in conflict", places.names[row])


def _note_unread(inputs: Path, oddities: Oddities) -> None:
    for pattern in NOT_READ:
        for path in sorted(inputs.glob(pattern)):
            oddities.add("files that this model has no use for, not read", path.name)
    for path in sorted(inputs.iterdir()):
        if path.name.endswith("~"):
            oddities.add("files ending in '~' are left over from editing and not read", path.name)


def _hashes(inputs: Path, recorded: Path, series: list[Recorded]) -> dict[str, str]:
    """The sha256 of each file that was read, by folder and name."""
    names = ("locations.csv", "routes.csv", "conflicts.csv", "closures.csv", CORRECTIONS, *PERIODS)
    paths = [inputs / name for name in names] + [recorded / LAYOUT]
    paths += [path for found in series for path in found.files]
    return {
        f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }
