"""What the history is held to: rows of observed beside simulated figures, and whether each holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.core.errors import UserError
from sim.validation import observations

FACTOR = 3.0

FEWEST_FIGHTERS = 500  # insurgents of the theatre who are too few to be called alive

LARGEST_SHARE = 0.9  # of the area under insurgents that would be everything

LEAST_FALL = 0.05  # of the area of Burkina Faso lost by the government that counts as erosion

OUTSIDE_2022 = 0.40  # of Burkina Faso outside government control in 2022, by the ECOWAS mediator

NAMES = {"MLI": "Mali", "BFA": "Burkina Faso", "NER": "Niger", "MRT": "Mauritania"}

KINDS = {"all": "all deaths", "state_based": "state-based", "non_state": "non-state", "one_sided": "one-sided"}

PERPETRATORS = {"government": "by governments", "insurgents": "by others"}


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
            "section": self.section,
            "row": self.label,
            "unit": self.unit,
            "observed": self.observed,
            "median": self.median,
            "low": low,
            "high": high,
            "ratio": self.ratio,
            "median_true": None if self.true is None else float(np.median(self.true)),
            "criterion": self.criterion,
            "holds": self.holds,
            "note": self.note,
        }


@dataclass
class Replicate:
    """What is needed of one run: yearly sums, values at year ends and means, by outcome and place."""

    years: list[int]
    sums: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    ends: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    means: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    fighters: np.ndarray = field(default_factory=lambda: np.zeros(0))  # insurgents of the theatre, weekly
    area: np.ndarray = field(default_factory=lambda: np.zeros(0))  # share of area under them, weekly


# ---------------------------------------------------------------------------- the rows


def within(simulated: np.ndarray, observed: float, factor: float = FACTOR) -> bool:
    """Whether the median lies within a factor of what was observed."""
    return bool(observed / factor <= np.median(simulated) <= observed * factor)


def asked_within(simulated: np.ndarray, observed: float, judged: bool) -> dict[str, Any]:
    """Criterion and verdict of a row that must lie within a factor of 3 where it is judged; nothing where it is not."""
    return {"criterion": f"within a factor of {FACTOR:g}", "holds": within(simulated, observed)} if judged else {}


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
            rows.append(
                Row(section, label, "persons", observed, seen, true=true, **asked_within(seen, observed, kind == "all"))
            )
        for group, label in PERPETRATORS.items():
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
        label, asked = f"growth {years[late[0]]}-{years[late[-1]]}", "grows, and the last year is above the first"
        rows.append(Row(section, label, "log per year", float(np.polyfit(x, observed, 1)[0]), slope, asked, grows))
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
            section = f"IDPs at the end of the year, {NAMES[country]}"
            asked = asked_within(values[:, i], observed, year == 2022 and country in ("MLI", "BFA"))
            note = "includes Diffa and the Lake Chad conflict" if country == "NER" else ""
            rows.append(Row(section, str(year), "persons", observed, values[:, i], note=note, **asked))
    return rows


def insurgent_rows(runs) -> list[Row]:
    """Insurgents of the theatre: neither dying out nor taking everything. The first half year is left out."""
    section = "Insurgents of the theatre, weeks of all years"
    fighters, area = np.array([r.fighters[26:] for r in runs]), np.array([r.area[26:] for r in runs])
    least, most = fighters.min(1), area.max(1)
    alive, bounded = bool(np.median(least) >= FEWEST_FIGHTERS), bool(np.median(most) < LARGEST_SHARE)
    return [
        Row(section, "fighters, least", "persons", None, least, f"at least {FEWEST_FIGHTERS}", alive),
        Row(section, "fighters, most", "persons", None, fighters.max(1)),
        Row(section, "share of area, least", "share", None, area.min(1)),
        Row(section, "share of area, most", "share", None, most, f"below {LARGEST_SHARE:.0%}", bounded),
    ]


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
            label, asked = f"change {first}-{years[-1]}", f"falls by {LEAST_FALL:.0%} of the area or more"
            rows.append(Row(section, label, "share", None, change, asked, bool(np.median(change) <= -LEAST_FALL)))
    return rows


def refugee_rows(runs, years) -> list[Row]:
    """Malians in Mauritania, whose refugees nearly all come from one state: simulated are refugees from everywhere."""
    rows = []
    table = observations.displaced()
    for item in table[(table.measure == "refugees") & (table.origin == "MLI") & (table.place == "MRT")].itertuples():
        if item.year in years and ("refugees_hosted", item.place) in runs[0].ends:
            values = stack(runs, "ends", "refugees_hosted", item.place)[:, years.index(item.year)]
            section = f"Refugees at the end of the year in {NAMES.get(item.place, item.place)}"
            note = f"observed: from {NAMES[item.origin]}; simulated: from everywhere"
            rows.append(Row(section, str(item.year), "persons", float(item.persons), values, note=note))
    return rows
