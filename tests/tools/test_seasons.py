"""The sums of `tools.seasons`: parts and ratios by month, worked out by hand, and what a pair of runs is told as."""

import json

import numpy as np
import pytest

from tools import seasons


def run_of(rainy: float, deaths: int) -> dict:
    """A run with one event a week but `rainy` in July to September, and four or five weeks a month."""
    weeks = np.array([5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4])
    rates = np.where(np.isin(np.arange(12), seasons.RAINY), rainy, 1.0)
    month = {name: (weeks * rates).tolist() for name in seasons.MONTHLY} | {"weeks": weeks.tolist()}
    years = {str(year): [deaths, 0, 0] for year in range(2012, seasons.LAST + 1)}
    return {"month": month, "deaths": years, "displaced": {str(seasons.LAST): [7, 8, 9]}}


def test_months_count_by_week_and_not_by_how_many_weeks_they_have():
    assert seasons.by_week(run_of(0.5, 1), "events")[6:9] == pytest.approx([0.5, 0.5, 0.5])
    found = seasons.outcomes(run_of(0.5, 1))
    assert found["share of events, July to September"] == pytest.approx(1.5 / 10.5)
    assert found["hours, July to September over the rest"] == pytest.approx(0.5)
    assert found["deaths MLI, 2012-2020"] == 9.0
    assert found["displaced of NER, end of 2020"] == 9.0


def test_pairs_are_told_with_their_difference(tmp_path):
    for replicate, (off, on) in enumerate([(1.0, 0.5), (1.0, 0.7)]):
        (tmp_path / f"off_{replicate}.json").write_text(json.dumps(run_of(off, 10)))
        (tmp_path / f"on_{replicate}.json").write_text(json.dumps(run_of(on, 10 + 2 * replicate)))
    (tmp_path / "on_7.json").write_text(json.dumps(run_of(9.0, 9)))  # its pair is missing
    lines = list(seasons.report(tmp_path))
    assert lines[0] == "2 pairs"
    (row,) = (line for line in lines if line.startswith("| share of events"))
    median, mean = np.median([1.5 / 10.5, 2.1 / 11.1]), np.mean([1.5 / 10.5, 2.1 / 11.1]) - 0.25
    assert row.startswith(f"| share of events, July to September | 0.25 | {median:.4g} | {mean:+.3g} (")
    assert "| deaths MLI, 2012-2020 | 90 | 99 | +9 (9) |" in lines


def test_the_record_is_told_only_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("SAHEL_DATA", str(tmp_path))
    assert seasons.recorded() == {}
    (tmp_path / "ucdp_country_month_fatalities.csv").write_text(
        "iso3,year,month,fatalities,population\nMLI,2013,2,10,1\nBFA,2020,2,5,1\nBEN,2013,2,99,1\nMLI,2011,2,99,1\n"
    )
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    found = seasons.recorded()["deaths 2012-2022"]
    assert found[1] == pytest.approx(15 / 28.25 * days.mean())
    assert found.sum() == found[1]
