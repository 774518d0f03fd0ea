"""Whatever stands in a row, it is kept or left out with a reason: no row is lost or made up, nothing breaks."""

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.validation.downloads import read_observed
from sim.validation.downloads.values import dates, numbers
from tests.validation.downloads.hand_written import ACLED_COLUMNS, GED_COLUMNS, GED_ROWS, acled_row

ODD = st.one_of(
    st.sampled_from(
        [
            "",
            "-",
            "nan",
            "inf",
            "-1",
            "-0",
            "1e400",
            "1_000",
            "0x10",
            "٣",
            "2.5",
            "1,234",
            "1,23",
            "91",
            "181",
            "259201",
            "4",
            "2020-02-30",
            "2020-1-1",
            "1899-12-31",
            "31/02/2020",
            "1 Foo 2020",
            "#tag",
            "[/x]",
            '"',
            "a\nb",
            "\x1b[31m",
        ]
    ),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.floats().map(str),
    st.integers(-(10**20), 10**20).map(str),
)
GED_USED = [
    "id",
    "type_of_violence",
    "date_start",
    "priogrid_gid",
    "latitude",
    "longitude",
    "where_prec",
    "best",
    "low",
    "high",
    "deaths_civilians",
    "country",
    "adm_1",
    "side_a",
    "side_b",
]
ACLED_USED = [name for name in acled_row(1)]


def faults(columns):
    return st.lists(st.dictionaries(st.sampled_from(columns), ODD, max_size=3).map(dict), min_size=1, max_size=8)


def written(folder: Path, columns, rows) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    (folder / "f.csv").write_bytes(out.getvalue().encode())


def assert_sorted_out(found, rows, names) -> None:
    """Each row is kept, left out or counted, and only those without a fault are kept."""
    part = found.parts[0]
    filled = [row for row in rows if any(value.strip() for value in row.values())]
    assert part.kept + len(part.left) + sum(part.passed.values()) == len(filled)
    assert part.left.reason.str.len().gt(0).all()
    assert part.left.line.is_unique
    events = found.events
    if len(events):
        assert events.date.notna().all()
        assert events.gid.between(1, 259_200).all()
        assert events.country.isin(found.region_countries).all()
        for name in names:
            assert not (events[name] < 0).any()
        assert set(events.type) <= {"state_based", "non_state", "one_sided"}
        assert found.cell_month.deaths.sum() == events.deaths_best.sum()


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(faults(GED_USED))
def test_broken_rows_of_ged(changes):
    rows = [GED_ROWS[n % 3] | {"id": str(n)} | change for n, change in enumerate(changes)]
    with tempfile.TemporaryDirectory() as name:
        written(Path(name), GED_COLUMNS, rows)
        assert_sorted_out(read_observed(name), rows, ("deaths_best", "deaths_low", "deaths_high", "civilians"))


@pytest.mark.long
@settings(max_examples=30, deadline=None)
@given(faults(ACLED_USED))
def test_broken_rows_of_acled(changes):
    rows = [acled_row(n) | change for n, change in enumerate(changes)]
    with tempfile.TemporaryDirectory() as name:
        written(Path(name), ACLED_COLUMNS, rows)
        assert_sorted_out(read_observed(name), rows, ("deaths_best", "civilians"))


@settings(max_examples=100, deadline=None)
@given(st.lists(ODD, min_size=1, max_size=20))
def test_numbers_and_dates_never_break(texts):
    values = pd.Series(texts, dtype=object)
    found = numbers(values)
    assert found.dtype == "float64"
    assert found[found.notna()].abs().lt(float("inf")).all()
    for text, number in zip(texts, found):
        if pd.notna(number):
            assert float(text.replace(",", "")) == number
    day = dates(values)
    assert day.dropna().dt.year.between(1900, 2100).all()


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_that_are_no_table_never_break(data):
    with tempfile.TemporaryDirectory() as name:
        for ending in ("csv", "zip", "xlsx"):
            (Path(name) / f"f.{ending}").write_bytes(data)
        assert not read_observed(name).parts
