"""Ensembles: same bits on any number of workers, resume, failures told in one sentence."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.core import provenance
from sim.core.files import FolderError, read_json
from sim.recording.run_record import RunRecord
from sim.results.replicate_files import find_replicate_files, replicate_file
from sim.runs import job_queue
from sim.runs import job_queue as ensemble_queue
from sim.runs.comparison import run_one
from sim.runs.pool import Pool
from sim.runs.workers import Done, Finished, Job
from tests.comparisons import run_plan
from tests.fake_records import fake_settings
from tests.recording.test_run_record import same

FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]


@pytest.fixture(autouse=True)
def _one_version(monkeypatch):
    """The program's files may change while tests run; that is not what is tested here."""
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")


def compare(output, settings=None, replicates=2, workers=1, seed=1, **more):
    settings = fake_settings(NAMES) if settings is None else settings
    return run_plan(settings, replicates, workers, output, seed, **FAKE, **more)


def part(folder, name, replicate):
    return RunRecord.load(replicate_file(folder, name, replicate))


def test_same_bits_whatever_the_number_of_workers_and_in_one_process(tmp_path):
    one = compare(tmp_path / "one", workers=1)
    two = compare(tmp_path / "two", workers=2)
    for name in NAMES:
        for replicate in range(2):
            assert same(part(one, name, replicate), part(two, name, replicate))
    assert not same(part(one, "history", 0), part(one, "history", 1))
    alone = run_one(replace(fake_settings(NAMES)["restraint"], seed=1, replicate=1), **FAKE)
    assert same(alone, part(one, "restraint", 1))
    run = read_json(one / "run.json")
    assert run["status"] == "simulated"
    assert run["seeds"] == {"seed": 1, "replicates": [0, 1]}
    assert run["configuration"]["restraint"]["start"] == "2022-01-01"
    assert run["capital"] == "Bamako"


def test_resume_keeps_finished_parts_and_refuses_another_comparison(tmp_path):
    folder = compare(tmp_path / "x", replicates=2)
    kept = replicate_file(folder, "history", 0)
    broken = replicate_file(folder, "history", 1)
    before = kept.stat().st_mtime_ns
    whole = broken.read_bytes()
    broken.write_bytes(whole[:500])
    left_over = broken.with_name(".0001.99.tmp.npz")
    left_over.write_bytes(b"half")
    compare(folder, replicates=3)  # one more than before
    assert kept.stat().st_mtime_ns == before
    assert not left_over.exists()
    assert part(folder, "history", 1).meta["hash"]
    assert find_replicate_files(folder).replicates == [0, 1, 2]
    with pytest.raises(FolderError, match="other scenarios, settings or another seed"):
        compare(folder, seed=2)
    changed = {k: replace(v, parameters={"rate": 1}) for k, v in fake_settings(NAMES).items()}
    with pytest.raises(FolderError, match="holds another comparison"):
        compare(folder, settings=changed)


def test_a_failing_run_gives_one_sentence_and_keeps_what_is_finished(tmp_path):
    settings = fake_settings(NAMES, trouble="error")
    with pytest.raises(FolderError) as caught:
        compare(tmp_path / "x", settings=settings, replicates=3)
    message = str(caught.value)
    assert "replicate 1 of scenario 'history' failed with ValueError: a number went astray" in message
    assert "\n" not in message
    assert find_replicate_files(tmp_path / "x").replicates == [0]
    assert read_json(tmp_path / "x" / "run.json")["status"] == "failed"


def test_a_killed_worker_gives_one_sentence(tmp_path):
    settings = fake_settings(NAMES, trouble="kill")
    with pytest.raises(FolderError, match="stopped from outside"):
        compare(tmp_path / "x", settings=settings, replicates=2)
    assert part(tmp_path / "x", "history", 0)


def test_a_worker_killed_before_the_next_work_is_sent_is_told_like_one_killed_in_the_middle():
    """The pool of processes then refuses new work with an exception of its own; what had been finished still counts."""
    with Pool(1) as pool:
        done = pool.submit(os.getpid)
        os.kill(done.result(), signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not pool.executor._broken and time.monotonic() < deadline:
            time.sleep(0.01)
        jobs = [
            Job("history", replace(item, replicate=r), Path(f"{r}"), "", "tests.fake_records:simulate", "")
            for r in range(3)
            for item in fake_settings(["history"]).values()
        ]
        with pytest.raises(FolderError, match=r"stopped from outside .* replicate 0 of scenario 'history'"):
            job_queue.run_jobs(pool, jobs, lambda *_: None, job_queue.RunStatistics())
        with pytest.raises(FolderError, match="stopped before it could begin"):
            pool.call(os.getpid)


def test_scenarios_of_a_replicate_go_together_and_the_last_are_shared_out():
    settings = fake_settings(["a", "b", "c", "d", "e"])
    jobs = [
        Job(name, replace(item, replicate=r), Path(f"{name}{r}"), "", job_queue.SIMULATE, "")
        for r in range(5)
        for name, item in settings.items()
    ]
    groups = job_queue.together(jobs)
    assert [len(group) for group in groups] == [5] * 5
    assert all(len({job.settings.replicate for job in group}) == 1 for group in groups)

    def shared(workers):
        return job_queue.share_out(groups, workers)

    assert shared(1) == shared(5) == groups
    assert [len(piece) for piece in shared(2)] == [5, 5, 5, 5, 2, 3]  # the fifth, to both
    assert [len(piece) for piece in shared(4)] == [5, 5, 5, 5, 1, 1, 2, 1]
    assert [len(piece) for piece in shared(100)] == [1] * 25
    assert shared(3) == groups  # two left for three workers: halves would take as long
    for workers in range(1, 30):
        assert [job for piece in shared(workers) for job in piece] == jobs
        assert all(shared(workers))
    fakes = [replace(job, simulate="tests.fake_records:simulate") for job in jobs]
    assert [len(group) for group in job_queue.together(fakes)] == [1] * 25


def test_few_runs_are_sent_ahead(monkeypatch):
    """Memory stays bounded: never more than two pieces of work per worker are in the air."""
    in_air, most = set(), []

    class Waiting:
        counter, versions = SimpleNamespace(value=0.0), None

        def size(self):
            return 3

        def submit(self, function, group, versions):
            future = Future()
            in_air.add(future)
            most.append(len(in_air))
            if len(in_air) == 6 or len(most) == 20:
                for item in list(in_air):
                    in_air.discard(item)
                    item.set_result(Done([Finished(0, b"x", 1.0)], None, 2.0))
            return future

    kept = []
    monkeypatch.setattr(ensemble_queue, "keep_record", lambda job, content: kept.append(job.path))
    settings = fake_settings(["a"])["a"]
    jobs = [Job("a", settings, Path(str(i)), "", FAKE["simulate"], "") for i in range(20)]
    told, statistics = [], job_queue.RunStatistics()
    job_queue.run_jobs(Waiting(), jobs, lambda done, finished: told.append(finished), statistics)
    assert kept == [job.path for job in jobs]
    assert max(most) == 6
    assert told[-1] == statistics.runs == 20
    assert statistics.busy_seconds == 40.0


def test_bad_requests_are_refused_at_once(tmp_path):
    with pytest.raises(FolderError, match="list is empty"):
        compare(tmp_path / "x", settings={})
    with pytest.raises(FolderError, match="replicates must be at least 1"):
        compare(tmp_path / "x", replicates=0)
    with pytest.raises(FolderError, match="workers must be at least 1"):
        compare(tmp_path / "x", workers=0)
    with pytest.raises(FolderError, match="not among the compared"):
        compare(tmp_path / "x", baseline="nothing")
    mixed = fake_settings(NAMES)
    mixed["restraint"] = replace(mixed["restraint"], resolution=1.0)
    with pytest.raises(FolderError, match="compared on one map"):
        compare(tmp_path / "x", settings=mixed)
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderError, match="is a file"):
        compare(tmp_path / "file")
    with pytest.raises(FolderError, match="holds something else"):
        compare(tmp_path)
    assert os.listdir(tmp_path) == ["file"]


SCRIPT = """
import sys
from pathlib import Path
from sim.core import provenance
from tests.comparisons import run_plan
from tests.fake_records import fake_settings
if __name__ == "__main__":
    provenance.source_hash = lambda: "same"
    settings = fake_settings(["history", "restraint"], trouble="slow")
    try:
        run_plan(settings, 2, 2, Path(sys.argv[1]), 1,
            simulate="tests.fake_records:simulate", load_world="tests.fake_records:fake_world")
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_and_killed_comparisons_go_on(tmp_path, how):
    script, folder = tmp_path / "script.py", tmp_path / "x"
    script.write_text(SCRIPT)
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        env=os.environ | {"PYTHONPATH": root},
        cwd=root,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )
    for name in NAMES:  # replicate 0 is quick, replicate 1 takes some seconds
        _wait_for(replicate_file(folder, name, 0))
    process.send_signal(how)
    process.wait(timeout=10)
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    status = read_json(folder / "run.json")["status"]
    assert status == ("interrupted" if how == signal.SIGINT else "running")
    before = replicate_file(folder, "history", 0).stat().st_mtime_ns
    settings = fake_settings(NAMES, trouble="slow")
    compare(folder, settings=settings, workers=2)
    assert replicate_file(folder, "history", 0).stat().st_mtime_ns == before
    straight = compare(tmp_path / "straight", settings=fake_settings(NAMES))
    for replicate in range(2):
        assert same(part(folder, "restraint", replicate), part(straight, "restraint", replicate))


def _wait_for(path, seconds=30):
    end = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() >= end:
            raise TimeoutError(f"{path} did not come")
        time.sleep(0.02)
