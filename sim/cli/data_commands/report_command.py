"""`sahel report FOLDER`: the page that says what came out of a finished comparison."""

from __future__ import annotations

import time

from sim.cli.arguments import CommandLine
from sim.cli.terminal import say
from sim.core.errors import UserError, unknown
from sim.core.files import path_named
from sim.settings.overrides import parse_overrides

KEYS = ("language",)


def report(line: CommandLine) -> int:
    """Write report.html into the folder."""
    folders = [word for word in line.overrides if "=" not in word or path_named(word).is_dir()]
    if len(folders) != 1 or line.flags:
        raise UserError("Say which folder, and one only: sahel report some/folder.")
    parsed = parse_overrides([word for word in line.overrides if word not in folders])
    for key in (*parsed.groups, *parsed.values):
        if key not in KEYS:
            raise unknown("key", key, KEYS, "of sahel report")
    from sim.results.integrity.folder_lock import locked
    from sim.results.integrity.hashes import reading
    from sim.results.report.page import write_report
    from sim.results.report.words import check_language
    from sim.results.result_folder import open_folder

    language = check_language(str(parsed.get("language", "en")))
    folder, started = path_named(folders[0]), time.perf_counter()
    with locked(folder), reading(folder):
        path = write_report(open_folder(folder), language)
    say(f"{path.stat().st_size / 1e6:.2f} MB in {time.perf_counter() - started:.1f} s: {path}")
    return 0
