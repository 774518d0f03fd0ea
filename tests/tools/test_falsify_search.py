"""The search of the falsifier on problems whose answer is known, and what it keeps and refuses."""

import json
import os

import numpy as np
import pytest

from sim.core.errors import UserError
from tools.falsify import distance, inversion
from tools.falsify.lines import Line
from tools.falsify.report import hits_of, in_order, markdown, nearest, verdict, write
from tools.falsify.runs import Run, RunFile, Task
from tools.falsify.search import Plan, search
from tools.falsify.space import Parameter, Space, declared, free, placed
from tools.falsify.targets import Target, hits_all

SPACE = Space([Parameter("a.x", 0.0, 10.0, 5.0), Parameter("a.y", 0.01, 1.0, 0.1)])  # the second on its logarithm
PLAN = Plan(points=40, members=20, rounds=5, fresh=9, few=2, lone=3, seed=3)


def target(name: str, low: float, high: float, scale: str = "linear", **more) -> Target:
    return Target(Line(name, None, frozenset(), "2012-01-01", "2012-12-31"), low, high, scale, **more)


def made_up(slope: float, noise: float = 0.1):
    """A run whose lines are sum = x + slope * log10(y) and x itself, with noise by replicate; and a list of calls."""
    calls = []

    def run(tasks: list[Task], words: str) -> np.ndarray:
        calls.extend(task.key for task in tasks)
        rows = []
        for task in tasks:
            e = np.random.default_rng(task.replicate).normal(size=2) * noise
            x, y = task.values["a.x"], task.values["a.y"]
            rows.append([x + slope * np.log10(y) + e[0], x + e[1]])
        return np.array(rows)

    return run, calls


def test_a_step_solves_a_linear_problem():
    """With linear lines and little noise, one full step brings the members to the answer (Iglesias and others 2013)."""
    random = np.random.default_rng(1)
    a = np.array([[1.0, 2.0], [-1.0, 1.5]])
    truth = np.array([0.7, -0.4])
    members = random.normal(size=(200, 2))
    answer = a @ truth
    noise = 1e-4 * np.eye(2)
    step = inversion.step(members, members @ a.T, (answer - 1e-6, answer + 1e-6), noise, 1.0, 1, random)
    assert step.length == 1.0
    assert step.members.mean(axis=0) == pytest.approx(truth, abs=0.01)
    assert (step.members.std(axis=0) < 0.02).all()


def test_steps_of_the_inversion_give_the_posterior_of_a_linear_problem():
    """Steps that add up to 1 give Bayes' answer where all is linear and normal: prior N(0, 1), noise variance 0.5."""
    random = np.random.default_rng(2)
    members, time, left = random.normal(size=(20_000, 1)), 0.0, 4
    members = (members - members.mean()) / members.std()
    while time < 1.0 - 1e-9:
        step = inversion.step(
            members, members, (np.array([1.0]), np.array([1.0])), np.array([[0.5]]), time, left, random
        )
        members, time, left = step.members, step.time, max(1, left - 1)
    assert members.mean() == pytest.approx(1.0 / 1.5, abs=0.02)
    assert members.var() == pytest.approx(0.5 / 1.5, abs=0.02)


def test_members_inside_the_band_are_not_drawn_to_its_middle():
    low, high = np.array([0.0]), np.array([4.0])
    moved = inversion.into_band(np.array([[-1.0], [1.2], [2.0], [9.0]]), low, high)
    assert moved.ravel().tolist() == [1.0, 1.2, 2.0, 3.0]


def test_a_step_is_never_longer_than_what_is_left_and_never_shorter_than_its_part():
    far = np.linspace(1e6, 2e6, 10)
    assert inversion.step_length(far, 5, 0.0, 8) == pytest.approx(1 / 8)
    assert inversion.step_length(far, 5, 0.5, 1) == pytest.approx(0.5)
    near = np.full(10, 0.001)
    assert inversion.step_length(near, 5, 0.4, 8) == pytest.approx(0.6)
    middle = np.array([9.0, 11.0, 10.0, 10.0])  # M / 2F = 5 / 20, sqrt(M / 2 var) = sqrt(5 / 1)
    assert inversion.step_length(middle, 5, 0.0, 100) == pytest.approx(1.0)
    wide = np.array([1.0, 19.0])  # M / 2F = 0.25, sqrt(5 / 162) = 0.176
    assert inversion.step_length(wide, 5, 0.0, 100) == pytest.approx(0.25)


def test_members_without_a_line_are_drawn_anew():
    random = np.random.default_rng(3)
    members = random.normal(size=(30, 1))
    lines = members.copy()
    lines[4] = np.nan
    step = inversion.step(members, lines, (np.array([0.9]), np.array([1.1])), np.array([[0.01]]), 0.0, 1, random)
    assert np.isfinite(step.members).all()
    lines[1:] = np.nan
    with pytest.raises(ValueError, match="fewer than two"):
        inversion.step(members, lines, (np.array([0.9]), np.array([1.1])), np.array([[0.01]]), 0.0, 1, random)


def test_what_can_be_hit_is_hit():
    targets = [target("sum", 3.9, 4.1), target("x", 6.9, 7.1)]  # x = 7, 3 log10 y = -3: y = 0.1
    run, calls = made_up(3.0)
    found = search(PLAN, SPACE, targets, run)
    best = in_order(found, targets)[0]
    assert all(hits_of(best, targets).values())
    assert verdict(found, targets).startswith("**A single point hits")
    mean = SPACE.named(placed(free(found.posterior).mean(axis=0)))
    assert mean["a.x"] == pytest.approx(7.0, abs=0.4)
    assert np.log10(mean["a.y"]) == pytest.approx(-1.0, abs=0.3)
    assert (
        len(calls) == len(set(calls)) == PLAN.points + PLAN.members * PLAN.rounds + PLAN.fresh * (1 + len(found.judged))
    )


def test_present_defaults_are_judged_beside_what_was_found():
    targets = [target("sum", 1.9, 2.1), target("x", 4.9, 5.1)]  # the defaults, 5 and 0.1, give 5 - 3 = 2
    found = search(PLAN, SPACE, targets, made_up(3.0)[0])
    (own,) = [item for item in found.judged if item.name == "defaults"]
    assert SPACE.named(own.place) == pytest.approx({"a.x": 5.0, "a.y": 0.1})
    assert all(hits_of(own, targets).values())
    assert Parameter("a.z", 2.0, 4.0, 9.0).place(9.0) == 1.0


def test_an_answer_out_of_range_is_said_to_be_so(tmp_path):
    """x = 7 asks y = 4.6 for a sum of 9, beyond the upper bound of 1: each line can be hit, both together cannot."""
    targets = [target("sum", 8.6, 9.4), target("x", 6.6, 7.4)]
    run, _ = made_up(3.0)
    found = search(PLAN, SPACE, targets, run)
    assert not any(all(hits_of(item, targets).values()) for item in found.judged)
    assert verdict(found, targets).startswith("**Nothing that was tried hits all lines.**")
    assert "No point hits" not in verdict(found, targets)  # each of them is hit by some point
    _, places, _ = found.all_runs()
    assert ((places >= 0.0) & (places <= 1.0)).all()
    told = {"sessions": [{"seconds": 60.0, "runs": 5}]}
    page = write(tmp_path, "T", PLAN, SPACE, targets, found, told)
    assert page == markdown("T", PLAN, SPACE, targets, found, told, _tables(found, targets))
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.md",
        "lines.csv",
        "points.csv",
        "posterior.csv",
        "correlations.csv",
        "together.csv",
    }


def _tables(found, targets):
    from tools.falsify import report

    return {
        "lines": report.lines_table(found, targets),
        "posterior": report.posterior_table(found, SPACE),
        "correlations": report.correlations_table(found, targets, SPACE),
        "together": report.together_table(found, targets),
    }


def test_a_line_that_nothing_can_hit_is_named_with_its_nearest_miss():
    targets = [target("sum", 0.0, 4.0), target("x", 19.0, 21.0)]  # x ends at 10
    run, _ = made_up(0.0)
    found = search(PLAN, SPACE, targets, run)
    assert "No point hits: x." in verdict(found, targets)
    miss = nearest(found, targets, 1)
    assert 9.0 < np.median(miss.lines[:, 1]) < 10.2
    assert SPACE.named(miss.place)["a.x"] <= 10.0


def test_elasticities_are_those_of_a_power_law():
    from tools.falsify.report import correlations_table

    targets = [target("power", 1.0, 2.0, "log")]

    def run(tasks, words):
        return np.array([[np.expm1(2.5 * np.log(100 * task.values["a.y"]) + 1.0)] for task in tasks])

    found = search(Plan(points=20, members=5, rounds=1, fresh=2), SPACE, targets, run)
    table = correlations_table(found, targets, SPACE).set_index("parameter")
    assert table.loc["a.y", "elasticity"] == pytest.approx(2.5)
    assert np.isnan(table.loc["a.x", "elasticity"])  # its range touches 0
    assert table.loc["a.y", "rank_correlation"] == pytest.approx(1.0)


def test_distances_are_weighted_ratios_outside_the_band():
    targets = [target("a", 99.0, 199.0, "log"), target("b", 0.0, 2.0, weight=3.0)]
    lines = np.array([[99.0, 1.0], [49.0, 2.0], [399.0, 4.0], [150.0, np.nan]])
    assert distance.outside(lines, targets)[:3] == pytest.approx(
        np.array([[0.0, 0.0], [np.log(2), 0.0], [np.log(2), 1.0]])
    )
    found = distance.distance(lines, targets)
    assert found[:3] == pytest.approx([0.0, np.log(2) / 4, (np.log(2) + 3.0) / 4])
    assert found[3] == np.inf
    assert distance.best(lines, targets, 2).tolist() == [0, 1]


def test_the_smooth_takes_chance_away_and_leaves_a_parabola():
    random = np.random.default_rng(5)
    x = random.normal(size=(400, 3))
    truth = np.column_stack([x[:, 0] - 0.5 * x[:, 1] ** 2, x[:, 2]])
    lines = truth + random.normal(size=truth.shape)
    lines[7, 0] = np.nan
    found = distance.smoothed(x, lines)
    assert np.sqrt(np.mean((found - truth) ** 2)) < 0.2  # the noise has 1
    assert np.isfinite(found).all()


def test_of_a_set_only_so_many_must_hit():
    targets = [target(name, 0, 1, set="s", needed=2) for name in "abc"] + [target("d", 0, 1)]
    assert hits_all(targets, {"a": True, "b": True, "c": False, "d": True})
    assert not hits_all(targets, {"a": True, "b": False, "c": False, "d": True})
    assert not hits_all(targets, {"a": True, "b": True, "c": True, "d": False})


# -- the box


def test_places_go_along_the_logarithm_where_a_range_is_wide():
    narrow, wide, zero = Parameter("a", 1, 5, 2), Parameter("b", 1, 6, 2), Parameter("c", 0, 6, 2)
    assert [p.is_log for p in (narrow, wide, zero)] == [False, True, False]
    assert [round(p.middle(), 4) for p in (narrow, wide, zero)] == [3.0, 2.4495, 3.0]
    assert wide.value(np.array([0.0, 1.0])).tolist() == [1.0, 6.0]
    assert placed(free(np.array([0.2, 0.9]))) == pytest.approx([0.2, 0.9])


def test_a_longer_design_begins_with_the_same_points():
    assert np.array_equal(SPACE.design(6, 1), SPACE.design(100, 1)[:6])
    assert not np.array_equal(SPACE.design(6, 1), SPACE.design(6, 2))
    assert (SPACE.design(64, 1).min(axis=0) < 0.02).all()  # one in each of 64 parts


def test_values_outside_their_range_are_refused():
    with pytest.raises(UserError, match=r"a\.y=1\.5 lies outside its declared range 0\.01 to 1"):
        SPACE.checked({"a.x": 1.0, "a.y": 1.5})
    with pytest.raises(UserError, match=r"There is no parameter 'a\.z'"):
        SPACE.checked({"a.z": 1.0})
    with pytest.raises(UserError, match=r"the nearest is 'recruitment\.rate'"):
        declared(["recruitment.rat"])
    with pytest.raises(UserError, match=r"control\.floor has no range"):
        declared(["control.floor"])


@pytest.mark.parametrize("sizes", [{"points": 3}, {"members": 3}, {"members": 400}, {"rounds": 0}, {"fresh": 1}])
def test_sizes_that_make_no_search_are_refused(sizes):
    with pytest.raises(UserError, match=next(iter(sizes))):
        Plan(**sizes)


# -- the file of runs


def kept(path, run):
    """A runner that keeps what it runs, as the tool does, and the keys that it had to run."""
    file, asked = RunFile(path), []

    def keeping(tasks, words):
        missing = file.missing(tasks)
        asked.extend(task.key for task in missing)
        for task, row in zip(missing, run(missing, words) if missing else []):
            file.append(Run(task.key, task.replicate, task.values, dict(zip(task.lines, map(float, row))), 0.1))
        return file.lines(tasks)

    return keeping, asked


def test_a_search_that_was_killed_goes_on_and_comes_to_the_same(tmp_path):
    targets = [target("sum", 3.9, 4.1), target("x", 6.9, 7.1)]
    run, _ = made_up(3.0)
    whole, all_keys = kept(tmp_path / "whole.jsonl", run)
    first = search(PLAN, SPACE, targets, whole)

    class Killed(Exception):
        pass

    def dying(tasks, words):
        if len(part_keys) > 70:
            raise Killed
        return part(tasks, words)

    part, part_keys = kept(tmp_path / "part.jsonl", run)
    with pytest.raises(Killed):
        search(PLAN, SPACE, targets, dying)
    done = (tmp_path / "part.jsonl").read_bytes()
    (tmp_path / "part.jsonl").write_bytes(done[:-15])  # the last line is half written
    again, again_keys = kept(tmp_path / "part.jsonl", run)
    second = search(PLAN, SPACE, targets, again)
    assert again_keys[0] == part_keys[-1]
    assert len(part_keys) - 1 + len(again_keys) == len(all_keys)
    assert [item.name for item in first.judged] == [item.name for item in second.judged]
    assert np.array_equal(first.posterior, second.posterior)
    assert (tmp_path / "part.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_only_a_run_of_the_same_values_and_chance_counts(tmp_path):
    file = RunFile(tmp_path / "runs.jsonl")
    file.append(Run("design/0000", 7, {"a.x": 0.1 + 0.2}, {"line": float("nan")}, 1.0))
    file = RunFile(tmp_path / "runs.jsonl")
    same = Task("design/0000", 7, {"a.x": 0.1 + 0.2}, ("line",))
    assert file.missing([same]) == []
    assert np.isnan(file.lines([same])).all()
    for other in (
        Task("design/0000", 8, same.values, ("line",)),
        Task("design/0000", 7, {"a.x": 0.3}, ("line",)),
        Task("design/0000", 7, same.values, ("line", "other")),
        Task("design/0001", 7, same.values, ("line",)),
    ):
        assert file.missing([other]) == [other]


def test_a_broken_line_and_all_after_it_are_dropped(tmp_path):
    path = tmp_path / "runs.jsonl"
    good = json.dumps({"key": "a", "replicate": 1, "values": {}, "lines": {}, "seconds": 0.0}) + "\n"
    path.write_text(good + '{"key": "b"\n' + good)
    assert list(RunFile(path).runs) == ["a"]
    assert os.path.getsize(path) == len(good)
