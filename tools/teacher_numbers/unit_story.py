"""What one unit does in a year: exercise 6."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sim.model.agents import InsurgentGroup, Unit
from sim.model.model import ConflictModel
from sim.settings.compose import settings_for
from sim.world.grid import great_circle_km

WEEKS = 52


@dataclass
class Story:
    """A unit week by week, the first of them before anything happened: date, cell (row), people, posture.

    `distances` are kilometres from the first cell; `group` is the name it goes by.
    """

    group: str
    dates: list[date] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    postures: list[str] = field(default_factory=list)
    distances: list[float] = field(default_factory=list)


def story(year: int = 2017, weeks: int = WEEKS, seed: int = 1) -> Story:
    """The largest unit of the first group that has any, from the first step of a year on, as in the notebook.

    It ends early where the unit does.
    """
    model = ConflictModel(settings_for(["region=teaching", "scenario=history", f"seed={seed}"]))
    while model.date.year < year:
        model.step()
    group = next(group for group in model.agents_by_type[InsurgentGroup] if group.units)
    unit = max(group.units, key=lambda unit: unit.manpower)
    told = Story(group.title)
    _note(told, model, unit)
    for _ in range(weeks):
        model.step()
        if not unit.manpower or unit.actor is not group:
            break
        _note(told, model, unit)
    return told


def _note(told: Story, model: ConflictModel, unit: Unit) -> None:
    """One more week."""
    cell, world = int(unit.table.cell[unit.row]), model.world
    first = told.cells[0] if told.cells else cell
    told.dates.append(model.date)
    told.cells.append(cell)
    told.distances.append(float(great_circle_km(world.lat[first], world.lon[first], world.lat[cell], world.lon[cell])))
    told.people.append(int(unit.manpower))
    told.postures.append(unit.posture)
