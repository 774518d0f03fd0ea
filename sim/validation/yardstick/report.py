"""The yardstick in words: `validation.md`, `validation.csv`, `patterns.csv`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.files import atomic_path
from sim.core.numbers import criterion_number, short_number
from sim.validation import facts
from sim.validation.yardstick.pattern_rule import Outcome, words
from sim.validation.yardstick.rows import Row, quantile
from sim.validation.yardstick.table import Yardstick, misses_first, selected

DISCLAIMER = (
    "This sets the model's history beside the record to show where it misses. It compares; it does not predict events. "
    "Nothing in the model is set by year or place to match these figures."
)

READING = (
    "A cell reads *recorded* / *median of the replicates* (*90 % of them*); **!** where the recorded figure lies "
    "outside these 90 %. Deaths are those that a UCDP-like record would hold; in `validation.csv` all that "
    "happened stand beside them. The likeness of cells has one figure, that of the replicates' mean, and as 90 % the "
    "spread of means of replicates drawn anew, which tend to lie lower. *Given*: the run was given this figure as a "
    "target. A dash: no figure on record, or none recorded of the run."
)

MISSES_SHOWN = 25
CLASSES = ("emergent", "held-out", "input-driven", "seen")


def by_number() -> pd.DataFrame:
    """The table of patterns by number."""
    return facts.patterns().set_index("id")


# -- numbers


def number(value: float | None, unit: str) -> str:
    """A figure in its unit; a dash for none."""
    if value is None or value != value:
        return "-"
    if unit in ("1", "points"):
        return f"{value:.2f}" if unit == "1" else f"{value:.1f}"
    return criterion_number(value, unit) if np.isfinite(value) else "inf"


def cell(row: Row) -> str:
    """A row as a cell of a table."""
    if row.status:
        return f"{number(row.observed, row.unit)} / {row.status}"
    text = f"{number(row.median, row.unit)} ({number(row.low, row.unit)} to {number(row.high, row.unit)})"
    if row.observed is not None:
        text = f"{'given ' if row.given else ''}{number(row.observed, row.unit)} / {text}"
    return text + (" **!**" if row.inside is False else "")


def pattern_numbers(outcome: Outcome) -> tuple[str, str]:
    """Median and 90 % of a pattern's statistic as text; several figures are parted by semicolons."""
    if outcome.status or not outcome.values.size:
        return outcome.status or "-", ""
    columns = outcome.values[:, None] if outcome.values.ndim == 1 else outcome.values
    median = "; ".join(short_number(quantile(column, 0.5)) for column in columns.T)
    band = "; ".join(" to ".join(short_number(quantile(column, q)) for q in (0.05, 0.95)) for column in columns.T)
    return median, band


def verdict(outcome: Outcome) -> str:
    """Holds or not."""
    return "-" if outcome.holds is None else ("holds" if outcome.holds else "MISSES")


# -- files


def rows_table(found: Yardstick) -> pd.DataFrame:
    """All lines as a table, with the shares of their spread."""
    table = pd.DataFrame([row.plain() for row in found.rows])
    shares = found.shares
    table["share_chance"] = [shares[name].chance if name in shares else np.nan for name in table["id"]]
    table["share_draws"] = [shares[name].draws if name in shares else np.nan for name in table["id"]]
    return table


def patterns_table(found: Yardstick) -> pd.DataFrame:
    """All patterns: number, name, class, observed, band, simulated median and 90 %, whether it holds, source."""
    lines = []
    for id_, row in by_number().iterrows():
        outcome = found.patterns[id_]
        median, band = pattern_numbers(outcome)
        lines.append(
            {
                "id": id_,
                "name": row["name"],
                "class": row["class"],
                "statistic": row["statistic"],
                "observed": words(row["observed"]),
                "low": words(row["low"]),
                "high": words(row["high"]),
                "median": "" if outcome.status else median,
                "range_90": band,
                "holds": "" if outcome.holds is None else outcome.holds,
                "status": outcome.status,
                "rule": row["holds"],
                "beside": "; ".join(f"{k} {short_number(quantile(v, 0.5))}" for k, v in outcome.more.items()),
                "source": row["source"],
                "note": row["note"],
                "share_chance": found.shares[id_].chance if id_ in found.shares else np.nan,
                "share_draws": found.shares[id_].draws if id_ in found.shares else np.nan,
            }
        )
    return pd.DataFrame(lines)


def write(found: Yardstick, folder: Path, command: str) -> list[Path]:
    """Write validation.md, validation.csv and patterns.csv into a folder; returns their paths."""
    folder = Path(folder)
    paths = [folder / name for name in ("validation.md", "validation.csv", "patterns.csv")]
    with atomic_path(paths[0]) as temporary:
        Path(temporary).write_text("\n".join(markdown(found, command)) + "\n", encoding="utf-8")
    for path, table in zip(paths[1:], (rows_table(found), patterns_table(found))):
        with atomic_path(path) as temporary:
            table.to_csv(temporary, index=False, float_format="%.6g")
    return paths


def markdown(found: Yardstick, command: str) -> list[str]:
    """The whole page."""
    e = found.ensemble
    lines = [
        "# The model beside the record",
        "",
        DISCLAIMER,
        "",
        f"{len(e.replicates)} replicates of `{e.scenario}`, {e.span[0]} to {e.span[1]}; made by `{command}`.",
        "",
        summary(found),
        "",
        READING,
        "",
        "## Misses first",
        "",
        *misses(found),
        "",
        "## Patterns",
        "",
        *pattern_lines(found),
    ]
    for title, chosen in by_part(found.rows):
        lines += ["", f"## {title}"]
        for section in dict.fromkeys(row.section for row in chosen):
            lines += ["", f"### {section}", "", *pivot(of_section(chosen, section))]
    return [
        *lines,
        "",
        "## Where the spread comes from",
        "",
        *share_lines(found),
        "",
        "## Sources",
        "",
        *sources(found),
    ]


def by_part(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Parts of the page: title and lines."""
    parts = {
        "Deaths": ("deaths.",),
        "Where people died": ("cells.",),
        "Displaced people": ("idps.", "idps_true.", "idps_change.", "newly_displaced.", "returned.", "refugees."),
        "Displaced people by admin-1 area": ("admin1",),
        "Under arms": ("fighters",),
        "Control": ("control.", "outside."),
    }
    return [(title, [row for row in rows if row.id.startswith(heads)]) for title, heads in parts.items()]


def of_section(rows: list[Row], section: str) -> list[Row]:
    """Rows of a section; to one by period come the years that are periods by themselves, which are rows by year."""
    own = [row for row in rows if row.section == section]
    by_year = section.replace(" by period, ", " by year, ")
    if by_year == section:
        return own
    order = {name: k for k, name in enumerate(facts.periods()["name"])}
    own += [row for row in rows if row.section == by_year and row.label in order]
    return sorted(own, key=lambda row: order[row.label])  # columns stay in their order


def pivot(rows: list[Row]) -> list[str]:
    """A section as a Markdown table: labels down, columns across."""
    columns, labels = (list(dict.fromkeys(getattr(row, name) for row in rows)) for name in ("column", "label"))
    if all(label.isdigit() for label in labels):
        labels.sort()  # years, of which the first column may lack some
    cells: dict[tuple[str, str], str] = {}
    for row in rows:  # several figures of one place and day, such as two claims of a month, stand side by side
        at = (row.label, row.column)
        cells[at] = f"{cells[at]}; {cell(row)}" if at in cells else cell(row)
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    return lines + [
        "| " + " | ".join([label, *(cells.get((label, c), "-") for c in columns)]) + " |" for label in labels
    ]


def summary(found: Yardstick) -> str:
    """How many lines and patterns hold."""
    compared = [row for row in selected(found.rows) if row.inside is not None]
    inside = sum(bool(row.inside) for row in compared)
    told = []
    for name in CLASSES:
        own = [found.patterns[i].holds for i, row in by_number().iterrows() if row["class"] == name]
        told.append(f"{sum(h is True for h in own)} of {len(own)} {name}")
    return (
        f"**{inside} of {len(compared)}** recorded figures lie within 90 % of the replicates. Patterns that hold: "
        + ", ".join(told)
        + " (input-driven and seen ones are no evidence)."
    )


def misses(found: Yardstick) -> list[str]:
    """Patterns that miss, then the lines that are furthest off."""
    table = by_number()
    lines = ["| what | recorded | median | 90 % of replicates |", "|---|---:|---:|---:|"]
    for id_, outcome in found.patterns.items():
        if outcome.holds is False:
            median, band = pattern_numbers(outcome)
            row = table.loc[id_]
            what = f"{id_} {row['name']} ({row['class']})"
            lines.append(f"| {what} | {words(row['observed'])} | {median} | {band} |")
    worst = misses_first(found.rows)
    for row in worst[:MISSES_SHOWN]:
        what = f"{row.section}: {row.column}, {row.label}"
        lines.append(
            f"| {what} | {number(row.observed, row.unit)} | {number(row.median, row.unit)} | "
            f"{number(row.low, row.unit)} to {number(row.high, row.unit)} |"
        )
    if len(worst) > MISSES_SHOWN:
        lines += ["", f"{len(worst) - MISSES_SHOWN} more figures lie outside; each is marked in the tables below."]
    return lines


def pattern_lines(found: Yardstick) -> list[str]:
    """All patterns as a Markdown table."""
    lines = [
        "| | pattern | class | recorded | asked | median | 90 % of replicates | | beside it |",
        "|---|---|---|---:|---|---:|---:|---|---|",
    ]
    for row in patterns_table(found).itertuples():
        outcome = found.patterns[row.id]
        median, band = pattern_numbers(outcome)
        low, high = (getattr(row, name).split("; ") for name in ("low", "high"))
        asked = "; ".join(f"{a} to {b}" for a, b in zip(low, high)) if row.low or row.high else row.rule
        cells = (row.id, row.name, row[3], row.observed, asked, median, band, verdict(outcome), row.beside)
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def share_lines(found: Yardstick, most: int = 40) -> list[str]:
    """The small table of shares: patterns and lines of periods that have one."""
    names = {row.id: f"{row.section}: {row.column}, {row.label}" for row in found.rows}
    names |= {i: f"{i} {row['name']}" for i, row in by_number().iterrows()}
    wanted = [name for name in found.shares if is_shared(name)]
    if not wanted:
        return ["Too few replicates, or nothing was drawn, for this to be told."]
    lines = [
        "Share of the variance over replicates that goes with the contested parameters each of them draws (adjusted "
        "R-squared of a linear regression, with its 90 % range), and what is left to chance. All lines are in "
        "`validation.csv` and `patterns.csv`.",
        "",
        "| | chance | drawn parameters | 90 % | strongest |",
        "|---|---:|---:|---:|---|",
    ]
    for name in wanted[:most]:
        s = found.shares[name]
        lines.append(
            f"| {names[name]} | {s.chance:.0%} | {s.draws:.0%} | {s.low:.0%} to {s.high:.0%} | {s.strongest} |"
        )
    return lines


def is_shared(name: str) -> bool:
    """Whether a line's shares stand on the page: patterns, all deaths by period, and stocks of a few years."""
    return (
        name.startswith("P")
        or (name.startswith("deaths.") and "-" in name and name.endswith(".all"))
        or name.endswith((".2015", ".2020", ".2022"))
    )


def sources(found: Yardstick) -> list[str]:
    """Sources of the figures that were compared."""
    heads = ("deaths.", "cells.", "idps.", "newly_displaced.", "refugees.")
    rows = (row for row in found.rows if row.id.startswith(heads))
    short = dict.fromkeys(row.source for row in rows if row.source and row.observed is not None)
    return [
        f"Deaths, IDPs and refugees: {', '.join(short)}. Patterns: see `patterns.csv`. Counts by admin-1 area and "
        "figures that sources dispute: each line of `validation.csv` names its own."
    ]
