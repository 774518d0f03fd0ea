"""The numbers of each exercise of notebooks/01_first_comparison.ipynb, as text for docs/teacher.md.

Every function takes folders by the names of `tools.teacher_numbers.ensembles.ENSEMBLES` and returns Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.results.intervals import LEVEL, stars, student_interval
from sim.results.paired_differences import summarise
from sim.results.reading.headlines import SHOWN_SHARE
from sim.results.result_folder import Folder
from tools.teacher_numbers.ensembles import ENSEMBLES
from tools.teacher_numbers.page import table
from tools.teacher_numbers.reading import change, first_differences, in_words, level, number, values
from tools.teacher_numbers.unit_story import Story

Folders = Mapping[str, Folder]

PEOPLE = "people_share.government"
KILLED = "civilians_killed"
STATE, INSURGENTS = f"{KILLED}_by.government", f"{KILLED}_by.insurgents"

#: outcome, how it is summed up, what it is called
OF_A_WAR = (
    (KILLED, "", "civilians killed"),
    (STATE, "", "of them by the state's side"),
    (INSURGENTS, "", "of them by insurgents"),
    ("displaced", "", "displaced at the end"),
    (PEOPLE, "", "people under the government, mean of the period"),
    (PEOPLE, "end", "people under the government, at the end"),
)

#: share of a unit's people whose loss in one week is told
LARGE_LOSS = 0.1

#: replicates to which the comparison of exercise 2 is cut
CUTS = (4, 6, 8, 12, 20)


def made_by(*names: str) -> str:
    """How a reader makes the runs."""
    return "```sh\n" + "\n".join(ENSEMBLES[name].command for name in names) + "\n```\n"


def exercise_1(folders: Folders) -> str:
    """Restraint under both signs of backlash, and whether the two effects differ."""
    low, high = folders["backlash_low"], folders["backlash_high"]
    head = ["", "-0.8: history", "-0.8: restraint less history", "2.0: history", "2.0: restraint less history"]
    rows = []
    for outcome, way, label in OF_A_WAR:
        cells, effects = [label], []
        for found in (low, high):
            then = values(found, outcome, way=way)
            now = values(found, outcome, "lesson_restraint", way)
            cells += [level(then), change(now, then)]
            effects.append(now - then)
        rows.append([*cells, in_words((effects[1] - effects[0]).dropna(), low.unit(outcome, "region"))])
    commands = made_by("backlash_low", "backlash_high")
    return commands + "\n" + table([*head, "effect at 2.0 less effect at -0.8"], rows)


def exercise_2(folders: Folders) -> str:
    """The same comparison cut at several numbers of replicates: width of the interval, and stars."""
    found = folders["restraint"]
    differences = values(found, "displaced", "lesson_restraint") - values(found, "displaced")
    cuts = [cut for cut in CUTS if cut <= len(differences)]
    unit, half, rows = found.unit("displaced", "region"), {}, []
    for cut in cuts:
        part = differences.iloc[:cut]
        low, high = student_interval(part.to_numpy())
        half[cut] = float(high - low) / 2
        factor = half[cut] / (float(part.std()) / np.sqrt(cut))
        rows.append(
            [
                str(cut),
                in_words(part, unit),
                number(half[cut], unit),
                f"{factor:.2f}",
                number(float(part.std()), unit),
            ]
        )
    for row, cut in zip(rows, cuts, strict=True):
        row.append(f"{half[cut] / half[cuts[-1]]:.2f}")
        row.append(f"{_expected(cut) / _expected(cuts[-1]):.2f}")
    head = ["replicates", "displaced at the end, restraint less history", "half width", "factor of Student's t"]
    head += ["spread of the differences", f"half width, that of {cuts[-1]} = 1", "what theory says"]
    return made_by("restraint") + "\n" + table(head, rows) + "\n\n" + _stars(found, cuts)


def _expected(replicates: int) -> float:
    """Half width of an interval where the spread is one: t(97.5 %, R - 1) / sqrt(R)."""
    return float(stdtrit(replicates - 1, (1 + LEVEL) / 2) / np.sqrt(replicates))


def _stars(found: Folder, cuts: list[int]) -> str:
    """The stars of the table of a comparison, had it ended at so many replicates; rows that have one at any number."""
    items = found.headlines
    marks = []
    for cut in cuts:
        both = [found.totals(item).iloc[:cut] for item in items]
        results = [summarise(t["lesson_restraint"].to_numpy(float), t["history"].to_numpy(float)) for t in both]
        columns = {key: np.array([float(row[key]) for row in results]) for key in results[0]}
        base = np.array([float(t["history"].mean()) for t in both])
        marks.append(stars(columns, base, cut, found.least_effect, np.zeros(len(items))))
    rows = [
        [item.label, *("\\*" * int(column[row]) for column in marks)]
        for row, item in enumerate(items)
        if any(column[row] for column in marks)
    ]
    rows.append([f"rows with a star, of {len(items)}", *(str(int((column > 0).sum())) for column in marks)])
    return table(["stars with so many replicates", *map(str, cuts)], rows)


def exercise_3(folders: Folders) -> str:
    """Exits early, late and in phases: against history, phased against late, and who has the places of the mission."""
    found = folders["vacuum"]
    early, late, phased = (f"lesson_vacuum_{name}" for name in ("early", "late", "phased"))
    rows = []
    for outcome, way, label in OF_A_WAR:
        then = values(found, outcome, way=way)
        of = {name: values(found, outcome, name, way) for name in (early, late, phased)}
        rows.append([label, level(then), *(change(now, then) for now in of.values()), change(of[phased], of[late])])
    places, since = mission_places(found)
    held = held_by(found, places, since)
    for controller in found.controllers:
        of = {name: held[name][controller] for name in found.scenarios}
        if max(float(share.mean()) for share in of.values()) < SHOWN_SHARE:
            continue
        label = f"{', '.join(places)} from {since:%Y} on: {found.controller_label(controller)}"
        cells = [in_words(of[name] - of["history"], "0..1") for name in (early, late, phased)]
        then = number(float(of["history"].mean()), "0..1")
        rows.append([label, then, *cells, in_words(of[phased] - of[late], "0..1")])
    weeks = []
    for name in (early, late, phased):
        first = first_differences(found, found, name, "region")["date"].min()
        weeks.append(f"{_week(first)}" if pd.notna(first) else "never")
    rows.append(["first week in which anything differs from history", "", *weeks, ""])
    head = ["", "history", "early less history", "late less history", "phased less history", "phased less late"]
    return made_by("vacuum") + "\n" + table(head, rows)


def mission_places(found: Folder) -> tuple[list[str], pd.Timestamp]:
    """Towns in which both the mission and the intervention stood, and the year in which the first of them may leave."""
    schedule = found.run["configuration"]["history"]["schedule"]
    towns = [set(schedule[name]["fields"]["places"]) for name in ("mission_deploys", "intervention_begins")]
    day = pd.Timestamp(schedule["intervention_exit"]["date"]) - pd.DateOffset(years=1)
    return sorted(towns[0] & towns[1]), pd.Timestamp(day.year, 1, 1)


def held_by(found: Folder, towns: list[str], since: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """By scenario, the share of the time since a day for which each controller had the cells of some towns.

    Tables with the index replicate and a column for each controller, means over the towns.
    """
    cells = found.map
    here = [cells["towns"]["name"].index(town) for town in towns]
    gids = []
    for row in here:
        lat, lon = (np.asarray(cells[key]) - cells["towns"][key][row] for key in ("lat", "lon"))
        gids.append(int(cells["gid"][int(np.argmin(lat**2 + lon**2))]))
    spells = found.control(gid=gids)
    start = spells["start"].clip(lower=since)
    spells = spells.assign(days=(spells["end"] - start).dt.days.clip(lower=0))
    shares = {}
    for name in found.scenarios:
        own = spells[spells["scenario"] == name]
        days = own.groupby(["replicate", "controller"], observed=True)["days"].sum().unstack(fill_value=0)
        days = days.reindex(columns=found.controllers, fill_value=0)
        shares[name] = days.div(days.sum(axis=1), axis=0)
    return shares


def _week(day: pd.Timestamp) -> str:
    """The week whose outcomes have a date: the seven days before it."""
    return f"{day - timedelta(days=7):%Y-%m-%d} to {day - timedelta(days=1):%Y-%m-%d}"


#: outcomes whose first difference exercise 4 tells
FOLLOWED = (
    (PEOPLE, "people under the government"),
    ("legitimacy", "legitimacy"),
    ("displaced", "displaced people"),
    ("deaths", "deaths"),
)


def exercise_4(folders: Folders) -> str:
    """The first week in which an outcome differs where one date was moved, and which outcomes do."""
    found = first_differences(folders["later_exit"], folders["as_it_was"])
    weekly = found[~found["series"].str.startswith("admin1")]
    first = weekly["date"].min()
    names = [f"`{name}`" for name in dict.fromkeys(weekly[weekly["date"] == first]["outcome"])]
    region = weekly[weekly["place"] == "region"].set_index("outcome")["date"]
    rows = [
        ["outcomes compared, of all places", f"{len(found):,}"],
        ["first week in which one differs", _week(first)],
        ["what differs in it", ", ".join(names)],
    ]
    for outcome, label in FOLLOWED:
        day = region[outcome]
        rows.append([f"first week of a difference in {label}", _week(day) if pd.notna(day) else "never"])
    rows.append(["outcomes that never differ", f"{int(found['date'].isna().sum()):,}"])
    commands = "\n".join(
        f"sahel run {' '.join(('region=teaching', *ENSEMBLES[name].words, 'seed=1'))}"
        for name in ("as_it_was", "later_exit")
    )
    return f"```sh\n{commands}\n```\n\n" + table(["", "what came out"], rows)


#: rows of exercise 5
ANSWERS = {
    "no_blockade": "no blockade (`no_blockade`)",
    "lesson_one_corridor": "one corridor for a year, no answer (`lesson_one_corridor`)",
    "lesson_three_corridors": "all corridors, no answer (`lesson_three_corridors`)",
    "lesson_escorts": "all corridors, escorts (`lesson_escorts`)",
    "lesson_deal": "all corridors, a deal (`lesson_deal`)",
    "history": "all corridors, as the state chooses (`history`)",
    "bamako_prolonged": "the same, the ban renewed every eight weeks (`bamako_prolonged`)",
}


def exercise_5(folders: Folders) -> str:
    """Fuel in the capital under each answer, by quarters since the ban; what is lost, and is three three times one?"""
    where = {name: folders["open_roads" if name == "no_blockade" else "corridors"] for name in ANSWERS}
    found = folders["corridors"]
    ban = pd.Timestamp(found.run["configuration"]["history"]["schedule"]["capital_fuel_ban"]["date"])
    town, end = found.run["capital"], pd.Timestamp(found.run["period"]["end"])
    quarters = []
    while (start := ban + pd.DateOffset(months=3 * len(quarters))) + pd.DateOffset(months=3) <= end:
        quarters.append((start, start + pd.DateOffset(months=3) - pd.Timedelta(days=1)))
    windows = [tuple(day.strftime("%Y-%m-%d") for day in days) for days in quarters]
    rows = []
    for name, label in ANSWERS.items():
        cells = [values(where[name], "fuel_days", name, "mean", town, window) for window in windows]
        rows.append([label, *(f"{cell.mean():.2f}" for cell in cells)])
    head = [f"days of fuel in {town}, means", *(f"from {start:%Y-%m}" for start, _ in quarters)]
    year = (ban.strftime("%Y-%m-%d"), (ban + pd.Timedelta(days=363)).strftime("%Y-%m-%d"))
    rest = (ban.strftime("%Y-%m-%d"), end.strftime("%Y-%m-%d"))
    text = made_by("corridors", "open_roads") + "\n" + table(head, rows)
    return text + "\n\n" + _answers(where, town, year, rest) + "\n\n" + _three_times(where, town, year)


def _answers(where: Mapping[str, Folder], town: str, year: tuple[str, str], rest: tuple[str, str]) -> str:
    """Every answer less none: the capital, the towns on its corridors, people without fuel, and where the army is."""
    none = "lesson_three_corridors"
    towns = where[none].run["configuration"][none]["region_info"]["roles"]["corridor_towns"]

    def served_on_the_way(name: str) -> pd.Series:
        found = [values(where[name], "served", name, "mean", place, rest) for place in towns]
        mean = sum(found) / len(found)
        mean.attrs["unit"] = "0..1"
        return mean

    columns = {
        f"demand of {town} that is met, first year": lambda x: values(where[x], "served", x, "mean", town, year),
        "to the end": lambda x: values(where[x], "served", x, "mean", town, rest),
        f"{', '.join(towns)}, to the end": served_on_the_way,
        "people without fuel, to the end": lambda x: values(where[x], "without_supply", x, "mean", window=rest),
        "soldiers within 100 km of the capital, to the end": lambda x: values(
            where[x], "army_near_capital", x, "mean", window=rest
        ),
    }
    then = {label: read(none) for label, read in columns.items()}
    rows = [[f"{ANSWERS[none]}: what there is", *(level(series) for series in then.values())]]
    for name, label in ANSWERS.items():
        if name != none:
            cells = [change(read(name), then[column]) for column, read in columns.items()]
            rows.append([f"{label}: less that", *cells])
    return table(["means since the ban", *columns], rows)


def _three_times(where: Mapping[str, Folder], town: str, year: tuple[str, str]) -> str:
    """What one corridor and all of them cost in the first year, against no blockade, and how many times as much."""
    rows = []
    for outcome, place, label in (
        ("fuel_days", town, f"days of fuel in {town}, mean"),
        ("served", town, f"demand of {town} that is met, mean"),
        ("price_index", town, f"prices in {town}, peace = 1, mean"),
        ("without_supply", "region", "people without fuel, mean"),
    ):
        of = {
            name: values(where[name], outcome, name, "mean", place, year)
            for name in ("no_blockade", "lesson_one_corridor", "lesson_three_corridors")
        }
        none, one, three = of.values()
        unit = none.attrs["unit"]
        beyond = (three - none) - 3 * (one - none)
        small = abs((one - none).mean()) < 1e-3 * abs(none.mean())
        times = "no cost of one" if small else f"{(three - none).mean() / (one - none).mean():.1f}"
        rows.append(
            [label, level(none), change(one, none), change(three, none), times, in_words(beyond.dropna(), unit)]
        )
    head = ["first year of the ban", "no blockade", "one corridor less none", "all corridors less none"]
    return table([*head, "times as much", "all less three times one"], rows)


def exercise_6(told: Story) -> str:
    """A unit's year."""
    people = np.array(told.people)
    steps = np.diff(people)
    lost = [row for row in np.argsort(steps, kind="stable")[:3] if -steps[row] >= LARGE_LOSS * people[row]]
    count = {posture: told.postures.count(posture) for posture in dict.fromkeys(told.postures)}
    moves = int(np.count_nonzero(np.diff(told.cells)))
    rows = [
        ["the unit", f"of {told.group}, {people[0]} people"],
        ["weeks that it is seen", str(len(steps))],
        ["moves to another cell", str(moves)],
        ["cells in which it is seen", str(len(set(told.cells)))],
        ["farthest from the first of them", f"{max(told.distances):.0f} km"],
        ["postures, with their weeks", ", ".join(f"{name} {weeks}" for name, weeks in count.items())],
        ["people, least and most", f"{people.min()} and {people.max()}"],
        ["losses of a tenth or more in one week", str(int((-steps >= LARGE_LOSS * people[:-1]).sum()))],
        ["weeks with people gained, lost, neither", f"{(steps > 0).sum()}, {(steps < 0).sum()}, {(steps == 0).sum()}"],
    ]
    for row in sorted(lost):
        after = told.postures[row + 2] if row + 2 < len(told.postures) else "the year is over"
        lives = f"from {people[row]} to {people[row + 1]}, the week after: {after}"
        rows.append([f"loss in the week before {told.dates[row + 1]}", lives])
    return table(["", "what came out"], rows)


def exercise_7(folders: Folders) -> str:
    """History with attitudes switched off, beside history, the same replicates."""
    frozen, found = folders["no_attitudes"], folders["restraint"]
    count = len(values(frozen, KILLED))
    groups = [name for name in found.controllers if f"fighters.{name}" in _outcomes(found)]
    outcomes = [
        *OF_A_WAR,
        ("deaths", "", "deaths"),
        *((f"fighters.{name}", "", f"fighters of {found.controller_label(name)}, at the end") for name in groups),
        ("newly_displaced", "", "people who left home, sum"),
    ]
    rows = []
    for outcome, way, label in outcomes:
        then = values(found, outcome, way=way).iloc[:count]
        now = values(frozen, outcome, way=way)
        relative = found.unit(outcome, "region") != "0..1"
        rows.append([label, level(then), change(now, then, relative)])
    return made_by("no_attitudes") + "\n" + table(["", "history", "attitudes off less history"], rows)


def _outcomes(found: Folder) -> set[str]:
    """Names of all that was recorded of the region."""
    return {outcome for item in found.contents if "region" in item.places for outcome in item.units}


def exercise_8(folders: Folders) -> str:
    """What happened in history beside what two kinds of record would hold of it."""
    found = folders["restraint"]
    rows = []
    for stem, label in (
        ("deaths", "deaths"),
        ("deaths_state_based", "in fights with the state"),
        ("deaths_non_state", "in fights between groups"),
        ("deaths_one_sided", "civilians in attacks on civilians"),
        (STATE, "civilians killed by the state's side"),
        (INSURGENTS, "civilians killed by insurgents"),
    ):
        real, *recorded = (values(found, f"{stem}{end}") for end in ("", "_ucdp", "_acled"))
        cells = [f"{level(x)} ({100 * x.mean() / real.mean():.0f} %)" if real.mean() else level(x) for x in recorded]
        rows.append([label, level(real), *cells])
    pairs = [(values(found, f"{INSURGENTS}{end}"), values(found, f"{STATE}{end}")) for end in ("", "_ucdp", "_acled")]
    rows.append(["insurgents less the state's side", *(change(ours, theirs) for ours, theirs in pairs)])
    text = f"`history`, {len(pairs[0][0])} replicates, sums of the whole period:\n\n"
    return text + table(["", "all", "as UCDP would have", "as ACLED would have"], rows)


#: exercises that are answered from folders
ANSWERED = {1: exercise_1, 2: exercise_2, 3: exercise_3, 4: exercise_4, 5: exercise_5, 7: exercise_7, 8: exercise_8}
