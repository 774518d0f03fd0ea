"""The agents: Mesa agents whose state lives in columns. Identity and inspection here; behaviour in `sim/processes`.

`model.agents_by_type[Unit]`, `unit.manpower`, `unit.cell`, `community.population`, `group.units` work as one expects
of Mesa.
"""

from __future__ import annotations

import numpy as np

from sim.core.codes import POSTURES
from sim.core.columns import RowAgent, describe
from sim.model.schema import UNIT_COLUMNS, actor_columns, community_columns, government_columns


class Community(RowAgent):
    """The people of one populated cell, at home and hosted."""

    @property
    def cell(self):
        """The cell of the grid in which they live."""
        return self.model.space.cells[self.row]

    @property
    def population(self) -> int:
        """Everybody here: residents and displaced people who stay here."""
        return int(self.table.residents[self.row] + self.table.hosted[self.row])

    @property
    def supports(self) -> dict[str, float]:
        """Share of people who support each actor, and `none`."""
        shares = self.table.support[self.row]
        found = {name: float(s) for name, s in zip(self.model.actor_names, shares, strict=True) if s > 0.0}
        return {**found, "none": 1.0 - float(shares.sum())}


class Unit(RowAgent):
    """A formation: katiba, garrison, battalion, detachment, escort."""

    @property
    def cell(self):
        """The cell of the grid where it is, from the column of cells."""
        return self.model.space.cells[int(self.table.cell[self.row])]

    @property
    def actor(self) -> Actor:
        """The organisation whose unit it is."""
        return self.model.actor_agents[int(self.table.actor[self.row])]

    @property
    def posture(self) -> str:
        """What it does."""
        return POSTURES[int(self.table.posture[self.row])]


class Actor(RowAgent):
    """An armed organisation, from an actor profile."""

    @property
    def name(self) -> str:
        """Name of its profile."""
        return self.model.actor_names[self.row]

    @property
    def title(self) -> str:
        """The name it goes by now."""
        return self.model.settings.actors[self.name].name_at(self.model.date)

    @property
    def units(self) -> list[Unit]:
        """Its living units."""
        table = self.model.units
        rows = np.flatnonzero((table.actor == self.row) & (table.manpower > 0))
        agents = self.model.unit_agents
        return [agents[row] for row in rows.tolist()]


class InsurgentGroup(Actor):
    """An insurgent organisation; communal militias are a kind of it."""


class Militia(InsurgentGroup):
    """A communal militia."""


class NationalArmy(Actor):
    """The army of a state with gendarmerie and guard."""


class Auxiliary(NationalArmy):
    """A component of an army raised among civilians, with its own conduct."""


class ForeignForce(Actor):
    """A mission or partner from outside."""


class Government(RowAgent):
    """The government of a state."""

    @property
    def country(self) -> str:
        """ISO3 code of the state."""
        return self.model.world.countries[self.row]


KIND_CLASSES = (InsurgentGroup, Militia, NationalArmy, Auxiliary, ForeignForce)

describe(Community, community_columns(1, 1))

describe(Unit, UNIT_COLUMNS)

describe(Actor, actor_columns(1, 1))

describe(Government, government_columns(1))
