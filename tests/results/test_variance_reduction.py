"""What common random numbers save: the factor, its interval, and its fall with the weeks."""

import numpy as np
import pandas as pd
import pytest

from sim.cli.main import main
from sim.recording.run_record import RunRecord
from sim.results.replicate_files import replicate_file
from sim.results.result_folder import Folder
from sim.results.variance_reduction import factor_of, interval_of, last_shared, over_weeks, table_of, typical
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.example_runs import settings_of


def pairs(rng, replicates: int, correlation: float, worlds: int = 1):
    """Outcomes of two scenarios (replicates, worlds) with a given correlation over replicates."""
    common, own, other = rng.standard_normal((3, replicates, worlds))
    part = np.sqrt(correlation), np.sqrt(1.0 - correlation)
    return part[0] * common + part[1] * own, part[0] * common + part[1] * other


def test_factor_of_known_numbers():
    values, baseline = np.array([3.0, 5.0, 10.0]), np.array([1.0, 4.0, 7.0])  # variances 13, 9; differences 2, 1, 3
    assert factor_of(values, baseline) == pytest.approx(22.0)
    assert factor_of(values, values + 1.0) == np.inf
    assert np.isnan(factor_of(np.ones(3), np.ones(3)))


def test_factor_is_that_of_the_correlation():
    values, baseline = pairs(np.random.default_rng(1), 200_000, 0.9)
    assert factor_of(values, baseline)[0] == pytest.approx(10.0, rel=0.03)
    one, two = pairs(np.random.default_rng(2), 200_000, 0.0)
    assert factor_of(one, two)[0] == pytest.approx(1.0, rel=0.02)


def test_independent_differences_have_the_variance_of_the_numerator():
    """All differences between different replicates, taken from the same runs, say the same as the sum of variances."""
    values, baseline = (x[:, 0] for x in pairs(np.random.default_rng(3), 40, 0.8))
    crossed = [(a - b) for r, a in enumerate(values) for s, b in enumerate(baseline) if r != s]
    paired = np.var(values - baseline, ddof=1)
    assert np.var(crossed) / paired == pytest.approx(factor_of(values, baseline), rel=0.05)


@pytest.mark.parametrize(("correlation", "lognormal"), [(0.0, False), (0.9, False), (0.9, True)])
def test_intervals_cover(correlation, lognormal):
    rng = np.random.default_rng(4)
    values, baseline = pairs(rng, 16, correlation, 250)
    large, other = (x[:, 0] for x in pairs(rng, 1_000_000, correlation))
    if lognormal:
        values, baseline, large, other = (np.exp(0.7 * x) for x in (values, baseline, large, other))
    true = factor_of(large, other)
    bounds = [interval_of(values[:, i], baseline[:, i]) for i in range(values.shape[1])]
    assert 0.85 <= np.mean([low <= true <= high for low, high in bounds]) <= 0.99


def test_typical_leaves_out_what_has_not_parted():
    curves = pd.DataFrame({"a": [np.inf, 4.0], "b": [np.nan, 9.0], "c": [np.inf, np.inf]}, index=[1, 2])
    assert typical(curves, 1) == np.inf
    assert typical(curves, 2) == pytest.approx(6.0)
    assert np.isnan(typical(curves, 7))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Six replicates of the teaching region, the levers acting from the middle of the period."""
    words = ("period.start=2013-01-01", "period.end=2014-12-31", "levers.from=2014-01-01")
    settings = {name: settings_of(*words, f"scenario={name}") for name in ("history", "restraint", "un_stays")}
    path = tmp_path_factory.mktemp("variance") / "run"
    run_plan(settings, 6, 1, path, 3)
    write_all(path)
    return path


def test_table_is_that_of_the_records(folder):
    table = table_of(Folder(folder)).set_index(["scenario", "outcome"])
    records = {
        name: [RunRecord.load(replicate_file(folder, name, r)).series["weekly"] for r in range(6)]
        for name in ("history", "restraint")
    }
    inside = records["history"][0].dates - 1 <= np.datetime64("2014-12-31")  # a last week that goes beyond is left out
    dead = {
        name: np.array([s.get("civilians_killed", "region")[inside].sum(dtype=float) for s in records[name]])
        for name in records
    }
    row = table.loc[("restraint", "civilians_killed")]
    assert row.factor == pytest.approx(float(factor_of(dead["restraint"], dead["history"])))
    assert row.sd_paired == pytest.approx(np.std(dead["restraint"] - dead["history"], ddof=1))
    assert row.replicates == 6


def test_runs_start_alike_and_diverge(folder):
    read = Folder(folder)
    item = next(item for item in read.headlines if item.outcome == "displaced")
    since = last_shared(read, [item])
    assert np.datetime64("2013-12-25") <= since["restraint"] <= np.datetime64("2014-03-01")
    table = read.over_time("displaced")
    alike = table["restraint"].loc[: since["restraint"]] == table["history"].loc[: since["restraint"]]
    assert alike.to_numpy().all()
    curves = over_weeks(read, item, since)
    assert curves.index.min() == 1
    assert curves["restraint"].loc[1:2].min() > 20.0 * curves["restraint"].loc[40:44].max()


def test_the_command_prints_and_writes(folder, tmp_path, capsys):
    assert main(["variance", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "What common random numbers save: 6 replicates" in out
    assert "weeks since divergence" in out
    assert set(pd.read_csv(folder / "variance_reduction.csv")["scenario"]) == {"restraint", "un_stays"}
    assert (folder / "figures" / "variance_reduction.png").stat().st_size > 10_000
    assert main(["variance", str(tmp_path)]) == 2
    assert main(["variance"]) == 2


def test_the_former_name_is_understood_with_a_note(folder, capsys):
    assert main(["pairing", str(folder)]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines()[0] == "note: sahel pairing is called sahel variance now."
    assert "What common random numbers save: 6 replicates" in said.out
    assert main(["help", "pairing"]) == 0
    assert "usage: sahel variance FOLDER" in capsys.readouterr().out
