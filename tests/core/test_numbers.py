"""Numbers as people read them, by hand."""

import math

import pytest

from sim.core.numbers import criterion_number, factor_number, outcome_number, short_number, tick_label


@pytest.mark.parametrize(
    ("value", "unit", "signed", "shown"),
    [
        (2_344_000, "persons", False, "2.34 M"),
        (-340_400, "persons/week", True, "-340 k"),
        (1230.4, "persons", True, "+1,230"),
        (0.1234, "0..1", False, "12.3 %"),
        (-0.0004, "0..1", True, "-0.04 pts"),
        (0.000001, "0..1", True, "0.0 pts"),
        (4.53, "days", False, "4.5"),
        (math.nan, "days", False, "?"),
    ],
)
def test_outcomes(value, unit, signed, shown):
    assert outcome_number(value, unit, signed) == shown


def test_short_numbers():
    shown = [short_number(x) for x in (0, 0.012345, 4.5, 123.4, 999.4, 999.6, 1234.5, math.inf)]
    assert shown == ["0", "0.0123", "4.5", "123", "999", "1,000", "1,234", "inf"]


def test_factors():
    shown = [factor_number(x) for x in (math.nan, math.inf, 1.234, 12.7, 4321.0, 5e7)]
    assert shown == ["", "alike", "1.2", "13", "4,321", "> 9,999"]


def test_ticks():
    shown = [tick_label(x, "persons/week") for x in (40, 9999, 300_000, 2.5e6)]
    assert shown == ["40", "9,999", "300 k", "2.5 M"]
    assert tick_label(300_000, "days") == "300,000"


def test_criteria():
    assert criterion_number(None, "persons") == ""
    assert criterion_number(0.256, "share") == "26 %"
    assert criterion_number(0.123, "log10 per year") == "+0.12"
    assert [criterion_number(x, "persons") for x in (19_999, 20_400)] == ["19,999", "20 k"]
