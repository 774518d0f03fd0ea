"""What every outcome means. `sahel outcomes` prints it, docs/outcomes.md is made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.core.errors import unknown
from sim.core.perpetrators import GROUPS
from sim.recording.aggregation import aggregate_kind
from sim.recording.outcomes import ADMIN_UNITS, TOWN_UNITS, outcome_units

CONTROLLER = (
    "A cell is controlled by the side whose influence there, by presence and services, is at least 0.6 of all: "
    "`government` (army, auxiliaries and partners of the state) or an armed group by name; it is `contested` where "
    "nobody "
    "has so much, and `none` where no armed actor is."
)

AS_RECORDED = {
    "_ucdp": "as a record like UCDP's would hold it (events with dead that got noticed)",
    "_acled": "as a record like ACLED's would hold it (events that got noticed, also without dead)",
}

#: weekly, of the region (the states of the theatre together) and of each state; <...> stands for a name
WEEKLY = {
    "idps": "People displaced from home and still inside their own country, registered or not, as the week ends.",
    "refugees_from": "People displaced from this place who are in another country, or on the way there, as the week "
    "ends.",
    "refugees_hosted": "People from other countries who live displaced in this place as the week ends.",
    "displaced": "`idps` and `refugees_from` together: people away from home, by where their home is.",
    "newly_displaced": "People who left home in the week, also those who had come back before.",
    "returned": "Displaced people who came home in the week.",
    "residents": "People who live at home as the week ends.",
    "civilians_killed": "Civilians killed in the week, by anybody.",
    "civilians_killed_by.<group>": "Of them those killed by the state's side (`government`: army, auxiliaries, "
    "partners), "
    "`insurgents` or `militias`.",
    "deaths_state_based": "Dead of all sides and civilians in fighting between the state's side and armed groups.",
    "deaths_non_state": "Dead in fighting between armed groups.",
    "deaths_one_sided": "Civilians dead in attacks on civilians.",
    "deaths": "The three types together.",
    "abuse_nonlethal": "Communities that were abused in the week without anybody being killed: looting, orders to "
    "leave, "
    "punishment.",
    "area_share.<controller>": f"Share of the area that this side controls. {CONTROLLER}",
    "inhabited_area_share.<controller>": "The same of the area where people live.",
    "people_share.<controller>": "The same of people: of residents and displaced, those who live in cells that this "
    "side controls.",
    "fuel_days": "Days that the stock of fuel would last at usual use, mean over people; in a town its own stock.",
    "price_index": "Prices relative to peace, mean over people; in a town its own.",
    "without_supply": "People without fuel: people (residents and displaced) times the share of their demand for "
    "fuel that "
    "is not met in the week, by the town that serves them. It counts a hundred people who get half as fifty.",
    "besieged": "People in places whose siege is above one half: weighed by use, more than half of the roads of the "
    "town "
    "that serves them are closed to all goods.",
    "legitimacy": "How far people accept the state, 0 to 1; of the region the mean over its states.",
    "regime_security": "How safe the regime is from a coup, 0 to 1; of the region the mean over its states.",
    "coups": "Coups in the week.",
    "army": "Soldiers of the national army, wherever they are.",
    "army_near_capital": "Of them those within 100 km of their capital.",
    "posts": "Cells in which the national army has soldiers.",
    "withdrawals": "Posts that the army gave up in the week.",
    "refugees_hosted_from.<state>": "People from that state of the theatre who live displaced in this place.",
    "attacks.<actor>": "Events that this actor began in the week, with dead or without.",
    "fighters.<actor>": "People under arms of this actor.",
}

#: weekly, of each town of the theatre on the road network
TOWNS = {
    "fuel_days": "Days that the town's stock of fuel would last at usual use, mean of the week.",
    "price_index": "Prices in the town relative to peace.",
    "served": "Share of the town's demand for fuel that is met in the week. A town is called *served below a half* "
    "in a "
    "replicate where the mean of its worst calendar month is below 0.5 (towns.csv names them).",
    "arrives": "Share of the usual traffic of fuel that gets through to the town: rounds of lorries on the way they "
    "take "
    "now, traders who still send, and convoys that pass. 1 in peace and where no road ever led.",
}

#: monthly, of each admin-1 area
AREAS = {
    "displaced_hosted": "Displaced people who live in the area as the month ends, from wherever they are.",
    "idps_hosted": "Of them those from the same country.",
    "refugees_hosted": "Of them those from other countries.",
    "displaced_from": "People away from home whose home is in the area.",
    "residents": "People who live at home as the month ends.",
    "newly_displaced": "People who left home in the area in the month.",
    "returned": "People who came home to the area in the month.",
    "civilians_killed": "Civilians killed in the month.",
    "deaths": "All dead in the month.",
    "attacks": "Events that insurgents or militias began in the month.",
    "area_share.<controller>": "Share of the area's land that this side controls as the month ends (as above).",
}

SUMMED = {"end": "as the period ends", "sum": "sum", "mean": "mean"}


@dataclass(frozen=True)
class Definition:
    """An outcome: name (with <...> where it stands for many), unit, where and when it is recorded, meaning."""

    name: str
    unit: str
    where: str
    meaning: str

    @property
    def usual(self) -> str:
        """How it is summed up over a period unless said otherwise."""
        return SUMMED[aggregate_kind(self.name, self.unit)]


def definitions() -> list[Definition]:
    """Every outcome that may be recorded, in order; those as recorded by UCDP and ACLED right after what happened."""
    units = outcome_units(["<controller>"], ["<actor>"], ["<state>"])
    found = []
    for name, meaning in WEEKLY.items():
        unit = units[next(key for key in units if key == name or matches(name, key))]
        found.append(Definition(name, unit, "region, states; weekly", meaning))
        for suffix, words in AS_RECORDED.items():
            if f"{name.replace('<group>', GROUPS[0])}{suffix}" in units:
                of = "in one-sided violence, " if "<group>" in name else ""
                found.append(Definition(f"{name}{suffix}", unit, "region, states; weekly", f"`{name}` {of}{words}."))
    found += [Definition(name, TOWN_UNITS[name], "towns; weekly", meaning) for name, meaning in TOWNS.items()]
    for name, meaning in AREAS.items():
        unit = ADMIN_UNITS.get(name, "0..1")
        found.append(Definition(name, unit, "admin-1 areas; monthly", meaning))
    return found


def matches(pattern: str, name: str) -> bool:
    """Whether a name is one of those that a pattern such as `attacks.<actor>` stands for."""
    text = re.escape(pattern)
    text = re.sub(r"<\w+>", "[^.]+", text)
    return re.fullmatch(text, name) is not None


def defined(name: str) -> list[Definition]:
    """The definitions of a name: of states, towns or areas. `UserError` with the nearest for a slip."""
    table = definitions()
    found = [item for item in table if item.name == name]
    found = found or [item for item in table if matches(item.name, name)]
    if not found:
        raise unknown("outcome", name, [item.name for item in table])
    # of `civilians_killed_by.insurgents_ucdp` the longest pattern is meant
    most = max(len(item.name) for item in found)
    return [item for item in found if len(item.name) == most]


def page() -> str:
    """docs/outcomes.md."""
    lines = [
        "# Outcomes",
        "",
        "Every outcome that is recorded, made by `sahel outcomes output=docs/outcomes.md`. Simulated, never records.",
        "",
        "A week has the date of the day after it and belongs to the day in its middle; a month has the date of its "
        "first "
        "day. A last week that ends after the period is recorded, but left out of tables. *Over a period* says how an "
        "outcome is summed up in comparison.csv and in the table of `sahel compare`; `sahel show FOLDER outcome=NAME "
        "aggregate=peak` takes another way: `end`, `mean`, `sum`, `peak` and `lowest` (one week or month), "
        "`worst_month` "
        "(the calendar month with the highest mean, of at least three weeks). `<group>`, `<controller>`, `<actor>` and "
        "`<state>` stand for names, such as `attacks.jnim`.",
    ]
    for where in dict.fromkeys(item.where for item in definitions()):
        lines += ["", f"## {where[:1].upper()}{where[1:]}", ""]
        lines += ["| outcome | unit | over a period | meaning |", "|---|---|---|---|"]
        for item in definitions():
            if item.where == where:
                lines.append(f"| `{item.name}` | {item.unit} | {item.usual} | {item.meaning} |")
    lines += [
        "",
        "## Rows of the table of a comparison",
        "",
        "| row | outcome | how it is summed up |",
        "|---|---|---|",
        "| Displaced people, at the end | `displaced` of the region | last week inside the period |",
        "| Civilians killed | `civilians_killed` of the region | sum |",
        "| Inhabited area, People: a controller | `inhabited_area_share`, `people_share` of the region | mean |",
        "| Days of fuel in the capital | `fuel_days` of the town | mean of the last 365 days; lowest week, with its "
        "date |",
        "| People without fuel, worst month | `without_supply` of the region | highest mean of a calendar month |",
        "| Towns served below a half | `served` of all towns | number of towns whose worst month's mean is below 0.5 |",
        "| People besieged, worst month | `besieged` of the region | highest mean of a calendar month |",
    ]
    return "\n".join(lines) + "\n"
