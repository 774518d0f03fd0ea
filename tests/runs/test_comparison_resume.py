"""A comparison that is killed or runs out of disk goes on with the same command and gives the same bits.

"The same bits" means every file of the folder but run.json, which holds the time taken.
"""

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.core import files, provenance
from sim.core.files import FolderError, read_json
from sim.recording.run_record import RunRecord
from sim.results.replicate_files import replicate_file
from sim.results.write_tables import write_all
from tests.comparisons import run_plan
from tests.fake_records import fake_settings

ROOT = Path(__file__).parents[2]
FAKE = {"simulate": "tests.fake_records:simulate", "load_world": "tests.fake_records:fake_world"}
NAMES = ["history", "restraint"]
REPLICATES, WORKERS = 20, 2

# The program's files may change while tests run; that is not what is tested here.
SCRIPT = f"""
import sys
from datetime import date
from pathlib import Path
from sim.core import provenance
from sim.results.figures import draw
from tests.comparisons import run_plan
from sim.core.errors import UserError
from tests.fake_records import fake_settings
if __name__ == "__main__":
    provenance.source_hash = lambda: "same"
    try:
        draw.draw_all = lambda folder: []  # they take most of the time, and are made from tables alone
        run_plan(fake_settings({NAMES}, end=date(2022, 6, 30), pace=0.1), {REPLICATES},
            {WORKERS}, Path(sys.argv[2]), 1, finish=True, retention=sys.argv[1], **{FAKE})
    except UserError as error:
        sys.exit(str(error))
"""


def start(command: list[str], folder: Path, log: Path | None = None, file_size: int | None = None):
    """Start a comparison into `folder` as a process group of its own."""

    def limit() -> None:
        if file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    env = os.environ | {"PYTHONPATH": str(ROOT)} | ({"FAKE_RUNS": str(log)} if log else {})
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(
        [*command, str(folder)], env=env, cwd=ROOT, start_new_session=True, preexec_fn=limit, **quiet
    )


def kill(process: subprocess.Popen) -> None:
    """Kill the process and all that it started, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def wait_for_parts(folder: Path, number: int, seconds: float = 120.0) -> None:
    """Wait until so many parts are there."""
    end = time.monotonic() + seconds
    while len(list(folder.glob("parts/*/[0-9]*.npz"))) < number:
        if time.monotonic() >= end:
            raise TimeoutError(f"{number} parts did not come to {folder}")
        time.sleep(0.01)


def files_of(folder: Path) -> dict[str, bytes]:
    """Contents of all files but run.json and what is half written."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): p.read_bytes() for p in paths if p.name != "run.json" and p.name[0] != "."}


def check_whole(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file that is there under its name can be read; return what marks each finished part."""
    for path in folder.glob("[!.]*.json"):
        read_json(path)
    for path in folder.glob("[!.]*.parquet"):
        pq.ParquetFile(path)
    parts = list(folder.glob("parts/*/[0-9]*.npz"))
    for path in parts:
        RunRecord.load(path)
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in parts}


@pytest.mark.long
@pytest.mark.parametrize(
    ("retention", "kills"),
    [("full", 3), pytest.param("full", 20, marks=pytest.mark.slow), pytest.param("tables", 6, marks=pytest.mark.slow)],
)
def test_killed_again_and_again_at_random_moments(tmp_path, retention, kills):
    """With retention=tables a kill may fall between the tables and the removal of the parts folded into them."""
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "script.py"), retention]
    clock = time.perf_counter()
    straight = start(command, tmp_path / "straight")
    wait_for_parts(tmp_path / "straight", 1)
    first = time.perf_counter() - clock
    assert straight.wait() == 0
    rest = time.perf_counter() - clock - first
    folder, log = tmp_path / "killed", tmp_path / "runs"
    moments = random.Random(time.time_ns())
    before: dict = {}
    finished_at = []  # parts there were at each kill
    runs = REPLICATES * len(NAMES)
    for number in range(kills):
        process = start(command, folder, log)
        if number == 0:  # by what is there: a machine that was busy a moment ago may be quick now
            wait_for_parts(folder, moments.randint(1, runs // 4))
        else:
            time.sleep(moments.uniform(0.3 * first, first + 0.25 * rest))  # from before the workers are up
        kill(process)
        after = check_whole(folder)
        if retention == "full":
            assert before.items() <= after.items(), "a finished replicate was lost or made again"
        before = after
        finished_at.append(len(after))
    assert start(command, folder, log).wait() == 0
    assert files_of(folder) == files_of(tmp_path / "straight")
    assert not list(folder.rglob(".*")), "left-overs of half-written files"
    one, other = (read_json(path / "run.json") for path in (folder, tmp_path / "straight"))
    assert one.keys() == other.keys()
    assert all(one[key] == other[key] for key in one if key not in ("time", "seal"))  # the seal is over the time, too
    assert min(finished_at) < runs, "no kill fell into the simulation"
    # each kill may cost a worker the run it was at, and the one it had just sent back
    begun = len(log.read_text().splitlines())
    assert begun <= runs + sum(n < runs for n in [0, *finished_at]) * WORKERS * 2


@pytest.mark.slow
def test_the_command_itself_killed_in_runs_that_share_their_past(tmp_path):
    words = ["compare", "region=teaching", "scenarios=[lesson_restraint,lesson_escalation]", "replicates=3"]
    words += ["period.start=2020-01-01", "period.end=2020-06-30", "workers=2", "--quiet"]

    def started(folder: Path):
        code = "import sys; from sim.core import provenance; provenance.source_hash = lambda: 'same'; "
        code += "from sim.cli.main import main; "
        code += "sys.exit(main([*sys.argv[1:-1], 'output=' + sys.argv[-1]]))"
        return start([sys.executable, "-c", code, *words], folder)

    straight = started(tmp_path / "straight")
    assert straight.wait() == 0, straight.stderr.read()
    folder, before, moments = tmp_path / "killed", {}, random.Random(time.time_ns())
    for number in (1, 3):
        process = started(folder)
        wait_for_parts(folder, number)
        time.sleep(moments.uniform(0.0, 0.5))
        kill(process)
        after = check_whole(folder)
        assert before.items() <= after.items()
        before = after
    process = started(folder)
    assert process.wait() == 0, process.stderr.read()
    assert files_of(folder) == files_of(tmp_path / "straight")


# ---------------------------------------------------------------------------- a full disk


def compare(output: Path, **more) -> Path:
    return run_plan(fake_settings(NAMES), 3, 1, output, 1, **FAKE, **{"finish": False, **more})


@pytest.mark.parametrize("writes", [0, 1, 2, 4, 7])
def test_a_full_disk_gives_one_sentence_and_the_rest_later(tmp_path, monkeypatch, writes):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")
    straight = compare(tmp_path / "straight")
    room, flush = [writes], os.fsync

    def full(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            return flush(handle)
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(handle)

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(FolderError, match=r"^[^\n]*cannot be written: No space left on device\.$"):
            compare(tmp_path / "x")
    kept = check_whole(tmp_path / "x")
    assert not list((tmp_path / "x").rglob(".*"))
    compare(tmp_path / "x")
    assert kept.items() <= check_whole(tmp_path / "x").items()
    assert files_of(tmp_path / "x") == files_of(straight)


def test_a_disk_that_is_full_when_tables_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")
    write_all(compare(tmp_path / "straight"))
    folder, flush = compare(tmp_path / "x"), os.fsync

    def full(handle: int) -> None:
        if os.readlink(f"/proc/self/fd/{handle}").endswith((".nc", ".csv")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(handle)

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(FolderError, match="No space left on device"):
            write_all(folder)
    assert not list(folder.rglob(".*"))
    write_all(compare(folder))
    assert files_of(folder) == files_of(tmp_path / "straight")


def test_killed_before_the_first_file_was_there(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / ".run.4711.tmp.json").write_text("{")
    compare(tmp_path / "x")
    assert not list((tmp_path / "x").rglob(".*"))
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / ".profile").write_text("")
    with pytest.raises(FolderError, match="holds something else"):
        compare(tmp_path / "y")


def test_files_that_may_grow_no_further(tmp_path):
    """The system itself cuts a write short: `ulimit -f`, a quota, a full disk."""
    (tmp_path / "script.py").write_text(SCRIPT)
    command, folder = [sys.executable, str(tmp_path / "script.py"), "full"], tmp_path / "x"
    process = start(command, folder, file_size=60_000)
    told = process.communicate()[1]
    assert process.returncode == 1
    assert "cannot be written: File too large." in told
    assert "Traceback" not in told
    check_whole(folder)
    assert not list(folder.rglob(".*"))
    assert read_json(folder / "run.json")["status"] == "failed"


def test_the_time_taken_is_no_part_of_a_record(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "source_hash", lambda: "same")
    one, two = compare(tmp_path / "one"), compare(tmp_path / "two")
    assert files_of(one) == files_of(two)
    run = read_json(one / "run.json")
    assert run["time"]["runs"] == 6
    assert 0.0 < run["time"]["busy_seconds"] <= run["time"]["worker_seconds"]
    record = RunRecord.load(replicate_file(one, "history", 0))
    assert "seconds" not in record.meta
    assert np.isfinite(record.series["weekly"].values).all()
