"""Run what docs/teacher.md tells and write its numbers between the marks of the page.

    python -m tools.teacher_numbers [output=FOLDER] [page=FILE]

The teaching region only, one run at a time; a few minutes on a free core. What was run is kept in the folder
(results/teacher) and gone on with when the tool is called again; runs of another version of the program or of its
settings stay apart. The prose of the page holds no numbers of its own: read it again where a table has changed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.core.errors import UserError, unknown
from tools.teacher_numbers.ensembles import ENSEMBLES, run
from tools.teacher_numbers.exercises import ANSWERED, Folders, exercise_6
from tools.teacher_numbers.page import blocks, filled
from tools.teacher_numbers.unit_story import Story, story

PAGE = Path(__file__).resolve().parents[2] / "docs" / "teacher.md"
OUTPUT = Path("results") / "teacher"


def parse(words: Sequence[str]) -> tuple[Path, Path]:
    """The folder of the runs and the page. Raises `UserError` for anything else."""
    found = {"output": str(OUTPUT), "page": str(PAGE)}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not value:
            raise UserError(f"'{word}' is not understood; say key=value, such as output=my/folder.")
        if key not in found:
            raise unknown("word", key, found)
        found[key] = value
    return Path(found["output"]).expanduser(), Path(found["page"]).expanduser()


def texts(folders: Folders, told: Story) -> dict[str, str]:
    """What stands between the marks of the page, by name."""
    written = {number: function(folders) for number, function in ANSWERED.items()} | {6: exercise_6(told)}
    return {f"exercise {number}": written[number] for number in sorted(written)}


def write(page: Path, made: Mapping[str, str]) -> None:
    """Put the texts between the marks of the page."""
    page.write_text(filled(page.read_text(encoding="utf-8"), made), encoding="utf-8")


def main(words: Sequence[str] | None = None) -> int:
    """Run, write and return the exit code."""
    try:
        output, page = parse(sys.argv[1:] if words is None else words)
        if not page.is_file():
            raise UserError(f"There is no page {page}.")
        blocks(page.read_text(encoding="utf-8"))  # before the runs
        folders = {}
        for name, ensemble in ENSEMBLES.items():
            print(f"{name}: {ensemble.command}", file=sys.stderr)
            folders[name] = run(name, ensemble, output, progress=sys.stderr.isatty())
        write(page, texts(folders, story()))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
