"""Decisions, one event and one unit at a time.

Which cells an order closes is a question to the map, so `sim.model.blockade_orders.order_cells` answers it here too.
"""

from __future__ import annotations

import math

from sim.core.codes import ARMY, DOCTRINE, FOREIGN, HANDOVERS, INSURGENT, KINDS, MILITIA, STRATEGY, TAXES, TO_ARMY
from sim.core.conversions import WEEK_DAYS
from sim.model.blockade_orders import Order, order_cells

BASE_TAKER = 0  # number of the draw, by the unit that leaves
LEAST_DAYS = 0.1  # no ramp is shorter


def step(plain, dt):
    """Events of the step, then ramps, arrivals and departures."""
    banned = plain.settings.no_blockades_from
    if banned is not None and plain.date >= banned:
        for actor in plain.actors:
            actor.blockading = False
    while plain.next_event < len(plain.event_list) and plain.event_list[plain.next_event][0] < plain.t + dt:
        event = plain.event_list[plain.next_event][1]
        plain.next_event += 1
        EFFECTS[event.effect](plain, event)
    plain.orders = [order for order in plain.orders if order.until > plain.t]
    plain.count_persons()
    for actor in plain.actors:
        follow(plain, actor, dt)
    plain.count_persons()


# -- events


def actor_named(plain, name):
    return plain.actors[plain.names[name]]


def governments_named(plain, value) -> list:
    names = [value] if isinstance(value, str) else value
    return [g for name in names for g in plain.governments if g.name == name]


def ramp(plain, actor, persons: float, weeks: float) -> None:
    """Let the target strength go to `persons` in so many weeks."""
    actor.target_goal = persons
    actor.target_most = math.inf
    actor.target_rate = abs(persons - actor.target) / max(WEEK_DAYS * weeks, LEAST_DAYS)
    plain.ramped.add(actor.index)


def enter(plain, actor, persons: int) -> None:
    """People of an actor come into the region."""
    plain.place_persons(actor.index, persons)
    plain.ledger["arrived"] += persons


def arrive(plain, event):
    actor = actor_named(plain, event["actor"])
    actor.entered, actor.leaving = True, False
    if event["places"]:
        plain.places_of[actor.index] = dict(event["places"])
    if actor.kind in (INSURGENT, MILITIA):
        enter(plain, actor, int(event["persons"]))
    else:
        ramp(plain, actor, event["persons"], event["weeks"])


def strength(plain, event):
    ramp(plain, actor_named(plain, event["actor"]), event["persons"], event["weeks"])


def leave(plain, event):
    actor = actor_named(plain, event["actor"])
    actor.leaving = True
    actor.handover = HANDOVERS[event["handover"]]
    ramp(plain, actor, 0.0, event["weeks"])
    if event["at_demand_of"] is not None:
        plain.rallies_due += [g.index for g in governments_named(plain, event["at_demand_of"])]


def vacate(plain, event):
    actor = actor_named(plain, event["actor"])
    for place in event["places"]:
        cells, units = plain.cells_of(place), plain.living(actor.index)
        based = [u for u in units if (u.cell if u.home < 0 else u.home) in cells]
        guests = [u for u in units if u not in based and u.cell in cells]
        for unit in based:
            depart(plain, unit, HANDOVERS[event["handover"]])
        for unit in guests:
            unit.target, unit.km_left = unit.home, actor.mobility * plain.p.movement.handover_days
        plain.places_of.get(actor.index, {}).pop(place, None)
    actor.target_most = sum(u.manpower for u in plain.living(actor.index))
    actor.target = min(actor.target, actor.target_most)


def handover(plain, event):
    old, new = actor_named(plain, event["actor"]), actor_named(plain, event["to"])
    new.entered = True
    new.understanding = event["understanding"] * old.understanding
    moved = 0
    for unit in plain.living(old.index):
        part = round(unit.manpower * event["share"])
        if part > 0:
            unit.manpower -= part
            plain.make_unit(new.index, unit.cell, part, home=unit.home)
            moved += part
    plain.count_persons()
    old.target, new.target = old.persons, moved
    most = max((int(s.persons) for s in plain.settings.actors[new.name].strength), default=0)
    ramp(plain, new, max(moved, most), plain.p.movement.successor_days / WEEK_DAYS)
    plain.places_of[new.index] = dict(plain.places_of.get(old.index) or {}) or plain.places_of.get(new.index, {})


def hamper(plain, event):
    actor_named(plain, event["actor"]).mandate_factor *= event["factor"]


def air(plain, event):
    actor_named(plain, event["actor"]).air = event["value"]


def coup(plain, event):
    plain.coups_due += [g.index for g in governments_named(plain, event["country"])]


def relation(plain, event):
    a, b = actor_named(plain, event["a"]), actor_named(plain, event["b"])
    pairs = [(a, b)]
    if event["state"] in ("truce", "hostile"):
        pairs += [(a, x) for x in side_of(plain, b, a)] + [(b, x) for x in side_of(plain, a, b)]
    for one, other in pairs:
        for x, y in ((one, other), (other, one)):
            x.truce[y.index] = 1.0 if event["state"] == "truce" else 0.0
            x.mediator[y.index] = -1
            if event["state"] == "truce" and (event["mediator"] or event["kept"]):
                x.mediator[y.index] = plain.names[event["mediator"]] if event["mediator"] else -2
            if event["state"] == "hostile":
                x.enmity[y.index] = 1.0
            elif event["state"] in ("neutral", "allied"):
                x.enmity[y.index] = 0.0
    for x in plain.actors:
        x.hostility = [e * (1.0 - t) for e, t in zip(x.enmity, x.truce, strict=True)]


def side_of(plain, army, enemy) -> list:
    """Auxiliaries of an army, and foreign forces beside it, that have the same enemy."""
    if army.kind != ARMY:
        return []
    found = []
    for actor in plain.actors:
        beside = actor.kind == FOREIGN and actor.countries[army.state] and actor.persons > 0
        if (actor.parent == army.index or beside) and actor.enmity[enemy.index] > 0.0:
            found.append(actor)
    return found


def found(plain, event):
    actor = actor_named(plain, event["actor"])
    actor.cohesion_bonus += event["cohesion"]
    for unit in plain.units:
        if unit.actor == actor.index:
            unit.cohesion = min(1.0, unit.cohesion + event["cohesion"])


def doctrine(plain, event):
    actor = actor_named(plain, event["actor"])
    for group, keys in (("strategy", STRATEGY), ("doctrine", DOCTRINE)):
        for key in keys:
            if event.get(key) is not None:
                setattr(actor, f"{group}_{key}", event[key])


def taxes(plain, event):
    actor = actor_named(plain, event["actor"])
    for key in TAXES:
        if event.get(key) is not None:
            setattr(actor, f"taxes_{key}", event[key])


def conduct(plain, event):
    for actor in plain.actors:
        named = event["actor"] is not None
        if actor.name == event["actor"] if named else actor.kind == KINDS[event["kind"]]:
            actor.abusiveness_factor *= event["abusiveness"]
            actor.selectivity_added += event["selectivity"]
            actor.coercion_factor *= event["coercion"]


def oversight(plain, event):
    for g in governments_named(plain, event["country"]):
        g.monitoring = event["value"]


def order(plain, event):
    lift(plain, event)
    row = plain.names[event["actor"]]
    for place in event["places"]:
        if event["order"] == "blockade" and plain.actors[row].blockading:
            for index in plain.cells_of(place):
                plain.governments[plain.cells[index].country].deal_days = 0.0
    until = math.inf if event["weeks"] is None else plain.t + WEEK_DAYS * event["weeks"]
    cells, weight = (found.tolist() for found in order_cells(plain, event["order"], event["places"], event["share"]))
    plain.orders.append(Order(row, event["order"], tuple(event["places"]), event["goods"], until, cells, weight))


def lift(plain, event):
    row, places = plain.names[event["actor"]], set(event["places"])
    plain.orders = [o for o in plain.orders if o.actor != row or not places & set(o.places)]


def border(plain, event):
    column = {"refuge": "pursuit_rule", "pursuit": "pursuit_rule"}.get(event["kind"], event["kind"])
    value = 1.0 - event["value"] if event["kind"] == "refuge" else event["value"]
    for a in governments_named(plain, event["a"]):
        for b in governments_named(plain, event["b"]):
            getattr(a, column)[b.index] = value
            if not event["one_way"]:
                getattr(b, column)[a.index] = value


def bloc(plain, event):
    number = plain.bloc_numbers.setdefault(event["bloc"], len(plain.bloc_numbers))
    for g in governments_named(plain, event["country"]):
        member = (g.blocs >> number) % 2 == 1
        if member != event["member"]:
            g.blocs += 2**number if event["member"] else -(2**number)


def auxiliaries(plain, event):
    actor = actor_named(plain, event["actor"])
    actor.entered = True
    ramp(plain, actor, event["persons"], event["weeks"])


def information(plain, event):
    for g in governments_named(plain, event["country"]):
        g.media = g.media if event["media"] is None else event["media"]
        g.propaganda = g.propaganda if event["propaganda"] is None else event["propaganda"]
        g.campaign = g.campaign if event["campaign"] is None else event["campaign"]


def aid(plain, event):
    for g in governments_named(plain, event["country"]):
        setattr(g, f"aid_{event['kind']}", event["value"])
        g.aid_protected = event["protected"]


def stance(plain, event):
    for g in governments_named(plain, event["country"]):
        g.partner = -1 if event["partner"] is None else plain.names[event["partner"]]


EFFECTS = {
    "arrive": arrive,
    "strength": strength,
    "exit": leave,
    "vacate": vacate,
    "handover": handover,
    "hamper": hamper,
    "air": air,
    "coup": coup,
    "relation": relation,
    "found": found,
    "doctrine": doctrine,
    "taxes": taxes,
    "conduct": conduct,
    "oversight": oversight,
    "order": order,
    "lift": lift,
    "border": border,
    "bloc": bloc,
    "auxiliaries": auxiliaries,
    "information": information,
    "aid": aid,
    "stance": stance,
}


# -- ramps


def depart(plain, unit, to: int) -> None:
    """A foreign unit goes home. With a handover to the army, an army unit drawn at random takes the base."""
    plain.ledger["departed"] += unit.manpower
    unit.manpower = 0
    if to != TO_ARMY or unit.home < 0:
        return
    army = plain.governments[plain.cells[unit.home].country].army
    if army < 0:
        return
    free = [u for u in plain.living(army) if u.target < 0 and u.cell != unit.home]
    if free:
        heir = free[int(plain.draw("decisions", unit.key, BASE_TAKER) * len(free))]
        heir.target = heir.home = unit.home
        heir.km_left = plain.actors[army].mobility * plain.p.movement.handover_days


def strength_in_profile(plain, row: int) -> float:
    """Strength by the profile, linear between its dates, none before the first and the last after it."""
    days, persons = plain.strength_days[row], plain.strength_persons[row]
    if not days or plain.t + plain.dt <= days[0]:
        return 0.0
    if plain.t <= days[0]:
        return persons[0]
    for i in range(len(days) - 1):
        if days[i] <= plain.t < days[i + 1]:
            return persons[i] + (persons[i + 1] - persons[i]) * (plain.t - days[i]) / (days[i + 1] - days[i])
    return persons[-1]


def follow(plain, actor, dt) -> None:
    """Insurgents enter once; others move their target; foreign forces arrive and leave for it."""
    if actor.kind in (INSURGENT, MILITIA):
        entry = plain.settings.actors[actor.name].entry
        start = plain.settings.region_info.start
        due = entry is not None and entry.date is not None and (entry.date - start).days < plain.t + plain.dt
        if not actor.entered and due:
            actor.entered = True
            enter(plain, actor, int(entry.persons))
        return
    if actor.index in plain.ramped:
        stride = actor.target_rate * dt
        if actor.target_goal > actor.target:
            actor.target = min(actor.target_goal, actor.target + stride)
        else:
            actor.target = max(actor.target_goal, actor.target - stride)
    else:
        actor.target = strength_in_profile(plain, actor.index)
    actor.target = min(actor.target, actor.target_most)
    if actor.kind == FOREIGN:
        come_or_go(plain, actor)


def come_or_go(plain, actor) -> None:
    """A foreign force makes up what it lacks by a third of a unit or more, and sends home what is too much."""
    lacking = int(actor.target) - actor.persons
    size = int(actor.unit_size)
    if actor.entered and not actor.leaving and lacking >= max(1, int(size // plain.p.movement.reinforcement_parts)):
        enter(plain, actor, lacking)
    if lacking >= 0 or not (actor.leaving or -lacking >= size):
        return
    units = plain.living(actor.index)[::-1]  # the last to come are the first to go
    unwelcome = [u for u in units if not actor.countries[plain.cells[u.cell if u.home < 0 else u.home].country]]
    for unit in unwelcome + [u for u in units if u not in unwelcome]:
        over = -lacking
        if over <= 0:
            return
        if not actor.leaving and over < unit.manpower:
            return
        if actor.leaving and actor.target > 0.0 and over < unit.manpower // 2:
            return
        lacking += unit.manpower
        depart(plain, unit, actor.handover)
