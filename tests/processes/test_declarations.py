"""What a process says it reads and writes is what it reads and writes.

All columns that it does not name as written are made read-only while it steps; and every look at a column is noted.
"""

import fnmatch
import importlib

import numpy as np
import pytest

from sim.core.columns import Table
from sim.model.model import WEEK
from tests.reference.worlds import RESPONSES, World

NAMES = [name for name, _ in WEEK]
#: worlds that between them go through most branches
WORLDS = [
    World(seed=seed, weeks=weeks, response=response, politics=politics)
    for seed, (weeks, response, politics) in enumerate(
        [(0, "endogenous", "as_happened"), (5, RESPONSES[2], "endogenous"), (12, RESPONSES[3], "endogenous"),
         (25, RESPONSES[0], "endogenous")]
    )
]  # fmt: skip


def named(table: str, column: str, patterns) -> bool:
    return any(fnmatch.fnmatch(f"{table}.{column}", pattern) for pattern in patterns)


def step_of(name: str):
    module = importlib.import_module(f"sim.processes.{name}")
    return module, dict(WEEK)[name]


@pytest.mark.parametrize("name", NAMES)
def test_declarations_name_columns(name):
    module, _ = step_of(name)
    model = WORLDS[0].model()
    known = [f"{table}.{column}" for table, rows in model.tables.items() for column in rows.columns]
    for pattern in (*module.READS, *module.WRITES):
        assert fnmatch.filter(known, pattern), f"{name} names {pattern}, which is no column"


@pytest.mark.parametrize("name", NAMES)
def test_writes_only_what_it_declares(name):
    module, step = step_of(name)
    for world in WORLDS:
        model = world.model()
        before = {table: rows.snapshot() for table, rows in model.tables.items()}
        for table, rows in model.tables.items():
            rows.lock([column for column in rows.columns if named(table, column, module.WRITES)])
        step(model, model.dt)
        for table, rows in model.tables.items():  # rows that were appended have new, writable columns
            for column, old in before[table].items():
                if not named(table, column, module.WRITES):
                    assert np.array_equal(getattr(rows, column)[: len(old)], old, equal_nan=old.dtype.kind == "f"), (
                        f"{name} writes {table}.{column}"
                    )


@pytest.mark.parametrize("name", NAMES)
def test_touches_what_it_declares_and_nothing_else(name, monkeypatch):
    module, step = step_of(name)
    touched, look_up = set(), Table.__getattribute__

    def note(table, name):
        if name in look_up(table, "columns"):
            touched.add(f"{look_up(table, 'name')}.{name}")
        return look_up(table, name)

    for world in WORLDS:
        model = world.model()
        with monkeypatch.context() as patch:
            patch.setattr(Table, "__getattribute__", note)
            step(model, model.dt)
    declared = (*module.READS, *module.WRITES)
    assert sorted(c for c in touched if not named(*c.split("."), declared)) == [], f"{name} does not declare these"
    idle = [pattern for pattern in declared if "*" not in pattern and pattern not in touched]
    assert idle == [], f"{name} declares these and never touches them"
