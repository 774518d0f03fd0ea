"""The stopping rule: its numbers worked out by hand, its coverage on draws, its path through a comparison."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.core import provenance
from sim.core.errors import UserError
from sim.core.files import read_json
from sim.results.figures import stopping as stopping_figure
from sim.results.figures.style import save
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from sim.runs.stopping import Rule, narrowing, over_period, report, skewness, targets, wanted_next
from tests.comparisons import run_plan
from tests.fake_records import fake_settings, simulate

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}


def test_half_width_is_students():
    """1, 2, 4, 5: mean 3, s^2 = 10/3, so that h = t(3) * 1.8257 / 2 = 3.1824 * 0.91287 = 2.9052."""
    found = narrowing(np.array([1.0, 2.0, 4.0, 5.0]))
    assert found["replicates"].tolist() == [2, 3, 4]
    assert found["difference"] == pytest.approx([1.5, 7 / 3, 3.0])
    assert found["half_width"][-1] == pytest.approx(2.9052, abs=1e-4)
    rng = np.random.default_rng(1)
    draws = rng.normal(1e9, 1.0, 40)  # a large mean cancels nothing away
    for n in (2, 7, 40):
        low, high = stats.t.interval(0.95, n - 1, draws[:n].mean(), stats.sem(draws[:n]))
        assert narrowing(draws)["half_width"][n - 2] == pytest.approx((high - low) / 2, rel=1e-6)


def test_relative_means_a_share_of_the_baseline():
    """Not of the difference: that may be zero."""
    rule = Rule(precision=0.1)
    assert targets(rule, np.array([100.0, 300.0])) == pytest.approx([10.0, 20.0])
    assert targets(rule, np.array([-100.0, -300.0])) == pytest.approx([10.0, 20.0])
    assert targets(Rule(precision=None, within=7.0), np.array([0.0, 0.0])) == pytest.approx([7.0, 7.0])
    with pytest.raises(UserError, match=r"zero in every replicate .*; say within="):
        targets(rule, np.zeros(5))


def test_the_next_number_is_what_the_spread_calls_for():
    """A half width a fifth too large calls for 1.44 times the replicates; never more than twice as many."""
    assert wanted_next(100, 1.2, 1.0, 400) == 144
    assert wanted_next(100, 9.0, 1.0, 400) == 200
    assert wanted_next(100, 1.001, 1.0, 400) == 104  # at least four more
    assert wanted_next(100, 9.0, 1.0, 150) == 150
    assert wanted_next(150, 9.0, 1.0, 150) == 150


def test_skewness():
    assert skewness(np.array([1.0, 2.0, 3.0])) == pytest.approx(0.0)
    assert skewness(np.zeros(5)) == 0.0
    values = np.random.default_rng(0).exponential(size=200_000)
    assert skewness(values) == pytest.approx(2.0, abs=0.1)


def stopped(draws: np.ndarray, target: float, rule: Rule) -> tuple[float, float, int]:
    """Mean, half width and number of replicates at which the rule stops on a row of draws."""
    n = rule.at_least
    found = narrowing(draws)
    while True:
        half = found["half_width"][n - 2]
        wanted = n if half <= target else wanted_next(n, half, target, rule.at_most)
        if wanted == n:
            return found["difference"][n - 2], half, n
        n = wanted


KINDS = {
    # draw, mean, standard deviation, coverage that the docstring promises
    "normal": (lambda rng, size: rng.normal(size=size), 0.0, 1.0, 0.935),
    "exponential": (lambda rng, size: rng.exponential(size=size), 1.0, 1.0, 0.905),
    "log-normal": (
        lambda rng, size: np.exp(rng.normal(size=size)),
        math.exp(0.5),
        math.sqrt((math.e - 1) * math.e),
        0.83,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("calls_for", [12, 30, 80])
def test_intervals_cover_although_one_looks_more_than_once(kind, calls_for):
    """Draws whose spread calls for so many replicates; coverage at the stop, with what chance leaves open."""
    draw, mean, spread, promised = KINDS[kind]
    trials, rule = 1000, Rule(precision=None, within=1.96 * spread / math.sqrt(calls_for))
    rng = np.random.default_rng([7, calls_for])
    ends = [stopped(row, rule.within, rule) for row in draw(rng, (trials, rule.at_most))]
    means, halves, numbers = (np.array(column) for column in zip(*ends, strict=True))
    coverage = (np.abs(means - mean) <= halves).mean()
    assert coverage >= promised - 2.5 * math.sqrt(promised * (1 - promised) / trials)
    assert numbers.min() >= 20
    assert np.all((halves <= rule.within) | (numbers == rule.at_most))
    if kind == "normal":  # where mean and spread are independent, stopping moves no mean
        assert abs(means.mean() - mean) <= 3.5 * means.std() / math.sqrt(trials)
        assert numbers.mean() <= max(24, 1.25 * calls_for + 4)


def test_outcomes_over_the_period_are_those_of_the_table(tmp_path):
    record = simulate(fake_settings(["history"])["history"])
    weekly = record.series["weekly"]
    assert over_period(record, "displaced", "MLI") == (weekly.get("displaced", "MLI")[-1], "persons")
    killed, unit = over_period(record, "civilians_killed", "region")
    assert (killed, unit) == (pytest.approx(weekly.get("civilians_killed", "region").sum(dtype=float)), "persons")
    with pytest.raises(UserError, match="no outcome 'displacd'; the nearest is 'displaced'"):
        over_period(record, "displacd", "region")
    with pytest.raises(UserError, match="no place 'MALI' with the outcome 'displaced'"):
        over_period(record, "displaced", "MALI")


# ---------------------------------------------------------------------------- in a comparison


def compare(folder, rule, names=("history", "restraint", "un_stays"), **more):
    return run_plan(
        fake_settings(list(names), end=date(2022, 6, 30)),
        rule,
        1,
        folder,
        1,
        **FAKE,
        **{"finish": False, **more},
    )


@pytest.fixture(autouse=True)
def _one_version(monkeypatch):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")


def test_a_comparison_runs_until_it_is_narrow_enough(tmp_path):
    rule = Rule(precision=0.05, at_least=6, at_most=60)
    folder = compare(tmp_path / "x", rule)
    write_all(folder)
    run = read_json(folder / "run.json")
    stopping = run["stopping"]
    assert stopping["reached"]
    took = stopping["replicates"]
    assert 6 < took < 60
    assert run["finished_replicates"] == run["seeds"]["replicates"] == list(range(took))
    assert run["status"] == "complete"
    looks = [look["replicates"] for look in stopping["interim_analyses"]]
    assert looks == sorted(set(looks))
    assert all(look["half_width"] > look["target"] for look in stopping["interim_analyses"][:-1])
    table = pd.read_csv(folder / "precision.csv")
    assert set(table["scenario"]) == {"restraint", "un_stays"}
    last = table[table["replicates"] == took]
    assert (last["half_width"] <= last["target"]).all()
    # the same difference as the table's, and an interval of about the same width
    found = pd.read_csv(folder / "comparison.csv").query("period == 'all' and place == 'region'")
    found = found[found["outcome"] == "displaced"].set_index("scenario")
    for row in last.itertuples():
        assert found.loc[row.scenario, "difference"] == pytest.approx(row.difference, rel=1e-4)
        width = found.loc[row.scenario, "high"] - found.loc[row.scenario, "low"]
        assert 0.6 < width / (2 * row.half_width) < 1.1
    assert last["target"].to_numpy() == pytest.approx(0.05 * found["baseline_mean"].to_numpy(), rel=1e-4)
    figure = stopping_figure.narrowing(Folder(folder))["precision"]
    assert len(figure.axes) == 2
    assert save(figure, tmp_path / "precision.png").stat().st_size > 10_000
    assert f"{took} replicates: the difference in displaced (region) is known to ±" in report(stopping)
    # the same command looks again at the same numbers, with nothing to run
    again = read_json(compare(folder, rule) / "run.json")
    assert again["stopping"] == stopping
    assert again["time"]["runs"] == 0


def test_more_precision_later_goes_on_from_there(tmp_path):
    first = read_json(compare(tmp_path / "x", Rule(precision=0.08, at_least=6)) / "run.json")
    then = read_json(compare(tmp_path / "x", Rule(precision=0.05, at_least=6)) / "run.json")
    straight = read_json(compare(tmp_path / "y", Rule(precision=0.05, at_least=6)) / "run.json")
    assert then["stopping"] == straight["stopping"]
    assert then["stopping"]["replicates"] > first["stopping"]["replicates"]
    assert then["time"]["runs"] == straight["time"]["runs"] - first["time"]["runs"]


def test_when_the_most_replicates_are_not_enough_it_says_so(tmp_path):
    rule = Rule(precision=None, within=1.0, at_least=6, at_most=8)
    stopping = read_json(compare(tmp_path / "x", rule) / "run.json")["stopping"]
    assert not stopping["reached"]
    assert [look["replicates"] for look in stopping["interim_analyses"]] == [6, 8]
    assert "Not as narrow as asked for, but at_most=8; about" in report(stopping)


def test_no_difference_at_all_is_told_with_what_it_may_miss(tmp_path):
    rule = Rule(outcome="coups", precision=None, within=0.5, at_least=6)
    settings = fake_settings(["history"]) | {"twin": fake_settings(["history"])["history"]}
    run_plan(settings, rule, 1, tmp_path / "x", 1, **FAKE)
    text = report(read_json(tmp_path / "x" / "run.json")["stopping"])
    assert "does not differ in any of them" in text
    assert "fewer than one of 2 could have been missed" in text


def test_a_misspelt_outcome_is_refused_after_the_first_run(tmp_path):
    with pytest.raises(UserError, match="the nearest is 'displaced'"):
        compare(tmp_path / "x", Rule(outcome="displacd"))
    assert len(list((tmp_path / "x").glob("parts/*/*.npz"))) <= 3


def test_a_fixed_number_of_replicates_has_no_such_figure(tmp_path):
    folder = compare(tmp_path / "x", 2)
    write_all(folder)
    assert stopping_figure.narrowing(Folder(folder)) == {}
