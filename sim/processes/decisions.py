"""Schedule: the dated decisions of principals take effect, and strengths given as targets move along their ramps.

Only decisions and orders enter here; whether a siege holds, a base falls or a pact frays is left to the other processes.
Armies and auxiliaries follow a target by recruiting (process recruitment); foreign forces arrive and leave here, and the
account of persons notes it. A ramp runs over weeks from its event, so that a moved date moves it.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sim.core.codes import ARMY, DOCTRINE, FOREIGN, INSURGENT, KINDS, MILITIA, STRATEGY
from sim.core.draws import uniform

READS = ("actors.persons",)

WRITES = ("units.*", "actors.*", "governments.*")

HANDOVERS = {"nobody": 0, "army": 1, "contested": 2}


def apply(model, event) -> None:
    """Apply one event; `model.rows` gives rows of actors by name."""
    EFFECTS[event.effect](model, event)


def _row(model, name) -> int:
    return model.rows[name]


def _countries(model, value) -> list[int]:
    names = [value] if isinstance(value, str) else value
    return [model.world.countries.index(name) for name in names]


def _ramp(model, row: int, persons: float, weeks: float) -> None:
    """Let the target strength of actor `row` go to `persons` over `weeks`."""
    a = model.actors
    a.target_goal[row] = persons
    days = max(7.0 * weeks, 0.1)
    a.target_rate[row] = abs(persons - a.target[row]) / days
    model.ramped.add(row)


def _arrive(model, event):
    row = _row(model, event["actor"])
    model.actors.entered[row] = True
    model.actors.leaving[row] = False
    if event["places"]:
        model.set_places(row, event["places"])
    if model.actors.kind[row] in (INSURGENT, MILITIA):  # their growth is the model's business: they only enter
        model.place_persons(row, int(event["persons"]))
        model.ledger["arrived"] += int(event["persons"])
        return
    _ramp(model, row, event["persons"], event["weeks"])


def _strength(model, event):
    _ramp(model, _row(model, event["actor"]), event["persons"], event["weeks"])


def _exit(model, event):
    row = _row(model, event["actor"])
    model.actors.leaving[row] = True
    model.actors.handover[row] = HANDOVERS[event["handover"]]
    _ramp(model, row, 0.0, event["weeks"])


def _vacate(model, event):
    """Leave bases now: the people there go home (foreign) and the base is handed over."""
    row, a = _row(model, event["actor"]), model.actors
    for place in event["places"]:
        cells = model.cells_at(place)
        for unit in np.flatnonzero(
            (model.units.actor == row) & (model.units.manpower > 0) & np.isin(model.units.cell, cells)
        ):
            _depart(model, unit, HANDOVERS[event["handover"]])
    a.target[row] = min(a.target[row], model.persons_of(row))
    model.drop_places(row, event["places"])


def _handover(model, event):
    """One partner takes over a share of another's people, and part of what it knew of the place."""
    old, new, a, u = _row(model, event["actor"]), _row(model, event["to"]), model.actors, model.units
    a.entered[new] = True
    a.understanding[new] = event["understanding"] * a.understanding[old]
    rows = np.flatnonzero((u.actor == old) & (u.manpower > 0))
    moved = 0
    for unit in rows:
        part = int(round(u.manpower[unit] * event["share"]))
        if part > 0:
            u.manpower[unit] -= part
            model.make_unit(new, int(u.cell[unit]), part, home=int(u.home[unit]))
            u = model.units
            moved += part
    model.count_persons()
    a.target[old] = model.persons_of(old)
    a.target[new] = moved
    _ramp(model, new, max(moved, model.profile_persons(new)), 26.0)
    model.places_of[new] = dict(model.places_of.get(old, {})) or model.places_of.get(new, {})


def _hamper(model, event):
    model.actors.mandate_factor[_row(model, event["actor"])] *= event["factor"]


def _air(model, event):
    model.actors.air[_row(model, event["actor"])] = event["value"]


def _coup(model, event):
    model.coups_due += _countries(model, event["country"])


def _relation(model, event):
    a, b, actors = _row(model, event["a"]), _row(model, event["b"]), model.actors
    pairs = [(a, b)]
    if event["state"] in ("truce", "hostile"):  # a pact with an army binds its auxiliaries and partners too
        for first, second in ((a, b), (b, a)):
            if actors.kind[second] == ARMY:
                state = actors.state[second]
                partners = (actors.parent == second) | (
                    (actors.kind == FOREIGN) & actors.countries[:, state] & (actors.persons > 0)
                )
                partners &= actors.enmity[:, first] > 0.0
                pairs += [(first, int(r)) for r in np.flatnonzero(partners)]
    mediator = event["mediator"]
    for x, y in pairs:
        for i, j in ((x, y), (y, x)):
            actors.truce[i, j] = 1.0 if event["state"] == "truce" else 0.0
            actors.mediator[i, j] = model.rows[mediator] if mediator and event["state"] == "truce" else -1
            if event["state"] == "hostile":
                actors.enmity[i, j] = max(actors.enmity[i, j], 1.0)
            elif event["state"] in ("neutral", "allied"):
                actors.enmity[i, j] = 0.0
    actors.hostility[:] = actors.enmity * (1.0 - actors.truce)


def _found(model, event):
    row = _row(model, event["actor"])
    model.actors.cohesion_bonus[row] += event["cohesion"]
    mine = model.units.actor == row
    model.units.cohesion[mine] = np.minimum(1.0, model.units.cohesion[mine] + event["cohesion"])


def _doctrine(model, event):
    row = _row(model, event["actor"])
    for group, keys in (("strategy", STRATEGY), ("doctrine", DOCTRINE)):
        for key in keys:
            if event.get(key) is not None:
                getattr(model.actors, f"{group}_{key}")[row] = event[key]


def _conduct(model, event):
    a = model.actors
    if event["actor"] is not None:
        rows = np.array([_row(model, event["actor"])])
    else:
        rows = np.flatnonzero(a.kind == KINDS[event["kind"]])
    a.abusiveness_factor[rows] *= event["abusiveness"]
    a.selectivity_added[rows] += event["selectivity"]
    a.coercion_factor[rows] *= event["coercion"]


def _oversight(model, event):
    model.governments.monitoring[_countries(model, event["country"])] = event["value"]


def _order(model, event):
    row = _row(model, event["actor"])
    until = math.inf if event["weeks"] is None else model.t + 7.0 * event["weeks"]
    model.orders = [o for o in model.orders if not (o.actor == row and set(o.places) & set(event["places"]))]
    for place in event["places"]:  # a new ban ends a deal about the old one
        model.governments.deal_days[np.unique(model.world.country[model.cells_at(place)])] = 0.0
    model.give_order(row, event["order"], tuple(event["places"]), event["share"], event["goods"], until)


def _lift(model, event):
    row = _row(model, event["actor"])
    model.orders = [o for o in model.orders if not (o.actor == row and set(o.places) & set(event["places"]))]


def _border(model, event):
    g = model.governments
    matrix = {"pursuit": g.pursuit_rule, "trade": g.trade, "passage": g.passage}.get(event["kind"])
    if matrix is None:  # refuge: the contrary of pursuit
        matrix, value = g.pursuit_rule, 1.0 - event["value"]
    else:
        value = event["value"]
    for a in _countries(model, event["a"]):
        for b in _countries(model, event["b"]):
            matrix[a, b] = value
            if not event["one_way"]:
                matrix[b, a] = value


def _bloc(model, event):
    bit = 1 << model.bloc_number(event["bloc"])
    for c in _countries(model, event["country"]):
        if event["member"]:
            model.governments.blocs[c] |= bit
        else:
            model.governments.blocs[c] &= ~bit


def _auxiliaries(model, event):
    row = _row(model, event["actor"])
    model.actors.entered[row] = True
    _ramp(model, row, event["persons"], event["weeks"])


def _information(model, event):
    for c in _countries(model, event["country"]):
        if event["media"] is not None:
            model.governments.media[c] = event["media"]
        if event["propaganda"] is not None:
            model.governments.propaganda[c] = event["propaganda"]


def _aid(model, event):
    for c in _countries(model, event["country"]):
        getattr(model.governments, f"aid_{event['kind']}")[c] = event["value"]
        model.governments.aid_protected[c] = event["protected"]


def _stance(model, event):
    for c in _countries(model, event["country"]):
        model.governments.partner[c] = -1 if event["partner"] is None else _row(model, event["partner"])


EFFECTS = {
    "arrive": _arrive, "strength": _strength, "exit": _exit, "vacate": _vacate, "handover": _handover, "hamper": _hamper,
    "air": _air, "coup": _coup, "relation": _relation, "found": _found, "doctrine": _doctrine, "conduct": _conduct,
    "oversight": _oversight, "order": _order, "lift": _lift, "border": _border, "bloc": _bloc,
    "auxiliaries": _auxiliaries, "information": _information, "aid": _aid, "stance": _stance,
}  # fmt: skip


def _depart(model, unit: int, handover: int) -> None:
    """A foreign unit goes home; its base passes to the army (1), to nobody (0), or is left to whoever comes (2)."""
    u, a = model.units, model.actors
    model.ledger["departed"] += int(u.manpower[unit])
    u.manpower[unit] = 0
    base = int(u.home[unit])
    if handover == 1 and base >= 0:
        army = model.army_of[model.world.country[base]]
        if army < 0:
            return
        mine = np.flatnonzero((u.actor == army) & (u.manpower > 0) & (u.target < 0) & (u.cell != base))
        if len(mine):
            stream = model.stream("decisions")
            pick = mine[int(uniform(stream, u.key[unit], 0) * len(mine))]
            u.target[pick] = base
            u.home[pick] = base
            u.km_left[pick] = a.mobility[army] * 14.0


@njit(cache=True)
def move_targets(kind, ramped, goal, rate, start, days, persons, t, dt, target):
    """Target strengths of all but insurgents and militias (A,), in place.

    Those `ramped` go to their `goal` at their `rate`; the others follow their cards, row a of which is `days` and `persons`
    from start[a] to start[a + 1]: linear between them, nothing before the first.
    """
    for a in range(kind.shape[0]):
        if kind[a] < ARMY:
            continue
        first, last = start[a], start[a + 1] - 1
        if ramped[a]:
            gap = goal[a] - target[a]
            target[a] += math.copysign(min(abs(gap), rate[a] * dt), gap)
        elif last < first or t + dt <= days[first]:
            target[a] = 0.0
        elif t <= days[first]:
            target[a] = persons[first]
        else:
            target[a] = persons[last]
            for i in range(first, last):
                if t < days[i + 1]:
                    slope = (persons[i + 1] - persons[i]) / (days[i + 1] - days[i])
                    target[a] = slope * (t - days[i]) + persons[i]
                    break


@njit(cache=True)
def who_moves(kind, entered, leaving, target, persons, unit_size, lacking):
    """Rows of irregulars still outside, and of foreign forces that come or go to meet their target; `lacking` (A,) by how many.

    What is lacking is made up by thirds of units; what is too much goes by whole units, or all of it on an ordered exit.
    """
    rows = np.empty(kind.shape[0], dtype=np.int64)
    count = 0
    for a in range(kind.shape[0]):
        lacking[a] = int(target[a]) - persons[a]
        moves = kind[a] < ARMY and not entered[a]
        if kind[a] == FOREIGN:
            size = int(unit_size[a])
            coming = entered[a] and not leaving[a] and lacking[a] >= max(1, size // 3)
            moves = coming or (lacking[a] < 0 and (leaving[a] or -lacking[a] >= size))
        if moves:
            rows[count] = a
            count += 1
    return rows[:count]


def follow_targets(model, dt) -> bool:
    """Foreign forces arrive at and leave for their target strength; insurgents enter once, where their cards say.

    Returns whether anybody may have come or gone.
    """
    a = model.actors
    ramped, lacking = np.zeros(len(a), dtype=bool), np.empty(len(a), dtype=np.int64)
    ramped[list(model.ramped)] = True
    move_targets(a.kind, ramped, a.target_goal, a.target_rate, *model.strength_in_profiles, model.t, dt, a.target)
    rows = who_moves(a.kind, a.entered, a.leaving, a.target, a.persons, a.unit_size, lacking)
    for row in rows.tolist():
        if a.kind[row] == FOREIGN:
            come_or_go(model, row, int(lacking[row]))
        elif model.entry_due(row):
            a.entered[row] = True
            enter(model, row, model.entry_persons(row))
    return len(rows) > 0


def enter(model, row: int, persons: int) -> None:
    """People of an actor come into the region."""
    model.place_persons(row, persons)
    model.ledger["arrived"] += persons


def come_or_go(model, row: int, lacking: int) -> None:
    """A foreign force makes up what it lacks, or sends home what is too much, the last to come first."""
    a, u = model.actors, model.units
    if lacking > 0:
        enter(model, row, lacking)
        return
    for unit in np.flatnonzero((u.actor == row) & (u.manpower > 0))[::-1]:
        if lacking >= 0 or (not a.leaving[row] and -lacking < u.manpower[unit]):
            break
        if a.leaving[row] and a.target[row] > 0.0 and -lacking < u.manpower[unit] // 2:
            break
        lacking += int(u.manpower[unit])
        _depart(model, int(unit), int(a.handover[row]))


def step(model, dt):
    """Apply the events that fall due in this step, then move along the ramps."""
    banned = model.settings.no_blockades_from
    if banned is not None and model.date >= banned:
        model.actors.blockading[:] = False  # the lever takes the posture away from all groups
    for event in model.events_due(dt):
        apply(model, event)
    if model.orders:
        model.orders = [o for o in model.orders if o.until > model.t]
    model.count_persons()  # events moved people; the ramps go by how many there are
    if follow_targets(model, dt):
        model.count_persons()
