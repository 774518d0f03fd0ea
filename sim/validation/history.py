"""Observed beside simulated: is `history` of the right order of size? Misses are shown as misses.

Deaths are judged on the simulated UCDP-like record, which is what UCDP's totals can be compared with; all simulated
deaths stand beside it. The criteria are those of orders of size, before any calibration: deaths by country and IDPs
within a factor of three, violence that grows from 2017 to 2022, insurgents who neither die out nor take everything,
and government control of Burkina Faso that erodes. A criterion holds where the median of the replicates meets it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.errors import UserError
from sim.core.numbers import criterion_number
from sim.recording.run_record import RunRecord
from sim.results.replicate_files import replicate_file
from sim.settings.settings import Settings
from sim.validation import observations
from sim.validation.criteria import Replicate, Row, rows_of

# ---------------------------------------------------------------------------- reading a run


def read_replicate(record: RunRecord) -> Replicate:
    """Yearly figures of a record, for the calendar years of 2012-2022 that it holds entirely."""
    weekly = record.series["weekly"]
    dates = weekly.dates.astype("datetime64[D]")
    year = dates.astype("datetime64[Y]").astype(int) + 1970
    whole = [y for y in observations.YEARS if (year == y).sum() * _days(dates) >= 355]
    if not whole:
        raise UserError("sahel history compares whole years from 2012 to 2022; the period holds none of them.")
    found = Replicate(whole)
    values = weekly.values.astype(float)
    for p, place in enumerate(weekly.places):
        for k, outcome in enumerate(weekly.outcomes):
            column = values[:, p, k]
            key = (outcome, place)
            if weekly.units[outcome].endswith("/week"):
                found.sums[key] = np.array([column[year == y].sum() for y in whole])
            else:
                found.ends[key] = np.array([column[year == y][-1] for y in whole])
                found.means[key] = np.array([column[year == y].mean() for y in whole])
    insurgents = [name for name, kind in zip(record.meta["actors"], record.meta["actor_kinds"]) if kind == 0]
    inside = np.isin(year, whole)
    zero = np.zeros(inside.sum())
    found.fighters = sum((weekly.get(f"fighters.{n}", "region")[inside].astype(float) for n in insurgents), zero)
    ruled = [n for n in insurgents if f"area_share.{n}" in weekly.outcomes]
    found.area = sum((weekly.get(f"area_share.{n}", "region")[inside].astype(float) for n in ruled), zero)
    return found


def _days(dates: np.ndarray) -> float:
    """Length of a step in days."""
    return float(np.median(np.diff(dates).astype(int))) if len(dates) > 1 else 7.0


# ---------------------------------------------------------------------------- the command


def history_table(
    settings: Settings,
    replicates: int,
    workers: int,
    output: Path | None = None,
    progress: bool = True,
    **where: Any,
) -> list[Row]:
    """Run `settings` `replicates` times, print observed beside simulated, write history.csv into `output`.

    `where` is what `run_comparison` takes: compute, address.
    """
    if settings.region != "sahel" and "MLI" not in settings.region_info.theatre:
        raise UserError(f"sahel history compares with what was observed; region '{settings.region}' is made up.")
    if output is not None:
        rows = simulate(settings, replicates, workers, Path(output), progress, **where)
        write_csv(rows, Path(output) / "history.csv")
    else:
        with tempfile.TemporaryDirectory(prefix="sahel-history-") as folder:
            rows = simulate(settings, replicates, workers, Path(folder), progress, **where)
    print_rows(rows, replicates)
    if output is not None:
        from rich.console import Console

        Console().print(f"Table: {Path(output) / 'history.csv'}", highlight=False, markup=False, soft_wrap=True)
    return rows


def simulate(
    settings: Settings, replicates: int, workers: int, folder: Path, progress: bool, **where: Any
) -> list[Row]:
    """All replicates, kept in `folder`, and the lines they give."""
    from sim.runs.comparison import run_comparison
    from sim.runs.plan import ComparisonPlan

    name = settings.scenario.name
    plan = ComparisonPlan({name: settings}, replicates, folder, settings.seed, workers, **where)
    run_comparison(plan, progress, finish=False)
    paths = [replicate_file(folder, name, replicate) for replicate in range(replicates)]
    return rows_of([read_replicate(RunRecord.load(path, only=("series/weekly",))) for path in paths])


def write_csv(rows: list[Row], path: Path) -> None:
    """The table as a CSV file."""
    import pandas as pd

    pd.DataFrame([row.plain() for row in rows]).to_csv(path, index=False)


def verdict(row: Row) -> str:
    """What the last column says."""
    return "" if row.holds is None else ("ok" if row.holds else "MISS")


def summary(rows: list[Row]) -> str:
    """One line: how many of the criteria hold, and which do not."""
    judged = [row for row in rows if row.holds is not None]
    missed = [f"{row.section}: {row.label}" for row in judged if not row.holds]
    text = f"{len(judged) - len(missed)} of {len(judged)} criteria hold."
    return text + (" Missed: " + "; ".join(missed) + "." if missed else "")


def cells(row: Row) -> list[str]:
    """A line of the table as text."""
    low, high = (criterion_number(x, row.unit) for x in row.band)
    happened = "" if row.true is None else criterion_number(float(np.median(row.true)), row.unit)
    ratio = "" if row.ratio is None or row.unit.startswith("log") else f"{row.ratio:.2f}"
    return [
        row.label,
        criterion_number(row.observed, row.unit),
        criterion_number(row.median, row.unit),
        f"{low} to {high}",
        happened,
        ratio,
        verdict(row),
    ]


#: heading and width of every column
HEAD = (("", 27), ("observed", 8), ("median", 7), ("5 to 95 %", 16), ("all", 7), ("ratio", 5), ("", 5))

NOTES = (
    "Median and 5 to 95 % over {n} replicates; deaths as a UCDP-like record has them, 'all': median of all simulated "
    "deaths. Ratio: median over observed. Growth: slope of the logarithm, per year.",
    "Observed: deaths UCDP v25.1, IDPs IDMC, refugees UNHCR (Malians in Mauritania; simulated: hosted from "
    "everywhere), Burkina Faso outside control 40 % (ECOWAS mediator, 2022). Niger's IDPs include Diffa.",
    "No parameter is set per year or per place to get there. This is the order of size, not a claim of skill.",
)


def print_rows(rows: list[Row], replicates: int, console: Any = None) -> None:
    """Print the table, section by section, and what holds."""
    from rich.console import Console
    from rich.table import Table

    console = console or Console()
    for i, section in enumerate(dict.fromkeys(row.section for row in rows)):
        table = Table(box=None, pad_edge=False, show_header=i == 0, title=None)
        for k, (name, width) in enumerate(HEAD):
            table.add_column(name, justify="left" if k in (0, 6) else "right", width=width, no_wrap=True)
        for row in rows:
            if row.section == section:
                table.add_row(*cells(row), style="bold red" if row.holds is False else None)
        console.print(f"{'' if i == 0 else chr(10)}[b]{section}[/b]", highlight=False)
        console.print(table)
    console.print("\n[b]Asked[/b]", highlight=False)
    for row in rows:
        if row.holds is not None:
            console.print(f"  {verdict(row):<6}{row.section}, {row.label}: {row.criterion}", highlight=False)
    for note in NOTES:
        console.print(note.format(n=replicates), highlight=False)
    console.print(summary(rows), highlight=False, style="bold")
