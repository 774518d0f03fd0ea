"""The trial: lines in one process, lines as processes, flipped bits, kills and resumes, full disk; and its counts."""

from __future__ import annotations

import io
import json
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tools.chaos import odd_files
from tools.chaos.lines import SHORT, Lines

ROOT = Path(__file__).resolve().parents[2]
#: seconds after which a process that serves lines is taken to hang: its own alarm, with all its patience, and some more
STUCK = 420
FILES = ["run.json", "map.json", "outcomes.parquet", "comparison.csv", "events.parquet", "flows.parquet", "cells.nc"]
FILES += [
    "parameters.parquet",
    "control.parquet",
    "player.nc",
    "parts/history/0000.npz",
    "parts/lesson_restraint/0001.npz",
]
COMPARE = [
    "compare",
    "-q",
    "region=teaching",
    SHORT,
    "scenarios=[history,lesson_restraint]",
    "replicates=3",
    "workers=2",
]
MULTIRUN = ["run", "-q", "-m", "region=teaching", SHORT, "seed=1,2"]


@dataclass
class Counts:
    """What happened; `faults` are all that must not, by kind."""

    done: Counter = field(default_factory=Counter)
    commands: Counter = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def fault(self, kind: str, what: str) -> None:
        """Note something that must not happen."""
        self.faults.setdefault(kind, []).append(what[:400])

    def report(self) -> str:
        """The counts in lines."""
        kinds = (
            "crash",
            "hang",
            "unforeseen error",
            "traceback",
            "silent wrong number",
            "write outside",
            "read of others",
        )
        kinds = (*kinds, *(kind for kind in self.faults if kind not in kinds))
        lines = [f"{name}: {number:,}" for name, number in self.done.items()]
        lines.append("commands: " + ", ".join(f"{name} {number}" for name, number in sorted(self.commands.items())))
        for kind in kinds:
            lines.append(f"{kind}: {len(self.faults.get(kind, []))}")
            lines += [f"    {what}" for what in self.faults.get(kind, [])[:5]]
        return "\n".join(lines)


def same_entries(one: bytes, other: bytes) -> bool:
    """Whether two zips hold the same, so that what differs is in fields that nobody reads, as time stamps."""
    try:
        with zipfile.ZipFile(io.BytesIO(one)) as first, zipfile.ZipFile(io.BytesIO(other)) as second:
            names = first.namelist()
            return names == second.namelist() and all(first.read(name) == second.read(name) for name in names)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, LookupError, NotImplementedError, EOFError):
        return False


class Trial:
    """A folder for the trial, a finished comparison in it, and planted files of others beside it."""

    def __init__(self, base: Path, seed: int) -> None:
        self.home, self.secret = base / "home", base / "others"
        self.counts, self.rng, self.seed = Counts(), random.Random(seed), seed
        self.home.mkdir(parents=True)
        self.secret.mkdir()
        (self.secret / "secret.yaml").write_text("title: secret\n")
        cache = os.environ.get("NUMBA_CACHE_DIR") or self.cache()
        self.environment = os.environ | {"NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self.server: subprocess.Popen | None = None

    @staticmethod
    def cache() -> str:
        """Where this program's kernels are kept."""
        from sim.core import kernel_cache

        return str(kernel_cache.folder())

    def prepare(self) -> None:
        """Make the finished comparison and the case that the lines name."""
        code = self.command([*COMPARE, "output=finished"]).wait()
        assert code == 0, "the comparison of the trial cannot be made"
        sys.path.insert(0, str(ROOT / "tools"))
        from made_case import made_case, write

        write(made_case(40, 100_000, 60, 1), self.home / "case")

    def command(self, argv: list[str], **more) -> subprocess.Popen:
        """Start a command as a process group of its own."""
        usual = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": self.environment}
        words = [sys.executable, "-m", "sim.cli.main", *argv]
        return subprocess.Popen(words, cwd=self.home, start_new_session=True, **(usual | more))

    # ------------------------------------------------------------------ lines in one process

    def ask(self, argv: list[str]) -> dict | None:
        """The result of one line run in the process that serves; None, and a new one, where that died of it."""
        if self.server is None or self.server.poll() is not None:
            words = [sys.executable, "-m", "tools.chaos.batch", str(self.home), str(self.secret)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
            self.server = subprocess.Popen(words, cwd=ROOT, env=self.environment, **pipes)
        self.server.stdin.write(json.dumps(argv) + "\n")
        self.server.stdin.flush()
        # the line itself is stopped after a minute of work; where not even that can be told, the process hangs
        if not select.select([self.server.stdout], [], [], STUCK)[0]:
            self.server.kill()
            self.server.wait()
            self.counts.fault("hang", f"no answer in {STUCK} s: {argv}")
            return None
        answer = self.server.stdout.readline()
        if not answer:
            self.counts.fault("crash", f"exit {self.server.wait()}: {argv}")
            return None
        return json.loads(answer)

    def judge(self, found: dict | None, valid: bool) -> None:
        """Count a result."""
        counts = self.counts
        if found is None:
            return
        what = f"{found['argv']}: {found['said'] or found['code']}"
        for kind, bad in (
            ("hang", found["hang"]),
            ("unforeseen error", found["code"] == 70 or isinstance(found["code"], str)),
            ("traceback", found["traceback"] or found["escape"]),
            ("write outside", bool(found["outside"])),
            ("read of others", bool(found["others"])),
            ("valid line refused", valid and found["code"] not in (0, 70) and not found["hang"]),
        ):
            if bad:
                counts.fault(kind, f"{what} {found['outside']}{found['others']}")
        counts.done["lines"] += 1
        counts.done["valid lines that ran"] += valid and found["code"] == 0
        if found["argv"]:
            counts.commands[found["argv"][0] if found["code"] == 0 else "(refused)"] += 1

    def lines(self, number: int, until: float) -> None:
        """So many generated lines through `main()` in one process."""
        source = Lines(self.seed, self.home, "finished", "case")
        for _ in range(number):
            if time.monotonic() > until:
                self.counts.done["lines left out for want of time"] = number - self.counts.done["lines"]
                return
            argv, valid = source.next()
            self.judge(self.ask(argv), valid)

    def processes(self, number: int, until: float) -> None:
        """So many generated lines as processes of their own."""
        source = Lines(self.seed + 1, self.home, "finished", "case")
        source.number = 1_000_000
        for _ in range(number):
            if time.monotonic() > until:
                return
            argv, _ = source.next()
            if any("\0" in word or "\ud800" in word or len(word) > 100_000 for word in argv):
                continue  # no shell can say this
            process = self.command(argv, stderr=subprocess.PIPE)
            try:
                said = process.communicate(timeout=60 * 2)[1].decode(errors="replace")
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                self.counts.fault("hang", str(argv))
                continue
            if process.returncode < 0:
                self.counts.fault("crash", f"{argv}: signal {-process.returncode}")
            elif process.returncode == 70 or "Traceback (most" in said:
                self.counts.fault("unforeseen error", f"{argv}: {said[-200:]}")
            self.counts.done["processes"] += 1

    # ------------------------------------------------------------------ flipped bits

    def bits(self, number: int, until: float) -> None:
        """Flip single bits in each kind of file: what is printed must be as before, or a sentence."""
        asked = ["export", "damaged", "outcome=[displaced,civilians_killed]", "place=region"]
        lines = [asked, *(["export", "damaged", f"table={name}"] for name in ("comparison", "events", "flows"))]
        lines += [["check", "damaged"]]
        shutil.copytree(self.home / "finished", self.home / "damaged")
        whole = [self.ask(argv) for argv in lines]
        for k in range(number):
            if time.monotonic() > until:
                return
            path = self.home / "damaged" / FILES[k % len(FILES)]
            content = path.read_bytes()
            at = self.rng.randrange(len(content))
            changed = bytearray(content)
            changed[at] ^= 1 << self.rng.randrange(8)
            path.write_bytes(changed)
            which = self.rng.randrange(len(lines) - 1)
            for row in (which, len(lines) - 1):
                found = self.ask(lines[row])
                self.judge(found, False)
                if found is not None and found["code"] == 0 and found["out"] != whole[row]["out"]:
                    self.counts.fault("silent wrong number", f"{path.name} byte {at}: {lines[row]}")
                harmless = path.suffix == ".npz" and same_entries(content, bytes(changed))
                if row == len(lines) - 1 and found is not None and found["code"] == 0 and not harmless:
                    self.counts.fault("damage not found by check", f"{path.name} byte {at}")
            path.write_bytes(content)
            self.counts.done["flipped bits"] += 1

    # ------------------------------------------------------------------ states, cases and downloads

    def files(self, number: int, until: float) -> None:
        """Damage a saved state, a file of a case or of downloads; read it, and mend it again."""
        for argv in odd_files.make(self.home).values():
            assert self.command(argv).wait() == 0, f"{argv} cannot be made"
        targets = odd_files.targets(self.home)
        for k in range(number):
            if time.monotonic() > until:
                return
            # each kind in turn, and within a kind each file in turn
            path, argv, exact = targets[(0, 1 + (k // 3) % (len(targets) - 2), -1)[k % 3]]
            content = path.read_bytes()
            changed = odd_files.damaged(content, self.rng)
            path.write_bytes(changed)
            found = self.ask(argv)
            self.judge(found, False)
            passed = found is not None and found["code"] == 0
            if exact and passed and changed != content and not same_entries(content, changed):
                self.counts.fault("silent wrong number", f"{path.name} went on, damaged: {argv}")
            path.write_bytes(content)
            for name in ("went", "case_out"):
                shutil.rmtree(self.home / name, ignore_errors=True)
            self.counts.done[f"odd files of {path.relative_to(self.home).parts[0]}"] += 1

    # ------------------------------------------------------------------ kills and full disk

    def kills(self, number: int, until: float) -> None:
        """Kill the whole group at random moments, resume, and compare the tables with those of an undisturbed run."""
        for k in range(number):
            if time.monotonic() > until:
                return
            kept = ("full", "summary", "tables")[k % 3]
            multirun = k % 5 == 4
            argv = [*MULTIRUN, f"output=kill{k}"] if multirun else [*COMPARE, f"retention={kept}", f"output=kill{k}"]
            compiling = k % 7 == 3  # with an empty cache of kernels, so that they are being compiled
            environment = self.environment
            if compiling:
                environment = environment | {"NUMBA_CACHE_DIR": str(self.home / f"cache{k}")}
            process = self.command(argv, env=environment)
            time.sleep(self.rng.uniform(0.5, 25.0 if compiling else 12.0))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            self.counts.done["kills"] += 1
            process = self.command(argv)
            try:
                code = process.wait(timeout=600)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                self.counts.fault("hang", f"resumed after kill: {argv}")
                continue
            if code != 0:
                self.counts.fault("not resumed", f"{argv}: exit {code}")
            elif not multirun:
                self.compare_with_reference(self.home / f"kill{k}", kept)
            shutil.rmtree(self.home / f"cache{k}", ignore_errors=True)

    def compare_with_reference(self, folder: Path, kept: str) -> None:
        """The tables of a resumed run are those of one that nobody disturbed, byte for byte."""
        reference = self.home / f"reference_{kept}"
        if not reference.exists():
            self.command([*COMPARE, f"retention={kept}", f"output={reference.name}"]).wait()
        for name in ("outcomes.parquet", "comparison.csv", "events.parquet", "cells.nc"):
            if (folder / name).read_bytes() != (reference / name).read_bytes():
                self.counts.fault("silent wrong number", f"{folder.name}/{name} differs after a kill")

    def full_disk(self, number: int, until: float) -> None:
        """Files that may grow to so many bytes only, as on a full disk: one sentence, and the same command goes on."""
        for k in range(number):
            if time.monotonic() > until:
                return
            argv = [*COMPARE, f"output=full{k}"]
            most = self.rng.randrange(2_000, 200_000)

            def limit(most: int = most) -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

            process = self.command(argv, stderr=subprocess.PIPE, preexec_fn=limit)
            said = process.communicate(timeout=600)[1].decode(errors="replace")
            if process.returncode not in (0, 2) or "Traceback (most" in said:
                self.counts.fault("unforeseen error", f"full at {most:,} bytes: {said[-300:]}")
            if self.command(argv).wait() != 0:
                self.counts.fault("not resumed", f"after a full disk: {argv}")
            self.counts.done["full disks"] += 1

    def end(self) -> None:
        """Stop what serves; the planted files are as they were."""
        if self.server is not None:
            self.server.stdin.close()
            self.server.wait()
        if sorted(path.name for path in self.secret.iterdir()) != ["secret.yaml"]:
            self.counts.fault("write outside", "beside the planted file")
