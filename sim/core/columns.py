"""Columns of agents in NumPy behind Mesa agents. Knows no word of the domain.

Truth is in the columns: a :class:`Table` holds one array per column, rows are appended and never reused, and
a step of the model works on whole columns. An agent holds its row; its attributes are descriptors into the
columns (:class:`RowAgent`), so one agent can be inspected (`unit.manpower`) without keeping state twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from weakref import WeakKeyDictionary

import mesa
import numpy as np


@dataclass(frozen=True)
class Column:
    """Declaration of a column: name, dtype, unit, meaning, value of a new row and shape of one row's value."""

    name: str
    dtype: str
    unit: str
    doc: str
    default: float = 0
    shape: tuple[int, ...] = ()


class Table:
    """A growing set of equally long columns.

    `table.name` is a view of the rows in use, shape (n, *shape); it is replaced when rows are appended, so take
    it anew each step. Columns are read with attributes and written in place (`table.x[:] = ...`).
    """

    def __init__(self, name: str, columns: Iterable[Column], rows: int = 0):
        self.__dict__["name"] = name
        self.__dict__["columns"] = {c.name: c for c in columns}
        if clash := self.columns.keys() & {*dir(self), "_data", "_room", "_views", "n"}:
            raise ValueError(f"{name} cannot have a column of the name {min(clash)}")
        self.__dict__["n"] = 0
        self.__dict__["_data"] = {
            c.name: np.full((0, *c.shape), c.default, dtype=c.dtype) for c in self.columns.values()
        }
        self.__dict__["_views"] = {}
        self.__dict__["_room"] = 0
        self.append(rows)

    def __getattr__(self, name: str) -> np.ndarray:
        # only asked where there is no such attribute: the columns in use are attributes of their own
        raise AttributeError(f"table {self.__dict__['name']} has no column {name}")

    def __setattr__(self, name: str, value) -> None:
        if name not in self.columns:
            raise AttributeError(f"table {self.name} has no column {name}")
        self._views[name][...] = value

    def __len__(self) -> int:
        return self.n

    def _show(self, rows: int) -> None:
        """Make `rows` rows the ones in use: columns are views of them, kept as attributes because steps read many."""
        self.__dict__["n"] = rows
        for name, data in self._data.items():
            self._views[name] = data[:rows]
        self.__dict__.update(self._views)

    def append(self, rows: int, **values) -> np.ndarray:
        """Append `rows` rows with defaults, set the given columns, and return the new row numbers."""
        start, stop = self.n, self.n + rows
        if stop > self._room:
            self.__dict__["_room"] = max(stop, 2 * self._room)
            for name, column in self.columns.items():
                grown = np.full((self._room, *column.shape), column.default, dtype=column.dtype)
                grown[:start] = self._data[name][:start]
                self._data[name] = grown
        self._show(stop)
        for name, value in values.items():
            self._views[name][start:stop] = value
        return np.arange(start, stop)

    def drop(self, keep: np.ndarray) -> None:
        """Keep only the rows where `keep` (n,) is true. For tables whose rows are nobody's identity (cohorts)."""
        count = int(np.count_nonzero(keep))
        for name, column in self.columns.items():
            data = self._data[name]
            data[:count] = data[: self.n][keep]
            data[count : self.n] = column.default
        self._show(count)

    def lock(self, writable: Iterable[str]) -> None:
        """Make all columns read-only except those named (for the test of declared reads and writes)."""
        allowed = set(writable)
        for name, view in self._views.items():
            view.flags.writeable = name in allowed

    def snapshot(self) -> dict[str, np.ndarray]:
        """Copies of all columns, for saving and comparing states."""
        return {name: view.copy() for name, view in self._views.items()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Replace all rows by a state taken with :meth:`snapshot`. Raises KeyError if a column is missing."""
        rows = len(next(iter(state.values())))
        for name, column in self.columns.items():
            self._data[name] = np.array(state[name], dtype=column.dtype).reshape(rows, *column.shape)
        self.__dict__["_room"] = rows
        self._show(rows)


class ColumnAttribute:
    """Descriptor: the agent's own value in a column of its table."""

    def __init__(self, column: str, doc: str = ""):
        self.column = column
        self.__doc__ = doc

    def __get__(self, agent, owner=None):
        if agent is None:
            return self
        value = agent.table._views[self.column][agent.row]
        return value.item() if isinstance(value, np.generic) else value

    def __set__(self, agent, value):
        agent.table._views[self.column][agent.row] = value


class Counters(WeakKeyDictionary):
    """Model -> the counter that gives its agents their ids; a model's counter goes with the model."""

    def __getitem__(self, model: mesa.Model) -> count:
        if model not in self:
            self[model] = count(1)
        return super().__getitem__(model)


class RowAgent(mesa.Agent):
    """A Mesa agent whose attributes live in row `row` of `table`."""

    # Mesa 3.3 keeps every model ever made alive in `Agent._ids`, a dictionary of the class: 25 MB a model here.
    _ids = Counters()

    def __init__(self, model: mesa.Model, table: Table, row: int):
        super().__init__(model)
        self.table = table
        self.row = int(row)


def describe(agent_class: type, columns: Iterable[Column]) -> type:
    """Give `agent_class` one :class:`ColumnAttribute` per column that it does not define itself."""
    for column in columns:
        if not hasattr(agent_class, column.name):
            setattr(agent_class, column.name, ColumnAttribute(column.name, f"{column.doc} ({column.unit})"))
    return agent_class
