"""Building a model: columns from actor profiles and map, relations between actors, the state on the first day."""

from __future__ import annotations

import numpy as np

from sim.core.codes import ARMY, AUXILIARY, CONTESTED, EVENT, FOREIGN, KINDS, LEDGER, LOG_ROWS, NOBODY, VECTORS
from sim.core.columns import Table
from sim.core.draws import key_of_name
from sim.model.agents import KIND_CLASSES, Community, Government
from sim.model.map_tables import static_tables
from sim.model.schema import (
    COHORT_COLUMNS,
    EDGE_COLUMNS,
    NODE_COLUMNS,
    UNIT_COLUMNS,
    actor_columns,
    cell_columns,
    community_columns,
    government_columns,
)
from sim.processes import borders, control
from sim.world.grid import great_circle_km
from sim.world.past_harm import harm_by_government

JOINT_FORCE = "joint_force"  # role of a force that the states of the region make up among them


def build(model, world) -> None:
    """Set every attribute of a new model from its settings and the world."""
    settings = model.settings
    model.world = world
    model.p = with_drawn(settings.parameters, model.drawn)
    model.dt = float(settings.step_days)
    model.t = 0.0
    model.step_index = 0
    model._streams, model._scratch = {}, {}
    model._enrolled = np.zeros(0, dtype=bool)
    model._by_cell, model._irregulars, model._by_actor = None, None, None
    model.actor_names = list(settings.actors)
    model.rows = {name: row for row, name in enumerate(model.actor_names)}
    model.ledger = dict.fromkeys(LEDGER, 0)
    model.orders, model.coups_due, model.ramped, model.bloc_numbers = [], [], set(), {}
    model.rallies_due = []
    model.response_from = model.day_of(settings.response.start or settings.levers_from)
    model.orders_stood = True  # cells may hold the pull of orders; the first week puts it right
    model.places_of = {}
    model._places, model._country_of = {}, {}
    model.next_event = 0
    model.event_list = [(model.day_of(event.date), event) for event in settings.events]
    model.log = np.zeros(LOG_ROWS, dtype=EVENT)
    model.logged = 0
    make_tables(model)
    static_tables(model)
    fill_actors(model)
    model._space = None
    model._unit_agents = {}
    model.community_agents = [Community(model, model.communities, row) for row in range(world.n_communities)]
    model.government_agents = [Government(model, model.governments, row) for row in range(len(world.countries))]
    model.actor_agents = [
        KIND_CLASSES[kind](model, model.actors, row) for row, kind in enumerate(model.actors.kind.tolist())
    ]
    borders.step(model, model.dt)
    place_armies(model)
    model.count_persons()
    first_state(model)


def with_drawn(parameters, drawn: dict[str, float]):
    """Parameters with the replicate's drawn values in place of their defaults."""
    from copy import deepcopy

    parameters = deepcopy(parameters)
    for name, value in drawn.items():
        group, key = name.split(".")
        setattr(getattr(parameters, group), key, value)
    return parameters


def make_tables(model) -> None:
    """The tables of columns, with one row per actor, cell, community, government, node and edge."""
    world, profiles = model.world, list(model.settings.actors.values())
    actors, countries = len(profiles), len(world.countries)
    own = [row for row, profile in enumerate(profiles) if profile.kind in ("insurgent", "militia")]
    model.controllers = ["government"] + [model.actor_names[row] for row in own]
    model.actor_of_controller = np.array([-1, *own], dtype=np.int64)
    model.insurgent_controllers = np.array(
        [q for q, row in enumerate(own, start=1) if profiles[row].kind == "insurgent"], dtype=np.int64
    )
    model.actors = Table("actors", actor_columns(actors, countries), actors)
    model.cells = Table("cells", cell_columns(actors, len(model.controllers)), world.n_cells)
    model.communities = Table("communities", community_columns(actors, len(model.controllers)), world.n_communities)
    model.units = Table("units", UNIT_COLUMNS)
    model.governments = Table("governments", government_columns(countries), countries)
    model.nodes = Table("nodes", NODE_COLUMNS, len(world.nodes))
    model.edges = Table("edges", EDGE_COLUMNS, len(world.edges))
    model.cohorts = Table("cohorts", COHORT_COLUMNS, len(world.dest_cell))
    model.tables = {
        name: getattr(model, name)
        for name in ("actors", "cells", "communities", "units", "governments", "nodes", "edges", "cohorts")
    }
    for controller, row in enumerate(own, start=1):
        model.actors.controller[row] = controller


def fill_actors(model) -> None:
    """Columns of actors from their profiles, and relations between them."""
    a, world = model.actors, model.world
    profiles = list(model.settings.actors.values())
    model.strength_days, model.strength_persons, model.offers = [], [], []
    model.operating_area = np.ones((len(profiles), world.n_cells), dtype=bool)
    for row, (name, profile) in enumerate(model.settings.actors.items()):
        a.key[row] = key_of_name(name)
        a.kind[row] = KINDS[profile.kind]
        a.state[row] = world.countries.index(profile.state) if profile.state else -1
        a.parent[row] = model.rows[profile.parent] if profile.parent else -1
        a.unit_size[row] = profile.unit_size
        a.mobility[row] = profile.mobility
        a.firepower[row] = profile.firepower
        a.air[row] = profile.air_support
        a.abusiveness[row] = profile.abusiveness
        a.selectivity[row] = profile.selectivity
        a.coercion[row] = profile.coercion
        a.understanding[row] = profile.local_understanding
        a.services[row] = profile.services
        for group, keys in VECTORS.items():
            for key in keys:
                getattr(a, f"{group}_{key}")[row] = getattr(getattr(profile, group), key)
        model.operating_area[row] = operating_area_of(world, profile)
        if profile.area:
            listed = {entry.split(".")[0] for entry in profile.area}
            a.countries[row] = [iso3 in listed for iso3 in world.countries]
        elif a.kind[row] in (ARMY, AUXILIARY):
            a.countries[row] = np.arange(len(world.countries)) == a.state[row]
        a.blockading[row] = True
        model.strength_days.append(np.array([model.day_of(s.date) for s in profile.strength]))
        model.strength_persons.append(np.array([s.persons for s in profile.strength]))
        if profile.entry is not None and profile.entry.places:
            model.places_of[row] = dict(profile.entry.places)
        if profile.offer is not None:
            model.offers.append((row, profile.offer))
    model.irregulars = np.flatnonzero(a.kind < ARMY)
    mission = a.mandate_protect + a.mandate_oversee > model.p.finance.jobs_mandate
    model.missions = np.flatnonzero((a.kind == FOREIGN) & mission)  # that give work
    joint = np.array([JOINT_FORCE in profile.roles for profile in profiles])
    model.outsiders = (a.kind == FOREIGN) & ~joint  # whom a government may campaign against
    counts = [len(days) for days in model.strength_days]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    days, persons = ([*parts, np.zeros(0)] for parts in (model.strength_days, model.strength_persons))
    model.strength_in_profiles = (start, np.concatenate(days), np.concatenate(persons))  # in compressed rows
    for row, profile in enumerate(profiles):
        for other, second in enumerate(profiles):
            if other != row and fights_by_default(profile, second):
                a.enmity[row, other] = a.enmity[other, row] = 1.0
    # by kind first, then by role, then by name: the nearer word wins
    for level in (of_kind, of_role, of_name):
        for row, profile in enumerate(profiles):
            for word, attitude in profile.relations.items():
                for other in level(model, word):
                    if other != row:
                        relate(a, row, other, attitude)
    model.foreign_rows = np.flatnonzero(a.kind == FOREIGN).tolist()
    a.hostility[:] = a.enmity * (1.0 - a.truce)
    a.entered[:] = False


def operating_area_of(world, profile) -> np.ndarray:
    """Cells in which an actor may be by its profile (N,): where `area` names admin-1 of a country, only those of it."""
    operating_area = np.ones(world.n_cells, dtype=bool)
    for c, iso3 in enumerate(world.countries):
        labels = [entry for entry in profile.area if entry.startswith(f"{iso3}.")]
        inside = world.country == c
        if labels:
            operating_area[inside] = np.isin(
                world.admin1[inside], [world.admin1_names.index(label) for label in labels]
            )
        elif profile.area and iso3 not in profile.area and profile.kind not in ("army", "auxiliary"):
            operating_area[inside] = False
    return operating_area


def fights_by_default(profile, other) -> bool:
    """Insurgents fight armies, auxiliaries, militias and foreign forces that strike or protect."""
    if profile.kind != "insurgent":
        return False
    armed = other.kind in ("army", "auxiliary", "militia")
    return armed or (other.kind == "foreign" and other.mandate.strike + other.mandate.protect > 0.0)


def of_kind(model, word):
    """Rows of actors of a kind."""
    return [row for row, profile in enumerate(model.settings.actors.values()) if profile.kind == word]


def of_role(model, word):
    """Rows of actors with a role."""
    return [
        row
        for row, profile in enumerate(model.settings.actors.values())
        if word in profile.roles and profile.kind != word
    ]


def of_name(model, word):
    """Row of the actor with this name."""
    return [model.rows[word]] if word in model.rows else []


def relate(a, row: int, other: int, attitude: str) -> None:
    """Set the attitude of two actors to one another."""
    for i, j in ((row, other), (other, row)):
        a.enmity[i, j] = 1.0 if attitude in ("hostile", "truce") else 0.0
        a.truce[i, j] = 1.0 if attitude == "truce" else 0.0


def place_armies(model) -> None:
    """Armies that are there on the first day: at the bases that their profiles name, else spread over their country."""
    a = model.actors
    for row in np.flatnonzero(a.kind == ARMY):
        profile = model.profile_of(row)
        if profile.entry is not None:
            persons = profile.entry.persons if profile.entry.date is not None else 0
        else:
            persons = profile.strength[0].persons if profile.strength else 0
        if persons > 0:
            a.entered[row] = True
            a.target[row] = persons
            model.place_persons(row, int(persons))
            spread_over_posts(model, row)


def spread_over_posts(model, row: int) -> None:
    """The units of an army that stand at a named base man the posts around it on the first day.

    A post belongs to the nearest base. Garrisons go by the pull of towns, `pull_home` times at the base itself; a post
    that comes to less than half a unit by that is not manned. Each unit goes where most is lacking, which is its home.
    """
    w, u, p = model.world, model.units, model.p.movement
    mine = np.flatnonzero((u.actor == row) & (u.manpower > 0))
    bases = np.unique(u.cell[mine])
    may = model.operating_area[row] & model.actors.countries[row][w.country]
    around = np.flatnonzero(may & (model.town_pull > 0.0))
    nearest = np.argmin([great_circle_km(w.lat[b], w.lon[b], w.lat[around], w.lon[around]) for b in bases], axis=0)
    size = float(model.actors.unit_size[row])
    for number, base in enumerate(bases):
        units = mine[u.cell[mine] == base]
        posts = np.append(np.setdiff1d(around[nearest == number], bases), base)
        pull = np.append(model.town_pull[posts[:-1]], p.pull_home * max(model.town_pull[base], p.base_pull))
        people = float(u.manpower[units].sum())
        posts, pull = (values[(people * pull / pull.sum() >= size / 2.0) | (posts == base)] for values in (posts, pull))
        wanted, there = people * pull / pull.sum(), np.zeros(len(posts))
        for unit in units:
            at = int(np.argmax(wanted - there))
            there[at] += u.manpower[unit]
            u.cell[unit] = u.home[unit] = posts[at]


def first_state(model) -> None:
    """State of the communities, governments and control on the first day."""
    w, g, com, cells = model.world, model.governments, model.communities, model.cells
    com.residents[:] = w.population[: w.n_communities]
    g.theatre[:] = w.theatre
    cells.state_services[:] = model.services_peace
    forces = model.actors.kind >= ARMY  # of a state, or sent by one; groups build up what they provide
    cells.services[:, forces] = model.actors.services[forces]
    cells.influence[:, 0] = model.officials(model.communities.residents) * model.services_peace
    control.feel_presence(model, model.felt, control.Sight(hidden=1.0, part_time=1.0))
    for row in range(len(model.actors)):
        cells.influence[:, model.actors.controller[row]] += cells.presence[:, row]
    total = cells.influence.sum(1, keepdims=True)
    cells.share[:] = np.divide(cells.influence, total, out=np.zeros_like(cells.influence), where=total > 0)
    best, ruled = cells.share.argmax(1), cells.share.max(1) >= model.p.control.rule_share
    cells.controller[:] = np.where(total[:, 0] < model.p.control.floor, NOBODY, np.where(ruled, best, CONTESTED))
    cells.state_held[:] = cells.controller == 0
    # support of the army of the own state in peace
    army = model.army_of[w.country[: w.n_communities]]
    has = army >= 0
    com.support[np.flatnonzero(has), army[has]] = model.p.attitudes.army_support
    com.loyalty[:] = np.where(has, model.p.attitudes.army_support, 0.0)
    known_rule(model)
    p = model.p
    com.past_harm[:] = harm_by_government(
        w, p.combat.crossfire_blame, p.attitudes.shock_scale, p.displacement.past_days
    )


def known_rule(model) -> None:
    """Rule that people are used to on the first day: that of who rules then, and of groups who are about by then on the
    ground of their profiles; and whose harm is whose (see `sim.processes.shared.flight.alarm`)."""
    w, com, p, actors = model.world, model.communities, model.p.displacement, model.actors
    s, half = model.cells.share[: w.n_communities] ** p.rule_power, p.rule_half**p.rule_power
    com.known[:] = s / (s + half) * (1.0 + half)
    for q, row in enumerate(model.actor_of_controller[1:], start=1):
        entry = model.profile_of(row).entry
        if entry is not None and entry.date is not None and entry.date <= model.settings.region_info.start:
            known = model.operating_area[row, : w.n_communities] & actors.countries[row][w.country[: w.n_communities]]
            com.known[known, q] = 1.0
    states = len(w.countries)
    of_state = (actors.kind == ARMY) | (actors.kind == AUXILIARY)
    group = np.where(actors.controller > 0, states - 1 + actors.controller, -1)
    model.ruler_of = np.where(of_state, actors.state, group).astype(np.int64)
