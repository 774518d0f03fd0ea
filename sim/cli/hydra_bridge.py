"""The parts of Hydra that `sahel` hands on: `--cfg`, `--info`, `--multirun` and `hydra.*` words.

Users' files never reach Hydra as files: `sim.settings.library` has read them as plain data, and they are made
known to it as such (`sim.settings.hydra_config.register`). So there is nothing in them that Hydra could act upon.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.core.errors import UserError, unknown
from sim.settings.compose import choose_options, read_scenario
from sim.settings.hydra_config import register
from sim.settings.library import Library, scenarios_folder
from sim.settings.overrides import OPEN, parse_words

VALUED = ("--cfg", "-c", "--package", "-p")

SINGLE = ("--multirun", "-m", "--resolve", "--hydra-help")

QUIET = ("--quiet", "-q")

CFG = ("job", "hydra", "all")


@dataclass
class Line:
    """A command line taken apart: words, Hydra's flags, the user's folder."""

    words: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    folder: str | None = None
    quiet: bool = False

    @property
    def multirun(self) -> bool:
        """Whether each of several values is to be run."""
        return bool({"--multirun", "-m"} & set(self.flags))

    @property
    def prints(self) -> bool:
        """Whether Hydra is only to print something."""
        shown = ("--cfg", "-c", "--info", "-i", "--hydra-help")
        return any(flag.split("=")[0] in shown for flag in self.flags)

    @property
    def needs_hydra(self) -> bool:
        """Whether the line asks for something that only Hydra does."""
        return bool(self.flags) or any(is_hydras(word) for word in self.words)

    @property
    def own_words(self) -> list[str]:
        """The words without those for Hydra itself."""
        return [word for word in self.words if not is_hydras(word)]


def is_hydras(word: str) -> bool:
    """Whether a word sets something of Hydra's own."""
    return word.lstrip("+~").startswith(("hydra.", "hydra/"))


def take_apart(arguments: list[str]) -> Line:
    """Sort the arguments of a command into words and flags."""
    line, waiting = Line(), list(arguments)
    while waiting:
        item = waiting.pop(0)
        name, _, value = item.partition("=")
        if not item.startswith("-"):
            line.words.append(item)
        elif name in ("--config-dir", "-cd"):
            if not value and not waiting:
                raise UserError(f"{name} needs a folder, such as {name} my/folder.")
            line.folder = value or waiting.pop(0)
        elif name in VALUED:
            if not value and not waiting:
                raise UserError(f"{name} needs a value, such as --cfg job.")
            said = [item] if value else [item, waiting.pop(0)]
            if name in ("--cfg", "-c") and (value or said[-1]) not in CFG:
                raise unknown("value", value or said[-1], CFG, "for --cfg")
            line.flags += said
        elif name in ("--info", "-i"):
            line.flags.append(item)
            if waiting and "=" not in waiting[0] and not waiting[0].startswith("-"):
                line.flags.append(waiting.pop(0))
        elif name in SINGLE:
            line.flags.append(item)
        elif name in QUIET:
            line.quiet = True
        else:
            known = (*VALUED, *SINGLE, *QUIET, "--config-dir", "--info", "--help")
            raise unknown("flag", name, [flag for flag in known if flag.startswith("--")])
    for word in line.words:
        if word.startswith("folder="):
            line.folder = line.folder or word.partition("=")[2]
    return line


def jobs_of(line: Line) -> list[list[str]]:
    """Return the words of each job of a multirun, as Hydra will split them."""
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        overrides = OverridesParser.create().parse_overrides(line.own_words)
        return [job for batch in BasicSweeper.split_arguments(overrides, None) for job in batch]
    except HydraException as error:
        raise UserError(f"The words cannot be read ({str(error).splitlines()[0]}).") from None


def spelt_out(line: Line) -> list[str]:
    """Return the words with the scenario's levers put before them, as options."""
    said = parse_words(line.own_words)
    library = Library(line.folder)
    scenario = read_scenario(library, said.groups.get("scenario", "history"))
    options = choose_options(library, said, scenario)
    rest = [word for key, word in said.texts.items() if key not in said.groups]
    hydras = [word for word in line.words if is_hydras(word)]
    return [f"{group}={option}" for group, option in options.items()] + rest + hydras


def forced(word: str) -> str:
    """A word that sets a key of an actor profile, an event or a lever as Hydra takes it where the file leaves that key to its default.

    `check` has seen by then that there is such a key.
    """
    head, _, rest = word.partition("=")[0].lstrip("+").partition(".")
    return f"++{word.lstrip('+')}" if head in OPEN and rest else word


def through_hydra(
    line: Line,
    task: Callable[[list[str], Path | None], Any],
    check: Callable[[list[str]], Any],
    spell: bool = True,
) -> None:
    """Let Hydra print, or run the task for each job with its words and an output folder of its own.

    `check` is called with the words of every job before the first one starts. With `spell`, the
    scenario's levers are put into the words, so that what Hydra prints holds them.
    """
    for job in jobs_of(line) if line.multirun else [line.own_words]:
        check(job)
    words = [forced(word) for word in (spelt_out(line) if spell and not line.multirun else line.words)]
    output = parse_words(line_words(line.words, "output")).get("output")
    if line.multirun and output is not None:
        _check_base(Path(str(output)))
        words = [*line_words(words, "output", others=True), f"hydra.sweep.dir='{output}'"]
    library = Library(line.folder)
    regions = list(library.options("actors"))
    for region in regions:
        register(library, region)
    kept: list[BaseException] = []

    def job(_config: Any) -> None:
        from hydra.core.hydra_config import HydraConfig
        from hydra.types import RunMode

        hydra = HydraConfig.get()
        own = line_words(hydra.overrides.task, "folder", others=True)
        folder = None
        if hydra.mode == RunMode.MULTIRUN:
            folder = Path(hydra.sweep.dir) / str(hydra.job.num)
        try:
            task(own, folder)
        except UserError as error:
            kept.append(error)
            raise

    _call_hydra(job, [*line.flags, *words], kept)


def _check_base(folder: Path) -> None:
    """Refuse a folder for a multirun that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file; name a folder for the output.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "multirun.yaml").exists():
        raise UserError(f"The folder {folder} exists and holds something else; name another.")


def line_words(words: Iterable[str], key: str, others: bool = False) -> list[str]:
    """Return the words that set a key, or the others."""
    return [word for word in words if (word.lstrip("+").split("=")[0] == key) != others]


def _call_hydra(job: Callable[[Any], None], arguments: list[str], kept: list[Any]) -> None:
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    main = hydra.main(version_base="1.3", config_path=str(scenarios_folder()), config_name="config")
    with _arguments(["sahel", *arguments]):
        try:
            main(job)()
        except (HydraException, OmegaConfBaseException) as error:
            if kept:
                raise kept[0] from None
            text = " ".join(str(error).split("\n")[:2]).strip()
            raise UserError(f"Hydra cannot compose this: {text}") from None
        except SystemExit as stop:
            if stop.code:
                raise UserError("Hydra could not run this.") from None


@contextmanager
def _arguments(argv: list[str]):
    """Hydra reads the process's own arguments, and shows full errors only if the environment says so."""
    old, full = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = argv
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        yield
    finally:
        sys.argv = old
        if full is None:
            os.environ.pop("HYDRA_FULL_ERROR", None)
        else:
            os.environ["HYDRA_FULL_ERROR"] = full
