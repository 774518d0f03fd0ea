"""Statistics of the yardstick are the same of records in memory as of a folder, and lines are those of its rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.core.files import NotRecorded
from sim.results.result_folder import Folder
from sim.results.write_tables import write_all
from sim.runs.comparison import run_comparison
from sim.runs.plan import ComparisonPlan
from sim.runs.single_run import simulate
from sim.runs.workers import describe_map
from sim.settings.compose import settings_for
from sim.validation.yardstick.ensemble import Ensemble
from sim.validation.yardstick.record_ensemble import RecordEnsemble
from sim.validation.yardstick.table import measure
from sim.world.region import load_region
from tools.falsify import lines
from tools.falsify.runs import Run, Task, run_task, settings_for_lines

REPLICATES = 2
WORDS = ["period.start=2012-01-01", "period.end=2012-12-31"]


@pytest.fixture(scope="module")
def settings():
    return settings_for(WORDS)


@pytest.fixture(scope="module")
def world():
    return load_region("sahel")


@pytest.fixture(scope="module")
def folder(settings, tmp_path_factory):
    path = tmp_path_factory.mktemp("ensemble") / "x"
    run_comparison(ComparisonPlan({"history": settings}, REPLICATES, path, settings.seed, 1), finish=False)
    write_all(path)
    return Folder(path)


@pytest.fixture(scope="module")
def both(folder, settings, world):
    records = [simulate(replace(settings, replicate=r), world) for r in range(REPLICATES)]
    return Ensemble(folder), RecordEnsemble(records, settings, describe_map(world))


@pytest.mark.long
def test_series_events_and_control_are_the_same(both):
    read, made = both
    assert made.span == read.span
    assert made.kinds == read.kinds
    assert made.replicates.tolist() == read.replicates.tolist()
    assert made.folder.run["controllers"] == read.folder.run["controllers"]
    pd.testing.assert_frame_equal(made.cells, read.cells)
    for outcome, place in (("deaths_ucdp", "MLI"), ("fighters.jnim", "region"), ("area_share.government", "MLI.Gao")):
        assert np.array_equal(made.values(outcome, place), read.values(outcome, place))
        assert np.array_equal(made.days(outcome, place), read.days(outcome, place))
    assert len(made.events) > 100
    plain = [
        e.events.astype(dict.fromkeys(("adm_1", "initiator", "side_a", "side_b", "kind", "country"), str)) for e in both
    ]
    pd.testing.assert_frame_equal(*plain, check_dtype=False)
    weeks = np.arange(np.datetime64("2012-01-05"), np.datetime64("2012-12-20"), 7)
    north = made.cells.index[made.cells["admin1"].isin(lines.NORTH)]
    for controller in ("government", "jnim", "separatists", "none", "contested"):
        assert np.array_equal(made.held(north, controller, weeks), read.held(north, controller, weeks)), controller
    assert made.held(north, "government", weeks).any()
    assert not made.held(north, "government", weeks).all()


@pytest.mark.long
def test_lines_are_the_rows_of_the_yardstick(both, folder):
    """Every row of the year whose id the falsifier knows, from records, is what `sahel validate` has of the folder."""
    read, made = both
    rows = {row.id: row for row in measure(folder).rows if row.id.partition(".")[0] in lines.KINDS and not row.status}
    compared = set()
    for name, row in rows.items():
        assert np.array_equal(lines.line_of(name).values(made), row.simulated), name
        compared.add(name.partition(".")[0])
    assert compared == {
        *("deaths", "fighters", "control", "cells", "idps", "idps_true", "newly_displaced", "returned", "refugees"),
    }
    for name in ("north2012.state_area", "events.base_overrun.MLI.2012", "deaths.three.2012-03.all"):
        values = [lines.line_of(name).values(e) for e in (made, read)]
        assert np.array_equal(*values), name
    area = lines.line_of("north2012.state_area").values(made)
    assert ((area >= 0.0) & (area <= 1.0)).all()
    shares = np.stack([made.values("area_share.government", place) for place in lines.NORTH])
    assert (area <= shares.max(axis=(0, 2))).all()
    assert lines.line_of("events.base_overrun.MLI.2012").values(made).sum() > 0


@pytest.mark.long
def test_a_task_gives_the_lines_of_its_run_and_its_parameters(both, settings):
    _, made = both
    names = ("deaths.MLI.2012.all", "cells.2012.active")
    found = run_task(settings, Task("x", 1, {}, names))
    assert isinstance(found, Run)
    assert [found.lines[name] for name in names] == [lines.line_of(name).values(made)[1] for name in names]
    quiet = run_task(settings, Task("x", 1, {"combat.insurgent_rate": 0.01}, names))
    assert quiet.lines["deaths.MLI.2012.all"] < found.lines["deaths.MLI.2012.all"]
    words = run_task(settings, Task("x", 1, {}, ("fighters.nobody.2012",)))
    assert words == "The run x could not go on: 'fighters.nobody' of 'region' is not recorded."


def test_only_what_lines_need_is_recorded(settings):
    bare = settings_for_lines(settings, ["deaths.MLI.2012.all"]).record
    assert (bare.cells, bare.events, bare.flows) == (False, False, False)
    record = settings_for_lines(settings, ["deaths.MLI.2012.all", "cells.2012.active", "north2013.towns_held"]).record
    assert (record.cells, record.events, record.flows) == (True, True, False)


@pytest.mark.long
def test_what_was_not_recorded_is_said(settings, world):
    short = settings_for(["period.start=2012-01-01", "period.end=2012-01-20"])
    bare = settings_for_lines(short, ["deaths.MLI.2012-01.all"])
    e = RecordEnsemble([simulate(bare, world)], bare, describe_map(world))
    with pytest.raises(NotRecorded, match="Weekly control"):
        e.held([int(e.cells.index[0])], "government", np.array(["2012-01-05"], dtype="datetime64[D]"))
    with pytest.raises(NotRecorded, match="Events are not recorded"):
        _ = e.events
    assert not e.has("no_outcome", "MLI")
