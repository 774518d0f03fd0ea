"""What is recorded of a run: weekly outcomes by country, monthly maps and admin-1, towns' supply, events and flows.

What happens and what gets recorded differ. An event enters the UCDP-like and the ACLED-like record with a chance

    logit p = logit base + size log(dead + 1) + media (m - 1/2) - remote * r
              + [state's abuse] oversight * o (- [state's abuse] ucdp_state)

with `m` the openness of media, `o` oversight in the cell and `r` remoteness, so that more abuse and less reporting can
be told apart. Controllers: 0 `government`, then insurgents and militias; -1 `none`, -2 `contested`.
"""

from __future__ import annotations

import copy
from datetime import timedelta

import numpy as np

from sim.core.codes import LOG
from sim.core.views import call
from sim.recording import cell_layers, run_tables, weekly_sums
from sim.recording.cell_layers import WeeklyCells
from sim.recording.outcomes import TOWN_UNITS, outcome_units
from sim.recording.reduced_record import LISTS
from sim.recording.run_record import RunRecord, Series
from sim.recording.weekly_sums import (
    Actors,
    Cells,
    Cohorts,
    Communities,
    Governments,
    Map,
    Month,
    Nodes,
    ObservationParameters,
    OutcomeColumns,
    Recorded,
    Units,
)
from sim.settings.settings import steps_of
from sim.world.grid import great_circle_km

#: between the middles of two cells: up to here soldiers count as near their capital
NEAR_CAPITAL_KM = 100.0
#: maps of the end of a month and sums over it, in the order of a record
MONTHLY_MAPS = ("controller", "displaced_hosted", "displaced_from", "civilians_killed", "dead")


def logit(p):
    """Log-odds."""
    return np.log(p / (1.0 - p))


def near_capitals(world) -> np.ndarray:
    """Which cells lie near the capital of each country: bool (C, N)."""
    at = world.capital_cell
    return great_circle_km(world.lat[at, None], world.lon[at, None], world.lat, world.lon) <= NEAR_CAPITAL_KM


def share_that_arrives(model) -> np.ndarray:
    """Part of the usual traffic of fuel that gets through to every supply node (T,), 0..1.

    As the goods of `supply.bring_goods`: lorries make fewer rounds on a longer way, traders hold back when convoys are
    lost, and of those that leave a part passes. A port needs no way; where no road ever led, nothing is lacking.
    """
    nodes, p = model.nodes, model.p.supply
    longer = (nodes.hours_usual + p.turnaround_hours) / (nodes.hours + p.turnaround_hours)  # no way is endless
    speed = np.where(nodes.hours <= nodes.hours_usual, 1.0, longer)
    share = np.minimum(1.0, p.fleet * speed * nodes.passing * np.sqrt(nodes.passing))
    return np.where(model.is_port | ~np.isfinite(nodes.hours_usual), 1.0, share)


def in_one_piece(events: list[tuple]) -> tuple[np.ndarray, ...]:
    """Days (E,), rows of the log (E, 9), and what the two records caught (E,), (E,), of the events of all weeks."""
    return tuple(np.concatenate(parts) for parts in zip(*events, strict=True))


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
        theatre = np.flatnonzero(w.theatre)
        self.units = outcome_units(model.controllers, self.actors, [w.countries[c] for c in theatre])
        self.parties = len(model.controllers) + 2  # with contested and nobody's
        column = list(self.units).index
        self.outcome_columns = OutcomeColumns(
            displaced=column("idps"),
            moves=column("newly_displaced"),
            supply=column("fuel_days"),
            killed=column("civilians_killed"),
            abuse=column("abuse_nonlethal"),
            deaths=column("deaths_state_based"),
            shares=column("area_share.government"),
            standing=column("legitimacy"),
            armies=column("army"),
            hosted_from=column(f"refugees_hosted_from.{w.countries[theatre[0]]}"),
            attacks=column(f"attacks.{self.actors[0]}"),
            fighters=column(f"fighters.{self.actors[0]}"),
        )
        self.values = np.zeros((self.weeks, 1 + len(w.countries), len(self.units)), dtype=np.float32)
        self.dates = []
        self.months: list[np.datetime64] = []
        self.month_data: list[dict] = []
        self.month = None
        self.sums: dict[str, np.ndarray] = {}  # of the open month
        self.last: dict[str, np.ndarray] = {}  # as its last week left it, once that has been
        self.events: list[tuple] = []
        self.flow_list: list[tuple] = []
        self.town_nodes = self.choose_towns(model)
        self.towns = np.zeros((self.weeks, len(self.town_nodes), len(TOWN_UNITS)), dtype=np.float32)
        crosses = w.country[w.dest_cell] != np.repeat(w.country[: w.n_communities], np.diff(w.dest_start))
        self.remote = np.clip(w.capital_hours / model.p.observation.remotest_hours, 0.0, 1.0)
        self.map = Map(
            country=w.country,
            area_km2=w.area_km2,
            node_of_cell=w.node_of_cell,
            theatre=theatre,
            abroad_start=np.concatenate([[0], np.cumsum(crosses)])[w.dest_start],
            abroad=np.flatnonzero(crosses),
            number=np.where(w.theatre, np.cumsum(w.theatre) - 1, -1),
            near_capital=near_capitals(w),
        )
        self.weekly_cells = WeeklyCells(all_layers=s.replicate < LISTS)

    def __deepcopy__(self, memo) -> Recorder:
        """One that goes on by itself. What is written to is copied; closed months, events and flows are shared."""
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list):
                setattr(other, name, list(value))
        other.values, other.towns = self.values.copy(), self.towns.copy()
        other.weekly_cells = copy.deepcopy(self.weekly_cells)
        other.sums = {name: values.copy() for name, values in self.sums.items()}
        return other

    @staticmethod
    def choose_towns(model) -> np.ndarray:
        """Supply nodes that are recorded: towns in the theatre."""
        nodes = model.world.nodes
        return np.flatnonzero((nodes.kind == 0) & model.world.theatre[nodes.country])

    def observe(self, model) -> None:
        """Record the week that was just simulated."""
        week = model.step_index - 1 - self.first
        if week < 0:
            if week == -1:  # moves before the first recorded week are not kept
                model.flows[:] = 0
            return
        day = model.settings.region_info.start + timedelta(days=model.t)
        self.dates.append(np.datetime64(day, "D"))
        self.weekly(model, self.values[week], self.take_events(model, day))
        nodes = model.nodes
        for k, column in enumerate((nodes.days_week, nodes.price, nodes.served, share_that_arrives(model))):
            self.towns[week, :, k] = column[self.town_nodes]
        if model.settings.record.cells:
            self.weekly_cells.observe(model)
        self.monthly(model, day)

    # -- events

    def take_events(self, model, day) -> Recorded:
        """Keep the week's events; returns which of them the UCDP-like and the ACLED-like record caught."""
        w, p, rows = model.world, model.p.observation, model.log[: model.logged]
        recorded = Recorded(*np.empty((2, len(rows)), dtype=bool))
        call(
            weekly_sums.enter_records,
            model.stream("observation"),
            rows,
            w.draw_key,
            w.country,
            self.remote,
            model.actors.kind,
            model.governments.media,
            model.cells.oversight,
            logit(p.ucdp_base),
            logit(p.acled_base),
            ObservationParameters.of(p),
            recorded,
        )
        if len(rows):
            middle = np.datetime64(day, "D") - int(model.dt / 2.0 + 0.5)  # of the step
            numbers = rows.view(np.int64).reshape(-1, len(LOG)).astype(np.int32)
            self.events.append((np.full(len(rows), middle), numbers, *recorded))
        return recorded

    # -- weekly outcomes

    def weekly(self, model, out, recorded) -> None:
        """Outcomes of the week for the region (row 0: the theatre) and every country, into `out` (1 + C, K)."""
        sums = np.zeros(out.shape)
        call(
            weekly_sums.week,
            self.outcome_columns,
            self.map,
            Communities.of(model),
            Cohorts.of(model),
            Nodes.of(model),
            Cells.of(model),
            Units.of(model),
            Actors.of(model),
            Governments.of(model),
            model.log[: model.logged],
            recorded,
            self.parties,
            sums,
        )
        out[:] = sums

    # -- months

    def monthly(self, model, day) -> None:
        """Add the week up to `day` (excluded) to its month; a month is that of the week's last day in the period."""
        w, cells, communities = model.world, model.cells, model.communities
        last = day - timedelta(days=1)
        month = np.datetime64(min(last, model.settings.end), "M")
        if month != self.month:
            self.flush(model)
            self.month = month
            self.sums = {
                "civilians_killed": np.zeros(w.n_cells, dtype=np.int32),
                "dead": np.zeros(w.n_cells, dtype=np.int32),
                "newly_displaced": np.zeros(w.n_communities),
                "returned": np.zeros(w.n_communities),
                "attacks": np.zeros(w.n_cells),
            }
        call(
            weekly_sums.add_week,
            cells.civilians_week,
            cells.fighters_week,
            communities.departed_week,
            communities.returned,
            model.log[: model.logged],
            model.actors.kind,
            Month(**self.sums),
        )
        following = model.settings.region_info.start + timedelta(days=model.t + model.dt - 1.0)
        ends = (following.year, following.month) != (last.year, last.month)
        self.last = self.end_of_month(model) if ends else {}

    def end_of_month(self, model) -> dict[str, np.ndarray]:
        """Where people are and who controls as a month ends; its moves are taken down."""
        w, com = model.world, model.communities
        # taken down already where the period ends soon after, in the same month
        if self.flow_list and self.flow_list[-1][0] == len(self.months):
            _, at, persons = self.flow_list.pop()
            model.flows[tuple(at.T)] += persons
        at, persons = call(weekly_sums.take_flows, model.flows)
        if len(at):
            # small types: half a million rows in seven years
            self.flow_list.append((len(self.months), at.astype(np.int16), persons.astype(np.int32)))
        return {
            "controller": model.cells.controller.astype(np.int16),
            "displaced_hosted": _padded(com.hosted, w.n_cells),
            "displaced_from": _padded(com.displaced_from, w.n_cells),
            "residents": com.residents.copy(),
            **cell_layers.layers_of(model),
            **cell_layers.hosted_of(model, self.map),
        }

    def flush(self, model) -> None:
        """Close the month that is open, if any."""
        if self.month is None:
            return
        last = self.last or self.end_of_month(model)
        self.months.append(self.month.astype("datetime64[D]"))
        self.month_data.append({**last, **self.sums})

    # -- the record

    def record(self, model, seconds: float) -> RunRecord:
        """The RunRecord of the run."""
        self.flush(model)
        w, kept, n = model.world, model.settings.record, len(self.dates)
        dates = np.array(self.dates, dtype="datetime64[D]")
        months = np.array(self.months, dtype="datetime64[D]")
        weekly = Series(dates, ["region", *w.countries], list(self.units), self.values[:n], self.units)
        towns = Series(dates, [w.nodes.name[i] for i in self.town_nodes], list(TOWN_UNITS), self.towns[:n], TOWN_UNITS)
        admin1 = run_tables.admin_series(w, model.controllers, months, self.month_data)
        record = RunRecord(
            series={"weekly": weekly, "towns": towns, "admin1": admin1},
            cells={"months": months},
            events=run_tables.events_table(in_one_piece(self.events), w) if kept.events and self.events else {},
            flows=run_tables.flows_table(self.flow_list, months) if kept.flows else {},
            meta=run_tables.about(model, seconds),
        )
        if kept.cells:
            for name in (*MONTHLY_MAPS, *cell_layers.MONTHLY):
                record.cells[name] = np.array([month[name] for month in self.month_data])
            record.weekly_cells = {"weeks": dates, **self.weekly_cells.maps()}
        return record


def _padded(values, cells: int) -> np.ndarray:
    """Values of communities as values of cells, zero where nobody lives, int32 (N,)."""
    out = np.zeros(cells, dtype=np.int32)
    out[: len(values)] = values
    return out
