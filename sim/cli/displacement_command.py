"""`sahel displacement`: a case in Flee's format, simulated beside what was recorded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sim.cli.arguments import CommandLine
from sim.cli.comparison_options import count, workers_of
from sim.cli.terminal import output_folder, say
from sim.core.errors import UserError, unknown
from sim.core.structure import structure, unstructure
from sim.settings.overrides import Overrides, dotted, parse_overrides, put
from sim.settings.settings import read_parameters

DEFAULT_REPLICATES = 20

KEYS = ("case", "validation", "replicates", "seed", "workers", "output", "arrivals", "draw", "days")

ARRIVALS = ("given", "own")

DRAWS = ("none", "all")

PARAMETERS = "parameters.displacement."


def displacement(line: CommandLine) -> int:
    """Simulate a case, print its scores, write tables and figures."""
    if line.needs_hydra or line.folder:
        raise UserError("sahel displacement takes overrides only, such as case=small replicates=20.")
    parsed = read_overrides(line.overrides)
    given = choice(parsed, "arrivals", ARRIVALS) == "given"
    settings: dict[str, Any] = {
        "replicates": count(parsed, "replicates", DEFAULT_REPLICATES),
        "seed": structure(int, parsed.get("seed", 1), "seed"),
        "arrivals": "given" if given else "own",
        "draw": choice(parsed, "draw", DRAWS),
    }
    workers = workers_of(parsed)
    parameters = parameters_of(parsed)
    kept = frozenset(key.removeprefix("parameters.") for key in parsed.values if key.startswith(PARAMETERS))
    settings["parameters"] = unstructure(parameters.displacement)
    settings["given"] = sorted(kept)
    from sim.cases import outputs, report
    from sim.cases.reader import read_case

    days = count(parsed, "days", 1) if "days" in parsed.values else None
    case = read_case(text_of(parsed, "case"), text_of(parsed, "validation", optional=True), days)
    folder = output_folder(parsed.get("output"))
    outputs.check_folder(folder, case, settings)
    report.print_case(case)
    try:
        outputs.begin(folder, case, settings)
        begun = time.perf_counter()
        runs = simulate(case, parameters, settings, workers, not line.quiet)
        results = outputs.write_results(folder, case, runs, settings, time.perf_counter() - begun)
        from sim.cases.figures import draw_all

        draw_all(folder)
    except KeyboardInterrupt:
        say(f"\nStopped; {folder} is not finished. The same command makes it anew.")
        raise
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror or error}.") from error
    report.print_results(results)
    return 0


def simulate(case: Any, parameters: Any, settings: dict[str, Any], workers: int, progress: bool) -> dict[str, Any]:
    """Return the replicates by the source of arrivals; beside its own arrivals also those with the given ones."""
    from sim.cases.ensemble import run_replicates
    from sim.runs.progress import run_bar

    sources = ["given"] if settings["arrivals"] == "given" else ["own", "given"]
    runs: dict[str, Any] = {}
    with run_bar(progress, len(sources) * settings["replicates"]) as tell:
        for number, source in enumerate(sources):
            before = number * settings["replicates"]
            runs[source] = run_replicates(
                case,
                parameters,
                settings["seed"],
                settings["replicates"],
                workers,
                settings["draw"],
                given=source == "given",
                kept=frozenset(settings["given"]),
                tell=lambda done, before=before: tell(before + done, before + done),
            )
    return runs


def show_case(folder: Path) -> bool:
    """Print a finished case again and redraw its figures; False where the folder holds something else."""
    from sim.cases import outputs

    if not outputs.holds_case(folder):
        return False
    from sim.cases.figures import draw_all
    from sim.cases.report import print_results

    results = outputs.read_results(folder)
    print_results(results)
    draw_all(folder)
    return True


# ---------------------------------------------------------------------------- overrides


def read_overrides(overrides: list[str]) -> Overrides:
    """Parse the overrides and refuse those that `sahel displacement` does not know."""
    for override in overrides:
        if "=" not in override:
            from sim.cases.reader import shipped_cases

            if override in shipped_cases() or Path(override).is_dir():
                raise UserError(f"'{override}' is not understood; say case={override}.")
    parsed = parse_overrides(overrides)
    parameters = parameter_keys()
    for key in (*parsed.groups, *parsed.values):
        if key not in KEYS and key not in parameters:
            raise unknown("key", key, parameters if "." in key else KEYS, "of sahel displacement")
    return parsed


def parameter_keys() -> list[str]:
    """The dotted keys of the parameters that a case has a use for."""
    return dotted(unstructure(read_parameters({}).displacement), PARAMETERS)


def parameters_of(parsed: Overrides) -> Any:
    """The parameters with the overrides of displacement."""
    tree: dict[str, Any] = {}
    for key, value in parsed.values.items():
        if key.startswith(PARAMETERS):
            put(tree, key.removeprefix("parameters."), value)
    return read_parameters(tree)


def text_of(parsed: Overrides, key: str, optional: bool = False) -> str | None:
    """The name of a folder or a case."""
    value = parsed.get(key)
    if value is None and optional:
        return None
    if value is None:
        from sim.cases.reader import shipped_cases

        raise UserError(
            f"Say which case: case=some/folder, or one that is shipped: case={next(iter(shipped_cases()))}."
        )
    if isinstance(value, (list, dict, bool)) or str(value).strip() == "":
        raise UserError(f"{key} must be the name of a folder, not {value}.")
    return str(value)


def choice(parsed: Overrides, key: str, options: tuple[str, ...]) -> str:
    """One of a few words; the first where no override names one."""
    value = parsed.get(key, options[0])
    if value not in options:
        raise unknown("value", value, options, f"for {key}")
    return value
