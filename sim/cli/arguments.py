"""The command line as `argparse` takes it apart: a command, its flags, and overrides in Hydra's grammar.

Commands are those of `sim.cli.command_table`; nothing heavy is imported here, so that help answers at once. Whatever is
neither a flag nor the value of one is an override (or, to `sahel scenarios`, the name of a lever) and is read by the
command itself.
"""

from __future__ import annotations

import argparse
import sys

from sim.cli.command_table import COMMANDS, EXAMPLES, FORMER_COMMANDS, OVERRIDES, OVERVIEW
from sim.core.errors import UserError, unknown

TYPE_CHECKING = False  # as in typing, whose import would take a tenth of `sahel --help`
if TYPE_CHECKING:
    from typing import Any, NoReturn

CFG = ("job", "hydra", "all")


class CommandLine:
    """A command line taken apart: overrides, Hydra's flags, the user's folder."""

    def __init__(
        self,
        command: str = "",
        overrides: list[str] | None = None,
        flags: list[str] | None = None,
        folder: str | None = None,
        quiet: bool = False,
    ):
        self.command, self.folder, self.quiet = command, folder, quiet
        self.overrides, self.flags = overrides or [], flags or []

    @property
    def multirun(self) -> bool:
        """Whether each of several values is to be run."""
        return "--multirun" in self.flags

    @property
    def needs_hydra(self) -> bool:
        """Whether the line asks for something that only Hydra does."""
        return bool(self.flags) or any(is_hydras(override) for override in self.overrides)

    @property
    def own_overrides(self) -> list[str]:
        """The overrides without those for Hydra itself."""
        return [override for override in self.overrides if not is_hydras(override)]


def is_hydras(override: str) -> bool:
    """Whether an override sets something of Hydra's own."""
    return override.lstrip("+~").startswith(("hydra.", "hydra/"))


# ---------------------------------------------------------------------------- argparse


class Parser(argparse.ArgumentParser):
    """A parser that answers a slip with one sentence, as everything here does."""

    def __init__(self, **more: Any):
        # argparse would ask the terminal for its width, which takes an import that is worth a sixth of `--help`
        def form(prog: str) -> argparse.HelpFormatter:
            return argparse.RawDescriptionHelpFormatter(prog, max_help_position=28, width=110)

        super().__init__(formatter_class=form, allow_abbrev=False, **more)

    def error(self, message: str) -> NoReturn:
        """Refuse what argparse cannot take."""
        raise UserError(f"{message.removeprefix('argument ')}; see {self.prog} --help.")


def cfg_part(value: str) -> str:
    """The value of `--cfg`."""
    if value not in CFG:
        raise unknown("value", value, CFG, "for --cfg")
    return value


def overview_parser() -> tuple[Parser, dict[str, Parser]]:
    """The parser of `sahel` itself, and those of its commands by name."""
    overview = Parser(prog="sahel", description=f"sahel: {OVERVIEW}", epilog=EXAMPLES, usage="sahel COMMAND ...")
    overview.add_argument("-V", "--version", action="store_true", help="print the version and stop")
    listed = overview.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=Parser)
    for name, command in COMMANDS.items():
        details = command.details + (f"\n{OVERRIDES}" if command.settings else "")
        usage = f"sahel {name} {command.usage}"
        parser = listed.add_parser(name, prog=f"sahel {name}", help=command.summary, usage=usage, description=details)
        if command.flags != "none":
            parser.add_argument("-cd", "--config-dir", metavar="DIR", help="the same as folder=DIR")
            parser.add_argument(
                "-q",
                "--quiet",
                action="store_true",
                help="no progress bar; results are printed",
            )
        if command.flags == "all":
            add_hydras(parser)
    return overview, listed.choices


def add_hydras(parser: Parser) -> None:
    """Hydra's own flags that are handed on to it."""
    add = parser.add_argument_group("flags of Hydra").add_argument
    add("-c", "--cfg", type=cfg_part, metavar="PART", help="print the configuration (job, hydra or all) and stop")
    add("-p", "--package", help="with --cfg: only this part of it")
    add("--resolve", action="store_true", help="with --cfg: references resolved")
    add("-i", "--info", nargs="?", const="", metavar="WHAT", help="print how the configuration came about and stop")
    add("-m", "--multirun", action="store_true", help="run each of several values: abuses=historical,restraint")
    add("--hydra-help", action="store_true", help="Hydra's own help")


HYDRAS = ("--cfg", "--package", "--resolve", "--info", "--multirun", "--hydra-help")


def parse_arguments(arguments: list[str]) -> CommandLine:
    """Sort command, overrides and flags; raises SystemExit where help was asked for and given."""
    overview, parsers = overview_parser()
    if arguments[:1] in ([], ["help"]):
        arguments = [*arguments[1:2], "--help"]
    if arguments[0] in FORMER_COMMANDS:
        now = FORMER_COMMANDS[arguments[0]]
        print(f"note: sahel {arguments[0]} is called sahel {now} now.", file=sys.stderr)
        arguments = [now, *arguments[1:]]
    first = arguments[0]
    if not first.startswith("-") and first not in COMMANDS:
        if "=" in first:
            raise UserError(f"'{first}' comes too early; say: sahel run {' '.join(arguments)}")
        raise unknown("command", first, COMMANDS)
    found, rest = overview.parse_known_args(arguments)
    if found.version:
        from importlib.metadata import version

        print(f"sahel {version('sahel-scenarios')}")
        sys.exit(0)
    flags = [item.partition("=")[0] for item in rest if item.startswith("-")]
    if found.command is None:
        raise unknown("flag", (*flags, first)[0], ("--help", "--version"))
    if flags:
        raise unknown_flag(flags[0], found.command, parsers[found.command])
    return command_line(found, rest)


def unknown_flag(flag: str, command: str, parser: Parser) -> UserError:
    """What to say to a flag that a command does not have."""
    if flag in HYDRAS and COMMANDS[command].flags != "all":
        return UserError(f"sahel {command} does not take Hydra's flag {flag}; sahel run does.")
    return unknown("flag", flag, [name for name in parser._option_string_actions if name.startswith("--")])


def command_line(found: argparse.Namespace, rest: list[str]) -> CommandLine:
    """What argparse found, and the arguments that it left."""
    line = CommandLine(found.command, rest, folder=vars(found).get("config_dir"), quiet=vars(found).get("quiet", False))
    for name in ("resolve", "multirun", "hydra_help"):
        if vars(found).get(name):
            line.flags.append(f"--{name.replace('_', '-')}")
    for name in ("cfg", "package", "info"):
        value = vars(found).get(name)
        if name == "info" and value and "=" in value:  # an override that stood behind it
            line.overrides.insert(0, value)
            value = ""
        if value is not None:
            line.flags += [f"--{name}", value] if value else [f"--{name}"]
    for override in line.overrides:
        if override.startswith("folder="):
            line.folder = line.folder or override.partition("=")[2]
    return line
