"""Schedule: the dated decisions of principals take effect, and strengths given as targets move along their ramps.

Only decisions and orders enter here; whether a siege holds, a base falls or a pact frays is left to the other
processes. Armies and auxiliaries follow a target by recruiting (process recruitment); foreign forces arrive and leave
here (`sim.processes.shared.strength`), and the account of persons notes it. A ramp runs over weeks from its event, so
that a moved date moves it.
"""

from __future__ import annotations

import math

import numpy as np

from sim.core.codes import (
    ARMY,
    DOCTRINE,
    FOREIGN,
    HANDOVERS,
    INSURGENT,
    KINDS,
    MILITIA,
    NOBODY_MEDIATES,
    PARTIES_KEEP,
    STRATEGY,
    TAXES,
)
from sim.core.conversions import WEEK_DAYS
from sim.core.views import columns
from sim.processes.shared.strength import Forces, ForceUnits, depart, enter, follow_targets, ramp, ramp_days

Units = columns("units", reads="actor cell home", writes="manpower cohesion")
Actors = columns(
    "actors",
    reads="kind state parent persons countries",
    writes="understanding air mandate_factor cohesion_bonus abusiveness_factor selectivity_added coercion_factor"
    " enmity truce mediator hostility blockading",
)
#: weights of an actor that an event may set, each by its key
Weights = columns(
    "actors",
    writes=" ".join(
        f"{group}_{key}"
        for group, keys in (("strategy", STRATEGY), ("doctrine", DOCTRINE), ("taxes", TAXES))
        for key in keys
    ),
    name="Weights",
)
Governments = columns(
    "governments",
    writes="monitoring deal_days pursuit_rule trade passage blocs media propaganda campaign aid_political"
    " aid_developmental aid_humanitarian aid_protected partner",
)
MAKES_UNITS = True  # forces that arrive or take over are appended, with all their columns


def apply(model, event) -> None:
    """Apply one event, whose effect names the function."""
    EFFECTS[event.effect](model, event)


def countries_of(model, value) -> list[int]:
    """Numbers of the countries that an event names: one, or a list."""
    names = [value] if isinstance(value, str) else value
    return [model.world.countries.index(name) for name in names]


# ---------------------------------------------------------------------------- forces


def _arrive(model, event):
    """A force enters: irregulars with all their people, for they grow by recruitment; others by a ramp."""
    row, forces = model.rows[event["actor"]], Forces.of(model)
    forces.entered[row] = True
    forces.leaving[row] = False
    if event["places"]:
        model.set_places(row, event["places"])
    if forces.kind[row] in (INSURGENT, MILITIA):
        enter(model, row, int(event["persons"]))
    else:
        ramp(model, row, event["persons"], ramp_days(event["weeks"]))


def _strength(model, event):
    """A force goes to another strength."""
    ramp(model, model.rows[event["actor"]], event["persons"], ramp_days(event["weeks"]))


def _exit(model, event):
    """A force is ordered out, and its bases go to whom the event names; if a government asked for it, people rally
    behind it (politics, later in the week)."""
    row, forces = model.rows[event["actor"]], Forces.of(model)
    forces.leaving[row] = True
    forces.handover[row] = HANDOVERS[event["handover"]]
    ramp(model, row, 0.0, ramp_days(event["weeks"]))
    if event.get("at_demand_of"):
        model.rallies_due += countries_of(model, event["at_demand_of"])


def _vacate(model, event):
    """Leave bases now: the people based there go home, wherever they are at the moment, and the bases are handed over.

    Others of the force who stand there go back to their own base. It does not grow again above what is left.
    """
    row, forces, force_units = model.rows[event["actor"]], Forces.of(model), ForceUnits.of(model)
    for place in event["places"]:
        cells, mine = model.cells_at(place), (force_units.actor == row) & (force_units.manpower > 0)
        based = mine & np.isin(np.where(force_units.home < 0, force_units.cell, force_units.home), cells)
        for unit in np.flatnonzero(based):
            depart(model, unit, HANDOVERS[event["handover"]])
        guests = mine & ~based & np.isin(force_units.cell, cells)
        force_units.target[guests] = force_units.home[guests]
        force_units.km_left[guests] = forces.mobility[row] * model.p.movement.handover_days
    forces.target_most[row] = model.persons_of(row)
    forces.target[row] = min(forces.target[row], forces.target_most[row])
    model.drop_places(row, event["places"])


def _handover(model, event):
    """One partner takes over a share of another's people, and part of what it knew of the place."""
    old, new = model.rows[event["actor"]], model.rows[event["to"]]
    actors, forces, units = Actors.of(model), Forces.of(model), Units.of(model)
    forces.entered[new] = True
    actors.understanding[new] = event["understanding"] * actors.understanding[old]
    moved = 0
    for unit in np.flatnonzero((units.actor == old) & (units.manpower > 0)):
        part = int(round(units.manpower[unit] * event["share"]))
        if part > 0:
            units.manpower[unit] -= part
            model.make_unit(new, int(units.cell[unit]), part, home=int(units.home[unit]))
            units = Units.of(model)  # a row was appended
            moved += part
    model.count_persons()
    forces.target[old] = model.persons_of(old)
    forces.target[new] = moved
    ramp(model, new, max(moved, model.profile_persons(new)), model.p.movement.successor_days)
    model.places_of[new] = dict(model.places_of.get(old, {})) or model.places_of.get(new, {})


def _auxiliaries(model, event):
    """Auxiliaries are raised up to a strength."""
    row = model.rows[event["actor"]]
    forces = Forces.of(model)
    forces.entered[row] = True
    ramp(model, row, event["persons"], ramp_days(event["weeks"]))


# ---------------------------------------------------------------------------- what actors may and want


def _hamper(model, event):
    """A force can deliver less of its mandate."""
    actors = Actors.of(model)
    actors.mandate_factor[model.rows[event["actor"]]] *= event["factor"]


def _air(model, event):
    """What a force brings from the air."""
    actors = Actors.of(model)
    actors.air[model.rows[event["actor"]]] = event["value"]


def _relation(model, event):
    """Two actors, and the partners of armies among them, become enemies, make a pact, or let one another be."""
    a, b, actors = model.rows[event["a"]], model.rows[event["b"]], Actors.of(model)
    relation, keeper = event["state"], NOBODY_MEDIATES
    if relation == "truce" and event["mediator"]:
        keeper = model.rows[event["mediator"]]
    elif relation == "truce" and event["kept"]:
        keeper = PARTIES_KEEP
    pairs = [(a, b)]
    if relation in ("truce", "hostile"):  # a pact with an army binds its auxiliaries and partners too
        pairs += partners_against(actors, a, b) + partners_against(actors, b, a)
    for x, y in pairs:
        for i, j in ((x, y), (y, x)):
            actors.truce[i, j] = 1.0 if relation == "truce" else 0.0
            actors.mediator[i, j] = keeper
            if relation == "hostile":
                actors.enmity[i, j] = max(actors.enmity[i, j], 1.0)
            elif relation in ("neutral", "allied"):
                actors.enmity[i, j] = 0.0
    actors.hostility[:] = actors.enmity * (1.0 - actors.truce)


def partners_against(actors, enemy: int, army: int) -> list[tuple[int, int]]:
    """Pairs of `enemy` and each auxiliary of an army, or foreign force in its country, that fights it.

    None if `army` is no army.
    """
    if actors.kind[army] != ARMY:
        return []
    foreign = (actors.kind == FOREIGN) & actors.countries[:, actors.state[army]] & (actors.persons > 0)
    partners = ((actors.parent == army) | foreign) & (actors.enmity[:, enemy] > 0.0)
    return [(enemy, int(row)) for row in np.flatnonzero(partners)]


def _found(model, event):
    """An alliance is founded: its units hold together better."""
    row, actors, units = model.rows[event["actor"]], Actors.of(model), Units.of(model)
    actors.cohesion_bonus[row] += event["cohesion"]
    mine = units.actor == row
    units.cohesion[mine] = np.minimum(1.0, units.cohesion[mine] + event["cohesion"])


def _doctrine(model, event):
    """An actor weighs places or posts in another way."""
    row, weights = model.rows[event["actor"]], Weights.of(model)
    for group, keys in (("strategy", STRATEGY), ("doctrine", DOCTRINE)):
        for key in keys:
            if event.get(key) is not None:
                getattr(weights, f"{group}_{key}")[row] = event[key]


def _taxes(model, event):
    """A group takes another multiple of what groups can take from people, herders, mines or hostages."""
    row, weights = model.rows[event["actor"]], Weights.of(model)
    for key in TAXES:
        if event.get(key) is not None:
            getattr(weights, f"taxes_{key}")[row] = event[key]


def _conduct(model, event):
    """An actor, or all of a kind, treats civilians in another way."""
    actors = Actors.of(model)
    if event["actor"] is not None:
        rows = np.array([model.rows[event["actor"]]])
    else:
        rows = np.flatnonzero(actors.kind == KINDS[event["kind"]])
    actors.abusiveness_factor[rows] *= event["abusiveness"]
    actors.selectivity_added[rows] += event["selectivity"]
    actors.coercion_factor[rows] *= event["coercion"]


def _order(model, event):
    """An actor is ordered to blockade or besiege places; earlier orders about them end.

    A deal lets convoys pass in a country. A new ban there, by those who blockade at all, is its end; a siege of a
    town is
    not what it was about, nor is an order that nobody carries out.
    """
    _lift(model, event)
    governments, row, places = Governments.of(model), model.rows[event["actor"]], tuple(event["places"])
    until = math.inf if event["weeks"] is None else model.t + WEEK_DAYS * event["weeks"]
    if event["order"] == "blockade" and Actors.of(model).blockading[row]:
        for place in places:
            governments.deal_days[np.unique(model.world.country[model.cells_at(place)])] = 0.0
    model.give_order(row, event["order"], places, event["share"], event["goods"], until)


def _lift(model, event):
    """Standing orders of an actor about any of these places end."""
    row, places = model.rows[event["actor"]], set(event["places"])
    model.orders = [order for order in model.orders if not (order.actor == row and set(order.places) & places)]


# ---------------------------------------------------------------------------- governments


def _coup(model, event):
    """A coup as it happened: carried out by politics, later in the week."""
    model.coups_due += countries_of(model, event["country"])


def _oversight(model, event):
    """Monitoring of conduct in countries."""
    governments = Governments.of(model)
    governments.monitoring[countries_of(model, event["country"])] = event["value"]


def _border(model, event):
    """A rule of pursuit, trade or passage between countries; refuge is the contrary of pursuit."""
    governments, kind, value = Governments.of(model), event["kind"], event["value"]
    if kind == "refuge":
        kind, value = "pursuit", 1.0 - value
    rules = {"pursuit": governments.pursuit_rule, "trade": governments.trade, "passage": governments.passage}[kind]
    for a in countries_of(model, event["a"]):
        for b in countries_of(model, event["b"]):
            rules[a, b] = value
            if not event["one_way"]:
                rules[b, a] = value


def _bloc(model, event):
    """Countries join or leave an alliance, a bit in `blocs`."""
    governments, bit = Governments.of(model), 1 << model.bloc_number(event["bloc"])
    for c in countries_of(model, event["country"]):
        if event["member"]:
            governments.blocs[c] |= bit
        else:
            governments.blocs[c] &= ~bit


def _information(model, event):
    """Freedom of the media, reach of propaganda and of campaigns against foreign forces in countries."""
    governments = Governments.of(model)
    for c in countries_of(model, event["country"]):
        if event["media"] is not None:
            governments.media[c] = event["media"]
        if event["propaganda"] is not None:
            governments.propaganda[c] = event["propaganda"]
        if event.get("campaign") is not None:
            governments.campaign[c] = event["campaign"]


def _aid(model, event):
    """Aid of a kind to countries, and whether it goes on where violence is."""
    governments = Governments.of(model)
    aid = {
        "political": governments.aid_political,
        "developmental": governments.aid_developmental,
        "humanitarian": governments.aid_humanitarian,
    }[event["kind"]]
    for c in countries_of(model, event["country"]):
        aid[c] = event["value"]
        governments.aid_protected[c] = event["protected"]


def _stance(model, event):
    """Governments choose a partner, or none."""
    governments = Governments.of(model)
    for c in countries_of(model, event["country"]):
        governments.partner[c] = -1 if event["partner"] is None else model.rows[event["partner"]]


EFFECTS = {
    "arrive": _arrive,
    "strength": _strength,
    "exit": _exit,
    "vacate": _vacate,
    "handover": _handover,
    "hamper": _hamper,
    "air": _air,
    "coup": _coup,
    "relation": _relation,
    "found": _found,
    "doctrine": _doctrine,
    "taxes": _taxes,
    "conduct": _conduct,
    "oversight": _oversight,
    "order": _order,
    "lift": _lift,
    "border": _border,
    "bloc": _bloc,
    "auxiliaries": _auxiliaries,
    "information": _information,
    "aid": _aid,
    "stance": _stance,
}


def step(model, dt):
    """Apply the events that fall due in this step, then move along the ramps."""
    banned = model.settings.no_blockades_from
    if banned is not None and model.date >= banned:
        actors = Actors.of(model)
        actors.blockading[:] = False  # the lever takes the posture away from all groups
    for event in model.events_due(dt):
        apply(model, event)
    if model.orders:
        model.orders = [order for order in model.orders if order.until > model.t]
    model.count_persons()  # events moved people; the ramps go by how many there are
    if follow_targets(model, dt):
        model.count_persons()
