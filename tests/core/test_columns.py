"""Columns behind agents: rows appended and dropped, read-only columns, snapshots, attributes of agents."""

import gc
import weakref

import mesa
import numpy as np
import pytest

from sim.core.columns import Column, RowAgent, Table, describe

COLUMNS = [
    Column("size", "i8", "persons", "how many", 3),
    Column("mood", "f8", "0-1", "how they feel", 0.5),
    Column("ties", "f8", "0-1", "to each of two", 0.25, (2,)),
]


@pytest.fixture
def table():
    return Table("clubs", COLUMNS, 2)


def test_new_rows_hold_defaults(table):
    assert len(table) == 2
    assert table.size.dtype == np.int64
    assert table.size.tolist() == [3, 3]
    assert table.ties.tolist() == [[0.25, 0.25]] * 2


def test_append_keeps_old_rows_and_says_the_new(table):
    table.size[:] = (10, 20)
    for round_ in range(20):  # grows several times
        assert table.append(1, size=round_, ties=(0.0, 1.0)).tolist() == [2 + round_]
    assert table.size.tolist() == [10, 20, *range(20)]
    assert table.mood.tolist() == [0.5] * 22
    assert table.ties[-1].tolist() == [0.0, 1.0]


def test_views_are_of_the_rows_in_use(table):
    table.append(5)
    table.size[:] += 1
    table.mood = 0.1
    assert table.size.tolist() == [4] * 7
    assert table.mood.tolist() == [0.1] * 7


def test_unknown_columns_are_refused(table):
    with pytest.raises(AttributeError, match="clubs has no column weight"):
        _ = table.weight
    with pytest.raises(AttributeError, match="clubs has no column weight"):
        table.weight = 1
    with pytest.raises(KeyError):
        table.append(1, weight=1)


def test_drop_keeps_the_rest_in_order_and_clears(table):
    table.append(3)
    table.size[:] = range(5)
    table.drop(np.array([True, False, True, False, True]))
    assert len(table) == 3
    assert table.size.tolist() == [0, 2, 4]
    table.append(2)
    assert table.size.tolist() == [0, 2, 4, 3, 3]


def test_a_locked_table_lets_only_named_columns_be_written(table):
    table.lock(["size"])
    table.size[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        table.mood[0] = 1.0
    assert table.size[0] == 1


def test_a_snapshot_is_a_copy_and_can_be_restored(table):
    state = table.snapshot()
    table.append(4)
    table.size[:] = 9
    table.restore(state)
    assert len(table) == 2
    assert table.size.tolist() == [3, 3]
    table.size[0] = 5
    assert state["size"].tolist() == [3, 3]
    table.append(1)
    assert table.size.tolist() == [5, 3, 3]
    with pytest.raises(KeyError):
        table.restore({"size": state["size"]})


def test_an_empty_table_can_grow():
    table = Table("clubs", COLUMNS)
    assert len(table) == 0
    table.append(0)
    assert table.append(2).tolist() == [0, 1]


def test_an_agent_reads_and_writes_its_row(table):
    class Club(RowAgent):
        @property
        def mood(self):
            return "fine"

    describe(Club, COLUMNS)
    model = mesa.Model()
    first, second = Club(model, table, 0), Club(model, table, 1)
    second.size = 8
    assert (first.size, second.size) == (3, 8)
    assert isinstance(second.size, int)
    assert table.size.tolist() == [3, 8]
    assert first.mood == "fine"  # what a class defines itself is kept
    assert Club.size.__doc__ == "how many (persons)"
    table.append(100)
    table.size[1] = 9
    assert second.size == 9


def test_a_finished_model_is_freed_with_its_agents_and_ids_begin_anew():
    class Club(RowAgent):
        pass

    def make():
        model = mesa.Model(seed=1)
        model.clubs = [Club(model, Table("clubs", COLUMNS, 2), row) for row in range(2)]
        return model

    model = make()
    assert [club.unique_id for club in model.clubs] == [1, 2]
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert [club.unique_id for club in make().clubs] == [1, 2]
