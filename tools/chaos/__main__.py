"""`make chaos`: the trial in some 20 minutes on two cores; `--short` takes less than a minute.

python -m tools.chaos --seed 1
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tools.chaos.trial import Trial

#: share of the time of each part, and how much of it there is: (name, whole, short)
PARTS = (
    ("lines", 2000, 40),
    ("processes", 200, 0),
    ("bits", 240, 24),
    ("files", 150, 12),
    ("kills", 15, 0),
    ("full_disk", 6, 0),
)
SHARES = {"lines": 0.4, "processes": 0.25, "bits": 0.05, "files": 0.05, "kills": 0.2, "full_disk": 0.05}


def main(argv: list[str] | None = None) -> int:
    """Run the trial and print its counts; 1 where anything happened that must not."""
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=20.0, help="parts that take longer are cut short, and say so")
    parser.add_argument("--short", action="store_true", help="the form of the suite")
    parser.add_argument("--parts", nargs="*", default=[name for name, *_ in PARTS], help="only some parts")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        trial = Trial(Path(folder), options.seed)
        trial.prepare()
        for name, whole, short in PARTS:
            number = short if options.short else whole
            if name in options.parts and number:
                getattr(trial, name)(number, time.monotonic() + 60 * options.minutes * SHARES[name])
        trial.end()
        print(trial.counts.report())
    return 1 if trial.counts.faults else 0


if __name__ == "__main__":
    sys.exit(main())
