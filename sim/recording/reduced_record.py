"""What is kept of a finished run: all of it, or what the tables of a large comparison need.

    retention=full     the record as it is: every weekly outcome, monthly maps, events, flows
    retention=summary  a tenth of that (`summary`); replicate files stay, so that replicates can be added later
    retention=tables   the same, and the files are removed once they are folded into the tables
    retention=auto     full up to 200 runs, summary up to 1,000, tables beyond

What `summary` keeps of one replicate:

    totals       every outcome of every place over the whole period and each year, in full precision, so
                 that comparison.csv is the same whatever is kept
    weekly       the headline outcomes of the region and of the states of the theatre
    neighbours   weekly, the persons that the other states host, and the civilians killed there
    admin1       monthly, all outcomes in the theatre, displaced and killed elsewhere
    towns        weekly, days of fuel in the capital
    towns_supply    weekly, of every town the share of its use that is served, and of usual traffic that arrives
    cells        all maps, monthly, persons in steps of 1 % (`record_file.pack_map`), percent in steps of 2
    weekly_cells    the controller of every cell; of the first 20 replicates the layers that a player of maps shows
    events, flows   of the first 20 replicates

Its weekly and monthly values have ten significant bits: they are off by 0.1 % at most, and whole
numbers up to 1,024 are exact. What statistics are made of is summed up before that.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.core.errors import UserError, unknown
from sim.recording.aggregation import Period, aggregate, aggregate_kind, is_monthly, periods
from sim.recording.record_file import BYTES, coarse, rounded
from sim.recording.run_record import RunRecord, Series, Totals

RETENTIONS = ("auto", "full", "summary", "tables")
#: what they were called up to version 0.1: understood, with a note
FORMER_RETENTIONS = {"all": "full", "headline": "summary"}

FULL_UP_TO, FILES_UP_TO = 200, 1000  # runs: scenarios x replicates

LISTS = 20  # replicates whose events and flows are kept, and in any case the weekly layers of cells

BITS = 10  # significant bits of values in a table

WEEKLY = {"idps", "refugees_from", "refugees_hosted", "displaced", "newly_displaced", "civilians_killed", "deaths"}

WEEKLY |= {"fuel_days", "price_index", "without_supply", "besieged", "legitimacy", "army", "army_near_capital"}
WEEKLY |= {"posts", "withdrawals"}

WEEKLY_STEMS = ("civilians_killed_by.", "inhabited_area_share.", "people_share.", "refugees_hosted_from.")

AS_RECORDED = ("_ucdp", "_acled")

#: of every town, since which towns lack fuel is told by name; nearly always 1, so that they take little room
TOWNS_SUPPLY = {"served", "arrives"}

NEIGHBOURS = {"refugees_hosted", "civilians_killed"}

NEIGHBOURS_STEM = "refugees_hosted_from."

ADMIN_ELSEWHERE = {"displaced_hosted", "refugees_hosted", "civilians_killed"}


def chosen(retention: str, runs: int) -> str:
    """What `retention` comes to for so many runs: "full", "summary" or "tables"."""
    if retention not in RETENTIONS:
        raise unknown("word", retention, RETENTIONS, "for retention")
    if retention != "auto":
        return retention
    return "full" if runs <= FULL_UP_TO else "summary" if runs <= FILES_UP_TO else "tables"


def retained(record: RunRecord, retention: str, settings: Any) -> RunRecord:
    """What is kept of a run under these settings."""
    if retention == "full":
        return record
    if retention not in ("summary", "tables"):
        raise UserError(f"retention must be full, summary or tables here, not {retention}.")
    info = settings.region_info
    capital = (getattr(info, "roles", {}).get("capital") or [None])[0]
    lists = int(record.meta.get("replicate", 0)) < LISTS
    return summary(record, list(getattr(info, "theatre", [])), capital, lists, settings.end)


def summary(record: RunRecord, theatre: Sequence[str], capital: str | None, lists: bool, end: Any = None) -> RunRecord:
    """The part of a record that `retention=summary` keeps; one that holds no more stays as it is.

    `end` is the last day of the period, beyond which nothing is summed up.
    """
    if record.meta.get("retention") == "summary":
        return record
    kept = RunRecord(meta=record.meta | {"retention": "summary"})
    kept.totals = {name: sum_up(name, series, end) for name, series in record.series.items()}
    for name, series in record.series.items():
        for new, item in _kept_series(name, series, theatre, capital):
            if item.values.size:
                kept.series[new] = item
    for name, values in record.cells.items():
        kept.cells[name] = _kept_map(name, values)
    kept.weekly_cells = record.weekly_cells
    if lists:
        kept.events, kept.flows = record.events, record.flows
    return kept


def _kept_map(name: str, values: np.ndarray) -> np.ndarray:
    """A monthly map as precise as it is kept."""
    if name in ("months", "controller", "fuel_days"):
        return values
    return coarse(values) if name in BYTES else rounded(values)


def sum_up(name: str, series: Series, end: Any = None) -> Totals:
    """Sums over the whole period and each calendar year of it; `end` is its last day."""
    spans = spans_of(name, series.dates, end)
    kinds = [aggregate_kind(outcome, series.units[outcome]) for outcome in series.outcomes]
    values = aggregate(series.values, spans, kinds)
    return Totals(series.dates, series.places, series.outcomes, series.units, values)


def spans_of(name: str, dates: np.ndarray, end: Any = None) -> list[Period]:
    """The periods over which the series `name` is summed up, none of which goes beyond the day `end`."""
    return periods(dates, end=end, monthly=is_monthly(name))


def shorten(values: np.ndarray, bits: int = BITS) -> np.ndarray:
    """float32 values with so many significant bits, to nearest, ties to even (bit rounding)."""
    drop = 24 - bits
    raw = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32).astype(np.uint64)
    raw = ((raw + (1 << (drop - 1)) - 1 + ((raw >> drop) & 1)) >> drop) << drop
    short = raw.astype(np.uint32).view(np.float32)
    return np.where(np.isfinite(values), short, values)


def _kept_series(name: str, series: Series, theatre: Sequence[str], capital: str | None) -> list[tuple[str, Series]]:
    """The series that are kept of one, by name."""

    def inside(place: str) -> bool:
        return not theatre or place == "region" or place.partition(".")[0] in theatre

    def outside(place: str) -> bool:
        return not inside(place)

    if name == "weekly":
        return [
            ("weekly", pick(series, inside, is_headline)),
            ("neighbours", pick(series, outside, is_of_neighbours)),
        ]
    if name == "admin1":
        return [
            ("admin1", pick(series, inside, lambda outcome: True)),
            ("admin1_elsewhere", pick(series, outside, lambda outcome: outcome in ADMIN_ELSEWHERE)),
        ]
    if name == "towns":
        return [
            ("towns", pick(series, lambda place: place == capital, lambda outcome: outcome == "fuel_days")),
            ("towns_supply", pick(series, lambda place: True, lambda outcome: outcome in TOWNS_SUPPLY)),
        ]
    return [(name, pick(series, lambda place: True, lambda outcome: True))]


def is_headline(outcome: str) -> bool:
    """Whether an outcome is kept weekly for the theatre."""
    return outcome in WEEKLY or (outcome.startswith(WEEKLY_STEMS) and not outcome.endswith(AS_RECORDED))


def is_of_neighbours(outcome: str) -> bool:
    """Whether an outcome is kept weekly for the other states."""
    return outcome in NEIGHBOURS or outcome.startswith(NEIGHBOURS_STEM)


def pick(series: Series, place: Callable[[str], bool], outcome: Callable[[str], bool]) -> Series:
    """Some places and outcomes of a series, in shortened values."""
    rows = [i for i, name in enumerate(series.places) if place(name)]
    columns = [i for i, name in enumerate(series.outcomes) if outcome(name)]
    outcomes = [series.outcomes[i] for i in columns]
    return Series(
        series.dates,
        [series.places[i] for i in rows],
        outcomes,
        shorten(series.values[:, rows][:, :, columns]),
        {name: series.units[name] for name in outcomes},
    )
