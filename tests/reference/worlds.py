"""Random small worlds: a teaching region some weeks into a run, its columns scrambled within what they may hold.

`random_model` makes one from whole numbers, so that a failing example can be made again; `worlds` is the Hypothesis
strategy that draws those numbers. The map and the settings are read once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sim.core.codes import ARMY, CONTESTED, FOREIGN, INSURGENT, NOBODY
from sim.model.model import ConflictModel
from sim.settings.compose import settings_for
from sim.world.region import load_region

#: for tests over random worlds: few examples, no deadline, the same ones every time; a failing one is not made smaller
few = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

RESPONSES = ("endogenous", "none", "escorts", "deal", "both")
POLITICS = ("as_happened", "endogenous")
STEPS = (7.0, 3.5, 14.0)


@dataclass(frozen=True)
class World:
    """Recipe of a random model."""

    seed: int
    weeks: int = 0
    response: str = "endogenous"
    politics: str = "as_happened"
    step_days: float = 7.0
    scrambled: bool = True
    seasons: bool = False

    def model(self) -> ConflictModel:
        """The model made by this recipe; anew each time."""
        return random_model(self)


#: random recipes
worlds = st.builds(
    World,
    seed=st.integers(0, 2**32 - 1),
    weeks=st.integers(0, 30),
    response=st.sampled_from(RESPONSES),
    politics=st.sampled_from(POLITICS),
    step_days=st.sampled_from(STEPS),
    seasons=st.booleans(),
)
#: rains and a lean season for the teaching region, which declares none; its cells lie from 1 to 6 degrees north
SEASONS = {
    "rains": [
        {"latitude": 1.5, "first": "03-10", "last": "11-20"},
        {"latitude": 3.5, "first": "05-20", "last": "09-10"},
        {"latitude": 5.0},
    ],
    "lean_season": {"pastoral_from": 4.0, "pastoral": [1, 2, 6], "farming": [5, 6, 7, 8]},
}


@cache
def teaching_settings():
    """Settings of the teaching region as shipped."""
    return settings_for(["region=teaching"])


@cache
def teaching_world():
    """Map of the teaching region."""
    base = teaching_settings()
    return load_region(base.region, base.resolution)


def fresh_model(world: World | None = None, **changes) -> ConflictModel:
    """A model of the teaching region on its first day; `changes` go into the settings."""
    world = world or World(seed=1)
    base = teaching_settings()
    base = replace(
        base,
        seed=world.seed,
        response=replace(base.response, mode=world.response),
        politics=world.politics,
        step_days=world.step_days,
        **changes,
    )
    if world.seasons:
        base = with_seasons(base)
    return ConflictModel(base, teaching_world())


def with_seasons(settings, said=SEASONS):
    """Settings of a region that has seasons."""
    info = settings.region_info
    return replace(settings, region_info=replace(info, extra=info.extra | said))


def random_model(world: World) -> ConflictModel:
    """A model some weeks into a run and then scrambled."""
    model = fresh_model(world)
    for _ in range(world.weeks):
        model.step()
    model.begin_week()
    if world.scrambled:
        scramble(model, np.random.default_rng(world.seed))
    return model


def scramble(model, rng) -> None:
    """Give every column that changes random values within its range. Tallies of the week stay at zero."""
    scramble_actors(model, rng)
    scramble_units(model, rng)
    scramble_governments(model, rng)
    scramble_cells(model, rng)
    scramble_communities(model, rng)
    scramble_supply(model, rng)
    scramble_parameters(model.p, rng)
    place = [name for name in model.world.countries] + list(model.settings.region_info.roles["main_towns"])
    for row in np.flatnonzero(model.actors.kind == INSURGENT):
        if rng.random() < 0.5:
            kind = ("blockade", "besiege")[int(rng.integers(2))]
            until = model.t + float(rng.choice([3.0, 100.0, np.inf]))
            goods = ("fuel", "all")[int(rng.integers(2))]
            model.give_order(int(row), kind, (str(rng.choice(place)),), float(rng.random()), goods, until)
    scramble_reprisal(model, rng)
    model.look_anew()


def sometimes(rng, shape, chance: float, top: float = 1.0) -> np.ndarray:
    """Zero, or with some chance a number up to `top`."""
    return np.where(rng.random(shape) < chance, rng.random(shape) * top, 0.0)


def scramble_actors(model, rng) -> None:
    """Relations, means and moods; everybody has entered."""
    a, n = model.actors, len(model.actors)
    a.entered[:] = rng.random(n) < 0.9
    pairs = np.triu(rng.random((n, n)), 1)
    a.enmity[:] = np.maximum(a.enmity, ((pairs + pairs.T) > 0.8) & (a.controller[:, None] != a.controller))
    truce = np.triu(sometimes(rng, (n, n), 0.2), 1)
    a.truce[:] = truce + truce.T
    mediator = np.triu(np.where(rng.random((n, n)) < 0.3, rng.integers(0, n, (n, n)), -1), 1)
    a.mediator[:] = np.where(np.tri(n, k=-1, dtype=bool), mediator.T, mediator)
    np.fill_diagonal(a.mediator, -1)
    a.hostility[:] = a.enmity * (1.0 - a.truce)
    for name, chance in (("loot", 0.5), ("treasury", 0.5)):
        getattr(a, name)[:] = sometimes(rng, n, chance, 3000.0)
    a.air[:] = sometimes(rng, n, 0.4)
    a.funding[:] = 1.5 * rng.random(n)
    a.abusiveness_factor[:] = 2.0 * rng.random(n)
    a.coercion_factor[:] = 2.0 * rng.random(n)
    a.selectivity_added[:] = rng.uniform(-0.3, 0.3, n)
    a.mandate_factor[:] = rng.choice([0.0, 0.3, 1.0], n)
    a.understanding[:] = rng.random(n)
    a.revenge[:] = sometimes(rng, n, 0.5)
    a.morale[:] = rng.random(n)
    a.cohesion_bonus[:] = sometimes(rng, n, 0.3, 0.2)
    a.blockading[:] = rng.random(n) < 0.8
    symbols = np.append(model.symbol_cells, -1)
    a.objective[:] = np.where(a.kind == ARMY, rng.choice(symbols, n), -1)
    a.objective_days[:] = np.where(a.objective >= 0, 100.0 * rng.random(n), 0.0)
    foreign = a.kind == FOREIGN
    a.leaving[:] = foreign & (rng.random(n) < 0.3)
    a.handover[:] = np.where(a.leaving, rng.integers(0, 3, n), 0)
    a.target[:] = np.where(a.kind >= ARMY, rng.integers(0, 6000, n), 0.0)
    a.target_goal[:] = np.where(rng.random(n) < 0.5, a.target * 1.5, 0.0)
    a.target_rate[:] = np.abs(a.target_goal - a.target) / 100.0
    model.ramped.update(np.flatnonzero((a.kind >= ARMY) & (rng.random(n) < 0.5)).tolist())


def scramble_units(model, rng) -> None:
    """Units of everybody, many of them together in a few cells."""
    w, a = model.world, model.actors
    hot = rng.choice(w.n_cells, 6, replace=False)
    for row in range(len(a)):
        for _ in range(int(rng.integers(0, 6))):
            size = int(rng.integers(1, 1 + int(1.6 * a.unit_size[row])))
            model.make_unit(row, int(rng.choice(hot)), size, home=int(rng.choice(w.n_cells)))
    u = model.units
    n = len(u)
    moved = rng.random(n) < 0.3
    u.cell[:] = np.where(moved, rng.choice(hot, n), u.cell)
    u.home[:] = np.where(rng.random(n) < 0.3, u.cell, u.home)
    small = rng.random(n) < 0.2
    u.manpower[:] = np.where(small, np.minimum(u.manpower, rng.integers(0, 12, n)), u.manpower)
    u.arms[:] = rng.uniform(0.2, 1.6, n)
    u.cohesion[:] = rng.uniform(0.05, 1.0, n)
    u.surplus[:] = rng.uniform(-0.5, 0.5, n)
    u.posture[:] = rng.integers(0, 8, n)
    u.rest_days[:] = sometimes(rng, n, 0.3, 30.0)
    going = rng.random(n) < 0.3
    u.target[:] = np.where(going & (u.manpower > 0), rng.integers(0, w.n_cells, n), -1)
    u.post[:] = np.where(rng.random(n) < 0.2, rng.integers(0, w.n_cells, n), -1)
    u.km_left[:] = np.where(u.target >= 0, rng.uniform(0.0, 800.0, n), 0.0)
    model.count_persons()


def scramble_governments(model, rng) -> None:
    """Standing, means, answers to blockades, border rules and alliances."""
    g, n = model.governments, len(model.governments)
    for name in ("legitimacy", "regime_security", "media", "propaganda"):
        getattr(g, name)[:] = rng.uniform(0.05, 0.95, n)
    for name in ("monitoring", "shortage", "foreseen", "escorts", "massed", "victory", "known_abuse", "army_losses"):
        getattr(g, name)[:] = sometimes(rng, n, 0.5)
    g.campaign[:], g.rally[:] = sometimes(rng, n, 0.6), sometimes(rng, n, 0.4, 0.05)
    g.theatre[:] = g.theatre | (rng.random(n) < 0.3)
    g.treasury[:] = rng.uniform(0.1, 1.2, n)
    g.coups[:] = rng.integers(0, 3, n)
    g.days_since_coup[:] = rng.choice([3.0, 200.0, 5000.0], n)
    g.deal_days[:] = sometimes(rng, n, 0.3, 60.0)
    g.shortage_days[:] = sometimes(rng, n, 0.5, 200.0)
    g.aid_political[:], g.aid_developmental[:], g.aid_humanitarian[:] = sometimes(rng, (n, 3), 0.4).T
    g.aid_protected[:] = rng.random(n) < 0.5
    foreign = np.append(np.flatnonzero(model.actors.kind == FOREIGN), -1)
    g.partner[:] = rng.choice(foreign, n)
    g.blocs[:] = rng.integers(0, 4, n)
    g.pursuit_rule[:] = np.where(rng.random((n, n)) < 0.3, rng.random((n, n)), -1.0)
    for name in ("trade", "passage"):
        getattr(g, name)[:] = np.where(rng.random((n, n)) < 0.3, rng.random((n, n)), 1.0)
    if rng.random() < 0.3:
        model.coups_due.append(int(rng.integers(n)))
    if rng.random() < 0.3:
        model.rallies_due.append(int(rng.integers(n)))


def scramble_cells(model, rng) -> None:
    """Presence, influence with the shares and controllers that follow, knowledge and memory."""
    cells, n, actors = model.cells, len(model.cells), len(model.actors)
    parties = cells.share.shape[1]
    cells.presence[:] = sometimes(rng, (n, actors), 0.3, 400.0)
    cells.influence[:] = sometimes(rng, (n, parties), 0.5, 300.0)
    total = cells.influence.sum(1, keepdims=True)
    cells.share[:] = np.divide(cells.influence, total, out=np.zeros_like(cells.share), where=total > 0.0)
    rule = np.where(cells.share.max(1) >= model.p.control.rule_share, cells.share.argmax(1), CONTESTED)
    cells.controller[:] = np.where(total[:, 0] < model.p.control.floor, NOBODY, rule)
    cells.state_held[:] = (cells.controller == 0) ^ (rng.random(n) < 0.2)
    cells.information[:] = sometimes(rng, (n, actors), 0.6)
    groups = model.actors.kind < ARMY
    cells.services[:, groups] = sometimes(rng, (n, groups.sum()), 0.4)
    cells.state_services[:] = model.services_peace * rng.random(n)
    for name, top in (
        ("attack_memory", 5.0),
        ("danger", 60.0),
        ("killed_lately", 40.0),
        ("comrades_lost", 30.0),
        ("oversight", 1.0),
        ("corridor", 1.0),
    ):
        getattr(cells, name)[:] = sometimes(rng, n, 0.4, top)
    cells.sweeps_answered[:] = sometimes(rng, (n, actors), 0.1, 3.0)
    cells.post_lost_days[:] = np.where(rng.random(n) < 0.1, 100.0 * rng.random(n), 5000.0)
    cells.post_lost_by[:] = np.where(cells.post_lost_days < 100.0, rng.integers(0, actors, n), -1)
    cells.order_bonus[:] = sometimes(rng, (n, actors), 0.1, 3.0)
    model.orders_stood = True


def scramble_communities(model, rng) -> None:
    """Attitudes, hardship and the displaced; those away and hosted agree with the cohorts."""
    com, co, n, actors = model.communities, model.cohorts, len(model.communities), len(model.actors)
    few_left = rng.random(n) < 0.1
    com.residents[:] = np.where(few_left, rng.integers(0, 40, n), com.residents)
    rows = len(co)
    co.persons[:] = np.where(rng.random(rows) < 0.05, rng.integers(1, 3000, rows), 0)
    co.transit[:] = np.where(rng.random(rows) < 0.05, rng.integers(1, 1000, rows), 0)
    com.hosted[:] = np.bincount(co.place, co.persons, n)
    com.displaced_from[:] = np.bincount(co.origin, co.persons + co.transit, n)
    hit = rng.random(n) < 0.2
    com.hosted_dead[:] = np.where(hit, com.hosted * rng.random(n) * 0.3, 0).astype(np.int64)
    support = sometimes(rng, (n, actors), 0.3)
    com.support[:] = support / np.maximum(1.0, 1.2 * support.sum(1, keepdims=True))
    com.harm[:] = sometimes(rng, (n, actors), 0.3)
    com.exposure[:] = sometimes(rng, (n, actors), 0.1, 20.0)
    com.collaboration[:] = sometimes(rng, (n, actors), 0.3)
    for name in ("fear", "blame", "hardship", "blockade_hardship", "benefits", "included", "siege"):
        getattr(com, name)[:] = sometimes(rng, n, 0.5)
    for name in ("livelihood", "goods"):
        getattr(com, name)[:] = rng.random(n)
    com.order_days[:] = sometimes(rng, n, 0.2, 20.0)
    com.fuel_days[:] = rng.uniform(0.0, 8.0, n)
    com.known[:] = rng.random(com.known.shape)
    for name, chance, top in (("alarm", 0.3, 1.0), ("past_harm", 0.3, 0.6), ("loyalty", 0.5, 1.0)):
        getattr(com, name)[:] = sometimes(rng, n, chance, top)
    com.toll[:] = sometimes(rng, n, 0.4, 60.0)
    com.toll_at_flight[:] = np.where(com.displaced_from > 0, sometimes(rng, n, 0.5, 10.0), 0.0)
    model.ways_on[:] = rng.random(model.ways_on.shape) < 0.4
    model.p.displacement.ways_on_rate *= float(rng.choice([1.0, 100.0]))


def scramble_supply(model, rng) -> None:
    """Stores and prices; hazards and routes are found anew by the process."""
    nodes, edges, n = model.nodes, model.edges, len(model.nodes)
    if model.step_index == 0:  # the first week fills the stores
        return
    nodes.stock[:] = nodes.capacity * rng.random(n)
    nodes.transit[:] = np.maximum(nodes.transit, 0.0) * rng.random(n)
    nodes.price[:] = rng.uniform(0.8, 3.0, n)
    nodes.served[:] = rng.random(n)
    nodes.days_week[:] = rng.uniform(0.0, 6.0, n)
    edges.hazard[:] = sometimes(rng, len(edges), 0.5)


def scramble_reprisal(model, rng) -> None:
    """Attacks of local armed people that are remembered, and livelier violence by denunciation and in reprisal."""
    model.cells.local_attacks[:] = sometimes(rng, model.cells.local_attacks.shape, 0.3, 5.0)
    for name in ("denunciation", "reprisal_rate"):
        value = getattr(model.p.violence, name)
        setattr(model.p.violence, name, value * float(rng.choice([1.0, 20.0])))


def scramble_parameters(p, rng) -> None:
    """The contested signs either way, and livelier violence so that a week has something to compare."""
    p.attitudes.backlash = float(rng.uniform(-1.0, 1.0))
    p.attitudes.blockade_blame = float(rng.uniform(-1.0, 1.0))
    p.politics.expulsion_rate *= float(rng.choice([1.0, 20.0]))
    for part in (p.combat, p.violence):
        for name in ("insurgent_rate", "militia_rate", "state_rate"):
            setattr(part, name, getattr(part, name) * float(rng.choice([1.0, 20.0])))
    p.combat.lethality *= float(rng.choice([1.0, 5.0]))
