"""Runs command lines one after another through `main()` in this process, and reports each as a line of JSON.

Files that are opened are seen by an audit hook: written ones must lie in the folder of the trial, and the planted
files of others must not be read. Nothing of what is printed is lost: a traceback in it counts.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
HANG, PATIENCE = 60, 5


class Hang(BaseException):
    """A line took longer than a minute."""


class Watch:
    """What the hook saw since it was last asked."""

    def __init__(self, home: Path, secret: Path) -> None:
        own = (str(home), tempfile.gettempdir() + "/sahel-error-", "/dev/", "/proc/self", os.environ["NUMBA_CACHE_DIR"])
        self.home, self.secret, self.own = str(home), str(secret), own
        self.outside: list[str] = []
        self.others: list[str] = []

    def hook(self, event: str, arguments: tuple) -> None:
        """The audit hook."""
        if event != "open" or not isinstance(arguments[0], (str, bytes)):
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if path.startswith(self.secret):
            self.others.append(path)
        if (arguments[2] or 0) & WRITES and not path.startswith(self.own) and "__pycache__" not in path:
            self.outside.append(path)


def run_line(argv: list[str], watch: Watch) -> dict:
    """Run one line; its exit code, what went wrong, and seconds."""
    from sim.cli.main import main

    worked = time.process_time()
    patience = [PATIENCE]

    def late(*_):
        # on a machine that is busy with other things a minute may hold but seconds of work
        busy = os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1)
        if busy and patience[0] and time.process_time() - worked < HANG / 2:
            patience[0] -= 1
            signal.alarm(HANG)
            return
        raise Hang

    watch.outside, watch.others = [], []
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace") for _ in range(2))
    signal.signal(signal.SIGALRM, late)
    signal.alarm(HANG)
    began, code, hang = time.perf_counter(), None, False
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(argv))
    except Hang:
        hang = True
    except BaseException as error:
        code = f"{type(error).__name__}: {error}"[:300]
    finally:
        signal.alarm(0)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))
    return {
        "argv": [word[:200] for word in argv],
        "code": code,
        "hang": hang,
        "traceback": any("Traceback (most recent" in text for text in texts),
        "escape": any("\x1b[31m" in text for text in texts),
        "said": texts[1][-300:],
        "out": texts[0],
        "outside": watch.outside[:3],
        "others": watch.others[:3],
        "seconds": round(time.perf_counter() - began, 3),
    }


def serve(home: Path, secret: Path) -> None:
    """Read lines as JSON lists from standard input, write a JSON result for each."""
    watch = Watch(home, secret)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.chdir(home)
    sys.addaudithook(watch.hook)
    for text in sys.stdin:
        answer.write(json.dumps(run_line(json.loads(text), watch)) + "\n")
        answer.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
