"""The grid as a Mesa cell space. Who is where is read from the columns, never kept twice."""

from __future__ import annotations

import numpy as np
from mesa.discrete_space import Cell, DiscreteSpace


class GridCell(Cell):
    """A land cell. `agents` are the community and the living units that the columns place here."""

    @property
    def index(self) -> int:
        """Row of the cell in the world's arrays."""
        return self.coordinate[0]

    @property
    def gid(self) -> int:
        """PRIO-GRID id."""
        return int(self.model.world.gid[self.index])

    @property
    def agents(self) -> list:
        """Community (if anybody lives here) and units in this cell."""
        model, here = self.model, self.index
        rows = np.flatnonzero((model.units.cell == here) & (model.units.manpower > 0))
        agents = model.unit_agents
        units = [agents[row] for row in rows.tolist()]
        return ([model.community_agents[here]] if here < model.world.n_communities else []) + units


class Grid(DiscreteSpace):
    """Land cells and their up to eight neighbours; `cells[i]` is cell `i` of the world."""

    def __init__(self, model):
        super().__init__(capacity=None, cell_klass=GridCell, random=model.random)
        world = model.world
        self.cells = []
        for i in range(world.n_cells):
            cell = GridCell((i,), capacity=None, random=self.random)
            cell.model = model
            self.cells.append(cell)
            self._cells[(i,)] = cell
        for i, cell in enumerate(self.cells):
            for j in world.neighbours_of(i):
                cell.connect(self.cells[int(j)], (int(j),))
