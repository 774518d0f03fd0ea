"""Observed beside simulated: is `history` of the right order of size? Misses are shown as misses.

Deaths are judged on the simulated UCDP-like record, which is what UCDP's totals can be compared with; all simulated deaths
stand beside it. The criteria are those of orders of size, before any calibration: deaths by country and IDPs within a
factor of three, violence that grows from 2017 to 2022, insurgents who neither die out nor take everything, and
government control of Burkina Faso that erodes. A criterion holds where the median of the replicates meets it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import observations, storage
from sim.errors import UserError
from sim.observe_record import RunRecord

if TYPE_CHECKING:
    from sim.config import Settings

FACTOR = 3.0
FEWEST_FIGHTERS = 500  # insurgents of the theatre who are too few to be called alive
LARGEST_SHARE = 0.9  # of the area under insurgents that would be everything
LEAST_FALL = 0.05  # of the area of Burkina Faso lost by the government that counts as erosion
OUTSIDE_2022 = 0.40  # of Burkina Faso outside government control in 2022, by the ECOWAS mediator
NAMES = {"MLI": "Mali", "BFA": "Burkina Faso", "NER": "Niger", "MRT": "Mauritania"}
KINDS = {"all": "all deaths", "state_based": "state-based", "non_state": "non-state", "one_sided": "one-sided"}
KILLERS = {"government": "by governments", "insurgents": "by others"}


@dataclass
class Row:
    """One line: what was observed, what the replicates gave, and the verdict."""

    section: str
    label: str
    unit: str
    observed: float | None
    simulated: np.ndarray  # (R,)
    criterion: str = ""  # what was asked, empty where nothing is
    holds: bool | None = None
    true: np.ndarray | None = None  # (R,) what happened, where `simulated` is what was recorded of it
    note: str = ""

    @property
    def median(self) -> float:
        return float(np.median(self.simulated))

    @property
    def band(self) -> tuple[float, float]:
        low, high = np.quantile(self.simulated, [0.05, 0.95])
        return float(low), float(high)

    @property
    def ratio(self) -> float | None:
        """Median simulated over observed."""
        return self.median / self.observed if self.observed else None

    def plain(self) -> dict[str, Any]:
        """The row as it goes into the CSV file."""
        low, high = self.band
        return {
            "section": self.section, "row": self.label, "unit": self.unit, "observed": self.observed,
            "median": self.median, "low": low, "high": high, "ratio": self.ratio,
            "median_true": None if self.true is None else float(np.median(self.true)),
            "criterion": self.criterion, "holds": self.holds, "note": self.note,
        }  # fmt: skip


@dataclass
class Replicate:
    """What is needed of one run: yearly sums, values at year ends and means, by outcome and place."""

    years: list[int]
    sums: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    ends: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    means: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    fighters: np.ndarray = field(default_factory=lambda: np.zeros(0))  # insurgents of the theatre, weekly
    area: np.ndarray = field(default_factory=lambda: np.zeros(0))  # share of area under them, weekly


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


# ---------------------------------------------------------------------------- the rows


def within(simulated: np.ndarray, observed: float, factor: float = FACTOR) -> bool:
    """Whether the median lies within a factor of what was observed."""
    return bool(observed / factor <= np.median(simulated) <= observed * factor)


def rows_of(runs: list[Replicate]) -> list[Row]:
    """All lines of the table."""
    years = runs[0].years
    countries = [c for c in observations.THEATRE if ("deaths", c) in runs[0].sums]
    if not countries:
        raise UserError(
            "sahel history compares with what was observed in the Sahel; this region holds none of its states."
        )
    return [
        *death_rows(runs, years, countries),
        *year_rows(runs, years, countries),
        *idp_rows(runs, years, countries),
        *insurgent_rows(runs),
        *control_rows(runs, years),
        *refugee_rows(runs, years),
    ]


def stack(runs: list[Replicate], kind: str, outcome: str, place: str) -> np.ndarray:
    """One outcome at one place: (R, years)."""
    return np.array([getattr(run, kind)[outcome, place] for run in runs])


def death_rows(runs, years, countries) -> list[Row]:
    """Deaths added up over the years, by country and type; totals are judged."""
    rows = []
    for country in countries:
        section = f"Deaths {years[0]}-{years[-1]}, {NAMES[country]}"
        for kind, label in KINDS.items():
            name = "deaths" if kind == "all" else f"deaths_{kind}"
            seen = stack(runs, "sums", f"{name}_ucdp", country).sum(1)
            true = stack(runs, "sums", name, country).sum(1)
            observed = observations.deaths_of(country, kind, years)
            judged = kind == "all"
            rows.append(Row(
                section, label, "persons", observed, seen, "within a factor of 3" if judged else "",
                within(seen, observed) if judged else None, true,
            ))  # fmt: skip
        for group, label in KILLERS.items():
            key = "one_sided_government" if group == "government" else "one_sided_non_state"
            groups = ["government"] if group == "government" else ["insurgents", "militias"]
            seen = sum(stack(runs, "sums", f"civilians_killed_by.{g}_ucdp", country).sum(1) for g in groups)
            observed = observations.deaths_of(country, key, years)
            rows.append(Row(section, f"one-sided {label}", "persons", observed, seen))
    return rows


def year_rows(runs, years, countries) -> list[Row]:
    """Deaths in the three states by year, and whether they grow from 2017 on."""
    section = "Deaths in the three states by year"
    seen = sum(stack(runs, "sums", "deaths_ucdp", c) for c in countries)
    true = sum(stack(runs, "sums", "deaths", c) for c in countries)
    rows = []
    for i, year in enumerate(years):
        observed = sum(observations.deaths_of(c, "all", [year]) for c in countries)
        rows.append(Row(section, str(year), "persons", observed, seen[:, i], true=true[:, i]))
    late = [i for i, y in enumerate(years) if 2017 <= y <= 2022]
    if len(late) >= 3:
        x = np.array([years[i] for i in late], dtype=float)
        slope = np.polyfit(x, np.log(np.maximum(1.0, seen[:, late])).T, 1)[0]
        observed = [np.log(sum(observations.deaths_of(c, "all", [years[i]]) for c in countries)) for i in late]
        grows = bool(np.median(slope) > 0 and np.median(seen[:, late[-1]] - seen[:, late[0]]) > 0)
        rows.append(Row(
            section, f"growth {years[late[0]]}-{years[late[-1]]}", "log per year", float(np.polyfit(x, observed, 1)[0]),
            slope, "grows, and the last year is above the first", grows,
        ))  # fmt: skip
    return rows


def idp_rows(runs, years, countries) -> list[Row]:
    """IDPs at the end of years with an observed figure; the last one is judged in Mali and Burkina Faso."""
    rows = []
    for country in countries:
        values = stack(runs, "ends", "idps", country)
        for i, year in enumerate(years):
            observed = observations.persons("idps", country, year)
            if observed is None:
                continue
            judged = year == 2022 and country in ("MLI", "BFA")
            rows.append(Row(
                f"IDPs at the end of the year, {NAMES[country]}", str(year), "persons", observed, values[:, i],
                "within a factor of 3" if judged else "", within(values[:, i], observed) if judged else None,
                note="includes Diffa and the Lake Chad conflict" if country == "NER" else "",
            ))  # fmt: skip
    return rows


def insurgent_rows(runs) -> list[Row]:
    """Insurgents of the theatre: neither dying out nor taking everything. The first half year is left out."""
    section = "Insurgents of the theatre, weeks of all years"
    fighters, area = np.array([r.fighters[26:] for r in runs]), np.array([r.area[26:] for r in runs])
    least, most = fighters.min(1), area.max(1)
    return [
        Row(section, "fighters, least", "persons", None, least, f"at least {FEWEST_FIGHTERS}", bool(np.median(least) >= FEWEST_FIGHTERS)),
        Row(section, "fighters, most", "persons", None, fighters.max(1)),
        Row(section, "share of area, least", "share", None, area.min(1)),
        Row(section, "share of area, most", "share", None, most, f"below {LARGEST_SHARE:.0%}", bool(np.median(most) < LARGEST_SHARE)),
    ]  # fmt: skip


def control_rows(runs, years) -> list[Row]:
    """Area of Burkina Faso under the government, by year."""
    if ("area_share.government", "BFA") not in runs[0].means:
        return []
    values = stack(runs, "means", "area_share.government", "BFA")
    section = "Burkina Faso, area under the government (mean of the year)"
    rows = [Row(section, str(year), "share", None, values[:, i]) for i, year in enumerate(years)]
    if 2022 in years:
        rows[years.index(2022)].observed = 1.0 - OUTSIDE_2022
        rows[years.index(2022)].note = "0.40 outside by the ECOWAS mediator in 2022"
    for first in (years[0], 2016):
        if first in years[:-1]:
            change = values[:, -1] - values[:, years.index(first)]
            label = f"change {first}-{years[-1]}"
            rows.append(Row(section, label, "share", None, change, f"falls by {LEAST_FALL:.0%} of the area or more",
                            bool(np.median(change) <= -LEAST_FALL)))  # fmt: skip
    return rows


def refugee_rows(runs, years) -> list[Row]:
    """Refugees by country of asylum, where there are figures."""
    rows = []
    table = observations.displaced()
    for item in table[table.measure == "refugees"].itertuples():
        if item.year in years and ("refugees_hosted", item.place) in runs[0].ends:
            values = stack(runs, "ends", "refugees_hosted", item.place)[:, years.index(item.year)]
            rows.append(Row(
                f"Refugees at the end of the year in {NAMES.get(item.place, item.place)}", str(item.year), "persons",
                float(item.persons), values, note=f"observed: from {NAMES[item.origin]}; simulated: from everywhere",
            ))  # fmt: skip
    return rows


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

        Console().print(f"Table: {Path(output) / 'history.csv'}", highlight=False, soft_wrap=True)
    return rows


def simulate(
    settings: Settings, replicates: int, workers: int, folder: Path, progress: bool, **where: Any
) -> list[Row]:
    """All replicates, kept in `folder`, and the lines they give."""
    from sim.ensemble import run_comparison

    name = settings.scenario.name
    run_comparison({name: settings}, replicates, workers, folder, settings.seed, progress, finish=False, **where)
    paths = [storage.part_path(folder, name, replicate) for replicate in range(replicates)]
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


def number(value: float | None, unit: str) -> str:
    """A number for a cell of the table."""
    if value is None:
        return ""
    if unit == "share":
        return f"{100 * value:.0f} %"
    if unit.startswith("log"):
        return f"{value:+.2f}"
    return f"{value / 1000:,.0f} k" if abs(value) >= 20_000 else f"{value:,.0f}"


def cells(row: Row) -> list[str]:
    """A line of the table as text."""
    low, high = (number(x, row.unit) for x in row.band)
    happened = "" if row.true is None else number(float(np.median(row.true)), row.unit)
    ratio = "" if row.ratio is None or row.unit.startswith("log") else f"{row.ratio:.2f}"
    return [row.label, number(row.observed, row.unit), number(row.median, row.unit), f"{low} to {high}", happened, ratio,
            verdict(row)]  # fmt: skip


#: heading and width of every column
HEAD = (("", 27), ("observed", 8), ("median", 7), ("5 to 95 %", 16), ("all", 7), ("ratio", 5), ("", 5))
NOTES = (
    "Median and 5 to 95 % over {n} replicates; deaths as a UCDP-like record has them, 'all': median of all simulated deaths. Ratio: "
    "median over observed. Growth: slope of the logarithm, per year.",
    "Observed: deaths UCDP v25.1, IDPs IDMC, refugees UNHCR (Malians in Mauritania; simulated: hosted from everywhere), Burkina Faso "
    "outside control 40 % (ECOWAS mediator, 2022). Niger's IDPs include Diffa.",
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


def markdown(rows: list[Row]) -> list[str]:
    """The table as lines of Markdown."""
    lines = []
    section = None
    for row in rows:
        if row.section != section:
            section = row.section
            heads = " | ".join(name for name, _width in HEAD)
            lines += ["", f"**{section}**", "", f"| {heads} |", "|---|---:|---:|---:|---:|---:|---|"]
        lines.append("| " + " | ".join(cells(row)) + " |")
    return lines[1:]


def far_off(rows: list[Row]) -> list[str]:
    """Lines outside a factor of three of what was observed, whether asked or not."""
    found = []
    for row in rows:
        if row.observed and not row.unit.startswith("log") and not within(row.simulated, row.observed):
            median = number(row.median, row.unit)
            found.append(f"{row.section}, {row.label}: {median} against {number(row.observed, row.unit)}")
    return found
