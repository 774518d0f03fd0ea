"""Withdrawal of armies from posts, one post at a time."""

from __future__ import annotations

import math

from sim.core.codes import ARMY, AUXILIARY, FOREIGN, INSURGENT
from sim.core.conversions import DAY_HOURS, KM_PER_DEGREE
from sim.core.draws import binomial
from sim.world.grid import EARTH_RADIUS_KM
from tests.reference.information import air_by_country

LEAVE, DESERTED, CAPTURED, TURNED = 20, 6, 7, 8


class Field:
    """Who stood where with what strength before anybody withdrew."""

    def __init__(self, plain):
        self.plain, self.here = plain, plain.units_by_cell()
        p = plain.p.combat
        self.air = [p.defender_air * p.air_effect * seen for seen in air_by_country(plain)]
        self.strength = {unit.index: strength_of(plain, unit) for unit in plain.living()}
        self.foe = [[0.0] * len(plain.cells) for _ in plain.actors]

    def of(self, units) -> float:
        """Strength of some units together."""
        return sum(self.strength[unit.index] for unit in units)


def strength_of(plain, unit) -> float:
    floor = plain.p.combat.cohesion_floor
    return unit.manpower * plain.actors[unit.actor].firepower * unit.arms * (floor + (1.0 - floor) * unit.cohesion)


def km_between(here, there) -> float:
    x = (there.lon - here.lon) * math.cos(math.radians(0.5 * (here.lat + there.lat)))
    return KM_PER_DEGREE * math.hypot(x, there.lat - here.lat)


def sphere_km(here, there) -> float:
    """Distance on a sphere, by the law of haversines."""
    north, east = math.radians(there.lat - here.lat), math.radians(there.lon - here.lon)
    level = math.cos(math.radians(here.lat)) * math.cos(math.radians(there.lat))
    half = math.sin(north / 2) ** 2 + level * math.sin(east / 2) ** 2
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def withdraw(plain, dt) -> Field:
    """Every army gives up posts and comes back to others, in the order of armies."""
    for cell in plain.cells:
        cell.post_lost_days += dt
    field = Field(plain)
    field.friend = [[0.0] * len(plain.cells) for _ in plain.actors]
    for army in plain.actors:
        if army.kind == ARMY and army.persons > 0:
            weigh(field, army)
            for cell in plain.cells:
                give_up(field, army, cell, dt)
            come_back(field, army)
    return field


def weigh(field, army) -> None:
    """Strength for and against an army in every cell."""
    plain, foe, friend = field.plain, field.foe[army.index], field.friend[army.index]
    for cell in plain.cells:
        for unit in field.here[cell.index]:
            other, own = plain.actors[unit.actor], field.strength[unit.index]
            if other.kind < ARMY:
                for index, decay in cell.projection:
                    foe[index] += own * army.hostility[other.index] * decay
            elif would_help(plain, other) and army.hostility[other.index] <= 0.0:
                far = 0.0 if other.kind == AUXILIARY else other.mobility * plain.p.movement.relief_hours / DAY_HOURS
                for index, _, km in cell.reach:
                    if index == cell.index or km <= far:
                        country = plain.cells[index].country
                        friend[index] += own * other.access[country] * (1.0 + field.air[country])


def would_help(plain, actor) -> bool:
    able = actor.mandate_strike * actor.mandate_factor > plain.p.combat.strike_mandate
    return actor.kind != FOREIGN or able


def give_up(field, army, cell, dt) -> None:
    """An army's post in a cell, if it has one, is given up where the odds are bad."""
    plain, p = field.plain, field.plain.p.movement
    everybody = [unit for unit in field.here[cell.index] if unit.actor == army.index]
    against, for_it = field.foe[army.index][cell.index], field.friend[army.index][cell.index]
    if not everybody or against <= p.withdraw_odds * max(1e-9, for_it):
        return
    lost = sum(
        math.exp(-km_between(cell, other) / p.contagion_km)
        for other in plain.cells
        if other.post_lost_by == army.index and other.post_lost_days < p.contagion_days
    )
    hazard = (1.0 + p.contagion * lost) / p.withdraw_days
    key = cell.draw_key ^ (army.key << 32)
    if plain.draw("movement", key, LEAVE) >= 1.0 - math.exp(-hazard * dt):
        return
    towns = [town for town in plain.cells if can_shelter(field, army, cell, town, field.of(everybody))]
    garrison = [unit for unit in everybody if unit.target < 0]
    if not towns or not garrison:
        return
    town = min(towns, key=lambda town: (km_between(cell, town), town.index))
    rebels = most_felt(field, army, cell)
    for unit in garrison:
        thin_out(plain, unit, cell, rebels)
        if unit.post < 0 or unit.home != cell.index:
            unit.post = cell.index
        go(plain, unit, town.index)
    cell.post_lost_days, cell.post_lost_by = 0.0, army.index
    army.withdrawals_week += 1


def can_shelter(field, army, cell, town, own: float) -> bool:
    """Whether a garrison of this strength can fall back on a town."""
    plain, index = field.plain, town.index
    if town is cell or plain.world.town_size[index] <= 0.0 or town.country != army.state or town.controller != 0:
        return False
    odds = plain.p.movement.withdraw_odds / 2
    return field.foe[army.index][index] < odds * (field.friend[army.index][index] + own)


def most_felt(field, army, cell):
    """The insurgents' unit that is felt most in a cell, or None."""
    best, most = None, 0.0
    for index, decay in cell.projection:
        for unit in field.here[index]:
            if field.plain.actors[unit.actor].kind == INSURGENT:
                felt = unit.manpower * army.hostility[unit.actor] * decay
                if felt > most:
                    best, most = unit, felt
    return best


def thin_out(plain, unit, cell, rebels) -> None:
    """Who deserts, is captured and let go, or joins the rebels on the way out."""
    p = plain.p.movement
    if cell.index < len(plain.communities):
        for number, share in ((DESERTED, p.withdrawal_desertion), (CAPTURED, p.withdrawal_captured)):
            gone = binomial(plain.draw("movement", unit.key, number), unit.manpower, share)
            unit.manpower -= gone
            plain.communities[cell.index].residents += gone
    if rebels is not None:
        turned = binomial(plain.draw("movement", unit.key, TURNED), unit.manpower, p.withdrawal_defection)
        unit.manpower -= turned
        rebels.manpower += turned


def go(plain, unit, goal: int) -> None:
    unit.home = unit.target = goal
    unit.km_left = km_between(plain.cells[unit.cell], plain.cells[goal]) * plain.p.movement.detour


def come_back(field, army) -> None:
    """Those who withdrew go back where, with all who belong there, the odds are good again."""
    plain, p = field.plain, field.plain.p.movement
    away = [u for units in field.here for u in units if u.actor == army.index and u.post >= 0 and u.target < 0]
    strength = {post: field.of(u for u in away if u.post == post) for post in {u.post for u in away}}
    for unit in away:
        post = unit.post
        if unit.cell == post:
            unit.post, unit.home = -1, post
        elif field.foe[army.index][post] < p.withdraw_odds / 2 * (field.friend[army.index][post] + strength[post]):
            unit.post = -1
            go(plain, unit, post)
