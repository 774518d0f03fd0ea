"""The `sahel` command: the first word says what to do, the others are handed to it.

Nothing heavy is imported here, so that help answers at once. Whatever a user can put right comes
back as one sentence and exit code 2; Ctrl-C gives 130. An error that nobody foresaw is the program's
fault: exit code 70, one line, and the traceback in a file.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module

from sim.cli.arguments import parse_arguments
from sim.cli.command_table import COMMANDS
from sim.core.errors import UserError, printable

UNFORESEEN = 70  # EX_SOFTWARE of sysexits.h


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    # imports make much that lives and hardly any cycles: looking for those took a fifth of the start
    gc.set_threshold(100_000, 20, 20)
    # figures are written to files: how a user's other programs show theirs, or a matplotlibrc in this folder, is no
    # matter of ours, and an unknown backend would stop the import
    os.environ.pop("MPLBACKEND", None)
    write_what_can_be()
    try:
        code = dispatch(argv)
        sys.stdout.flush()
        return code
    except UserError as error:
        return refused(str(error))
    except KeyboardInterrupt:
        print("sahel: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        forget_output()
        return 0
    except MemoryError:
        return refused("there is not enough memory for this; try fewer replicates, fewer workers or a coarser grid.")
    except RecursionError:
        return refused("what was said is nested too deeply to be read.")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            forget_output()
            return refused(f"the output cannot be written: {error.strerror}.")
        if error.errno in (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM):
            return refused(f"the system gives no more ({error.strerror}); try fewer workers.")
        if isinstance(error, FileNotFoundError) and not is_here():
            return refused("the folder in which you are is gone; go to another.")
        return unforeseen(error)
    except Exception as error:
        return unforeseen(error)


def entry() -> int:
    """The command as a process of its own: as `main`, but a library that failed to write gets no last word."""
    failed: list[str] = []

    def is_last_word(error: BaseException | None) -> bool:
        # HDF5 tries once more as its objects are thrown away; that it failed to write is said in a sentence
        found = isinstance(error, OSError) and "errno = " in str(error)
        failed.extend([str(error)] * found)
        return found

    sys.unraisablehook = lambda told: None if is_last_word(told.exc_value) else sys.__unraisablehook__(told)
    sys.excepthook = lambda *told: None if is_last_word(told[1]) else sys.__excepthook__(*told)
    code = main()
    files = sys.modules.get("sim.core.files")  # not loaded for its own sake: help answers at once
    if failed or (files is not None and files.FAILED_LIBRARY):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def dispatch(argv: list[str]) -> int:
    """Hand the command line to the function of its command."""
    try:
        line = parse_arguments(argv)
    except SystemExit as stop:  # help was given
        return int(stop.code or 0)
    module, function = COMMANDS[line.command].function.split(":")
    return getattr(import_module(module), function)(line) or 0


def refused(message: str) -> int:
    """Say what a user can put right."""
    print(f"sahel: {printable(message)}", file=sys.stderr)
    return 2


def unforeseen(error: BaseException) -> int:
    """Say that it is the program's fault, and where the traceback lies."""
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    where = "no file could be written for the traceback"
    try:
        handle, path = tempfile.mkstemp(prefix="sahel-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"sahel {' '.join(sys.argv[1:])}\n{text}")
        where = f"the traceback lies in {path}; please report it"
    except OSError:
        pass
    what = printable(" ".join(f"{type(error).__name__}: {error}".split()), 200)
    print(f"sahel: an error of the program, not yours ({what}); {where}.", file=sys.stderr)
    return UNFORESEEN


def write_what_can_be() -> None:
    """Let a terminal or file that knows few signs have what it can, and codes for the rest, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="backslashreplace")
        elif hasattr(stream, "reconfigure") and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")  # halves of pairs that came from arguments


def forget_output() -> None:
    """Nobody reads what is printed: what is left of it would only fail once more at the end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_here() -> bool:
    """Whether the current folder is still there."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(entry())
