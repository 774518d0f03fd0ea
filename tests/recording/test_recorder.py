"""What is recorded of a week is what agents and log say, and a month is the sum of its weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from sim.core.codes import ARMY, CONTESTED, EVENT, INSURGENT, MILITIA, NOBODY, ONE_SIDED
from sim.core.draws import stream_of
from sim.model.agents import Unit
from sim.model.model import ConflictModel
from sim.recording import weekly_sums
from sim.recording.outcomes import TOWN_UNITS
from sim.recording.recorder import Recorder
from sim.settings.parameters.groups import Parameters
from sim.settings.parameters.politics import Observation
from sim.settings.settings import steps_of
from sim.world.grid import great_circle_km
from tests.example_runs import settings_of
from tests.reference.worlds import fresh_model, teaching_world
from tests.views import view_of


@pytest.fixture(scope="module")
def weeks():
    """A teaching region observed for some months: (model, recorder, what was seen of each week)."""
    settings = settings_of("region=teaching")
    model = ConflictModel(settings, teaching_world())
    recorder, seen = Recorder(model), []
    for _ in range(recorder.first + 130):
        model.step()
        recorder.observe(model)
        if model.step_index > recorder.first:
            seen.append((int(model.communities.departed_week.sum()), int(model.communities.returned.sum())))
    return model, recorder, seen


def test_a_week_by_hand(weeks):
    """Every weekly outcome again, from the agents one by one."""
    model, recorder, _ = weeks
    w, names = model.world, list(recorder.units)
    found = dict(zip(names, recorder.values[len(recorder.dates) - 1].T, strict=True))
    rows = {name: np.zeros(len(w.countries)) for name in names}
    everybody, area = np.zeros(len(w.countries)), np.zeros((2, len(w.countries)))
    for cohort in range(len(model.cohorts)):
        persons, transit = (int(getattr(model.cohorts, name)[cohort]) for name in ("persons", "transit"))
        home = w.country[model.cohorts.origin[cohort]]
        host = w.country[model.cohorts.place[cohort]]
        rows["displaced"][home] += persons + transit
        rows["idps" if home == host else "refugees_from"][home] += persons + transit
        rows["refugees_hosted"][host] += persons if home != host else 0
        if home != host and w.theatre[home]:
            rows[f"refugees_hosted_from.{w.countries[home]}"][host] += persons
    for i, community in enumerate(model.community_agents):
        c, node = w.country[i], w.node_of_cell[i]
        everybody[c] += community.population
        rows["residents"][c] += community.residents
        rows["newly_displaced"][c] += community.departed_week
        rows["returned"][c] += community.returned
        rows["fuel_days"][c] += community.population * community.fuel_days
        rows["price_index"][c] += community.population * model.nodes.price[node]
        rows["without_supply"][c] += community.population * (1.0 - model.nodes.served[node])
        rows["besieged"][c] += community.population if community.siege > 0.5 else 0
    parties = [*model.controllers, "contested", "none"]
    for cell in range(w.n_cells):
        c, who = w.country[cell], parties[model.cells.controller[cell]]
        who = {NOBODY: "none", CONTESTED: "contested"}.get(int(model.cells.controller[cell]), who)
        area[0, c] += w.area_km2[cell]
        rows[f"area_share.{who}"][c] += w.area_km2[cell]
        rows["abuse_nonlethal"][c] += model.cells.abuse_week[cell]
        rows["civilians_killed"][c] += model.cells.civilians_week[cell].sum()
        for group, dead in zip(("government", "insurgents", "militias"), model.cells.civilians_week[cell], strict=True):
            rows[f"civilians_killed_by.{group}"][c] += dead
        if cell < w.n_communities:
            area[1, c] += w.area_km2[cell]
            rows[f"inhabited_area_share.{who}"][c] += w.area_km2[cell]
            rows[f"people_share.{who}"][c] += model.community_agents[cell].population
    manned = set()
    for unit in model.unit_agents.values():
        rows[f"fighters.{unit.actor.name}"][w.country[unit.cell.index]] += unit.manpower
        if unit.actor.kind == ARMY:
            state, here = unit.actor.state, unit.cell.index
            rows["army"][state] += unit.manpower
            at = w.capital_cell[state]
            km = great_circle_km(w.lat[at], w.lon[at], w.lat[here], w.lon[here])
            rows["army_near_capital"][state] += unit.manpower if km <= 100.0 else 0
            manned.add((state, here))
    for state, _ in manned:
        rows["posts"][state] += 1
    for actor in model.actor_agents:
        if actor.kind == ARMY:
            rows["withdrawals"][actor.state] += actor.withdrawals_week
    for state, government in enumerate(model.government_agents):
        rows["legitimacy"][state] = government.legitimacy
        rows["regime_security"][state] = government.regime_security
        rows["coups"][state] = government.coup_week
    for event in model.log[: model.logged].tolist():
        c, dead = w.country[event[0]], sum(event[5:8])
        rows[f"deaths_{('state_based', 'non_state', 'one_sided')[event[1] - 1]}"][c] += dead
        rows["deaths"][c] += dead
        rows[f"attacks.{model.actor_names[event[2]]}"][c] += 1
    theatre = np.flatnonzero(w.theatre)
    met = set()
    whole = {"area_share": area[0], "inhabited_area_share": area[1], "people_share": everybody}
    whole |= {"fuel_days": everybody, "price_index": everybody}
    for name, values in rows.items():
        if name.endswith(("_ucdp", "_acled")):
            continue
        region = values[theatre].sum()
        if (parts := whole.get(name.split(".")[0])) is not None:
            region, values = region / parts[theatre].sum(), values / np.maximum(1e-9, parts)
        elif name in ("legitimacy", "regime_security"):
            region /= len(theatre)
        elif name.startswith(("army", "posts", "refugees_hosted_from")):
            met.add(name) if values.any() else None
        np.testing.assert_allclose(found[name], [region, *values], rtol=1e-5, atol=1e-6, err_msg=name)
    assert {"army", "army_near_capital", "posts"} <= met  # nothing was compared with nothing
    assert len(met) > 2, "no refugees in this week"


def test_a_month_is_the_sum_of_its_weeks(weeks):
    """Also the flows, which are taken down when the month ends, and not a week later."""
    _, recorder, seen = weeks
    months = np.array(recorder.dates) - np.timedelta64(1, "D")
    months = months.astype("datetime64[M]")
    assert [m.astype("datetime64[M]") for m in recorder.months] == sorted(set(months))[:-1]
    for row, month in enumerate(recorder.months):
        here = months == month.astype("datetime64[M]")
        left, back = (sum(np.array(seen)[here, k]) for k in (0, 1))
        data = recorder.month_data[row]
        assert data["newly_displaced"].sum() == left
        assert data["returned"].sum() == back
        moves = [(at, persons) for m, at, persons in recorder.flow_list if m == row]
        assert len(moves) == 1
        at, persons = moves[0]
        assert persons[at[:, 2] == 3].sum() == back
        assert persons[at[:, 2] < 2].sum() == left


@pytest.mark.parametrize(("days", "before"), [(1.0, 1), (3.5, 2), (7.0, 4), (14.0, 7)])
def test_events_are_dated_in_the_middle_of_their_step(days, before):
    settings = replace(settings_of("region=teaching"), step_days=days, start=date(2012, 1, 1), end=date(2013, 12, 31))
    model = ConflictModel(settings, teaching_world())
    recorder = Recorder(model)
    while not recorder.events:
        model.step()
        recorder.observe(model)
    ((when, rows, _, _),) = recorder.events
    assert {np.datetime64(model.date) - day for day in when} == {np.timedelta64(before, "D")}
    assert len(when) == len(rows) == model.logged


def test_mesa_knows_of_units_when_somebody_looks(weeks):
    model, _, _ = weeks
    living = np.flatnonzero(model.units.manpower > 0)
    assert Unit in model.agent_types
    assert len(model.agents_by_type[Unit]) == len(living)
    assert {agent.row for agent in model.agents_by_type[Unit]} == set(living.tolist())


@pytest.mark.parametrize("days_before", range(7))
def test_a_period_that_ends_as_a_month_does(days_before):
    """The last step may reach into a month that is not recorded; what moved in it belongs to the last recorded one."""
    settings = settings_of("region=teaching")
    settings = replace(settings, start=date(2013, 3, 1), end=date(2013, 7, 1) - timedelta(days=days_before))
    model = ConflictModel(settings, teaching_world())
    recorder, left = Recorder(model), 0
    for _ in range(steps_of(settings)):
        model.step()
        recorder.observe(model)
        left += int(model.communities.departed_week.sum()) if model.step_index > recorder.first else 0
    record = recorder.record(model, 0.0)
    flows = record.flows
    keys = np.stack([flows[k].astype(np.int64) for k in ("month", "origin", "destination", "kind")])
    assert len(np.unique(keys, axis=1).T) == len(flows["persons"])
    assert flows["persons"][flows["kind"] < 2].sum() == left > 0
    assert record.cells["displaced_hosted"][-1].sum() == model.communities.hosted.sum()


def test_flows_are_taken_and_set_to_zero():
    flows = np.zeros((3, 3, 2), dtype=np.int64)
    flows[0, 2, 1], flows[2, 0, 0] = 7, 4
    at, persons = weekly_sums.take_flows(flows)
    assert at.tolist() == [[0, 2, 1], [2, 0, 0]]
    assert persons.tolist() == [7, 4]
    assert not flows.any()
    assert len(weekly_sums.take_flows(flows)[0]) == 0


def test_chances_to_be_recorded_by_hand():
    """Many like events: a tenth of log-odds -2.2; oversight, media, remoteness and what UCDP misses move it."""
    n = 4000
    log = np.zeros(n, dtype=EVENT)
    log["cell"] = np.arange(n)
    log["type"], log["deaths_a"] = ONE_SIDED, 1
    base = np.log(0.1 / 0.9)

    def recorded(kind, media=0.5, remote=0.0, oversight=0.0, size=0.0, missed=0.0):
        found = weekly_sums.Recorded(*np.empty((2, n), dtype=bool))
        key, country = np.arange(n).astype(np.uint64), np.zeros(n, dtype=np.int64)
        p = weekly_sums.ObservationParameters.of(
            Observation(ucdp_size=size, acled_size=0.0, media=2.0, remote=1.0, oversight=3.0, ucdp_state=missed)
        )
        weekly_sums.enter_records(
            stream_of(1, 0, "observation", 3),
            log,
            key,
            country,
            np.full(n, remote),
            np.array([kind]),
            np.array([media]),
            np.full(n, oversight),
            base,
            base,
            p,
            found,
        )
        return found.ucdp.mean(), found.acled.mean()

    def chance(odds):
        return pytest.approx(1.0 / (1.0 + np.exp(-base - odds)), abs=0.03)

    assert recorded(INSURGENT) == (chance(0.0), chance(0.0))
    assert recorded(INSURGENT, media=1.0, remote=0.5, oversight=1.0) == (chance(0.5), chance(0.5))
    assert recorded(ARMY, oversight=0.5, missed=1.0) == (chance(0.5), chance(1.5))
    assert recorded(MILITIA, size=2.0) == (chance(2.0 * np.log(2.0)), chance(0.0))
    log["deaths_a"] = 0
    assert recorded(INSURGENT)[0] == 0.0  # UCDP takes fatal events only


def test_the_remotest_places_are_as_far_as_the_parameter_says():
    parameters = Parameters()
    usual = Recorder(fresh_model()).remote
    parameters.observation.remotest_hours *= 2.0
    farther = Recorder(fresh_model(parameters=parameters)).remote
    inside = usual < 1.0
    assert inside.any()
    np.testing.assert_allclose(farther[inside], usual[inside] / 2.0)
    hours = teaching_world().capital_hours
    np.testing.assert_array_equal(usual == 1.0, hours >= Parameters().observation.remotest_hours)


def test_nobody_is_without_supply_where_use_is_met_and_rounding_says_a_little_more():
    """Two communities of 1,000 people: one has all that it uses, by rounding a little more; one lacks a quarter."""
    nodes = view_of(weekly_sums.Nodes, price=np.ones(2), served=np.array([np.nextafter(1.0, 2.0), 0.75]))
    people, none = np.full(2, 1000), np.zeros(2, dtype=np.int64)
    communities = view_of(
        weekly_sums.Communities, residents=people, hosted=none, fuel_days=np.ones(2), siege=np.zeros(2)
    )
    place = weekly_sums.Map(np.array([0, 1]), np.ones(2), np.arange(2), *[none] * 5)
    sums = np.zeros((3, weekly_sums.SUPPLY))
    weekly_sums.supply(place, communities, nodes, sums)
    assert nodes.served[0] > 1.0
    assert sums[:, 2].tolist() == [0.0, 0.0, 250.0]


def test_what_arrives_in_towns_by_hand(weeks):
    """Rounds of lorries on the way they take now, those who still send, and those that pass."""
    model, recorder, _ = weeks
    last = recorder.towns[len(recorder.dates) - 1][:, list(TOWN_UNITS).index("arrives")]
    p, nodes = model.p.supply, model.nodes
    for row, node in enumerate(recorder.town_nodes):
        longer = (nodes.hours_usual[node] + p.turnaround_hours) / (nodes.hours[node] + p.turnaround_hours)
        share = p.fleet * min(1.0, longer) * nodes.passing[node] ** 1.5
        assert last[row] == pytest.approx(1.0 if model.is_port[node] else min(1.0, share), rel=1e-6)
    everything = recorder.towns[: len(recorder.dates), :, list(TOWN_UNITS).index("arrives")]
    assert ((everything >= 0) & (everything <= 1)).all()
    assert everything.min() < 0.95
