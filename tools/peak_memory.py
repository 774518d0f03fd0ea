"""Peak memory of a command and all its processes together: `python tools/peak_memory.py sahel compare ...`.

Twice a second the proportional set size (PSS: what processes share counts once) of the whole tree is added up
from /proc. Prints the peak, the largest single process, time, processor time, and the largest and the final size
of the folder named by an `output=` word. Linux only.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.5  # seconds between looks
MEGABYTE = 1e6


@dataclass
class Peaks:
    """The largest values seen, in bytes; `folder` is the last size of the output folder."""

    together: int = 0
    processes: int = 0
    one: int = 0
    folder_most: int = 0
    folder: int = 0

    def look(self, root: int, folder: Path | None) -> None:
        """Look once at the tree of processes below `root` and at the folder."""
        sizes = [memory_of(process) for process in tree(root)]
        if sum(sizes) > self.together:
            self.together, self.processes = sum(sizes), sum(size > 0 for size in sizes)
        self.one = max([self.one, *sizes])
        if folder is not None:
            self.folder = size_of(folder)
            self.folder_most = max(self.folder_most, self.folder)


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    found = [root]
    for process in found:
        try:
            for task in os.listdir(f"/proc/{process}/task"):
                found += [int(child) for child in Path(f"/proc/{process}/task/{task}/children").read_text().split()]
        except OSError:  # it has ended
            continue
    return found


def memory_of(process: int) -> int:
    """Proportional set size in bytes; 0 if the process has ended."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
    except OSError:
        pass
    return 0


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size
            except OSError:  # renamed or removed meanwhile
                continue
    return total


def watch(command: list[str]) -> tuple[int, Peaks, float, float]:
    """Run a command; its exit code, the peaks, seconds, and processor seconds of all processes."""
    outputs = [word.partition("=")[2] for word in command if word.startswith("output=")]
    folder = Path(outputs[-1]) if outputs else None
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen(command)
    peaks, ended = Peaks(), threading.Event()

    def keep_looking() -> None:
        looks = 0
        while not ended.is_set():
            # A folder of thousands of files is measured every ten seconds only.
            peaks.look(process.pid, folder if looks % round(10 / EVERY) == 0 else None)
            looks += 1
            ended.wait(EVERY)

    looker = threading.Thread(target=keep_looking, daemon=True)
    looker.start()
    try:
        code = process.wait()
    except KeyboardInterrupt:  # the command was told, too
        code = process.wait()
    seconds = time.perf_counter() - began
    ended.set()
    looker.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if folder is not None:
        peaks.folder = size_of(folder)
        peaks.folder_most = max(peaks.folder_most, peaks.folder)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return code, peaks, seconds, used


def main() -> int:
    """Run the command of the arguments and print what it took."""
    if len(sys.argv) < 2:
        print(__doc__.splitlines()[0])
        return 2
    code, peaks, seconds, used = watch(sys.argv[1:])
    print(f"Peak memory of all processes together: {peaks.together / MEGABYTE:,.0f} MB ({peaks.processes} processes)")
    print(f"Peak memory of the largest of them:    {peaks.one / MEGABYTE:,.0f} MB")
    print(f"Time: {seconds:,.0f} s; processor time: {used:,.0f} s")
    if peaks.folder_most:
        print(f"Folder: {peaks.folder / MEGABYTE:,.0f} MB in the end, {peaks.folder_most / MEGABYTE:,.0f} MB at most")
    return code


if __name__ == "__main__":
    sys.exit(main())
