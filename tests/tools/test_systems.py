"""The tool of the systems: its list, its runs and how they go on, its statistics, and the page."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import UserError
from sim.runs.single_run import simulate
from sim.settings.compose import settings_for
from sim.validation import facts
from sim.world.region import load_region
from tools.systems import __main__ as command
from tools.systems import runs
from tools.systems.__main__ import PAGE, RESULTS, check_names, main, parse
from tools.systems.listing import chosen, read_list
from tools.systems.page import write_page
from tools.systems.runs import Job, base_words, folder_of, make_plan, read_values, run_replicate
from tools.systems.table import (
    MOVES,
    NOISE,
    NOT_ASKED,
    NOTHING,
    SMALL,
    STAYS,
    VANISHES,
    WEAKER,
    WRONG,
    Result,
    judge,
    read_csv,
    write_csv,
)

ROW = """
- system: Restraint
  rows:
    - id: restraint
      part: killing by the state's side
      files: [sim/processes/violence.py]
      lever: [abuses=restraint, levers.from=2012-03-05]
      outcome: civilians killed
      measure: {series: [civilians_killed], place: XAR, how: sum}
      window: [2012-03-05, 2012-04-15]
      direction: down
      source: nobody's
      off: [parameters.violence.state_rate=0, parameters.violence.retaliation=0]
"""
LOOKED = """
    - id: known
      part: what is known
      files: [sim/processes/information.py]
      lever: [abuses=restraint, levers.from=2012-03-05]
      outcome: harm held against the army
      measure: {column: communities.harm, actor: arun_army, place: XAR, by: residents}
      window: [2012-03-19, 2012-04-15]
      direction: down
      yardstick: P01
      off: [parameters.violence.state_rate=0]
"""


def a_list(folder: Path, text: str = ROW + LOOKED) -> Path:
    """A folder with a list for the teaching region."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "made_up.yaml").write_text(text.replace("off:", '"off":'), encoding="utf-8")
    return folder


# ---------------------------------------------------------------------------- what is shipped


def test_the_shipped_list_covers_seventeen_systems():
    rows = read_list()
    assert {row.number for row in rows} == set(range(1, 18))
    assert all(row.off and row.lever for row in rows)
    assert {row.yardstick for row in rows if row.yardstick} <= set(facts.patterns()["id"])


@pytest.mark.long
def test_every_file_option_switch_and_name_of_the_shipped_list_is_there():
    rows = read_list()
    check_names(rows, "sahel", 5)
    plan = make_plan(rows, "sahel", 5)  # composes all overrides, and holds each lever to its day
    assert all((row.id, "off lever") in plan.of for row in rows)
    assert all(plan.branches[plan.of[row.id, "lever"]].step > 0 for row in rows)


def test_the_page_is_what_the_tool_writes():
    assert PAGE.read_text(encoding="utf-8") == write_page(read_list(), *read_csv(RESULTS))


def test_results_are_of_rows_of_the_list():
    results, about = read_csv(RESULTS)
    assert {result.id for result in results} == {row.id for row in read_list()}
    assert int(about["replicates"]) >= max(result.replicates for result in results)


# ---------------------------------------------------------------------------- the list


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("direction: down", "direction: sideways", "direction must be up or down"),
        ("window: [2012-03-05, 2012-04-15]", "window: [2012-03-05]", "window must be two days"),
        ("window: [2012-03-05, 2012-04-15]", "window: [2013-03-05, 2012-04-15]", "ends .* before it begins"),
        ("source: nobody's", "yardstick: P99", "no pattern 'P99'"),
        ("      source: nobody's\n", "", "one of the two"),
        ("outcome: civilians", "outcom: civilians", "no key 'outcom'.* nearest is 'outcome'"),
        ("      outcome: civilians killed\n", "", "outcome is missing"),
        ("lever: [abuses=restraint, levers.from=2012-03-05]", "lever: abuses", "lever must be a list of texts"),
        ("measure: {series: [civilians_killed], place: XAR, how: sum}", "measure: much", "measure must be a mapping"),
        ("- system: Restraint", "- systems: Restraint", "must have 'system' and 'rows'"),
        ("id: restraint", "part2: x", "a mapping with an id"),
    ],
)
def test_a_bad_row_is_answered_in_a_sentence(tmp_path, was, now, said):
    assert was in ROW
    with pytest.raises(UserError, match=said):
        read_list(a_list(tmp_path, ROW.replace(was, now)))


def test_two_rows_of_one_name_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(UserError, match="two rows called restraint"):
        read_list(a_list(tmp_path, ROW + ROW))
    with pytest.raises(UserError, match="no list of systems"):
        read_list(tmp_path / "none")


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("{series: [displacd], place: XAR}", "nearest is 'displaced'"),
        ("{series: [displaced], place: XRA}", "no place 'XRA'"),
        ("{column: cells.informaton, actor: arun_army, place: XAR}", "nearest is 'information'"),
        ("{column: cells.information, actor: arun_arm, place: XAR}", "nearest is 'arun_army'"),
        ("{events: killed}", "no count of events 'killed'"),
        ("{events: count, in: [Nowhere]}", "Nowhere"),
        ("{series: [displaced], place: XAR, how: often}", "no way to sum up 'often'"),
        ("{pattern: P77}", "no pattern 'P77'"),
        ("{guess: 1}", "must be one of"),
        ("{town: fuel_days, place: Tessaro, when: now}", "no key 'when'"),
    ],
)
def test_a_measure_of_what_is_not_there_is_refused(tmp_path, measure, said):
    text = ROW.replace("{series: [civilians_killed], place: XAR, how: sum}", measure)
    with pytest.raises(UserError, match=said):
        check_names(read_list(a_list(tmp_path, text)), "teaching", 5)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    rows = read_list(a_list(tmp_path, ROW.replace("violence.py", "gentleness.py")))
    with pytest.raises(UserError, match=r"no file sim/processes/gentleness\.py"):
        check_names(rows, "teaching", 5)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("abuses=restraint", "abuses=historical", "changes nothing"),
        ("levers.from=2012-03-05", "levers.from=2012-04-02", "before what differs"),
        ("levers.from=2012-03-05", "levers.from=2012-01-02", "from the first day on"),
        ("levers.from=2012-03-05", "levers.from=2012-03-05, seed=9", "must not change seed"),
    ],
)
def test_a_lever_that_begins_too_late_or_never_is_refused(tmp_path, was, now, said):
    with pytest.raises(UserError, match=said):
        make_plan(read_list(a_list(tmp_path, ROW.replace(was, now))), "teaching", 5)


def test_rows_are_chosen_by_id_or_number(tmp_path):
    rows = read_list(a_list(tmp_path))
    assert [row.id for row in chosen(rows, "known")] == ["known"]
    assert chosen(rows, "1") == rows
    assert chosen(rows, None) == rows
    with pytest.raises(UserError, match="nearest is 'known'"):
        chosen(rows, "knwn")


# ---------------------------------------------------------------------------- runs


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Two rows of the teaching region, one replicate: rows, plan, folder, branches run."""
    folder = tmp_path_factory.mktemp("systems")
    rows = read_list(a_list(folder / "list"))
    plan = make_plan(rows, "teaching", 5)
    return rows, plan, folder, run_replicate(Job(0, plan, "teaching", 5, folder))


def test_what_rows_share_is_run_once(ran):
    rows, plan, _, count = ran
    # history, the lever, and two runs each without one mechanism and without both
    assert len(plan.branches) == count == 6
    assert plan.of["restraint", "lever"] == plan.of["known", "lever"]
    assert plan.of["restraint", "base"] == 0
    assert [row.id for row in rows] == ["restraint", "known"]


def test_a_branch_gives_what_a_run_from_the_beginning_gives(ran):
    rows, plan, folder, _ = ran
    found = read_values(folder, plan, rows[0], 1)
    world = load_region("teaching", None)
    for arm, words in (("base", ()), ("lever", rows[0].lever)):
        settings = settings_for([*base_words("teaching", 5), *words, "period.end=2012-05-01"])
        series = simulate(settings, world).series["weekly"]
        middle = series.dates - 4
        within = (middle >= np.datetime64("2012-03-05")) & (middle <= np.datetime64("2012-04-15"))
        assert found[arm] == [float(series.get("civilians_killed", "XAR")[within].astype(float).sum())]


def test_a_branch_that_is_there_is_not_run_again_and_one_that_is_lacking_comes_out_the_same(ran):
    rows, plan, folder, _ = ran
    job = Job(0, plan, "teaching", 5, folder)
    assert run_replicate(job) == 0
    for number in (plan.of["known", "off lever"], 0):
        path = folder_of(folder, 0) / f"{plan.branches[number].key}.json"
        before = path.read_bytes()
        path.unlink()
        assert run_replicate(job) == 1
        assert path.read_bytes() == before
    assert np.isnan(read_values(folder, plan, rows[0], 2)["base"][1])


def test_runs_with_a_mechanism_off_are_left_out_where_they_are_not_asked_for(ran, tmp_path):
    rows, plan, _, _ = ran
    assert run_replicate(Job(0, plan, "teaching", 5, tmp_path, off=False)) == 2
    found = read_values(tmp_path, plan, rows[1], 1)
    assert np.isnan(found["off base"][0])
    assert np.isfinite(found["lever"][0])


def test_a_changed_measure_is_another_branch(ran, tmp_path):
    _, plan, _, _ = ran
    other = make_plan(read_list(a_list(tmp_path, (ROW + LOOKED).replace("how: sum", "how: mean"))), "teaching", 5)
    assert other.branches[0].key != plan.branches[0].key


# ---------------------------------------------------------------------------- statistics


def values(base, lever, off_base=(0.0, 1.0, 2.0, 3.0), off_lever=(0.0, 1.0, 2.0, 3.0)):
    return dict(zip(runs.ARMS, (list(base), list(lever), list(off_base), list(off_lever)), strict=True))


def row_of(tmp_path: Path, direction: str = "up"):
    return read_list(a_list(tmp_path, ROW.replace("direction: down", f"direction: {direction}")))[0]


BASE = np.array([0.0, 1.0, 2.0, 3.0])  # a standard deviation of 1.29
JITTER = np.array([0.1, -0.1, 0.05, -0.05])


@pytest.mark.parametrize(
    ("by", "noise", "verdict"),
    [(2.0, 1.0, MOVES), (0.4, 1.0, SMALL), (-2.0, 1.0, WRONG), (0.4, 20.0, NOISE)],
)
def test_a_lever_is_judged_by_size_direction_and_interval(tmp_path, by, noise, verdict):
    row = row_of(tmp_path)
    result = judge(row, values(BASE, BASE + by + noise * JITTER))
    assert result.size == pytest.approx(by / np.std(BASE, ddof=1))
    assert result.verdict(row) == verdict
    assert (result.off_verdict(row) == NOT_ASKED) == (verdict != MOVES)


@pytest.mark.parametrize(("left", "verdict"), [(0.0, VANISHES), (-3.0, VANISHES), (0.9, WEAKER), (1.9, STAYS)])
def test_with_the_mechanism_off_it_vanishes_weakens_or_stays(tmp_path, left, verdict):
    row = row_of(tmp_path)
    result = judge(row, values(BASE, BASE + 2.0 + JITTER, BASE, BASE + left + JITTER))
    assert result.off_verdict(row) == verdict


def test_a_direction_down_is_the_mirror_image(tmp_path):
    row = row_of(tmp_path, "down")
    result = judge(row, values(BASE, BASE - 2.0 + JITTER))
    assert (result.verdict(row), result.off_verdict(row)) == (MOVES, VANISHES)


def test_pairs_that_lack_a_figure_are_left_out(tmp_path):
    row = row_of(tmp_path)
    result = judge(row, values([*BASE, np.nan], [*(BASE + 2.0 + JITTER), 7.0], [np.nan] * 5, [np.nan] * 5))
    assert (result.replicates, result.off_replicates) == (4, 0)
    assert result.off_verdict(row) == NOTHING
    assert judge(row, values([1.0, 2.0], [3.0, 4.0])).verdict(row) == NOTHING


def test_where_nothing_varies_any_difference_counts(tmp_path):
    row = row_of(tmp_path)
    moved = judge(row, values([1.0] * 4, [2.0] * 4, [1.0] * 4, [1.0] * 4))
    assert (moved.size, moved.off_size) == (np.inf, 0.0)
    assert (moved.verdict(row), moved.off_verdict(row)) == (MOVES, VANISHES)
    assert judge(row, values([1.0] * 4, [1.0] * 4)).verdict(row) == NOISE


def test_a_table_is_read_as_it_was_written(tmp_path):
    row = row_of(tmp_path)
    results = [judge(row, values(BASE, BASE + 2.0 + JITTER, [np.nan] * 4, [1.0] * 4))]
    about = {"replicates": "4", "seed": "5"}
    write_csv(tmp_path / "x.csv", results, about)
    found, told = read_csv(tmp_path / "x.csv")
    assert told == about
    assert repr(found[0]).replace("nan", "0") == repr(Result(**vars(found[0]))).replace("nan", "0")
    assert found[0].size == pytest.approx(results[0].size, rel=1e-5)
    assert np.isnan(found[0].off_size)
    (tmp_path / "y.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UserError, match="no table of results"):
        read_csv(tmp_path / "y.csv")


# ---------------------------------------------------------------------------- the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["replicates=40"], "output=FOLDER"),
        (["output=x", "replicats=4"], "nearest is 'replicates'"),
        (["output=x", "replicates=few"], "whole number"),
        (["output=x", "publish=perhaps"], "yes or no"),
        (["now"], "key=value"),
        (["output=x", "publish=yes", "systems=1"], "leave systems"),
    ],
)
def test_slips_of_the_command_are_answered_in_a_sentence(words, said, capsys):
    assert main(words) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_fewer_replicates_may_run_without_the_mechanism():
    assert parse(["output=x", "replicates=40", "off_replicates=12"]).off_replicates == 12
    assert parse(["output=x", "replicates=8"]).off_replicates == 8


def test_a_folder_of_another_seed_or_of_something_else_is_refused(tmp_path):
    asked = parse([f"output={tmp_path / 'a'}", "seed=5"])
    command.open_folder(asked)
    command.open_folder(asked)
    with pytest.raises(UserError, match="another seed"):
        command.open_folder(parse([f"output={tmp_path / 'a'}", "seed=6"]))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="no folder of this tool"):
        command.open_folder(parse([f"output={tmp_path / 'b'}"]))


def test_the_page_says_what_is_a_pilot_and_shows_what_fails(tmp_path):
    rows = read_list(a_list(tmp_path))
    about = {"replicates": "4", "off_replicates": "4", "seed": "5", "program": "x", "command": "python"}
    results = [judge(rows[0], values(BASE, BASE - 2.0 + JITTER)), judge(rows[1], values(BASE, BASE + 2.0 + JITTER))]
    page = write_page(rows, results, about)
    assert "A pilot with 4 replicates" in page
    assert "**1 of 2 rows move as written, 1 of them vanish" in page
    assert "**moves**" in page
    assert WRONG in page
    assert "*no record*; direction by nobody's" in page
    assert "A pilot" not in write_page(rows, results, about | {"replicates": "40"})
    assert "not run" in write_page(rows, results[:1], about)


def test_what_is_written_of_a_branch_is_plain(ran):
    _, plan, folder, _ = ran
    data = json.loads((folder_of(folder, 0) / f"{plan.branches[0].key}.json").read_text(encoding="utf-8"))
    assert data["words"] == []
    assert set(data["values"]) == {"restraint", "known"}
    assert plan.branches[0].last == date(2012, 4, 15)
