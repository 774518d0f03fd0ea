"""What is measured of a run: recorded series, events, patterns of the yardstick, and columns looked at week by week.

A measure is a mapping whose first key says of what kind it is:

    series      names of weekly outcomes, added up;   place, how (mean, sum);   over: names they are divided by;
                complement: 1 less that
    town        an outcome of a town on the road network;   place, how
    pattern     the number of a pattern of `sahel validate`: its statistic
    events      count, civilians or deaths of events;   by: who began them;   in: countries and areas;   over: areas
                they are divided by;   abroad: outside the own country of who began them
    column      table.column of the state, mean of the weeks (or how: sum);   actor, other: whose;   place;
                by: residents, fear, insurgents, persons that weigh its rows;   join: largest over the actors, not sum
    hidden      part of the people of some actors in a place who lie low
    held        a town: part of the weeks in which `controller` controls its cell

Days of the window are compared with the middle of each week, as everywhere in the yardstick.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.core.codes import INSURGENT, LIE_LOW
from sim.core.errors import UserError, unknown
from sim.recording.outcomes import TOWN_UNITS
from sim.validation import facts
from sim.validation.yardstick.patterns import PATTERNS

#: keys of each kind of measure beside the first
KINDS = {
    "series": ("place", "how", "over", "complement"),
    "town": ("place", "how"),
    "pattern": (),
    "events": ("by", "in", "over", "abroad"),
    "column": ("actor", "other", "place", "by", "join", "how"),
    "hidden": ("place",),
    "held": ("controller",),
}
#: kinds that are looked at while a run goes on
LIVE = ("column", "hidden", "held")
HOW = {"mean": np.mean, "sum": np.sum}
COUNTS = ("count", "civilians", "deaths")
WEIGHTS = ("residents", "fear", "insurgents", "persons")


def kind_of(measure: dict[str, Any]) -> str:
    """The kind of a measure."""
    found = [kind for kind in KINDS if kind in measure]
    if len(found) != 1:
        raise UserError(f"a measure must be one of {', '.join(KINDS)}")
    return found[0]


def as_list(value: Any) -> list[str]:
    """One name or several as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]


def check(measure: dict[str, Any], model: Any, outcomes: list[str], where: str) -> None:
    """Refuse a measure that names what a model of the region does not have; `outcomes` are those of its record."""
    try:
        kind = kind_of(measure)
    except UserError as error:
        raise UserError(f"{where}: {error}.") from None
    for key in measure:
        if key not in (kind, *KINDS[kind]):
            raise unknown("key", key, (kind, *KINDS[kind]), f"in the measure of {where}")
    actors = [*as_list(measure.get("actor")), *as_list(measure.get("other")), *as_list(measure.get("by"))]
    actors = [name for name in (*actors, *as_list(measure.get("hidden"))) if name not in WEIGHTS]
    _known("actor", actors, model.rows, where)
    _known("way to sum up", as_list(measure.get("how")), HOW, where)
    if kind == "series":
        _known("outcome", [*as_list(measure["series"]), *as_list(measure.get("over"))], outcomes, where)
        _known("place", as_list(measure.get("place")), ["region", *model.world.countries], where)
    elif kind == "town":
        _known("outcome of towns", [measure["town"]], TOWN_UNITS, where)
    elif kind == "pattern":
        _known("pattern", [measure["pattern"]], list(facts.patterns()["id"]), where)
    elif kind == "events":
        _known("count of events", [measure["events"]], COUNTS, where)
    elif kind == "column":
        table, _, name = str(measure["column"]).partition(".")
        _known("table", [table], model.tables, where)
        _known(f"column of {table}", [name], model.tables[table].columns, where)
    areas = [] if kind == "series" else [*as_list(measure.get("place")), *as_list(measure.get("in"))]
    for place in (*areas, *(as_list(measure.get("over")) if kind == "events" else ()), *as_list(measure.get("held"))):
        try:
            model.cells_at(place)
        except (ValueError, KeyError) as error:
            raise UserError(f"{where}: {error}") from None


def _known(what: str, names: list[str], known: Any, where: str) -> None:
    for name in names:
        if name not in known:
            raise unknown(what, name, known, f"in the measure of {where}")


# ---------------------------------------------------------------------------- looked at week by week


def look(measure: dict[str, Any], model: Any) -> float:
    """What a measure of a kind of `LIVE` comes to in the week that was just done; NaN where there is nobody."""
    return LOOKS[kind_of(measure)](measure, model)


def look_at_column(measure: dict[str, Any], model: Any) -> float:
    """A column of the state, over the rows of its table that are meant."""
    table, _, name = measure["column"].partition(".")
    values = np.asarray(getattr(getattr(model, table), name))
    actors = np.array([model.rows[actor] for actor in as_list(measure.get("actor"))], dtype=int)
    if table == "actors":
        rows = values[actors]
        return float((rows[:, model.rows[measure["other"]]] if "other" in measure else rows).sum())
    if table == "governments":
        rows = values[[model.world.countries.index(place) for place in as_list(measure["place"])]]
        return float(rows.sum() if values.dtype.kind == "i" else rows.mean())
    if table == "units":
        return _of_units(measure, model, values, actors)
    if values.ndim == 2:
        joined = np.max if measure.get("join") == "largest" else np.sum
        values = joined(values[:, actors], axis=1)
    chosen = cells_in(model, measure["place"])
    chosen = chosen[chosen < len(values)]
    weight = _weights(model, measure.get("by"))[chosen]
    return float(np.average(values[chosen], weights=weight)) if weight.sum() > 0 else float("nan")


def _of_units(measure: dict[str, Any], model: Any, values: np.ndarray, actors: np.ndarray) -> float:
    """A column of units: mean by their people, or the sum."""
    units = model.units
    mine = np.isin(units.actor, actors) & (units.manpower > 0)
    if "place" in measure:
        mine &= np.isin(units.cell, cells_in(model, measure["place"]))
    if measure.get("by") != "persons":
        return float(values[mine].sum())
    return float(np.average(values[mine], weights=units.manpower[mine])) if mine.any() else float("nan")


def _weights(model: Any, by: str | None) -> np.ndarray:
    """How much each cell counts (N,); of communities, which are the first cells, those beyond do not."""
    if by == "insurgents":
        return model.cells.presence[:, model.actors.kind == INSURGENT].sum(axis=1)
    weight = np.ones(len(model.cells))
    if by in ("residents", "fear"):
        people = model.communities
        weight[: len(people)] = people.residents * (people.fear if by == "fear" else 1.0)
    return weight


def look_who_hides(measure: dict[str, Any], model: Any) -> float:
    """Part of the people of some actors in a place who lie low."""
    units = model.units
    mine = np.isin(units.actor, [model.rows[name] for name in as_list(measure["hidden"])]) & (units.manpower > 0)
    mine &= np.isin(units.cell, cells_in(model, measure["place"]))
    people = units.manpower[mine]
    return float(people[units.posture[mine] == LIE_LOW].sum() / people.sum()) if people.sum() else float("nan")


def look_who_holds(measure: dict[str, Any], model: Any) -> float:
    """1 where a controller holds the cell of a town, else 0."""
    cell = model.cells_at(measure["held"])[0]
    return float(model.cells.controller[cell] == model.controllers.index(measure["controller"]))


def cells_in(model: Any, places: Any) -> np.ndarray:
    """Cells of one place or several."""
    return np.concatenate([model.cells_at(place) for place in as_list(places)])


LOOKS: dict[str, Callable[[dict[str, Any], Any], float]] = {
    "column": look_at_column,
    "hidden": look_who_hides,
    "held": look_who_holds,
}


# ---------------------------------------------------------------------------- read off the record


def read_off(measure: dict[str, Any], window: tuple[date, date], run: Any) -> float:
    """What a measure of the other kinds comes to; `run` has `record`, `model` and `ensemble()` (see runs.py)."""
    return READERS[kind_of(measure)](measure, window, run)


def of_series(measure: dict[str, Any], window: tuple[date, date], run: Any) -> float:
    """Weekly outcomes, added up over names, summed up over the window."""
    series = run.record.series["weekly"]
    within = weeks_in(series.dates, window, run.model.dt)

    def total(names: Any) -> float:
        values = sum(series.get(name, measure["place"])[within].astype(float) for name in as_list(names))
        return float(HOW[measure.get("how", "mean")](values)) if within.any() else float("nan")

    found = total(measure["series"])
    if "over" in measure:
        below = total(measure["over"])
        found = found / below if below > 0 else float("nan")
    return 1.0 - found if measure.get("complement") else found


def of_town(measure: dict[str, Any], window: tuple[date, date], run: Any) -> float:
    """An outcome of a town over the window."""
    series = run.record.series["towns"]
    values = series.get(measure["town"], measure["place"])[weeks_in(series.dates, window, run.model.dt)]
    return float(HOW[measure.get("how", "mean")](values.astype(float))) if len(values) else float("nan")


def weeks_in(dates: np.ndarray, window: tuple[date, date], step_days: float) -> np.ndarray:
    """Which rows belong to a window: a date is the first day after its week, whose middle counts: bool (T,)."""
    middle = dates - int(step_days // 2) - 1
    return (middle >= np.datetime64(window[0])) & (middle <= np.datetime64(window[1]))


def of_events(measure: dict[str, Any], window: tuple[date, date], run: Any) -> float:
    """Events of the window, their civilian dead or all their dead; as a part of those of larger areas where asked."""
    events, model = run.record.events, run.model
    if not events:
        return 0.0 if "over" not in measure else float("nan")
    chosen = (events["date"] >= np.datetime64(window[0])) & (events["date"] <= np.datetime64(window[1]))
    if "by" in measure:
        chosen &= np.isin(events["initiator"], [model.rows[name] for name in as_list(measure["by"])])
    if measure.get("abroad"):
        chosen &= model.actors.state[events["initiator"]] != events["country"]
    weight = np.ones(len(chosen))
    if measure["events"] != "count":
        weight = events["civilians"].astype(float)
        if measure["events"] == "deaths":
            weight += events["deaths_a"] + events["deaths_b"]

    def total(areas: Any) -> float:
        here = np.isin(events["cell"], cells_in(model, areas)) if areas else True
        return float(weight[chosen & here].sum())

    found = total(measure.get("in"))
    if "over" in measure:
        below = total(measure["over"])
        return found / below if below > 0 else float("nan")
    return found


def of_pattern(measure: dict[str, Any], _window: tuple[date, date], run: Any) -> float:
    """The statistic of a pattern, its first figure; NaN where it is not defined."""
    outcome = PATTERNS[measure["pattern"]](run.ensemble(), run.pattern(measure["pattern"]))
    return float(np.ravel(outcome.values)[0])


READERS: dict[str, Callable[[dict[str, Any], tuple[date, date], Any], float]] = {
    "series": of_series,
    "town": of_town,
    "events": of_events,
    "pattern": of_pattern,
}


def in_week(window: tuple[date, date], model: Any) -> bool:
    """Whether the middle of the week that was just done lies in a window."""
    middle = model.date - timedelta(days=int(model.dt // 2) + 1)
    return window[0] <= middle <= window[1]
