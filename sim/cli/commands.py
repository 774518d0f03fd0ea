"""What the commands of `sahel` do: read the overrides, call the part that does it, say what came out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from sim.cli.arguments import CommandLine
from sim.cli.comparison_options import (
    DEFAULT_REPLICATES,
    OF_KEEPING,
    OF_STOPPING,
    OF_TELLING,
    OF_WORKERS,
    agreed,
    compared,
    count,
    replicates_or_rule,
    retention_of,
    telling_of,
    where_to_compute,
    workers_of,
)
from sim.cli.hydra_bridge import command_of, through_hydra, varied
from sim.cli.terminal import guarded, output_folder, print_results, say, tell_notes
from sim.core.errors import UserError, unknown
from sim.core.files import path_named
from sim.settings.compose import settings_for
from sim.settings.overrides import parse_overrides

# ---------------------------------------------------------------------------- run


def run(line: CommandLine) -> int:
    """Simulate one replicate and print a summary."""
    if line.needs_hydra:
        state = state_of(line.overrides)
        if state is not None:
            from sim.cli.continue_from import completed

            line.overrides = completed(line.overrides, state)
        through_hydra(
            line,
            lambda overrides, folder: run_job(overrides, line, folder),
            lambda overrides: settings_for(overrides, line.folder),
        )
    else:
        run_job(line.overrides, line)
    return 0


def run_job(overrides: list[str], line: CommandLine, folder: Path | None = None) -> None:
    """Run one job of `sahel run`."""
    parsed = parse_overrides(overrides)
    for key in (
        "scenarios",
        "replicates",
        "baseline",
        "factorial",
        *OF_WORKERS,
        *OF_KEEPING,
        *OF_STOPPING,
        *OF_TELLING,
    ):
        if any(name.split(".")[0] == key for name in parsed.values):
            raise UserError(f"'{key}' belongs to sahel compare; sahel run makes one replicate.")
    state, command = state_of(overrides), command_of(line, overrides)
    if state is None and parsed.get("save_at") is None:
        settings, notes = varied(line, overrides, settings_for(overrides, line.folder)), []
        output = output_folder(folder or parsed.get("output"))
        from sim.runs.comparison import run_one

        work = partial(run_one, settings, output, not line.quiet, about={"command": command})
    else:
        from sim.cli.continue_from import continuation_settings, run_continuation, save_steps

        settings, notes = continuation_settings(overrides, line.folder, state)
        settings = varied(line, overrides, settings)
        save = save_steps(parsed.get("save_at"), settings, state)
        output = output_folder(folder or parsed.get("output"))
        work = partial(run_continuation, settings, output, not line.quiet, state, save, command)
    tell_notes(settings)
    for note in notes:
        say(f"note: {note}")
    record = guarded(output, work)
    from sim.cli.run_summary import print_summary

    print_summary(settings, record, output)


def state_of(overrides: list[str]) -> Any:
    """The saved state from which the overrides let a run go on, or None."""
    if not any(override.lstrip("+").startswith("from=") for override in overrides):
        return None
    from sim.cli.continue_from import read_state

    return read_state(overrides)


# ---------------------------------------------------------------------------- compare


def compare(line: CommandLine) -> int:
    """Simulate scenarios side by side and print the table of differences."""
    if line.quiet and not line.overrides and not line.flags:
        raise UserError(
            "sahel compare -q names nothing to compare; say scenarios=[history,...], or scenarios=main for the main "
            "job."
        )
    if line.needs_hydra:
        through_hydra(
            line,
            lambda overrides, folder: compare_job(overrides, line, folder),
            lambda overrides: compared(with_checkpoint(overrides), parse_overrides(overrides), line.folder),
            expand=False,
        )
    else:
        compare_job(line.overrides, line)
    return 0


def compare_job(overrides: list[str], line: CommandLine, folder: Path | None = None) -> None:
    """Run one job of `sahel compare`."""
    command = command_of(line, overrides)
    overrides = with_checkpoint(overrides)
    parsed = parse_overrides(overrides)
    replicates = replicates_or_rule(parsed)
    workers = workers_of(parsed)
    compute, address = where_to_compute(parsed)
    may_be_long = agreed(parsed)
    retention = retention_of(parsed)
    settings = compared(overrides, parsed, line.folder)
    settings = {name: varied(line, overrides, item) for name, item in settings.items()}
    if not isinstance(replicates, int) and len(settings) < 2:
        raise UserError("replicates=auto looks at differences; name two scenarios or more.")
    baseline = parsed.get("baseline")
    if baseline is not None and baseline not in settings:
        raise unknown("scenario", baseline, settings, "among those compared (baseline)")
    telling = telling_of(parsed, settings)
    output = output_folder(folder or parsed.get("output"))
    checkpoint = None
    if any(parsed.get(key) is not None for key in ("from", "save_at")):
        from sim.cli.continue_from import checkpoint_of_comparison

        checkpoint = checkpoint_of_comparison(overrides, parsed, replicates, output, settings)
    for name, item in settings.items():
        tell_notes(item, name)
    from sim.runs.comparison import run_comparison
    from sim.runs.plan import ComparisonPlan

    seed = next(iter(settings.values())).seed
    where = {"workers": workers, "compute": compute, "address": address, "agreed": may_be_long}
    kept = {"retention": retention, "checkpoint": checkpoint, "telling": telling, "command": command}
    plan = ComparisonPlan(settings, replicates, output, seed, baseline=baseline, **kept, **where)
    guarded(output, lambda: run_comparison(plan, not line.quiet))
    print_results(output)


def with_checkpoint(overrides: list[str]) -> list[str]:
    """The overrides, and those that saved states decide, where `from=` names some."""
    if not any(override.lstrip("+").startswith("from=") for override in overrides):
        return overrides
    from sim.cli.continue_from import completed_for_comparison

    return completed_for_comparison(overrides)


# ---------------------------------------------------------------------------- variance, history


def variance(line: CommandLine) -> int:
    """Print what common random numbers save in a finished comparison."""
    if len(line.overrides) != 1 or line.flags:
        raise UserError("Say which folder: sahel variance some/folder.")
    from sim.results.variance_reduction import variance_reduction

    variance_reduction(path_named(line.overrides[0]))
    return 0


def history(line: CommandLine) -> int:
    """Print observed beside simulated, 2012 to 2022."""
    if line.needs_hydra:
        raise UserError("sahel history takes overrides only; use sahel run for Hydra's flags.")
    parsed = parse_overrides(line.overrides)
    replicates = count(parsed, "replicates", DEFAULT_REPLICATES)
    workers = workers_of(parsed)
    compute, address = where_to_compute(parsed)
    for key in (*OF_STOPPING, *OF_TELLING):
        if key in parsed.values:
            raise UserError(f"'{key}' belongs to sahel compare; sahel history takes a number.")
    overrides = line.overrides if "period" in parsed.groups else ["period=history", *line.overrides]
    settings = settings_for(overrides, line.folder)
    output = output_folder(parsed.get("output")) if parsed.get("output") is not None else None
    tell_notes(settings)
    from sim.validation.history import history_table

    where = {"compute": compute, "address": address}
    history_table(settings, replicates, workers, output=output, progress=not line.quiet, **where)
    return 0
