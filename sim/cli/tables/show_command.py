"""`sahel show`: the table of a finished comparison again, or any outcome, place and stretch of time of it."""

from __future__ import annotations

import calendar
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.arguments import CommandLine
from sim.cli.terminal import print_results
from sim.core.errors import UserError, unknown
from sim.core.files import NotRecorded, path_named, read_run
from sim.core.structure import structure
from sim.recording.aggregation import AGGREGATES, aggregate_kind
from sim.results.integrity.folder_lock import locked
from sim.results.integrity.hashes import reading
from sim.results.reading.headlines import Headline, label_of, rows_of, with_window
from sim.results.result_folder import Folder

if TYPE_CHECKING:
    from sim.settings.overrides import Overrides

WORDS = ("from", "to", "place", "outcome", "aggregate", "by", "least_effect", "figures")

#: what may be said for `aggregate=`, and what it is called within
WAYS = {name: name for name in AGGREGATES} | {"worst_month": "worst month"}

#: what is shown of a kind of place where no outcome is named; what a folder did not record is left out
OF_STATE = (
    ("displaced", "end"),
    ("idps", "end"),
    ("refugees_from", "end"),
    ("civilians_killed", "sum"),
    ("deaths", "sum"),
    ("inhabited_area_share.government", "mean"),
    ("people_share.government", "mean"),
    ("without_supply", "worst month"),
    ("besieged", "worst month"),
)
OF_AREA = (
    ("displaced_hosted", "end"),
    ("displaced_from", "end"),
    ("newly_displaced", "sum"),
    ("civilians_killed", "sum"),
    ("deaths", "sum"),
    ("attacks", "sum"),
    ("area_share.government", "mean"),
)
OF_TOWN = (
    ("fuel_days", "mean"),
    ("fuel_days", "lowest"),
    ("served", "mean"),
    ("served", "lowest"),
    ("arrives", "mean"),
    ("arrives", "lowest"),
    ("price_index", "mean"),
    ("price_index", "peak"),
)

#: what is shown of an outcome that is named: how it is usually summed up, and its peaks
OF_KIND = {"end": ("end", "mean", "peak"), "sum": ("sum", "peak"), "mean": ("mean", "end", "peak", "lowest")}


def show(line: CommandLine) -> int:
    """Print a finished comparison's table, or one of a window; with figures=true draw its figures again."""
    folders = [word for word in line.overrides if "=" not in word]
    if len(folders) != 1 or line.flags:
        raise UserError("Say which folder: sahel show some/folder.")
    folder = path_named(folders[0])
    if not folder.is_dir():
        raise UserError(f"The folder '{folder}' does not exist.")
    if not (folder / "run.json").exists():
        raise UserError(f"The folder '{folder}' holds no comparison (no run.json in it).")
    if read_run(folder).get("kind"):  # a displacement case
        from sim.cli.displacement_command import show_case

        if show_case(folder):
            return 0
    words = [word for word in line.overrides if "=" in word]
    with locked(folder), reading(folder):
        show_tables(folder, words)
    return 0


def show_tables(folder: Path, words: list[str]) -> None:
    """Print what the words ask for of a comparison's folder."""
    if not words:
        print_results(folder)
        return
    from sim.settings.overrides import parse_overrides  # Hydra's parser takes a second

    parsed = parse_overrides(words)
    for key in (*parsed.values, *parsed.groups):
        if key not in WORDS:
            raise unknown("word", key, WORDS, "of sahel show")
    chosen = [key for key in parsed.values if key not in ("figures",)]
    figures = structure(bool, parsed.get("figures"), "figures") if "figures" in parsed.values else False
    if not chosen:
        print_results(folder)
    else:
        from sim.cli.comparison_options import least_effect_of
        from sim.cli.comparison_table import make_tables, print_items

        make_tables(folder)
        found = Folder(folder)
        print_items(found, items_of(found, parsed), least=least_effect_of(parsed))
    if figures:
        from sim.results.figures.draw import draw_all

        draw_all(Folder(folder))


# ---------------------------------------------------------------------------- which rows


def items_of(found: Folder, parsed: Overrides) -> list[Headline]:
    """The rows that the words ask for; `UserError` for a slip, and where nothing of it was recorded."""
    window = window_of(found, parsed)
    spans = years_of(found, window) if yearly(parsed) else [window]
    places, outcomes, ways = (listed(parsed.get(key), key) for key in ("place", "outcome", "aggregate"))
    for way in ways:
        if way not in WAYS:
            raise unknown("aggregate", way, WAYS)
    if not places and not outcomes and not ways:
        return [with_window(item, span) for item in found.headlines for span in spans]
    items = []
    for place in places or ["region"]:
        for outcome, own in pairs_of(found, place, outcomes):
            unit = found.unit(outcome, place)
            kinds = [WAYS[way] for way in ways] or own or OF_KIND[aggregate_kind(outcome, unit)]
            if yearly(parsed) and not ways and not own:
                kinds = kinds[:1]
            for way in kinds:
                check_way(way, outcome, unit)
                for span in spans:
                    items.append(Headline(place, outcome, label_of(outcome, place), shown_unit(unit, way), way, span))
    found.load({(item.place, item.outcome) for item in items})
    for item in items:
        if not len(rows_of(found.over_time(item.outcome, item.place), item.window, found.is_monthly(item.place))):
            raise UserError(f"'{item.outcome}' of '{item.place}' has no row from {item.window[0]} to {item.window[1]}.")
    return items


def pairs_of(found: Folder, place: str, outcomes: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Outcomes of a place and the ways to sum them up: those that are named (usual ways), or what suits the place."""
    if outcomes:
        return [(outcome, ()) for outcome in outcomes]
    recorded = set(found.outcomes_list(place)["outcome"])
    kind = OF_AREA if found.is_monthly(place) else OF_TOWN if "served" in recorded or len(recorded) < 5 else OF_STATE
    pairs = [(outcome, (way,)) for outcome, way in kind if outcome in recorded]
    if not pairs:
        raise NotRecorded(f"Of '{place}' too little is recorded in {found.path}; name an outcome (sahel outcomes).")
    return pairs


def shown_unit(unit: str, way: str) -> str:
    """The unit of a sum over weeks is that of what is summed up."""
    return unit.split("/")[0] if way == "sum" else unit


def check_way(way: str, outcome: str, unit: str) -> None:
    """Refuse what would be a number without a meaning."""
    if way == "sum" and "/" not in unit:
        raise UserError(f"'{outcome}' is counted in {unit} at a time and cannot be summed up; say mean, end or peak.")


def yearly(parsed: Overrides) -> bool:
    """Whether a row for each year is asked for."""
    by = parsed.get("by")
    if by not in (None, "year"):
        raise unknown("word", by, ["year"], "for by")
    return by == "year"


def listed(value: Any, key: str) -> list[str]:
    """A name or a list of names as a list of texts."""
    if value is None:
        return []
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, (str, int)) and str(name).strip() for name in names):
        raise UserError(f"{key} needs a name, or a list such as [one,another].")
    return [str(name) for name in names]


# ---------------------------------------------------------------------------- which days


def window_of(found: Folder, parsed: Overrides) -> tuple[str, str] | None:
    """First and last day that were asked for, within the period; None where none was."""
    start, end = (str(found.run["period"][key]) for key in ("start", "end"))
    if parsed.get("from") is None and parsed.get("to") is None:
        return None
    first = day_of(parsed.get("from"), "from", last=False) or start
    last = day_of(parsed.get("to"), "to", last=True) or end
    if first > end or last < start:
        raise UserError(f"Nothing of that lies in the period of {found.path}, {start} to {end}.")
    if first > last:
        raise UserError(f"from={first} lies after to={last}.")
    return max(first, start), min(last, end)


def day_of(value: Any, key: str, last: bool) -> str | None:
    """A year, month or day as the first or `last` day that it means; None where nothing was said."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", str(value))
    if found:
        year, month, day = (int(part) if part else 0 for part in found.groups())
        month = month or (12 if last else 1)
        if year >= 1 and 1 <= month <= 12:
            most = calendar.monthrange(year, month)[1]
            day = day or (most if last else 1)
            if day <= most:
                return f"{year:04d}-{month:02d}-{day:02d}"
    raise UserError(f"{key} must be a year, month or day such as 2026, 2026-03 or 2026-03-31, not '{value}'.")


def years_of(found: Folder, window: tuple[str, str] | None) -> list[tuple[str, str]]:
    """The calendar years of a window, or of the whole period, cut at its ends."""
    start, end = window or tuple(str(found.run["period"][key]) for key in ("start", "end"))
    years = range(int(start[:4]), int(end[:4]) + 1)
    return [(max(start, f"{year}-01-01"), min(end, f"{year}-12-31")) for year in years]
