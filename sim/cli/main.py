"""The `sahel` command: the first word says what to do, the others are handed to it.

Nothing heavy is imported here, so that help answers at once. Whatever a user can put right comes
back as one sentence and exit code 2; Ctrl-C gives 130.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

from sim.cli.arguments import parse_arguments
from sim.cli.command_table import COMMANDS
from sim.core.errors import UserError


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    # imports make much that lives and hardly any cycles: looking for those took a fifth of the start
    gc.set_threshold(100_000, 20, 20)
    try:
        return dispatch(argv)
    except UserError as error:
        print(f"sahel: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("sahel: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def dispatch(argv: list[str]) -> int:
    """Hand the command line to the function of its command."""
    try:
        line = parse_arguments(argv)
    except SystemExit as stop:  # help was given
        return int(stop.code or 0)
    module, function = COMMANDS[line.command].function.split(":")
    return getattr(import_module(module), function)(line) or 0


if __name__ == "__main__":
    sys.exit(main())
