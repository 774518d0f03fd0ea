"""`sahel brief FOLDER` and `sahel caseload FOLDER`: what planners take from a finished comparison."""

from __future__ import annotations

from pathlib import Path

from sim.cli.arguments import CommandLine
from sim.cli.terminal import say
from sim.core.errors import UserError, unknown
from sim.core.files import path_named, write_json
from sim.settings.overrides import Overrides, parse_overrides

FORMATS = ("csv", "xlsx")


def brief(line: CommandLine) -> int:
    """Write brief.html into the folder."""
    path, parsed = read_line(line, "brief", ("language",))
    from sim.results.brief.page import write_brief
    from sim.results.integrity.folder_lock import locked
    from sim.results.integrity.hashes import reading
    from sim.results.player.phrases import check_language
    from sim.results.result_folder import open_folder

    language = check_language(str(parsed.get("language", "en")))
    with locked(path), reading(path):
        written = write_brief(open_folder(path), language)
    say(f"{written.stat().st_size / 1000:,.0f} kB: {written}")
    return 0


def caseload(line: CommandLine) -> int:
    """Write caseload.csv into the folder, or caseload.xlsx."""
    path, parsed = read_line(line, "caseload", ("format",))
    form = parsed.get("format", FORMATS[0])
    if form not in FORMATS:
        raise unknown("format", form, FORMATS)
    from sim.results.brief.caseload import FILE, write_caseload, write_sheet
    from sim.results.integrity.folder_lock import locked
    from sim.results.integrity.hashes import FILES, hashes_of, reading
    from sim.results.result_folder import open_folder

    with locked(path), reading(path):
        found = open_folder(path)
        written = (write_sheet if form == "xlsx" else write_caseload)(found)
        if form == "csv" and isinstance(found.run.get(FILES), dict):
            found.run[FILES] |= hashes_of(path, [FILE])
            write_json(path / "run.json", found.run)
    say(f"{written.stat().st_size / 1000:,.0f} kB: {written}")
    return 0


def read_line(line: CommandLine, command: str, keys: tuple[str, ...]) -> tuple[Path, Overrides]:
    """The folder, which stands without a key, and the keys."""
    folders = [word for word in line.overrides if "=" not in word or path_named(word).is_dir()]
    if len(folders) != 1 or line.flags:
        raise UserError(f"Say which folder, and one only: sahel {command} some/folder.")
    parsed = parse_overrides([word for word in line.overrides if word not in folders])
    for key in (*parsed.groups, *parsed.values):
        if key not in keys:
            raise unknown("key", key, keys, f"of sahel {command}")
    return path_named(folders[0]), parsed
