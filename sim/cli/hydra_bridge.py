"""The parts of Hydra that `sahel` hands on: `--cfg`, `--info`, `--multirun` and `hydra.*` overrides.

Users' files never reach Hydra as files: `sim.settings.library` has read them as plain data, and they are made
known to it as such (`sim.settings.hydra_config.register`). So there is nothing in them that Hydra could act upon.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.cli.arguments import CommandLine, is_hydras
from sim.core.errors import UserError
from sim.settings.compose import choose_options, read_scenario
from sim.settings.hydra_config import register
from sim.settings.levers.kinds import present_key
from sim.settings.library import Library, scenarios_folder
from sim.settings.overrides import OPEN, key_of, parse_overrides
from sim.settings.settings import Settings
from sim.settings.words.titles import change_words


def jobs_of(line: CommandLine) -> list[list[str]]:
    """Return the overrides of each job of a multirun, as Hydra will split them."""
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        overrides = OverridesParser.create().parse_overrides(line.own_overrides)
        return [job for batch in BasicSweeper.split_arguments(overrides, None) for job in batch]
    except HydraException as error:
        raise UserError(f"The overrides cannot be read ({str(error).splitlines()[0]}).") from None


def command_of(line: CommandLine, overrides: Iterable[str]) -> str:
    """What a user types for one job: the command with the job's overrides, for run.json."""
    words = ["sahel", line.command, *overrides]
    if line.folder and not any(key_of(word) == "folder" for word in words):
        words.append(f"folder={line.folder}")
    return shlex.join(words)


def varied(line: CommandLine, overrides: list[str], settings: Settings) -> Settings:
    """The settings of one job of a multirun, their title with what differs between the jobs and is not in it yet."""
    if not line.multirun:
        return settings
    jobs = [parse_overrides([override for override in job if not is_hydras(override)]) for job in jobs_of(line)]
    keys = dict.fromkeys(key for job in jobs for key in job.texts)
    differing = [key for key in keys if len({job.texts.get(key) for job in jobs}) > 1]
    parsed = parse_overrides(overrides)
    words = [change_words(key, parsed.get(key)) for key in differing if key in parsed.texts and key != "scenario"]
    info = settings.scenario
    new = [text for text in words if text not in info.changes]
    if not new:
        return settings
    return replace(settings, scenario=replace(info, title=f"{info.title} ({'; '.join(new)})"))


def expand_scenario(line: CommandLine) -> list[str]:
    """Return the overrides with the scenario's levers put before them, as options."""
    parsed = parse_overrides(line.own_overrides)
    library = Library(line.folder)
    scenario = read_scenario(library, parsed.groups.get("scenario", "history"))
    options = choose_options(library, parsed, scenario)
    rest = [override for key, override in parsed.texts.items() if key not in parsed.groups]
    hydras = [override for override in line.overrides if is_hydras(override)]
    return [f"{group}={option}" for group, option in options.items()] + rest + hydras


def forced(override: str) -> str:
    """An override that sets a key of an actor profile, an event or a lever as Hydra takes it where the file leaves
    that key to its default.

    `check` has seen by then that there is such a key.
    """
    key, _, value = override.lstrip("+").partition("=")
    head, _, rest = key.partition(".")
    if head == "factorial" and "." in rest:  # a parameter, of which the configuration names none to cross
        return f"++{key}={value}"
    return f"++{present_key(key)}={value}" if head in OPEN and rest else override


def through_hydra(
    line: CommandLine,
    task: Callable[[list[str], Path | None], Any],
    check: Callable[[list[str]], Any],
    expand: bool = True,
) -> None:
    """Let Hydra print, or run the task for each job with its overrides and an output folder of its own.

    `check` is called with the overrides of every job before the first one starts. With `expand`, the
    scenario's levers are put into the overrides, so that what Hydra prints holds them.
    """
    for job in jobs_of(line) if line.multirun else [line.own_overrides]:
        check(job)
    overrides = [
        forced(override) for override in (expand_scenario(line) if expand and not line.multirun else line.overrides)
    ]
    output = parse_overrides(overrides_of(line.overrides, "output")).get("output")
    if line.multirun and output is not None:
        _check_base(Path(str(output)))
        overrides = [*overrides_of(overrides, "output", others=True), f"hydra.sweep.dir='{output}'"]
    library = Library(line.folder)
    regions = list(library.options("actors"))
    for region in regions:
        register(library, region)
    kept: list[BaseException] = []

    def job(_config: Any) -> None:
        from hydra.core.hydra_config import HydraConfig
        from hydra.types import RunMode

        hydra = HydraConfig.get()
        own = overrides_of(hydra.overrides.task, "folder", others=True)
        folder = None
        if hydra.mode == RunMode.MULTIRUN:
            folder = Path(hydra.sweep.dir) / str(hydra.job.num)
        try:
            task(own, folder)
        except UserError as error:
            kept.append(error)
            raise

    _call_hydra(job, [*line.flags, *overrides], kept)


def _check_base(folder: Path) -> None:
    """Refuse a folder for a multirun that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file; name a folder for the output.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "multirun.yaml").exists():
        raise UserError(f"The folder {folder} exists and holds something else; name another.")


def overrides_of(overrides: Iterable[str], key: str, others: bool = False) -> list[str]:
    """Return the overrides that set a key, or the others."""
    return [override for override in overrides if (override.lstrip("+").split("=")[0] == key) != others]


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
