"""Recruitment, one unit and one recruit at a time."""

from __future__ import annotations

import math

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INSURGENT, MILITIA
from sim.core.draws import binomial, poisson, stream_of, uniform


def step(plain, dt, recruits=None):
    """Joining, morale, desertion, the armies' recruits, splitting and merging; `recruits` is how many would join."""
    fighters, people = pools_of_fighters(plain), pool_of_people(plain)
    join(plain, dt, recruits or mean_out_of_the_pool, fighters, people)
    if recruits is None:
        pass_over(plain, dt)
    for actor in plain.actors:
        update_morale(plain, actor, dt)
    stock = {actor.index: arms_per_head(plain, actor) for actor in plain.actors if irregular(actor)}
    for unit in plain.living():
        desert(plain, unit, stock.get(unit.actor), dt)
    arming = who_would_arm(plain, dt)
    for unit in plain.living():
        if plain.actors[unit.actor].kind == MILITIA:
            dissolve(plain, unit, dt)
    raise_militias(plain, arming, dt)
    plain.count_persons()
    for actor in plain.actors:
        if actor.kind in (ARMY, AUXILIARY):
            fill(plain, actor, arming, dt)
    if recruits is None:
        send_cadres(plain, dt, fighters, people)
    split_large_units(plain)
    merge_small_units(plain)
    plain.count_persons()


def irregular(actor) -> bool:
    return actor.kind in (INSURGENT, MILITIA)


def of_a_state(actor) -> bool:
    """A force that a state of the region pays, and partners train."""
    return actor.kind in (ARMY, AUXILIARY)


def join(plain, dt, mean, fighters, people) -> None:
    """In each community people join the first unit there of a group; `mean` says how many a day."""
    units, p = plain.units_by_cell(), plain.p.recruitment
    for community in plain.communities:
        met = []
        for unit in units[community.index]:
            actor = plain.actors[unit.actor]
            if actor.kind != INSURGENT or actor in met:
                continue
            met.append(actor)
            there = sum(u.manpower for u in units[community.index] if u.actor == actor.index)
            filled = fighters[actor.index][community.index] / people[community.index]
            key = community.draw_key ^ (actor.key << 32)
            wanted = poisson(plain.draw("recruitment", key, 0), dt * mean(plain, community, unit, there, filled))
            recruits = min(wanted, int(p.join_most * community.residents))
            community.residents -= recruits
            if recruits > 0:  # who come are armed as equipped, and all share
                unit.arms = (unit.arms * unit.manpower + recruits) / (unit.manpower + recruits)
            unit.manpower += recruits


def pay(plain, unit) -> float:
    """Funding of a unit: its group's, and what its own ground adds."""
    return max(0.0, plain.actors[unit.actor].funding + unit.surplus)


def appeal(plain, community, unit) -> float:
    """How a unit appeals to fighters in a community: its pay, and its group's part of the support for insurgents."""
    actor = plain.actors[unit.actor]
    weight = plain.p.recruitment.pay_weight
    backed = sum(community.support[a.index] for a in plain.actors if a.kind == INSURGENT)
    rooted = community.support[actor.index] / backed if backed > 0.0 else 0.0
    return weight * min(1.0, pay(plain, unit)) + (1.0 - weight) * rooted


def pass_over(plain, dt) -> None:
    """Fighters of each insurgent unit may pass over to the first unit there of each group that appeals more to them."""
    p, units = plain.p.recruitment, plain.units_by_cell()
    for community in plain.communities:
        here = [u for u in units[community.index] if plain.actors[u.actor].kind == INSURGENT]
        for unit in here:
            old, seen = plain.actors[unit.actor], set()
            for other in here:
                new = plain.actors[other.actor]
                if new is old or new.index in seen or other.manpower <= 0 or unit.manpower <= 0:
                    continue
                seen.add(new.index)
                more = appeal(plain, community, other) - appeal(plain, community, unit)
                if more <= 0.0:
                    continue
                chance = 1.0 - math.exp(-dt * p.passing_rate * more)
                gone = binomial(plain.draw("recruitment", unit.key ^ (new.key << 32), 8), unit.manpower, chance)
                arms = other.arms * other.manpower + unit.arms * gone
                unit.manpower -= gone
                other.manpower += gone
                other.arms = arms / other.manpower
                old.lost_to[new.index] += gone


def pools_of_fighters(plain) -> list[list[float]]:
    """Fighters who fill the pool of each irregular actor, by actor and cell: its own, and rivals in part."""
    felt = [[0.0] * len(plain.cells) for _ in plain.actors]
    for unit in plain.living():
        if irregular(plain.actors[unit.actor]):
            for cell, decay in plain.cells[unit.cell].projection:
                felt[unit.actor][cell] += unit.manpower * decay
    rebels = [a.index for a in plain.actors if a.kind == INSURGENT]
    all_of_them = [sum(felt[row][cell] for row in rebels) for cell in range(len(plain.cells))]
    for row in rebels:
        others = [total - own for total, own in zip(all_of_them, felt[row], strict=True)]
        felt[row] = [own + plain.p.recruitment.pool_rivalry * n for own, n in zip(felt[row], others, strict=True)]
    return felt


def pool_of_people(plain) -> list[float]:
    """Residents who are felt in each cell."""
    people = [1e-9] * len(plain.cells)
    for community in plain.communities:
        for cell, decay in plain.cells[community.index].projection:
            people[cell] += community.residents * decay
    return people


def mean_out_of_the_pool(plain, community, unit, fighters: int, filled: float) -> float:
    """Recruits of a day who join a group with so many fighters here, of whom there are `filled` per person around."""
    p, actor = plain.p.recruitment, plain.actors[unit.actor]
    room = max(0.0, 1.0 - filled / p.pool_share)
    return p.contact_rate * fighters * room * motive(plain, community, actor) * min(1.0, pay(plain, unit))


def mean_by_matching(plain, community, unit, fighters: int, filled: float) -> float:
    """Recruits of a day by the matching function, whatever the pool."""
    p, actor = plain.p.recruitment, plain.actors[unit.actor]
    supporters = community.residents * community.support[actor.index]
    wanted = p.rate * math.sqrt(supporters * fighters) * motive(plain, community, actor)
    return min(wanted * min(1.0, pay(plain, unit)) ** 2, p.absorb * fighters)


def send_cadres(plain, dt, fighters, people) -> None:
    """From each place where a group has drawn enough of its pool a cadre may leave its largest unit."""
    p = plain.p.recruitment
    units = plain.units_by_cell()
    for community in plain.communities:
        here = units[community.index]
        for row in dict.fromkeys(unit.actor for unit in here):
            actor = plain.actors[row]
            filled = fighters[row][community.index] / (p.pool_share * people[community.index])
            if actor.kind != INSURGENT or filled <= p.founding_at:
                continue
            key = community.draw_key ^ (actor.key << 32)
            mine = [unit for unit in here if unit.actor == row]
            chance = 1.0 - math.exp(-dt * p.founding_rate * sum(u.manpower for u in mine) / 50.0)
            if plain.draw("recruitment", key, 2) >= chance:
                continue
            span = p.cadre_most + 1.0 - p.cadre_least
            size = int(p.cadre_least + span * plain.draw("recruitment", key, 3))
            resting = [unit for unit in mine if unit.target < 0]
            mother = max(resting, key=lambda unit: unit.manpower, default=None)
            if mother is None or mother.manpower < 2 * size:
                continue
            goals = places_with_room(plain, actor, community.index, size, fighters[row], people)
            if not goals:
                continue
            goal, km = goals[place_of(plain.draw("recruitment", key, 4), [weight for _, _, weight in goals])][:2]
            mother.manpower -= size
            cadre = plain.make_unit(row, community.index, size, goal, mother.cohesion, mother.arms)
            cadre.target, cadre.km_left, cadre.rest_days = goal, km, p.preparation_days
            cadre.surplus = mother.surplus


def places_with_room(plain, actor, cell: int, size: int, fighters, people) -> list[tuple[int, float, float]]:
    """Places (cell, km, weight) within reach of a cell where the group's pool has room for a cadre."""
    p, found = plain.p.recruitment, []
    start = plain.cells[cell]
    for index, hours, km in start.reach:
        place = plain.cells[index]
        may = actor.operating_area[index] and actor.access[place.country] > 0.0
        if index == cell or not may or p.pool_share * people[index] - fighters[index] < size:
            continue
        weight = math.exp(-hours / p.founding_hours - abs(start.aridity - place.aridity) / p.founding_aridity)
        weight *= 1.0 - fighters[index] / (p.pool_share * people[index])
        army = plain.governments[place.country].army
        if place.country != start.country and army >= 0:
            weight *= 1.0 - plain.p.movement.pact_keeps_out * actor.truce[army]
        if weight > 0.0:
            found.append((index, km, weight))
    return found


def motive(plain, community, actor) -> float:
    """Grievance, want of work, force; some join without any of these."""
    grievance, jobs, force = actor.appeal_grievance, actor.appeal_jobs, actor.appeal_force
    by_enemies = sum(h * hostility for h, hostility in zip(community.harm, actor.hostility, strict=True))
    share = plain.cells[community.index].share[actor.controller]
    p = plain.p.recruitment
    grievance *= 1.0 - p.political_calms * community.included
    moved = p.floor + grievance * min(1.0, by_enemies) + jobs * community.hardship + force * share
    return moved * (1.0 - p.deterrence * min(1.0, community.harm[actor.index]))


def update_morale(plain, actor, dt) -> None:
    """Unity after a merger fades; morale follows pay; that of the state's forces is out of its means."""
    p = plain.p.recruitment
    actor.cohesion_bonus *= math.exp(-dt / p.bonus_days)
    pay = actor.funding
    if of_a_state(actor):
        government = plain.governments[actor.state]
        pay = p.army_pay * government.treasury
    actor.morale = follow(actor.morale, min(1.0, max(p.morale_floor, pay)), dt, p.recovery_days)


def training_in(plain, country) -> float:
    """What partners in a country do for the training of its forces."""
    effort = 0.0
    for partner in plain.actors:
        if partner.kind == FOREIGN:
            able = (
                partner.mandate_train
                * partner.mandate_factor
                * min(1.0, partner.persons / plain.p.recruitment.trainers_full)
            )
            effort += able * partner.access[country]
    return min(1.0, effort)


def arms_per_head(plain, actor) -> float:
    """Arms of all units of an actor over all its people (1 without any)."""
    units = plain.living(actor.index)
    people = sum(unit.manpower for unit in units)
    return sum(unit.manpower * unit.arms for unit in units) / people if people else 1.0


def desert(plain, unit, stock, dt) -> None:
    """Fighters who were raised here go home, the more the less holds them; then cohesion and arms recover: those of
    irregulars toward the arms per head of their organisation (`stock`), of which what is above 1 wears out."""
    p, actor = plain.p.recruitment, plain.actors[unit.actor]
    if actor.kind <= AUXILIARY and unit.cell < len(plain.communities):
        unpaid = min(1.0, max(0.0, 1.0 - pay(plain, unit))) if irregular(actor) else 0.0
        rate = p.desertion * (1.0 + p.unpaid * unpaid) * (p.loyal_at - unit.cohesion)
        chance = 1.0 - math.exp(-dt * rate)
        gone = binomial(plain.draw("recruitment", unit.key, 1), unit.manpower, chance)
        unit.manpower -= gone
        plain.communities[unit.cell].residents += gone
    trained = p.training * training_in(plain, actor.state) if of_a_state(actor) else 0.0
    goal = min(
        1.0, max(p.least_cohesion, p.cohesion_base + p.cohesion_morale * actor.morale + actor.cohesion_bonus + trained)
    )
    unit.cohesion = follow(unit.cohesion, goal, dt, p.recovery_days)
    if stock is None:
        unit.arms = follow(unit.arms, 1.0, dt, p.recovery_days)
        return
    shared = follow(unit.arms, stock, dt, p.recovery_days)
    years = p.arms_half_life / math.log(2.0) if shared > 1.0 else p.recovery_days
    unit.arms = follow(shared, 1.0, dt, years)


def who_would_arm(plain, dt) -> list[float]:
    """People a day who would take up arms in each community, each of which bears as many killed as it does."""
    p, arming = plain.p.recruitment, []
    for cell in plain.cells:
        cell.killed_lately = math.exp(-dt / plain.p.combat.danger_days) * cell.killed_lately + cell.civilians_week[1]
    run = stream_of(plain.settings.seed, plain.settings.replicate, "recruitment", -1)
    for community in plain.communities:
        bears = 2.0 * p.militia_threshold * uniform(run, community.draw_key, 6)
        killed = plain.cells[community.index].killed_lately * 1e4
        alarmed = community.alarm * (1.0 - plain.cells[community.index].share[0])
        armed = p.militia_alarm * alarmed + (p.militia_rate if killed > bears * community.residents else 0.0)
        arming.append(armed * community.residents)
    return arming


def dissolve(plain, unit, dt) -> None:
    """Militiamen who have served go home."""
    if unit.cell < len(plain.communities):
        chance = 1.0 - math.exp(-dt / plain.p.recruitment.militia_life)
        gone = binomial(plain.draw("recruitment", unit.key, 7), unit.manpower, chance)
        unit.manpower -= gone
        plain.communities[unit.cell].residents += gone


def awaited(plain, actor) -> bool:
    """Whether an actor enters on a date that has not come."""
    entry = plain.settings.actors[actor.name].entry
    return entry is not None and entry.date is not None and not actor.entered


def guarded(plain, cell) -> float:
    """Forces of the state's side among those and insurgents in a place."""
    soldiers = sum(n for actor, n in zip(plain.actors, cell.presence, strict=True) if actor.kind >= ARMY)
    rebels = sum(n for actor, n in zip(plain.actors, cell.presence, strict=True) if actor.kind == INSURGENT)
    return soldiers / (soldiers + rebels) if soldiers else 0.0


def raise_militias(plain, arming, dt) -> None:
    """Where soldiers are few those who would take up arms form a militia, or join that which is there."""
    units, new, p = plain.units_by_cell(), [], plain.p.recruitment
    for community in plain.communities:
        here = plain.cells[community.index]
        rising = [a for a in plain.actors if a.kind == MILITIA and not awaited(plain, a)]
        may = [a for a in rising if a.operating_area[community.index]]
        for actor in may:
            key = community.draw_key ^ (actor.key << 32)
            mean = dt * arming[community.index] * (1.0 - guarded(plain, here)) / len(may)
            risen = min(poisson(plain.draw("recruitment", key, 5), mean), int(p.join_most * community.residents))
            community.residents -= risen
            mine = [unit for unit in units[community.index] if unit.actor == actor.index]
            if mine:
                mine[0].manpower += risen
            elif risen:
                new.append((actor, community.index, risen))
    for actor, cell, risen in new:
        actor.entered = True
        plain.make_unit(actor.index, cell, risen, home=cell)


def fill(plain, actor, arming, dt) -> None:
    """An army or its auxiliaries recruit toward the target where the state holds, one recruit after the other;
    auxiliaries out of those who would take up arms."""
    p, government = plain.p.recruitment, plain.governments[actor.state]
    days = p.army_lag_days / max(p.means_floor, government.treasury)
    lacking = (actor.target - actor.persons) * (1.0 - math.exp(-dt / days))
    local = actor.kind == AUXILIARY
    weights = []
    for community in plain.communities:
        people = arming[community.index] if local else community.residents
        held = plain.cells[community.index].share[0] if community.country == actor.state else 0.0
        weights.append(people * held)
    if local:
        lacking = min(lacking, dt * sum(weights) + p.enlistment * max(0.0, lacking))
    count = int(lacking + plain.draw("recruitment", actor.key, 0))
    if count <= 0 or sum(weights) <= 0.0:
        return
    taken = [0] * len(weights)
    for recruit in range(count):
        taken[place_of(plain.draw("recruitment", actor.key, 100 + recruit), weights)] += 1
    taken = [min(n, c.residents // 2) for n, c in zip(taken, plain.communities, strict=True)]
    for community, persons in zip(plain.communities, taken, strict=True):
        community.residents -= persons
        if local and persons > 0:
            station(plain, actor, community.index, persons)
    if not local:
        reinforce(plain, actor, sum(taken))


def place_of(u: float, weights) -> int:
    """The place that a uniform number falls on when places lie side by side, each as wide as its weight."""
    running, edges = 0.0, []
    for weight in weights:
        running += weight
        edges.append(running)
    for place, edge in enumerate(edges):
        if edge >= u * running:
            return place
    return len(weights) - 1


def station(plain, actor, cell: int, persons: int) -> None:
    """Auxiliaries serve where they were raised."""
    for unit in plain.living(actor.index):
        if unit.cell == cell:
            unit.manpower += persons
            return
    plain.make_unit(actor.index, cell, persons, home=cell)


def reinforce(plain, actor, persons: int) -> None:
    """Weak units are filled up in turn; the rest form new units in the capital."""
    size = int(actor.unit_size)
    for unit in plain.living(actor.index):
        if unit.manpower < size:
            add = min(persons, size - unit.manpower)
            unit.manpower += add
            persons -= add
    capital = plain.governments[actor.state].capital_cell
    while persons > 0:
        plain.make_unit(actor.index, capital, min(size, persons), home=-1)
        persons -= min(size, persons)


def split_large_units(plain) -> None:
    """An irregular unit twice its size or so becomes two."""
    for unit in plain.living():
        actor = plain.actors[unit.actor]
        if irregular(actor) and unit.manpower > plain.p.recruitment.split_at * actor.unit_size:
            half = unit.manpower // 2
            unit.manpower -= half
            part = plain.make_unit(unit.actor, unit.cell, half, home=unit.cell, cohesion=unit.cohesion, arms=unit.arms)
            part.rest_days, part.surplus = unit.rest_days, unit.surplus


def merge_small_units(plain) -> None:
    """A remnant that is not under way joins the first other unit of its actor in the cell."""
    small = [u for u in plain.living() if u.manpower < plain.p.recruitment.merge_below and u.target < 0]
    for unit in small:
        mates = [u for u in plain.living(unit.actor) if u.cell == unit.cell and u is not unit]
        if mates:
            both = mates[0].manpower * mates[0].arms + unit.manpower * unit.arms
            surplus = mates[0].manpower * mates[0].surplus + unit.manpower * unit.surplus
            mates[0].manpower += unit.manpower
            mates[0].surplus = surplus / mates[0].manpower
            mates[0].arms = both / mates[0].manpower
            unit.manpower = 0


def follow(now: float, goal: float, dt: float, days: float) -> float:
    """Value after `dt` days of going from `now` to `goal` with time constant `days`."""
    return goal + (now - goal) * math.exp(-dt / days)
