"""The trial of faults in its short form: nothing crashes, hangs, shows wrong numbers, or leaves its folder."""

import pytest

from tools.chaos.lines import Lines
from tools.chaos.trial import Trial

pytestmark = pytest.mark.long


def test_the_short_trial_finds_no_fault(tmp_path):
    import time

    trial = Trial(tmp_path / "trial", seed=3)
    trial.prepare()
    trial.lines(18, time.monotonic() + 300)
    trial.bits(8, time.monotonic() + 300)
    trial.files(6, time.monotonic() + 300)
    trial.end()
    assert not trial.counts.faults, trial.counts.report()
    assert trial.counts.done["lines"] >= 18
    assert trial.counts.done["flipped bits"] == 8
    assert trial.counts.done["odd files of past"] == trial.counts.done["odd files of downloads"] == 2
    assert 3 * trial.counts.done["valid lines that ran"] >= 18


def test_lines_are_the_same_for_a_seed_and_hit_every_command(tmp_path):
    one, other = (Lines(1, tmp_path, "finished", "case") for _ in range(2))
    lines = [one.next() for _ in range(2000)]
    assert lines == [other.next() for _ in range(2000)]
    commands = {argv[0] for argv, _ in lines if argv}
    wanted = {"run", "compare", "show", "check", "export", "variance", "scenarios", "week", "history", "validate"}
    wanted |= {"events", "new", "outcomes", "player", "report"}
    assert wanted | {"observed", "displacement", "parameters", "columns"} <= commands
    assert sum(valid for _, valid in lines) >= 2000 / 3


def test_a_fault_is_counted(tmp_path):
    trial = Trial(tmp_path / "trial", seed=1)
    bad = {"argv": ["run"], "code": 70, "hang": False, "traceback": True, "escape": False, "said": "x", "out": ""}
    trial.judge(bad | {"outside": ["/etc/x"], "others": [], "seconds": 0.1}, False)
    assert set(trial.counts.faults) == {"unforeseen error", "traceback", "write outside"}
    assert "write outside: 1" in trial.counts.report()
