"""What a process says it reads and writes is what it reads and writes.

All columns that it does not name as written are made read-only while it steps; and every look at a column is noted.
"""

import ast
import fnmatch
import importlib
import inspect
import pkgutil
from pathlib import Path

import numpy as np
import pytest

from sim import processes, recording
from sim.core.columns import Table
from sim.model.declarations import declared_by, views_of
from sim.model.model import WEEK
from tests.reference.worlds import RESPONSES, World

NAMES = [name for name, _ in WEEK]
#: worlds that between them go through most branches
WORLDS = [
    World(seed=seed, weeks=weeks, response=response, politics=politics)
    for seed, (weeks, response, politics) in enumerate(
        [
            (0, "endogenous", "as_happened"),
            (5, RESPONSES[2], "endogenous"),
            (12, RESPONSES[3], "endogenous"),
            (25, RESPONSES[0], "endogenous"),
        ]
    )
]


def named(table: str, column: str, patterns) -> bool:
    return any(fnmatch.fnmatch(f"{table}.{column}", pattern) for pattern in patterns)


def step_of(name: str):
    reads, writes = declared_by(name)
    return reads, writes, dict(WEEK)[name]


def module_of(name: str):
    return importlib.import_module(f"sim.processes.{name}")


def kernels_in(module) -> list[ast.FunctionDef]:
    """The functions of a module and of the shared modules that it imports from."""
    found = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.FunctionDef)]
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sim.processes.shared."):
            shared = ast.parse(inspect.getsource(importlib.import_module(node.module)))
            found += [inner for inner in ast.walk(shared) if isinstance(inner, ast.FunctionDef)]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_declarations_name_columns(name):
    reads, writes, _ = step_of(name)
    model = WORLDS[0].model()
    known = [f"{table}.{column}" for table, rows in model.tables.items() for column in rows.columns]
    for pattern in (*reads, *writes):
        assert fnmatch.filter(known, pattern), f"{name} names {pattern}, which is no column"


@pytest.mark.parametrize("name", NAMES)
def test_writes_only_what_it_declares(name):
    _, writes, step = step_of(name)
    for world in WORLDS:
        model = world.model()
        before = {table: rows.snapshot() for table, rows in model.tables.items()}
        for table, rows in model.tables.items():
            rows.lock([column for column in rows.columns if named(table, column, writes)])
        step(model, model.dt)
        for table, rows in model.tables.items():  # rows that were appended have new, writable columns
            for column, old in before[table].items():
                if not named(table, column, writes):
                    assert np.array_equal(getattr(rows, column)[: len(old)], old, equal_nan=old.dtype.kind == "f"), (
                        f"{name} writes {table}.{column}"
                    )


@pytest.mark.parametrize("name", NAMES)
def test_touches_what_it_declares_and_nothing_else(name, monkeypatch):
    reads, writes, step = step_of(name)
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
    declared = (*reads, *writes)
    assert sorted(c for c in touched if not named(*c.split("."), declared)) == [], f"{name} does not declare these"
    viewed = {f"{view.table}.{column}" for view in views_of(module_of(name)).values() for column in view._fields}
    made = {"actors.key", "actors.units_made"} if getattr(module_of(name), "MAKES_UNITS", False) else set()
    idle = [pattern for pattern in declared if "*" not in pattern and pattern not in touched | viewed | made]
    assert idle == [], f"{name} declares these and never touches them"


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_a_view_is_used(name):
    """A view called `Units` is an argument called `units` in kernels, and a local name in `step`.

    Of one that is asked with `getattr`, by the keys of a schema, all columns are used.
    """
    module = module_of(name)
    nodes = [node for function in kernels_in(module) for node in ast.walk(function)]
    used = {
        (node.value.id, node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    asked = {
        node.args[0].id
        for node in nodes
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "getattr"
        and isinstance(node.args[0], ast.Name)
    }
    for title, view in views_of(module).items():
        argument = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in title).lstrip("_")
        idle = [column for column in view._fields if argument not in asked and (argument, column) not in used]
        assert idle == [], f"{name}.{title} holds columns that no kernel looks at as {argument}.<column>"


def test_every_parameter_of_a_view_is_read_in_its_package():
    """A view of parameters hands over none that nobody in its package reads from a view."""
    for package in (processes, recording):
        root, views = Path(package.__file__).parent, {}
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            views |= {kind.__name__: kind for kind in vars(module).values() if hasattr(kind, "latest")}
        trees = [ast.parse(path.read_text()) for path in root.rglob("*.py")]
        read = {
            node.attr
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        assert views
        for title, kind in sorted(views.items()):
            assert set(kind._fields) <= read, (
                f"{title} hands over what nobody reads: {sorted(set(kind._fields) - read)}"
            )
