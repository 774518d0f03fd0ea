"""What each word of `sahel` does: read the words, call the part that does it, say what came out."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from sim.cli.comparison_options import (
    DEFAULT_REPLICATES,
    OF_KEEPING,
    OF_STOPPING,
    OF_WORKERS,
    compared,
    count,
    replicates_or_rule,
    retention_said,
    where_to_compute,
)
from sim.cli.hydra_bridge import Line, take_apart, through_hydra
from sim.cli.list_command import parameters, scenarios
from sim.cli.terminal import guarded, output_folder, print_results, say, tell_notes
from sim.core.errors import UserError, unknown
from sim.settings.compose import settings_for
from sim.settings.overrides import parse_words

# ---------------------------------------------------------------------------- run


def run(arguments: list[str]) -> int:
    """Simulate one replicate and print a summary."""
    line = take_apart(arguments)
    if line.needs_hydra:
        state = state_of(line.words)
        if state is not None:
            from sim.cli.continue_from import completed

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
        from sim.runs.comparison import run_one

        work = partial(run_one, settings, output, not line.quiet)
    else:
        from sim.cli.continue_from import future_settings, run_future, save_steps

        settings, notes = future_settings(words, line.folder, state)
        save = save_steps(said.get("save_at"), settings, state)
        output = output_folder(folder or said.get("output"))
        work = partial(run_future, settings, output, not line.quiet, state, save)
    tell_notes(settings)
    for note in notes:
        say(f"note: {note}")
    record = guarded(output, work)
    from sim.cli.run_summary import print_summary

    print_summary(settings, record, output)


def state_of(words: list[str]) -> Any:
    """The saved state from which the words let a run go on, or None."""
    if not any(word.lstrip("+").startswith("from=") for word in words):
        return None
    from sim.cli.continue_from import state_said

    return state_said(words)


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
    retention = retention_said(said)
    settings = compared(words, said, line.folder)
    if not isinstance(replicates, int) and len(settings) < 2:
        raise UserError("replicates=auto looks at differences; name two scenarios or more.")
    baseline = said.get("baseline")
    if baseline is not None and baseline not in settings:
        raise unknown("scenario", baseline, settings, "among those compared (baseline)")
    output = output_folder(folder or said.get("output"))
    past = None
    if any(said.get(key) is not None for key in ("from", "save_at")):
        from sim.cli.continue_from import past_of_comparison

        past = past_of_comparison(words, said, replicates, output, settings)
    for name, item in settings.items():
        tell_notes(item, name)
    from sim.runs.comparison import run_comparison
    from sim.runs.plan import ComparisonPlan

    seed = next(iter(settings.values())).seed
    where = {"workers": workers, "compute": compute, "address": address}
    plan = ComparisonPlan(
        settings, replicates, output, seed, baseline=baseline, retention=retention, checkpoint=past, **where
    )
    guarded(output, lambda: run_comparison(plan, not line.quiet))
    print_results(output)


def with_past(words: list[str]) -> list[str]:
    """The words, and those that saved states decide, where `from=` names some."""
    if not any(word.lstrip("+").startswith("from=") for word in words):
        return words
    from sim.cli.continue_from import completed_for_comparison

    return completed_for_comparison(words)


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
    from sim.cli.displacement_command import show_case

    if show_case(folder):
        return 0
    from sim.results.figures.draw import draw_all

    print_results(folder)
    draw_all(folder)
    return 0


def pairing(arguments: list[str]) -> int:
    """Print what common random numbers save in a finished comparison."""
    line = take_apart(arguments)
    if len(line.words) != 1 or line.flags:
        raise UserError("Say which folder: sahel pairing some/folder.")
    from sim.results.variance_reduction import pairing as measure

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
    from sim.validation.history import history_table

    where = {"compute": compute, "address": address}
    history_table(settings, replicates, workers, output=output, progress=not line.quiet, **where)
    return 0


def displacement(arguments: list[str]) -> int:
    """Simulate a case in Flee's format beside what was recorded."""
    from sim.cli import displacement_command

    return displacement_command.displacement(arguments)


COMMANDS = {
    "run": run,
    "compare": compare,
    "show": show,
    "pairing": pairing,
    "history": history,
    "displacement": displacement,
    "scenarios": scenarios,
    "parameters": parameters,
}
