"""What is recorded of a run: weekly outcomes by country, monthly maps and admin-1, towns' supply, events and flows.

What happens and what gets recorded differ. An event enters the UCDP-like and the ACLED-like record with a chance

    logit p = logit base + size log(dead + 1) + media (m - 1/2) + [state's abuse] oversight * o - remote * r   (- [state's abuse] ucdp_state)

with `m` the openness of media, `o` oversight in the cell and `r` remoteness, so that more abuse and less reporting can be told
apart. Controllers: 0 `government`, then insurgents and militias; -1 `none`, -2 `contested`.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numba import njit

from sim.killers import GROUPS
from sim.observe_record import RunRecord, Series
from sim.setup import steps_of
from sim.tables import ARMY, INSURGENT, LOG_KINDS
from sim.uniforms import uniform

FLOW_KINDS = ("idp", "refugee", "onward", "return")
DEATH_TYPES = ("state_based", "non_state", "one_sided")


def outcome_units(controllers: list[str], actors: list[str]) -> dict[str, str]:
    """Names of the weekly outcomes and their units, in order."""
    units = dict.fromkeys(("idps", "refugees_from", "refugees_hosted", "displaced"), "persons")
    units |= dict.fromkeys(("newly_displaced", "returned"), "persons/week")
    units |= {"residents": "persons", "civilians_killed": "persons/week"}
    units |= {f"civilians_killed_by.{group}": "persons/week" for group in GROUPS}
    for suffix in ("", "_ucdp", "_acled"):
        units |= {f"deaths_{kind}{suffix}": "persons/week" for kind in DEATH_TYPES}
        units[f"deaths{suffix}"] = "persons/week"
        if suffix:
            units |= {f"civilians_killed_by.{group}{suffix}": "persons/week" for group in GROUPS}
    units["abuse_nonlethal"] = "communities/week"
    for measure in ("area_share", "inhabited_area_share", "people_share"):
        units |= {f"{measure}.{name}": "0..1" for name in [*controllers, "contested", "none"]}
    units |= {"fuel_days": "days", "price_index": "1", "without_supply": "persons", "besieged": "persons"}
    units |= {"legitimacy": "0..1", "regime_security": "0..1", "coups": "events/week"}
    units |= {f"attacks.{name}": "events/week" for name in actors}
    units |= {f"fighters.{name}": "persons" for name in actors}
    return units


#: outcomes of the monthly admin-1 table: name -> (unit, how weeks are put together)
ADMIN_UNITS = {
    "displaced_hosted": "persons", "displaced_from": "persons", "residents": "persons",
    "newly_displaced": "persons/month", "returned": "persons/month", "civilians_killed": "persons/month",
    "deaths": "persons/month", "attacks": "events/month",
}  # fmt: skip


@njit(cache=True)
def refugees(origin, place, persons, country, countries):
    """Displaced persons by country of origin and of stay, (C, C)."""
    out = np.zeros((countries, countries), dtype=np.int64)
    for d in range(origin.shape[0]):
        if persons[d] > 0:
            out[country[origin[d]], country[place[d]]] += persons[d]
    return out


def logit(p):
    """Log-odds."""
    return np.log(p / (1.0 - p))


class Recorder:
    """Collects outcomes week by week from a model; `record` makes the RunRecord."""

    def __init__(self, model):
        w, s = model.world, model.settings
        self.start = model.day_of(s.start)
        steps = steps_of(s)
        first = min(steps - 1, int(np.ceil((self.start - 1e-9) / model.dt)))
        self.weeks = steps - first
        self.first = first
        self.actors = list(model.actor_names)
        self.units = outcome_units(model.controllers, self.actors)
        self.index = {name: i for i, name in enumerate(self.units)}
        self.values = np.zeros((self.weeks, 1 + len(w.countries), len(self.units)), dtype=np.float32)
        self.dates = []
        self.months: list[np.datetime64] = []
        self.month_data: list[dict] = []
        self.month = None
        self.events: list[np.ndarray] = []
        self.flow_list: list[tuple] = []
        self.town_nodes = self.choose_towns(model)
        self.towns = np.zeros((self.weeks, len(self.town_nodes), 3), dtype=np.float32)
        self.area = np.bincount(w.country, w.area_km2, len(w.countries))
        self.inhabited = np.bincount(w.country[: w.P], w.area_km2[: w.P], len(w.countries))
        self.remote = np.clip(w.capital_hours / 48.0, 0.0, 1.0)
        self.theatre = np.flatnonzero(w.theatre)

    @staticmethod
    def choose_towns(model) -> np.ndarray:
        """Supply nodes that are recorded: towns in the theatre."""
        nodes = model.world.nodes
        return np.flatnonzero((nodes.kind == 0) & model.world.theatre[nodes.country])

    def observe(self, model) -> None:
        """Record the week that was just simulated."""
        week = model.step_index - 1 - self.first
        if week < 0:
            model.flows[:] = 0
            return
        day = model.settings.region_info.start + timedelta(days=model.t)
        self.dates.append(np.datetime64(day, "D"))
        log = self.take_events(model, day)
        self.weekly(model, self.values[week], log)
        nodes = model.nodes
        for k, column in enumerate((nodes.days_week, nodes.price, nodes.served)):
            self.towns[week, :, k] = column[self.town_nodes]
        last = min(day - timedelta(days=1), model.settings.end)  # the last week may reach beyond the period
        self.monthly(model, np.datetime64(last, "M"), log)

    # -- events

    def take_events(self, model, day) -> dict[str, np.ndarray]:
        """The week's events as columns, with what the two records caught of them."""
        p = model.p.observation
        rows = model.log[: model.logged].copy()
        cell, kind = rows[:, 0], rows[:, 1]
        dead = rows[:, 5] + rows[:, 6] + rows[:, 7]
        country = model.world.country[cell]
        abuse = (kind == 3) & (model.actors.kind[rows[:, 2]] >= ARMY)
        common = p.media * (model.governments.media[country] - 0.5) - p.remote * self.remote[cell]
        common = common + np.where(abuse, p.oversight * model.cells.oversight[cell], 0.0)
        size = np.log(dead + 1.0)
        ucdp = logit(p.ucdp_base) + p.ucdp_size * size + common - np.where(abuse, p.ucdp_state, 0.0)
        acled = logit(p.acled_base) + p.acled_size * size + common
        stream = model.stream("observation")
        u = np.empty(len(rows))
        seen: dict[int, int] = {}
        for i, c in enumerate(cell.tolist()):
            k = seen[c] = seen.get(c, -1) + 1
            u[i] = uniform(stream, model.world.draw_key[c], k)
        caught = u[:, None] < 1.0 / (1.0 + np.exp(-np.stack([ucdp, acled], 1)))
        log = {
            "date": np.full(len(rows), np.datetime64(day, "D") - 4), "cell": cell.astype(np.int32), "type": kind.astype(np.int8),
            "initiator": rows[:, 2].astype(np.int16), "side_a": rows[:, 3].astype(np.int16),
            "side_b": rows[:, 4].astype(np.int16), "deaths_a": rows[:, 5].astype(np.int32),
            "deaths_b": rows[:, 6].astype(np.int32), "civilians": rows[:, 7].astype(np.int32),
            "kind": rows[:, 8].astype(np.int8), "recorded_ucdp": caught[:, 0] & (dead > 0), "recorded_acled": caught[:, 1],
            "admin1": model.world.admin1[cell].astype(np.int16), "country": country.astype(np.int16),
        }  # fmt: skip
        if len(rows):
            self.events.append(log)
        return log

    # -- weekly outcomes

    def weekly(self, model, out, log) -> None:
        """Outcomes of the week for the region (row 0: the theatre) and every country, into `out` (1 + C, K)."""
        w, com, co, g = model.world, model.communities, model.cohorts, model.governments
        country, countries = w.country[: w.P], len(w.countries)

        def put(name, by_country):
            out[1:, self.index[name]] = by_country
            out[0, self.index[name]] = by_country[self.theatre].sum()

        def count(values, where=country):
            return np.bincount(where, values, countries)

        matrix = refugees(co.origin, co.place, co.persons, w.country, countries)
        on_way = refugees(co.origin, co.place, co.transit, w.country, countries)
        both = matrix + on_way
        idps = np.diag(both)
        put("idps", idps)
        put("refugees_from", both.sum(1) - idps)
        put("refugees_hosted", matrix.sum(0) - np.diag(matrix))
        put("displaced", both.sum(1))
        put("newly_displaced", count(com.emptied))
        put("returned", count(com.returned))
        put("residents", count(com.residents))
        groups = [count(model.cells.civilians_week[:, k], w.country) for k in range(3)]
        put("civilians_killed", sum(groups))
        for k, group in enumerate(GROUPS):
            put(f"civilians_killed_by.{group}", groups[k])
        self.deaths(model, put, log, countries)
        put("abuse_nonlethal", count(model.cells.abuse_week, w.country))
        self.control(model, out, countries)
        people = com.residents + com.hosted
        served = model.nodes.served[w.node_of_cell]
        everyone = np.maximum(1.0, count(people))
        for name, values in (("fuel_days", com.fuel_days), ("price_index", model.nodes.price[w.node_of_cell])):
            out[1:, self.index[name]] = count(people * values) / everyone
            t = self.theatre
            out[0, self.index[name]] = (out[1:, self.index[name]][t] * everyone[t]).sum() / everyone[t].sum()
        put("without_supply", count(people * (1.0 - served)))
        put("besieged", count(people * (com.siege > 0.5)))
        for name, column in (("legitimacy", g.legitimacy), ("regime_security", g.regime_security)):
            out[1:, self.index[name]] = column
            out[0, self.index[name]] = column[self.theatre].mean()
        put("coups", g.coup_week)
        units = model.units
        alive = units.manpower > 0
        where = w.country[units.cell[alive]]
        table = np.zeros((countries, len(self.actors)))
        np.add.at(table, (where, units.actor[alive]), units.manpower[alive])
        first = self.index[f"fighters.{self.actors[0]}"]
        out[1:, first : first + len(self.actors)] = table
        out[0, first : first + len(self.actors)] = table[self.theatre].sum(0)

    def deaths(self, model, put, log, countries) -> None:
        """Deaths by type and attacks by actor, as they happened and as the two records have them."""
        country = log["country"]
        dead = log["deaths_a"] + log["deaths_b"] + log["civilians"]
        kinds = model.actors.kind[log["initiator"]]
        group = np.where(kinds == INSURGENT, 1, np.where(kinds < ARMY, 2, 0))
        one_sided = log["type"] == 3
        for suffix, seen in (("", None), ("_ucdp", log["recorded_ucdp"]), ("_acled", log["recorded_acled"])):
            weight = dead if seen is None else dead * seen
            put(f"deaths{suffix}", np.bincount(country, weight, countries))
            for k, name in enumerate(DEATH_TYPES, start=1):
                put(f"deaths_{name}{suffix}", np.bincount(country, weight * (log["type"] == k), countries))
            if suffix:
                for k, name in enumerate(GROUPS):
                    put(
                        f"civilians_killed_by.{name}{suffix}",
                        np.bincount(country, weight * (one_sided & (group == k)), countries),
                    )
        table = np.zeros((countries, len(self.actors)))
        np.add.at(table, (country, log["initiator"]), 1)
        for row, name in enumerate(self.actors):
            put(f"attacks.{name}", table[:, row])

    def control(self, model, out, countries) -> None:
        """Shares of area, inhabited area and people by controller, for region and countries."""
        w, com = model.world, model.communities
        names = [*model.controllers, "contested", "none"]
        q = len(names)
        code = model.cells.controller.astype(np.int64)
        code = np.where(code == -2, q - 2, np.where(code == -1, q - 1, code))
        flat = w.country * q + code
        people = (com.residents + com.hosted).astype(float)
        for measure, values, cells in (
            ("area_share", w.area_km2, slice(None)),
            ("inhabited_area_share", w.area_km2[: w.P], slice(0, w.P)),
            ("people_share", people, slice(0, w.P)),
        ):
            table = np.bincount(flat[cells], values, countries * q).reshape(countries, q)
            first = self.index[f"{measure}.{names[0]}"]
            out[1:, first : first + q] = table / np.maximum(1e-9, table.sum(1, keepdims=True))
            whole = table[self.theatre].sum(0)
            out[0, first : first + q] = whole / max(1e-9, whole.sum())

    # -- months

    def monthly(self, model, month, log) -> None:
        """Add the week to its month; a month is that of the week's last day."""
        w, com = model.world, model.communities
        if month != self.month:
            self.flush(model)
            self.month = month
            self.sums = {
                "civilians_killed": np.zeros(w.N, dtype=np.int32), "dead": np.zeros(w.N, dtype=np.int32),
                "newly_displaced": np.zeros(w.P), "returned": np.zeros(w.P), "attacks": np.zeros(w.N),
            }  # fmt: skip
        civilians = model.cells.civilians_week.sum(1)
        self.sums["civilians_killed"] += civilians.astype(np.int32)
        self.sums["dead"] += (civilians + model.cells.fighters_week).astype(np.int32)
        self.sums["newly_displaced"] += com.emptied
        self.sums["returned"] += com.returned
        irregular = model.actors.kind[log["initiator"]] < ARMY
        self.sums["attacks"] += np.bincount(log["cell"][irregular], minlength=w.N)
        self.last = {
            "controller": model.cells.controller.astype(np.int16), "displaced": _padded(com.hosted, w.N),
            "displaced_from": _padded(com.away, w.N), "residents": com.residents.copy(),
        }  # fmt: skip

    def flush(self, model) -> None:
        """Close the month that is open, if any."""
        if self.month is None:
            return
        self.months.append(self.month.astype("datetime64[D]"))
        self.month_data.append({**self.last, **self.sums})
        at = np.argwhere(model.flows > 0)
        if len(at):
            self.flow_list.append((len(self.months) - 1, at, model.flows[tuple(at.T)]))
        model.flows[:] = 0

    # -- the record

    def record(self, model, seconds: float) -> RunRecord:
        """The RunRecord of the run."""
        self.flush(model)
        w, s = model.world, model.settings
        n = len(self.dates)
        dates = np.array(self.dates, dtype="datetime64[D]")
        weekly = Series(dates, ["region", *w.countries], list(self.units), self.values[:n], self.units)
        towns = Series(
            dates, [w.nodes.name[i] for i in self.town_nodes], ["fuel_days", "price_index", "served"], self.towns[:n],
            {"fuel_days": "days", "price_index": "1", "served": "0..1"},
        )  # fmt: skip
        months = np.array(self.months, dtype="datetime64[D]")
        cells = {"months": months}
        for name in ("controller", "displaced", "displaced_from", "civilians_killed", "dead"):
            cells[name] = np.array([month[name] for month in self.month_data])
        events = {}
        if self.events:
            events = {key: np.concatenate([e[key] for e in self.events]) for key in self.events[0]}
        record = RunRecord(
            series={"weekly": weekly, "towns": towns, "admin1": self.admin_series(model, months)},
            cells=cells,
            events=events,
            flows=self.flows_table(months),
            meta=self.meta(model, seconds),
        )
        if not s.record.cells:
            record.cells = {"months": months}
        if not s.record.events:
            record.events = {}
        if not s.record.flows:
            record.flows = {}
        return record

    def admin_series(self, model, months) -> Series:
        """Monthly table by admin-1 of the theatre and its neighbours."""
        w = model.world
        r = len(w.admin1_names)
        admin, short = w.admin1, w.admin1[: w.P]
        names = [*model.controllers, "contested", "none"]
        q = len(names)
        units = {**ADMIN_UNITS, **{f"area_share.{name}": "0..1" for name in names}}
        values = np.zeros((len(months), r, len(units)), dtype=np.float32)
        area = np.maximum(1e-9, np.bincount(admin, w.area_km2, r))
        for t, month in enumerate(self.month_data):
            columns = (
                (month["displaced"], admin), (month["displaced_from"], admin), (month["residents"], short),
                (month["newly_displaced"], short), (month["returned"], short), (month["civilians_killed"], admin),
                (month["dead"], admin), (month["attacks"], admin),
            )  # fmt: skip
            for k, (column, where) in enumerate(columns):
                values[t, :, k] = np.bincount(where, column, r)
            code = month["controller"].astype(np.int64)
            code = np.where(code == -2, q - 2, np.where(code == -1, q - 1, code))
            table = np.bincount(admin * q + code, w.area_km2, r * q).reshape(r, q)
            values[t, :, len(columns) :] = table / area[:, None]
        return Series(months, list(w.admin1_names), list(units), values, units)

    def flows_table(self, months) -> dict[str, np.ndarray]:
        """Flows of people by month, origin, destination (admin-1) and kind."""
        if not self.flow_list:
            return {}
        month = np.concatenate([np.full(len(at), m) for m, at, _ in self.flow_list])
        at = np.concatenate([at for _, at, _ in self.flow_list])
        persons = np.concatenate([n for _, _, n in self.flow_list])
        return {
            "month": months[month], "origin": at[:, 0].astype(np.int16), "destination": at[:, 1].astype(np.int16),
            "kind": at[:, 2].astype(np.int8), "persons": persons.astype(np.int64),
        }  # fmt: skip

    def meta(self, model, seconds: float) -> dict:
        """Labels, seeds, drawn parameters, dated events and the account of persons."""
        s, w = model.settings, model.world
        known = s.region_info.known_until
        marks = [
            {"name": e.name, "date": e.date.isoformat(), "title": e.title, "effect": e.effect}
            for e in s.events
            if s.start <= e.date <= s.end
        ]
        return {
            "scenario": s.scenario.name, "replicate": s.replicate, "seed": s.seed, "parameters": model.drawn,
            "seconds": seconds, "projection_from": known.isoformat() if s.end > known else None,
            "controllers": list(model.controllers), "actors": self.actors, "kinds": list(LOG_KINDS),
            "countries": list(w.countries), "admin1": list(w.admin1_names), "marks": marks,
            "ledger": model.persons(), "actor_kinds": model.actors.kind.tolist(),
        }  # fmt: skip


def _padded(values, cells: int) -> np.ndarray:
    """Values of communities as values of cells, zero where nobody lives, int32 (N,)."""
    out = np.zeros(cells, dtype=np.int32)
    out[: len(values)] = values
    return out
