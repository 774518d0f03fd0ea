"""What each word of `sahel` does: read the words, call the part that does it, say what came out."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from sim.comparison_words import (
    DEFAULT_REPLICATES,
    OF_KEEPING,
    OF_STOPPING,
    OF_WORKERS,
    compared,
    count,
    replicates_or_rule,
    what_to_keep,
    where_to_compute,
)
from sim.compose import default_option, read_scenario, settings_for
from sim.config import Settings
from sim.errors import UserError, unknown
from sim.hydra_app import Line, take_apart, through_hydra
from sim.reading import LEVERS, Library
from sim.storage import holds_something
from sim.words import parse_words


def say(text: str) -> None:
    """Tell the user something beside the results."""
    print(text, file=sys.stderr)


# ---------------------------------------------------------------------------- run


def run(arguments: list[str]) -> int:
    """Simulate one replicate and print a summary."""
    line = take_apart(arguments)
    if line.needs_hydra:
        state = state_of(line.words)
        if state is not None:
            from sim.futures import completed

            line.words = completed(line.words, state)
        through_hydra(
            line,
            lambda words, folder: run_words(words, line, folder),
            lambda words: settings_for(words, line.folder),
        )
    else:
        run_words(line.words, line)
    return 0


def run_words(words: list[str], line: Line, folder: Path | None = None) -> None:
    """Run one job of `sahel run`."""
    said = parse_words(words)
    for key in ("scenarios", "replicates", "baseline", "factorial", *OF_WORKERS, *OF_KEEPING, *OF_STOPPING):
        if any(name.split(".")[0] == key for name in said.values):
            raise UserError(f"'{key}' is a word of sahel compare; sahel run makes one replicate.")
    state = state_of(words)
    if state is None and said.get("save_at") is None:
        settings, notes = settings_for(words, line.folder), []
        output = output_folder(folder or said.get("output"))
        from sim.ensemble import run_one

        work = partial(run_one, settings, output, not line.quiet)
    else:
        from sim.futures import future_settings, run_future, save_steps

        settings, notes = future_settings(words, line.folder, state)
        save = save_steps(said.get("save_at"), settings, state)
        output = output_folder(folder or said.get("output"))
        work = partial(run_future, settings, output, not line.quiet, state, save)
    tell_notes(settings)
    for note in notes:
        say(f"note: {note}")
    record = guarded(output, work)
    from sim.summary import print_summary

    print_summary(settings, record, output)


def state_of(words: list[str]) -> Any:
    """The saved state from which the words let a run go on, or None."""
    if not any(word.lstrip("+").startswith("from=") for word in words):
        return None
    from sim.futures import state_said

    return state_said(words)


def tell_notes(settings: Settings, name: str = "") -> None:
    """Say what a user should know about what the words came to."""
    for note in settings.notes:
        say(f"note{f' ({name})' if name else ''}: {note}")


def output_folder(said: Any) -> Path:
    """Make the folder for results, refusing what cannot be one."""
    if said is None:
        base = Path("results") / time.strftime("%Y-%m-%d_%H-%M-%S")
        folder, count = base, 1
        while folder.exists():
            folder, count = Path(f"{base}_{count}"), count + 1
    elif isinstance(said, (dict, list, bool)) or str(said).strip() == "":
        raise UserError(f"output must be the name of a folder, not {said}.")
    else:
        folder = Path(str(said)).expanduser()
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file; name a folder for the output.")
    if folder.is_dir() and not (folder / "run.json").exists() and holds_something(folder):
        raise UserError(f"The folder {folder} exists and holds something else; name another.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from None
    if not os.access(folder, os.W_OK):
        raise UserError(f"{folder} cannot be written: no permission.")
    return folder


def guarded(output: Path, work: Any) -> Any:
    """Do the work; on Ctrl-C say what stays, on a full or failing disk say so in a sentence."""
    try:
        return work()
    except KeyboardInterrupt:
        if output.exists():
            say(
                f"\nStopped. What was finished stays in {output}; the same command with "
                f"output={output} goes on from there."
            )
        raise
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror or error}.") from error


# ---------------------------------------------------------------------------- compare


def compare(arguments: list[str]) -> int:
    """Simulate scenarios side by side and print the table of differences."""
    line = take_apart(arguments)
    if line.needs_hydra:
        through_hydra(
            line,
            lambda words, folder: compare_words(words, line, folder),
            lambda words: compared(with_past(words), parse_words(words), line.folder),
            spell=False,
        )
    else:
        compare_words(line.words, line)
    return 0


def compare_words(words: list[str], line: Line, folder: Path | None = None) -> None:
    """Run one job of `sahel compare`."""
    words = with_past(words)
    said = parse_words(words)
    replicates = replicates_or_rule(said)
    workers = count(said, "workers", os.cpu_count() or 1)
    compute, address = where_to_compute(said)
    keep = what_to_keep(said)
    settings = compared(words, said, line.folder)
    if not isinstance(replicates, int) and len(settings) < 2:
        raise UserError("replicates=auto looks at differences; name two scenarios or more.")
    baseline = said.get("baseline")
    if baseline is not None and baseline not in settings:
        raise unknown("scenario", baseline, settings, "among those compared (baseline)")
    output = output_folder(folder or said.get("output"))
    past = None
    if any(said.get(key) is not None for key in ("from", "save_at")):
        from sim.futures import past_of_comparison

        past = past_of_comparison(words, said, replicates, output, settings)
    for name, item in settings.items():
        tell_notes(item, name)
    from sim.ensemble import run_comparison

    seed = next(iter(settings.values())).seed
    guarded(
        output,
        lambda: run_comparison(
            settings,
            replicates,
            workers,
            output,
            seed,
            not line.quiet,
            baseline=baseline,
            keep=keep,
            compute=compute,
            address=address,
            past=past,
        ),
    )
    print_results(output)


def with_past(words: list[str]) -> list[str]:
    """The words, and those that saved states decide, where `from=` names some."""
    if not any(word.lstrip("+").startswith("from=") for word in words):
        return words
    from sim.futures import completed_for_comparison

    return completed_for_comparison(words)


def print_results(folder: Path) -> None:
    """Print the table of differences, the effects of a crossing, and what a stopping rule found."""
    from sim.factorial import print_effects
    from sim.report import print_table
    from sim.stopping import print_told

    print_table(folder)
    print_effects(folder)
    print_told(folder)


# ---------------------------------------------------------------------------- show, history


def show(arguments: list[str]) -> int:
    """Print a finished comparison's table and redraw its figures."""
    line = take_apart(arguments)
    if len(line.words) != 1 or line.flags:
        raise UserError("Say which folder: sahel show some/folder.")
    folder = Path(line.words[0]).expanduser()
    if not folder.is_dir():
        raise UserError(f"The folder '{folder}' does not exist.")
    if not (folder / "run.json").exists():
        raise UserError(f"The folder '{folder}' holds no comparison (no run.json in it).")
    from sim.commands_case import show_case

    if show_case(folder):
        return 0
    from sim.figures import draw_all

    print_results(folder)
    draw_all(folder)
    return 0


def pairing(arguments: list[str]) -> int:
    """Print what common random numbers save in a finished comparison."""
    line = take_apart(arguments)
    if len(line.words) != 1 or line.flags:
        raise UserError("Say which folder: sahel pairing some/folder.")
    from sim.pairing import pairing as measure

    measure(Path(line.words[0]).expanduser())
    return 0


def history(arguments: list[str]) -> int:
    """Print observed beside simulated, 2012 to 2022."""
    line = take_apart(arguments)
    if line.needs_hydra:
        raise UserError("sahel history takes words only; use sahel run for Hydra's flags.")
    said = parse_words(line.words)
    replicates = count(said, "replicates", DEFAULT_REPLICATES)
    workers = count(said, "workers", os.cpu_count() or 1)
    compute, address = where_to_compute(said)
    for key in OF_STOPPING:
        if key in said.values:
            raise UserError(f"'{key}' is a word of sahel compare replicates=auto; sahel history takes a number.")
    words = line.words if "period" in said.groups else ["period=history", *line.words]
    settings = settings_for(words, line.folder)
    output = output_folder(said.get("output")) if said.get("output") is not None else None
    tell_notes(settings)
    from sim.validate import history_table

    where = {"compute": compute, "address": address}
    history_table(settings, replicates, workers, output=output, progress=not line.quiet, **where)
    return 0


def displacement(arguments: list[str]) -> int:
    """Simulate a case in Flee's format beside what was recorded."""
    from sim import commands_case

    return commands_case.displacement(arguments)


# ---------------------------------------------------------------------------- lists


def scenarios(arguments: list[str]) -> int:
    """List scenarios and options, each with its one-line meaning and its dates."""
    line = take_apart(arguments)
    groups = [word for word in line.words if "=" not in word]
    known = ("scenario", *LEVERS, "period", "region")
    for group in groups:
        if group not in known:
            raise unknown("lever", group, known)
    library = Library(line.folder)
    for group in groups or known:
        print(heading(group, library))
        for option in library.options(group):
            print(describe(group, option, library))
        print()
    print("Use: sahel run scenario=NAME, or any lever=option; several at once can be combined.")
    return 0


def heading(group: str, library: Library) -> str:
    """Return the title of a group in the list."""
    what = {"scenario": "Scenarios", "period": "Periods", "region": "Regions"}.get(group, "Lever")
    usual = default_option(library, group)
    return f"{what} {group}=  (unless said otherwise: {usual})"


def describe(group: str, option: str, library: Library) -> str:
    """Return an option's line of meaning, and its dates from the file's first comment."""
    data = read_scenario(library, option) if group == "scenario" else library.read(group, option)
    title, summary = data.get("title") or option, data.get("summary") or ""
    variant = f" [{data.get('variant', 'coherent')}]" if group == "scenario" else ""
    lines = [f"  {option:<26} {title}{variant}: {summary}".rstrip(": ")]
    if group == "scenario" and data["levers"]:
        chosen = " ".join(f"{lever}={choice}" for lever, choice in data["levers"].items())
        lines.append(f"{'':<29}levers: {chosen}")
    if dates := first_comment(library.find(group, option)):
        lines.append(f"{'':<29}{dates}")
    return "\n".join(lines)


def first_comment(path: Path) -> str:
    """Return the comment that a file begins with, on one line: dates and amounts."""
    found = []
    for text in path.read_text(encoding="utf-8").splitlines():
        if not text.startswith("#"):
            break
        found.append(text.lstrip("# ").strip())
    return " ".join(found)


def parameters(arguments: list[str]) -> int:
    """Write the table of parameters."""
    line = take_apart(arguments)
    said = parse_words(line.words)
    for key in said.values:
        if key != "output":
            raise unknown("key", key, ["output"], "of sahel parameters")
    docs = Path(__file__).resolve().parent.parent / "docs"
    usual = docs / "parameters.md" if (docs / "design.md").exists() else Path("parameters.md")
    path = Path(str(said.get("output") or usual)).expanduser()
    from sim.parameter_table import parameter_table

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(parameter_table(), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from None
    print(path)
    return 0
