"""What stands below a table of differences: how to read it, what its level is worth, what was assumed."""

from __future__ import annotations

from sim.results.intervals import FEWEST, LEVEL, coverage_at
from sim.results.reading.headlines import TOWNS, Headline, is_primary
from sim.results.reading.judged import Judged
from sim.results.reading.recorded import beside_record
from sim.results.reading.verdicts import failing, told_of
from sim.results.result_folder import Folder

DISCLAIMER = (
    "This compares scenarios, at the scale of cells and organised actors. It does not predict events "
    "and gives no guidance for operations."
)

#: what `draw=all` does to levels
DRAW_ALL = (
    "draw=all: every parameter was drawn independently from its whole range in each replicate, also to values that do "
    "not go together. Levels are then far off (tens of millions displaced are usual); read differences only, and set "
    "them beside a run with draw=contested."
)

TOWNS_NAMED = 6


def notes_below(
    found: Folder, items: list[Headline], judged: dict[tuple[Headline, str], Judged], least: float | None = None
) -> list[str]:
    """Paragraphs to print below the table."""
    lines = []
    if found.scenarios[1:]:
        lines += _of_differences(found, items, judged, found.least_effect if least is None else least)
    lines += _of_outcomes(found, items)
    lines += _of_the_record(found, items)
    draw = {str(settings.get("draw")) for settings in found.run.get("configuration", {}).values()}
    if "all" in draw:
        lines.append(DRAW_ALL)
    if found.projection_from is not None:
        lines.append(f"Projection: decisions from {found.projection_from} on are assumptions, not records.")
    expected = len(found.run["seeds"]["replicates"])
    if found.replicates < expected:
        lines.append(
            f"Unfinished: {found.replicates} of {expected} replicates so far; the same command goes on from here."
        )
    return [*lines, DISCLAIMER]


def _of_differences(
    found: Folder, items: list[Headline], judged: dict[tuple[Headline, str], Judged], least: float
) -> list[str]:
    percent = round(100 * LEVEL)
    lines = [
        f"First column: mean of the baseline. Others: mean paired difference to it, the same as a share of it, and "
        f"below "
        f"its {percent} % interval (Student's t) over {found.replicates} paired replicates."
    ]
    if found.replicates < 2:
        return [*lines, "One replicate gives no interval: nothing can be told from noise."]
    if found.replicates < FEWEST:
        few = f"With fewer than {FEWEST} replicates nothing is starred"
        return [*lines, few + ": what such an interval covers was not measured."]
    known = coverage_at(found.replicates)
    lines[0] += (
        f" Measured at {known.replicates} replicates, such an interval held the truth in {100 * known.usual:.0f} % of "
        f"trials ({100 * known.least:.0f} % for the most skewed outcome)."
    )
    primary = [item for item in items if is_primary(found, item)]
    tests = sum(row.p == row.p for (item, _), row in judged.items() if item not in primary)
    lines.append(
        f"* the interval excludes zero. ** it still does when the {tests} differences of this table are judged "
        f"together (Holm). No star: cannot be told from noise with this many replicates, or is too small to matter. "
        f"Nothing below {100 * least:g} % of the baseline's mean is starred (least_effect=)."
    )
    named = found.telling.get("outcome")
    if primary:
        lines.append(
            f"Primary outcome, named before the runs: {primary[0].label}. It is judged by itself; all else is "
            f"exploration."
        )
    elif named:
        lines.append(f"Primary outcome, named before the runs: {named} ({found.telling.get('place', 'region')}).")
    else:
        lines.append("No primary outcome was named (outcome=): of many rows, some get a single star by chance.")
    return lines


def _of_outcomes(found: Folder, items: list[Headline]) -> list[str]:
    lines = []
    if any(item.outcome == "without_supply" for item in items):
        lines.append(
            "People without fuel: people times the share of their demand that is not met. sahel outcomes defines every "
            "row."
        )
    towns = next((item for item in items if item.place == TOWNS), None)
    if towns is not None:
        told = _towns_named(found)
        lines.append(f"Towns served below a half in at least half of the replicates: {told} (all in towns.csv).")
    return lines


def _towns_named(found: Folder) -> str:
    """The towns of towns.csv that are served below a half in at least half of the replicates: those of the baseline,
    and what the other scenarios have more and less."""
    import pandas as pd

    if not (found.path / "towns.csv").exists():
        return "not listed in this folder"
    table = pd.read_csv(found.table("towns.csv"), dtype={"scenario": str, "town": str}, keep_default_na=False)
    table = table[table["share_below_half"].astype(float) >= 0.5].sort_values("people", ascending=False)
    own = {name: table[table["scenario"] == name]["town"].tolist() for name in found.scenarios}
    base = own[found.baseline]
    parts = [f"{found.title(found.baseline)}: {_some(base)}"]
    for name in found.scenarios[1:]:
        more, less = [x for x in own[name] if x not in base], [x for x in base if x not in own[name]]
        words = [f"{sign} {_some(towns)}" for sign, towns in (("also", more), ("not", less)) if towns]
        parts.append(f"{found.title(name)}: {', '.join(words) or 'the same'}")
    return "; ".join(parts)


def _some(towns: list[str]) -> str:
    """The largest of some towns by name, and how many more there are."""
    more = f" and {len(towns) - TOWNS_NAMED} more" if len(towns) > TOWNS_NAMED else ""
    return (", ".join(towns[:TOWNS_NAMED]) or "none") + more


def _of_the_record(found: Folder, items: list[Headline]) -> list[str]:
    lines = beside_record(found)
    missed = list(dict.fromkeys(text for item in items if failing(found, item) for text in told_of(found, item)))
    if missed:
        lines.append("! sahel validate misses the record here (docs/validation.md): " + "; ".join(missed) + ".")
    return lines
