"""Workers of a Dask cluster: a real one of two workers, by address and started by the comparison itself."""

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sim.core import provenance
from sim.core.errors import UserError
from sim.core.files import FolderError
from sim.runs import workers as workers_side
from sim.runs.dask_workers import DaskPool
from sim.runs.workers import Job, versions_here, work
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")
FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]
REPLICATES = 6


@pytest.fixture(autouse=True)
def _one_version(monkeypatch):
    """The program's files may change while tests run; that is not what is tested here."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")
    versions = versions_here()
    monkeypatch.setattr(workers_side, "versions_here", lambda: {**versions, "program": "same"})


@pytest.fixture
def cluster(tmp_path):
    """A running cluster of two workers, each started with this version of the program."""
    preload = tmp_path / "same_version.py"
    preload.write_text(
        "from sim.runs import workers\n"
        "here = workers.versions_here()\n"
        "workers.versions_here = lambda: {**here, 'program': 'same'}\n"
    )
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        preload=[str(preload)],
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    ) as found:
        yield found


def compare(folder: Path, compute: str = "dask", settings=None, **more) -> Path:
    settings = settings or fake_settings(NAMES, pace=0.3)
    return run_plan(settings, REPLICATES, 2, folder, 1, compute=compute, **FAKE, **more)


def parts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("parts/*/*.npz"))}


def test_a_worker_killed_in_mid_run_costs_nothing_but_time(tmp_path, cluster):
    """Both workers are at a run when one of them is killed; every replicate comes, with the bits of a local run."""
    folder, failed = tmp_path / "dask", []

    def go() -> None:
        try:
            compare(folder, address=cluster.scheduler_address)
        except BaseException as error:  # to be seen by the test
            failed.append(error)

    with distributed.Client(cluster, set_as_default=False) as client:
        pids = client.run(os.getpid)
        thread = threading.Thread(target=go)
        thread.start()
        end = time.monotonic() + 60
        while len(parts(folder)) < 2:
            assert thread.is_alive(), failed
            assert time.monotonic() < end
            time.sleep(0.02)
        busy = {worker: tasks for worker, tasks in client.processing().items() if tasks}
        victim = next(iter(busy))
        os.kill(pids[victim], signal.SIGKILL)
        done_at_kill = len(parts(folder))
        thread.join(timeout=120)
        assert not thread.is_alive()
        assert failed == []
        assert pids[victim] not in client.run(os.getpid).values()
    assert done_at_kill < REPLICATES * len(NAMES)
    local = parts(compare(tmp_path / "local", "local"))
    assert len(local) == REPLICATES * len(NAMES)
    assert parts(folder) == local


def test_the_model_itself_gives_the_same_bits_on_a_cluster(tmp_path, cluster):
    """Runs of the teaching region that share their past."""
    from sim.cli.comparison_options import compared
    from sim.settings.overrides import parse_overrides

    words = ["region=teaching", "scenarios=[lesson_restraint,lesson_escalation]"]
    words += ["period.start=2021-01-01", "period.end=2021-03-31", "levers.from=2021-01-01"]
    settings = compared(words, parse_overrides(words), None)
    one = run_plan(settings, 1, 2, tmp_path / "dask", 1, compute="dask", address=cluster.scheduler_address)
    two = run_plan(settings, 1, 1, tmp_path / "local", 1)
    assert len(parts(one)) == 2
    assert parts(one) == parts(two)


def test_a_cluster_of_ones_own_listens_to_this_machine_only_and_is_gone_afterwards(tmp_path):
    with DaskPool(2) as pool:
        assert pool.size() == 2
        assert pool.call(os.getpid) != os.getpid()
        assert len(pool.call_everywhere(os.getpid)) == 1
        assert pool.client.scheduler.address.startswith("tls://127.0.0.1:")
        me = psutil.Process()
        started = [p for p in me.children(recursive=True) if "resource_tracker" not in " ".join(p.cmdline())]
        assert len(started) >= 2
        listening = [c.laddr.ip for p in [me, *started] for c in p.net_connections() if c.status == "LISTEN"]
        assert set(listening) == {"127.0.0.1"}
    assert psutil.wait_procs(started, timeout=10)[1] == []


def test_a_run_that_fails_is_told_as_on_this_machine(tmp_path):
    messages = []
    for compute in ("local", "dask"):
        with pytest.raises(FolderError) as caught:
            compare(tmp_path / compute, compute, fake_settings(["history"], trouble="error"))
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert "replicate 1 of scenario 'history' failed with ValueError: a number went astray" in messages[0]


def test_a_run_that_stops_every_worker_is_given_up_with_a_sentence(tmp_path):
    with pytest.raises(FolderError, match=r"Several workers stopped one after the other .* kept"):
        compare(tmp_path / "x", settings=fake_settings(["history"], trouble="kill", trouble_at=2))
    assert {path.name for path in tmp_path.glob("x/parts/*/*.npz")} >= {"0000.npz"}


# ---------------------------------------------------------------------------- what cannot be


def test_other_versions_are_refused(tmp_path, cluster, monkeypatch):
    here = versions_here()
    for name, told in (("program", "this program"), ("numpy", "numpy")):
        monkeypatch.setattr(workers_side, "versions_here", lambda name=name: here | {name: "other"})
        with pytest.raises(FolderError, match=f"has another version of {told} than this machine"):
            compare(tmp_path / "x", address=cluster.scheduler_address)
    assert not (tmp_path / "x").exists()


def test_a_worker_that_joins_later_with_another_version_is_told_of(monkeypatch):
    monkeypatch.setattr(workers_side, "_versions", {})
    job = Job("history", fake_settings(["history"])["history"], Path("x"), "hash", FAKE["simulate"], FAKE["load_world"])
    done = work([job], versions_here() | {"program": "other"})
    assert done.records == []
    assert "has another version of this program" in done.failure.text
    done = work([replace(job, data_hash="other map")], None)
    assert "the map of region 'fake'" in done.failure.text


def test_no_scheduler_no_address_no_package(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.runs.dask_workers.CONNECT_SECONDS", 1)
    (tmp_path / "scheduler.json").write_text('{"address": "tcp://127.0.0.1:9"}')
    for address in ("tcp://127.0.0.1:9", "nonsense", "gopher://x:1", str(tmp_path / "scheduler.json")):
        with pytest.raises(FolderError, match="No Dask scheduler can be reached at"):
            compare(tmp_path / "x", address=address)
    (tmp_path / "other.json").write_text("[1]")
    with pytest.raises(FolderError, match=r"other\.json names no scheduler"):
        compare(tmp_path / "x", address=str(tmp_path / "other.json"))
    with pytest.raises(FolderError, match=r"none\.json is missing"):
        compare(tmp_path / "x", address=str(tmp_path / "none.json"))
    with pytest.raises(FolderError, match="say compute=dask with it"):
        compare(tmp_path / "x", "local", address="tcp://127.0.0.1:9")
    with pytest.raises(UserError, match="the nearest is 'dask'"):
        compare(tmp_path / "x", "dusk")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(FolderError, match=r"install the extra: pip install 'sahel-scenarios\[cluster\]'"):
        compare(tmp_path / "x")
    assert not (tmp_path / "x").exists()
