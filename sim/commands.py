"""What each word of `sahel` does: read the words, call the part that does it, say what came out."""

from __future__ import annotations

import itertools
import os
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from sim import plain
from sim.compose import default_option, read_scenario, settings_for
from sim.config import Settings
from sim.errors import UserError, unknown
from sim.hydra_app import Line, take_apart, through_hydra
from sim.reading import LEVERS, Library
from sim.storage import holds_something
from sim.words import Words, parse_words

DEFAULT_SCENARIOS = ["history", "restraint", "un_stays", "france_stays", "bamako_prolonged"]
DEFAULT_REPLICATES = 12
OF_WORKERS = ("workers", "compute", "address")
OF_KEEPING = ("keep",)
OF_STOPPING = ("precision", "within", "outcome", "place", "at_least", "at_most")


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


def replicates_or_rule(said: Words) -> Any:
    """Return the number of replicates, or with replicates=auto the rule that says when they are enough."""
    if said.get("replicates") != "auto":
        for key in OF_STOPPING:
            if key in said.values:
                raise UserError(f"{key} belongs to replicates=auto; say that, or leave {key} out.")
        return count(said, "replicates", DEFAULT_REPLICATES, " or auto")
    from sim.stopping import Rule

    usual = Rule()
    numbers = {
        key: plain.decode(float, said.get(key), key) for key in ("precision", "within") if said.get(key) is not None
    }
    if "within" in numbers:
        numbers.setdefault("precision", None)
    at_least = count(said, "at_least", usual.at_least)
    return Rule(
        outcome=str(said.get("outcome") or usual.outcome),
        place=str(said.get("place") or usual.place),
        at_least=at_least,
        at_most=count(said, "at_most", max(usual.at_most, at_least)),
        **numbers,
    )


def what_to_keep(said: Words) -> str:
    """Return what is kept of each run: `auto` unless said otherwise."""
    from sim.outputs_keep import KEEPS

    keep = str(said.get("keep") or "auto")
    if keep not in KEEPS:
        raise unknown("word", keep, KEEPS, "(keep)")
    return keep


def where_to_compute(said: Words) -> tuple[str, str | None]:
    """Return the kind of workers, and the address of a cluster if one is named."""
    kind, address = str(said.get("compute") or "local"), said.get("address")
    if kind not in ("local", "dask"):
        raise unknown("kind of workers", kind, ("local", "dask"), "(compute)")
    if address is not None and kind != "dask":
        raise UserError("address names a Dask cluster; say compute=dask with it.")
    if kind == "dask" and address is not None and "workers" in said.values:
        raise UserError("A running cluster has its own workers; leave out workers= or address=.")
    return kind, None if address is None else str(address)


def count(said: Words, key: str, usual: int, otherwise: str = "") -> int:
    """Return a number of things, at least one."""
    value = said.get(key)
    if otherwise and isinstance(value, str):
        raise UserError(f"{key} must be a number{otherwise}, not '{value}'.")
    value = usual if value is None else plain.decode(int, value, key)
    if value < 1:
        raise UserError(f"{key} must be at least 1, not {value}.")
    return value


def compared(words: list[str], said: Words, folder: str | None) -> dict[str, Settings]:
    """Return the settings of each scenario compared, by name; the first is the baseline."""
    prefix = "factorial."
    crossed = {k.removeprefix(prefix): v for k, v in said.values.items() if k.startswith(prefix)}
    if crossed:
        if "scenarios" in said.values:
            raise UserError("Say either scenarios=[...] or factorial.<lever>=[...], not both.")
        return crossing(words, said, folder, crossed)
    if "scenario" in said.groups:
        raise UserError(
            f"compare takes a list: scenarios=[{said.groups['scenario']},...]; sahel run takes one scenario."
        )
    library = Library(folder)
    names = scenario_list(said.get("scenarios", DEFAULT_SCENARIOS))
    for name in names:
        levers = read_scenario(library, name)["levers"]
        both = [group for group in levers if group in said.groups]
        if both:
            raise UserError(
                f"{both[0]}={said.groups[both[0]]} would override {both[0]}={levers[both[0]]} of the "
                f"scenario {name} and make scenarios alike; leave it out, or cross options with "
                f"factorial.{both[0]}=[...]."
            )
    return {name: settings_for([f"scenario={name}", *words], folder) for name in names}


def scenario_list(value: Any) -> list[str]:
    """Return the names of the scenarios to compare."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UserError(f"scenarios must be a list such as [history,restraint], not {value}.")
    if not names:
        raise UserError("scenarios is empty; name at least one, such as [history,restraint].")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(f"scenarios names '{twice[0]}' twice.")
    return names


def crossing(words: list[str], said: Words, folder: str | None, crossed: dict[str, Any]) -> dict[str, Settings]:
    """Return a scenario for every combination of the levels of levers."""
    library = Library(folder)
    scenario = said.groups.get("scenario", "history")
    for group, levels in crossed.items():
        if group not in LEVERS:
            raise unknown("lever", group, LEVERS, "to cross")
        if not isinstance(levels, list) or len(levels) < 2:
            raise UserError(
                f"factorial.{group} must list two options or more, such as "
                f"factorial.{group}=[{default_option(library, group)},...]."
            )
        if len({str(level) for level in levels}) < len(levels):
            raise UserError(f"factorial.{group} names an option twice.")
        if group in said.groups:
            raise UserError(f"{group} is crossed already; leave out {group}={said.groups[group]}.")
        for level in levels:
            library.find(group, str(level))
    rest = [w for w in words if not w.lstrip("+").startswith("factorial.")]
    found = {}
    for choice in itertools.product(*crossed.values()):
        parts = [f"{group}={level}" for group, level in zip(crossed, choice)]
        settings = settings_for([*parts, f"scenario={scenario}", *rest], folder, ",".join(parts))
        info = replace(settings.scenario, title=", ".join(parts), summary="One cell of a crossing.")
        found[",".join(parts)] = replace(settings, scenario=info)
    return found


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
