"""What `sahel displacement` prints: the case and its oddities, the scores, the errors of camps, the time."""

from __future__ import annotations

import sys

import numpy as np
from rich.console import Console
from rich.table import Table

from sim.cases.outputs import Results
from sim.cases.reader import Case

SOURCES = {"given": "arrivals as recorded", "own": "arrivals by conflict alone"}

MOST_CAMPS = 30

FLEE = "docs/displacement_case.md says how the measure is made and what other models reach."


def console_for_text() -> Console:
    """A console as wide as the terminal; a file or a pipe has no width."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 110)


def print_case(case: Case, console: Console | None = None) -> None:
    """Print what was read and what is odd about it, each oddity once."""
    console = console or console_for_text()
    people = int(case.initial.sum() + case.arrivals.sum())
    lines = [
        f"Case {case.name}: {len(case.places.names)} locations, {len(case.routes.km)} routes, "
        f"{len(case.camps)} camps compared, {case.days} days from {case.start}, {people:,} people recorded"
    ]
    if case.oddities:
        lines.append("Oddities of its files:")
        lines += [f"  - {oddity}" for oddity in case.oddities]
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def print_results(results: Results, console: Console | None = None) -> None:
    """Print the scores, the errors of camps and the time."""
    console = console or console_for_text()
    settings = results.run["settings"]
    drawn = ", parameters drawn within their ranges" if settings["draw"] != "none" else ""
    console.print(
        f"\n{settings['replicates']} replicates, seed {settings['seed']}{drawn}; mean (nine of ten replicates)",
        highlight=False,
        soft_wrap=True,
    )
    console.print(_scores(results))
    console.print(_camps(results))
    seconds = results.run["seconds"]
    for line in (
        f"Time: {seconds['replicate']:.3g} s a replicate after compiling, {seconds['all']:.3g} s in all",
        FLEE,
        f"Folder: {results.folder}",
    ):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _scores(results: Results) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("")
    summary = results.run["summary"]
    for name in summary:
        table.add_column(SOURCES[name], justify="right")

    def text(found: dict, form: str) -> str:
        return f"{found['mean']:{form}} ({found['low']:{form}} to {found['high']:{form}})"

    rows = (
        ("averaged relative difference, raw", "ard_raw", ".3f"),
        ("averaged relative difference, rescaled", "ard_rescaled", ".3f"),
        ("error of the total in camps", "total_error", ".3f"),
        ("people who left home, persons", "displaced", ",.0f"),
        ("in compared camps at the end, persons", "in_camps_end", ",.0f"),
    )
    for label, key, form in rows:
        table.add_row(label, *(text(summary[name][key], form) for name in summary))
    means = (f"{summary[name]['mean_camp_error']:,.0f}" for name in summary)
    table.add_row("mean error per camp, persons", *means)
    return table


def _camps(results: Results) -> Table:
    from rich.markup import escape
    from rich.table import Table

    errors = results.tables["camp_errors"]
    sources = list(dict.fromkeys(errors["arrivals"]))
    table = Table(box=None, pad_edge=False, title=None)
    table.add_column("\ncamp")
    table.add_column("recorded\nat the end", justify="right")
    for name in sources:
        note = f" ({name})" if len(sources) > 1 else ""
        table.add_column(f"simulated{note}\nat the end", justify="right")
        table.add_column(f"mean error{note}\npersons", justify="right")
        table.add_column("of its\nmean", justify="right")
    found = {name: errors[errors["arrivals"] == name].set_index("camp") for name in sources}
    main = found[sources[0]].sort_values("observed_mean", ascending=False)
    for camp in main.index[:MOST_CAMPS]:
        cells = [escape(str(camp)), f"{main.loc[camp, 'observed_end']:,.0f}"]
        for name in sources:
            row = found[name].loc[camp]
            share = row["relative_error"]
            cells += [f"{row['simulated_end']:,.0f}", f"{row['mean_error']:,.0f}"]
            cells.append("-" if np.isnan(share) else f"{100 * share:.0f} %")
        table.add_row(*cells)
    if len(main) > MOST_CAMPS:
        table.add_row(f"and {len(main) - MOST_CAMPS} more in camp_errors.csv")
    return table
