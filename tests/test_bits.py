"""The program computes what it computed: whole numbers exactly, fractions to 1e-9 (`docs/bits.md`)."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from tools import same_bits
from tools.same_bits import Item, Name

STORED = same_bits.read_summary()


@cache
def recorded(region: str) -> dict[str, np.ndarray]:
    """A run of the weeks that the summary speaks of."""
    return same_bits.record(region, STORED["weeks"])


@pytest.mark.parametrize("region", same_bits.REGIONS)
def test_columns_are_as_stored(region):
    told = same_bits.moved(STORED[region], same_bits.summary_of(recorded(region)), same_bits.read_names())
    assert not told, "\n".join([f"{len(told)} columns of {region} moved (see docs/bits.md):", *told])


def changed(values: np.ndarray) -> np.ndarray:
    """Values, one of which is another; of fractions all, by 1e-8 of themselves or from endless to 0."""
    if values.dtype.kind == "f":
        return np.where(np.isfinite(values), values * (1.0 + 1e-8) + 1e-10, 0.0).astype(values.dtype)
    other, first = values.copy(), (0,) * values.ndim
    other[first] = f"{other[first]}x"[1:] if values.dtype.kind == "U" else not other[first]
    return other


def test_a_change_of_any_column_is_told():
    found = recorded("teaching")
    for name in (key.removeprefix("end/") for key in found if key.startswith("end/")):
        column = {key: values for key, values in found.items() if key.partition("/")[2] == name}
        before = same_bits.summary_of(column)
        assert same_bits.moved(before, before, []) == []
        values = column[f"end/{name}"] = changed(column[f"end/{name}"])
        # the last week is recorded as any other
        for kind, of_week in (("check", same_bits.checksum), ("sum", same_bits.finite_sums)):
            if f"{kind}/{name}" in column:
                weeks = column[f"{kind}/{name}"].copy()
                weeks[-1] = of_week(values)
                column[f"{kind}/{name}"] = weeks
        told = same_bits.moved(before, same_bits.summary_of(column), [])
        assert told, name
        assert all(text.startswith(name) for text in told)


def test_a_change_that_is_gone_in_the_end_is_told():
    found = dict(recorded("teaching"))
    for key, columns in (("check/units.manpower", "units.manpower"), ("sum/communities.fear", "communities.fear")):
        other = found | {key: found[key].copy()}
        other[key][100] += 1
        told = same_bits.moved(same_bits.summary_of(found), same_bits.summary_of(other), [])
        assert [text.partition(":")[0] for text in told] == [columns]


def test_what_moved_is_told_with_its_size():
    before = {"a.x": {"shape": [2], "sum": 4.0, "placed": 5.0}, "a.n": {"shape": [2], "sum": 7, "check": "00"}}
    after = {"a.x": {"shape": [2], "sum": 5.0, "placed": 5.0}, "a.n": {"shape": [2], "sum": 8, "check": "00"}}
    told = same_bits.moved(before, after, [])
    assert told == ["a.x: sum 5.0, was 4.0 (by 0.2)", "a.n: sum 8, was 7"]
    after = {"a.x": {"shape": [2], "sum": 4.0 + 1e-9, "placed": 5.0}, "a.n": before["a.n"]}
    assert same_bits.moved(before, after, []) == []


def test_stored_columns_may_have_new_names():
    entry = {"shape": [1], "sum": 1, "check": "00"}
    stored = {"a.vector[0]": entry, "a.vector[1]": entry, "a.pair[0]": entry, "a.plain": entry, "a.gone": entry}
    names = [
        Name("a.vector[1]", "a.second", "", "-"),
        Name("a.vector[0]", "a.first", "", "-"),
        Name("a.pair", "b.pair", "", "-"),
        Name("a.plain", "a.simple", "", "-"),
        Name("a.gone", "", "", "-"),
        Name("", "a.added", "", "-"),
    ]
    now = dict.fromkeys(("a.first", "a.second", "b.pair[0]", "a.simple", "a.added"), entry)
    assert same_bits.moved(stored, now, names) == []
    assert same_bits.moved(stored, now | {"a.first": entry | {"sum": 2}}, names) == [
        "a.vector[0] -> a.first: sum 2, was 1"
    ]
    assert same_bits.moved(stored, now | {"a.other": entry}, names) == ["a.other: is new"]
    assert same_bits.moved(now, now, names) == []  # written anew since


# ---------------------------------------------------------------------------- two versions


def column(*values, dtype="f8") -> Item:
    """A column whose weeks are one."""
    array = np.array(values, dtype=dtype)
    return Item(array, same_bits.checksum(array)[None])


def told(old, new, *names) -> list[str]:
    """What differs beyond the table of names."""
    return same_bits.differences(old, new, list(names))[0]


def test_bits_are_compared():
    assert told({"a.x": column(1.0, np.nan)}, {"a.x": column(1.0, np.nan)}) == []
    assert told({"a.x": column(0.0)}, {"a.x": column(-0.0)}) != []
    found = told({"a.x": column(1.0, 2.0)}, {"a.x": column(1.0, np.nextafter(2.0, 3.0))})
    assert found == ["a.x: 1 of 2 values differ, largest relative difference 2.2e-16, from week 1 on"]
    assert "shape" in told({"a.x": column(1.0)}, {"a.x": column(1.0, 1.0)})[0]
    assert "inf" in told({"a.x": column(1.0)}, {"a.x": column(np.nan)})[0]
    assert told({"a.x": Item(np.array(["b"]))}, {"a.x": Item(np.array(["c"]))}) == ["a.x: 1 of 1 values differ"]


def test_a_week_that_differed_is_told_though_the_end_does_not():
    old, new = column(1.0), column(1.0)
    old.weekly, new.weekly = np.array([[1], [2], [3]]), np.array([[1], [4], [3]])
    assert told({"a.x": old}, {"a.x": new}) == ["a.x: 0 of 1 values differ, from week 2 on"]


def test_types_are_compared_unless_listed():
    old, new = {"a.n": column(1, 2, dtype="i2")}, {"a.n": column(1, 2, dtype="i4")}
    assert told(old, new) == ["a.n: is int32, was int16"]
    row = Name("a.n", "a.n", "dtype", "room for more")
    assert same_bits.differences(old, new, [row]) == ([], ["a.n: is int32, was int16"])
    assert told(old, {"a.n": column(1, 3, dtype="i4")}, row) != []


def test_names_are_followed():
    vector = column([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    old = {"a.vector": vector, "a.x": column(7.0), "a.y": column(8.0), "a.gone": column(9.0)}
    new = {"a.first": vector[0], "a.third": vector[2], "a.y": column(7.0), "b.y": column(8.0), "a.more": column(1.0)}
    names = [
        Name("a.vector[0]", "a.first", "", "-"),
        Name("a.vector[2]", "a.third", "", "-"),
        Name("a.vector[1]", "", "", "nobody read it"),
        Name("a.x", "a.y", "", "the name of a column that moved"),
        Name("a.y", "b.y", "", "moved"),
        Name("a.gone", "", "", "-"),
        Name("", "a.more", "", "-"),
    ]
    assert told(old, new, *names) == []
    assert told(new, new, *names) == []  # a base in which all have their new names
    assert told(old, new, *names[1:]) == ["a.first: is new", "a.vector[0]: is no longer there"]
    assert told(old, new | {"a.third": column(3.0, 6.5)}, *names)[0].startswith("a.vector[2] -> a.third: 1 of 2 values")
    assert told(old, new, *names[:5], names[6]) == ["a.gone: is no longer there"]
    assert told(old, new, *names[:6]) == ["a.more: is new"]


def test_the_table_of_names_speaks_of_what_is_there():
    there = {same_bits.stem(name) for name in same_bits.summary_of(recorded("teaching"))}
    for name in same_bits.read_names():
        if name.new and "/" not in name.new:  # else of a table of a comparison
            assert same_bits.stem(name.new) in there, name


@pytest.mark.parametrize("row", ["a.x,a.y,,", "a.x,a.y,all,why", ",,,why", "a.x,a.y,,why\na.x,a.z,,why"])
def test_a_table_of_names_is_checked(row, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text(f"old,new,may,why\n{row}\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"names\.csv"):
        same_bits.read_names(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_tables_are_compared_by_outcome(suffix, tmp_path):
    def items(**changes) -> dict[str, Item]:
        table = {"place": ["A", "B", "A"], "outcome": ["killed", "killed", "displaced"], "value": [1.5, 2.5, 3.5]}
        path = tmp_path / f"table.{suffix}"
        frame = pd.DataFrame(table | changes)
        frame.to_csv(path, index=False) if suffix == "csv" else frame.to_parquet(path)
        return dict(same_bits.table_items(path))

    assert told(items(), items()) == []
    assert told(items(), items(value=[1.5, 2.5, 3.6])) == [
        "displaced: 1 of 1 values differ, largest relative difference 0.028"
    ]
    assert told(items(), items(place=["A", "C", "A"])) == ["killed: belongs to other rows or dimensions"]
    renamed = items(outcome=["killed", "killed", "displaced_hosted"])
    assert told(items(), renamed, Name("displaced", "displaced_hosted", "", "-")) == []


def test_a_module_that_fails_is_not_taken_for_one_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "lacking_something.py").write_text("import not_there_at_all\n", encoding="utf-8")
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all"):
        same_bits.imported("join", "lacking_something", "os.path")
    assert same_bits.imported("join", "os.path.inner", "os.path") is not None
