"""What the map and the region say, in the form in which processes read it: made once, and the same for a whole run.

Movement: what there is to rule in a cell, how near it is to a centre of power, what draws forces of the state to it.
Control: how far presence reaches, services of the state in peace, police. Displacement: attraction of places and travel
to them. Seasons: factors of the months.
"""

from __future__ import annotations

import numpy as np

from sim.core.codes import FLOW_KINDS
from sim.core.draws import key_of_name
from sim.model.supply_setup import supply_tables, works_tables
from sim.processes.shared.displacement_flow import arrival_chances
from sim.world.season import MONTHS, lean_by_month, rains_by_month
from sim.world.season_factors import Season, hours_factor, lean_factor, pace_factor
from sim.world.tables import EDGE_KINDS

LARGE_TOWN = 1e5  # persons: the town whose pull on forces of the state is 1
TOWN = 1e4  # persons: the town whose attraction to the displaced is 1


def static_tables(model) -> None:
    """All of it: attributes of the model, of shape (N,) for cells and (C,) for countries where nothing else is said."""
    w = model.world
    movement_tables(model)
    control_tables(model)
    model.residents_peace = w.population[: w.n_communities].astype(np.int64)
    country_tables(model)
    supply_tables(model)
    works_tables(model)
    displacement_tables(model)
    season_tables(model)


def movement_tables(model) -> None:
    """What draws armed actors to a cell; symbolic places and capitals."""
    w, p = model.world, model.p.movement
    model.resources = np.minimum(1.0, np.sqrt(w.population / p.resource_people)) + p.resource_mines * w.extraction
    model.centre = np.exp(-w.capital_hours / p.centre_hours)
    # garrisons stand in the larger towns
    model.town_pull = (w.town_size / LARGE_TOWN) ** p.town_power + p.village_pull * (w.population > p.village_people)
    model.town_cells = np.flatnonzero(w.town_size > 0.0)
    model.symbol = np.zeros(w.n_cells)
    for place in model.settings.region_info.symbolic:
        model.symbol[w.cells_of(place)] = 1.0
    model.symbol_cells = np.flatnonzero(model.symbol)
    # seat of the region (admin-1) of each cell, where it has one: itself
    model.seat_of = np.where(w.admin1 >= 0, w.admin1_seat[w.admin1], np.arange(w.n_cells))
    model.capital_cell = np.asarray(w.capital_cell, dtype=np.int64)
    model.in_capital = np.zeros(w.n_cells, dtype=bool)
    model.in_capital[model.capital_cell] = True


def control_tables(model) -> None:
    """How far people are felt, in compressed rows (start, cell, weight); services in peace; police (P,).

    `felt` has the same weights as `projection`, made to sum to 1 for each cell people stand in.
    """
    w, p = model.world, model.p.control
    decay = np.exp(-w.reach_hours / p.reach_hours)
    keep = decay >= p.reach_least
    counts = np.add.reduceat(keep.astype(np.int64), w.reach_start[:-1])
    start = np.concatenate([[0], np.cumsum(counts)])
    near = w.reach_cell[keep].astype(np.int64)
    model.projection = (start, near, decay[keep])
    model.felt = (start, near, decay[keep] / np.repeat(np.add.reduceat(decay[keep], start[:-1]), counts))
    peace = p.peace_services - p.peace_arid * w.aridity - w.capital_hours / p.peace_hours + p.peace_urban * w.urban
    model.services_peace = np.where(np.arange(w.n_cells) < w.n_communities, np.clip(peace, p.peace_floor, 1.0), 0.0)
    police = model.settings.region_info.extra.get("police_per_thousand", {})
    by_country = np.array([float(police.get(iso3, p.police_usual)) for iso3 in w.countries])
    model.police = by_country[w.country[: w.n_communities]]


def country_tables(model) -> None:
    """Keys of draws, borders (C, C), armies, and the communities of each country in compressed rows (start, rows)."""
    w = model.world
    n_countries = len(w.countries)
    model.country_key = np.array([key_of_name(iso3) for iso3 in w.countries], dtype=np.uint64)
    model.country_borders = np.zeros((n_countries, n_countries), dtype=bool)
    here = np.repeat(np.arange(w.n_cells), np.diff(w.nb_start))
    model.country_borders[w.country[here], w.country[w.nb_cell]] = True
    np.fill_diagonal(model.country_borders, False)
    model.army_of = np.full(n_countries, -1, dtype=np.int64)
    for row, profile in enumerate(model.settings.actors.values()):
        if profile.kind == "army":
            model.army_of[w.countries.index(profile.state)] = row
    people = w.country[: w.n_communities]
    start = np.concatenate([[0], np.cumsum(np.bincount(people, minlength=n_countries))])
    model.people_of = (start, np.argsort(people, kind="stable"))


def displacement_tables(model) -> None:
    """Attraction of places over the way to them and days of travel, by cohort; room in camps (P,); cohorts listed by
    place in compressed rows; flows between provinces by kind, to be added up; people in peace with their weighted
    neighbours (P,); which countries ways lead on to from each (C, C)."""
    w, p = model.world, model.p.displacement
    model.cohorts.origin[:] = np.repeat(np.arange(w.n_communities), np.diff(w.dest_start))
    model.cohorts.place[:] = w.dest_cell
    model.days_on_way = p.departure_days + w.dest_hours / p.travel_hours
    model.arrival_chance = arrival_chances(model.dt, model.days_on_way)  # in a whole step
    size = np.maximum(w.town_size[: w.n_communities], p.rural_attraction * w.population[: w.n_communities]) / TOWN
    model.attraction = np.maximum(size, p.least_attraction) ** p.town_power
    model.camp_days = np.array([model.day_of(day) for day in w.camps.opened])
    model.camps_open = -1
    open_camps(model)
    model.place_rows = np.argsort(w.dest_cell, kind="stable").astype(np.int64)
    model.place_start = np.concatenate([[0], np.cumsum(np.bincount(w.dest_cell, minlength=w.n_communities))]).astype(
        np.int64
    )
    n_provinces = len(w.admin1_names)
    model.flows = np.zeros((n_provinces, n_provinces, len(FLOW_KINDS)), dtype=np.int64)
    here = np.repeat(np.arange(w.n_cells), np.diff(w.nb_start))
    inside = (here < w.n_communities) & (w.nb_cell < w.n_communities)
    near = np.bincount(here[inside], w.population[w.nb_cell[inside]], w.n_communities)
    model.pooled_peace = np.maximum(p.least_people, w.population[: w.n_communities] + p.toll_near * near)
    model.ways_on = np.zeros((len(w.countries), len(w.countries)), dtype=bool)
    for c, countries in model.settings.region_info.extra.get("ways_on", {}).items():
        for k in countries:
            model.ways_on[w.countries.index(c), w.countries.index(k)] = True


def season_tables(model) -> None:
    """Factors of each month (`sim.world.season_factors`): `seasons`, one `Season` a month."""
    w, p, said = model.world, model.p.season, model.settings.region_info.extra
    wet = rains_by_month(w.lat, said.get("rains"))
    lean = lean_factor(lean_by_month(w.lat[: w.n_communities], said.get("lean_season")), p.lean)
    off_road, sweeps = hours_factor(wet, p.slow), pace_factor(wet, p.slow, 1.0)
    e = w.edges
    on_edge, ways = np.repeat(np.arange(len(e)), np.diff(e.edge_start)), np.tile(e.hours, (MONTHS, 1))
    km = np.bincount(on_edge, e.edge_cell_km, len(e))
    tracks = (e.kind == EDGE_KINDS["track"]) & (km > 0.0)
    for hours, month in zip(off_road, ways, strict=True):
        along = np.bincount(on_edge, e.edge_cell_km * hours[e.edge_cell], len(e))
        month[tracks] *= along[tracks] / km[tracks]
    paved = e.edge_cell[e.kind[on_edge] == EDGE_KINDS["paved"]]
    hours = off_road.copy()
    hours[:, paved] = sweeps[:, paved] = 1.0
    model.seasons = [Season(*month) for month in zip(hours, pace_factor(wet, p.slow, p.raids), sweeps, lean, ways)]


def open_camps(model) -> None:
    """Pull of the candidate places of each cohort and room in camps (P,), with the camps that are open by now.

    Camps draw people from other countries, as a town of as many people as there is room for and `camp_bonus` times
    that; one without a limit draws as one with room for `camp_room`, and is never crowded.
    """
    w, p = model.world, model.p.displacement
    now = model.camp_days < model.t + model.dt
    if now.sum() == model.camps_open:
        return
    model.camps_open = int(now.sum())
    refuge, model.camp_capacity = np.zeros(w.n_communities), np.zeros(w.n_communities)
    for cell, room in zip(w.camps.cell[now], w.camps.capacity[now], strict=True):
        if cell < w.n_communities:
            refuge[cell] += p.camp_bonus * ((room if room > 0 else p.camp_room) / TOWN) ** p.town_power
            model.camp_capacity[cell] += room if room > 0 else np.inf
    abroad = w.country[model.cohorts.origin] != w.country[w.dest_cell]
    pull = model.attraction[w.dest_cell] + np.where(abroad, refuge[w.dest_cell], 0.0)
    model.dest_pull = pull * np.exp(-w.dest_hours / p.reach_hours)
